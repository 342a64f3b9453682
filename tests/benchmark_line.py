"""The whole line over many reports: made of real ones, read, compared, published; then one more; then nothing new.

`python -m tests.benchmark_line ../shared/reports --reports 600 6000 60000` prints what each took: seconds of the clock
and of computing, and the most memory that the run itself and any process of its held. Nothing here passes or fails.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import polars as pl
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from pipelines import reports, seeds

# made-up reports contradict each other from year to year: expectations are checked, and hold nothing back
LENIENT = """
from warehouse.expectations import Expectation
make = Expectation.__init__
Expectation.__init__ = lambda self, *given, **named: make(self, *given, **named | {"severity": "warn"})
from commands import main
main()
"""
YEARS = 20  # of reports for each area, up to LAST
LAST = 2025
FROM_OTHERS = 0.3  # of a report's paragraphs: taken from the same place of another one
FIRST_YEAR = 1992  # of the reports that others are made of: older ones are of another kind
YEAR = re.compile(r"(?:19|20)\d\d(?=年)")
DONE = re.compile(r"years: \d+ read")
EVERY_SECONDS = 0.2
PROCESSES = ("the run", "one that it starts")
console = Console()


Told = tuple[int, list[str]]  # the year of a report, and its paragraphs


def paragraphs(folder: Path) -> list[Told]:
    """The paragraphs of each real report that is not too old, without its title."""
    files, _ = reports.survey(folder.absolute(), seeds.areas()["ref_area"].to_list(), LAST + 2)
    texts = reports.reports([file for file in files if file.report_year >= FIRST_YEAR])[0]
    split = [(year, text.split("\n")[3:]) for year, text in texts.select("report_year", "text").rows()]
    return [(year, found) for year, found in split if found]


def recombined(real: list[Told], year: int, dice: random.Random) -> str:
    """A report of a year: a real one with paragraphs of others in it, all of them moved to that year."""
    base = dice.choice(real)
    chosen = []
    for at, paragraph in enumerate(base[1]):
        told, text = base[0], paragraph
        if dice.random() < FROM_OTHERS:
            told, other = dice.choice(real)
            text = other[at * len(other) // len(base[1])]
        chosen.append(YEAR.sub(lambda found, told=told: str(int(found[0]) + year - told), text))
    return "\n".join(chosen)


def write(folder: Path, real: list[Told], count: int) -> None:
    """So many reports but one: of as many areas as YEARS years of each need."""
    dice = random.Random(count)  # noqa: S311
    places = seeds.areas().filter(pl.col("level") != "nation").select("ref_area", "name_zh")
    if count > len(places) * YEARS:
        raise SystemExit(f"{len(places) * YEARS} reports are the most")
    with Progress(console=console, transient=True) as progress:
        for code, name in progress.track(places.rows()[: -(-count // YEARS)], description=f"writing {count:,} reports"):
            (folder / code).mkdir(parents=True)
            for year in range(LAST - YEARS + 1, LAST + 1):
                put(folder, code, name, year, recombined(real, year, dice))
    path, _ = one_of(folder)
    path.unlink()


def one_of(folder: Path) -> tuple[Path, str]:
    """Where the one report that comes later stands, and of what area it is."""
    codes = sorted(path.name for path in folder.iterdir())
    code = codes[len(codes) // 2]
    return folder / code / f"{LAST}.txt", code


def late(folder: Path, real: list[Told], count: int) -> None:
    """The one report more."""
    _, code = one_of(folder)
    (name,) = seeds.areas().filter(pl.col("ref_area") == code)["name_zh"]
    put(folder, code, name, LAST, recombined(real, LAST, random.Random(-count)))  # noqa: S311


def put(folder: Path, code: str, name: str, year: int, text: str) -> None:
    """Put a report into the folder."""
    (folder / code / f"{year}.txt").write_text(f"{year}年{name}政府工作报告\n\n{text}", encoding="utf-8")


@dataclass
class Taken:
    """What a run took: seconds of the clock and of computing, of reading and of the rest, and most megabytes."""

    reading: float = 0.0
    computed: float = 0.0
    publishing: float = 0.0
    rest: float = 0.0
    peaks: dict[str, float] = field(default_factory=dict)

    def cells(self) -> list[str]:
        """As the table has it."""
        seconds = (self.reading, self.computed, self.publishing, self.rest)
        return [*(f"{value:,.0f}" for value in seconds), *(f"{self.peaks.get(name, 0):,.0f}" for name in PROCESSES)]


class Watch(Thread):
    """Looks at a process and those that it starts, until it ends: seconds of computing, most memory of each kind."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.ended = process, Event()
        self.seconds: dict[int, float] = {}
        self.peaks: dict[str, float] = {}

    def run(self) -> None:
        """Look, again and again."""
        while not self.ended.wait(EVERY_SECONDS):
            self.look()

    def look(self) -> None:
        """Look once."""
        for process in (self.process, *children(self.process)):
            name = PROCESSES[process != self.process]
            self.seconds[process] = max(self.seconds.get(process, 0.0), computed(process))
            self.peaks[name] = max(self.peaks.get(name, 0.0), resident(process))

    def total(self) -> float:
        """Seconds of computing until now."""
        self.look()
        return sum(self.seconds.values())


