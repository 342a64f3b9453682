"""The scorecard site as files: what a page says, where it leads, what makes it anew, and what never gets into it."""

import json
import math
import os
import re
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import duckdb
import pytest
from lxml import html

from commands.open import server
from pipelines.quantities import both, quantity_en
from pipelines.tables import VERDICTS
from pipelines.tables.mart import TARGET_OUTCOMES
from tests import faults
from tests.commands.test_run import duixian, run, write
from tests.serving import HANDLER, MARKUP, SCRIPT, hostile_reports, served
from warehouse import pages
from warehouse.pages import charts, words
from warehouse.publication import LINK
from warehouse.store import WarehouseError

HEAVIEST = 400_000  # bytes of a page of the samples: so that a page of twenty years stays far below what takes a second


@pytest.fixture(scope="module")
def folder(samples: tuple[duckdb.DuckDBPyConnection, str]) -> Path:
    """The warehouse of the samples."""
    [(path,)] = samples[0].execute("SELECT path FROM duckdb_databases() WHERE path IS NOT NULL").fetchall()
    return Path(path).parents[1]


@pytest.fixture(scope="module")
def site(folder: Path) -> dict[str, html.HtmlElement]:
    """The pages of the samples, each parsed once."""
    root = folder / "site"
    return {str(path.relative_to(root)): html.document_fromstring(path.read_bytes()) for path in root.rglob("*.html")}


# --- What holds of every page -------------------------------------------------------------------------------------


def test_the_run_says_where_the_site_is(samples: tuple[duckdb.DuckDBPyConnection, str], folder: Path) -> None:
    assert f"duixian open --warehouse {folder}" in samples[1]
    assert str(folder / "site" / "index.html") in samples[1]


def test_each_link_leads_to_a_page_and_a_place_in_it(site: dict[str, html.HtmlElement], folder: Path) -> None:
    ids = {path: set(tree.xpath("//@id")) for path, tree in site.items()}
    root = (folder / "site").resolve()
    seen = set()
    for path, tree in site.items():
        for link in tree.xpath("//a/@href"):
            target, _, place = link.partition("#")
            found = str((root / path).parent.joinpath(target).resolve().relative_to(root)) if target else path
            assert found in site, f"{path} → {link}"
            assert not place or place in ids[found], f"{path} → {link}"
            seen.add(found)
        for link in tree.xpath("//script/@src | //link/@href"):
            assert ((root / path).parent / link).is_file(), f"{path} → {link}"
    assert seen == set(site), "each page is led to"


def test_each_mark_of_a_chart_leads_to_its_evidence(site: dict[str, html.HtmlElement]) -> None:
    ids = {path: set(tree.xpath("//@id")) for path, tree in site.items()}
    checked = 0
    for tree in site.values():
        for text in tree.xpath("//script[@id='charts']/text()"):
            data = json.loads(text)
            for _, _, href, _ in data["told"]:
                target, _, place = href.removeprefix("../").partition("#")
                assert place in ids[target]
            marks = [mark for one in walked(data["charts"]) for mark in one.get("rows", ()) if "of" in mark]
            assert all(mark["of"] < len(data["told"]) for mark in marks)
            checked += len(marks)
    assert checked > 500


