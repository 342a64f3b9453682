"""The tables of the schema `core` that are partitioned by report year: reports → passages → statements → observations.

Beside them stand the terms, which passages are counted into.

Each keeps the rows of reports that are as they were, and works the others only.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import dagster as dg
import polars as pl
from pydantic import Field

from assets.describe import describe
from assets.partitions import last_report_year, report_years
from assets.resources import ReportsFolder, Warehouse
from assets.versions import code_version
from pipelines import no_targets as declining
from pipelines import observations as observing
from pipelines import passages as passing
from pipelines import reports as reading
from pipelines import seeds
from pipelines import statements as stating
from pipelines import terms as counting
from pipelines.tables import Table
from pipelines.tables.core import NO_TARGETS, OBSERVATIONS, PASSAGES, REPORTS, STATEMENTS, TERMS
from pipelines.tables.registry import MADE_FROM, PARTITIONED
from warehouse.store import Entry, Store


class ReadConfig(dg.Config):
    """Which reports to read anew.

    Attributes:
        areas: area codes; none means all. Of other areas, what is on file stays.
    """

    areas: list[str] = Field(default_factory=list)


def fingerprint(module: str, source: str) -> str:
    """A hash of what a report's rows are made from: its source's fingerprint, and the code and seeds at work."""
    return hashlib.sha256(f"{code_version(module)} {source}".encode()).hexdigest()[:32]


def only(frame: pl.DataFrame, names: list[str], column: str = "report_id") -> pl.DataFrame:
    """The rows of these reports, or of other groups."""
    return frame.filter(pl.col(column).cast(pl.String).is_in(names))


def usable(store: Store, table: Table, year: str, entry: Entry) -> bool:
    """Whether an entry's file is whole, and has the columns that the table has in this version."""
    return store.intact(year, entry) and pl.read_parquet_schema(store.path(year, entry)) == table.polars_schema


def made_again(
    store: Store,
    table: Table,
    year: str,
    wanted: dict[str, str],
    make: Callable[[list[str]], pl.DataFrame],
    made_from: str = "",
    group: str = "report_id",
) -> tuple[Entry, int]:
    """Keep the rows on file whose fingerprints are as wanted, make those of the other reports, and write the whole.

    Args:
        store: the warehouse.
        table: the table.
        year: its partition.
        wanted: for each report that the partition shall hold, the fingerprint of its rows.
        make: the rows of some reports, given by report_id.
        made_from: hash of the file that the rows are made from.
        group: the column that tells a row's report, or what else the rows are made by: an area, a year.

    Returns:
        The new entry, and how many reports' rows were made anew.
    """
    before = store.manifest(year).current.get(table.name)
    if before and not usable(store, table, year, before):
        before = None  # damaged on disk, or of another version: made again
    same = [report for report, mark in wanted.items() if before and before.fingerprints.get(report) == mark]
    others = [report for report in wanted if report not in set(same)]
    if before and not others and len(same) == len(before.fingerprints) and made_from == before.made_from:
        return before, 0
    kept = only(store.read(table, year, before), same, group) if same else table.frame()
    rows = pl.concat([kept, make(others)]) if others else kept
    if table not in PARTITIONED:
        rows = rows.sort(table.key)
    return store.write(table, year, rows, made_from, wanted), len(others)


def materialized(entry: Entry, worked: int) -> dg.MaterializeResult:
    """What the UI shows of a partition."""
    return dg.MaterializeResult(
        metadata={"dagster/row_count": entry.rows, "made_anew": worked},
        data_version=dg.DataVersion(entry.sha256),
    )


def chosen_reports(
    store: Store, year: str, files: list[reading.ReportFile], areas: list[str]
) -> tuple[dict[str, reading.ReportFile], dict[str, str]]:
    """The files of a year to read, and the fingerprints that its partition of reports shall have.

    Where areas are named, of the other areas what is on file stays.
    """
    before = store.manifest(year).current.get(REPORTS.name)
    if before and not usable(store, REPORTS, year, before):
        areas = []  # nothing is left on file of the others
    chosen = {
        f"{file.ref_area}/{year}": file
        for file in files
        if file.report_year == int(year) and (not areas or file.ref_area in areas)
    }
    wanted = {name: fingerprint("reports", reading.fingerprint(file)) for name, file in chosen.items()}
    if areas and before:
        wanted |= {name: mark for name, mark in before.fingerprints.items() if name.partition("/")[0] not in areas}
    return chosen, wanted


