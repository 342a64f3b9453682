"""Every command of README and docs is run, in one folder and in the order in which a reader meets them.

Files that a page gives (blocks with a title) are written, commands (blocks marked `sh`) and Python are run. Four kinds
are not run as they stand, and `Reader` says so: what gets or builds the repository itself (git, cd, make: the target
must exist), what asks the network, other machines or their administrator, or serves pages until it is stopped (the
command must know every option that is given, the files must exist), the editor of the notebook (the notebook itself is
run by another test), and Dagster's own command line (options, jobs, years, sensors and assets must be known).
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg
import pytest
from dagster._cli import create_dagster_cli
from frictionless import Package
from typer.testing import CliRunner

from assets.definitions import defs
from assets.partitions import report_years
from commands import app, shown
from tests.commands.test_run import query

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```(?P<kind>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
TUTORIAL = ROOT / "docs/tutorial.md"
PAGES = (*sorted((ROOT / "docs/how-to").glob("*.md")), ROOT / "README.md")
DEMANDS_NETWORK = ("fetch",)
SERVES = ("open",)
dagster_cli = create_dagster_cli()
GIVEN = ("text", "yaml", "json")  # kinds of blocks that a title may stand above


class Block(NamedTuple):
    """A block of a page, with its line."""

    line: int
    kind: str
    title: str | None
    text: str


def blocks(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    return [
        Block(text.count("\n", 0, match.start()) + 1, match["kind"], match["title"], match["text"])
        for match in BLOCK.finditer(text)
    ]


class Reader:
    """Who follows the pages, in a folder that looks to the commands like the one that was cloned."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.outputs: dict[str, str] = {}

    def follow(self, path: Path) -> int:
        """Do all that a page says; how many commands it had."""
        for left in {*self.folder.glob("duixian*"), *self.folder.glob("*.xlsx")}:  # exports of another page
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        count = 0
        for block in blocks(path):
            where = f"{path.relative_to(ROOT)}:{block.line}"
            if block.title:
                assert block.kind in GIVEN, where
                (self.folder / block.title).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / block.title).write_text(block.text, encoding="utf-8")
            elif block.kind == "python":
                self.python(block.text, where)
            elif block.kind == "sh":
                for line in block.text.splitlines():
                    if words := shlex.split(line, comments=True):
                        count += 1
                        self.command(words, f"{where}: {line}")
        return count

    def python(self, code: str, where: str) -> None:
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert (done.returncode, bool(done.stdout)) == (0, True), (where, done.stderr)

    def command(self, words: list[str], where: str) -> None:
        name, *rest = words
        if name == ".venv/bin/duixian":
            self.duixian(rest, where)
        elif name == "make":
            done = subprocess.run(["make", "-n", *rest], cwd=ROOT, capture_output=True, check=False)
            assert done.returncode == 0, (where, done.stderr)
        elif name == "mkdir":
            assert rest[0] == "-p", where
            (self.folder / rest[1]).mkdir(parents=True, exist_ok=True)
        elif name == ".venv/bin/frictionless":
            assert rest[0] == "validate", where
            assert Package(str(self.folder / rest[1])).validate().valid, where
        elif name == "duckdb":
            assert rest[0] == "-readonly", where
            assert (self.folder / rest[1]).exists(), where
            if program := shutil.which("duckdb"):
                subprocess.run([program, *rest], input=b"SELECT 1;", cwd=self.folder, check=True)
        elif name == ".venv/bin/dagster":
            self.dagster(rest, where)
        elif name == "export":
            assert rest == ["DAGSTER_HOME=$PWD/.dagster"], where  # as `make dev` has it
        elif name == ".venv/bin/dask":
            told = subprocess.run([ROOT / name, rest[0], "--help"], capture_output=True, text=True, check=True).stdout
            assert all(word in told for word in rest if word.startswith("--")), where
        elif name in ("install", "systemctl"):  # as the machine's administrator; what is installed must be there
            assert all(list(ROOT.glob(word)) for word in rest if word.startswith("deploy/")), where
            assert all(list(ROOT.glob(f"deploy/{word}.service")) for word in rest if word.startswith("duixian-")), where
        elif name == ".venv/bin/marimo":
            assert (rest[0], (ROOT / rest[1]).is_file()) == ("edit", True), where
        else:
            assert words[:2] == ["git", "clone"] or words == ["cd", "duixian"], f"{where} is not known here"

    def duixian(self, words: list[str], where: str) -> None:
        """Run the command here; what needs the network or serves is asked whether it knows all that is given."""
        command = words[0]
        if command in (*DEMANDS_NETWORK, *SERVES) or any("://" in word for word in words):
            told = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"})
            assert told.exit_code == 0, where
            for word in words[1:]:
                assert not word.startswith("--") or word in told.output, (where, word)
            return
        result = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
        assert result.exit_code == 0, (where, result.output, result.exception)
        self.outputs[shlex.join(words)] = result.output

    def dagster(self, words: list[str], where: str) -> None:
        options = dict(pairwise(words))
        years = report_years.get_partition_keys()
        assert all(options[name] in years for name in ("--partition", "--from", "--to") if name in options), where
        command = dagster_cli.commands[words[0]].commands[words[1]]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= known, where
        assert options.get("-w", "workspace.yaml") == "workspace.yaml", where
        if words[:2] == ["asset", "materialize"]:
            assert options["-m"] == "assets.definitions", where
            chosen = dg.AssetSelection.from_string(options["--select"]).resolve(defs.resolve_asset_graph())
            assert chosen, where
        elif words[0] == "job":
            assert defs.resolve_job_def(options["-j"]), where
        else:
            assert words[1] == "start", where
            named = {"sensor": defs.resolve_sensor_def, "schedule": defs.resolve_schedule_def}[words[0]]
            assert named(words[-1]), where


