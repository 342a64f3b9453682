"""`duixian run`: the Dagster assets, in process, a run a year, then the publication."""

import os
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from assets.core import told_to_stay, up_to_date, usable
from assets.definitions import defs
from assets.partitions import last_report_year
from assets.publication import is_published, site
from assets.resources import DEFAULT_REPORTS, BatchEngine, ReportsFolder, Warehouse
from commands.shown import WRONG_USAGE, UsageError, complain, errors, parse_years, print_targets, warehouse_of
from pipelines import engines, seeds
from pipelines.reports import ReportFile, survey
from pipelines.tables.core import REPORTS
from pipelines.tables.registry import UNPARTITIONED
from warehouse import pages
from warehouse.bucket import BucketError
from warehouse.publication import LINK, PublicationError, built_from, ensure_publishable
from warehouse.store import ALL, Store, WarehouseError

LISTED = 200  # rejections, and warnings, that are printed; the database has them all
PUBLISHED, NOTHING_PUBLISHED, STOPPED = 0, 1, 130
OURS = (WarehouseError, PublicationError, BucketError, seeds.SeedError, engines.EngineError)
OUR_ERRORS = tuple(error.__name__ for error in OURS)
Resources = dict[str, dg.ConfigurableResource]
QUIETLY: dict = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
# what the machine refuses, whatever the report: no year is to blame, and the next one would fail alike
REFUSED = ("No space left on device", "Disk quota exceeded", "Read-only file system", "Permission denied")
INTERRUPTS = ("KeyboardInterrupt", dg.DagsterExecutionInterruptedError.__name__)


def parse_areas(areas: list[str]) -> list[str]:
    """Area codes, each known.

    Raises:
        UsageError: one is not in seeds/areas.csv.
    """
    known = set(seeds.areas()["ref_area"])
    for area in areas:
        if area not in known:
            raise UsageError(f"--area {area!r} is no area code of seeds/areas.csv; use six digits such as 140200")
    return areas


def failure(result: dg.ExecuteInProcessResult) -> str:
    """Why a run failed, in a line: of its first failed step our own error, or the innermost one.

    Raises:
        KeyboardInterrupt: it failed because it was interrupted; Dagster takes the signal for itself.
    """
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error and error.cause and error.cls_name not in OUR_ERRORS:
                error = error.cause
            if error and error.cls_name in INTERRUPTS:
                raise KeyboardInterrupt
            if error:
                return error.message.strip().partition(": ")[2] or error.message.strip()
    return "the run failed; set DAGSTER_HOME to a folder and run again to see its log in the UI"


def execute(
    job: str,
    instance: dg.DagsterInstance,
    resources: Resources,
    areas: list[str],
    year: str | None = None,
) -> str:
    """Run a job in process.

    Returns:
        Why it failed; empty where it did not.
    """
    config = QUIETLY | ({"ops": {"core__reports": {"config": {"areas": areas}}}} if year else {})
    result = defs.resolve_job_def(job).execute_in_process(
        run_config=config,
        instance=instance,
        partition_key=year,
        raise_on_error=False,
        resources=resources,
    )
    return "" if result.success else failure(result)


def progress_bar() -> Progress:
    """A progress bar on the terminal, plain lines elsewhere."""
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=errors, transient=True,
    )  # fmt: skip


def read_years(
    instance: dg.DagsterInstance,
    resources: Resources,
    store: Store,
    files: list[ReportFile],
    areas: list[str],
    rejected: list[dict[str, Any]],
    years: range,
) -> dict[str, str]:
    """Read each year that has reports or had some, a run a year; one that fails stops only itself.

    Returns:
        Year → why its run failed.

    Raises:
        WarehouseError: the machine refused to write.
    """
    wanted = {file.report_year for file in files if not areas or file.ref_area in areas}
    chosen = sorted((wanted | {int(year) for year in store.years()}) & set(years))
    unchanged, failed = 0, {}
    with progress_bar() as progress:
        task = progress.add_task("reading", total=len(chosen))
        for year in map(str, chosen):
            count = sum(file.report_year == int(year) for file in files)
            progress.update(task, description=f"reading {year}: {count} {'report' if count == 1 else 'reports'}")
            if up_to_date(store, year, files, areas, rejected):
                unchanged += 1
            elif why := execute("read_year", instance, resources, areas, year):
                if any(words in why for words in REFUSED):
                    raise WarehouseError(
                        f"{year} could not be read ({why}); make sure that {store.folder} can be written to and has "
                        "room, then run again"
                    )
                failed[year] = why
            elif not errors.is_terminal:
                errors.print(f"read {year}: {count} {'report' if count == 1 else 'reports'}")
            progress.advance(task)
    if chosen:
        read = len(chosen) - unchanged - len(failed)
        errors.print(f"{len(chosen)} years: {read} read, {unchanged} unchanged, {len(failed)} failed")
    return failed


