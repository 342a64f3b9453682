"""`duixian inspect` as a user runs it: what holds of the page, what is refused, and that no report runs in it."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from PIL import Image

from commands.inspect import BASES, FAULTS, LABELS, SECTIONS_EN, page, visible
from pipelines.inspection import STATUSES, Inspection
from pipelines.seeds import SEEDS
from pipelines.tables import SECTIONS
from tests.commands.test_explain import changed
from tests.commands.test_run import duixian, query, run
from tests.pipelines.test_inspection import of, reordered

SHARED = SEEDS.parents[1] / "shared/reports"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NUMERALS = "全市修路45公里，种树6000多株，做好“六稳”工作。"
TEXT = f"""政府工作报告

各位代表：

一、2021年工作回顾

过去一年，我们稳中求进。地区生产总值增长6.1%，城镇新增就业2.3万人。{NUMERALS}

二、2022年工作安排

今年的主要预期目标是：地区生产总值增长6%左右，城镇新增就业2万人以上，居民消费价格涨幅控制在3%以内。
"""
HOSTILE = (
    "<script>document.title='taken'</script>一，<img src=x onerror=\"document.title='taken'\">二，"
    "</style></p></main>三，\" onfocus='document.title=1' x=\"四，{{ 7 * 7 }}{% raw %}五，=cmd|'/c calc'!A0六，"
    "&lt;b&gt;七，javascript:alert(1)，\x1b[2J八，\u202e反\u202c九，\u200b十，\u2028，\ue000"
)


def write(folder: Path, text: str = TEXT, name: str = "140200/2022.txt") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def inspect(*arguments: object) -> tuple[int, str]:
    return duixian("inspect", *arguments)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inspect") / "reports"
    write(folder)
    write(folder, "not Chinese", "140200/2023.txt")
    return folder


@pytest.fixture(scope="module")
def warehouse(reports: Path) -> Path:
    code, output = run(reports, reports.parent / "w")
    assert code == 0, output
    return reports.parent / "w"


def told(found: Inspection | str) -> html.HtmlElement:
    """The page as a browser parses it."""
    return html.document_fromstring(found if isinstance(found, str) else page(found))


def sound(tree: html.HtmlElement) -> None:
    """What holds of every page: it runs and loads nothing, each link leads somewhere in it, each id stands once."""
    assert not tree.xpath("//script | //iframe | //object | //embed | //link | //img | //form | //base")
    attributes = [name for element in tree.iter() if isinstance(element.tag, str) for name in element.attrib]
    assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "srcset")]
    ids = Counter(tree.xpath("//@id"))
    assert not [name for name, count in ids.items() if count > 1]
    assert not [link for link in tree.xpath("//@href") if link[0] != "#" or link[1:] not in ids]
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    [style] = tree.xpath("//style/text()")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style
    assert "@import" not in style


def text_of(tree: html.HtmlElement, path: str) -> str:
    return " ".join("".join(element.text_content() for element in tree.xpath(path)).split())


def texts(tree: html.HtmlElement, path: str) -> list[str]:
    return ["".join(element.itertext()).strip() for element in tree.xpath(path)]


# --- The page ----------------------------------------------------------------------------------------------------


def test_a_published_report_becomes_a_page_beside_what_is_published(warehouse: Path) -> None:
    code, output = inspect("140200/2022", "--warehouse", warehouse)
    assert code == 0, output
    path = warehouse / "inspect/140200-2022.html"
    assert output.startswith(f"140200/2022: {path} (")
    tree = told(path.read_text(encoding="utf-8"))
    sound(tree)
    assert text_of(tree, "//h1") == "大同市 Datong 2022 · 政府工作报告"
    overview = text_of(tree, "//*[@id='overview']")
    for said in ("140200/2022.txt · txt · utf-8", hashlib.sha256(TEXT.encode()).hexdigest(), "未注明 not stated"):
        assert said in overview
    assert texts(tree, "//article//*[@class='text']") == TEXT.strip().split("\n\n")


def test_the_page_is_the_same_read_afresh_or_from_a_file(warehouse: Path, reports: Path, tmp_path: Path) -> None:
    pages = []
    for number, source in enumerate(
        [
            ("140200/2022", "--warehouse", warehouse),
            ("140200/2022", "--reports", reports),
            (reports / "140200/2022.txt",),
        ]
    ):
        code, output = inspect(*source, "--out", tmp_path / f"{number}.html")
        assert code == 0, output
        pages.append((tmp_path / f"{number}.html").read_text(encoding="utf-8"))
    assert pages[0] == pages[1]
    assert pages[2] == pages[1].replace("<bdi>140200/2022.txt", "<bdi>2022.txt")


def test_a_file_of_any_name_is_read_with_area_and_year(tmp_path: Path) -> None:
    path = write(tmp_path, name="scan.txt")
    code, output = inspect(path, "--area", "330200", "--year", "2022", "--out", tmp_path / "page.html")
    assert code == 0, output
    assert "宁波市 Ningbo 2022" in text_of(told((tmp_path / "page.html").read_text(encoding="utf-8")), "//h1")


def test_a_report_of_several_files_is_read_as_one(tmp_path: Path) -> None:
    head, tail = TEXT.split("二、2022")
    write(tmp_path, head, "140200/2022/1.txt")
    write(tmp_path, "二、2022" + tail, "140200/2022/2.txt")
    code, output = inspect(tmp_path / "140200/2022", "--out", tmp_path / "page.html")
    assert code == 0, output
    assert "居民消费价格涨幅" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_without_a_warehouse_the_page_goes_into_a_temporary_folder(reports: Path) -> None:
    code, output = inspect("140200/2022", "--reports", reports)
    assert code == 0, output
    path = Path(re.fullmatch(r"140200/2022: (.+) \(\d+ kB\)\n", output).group(1))
    assert path.is_file()
    assert not path.is_relative_to(reports)
    shutil.rmtree(path.parent)


def test_numerals_are_marked_by_their_fate_and_lead_to_what_was_made_of_them() -> None:
    tree = told(of(TEXT))
    numerals = tree.xpath("//a[@data-t]")
    marked = {(element.text_content(), element.get("class").split()[1]) for element in numerals}
    assert {("6.1", "observed"), ("45", "measured"), ("六", "set_aside")} <= marked
    [growth] = [element for element in numerals if element.text_content() == "6.1"]
    assert growth.get("data-t").splitlines()[:2] == [
        "计量 measured → 地区生产总值 Gross domestic product",
        "结果 outcome · 增速 yoy · 2021 · 6.1%",
    ]
    observation = growth.get("data-t").splitlines()[2].removeprefix("observation 观测 ")
    register = tree.xpath(f"//*[@id='{growth.get('href')[1:]}']")[0]
    assert register.xpath(".//a/@href") == [f"#{growth.get('id')}", f"#o-{observation}"]
    [row] = tree.xpath(f"//tr[@id='o-{observation}']")
    assert "6.1%" in texts(row, ".//td")
    assert row.xpath(".//a/@href") == [f"#{growth.get('id')}"]
    aside = next(element for element in numerals if element.text_content() == "六")
    assert aside.get("data-t") == "搁置 set aside: 口号 slogan"


def test_evidence_of_outcome_and_target_is_told_apart_without_colour() -> None:
    tree = told(of(TEXT))
    marked = {kind: texts(tree, f"//*[@class='text']//span[@class='{kind}']") for kind in ("outcome", "target")}
    assert marked["outcome"][0] == "地区生产总值增长"
    assert marked["target"][0] == "地区生产总值增长"
    style = tree.xpath("//style/text()")[0]
    assert ".outcome { text-decoration: underline 2px" in style
    assert ".target { text-decoration: underline double" in style


def test_print_and_passages_lead_to_each_other_and_say_what_was_moved_and_why() -> None:
    found = reordered()
    tree = told(found)
    sound(tree)
    assert texts(tree, "//aside//*[@class='to']") == ["№ 1", "№ 3 串位", "№ 2 移位"]
    assert texts(tree, "//aside//*[@class='sheet']") == ["第 1 页 page 1", "第 2 页 page 2"]
    strayed, moved = text_of(tree, "//*[@id='p3']"), text_of(tree, "//*[@id='p2']")
    assert "串位 strayed printed within another section than its own; read as of its own" in strayed
    assert "缘由 why: 它说“第三”" in strayed
    assert "移位 moved printed after № 3" in moved
    assert "page 2, line 3, 24–35" in moved
    assert tree.xpath("//*[@id='p2']//*[@class='foot']/a/@href") == ["#src2"]
    assert len(tree.xpath("//svg//path")) == 1


def test_a_slip_shows_what_is_printed_and_what_it_is_read_as() -> None:
    found = of("跛出一条新路来，大家都说好。")
    [one] = found.groups[0][1]
    one.runs[0].read_as = "蹚"
    one.runs[0].text, rest = "跛", one.runs[0].text[1:]
    one.runs[1].text = rest + one.runs[1].text
    tree = told(found)
    assert (texts(tree, "//article//del"), texts(tree, "//article//ins")) == (["跛"], ["蹚"])


def test_a_sample_and_the_reports_warnings_are_told_at_the_head() -> None:
    warning = "It is filed under 2024, and says of itself <i>2023</i>."
    overview = text_of(told(of(TEXT, is_sample=True, warnings=[warning])), "//*[@id='overview']")
    assert "A sample: published figures in our own words" in overview
    assert warning in overview


def test_a_fault_that_the_page_does_not_know_is_shown_by_its_name() -> None:
    found = of(TEXT)
    found.groups[0][1][0].faults.append("mirrored")
    found.counts["faults"]["mirrored"] = 1
    found.groups[0][1][0].section_basis = "guess"
    tree = told(found)
    sound(tree)
    assert "mirrored" in text_of(tree, "//*[@id='p1']")


def test_every_code_has_its_words() -> None:
    assert set(SECTIONS_EN) == set(SECTIONS)
    style = (Path(__file__).parents[2] / "commands/templates/inspect.css").read_text(encoding="utf-8")
    for section in SECTIONS:
        assert style.count(f"--c-{section}:") == 2, "a colour for light and one for dark"
        assert f".s-{section} {{" in style
    assert all(f".{status} {{" in style for status in STATUSES)
    assert all(f".{kind} {{" in style for kind in LABELS["kind"])
    assert all(len(words) == 3 for words in FAULTS.values())
    assert all(len(words) == 2 for words in BASES.values())


def test_the_same_as_data(reports: Path, tmp_path: Path) -> None:
    code, output = inspect("140200/2022", "--reports", reports, "--format", "json")
    assert code == 0, output
    data = json.loads(output)
    assert data["report"]["report_id"] == "140200/2022"
    assert [one["position"] for _, group in data["groups"] for one in group] == [1, 2, 3, 4, 5, 6]
    assert data["counts"]["observations"] == {"outcome": 2, "target": 3}
    assert inspect("140200/2022", "--reports", reports, "--format", "json", "--out", tmp_path / "data.json")[0] == 0
    assert json.loads((tmp_path / "data.json").read_text(encoding="utf-8")) == data


@pytest.mark.parametrize(("opened", "message"), [(True, ""), (False, "not opened: no browser was found")])
def test_open_opens_the_page_in_the_browser(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: bool, message: str
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: asked.append(address) or opened)
    arguments = ("140200/2022", "--reports", reports, "--out", tmp_path / "页.html")
    assert inspect(*arguments)[0] == 0
    assert asked == []
    code, output = inspect(*arguments, "--open")
    assert code == 0
    assert asked == [(tmp_path / "页.html").as_uri()]
    assert message in output


# --- Untrusted text ----------------------------------------------------------------------------------------------


def hostile() -> Inspection:
    text = TEXT.replace("我们稳中求进。", HOSTILE + "。") + "\n我们要坚持稳中求进，努力工作。" * 300
    return of(text, title=HOSTILE, source="javascript:alert(1)//" + HOSTILE, flags=["<b>x</b>"], path="<i>y</i>.txt")


def test_nothing_of_a_report_is_markup_and_all_of_it_is_shown() -> None:
    tree = told(hostile())
    sound(tree)
    for part in ("//*[@id='passages']", "//aside"):
        shown = text_of(tree, part)
        assert "<script>document.title='taken'</script>一" in shown
        assert "</style></p></main>三" in shown
        assert "{{ 7 * 7 }}{% raw %}五" in shown
        assert "&lt;b&gt;七" in shown
        assert "⟦U+001B⟧[2J八，⟦U+202E⟧反⟦U+202C⟧九，⟦U+200B⟧十" in shown
        assert "⟦U+E000⟧" in shown
    assert "<script>" in tree.xpath("//title/text()")[0]
    assert {element.tag for element in tree.xpath("//*[@id='overview']//dd//*")} == {"bdi", "span"}


def test_data_is_lossless_and_steers_no_terminal(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT.replace("我们稳中求进。", HOSTILE + "。") + "\n我们要坚持稳中求进，努力工作。" * 300)
    code, output = inspect(path, "--format", "json")
    assert code == 0
    assert not [one for one in output if not one.isprintable() and one != "\n"]
    data = json.loads(output)
    printed = "".join(chunk["text"] for line in data["lines"] for chunk in line["chunks"])
    assert HOSTILE.replace("\u2028", "") in printed.replace("\u2028", "")


@given(st.text(max_size=40))
@settings(max_examples=300)
def test_what_is_shown_can_be_seen(text: str) -> None:
    shown = visible(text)
    assert all(one.isprintable() or one in " \t\n\r\u00a0\u2002\u2003\u3000" for one in shown)
    if text.isprintable():
        assert shown == text


@given(st.text("<>&\"'/={}%#-!甲6。\x00\x1b\u202e\ud7ff script", min_size=1, max_size=40))
@settings(max_examples=25, deadline=None)
def test_any_text_is_shown_as_it_is(text: str) -> None:
    found = of(f"甲{text}乙" * 2, title=text, source=text)
    tree = told(found)
    sound(tree)
    assert texts(tree, "//article//*[@class='text']") == [visible(f"甲{text}乙" * 2)]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here to show a page in")
def test_a_browser_shows_the_page_and_runs_nothing_of_it(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(hostile()), encoding="utf-8")
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-dev-shm-usage", f"--user-data-dir={tmp_path / 'profile'}", "--window-size=800,600",
    ]  # fmt: skip
    shot = tmp_path / "shot.png"
    subprocess.run([*command, f"--screenshot={shot}", path.as_uri()], check=True, capture_output=True, timeout=60)
    with Image.open(shot) as image:
        assert image.convert("RGB").getpixel((400, 1)) == (0x9B, 0x1C, 0x1F), "the style, which the policy must allow"
    parsed = subprocess.run([*command, "--dump-dom", path.as_uri()], check=True, capture_output=True, timeout=60)
    tree = told(parsed.stdout.decode())
    sound(tree)
    assert tree.xpath("//title/text()")[0].startswith("大同市 Datong 2022 · <script>")


# --- What is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("140200/2024", "--warehouse", "W"), "140200/2024 is not published in"),
        (("140200/2024", "--warehouse", "W"), "there are 1, such as 140200/2022; --reports reads it afresh"),
        (("140200/2023", "--warehouse", "W"), "140200/2023 was rejected: 140200/2023.txt holds hardly any Chinese"),
        (("140200/2022", "--warehouse", "nowhere"), "duixian.duckdb is not there; run `duixian run` to publish it"),
        (("140200/2024", "--reports", "R"), "holds no report 140200/2024; it would stand there as 140200/2024.<ext>"),
        (("140200/2023", "--reports", "R"), "140200/2023.txt holds hardly any Chinese"),
        (("140200/2022", "--reports", "nowhere"), "nowhere is not a folder; --reports must name one"),
        (("140200/2022", "--reports", "R", "--warehouse", "W"), "--reports and --warehouse exclude each other"),
        (("140200/2022", "--area", "330200"), "--area and --year are for a file"),
        (("140200/22",), "140200/22 is neither a report's id, such as 140200/2022, nor a file"),
        (("R/140200/2022.txt", "--reports", "R"), "is no report's id such as 140200/2022, which --reports"),
        (("R/140200/2022.txt", "--year", "1900"), "1900 is no report year; --year must be from 1954 to 2100"),
        (("R/140200/2022.txt", "--area", "999999"), "'999999' is no code of seeds/areas.csv; add --area"),
        (("R/140200/2023.txt",), "2023.txt holds hardly any Chinese"),
        (("R/140200/2022.txt", "--out", "R/140200/2022.txt"), "lies where reports are read from"),
        (("140200/2022", "--reports", "R", "--out", "R/140200/2024.html"), "lies where reports are read from"),
        (("140200/2022", "--reports", "R", "--out", "no/such/page.html"), "is not there; make it, or name another"),
        (("140200/2022", "--reports", "R", "--out", "W"), "is a folder; name the file that the page becomes"),
        (("\x1b[2J\u202e",), "is neither a report's id"),
        (("x" * 5000,), "File name too long"),
    ],
)
def test_what_cannot_be_shown_says_why_in_a_line(
    reports: Path, warehouse: Path, arguments: tuple[str, ...], message: str
) -> None:
    folders = {"R": str(reports), "W": str(warehouse)}
    given_arguments = [re.sub(r"^[RW](?=/|$)", lambda match: folders[match.group()], item) for item in arguments]
    code, output = inspect(*given_arguments)
    assert code == 2
    assert message in output
    assert len(output.splitlines()) == 1
    assert "\x1b" not in output


def test_a_file_whose_name_gives_no_year_wants_one(tmp_path: Path) -> None:
    path = write(tmp_path, name="140200/scan.txt")
    code, output = inspect(path)
    assert code == 2
    assert "the year of scan.txt cannot be told from its name; add --year" in output


def test_the_report_itself_stays_as_it_was(reports: Path) -> None:
    path = reports / "140200/2022.txt"
    assert inspect(path, "--out", path)[0] == 2
    assert path.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("statement", ["ALTER TABLE core.statements DROP COLUMN fate", "DROP SCHEMA core CASCADE"])
def test_a_database_of_another_version_says_so(warehouse: Path, tmp_path: Path, statement: str) -> None:
    code, output = inspect("140200/2022", "--warehouse", changed(warehouse, tmp_path / "w", statement))
    assert code == 1
    assert "was built by another version of duixian; run `duixian run` on it again" in output


# --- Real reports ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real reports are not at ../shared/reports")
@pytest.mark.parametrize("report", ["140200/2022", "100000/1955", "100000/2016", "140000/2025"])
def test_pages_of_real_reports_are_whole_and_light(report: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    code, output = inspect(report, "--reports", SHARED, "--out", path)
    assert code == 0, output
    assert path.stat().st_size < 2_000_000
    tree = told(path.read_text(encoding="utf-8"))
    sound(tree)
    shared = ".//text()[not(ancestor::ins or ancestor::a[@class='to'] or ancestor::*[@class='count'])]"
    read, printed = (
        "".join(text for element in tree.xpath(path) for text in element.xpath(shared)).split()
        for path in ("//article//*[@class='text']", "//aside//p[starts-with(@class, 'chunk')]")
    )
    assert Counter("".join(read)) == Counter("".join(printed)), "each character stands in one passage"
    if report.startswith("100000"):
        text = (SHARED / f"{report}.txt").read_text(encoding="utf-8")
        assert "".join(printed) == "".join(visible(text.replace("\n", "")).split())


def test_a_published_number_leads_from_the_page_to_explain(warehouse: Path) -> None:
    ids = {row[0] for row in query(warehouse, "SELECT observation_id FROM core.observations")}
    inspect("140200/2022", "--warehouse", warehouse)
    tree = told((warehouse / "inspect/140200-2022.html").read_text(encoding="utf-8"))
    assert {name.removeprefix("o-") for name in tree.xpath("//tr/@id")} == ids
