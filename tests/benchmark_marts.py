"""What the marts that queries make cost over many reports: rows of a warehouse, copied to areas that there are not.

`python -m tests.benchmark_marts WAREHOUSE --reports 60000`. Prints seconds, rows and the peak memory of the process;
nothing here passes or fails.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import duckdb

from pipelines.tables import Table
from pipelines.tables.core import AREAS, INDICATORS, NO_TARGETS, OBSERVATIONS, REPORTS
from pipelines.tables.mart import MARTS, TARGET_OUTCOMES
from warehouse import marts
from warehouse.store import Store

COPIED = (REPORTS, OBSERVATIONS, NO_TARGETS, AREAS, TARGET_OUTCOMES)
# what names an area, a report or an observation: each copy has its own
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
                    f"{name} || '-' || copy AS {name}" if name in IDS else "'' AS text" if name == "text" else name
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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--reports", type=int, default=60_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Copies((options.warehouse / "duixian.duckdb").resolve(), Path(folder), options.reports)
        for table in MARTS:
            if marts.is_query(table) and all(store.file(source).is_file() for source in marts.sources(table)):
                start, busy = time.perf_counter(), time.process_time()
                frame = marts.rows(store, table)
                frame.write_parquet(store.file(table))
                seconds, worked = time.perf_counter() - start, time.process_time() - busy
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                print(f"{table}: {frame.height:,} rows, {seconds:.1f} s, {worked:.1f} s of work, peak {peak:,.0f} MB")


if __name__ == "__main__":
    main()
