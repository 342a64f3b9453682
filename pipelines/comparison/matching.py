"""Matching: which statement of which report is the outcome of a target. Joins over narrow frames of numbered rows."""

import polars as pl

from pipelines.comparison.likeness import (
    FIRST,
    LABELS,
    NOTHING_DECLARED,
    Likeness,
    apart,
    declared,
    difference,
    scope,
    unlikeness,
    with_place,
    with_what_is_near,
)
from pipelines.comparison.progress import PACE, progress, way, with_paces
from pipelines.comparison.rules import VerdictRules
from pipelines.comparison.verdict import BY_DIRECTION, judged, tolerance, verdict
from pipelines.comparison.wording import decision, other_statement, silence
from pipelines.tables.mart import TARGET_OUTCOMES

THING = ["place", "indicator", "transformation"]  # what a value is of, the period apart
EXACTNESS = {"exact": 0, "about": 1, "range": 2, "at_least": 3, "at_most": 3}
STATED = ["report_year", "bound", "value", "value_high", "evidence"]  # of an outcome, as columns of the mart
JUDGING = ["transformation", "unit_measure", "desired", "target_bound", "target_value", "target_value_high"]
AS_PRINTED = ["char_start", "char_end", "observation_id"]
OF_OBSERVATIONS = [
    *AS_PRINTED,
    "ref_area",
    "report_year",
    "kind",
    "indicator",
    "transformation",
    "period_start",
    "period_end",
    "unit_measure",
    *LABELS,
    "bound",
    "obs_value",
    "obs_value_high",
    "evidence",
    "is_sample",
]  # what is read of core.observations
MATCHED = [
    "target", "outcome", *(f"outcome_{name}" for name in (*STATED, *LABELS, "year", "exactness")), "declared",
    "difference", "unlikeness",
]  # fmt: skip


def target_outcomes(
    observations: pl.DataFrame,
    reports: pl.DataFrame,
    indicators: pl.DataFrame,
    areas: pl.DataFrame,
    rules: VerdictRules,
    likeness: Likeness = NOTHING_DECLARED,
) -> pl.DataFrame:
    """The table mart.target_outcomes: each target beside the outcome that later reports state, with its verdict.

    Args:
        observations: core.observations.
        reports: what is at hand: ref_area and report_year; other columns are ignored.
        indicators: core.indicators.
        areas: core.areas.
        rules: see `load_rules`.
        likeness: see `load_likeness`.

    Returns:
        The columns of TARGET_OUTCOMES, one row a target, sorted by area, report, indicator and period; the same
        whatever the order of the rows that come in.

    Raises:
        ValueError: a target's indicator or area is not in the codebook or the list of areas.
    """
    numbered = observations.select(OF_OBSERVATIONS).sort(AS_PRINTED).with_row_index("number")
    targets = _targets(numbered, indicators, areas, likeness)
    told = _outcomes(numbered, targets, likeness)
    outcomes = told.filter(pl.col("apart").is_null())
    stated = _statements_of_the_period(targets, outcomes, likeness)
    comparable = stated.filter(pl.col("difference").is_null())
    like_outcomes = outcomes.filter(pl.col("unlike").is_null())
    before_time = _statements_before_time(targets, like_outcomes, likeness)

    deciding = _deciding(targets, comparable, before_time, rules)
    obstacles = _first(stated.filter(pl.col("difference").is_not_null())).select(
        "target", pl.format("{} (report {})", "difference", "outcome_report_year").alias("obstacle")
    )
    result = targets.drop("growth_basis", "scope")
    for found in (
        deciding.select("target", "outcome", "before_time", "outcome_year", *(f"outcome_{name}" for name in STATED),
                        outcome_declared="declared"),
        _restated(deciding, pl.concat([comparable, before_time])),
        obstacles,
        _stated_instead(targets, told.filter(pl.col("unlike").is_null())),
        progress(targets, like_outcomes, likeness),
    ):  # fmt: skip
        result = result.join(found, on="target", how="left", maintain_order="left")
    result = _with_reports_at_hand(result, reports, likeness).with_columns(tolerance(rules))
    # most targets have no outcome, and few are of several years: the others' rows need no such arithmetic
    for wanted, work in (
        (pl.col("outcome_value").is_not_null(), lambda frame: _decided(frame, rules)),
        (way().is_not_null(), lambda frame: with_paces(frame).select("target", *PACE)),
    ):
        result = result.join(work(result.filter(wanted)), on="target", how="left", maintain_order="left")
    result = result.with_columns(
        pl.coalesce("verdict_strict", _silence()).alias("verdict_strict"),
        pl.coalesce("verdict", _silence()).alias("verdict"),
    )
    silent = result.filter(pl.col("outcome_value").is_null())
    result = result.join(
        silent.select("target", silence=silence(rules)), on="target", how="left", maintain_order="left"
    ).with_columns(
        pl.coalesce("verdict_rule", "silence").alias("verdict_rule"),
        *(pl.lit(None).alias(name) for name in TARGET_OUTCOMES.polars_schema if name.startswith("statistics_")),
        reached_year=pl.when((way() == "level") & _is_to_be_reached() & (pl.col("verdict") == "met")).then(
            "outcome_year"
        ),
    )
    return _published(result, numbered, indicators, areas)


