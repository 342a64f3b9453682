"""The folder of reports as a place to put reports into: whole or not at all, and nothing there is lost.

    REPORTS/<area>/<year>.<ending>, <year>/     a report, its bytes as they came
    REPORTS/<area>/<year>.yaml                  its provenance
    REPORTS/.replaced/<time>/<area>/…           what stood there before
    REPORTS/.incoming/…                         what is being fetched or put into place; a lock

Names that begin with a dot are passed over by whoever reads reports. A report is made ready aside, read there, and then
moved into place by a plan: where that is interrupted, the next command carries the plan out.
"""

import datetime
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from filelock import FileLock, Timeout

from pipelines import reports as reading
from pipelines.formats import RejectedReport
from pipelines.formats.limits import limits
from pipelines.formats.tree import DiskEntry
from sources import SourceError
from sources.partial import Partial

CHINA = ZoneInfo("Asia/Shanghai")
PLAN = "plan.json"
PLANNED = {  # what the words of a plan look like: a folder of reports may come from anywhere, with a plan in it
    "area": re.compile(r"[0-9]{6}"),
    "new": re.compile(r"[0-9]{4}(\.[a-z0-9]{1,5})?"),
    "old": re.compile(r"[0-9]{4}(\.[^/\0]{1,200})?"),
    "replaced": re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}Z"),
}
CARRIED = ("title", "delivered_on", "licence")  # what people wrote into a provenance and nobody else knows


@dataclass(frozen=True)
class Standing:
    """What stands in a report's place.

    Attributes:
        names: files and folders of the report below its area's folder; none where only a provenance stands.
        provenance: what stands in `<year>.yaml`, unchecked; empty where there is none.
        sha256: of the report's bytes; empty where they are no files.
    """

    names: tuple[str, ...]
    provenance: dict[str, Any]
    sha256: str

    @property
    def changed(self) -> bool:
        """Whether the report is not the one that its provenance speaks of: somebody has worked on it."""
        return self.provenance.get("sha256") != self.sha256


@dataclass(frozen=True)
class Part:
    """One file of a report: its bytes and the ending that it is put under."""

    data: bytes
    ending: str


@dataclass(frozen=True)
class Ready:
    """A report that was made ready aside and could be read: `row` is the one of `core.reports`."""

    folder: Path
    ref_area: str
    report_year: int
    names: tuple[str, ...]  # of what comes into the area's folder
    row: dict[str, Any]

    def drop(self) -> None:
        """Leave it."""
        shutil.rmtree(self.folder)


@dataclass(frozen=True)
class Placed:
    """A report in its place: its file or folder, and the folder in which what it replaced is kept."""

    path: Path
    replaced: Path | None


def last_year() -> int:
    """The last report year that can be: the next one, whose targets December sessions set already."""
    return datetime.datetime.now(CHINA).year + 1


