"""Targets of several years on their way: where they start, how far they are, which pace is needed."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.comparison import recomputed
from pipelines.comparison.recomputing import RECOMPUTED
from pipelines.tables import DESIRED
from pipelines.tables.mart import PROGRESS_BASES
from tests.comparing import RULES, Row, compared, only, outcome, target

LEVEL = {"transformation": "level"}
PLAN = {"period_start": 2021, "period_end": 2025}
TOTAL = {**LEVEL, **PLAN, "aggregation": "total"}
PACES = ["progress_share", "pace_so_far", "pace_needed", "pace_needed_is"]


def paces(row: Row) -> list[Any]:
    return [pytest.approx(row[name]) if isinstance(row[name], float) else row[name] for name in PACES]


def years(values: dict[int, float], **more: Any) -> list[Row]:
    """The outcome of each year, as the report of the next states it."""
    return [outcome(year + 1, value, **more) for year, value in values.items()]


# A level to reach


def horizon(value: float, **more: Any) -> Row:
    return target(2021, value, **(LEVEL | {"period_start": 2025, "period_end": 2025} | more))


def test_a_level_is_on_its_way_from_the_year_before_the_report() -> None:
    row = only(horizon(65), *years({2019: 58, 2020: 60, 2021: 61, 2022: 63}, **LEVEL))
    assert (row["baseline_value"], row["baseline_year"], row["baseline_report_year"]) == (60, 2020, 2021)
    assert (row["progress_value"], row["progress_year"], row["progress_basis"]) == (63, 2022, "level")
    assert row["progress_years"] is None
    assert paces(row) == [0.6, 1.5, pytest.approx(2 / 3), "below"]


@pytest.mark.parametrize(
    ("came", "share", "so_far", "needed", "compared_with"),
    [(61, 0.2, 0.5, 2, "above"), (62, 0.4, 1, 1.5, "above"), (66, 1.2, 3, 0, "below"), (59, -0.2, -0.5, 3, "above")],
)
def test_the_pace_needed_against_the_pace_so_far(
    came: float, share: float, so_far: float, needed: float, compared_with: str
) -> None:
    row = only(horizon(65, period_start=2024, period_end=2024), *years({2020: 60, 2022: came}, **LEVEL))
    expected = [share, so_far, needed, compared_with]
    assert paces(row) == expected


def test_the_pace_needed_may_be_just_the_pace_so_far() -> None:
    row = only(horizon(60.4, period_start=2024, period_end=2024), *years({2020: 60, 2022: 60.2}, **LEVEL))
    assert paces(row) == [0.5, 0.1, 0.1, "equal"]


def test_a_fall_to_be_reached_goes_downwards() -> None:
    row = only(horizon(30, indicator="lower"), *years({2020: 40, 2022: 36}, **LEVEL, indicator="lower"))
    assert paces(row) == [0.4, -2, -2, "equal"]


def test_of_a_range_the_end_that_is_met_first_counts() -> None:
    row = only(horizon(64, value_high=66), *years({2020: 60, 2021: 61}, **LEVEL))
    assert row["progress_share"] == 0.25


@pytest.mark.parametrize("limit", [{"bound": "at_most", "indicator": "lower"}, {"indicator": "control"}])
def test_a_limit_that_holds_from_the_start_has_no_way_to_go(limit: Row) -> None:
    indicator = {"indicator": limit["indicator"]}
    row = only(horizon(5.5, **limit), *years({2020: 5, 2021: 5.2}, **LEVEL, **indicator))
    assert (row["baseline_value"], row["progress_value"]) == (5, 5.2)
    assert paces(row) == [None, 0.2, None, None]


def test_without_a_start_there_is_no_share_and_at_the_end_no_pace_needed() -> None:
    row = only(horizon(65), *years({2022: 63}, **LEVEL))
    assert (row["baseline_value"], row["progress_value"], paces(row)) == (None, 63, [None, None, None, None])
    done = only(horizon(65), *years({2020: 60, 2025: 64}, **LEVEL))
    assert (done["verdict"], paces(done)) == ("missed", [0.8, 0.8, None, None])


def test_the_first_statement_of_a_year_counts() -> None:
    year = {"period_start": 2022, "period_end": 2022}
    row = only(horizon(65), outcome(2021, 60, **LEVEL), outcome(2023, 62, **LEVEL), outcome(2024, 61, **LEVEL, **year))
    assert (row["progress_value"], row["progress_year"]) == (62, 2022)


def test_another_unit_is_no_way() -> None:
    row = only(horizon(65), *years({2020: 60, 2021: 61}, **LEVEL, unit_measure="CNY"))
    assert (row["baseline_value"], row["progress_value"]) == (None, None)


# A total over years


def test_a_total_adds_up_what_the_years_brought() -> None:
    row = only(target(2021, 50, **TOTAL), *years({2020: 99, 2021: 12, 2022: 13}, **LEVEL))
    assert (row["progress_value"], row["progress_year"], row["progress_years"]) == (25, 2022, 2)
    assert (row["progress_basis"], row["baseline_value"]) == ("sum_of_years", None)
    assert paces(row) == [0.5, 12.5, pytest.approx(25 / 3), "below"]
    assert (row["verdict"], row["outcome_value"]) == ("pending", None)


def test_a_year_that_is_not_stated_leaves_the_share_open() -> None:
    row = only(target(2021, 50, **TOTAL), *years({2021: 12, 2023: 13}, **LEVEL))
    assert (row["progress_value"], row["progress_year"], row["progress_years"]) == (25, 2023, 2)
    assert paces(row) == [None, 12.5, None, None]


def test_what_is_stated_of_the_years_together_goes_before_their_sum() -> None:
    so_far = outcome(2024, 40, **LEVEL, period_start=2021, period_end=2023, aggregation="total")
    row = only(target(2021, 50, **TOTAL), *years({2021: 12, 2023: 13}, **LEVEL), so_far)
    assert (row["progress_value"], row["progress_years"], row["progress_basis"]) == (40, 3, "total_stated")
    assert paces(row) == [0.8, pytest.approx(40 / 3), 5, "below"]
    later = only(target(2021, 50, **TOTAL), *years({2021: 12, 2022: 13, 2023: 14, 2024: 8}, **LEVEL), so_far)
    assert (later["progress_value"], later["progress_year"]) == (47, 2024)


def test_a_total_that_is_due_and_not_stated_as_one_is_unreported_with_its_years() -> None:
    row = only(target(2021, 50, **TOTAL), *years(dict.fromkeys(range(2021, 2026), 11), **LEVEL))
    assert (row["verdict"], row["progress_value"], row["progress_years"]) == ("unreported", 55, 5)
    assert paces(row) == [1.1, 11, None, None]


def test_a_rise_over_years_is_the_sum_of_yearly_rises_or_a_difference_of_levels() -> None:
    points = {"transformation": "change", "unit_measure": "PERCENTAGE_POINT"}
    aim = target(2021, 4, **points, **PLAN, aggregation="total")
    summed = only(aim, *years({2021: 1, 2022: 2}, **points))
    assert (summed["progress_value"], summed["progress_basis"]) == (3, "sum_of_years")
    assert paces(summed) == [0.75, 1.5, pytest.approx(1 / 3), "below"]
    by_level = only(aim, *years({2020: 50, 2023: 53}, **LEVEL))
    assert (by_level["progress_value"], by_level["progress_basis"], by_level["baseline_value"]) == (3, "levels", 50)
    assert paces(by_level) == [0.75, 1, 0.5, "below"]


def test_a_yearly_mean_of_amounts() -> None:
    row = only(target(2021, 10, **TOTAL | {"aggregation": "mean"}), *years({2021: 12, 2022: 13}, **LEVEL))
    assert (row["progress_value"], row["progress_basis"]) == (12.5, "mean_of_years")
    assert paces(row) == [0.5, 12.5, pytest.approx(25 / 3), "below"]


# Growth


def test_a_mean_growth_compounds_the_years() -> None:
    row = only(target(2021, 6, **PLAN, transformation="avg_yoy", aggregation="mean"), *years({2021: 10, 2022: 2}))
    mean = (1.1 * 1.02) ** 0.5
    assert row["progress_value"] == pytest.approx((mean - 1) * 100)
    assert (row["progress_years"], row["progress_basis"]) == (2, "mean_of_years")
    needed = (1.06**5 / mean**2) ** (1 / 3)
    assert row["pace_so_far"] == row["progress_value"]
    assert row["pace_needed"] == pytest.approx((needed - 1) * 100)
    assert row["pace_needed_is"] == "above"


def test_a_growth_over_years_compounds_the_years_too() -> None:
    row = only(
        target(2021, 100, **{**PLAN, "period_end": 2030}, transformation="cum_growth"), *years({2021: 8, 2022: 7})
    )
    assert row["progress_value"] == pytest.approx((1.08 * 1.07 - 1) * 100)
    assert row["pace_so_far"] == pytest.approx(((1.08 * 1.07) ** 0.5 - 1) * 100)
    assert row["pace_needed"] == pytest.approx(((2 / (1.08 * 1.07)) ** (1 / 8) - 1) * 100)
    assert row["pace_needed_is"] == "below"
    missing = only(target(2021, 100, **PLAN, transformation="cum_growth"), *years({2021: 8, 2023: 7}))
    assert missing["progress_value"] is None


def test_a_fall_over_years_is_slower_or_faster_by_its_size() -> None:
    aim = target(2021, -15, **PLAN, transformation="cum_growth", indicator="lower")
    fast, slow = (only(aim, *years({2021: fall}, indicator="lower")) for fall in (-5, -1))
    assert (fast["pace_needed_is"], slow["pace_needed_is"]) == ("below", "above")
    assert slow["pace_needed"] < fast["pace_needed"] < 0 < slow["progress_share"] < fast["progress_share"] < 1


def test_what_each_year_must_reach_is_what_is_needed() -> None:
    row = only(target(2021, 6, **PLAN, aggregation="each_year"), *years({2021: 5, 2022: 6.5}))
    assert row["progress_value"] == pytest.approx(((1.05 * 1.065) ** 0.5 - 1) * 100)
    assert paces(row) == [None, row["progress_value"], 6, "above"]


def test_nominal_growth_is_no_way_to_real_growth() -> None:
    aim = target(2021, 6, **PLAN, transformation="avg_yoy", aggregation="mean", price_basis="real")
    assert only(aim, *years({2021: 10}, price_basis="nominal"))["progress_value"] is None
    assert only(aim, *years({2021: 10}))["progress_value"] == 10


# All of them


@st.composite
def plans(draw: st.DrawFn) -> list[Row]:
    """A target of several years and statements of single years and spans, in any bound."""
    value = st.integers(-40, 120).map(lambda number: number / 2)
    kinds: list[Row] = [
        {"transformation": "level", "period_start": 2025, "period_end": 2025},
        *({**PLAN, "transformation": kind, "aggregation": "total"} for kind in ("level", "change")),
        {**PLAN, "transformation": "level", "aggregation": "mean"},
        {**PLAN, "transformation": "avg_yoy", "aggregation": "mean"},
        {**PLAN, "transformation": "cum_growth"},
        {**PLAN, "transformation": "yoy", "aggregation": "each_year"},
    ]
    same = {"indicator": draw(st.sampled_from(sorted(DESIRED)))}
    bound = draw(st.sampled_from(["exact", "about", "at_least", "at_most"]))
    aim = draw(st.sampled_from(kinds))
    rows = [target(2021, draw(value), bound=bound, **aim, **same, observation_id="t")]
    for number in range(draw(st.integers(1, 10))):
        year = draw(st.integers(2020, 2025))
        one = {"period_start": year, "transformation": draw(st.sampled_from(["level", "yoy", "change"]))}
        span = {"period_start": 2021, "transformation": aim["transformation"], "aggregation": aim.get("aggregation")}
        more = draw(st.sampled_from([one, span])) if year > 2021 else one
        late = draw(st.integers(1, 2))
        rows.append(outcome(year + late, draw(value), period_end=year, **more, **same, observation_id=f"o{number}"))
    return rows


@settings(max_examples=15, deadline=None)
@given(several=st.lists(plans(), min_size=6, max_size=12), data=st.data())
def test_progress_follows_from_the_row_whatever_the_order(several: list[list[Row]], data: st.DataObject) -> None:
    rows = [
        row | {"ref_area": f"{place:06}", "observation_id": f"{place}{row['observation_id']}"}
        for place, plan in enumerate(several)
        for row in plan
    ]
    frame = compared(*rows)
    assert frame.equals(compared(*data.draw(st.permutations(rows))))
    assert recomputed(frame, RULES).equals(frame.select(RECOMPUTED))
    for row in frame.iter_rows(named=True):
        assert (row["progress_value"] is None) == (row["progress_year"] is None) == (row["progress_basis"] is None)
        assert row["progress_basis"] in {None, *PROGRESS_BASES}
        assert (row["pace_needed_is"] is None) == (row["pace_needed"] is None or row["pace_so_far"] is None)
        if row["progress_share"] is not None and row["pace_needed"] is not None:
            assert (row["pace_needed"] == 0) == (row["progress_share"] >= 1)


@settings(max_examples=12, deadline=None)
@given(rows=plans(), factor=st.sampled_from([0.001, 8, 1e6]))
def test_the_share_does_not_depend_on_the_unit(rows: list[Row], factor: float) -> None:
    amounts = [row | {"unit_measure": "CNY"} for row in rows if row["transformation"] in ("level", "change")]
    if amounts and amounts[0]["kind"] == "target":
        other = [row | {"obs_value": row["obs_value"] * factor} for row in amounts]
        one, another = only(*amounts), only(*other)
        assert one["pace_needed_is"] == another["pace_needed_is"]
        assert one["progress_share"] == (
            None if another["progress_share"] is None else pytest.approx(another["progress_share"])
        )


@settings(max_examples=10, deadline=None)
@given(values=st.lists(st.integers(1, 40), min_size=1, max_size=4), more=st.integers(1, 20))
def test_more_of_a_total_is_more_of_the_way_and_needs_less(values: list[int], more: int) -> None:
    rows = []
    for area, numbers in {"140200": values, "140300": [*values[:-1], values[-1] + more]}.items():
        came = years(dict(enumerate(numbers, 2021)), **LEVEL, ref_area=area)
        rows += [target(2021, 200, **TOTAL, ref_area=area), *came]
    less_row, more_row = compared(*rows).iter_rows(named=True)
    assert less_row["progress_share"] < more_row["progress_share"]
    assert less_row["pace_needed"] > more_row["pace_needed"] >= 0
