"""Matching of targets with outcomes, and verdicts: tables of examples, properties, and the pairs worked by hand."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.comparison import load_rules, recomputed, target_outcomes, tolerance, verdict
from pipelines.comparison.matching import EXACTNESS
from pipelines.comparison.recomputing import RECOMPUTED
from pipelines.seeds import SEEDS, SeedError, indicators
from pipelines.tables import BOUNDS, DESIRED
from pipelines.tables.core import OBSERVATIONS
from pipelines.tables.mart import TARGET_OUTCOMES
from tests.comparing import AREA, CODEBOOK, RULES, Row, areas, compared, only, outcome, target

SHARED = Path(__file__).resolve().parents[3] / "shared"

Side = tuple[str, float] | tuple[str, float, float]

VERDICT_EXAMPLES: list[tuple[str, Side, Side, str, str]] = [
    # desired, target, outcome, strict verdict, verdict
    ("higher", ("about", 7.5), ("exact", 7.4), "missed", "met"),  # 2014
    ("higher", ("about", 7), ("exact", 6.9), "missed", "met"),  # 2015
    ("higher", ("about", 7.5), ("exact", 7.25), "missed", "met"),
    ("higher", ("about", 7.5), ("exact", 7.24), "missed", "missed"),
    ("higher", ("about", 7.5), ("exact", 9), "met", "met"),
    ("higher", ("about", 7.5), ("about", 7.5), "met", "met"),
    ("higher", ("about", 7.5), ("about", 7.4), "missed", "met"),
    ("higher", ("about", 7.5), ("at_least", 7.5), "met", "met"),
    ("higher", ("about", 7.5), ("at_least", 7.4), "incomparable", "met"),
    ("higher", ("about", 7.5), ("at_least", 7), "incomparable", "incomparable"),
    ("higher", ("about", 7.5), ("at_most", 7.4), "missed", "incomparable"),
    ("higher", ("about", 7.5), ("at_most", 7), "missed", "missed"),
    ("higher", ("about", 7.5), ("range", 7.3, 7.4), "missed", "met"),
    ("higher", ("exact", 7.5), ("exact", 7.5), "met", "met"),
    ("higher", ("exact", 58.1), ("exact", 58.08), "missed", "missed"),
    ("higher", ("exact", 8), ("range", 7, 9), "incomparable", "incomparable"),
    ("higher", ("exact", 8), ("at_most", 8), "incomparable", "incomparable"),
    ("higher", ("range", 6, 6.5), ("exact", 6.1), "met", "met"),
    ("higher", ("range", 6, 6.5), ("exact", 8), "met", "met"),
    ("higher", ("range", 6, 6.5), ("exact", 5.9), "missed", "missed"),
    ("higher", ("range", 6, 6.5), ("range", 6.1, 6.2), "met", "met"),
    ("higher", ("range", 6, 6.5), ("at_least", 6), "met", "met"),
    ("higher", ("at_least", 6), ("exact", 6), "met", "met"),
    ("higher", ("at_least", 6), ("exact", 5.9), "missed", "missed"),
    ("higher", ("at_least", 6), ("about", 6), "met", "met"),
    ("higher", ("at_least", 6), ("at_least", 6), "met", "met"),
    ("higher", ("at_least", 6), ("at_least", 5), "incomparable", "incomparable"),
    ("higher", ("at_least", 6), ("at_most", 5), "missed", "missed"),
    ("higher", ("at_least", 6), ("range", 5, 5.5), "missed", "missed"),
    ("higher", ("at_least", 6), ("exact", -2), "missed", "missed"),
    ("higher", ("at_least", 6), ("at_least", -2), "missed", "missed"),  # fell by more than 2
    ("higher", ("at_most", 6), ("exact", 6.1), "missed", "missed"),  # a bound decides by itself
    ("control", ("at_most", 4), ("exact", 4.8), "missed", "missed"),
    ("control", ("at_most", 4), ("exact", 4), "met", "met"),
    ("control", ("at_most", 4), ("exact", -0.8), "met", "met"),
    ("control", ("at_most", 3), ("at_most", 3), "met", "met"),
    ("control", ("at_most", 3), ("at_most", 3.3), "incomparable", "incomparable"),
    ("control", ("at_most", 3), ("at_least", 3), "incomparable", "incomparable"),
    ("control", ("at_most", 3), ("at_least", 4), "missed", "missed"),
    ("control", ("at_most", 3), ("range", 2, 3), "met", "met"),
    ("control", ("about", 3), ("exact", 3.2), "missed", "met"),
    ("control", ("about", 3), ("exact", 3.3), "missed", "missed"),
    ("control", ("about", 3), ("exact", 1), "met", "met"),
    ("control", ("about", 3), ("at_most", 3.2), "incomparable", "met"),
    ("control", ("range", 3, 4), ("exact", 2), "met", "met"),
    ("control", ("range", 3, 4), ("exact", 4.1), "missed", "missed"),
    ("control", ("exact", 3), ("exact", 3.1), "missed", "missed"),
    ("lower", ("about", 5.5), ("exact", 5.7), "missed", "met"),
    ("lower", ("exact", 4.6), ("exact", 4.02), "met", "met"),
    ("lower", ("range", 4, 4.6), ("exact", 4.7), "missed", "missed"),
    ("lower", ("at_least", 4), ("exact", 4.02), "met", "met"),
    ("neutral", ("about", 13), ("exact", 13.6), "missed", "missed"),
    ("neutral", ("about", 13), ("exact", 12.8), "missed", "met"),
    ("neutral", ("about", 13), ("exact", 13), "met", "met"),
    ("neutral", ("exact", 16), ("exact", 16.2), "missed", "met"),
    ("neutral", ("exact", 16), ("exact", 15.7), "missed", "missed"),
    ("neutral", ("exact", 16), ("at_least", 15), "incomparable", "incomparable"),
    ("neutral", ("exact", 16), ("at_least", 17), "missed", "missed"),
    ("neutral", ("range", 12, 13), ("exact", 12.5), "met", "met"),
    ("neutral", ("range", 12, 13), ("exact", 13.1), "missed", "missed"),
    ("neutral", ("at_least", 12), ("exact", 15), "met", "met"),
    # falls: bounds speak of their size
    ("lower", ("at_least", -3.9), ("exact", -4.8), "met", "met"),
    ("lower", ("at_least", -3.9), ("exact", -3.1), "missed", "missed"),
    ("lower", ("at_least", -3.9), ("exact", 1), "missed", "missed"),
    ("lower", ("at_least", -3.9), ("at_least", -4), "met", "met"),
    ("lower", ("at_least", -3.9), ("at_least", -3), "incomparable", "incomparable"),
    ("lower", ("at_least", -3.9), ("at_most", -3), "missed", "missed"),
    ("lower", ("at_most", -2), ("exact", -1.5), "met", "met"),
    ("lower", ("at_most", -2), ("exact", -2.5), "missed", "missed"),
    ("lower", ("about", -4), ("exact", -1.2), "missed", "missed"),
    ("lower", ("about", -4), ("exact", -3.8), "missed", "met"),
    ("lower", ("about", -2.5), ("at_least", -3), "met", "met"),
    ("control", ("exact", -2), ("exact", -3), "met", "met"),
    ("lower", ("range", -5, -3), ("exact", -3), "met", "met"),
    ("lower", ("range", -3, -5), ("exact", -2.9), "missed", "missed"),  # the range written by the size of the fall
    ("higher", ("exact", -2), ("exact", -1), "met", "met"),
    ("higher", ("exact", -2), ("exact", -3), "missed", "missed"),
    ("higher", ("about", -2), ("exact", -2.2), "missed", "met"),
    ("neutral", ("about", -2), ("exact", -2.2), "missed", "met"),
]  # fmt: skip


def side(value: Side) -> Row:
    return {"bound": value[0], "value": value[1], "value_high": value[2] if len(value) == 3 else None}


def verdicts(
    desired: str, aim: Side, came: Side, transformation: str = "yoy", unit: str = "PERCENT"
) -> tuple[Any, ...]:
    """The strict verdict and the verdict, straight from the expression."""
    frame = pl.DataFrame(
        {
            "desired": desired,
            "transformation": transformation,
            "unit_measure": unit,
            "outcome_evidence": "",
            **{f"target_{key}": value for key, value in side(aim).items()},
            **{f"outcome_{key}": value for key, value in side(came).items()},
        },
        schema_overrides={"target_value_high": pl.Float64, "outcome_value_high": pl.Float64},
    )
    frame = frame.with_columns(tolerance(RULES))
    return frame.select(strict=verdict(RULES, tolerant=False), tolerant=verdict(RULES, tolerant=True)).row(0)


def judged(desired: str, aim: Side, came: Side, **labels: Any) -> Row:
    """The row that a target of 2020 and an outcome in the report of 2021 give."""
    labels = {"indicator": desired} | labels
    return only(target(2020, **side(aim), **labels), outcome(2021, **side(came), **labels))


@pytest.mark.parametrize(("desired", "aim", "came", "strict", "tolerant"), VERDICT_EXAMPLES)
def test_verdict(desired: str, aim: Side, came: Side, strict: str, tolerant: str) -> None:
    assert verdicts(desired, aim, came) == (strict, tolerant)


def test_the_table_holds_the_same_verdicts() -> None:
    rows = []
    for number, (desired, aim, came, _, _) in enumerate(VERDICT_EXAMPLES):
        area = {"ref_area": f"{number:06}", "indicator": desired}
        rows += [target(2020, **side(aim), **area), outcome(2021, **side(came), **area)]
    observations = OBSERVATIONS.frame(rows)
    places = areas(*observations["ref_area"].unique())
    frame = target_outcomes(observations, observations, CODEBOOK, places, RULES)
    assert frame.select("verdict_strict", "verdict").rows() == [example[3:] for example in VERDICT_EXAMPLES]


# Every bound, direction and outcome bound: a target of 8 (as a range 8 to 9), and in each group the outcomes 5, 7.8, 8,
# 8.2 and 12 (as a range up to half a point more) with the bounds exact, about, range, at_least, at_most.
# M met, X missed, ? undecided; m: met only with tolerance; k: strictly undecided, with tolerance met; u: strictly
# missed, with tolerance undecided.
EVERY_COMBINATION = [
    ("higher", "exact", "XXMMM XXMMM X?MMM ??MMM XX???"),
    ("higher", "about", "XmMMM XmMMM XkMMM ?kMMM Xu???"),
    ("higher", "range", "XXMMM XXMMM X?MMM ??MMM XX???"),
    ("higher", "at_least", "XXMMM XXMMM X?MMM ??MMM XX???"),
    ("higher", "at_most", "MMMXX MMMXX M??XX ???XX MMM??"),
    ("lower", "exact", "MMMXX MMMXX M??XX ???XX MMM??"),
    ("lower", "about", "MMMmX MMMmX M??uX ???uX MMMk?"),
    ("lower", "range", "MMMMX MMMMX MMMMX ????X MMMM?"),
    ("lower", "at_least", "XXMMM XXMMM X?MMM ??MMM XX???"),
    ("lower", "at_most", "MMMXX MMMXX M??XX ???XX MMM??"),
    ("control", "exact", "MMMXX MMMXX M??XX ???XX MMM??"),
    ("control", "about", "MMMmX MMMmX M??uX ???uX MMMk?"),
    ("control", "range", "MMMMX MMMMX MMMMX ????X MMMM?"),
    ("control", "at_least", "XXMMM XXMMM X?MMM ??MMM XX???"),
    ("control", "at_most", "MMMXX MMMXX M??XX ???XX MMM??"),
    ("neutral", "exact", "XmMmX XmMmX X??uX ???uX Xu???"),
    ("neutral", "about", "XmMmX XmMmX X??uX ???uX Xu???"),
    ("neutral", "range", "XXMMX XXMMX X?MMX ????X XX???"),
    ("neutral", "at_least", "XXMMM XXMMM X?MMM ??MMM XX???"),
    ("neutral", "at_most", "MMMXX MMMXX M??XX ???XX MMM??"),
]
LETTERS = {
    ("missed", "missed"): "X", ("met", "met"): "M", ("incomparable", "incomparable"): "?", ("missed", "met"): "m",
    ("incomparable", "met"): "k", ("missed", "incomparable"): "u",
}  # fmt: skip


@pytest.mark.parametrize(("desired", "bound", "expected"), EVERY_COMBINATION)
def test_every_combination_of_bound_direction_and_outcome_bound(desired: str, bound: str, expected: str) -> None:
    aim: Side = (bound, 8, 9) if bound == "range" else (bound, 8)
    found = []
    for outcome_bound in ("exact", "about", "range", "at_least", "at_most"):
        values = [(5, 5.5), (7.8, 8.3), (8, 8.5), (8.2, 8.7), (12, 12.5)]
        came: list[Side] = [(outcome_bound, *(ends if outcome_bound == "range" else ends[:1])) for ends in values]
        found.append("".join(LETTERS[verdicts(desired, aim, side)] for side in came))
    assert " ".join(found) == expected


def test_no_combination_is_left_out() -> None:
    combinations = [(desired, bound) for desired, bound, _ in EVERY_COMBINATION]
    assert sorted(combinations) == sorted((desired, bound) for desired in DESIRED for bound in BOUNDS)
    assert {example[2][0] for example in VERDICT_EXAMPLES} == set(BOUNDS) == set(EXACTNESS)


@pytest.mark.parametrize(
    ("aim", "came", "expected"),
    [
        (("exact", 10), ("exact", 9), "met"),
        (("exact", 10), ("exact", 10), "met"),
        (("exact", 10), ("exact", 11), "missed"),
        (("about", 10), ("exact", 11), "missed"),
        (("at_least", 10), ("exact", 3), "met"),
        (("at_most", 10), ("exact", 3), "met"),
        (("range", 5, 8), ("exact", 8), "met"),
        (("exact", 10), ("at_most", 8), "met"),
        (("exact", 10), ("at_least", 8), "met"),
        (("exact", 10), ("at_most", 20), "incomparable"),
    ],
)
@pytest.mark.parametrize("desired", DESIRED)
def test_a_rank_is_met_by_that_place_or_a_better_one(desired: str, aim: Side, came: Side, expected: str) -> None:
    assert verdicts(desired, aim, came, "rank", "RANK") == (expected, expected)


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ("居民消费价格涨幅控制在 3.3%", "missed"),
        ("居民消费价格涨幅控\n制在3.3%", "missed"),
        ("居民消费价格涨幅控制在3.3%以内", "incomparable"),
        ("居民消费价格涨幅低于3.3%", "incomparable"),
    ],
)
def test_an_outcome_held_at_a_value_is_that_value(evidence: str, expected: str) -> None:
    row = only(
        target(2010, 3, bound="about", indicator="control"),
        outcome(2011, 3.3, bound="at_most", indicator="control", evidence=evidence),
    )
    assert (row["verdict_strict"], row["verdict"], row["gap"]) == (expected, expected, 0.3)


def test_a_count_of_at_least_is_met_by_more() -> None:
    people = {"transformation": "level", "unit_measure": "PERSON"}
    row = only(target(2018, 11_000_000, bound="at_least", **people), outcome(2019, 13_610_000, **people))
    assert (row["verdict_strict"], row["verdict"], row["gap"]) == ("met", "met", 2_610_000)
    assert row["verdict_rule"] == "v1 at_least 11000000, outcome 13610000"


@pytest.mark.parametrize(
    ("unit", "value", "width"),
    [
        ("PERCENT", 7.5, 0.25),
        ("PERCENTAGE_POINT", -1, 0.25),
        ("RANK", 3, 0),
        ("PERSON", 1000, 20),
        ("CNY", -5e11, 1e10),
    ],
)
def test_tolerance_is_given_in_the_unit_of_the_target(unit: str, value: float, width: float) -> None:
    assert only(target(2020, value, unit_measure=unit))["tolerance"] == pytest.approx(width)


def test_gap_is_counted_from_the_nearer_end() -> None:
    assert judged("higher", ("range", 6, 6.5), ("exact", 6.1))["gap"] == 0
    assert judged("higher", ("range", 6, 6.5), ("exact", 6.8))["gap"] == 0.3
    assert judged("higher", ("range", 6, 6.5), ("range", 5, 5.5))["gap"] == -0.5
    assert judged("higher", ("about", 7.5), ("exact", 7.4))["gap"] == -0.1
    assert only(target(2020, 6))["gap"] is None


def test_the_rule_names_version_direction_and_both_sides() -> None:
    assert (
        judged("higher", ("about", 7.5), ("exact", 7.4))["verdict_rule"] == "v1 higher: about 7.5 ± 0.25, outcome 7.4"
    )
    assert judged("lower", ("at_least", -3.9), ("exact", -4.8))["verdict_rule"] == "v1 fall at_least -3.9, outcome -4.8"
    assert judged("higher", ("range", 6, 6.5), ("at_least", 5))["verdict_rule"] == (
        "v1 bounds cannot decide: higher: 6 to 6.5, outcome at_least 5"
    )


# ---------------------------------------------------------------------------------------------------------------------
# Matching


def test_the_first_statement_decides_and_the_last_restatement_is_kept() -> None:
    year = {"period_start": 2020, "period_end": 2020}
    row = only(target(2020, 7), outcome(2023, 6.8, **year), outcome(2021, 7.1), outcome(2022, 6.9, **year))
    assert (row["outcome_report_year"], row["outcome_value"], row["verdict"]) == (2021, 7.1, "met")
    assert (row["latest_outcome_report_year"], row["latest_outcome_value"]) == (2023, 6.8)


def test_a_restatement_that_turns_the_verdict_is_shown_and_decides_nothing() -> None:
    year = {"period_start": 2020, "period_end": 2020}
    row = only(target(2020, 7), outcome(2021, 7.1), outcome(2023, 6.4, 6.8, **year))
    assert (row["verdict"], row["latest_verdict"]) == ("met", "missed")
    assert [row[f"latest_outcome_{name}"] for name in ("bound", "value", "value_high")] == ["range", 6.4, 6.8]
    assert row["verdict_rule"] == "v1 higher: 7, outcome 7.1; restated as 6.4 to 6.8 in report 2023: missed"
    same = only(target(2020, 7), outcome(2021, 7.1), outcome(2023, 7.2, **year))
    assert (same["latest_verdict"], same["verdict_rule"]) == ("met", "v1 higher: 7, outcome 7.1")


def test_a_restatement_held_at_a_value_is_that_value() -> None:
    held = {"bound": "at_most", "indicator": "control", "evidence": "涨幅控制在3.3%"}
    year = {"period_start": 2020, "period_end": 2020}
    row = only(
        target(2020, 3, indicator="control"),
        outcome(2021, 2.9, indicator="control"),
        outcome(2022, 3.3, **held, **year),
    )
    assert (row["verdict"], row["latest_verdict"], row["latest_outcome_evidence"]) == (
        "met",
        "missed",
        held["evidence"],
    )


def test_an_outcome_never_restated_has_no_latest_value() -> None:
    row = only(target(2020, 7), outcome(2021, 7.1))
    assert (row["latest_outcome_report_year"], row["latest_outcome_value"]) == (None, None)


def test_a_restatement_on_another_basis_is_not_the_same_outcome() -> None:
    year = {"period_start": 2020, "period_end": 2020}
    row = only(target(2020, 7), outcome(2021, 7.1, price_basis="real"), outcome(2022, 9, price_basis="nominal", **year))
    assert (row["outcome_value"], row["latest_outcome_value"]) == (7.1, None)


def test_an_outcome_stated_years_late_decides() -> None:
    row = only(target(2009, 3), outcome(2013, 3.2, period_start=2009, period_end=2009), at_hand=(2010,))
    assert (row["outcome_report_year"], row["verdict"], row["next_report_at_hand"]) == (2013, "met", True)


def test_an_outcome_in_a_report_of_the_period_itself_is_too_early() -> None:
    row = only(target(2020, 7), outcome(2020, 7.1, period_start=2020, period_end=2020), at_hand=(2021,))
    assert (row["outcome_id"], row["verdict"]) == (None, "unreported")


@pytest.mark.parametrize(
    ("at_hand", "expected", "rule"),
    [
        ((), "pending", "v1 no report from after 2020 is at hand"),
        ((2019,), "pending", "v1 no report from after 2020 is at hand"),
        ((2022,), "no_report", "v1 report 2021 is not at hand; no later one states the outcome"),
        ((2021,), "unreported", "v1 report 2021 is at hand; neither it nor a later one states the outcome"),
        ((2021, 2022), "unreported", "v1 report 2021 is at hand; neither it nor a later one states the outcome"),
    ],
)
def test_silence(at_hand: tuple[int, ...], expected: str, rule: str) -> None:
    row = only(target(2020, 7), at_hand=at_hand)
    assert (row["verdict_strict"], row["verdict"], row["verdict_rule"]) == (expected, expected, rule)
    assert (row["outcome_id"], row["next_report_at_hand"]) == (None, 2021 in at_hand)


def test_silence_tells_what_is_stated_instead() -> None:
    mean = outcome(2021, 6.5, transformation="avg_yoy", period_start=2016, aggregation="mean")
    level = outcome(2021, 900, transformation="level", bound="about", unit_measure="CNY")
    text = "v1 report 2021 is at hand; neither it nor a later one states the outcome, but "
    row = only(target(2020, 7), mean)
    assert (row["verdict"], row["verdict_rule"]) == ("unreported", f"{text}avg_yoy 6.5 of 2016 to 2020 (report 2021)")
    assert only(target(2020, 7), mean, level)["verdict_rule"] == f"{text}level about 900 of 2020 (report 2021)"


def test_reports_of_another_area_are_not_at_hand() -> None:
    reports = pl.DataFrame({"ref_area": [AREA, "140300"], "report_year": [2020, 2021]})
    observations = OBSERVATIONS.frame([target(2020, 7), outcome(2021, 7.2, ref_area="140300")])
    row = target_outcomes(observations, reports, CODEBOOK, areas(AREA, "140300"), RULES).row(0, named=True)
    assert (row["verdict"], row["area_name"], row["next_report_at_hand"]) == ("pending", "某地", False)


@pytest.mark.parametrize(
    ("aim", "came", "reason"),
    [
        ({"price_basis": "real"}, {"price_basis": "nominal"}, "price basis differs: target real, outcome nominal"),
        ({"count_unit": "户"}, {"count_unit": "套"}, "measure word differs: target 户, outcome 套"),
        ({"stage": "completed"}, {"stage": "started"}, "stage differs: target completed, outcome started"),
        ({"unit_measure": "CNY"}, {"unit_measure": "USD"}, "unit differs: target CNY, outcome USD"),
        (
            {"aggregation": "each_year"},
            {"aggregation": "total"},
            "aggregation differs: target each_year, outcome total",
        ),
    ],
)
def test_the_unlike_is_incomparable_and_says_why(aim: Row, came: Row, reason: str) -> None:
    row = only(target(2020, 7, **aim), outcome(2021, 9, **came))
    assert (row["verdict_strict"], row["verdict"]) == ("incomparable", "incomparable")
    assert (row["verdict_rule"], row["outcome_value"]) == (f"v1 {reason} (report 2021)", None)
    if next(iter(aim)) != "unit_measure":
        assert only(target(2020, 7, **aim), outcome(2021, 9))["verdict"] == "met"  # silence contradicts nothing


@pytest.mark.parametrize("other", [{"transformation": "level"}, {"period_start": 2019}, {"indicator": "lower"}])
def test_another_thing_is_no_outcome(other: Row) -> None:
    assert only(target(2020, 7), outcome(2021, 9, **other))["verdict"] == "unreported"


def test_a_like_outcome_in_a_later_report_goes_before_an_unlike_one() -> None:
    real = {"price_basis": "real"}
    row = only(
        target(2020, 7, **real),
        outcome(2021, 9, price_basis="nominal"),
        outcome(2022, 6, period_start=2020, period_end=2020, **real),
    )
    assert (row["verdict"], row["outcome_report_year"]) == ("missed", 2022)


def test_of_one_report_the_more_exact_then_the_same_wording_then_the_first_printed() -> None:
    def chosen(*outcomes: Row, **labels: Any) -> float:
        return float(only(target(2020, 7, **labels), *outcomes)["outcome_value"])

    bounds = [outcome(2021, 7 + place, bound=bound) for bound, place in EXACTNESS.items() if bound != "range"]
    assert chosen(*reversed(bounds)) == 7
    assert chosen(*reversed(bounds[1:]), outcome(2021, 20, 21)) == 8
    assert chosen(*reversed(bounds[2:]), outcome(2021, 20, 21)) == 20
    plain, real = outcome(2021, 9), outcome(2021, 6, price_basis="real", char_start=5)
    assert chosen(plain, real, price_basis="real") == 6
    assert chosen(plain, real) == 9
    nominal = outcome(2021, 11, price_basis="nominal")
    assert chosen(nominal, real) == 6  # the text is silent: the codebook's growth_basis is real
    assert chosen(outcome(2021, 3, char_start=30), outcome(2021, 4, char_start=20)) == 4


def test_a_target_set_twice_with_two_bounds_gives_two_rows() -> None:
    frame = compared(
        target(2020, 6, bound="at_least", char_start=1),
        target(2020, 6.5, bound="exact", char_start=9),
        outcome(2021, 6.2),
    )
    assert frame["target_bound"].to_list() == ["at_least", "exact"]
    assert frame["verdict"].to_list() == ["met", "missed"]


def test_a_target_set_again_for_the_same_year_is_judged_for_itself() -> None:
    year = {"period_start": 2020, "period_end": 2020}
    frame = compared(
        target(2020, 8),  # as the session set it
        target(2020, 6, bound="about", char_start=50),  # as the same report says it was adjusted
        target(2021, 5, bound="about", **year),  # as the next report recalls that it was adjusted within the year
        outcome(2021, 5.8),
    )
    assert frame.select("target_report_year", "target_value", "verdict_strict", "verdict").rows() == [
        (2020, 8, "missed", "missed"),
        (2020, 6, "missed", "met"),
        (2021, 5, "met", "met"),
    ]


def test_a_target_without_a_number_is_no_row() -> None:
    assert compared(outcome(2021, 7)).is_empty()


def test_a_sample_on_either_side_makes_a_sample() -> None:
    assert only(target(2020, 7, is_sample=True))["is_sample"]
    assert only(target(2020, 7), outcome(2021, 7, is_sample=True))["is_sample"]
    assert not only(target(2020, 7), outcome(2021, 7))["is_sample"]


# Targets of several years

LEVEL = {"transformation": "level"}


def horizon(value: float, **more: Any) -> Row:
    """A level to be reached in 2025, set in 2021."""
    return target(2021, value, **(LEVEL | {"period_start": 2025, "period_end": 2025} | more))


def test_a_level_to_reach_is_met_as_soon_as_a_report_says_so() -> None:
    row = only(horizon(60), outcome(2022, 59, **LEVEL), outcome(2024, 60.5, **LEVEL), outcome(2025, 61, **LEVEL))
    assert (row["verdict_strict"], row["verdict"], row["outcome_report_year"]) == ("met", "met", 2024)
    assert row["verdict_rule"] == "v1 higher: 60, outcome 60.5, reached in 2023"
    assert row["reached_year"] == 2023
    assert (row["progress_value"], row["progress_year"], row["next_report_at_hand"]) == (61, 2024, False)


def test_a_level_reached_and_lost_was_reached() -> None:
    row = only(horizon(60), outcome(2024, 60.5, **LEVEL), outcome(2026, 59, **LEVEL))
    assert (row["verdict"], row["outcome_report_year"]) == ("met", 2024)
    assert (row["progress_value"], row["progress_year"]) == (59, 2025)


def test_before_time_the_number_is_taken_at_its_word() -> None:
    row = only(horizon(60, bound="about"), outcome(2024, 59.9, **LEVEL))
    assert (row["verdict"], row["outcome_id"], row["progress_value"]) == ("pending", None, 59.9)
    late = only(horizon(60, bound="about"), outcome(2026, 59.9, **LEVEL))
    assert (late["verdict_strict"], late["verdict"], late["reached_year"]) == ("missed", "met", 2025)


@pytest.mark.parametrize("limit", [{"indicator": "lower"}, {"bound": "at_most"}, {"indicator": "neutral"}])
def test_a_limit_is_not_judged_before_time(limit: Row) -> None:
    row = only(horizon(35, **limit), outcome(2024, 35, **(LEVEL | {"indicator": limit.get("indicator", "higher")})))
    assert (row["verdict"], row["progress_value"]) == ("pending", 35)


def test_flows_and_rates_of_several_years_wait_for_the_whole() -> None:
    span = {"period_start": 2021, "period_end": 2025}
    row = only(target(2021, 45_000, **span, **LEVEL, aggregation="total"), outcome(2022, 46_000, **LEVEL))
    assert (row["verdict"], row["progress_value"], row["reached_year"]) == ("pending", 46_000, None)
    row = only(target(2021, 6, **span, transformation="avg_yoy"), outcome(2026, 5.4, **span, transformation="avg_yoy"))
    assert row["verdict"] == "missed"


def test_the_level_before_the_target_was_set_is_no_progress() -> None:
    assert only(horizon(60), outcome(2021, 58, **LEVEL))["progress_value"] is None


# The whole frame


def test_no_rows_give_an_empty_table() -> None:
    assert compared().schema == pl.Schema(TARGET_OUTCOMES.polars_schema)
    assert compared(target(2020, 7)).schema == pl.Schema(TARGET_OUTCOMES.polars_schema)


def test_unknown_codes_are_named() -> None:
    with pytest.raises(ValueError, match=r"indicator nonsense"):
        compared(target(2020, 7, indicator="nonsense"))
    observations = OBSERVATIONS.frame([target(2020, 7, ref_area="999999")])
    with pytest.raises(ValueError, match=r"ref_area 999999"):
        target_outcomes(observations, observations, CODEBOOK, areas(AREA), RULES)


BOUND_SIDES = st.sampled_from(sorted(BOUNDS))
HALVES = st.integers(-20, 20).map(lambda number: number / 2)


@st.composite
def sides(draw: st.DrawFn) -> Side:
    bound, value = draw(BOUND_SIDES), draw(HALVES)
    return (bound, value, value + draw(st.integers(1, 6)) / 2) if bound == "range" else (bound, value)


@st.composite
def sets_of_observations(draw: st.DrawFn) -> list[Row]:
    rows = []
    for number in range(draw(st.integers(1, 12))):
        make = draw(st.sampled_from([target, outcome]))
        value = side(draw(sides()))
        year = draw(st.integers(2019, 2023))
        span = draw(st.sampled_from([{}, {"period_start": 2022, "period_end": 2022, "transformation": "level"}]))
        basis = draw(st.sampled_from([None, "real", "nominal"]))
        place = draw(st.integers(0, 2))
        rows.append(make(year, **value, **span, price_basis=basis, char_start=place, observation_id=f"o{number}"))
    return rows


BETTER = {"met": 2, "incomparable": 1, "missed": 0}


@given(
    desired=st.sampled_from(["higher", "lower", "control"]),
    bound=st.sampled_from(["exact", "about", "range"]),
    value=HALVES,
    outcome_bound=st.sampled_from(["exact", "about", "range"]),
    values=st.tuples(HALVES, HALVES),
)
def test_a_better_outcome_never_turns_met_into_missed(
    desired: str, bound: str, value: float, outcome_bound: str, values: tuple[float, float]
) -> None:
    aim = from_to(bound, value)
    worse, better = sorted(values, reverse=desired != "higher")
    before, after = (verdicts(desired, aim, from_to(outcome_bound, one)) for one in (worse, better))
    assert all(BETTER[first] <= BETTER[second] for first, second in zip(before, after, strict=True))


def from_to(bound: str, value: float) -> Side:
    """A value, as a range up to one more."""
    return (bound, value, value + 1) if bound == "range" else (bound, value)


PLACES = st.integers(1, 12).map(float)


@given(
    desired=st.sampled_from(sorted(DESIRED)),
    bounds=st.tuples(BOUND_SIDES, BOUND_SIDES),
    places=st.tuples(PLACES, PLACES, PLACES),
)
def test_a_better_place_never_turns_met_into_missed(
    desired: str, bounds: tuple[str, str], places: tuple[float, float, float]
) -> None:
    better, worse = sorted(places[1:])
    aim = from_to(bounds[0], places[0])
    before, after = (verdicts(desired, aim, from_to(bounds[1], place), "rank", "RANK") for place in (worse, better))
    assert all(BETTER[first] <= BETTER[second] for first, second in zip(before, after, strict=True))
    assert before[0] == before[1]  # a place has no tolerance


@given(
    aim=st.tuples(st.sampled_from(["at_least", "at_most"]), HALVES),
    values=st.tuples(HALVES, HALVES),
    desired=st.sampled_from(sorted(DESIRED)),
)
def test_more_of_what_a_bound_asks_never_turns_met_into_missed(
    aim: tuple[str, float], values: tuple[float, float], desired: str
) -> None:
    more_is_better = (aim[0] == "at_least") != (aim[1] < 0)  # at_least of a fall asks for a larger fall
    worse, better = sorted(values, reverse=not more_is_better)
    before, after = (verdicts(desired, aim, ("exact", one)) for one in (worse, better))
    assert all(BETTER[first] <= BETTER[second] for first, second in zip(before, after, strict=True))


GRID = [step / 8 for step in range(-240, 241)]  # eighths, so that halves and the tolerance of a quarter lie on it


def satisfies(value: float, desired: str, bound: str, low: float, high: float, give: float) -> bool:
    """Whether a value meets a target, as the contract's sentences have it."""
    if bound in ("at_least", "at_most"):
        more = (bound == "at_least") != (low < 0)  # of a fall the bound speaks of its size
        return value >= low if more else value <= low
    if bound == "about" or (bound == "exact" and desired == "neutral"):
        low, high = low - give, high + give
    return {"higher": value >= low, "neutral": low <= value <= high}.get(desired, value <= high)


