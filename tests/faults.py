"""What is done to runs with real processes: kills, readers, full disks. `make soak` does much of it.

The tests call the same functions a few times; nothing here knows how the program guards itself.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
from typer.testing import CliRunner

from commands import app
from pipelines.tables.core import AREAS
from pipelines.tables.registry import TABLES

DUIXIAN = Path(sys.executable).with_name("duixian")
GROWTH = (6.1, 5.4)  # of the two versions of a report that runs go to and fro between
TEXT = """政府工作报告

各位代表：

一、{past}年工作回顾

过去一年，全市地区生产总值增长{growth}%，城镇新增就业{jobs}万人，一般公共预算收入增长4.1%，居民消费价格上涨1.2%。

二、{year}年工作安排

今年的主要预期目标是：地区生产总值增长6%左右，城镇新增就业2万人以上，居民消费价格涨幅控制在3%以内。
"""


def write(folder: Path, area: str, year: int, growth: float = 6.1, jobs: float = 2.3) -> Path:
    """Put a made-up report into a folder of reports."""
    path = folder / area / f"{year}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT.format(year=year, past=year - 1, growth=growth, jobs=jobs), encoding="utf-8")
    return path


def state(warehouse: Path) -> str:
    """A hash of the published rows: not of `ops`, which holds times, nor of the areas, which are many and stay."""
    with opened(warehouse) as database:
        return state_of(database)


def opened(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """The published database; of one process all connections to a file must be configured alike, so as a run has it."""
    path = (warehouse / "duixian.duckdb").resolve()
    return duckdb.connect(str(path), read_only=True, config={"autoinstall_known_extensions": "false"})


def state_of(database: duckdb.DuckDBPyConnection) -> str:
    """The same of an open database."""
    digest = hashlib.sha256()
    for name, table in TABLES.items():
        if table.schema != "ops" and table is not AREAS:
            digest.update(repr(database.table(name).fetchall()).encode())
    return digest.hexdigest()


class Place:
    """A folder of reports in two versions, a warehouse, and what each version is published as.

    Runs that shall come to their end are processes of their own, or, where they are not `apart`, go in this one: that
    saves the seconds in which a process starts.
    """

    def __init__(self, folder: Path, *, apart: bool = True) -> None:
        self.reports, self.warehouse, self.apart = folder / "reports", folder / "warehouse", apart
        for year in (2021, 2022):
            write(self.reports, "140200", year)
        self.version = 0
        self.states = []
        for version in (1, 0):
            self.change(version)
            self.run()
            self.states.insert(0, state(self.warehouse))
        assert self.states[0] != self.states[1]

    def copied(self, folder: Path) -> "Place":
        """The same with its warehouse in another folder."""
        copy = Place.__new__(Place)
        copy.reports, copy.warehouse = self.reports.with_name(f"reports of {folder.name}"), folder / "warehouse"
        copy.version, copy.states, copy.apart = self.version, self.states, self.apart
        shutil.copytree(self.reports, copy.reports)
        shutil.copytree(self.warehouse, copy.warehouse, symlinks=True)
        return copy

    def change(self, version: int | None = None) -> None:
        """Put the other version of a report in place."""
        self.version = 1 - self.version if version is None else version
        write(self.reports, "140200", 2022, GROWTH[self.version])

    @property
    def words(self) -> list[str]:
        """The words of the command."""
        return ["run", "--reports", str(self.reports), "--warehouse", str(self.warehouse)]

    def start(self) -> subprocess.Popen[str]:
        """Start a run, as a process group of its own."""
        return subprocess.Popen(
            [DUIXIAN, *self.words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )

    def run(self) -> None:
        """Run to the end."""
        if not self.apart:
            result = CliRunner().invoke(app, self.words)
            assert result.exit_code == 0, result.output
            return
        process = self.start()
        output, _ = process.communicate(timeout=300)
        assert process.returncode == 0, output

    @property
    def wanted(self) -> str:
        """What the version in place is published as."""
        return self.states[self.version]


@contextmanager
def watched(place: Place, seen: Counter[str], pause: float = 0.02) -> Iterator[None]:
    """Open the database again and again meanwhile, and note what is found there, or what error."""
    done = threading.Event()

    def look() -> None:
        while not done.wait(pause):
            try:
                found = state(place.warehouse)
                seen["a reader found the old or the new" if found in place.states else "A MIX"] += 1
            except Exception as error:
                seen[f"A READER WAS REFUSED: {type(error).__name__}: {error}"[:120]] += 1

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def newest(folder: Path, pattern: str) -> int:
    """When the youngest file of a pattern was made, in nanoseconds; 0 where there is none."""
    found = [0]
    for path in folder.glob(pattern):
        with suppress(OSError):  # gone meanwhile
            found.append(path.lstat().st_mtime_ns)
    return max(found)


# the parts of a run: what a file that is new in the warehouse tells that it has come to, and how long it takes there
PARTS = {
    "starting": ("", 3.0),
    "reading": ("partitions/2022/*reports*", 0.2),
    "checking a year": ("partitions/2022/*observations-*", 0.4),
    "comparing": ("partitions/all/*target_outcomes*", 0.6),
    "building the database": ("builds/.building-*", 0.3),
    "swapping it in": ("builds/duixian-*.duckdb", 0.02),
    "building the site": ("builds/.site-*", 0.3),
    "ending": ("builds/site-*", 0.1),
}


def part_of(warehouse: Path, started: int) -> str:
    """How far a run has come that was started at a time."""
    come = [name for name, (pattern, _) in PARTS.items() if pattern and newest(warehouse, pattern) > started]
    return come[-1] if come else "starting"


def killed_runs(place: Place, times: int, chance: random.Random) -> Counter[str]:
    """Kill runs in each part in turn; after each the published is the old or the new, and a run to the end the new."""
    seen: Counter[str] = Counter()
    turns = list(PARTS)
    chance.shuffle(turns)
    for turn in range(times):
        wanted = turns[turn % len(turns)]
        place.change()
        before = state(place.warehouse)
        started = time.time_ns()
        with watched(place, seen):
            process = place.start()
            while process.poll() is None and part_of(place.warehouse, started) != wanted:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, PARTS[wanted][1]))
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        killed = process.returncode == -signal.SIGKILL
        seen[f"killed while {part_of(place.warehouse, started)}" if killed else "ended before the kill"] += 1
        found = state(place.warehouse)
        seen["kept the old" if found == before else "the new stood" if found == place.wanted else "LOST"] += 1
        with watched(place, seen):
            place.run()
        seen["then came to the new" if state(place.warehouse) == place.wanted else "WRONG AFTERWARDS"] += 1
    return seen


def publications_watched(place: Place, times: int) -> Counter[str]:
    """Publish again and again while one reader opens the file 50 times a second and another holds it open."""
    seen: Counter[str] = Counter()
    for _ in range(times):
        place.change()
        before = state(place.warehouse)
        with opened(place.warehouse) as held:
            with watched(place, seen):
                place.run()
            seen["held open and the same" if state_of(held) == before else "CHANGED UNDER A READER"] += 1
        seen["published" if state(place.warehouse) == place.wanted else "NOT PUBLISHED"] += 1
    return seen


def logs_left(place: Place, times: int) -> Counter[str]:
    """Kill a session that has a copy of the published file open for writing: its log stays beside the link."""
    seen: Counter[str] = Counter()
    code = (
        "import duckdb, os, pathlib, shutil, signal, sys; link = pathlib.Path(sys.argv[1]); target = link.resolve();"
        "os.chmod(target, 0o644); base = duckdb.connect(str(link)); base.execute('CREATE TABLE stray AS SELECT 1');"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    for _ in range(times):
        link = place.warehouse / "duixian.duckdb"
        subprocess.run([sys.executable, "-c", code, link], check=False)
        seen["a log was left" if list(place.warehouse.rglob("*.wal")) else "no log was left"] += 1
        place.change()
        place.run()
        with opened(place.warehouse) as database:
            stray = database.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'stray'").fetchone()
        seen["untouched" if state(place.warehouse) == place.wanted and stray == (0,) else "TOUCHED"] += 1
    return seen


@contextmanager
def small_disk(megabytes: int = 40) -> Iterator[Path | None]:
    """A disk of its own; None where it cannot be mounted, which only root can."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder]
        if os.geteuid() or subprocess.run(command, check=False).returncode:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=False)


