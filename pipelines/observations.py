"""Observations: the statements of the codebook's indicators, one row a fact."""

import hashlib
import json
from typing import Any

import polars as pl

from pipelines.collector import at_rest
from pipelines.tables.core import OBSERVATIONS

IDENTITY = (
    "kind", "indicator", "transformation", "period_start", "period_end", "bound", "obs_value", "obs_value_high",
    "unit_measure", "price_basis", "count_unit", "stage", "aggregation",
)  # fmt: skip
# a restatement that leaves these out, or says them, is the same fact
FACT = IDENTITY[:9]
ENCODER = json.JSONEncoder(ensure_ascii=False)


@at_rest()
def observations(statements: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """Statements that name indicators → observations, each fact of a report once.

    Args:
        statements: core.statements, in reading order.
        reports: core.reports; report_id, text and is_sample are used.

    Returns:
        core.observations, in reading order: values in whole units, periods in years.
    """
    texts = {row["report_id"]: row for row in reports.select("report_id", "text", "is_sample").iter_rows(named=True)}
    measured = statements.filter((pl.col("fate") == "measured") & (pl.col("indicators").list.len() > 0))
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for statement in measured.iter_rows(named=True):
        for indicator in statement["indicators"]:
            row = observation(statement, indicator, texts[statement["report_id"]])
            if row is None:
                continue
            key = (row["report_id"], *(row[name] for name in FACT))
            known = rows.get(key)
            # what stands in its own place is kept before what is printed again or strayed
            if known is None or (careful(known) and not careful(row)):
                rows[key] = row
    return OBSERVATIONS.frame(rows.values())


def careful(row: dict[str, Any]) -> bool:
    """Whether an observation stands in a passage with faults."""
    return bool({"repeated", "strayed"} & set(row["flags"]))


def observation(statement: dict[str, Any], indicator: str, report: dict[str, Any]) -> dict[str, Any] | None:
    """One row, or None where the statement lacks what an observation needs."""
    needed = ("value", "unit_measure", "kind", "transformation", "period_start", "period_end", "bound")
    if any(statement[name] is None for name in needed):
        return None
    if not 1900 <= statement["period_start"] <= statement["period_end"] <= 2100:
        return None
    start = statement["evidence_start"] if statement["evidence_start"] is not None else statement["char_start"]
    end = statement["evidence_end"] if statement["evidence_end"] is not None else statement["char_end"]
    row = {
        **{
            name: statement[name]
            for name in ("report_id", "ref_area", "report_year", "statement_id", "rule", "confidence")
        },
        **{name: statement[name] for name in ("kind", "transformation", "period_start", "period_end", "bound")},
        **{name: statement[name] for name in ("unit_measure", "price_basis", "count_unit", "stage", "aggregation")},
        "indicator": indicator,
        "obs_value": statement["value"],
        "obs_value_high": statement["value_high"],
        "evidence": report["text"][start:end],
        "char_start": start,
        "char_end": end,
        "flags": statement["flags"],
        "is_sample": report["is_sample"],
    }
    if row["obs_value_high"] is not None and row["obs_value"] > row["obs_value_high"]:
        row["obs_value"], row["obs_value_high"] = row["obs_value_high"], row["obs_value"]
    identity = [row["report_id"], *(row[name] for name in IDENTITY)]
    row["observation_id"] = hashlib.sha256(ENCODER.encode(identity).encode()).hexdigest()[:16]
    return row
