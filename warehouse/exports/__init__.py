"""What people take away: the published tables, or a part of them, as files of other kinds.

No text of a report becomes a formula. A spreadsheet holds strings as strings; in CSV, which knows no types, a text that
a spreadsheet program could take for a formula has an apostrophe before it, which `unguarded` takes off again.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.tables import Table
from pipelines.tables.registry import TABLES
from warehouse.publication import quoted

Row = dict[str, Any]
GUARDED = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "'")  # full-width: some programs take them too
GUARD = "'"
YEARS = ("report_year", "target_report_year", "outcome_report_year")  # the first that a table has is a row's report
WHOLE = ("core.areas", "core.indicators", "ops.validation_results", "ops.builds")  # whatever is chosen


def guarded(text: str) -> str:
    """A text as a cell of a CSV file: with an apostrophe before what could start a formula, or looks like the guard."""
    return GUARD + text if text.startswith(GUARDED) else text


def unguarded(text: str) -> str:
    """The text of a cell that `guarded` made."""
    return text.removeprefix(GUARD)


def cell(value: object) -> object:
    """A value as a cell of a CSV file: NULL as nothing, lists as JSON, texts guarded, truth in lower case."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return guarded(value) if isinstance(value, str) else value


def clean(text: str) -> str:
    """Words from outside without what could steer a terminal or a page (controls, marks of direction)."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character == "\n" else " " * character.isspace() for character in text
    )


@dataclass(frozen=True)
class Selection:
    """What is taken along: of these areas, report years and indicators; all where nothing is said."""

    areas: tuple[str, ...] = ()
    years: tuple[int, int] | None = None  # first and last, both included
    indicators: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.areas or self.years or self.indicators)

    def condition(self, table: Table) -> str:
        """What holds of a table's chosen rows, in SQL; empty where all are."""
        if table.full_name in WHOLE:
            return ""
        found = []
        for column, values in (("ref_area", self.areas), ("indicator", self.indicators)):
            if values and column in table.polars_schema:
                found.append(f"{column} IN ({', '.join(map(quoted, values))})")
        year = next((name for name in YEARS if name in table.polars_schema), None)
        if self.years and year:
            found.append(f"TRY_CAST({year} AS INTEGER) BETWEEN {self.years[0]} AND {self.years[1]}")
        return " AND ".join(found)

    def __str__(self) -> str:
        """The selection in words."""
        years = f"{self.years[0]}–{self.years[1]}" if self.years else ""
        return "; ".join(filter(None, (", ".join(self.areas), years, ", ".join(self.indicators))))


@contextmanager
def chosen(database: Path, selection: Selection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published tables under their names, as far as they are chosen, with all rows that chosen ones refer to.

    Raises:
        duckdb.Error: the database is of another version.
    """
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute(f"ATTACH {quoted(str(database.resolve()))} AS published (READ_ONLY)")
        conditions = {table: selection.condition(table) for table in TABLES.values()}
        for table, condition in conditions.items():
            names, kind = ", ".join(table.polars_schema), "TABLE" if condition else "VIEW"
            connection.execute(
                f"CREATE SCHEMA IF NOT EXISTS {table.schema}; "  # noqa: S608
                f"CREATE {kind} {table.full_name} AS SELECT {names} FROM published.{table.full_name} "
                f"WHERE {condition or 'true'}"
            )
        while any([bring(connection, table, conditions) for table in conditions]):  # noqa: C419 - each, not until one
            pass
        yield connection


def bring(connection: duckdb.DuckDBPyConnection, table: Table, conditions: dict[Table, str]) -> bool:
    """Bring the rows that those of a table refer to and that are not there yet; whether there were any."""
    brought = 0
    for column in table.columns:
        other, _, key = column.references.rpartition(".")
        if other and conditions[TABLES[other]]:
            row = connection.execute(
                f"INSERT INTO {other} FROM published.{other} AS other WHERE {key} IN "  # noqa: S608
                f"(SELECT {column.name} FROM {table.full_name}) AND {key} NOT IN (SELECT {key} FROM {other})"
            ).fetchone()
            brought += row[0] if row else 0
    return brought > 0


def relation(connection: duckdb.DuckDBPyConnection, table: Table) -> duckdb.DuckDBPyRelation:
    """A table's chosen rows, in its order."""
    return connection.sql(f"SELECT * FROM {table.full_name} ORDER BY {', '.join(table.order or table.key)}")  # noqa: S608


def rows(connection: duckdb.DuckDBPyConnection, table: Table) -> list[Row]:
    """The same as dicts."""
    found = relation(connection, table)
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
