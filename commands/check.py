"""`duixian check`: what was checked of the tables on file, and what failed; as pages, the Data Docs, too."""

import base64
import csv
import hashlib
import io
import json
import webbrowser
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, Literal

import typer
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from rich.table import Table as Shown
from rich.text import Text

from commands.inspect import TEMPLATES, shown
from commands.shown import WRONG_USAGE, clean, complain, errors, out, warehouse_of
from pipelines import seeds
from pipelines.tables import Table
from pipelines.tables.ops import VALIDATION_RESULTS
from pipelines.tables.registry import PARTITIONED, TABLES, UNPARTITIONED
from warehouse.expectations.in_sql import failing_rows
from warehouse.expectations.listed import exceptions, expectations
from warehouse.expectations.running import relation
from warehouse.exports import guarded
from warehouse.store import ALL, Store, WarehouseError, write_atomically

HOLDS, BLOCKED = 0, 1  # exit codes
DOCS = "data_docs"
ROWS, CHARACTERS = 50, 120  # of an expectation's failing rows on a page: how many, and how much of a cell
Row = dict[str, Any]


def found(store: Store) -> tuple[list[Row], dict[str, str]]:
    """The results of all that is current, failing ones first; and why a year is held back, or nothing is published.

    Raises:
        WarehouseError: a manifest is damaged, or nothing was checked yet.
        SeedError: the expectations cannot be read.
    """
    rows, problems = [], {}
    for partition in (*store.years(), ALL):
        manifest = store.manifest(partition)
        tables = UNPARTITIONED if partition == ALL else PARTITIONED
        entries = [(table, manifest.current[table.name]) for table in tables if table.name in manifest.current]
        if partition != ALL:
            problem = manifest.problem()
        else:
            problem = next((why for table, entry in entries if (why := entry.problem(table))), "")
        if problem:
            problems[partition] = problem
        for _, entry in entries:
            rows += [row | {"is_published": not problem} for row in entry.results or ()]
    if not rows:
        raise WarehouseError(f"{store.folder} holds no table that was checked; run `duixian run` first")
    rows.sort(key=lambda row: (row["success"], row["severity"] != "error", not row["excepted_rows"]))
    return rows, problems


