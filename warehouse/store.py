"""The warehouse folder: partition files in Parquet, a manifest a partition, and what of them is good to publish.

    DIR/partitions/<year>/<table>-<hash>.parquet   one table of one report year
    DIR/partitions/<year>/manifest.json            what is current, what was checked, what is published
    DIR/partitions/all/…                           tables without partitions
    DIR/builds/…, DIR/duixian.duckdb               see warehouse.publication

A file is named by its content and never changed; a manifest is replaced in one step. So whatever moment a run is
stopped at, each manifest speaks of whole files, and the next run goes on from there. Partitions may stand in an object
store instead (see warehouse.bucket); the folder then holds copies of their files.
"""

import hashlib
import io
import json
import logging
import os
import re
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock, Timeout

from pipelines.seeds import SEEDS
from pipelines.tables import Table, runs
from pipelines.tables.registry import MADE_FROM, PARTITIONED
from warehouse.bucket import Bucket
from warehouse.expectations.listed import expectations

DEFAULT_WAREHOUSE = SEEDS.parent / "warehouse"
YEAR_NAME = re.compile(r"[0-9]{4}")
ALL = "all"  # the partition of a table that has none
ROW_GROUP = 122_880  # rows of a file that are written, and read by DuckDB, together
SETTLED = 2_000_000_000  # nanoseconds: longer than the ticks of any file system's clock
NAMED = 3  # failed expectations that a message names
WAIT_SECONDS = 60.0  # for another run, before it is said that it is waited for
LOCK_SECONDS = 3600.0  # how long to wait then: longer than any step holds a lock; that of a process that dies is free

LOG = logging.getLogger("duixian")


class WarehouseError(Exception):
    """The warehouse folder cannot be used; the message names the thing and what to do."""


@dataclass
class Entry:
    """One table of one partition: its file, and what it was made from and checked for.

    Attributes:
        file: name of the Parquet file beside the manifest.
        sha256: hash of its bytes.
        rows: how many rows it has.
        made_from: hash of the file that it was made from; empty where that is none.
        fingerprints: for each report, a hash of all that its rows were made from.
        results: validation results of this very file (rows of ops.validation_results); None before its checks ran.
        checked: hash of what it was checked for, and beside.
        group: the column that holds what `fingerprints` names: a report, or else an area or a year.
    """

    file: str
    sha256: str
    rows: int
    made_from: str = ""
    fingerprints: dict[str, str] = field(default_factory=dict)
    results: list[dict[str, Any]] | None = None
    checked: str = ""
    group: str = "report_id"

    def problem(self, table: Table) -> str:
        """Why the file cannot be published as it is: not checked, or not good; empty where it can."""
        if self.results is None:
            return f"{table.full_name} was not checked"
        known = {row["expectation"] for row in self.results}
        if missing := [item.name for item in expectations(table) if item.name not in known]:
            return f"{table.full_name} was not checked for: {', '.join(missing[:NAMED])}"
        failed = [row for row in self.results if not row["success"] and row["severity"] == "error"]
        if failed:
            told = [f"{row['expectation']} ({row['failing_rows']}: {row['detail']})" for row in failed[:NAMED]]
            more = [f"and {len(failed) - NAMED} more"] if len(failed) > NAMED else []
            return f"{table.full_name} failed: {'; '.join(told + more)}"
        return ""


@dataclass
class Manifest:
    """What a partition holds: current tables, those published, and its reports that could not be read.

    `version` tells, in an object store, which one it was read as; it is not written.
    """

    current: dict[str, Entry] = field(default_factory=dict)
    published: dict[str, Entry] = field(default_factory=dict)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    version: str = ""

    def problem(self) -> str:
        """Why the current tables of a year cannot be published as they are; empty where they can."""
        for table in PARTITIONED:
            entry = self.current.get(table.name)
            if entry is None:
                return f"{table.full_name} was not made"
            if table in MADE_FROM and entry.made_from != self.current[MADE_FROM[table].name].sha256:
                return f"{table.full_name} is older than what it is made from"
            if problem := entry.problem(table):
                return problem
        return ""


PARSED: dict[str, tuple[Hashable, dict[str, Any]]] = {}


