"""Reading reports: a file or folder of any known format → decoded text with its provenance.

Nothing is guessed silently: what cannot be read for certain is rejected, with the reason and what to do about it.
"""

import datetime
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines import identity
from pipelines.collector import at_rest
from pipelines.corrections import Edit, as_json, corrections
from pipelines.formats import Decoded, Line, Reader, RejectedReport, collection, printable
from pipelines.formats.archive import Archive
from pipelines.formats.collection import OWN_NAMES, Columns, Row
from pipelines.formats.guard import guarded
from pipelines.formats.kinds import KINDS, MEMBERS, agrees, kind_of
from pipelines.formats.limits import limits
from pipelines.formats.mojibake import check_characters, mended
from pipelines.formats.office import read_doc, read_odt, read_rtf
from pipelines.formats.text import check_text, is_chinese_prose, read_markdown, read_text, without_entities
from pipelines.formats.tree import DiskEntry, Entry, Kept, ZipEntry, too_big
from pipelines.formats.word import read_docx
from pipelines.tables.core import REPORTS
from pipelines.tables.ops import REJECTED_REPORTS

FIRST_YEAR = 1954  # the first report: that to the first National People's Congress

YEAR_NAME = re.compile(r"[0-9]{4}")
YEAR_CELL = re.compile(r"([0-9]{4})(?:年|\.0+)?")
READERS: dict[str, Reader] = {
    "txt": read_text, "md": read_markdown, "docx": read_docx,
    "doc": read_doc, "wps": read_doc, "odt": read_odt, "rtf": read_rtf,
    **dict.fromkeys(("html", "htm"), guarded("pipelines.formats.html:read_html")),
    "pdf": guarded("pipelines.formats.pdf:read_pdf"),
    **dict.fromkeys(("png", "jpg", "jpeg", "tif", "tiff"), guarded("pipelines.formats.ocr:read_image")),
}  # fmt: skip
TEXT_FIELDS = ("title", "source", "licence")
DATE_FIELDS = ("delivered_on", "retrieved_on")
ROW_FIELDS = ("title", "delivered_on", "source", "licence")  # that a row of a collection may say
SHA256 = re.compile(r"[0-9a-fA-F]{64}")
ROW = ", row "  # between a collection and the number of a row
OTHERS_NAMED = 5  # files that a message names
SOURCES = Kept(16)  # what stands in collections

# What a flag of a report means, for people; those that need the report's own words come with a sentence of their own.
WORDS = {
    "wrong_ending": "Its ending says another format than it is of; it was read as what it is.",
    "mixed_encoding": "Some of its lines are in UTF-8 and others in GB18030; each was read as what it is.",
    "mojibake_mended": "It was decoded wrongly once and saved so; that was undone without loss.",
    "damaged_characters": "Some of its characters are lost.",
    "cut_off": "Its text ends where Excel cuts a cell off, so the rest is probably missing.",
    "bad_provenance": "Not all that is said of its origin could be read; what could not was left out.",
    "hash_differs": "Its bytes are not those that its provenance file was written for.",
    "ocr": "Some of it was read from pictures, so characters may be misread.",
    "damaged": "Some of it could not be read.",
    "disputed": "Two programs read some of its characters differently.",
}


@dataclass(frozen=True)
class ReportFile:
    """Where a report stands: a file, the files of a folder or an archive in natural order, or a row of a collection."""

    path: Path  # on disk: the file, the folder, or the archive or collection that holds it
    relative: str  # to the folder of reports, with slashes; what messages call it
    ref_area: str
    report_year: int
    parts: tuple[Entry, ...]  # the files; of a row, that of its collection
    provenance: Entry | None = None  # `<year>.yaml` beside it
    corrections: Entry | None = None  # `<year>.corrections.yaml` beside it
    archive: Entry | None = None  # the archive, where that is the report
    row: Row | None = None
    columns: Columns = OWN_NAMES

    @property
    def report_id(self) -> str:
        """`<ref_area>/<report_year>`."""
        return f"{self.ref_area}/{self.report_year}"


