"""`duixian explain`: one observation, the words that it was read from, and the steps to its value."""

from pathlib import Path

import duckdb
import polars as pl
import typer
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
from pipelines import explanation, seeds
from pipelines.observations import observations
from pipelines.quantities import quantity, years
from pipelines.statements import statements
from pipelines.tables import KINDS, TRANSFORMATIONS
from pipelines.tables.core import AREAS, INDICATORS, OBSERVATIONS, PASSAGES, REPORTS
from warehouse.publication import LINK, connect
from warehouse.store import WarehouseError

EXPLAINED = 0
SHORTEST_PREFIX = 8
ROLES = {  # what is marked: its name in Chinese, its style
    "subject": ("主语", "black on bright_green"),
    "number": ("数值", "black on bright_yellow"),
    "bound": ("界限", "black on bright_magenta"),
    "period": ("时间", "black on bright_cyan"),
}


class OtherVersionError(Exception):
    """What is published is not what the text is read as now."""


def find(connection: duckdb.DuckDBPyConnection, wanted: str) -> Row:
    """The observation of an id, or of the beginning of one.

    Raises:
        UsageError: there is none, or there are several.
    """
    wanted = clean(wanted).strip()
    found = fetch(connection, OBSERVATIONS, "observation_id = $wanted", wanted=wanted)
    if not found and len(wanted) < SHORTEST_PREFIX:
        raise UsageError(f"{wanted!r} is no observation; give the whole id, or its first {SHORTEST_PREFIX} characters")
    found = found or fetch(connection, OBSERVATIONS, "starts_with(observation_id, $wanted)", wanted=wanted)
    if len(found) > 1:
        ids = ", ".join(row["observation_id"] for row in found[:4])
        raise UsageError(f"{wanted!r} begins {len(found)} ids ({ids}); give more of the one that you mean")
    if not found:
        raise UsageError(
            f"no observation's id is {wanted!r} or begins so; ids stand in core.observations as observation_id, in "
            "mart.target_outcomes as target_id and outcome_id"
        )
    return found[0]


def read_again(row: Row, report: Row, passages: pl.DataFrame) -> explanation.Explanation:
    """How the observation's numeral is read now.

    Raises:
        OtherVersionError: it is not read as it was published.
    """
    again = observations(statements(passages), REPORTS.frame([report])).select("observation_id", "statement_id").rows()
    if (row["observation_id"], row["statement_id"]) not in again:
        raise OtherVersionError
    return explanation.explain(passages, row["statement_id"])


def heading(row: Row, area: Row, indicator: Row) -> Text:
    """What the observation is: whose, of what, how much, for when, and how sure that is."""
    link, _, dated = row["rule"].partition("/")
    rule = f"{explanation.LINKS.get(link, link)}; the years: {explanation.DATES.get(dated, dated)}"
    kind, change = row["kind"], row["transformation"]
    value = [row[name] for name in ("bound", "obs_value", "obs_value_high", "unit_measure", "count_unit")]
    lines = {
        "kind": f"{KINDS[kind]} {kind}, {TRANSFORMATIONS[change]} {change}",
        "value": quantity(*value),
        "years": years(row["period_start"], row["period_end"]),
        "rule": f"{row['rule']}: {rule}",
        "confidence": f"{row['confidence']:.1%}: about how often its rule reads rightly, from annotated reports",
        "careful": ", ".join(row["flags"]),
        "observation": row["observation_id"],
    }
    text = Text()
    sample = ", a sample 样例 in our own words" if row["is_sample"] else ""
    text.append(f"{area['name_zh']} {area['name_en']}, report of {row['report_year']}{sample}\n", style="bold")
    text.append(f"{indicator['name_zh']} {indicator['name_en']}\n", style="bold")
    for name, line in lines.items():
        if line:
            text.append(f"  {name:<13}", style="dim").append(f"{clean(line)}\n")
    return text


def marked(runs: list[explanation.Run], brackets: bool) -> Text:
    """A paragraph, its sentence emphasised, the words that were read marked; with brackets for want of colour."""
    text, before = Text(), False
    for run in runs:
        words = clean(run.text)
        if brackets:
            sign = "" if run.inside == before else "▶" if run.inside else "◀"
            text.append(f"{sign}【{run.role}: {words}】" if run.role else f"{sign}{words}")
        else:
            text.append(words, style=ROLES[run.role][1] if run.role else "bold" if run.inside else "dim")
        before = run.inside
    return text.append("◀") if brackets and before else text


def legend(roles: list[str], brackets: bool) -> Text:
    """What the marks of the paragraph mean."""
    if brackets:
        return Text("▶ ◀ the sentence; 【 】 " + ", ".join(f"{role} {ROLES[role][0]}" for role in roles))
    chips = [(f" {role} {ROLES[role][0]} ", ROLES[role][1]) for role in roles]
    return Text("  ").join([Text("marked:"), *(Text(words, style=style) for words, style in chips)])


def explain(observation_id: str, warehouse: Path | None, form: str) -> int:
    """Show an observation, its paragraph with the words that were read, and the steps to its value, or give it as data.

    Returns:
        The exit code: 0 explained, 1 the database is of another version, 2 no such observation or no database.
    """
    database = warehouse_of(warehouse) / LINK
    try:
        with connect(database) as connection:
            row = find(connection, observation_id)
            [report] = fetch(connection, REPORTS, "report_id = $id", id=row["report_id"])
            [area] = fetch(connection, AREAS, "ref_area = $id", id=row["ref_area"])
            [indicator] = fetch(connection, INDICATORS, "indicator = $id", id=row["indicator"])
            passages = fetch(connection, PASSAGES, "report_id = $id", id=row["report_id"])
        told = read_again(row, report, PASSAGES.frame(passages))
    except (UsageError, WarehouseError, seeds.SeedError, OSError) as error:
        complain("cannot explain", error)
        return WRONG_USAGE
    except (OtherVersionError, KeyError, duckdb.Error):
        complain("cannot explain", of_other_version(database))
        return OTHER_VERSION
    if form == "json":
        typer.echo(as_json({"observation": row, "places": told.places, "steps": told.steps}))
        return EXPLAINED
    places = {role: told.places[role] for role in ROLES if role in told.places}
    if "unit" in told.places:
        places["number"] = (places["number"][0], told.places["unit"][1])
    brackets = out.color_system is None or out.no_color
    text = Text("\n").join(
        [
            heading(row, area, indicator),
            marked(explanation.paragraph(passages, places, (row["char_start"], row["char_end"])), brackets),
            Text(),
            legend(list(places), brackets),
            Text(),
            *(Text(f"{number}. {clean(step)}") for number, step in enumerate(told.steps, 1)),
        ]
    )
    out.print(text, soft_wrap=True)
    return EXPLAINED
