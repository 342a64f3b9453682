"""The verdict: one expression over the columns of `mart.target_outcomes`.

Where a function takes a `side`, it reads the columns `<side>_bound`, `<side>_value`, `<side>_value_high`: `target`,
`outcome`, or `latest_outcome`.
"""

import re

import polars as pl

from pipelines.comparison.rules import VerdictRules

INVISIBLE = r"[\s\u200b\ufeff]*"  # line breaks and zero-width characters of a scan stand inside words
ROUNDING_ERROR = 1e-9  # a share of the value: 7.5 − 0.1 is 7.4 whatever the last bit says
SHOWN_DIGITS = 12
BY_DIRECTION = ["exact", "about", "range"]  # bounds of a target that leave it to `desired` which side is the better


def tolerance(rules: VerdictRules) -> pl.Expr:
    """What 左右 gives on each side of the target, in unit_measure."""
    fixed = pl.col("unit_measure").replace_strict(dict(rules.absolute), default=None, return_dtype=pl.Float64)
    return pl.coalesce(fixed, rules.relative * size("target")).alias("tolerance")


def verdict(rules: VerdictRules, *, tolerant: bool, side: str = "outcome") -> pl.Expr:
    """`met`, `missed`, or `incomparable` where the bounds cannot decide; NULL where no outcome is stated.

    The target is the interval of values that meet it, the outcome the interval of values that it may stand for. It is
    met when the outcome lies inside, missed when it lies wholly outside, and undecided else.

    Args:
        rules: the rules of the day.
        tolerant: whether 左右 (and a neutral target) has its tolerance; it is read in the column `tolerance`.
        side: whose value is judged; `<side>_evidence` is read too, for an at_most that is the figure itself.
    """
    give = pl.when(has_tolerance()).then("tolerance").otherwise(0.0) if tolerant else pl.lit(0.0)
    give += ROUNDING_ERROR * size("target")
    low, high = wanted()
    meets_from, meets_to = low - give, high + give

    stated_bound = pl.when(read_as_value(rules, side)).then(pl.lit("exact")).otherwise(f"{side}_bound")
    stated_from, stated_to = interval(side, *open_ends(side, stated_bound))

    return (
        pl.when(pl.col(f"{side}_value").is_null())
        .then(None)
        .when((stated_from >= meets_from) & (stated_to <= meets_to))
        .then(pl.lit("met"))
        .when((stated_to < meets_from) | (stated_from > meets_to))
        .then(pl.lit("missed"))
        .otherwise(pl.lit("incomparable"))
    )


def wanted() -> tuple[pl.Expr, pl.Expr]:
    """The interval of values that meet the target at its word: its lower and upper end, infinite where it is open."""
    desired = pl.col("desired")
    open_below, open_above = open_ends("target", pl.col("target_bound"))
    by_direction = pl.col("target_bound").is_in(BY_DIRECTION) & ~is_rank()
    open_below |= by_direction & desired.is_in(["lower", "control"]) | is_rank()  # a better place is a smaller one
    open_above |= by_direction & (desired == "higher")
    return interval("target", open_below, open_above)


def judged(frame: pl.DataFrame, rules: VerdictRules) -> pl.DataFrame:
    """Add what the outcome in the row decides: tolerance, gap, verdict_strict, verdict (NULL without an outcome)."""
    given = frame.lazy().with_columns(tolerance(rules))  # lazily, what the verdicts have in common is found once
    return given.with_columns(
        gap().alias("gap"),
        verdict(rules, tolerant=False).alias("verdict_strict"),
        verdict(rules, tolerant=True).alias("verdict"),
    ).collect()


def gap() -> pl.Expr:
    """Outcome − target, from the nearer end of a range; 0 where ranges touch. In unit_measure."""
    target_low, target_high = ends("target")
    low, high = ends("outcome")
    distance = pl.when(high < target_low).then(high - target_low).when(low > target_high).then(low - target_high)
    return pl.when(pl.col("outcome_value").is_not_null()).then(distance.otherwise(0.0).round_sig_figs(SHOWN_DIGITS))


def ends(side: str) -> tuple[pl.Expr, pl.Expr]:
    """The lower and the higher number of a value or range; a range of falls may be written either way round."""
    numbers = (f"{side}_value", f"{side}_value_high")
    return pl.min_horizontal(numbers), pl.max_horizontal(numbers)


def size(side: str) -> pl.Expr:
    """The larger of the ends, without its sign."""
    low, high = ends(side)
    return pl.max_horizontal(low.abs(), high.abs())


def has_tolerance() -> pl.Expr:
    """左右 has it; so has the bare number of a neutral indicator, which is aimed at from both sides."""
    bound = pl.col("target_bound")
    return (bound == "about") | (bound == "exact") & (pl.col("desired") == "neutral")


def is_rank() -> pl.Expr:
    """Whether the values are places in an order."""
    return pl.col("transformation") == "rank"


def open_ends(side: str, bound: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Whether at_least or at_most leaves the lower and the upper end open.

    Of a fall (a negative value) they speak of its size: at_least −3.9 is −3.9 or less. Of a rank either word
    (前十, 保持在前十以内) means that place or a better one.
    """
    is_fall = ends(side)[1] < 0
    bounded = bound.is_in(["at_least", "at_most"])
    downwards = pl.when(bound == "at_least").then(is_fall).otherwise(~is_fall) | is_rank()
    return bounded & downwards, bounded & ~downwards


def interval(side: str, open_below: pl.Expr, open_above: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The ends of a side, infinite where they are open."""
    low, high = ends(side)
    return (
        pl.when(open_below).then(float("-inf")).otherwise(low),
        pl.when(open_above).then(float("inf")).otherwise(high),
    )


def read_as_value(rules: VerdictRules, side: str = "outcome") -> pl.Expr:
    """Whether an at_most outcome is the figure itself: 涨幅控制在 3.3% tells what came, with no 以内 beside it."""
    words = pl.col(f"{side}_evidence")
    reads = holds(words, rules.read_as_value) & ~holds(words, rules.unless)
    return ((pl.col(f"{side}_bound") == "at_most") & reads).fill_null(False)


def holds(text: pl.Expr, words: tuple[str, ...]) -> pl.Expr:
    """Whether a text holds one of the words, whatever blanks a scan put into it."""
    patterns = [INVISIBLE.join(re.escape(character) for character in word) for word in words]
    return text.str.contains("|".join(patterns)) if patterns else pl.lit(False)
