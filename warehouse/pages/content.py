"""What the pages show, asked of the published database an area at a time, so that any number fits in memory."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby
from typing import Any

import duckdb

from pipelines import seeds, tables
from pipelines.explanation import Explanation, Run, explain_all, paragraph
from pipelines.tables.core import AREAS, INDICATORS, OBSERVATIONS, PASSAGES, REPORTS
from pipelines.tables.mart import (
    CONSISTENCY,
    REVISIONS,
    SCORECARD,
    TARGET_COVERAGE,
    TARGET_OUTCOMES,
    TERM_EMPHASIS,
    YEAR_OVER_YEAR,
)
from pipelines.tables.ops import BUILDS, REJECTED_REPORTS, VALIDATION_RESULTS
from warehouse.pages import words
from warehouse.pages.words import Row

GROWTH = ("yoy",)  # of which the codebook says whether it is real or nominal
READ = [name for name in REPORTS.polars_schema if name not in ("text", "layout", "corrections")]
THING = ("indicator", "transformation", "unit_measure", "price_basis", "count_unit", "stage")
ROLES = ("subject", "number", "bound", "period")
OF_AREA = (TARGET_OUTCOMES, YEAR_OVER_YEAR, REVISIONS, TARGET_COVERAGE, SCORECARD, TERM_EMPHASIS, CONSISTENCY)


def rows(
    connection: duckdb.DuckDBPyConnection,
    table: tables.Table,
    where: str = "true",
    *values: Any,
    columns: Collection[str] = (),
) -> list[Row]:
    """Rows of a published table, in its order."""
    names, order = list(columns or table.polars_schema), ", ".join(table.order or table.key)
    query = f"SELECT {', '.join(names)} FROM {table.full_name} WHERE {where} ORDER BY {order}"  # noqa: S608
    return [dict(zip(names, row, strict=True)) for row in connection.execute(query, values).fetchall()]


@dataclass
class Codes:
    """What stands in all pages: areas, indicators, reports on file, the build, and how many targets came true."""

    areas: dict[str, Row]
    indicators: dict[str, Row]
    reports: dict[str, Row]
    scores: dict[str, Row]
    build: Row
    rejected: list[Row]
    failed: list[Row]

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection) -> "Codes":
        """Read them."""
        order = {code: at for at, code in enumerate(seeds.indicators()["indicator"])}
        codebook = sorted(rows(connection, INDICATORS), key=lambda row: order.get(row["indicator"], len(order)))
        return cls(
            areas={row["ref_area"]: row for row in rows(connection, AREAS)},
            indicators={row["indicator"]: row for row in codebook},
            reports={row["report_id"]: row for row in rows(connection, REPORTS, columns=READ)},
            scores={row["report_id"]: row for row in rows(connection, SCORECARD)},
            build=rows(connection, BUILDS)[0],
            rejected=rows(connection, REJECTED_REPORTS),
            failed=rows(connection, VALIDATION_RESULTS, "NOT success OR excepted_rows > 0"),
        )

    @cached_property
    def years_of(self) -> dict[str, list[int]]:
        """Area → the years of its reports on file."""
        found = defaultdict(list)
        for row in self.reports.values():
            found[row["ref_area"]].append(row["report_year"])
        return {area: sorted(years) for area, years in sorted(found.items())}

    @cached_property
    def sample_areas(self) -> set[str]:
        """The areas that have a sample among their reports."""
        return {row["ref_area"] for row in self.reports.values() if row["is_sample"]}

    @property
    def all_samples(self) -> bool:
        """Whether no report is a report itself."""
        return bool(self.reports) and all(row["is_sample"] for row in self.reports.values())

    def above(self, area: str) -> list[str]:
        """The areas that an area is part of, the smallest first; the nation is left out."""
        found = []
        while (parent := self.areas[area]["parent_area"]) and self.areas[parent]["level"] != "nation":
            found.append(parent)
            area = parent
        return found


@dataclass
class Evidence:
    """Where a value stands: its observation, its report, the paragraph, and how it was read."""

    observation: Row
    report: Row
    runs: list[Run]
    told: Explanation | None

    @property
    def sentence(self) -> list[Run]:
        """The sentence alone."""
        return [run for run in self.runs if run.inside]

    @property
    def is_cut(self) -> bool:
        """Whether the paragraph holds more than the sentence."""
        return any(not run.inside and run.text.strip() for run in self.runs)


@dataclass
class Series:
    """An indicator in one way of measuring: targets and outcomes along the years."""

    thing: tuple[Any, ...]
    rows: list[Row]

    @property
    def indicator(self) -> str:
        """Its code."""
        return str(self.thing[0])

    @property
    def is_drawn(self) -> bool:
        """Whether there is something to see: a target, or a second year."""
        return len({row["period_end"] for row in self.rows}) > 1 or any(row["target_id"] for row in self.rows)

    @property
    def anchor(self) -> str:
        """Its place in a page."""
        rest = hashlib.sha256(repr(self.thing[2:]).encode()).hexdigest()[:6]
        return f"{self.indicator}-{self.thing[1]}-{rest}"

    @property
    def measure(self) -> words.Said:
        """Its way of measuring in words."""
        return words.measure(self.rows[0])


def along(targets: list[Row], outcomes: list[Row], codes: Codes) -> list[Series]:
    """Targets of single years beside their outcomes, and outcomes alone: a series for each way of measuring.

    Args:
        targets: rows of mart.target_outcomes.
        outcomes: rows of mart.year_over_year; those of a year that has a target are told by the target.
        codes: the codebook, for what the text is silent on.

    Returns:
        Growth first, then what has most rows; the rows of each by area and year, with `href` to their evidence.
    """
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    aimed = set()
    for row in targets:
        if row["period_start"] == row["period_end"] and row["aggregation"] is None:
            href = page_of(row["target_report_year"], row["ref_area"], row["target_id"])
            put = row | {"price_basis": basis(row, codes), "href": href}
            thing = tuple(put[name] for name in THING)
            found[thing].append(put)
            aimed.add((row["ref_area"], row["period_end"], thing))
    for row in outcomes:
        thing = tuple(row[name] for name in THING)
        if (row["ref_area"], row["period_year"], thing) not in aimed:
            found[thing].append(alone(row))
    for rows in found.values():
        rows.sort(key=lambda row: (row["ref_area"], row["period_end"], row["target_report_year"] or 0))
    ranked = sorted(found.items(), key=lambda item: (item[0][1] != "yoy", -len(item[1]), repr(item[0])))
    return [Series(thing, rows) for thing, rows in ranked]


@dataclass
class Area:
    """All that the pages of an area show."""

    code: str
    targets: list[Row]
    outcomes: list[Row]
    revisions: list[Row]
    coverage: list[Row]
    scores: list[Row]
    emphasis: list[Row]
    doubts: list[Row]
    look_up: Callable[[], dict[str, Evidence]]

    @cached_property
    def evidence(self) -> dict[str, Evidence]:
        """Its observations → where each stands; read when it is asked for, which takes longer than all else."""
        return self.look_up()

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, codes: Codes, code: str) -> "Area":
        """Read them."""
        found = [rows(connection, table, "ref_area = ?", code) for table in OF_AREA]
        targets, outcomes, revisions, coverage, scores, emphasis, consistency = found
        if targets:
            frame = TARGET_OUTCOMES.frame(targets)
            for row, meets in zip(targets, words.meeting(frame), strict=True):
                row["meets"] = meets
        wanted = {row[name] for row in targets for name in ("target_id", "outcome_id", "latest_outcome_id")}
        wanted |= {row[name] for row in outcomes for name in ("outcome_id", "latest_outcome_id")}
        doubts = [row for row in consistency if row["finding"] == "inconsistent"]
        wanted |= {row["stated_id"] for row in doubts}
        return cls(
            code,
            targets,
            outcomes,
            revisions,
            coverage,
            scores,
            emphasis,
            doubts,
            partial(evidence_of, connection, codes, wanted),
        )

    def series(self, codes: Codes) -> list[Series]:
        """Its indicators along the years, in the codebook's order."""
        order = {code: at for at, code in enumerate(codes.indicators)}
        return sorted(along(self.targets, self.outcomes, codes), key=lambda one: order[one.indicator])

    def longer(self) -> list[Row]:
        """Its targets of several years, and those set for a year that is none of a year alone."""
        return [row for row in self.targets if row["period_start"] != row["period_end"] or row["aggregation"]]