def fill(disk: Path, left: int = 0) -> Path:
    """Fill a disk but for some bytes; the file that does."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while (room := shutil.disk_usage(disk).free - left) > 0:
            file.write(b"\0" * min(room, 1_000_000))
    return filler


def locked(disk: Path) -> None:
    """Let nothing be written to a disk."""
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)


def refused(place: Place, reason: str, seen: Counter[str], mend: Callable[[], object]) -> None:
    """A run that cannot write ends with the reason and keeps the old; once it can, it comes to the new."""
    before = state(place.warehouse)
    place.change()
    process = place.start()
    output, _ = process.communicate(timeout=300)
    told = process.returncode == 1 and reason in output and "Traceback" not in output
    seen["refused, and said why" if told else f"EXIT {process.returncode}: {output[-200:]}"] += 1
    seen["kept the old" if state(place.warehouse) == before else "LOST"] += 1
    mend()
    place.run()
    seen["then came to the new" if state(place.warehouse) == place.wanted else "WRONG AFTERWARDS"] += 1


def full_disks(place: Place, times: int, left: int = 1_000_000) -> Counter[str]:
    """Fill the disk that the warehouse stands on, but for some bytes, before a run, and free it after.

    A megabyte is enough to read a year, and not enough for a database; nothing is not enough to read either.
    """
    seen: Counter[str] = Counter()
    for _ in range(times):
        with small_disk() as folder:
            if folder is None:
                seen["no disk could be mounted"] += 1
                continue
            small = place.copied(folder)
            filler = fill(folder, left)
            refused(small, "No space left", seen, filler.unlink)
    return seen


def read_only_folders(place: Place, times: int) -> Counter[str]:
    """Make the disk of the warehouse read-only before a run, and writable after."""
    seen: Counter[str] = Counter()
    for _ in range(times):
        with small_disk() as folder:
            if folder is None:
                seen["no disk could be mounted"] += 1
                continue
            small = place.copied(folder)
            locked(folder)
            again = ["mount", "-o", "remount,rw", folder]
            refused(small, "Read-only file system", seen, lambda again=again: subprocess.run(again, check=True))
    return seen


def clocks_set_back(place: Place, times: int) -> Counter[str]:
    """Let all that was made come from years ahead, as a clock that was set back leaves it."""
    seen: Counter[str] = Counter()
    for turn in range(times):
        link = place.warehouse / "duixian.duckdb"
        ahead = link.resolve().rename(link.resolve().with_name(f"duixian-{2090 + turn}0101T000000000000.duckdb"))
        link.unlink()
        link.symlink_to(Path("builds") / ahead.name)
        for path in place.warehouse.rglob("*"):
            if not path.is_symlink():
                os.utime(path, (4e9, 4e9))
        place.change()
        place.run()
        builds = sorted(path.name for path in ahead.parent.glob("duixian-*.duckdb"))
        seen[
            "the newest by name is the last" if link.readlink().name == builds[-1] > ahead.name else "WRONG ORDER"
        ] += 1
        seen["the new stands" if state(place.warehouse) == place.wanted else "WRONG"] += 1
    return seen


def changed_while_read(place: Place, times: int) -> Counter[str]:
    """Write a report in its two versions to and fro while a run reads it; a reader may find half of one."""
    seen: Counter[str] = Counter()
    hashes = []
    for version in (0, 1):
        place.change(version)
        hashes.append(hashlib.sha256((place.reports / "140200/2022.txt").read_bytes()).hexdigest())
    told = "SELECT source_hash FROM core.reports WHERE report_id = '140200/2022'"
    for _ in range(times):
        process = place.start()
        while process.poll() is None:
            place.change()
            time.sleep(0.001)
        process.communicate()
        with opened(place.warehouse) as database:
            row = database.execute(told).fetchone()
        found, read = state(place.warehouse), row[0] if row else ""
        if read in hashes:
            seen["published as read" if found == place.states[hashes.index(read)] else "ROWS OF ANOTHER TEXT"] += 1
        else:
            seen["half of it was read" if found not in place.states else "ROWS OF ANOTHER TEXT"] += 1
        place.run()
        seen["then came to what stands there" if state(place.warehouse) == place.wanted else "WRONG AFTERWARDS"] += 1
    return seen


def damaged_files(place: Place, times: int) -> Counter[str]:
    """Spoil a byte of a partition's file, of each table in turn."""
    seen: Counter[str] = Counter()
    for turn in range(times):
        files = sorted((place.warehouse / "partitions/2022").glob("[a-z]*.parquet"))
        path = files[turn % len(files)]
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 255
        path.write_bytes(data)
        place.change()
        place.change()  # back: no report has changed
        place.run()
        mended = path.read_bytes() != bytes(data) if path.exists() else True
        seen["noticed and made again" if mended else "LEFT DAMAGED"] += 1
        seen["the same stands" if state(place.warehouse) == place.wanted else "WRONG"] += 1
    return seen


