"""Statements: subject, change, bound, years and kind of a number, sentence by sentence."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import seeds
from pipelines.chains import LONG_SENTENCE, sentence_ends
from pipelines.passages import passages
from pipelines.reports import reports, survey
from pipelines.statements import statements
from pipelines.tables.core import PASSAGES, REPORTS, STATEMENTS

REAL_REPORTS = Path(__file__).resolve().parents[3] / "shared" / "reports"
YEAR = 2021


def pieces(*texts: str, section: str = "review_year", heading: str | None = None, year: int = YEAR) -> pl.DataFrame:
    """Passages of our own, each going on with the one before it."""
    rows, start = [], 0
    for position, text in enumerate(texts, 1):
        rows.append(
            {
                "passage_id": f"330000/{year}#{position}", "report_id": f"330000/{year}", "ref_area": "330000",
                "report_year": year, "position": position, "section": section, "section_basis": "order",
                "is_heading": False, "heading": heading, "char_start": start, "char_end": start + len(text),
                "text": text, "continues": position > 1, "faults": [],
            }
        )  # fmt: skip
        start += len(text) + 1
    return PASSAGES.frame(rows)


def say(text: str, section: str = "review_year", **more: Any) -> list[tuple[Any, ...]]:
    """What is said of the codebook's indicators: (indicator, transformation, first, last, bound, value)."""
    found = statements(pieces(text, section=section, **more))
    return [
        (code, row["transformation"], row["period_start"], row["period_end"], row["bound"], row["value"])
        for row in found.iter_rows(named=True)
        for code in row["indicators"]
    ]


@pytest.mark.parametrize(
    ("head", "years"),
    [
        ("2020年12月28日在县第十六届人民代表大会第五次会议上", [2020, 2020, 2021]),
        ("2021年1月8日在县第十六届人民代表大会第五次会议上", [2021, 2021, 2022]),
    ],
)
def test_this_year_is_that_in_which_a_report_speaks(head: str, years: list[int]) -> None:
    """明年 of a session late in the year before is the report's own year."""
    text = "今年粮食产量3万吨。到今年底，城镇化率达到61%。力争明年生产总值增长6%。"
    row = {"report_id": "330000/2021", "ref_area": "330000", "report_year": 2021, "text": f"{head}\n一、目标\n{text}"}
    found = statements(passages(REPORTS.frame([row]))).filter(pl.col("indicators").list.len() > 0)
    assert found["period_end"].to_list() == years
    assert found["kind"].to_list() == ["outcome" if year == 2020 else "target" for year in years]


def read(text: str) -> list[tuple[Any, ...]]:
    """The same of a whole report, from its text."""
    row = {"report_id": f"330000/{YEAR}", "ref_area": "330000", "report_year": YEAR, "text": text}
    found = statements(passages(REPORTS.frame([row])))
    return [
        (code, row["value"], text[row["evidence_start"] : row["evidence_end"]], row["flags"])
        for row in found.iter_rows(named=True)
        for code in row["indicators"]
    ]


HEAD = "各位代表：现在，我代表市人民政府向大会报告工作，请予审议，并请各位委员和其他列席人员提出意见和建议。" * 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("去年一般公共预算收入完成15\n\n40亿元。", ("general_public_budget_revenue", 1.54e11)),
        ("去年一般公共预算收入增长5.\n\n4%。", ("general_public_budget_revenue", 5.4)),
        ("去年粮食产量达到66\n— 12 —\n0万吨。", ("grain_output", 6.6e6)),
        ("去年社会消费品零售\n政府工作报告\n总额增长7%。", ("retail_sales", 7.0)),
    ],
)
def test_a_sentence_goes_on_over_what_the_page_says(text: str, expected: tuple[str, float]) -> None:
    found = read(f"{HEAD}\n{text}")
    assert [row[:2] for row in found] == [expected]


@given(st.lists(st.sampled_from(["去年增长1%", "，", "。", "；", "甲" * 900, "粮食产量5万吨、", " "]), max_size=40))
def test_a_sentence_of_any_length_ends_somewhere(parts: list[str]) -> None:
    text = "".join(parts)
    ends = sentence_ends(text)
    assert ends == sorted(ends)
    assert (ends or [0])[-1] == len(text)
    assert {match.end() for match in re.finditer("[。！？]", text)} <= set(ends)
    assert all(end - start <= LONG_SENTENCE for start, end in pairwise([0, *ends]))