def basis(row: Row, codes: Codes) -> str | None:
    """Real or nominal: where the text is silent, by the codebook."""
    said = row["price_basis"]
    return said or (codes.indicators[row["indicator"]]["growth_basis"] if row["transformation"] in GROWTH else None)


def alone(row: Row) -> Row:
    """A row of mart.year_over_year without a target, with the columns of mart.target_outcomes."""
    year = row["period_year"]
    none = dict.fromkeys(
        (
            "target_id",
            "target_report_year",
            "target_bound",
            "target_value",
            "target_value_high",
            "verdict",
            "gap",
            "verdict_strict",
            "aggregation",
        )
    )
    href = page_of(row["outcome_report_year"], row["ref_area"], row["outcome_id"])
    return row | none | {"period_start": year, "period_end": year, "href": href, "tolerance": 0.0}


def page_of(year: int, area: str, anchor: str = "") -> str:
    """Where a report's page stands, from a page beside it; with the place of a target or an outcome in it."""
    return f"../reports/{area}-{year}.html" + (f"#x{anchor}" if anchor else "")


def evidence_of(
    connection: duckdb.DuckDBPyConnection, codes: Codes, wanted: Iterable[str | None]
) -> dict[str, Evidence]:
    """Observations → where each stands and how it was read."""
    ids = sorted(one for one in wanted if one)
    if not ids:
        return {}
    observed = rows(connection, OBSERVATIONS, "observation_id IN (SELECT unnest(?))", ids)
    reports = sorted({row["report_id"] for row in observed})
    found = {}
    for report_id, passages in groupby(
        rows(connection, PASSAGES, "report_id IN (SELECT unnest(?))", reports), key=lambda row: row["report_id"]
    ):
        in_order = list(passages)
        told = explain_all(
            PASSAGES.frame(in_order), {row["statement_id"] for row in observed if row["report_id"] == report_id}
        )
        for row in observed:
            if row["report_id"] == report_id:
                found[row["observation_id"]] = Evidence(
                    row, codes.reports[report_id], *read(row, in_order, told.get(row["statement_id"]))
                )
    return found


def read(row: Row, passages: list[Row], told: Explanation | None) -> tuple[list[Run], Explanation | None]:
    """The paragraph of an observation, and its steps if it is still read as it was published."""
    if told and not same(told.value, row["obs_value"]):
        told = None
    places = {role: told.places[role] for role in ROLES if role in told.places} if told else {}
    if told and "unit" in told.places and "number" in places:
        places["number"] = (places["number"][0], told.places["unit"][1])
    return paragraph(passages, places, (row["char_start"], row["char_end"])), told


def same(one: float | None, other: float) -> bool:
    """Whether two values are one, but for the last bits."""
    return one is not None and math.isclose(abs(one), abs(other), rel_tol=1e-9, abs_tol=1e-12)