def possible(bound: str, low: float, high: float) -> list[float]:
    """The values that an outcome may stand for."""
    if bound in ("at_least", "at_most"):
        more = (bound == "at_least") != (low < 0)
        return [value for value in GRID if (value >= low if more else value <= low)]
    return [value for value in GRID if low <= value <= high]


@given(desired=st.sampled_from(sorted(DESIRED)), aim=sides(), came=sides())
def test_met_is_that_all_values_it_may_stand_for_meet_the_target(desired: str, aim: Side, came: Side) -> None:
    for give, found in zip((0, 0.25), verdicts(desired, aim, came), strict=True):
        meet = {
            satisfies(value, desired, aim[0], aim[1], aim[-1], give)  # type: ignore[arg-type]
            for value in possible(came[0], came[1], came[-1])  # type: ignore[arg-type]
        }
        assert found == ("incomparable" if len(meet) == 2 else "met" if meet == {True} else "missed")


@given(desired=st.sampled_from(sorted(DESIRED)), aim=sides(), came=sides())
def test_strictly_met_is_met_and_missed_is_missed_strictly_too(desired: str, aim: Side, came: Side) -> None:
    strict, tolerant = verdicts(desired, aim, came)
    assert BETTER[strict] <= BETTER[tolerant]


@given(
    desired=st.sampled_from(sorted(DESIRED)),
    aim=sides(),
    came=sides(),
    factor=st.sampled_from([1e-4, 0.1, 3, 1e4, 1e8, 7e11]),
)
def test_units_do_not_matter(desired: str, aim: Side, came: Side, factor: float) -> None:
    def scaled(one: Side) -> Any:
        return (one[0], *(number * factor for number in one[1:]))

    assert verdicts(desired, aim, came, unit="CNY") == verdicts(desired, scaled(aim), scaled(came), unit="CNY")


