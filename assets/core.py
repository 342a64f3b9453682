"""The tables of the schema `core` that are partitioned by report year: reports → passages → statements → observations.

Beside them stand the terms, which passages are counted into.

Each keeps the rows of reports that are as they were, and works the others only.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import dagster as dg
import polars as pl
from pydantic import Field

from assets.describe import describe
from assets.partitions import last_report_year, report_years
from assets.resources import BatchEngine, ReportsFolder, Warehouse
from assets.versions import code_version
from pipelines import engines, seeds
from pipelines import no_targets as declining
from pipelines import observations as observing
from pipelines import passages as passing
from pipelines import reports as reading
from pipelines import statements as stating
from pipelines import terms as counting
from pipelines.tables import Table
from pipelines.tables.core import NO_TARGETS, OBSERVATIONS, PASSAGES, REPORTS, STATEMENTS, TERMS
from pipelines.tables.registry import MADE_FROM, PARTITIONED
from warehouse.expectations.running import mark
from warehouse.store import Entry, Store, WarehouseError, by_runs

STAYS = "What was last read of it stays until it is removed."


class ReadConfig(dg.Config):
    """Which reports to read anew.

    Attributes:
        areas: area codes; none means all. Of other areas, what is on file stays.
    """

    areas: list[str] = Field(default_factory=list)


def fingerprint(module: str, source: str) -> str:
    """A hash of what a report's rows are made from: its source's fingerprint, and the code and seeds at work."""
    return hashlib.sha256(f"{code_version(module)} {source}".encode()).hexdigest()[:32]


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
        make: the rows of some reports, given by report_id; report by report, each in the table's order.
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
    kept = store.read(table, year, before, reports=same, group=group) if same else table.frame()
    rows = pl.concat([kept, make(others)]) if others else kept
    if table not in PARTITIONED:
        order = table.order or table.key
        rows = by_runs(rows, group) if order[0] == group else rows.sort(order)
    return store.write(table, year, rows, made_from, wanted, group), len(others)


def materialized(entry: Entry, worked: int) -> dg.MaterializeResult:
    """What the UI shows of a partition."""
    return dg.MaterializeResult(
        metadata={"dagster/row_count": entry.rows, "made_anew": worked},
        data_version=dg.DataVersion(entry.sha256),
    )


def chosen_reports(
    store: Store, year: str, files: list[reading.ReportFile], areas: list[str], rejected: list[dict[str, Any]]
) -> tuple[dict[str, reading.ReportFile], dict[str, str]]:
    """The files of a year to read, and the fingerprints that its partition of reports shall have.

    What is on file of other areas than those named stays; so does what was read of files that are rejected now.
    """
    before = store.manifest(year).current.get(REPORTS.name)
    if before and not usable(store, REPORTS, year, before):
        areas, before = [], None  # nothing is left on file of the others
    chosen = {
        f"{file.ref_area}/{year}": file
        for file in files
        if file.report_year == int(year) and (not areas or file.ref_area in areas)
    }
    wanted = {name: fingerprint("reports", reading.fingerprint(file)) for name, file in chosen.items()}
    others = [name for name in before.fingerprints if name not in chosen] if before and (areas or rejected) else []
    if before and others:
        stay = staying(store, year, rejected)
        not_asked_for = {name for name in others if areas and name.partition("/")[0] not in areas}
        wanted |= {name: before.fingerprints[name] for name in others if name in stay | not_asked_for}
    return chosen, wanted


def on_file(store: Store, year: str) -> list[tuple[str, str]]:
    """The reports of a year that are on file: their report_id and path."""
    entry = store.manifest(year).current.get(REPORTS.name)
    if not entry or not usable(store, REPORTS, year, entry):
        return []
    return store.read(REPORTS, year, entry, ["report_id", "path"]).rows()


def staying(store: Store, year: str, rejected: list[dict[str, Any]]) -> set[str]:
    """The reports on file of a year whose files are rejected now, which stay until those are removed."""
    named = {f"{row['ref_area']}/{row['report_year']}" for row in rejected}
    paths = {row["path"] for row in rejected}
    there = on_file(store, year) if rejected else []
    return {name for name, path in there if name in named or not paths.isdisjoint(reading.holders(path))}


def told_to_stay(store: Store, rejected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `ops.rejected_reports`, of each path the first; the remedy of those that are on file says that it stays.

    A file that is out of place now may have been rejected for its content before; that is no matter until it is read.
    """
    rejected = [*{row["path"]: row for row in reversed(rejected)}.values()][::-1]
    years = store.years() if rejected else []
    there = {one for year in years for name, path in on_file(store, year) for one in (name, *reading.holders(path))}
    return [
        row | {"remedy": f"{row['remedy']} {STAYS}"}
        if row["path"] in there or f"{row['ref_area']}/{row['report_year']}" in there
        else row
        for row in rejected
    ]


