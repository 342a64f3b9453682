"""The rule in words: what stands in verdict_rule."""

import polars as pl

from pipelines.comparison.rules import VerdictRules
from pipelines.comparison.verdict import SHOWN_DIGITS, ends, has_tolerance, is_rank, read_as_value


def decision(rules: VerdictRules) -> pl.Expr:
    """Name what decided: “v1 higher: about 7.5 ± 0.25, outcome 7.4”."""
    undecided, strictly_undecided = (pl.col(name) == "incomparable" for name in ("verdict", "verdict_strict"))
    by_itself = pl.col("target_bound").is_in(["at_least", "at_most"])
    return pl.concat_str(
        pl.lit(f"v{rules.version} "),
        _where(undecided, pl.lit("bounds cannot decide: ")),
        pl.when(is_rank())
        .then(pl.lit("rank or better: "))
        .when(by_itself)
        .then(pl.lit(""))
        .otherwise(pl.format("{}: ", "desired")),
        _where(ends("target")[1] < 0, pl.lit("fall ")),
        _shown("target"),
        _where(has_tolerance() & ~is_rank(), pl.format(" ± {}", _digits(pl.col("tolerance")))),
        pl.lit(", outcome "),
        _shown("outcome"),
        _where(read_as_value(rules), pl.lit(" read as the value")),
        _where(strictly_undecided & ~undecided, pl.lit(", strictly undecided")),
        _where(pl.col("before_time"), pl.format(", reached in {}", "outcome_year")),
        _where(pl.col("outcome_declared").is_not_null(), pl.format(", declared the same: {}", "outcome_declared")),
        _where(
            pl.col("latest_verdict") != pl.col("verdict"),
            pl.format(
                "; restated as {} in report {}: {}",
                _shown("latest_outcome"), "latest_outcome_report_year", "latest_verdict",
            ),
        ),
    )  # fmt: skip


def silence(rules: VerdictRules) -> pl.Expr:
    """Name why there is no outcome: “v1 report 2016 is at hand; neither it nor a later one states the outcome”."""
    next_year = pl.col("period_end") + 1
    instead = _where(pl.col("instead").is_not_null(), pl.format(", but {}", "instead"))
    silent = (
        pl.when(pl.col("verdict") == "incomparable")
        .then("obstacle")
        .when(pl.col("verdict") == "unreported")
        .then(pl.format("report {} is at hand; neither it nor a later one states the outcome{}", next_year, instead))
        .when(pl.col("verdict") == "no_report")
        .then(pl.format("report {} is not at hand; no later one states the outcome{}", next_year, instead))
        .otherwise(pl.format("no report from after {} is at hand", "period_end"))
    )
    return pl.concat_str(pl.lit(f"v{rules.version} "), silent)


def other_statement(end: pl.Expr) -> pl.Expr:
    """Another statement in words: “avg_yoy 12.2 of 2008 to 2012 (report 2013)”; of another indicator with its name."""
    start = pl.col("period_start")
    years = pl.when(start < end).then(pl.format("{} to {}", start, end)).otherwise(end.cast(pl.String))
    of_another = _where(pl.col("apart").is_not_null(), pl.format("{} ", "apart"))
    said = pl.format("{} {} of {} (report {})", "transformation", _shown("outcome"), years, "outcome_report_year")
    return pl.concat_str(of_another, said)


def _where(condition: pl.Expr, words: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(words).otherwise(pl.lit(""))


def _shown(side: str) -> pl.Expr:
    """A value with its bound: 7.4, about 7.4, 6 to 6.5."""
    low, high = ends(side)
    bound = pl.col(f"{side}_bound")
    return (
        pl.when(bound == "range")
        .then(pl.format("{} to {}", _digits(low), _digits(high)))
        .when(bound == "exact")
        .then(_digits(low))
        .otherwise(pl.format("{} {}", bound, _digits(low)))
    )


def _digits(number: pl.Expr) -> pl.Expr:
    return number.round_sig_figs(SHOWN_DIGITS).cast(pl.String).str.strip_suffix(".0")
