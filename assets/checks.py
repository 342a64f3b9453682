"""Asset checks: each table's expectations, as groups that run on a partition and keep their results with it."""

from typing import Any

import dagster as dg
import polars as pl

from assets.mart import target_outcomes
from assets.partitions import report_years
from assets.resources import Warehouse
from pipelines import comparison, final_figures
from pipelines.tables import Table
from pipelines.tables.core import REPORTS
from pipelines.tables.mart import MARTS, TARGET_OUTCOMES
from pipelines.tables.registry import PARTITIONED, UNPARTITIONED
from warehouse.expectations import SHOWN, Expectation, check_file, check_frame, checks, result
from warehouse.store import ALL


def summary(results: list[dict[str, Any]]) -> dg.AssetCheckResult:
    """Results as Dagster shows them; one failed expectation that blocks makes the check an error."""
    failed = [row for row in results if not row["success"]]
    blocking = any(row["severity"] == "error" for row in failed)
    return dg.AssetCheckResult(
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if blocking or not failed else dg.AssetCheckSeverity.WARN,
        description="; ".join(f"{row['expectation']}: {row['failing_rows']} rows fail" for row in failed) or None,
        metadata={"expectations": len(results)}
        | {row["expectation"]: f"{row['failing_rows']} rows fail: {row['detail']}" for row in failed},
    )


def partition_check(table: Table, name: str, wanted: list[Expectation]) -> dg.AssetChecksDefinition:
    """A check of a table's year, in SQL on its file: such tables grow to millions of rows."""

    @dg.asset_check(
        asset=[table.schema, table.name],
        name=name,
        description="; ".join(expectation.name for expectation in wanted),
        blocking=True,
        partitions_def=report_years,
    )
    def check(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> dg.AssetCheckResult:
        store, year = warehouse.store, context.partition_key
        with store.lock(year):
            current = store.manifest(year).current
            path, reports = (store.path(year, current[item.name]) for item in (table, REPORTS))
            results = check_file(table, year, path, reports, wanted)
            store.record(table, year, results)
        return summary(results)

    return check


def whole_check(table: Table) -> dg.AssetChecksDefinition:
    """A check of a table without partitions: by Great Expectations, of a mart, which grows with the reports, in SQL."""
    wanted = checks(table)["well_formed"]

    @dg.asset_check(
        asset=[table.schema, table.name],
        name="well_formed",
        description="; ".join(expectation.name for expectation in wanted),
        blocking=True,
    )
    def check(warehouse: Warehouse) -> dg.AssetCheckResult:
        store = warehouse.store
        with store.lock(ALL):
            if table in MARTS:
                path = store.sound_path(ALL, store.manifest(ALL).current[table.name])
                results = check_file(table, ALL, path, None, wanted)
            else:
                results = check_frame(table, ALL, store.read(table, ALL))
            store.record(table, ALL, results)
        return summary(results)

    return check


@dg.asset_check(
    asset=target_outcomes,
    blocking=True,
    description="each row's verdicts and paces follow from its own columns and the rules",
)
def verdicts_recompute(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Judge each row again from what it says of itself."""
    store = warehouse.store
    frame = store.read(TARGET_OUTCOMES, ALL)
    again = comparison.recomputed(frame, comparison.load_rules())
    differs = [frame[name].ne_missing(again[name]) for name in again.columns]
    wrong = frame.filter(pl.any_horizontal(differs))
    expectation = Expectation("verdicts recompute", fails="")
    detail = ", ".join(wrong["target_id"].head(SHOWN))
    results = [result(TARGET_OUTCOMES, ALL, expectation, wrong.height, detail)]
    with store.lock(ALL):
        store.record(TARGET_OUTCOMES, ALL, results)
    return summary(results)


@dg.asset_check(
    asset=target_outcomes,
    blocking=True,
    description="statistics_verdict follows from the row's own columns and the rules",
)
def statistics_verdicts_recompute(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Judge the official figure in each row again; what has none has no verdict of statistics."""
    store = warehouse.store
    frame = store.read(TARGET_OUTCOMES, ALL)
    again = final_figures.judged(frame, comparison.load_rules())
    wrong = frame.filter(frame["statistics_verdict"].ne_missing(again))
    expectation = Expectation("verdicts of statistics recompute", fails="")
    results = [result(TARGET_OUTCOMES, ALL, expectation, wrong.height, ", ".join(wrong["target_id"].head(SHOWN)))]
    with store.lock(ALL):
        store.record(TARGET_OUTCOMES, ALL, results)
    return summary(results)


asset_checks = [
    *(partition_check(table, name, wanted) for table in PARTITIONED for name, wanted in checks(table).items()),
    *(whole_check(table) for table in UNPARTITIONED),
    verdicts_recompute,
    statistics_verdicts_recompute,
]
