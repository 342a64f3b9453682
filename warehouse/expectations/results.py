"""What came of expectations: rows of ops.validation_results, however they were run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.tables import POLARS_TYPES, Table
from warehouse.expectations import Expectation
from warehouse.expectations.field import Excepted

SHOWN = 5  # failing rows that a result names
STILL = "exceptions still apply: "  # begins the name of what is expected of exceptions
Relation = list[Path] | pl.DataFrame  # what an expectation names beside the table: files, or keys that are at hand


def type_name(kind: pl.DataType) -> str:
    """A Polars type as the registry names it; one that it has not, as Polars does."""
    return next((name for name, known in POLARS_TYPES.items() if known == kind), str(kind))


def columns(table: Table, found: dict[str, str]) -> pl.DataFrame:
    """The columns of a table beside those that were found: column_name, expected, found (types; NULL where missing)."""
    expected = {column.name: column.type for column in table.columns}
    names = [*expected, *(name for name in found if name not in expected)]
    return pl.DataFrame(
        {"column_name": names, "expected": list(map(expected.get, names)), "found": list(map(found.get, names))},
        schema={"column_name": pl.String, "expected": pl.String, "found": pl.String},
    )


def key_text(values: Iterable[Any]) -> str:
    """A row's key as results and exceptions have it."""
    return " ".join("NULL" if value is None else str(value) for value in values)


@dataclass(frozen=True)
class Failing:
    """What fails an expectation: how many rows, how many of them excepted, the first others, which exceptions hold."""

    rows: int
    excepted: int = 0
    first: tuple[tuple[str, str], ...] = ()  # key, and what is seen
    exceptions: frozenset[str] = frozenset()  # keys


def results(
    table: Table,
    partition: str,
    wanted: list[Expectation],
    failing: Callable[[Expectation, list[str]], Failing],
    excepted: list[Excepted],
    rows: int,
) -> list[dict[str, Any]]:
    """Rows of ops.validation_results: one an expectation, and one more where exceptions to it no longer apply.

    Args:
        table: the table.
        partition: its report year, or `all`.
        wanted: the expectations.
        failing: what fails an expectation, some keys excepted.
        excepted: the exceptions that concern the partition.
        rows: how many rows the table's partition has.
    """
    found = []
    for item in wanted:
        keys = [one.key for one in excepted if one.expectation == item.name]
        came = failing(item, keys)
        shown = ", ".join(f"{key} ({seen})" if seen else key for key, seen in came.first)
        found.append(result(table, partition, item, came.rows - came.excepted, shown, came.excepted, rows))
        if keys:
            gone = sorted(set(keys) - came.exceptions)
            still = Expectation(f"{STILL}{item.name}", "", f"例外仍适用：{item.zh}", severity="warn", check=item.check)
            found.append(result(table, partition, still, len(gone), ", ".join(gone[:SHOWN])))
    return found


def result(
    table: Table,
    partition: str,
    item: Expectation,
    failing: int,
    detail: str = "",
    excepted: int = 0,
    rows: int = 0,
) -> dict[str, Any]:
    """A row of ops.validation_results."""
    return {
        "table_name": table.full_name, "partition": partition, "check_name": item.check, "expectation": item.name,
        "expectation_zh": item.zh, "severity": item.severity_of(failing, rows), "success": failing == 0,
        "failing_rows": failing,
        "excepted_rows": excepted, "detail": detail,
    }  # fmt: skip
