"""The queries of the documentation give the results that stand below them."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.tables.mart import MARTS
from warehouse import marts

ROOT = Path(__file__).resolve().parents[1]
WORKED = re.compile(r"^```sql\n(?P<query>.*?)^```\n\n(?P<table>(?:^\|[^\n]*\n)+)", re.MULTILINE | re.DOTALL)


def worked() -> list[Any]:
    """Each SQL block of README and docs, with the table below it."""
    found = []
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = path.read_text(encoding="utf-8")
        queries = list(WORKED.finditer(text))
        assert len(queries) == text.count("```sql\n"), f"{path}: a query has no table of its result below it"
        for match in queries:
            line = text.count("\n", 0, match.start()) + 1
            found.append(pytest.param(match["query"], match["table"], id=f"{path.name}:{line}"))
    return found


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def shown(value: Any) -> str:
    """A value as the documentation writes it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())


@pytest.mark.parametrize(("query", "table"), worked())
def test_a_worked_query_gives_its_result(
    samples: tuple[duckdb.DuckDBPyConnection, str], query: str, table: str
) -> None:
    result = samples[0].execute(query)
    header, _, *rows = table.splitlines()
    assert cells(header) == [column[0] for column in result.description or ()]
    assert [cells(line) for line in rows] == [[shown(value) for value in row] for row in result.fetchall()]


@pytest.mark.parametrize("table", [table for table in MARTS if marts.is_query(table)], ids=str)
def test_a_mart_s_query_gives_its_rows_on_the_published_database(
    samples: tuple[duckdb.DuckDBPyConnection, str], table: Any
) -> None:
    published = samples[0].table(table.full_name).fetchall()
    assert marts.arranged(samples[0], table).fetchall() == published
    assert f"## {table.full_name}" in (ROOT / "docs" / "marts.md").read_text(encoding="utf-8")
    assert all(row[-1] for row in published), "is_sample"


def test_every_proof_of_the_threat_model_is_a_test() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 10
    for path, name in named:
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{name}"