def run(
    reports: Path | None,
    warehouse: Path | None,
    areas: list[str],
    years: str | None,
    strict: bool,
    engine: str = engines.DEFAULT,
    partitions: str = "",
) -> int:
    """Read, validate, compare, publish, and show what came.

    Returns:
        The exit code: 0 published, 1 nothing published, 2 wrong usage, 130 stopped by Ctrl-C.
    """
    reports = (reports or DEFAULT_REPORTS).absolute()
    place = Warehouse(path=str(warehouse_of(warehouse)), partitions=partitions)
    resources: Resources = {
        "reports_folder": ReportsFolder(path=str(reports)),
        "warehouse": place,
        "engine": BatchEngine(name=engine),
    }
    try:
        chosen_years, areas = parse_years(years), parse_areas(areas)
        if not reports.is_dir():
            raise UsageError(f"{reports} is not a folder; --reports must name one that holds <area>/<year>.<ext>")
        if not engines.NAME.fullmatch(engine):
            raise UsageError(f"--engine {engine!r} is none; use {engines.KINDS}")
    except UsageError as error:
        complain("wrong usage", error)
        return WRONG_USAGE
    try:
        store = place.store
        ensure_publishable(store.folder)
        with store.whole_run(lambda: errors.print(f"another run is working on {store.folder}; waiting for it to end")):
            return read_and_publish(reports, store, resources, areas, chosen_years, strict)
    except OURS as error:
        complain("nothing published", error)
        return NOTHING_PUBLISHED
    except OSError as error:
        what = f"{error.filename}: {error.strerror}; the folder must be one that can be written to"
        complain("nothing published", what if error.filename else error)
        return NOTHING_PUBLISHED
    except KeyboardInterrupt:
        errors.print("stopped; what was published stays, and the next run goes on from here")
        return STOPPED


def failed_check(store: Store) -> str:
    """Which expectation of a table without partitions failed, and what to look at; empty where none did."""
    current = store.manifest(ALL).current
    problems = [current[table.name].problem(table) for table in UNPARTITIONED if table.name in current]
    failed = next((problem for problem in problems if " failed: " in problem), "")
    return failed and f"{failed}; `duixian check --open` shows the rows"


def told(rejected: dict[str, str]) -> str:
    """A row of `ops.rejected_reports` in a line, which names the file once."""
    named = "" if rejected["reason"].startswith(rejected["path"]) else f"{rejected['path']}: "
    return f"{named}{rejected['reason']} {rejected['remedy']}"


def complain_of_each(what: str, lines: list[str]) -> None:
    """Print what is wrong with files, a line each; of very many the first ones."""
    for line in lines[:LISTED]:
        complain(what, line, "yellow")
    if len(lines) > LISTED:
        complain(what, f"and {len(lines) - LISTED} more", "yellow")


def warnings(store: Store) -> list[str]:
    """What to be careful about in the reports that are on file: where each stands, and a sentence."""
    result = []
    for year in store.years():
        entry = store.manifest(year).current.get(REPORTS.name)
        if entry and usable(store, REPORTS, year, entry):
            frame = pl.read_parquet(store.path(year, entry), columns=["path", "warnings"])
            result += [f"{path}: {sentence}" for path, sentences in frame.iter_rows() for sentence in sentences]
    return result


def read_and_publish(
    reports: Path, store: Store, resources: Resources, areas: list[str], years: range, strict: bool
) -> int:
    """The run itself, on checked arguments."""
    known_areas = seeds.areas()["ref_area"].to_list()
    files, rejected = survey(reports, known_areas, last_report_year())
    if not files:
        why = f"; the first of {len(rejected)} that were rejected: {rejected[0]['reason']}" if rejected else ""
        raise WarehouseError(f"{reports} holds no report laid out as <area>/<year>.<ext>, such as 140200/2022.txt{why}")
    with dg.DagsterInstance.get() if os.environ.get("DAGSTER_HOME") else dg.DagsterInstance.ephemeral() as instance:
        failed = read_years(instance, resources, store, files, areas, rejected, years)
        manifests = {year: store.manifest(year) for year in store.years()}
        rejected += [row for manifest in manifests.values() for row in manifest.rejected]
        rejected = told_to_stay(store, rejected)
        complain_of_each("rejected", [told(row) for row in rejected])
        complain_of_each("warning", warnings(store))
        # a check that failed is named by the manifest; of other failures the run's own error says more
        held_back = failed | {
            year: why
            for year, manifest in manifests.items()
            if (why := manifest.problem()) and (year not in failed or " failed: " in why)
        }
        for year, why in sorted(held_back.items()):
            good = year in manifests and manifests[year].published
            stays = "its last good version stays" if good else "nothing of it is published"
            complain("held back", f"{year}, {stays}: {why}", "yellow")
        if strict and (rejected or held_back):
            raise WarehouseError("--strict, and something was rejected or held back (see above)")
        if not any(manifest.published or not manifest.problem() for manifest in manifests.values()):
            raise WarehouseError("no year could be read (see above)")
        known = {(row["path"], row["reason"]) for row in rejected}
        if is_published(store) and built_from(store.folder)["rejected"] == known:
            errors.print("nothing has changed; what was published stays")
            if not pages.is_current(store.folder):
                with errors.status("building the site"):
                    made = dg.materialize(
                        [site],
                        run_config=QUIETLY,
                        instance=instance,
                        raise_on_error=False,
                        resources={"warehouse": resources["warehouse"]},
                    )
                if not made.success:
                    complain("no site was built", failure(made), "yellow")
        else:
            with errors.status("comparing targets with outcomes, publishing"):
                why = execute("publish", instance, resources, areas)
            if why and not is_published(store):
                raise WarehouseError(failed_check(store) or why)
            if why:
                complain("no site was built", why, "yellow")
    print_targets(store.folder / LINK)
    return PUBLISHED
