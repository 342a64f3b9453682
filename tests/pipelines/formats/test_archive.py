"""Zip archives: names are read as they were meant, and whatever an archive tries costs at most itself."""

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.formats import RejectedReport
from pipelines.formats.archive import Archive, check_package
from tests.packing import PROSE, docx_of, set_limits, with_field, zip_of, zip_with_raw_names

MOST = 1_000_000
PACKED = zip_of({"1.txt": PROSE, "a/2.txt": PROSE})


def archive(data: bytes, unpacked: int = 50_000_000) -> Archive:
    """An archive of these bytes."""
    return Archive(data, "a.zip", unpacked)


def reasons(data: bytes) -> list[str]:
    """What is wrong with members."""
    return [error.reason for _, error in archive(data).faults]


def entry(name: str, **settings_: int) -> zipfile.ZipInfo:
    """A member's entry."""
    info = zipfile.ZipInfo(name)
    for key, value in settings_.items():
        setattr(info, key, value)
    return info


def zip_of_entries(*entries: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    """A zip of such entries, names that stand twice and all."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for info, data in entries:
            package.writestr(info, data)
    return buffer.getvalue()


def test_files_and_folders() -> None:
    found = archive(zip_of({"a/1.txt": "一", "a/b/2.txt": "二", "3.txt": "三", "c/": ""}))
    assert {name: found.read(name, MOST).decode() for name in found.members} == {
        "a/1.txt": "一",
        "a/b/2.txt": "二",
        "3.txt": "三",
    }
    assert found.folders == {"": {"a", "3.txt"}, "a": {"1.txt", "b"}, "a/b": {"2.txt"}}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_a_declared_encoding_are_put_right(encoding: str) -> None:
    found = archive(zip_with_raw_names({"大同市/报告.txt".encode(encoding): b"x", b"plain.txt": b"y"}))
    assert set(found.members) == {"大同市/报告.txt", "plain.txt"}
    assert found.read("大同市/报告.txt", MOST) == b"x"


def test_names_of_windows_and_with_idle_steps() -> None:
    assert set(archive(zip_of({"a\\1.txt": "x", "./b//./2.txt": "y"})).members) == {"a/1.txt", "b/2.txt"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../../etc/passwd", "climbs out"),
        ("a/../../b.txt", "climbs out"),
        ("..\\b.txt", "climbs out"),
        ("/etc/passwd", "outside the archive"),
        ("C:\\b.txt", "outside the archive"),
        ("\\\\server\\b.txt", "outside the archive"),
        ("a" * 1001, "no name"),
        ("./", "no name"),
    ],
)
def test_names_that_lead_elsewhere_cost_only_themselves(name: str, words: str) -> None:
    found = archive(zip_of({name: "x", "good.txt": "y"}))
    assert set(found.members) == {"good.txt"}
    [(path, error)] = found.faults
    assert words in error.reason
    assert path.startswith("a.zip/")


def test_links_devices_and_what_is_encrypted_or_packed_unusually() -> None:
    link = entry("link.txt", external_attr=(stat.S_IFLNK | 0o777) << 16)
    pipe = entry("pipe.txt", external_attr=(stat.S_IFIFO | 0o644) << 16)
    assert "symbolic link" in reasons(zip_of_entries((link, b"/etc/passwd")))[0]
    assert "no regular file" in reasons(zip_of_entries((pipe, b"")))[0]
    one = zip_of({"1.txt": "x"})
    assert "is encrypted" in reasons(with_field(one, 8, "<H", 1))[0]
    assert "compressed in a way" in reasons(zip_of({"1.txt": "x"}, zipfile.ZIP_LZMA))[0]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_that_stand_twice() -> None:
    twice = zip_of_entries((entry("1.txt"), b"a"), (entry("1.txt"), b"b"), (entry("2.txt"), b"c"))
    assert set(archive(twice).members) == {"2.txt"}
    assert "more than once" in reasons(twice)[0]
    both = zip_of_entries((entry("a"), b"a"), (entry("a/1.txt"), b"b"))
    assert set(archive(both).members) == {"a/1.txt"}
    assert archive(both).folders == {"": {"a"}, "a": {"1.txt"}}
    assert "more than once" in reasons(both)[0]


def test_a_bomb_is_refused_before_anything_is_unpacked() -> None:
    with pytest.raises(RejectedReport, match="unpacks to far more"):
        archive(zip_of({"1.txt": bytes(30_000_000)}))
    with pytest.raises(RejectedReport, match="unpacks to far more"):
        archive(zip_of({"1.txt": bytes(5_000_000)}, zipfile.ZIP_STORED), 4_000_000)


def test_a_member_that_holds_more_than_it_says_or_than_it_may_is_refused() -> None:
    data = zip_of({"1.txt": bytes(9_000_000)})
    with pytest.raises(RejectedReport, match="larger than 1 MB"):
        archive(data).read("1.txt", MOST)
    liar = with_field(data, 24, "<I", 500)
    with pytest.raises(RejectedReport, match="damaged"):
        archive(liar).read("1.txt", MOST)
    boaster = with_field(zip_of({"1.txt": b"x"}), 24, "<I", 900_000)
    with pytest.raises(RejectedReport, match="damaged"):
        archive(boaster).read("1.txt", MOST)


def test_thousands_of_members_and_directories_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_limits(monkeypatch, tmp_path, members=50)
    with pytest.raises(RejectedReport, match="more than 50 files"):
        archive(zip_of({f"{number}.txt": "" for number in range(51)}))
    with pytest.raises(RejectedReport, match="more than 50 files"):
        archive(zip_of({f"{number}.txt": "" for number in range(3000)}))
    assert len(archive(zip_of({f"{number}.txt": "" for number in range(50)})).members) == 50


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", zip_of({"1.txt": "x"})[:-10], b"x" * 100])
def test_what_is_no_zip(data: bytes) -> None:
    with pytest.raises(RejectedReport, match="damaged or no zip"):
        archive(data)


def test_a_damaged_member_costs_only_itself() -> None:
    data = zip_of({"1.txt": PROSE, "2.txt": PROSE})
    place = data.index(b"1.txt") + 20
    found = archive(data[:place] + b"\xff\xff\xff" + data[place + 3 :])
    with pytest.raises(RejectedReport, match=r"a\.zip/1\.txt is damaged"):
        found.read("1.txt", MOST)
    assert found.read("2.txt", MOST).decode() == PROSE


def test_no_file_is_kept_open(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(PACKED)
    found = [Archive(path, "a.zip", MOST) for _ in range(3)]
    assert found[0].read("1.txt", MOST) == found[0].read("1.txt", MOST) == PROSE.encode()
    assert all(one.source.file is None for one in found)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        found[1].read("1.txt", MOST)


def test_messages_hold_nothing_that_steers_a_terminal() -> None:
    found = archive(zip_of({"../\x1b[31m.txt": "x"}))
    assert all(path.isprintable() and error.reason.isprintable() for path, error in found.faults)


@given(st.lists(st.tuples(st.integers(0, len(PACKED) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_no_damage_breaks_it(changes: list[tuple[int, int]]) -> None:
    data = bytearray(PACKED)
    for place, value in changes:
        data[place] = value
    try:
        found = archive(bytes(data))
        for name in found.members:
            assert len(found.read(name, 10_000)) <= 10_000
    except RejectedReport as error:
        assert error.reason


def test_office_files_are_checked_by_what_they_are() -> None:
    check_package(docx_of("正文"), "x", "docx", MOST)
    with pytest.raises(RejectedReport, match="unpacks to far more"):
        check_package(docx_of("正文"), "x", "docx", 1000)
    with pytest.raises(RejectedReport, match="not an Excel workbook"):
        check_package(b"PK\x03\x04", "x", "xlsx", MOST)
    locked = bytearray(docx_of("正文"))
    for place in range(len(locked) - 4):
        if locked[place : place + 4] == b"PK\x01\x02":
            struct.pack_into("<H", locked, place + 8, 1)
    with pytest.raises(RejectedReport, match="is encrypted"):
        check_package(bytes(locked), "x", "docx", MOST)
