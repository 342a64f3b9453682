"""Collections: a csv, xlsx or jsonl file that holds many reports, one a row.

A file is read through once, to know where each row stands and what it says but its text; texts are read when they are
wanted. So a collection of any size takes little memory, and a change in one row changes nothing of the others.
"""

import csv
import datetime
import fnmatch
import hashlib
import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import IO, Any

import fastexcel
import yaml

from pipelines.formats import RejectedReport, printable
from pipelines.formats.archive import check_package, damaged_package
from pipelines.formats.limits import limits, megabytes
from pipelines.formats.text import DAMAGED, MIXED, decoded, line_decoded
from pipelines.formats.tree import Entry, Kept, too_big

ENDINGS = ("csv", "xlsx", "jsonl")
FILE = "collection.yaml"
REQUIRED = ("ref_area", "report_year", "text")
FIELDS = (*REQUIRED, "title", "delivered_on", "source", "licence")
KEYS = ("files", "encoding", "sheet", "columns")
ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030"}
DELIMITERS = (",", "\t", ";")
EXAMPLE = "columns: {ref_area: …, report_year: …, text: …}"
SHOWN = 12  # columns that a message names

EXCEL_CELL = 32_767  # characters that Excel keeps of a cell
CUT = "cut_off"  # a flag
GUESSED_FROM = 1_000_000  # bytes at the start of a file that tell the encoding of its short lines

INDEXES, SHEETS = Kept(16), Kept(1)


@dataclass(frozen=True)
class Columns:
    """How a collection's columns are mapped: field → column, field → the value that all rows have.

    `files` is a pattern of file names; `encoding` and `sheet` are told from the file where they are None.
    """

    columns: Mapping[str, str]
    constants: Mapping[str, str] = field(default_factory=dict)
    files: str = "*"
    encoding: str | None = None
    sheet: str | None = None

    def of(self, name: str) -> bool:
        """Whether a file of this name is one of the collection's."""
        return fnmatch.fnmatchcase(name, self.files)

    def key(self) -> str:
        """What changes when the mapping does."""
        return repr((sorted(self.columns.items()), sorted(self.constants.items()), self.encoding, self.sheet))


OWN_NAMES = Columns({name: name for name in FIELDS})


@dataclass(frozen=True)
class Row:
    """A row: its number as a spreadsheet counts (the header is 1), what it says but its text, and where it stands.

    `digest` is over all that is mapped; `problem` says why the row cannot be read; `start` and `end` are bytes of the
    file, or of an xlsx the row's place in the sheet.
    """

    number: int
    values: Mapping[str, str]
    digest: str
    start: int
    end: int
    problem: RejectedReport | None = None


@dataclass(frozen=True)
class Index:
    """What is known of a file: its rows, and how its lines and columns are read."""

    rows: tuple[Row, ...]
    header: Mapping[str, int] = field(default_factory=dict)
    delimiter: str = ","
    base: str = "utf-8"


def mapping(data: bytes, relative: str) -> Columns:
    """Read a `collection.yaml`; raises RejectedReport where it is wrong."""
    remedy = f"Write it like this: {EXAMPLE}, with a column's name, or {{value: …}} for what all rows have."
    try:
        found = yaml.safe_load(data)
    except Exception as error:  # bad YAML raises many kinds
        raise RejectedReport(f"{relative} is no YAML in UTF-8.", remedy) from error
    if not isinstance(found, dict) or not isinstance(found.get("columns"), dict):
        raise RejectedReport(f"{relative} does not say which columns the reports are in.", remedy)
    for name in found:
        if name not in KEYS:
            raise RejectedReport(
                f"{relative} says {printable(str(name))!r}, which is none of {', '.join(KEYS)}.", remedy
            )
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    for name, value in found["columns"].items():
        constant = isinstance(value, dict) and list(value) == ["value"]
        said = plain(value["value"] if constant else value)
        if name not in FIELDS or said is None:
            raise RejectedReport(
                f"{relative} maps {printable(str(name))!r} wrongly; what can be mapped is {', '.join(FIELDS)}.", remedy
            )
        (constants if constant else columns)[name] = said
    for name in REQUIRED:
        if name not in columns and (name == "text" or name not in constants):
            raise RejectedReport(f"{relative} does not say which column {name} is in.", remedy)
    texts = {}
    for name in ("files", "encoding", "sheet"):
        value = found.get(name)
        if value is not None and not isinstance(value, str):
            raise RejectedReport(f"{relative} says {name} is {printable(str(value))!r}; it must be a text.", remedy)
        texts[name] = value
    encoding = texts["encoding"]
    if encoding is not None and encoding.lower() not in ENCODINGS:
        raise RejectedReport(
            f"{relative} says that the encoding is {printable(encoding)!r}, which is none of utf-8 and gb18030.", remedy
        )
    return Columns(
        columns, constants, texts["files"] or "*", ENCODINGS[encoding.lower()] if encoding else None, texts["sheet"]
    )


