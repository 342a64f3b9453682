"""`duixian check`: what it shows, what it says of a failure, and the pages that it builds."""

import csv
import io
import json
import re
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from commands import app
from pipelines import seeds
from pipelines.tables.core import INDICATORS, OBSERVATIONS
from pipelines.tables.ops import VALIDATION_RESULTS
from pipelines.tables.registry import PARTITIONED
from tests.frames import keep_tables, year_of_tables
from warehouse.expectations.running import check
from warehouse.store import ALL, Store

HOSTILE = '=cmd|"<script>alert(1)</script><img src=x onerror=alert(2)>'


def shown(folder: Path, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["check", "--warehouse", str(folder), *arguments], env={"COLUMNS": "200"})
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def spoiled(tmp_path: Path) -> Store:
    """A warehouse with a year whose observation is not what its labels and its report say."""
    store, tables = Store(tmp_path), year_of_tables()
    tables[OBSERVATIONS] = tables[OBSERVATIONS].with_columns(
        evidence=pl.lit(HOSTILE), bound=pl.lit(HOSTILE), obs_value=pl.lit(1e9)
    )
    keep_tables(store, 2022, tables=tables)
    for table in PARTITIONED:
        check(store, table, "2022")
    return store


def test_what_fails_stands_first_and_blocks(spoiled: Store) -> None:
    code, output, said = shown(spoiled.folder)
    assert code == 1
    assert output.index("bound is one of its 5 values") < output.index("core.reports")
    assert "evidence is its span of the report" in output and "证据即报告中该段文字" in output
    assert "held back: 2022: core.observations failed: bound is one of its 5 values (1: id-140200-2022" in said
    assert str(spoiled.folder / "data_docs" / "index.html") in said


def test_json_and_csv_hold_all_results(spoiled: Store) -> None:
    rows = json.loads(shown(spoiled.folder, "--format", "json", "--no-docs")[1])
    assert not (spoiled.folder / "data_docs").exists()
    assert [row["success"] for row in rows] == sorted(row["success"] for row in rows)
    text = shown(spoiled.folder, "--format", "csv")[1]
    found = list(csv.DictReader(io.StringIO(text)))
    assert len(found) == len(rows) and list(found[0]) == list(VALIDATION_RESULTS.polars_schema)
    assert not [value for row in found for value in row.values() if value.startswith(("=", "+", "-", "@"))]


def test_the_pages_lead_to_the_rows_and_hold_no_markup_of_reports(spoiled: Store) -> None:
    shown(spoiled.folder)
    folder = spoiled.folder / "data_docs"
    pages = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
    assert pages.keys() == {"index.html", *(f"{table}.html" for table in map(repr, PARTITIONED))}
    for name, text in pages.items():
        assert not re.search(r"<script|<img|onerror=alert[^&]*>|https?://", text.replace("&lt;", "")), name
        assert "default-src &#39;none&#39;" in text
    page = pages["core.observations.html"]
    assert "&lt;script&gt;alert(1)" in page and "id-140200-2022" in page
    for text in (page, pages["index.html"]):
        links = set(re.findall(r'href="(?:core\.observations\.html)?#([^"]+)"', text))
        assert len(links) == 2 and all(f'id="{link}"' in page for link in links)


def test_nothing_checked_is_said(tmp_path: Path) -> None:
    code, _, said = shown(tmp_path)
    assert code == 2 and "run `duixian run` first" in said


def test_a_table_without_partitions_that_fails_blocks_all(spoiled: Store) -> None:
    spoiled.write(INDICATORS, ALL, seeds.indicators().with_columns(desired=pl.lit("more")))
    check(spoiled, INDICATORS, ALL)
    code, _, said = shown(spoiled.folder)
    assert code == 1 and "nothing published: core.indicators failed: desired is one of its 4 values (55: " in said


def test_the_samples_hold_and_each_result_is_in_the_database(samples: tuple[duckdb.DuckDBPyConnection, str]) -> None:
    path = samples[0].execute("SELECT path FROM duckdb_databases() WHERE database_name LIKE 'duixian%'").fetchall()
    code, output, _ = shown(Path(path[0][0]).parents[1], "--format", "json", "--no-docs")
    assert code == 0
    names = ("table_name", "partition", "expectation", "success", "is_published")
    rows = samples[0].execute(f"SELECT {', '.join(names)} FROM ops.validation_results")  # noqa: S608
    assert {tuple(row[name] for name in names) for row in json.loads(output)} == set(rows.fetchall())
    assert all(row["success"] for row in json.loads(output))