@settings(max_examples=20, deadline=None)
@given(rows=sets_of_observations(), data=st.data())
def test_the_order_of_rows_does_not_matter_and_each_row_can_be_judged_again(
    rows: list[Row], data: st.DataObject
) -> None:
    frame = compared(*rows)
    assert frame.equals(compared(*data.draw(st.permutations(rows))))
    assert (
        frame["target_id"].to_list().sort() == [row["observation_id"] for row in rows if row["kind"] == "target"].sort()
    )
    assert recomputed(frame, RULES).equals(frame.select(RECOMPUTED))


def test_a_verdict_that_was_altered_is_noticed() -> None:
    frame = compared(target(2020, 7), outcome(2021, 7.5))
    altered = frame.with_columns(verdict=pl.lit("missed"))
    assert recomputed(altered, RULES)["verdict"].to_list() == ["met"]
    silent = compared(target(2020, 7), at_hand=(2021,)).with_columns(verdict=pl.lit("pending"))
    assert recomputed(silent, RULES)["verdict"].to_list() == ["unreported"]


# ---------------------------------------------------------------------------------------------------------------------
# The rules file


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('version: "1"', "version: 1", "version"),
        ('version: "1"', "", "version is missing"),
        ("PERCENT: 0.25", "PERCENT: much", r"about\.absolute\.PERCENT"),
        ("PERCENT: 0.25", "PERCENT: -1", r"about\.absolute\.PERCENT"),
        ("RANK: 0", "PLACE: 0", r"about\.absolute\.PLACE"),
        ("relative: 0.02", "relative: true", r"about\.relative"),
        ("relative: 0.02", "relatve: 0.02", r"about\.relative is missing"),
        ("words: [控制在]", "words: 控制在", r"outcome_read_as_value\.words"),
        ("words: [控制在]", "words: [控制在]\n  also: []", r"outcome_read_as_value\.also is unknown"),
        ("about:", "about: [", "YAML"),
    ],
)
def test_a_bad_rules_file_names_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    text = (SEEDS / "verdict_rules.yaml").read_text(encoding="utf-8")
    path = tmp_path / "verdict_rules.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SeedError, match=rf"verdict_rules\.yaml: .*{key}"):
        load_rules(path)