def walked(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walked(item)


def sound(tree: html.HtmlElement) -> None:
    """What keeps a page safe: no script or style of its own, no handler, nothing from elsewhere, and a policy."""
    assert not tree.xpath(
        "//script[not(@src) and @type != 'application/json'] | //style | //iframe | //object | //form"
    )
    assert not tree.xpath("//script[not(@src) and not(@type)]")
    attributes = {name for element in tree.iter() if isinstance(element.tag, str) for name in element.attrib}
    assert not [name for name in attributes if name.startswith("on") or name == "style"]
    assert not [link for link in tree.xpath("//@src | //@href") if re.match(r"[a-z]+:|//", link)]
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'; script-src 'self';" in policy
    assert "unsafe" not in policy


def test_every_page_is_sound_in_two_languages_and_light(site: dict[str, html.HtmlElement], folder: Path) -> None:
    for path, tree in site.items():
        sound(tree)
        assert (folder / "site" / path).stat().st_size < HEAVIEST, path
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        for chinese in tree.xpath("//*[contains(concat(' ', @class, ' '), ' zh ')]"):
            english = chinese.getnext()
            assert (chinese.get("lang"), english.get("lang")) in (("zh-Hans", "en"), ("en", "zh-Hans")), path
            assert "en" in english.classes
        assert len(tree.xpath("//main")) == len(tree.xpath("//h1")) == 1
        levels = [int(element.tag[1]) for element in tree.xpath("//h1 | //h2 | //h3 | //h4")]
        assert all(after <= before + 1 for before, after in pairwise(levels)), path
        assert tree.xpath("//*[@class='notice'][contains(., '样例')]"), "samples are told on each page"


def test_the_pages_say_what_the_database_says(
    site: dict[str, html.HtmlElement], samples: tuple[duckdb.DuckDBPyConnection, str]
) -> None:
    rows = samples[0].execute(
        """SELECT ref_area, target_report_year, target_id, target_evidence, outcome_evidence, verdict, verdict_strict
           FROM mart.target_outcomes"""
    )
    for area, year, target, aim, outcome, verdict, strict in rows.fetchall():
        [article] = site[f"reports/{area}-{year}.html"].xpath(f"//article[@id='x{target}']")
        said = ["".join(quote.text_content().split()) for quote in article.xpath(".//blockquote")]
        assert "".join(aim.split()) in said[0]
        if outcome:
            assert "".join(outcome.split()) in said[1]
        shown = [
            set(element.classes) - {"verdict"}
            for element in article.xpath("./header//*[@class]")
            if "verdict" in element.classes
        ]
        assert {f"v-{verdict}", f"v-{strict}"} == set().union(*shown)


def test_the_first_page_counts_as_the_scorecard_does(
    site: dict[str, html.HtmlElement], samples: tuple[duckdb.DuckDBPyConnection, str]
) -> None:
    rows = samples[0].execute("SELECT report_id, targets, met, missed FROM mart.scorecard").fetchall()
    cells = {
        link.get("href").removeprefix("reports/").removesuffix(".html").replace("-", "/"): link
        for link in site["index.html"].xpath("//table//td/a")
    }
    assert set(cells) == {report for report, *_ in rows}
    for report, targets, met, missed in rows:
        widths = dict(
            zip(cells[report].xpath(".//rect/@class"), map(float, cells[report].xpath(".//rect/@width")), strict=True)
        )
        [whole] = map(float, cells[report].xpath(".//svg/@width"))
        assert sum(widths.values()) == pytest.approx(whole, rel=0.001)
        assert widths.get("s-met", 0) == pytest.approx(whole * met / targets, rel=0.001)
        if met + missed:
            assert f"{met}/{met + missed}" in cells[report].text_content()


def test_rejected_and_doubted_reports_are_listed_as_such(tmp_path: Path) -> None:
    write(tmp_path / "r", "140200", 2022)
    (tmp_path / "r/140200/2021.txt").write_text("not Chinese", encoding="utf-8")
    for area in ("140200", "140300", "330100", "440300"):  # more than a few, so that the year is held back
        write(tmp_path / "r", area, 2020, growth=999)
    odd = write(tmp_path / "r", "330200", 2022)
    odd.write_text(
        odd.read_text(encoding="utf-8").replace("2022年", "2019年").replace("2021年", "2018年"), encoding="utf-8"
    )
    code, output = run(tmp_path / "r", tmp_path / "w")
    assert code == 0, output
    tree = html.fromstring((tmp_path / "w/site/coverage.html").read_bytes())
    assert "140200/2021.txt" in tree.xpath("//section[@aria-labelledby='rejected']")[0].text_content()
    [held] = tree.xpath("//section[@aria-labelledby='held']")
    assert held.xpath(".//tr[th='2020'][td[contains(., 'core.observations')]][td[contains(., '暂缓发布')]]")
    assert "宁波市" in tree.xpath("//section[@aria-labelledby='doubted']")[0].text_content()
    page = html.fromstring((tmp_path / "w/site/reports/330200-2022.html").read_bytes())
    assert page.xpath("//p[@class='notice']")
    assert not page.xpath("//*[contains(@class, 'sample')]"), "what is no sample is not called one"


def test_what_a_report_says_stays_words(tmp_path: Path) -> None:
    code, output = run(hostile_reports(tmp_path / "r"), tmp_path / "w")
    assert code == 0, output
    texts = []
    for path in (tmp_path / "w/site").rglob("*.html"):
        tree = html.document_fromstring(path.read_bytes())
        sound(tree)
        texts += [element.text_content() for element in tree.xpath("//blockquote")]
    for said in (SCRIPT, HANDLER, MARKUP, "⟦U+202E⟧反⟦U+202C⟧"):
        assert any(said in text for text in texts), f"{said} is shown as it stands, or by its code"


# --- When it is made -----------------------------------------------------------------------------------------------


def test_only_what_has_changed_is_made_again(tmp_path: Path) -> None:
    for area in ("140200", "330200"):
        for year in (2021, 2022):
            write(tmp_path / "r", area, year)
    run(tmp_path / "r", tmp_path / "w")
    first = (tmp_path / "w/site").resolve()
    run(tmp_path / "r", tmp_path / "w")
    assert (tmp_path / "w/site").resolve() == first, "nothing has changed: it is not built again"
    inodes = {path.relative_to(first): path.stat().st_ino for path in first.rglob("*.html")}
    bytes_before = {path: (first / path).read_bytes() for path in inodes}
    write(tmp_path / "r", "140200", 2022, growth=9.9)
    run(tmp_path / "r", tmp_path / "w")
    second = (tmp_path / "w/site").resolve()
    assert second != first
    kept = {str(path) for path, inode in inodes.items() if (second / path).stat().st_ino == inode}
    assert kept == {"areas/330200.html", "reports/330200-2021.html", "reports/330200-2022.html"}
    assert "9.9" in (second / "reports/140200-2022.html").read_text(encoding="utf-8")
    assert {path: (first / path).read_bytes() for path in inodes} == bytes_before, "a page that is open stays as it was"


def test_a_site_that_is_gone_is_built_again_and_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "r", "140200", 2022)
    run(tmp_path / "r", tmp_path / "w")
    (tmp_path / "w/site").unlink()
    code, output = run(tmp_path / "r", tmp_path / "w")
    assert code == 0, output
    assert "nothing has changed" in output
    assert (tmp_path / "w/site/index.html").is_file()
    (tmp_path / "w/site").unlink()
    (tmp_path / "w/site").mkdir()
    (tmp_path / "w/site/mine.txt").write_text("mine")
    code, output = run(tmp_path / "r", tmp_path / "w")
    assert code == 0, "the database is published all the same"
    assert "no site was built: " in output
    assert "is not a link that duixian made; move it away, then run again" in output
    assert (tmp_path / "w/site/mine.txt").read_text() == "mine"