# --- What stands in the folder -----------------------------------------------------------------------------------


def survey(
    folder: Path, areas: Collection[str], last_year: int, year: int | None = None
) -> tuple[list[ReportFile], list[dict[str, Any]]]:
    """What stands in a folder laid out as `<ref_area>/<report_year>.<ext>` or `<ref_area>/<report_year>/`.

    `<ref_area>/<report_year>.zip` is like a folder, and any other zip like a folder of reports. A folder with a
    `collection.yaml` holds collections, of which each row is a report; at the top they may stand without one. Hidden
    files, READMEs at the top and `*.yaml` (provenance, corrections) are passed over.

    Args:
        folder: the folder of reports.
        areas: the area codes that are known.
        last_year: the last report year that can be.
        year: the report year that is asked for, where only one is: files named after others are not looked at.

    Returns:
        The reports, by area and year, and a row of `ops.rejected_reports` for each thing that is none.

    Raises:
        OSError: the folder itself cannot be read.
    """
    found = Survey(frozenset(areas), last_year, year)
    with at_rest():  # of very many reports, more than half of the time
        found.tree(DiskEntry(folder, folder.resolve(strict=True), ""))
        return found.reports()


@dataclass(frozen=True)
class Candidate:
    """What stands where a report would; `make` is that report, or raises RejectedReport or OSError."""

    ref_area: str
    report_year: int
    relative: str
    make: Callable[[], ReportFile]


