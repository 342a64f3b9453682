"""Figures against figures: what a report states beside what other statements imply, as a careful editor reckons.

A printed number stands for an interval: half a unit of its last printed digit on each side, and what its bound word
opens. Each rule reckons with the intervals' ends, so that rounding is carried through; only where the stated interval
and the implied one do not meet is anything amiss.
"""

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines.seeds import SEEDS, SeedError
from pipelines.tables import TRANSFORMATIONS, UNITS
from pipelines.tables.core import OBSERVATIONS
from pipelines.tables.mart import CONSISTENCY

NUMBER = re.compile(r"\d+(?:\.\d+)?")
LIST = re.compile(r"[:：∶]")
GROWTHS = ("yoy", "avg_yoy", "cum_growth")
SLACK = 1e-9  # of floating point, as a share
INFINITE = math.inf
NEEDED = (
    "observation_id", "report_id", "ref_area", "area_name", "report_year", "indicator", "transformation",
    "period_start", "period_end", "bound", "obs_value", "obs_value_high", "unit_measure", "count_unit", "stage",
    "aggregation", "evidence", "is_sample", "surface", "name", "basis",
)  # fmt: skip
OF_OBSERVATIONS = (
    *(name for name in NEEDED if name in OBSERVATIONS.polars_schema), "statement_id", "kind", "flags", "char_start",
    "price_basis",
)  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True)
class Rules:
    """What belongs together; see `seeds/consistency_rules.yaml`."""

    absolute: Mapping[str, float]
    relative: float
    deflators: Sequence[Mapping[str, Any]]
    other_basis: Sequence[str]
    revised_bases: Sequence[str]
    means: Sequence[str]
    alternatives: Sequence[Sequence[str]]
    qualifiers: Sequence[str]
    parts: Mapping[str, Sequence[Mapping[str, Any]]]
    shares: Sequence[str]

    def deflator(self, indicator: str, nation: bool, years: range) -> tuple[float, float]:
        """How prices may have changed over some years, as the field knows it: the least and the most, as factors."""
        low = high = 1.0
        for year in years:
            least, most = next(
                (
                    (row["low"], row["high"])
                    for row in self.deflators
                    if {indicator, "any"} & set(row["indicators"])
                    and (nation or row["areas"] == "any")
                    and row["first"] <= year <= row["last"]
                ),
                (-100.0, INFINITE),
            )
            low, high = low * (1 + least / 100), high * (1 + most / 100)
        return low, high


def load_rules(indicators: Iterable[str], path: Path = SEEDS / "consistency_rules.yaml") -> Rules:
    """Read and check the rules file.

    Args:
        indicators: the codes of the codebook.
        path: the file.

    Raises:
        SeedError: it is not YAML, or a key is missing, unknown or holds what it must not; names file and key.
    """
    codes = set(indicators)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SeedError(f"{path}: not readable as YAML in UTF-8: {error}") from error

    def need(good: bool, key: str, what: str) -> None:
        if not good:
            raise SeedError(f"{path}: {key} must {what}")

    def keys(value: Any, key: str, *names: str) -> dict[str, Any]:
        need(isinstance(value, dict) and set(value) == set(names), key, f"hold the keys {', '.join(names)}, no others")
        return value

    def number(value: Any, key: str) -> float:
        need(isinstance(value, int | float) and not isinstance(value, bool), key, "be a number")
        return float(value)

    def listed(value: Any, key: str) -> list[Any]:
        need(isinstance(value, list) and bool(value), key, "be a list that is not empty")
        return value

    def words(value: Any, key: str) -> list[str]:
        need(all(isinstance(word, str) and word for word in listed(value, key)), key, "be a list of words")
        return value

    def known(value: Any, key: str, more: Sequence[str] = ()) -> list[str]:
        for code in words(value, key):
            need(code in codes or code in more, f"{key}: {code!r}", "be a code of seeds/indicators.csv")
        return value

    kinds = ("sums", "between", "at_most")
    top = keys(
        content, "the file", "version", "about", "deflators", "other_basis", "revised_bases", "means", "alternatives",
        "qualifiers", "shares", *kinds,
    )  # fmt: skip
    need(isinstance(top["version"], str) and bool(top["version"]), "version", 'be a text in quotes, such as "2"')
    about = keys(top["about"], "about", "absolute", "relative")
    need(isinstance(about["absolute"], dict), "about.absolute", "map units to numbers")
    for unit, width in about["absolute"].items():
        need(unit in UNITS, f"about.absolute.{unit}", f"be one of {', '.join(UNITS)}")
        number(width, f"about.absolute.{unit}")
    for at, row in enumerate(listed(top["deflators"], "deflators"), 1):
        key = f"deflators, row {at}"
        keys(row, key, "indicators", "areas", "first", "last", "low", "high")
        known(row["indicators"], key, ("any",))
        need(row["areas"] in ("nation", "any"), f"{key}: areas", "be nation or any")
        first, last, low, high = (number(row[name], f"{key}: {name}") for name in ("first", "last", "low", "high"))
        need(first <= last and -100 < low <= high, key, "have first before last and low below high")
    for kind in kinds:
        for at, row in enumerate(listed(top[kind], kind), 1):
            key = f"{kind}, row {at}"
            keys(row, key, "whole", "parts", "transformation")
            known([row["whole"], *listed(row["parts"], key)], key)
            need(row["transformation"] in TRANSFORMATIONS, key, f"have one of {', '.join(TRANSFORMATIONS)}")
    return Rules(
        absolute=about["absolute"],
        relative=number(about["relative"], "about.relative"),
        deflators=top["deflators"],
        other_basis=words(top["other_basis"], "other_basis"),
        revised_bases=known(top["revised_bases"], "revised_bases"),
        means=words(top["means"], "means"),
        alternatives=[words(group, "alternatives") for group in listed(top["alternatives"], "alternatives")],
        qualifiers=words(top["qualifiers"], "qualifiers"),
        parts={kind: top[kind] for kind in kinds},
        shares=known(top["shares"], "shares"),
    )


