"""Official figures beside targets and outcomes: like with like, verdicts, differences, and what was printed."""

import datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.comparison import load_rules, recomputed, target_outcomes
from pipelines.final_figures import beside, judged, printed_step, told_and_final
from pipelines.tables import DESIRED
from pipelines.tables.core import AREAS, INDICATORS, OBSERVATIONS, STATISTICS
from pipelines.tables.mart import TARGET_OUTCOMES, TOLD_AND_FINAL

RULES = load_rules()
AREA = "140200"
CODEBOOK = INDICATORS.frame(
    [
        *({"indicator": name, "name_zh": name, "desired": name, "growth_basis": "real"} for name in DESIRED),
        {"indicator": "plain", "name_zh": "plain", "desired": "higher", "growth_basis": None},
    ]
)
PLACES = AREAS.frame([{"ref_area": AREA, "name_zh": "某地", "name_en": "Somewhere"}])
Row = dict[str, Any]


def said(kind: str, report_year: int, value: float, **more: Any) -> Row:
    """A row of core.observations; unless told otherwise growth of `higher` in the year that the report is about."""
    year = report_year if kind == "target" else report_year - 1
    row = {
        "ref_area": AREA, "report_year": report_year, "kind": kind, "indicator": "higher", "transformation": "yoy",
        "period_start": year, "period_end": year, "bound": "exact", "obs_value": value, "unit_measure": "PERCENT",
        "evidence": "", "char_start": 0, "char_end": 1, "is_sample": False,
    } | more  # fmt: skip
    row["report_id"] = f"{AREA}/{report_year}"
    row["statement_id"] = row["observation_id"] = "|".join(f"{key}={row[key]}" for key in sorted(row))
    return row


def figure(year: int, value: float, **more: Any) -> Row:
    """A row of core.statistics; unless told otherwise real growth of `higher`."""
    day = more.pop("released", "2025-01-17")
    vintage = datetime.date.fromisoformat(day) if day else datetime.date(2026, 11, 24)
    return {
        "series_id": "official", "ref_area": AREA, "indicator": "higher", "transformation": "yoy", "period_start": year,
        "period_end": year, "obs_value": value, "unit_measure": "PERCENT", "price_basis": "real", "vintage": vintage,
        "released_on": vintage if day else None, "is_latest_vintage": True, "publisher": "Office", "title": "Growth",
    } | more  # fmt: skip


def put_beside(rows: list[Row], figures: list[Row], at_hand: tuple[int, ...] = ()) -> pl.DataFrame:
    observations = OBSERVATIONS.frame(rows)
    years = sorted({row["report_year"] for row in rows} | set(at_hand))
    reports = pl.DataFrame({"ref_area": AREA, "report_year": pl.Series(years, dtype=pl.Int32)})
    compared = target_outcomes(observations, reports, CODEBOOK, PLACES, RULES)
    result = beside(compared, observations, STATISTICS.frame(figures), CODEBOOK, RULES)
    # what reports told is as it was, and the row holds what its verdict follows from
    own = [name for name in TARGET_OUTCOMES.polars_schema if not name.startswith("statistics_")]
    assert result.select(own).equals(compared.select(own))
    assert result.schema == pl.Schema(TARGET_OUTCOMES.polars_schema)
    assert judged(result, RULES).equals(result["statistics_verdict"], null_equal=True)
    assert recomputed(result, RULES)["verdict"].equals(result["verdict"])
    return result


def only(rows: list[Row], figures: list[Row], **more: Any) -> Row:
    return put_beside(rows, figures, **more).filter(pl.col("target_id") == rows[0]["observation_id"]).row(0, named=True)


# ---------------------------------------------------------------------------------------------------------------------
# Targets


def test_told_and_final_stand_side_by_side_each_with_its_verdict() -> None:
    row = only([said("target", 2024, 5, bound="about"), said("outcome", 2025, 4.6)], [figure(2024, 4.93)])
    assert (row["outcome_value"], row["verdict"]) == (4.6, "missed")
    assert (row["statistics_value"], row["statistics_verdict"]) == (4.93, "met")
    assert row["statistics_difference"] == 0.33
    assert row["statistics_source"] == "Office: Growth (official)"
    assert row["statistics_vintage"] == datetime.date(2025, 1, 17)


