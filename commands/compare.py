"""`duixian compare`: two reports of an area side by side: targets, outcomes, words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from commands.areas import find_area, on_file
from commands.show import check_year
from commands.shown import (
    OTHER_VERSION,
    WRONG_USAGE,
    Form,
    Row,
    UsageError,
    clean,
    complain,
    fetch,
    indicator_shown,
    of_other_version,
    out,
    print_data,
    print_sample_note,
    side,
    verdict_shown,
    warehouse_of,
)
from pipelines.emphasis import OF_REPORTS, keyed, term_emphasis
from pipelines.quantities import quantity
from pipelines.tables.core import AREAS, REPORTS, TERMS
from pipelines.tables.mart import AMBITIONS, TARGET_CHANGES, TARGET_COVERAGE, YEAR_OVER_YEAR
from warehouse import marts
from warehouse.publication import LINK, connect, quoted
from warehouse.store import WarehouseError

COMPARED = 0
ALIKE = ("indicator", "transformation", "unit_measure", "price_basis", "count_unit", "stage")
CHANGES_STYLES = {"raised": "green", "new": "green", "lowered": "yellow", "dropped": "red", "no_target": "red"}
WORDS_SHOWN = 12


def targets(database: Path, area: str, earlier: int, later: int) -> list[Row]:
    """Rows of mart.target_coverage as if the two reports were all that there is, with both verdicts.

    Raises:
        duckdb.Error: the database is of another version.
    """
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute(f"ATTACH {quoted(str(database.resolve()))} AS published (READ_ONLY)")
        connection.execute("CREATE SCHEMA core")
        for source in marts.sources(TARGET_COVERAGE):
            of_both = (
                f"WHERE ref_area = {quoted(area)} AND report_year IN ({earlier}, {later})"
                if "report_year" in source.polars_schema
                else ""
            )
            connection.execute(f"CREATE VIEW {source.full_name} AS FROM published.{source.full_name} {of_both}")
        found = marts.arranged(connection, TARGET_COVERAGE)
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
        verdicts = dict(connection.execute("SELECT target_id, verdict FROM published.mart.target_outcomes").fetchall())
    for row in rows:
        row["verdict"] = verdicts.get(row["target_id"])
        row["previous_verdict"] = verdicts.get(row["previous_target_id"])
    return [row for row in rows if row["report_year"] == later]


def outcomes(connection: duckdb.DuckDBPyConnection, area: str, earlier: int, later: int) -> list[Row]:
    """What each of the two reports says came of the year before it, like beside like."""
    found: dict[tuple[Any, ...], Row] = {}
    for name, year in (("earlier", earlier), ("later", later)):
        rows = fetch(
            connection, YEAR_OVER_YEAR, "ref_area = $area AND period_year = $year - 1 AND outcome_report_year = $year",
            area=area, year=year,
        )  # fmt: skip
        for row in rows:
            entry = found.setdefault(
                tuple(row[column] for column in ALIKE),
                {column: row[column] for column in (*ALIKE, "indicator_name_zh", "indicator_name_en", "is_sample")},
            )
            entry |= {f"{name}_{part}": row[f"outcome_{part}"] for part in ("id", "bound", "value", "value_high")}
            entry |= {f"{name}_evidence": row["outcome_evidence"]}
    for entry in found.values():
        pair = entry.get("earlier_value"), entry.get("later_value")
        entry["difference"] = None if None in pair else round(pair[1] - pair[0], 6)  # type: ignore[operator]
    names = ("id", "bound", "value", "value_high", "evidence")
    empty = dict.fromkeys(f"{of}_{name}" for of in ("earlier", "later") for name in names)
    return [empty | entry for _, entry in sorted(found.items(), key=lambda item: [value or "" for value in item[0]])]


def words(connection: duckdb.DuckDBPyConnection, area: str, earlier: int, later: int) -> list[Row]:
    """What the later report says significantly more and less of than the earlier one, as mart.term_emphasis has it."""
    terms = {
        year: TERMS.frame(
            fetch(connection, TERMS, "ref_area = $area AND report_year = $year", area=area, year=year)
        ).lazy()
        for year in (earlier, later)
    }
    report = fetch(connection, REPORTS, "ref_area = $area AND report_year = $year", area=area, year=later)
    areas = AREAS.frame(fetch(connection, AREAS, "ref_area = $area", area=area))
    found = term_emphasis(
        keyed(terms[later]), keyed(terms[earlier]), REPORTS.frame(report).select(OF_REPORTS), areas
    ).to_dicts()
    return [row | {"other_report": f"{area}/{earlier}"} for row in found]


def side_by_side(title: str, *headings: str) -> Table:
    """An empty table of three and more columns."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def value(row: Row, name: str, verdict: str | None = None) -> Text:
    """One side of a row, with its verdict."""
    text = Text(side(row, name))
    return text.append(" ").append_text(verdict_shown(verdict)) if verdict else text