class Survey:
    """A walk through a folder of reports: what may be a report, and what is rejected."""

    def __init__(self, areas: frozenset[str], last_year: int, year: int | None = None) -> None:
        self.areas = areas
        self.last_year = last_year
        self.year = year
        self.candidates: list[Candidate] = []
        self.rejected: list[dict[str, Any]] = []

    def reports(self) -> tuple[list[ReportFile], list[dict[str, Any]]]:
        """The reports by area and year, and what was rejected; of several for the same area and year each one is."""
        places: dict[tuple[str, int], list[Candidate]] = {}
        for candidate in self.candidates:
            places.setdefault((candidate.ref_area, candidate.report_year), []).append(candidate)
        found = []
        rejected = list(self.rejected)
        for (area, year), candidates in sorted(places.items()):
            for candidate in candidates if self.year in (None, year) else ():
                relative = candidate.relative
                try:
                    if len(candidates) > 1:
                        raise not_the_only_one(candidate, candidates)
                    found.append(candidate.make())
                except RejectedReport as error:
                    rejected.append(rejection(relative, error, area, year))
                except OSError as error:
                    rejected.append(rejection(relative, unreadable(relative, error), area, year))
        return found, rejected

    def each(self, entries: Iterable[Entry], look: Callable[[Entry], None], area: str | None = None) -> None:
        """Look at entries; what is wrong with one costs only itself."""
        for entry in entries:
            if area and self.of_another_year(entry):
                continue
            try:
                entry.check()
                look(entry)
            except (RejectedReport, OSError) as error:
                why = unreadable(entry.relative, error) if isinstance(error, OSError) else error
                self.rejected.append(rejection(entry.relative, why, area))

    def of_another_year(self, entry: Entry) -> bool:
        """Whether what stands in an area's folder is a report of a year that is not asked for."""
        stem = entry.stem
        if self.year is None or not YEAR_NAME.fullmatch(stem) or int(stem) == self.year:
            return False
        return entry.ending not in collection.ENDINGS  # whose rows have years of their own

    def tree(self, root: Entry) -> None:
        """What stands in a folder of reports, on disk or in an archive."""
        columns: Columns | None = OWN_NAMES
        if mapped := root.child(collection.FILE):
            columns = self.columns(mapped)
        self.each(root.entries(), lambda entry: self.at_top(entry, columns))

    def at_top(self, entry: Entry, columns: Columns | None) -> None:
        """One entry of a folder of reports; `columns` are None where its `collection.yaml` is wrong."""
        if entry.is_folder():
            area = entry.name if entry.name in self.areas else None
            if mapped := entry.child(collection.FILE):
                found = self.columns(mapped)
                self.each(entry.entries(), lambda inner: self.in_collection(inner, found, area), area)
            elif area:
                self.each(entry.entries(), lambda inner: self.in_area(inner, area), area)
            else:
                raise RejectedReport(
                    f"The folder {entry.relative} is not named after a known area.",
                    "Name it by the six-digit code of GB/T 2260, or add the area to seeds/areas.csv; "
                    "put a collection.yaml into it where it holds collections.",
                )
        elif entry.name.upper().startswith("README"):
            return
        elif entry.ending == "zip":
            self.archive(entry)
        elif entry.ending in collection.ENDINGS:
            if not columns:
                raise unmapped(entry)
            self.collection(entry, columns if columns.of(entry.name) else OWN_NAMES)
        else:
            raise RejectedReport(
                f"{entry.relative} stands at the top of the folder of reports, where only areas' folders, collections "
                f"({', '.join(collection.ENDINGS)}) and zip archives belong.",
                "Move it to <area code>/<year>.<ending>.",
            )

    def in_area(self, entry: Entry, area: str) -> None:
        """One entry of an area's folder."""
        name = entry.name if entry.is_folder() else entry.stem
        if YEAR_NAME.fullmatch(name) and FIRST_YEAR <= int(name) <= self.last_year:
            year = int(name)
            self.candidates.append(Candidate(area, year, entry.relative, lambda: report_in(entry, area, year)))
        elif entry.is_file() and entry.ending == "zip":
            self.archive(entry, area)
        else:
            raise RejectedReport(
                f"{entry.relative} is not named after a report year from {FIRST_YEAR} to {self.last_year}.",
                "Name it <year>.<ending>, by the year whose targets the report sets.",
            )

    def archive(self, entry: Entry, area: str | None = None) -> None:
        """What stands in an archive: a folder of reports, or within an area's folder one of that area."""
        archive = opened(entry, limits().collection_unpacked_bytes)
        self.rejected += [rejection(path, error) for path, error in archive.faults]
        root: Entry = ZipEntry(entry, archive)  # type: ignore[arg-type]
        inside = root.entries()
        while len(inside) == 1 and inside[0].is_folder() and not self.has_place(inside[0], YEAR_NAME):
            root = inside[0]  # a folder that was packed as a whole
            inside = root.entries()
        if area and not any(self.has_place(inner) for inner in inside):
            self.each(inside, lambda inner: self.in_area(inner, area), area)
        else:
            self.tree(root)

    def has_place(self, entry: Entry, names: re.Pattern[str] | None = None) -> bool:
        """Whether it is an area's folder, one of collections, or one with one of these names."""
        return entry.is_folder() and (
            entry.name in self.areas
            or entry.child(collection.FILE) is not None
            or (names is not None and names.fullmatch(entry.name) is not None)
        )

    def columns(self, mapped: Entry) -> Columns | None:
        """The mapping of a `collection.yaml`; None, with a rejection, where it is wrong."""
        found: list[Columns] = []
        self.each(
            [mapped],
            lambda entry: found.append(collection.mapping(entry.read(limits().provenance_bytes), entry.relative)),
        )
        return found[0] if found else None

    def in_collection(self, entry: Entry, columns: Columns | None, area: str | None) -> None:
        """One entry of a folder of collections, that may be an area's too; `columns` are None where they are wrong."""
        if entry.is_file() and entry.ending in collection.ENDINGS and (not columns or columns.of(entry.name)):
            if not columns:
                raise unmapped(entry)
            self.collection(entry, columns)
        elif area:
            self.in_area(entry, area)
        elif not entry.name.upper().startswith("README"):
            raise RejectedReport(
                f"{entry.relative} is none of the collection's files ({', '.join(collection.ENDINGS)}, "
                f"named as {collection.FILE} says).",
                "Move it out of that folder.",
            )

    def collection(self, entry: Entry, columns: Columns) -> None:
        """The rows of a collection, told apart once as long as the file looks the same."""
        key, changed = entry.mark()
        wanted = (key, entry.relative, columns.key(), self.areas, self.last_year)
        candidates, rejected = SOURCES.get(wanted, changed, lambda: self.rows(entry, columns))
        self.candidates += candidates
        self.rejected += rejected

    def rows(self, entry: Entry, columns: Columns) -> tuple[list[Candidate], list[dict[str, Any]]]:
        """The rows of a collection as candidates, and those that cannot be reports."""
        candidates, rejected = [], []
        path = entry.path if isinstance(entry, DiskEntry) else entry.file.path  # type: ignore[attr-defined]
        for row in collection.index(entry, columns).rows:
            relative = f"{entry.relative}{ROW}{row.number}"
            area = year = None
            try:
                area, year = self.area_of(row), self.year_of(row)
                if row.problem:
                    raise row.problem
                file = ReportFile(path, relative, area, year, (entry,), row=row, columns=columns)
                candidates.append(Candidate(area, year, relative, lambda file=file: file))  # type: ignore[misc]
            except RejectedReport as error:
                named = RejectedReport(f"{relative}: {error.reason}", error.remedy)
                rejected.append(rejection(relative, named, area, year))
        return candidates, rejected

    def area_of(self, row: Row) -> str:
        """The area that a row names by code or in Chinese; raises RejectedReport."""
        said = row.values.get("ref_area", "").removesuffix(".0")
        if said in self.areas:
            return said
        if row.problem and not said:
            raise row.problem
        codes = sorted(identity.codes_by_name().get(said, frozenset()) & self.areas)
        if len(codes) == 1:
            return codes[0]
        if codes:
            which = ", ".join(codes[:OTHERS_NAMED])
            raise RejectedReport(
                f"{printable(said)!r} is the name of several areas.", f"Write the area's code, which is one of {which}."
            )
        raise RejectedReport(
            f"{printable(said[:40])!r} is neither the code nor the name of an area.",
            "Write the six-digit code of GB/T 2260, or the name as in seeds/areas.csv.",
        )

    def year_of(self, row: Row) -> int:
        """The year that a row names; raises RejectedReport."""
        said = row.values.get("report_year", "")
        match = YEAR_CELL.fullmatch(said)
        if match and FIRST_YEAR <= int(match[1]) <= self.last_year:
            return int(match[1])
        raise RejectedReport(
            f"{printable(said[:40])!r} is no report year from {FIRST_YEAR} to {self.last_year}.",
            "Write the year whose targets the report sets.",
        )


