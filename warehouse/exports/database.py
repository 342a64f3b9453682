"""The chosen tables as one DuckDB file that holds all rows itself, with their comments."""

from pathlib import Path

import duckdb

from pipelines.tables.registry import TABLES
from warehouse.publication import create, quoted


def write(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Write the file.

    Args:
        connection: see `chosen`.
        target: the file; it must not be there yet.
    """
    with duckdb.connect(str(target), config={"autoinstall_known_extensions": "false"}) as made:
        made.begin()
        for table in TABLES.values():
            create(made, table)
        made.commit()
    connection.execute(f"ATTACH {quoted(str(target))} AS made")
    for name, table in TABLES.items():
        names, order = ", ".join(table.polars_schema), ", ".join(table.order or table.key)
        connection.execute(f"INSERT INTO made.{name} SELECT {names} FROM {name} ORDER BY {order}")  # noqa: S608
    # the views of the file that it was taken from, if it had any, stayed there
    connection.execute("UPDATE made.ops.builds SET bulk_folder = NULL")
    connection.execute("DETACH made")