# ---------------------------------------------------------------------------------------------------------------------
# What a printed number stands for


def last_digit(surface: str, value: float) -> float:
    """What one unit of the last printed digit is worth, in the unit of the value.

    `13.65` (万亿元) is worth 0.01 万亿元. Of a number in characters, whose zeros are not printed, the last digit is the
    last that is not zero: 二百七十 is worth ten.
    """
    text = unicodedata.normalize("NFKC", surface).replace(",", "").replace(" ", "")
    for number in reversed(NUMBER.findall(text)):
        mantissa, decimals = float(number), len(number.partition(".")[2])
        if mantissa and value:
            factor = abs(value) / mantissa
            for scale in (1, 2):  # of 斤 two make a kilogram
                if abs(math.log10(factor * scale) - round(math.log10(factor * scale))) < SLACK:
                    return factor * 10.0**-decimals
        elif mantissa == value:
            return 10.0**-decimals
    exponent = Decimal(f"{value:.12g}").normalize().as_tuple().exponent
    return 10.0 ** int(exponent)


def interval(row: Row, rules: Rules) -> tuple[float, float]:
    """The least and the most that an observation may mean."""
    low, high = row["obs_value"], row["obs_value"] if row["obs_value_high"] is None else row["obs_value_high"]
    half = last_digit(row["surface"], high) / 2
    if row["bound"] == "about":
        half = max(half, rules.absolute.get(row["unit_measure"], rules.relative * abs(high)))
    upwards = row["bound"] == "at_least"
    if row["bound"] in ("at_least", "at_most"):
        if row["transformation"] not in ("level", "rank") and high < 0:  # of a fall the bound speaks of its size
            upwards = not upwards
        return (low - half, INFINITE) if upwards else (-INFINITE, high + half)
    return low - half, high + half


@dataclass(frozen=True)
class Implied:
    """What some observations imply: the value, its ends, and the reckoning in words."""

    value: float
    low: float
    high: float
    words: str
    against: tuple[Row, ...]
    within: tuple[float, float] | None = None  # where not a value is implied, but where it lies: as printed

    @property
    def least(self) -> float:
        """The least that is implied, as printed."""
        return self.within[0] if self.within else self.value

    @property
    def most(self) -> float:
        """The most that is implied, as printed."""
        return self.within[1] if self.within else self.value


