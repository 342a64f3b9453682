"""The comparison and the editing over many reports: the observations of a warehouse, multiplied to made-up areas.

`python -m tests.benchmark_comparison WAREHOUSE/duixian.duckdb --reports 60000` prints seconds of the clock and of work,
and the peak memory of the process; nothing here passes or fails.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
from rich.console import Console

from pipelines import comparison, seeds
from pipelines import consistency as editing
from pipelines.tables import Table
from pipelines.tables.core import AREAS, OBSERVATIONS, STATEMENTS

FEW = 2  # reports of a place
console = Console()


def read(path: Path, table: Table) -> pl.DataFrame:
    """A table of a published file."""
    with duckdb.connect(path, read_only=True) as connection:
        rows = connection.table(table.full_name).select(*table.polars_schema).fetchall()
    return table.frame_of(rows)


def surfaces(path: Path) -> pl.DataFrame:
    """What the editing reads of the statements of a published file: those that are observations."""
    columns = ("statement_id", "surface", "subject")
    with duckdb.connect(path, read_only=True) as connection:
        statements = connection.table(STATEMENTS.full_name)
        told = connection.table(OBSERVATIONS.full_name).select("statement_id")
        rows = statements.join(told, "statement_id", "semi").select(*columns).fetchall()
    return pl.DataFrame(rows, dict.fromkeys(columns, pl.String), orient="row")


@contextmanager
def measured(what: str) -> Iterator[list[str]]:
    """Print what something took; it may add what came of it."""
    told: list[str] = []
    start, busy = time.perf_counter(), time.process_time()
    yield told
    seconds, worked = time.perf_counter() - start, time.process_time() - busy
    console.print(f"{what}: {', '.join(told)}; {seconds:.1f} s, {worked:.1f} s of work, peak {megabytes():,.0f} MB")


def multiplied(frame: pl.DataFrame, copies: int, *columns: str) -> pl.DataFrame:
    """So many copies of the rows, their codes and ids told apart by a number before them."""
    numbers = pl.DataFrame({"copy": range(copies)}).with_columns(pl.format("{}-", "copy").alias("copy"))
    told_apart = [pl.concat_str("copy", column).alias(column) for column in columns]
    return frame.join(numbers, how="cross").with_columns(told_apart).select(frame.columns)


def lengthened(observations: pl.DataFrame, times: int) -> pl.DataFrame:
    """Of places with few reports so many copies, each two years before the last, as if they had many."""
    years = pl.col("report_year").n_unique().over("ref_area")
    shifts = pl.DataFrame({"shift": range(0, 2 * times, 2)}, schema={"shift": pl.Int32})
    return (
        observations.filter(years <= FEW)
        .join(shifts, how="cross")
        .with_columns(
            *(pl.col(name) - pl.col("shift") for name in ("report_year", "period_start", "period_end")),
            pl.format("{}~{}", "observation_id", "shift").alias("observation_id"),
        )
        .select(observations.columns)
        .vstack(observations.filter(years > FEW))
    )


def megabytes() -> float:
    """The most memory that this process has held."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 if sys.platform != "darwin" else most / 1024**2


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path, help="a published duixian.duckdb")
    parser.add_argument("--reports", type=int, default=60_000, help="about so many reports")
    parser.add_argument(
        "--years", type=int, default=1, help="so many copies of places with few reports, two years apart"
    )
    options = parser.parse_args()
    observations = lengthened(read(options.database, OBSERVATIONS), options.years)
    reports = observations.select("ref_area", "report_year").unique(maintain_order=True)
    areas = read(options.database, AREAS).join(reports, on="ref_area", how="semi")
    copies = -(-options.reports // reports.height)
    observations = multiplied(observations, copies, "ref_area", "report_id", "observation_id", "statement_id")
    reports, areas = multiplied(reports, copies, "ref_area"), multiplied(areas, copies, "ref_area")
    rules, likeness = comparison.load_rules(), comparison.load_likeness()
    console.print(f"{reports.height:,} reports, {observations.height:,} observations; {megabytes():,.0f} MB held")
    with measured("target_outcomes") as told:
        frame = comparison.target_outcomes(observations, reports, seeds.indicators(), areas, rules, likeness)
        told.append(f"{frame.height:,} rows")
    with measured("recomputed") as told:
        again = comparison.recomputed(frame, rules)
        wrong = frame.filter(pl.any_horizontal(frame[name].ne_missing(again[name]) for name in again.columns)).height
        told.append(f"{wrong} rows differ")
    del frame, again
    numerals = multiplied(surfaces(options.database), copies, "statement_id")
    with measured("consistency") as told:
        codebook = seeds.indicators()
        doubts = editing.load_rules(codebook["indicator"])
        told.append(f"{editing.consistency(observations, numerals.lazy(), codebook, areas, doubts).height:,} rows")


if __name__ == "__main__":
    main()