def _decided(frame: pl.DataFrame, rules: VerdictRules) -> pl.DataFrame:
    """What the outcome in the row decides, and in words."""
    latest = verdict(rules, tolerant=True, side="latest_outcome").alias("latest_verdict")
    frame = judged(frame, rules).lazy().with_columns(latest).collect()
    return frame.select("target", "gap", "verdict_strict", "verdict", "latest_verdict", verdict_rule=decision(rules))


def _published(
    result: pl.DataFrame, numbered: pl.DataFrame, indicators: pl.DataFrame, areas: pl.DataFrame
) -> pl.DataFrame:
    """The columns of the mart, with what the codebook, the areas and the observations say of them, in their order."""

    def said(name: str, number: str) -> pl.Series:
        return numbered[name].gather(result[number])

    names = indicators.select("indicator", indicator_name_zh="name_zh", indicator_name_en="name_en")
    places = areas.select("ref_area", area_name="name_zh", area_name_en="name_en")
    result = (
        result.with_columns(
            said("observation_id", "target").alias("target_id"),
            said("evidence", "target").alias("target_evidence"),
            said("observation_id", "outcome").alias("outcome_id"),
            said("observation_id", "latest_outcome").alias("latest_outcome_id"),
            is_sample=said("is_sample", "target") | said("is_sample", "outcome").fill_null(False),
        )
        .join(names, on="indicator", how="left", maintain_order="left")
        .join(places, on="ref_area", how="left", maintain_order="left")
    )
    return result.select(pl.col(name).cast(type_) for name, type_ in TARGET_OUTCOMES.polars_schema.items())


def _targets(numbered: pl.DataFrame, indicators: pl.DataFrame, areas: pl.DataFrame, likeness: Likeness) -> pl.DataFrame:
    """The targets in the mart's order, with what the codebook says of them, one row each, numbered `target`."""
    order = ["ref_area", "report_year", "indicator", "transformation", "period_start", "period_end", "number"]
    targets = numbered.filter(pl.col("kind") == "target").sort(order)
    for column, known in (("indicator", indicators), ("ref_area", areas)):
        unknown = targets.join(known, on=column, how="anti")[column].unique().sort().to_list()
        if unknown:
            raise ValueError(f"targets name the {column} {', '.join(unknown)}, which the seeds do not list")
    return with_place(targets, likeness).select(
        "ref_area",
        *THING,
        *LABELS,
        scope(likeness, "evidence").alias("scope"),
        "unit_measure",
        "period_start",
        "period_end",
        target="number",
        target_report_year="report_year",
        target_bound="bound",
        target_value="obs_value",
        target_value_high="obs_value_high",
    ).join(
        indicators.select("indicator", "desired", "growth_basis"), on="indicator", how="left", maintain_order="left"
    )  # fmt: skip