def growth(level: Row, base: Row, years: int, mean: bool) -> Implied | None:
    """The growth from a base to a level, in percent; of several years in all, or in the mean."""
    power = 1 / years if mean else 1

    def rate(top: float, bottom: float) -> float:
        return INFINITE if bottom <= 0 or top == INFINITE else 100 * (max(top, 0.0) / bottom) ** power - 100

    if base["obs_value"] <= 0 or level["obs_value"] <= 0:
        return None
    low = -100.0 if base["high"] == INFINITE or level["low"] <= 0 else rate(level["low"], base["high"])
    words = f"from {shown(base)} in {base['period_end']} to {shown(level)} in {level['period_end']}"
    return Implied(
        rate(level["obs_value"], base["obs_value"]), low, rate(level["high"], base["low"]),
        f"{words}{', a year' if mean else ''}", (level, base),
    )  # fmt: skip


def rise(level: Row, base: Row) -> Implied:
    """The rise from a base to a level."""
    return Implied(
        level["obs_value"] - base["obs_value"], level["low"] - base["high"], level["high"] - base["low"],
        f"from {shown(base)} in {base['period_end']} to {shown(level)} in {level['period_end']}", (level, base),
    )  # fmt: skip


def growth_of_rise(level: Row, change: Row) -> Implied | None:
    """The growth of a rise that is stated beside the level that it led to, in percent."""

    def rate(part: float, whole: float) -> float:
        return INFINITE if whole - part <= 0 or part == INFINITE else 100 * part / (whole - part)

    if level["obs_value"] <= change["obs_value"] or INFINITE in (abs(level["low"]), abs(change["low"])):
        return None
    return Implied(
        rate(change["obs_value"], level["obs_value"]),
        rate(change["low"], level["high"]) if change["low"] >= 0 else rate(change["low"], level["low"]),
        rate(change["high"], level["low"]) if change["high"] >= 0 else rate(change["high"], level["high"]),
        f"a change of {shown(change)} that led to {shown(level)}", (level, change),
    )  # fmt: skip


def compounded(years: Sequence[Row], mean: bool) -> Implied:
    """What yearly growths make together, in percent: in all, or in the mean."""
    power = 1 / len(years) if mean else 1

    def product(values: Iterable[float]) -> float:
        result = math.prod(max(1 + value / 100, 0.0) for value in values)
        return INFINITE if result == INFINITE else 100 * result**power - 100

    lows = [max(row["low"], -100.0) for row in years]
    listed = ", ".join(shown(row) for row in reversed(years))
    return Implied(
        product(row["obs_value"] for row in years), product(lows), product(row["high"] for row in years),
        f"the yearly growths {listed}", tuple(years),
    )  # fmt: skip


def total(rows: Sequence[Row]) -> Implied:
    """The sum of some rows."""
    return Implied(
        sum(row["obs_value"] for row in rows), sum(row["low"] for row in rows), sum(row["high"] for row in rows),
        f"{' + '.join(shown(row) for row in rows)}", tuple(rows),
    )  # fmt: skip


def span(rows: Sequence[Row]) -> Implied:
    """From the least to the most of some rows."""
    least, most = (choose(row["obs_value"] for row in rows) for choose in (min, max))
    low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
    words = f"between {' and '.join(shown(row) for row in rows)}"
    return Implied((least + most) / 2, low, high, words, tuple(rows), (least, most))


def at_least(rows: Sequence[Row]) -> Implied:
    """No less than a row."""
    part = rows[0]
    return Implied(
        part["obs_value"], part["low"], INFINITE, f"no less than {shown(part)}", tuple(rows),
        (part["obs_value"], INFINITE),
    )  # fmt: skip


def shown(row: Row) -> str:
    """A value in words: `about 5.5`, `at least 1.2e13`."""
    bound = {"exact": "", "range": ""}.get(row["bound"], row["bound"].replace("_", " ") + " ")
    high = "" if row["obs_value_high"] is None else f"–{row['obs_value_high']:.12g}"
    return f"{bound}{row['obs_value']:.12g}{high}"


# ---------------------------------------------------------------------------------------------------------------------
# What is compared with what