def plain(value: object) -> str | None:
    """A value of YAML as a text; None for what is none (lists, yes and no)."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None


# --- Rows --------------------------------------------------------------------------------------------------------


def index(entry: Entry, columns: Columns) -> Index:
    """The rows of a file, in order, kept as long as the file looks the same.

    Raises:
        RejectedReport: the file as a whole cannot be read, or lacks a column.
        OSError: it cannot be read.
    """
    key, changed = entry.mark()
    read = {"csv": csv_index, "jsonl": jsonl_index, "xlsx": xlsx_index}[entry.ending]
    return INDEXES.get((key, entry.relative, columns.key()), changed, lambda: read(entry, columns))


def bounded(found: Iterable[Row], entry: Entry) -> tuple[Row, ...]:
    """Rows, as many as a collection may hold; raises RejectedReport where there are more."""
    result = tuple(itertools.islice(found, limits().collection_rows + 1))
    if len(result) > limits().collection_rows:
        reason = f"{entry.relative} holds more than {limits().collection_rows:,} rows."
        raise RejectedReport(reason, "Split it into several files.")
    return result


def made_row(number: int, cells: Mapping[str, str], columns: Columns, start: int, end: int) -> Row:
    """A row from the cells that are mapped."""
    values = {**columns.constants, **cells}
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    said = {name: value for name, value in values.items() if name != "text"}
    problem = None
    if not values.get("text", "").strip():
        problem = RejectedReport("The cell of the text is empty.", "Put the report's text into it, or remove the row.")
    return Row(number, said, digest, start, end, problem)


def bad_row(number: int, start: int, end: int, reason: str, remedy: str) -> Row:
    """A row that cannot be read."""
    return Row(number, {}, "", start, end, RejectedReport(reason, remedy))


@dataclass(frozen=True)
class RowText:
    """The text of a row: its encoding, where the format has several, and flags on what to be careful about."""

    text: str
    encoding: str | None
    flags: tuple[str, ...]


def text_of(entry: Entry, columns: Columns, row: Row) -> RowText:
    """The text of a row.

    Raises:
        RejectedReport: the file is not as it was when its rows were looked for.
        OSError: it cannot be read.
    """
    found = index(entry, columns)
    encoding: str | None = None
    flags: tuple[str, ...] = ()
    if entry.ending == "xlsx":
        cells = sheet_cells(entry, columns).get(row.start, {})
    else:
        with entry.open() as file:
            file.seek(row.start)
            data = file.read(row.end - row.start)
        lines = Lines(io.BytesIO(data), found.base, columns.encoding, row.start)
        if entry.ending == "csv":
            record: list[str] = next(csv_reader(lines, found.delimiter), [])
            cells = cells_at(found.header, record) if len(record) > max(found.header.values()) else {}
        else:
            cells = json_cells(next(lines, ""), columns)
        encoding = ", ".join(sorted(lines.encodings)) or found.base
        flags = ((MIXED,) if len(lines.encodings) > 1 else ()) + ((DAMAGED,) if lines.damaged else ())
    if made_row(row.number, cells, columns, row.start, row.end).digest != row.digest:
        raise RejectedReport(f"{entry.relative} changed while it was read.", "Run again.")
    text = cells["text"]
    if entry.ending == "xlsx" and len(text) == EXCEL_CELL:
        flags += (CUT,)
    return RowText(text, encoding, flags)


# --- Lines of csv and jsonl --------------------------------------------------------------------------------------


class TooLong(Exception):
    """A line is longer than a report can be."""


class Lines:
    """The lines of a file from a place on, each as UTF-8 or GB18030, and the place where the next one begins.

    What goes wrong with one line is raised when it is asked for, and the next one can be asked for then.
    """

    def __init__(self, file: IO[bytes], base: str, encoding: str | None, place: int) -> None:
        self.file, self.base, self.encoding, self.place = file, base, encoding, place
        self.encodings: set[str] = set()
        self.damaged = False

    def __iter__(self) -> Iterator[str]:
        """The lines."""
        return self

    def __next__(self) -> str:
        """The next line, with its end."""
        line = self.file.readline(limits().bytes + 1)
        if not line:
            raise StopIteration
        self.place += len(line)
        if len(line) > limits().bytes:
            while not line.endswith(b"\n") and (line := self.file.readline(1 << 20)):
                self.place += len(line)
            raise TooLong
        if self.place == len(line):
            line = line.removeprefix(b"\xef\xbb\xbf")
        if self.encoding:
            text = decoded(line, self.encoding)
            found = None if text is None else (text, None if line.isascii() else self.encoding)
        else:
            found = line_decoded(line, self.base)
        if found is None:
            self.damaged = True
            return line.decode("utf-8", "replace")
        if found[1]:
            self.encodings.add(found[1])
        return found[0]


def base_encoding(file: IO[bytes], columns: Columns) -> str:
    """The encoding of lines that are valid in both, by the first lines of the file; leaves it at the start."""
    if columns.encoding:
        return columns.encoding
    data = file.read(GUESSED_FROM)
    file.seek(0)
    whole = data.rpartition(b"\n")[0] or data
    return "gb18030" if decoded(whole, "utf-8") is None else "utf-8"


def csv_reader(lines: Iterable[str], delimiter: str) -> Any:
    """The records of csv lines; a quotation mark that is not closed is an error, not the rest of the file."""
    csv.field_size_limit(limits().bytes)
    return csv.reader(lines, delimiter=delimiter, strict=True)


def csv_header(file: IO[bytes], entry: Entry, columns: Columns) -> tuple[Index, int]:
    """An index without rows, by the first line of a csv file, and the place behind that line.

    Raises:
        RejectedReport: it is no csv, or a column is missing or there twice.
    """
    start = file.read(4)
    file.seek(0)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start:
        raise RejectedReport(f"{entry.relative} is in UTF-16.", "Save it as csv in UTF-8.")
    base = base_encoding(file, columns)
    found: dict[str, tuple[list[str], int]] = {}
    for delimiter in DELIMITERS:
        file.seek(0)
        lines = Lines(file, base, columns.encoding, 0)
        try:
            found[delimiter] = [name.strip() for name in next(csv_reader(lines, delimiter), [])], lines.place
        except (TooLong, csv.Error) as error:
            raise RejectedReport(
                f"The first line of {entry.relative} does not name its columns.", "Save it as csv in UTF-8."
            ) from error
    wanted = set(columns.columns.values())
    delimiter = max(found, key=lambda name: len(wanted & set(found[name][0])))
    names, place = found[delimiter]
    return Index((), places(names, entry, columns), delimiter, base), place


def places(names: list[str], entry: Entry, columns: Columns) -> dict[str, int]:
    """Field → place of its column; raises RejectedReport where one is missing or there twice."""
    if len(names) > limits().collection_columns:
        raise RejectedReport(
            f"{entry.relative} has more than {limits().collection_columns:,} columns.", "Keep those of the reports."
        )
    result = {}
    for name, column in columns.columns.items():
        if names.count(column) > 1:
            raise RejectedReport(f"{entry.relative} has two columns {column!r}.", "Rename one of them.")
        if column in names:
            result[name] = names.index(column)
        elif name in REQUIRED or columns is not OWN_NAMES:
            raise missing(column, names, entry)
    return result


def missing(column: str, names: list[str], entry: Entry) -> RejectedReport:
    """The rejection of a file that lacks a column."""
    there = ", ".join(printable(name) for name in names[:SHOWN] if name) or "none"
    return RejectedReport(
        f"{entry.relative} has no column {printable(column)!r}; it has {there}{' …' if len(names) > SHOWN else ''}.",
        f"Put a collection.yaml beside it that says which columns the reports are in: {EXAMPLE}",
    )


def cells_at(header: Mapping[str, int], record: list[str]) -> dict[str, str]:
    """The cells of a record that are mapped."""
    return {name: record[place].strip() if name != "text" else record[place] for name, place in header.items()}


def csv_index(entry: Entry, columns: Columns) -> Index:
    """The rows of a csv file."""
    check_size(entry)
    with entry.open() as file:
        found, start = csv_header(file, entry, columns)
        file.seek(start)
        lines = Lines(file, found.base, columns.encoding, start)
        return replace(found, rows=bounded(csv_rows(lines, found, columns), entry))


def csv_rows(lines: Lines, found: Index, columns: Columns) -> Iterator[Row]:
    """The rows of csv lines."""
    reader = csv_reader(lines, found.delimiter)
    for number in itertools.count(2):
        start = lines.place
        try:
            record = next(reader)
        except StopIteration:
            return
        except TooLong:
            yield too_long(number, start, lines.place)
        except csv.Error as error:
            yield bad_row(
                number, start, lines.place, f"The row is no csv: {error}.",
                "Close each quotation mark, and double those within a cell.",
            )  # fmt: skip
            if "field larger" in str(error):  # all that follows was taken for one cell
                return
        else:
            if len(record) > max(found.header.values()):
                yield made_row(number, cells_at(found.header, record), columns, start, lines.place)
            elif record:
                reason = f"The row has {len(record)} cells, too few."
                yield bad_row(number, start, lines.place, reason, "Quote cells that hold a comma or a line break.")


def check_size(entry: Entry) -> None:
    """Raise RejectedReport where a collection is larger than it can be."""
    if entry.size() > limits().collection_bytes:
        raise too_big(entry.relative, limits().collection_bytes)


def too_long(number: int, start: int, end: int) -> Row:
    """A row that is larger than a report can be."""
    return bad_row(
        number,
        start,
        end,
        f"The row is larger than {megabytes(limits().bytes)}.",
        "Keep the report's text alone there.",
    )


def jsonl_index(entry: Entry, columns: Columns) -> Index:
    """The rows of a file that holds a JSON object a line."""
    check_size(entry)
    with entry.open() as file:
        base = base_encoding(file, columns)
        return Index(bounded(jsonl_rows(Lines(file, base, columns.encoding, 0), entry, columns), entry), base=base)


def jsonl_rows(lines: Lines, entry: Entry, columns: Columns) -> Iterator[Row]:
    """The rows of JSON lines; raises RejectedReport where a column stands in none of them."""
    found: set[str] = set()
    names: list[str] = []  # of the first row, that say what the file has
    for number in itertools.count(1):
        start = lines.place
        try:
            line = next(lines)
            cells = json_cells(line, columns) if line.strip() else None
        except StopIteration:
            break
        except TooLong:
            yield too_long(number, start, lines.place)
        except (ValueError, RecursionError):
            remedy = "Write one JSON object a line, with texts and numbers as values."
            yield bad_row(number, start, lines.place, "The line is no JSON object of texts and numbers.", remedy)
        else:
            if cells is None:
                continue
            names = names or list(json.loads(line))
            found.update(cells)
            yield made_row(number, cells, columns, start, lines.place)
    for name in REQUIRED:
        if names and name in columns.columns and name not in found:
            raise missing(columns.columns[name], names, entry)


def json_cells(line: str, columns: Columns) -> dict[str, str]:
    """The cells of a line that are mapped; raises ValueError where it is no flat object, or RecursionError."""
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("no object")
    result = {}
    for name, column in columns.columns.items():
        value = found.get(column)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError("no text")
        text = str(value)
        text.encode()  # JSON can spell surrogates, that no text may hold
        result[name] = text if name == "text" else text.strip()
    return result


# --- Sheets ------------------------------------------------------------------------------------------------------

# A row or a cell with its attributes and, of a cell, the number of the shared text that it holds.
TOKEN = re.compile(rb"<(?:[\w.-]+:)?(row|c)(?=[\s/>])([^<]{0,500})(?:<(?:[\w.-]+:)?v>([0-9]{1,9})<)?")
PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,4})([0-9]{0,9})["']""")
SHARED = re.compile(rb"""\st\s*=\s*["']s["']""")
SHARED_TEXT = re.compile(rb"<(?:[\w.-]+:)?si(?=[\s/>])")
MAX_CELLS = 5_000_000