def up_to_date(
    store: Store,
    year: str,
    files: list[reading.ReportFile],
    areas: list[str],
    rejected: list[dict[str, Any]],
) -> bool:
    """Whether a year's tables are whole, checked as they would be now, and made of these files by this code."""
    manifest = store.manifest(year)
    if manifest.problem():
        return False
    _, wanted = chosen_reports(store, year, files, areas, rejected)
    marks = {REPORTS: wanted}
    for table in PARTITIONED:
        if table in MADE_FROM:
            marks[table] = {name: fingerprint(table.name, mark) for name, mark in marks[MADE_FROM[table]].items()}
        entry = manifest.current[table.name]
        checked = entry.checked == mark(store, table, year)
        if not checked or entry.fingerprints != marks[table] or not usable(store, table, year, entry):
            return False
    return True


def of_other_code(store: Store, year: str) -> bool:
    """Whether a year's tables were made by other code or seeds than these, as far as its manifest tells by itself."""
    current = store.manifest(year).current
    return any(
        table.name in current
        and source.name in current
        and current[table.name].fingerprints
        != {name: fingerprint(table.name, mark) for name, mark in current[source.name].fingerprints.items()}
        for table, source in MADE_FROM.items()
    )


def ensure_columns(store: Store) -> None:
    """Make sure that what is published of each year has the columns of this version.

    Raises:
        WarehouseError: a year has others.
    """
    for year, manifest in store.published().items():
        for table in PARTITIONED:
            columns = table.polars_schema
            if entry := manifest.published.get(table.name):
                with suppress(pl.exceptions.PolarsError, OSError):  # a damaged file is told of where its rows are read
                    columns = pl.read_parquet_schema(store.path(year, entry))
            if columns != table.polars_schema:
                raise WarehouseError(
                    f"{table.full_name} of {year} has the columns of another version of duixian; read {year} anew with "
                    "the job `read_year`, or all such years with `duixian run`; what was published stays"
                )


@dg.asset(partitions_def=report_years, code_version=code_version("reports"), **describe(REPORTS))
def reports(
    context: dg.AssetExecutionContext,
    config: ReadConfig,
    reports_folder: ReportsFolder,
    warehouse: Warehouse,
    engine: BatchEngine,
) -> dg.MaterializeResult:
    """Read the reports of a year; a file that cannot be read is kept as rejected, with why."""
    year, store = context.partition_key, warehouse.store
    areas = seeds.areas()["ref_area"].to_list()
    files, out_of_place = reading.survey(reports_folder.folder, areas, last_report_year(), int(year))
    with store.lock(year):
        chosen, wanted = chosen_reports(store, year, files, config.areas, out_of_place)
        rejected: list[dict[str, Any]] = []

        def read(names: list[str]) -> pl.DataFrame:
            context.log.info(f"reading {len(names)} reports of {year}")
            made, failed = engines.worked(reading.reports, names, list(chosen.values()), by=engine.engine)
            for _, unreadable in made:
                rejected.extend(unreadable.to_dicts())
            for name, reason in failed.items():
                rejected.append(unworkable(name, chosen[name].relative, REPORTS, reason))
                del wanted[name]  # so that the next run tries again
            frames = [frame for frame, _ in made]
            if stay := staying(store, year, rejected) - set(failed):
                frames.append(store.read(REPORTS, year, reports=sorted(stay)))
            return pl.concat(frames)

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
    warehouse: Warehouse,
    engine: BatchEngine,
    table: Table,
    make: Callable[..., pl.DataFrame],
    *beside: Table,
) -> dg.MaterializeResult:
    """Make a table of a year from the one that it is made from, and others beside it, report by report."""
    year, store, source = context.partition_key, warehouse.store, MADE_FROM[table]
    failed: dict[str, str] = {}
    with store.lock(year):
        upstream = store.manifest(year).current.get(source.name)
        marks = upstream.fingerprints if upstream else {}
        wanted = {report: fingerprint(table.name, mark) for report, mark in marks.items()}

        def made(names: list[str]) -> pl.DataFrame:
            context.log.info(f"working {len(names)} reports of {year}")
            frames = [store.read(table, year, reports=names) for table in (source, *beside)]
            rows, others = engines.worked(make, names, *frames, by=engine.engine)
            failed.update(others)
            for name in others:
                del wanted[name]
            return pl.concat(rows)

        entry, worked = made_again(store, table, year, wanted, made, upstream.sha256 if upstream else "")
        if failed:
            withdraw(store, year, table, failed)
            entry = store.manifest(year).current[table.name]
    for name, reason in failed.items():
        context.log.warning(f"{name} was rejected: {reason}")
    return materialized(entry, worked)