def unmapped(entry: Entry) -> RejectedReport:
    """The rejection of a collection whose `collection.yaml` is wrong."""
    return RejectedReport(
        f"{entry.relative} is not read while the {collection.FILE} beside it is wrong.",
        f"Correct {collection.FILE}, or remove it where the columns have their own names.",
    )


def not_the_only_one(candidate: Candidate, all_of_them: list[Candidate]) -> RejectedReport:
    """The rejection of one of several candidates for the same report."""
    others = [other.relative for other in all_of_them if other is not candidate]
    named = ", ".join(others[:OTHERS_NAMED]) + (
        f" and {len(others) - OTHERS_NAMED} more" * (len(others) > OTHERS_NAMED)
    )
    return RejectedReport(
        f"{candidate.relative} is not the only one for the report {candidate.ref_area}/{candidate.report_year}: "
        f"there is also {named}.",
        "Keep one of them; put a report of several files into a folder of that year.",
    )


def report_file(path: Path, relative: str, root: Path, area: str, year: int) -> ReportFile:
    """One report's file, folder or archive on disk with its parts and provenance.

    Args:
        path: where it stands.
        relative: what messages call it.
        root: the folder that nothing of it may stand outside of.
        area: the area that it is of.
        year: its report year.

    Raises:
        RejectedReport: it is not whole, or none.
        OSError: it cannot be read.
    """
    return report_in(DiskEntry(path, root, relative), area, year)