def test_without_a_database_there_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="is not there; run `duixian run`"):
        pages.build(tmp_path)
    code, output = duixian("open", "--warehouse", tmp_path)
    assert code == 2
    assert "site is not there; run `duixian run` to build it" in output


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    with server(folder / "site", 0) as taken:
        code, output = duixian("open", "--warehouse", folder, "--no-browser", "--port", taken.server_port)
    assert code == 2
    assert f"port {taken.server_port} is taken or not allowed; name another with --port" in output


def test_what_ends_the_server_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    words = [faults.DUIXIAN, "open", "--warehouse", folder, "--no-browser", "--port", "0"]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env=os.environ | {"TMPDIR": str(tmp_path)}
    ) as opened:
        assert opened.stdout
        address = opened.stdout.readline()
        assert address.startswith("http://127.0.0.1:")
        with urlopen(address.split()[0]) as answer:  # noqa: S310
            assert answer.status == 200, "it serves, so the address is printed to its end"
        assert list(tmp_path.glob("duixian-*"))
        opened.terminate()
        assert opened.communicate(timeout=30)[0] == "closed\n"
    assert opened.returncode == 0
    assert not list(tmp_path.glob("duixian-*"))


def test_only_pages_are_served_and_only_to_who_asks_this_machine(folder: Path) -> None:
    with served(folder / "site") as address:

        def asked(path: str, host: str = "") -> int:
            request = Request(address + path, headers={"Host": host} if host else {})  # noqa: S310
            try:
                with urlopen(request) as answer:  # noqa: S310
                    return int(answer.status)
            except OSError as error:
                return int(getattr(error, "code", 0))

        assert asked("") == asked("areas/100000.html") == 200
        assert asked("areas/") == 404, "no list of files"
        assert asked(f"../../{LINK}") == asked("..%2f..%2fduixian.duckdb") == 404
        assert asked("", host="evil.example") == 421, "a name that was made to lead here"


