"""`duixian inspect`: one report as a page, its passages as they were read beside the print."""

import base64
import hashlib
import re
import tempfile
import webbrowser
from dataclasses import asdict
from functools import partial
from pathlib import Path

import duckdb
import typer
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from rich.text import Text

from commands.shown import (
    OTHER_VERSION,
    WRONG_USAGE,
    Row,
    UsageError,
    as_json,
    clean,
    complain,
    fetch,
    of_other_version,
    out,
    warehouse_of,
)
from pipelines import reports as reading
from pipelines import seeds
from pipelines.formats import RejectedReport
from pipelines.inspection import STATUSES, Inspection, NumeralShown, inspection, visible
from pipelines.observations import observations
from pipelines.passages import passages
from pipelines.quantities import quantity, years
from pipelines.statements import statements
from pipelines.tables import FATES, KINDS, SECTIONS, SET_ASIDE_REASONS, TRANSFORMATIONS
from pipelines.tables.core import OBSERVATIONS, PASSAGES, REPORTS, STATEMENTS
from pipelines.tables.ops import REJECTED_REPORTS
from warehouse.publication import LINK, connect
from warehouse.store import WarehouseError, write_atomically

SHOWN = 0
TEMPLATES = Path(__file__).with_name("templates")
LAST_YEAR = 2100  # the report that is wanted says which year
REPORT_ID = re.compile(r"[0-9]{6}/[0-9]{4}")

SECTIONS_EN = {
    "preamble": "opening",
    "review_year": "review of the year",
    "review_term": "review of the term or plan",
    "problems": "problems",
    "requirements": "general requirements",
    "targets_year": "targets of the year",
    "tasks_year": "tasks of the year",
    "targets_term": "targets and tasks of the term or plan",
    "closing": "closing",
    "annex": "annex",
    "unknown": "not known",
}
BASES = {  # what a section was told by
    "heading": ("标题", "its heading"),
    "wording": ("措辞", "what it says"),
    "order": ("次序", "its place in the order"),
    "correction": ("更正", "a correction by hand"),
    "default": ("默认", "nothing else: no heading, no word tells it"),
}
FAULTS = {  # in Chinese, in English, and what it means to the reader of a page
    "repeated": ("重复", "repeated", "printed a second time by mistake; its numbers count once, in the copy at home"),
    "strayed": ("串位", "strayed", "printed within another section than its own; read as of its own"),
    "moved": ("移位", "moved", "printed elsewhere; brought to where it was written"),
    "gap": ("缺漏", "gap", "by the numbers of the headings, something before it is missing"),
    "page_number": ("页码", "page number", "the number of a page; not a word of the report"),
    "cut": ("截断", "cut", "its last sentence breaks off, and the rest of it was not found"),
    "jump_line": ("转版", "jump line", "the newspaper says where the text goes on; not a word of the report"),
    "running_title": ("页眉", "running title", "the head of a page; not a word of the report"),
    "uncertain": ("存疑", "uncertain", "the text does not decide where it belongs; what is read from it says so"),
    "misread": ("误识", "misread", "characters look misread by the scanner; what is read from it says so"),
    "corrected": ("勘误", "corrected", "corrected by hand, from the file of corrections beside the report"),
}
LABELS = {"kind": KINDS, "transformation": TRANSFORMATIONS}


def published(database: Path, wanted: str) -> Inspection:
    """What a page shows of a published report.

    Raises:
        UsageError: it is not there.
        WarehouseError: there is no database to read.
        duckdb.Error: it is none of this version.
    """
    with connect(database) as connection:
        found = fetch(connection, REPORTS, "report_id = $wanted", wanted=wanted)
        if not found:
            raise UsageError(not_published(connection, database, wanted))
        cut, measured, observed = (
            table.frame(fetch(connection, table, "report_id = $wanted", wanted=wanted))
            for table in (PASSAGES, STATEMENTS, OBSERVATIONS)
        )
    return inspection(found[0], cut, measured, observed)


def not_published(connection: duckdb.DuckDBPyConnection, database: Path, wanted: str) -> str:
    """Why a report is not in the database, and what to do."""
    area, year = wanted.split("/")
    for row in fetch(connection, REJECTED_REPORTS, "ref_area = $area AND report_year = $year", area=area, year=year):
        return f"{wanted} was rejected: {row['reason']} {row['remedy']}"
    there = connection.execute(
        "SELECT report_id FROM core.reports ORDER BY ref_area <> $area, report_id", {"area": area}
    )
    ids = [report_id for (report_id,) in there.fetchall()]
    some = f"; there are {len(ids)}, such as {', '.join(ids[:4])}" if ids else ""
    return f"{wanted} is not published in {database}{some}; --reports reads it afresh from a folder of reports"