class Figures:
    """The outcomes of one area, by what they are of."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = list(rows)
        self.of: dict[tuple[Any, ...], list[Row]] = {}
        for row in self.rows:
            key = (row["indicator"], row["transformation"], row["period_start"], row["period_end"])
            self.of.setdefault(key, []).append(row)

    def levels(self, indicator: str, year: int, like: Row | None = None) -> list[Row]:
        """The levels of a year; like another one: of the same unit, measure word and stage."""
        return [
            row
            for row in self.of.get((indicator, "level", year, year), ())
            if row["aggregation"] is None
            and (like is None or all(row[name] == like[name] for name in ("unit_measure", "count_unit", "stage")))
        ]

    def pairs(self, stated: Row) -> Iterator[tuple[Row, Row]]:
        """The levels that a growth or a rise leads to and from: the first in the report itself, the other in any."""
        unit = {"PERCENTAGE_POINT": "PERCENT"}.get(stated["unit_measure"], stated["unit_measure"])
        for level in self.levels(stated["indicator"], stated["period_end"]):
            if level["report_id"] != stated["report_id"]:
                continue
            if (
                (level["unit_measure"] == "PERCENT")
                if stated["transformation"] in GROWTHS
                else (level["unit_measure"] != unit)
            ):
                continue
            for base in self.levels(stated["indicator"], stated["period_start"] - 1, level):
                yield level, base


def candidates(figures: Figures, rules: Rules) -> Iterator[tuple[str, Row, Implied]]:
    """All that may be compared: the rule, the stated figure, and what others imply."""
    for stated in figures.rows:
        years = stated["period_end"] - stated["period_start"] + 1
        kind = stated["transformation"]
        if kind in GROWTHS:
            for level, base in figures.pairs(stated):
                implied = growth(level, base, years, kind == "avg_yoy")
                if implied:
                    yield "growth", stated, implied
            if kind == "yoy":
                for change in figures.of.get((stated["indicator"], "change", *[stated["period_end"]] * 2), ()):
                    for level in figures.levels(stated["indicator"], stated["period_end"]):
                        same = stated["report_id"] == change["report_id"] == level["report_id"]
                        if same and change["unit_measure"] == level["unit_measure"]:
                            implied = growth_of_rise(level, change)
                            if implied:
                                yield "growth_of_change", stated, implied
            elif years > 1:
                yearly = [
                    last_known(figures.of.get((stated["indicator"], "yoy", year, year), ()), stated)
                    for year in range(stated["period_end"], stated["period_start"] - 1, -1)
                ]
                found = [row for row in yearly if row]
                if len(found) == years:
                    yield "yearly_growth", stated, compounded(found, kind == "avg_yoy")
        elif kind == "change":
            for level, base in figures.pairs(stated):
                yield "change", stated, rise(level, base)
        elif kind == "level" and stated["aggregation"] == "total" and years > 1:
            yearly = [
                last_known(
                    [row for row in figures.levels(stated["indicator"], year, stated) if row["bound"] != "range"],
                    stated,
                )
                for year in range(stated["period_end"], stated["period_start"] - 1, -1)
            ]
            found = [row for row in yearly if row]
            if len(found) == years:
                yield "years", stated, total(found)
        if kind == "level" and stated["indicator"] in rules.shares and LIST.search(stated["surface"]):
            yield from shares(stated)
        yield from parts(stated, figures, rules)


def last_known(rows: Iterable[Row], stated: Row) -> Row | None:
    """What was last said of a year, up to a report; a bare number before one with a bound."""
    known = [row for row in rows if row["report_year"] <= stated["report_year"] and row["basis"] == stated["basis"]]
    return max(
        known, key=lambda row: (row["bound"] == "exact", row["report_year"], row["observation_id"]), default=None
    )


def shares(stated: Row) -> Iterator[tuple[str, Row, Implied]]:
    """Shares printed as a list, 4.0∶37.7∶58.3, add up to 100."""
    text = unicodedata.normalize("NFKC", stated["surface"]).replace(" ", "")
    numbers = [number for part in LIST.split(text) for number in NUMBER.findall(part)]
    if len(numbers) > 2:
        half = sum(10.0 ** -len(number.partition(".")[2]) for number in numbers) / 2
        summed = sum(map(float, numbers))
        whole = stated | {"obs_value": summed, "obs_value_high": None, "low": summed - half, "high": summed + half}
        yield "shares", whole, Implied(100.0, 100.0, 100.0, f"the shares {', '.join(numbers)} are of a whole", ())


def parts(whole: Row, figures: Figures, rules: Rules) -> Iterator[tuple[str, Row, Implied]]:
    """What the parts of a whole imply for it, within one report."""
    for kind, rule, reckon in (("sums", "sum", total), ("between", "between", span), ("at_most", "at_most", at_least)):
        for row in rules.parts[kind]:
            if row["whole"] != whole["indicator"] or row["transformation"] != whole["transformation"]:
                continue
            found = []
            for indicator in row["parts"]:
                same = [
                    part
                    for part in figures.of.get(
                        (indicator, row["transformation"], whole["period_start"], whole["period_end"]), ()
                    )
                    if part["report_id"] == whole["report_id"]
                    and all(part[name] == whole[name] for name in ("unit_measure", "basis", "aggregation"))
                ]
                found += same[:1]
            if len(found) == len(row["parts"]):
                yield rule, whole, reckon(found)


# ---------------------------------------------------------------------------------------------------------------------
# What comes of it


def judged(rule: str, stated: Row, implied: Implied, rules: Rules) -> Row:
    """The finding of one comparison, with its reason."""
    slack = SLACK * max(abs(stated["obs_value"]), abs(implied.value), 1.0)
    meets = stated["low"] <= implied.high + slack and implied.low <= stated["high"] + slack
    bounded = any(row["bound"] != "exact" for row in (stated, *implied.against))
    half = last_digit(stated["surface"], stated["obs_value"]) / 2
    deflator = None
    if rule in ("growth", "growth_of_change") and stated["basis"] == "real":
        deflator = deflated(stated, implied, rules)
    if deflator:
        finding, why = deflator[1:]
    elif meets and not bounded and implied.least - half - slack <= stated["obs_value"] <= implied.most + half + slack:
        finding, why = "consistent", "so it is" if implied.within else "the same to the last printed digit"
    elif meets:
        finding, why = ("bounds_allow", "the bounds allow it") if bounded else ("within_rounding", "rounding allows it")
    else:
        finding, why = "inconsistent", "neither rounding nor a bound explains the difference"
    if finding == "inconsistent":
        later = [row["report_year"] for row in implied.against if row["report_year"] > stated["report_year"]]
        basis = next((word for word in rules.other_basis if word in stated["evidence"]), "")
        is_revised = stated["indicator"] in rules.revised_bases and any(
            row["report_id"] != stated["report_id"] for row in implied.against
        )
        if basis:
            finding, why = "other_basis", f"it is stated on another basis: {basis}"
        elif wording := other_thing(stated, implied.against, rules):
            finding, why = "other_wording", f"one name has {wording}, another has not"
        elif later:
            finding, why = "restated", f"the report of {max(later)} may have restated it since"
        elif is_revised and rule in ("growth", "change"):
            finding, why = "other_basis", "it is reckoned on a base that was revised since an earlier report printed it"
    finite = not math.isinf(implied.value) and not math.isinf(implied.low) and not math.isinf(implied.high)
    return {
        "finding": finding,
        "implied_deflator": deflator[0] if deflator else None,
        "reason": f"{implied.words}{'' if implied.within else f': {implied.value:.6g} is implied'}, "
        f"{shown(stated)} is stated; {why}",
        "tolerance": (implied.high - implied.low) / 2 + half if finite else None,
    }


def deflated(stated: Row, implied: Implied, rules: Rules) -> tuple[float, str, str]:
    """The change of prices that a real growth beside current levels implies, and whether the field knows such."""
    years = range(stated["period_start"], stated["period_end"] + 1)
    power = 1 / len(years) if stated["transformation"] == "avg_yoy" else 1
    known = rules.deflator(stated["indicator"], stated["ref_area"] == "100000", years)
    least, most = (100 * bound**power - 100 for bound in known)

    def prices(nominal: float, real: float) -> float:
        return 100 * (100 + nominal) / (100 + real) - 100 if not math.isinf(real) and real > -100 else -100.0

    value = prices(implied.value, stated["obs_value"])
    low, high = prices(implied.low, stated["high"]), prices(implied.high, stated["low"])
    if low <= most and least <= high:
        return value, "implies_deflator", "a real growth beside levels in current prices"
    return value, "inconsistent", f"prices are known to change by {least:.3g} to {most:.3g} %"


def other_thing(stated: Row, against: Sequence[Row], rules: Rules) -> str:
    """A word of one name that makes another thing of it than the other names; empty where there is none."""
    names = [row["name"] for row in against] + ([stated["name"]] if stated["transformation"] == "level" else [])
    for group in rules.alternatives:
        held = [{word for word in group if word in name} for name in names]
        if len({min(words) for words in held if words}) > 1:
            return " or ".join(group)
    for word in rules.qualifiers:
        if len({word in name for name in names}) > 1:
            return word
    return ""


RANKS = {finding: at for at, finding in enumerate((
    "consistent", "within_rounding", "implies_deflator", "bounds_allow", "other_wording", "other_basis", "restated",
    "inconsistent",
))}  # fmt: skip


def comparisons(figures: Figures, rules: Rules) -> Iterator[Row]:
    """The comparisons of one area: of each rule and stated figure the one that speaks for it most.

    An editor doubts a figure only where no reading of the others bears it out.
    """
    best: dict[tuple[Any, ...], tuple[tuple[Any, ...], Row]] = {}
    for rule, stated, implied in candidates(figures, rules):
        if implied.low in (-INFINITE, -100.0) and implied.high == INFINITE:
            continue  # says nothing
        found = judged(rule, stated, implied, rules)
        distance = sum(abs(row["report_year"] - stated["report_year"]) for row in implied.against)
        order = (RANKS[found["finding"]], distance, [row["observation_id"] for row in implied.against])
        key = (rule, stated["observation_id"], *(row["indicator"] for row in implied.against))
        if key not in best or order < best[key][0]:
            best[key] = order, row_of(rule, stated, implied, found)
    for _, row in best.values():
        yield row


def row_of(rule: str, stated: Row, implied: Implied, found: Row) -> Row:
    """A row of mart.consistency."""
    ids = [row["observation_id"] for row in implied.against]
    finite = {
        "implied_value": implied.value, "implied_low": implied.low, "implied_high": implied.high,
        "difference": stated["obs_value"] - implied.value,
    }  # fmt: skip
    if implied.within:
        finite["implied_value"] = finite["difference"] = INFINITE
    labels = ("ref_area", "area_name", "report_year", "indicator", "transformation", "period_start", "period_end",
              "unit_measure", "is_sample")  # fmt: skip
    return (
        {name: stated[name] for name in labels}
        | {name: None if math.isinf(value) else value for name, value in finite.items()}
        | found
        | {
            "comparison_id": hashlib.sha256(repr((rule, stated["observation_id"], ids)).encode()).hexdigest()[:16],
            "rule": rule,
            "price_basis": stated["basis"] if stated["transformation"] in GROWTHS else "none",
            "stated_id": stated["observation_id"],
            "stated_value": stated["obs_value"],
            "stated_bound": stated["bound"],
            "stated_evidence": stated["evidence"],
            "against_ids": ids,
            "against_values": [shown(row) for row in implied.against],
            "against_reports": [row["report_id"] for row in implied.against],
            "against_evidence": [row["evidence"] for row in implied.against],
        }
    )


def consistency(
    observations: pl.DataFrame, statements: pl.LazyFrame, indicators: pl.DataFrame, areas: pl.DataFrame, rules: Rules
) -> pl.DataFrame:
    """Compare the outcomes of each area with each other: the figures that take part, reckoned.

    Returns:
        mart.consistency, by its key.
    """
    return reckoned(figures(observations, statements, indicators, areas, rules), rules).sort(CONSISTENCY.key)


def figures(
    observations: pl.DataFrame, statements: pl.LazyFrame, indicators: pl.DataFrame, areas: pl.DataFrame, rules: Rules
) -> pl.DataFrame:
    """The outcomes that may be compared, with all that is asked of them.

    Args:
        observations: core.observations.
        statements: core.statements, the largest table: only surface and subject of what takes part are read.
        indicators: core.indicators; growth_basis is what a growth is where the text does not say.
        areas: core.areas.
        rules: see `load_rules`.

    Returns:
        The columns NEEDED, by area, report and place in it.
    """
    basis = pl.when(pl.col("transformation").is_in(GROWTHS)).then(pl.coalesce("price_basis", "growth_basis"))
    mean = pl.col("evidence").str.contains_any(list(rules.means)) & (pl.col("transformation") == "level")
    outcomes = observations.filter(pl.col("kind") == "outcome", ~pl.col("flags").list.contains("uncertain"))
    outcomes = taking_part(outcomes, rules).filter(~mean)
    printed = (
        statements.filter(pl.col("kind") == "outcome")
        .select("statement_id", "surface", "subject")
        .join(outcomes.lazy().select("statement_id"), on="statement_id", how="semi")
        .collect(engine="streaming")
    )
    return (
        outcomes.join(printed, on="statement_id", how="left")
        .join(indicators.select("indicator", "growth_basis"), on="indicator")
        .join(areas.select("ref_area", area_name="name_zh"), on="ref_area")
        .with_columns(
            basis=basis.fill_null("none"),
            name=pl.col("subject").fill_null("") + pl.col("evidence"),
            surface=pl.col("surface").fill_null(""),
        )
        .sort("ref_area", "report_year", "char_start", "observation_id")
        .select(NEEDED)
    )


def reckoned(found: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The rows of mart.consistency that the figures of some areas give, see `figures`; each area's are together."""
    rows: list[Row] = []
    for _, area in groupby(found.iter_rows(named=True), key=lambda row: row["ref_area"]):
        of_area = list(area)
        for row in of_area:
            row["low"], row["high"] = interval(row, rules)
        rows += comparisons(Figures(of_area), rules)
    return CONSISTENCY.frame(rows)