def test_what_is_read_otherwise_keeps_the_print_as_evidence_and_says_so() -> None:
    text = f"{HEAD}\n去年社会消费品零售总颔增长7%。就亚形势好，城填新增就业3万人，粮食产量60万吨。"
    assert read(text) == [
        ("retail_sales", 7.0, "社会消费品零售总颔增长7%", ["misread"]),
        ("urban_new_jobs", 30000.0, "城填新增就业3万人", ["misread"]),
        ("grain_output", 600000.0, "粮食产量60万吨", []),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "地区生产总值达到8000亿元，增长6.5%。",
            [("gdp", "level", 2020, 2020, "exact", 8e11), ("gdp", "yoy", 2020, 2020, "exact", 6.5)],
        ),
        (
            "固定资产投资在高位上继续扩大，比上年增长9%。",
            [("fixed_asset_investment", "yoy", 2020, 2020, "exact", 9)],
        ),
        (
            "城乡居民人均可支配收入分别增长5%、7%。",
            [
                ("urban_disposable_income", "yoy", 2020, 2020, "exact", 5),
                ("rural_income", "yoy", 2020, 2020, "exact", 7),
            ],
        ),
        (
            "进出口总额和社会消费品零售总额分别增长5%和7%左右。",
            [("trade_total", "yoy", 2020, 2020, "about", 5), ("retail_sales", "yoy", 2020, 2020, "about", 7)],
        ),
        (
            "城镇和农村居民人均可支配收入分别超过6万元、3万元，均居全国第二位。",
            [
                ("urban_disposable_income", "level", 2020, 2020, "at_least", 60000),
                ("rural_income", "level", 2020, 2020, "at_least", 30000),
                ("urban_disposable_income", "rank", 2020, 2020, "exact", 2),
                ("rural_income", "rank", 2020, 2020, "exact", 2),
            ],
        ),
        (
            "城镇居民人均可支配收入达到5万元，农民人均纯收入达到2万元，分别增长6%和8%。",
            [
                ("urban_disposable_income", "level", 2020, 2020, "exact", 50000),
                ("rural_income", "level", 2020, 2020, "exact", 20000),
                ("urban_disposable_income", "yoy", 2020, 2020, "exact", 6),
                ("rural_income", "yoy", 2020, 2020, "exact", 8),
            ],
        ),
        ("粮食播种面积900万亩、总产量70亿斤。", [("grain_output", "level", 2020, 2020, "exact", 3500000)]),
        (
            "二氧化硫、化学需氧量排放总量分别下降3%和4%。",
            [("so2_emissions", "yoy", 2020, 2020, "exact", -3), ("cod_emissions", "yoy", 2020, 2020, "exact", -4)],
        ),
        (
            "经营主体净增8万户、总量突破90万户。",
            [
                ("market_entities", "change", 2020, 2020, "exact", 80000),
                ("market_entities", "level", 2020, 2020, "at_least", 900000),
            ],
        ),
        ("全省农村贫困人口减少20万人。", [("rural_poor_population", "change", 2020, 2020, "exact", -200000)]),
        ("完成60个老旧小区改造。", [("old_communities_renovated", "level", 2020, 2020, "exact", 60)]),
        ("新增公路900公里，其中高速公路120公里。", [("expressway_km", "change", 2020, 2020, "exact", 120)]),
        ("森林覆盖率提高1.2个百分点。", [("forest_coverage", "change", 2020, 2020, "exact", 1.2)]),
        (
            "三次产业结构调整为3.1∶40.2∶56.7。",
            [("tertiary_industry_share", "level", 2020, 2020, "exact", 56.7)],
        ),
        (
            "全市生产总值连续跨越5000亿、6000亿元两个台阶。",
            [("gdp", "level", 2020, 2020, "at_least", 6e11)],
        ),
        ("粮食总产量连续三年稳定在90亿斤以上。", [("grain_output", "level", 2018, 2020, "at_least", 4500000)]),
        ("城镇新增就业预计达到30万人。", [("urban_new_jobs", "level", 2020, 2020, "exact", 300000)]),
        ("地区生产总值增长6%、居全省第三。", [("gdp", "yoy", 2020, 2020, "exact", 6)]),
        ("全年新增市场主体9万户，同比增长30%。", [("market_entities", "change", 2020, 2020, "exact", 90000)]),
        ("广义货币M2和社会融资规模均增长9%。", [("m2", "yoy", 2020, 2020, "exact", 9)]),
        ("粮食总产量１，２５０亿斤。", [("grain_output", "level", 2020, 2020, "exact", 62500000)]),
        ("居民消费价格涨幅控制在2.5%。", [("cpi", "yoy", 2020, 2020, "at_most", 2.5)]),
        (
            "规模以上工业企业达到3万家、增加值增长4%。",
            [("industrial_value_added_above_scale", "yoy", 2020, 2020, "exact", 4)],
        ),
    ],
)  # fmt: skip
def test_constructions_of_a_year(text: str, expected: list[tuple[Any, ...]]) -> None:
    """What reports say of the year that has passed."""
    assert say(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "高新技术产业增加值增长12%。",
        "民间固定资产投资增长12%。",
        "机电产品出口增长12%。",
        "消费对经济增长的贡献率达到60%。",
        "世界经济增长3%。",
        "单位工业增加值用水量下降5%。",
        "海洋生产总值占地区生产总值比重达到15%。",
        "一季度地区生产总值增长5%。",
        "地区生产总值增速提高2个百分点。",
        "增速低于8%的预期目标。",
        "规模以上工业企业利润增长8%。",
        "扣除房地产开发投资后，固定资产投资增长4%。",
        "旅游总收入较灾害前增长4%。",
        "为70个老旧小区引入物业服务。",
        "森林覆盖率年均提高0.5个百分点。",
    ],
)
def test_what_is_not_of_the_whole_area_is_left_out(text: str) -> None:
    """A part, another place, a quarter, a contribution, a rank of growth."""
    assert say(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "一般公共预算收入从700亿元增加到900亿元。",
            [
                ("general_public_budget_revenue", "level", 2015, 2015, "exact", 7e10),
                ("general_public_budget_revenue", "level", 2020, 2020, "exact", 9e10),
            ],
        ),
        (
            "常住人口城镇化率由2014年的50%提高到去年的61%左右。",
            [
                ("urbanisation_rate", "level", 2014, 2014, "exact", 50),
                ("urbanisation_rate", "level", 2020, 2020, "about", 61),
            ],
        ),
        ("地区生产总值年均增长6%。", [("gdp", "avg_yoy", 2016, 2020, "exact", 6)]),
        ("单位地区生产总值能耗下降17%。", [("energy_intensity", "cum_growth", 2016, 2020, "exact", -17)]),
        ("进出口总额增长两倍。", [("trade_total", "cum_growth", 2016, 2020, "exact", 200)]),
        ("五年累计实际使用外资90亿美元。", [("fdi_actual_use", "level", 2016, 2020, "exact", 9e9)]),
        ("城镇新增就业100多万人。", [("urban_new_jobs", "level", 2016, 2020, "at_least", 1e6)]),
        ("2019年，外贸出口增长4%。", [("exports", "yoy", 2019, 2019, "exact", 4)]),
        (
            "2018年与2013年相比，地区生产总值增长40%。",
            [("gdp", "cum_growth", 2014, 2018, "exact", 40)],
        ),
    ],
)
def test_years_of_a_term(text: str, expected: list[tuple[Any, ...]]) -> None:
    """What reports say of the five years that have passed."""
    assert say(text, "review_term") == expected