def as_csv(rows: list[Row]) -> str:
    """Results as CSV; no text becomes a formula."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(VALIDATION_RESULTS.polars_schema), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: guarded(value) if isinstance(value, str) else value for name, value in row.items()})
    return text.getvalue()


def print_results(rows: list[Row]) -> None:
    """Print what failed and what is excepted, a line each, then each table in a line."""
    telling = [row for row in rows if not row["success"] or row["excepted_rows"]]
    if telling:
        told = Shown(title="不符与例外 What fails, and what is excepted", title_justify="left")
        for heading in ("表 table", "分区 partition", "期望 expectation", "", "行 rows", "详情 detail"):
            told.add_column(heading, overflow="fold")
        for row in telling:
            what = Text("例外 excepted", "dim") if row["success"] else SEVERITIES[row["severity"]]
            count = row["excepted_rows"] if row["success"] else row["failing_rows"]
            name = f"{row['expectation_zh']}\n{row['expectation']}"
            cells = [Text(clean(cell)) for cell in (row["table_name"], row["partition"], name)]
            told.add_row(*cells, what, str(count), Text(clean(row["detail"])))
        out.print(told)
    counts = Shown(title="按表 By table", title_justify="left")
    counts.add_column("表\ntable", no_wrap=True)
    for part, zh in COUNTED.items():
        counts.add_column(f"{zh}\n{part}", justify="right")
    for name, count in by_table(rows).items():
        counts.add_row(name, *(str(count[part]) for part in COUNTED))
    out.print(counts)


COUNTED = {
    "partitions": "分区", "checked": "检查", "hold": "通过", "warn": "警告", "error": "错误", "excepted": "例外",
}  # fmt: skip
SEVERITIES = {"error": Text("错误 error", "red"), "warn": Text("警告 warn", "yellow")}


def by_table(rows: list[Row]) -> dict[str, Counter[str]]:
    """Of each table that was checked: partitions, results, and how many of these hold, warn or block; excepted rows."""
    counts = {name: Counter[str]() for name in TABLES if any(row["table_name"] == name for row in rows)}
    for name, count in counts.items():
        of_it = [row for row in rows if row["table_name"] == name]
        count["partitions"] = len({row["partition"] for row in of_it})
        count["checked"] = len(of_it)
        count["excepted"] = sum(row["excepted_rows"] for row in of_it)
        for row in of_it:
            count["hold" if row["success"] else row["severity"]] += 1
    return counts


def build_docs(store: Store, rows: list[Row], problems: dict[str, str]) -> Path:
    """Write the Data Docs: a page a table, and one that leads to them.

    They are pages of our own: those of Great Expectations load scripts from eight hosts, and print the values that
    failed, which are words of reports, unescaped.

    Returns:
        The first page.
    """
    folder = store.folder / DOCS
    folder.mkdir(exist_ok=True)
    style = (TEMPLATES / "data_docs.css").read_text(encoding="utf-8")
    style_hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, finalize=shown,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"cell": cell, "anchor": anchor}
    template = environment.get_template("data_docs.html")
    counts = by_table(rows)
    common: dict[str, Any] = {
        "policy": f"default-src 'none'; style-src 'sha256-{style_hash}'; base-uri 'none'; form-action 'none'",
        "style": Markup(style),  # noqa: S704 - our own file, without a word of any report
        "counts": counts,
        "problems": problems,
        "folder": str(store.folder),
        "counted": COUNTED,
    }
    for name in counts:
        table = TABLES[name]
        of_it = [row for row in rows if row["table_name"] == name]
        page = template.render(common, table=table, lines=lines(table, of_it), failing=failing(store, table, of_it))
        write_atomically(folder / f"{name}.html", page.encode())
    index = folder / "index.html"
    telling = [row for row in rows if not row["success"] or row["excepted_rows"]]
    write_atomically(index, template.render(common, table=None, failing=telling, excepted=exceptions()).encode())
    return index


def lines(table: Table, rows: list[Row]) -> list[Row]:
    """Each expectation of a table in a line: over all partitions, those first that something fails."""
    found: dict[str, Row] = {}
    for row in rows:
        line = found.setdefault(row["expectation"], row | {"partitions": 0, "failing": [], "excepted": 0})
        line["partitions"] += 1
        line["excepted"] += row["excepted_rows"]
        if not row["success"]:
            line["failing"].append(row)
    order = {item.name: at for at, item in enumerate(expectations(table))}

    def place(line: Row) -> tuple[bool, bool, int]:
        return not line["failing"], not line["excepted"], order.get(line["expectation"], len(order))

    return sorted(found.values(), key=place)


def failing(store: Store, table: Table, rows: list[Row]) -> list[Row]:
    """What fails and what is excepted, each with its first rows, whole, and which of them are excepted."""
    let = {(one.expectation, one.key): one for one in exceptions() if one.table == table.full_name}
    items = {item.name: item for item in expectations(table)}
    result = []
    for row in rows:
        item = items.get(row["expectation"])
        if row["success"] and not row["excepted_rows"]:
            continue
        whole: list[Row] = []
        if item:
            path = store.path(row["partition"], store.manifest(row["partition"]).current[table.name])
            whole = failing_rows(table, path, item, partial(relation, store, row["partition"]), ROWS)
        for one in whole:
            one["excepted"] = let.get((row["expectation"], one["key"]))
            page = store.folder / "inspect" / f"{str(one.get('report_id')).replace('/', '-')}.html"
            one["page"] = f"../inspect/{page.name}" if "report_id" in one and page.is_file() else ""
        result.append(row | {"rows": whole})
    return result


def anchor(row: Row) -> str:
    """Where a page speaks of a result."""
    return f"{row['partition']}-{hashlib.sha256(row['expectation'].encode()).hexdigest()[:8]}"


def cell(value: object) -> str:
    """A value as a page shows it: no more than its beginning."""
    text = "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)
    return text if len(text) <= CHARACTERS else text[:CHARACTERS] + "…"


def check(warehouse: Path | None, form: Literal["table", "json", "csv"], docs: bool, open_it: bool) -> int:
    """Show what was checked and what failed, and build the Data Docs.

    Returns:
        The exit code: 0 nothing that blocks fails, 1 something does, 2 there is nothing to show.
    """
    store = Store(warehouse_of(warehouse))
    try:
        rows, problems = found(store)
        index = build_docs(store, rows, problems) if docs or open_it else None
    except (WarehouseError, seeds.SeedError, OSError) as error:
        complain("cannot check", error)
        return WRONG_USAGE
    if form == "json":
        typer.echo(json.dumps(rows, ensure_ascii=True, indent=1))
    elif form == "csv":
        typer.echo(as_csv(rows), nl=False)
    else:
        print_results(rows)
    for partition, problem in problems.items():
        what = "nothing published" if partition == ALL else "held back"
        complain(what, problem if partition == ALL else f"{partition}: {problem}", "yellow")
    if index:
        errors.print(Text(f"Data Docs: {clean(str(index))}"), soft_wrap=True)
        if open_it and not webbrowser.open(index.as_uri()):
            complain("not opened", "no browser was found; open the file above in one", "yellow")
    return BLOCKED if problems else HOLDS