def two_at_once(place: Place, times: int) -> Counter[str]:
    """Start two runs at the same moment."""
    seen: Counter[str] = Counter()
    for _ in range(times):
        place.change()
        both = [place.start(), place.start()]
        codes = []
        for process in both:
            process.communicate(timeout=300)
            codes.append(process.returncode)
        seen["both ended well" if codes == [0, 0] else f"ENDED WITH {codes}"] += 1
        seen["the new stands" if state(place.warehouse) == place.wanted else "WRONG"] += 1
    return seen


def main() -> None:
    """Do it often, and print what came."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--times", type=int, default=10, help="of everything else")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="what to try: part of its name")
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311
    times = options.times
    tried: dict[str, tuple[int, Callable[[Place], Counter[str]]]] = {
        "killed at a random moment": (options.kills, lambda place: killed_runs(place, options.kills, chance)),
        "a reader 50 times a second, one that holds on": (times, lambda place: publications_watched(place, times)),
        "a writer killed": (times, lambda place: logs_left(place, times)),
        "two runs at once": (times, lambda place: two_at_once(place, times)),
        "disk full while publishing": (times, lambda place: full_disks(place, times)),
        "disk full while reading": (times, lambda place: full_disks(place, times, 0)),
        "folder read-only": (times, lambda place: read_only_folders(place, times)),
        "clock set back": (times, lambda place: clocks_set_back(place, times)),
        "report changed while it is read": (times, lambda place: changed_while_read(place, times)),
        "partition damaged": (times, lambda place: damaged_files(place, times)),
    }
    print("| what | how often | what came |\n| --- | ---: | --- |", flush=True)
    for name, (count, work) in tried.items():
        if options.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            came = "; ".join(f"{what} {number}" for what, number in sorted(work(Place(Path(folder))).items()))
            print(f"| {name} | {count} | {came} ({time.monotonic() - began:.0f} s) |", flush=True)


if __name__ == "__main__":
    main()
