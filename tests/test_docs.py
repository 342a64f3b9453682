"""The queries of the documentation give the results that stand below them; its pages and its notebook are made."""

import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer
from lxml import html

from commands import app
from pipelines.tables.mart import MARTS
from pipelines.tables.registry import TABLES
from warehouse import marts
from warehouse.expectations.field import field_expectations
from warehouse.expectations.listed import checks

ROOT = Path(__file__).resolve().parents[1]
WORKED = re.compile(r"^```sql\n(?P<query>.*?)^```\n\n(?P<table>(?:^\|[^\n]*\n)+)", re.MULTILINE | re.DOTALL)


def worked() -> list[Any]:
    """Each SQL block of README and docs, with the table below it."""
    found = []
    for path in (ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").rglob("*.md"))):
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


def test_the_notebook_answers_its_questions(
    samples: tuple[duckdb.DuckDBPyConnection, str],
    sample_warehouse: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copy(sample_warehouse / "duixian.duckdb", tmp_path)  # this process has the other one open in its own way
    monkeypatch.setenv("DUIXIAN_WAREHOUSE", str(tmp_path))
    monkeypatch.setenv("MARIMO_SKIP_UPDATE_CHECK", "1")
    questions = runpy.run_path(str(ROOT / "docs/questions.py"), run_name="questions")
    _, found = questions["app"].run()
    years = samples[0].execute(
        "SELECT period_end FROM mart.target_outcomes WHERE verdict <> verdict_strict AND ref_area = '100000' "
        "AND indicator = 'gdp' ORDER BY period_end"
    )
    assert [(year,) for year in found["only_by_about"]] == years.fetchall()
    unreported, asked = samples[0].execute(
        "SELECT sum(unreported), sum(met + missed + incomparable + unreported) FROM mart.scorecard "
        "WHERE ref_area = '100000'"
    ).fetchone() or (0, 0)
    assert found["silent"] == pytest.approx(unreported / asked)
    told = samples[0].execute(
        "SELECT count(*) FROM mart.told_and_final WHERE indicator = 'gdp' AND ref_area = '100000'"
    )
    assert (len(found["told"]),) == told.fetchone()
    for chart in ("growth_chart", "verdicts_chart", "told_chart"):
        assert found[chart].to_dict()["datasets"], chart


def test_the_documentation_is_made_and_has_every_table_column_and_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "--strict", "-d", tmp_path], cwd=ROOT, check=False,
        capture_output=True, text=True, env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "JIEBA_CACHE": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    pages = {
        path.relative_to(tmp_path).as_posix(): html.fromstring(path.read_bytes()) for path in tmp_path.rglob("*.html")
    }
    codes = {code.text_content() for code in pages["reference/tables.html"].iterfind(".//code")}
    headings = [heading.text_content() for heading in pages["reference/tables.html"].iterfind(".//h3")]
    for table in TABLES.values():
        assert [heading for heading in headings if heading.startswith(f"{table.full_name} {table.zh}")], table
        assert {column.name for column in table.columns} <= codes, table
    said = pages["reference/commands.html"].text_content()
    group = typer.main.get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        assert f"duixian {name}" in said
        for parameter in command.params:
            assert all(option in said for option in parameter.opts if option.startswith("--")), (name, parameter.opts)
    assert "reference/seeds.html" in {link.get("href") for link in pages["index.html"].iterfind(".//a")}
    for path, page in pages.items():  # nothing is asked of the network
        asked = [*page.iterfind(".//script[@src]"), *page.iterfind(".//img[@src]"), *page.iterfind(".//link[@href]")]
        outside = [one for one in asked if re.match("(https?:)?//", one.get("src") or one.get("href") or "")]
        assert [one for one in outside if one.get("rel") != "canonical"] == [], path


def test_every_proof_of_the_threat_model_is_a_test() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 10
    for path, name in named:
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{name}"


def field_table() -> list[str]:
    """What seeds/expectations.yaml expects, as docs/checks.md lists it."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for table, items in field_expectations().items():
        for item in items:
            found.setdefault((item.zh, item.name, item.severity), []).append(f"`{table}`")
    lines = [f"| {zh} {name} | {severity} | {', '.join(tables)} |" for (zh, name, severity), tables in found.items()]
    return ["| expectation | severity | tables |", "| --- | --- | --- |", *lines]


def test_the_page_of_checks_lists_them() -> None:
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert "\n".join(field_table()) in page, "put the lines of field_table() into docs/checks.md"
    for table in TABLES.values():
        assert all(f"`{name}`" in page for name in checks(table)), table
