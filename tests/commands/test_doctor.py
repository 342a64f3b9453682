"""`duixian doctor`, and what holds of all commands: one sentence for an error, quiet on Ctrl-C and closed pipes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from commands import app
from commands.doctor import lack
from tests.commands.test_explain import changed
from tests.commands.test_run import duixian
from warehouse.store import Store


def findings(reports: Path, warehouse: Path) -> tuple[int, dict[str, dict[str, str]]]:
    code, output = duixian("doctor", "--reports", reports, "--warehouse", warehouse, "--format", "json")
    return code, {row["name"]: row for row in json.loads(output)}


def test_all_is_well_with_the_samples(sample_warehouse: Path) -> None:
    code, found = findings(Path("seeds/reports").absolute(), sample_warehouse)
    assert code == 0
    assert "18 reports, 295 observations" in found["warehouse"]["found"]
    assert "18 reports of 4 areas" in found["reports"]["found"]
    assert {found[name]["state"] for name in ("Python", "warehouse", "reports", "seeds", "disk", "locks")} == {"ok"}
    code, output = duixian("doctor", "--warehouse", sample_warehouse)
    assert code == 0
    assert "✓" in output


def test_what_is_not_there_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    code, found = findings(tmp_path / "reports", tmp_path / "w")
    assert code == 0, "nothing that is needed is wrong"
    for name in ("reports", "warehouse", "Chromium", "converter of doc and wps", "Chinese fonts"):
        assert found[name]["state"] == "missing"
        assert found[name]["remedy"]
    assert not (tmp_path / "w").exists(), "looking changes nothing"


def test_what_is_wrong_gives_an_exit_code(sample_warehouse: Path, tmp_path: Path) -> None:
    (tmp_path / "duixian.duckdb").write_bytes(b"no database")
    (tmp_path / "140200.txt").write_text("x")
    code, found = findings(tmp_path, tmp_path)
    assert code == 1
    assert "damaged" in found["warehouse"]["found"]
    assert "out of place" in found["reports"]["found"]
    folder = changed(
        sample_warehouse,
        tmp_path / "w",
        "UPDATE ops.builds SET rejected_reports = 2, held_back_years = ['2021'], duixian_version = '0'",
    )
    (tmp_path / "w/duixian.duckdb").rename(tmp_path / "w/build.duckdb")
    (folder / "builds").mkdir()
    (tmp_path / "w/build.duckdb").rename(folder / "builds/duixian-1.duckdb")
    (folder / "duixian.duckdb").symlink_to("builds/duixian-1.duckdb")
    with Store(folder).whole_run(lambda: None):
        code, found = findings(tmp_path, folder)
    assert found["locks"]["found"] == "another run is working on the warehouse"
    assert found["years held back"]["found"] == "2021"
    assert found["rejected reports"]["found"] == "2"
    assert "by this version" in found["warehouse"]["remedy"]


def test_a_library_that_is_missing_or_too_old() -> None:
    assert lack(Requirement("no-such-library>=1")) == "no-such-library is not installed"
    assert "is not >=99" in lack(Requirement("duckdb>=99"))
    assert lack(Requirement("duckdb")) == ""


def test_a_fault_of_our_own_is_one_sentence_and_a_traceback_only_with_debug(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError("[red]\x1b[2J")

    monkeypatch.setattr(sys.modules["commands.doctor"], "doctor", broken)
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 70
    assert result.output.startswith("a fault of duixian's own: ZeroDivisionError: [red][2J; `duixian --debug …`")
    assert "Traceback" not in result.output
    result = CliRunner().invoke(app, ["--debug", "doctor"])
    assert "Traceback" in result.output
    assert "\x1b" not in result.output
    result = CliRunner().invoke(app, ["--debug", "show", "x", "--warehouse", "/nowhere"])
    assert (result.exit_code, "Traceback" in result.output) == (2, True)


def test_ctrl_c_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["commands.doctor"], "doctor", stopped)
    result = CliRunner().invoke(app, ["doctor"])
    assert (result.exit_code, result.output) == (130, "stopped\n")


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_reader_that_goes_away_costs_no_traceback(sample_warehouse: Path, form: str) -> None:
    command = [sys.executable, "-c", "import commands; commands.main()", "show", "100000", "--format", form]
    with subprocess.Popen(
        [*command, "--warehouse", sample_warehouse], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode in (1, 141)


def test_help_lists_every_command_in_the_order_of_use() -> None:
    result = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "120"})
    places = [
        result.output.index(f"│ {name} ")
        for name in ("fetch", "add", "run", "open", "show", "explain", "export", "check", "evaluate", "doctor")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_for_a_shell(shell: str) -> None:
    # what the script asks for each time the tab key is pressed
    words = {
        "bash": {"COMP_WORDS": "duixian ex", "COMP_CWORD": "1"},
        "zsh": {"_TYPER_COMPLETE_ARGS": "duixian ex"},
        "fish": {"_TYPER_COMPLETE_ARGS": "duixian ex", "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    done = subprocess.run(
        [sys.executable, "-c", "import commands; commands.main()"], capture_output=True, text=True, check=False,
        env={"_DUIXIAN_COMPLETE": f"complete_{shell}", "PATH": "/usr/bin", **words},
    )  # fmt: skip
    assert "explain" in done.stdout, done.stderr
