"""What the commands share: the consoles, what they refuse, quantities and tables for the terminal."""

import csv
import io
import json
import re
import shlex
import shutil
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import duckdb
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines import tables
from pipelines.quantities import both, years
from pipelines.reports import FIRST_YEAR
from pipelines.tables import TRANSFORMATIONS, VERDICTS
from sources.shelf import last_year
from warehouse.exports import cell, clean
from warehouse.pages import SITE, manifest_of
from warehouse.publication import connect
from warehouse.store import DEFAULT_WAREHOUSE

Row = dict[str, Any]
Form = Literal["table", "json", "csv"]
ROWS_SHOWN = 40
STYLES = {"met": "green", "missed": "red", "pending": "cyan", "incomparable": "magenta"}
OTHER_VERSION, WRONG_USAGE = 1, 2  # exit codes
errors = Console(stderr=True)
out = Console()
debugging = False  # `duixian --debug`: tracebacks of what is complained of


class UsageError(Exception):
    """The command was called wrongly; the message says what to do."""


def complain(what: str, error: object, style: str = "red") -> None:
    """Print what went wrong to standard error; with `--debug`, where in the code, too."""
    if debugging and sys.exc_info()[0]:
        errors.print(Text(clean(traceback.format_exc())), soft_wrap=True)
    errors.print(Text.assemble((f"{what}: ", style), clean(str(error))), soft_wrap=True)


def parse_years(years: str | None) -> range:
    """`2012:2017`, or nothing for all.

    Raises:
        UsageError: it is not FROM:TO within the years that a report can be of.
    """
    if years is None:
        return range(FIRST_YEAR, last_year() + 1)
    match = re.fullmatch("([0-9]{4}):([0-9]{4})", years)
    first, last = map(int, match.groups()) if match else (0, 0)
    if not FIRST_YEAR <= first <= last <= last_year():
        raise UsageError(
            f"--years is {years!r}; it must be FROM:TO, two years from {FIRST_YEAR} to {last_year()}, such as 2012:2017"
        )
    return range(first, last + 1)


def warehouse_of(warehouse: Path | None) -> Path:
    """The folder of the warehouse that is meant."""
    return (warehouse or DEFAULT_WAREHOUSE).absolute()


def of_other_version(database: Path) -> str:
    """Why a database cannot be read, and what to do."""
    return f"{database} was built by another version of duixian; run `duixian run` on it again"


def on_one_line(text: str) -> str:
    """Words from outside, clean, the lines joined as Chinese joins them: with nothing between."""
    return "".join(line.strip() for line in clean(text).split("\n"))


def fetch(connection: duckdb.DuckDBPyConnection, table: tables.Table, where: str, **parameters: Any) -> list[Row]:
    """Rows of a published table, in its order.

    Raises:
        duckdb.Error: the table is not as the registry has it: another version published it.
    """
    names, order = list(table.polars_schema), ", ".join(table.order or table.key)
    query = f"SELECT {', '.join(names)} FROM {table.full_name} WHERE {where} ORDER BY {order}"  # noqa: S608
    return [dict(zip(names, row, strict=True)) for row in connection.execute(query, parameters).fetchall()]


def as_json(value: object) -> str:
    """Anything as JSON, what could steer a terminal escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return "".join(one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in text)


def as_csv(names: Sequence[str], rows: Sequence[Row]) -> str:
    """Rows as CSV, with a header; no cell starts a formula or steers a terminal."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        values = [cell(row[name]) for name in names]
        writer.writerow([clean(value) if isinstance(value, str) else value for value in values])
    return text.getvalue()


def print_data(form: Form, names: Sequence[str], rows: Sequence[Row], whole: object = None) -> None:
    """Print rows as CSV; or them, or the object that they are a part of, as JSON."""
    if form == "csv":
        typer.echo(as_csv(names, rows), nl=False)
    else:
        typer.echo(as_json(rows if whole is None else whole))


def verdict_shown(verdict: str) -> Text:
    """A verdict in Chinese and English, in its colour."""
    return Text(f"{VERDICTS[verdict]} {verdict}", style=STYLES.get(verdict, "dim"))


def indicator_shown(row: Row) -> str:
    """An indicator with what the value is of it: `地区生产总值 增速`."""
    change = row["transformation"]
    name = row["indicator_name_zh"]
    return name if change in (None, "level") else f"{name} {TRANSFORMATIONS[change]}"


def side(row: Row, name: str) -> str:
    """The target, or the outcome, of a row, with its unit: `6.5–7%`, `下降3%`."""
    bound, value, high = (row[f"{name}_{part}"] for part in ("bound", "value", "value_high"))
    return both(bound, value, high, row["unit_measure"], row["count_unit"], row["transformation"])[0]


