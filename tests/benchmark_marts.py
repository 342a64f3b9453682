"""What the marts that queries make cost over many reports: rows of a warehouse, copied to areas that there are not.

`python -m tests.benchmark_marts WAREHOUSE --reports 60000`. Prints seconds, rows and the peak memory of the process,
then how long the documented queries take over the same rows, and what one year of `mart.term_emphasis` takes; nothing
here passes or fails.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import duckdb
import polars as pl

from pipelines import emphasis, seeds
from pipelines.tables import Table
from pipelines.tables.core import AREAS, INDICATORS, NO_TARGETS, OBSERVATIONS, REPORTS, TERMS
from pipelines.tables.mart import MARTS, TARGET_OUTCOMES, TERM_EMPHASIS
from pipelines.tables.registry import TABLES
from tests.benchmark_comparison import read
from tests.benchmark_line import LAST, YEARS
from tests.test_docs import worked
from warehouse import marts
from warehouse.store import Store

COPIED = (REPORTS, OBSERVATIONS, NO_TARGETS, AREAS, TARGET_OUTCOMES)
# what names an area, a report or an observation: each copy but the first has its own
IDS = {
    "ref_area",
    "report_id",
    "observation_id",
    "statement_id",
    "target_id",
    "outcome_id",
    "no_target_id",
    "passage_id",
}


class Copies(Store):
    """Files of copied rows in the place of a warehouse's."""

    def __init__(self, database: Path, folder: Path, reports: int) -> None:
        super().__init__(folder)
        with duckdb.connect(str(database), read_only=True, config={"memory_limit": "1GB"}) as source:
            at_hand = source.table(REPORTS.full_name).count("*").fetchone() or (1,)
            copies = -(-reports // at_hand[0])
            for table in (*COPIED, INDICATORS):
                columns = [
                    f"{name} || IF(copy = 0, '', '-' || copy) AS {name}"
                    if name in IDS
                    else "'' AS text"
                    if name == "text"
                    else name
                    for name in table.polars_schema
                ]
                over = f"{table.full_name}, range({copies}) AS copies(copy)" if table in COPIED else table.full_name
                query = f"SELECT {', '.join(columns)} FROM {over}"  # noqa: S608
                source.sql(query).write_parquet(str(self.file(table)))

    def file(self, table: Table) -> Path:
        """Where a table's rows stand."""
        return self.folder / f"{table.name}.parquet"

    def published_files(self, table: Table) -> list[Path]:
        """What `marts.rows` reads."""
        return [self.file(table)]


def ask(store: Copies) -> None:
    """Run the queries of README and docs over the copied rows, where they have all the tables."""
    at_hand = {table.full_name: table for table in TABLES.values() if store.file(table).is_file()}
    with duckdb.connect() as connection:
        for table in at_hand.values():
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {table.schema}")
            connection.read_parquet(str(store.file(table))).create_view(f"{table.schema}_{table.name}")
            connection.execute(f"CREATE VIEW {table.full_name} AS FROM {table.schema}_{table.name}")
        for example in worked():
            query = example.values[0]
            if set(marts.NAMED.findall(query)) <= set(at_hand):
                start = time.perf_counter()
                rows = len(connection.execute(query).fetchall())
                print(f"the query of {example.id}: {rows:,} rows, {time.perf_counter() - start:.2f} s")


def emphasise(database: Path, reports: int) -> None:
    """The terms of a year and of the year before, of so many areas: each has those of a real report, in turn."""
    areas = seeds.areas().head(reports)
    terms = read(database, TERMS).drop("ref_area", "report_year")
    real = terms["report_id"].unique().sort()
    of_years = []
    for year in range(2):
        told = areas.select("ref_area", report_id=real.gather([(at + year) % len(real) for at in range(areas.height)]))
        of_years.append(told.join(terms, on="report_id"))
    held = areas.select("ref_area", report_id="ref_area", report_year=pl.lit(LAST), is_sample=pl.lit(False))
    start, busy = time.perf_counter(), time.process_time()
    before, this = (emphasis.keyed(frame.lazy()) for frame in of_years)
    found = emphasis.term_emphasis(this, before, held, seeds.areas())
    seconds, spent = time.perf_counter() - start, time.process_time() - busy
    print(f"{TERM_EMPHASIS}: a year of {areas.height:,} reports, {of_years[1].height:,} terms: {found.height:,} rows, "
          f"{seconds:.1f} s, {spent:.1f} s of work")  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--reports", type=int, default=60_000)
    options = parser.parse_args()
    database = (options.warehouse / "duixian.duckdb").resolve()
    with tempfile.TemporaryDirectory() as folder:
        store = Copies(database, Path(folder), options.reports)
        for table in MARTS:
            if marts.is_query(table) and all(store.file(source).is_file() for source in marts.sources(table)):
                start, busy = time.perf_counter(), time.process_time()
                frame = marts.rows(marts.files(store, table), table)
                frame.write_parquet(store.file(table))
                seconds, worked = time.perf_counter() - start, time.process_time() - busy
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                print(f"{table}: {frame.height:,} rows, {seconds:.1f} s, {worked:.1f} s of work, peak {peak:,.0f} MB")
        ask(store)
    emphasise(database, options.reports // YEARS)


if __name__ == "__main__":
    main()