def unworkable(name: str, path: str, table: Table, reason: str) -> dict[str, Any]:
    """A row of ops.rejected_reports of a report that the code itself failed with."""
    area, _, year = name.partition("/")
    return {
        "path": path, "ref_area": area, "report_year": int(year),
        "reason": f"{path} could not be made into {table.full_name} ({reason}).",
        "remedy": "That is a fault of duixian: tell its maintainers. The next run tries again.",
    }  # fmt: skip


def withdraw(store: Store, year: str, failed_in: Table, failed: dict[str, str]) -> None:
    """Take reports out of all tables of a year: half of one would count as one that does not say the rest.

    What is left of a table that was checked counts as checked. Without their fingerprints, the next run tries again.
    """
    rejected: list[dict[str, Any]] = []
    hashes: dict[str, str] = {}
    for table in PARTITIONED:
        before = store.manifest(year).current.get(table.name)
        if before is None:
            continue
        rows = store.read(table, year, before)
        if table is REPORTS:
            paths = rows.select(pl.col("report_id").cast(pl.String), "path").rows()
            rejected = [unworkable(name, path, failed_in, failed[name]) for name, path in paths if name in failed]
        marks = {name: mark for name, mark in before.fingerprints.items() if name not in failed}
        made_from = hashes.get(before.made_from, before.made_from)
        rows = rows.filter(~pl.col("report_id").cast(pl.String).is_in(list(failed)))
        after = store.write(table, year, rows, made_from, marks)
        hashes[before.sha256] = after.sha256
        if before.results is not None:
            store.record(table, year, before.results)
    manifest = store.manifest(year)
    manifest.rejected = sorted([*manifest.rejected, *rejected], key=lambda row: row["path"])
    store.save(year, manifest)


@dg.asset(deps=[reports], partitions_def=report_years, code_version=code_version("passages"), **describe(PASSAGES))
def passages(context: dg.AssetExecutionContext, warehouse: Warehouse, engine: BatchEngine) -> dg.MaterializeResult:
    """Bring each report's passages into order and tell their sections and faults."""
    return derive(context, warehouse, engine, PASSAGES, passing.passages)


@dg.asset(deps=[passages], partitions_def=report_years, code_version=code_version("statements"), **describe(STATEMENTS))
def statements(context: dg.AssetExecutionContext, warehouse: Warehouse, engine: BatchEngine) -> dg.MaterializeResult:
    """Account for every numeral."""
    return derive(context, warehouse, engine, STATEMENTS, stating.statements)


@dg.asset(
    deps=[reports, statements],
    partitions_def=report_years,
    code_version=code_version("observations"),
    **describe(OBSERVATIONS),
)
def observations(context: dg.AssetExecutionContext, warehouse: Warehouse, engine: BatchEngine) -> dg.MaterializeResult:
    """Turn statements about the codebook's indicators into observations."""
    return derive(context, warehouse, engine, OBSERVATIONS, observing.observations, REPORTS)


@dg.asset(deps=[passages], partitions_def=report_years, code_version=code_version("no_targets"), **describe(NO_TARGETS))
def no_targets(context: dg.AssetExecutionContext, warehouse: Warehouse, engine: BatchEngine) -> dg.MaterializeResult:
    """Find where a report says that it sets no target."""
    return derive(context, warehouse, engine, NO_TARGETS, declining.no_targets)


@dg.asset(deps=[passages], partitions_def=report_years, code_version=code_version("terms"), **describe(TERMS))
def terms(context: dg.AssetExecutionContext, warehouse: Warehouse, engine: BatchEngine) -> dg.MaterializeResult:
    """Count each report's content words."""
    return derive(context, warehouse, engine, TERMS, counting.terms)
