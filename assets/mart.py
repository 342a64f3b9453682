"""The tables without partitions: the seeds' tables, what was rejected, and the marts."""

import hashlib

import dagster as dg
import polars as pl

from assets.core import observations, reports
from assets.describe import describe
from assets.partitions import last_report_year
from assets.resources import ReportsFolder, Warehouse
from assets.versions import code_version
from pipelines import comparison, seeds
from pipelines import reports as reading
from pipelines.tables import Table
from pipelines.tables.core import AREAS, INDICATORS, OBSERVATIONS, REPORTS
from pipelines.tables.mart import MARTS, TARGET_OUTCOMES
from pipelines.tables.ops import REJECTED_REPORTS
from warehouse import marts
from warehouse.store import ALL


def kept(warehouse: Warehouse, table: Table, frame: pl.DataFrame, made_from: str = "") -> dg.MaterializeResult:
    """Keep a table without partitions."""
    with warehouse.store.lock(ALL):
        entry = warehouse.store.write(table, ALL, frame, made_from)
    return dg.MaterializeResult(metadata={"dagster/row_count": entry.rows}, data_version=dg.DataVersion(entry.sha256))


@dg.asset(**describe(INDICATORS))
def indicators(warehouse: Warehouse) -> dg.MaterializeResult:
    """The codebook, as `seeds/indicators.csv` has it."""
    return kept(warehouse, INDICATORS, seeds.indicators())


@dg.asset(**describe(AREAS))
def areas(warehouse: Warehouse) -> dg.MaterializeResult:
    """The areas, as `seeds/areas.csv` has them."""
    return kept(warehouse, AREAS, seeds.areas())


@dg.asset(
    deps=[indicators, areas, observations, reports],
    code_version=code_version("comparison"),
    **describe(TARGET_OUTCOMES),
)
def target_outcomes(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
    """Set each target beside its outcome, over all years that are good to publish."""
    store = warehouse.store
    with store.lock("publication"):
        for year, problem in store.promote().items():
            context.log.warning(f"{year} is held back, its last good version stays: {problem}")
        made_from = store.published_hash()
        observed = store.published_rows(OBSERVATIONS)
        at_hand = store.published_rows(REPORTS, ["ref_area", "report_year"])
    rules, likeness = comparison.load_rules(), comparison.load_likeness()
    frame = comparison.target_outcomes(observed, at_hand, seeds.indicators(), seeds.areas(), rules, likeness)
    return kept(warehouse, TARGET_OUTCOMES, frame, made_from)


@dg.asset(deps=[target_outcomes], **describe(REJECTED_REPORTS))
def rejected_reports(reports_folder: ReportsFolder, warehouse: Warehouse) -> dg.MaterializeResult:
    """List what could not be read: of each year, and what stands in no year at all."""
    _, rows = reading.survey(reports_folder.folder, seeds.areas()["ref_area"].to_list(), last_report_year())
    store = warehouse.store
    rows += [row for year in store.years() for row in store.manifest(year).rejected]
    return kept(warehouse, REJECTED_REPORTS, REJECTED_REPORTS.frame(rows).unique("path", keep="first"))


def arranged(table: Table) -> dg.AssetsDefinition:
    """The asset of a mart that a query makes."""

    @dg.asset(
        # the comparison says which years are good to publish, so it goes first
        deps=[[source.schema, source.name] for source in {TARGET_OUTCOMES, *marts.sources(table)}],
        code_version=hashlib.sha256(marts.query(table).encode()).hexdigest()[:16],
        **describe(table) | {"kinds": {"duckdb", "parquet"}},
    )
    def mart(warehouse: Warehouse) -> dg.MaterializeResult:
        store = warehouse.store
        with store.lock("publication"):
            made_from = store.published_hash()
            frame = marts.rows(store, table)
        return kept(warehouse, table, frame, made_from)

    return mart


arranged_marts = [arranged(table) for table in MARTS if marts.is_query(table)]
