"""Expectations at work on a warehouse: what a table is checked beside, how, and where the results are kept."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import seeds
from pipelines.tables import Table
from pipelines.tables.core import AREAS, INDICATORS
from pipelines.tables.mart import MARTS
from pipelines.tables.registry import PARTITIONED, TABLES
from warehouse.expectations import FEW, Expectation, in_sql
from warehouse.expectations.by_gx import check_frame
from warehouse.expectations.field import Excepted
from warehouse.expectations.in_sql import Checked, check_file
from warehouse.expectations.listed import exceptions, expectations
from warehouse.expectations.results import Relation
from warehouse.store import ALL, Entry, Store

FEW_ROWS = 10_000  # of a table with no more, all rows are looked at each time


def check(store: Store, table: Table, partition: str) -> list[dict[str, Any]]:
    """Check the current version of a table's partition, and keep the results with it; its lock must be held.

    Of reports whose rows are as they were when they were published, what held then is not looked at again.
    What grows with the reports is checked in SQL, the other tables by Great Expectations, which takes seconds to
    import: they rest on the seeds alone, and one that is as it was, beside the same seeds, is not checked again.

    Returns:
        Rows of ops.validation_results.
    """
    entry = store.manifest(partition).current[table.name]
    wanted, related = expectations(table), partial(relation, store, partition)
    excepted, told = concerning(store, table, partition, related), mark(store, table, partition)
    if table in PARTITIONED or table in MARTS:
        before = checked_before(store.manifest(partition).published.get(table.name), entry, wanted, told)
        found = check_file(table, partition, store.sound_path(partition, entry), wanted, related, excepted, before)
    else:
        told = hashlib.sha256(repr((told, excepted, seeds.digest("."))).encode()).hexdigest()[:32]
        if entry.results is not None and entry.checked == told:
            return entry.results
        found = check_frame(table, partition, store.read(table, partition, entry), wanted, related, excepted)
    store.record(table, partition, found, told)
    return found


def checked_before(before: Entry | None, entry: Entry, wanted: list[Expectation], told: str) -> Checked | None:
    """What is known of a table from the version that was published; None where that was checked for something else."""
    expected, beside = told.split()
    if entry.rows <= FEW_ROWS or not before or before.results is None or before.group != entry.group:
        return None
    if not before.checked.startswith(expected):
        return None
    same = {name for name, mark in entry.fingerprints.items() if before.fingerprints.get(name) == mark}
    held = {row["expectation"] for row in before.results if not row["failing_rows"] and not row["excepted_rows"]}
    if before.checked.split()[1] != beside:
        held -= {item.name for item in wanted if any(name.startswith("year_before.") for name in item.related)}
    return Checked(entry.group, frozenset(same), frozenset(held))


def relation(store: Store, partition: str, name: str) -> Relation:
    """What an expectation names: files of other tables, or the keys of a code list.

    `core.…` is the same partition's table (of a table without partitions all that is published of it), `year_before.…`
    the year before's, `last_build.…` the version of this one that was last good to publish.
    """
    schema, _, other = name.partition(".")
    for table, rows in ((AREAS, seeds.areas), (INDICATORS, seeds.indicators)):
        if name == table.full_name:
            return rows().select(table.key)
    table = TABLES[f"core.{other}"]
    if schema == "core" and partition == ALL:
        return store.published_files(table)
    if schema == "year_before":
        partition, entry = str(int(partition) - 1), year_before(store, partition, other)
    else:
        manifest = store.manifest(partition)
        entry = (manifest.current if schema == "core" else manifest.published).get(other)
    return [store.sound_path(partition, entry)] if entry else []


def year_before(store: Store, year: str, name: str) -> Entry | None:
    """A table of the year before: as it is, where it is good to publish, else as it was last published."""
    manifest = store.manifest(str(int(year) - 1))
    return (manifest.published if manifest.problem() else manifest.current).get(name)


def concerning(store: Store, table: Table, partition: str, related: Callable[[str], Relation]) -> list[Excepted]:
    """The exceptions that concern a table's partition: those of real reports that are in it."""
    found = [
        one for one in exceptions() if one.table == table.full_name and partition in (ALL, one.report.partition("/")[2])
    ]
    return [one for one in found if is_at_hand(related("core.reports"), one.report)] if found else []


def is_at_hand(files: Relation, report: str) -> bool:
    """Whether a report is among those of some files, and is no sample."""
    if not isinstance(files, list) or not files:
        return False
    found = pl.scan_parquet(files).filter((pl.col("report_id") == report) & ~pl.col("is_sample"))
    return found.select("report_id").collect().height > 0


def mark(store: Store, table: Table, partition: str) -> str:
    """Two hashes, of what a table's partition is checked for and beside, the table itself and last build apart."""
    wanted = expectations(table)
    said = [(item.name, item.fails, item.over, item.severity, item.of_rows and FEW, item.check) for item in wanted]
    let = [one for one in exceptions() if one.table == table.full_name]
    code_lists = seeds.digest("areas.csv", "indicators.csv")
    code = Path(in_sql.__file__).read_bytes()  # as it stands now, also for a process that lives on
    names = sorted(
        {name.partition(".")[2] for item in wanted for name in item.related if name.startswith("year_before.")}
    )
    beside = [entry.sha256 if (entry := year_before(store, partition, name)) else "" for name in names]
    return " ".join(
        hashlib.sha256(repr(one).encode()).hexdigest()[:32] for one in ((said, let, code_lists, code), beside)
    )