def test_pages_of_very_many_reports_are_made_when_they_are_asked_for(
    sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "w"
    (folder / "builds").mkdir(parents=True)
    (folder / LINK).symlink_to(Path("builds") / LINK)
    (folder / "builds" / LINK).hardlink_to((sample_warehouse / LINK).resolve())
    monkeypatch.setattr(pages, "WHOLE", 1)
    pages.build(folder)

    def made(site: Path) -> set[str]:
        return {str(path.relative_to(site)) for path in site.rglob("*.html")}

    whole, few = made(sample_warehouse / "site"), made(folder / "site")
    assert few == {"index.html", "indicators.html", "method.html", "coverage.html"}
    assert "duixian export --to site" in (folder / "site/index.html").read_text(encoding="utf-8")
    with served(folder / "site") as address:
        for path in sorted(whole - few):
            with urlopen(f"{address}{path}") as answer:  # noqa: S310
                assert answer.read() == (sample_warehouse / "site" / path).read_bytes(), path
        for path in ("areas/999999.html", "reports/100000-1900.html", "reports/100000.html", "indicators/gdp-1.html",
                     "areas/../../duixian.duckdb", "areas/%00.html", "indicators/x.html", "areas/100000.html/",
                     f"areas/{'1' * 300}.html", f"reports/100000-{'9' * 300}.html", "%ed%a0%80"):  # fmt: skip
            with pytest.raises(HTTPError, match="404"):
                urlopen(f"{address}{path}")  # noqa: S310
    assert made(folder / "site") == few, "what was published is left as it is"
    asked = pages.Asked(folder / "site", tmp_path / "scratch")
    assert asked.page("areas/100000.html")
    assert asked.maker
    asked.maker.connection.close()
    with pytest.raises(WarehouseError, match=r"areas/140000\.html could not be made \(.*run `duixian run`"):
        asked.page("areas/140000.html")
    assert asked.page("areas/140000.html"), "tried anew when it is asked for again"
    asked.close()
    (folder / "builds" / LINK).unlink()
    with served(folder / "site") as address, pytest.raises(HTTPError, match="500") as caught:
        urlopen(f"{address}areas/100000.html")  # noqa: S310
    assert "is not there; run `duixian run` to publish it" in caught.value.read().decode()


# --- Words and marks ----------------------------------------------------------------------------------------------


def row(bound: str, value: float, high: float | None = None, **more: Any) -> dict[str, Any]:
    """A row of mart.target_outcomes without an outcome, as far as words and marks go."""
    columns: dict[str, Any] = dict.fromkeys(TARGET_OUTCOMES.polars_schema)
    given = {
        "target_id": "t", "target_bound": bound, "target_value": value, "target_value_high": high, "tolerance": 0.25,
        "transformation": "yoy", "unit_measure": "PERCENT", "desired": "higher", "verdict": "pending",
        "verdict_strict": "pending", "period_start": 2024, "period_end": 2024, "target_report_year": 2024, "href": "h",
    }  # fmt: skip
    return columns | given | more


@pytest.mark.parametrize(
    ("target", "bar", "edges"),
    [
        (row("exact", 7.5), None, [7.5]),
        (row("about", 7.5), (7.25, 7.75, ""), [7.5]),
        (row("range", 6, 6.5), (6, 6.5, ""), [6, 6.5]),
        (row("at_least", 6), (6, math.inf, "up"), [6]),
        (row("at_most", 3), (-math.inf, 3, "down"), [3]),
        (row("at_least", -3.9), (-math.inf, -3.9, "down"), [-3.9]),  # a fall of at least so much
        (row("at_most", 10, transformation="rank"), (-math.inf, 10, "down"), [10]),
    ],
)
def test_a_target_is_drawn_as_what_meets_it(target: dict[str, Any], bar: tuple | None, edges: list[float]) -> None:
    drawn = charts.aim(target, 2024, (-math.inf, math.inf))
    bars = [(one["low"], one["high"], one["open"]) for one in drawn if one["part"] == "aim"]
    assert bars == ([bar] if bar else [])
    assert [one["value"] for one in drawn if one["part"] == "edge"] == edges


def test_a_year_without_a_report_breaks_the_line() -> None:
    told = {"outcome_bound": "exact", "verdict": "met", "verdict_strict": "met"}
    rows = [
        row("exact", 5, period_end=year, outcome_value=value, **told)
        for year, value in ((2020, 5.0), (2021, 6.0), (2023, 7.0))
    ]
    drawn = charts.marks(rows, "period_end")
    assert [one["run"] for one in drawn if one["part"] == "outcome"] == [0, 0, 1]
    assert [one["x"] for one in drawn if one["part"] == "year"] == [2020, 2021, 2022, 2023]


def test_an_outcome_that_was_restated_is_drawn_twice_and_one_that_is_missing_has_its_sign() -> None:
    restated = row("exact", 5, outcome_value=5.2, outcome_bound="exact", latest_outcome_value=5.4, verdict="met")
    assert [
        (one["value"], one["later"]) for one in charts.marks([restated], "period_end") if one["part"] == "later"
    ] == [(5.2, 5.4)]
    for verdict in ("pending", "unreported", "no_report"):
        [sign] = [
            one for one in charts.marks([row("about", 5, verdict=verdict)], "period_end") if one["part"] == "silent"
        ]
        assert (sign["sign"], sign["value"]) == (words.VERDICTS[verdict][2], 5.25)


def test_every_verdict_has_a_sign_of_its_own() -> None:
    assert set(words.VERDICTS) == set(VERDICTS)
    assert len({said[2] for said in words.VERDICTS.values()}) == len(VERDICTS)
    assert {code: said[0] for code, said in words.VERDICTS.items()} == VERDICTS


@pytest.mark.parametrize(
    ("target", "chinese", "english"),
    [
        (row("about", 7.5), "按字面，不低于7.5%为兑现；按容差（±0.25个百分点），不低于7.25%为兑现",
         "At its word, met by 7.5 % or more; with its tolerance (±0.25 percentage points), met by 7.25 % or more"),
        (row("about", 3, desired="control"), "按字面，不高于3%为兑现；按容差（±0.25个百分点），不高于3.25%为兑现",
         "At its word, met by 3 % or less; with its tolerance (±0.25 percentage points), met by 3.25 % or less"),
        (row("range", 6, 6.5), "不低于6%即为兑现", "Met by 6 % or more"),
        (row("at_most", 5.5, desired="lower"), "不高于5.5%即为兑现", "Met by 5.5 % or less"),
        (row("at_most", 10, transformation="rank", unit_measure="RANK"), "第10位或更前即为兑现",
         "Met by place 10 or better"),
    ],
)  # fmt: skip
def test_the_rule_is_told_in_words(target: dict[str, Any], chinese: str, english: str) -> None:
    [meets] = words.meeting(TARGET_OUTCOMES.frame([target]))
    assert words.judged(target, meets)[0] == (chinese, english)


def test_both_verdicts_are_told_where_they_differ() -> None:
    target = row(
        "about",
        7.5,
        outcome_value=7.4,
        outcome_bound="exact",
        outcome_report_year=2025,
        verdict="met",
        verdict_strict="missed",
    )
    [meets] = words.meeting(TARGET_OUTCOMES.frame([target]))
    assert words.judged(target, meets)[1:] == (
        ("2025年的报告通报：7.4%", "The report of 2025 states: 7.4 %"),
        ("按字面：未兑现；按容差：兑现", "At its word: missed; with its tolerance: met"),
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (("at_least", 1.1e7, None, "PERSON"), "at least 11 million people"),
        (("range", 6.0, 6.5, "PERCENT"), "6–6.5 %"),
        (("exact", 1.35e12, None, "CNY"), "1.35 trillion yuan"),
        (("range", 8e8, 1.2e9, "CNY"), "800 million–1.2 billion yuan"),
        (("about", 53000.0, None, "UNIT", "套"), "about 53,000 套"),
        (("exact", 123456.0, None, "KM"), "123,456 km"),
        (("exact", 3.0, None, "RANK"), "place 3"),
        ((None, None, None, "CNY"), "—"),
    ],
)
def test_a_value_in_english(value: tuple, said: str) -> None:
    assert quantity_en(*value) == said


def test_a_fall_is_told_by_its_size() -> None:
    assert both("at_least", -3.9, None, "PERCENT", None, "yoy") == ("下降3.9%以上", "down by at least 3.9 %")
    assert both("range", -4.0, -3.0, "PERCENT", None, "yoy") == ("下降3–4%", "down by 3–4 %")
    assert both("exact", -2.0, None, "PERCENT", None, "level") == ("-2%", "-2 %")