def parsed(where: str, version: Hashable, read: Callable[[], bytes]) -> dict[str, Any]:
    """What a manifest says; of one that is as it was when it was last read, what was found then, to be left as it is.

    A publication asks some fifty times, and the manifest of thousands of reports is megabytes.
    """
    known = PARSED.get(where)
    if known is None or known[0] != version:
        data = json.loads(read())
        for name, entry in data["published"].items():
            if entry == data["current"].get(name):
                data["published"][name] = data["current"][name]  # held once
        known = PARSED[where] = version, data
    return known[1]


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes; of one that nothing has touched since, what was found before."""
    return hashed(path, version_of(path))


def version_of(path: Path) -> tuple[int, ...]:
    """What tells a file that nothing has touched since; raises FileNotFoundError."""
    told = path.stat()
    return told.st_mtime_ns, told.st_ctime_ns, told.st_ino, told.st_size


def is_settled(version: tuple[int, ...]) -> bool:
    """Whether a file is so old that none that takes its place now can look like it: a clock's ticks are long."""
    return time.time_ns() - version[0] > SETTLED


@lru_cache(4096)  # a publication asks a dozen times, and the files of very many reports are gigabytes
def hashed(path: Path, version: tuple[int, ...]) -> str:
    """SHA-256 of the bytes of a version of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_atomically(path: Path, data: bytes | Iterable[bytes | memoryview]) -> None:
    """Write a file so that a reader, or a crash, finds the old bytes or the new, never a mix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)  # on a full disk half a file would take the room that the next run needs


def by_runs(frame: pl.DataFrame, column: str = "report_id") -> pl.DataFrame:
    """Rows by report, or by area, within it as made: what comes after reads them in that order.

    They come report by report, so that whole runs are put in their place: a sort would take three times the memory.
    """
    start, end = pl.col("start"), pl.col("start") + pl.col("rows")
    ordered = runs(frame[column]).sort("value", maintain_order=True)
    # runs that stand one after the other already are one piece
    pieces = ordered.with_columns(piece=(start != end.shift(1)).fill_null(True).cum_sum()).group_by("piece")
    of_pieces = pieces.agg(start.first(), pl.col("rows").sum()).sort("piece").select("start", "rows")
    if of_pieces.height > 1:
        frame = pl.concat([frame.slice(*piece) for piece in of_pieces.iter_rows()])
    return frame


