"""Constructions of government work reports, one test each: sentences of our own and their reading after the guide.

A reading is written as one line: indicator, kind, transformation, years, bound, value, unit. All of it is compared, and
nothing else may be read in the sentence.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest

from pipelines import seeds
from pipelines.passages import passages
from pipelines.statements import statements
from pipelines.tables import BOUNDS, KINDS, TRANSFORMATIONS, UNITS
from pipelines.tables.core import PASSAGES, REPORTS

CODES = frozenset(seeds.indicators()["indicator"])
YEAR = 2021  # of the report; it reviews 2020 and the five years from 2016


@dataclass(frozen=True)
class Example:
    """A text, its place in a report, and what it says."""

    text: str
    expected: tuple[str, ...]
    section: str
    heading: str | None
    year: int
    area: str


def say(
    text: str, *expected: str, section: str = "review_year", heading: str | None = None, year: int = YEAR,
    area: str = "330000", wrong: str = "",
) -> Any:  # fmt: skip
    """One example; `wrong`: how the program misreads it today."""
    for line in expected:
        indicator, kind, transformation, years, bound, _, unit = line.split()
        known = (CODES, KINDS, TRANSFORMATIONS, BOUNDS, UNITS)
        for label, labels in zip((indicator, kind, transformation, bound, unit), known, strict=True):
            if label not in labels or not years.replace("-", "").isdigit():
                raise ValueError(f"{line!r} is no reading: {label!r}, {years!r}")
    marks = [pytest.mark.xfail(strict=True, reason=wrong)] if wrong else []
    return pytest.param(Example(text, expected, section, heading, year, area), marks=marks)


def term(text: str, *expected: str, **more: Any) -> Any:
    """An example of the review of a term."""
    return say(text, *expected, section="review_term", **more)


def goal(text: str, *expected: str, **more: Any) -> Any:
    """An example of the year's targets."""
    return say(text, *expected, section="targets_year", **more)


def plan(text: str, *expected: str, **more: Any) -> Any:
    """An example of the targets of a plan or term."""
    return say(text, *expected, section="targets_term", **more)


def nine(value: float) -> float:
    """The value to nine digits."""
    return float(f"{value:.9g}")


def reading(line: str) -> str:
    """A line such as `gdp outcome yoy 2016-2020 range 6~6.5 PERCENT`, its numbers as the program's are shown."""
    *labels, value, unit = line.split()
    return " ".join([*labels, "~".join(f"{float(end):.9g}" for end in value.split("~")), unit])


def passage(example: Example) -> pl.DataFrame:
    """The text as one passage of a report."""
    text, report_id = example.text, f"{example.area}/{example.year}"
    row = {
        "passage_id": f"{report_id}#1", "report_id": report_id, "ref_area": example.area, "report_year": example.year,
        "position": 1, "section": example.section, "section_basis": "order", "is_heading": False,
        "heading": example.heading, "char_start": 0, "char_end": len(text), "text": text, "continues": False,
        "faults": [],
    }  # fmt: skip
    return PASSAGES.frame([row])


def readings(found: pl.DataFrame) -> list[str]:
    """What is said of the codebook's indicators, in the order of the text."""
    lines = []
    for row in found.iter_rows(named=True):
        first, last = row["period_start"], row["period_end"]
        years = f"{first}" if first == last else f"{first}-{last}"
        value = "~".join(f"{end:.9g}" for end in (row["value"], row["value_high"]) if end is not None)
        for code in row["indicators"]:
            labels = f"{code} {row['kind']} {row['transformation']} {years} {row['bound']}"
            lines.append(f"{labels} {value} {row['unit_measure']}")
    return lines


def only(text: str) -> dict[str, Any]:
    """The only quantity of a sentence of the review."""
    found = statements(passage(Example(text, (), "review_year", None, YEAR, "330000")))
    assert found["fate"].to_list() == ["measured"], text
    return found.row(0, named=True)


def test_a_share_of_a_plan_is_no_growth() -> None:
    """What was done of a plan, or a part of the whole is: as core.statements shows it, not as growth."""
    for text in (
        "城镇新增就业完成年度任务的108%。",
        "财政支出的七成以上用于民生。",
        "社会消费品零售总额占全省的12%。",
        "补助标准不低于最低标准的1.6倍。",
    ):
        assert only(text)["transformation"] == "level", text


def check(example: Example) -> None:
    """The program reads the example as the guide does."""
    found = readings(statements(passage(example)))
    assert found == [reading(line) for line in example.expected], example.text


def examples(*found: Any) -> pytest.MarkDecorator:
    """A test for each of the examples."""
    return pytest.mark.parametrize("example", found)


# --- values, growth and what carries them ---------------------------------------------------------------------------


@examples(
    say(
        "全市生产总值达到2746.3亿元，比上年增长6.8%。",
        "gdp outcome level 2020 exact 2.7463e11 CNY",
        "gdp outcome yoy 2020 exact 6.8 PERCENT",
    ),
    say(
        "一般公共预算收入完成186.5亿元、增长4.3%，支出完成412亿元、增长7.9%。",
        "general_public_budget_revenue outcome level 2020 exact 1.865e10 CNY",
        "general_public_budget_revenue outcome yoy 2020 exact 4.3 PERCENT",
        "general_public_budget_expenditure outcome level 2020 exact 4.12e10 CNY",
        "general_public_budget_expenditure outcome yoy 2020 exact 7.9 PERCENT",
    ),
    say(
        "粮食总产量增长2.6%，达到187.4亿斤。",
        "grain_output outcome yoy 2020 exact 2.6 PERCENT",
        "grain_output outcome level 2020 exact 9370000 TONNE",
    ),
    say(
        "接待游客3820万人次，实现旅游总收入415亿元，同比分别增长12.5%、15.8%。",
        "tourist_visits outcome level 2020 exact 38200000 PERSON",
        "tourism_revenue outcome level 2020 exact 4.15e10 CNY",
        "tourist_visits outcome yoy 2020 exact 12.5 PERCENT",
        "tourism_revenue outcome yoy 2020 exact 15.8 PERCENT",
    ),
    say(
        "实际使用外资21.4亿美元，同比下降3.6%。",
        "fdi_actual_use outcome level 2020 exact 2.14e9 USD",
        "fdi_actual_use outcome yoy 2020 exact -3.6 PERCENT",
    ),
    say(
        "外贸进出口总额首次突破千亿元大关，达到1036.8亿元，增长18.7%。",
        "trade_total outcome level 2020 at_least 1e11 CNY",
        "trade_total outcome level 2020 exact 1.0368e11 CNY",
        "trade_total outcome yoy 2020 exact 18.7 PERCENT",
    ),
    say(
        "城镇居民人均可支配收入41260元、增长5.2%；农村居民人均可支配收入19840元、增长7.1%。",
        "urban_disposable_income outcome level 2020 exact 41260 CNY",
        "urban_disposable_income outcome yoy 2020 exact 5.2 PERCENT",
        "rural_income outcome level 2020 exact 19840 CNY",
        "rural_income outcome yoy 2020 exact 7.1 PERCENT",
    ),
    term(
        "市场主体总量达到73万户，五年年均增长10.4%。",
        "market_entities outcome level 2020 exact 730000 UNIT",
        "market_entities outcome avg_yoy 2016-2020 exact 10.4 PERCENT",
    ),
    goal(
        "社会消费品零售总额达到1150亿元，增长8%左右。",
        "retail_sales target level 2021 exact 1.15e11 CNY",
        "retail_sales target yoy 2021 about 8 PERCENT",
    ),
    say(
        "全市生产总值比上年增加180亿元、增长6.2%。",
        "gdp outcome change 2020 exact 1.8e10 CNY",
        "gdp outcome yoy 2020 exact 6.2 PERCENT",
    ),
    say(
        "高速公路新增通车里程160公里，总里程达到2300公里。",
        "expressway_km outcome change 2020 exact 160 KM",
        "expressway_km outcome level 2020 exact 2300 KM",
    ),
)
def test_levels_with_growth_beside_them(example: Example) -> None:
    """达到N亿元，增长N%: a level and a growth."""
    check(example)


@examples(
    say(
        "外贸出口完成512亿元。同比增长11.3%，高于全国平均水平2.4个百分点。",
        "exports outcome level 2020 exact 5.12e10 CNY",
        "exports outcome yoy 2020 exact 11.3 PERCENT",
    ),
    say(
        "粮食生产再获丰收，总产量达到68.2亿斤，比上年增加1.7亿斤。",
        "grain_output outcome level 2020 exact 3410000 TONNE",
        "grain_output outcome change 2020 exact 85000 TONNE",
    ),
    say(
        "城镇新增就业稳步扩大，全年达到26.8万人，完成年度计划的107%。",
        "urban_new_jobs outcome level 2020 exact 268000 PERSON",
    ),
    say(
        "固定资产投资保持较快增长，结构不断优化，总额达到1520亿元，增长8.5%。",
        "fixed_asset_investment outcome level 2020 exact 1.52e11 CNY",
        "fixed_asset_investment outcome yoy 2020 exact 8.5 PERCENT",
    ),
    say(
        "社会消费品零售总额完成986亿元；同比增长9.4%。",
        "retail_sales outcome level 2020 exact 9.86e10 CNY",
        "retail_sales outcome yoy 2020 exact 9.4 PERCENT",
    ),
    say(
        "财政收入克服减收压力，仍然完成215亿元，增长3.1%，实现了收支平衡。",
        "fiscal_revenue outcome level 2020 exact 2.15e10 CNY",
        "fiscal_revenue outcome yoy 2020 exact 3.1 PERCENT",
    ),
    say(
        "常住人口城镇化率稳步提升，去年末达到61.3%，比上年提高0.9个百分点。",
        "urbanisation_rate outcome level 2020 exact 61.3 PERCENT",
        "urbanisation_rate outcome change 2020 exact 0.9 PERCENTAGE_POINT",
    ),
    term(
        "农村居民人均可支配收入连年跨上新台阶，突破2万元，年均增长8.8%，增速持续快于城镇居民。",
        "rural_income outcome level 2020 at_least 20000 CNY",
        "rural_income outcome avg_yoy 2016-2020 exact 8.8 PERCENT",
    ),
    say(
        "地区生产总值达到3200亿元、增长6.1%，人均突破8万元。",
        "gdp outcome level 2020 exact 3.2e11 CNY",
        "gdp outcome yoy 2020 exact 6.1 PERCENT",
        "gdp_per_capita outcome level 2020 at_least 80000 CNY",
    ),
    say(
        "市场主体活力迸发，净增6.8万户，总量突破60万户。",
        "market_entities outcome change 2020 exact 68000 UNIT",
        "market_entities outcome level 2020 at_least 600000 UNIT",
    ),
    say(
        "农村居民收入持续较快增长，人均可支配收入达到1.9万元，增长8.8%。",
        "rural_income outcome level 2020 exact 19000 CNY",
        "rural_income outcome yoy 2020 exact 8.8 PERCENT",
    ),
    say(
        "城镇居民人均可支配收入增长6.1%，农村居民增长8.2%。",
        "urban_disposable_income outcome yoy 2020 exact 6.1 PERCENT",
        "rural_income outcome yoy 2020 exact 8.2 PERCENT",
    ),
    say(
        "居民人均可支配收入增长6.6%，其中城镇居民、农村居民分别增长6.1%、8.2%。",
        "disposable_income outcome yoy 2020 exact 6.6 PERCENT",
        "urban_disposable_income outcome yoy 2020 exact 6.1 PERCENT",
        "rural_income outcome yoy 2020 exact 8.2 PERCENT",
    ),
    say(
        "社会消费品零售总额克服疫情影响增长2.1%。",
        "retail_sales outcome yoy 2020 exact 2.1 PERCENT",
    ),
    say(
        "粮食产量因灾减少到97亿斤。",
        "grain_output outcome level 2020 exact 4850000 TONNE",
    ),
    say("财政收入在大规模减税的情况下仍增长3.2%。", "fiscal_revenue outcome yoy 2020 exact 3.2 PERCENT"),
    say(
        "建成高速公路120公里、高速铁路86公里。",
        "expressway_km outcome change 2020 exact 120 KM",
        "high_speed_rail_km outcome change 2020 exact 86 KM",
    ),
    say(
        "一般公共预算收入在落实减税降费的基础上，达到620亿元，增长2.1%。",
        "general_public_budget_revenue outcome level 2020 exact 6.2e10 CNY",
        "general_public_budget_revenue outcome yoy 2020 exact 2.1 PERCENT",
    ),
    say(
        "预计生产总值突破1万亿元，成为全国第八个万亿级省份，增长5.2%左右。",
        "gdp outcome level 2020 at_least 1e12 CNY",
        "gdp outcome yoy 2020 about 5.2 PERCENT",
    ),
    say(
        "新增新能源装机120万千瓦，总装机超过900万千瓦、占比61.2%，居全国第三。",
        "new_energy_capacity_share outcome level 2020 exact 61.2 PERCENT",
        "new_energy_capacity_share outcome rank 2020 exact 3 RANK",
    ),
    say(
        "经济总量由第九位上升到第八位（近年来最好位次），达到3.6万亿元。",
        "gdp outcome rank 2019 exact 9 RANK",
        "gdp outcome rank 2020 exact 8 RANK",
        "gdp outcome level 2020 exact 3.6e12 CNY",
    ),
    say(
        "高速公路通车里程超过2100公里，“十字”形高铁成网、运营里程达860公里。",
        "expressway_km outcome level 2020 at_least 2100 KM",
        "high_speed_rail_km outcome level 2020 exact 860 KM",
    ),
)
def test_subjects_carry_over(example: Example) -> None:
    """Over commas, semicolons and a whole sentence."""
    check(example)


@examples(
    say("地区生产总值增长6.2%，高技术制造业投资增长21%。", "gdp outcome yoy 2020 exact 6.2 PERCENT"),
    say(
        "财政收入增长5.8%，税收占比达到76%，非税收入下降4%。",
        "fiscal_revenue outcome yoy 2020 exact 5.8 PERCENT",
    ),
    say("居民消费价格上涨1.9%，低于3%的控制目标。", "cpi outcome yoy 2020 exact 1.9 PERCENT"),
    say(
        "社会消费品零售总额增长8.1%，网上零售额增长24.6%，快递业务量突破3亿件。",
        "retail_sales outcome yoy 2020 exact 8.1 PERCENT",
    ),
    say(
        "常住人口城镇化率达到63.5%，户籍人口城镇化率达到47.2%。",
        "urbanisation_rate outcome level 2020 exact 63.5 PERCENT",
    ),
    say(
        "城镇新增就业18.2万人，帮扶困难人员就业2.3万人，高校毕业生就业率达到94%。",
        "urban_new_jobs outcome level 2020 exact 182000 PERSON",
    ),
    say(
        "地区生产总值完成1320亿元。全社会用电量增长9.8%。新建5G基站3600个。",
        "gdp outcome level 2020 exact 1.32e11 CNY",
    ),
    say(
        "粮食总产量达到92亿斤，建成高标准农田45万亩，农作物耕种收综合机械化率达到78%。",
        "grain_output outcome level 2020 exact 4600000 TONNE",
    ),
    say(
        "森林覆盖率达到48.6%，完成营造林32万亩，地表水优良水质比例达到92%。",
        "forest_coverage outcome level 2020 exact 48.6 PERCENT",
    ),
    say(
        "规模以上工业增加值增长7.3%，利润增长11.2%，企业数达到2180家。",
        "industrial_value_added_above_scale outcome yoy 2020 exact 7.3 PERCENT",
    ),
    say("民营市场主体占比达到96%，每千人拥有市场主体86户。"),
    say("森林蓄积量达到1.2亿立方米，粮食播种面积稳定在1200万亩。"),
)
def test_subjects_end(example: Example) -> None:
    """The next number is of something else."""
    check(example)


@examples(
    say(
        "地区生产总值、一般公共预算收入、固定资产投资分别增长6.1%、3.4%、7.7%。",
        "gdp outcome yoy 2020 exact 6.1 PERCENT",
        "general_public_budget_revenue outcome yoy 2020 exact 3.4 PERCENT",
        "fixed_asset_investment outcome yoy 2020 exact 7.7 PERCENT",
    ),
    say(
        "第一、二、三产业增加值分别增长3.2%、5.8%和7.4%。",
        "primary_industry_value_added outcome yoy 2020 exact 3.2 PERCENT",
        "secondary_industry_value_added outcome yoy 2020 exact 5.8 PERCENT",
        "tertiary_industry_value_added outcome yoy 2020 exact 7.4 PERCENT",
    ),
    say(
        "社会消费品零售总额、外贸出口额分别达到630亿元和215亿元，同比增长8.8%和12.1%。",
        "retail_sales outcome level 2020 exact 6.3e10 CNY",
        "exports outcome level 2020 exact 2.15e10 CNY",
        "retail_sales outcome yoy 2020 exact 8.8 PERCENT",
        "exports outcome yoy 2020 exact 12.1 PERCENT",
    ),
    say(
        "城乡居民人均可支配收入分别达到43500元、21800元，增长5.6%、7.9%。",
        "urban_disposable_income outcome level 2020 exact 43500 CNY",
        "rural_income outcome level 2020 exact 21800 CNY",
        "urban_disposable_income outcome yoy 2020 exact 5.6 PERCENT",
        "rural_income outcome yoy 2020 exact 7.9 PERCENT",
    ),
    say(
        "全市城镇、农村居民人均可支配收入分别增长5.5%和7.2%。",
        "urban_disposable_income outcome yoy 2020 exact 5.5 PERCENT",
        "rural_income outcome yoy 2020 exact 7.2 PERCENT",
    ),
    say(
        "化学需氧量和二氧化硫排放量分别下降2.4%、3.1%。",
        "cod_emissions outcome yoy 2020 exact -2.4 PERCENT",
        "so2_emissions outcome yoy 2020 exact -3.1 PERCENT",
    ),
    term(
        "城镇居民人均可支配收入和农民人均纯收入年均分别增长9.1%、10.6%。",
        "urban_disposable_income outcome avg_yoy 2016-2020 exact 9.1 PERCENT",
        "rural_income outcome avg_yoy 2016-2020 exact 10.6 PERCENT",
    ),
    goal(
        "城乡居民收入分别增长6.5%左右和7%以上。",
        "urban_disposable_income target yoy 2021 about 6.5 PERCENT",
        "rural_income target yoy 2021 at_least 7 PERCENT",
    ),
    goal(
        "地区生产总值和居民收入均增长6%以上。",
        "gdp target yoy 2021 at_least 6 PERCENT",
        "disposable_income target yoy 2021 at_least 6 PERCENT",
    ),
    say(
        "规上工业增加值、民间投资、进出口总额分别增长7.1%、9.3%、11.6%。",
        "industrial_value_added_above_scale outcome yoy 2020 exact 7.1 PERCENT",
        "trade_total outcome yoy 2020 exact 11.6 PERCENT",
    ),
    say(
        "城镇登记失业率、城镇调查失业率分别为2.9%、5.2%，低于控制目标1.1个和0.3个百分点。",
        "urban_registered_unemployment_rate outcome level 2020 exact 2.9 PERCENT",
        "urban_surveyed_unemployment_rate outcome level 2020 exact 5.2 PERCENT",
    ),
    plan(
        "“十四五”时期，单位国内生产总值能耗和二氧化碳排放分别降低13.5%、18%。",
        "energy_intensity target cum_growth 2021-2025 exact -13.5 PERCENT",
        "carbon_intensity target cum_growth 2021-2025 exact -18 PERCENT",
        area="100000",
    ),
    term(
        "主要污染物化学需氧量、二氧化硫排放量分别减少8%、11%。",
        "cod_emissions outcome cum_growth 2016-2020 exact -8 PERCENT",
        "so2_emissions outcome cum_growth 2016-2020 exact -11 PERCENT",
    ),
    say(
        "化学需氧量、氨氮、二氧化硫、氮氧化物排放量分别下降2.1%、2.3%、3.5%、3.6%。",
        "cod_emissions outcome yoy 2020 exact -2.1 PERCENT",
        "so2_emissions outcome yoy 2020 exact -3.5 PERCENT",
    ),
    say(
        "全市生产总值2680亿元，一、二、三次产业结构为8∶43∶49。",
        "gdp outcome level 2020 exact 2.68e11 CNY",
        "tertiary_industry_share outcome level 2020 exact 49 PERCENT",
    ),
    term(
        "城镇新增就业累计88万人，城市居民人均可支配收入、农民人均纯收入年均分别增长10.3%、12.1%。",
        "urban_new_jobs outcome level 2016-2020 exact 880000 PERSON",
        "urban_disposable_income outcome avg_yoy 2016-2020 exact 10.3 PERCENT",
        "rural_income outcome avg_yoy 2016-2020 exact 12.1 PERCENT",
    ),
    term("货物贸易、服务贸易年均分别增长9.2%和11%。", "trade_total outcome avg_yoy 2016-2020 exact 9.2 PERCENT"),
    say(
        "PM2.5平均浓度30微克/立方米，优良天数比率84.2%，分别比上年改善3.6%、上升1.4个百分点。",
        "pm25_concentration outcome level 2020 exact 30 UG_M3",
        "good_air_day_ratio outcome level 2020 exact 84.2 PERCENT",
        "pm25_concentration outcome yoy 2020 exact -3.6 PERCENT",
        "good_air_day_ratio outcome change 2020 exact 1.4 PERCENTAGE_POINT",
    ),
    say(
        "一二三产业分别增长3.2%、5.1%、4.6%。",
        "primary_industry_value_added outcome yoy 2020 exact 3.2 PERCENT",
        "secondary_industry_value_added outcome yoy 2020 exact 5.1 PERCENT",
        "tertiary_industry_value_added outcome yoy 2020 exact 4.6 PERCENT",
    ),
    plan(
        "到2025年，生产总值、城乡居民收入分别达到4200亿元、6万元和3.5万元，财政收入、城乡居民收入年均分别增长5%、7%。",
        "gdp target level 2025 exact 4.2e11 CNY",
        "urban_disposable_income target level 2025 exact 60000 CNY",
        "rural_income target level 2025 exact 35000 CNY",
        "fiscal_revenue target avg_yoy 2021-2025 exact 5 PERCENT",
        "disposable_income target avg_yoy 2021-2025 exact 7 PERCENT",
    ),
)
def test_lists_dealt_out_in_order(example: Example) -> None:
    """分别 over two or more subjects, town and country in one word, 均 for each."""
    check(example)


