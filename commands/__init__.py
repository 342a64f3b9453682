"""The command line: `duixian`."""

import datetime
import os
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    name="duixian",
    help="兑现: did the report's targets come true? Reads government work reports, compares targets with outcomes.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def duixian() -> None:
    """兑现: did the report's targets come true? Reads government work reports, compares targets with outcomes."""


@app.command()
def run(
    reports: Annotated[
        Path | None, typer.Option(help="Folder of reports, <area>/<year>.<ext>.", show_default="seeds/reports")
    ] = None,
    warehouse: Annotated[
        Path | None, typer.Option(help="Folder to publish duixian.duckdb in.", show_default="warehouse/")
    ] = None,
    area: Annotated[list[str] | None, typer.Option(help="Area code to read anew; may be given again.")] = None,
    years: Annotated[str | None, typer.Option(help="Report years to read anew, FROM:TO.", metavar="FROM:TO")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Publish nothing where anything was rejected or held back.")
    ] = False,
) -> None:
    """Read reports, validate, compare targets with outcomes, and publish the database.

    Exit codes: 0 published, what was rejected or held back is listed; 1 nothing published; 2 wrong usage.
    """
    from commands.run import run as run_line  # noqa: PLC0415 - Dagster takes seconds to import

    raise typer.Exit(run_line(reports, warehouse, area or [], years, strict))


@app.command()
def explain(
    observation_id: Annotated[str, typer.Argument(help="The id of an observation, or its first 8 characters or more.")],
    warehouse: Annotated[
        Path | None, typer.Option(help="Folder that holds duixian.duckdb.", show_default="warehouse/")
    ] = None,
) -> None:
    """Show how an observation was read: its paragraph with the words marked, and the steps to its value.

    Exit codes: 0 explained; 1 the database is of another version of duixian; 2 no such observation or no database.
    """
    from commands.explain import explain as explain_observation  # noqa: PLC0415 - only what the command needs

    raise typer.Exit(explain_observation(observation_id, warehouse))


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Option(help="Folder of annotated reports, <area>/<year>.jsonl.")],
    reports: Annotated[
        Path | None, typer.Option(help="Folder of reports to read afresh, in place of --warehouse.")
    ] = None,
    warehouse: Annotated[
        Path | None, typer.Option(help="Folder that holds duixian.duckdb.", show_default="warehouse/")
    ] = None,
    form: Annotated[Literal["table", "json"], typer.Option("--format", help="What to print.")] = "table",
) -> None:
    """Compare observations with those that people annotated by hand: precision, recall, F1, and each difference.

    Exit codes: 0 compared; 1 the database is of another version of duixian; 2 wrong usage, or a wrong annotation.
    """
    from commands.evaluate import evaluate as compare  # noqa: PLC0415 - only what the command needs

    raise typer.Exit(compare(gold, reports, warehouse, form))


@app.command()
def inspect(
    report: Annotated[str, typer.Argument(help="A report's id, such as 140200/2022, or a file.")],
    reports: Annotated[
        Path | None, typer.Option(help="Folder of reports to read it from afresh, in place of --warehouse.")
    ] = None,
    warehouse: Annotated[
        Path | None, typer.Option(help="Folder that holds duixian.duckdb.", show_default="warehouse/")
    ] = None,
    area: Annotated[str | None, typer.Option(help="Of a file: its area code.", show_default="its folder")] = None,
    year: Annotated[int | None, typer.Option(help="Of a file: its report year.", show_default="its name")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Where the page goes.", show_default="WAREHOUSE/inspect/, or a temporary folder"),
    ] = None,
    form: Annotated[Literal["html", "json"], typer.Option("--format", help="A page, or the same as data.")] = "html",
    open_it: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = False,
) -> None:
    """Show one report as a page: passages in reading order, sections in colour, faults marked, the original beside.

    Exit codes: 0 shown; 1 the database is of another version of duixian; 2 wrong usage, or it cannot be read.
    """
    from commands.inspect import inspect as inspect_report  # noqa: PLC0415 - only what the command needs

    raise typer.Exit(inspect_report(report, reports, warehouse, area, year, out, form, open_it))


REPORTS = Annotated[Path, typer.Option(envvar="DUIXIAN_REPORTS", help="Folder of reports, <area>/<year>.<ext>.")]
REPLACE = Annotated[bool, typer.Option("--replace", help="Take the place of what stands there, and keep that aside.")]
ALLOW_LOCAL = Annotated[bool, typer.Option("--allow-local", help="Ask private and local machines too.")]
PROXY = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Ask through this proxy, http://host:port, which then decides what it connects to; "
        "those of the environment are not used.",
    ),
]


@app.command()
def add(
    items: Annotated[
        list[str], typer.Argument(metavar="FILE-OR-URL", help="The report; several are its parts, in this order.")
    ],
    area: Annotated[str, typer.Option(help="Six-digit area code of seeds/areas.csv, 100000 for the whole country.")],
    year: Annotated[int, typer.Option(help="The year whose annual targets the report sets.")],
    reports: REPORTS = Path("my-reports"),
    title: Annotated[str | None, typer.Option(help="Its title.")] = None,
    delivered_on: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="When it was delivered."),
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Where it is from.", show_default="the address, or the file's name")
    ] = None,
    licence: Annotated[str | None, typer.Option(help="Under which licence it is.")] = None,
    replace: REPLACE = False,
    allow_local: ALLOW_LOCAL = False,
    proxy: PROXY = None,
) -> None:
    """Put a report into the folder of reports: its bytes as they are, with its provenance beside it.

    Exit codes: 0 added; 1 not added, and why; 2 wrong usage.
    """
    from commands.add import add as put  # noqa: PLC0415 - only what the command needs

    given = {
        "title": title, "delivered_on": delivered_on and delivered_on.date(), "source": source, "licence": licence,
    }  # fmt: skip
    raise typer.Exit(
        put(items, area, year, reports, given, replace=replace, allow_local=allow_local, proxy=proxy)
    )  # fmt: skip


@app.command()
def fetch(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Sources by name; all that are declared without.")
    ] = None,
    reports: REPORTS = Path("my-reports"),
    years: Annotated[str | None, typer.Option(help="Report years, FROM:TO.", metavar="FROM:TO")] = None,
    sources: Annotated[
        Path | None, typer.Option(help="File that declares the sources.", show_default="seeds/sources.yaml")
    ] = None,
    contact: Annotated[
        str | None,
        typer.Option(envvar="DUIXIAN_CONTACT", help="Your e-mail address or page, for the sites' owners."),
    ] = None,
    replace: REPLACE = False,
    allow_local: ALLOW_LOCAL = False,
    proxy: PROXY = None,
) -> None:
    """Fetch reports from the declared sources: what is new or has changed, and go on where it was stopped.

    Exit codes: 0 all is well; 1 something failed, and is listed with what to do; 2 wrong usage.
    """
    from commands.fetch import fetch as fetch_all  # noqa: PLC0415 - only what the command needs

    raise typer.Exit(
        fetch_all(
            names or [], reports, years, sources, contact, replace=replace, allow_local=allow_local, proxy=proxy
        )
    )  # fmt: skip


def main() -> None:
    """Entry point of the command."""
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    app()
