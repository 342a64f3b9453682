"""Figures against figures: made-up statements, each rule and each finding; then what rounding can do."""

import copy
import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipelines import consistency as editing
from pipelines import seeds
from pipelines.seeds import SEEDS, SeedError
from pipelines.tables.core import OBSERVATIONS, STATEMENTS
from tests.frames import row

CODEBOOK = seeds.indicators()
AREAS = seeds.areas()
RULES = editing.load_rules(CODEBOOK["indicator"])
YI = 1e8


def said(
    indicator: str,
    transformation: str,
    surface: str,
    value: float,
    year: int,
    *,
    report: str = "140200/2022",
    **more: Any,
) -> dict[str, Any]:
    """One outcome, and the statement that it is of: `surface` as printed, `value` in whole units, of a year."""
    area, report_year = report.split("/")
    unit = "PERCENT" if transformation in editing.GROWTHS else "CNY"
    return {
        "report_id": report, "ref_area": area, "report_year": int(report_year), "kind": "outcome",
        "indicator": indicator, "transformation": transformation, "surface": surface, "subject": "", "obs_value": value,
        "period_start": year, "period_end": year, "bound": "exact", "unit_measure": unit,
        "evidence": f"{indicator}{surface}", "flags": [],
    } | more  # fmt: skip