@examples(
    term(
        "地区生产总值从4860亿元增加到7250亿元。",
        "gdp outcome level 2015 exact 4.86e11 CNY",
        "gdp outcome level 2020 exact 7.25e11 CNY",
    ),
    term(
        "市场主体由38万户增至61万户，年均增长9.9%。",
        "market_entities outcome level 2015 exact 380000 UNIT",
        "market_entities outcome level 2020 exact 610000 UNIT",
        "market_entities outcome avg_yoy 2016-2020 exact 9.9 PERCENT",
    ),
    term(
        "高速公路通车里程从560公里延伸到930公里。",
        "expressway_km outcome level 2015 exact 560 KM",
        "expressway_km outcome level 2020 exact 930 KM",
    ),
    term(
        "PM2.5年均浓度由58微克/立方米下降到36微克/立方米。",
        "pm25_concentration outcome level 2015 exact 58 UG_M3",
        "pm25_concentration outcome level 2020 exact 36 UG_M3",
    ),
    term(
        "全社会研发投入强度从1.62%提升至2.35%，服务业增加值占比由43.8%提高到50.1%。",
        "rd_intensity outcome level 2015 exact 1.62 PERCENT",
        "rd_intensity outcome level 2020 exact 2.35 PERCENT",
        "tertiary_industry_share outcome level 2015 exact 43.8 PERCENT",
        "tertiary_industry_share outcome level 2020 exact 50.1 PERCENT",
    ),
    term(
        "地区生产总值从2012年的3210亿元增长到2020年的6890亿元。",
        "gdp outcome level 2012 exact 3.21e11 CNY",
        "gdp outcome level 2020 exact 6.89e11 CNY",
    ),
    say(
        "森林覆盖率由41.2%提高到42%。",
        "forest_coverage outcome level 2019 exact 41.2 PERCENT",
        "forest_coverage outcome level 2020 exact 42 PERCENT",
    ),
    term(
        "农村贫困人口由2015年底的46万人减少到2019年底的1.2万人。",
        "rural_poor_population outcome level 2015 exact 460000 PERSON",
        "rural_poor_population outcome level 2019 exact 12000 PERSON",
    ),
    plan(
        "到2025年，常住人口城镇化率由64%提高到70%左右。",
        "urbanisation_rate outcome level 2020 exact 64 PERCENT",
        "urbanisation_rate target level 2025 about 70 PERCENT",
    ),
    term(
        "三次产业结构由8.1:46.2:45.7优化为6.4:41.3:52.3。",
        "tertiary_industry_share outcome level 2015 exact 45.7 PERCENT",
        "tertiary_industry_share outcome level 2020 exact 52.3 PERCENT",
    ),
    term(
        "常住人口城镇化率从55%到62%，服务业占比从44%到51%。",
        "urbanisation_rate outcome level 2015 exact 55 PERCENT",
        "urbanisation_rate outcome level 2020 exact 62 PERCENT",
        "tertiary_industry_share outcome level 2015 exact 44 PERCENT",
        "tertiary_industry_share outcome level 2020 exact 51 PERCENT",
    ),
    term(
        "人均地区生产总值由4.2万元跃升到6.6万元。",
        "gdp_per_capita outcome level 2015 exact 42000 CNY",
        "gdp_per_capita outcome level 2020 exact 66000 CNY",
    ),
    say(
        "生产总值年均增长5.3%，人均地区生产总值由4.2万元增加到5.6万元。",
        "gdp outcome avg_yoy 2016-2020 exact 5.3 PERCENT",
        "gdp_per_capita outcome level 2015 exact 42000 CNY",
        "gdp_per_capita outcome level 2020 exact 56000 CNY",
    ),
    say(
        "社会消费品零售总额增速由上年的8.2%回落到6.4%。",
        "retail_sales outcome yoy 2019 exact 8.2 PERCENT",
        "retail_sales outcome yoy 2020 exact 6.4 PERCENT",
    ),
    term(
        "地区生产总值从3万亿元左右迈上4.2万亿元台阶。",
        "gdp outcome level 2015 about 3e12 CNY",
        "gdp outcome level 2020 at_least 4.2e12 CNY",
    ),
)
def test_from_a_to_b(example: Example) -> None:
    """从A增加到B: a level before the span and one at its end."""
    check(example)


@examples(
    say(
        "城乡居民医保人均财政补助标准由每人每年640元提高到670元。",
        "medical_insurance_subsidy outcome level 2020 exact 640 CNY",
        "medical_insurance_subsidy target level 2021 exact 670 CNY",
        section="tasks_year",
    ),
    say(
        "基本公共卫生服务人均经费由79元提高到84元。",
        "public_health_subsidy outcome level 2020 exact 79 CNY",
        "public_health_subsidy target level 2021 exact 84 CNY",
        section="tasks_year",
    ),
    say(
        "新农合补助标准由320元提高到380元。",
        "medical_insurance_subsidy outcome level 2019 exact 320 CNY",
        "medical_insurance_subsidy outcome level 2020 exact 380 CNY",
    ),
    goal(
        "赤字率拟由2.8%提高到3.2%左右。",
        "deficit_ratio outcome level 2020 exact 2.8 PERCENT",
        "deficit_ratio target level 2021 about 3.2 PERCENT",
    ),
    say(
        "城乡居民医保财政补助标准每人每年提高30元，达到640元。",
        "medical_insurance_subsidy target change 2021 exact 30 CNY",
        "medical_insurance_subsidy target level 2021 exact 640 CNY",
        section="tasks_year",
    ),
    say(
        "各级财政对参合农民年人均补助从120元提高到200元。",
        "medical_insurance_subsidy outcome level 2019 exact 120 CNY",
        "medical_insurance_subsidy outcome level 2020 exact 200 CNY",
    ),
)
def test_a_standard_raised(example: Example) -> None:
    """由A提高到B: A of the year before, B of the year spoken of."""
    check(example)


@examples(
    say("市场主体净增6.4万户。", "market_entities outcome change 2020 exact 64000 UNIT"),
    say("农村贫困人口减少13.5万人。", "rural_poor_population outcome change 2020 exact -135000 PERSON"),
    say("单位地区生产总值能耗下降3.4%。", "energy_intensity outcome yoy 2020 exact -3.4 PERCENT"),
    say(
        "城镇登记失业率比上年下降0.3个百分点。",
        "urban_registered_unemployment_rate outcome change 2020 exact -0.3 PERCENTAGE_POINT",
    ),
    say("居民消费价格涨幅比上年回落0.6个百分点。"),
    say("居民消费价格涨幅回落到1.8%。", "cpi outcome yoy 2020 exact 1.8 PERCENT"),
    say("PM2.5平均浓度下降4微克/立方米。", "pm25_concentration outcome change 2020 exact -4 UG_M3"),
    say("商品零售价格下降0.8%。", "retail_price_index outcome yoy 2020 exact -0.8 PERCENT"),
    say("粮食总产量比上年净增2.3亿斤。", "grain_output outcome change 2020 exact 115000 TONNE"),
    say(
        "进口总额回落5.1%，出口总额仍增长2.2%。",
        "imports outcome yoy 2020 exact -5.1 PERCENT",
        "exports outcome yoy 2020 exact 2.2 PERCENT",
    ),
    term("进出口总额翻一番。", "trade_total outcome cum_growth 2016-2020 exact 100 PERCENT"),
    term("旅游总收入增长两倍。", "tourism_revenue outcome cum_growth 2016-2020 exact 200 PERCENT"),
    term("外贸出口额增长1.5倍。", "exports outcome cum_growth 2016-2020 exact 150 PERCENT"),
    term(
        "2017年粮食产量820万吨；而2018年比2017年，粮食增加30万吨。",
        "grain_output outcome level 2017 exact 8.2e6 TONNE",
        "grain_output outcome change 2018 exact 3e5 TONNE",
    ),
    term("居民人均可支配收入比2010年翻了一番。", "disposable_income outcome cum_growth 2011-2020 exact 100 PERCENT"),
    term(
        "地区生产总值比2010年翻两番。",
        "gdp outcome cum_growth 2011-2020 exact 300 PERCENT",
    ),
    term("二氧化硫排放量累计下降18.5%。", "so2_emissions outcome cum_growth 2016-2020 exact -18.5 PERCENT"),
    goal("细颗粒物平均浓度下降3%以上。", "pm25_concentration target yoy 2021 at_least -3 PERCENT"),
    term(
        "进出口总额五年增长1.6倍。",
        "trade_total outcome cum_growth 2016-2020 exact 160 PERCENT",
    ),
    say(
        "旅游总收入增长三倍。",
        "tourism_revenue outcome yoy 2020 exact 300 PERCENT",
    ),
    say(
        "城镇登记失业率为3.2%，比控制目标低1.3个百分点。",
        "urban_registered_unemployment_rate outcome level 2020 exact 3.2 PERCENT",
    ),
    goal(
        "赤字率按2.4%安排，比去年预算低0.2个百分点。",
        "deficit_ratio target level 2021 exact 2.4 PERCENT",
        "deficit_ratio target change 2021 exact -0.2 PERCENTAGE_POINT",
    ),
    term(
        "86万建档立卡贫困人口、1240个贫困村全部达标脱贫出列。",
        "rural_poor_population outcome change 2016-2020 exact -860000 PERSON",
    ),
    goal("财政赤字比去年多安排2000亿元。", "fiscal_deficit target change 2021 exact 2e11 CNY"),
    say("居民消费价格微涨0.3%。", "cpi outcome yoy 2020 exact 0.3 PERCENT"),
    say("老旧小区开工量、完工量均实现翻番。", "old_communities_renovated outcome yoy 2020 exact 100 PERCENT"),
    term("财政总收入五年接近翻番。", "fiscal_revenue outcome cum_growth 2016-2020 about 100 PERCENT"),
    plan(
        "到2025年，旅游总收入比2020年翻番以上。",
        "tourism_revenue target cum_growth 2021-2025 at_least 100 PERCENT",
    ),
    goal("实施规上工业增加值翻番行动。"),
    term(
        "一般公共预算收入完成260亿元，实现五年翻一番的目标。",
        "general_public_budget_revenue outcome level 2020 exact 2.6e10 CNY",
        "general_public_budget_revenue outcome cum_growth 2016-2020 exact 100 PERCENT",
    ),
    say("精准扶贫成效明显，87户、164人实现全部脱贫。", "rural_poor_population outcome change 2020 exact -164 PERSON"),
    term(
        "原煤产量达到3亿吨、是2015年的1.6倍。",
        "coal_output outcome level 2020 exact 3e8 TONNE",
        "coal_output outcome cum_growth 2016-2020 exact 60 PERCENT",
    ),
)
def test_rises_falls_and_multiples(example: Example) -> None:
    """净增, 减少, 下降, 回落, 翻一番, 增长两倍."""
    check(example)


@examples(
    say("地区生产总值实现了6.5%的增长。", "gdp outcome yoy 2020 exact 6.5 PERCENT"),
    goal("地区生产总值保持6%以上的增速。", "gdp target yoy 2021 at_least 6 PERCENT"),
    term(
        "社会消费品零售总额以年均9%的速度增长。",
        "retail_sales outcome avg_yoy 2016-2020 exact 9 PERCENT",
    ),
    say(
        "规模以上工业增加值增速达到9.2%，居全省第一。",
        "industrial_value_added_above_scale outcome yoy 2020 exact 9.2 PERCENT",
    ),
    term("城镇居民收入年均增幅达到7.3%。", "urban_disposable_income outcome avg_yoy 2016-2020 exact 7.3 PERCENT"),
    goal("外贸出口增速保持在6%—6.5%区间。", "exports target yoy 2021 range 6~6.5 PERCENT"),
)
def test_growth_as_a_noun(example: Example) -> None:
    """增速达到9%, 保持9%的增长."""
    check(example)


@examples(
    say(
        "一般公共预算收入286亿元，其中税收收入213亿元。",
        "general_public_budget_revenue outcome level 2020 exact 2.86e10 CNY",
    ),
    say("社会消费品零售总额增长9.2%，其中乡村市场增长11%。", "retail_sales outcome yoy 2020 exact 9.2 PERCENT"),
    goal(
        "新增专项债券420亿元，其中用于交通的95亿元。",
        "local_special_bonds target level 2021 exact 4.2e10 CNY",
    ),
    say(
        "进出口总额达到860亿元，其中出口530亿元、进口330亿元。",
        "trade_total outcome level 2020 exact 8.6e10 CNY",
        "exports outcome level 2020 exact 5.3e10 CNY",
        "imports outcome level 2020 exact 3.3e10 CNY",
    ),
    say(
        "棚户区改造开工1.2万套，其中主城区5600套。",
        "affordable_housing_starts outcome level 2020 exact 12000 UNIT",
    ),
    say(
        "地区生产总值达到3400亿元，其中第一产业增加值260亿元、第二产业增加值1540亿元、第三产业增加值1600亿元。",
        "gdp outcome level 2020 exact 3.4e11 CNY",
        "primary_industry_value_added outcome level 2020 exact 2.6e10 CNY",
        "secondary_industry_value_added outcome level 2020 exact 1.54e11 CNY",
        "tertiary_industry_value_added outcome level 2020 exact 1.6e11 CNY",
    ),
    say("全省市场主体达到330万户，其中企业96万户、增长12%。", "market_entities outcome level 2020 exact 3300000 UNIT"),
    say(
        "固定资产投资增长7.2%，其中工业投资增长13%、基础设施投资增长5.5%。",
        "fixed_asset_investment outcome yoy 2020 exact 7.2 PERCENT",
    ),
    say(
        "实际使用外资18亿美元，其中制造业占36%。",
        "fdi_actual_use outcome level 2020 exact 1.8e9 USD",
    ),
    say(
        "居民收入增长7.9%，其中城镇居民6.8%、农村居民9.6%。",
        "disposable_income outcome yoy 2020 exact 7.9 PERCENT",
        "urban_disposable_income outcome yoy 2020 exact 6.8 PERCENT",
        "rural_income outcome yoy 2020 exact 9.6 PERCENT",
    ),
)
def test_of_which(example: Example) -> None:
    """其中: a part is not the whole, but may be another indicator."""
    check(example)


@examples(
    say(
        "地区生产总值总量、增速分别居全省第3位、第2位。",
        "gdp outcome rank 2020 exact 3 RANK",
        area="330100",
    ),
    say(
        "进出口总额增长9%，总量和增速分别居全省第二、第五。",
        "trade_total outcome yoy 2020 exact 9 PERCENT",
        "trade_total outcome rank 2020 exact 2 RANK",
        area="330100",
    ),
    say(
        "市场主体增长7%，规模、增量均居全省首位。",
        "market_entities outcome yoy 2020 exact 7 PERCENT",
        "market_entities outcome rank 2020 exact 1 RANK",
        area="330100",
    ),
    say("财政收入、固定资产投资、外贸出口增速分别居全省第4、第2、第6位。", area="330100"),
    say(
        "经济总量在全国地级市中排名第38位，旅游总收入居超大城市首位。",
        "gdp outcome rank 2020 exact 38 RANK",
        "tourism_revenue outcome rank 2020 exact 1 RANK",
        area="330100",
    ),
    say(
        "全省PM2.5浓度降幅居全国第一，优良天数比例达到93%。",
        "good_air_day_ratio outcome level 2020 exact 93 PERCENT",
    ),
    say("城乡居民收入增速分别居全省第2、第3位。", area="330100"),
    say("地区生产总值增长6.2%，增速位次由全国第26位提升到第9位。", "gdp outcome yoy 2020 exact 6.2 PERCENT"),
    say("经济总量在全国的位次由第18位前移2位。"),
    say(
        "全社会研发投入强度达到2.6%，规模居全国第五。",
        "rd_intensity outcome level 2020 exact 2.6 PERCENT",
    ),
    say("森林覆盖率达到61%，位居全国第一方阵。", "forest_coverage outcome level 2020 exact 61 PERCENT"),
    say("生产总值总量、固定资产投资增速分别居全省第四、第六位。", "gdp outcome rank 2020 exact 4 RANK", area="330100"),
    say("生产总值增速、出口总量分别居全省第四、第六位。", "exports outcome rank 2020 exact 6 RANK", area="330100"),
    say("生产总值增速、出口总量均居全省第五位。", "exports outcome rank 2020 exact 5 RANK", area="330100"),
    say(
        "旅游总收入320亿元，增长9%，由上年居全国第十一位升至第九位。",
        "tourism_revenue outcome level 2020 exact 3.2e10 CNY",
        "tourism_revenue outcome yoy 2020 exact 9 PERCENT",
        "tourism_revenue outcome rank 2019 exact 11 RANK",
        "tourism_revenue outcome rank 2020 exact 9 RANK",
    ),
)
def test_ranks_of_levels_and_of_growth(example: Example) -> None:
    """A place among peers is a rank of the level; a place of the growth is left out."""
    check(example)


@examples(
    say(
        "外商投资增势良好，投资结构继续改善，直接投资达到86亿美元。",
        "fdi_actual_use outcome level 2020 exact 8.6e9 USD",
    ),
    say("外商直接投资协议金额62亿美元，实际投资21亿美元。", "fdi_actual_use outcome level 2020 exact 2.1e9 USD"),
    goal("煤炭开采方面，抓好接续，产量稳定在2亿吨。", "coal_output target level 2021 exact 2e8 TONNE"),
    term(
        "服务业加快发展，在地区生产总值中占比提高3.1个百分点。",
        "tertiary_industry_share outcome change 2016-2020 exact 3.1 PERCENTAGE_POINT",
    ),
    say("数字经济在地区生产总值中占比提高1.2个百分点。"),
    say(
        "二氧化硫、氮氧化物排放量下降4%。",
        "so2_emissions outcome yoy 2020 exact -4 PERCENT",
    ),
    plan(
        "到2035年，地区生产总值、居民人均可支配收入比2020年翻一番。",
        "gdp target cum_growth 2021-2035 exact 100 PERCENT",
        "disposable_income target cum_growth 2021-2035 exact 100 PERCENT",
    ),
    say("地区生产总值、民间投资增长6%。"),
    say(
        "居民收入增长6%，城镇、农村低保标准分别提高到9300元、7100元。",
        "disposable_income outcome yoy 2020 exact 6 PERCENT",
    ),
    say("二氧化硫、氮氧化物浓度分别下降6%、4%。"),
    say(
        "旅游总人数、总收入分别增长21%、27%。",
        "tourist_visits outcome yoy 2020 exact 21 PERCENT",
        "tourism_revenue outcome yoy 2020 exact 27 PERCENT",
    ),
    say(
        "居民收入增长7%，城镇、农村居民分别增长6.2%、8.4%。",
        "disposable_income outcome yoy 2020 exact 7 PERCENT",
        "urban_disposable_income outcome yoy 2020 exact 6.2 PERCENT",
        "rural_income outcome yoy 2020 exact 8.4 PERCENT",
    ),
    say(
        "农村居民人均可支配收入达到2.3万元、城镇达到4.6万元。",
        "rural_income outcome level 2020 exact 23000 CNY",
        "urban_disposable_income outcome level 2020 exact 46000 CNY",
    ),
    say(
        "新能源装机突破800万千瓦，装机占比41%，首次超过火电。",
        "new_energy_capacity_share outcome level 2020 exact 41 PERCENT",
    ),
    say(
        "PM2.5年均浓度31微克/立方米，达标天数302天，比上年多9天。",
        "pm25_concentration outcome level 2020 exact 31 UG_M3",
        "good_air_days outcome level 2020 exact 302 DAY",
        "good_air_days outcome change 2020 exact 9 DAY",
    ),
    say("非烟工业增加值增长6.5%。"),
)
def test_names_that_lend_each_other_their_ends(example: Example) -> None:
    """A、B with one end or one number for both, 城镇 and 农村 alone."""
    check(example)


