"""`duixian fetch` as a user runs it, against a wiki and addresses that behave, break, change and are killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from commands.fetch import spans
from pipelines import reports as reading
from pipelines.formats import Decoded, RejectedReport
from sources import declared
from tests.commands.test_run import duixian
from tests.packing import heed_ctrl_c
from tests.sources.prose import plain, rendered
from tests.sources.server import (
    TITLE,
    Handler,
    MediaWiki,
    Revision,
    Site,
    bomb,
    cut,
    drip,
    endless,
    etag_of,
    head,
    in_turn,
    page,
    redirect,
    said,
    silent,
    status,
)

ROOT = Path(__file__).resolve().parents[2]
MANNERS = {
    "pause_seconds": 0, "read_seconds": 0.4, "total_seconds": 2, "backoff_seconds": 0.01, "attempts": 2,
    "max_bytes": 100_000,
}  # fmt: skip


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    yield server
    server.close()


@pytest.fixture
def wiki(site: Site) -> MediaWiki:
    wiki = MediaWiki()
    for year in (2014, 2015, 2017):
        wiki.add(year)
    site.routes["/w/api.php"] = wiki
    return wiki


@pytest.fixture(autouse=True)
def reader_of_web_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that takes every page for a report, where there is no other."""

    def read_html(data: bytes, relative: str) -> Decoded:
        if b"<p>" not in data:
            raise RejectedReport(f"{relative} is no article.", "Find another.")
        return Decoded(data.decode())

    if "html" not in reading.READERS:
        monkeypatch.setitem(reading.READERS, "html", read_html)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return tmp_path / "reports"


def declare(folder: Path, sources: dict[str, Any], **manners: Any) -> Path:
    """Write a file of sources."""
    path = folder / "sources.yaml"
    content = {"contact": "tests@example.org", "manners": MANNERS | manners, "sources": sources}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def council(site: Site, **more: Any) -> dict[str, Any]:
    """A source: the wiki."""
    api = f"{site.url}/w/api.php"
    return {
        "kind": "mediawiki",
        "api": api,
        "area": 100000,
        "title": TITLE,
        "first_year": 2013,
        "last_year": 2018,
    } | more


def city(site: Site, *years: int, path: str = "/{year}") -> dict[str, Any]:
    """A source: addresses, one a year."""
    listed = [{"url": site.url + path.format(year=year), "area": 140200, "year": year} for year in years]
    return {"kind": "addresses", "reports": listed}


def fetch(sources: Path, *more: object) -> tuple[int, str]:
    return duixian("fetch", "--sources", sources, "--reports", sources.parent / "reports", "--allow-local", *more)


def provenance(reports: Path, report: str) -> dict[str, Any]:
    return yaml.safe_load((reports / f"{report}.yaml").read_text(encoding="utf-8"))


# --- A wiki ------------------------------------------------------------------------------------------------------


def test_a_wikis_pages_come_year_by_year_with_revision_and_licence(
    site: Site, wiki: MediaWiki, reports: Path, tmp_path: Path
) -> None:
    wiki.lagging = 1
    code, output = fetch(declare(tmp_path, {"council": council(site, licence="Public domain")}))
    assert code == 0, output
    assert "no page: council: 2013, 2016, 2018" in output
    assert "council: 3 put in place, 3 without a page" in output
    for year in (2014, 2015, 2017):
        assert (reports / f"100000/{year}.html").read_bytes() == rendered(year).encode()
    known = provenance(reports, "100000/2014")
    title = TITLE.format(year=2014)
    assert (known["title"], known["revision"], known["revision_timestamp"], known["licence"]) == (
        title, 20140, "2024-03-06T01:02:03Z",
        "Public domain; Creative Commons Attribution-Share Alike 4.0 https://creativecommons.org/licenses/by-sa/4.0/",
    )  # fmt: skip
    assert known["source"].startswith(f"{site.url}/w/index.php?title=2014%E5%B9%B4")
    assert known["source"].endswith("&oldid=20140")
    [first, *_], rejected = reading.survey(reports, ["100000"], 2027)
    assert not rejected
    assert reading.report(first)["title"] == title


