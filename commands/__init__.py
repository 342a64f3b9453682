"""The command line: `duixian`."""

import datetime
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

STOPPED, FAULT, NOBODY_READS = 130, 70, 141  # exit codes
# The panels of `duixian --help`, in the order in which commands are used.
READ, SEE, TAKE, TRUST = "Put reports in, and read them", "See what came", "Take it away", "Trust it, and mend it"


class Commands(TyperGroup):
    """All commands: what none of them expected ends in a sentence; Ctrl-C, and a reader that goes away, in none."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was called."""
        from commands import shown  # noqa: PLC0415 - `--help` and completion need none of it

        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            shown.errors.print("stopped")
            raise typer.Exit(STOPPED) from None
        except BrokenPipeError:  # `duixian show … | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(NOBODY_READS) from None
        except Exception as error:
            if hasattr(error, "exit_code") or isinstance(error, typer.Abort):  # typer's own
                raise
            step = "please report it, with what stands above" if shown.debugging else "`duixian --debug …` shows where"
            shown.complain("a fault of duixian's own", f"{type(error).__name__}: {error}; {step}")
            raise typer.Exit(FAULT) from None


app = typer.Typer(
    name="duixian",
    cls=Commands,
    help="兑现: did the report's targets come true? Reads government work reports, compares targets with outcomes.",
    epilog="Begin with `duixian run`: it reads the sample reports. `duixian COMMAND --help` says more of each.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


@app.callback()
def duixian(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of what goes wrong.")] = False,
) -> None:
    """兑现: did the report's targets come true? Reads government work reports, compares targets with outcomes."""
    from commands import shown  # noqa: PLC0415 - `--help` and completion need none of it

    shown.debugging = debug


WAREHOUSE = Annotated[Path | None, typer.Option(help="Folder that holds duixian.duckdb.", show_default="warehouse/")]
FORMAT = Annotated[Literal["table", "json", "csv"], typer.Option("--format", help="What to print.")]
AREA = Annotated[str, typer.Argument(metavar="AREA", help="Its code, or its name: 140200, 大同 or Datong.")]
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


@app.command(rich_help_panel=READ)
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


@app.command(rich_help_panel=READ)
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


@app.command(rich_help_panel=READ)
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
    engine: Annotated[
        str,
        typer.Option(
            envvar="DUIXIAN_ENGINE",
            metavar="ENGINE",
            help="Where reports are worked: in_process, processes (on all cores), processes:4, dask:tcp://host:8786.",
        ),
    ] = "processes",
    partitions: Annotated[
        str,
        typer.Option(
            envvar="DUIXIAN_PARTITIONS",
            metavar="s3://BUCKET/PREFIX",
            help="Object store for the partitions, in place of the warehouse's folder; its keys come from AWS_….",
        ),
    ] = "",
) -> None:
    """Read reports, validate, compare targets with outcomes, and publish the database.

    Exit codes: 0 published, what was rejected or held back is listed; 1 nothing published; 2 wrong usage.
    """
    from commands.run import run as run_line  # noqa: PLC0415 - Dagster takes seconds to import

    raise typer.Exit(run_line(reports, warehouse, area or [], years, strict, engine, partitions))


@app.command("open", rich_help_panel=SEE)
def open_site(
    warehouse: WAREHOUSE = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 is any that is free.")] = 8712,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in the browser too.")] = True,
) -> None:
    """Serve the scorecard site to this machine alone, and open it in the browser. Ctrl-C ends it.

    Exit codes: 0 shown; 2 there is no site yet, or the port is taken.
    """
    from commands.open import open_site as serve  # noqa: PLC0415 - only what the command needs

    raise typer.Exit(serve(warehouse, port, browser))


@app.command(rich_help_panel=SEE)
def show(
    area: AREA,
    year: Annotated[
        int | None, typer.Argument(metavar="[YEAR]", help="The report that sets the targets.", show_default="all")
    ] = None,
    warehouse: WAREHOUSE = None,
    form: FORMAT = "table",
) -> None:
    """Show the targets of an area beside what came of them, and how many were met, year by year.

    Exit codes: 0 shown; 1 the database is of another version of duixian; 2 no such area or year, or no database.
    """
    from commands.show import show as show_area  # noqa: PLC0415 - only what the command needs

    raise typer.Exit(show_area(area, year, warehouse, form))


@app.command(rich_help_panel=SEE)
def compare(
    area: AREA,
    one: Annotated[int, typer.Argument(metavar="YEAR", help="The year of one report.")],
    other: Annotated[int, typer.Argument(metavar="YEAR", help="The year of the other.")],
    warehouse: WAREHOUSE = None,
    form: FORMAT = "table",
) -> None:
    """Show two reports of an area side by side: targets kept, raised, lowered, dropped; outcomes; words.

    Exit codes: 0 compared; 1 the database is of another version of duixian; 2 no such area or year, or no database.
    """
    from commands.compare import compare as compare_reports  # noqa: PLC0415 - only what the command needs

    raise typer.Exit(compare_reports(area, one, other, warehouse, form))