@examples(
    say(
        "财政收入增长6.4%，剔除减税降费因素增长9.1%。",
        "fiscal_revenue outcome yoy 2020 exact 6.4 PERCENT",
        "fiscal_revenue outcome yoy 2020 exact 9.1 PERCENT",
    ),
    say(
        "财政收入下降2.2%、剔除退税因素后增长5.4%，城镇调查失业率平均为5.6%。",
        "fiscal_revenue outcome yoy 2020 exact -2.2 PERCENT",
        "fiscal_revenue outcome yoy 2020 exact 5.4 PERCENT",
        "urban_surveyed_unemployment_rate outcome level 2020 exact 5.6 PERCENT",
    ),
    say(
        "一般公共预算收入增长11.3%（同口径增长4.8%）。",
        "general_public_budget_revenue outcome yoy 2020 exact 11.3 PERCENT",
        "general_public_budget_revenue outcome yoy 2020 exact 4.8 PERCENT",
    ),
    goal(
        "赤字率按2.7%安排，比上年预算低0.3个百分点。",
        "deficit_ratio target level 2021 exact 2.7 PERCENT",
        "deficit_ratio target change 2021 exact -0.3 PERCENTAGE_POINT",
    ),
    say(
        "游客接待量、旅游总收入较疫情前分别增长12%、7%；外贸进出口恢复到疫情发生前的104%。",
        "tourist_visits outcome cum_growth 2020-2022 exact 12 PERCENT",
        "tourism_revenue outcome cum_growth 2020-2022 exact 7 PERCENT",
        "trade_total outcome cum_growth 2020-2022 exact 4 PERCENT",
        year=2023,
    ),
    say("旅游总收入较疫情前增长12%。", year=2004),
    say(
        "旅游总收入恢复至2019年同期的87%。",
        "tourism_revenue outcome cum_growth 2020-2022 exact -13 PERCENT",
        year=2023,
    ),
)
def test_other_grounds_of_comparison(example: Example) -> None:
    """What is taken out of the base names no subject."""
    check(example)


@examples(
    say(
        "全社会研发经费支出相当于全市生产总值的比例达到3.6%左右。",
        "rd_intensity outcome level 2020 about 3.6 PERCENT",
        area="330100",
    ),
    say(
        "研发投入与地区生产总值之比提高到2.8%。",
        "rd_intensity outcome level 2020 exact 2.8 PERCENT",
    ),
    say("外商直接投资实际到位金额18亿美元。", "fdi_actual_use outcome level 2020 exact 1.8e9 USD"),
    say("实到外资6.5亿美元。", "fdi_actual_use outcome level 2020 exact 6.5e8 USD"),
    say("新增就业岗位36万个。", "urban_new_jobs outcome level 2020 exact 360000 PERSON"),
    say("人均地区生产总值突破1.3万美元。", "gdp_per_capita outcome level 2020 at_least 13000 USD"),
    say(
        "完成老旧小区综合整治68万平方米。",
        "old_communities_renovated outcome level 2020 exact 680000 M2",
    ),
    say(
        "启动新一轮棚改计划，全年开工4.2万套。",
        "affordable_housing_starts outcome level 2020 exact 42000 UNIT",
    ),
    say(
        "新增高速公路里程160公里、总里程达到3100公里。",
        "expressway_km outcome change 2020 exact 160 KM",
        "expressway_km outcome level 2020 exact 3100 KM",
    ),
    say("新能源和可再生能源装机占比达到47%。", "new_energy_capacity_share outcome level 2020 exact 47 PERCENT"),
    say(
        "接待游客1260万人次、综合收入98亿元，旅游人次和综合收入均增长12%以上。",
        "tourist_visits outcome level 2020 exact 12600000 PERSON",
        "tourism_revenue outcome level 2020 exact 9.8e9 CNY",
        "tourist_visits outcome yoy 2020 at_least 12 PERCENT",
        "tourism_revenue outcome yoy 2020 at_least 12 PERCENT",
    ),
    say("高铁运营里程增加到2万6千公里。", "high_speed_rail_km outcome level 2020 exact 26000 KM", area="100000"),
    say(
        "实到外资达到88亿美元；货物贸易增长4.2%，服务贸易增长12%；物价涨幅1.4%。",
        "fdi_actual_use outcome level 2020 exact 8.8e9 USD",
        "trade_total outcome yoy 2020 exact 4.2 PERCENT",
        "cpi outcome yoy 2020 exact 1.4 PERCENT",
    ),
    say(
        "全年为企业和个人减税130亿元，减轻企业税收和社保缴费负担约200亿元。",
        "tax_and_fee_cuts outcome level 2020 exact 1.3e10 CNY",
        "tax_and_fee_cuts outcome level 2020 about 2e10 CNY",
    ),
    say("新设经营主体8万户，存量达到76万户。", "market_entities outcome level 2020 exact 760000 UNIT"),
    say("各设区市空气质量优良天数比例平均为93%。", "good_air_day_ratio outcome level 2020 exact 93 PERCENT"),
    say("14个地级市空气优良天数比例85.2%。", "good_air_day_ratio outcome level 2020 exact 85.2 PERCENT"),
    say(
        "绿色能源装机占比近八成，地级城市空气质量优良天数比率96.2%，县级以上城市细颗粒物平均浓度21微克/立方米。",
        "new_energy_capacity_share outcome level 2020 about 80 PERCENT",
        "good_air_day_ratio outcome level 2020 exact 96.2 PERCENT",
        "pm25_concentration outcome level 2020 exact 21 UG_M3",
    ),
    say("高铁在建和运营里程超过900公里，12万农村贫困人口脱贫成果得到巩固。"),
    say(
        "服务业占经济比重升至51.6%，建成投用保障性住房2400套，开工安居房1.2万套。",
        "tertiary_industry_share outcome level 2020 exact 51.6 PERCENT",
        "affordable_housing_starts outcome level 2020 exact 2400 UNIT",
        "affordable_housing_starts outcome level 2020 exact 12000 UNIT",
    ),
    say(
        "可再生能源发电装机超过300万千瓦、占全国发电总装机的2.4%，州市政府所在地城市空气质量优良天数比率97.1%。",
        "new_energy_capacity_share outcome level 2020 exact 2.4 PERCENT",
        "good_air_day_ratio outcome level 2020 exact 97.1 PERCENT",
    ),
    say(
        "对外贸易额420亿元，粮食作物总产量38万吨，大气PM2.5平均浓度下降4%。",
        "trade_total outcome level 2020 exact 4.2e10 CNY",
        "grain_output outcome level 2020 exact 380000 TONNE",
        "pm25_concentration outcome yoy 2020 exact -4 PERCENT",
    ),
    say(
        "更新改造老旧小区18个，发展保障性租赁住房900套，拓宽农村公路36公里，硬化通组公路52公里。",
        "old_communities_renovated outcome level 2020 exact 18 UNIT",
        "affordable_housing_starts outcome level 2020 exact 900 UNIT",
        "rural_roads_km outcome level 2020 exact 36 KM",
        "rural_roads_km outcome level 2020 exact 52 KM",
    ),
    say(
        "到访游客620万人次，文旅综合收入58亿元；农村贫困人口实现稳定脱贫1.2万人。",
        "tourist_visits outcome level 2020 exact 6200000 PERSON",
        "tourism_revenue outcome level 2020 exact 5.8e9 CNY",
        "rural_poor_population outcome change 2020 exact -12000 PERSON",
    ),
)
def test_names_of_today(example: Example) -> None:
    """Names that reports since 2018 use."""
    check(example)


@examples(
    say(
        "推进棚户区改造。健全征收机制，努力完成今年6200户的改造任务。",
        "affordable_housing_starts target level 2021 exact 6200 UNIT",
        section="tasks_year",
    ),
    say(
        "棚户区改造开工2万套，完成投资40亿元，近6万居民受益。",
        "affordable_housing_starts outcome level 2020 exact 20000 UNIT",
    ),
    say("推进棚户区改造，完成农村厕所1.4万户改造任务。"),
    term("新建村村通道路31条、146公里。", "rural_roads_km outcome level 2016-2020 exact 146 KM"),
    say(
        "全年降低企业税负320亿元，再减少市场主体税负80亿元左右、涉企收费约25亿元。",
        "tax_and_fee_cuts outcome level 2020 exact 3.2e10 CNY",
        "tax_and_fee_cuts outcome level 2020 about 8e9 CNY",
        "tax_and_fee_cuts outcome level 2020 about 2.5e9 CNY",
    ),
    say("民营规上工业增加值增长14%、社会消费品零售总额增长9%。"),
    goal("中央财政赤字拟安排3100亿元，比去年预算赤字减少400亿元。", area="100000"),
    say("给企业少收税费，由此减少财政收入52亿元。"),
    say("各类会展的数量和财政支出均压减三成以上。"),
    say("全省城镇共安排37万人就业，带动2万人就业。", "urban_new_jobs outcome level 2020 exact 3.7e5 PERSON"),
    say(
        "签订外商直接投资协议金额8亿美元，其中实际投资4.5亿美元。",
        "fdi_actual_use outcome level 2020 exact 4.5e8 USD",
    ),
    say("新签合同外资12亿美元，实际利用4亿美元。", "fdi_actual_use outcome level 2020 exact 4e8 USD"),
    goal(
        "用三年时间提高新农合筹资水平，各级财政对参合农民的补助标准由60元提高到150元。",
        "medical_insurance_subsidy outcome level 2020 exact 60 CNY",
        "medical_insurance_subsidy target level 2023 exact 150 CNY",
    ),
    say(
        "地区生产总值4.8万亿元、增长5.8%，增量2346亿元、占全国三成。",
        "gdp outcome level 2020 exact 4.8e12 CNY",
        "gdp outcome yoy 2020 exact 5.8 PERCENT",
        "gdp outcome change 2020 exact 2.346e11 CNY",
    ),
    goal("居民医保财政补助标准每人再加30元。", "medical_insurance_subsidy target change 2021 exact 30 CNY"),
    say(
        "一般公共预算总收入590亿元，地方一般公共预算收入361亿元，分别增长1.1%和0.6%。",
        "general_public_budget_revenue outcome level 2020 exact 5.9e10 CNY",
        "general_public_budget_revenue outcome level 2020 exact 3.61e10 CNY",
        "general_public_budget_revenue outcome yoy 2020 exact 1.1 PERCENT",
        "general_public_budget_revenue outcome yoy 2020 exact 0.6 PERCENT",
    ),
    say(
        "经济总量迈上4万亿元台阶，人均突破8万元。",
        "gdp outcome level 2020 at_least 4e12 CNY",
        "gdp_per_capita outcome level 2020 at_least 8e4 CNY",
    ),
    say(
        "国内生产总值增长2.2%，五年连跨三个十万亿元级台阶。",
        "gdp outcome yoy 2020 exact 2.2 PERCENT",
        area="100000",
    ),
    say(
        "粮食产量39万吨，比丰收的上年减产1万吨。",
        "grain_output outcome level 2020 exact 3.9e5 TONNE",
        "grain_output outcome change 2020 exact -1e4 TONNE",
    ),
    goal(
        "全社会固定资产投资压缩92亿元，压到330亿元。",
        "fixed_asset_investment target change 2021 exact -9.2e9 CNY",
        "fixed_asset_investment target level 2021 exact 3.3e10 CNY",
    ),
    say("城镇新增就业9万人，3万人再就业。", "urban_new_jobs outcome level 2020 exact 9e4 PERSON"),
    say("全年为市场主体减轻非税负担30多亿元。", "tax_and_fee_cuts outcome level 2020 at_least 3e9 CNY"),
)
def test_objects_of_counts_and_owners_of_lists(example: Example) -> None:
    """A count of a task whose object was named before, two measure words, one owner over a list, a base compared."""
    check(example)


# --- numbers --------------------------------------------------------------------------------------------------------


@examples(
    say("城镇新增就业32万多人。", "urban_new_jobs outcome level 2020 at_least 320000 PERSON"),
    say("接待游客2600余万人次。", "tourist_visits outcome level 2020 at_least 26000000 PERSON"),
    say("地区生产总值近9000亿元。", "gdp outcome level 2020 about 9e11 CNY"),
    say("旅游总收入超480亿元。", "tourism_revenue outcome level 2020 at_least 4.8e10 CNY"),
    say("一般公共预算收入突破300亿元。", "general_public_budget_revenue outcome level 2020 at_least 3e10 CNY"),
    say("粮食总产量不低于120亿斤。", "grain_output outcome level 2020 at_least 6000000 TONNE"),
    say("城镇调查失业率不到5%。", "urban_surveyed_unemployment_rate outcome level 2020 at_most 5 PERCENT"),
    say("市场主体约88万户。", "market_entities outcome level 2020 about 880000 UNIT"),
    say("高速公路通车里程逾3100公里。", "expressway_km outcome level 2020 at_least 3100 KM"),
    goal(
        "地区生产总值增长6.5%，力争达到7%。",
        "gdp target yoy 2021 exact 6.5 PERCENT",
        "gdp target yoy 2021 exact 7 PERCENT",
    ),
    goal("城镇登记失业率控制在4.2%以内。", "urban_registered_unemployment_rate target level 2021 at_most 4.2 PERCENT"),
    goal("居民消费价格涨幅控制在3%左右。", "cpi target yoy 2021 about 3 PERCENT"),
    goal("居民消费价格涨幅控制在3%。", "cpi target yoy 2021 at_most 3 PERCENT"),
    goal("城镇调查失业率控制在5.5%以下。", "urban_surveyed_unemployment_rate target level 2021 at_most 5.5 PERCENT"),
    goal("减税降费规模不少于160亿元。", "tax_and_fee_cuts target level 2021 at_least 1.6e10 CNY"),
    goal("粮食产量稳定在90亿斤上下。", "grain_output target level 2021 about 4500000 TONNE"),
    goal("地区生产总值增长6%－6.5%。", "gdp target yoy 2021 range 6~6.5 PERCENT"),
    goal("一般公共预算收入增长5%—6%。", "general_public_budget_revenue target yoy 2021 range 5~6 PERCENT"),
    goal("社会消费品零售总额增长8%至9%。", "retail_sales target yoy 2021 range 8~9 PERCENT"),
    goal("实际使用外资2到3亿美元。", "fdi_actual_use target level 2021 range 2e8~3e8 USD"),
    goal("外贸出口增长3～5%。", "exports target yoy 2021 range 3~5 PERCENT"),
    goal("城镇新增就业20万至22万人。", "urban_new_jobs target level 2021 range 200000~220000 PERSON"),
    goal(
        "财政收入增长6%以上、力争8%。",
        "fiscal_revenue target yoy 2021 at_least 6 PERCENT",
        "fiscal_revenue target yoy 2021 exact 8 PERCENT",
    ),
    goal(
        "单位地区生产总值能耗降低3%以上，万元地区生产总值二氧化碳排放降低3.5%左右。",
        "energy_intensity target yoy 2021 at_least -3 PERCENT",
        "carbon_intensity target yoy 2021 about -3.5 PERCENT",
    ),
    goal(
        "地区生产总值预期增长6%左右，奋斗目标7%。",
        "gdp target yoy 2021 about 6 PERCENT",
        "gdp target yoy 2021 exact 7 PERCENT",
    ),
    goal(
        "粮食产量不得少于100亿斤。",
        "grain_output target level 2021 at_least 5000000 TONNE",
    ),
    goal(
        "居民消费价格指数控制在102.5以内。",
        "cpi target yoy 2021 at_most 2.5 PERCENT",
    ),
    goal(
        "城镇新增就业确保20万人、力争22万人。",
        "urban_new_jobs target level 2021 exact 200000 PERSON",
        "urban_new_jobs target level 2021 exact 220000 PERSON",
    ),
    say("全省生产总值连跨4万亿元、5万亿元两个台阶。", "gdp outcome level 2020 at_least 5e12 CNY"),
    say("经济总量接连跨越4万亿元、5万亿元两个关口。", "gdp outcome level 2020 at_least 5e12 CNY"),
    goal("PM2.5平均浓度力争优于34微克/立方米。", "pm25_concentration target level 2021 at_most 34 UG_M3"),
)
def test_bounds_and_ranges(example: Example) -> None:
    """Words before the number, after it and inside it; 控制在; two ends."""
    check(example)


@examples(
    say("粮食产量达到46.8亿斤。", "grain_output outcome level 2020 exact 2340000 TONNE"),
    say("粮食产量达到315万吨。", "grain_output outcome level 2020 exact 3150000 TONNE"),
    say("原煤产量达到1.6亿吨。", "coal_output outcome level 2020 exact 1.6e8 TONNE"),
    say("地区生产总值突破2万亿元。", "gdp outcome level 2020 at_least 2e12 CNY"),
    say("进出口总额达到64.5亿美元。", "trade_total outcome level 2020 exact 6.45e9 USD"),
    say("人均地区生产总值达到7.26万元。", "gdp_per_capita outcome level 2020 exact 72600 CNY"),
    say("接待游客1.05亿人次。", "tourist_visits outcome level 2020 exact 1.05e8 PERSON"),
    say("改造老旧小区126万平方米。", "old_communities_renovated outcome level 2020 exact 1.26e6 M2"),
    say("改造老旧小区84个。", "old_communities_renovated outcome level 2020 exact 84 UNIT"),
    say("空气质量优良天数达到312天。", "good_air_days outcome level 2020 exact 312 DAY"),
    say("细颗粒物年均浓度降至33微克/立方米。", "pm25_concentration outcome level 2020 exact 33 UG_M3"),
    say("PM2.5平均浓度为31μg/m3。", "pm25_concentration outcome level 2020 exact 31 UG_M3"),
    say("新改建农村公路0.24万公里。", "rural_roads_km outcome level 2020 exact 2400 KM"),
    say("二氧化硫排放量减少1.8万吨。", "so2_emissions outcome change 2020 exact -18000 TONNE"),
    say("实施棚户区改造3.6万户。", "affordable_housing_starts outcome level 2020 exact 36000 UNIT"),
    say(
        "全年完成投资52亿元，实施1.3万户、118万平方米棚改任务。",
        "affordable_housing_starts outcome level 2020 exact 13000 UNIT",
    ),
    say("新开工300公里、12个老旧小区改造。", "old_communities_renovated outcome level 2020 exact 12 UNIT"),
)
def test_units_of_the_codebook(example: Example) -> None:
    """From 亿斤 to 微克/立方米, with 万, 亿 and 万亿."""
    check(example)


OTHER_THINGS: list[tuple[str, float, float | None, str, str | None]] = [
    ("全社会用电量达到236万千瓦时。", 2.36e6, None, "万千瓦时", None),
    ("全社会用电量达到1.2万亿千瓦时。", 1.2e12, None, "万亿千瓦时", None),
    ("新增电力装机280万千瓦。", 2.8e6, None, "万千瓦", None),
    ("生态补水1.4亿立方米。", 1.4e8, None, "亿立方米", None),
    ("港口吞吐量达到860万标箱。", 8.6e6, None, "万标箱", None),
    ("建成高标准农田30万亩。", 2e8, None, "万亩", "M2"),
    ("新增造林28.5万亩。", 1.9e8, None, "万亩", "M2"),
    ("修复湿地1200公顷。", 1.2e7, None, "公顷", "M2"),
    ("场馆面积4.5平方公里。", 4.5e6, None, "平方公里", "M2"),
    ("肉类产量达到63万公斤。", 630, None, "万公斤", "TONNE"),
    ("新增养老床位2—3万张。", 2e4, 3e4, "万张", "UNIT"),
]


@pytest.mark.parametrize(("text", "value", "high", "unit", "measure"), OTHER_THINGS)
def test_units_of_other_things(text: str, value: float, high: float | None, unit: str, measure: str | None) -> None:
    """What the codebook does not know has a value and, where there is one, a measure."""
    row = only(text)
    assert (row["value"], row["value_high"], row["unit_measure"]) == (value, high, measure)
    assert unit.endswith(row["unit"])


@pytest.mark.parametrize(
    ("text", "unit"),
    [(text, unit) for text, _, _, unit, _ in OTHER_THINGS],
)
def test_units_as_printed(text: str, unit: str) -> None:
    """core.statements shows the unit with its scale: 亿元, 万人."""
    assert only(text)["unit"] == unit


@examples(
    say(
        "城镇和农村居民人均可支配收入分别达到4.3、2.1万元。",
        "urban_disposable_income outcome level 2020 exact 43000 CNY",
        "rural_income outcome level 2020 exact 21000 CNY",
    ),
    say(
        "财政收入、社会消费品零售总额分别增长8.2和9.5%。",
        "fiscal_revenue outcome yoy 2020 exact 8.2 PERCENT",
        "retail_sales outcome yoy 2020 exact 9.5 PERCENT",
    ),
    goal("粮食总产量保持在300—350亿斤。", "grain_output target level 2021 range 1.5e7~1.75e7 TONNE"),
    goal("城镇新增就业20至22万人。", "urban_new_jobs target level 2021 range 200000~220000 PERSON"),
    goal("实际利用外资2亿到3亿美元。", "fdi_actual_use target level 2021 range 2e8~3e8 USD"),
    say(
        "外贸出口和进口分别达到560和310亿元。",
        "exports outcome level 2020 exact 5.6e10 CNY",
        "imports outcome level 2020 exact 3.1e10 CNY",
    ),
)
def test_units_lent_by_the_second_number(example: Example) -> None:
    """4.3、2.1万元: the first number has the scale and the unit of the second."""
    check(example)


