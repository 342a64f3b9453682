"""Reports come into their place whole or not at all, and what stood there is kept."""

import datetime
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from assets.partitions import last_report_year
from pipelines import reports as reading
from pipelines.formats import RejectedReport
from sources import SourceError
from sources.shelf import Part, Shelf, carried, last_year
from tests.sources.prose import lines, plain

AREA, YEAR = "140200", 2024
OLD, NEW = plain(2024), plain(2024, growth=7.2)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "reports")
    with shelf.at_work(lambda: pytest.fail("nobody else is at work")):
        yield shelf


def put(shelf: Shelf, *parts: bytes, ending: str = "txt", **known: Any) -> Path | None:
    """Put a report into its place; the folder in which what it replaced is kept."""
    ready = shelf.make_ready(AREA, YEAR, [Part(data, ending) for data in parts], known)
    return shelf.place(ready).replaced


def tree(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their names, without the lock."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def seen(shelf: Shelf) -> dict[str, bytes]:
    """Those of them that whoever reads reports sees."""
    return {name: data for name, data in tree(shelf.reports).items() if name[0] != "."}


def test_the_last_year_is_that_of_the_partitions() -> None:
    assert last_year() == last_report_year()


def test_a_report_and_its_provenance_stand_side_by_side_as_the_reader_takes_them(shelf: Shelf) -> None:
    day = datetime.date(2024, 1, 12)
    assert put(shelf, OLD, title="题", delivered_on=day, source="a.txt", licence=None, etag='"x"') is None
    assert set(tree(shelf.reports)) == {"140200/2024.txt", "140200/2024.yaml"}
    assert (shelf.reports / "140200/2024.txt").read_bytes() == OLD
    provenance = yaml.safe_load((shelf.reports / "140200/2024.yaml").read_text())
    sha256 = hashlib.sha256(OLD).hexdigest()
    assert provenance == {
        "title": "题", "delivered_on": day, "source": "a.txt", "etag": '"x"',
        "retrieved_on": provenance["retrieved_on"], "sha256": sha256,
    }  # fmt: skip
    [file], rejected = reading.survey(shelf.reports, [AREA], 2027)
    row = reading.report(file)
    assert not rejected
    assert (row["title"], row["delivered_on"], row["source"], row["source_hash"], row["flags"]) == (
        "题", day, "a.txt", sha256, [],
    )  # fmt: skip
    standing = shelf.standing(AREA, YEAR)
    assert standing is not None
    assert standing.names == ("2024.txt",)
    assert not standing.changed


def test_several_files_become_a_folder_in_their_order(shelf: Shelf) -> None:
    parts = [line.encode() for line in lines(2024)]
    assert len(parts) == 11
    put(shelf, *parts)
    assert set(tree(shelf.reports)) == {
        "140200/2024.yaml",
        *(f"140200/2024/{number:02}.txt" for number in range(1, 12)),
    }
    [file], _ = reading.survey(shelf.reports, [AREA], 2027)
    row = reading.report(file)
    assert row["text"] == b"\n".join(parts).decode()
    standing = shelf.standing(AREA, YEAR)
    assert standing is not None
    assert standing.sha256 == row["source_hash"]
    assert not standing.changed


@pytest.mark.parametrize(
    ("data", "ending"), [(b"", "txt"), (b"English", "txt"), (OLD, "xyz"), (b"PK\x03\x04", "docx"), (bytes(999), "txt")]
)
def test_what_cannot_be_read_leaves_everything_as_it_was(shelf: Shelf, data: bytes, ending: str) -> None:
    put(shelf, OLD)
    before = tree(shelf.reports)
    with pytest.raises(RejectedReport, match="140200/2024"):
        put(shelf, data, ending=ending)
    assert tree(shelf.reports) == before


@pytest.mark.parametrize("ending", ["txt", "md"])
def test_what_stood_there_is_kept(shelf: Shelf, ending: str) -> None:
    put(shelf, OLD, title="old")
    old = tree(shelf.reports)
    replaced = put(shelf, NEW, ending=ending, title="new")
    assert replaced is not None
    now = tree(shelf.reports)
    kept = replaced.relative_to(shelf.reports).as_posix()
    assert set(now) == {f"140200/2024.{ending}", "140200/2024.yaml", f"{kept}/2024.txt", f"{kept}/2024.yaml"}
    assert now[f"140200/2024.{ending}"] == NEW
    assert b"title: new" in now["140200/2024.yaml"]
    assert {name.removeprefix(f"{kept}/"): data for name, data in now.items() if name.startswith(kept)} == {
        name.removeprefix("140200/"): data for name, data in old.items()
    }
    assert [file.relative for file in reading.survey(shelf.reports, [AREA], 2027)[0]] == [f"140200/2024.{ending}"]


def test_everything_that_ever_stood_there_is_kept(shelf: Shelf) -> None:
    for growth in range(5):
        put(shelf, plain(2024, growth=growth))
    kept = {data for name, data in tree(shelf.reports).items() if name.endswith("2024.txt")}
    assert kept == {plain(2024, growth=growth) for growth in range(5)}


def test_a_folder_makes_room_for_a_file_and_the_other_way_round(shelf: Shelf) -> None:
    put(shelf, OLD, OLD)
    replaced = put(shelf, NEW)
    assert replaced is not None
    assert set(tree(replaced)) == {"2024.yaml", "2024/1.txt", "2024/2.txt"}
    assert put(shelf, OLD, NEW) is not None
    assert put(shelf, NEW, NEW) is not None
    assert set(seen(shelf)) == {"140200/2024.yaml", "140200/2024/1.txt", "140200/2024/2.txt"}


def test_whatever_else_stands_for_the_report_makes_room_too(shelf: Shelf) -> None:
    folder = shelf.reports / AREA
    folder.mkdir()
    for name in ("2024.docx", "2024.md", "2024"):
        (folder / name).write_bytes(b"x")
    (folder / "2024.pdf").symlink_to("nowhere")
    (folder / "2024.corrections.yaml").write_bytes(b"by hand")
    (folder / "2023.txt").write_bytes(b"y")
    replaced = put(shelf, NEW)
    assert replaced is not None
    assert {path.name for path in replaced.iterdir()} == {"2024.docx", "2024.md", "2024", "2024.pdf"}
    assert {path.name for path in folder.iterdir()} == {"2024.txt", "2024.yaml", "2024.corrections.yaml", "2023.txt"}


def test_a_link_out_of_the_folder_is_not_followed(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (shelf.reports / AREA).symlink_to(tmp_path / "outside")
    with pytest.raises(SourceError, match="leads out"):
        put(shelf, NEW)
    assert not list((tmp_path / "outside").iterdir())


class Killed(BaseException):
    """What happens instead of a step."""


STEPS = ((os, "link"), (os, "fsync"), (Path, "replace"), (Path, "unlink"), (Path, "mkdir"), (shutil, "rmtree"))


def killed_at(monkeypatch: pytest.MonkeyPatch, step: int) -> Callable[[], int]:
    """Let the process die at a step that changes the disk; how many steps there were."""
    count = 0

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count >= step:
                raise Killed
            return real(*given, **named)

        return run

    for owner, name in STEPS:
        monkeypatch.setattr(owner, name, dying(getattr(owner, name)))
    return lambda: count


@pytest.mark.parametrize("before", [["txt"], ["md"], ["txt", "txt"]])
def test_whenever_it_is_killed_the_next_command_finds_the_old_or_makes_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: list[str]
) -> None:
    completed = step = 0
    while not completed:
        step += 1
        shelf = Shelf(tmp_path / str(step))
        with shelf.at_work(lambda: None):
            put(shelf, *[OLD] * len(before), ending=before[0], title="old")
        old = seen(shelf)
        with monkeypatch.context() as patch, shelf.at_work(lambda: None):
            killed_at(patch, step)
            try:
                put(shelf, NEW, title="new")
                completed = step
            except Killed:
                pass
            patch.undo()  # what is cleaned up on the way out is not
        now = tree(shelf.reports)
        for name, data in old.items():  # at no instant is anything lost
            assert data in now.values(), (step, name)
        with Shelf(shelf.reports).at_work(lambda: None):
            pass
        found = seen(shelf)
        if found != old:
            assert set(found) == {"140200/2024.txt", "140200/2024.yaml"}, step
            assert found["140200/2024.txt"] == NEW, step
            assert b"title: new" in found["140200/2024.yaml"], step
            kept = {data for name, data in tree(shelf.reports).items() if name.startswith(".replaced")}
            assert kept == set(old.values()), step
        assert not [name for name in tree(shelf.reports) if name.startswith(".incoming")]
    assert completed > 10


PLAN = {"area": AREA, "new": ["2024.txt"], "old": [], "replaced": "20240101T000000.000000Z"}


@pytest.mark.parametrize(
    "plan",
    [
        {**PLAN, "area": "../../../x"}, {**PLAN, "new": ["../x"]}, {**PLAN, "old": ["2024./../../x"]},
        {**PLAN, "new": "2024.txt"}, {**PLAN, "replaced": "../.."}, {**PLAN, "more": 1}, [], 7,
    ],
)  # fmt: skip
def test_a_plan_that_came_with_the_folder_leads_nowhere(tmp_path: Path, plan: object) -> None:
    stage = tmp_path / "a/b/reports/.incoming/x"
    (stage / AREA).mkdir(parents=True)
    (stage / AREA / "2024.txt").write_bytes(NEW)
    (stage / "plan.json").write_text(json.dumps(plan))
    (stage.parent / "link").symlink_to(tmp_path)
    with Shelf(tmp_path / "a/b/reports").at_work(lambda: None):
        assert set(tree(tmp_path)) == set()
    assert tmp_path.exists()


def test_one_command_at_a_time(shelf: Shelf) -> None:
    waited = threading.Event()
    done = threading.Event()

    def other() -> None:
        with Shelf(shelf.reports).at_work(waited.set):
            done.set()

    thread = threading.Thread(target=other, daemon=True)
    thread.start()
    assert waited.wait(5)
    assert not done.wait(0.1)


def test_what_people_wrote_into_a_provenance_is_carried_on(shelf: Shelf) -> None:
    (shelf.reports / AREA).mkdir()
    path = shelf.reports / AREA / "2024.yaml"
    path.write_text("title: 题\ndelivered_on: 2024-01-12\nlicence: 7\nsample: true\n")
    standing = shelf.standing(AREA, YEAR)  # a provenance without its report was written for the one to come
    assert carried(standing, same_source=False) == {"title": "题", "delivered_on": datetime.date(2024, 1, 12)}
    (shelf.reports / AREA / "2024.txt").write_bytes(OLD)
    standing = shelf.standing(AREA, YEAR)
    assert carried(standing, same_source=False) == {}
    assert carried(standing, same_source=True)["title"] == "题"
    path.write_bytes(b"\xff: [")
    assert carried(shelf.standing(AREA, YEAR), same_source=True) == {}


def test_a_provenance_of_very_many_files_can_be_read(shelf: Shelf) -> None:
    put(shelf, OLD, title="题", files=[{"source": f"{number}.txt", "sha256": "0" * 64} for number in range(900)])
    [file], _ = reading.survey(shelf.reports, [AREA], 2027)
    assert (reading.report(file)["title"], reading.report(file)["flags"]) == ("题", [])


def test_a_report_that_somebody_worked_on_is_told(shelf: Shelf) -> None:
    put(shelf, OLD)
    (shelf.reports / AREA / "2024.txt").write_bytes(NEW)
    standing = shelf.standing(AREA, YEAR)
    assert standing is not None
    assert standing.changed


def test_what_an_office_program_leaves_beside_the_parts_of_a_report_changes_nothing(shelf: Shelf) -> None:
    put(shelf, OLD, NEW)
    (shelf.reports / AREA / str(YEAR) / "~$1.txt").write_bytes(b"lock")
    standing = shelf.standing(AREA, YEAR)
    assert standing is not None
    assert not standing.changed
