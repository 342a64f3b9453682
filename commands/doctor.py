"""`duixian doctor`: what is installed, what is readable, and what to do about the rest."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from typing import NamedTuple

import duckdb
import typer
from filelock import Timeout
from packaging.requirements import Requirement
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from commands.shown import Form, clean, out, print_data, warehouse_of
from pipelines import seeds
from pipelines.formats.office import CONVERTERS
from pipelines.reports import survey
from pipelines.tables.ops import BUILDS
from sources.shelf import last_year
from warehouse.publication import LINK, WarehouseError, connect, ensure_publishable
from warehouse.store import Store

WELL, UNWELL = 0, 1
STATES = {"ok": ("✓", "green"), "missing": ("–", "yellow"), "wrong": ("✗", "red")}
NAMED = ("dagster", "duckdb", "great-expectations", "polars", "rjieba")  # whose versions are told
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FREE_GB = 2
SECONDS = 10  # that another program is waited for
EXTRAS = {  # what they are for
    "ocr": "scans",
    "cluster": "backfills on several machines",
    "object-store": "a warehouse in an object store",
    "postgres": "Dagster's history in PostgreSQL",
}


class Finding(NamedTuple):
    """What was looked at: `ok`; `missing`, which something optional needs; or `wrong`, which all needs."""

    about: str
    name: str
    state: str
    found: str
    remedy: str = ""


def python() -> Iterator[Finding]:
    """Python, this package and what it is made of."""
    old = sys.version_info < (3, 11)
    yield Finding(
        "installed", "Python", "wrong" if old else "ok", f"{platform.python_version()}, {sys.executable}",
        "install Python 3.11 or newer" if old else "",
    )  # fmt: skip
    wanted = [Requirement(line) for line in requires("duixian") or ()]
    own = [requirement for requirement in wanted if requirement.marker is None]
    lacking = list(filter(None, map(lack, own)))
    versions = ", ".join(f"{name} {version(name)}" for name in NAMED if not lack(Requirement(name)))
    yield Finding(
        "installed", f"duixian {version('duixian')}", "wrong" if lacking else "ok",
        f"{len(own) - len(lacking)} of {len(own)} libraries as it wants them ({versions})"
        + "".join(f"; {one}" for one in lacking),
        "run `make clean run` in the repository, or install duixian anew" if lacking else "",
    )  # fmt: skip
    for extra in metadata("duixian").get_all("Provides-Extra") or ():
        missing = [why for one in wanted if one.marker and one.marker.evaluate({"extra": extra}) and (why := lack(one))]
        use = f" ({EXTRAS[extra]})" if extra in EXTRAS else ""
        yield Finding(
            "installed", f"extra {extra}{use}", "missing" if missing else "ok",
            "; ".join(missing) or "installed", f"pip install 'duixian[{extra}]'" if missing else "",
        )  # fmt: skip


def lack(requirement: Requirement) -> str:
    """What is wrong with a library; empty where it is as it should be."""
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is not installed"
    fits = requirement.specifier.contains(found, prereleases=True)
    return "" if fits else f"{requirement.name} {found} is not {requirement.specifier}"


def programs() -> Iterator[Finding]:
    """Programs that read old Word files and show pages, and fonts that have Chinese."""
    converters = [name for name, _ in CONVERTERS if shutil.which(name)]
    yield Finding(
        "installed", "converter of doc and wps", "ok" if converters else "missing", ", ".join(converters) or "none",
        "" if converters else "install LibreOffice, antiword or catdoc, or save such reports as docx",
    )  # fmt: skip
    browser = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    yield Finding(
        "installed", "Chromium", "ok" if browser else "missing", browser or "none",
        "" if browser else "install chromium for the tests of the site; any browser shows it",
    )  # fmt: skip
    fonts = chinese_fonts()
    told = "not known: fc-list is not installed" if fonts is None else f"{len(fonts)} families"
    yield Finding(
        "installed", "Chinese fonts", "missing" if not fonts else "ok",
        f"{told}, such as {fonts[0]}" if fonts else told,
        "" if fonts else "install a Chinese font such as Noto Sans CJK for charts as pictures, and for printing",
    )  # fmt: skip
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    yield Finding(
        "installed", "terminal", "ok" if encoding.startswith("utf") else "missing",
        f"{sys.stdout.encoding}, {out.width} columns", "" if encoding.startswith("utf") else "set PYTHONUTF8=1",
    )  # fmt: skip


def chinese_fonts() -> list[str] | None:
    """Families of fonts that have Chinese characters; None where that cannot be told."""
    program = shutil.which("fc-list")
    if program is None:
        return None
    try:
        told = subprocess.run(  # noqa: S603 - a fixed command
            [program, ":lang=zh-cn", "family"], capture_output=True, text=True, timeout=SECONDS, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return None
    return sorted({line.split(",")[0].strip() for line in told.splitlines() if line.strip()})


def hand_edited() -> Iterator[Finding]:
    """The seeds."""
    try:
        found = f"{len(seeds.indicators())} indicators, {len(seeds.areas())} areas in {seeds.SEEDS}"
        yield Finding("readable", "seeds", "ok", found)
    except (seeds.SeedError, OSError) as error:
        yield Finding("readable", "seeds", "wrong", str(error), "mend the line, or take the file as it was")


def reports_folder(folder: Path) -> Iterator[Finding]:
    """The folder of reports."""
    try:
        files, rejected = (
            survey(folder, seeds.areas()["ref_area"].to_list(), last_year()) if folder.is_dir() else ([], [])
        )
    except (OSError, seeds.SeedError) as error:
        yield Finding("readable", "reports", "wrong", f"{folder}: {error}", "see that you may read the folder")
        return
    if not folder.is_dir():
        yield Finding(
            "readable", "reports", "missing", f"{folder} is not there",
            "`duixian add` or `duixian fetch` makes it; --reports names another one",
        )  # fmt: skip
        return
    areas = len({file.ref_area for file in files})
    odd = f", {len(rejected)} out of place: {rejected[0]['reason']}" if rejected else ""
    state = "ok" if files and not rejected else "missing"
    yield Finding(
        "readable", "reports", state, f"{folder}: {len(files)} reports of {areas} areas{odd}",
        "" if state == "ok" else "lay reports out as <area>/<report_year>.<ending>, such as 140200/2022.txt",
    )  # fmt: skip


def warehouse(folder: Path) -> Iterator[Finding]:
    """The warehouse: the published database, its build and age, what is held back, who works on it, room for more."""
    try:
        ensure_publishable(folder)
    except WarehouseError as error:
        what, _, remedy = str(error).partition("; ")
        yield Finding("readable", "warehouse", "wrong", what, remedy)
        return
    if not (folder / LINK).exists():
        yield Finding("readable", "warehouse", "missing", f"{folder / LINK} is not there", "run `duixian run`")
    else:
        yield from published(folder)
    yield from free(folder)
    yield from locks(folder)


def published(folder: Path) -> Iterator[Finding]:
    """The published database."""
    try:
        with connect(folder / LINK) as connection:
            names = ("built_at", "duixian_version", "reports", "rejected_reports", "observations", "held_back_years")
            row = connection.execute(f"SELECT {', '.join(names)} FROM {BUILDS.full_name}").fetchone() or ()  # noqa: S608
    except (WarehouseError, duckdb.Error) as error:
        yield Finding("readable", "warehouse", "wrong", str(error), "run `duixian run` to publish it anew")
        return
    built = dict(zip(names, row, strict=True))
    hours = int((datetime.now(UTC).replace(tzinfo=None) - built["built_at"]).total_seconds() // 3600)
    age = f"{hours // 24} days" if hours >= 48 else f"{max(hours, 0)} hours"
    other = built["duixian_version"] != version("duixian")
    yield Finding(
        "readable", "warehouse", "missing" if other else "ok",
        f"{folder / LINK}: {built['reports']} reports, {built['observations']} observations, "
        f"built {built['built_at']:%Y-%m-%d %H:%M} UTC ({age} ago) by duixian {built['duixian_version']}",
        "run `duixian run` to publish it by this version" if other else "",
    )  # fmt: skip
    held = built["held_back_years"]
    if held:
        yield Finding(
            "readable", "years held back", "missing", ", ".join(held),
            "`duixian run` says which check failed; ops.validation_results has it row by row",
        )  # fmt: skip
    if built["rejected_reports"]:
        yield Finding(
            "readable", "rejected reports", "missing", str(built["rejected_reports"]),
            "ops.rejected_reports says of each what to do",
        )  # fmt: skip


def free(folder: Path) -> Iterator[Finding]:
    """Whether the folder can be written to, and has room."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(there, os.W_OK):
        yield Finding(
            "readable", "writing", "wrong", f"{there} cannot be written to", "name another folder with --warehouse"
        )
        return
    gigabytes = shutil.disk_usage(there).free / 1e9
    full = gigabytes < FREE_GB
    yield Finding(
        "readable", "disk", "missing" if full else "ok", f"{gigabytes:.0f} GB free", "make room" if full else ""
    )


