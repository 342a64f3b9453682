"""Properties: what is written is read back, what does not matter changes nothing, and no text is too hard or too slow.

Numbers, reports and hostile texts are made up here; the words come from `seeds/lexicon`.
"""

import csv
import re
import sys
import time
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipelines import seeds
from pipelines.observations import observations
from pipelines.passages import passages
from pipelines.statements import statements
from pipelines.tables.core import OBSERVATIONS, PASSAGES, REPORTS
from tests.pipelines.test_numerals import HAN, chinese
from tests.pipelines.test_statements import check

SCALES = {"": 1, "百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789.%+-/,()"}
quick = settings(suppress_health_check=[HealthCheck.too_slow])
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def table(name: str) -> list[dict[str, str]]:
    """A table of the lexicon."""
    with (seeds.SEEDS / "lexicon" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def alone(text: str, section: str = "review_year", area: str = "330000", year: int = 2021) -> pl.DataFrame:
    """The statements of one passage that is all of a report."""
    row = {
        "passage_id": f"{area}/{year}#1", "report_id": f"{area}/{year}", "ref_area": area, "report_year": year,
        "position": 1, "section": section, "section_basis": "order", "is_heading": False, "heading": None,
        "char_start": 0, "char_end": len(text), "text": text, "continues": False, "faults": [],
    }  # fmt: skip
    return statements(PASSAGES.frame([row]))


def frame(*texts: str, area: str = "330000", year: int = 2021) -> pl.DataFrame:
    """Reports: the first of `year`, the next of the year after."""
    rows = [
        {
            "report_id": f"{area}/{year + at}", "ref_area": area, "report_year": year + at, "text": text,
            "is_sample": False,
        }
        for at, text in enumerate(texts)
    ]  # fmt: skip
    return REPORTS.frame(rows)


def observed(table: pl.DataFrame) -> set[str]:
    """What reports say, as ids that hold no places."""
    return set(observations(statements(passages(table)), table)["observation_id"].to_list())


def said(table: pl.DataFrame) -> set[tuple[Any, ...]]:
    """What reports say, legible, for messages."""
    found = observations(statements(passages(table)), table)
    names = ("kind", "indicator", "transformation", "period_start", "period_end", "bound", "obs_value", "unit_measure")
    return set(found.select(*names).rows())


# --- numbers --------------------------------------------------------------------------------------------------------


MEASURED = [row for row in table("units.csv") if row["unit_measure"]]
BOUNDS = table("bounds.csv")
OF_MEASURE = [row for row in MEASURED if row["counts"] == "no" and "多" not in row["word"]]
whole = st.one_of(st.integers(2, 99), st.integers(100, 99_999))
decimal = st.one_of(
    whole.map(lambda number: (str(number), float(number))),
    whole.map(lambda number: (f"{number:,}", float(number))),
    st.tuples(whole, st.integers(1, 99)).map(lambda two: (f"{two[0]}.{two[1]:02}", float(f"{two[0]}.{two[1]:02}"))),
    st.tuples(whole, st.integers(1, 9)).map(lambda two: (f"{two[0]:,}.{two[1]}", float(f"{two[0]}.{two[1]}"))),
)
scale = st.sampled_from(["", "", "万", "百万", "千万", "亿", "万亿"])


def only(text: str) -> dict[str, Any]:
    """The only quantity of a text: other digits stand in names, such as m3."""
    found = alone(text)
    measured = found.filter(pl.col("fate") == "measured")
    assert measured.height == 1, (text, found.select("surface", "fate", "reason").rows())
    return measured.row(0, named=True)


def near(value: float, expected: float) -> bool:
    """Whether two numbers are one but for the last digits of their product with a unit's factor."""
    return value == pytest.approx(expected, rel=1e-9)


@given(decimal, scale, st.sampled_from(MEASURED), st.booleans())
@quick
def test_digits_with_each_unit(number: tuple[str, float], scale: str, unit: dict[str, str], wide: bool) -> None:
    """Digits with or without commas, of either width, with a scale and a unit."""
    digits, value = number
    assume(not (scale and unit["unit_measure"] in ("PERCENT", "PERCENTAGE_POINT")))
    assume("多" not in unit["word"])
    text = f"该项合计{digits.translate(FULL_WIDTH) if wide else digits}{scale}{unit['word']}。"
    row = only(text)
    expected = value * SCALES[scale] * float(Fraction(unit["factor"]))
    assert near(row["value"], expected), text
    assert (row["unit_measure"], row["bound"], row["value_high"]) == (unit["unit_measure"], "exact", None), text


@given(st.one_of(st.integers(12, 99_999), st.integers(10**5, 10**11)), st.sampled_from(OF_MEASURE))
@quick
def test_chinese_numbers_with_each_unit(number: int, unit: dict[str, str]) -> None:
    """十二万四千, 三百零五亿: Chinese characters with their scales."""
    assume(unit["unit_measure"] not in ("PERCENT", "PERCENTAGE_POINT"))
    text = f"该项合计{chinese(number)}{unit['word']}。"
    row = only(text)
    assert near(row["value"], number * float(Fraction(unit["factor"]))), text
    assert (row["unit_measure"], row["bound"]) == (unit["unit_measure"], "exact"), text


@pytest.mark.parametrize("word", [row["word"] for row in OF_MEASURE if row["word"] not in ("%", "‰")])
def test_small_chinese_numbers_with_each_unit(word: str) -> None:
    """二里, 四平方米, 三成, 十一元: no word of the dictionary swallows a number before a unit."""
    factor = next(float(Fraction(row["factor"])) for row in OF_MEASURE if row["word"] == word)
    for number in (*range(2, 13), 20, 100):
        text = f"该项合计{chinese(number)}{word}。"
        assert near(only(text)["value"], number * factor), text


CHANGES = sorted({row["word"] for row in table("verbs.csv") if row["effect"] in ("grow", "rate", "reach")})


@pytest.mark.parametrize("verb", CHANGES)
def test_small_chinese_numbers_after_each_verb(verb: str) -> None:
    """增长三倍, 提高三个百分点: nor one after a verb."""
    for number in range(2, 12):
        for text in (f"该项{verb}{chinese(number)}个百分点。", f"该项{verb}{chinese(number)}点五倍。"):
            assert abs(only(text)["value"]) in (number, number + 0.5, 100 * number + 50), text


@given(st.integers(1, 199), st.integers(0, 99), st.sampled_from(["增长", "下降", "上升", "达到", "为"]))
@quick
def test_percentages_in_characters(number: int, fraction: int, lead: str) -> None:
    """百分之十一点八."""
    points = f"点{''.join(HAN[int(digit)] for digit in f'{fraction:02}'.rstrip('0'))}" if fraction else ""
    text = f"该项{lead}百分之{chinese(number)}{points}。"
    row = only(text)
    value = float(f"{number}.{fraction:02}")
    assert near(row["value"], -value if lead == "下降" else value), text
    assert row["unit_measure"] == "PERCENT"


@given(
    decimal, st.sampled_from([row for row in BOUNDS if row["place"] != "inside"]), st.sampled_from(["人", "元", "%"])
)
@quick
def test_each_bound_word(number: tuple[str, float], bound: dict[str, str], unit: str) -> None:
    """A bound word before or after the number."""
    digits, value = number
    before, after = (bound["word"], "") if bound["place"] == "before" else ("", bound["word"])
    text = f"该项{before}{digits}{unit}{after}。"
    row = only(text)
    assert (row["bound"], row["value"]) == (bound["bound"], value), text


@given(whole, st.sampled_from("多余"), st.sampled_from(["", "万", "亿"]), st.sampled_from(["人", "元", "吨", "公里"]))
@quick
def test_bounds_inside_the_number(number: int, more: str, scale: str, unit: str) -> None:
    """30多万人, 300余公里."""
    text = f"该项合计{number * 10}{more}{scale}{unit}。"
    row = only(text)
    assert (row["bound"], row["value"]) == ("at_least", pytest.approx(number * 10 * SCALES[scale])), text


@pytest.mark.parametrize(
    "text",
    [
        "提高5个多百分点。",
        "提高10多个百分点。",
        "新增36万多人。",
        "增长2倍多。",
    ],
)
def test_more_inside_or_after_the_unit(text: str) -> None:
    """个多百分点, 万多人, 倍多: 多 is at least, wherever it stands."""
    assert only(text)["bound"] == "at_least", text


@given(
    st.integers(1, 400), st.integers(1, 99), st.sampled_from(["—", "-", "－", "–", "～", "~", "至", "到", "——"]),
    st.sampled_from(["%", "亿元", "万人"]), st.booleans(),
)  # fmt: skip
@quick
def test_ranges(low: int, more: int, link: str, unit: str, both: bool) -> None:
    """5%—6%, 2到3亿: two ends, the unit with both or with the second."""
    text = f"该项合计{low}{unit if both else ''}{link}{low + more}{unit}。"
    row = only(text)
    factor = SCALES[unit[0]] if len(unit) > 1 else 1
    ends = (pytest.approx(low * factor), pytest.approx((low + more) * factor))
    assert (row["bound"], row["value"], row["value_high"]) == ("range", *ends), text


@pytest.mark.parametrize(
    ("word", "place", "bound"),
    [(row["word"], row["place"], row["bound"]) for row in BOUNDS if row["place"] != "inside"],
)
def test_each_bound_word_is_read(word: str, place: str, bound: str) -> None:
    """All of them, not only those that chance picks."""
    text = f"该项{word}36人。" if place == "before" else f"该项合计36人{word}。"
    row = only(text)
    assert (row["bound"], row["value"]) == (bound, 36), text


@pytest.mark.parametrize("unit", [row for row in MEASURED if "多" not in row["word"]], ids=lambda unit: unit["word"])
def test_each_unit_is_read(unit: dict[str, str]) -> None:
    """All of them, not only those that chance picks."""
    row = only(f"该项合计36{unit['word']}。")
    assert near(row["value"], 36 * float(Fraction(unit["factor"])))
    assert row["unit_measure"] == unit["unit_measure"]


# --- reports --------------------------------------------------------------------------------------------------------

OPENING = "各位代表：\n\n现在，我代表市人民政府，向大会报告工作，请予审议。"
PARTS = {
    "term": (
        "“十三五”时期工作回顾",
        "“十三五”时期，全市上下团结奋斗，各项事业有了新的进展。五年来，地区生产总值从4120亿元增加到5862亿元，年均增长7.3%；"
        "城镇居民人均可支配收入、农民人均可支配收入年均分别增长7.6%、8.9%，城镇新增就业累计86万人，农村贫困人口全部脱贫。",
        "（一）经济结构逐步优化。服务业增加值占比由46.2%提高到52.4%，全社会研发投入强度达到2.3%，市场主体净增24万户、总量突破60万户。",
    ),
    "year": (
        "2020年工作回顾",
        "2020年，面对多重困难，全市经济稳步恢复。地区生产总值达到5862亿元，增长3.6%，总量居全省第四位。一般公共预算收入"
        "完成486.5亿元，同比增长2.1%，其中税收收入392亿元。城乡居民人均可支配收入分别增长4.5%、6.8%左右。",
        "粮食总产量超过46.8亿斤。居民消费价格上涨2.4%，城镇调查失业率控制在5.5%以内。PM2.5年均浓度降至38微克/立方米，"
        "空气质量优良天数比率达到82.6%，单位地区生产总值能耗下降3.1%。",
        "去年开工改造老旧小区126个，新建改建农村公路860公里，高速公路通车里程达到1240公里。",
    ),
    "plan": (
        "“十四五”时期的奋斗目标",
        "今后五年，要努力实现更高质量的发展。地区生产总值年均增长6.5%左右；到2025年，常住人口城镇化率达到72%以上，"
        "森林覆盖率提高到38%，居民人均可支配收入年均增长7%。",
        "“十四五”期间，城镇新增就业90万人以上，实际使用外资累计超过40亿美元。",
    ),
    "tasks": (
        "2021年重点工作",
        "今年的主要预期目标是：地区生产总值增长7%以上，一般公共预算收入增长5%—6%，固定资产投资增长8%，城镇新增就业18万人，"
        "城镇登记失业率控制在4%以内，居民消费价格涨幅3%左右。",
        "（一）全力扩大内需。社会消费品零售总额增长9%，进出口总额增长百分之六，接待游客2600万人次。",
        "（二）切实改善民生。改造老旧小区150个，棚户区改造开工8200套，新改建农村公路六百公里，居民医保财政补助标准由550元提高到580元。",
    ),
}  # fmt: skip
CLOSING = "各位代表，让我们团结起来，为实现全年目标而努力奋斗！"
FILLERS = (
    "干部作风进一步转变，群众的满意度不断提高。",
    "我们大力弘扬实干精神，广泛凝聚各方面的力量。",
    "建成图书馆12座、体育场馆36个，办理建议和提案486件。",
    "全市组织文艺演出1200场，惠及群众三十多万人次。",
    "工业用电量增长5.6%，港口吞吐量达到4200万吨。",
)
NUMERALS = "一二三四"


def made(order: tuple[str, ...] = tuple(PARTS), numbers: str = NUMERALS) -> str:
    """A report of our own, its parts in this order and with these numbers, if any."""
    lines = [OPENING]
    for at, part in enumerate(order):
        heading, *body = PARTS[part]
        lines += [f"{numbers[at]}、{heading}" if numbers else heading, *body]
    return "\n\n".join([*lines, CLOSING])


@cache
def samples() -> dict[tuple[str, int], str]:
    """The sample reports and one of our own."""
    found = {
        (path.parent.name, int(path.stem)): path.read_text(encoding="utf-8")
        for path in sorted(Path(seeds.SEEDS, "reports").glob("*/*.txt"))
    }
    return {("330100", 2021): made()} | found


@cache
def read(place: tuple[str, int]) -> tuple[str, frozenset[str]]:
    """A sample report and what it says."""
    area, year = place
    text = samples()[place]
    found = observed(frame(text, area=area, year=year))
    assert len(found) >= 7, place
    return text, frozenset(found)


def same(place: tuple[str, int], changed: str) -> None:
    """A changed report says what it said."""
    text, before = read(place)
    area, year = place
    if observed(frame(changed, area=area, year=year)) != before:
        one, two = (said(frame(form, area=area, year=year)) for form in (text, changed))
        raise AssertionError(f"{place}: lost {sorted(one - two)}, new {sorted(two - one)}, in\n{changed}")


PLACES = sorted(samples())
WHOLE = [place for place in PLACES if place[0] != "140200"]  # the other is a scan, its sentences cut by jump lines


def test_our_own_report_says_what_was_written() -> None:
    """The report that the properties are tried on is read in full."""
    assert len(read(("330100", 2021))[1]) == 46


@given(st.sampled_from(WHOLE), st.lists(st.tuples(st.floats(0, 1), st.sampled_from(FILLERS)), min_size=1, max_size=4))
@few
def test_unrelated_paragraphs_change_nothing(place: tuple[str, int], added: list[tuple[float, str]]) -> None:
    """Before, after and between the paragraphs of a report."""
    lines = samples()[place].split("\n")
    for where, filler in added:
        lines.insert(round(where * len(lines)), filler)
    same(place, "\n".join(lines))


@given(st.sampled_from(PLACES))
@few
def test_full_width_changes_nothing(place: tuple[str, int]) -> None:
    """Digits and signs of full width."""
    same(place, samples()[place].translate(FULL_WIDTH))


def spaced(text: str, border: str, blank: str, every: int, offset: int) -> str:
    """The text with a blank at each `every`-th border."""
    places = [match.start() for match in re.finditer(border, text)][offset % every :: every]
    return "".join(
        f"{blank if start in places else ''}{text[start:end]}"
        for start, end in zip([0, *places], [*places, len(text)], strict=True)
    )


steps = st.integers(1, 40)


@given(st.sampled_from(PLACES), st.sampled_from([" ", "\u3000", "\u200b", "\xa0"]), steps, steps)
@few
def test_blanks_beside_digits_change_nothing(place: tuple[str, int], blank: str, every: int, offset: int) -> None:
    """As scans put them between digits and Chinese characters."""
    border = r"(?<=[0-9%])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[0-9])"
    same(place, spaced(samples()[place], border, blank, every, offset))


@given(st.sampled_from(WHOLE), st.sampled_from([" ", "\u3000", "\u200b"]), steps, steps)
@few
def test_blanks_between_characters_change_nothing(place: tuple[str, int], blank: str, every: int, offset: int) -> None:
    """Between any two Chinese characters of a paragraph that is no heading."""
    border = r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])"
    lines = samples()[place].split("\n")
    changed = [spaced(line, border, blank, every, offset) if len(line) > 60 else line for line in lines]
    same(place, "\n".join(changed))


