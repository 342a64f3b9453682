"""What the registry tells Dagster of a table."""

from typing import Any

import dagster as dg

from pipelines.tables import Table

OWNERS = ["team:duixian"]


def describe(table: Table) -> dict[str, Any]:
    """The arguments of an asset that come from the registry: key, group, description, owners, kinds, columns."""
    columns = [
        dg.TableColumn(
            column.name,
            column.type,
            description=f"{column.zh}: {column.comment}",
            constraints=dg.TableColumnConstraints(nullable=not column.required),
        )
        for column in table.columns
    ]
    return {
        "key": [table.schema, table.name],
        "group_name": table.schema,
        "description": f"{table.zh}: {table.comment}",
        "owners": OWNERS,
        "kinds": {"polars", "parquet"},
        "metadata": {"dagster/column_schema": dg.TableSchema(columns), "dagster/table_name": table.full_name},
    }
