"""The chosen tables as CSV or Parquet files, with a data package (Frictionless Data) that describes them."""

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb

from pipelines.tables import Column, Table
from pipelines.tables.registry import TABLES
from warehouse.exports import GUARDED, relation
from warehouse.publication import quoted

DESCRIPTION = "datapackage.json"
FIELD_TYPES = {
    "VARCHAR": {"type": "string"},
    "INTEGER": {"type": "integer"},
    "BIGINT": {"type": "integer"},
    "DOUBLE": {"type": "number"},
    "BOOLEAN": {"type": "boolean"},
    "DATE": {"type": "date"},
    "TIMESTAMP": {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%fZ"},
    "VARCHAR[]": {"type": "array"},
}
SOURCES = {
    "title": "政府工作报告 government work reports",
    "description": "core.reports names the source and the licence of each report, core.statistics of each figure",
}


def write_csv(connection: duckdb.DuckDBPyConnection, table: Table, target: Path) -> None:
    """Write a table as CSV: UTF-8, NULL as nothing, lists as JSON, moments in UTC, texts guarded against formulas."""
    starts = ", ".join(quoted(start) for start in GUARDED)
    columns = []
    for column in table.columns:
        name = column.name
        if column.type == "VARCHAR":
            name = f"CASE WHEN left({name}, 1) IN ({starts}) THEN '''' || {name} ELSE {name} END AS {name}"
        elif column.type == "VARCHAR[]":
            name = f"CAST(to_json({name}) AS VARCHAR) AS {name}"
        elif column.type == "TIMESTAMP":
            name = f"strftime({name}, '%Y-%m-%dT%H:%M:%S.%fZ') AS {name}"
        columns.append(name)
    rows = relation(connection, table)
    rows.project(", ".join(columns)).write_csv(str(target), header=True, encoding="utf-8")


def write_parquet(connection: duckdb.DuckDBPyConnection, table: Table, target: Path) -> None:
    """Write a table as Parquet, as it is."""
    relation(connection, table).write_parquet(str(target), compression="zstd")


def field(table: Table, column: Column) -> dict[str, Any]:
    """A column as the table schema of a data package has it.

    Texts that may be empty are not said to be required: CSV writes an empty text as it writes none.
    """
    constraints: dict[str, Any] = {}
    if column.required and (column.type != "VARCHAR" or column.name in table.key or column.allowed):
        constraints["required"] = True
    if table.key == (column.name,):
        constraints["unique"] = True
    if column.allowed:
        constraints["enum"] = list(column.allowed)
    for name, bound in (("minimum", column.minimum), ("maximum", column.maximum)):
        if bound is not None:
            constraints[name] = int(bound) if float(bound).is_integer() else bound
    described = {
        "name": column.name, "title": column.zh, "description": column.comment, **FIELD_TYPES[column.type],
    }  # fmt: skip
    return described | ({"constraints": constraints} if constraints else {})


def schema(table: Table) -> dict[str, Any]:
    """A table as a table schema: fields, the key, and what refers to other tables of the package."""
    keys = []
    for column in table.columns:
        if column.references:
            other, _, name = column.references.rpartition(".")
            resource = "" if other == table.full_name else TABLES[other].full_name
            keys.append({"fields": [column.name], "reference": {"resource": resource, "fields": [name]}})
    found: dict[str, Any] = {"fields": [field(table, column) for column in table.columns], "missingValues": [""]}
    if not any(not column.required for column in table.columns if column.name in table.key):
        found["primaryKey"] = list(table.key)
    return found | ({"foreignKeys": keys} if keys else {})


def resource(table: Table, path: Path, rows: int) -> dict[str, Any]:
    """A file of the package, with its size and hash."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    described = {
        "name": table.full_name, "title": table.zh, "description": table.comment, "path": path.name,
        "bytes": path.stat().st_size, "hash": f"sha256:{digest}",
    }  # fmt: skip
    if path.suffix == ".csv":
        dialect = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True}
        kind = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "dialect": dialect}
        described |= {"type": "table", "profile": "tabular-data-resource", "rows": rows, **kind}
    else:  # a file to those that check packages: few of them read Parquet
        described |= {"type": "file", "format": "parquet", "mediatype": "application/vnd.apache.parquet"}
    return described | {"schema": schema(table)}


def write(connection: duckdb.DuckDBPyConnection, folder: Path, form: str, build: dict[str, Any], chosen: str) -> None:
    """Write a file for each table into a folder, `<schema>.<table>.<form>`, and the description of all.

    Args:
        connection: see `chosen`.
        folder: an empty folder.
        form: csv or parquet.
        build: the row of ops.builds.
        chosen: the selection in words; empty where all is taken.
    """
    resources = []
    for table in TABLES.values():
        path = folder / f"{table.full_name}.{form}"
        (write_csv if form == "csv" else write_parquet)(connection, table, path)
        (rows,) = connection.execute(f"SELECT count(*) FROM {table.full_name}").fetchone() or (0,)  # noqa: S608
        resources.append(resource(table, path, rows))
    guard = (
        " A text that begins with =, +, -, @, a tab, a line's end or ' has ' before it: take one ' off to have it back."
    )
    described = {
        "profile": "data-package",
        "name": "duixian",
        "title": "兑现: targets of government work reports beside their outcomes",
        "description": "Where is_sample is true, the text restates published figures in the project's own words, and "
        f"is not the report itself.{guard if form == 'csv' else ''}",
        "id": build["rows_hash"],
        "version": build["build_id"],
        "created": f"{build['built_at']:%Y-%m-%dT%H:%M:%SZ}",
        "selection": chosen or "all",
        "sources": [SOURCES],
        "resources": resources,
    }
    (folder / DESCRIPTION).write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
