"""The rows of each chart: the marks that show targets beside outcomes, and the unit of their axis."""

import math
from collections.abc import Iterable
from typing import Any

from pipelines.quantities import UNITS_EN
from pipelines.tables import UNITS
from warehouse.pages import words
from warehouse.pages.words import Row

SCALES_ZH, SCALES_EN = (
    ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
    ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")),
)
CSV_COLUMNS = (
    "ref_area",
    "indicator",
    "transformation",
    "period_start",
    "period_end",
    "target_bound",
    "target_value",
    "target_value_high",
    "outcome_bound",
    "outcome_value",
    "outcome_value_high",
    "latest_outcome_value",
    "unit_measure",
    "count_unit",
    "gap",
    "verdict_strict",
    "verdict",
    "target_id",
    "outcome_id",
    "is_sample",
)


def scale_of(values: Iterable[float], row: Row) -> dict[str, tuple[str, float]]:
    """Of a chart's axis: the unit in Chinese and in English, each with the factor that makes numbers short."""
    most = max((abs(one) for one in values), default=0.0)
    unit = row["unit_measure"]
    found = {}
    for language, scales, units in (("zh", SCALES_ZH, UNITS), ("en", SCALES_EN, UNITS_EN)):
        factor, name = next(((factor, name) for factor, name in scales if most >= factor), (1.0, ""))
        gap = " " if language == "en" and name else ""
        found[language] = (f"{name}{gap}{row['count_unit'] or units[unit]}", factor)
    return found


def aim(row: Row, x: str | int, ends: tuple[float, float]) -> list[Row]:
    """The marks of a target: a bar for what 左右 or a range spans, fading where it is open; a line at its number."""
    bound, value, high = row["target_bound"], row["target_value"], row["target_value_high"]
    low, high = (value, value) if high is None else (min(value, high), max(value, high))
    shared = {"x": x, "of": row.get("at")}
    edges = [low] if low == high else [low, high]
    is_fall = high < 0 and bound in ("at_least", "at_most")
    opened = {"at_least": "up", "at_most": "down"}.get(bound, "")
    if is_fall or row["transformation"] == "rank":
        opened = {"up": "down", "down": "up"}.get(opened, opened) if is_fall else "down" if opened else ""
    if bound == "about":
        low, high = low - row["tolerance"], high + row["tolerance"]
    if opened:
        low, high = (low, ends[1]) if opened == "up" else (ends[0], high)
    bars = [{"part": "aim", "low": low, "high": high, "open": opened, **shared}] if low != high else []
    return bars + [{"part": "edge", "value": edge, **shared} for edge in edges]


def extent(numbers: list[float]) -> tuple[float, float]:
    """From the least to the most that is drawn, with room for what is open at an end."""
    least, most = min(numbers), max(numbers)
    room = (most - least) * 0.3 or abs(most) * 0.1 or 1.0
    return least - room, most + room


def numbers_of(row: Row) -> list[float]:
    """All values of a row that are drawn."""
    names = ("target_value", "target_value_high", "outcome_value", "outcome_value_high", "latest_outcome_value")
    found = [row[name] for name in names if row.get(name) is not None]
    if row.get("target_bound") == "about":
        found += [row["target_value"] - row["tolerance"], row["target_value"] + row["tolerance"]]
    return [one for one in found if math.isfinite(one)]


def at_top(row: Row) -> float:
    """The upper end of a target that is drawn closed."""
    value: float = (
        row["target_value"] if row["target_value_high"] is None else max(row["target_value"], row["target_value_high"])
    )
    return value + row["tolerance"] if row["target_bound"] == "about" else value


def told_of(row: Row) -> list[Any]:
    """What a row of a chart tells: in Chinese, in English, where its evidence stands, its columns to be taken away."""
    parts = []
    for side, zh, en in (("target", "目标", "target"), ("outcome", "结果", "outcome")):
        if row.get(f"{side}_value") is not None:
            said = words.value(row, side)
            parts.append((f"{zh} {said[0]}", f"{en} {said[1]}"))
    if row.get("verdict"):
        name, english, sign, *_ = words.VERDICTS[row["verdict"]]
        parts.append((f"{sign} {name}", f"{sign} {english}"))
    tips = " · ".join(zh for zh, _ in parts), " · ".join(en for _, en in parts)
    return [*tips, row["href"], [row.get(name) for name in CSV_COLUMNS]]


def marks(rows: list[Row], place: str, labels: dict[Any, words.Said] | None = None) -> list[Row]:
    """The rows of a chart: of each target beside its outcome, or an outcome alone, the marks that show it.

    Args:
        rows: with the columns of mart.target_outcomes; target_… and verdict are None where none was aimed at; `at` is
            the row's place in what the page tells of its charts.
        place: the column that the marks stand at: period_end, or ref_area.
        labels: of areas, their names.
    """
    numbers = [number for row in rows for number in numbers_of(row)]
    if not numbers:
        return []
    ends = extent(numbers)
    found: list[Row] = []
    if place == "period_end":
        shown = sorted({row[place] for row in rows})
        found += [{"part": "year", "x": year} for year in range(shown[0], shown[-1] + 1)]
    told: set[tuple[Any, float]] = set()
    run, last = 0, None
    for row in rows:
        x = row[place]
        if row.get("target_value") is not None:
            found += aim(row, x, ends)
        value = row.get("outcome_value")
        if value is None:
            sign = words.VERDICTS[row["verdict"]][2]
            found.append(
                {
                    "part": "silent",
                    "x": x,
                    "value": at_top(row),
                    "sign": sign,
                    "of": row.get("at"),
                }
            )
            continue
        verdict = row["verdict"] or "told"
        if (x, value) in told and verdict == "told":
            continue  # of several targets for the year one outcome
        told.add((x, value))
        run += last is not None and isinstance(x, int) and x - last > 1
        last = x
        shared = {"x": x, "of": row.get("at")}
        if row.get("outcome_value_high") is not None:
            found.append({"part": "span", "low": value, "high": row["outcome_value_high"], **shared})
        found.append({"part": "outcome", "value": value, "verdict": verdict, "run": run, **shared})
        later = row.get("latest_outcome_value")
        if later is not None and later != value:
            found.append({"part": "later", "value": value, "later": later, **shared})
    if labels:
        for item in found:
            if "x" in item:
                item["x"] = labels[item["x"]]
    return found