def test_only_what_was_edited_comes_again_and_the_old_is_kept(
    site: Site, wiki: MediaWiki, reports: Path, tmp_path: Path
) -> None:
    sources = declare(tmp_path, {"council": council(site)})
    fetch(sources)
    path = reports / "100000/2015.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8')}delivered_on: 2015-03-05\n", encoding="utf-8")
    site.requests.clear()
    code, output = fetch(sources)
    assert "council: 3 unchanged" in output
    assert not [request for request in site.requests if "parse" in request.path]
    wiki.add(2015, number=99, growth=7.0)
    wiki.pages[TITLE.format(year=2014)] = Revision(98, rendered(2014))  # an edit that changed nothing of the text
    code, output = fetch(sources)
    assert code == 0
    assert "council: 1 replaced (what stood there is kept in .replaced/), 2 unchanged" in output
    assert (reports / "100000/2015.html").read_bytes() == rendered(2015, 7.0).encode()
    assert provenance(reports, "100000/2015")["revision"] == 99
    assert str(provenance(reports, "100000/2015")["delivered_on"]) == "2015-03-05"  # somebody had found that out
    [kept] = (reports / ".replaced").rglob("2015.html")
    assert kept.read_bytes() == rendered(2015).encode()


def test_a_category_says_which_years_there_are(site: Site, wiki: MediaWiki, reports: Path, tmp_path: Path) -> None:
    wiki.categories["Category:报告"] = ["决议", *(TITLE.format(year=year) for year in (2014, 2017, 2030, 1999))]
    code, output = fetch(declare(tmp_path, {"council": council(site, category="Category:报告")}))
    assert code == 0
    assert "council: 2 put in place" in output
    assert {path.name for path in (reports / "100000").glob("*.html")} == {"2014.html", "2017.html"}


def test_years_say_what_is_fetched(site: Site, wiki: MediaWiki, reports: Path, tmp_path: Path) -> None:
    site.routes |= {f"/{year}": page(plain(year)) for year in (2014, 2020)}
    sources = declare(tmp_path, {"council": council(site), "city": city(site, 2014, 2020)})
    code, output = fetch(sources, "--years", "2014:2015")
    assert code == 0
    assert "council: 2 put in place" in output
    assert "city: 1 put in place" in output
    code, output = fetch(sources, "--years", "2000:2001")
    assert code == 0
    assert "council: nothing declared for these years" in output


def test_a_wiki_without_any_of_the_pages_is_a_failure(site: Site, wiki: MediaWiki, tmp_path: Path) -> None:
    code, output = fetch(declare(tmp_path, {"council": council(site, title="{year}年的别的报告")}))
    assert code == 1
    assert "has none of the 6 pages, such as 2013年的别的报告" in output


def test_a_wiki_that_stops_answering_is_left_after_a_few_pages(site: Site, wiki: MediaWiki, tmp_path: Path) -> None:
    for year in range(2000, 2018):
        wiki.add(year)

    def handler(exchange: Any) -> None:
        (status(503) if "action=parse" in exchange.path else wiki)(exchange)

    site.routes["/w/api.php"] = handler
    code, output = fetch(declare(tmp_path, {"council": council(site, first_year=2000)}))
    assert code == 1
    assert "3 pages in a row could not be had" in output
    assert output.count("cannot answer now (503)") == 3 + 3  # and each is asked for once more


# --- Addresses ---------------------------------------------------------------------------------------------------


def test_addresses_come_with_what_is_declared_of_them(site: Site, reports: Path, tmp_path: Path) -> None:
    data = plain(2024)
    site.routes["/2024"] = page(data, etag=etag_of(data))
    source = city(site, 2024)
    source |= {"licence": "公有领域"}
    source["reports"][0] |= {"title": "题", "delivered_on": "2024-01-12"}
    path = declare(tmp_path, {"city": source})
    path.write_text(path.read_text(encoding="utf-8").replace("'2024-01-12'", "2024-01-12"), encoding="utf-8")
    code, output = fetch(path)
    assert code == 0, output
    known = provenance(reports, "140200/2024")
    assert (known["title"], str(known["delivered_on"]), known["licence"], known["etag"]) == (
        "题", "2024-01-12", "公有领域", etag_of(data),
    )  # fmt: skip
    assert known["source"] == f"{site.url}/2024"
    code, output = fetch(path)
    assert (code, len(site.requests)) == (0, 2)
    assert site.requests[1].headers["If-None-Match"] == etag_of(data)
    assert "city: 1 unchanged" in output


def test_what_changed_is_replaced_and_kept(site: Site, reports: Path, tmp_path: Path) -> None:
    sources = declare(tmp_path, {"city": city(site, 2024)})
    for growth in (6.1, 6.2):
        site.routes["/2024"] = page(plain(2024, growth))
        code, output = fetch(sources)
        assert code == 0
    assert "city: 1 replaced" in output
    assert (reports / "140200/2024.txt").read_bytes() == plain(2024, 6.2)
    [kept] = (reports / ".replaced").rglob("2024.txt")
    assert kept.read_bytes() == plain(2024, 6.1)


