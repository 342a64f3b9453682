"""A good build, and for each expectation of each table something spoiled in it.

`python -m tests.mutations WAREHOUSE` prints the table of them for a published warehouse of the samples.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.tables import Column, Table
from pipelines.tables.core import NO_TARGETS, OBSERVATIONS, STATEMENTS
from pipelines.tables.mart import CONSISTENCY
from pipelines.tables.registry import PARTITIONED, UNPARTITIONED
from tests.frames import row
from warehouse.expectations import Expectation
from warehouse.expectations.field import field_expectations
from warehouse.expectations.in_sql import check_file, judged, opened
from warehouse.expectations.listed import expectations
from warehouse.expectations.results import Relation
from warehouse.expectations.running import relation
from warehouse.store import ALL, Store

YEAR, DECLINING = "2025", "2022"  # years of the samples: with one before it, with an indicator that has no target
CHECKED = (*PARTITIONED, *UNPARTITIONED)
ENDS = {"min_value": "below", "max_value": "above"}  # of a range, as Great Expectations names them


# what a value beyond an end fails besides: a period that starts after the last year that there is, or ends before the
# first, ends before it starts
IMPLIED = {
    ("period_start", "above"): "a period ends no earlier than it starts",
    ("period_end", "below"): "a period ends no earlier than it starts",
}
NO_LEVEL = "any level is at least 0"  # fails, too, of what is below the end of a range that is 0 or less


def is_caught(item: Expectation, end: str, failed: set[str]) -> bool:
    """Whether of what failed the expectation is one, and the only one but for what it implies."""
    implied = {IMPLIED.get((item.name.partition(" ")[0], end))}
    if end == "below" and any((arguments.get("min_value") or 0) <= 0 for _, arguments in item.gx):
        implied.add(NO_LEVEL)
    return item.name in failed and failed - {item.name} <= implied


def ends(item: Expectation) -> list[str]:
    """Where a value may leave the range that is expected: below, above, or both; of what is no range, nothing said."""
    given = [arguments for kind, arguments in item.gx if kind == "ExpectColumnValuesToBeBetween"]
    return [side for name, side in ENDS.items() if any(one[name] is not None for one in given)] or [""]


EVERY_WAY = [(table, item, end) for table in CHECKED for item in expectations(table) for end in ends(item)]


@dataclass
class Build:
    """A table of a good build, and what it stands beside, where that is not what the warehouse has."""

    frame: pl.DataFrame
    beside: dict[str, pl.DataFrame] = field(default_factory=dict)


def partition_of(table: Table) -> str:
    return DECLINING if table is NO_TARGETS else YEAR if table in PARTITIONED else ALL


def good_build(store: Store, table: Table) -> Build:
    """The samples' rows of a table; of one that they leave empty two rows that hold to the registry."""
    partition = partition_of(table)
    frame = store.read(table, partition)
    if frame.height == 1:
        frame = pl.concat([frame, with_cell(frame, table.key[0], f"{frame[table.key[0]][0]}~")])
    if frame.height:
        return Build(frame)
    references = {
        column.name: keys_of(relation(store, partition, column.references.rpartition(".")[0]), column)
        for column in table.columns
        if column.references
    }
    rows = [row(table, **{name: keys[at] for name, keys in references.items()}, **place(table, at)) for at in range(2)]
    return Build(table.frame(rows))


def place(table: Table, at: int) -> dict[str, Any]:
    """What tells two made-up rows apart: the columns of the key that are no reference."""
    free = [
        column for column in table.columns if column.name in table.key and not column.references and not column.allowed
    ]
    return {column.name: f"key {at}" if column.type == "VARCHAR" else int(column.minimum or 0) + at for column in free}


def keys_of(related: Relation, column: Column) -> list[Any]:
    frame = related if isinstance(related, pl.DataFrame) else pl.read_parquet(related)
    return frame[column.references.rpartition(".")[2]].head(2).to_list()


def with_cell(frame: pl.DataFrame, name: str, value: Any, at: int = 0) -> pl.DataFrame:
    """The frame with one other value."""
    values = frame[name].to_list()
    values[at] = value
    return frame.with_columns(pl.Series(name, values, dtype=frame.schema[name]))


