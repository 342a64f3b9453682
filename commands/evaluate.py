"""`duixian evaluate`: the observations beside those that people annotated by hand."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from commands.shown import (
    OTHER_VERSION,
    WRONG_USAGE,
    Form,
    UsageError,
    clean,
    complain,
    errors,
    fetch,
    of_other_version,
    on_one_line,
    out,
    print_data,
    warehouse_of,
)
from pipelines import evaluation, seeds
from pipelines import reports as reading
from pipelines.evaluation import Evaluation, Row
from pipelines.observations import observations
from pipelines.passages import passages
from pipelines.quantities import quantity, years
from pipelines.statements import statements
from pipelines.tables import KINDS, TRANSFORMATIONS
from pipelines.tables.core import OBSERVATIONS, REPORTS
from warehouse.publication import LINK, connect
from warehouse.store import WarehouseError

COMPARED = 0
LAST_YEAR = 2100  # the annotation says which reports are wanted
COUNTS = ("right", "missed", "extra", "precision", "recall", "f1")  # shown of each report and indicator
SHOWN = (*evaluation.KEY, "evidence", "observation_id", "rule", "confidence")  # of a row, in JSON


def published(database: Path, wanted: list[str]) -> tuple[pl.DataFrame, dict[str, str]]:
    """Observations of the wanted reports as published, and report_id → why it is not at hand.

    Raises:
        WarehouseError: there is no database to read.
        duckdb.Error: it is none of this version.
    """
    with connect(database) as connection:
        chosen = "list_contains($wanted, report_id)"
        rows = fetch(connection, OBSERVATIONS, chosen, wanted=wanted)
        there = {row["report_id"] for row in fetch(connection, REPORTS, chosen, wanted=wanted)}
    return OBSERVATIONS.frame(rows), {report: "not in the database" for report in wanted if report not in there}


def read_afresh(folder: Path, wanted: list[str]) -> tuple[pl.DataFrame, dict[str, str]]:
    """Observations of the wanted reports as read now, and report_id → why it is not at hand.

    Raises:
        UsageError: the folder of reports cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; --reports must name one that holds <area>/<year>.<ext>")
    files, unknown = reading.survey(folder, seeds.areas()["ref_area"].to_list(), LAST_YEAR)
    with errors.status("reading, looking for observations"):
        texts, unread = reading.reports([file for file in files if file.report_id in set(wanted)])
        found = observations(statements(passages(texts)), texts)
    reasons = {f"{row['ref_area']}/{row['report_year']}": row["reason"] for row in [*unknown, *unread.to_dicts()]}
    missing = [report for report in wanted if report not in set(texts["report_id"])]
    return found, {report: reasons.get(report, "not in the folder of reports") for report in missing}


def whole(result: Evaluation, not_at_hand: dict[str, str], names: dict[str, str]) -> Row:
    """Everything as one object."""

    def entry(row: Row) -> Row:
        return {field: row[field] for field in SHOWN if field in row}

    return {
        "overall": evaluation.overall(result),
        "by_report": evaluation.by("report_id", result),
        "by_indicator": [row | {"name_zh": names[row["indicator"]]} for row in evaluation.by("indicator", result)],
        "by_label": evaluation.by_label(result),
        "by_construction": evaluation.calibration(result),
        "missed": [entry(row) for row in result.missed],
        "extra": [entry(row) for row in result.extra],
        "near": [{"missed": entry(one), "extra": entry(two), "wrong": wrong} for one, two, wrong in result.near],
        "not_at_hand": [{"report_id": report, "why": why} for report, why in not_at_hand.items()],
    }


def counted(result: Evaluation) -> list[Row]:
    """The counts of all, of each report and of each indicator as rows of one shape, for CSV."""
    found = [{"of": "overall", "name": ""} | evaluation.overall(result)]
    for field in ("report_id", "indicator"):
        found += [{"of": field, "name": row[field]} | row for row in evaluation.by(field, result)]
    return found


def table(rows: list[Row], *names: str) -> Table:
    """The named cells of rows as a table, the first column to the left."""
    result = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in names:
        first = name == names[0]
        result.add_column(name, justify="left" if first else "right", no_wrap=not first, overflow="fold")
    for row in rows:
        result.add_row(*(Text(shown(row[name])) for name in names))
    return result