@examples(
    say("地区生产总值增长６．５％。", "gdp outcome yoy 2020 exact 6.5 PERCENT"),
    say("一般公共预算收入２１８．６亿元。", "general_public_budget_revenue outcome level 2020 exact 2.186e10 CNY"),
    say("粮食产量增长百分之十一点八。", "grain_output outcome yoy 2020 exact 11.8 PERCENT"),
    say("城镇新增就业十二万四千人。", "urban_new_jobs outcome level 2020 exact 124000 PERSON"),
    say("改造老旧小区两千个。", "old_communities_renovated outcome level 2020 exact 2000 UNIT"),
    say("粮食总产量达到一百三十五亿斤。", "grain_output outcome level 2020 exact 6750000 TONNE"),
    say("森林覆盖率达到百分之五十六点四。", "forest_coverage outcome level 2020 exact 56.4 PERCENT"),
    say("常住人口城镇化率超过一半。", "urbanisation_rate outcome level 2020 at_least 50 PERCENT"),
    say("第三产业比重超过半数。", "tertiary_industry_share outcome level 2020 at_least 50 PERCENT"),
    say("常住人口城镇化率已过半。", "urbanisation_rate outcome level 2020 at_least 50 PERCENT"),
    say(
        "旅游总收入增长三分之一。",
        "tourism_revenue outcome yoy 2020 exact 33.3333333 PERCENT",
    ),
    say("新能源装机占比达到三分之二。", "new_energy_capacity_share outcome level 2020 exact 66.6666667 PERCENT"),
    say("新能源装机占比接近1/3。", "new_energy_capacity_share outcome level 2020 about 33.3333333 PERCENT"),
    say("人均地区生产总值达到９８，６００元。", "gdp_per_capita outcome level 2020 exact 98600 CNY"),
    say("外贸出口增长百分之六至百分之八。", "exports outcome yoy 2020 range 6~8 PERCENT"),
    say(
        "森林覆盖率提高三个百分点。",
        "forest_coverage outcome change 2020 exact 3 PERCENTAGE_POINT",
    ),
    say("旅游总收入增长两成。", "tourism_revenue outcome yoy 2020 exact 20 PERCENT"),
    say(
        "旅游总收入下降二成。",
        "tourism_revenue outcome yoy 2020 exact -20 PERCENT",
    ),
    say(
        "改造老旧小区四平方公里。",
        "old_communities_renovated outcome level 2020 exact 4000000 M2",
    ),
)
def test_ways_to_write_a_number(example: Example) -> None:
    """Full-width digits, Chinese characters, fractions, halves."""
    check(example)


@examples(
    say("地 区 生 产 总 值 增 长 6 . 5 %。", "gdp outcome yoy 2020 exact 6.5 PERCENT"),
    say("粮食总产\u200b量达到12\u200d8.5亿\ufeff斤。", "grain_output outcome level 2020 exact 6425000 TONNE"),
    say("城镇新增就\n业3\n2.6万\n人。", "urban_new_jobs outcome level 2020 exact 326000 PERSON"),
    say("一般公共预算收入　１ ８ ６ 亿元。", "general_public_budget_revenue outcome level 2020 exact 1.86e10 CNY"),
    goal("地区生产总值增长6% — 6. 5%。", "gdp target yoy 2021 range 6~6.5 PERCENT"),
    say(
        "接待游客2 600万人次，城镇新增就业12 000人。",
        "tourist_visits outcome level 2020 exact 26000000 PERSON",
        "urban_new_jobs outcome level 2020 exact 12000 PERSON",
    ),
    say("居民消费价格上涨百分\r\n之二点\u3000一。", "cpi outcome yoy 2020 exact 2.1 PERCENT"),
)
def test_blanks_inside_numbers_and_words(example: Example) -> None:
    """Spaces, zero-width characters and line breaks."""
    check(example)


def test_sums_products_and_fractions_that_are_one_numeral() -> None:
    """2×100万千瓦, 1/3."""
    two, third, many = statements(
        passage(Example("开工2×100万千瓦电厂，约1/3的学校、3×660兆瓦机组。", (), "tasks_year", None, YEAR, "330000"))
    ).iter_rows(named=True)
    assert (two["surface"], two["value"], two["fate"]) == ("2×100万", 2e6, "measured")
    assert (third["surface"], nine(third["value"]), third["unit_measure"]) == ("1/3", 33.3333333, "PERCENT")
    assert third["bound"] == "about"
    assert (many["surface"], many["value"], many["fate"]) == ("3×660", 1980, "measured")


@pytest.mark.parametrize(
    "text",
    [
        "构建“1+9”产业集群。",
        "落实“8+4”经济政策体系。",
        "打造“415X”先进制造业集群。",
        "构建1+9产业集群。",
    ],
)
def test_sums_are_names(text: str) -> None:
    """A+B names a programme, with quotation marks or without."""
    found = statements(passage(Example(text, (), "review_year", None, YEAR, "330000")))
    assert set(found["fate"].to_list()) == {"set_aside"}, text


# --- years ----------------------------------------------------------------------------------------------------------


@examples(
    say(
        "2019年地区生产总值增长6.6%，2020年增长3.9%。",
        "gdp outcome yoy 2019 exact 6.6 PERCENT",
        "gdp outcome yoy 2020 exact 3.9 PERCENT",
    ),
    say(
        "前年城镇新增就业19万人，去年达到21万人。",
        "urban_new_jobs outcome level 2019 exact 190000 PERSON",
        "urban_new_jobs outcome level 2020 exact 210000 PERSON",
    ),
    term("2017年，全市生产总值首次突破3000亿元。", "gdp outcome level 2017 at_least 3e11 CNY"),
    term("到2020年底，高速公路通车里程达到2150公里。", "expressway_km outcome level 2020 exact 2150 KM"),
    term("二〇一八年，粮食总产量达到96亿斤。", "grain_output outcome level 2018 exact 4800000 TONNE"),
    plan("2023年，地区生产总值突破1万亿元。", "gdp target level 2023 at_least 1e12 CNY"),
    goal(
        "今年财政收入增长5%，明年力争增长6%。",
        "fiscal_revenue target yoy 2021 exact 5 PERCENT",
        "fiscal_revenue target yoy 2022 exact 6 PERCENT",
    ),
    term(
        "2018年新增城镇就业18万人，2019年新增20万人。",
        "urban_new_jobs outcome level 2018 exact 180000 PERSON",
        "urban_new_jobs outcome level 2019 exact 200000 PERSON",
    ),
    term(
        "地区生产总值2019年首次突破5000亿元。",
        "gdp outcome level 2019 at_least 5e11 CNY",
    ),
    term(
        "农村居民收入年均增长8%，2018年达到1.6万元；86万贫困人口全部脱贫。",
        "rural_income outcome avg_yoy 2016-2020 exact 8 PERCENT",
        "rural_income outcome level 2018 exact 16000 CNY",
        "rural_poor_population outcome change 2016-2020 exact -860000 PERSON",
    ),
)
def test_years_from_the_words_beside_the_number(example: Example) -> None:
    """2019年, 前年, 到2020年底."""
    check(example)


@examples(
    say(
        "2018年是打基础的一年。地区生产总值增长7.1%，财政收入增长5.3%。",
        "gdp outcome yoy 2018 exact 7.1 PERCENT",
        "fiscal_revenue outcome yoy 2018 exact 5.3 PERCENT",
        section="unknown",
    ),
    say(
        "“十二五”时期，我们坚持调整结构。地区生产总值年均增长8.7%，城镇新增就业累计达到92万人。",
        "gdp outcome avg_yoy 2011-2015 exact 8.7 PERCENT",
        "urban_new_jobs outcome level 2011-2015 exact 920000 PERSON",
        section="unknown",
    ),
    term(
        "这里要着重指出的是，在刚刚过去的2020年，经济保持良好势头。外贸出口增长6.4%，粮食总产量增加8万吨。",
        "exports outcome yoy 2020 exact 6.4 PERCENT",
        "grain_output outcome change 2020 exact 80000 TONNE",
    ),
    plan(
        "到2030年，全省发展要再上新台阶。地区生产总值达到3万亿元，森林覆盖率达到52%。",
        "gdp target level 2030 exact 3e12 CNY",
        "forest_coverage target level 2030 exact 52 PERCENT",
    ),
)
def test_years_from_the_sentence_before(example: Example) -> None:
    """A word of time that opens a sentence holds for those after it."""
    check(example)


@examples(
    term(
        "城镇新增就业累计46万人，财政收入年均增长7.2%。",
        "urban_new_jobs outcome level 2016-2019 exact 460000 PERSON",
        "fiscal_revenue outcome avg_yoy 2016-2019 exact 7.2 PERCENT",
        heading="2016—2019年工作回顾",
        year=2020,
    ),
    term(
        "地区生产总值年均增长6.4%。",
        "gdp outcome avg_yoy 2016-2020 exact 6.4 PERCENT",
        heading="一、“十三五”时期工作回顾",
        year=2022,
    ),
    plan(
        "城镇新增就业70万人，农村居民人均可支配收入年均增长7%以上。",
        "urban_new_jobs target level 2021-2025 exact 700000 PERSON",
        "rural_income target avg_yoy 2021-2025 at_least 7 PERCENT",
        heading="二、“十四五”时期主要目标",
        year=2022,
    ),
)
def test_years_from_the_heading(example: Example) -> None:
    """A span in the heading of the section goes before the usual five years."""
    check(example)


@examples(
    say("地区生产总值增长5.9%。", "gdp outcome yoy 2020 exact 5.9 PERCENT"),
    goal("地区生产总值增长5.9%。", "gdp target yoy 2021 exact 5.9 PERCENT"),
    say("地区生产总值增长5.9%。", "gdp outcome yoy 1996 exact 5.9 PERCENT", year=1997),
    term("城镇新增就业64万人。", "urban_new_jobs outcome level 2016-2020 exact 640000 PERSON"),
    plan("城镇新增就业64万人。", "urban_new_jobs target level 2021-2025 exact 640000 PERSON"),
    term("森林覆盖率达到45%。", "forest_coverage outcome level 2020 exact 45 PERCENT"),
    plan("森林覆盖率达到45%。", "forest_coverage target level 2025 exact 45 PERCENT"),
    say("新改建农村公路800公里。", "rural_roads_km target level 2021 exact 800 KM", section="tasks_year"),
)
def test_years_from_the_section_and_the_year_of_the_report(example: Example) -> None:
    """A flow spans the years of its section; what is reached is of the last."""
    check(example)


@examples(
    term("过去五年，地区生产总值年均增长7.4%。", "gdp outcome avg_yoy 2016-2020 exact 7.4 PERCENT"),
    term("五年来，累计新增城镇就业83万人。", "urban_new_jobs outcome level 2016-2020 exact 830000 PERSON"),
    plan("今后五年，农村居民人均可支配收入年均增长8%左右。", "rural_income target avg_yoy 2021-2025 about 8 PERCENT"),
    term("近三年，累计减税降费540亿元。", "tax_and_fee_cuts outcome level 2018-2020 exact 5.4e10 CNY"),
    plan("未来三年，改造老旧小区2600个。", "old_communities_renovated target level 2021-2023 exact 2600 UNIT"),
    plan(
        "三年内新增城镇就业60万人。",
        "urban_new_jobs target level 2021-2023 exact 600000 PERSON",
    ),
    plan("力争三年内市场主体突破100万户。", "market_entities target level 2023 at_least 1000000 UNIT"),
    plan(
        "到2030年，地区生产总值达到2万亿元，常住人口城镇化率达到75%。",
        "gdp target level 2030 exact 2e12 CNY",
        "urbanisation_rate target level 2030 exact 75 PERCENT",
    ),
    plan("到2030年，地区生产总值比2020年翻一番。", "gdp target cum_growth 2021-2030 exact 100 PERCENT"),
    term("2016年至2020年，财政收入累计完成1860亿元。", "fiscal_revenue outcome level 2016-2020 exact 1.86e11 CNY"),
    plan(
        "力争用三年时间，改造老旧小区1800个。",
        "old_communities_renovated target level 2021-2023 exact 1800 UNIT",
    ),
    term(
        "2018年以来，累计减税降费260亿元。",
        "tax_and_fee_cuts outcome level 2018-2020 exact 2.6e10 CNY",
    ),
    term("2020年与2015年相比，地区生产总值增长38%。", "gdp outcome cum_growth 2016-2020 exact 38 PERCENT"),
    plan("每年新增城镇就业20万人以上。", "urban_new_jobs target level 2021-2025 at_least 200000 PERSON"),
    term(
        "五年来，城镇登记失业率始终控制在4%以内。",
        "urban_registered_unemployment_rate outcome level 2016-2020 at_most 4 PERCENT",
    ),
    term(
        "五年新增就业12万人，城镇登记失业率控制在3%以内。",
        "urban_new_jobs outcome level 2016-2020 exact 120000 PERSON",
        "urban_registered_unemployment_rate outcome level 2020 at_most 3 PERCENT",
    ),
)
def test_terms_and_horizons(example: Example) -> None:
    """过去五年, 今后五年, 三年内, 到2030年."""
    check(example)


@examples(
    term("“十三五”时期，地区生产总值年均增长6.7%。", "gdp outcome avg_yoy 2016-2020 exact 6.7 PERCENT"),
    plan("“十四五”时期，地区生产总值年均增长6%左右。", "gdp target avg_yoy 2021-2025 about 6 PERCENT"),
    plan("“十四五”末，常住人口城镇化率达到68%以上。", "urbanisation_rate target level 2025 at_least 68 PERCENT"),
    term(
        "第七个五年计划期间，国民生产总值平均每年增长百分之七点九。",
        "gdp outcome avg_yoy 1986-1990 exact 7.9 PERCENT",
        year=1991,
    ),
    plan(
        "“九五”期间，社会商品零售总额年均增长9%。",
        "retail_sales target avg_yoy 1996-2000 exact 9 PERCENT",
        year=1996,
    ),
    term(
        "“十一五”以来，农民人均纯收入年均增长9.3%。",
        "rural_income outcome avg_yoy 2006-2008 exact 9.3 PERCENT",
        year=2009,
    ),
    term(
        "“十四五”前三年，城镇新增就业累计48万人。",
        "urban_new_jobs outcome level 2021-2023 exact 480000 PERSON",
        year=2024,
    ),
    plan("“十四五”期间，改造城镇老旧小区3000个。", "old_communities_renovated target level 2021-2025 exact 3000 UNIT"),
    plan(
        "到2025年，PM2.5年平均浓度控制在32微克/立方米以下，森林覆盖率达到19%以上。",
        "pm25_concentration target level 2025 at_most 32 UG_M3",
        "forest_coverage target level 2025 at_least 19 PERCENT",
    ),
    plan(
        "“十四五”时期，到2025年地区生产总值突破9000亿元，常住人口城镇化率提高3个百分点以上，"
        "到2035年人均地区生产总值在2020年基础上翻一番。",
        "gdp target level 2025 at_least 9e11 CNY",
        "urbanisation_rate target change 2021-2025 at_least 3 PERCENTAGE_POINT",
        "gdp_per_capita target cum_growth 2021-2035 exact 100 PERCENT",
    ),
)
def test_plans_by_number(example: Example) -> None:
    """A plan by its name has a span of its own."""
    check(example)


@examples(
    say("城镇新增就业连续六年超过10万人。", "urban_new_jobs outcome level 2015-2020 at_least 100000 PERSON"),
    say(
        "地区生产总值连续六年保持8%以上的增长。",
        "gdp outcome yoy 2015-2020 at_least 8 PERCENT",
    ),
    say("粮食总产量连续五年稳定在75亿斤以上。", "grain_output outcome level 2016-2020 at_least 3750000 TONNE"),
    say(
        "农村居民收入增幅连续3年居全省首位，去年增长8.9%。",
        "rural_income outcome yoy 2020 exact 8.9 PERCENT",
    ),
    term("城镇新增就业年均12万人。"),
    term("地区生产总值年均增长6.9%，高于全国1.1个百分点。", "gdp outcome avg_yoy 2016-2020 exact 6.9 PERCENT"),
    plan("居民人均可支配收入平均每年增长6.5%。", "disposable_income target avg_yoy 2021-2025 exact 6.5 PERCENT"),
    term("粮食总产量年均增加1.2亿斤。"),
    goal(
        "未来五年财政收入年均增长5%，今年增长6%。",
        "fiscal_revenue target avg_yoy 2021-2025 exact 5 PERCENT",
        "fiscal_revenue target yoy 2021 exact 6 PERCENT",
    ),
    say(
        "去年地区生产总值两年平均增长5.1%。",
        "gdp outcome avg_yoy 2019-2020 exact 5.1 PERCENT",
    ),
    say("农民人均纯收入连续11年居全国各省区首位。", "rural_income outcome rank 2010-2020 exact 1 RANK"),
    say(
        "外贸出口增长7.2%，总量连续8年居内地城市首位。",
        "exports outcome yoy 2020 exact 7.2 PERCENT",
        "exports outcome rank 2013-2020 exact 1 RANK",
    ),
    term(
        "地区生产总值连续12年居全国第四，年均增长6.3%。",
        "gdp outcome rank 2009-2020 exact 4 RANK",
        "gdp outcome avg_yoy 2016-2020 exact 6.3 PERCENT",
    ),
)
def test_runs_of_years_and_yearly_means(example: Example) -> None:
    """连续六年, 年均."""
    check(example)


@examples(
    say(
        "近三年地区生产总值分别增长6.1%、2.3%、8.1%，去年进出口总额增长4%。",
        "gdp outcome yoy 2018 exact 6.1 PERCENT",
        "gdp outcome yoy 2019 exact 2.3 PERCENT",
        "gdp outcome yoy 2020 exact 8.1 PERCENT",
        "trade_total outcome yoy 2020 exact 4 PERCENT",
    ),
    say(
        "城镇新增就业2018年、2019年、2020年分别为5万人、6万人、7万人。",
        "urban_new_jobs outcome level 2018 exact 5e4 PERSON",
        "urban_new_jobs outcome level 2019 exact 6e4 PERSON",
        "urban_new_jobs outcome level 2020 exact 7e4 PERSON",
    ),
    say(
        "2019、2020年城镇新增就业分别为5万人、6万人。",
        "urban_new_jobs outcome level 2019 exact 5e4 PERSON",
        "urban_new_jobs outcome level 2020 exact 6e4 PERSON",
    ),
    say(
        "2020年，万元生产总值能耗由前三年分别上升2.1%、1.4%、0.6%，转而下降0.8%。",
        "energy_intensity outcome yoy 2017 exact 2.1 PERCENT",
        "energy_intensity outcome yoy 2018 exact 1.4 PERCENT",
        "energy_intensity outcome yoy 2019 exact 0.6 PERCENT",
        "energy_intensity outcome yoy 2020 exact -0.8 PERCENT",
    ),
    say(
        "过去两年，生产总值和进出口总额分别增长11%、6%。",
        "gdp outcome cum_growth 2019-2020 exact 11 PERCENT",
        "trade_total outcome cum_growth 2019-2020 exact 6 PERCENT",
    ),
    say(
        "粮食产量42万吨，2019、2020两年共增产粮食5万吨。",
        "grain_output outcome level 2020 exact 4.2e5 TONNE",
        "grain_output outcome change 2019-2020 exact 5e4 TONNE",
    ),
    say(
        "与“十二五”时期相比，“十三五”时期粮食年均产量由31万吨增加到38万吨。",
        "grain_output outcome level 2011-2015 exact 3.1e5 TONNE",
        "grain_output outcome level 2016-2020 exact 3.8e5 TONNE",
    ),
    say(
        "全社会研发经费从2015年的30亿元增加到2020年的52亿元，占生产总值比重从1.9%提高到2.4%。",
        "rd_intensity outcome level 2015 exact 1.9 PERCENT",
        "rd_intensity outcome level 2020 exact 2.4 PERCENT",
    ),
    say(
        "改革开放以来，人口成倍增加，粮食增产2.4倍，去年达到42万吨。",
        "grain_output outcome cum_growth 1979-2020 exact 240 PERCENT",
        "grain_output outcome level 2020 exact 4.2e5 TONNE",
    ),
    say("粮食产量42万吨，是改革开放以来最高的一年。", "grain_output outcome level 2020 exact 4.2e5 TONNE"),
    say(
        "党的十八大以来，城镇新增就业累计95万人，地区生产总值年均增长7.4%。",
        "urban_new_jobs outcome level 2013-2020 exact 9.5e5 PERSON",
        "gdp outcome avg_yoy 2013-2020 exact 7.4 PERCENT",
    ),
    say(
        "粮食产量四年合计180万吨，而早先从1961年到1964年是收成最差的几年，粮食产量合计90万吨。",
        "grain_output outcome level 2017-2020 exact 1.8e6 TONNE",
        "grain_output outcome level 1961-1964 exact 9e5 TONNE",
    ),
    say(
        "2019年、2020年PM2.5年均浓度分别为33和31微克/立方米，优良天数比例依次为82.4%和84%。",
        "pm25_concentration outcome level 2019 exact 33 UG_M3",
        "pm25_concentration outcome level 2020 exact 31 UG_M3",
        "good_air_day_ratio outcome level 2019 exact 82.4 PERCENT",
        "good_air_day_ratio outcome level 2020 exact 84 PERCENT",
    ),
    say(
        "高铁里程由上年末的2064公里增加到2145公里。",
        "high_speed_rail_km outcome level 2019 exact 2064 KM",
        "high_speed_rail_km outcome level 2020 exact 2145 KM",
    ),
    say("城镇新增就业连续第六年超过10万人。", "urban_new_jobs outcome level 2015-2020 at_least 1e5 PERSON"),
    term(
        "全年城镇新增就业22万人，居民消费价格上涨0.2%。",
        "urban_new_jobs outcome level 2020 exact 2.2e5 PERSON",
        "cpi outcome yoy 2020 exact 0.2 PERCENT",
    ),
    term(
        "新增公路里程8万公里，其中高速公路由4100公里增加到5200公里，从全国第九位跃居第六位。",
        "expressway_km outcome level 2015 exact 4100 KM",
        "expressway_km outcome level 2020 exact 5200 KM",
        "expressway_km outcome rank 2015 exact 9 RANK",
        "expressway_km outcome rank 2020 exact 6 RANK",
    ),
    say(
        "城镇居民收入、农村居民收入五年里年均增长7.7%和8.5%。",
        "urban_disposable_income outcome avg_yoy 2016-2020 exact 7.7 PERCENT",
        "rural_income outcome avg_yoy 2016-2020 exact 8.5 PERCENT",
    ),
    say("提前两年实现生产总值比2010年翻一番。", "gdp outcome cum_growth 2011-2020 exact 100 PERCENT"),
    say("零售物价总指数比上年平均上升2.5%。", "retail_price_index outcome yoy 2020 exact 2.5 PERCENT"),
    term(
        "全社会固定资产投资共完成1.72万亿元，五年共建成项目300个。",
        "fixed_asset_investment outcome level 2016-2020 exact 1.72e12 CNY",
    ),
    say(
        "累计改造城镇老旧小区460个，新增城镇就业超过36万人。去年新增城镇就业8万人。",
        "old_communities_renovated outcome level 2016-2020 exact 460 UNIT",
        "urban_new_jobs outcome level 2016-2020 at_least 3.6e5 PERSON",
        "urban_new_jobs outcome level 2020 exact 8e4 PERSON",
        heading="一、“十三五”时期和2020年工作回顾",
    ),
    say(
        "经济总量2.1万亿元，十年增加1万亿元；进出口总额年均增长8.6%。",
        "gdp outcome level 2020 exact 2.1e12 CNY",
        "gdp outcome change 2011-2020 exact 1e12 CNY",
        "trade_total outcome avg_yoy 2016-2020 exact 8.6 PERCENT",
    ),
    plan(
        "地区生产总值年均增速领先全国，到2025年突破9000亿元。",
        "gdp target level 2025 at_least 9e11 CNY",
    ),
)
def test_years_far_from_their_numbers(example: Example) -> None:
    """A list of years for a list of numbers, two years together, the years of a pair, and since when."""
    check(example)


