"""Evaluation: the observations of some reports beside those that people annotated by hand.

The annotation is laid out as `<ref_area>/<report_year>.jsonl`, one observation a line. An observation is right when
kind, indicator, transformation, period, bound, value and unit all are, values to seven digits.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import polars as pl

from pipelines.tables import BOUNDS, KINDS, TRANSFORMATIONS, UNITS

Row = dict[str, Any]
LABELS = {  # what can be wrong → the fields that say it
    "kind": ("kind",),
    "transformation": ("transformation",),
    "period": ("period_start", "period_end"),
    "bound": ("bound",),
    "value": ("value", "value_high"),
    "unit": ("unit",),
}
KEY = ("report_id", "indicator", *(field for fields in LABELS.values() for field in fields))
MOST_WRONG = 3  # labels of a near one; with more it is another fact
CODES = {"kind": KINDS, "transformation": TRANSFORMATIONS, "bound": BOUNDS, "unit": UNITS}
REPORT_ID = re.compile(r"[0-9]{6}/[0-9]{4}")


class GoldError(ValueError):
    """The annotation is wrong; the message names file and line and what to do."""


@dataclass(frozen=True)
class Evaluation:
    """What was found beside what was annotated, each a row with the fields of KEY.

    Attributes:
        right: observations that were annotated.
        missed: annotated, and not found.
        extra: found, and not annotated.
        near: a missed row, the extra one that was found in its place, and the labels that are wrong.
    """

    right: list[Row]
    missed: list[Row]
    extra: list[Row]
    near: list[tuple[Row, Row, list[str]]]


# --- the annotation ----------------------------------------------------------------------------------------------


def annotation(folder: Path, indicators: Collection[str]) -> dict[str, list[Row]]:
    """Read the annotated reports of a folder.

    Args:
        folder: holds `<ref_area>/<report_year>.jsonl`.
        indicators: the codes of the codebook.

    Returns:
        report_id → its annotated observations, those of an empty file too.

    Raises:
        GoldError: there are none, or a line is wrong.
        OSError: a file cannot be read.
    """
    paths = sorted(folder.glob("[!.]*/[!.]*.jsonl"))
    if not paths:
        raise GoldError(f"{folder} holds no annotation laid out as <area>/<year>.jsonl, such as 140200/2022.jsonl")
    found: dict[str, list[Row]] = {}
    for path in paths:
        report_id = f"{path.parent.name}/{path.stem}"
        if not REPORT_ID.fullmatch(report_id):
            raise GoldError(
                f"{path} is not named after a report; name it <area>/<year>.jsonl, such as 140200/2022.jsonl"
            )
        found[report_id] = []
        # not splitlines: evidence may hold other ends of lines than \n
        for number, line in enumerate(path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
            if line.strip():
                try:
                    found[report_id].append(annotated(line, report_id, indicators))
                except GoldError as error:
                    raise GoldError(f"{path}:{number}: {error}") from None
    return found


def annotated(line: bytes, report_id: str, indicators: Collection[str]) -> Row:
    """One line of annotation → the fields of KEY, and evidence.

    Raises:
        GoldError: it is no object, lacks a field, or a field cannot be what it is.
    """
    try:
        given = json.loads(line.decode())
    except (ValueError, RecursionError) as error:
        raise GoldError(f"the line is no JSON in UTF-8 ({error}); write one object a line") from None
    if not isinstance(given, dict):
        raise GoldError("the line is no JSON object; write one object a line, in braces")
    row = {"report_id": report_id, "evidence": given.get("evidence")}
    for field in KEY[1:]:
        if field not in given:
            raise GoldError(f"{field} is missing")
        row[field] = given[field]
    for field, codes in (CODES | {"indicator": indicators}).items():
        if not isinstance(row[field], str) or row[field] not in codes:
            known = "a code of seeds/indicators.csv" if field == "indicator" else f"one of {', '.join(codes)}"
            raise GoldError(f"{field} is {row[field]!r:.60}; it must be {known}")
    first, last = row["period_start"], row["period_end"]
    if not (type(first) is type(last) is int and 1900 <= first <= last <= 2100):
        raise GoldError(
            f"the period is {first!r:.20} to {last!r:.20}; it must be years from 1900 to 2100, the first one first"
        )
    for field in ("value", "value_high"):
        needed = field == "value" or row["bound"] == "range"
        if not (number(row[field]) if needed else row[field] is None):
            must = "a finite number" if needed else "null where bound is not range"
            raise GoldError(f"{field} is {row[field]!r:.60}; it must be {must}")
    if not isinstance(row["evidence"], str | None):
        raise GoldError(f"evidence is {row['evidence']!r:.60}; it must be text, or be left out")
    return row


def number(value: object) -> bool:
    """Whether a value from JSON is a finite number."""
    return type(value) in (int, float) and abs(value) <= sys.float_info.max  # type: ignore[arg-type]


# --- the comparison ----------------------------------------------------------------------------------------------


def evaluate(gold: Mapping[str, Iterable[Row]], observations: pl.DataFrame) -> Evaluation:
    """Compare observations with annotation.

    Args:
        gold: report_id → its annotated observations, from `annotation`.
        observations: core.observations; those of other reports are passed over.

    Returns:
        What is right, missed and extra, in the order of the reports; a fact that stands twice counts once.
    """
    renamed = observations.filter(pl.col("report_id").is_in(list(gold))).rename(
        {"obs_value": "value", "obs_value_high": "value_high", "unit_measure": "unit"}
    )
    found = {key(row): row for row in renamed.sort("report_id", "char_start").iter_rows(named=True)}
    wanted = {key(row): row for rows in gold.values() for row in rows}
    missed = [row for one, row in wanted.items() if one not in found]
    extra = [row for one, row in found.items() if one not in wanted]
    right = [row for one, row in found.items() if one in wanted]
    return Evaluation(right, missed, extra, near(missed, extra))


def key(row: Row) -> tuple[Any, ...]:
    """What tells an observation from another, numbers to seven digits."""
    return tuple(float(f"{row[field]:.6e}") if isinstance(row[field], float | int) else row[field] for field in KEY)


def near(missed: list[Row], extra: list[Row]) -> list[tuple[Row, Row, list[str]]]:
    """Pair what was missed with what was found in its place: of the same report and indicator, most alike first."""
    pairs = []
    for at, one in enumerate(missed):
        for other_at, other in enumerate(extra):
            if (one["report_id"], one["indicator"]) == (other["report_id"], other["indicator"]):
                wrong = wrong_labels(one, other)
                if len(wrong) <= MOST_WRONG:
                    pairs.append((len(wrong), at, other_at, wrong))
    result, taken_missed, taken_extra = [], set(), set()
    for _, at, other_at, wrong in sorted(pairs):
        if at not in taken_missed and other_at not in taken_extra:
            taken_missed.add(at)
            taken_extra.add(other_at)
            result.append((missed[at], extra[other_at], wrong))
    return result


def wrong_labels(one: Row, other: Row) -> list[str]:
    """The labels in which two observations differ."""
    differ = {field for field, mine, theirs in zip(KEY, key(one), key(other), strict=True) if mine != theirs}
    return [label for label, fields in LABELS.items() if differ.intersection(fields)]


# --- what it comes to --------------------------------------------------------------------------------------------


def share(part: int, whole: int) -> float | None:
    """A part of a whole; of nothing there is none."""
    return part / whole if whole else None


def counts(right: int, missed: int, extra: int) -> Row:
    """The counts, and precision, recall and F1 from 0 to 1, None where they are of nothing."""
    return {
        "annotated": right + missed,
        "found": right + extra,
        "right": right,
        "missed": missed,
        "extra": extra,
        "precision": share(right, right + extra),
        "recall": share(right, right + missed),
        "f1": share(2 * right, 2 * right + missed + extra),
    }


def overall(result: Evaluation) -> Row:
    """The counts of all reports together."""
    return counts(len(result.right), len(result.missed), len(result.extra))


def by(field: str, result: Evaluation) -> list[Row]:
    """The counts of each value of a field, most errors first."""
    right, missed, extra = (Counter(row[field] for row in rows) for rows in (result.right, result.missed, result.extra))
    rows = [{field: value, **counts(right[value], missed[value], extra[value])} for value in {*right, *missed, *extra}]
    return sorted(rows, key=lambda row: (-row["missed"] - row["extra"], row[field]))


def by_label(result: Evaluation) -> list[Row]:
    """How often each label was what was wrong of a near one."""
    wrong = Counter(label for _, _, labels in result.near for label in labels)
    return [{"label": label, "wrong": wrong[label]} for label in LABELS]


def calibration(result: Evaluation) -> list[Row]:
    """Of each rule: found, right, the share of them, and the confidence that its rows state; most found first."""
    found = result.right + result.extra
    right = Counter(row["rule"] for row in result.right)
    rows = []
    for rule, count in Counter(row["rule"] for row in found).items():
        stated = round(fmean(row["confidence"] for row in found if row["rule"] == rule), 6)
        row = {"rule": rule, "found": count, "right": right[rule], "share": share(right[rule], count)}
        rows.append(row | {"confidence": stated})
    return sorted(rows, key=lambda row: (-row["found"], row["rule"]))