def test_an_edited_tolerance_and_version_take_effect(tmp_path: Path) -> None:
    text = (SEEDS / "verdict_rules.yaml").read_text(encoding="utf-8")
    path = tmp_path / "verdict_rules.yaml"
    path.write_text(text.replace("PERCENT: 0.25", "PERCENT: 0.05").replace('"1"', '"2b"'), encoding="utf-8")
    reports = pl.DataFrame({"ref_area": [AREA], "report_year": [2015]})
    observations = OBSERVATIONS.frame([target(2014, 7.5, bound="about"), outcome(2015, 7.4)])
    row = target_outcomes(observations, reports, CODEBOOK, areas(AREA), load_rules(path)).row(0, named=True)
    assert (row["verdict"], row["verdict_rule"]) == ("missed", "v2b higher: about 7.5 ± 0.05, outcome 7.4")


# ---------------------------------------------------------------------------------------------------------------------
# The pairs worked by hand


def pair_observations(number: int, pair: Row) -> list[Row]:
    same = {key: pair[key] for key in ("ref_area", "indicator", "transformation", "period_start", "period_end")}
    same["unit_measure"] = pair["unit"]
    rows = [
        target(
            pair["target_report_year"], pair["target_value"], pair["target_value_high"], **same,
            bound=pair["target_bound"], evidence=pair["target_evidence"], observation_id=f"{number:03}t",
        )
    ]  # fmt: skip
    if pair["outcome_value"] is not None:
        rows.append(
            outcome(
                pair["outcome_report_year"], pair["outcome_value"], **same,
                bound=pair["outcome_bound"], evidence=pair["outcome_evidence"], observation_id=f"{number:03}o",
            )
        )  # fmt: skip
    return rows


