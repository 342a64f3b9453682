"""Marts that queries make: small made-up reports in, expected rows out."""

import itertools
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines import seeds
from pipelines.comparison import load_rules, target_outcomes
from pipelines.tables import Table
from pipelines.tables.core import AREAS, INDICATORS, NO_TARGETS, OBSERVATIONS, REPORTS
from pipelines.tables.mart import MARTS, REVISIONS, SCORECARD, TARGET_COVERAGE, TARGET_OUTCOMES, YEAR_OVER_YEAR
from tests.frames import row
from warehouse import marts
from warehouse.publication import create, insert
from warehouse.store import Store

AREA = "330000"
ARRANGED = [table for table in MARTS if marts.is_query(table)]
COUNTER = itertools.count()


def said(kind: str, report_year: int, indicator: str, value: float, **more: Any) -> dict[str, Any]:
    """An observation: of an outcome of the year before the report's, or a target of the report's year; of growth."""
    year = report_year if kind == "target" else report_year - 1
    at = next(COUNTER)
    area = more.get("ref_area", AREA)
    given = {
        "observation_id": f"o{at:05}", "report_id": f"{area}/{report_year}", "ref_area": area,
        "report_year": report_year, "kind": kind, "indicator": indicator, "transformation": "yoy",
        "period_start": year, "period_end": year, "bound": "exact", "obs_value": value, "unit_measure": "PERCENT",
        "char_start": at, "char_end": at + 1, "evidence": f"增长{value:g}%", "is_sample": False,
    }  # fmt: skip
    return row(OBSERVATIONS, **(given | more))


def outcome(report_year: int, value: float, indicator: str = "gdp", **more: Any) -> dict[str, Any]:
    return said("outcome", report_year, indicator, value, **more)


def target(report_year: int, value: float, indicator: str = "gdp", **more: Any) -> dict[str, Any]:
    return said("target", report_year, indicator, value, **more)


def no_target(report_year: int, indicator: str = "gdp", **more: Any) -> dict[str, Any]:
    given = {
        "no_target_id": f"n{next(COUNTER):05}", "report_id": f"{AREA}/{report_year}", "ref_area": AREA,
        "report_year": report_year, "indicator": indicator, "transformation": "yoy", "period_start": report_year,
        "period_end": report_year, "evidence": "不设增长目标", "is_sample": False,
    }  # fmt: skip
    return row(NO_TARGETS, **(given | more))


HOMES = {"indicator": "affordable_housing_starts", "transformation": "level", "unit_measure": "UNIT"}
LEVEL = {"transformation": "level", "unit_measure": "TONNE"}


