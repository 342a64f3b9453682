"""`duixian add` as a user runs it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from docx import Document

from pipelines import reports as reading
from sources import declared
from tests.commands.test_run import duixian
from tests.sources.prose import LOGIN, NOT_FOUND, plain, web_page
from tests.sources.server import HTML, LONG_AGO, Site, cut, etag_of, page, redirect, silent, status


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return tmp_path / "reports"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "大同报告.txt"
    path.write_bytes(plain(2024))
    return path


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    sources = tmp_path / "sources.yaml"
    sources.write_text(
        "contact: tests@example.org\nmanners: {pause_seconds: 0, read_seconds: 0.4, total_seconds: 2, "
        "backoff_seconds: 0.01, attempts: 2, max_bytes: 100_000}\nsources: {}\n"
    )
    monkeypatch.setattr(declared, "PATH", sources)
    server = Site()
    yield server
    server.close()


def add(reports: Path, *more: object, year: int = 2024) -> tuple[int, str]:
    return duixian("add", "--area", "140200", "--year", year, "--reports", reports, *more)


def provenance(reports: Path, year: int = 2024) -> dict:
    return yaml.safe_load((reports / f"140200/{year}.yaml").read_text(encoding="utf-8"))


def test_a_file_is_put_in_place_and_can_be_read(reports: Path, file: Path) -> None:
    code, output = add(
        reports, file, "--title", "二〇二四年报告", "--delivered-on", "2024-01-12", "--licence", "公有领域"
    )
    assert code == 0, output
    assert f"added {reports}/140200/2024.txt: {len(plain(2024).decode())} characters, begins “政府工作报告”" in output
    assert f"duixian run --reports {reports}" in output
    assert (reports / "140200/2024.txt").read_bytes() == file.read_bytes()
    known = provenance(reports)
    assert known["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (known["title"], str(known["delivered_on"]), known["source"], known["licence"]) == (
        "二〇二四年报告", "2024-01-12", "大同报告.txt", "公有领域",
    )  # fmt: skip
    [found], rejected = reading.survey(reports, ["140200"], 2027)
    row = reading.report(found)
    assert not rejected
    assert (row["title"], row["source"], str(row["delivered_on"]), row["flags"]) == (
        "二〇二四年报告", "大同报告.txt", "2024-01-12", [],
    )  # fmt: skip


def test_several_files_are_one_report_in_the_order_given(reports: Path, tmp_path: Path) -> None:
    data = plain(2024)
    whole = data.split("二、".encode())
    parts = [tmp_path / "z.txt", tmp_path / "a.txt"]
    for path, piece in zip(parts, (whole[0], "二、".encode() + whole[1]), strict=True):
        path.write_bytes(piece)
    code, output = add(reports, *parts)
    assert code == 0, output
    assert [path.name for path in sorted((reports / "140200/2024").iterdir())] == ["1.txt", "2.txt"]
    assert (reports / "140200/2024/1.txt").read_bytes() + (reports / "140200/2024/2.txt").read_bytes() == data
    assert provenance(reports)["source"] == "z.txt, a.txt"
    assert [one["sha256"] for one in provenance(reports)["files"]] == [
        hashlib.sha256(path.read_bytes()).hexdigest() for path in parts
    ]
    assert provenance(reports)["sha256"] == hashlib.sha256(data).hexdigest()


def test_a_folder_is_its_files(reports: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in (10, 2, 1):
        (folder / f"p{number}.txt").write_bytes(plain(2024))
    (folder / ".hidden").write_bytes(b"x")
    assert add(reports, folder)[0] == 0
    assert provenance(reports)["source"] == "p1.txt, p2.txt, p10.txt"


def test_the_ending_is_what_the_file_is(reports: Path, tmp_path: Path) -> None:
    document = Document()
    for line in plain(2024).decode().split("\n\n"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "x.doc"))
    code, output = add(reports, tmp_path / "x.doc")
    assert code == 0, output
    assert "x.doc is put there as .docx: that is what it holds" in output
    assert (reports / "140200/2024.docx").exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "holds no text"), (b"English only", "hardly any Chinese"), (b"\x1b[2J" * 99, "control characters")],
)
def test_what_cannot_be_read_is_refused_and_nothing_is_written(
    reports: Path, tmp_path: Path, data: bytes, words: str
) -> None:
    (tmp_path / "x.txt").write_bytes(data)
    code, output = add(reports, tmp_path / "x.txt")
    assert code == 1
    assert "not added, it cannot be read: 140200/2024.txt" in output
    assert words in output
    assert not (reports / "140200").exists()


def test_a_report_that_is_there_stays_unless_it_is_to_be_replaced(reports: Path, file: Path) -> None:
    add(reports, file)
    code, output = add(reports, file)
    assert code == 0
    assert "holds these very bytes already" in output
    file.write_bytes(plain(2024, growth=7))
    code, output = add(reports, file)
    assert code == 1
    assert "holds 2024.txt for 2024 already, from 大同报告.txt" in output
    assert "--replace" in output
    assert (reports / "140200/2024.txt").read_bytes() == plain(2024)
    code, output = add(reports, file, "--replace")
    assert code == 0
    assert (reports / "140200/2024.txt").read_bytes() == plain(2024, growth=7)
    [kept] = (reports / ".replaced").rglob("2024.txt")
    assert kept.read_bytes() == plain(2024)
    assert f"what stood there is kept in {kept.parent}" in output


def test_a_provenance_that_waits_for_its_report_is_taken_over(reports: Path, file: Path) -> None:
    (reports / "140200").mkdir(parents=True)
    (reports / "140200/2024.yaml").write_text("title: 题\ndelivered_on: 2024-01-12\n")
    assert add(reports, file, "--title", "另题")[0] == 0
    assert (provenance(reports)["title"], str(provenance(reports)["delivered_on"])) == ("另题", "2024-01-12")


def test_a_day_that_does_not_go_with_the_year_is_told(reports: Path, file: Path) -> None:
    code, output = add(reports, file, "--delivered-on", "2021-01-12")
    assert code == 0
    assert "delivered on 2021-01-12, though its targets are said to be those of 2024" in output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--area", "999999"], "no area code"),
        (["--area", "../x"], "no area code"),
        (["--year", "1900"], "--year 1900 cannot be"),
        (["--year", "2999"], "--year 2999 cannot be"),
        (["--title", "a\x1b[2J"], "must be a text of one line"),
        (["--licence", " "], "must be a text of one line"),
        (["--delivered-on", "soon"], "does not match"),
        (["ftp://example.cn/x"], "no http or https"),
        (["https://a:secret@example.cn/x"], "a user name or a password"),
        (["http://2130706433/"], "names no host"),
        (["none.txt"], "none.txt is no file"),
        (["/dev/null"], "/dev/null is no file"),
        (["--proxy", "socks5://a:1", "https://example.cn/"], "http://host:port"),
    ],
)
def test_wrong_usage_is_2_and_says_why(reports: Path, file: Path, arguments: list[str], words: str) -> None:
    code, output = add(reports, file, *arguments)
    assert code == 2
    assert words in output
    assert "secret" not in output
    assert "\x1b" not in output
    assert not reports.exists()


def test_a_folder_that_cannot_be_written_to_is_named(file: Path, tmp_path: Path) -> None:
    (tmp_path / "reports").write_bytes(b"a file")
    code, output = add(tmp_path / "reports", file)
    assert code == 1
    assert "not added" in output


def test_an_address_is_fetched_with_what_the_server_says_of_it(reports: Path, site: Site) -> None:
    data = plain(2024)
    site.routes["/old"] = redirect("/报告.pdf?x=../../y")
    site.routes["/%E6%8A%A5%E5%91%8A.pdf"] = page(data, etag=etag_of(data), modified=LONG_AGO)
    code, output = add(reports, f"{site.url}/old", "--allow-local")
    assert code == 0, output
    assert (reports / "140200/2024.txt").read_bytes() == data  # text, whatever the address ends in
    known = provenance(reports)
    assert known["source"] == known["address"] == f"{site.url}/old"
    assert known["final_address"] == f"{site.url}/%E6%8A%A5%E5%91%8A.pdf?x=../../y"
    assert (known["etag"], known["last_modified"]) == (etag_of(data), LONG_AGO)
    assert site.requests[0].headers["User-Agent"].endswith("(tests@example.org)")
    assert {path.name for path in (reports / ".incoming").iterdir()} == {"lock"}


def test_nothing_is_asked_where_the_place_is_taken(reports: Path, file: Path, site: Site) -> None:
    add(reports, file)
    code, _ = add(reports, f"{site.url}/a", "--allow-local")
    assert code == 1
    assert not site.requests


def test_this_machine_is_not_asked_unless_it_is_meant(reports: Path, site: Site) -> None:
    code, output = add(reports, f"{site.url}/a")
    assert code == 1
    assert "127.0.0.1 is no public address" in output
    assert "--allow-local" in output
    assert not site.requests


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        (status(404, NOT_FOUND), "nothing at this address"),
        (silent(), "said nothing"),
        (cut(plain(2024), 100), "broke the connection off"),
        (page(plain(2024) * 200), "larger than"),
        (page(b"\x1b]0;x\x07" * 50), "control characters"),
    ],
)
def test_an_address_that_has_no_report_adds_none(reports: Path, site: Site, handler: object, words: str) -> None:
    site.routes["/a"] = handler  # type: ignore[assignment]
    code, output = add(reports, f"{site.url}/a", "--allow-local")
    assert code == 1
    assert words in output
    assert not (reports / "140200").exists()


@pytest.mark.skipif("html" not in reading.READERS, reason="no reader of web pages")
@pytest.mark.parametrize("data", [LOGIN, NOT_FOUND])
def test_a_login_or_an_error_page_is_no_report(reports: Path, site: Site, data: bytes) -> None:
    site.routes |= {"/a": page(data, HTML), "/b": page(web_page(2024), HTML)}
    code, output = add(reports, f"{site.url}/a", "--allow-local")
    assert code == 1
    assert "cannot be read" in output
    assert not (reports / "140200").exists()
    assert add(reports, f"{site.url}/b", "--allow-local")[0] == 0
    assert (reports / "140200/2024.html").read_bytes() == web_page(2024)