def tables(both: Row, earlier: int, later: int) -> Iterator[Table]:
    """The comparison for the terminal."""
    order = list(TARGET_CHANGES)
    table = side_by_side(
        "目标 Targets for the report's own year",
        "指标\nindicator",
        str(earlier),
        str(later),
        "变化\nchange",
        "力度\nambition",
    )
    for row in sorted(both["targets"], key=lambda row: order.index(row["change"])):
        change = row["change"]
        table.add_row(
            Text(indicator_shown(row)),
            value(row, "previous_target", row["previous_verdict"]),
            value(row, "target", row["verdict"]),
            Text(f"{TARGET_CHANGES[change]} {change}", style=CHANGES_STYLES.get(change, "dim")),
            f"{AMBITIONS[row['ambition']]} {row['ambition']}" if row["ambition"] else "",
        )
    yield table
    table = side_by_side(
        "结果 Outcomes that each tells of the year before", "指标\nindicator",
        f"{earlier}: {earlier - 1}", f"{later}: {later - 1}", "差 difference",
    )  # fmt: skip
    for row in both["outcomes"]:
        unit = "PERCENTAGE_POINT" if row["unit_measure"] == "PERCENT" else row["unit_measure"]
        difference = quantity("exact", row["difference"], None, unit, row["count_unit"])
        sign = "+" if (row["difference"] or 0) > 0 else ""
        table.add_row(
            Text(indicator_shown(row)), value(row, "earlier"), value(row, "later"), Text(f"{sign}{difference}")
        )
    yield table
    table = side_by_side(
        "用词 Words, in 10,000", "词语 term", f"{earlier}", f"{later}", "变化\nchange"
    )  # fmt: skip
    for direction, label in (("more", "增 grew"), ("less", "减 faded")):
        chosen = [row for row in both["terms"] if row["direction"] == direction]
        for row in chosen[:WORDS_SHOWN]:
            rates = (f"{row['other_rate']:.1f}", f"{row['rate']:.1f}")
            table.add_row(Text(clean(row["term"])), *rates, label)
    if table.row_count:
        yield table


def flat(both: Row) -> list[Row]:
    """The comparison as rows of one shape, for CSV."""
    found = []
    for part, names in (
        ("target", ("previous_target", "target")), ("outcome", ("earlier", "later")), ("term", ()),
    ):  # fmt: skip
        for row in both[f"{part}s"]:
            entry: Row = {"part": part} | {name: row.get(name) for name in (*ALIKE, "indicator_name_zh", "term")}
            if part == "term":
                entry |= {"earlier_value": row["other_rate"], "later_value": row["rate"], "change": row["direction"]}
            for name, of in zip(names, ("earlier", "later"), strict=False):
                entry |= {f"{of}_{kind}": row[f"{name}_{kind}"] for kind in ("bound", "value", "value_high")}
                entry[f"{of}_evidence"] = row.get(f"{name}_evidence", row.get("evidence"))
            found.append(entry | {name: row[name] for name in ("change", "difference") if name in row})
    return found


FLAT = (
    "part", *ALIKE, "indicator_name_zh", "term", "earlier_bound", "earlier_value", "earlier_value_high", "later_bound",
    "later_value", "later_value_high", "change", "difference", "earlier_evidence", "later_evidence",
)  # fmt: skip


def compare(wanted: str, one: int, other: int, warehouse: Path | None, form: Form) -> int:
    """Print two reports of an area side by side, the earlier one first.

    Returns:
        The exit code: 0 compared, 1 the database is of another version, 2 no such area or year, or no database.
    """
    database = warehouse_of(warehouse) / LINK
    earlier, later = sorted((one, other))
    try:
        if earlier == later:
            raise UsageError(f"both years are {one}; give the years of two reports")
        with connect(database) as connection:
            area = find_area(connection, wanted)
            code = area["ref_area"]
            for year in (earlier, later):
                check_year(area, year, on_file(connection)[code])
            both = {
                "ref_area": code, "earlier": earlier, "later": later,
                "targets": [], "outcomes": outcomes(connection, code, earlier, later),
                "terms": words(connection, code, earlier, later),
            }  # fmt: skip
        both["targets"] = targets(database, code, earlier, later)
    except (UsageError, WarehouseError) as error:
        complain("cannot compare", error)
        return WRONG_USAGE
    except duckdb.Error:
        complain("cannot compare", of_other_version(database))
        return OTHER_VERSION
    if form != "table":
        print_data(form, FLAT, [dict.fromkeys(FLAT) | row for row in flat(both)], both)
        return COMPARED
    out.print(Text(f"{area['name_zh']} {area['name_en']} {code}: {earlier} → {later}", style="bold"))
    for table in tables(both, earlier, later):
        out.print(table)
    if not both["terms"]:
        out.print("用词 words: none that differs more than chance would have it", style="dim")
    counts = ", ".join(
        f"{label} {change} {count}"
        for change, label in TARGET_CHANGES.items()
        if (count := sum(row["change"] == change for row in both["targets"]))
    )
    out.print(f"targets: {counts or 'none'}", highlight=False, soft_wrap=True)
    print_sample_note([*both["targets"], *both["outcomes"]])
    return COMPARED
