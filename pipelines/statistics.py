"""Official statistical series: csv files with a provenance file beside each → the table core.statistics.

A user adds a series, or a later release of one, by putting files into `seeds/statistics`: no release takes the place of
an earlier one.
"""

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines import seeds
from pipelines.seeds import SEEDS, SeedError
from pipelines.tables import UNITS
from pipelines.tables.core import STATISTICS

FOLDER = SEEDS / "statistics"
UNKNOWN = "unknown"  # said, so that it was not forgotten
TEXTS = ("title", "publisher", "source", "url", "licence")
DATES = ("retrieved_on", "released_on")
KEYS = (*TEXTS, *DATES, "area", "year", "series")
OPTIONAL_KEYS = ("title_zh", "note", "left_out")
SERIES_KEYS = ("column", "indicator", "transformation", "unit")
OPTIONAL_SERIES_KEYS = ("factor", "price_basis", "count_unit", "stage")
CHOICES = {
    "unit": tuple(UNITS),
    "transformation": ("level", "yoy", "change", "rank"),  # of one year each: what several years make is worked out
    "price_basis": ("real", "nominal"),
    "stage": ("started", "completed"),
}
NAME = re.compile(r"[a-z0-9_]+")
YEARS = range(1900, 2101)
YEAR = re.compile(r"(\d{4})年?", re.ASCII)
NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
MOST_DIGITS = 40  # more are no figure, and 300 no number that a computer holds
BLANKS = ("", "-", "--", "–", "—", "..", "...", "…", "na", "n/a", "nan", "null")  # how tables write that there is none
# full-width characters and signs as plain ones; never what a mark of a footnote (7.4①, 7.4²) would make a digit of
PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord(sign): "-" for sign in "−–﹣"}
FAULTS_SHOWN = 20
THING = ["series_id", "ref_area", "period_start", "period_end"]
DIGITS = 12  # of what is worked out

Row = dict[str, Any]


class Faulty(ValueError):
    """One thing in a file is wrong; the message says what and what to do, not where."""


@dataclass(frozen=True)
class Codes:
    """The code lists that series are checked against.

    Attributes:
        indicators: indicator → its row of core.indicators.
        areas: what may name an area (code; Chinese or English name, where only one area has it) → its code.
    """

    indicators: Mapping[str, Row]
    areas: Mapping[str, str]

    @classmethod
    def of(cls, indicators: pl.DataFrame, areas: pl.DataFrame) -> "Codes":
        """Index core.indicators and core.areas."""
        names: dict[str, set[str]] = {}
        for code, *written in areas.select("ref_area", "name_zh", "name_en").iter_rows():
            for name in (code, *written):
                names.setdefault(name, set()).add(code)
        return cls(
            {row["indicator"]: row for row in indicators.to_dicts()},
            {name: codes.pop() for name, codes in names.items() if len(codes) == 1},
        )


def load(folder: Path | None = None, codes: Codes | None = None) -> pl.DataFrame:
    """Read all series of a folder.

    Args:
        folder: `seeds/statistics` where none is given; one that is not there holds no series.
        codes: those of `seeds/` where none are given.

    Returns:
        core.statistics, by its key; the same whatever the order of files and rows.

    Raises:
        SeedError: files are wrong; names each fault (of very many the first) by file and line, and what to do.
    """
    folder = folder or FOLDER
    codes = codes or Codes.of(seeds.indicators(), seeds.areas())
    found: list[Row] = []
    faults: list[str] = []
    for path in files(folder, faults):
        found += rows_of(path, codes, faults)
    faults += disagreements(found, folder) + duplicates(found, folder)
    if faults:
        more = [f"and {len(faults) - FAULTS_SHOWN} more"] if len(faults) > FAULTS_SHOWN else []
        raise SeedError("\n".join(faults[:FAULTS_SHOWN] + more))
    return with_latest(with_derived_growth(STATISTICS.frame(found)))