def read_afresh(folder: Path, wanted: str) -> Inspection:
    """What a page shows of a report in a folder of reports, as it is read now.

    Raises:
        UsageError: the folder holds no such report, or it cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; --reports must name one that holds <area>/<year>.<ext>")
    files, unknown = reading.survey(folder, seeds.areas()["ref_area"].to_list(), LAST_YEAR)
    area, year = wanted.split("/")
    for row in unknown:
        if row["ref_area"] == area and row["report_year"] == int(year):
            raise UsageError(f"{row['reason']} {row['remedy']}")
    chosen = [file for file in files if file.report_id == wanted]
    if not chosen:
        raise UsageError(f"{folder} holds no report {wanted}; it would stand there as {wanted}.<ext>")
    return read(chosen[0])


def read_file(path: Path, area: str | None, year: int | None) -> Inspection:
    """What a page shows of a report that stands anywhere; area and year are taken from `<area>/<year>.<ext>`.

    Raises:
        UsageError: it cannot be read, or its area and year are not known.
    """
    if not path.exists():
        raise UsageError(f"{path} is neither a report's id, such as 140200/2022, nor a file; name one of the two")
    area = area or path.absolute().parent.name
    if area not in set(seeds.areas()["ref_area"]):
        raise UsageError(
            f"whose report {path.name} is cannot be told: {area!r} is no code of seeds/areas.csv; add --area"
        )
    named = path.name if path.is_dir() else path.stem
    if year is None and not reading.YEAR_NAME.fullmatch(named):
        raise UsageError(f"the year of {path.name} cannot be told from its name; add --year")
    year = int(named) if year is None else year
    if not reading.FIRST_YEAR <= year <= LAST_YEAR:
        raise UsageError(f"{year} is no report year; --year must be from {reading.FIRST_YEAR} to {LAST_YEAR}")
    try:
        entry = path.resolve()
        file = reading.report_file(entry, reading.printable(path.name), entry.parent, area, year)
    except RejectedReport as error:
        raise UsageError(str(error)) from None
    return read(file)


def read(file: reading.ReportFile) -> Inspection:
    """What a page shows of a report's file as it is read now; raises UsageError where it cannot be."""
    texts, rejected = reading.reports([file])
    if texts.is_empty():
        [row] = rejected.rows(named=True)
        raise UsageError(f"{row['reason']} {row['remedy']}")
    cut = passages(texts)
    measured = statements(cut)
    return inspection(texts.row(0, named=True), cut, measured, observations(measured, texts))


# --- The page ----------------------------------------------------------------------------------------------------


def page(found: Inspection) -> str:
    """The page: one HTML file that needs nothing else, runs nothing, and loads nothing."""
    style = (TEMPLATES / "inspect.css").read_text(encoding="utf-8")
    style_hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    indicators = {
        row["indicator"]: (row["name_zh"], row["name_en"]) for row in seeds.indicators().iter_rows(named=True)
    }
    areas = {row["ref_area"]: row for row in seeds.areas().iter_rows(named=True)}
    passages_shown = [one for _, group in found.groups for one in group]
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, finalize=shown,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"told": partial(told, indicators=indicators), "of": quantity_of}
    return environment.get_template("inspect.html").render(
        found=found,
        report=found.report,
        area=areas.get(found.report["ref_area"], {"name_zh": found.report["ref_area"], "name_en": ""}),
        by_position={one.position: one for one in passages_shown},
        total=sum(one.char_end - one.char_start for one in passages_shown),
        indicators=indicators,
        policy=f"default-src 'none'; style-src 'sha256-{style_hash}'; base-uri 'none'; form-action 'none'",
        style=Markup(style),  # noqa: S704 - our own file, without a word of any report
        sections={code: (zh, SECTIONS_EN[code]) for code, zh in SECTIONS.items()},
        years=years,
        bases=BASES,
        faults=FAULTS,
        kinds=KINDS,
        statuses=STATUSES,
        transformations=TRANSFORMATIONS,
    )