@given(st.sampled_from(WHOLE), st.integers(44, 72), st.integers(1, 9))
@few
def test_line_ends_inside_paragraphs_change_nothing(place: tuple[str, int], width: int, more: int) -> None:
    """Lines broken at a width, as on a page, but not at the end of a clause or inside a number."""
    unbroken = re.compile(r"[。！？；：…”》）!?;:.\"')\d][^\n]|[^\n][，、。；：！？》”）,;:!?)％%.]|[（“《][^\n]")
    changed = []
    for line in samples()[place].split("\n"):
        start = 0
        step = width
        while len(line) - start > step + 8:
            cut = start + step
            while cut < len(line) and unbroken.match(line[cut - 1 : cut + 1]):
                cut += 1
            changed.append(line[start:cut])
            start, step = cut, width + more - step + width
        changed.append(line[start:])
    same(place, "\n".join(changed))


@pytest.mark.parametrize("second", ["出口", "长6%", "6%左", "左右；"])
def test_a_short_first_line_is_no_title(second: str) -> None:
    """A paragraph in short lines, as a narrow column has them, is one sentence still."""
    line = (
        "今年的主要预期目标是：地区生产总值增长6%左右；进出口总额增长5%，质量效益进一步提高；"
        "城镇新增就业21万人，城镇登记失业率控制在4%以内，居民消费价格涨幅3%左右。"
    )
    text = f"{OPENING}\n\n一、2021年工作安排\n\n{{}}\n\n{CLOSING}"
    cut = line.index(second)
    narrow = f"{line[:cut]}\n{line[cut:]}"
    assert said(frame(text.format(narrow))) == said(frame(text.format(line)))