def _outcomes(numbered: pl.DataFrame, targets: pl.DataFrame, likeness: Likeness) -> pl.DataFrame:
    """The outcomes of places that have targets, also as what they may stand for, numbered `outcome`.

    Every column but those of THING, the start of the period, and why they stand for it, is named `outcome_…`.
    """
    outcomes = with_place(numbered.filter(pl.col("kind") == "outcome"), likeness).select(
        *THING,
        "ref_area",
        "period_start",
        pl.col("period_end").alias("outcome_year"),
        *(pl.col(name).alias(f"outcome_{name}") for name in (*LABELS, "unit_measure", "bound", "evidence")),
        scope(likeness, "evidence").alias("outcome_scope"),
        outcome="number",
        outcome_report_year="report_year",
        outcome_value="obs_value",
        outcome_value_high="obs_value_high",
        outcome_exactness=pl.col("bound").replace_strict(EXACTNESS, return_dtype=pl.Int8),
    )
    near = with_what_is_near(outcomes, likeness).rename({"ref_area": "outcome_ref_area"})
    return near.join(targets.select("place", "indicator").unique(), on=["place", "indicator"], how="semi")


def _statements_of_the_period(targets: pl.DataFrame, outcomes: pl.DataFrame, likeness: Likeness) -> pl.DataFrame:
    """Target × outcome of the same thing and period in a report from after it; `difference` where unlike."""
    sides = targets.join(
        outcomes.with_columns(period_end="outcome_year"), on=[*THING, "period_start", "period_end"], how="inner"
    )
    afterwards = pl.col("outcome_report_year") > pl.col("period_end")
    return _compared(sides.filter(afterwards, ~apart(likeness)), likeness)


def _statements_before_time(targets: pl.DataFrame, outcomes: pl.DataFrame, likeness: Likeness) -> pl.DataFrame:
    """Target × comparable level of a year before its own, for levels to be reached in a year after the report's."""
    horizons = targets.filter(way() == "level")
    levels = outcomes.filter(
        pl.col("transformation") == "level", pl.col("period_start") == pl.col("outcome_year")
    ).drop("period_start")
    sides = horizons.join(levels, on=THING, how="inner").filter(
        pl.col("outcome_year") >= pl.col("target_report_year"),
        pl.col("outcome_year") < pl.col("period_end"),
        pl.col("outcome_report_year") > pl.col("outcome_year"),
    )
    return _compared(sides, likeness).filter(pl.col("difference").is_null())


