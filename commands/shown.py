"""Tables for the terminal."""

import json
import shlex
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.tables import BOUNDS, TRANSFORMATIONS, UNITS, VERDICTS
from warehouse.publication import connect

ROWS_SHOWN = 40
STYLES = {"met": "green", "missed": "red", "pending": "cyan", "incomparable": "magenta"}


def amount(value: float) -> tuple[str, str]:
    """A number as reports write it: digits, and 万, 亿 or 万亿 (1361 万, 2.18 万亿)."""
    for factor, name in ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")):
        if abs(value) >= factor:
            return f"{value / factor:.6g}", name
    return f"{value:.6g}", ""


def quantity(
    bound: str | None, value: float | None, high: float | None, unit: str, count_unit: str | None = None
) -> str:
    """A value with its unit and bound, in Chinese: `6.5–7%`, `1100万人以上`."""
    if bound is None or value is None:
        return "—"
    digits, scale = amount(value)
    if high is not None:
        digits = (
            f"{amount(value)[0]}{'' if amount(value)[1] == amount(high)[1] else amount(value)[1]}–{amount(high)[0]}"
        )
        scale = amount(high)[1]
    return f"{digits}{scale}{count_unit or UNITS[unit]}{'' if bound == 'range' else BOUNDS[bound]}"


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
            str(end) if start == end else f"{start}–{end}",
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
