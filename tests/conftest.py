"""What several modules of tests share: the sample reports, run once for all workers."""

import importlib
import os
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from hypothesis import settings
from typer.testing import CliRunner

from commands import app
from warehouse.publication import connect

os.environ.pop("COLUMNS", None)  # a console that is made while it is set keeps that width for all tests
importlib.import_module("commands.shown")
# a busy machine is no fault of what is tested; each run tries others, so fifty a run are many
settings.register_profile("suite", deadline=None, max_examples=50)
settings.register_profile("thorough", deadline=None, max_examples=1000)  # pytest --hypothesis-profile=thorough
settings.load_profile("suite")


# what takes longest begins first, so that no worker has it left when the others have ended
FIRST = ("test_run.py", "test_deploy.py", "test_faults.py", "test_whole_line.py", "test_expectations.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the modules of `FIRST` first, in that order; the others keep theirs."""
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else len(FIRST))


def publish(folder: Path, *arguments: object) -> tuple[duckdb.DuckDBPyConnection, str]:
    """Run the command into a folder; the published database, and what was printed."""
    result = CliRunner().invoke(app, ["run", "--warehouse", str(folder), *map(str, arguments)], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return connect(folder / "duixian.duckdb"), result.output


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[duckdb.DuckDBPyConnection, str]:
    """The database of the sample reports, and what the run printed; whichever worker comes first makes it."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "samples"
    told = folder.with_suffix(".txt")
    with FileLock(folder.with_suffix(".lock")):
        if not told.exists():
            told.write_text(publish(folder, "--strict")[1], encoding="utf-8")
    return connect(folder / "duixian.duckdb"), told.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def sample_warehouse(samples: tuple[duckdb.DuckDBPyConnection, str]) -> Path:
    """The folder that the database of the sample reports stands in."""
    row = samples[0].execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchone()
    assert row
    return Path(row[0]).parents[1]
