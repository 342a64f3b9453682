"""The scorecard site in a real browser: what people do there, what it shows, what it never asks for or runs.

One browser for all; the samples' site, and one of reports that would do harm, served as `duixian open` serves them.
"""

import csv
import io
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import etree
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.commands.test_run import run
from tests.serving import HANDLER, SCRIPT, hostile_reports, served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here to look at the site with; on Debian: apt-get install chromium"
)
OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
EVERY_PAGE = (
    "index.html", "areas/100000.html", "reports/100000-2014.html", "indicators.html", "indicators/gdp.html",
    "method.html", "coverage.html",
)  # fmt: skip
DRAWN = "document.querySelectorAll('[data-chart]').length === document.querySelectorAll('[data-chart] svg').length"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of reports whose words are code."""
    folder = tmp_path_factory.mktemp("hostile")
    code, output = run(hostile_reports(folder / "r"), folder / "w")
    assert code == 0, output
    return folder / "w/site"


@pytest.fixture(scope="module")
def browser(folder: Path, hostile: Path) -> Iterator[Browser]:
    # after the runs, which want an event loop of their own
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def folder(samples: tuple[duckdb.DuckDBPyConnection, str]) -> Path:
    """The samples' site."""
    [(path,)] = samples[0].execute("SELECT path FROM duckdb_databases() WHERE path IS NOT NULL").fetchall()
    return Path(path).parents[1] / "site"


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with served(folder) as found:
        yield found


def until(page: Page, expression: str) -> None:
    """Wait for what is true sooner or later; Playwright's own way would evaluate a string, which the policy forbids."""
    end = time.monotonic() + 20
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never so: {expression}"
        page.wait_for_timeout(40)


def watched(browser: Browser, address: str, **more: Any) -> tuple[BrowserContext, list[str]]:
    """A window whose complaints, and whose requests to anywhere else, are listed."""
    context = browser.new_context(**{"locale": "zh-CN", "viewport": {"width": 1280, "height": 900}} | more)
    faults: list[str] = []
    context.on(
        "request", lambda asked: None if asked.url.startswith((address, "data:", "blob:")) else faults.append(asked.url)
    )
    context.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
    return context, faults


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of the samples' site, in Chinese; nothing may have gone wrong on it."""
    context, faults = watched(browser, address)
    yield context.new_page()
    context.close()
    assert faults == []