def test_what_is_unreported_stays_so_and_has_an_official_outcome() -> None:
    row = only([said("target", 2024, 5)], [figure(2024, 4.9)], at_hand=(2025,))
    assert (row["verdict"], row["outcome_value"], row["statistics_verdict"]) == ("unreported", None, "missed")
    assert row["statistics_value"] == 4.9 and row["statistics_difference"] is None


def test_without_a_series_nothing_is_said() -> None:
    row = only([said("target", 2024, 5), said("outcome", 2025, 4.6)], [])
    assert {row[name] for name in row if name.startswith("statistics_")} == {None}


@pytest.mark.parametrize(
    ("target", "figures", "value"),
    [
        ({}, {}, 4.9),
        ({"period_end": 2025}, {}, None),
        ({}, {"ref_area": "140000"}, None),
        ({}, {"indicator": "control"}, None),
        ({}, {"price_basis": "nominal"}, None),  # the codebook takes a silent text's growth for real
        ({"price_basis": "real"}, {}, 4.9),
        ({"price_basis": "nominal"}, {}, None),
        ({"price_basis": "nominal"}, {"price_basis": "nominal"}, 4.9),
        ({}, {"transformation": "level"}, None),
        ({"transformation": "level", "unit_measure": "CNY"}, {"transformation": "level", "unit_measure": "USD"}, None),
        # amounts of a silent text are at the prices of their year
        ({"transformation": "level", "unit_measure": "CNY"}, {"transformation": "level", "unit_measure": "CNY"}, None),
        (
            {"transformation": "level", "unit_measure": "CNY"},
            {"transformation": "level", "unit_measure": "CNY", "price_basis": "nominal"},
            4.9,
        ),
        (
            {"transformation": "level", "unit_measure": "CNY", "price_basis": "real"},
            {"transformation": "level", "unit_measure": "CNY"},
            4.9,
        ),
        ({"indicator": "plain"}, {"indicator": "plain", "price_basis": None}, 4.9),
        ({"indicator": "plain"}, {"indicator": "plain", "price_basis": None, "stage": "completed"}, 4.9),
        (
            {"indicator": "plain", "stage": "started"},
            {"indicator": "plain", "price_basis": None, "stage": "completed"},
            None,
        ),
        (
            {"indicator": "plain", "count_unit": "户"},
            {"indicator": "plain", "price_basis": None, "count_unit": "个"},
            None,
        ),
        ({"is_latest": 1}, {"is_latest_vintage": False}, None),
    ],
)
def test_only_like_stands_beside_like(target: Row, figures: Row, value: float | None) -> None:
    target.pop("is_latest", None)
    assert only([said("target", 2024, 5, **target)], [figure(2024, 4.9, **figures)])["statistics_value"] == value


def test_growth_over_several_years_is_worked_out_of_each_year() -> None:
    years = {"period_start": 2021, "period_end": 2023}
    mean = said("target", 2021, 8, transformation="avg_yoy", aggregation="mean", **years)
    total = said("target", 2021, 33.2, transformation="cum_growth", **years)
    figures = [figure(2021, 10), figure(2022, 0), figure(2023, 21)]
    row = only([mean, said("outcome", 2024, 9, transformation="avg_yoy", **years)], figures)
    assert row["statistics_value"] == pytest.approx(100 * (1.331 ** (1 / 3) - 1), abs=1e-9)
    assert row["statistics_difference"] == pytest.approx(row["statistics_value"] - 9, abs=1e-9)
    assert row["statistics_verdict"] == "met"
    assert row["statistics_source"] == "Office: Growth (official); growth of each year 2021 to 2023 multiplied"
    row = only([total], figures)
    assert (row["statistics_value"], row["statistics_verdict"]) == (33.1, "missed")
    assert only([total], figures[:2])["statistics_value"] is None  # a year is missing
    assert only([total], [*figures[:2], figure(2023, 21, series_id="other")])["statistics_value"] is None
    assert only([total], [*figures[:2], figure(2023, -100)])["statistics_value"] is None