def targets_beside_outcomes(rows: list[Row], group: str, label: str, more: Sequence[tuple[str, str]] = ()) -> Table:
    """Rows of mart.target_outcomes as a table, a section for each value of the column `group`.

    The years of a target stand behind its indicator where the section does not say them.

    Args:
        rows: the rows, those of a group together.
        group: a column, shown in the first row of each section.
        label: its heading.
        more: headings and columns that stand at the end.
    """
    table = Table(
        title="目标与结果 Targets beside outcomes", title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    headings = (label, "指标\nindicator", "目标\ntarget", "结果\noutcome", "判定\nverdict")
    for heading in (*headings, *(heading for heading, _ in more)):
        table.add_column(heading, overflow="fold", no_wrap=heading.startswith(("判", "编")))
    before = None
    for row in rows:
        period = years(row["period_start"], row["period_end"])
        if row[group] != before:
            table.add_section()
        table.add_row(
            Text(clean(str(row[group])) if row[group] != before else ""),
            Text(indicator_shown(row)).append(f" {period}", style="dim")
            if period != row[group][:4]
            else indicator_shown(row),
            Text(side(row, "target")),
            Text(side(row, "outcome")),
            verdict_shown(row["verdict"]),
            *(Text(clean(str(row[name]))) for _, name in more),
        )
        before = row[group]
    return table


def counted(number: int, thing: str) -> str:
    """How many there are of a thing: `1 report`, `2 reports`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def called(*words: str) -> str:
    """A command of ours as it is to be typed: as this one was, where that is known."""
    program = sys.argv[0] if Path(sys.argv[0]).name == "duixian" else "duixian"
    return shlex.join(["duixian" if shutil.which("duixian") == program else program, *words])


def print_sample_note(rows: list[Row]) -> None:
    """Say what is no report's own text, where a row is of a sample."""
    if any(row["is_sample"] for row in rows):
        out.print("* 样例 sample: published figures restated in our own words, not the report itself", style="dim")


def print_targets(database: Path) -> None:
    """Print targets beside outcomes, of each area those decided last, and what to open next."""
    with connect(database) as connection:
        newest_first = "verdict = 'pending', target_report_year DESC, indicator, target_id"
        found = connection.sql(
            f"""
            SELECT * FROM mart.target_outcomes
            WHERE ref_area IN (SELECT DISTINCT ref_area FROM mart.target_outcomes ORDER BY ref_area LIMIT $shown)
            QUALIFY row_number() OVER (PARTITION BY ref_area ORDER BY {newest_first})
                    <= greatest(5, $shown // (SELECT count(DISTINCT ref_area) FROM mart.target_outcomes))
            ORDER BY ref_area, {newest_first}
            LIMIT $shown
            """,  # noqa: S608
            params={"shown": ROWS_SHOWN},
        )
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
        verdicts = dict(connection.execute("SELECT verdict, count(*) FROM mart.target_outcomes GROUP BY 1").fetchall())
        counts = connection.execute("SELECT reports, observations, rejected_reports FROM ops.builds").fetchone() or ()
    for row in rows:
        row["area"] = f"{row['area_name']} {row['area_name_en']}{' *' if row['is_sample'] else ''}"
    out.print(targets_beside_outcomes(rows, "area", "地区\narea"))
    print_sample_note(rows)
    total = sum(verdicts.values())
    out.print(
        f"{len(rows)} of {total} targets shown. Of all: ",
        ", ".join(f"{label} {name} {verdicts.get(name, 0)}" for name, label in VERDICTS.items()),
        highlight=False,
    )
    out.print(
        f"Published {counted(counts[0], 'report')}, {counted(counts[1], 'observation')}, {counted(total, 'target')}; "
        f"{counts[2]} rejected.",
        highlight=False,
    )
    site = database.parent / SITE / "index.html"
    if site.is_file():
        whole = manifest_of(site.parent).get("whole", True)
        out.print("\nFor people, in the browser:", style="bold")
        out.print(Text(f"  {called('open', '--warehouse', str(database.parent))}"), soft_wrap=True)
        if whole:
            out.print(Text(f"  or the file itself: {site}"), soft_wrap=True)
    out.print("\nFor SQL, read-only:", style="bold")
    path = json.dumps(str(database), ensure_ascii=False)  # double quotes: the shell's are single ones
    python = f'import duckdb; duckdb.connect({path}, read_only=True).table("mart.target_outcomes").show()'
    out.print(Text(f"  {shlex.join([sys.executable, '-c', python])}"), soft_wrap=True)
    cli = f"  duckdb -readonly {shlex.quote(str(database))}   (the command line of DuckDB, where it is installed)"
    out.print(Text(cli), soft_wrap=True)