def mart(table: Table, *stated: dict[str, Any], reports: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    """The rows of a mart over what some reports say; `reports` are at hand besides."""
    observations = [one for one in stated if "observation_id" in one]
    frame = OBSERVATIONS.frame(observations)
    at_hand = {(one["ref_area"], one["report_year"]) for one in stated} | {(AREA, year) for year in reports}
    samples = {one["report_id"] for one in stated if one["is_sample"]}
    held = [
        row(REPORTS, report_id=(name := f"{area}/{year}"), ref_area=area, report_year=year, is_sample=name in samples)
        for area, year in sorted(at_hand)
    ]
    with duckdb.connect() as database:
        for source in (REPORTS, OBSERVATIONS, NO_TARGETS, INDICATORS, AREAS, TARGET_OUTCOMES, YEAR_OVER_YEAR):
            create(database, source)
        insert(database, REPORTS, held)
        insert(database, OBSERVATIONS, observations)
        insert(database, NO_TARGETS, [one for one in stated if "no_target_id" in one])
        insert(database, INDICATORS, seeds.indicators().to_dicts())
        insert(database, AREAS, seeds.areas().filter(seeds.areas()["ref_area"].is_in([AREA, "100000"])).to_dicts())
        pairs = target_outcomes(frame, REPORTS.frame(held), seeds.indicators(), seeds.areas(), load_rules())
        insert(database, TARGET_OUTCOMES, pairs.to_dicts())
        if table is SCORECARD:
            columns = list(YEAR_OVER_YEAR.polars_schema)
            found = marts.arranged(database, YEAR_OVER_YEAR).fetchall()
            insert(database, YEAR_OVER_YEAR, [dict(zip(columns, values, strict=True)) for values in found])
        rows = marts.arranged(database, table).fetchall()
    return [dict(zip(table.polars_schema, values, strict=True)) for values in rows]


def picked(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(each[name] for name in names) for each in rows]


# --- year_over_year


def test_each_year_stands_beside_the_one_before_and_its_target() -> None:
    rows = mart(
        YEAR_OVER_YEAR,
        outcome(2020, 6.5), target(2020, 6.0, bound="about"), outcome(2021, 5.8), outcome(2022, 8.1), target(2021, 6.5),
    )  # fmt: skip
    assert picked(rows, "period_year", "outcome_value", "previous_outcome_value", "change", "reason") == [
        (2019, 6.5, None, None, "not_stated"), (2020, 5.8, 6.5, -0.7, None), (2021, 8.1, 5.8, 2.3, None),
    ]  # fmt: skip
    assert picked(rows, "target_value", "target_bound", "verdict", "relative_change", "is_rough") == [
        (None, None, None, None, None), (6.0, "about", "met", None, False), (6.5, "exact", "met", None, False),
    ]  # fmt: skip


def test_first_and_last_statements_are_kept_apart() -> None:
    rows = mart(
        YEAR_OVER_YEAR,
        outcome(2019, 100.0, "grain_output", **LEVEL),
        outcome(2020, 110.0, "grain_output", **LEVEL),
        outcome(2021, 90.0, "grain_output", **LEVEL | {"period_start": 2018, "period_end": 2018}),
        outcome(2022, 96.0, "grain_output", **LEVEL | {"period_start": 2018, "period_end": 2018}),
        outcome(2022, 108.0, "grain_output", **LEVEL | {"period_start": 2019, "period_end": 2019}),
    )
    names = ("outcome_value", "latest_outcome_value", "latest_outcome_report_year", "change", "relative_change")
    assert picked(rows, *names) == [(100, 96, 2022, None, None), (110, 108, 2022, 10, 10)]
    assert picked(rows, "previous_latest_outcome_value", "latest_change", "latest_relative_change")[1] == (96, 12, 12.5)


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        ({"price_basis": "nominal"}, {}, "other_price_basis"),
        ({"price_basis": "real"}, {}, None),  # as the codebook has it of gdp
        (HOMES | {"count_unit": "套"}, HOMES | {"count_unit": "户"}, "other_count_unit"),
        ({"stage": "started"}, {"stage": "completed"}, "other_stage"),
        ({"unit_measure": "USD", "transformation": "level"}, {"unit_measure": "CNY", "transformation": "level"},
         "other_unit"),
        ({"transformation": "level", "unit_measure": "CNY"}, {}, "not_stated"),
        ({"period_start": 2015, "aggregation": "each_year"}, {}, "not_stated"),
    ],
)  # fmt: skip
def test_only_like_is_set_beside_like(before: dict[str, Any], now: dict[str, Any], reason: str | None) -> None:
    rows = mart(YEAR_OVER_YEAR, outcome(2020, 6, **before), outcome(2021, 7, **now))
    last = next(each for each in rows if each["period_year"] == 2020)
    assert (last["reason"], last["change"]) == (reason, None if reason else 1)


def test_of_several_statements_the_exact_one_and_what_is_rough_is_said_to_be() -> None:
    rows = mart(
        YEAR_OVER_YEAR,
        outcome(2020, 5.0, bound="at_least"),
        outcome(2021, 6.0, bound="at_least"), outcome(2021, 6.2),
        outcome(2022, 6.0, bound="range", obs_value_high=7.0),
    )  # fmt: skip
    assert picked(rows, "outcome_value", "change", "is_rough") == [
        (5, None, None), (6.2, 1.2, True), (6, 0.3, True),
    ]  # fmt: skip


