"""Expectations as SQL aggregates over a Parquet file: a bulk table is scanned, never held."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.tables import Table
from pipelines.tables.registry import TABLES
from warehouse.expectations import Expectation
from warehouse.expectations.field import Excepted
from warehouse.expectations.results import SHOWN, Failing, Relation, columns, key_text, results, type_name
from warehouse.publication import quoted


def check_file(
    table: Table,
    partition: str,
    path: Path,
    wanted: list[Expectation],
    related: Callable[[str], Relation],
    excepted: list[Excepted],
) -> list[dict[str, Any]]:
    """Check a Parquet file of a table, beside the relations that its expectations name.

    Returns:
        Rows of ops.validation_results, as `results.results` gives them.
    """
    with opened(table, path, wanted, related) as connection:
        return judged(connection, table, partition, path, wanted, excepted)


def judged(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    partition: str,
    path: Path,
    wanted: list[Expectation],
    excepted: list[Excepted],
) -> list[dict[str, Any]]:
    """The results of expectations on the relations of a database that `opened` gave."""
    counts: dict[str, tuple[int, int]] = {}
    for over in dict.fromkeys(item.over for item in wanted if not item.recompute):  # one scan each
        items = [item for item in wanted if item.over == over and not item.recompute]
        aggregates = []
        for item in items:
            keys = [one.key for one in excepted if one.expectation == item.name]
            let = f"{key_of(table, item)} IN ({listed(keys)})" if keys else "false"
            aggregates += [f"count(*) FILTER (WHERE {item.fails})", f"count(*) FILTER (WHERE ({item.fails}) AND {let})"]
        found = connection.execute(f"SELECT {', '.join(aggregates)} FROM {over}").fetchone() or ()  # noqa: S608
        counts |= {item.name: (found[2 * at], found[2 * at + 1]) for at, item in enumerate(items)}

    def failing(item: Expectation, keys: list[str]) -> Failing:
        if item.recompute:
            return recomputed(table, path, item, keys)
        rows, excused = counts[item.name]
        if not rows:
            return Failing(0)
        met = first(connection, table, item, excused, f"IN ({listed(keys)})")
        others = first(connection, table, item, SHOWN, f"NOT IN ({listed(keys or [''])})")
        return Failing(rows, excused, tuple(others), frozenset(key for key, _ in met))

    (rows,) = connection.execute("SELECT count(*) FROM file").fetchone() or (0,)
    return results(table, partition, wanted, failing, excepted, rows)


def listed(keys: list[str]) -> str:
    """Keys as SQL lists them."""
    return ", ".join(map(quoted, keys))


@contextmanager
def opened(
    table: Table, path: Path, wanted: list[Expectation], related: Callable[[str], Relation]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with the views `rows`, `columns` and those that the expectations name."""
    with duckdb.connect() as connection:
        connection.execute("SET autoinstall_known_extensions = false")
        types = {name: type_name(kind) for name, kind in pl.read_parquet_schema(path).items()}
        connection.from_parquet(str(path)).create_view("file")
        fields = [
            column.name if types.get(column.name) == column.type
            else f"TRY_CAST({column.name if column.name in types else 'NULL'} AS {column.type}) AS {column.name}"
            for column in table.columns
        ]  # fmt: skip
        key = ", ".join(table.key)
        connection.execute(
            f"CREATE VIEW rows AS SELECT *, count(*) OVER (PARTITION BY {key}) AS copies "  # noqa: S608
            f"FROM (SELECT {', '.join(fields)} FROM file)"
        )
        of_columns = columns(table, types)
        connection.execute(
            "CREATE TABLE columns AS SELECT unnest(?) AS column_name, unnest(?) AS expected, unnest(?) AS found",
            [of_columns[name].to_list() for name in of_columns.columns],
        )
        for schema in ("core", "mart", "year_before", "last_build"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for name in sorted({name for item in wanted for name in item.related}):
            relate(connection, name, [path] if name == table.full_name else related(name))
        yield connection


def relate(connection: duckdb.DuckDBPyConnection, name: str, relation: Relation) -> None:
    """Give a relation its name: a view of its files, or a table of what there is of it."""
    if isinstance(relation, pl.DataFrame):
        fields = ", ".join(f"unnest(?) AS {column}" for column in relation.columns)
        connection.execute(
            f"CREATE TABLE {name} AS SELECT {fields}",
            [relation[column].to_list() for column in relation.columns],
        )
    elif relation:
        view = name.replace(".", "_")
        connection.read_parquet([str(path) for path in relation]).create_view(view)
        connection.execute(f"CREATE VIEW {name} AS FROM {view}")
    else:
        table = TABLES[f"core.{name.partition('.')[2]}"]
        fields = ", ".join(f"{column.name} {column.type}" for column in table.columns)
        connection.execute(f"CREATE TABLE {name} ({fields})")


def key_of(table: Table, item: Expectation) -> str:
    """A SQL expression of a row's key, as `results.key_text` has it."""
    names = [f"coalesce(CAST(rows.{name} AS VARCHAR), 'NULL')" for name in item.key or table.key]
    return f"concat_ws(' ', {', '.join(names)})"


def first(
    connection: duckdb.DuckDBPyConnection, table: Table, item: Expectation, limit: int, keys: str
) -> list[tuple[str, str]]:
    """Of the rows that fail an expectation and have such keys the first: key, and what is seen."""
    if not limit:
        return []
    query = (
        f"SELECT {key_of(table, item)} AS key, {f'CAST({item.shows} AS VARCHAR)' if item.shows else 'NULL'} AS seen "  # noqa: S608
        f"FROM {item.over} WHERE ({item.fails}) AND key {keys} ORDER BY ALL LIMIT {limit}"
    )
    return [(key, seen or "") for key, seen in connection.execute(query).fetchall()]


def recomputed(table: Table, path: Path, item: Expectation, keys: list[str]) -> Failing:
    """What fails an expectation that is no SQL."""
    frame = pl.read_parquet(path, glob=False)
    try:
        wrong = frame.filter(item.recompute(frame)) if item.recompute else frame.clear()
    except (pl.exceptions.PolarsError, KeyError, TypeError, ValueError):
        wrong = frame  # a column is missing, or holds what no rule knows: that is expected of the column
    names = [key_text(row) for row in wrong.select(item.key or table.key).rows()]
    others = [(name, str(seen)) for name, seen in zip(names, wrong[item.shows], strict=True) if name not in keys]
    return Failing(len(names), len(names) - len(others), tuple(others[:SHOWN]), frozenset(keys) & set(names))


def failing_rows(
    table: Table, path: Path, item: Expectation, related: Callable[[str], Relation], limit: int
) -> list[dict[str, Any]]:
    """The first rows that fail an expectation, whole, exceptions among them, each with its `key`."""
    if item.recompute:
        frame = pl.read_parquet(path, glob=False)
        rows = frame.filter(item.recompute(frame)).head(limit).to_dicts()
        return [{"key": key_text(row[name] for name in table.key)} | row for row in rows]
    fields = "rows.* EXCLUDE (copies)" if item.over.startswith("rows") else "rows.*"
    with opened(table, path, [item], related) as connection:
        found = connection.execute(
            f"SELECT {key_of(table, item)} AS key, {fields} FROM {item.over} "  # noqa: S608
            f"WHERE {item.fails} ORDER BY key LIMIT {limit}"
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