# --- outcome or target ----------------------------------------------------------------------------------------------


@examples(
    goal(
        "去年城镇新增就业24万人，今年力争达到25万人。",
        "urban_new_jobs outcome level 2020 exact 240000 PERSON",
        "urban_new_jobs target level 2021 exact 250000 PERSON",
    ),
    goal(
        "在去年增长7%的基础上，今年地区生产总值增长7.5%。",
        "gdp target yoy 2021 exact 7.5 PERCENT",
    ),
    goal(
        "地区生产总值去年增长7%，今年预期增长7.5%左右。",
        "gdp outcome yoy 2020 exact 7 PERCENT",
        "gdp target yoy 2021 about 7.5 PERCENT",
    ),
    say(
        "新改建农村公路1200公里，今年要再建1500公里。",
        "rural_roads_km outcome level 2020 exact 1200 KM",
        "rural_roads_km target level 2021 exact 1500 KM",
    ),
    say(
        "高速公路通车里程已达2300公里，今年新增150公里。",
        "expressway_km outcome level 2020 exact 2300 KM",
        "expressway_km target change 2021 exact 150 KM",
        section="tasks_year",
    ),
    say(
        "去年改造老旧小区320个，惠及居民8万户，今年再改造400个。",
        "old_communities_renovated outcome level 2020 exact 320 UNIT",
        "old_communities_renovated target level 2021 exact 400 UNIT",
        section="tasks_year",
    ),
    plan(
        "常住人口城镇化率2020年为62%，2025年达到67%。",
        "urbanisation_rate outcome level 2020 exact 62 PERCENT",
        "urbanisation_rate target level 2025 exact 67 PERCENT",
    ),
    say("确保全年地区生产总值增长6%以上。", "gdp target yoy 2021 at_least 6 PERCENT", section="unknown"),
    say("到2025年，力争地区生产总值突破6000亿元。", "gdp target level 2025 at_least 6e11 CNY", section="closing"),
    goal(
        "去年新增城镇就业24万人，今年增加到25万人。",
        "urban_new_jobs outcome level 2020 exact 240000 PERSON",
        "urban_new_jobs target level 2021 exact 250000 PERSON",
    ),
)
def test_outcome_and_target_in_one_sentence(example: Example) -> None:
    """By section, by verb and by tense."""
    check(example)


@examples(
    say("预计全年地区生产总值增长4.1%。", "gdp outcome yoy 2020 exact 4.1 PERCENT"),
    say(
        "预计全年全市生产总值完成1280亿元，增长4.1%左右，城镇新增就业可达9.6万人。",
        "gdp outcome level 2020 exact 1.28e11 CNY",
        "gdp outcome yoy 2020 about 4.1 PERCENT",
        "urban_new_jobs outcome level 2020 exact 96000 PERSON",
    ),
    say("初步预计，2020年居民人均可支配收入增长5.3%。", "disposable_income outcome yoy 2020 exact 5.3 PERCENT"),
    say(
        "预计2020年全省生产总值增长3.2%，“十三五”年均增长6.5%。",
        "gdp outcome yoy 2020 exact 3.2 PERCENT",
        "gdp outcome avg_yoy 2016-2020 exact 6.5 PERCENT",
    ),
    goal("地区生产总值预计增长6%左右。", "gdp target yoy 2021 about 6 PERCENT"),
)
def test_estimates_of_the_past_year(example: Example) -> None:
    """预计 of a year that is past is an outcome."""
    check(example)


@examples(
    say(
        "城镇新增就业26万人，超额完成20万人的年度目标。",
        "urban_new_jobs outcome level 2020 exact 260000 PERSON",
    ),
    say(
        "去年的政府工作报告提出，居民消费价格涨幅要从4.6%降到3.5%左右，实际为3.1%。",
        "cpi outcome yoy 2020 exact 3.1 PERCENT",
    ),
    say("没有实现年初确定的单位生产总值能耗下降3.5%的目标。"),
    say("居民消费价格上涨2.2%，控制在3%的预期目标以内。", "cpi outcome yoy 2020 exact 2.2 PERCENT"),
    say("地区生产总值增长6.3%，高于年初确定的6%的预期目标。", "gdp outcome yoy 2020 exact 6.3 PERCENT"),
    say(
        "年初预期财政收入增长5%，实际增长3.8%。",
        "fiscal_revenue outcome yoy 2020 exact 3.8 PERCENT",
    ),
    say("完成城镇新增就业20万人的目标任务。"),
    say(
        "去年确定的生产总值增长6%、城镇新增就业4万人、减少农村贫困人口3万人的目标任务顺利完成，财政收入增长9%。",
        "fiscal_revenue outcome yoy 2020 exact 9 PERCENT",
    ),
    say(
        "城镇登记失业率始终低于4%的控制目标。",
        "urban_registered_unemployment_rate outcome level 2020 at_most 4 PERCENT",
    ),
    say(
        "城镇调查失业率控制在5.5%的预期目标以内。",
        "urban_surveyed_unemployment_rate outcome level 2020 at_most 5.5 PERCENT",
    ),
    say(
        "城镇调查失业率5.2%，低于5.5%的预期目标。",
        "urban_surveyed_unemployment_rate outcome level 2020 exact 5.2 PERCENT",
    ),
    say(
        "去年政府工作报告提出，居民消费价格涨幅由4.1%回到3%以内，一年下来实际上涨2.2%。",
        "cpi outcome yoy 2020 exact 2.2 PERCENT",
    ),
)
def test_old_targets_that_are_only_recalled(example: Example) -> None:
    """The target of the year past is no target now."""
    check(example)


# --- what is not ours -----------------------------------------------------------------------------------------------


@examples(
    say("全年高技术产业增加值增长14%，民间投资增长9%。"),
    say("大型企业进出口总额增长12%，私营企业出口增长16%。"),
    say("中央财政赤字3200亿元。", area="100000"),
    say("山区县地区生产总值平均增长7.9%。"),
    say("规模以上文化企业工业增加值增长6%。"),
    say("开发区地区生产总值增长12.6%，占全市的31%。"),
    say("汽车类社会消费品零售总额增长9%。"),
    say("限额以上社会消费品零售额增长12.4%。"),
    say("五大千亿产业规模以上工业增加值增长9%。"),
    say("脱贫地区农村居民人均可支配收入增长11.2%。"),
    say("夏粮产量28.6亿斤，粮食总产量104亿斤。", "grain_output outcome level 2020 exact 5200000 TONNE"),
    say(
        "市本级一般公共预算收入86亿元，增长3%。",
        area="330100",
    ),
    say(
        "县级财政收入增长9%，中央财政转移支付增长6%。",
    ),
    say("高速公路在建里程达到860公里。"),
    say("建成、在建高速公路218公里。"),
    say("会议论坛数量和财政支出均压减三成。"),
    goal(
        "新开工保障性安居工程9万套，其中棚户区改造6万套、公租房2万套。",
        "affordable_housing_starts target level 2021 exact 90000 UNIT",
        "affordable_housing_starts target level 2021 exact 60000 UNIT",
    ),
    say("对东盟进出口增长18.6%，新能源汽车出口增长1.2倍。"),
    say("地区生产总值增长4.4%，剔除房地产后增长6.2%。", "gdp outcome yoy 2020 exact 4.4 PERCENT"),
)
def test_a_part_is_not_the_whole(example: Example) -> None:
    """A branch, an owner, a part of the area, some of the people."""
    check(example)


@examples(
    say("世界经济仅增长2.6%，国际贸易增长0.9%。"),
    say(
        "在全国经济增长6.1%的情况下，全省地区生产总值增长6.9%。",
        "gdp outcome yoy 2020 exact 6.9 PERCENT",
    ),
    say("美国经济增长2.3%，欧元区经济增长1.2%。", area="100000"),
    say(
        "柳溪县地区生产总值增长9.2%，全市地区生产总值增长6.4%。",
        "gdp outcome yoy 2020 exact 6.4 PERCENT",
        area="330100",
    ),
    say(
        "全省地区生产总值增长6.6%，我市增长7.4%。",
        "gdp outcome yoy 2020 exact 7.4 PERCENT",
        area="330100",
    ),
    say("地区生产总值增长6.8%，全国平均水平为5.9%。", "gdp outcome yoy 2020 exact 6.8 PERCENT"),
    say(
        "居民人均可支配收入达到4.1万元，是全国平均水平的1.3倍。", "disposable_income outcome level 2020 exact 41000 CNY"
    ),
    say("据统计，杭州、宁波两市，固定资产投资增长8%，粮食产量也增长2%。"),
    say("湖州建设提速，地区生产总值突破4000亿元。"),
    say(
        "湖州建设提速，全省地区生产总值突破7万亿元。",
        "gdp outcome level 2020 at_least 7e12 CNY",
    ),
    say("据统计，广西、宁夏、新疆三个自治区，粮食产量增长4%。", area="100000"),
    say("甬舟都市圈建设见效，经济总量突破2万亿元。"),
    say(
        "楚雄州生产总值达到1700亿元。",
        "gdp outcome level 2020 exact 1.7e11 CNY",
        area="532300",
    ),
    say("全国居民消费价格上涨1.9%。", "cpi outcome yoy 2020 exact 1.9 PERCENT", area="100000"),
    say("高新区、经开区一般公共预算收入分别增长12%、9%。"),
    say(
        "广西、宁夏、西藏三个自治区，粮食产量增长3%；全国粮食产量增长1.2%。",
        "grain_output outcome yoy 2020 exact 1.2 PERCENT",
        area="100000",
    ),
    goal("支持杭州当好龙头，地区生产总值突破2万亿元；宁波、温州加快提升能级，力争地区生产总值增长7%。"),
    goal(
        "支持杭州当好龙头，确保全省生产总值增长6%。",
        "gdp target yoy 2021 exact 6 PERCENT",
    ),
    say(
        "我市成为全国第四个社会消费品零售总额突破2000亿元的地级市。",
        "retail_sales outcome level 2020 at_least 2e11 CNY",
        area="330100",
    ),
    say("慈溪市成为全省第二个生产总值突破2000亿元的县级市。", area="330200"),
)
def test_another_place_is_not_ours(example: Example) -> None:
    """The world, the nation in a province's report, a county inside it."""
    check(example)


@examples(
    say(
        "一季度地区生产总值下降3.6%，二季度增长2.1%，全年增长3.3%。",
        "gdp outcome yoy 2020 exact 3.3 PERCENT",
    ),
    say("前三季度社会消费品零售总额下降2.4%。"),
    say(
        "上半年财政收入增长6%，全年完成312亿元。",
        "fiscal_revenue outcome level 2020 exact 3.12e10 CNY",
    ),
    say("1—11月规模以上工业增加值增长5.8%。"),
    say("四季度进出口总额增速回升到8.7%。"),
    say("地区生产总值逐季回升，四季度增长6.2%。"),
)
def test_a_quarter_is_no_year(example: Example) -> None:
    """Months, quarters and half-years are left out; the whole year beside them is not."""
    check(example)


@examples(
    say("单位国内生产总值能耗降低3.2%。", "energy_intensity outcome yoy 2020 exact -3.2 PERCENT", area="100000"),
    say(
        "居民消费价格上涨2.1%，居民消费支出增长7.4%。",
        "cpi outcome yoy 2020 exact 2.1 PERCENT",
    ),
    say("单位工业增加值能耗下降4.4%。"),
    say("人均地区生产总值达到8.6万元。", "gdp_per_capita outcome level 2020 exact 86000 CNY"),
    say(
        "规模以上工业增加值增长6.3%，全部工业增加值完成860亿元。",
        "industrial_value_added_above_scale outcome yoy 2020 exact 6.3 PERCENT",
        "industrial_value_added outcome level 2020 exact 8.6e10 CNY",
    ),
    say(
        "第三产业增加值占地区生产总值比重达到52.3%。",
        "tertiary_industry_share outcome level 2020 exact 52.3 PERCENT",
    ),
    say(
        "城镇登记失业率3.2%，城镇调查失业率5.1%。",
        "urban_registered_unemployment_rate outcome level 2020 exact 3.2 PERCENT",
        "urban_surveyed_unemployment_rate outcome level 2020 exact 5.1 PERCENT",
    ),
    say("研发经费支出占地区生产总值比重达到2.4%。", "rd_intensity outcome level 2020 exact 2.4 PERCENT"),
    goal(
        "赤字率按3%左右安排，财政赤字260亿元。",
        "deficit_ratio target level 2021 about 3 PERCENT",
        "fiscal_deficit target level 2021 exact 2.6e10 CNY",
    ),
    say(
        "单位国内生产总值二氧化碳排放下降3.9%。", "carbon_intensity outcome yoy 2020 exact -3.9 PERCENT", area="100000"
    ),
    say("文化产业增加值占地区生产总值比重达到5.2%。"),
    say(
        "高速公路通车里程突破4000公里，高速铁路运营里程达到1120公里。",
        "expressway_km outcome level 2020 at_least 4000 KM",
        "high_speed_rail_km outcome level 2020 exact 1120 KM",
    ),
    say("服务进出口总额增长9.2%。"),
    say(
        "农村居民人均可支配收入增长7.5%，快于城镇居民人均可支配收入2.1个百分点。",
        "rural_income outcome yoy 2020 exact 7.5 PERCENT",
    ),
    say("经济总量占全国的比重提高到5.2%。"),
    say("空气质量优良天数比率达到88.4%。", "good_air_day_ratio outcome level 2020 exact 88.4 PERCENT"),
    say(
        "地区生产总值（GDP）增长6.1%。",
        "gdp outcome yoy 2020 exact 6.1 PERCENT",
    ),
    say(
        "居民消费价格（CPI）上涨2.1%。",
        "cpi outcome yoy 2020 exact 2.1 PERCENT",
    ),
    say(
        "广义货币（M2）余额增长8.8%，细颗粒物（PM2.5）浓度下降6%。",
        "m2 outcome yoy 2020 exact 8.8 PERCENT",
        "pm25_concentration outcome yoy 2020 exact -6 PERCENT",
    ),
    say(
        "今年新增22万城镇就业。",
        "urban_new_jobs target level 2021 exact 220000 PERSON",
        section="tasks_year",
    ),
    say("新增1.3万个城镇就业岗位。", "urban_new_jobs outcome level 2020 exact 13000 PERSON"),
    term(
        "全国城镇五年共安排2600多万人就业。",
        "urban_new_jobs outcome level 2016-2020 at_least 26000000 PERSON",
        area="100000",
    ),
    say("安排480万人就业，带动6万人就业。"),
    say("解决了18万人的温饱问题。", "rural_poor_population outcome change 2020 exact -180000 PERSON"),
)
def test_names_that_contain_one_another(example: Example) -> None:
    """The longest name counts: 单位国内生产总值能耗 is not 国内生产总值."""
    check(example)


@examples(
    say("经济增长5.8%。", "gdp outcome yoy 2020 exact 5.8 PERCENT"),
    term("全省经济年均增长6.9%。", "gdp outcome avg_yoy 2016-2020 exact 6.9 PERCENT"),
    say("经济增速达到6.4%。", "gdp outcome yoy 2020 exact 6.4 PERCENT"),
    goal("经济增长预期目标为6%左右。", "gdp target yoy 2021 about 6 PERCENT"),
    say("数字经济增长12%，民营经济增长8%。"),
    say("海洋经济增长9%，非公有制经济增长7%，工业经济增长6%。"),
    say("县域经济增长9%。"),
    say("消费对经济增长的贡献率达到62%，拉动经济增长3.8个百分点。"),
    say(
        "国民经济持续发展，比上年增长7.2%。",
        "gdp outcome yoy 2020 exact 7.2 PERCENT",
    ),
    say("经济社会协调发展，同比增长6%。"),
    goal("经济增长目标提高1个百分点。"),
    say(
        "经济平稳较快增长，增速达到7.2%。",
        "gdp outcome yoy 2020 exact 7.2 PERCENT",
    ),
    say(
        "生产总值连跨五个千亿元台阶，达到6320亿元。",
        "gdp outcome level 2020 exact 6.32e11 CNY",
    ),
)
def test_economic_growth(example: Example) -> None:
    """经济增长 is growth of GDP, where no other economy is meant."""
    check(example)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("居民人均可支配收入扣除价格因素实际增长4.6%。", [("disposable_income", 4.6, "real")]),
        ("按可比价格计算，地区生产总值增长6.2%。", [("gdp", 6.2, "real")]),
        ("地区生产总值按可比价格计算增长6.2%。", [("gdp", 6.2, "real")]),
        (
            "居民人均可支配收入名义增长7.8%、实际增长5.5%。",
            [("disposable_income", 7.8, "nominal"), ("disposable_income", 5.5, "real")],
        ),
        (
            "城镇居民人均可支配收入增长7.2%，扣除价格因素，实际增长5.1%。",
            [("urban_disposable_income", 7.2, None), ("urban_disposable_income", 5.1, "real")],
        ),
        ("农民人均纯收入扣除物价上涨因素，比上年增长6.4%。", [("rural_income", 6.4, "real")]),
        ("地区生产总值达到2380亿元，按不变价格计算比上年增长6.1%。", [("gdp", 2.38e11, None), ("gdp", 6.1, "real")]),
        ("实际使用外资增长6.1%。", [("fdi_actual_use", 6.1, None)]),
    ],
)
def test_real_and_nominal(text: str, expected: list[tuple[str, float, str | None]]) -> None:
    """扣除价格因素, 按可比价格: the price basis is said where the text says it."""
    found = statements(passage(Example(text, (), "review_year", None, YEAR, "330000")))
    said = [
        (code, row["value"], row["price_basis"])
        for row in found.iter_rows(named=True)
        for code in row["indicators"]
        if row["transformation"] in ("yoy", "level")
    ]
    assert said == expected, text


