"""`duixian run` as a user runs it: exit codes, messages, and what stands afterwards."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from commands import app
from pipelines import statistics
from pipelines.statements import statements
from pipelines.tables import Table
from tests import faults
from tests.packing import heed_ctrl_c
from warehouse.store import Store

TEXT = """政府工作报告

各位代表：

一、{past}年工作回顾

过去一年，全市地区生产总值增长{growth}%，城镇新增就业{jobs}万人，一般公共预算收入增长4.1%，居民消费价格上涨1.2%。

二、{year}年工作安排

今年的主要预期目标是：地区生产总值增长6%左右，城镇新增就业2万人以上，居民消费价格涨幅控制在3%以内。
"""


def write(folder: Path, area: str, year: int, growth: float = 6.1, jobs: float = 2.3) -> Path:
    path = folder / area / f"{year}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT.format(year=year, past=year - 1, growth=growth, jobs=jobs), encoding="utf-8")
    return path


def three(folder: Path) -> Path:
    """Three reports of two years."""
    for year in (2021, 2022):
        write(folder, "140200", year)
    write(folder, "330200", 2022)
    return folder


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return three(tmp_path / "reports")


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A warehouse as the first run on `reports` leaves it, and what that run printed."""
    folder = tmp_path_factory.mktemp("first")
    code, output = run(three(folder / "reports"), folder / "w")
    assert code == 0, output
    return folder / "w", output