# --- What people do ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "first", "heading"),
    [
        ("山西", "areas/140000.html", "山西省"),
        ("shanx", "areas/140000.html", "山西省"),
        ("就业", "indicators/urban_new_jobs.html", "城镇新增就业"),
        ("M2", "indicators/m2.html", "广义货币(M2)余额"),
        ("浙江 城镇新增就业", "areas/330000.html#urban_new_jobs", "浙江省"),
    ],
)
def test_search_leads_to_areas_indicators_and_both(
    page: Page, address: str, words: str, first: str, heading: str
) -> None:
    page.goto(f"{address}method.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip", (
        "the keyboard first meets the way to the content"
    )
    page.get_by_role("combobox", name="搜索地区和指标").fill(words)
    page.wait_for_selector("#found li")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#search", "aria-activedescendant") == "hit-0"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}{first}*")
    assert page.locator("h1").inner_text() == heading


def test_what_is_not_found_is_told(page: Page, address: str) -> None:
    page.goto(address)
    page.fill("#search", "火星")
    until(page, "document.getElementById('found-count').textContent !== ''")
    assert page.locator("#found-count").text_content() == "0条结果"
    assert not page.locator("#found").is_visible()


def test_the_language_is_switched_on_every_page_and_remembered(page: Page, address: str) -> None:
    for path in EVERY_PAGE:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.lang") == "zh-Hans"
        assert page.get_by_role("link", name="方法", exact=True).is_visible()
    page.click(".language")
    for path in EVERY_PAGE:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.get_by_role("link", name="Method", exact=True).is_visible()
        assert page.locator("main .zh:visible").count() == 0
        assert page.title().endswith("· Duixian")


def test_a_browser_of_another_language_begins_in_english(browser: Browser, address: str) -> None:
    context, faults = watched(browser, address, locale="de-DE")
    page = context.new_page()
    page.goto(address)
    assert page.locator("h1").inner_text() == "Did the report's targets come true?"
    context.close()
    assert faults == []


def test_a_table_sorts_by_numbers_and_says_how(page: Page, address: str) -> None:
    page.goto(f"{address}reports/100000-2014.html")
    table = page.locator("table.sortable").first
    header = table.locator("th", has_text="目标")
    third = table.locator("tbody tr td:nth-child(3)")

    def told() -> list[float]:
        return [float(value) for value in third.evaluate_all("cells => cells.map(cell => cell.dataset.sort)")]

    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "ascending"
    numbers = told()
    assert numbers == sorted(numbers)
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "descending"
    assert told() == sorted(numbers, reverse=True)
    table.locator("th", has_text="结果").get_by_role("button").click()
    values = table.locator("tbody tr td:nth-child(4)").evaluate_all("cells => cells.map(cell => cell.dataset.sort)")
    known = [float(value) for value in values if value]
    assert known == sorted(known)
    assert values[len(known) :] == [""] * (len(values) - len(known)), "what is not known goes last"
    assert table.locator("th[aria-sort]").count() == 1


def test_a_year_is_chosen_and_chart_and_table_follow(page: Page, address: str) -> None:
    page.goto(f"{address}indicators/gdp.html")
    until(page, "document.querySelector('.thing [data-chart] svg') !== null")
    chosen = page.locator("select").first
    for year, areas in (("2025", 3), ("2014", 1)):
        chosen.select_option(year)
        drawn = f"current(document.querySelector('.thing [data-chart]').dataset.chart).title[0].includes('{year}')"
        until(page, drawn)
        rows = page.locator("table[data-of]").first.locator("tbody tr:not([hidden])")
        assert rows.count() == areas
        assert set(rows.evaluate_all("rows => rows.map(row => row.dataset.year)")) == {year}


# --- What is shown -------------------------------------------------------------------------------------------------


def test_the_marks_of_a_chart_stand_where_the_database_says(
    page: Page, address: str, samples: tuple[duckdb.DuckDBPyConnection, str]
) -> None:
    page.goto(f"{address}areas/100000.html")
    until(page, DRAWN)
    for indicator, change in (("gdp", "yoy"), ("urban_new_jobs", "level"), ("cpi", "yoy")):
        element = page.locator(f"[data-chart^='{indicator}-{change}-']").first
        found = element.evaluate(
            """element => {
                const view = drawn.get(element);
                const [x, y] = [view.scale("x"), view.scale("y")];
                const years = new Map(x.domain().map(year => [Math.round(x(year) + x.bandwidth() / 2), year]));
                const factor = current(element.dataset.chart).unit.zh[1];
                const shown = [...element.querySelectorAll(".mark-symbol path")].filter(
                    path => path.getAttribute("opacity") !== "0");
                return shown.map(path => {
                    const [, across, up] = path.getAttribute("transform").match(/translate\\(([-\\d.]+),([-\\d.]+)\\)/);
                    const year = Number(years.get(Math.round(Number(across))));
                    return [year, y.invert(Number(up)) * factor, path.getAttribute("fill")];
                });
            }"""
        )
        told = samples[0].execute(
            """SELECT period_end, outcome_value, verdict FROM mart.target_outcomes
               WHERE ref_area = '100000' AND indicator = ? AND transformation = ? AND outcome_value IS NOT NULL
                 AND period_start = period_end
               UNION SELECT period_year, outcome_value, verdict FROM mart.year_over_year
               WHERE ref_area = '100000' AND indicator = ? AND transformation = ? AND target_id IS NULL""",
            [indicator, change] * 2,
        )
        wanted = sorted(told.fetchall())
        assert [year for year, *_ in sorted(found)] == [year for year, *_ in wanted]
        room = max(abs(value) for _, value, _ in wanted) * 0.01
        colours: dict[str, set[str]] = {}
        for (_, value, colour), (_, expected, verdict) in zip(sorted(found), wanted, strict=True):
            assert value == pytest.approx(expected, abs=room)
            colours.setdefault(verdict, set()).add(colour)
        assert all(len(some) == 1 for some in colours.values()), "a verdict has one colour"


def test_a_number_leads_to_its_sentence(
    page: Page, address: str, samples: tuple[duckdb.DuckDBPyConnection, str]
) -> None:
    [(target, aim, outcome)] = (
        samples[0]
        .execute(
            """SELECT target_id, target_evidence, outcome_evidence FROM mart.target_outcomes
           WHERE ref_area = '100000' AND indicator = 'gdp' AND target_report_year = 2014"""
        )
        .fetchall()
    )
    page.goto(f"{address}areas/100000.html")
    table = page.locator("article.one[id^='gdp-yoy']")
    table.locator("summary").click()
    table.locator("tbody tr", has=page.locator("th", has_text="2014")).get_by_role("link", name="7.5%左右").click()
    page.wait_for_url(f"{address}reports/100000-2014.html#x{target}")
    article = page.locator(f"#x{target}")
    expect(article).to_be_in_viewport()
    quotes = article.locator("blockquote").all_inner_texts()
    assert aim in quotes[0]
    assert outcome in quotes[1]
    marks = article.locator("blockquote").first.locator("mark").all_inner_texts()
    assert marks[-3:] == ["经济增长", "7.5%", "左右"] or {"7.5%", "左右"} <= set(marks)
    assert "按字面：未兑现；按容差：兑现" in article.inner_text()
    assert article.locator("details.how").first.get_attribute("open") is not None, "how it was read is open"
    assert "左右 → 左右" in article.inner_text()


def test_what_is_taken_away_is_what_is_shown(
    page: Page, address: str, samples: tuple[duckdb.DuckDBPyConnection, str]
) -> None:
    page.goto(f"{address}areas/100000.html")
    box = page.locator("article.one[id^='gdp-yoy'] .take")
    taken = {}
    for form in ("csv", "svg", "png"):
        with page.expect_download() as waiting:
            box.get_by_role("button", name=form.upper()).click()
        assert waiting.value.suggested_filename.endswith(f".{form}")
        taken[form] = Path(waiting.value.path()).read_bytes()
    assert taken["png"].startswith(b"\x89PNG")
    assert len(taken["png"]) > 10_000
    drawing = etree.fromstring(taken["svg"])
    words = "".join(drawing.itertext())
    assert "地区生产总值" in words
    assert "Gross domestic product" in words
    assert "样例" in words, "a sample is told on what is taken away too"
    lines = list(csv.reader(io.StringIO(taken["csv"].decode("utf-8-sig"))))
    assert lines[0][:2] == ["地区 ref_area", "指标 indicator"]
    rows = [dict(zip((name.split()[1] for name in lines[0]), line, strict=True)) for line in lines[1:]]
    wanted = samples[0].execute(
        """SELECT target_id, target_value, outcome_value, verdict FROM mart.target_outcomes
           WHERE ref_area = '100000' AND indicator = 'gdp' AND transformation = 'yoy'"""
    )
    assert {
        (
            row["target_id"],
            float(row["target_value"]),
            float(row["outcome_value"]) if row["outcome_value"] else None,
            row["verdict"],
        )
        for row in rows
        if row["target_id"]
    } == set(wanted.fetchall())


def test_charts_follow_language_and_darkness(page: Page, address: str) -> None:
    page.goto(f"{address}areas/330000.html")
    plot = page.locator("[data-chart^='urban_new_jobs']").first
    plot.scroll_into_view_if_needed()
    plot.locator("svg").wait_for()
    unit, mark = plot.locator(".unit"), plot.locator(".mark-symbol path").last
    assert unit.inner_text() == "万人"
    light = mark.get_attribute("fill")
    page.click(".language")
    expect(unit).to_have_text("million people")
    page.emulate_media(color_scheme="dark")
    expect(mark).not_to_have_attribute("fill", light or "")


@pytest.mark.parametrize(("scheme", "locale", "width"), [("light", "zh-CN", 1280), ("dark", "en-GB", 390)])
def test_nobody_is_shut_out(browser: Browser, address: str, scheme: Any, locale: str, width: int) -> None:
    context, faults = watched(
        browser,
        address,
        color_scheme=scheme,
        locale=locale,
        viewport={"width": width, "height": 850},
        reduced_motion="reduce",
    )
    page = context.new_page()
    for path in EVERY_PAGE:
        page.goto(address + path)
        until(page, DRAWN)
        found = Axe().run(page).response["violations"]
        told = [(one["id"], one["impact"], one["nodes"][0]["target"]) for one in found]
        assert [one for one in told if one[1] in ("serious", "critical")] == [], path
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{path} is wider than the window"
    context.close()
    assert faults == []


def test_it_is_printed_with_its_tables(page: Page, address: str) -> None:
    page.goto(f"{address}areas/140000.html")
    until(page, DRAWN)
    assert page.locator("details.data[open]").count() == 0
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.data:not([open])").count() == 0
    page.emulate_media(media="print")
    assert not page.locator(".tools").is_visible()
    assert page.pdf()[:4] == b"%PDF"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.data[open]").count() == 0


def test_it_works_from_the_disk_too(browser: Browser, folder: Path) -> None:
    context, faults = watched(browser, "file:///")
    page = context.new_page()
    page.goto((folder / "areas/140000.html").as_uri())
    until(page, DRAWN)
    page.fill("#search", "浙江")
    page.wait_for_selector("#found li")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("areas/330000.html"))
    page.click(".language")
    assert page.locator("h1").inner_text() == "Zhejiang"
    context.close()
    assert faults == []


# --- What never happens --------------------------------------------------------------------------------------------


def test_no_word_of_a_report_runs(browser: Browser, hostile: Path) -> None:
    with served(hostile) as address:
        context, faults = watched(browser, address)
        page = context.new_page()
        for path in (
            "index.html",
            "areas/140200.html",
            "reports/140200-2021.html",
            "reports/140200-2022.html",
            "coverage.html",
        ):
            page.goto(address + path)
            until(page, DRAWN)
            for summary in page.locator("summary").all():
                summary.click()
            assert "taken" not in page.title()
            assert page.locator("main script, main img").count() == 0
            page.goto(f"{address}reports/140200-2022.html")
        quotes = "".join(page.locator("blockquote").all_inner_texts())
        assert SCRIPT in quotes
        assert HANDLER in quotes
        context.close()
    assert faults == []
