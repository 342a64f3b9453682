"""The atomic publication: a database is built aside, checked, and swapped in behind a symbolic link.

DIR/builds/duixian-<build>.duckdb   versioned, read-only, never changed
DIR/builds/duixian-<build>.parquet/ its bulk tables' files, where they are too large to copy: views read them
DIR/duixian.duckdb                  a symbolic link to the newest of them
"""

import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.tables import Table
from pipelines.tables.core import AREAS, REPORTS
from pipelines.tables.ops import BUILDS, REJECTED_REPORTS, VALIDATION_RESULTS
from pipelines.tables.registry import PARTITIONED, TABLES, UNPARTITIONED
from warehouse.store import ALL, Store, WarehouseError

LINK = "duixian.duckdb"
MADE_OF = (
    "rows_hash",
    "code_hash",
    "seeds_hash",
    "held_back_years",
    "bulk_folder",
)  # of ops.builds: alike, the build is the same
BULK_BYTES = 20_000_000  # a table whose files are larger stays in them, under a view, so that a build takes seconds
MEMORY = "1GB"  # of a build; what needs more goes to the disk
KEPT_BUILDS = 3  # the newest ones; a reader that holds an older one keeps it until it closes


class PublicationError(WarehouseError):
    """The database was built and must not be published; what was published stays."""


