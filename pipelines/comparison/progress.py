"""Targets of several years on their way: where they started, how far they are, and which pace is still needed.

Such a target goes one of these ways (`way`), and each has its own arithmetic:

- `level`: a level to be reached in a year after the report's (到 2030 年). It starts from the level of the year before
  the report's.
- `change`: a rise or fall over the years. It starts from 0; what has come is the sum of the yearly changes, or the
  level of a year less that of the year before the first.
- `total`: what comes in each year, added up. It starts from 0.
- `mean`: a yearly mean of such values.
- `growth`: a mean yearly growth, or the growth over all the years; yearly growth is compounded.
- `each_year`: what every year must reach.
"""

import polars as pl

from pipelines.comparison.likeness import COMPARED, FIRST, Likeness, difference, unlikeness
from pipelines.comparison.verdict import SHOWN_DIGITS, wanted
from pipelines.tables.mart import PROGRESS_BASES

YEARLY = {"avg_yoy": "yoy", "cum_growth": "yoy"}  # what one year of such a target is stated as
PLACE = ["place", "indicator"]
PROGRESS = [
    "baseline_value", "baseline_year", "baseline_report_year", "progress_value", "progress_year", "progress_years",
    "progress_basis",
]  # fmt: skip
PACE = ["progress_share", "pace_so_far", "pace_needed", "pace_needed_is"]


def way() -> pl.Expr:
    """Which way a target goes, from its own columns; NULL where its verdict says all."""
    several = pl.col("period_start") < pl.col("period_end")
    ahead = ~several & (pl.col("period_end") > pl.col("target_report_year"))
    is_value = pl.col("transformation").is_in(["level", "change"])
    aggregation = pl.col("aggregation")
    return (
        pl.when(ahead & (pl.col("transformation") == "level") & aggregation.is_null())
        .then(pl.lit("level"))
        .when(several & (aggregation == "each_year"))
        .then(pl.lit("each_year"))
        .when(several & is_value & (aggregation == "mean"))
        .then(pl.lit("mean"))
        .when(several & (pl.col("transformation") == "change"))
        .then(pl.lit("change"))
        .when(several & is_value & (aggregation == "total"))
        .then(pl.lit("total"))
        .when(several & pl.col("transformation").is_in(list(YEARLY)))
        .then(pl.lit("growth"))
    )


# ---------------------------------------------------------------------------------------------------------------------
# What is stated on the way


def progress(targets: pl.DataFrame, outcomes: pl.DataFrame, likeness: Likeness) -> pl.DataFrame:
    """How far the targets of several years are, by what reports state first of each year.

    Args:
        targets: the narrow frame of `matching`, one row a target.
        outcomes: the narrow frame of `matching`, those that may be compared.
        likeness: what people declared.

    Returns:
        target and the columns PROGRESS, one row for each target of which something is stated. Bounds are left aside:
        超过 1000 万 counts as 1000 万.
    """
    aims = targets.with_columns(way=way()).filter(pl.col("way").is_not_null())
    outcomes = outcomes.join(aims.select(PLACE).unique(), on=PLACE, how="semi")
    levels = _levels(aims, outcomes, likeness)
    baselines = levels.filter(pl.col("outcome_year") == pl.col("starts")).select(
        "target",
        baseline_value="outcome_value",
        baseline_year="outcome_year",
        baseline_report_year="outcome_report_year",
    )
    found = pl.concat(
        [
            _reached_levels(levels, baselines),
            _stated_so_far(aims, outcomes, likeness),
            _years_together(aims, outcomes, likeness),
        ]
    )
    ranks = {basis: rank for rank, basis in enumerate(PROGRESS_BASES)}
    rank = pl.col("progress_basis").replace_strict(ranks, return_dtype=pl.Int8)
    gaps = pl.col("progress_years") < pl.col("progress_year") - pl.col("period_start") + 1
    best = found.sort("target", gaps.fill_null(False), -pl.col("progress_year"), rank).unique(
        "target", keep="first", maintain_order=True
    )
    return baselines.join(best, on="target", how="full", coalesce=True).select("target", *PROGRESS)


