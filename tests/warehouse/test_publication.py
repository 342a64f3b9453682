"""The published database: whole, commented, checked, swapped in."""

import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import seeds
from pipelines.tables import Table
from pipelines.tables.core import AREAS, INDICATORS, REPORTS, STATISTICS
from pipelines.tables.mart import MARTS
from pipelines.tables.ops import REJECTED_REPORTS
from pipelines.tables.registry import PARTITIONED, TABLES
from tests.frames import good, keep_tables, year_of_tables
from warehouse import publication
from warehouse.publication import LINK, PublicationError, built_from, connect, ensure_publishable, publish
from warehouse.store import ALL, Store, WarehouseError

FACTS = {"code_hash": "c", "seeds_hash": "s", "held_back_years": []}


def warehouse(folder: Path, years: tuple[int, ...] = (2021, 2022), **changed: pl.DataFrame) -> Store:
    """A warehouse with some years and the tables without partitions, all good to publish."""
    store = Store(folder)
    for year in years:
        tables = {table: changed.get(table.name, frame) for table, frame in year_of_tables(year).items()}
        keep_tables(store, year, tables=tables)
    store.promote()
    for table, frame in (
        (INDICATORS, seeds.indicators()),
        (AREAS, seeds.areas()),
        *((table, table.frame()) for table in (STATISTICS, *MARTS)),
        (REJECTED_REPORTS, REJECTED_REPORTS.frame()),
    ):
        store.write(table, ALL, changed.get(table.name, frame))
        store.record(table, ALL, good(table, ALL))
    return store