@pytest.fixture
def published(first_run: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of it, to go on with."""
    return Path(shutil.copytree(first_run[0], tmp_path / "w", symlinks=True))


def duixian(*arguments: object, columns: int = 400) -> tuple[int, str]:
    """Run the command in this process: exit code and all it printed."""
    result = CliRunner().invoke(app, [str(item) for item in arguments], env={"COLUMNS": str(columns)})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def run(reports: Path, warehouse: Path, *more: object) -> tuple[int, str]:
    return duixian("run", "--reports", reports, "--warehouse", warehouse, *more)


def query(warehouse: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str((warehouse / "duixian.duckdb").resolve()), read_only=True) as database:
        return database.execute(sql).fetchall()


TARGETS = """SELECT ref_area, target_report_year, indicator, target_value, outcome_value, verdict
             FROM mart.target_outcomes ORDER BY ALL"""
REPORTS = "SELECT report_id FROM core.reports ORDER BY 1"


def test_reports_in_a_comparison_out(first_run: tuple[Path, str]) -> None:
    warehouse, output = first_run
    assert query(warehouse, TARGETS) == [
        ("140200", 2021, "cpi", 3.0, 1.2, "met"),
        ("140200", 2021, "gdp", 6.0, 6.1, "met"),
        ("140200", 2021, "urban_new_jobs", 20000.0, 23000.0, "met"),
        ("140200", 2022, "cpi", 3.0, None, "pending"),
        ("140200", 2022, "gdp", 6.0, None, "pending"),
        ("140200", 2022, "urban_new_jobs", 20000.0, None, "pending"),
        ("330200", 2022, "cpi", 3.0, None, "pending"),
        ("330200", 2022, "gdp", 6.0, None, "pending"),
        ("330200", 2022, "urban_new_jobs", 20000.0, None, "pending"),
    ]
    assert "大同市" in output
    assert "duixian.duckdb" in output


def test_a_second_run_reads_nothing_anew_and_publishes_the_same(reports: Path, published: Path) -> None:
    before = query(published, "FROM core.observations")
    code, output = run(reports, published)
    assert code == 0
    assert "0 read, 2 unchanged" in output and "nothing has changed" in output
    assert query(published, "FROM core.observations") == before


def test_what_is_newly_rejected_is_published_though_no_row_has_changed(reports: Path, published: Path) -> None:
    (reports / "140200" / "notes.txt").write_text("不是报告")
    code, output = run(reports, published)
    assert code == 0 and "nothing has changed" not in output
    assert query(published, "SELECT path FROM ops.rejected_reports") == [("140200/notes.txt",)]


def test_only_what_changed_is_read(reports: Path, published: Path) -> None:
    write(reports, "140200", 2022, growth=5.2)
    code, output = run(reports, published)
    assert code == 0
    assert "1 read, 1 unchanged" in output
    assert ("140200", 2021, "gdp", 6.0, 5.2, "missed") in query(published, TARGETS)


def test_area_and_years_say_what_is_read_and_the_rest_stays(reports: Path, published: Path) -> None:
    for area, year in (("140200", 2021), ("140200", 2022), ("330200", 2022)):
        write(reports, area, year, growth=9.9)
    growth = "SELECT report_id FROM core.observations WHERE obs_value = 9.9 ORDER BY 1"
    assert run(reports, published, "--area", "330200")[0] == 0
    assert query(published, growth) == [("330200/2022",)]
    assert run(reports, published, "--years", "2021:2021")[0] == 0
    assert query(published, growth) == [("140200/2021",), ("330200/2022",)]
    assert query(published, REPORTS) == [("140200/2021",), ("140200/2022",), ("330200/2022",)]


def test_a_report_that_is_gone_goes(reports: Path, published: Path) -> None:
    (reports / "330200/2022.txt").unlink()
    shutil.rmtree(reports / "140200")
    write(reports, "140200", 2022)
    assert run(reports, published)[0] == 0
    assert query(published, REPORTS) == [("140200/2022",)]


def test_what_was_read_of_an_area_whose_folder_is_away_stays_until_it_is_removed(
    reports: Path, published: Path
) -> None:
    shutil.rmtree(reports / "330200")
    (reports / "330200").symlink_to(reports / "not mounted")
    write(reports, "140200", 2022, growth=5.2)
    code, output = run(reports, published)
    assert code == 0 and "rejected: 330200 is a symbolic link that leads nowhere" in output
    assert "What was last read of it stays until it is removed." in output
    assert query(published, REPORTS) == [("140200/2021",), ("140200/2022",), ("330200/2022",)]
    assert ("140200", 2021, "gdp", 6.0, 5.2, "missed") in query(published, TARGETS)
    assert query(published, "SELECT path FROM ops.rejected_reports") == [("330200",)]
    assert "nothing has changed" in run(reports, published)[1]
    (reports / "330200").unlink()
    assert run(reports, published)[0] == 0
    assert query(published, REPORTS) == [("140200/2021",), ("140200/2022",)]


def test_what_was_read_of_reports_that_are_rejected_now_stays_until_they_are_removed_or_mended(
    reports: Path, published: Path
) -> None:
    """One is no text any more, one is a link to nowhere, and of one a second file says that it is the same report."""
    rows = [
        f"SELECT * FROM {table} WHERE ref_area != '110000' ORDER BY ALL"  # noqa: S608
        for table in ("core.reports", "core.statements", "core.observations", "mart.target_outcomes")
    ]
    before = [query(published, wanted) for wanted in rows]
    (reports / "140200/2022.txt").write_bytes(bytes(range(256)) * 40)
    (reports / "140200/2021.txt").unlink()
    (reports / "140200/2021.txt").symlink_to(reports / "not mounted")
    shutil.copy(reports / "330200/2022.txt", reports / "330200/2022.md")
    write(reports, "110000", 2022)
    code, output = run(reports, published)
    assert code == 0, output
    remedies = dict(query(published, "SELECT path, remedy FROM ops.rejected_reports"))
    assert set(remedies) == {"140200/2021.txt", "140200/2022.txt", "330200/2022.md", "330200/2022.txt"}
    assert all(remedy.endswith(" What was last read of it stays until it is removed.") for remedy in remedies.values())
    assert all(f"rejected: {path}" in output and remedy in output for path, remedy in remedies.items())
    assert [query(published, wanted) for wanted in rows] == before
    assert query(published, "SELECT count(*) FROM core.reports WHERE report_id = '110000/2022'") == [(1,)]
    assert "nothing has changed" in run(reports, published)[1]
    shutil.copy(reports / "110000/2022.txt", reports / "140200/2022.md")  # both are out of place, whatever they hold
    assert run(reports, published)[1].count("rejected: 140200/2022.txt") == 1
    assert "nothing has changed" in run(reports, published)[1]
    for file in ("140200/2022.txt", "140200/2022.md", "140200/2021.txt", "330200/2022.md"):
        (reports / file).unlink()
    write(reports, "140200", 2022)
    assert run(reports, published)[0] == 0
    assert query(published, REPORTS) == [("110000/2022",), ("140200/2022",), ("330200/2022",)]
    assert query(published, "SELECT count(*) FROM ops.rejected_reports") == [(0,)]


BAD = {
    "140200/2020.txt": b"",
    "140200/2019.txt": bytes(range(256)) * 40,
    "140200/2018.xyz": "政府工作报告".encode(),
    "140200/20x2.txt": "政府工作报告".encode(),
    "140200/0022.txt": "政府工作报告".encode(),
    "999999/2021.txt": "政府工作报告".encode(),
    "330200/2021.txt": "政府工作报告".encode(),
    "330200/2021.md": "政府工作报告".encode(),
    "330200/2020.docx": b"PK\x03\x04 no word file",
}


def test_bad_files_are_listed_and_cost_nothing_else(reports: Path, published: Path) -> None:
    for name, data in BAD.items():
        (reports / name).parent.mkdir(exist_ok=True)
        (reports / name).write_bytes(data)
    code, output = run(reports, published)
    assert code == 0, output
    assert query(published, REPORTS) == [("140200/2021",), ("140200/2022",), ("330200/2022",)]
    rejected = query(published, "SELECT path, reason, remedy FROM ops.rejected_reports ORDER BY 1")
    assert {path for path, _, _ in rejected} >= set(BAD) - {"999999/2021.txt"}
    assert any("999999" in path for path, _, _ in rejected)
    assert all(reason and remedy for _, reason, remedy in rejected)
    for path, reason, _ in rejected:
        assert path in output
        assert reason in output
        assert f"{path}: {path}" not in output


def test_warnings_show_what_the_folder_says_and_what_the_text_says(reports: Path, published: Path) -> None:
    write(reports, "140200", 2022).rename(reports / "140200/2023.txt")
    code, output = run(reports, published)
    assert code == 0, output
    [(warnings, flags)] = query(published, "SELECT warnings, flags FROM core.reports WHERE report_year = 2023")
    assert flags == ["wrong_year"]
    assert "2022" in warnings[0] and "2023" in warnings[0]
    assert f"warning: 140200/2023.txt: {warnings[0]}" in output
    code, output = run(reports, published, "--strict")  # a warning is no rejection, and stays in sight
    assert code == 0
    assert warnings[0] in output


def test_a_collection_and_an_archive_are_reports_like_others(
    reports: Path, first_run: tuple[Path, str], tmp_path: Path
) -> None:
    texts = {year: (reports / f"140200/{year}.txt").read_text(encoding="utf-8") for year in (2021, 2022)}
    shutil.rmtree(reports / "140200")
    with zipfile.ZipFile(reports / "all.zip", "w") as package:
        package.writestr("140200/2022.txt", texts[2022])
    with (reports / "more.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([("ref_area", "report_year", "text"), ("大同市", 2021, texts[2021]), ("x", 1, "")])
    code, output = run(reports, tmp_path / "w")
    assert code == 0, output
    assert query(tmp_path / "w", TARGETS) == query(first_run[0], TARGETS)
    assert "rejected: more.csv, row 3" in output
    assert "0 read, 2 unchanged" in run(reports, tmp_path / "w")[1]


def test_very_many_rejections_are_counted_and_not_all_printed(reports: Path, published: Path) -> None:
    rows = "".join(f"x,{number},text\n" for number in range(250))
    (reports / "bad.csv").write_text(f"ref_area,report_year,text\n{rows}", encoding="utf-8")
    code, output = run(reports, published)
    assert code == 0, output
    assert output.count("rejected: bad.csv") == 200
    assert "rejected: and 50 more" in output
    assert query(published, "SELECT count(*) FROM ops.rejected_reports") == [(250,)]


def test_a_report_that_stands_twice_is_listed_whatever_else_stands_in_its_year(reports: Path, published: Path) -> None:
    for year in (2013, 2022):  # a year with nothing else, and one that is read already
        for ending in ("txt", "md"):
            shutil.copy(reports / "140200/2021.txt", reports / f"330200/{year}.{ending}")
    code, output = run(reports, published, "--strict")
    assert code == 1
    assert all(f"330200/{year}.{ending}" in output for year in (2013, 2022) for ending in ("txt", "md"))
    assert run(reports, published)[0] == 0
    assert query(published, "SELECT count(*) FROM ops.rejected_reports") == [(4,)]
    for year in (2013, 2022):
        (reports / f"330200/{year}.md").unlink()
    (reports / "330200/2013.txt").unlink()
    code, output = run(reports, published, "--strict")
    assert (code, query(published, REPORTS)) == (0, [("140200/2021",), ("140200/2022",), ("330200/2022",)])


def test_an_empty_folder_of_reports_wipes_nothing(reports: Path, published: Path) -> None:
    shutil.rmtree(reports)
    reports.mkdir()
    code, output = run(reports, published)
    assert code == 1
    assert "holds no report" in output
    assert len(query(published, REPORTS)) == 3


@pytest.mark.parametrize("table", ["reports", "passages", "statements", "observations"])
def test_a_partition_file_that_is_damaged_is_made_again(reports: Path, published: Path, table: str) -> None:
    before = query(published, "FROM core.observations")
    [path] = (published / "partitions/2022").glob(f"{table}-*.parquet")
    path.write_bytes(path.read_bytes()[:-20])
    (published / "partitions/2022 copy").mkdir()
    (published / "partitions/2022 copy/manifest.json").write_text("not ours")
    code, output = run(reports, published, "--area", "330200")
    assert code == 0, output
    assert "1 read, 1 unchanged" in output
    assert query(published, "FROM core.observations") == before


def test_a_report_that_the_code_fails_with_is_taken_out_whole_and_tried_again(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(passages: pl.DataFrame) -> pl.DataFrame:
        if "330200/2022" in passages["report_id"].cast(pl.String):
            raise ValueError("a place without a name")
        return statements(passages)

    monkeypatch.setattr("assets.core.stating.statements", failing)
    code, output = run(reports, tmp_path / "w")
    assert code == 0
    assert "330200/2022.txt could not be made into core.statements (ValueError: a place without a name)" in output
    assert query(tmp_path / "w", REPORTS) == [("140200/2021",), ("140200/2022",)]
    tables = ("passages", "statements", "observations", "no_targets", "terms")
    for table in tables:
        found = query(tmp_path / "w", f"SELECT DISTINCT report_id FROM core.{table}")  # noqa: S608
        assert not {("330200/2022",)} & set(found)
    assert query(tmp_path / "w", "SELECT path FROM ops.rejected_reports") == [("330200/2022.txt",)]
    monkeypatch.undo()
    code, output = run(reports, tmp_path / "w")
    assert code == 0 and "1 read, 1 unchanged" in output and "rejected:" not in output
    assert query(tmp_path / "w", REPORTS) == [("140200/2021",), ("140200/2022",), ("330200/2022",)]


def test_rows_are_the_same_from_every_engine(
    reports: Path, first_run: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first run works its few reports in process, this one in a pool."""
    monkeypatch.setattr("pipelines.engines.FEWEST", 1)
    assert run(reports, tmp_path / "there", "--engine", "processes:2")[0] == 0
    files = [
        sorted(path.name for path in (warehouse / "partitions").glob("2*/*.parquet"))
        for warehouse in (first_run[0], tmp_path / "there")
    ]
    assert files[0] == files[1] and len(files[0]) == 12


def test_an_unknown_engine_is_wrong_usage(reports: Path, tmp_path: Path) -> None:
    code, output = run(reports, tmp_path / "w", "--engine", "cloud")
    assert code == 2 and "'cloud' is none; use in_process, processes" in output


@pytest.mark.parametrize(
    ("table", "column", "value", "expected"),
    [
        ("scorecard", "attainment", 120.0, "attainment is from 0 to 100"),
        ("indicators", "category", None, "category is not null"),
    ],
)
def test_a_table_without_partitions_that_fails_publishes_nothing(
    reports: Path,
    published: Path,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    column: str,
    value: object,
    expected: str,
) -> None:
    before = (published / "duixian.duckdb").readlink()
    write = Store.write

    def spoiling(store: Store, of: Table, partition: str, frame: pl.DataFrame, *more: Any) -> Any:
        spoiled = frame.with_columns(pl.lit(value, frame.schema[column]).alias(column)) if of.name == table else frame
        return write(store, of, partition, spoiled, *more)

    monkeypatch.setattr(Store, "write", spoiling)
    (reports / "330200" / "2022.txt").unlink()
    code, output = run(reports, published)
    assert code == 1
    assert "nothing published: " in output and f".{table} failed: {expected} (" in output
    assert "`duixian check --open` shows the rows" in output
    assert (published / "duixian.duckdb").readlink() == before


def test_a_year_that_fails_is_named_with_why(reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines import statements

    def broken(passages: object) -> object:
        raise ValueError("no such thing as a numeral")

    monkeypatch.setattr(statements, "statements", broken)
    code, output = run(reports, tmp_path / "w")
    assert code == 1
    assert "2021, nothing of it is published: broken failed with all 1 reports, such as 140200/2021: " in output
    assert "ValueError: no such thing as a numeral" in output
    assert "no year could be read" in output


def test_a_second_run_waits_for_the_first(reports: Path, tmp_path: Path) -> None:
    command = [Path(sys.executable).with_name("duixian"), "run", "--reports", reports, "--warehouse", tmp_path / "w"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(2)]
    outputs = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert sorted("2 unchanged" in output for output in outputs) == [False, True]


def test_strict_publishes_nothing_where_something_was_rejected(reports: Path, tmp_path: Path) -> None:
    (reports / "140200/2020.txt").write_bytes(b"")
    code, output = run(reports, tmp_path / "w", "--strict")
    assert (code, (tmp_path / "w/duixian.duckdb").exists()) == (1, False)
    assert "140200/2020.txt" in output
    (reports / "140200/2020.txt").unlink()
    assert run(reports, tmp_path / "w", "--strict")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--years", "2022"], "FROM:TO"),
        (["--years", "2022:2021"], "FROM:TO"),
        (["--years", "1900:2021"], "FROM:TO"),
        (["--years", "２０２１:2022"], "FROM:TO"),
        (["--area", "999999"], "no area code"),
        (["--area", "../140200"], "no area code"),
        (["--reports", "/not/there"], "is not a folder"),
        (["--colour"], "No such option"),
    ],
)
def test_wrong_usage_is_2_and_says_why(tmp_path: Path, arguments: list[str], message: str) -> None:
    code, output = duixian("run", "--warehouse", tmp_path / "w", *arguments)
    assert code == 2
    assert message in output
    assert not (tmp_path / "w").exists()