class Shelf:
    """One folder of reports; use it within `at_work`."""

    def __init__(self, reports: Path) -> None:
        self.reports = reports
        self.incoming = reports / ".incoming"

    @contextmanager
    def at_work(self, waiting: Callable[[], None]) -> Iterator[None]:
        """Hold the folder, made where there is none, for this process; finish what a killed one left.

        Args:
            waiting: called where another one holds it, before waiting for its end.
        """
        self.incoming.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.incoming / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting()
            lock.acquire()
        try:
            self.recover()
            yield
        finally:
            lock.release()

    # --- What stands there ---------------------------------------------------------------------------------------

    def standing(self, area: str, year: int) -> Standing | None:
        """What stands in the place of a report, or None."""
        folder = self.reports / area
        names = tuple(
            entry.name
            for entry in (visible(folder) if folder.is_dir() else ())
            if (entry.name if entry.is_dir() else entry.stem) == str(year)
        )
        provenance = folder / f"{year}.yaml"
        if not names and not os.path.lexists(provenance):
            return None
        return Standing(names, loaded(provenance), digest_of(folder, names))

    def text_hash(self, area: str, year: int) -> str | None:
        """The hash of the text of the report that stands there, or None where it cannot be read."""
        standing = self.standing(area, year)
        aside = self.incoming / "compared"  # read alone: whatever else is in the folder of reports takes no time
        shutil.rmtree(aside, ignore_errors=True)
        (aside / area).mkdir(parents=True)
        try:
            for name in standing.names if standing else ():
                path = self.reports / area / name
                (shutil.copytree if path.is_dir() else shutil.copy)(path, aside / area / name)
            return self.read(aside, area, year)["text_hash"]
        except (RejectedReport, OSError):
            return None
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def read(self, folder: Path, area: str, year: int) -> dict[str, Any]:
        """Read the one report of an area and a year as a row of `core.reports`; raises RejectedReport or OSError."""
        files, rejected = reading.survey(folder, [area], last_year())
        for file in files:
            if (file.ref_area, file.report_year) == (area, year):
                return reading.report(file)
        for row in rejected:
            if row["path"].startswith(f"{area}/{year}"):
                raise RejectedReport(row["reason"], row["remedy"])
        raise RejectedReport(f"{area}/{year} is no report that can be found.", "Look into the folder of reports.")

    def partial(self, address: str) -> Partial:
        """Where an address is fetched to."""
        return Partial(self.incoming / f"{hashlib.sha256(address.encode()).hexdigest()[:16]}.part")

    # --- Putting a report there ----------------------------------------------------------------------------------

    def make_ready(self, area: str, year: int, parts: list[Part], provenance: dict[str, Any]) -> Ready:
        """Write a report aside and read it.

        Args:
            area: whose report it is.
            year: the year whose targets it sets.
            parts: its files, in the order in which they are read.
            provenance: what is known of it; hashes and the day are added.

        Raises:
            RejectedReport: it cannot be read; nothing of it is left.
            OSError: it cannot be written.
        """
        stage = self.incoming / f"{area}-{year}"
        shutil.rmtree(stage, ignore_errors=True)
        folder = stage / area
        folder.mkdir(parents=True)
        if len(parts) == 1:
            name = f"{year}.{parts[0].ending}"
            write(folder / name, parts[0].data)
        else:
            name = str(year)
            (folder / name).mkdir()
            for number, part in enumerate(parts, 1):
                write(folder / name / f"{number:0{len(str(len(parts)))}}.{part.ending}", part.data)
        known = {
            **provenance,
            "retrieved_on": datetime.datetime.now(CHINA).date(),
            "sha256": hashlib.sha256(b"".join(part.data for part in parts)).hexdigest(),
        }
        known = {key: value for key, value in known.items() if value is not None}
        write(folder / f"{year}.yaml", dumped(known))
        try:
            row = self.read(stage, area, year)
        except BaseException:
            shutil.rmtree(stage, ignore_errors=True)
            raise
        return Ready(stage, area, year, (name, f"{year}.yaml"), row)

    def place(self, ready: Ready) -> Placed:
        """Move a report that is ready into its place; what stands there is kept aside.

        Raises:
            SourceError: its area's folder leads out of the folder of reports.
            OSError: it cannot be moved.
        """
        folder = self.reports / ready.ref_area
        if folder.exists() and not folder.resolve().is_relative_to(self.reports.resolve()):
            shutil.rmtree(ready.folder)
            raise SourceError(f"{folder} is a link that leads out of the folder of reports.", "Put a folder there.")
        standing = self.standing(ready.ref_area, ready.report_year)
        old = [*standing.names, f"{ready.report_year}.yaml"] if standing else []
        old = [name for name in old if os.path.lexists(folder / name)]
        now = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        plan = {"area": ready.ref_area, "new": [*ready.names], "old": old, "replaced": now}
        write(ready.folder / f".{PLAN}", json.dumps(plan).encode())
        (ready.folder / f".{PLAN}").replace(ready.folder / PLAN)
        self.carry_out(ready.folder, plan)
        replaced = self.reports / ".replaced" / now / ready.ref_area
        return Placed(folder / ready.names[0], replaced if old else None)

    def carry_out(self, stage: Path, plan: dict[str, Any]) -> None:
        """Do what a plan says; it may have been done in part already."""
        folder, aside = self.reports / plan["area"], self.reports / ".replaced" / plan["replaced"] / plan["area"]
        folder.mkdir(parents=True, exist_ok=True)
        for name in plan["old"]:
            keep(folder / name, aside / name)
        for name in reversed(plan["new"]):  # the provenance first: a report without one looks like somebody else's
            if os.path.lexists(stage / plan["area"] / name):
                (stage / plan["area"] / name).replace(folder / name)
        for name in plan["old"]:
            if name not in plan["new"]:
                (folder / name).unlink(missing_ok=True)
        sync(folder)
        (stage / PLAN).unlink()
        shutil.rmtree(stage)

    def recover(self) -> None:
        """Carry out the plans of killed commands, and drop what they had not made ready."""
        for stage in [entry for entry in self.incoming.iterdir() if entry.is_dir() and not entry.is_symlink()]:
            try:
                plan = planned(stage / PLAN)
            except (FileNotFoundError, ValueError):  # there was no plan yet, or none of ours
                shutil.rmtree(stage)
            else:
                self.carry_out(stage, plan)