@given(st.permutations(list(PARTS)), st.sampled_from(["new", "old", "none"]))
@few
def test_the_order_of_labelled_sections_changes_nothing(order: list[str], numbering: str) -> None:
    """Each section says by its heading what it is of: numbered anew, with its old number, or with none."""
    old = "".join(NUMERALS[list(PARTS).index(part)] for part in order)
    same(("330100", 2021), made(tuple(order), {"new": NUMERALS, "old": old, "none": ""}[numbering]))


def test_reading_twice_and_together_changes_nothing() -> None:
    """Again, in any order of the rows, and beside other reports."""
    tables = [frame(text, area=area, year=year) for (area, year), text in samples().items()]
    for table in (pl.concat(tables), pl.concat(reversed(tables))):
        found = observations(statements(passages(table)), table)
        assert found.schema == OBSERVATIONS.frame().schema
        for area, year in PLACES:
            ids = found.filter(pl.col("report_id") == f"{area}/{year}")["observation_id"].to_list()
            assert len(ids) == len(set(ids))
            assert set(ids) == read((area, year))[1], (area, year)


# --- any text -------------------------------------------------------------------------------------------------------


@cache
def vocabulary() -> list[str]:
    """The words of the lexicon's tables, numbers for N, and the signs of a report."""
    words = {"0", "1", "23", "4.5", "6,789", "2020年", "2021年", "“十四五”", "７", "百分之", "三分之二", "1/3", "2×100"}
    words |= set("，。；：、！？（）“”《》—-~%. \n\u3000\u200b第一二十百千万亿多余几分点和至到比从由")
    for name in ("units", "bounds", "verbs", "periods", "modality", "words", "cues", "number_words"):
        column = "word"
        words |= {row[column].replace("N", "3").replace("…", "这些") for row in table(f"{name}.csv")}
    names = seeds.indicators()
    words |= set(names["name_zh"]) | {alias for aliases in names["aliases_zh"] for alias in aliases}
    return sorted(words)


