"""Reading reports: a file or folder of any known format → decoded text with its provenance.

Nothing is guessed silently: what cannot be read for certain is rejected, with the reason and what to do about it.
"""

import datetime
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines.formats import Decoded, Line, Reader, RejectedReport
from pipelines.formats.guard import guarded
from pipelines.formats.text import check_text, read_text
from pipelines.formats.word import read_docx
from pipelines.tables import REJECTED_REPORTS, REPORTS

FIRST_YEAR = 1954  # the first report: that to the first National People's Congress

MAX_BYTES = 50_000_000  # of one report, all parts together
MAX_PROVENANCE_BYTES = 16_000

YEAR_NAME = re.compile(r"[0-9]{4}")
READERS: dict[str, Reader] = {
    "txt": read_text, "md": read_text, "docx": read_docx,
    **dict.fromkeys(("html", "htm"), guarded("pipelines.formats.html:read_html")),
    "pdf": guarded("pipelines.formats.pdf:read_pdf"),
    **dict.fromkeys(("png", "jpg", "jpeg", "tif", "tiff"), guarded("pipelines.formats.ocr:read_image")),
}  # fmt: skip
TEXT_FIELDS = ("title", "source", "licence")
DATE_FIELDS = ("delivered_on", "retrieved_on")


@dataclass(frozen=True)
class ReportFile:
    """Where a report stands: one file, or the files of a folder in the order of their names."""

    path: Path
    relative: str  # to the folder of reports, with slashes
    ref_area: str
    report_year: int
    parts: tuple[Path, ...]
    provenance: Path | None  # `<year>.yaml` beside it

    @property
    def report_id(self) -> str:
        """`<ref_area>/<report_year>`."""
        return f"{self.ref_area}/{self.report_year}"


def printable(name: str) -> str:
    """A name from outside, with whatever could break a line, a terminal or UTF-8 replaced."""
    return "".join(character if character.isprintable() else "\ufffd" for character in name)


def ending_of(path: Path) -> str:
    """The ending that chooses the reader, without the dot: `txt`."""
    return path.suffix[1:].lower()


# --- What stands in the folder -----------------------------------------------------------------------------------


def survey(folder: Path, areas: Collection[str], last_year: int) -> tuple[list[ReportFile], list[dict[str, Any]]]:
    """What stands in a folder laid out as `<ref_area>/<report_year>.<ext>` or `<ref_area>/<report_year>/`.

    Hidden files, READMEs at the top and `*.yaml` (provenance, corrections) are passed over.

    Args:
        folder: the folder of reports.
        areas: the area codes that are known.
        last_year: the last report year that can be.

    Returns:
        The reports, by area and year, and a row of `ops.rejected_reports` for each thing that is none.

    Raises:
        OSError: the folder itself cannot be read.
    """
    root = folder.resolve(strict=True)
    found: list[ReportFile] = []
    rejected: list[dict[str, Any]] = []
    for entry in visible(folder):
        relative = printable(entry.name)
        try:
            stay_inside(entry, root)
            if not entry.is_dir():
                if entry.name.upper().startswith("README"):
                    continue
                raise RejectedReport(
                    f"{relative} stands at the top of the folder of reports, where only areas' folders belong.",
                    "Move it to <area code>/<year>.<ending>.",
                )
            if entry.name not in areas:
                raise RejectedReport(
                    f"The folder {relative} is not named after a known area.",
                    "Name it by the six-digit code of GB/T 2260, or add the area to seeds/areas.csv.",
                )
            reports_of_area, rejected_of_area = survey_area(entry, root, last_year)
        except RejectedReport as error:
            rejected.append(rejection(relative, error))
        except OSError as error:
            rejected.append(rejection(relative, unreadable(relative, error)))
        else:
            found += reports_of_area
            rejected += rejected_of_area
    return found, rejected