def ensure_publishable(folder: Path) -> None:
    """Make sure that the place of the link is free, or is a link of ours.

    Raises:
        WarehouseError: something else stands there: a database of another program, a damaged or a locked file.
    """
    if folder.exists() and not folder.is_dir():
        raise WarehouseError(f"{folder} is not a folder; name another one with --warehouse")
    link = folder / LINK
    if link.is_symlink():
        if link.readlink().parent != Path("builds"):
            raise WarehouseError(f"{link} is a link that duixian did not make; move it away, then run again")
        return
    if not link.exists():
        return
    if link.is_dir():
        raise WarehouseError(f"{link} is a folder; move it away, then run again")
    try:
        with duckdb.connect(str(link), read_only=True, config={"autoinstall_known_extensions": "false"}):
            what = "is a database that duixian did not publish"
    except duckdb.IOException as error:
        held = "lock" in str(error)
        what = "is locked by another program that has it open" if held else "is damaged or no DuckDB database"
    except duckdb.Error:
        what = "is damaged or no DuckDB database"
    raise WarehouseError(f"{link} {what}; move it away or name another folder with --warehouse, then run again")


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a published database to read.

    Raises:
        WarehouseError: there is none, or it cannot be read.
    """
    if not path.exists():
        raise WarehouseError(f"{path} is not there; run `duixian run` to publish it")
    try:
        # the file behind the link: a process that has read an older one must not be given that again
        return duckdb.connect(str(path.resolve()), read_only=True, config={"autoinstall_known_extensions": "false"})
    except duckdb.Error as error:
        raise WarehouseError(f"{path} cannot be read ({error}); run `duixian run` to publish it anew") from error


def built_from(folder: Path) -> dict[str, Any]:
    """What the published database was made from: columns of ops.builds, and `rejected`; empty where there is none."""
    try:
        with connect(folder / LINK) as connection:
            build = connection.execute(f"SELECT {', '.join(MADE_OF)} FROM {BUILDS.full_name}").fetchone()  # noqa: S608
            rejected = connection.execute(f"SELECT path, reason FROM {REJECTED_REPORTS.full_name}").fetchall()  # noqa: S608
    except (WarehouseError, duckdb.Error):  # none yet, or one of another version
        return {}
    found = dict(zip(MADE_OF, build or (), strict=False))
    bulk = found.pop("bulk_folder", None)
    if bulk and Path(bulk).parent != folder.absolute() / "builds":
        return {}  # the warehouse was moved: the views name files of the old place
    return found | {"rejected": set(rejected)}


def quoted(text: str) -> str:
    """Text as a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def create(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create a table with its types, its required columns and all comments, as the registry has them."""
    columns = ", ".join(
        f"{column.name} {column.type}{' NOT NULL' if column.required else ''}" for column in table.columns
    )
    make = [f"CREATE SCHEMA IF NOT EXISTS {table.schema}", f"CREATE TABLE {table.full_name} ({columns})"]
    connection.execute(";".join(make + comments(table, "TABLE")))


def comments(table: Table, kind: str) -> list[str]:
    """The statements that comment a table, or a view, and its columns."""
    found = [f"COMMENT ON {kind} {table.full_name} IS {quoted(f'{table.zh}: {table.comment}')}"]
    for column in table.columns:
        comment = quoted(f"{column.zh}: {column.comment}")
        found.append(f"COMMENT ON COLUMN {table.full_name}.{column.name} IS {comment}")
    return found


def view(connection: duckdb.DuckDBPyConnection, table: Table, paths: list[Path], folder: Path) -> None:
    """Put a view in the place of an empty table, over links of our own to Parquet files: theirs may go."""
    folder.mkdir(exist_ok=True)
    links = [folder / f"{path.parent.name}-{path.name}" for path in paths]
    for path, link in zip(paths, links, strict=True):
        try:
            link.hardlink_to(path)
        except OSError:  # a file system without
            shutil.copy2(path, link)
    names, files = ", ".join(table.polars_schema), ", ".join(quoted(str(link)) for link in links)
    make = [
        f"DROP TABLE {table.full_name}",
        f"CREATE VIEW {table.full_name} AS SELECT {names} FROM read_parquet([{files}])",  # noqa: S608
    ]
    connection.execute(";".join(make + comments(table, "VIEW")))


def fill(connection: duckdb.DuckDBPyConnection, table: Table, paths: list[Path]) -> None:
    """Insert the rows of Parquet files, in the table's order."""
    if paths:
        names = ", ".join(table.polars_schema)
        connection.read_parquet([str(path) for path in paths]).create_view("incoming")
        order = ", ".join(table.order or table.key)
        connection.execute(f"INSERT INTO {table.full_name} SELECT {names} FROM incoming ORDER BY {order}")  # noqa: S608
        connection.execute("DROP VIEW incoming")


def insert(connection: duckdb.DuckDBPyConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert a few rows; a missing key is NULL."""
    if rows:
        names = list(table.polars_schema)
        places = ", ".join([f"({', '.join('?' * len(names))})"] * len(rows))
        connection.execute(
            f"INSERT INTO {table.full_name} VALUES {places}",  # noqa: S608
            [row.get(name) for row in rows for name in names],
        )


def fill_results(connection: duckdb.DuckDBPyConnection, store: Store) -> None:
    """Insert the validation results of what is published, and of versions that are held back."""
    rows = []
    for partition in (*store.years(), ALL):
        manifest = store.manifest(partition)
        published = manifest.current if partition == ALL else manifest.published
        for entry in published.values():
            rows += [row | {"is_published": True} for row in entry.results or ()]
        for name, entry in manifest.current.items():
            if name not in published or entry.sha256 != published[name].sha256:
                rows += [row | {"is_published": False} for row in entry.results or ()]
    with tempfile.TemporaryDirectory() as scratch:  # thousands of rows: as parameters of a statement they take seconds
        path = Path(scratch) / "results.parquet"
        VALIDATION_RESULTS.frame(rows).write_parquet(path)
        fill(connection, VALIDATION_RESULTS, [path])


def problems(connection: duckdb.DuckDBPyConnection, bulk: set[Table]) -> list[str]:
    """What is wrong with a built database: keys and references over all of its rows.

    What can be told of a file alone was checked when it was made. So were, of bulk tables, their keys, for no two files
    hold rows of the same report, and what they refer to in each other; their areas are those of the reports.
    """
    found, settled = [], bulk | {AREAS}

    def failing(what: str, query: str) -> None:
        row = connection.execute(f"SELECT count(*) FROM ({query})").fetchone()  # noqa: S608
        if row and row[0]:
            found.append(f"{what}: {row[0]} rows are not so")

    for name, table in TABLES.items():
        key = ", ".join(table.key)
        if table not in bulk:
            failing(f"{name}: {key} identifies a row", f"SELECT {key} FROM {name} GROUP BY ALL HAVING count(*) > 1")  # noqa: S608
        for column in table.columns:
            other, _, target = column.references.rpartition(".")
            if other and not (table in bulk and table is not REPORTS and TABLES[other] in settled):
                failing(
                    f"{name}.{column.name} stands in {column.references}",
                    f"SELECT 1 FROM {name} AS a ANTI JOIN {other} AS b ON a.{column.name} = b.{target} "  # noqa: S608
                    f"WHERE a.{column.name} IS NOT NULL",
                )
    return found


def publish(
    store: Store,
    facts: dict[str, Any],
    log: Callable[[str], None] = lambda message: None,
) -> Path:
    """Build the database from what is published of each year and from the marts, check it, and swap it in.

    Args:
        store: the warehouse.
        facts: columns of ops.builds that the caller knows (code_hash, seeds_hash, held_back_years).
        log: told what is being done.

    Returns:
        The versioned file.

    Raises:
        PublicationError: a check of the built database failed. What was published stays.
        WarehouseError: the place cannot be published to.
    """
    ensure_publishable(store.folder)
    builds = store.folder.absolute() / "builds"
    builds.mkdir(parents=True, exist_ok=True)
    years = store.published()
    sources = {table: store.published_files(table) for table in PARTITIONED}
    counts = {
        table: sum(entry.rows for manifest in years.values() for entry in [manifest.published.get(table.name)] if entry)
        for table in PARTITIONED
    }
    marts = store.manifest(ALL).current
    for table in UNPARTITIONED:
        if table.name not in marts:
            raise PublicationError(f"{table.full_name} was not made yet; run the job `publish` as a whole")
        if problem := marts[table.name].problem(table):
            raise PublicationError(f"nothing was published, what was published stays: {problem}")
        sources[table] = [store.sound_path(ALL, marts[table.name])]
        counts[table] = marts[table.name].rows
    bulk = {table for table, paths in sources.items() if sum(path.stat().st_size for path in paths) > BULK_BYTES}
    built_at = datetime.now(UTC).replace(tzinfo=None)
    build_id = next_id(built_at, [path.stem.removeprefix("duixian-") for path in builds.glob("duixian-*.duckdb")])
    aside, target = builds / f".building-{build_id}-{os.getpid()}", builds / f"duixian-{build_id}.duckdb"
    for left in builds.glob(".building-*"):  # of a run that was stopped; the publication's lock is ours
        shutil.rmtree(left) if left.is_dir() else left.unlink()  # a folder is what went to the disk
    drop_links(builds)
    try:
        with duckdb.connect(
            str(aside), config={"autoinstall_known_extensions": "false", "memory_limit": MEMORY}
        ) as connection:
            connection.begin()  # hundreds of comments, each a transaction of its own, take longer than the rows
            for table in TABLES.values():
                create(connection, table)
            connection.commit()
            for table, paths in sources.items():
                log(f"filling {table.full_name}")
                if table in bulk:
                    view(connection, table, paths, target.with_suffix(".parquet"))
                else:
                    fill(connection, table, paths)
            fill_results(connection, store)
            hashes = connection.execute(f"SELECT source_hash FROM {REPORTS.full_name} ORDER BY report_id").fetchall()  # noqa: S608
            build = {
                "build_id": build_id,
                "built_at": built_at,
                "duixian_version": version("duixian"),
                "python_version": platform.python_version(),
                "duckdb_version": duckdb.__version__,
                "polars_version": pl.__version__,
                "rows_hash": store.published_hash(),
                "reports_hash": hashlib.sha256(repr(hashes).encode()).hexdigest(),
                "bulk_folder": str(target.with_suffix(".parquet")) if bulk else None,
                **{table.name: rows for table, rows in counts.items() if table.name in BUILDS.polars_schema},
            }
            insert(connection, BUILDS, [build | facts])
            log("checking the built database")
            wrong = problems(connection, bulk)
            if wrong:
                raise PublicationError("nothing was published, what was published stays: " + "; ".join(wrong))
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.chmod(0o444)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
        aside.with_name(aside.name + ".wal").unlink(missing_ok=True)
        drop_links(builds)
    swap(store.folder, target)
    with store.lock(ALL):  # the marts, too, are kept as they were published: their next version is checked beside that
        made = store.manifest(ALL)
        made.published = dict(made.current)
        store.save(ALL, made)
    return target


def next_id(built_at: datetime, others: list[str]) -> str:
    """The name of a build: its time, and where the clock was set back, one whose file sorts after the others' too."""
    build_id = f"{built_at:%Y%m%dT%H%M%S%f}"
    newest = max(others, default="")
    return build_id if build_id > newest else f"{newest}_"  # above the dot of .duckdb


def swap(folder: Path, target: Path) -> None:
    """Point the link at a new build in one step, and drop builds that are too old."""
    link = folder / LINK
    for left in folder.glob(f".{LINK}.*"):  # of a run that was killed
        left.unlink()
    aside = folder / f".{LINK}.{os.getpid()}"
    aside.symlink_to(Path("builds") / target.name)
    # the log of a session that had the last build open for writing would be taken for this one's
    link.with_name(LINK + ".wal").unlink(missing_ok=True)
    aside.replace(link)
    for old in sorted(target.parent.glob("duixian-*.duckdb"))[:-KEPT_BUILDS]:
        old.unlink()
        old.with_name(old.name + ".wal").unlink(missing_ok=True)
    drop_links(target.parent)


def drop_links(builds: Path) -> None:
    """Drop the files of builds that are gone, or that never came to be."""
    for folder in builds.glob("duixian-*.parquet"):
        if not folder.with_suffix(".duckdb").exists():
            shutil.rmtree(folder)