def sheet_cells(entry: Entry, columns: Columns) -> dict[int, dict[str, str]]:
    """Place of a row in an xlsx sheet → its cells that are mapped; those of the last sheet are kept.

    Names of columns are in the first row that is not empty.

    Raises:
        RejectedReport: it is damaged or larger than it can be, or a column is missing or there twice.
        OSError: it cannot be read.
    """
    key, changed = entry.mark()
    return SHEETS.get((key, entry.relative, columns.key()), changed, lambda: read_cells(entry, columns))


def read_cells(entry: Entry, columns: Columns) -> dict[int, dict[str, str]]:
    """Read the cells of a sheet that are mapped; see `sheet_cells`."""
    header: dict[str, int] = {}
    result = {}
    for place, record in enumerate(read_sheet(entry, columns)):
        if any(record):
            texts = [cell or "" for cell in record]
            if header:
                result[place] = cells_at(header, texts)
            else:
                header = places([text.strip() for text in texts], entry, columns)
    return result


def xlsx_index(entry: Entry, columns: Columns) -> Index:
    """The rows of a sheet."""
    check_size(entry)
    found = sheet_cells(entry, columns).items()
    return Index(bounded((made_row(place + 1, cells, columns, place, place) for place, cells in found), entry))


def read_sheet(entry: Entry, columns: Columns) -> list[tuple[str | None, ...]]:
    """The cells of a sheet as texts, row by row; see `sheet_cells`."""
    data = entry.read(limits().collection_unpacked_bytes)
    check_package(data, entry.relative, "xlsx", limits().collection_unpacked_bytes)
    try:
        check_extent(data, entry.relative)
        book = fastexcel.read_excel(data)
        if columns.sheet is not None and columns.sheet not in book.sheet_names:
            raise RejectedReport(
                f"{entry.relative} has no sheet {printable(columns.sheet)!r}; it has "
                f"{', '.join(map(printable, book.sheet_names[:SHOWN]))}.",
                "Name one of them in collection.yaml.",
            )
        found = book.load_sheet(
            columns.sheet if columns.sheet is not None else 0, header_row=None, skip_rows=0, dtypes="string"
        )
        return found.to_polars().rows()
    except RejectedReport:
        raise
    except BaseException as error:  # a fault in its Rust code is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise damaged_package(entry.relative, "xlsx") from error