def test_of_several_targets_the_year_s_own_report_and_the_first_printed() -> None:
    rows = mart(
        YEAR_OVER_YEAR,
        target(2019, 9.0, period_start=2020, period_end=2020),
        target(2020, 7.0, bound="about"), target(2020, 8.0), outcome(2021, 7.5),
    )  # fmt: skip
    assert picked(rows, "target_value", "target_report_year") == [(7.0, 2020)]


def test_of_a_target_with_its_basis_said_and_unsaid_the_first_printed_counts() -> None:
    for _ in range(3):
        aims = [target(2020, value, price_basis=basis) for value, basis in ((6, None), (8, "real"))]
        [found] = mart(TARGET_COVERAGE, *aims)
        assert found["target_id"] == aims[0]["observation_id"]


@pytest.mark.parametrize("table", ARRANGED, ids=str)
def test_of_some_areas_the_rows_are_those_beside_all(sample_warehouse: Path, table: Table) -> None:
    store = Store(sample_warehouse)
    codes = store.published_rows(REPORTS, ["ref_area"])["ref_area"].unique().sort().to_list()
    files = marts.files(store, table)
    parts = pl.concat([marts.rows(files, table, [code]) for code in codes])
    assert len(codes) > 1
    assert parts.sort(table.key).equals(marts.rows(files, table).sort(table.key))


@pytest.mark.parametrize(
    ("table", "column"),
    [(YEAR_OVER_YEAR, "target_value"), (TARGET_COVERAGE, "target_value"), (SCORECARD, "gdp_target")],
    ids=str,
)
def test_what_is_hoped_for_besides_is_not_the_first_printed(table: Table, column: str) -> None:
    """Of 增长7%左右、力争8% both have evidence from 增长 on; their ids may stand the other way round."""
    firm = target(2020, 7.0, bound="about", char_start=5, char_end=10, observation_id="o2")
    hoped = target(2020, 8.0, char_start=5, char_end=15, observation_id="o1")
    rows = mart(table, firm, hoped, outcome(2021, 7.5))
    assert [row[column] for row in rows if row[column] is not None] == [7.0]


# --- revisions

NATURES = [
    # first, later: bound, value, evidence
    (("exact", 7.4, "增长7.4%"), ("exact", 7.4, "增长7.4%"), "unchanged"),
    (("exact", 7.4, "增长7.4%"), ("exact", 7.3, "增长7.3%"), "revised"),
    (("exact", 7.0, "增长7%"), ("exact", 7.4, "增长7.4%"), "rounding"),
    (("exact", 7.0, "增长7.0%"), ("exact", 7.4, "增长7.4%"), "revised"),  # the print gives a tenth
    (("exact", 7.0, "增长７．０％"), ("exact", 7.4, "增长７．４％"), "revised"),
    (("exact", 9.0, "增长百分之九"), ("exact", 9.1, "增长9.1%"), "rounding"),
    (("exact", 1234.5, "达1,234.5%"), ("exact", 1234.0, "达1,234%"), "rounding"),
    (("exact", 1656.0, "达１６５６%"), ("exact", 1655.0, "由1 6　 5 5 %"), "revised"),
    (("exact", 7.4, "增长7.4%"), ("about", 7.4, "增长7.4%左右"), "rounding"),
    (("about", 8.0, "近8%"), ("exact", 7.3, "增长7.3%"), "rounding"),
    (("about", 8.0, "近8%"), ("exact", 6.8, "增长6.8%"), "revised"),
    (("at_least", 7.0, "超过7%"), ("exact", 7.6, "增长7.6%"), "bound"),
    (("at_least", 7.0, "超过7%"), ("exact", 6.9, "增长6.9%"), "revised"),
    (("at_least", 7.0, "超过7%"), ("at_least", 7.5, "超过7.5%"), "bound"),
    (("at_most", 4.0, "4%以内"), ("exact", 3.9, "3.9%"), "bound"),
    (("at_least", -3.0, "下降3%以上"), ("exact", -3.5, "下降3.5%"), "bound"),
    (("at_least", -3.0, "下降3%以上"), ("exact", -2.5, "下降2.5%"), "revised"),
]