def locks(folder: Path) -> Iterator[Finding]:
    """Whether another run is at work."""
    if not (folder / ".locks/run.lock").is_file():
        return
    lock = Store(folder).lock_file("run")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        yield Finding(
            "readable", "locks", "missing", "another run is working on the warehouse",
            "wait for it to end; readers are not hindered",
        )  # fmt: skip
    except OSError as error:
        yield Finding("readable", "locks", "wrong", str(error), "see that you may write to the warehouse")
    else:
        lock.release()
        yield Finding("readable", "locks", "ok", "no other run is at work")


def doctor(reports: Path, folder: Path | None, form: Form) -> int:
    """Print what was found.

    Returns:
        The exit code: 0 nothing that is needed is wrong, 1 something is.
    """
    findings = [
        *python(), *programs(), *hand_edited(), *reports_folder(reports.absolute()), *warehouse(warehouse_of(folder)),
    ]  # fmt: skip
    code = UNWELL if any(finding.state == "wrong" for finding in findings) else WELL
    if form != "table":
        print_data(form, Finding._fields, [finding._asdict() for finding in findings])
        return code
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=True)
    for heading, ratio in (("", None), ("what", 2), ("found", 4), ("what to do", 3)):
        table.add_column(heading, overflow="fold", ratio=ratio)
    about = findings[0].about
    for finding in findings:
        if finding.about != about:
            table.add_section()
        about = finding.about
        sign, style = STATES[finding.state]
        table.add_row(
            Text(sign, style=style), Text(finding.name), Text(clean(finding.found)), Text(clean(finding.remedy))
        )
    out.print(table)
    wrong, missing = (sum(finding.state == state for finding in findings) for state in ("wrong", "missing"))
    typer.echo(f"{wrong} wrong, {missing} to look at where you need them" if wrong or missing else "all is well")
    return code