@pytest.mark.parametrize(
    ("text", "section", "kind", "expected"),
    [
        ("地区生产总值增长6%以上。", "targets_year", "target", ("gdp", "yoy", 2021, 2021, "at_least", 6)),
        ("经济增长6%—6.5%。", "targets_year", "target", ("gdp", "yoy", 2021, 2021, "range", 6)),
        ("城镇登记失业率不高于4%。", "targets_year", "target",
         ("urban_registered_unemployment_rate", "level", 2021, 2021, "at_most", 4)),
        ("单位地区生产总值能耗下降3%以上。", "targets_year", "target",
         ("energy_intensity", "yoy", 2021, 2021, "at_least", -3)),
        ("到2030年，地区生产总值比2020年翻一番。", "targets_term", "target",
         ("gdp", "cum_growth", 2021, 2030, "exact", 100)),
        ("“十四五”末，森林覆盖率达到55%。", "targets_term", "target",
         ("forest_coverage", "level", 2025, 2025, "exact", 55)),
        ("“十四五”时期，城镇新增就业150万人以上。", "targets_term", "target",
         ("urban_new_jobs", "level", 2021, 2025, "at_least", 1.5e6)),
        ("今后五年，经济年均增长5%左右。", "targets_term", "target", ("gdp", "avg_yoy", 2021, 2025, "about", 5)),
        ("去年居民消费价格上涨2%。", "targets_year", "outcome", ("cpi", "yoy", 2020, 2020, "exact", 2)),
    ],
)  # fmt: skip
def test_targets_and_outcomes(text: str, section: str, kind: str, expected: tuple[Any, ...]) -> None:
    """Section, tense and words of time tell what is aimed at from what has come of it."""
    assert say(text, section) == [expected]
    assert statements(pieces(text, section=section)).filter(pl.col("fate") == "measured")["kind"].to_list() == [kind]


