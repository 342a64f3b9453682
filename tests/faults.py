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
from contextlib import contextmanager
from pathlib import Path

import duckdb

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
    with duckdb.connect(str((warehouse / "duixian.duckdb").resolve()), read_only=True) as database:
        return state_of(database)


def state_of(database: duckdb.DuckDBPyConnection) -> str:
    """The same of an open database."""
    digest = hashlib.sha256()
    for name, table in TABLES.items():
        if table.schema != "ops" and table is not AREAS:
            digest.update(repr(database.table(name).fetchall()).encode())
    return digest.hexdigest()


class Place:
    """A folder of reports in two versions, a warehouse, and what each version is published as."""

    def __init__(self, folder: Path) -> None:
        self.reports, self.warehouse = folder / "reports", folder / "warehouse"
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
        """The same in another folder."""
        copy = Place.__new__(Place)
        copy.reports, copy.warehouse = folder / "reports", folder / "warehouse"
        copy.version, copy.states = self.version, self.states
        shutil.copytree(self.reports, copy.reports)
        shutil.copytree(self.warehouse, copy.warehouse, symlinks=True)
        return copy

    def change(self, version: int | None = None) -> None:
        """Put the other version of a report in place."""
        self.version = 1 - self.version if version is None else version
        write(self.reports, "140200", 2022, GROWTH[self.version])

    def start(self) -> subprocess.Popen[str]:
        """Start a run, as a process group of its own."""
        command = [DUIXIAN, "run", "--reports", self.reports, "--warehouse", self.warehouse]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )

    def run(self) -> None:
        """Run to the end."""
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
                seen["old or new" if found in place.states else "a mix"] += 1
            except Exception as error:
                seen[f"{type(error).__name__}: {error}"[:120]] += 1

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def killed_runs(place: Place, times: int, chance: random.Random, longest: float) -> Counter[str]:
    """Kill runs at random moments; after each the published is the old or the new, and a run to the end gives the new.

    Args:
        place: where.
        times: how many kills.
        chance: where the moments come from.
        longest: seconds after which a run has surely ended.
    """
    seen: Counter[str] = Counter()
    for _ in range(times):
        place.change()
        before = state(place.warehouse)
        process = place.start()
        with watched(place, seen):
            time.sleep(chance.uniform(0, longest))
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        found = state(place.warehouse)
        seen["killed before the end" if process.returncode == -signal.SIGKILL else "ended before the kill"] += 1
        seen["kept the old" if found == before else "the new stands" if found == place.wanted else "LOST"] += 1
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
        with duckdb.connect(str((place.warehouse / "duixian.duckdb").resolve()), read_only=True) as held:
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
        with duckdb.connect(str(link.resolve()), read_only=True) as database:
            stray = database.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'stray'").fetchone()
        seen["untouched" if state(place.warehouse) == place.wanted and stray == (0,) else "TOUCHED"] += 1
    return seen


def full_disks(place: Place, times: int) -> Counter[str]:
    """Fill the disk that the warehouse stands on before a run, and free it after; needs root, to mount a small one."""
    seen: Counter[str] = Counter()
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            command = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", folder]
            if os.geteuid() or subprocess.run(command, check=False).returncode:
                seen["no disk could be mounted"] += 1
                continue
            try:
                small = place.copied(Path(folder))
                before = state(small.warehouse)
                small.change()
                filler = Path(folder) / "filler"
                # what is left is enough to read a year, and not enough for a database
                filler.write_bytes(b"\0" * (shutil.disk_usage(folder).free - 1_000_000))
                process = small.start()
                output, _ = process.communicate(timeout=300)
                told = process.returncode == 1 and "No space left" in output
                seen["refused, and said why" if told else f"EXIT {process.returncode}: {output[-200:]}"] += 1
                seen["kept the old" if state(small.warehouse) == before else "LOST"] += 1
                filler.unlink()
                small.run()
                seen["then came to the new" if state(small.warehouse) == small.wanted else "WRONG AFTERWARDS"] += 1
            finally:
                subprocess.run(["umount", folder], check=False)
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
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311
    tried: dict[str, Callable[[Place], Counter[str]]] = {
        "killed at a random moment": lambda place: killed_runs(place, options.kills, chance, 9),
        "readers during publications": lambda place: publications_watched(place, options.times),
        "writers' logs": lambda place: logs_left(place, options.times),
        "full disks": lambda place: full_disks(place, options.times),
        "two runs at once": lambda place: two_at_once(place, options.times),
    }
    for name, work in tried.items():
        with tempfile.TemporaryDirectory() as folder:
            for what, count in sorted(work(Place(Path(folder))).items()):
                print(f"{name}: {what}: {count}", flush=True)


if __name__ == "__main__":
    main()