@pytest.fixture(scope="module")
def reader(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader who has followed the tutorial."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "warehouse").symlink_to(sample_warehouse)
    before = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shown, "DEFAULT_WAREHOUSE", folder / "warehouse")
        patch.setenv("DUIXIAN_ENGINE", "in_process")
        os.chdir(folder)
        try:
            made = Reader(folder)
            assert made.follow(TUTORIAL) > 8
            # what the pages take for granted: a report that one has
            given = (folder / "my-reports/360427/2024.txt").read_text(encoding="utf-8")
            (folder / "a-scan.txt").write_text(given, encoding="utf-8")
            (folder / "report.pdf").write_text(given, encoding="utf-8")  # read as what it is, whatever its ending says
            yield made
        finally:
            os.chdir(before)


def test_the_tutorial_tells_what_comes(reader: Reader) -> None:
    found = query(
        reader.folder / "my-warehouse",
        "SELECT indicator_name_zh, verdict, verdict_strict, is_sample FROM mart.target_outcomes "
        "WHERE target_report_year = 2024 ORDER BY 1",
    )
    assert found == [
        ("一般公共预算收入", "missed", "missed", True), ("地区生产总值", "met", "missed", True),
        ("城镇新增就业", "met", "met", True), ("居民消费价格", "unreported", "unreported", True),
    ]  # fmt: skip
    told = [line for line in TUTORIAL.read_text(encoding="utf-8").splitlines() if re.match(r"\| \S+ \S+ \| .*`", line)]
    assert len(told) == len(found)
    for name, verdict, *_ in found:
        assert any(line.startswith(f"| {name} ") and f"`{verdict}`" in line for line in told)
    changes = next(output for words, output in reader.outputs.items() if words.startswith("compare 360427"))
    assert "targets: 保持 kept 1, 降低 lowered 2, 取消 dropped 1" in changes


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_run(reader: Reader, page: Path) -> None:
    assert reader.follow(page) > 0
    if page.name == "extend-the-lexicon.md":
        assert "7 right, 0 missed, 0 extra" in reader.outputs["evaluate --gold my-gold --reports my-reports"]
    if page.name == "correct-a-scan.md":
        values = (
            "SELECT obs_value, flags FROM core.observations WHERE report_year = 2026 AND kind = 'outcome' ORDER BY 1"
        )
        assert (4.1, ["corrected"]) in query(reader.folder / "my-warehouse", values)


def test_no_command_stands_where_it_is_not_run() -> None:
    """Commands stand in blocks that are run; what is shown otherwise is output."""
    for path in (TUTORIAL, *PAGES, ROOT / "README.zh.md", *(ROOT / "docs").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        for line in BLOCK.sub("", text).splitlines():
            assert not re.match(r"\s{4}(\.venv|make|duixian|git)\b", line), f"{path.name}: {line}"
        kinds = {block.kind for block in blocks(path)}
        assert kinds <= {"sh", "python", "sql", *GIVEN}, path
        assert all(block.title for block in blocks(path) if block.kind in GIVEN), path


def test_the_chinese_readme_is_level_with_the_english_one() -> None:
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md"))

    def shape(text: str) -> list[Any]:
        """Headings by level, rows of tables by their cells, in order."""
        plain = BLOCK.sub("", text)
        return [
            line.split(" ")[0] if line.startswith("#") else line.count("|")
            for line in plain.splitlines()
            if line.startswith(("#", "|"))
        ]

    assert shape(chinese) == shape(english)
    assert [block[1:] for block in blocks(ROOT / "README.zh.md")] == [block[1:] for block in blocks(ROOT / "README.md")]
    links = [sorted(re.findall(r"\]\(([^)]+)\)", text)) for text in (english, chinese)]
    assert [link for link in links[0] if "README" not in link] == [link for link in links[1] if "README" not in link]
    assert sorted(re.findall(r"^    \S.*$", english, re.MULTILINE)) == sorted(
        re.findall(r"^    \S.*$", chinese, re.MULTILINE)
    )