@pytest.mark.skipif(not (SHARED / "pairs").is_dir(), reason="the pairs worked by hand (../shared) are not here")
def test_every_verdict_worked_by_hand() -> None:
    pairs = [
        json.loads(line)
        for path in sorted((SHARED / "pairs").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    rows = [row for number, pair in enumerate(pairs) for row in pair_observations(number, pair)]
    at_hand = [(path.parent.name, int(path.stem)) for path in (SHARED / "reports").glob("*/*")]
    reports = pl.DataFrame(at_hand, schema=["ref_area", "report_year"], orient="row")
    places = areas(*sorted({pair["ref_area"] for pair in pairs}))
    frame = target_outcomes(OBSERVATIONS.frame(rows), reports, indicators(), places, RULES)
    found = {row["target_id"]: row for row in frame.iter_rows(named=True)}
    columns = ["outcome_report_year", "outcome_bound", "outcome_value", "verdict_strict", "verdict"]
    wrong = []
    for number, pair in enumerate(pairs):
        row = found[f"{number:03}t"]
        if any(row[column] != pair[column] for column in columns):
            wrong.append(([row[column] for column in columns], row["verdict_rule"], pair))
    assert not wrong
    assert len(found) == len(pairs)
    assert recomputed(frame, RULES).equals(frame.select(RECOMPUTED))
