"""Expectations as SQL aggregates over a Parquet file: a bulk table is scanned, never held."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.tables import Table
from pipelines.tables.core import REPORTS
from pipelines.tables.registry import TABLES
from warehouse.expectations import Expectation
from warehouse.expectations.field import Excepted
from warehouse.expectations.results import (
    SHOWN,
    STILL,
    Failing,
    Relation,
    columns,
    key_text,
    result,
    results,
    type_name,
)  # fmt: skip
from warehouse.publication import quoted

Among = tuple[str, list[str]]  # a column, and the values that rows have there


@dataclass(frozen=True)
class Checked:
    """What a table's file was found to be when it was checked before, for the same and beside the same.

    Attributes:
        group: the column that tells a row's report, or its area.
        same: the groups whose rows are as they were then.
        held: the names of the expectations that no row failed then.
    """

    group: str
    same: frozenset[str]
    held: frozenset[str]


def check_file(
    table: Table,
    partition: str,
    path: Path,
    wanted: list[Expectation],
    related: Callable[[str], Relation],
    excepted: list[Excepted],
    before: Checked | None = None,
) -> list[dict[str, Any]]:
    """Check a Parquet file of a table, beside the relations that its expectations name.

    What no row failed before, no row of a group that is as it was can fail: of such an expectation, where it looks at
    no rows of other groups, those of the other groups alone are looked at.

    Returns:
        Rows of ops.validation_results, as `results.results` gives them.
    """
    groups = changed(path, before) if before else None
    let = {one.expectation for one in excepted}
    some = [
        item
        for item in wanted
        if before and groups is not None and item.name in before.held and item.name not in let
        and (item.together is None or before.group in item.together)
    ]  # fmt: skip
    rest = [item for item in wanted if item not in some]
    found: dict[str, dict[str, Any]] = {}
    for items, among in ((rest, None), (some, (before.group, groups) if before and groups else None)):
        if items and (among or items is rest):
            with opened(table, path, items, related, among) as connection:
                rows = judged(connection, table, partition, path, items, excepted, among)
                found |= {row["expectation"]: row for row in rows}
        else:
            found |= {item.name: result(table, partition, item, 0) for item in items}
    order = {item.name: at for at, item in enumerate(wanted)}
    return sorted(found.values(), key=lambda row: order[row["expectation"].removeprefix(STILL)])


def changed(path: Path, before: Checked) -> list[str] | None:
    """The groups in a file that are not as they were; None where it must be looked at as a whole."""
    if before.group not in pl.read_parquet_schema(path):
        return None
    there = pl.scan_parquet(path, glob=False).select(pl.col(before.group).cast(pl.String).unique()).collect()
    names = there.to_series().to_list()
    found = [name for name in names if name not in before.same]
    return None if None in names or len(found) > len(names) // 2 else found


def judged(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    partition: str,
    path: Path,
    wanted: list[Expectation],
    excepted: list[Excepted],
    among: Among | None = None,
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
            return recomputed(table, path, item, keys, among)
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
    table: Table,
    path: Path,
    wanted: list[Expectation],
    related: Callable[[str], Relation],
    among: Among | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with the views `rows`, `columns` and those that the expectations name.

    `among` says of which groups `rows` are; where groups are reports, `core.reports` are those alone, too.
    """
    with duckdb.connect() as connection:
        connection.execute("SET autoinstall_known_extensions = false")
        types = {name: type_name(kind) for name, kind in pl.read_parquet_schema(path).items()}
        connection.from_parquet(str(path)).create_view("file")
        fields = [
            column.name if types.get(column.name) == column.type
            else f"TRY_CAST({column.name if column.name in types else 'NULL'} AS {column.type}) AS {column.name}"
            for column in table.columns
        ]  # fmt: skip
        where = f" WHERE {among[0]} IN ({listed(among[1])})" if among else ""
        connection.execute(f"CREATE VIEW rows AS SELECT {', '.join(fields)} FROM file{where}")  # noqa: S608
        of_columns = columns(table, types)
        connection.execute(
            "CREATE TABLE columns AS SELECT unnest(?) AS column_name, unnest(?) AS expected, unnest(?) AS found",
            [of_columns[name].to_list() for name in of_columns.columns],
        )
        for schema in ("core", "mart", "year_before", "last_build"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for name in sorted({name for item in wanted for name in item.related}):
            of_some = among and among[0] == "report_id" and name == REPORTS.full_name
            relate(connection, name, [path] if name == table.full_name else related(name), where if of_some else "")
        yield connection


def relate(connection: duckdb.DuckDBPyConnection, name: str, relation: Relation, where: str = "") -> None:
    """Give a relation its name: a view of its files, or of some of their rows, or a table of what there is of it."""
    if isinstance(relation, pl.DataFrame):
        fields = ", ".join(f"unnest(?) AS {column}" for column in relation.columns)
        connection.execute(
            f"CREATE TABLE {name} AS SELECT {fields}",
            [relation[column].to_list() for column in relation.columns],
        )
    elif relation:
        view = name.replace(".", "_")
        connection.read_parquet([str(path) for path in relation]).create_view(view)
        connection.execute(f"CREATE VIEW {name} AS FROM {view}{where}")
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


def recomputed(table: Table, path: Path, item: Expectation, keys: list[str], among: Among | None = None) -> Failing:
    """What fails an expectation that is no SQL."""
    rows = pl.scan_parquet(path, glob=False)
    frame = (rows.filter(pl.col(among[0]).cast(pl.String).is_in(among[1])) if among else rows).collect()
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
    with opened(table, path, [item], related) as connection:
        found = connection.execute(
            f"SELECT {key_of(table, item)} AS key, rows.* FROM {item.over} "  # noqa: S608
            f"WHERE {item.fails} ORDER BY key LIMIT {limit}"
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
