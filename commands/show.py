"""`duixian show`: the targets of an area beside what came of them."""

from pathlib import Path

import duckdb
from rich.table import Table
from rich.text import Text

from commands.areas import find_area, on_file
from commands.shown import (
    OTHER_VERSION,
    WRONG_USAGE,
    Form,
    Row,
    UsageError,
    called,
    complain,
    fetch,
    of_other_version,
    out,
    print_data,
    print_sample_note,
    targets_beside_outcomes,
    warehouse_of,
)
from pipelines.tables import VERDICTS
from pipelines.tables.mart import SCORECARD, TARGET_OUTCOMES
from warehouse.publication import LINK, connect
from warehouse.store import WarehouseError

SHOWN = 0
ID_SHOWN = 8  # characters of an id, enough for `duixian explain`


def check_year(area: Row, year: int | None, there: list[int]) -> None:
    """Raise UsageError where no report of the year is published."""
    if year is not None and year not in there:
        years = ", ".join(map(str, there))
        raise UsageError(f"no report of {area['name_zh']} for {year} is published; there are those of {years}")


def scores(rows: list[Row]) -> Table:
    """Rows of mart.scorecard as a table: targets by verdict, a report a line."""
    title = "记分卡 Scorecard: targets that a report sets for its own year"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    verdicts = (f"{label}\n{verdict.replace('_', ' ')}" for verdict, label in VERDICTS.items())
    for heading in ("年份\nyear", "目标数\ntargets", *verdicts, "兑现率\nrate"):
        table.add_column(heading, justify="right", overflow="fold")
    for row in rows:
        attainment = "—" if row["attainment"] is None else f"{row['attainment']:.0f}%"
        counts = [row["targets"], *(row[verdict] for verdict in VERDICTS)]
        table.add_row(str(row["report_year"]), *(str(count or "·") for count in counts), attainment)
    return table


def show(wanted: str, year: int | None, warehouse: Path | None, form: Form) -> int:
    """Print the targets of an area, those of one report or of all, beside their outcomes.

    Returns:
        The exit code: 0 shown, 1 the database is of another version, 2 no such area or year, or no database.
    """
    database = warehouse_of(warehouse) / LINK
    try:
        with connect(database) as connection:
            area = find_area(connection, wanted)
            check_year(area, year, on_file(connection)[area["ref_area"]])
            mine = "ref_area = $area AND {} = coalesce($year, {})"
            asked = {"area": area["ref_area"], "year": year}
            rows = fetch(connection, TARGET_OUTCOMES, mine.format(*["target_report_year"] * 2), **asked)
            cards = fetch(connection, SCORECARD, mine.format(*["report_year"] * 2), **asked)
    except (UsageError, WarehouseError) as error:
        complain("cannot show", error)
        return WRONG_USAGE
    except duckdb.Error:
        complain("cannot show", of_other_version(database))
        return OTHER_VERSION
    rows.sort(key=lambda row: (-row["target_report_year"], row["period_end"], row["indicator"]))
    if form != "table":
        print_data(form, list(TARGET_OUTCOMES.polars_schema), rows)
        return SHOWN
    for row in rows:
        row["report"] = f"{row['target_report_year']}{' *' if row['is_sample'] else ''}"
        row["explained_by"] = row["target_id"][:ID_SHOWN]
    out.print(Text(f"{area['name_zh']} {area['name_en']} {area['ref_area']}", style="bold"))
    out.print(targets_beside_outcomes(rows, "report", "报告\nreport", [("编号\nid", "explained_by")]))
    out.print(scores(cards))
    print_sample_note(rows)
    where = ("--warehouse", str(warehouse)) if warehouse else ()
    if rows:
        out.print(
            f"{called('explain', rows[0]['explained_by'], *where)} shows a target's sentence and how it was read.",
            style="dim",
            highlight=False,
            soft_wrap=True,
        )
    return SHOWN
