"""Reading reports: a file or folder of any known format → decoded text with its provenance.

Nothing is guessed silently: what cannot be read for certain is rejected, with the reason and what to do about it.
"""

import codecs
import datetime
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from docx import Document
from docx.oxml.ns import qn

from pipelines.seeds import rows
from pipelines.tables import REJECTED_REPORTS, REPORTS

FIRST_YEAR = 1954  # the first report: that to the first National People's Congress

MAX_BYTES = 50_000_000  # of one report, all parts together
MAX_PROVENANCE_BYTES = 16_000
MAX_EXPANDED_BYTES = 200_000_000  # of a docx, unpacked
MAX_EXPANSION = 200  # unpacked bytes for each packed one; real reports stay below 5
SMALL_EXPANSION = 10_000_000  # unpacked bytes that no ratio makes dangerous
MAX_CONTROL_SHARE = 0.001  # a stray control character does not make a file binary
MIN_HANZI_SHARE = 0.2  # of the characters that are not blank
MIN_COMMON_SHARE = 0.15  # of the hanzi; prose has 0.3 and more, a wrong decoding 0.05
MAX_FOREIGN_SHARE = 0.02  # kana and hangul, that EUC-JP and the like leave in a wrong decoding

YEAR_NAME = re.compile(r"[0-9]{4}")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]+")
BLANKS = re.compile(r"\s+")
HANZI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
FOREIGN = re.compile(r"[\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]+")
PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]")

BYTE_ORDER_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
TEXT_FIELDS = ("title", "source", "licence")
DATE_FIELDS = ("delivered_on", "retrieved_on")


class RejectedReport(Exception):
    """A file is no report that can be read: `reason` says what is wrong, `remedy` what to do about it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy


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
    texts, encodings = [], []
    for part in data:
        text, encoding = READERS[ending](part, file.relative)
        texts.append(text)
        if encoding and encoding not in encodings:
            encodings.append(encoding)
    text = "\n".join(texts)
    check_text(text, file.relative)
    provenance, sound = read_provenance(file.provenance)
    return provenance | {
        "report_id": file.report_id,
        "ref_area": file.ref_area,
        "report_year": file.report_year,
        "path": file.relative,
        "format": ending,
        "encoding": ", ".join(encodings) or None,
        "source_hash": hashlib.sha256(b"".join(data)).hexdigest(),
        "text_hash": hashlib.sha256(text.encode()).hexdigest(),
        "characters": len(text),
        "text": text,
        "flags": [] if sound else ["bad_provenance"],
    }


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


def check_text(text: str, relative: str) -> None:
    """Raise RejectedReport where a decoded text is empty, binary or not Chinese."""
    solid = len(text) - blank_length(text)
    if not solid:
        raise RejectedReport(f"{relative} holds no text.", "Put the report's text into it, or remove it.")
    if length_of(CONTROLS, text) > MAX_CONTROL_SHARE * len(text):
        raise RejectedReport(
            f"{relative} holds control characters, as a binary file does.", "Save the report as plain text or docx."
        )
    if length_of(HANZI, text) < MIN_HANZI_SHARE * solid:
        raise RejectedReport(
            f"{relative} holds hardly any Chinese, so it is no government work report.",
            "Put the Chinese text of the report there.",
        )


def length_of(pattern: re.Pattern[str], text: str) -> int:
    """How many characters of a text the pattern's matches cover."""
    return len(text) - len(pattern.sub("", text))


def blank_length(text: str) -> int:
    """How many characters of a text are white space or a byte-order mark."""
    return length_of(BLANKS, text) + text.count("\ufeff")


# --- Text files --------------------------------------------------------------------------------------------------