def test_a_folder_without_reports_publishes_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, output = run(tmp_path / "empty", tmp_path / "w")
    assert code == 1
    assert "holds no report" in output


def test_a_database_of_another_program_is_left_alone(reports: Path, tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w/duixian.duckdb").write_bytes(b"something else" * 99)
    code, output = run(reports, tmp_path / "w")
    assert code == 1
    assert "damaged or no DuckDB database" in output
    assert (tmp_path / "w/duixian.duckdb").read_bytes() == b"something else" * 99


@pytest.mark.parametrize(
    ("spoiled", "reason"), [(faults.locked, "Read-only file system"), (faults.fill, "No space left on device")]
)
def test_a_disk_that_takes_nothing_ends_the_run_with_the_reason(
    reports: Path, first_run: tuple[Path, str], spoiled: Callable[[Path], object], reason: str
) -> None:
    with faults.small_disk() as disk:
        if disk is None:
            pytest.skip("a small disk can only be mounted by root")
        warehouse = Path(shutil.copytree(first_run[0], disk / "w", symlinks=True))
        before = query(warehouse, "FROM ops.builds")
        write(reports, "140200", 2022, growth=5.2)
        spoiled(disk)
        code, output = run(reports, warehouse)
        assert code == 1 and "nothing published: " in output and reason in output
        assert "held back" not in output
        assert query(warehouse, "FROM ops.builds") == before


def test_a_damaged_year_is_named_and_the_published_stays(reports: Path, published: Path) -> None:
    (published / "partitions/2021/manifest.json").write_text("{")
    code, output = run(reports, published)
    assert code == 1
    assert "delete the folder" in output
    assert query(published, REPORTS) == [("140200/2021",), ("140200/2022",), ("330200/2022",)]
    shutil.rmtree(published / "partitions/2021")
    assert run(reports, published)[0] == 0


def test_ctrl_c_stops_and_the_next_run_goes_on(tmp_path: Path) -> None:
    for year in range(2010, 2014):
        write(tmp_path / "reports", "140200", year)
    command = [Path(sys.executable).with_name("duixian"), "run", "--reports", tmp_path / "reports"]
    command += ["--warehouse", tmp_path / "w"]
    started = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heed_ctrl_c)  # noqa: PLW1509
    with started as process:
        assert process.stderr is not None
        assert "read 2010" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(60) == 130, rest
    assert "goes on from here" in rest
    assert not (tmp_path / "w/duixian.duckdb").exists()
    code, output = run(tmp_path / "reports", tmp_path / "w")
    assert code == 0
    assert "0 unchanged" not in output


