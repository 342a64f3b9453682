"""Asset checks: each table's expectations, as groups that run on a partition and keep their results with it."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.partitions import report_years
from assets.resources import Warehouse
from pipelines.tables import Table
from pipelines.tables.registry import PARTITIONED, UNPARTITIONED
from warehouse.expectations.listed import checks
from warehouse.expectations.running import check
from warehouse.store import ALL


def summary(table: Table, name: str, results: list[dict[str, Any]]) -> dg.AssetCheckResult:
    """Results as Dagster shows them; one failed expectation that blocks makes the check an error."""
    failed = [row for row in results if not row["success"]]
    blocking = any(row["severity"] == "error" for row in failed)
    return dg.AssetCheckResult(
        asset_key=[table.schema, table.name],
        check_name=name,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if blocking or not failed else dg.AssetCheckSeverity.WARN,
        description="; ".join(f"{row['expectation']}: {row['failing_rows']} rows fail" for row in failed) or None,
        metadata={"expectations": len(results)}
        | {row["expectation"]: f"{row['failing_rows']} rows fail: {row['detail']}" for row in failed},
    )


def checks_of(table: Table) -> dg.AssetChecksDefinition:
    """The checks of a table, in one step: of a year where it has partitions, else of all rows."""
    partitions = report_years if table in PARTITIONED else None

    @dg.multi_asset_check(
        name=f"{table.schema}_{table.name}_checks",
        specs=[
            dg.AssetCheckSpec(
                name,
                asset=[table.schema, table.name],
                description="; ".join(item.name for item in wanted),
                blocking=True,
                partitions_def=partitions,
            )
            for name, wanted in checks(table).items()
        ],
    )
    def run(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
        store, partition = warehouse.store, context.partition_key if partitions else ALL
        with store.lock(partition):
            results = check(store, table, partition)
        for name in checks(table):
            yield summary(table, name, [row for row in results if row["check_name"] == name])

    return run


asset_checks = [checks_of(table) for table in (*PARTITIONED, *UNPARTITIONED)]