@examples(
    say(
        "全旗生产总值完成121.6亿元，可比价增长13.8%。",
        "gdp outcome level 2020 exact 1.216e10 CNY",
        "gdp outcome yoy 2020 exact 13.8 PERCENT",
    ),
    say(
        "全市生产总值达到1617亿元，总量稳居全省县市第二。",
        "gdp outcome level 2020 exact 1.617e11 CNY",
        "gdp outcome rank 2020 exact 2 RANK",
    ),
    say(
        "全州经济增长9.2%，其中一产业增长3.9%、二产业增长5.6%、三产业增长12.7%。",
        "gdp outcome yoy 2020 exact 9.2 PERCENT",
        "primary_industry_value_added outcome yoy 2020 exact 3.9 PERCENT",
        "secondary_industry_value_added outcome yoy 2020 exact 5.6 PERCENT",
        "tertiary_industry_value_added outcome yoy 2020 exact 12.7 PERCENT",
    ),
    say(
        "规模以上固定资产投资1530亿元，出口商品总值52亿元。",
        "fixed_asset_investment outcome level 2020 exact 1.53e11 CNY",
        "exports outcome level 2020 exact 5.2e9 CNY",
    ),
    say("粮食总产量183亿斤，夏粮再获丰收、达107亿斤。", "grain_output outcome level 2020 exact 9150000 TONNE"),
    say("改造城市棚户区24万平方米、3860户。", "affordable_housing_starts outcome level 2020 exact 3860 UNIT"),
    term(
        "建设廉租房、经济适用房等保障性住房9860套。",
        "affordable_housing_starts outcome level 2016-2020 exact 9860 UNIT",
    ),
    say(
        "经营主体达到16万户，每千人拥有经营主体121户、居全省第三。",
        "market_entities outcome level 2020 exact 160000 UNIT",
    ),
    say(
        "规上工业增加值增长4.2%，较一季度提升15个百分点；社会消费品零售总额完成560亿元，增长2.9%。",
        "industrial_value_added_above_scale outcome yoy 2020 exact 4.2 PERCENT",
        "retail_sales outcome level 2020 exact 5.6e10 CNY",
        "retail_sales outcome yoy 2020 exact 2.9 PERCENT",
    ),
    say("1—11月，进出口总额6.9亿美元。其中，出口5.1亿美元，同比增长8.4%。"),
    term(
        "2020年接待游客3460万人次，旅游收入216亿元，分别是2015年的2.3倍和3.4倍。",
        "tourist_visits outcome level 2020 exact 34600000 PERSON",
        "tourism_revenue outcome level 2020 exact 2.16e10 CNY",
        "tourist_visits outcome cum_growth 2016-2020 exact 130 PERCENT",
        "tourism_revenue outcome cum_growth 2016-2020 exact 240 PERCENT",
    ),
    goal(
        "一般公共预算收入增长14%，确保17.5亿元、力争18亿元。",
        "general_public_budget_revenue target yoy 2021 exact 14 PERCENT",
        "general_public_budget_revenue target level 2021 exact 1.75e9 CNY",
        "general_public_budget_revenue target level 2021 exact 1.8e9 CNY",
    ),
    plan("每年减少贫困人口10万人以上。"),
    say(
        "两处市场新增营业面积2.4万平方米，新增就业860人；城镇新增就业4200人。",
        "urban_new_jobs outcome level 2020 exact 4200 PERSON",
    ),
    say("单位GDP能耗累计下降15%。"),
    term(
        "五年累计完成500万元以上固定资产投资6730亿元。",
        "fixed_asset_investment outcome level 2016-2020 exact 6.73e11 CNY",
    ),
    term(
        "2020年空气优良率98.4%；单位GDP能耗累计下降16.3%。",
        "good_air_day_ratio outcome level 2020 exact 98.4 PERCENT",
        "energy_intensity outcome cum_growth 2016-2020 exact -16.3 PERCENT",
    ),
    say(
        "地方公共财政收入完成43.5亿元、增长15.3%，支出完成198亿元、增长9.2%。",
        "general_public_budget_revenue outcome level 2020 exact 4.35e9 CNY",
        "general_public_budget_revenue outcome yoy 2020 exact 15.3 PERCENT",
        "general_public_budget_expenditure outcome level 2020 exact 1.98e10 CNY",
        "general_public_budget_expenditure outcome yoy 2020 exact 9.2 PERCENT",
    ),
    say(
        "社会消费品零售总额突破500亿元，保持全市城区第一。",
        "retail_sales outcome level 2020 at_least 5e10 CNY",
        "retail_sales outcome rank 2020 exact 1 RANK",
    ),
    say("改造老旧小区31个、群众3800户。", "old_communities_renovated outcome level 2020 exact 31 UNIT"),
    say(
        "产业结构从18.1∶43.7∶38.2优化为19.5∶27.8∶52.7。",
        "tertiary_industry_share outcome level 2019 exact 38.2 PERCENT",
        "tertiary_industry_share outcome level 2020 exact 52.7 PERCENT",
    ),
    say("单位GDP能耗下降3%。", "energy_intensity outcome yoy 2020 exact -3 PERCENT"),
    say(
        "500万元以上项目固定资产投资318亿元，社会消费品零售总额恢复性增长5.6%。",
        "fixed_asset_investment outcome level 2020 exact 3.18e10 CNY",
        "retail_sales outcome yoy 2020 exact 5.6 PERCENT",
    ),
    goal(
        "城镇和农牧区常住居民人均可支配收入增长7%和8%左右。",
        "urban_disposable_income target yoy 2021 about 7 PERCENT",
        "rural_income target yoy 2021 about 8 PERCENT",
    ),
    say(
        "现行标准下农村贫困人口由5200人减少到1900人。",
        "rural_poor_population outcome level 2019 exact 5200 PERSON",
        "rural_poor_population outcome level 2020 exact 1900 PERSON",
    ),
    say(
        "新区生产总值增长8.1%，全社会研发投入占新区生产总值比重达到3.1%。",
        "gdp outcome yoy 2020 exact 8.1 PERCENT",
        "rd_intensity outcome level 2020 exact 3.1 PERCENT",
        area="120116",
    ),
    say("空气质量二级以上良好天数226天。", "good_air_days outcome level 2020 exact 226 DAY"),
    term(
        "固定资产投资五年共完成1900亿元，固定资产投资率38%。",
        "fixed_asset_investment outcome level 2016-2020 exact 1.9e11 CNY",
    ),
    say(
        "城市居民平均每人全年可用于生活的收入为560元。",
        "urban_disposable_income outcome level 2020 exact 560 CNY",
    ),
)
def test_as_cities_and_counties_say_it(example: Example) -> None:
    """Bases of prices, names that they use, examples of a whole, levels after a growth, lists of multiples."""
    check(example)


# --- whole reports --------------------------------------------------------------------------------------------------


def report(text: str, area: str, year: int) -> list[str]:
    """What a whole report says, through passages."""
    row = {"report_id": f"{area}/{year}", "ref_area": area, "report_year": year, "text": text}
    return readings(statements(passages(REPORTS.frame([row]))))


def read_as(text: str, area: str, year: int, *expected: str) -> None:
    """A whole report says this and nothing else."""
    assert report(text, area, year) == [reading(line) for line in expected]


def test_a_national_report() -> None:
    """The State Council's: the nation is the area."""
    text = (
        "各位代表：\n"
        "现在，我代表国务院，向大会报告政府工作，请予审议。\n"
        "一、2018年工作回顾\n"
        "过去一年，经济运行保持在合理区间。国内生产总值增长6.4%，总量突破88万亿元。居民消费价格上涨1.8%。"
        "城镇新增就业1340万人，城镇调查失业率稳定在5%左右。农村贫困人口减少1260万，贫困发生率下降到1.8%。"
        "货物进出口总额超过29万亿元，实际使用外资1320亿美元、稳居发展中国家首位。\n"
        "二、2019年经济社会发展总体要求和政策取向\n"
        "今年经济社会发展的主要预期目标是：国内生产总值增长6%—6.8%；城镇新增就业1050万人以上，"
        "城镇调查失业率5.6%左右，城镇登记失业率4.6%以内；居民消费价格涨幅3.2%左右；单位国内生产总值能耗下降3%左"
        "右。\n"
        "今年赤字率拟按2.7%安排。拟安排地方政府专项债券2.05万亿元，比去年增加7000亿元。\n"
        "三、2019年政府工作任务\n"
        "城乡居民基本医疗保险人均财政补助标准再增加35元。农村贫困人口再减少1020万人以上。\n"
    )
    read_as(
        text,
        "100000",
        2019,
        "gdp outcome yoy 2018 exact 6.4 PERCENT",
        "gdp outcome level 2018 at_least 8.8e13 CNY",
        "cpi outcome yoy 2018 exact 1.8 PERCENT",
        "urban_new_jobs outcome level 2018 exact 13400000 PERSON",
        "urban_surveyed_unemployment_rate outcome level 2018 about 5 PERCENT",
        "rural_poor_population outcome change 2018 exact -12600000 PERSON",
        "trade_total outcome level 2018 at_least 2.9e13 CNY",
        "fdi_actual_use outcome level 2018 exact 1.32e11 USD",
        "gdp target yoy 2019 range 6~6.8 PERCENT",
        "urban_new_jobs target level 2019 at_least 10500000 PERSON",
        "urban_surveyed_unemployment_rate target level 2019 about 5.6 PERCENT",
        "urban_registered_unemployment_rate target level 2019 at_most 4.6 PERCENT",
        "cpi target yoy 2019 about 3.2 PERCENT",
        "energy_intensity target yoy 2019 about -3 PERCENT",
        "deficit_ratio target level 2019 exact 2.7 PERCENT",
        "local_special_bonds target level 2019 exact 2.05e12 CNY",
        "local_special_bonds target change 2019 exact 7e11 CNY",
        "medical_insurance_subsidy target change 2019 exact 35 CNY",
        "rural_poor_population target change 2019 at_least -10200000 PERSON",
    )


def test_a_provincial_report() -> None:
    """A province that reviews a term and its last year."""
    text = (
        "各位代表：\n"
        "现在，我代表省人民政府向大会作政府工作报告，请予审议。\n"
        "一、过去五年工作回顾\n"
        "过去五年，是全省发展很不平凡的五年。地区生产总值年均增长8.3%，由2.1万亿元增加到3.3万亿元。"
        "一般公共预算收入突破4000亿元。城镇新增就业累计380万人。常住人口城镇化率由46.5%提高到54.2%，"
        "提高7.7个百分点。高速公路通车里程新增2400公里，达到6400公里。\n"
        "2017年，预计地区生产总值增长8%，规模以上工业增加值增长7%，固定资产投资增长13%，社会消费品零售总额增长"
        "10.5%，进出口总额增长35%。\n"
        "二、今后五年的总体要求和奋斗目标\n"
        "今后五年，地区生产总值年均增长7.5%左右；居民人均可支配收入年均增长8%以上；到2022年，常住人口城镇化率达"
        "到60%以上，研发经费投入强度达到2.6%。\n"
        "三、2018年重点工作\n"
        "今年经济社会发展的主要预期目标是：地区生产总值增长8%左右，规模以上工业增加值增长7.5%，"
        "一般公共预算收入增长6%，城镇新增就业72万人，城镇登记失业率控制在4.4%以内，居民消费价格涨幅3%左右。\n"
        "改造老旧小区860个，新改建农村公路1.2万公里，棚户区改造27万套。\n"
    )
    read_as(
        text,
        "430000",
        2018,
        "gdp outcome avg_yoy 2013-2017 exact 8.3 PERCENT",
        "gdp outcome level 2012 exact 2.1e12 CNY",
        "gdp outcome level 2017 exact 3.3e12 CNY",
        "general_public_budget_revenue outcome level 2017 at_least 4e11 CNY",
        "urban_new_jobs outcome level 2013-2017 exact 3800000 PERSON",
        "urbanisation_rate outcome level 2012 exact 46.5 PERCENT",
        "urbanisation_rate outcome level 2017 exact 54.2 PERCENT",
        "urbanisation_rate outcome change 2013-2017 exact 7.7 PERCENTAGE_POINT",
        "expressway_km outcome change 2013-2017 exact 2400 KM",
        "expressway_km outcome level 2017 exact 6400 KM",
        "gdp outcome yoy 2017 exact 8 PERCENT",
        "industrial_value_added_above_scale outcome yoy 2017 exact 7 PERCENT",
        "fixed_asset_investment outcome yoy 2017 exact 13 PERCENT",
        "retail_sales outcome yoy 2017 exact 10.5 PERCENT",
        "trade_total outcome yoy 2017 exact 35 PERCENT",
        "gdp target avg_yoy 2018-2022 about 7.5 PERCENT",
        "disposable_income target avg_yoy 2018-2022 at_least 8 PERCENT",
        "urbanisation_rate target level 2022 at_least 60 PERCENT",
        "rd_intensity target level 2022 exact 2.6 PERCENT",
        "gdp target yoy 2018 about 8 PERCENT",
        "industrial_value_added_above_scale target yoy 2018 exact 7.5 PERCENT",
        "general_public_budget_revenue target yoy 2018 exact 6 PERCENT",
        "urban_new_jobs target level 2018 exact 720000 PERSON",
        "urban_registered_unemployment_rate target level 2018 at_most 4.4 PERCENT",
        "cpi target yoy 2018 about 3 PERCENT",
        "old_communities_renovated target level 2018 exact 860 UNIT",
        "rural_roads_km target level 2018 exact 12000 KM",
        "affordable_housing_starts target level 2018 exact 270000 UNIT",
    )


def test_a_city_report() -> None:
    """A city at the turn of two plans."""
    text = (
        "各位代表：\n"
        "我代表市人民政府向大会报告工作，请予审议。\n"
        "一、“十二五”发展回顾\n"
        "“十二五”时期，全市生产总值年均增长9.4%，去年达到6320亿元，人均生产总值突破9万元。一般公共预算收入由"
        "266亿元增加到614亿元。城市居民人均可支配收入、农民人均纯收入年均分别增长10.3%、12.1%，"
        "累计新增城镇就业88万人。\n"
        "二、“十三五”奋斗目标\n"
        "到2020年，地区生产总值和城乡居民人均收入比2010年翻一番以上，常住人口城镇化率达到72%，"
        "森林覆盖率达到16%。\n"
        "三、2016年主要工作\n"
        "主要预期目标为：全市生产总值增长8%左右，一般公共预算收入增长9%，固定资产投资增长12%，"
        "城乡居民人均可支配收入分别增长8%和9%，居民消费价格涨幅控制在3%左右。\n"
    )
    read_as(
        text,
        "370100",
        2016,
        "gdp outcome avg_yoy 2011-2015 exact 9.4 PERCENT",
        "gdp outcome level 2015 exact 6.32e11 CNY",
        "gdp_per_capita outcome level 2015 at_least 90000 CNY",
        "general_public_budget_revenue outcome level 2010 exact 2.66e10 CNY",
        "general_public_budget_revenue outcome level 2015 exact 6.14e10 CNY",
        "urban_disposable_income outcome avg_yoy 2011-2015 exact 10.3 PERCENT",
        "rural_income outcome avg_yoy 2011-2015 exact 12.1 PERCENT",
        "urban_new_jobs outcome level 2011-2015 exact 880000 PERSON",
        "gdp target cum_growth 2011-2020 at_least 100 PERCENT",
        "disposable_income target cum_growth 2011-2020 at_least 100 PERCENT",
        "urbanisation_rate target level 2020 exact 72 PERCENT",
        "forest_coverage target level 2020 exact 16 PERCENT",
        "gdp target yoy 2016 about 8 PERCENT",
        "general_public_budget_revenue target yoy 2016 exact 9 PERCENT",
        "fixed_asset_investment target yoy 2016 exact 12 PERCENT",
        "urban_disposable_income target yoy 2016 exact 8 PERCENT",
        "rural_income target yoy 2016 exact 9 PERCENT",
        "cpi target yoy 2016 about 3 PERCENT",
    )


def test_a_county_report() -> None:
    """A county: small numbers, few words."""
    text = (
        "各位代表：\n"
        "我代表县人民政府向大会报告工作，请予审议。\n"
        "一、2022年工作回顾\n"
        "全县生产总值完成268.4亿元，增长2.8%；财政总收入38.6亿元，其中一般公共预算收入22.1亿元，"
        "分别增长1.9%、3.2%；城乡居民人均可支配收入分别达到58600元和27400元，增长4.1%和7.3%。接待游客860万人次"
        "。粮食产量8.6万吨。新改建农村公路42公里，改造老旧小区6个。PM2.5平均浓度24微克/立方米，"
        "空气优良天数比例97.5%。\n"
        "二、2023年工作安排\n"
        "今年全县经济社会发展的主要预期目标是：地区生产总值增长6%，一般公共预算收入增长5%，固定资产投资增长10%"
        "，社会消费品零售总额增长6.5%，城乡居民收入与经济增长同步。\n"
        "重点抓好以下工作：\n"
        "确保城镇新增就业4200人，建设四好农村路50公里，开工老旧小区改造9个。\n"
    )
    read_as(
        text,
        "330127",
        2023,
        "gdp outcome level 2022 exact 2.684e10 CNY",
        "gdp outcome yoy 2022 exact 2.8 PERCENT",
        "fiscal_revenue outcome level 2022 exact 3.86e9 CNY",
        "general_public_budget_revenue outcome level 2022 exact 2.21e9 CNY",
        "fiscal_revenue outcome yoy 2022 exact 1.9 PERCENT",
        "general_public_budget_revenue outcome yoy 2022 exact 3.2 PERCENT",
        "urban_disposable_income outcome level 2022 exact 58600 CNY",
        "rural_income outcome level 2022 exact 27400 CNY",
        "urban_disposable_income outcome yoy 2022 exact 4.1 PERCENT",
        "rural_income outcome yoy 2022 exact 7.3 PERCENT",
        "tourist_visits outcome level 2022 exact 8600000 PERSON",
        "grain_output outcome level 2022 exact 86000 TONNE",
        "rural_roads_km outcome level 2022 exact 42 KM",
        "old_communities_renovated outcome level 2022 exact 6 UNIT",
        "pm25_concentration outcome level 2022 exact 24 UG_M3",
        "good_air_day_ratio outcome level 2022 exact 97.5 PERCENT",
        "gdp target yoy 2023 exact 6 PERCENT",
        "general_public_budget_revenue target yoy 2023 exact 5 PERCENT",
        "fixed_asset_investment target yoy 2023 exact 10 PERCENT",
        "retail_sales target yoy 2023 exact 6.5 PERCENT",
        "urban_new_jobs target level 2023 exact 4200 PERSON",
        "rural_roads_km target level 2023 exact 50 KM",
        "old_communities_renovated target level 2023 exact 9 UNIT",
    )


def test_a_report_of_the_1950s() -> None:
    """Chinese characters for all numbers and years."""
    text = (
        "各位代表：\n"
        "我现在代表国务院向大会作政府工作报告。\n"
        "一、一九五六年的工作\n"
        "一九五六年，粮食产量达到三千七百二十亿斤，比一九五五年增长百分之五点二。原煤产量一亿零六百万吨，"
        "完成计划的百分之一百零一。国家预算收入二百八十四亿元，社会商品零售总额四百五十六亿元，"
        "比上年增长百分之十五点四。工业总产值增长百分之二十八。\n"
        "二、一九五七年的任务\n"
        "一九五七年，粮食产量计划达到三千八百五十亿斤，比一九五六年增长百分之三点五；原煤产量计划达到一亿一千七"
        "百万吨。\n"
    )
    read_as(
        text,
        "100000",
        1957,
        "grain_output outcome level 1956 exact 1.86e8 TONNE",
        "grain_output outcome yoy 1956 exact 5.2 PERCENT",
        "coal_output outcome level 1956 exact 1.06e8 TONNE",
        "fiscal_revenue outcome level 1956 exact 2.84e10 CNY",
        "retail_sales outcome level 1956 exact 4.56e10 CNY",
        "retail_sales outcome yoy 1956 exact 15.4 PERCENT",
        "grain_output target level 1957 exact 1.925e8 TONNE",
        "grain_output target yoy 1957 exact 3.5 PERCENT",
        "coal_output target level 1957 exact 1.17e8 TONNE",
    )


def test_a_report_of_the_1970s() -> None:
    """A year of plan figures."""
    text = (
        "各位代表：\n"
        "现在，我代表国务院向大会报告工作。\n"
        "一、两年来的成就\n"
        "一九七八年，粮食产量超过六千亿斤，比上年增加四百二十亿斤。原煤产量达到六亿一千万吨，增长百分之十一。"
        "财政收入达到一千一百亿元，增长百分之二十六。进出口总额三百五十亿元。\n"
        "二、今年的任务\n"
        "一九七九年，粮食产量计划达到六千二百五十亿斤，工业总产值增长百分之八，财政收入一千一百二十亿元。\n"
    )
    read_as(
        text,
        "100000",
        1979,
        "grain_output outcome level 1978 at_least 3e8 TONNE",
        "grain_output outcome change 1978 exact 2.1e7 TONNE",
        "coal_output outcome level 1978 exact 6.1e8 TONNE",
        "coal_output outcome yoy 1978 exact 11 PERCENT",
        "fiscal_revenue outcome level 1978 exact 1.1e11 CNY",
        "fiscal_revenue outcome yoy 1978 exact 26 PERCENT",
        "trade_total outcome level 1978 exact 3.5e10 CNY",
        "grain_output target level 1979 exact 3.125e8 TONNE",
        "fiscal_revenue target level 1979 exact 1.12e11 CNY",
    )


def test_a_report_of_1991() -> None:
    """Plans by number, 国民生产总值."""
    text = (
        "各位代表：\n"
        "现在，我代表国务院向大会作报告，请予审议。\n"
        "一、“七五”计划执行情况\n"
        "“七五”期间，国民生产总值平均每年增长百分之七点六，一九九〇年达到一万七千二百亿元。粮食产量由一九八五"
        "年的三亿七千九百万吨增加到一九九〇年的四亿三千五百万吨。农民人均纯收入达到六百三十元。\n"
        "二、今后十年和“八五”计划的目标\n"
        "到本世纪末，国民生产总值按不变价格计算比一九八〇年增长四倍。“八五”期间，国民生产总值平均每年增长"
        "百分之六，社会商品零售总额平均每年增长百分之十左右。\n"
        "三、一九九一年的主要任务\n"
        "一九九一年国民生产总值计划增长百分之四点五，零售物价上涨幅度控制在百分之六左右，固定资产投资规模安排五"
        "千亿元。\n"
    )
    read_as(
        text,
        "100000",
        1991,
        "gdp outcome avg_yoy 1986-1990 exact 7.6 PERCENT",
        "gdp outcome level 1990 exact 1.72e12 CNY",
        "grain_output outcome level 1985 exact 3.79e8 TONNE",
        "grain_output outcome level 1990 exact 4.35e8 TONNE",
        "rural_income outcome level 1990 exact 630 CNY",
        "gdp target cum_growth 1981-2000 exact 400 PERCENT",
        "gdp target avg_yoy 1991-1995 exact 6 PERCENT",
        "retail_sales target avg_yoy 1991-1995 about 10 PERCENT",
        "gdp target yoy 1991 exact 4.5 PERCENT",
        "retail_price_index target yoy 1991 about 6 PERCENT",
        "fixed_asset_investment target level 1991 exact 5e11 CNY",
    )