@pytest.fixture
def database(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    publish(warehouse(tmp_path), FACTS)
    return connect(tmp_path / LINK)


def test_all_tables_and_columns_are_there_with_comments(database: duckdb.DuckDBPyConnection) -> None:
    tables = dict(database.execute("SELECT schema_name || '.' || table_name, comment FROM duckdb_tables()").fetchall())
    assert tables.keys() == TABLES.keys()
    columns = {
        (table, column): (kind, nullable, comment)
        for table, column, kind, nullable, comment in database.execute(
            "SELECT schema_name || '.' || table_name, column_name, data_type, is_nullable, comment "
            "FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    }
    for name, table in TABLES.items():
        assert table.comment in tables[name]
        for column in table.columns:
            kind, nullable, comment = columns[name, column.name]
            assert (kind, nullable) == (column.type, not column.required)
            assert column.comment in comment
            assert column.zh in comment
    assert len(columns) == sum(len(table.columns) for table in TABLES.values())


def test_the_build_says_what_it_was_built_from(database: duckdb.DuckDBPyConnection) -> None:
    assert database.execute(
        "SELECT reports, passages, statements, observations, target_outcomes, rejected_reports FROM ops.builds"
    ).fetchall() == [(2, 2, 2, 2, 0, 0)]


@pytest.mark.parametrize("bulk_bytes", [0, 5_000_000], ids=["views", "tables"])
def test_text_of_a_report_never_becomes_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bulk_bytes: int) -> None:
    monkeypatch.setattr(publication, "BULK_BYTES", bulk_bytes)
    hostile = "x'); DROP TABLE core.reports; -- \" ; \\ $$ {0} ?"
    frame = year_of_tables(2022)[REPORTS].with_columns(title=pl.lit(hostile), source=pl.lit(hostile))
    folder = tmp_path / "it's; DROP SCHEMA core CASCADE; --"
    rejected = REJECTED_REPORTS.frame([dict.fromkeys(("path", "reason", "remedy"), hostile)])
    publish(warehouse(folder, (2022,), reports=frame, rejected_reports=rejected), FACTS)
    with connect(folder / LINK) as database:
        assert database.execute("SELECT title, source FROM core.reports").fetchall() == [(hostile, hostile)]
        assert database.execute("SELECT path, reason FROM ops.rejected_reports").fetchall() == [(hostile, hostile)]
        for table in TABLES:
            database.execute(f"FROM {table}")
    assert built_from(folder)["rejected"] == {(hostile, hostile)}


def test_the_file_is_read_only_behind_a_link(tmp_path: Path) -> None:
    path = publish(warehouse(tmp_path), FACTS)
    assert (tmp_path / LINK).is_symlink()
    assert (tmp_path / LINK).resolve() == path.resolve()
    assert not path.stat().st_mode & 0o222


def test_a_reader_keeps_what_it_opened_and_a_new_one_sees_the_new(tmp_path: Path) -> None:
    publish(warehouse(tmp_path), FACTS)
    count = "SELECT count(*) FROM core.reports"
    with connect(tmp_path / LINK) as old:
        publish(warehouse(tmp_path, (2020, 2021, 2022)), FACTS)
        with connect(tmp_path / LINK) as new:
            assert (old.execute(count).fetchone(), new.execute(count).fetchone()) == ((2,), (3,))


def test_old_builds_go(tmp_path: Path) -> None:
    store = warehouse(tmp_path)
    paths = [publish(store, FACTS) for _ in range(5)]
    assert sorted((tmp_path / "builds").iterdir()) == paths[-3:]


def test_what_a_killed_run_or_a_writer_left_does_no_harm(tmp_path: Path) -> None:
    store = warehouse(tmp_path)
    publish(store, FACTS)
    (tmp_path / "duixian.duckdb.wal").write_bytes(b"the log of a session that was killed")
    (tmp_path / "builds" / ".building-1-2").write_bytes(b"half a build")
    publish(store, FACTS)
    assert {path.name for path in tmp_path.iterdir()} >= {LINK}
    assert not list(tmp_path.glob("*.wal")) + list((tmp_path / "builds").glob(".building*"))
    with connect(tmp_path / LINK) as database:
        assert database.execute("SELECT count(*) FROM core.reports").fetchone() == (2,)


def test_the_same_tables_give_the_same_rows(tmp_path: Path) -> None:
    def rows(path: Path) -> list:
        with duckdb.connect(str(path), read_only=True) as database:
            return [database.execute(f"FROM {name}").fetchall() for name in TABLES if name != "ops.builds"]

    store = warehouse(tmp_path)
    assert rows(publish(store, FACTS)) == rows(publish(store, FACTS))


BULK = {"core.passages", "core.statements"}


def test_bulk_tables_stay_in_files_of_the_build_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def contents() -> dict[str, list]:
        with connect(tmp_path / LINK) as database:
            return {name: database.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in BULK}

    store = warehouse(tmp_path)
    publish(store, FACTS)
    with_tables = contents()
    monkeypatch.setattr(publication, "BULK_BYTES", 0)
    first = publish(store, FACTS)
    assert contents() == with_tables
    with connect(tmp_path / LINK) as database:
        views = dict(database.execute("SELECT schema_name || '.' || view_name, comment FROM duckdb_views()").fetchall())
        assert {name for name in views if name in TABLES} >= BULK
        assert all(TABLES[name].comment in views[name] for name in BULK)
        text = "SELECT comment FROM duckdb_columns() WHERE table_name = 'statements' AND column_name = 'surface'"
        surface = next(column for column in TABLES["core.statements"].columns if column.name == "surface")
        assert surface.comment in database.execute(text).fetchone()[0]
        # files of the partitions go, those of the build stay
        publish(warehouse(tmp_path, (2022, 2023)), FACTS)
        for path in (tmp_path / "partitions").rglob("*.parquet"):
            path.unlink()
        assert database.execute("SELECT count(*) FROM core.statements").fetchone() == (2,)
    assert first.with_suffix(".parquet").is_dir()


def test_files_of_builds_that_are_gone_go_and_a_moved_warehouse_is_published_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "BULK_BYTES", 0)
    place = tmp_path / "here"
    store = warehouse(place)
    (place / "builds" / "duixian-1.parquet").mkdir(parents=True)
    paths = [publish(store, FACTS) for _ in range(5)]
    kept = [*paths[-3:], *(path.with_suffix(".parquet") for path in paths[-3:])]
    assert sorted((place / "builds").iterdir()) == sorted(kept)
    assert publication.built_from(place)
    place.rename(tmp_path / "there")
    assert not publication.built_from(tmp_path / "there")


WRONG: list[tuple[Table, dict, str]] = [
    (PARTITIONED[3], {"indicator": "happiness"}, "stands in core.indicators"),
    (PARTITIONED[3], {"statement_id": "x"}, "stands in core.statements"),
    (PARTITIONED[0], {"ref_area": "999999"}, "stands in core.areas"),
]


@pytest.mark.parametrize(("table", "change", "message"), WRONG, ids=lambda item: str(item)[:40])
def test_nothing_is_published_where_the_whole_does_not_hold(
    tmp_path: Path, table: Table, change: dict, message: str
) -> None:
    before = publish(warehouse(tmp_path, (2022,)), FACTS)
    frame = year_of_tables()[table]
    wrong = frame.with_columns(pl.lit(new).cast(frame.schema[name]).alias(name) for name, new in change.items())
    with pytest.raises(PublicationError, match=message):
        publish(warehouse(tmp_path, (2022,), **{table.name: wrong}), FACTS)
    assert (tmp_path / LINK).resolve() == before.resolve()
    assert list((tmp_path / "builds").iterdir()) == [before]


def another_database(link: Path) -> None:
    with duckdb.connect(str(link)) as database:
        database.execute("CREATE TABLE theirs AS SELECT 42 AS answer")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (another_database, "did not publish"),
        (lambda link: link.write_bytes(b"no database at all" * 999), "damaged or no DuckDB database"),
        (lambda link: link.write_bytes(b""), "damaged or no DuckDB database|did not publish"),
        (lambda link: link.mkdir(), "is a folder"),
        (lambda link: link.symlink_to("/elsewhere.duckdb"), "link that duixian did not make"),
    ],
)
def test_what_is_not_ours_is_named_and_left_alone(tmp_path: Path, make, message: str) -> None:
    link = tmp_path / LINK
    make(link)
    before = link.read_bytes() if link.is_file() else None
    with pytest.raises(WarehouseError, match=message) as caught:
        ensure_publishable(tmp_path)
    assert str(link) in str(caught.value)
    assert "move it away" in str(caught.value)
    assert before is None or link.read_bytes() == before


HOLD = """
import duckdb, sys
with duckdb.connect(sys.argv[1]) as database:
    database.execute("CREATE TABLE theirs(a INTEGER)")
    print("held", flush=True)
    input()
"""


def test_a_locked_database_is_named(tmp_path: Path) -> None:
    link = tmp_path / LINK
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(link)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(WarehouseError, match="locked by another program"):
            ensure_publishable(tmp_path)
        other.communicate(b"\n")


def test_reading_what_is_not_there_or_damaged_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="run `duixian run` to publish it"):
        connect(tmp_path / LINK)
    (tmp_path / LINK).write_bytes(b"rubbish" * 1000)
    with pytest.raises(WarehouseError, match="cannot be read"):
        connect(tmp_path / LINK)