def check_promises(text: str) -> None:
    """No crash; each digit in exactly one statement; surfaces and evidence stand where they say."""
    table = frame(text)
    cut = passages(table)
    found = statements(cut)
    check(text, found)
    for row in observations(found, table).iter_rows(named=True):
        assert row["evidence"] == text[row["char_start"] : row["char_end"]]
        assert row["period_start"] <= row["period_end"]
        assert row["obs_value_high"] is None or row["obs_value"] <= row["obs_value_high"]


@given(st.text(max_size=120))
def test_any_text_of_unicode(text: str) -> None:
    """All of Unicode."""
    check_promises(text)


@given(st.lists(st.sampled_from(vocabulary()), max_size=40).map("".join))
def test_any_text_of_the_grammars_own_words(text: str) -> None:
    """Units, bounds, verbs, words of time, names and cues in any order."""
    check_promises(text)


HOSTILE = (
    "地区生产总值", "城乡居民人均可支配收入", "增长5%、", "增长5%，", "分别增长", "从5提高到",
    "从5亿元增加到6亿元，", "由于", "用于", "在中", "在", "（", "）", "“", "《", "“十四五”", "第", "第一", "一",
    "十", "亿", "二〇二〇", "百分之", "百分之一", "三分之", "1/", "1/1", "1,", "1.", "1-", "5%—", "1∶", "2×", "A、",
    "1、", "5和", "万户、",
    "、和与", "比2010年", "2020年", "连续三年", "年均", "其中", "占", "居全省第", "不", "超过", "控制在", "以上",
    "力争", "预计", "了", "的", "，", "；", "。", "：", "城镇、农村", "3个老旧小区、", "一是", "（一）", "²", "٣",
    "𝟛", "\n", " ", "\u200b", "\n一、", "\n（上接第一版）\n", "各位代表：\n", "1 ", "5\u3000",
)  # fmt: skip