def with_row(frame: pl.DataFrame, at: int = 0, **values: Any) -> pl.DataFrame:
    for name, value in values.items():
        frame = with_cell(frame, name, value, at)
    return frame


Spoiled = tuple[str, Build, Build]  # what was spoiled, the good build and the spoiled one


def spoiled(store: Store, table: Table, item: Expectation, end: str, build: Build) -> Iterator[Spoiled]:
    """What can be spoiled for an expectation, of a range at one end; each must fail it, and one nothing else."""
    columns = {column.name: column for column in table.columns}
    name = item.name.partition(" ")[0]
    if item.check == "values_plausible" or item in field_expectations().get(table.full_name, ()):
        yield from FIELD[item.check](store, table, item, end, build)
    elif item.over == "columns AS rows":
        name, kind = (
            next((column.name, pl.Int64) for column in table.columns if column.type == "INTEGER")
            if "INTEGER" in {column.type for column in table.columns}
            else (table.key[0], pl.Binary)
        )
        yield f"{name} as {kind.__name__}", build, Build(build.frame.with_columns(pl.col(name).cast(kind)))
    elif item.name.endswith(" identifies a row"):
        twice = with_row(build.frame, 1, **{key: build.frame[key][0] for key in table.key})
        yield f"the second {item.name.removesuffix(' identifies a row')} = the first", build, Build(twice)
    elif item.name.endswith(" is not null"):
        for at in range(min(build.frame.height, 40)):
            yield f"{name} = NULL", build, Build(with_cell(build.frame, name, None, at))
    elif " is one of its " in item.name:
        for at in range(min(build.frame.height, 3)):
            yield f"{name} = epilogue", build, Build(with_cell(build.frame, name, "epilogue", at))
    elif " stands in " in item.name:
        yield f"{name} = nowhere", build, Build(with_cell(build.frame, name, "nowhere"))
    elif item.check == "well_formed":
        value = beyond(columns[name].minimum, columns[name].maximum, end, 1)
        yield f"{name} = {value}", build, Build(with_cell(build.frame, name, value))
    elif item.check == "spans_hold":
        words = "text" if item.name.startswith("passage") else name
        at = build.frame[words].is_not_null().arg_max() or 0
        yield f"{words} = 无", build, Build(with_cell(build.frame, words, "无", at))
    elif item.check == "labels_agree":
        yield from of_labels(table, item, build)
    elif item.recompute:
        column = "verdict" if item.check == "verdicts_recompute" else "statistics_verdict"
        at = build.frame[column].is_in(["met"]).arg_max() or 0
        yield f"{column} = missed", build, Build(with_cell(build.frame, column, "missed", at))
    else:
        raise NotImplementedError(f"{table}: {item.name}")


def beyond(low: float | None, high: float | None, end: str, step: float) -> float:
    """What lies just beyond an end."""
    found = low if end == "below" else high
    assert found is not None
    if end == "above":
        return found + step
    return found / 2 if 0 < found < step else found - step


def of_labels(table: Table, item: Expectation, build: Build) -> Iterator[Spoiled]:
    if table is STATEMENTS:
        at = (build.frame["fate"] == "measured").arg_max() or 0
        yield "value of a measured numeral = NULL", build, Build(with_cell(build.frame, "value", None, at))
        yield "reason of a measured numeral = date", build, Build(with_cell(build.frame, "reason", "date", at))
        at = (build.frame["fate"] == "set_aside").arg_max() or 0
        yield "reason of one set aside = NULL", build, Build(with_cell(build.frame, "reason", None, at))
    elif "period" in item.name:
        yield "period_start = 2099", build, Build(with_cell(build.frame, "period_start", 2099))
    else:
        at = (build.frame["bound"] == "exact").arg_max() or 0
        yield "bound of an exact value = range", build, Build(with_cell(build.frame, "bound", "range", at))
        yield "obs_value_high of it = 1e9", build, Build(with_cell(build.frame, "obs_value_high", 1e9, at))


