"""Expectations made from the registry, as SQL and as Great Expectations."""

from pathlib import Path

import polars as pl
import pytest

from pipelines.seeds import indicators
from pipelines.tables import Table
from pipelines.tables.core import INDICATORS, OBSERVATIONS, PASSAGES, REPORTS, STATEMENTS
from pipelines.tables.registry import PARTITIONED
from tests.frames import year_of_tables
from warehouse.expectations import check_file, check_frame, checks, expectations


def failing(tmp_path: Path, table: Table, frame: pl.DataFrame) -> set[str]:
    """The expectations of a table's file that fail."""
    paths = {}
    for name, rows in ((table, frame), (REPORTS, year_of_tables()[REPORTS] if table is not REPORTS else frame)):
        paths[name] = tmp_path / f"{name.name}.parquet"
        rows.write_parquet(paths[name])
    wanted = [item for items in checks(table).values() for item in items]
    results = check_file(table, "2022", paths[table], paths[REPORTS], wanted)
    assert len(results) == len(expectations(table))
    return {row["expectation"] for row in results if not row["success"]}


@pytest.mark.parametrize("table", PARTITIONED)
def test_good_rows_hold(tmp_path: Path, table: Table) -> None:
    assert failing(tmp_path, table, year_of_tables()[table]) == set()


SPOILED = [
    (REPORTS, {"source_hash": None}, "source_hash is not null"),
    (REPORTS, {"report_year": 1800}, "report_year is from 1949 to 2100"),
    (PASSAGES, {"section": "epilogue"}, "section is one of its 11 values"),
    (PASSAGES, {"char_start": 1}, "passage text is its span of the report"),
    (STATEMENTS, {"surface": "百分之九"}, "surface is its span of the report"),
    (STATEMENTS, {"value": None}, "a numeral set aside has a reason, a measured one has a value"),
    (OBSERVATIONS, {"evidence": "地区生产总值"}, "evidence is its span of the report"),
    (OBSERVATIONS, {"char_end": 3}, "evidence is its span of the report"),
    (OBSERVATIONS, {"bound": "range"}, "a range has two ends in order, nothing else has"),
    (OBSERVATIONS, {"period_start": 2030}, "a period ends no earlier than it starts"),
    (OBSERVATIONS, {"confidence": 1.5}, "confidence is from 0 to 1"),
]


@pytest.mark.parametrize(("table", "change", "expectation"), SPOILED, ids=lambda item: str(item)[:40])
def test_one_spoiled_value_fails_one_expectation(tmp_path: Path, table: Table, change: dict, expectation: str) -> None:
    frame = year_of_tables()[table]
    spoiled = frame.with_columns(pl.lit(new).cast(frame.schema[name]).alias(name) for name, new in change.items())
    assert failing(tmp_path, table, spoiled) == {expectation}


def test_a_row_that_stands_twice_fails(tmp_path: Path) -> None:
    frame = year_of_tables()[OBSERVATIONS]
    assert failing(tmp_path, OBSERVATIONS, pl.concat([frame, frame])) == {"observation_id identifies a row"}


def test_great_expectations_sees_the_same() -> None:
    good = indicators()
    results = check_frame(INDICATORS, "all", good)
    assert {row["expectation"] for row in results if not row["success"]} == set()
    assert {row["expectation"] for row in results} == {item.name for item in expectations(INDICATORS)}
    bad = good.with_columns(
        desired=pl.when(pl.col("indicator") == "gdp").then(pl.lit("more")).otherwise("desired"),
        category=pl.when(pl.col("indicator") == "cpi").then(None).otherwise("category"),
    )
    failed = {row["expectation"]: row for row in check_frame(INDICATORS, "all", bad) if not row["success"]}
    assert set(failed) == {"desired is one of its 4 values", "category is not null"}
    assert failed["desired is one of its 4 values"]["detail"] == "gdp"
    assert failed["category is not null"]["failing_rows"] == 1