def test_runs_are_kept_where_dagster_home_is_set(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dagster as dg

    home = tmp_path / "dagster"
    home.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    assert run(reports, tmp_path / "w")[0] == 0
    with dg.DagsterInstance.get() as instance:
        jobs = sorted((record.job_name, record.tags.get("dagster/partition")) for record in instance.get_runs())
    assert jobs == [("publish", None), ("read_year", "2021"), ("read_year", "2022")]


def test_two_warehouses_under_one_dagster_home_do_not_take_each_other_s_work_for_their_own(
    reports: Path, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dagster").mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    others = write(tmp_path / "others", "140200", 2022, growth=5.2).parents[1]
    growth = """SELECT obs_value FROM core.observations
                WHERE report_id = '140200/2022' AND indicator = 'gdp' AND kind = 'outcome'"""
    assert run(others, tmp_path / "w2")[0] == 0
    code, output = run(reports, published)  # of the year 2022, what was last made stands in the other one
    assert code == 0 and "0 read, 2 unchanged" in output and "nothing has changed" in output
    write(reports, "140200", 2022, growth=7.7)
    assert "1 read, 1 unchanged" in run(reports, published)[1]
    assert "nothing has changed" in run(others, tmp_path / "w2")[1]
    assert (query(published, growth), query(tmp_path / "w2", growth)) == ([(7.7,)], [(5.2,)])


def test_the_command_line_of_dagster_makes_a_partition(reports: Path, tmp_path: Path) -> None:
    environment = os.environ | {
        "DUIXIAN_REPORTS": str(reports), "DUIXIAN_WAREHOUSE": str(tmp_path / "w"), "DAGSTER_DISABLE_TELEMETRY": "yes",
    }  # fmt: skip
    environment.pop("DAGSTER_HOME", None)
    subprocess.run(
        [
            sys.executable, "-m", "dagster", "asset", "materialize", "-m", "assets.definitions",
            "--select", "key:core/*", "--partition", "2022",
        ],
        check=True, capture_output=True, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert (tmp_path / "w/partitions/2022/manifest.json").is_file()


def test_a_wrong_series_stops_the_publication_and_is_named(
    reports: Path, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "statistics"
    folder.mkdir()
    monkeypatch.setattr(statistics, "FOLDER", folder)
    before = query(published, "SELECT count(*) FROM core.statistics")
    (folder / "output.csv").write_text("year,gdp\n")
    write(reports, "140200", 2022, growth=5.2)  # a folder that is not that of the seeds is no reason to publish
    code, printed = run(reports, published)
    assert code == 1 and "nothing published" in printed
    assert "output.csv: output.yaml must stand beside it and say what the figures are" in printed
    assert query(published, "SELECT count(*) FROM core.statistics") == before
