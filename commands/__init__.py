"""The command line: `duixian`."""

import os
from pathlib import Path
from typing import Annotated

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


def main() -> None:
    """Entry point of the command."""
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    app()