def _levels(aims: pl.DataFrame, outcomes: pl.DataFrame, likeness: Likeness) -> pl.DataFrame:
    """Target × level of a year, from the one that it starts from to its last; of each the first statement."""
    starts = pl.when(way() == "level").then(pl.col("target_report_year") - 1).otherwise(pl.col("period_start") - 1)
    by_level = aims.filter(pl.col("way").is_in(["level", "change"])).with_columns(
        starts=starts,
        # points of a rate are added to a level in percent
        unit_measure=pl.col("unit_measure").replace({"PERCENTAGE_POINT": "PERCENT"}),
    )
    stated = outcomes.filter(
        pl.col("transformation") == "level",
        pl.col("period_start") == pl.col("outcome_year"),
        pl.col("outcome_aggregation").is_null(),
    ).drop("period_start", "transformation")
    sides = by_level.join(stated, on=PLACE).filter(pl.col("outcome_year").is_between("starts", "period_end"))
    return _first_of_each_year(sides, likeness)


def _reached_levels(levels: pl.DataFrame, baselines: pl.DataFrame) -> pl.DataFrame:
    """The last level on the way; of a change, less the one that it starts from."""
    later = levels.filter(pl.col("outcome_year") > pl.col("starts")).join(baselines, on="target", how="left")
    is_level = pl.col("way") == "level"
    value = pl.when(is_level).then("outcome_value").otherwise(pl.col("outcome_value") - pl.col("baseline_value"))
    basis = pl.when(is_level).then(pl.lit("level")).otherwise(pl.lit("levels"))
    return _shaped(later, value, pl.lit(None, pl.Int32), basis).filter(pl.col("progress_value").is_not_null())


def _stated_so_far(aims: pl.DataFrame, outcomes: pl.DataFrame, likeness: Likeness) -> pl.DataFrame:
    """What is stated of the first years together: 前四年累计, 四年年均."""
    sides = aims.filter(~pl.col("way").is_in(["level", "each_year"])).join(
        outcomes.filter(pl.col("period_start") < pl.col("outcome_year")),
        on=[*PLACE, "transformation", "period_start"],
    )
    found = _first_of_each_year(sides.filter(pl.col("outcome_year") <= pl.col("period_end")), likeness, *COMPARED)
    years = pl.col("outcome_year") - pl.col("period_start") + 1
    return _shaped(found, pl.col("outcome_value"), years, pl.lit("total_stated"))


def _years_together(aims: pl.DataFrame, outcomes: pl.DataFrame, likeness: Likeness) -> pl.DataFrame:
    """The yearly values that are stated, added up or their mean; a growth over the years only where none is missing."""
    yearly = outcomes.filter(pl.col("period_start") == pl.col("outcome_year")).drop("period_start")
    sides = (
        aims.filter(pl.col("way") != "level")
        .with_columns(pl.col("transformation").replace(YEARLY).alias("yearly"))
        .join(yearly, left_on=[*PLACE, "yearly"], right_on=[*PLACE, "transformation"])
    )
    years = _first_of_each_year(
        sides.filter(pl.col("outcome_year").is_between("period_start", "period_end")), likeness
    ).with_columns(compounded=(pl.col("outcome_value") / 100 + 1).log())
    by_target = years.group_by("target", "way", "transformation", "period_start", maintain_order=True)
    together = by_target.agg(
        pl.col("outcome_year").max(),
        pl.len().cast(pl.Int32).alias("years"),
        pl.col("outcome_value").sum().alias("total"),
        pl.col("outcome_value").mean().alias("mean"),
        pl.col("compounded").sum(),
    )
    is_growth = pl.col("transformation").is_in(["avg_yoy", "yoy"])
    over_all = pl.col("transformation") == "cum_growth"
    is_mean = is_growth | pl.col("way").is_in(["mean", "each_year"])
    value = (
        pl.when(over_all)
        .then((pl.col("compounded").exp() - 1) * 100)
        .when(is_growth)
        .then(((pl.col("compounded") / pl.col("years")).exp() - 1) * 100)
        .when(is_mean)
        .then("mean")
        .otherwise("total")
    )
    basis = pl.when(is_mean).then(pl.lit("mean_of_years")).otherwise(pl.lit("sum_of_years"))
    none_missing = pl.col("years") == pl.col("outcome_year") - pl.col("period_start") + 1
    return _shaped(together.filter(~over_all | none_missing), value, pl.col("years"), basis)