@pytest.mark.parametrize(("first", "later", "nature"), NATURES, ids=str)
def test_what_a_later_report_makes_of_it(first: tuple, later: tuple, nature: str) -> None:
    names = ("bound", "obs_value", "evidence")
    year = {"period_start": 2019, "period_end": 2019}
    rows = mart(
        REVISIONS,
        outcome(2020, 0, **dict(zip(names, first, strict=True))),
        outcome(2023, 0, **dict(zip(names, later, strict=True)) | year),
    )
    assert picked(rows, "nature", "later_report_year", "is_latest") == [(nature, 2023, True)]
    assert rows[0]["difference"] == pytest.approx(later[1] - first[1])
    assert picked(rows, "outcome_evidence", "later_evidence") == [(first[2], later[2])]


def test_a_range_is_a_bound_and_a_rank_is_met_from_above() -> None:
    year = {"period_start": 2019, "period_end": 2019}
    rows = mart(
        REVISIONS,
        outcome(2020, 5.0, bound="range", obs_value_high=6.0), outcome(2021, 5.6, **year),
        outcome(2022, 6.5, **year),
        outcome(2020, 10, transformation="rank", unit_measure="RANK", bound="at_least"),
        outcome(2021, 8, transformation="rank", unit_measure="RANK", **year),
    )  # fmt: skip
    assert picked(rows, "transformation", "nature", "is_latest", "difference") == [
        ("rank", "bound", True, -2), ("yoy", "bound", False, 0.1), ("yoy", "revised", True, 1.0),
    ]  # fmt: skip


def test_only_the_same_thing_and_period_is_restated() -> None:
    year = {"period_start": 2019, "period_end": 2019}
    assert not mart(
        REVISIONS,
        outcome(2020, 6.0), outcome(2020, 6.1), outcome(2021, 6.0), outcome(2021, 5.0, **year, price_basis="nominal"),
        outcome(2021, 5.0, **year, stage="started"), outcome(2021, 5.0, period_start=2015, period_end=2019),
    )  # fmt: skip
    assert picked(
        mart(REVISIONS, outcome(2020, 50, **LEVEL), outcome(2022, 51, **LEVEL | year)), "relative_difference"
    ) == [(2,)]


# --- target_coverage

CHANGES = [
    ({"value": 6.0}, {"value": 6.0}, "kept", "same"),
    ({"value": 6.0}, {"value": 6.5}, "raised", "more"),
    ({"value": 6.0}, {"value": 5.5}, "lowered", "less"),
    ({"value": 6.0, "bound": "at_least"}, {"value": 6.0, "bound": "about"}, "reworded", "less"),
    ({"value": 6.0, "bound": "about"}, {"value": 6.0}, "reworded", "more"),
    ({"value": 6.5}, {"value": 6.0, "bound": "range", "obs_value_high": 6.5}, "lowered", "less"),
    ({"value": 6.5, "bound": "range", "obs_value_high": 7.0}, {"value": 6.5}, "lowered", "same"),
    ({"value": 6.0, "bound": "range", "obs_value_high": 6.5}, {"value": 6.0, "bound": "at_least"}, "reworded", "same"),
    ({"value": 3.0, "indicator": "cpi", "bound": "at_most"},
     {"value": 2.0, "indicator": "cpi", "bound": "range", "obs_value_high": 3.5}, "raised", "less"),
    ({"value": 6.0}, {"value": 5.5, "bound": "range", "obs_value_high": 6.5}, "reworded", "less"),
    ({"value": 3.0, "indicator": "cpi"}, {"value": 3.5, "indicator": "cpi"}, "raised", "less"),
    ({"value": 3.0, "indicator": "cpi", "bound": "at_most"}, {"value": 3.0, "indicator": "cpi", "bound": "about"},
     "reworded", "less"),
    ({"value": -3.0, "indicator": "energy_intensity"}, {"value": -3.5, "indicator": "energy_intensity"},
     "lowered", "more"),
    ({"value": 9.0, "indicator": "m2", "bound": "about"}, {"value": 8.0, "indicator": "m2"}, "lowered", None),
    ({"value": 6.0, "price_basis": "real"}, {"value": 6.0}, "kept", "same"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "now", "change", "ambition"), CHANGES, ids=str)