def compared(*statements: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that some outcomes give."""
    numbered = [
        item | {"observation_id": f"o{at}", "statement_id": f"s{at}", "char_start": at}
        for at, item in enumerate(statements)
    ]
    observations = OBSERVATIONS.frame(
        row(OBSERVATIONS) | {name: item.get(name) for name in OBSERVATIONS.polars_schema if name in item}
        for item in numbered
    )
    surfaces = STATEMENTS.frame(numbered)
    return editing.consistency(observations, surfaces.lazy(), CODEBOOK, AREAS, RULES).to_dicts()


def only(*statements: dict[str, Any]) -> dict[str, Any]:
    (found,) = compared(*statements)
    return found


@pytest.mark.parametrize(
    ("surface", "value", "unit"),
    [
        ("13.65", 13.65e12, 0.01e12),
        ("１，753", 1753e8, 1e8),
        ("5", 5.0, 1.0),
        ("6.0", 6.0, 0.1),
        ("0", 0.0, 1.0),
        ("25.1", 25.1e8 * 0.0005, 0.1e8 * 0.0005),  # 亿斤
        ("7.0-7.5", 7.5, 0.1),
        ("二百七十", 270.0, 10.0),
        ("百分之十四点八", 14.8, 0.1),
    ],
)
def test_what_the_last_digit_is_worth(surface: str, value: float, unit: float) -> None:
    assert editing.last_digit(surface, value) == pytest.approx(unit)


TOURISM = said("tourism_revenue", "level", "110", 110 * YI, 2021)
BASE = said("tourism_revenue", "level", "100", 100 * YI, 2020, report="140200/2021")


@pytest.mark.parametrize(
    ("growth", "finding"),
    [
        (said("tourism_revenue", "yoy", "10.0", 10.0, 2021), "consistent"),
        (said("tourism_revenue", "yoy", "10.8", 10.8, 2021), "within_rounding"),  # 110.5 / 99.5 is 11.06 %
        (said("tourism_revenue", "yoy", "11.2", 11.2, 2021), "inconsistent"),
        (said("tourism_revenue", "yoy", "9", 9.0, 2021, bound="at_least"), "bounds_allow"),
        (said("tourism_revenue", "yoy", "12", 12.0, 2021, bound="at_least"), "inconsistent"),
        (said("tourism_revenue", "yoy", "12", 12.0, 2021, evidence="按可比口径增长12%"), "other_basis"),
        (said("tourism_revenue", "yoy", "5", 5.0, 2021, price_basis="real"), "implies_deflator"),
        (said("tourism_revenue", "yoy", "45", 45.0, 2021, price_basis="real"), "inconsistent"),
    ],
)  # fmt: skip
def test_a_growth_beside_two_levels(growth: dict, finding: str) -> None:
    found = only(TOURISM, BASE, growth)
    assert (found["rule"], found["finding"]) == ("growth", finding)
    assert found["implied_value"] == pytest.approx(10)
    assert found["against_ids"] == ["o0", "o1"]


def test_the_reckoning_of_a_row() -> None:
    found = only(TOURISM, BASE, said("tourism_revenue", "yoy", "11.2", 11.2, 2021))
    assert found["difference"] == pytest.approx(1.2)
    assert found["implied_low"] == pytest.approx(100 * (109.5 / 100.5 - 1))
    assert found["implied_high"] == pytest.approx(100 * (110.5 / 99.5 - 1))
    assert found["tolerance"] == pytest.approx((found["implied_high"] - found["implied_low"]) / 2 + 0.05)
    assert found["price_basis"] == "nominal"
    assert found["against_values"] == ["11000000000", "10000000000"]
    assert "11.2 is stated" in found["reason"]


def test_a_growth_of_output_is_real_by_the_codebook_and_tells_the_prices() -> None:
    found = only(
        said("gdp", "level", "110", 110 * YI, 2021),
        said("gdp", "level", "100", 100 * YI, 2020, report="140200/2021"),
        said("gdp", "yoy", "5", 5.0, 2021),
    )
    assert (found["finding"], found["price_basis"]) == ("implies_deflator", "real")
    assert found["implied_deflator"] == pytest.approx(100 * (1.10 / 1.05 - 1))


def test_prices_over_several_years_are_those_of_each_year() -> None:
    """1993 to 1997 prices rose by 13 % a year, which they never did after."""
    level = said("urban_disposable_income", "level", "5000", 5000, 1997, report="100000/1998")
    base = said("urban_disposable_income", "level", "1850", 1850, 1992, report="100000/1993")
    mean = said(
        "urban_disposable_income", "avg_yoy", "6", 6.0, 1997, period_start=1993, price_basis="real",
        report="100000/1998",
    )  # fmt: skip
    later = [
        item | {"period_start": item["period_start"] + 15, "period_end": item["period_end"] + 15}
        for item in (level, base, mean)
    ]
    assert only(level, base, mean)["finding"] == "implies_deflator"
    assert only(*later)["finding"] == "inconsistent"


@pytest.mark.parametrize(
    ("base", "finding"),
    [
        (BASE | {"report_id": "140200/2023", "report_year": 2023, "obs_value": 90 * YI, "surface": "90"}, "restated"),
        (BASE | {"obs_value": 90 * YI, "surface": "90", "subject": "全社会旅游收入"}, "other_wording"),
        (BASE | {"obs_value": 90 * YI, "surface": "90"}, "inconsistent"),
    ],
)
def test_a_base_that_is_not_the_same_is_no_contradiction(base: dict, finding: str) -> None:
    assert only(TOURISM, base, said("tourism_revenue", "yoy", "10.0", 10.0, 2021))["finding"] == finding


@pytest.mark.parametrize(("report", "finding"), [("140200/2021", "other_basis"), ("140200/2022", "inconsistent")])
def test_a_growth_on_a_base_that_the_bureau_revises_is_queried_within_one_report_only(
    report: str, finding: str
) -> None:
    level, base = (item | {"indicator": "retail_sales", "evidence": "retail_sales"} for item in (TOURISM, BASE))
    base |= {"report_id": report, "report_year": int(report[-4:])}
    assert only(level, base, said("retail_sales", "yoy", "6", 6.0, 2021))["finding"] == finding


def test_of_several_bases_the_one_that_bears_it_out_counts() -> None:
    other = BASE | {"obs_value": 80 * YI, "surface": "80"}
    assert only(TOURISM, other, BASE, said("tourism_revenue", "yoy", "10.0", 10.0, 2021))["finding"] == "consistent"


@pytest.mark.parametrize(
    "base",
    [
        BASE | {"kind": "target"},
        BASE | {"unit_measure": "USD"},
        BASE | {"period_start": 2016, "aggregation": "total"},
        BASE | {"flags": ["uncertain"]},
        BASE | {"evidence": "五年平均100亿元"},
        BASE | {"report_id": "140300/2021", "ref_area": "140300"},
    ],
)
def test_what_is_no_base_is_not_compared(base: dict) -> None:
    assert compared(TOURISM, base, said("tourism_revenue", "yoy", "50", 50.0, 2021)) == []


def test_a_rise_beside_two_levels_and_beside_the_growth() -> None:
    rows = compared(
        TOURISM,
        BASE,
        said("tourism_revenue", "change", "10", 10 * YI, 2021),
        said("tourism_revenue", "yoy", "10", 10.0, 2021),
    )
    assert {row["rule"]: row["finding"] for row in rows} == {
        "growth": "consistent", "change": "consistent", "growth_of_change": "consistent",
    }  # fmt: skip
    wrong = compared(TOURISM, BASE, said("tourism_revenue", "change", "15", 15 * YI, 2021))
    assert [(row["rule"], row["finding"], row["difference"]) for row in wrong] == [("change", "inconsistent", 5 * YI)]


def test_points_of_a_rate() -> None:
    rate = {"unit_measure": "PERCENT"}
    found = only(
        said("urbanisation_rate", "level", "65.2", 65.2, 2021, **rate),
        said("urbanisation_rate", "level", "64.1", 64.1, 2020, report="140200/2021", **rate),
        said("urbanisation_rate", "change", "1.1", 1.1, 2021, unit_measure="PERCENTAGE_POINT"),
    )
    assert (found["rule"], found["finding"]) == ("change", "consistent")


@pytest.mark.parametrize(("mean", "finding"), [(8.0, "consistent"), (8.4, "inconsistent")])
def test_a_mean_growth_beside_the_years(mean: float, finding: str) -> None:
    years = [said("gdp", "yoy", str(rate), rate, 2019 + at) for at, rate in enumerate((9.0, 8.0, 7.0))]
    found = only(*years, said("gdp", "avg_yoy", str(mean), mean, 2021, period_start=2019))
    assert (found["rule"], found["finding"], len(found["against_ids"])) == ("yearly_growth", finding, 3)


def test_a_total_beside_the_years() -> None:
    jobs = {"unit_measure": "PERSON"}
    years = [said("urban_new_jobs", "level", "1.2", 12000.0, 2017 + at, **jobs) for at in range(5)]
    total = said("urban_new_jobs", "level", "7", 70000.0, 2021, period_start=2017, aggregation="total", **jobs)
    found = only(*years, total)
    assert (found["rule"], found["finding"], found["implied_value"]) == ("years", "inconsistent", 60000)
    assert compared(*years[1:], total) == []  # a year is missing


@pytest.mark.parametrize(("surface", "finding"), [("4.0∶37.7∶58.3", "consistent"), ("4.0∶37.7∶59.3", "inconsistent")])
def test_shares_add_up(surface: str, finding: str) -> None:
    value = float(surface[-4:])
    found = only(said("tertiary_industry_share", "level", surface, value, 2021, unit_measure="PERCENT"))
    assert (found["rule"], found["finding"]) == ("shares", finding)


def test_parts_and_wholes() -> None:
    rows = compared(
        said("trade_total", "level", "100", 100 * YI, 2021),
        said("exports", "level", "60", 60 * YI, 2021),
        said("imports", "level", "30", 30 * YI, 2021),
        said("trade_total", "yoy", "9.5", 9.5, 2021),
        said("exports", "yoy", "5", 5.0, 2021),
        said("imports", "yoy", "8", 8.0, 2021),
        said("disposable_income", "level", "30000", 30000, 2021),
        said("urban_disposable_income", "level", "40000", 40000, 2021),
        said("rural_income", "level", "20000", 20000, 2021),
    )
    assert sorted((row["rule"], row["indicator"], row["finding"]) for row in rows) == [
        ("at_most", "trade_total", "consistent"), ("at_most", "trade_total", "consistent"),
        ("between", "disposable_income", "consistent"),
        ("between", "trade_total", "inconsistent"), ("sum", "trade_total", "inconsistent"),
    ]  # fmt: skip


@given(
    st.integers(1, 99999), st.integers(1, 99999), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)
)  # fmt: skip
def test_what_rounding_alone_has_done_is_never_queried(
    level: int, base: int, level_places: int, base_places: int, growth_places: int
) -> None:
    """True values, printed with as many digits as you like."""
    top, bottom = level + 0.123456, base + 0.654321
    print_as = lambda value, places: f"{value:.{places}f}"  # noqa: E731
    printed = [print_as(top, level_places), print_as(bottom, base_places)]
    if float(printed[0]) == 0 or float(printed[1]) == 0:
        return
    growth = print_as(100 * (top / bottom - 1), growth_places)
    rows = compared(
        said("tourism_revenue", "level", printed[0], float(printed[0]), 2021),
        said("tourism_revenue", "level", printed[1], float(printed[1]), 2020, report="140200/2021"),
        said("tourism_revenue", "yoy", growth.lstrip("-"), float(growth), 2021),
    )
    assert {row["finding"] for row in rows} <= {"consistent", "within_rounding"}


@given(st.permutations(range(4)))
def test_the_order_of_loading_does_not_matter(order: list[int]) -> None:
    items = [
        TOURISM, BASE, BASE | {"obs_value": 95 * YI, "surface": "95"},
        said("tourism_revenue", "yoy", "10.0", 10.0, 2021),
    ]  # fmt: skip
    numbered = [item | {"observation_id": f"o{at}", "statement_id": f"s{at}"} for at, item in enumerate(items)]
    frame = OBSERVATIONS.frame(
        row(OBSERVATIONS) | {name: value for name, value in item.items() if name in OBSERVATIONS.polars_schema}
        for item in numbered
    )
    surfaces = STATEMENTS.frame(numbered)
    build = lambda rows: editing.consistency(rows, surfaces.lazy(), CODEBOOK, AREAS, RULES)  # noqa: E731
    assert build(frame[order]).equals(build(frame))


@pytest.mark.parametrize(
    ("at", "value", "why"),
    [
        (["version"], 1, "text in quotes"),
        (["sums"], [], "list that is not empty"),
        (["sums", 0, "parts"], ["happiness"], "code of seeds/indicators.csv"),
        (["between", 0, "transformation"], "speed", "have one of"),
        (["deflators", 0, "low"], 30, "low below high"),
        (["deflators", 0, "areas"], "moon", "nation or any"),
        (["about", "relative"], "much", "be a number"),
        (["shares"], ["happiness"], "code of seeds/indicators.csv"),
        (["unknown"], 1, "no others"),
    ],
)
def test_a_wrong_rule_is_named(tmp_path: Path, at: list, value: object, why: str) -> None:
    content = copy.deepcopy(yaml.safe_load((SEEDS / "consistency_rules.yaml").read_text(encoding="utf-8")))
    inner = content
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(SeedError, match=rf"rules\.yaml: .*{why}"):
        editing.load_rules(CODEBOOK["indicator"], path)


REAL = Path(__file__).resolve().parents[3] / "shared" / "reports"


@pytest.mark.skipif(not REAL.is_dir(), reason="the real reports are not at hand: they belong in ../shared/reports")
def test_real_reports_are_seldom_queried() -> None:
    """Of eight reports of one district, read by eye: what is queried there is so in print."""
    from pipelines import reports as reading
    from pipelines.observations import observations
    from pipelines.passages import passages
    from pipelines.statements import statements

    files, _ = reading.survey(REAL, AREAS["ref_area"].to_list(), 2100)
    texts, _ = reading.reports([file for file in files if file.ref_area == "150702"])
    numerals = statements(passages(texts))
    found = editing.consistency(observations(numerals, texts), numerals.lazy(), CODEBOOK, AREAS, RULES)
    queried = found.filter(pl.col("finding") == "inconsistent").select("report_year", "indicator", "rule")
    assert set(queried.rows()) == {
        (2015, "rural_income", "growth"), (2016, "tourist_visits", "growth"), (2016, "tourism_revenue", "growth"),
        (2016, "urban_new_jobs", "years"), (2016, "gdp", "yearly_growth"),
    }  # fmt: skip
    assert found.filter(pl.col("finding").is_in(["consistent", "within_rounding"])).height > 4 * queried.height
    assert all(math.isfinite(value) for value in found["stated_value"])
