"""Expectations: each sees what it is for and nothing else, in SQL and by Great Expectations; exceptions pass."""

import datetime
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb
import hypothesis
import hypothesis.strategies as st
import polars as pl
import pytest

from pipelines import seeds
from pipelines.seeds import SeedError
from pipelines.tables import Table
from pipelines.tables.core import AREAS, INDICATORS, OBSERVATIONS, PASSAGES, REPORTS, STATEMENTS, STATISTICS, TERMS
from pipelines.tables.ops import REJECTED_REPORTS
from pipelines.tables.registry import PARTITIONED
from tests.frames import good, keep_tables, year_of_tables
from tests.mutations import EVERY_WAY, Bench, ends, is_caught, partition_of, spoiled
from warehouse.expectations import Expectation, field, in_sql, running
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


# what may be odd about a report: cells of its tables
ODD: list[dict[Table, dict[str, object]]] = [
    {},
    {OBSERVATIONS: TOO_MUCH},
    {OBSERVATIONS: {"observation_id": "twice"}},
    {PASSAGES: {"text": "无"}},
    {STATEMENTS: {"passage_id": "nowhere", "fate": None}},
    {REPORTS: {"characters": 6000}},
    {TERMS: {"term": None}},
]
AREAS_OF_IT = ("110000", "140200", "330000", "440000", "510000")


def keep_reports(store: Store, odd: dict[str, int], year: int = 2022) -> None:
    """Keep a year of reports, each odd in its own way, with fingerprints that tell which; 2022 still to be checked."""
    frames: dict[Table, list[pl.DataFrame]] = {}
    for area, way in odd.items():
        for table, frame in year_of_tables(year, area).items():
            cells = ({"obs_value": 1e9} if table is OBSERVATIONS else {}) | ODD[way].get(table, {})
            given = [pl.lit(value).cast(table.polars_schema[name]).alias(name) for name, value in cells.items()]
            frames.setdefault(table, []).append(frame.with_columns(given))
    keep_tables(
        store,
        year,
        lambda table: None if year == 2022 else good(table, str(year)),
        {table: pl.concat(parts) for table, parts in frames.items()},
        {f"{area}/{year}": str(way) for area, way in odd.items()},
    )


odd_reports = st.dictionaries(st.sampled_from(AREAS_OF_IT), st.integers(0, len(ODD) - 1), min_size=1)


@hypothesis.settings(max_examples=6)
@hypothesis.given(
    was=odd_reports, changed=st.dictionaries(st.sampled_from(AREAS_OF_IT), st.integers(-1, len(ODD) - 1), max_size=2)
)
@hypothesis.example(was=dict.fromkeys(AREAS_OF_IT, 0), changed={"110000": 2, "140200": 2})
@hypothesis.example(was=dict.fromkeys(AREAS_OF_IT, 0) | {"330000": 2}, changed={"140200": 2})
@hypothesis.example(was=dict.fromkeys(AREAS_OF_IT, 5) | {"110000": 0}, changed={"110000": 5})
def test_a_check_beside_the_one_before_comes_to_what_a_whole_one_does(
    was: dict[str, int], changed: dict[str, int]
) -> None:
    """Reports that stay, odd or not, change, come or go (-1); of some the year before is there."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "FEW_ROWS", 0)
        store = Store(Path(folder))
        keep_reports(store, dict.fromkeys(AREAS_OF_IT[:2], 0), 2021)
        now = {area: way for area, way in (was | changed).items() if way >= 0} or {"110000": 0}
        for odd in (was, now):
            keep_reports(store, odd)
            for table in PARTITIONED:
                entry, related = store.manifest("2022").current[table.name], partial(relation, store, "2022")
                whole = check_file(table, "2022", store.path("2022", entry), expectations(table), related, [])
                assert check(store, table, "2022") == whole
            manifest = store.manifest("2022")
            manifest.published = dict(manifest.current)
            store.save("2022", manifest)


def test_only_reports_that_changed_are_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, wanted = Store(tmp_path), {item.name: item for item in expectations(OBSERVATIONS)}
    looked: list[tuple] = []
    monkeypatch.setattr(running, "FEW_ROWS", 0)
    keep_reports(store, dict.fromkeys(AREAS_OF_IT, 0))
    check(store, OBSERVATIONS, "2022")
    manifest = store.manifest("2022")
    manifest.published = dict(manifest.current)
    store.save("2022", manifest)
    keep_reports(store, dict.fromkeys(AREAS_OF_IT, 0) | {"330000": 1})
    monkeypatch.setattr(in_sql, "opened", lambda *given, of=in_sql.opened: looked.append(given) or of(*given))
    assert came(store).keys() == {GROWTH}
    (_, _, whole, _, _), (_, _, some, _, among) = looked
    assert among == ("report_id", ["330000/2022"])
    across = {name for name, item in wanted.items() if "distributed" in name or item.over.startswith("columns")}
    assert {item.name for item in whole} == across | {"observation_id identifies a row"}
    assert len(whole) + len(some) == len(wanted)
    looked.clear()
    keep_reports(store, dict.fromkeys(AREAS_OF_IT, 0), 2021)
    came(store)  # what is told beside the year before is told again
    assert {item.name for item in looked[0][2]} >= {
        name for name, item in wanted.items() if "year_before.observations" in item.related
    }


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