def test_how_a_target_changed(before: dict[str, Any], now: dict[str, Any], change: str, ambition: str | None) -> None:
    rows = mart(TARGET_COVERAGE, target(2020, **before), target(2021, **now))
    assert picked(rows, "report_year", "change", "ambition") == [(2020, "first", None), (2021, change, ambition)]
    assert picked(rows, "previous_target_value", "target_value")[1] == (before["value"], now["value"])


def test_new_dropped_and_in_another_form() -> None:
    rows = mart(
        TARGET_COVERAGE,
        target(2020, 6.0), target(2020, 3.0, "cpi"), target(2020, 8.0, "grain_output"),
        target(2022, 6.0), target(2022, 5.0, "retail_sales"), target(2022, 600.0, "grain_output", **LEVEL),
        target(2022, 9e12, transformation="level", unit_measure="CNY"),
    )  # fmt: skip
    found = picked(
        [each for each in rows if each["report_year"] == 2022],
        "indicator",
        "transformation",
        "change",
        "previous_report_year",
    )
    assert found == [
        ("cpi", "yoy", "dropped", 2020), ("gdp", "level", "new", 2020), ("gdp", "yoy", "kept", 2020),
        ("grain_output", "level", "other_form", 2020), ("grain_output", "yoy", "other_form", 2020),
        ("retail_sales", "yoy", "new", 2020),
    ]  # fmt: skip


def test_no_target_is_not_silence() -> None:
    rows = mart(
        TARGET_COVERAGE,
        target(2020, 6.0), target(2020, 8.0, "grain_output"), target(2020, 3.0, "cpi"),
        target(2020, 1.0, "retail_sales"),
        no_target(2021), no_target(2021, "grain_output", transformation=None), no_target(2021, "trade_total"),
        no_target(2021, "retail_sales", transformation="level"),
        no_target(2021, "cpi", period_start=2020, period_end=2020),
        no_target(2021, "fdi_actual_use"), target(2021, 2.0, "fdi_actual_use"),
    )  # fmt: skip
    found = [each for each in rows if each["report_year"] == 2021]
    assert picked(found, "indicator", "transformation", "change", "evidence", "previous_target_value") == [
        ("cpi", "yoy", "dropped", None, 3.0),
        ("fdi_actual_use", "yoy", "new", "增长2%", None),
        ("gdp", "yoy", "no_target", "不设增长目标", 6.0),
        ("grain_output", "yoy", "no_target", "不设增长目标", 8.0),
        ("retail_sales", "level", "no_target", "不设增长目标", None),
        ("retail_sales", "yoy", "dropped", None, 1.0),
        ("trade_total", "yoy", "no_target", "不设增长目标", None),
    ]
    assert all((each["no_target_id"] is not None) == (each["change"] == "no_target") for each in found)


def test_only_the_report_s_own_year_counts_and_of_two_targets_the_first() -> None:
    rows = mart(
        TARGET_COVERAGE,
        target(2020, 6.0, bound="at_least"), target(2020, 7.0), target(2020, 5.0, period_end=2025, aggregation="mean"),
        target(2020, 9.0, period_start=2025, period_end=2025), target(2021, 6.0, bound="at_least"),
    )  # fmt: skip
    assert picked(rows, "report_year", "change", "target_value") == [(2020, "first", 6.0), (2021, "kept", 6.0)]


