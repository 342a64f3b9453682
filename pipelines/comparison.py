"""Targets beside the outcomes that later reports state: which outcome belongs to a target, and what it decides.

Pure functions over frames. Matching is joins; the verdict is one expression over the columns of
`mart.target_outcomes` (`verdict`), so that each published row can be judged again from what stands in it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines.seeds import SEEDS, SeedError
from pipelines.tables import UNITS
from pipelines.tables.mart import TARGET_OUTCOMES

THING = ["ref_area", "indicator", "transformation"]  # what a value is of, the period apart
LABELS = {"price_basis": "price basis", "count_unit": "measure word", "stage": "stage", "aggregation": "aggregation"}
EXACTNESS = {"exact": 0, "about": 1, "range": 2, "at_least": 3, "at_most": 3}
# Of the statements of one outcome: the first report, in it the more exact, then the same wording, then as printed.
WITHIN_REPORT = ["exactness", "unlikeness", "outcome_char_start", "outcome_char_end", "outcome_id"]
OUTCOME = [
    "outcome_id",
    "outcome_report_year",
    "outcome_bound",
    "outcome_value",
    "outcome_value_high",
    "outcome_evidence",
]
INVISIBLE = r"[\s\u200b\ufeff]"  # line breaks and zero-width characters of a scan stand inside words
ROUNDING_ERROR = 1e-9  # a share of the value: 7.5 − 0.1 is 7.4 whatever the last bit says
SHOWN_DIGITS = 12


@dataclass(frozen=True)
class VerdictRules:
    """What a user can set of the verdicts; see `seeds/verdict_rules.yaml`.

    Attributes:
        version: named in each verdict_rule.
        absolute: unit_measure → what 左右 gives on each side, in that unit.
        relative: what it gives in every other unit, as a share of the target (0.02 is 2 %).
        read_as_value: words by which an at_most outcome is the figure itself (控制在).
        unless: bound words beside which it is not (以内).
    """

    version: str
    absolute: Mapping[str, float]
    relative: float
    read_as_value: tuple[str, ...]
    unless: tuple[str, ...]


def load_rules(path: Path = SEEDS / "verdict_rules.yaml") -> VerdictRules:
    """Read and check the rules file.

    Raises:
        SeedError: it is not YAML, or a key is missing, unknown or holds what it must not; names file and key.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SeedError(f"{path}: not readable as YAML in UTF-8: {error}") from error
    top = _section(path, "", content, "version", "about", "outcome_read_as_value")
    about = _section(path, "about", top["about"], "absolute", "relative")
    words = _section(path, "outcome_read_as_value", top["outcome_read_as_value"], "words", "unless")
    version = top["version"]
    if not isinstance(version, str) or not version.strip():
        raise SeedError(f'{path}: version is {version!r}; it must be a text in quotes, such as "2"')
    if not isinstance(about["absolute"], dict):
        raise SeedError(f"{path}: about.absolute is {about['absolute']!r}; it must map units to numbers")
    for unit in about["absolute"]:
        if unit not in UNITS:
            raise SeedError(f"{path}: about.absolute.{unit} is no unit; units are {', '.join(UNITS)}")
    return VerdictRules(
        version=version.strip(),
        absolute={unit: _width(path, f"about.absolute.{unit}", width) for unit, width in about["absolute"].items()},
        relative=_width(path, "about.relative", about["relative"]),
        read_as_value=_words(path, "outcome_read_as_value.words", words["words"]),
        unless=_words(path, "outcome_read_as_value.unless", words["unless"]),
    )


def _section(path: Path, key: str, content: Any, *names: str) -> dict[str, Any]:
    """The mapping at a key of the rules file, with exactly these names."""
    if not isinstance(content, dict):
        raise SeedError(f"{path}: {key or 'the file'} must hold the keys {', '.join(names)}")
    prefix = f"{key}." if key else ""
    for name in names:
        if name not in content:
            raise SeedError(f"{path}: {prefix}{name} is missing")
    for name in content:
        if name not in names:
            raise SeedError(f"{path}: {prefix}{name} is unknown; the keys here are {', '.join(names)}")
    return content


