"""Expectations: each sees what it is for and nothing else, in SQL and by Great Expectations; exceptions pass."""

import datetime
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import seeds
from pipelines.seeds import SeedError
from pipelines.tables import Table
from pipelines.tables.core import AREAS, INDICATORS, OBSERVATIONS, REPORTS, STATISTICS
from pipelines.tables.ops import REJECTED_REPORTS
from tests.frames import keep_tables, year_of_tables
from tests.mutations import EVERY_WAY, Bench, ends, is_caught, partition_of, spoiled
from warehouse.expectations import Expectation, field
from warehouse.expectations.by_gx import check_frame
from warehouse.expectations.field import Excepted
from warehouse.expectations.in_sql import check_file
from warehouse.expectations.listed import exceptions, expectations
from warehouse.expectations.running import check, concerning, mark, relation
from warehouse.store import ALL, Store


@pytest.fixture(scope="module")
def bench(samples: tuple[duckdb.DuckDBPyConnection, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    path = samples[0].execute("SELECT path FROM duckdb_databases() WHERE database_name LIKE 'duixian%'").fetchone()
    assert path
    found = Bench(Store(Path(path[0]).parents[1]), tmp_path_factory.mktemp("spoiled"))
    yield found
    found.close()


@pytest.mark.parametrize(("table", "item", "end"), EVERY_WAY, ids=lambda one: getattr(one, "name", str(one)))
def test_what_is_spoiled_fails_that_expectation_and_no_other(
    bench: Bench, table: Table, item: Expectation, end: str
) -> None:
    what, failed = bench.tried(table, item, end)
    assert is_caught(item, end, failed), (what, failed)


@pytest.mark.parametrize("table", [INDICATORS, AREAS, STATISTICS, REJECTED_REPORTS, OBSERVATIONS], ids=str)
def test_great_expectations_finds_the_same_rows_as_sql(bench: Bench, table: Table, tmp_path: Path) -> None:
    """All that can be spoiled, in one frame; and columns of other types, which make no frame with those."""
    wanted = [item for item in expectations(table) if item.gx]
    assert table is OBSERVATIONS or wanted == expectations(table)
    bad = {
        (item.name, end): next(spoiled(bench.store, table, item, end, bench.build(table)))[2].frame
        for item in wanted
        for end in ends(item)
    }
    types = bad.pop((wanted[0].name, ""))
    together = pl.concat([frame.head(3) for frame in bad.values()]).unique(maintain_order=True)
    related = partial(relation, bench.store, partition_of(table))
    for at, frame in enumerate((together, types.head(3), bench.build(table).frame.head(3))):
        path = tmp_path / f"{at}.parquet"
        frame.write_parquet(path)
        let = [Excepted(table.full_name, wanted[2].name, "140200/2022", "NULL", "told", datetime.date(2026, 1, 1))]
        in_sql = check_file(table, "all", path, wanted, related, let)
        by_gx = check_frame(table, "all", frame, wanted, related, let)
        assert [row | {"detail": ""} for row in by_gx] == [row | {"detail": ""} for row in in_sql]
        keys = [[row["detail"].partition(" (")[0] for row in rows] for rows in (by_gx, in_sql)]
        assert keys[0] == keys[1]
        failed = {row["expectation"] for row in in_sql if not row["success"] or row["excepted_rows"]}
        assert failed >= {name for name, _ in bad} if at == 0 else len(failed) <= 1 + (at == 1)


def kept(folder: Path, year: int = 2022, *, is_sample: bool = False, **cells: object) -> Store:
    """A warehouse with a year of tables, whose observation has other values."""
    store, tables = Store(folder), year_of_tables(year)
    for table in (REPORTS, OBSERVATIONS):
        given = {"is_sample": is_sample} | (cells if table is OBSERVATIONS else {})
        tables[table] = tables[table].with_columns(
            pl.lit(value).cast(table.polars_schema[name]).alias(name) for name, value in given.items()
        )
    keep_tables(store, year, tables=tables)
    return store


TOO_MUCH = {"transformation": "yoy", "unit_measure": "PERCENT", "obs_value": 41.0}
GROWTH = "growth of GDP is from -30 to 40"


@pytest.fixture
def our_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the seeds that a test may edit."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    for path in seeds.SEEDS.glob("*.*"):
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(seeds, "SEEDS", folder)
    return folder


def except_(folder: Path, key: str, expectation: str = GROWTH) -> None:
    (folder / "expectation_exceptions.yaml").write_text(
        f"exceptions: [{{table: core.observations, expectation: {expectation!r}, report: 140200/2022, key: {key}, "
        "reason: it was so, date: 2026-03-01}]"
    )


def came(store: Store, year: str = "2022") -> dict[str, dict]:
    """The results of observations that are no plain success, by expectation."""
    results = check(store, OBSERVATIONS, year)
    return {row["expectation"]: row for row in results if not row["success"] or row["excepted_rows"]}


def test_an_exception_lets_its_row_through_and_is_reported_once_it_is_of_no_use(
    tmp_path: Path, our_seeds: Path
) -> None:
    store = kept(tmp_path, **TOO_MUCH)
    (found,) = came(store).values()
    assert (found["expectation"], found["severity"], found["failing_rows"]) == (GROWTH, "warn", 1)
    assert found["detail"] == "id-140200-2022 (41.0)"
    before = mark(store, OBSERVATIONS, "2022")
    except_(our_seeds, "id-140200-2022")
    assert mark(store, OBSERVATIONS, "2022") != before  # so the year is checked again
    (found,) = came(store).values()
    assert (found["success"], found["failing_rows"], found["excepted_rows"]) == (True, 0, 1)
    except_(our_seeds, "another")
    assert came(store).keys() == {GROWTH, f"exceptions still apply: {GROWTH}"}
    gone = came(store)[f"exceptions still apply: {GROWTH}"]
    assert (gone["severity"], gone["failing_rows"], gone["detail"]) == ("warn", 1, "another")


def test_a_few_odd_rows_are_warned_of_and_more_hold_the_year_back() -> None:
    (growth,) = (item for item in expectations(OBSERVATIONS) if item.name == GROWTH)
    said = {
        (0, 40): "error",
        (1, 40): "warn",
        (3, 40): "warn",
        (4, 40): "error",
        (9, 9_999): "warn",
        (10, 9_999): "error",
    }
    assert {case: growth.severity_of(*case) for case in said} == said
    (series,) = (item for item in expectations(STATISTICS) if item.name == GROWTH)
    key = next(item for item in expectations(OBSERVATIONS) if "identifies a row" in item.name)
    assert {series.severity_of(1, 40), key.severity_of(1, 99_999)} == {"error"}


def test_exceptions_concern_real_reports_that_are_at_hand(tmp_path: Path, our_seeds: Path) -> None:
    except_(our_seeds, "another")
    sample = kept(tmp_path / "sample", is_sample=True, obs_value=1e9)
    other = kept(tmp_path / "other", 2021, obs_value=1e9)
    for store, year in ((sample, "2022"), (other, "2021")):
        assert concerning(store, OBSERVATIONS, year, partial(relation, store, year)) == []
        assert came(store, year) == {}


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("expectations.yaml", "minimum: -30", "minimum: low", "ranges, row 1: minimum is 'low'; it must be a number"),
        ("expectations.yaml", "[gdp, gdp_per_capita]", "[happiness]", "a list of codes of seeds/indicators.csv"),
        ("expectations.yaml", "severity: error}", "severity: fatal}", "it must be error or warn"),
        ("expectations.yaml", "factor: 3,", "factor: 3, factors: 4,", "factors is unknown; the keys here are factor"),
        ("expectations.yaml", "{name: growth of GDP, ", "{", "ranges, row 1: name is missing"),
        ("expectations.yaml", "minimum: -30, maximum: 40, ", "", "minimum or maximum is missing"),
        (
            "expectations.yaml",
            "parts add up to the whole",
            "shares that are printed together add up to 100",
            "stands twice",
        ),
        ("expectations.yaml", "ranges:", "ranges: [", "not readable as YAML"),
        ("expectations.yaml", "ranges:", "rangers:", "it must hold the lists ranges"),
        ("expectations.yaml", "column: fate", "column: section", "core.statements has no section"),
        ("expectation_exceptions.yaml", "reason: ", "because: ", "because is unknown"),
        ("expectation_exceptions.yaml", "date: 2026-11-30", "date: lately", "it must be a day, such as"),
        ("expectation_exceptions.yaml", "core.observations", "core.observation", "table is 'core.observation'"),
        (
            "expectation_exceptions.yaml",
            "50 to 1000000",
            "50 to 1000001",
            "nothing of that name is expected of core.observations",
        ),
    ],
)
def test_a_wrong_seed_is_named_by_file_row_and_key(
    our_seeds: Path, name: str, old: str, new: str, message: str
) -> None:
    path = our_seeds / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SeedError, match=message) as caught:
        field.field_expectations()
        exceptions()
    assert f"seeds/{name}" in str(caught.value)


def test_last_year_and_last_build_are_what_is_good_of_them(tmp_path: Path) -> None:
    store = kept(tmp_path, 2021)
    kept(tmp_path, 2022)
    assert relation(store, "2022", "last_build.observations") == []
    assert relation(store, "2021", "year_before.observations") == []
    store.promote()
    (published,) = relation(store, "2022", "year_before.observations")
    before = mark(store, OBSERVATIONS, "2022")
    kept(tmp_path, 2021, obs_value=7.0)
    (current,) = relation(store, "2022", "year_before.observations")
    assert current != published
    assert mark(store, OBSERVATIONS, "2022") != before  # so it is checked again beside that
    store.record(OBSERVATIONS, "2021", [])
    assert relation(store, "2022", "year_before.observations") == [published]
    (last,) = relation(store, "2021", "last_build.observations")
    assert last == published
    assert relation(store, ALL, "core.reports") == store.published_files(REPORTS)