def of_values(store: Store, table: Table, item: Expectation, end: str, build: Build) -> Iterator[Spoiled]:
    """A value beyond what the field knows; a row of that kind is put there first, of a year that is beside no other."""
    if table is CONSISTENCY:
        rule = item.fails.split("'")[1]
        build = Build(with_row(build.frame, rule=rule, finding="consistent"))
        yield f"finding of {rule} = inconsistent", build, Build(with_cell(build.frame, "finding", "inconsistent"))
        return
    given = item.gx[0][1]
    condition = {}
    for part in filter(None, given["row_condition"].split(" and ")):
        name, _, values = part.partition(" in ")
        condition[name] = values.strip("[]").replace("'", "").split(", ")
    low, high = given["min_value"], given["max_value"]
    within = max(low, min(1, high)) if low is not None and high is not None else (low + 1 if high is None else high - 1)
    for indicator in condition.get("indicator", ["tourism_revenue", "market_entities", "coal_output"]):
        kind = {name: values[0] for name, values in condition.items()} | {"indicator": indicator}
        kind |= (
            {"bound": "exact", "obs_value_high": None, "period_start": 2050, "period_end": 2050}
            if table is OBSERVATIONS
            else {}
        )
        arranged = Build(with_row(build.frame, **kind, obs_value=within))
        value = beyond(low, high, end, max(1, abs(low or 0), abs(high or 0)) / 100)
        what = f"obs_value = {value:g} of {indicator} {kind.get('transformation', '')}".strip()
        yield what, arranged, Build(with_cell(arranged.frame, "obs_value", value))


