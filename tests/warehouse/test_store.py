"""Partition files and manifests."""

import multiprocessing
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Timer

import polars as pl
import pytest

from pipelines.tables import Table
from pipelines.tables.core import OBSERVATIONS, PASSAGES, REPORTS, TERMS
from pipelines.tables.registry import PARTITIONED
from tests.frames import good, keep_tables, year_of_tables
from warehouse.store import Store, WarehouseError, by_runs


def result(table: Table, *, success: bool, severity: str = "error") -> dict:
    return {
        "table_name": table.full_name, "partition": "2022", "expectation": "holds", "severity": severity,
        "success": success, "failing_rows": 0 if success else 1, "detail": "",
    }  # fmt: skip


def keep_year(store: Store, year: int = 2022, *, success: bool = True, severity: str = "error") -> None:
    keep_tables(
        store, year, lambda table: [*good(table), result(table, success=success, severity=severity)],
        fingerprints={f"140200/{year}": "mark"},
    )  # fmt: skip


def test_a_written_table_is_read_back_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for table, frame in year_of_tables().items():
        store.write(table, "2022", frame)
        assert store.read(table, "2022").equals(frame)
    assert store.years() == ["2022"]


def test_rows_keep_the_order_in_which_they_were_made(tmp_path: Path) -> None:
    one = year_of_tables()[PASSAGES]
    frame = pl.concat(
        [
            one.with_columns(position=pl.lit(at, pl.Int32), passage_id=pl.format("{}#{}", "report_id", pl.lit(at)))
            for at in range(1, 13)
        ]
    )
    store = Store(tmp_path)
    store.write(PASSAGES, "2022", frame)
    assert store.read(PASSAGES, "2022")["position"].to_list() == list(range(1, 13))


def test_areas_that_changed_are_put_among_those_that_did_not() -> None:
    areas = ["150100", "140200", "140300", "330000", "110000"]
    frame = pl.DataFrame({"ref_area": [area for area in areas for _ in range(3)], "at": list(range(15))})
    kept, new = frame[:9], frame[9:]
    found = by_runs(pl.concat([kept, new], rechunk=False), "ref_area")
    assert found.equals(frame.sort("ref_area", maintain_order=True))
    assert by_runs(found, "ref_area").equals(found)
    assert by_runs(frame.clear(), "ref_area").equals(frame.clear())


def test_reports_are_put_in_order_and_read_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.store.ROW_GROUP", 2)  # so that pieces begin and end in the midst of groups
    one = year_of_tables()[PASSAGES]
    names = ["330000/2022", "110000/2022", "140200/2022"]
    frames = [one.with_columns(report_id=pl.lit(name).cast(one["report_id"].dtype)) for name in names]
    store = Store(tmp_path)
    store.write(PASSAGES, "2022", pl.concat(frames))
    told = store.read(PASSAGES, "2022")
    assert told["report_id"].cast(pl.String).unique(maintain_order=True).to_list() == sorted(names)
    assert store.read(PASSAGES, "2022", columns=["text"], reports=names[:1]).equals(one.select("text"))
    in_order = store.manifest("2022").current[PASSAGES.name].sha256
    assert store.write(PASSAGES, "2022", pl.concat([frames[1], frames[2], frames[0]])).sha256 == in_order


def test_the_same_rows_give_the_same_file_and_keep_their_results(tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep_year(store)
    before = store.manifest("2022").current[REPORTS.name]
    again = store.write(REPORTS, "2022", year_of_tables()[REPORTS])
    assert again.sha256 == before.sha256
    assert again.results == before.results


def test_a_year_is_published_when_whole_and_checked(tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep_year(store)
    assert store.promote() == {}
    assert store.published_rows(OBSERVATIONS).height == 1


@pytest.mark.parametrize("table", PARTITIONED)
def test_a_failed_blocking_check_holds_the_year_back_and_keeps_the_last_good_version(
    tmp_path: Path, table: Table
) -> None:
    store = Store(tmp_path)
    keep_year(store)
    store.promote()
    before = store.published_rows(table)
    keep_tables(
        store, 2022, lambda each: [*good(each), result(each, success=each is not table)], year_of_tables(2022, "140000")
    )
    assert "failed: holds" in store.promote()["2022"]
    assert store.published_rows(table).equals(before)


def test_a_warning_does_not_hold_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep_year(store, success=False, severity="warn")
    assert store.promote() == {}


def test_unchecked_and_outdated_tables_hold_a_year_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep_tables(store, 2022, lambda table: None)
    assert "not checked" in store.promote()["2022"]
    keep_year(store)
    store.write(REPORTS, "2022", year_of_tables(2022, "330000")[REPORTS])
    store.record(REPORTS, "2022", good(REPORTS))
    assert "older than" in store.promote()["2022"]


def test_what_was_not_checked_for_all_that_is_expected_holds_a_year_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep_tables(store, 2022, lambda table: good(table)[1:] if table is TERMS else good(table))
    assert store.promote()["2022"] == "core.terms was not checked for: columns and types are the registry's"


def test_a_table_beside_the_line_is_held_to_what_it_is_made_from(tmp_path: Path) -> None:
    """Terms are made from passages, as statements are: only what comes of new passages is outdated."""
    store = Store(tmp_path)
    keep_year(store)
    frames = {table: frame for table, frame in year_of_tables(2022, "330000").items() if table is not TERMS}
    keep_tables(store, 2022, tables=frames)
    assert store.promote()["2022"] == "core.terms is older than what it is made from"


def test_damage_is_noticed_and_named(tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep_year(store)
    path = store.path("2022", store.manifest("2022").current[REPORTS.name])
    path.write_bytes(path.read_bytes()[:-9] + b"123456789")
    with pytest.raises(WarehouseError, match=r"damaged; delete the folder .*2022"):
        store.read(REPORTS, "2022")
    (tmp_path / "partitions/2022/manifest.json").write_text("{")
    with pytest.raises(WarehouseError, match=r"manifest\.json is damaged"):
        store.manifest("2022")


def test_files_that_nothing_speaks_of_are_dropped(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for area in ("140000", "330000", "110000"):
        store.write(REPORTS, "2022", year_of_tables(2022, area)[REPORTS])
    assert len(list((tmp_path / "partitions/2022").glob("*.parquet"))) == 1


def hold(folder: Path, held: Event, done: Event) -> None:
    with Store(folder).lock("2022"):
        held.set()
        done.wait(30)


def test_a_lock_held_by_another_process_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("warehouse.store.WAIT_SECONDS", 0.1)
    monkeypatch.setattr("warehouse.store.LOCK_SECONDS", 0.2)
    context = multiprocessing.get_context("spawn")
    held, done = context.Event(), context.Event()
    other = context.Process(target=hold, args=(tmp_path, held, done))
    other.start()
    try:
        assert held.wait(30)
        with pytest.raises(WarehouseError, match="another run is working on 2022"), Store(tmp_path).lock("2022"):
            pass
        monkeypatch.setattr("warehouse.store.LOCK_SECONDS", 30)
        Timer(0.3, done.set).start()
        with Store(tmp_path).lock("2022"):  # had as soon as the other lets it go
            assert caplog.messages == [f"another run is working on 2022 in {tmp_path}; waiting for it to end"] * 2
    finally:
        done.set()
        other.join(30)