def test_a_standard_raised_has_a_base() -> None:
    """由 A 提高到 B: A is last year's outcome, B this year's target."""
    found = statements(pieces("居民医保财政补助标准由500元提高到550元。", section="tasks_year"))
    assert found.select("kind", "period_end", "value").rows() == [("outcome", 2020, 500.0), ("target", 2021, 550.0)]


def test_a_number_broken_over_passages_is_read() -> None:
    """Blanks, zero-width characters and line ends inside a number or a sentence do no harm."""
    assert say("粮食产量达到 １ ２ ．５ 亿\u200b斤") == [("grain_output", "level", 2020, 2020, "exact", 625000)]
    found = statements(pieces("广义货币M", "2", "增长9%。"))
    assert [row["indicators"] for row in found.iter_rows(named=True)] == [[], ["m2"]]
    assert found["reason"].to_list() == ["name", None]


def test_labels_beside_the_value() -> None:
    """Price basis, stage, measure word and aggregation are said where the text says them."""
    row = statements(pieces("居民人均可支配收入扣除价格因素实际增长5%。")).row(0, named=True)
    assert row["price_basis"] == "real"
    first, second = statements(pieces("棚户区改造开工3000套、基本建成2000套。")).iter_rows(named=True)
    assert (first["stage"], second["stage"], first["count_unit"]) == ("started", "completed", "套")
    row = statements(pieces("地区生产总值年均增长6%。", section="review_term")).row(0, named=True)
    assert row["aggregation"] == "mean"


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("（一）推进改革。", ["heading_number"]),
        ("一、推进改革。", ["heading_number"]),
        ("召开第三次会议。", ["ordinal"]),
        ("2021年3月5日", ["date", "date", "date"]),
        ("推进“一网通办”。", ["slogan"]),
        ("拨打12345热线。", ["phone_number"]),
        ("年满60岁老人。", ["age"]),
        ("细颗粒物PM2.5监测。", ["name"]),
    ],
)
def test_reasons_for_setting_aside(text: str, reasons: list[str]) -> None:
    """Each numeral that measures nothing says why."""
    assert statements(pieces(text))["reason"].to_list() == reasons


@given(
    st.text(
        alphabet="地区生产总值增长达到从由提高和、，。；城镇新增就业万人%0123456789.－"
        "第一二十百亿元年比去今力争其中分别“”（）\n 　",
        max_size=160,
    )
)
def test_any_text_is_read(text: str) -> None:
    """No crash; each digit of the text in exactly one statement; places and evidence hold."""
    check(text, statements(pieces(text)))