def up_to_date(store: Store, year: str, files: list[reading.ReportFile], areas: list[str]) -> bool:
    """Whether a year's tables are whole, checked, and made from these files by this code and these seeds."""
    manifest = store.manifest(year)
    if manifest.problem():
        return False
    _, wanted = chosen_reports(store, year, files, areas)
    marks = {REPORTS: wanted}
    for table in PARTITIONED:
        if table in MADE_FROM:
            marks[table] = {name: fingerprint(table.name, mark) for name, mark in marks[MADE_FROM[table]].items()}
        entry = manifest.current[table.name]
        if entry.fingerprints != marks[table] or not usable(store, table, year, entry):
            return False
    return True


@dg.asset(partitions_def=report_years, code_version=code_version("reports"), **describe(REPORTS))
def reports(
    context: dg.AssetExecutionContext, config: ReadConfig, reports_folder: ReportsFolder, warehouse: Warehouse
) -> dg.MaterializeResult:
    """Read the reports of a year; a file that cannot be read is kept as rejected, with why."""
    year, store = context.partition_key, warehouse.store
    files, _ = reading.survey(reports_folder.folder, seeds.areas()["ref_area"].to_list(), last_report_year())
    with store.lock(year):
        chosen, wanted = chosen_reports(store, year, files, config.areas)
        rejected: list[dict[str, Any]] = []

        def read(names: list[str]) -> pl.DataFrame:
            frame, unreadable = reading.reports(
                [chosen[name] for name in names], lambda file: context.log.info(f"reading {file.relative}")
            )
            rejected.extend(unreadable.to_dicts())
            return frame

        before = store.manifest(year)
        entry, worked = made_again(store, REPORTS, year, wanted, read)
        marks = before.current[REPORTS.name].fingerprints if REPORTS.name in before.current else {}
        fresh = {row["path"] for row in rejected}
        for row in before.rejected:  # files that are as they were, and those of areas that were not asked for
            name = f"{row['ref_area']}/{year}"
            if row["path"] not in fresh and name in wanted and wanted[name] == marks.get(name):
                rejected.append(row)
        manifest = store.manifest(year)
        manifest.rejected = sorted(rejected, key=lambda row: row["path"])
        store.save(year, manifest)
    for row in rejected:
        context.log.warning(f"{row['path']} was rejected: {row['reason']} {row['remedy']}")
    return materialized(entry, worked)


def derive(
    context: dg.AssetExecutionContext,
    store: Store,
    table: Table,
    make: Callable[[pl.DataFrame], pl.DataFrame],
) -> dg.MaterializeResult:
    """Make a table of a year from the one that it is made from, report by report."""
    year, source = context.partition_key, MADE_FROM[table]
    with store.lock(year):
        upstream = store.manifest(year).current.get(source.name)
        marks = upstream.fingerprints if upstream else {}
        wanted = {report: fingerprint(table.name, mark) for report, mark in marks.items()}
        entry, worked = made_again(
            store,
            table,
            year,
            wanted,
            lambda names: make(only(store.read(source, year, upstream), names)),
            upstream.sha256 if upstream else "",
        )
    return materialized(entry, worked)


@dg.asset(deps=[reports], partitions_def=report_years, code_version=code_version("passages"), **describe(PASSAGES))
def passages(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
    """Bring each report's passages into order and tell their sections and faults."""
    return derive(context, warehouse.store, PASSAGES, passing.passages)


@dg.asset(deps=[passages], partitions_def=report_years, code_version=code_version("statements"), **describe(STATEMENTS))
def statements(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
    """Account for every numeral."""
    return derive(context, warehouse.store, STATEMENTS, stating.statements)


@dg.asset(
    deps=[reports, statements],
    partitions_def=report_years,
    code_version=code_version("observations"),
    **describe(OBSERVATIONS),
)
def observations(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
    """Turn statements about the codebook's indicators into observations."""
    store = warehouse.store
    return derive(
        context,
        store,
        OBSERVATIONS,
        lambda rows: observing.observations(rows, store.read(REPORTS, context.partition_key)),
    )


@dg.asset(deps=[passages], partitions_def=report_years, code_version=code_version("no_targets"), **describe(NO_TARGETS))
def no_targets(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
    """Find where a report says that it sets no target."""
    return derive(context, warehouse.store, NO_TARGETS, declining.no_targets)


@dg.asset(deps=[passages], partitions_def=report_years, code_version=code_version("terms"), **describe(TERMS))
def terms(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
    """Count each report's content words."""
    return derive(context, warehouse.store, TERMS, counting.terms)