def test_a_report_of_2003() -> None:
    """A term of office, 国内生产总值 of a province."""
    text = (
        "各位代表：\n"
        "现在，我代表省人民政府向大会报告工作，请予审议。\n"
        "一、过去五年的工作\n"
        "过去的五年，全省国内生产总值年均增长10.2%，2002年突破1万亿元，人均国内生产总值达到14380元。"
        "财政收入由560亿元增加到1480亿元，年均增长21.5%。进出口总额增长1.6倍，累计实际利用外资362亿美元。\n"
        "二、今后五年的目标\n"
        "今后五年，国内生产总值年均增长10%左右，城镇居民人均可支配收入和农民人均纯收入年均分别增长7%和5%。\n"
        "三、2003年的工作\n"
        "今年，国内生产总值增长10%，全社会固定资产投资增长15%，出口增长12%，城镇登记失业率控制在4.5%以内。\n"
    )
    read_as(
        text,
        "320000",
        2003,
        "gdp outcome avg_yoy 1998-2002 exact 10.2 PERCENT",
        "gdp outcome level 2002 at_least 1e12 CNY",
        "gdp_per_capita outcome level 2002 exact 14380 CNY",
        "fiscal_revenue outcome level 1997 exact 5.6e10 CNY",
        "fiscal_revenue outcome level 2002 exact 1.48e11 CNY",
        "fiscal_revenue outcome avg_yoy 1998-2002 exact 21.5 PERCENT",
        "trade_total outcome cum_growth 1998-2002 exact 160 PERCENT",
        "fdi_actual_use outcome level 1998-2002 exact 3.62e10 USD",
        "gdp target avg_yoy 2003-2007 about 10 PERCENT",
        "urban_disposable_income target avg_yoy 2003-2007 exact 7 PERCENT",
        "rural_income target avg_yoy 2003-2007 exact 5 PERCENT",
        "gdp target yoy 2003 exact 10 PERCENT",
        "fixed_asset_investment target yoy 2003 exact 15 PERCENT",
        "exports target yoy 2003 exact 12 PERCENT",
        "urban_registered_unemployment_rate target level 2003 at_most 4.5 PERCENT",
    )


# --- years that other words name ------------------------------------------------------------------------------------


@examples(
    say(
        "第三个五年计划期间，粮食产量每年平均增加百分之三。在这个期间，国家财政收入共计一千八百亿元。",
        "grain_output target avg_yoy 1966-1970 exact 3 PERCENT",
        "fiscal_revenue target level 1966-1970 exact 1.8e11 CNY",
        section="targets_term", year=1966, area="100000",
    ),
    say(
        "第二个五年计划期间，煤炭产量每年增长很快；五年合计，财政收入九百亿元，商品零售总额平均每年递增百分之六。",
        "fiscal_revenue target level 1958-1962 exact 9e10 CNY",
        "retail_sales target avg_yoy 1958-1962 exact 6 PERCENT",
        section="unknown", year=1958, area="100000",
    ),
    term(
        "五年内，生产总值平均每年增长9.2%，在此期间进出口总额累计320亿美元。",
        "gdp outcome avg_yoy 2016-2020 exact 9.2 PERCENT",
        "trade_total outcome level 2016-2020 exact 3.2e10 USD",
    ),
    plan(
        "五年内，粮食产量达到二千亿斤，增长百分之二十。",
        "grain_output target level 1957 exact 1e8 TONNE",
        "grain_output target cum_growth 1953-1957 exact 20 PERCENT",
        heading="二、第一个五年计划的要点", year=1955, area="100000",
    ),
    term(
        "我们提前实现了本世纪末国民生产总值比1980年翻一番的目标。",
        "gdp outcome cum_growth 1981-1996 exact 100 PERCENT",
        year=1997, area="100000",
    ),
    goal(
        "粮食产量320万吨，比1981年预计增加8万吨。",
        "grain_output target level 1982 exact 3200000 TONNE",
        "grain_output target change 1982 exact 80000 TONNE",
        heading="二、1982年国民经济计划的主要指标", year=1981,
    ),
    goal(
        "粮食产量回升到2019年210万吨的水平。",
        "grain_output target level 2021 exact 2100000 TONNE",
    ),
    say(
        "一九五六年财政收入为一九五三年的百分之一百四十。",
        "fiscal_revenue outcome cum_growth 1954-1956 exact 40 PERCENT",
        year=1957, area="100000",
    ),
    plan(
        "“十四五”时期，生产总值年均增长6%，其中第一产业增长3%，第二产业增长6.5%，服务业增加值增长7%。",
        "gdp target avg_yoy 2021-2025 exact 6 PERCENT",
        "primary_industry_value_added target avg_yoy 2021-2025 exact 3 PERCENT",
        "secondary_industry_value_added target avg_yoy 2021-2025 exact 6.5 PERCENT",
        "tertiary_industry_value_added target avg_yoy 2021-2025 exact 7 PERCENT",
    ),
    plan(
        "“十四五”时期，地区生产总值年均增长6%左右、力争7%。",
        "gdp target avg_yoy 2021-2025 about 6 PERCENT",
        "gdp target avg_yoy 2021-2025 exact 7 PERCENT",
    ),
    plan(
        "“十四五”时期，固定资产投资总规模为4500亿元。",
        "fixed_asset_investment target level 2021-2025 exact 4.5e11 CNY",
    ),
    say(
        "一九七九和一九八〇两年合计，财政赤字近三百亿元。",
        "fiscal_deficit outcome level 1979-1980 about 3e10 CNY",
        year=1986, area="100000",
    ),
    say(
        "2019和2020年财政收入分别增长5%和3%。",
        "fiscal_revenue outcome yoy 2019 exact 5 PERCENT",
        "fiscal_revenue outcome yoy 2020 exact 3 PERCENT",
    ),
    goal(
        "用两年时间改造老旧小区800个，今年启动；筹集保障性租赁住房1.2万套。",
        "old_communities_renovated target level 2021-2022 exact 800 UNIT",
        "affordable_housing_starts target level 2021 exact 12000 UNIT",
    ),
    goal(
        "到2022年底前，农村贫困人口减少860人；三年新改建农村公路420公里。",
        "rural_poor_population target change 2021-2022 exact -860 PERSON",
        "rural_roads_km target level 2021-2023 exact 420 KM",
    ),
    say(
        "粮食两年增长百分之三十二。高新技术企业实现两年翻番，净增市场主体8万户。",
        "grain_output outcome cum_growth 2019-2020 exact 32 PERCENT",
        "market_entities outcome change 2020 exact 80000 UNIT",
    ),
)  # fmt: skip
def test_years_that_were_named_before(example: Example) -> None:
    """在此期间, 五年合计 and a heading take up years that were named; 其中 and 力争 go on with a yearly mean."""
    check(example)


# --- what is of a part, of works, or of another thing ---------------------------------------------------------------


@examples(
    say(
        "财政总收入300亿元，其中地方财政收入180亿元，分别增长9%和8%。",
        "fiscal_revenue outcome level 2020 exact 3e10 CNY",
        "fiscal_revenue outcome yoy 2020 exact 9 PERCENT",
    ),
    say(
        "财政总收入在煤价下行的情况下突破300亿元。",
        "fiscal_revenue outcome level 2020 at_least 3e10 CNY",
    ),
    say("全年实施重点工程86个，完成固定资产投资210亿元。"),
    say(
        "全年实施重点工程86个；全市固定资产投资完成2100亿元。",
        "fixed_asset_investment outcome level 2020 exact 2.1e11 CNY",
    ),
    say(
        "新开工项目86个，固定资产投资完成2100亿元。",
        "fixed_asset_investment outcome level 2020 exact 2.1e11 CNY",
    ),
    say("财政总收入增长5%，向上争取50亿元。", "fiscal_revenue outcome yoy 2020 exact 5 PERCENT"),
    say("为外贸企业减税降费12亿元。"),
    say("为广大企业减税降费12亿元。", "tax_and_fee_cuts outcome level 2020 exact 1.2e9 CNY"),
    say("市区空气优良天数达到301天，主城区改造老旧小区42个。"),
    say("社会保障财政支出增长8%。"),
    say("进出口总额800亿元，出口占比居全省第二位。", "trade_total outcome level 2020 exact 8e10 CNY", area="330100"),
    say("高速铁路建设里程再添新段，全年高铁开工86公里。"),
    say("剔除一次性收入后，财政收入结构更优。财政收入完成90亿元，剔除土地因素后净增5亿元。",
        "fiscal_revenue outcome level 2020 exact 9e9 CNY"),
    say("粮食总产量420万吨，居历史第三位。", "grain_output outcome level 2020 exact 4200000 TONNE"),
    say("一般公共预算收入完成62亿元，比年初预算多收4亿元。",
        "general_public_budget_revenue outcome level 2020 exact 6.2e9 CNY"),
    say("实施中心城区品质提升工程，改造老旧小区14个。"),
    say(
        "实施主城区更新行动，全市改造老旧小区140个。",
        "old_communities_renovated outcome level 2020 exact 140 UNIT",
    ),
    say("因落实政策减收一般公共预算收入6亿元，损失财政收入2亿元。"),
    say(
        "累计新增城镇就业7万人、减贫2万人。",
        "urban_new_jobs outcome level 2020 exact 70000 PERSON",
        "rural_poor_population outcome change 2020 exact -20000 PERSON",
    ),
    say("还有42万人没有解决温饱。", "rural_poor_population outcome level 1994 exact 420000 PERSON", year=1995),
)  # fmt: skip
def test_what_is_of_a_part_or_of_works(example: Example) -> None:
    """A part dealt out by 分别, works that were counted, one branch's relief, the city proper, a rank of a share."""
    check(example)


@examples(
    say("居民消费价格温和上涨0.7%，旅游总收入井喷式增长，增速62%。",
        "cpi outcome yoy 2020 exact 0.7 PERCENT",
        "tourism_revenue outcome yoy 2020 exact 62 PERCENT"),
    say("进出口萎缩4%，生产总值超越3200亿元。",
        "trade_total outcome yoy 2020 exact -4 PERCENT",
        "gdp outcome level 2020 at_least 3.2e11 CNY"),
    say("经济增速由3.2%提高到5.6%。", "gdp outcome yoy 2020 exact 5.6 PERCENT"),
    say("二氧化硫排放由上年增长1.2%转为下降2.5%。",
        "so2_emissions outcome yoy 2019 exact 1.2 PERCENT",
        "so2_emissions outcome yoy 2020 exact -2.5 PERCENT"),
    goal("生产总值预期目标为6%左右。", "gdp target yoy 2021 about 6 PERCENT"),
    say("（一）生产总值增长6%。●财政收入增长5%。",
        "gdp outcome yoy 2020 exact 6 PERCENT",
        "fiscal_revenue outcome yoy 2020 exact 5 PERCENT"),
    say("新增高铁90公里、高速公路140公里，总里程分别达到420公里、2300公里。",
        "high_speed_rail_km outcome change 2020 exact 90 KM",
        "expressway_km outcome change 2020 exact 140 KM",
        "high_speed_rail_km outcome level 2020 exact 420 KM",
        "expressway_km outcome level 2020 exact 2300 KM"),
    say("生产总值同比+6.3%，进出口同比-2.4%，出口下降-1.5%。",
        "gdp outcome yoy 2020 exact 6.3 PERCENT",
        "trade_total outcome yoy 2020 exact -2.4 PERCENT",
        "exports outcome yoy 2020 exact -1.5 PERCENT"),
    say("PM2.5平均浓度下降8%至27微克/立方米；旅游人次、旅游收入分别增长41%、36%，恢复至2019年同期水平的103%、98%。",
        "pm25_concentration outcome yoy 2022 exact -8 PERCENT",
        "pm25_concentration outcome level 2022 exact 27 UG_M3",
        "tourist_visits outcome yoy 2022 exact 41 PERCENT",
        "tourism_revenue outcome yoy 2022 exact 36 PERCENT",
        "tourist_visits outcome cum_growth 2020-2022 exact 3 PERCENT",
        "tourism_revenue outcome cum_growth 2020-2022 exact -2 PERCENT",
        year=2023),
    say("进出口总额上千亿元，接待游客增长62%，恢复到去年同期九成以上。",
        "tourist_visits outcome yoy 2020 exact 62 PERCENT"),
    say("规上工业增加值增长7.2%，固定资产投资9%；财政收入5%，城镇化率63%。",
        "industrial_value_added_above_scale outcome yoy 2020 exact 7.2 PERCENT",
        "fixed_asset_investment outcome yoy 2020 exact 9 PERCENT",
        "fiscal_revenue outcome yoy 2020 exact 5 PERCENT",
        "urbanisation_rate outcome level 2020 exact 63 PERCENT"),
    say("对东盟进出口增长12%，出口增长14%；出口增长7%。", "exports outcome yoy 2020 exact 7 PERCENT"),
    say("剔除留抵退税因素，一般公共预算收入增长4.2%；扣除房地产投资，固定资产投资增长9%。",
        "general_public_budget_revenue outcome yoy 2020 exact 4.2 PERCENT"),
)  # fmt: skip
def test_how_things_grew(example: Example) -> None:
    """Manners of growing, the growth that it rose from, a part that 出口 goes on with, and like beside like."""
    check(example)


@examples(
    say(
        "生铁、煤炭、机床等产品的产量，都比一九五七年增长六成以上；粮食、烤烟等产品的产量，也都比上年增长两成。",
        "coal_output outcome yoy 1958 at_least 60 PERCENT",
        "grain_output outcome yoy 1958 exact 20 PERCENT",
        section="unknown", year=1959, area="100000",
    ),
    goal(
        "主要农产品中，产量将增长百分之十五以上的有棉花、粮食和花生。",
        "grain_output target yoy 2021 at_least 15 PERCENT",
    ),
    say("增长7%的是出口，增长5%的是服务外包。", "exports outcome yoy 2020 exact 7 PERCENT"),
    say(
        "一九五六年，粮食的产量为三千四百亿斤，接近了第一个五年计划最后一年的指标；煤炭产量达到九千万吨。",
        "grain_output outcome level 1956 exact 1.7e8 TONNE",
        "coal_output outcome level 1956 exact 9e7 TONNE",
        year=1957, area="100000",
    ),
)  # fmt: skip
def test_lists_of_goods_and_what_they_are_compared_with(example: Example) -> None:
    """Goods that stand before 等产品的产量, or after 的有, share a growth; a plan's figures say no time."""
    check(example)


# --- steps ahead, and what 、 goes on with --------------------------------------------------------------------------


@examples(
    goal(
        "生产总值增长6%左右、向3200亿元迈进，财政总收入朝着400亿元冲刺。",
        "gdp target yoy 2021 about 6 PERCENT",
        "gdp target level 2021 exact 3.2e11 CNY",
        "fiscal_revenue target level 2021 exact 4e10 CNY",
    ),
    say("城镇登记失业率控制到3.2%。", "urban_registered_unemployment_rate outcome level 2020 at_most 3.2 PERCENT"),
    say("生产总值达到2900亿元，向3200亿元迈进。", "gdp outcome level 2020 exact 2.9e11 CNY"),
    say(
        "居民人均可支配收入增长7%、快于经济增速；城镇调查失业率平均值4.8%。",
        "disposable_income outcome yoy 2020 exact 7 PERCENT",
        "urban_surveyed_unemployment_rate outcome level 2020 exact 4.8 PERCENT",
    ),
    say(
        "空气质量优良率93%，在全国168个重点城市中排名第九。",
        "good_air_day_ratio outcome level 2020 exact 93 PERCENT",
        "good_air_day_ratio outcome rank 2020 exact 9 RANK",
        area="330100",
    ),
    term(
        "生产总值先后迈上4万亿、5万亿、6万亿台阶，社会消费品零售总额突破2万亿关口。",
        "gdp outcome level 2020 at_least 6e12 CNY",
        "retail_sales outcome level 2020 at_least 2e12 CNY",
    ),
    say(
        "改造老旧小区12个，开工安置房3000套、交付2000套。",
        "old_communities_renovated outcome level 2020 exact 12 UNIT",
    ),
    say(
        "高速公路里程由3200公里增加到4100公里。",
        "expressway_km outcome level 2015 exact 3200 KM",
        "expressway_km outcome level 2020 exact 4100 KM",
        heading="一、过去一年和五年工作回顾",
    ),
    term("外汇储备始终在2万亿美元以上。", "foreign_exchange_reserves outcome level 2016-2020 at_least 2e12 USD",
         area="100000"),
    say("完成农村公路硬化320公里，到位注册外资4.6亿美元。",
        "rural_roads_km outcome level 2020 exact 320 KM",
        "fdi_actual_use outcome level 2020 exact 4.6e8 USD"),
)  # fmt: skip
def test_steps_ahead_and_what_goes_on(example: Example) -> None:
    """向…迈进 is a target or nothing; 、 goes on with the verb before in its own clause alone."""
    check(example)


@pytest.mark.parametrize(
    "example",
    [
        say(
            "國內生產總值達到一千二百億元，比上年增長百分之五點六；糧食總產量三十八億斤，進出口總額減少百分之二。",
            "gdp outcome level 2020 exact 1.2e11 CNY",
            "gdp outcome yoy 2020 exact 5.6 PERCENT",
            "grain_output outcome level 2020 exact 1.9e6 TONNE",
            "trade_total outcome yoy 2020 exact -2 PERCENT",
        )
    ],
)
def test_traditional_characters_are_read_as_simplified_ones(example: Example) -> None:
    check(example)


@examples(
    term(
        "生产总值达到8200亿元，是2015年的1.6倍，增速连续五年保持在7%以上。",
        "gdp outcome level 2020 exact 8.2e11 CNY",
        "gdp outcome cum_growth 2016-2020 exact 60 PERCENT",
        "gdp outcome yoy 2016-2020 at_least 7 PERCENT",
    ),
    plan("居民消费价格涨幅保持在3%左右。", "cpi target yoy 2021-2025 about 3 PERCENT"),
    plan("居民消费价格涨幅控制在3%以内。", "cpi target yoy 2021-2025 at_most 3 PERCENT"),
    term("居民消费价格累计上涨11%。", "cpi outcome cum_growth 2016-2020 exact 11 PERCENT"),
    term(
        "人均生产总值超过6.5万元，折合近1万美元。",
        "gdp_per_capita outcome level 2020 at_least 65000 CNY",
        "gdp_per_capita outcome level 2020 about 10000 USD",
    ),
    term(
        "三次产业增加值占生产总值的比重由15.2:44.3:40.5调整为11.6:42.1:46.3。",
        "tertiary_industry_share outcome level 2015 exact 40.5 PERCENT",
        "tertiary_industry_share outcome level 2020 exact 46.3 PERCENT",
    ),
    goal("硬化农村公路140公里。", "rural_roads_km target level 2021 exact 140 KM"),
    term(
        "12万农村贫困人口实现脱贫，40个贫困村出列，9000多贫困人口易地搬迁。",
        "rural_poor_population outcome change 2016-2020 exact -120000 PERSON",
    ),
)
def test_growth_that_holds_and_what_else_is_counted(example: Example) -> None:
    """A growth that holds over several years is each year's; a number before 贫困人口 is of those people."""
    check(example)


@examples(
    say(
        "社会商品零售总额由于货源不足的原因，只完成原定计划的94%，比上年增长3%。",
        "retail_sales outcome yoy 2020 exact 3 PERCENT",
    ),
    say(
        "2020年，社会商品零售总额达到三百亿元，等于二〇一五年的一点八倍；原煤产量八十万吨，相当于二〇一五年的两倍。",
        "retail_sales outcome level 2020 exact 3e10 CNY",
        "retail_sales outcome cum_growth 2016-2020 exact 80 PERCENT",
        "coal_output outcome level 2020 exact 8e5 TONNE",
        "coal_output outcome cum_growth 2016-2020 exact 100 PERCENT",
    ),
    say("新增的主要生产能力有：钢四十万吨，煤一百万吨，水泥六十万吨。"),
    say("几种主要消费品的供应量将这样增长：粮食增长百分之五，食糖增长百分之九。"),
    say("2020年主要产品产量是：钢四十万吨，煤一百万吨。", "coal_output outcome level 2020 exact 1e6 TONNE"),
    say(
        "2020年决算，本年收入合计270亿元，加上上年结转收入30亿元，收入总数为300亿元；本年支出比上年增长6.3%。",
        "fiscal_revenue outcome level 2020 exact 2.7e10 CNY",
        "general_public_budget_expenditure outcome yoy 2020 exact 6.3 PERCENT",
    ),
)  # fmt: skip
def test_budgets_and_outputs_of_early_reports(example: Example) -> None:
    """本年收入 of a budget, multiples of an earlier year, capacities and rations that are no output."""
    check(example)