def survey_area(folder: Path, root: Path, last_year: int) -> tuple[list[ReportFile], list[dict[str, Any]]]:
    """The reports of one area's folder by year, and what is none; see `survey`."""
    area = folder.name
    found: list[ReportFile] = []
    rejected: list[dict[str, Any]] = []
    candidates: dict[int, list[Path]] = {}
    for entry in visible(folder):
        name = entry.name if entry.is_dir() else entry.stem
        if YEAR_NAME.fullmatch(name) and FIRST_YEAR <= int(name) <= last_year:
            candidates.setdefault(int(name), []).append(entry)
        else:
            relative = printable(f"{area}/{entry.name}")
            error = RejectedReport(
                f"{relative} is not named after a report year from {FIRST_YEAR} to {last_year}.",
                "Name it <year>.<ending>, by the year whose targets the report sets.",
            )
            rejected.append(rejection(relative, error, area))
    for year, entries in sorted(candidates.items()):
        for entry in entries:
            relative = printable(f"{area}/{entry.name}")
            try:
                if len(entries) > 1:
                    others = ", ".join(printable(other.name) for other in entries if other != entry)
                    raise RejectedReport(
                        f"{relative} is not the only file for the report {area}/{year}: there is also {others}.",
                        "Keep one of them; put a report of several files into a folder of that year.",
                    )
                found.append(report_file(entry, relative, root, area, year))
            except RejectedReport as error:
                rejected.append(rejection(relative, error, area, year))
            except OSError as error:
                rejected.append(rejection(relative, unreadable(relative, error), area, year))
    return found, rejected


def report_file(entry: Path, relative: str, root: Path, area: str, year: int) -> ReportFile:
    """One report's file or folder with its parts and provenance; raises RejectedReport where it is not whole."""
    stay_inside(entry, root)
    parts = tuple(visible(entry)) if entry.is_dir() else (entry,)
    if not parts:
        raise RejectedReport(f"The folder {relative} holds no file.", "Put the report's files into it, or remove it.")
    for part in parts:
        stay_inside(part, root)
        if not part.is_file():
            raise RejectedReport(
                f"{relative} holds {printable(part.name)}, which is no regular file."
                if entry.is_dir()
                else f"{relative} is no regular file.",
                "Keep only the report's own files there.",
            )
    provenance = entry.with_name(f"{year}.yaml")
    there = provenance.is_symlink() or provenance.exists()
    if there and not (provenance.is_file() and provenance.resolve().is_relative_to(root)):
        raise RejectedReport(
            f"{area}/{provenance.name}, beside {relative}, is no file in the folder of reports.",
            "Put the provenance file itself there, or remove it.",
        )
    return ReportFile(entry, relative, area, year, parts, provenance if there else None)


def visible(folder: Path) -> list[Path]:
    """The entries of a folder by name, without hidden files and `*.yaml`."""
    entries = (
        entry for entry in folder.iterdir() if not entry.name.startswith(".") and not entry.name.endswith(".yaml")
    )
    return sorted(entries, key=lambda entry: entry.name)


def stay_inside(entry: Path, root: Path) -> None:
    """Raise RejectedReport where a symbolic link leads out of the folder of reports, or nowhere."""
    try:
        inside = entry.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        inside = False
    if not inside:
        raise RejectedReport(
            f"{printable(entry.name)} is a symbolic link that leads nowhere or out of the folder of reports.",
            "Put the file itself there.",
        )


def rejection(path: str, error: RejectedReport, area: str | None = None, year: int | None = None) -> dict[str, Any]:
    """A row of `ops.rejected_reports`."""
    return {"path": path, "ref_area": area, "report_year": year, "reason": error.reason, "remedy": error.remedy}


def unreadable(relative: str, error: OSError) -> RejectedReport:
    """What the operating system refused, as a rejection."""
    return RejectedReport(
        f"{relative} could not be read: {error.strerror or type(error).__name__}.",
        "Check that the file is there and may be read.",
    )


def fingerprint(file: ReportFile) -> str:
    """SHA-256 over names and bytes of a report's parts and provenance: it changes when any of them does.

    What cannot be read counts as such: `reports` says so, and here it must not stop the others.
    """
    digest = hashlib.sha256()
    for path in (*file.parts, *([file.provenance] if file.provenance else [])):
        try:
            with path.open("rb") as data:
                content = hashlib.file_digest(data, "sha256").hexdigest()
        except OSError as error:
            content = f"unreadable {error.errno}"
        digest.update(f"{path.name!a} {content}\n".encode())
    return digest.hexdigest()


# --- Reading -----------------------------------------------------------------------------------------------------