def _width(path: Path, key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise SeedError(f"{path}: {key} is {value!r}; it must be a number from 0")
    return float(value)


def _words(path: Path, key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise SeedError(f"{path}: {key} is {value!r}; it must be a list of words")
    return tuple(value)


# ---------------------------------------------------------------------------------------------------------------------
# The verdict


def tolerance(rules: VerdictRules) -> pl.Expr:
    """What 左右 gives on each side of the target, in unit_measure."""
    fixed = pl.col("unit_measure").replace_strict(dict(rules.absolute), default=None, return_dtype=pl.Float64)
    return pl.coalesce(fixed, rules.relative * _size("target")).alias("tolerance")


def verdict(rules: VerdictRules, *, tolerant: bool) -> pl.Expr:
    """`met`, `missed`, or `incomparable` where the bounds cannot decide; NULL where no outcome is stated.

    The target is the interval of values that meet it, the outcome the interval of values that it may stand for. It is
    met when the outcome lies inside, missed when it lies wholly outside, and undecided else.

    Args:
        rules: the rules of the day.
        tolerant: whether 左右 (and a neutral target) has its tolerance.
    """
    desired = pl.col("desired")
    open_below, open_above = _open_ends("target", pl.col("target_bound"))
    by_direction = pl.col("target_bound").is_in(["exact", "about", "range"]) & ~_is_rank()
    open_below |= by_direction & desired.is_in(["lower", "control"]) | _is_rank()  # a better place is a smaller one
    open_above |= by_direction & (desired == "higher")
    give = pl.when(_has_tolerance()).then("tolerance").otherwise(0.0) if tolerant else pl.lit(0.0)
    give += ROUNDING_ERROR * _size("target")
    low, high = _interval("target", open_below, open_above)
    meets_from, meets_to = low - give, high + give

    stated_bound = pl.when(_read_as_value(rules)).then(pl.lit("exact")).otherwise("outcome_bound")
    stated_from, stated_to = _interval("outcome", *_open_ends("outcome", stated_bound))

    return (
        pl.when(pl.col("outcome_value").is_null())
        .then(None)
        .when((stated_from >= meets_from) & (stated_to <= meets_to))
        .then(pl.lit("met"))
        .when((stated_to < meets_from) | (stated_from > meets_to))
        .then(pl.lit("missed"))
        .otherwise(pl.lit("incomparable"))
    )


def gap() -> pl.Expr:
    """Outcome − target, from the nearer end of a range; 0 where ranges touch. In unit_measure."""
    target_low, target_high = _ends("target")
    low, high = _ends("outcome")
    distance = pl.when(high < target_low).then(high - target_low).when(low > target_high).then(low - target_high)
    return pl.when(pl.col("outcome_value").is_not_null()).then(distance.otherwise(0.0).round_sig_figs(SHOWN_DIGITS))


def _ends(side: str) -> tuple[pl.Expr, pl.Expr]:
    """The lower and the higher number of a value or range; a range of falls may be written either way round."""
    numbers = (f"{side}_value", f"{side}_value_high")
    return pl.min_horizontal(numbers), pl.max_horizontal(numbers)


def _size(side: str) -> pl.Expr:
    low, high = _ends(side)
    return pl.max_horizontal(low.abs(), high.abs())


def _has_tolerance() -> pl.Expr:
    """左右 has it; so has the bare number of a neutral indicator, which is aimed at from both sides."""
    bound = pl.col("target_bound")
    return (bound == "about") | (bound == "exact") & (pl.col("desired") == "neutral")


def _is_rank() -> pl.Expr:
    return pl.col("transformation") == "rank"


def _open_ends(side: str, bound: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Whether at_least or at_most leaves the lower and the upper end open.

    Of a fall (a negative value) they speak of its size: at_least −3.9 is −3.9 or less. Of a rank either word
    (前十, 保持在前十以内) means that place or a better one.
    """
    is_fall = _ends(side)[1] < 0
    bounded = bound.is_in(["at_least", "at_most"])
    downwards = pl.when(bound == "at_least").then(is_fall).otherwise(~is_fall) | _is_rank()
    return bounded & downwards, bounded & ~downwards


def _interval(side: str, open_below: pl.Expr, open_above: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    low, high = _ends(side)
    return (
        pl.when(open_below).then(float("-inf")).otherwise(low),
        pl.when(open_above).then(float("inf")).otherwise(high),
    )


def _read_as_value(rules: VerdictRules) -> pl.Expr:
    """Whether an at_most outcome is the figure itself: 涨幅控制在 3.3% tells what came, with no 以内 beside it."""
    words = pl.col("outcome_evidence").str.replace_all(INVISIBLE, "")
    reads = _holds(words, rules.read_as_value) & ~_holds(words, rules.unless)
    return ((pl.col("outcome_bound") == "at_most") & reads).fill_null(False)


def _holds(text: pl.Expr, words: tuple[str, ...]) -> pl.Expr:
    return text.str.contains("|".join(re.escape(word) for word in words)) if words else pl.lit(False)


def _judged(frame: pl.DataFrame, rules: VerdictRules) -> pl.DataFrame:
    """Add what the outcome in the row decides: tolerance, gap, verdict_strict, verdict (NULL without an outcome)."""
    return frame.with_columns(tolerance(rules)).with_columns(
        gap().alias("gap"),
        verdict(rules, tolerant=False).alias("verdict_strict"),
        verdict(rules, tolerant=True).alias("verdict"),
    )


def recomputed(target_outcomes_frame: pl.DataFrame, rules: VerdictRules) -> pl.DataFrame:
    """Judge rows of `mart.target_outcomes` again from their own columns, for a check that nothing differs.

    Where no outcome is stated the row does not hold the list of reports: `unreported` is confirmed by
    next_report_at_hand, `pending` and `no_report` by its absence, and `incomparable` is kept.

    Returns:
        target_id, tolerance, gap, verdict_strict, verdict: as the rules give them now, in the order of the rows.
    """
    at_hand = pl.col("next_report_at_hand")

    def silent(stored: str) -> pl.Expr:
        tells_late = pl.col(stored).is_in(["no_report", "incomparable"])
        without = pl.when(tells_late).then(stored).otherwise(pl.lit("pending"))
        return pl.when(at_hand & (pl.col(stored) != "incomparable")).then(pl.lit("unreported")).otherwise(without)

    stored = target_outcomes_frame.with_columns(
        silent("verdict_strict").alias("silent_strict"), silent("verdict").alias("silent")
    )
    return _judged(stored, rules).select(
        "target_id",
        "tolerance",
        "gap",
        pl.coalesce("verdict_strict", "silent_strict"),
        pl.coalesce("verdict", "silent"),
    )


# ---------------------------------------------------------------------------------------------------------------------
# Matching


def target_outcomes(
    observations: pl.DataFrame,
    reports: pl.DataFrame,
    indicators: pl.DataFrame,
    areas: pl.DataFrame,
    rules: VerdictRules,
) -> pl.DataFrame:
    """The table mart.target_outcomes: each target beside the outcome that later reports state, with its verdict.

    Args:
        observations: core.observations.
        reports: what is at hand: ref_area and report_year; other columns are ignored.
        indicators: core.indicators.
        areas: core.areas.
        rules: see `load_rules`.

    Returns:
        The columns of TARGET_OUTCOMES, one row a target, sorted by area, report, indicator and period; the same
        whatever the order of the rows that come in.

    Raises:
        ValueError: a target's indicator or area is not in the codebook or the list of areas.
    """
    targets = _targets(observations, indicators, areas)
    outcomes = _outcomes(observations)
    stated = _statements_of_the_period(targets, outcomes)
    on_the_way = _statements_on_the_way(targets, outcomes)
    comparable = stated.filter(pl.col("difference").is_null())

    before_time = on_the_way.filter(pl.col("outcome_year") < pl.col("period_end"))

    deciding = _deciding(targets, comparable, before_time, rules)
    latest = _restated(deciding, pl.concat([comparable, before_time]))
    obstacles = _first(stated.filter(pl.col("difference").is_not_null())).select(
        "target_id", pl.format("{} (report {})", "difference", "outcome_report_year").alias("obstacle")
    )
    progress = _first_of_each_target(on_the_way, -pl.col("outcome_year"), "outcome_report_year", *WITHIN_REPORT).select(
        "target_id", progress_value="outcome_value", progress_year="outcome_year"
    )

    result = targets
    for found in (deciding.drop("period_end"), latest, obstacles, progress):
        result = result.join(found, on="target_id", how="left")
    result = _judged(_with_reports_at_hand(result, reports), rules).with_columns(
        pl.coalesce("verdict_strict", _silence()).alias("verdict_strict"),
        pl.coalesce("verdict", _silence()).alias("verdict"),
    )
    result = result.with_columns(
        _rule(rules).alias("verdict_rule"),
        (pl.col("target_is_sample") | pl.col("outcome_is_sample").fill_null(False)).alias("is_sample"),
        *(pl.lit(None).alias(name) for name in TARGET_OUTCOMES.polars_schema if name.startswith("statistics_")),
    )
    order = ["ref_area", "target_report_year", "indicator", "transformation", "period_start", "period_end"]
    return result.sort(*order, "target_char_start", "target_char_end", "target_id").select(
        pl.col(name).cast(type_) for name, type_ in TARGET_OUTCOMES.polars_schema.items()
    )


def _targets(observations: pl.DataFrame, indicators: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """The targets with what the codebook and the areas say of them."""
    targets = observations.filter(pl.col("kind") == "target")
    for column, known in (("indicator", indicators), ("ref_area", areas)):
        unknown = targets.join(known, on=column, how="anti")[column].unique().sort().to_list()
        if unknown:
            raise ValueError(f"targets name the {column} {', '.join(unknown)}, which the seeds do not list")
    return (
        targets.select(
            *THING,
            *LABELS,
            "unit_measure",
            "period_start",
            "period_end",
            target_id="observation_id",
            target_report_year="report_year",
            target_bound="bound",
            target_value="obs_value",
            target_value_high="obs_value_high",
            target_evidence="evidence",
            target_char_start="char_start",
            target_char_end="char_end",
            target_is_sample="is_sample",
        )
        .join(
            indicators.select(
                "indicator", "desired", "growth_basis", indicator_name_zh="name_zh", indicator_name_en="name_en"
            ),
            on="indicator",
        )
        .join(areas.select("ref_area", area_name="name_zh", area_name_en="name_en"), on="ref_area")
    )


def _outcomes(observations: pl.DataFrame) -> pl.DataFrame:
    """The outcomes, with every column but those of THING and the period named `outcome_…`."""
    return observations.filter(pl.col("kind") == "outcome").select(
        *THING,
        "period_start",
        pl.col("period_end").alias("outcome_year"),
        *(
            pl.col(name).alias(f"outcome_{name}")
            for name in (*LABELS, "unit_measure", "bound", "evidence", "is_sample")
        ),
        *(pl.col(name).alias(f"outcome_{name}") for name in ("report_year", "char_start", "char_end")),
        outcome_id="observation_id",
        outcome_value="obs_value",
        outcome_value_high="obs_value_high",
    )


def _statements_of_the_period(targets: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    """Target × outcome of the same thing and period in a report from after it; `difference` where unlike."""
    sides = targets.join(
        outcomes.with_columns(period_end="outcome_year"), on=[*THING, "period_start", "period_end"], how="inner"
    )
    return _compared(sides.filter(pl.col("outcome_report_year") > pl.col("period_end")))


def _statements_on_the_way(targets: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    """Target × comparable level of a year on the way to it, for levels to be reached in a year after the report's."""
    is_level = pl.col("transformation") == "level"
    horizons = targets.filter(
        is_level
        & (pl.col("period_start") == pl.col("period_end"))
        & (pl.col("period_end") > pl.col("target_report_year"))
        & pl.col("aggregation").is_null()
    )
    levels = outcomes.filter(is_level & (pl.col("period_start") == pl.col("outcome_year"))).drop("period_start")
    sides = horizons.join(levels, on=THING, how="inner").filter(
        pl.col("outcome_year").is_between("target_report_year", "period_end")
        & (pl.col("outcome_report_year") > pl.col("outcome_year"))
    )
    return _compared(sides).filter(pl.col("difference").is_null())


def _compared(sides: pl.DataFrame) -> pl.DataFrame:
    """Narrow target × outcome to what ranking needs; say why a pair is unlike, and how unlike the wording of one is."""
    text = "{} differs: target {}, outcome {}"
    differences = [
        pl.when(pl.col(name) != pl.col(f"outcome_{name}")).then(pl.format(text, pl.lit(label), name, f"outcome_{name}"))
        for name, label in {"unit_measure": "unit", **LABELS}.items()
    ]
    # Where the text is silent the codebook's convention holds: it breaks a tie, but never makes two unlike.
    basis, outcome_basis = (pl.coalesce(name, "growth_basis") for name in ("price_basis", "outcome_price_basis"))
    unlike = [pl.col(name).ne_missing(pl.col(f"outcome_{name}")) for name in LABELS] + [basis.ne_missing(outcome_basis)]
    return sides.select(
        "target_id",
        "period_end",
        *OUTCOME,
        *(f"outcome_{name}" for name in LABELS),
        "outcome_char_start",
        "outcome_char_end",
        "outcome_year",
        "outcome_is_sample",
        pl.coalesce(differences).alias("difference"),
        pl.sum_horizontal(unlike).alias("unlikeness"),
        pl.col("outcome_bound").replace_strict(EXACTNESS, return_dtype=pl.Int8).alias("exactness"),
    )


def _first(statements: pl.DataFrame) -> pl.DataFrame:
    """Of each target the statement that the first report makes (of several years in it, the earliest)."""
    return _first_of_each_target(statements, "outcome_report_year", "outcome_year", *WITHIN_REPORT)


def _first_of_each_target(frame: pl.DataFrame, *order: str | pl.Expr) -> pl.DataFrame:
    return frame.sort("target_id", *order).unique("target_id", keep="first", maintain_order=True)


def _deciding(
    targets: pl.DataFrame, comparable: pl.DataFrame, before_time: pl.DataFrame, rules: VerdictRules
) -> pl.DataFrame:
    """The one outcome that decides each target, where there is one; `reached_year` if it was reached before time.

    The first statement of the period itself decides, unless the level was reached, the number taken at its word, in a
    year before, and either an earlier report says so or the statement of the period does not.
    """
    judging = targets.select(
        "target_id", "transformation", "unit_measure", "desired", "target_bound", "target_value", "target_value_high"
    )
    by_direction = pl.col("target_bound").is_in(["exact", "about", "range"])
    to_be_reached = (pl.col("target_bound") == "at_least") | by_direction & (pl.col("desired") == "higher")
    reached = (
        _judged(before_time.join(judging, on="target_id"), rules)
        .filter(to_be_reached & (pl.col("verdict_strict") == "met"))
        .select(before_time.columns)
    )
    candidates = pl.concat(
        [
            _first(comparable).with_columns(pl.lit(None, pl.Int32).alias("reached_year")),
            _first(reached).with_columns(pl.col("outcome_year").alias("reached_year")),
        ]
    )
    # Polars sorts NULL first: in one report the statement of the period itself goes before an earlier year's.
    order = (pl.col("verdict_strict") != "met", "outcome_report_year", "reached_year")
    judged = _judged(candidates.join(judging, on="target_id"), rules)
    return _first_of_each_target(judged, *order).select(candidates.columns)


def _restated(deciding: pl.DataFrame, statements: pl.DataFrame) -> pl.DataFrame:
    """Of each deciding outcome the last report after it that states the same: target_id and latest_outcome_…."""
    first = deciding.select(
        "target_id",
        "outcome_year",
        pl.col("outcome_report_year").alias("first_report_year"),
        *(pl.col(f"outcome_{name}").alias(f"first_{name}") for name in LABELS),
    )
    same = [(pl.col(f"first_{name}") == pl.col(f"outcome_{name}")).fill_null(True) for name in LABELS]
    later = statements.join(first, on=["target_id", "outcome_year"]).filter(
        pl.col("outcome_report_year") > pl.col("first_report_year"), *same
    )
    return _first_of_each_target(later, -pl.col("outcome_report_year"), *WITHIN_REPORT).select(
        "target_id", latest_outcome_value="outcome_value", latest_outcome_report_year="outcome_report_year"
    )


def _with_reports_at_hand(frame: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """Add next_report_at_hand, and last_report_year: of the area, NULL where no report is at hand."""
    at_hand = reports.select("ref_area", pl.col("report_year").cast(pl.Int32)).unique()
    following = at_hand.select("ref_area", pl.col("report_year") - 1, next_report_at_hand=pl.lit(True))
    last = at_hand.group_by("ref_area").agg(pl.col("report_year").max().alias("last_report_year"))
    return (
        frame.join(following, left_on=["ref_area", "period_end"], right_on=["ref_area", "report_year"], how="left")
        .join(last, on="ref_area", how="left")
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


# ---------------------------------------------------------------------------------------------------------------------
# The rule in words


def _rule(rules: VerdictRules) -> pl.Expr:
    """Name what decided: “v1 higher: about 7.5 ± 0.25, outcome 7.4”."""
    next_year = pl.col("period_end") + 1
    undecided, strictly_undecided = (pl.col(name) == "incomparable" for name in ("verdict", "verdict_strict"))
    by_itself = pl.col("target_bound").is_in(["at_least", "at_most"])
    decided = pl.concat_str(
        pl.when(undecided).then(pl.lit("bounds cannot decide: ")).otherwise(pl.lit("")),
        pl.when(_is_rank())
        .then(pl.lit("rank or better: "))
        .when(by_itself)
        .then(pl.lit(""))
        .otherwise(pl.format("{}: ", "desired")),
        pl.when(_ends("target")[1] < 0).then(pl.lit("fall ")).otherwise(pl.lit("")),
        _shown("target"),
        pl.when(_has_tolerance() & ~_is_rank()).then(pl.format(" ± {}", _digits("tolerance"))).otherwise(pl.lit("")),
        pl.lit(", outcome "),
        _shown("outcome"),
        pl.when(_read_as_value(rules)).then(pl.lit(" read as the value")).otherwise(pl.lit("")),
        pl.when(strictly_undecided & ~undecided).then(pl.lit(", strictly undecided")).otherwise(pl.lit("")),
        pl.when(pl.col("reached_year").is_not_null())
        .then(pl.format(", reached in {}", "reached_year"))
        .otherwise(pl.lit("")),
    )
    silent = (
        pl.when(pl.col("verdict") == "incomparable")
        .then("obstacle")
        .when(pl.col("verdict") == "unreported")
        .then(pl.format("report {} is at hand; neither it nor a later one states the outcome", next_year))
        .when(pl.col("verdict") == "no_report")
        .then(pl.format("report {} is not at hand; no later one states the outcome", next_year))
        .otherwise(pl.format("no report from after {} is at hand", "period_end"))
    )
    reason = pl.when(pl.col("outcome_value").is_not_null()).then(decided).otherwise(silent)
    return pl.concat_str(pl.lit(f"v{rules.version} "), reason)


def _shown(side: str) -> pl.Expr:
    """A value with its bound: 7.4, about 7.4, 6 to 6.5."""
    low, high = _ends(side)
    bound = pl.col(f"{side}_bound")
    return (
        pl.when(bound == "range")
        .then(pl.format("{} to {}", _digits(low), _digits(high)))
        .when(bound == "exact")
        .then(_digits(low))
        .otherwise(pl.format("{} {}", bound, _digits(low)))
    )


def _digits(value: str | pl.Expr) -> pl.Expr:
    number = pl.col(value) if isinstance(value, str) else value
    return number.round_sig_figs(SHOWN_DIGITS).cast(pl.String).str.strip_suffix(".0")