def _stated_instead(targets: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    """Of each target what is first stated of its indicator and last year, of another kind or span: `instead`.

    What is of its indicator goes before what is apart from it.
    """
    sides = targets.select("target", "place", "indicator", "period_end", aim_start="period_start").join(
        outcomes, left_on=["place", "indicator", "period_end"], right_on=["place", "indicator", "outcome_year"]
    )
    spans = pl.col("period_start") != pl.col("aim_start")
    first = _first_of_each_target(
        sides.filter(pl.col("outcome_report_year") > pl.col("period_end")),
        pl.col("apart").is_not_null(), spans, pl.col("outcome_report_year"), pl.col("outcome_exactness"),
        pl.col("outcome"), pl.col("transformation"),
    )  # fmt: skip
    return first.select("target", instead=other_statement(pl.col("period_end")))


def _compared(sides: pl.DataFrame, likeness: Likeness) -> pl.DataFrame:
    """Narrow target × outcome to what ranking needs; say why a pair is unlike, and how unlike the wording of one is."""
    return sides.with_columns(
        difference=difference(likeness), unlikeness=unlikeness(), declared=declared(likeness)
    ).select(MATCHED)


def _first(statements: pl.DataFrame) -> pl.DataFrame:
    """Of each target the statement that the first report makes (of several years in it, the earliest)."""
    report, *within = FIRST
    return _first_of_each_target(statements, report, pl.col("outcome_year"), *within)


def _first_of_each_target(frame: pl.DataFrame, *order: pl.Expr) -> pl.DataFrame:
    return frame.sort("target", *order).unique("target", keep="first", maintain_order=True)


def _is_to_be_reached() -> pl.Expr:
    """Whether a level is done with once it is reached, and no limit to keep."""
    by_direction = pl.col("target_bound").is_in(BY_DIRECTION)
    return (pl.col("target_bound") == "at_least") | by_direction & (pl.col("desired") == "higher")


def _deciding(
    targets: pl.DataFrame, comparable: pl.DataFrame, before_time: pl.DataFrame, rules: VerdictRules
) -> pl.DataFrame:
    """The one outcome that decides each target, where there is one; `before_time` if it was reached before its year.

    The first statement of the period itself decides, unless the level was reached, the number taken at its word, in a
    year before, and either an earlier report says so or the statement of the period does not.
    """
    judging = targets.select("target", *JUDGING)
    reached = (
        judged(before_time.join(judging, on="target"), rules)
        .filter(_is_to_be_reached() & (pl.col("verdict_strict") == "met"))
        .select(before_time.columns)
    )
    candidates = pl.concat(
        [
            _first(comparable).with_columns(before_time=pl.lit(False)),
            _first(reached).with_columns(before_time=pl.lit(True)),
        ]
    )
    # in one report the statement of the period itself goes before an earlier year's
    order = (pl.col("verdict_strict") != "met", pl.col("outcome_report_year"), pl.col("before_time"))
    both = judged(candidates.join(judging, on="target"), rules)
    return _first_of_each_target(both, *order).select(candidates.columns)


def _restated(deciding: pl.DataFrame, statements: pl.DataFrame) -> pl.DataFrame:
    """Of each deciding outcome the last report after it that states the same: target and latest_outcome_…."""
    first = deciding.select(
        "target",
        "outcome_year",
        pl.col("outcome_report_year").alias("first_report_year"),
        *(pl.col(f"outcome_{name}").alias(f"first_{name}") for name in LABELS),
    )
    same = [(pl.col(f"first_{name}") == pl.col(f"outcome_{name}")).fill_null(True) for name in LABELS]
    later = statements.join(first, on=["target", "outcome_year"]).filter(
        pl.col("outcome_report_year") > pl.col("first_report_year"), *same
    )
    report, *within = FIRST
    return _first_of_each_target(later, -report, *within).select(
        "target",
        *(pl.col(f"outcome_{name}").alias(f"latest_outcome_{name}") for name in STATED),
        latest_outcome="outcome",
    )


def _with_reports_at_hand(frame: pl.DataFrame, reports: pl.DataFrame, likeness: Likeness) -> pl.DataFrame:
    """Add next_report_at_hand, and last_report_year: of the place, NULL where no report is at hand.

    Where an area was merged or split, its successors' reports are later ones, but not the one that would have said.
    """
    at_hand = with_place(reports, likeness).select("place", pl.col("report_year").cast(pl.Int32)).unique()
    following = at_hand.select("place", pl.col("report_year") - 1, next_report_at_hand=pl.lit(True))
    merges = [
        (likeness.place(row.former), likeness.place(row.successor), row.from_year)
        for row in likeness.successions
        if row.kind != "renamed"
    ]
    heirs = pl.DataFrame(merges, {"former": pl.String, "place": pl.String, "from_year": pl.Int32}, orient="row").join(
        at_hand, on="place"
    )
    theirs = heirs.filter(pl.col("report_year") >= pl.col("from_year")).select("report_year", place="former")
    last = (
        pl.concat([at_hand, theirs.select(at_hand.columns)])
        .group_by("place")
        .agg(pl.col("report_year").max().alias("last_report_year"))
    )
    return (
        frame.join(
            following,
            left_on=["place", "period_end"],
            right_on=["place", "report_year"],
            how="left",
            maintain_order="left",
        )
        .join(last, on="place", how="left", maintain_order="left")
        .with_columns(pl.col("next_report_at_hand").fill_null(False))
    )


def _silence() -> pl.Expr:
    """The verdict where no report states the outcome in a way that can be compared."""
    return (
        pl.when(pl.col("obstacle").is_not_null())
        .then(pl.lit("incomparable"))
        .when("next_report_at_hand")
        .then(pl.lit("unreported"))
        .when(pl.col("last_report_year") > pl.col("period_end"))
        .then(pl.lit("no_report"))
        .otherwise(pl.lit("pending"))
    )
