"""What official statistics say of the things that reports aim at and tell: beside the reports' words, never among them.

Of several releases the latest on file stands beside a report: it is the final figure, as far as it is known. The first
and all others stay in core.statistics. Only like is set beside like: the same area, indicator, transformation, unit,
years and price basis. Where the text is silent on prices, growth is as the codebook's growth_basis has it and an amount
is at the prices of its year.
"""

import re
import unicodedata

import polars as pl

from pipelines import comparison
from pipelines.comparison import VerdictRules
from pipelines.numerals import DIGITS, SCALES, han_number
from pipelines.tables.mart import TARGET_OUTCOMES, TOLD_AND_FINAL

GROWTH = ("yoy", "avg_yoy", "cum_growth")
OF_SEVERAL_YEARS = ("avg_yoy", "cum_growth")  # worked out from the growth of each year
SAID = ["ref_area", "indicator", "transformation", "unit_measure", "period_start", "period_end"]
DETAILS = ["count_unit", "stage"]  # make two unlike where both say them
FIGURE = {"value": pl.Float64, "source": pl.String, "vintage": pl.Date}
HAN = f"[{''.join((*DIGITS, *SCALES))}]"
PRINTED = re.compile(
    rf"[-+−]?(?:[百千万]分之)?(?:(?P<digits>\d+)|(?P<han>{HAN}+?))(?:[.·•点](?P<part>\d+|{HAN}+))?[多余几]?(?P<scale>[十百千]?[万亿]*)[多余几]?"
)
INVISIBLE = r"[\s\u200b\ufeff]"  # line breaks and zero-width characters of a scan stand inside words
ROUNDING_ERROR = 1e-9  # a share of the figure
SHOWN_DIGITS = 12  # of what is worked out
GROUPING = re.compile(r"[,，\s\u200b\ufeff]")


def figures(sides: pl.DataFrame, statistics: pl.DataFrame, indicators: pl.DataFrame) -> pl.DataFrame:
    """The final figure of whatever was aimed at or told, where a series on file says the same thing.

    Mean and total growth over several years are worked out from the growth of each year, where one series has them all.
    Of several series that which is published as such goes before what was worked out, then that of the latest release.

    Args:
        sides: rows with a key `id` and the columns of core.observations from ref_area to aggregation.
        statistics: core.statistics.
        indicators: core.indicators.

    Returns:
        id, value (in unit_measure), source, vintage: one row for each that has a figure, by id.
    """
    wanted = sides.join(indicators.select("indicator", "growth_basis"), on="indicator").select(
        "id", *SAID, *(pl.col(name).alias(f"said_{name}") for name in DETAILS),
        # of several years only growth itself is looked for, not a level or rise in each of them
        is_plain=pl.col("aggregation").is_null() | pl.col("transformation").is_in(OF_SEVERAL_YEARS),
        basis=pl.coalesce(
            "price_basis",
            pl.when(pl.col("transformation").is_in(GROWTH))
            .then("growth_basis")
            .otherwise(pl.when(pl.col("growth_basis").is_not_null()).then(pl.lit("nominal"))),
        ),
    )  # fmt: skip
    series = statistics.filter("is_latest_vintage").select(
        "series_id", "ref_area", "indicator", "price_basis", *DETAILS, "derivation", "publisher", "title", "vintage",
        "released_on", "obs_value", stat_transformation="transformation", stat_unit="unit_measure",
        stat_start="period_start", year="period_end",
    )  # fmt: skip
    of_growth = pl.col("transformation").is_in(OF_SEVERAL_YEARS)
    same_years = (pl.col("stat_start") == pl.col("period_start")) & (pl.col("year") == pl.col("period_end"))
    one_of_them = (pl.col("stat_start") == pl.col("year")) & pl.col("year").is_between("period_start", "period_end")
    found = (
        wanted.filter("is_plain")
        .join(series, on=["ref_area", "indicator"])
        .filter(
            pl.col("basis").eq_missing(pl.col("price_basis")),
            pl.col("unit_measure") == pl.col("stat_unit"),
            *((pl.col(name) == pl.col(f"said_{name}")).fill_null(True) for name in DETAILS),
            pl.when(of_growth)
            .then((pl.col("stat_transformation") == "yoy") & one_of_them & (pl.col("obs_value") > -100))
            .otherwise((pl.col("stat_transformation") == pl.col("transformation")) & same_years),
        )
        .sort("id", "series_id", "year")
    )
    factor = (1 + pl.col("obs_value") / 100).product()
    years = pl.col("period_end").first() - pl.col("period_start").first() + 1
    kind = pl.col("transformation").first()
    is_derived = pl.col("derivation").is_not_null().any()
    multiplied = pl.format(
        "growth of each year {} to {}{} multiplied",
        pl.col("period_start").first(),
        pl.col("period_end").first(),
        pl.when(is_derived).then(pl.lit(", derived from levels,")).otherwise(pl.lit("")),
    )
    worked_out = pl.when(kind.is_in(OF_SEVERAL_YEARS)).then(multiplied).otherwise(pl.col("derivation").first())
    by_series = (
        found.group_by("id", "series_id", maintain_order=True)
        .agg(
            pl.when(kind == "cum_growth")
            .then(((factor - 1) * 100).round_sig_figs(SHOWN_DIGITS))
            .when(kind == "avg_yoy")
            .then(((factor.pow(1 / years) - 1) * 100).round_sig_figs(SHOWN_DIGITS))
            .otherwise(pl.col("obs_value").first())
            .alias("value"),
            pl.format("{}: {} ({})", pl.col("publisher").first(), pl.col("title").first(), pl.col("series_id").first())
            .alias("series"),
            worked_out.alias("worked_out"),
            is_derived.alias("is_derived"),
            pl.col("released_on").is_not_null().all().alias("is_dated"),
            pl.col("vintage").max().alias("vintage"),
            (pl.len() == pl.when(kind.is_in(OF_SEVERAL_YEARS)).then(years).otherwise(1)).alias("is_whole"),
        )
        .filter("is_whole")
    )  # fmt: skip
    return (
        by_series.sort(
            "id", "is_derived", "is_dated", "vintage", "series_id", descending=[False, False, True, True, False]
        )
        .unique("id", keep="first", maintain_order=True)
        .select(
            "id",
            "value",
            pl.concat_str("series", "worked_out", separator="; ", ignore_nulls=True).alias("source"),
            "vintage",
        )
    )