def test_a_value_of_each_year_is_not_one_of_all() -> None:
    level = {"transformation": "level", "unit_measure": "CNY", "period_start": 2021, "period_end": 2023}
    target = said("target", 2021, 5, aggregation="total", **level)
    assert only([target], [figure(2023, 5, price_basis="nominal", **level)])["statistics_value"] is None


def test_what_is_derived_says_so_and_gives_way_to_what_is_published() -> None:
    nominal = {"price_basis": "nominal", "derivation": "nominal growth between the levels of 2023 and 2024"}
    derived = figure(2024, 4.9, series_id="official/yoy", released="2026-01-01", **nominal)
    target = said("target", 2024, 5, price_basis="nominal")
    row = only([target], [derived])
    assert row["statistics_source"] == (
        "Office: Growth (official/yoy); nominal growth between the levels of 2023 and 2024"
    )
    published = figure(2024, 5.1, price_basis="nominal", released="2025-01-01")
    assert only([target], [derived, published])["statistics_value"] == 5.1
    assert only([said("target", 2024, 5)], [derived])["statistics_value"] is None  # never beside real growth


def test_of_several_series_the_latest_release_of_a_known_day() -> None:
    target = said("target", 2024, 5)
    old, new = (figure(2024, value, series_id=f"s{value}", released=f"202{value}-01-01") for value in (5, 6))
    undated = figure(2024, 9, series_id="undated", released="")
    assert only([target], [old, new, undated])["statistics_value"] == 6
    assert only([target], [undated])["statistics_value"] == 9


def test_the_difference_is_of_the_same_years() -> None:
    """A level that was reached before its time decides the target; the official figure is that of the target's year."""
    level = {"transformation": "level", "unit_measure": "PERCENT", "indicator": "plain"}
    target = said("target", 2021, 60, period_start=2025, period_end=2025, bound="at_least", **level)
    rows = [target, said("outcome", 2024, 61, **level)]
    series = {"indicator": "plain", "transformation": "level", "price_basis": None}
    row = only(rows, [figure(2023, 61, **series), figure(2025, 64, **series)])
    assert (row["outcome_value"], row["verdict"]) == (61, "met")
    assert (row["statistics_value"], row["statistics_verdict"], row["statistics_difference"]) == (64, "met", None)


@pytest.mark.parametrize(
    ("bound", "value", "high", "difference"),
    [
        ("exact", 4.6, None, 0.4),
        ("at_least", 4, None, 1),
        ("range", 4, 4.5, 0.5),
        ("range", 4, 6, 0),
        ("range", 6, 7, -1),
    ],
)
def test_the_difference_is_from_the_nearer_end(bound: str, value: float, high: float | None, difference: float) -> None:
    rows = [said("target", 2024, 5), said("outcome", 2025, value, bound=bound, obs_value_high=high)]
    assert only(rows, [figure(2024, 5)])["statistics_difference"] == difference


values = st.floats(-20, 20).map(lambda value: round(value, 2))


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(sorted(DESIRED)), st.sampled_from(["exact", "about", "at_least", "at_most"]), values, values,
    st.sampled_from([1, 10_000, 100_000_000]),
)  # fmt: skip
def test_an_official_figure_decides_as_the_same_words_of_a_report_would(
    desired: str, bound: str, aim: float, came: float, unit: int
) -> None:
    level = {"indicator": desired, "transformation": "level", "unit_measure": "CNY"}
    told = [said("target", 2024, aim * unit, bound=bound, **level), said("outcome", 2025, came * unit, **level)]
    row = only(told, [figure(2024, came * unit, price_basis="nominal", **level)])
    assert row["statistics_verdict"] == row["verdict"] and row["statistics_difference"] == 0


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(mix: Any) -> None:
    rows = [said(kind, year, mix.randrange(1, 9)) for year in range(2015, 2020) for kind in ("target", "outcome")]
    figures = [figure(year, mix.randrange(1, 9), series_id=name) for year in range(2015, 2020) for name in "ab"]
    expected = put_beside(rows, figures)
    assert put_beside(mix.sample(rows, len(rows)), mix.sample(figures, len(figures))).equals(expected)