def of_completeness(store: Store, table: Table, item: Expectation, end: str, build: Build) -> Iterator[Spoiled]:
    reports = pl.read_parquet(relation(store, YEAR, "core.reports")).with_columns(characters=pl.lit(6000, pl.Int32))
    if table is STATEMENTS:
        build = Build(build.frame, {"core.reports": reports})
        measured = build.frame.filter(
            (pl.col("fate") == "measured") & (pl.col("report_id") == reports["report_id"][0])
        ).height
        for rate in (5, 1):
            long = with_cell(reports, "characters", measured * 10_000 // rate)
            yield f"characters = {long['characters'][0]}", build, Build(build.frame, {"core.reports": long})
    elif table is OBSERVATIONS:
        beside = {"last_build.reports": reports, "last_build.observations": build.frame, "core.reports": reports}
        build = Build(build.frame, beside)
        report = build.frame["report_id"].value_counts(sort=True)["report_id"][0]
        of_it = build.frame["report_id"] == report
        half = pl.concat([build.frame.filter(of_it).head(1), build.frame.filter(~of_it)])
        yield f"all observations but one of {report} gone", build, Build(half, beside)
        other = with_cell(reports, "text_hash", "another", reports["report_id"].to_list().index(report))
        fewer = pl.concat([build.frame.filter(of_it)[1:], build.frame.filter(~of_it)])
        yield (
            f"the text of {report} another, an observation gone",
            build,
            Build(fewer, beside | {"core.reports": other}),
        )
    else:
        build = Build(build.frame, {"core.reports": reports})
        wanted = item.fails.partition("[")[2].partition("]")[0].replace("'", "").split(", ")
        report = reports["report_id"][0]
        rest = (pl.col("report_id") == report) & pl.col("section").is_in(wanted)
        keep = build.frame.with_row_index().filter(rest)["index"][0]
        frame = build.frame.with_columns(section=pl.when(rest).then(pl.lit("unknown")).otherwise("section"))
        arranged = Build(with_cell(frame, "section", wanted[0], keep), build.beside)
        yield (
            f"section of the only {wanted[0]} = unknown",
            arranged,
            Build(with_cell(arranged.frame, "section", "unknown", keep), build.beside),
        )


def of_last_year(store: Store, table: Table, item: Expectation, end: str, build: Build) -> Iterator[Spoiled]:
    """Last year's as this year's, a year earlier; then something is unlike it."""
    reading = build.frame
    if "distributed" in item.name:  # which is told of many rows only
        key, text = table.key[0], build.frame
        parts = [
            text.with_columns(pl.format("{}~{}", key, pl.lit(at)).alias(key)) for at in range(1, 200 // text.height + 1)
        ]
        reading = pl.concat([text, *parts])
    before = {f"year_before.{table.name}": earlier(reading)}
    arranged = Build(reading, before)
    if "distributed" in item.name:
        column = item.name.partition(" ")[0]
        labels = reading[column].unique().drop_nulls().to_list()
        for label in sorted(labels):
            other = reading.with_columns(pl.lit(label).alias(column))
            if table is STATEMENTS:  # a numeral set aside has a reason and no value, a measured one the other way round
                aside = pl.lit(label == "set_aside")
                other = other.with_columns(
                    reason=pl.when(aside).then(pl.lit("date")), value=pl.when(~aside).then(pl.lit(1.0))
                )
            if column == "bound" and label == "range":
                continue  # a range has two ends
            if column == "bound":
                other = other.with_columns(obs_value_high=pl.lit(None, pl.Float64))
            yield f"{column} of all rows = {label}", arranged, Build(other, before)
    else:
        single = (pl.col("transformation") == "level") & (pl.col("period_start") == pl.col("period_end"))
        places = reading.with_row_index().filter(single & (pl.col("obs_value") > 0))["index"].to_list()
        factor = int(item.name.partition("factor of ")[2].split()[0]) + 1
        for at in places:
            value = reading["obs_value"][at] * factor
            what = f"obs_value = {value:g}, {factor} times last year's"
            yield what, arranged, Build(with_cell(reading, "obs_value", value, at), before)


def earlier(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows of the year before."""
    years = [name for name in ("report_year", "period_start", "period_end") if name in frame.columns]
    return frame.with_columns(pl.col(name) - 1 for name in years)


FIELD = {"values_plausible": of_values, "reports_complete": of_completeness, "like_last_year": of_last_year}


class Bench:
    """Where builds of a warehouse's tables are checked; each table's relations are opened once."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.open: dict[Table, tuple[duckdb.DuckDBPyConnection, Any]] = {}
        self.good: set[int] = set()  # ids of frames that were found good
        self.builds: dict[Table, Build] = {}
        self.written = 0  # a name of its own for each file

    def build(self, table: Table) -> Build:
        if table not in self.builds:
            self.builds[table] = good_build(self.store, table)
        return self.builds[table]

    def failing(self, table: Table, build: Build) -> set[str]:
        """The expectations of a table that fail on a build."""
        self.written += 1
        path, wanted = self.folder / f"{table.name}-{self.written}.parquet", expectations(table)
        build.frame.write_parquet(path)
        if build.beside or build.frame.schema != table.polars_schema:
            results = check_file(table, partition_of(table), path, wanted, partial(self.related, table, build), [])
        else:
            if table not in self.open:
                manager = opened(table, path, wanted, partial(self.related, table, build))
                self.open[table] = manager.__enter__(), manager
            connection = self.open[table][0]
            connection.from_parquet(str(path)).create_view("file", replace=True)
            results = judged(connection, table, partition_of(table), path, wanted, [])
        return {result["expectation"] for result in results if not result["success"]}

    def related(self, table: Table, build: Build, name: str) -> Relation:
        if name not in build.beside:
            return relation(self.store, partition_of(table), name)
        path = self.folder / f"{name}-{self.written}.parquet"
        build.beside[name].write_parquet(path)
        return [path]

    def tried(self, table: Table, item: Expectation, end: str) -> tuple[str, set[str]]:
        """What was spoiled for an expectation, and all that failed: of several ways the first that fails it alone."""
        came: list[tuple[str, set[str]]] = []
        for what, good, bad in spoiled(self.store, table, item, end, self.build(table)):
            if id(good.frame) not in self.good or good.beside:
                assert not (wrong := self.failing(table, good)), f"{table}: not good before {what}: {wrong}"
                self.good.add(id(good.frame))
            failed = self.failing(table, bad)
            if is_caught(item, end, failed):
                return what, failed
            came.append((what, failed))
        return came[-1] if came else ("nothing", set())

    def close(self) -> None:
        for _, manager in self.open.values():
            manager.__exit__(None, None, None)


def print_table(warehouse: Path) -> None:
    """Print expectation, what was spoiled, and whether that expectation, and that one, failed."""
    print("| table | expectation | severity | spoiled | caught |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Store(warehouse), Path(folder))
        for table, item, end in EVERY_WAY:
            what, failed = bench.tried(table, item, end)
            caught = "yes" if is_caught(item, end, failed) else f"NO, {'; '.join(sorted(failed)) or 'nothing'} failed"
            print(f"| {table} | {item.name} | {item.severity} | {what} | {caught} |", flush=True)
        bench.close()


if __name__ == "__main__":
    print_table(Path(sys.argv[1]))
