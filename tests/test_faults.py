"""Runs with real processes: killed, watched, two at once. `make soak` does the same for longer."""

import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import faults
from warehouse.publication import next_id
from warehouse.store import Store


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> faults.Place:
    return faults.Place(tmp_path_factory.mktemp("faults"), apart=False)


def only(seen: Counter[str], *good: str) -> None:
    """Nothing else was seen than what is good, and something was."""
    assert seen
    assert {what: count for what, count in seen.items() if what not in good} == {}


def test_a_run_killed_at_any_moment_loses_nothing(place: faults.Place) -> None:
    seen = faults.killed_runs(place, 2, random.Random(datetime.now(UTC).toordinal()))  # noqa: S311
    only(
        seen, "a reader found the old or the new", *(f"killed while {part}" for part in faults.PARTS),
        "ended before the kill", "kept the old", "the new stood", "then came to the new",
    )  # fmt: skip
    assert seen["then came to the new"] == 2
    assert seen["a reader found the old or the new"] > 10  # while it published


def test_what_killed_processes_left_touches_nothing_and_goes(place: faults.Place) -> None:
    year = place.warehouse / "partitions" / "2022"
    for left in (year / ".reports-0123.parquet.1", year / ".manifest.json.1", place.warehouse / ".duixian.duckdb.1"):
        left.write_bytes(b"half")
    (place.warehouse / "builds" / ".building-20200101T000000000000-1").write_bytes(b"half")
    (place.warehouse / "builds" / ".building-20200101T000000000000-1.tmp").mkdir()
    only(faults.logs_left(place, 1), "a log was left", "no log was left", "untouched")
    assert [path.name for path in place.warehouse.rglob(".*") if ".locks" not in path.parts] == []


def test_a_full_disk_keeps_what_is_published(place: faults.Place) -> None:
    seen = faults.full_disks(place, 1)
    if seen["no disk could be mounted"]:
        pytest.skip("a small disk can only be mounted by root")
    only(seen, "refused, and said why", "kept the old", "then came to the new")


def test_a_clock_set_back_leaves_the_newest_build_the_last() -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert next_id(now, []) == "20260102T000000000000"
    names = ["20250102T000000000000", "20260102T000000000000"]
    for _ in range(3):
        names.append(next_id(datetime(2020, 1, 1, tzinfo=UTC), names))
    assert names == sorted(names)
    assert (files := [f"duixian-{name}.duckdb" for name in names]) == sorted(files)


def test_a_year_that_is_being_read_keeps_its_last_good_version(tmp_path: Path) -> None:
    store = Store(tmp_path)
    (tmp_path / "partitions" / "2022").mkdir(parents=True)
    (tmp_path / "partitions" / "2022" / "manifest.json").write_text('{"current": {}, "published": {}, "rejected": []}')
    with store.lock("2022"):
        assert store.promote() == {"2022": "another run is reading it"}
