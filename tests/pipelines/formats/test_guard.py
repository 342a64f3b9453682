"""Readers in a process of their own: whatever happens there costs one file."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.formats import Decoded, Reader, RejectedReport, guard
from tests.packing import set_limits
from tests.pipelines.formats import misbehaving


def guarded(name: str, work: float = 20, silence: float = 60, seconds: float = 60) -> Reader:
    return guard.guarded(f"{misbehaving.__name__}:{name}", work, silence, seconds)


def test_what_comes_back_is_what_the_reader_made() -> None:
    assert guarded("reads")("发展".encode(), "x") == misbehaving.reads("发展".encode(), "x")


def test_a_rejection_comes_back_as_one() -> None:
    with pytest.raises(RejectedReport) as caught:
        guarded("rejects")(b"", "2020.pdf")
    assert (caught.value.reason, caught.value.remedy) == ("2020.pdf is bad.", "Mend it.")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("crashes", "breaks the program"),
        ("exits", "breaks the program"),
        ("hangs", "too long"),
        ("spins", "too long"),
        ("fails", "KeyError"),
        ("fills_the_memory", "MemoryError"),
    ],
)
def test_misbehaviour_costs_one_file(name: str, words: str) -> None:
    begun = time.monotonic()
    with pytest.raises(RejectedReport, match=words) as caught:
        guarded(name, work=1, silence=1 if name == "hangs" else 60)(b"", "2020.pdf")
    assert "2020.pdf" in caught.value.reason
    assert caught.value.remedy
    assert time.monotonic() - begun < 60  # on the busiest machine
    assert guarded("reads")(b"next", "").text == "next"


def test_a_sign_of_life_keeps_a_reader_going_but_not_for_ever() -> None:
    assert guarded("works_long", silence=1.5)(b"", "x") == Decoded("done")
    with pytest.raises(RejectedReport, match="too long"):
        guarded("works_long", seconds=0.5)(b"", "x")


def test_how_long_one_file_may_take_is_a_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_limits(monkeypatch, tmp_path, seconds=1)
    with pytest.raises(RejectedReport, match="too long"):
        guard.guarded(f"{misbehaving.__name__}:works_long", work=20, silence=60)(b"", "x")


def test_one_process_reads_many_files_and_output_disturbs_nothing() -> None:
    first = guarded("tells_its_process")(b"", "x")
    assert guarded("prints")(b"", "x") == Decoded("quiet")
    assert guarded("tells_its_process")(b"", "x") == first


def test_threads_take_turns() -> None:
    reader = guarded("reads")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: reader(b"", str(number)).text, range(20)))
    assert found == [str(number) for number in range(20)]


def test_outside_the_child_a_sign_of_life_says_nothing() -> None:
    guard.alive()