def beside(
    target_outcomes: pl.DataFrame,
    observations: pl.DataFrame,
    statistics: pl.DataFrame,
    indicators: pl.DataFrame,
    rules: VerdictRules,
) -> pl.DataFrame:
    """Fill the columns statistics_… of mart.target_outcomes; nothing else of it is changed.

    Args:
        target_outcomes: mart.target_outcomes.
        observations: core.observations, that it was made from.
        statistics: core.statistics.
        indicators: core.indicators.
        rules: the rules of the day, the same that judge what reports say.

    Returns:
        mart.target_outcomes, the rows in their order.
    """
    found = figures(target_outcomes.rename({"target_id": "id"}), statistics, indicators).rename(
        {"id": "target_id"} | {name: f"statistics_{name}" for name in FIGURE}
    )
    # what decides may be told of another year (a level reached before its time) or be declared to stand for the same
    same = ["ref_area", "indicator", "period_start", "period_end"]
    told = observations.select(outcome_id="observation_id", **{f"told_{name}": name for name in same})
    is_same = pl.all_horizontal(pl.col(f"told_{name}") == pl.col(name) for name in same)
    filled = (
        target_outcomes.drop(f"statistics_{name}" for name in (*FIGURE, "verdict", "difference"))
        .join(found, on="target_id")
        .join(told, on="outcome_id", how="left")
        .with_columns(pl.when(is_same).then(difference("statistics_value", "outcome")).alias("statistics_difference"))
    )
    filled = filled.with_columns(judged(filled, rules))
    names = [name for name in TARGET_OUTCOMES.polars_schema if name.startswith("statistics_")]
    return (
        target_outcomes.drop(names)
        .join(filled.select("target_id", *names), on="target_id", how="left", maintain_order="left")
        .select(pl.col(name).cast(type_) for name, type_ in TARGET_OUTCOMES.polars_schema.items())
    )


def judged(frame: pl.DataFrame, rules: VerdictRules) -> pl.Series:
    """statistics_verdict of rows of mart.target_outcomes, from their own columns; NULL where they have no figure."""
    figure = frame.with_columns(
        pl.lit("exact").alias("outcome_bound"),
        pl.col("statistics_value").alias("outcome_value"),
        pl.lit(None, pl.Float64).alias("outcome_value_high"),
        pl.lit("").alias("outcome_evidence"),
    )
    return figure.select(comparison.verdict(rules, tolerant=True).alias("statistics_verdict")).to_series()


def difference(figure: str, side: str) -> pl.Expr:
    """The column `figure` − a value or range; from the nearer end of a range, 0 inside it."""
    ends = (f"{side}_value", f"{side}_value_high")
    found = pl.col(figure) - pl.col(figure).clip(pl.min_horizontal(ends), pl.max_horizontal(ends))
    is_noise = found.abs() <= ROUNDING_ERROR * pl.col(figure).abs()
    return pl.when(is_noise).then(0.0).otherwise(found.round_sig_figs(SHOWN_DIGITS))