class Store:
    """The partition files and manifests of one warehouse folder, or of an object store with copies in the folder."""

    def __init__(self, folder: Path, bucket: Bucket | None = None) -> None:
        self.folder, self.bucket = folder, bucket
        self.partitions = folder / "partitions"

    def years(self) -> list[str]:
        """The report years on file, in order."""
        if self.bucket:
            manifests = [Path(name) for name in self.bucket.names()]
        else:
            manifests = [path.relative_to(self.partitions) for path in self.partitions.glob("*/manifest.json")]
        return sorted(
            path.parent.name
            for path in manifests
            if YEAR_NAME.fullmatch(str(path.parent)) and path.name == "manifest.json"
        )

    def manifest_bytes(self, partition: str) -> tuple[bytes, str]:
        """What the manifest of a partition holds, and its version; raises FileNotFoundError."""
        if self.bucket:
            return self.bucket.read(f"{partition}/manifest.json")
        return (self.partitions / partition / "manifest.json").read_bytes(), ""

    def manifest(self, partition: str) -> Manifest:
        """The manifest of a partition; an empty one where there is none.

        Raises:
            WarehouseError: it is there but is no manifest.
        """
        where = f"{self.bucket.address if self.bucket else self.partitions}/{partition}"
        path, version = self.partitions / partition / "manifest.json", ""
        try:
            if not self.bucket and is_settled(told := version_of(path)):
                data = parsed(where, told, path.read_bytes)
            else:
                text, version = self.manifest_bytes(partition)
                data = parsed(where, hashlib.sha256(text).digest(), lambda: text)
            entries = {
                part: {name: Entry(**entry) for name, entry in data[part].items()} for part in ("current", "published")
            }
            return Manifest(**(data | entries), version=version)
        except FileNotFoundError:
            return Manifest()
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise WarehouseError(
                f"{where}/manifest.json is damaged ({error}); delete the folder {where}, then run again"
            ) from error

    def save(self, partition: str, manifest: Manifest) -> None:
        """Replace the manifest of a partition and drop the files that it no longer speaks of."""
        folder = self.partitions / partition
        parts = {name: value for name, value in vars(manifest).items() if name != "version"} | {
            part: {name: vars(entry) for name, entry in entries.items()}
            for part, entries in (("current", manifest.current), ("published", manifest.published))
        }
        # with an indent it takes ten times as long
        data = json.dumps(parts, ensure_ascii=False, default=str).encode()
        named = {entry.file for part in (manifest.current, manifest.published) for entry in part.values()}
        if self.bucket:
            manifest.version = self.bucket.replace(f"{partition}/manifest.json", data, manifest.version)
            self.bucket.drop(partition, {*named, "manifest.json"})
        else:
            write_atomically(folder / "manifest.json", data)
        # what a run that was killed left goes too: the partition's lock is ours; copies of objects come without it
        left = () if self.bucket else folder.glob(".*")
        for path in (*folder.glob("*.parquet"), *left):
            if path.name not in named:
                path.unlink(missing_ok=True)

    def lock_file(self, name: str) -> FileLock:
        """The lock of a partition, of the publication, or of whole runs, against other processes."""
        folder = self.folder / ".locks"
        folder.mkdir(parents=True, exist_ok=True)
        return FileLock(folder / f"{name}.lock")

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold a lock; where another process has it, wait, and say so.

        Raises:
            WarehouseError: it was not to be had for LOCK_SECONDS more.
        """
        lock, other = self.lock_file(name), f"another run is working on {name} in {self.folder}"
        try:
            lock.acquire(timeout=WAIT_SECONDS)
        except Timeout:
            LOG.warning("%s; waiting for it to end", other)
            try:
                lock.acquire(timeout=LOCK_SECONDS)
            except Timeout as error:
                raise WarehouseError(f"{other}; end that run if it hangs, then run again") from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def whole_run(self, on_wait: Callable[[], None]) -> Iterator[None]:
        """Let one run of all years go at a time; another one waits, after saying so."""
        lock = self.lock_file("run")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            on_wait()
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def write(
        self,
        table: Table,
        partition: str,
        frame: pl.DataFrame,
        made_from: str = "",
        fingerprints: dict[str, str] | None = None,
        group: str = "report_id",
    ) -> Entry:
        """Keep a frame as the current version of a table's partition, still to be checked.

        Where the same rows are on file with their checks' results, those results stay.
        """
        if "report_id" in frame.columns:
            frame = by_runs(frame)
        written = io.BytesIO()  # Polars would not say that a disk is full
        # group by group: the bytes must not tell how the rows came together, and a copy of all in one takes much memory
        frame.lazy().sink_parquet(written, compression="zstd", row_group_size=ROW_GROUP)
        sha256 = hashlib.sha256(written.getbuffer()).hexdigest()
        path = self.partitions / partition / f"{table.name}-{sha256[:16]}.parquet"
        write_atomically(path, [written.getbuffer()])
        if self.bucket:
            self.bucket.send(path, f"{partition}/{path.name}")
        manifest = self.manifest(partition)
        before = manifest.current.get(table.name)
        results, checked = (before.results, before.checked) if before and before.sha256 == sha256 else (None, "")
        entry = Entry(path.name, sha256, frame.height, made_from, fingerprints or {}, results, checked, group)
        manifest.current[table.name] = entry
        self.save(partition, manifest)
        return entry

    def path(self, partition: str, entry: Entry) -> Path:
        """Where an entry's file stands; of one in an object store, its copy."""
        path = self.partitions / partition / entry.file
        if self.bucket and not path.is_file():
            self.bucket.fetch(f"{partition}/{entry.file}", lambda pieces: write_atomically(path, pieces))
        return path

    def intact(self, partition: str, entry: Entry) -> bool:
        """Whether an entry's file is there with the bytes that were written; a damaged copy is fetched again."""
        path = self.path(partition, entry)
        if self.bucket and path.is_file() and hash_file(path) != entry.sha256:
            path.unlink()
            path = self.path(partition, entry)
        return path.is_file() and hash_file(path) == entry.sha256

    def sound_path(self, partition: str, entry: Entry) -> Path:
        """Where an entry's file stands.

        Raises:
            WarehouseError: the file is gone or its bytes are not those that were written.
        """
        if not self.intact(partition, entry):
            path = self.path(partition, entry)
            raise WarehouseError(f"{path} is gone or damaged; delete the folder {path.parent} and run again")
        return self.path(partition, entry)

    def read(
        self,
        table: Table,
        partition: str,
        entry: Entry | None = None,
        columns: list[str] | None = None,
        reports: list[str] | None = None,
        group: str = "report_id",
    ) -> pl.DataFrame:
        """The rows of an entry, or of the current version; an empty frame where the table was never made.

        Where columns or reports are named, those alone; `group` is the column that tells a row's report, or area.

        Raises:
            WarehouseError: the file is gone or its bytes are not those that were written.
        """
        entry = entry or self.manifest(partition).current.get(table.name)
        if entry is None:
            return table.frame().select(columns or list(table.polars_schema))
        path = self.sound_path(partition, entry)
        if reports is None:
            return pl.read_parquet(path, columns=columns, glob=False)
        rows = pl.scan_parquet(path, glob=False).filter(pl.col(group).cast(pl.String).is_in(reports))
        return rows.select(columns or list(table.polars_schema)).collect()

    def record(self, table: Table, partition: str, results: list[dict[str, Any]], checked: str = "") -> None:
        """Keep the validation results of the current version of a table's partition, and what it was checked for."""
        manifest = self.manifest(partition)
        entry = manifest.current[table.name]
        entry.results, entry.checked = results, checked
        self.save(partition, manifest)

    def promote(self) -> dict[str, str]:
        """Let each year that is whole and passed its checks be what is published; the others keep what they had.

        Returns:
            Year → why it was held back.
        """
        held_back = {}
        for year in self.years():
            try:
                taken = self.lock_file(year).acquire(timeout=1)
            except Timeout:
                held_back[year] = "another run is reading it"
                continue
            with taken:
                manifest = self.manifest(year)
                if problem := manifest.problem():
                    held_back[year] = problem
                    continue
                if manifest.published != manifest.current:
                    manifest.published = dict(manifest.current)
                    self.save(year, manifest)
        return held_back

    def published(self) -> dict[str, Manifest]:
        """The years that have something to publish."""
        manifests = {year: self.manifest(year) for year in self.years()}
        return {year: manifest for year, manifest in manifests.items() if manifest.published}

    def published_rows(
        self, table: Table, columns: list[str] | None = None, keys: pl.Series | None = None
    ) -> pl.DataFrame:
        """The published rows of a partitioned table, of all years; only those of some keys, where they are given."""
        frames = [table.frame().select(columns or list(table.polars_schema))]
        for year, manifest in self.published().items():
            if table.name not in manifest.published:
                continue  # held back since a version without the table
            frame = self.read(table, year, manifest.published[table.name], frames[0].columns)
            frames.append(frame if keys is None else frame.filter(pl.col(table.key[0]).is_in(keys.implode())))
        return pl.concat(frames)

    def published_files(self, table: Table) -> list[Path]:
        """The files of a table that are published: of each year, or of a table without partitions the current one."""
        if table in PARTITIONED:
            years = self.published().items()
            found = [
                (year, manifest.published[table.name]) for year, manifest in years if table.name in manifest.published
            ]
        else:
            found = [(ALL, entry) for name, entry in self.manifest(ALL).current.items() if name == table.name]
        return [self.sound_path(partition, entry) for partition, entry in found]

    def published_hash(self) -> str:
        """A hash of all rows that are published: what the marts and the database are made from."""
        return hash_of({year: manifest.published for year, manifest in self.published().items()})

    def publishable_hash(self) -> str:
        """What `published_hash` will be once `promote` was called; empty where nothing is good to publish."""
        found = {}
        for year in self.years():
            manifest = self.manifest(year)
            if entries := manifest.published if manifest.problem() else manifest.current:
                found[year] = entries
        return hash_of(found) if found else ""


def hash_of(years: dict[str, dict[str, Entry]]) -> str:
    """A hash of the partitioned tables of some years."""
    entries = [(year, name, entry.sha256) for year, tables in years.items() for name, entry in sorted(tables.items())]
    return hashlib.sha256(repr(entries).encode()).hexdigest()