def test_a_report_without_targets_drops_all_and_areas_are_apart() -> None:
    rows = mart(TARGET_COVERAGE, target(2020, 6.0), target(2021, 5.0, ref_area="100000"), reports=(2021, 2022))
    assert picked(rows, "ref_area", "report_year", "change") == [
        ("100000", 2021, "first"), (AREA, 2020, "first"), (AREA, 2021, "dropped"),
    ]  # fmt: skip


# --- scorecard


def test_a_scorecard_counts_each_target_once() -> None:
    rows = mart(
        SCORECARD,
        outcome(2020, 6.1), outcome(2020, 4.0, "retail_sales"),
        target(2020, 6.0, bound="about"), target(2020, 8.0, "retail_sales"), target(2020, 3.0, "cpi"),
        target(2020, 3.0, "trade_total"), target(2020, 9.0, period_end=2025, transformation="cum_growth"),
        outcome(2021, 5.9), outcome(2021, 7.0, "retail_sales"), outcome(2021, 2.0, "trade_total", bound="at_least"),
        target(2021, 6.5),
    )  # fmt: skip
    first, second = rows
    assert {name: first[name] for name in (
        "targets", "met", "missed", "incomparable", "unreported", "no_report", "pending", "met_strict", "missed_strict",
        "incomparable_strict", "attainment", "attainment_strict", "reported_back", "longer_targets",
    )} == {
        "targets": 4, "met": 1, "missed": 1, "incomparable": 1, "unreported": 1, "no_report": 0, "pending": 0,
        "met_strict": 0, "missed_strict": 2, "incomparable_strict": 1, "attainment": 50.0, "attainment_strict": 0.0,
        "reported_back": 75.0, "longer_targets": 1,
    }  # fmt: skip
    assert picked([first], "compared_growth_targets", "mean_growth_difference", "gdp_target", "gdp_year_before") == [
        (2, 1.95, 6.0, 6.1)  # (6.0 − 6.1 + 8.0 − 4.0) / 2
    ]
    assert first["gdp_difference"] == -0.1
    assert picked([second], "targets", "pending", "attainment", "reported_back", "gdp_difference") == [
        (1, 1, None, None, 0.6)
    ]


def test_a_report_without_targets_has_a_card_and_a_missing_one_is_not_held_against_it() -> None:
    rows = mart(SCORECARD, target(2020, 6.0), reports=(2022,))
    assert picked(rows, "report_year", "targets", "no_report", "attainment", "reported_back") == [
        (2020, 1, 1, None, None), (2022, 0, 0, None, None),
    ]  # fmt: skip


def test_ambition_knows_only_what_the_report_could_know() -> None:
    rows = mart(
        SCORECARD,
        target(2020, 6.0, bound="range", obs_value_high=6.5), target(2020, 7.0),
        outcome(2021, 6.2, period_start=2019, period_end=2019),
        target(2021, 6.0, "retail_sales", price_basis="nominal"),
        outcome(2021, 5.0, "retail_sales", price_basis="real"), target(2021, 3.0, "cpi"), outcome(2021, 2.0, "cpi"),
    )  # fmt: skip
    assert picked(rows, "gdp_target", "gdp_year_before", "compared_growth_targets", "mean_growth_difference") == [
        (6.0, None, 0, None), (None, None, 0, None),
    ]  # fmt: skip


# --- all


@pytest.mark.parametrize("table", ARRANGED, ids=str)
def test_whatever_the_order_of_the_rows_and_samples_are_marked(table: Table) -> None:
    stated = [
        *(outcome(year, 5 + year % 7 / 10, is_sample=True) for year in range(2010, 2020)),
        *(target(year, 6.0 + year % 3, is_sample=True) for year in range(2010, 2020)),
        *(outcome(year, 5, period_start=2011, period_end=2011, is_sample=True) for year in range(2013, 2016)),
        no_target(2020, is_sample=True),
    ]
    rows = mart(table, *stated)
    assert rows == mart(table, *reversed(stated))
    assert rows
    assert all(each["is_sample"] for each in rows)