def planned(path: Path) -> dict[str, Any]:
    """A plan; raises FileNotFoundError where there is none, ValueError where it is none that this module made."""
    plan = json.loads(path.read_bytes())
    if not isinstance(plan, dict) or set(plan) != set(PLANNED):
        raise ValueError(f"{path} is no plan")
    for key, pattern in PLANNED.items():
        words = plan[key] if key in ("new", "old") else [plan[key]]
        sound = isinstance(words, list) and all(isinstance(word, str) and pattern.fullmatch(word) for word in words)
        if not sound:
            raise ValueError(f"{path} is no plan: {key}")
    return plan


def keep(path: Path, aside: Path) -> None:
    """Keep what stands somewhere under another name too; folders and links are moved there."""
    if os.path.lexists(aside) or not os.path.lexists(path):
        return
    aside.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() or not path.suffix:
        path.replace(aside)
    else:
        half = aside.with_name(f".{aside.name}")
        half.unlink(missing_ok=True)
        try:
            os.link(path, half)
        except OSError:  # a file system without hard links
            write(half, path.read_bytes())
        half.replace(aside)
    sync(aside.parent)


def carried(standing: Standing | None, *, same_source: bool) -> dict[str, Any]:
    """What people wrote into the provenance of the same report, to be written into the next one."""
    if standing is None or not (same_source or not standing.names):
        return {}
    known = {key: standing.provenance.get(key) for key in CARRIED}
    return {
        key: value for key, value in known.items() if isinstance(value, datetime.date if key == "delivered_on" else str)
    }


def dumped(known: dict[str, Any]) -> bytes:
    """A provenance as it is written; of very many files it does not speak one by one, for it would not be read."""
    for left_out in ("", "files"):
        kept = {key: value for key, value in known.items() if key != left_out}
        data = yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=10_000).encode()
        if len(data) <= limits().provenance_bytes:
            break
    return data


def visible(folder: Path) -> list[Path]:
    """What a folder holds for whoever reads reports, in the order in which they read it."""
    return [folder / entry.name for entry in DiskEntry(folder, folder, "").entries()]


def loaded(path: Path) -> dict[str, Any]:
    """A provenance as it was written, unchecked; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            values = yaml.safe_load(file.read(limits().provenance_bytes))
    except Exception:  # bad YAML raises many kinds, and says nothing
        return {}
    return values if isinstance(values, dict) else {}


def digest_of(folder: Path, names: tuple[str, ...]) -> str:
    """SHA-256 over the bytes of a report's files in their order; empty where they are not one report's."""
    if len(names) != 1:
        return ""
    path = folder / names[0]
    digest = hashlib.sha256()
    try:
        for part in visible(path) if path.is_dir() else [path]:
            with part.open("rb") as file:
                while data := file.read(1 << 20):
                    digest.update(data)
    except OSError:
        return ""
    return digest.hexdigest()


def write(path: Path, data: bytes) -> None:
    """Write a file and see it onto the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """See a folder's entries onto the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
