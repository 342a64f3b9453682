"""What several modules of tests share: the sample reports, run once."""

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from commands import app


def publish(folder: Path, *arguments: object) -> tuple[duckdb.DuckDBPyConnection, str]:
    """Run the command into a folder; the published database, and what was printed."""
    result = CliRunner().invoke(app, ["run", "--warehouse", str(folder), *map(str, arguments)], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return duckdb.connect(str((folder / "duixian.duckdb").resolve()), read_only=True), result.output


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[duckdb.DuckDBPyConnection, str]:
    """The database of the sample reports."""
    return publish(tmp_path_factory.mktemp("samples"), "--strict")