def test_a_page_whose_text_is_the_same_is_left(site: Site, reports: Path, tmp_path: Path) -> None:
    sources = declare(tmp_path, {"city": city(site, 2024)})
    site.routes["/2024"] = in_turn(page(plain(2024)), page(b"\xef\xbb\xbf" + plain(2024)))
    fetch(sources)
    before = {path: path.read_bytes() for path in reports.rglob("2024*")}
    _, output = fetch(sources)
    assert "city: 1 unchanged" in output
    assert {path: path.read_bytes() for path in reports.rglob("2024*")} == before


@pytest.mark.parametrize("by_hand", [True, False])
def test_what_is_from_elsewhere_or_was_worked_on_stays(
    site: Site, reports: Path, tmp_path: Path, by_hand: bool
) -> None:
    sources = declare(tmp_path, {"city": city(site, 2024)})
    site.routes["/2024"] = page(plain(2024))
    if by_hand:
        fetch(sources)
    (reports / "140200").mkdir(parents=True, exist_ok=True)
    (reports / "140200/2024.txt").write_bytes(plain(2024, 1.1))
    site.requests.clear()
    code, output = fetch(sources)
    assert code == 0
    assert ("it was changed since it was fetched" if by_hand else "it is not from this source") in output
    assert "city: 1 left as they are" in output
    assert (reports / "140200/2024.txt").read_bytes() == plain(2024, 1.1)
    assert not site.requests
    code, output = fetch(sources, "--replace")
    assert "city: 1 replaced" in output
    assert (reports / "140200/2024.txt").read_bytes() == plain(2024)
    assert plain(2024, 1.1) in [path.read_bytes() for path in (reports / ".replaced").rglob("2024.txt")]