def _first_of_each_year(sides: pl.DataFrame, likeness: Likeness, *columns: str) -> pl.DataFrame:
    """Of target × outcome those that are alike, and of each year the first statement."""
    columns = columns or tuple(column for column in COMPARED if column != "aggregation")
    return (
        sides.filter(pl.col("outcome_report_year") > pl.col("outcome_year"))
        .filter(difference(likeness, columns).is_null())
        .with_columns(unlikeness=unlikeness())
        .sort("target", "outcome_year", *FIRST)
        .unique(["target", "outcome_year"], keep="first", maintain_order=True)
    )


def _shaped(found: pl.DataFrame, value: pl.Expr, years: pl.Expr, basis: pl.Expr) -> pl.DataFrame:
    return found.select(
        "target",
        "period_start",
        progress_value=value.round_sig_figs(SHOWN_DIGITS),
        progress_year="outcome_year",
        progress_years=years.cast(pl.Int32),
        progress_basis=basis,
    )


# ---------------------------------------------------------------------------------------------------------------------
# What follows from the row itself


def with_paces(frame: pl.DataFrame) -> pl.DataFrame:
    """Add PACE to rows of `mart.target_outcomes`, from their own columns.

    - progress_share: how much of the way from the start to the target lies behind; 1 is there. NULL where the start
      meets the target already (a limit has no way to go), or a year in between is not stated.
    - pace_so_far: what came in a year, in the mean, in unit_measure a year; of growth, percent a year.
    - pace_needed: what each year that is left must bring, likewise; 0 once the target is reached, NULL where no year is
      left.
    - pace_needed_is: whether that is `below`, `equal` to or `above` the pace so far, towards the target.
    """
    meets_from, meets_to = wanted()
    goes_by_level = pl.col("way") == "level"
    frame = frame.with_columns(
        way=way(), start=pl.when(way() == "level").then("baseline_value").otherwise(0.0), low=meets_from, high=meets_to
    ).with_columns(
        # the end of the target that is met first
        aim=pl.when(pl.col("start") < pl.col("low")).then("low").when(pl.col("start") > pl.col("high")).then("high"),
        years=pl.col("period_end") - pl.when(goes_by_level).then("baseline_year").otherwise(pl.col("period_start") - 1),
        left=pl.col("period_end") - pl.col("progress_year"),
    )
    behind = pl.col("years") - pl.col("left")  # the years behind
    whole = ~(pl.col("progress_years") < behind).fill_null(False)
    value, start, aim = pl.col("progress_value"), pl.col("start"), pl.col("aim")
    is_mean = (pl.col("way") == "mean") | (pl.col("transformation") == "avg_yoy")
    grows = pl.col("way") == "growth"
    # all in what can be added up: growth as logarithms, means times their years
    came, needed = (pl.when(grows).then((number / 100 + 1).log()).otherwise(number - start) for number in (value, aim))
    came = pl.when(is_mean).then(came * behind).otherwise(came)
    needed = pl.when(is_mean).then(needed * pl.col("years")).otherwise(needed)
    every_year = pl.col("way") == "each_year"
    stated_years = pl.coalesce("progress_years", behind)

    def by_year(number: pl.Expr) -> pl.Expr:
        return pl.when(grows).then((number.exp() - 1) * 100).otherwise(number)

    frame = frame.with_columns(progress_share=_number(pl.when(whole & ~every_year).then(came / needed)))
    share = pl.col("progress_share")
    so_far = pl.when(every_year | is_mean).then(value).otherwise(by_year(came / stated_years))
    missing = pl.when(share < 1).then(needed - came).otherwise(0.0)
    still = (
        pl.when(pl.col("left") <= 0)
        .then(None)
        .when(every_year)
        .then(aim)
        .when(share.is_not_null())
        .then(by_year(missing / pl.col("left")))
    )
    frame = frame.with_columns(pace_so_far=_number(so_far), pace_needed=_number(still))
    ahead = (pl.col("pace_needed") - pl.col("pace_so_far")) * (aim - start).sign()
    room = pl.col("pace_so_far").abs() * 10.0 ** (2 - SHOWN_DIGITS)
    return frame.with_columns(
        pace_needed_is=pl.when(ahead.abs() <= room)
        .then(pl.lit("equal"))
        .when(ahead > 0)
        .then(pl.lit("above"))
        .when(ahead < 0)
        .then(pl.lit("below"))
    ).drop("way", "start", "low", "high", "aim", "years", "left")


def _number(expression: pl.Expr) -> pl.Expr:
    """Of the digits that are shown; NULL where no number came out."""
    return pl.when(expression.is_finite()).then(expression.round_sig_figs(SHOWN_DIGITS))