@examples(
    say(
        "实际利用外资45亿美元，其中外商直接投资33亿美元。",
        "fdi_actual_use outcome level 2020 exact 4.5e9 USD",
        "fdi_actual_use outcome level 2020 exact 3.3e9 USD",
    ),
    say(
        "全省财政收入170亿元，其中地方财政收入108亿元，增长26%。",
        "fiscal_revenue outcome level 2020 exact 1.7e10 CNY",
    ),
    say(
        "全市新增就业5万人，其中城镇新增就业3万人。",
        "urban_new_jobs outcome level 2020 exact 50000 PERSON",
        "urban_new_jobs outcome level 2020 exact 30000 PERSON",
    ),
    term(
        "零售物价涨幅由上年的24.3%回落到14.5%。",
        "retail_price_index outcome yoy 2019 exact 24.3 PERCENT",
        "retail_price_index outcome yoy 2020 exact 14.5 PERCENT",
    ),
    term(
        "全省生产总值年均增长8.1%，比“十二五”时期快0.4个百分点。2020年达到2195亿元，比上年增长6%。",
        "gdp outcome avg_yoy 2016-2020 exact 8.1 PERCENT",
        "gdp outcome level 2020 exact 2.195e11 CNY",
        "gdp outcome yoy 2020 exact 6 PERCENT",
    ),
    plan(
        "外贸出口年均增长5%。到2025年达到500亿元。",
        "exports target avg_yoy 2021-2025 exact 5 PERCENT",
        "exports target level 2025 exact 5e10 CNY",
    ),
    term(
        "工业总产值年均增长9%，其中煤炭产量增长4%。2020年达到800亿元。",
        "coal_output outcome avg_yoy 2016-2020 exact 4 PERCENT",
    ),
    plan("财政收入与经济同步增长，年均增长7%左右。", "fiscal_revenue target avg_yoy 2021-2025 about 7 PERCENT"),
    goal("到2030年，基本解决70万农村贫困人口的温饱问题。",
         "rural_poor_population target change 2021-2030 exact -700000 PERSON"),
    say(
        "零售物价涨幅由年初的27%回落到12月份的6.4%，全年平均上涨17.8%；居民消费价格全年平均上涨15%。",
        "retail_price_index outcome yoy 2020 exact 17.8 PERCENT",
        "cpi outcome yoy 2020 exact 15 PERCENT",
    ),
    say("新改建通乡公路40公里、通乡通村公路150公里。",
        "rural_roads_km outcome level 2020 exact 40 KM",
        "rural_roads_km outcome level 2020 exact 150 KM"),
    goal("明年农村贫困人口减少7万人。", "rural_poor_population target change 2022 exact -70000 PERSON"),
    term(
        "农民人均纯收入平均每年增长8%左右。",
        "rural_income outcome avg_yoy 2011-2020 about 8 PERCENT",
        heading="一、过去十年的成就",
    ),
)  # fmt: skip
def test_parts_last_years_and_sentences_that_go_on(example: Example) -> None:
    """What 其中 names in its own right, 由上年的A in a term's review, and a sentence that opens with 2020年达到."""
    check(example)


@examples(
    say(
        "预算执行结果，财政收入258亿元，支出266亿元，赤字8亿元。",
        "fiscal_revenue outcome level 2020 exact 2.58e10 CNY",
        "general_public_budget_expenditure outcome level 2020 exact 2.66e10 CNY",
        "fiscal_deficit outcome level 2020 exact 8e8 CNY",
    ),
    say(
        "国家预算执行结果，收入258亿元，支出266亿元。",
        "fiscal_revenue outcome level 2020 exact 2.58e10 CNY",
        "general_public_budget_expenditure outcome level 2020 exact 2.66e10 CNY",
        area="100000",
    ),
    goal(
        "国家预算收入安排285亿元，增长9.5%；预算支出293亿元。",
        "fiscal_revenue target level 2021 exact 2.85e10 CNY",
        "fiscal_revenue target yoy 2021 exact 9.5 PERCENT",
        "general_public_budget_expenditure target level 2021 exact 2.93e10 CNY",
        area="100000",
    ),
    say(
        "财政收入518亿元，增长19.1%，超过预算42亿元。",
        "fiscal_revenue outcome level 2020 exact 5.18e10 CNY",
        "fiscal_revenue outcome yoy 2020 exact 19.1 PERCENT",
    ),
    goal("货币供应量M2增长14%左右。", "m2 target yoy 2021 about 14 PERCENT", area="100000"),
    term(
        "粮食总产量累计一万六千四百万吨，城镇累计安置待业人员七十五万人。",
        "grain_output outcome level 2016-2020 exact 1.64e8 TONNE",
        "urban_new_jobs outcome level 2016-2020 exact 750000 PERSON",
    ),
    say("粮食总产量在大旱之年仍达到1044万吨。", "grain_output outcome level 2020 exact 1.044e7 TONNE"),
    say(
        "人均生产总值19730元，按现行汇率折算达到2383美元。",
        "gdp_per_capita outcome level 2020 exact 19730 CNY",
        "gdp_per_capita outcome level 2020 exact 2383 USD",
    ),
    term("居民消费价格涨幅降到5%以下。", "cpi outcome yoy 2020 at_most 5 PERCENT"),
    plan(
        "今后五年，生产总值年均增长9%；2023年解决27万贫困人口的温饱问题；森林覆盖率达到34%。",
        "gdp target avg_yoy 2021-2025 exact 9 PERCENT",
        "rural_poor_population target change 2023 exact -270000 PERSON",
        "forest_coverage target level 2025 exact 34 PERCENT",
    ),
)
def test_budgets_exchange_rates_and_clauses_of_a_plan(example: Example) -> None:
    """支出 beside 收入, what exceeds a budget, 万 within 万, and a year that holds in its own clause of a plan."""
    check(example)


@examples(
    term(
        "生产总值年均增长7.4%，居全省第2位；外贸自营出口36亿元，居全省第5位。",
        "gdp outcome avg_yoy 2016-2020 exact 7.4 PERCENT",
        "exports outcome level 2020 exact 3.6e9 CNY",
        "exports outcome rank 2020 exact 5 RANK",
    ),
    say(
        "煤炭产量640万吨、销量620万吨，煤炭销量增长3%，煤炭外运量510万吨。",
        "coal_output outcome level 2020 exact 6.4e6 TONNE",
    ),
    goal("生产总值增速高于全省0.5个百分点，达到7.5%以上。", "gdp target yoy 2021 at_least 7.5 PERCENT"),
    say(
        "生产总值560亿元、增长7%，一般公共预算收入32亿元、增长5%，分别完成年度目标的102%、103%。",
        "gdp outcome level 2020 exact 5.6e10 CNY",
        "gdp outcome yoy 2020 exact 7 PERCENT",
        "general_public_budget_revenue outcome level 2020 exact 3.2e9 CNY",
        "general_public_budget_revenue outcome yoy 2020 exact 5 PERCENT",
    ),
    say(
        "服务业增加值增长6.4%、占比52.3%。",
        "tertiary_industry_value_added outcome yoy 2020 exact 6.4 PERCENT",
        "tertiary_industry_share outcome level 2020 exact 52.3 PERCENT",
    ),
    goal(
        "完成1200套保障性租赁住房建设、200公里农村公路改造。",
        "affordable_housing_starts target level 2021 exact 1200 UNIT",
        "rural_roads_km target level 2021 exact 200 KM",
    ),
    say("地方级财政收入42亿元。", "fiscal_revenue outcome level 2020 exact 4.2e9 CNY"),
    say(
        "实施老旧小区改造项目18个、56万平方米。",
        "old_communities_renovated outcome level 2020 exact 18 UNIT",
        "old_communities_renovated outcome level 2020 exact 560000 M2",
    ),
)
def test_ranks_of_a_mean_growth_and_sales(example: Example) -> None:
    """A rank beside a mean growth is the growth's; what is sold or sent away is no output."""
    check(example)


@examples(
    say(
        "三次产业的比例由2015年的9.6：43.2：47.2调整为8.1：40.6：51.3。",
        "tertiary_industry_share outcome level 2015 exact 47.2 PERCENT",
        "tertiary_industry_share outcome level 2020 exact 51.3 PERCENT",
    ),
    say(
        "生产总值增长8%；完成500万元以上固定资产投资64亿元。",
        "gdp outcome yoy 2020 exact 8 PERCENT",
        "fixed_asset_investment outcome level 2020 exact 6.4e9 CNY",
    ),
    goal(
        "清洁能源装机达到640万千瓦以上，占全市电力总装机58%以上。",
        "new_energy_capacity_share target level 2021 at_least 58 PERCENT",
        area="330100",
    ),
    goal("R&D经费投入增长9%以上、投入强度达到2.1%。", "rd_intensity target level 2021 exact 2.1 PERCENT"),
    goal("改造县城老旧小区6个。", "old_communities_renovated target level 2021 exact 6 UNIT", area="330127"),
    say(
        "4万贫困人口通过搬迁摆脱了一方水土的困境。2万人摆脱贫困。",
        "rural_poor_population outcome change 2020 exact -20000 PERSON",
    ),
    say("全县还有3万贫困人口没有脱贫。", "rural_poor_population outcome level 2020 exact 30000 PERSON", area="330127"),
)
def test_names_with_what_they_are_measured_by(example: Example) -> None:
    """What stands between a name and its number, or narrows it no further."""
    check(example)


@examples(
    term(
        "农民人均纯收入由2010年的1850元提高到5390元，城镇居民人均生活费收入由3920元提高到12130元，剔除物价因素，分别增长85%和60%。",
        "rural_income outcome level 2010 exact 1850 CNY",
        "rural_income outcome level 2020 exact 5390 CNY",
        "urban_disposable_income outcome level 2010 exact 3920 CNY",
        "urban_disposable_income outcome level 2020 exact 12130 CNY",
        "rural_income outcome cum_growth 2011-2020 exact 85 PERCENT",
        "urban_disposable_income outcome cum_growth 2011-2020 exact 60 PERCENT",
    ),
    say(
        "出口由2010年的38亿美元增加到2020年的115亿美元，增加77亿美元，增长2倍；进口60亿美元，增长3%。",
        "exports outcome level 2010 exact 3.8e9 USD",
        "exports outcome level 2020 exact 1.15e10 USD",
        "exports outcome change 2011-2020 exact 7.7e9 USD",
        "exports outcome cum_growth 2011-2020 exact 200 PERCENT",
        "imports outcome level 2020 exact 6e9 USD",
        "imports outcome yoy 2020 exact 3 PERCENT",
    ),
    say(
        "出口由2019年的100亿美元增加到2020年的115亿美元，增长15%。",
        "exports outcome level 2019 exact 1e10 USD",
        "exports outcome level 2020 exact 1.15e10 USD",
        "exports outcome yoy 2020 exact 15 PERCENT",
    ),
    say(
        "粮食总产量169万吨，仅次于历史最高水平的2017年，比上年增长8.2%。",
        "grain_output outcome level 2020 exact 1.69e6 TONNE",
        "grain_output outcome yoy 2020 exact 8.2 PERCENT",
    ),
    plan(
        "到2023年，生产总值达到900亿元，年均增长6%。",
        "gdp target level 2023 exact 9e10 CNY",
        "gdp target avg_yoy 2021-2023 exact 6 PERCENT",
    ),
    say(
        "社会商品零售总额74亿元，扣除零售物价上涨因素，增长7.9%；地方财政预算内收入16亿元。",
        "retail_sales outcome level 2020 exact 7.4e9 CNY",
        "retail_sales outcome yoy 2020 exact 7.9 PERCENT",
        "fiscal_revenue outcome level 2020 exact 1.6e9 CNY",
    ),
    goal(
        "城镇登记失业率控制在2.5%以内，解决8万人的温饱问题。",
        "urban_registered_unemployment_rate target level 2021 at_most 2.5 PERCENT",
        "rural_poor_population target change 2021 exact -80000 PERSON",
    ),
)
def test_growth_that_follows_a_pair_of_years(example: Example) -> None:
    """What rose 从2010年的A到2020年的B grew over those years; a mean up to a year that is named ends with it."""
    check(example)


@examples(
    term(
        "进出口总额由2010年的381亿美元增加到2020年的1154亿美元，扣除价格因素，年均增长11.7%；出口由160亿美元增加到720亿美元，"
        "年均增长12%。",
        "trade_total outcome level 2010 exact 3.81e10 USD",
        "trade_total outcome level 2020 exact 1.154e11 USD",
        "trade_total outcome avg_yoy 2011-2020 exact 11.7 PERCENT",
        "exports outcome level 2010 exact 1.6e10 USD",
        "exports outcome level 2020 exact 7.2e10 USD",
        "exports outcome avg_yoy 2011-2020 exact 12 PERCENT",
    ),
    say(
        "农村贫困人口由年初的50万减少到42万，又有7万人解决了温饱问题。",
        "rural_poor_population outcome level 2019 exact 500000 PERSON",
        "rural_poor_population outcome level 2020 exact 420000 PERSON",
        "rural_poor_population outcome change 2020 exact -70000 PERSON",
    ),
    say(
        "2020年粮食总产量达到462亿斤，比历史最高年份的2016年增加106亿斤；原煤1.2亿吨，居全国第四位。",
        "grain_output outcome level 2020 exact 2.31e7 TONNE",
        "grain_output outcome change 2017-2020 exact 5.3e6 TONNE",
        "coal_output outcome level 2020 exact 1.2e8 TONNE",
        "coal_output outcome rank 2020 exact 4 RANK",
    ),
    goal(
        "国家预算总收入323亿元，增长9.9%，总支出332亿元，支出大于收入9亿元。",
        "fiscal_revenue target level 2021 exact 3.23e10 CNY",
        "fiscal_revenue target yoy 2021 exact 9.9 PERCENT",
        "general_public_budget_expenditure target level 2021 exact 3.32e10 CNY",
        area="100000",
    ),
    plan(
        "五年财政收入累计1860亿元，年均增长6.2%；固定资产投资2600亿元。",
        "fiscal_revenue target level 2021-2025 exact 1.86e11 CNY",
        "fiscal_revenue target avg_yoy 2021-2025 exact 6.2 PERCENT",
        "fixed_asset_investment target level 2021-2025 exact 2.6e11 CNY",
    ),
    term(
        "2030年生产总值比2010年翻两番的目标提前十年实现。",
        "gdp outcome cum_growth 2011-2020 exact 300 PERCENT",
    ),
)
def test_pairs_of_named_years_sums_and_goals_reached_early(example: Example) -> None:
    """A mean over the years of 从2010年A增加到2020年B, 年初, sums that go on, a goal reached before its time."""
    check(example)


@examples(
    say("万元GDP耗水下降4%，亿元GDP生产安全事故死亡率下降9%，单位生产总值建设用地下降5%。"),
    say("生产总值取水量下降3.1%，每万元生产总值耗电下降2%。"),
    say("上缴财政收入3亿元，全市8个县区中仍有3个财政收入不足2亿元，有两个的农村居民收入不到8000元。"),
    say(
        "居民消费价格上涨2.1%，低于上年3.9%的涨幅；城镇登记失业率3.1%，低于上年3.4%的水平；粮食总产量350万吨，高于上年的340万吨。",
        "cpi outcome yoy 2020 exact 2.1 PERCENT",
        "cpi outcome yoy 2019 exact 3.9 PERCENT",
        "urban_registered_unemployment_rate outcome level 2020 exact 3.1 PERCENT",
        "urban_registered_unemployment_rate outcome level 2019 exact 3.4 PERCENT",
        "grain_output outcome level 2020 exact 3.5e6 TONNE",
        "grain_output outcome level 2019 exact 3.4e6 TONNE",
    ),
    say(
        "生产总值增长8%，上年为6.5%；城镇新增就业5.2万人，高于上年3000人；城镇居民收入高于上年5.2%。",
        "gdp outcome yoy 2020 exact 8 PERCENT",
        "gdp outcome yoy 2019 exact 6.5 PERCENT",
        "urban_new_jobs outcome level 2020 exact 52000 PERSON",
    ),
    goal(
        "居民消费价格涨幅控制在3%左右，低于上年4%的涨幅。",
        "cpi target yoy 2021 about 3 PERCENT",
        "cpi outcome yoy 2020 exact 4 PERCENT",
    ),
    say("增长4%，与年初6%左右的经济增长预期有较大差距，也未达到10%的一般公共预算收入增长目标。"),
    plan(
        "财政收入年均增长12%以上，力争翻一番。",
        "fiscal_revenue target avg_yoy 2021-2025 at_least 12 PERCENT",
        "fiscal_revenue target cum_growth 2021-2025 exact 100 PERCENT",
    ),
    term(
        "出口年均增长20%，增长了1.5倍。",
        "exports outcome avg_yoy 2016-2020 exact 20 PERCENT",
        "exports outcome cum_growth 2016-2020 exact 150 PERCENT",
    ),
    term(
        "商品零售价格涨幅由2015年的8.9%回落到去年的1.6%，居民消费价格上涨2.3%。",
        "retail_price_index outcome yoy 2015 exact 8.9 PERCENT",
        "retail_price_index outcome yoy 2020 exact 1.6 PERCENT",
        "cpi outcome yoy 2020 exact 2.3 PERCENT",
    ),
    term(
        "城镇登记失业率去年为3.6%；居民消费价格累计上涨9.8%。",
        "urban_registered_unemployment_rate outcome level 2020 exact 3.6 PERCENT",
        "cpi outcome cum_growth 2016-2020 exact 9.8 PERCENT",
    ),
    say(
        "进出口增长8%，而上年为下降3%；规模以上工业增加值增长9.5%，比上年同期11.2%的增速有所回落；优良天数300天，较上年的290天增加10天。",
        "trade_total outcome yoy 2020 exact 8 PERCENT",
        "trade_total outcome yoy 2019 exact -3 PERCENT",
        "industrial_value_added_above_scale outcome yoy 2020 exact 9.5 PERCENT",
        "industrial_value_added_above_scale outcome yoy 2019 exact 11.2 PERCENT",
        "good_air_days outcome level 2020 exact 300 DAY",
        "good_air_days outcome level 2019 exact 290 DAY",
        "good_air_days outcome change 2020 exact 10 DAY",
    ),
    say("万元GDP耗能下降3.5%。", "energy_intensity outcome yoy 2020 exact -3.5 PERCENT"),
    say("经济增速未达到8%的预期。"),
)
def test_years_before_goals_recalled_and_names_that_only_begin_alike(example: Example) -> None:
    """Water per unit of GDP, parts that are counted, the year before's own value, multiples over years."""
    check(example)


@examples(
    say(
        "新农合参合率98.5%，人均筹资标准由60元提高到240元，其中财政补助190元。",
        "medical_insurance_subsidy outcome level 2020 exact 190 CNY",
    ),
    say(
        "居民医保参保率97%，人均财政补助标准提高到580元。",
        "medical_insurance_subsidy outcome level 2020 exact 580 CNY",
    ),
    say("新农合参合率97%，农村低保标准提高到3000元，其中财政补助300元。"),
    say(
        "规模工业完成总产值312亿元、增加值96.5亿元，同比分别增长18.2%和16.4%；建筑业总产值100亿元、增加值30亿元。",
        "industrial_value_added_above_scale outcome level 2020 exact 9.65e9 CNY",
        "industrial_value_added_above_scale outcome yoy 2020 exact 16.4 PERCENT",
    ),
    say(
        "一般公共预算收入增长6.1%，首次突破80亿元，剔除减税降费等不可比因素后增长9.8%。财政收入增长3%，若剔除政策性减收因素，可比增长4.2%。",
        "general_public_budget_revenue outcome yoy 2020 exact 6.1 PERCENT",
        "general_public_budget_revenue outcome level 2020 at_least 8e9 CNY",
        "general_public_budget_revenue outcome yoy 2020 exact 9.8 PERCENT",
        "fiscal_revenue outcome yoy 2020 exact 3 PERCENT",
        "fiscal_revenue outcome yoy 2020 exact 4.2 PERCENT",
    ),
    say(
        "高速公路从少到多，东环、西环等路段相继建成，总里程达到312公里。",
        "expressway_km outcome level 2020 exact 312 KM",
    ),
    say("高速公路建设提速，甲乙高速建成通车，总里程达到420公里。", "expressway_km outcome level 2020 exact 420 KM"),
    say("高速公路建设提速，国道路段改造完成，总里程达到300公里。"),
    say(
        "财政收入增长12%，剔除营改增等因素影响，增长15%。",
        "fiscal_revenue outcome yoy 2020 exact 12 PERCENT",
        "fiscal_revenue outcome yoy 2020 exact 15 PERCENT",
    ),
    say("粮食、棉花、油料产量连续五年居全国第一位。", "grain_output outcome rank 2016-2020 exact 1 RANK"),
    say(
        "钢、煤、化肥等产品产量居全国第二位，煤化工、煤炭装备产量居全国首位。粮食、油料等主要农产品产量均居全省第四位。",
        "coal_output outcome rank 2020 exact 2 RANK",
        "grain_output outcome rank 2020 exact 4 RANK",
    ),
    say(
        "生产总值、固定资产投资居全省第三位，社会消费品零售总额、财政收入增速居第一位。",
        "gdp outcome rank 2020 exact 3 RANK",
        "fixed_asset_investment outcome rank 2020 exact 3 RANK",
    ),
    goal("聚焦剩余3120名贫困人口，逐户落实帮扶，确保6月底前全部脱贫。聚焦剩余贫困人口1200人，确保全部脱贫。"),
    goal("确保剩余3120名贫困人口全部脱贫。", "rural_poor_population target change 2021 exact -3120 PERSON"),
)
def test_what_goes_on_with_a_name_before(example: Example) -> None:
    """Ends of names whose head stands two clauses before, goods and totals that share a rank; what is left to do."""
    check(example)