def files(folder: Path, faults: list[str]) -> list[Path]:
    """The csv files that have a provenance file beside them, sorted; whatever else stands there is a fault."""
    present = [path for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []
    for path in sorted(present):
        if path.suffix == ".csv" and path.with_suffix(".yaml") not in present:
            faults.append(f"{shown(path)}: {path.stem}.yaml must stand beside it and say what the figures are")
        elif path.suffix == ".yaml" and path.with_suffix(".csv") not in present:
            faults.append(
                f"{shown(path)}: {path.stem}.csv, which it speaks of, is not there; add it or remove this file"
            )
        elif path.suffix not in (".csv", ".yaml", ".md"):
            faults.append(f"{shown(path)}: is no .csv and not read; save the table as csv in UTF-8, or move it away")
    return sorted(path for path in present if path.suffix == ".csv" and path.with_suffix(".yaml") in present)


def shown(path: Path) -> str:
    """A file as messages name it."""
    return path.relative_to(SEEDS.parent).as_posix() if path.is_relative_to(SEEDS.parent) else str(path)


# ---------------------------------------------------------------------------------------------------------------------
# The provenance file


@dataclass(frozen=True)
class Series:
    """One column of a file: the labels of its figures, as core.statistics has them."""

    column: str
    factor: Decimal
    labels: Row


@dataclass(frozen=True)
class Provenance:
    """What a provenance file says.

    Attributes:
        labels: what holds of every figure of the file.
        area_column: the column that names the area; None where `area` holds for all.
        area: the code.
        year_column: the column of the year.
        series: its columns of figures.
    """

    labels: Row
    area_column: str | None
    area: str
    year_column: str
    series: tuple[Series, ...]


def read_provenance(path: Path, header: list[str], codes: Codes) -> Provenance:
    """Read and check a provenance file, against the header of its csv file.

    Raises:
        Faulty: a key is missing, unknown, or holds what it must not.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Faulty(f"is not readable as YAML in UTF-8: {' '.join(str(error).split())}") from error
    top = mapping("the file", content, KEYS, OPTIONAL_KEYS)
    labels: Row = {name: text(name, top[name]) for name in TEXTS}
    labels |= {name: text(name, top[name]) if top.get(name) is not None else None for name in ("title_zh", "note")}
    for name in ("title", "publisher"):
        if labels[name] is None:
            raise Faulty(f"{name} must not be {UNKNOWN}; it names the figures beside each verdict")
    retrieved, released = (day(name, top[name]) for name in DATES)
    if retrieved is None:
        raise Faulty(f"retrieved_on must not be {UNKNOWN}; write the day that you took the file")
    if released and released > retrieved:
        raise Faulty(f"released_on {released} is after retrieved_on {retrieved}; one of the two is wrong")
    labels |= {"retrieved_on": retrieved, "released_on": released, "vintage": released or retrieved}

    area_column, area = area_of(top["area"], codes)
    year_column = text("year", top["year"])
    if not isinstance(top["series"], dict) or not top["series"]:
        raise Faulty("series must map the id of each series to its column, indicator, transformation and unit")
    found = tuple(series(str(name), entry, codes) for name, entry in top["series"].items())
    left_out = top.get("left_out") or {}
    if not isinstance(left_out, dict):
        raise Faulty("left_out must map columns to the reason why each is left out")
    used = [name for name in (area_column, year_column, *(item.column for item in found)) if name]
    for name in used:
        if name not in header:
            raise Faulty(f"names the column {name!r}, which the csv file has not; it has {', '.join(header)}")
    for name in header:
        if name not in used and name not in left_out:
            raise Faulty(f"does not say what the column {name!r} is; add it to series, or to left_out with the reason")
    return Provenance(labels, area_column, area, str(year_column), found)


def mapping(what: str, content: Any, required: tuple[str, ...], optional: tuple[str, ...]) -> Row:
    """A mapping with these keys and no others."""
    if not isinstance(content, dict):
        raise Faulty(f"{what} must hold the keys {', '.join(required)}")
    for name in required:
        if content.get(name) is None:
            hint = f"; write {UNKNOWN} where it is not known" if name in TEXTS + DATES else ""
            raise Faulty(f"{name} is missing in {what}{hint}")
    for name in content:
        if name not in required + optional:
            raise Faulty(f"{name} in {what} is unknown; the keys are {', '.join(required + optional)}")
    return content


def text(name: str, value: Any) -> str | None:
    """Words of the provenance file; None for `unknown`."""
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
        raise Faulty(f"{name} is {value!r}; it must be words, or {UNKNOWN}")
    words = str(value).strip()
    return None if words == UNKNOWN else words


def day(name: str, value: Any) -> datetime.date | None:
    """A day of the provenance file; None for `unknown`."""
    if value == UNKNOWN:
        return None
    if isinstance(value, datetime.date):
        return value.date() if isinstance(value, datetime.datetime) else value
    raise Faulty(f"{name} is {value!r}; it must be a day such as 2025-01-17, or {UNKNOWN}")


def area_of(value: Any, codes: Codes) -> tuple[str | None, str]:
    """The column that names the area, or the area of all rows: one of the two."""
    if isinstance(value, dict):
        if list(value) != ["column"]:
            raise Faulty("area must be a code such as 140000, or {column: the column that names it}")
        return text("area.column", value["column"]), ""
    if str(value) not in codes.areas:
        raise Faulty(f"area {value!r} is not in seeds/areas.csv; write a six-digit code, or {{column: …}}")
    return None, codes.areas[str(value)]


def series(name: str, entry: Any, codes: Codes) -> Series:
    """One series of the provenance file, checked against the codebook."""
    where = f"series {name}"
    if not NAME.fullmatch(name):
        raise Faulty(f"{where}: an id is made of small letters, digits and _")
    given = mapping(where, entry, SERIES_KEYS, OPTIONAL_SERIES_KEYS)
    for key, choices in CHOICES.items():
        if key in given and given[key] not in choices:
            raise Faulty(f"{where}: {key} is {given[key]!r}; it must be one of {', '.join(choices)}")
    indicator = codes.indicators.get(given["indicator"])
    if indicator is None:
        raise Faulty(f"{where}: indicator {given['indicator']!r} is not in seeds/indicators.csv; take one of its codes")
    wanted = units_of(given["transformation"], indicator["units"])
    if given["unit"] not in wanted:
        raise Faulty(
            f"{where}: unit is {given['unit']}; {given['transformation']} of {given['indicator']} is in "
            f"{' or '.join(wanted)}; turn the figures into that with factor"
        )
    if bool(indicator["growth_basis"]) != ("price_basis" in given) and given["transformation"] != "rank":
        needed = "real (constant prices) or nominal (current prices)" if indicator["growth_basis"] else "left out"
        raise Faulty(f"{where}: price_basis of {given['indicator']} must be {needed}")
    labels = {name: given.get(name) for name in ("indicator", "transformation", "price_basis", "count_unit", "stage")}
    labels |= {"series_id": name, "unit_measure": given["unit"]}
    return Series(str(given["column"]), factor(where, given.get("factor", 1)), labels)


def units_of(transformation: str, units: list[str]) -> list[str]:
    """The units that a figure may have, by what it is of an indicator whose levels have these."""
    if transformation == "change":
        return ["PERCENTAGE_POINT" if unit == "PERCENT" else unit for unit in units]
    return {"yoy": ["PERCENT"], "rank": ["RANK"]}.get(transformation, units)


def factor(where: str, value: Any) -> Decimal:
    """What turns a figure of the file into whole units."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal(0)
    if isinstance(value, bool) or not found or not found.is_finite():
        raise Faulty(f"{where}: factor is {value!r}; it must be a number other than 0, such as 100000000 for 亿")
    return found


# ---------------------------------------------------------------------------------------------------------------------
# The figures


def rows_of(path: Path, codes: Codes, faults: list[str]) -> list[Row]:
    """The figures of one csv file as rows of core.statistics; what is wrong is added to the faults."""
    try:
        lines = list(records(path))
        _, header = lines[0] if lines else (1, [])
        repeated = {name for name in header if header.count(name) > 1}
        if not header or repeated or "" in header:
            raise Faulty(f"the first line must name each column, once; it has {', '.join(header) or 'nothing'}")
    except Faulty as error:
        faults.append(f"{shown(path)}:1: {error}")
        return []
    try:
        provenance = read_provenance(path.with_suffix(".yaml"), header, codes)
    except Faulty as error:
        faults.append(f"{shown(path.with_suffix('.yaml'))}: {error}")
        return []
    found = []
    for line, cells in lines[1:]:
        try:
            if len(cells) != len(header):
                raise Faulty(
                    f"has {len(cells)} cells and the first line {len(header)}; quote a cell that holds a comma"
                )
            found += [row | {"line": line, "file": path.name} for row in figures(cells, header, provenance, codes)]
        except Faulty as error:
            faults.append(f"{shown(path)}:{line}: {error}")
    return found


def records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines of a csv file that hold something: its number, and its cells without blanks around them."""
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Faulty("is neither UTF-8 nor GB18030; save it again as csv in UTF-8")
    if "\0" in content:
        raise Faulty("holds NUL characters and is no csv file; save the table as csv in UTF-8")
    reader = csv.reader(io.StringIO(content, newline=""))
    try:
        for cells in reader:
            clean = [cell.strip() for cell in cells]
            if any(clean):
                yield reader.line_num, clean
    except csv.Error as error:
        raise Faulty(f"is not readable as csv after line {reader.line_num} ({error}); save it again") from error


def figures(cells: list[str], header: list[str], provenance: Provenance, codes: Codes) -> Iterator[Row]:
    """The figures of one line; blank cells have none.

    Raises:
        Faulty: the area, the year or a number cannot be read.
    """
    named = dict(zip(header, cells, strict=True))
    area = provenance.area
    if provenance.area_column:
        written = named[provenance.area_column]
        if written not in codes.areas:
            raise Faulty(f"area {written!r} is not in seeds/areas.csv, or not the only one; write its six-digit code")
        area = codes.areas[written]
    year = year_of(named[provenance.year_column])
    for item in provenance.series:
        value = number(named[item.column], item.column, percent=item.labels["unit_measure"].startswith("PERCENT"))
        if value is not None:
            yield provenance.labels | item.labels | {
                "ref_area": area, "period_start": year, "period_end": year, "obs_value": float(value * item.factor),
            }  # fmt: skip


def year_of(written: str) -> int:
    """A year as tables write it: 2024, ２０２４, 2024年."""
    match = YEAR.fullmatch(written.translate(PLAIN))
    if not match or int(match[1]) not in YEARS:
        raise Faulty(f"year is {written!r}; it must be one of {YEARS[0]} to {YEARS[-1]}, such as 2024")
    return int(match[1])


def number(written: str, column: str, *, percent: bool) -> Decimal | None:
    """A number as people write it: 10,825.4, １０ ８２５．４, −0.7, 7.4% in a column of per cent; None for a blank.

    Raises:
        Faulty: it is none, or could be read in two ways.
    """
    plain = re.sub(r"\s", "", written.translate(PLAIN))
    if plain.lower() in BLANKS or written.strip() in BLANKS:
        return None
    if percent:
        plain = plain.removesuffix("%")
    if not NUMBER.fullmatch(plain) or len(plain) > MOST_DIGITS:
        raise Faulty(f"{column} is {written!r}; it must be a number such as 10825.4, with nothing beside it, or empty")
    return Decimal(plain.replace(",", ""))


# ---------------------------------------------------------------------------------------------------------------------
# Over all files


def disagreements(found: list[Row], folder: Path) -> list[str]:
    """Releases of one series that say different things of what it is."""
    labels = ("indicator", "transformation", "unit_measure", "price_basis", "count_unit", "stage")
    first: dict[str, Row] = {}
    faults = {}
    for row in found:
        before = first.setdefault(row["series_id"], row)
        for name in labels:
            if row[name] != before[name]:
                faults[row["series_id"], name, row["file"]] = (
                    f"{shown(folder / row['file']).removesuffix('.csv')}.yaml: {name} of series {row['series_id']} is "
                    f"{row[name]} here and {before[name]} in {before['file']}; give one of the two another id"
                )
    return list(faults.values())


def duplicates(found: list[Row], folder: Path) -> list[str]:
    """Figures that stand twice in one release."""
    key: Callable[[Row], tuple] = lambda row: tuple(row[name] for name in (*THING, "vintage"))  # noqa: E731
    first: dict[tuple, Row] = {}
    return [
        f"{shown(folder / row['file'])}:{row['line']}: series {row['series_id']}: "
        f"{row['ref_area']} {row['period_end']} stands in {before['file']}:{before['line']} already, "
        f"of the same release ({row['vintage']}); "
        "remove one of the two, or give each release its own released_on"
        for row in found
        if (before := first.setdefault(key(row), row)) is not row
    ]


def with_derived_growth(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the growth between two years' levels of one release, as a series of its own that says so.

    Never across releases: between them the levels of earlier years are revised. Rates and ranks do not grow in percent.
    """
    levels = frame.filter((pl.col("transformation") == "level") & (pl.col("unit_measure") != "PERCENT"))
    before = levels.select(
        "series_id", "ref_area", "vintage", pl.col("period_end") + 1, value_before="obs_value"
    ).filter(pl.col("value_before") > 0)
    growth = levels.join(before, on=["series_id", "ref_area", "vintage", "period_end"]).with_columns(
        pl.concat_str("series_id", pl.lit("/yoy")).alias("series_id"),
        pl.lit("yoy").alias("transformation"),
        pl.lit("PERCENT").alias("unit_measure"),
        ((pl.col("obs_value") / pl.col("value_before") - 1) * 100).round_sig_figs(DIGITS).alias("obs_value"),
        pl.format(
            "{}growth between the levels of {} and {}",
            pl.when(pl.col("price_basis").is_null()).then(pl.lit("")).otherwise(pl.format("{} ", "price_basis")),
            pl.col("period_end") - 1,
            "period_end",
        ).alias("derivation"),
    )
    return pl.concat([frame, growth.select(frame.columns)])


def with_latest(frame: pl.DataFrame) -> pl.DataFrame:
    """Say of each figure whether it is the latest on file; a release of unknown day gives way to one of a known day."""
    order = pl.struct(pl.col("released_on").is_not_null(), "vintage").rank("ordinal").over(THING)
    return frame.with_columns((order == pl.len().over(THING)).alias("is_latest_vintage")).sort(STATISTICS.key)