def check(text: str, found: pl.DataFrame) -> None:
    """The promises that hold of any report."""
    covered = [0] * len(text)
    assert found.schema == STATEMENTS.frame().schema
    for row in found.iter_rows(named=True):
        assert row["surface"] == text[row["char_start"] : row["char_end"]]
        for at in range(row["char_start"], row["char_end"]):
            covered[at] += 1
        assert (row["fate"] == "set_aside") == (row["reason"] is not None)
        if row["evidence"] is not None:
            assert row["evidence"] == text[row["evidence_start"] : row["evidence_end"]]
            assert row["evidence_start"] <= row["char_start"] < row["char_end"] <= row["evidence_end"]
    assert all(covered[match.start()] == 1 for match in re.finditer(r"[0-9０-９]", text))
    assert max(covered, default=0) <= 1


@pytest.mark.skipif(not REAL_REPORTS.is_dir(), reason="the real reports are not at hand: no folder ../shared/reports")
def test_real_reports_keep_the_promises() -> None:
    """Each digit of each real report lies in exactly one statement, and evidence stands where it says."""
    files, _ = survey(REAL_REPORTS, set(seeds.areas()["ref_area"].to_list()), 2027)
    read = reports(files)
    table = read[0] if isinstance(read, tuple) else read
    assert table.schema == REPORTS.frame().schema
    by_report = statements(passages(table)).partition_by("report_id", as_dict=True)
    for (report_id,), found in by_report.items():
        text = table.filter(pl.col("report_id") == report_id)["text"].item()
        starts = found["char_start"].to_list()
        ends = found["char_end"].to_list()
        covered = sorted(zip(starts, ends, strict=True))
        assert all(before[1] <= after[0] for before, after in pairwise(covered))
        inside = {at for start, end in covered for at in range(start, end)}
        loose = [match.start() for match in re.finditer(r"[0-9０-９]+", text) if match.start() not in inside]
        assert not loose, f"{report_id}: {text[loose[0] - 20 : loose[0] + 20]!r}"
        for row in found.filter(pl.col("evidence").is_not_null()).iter_rows(named=True):
            assert row["evidence"] == text[row["evidence_start"] : row["evidence_end"]]
            assert row["surface"] == text[row["char_start"] : row["char_end"]]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("建设“四好农村路”和沿湖旅游公路312公里。", ["rural_roads_km"]),
        ("新改建农村公路和产业路300公里。", ["rural_roads_km"]),
        ("新改建农村公路和乡村桥梁300座。", []),
        ("利用外资和对外直接投资38亿美元。", []),
    ],
)
def test_what_is_built_together_with_another_of_its_kind(text: str, codes: list[str]) -> None:
    assert [row[0] for row in say(text)] == codes


def test_numbers_of_notes_and_of_explained_terms_are_set_aside() -> None:
    body = (
        f"{HEAD}\n一、2020年工作回顾\n去年“四好农村路”[12]新建600公里，城镇新增就业〔3〕8万人。\n二、2021年工作安排\n"
    )
    text = body + "要抓好项目建设。" * 20 + "\n名词解释\n1.“新增就业”：2020年城镇新增就业9万人，居民消费价格上涨2%。"
    row = {"report_id": f"330000/{YEAR}", "ref_area": "330000", "report_year": YEAR, "text": text}
    found = statements(passages(REPORTS.frame([row])))
    check(text, found)
    assert [row[:2] for row in read(text)] == [("rural_roads_km", 600.0), ("urban_new_jobs", 80000.0)]
    reasons = dict(found.select("surface", "reason").iter_rows())
    assert reasons["12"] == reasons["3"] == "note_mark"
    assert reasons["9万"] == reasons["2"] == "explanation"


@pytest.mark.parametrize("name", ["全国生产总值", "全国GDP", "全省城镇新增就业"])
def test_what_is_named_as_of_a_wider_area_is_not_the_citys(name: str) -> None:
    row = {"report_id": f"330100/{YEAR}", "ref_area": "330100", "report_year": YEAR}
    text = f"一、2020年工作回顾\n去年，{name}增长5%，城镇新增就业8万人。"
    found = statements(passages(REPORTS.frame([row | {"text": text}])))
    assert [row["indicators"] for row in found.iter_rows(named=True) if row["fate"] == "measured"] == [
        [],
        ["urban_new_jobs"],
    ]
