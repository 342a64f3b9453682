"""Made-up observations, and what the comparison makes of them."""

from typing import Any

import polars as pl

from pipelines.comparison import NOTHING_DECLARED, Likeness, load_rules, target_outcomes
from pipelines.tables import DESIRED
from pipelines.tables.core import AREAS, INDICATORS, OBSERVATIONS

Row = dict[str, Any]
RULES = load_rules()
AREA = "140200"
CODEBOOK = INDICATORS.frame(
    {"indicator": name, "name_zh": name, "name_en": name, "desired": name, "growth_basis": "real"} for name in DESIRED
)


def areas(*codes: str) -> pl.DataFrame:
    """The table of these areas."""
    return AREAS.frame({"ref_area": code, "name_zh": "某地", "name_en": "Somewhere"} for code in codes)


def observation(kind: str, report_year: int, value: float, value_high: float | None = None, **more: Any) -> Row:
    """A row of core.observations; unless told otherwise of `higher`, yoy, of the year that the report is about."""
    year = report_year if kind == "target" else report_year - 1
    row = {
        "ref_area": AREA,
        "report_year": report_year,
        "kind": kind,
        "indicator": "higher",
        "transformation": "yoy",
        "period_start": year,
        "period_end": year,
        "bound": "exact" if value_high is None else "range",
        "obs_value": value,
        "obs_value_high": value_high,
        "unit_measure": "PERCENT",
        "evidence": "",
        "char_start": 0,
        "char_end": 1,
        "is_sample": False,
    } | more
    row["report_id"] = f"{row['ref_area']}/{row['report_year']}"
    if "observation_id" not in row:
        row["observation_id"] = "|".join(f"{key}={row[key]}" for key in sorted(row))
    return row


def target(report_year: int, value: float, value_high: float | None = None, **more: Any) -> Row:
    """A target, by default for the report's year."""
    return observation("target", report_year, value, value_high, **more)


def outcome(report_year: int, value: float, value_high: float | None = None, **more: Any) -> Row:
    """An outcome, by default of the year before the report's."""
    return observation("outcome", report_year, value, value_high, **more)


def compared(*rows: Row, at_hand: tuple[int, ...] = (), likeness: Likeness = NOTHING_DECLARED) -> pl.DataFrame:
    """Compare observations; the reports at hand are theirs and, of AREA, those of the years `at_hand`."""
    reports = {(row["ref_area"], row["report_year"]) for row in rows} | {(AREA, year) for year in at_hand}
    schema = {"ref_area": pl.String, "report_year": pl.Int32}
    return target_outcomes(
        OBSERVATIONS.frame(rows),
        pl.DataFrame(sorted(reports), schema=schema, orient="row"),
        CODEBOOK,
        areas(*sorted({AREA} | {row["ref_area"] for row in rows})),
        RULES,
        likeness,
    )


def only(*rows: Row, at_hand: tuple[int, ...] = (), likeness: Likeness = NOTHING_DECLARED) -> Row:
    """The first row of the comparison."""
    return compared(*rows, at_hand=at_hand, likeness=likeness).row(0, named=True)
