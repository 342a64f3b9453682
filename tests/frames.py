"""Small frames that hold to the registry, for tests of what stores and publishes them."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from pipelines.tables import Column, Table
from pipelines.tables.core import NO_TARGETS, OBSERVATIONS, PASSAGES, REPORTS, STATEMENTS, TERMS
from pipelines.tables.registry import MADE_FROM
from warehouse.expectations.listed import expectations
from warehouse.expectations.results import result
from warehouse.store import Store

TEXT = "地区生产总值增长百分之八。新增就业一千人，增长2%。"


def value(column: Column, text: str) -> Any:
    """Something that the column may hold."""
    if column.name in {"text", "evidence", "surface"}:
        return text
    if column.allowed:
        return next(iter(column.allowed))
    if column.type.startswith(("INT", "BIGINT")):
        return int(column.minimum or 0)
    return {"DOUBLE": 1.0, "BOOLEAN": True, "VARCHAR[]": [], "VARCHAR": "x"}.get(column.type)


def row(table: Table, **given: Any) -> dict[str, Any]:
    """A row with something in each required column."""
    return {column.name: value(column, TEXT) for column in table.columns if column.required} | given


def year_of_tables(year: int = 2022, area: str = "140200") -> dict[Table, pl.DataFrame]:
    """One report, one passage, one statement and one observation that fit together."""
    report = f"{area}/{year}"
    place = {"report_id": report, "ref_area": area, "report_year": year}
    span = {"char_start": 0, "char_end": len(TEXT)}
    return {
        REPORTS: REPORTS.frame(
            [row(REPORTS, **place, source_hash=hashlib.sha256(report.encode()).hexdigest(), characters=len(TEXT))]
        ),
        PASSAGES: PASSAGES.frame([row(PASSAGES, **place, **span, passage_id=f"{report}#1", position=1)]),
        STATEMENTS: STATEMENTS.frame(
            [row(STATEMENTS, **place, **span, statement_id=f"{report}@0", passage_id=f"{report}#1", value=8.0)]
        ),
        OBSERVATIONS: OBSERVATIONS.frame(
            [
                row(
                    OBSERVATIONS, **place, **span, observation_id=f"id-{area}-{year}", statement_id=f"{report}@0",
                    indicator="gdp", period_start=year - 1, period_end=year - 1,
                )
            ]
        ),
        NO_TARGETS: NO_TARGETS.frame(
            [
                row(
                    NO_TARGETS, **place, **span, no_target_id=f"{report}@0/gdp", passage_id=f"{report}#1",
                    indicator="gdp", period_start=year, period_end=year,
                )
            ]
        ),
        TERMS: TERMS.frame([row(TERMS, **place, term="生产总值")]),
    }  # fmt: skip


def good(table: Table, partition: str = "2022") -> list[dict[str, Any]]:
    """Results by which all that is expected of a table holds."""
    return [result(table, partition, item, 0) for item in expectations(table)]


def keep_tables(
    store: Store,
    year: int,
    results: Callable[[Table], list[dict[str, Any]] | None] | None = None,
    tables: Mapping[Table, pl.DataFrame] | None = None,
    fingerprints: dict[str, str] | None = None,
) -> None:
    """Keep a year of tables, each made from its source, with good results of its checks or others (None: none)."""
    hashes: dict[Table, str] = {}
    for table, frame in (tables or year_of_tables(year)).items():
        made_from = hashes[MADE_FROM[table]] if table in MADE_FROM else ""
        hashes[table] = store.write(table, str(year), frame, made_from, fingerprints).sha256
        found = results(table) if results else good(table, str(year))
        if found is not None:
            store.record(table, str(year), found)
