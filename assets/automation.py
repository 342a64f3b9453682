"""What starts runs by itself: a look at the folder of reports, by day in the season and at once, and the publication.

What is up to date is asked of the warehouse's manifests, never of the history of one Dagster instance.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from dagster._core.execution.backfill import BulkActionStatus

from assets.core import chosen_reports, up_to_date
from assets.jobs import publish, read_year
from assets.partitions import TIMEZONE, last_report_year
from assets.publication import is_published, made_by
from assets.resources import ReportsFolder, Warehouse
from assets.versions import PIPELINES, WAREHOUSE, code_version, look_again
from pipelines import seeds
from pipelines.reports import survey
from pipelines.tables.registry import PARTITIONED
from warehouse.expectations import running
from warehouse.store import Store

SEASON = "0 7 * 12,1-3 *"  # counties and cities from December, provinces in January and February, the nation in March
STATE = "duixian/state"  # a tag of publications: a hash of what was to be published
GOING_ON = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING,
            dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]  # fmt: skip


def listing(folder: Path) -> str:
    """A hash of names, sizes and times of all files under a folder: cheap to take, and it changes when a file does."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            try:
                status = (Path(place) / name).stat()
            except OSError:  # removed meanwhile
                continue
            found.append((str(Path(place).relative_to(folder) / name), status.st_size, status.st_mtime_ns))
    return hashlib.sha256(repr(found).encode()).hexdigest()[:32]


def changed_years(reports: Path, store: Store) -> Iterator[tuple[str, str]]:
    """The years that are not made of, and checked for, what there is now, each with a hash of all that."""
    look_again()  # runs are processes of their own, and go by the code and seeds that stand there now
    areas = seeds.areas()["ref_area"].to_list()
    files, rejected = survey(reports, areas, last_report_year())
    for year in sorted({str(file.report_year) for file in files} | set(store.years())):
        if not up_to_date(store, year, files, [], rejected):
            _, wanted = chosen_reports(store, year, files, [], rejected)
            made = [code_version(table.name) for table in PARTITIONED]
            checked = [running.mark(store, table, year) for table in PARTITIONED]
            marks = json.dumps([sorted(wanted.items()), made, checked])
            yield year, hashlib.sha256(marks.encode()).hexdigest()[:16]


def is_reading(instance: dg.DagsterInstance) -> bool:
    """Whether years are still being read, or are to be: runs in hand, or a backfill that asks for more."""
    in_hand = instance.get_runs_count(dg.RunsFilter(job_name=read_year.name, statuses=GOING_ON))
    return bool(in_hand) or any(instance.get_backfills(status=BulkActionStatus.REQUESTED, limit=1))


@dg.schedule(
    job=read_year,
    cron_schedule=SEASON,
    execution_timezone=TIMEZONE,
    description="Each day of the season: read what is new or has changed, and try again what failed.",
)
def reporting_season(
    context: dg.ScheduleEvaluationContext, reports_folder: ReportsFolder, warehouse: Warehouse
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Ask for a run of each year that is not up to date."""
    found = False
    for year, mark in changed_years(reports_folder.folder, warehouse.store):
        found = True
        yield dg.RunRequest(run_key=f"{context.scheduled_execution_time:%Y-%m-%d} {year} {mark}", partition_key=year)
    if not found:
        yield dg.SkipReason("All years are up to date.")


@dg.sensor(
    job=read_year,
    minimum_interval_seconds=60,
    description="Read at once what a report, the seeds or the code has changed; what failed waits for a change.",
)
def reports_folder_changed(
    context: dg.SensorEvaluationContext, reports_folder: ReportsFolder, warehouse: Warehouse
) -> dg.SensorResult | dg.SkipReason:
    """Ask for a run of each year that is not up to date, where anything has changed since the last look."""
    if not reports_folder.folder.is_dir():
        return dg.SkipReason(f"{reports_folder.folder} is not a folder; DUIXIAN_REPORTS must name that of the reports.")
    if is_reading(context.instance):
        return dg.SkipReason("Years are still being read.")
    folders = (reports_folder.folder, seeds.SEEDS, PIPELINES, WAREHOUSE / "expectations")
    # what was read counts, too: a year is checked beside the one before it
    seen = hashlib.sha256(repr([*map(listing, folders), warehouse.store.publishable_hash()]).encode()).hexdigest()
    if seen == context.cursor:
        return dg.SkipReason("Nothing has changed since the last look.")
    wanted = [
        dg.RunRequest(run_key=f"{year} {mark}", partition_key=year)
        for year, mark in changed_years(reports_folder.folder, warehouse.store)
    ]
    return dg.SensorResult(run_requests=wanted, cursor=seen)


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many failures of the same publication: twice as long each time, a day at most."""
    return min(timedelta(minutes=5) * 2 ** min(failures - 1, 9), timedelta(days=1))


@dg.sensor(
    job=publish,
    minimum_interval_seconds=30,
    description="Publish once, when all years that were to be read have been; what failed is tried again later.",
)
def years_were_read(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.RunRequest | dg.SkipReason:
    """Ask for a publication where what is good to publish is not what is published."""
    if is_reading(context.instance):
        return dg.SkipReason("Years are still being read.")
    look_again()
    store = warehouse.store
    wanted = store.publishable_hash()
    if not wanted:
        return dg.SkipReason("No year is good to publish yet.")
    if is_published(store):
        return dg.SkipReason("What is good to publish is published.")
    state = hashlib.sha256(repr([wanted, sorted(made_by(store).items())]).encode()).hexdigest()[:32]
    failed = context.instance.get_run_records(
        dg.RunsFilter(job_name=publish.name, statuses=[dg.DagsterRunStatus.FAILURE], tags={STATE: state})
    )
    if failed:
        last = max(record.end_time or 0.0 for record in failed)
        again = datetime.fromtimestamp(last, UTC) + wait_after(len(failed))
        if again > datetime.now(UTC):
            return dg.SkipReason(f"It has failed {len(failed)} times to publish; it tries again at {again:%F %R} UTC.")
    return dg.RunRequest(run_key=f"{state} {len(failed)}", tags={STATE: state})


MAIL = ("DUIXIAN_MAIL_TO", "DUIXIAN_MAIL_FROM", "DUIXIAN_MAIL_HOST", "DUIXIAN_MAIL_PASSWORD")


def alerts(environment: Mapping[str, str]) -> list[dg.SensorDefinition]:
    """A mail for each run that fails, where the environment says to whom, from whom and by which server (TLS).

    Raises:
        ValueError: it says to whom, but not the rest.
    """
    to, *others = (environment.get(name, "") for name in MAIL)
    if not to:
        return []
    if not all(others):
        raise ValueError(f"{MAIL[0]} is set, so {', '.join(MAIL[1:])} must be, too")
    sender, host, password = others
    return [
        dg.make_email_on_run_failure_sensor(
            sender, password, to.split(","), smtp_host=host, name="run_failed",
            monitored_jobs=[read_year, publish], default_status=dg.DefaultSensorStatus.RUNNING,
        )
    ]  # fmt: skip