def report_in(entry: Entry, area: str, year: int) -> ReportFile:
    """One report's file, folder or archive with its parts and provenance; see `report_file`."""
    entry.check()
    provenance, by_hand = (entry.sibling(f"{year}{ending}") for ending in (".yaml", ".corrections.yaml"))
    for beside in filter(None, (provenance, by_hand)):
        beside.check()
        if not beside.is_file():
            raise RejectedReport(
                f"{beside.relative}, beside {entry.relative}, is no file.", "Put the file itself there, or remove it."
            )
    path = entry.path if isinstance(entry, DiskEntry) else entry.file.path  # type: ignore[attr-defined]
    parts, archive = parts_of(entry)
    return ReportFile(path, entry.relative, area, year, parts, provenance, by_hand, archive)


def parts_of(entry: Entry) -> tuple[tuple[Entry, ...], Entry | None]:
    """The files of a report in natural order, and the archive that they stand in; raises RejectedReport or OSError."""
    archive = opened_report(entry) if entry.is_file() and entry.ending == "zip" else None
    folder: Entry = ZipEntry(entry, archive) if archive else entry  # type: ignore[arg-type]
    if not archive and not entry.is_folder():
        if not entry.is_file():
            raise RejectedReport(f"{entry.relative} is no regular file.", "Keep only the report's own files there.")
        return (entry,), None
    if archive and archive.faults:
        raise archive.faults[0][1]
    inside = folder.entries()
    while archive and len(inside) == 1 and inside[0].is_folder():
        inside = inside[0].entries()  # a folder that was packed as a whole
    if not inside:
        what = "archive" if archive else "folder"
        raise RejectedReport(
            f"The {what} {entry.relative} holds no file.", "Put the report's files into it, or remove it."
        )
    if len(inside) > limits().parts:
        raise RejectedReport(
            f"{entry.relative} holds more than {limits().parts:,} files.", "Keep only the report's own files there."
        )
    for part in inside:
        part.check()
        if not part.is_file():
            raise RejectedReport(
                f"{entry.relative} holds {printable(part.name)}, which is no regular file.",
                "Keep only the report's own files there.",
            )
    return tuple(inside), entry if archive else None


def opened(entry: Entry, unpacked_bytes: int) -> Archive:
    """An archive on disk; raises RejectedReport where it stands in an archive itself, or cannot be opened."""
    if not isinstance(entry, DiskEntry):
        raise RejectedReport(
            f"{entry.relative} is an archive within an archive.", "Pack the files themselves into one archive."
        )
    return entry.archive(unpacked_bytes)


def opened_report(entry: Entry) -> Archive | None:
    """An archive that holds a report's files; None for a file of another format that only bears its ending."""
    try:
        archive = opened(entry, limits().unpacked_bytes)
    except RejectedReport:
        with entry.open() as file:
            start = file.read(2)
        if isinstance(entry, DiskEntry) and start != b"PK":
            return None
        raise
    return None if any(name in archive.members for name in (*(name for name, _ in MEMBERS), "mimetype")) else archive


def rejection(path: str, error: RejectedReport, area: str | None = None, year: int | None = None) -> dict[str, Any]:
    """A row of `ops.rejected_reports`."""
    return {"path": path, "ref_area": area, "report_year": year, "reason": error.reason, "remedy": error.remedy}


def holders(path: str) -> Iterator[str]:
    """The paths of a report's file, and of the folders, archives and collections that hold it.

    A row of a collection is none: another time, the row of that number may be another one.
    """
    parts = path.partition(ROW)[0].split("/")
    return ("/".join(parts[:count]) for count in range(1, len(parts) + 1))


def unreadable(relative: str, error: OSError) -> RejectedReport:
    """What the operating system refused, as a rejection."""
    return RejectedReport(
        f"{relative} could not be read: {error.strerror or type(error).__name__}.",
        "Check that the file is there and may be read.",
    )