def read_text(data: bytes, relative: str) -> tuple[str, str | None]:
    """Decode a text file: by its mark, as UTF-8, or by the evidence that it is Chinese prose; else RejectedReport."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text = decoded(data[len(mark) :], encoding)
            if text is None:
                raise RejectedReport(
                    f"{relative} begins with the mark of {encoding} and is not valid {encoding}.",
                    "Save it again as UTF-8 text.",
                )
            return text, encoding
    text = decoded(data, "utf-8")
    if text is not None:
        return text, "utf-8"
    for encoding in ("utf-16-le", "utf-16-be", "gb18030"):
        text = decoded(data, encoding)
        if text is not None and is_chinese_prose(text):
            return text, encoding
    raise RejectedReport(
        f"The encoding of {relative} could not be told: it is neither UTF-8, UTF-16 nor GB18030 (GBK, GB2312).",
        "Save it again as UTF-8 text.",
    )


def decoded(data: bytes, encoding: str) -> str | None:
    """Strictly decoded bytes, or None where they are not valid."""
    try:
        text = data.decode(encoding)
        text.encode()  # GB18030 can spell surrogates, that no text may hold
    except UnicodeError:
        return None
    return text


def is_chinese_prose(text: str) -> bool:
    """Whether a decoding reads as Chinese: its hanzi are the common ones, with nothing private or foreign."""
    solid = len(text) - blank_length(text)
    hanzi = "".join(HANZI.findall(text))
    if not hanzi or len(hanzi) < MIN_HANZI_SHARE * solid or PRIVATE.search(text):
        return False
    common = length_of(common_characters(), hanzi)
    return common >= MIN_COMMON_SHARE * len(hanzi) and length_of(FOREIGN, text) <= MAX_FOREIGN_SHARE * solid


@cache
def common_characters() -> re.Pattern[str]:
    """The characters that every Chinese text is full of, from `seeds/lexicon/common_characters.csv`."""
    characters = "".join(row["characters"] for row in rows("lexicon/common_characters.csv", "script", "characters"))
    return re.compile(f"[{re.escape(characters)}]+")


# --- Word files --------------------------------------------------------------------------------------------------


def read_docx(data: bytes, relative: str) -> tuple[str, str | None]:
    """The text of a docx: a line for each paragraph and for each row of a table, whose cells tabs separate."""
    check_package(data, relative)
    try:
        body = Document(io.BytesIO(data)).element.body
        return "\n".join(block_lines(body)), None
    except Exception as error:  # python-docx and lxml raise many kinds on a damaged file
        raise damaged(relative) from error


def check_package(data: bytes, relative: str) -> None:
    """Refuse a docx that is no sound zip, is encrypted, is a zip bomb or declares entities, before it is parsed."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise RejectedReport(
            f"{relative} is a document protected by a password, or of the old .doc format.",
            "Open it and save it as docx without a password.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            if any(member.flag_bits & 1 for member in members):
                raise RejectedReport(f"{relative} is encrypted.", "Save it as docx without a password.")
            expanded = sum(member.file_size for member in members)
            if expanded > MAX_EXPANDED_BYTES or expanded > max(SMALL_EXPANSION, MAX_EXPANSION * len(data)):
                raise RejectedReport(
                    f"{relative} unpacks to far more than a report can be.", "Save the report's text alone as docx."
                )
            for member in members:
                start = package.read(member).replace(b"\0", b"")  # UTF-16 hides a declaration behind NULs
                if start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") and b"<!DOCTYPE" in start:
                    raise RejectedReport(
                        f"{relative} declares XML entities, which no Word file needs.", "Save it again as docx."
                    )
    except RejectedReport:
        raise
    except Exception as error:  # zipfile raises many kinds on a damaged file
        raise damaged(relative) from error


def damaged(relative: str) -> RejectedReport:
    """The rejection of a docx that cannot be opened."""
    return RejectedReport(
        f"{relative} is damaged or not a Word file.", "Open it in a word processor and save it again as docx."
    )


PARAGRAPH, TABLE, ROW, CELL = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc"))
CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
TEXT = qn("w:t")
# Text that is not there any more, second spellings of what stands beside them, and formatting.
SKIPPED = {
    qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), qn("w:tblPr"), qn("w:trPr"), qn("w:tcPr"), qn("w:sdtPr"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}  # fmt: skip


def block_lines(element: Any) -> Iterator[str]:
    """The lines of a body, a cell or anything that wraps blocks (content controls, insertions), in order."""
    # python-docx's own iter_inner_content leaves out what content controls and tracked insertions wrap.
    for child in element.iterchildren("*"):
        if child.tag == PARAGRAPH:
            yield "".join(run_text(child))
        elif child.tag == TABLE:
            yield from row_lines(child)
        elif child.tag not in SKIPPED:
            yield from block_lines(child)


def row_lines(element: Any) -> Iterator[str]:
    """A line for each row of a table; a cell of several lines becomes one."""
    for child in element.iterchildren("*"):
        if child.tag == ROW:
            cells = child.iterdescendants(CELL) if child.find(CELL) is None else child.iterchildren(CELL)
            yield "\t".join(" ".join(" ".join(block_lines(cell)).split()) for cell in cells)
        elif child.tag not in SKIPPED:
            yield from row_lines(child)


def run_text(element: Any) -> Iterator[str]:
    """The pieces of text of a paragraph, whatever wraps its runs."""
    for child in element.iterchildren("*"):
        if child.tag == TEXT:
            yield child.text or ""
        elif child.tag in CHARACTERS:
            yield CHARACTERS[child.tag]
        elif child.tag == PARAGRAPH:  # of a text box
            yield "\n"
            yield from run_text(child)
        elif child.tag not in SKIPPED:
            yield from run_text(child)


READERS: dict[str, Callable[[bytes, str], tuple[str, str | None]]] = {
    "txt": read_text,
    "md": read_text,
    "docx": read_docx,
}


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