def hostile(unit: str, size: int) -> pl.DataFrame:
    """A report that repeats a unit."""
    return frame("各位代表：" + unit * (size // len(unit)))


def work(table: pl.DataFrame) -> int:
    """How many Python functions are called to read reports: the same on any machine."""
    count = 0

    def called(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        observations(statements(passages(table)), table)
    finally:
        sys.setprofile(None)
    return count


def seconds(table: pl.DataFrame) -> float:
    """How long it takes to read reports: the patterns' own work is in it too."""
    begin = time.perf_counter()
    observations(statements(passages(table)), table)
    return time.perf_counter() - begin


@pytest.mark.parametrize("unit", HOSTILE)
def test_work_grows_with_length_only(unit: str) -> None:
    """Four times the text takes about four times the work; sixteen times would be the square."""
    work(hostile(unit, 300))
    assert work(hostile(unit, 1600)) < 5 * work(hostile(unit, 400)) + 2000


@pytest.mark.parametrize("unit", HOSTILE)
def test_time_grows_with_length_only(unit: str) -> None:
    """The same in seconds, with room for a machine that is busy."""
    seconds(hostile(unit, 300))
    assert any(seconds(hostile(unit, 4000)) < 9 * seconds(hostile(unit, 1000)) + 0.3 for _ in range(4))