# ---------------------------------------------------------------------------------------------------------------------
# Whatever reports tell


def told_and_final(
    observations: pl.DataFrame,
    statements: pl.LazyFrame,
    statistics: pl.DataFrame,
    indicators: pl.DataFrame,
    areas: pl.DataFrame,
    rules: VerdictRules,
) -> pl.DataFrame:
    """The table mart.told_and_final: each outcome of a report beside the final figure, where one is on file.

    Args:
        observations: core.observations.
        statements: core.statements, the largest table: only the surfaces that are wanted are read.
        statistics: core.statistics.
        indicators: core.indicators.
        areas: core.areas.
        rules: for what 左右 gives.

    Returns:
        The columns of TOLD_AND_FINAL, in the table's order.
    """
    outcomes = observations.filter(pl.col("kind") == "outcome").rename(
        {
            "bound": "told_bound",
            "obs_value": "told_value",
            "obs_value_high": "told_value_high",
            "evidence": "told_evidence",
        }
    )
    found = figures(outcomes.rename({"observation_id": "id"}), statistics, indicators).rename(
        {"id": "observation_id"} | {name: f"final_{name}" for name in FIGURE}
    )
    told = (
        outcomes.join(found, on="observation_id")
        .join(indicators.select("indicator", indicator_name_zh="name_zh"), on="indicator")
        .join(areas.select("ref_area", area_name="name_zh"), on="ref_area")
    )
    surfaces = (
        statements.filter(pl.col("ref_area").is_in(told["ref_area"].unique().to_list()))
        .select("statement_id", "surface")
        .join(told.lazy().select("statement_id"), on="statement_id", how="semi")
        .collect(engine="streaming")
    )
    told = told.join(surfaces, on="statement_id", how="left")
    printed = told.select("surface", "told_value", "told_bound").iter_rows()
    steps = [None if bound == "range" else printed_step(surface, value) for surface, value, bound in printed]
    told = told.with_columns(
        pl.Series("printed_step", steps, pl.Float64), difference("final_value", "told").alias("difference")
    )
    return (
        told.with_columns(still_holds(told, rules))
        .sort(TOLD_AND_FINAL.order)
        .select(pl.col(name).cast(type_) for name, type_ in TOLD_AND_FINAL.polars_schema.items())
    )


def still_holds(told: pl.DataFrame, rules: VerdictRules) -> pl.Series:
    """Whether what was told can be said of the final figure: judged as a target that is aimed at from both sides."""
    words = pl.col("told_evidence").str.replace_all(INVISIBLE, "")
    # 涨幅控制在 3.3% tells what came, as it does in the verdicts
    is_value = words.str.contains_any(list(rules.read_as_value)) & ~words.str.contains_any(list(rules.unless))
    told_as_value = (pl.col("told_bound") == "at_most") & is_value
    sides = told.with_columns(pl.when(told_as_value).then(pl.lit("exact")).otherwise("told_bound").alias("told_bound"))
    sides = sides.with_columns(
        desired=pl.lit("neutral"),
        outcome_bound=pl.lit("exact"),
        outcome_value="final_value",
        outcome_value_high=pl.lit(None, pl.Float64),
        outcome_evidence=pl.lit(""),
        **{f"target_{name}": f"told_{name}" for name in ("bound", "value", "value_high")},
    ).with_columns(comparison.tolerance(rules))
    rounding = pl.col("printed_step").fill_null(0.0) / 2
    room = pl.when(pl.col("target_bound") == "about").then(pl.max_horizontal("tolerance", rounding)).otherwise(rounding)
    holds = comparison.verdict(rules, tolerant=True) == "met"
    is_place = (pl.col("transformation") == "rank") & (pl.col("target_bound") == "exact")
    return (
        sides.with_columns(room.alias("tolerance"))
        .select(pl.when(is_place).then(pl.col("difference") == 0).otherwise(holds).alias("still_holds"))
        .to_series()
    )


def printed_step(surface: str | None, value: float) -> float | None:
    """What one of the last printed digit is worth: 0.1 for 7.4 %, 1e10 for 13.65 万亿; None where it cannot be told.

    Args:
        surface: the numeral as printed.
        value: what it was read as, in whole units; tells the factor of its unit.
    """
    match = PRINTED.fullmatch(GROUPING.sub("", unicodedata.normalize("NFKC", surface or "")))
    if not match:
        return None
    part = "".join(str(DIGITS.get(character, character)) for character in match["part"] or "")
    whole = float(match["digits"]) if match["digits"] else han_number(match["han"])
    base = whole + (float(f"0.{part}") if part.isdecimal() else 0.0)
    return float(f"{abs(value) / base / 10 ** len(part):.12g}") if base else None
