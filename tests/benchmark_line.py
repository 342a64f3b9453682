"""The whole line over many reports: made of real ones, read, compared, published; then one more; then nothing new.

`python -m tests.benchmark_line ../shared/reports --reports 600 6000 60000` prints what each took: seconds of the clock,
and the most memory that any of the processes held. Nothing here passes or fails.
"""

import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
READ = re.compile(r"years: \d+ read")
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
    """So many reports: of as many areas as YEARS years of each need."""
    dice = random.Random(count)  # noqa: S311
    places = seeds.areas().filter(pl.col("level") != "nation").select("ref_area", "name_zh")
    if count > len(places) * YEARS:
        raise SystemExit(f"{len(places) * YEARS} reports are the most")
    with Progress(console=console, transient=True) as progress:
        for code, name in progress.track(places.rows()[: -(-count // YEARS)], description=f"writing {count:,} reports"):
            (folder / code).mkdir(parents=True)
            for year in range(LAST - YEARS + 1, LAST + 1):
                put(folder, code, name, year, recombined(real, year, dice))


def put(folder: Path, code: str, name: str, year: int, text: str) -> None:
    """Put a report into the folder."""
    (folder / code / f"{year}.txt").write_text(f"{year}年{name}政府工作报告\n\n{text}", encoding="utf-8")


def run(folder: Path, warehouse: Path) -> tuple[float, float, float]:
    """Run the line: seconds of reading, of the rest, and the most megabytes of the process or one that it started."""
    start = time.perf_counter()
    command = [sys.executable, "-c", LENIENT, "run", "--reports", folder, "--warehouse", warehouse]
    read = start
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        peak = 0.0
        for line in process.stderr or ():
            peak = max(peak, *map(resident, [process.pid, *children(process.pid)]))
            if READ.search(line):
                read = time.perf_counter()
                console.print(f"  {line.strip()}, {read - start:.0f} s", highlight=False)
            elif not line.startswith(("read ", "warning")):
                console.print(f"  {line.strip()}", highlight=False)
    if process.returncode:
        raise SystemExit(f"duixian run ended with {process.returncode}")
    return read - start, time.perf_counter() - read, peak


def resident(process: int) -> float:
    """The most megabytes that a process has held (Linux; 0 elsewhere)."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024 if "VmHWM:" in status else 0.0


def children(process: int) -> list[int]:
    """The processes that a process has started (Linux; none elsewhere)."""
    try:
        return [
            int(child)
            for thread in Path(f"/proc/{process}/task").iterdir()
            for child in (thread / "children").read_text().split()
        ]
    except OSError:
        return []


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
    for name in ("reports", "what", "reading s", "publishing s", "peak MB", "reports GB", "warehouse GB"):
        shown.add_column(name, justify="left" if name == "what" else "right")
    with tempfile.TemporaryDirectory() as scratch:
        for count in options.reports:
            folder = (options.scratch or Path(scratch)) / str(count)
            written, warehouse = folder / "reports", folder / "warehouse"
            if not written.is_dir():
                write(written, real, count)
            one = sorted(written.iterdir())[count // YEARS // 2]
            for what in ("all of them", "one report changed", "nothing changed"):
                if what == "one report changed":
                    text = (one / f"{LAST}.txt").read_text(encoding="utf-8")
                    (one / f"{LAST}.txt").write_text(text + "\n全年新增城镇就业1.5万人。\n", encoding="utf-8")
                taken = run(written, warehouse)
                figures = (*(f"{seconds:.1f}" for seconds in taken[:2]), f"{taken[2]:,.0f}")
                shown.add_row(f"{count:,}", what, *figures, f"{size(written):.2f}", f"{size(warehouse):.2f}")
                console.print(f"{count:,} reports, {what}: {', '.join(figures)}")
    console.print(shown)


if __name__ == "__main__":
    main()