@app.command(rich_help_panel=SEE)
def explain(
    observation_id: Annotated[str, typer.Argument(help="The id of an observation, or its first 8 characters or more.")],
    warehouse: WAREHOUSE = None,
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="What to print.")] = "text",
) -> None:
    """Show how an observation was read: its paragraph with the words marked, and the steps to its value.

    Exit codes: 0 explained; 1 the database is of another version of duixian; 2 no such observation or no database.
    """
    from commands.explain import explain as explain_observation  # noqa: PLC0415 - only what the command needs

    raise typer.Exit(explain_observation(observation_id, warehouse, form))


@app.command(rich_help_panel=SEE)
def inspect(
    report: Annotated[str, typer.Argument(help="A report's id, such as 140200/2022, or a file.")],
    reports: Annotated[
        Path | None, typer.Option(help="Folder of reports to read it from afresh, in place of --warehouse.")
    ] = None,
    warehouse: WAREHOUSE = None,
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


@app.command(rich_help_panel=TAKE)
def export(
    to: Annotated[
        Literal["xlsx", "csv", "parquet", "sdmx-csv", "duckdb", "site"],
        typer.Option(
            help="A workbook; a table a file, with a data package; observations with their structure; one database; "
            "all pages of the site."
        ),
    ],
    target: Annotated[
        Path | None,
        typer.Option(
            "--out", help="The file, or of csv, parquet, sdmx-csv and site the folder.", show_default="duixian.…"
        ),
    ] = None,
    area: Annotated[list[str] | None, typer.Option(help="Area by code or name; may be given again.")] = None,
    years: Annotated[str | None, typer.Option(help="Report years, FROM:TO.", metavar="FROM:TO")] = None,
    indicator: Annotated[list[str] | None, typer.Option(help="Indicator by code or name; may be given again.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write anew what stands there from before.")] = False,
    warehouse: WAREHOUSE = None,
) -> None:
    """Write targets, outcomes and all that they rest on as files: spreadsheet, CSV, Parquet, SDMX, DuckDB, pages.

    Exit codes: 0 written; 1 the database is of another version of duixian; 2 wrong usage, no database, or no place.
    """
    from commands.export import export as write  # noqa: PLC0415 - only what the command needs

    raise typer.Exit(write(to, target, area or [], years, indicator or [], replace, warehouse))


@app.command(rich_help_panel=TRUST)
def check(
    warehouse: WAREHOUSE = None,
    form: FORMAT = "table",
    docs: Annotated[bool, typer.Option("--docs/--no-docs", help="Build the Data Docs in WAREHOUSE/data_docs.")] = True,
    open_it: Annotated[bool, typer.Option("--open/--no-open", help="Open the Data Docs in the browser.")] = False,
) -> None:
    """Show what was checked of the tables and what failed, failing ones first; build the Data Docs.

    Exit codes: 0 nothing that blocks fails; 1 something does, and is listed; 2 nothing was checked yet.
    """
    from commands.check import check as show_results  # noqa: PLC0415 - only what the command needs

    raise typer.Exit(show_results(warehouse, form, docs, open_it))


@app.command(rich_help_panel=TRUST)
def evaluate(
    gold: Annotated[Path, typer.Option(help="Folder of annotated reports, <area>/<year>.jsonl.")],
    reports: Annotated[
        Path | None, typer.Option(help="Folder of reports to read afresh, in place of --warehouse.")
    ] = None,
    warehouse: WAREHOUSE = None,
    form: FORMAT = "table",
) -> None:
    """Compare observations with those that people annotated by hand: precision, recall, F1, and each difference.

    Exit codes: 0 compared; 1 the database is of another version of duixian; 2 wrong usage, or a wrong annotation.
    """
    from commands.evaluate import evaluate as compare  # noqa: PLC0415 - only what the command needs

    raise typer.Exit(compare(gold, reports, warehouse, form))


@app.command(rich_help_panel=TRUST)
def doctor(
    reports: REPORTS = Path("my-reports"),
    warehouse: WAREHOUSE = None,
    form: FORMAT = "table",
) -> None:
    """Look at what is installed and what is readable, and say what to do about the rest.

    Exit codes: 0 nothing that is needed is wrong; 1 something is; 2 wrong usage.
    """
    from commands.doctor import doctor as look  # noqa: PLC0415 - only what the command needs

    raise typer.Exit(look(reports, warehouse, form))


def main() -> None:
    """Entry point of the command."""
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    app()