def taking_part(outcomes: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The outcomes that `candidates` can compare, found by what they are of: no row of the others is looked at.

    With each figure stays whatever `candidates` would set beside it; whether the labels are alike is seen there.
    """
    kind, single = pl.col("transformation"), pl.col("period_start") == pl.col("period_end")
    thing = pl.col("place") * 2**8 + pl.col("code")
    of, before, since = (thing * 2**12 + year for year in (pl.col("end"), pl.col("start") - 1, pl.col("start")))
    rows = (
        outcomes.select(
            "indicator",
            place=numbered(outcomes["ref_area"]), code=numbered(outcomes["indicator"]),
            **{name: pl.col(column).cast(pl.Int64) for name, column in
               (("report", "report_year"), ("start", "period_start"), ("end", "period_end"))},
            kind=kind, single=single, growth=kind.is_in(GROWTHS),
            level=single & (kind == "level") & pl.col("aggregation").is_null(),
            total=~single & (kind == "level") & (pl.col("aggregation") == "total"),
        )
        .with_columns(thing=thing, of=of, before=before, since=since)
        .with_columns(said=pl.col("of") * 2**12 + pl.col("report"))
        .with_row_index("at")
    )  # fmt: skip

    def stands(frame: pl.DataFrame, column: str, among: pl.DataFrame, other: str = "") -> pl.DataFrame:
        return frame.filter(pl.col(column).is_in(among[other or column].unique().implode()))

    levels = rows.filter("level")
    yearly, rises = (rows.filter("single", pl.col("kind") == kind) for kind in ("yoy", "change"))
    # growth, change
    stated = stands(
        stands(rows.filter(pl.col("growth") | (pl.col("kind") == "change")), "said", levels), "before", levels, "of"
    )
    found = [stated, stands(levels, "said", stated), stands(levels, "of", stated, "before")]
    # growth_of_change
    stated = stands(stands(rows.filter(pl.col("kind") == "yoy"), "said", rises), "said", levels)
    found += [stated, stands(rises, "said", stated), stands(levels, "said", stated)]
    # yearly_growth, years
    for stated, years in ((rows.filter("growth", ~pl.col("single")), yearly), (rows.filter("total"), levels)):
        told = stands(stands(stated, "of", years), "since", years, "of")
        found += [told, stands(years, "thing", told)]
    # shares, and parts within one report
    found.append(rows.filter(pl.col("indicator").is_in(rules.shares), pl.col("kind") == "level"))
    for rule in (rule for kinds in rules.parts.values() for rule in kinds):
        alike = rows.filter(
            pl.col("kind") == rule["transformation"], pl.col("indicator").is_in([rule["whole"], *rule["parts"]])
        ).with_columns(
            within=((pl.col("place") * 2**12 + pl.col("report")) * 2**12 + pl.col("start")) * 2**12 + pl.col("end")
        )
        for indicator in (rule["whole"], *rule["parts"]):
            alike = stands(alike, "within", alike.filter(pl.col("indicator") == indicator))
        found.append(alike.select(rows.columns))
    return outcomes[pl.concat([frame["at"] for frame in found]).unique().sort()]


def numbered(codes: pl.Series) -> pl.Series:
    """A number for each code, from 0."""
    return codes.cast(pl.Enum(codes.unique())).to_physical().cast(pl.Int64)