def run(folder: Path, warehouse: Path) -> Taken:
    """Run the line, and tell what it took; its own lines are passed on."""
    taken, start = Taken(), time.perf_counter()
    command = [sys.executable, "-c", LENIENT, "run", "--reports", folder, "--warehouse", warehouse]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        watch = Watch(process.pid)
        watch.start()
        for line in process.stderr or ():
            now = time.perf_counter() - start
            if DONE.search(line):
                taken.reading, taken.computed = now, watch.total()
            if line.strip() and not line.startswith("warning"):
                console.print(f"  {line.strip()}, {now:,.0f} s, {watch.total():,.0f} s of computing", highlight=False)
        watch.ended.set()
    if process.returncode:
        raise SystemExit(f"duixian run ended with {process.returncode}")
    taken.publishing = time.perf_counter() - start - taken.reading
    taken.rest, taken.peaks = sum(watch.seconds.values()) - taken.computed, watch.peaks
    return taken


def computed(process: int) -> float:
    """Seconds that a process has computed (Linux; 0 elsewhere)."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def resident(process: int) -> float:
    """The most megabytes that a process has held (Linux; 0 elsewhere)."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024 if "VmHWM:" in status else 0.0


def children(process: int) -> list[int]:
    """The processes that a process has started (Linux; none elsewhere)."""
    found = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):  # it has just ended
            found += [int(child) for child in thread.read_text().split()]
    return found


def size(folder: Path) -> float:
    """Gigabytes of a folder's files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e9


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="real reports, to make others of")
    parser.add_argument("--reports", type=int, nargs="+", default=[600])
    parser.add_argument("--scratch", type=Path, help="where to work, and to leave what was made")
    options = parser.parse_args()
    real = paragraphs(options.folder)
    shown = Table(title="the whole line", show_lines=False)
    shown.add_column("what")
    for name in (
        "reports", "reading s", "of computing", "publishing s", "of computing",
        *(f"MB of {name}" for name in PROCESSES),
        "reports GB", "warehouse GB",
    ):  # fmt: skip
        shown.add_column(name, justify="right")
    with tempfile.TemporaryDirectory() as scratch:
        for count in options.reports:
            folder = (options.scratch or Path(scratch)) / str(count)
            written, warehouse = folder / "reports", folder / "warehouse"
            if not written.is_dir():
                write(written, real, count)
            for what in ("all but one", "one more", "nothing new"):
                if what == "one more":
                    late(written, real, count)
                figures = run(written, warehouse).cells()
                shown.add_row(what, f"{count:,}", *figures, f"{size(written):.2f}", f"{size(warehouse):.2f}")
                console.print(f"{count:,} reports, {what}: {', '.join(figures)}", highlight=False)
    console.print(shown)


if __name__ == "__main__":
    main()