BROKEN: dict[str, tuple[Handler, str]] = {
    "gone": (status(404), "nothing at this address (404)"),
    "refused": (status(403), "refuses this address (403)"),
    "busy": (status(429, Retry_After="60"), "left alone for 60 seconds"),
    "down": (status(500), "cannot answer now (500)"),
    "slow": (drip(plain(2024), 0.1), "took more than 2 seconds"),
    "silent": (silent(), "said nothing for 0.4 seconds"),
    "cut": (cut(plain(2024), 300), "broke the connection off"),
    "length": (said(head(Content_Length="9999") + plain(2024)), "broke the connection off"),
    "type": (page(b"\x89PNG\r\n\x1a\n" + bytes(99), "text/plain"), "140200/2024.png"),
    "endless": (endless(), "larger than 0.1 MB"),
    "bomb": (bomb(10_000_000), "larger than 0.1 MB"),
    "loop": (redirect("/x"), "in a circle"),
    "file": (redirect("file:///etc/passwd"), "no http or https address"),
    "garbage": (said(b"\x00\x1b[2J\r\n\r\n"), "does not speak HTTP"),
    "controls": (page(b"\x1b[2J" * 99), "control characters"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_fails_costs_only_itself_and_is_told(name: str, site: Site, reports: Path, tmp_path: Path) -> None:
    handler, words = BROKEN[name]
    site.routes |= {"/2022": page(plain(2022)), "/x": handler, "/2025": page(plain(2025))}
    source = city(site, 2022, 2024, 2025)
    source["reports"][1]["url"] = f"{site.url}/x"
    code, output = fetch(declare(tmp_path, {"city": source, "other": city(site, 2020)}))
    assert code == 1
    [line] = [line for line in output.splitlines() if line.startswith("failed: city: 140200/2024: ")]
    assert words in line
    assert "city: 2 put in place, 1 failed" in output
    assert "other: 1 failed" in output
    assert {path.name for path in (reports / "140200").iterdir()} == {"2022.txt", "2022.yaml", "2025.txt", "2025.yaml"}
    assert "\x1b" not in output


def test_this_machine_is_not_asked_unless_it_is_meant(
    site: Site, wiki: MediaWiki, reports: Path, tmp_path: Path
) -> None:
    sources = declare(tmp_path, {"council": council(site), "city": city(site, 2024)})
    code, output = duixian("fetch", "--sources", sources, "--reports", reports)
    assert code == 1
    assert output.count("127.0.0.1 is no public address") == 2
    assert not site.requests


# --- Stopped -----------------------------------------------------------------------------------------------------


def started(sources: Path, *more: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    line = [sys.executable, "-c", "from commands import main; main()", "fetch", "--sources", str(sources)]
    line += ["--reports", str(sources.parent / "reports"), "--allow-local", *more]
    return subprocess.Popen(
        line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, preexec_fn=heed_ctrl_c,  # noqa: PLW1509 we start it from one thread
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_fetch_is_gone_on_with(site: Site, reports: Path, tmp_path: Path, number: signal.Signals) -> None:
    long = plain(2024) * 20
    etag = etag_of(long)
    start = head(Content_Length=str(len(long)), ETag=etag) + long[:9000]

    def stall(exchange: Any) -> None:
        exchange.raw(start)
        time.sleep(20)

    site.routes |= {
        "/2023": page(plain(2023)),
        "/2024": in_turn(stall, page(long, etag=etag)),
        "/2025": page(plain(2025)),
    }
    sources = declare(tmp_path, {"city": city(site, 2023, 2024, 2025)}, read_seconds=30, total_seconds=60)
    with started(sources) as process:
        end = time.monotonic() + 30
        while not [part for part in (reports / ".incoming").glob("*.part") if part.stat().st_size == 9000]:
            assert time.monotonic() < end
            time.sleep(0.01)
        process.send_signal(number)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 130), output
    assert {path.name for path in (reports / "140200").iterdir()} == {"2023.txt", "2023.yaml"}
    code, output = fetch(sources)
    assert code == 0, output
    assert "city: 2 put in place, 1 unchanged" in output
    assert [request.headers.get("Range") for request in site.requests if request.path == "/2024"] == [
        None,
        "bytes=9000-",
    ]
    assert (reports / "140200/2024.txt").read_bytes() == long
    assert {path.name for path in (reports / ".incoming").iterdir()} == {"lock"}


def test_a_second_fetch_waits_for_the_first(site: Site, reports: Path, tmp_path: Path) -> None:
    second_waits = threading.Event()

    def handle(exchange: Any) -> None:
        second_waits.wait(30)
        exchange.answer(200, plain(2024))

    site.routes["/2024"] = handle
    sources = declare(tmp_path, {"city": city(site, 2024)}, read_seconds=60, total_seconds=60)
    with started(sources) as first:
        while not site.requests:
            time.sleep(0.01)
        with started(sources) as second:
            assert second.stdout is not None
            assert "another add or fetch is working on" in second.stdout.readline()
            second_waits.set()
            outputs = [process.communicate(timeout=60)[0] for process in (first, second)]
        assert [process.returncode for process in (first, second)] == [0, 0], outputs
    assert site.most_at_once == 1
    assert "1 put in place" in outputs[0]
    assert "1 unchanged" in outputs[1]


# --- Wrong usage -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "'nowhere' is no source of"),
        (["--years", "2020"], "must be FROM:TO"),
        (["--years", "1900:2020"], "must be FROM:TO"),
        (["--years", "2020:2019"], "must be FROM:TO"),
        (["--contact", "me"], "nobody is named"),
        (["--contact", "me@x\r\nX: y"], "nobody is named"),
        (["--proxy", "socks5://a:1"], "http://host:port"),
        (["--colour"], "No such option"),
    ],
)
def test_wrong_usage_is_2_and_says_why(
    site: Site, tmp_path: Path, reports: Path, arguments: list[str], words: str
) -> None:
    code, output = fetch(declare(tmp_path, {"city": city(site, 2024)}), *arguments)
    assert code == 2
    assert words in output
    assert not reports.exists()


def test_a_wrong_file_of_sources_is_named_by_line(site: Site, tmp_path: Path) -> None:
    path = declare(tmp_path, {"city": city(site, 2024)})
    path.write_text(path.read_text().replace("addresses", "list"))
    code, output = fetch(path)
    assert code == 2
    assert "sources.yaml:" in output
    assert "must be mediawiki or addresses" in output


def test_without_a_contact_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUIXIAN_CONTACT", raising=False)
    code, output = duixian("fetch", "--reports", tmp_path / "reports")  # the file that is delivered names nobody
    assert code == 2
    assert "nobody is named whom a site's owner can turn to; say --contact" in output
    assert str(declared.PATH) in output


def test_a_folder_that_cannot_be_written_to_is_named(site: Site, tmp_path: Path, reports: Path) -> None:
    reports.write_bytes(b"a file")
    code, output = fetch(declare(tmp_path, {"city": city(site, 2024)}))
    assert code == 1
    assert "stopped: " in output


@pytest.mark.parametrize(
    ("years", "words"), [([], ""), ([2001], "2001"), ([2003, 2001, 2002, 2005], "2001–2003, 2005")]
)
def test_years_in_words(years: list[int], words: str) -> None:
    assert spans(years) == words
