"""What the commands share: the consoles, what they refuse, quantities and tables for the terminal."""

import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines import tables
from pipelines.quantities import quantity, years
from pipelines.reports import FIRST_YEAR
from pipelines.tables import TRANSFORMATIONS, VERDICTS
from sources.shelf import last_year
from warehouse.publication import connect

Row = dict[str, Any]
ROWS_SHOWN = 40
STYLES = {"met": "green", "missed": "red", "pending": "cyan", "incomparable": "magenta"}
OTHER_VERSION, WRONG_USAGE = 1, 2  # exit codes
errors = Console(stderr=True)
out = Console()


class UsageError(Exception):
    """The command was called wrongly; the message says what to do."""


def complain(what: str, error: object, style: str = "red") -> None:
    """Print what went wrong to standard error."""
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


def of_other_version(database: Path) -> str:
    """Why a database cannot be read, and what to do."""
    return f"{database} was built by another version of duixian; run `duixian run` on it again"


def clean(text: str) -> str:
    """Words from outside without what could steer a terminal (controls, marks of direction); blanks and lines stay."""
    return "".join(
        character if character.isprintable() or character == "\n" else " " * character.isspace() for character in text
    )


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


def print_targets(database: Path, console: Console) -> None:
    """Print targets beside outcomes, of each area those decided last, and what to open next."""
    with connect(database) as connection:
        rows = connection.execute(
            """
            SELECT area_name, area_name_en, indicator_name_zh, transformation, unit_measure, count_unit, period_start,
                   period_end, is_sample, verdict, target_bound, target_value, target_value_high, outcome_bound,
                   outcome_value, outcome_value_high
            FROM mart.target_outcomes
            QUALIFY row_number() OVER (PARTITION BY ref_area ORDER BY verdict = 'pending', target_report_year DESC,
                                       indicator, target_id)
                    <= greatest(5, $shown // (SELECT count(DISTINCT ref_area) FROM mart.target_outcomes))
            ORDER BY ref_area, verdict = 'pending', target_report_year DESC, indicator, target_id
            LIMIT $shown
            """,
            {"shown": ROWS_SHOWN},
        ).fetchall()
        verdicts = dict(connection.execute("SELECT verdict, count(*) FROM mart.target_outcomes GROUP BY 1").fetchall())
        counts = connection.execute("SELECT reports, observations, rejected_reports FROM ops.builds").fetchone() or ()
    table = Table(title="目标与结果 Targets beside outcomes", title_justify="left")
    for heading in ("地区 area", "指标 indicator", "年份 years", "目标 target", "结果 outcome", "判定 verdict"):
        table.add_column(heading, overflow="fold")
    area_before = ""
    for area, area_en, name, change, unit, measure, start, end, sample, verdict, *values in rows:
        if area != area_before:
            table.add_section()
        table.add_row(
            Text(f"{area} {area_en}{' *' if sample else ''}" if area != area_before else ""),
            Text(name if change == "level" else f"{name} {TRANSFORMATIONS[change]}"),
            years(start, end),
            Text(quantity(values[0], values[1], values[2], unit, measure)),
            Text(quantity(values[3], values[4], values[5], unit, measure)),
            Text(f"{VERDICTS[verdict]} {verdict}", style=STYLES.get(verdict, "dim")),
        )
        area_before = area
    console.print(table)
    if any(row[8] for row in rows):
        console.print("* 样例 sample: published figures restated in our own words, not the report itself", style="dim")
    total = sum(verdicts.values())
    console.print(
        f"{len(rows)} of {total} targets shown. Of all: ",
        ", ".join(f"{label} {name} {verdicts.get(name, 0)}" for name, label in VERDICTS.items()),
        highlight=False,
    )
    console.print(
        f"Published {counts[0]} reports, {counts[1]} observations, {total} targets; {counts[2]} rejected.",
        highlight=False,
    )
    console.print("\nOpen it next, read-only:", style="bold")
    path = json.dumps(str(database), ensure_ascii=False)  # double quotes: the shell's are single ones
    python = f'import duckdb; duckdb.connect({path}, read_only=True).table("mart.target_outcomes").show()'
    console.print(Text(f"  {shlex.join([sys.executable, '-c', python])}"), soft_wrap=True)
    cli = f"  duckdb -readonly {shlex.quote(str(database))}   (the command line of DuckDB, where it is installed)"
    console.print(Text(cli), soft_wrap=True)