# ---------------------------------------------------------------------------------------------------------------------
# Whatever is told


def told(surface: str, value: float, final: float, **more: Any) -> Row:
    """The row of mart.told_and_final of one outcome of a report."""
    row = said("outcome", 2025, value, **more)
    statements = pl.LazyFrame({"statement_id": [row["statement_id"]], "ref_area": [AREA], "surface": [surface]})
    frame = told_and_final(
        OBSERVATIONS.frame([row, said("target", 2024, value)]), statements, STATISTICS.frame([figure(2024, final)]),
        CODEBOOK, PLACES, RULES,
    )  # fmt: skip
    assert frame.schema == pl.Schema(TOLD_AND_FINAL.polars_schema)
    return frame.row(0, named=True)


@pytest.mark.parametrize(
    ("surface", "value", "more", "final", "holds"),
    [
        ("7.4", 7.4, {}, 7.4258, True),
        ("7.4", 7.4, {}, 7.45, True),
        ("7.4", 7.4, {}, 7.451, False),
        ("7.4", 7.4, {}, 7.34, False),
        ("7", 7, {}, 7.4, True),
        ("7.0", 7, {}, 7.4, False),
        ("-3.9", -3.9, {}, -3.94, True),
        ("3.9", -3.9, {}, -3.96, False),
        ("7", 7, {"bound": "about"}, 7.5, True),
        ("7.0", 7, {"bound": "about"}, 7.25, True),
        ("7.0", 7, {"bound": "about"}, 7.26, False),
        ("7", 7, {"bound": "at_least"}, 6.9, False),
        ("7", 7, {"bound": "at_least"}, 9, True),
        ("3", 3, {"bound": "at_most", "evidence": "涨幅在3%以内"}, 3.1, False),
        ("3", 3, {"bound": "at_most", "evidence": "涨幅在3%以内"}, 1, True),
        ("3.0", 3, {"bound": "at_most", "evidence": "涨幅控制在3.0%"}, 1, False),
        ("3.0", 3, {"bound": "at_most", "evidence": "涨幅控 制在3.0%"}, 3.04, True),
        ("6至7", 6, {"bound": "range", "obs_value_high": 7}, 6.5, True),
        ("6至7", 6, {"bound": "range", "obs_value_high": 7}, 7.1, False),
        ("一半", 50, {}, 50.1, False),  # how exact it was meant cannot be told: only the same number holds
    ],
)
def test_what_was_told_still_holds_or_not(surface: str, value: float, more: Row, final: float, holds: bool) -> None:
    assert told(surface, value, final, **more)["still_holds"] is holds


def test_a_row_tells_both_sides() -> None:
    row = told("百分之七点四", 7.4, 7.6, evidence="增长百分之七点四")
    assert (row["told_value"], row["told_evidence"], row["final_value"]) == (7.4, "增长百分之七点四", 7.6)
    assert (row["printed_step"], row["difference"], row["area_name"]) == (0.1, 0.2, "某地")
    assert row["final_source"] == "Office: Growth (official)"


@pytest.mark.parametrize(
    ("surface", "value", "step"),
    [
        ("13.65万亿", 13.65e12, 1e10), ("１２．８", 12.8, 0.1), ("十二点八", 12.8, 0.1), ("百分之七", 7, 1),
        ("一万一千一百七十亿", 1.117e12, 1e8), ("三万亿", 3e12, 1e12), ("67,700多亿", 6.77e12, 1e8),
        ("6 7 7", 677e8, 1e8), ("1.7", 170, 10), ("5000万", 5e7, 1e4), ("2.00", 2, 0.01), ("3.9", -3.9, 0.1),
        ("0", 0, None), ("一半", 50, None), ("三分之二", 66.7, None), ("6至7", 6, None), (None, 1, None), ("", 1, None),
    ],
)  # fmt: skip
def test_what_the_last_printed_digit_is_worth(surface: str | None, value: float, step: float | None) -> None:
    assert printed_step(surface, value) == step