def reports(
    files: Iterable[ReportFile], progress: Callable[[ReportFile], None] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read reports.

    Args:
        files: where they stand, from `survey`.
        progress: called with each file before it is read.

    Returns:
        A frame of `core.reports` and one of `ops.rejected_reports`; a file that cannot be read costs only itself.
    """
    read: list[dict[str, Any]] = []
    rejected: list[dict[str, Any]] = []
    for file in files:
        if progress:
            progress(file)
        try:
            read.append(report(file))
        except RejectedReport as error:
            rejected.append(rejection(file.relative, error, file.ref_area, file.report_year))
        except OSError as error:
            rejected.append(rejection(file.relative, unreadable(file.relative, error), file.ref_area, file.report_year))
    return REPORTS.frame(read), REJECTED_REPORTS.frame(rejected)


def report(file: ReportFile) -> dict[str, Any]:
    """Read one report as a row of `core.reports`; raises RejectedReport or OSError."""
    ending = chosen_ending(file)
    data = [part_bytes(part, file.relative) for part in file.parts]
    if sum(map(len, data)) > MAX_BYTES:
        raise too_big(file.relative)
    decoded = joined([READERS[ending](part, file.relative) for part in data])
    text = decoded.text
    check_text(text, file.relative)
    provenance, sound = read_provenance(file.provenance)
    return provenance | {
        "report_id": file.report_id,
        "ref_area": file.ref_area,
        "report_year": file.report_year,
        "path": file.relative,
        "format": ending,
        "encoding": decoded.encoding,
        "source_hash": hashlib.sha256(b"".join(data)).hexdigest(),
        "text_hash": hashlib.sha256(text.encode()).hexdigest(),
        "characters": len(text),
        "text": text,
        "layout": layout_of(decoded.lines),
        "flags": [*decoded.flags, *([] if sound else ["bad_provenance"])],
    }


def joined(parts: list[Decoded]) -> Decoded:
    """The parts of a report as one: a line break between them, pages counted through."""
    lines: list[Line] = []
    start = pages = 0
    for part in parts:
        lines += [replace(line, char_start=start + line.char_start, page=pages + line.page) for line in part.lines]
        start += len(part.text) + 1
        pages = max((line.page for line in lines), default=0)
    return Decoded(
        "\n".join(part.text for part in parts),
        ", ".join(dict.fromkeys(part.encoding for part in parts if part.encoding)) or None,
        tuple(lines),
        tuple(dict.fromkeys(flag for part in parts for flag in part.flags)),
    )


def layout_of(lines: Iterable[Line]) -> str | None:
    """Where lines stand, as `core.reports.layout` keeps it; None where the format has no pages."""
    return (
        json.dumps([[line.char_start, line.page, *line.box] for line in lines], separators=(",", ":"))
        if lines
        else None
    )


def chosen_ending(file: ReportFile) -> str:
    """The one ending of a report's parts; raises RejectedReport where it is unknown or they differ."""
    endings = sorted({ending_of(part) for part in file.parts})
    if len(endings) > 1:
        raise RejectedReport(
            f"The folder {file.relative} mixes files of different formats.", "Keep the files of one format there."
        )
    if endings[0] not in READERS:
        raise RejectedReport(
            f"The format of {file.relative} is not one that is read: {', '.join(sorted(READERS))}.",
            "Save the report as plain text or docx.",
        )
    return endings[0]


def part_bytes(path: Path, relative: str) -> bytes:
    """The bytes of one file, of which no more than the limit is ever read."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise too_big(relative)
    return data


def too_big(relative: str) -> RejectedReport:
    """The rejection of a file that no report needs to be."""
    return RejectedReport(
        f"{relative} is larger than {MAX_BYTES // 1_000_000} MB.", "Save the report's text alone, without pictures."
    )


# --- Provenance --------------------------------------------------------------------------------------------------


def read_provenance(path: Path | None) -> tuple[dict[str, Any], bool]:
    """The provenance beside a report, and whether all of it was sound; what is wrong is left out."""
    found: dict[str, Any] = {"is_sample": False}
    if path is None:
        return found, True
    try:
        with path.open("rb") as file:
            data = file.read(MAX_PROVENANCE_BYTES + 1)
        if len(data) > MAX_PROVENANCE_BYTES:
            return found, False
        values = yaml.safe_load(data)
    except Exception:  # bad YAML raises many kinds, and costs no report
        return found, False
    if values is None:
        return found, True
    if not isinstance(values, dict):
        return found, False
    sound = True
    for name, value in values.items():
        if value is None:
            continue
        if name in TEXT_FIELDS and isinstance(value, str) and value.isprintable():
            found[name] = value
        elif name in DATE_FIELDS and (day := as_date(value)):
            found[name] = day
        elif name == "sample":
            # whatever else stands there was meant to warn, and does
            found["is_sample"], sound = value is not False, sound and isinstance(value, bool)
        elif name in (*TEXT_FIELDS, *DATE_FIELDS):
            sound = False
    return found, sound


def as_date(value: object) -> datetime.date | None:
    """A day as YAML reads it (a date, a time or a quoted ISO date), or None."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