def shown(value: object) -> object:
    """What a template prints, made visible; what is markup already was."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else visible(value)


def quantity_of(row: Row) -> str:
    """The value of a statement or an observation; as printed where its unit is not known."""
    if "obs_value" in row:
        return quantity(row["bound"], row["obs_value"], row["obs_value_high"], row["unit_measure"], row["count_unit"])
    if row["unit_measure"] is None or row["value"] is None:
        return f"{row['surface']}{row['unit'] or ''}"
    return quantity(row["bound"], row["value"], row["value_high"], row["unit_measure"], row["count_unit"])


def told(numeral: NumeralShown, indicators: dict[str, tuple[str, str]]) -> str:
    """What became of a numeral, in a few lines: its fate, what it says of what, and where that is published."""
    row = numeral.statement
    fate = f"{FATES[row['fate']]} {row['fate'].replace('_', ' ')}"
    if numeral.status == "set_aside":
        reason = row["reason"] or "other"
        return f"{fate}: {SET_ASIDE_REASONS.get(reason, '')} {reason.replace('_', ' ')}"
    lines = []
    if row["indicators"]:
        lines.append(fate + " → " + "; ".join(" ".join(indicators.get(code, (code, ""))) for code in row["indicators"]))
    else:
        lines.append(f"{fate}; subject 主语: {row['subject'] or '—'}; no indicator 非指标")
    said = [f"{labels[row[name]]} {row[name]}" for name, labels in LABELS.items() if row[name] in labels]
    period = [] if row["period_start"] is None else [years(row["period_start"], row["period_end"])]
    lines.append(" · ".join([*said, *period, quantity_of(row)]))
    if numeral.status == "observed":
        lines.append("observation 观测 " + ", ".join(numeral.observations))
    if numeral.status == "restated":
        lines.append("the same fact as 同一事实 " + ", ".join(numeral.observations))
    if row["flags"]:
        lines.append("careful 注意: " + ", ".join(row["flags"]))
    return "\n".join(lines)


def place_of(found: Inspection, warehouse: Path | None) -> Path:
    """Where the page goes if nothing else is said: beside what is published, or in a new temporary folder."""
    name = found.report["report_id"].replace("/", "-") + ".html"
    if warehouse is None:
        return Path(tempfile.mkdtemp(prefix="duixian-")) / name
    folder = warehouse / "inspect"
    folder.mkdir(exist_ok=True)
    return folder / name


def check_out(target: Path, reports: Path | None, file: Path | None) -> None:
    """Raise UsageError where the page would stand in a report's place, or has no folder."""
    target = target.resolve()
    if not target.parent.is_dir():
        raise UsageError(f"the folder of --out {target} is not there; make it, or name another")
    if target.is_dir():
        raise UsageError(f"--out {target} is a folder; name the file that the page becomes, such as page.html")
    for source in (reports, file):
        if source and target.is_relative_to(source.resolve()):
            raise UsageError(f"--out {target} lies where reports are read from; name a place outside of {source}")


def inspect(
    report: str,
    reports: Path | None,
    warehouse: Path | None,
    area: str | None,
    year: int | None,
    target: Path | None,
    form: str,
    open_it: bool,
) -> int:
    """Show one report: write its page, or print it as data.

    Returns:
        The exit code: 0 shown, 1 the database is of another version, 2 wrong usage or a report that cannot be read.
    """
    folder = warehouse_of(warehouse)
    by_id = bool(REPORT_ID.fullmatch(report))
    file = None if by_id else Path(report)
    try:
        if reports and warehouse:
            raise UsageError("--reports and --warehouse exclude each other: read afresh, or take what is published")
        if file and (reports or warehouse):
            raise UsageError(f"{report!r} is no report's id such as 140200/2022, which --reports and --warehouse want")
        if by_id and (area or year):
            raise UsageError("--area and --year are for a file; the report's id has both")
        if target:
            check_out(target, reports, file)
        if file:
            found = read_file(file, area, year)
        else:
            found = read_afresh(reports, report) if reports else published(folder / LINK, report)
        if form == "json" and not target:
            typer.echo(as_json(asdict(found)))
            return SHOWN
        target = target or place_of(found, None if file or reports else folder)
        data = (as_json(asdict(found)) if form == "json" else page(found)).encode()
        write_atomically(target.absolute(), data)
    except (UsageError, WarehouseError, seeds.SeedError, OSError) as error:
        complain("cannot inspect", error)
        return WRONG_USAGE
    except duckdb.Error:
        complain("cannot inspect", of_other_version(folder / LINK))
        return OTHER_VERSION
    out.print(Text(f"{clean(report)}: {clean(str(target))} ({len(data) / 1000:.0f} kB)"), soft_wrap=True)
    if open_it and not webbrowser.open(target.absolute().as_uri()):
        complain("not opened", "no browser was found; open the file above in one", "yellow")
    return SHOWN
