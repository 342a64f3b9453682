"""Marts that only arrange what other tables hold: a SQL query each, in a file of the mart's name.

A query names tables as the published database does (`core.observations`), so that it can be read, tried and changed
there as it stands.
"""

import hashlib
import re
import tempfile
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from pipelines import seeds
from pipelines.tables import Column, Table
from pipelines.tables.registry import TABLES
from warehouse.publication import create, quoted
from warehouse.store import Store

FOLDER = Path(__file__).parent
NAMED = re.compile(r"\b(?:core|mart)\.[a-z_]+\b")
MEMORY = "1GB"  # of a query; what needs more goes to the disk


@cache
def query(table: Table) -> str:
    """The query of a mart."""
    return (FOLDER / f"{table.name}.sql").read_text(encoding="utf-8")


def version(table: Table) -> str:
    """A hash of a mart's query and of how it is asked."""
    return hashlib.sha256(query(table).encode() + Path(__file__).read_bytes()).hexdigest()[:16]


def is_query(table: Table) -> bool:
    """Whether a table is made by a query of this folder."""
    return (FOLDER / f"{table.name}.sql").is_file()


def sources(table: Table) -> list[Table]:
    """The tables that a mart's query reads."""
    return [TABLES[name] for name in sorted(set(NAMED.findall(query(table)))) if name in TABLES]


def files(store: Store, table: Table) -> dict[Table, list[Path]]:
    """The files that a mart's query reads: those published of partitioned tables, the current ones of others."""
    return {source: store.published_files(source) for source in sources(table)}


def rows(found: dict[Table, list[Path]], table: Table, areas: list[str] | None = None) -> pl.DataFrame:
    """Run a mart's query over its `files`.

    No query looks from one area at another: of some areas alone, it gives the rows that it gives of them beside all.

    Returns:
        The mart's rows, with the registry's columns and types, in no order.

    Raises:
        duckdb.Error: the query gives other columns than the registry lists, or cannot be run.
    """
    with duckdb.connect() as connection, tempfile.TemporaryDirectory() as scratch:
        for setting, value in (
            ("autoinstall_known_extensions", "false"), ("memory_limit", MEMORY), ("temp_directory", scratch),
        ):  # fmt: skip
            connection.execute(f"SET {setting} = '{value}'")
        connection.execute("CREATE TABLE chosen AS SELECT unnest(?::VARCHAR[]) AS ref_area", [areas or []])
        for source, paths in found.items():
            of_area = areas is not None and "ref_area" in source.polars_schema
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {source.schema}")
            if paths:
                connection.read_parquet([str(path) for path in paths]).create_view(f"{source.schema}_{source.name}")
                fields = ", ".join(map(coded, source.columns))
                connection.execute(
                    f"CREATE VIEW {source.full_name} AS SELECT {fields} FROM {source.schema}_{source.name}"  # noqa: S608
                    + " WHERE ref_area IN (SELECT ref_area FROM chosen)" * of_area
                )
            else:
                create(connection, source)
        return pl.DataFrame(selected(connection, table))


def coded(column: Column) -> str:
    """A column as a query reads it: a code by its number in its list, which is quicker to group and join than words."""
    codes = seeds.indicators()["indicator"] if column.name == "indicator" else column.allowed
    if column.type != "VARCHAR" or not len(codes):
        return column.name
    return f"CAST({column.name} AS ENUM ({', '.join(map(quoted, sorted(codes)))})) AS {column.name}"


def selected(connection: duckdb.DuckDBPyConnection, table: Table) -> duckdb.DuckDBPyRelation:
    """A mart's query over a database that has its sources, with the registry's columns and types."""
    columns = ", ".join(f"CAST({column.name} AS {column.type}) AS {column.name}" for column in table.columns)
    return connection.sql(f"SELECT {columns} FROM ({query(table)})")  # noqa: S608


def arranged(connection: duckdb.DuckDBPyConnection, table: Table) -> duckdb.DuckDBPyRelation:
    """The same in the registry's order."""
    return selected(connection, table).order(", ".join(table.order or table.key))