def check_extent(data: bytes, relative: str) -> None:
    """Raise RejectedReport where a small file's cells would fill the memory: far apart, or all of one long text."""
    remedy = "Copy the reports into a new workbook."
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        texts = [name for name in names if name.lower().endswith("sharedstrings.xml")]
        shared = [len(text) for name in texts for text in SHARED_TEXT.split(package.read(name))[1:]]
        for name in names:
            row = column = size = 0
            for cells, token in enumerate(TOKEN.finditer(package.read(name)), 1):
                kind, attributes, value = token.groups()
                place = PLACE.search(attributes)
                letters, digits = place.groups() if place else (b"", b"")
                row = int(digits) if digits else row + (kind == b"row")
                column = 0 if kind == b"row" else column_number(letters.upper()) if letters else column + 1
                if value and int(value) < len(shared) and SHARED.search(attributes):
                    size += shared[int(value)]
                if row > limits().collection_rows + 1 or column > limits().collection_columns:
                    reason = f"{relative} has cells in row {row:,} and column {column:,}, too far out for reports."
                    raise RejectedReport(reason, remedy)
                if cells > MAX_CELLS or size > limits().collection_unpacked_bytes:
                    raise RejectedReport(f"{relative} holds far more than reports can.", remedy)


def column_number(letters: bytes) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