def shown(cell: object) -> str:
    """A cell: shares to four places, what is of nothing as —."""
    return "—" if cell is None else f"{cell:.4f}" if isinstance(cell, float) else clean(str(cell))


def differences(result: Evaluation, names: dict[str, str]) -> Iterator[Text]:
    """What is missed or extra, and what was found in place of what, with the evidence."""
    near = [id(row) for one, other, _ in result.near for row in (one, other)]
    pairs = [(f"wrong {', '.join(wrong)}", {"annotated": one, "found": other}) for one, other, wrong in result.near]
    pairs += [("missed", {"annotated": row}) for row in result.missed if id(row) not in near]
    pairs += [("extra", {"found": row}) for row in result.extra if id(row) not in near]
    for what, said in sorted(pairs, key=lambda pair: next(iter(pair[1].values()))["report_id"]):
        row = next(iter(said.values()))
        yield Text.assemble((f"{clean(row['report_id'])} {names[row['indicator']]}: ", "bold"), (what, "bold red"))
        for label, one in said.items():
            yield Text(f"  {label:<9}  {fact(one)}  {on_one_line(one['evidence'] or '')}")


def fact(row: Row) -> str:
    """What an observation says, and the id to explain it by: `目标 增速 2022 6%左右`."""
    amount = quantity(row["bound"], row["value"], row["value_high"], row["unit"])
    period = years(row["period_start"], row["period_end"])
    said = f"{KINDS[row['kind']]} {TRANSFORMATIONS[row['transformation']]} {period} {amount}"
    return f"{said} [{row['observation_id']}]" if "observation_id" in row else said


def print_all(result: Evaluation, not_at_hand: dict[str, str], names: dict[str, str]) -> None:
    """Everything as tables, and the differences one by one."""
    by_report = [{**row, "report": row["report_id"]} for row in evaluation.by("report_id", result)]
    by_indicator = [{**row, "indicator": names[row["indicator"]]} for row in evaluation.by("indicator", result)]
    for title, shown_table in (
        ("By report", table(by_report, "report", *COUNTS)),
        ("By indicator", table(by_indicator, "indicator", *COUNTS)),
        (
            "By label: what was wrong of those found in place of another",
            table(evaluation.by_label(result), "label", "wrong"),
        ),
        (
            "By construction: the share that was right, and the confidence stated",
            table(evaluation.calibration(result), "rule", "found", "right", "share", "confidence"),
        ),
    ):
        out.print(Text(title, style="bold"), shown_table)
    for line in differences(result, names):
        out.print(line, soft_wrap=True)
    for report, why in not_at_hand.items():
        out.print(Text(f"not at hand, all of it missed: {report}: {clean(why)}"), soft_wrap=True)
    counts = {name: shown(cell) for name, cell in evaluation.overall(result).items()}
    out.print(
        "precision {precision}, recall {recall}, F1 {f1}: {right} right, {missed} missed, {extra} extra "
        "({annotated} annotated, {found} found)".format(**counts),
        style="bold", highlight=False, soft_wrap=True,
    )  # fmt: skip


def evaluate(gold: Path, reports: Path | None, warehouse: Path | None, form: Form) -> int:
    """Compare, and print what came.

    Returns:
        The exit code: 0 compared, 1 the database is of another version, 2 wrong usage or a wrong annotation.
    """
    database = warehouse_of(warehouse) / LINK
    try:
        if reports and warehouse:
            raise UsageError("--reports and --warehouse exclude each other: read afresh, or take what is published")
        indicators = seeds.indicators()
        annotated = evaluation.annotation(gold, set(indicators["indicator"]))
        found, not_at_hand = read_afresh(reports, list(annotated)) if reports else published(database, list(annotated))
    except (UsageError, WarehouseError, evaluation.GoldError, seeds.SeedError, OSError) as error:
        complain("cannot compare", error)
        return WRONG_USAGE
    except duckdb.Error:
        complain("cannot compare", of_other_version(database))
        return OTHER_VERSION
    result = evaluation.evaluate(annotated, found)
    names = dict(indicators.select("indicator", "name_zh").iter_rows())
    if form != "table":
        print_data(form, ("of", "name", *COUNTS), counted(result), whole(result, not_at_hand, names))
    else:
        print_all(result, not_at_hand, names)
    return COMPARED