def fingerprint(file: ReportFile) -> str:
    """SHA-256 over names and bytes of a report's parts and provenance, or over its row: it changes when these do.

    What cannot be read counts as such: `reports` says so, and here it must not stop the others.
    """
    if file.row:
        return file.row.digest
    digest = hashlib.sha256()
    for entry in filter(None, (*file.parts, file.provenance, file.corrections)):
        digest.update(f"{entry.name!a} {entry.digest()}\n".encode())
    return digest.hexdigest()


# --- Reading -----------------------------------------------------------------------------------------------------


def reports(files: Iterable[ReportFile]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read reports.

    Args:
        files: where they stand, from `survey`.

    Returns:
        A frame of `core.reports` and one of `ops.rejected_reports`; a file that cannot be read costs only itself.
    """
    read: list[dict[str, Any]] = []
    rejected: list[dict[str, Any]] = []
    for file in files:
        try:
            read.append(report(file))
        except RejectedReport as error:
            rejected.append(rejection(file.relative, error, file.ref_area, file.report_year))
        except OSError as error:
            rejected.append(rejection(file.relative, unreadable(file.relative, error), file.ref_area, file.report_year))
    return REPORTS.frame(read), REJECTED_REPORTS.frame(rejected)


def report(file: ReportFile) -> dict[str, Any]:
    """Read one report as a row of `core.reports`; raises RejectedReport or OSError."""
    format_, decoded, source_hash = of_row(file, file.row) if file.row else of_files(file)
    text, flags = decoded.text, [*decoded.flags]
    if not decoded.lines:  # whose places count in the text as it is
        text, mends = mended(without_entities(text))
        flags += mends
    check_text(text, file.relative)
    check_characters(text, file.relative)
    provenance, sound = origin(file)
    flags += [] if sound else ["bad_provenance"]
    flags += ["hash_differs"] if provenance.get("sha256", source_hash) != source_hash else []
    doubts = identity.doubts(text, file.relative, file.ref_area, file.report_year)
    flags = list(dict.fromkeys(flags))
    return provenance | {
        "report_id": file.report_id,
        "ref_area": file.ref_area,
        "report_year": file.report_year,
        "path": file.relative,
        "format": format_,
        "encoding": decoded.encoding,
        "source_hash": source_hash,
        "text_hash": hashlib.sha256(text.encode()).hexdigest(),
        "characters": len(text),
        "text": text,
        "layout": layout_of(decoded.lines),
        "corrections": as_json(corrections_of(file, text)),
        "flags": [*flags, *(doubt.flag for doubt in doubts)],
        "warnings": [
            *(WORDS.get(flag, f"{flag.replace('_', ' ').capitalize()}.") for flag in flags),
            *(doubt.sentence for doubt in doubts),
        ],
    }


def of_row(file: ReportFile, row: Row) -> tuple[str, Decoded, str]:
    """Format, text and hash of a report that is a row of a collection; raises RejectedReport or OSError."""
    entry = file.parts[0]
    found = collection.text_of(entry, file.columns, row)
    source_hash = hashlib.sha256(found.text.encode()).hexdigest()
    return entry.ending, Decoded(found.text, found.encoding, (), found.flags), source_hash


def of_files(file: ReportFile) -> tuple[str, Decoded, str]:
    """Format, text and hash of a report that stands in files of its own; raises RejectedReport or OSError."""
    data: list[bytes] = []
    for part in file.parts:
        data.append(part.read(limits().bytes))
        if sum(map(len, data)) > limits().bytes:
            raise too_big(file.relative, limits().bytes)
    named = file.relative if len(file.parts) == 1 and not file.archive else None
    read = [
        read_part(content, part.ending, named or part.relative) for part, content in zip(file.parts, data, strict=True)
    ]
    source_hash = file.archive.digest() if file.archive else hashlib.sha256(b"".join(data)).hexdigest()
    formats = ", ".join(dict.fromkeys(format_ for format_, _ in read))
    return formats, joined([decoded for _, decoded in read]), source_hash


def read_part(data: bytes, ending: str, relative: str) -> tuple[str, Decoded]:
    """Read one file by what it is, whatever its ending says; the format, and what was read.

    Raises:
        RejectedReport: its format is not one that is read, or it cannot be read for certain.
    """
    kind = kind_of(data)
    if kind is None or (ending in READERS and agrees(ending, kind)):
        if ending not in READERS:
            raise RejectedReport(
                f"The format of {relative} is not one that is read: {', '.join(sorted(READERS))}.",
                "Save the report as plain text or docx.",
            )
        try:
            return ending, READERS[ending](data, relative)
        except RejectedReport:
            if kind is None and (text := plain_text(data, relative)):
                return "txt", text
            raise
    if kind in READERS:
        decoded = READERS[kind](data, relative)
        return kind, replace(decoded, flags=(*decoded.flags, "wrong_ending"))
    without = " without a password" if kind == "encrypted" else ""
    raise RejectedReport(
        f"{relative} is {KINDS[kind]}, and such files are not read: {', '.join(sorted(READERS))} are.",
        f"Open it in the program that made it and save the report as plain text or docx{without}.",
    )


def plain_text(data: bytes, relative: str) -> Decoded | None:
    """A file without any mark of a format as text, where it is Chinese prose."""
    try:
        decoded = read_text(data, relative)
    except RejectedReport:
        return None
    if "\0" in decoded.text or not is_chinese_prose(decoded.text):
        return None
    return replace(decoded, flags=(*decoded.flags, "wrong_ending"))


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


# --- Provenance --------------------------------------------------------------------------------------------------


def corrections_of(file: ReportFile, text: str) -> list[Edit]:
    """The corrections by hand beside a report; raises RejectedReport where they are wrong or the text has changed."""
    entry = file.corrections
    return corrections(entry.read(limits().corrections_bytes), text, entry.relative) if entry else []


def origin(file: ReportFile) -> tuple[dict[str, Any], bool]:
    """What is said of a report's origin, by its provenance file or its row, and whether all of it was sound."""
    if file.row:
        return of_fields({name: value for name, value in file.row.values.items() if value and name in ROW_FIELDS})
    if not file.provenance:
        return {"is_sample": False}, True
    try:
        return read_provenance(file.provenance.read(limits().provenance_bytes))
    except (RejectedReport, OSError):
        return {"is_sample": False}, False


def read_provenance(data: bytes) -> tuple[dict[str, Any], bool]:
    """What a provenance file says, and whether all of it was sound; what is wrong is left out, what is unknown too."""
    try:
        values = yaml.safe_load(data)
    except Exception:  # bad YAML raises many kinds, and costs no report
        return {"is_sample": False}, False
    if values is None:
        return {"is_sample": False}, True
    return of_fields(values) if isinstance(values, dict) else ({"is_sample": False}, False)


def of_fields(values: dict[Any, Any]) -> tuple[dict[str, Any], bool]:
    """The fields of a provenance that are known and sound, and whether all of them were sound."""
    found: dict[str, Any] = {"is_sample": False}
    sound = True
    for name, value in values.items():
        if value is None:
            continue
        if name in TEXT_FIELDS and isinstance(value, str) and value.isprintable():
            found[name] = value
        elif name in DATE_FIELDS and (day := as_date(value)):
            found[name] = day
        elif name == "sha256" and isinstance(value, str) and SHA256.fullmatch(value):
            found[name] = value.lower()
        elif name == "sample":
            # whatever else stands there was meant to warn, and does
            found["is_sample"], sound = value is not False, sound and isinstance(value, bool)
        elif name in (*TEXT_FIELDS, *DATE_FIELDS, "sha256"):
            sound = False
    return found, sound


def as_date(value: object) -> datetime.date | None:
    """A day as YAML reads it (a date, a time or a quoted ISO date), or None."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.datetime.fromisoformat(value).date() if isinstance(value, str) else None
    except ValueError:
        return None
