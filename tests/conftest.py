"""What several modules of tests share: the sample reports, run once."""

import importlib
import os
from pathlib import Path

import duckdb
import pytest
from hypothesis import settings
from typer.testing import CliRunner

from commands import app
from warehouse.publication import connect

os.environ.pop("COLUMNS", None)  # a console that is made while it is set keeps that width for all tests
importlib.import_module("commands.shown")
# a busy machine is no fault of what is tested; each run tries others, so fifty a run are many
settings.register_profile("suite", deadline=None, max_examples=50)
settings.load_profile("suite")


def publish(folder: Path, *arguments: object) -> tuple[duckdb.DuckDBPyConnection, str]:
    """Run the command into a folder; the published database, and what was printed."""
    result = CliRunner().invoke(app, ["run", "--warehouse", str(folder), *map(str, arguments)], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return connect(folder / "duixian.duckdb"), result.output


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[duckdb.DuckDBPyConnection, str]:
    """The database of the sample reports."""
    return publish(tmp_path_factory.mktemp("samples"), "--strict")


@pytest.fixture(scope="session")
def sample_warehouse(samples: tuple[duckdb.DuckDBPyConnection, str]) -> Path:
    """The folder that the database of the sample reports stands in."""
    row = samples[0].execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchone()
    assert row
    return Path(row[0]).parents[1]
