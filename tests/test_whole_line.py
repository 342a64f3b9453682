"""The whole line as a user runs it: on the sample reports, and on the real ones where they are at hand."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import reports as reading
from pipelines import seeds
from pipelines.observations import observations
from pipelines.passages import passages
from pipelines.seeds import SEEDS
from pipelines.statements import statements
from pipelines.tables.core import REPORTS
from tests.conftest import publish
from warehouse.publication import problems
from warehouse.store import Store

SHARED = Path(__file__).resolve().parents[2] / "shared"
FACTS = Path(__file__).parent / "facts" / "national_targets.csv"


def test_every_sample_is_read_and_marked_as_one(samples: tuple[duckdb.DuckDBPyConnection, str]) -> None:
    database, output = samples
    files = sorted(
        path.relative_to(SEEDS / "reports").with_suffix("").as_posix() for path in (SEEDS / "reports").glob("*/*.txt")
    )
    assert [row[0] for row in database.execute("SELECT report_id FROM core.reports ORDER BY 1").fetchall()] == files
    for table in ("core.reports", "core.observations", "mart.target_outcomes"):
        assert database.table(table).filter("NOT is_sample").fetchall() == []
    assert "样例 sample" in output


def test_the_samples_show_every_verdict_that_needs_no_contradiction(
    samples: tuple[duckdb.DuckDBPyConnection, str],
) -> None:
    verdicts = {row[0] for row in samples[0].execute("SELECT DISTINCT verdict FROM mart.target_outcomes").fetchall()}
    assert verdicts >= {"met", "missed", "unreported", "no_report", "pending"}


def test_the_national_samples_say_what_was_published(samples: tuple[duckdb.DuckDBPyConnection, str]) -> None:
    """Targets and outcomes, as extracted from the samples, against the figures that they restate."""
    number = lambda text: float(text) if text else None  # noqa: E731
    with FACTS.open(encoding="utf-8", newline="") as file:
        facts = {
            (
                row["indicator"], row["transformation"], int(row["period_end"]), row["target_bound"],
                number(row["target_value"]), number(row["target_value_high"]),
                row["outcome_bound"] or None, number(row["outcome_value"]),
            )
            for row in csv.DictReader(file)
            if int(row["target_report_year"]) >= 2012
        }  # fmt: skip
    rows = samples[0].execute(
        """SELECT indicator, transformation, period_end, target_bound, target_value, target_value_high,
                  outcome_bound, outcome_value
           FROM mart.target_outcomes WHERE ref_area = '100000' AND period_start = period_end"""
    )
    found = set(rows.fetchall())
    assert found - facts == set()
    assert facts - found == set()


def test_evidence_is_in_the_report_for_every_row(samples: tuple[duckdb.DuckDBPyConnection, str]) -> None:
    assert samples[0].execute(
        """SELECT count(*), count(*) FILTER (WHERE substr(text, char_start + 1, char_end - char_start) = evidence)
           FROM core.observations JOIN core.reports USING (report_id)"""
    ).fetchall() == [(samples[0].execute("SELECT count(*) FROM core.observations").fetchone() or (0,)) * 2]
    assert problems(samples[0], bulk=set()) == []


def pure_observations(reports: pl.DataFrame) -> list[tuple]:
    """What the functions of `pipelines` give for all reports at once, without partitions, files or Dagster."""
    return sorted(observations(statements(passages(reports)), reports).rows())


def test_official_figures_stand_beside_what_the_samples_tell(
    samples: tuple[duckdb.DuckDBPyConnection, str],
) -> None:
    query = """SELECT indicator, period_end, outcome_value, verdict, round(statistics_value, 1), statistics_verdict
        FROM mart.target_outcomes WHERE ref_area = '100000' AND statistics_value IS NOT NULL"""
    rows = {row[:2]: row[2:] for row in samples[0].execute(query).fetchall()}
    assert rows["gdp", 2015] == (6.9, "met", 7.0, "met")  # as told, and as it was revised later
    assert rows["cpi", 2015] == (None, "unreported", 1.4, "met")
    assert {indicator for indicator, _ in rows} == {"gdp", "cpi"}
    told = "SELECT count(*), count(*) FILTER (WHERE still_holds) FROM mart.told_and_final WHERE indicator = 'gdp'"
    count, still = samples[0].execute(told).fetchall()[0]
    assert 0 < still < count
    # no province's growth is judged by what its nominal levels make
    provinces = "SELECT count(*) FROM mart.target_outcomes WHERE ref_area <> '100000' AND statistics_value IS NOT NULL"
    assert samples[0].execute(provinces).fetchall() == [(0,)]


def test_partitions_change_nothing(samples: tuple[duckdb.DuckDBPyConnection, str]) -> None:
    files, _ = reading.survey(SEEDS / "reports", seeds.areas()["ref_area"].to_list(), 2100)
    reports, _ = reading.reports(files)
    assert sorted(samples[0].execute("FROM core.observations").fetchall()) == pure_observations(reports)


real = pytest.mark.skipif(
    not (SHARED / "reports").is_dir(), reason="the real reports are not at hand: they belong in ../shared/reports"
)


@pytest.fixture(scope="module")
def real_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="module")
def real_database(real_folder: Path) -> tuple[duckdb.DuckDBPyConnection, str]:
    return publish(real_folder, "--reports", SHARED / "reports")


@real
def test_no_real_report_is_dropped(real_database: tuple[duckdb.DuckDBPyConnection, str]) -> None:
    database, _ = real_database
    files = len([path for path in (SHARED / "reports").glob("*/*") if path.suffix != ".yaml"])
    assert database.execute("SELECT reports, rejected_reports, len(held_back_years) FROM ops.builds").fetchall() == [
        (files, 0, 0)
    ]
    # nothing fails, no warning either; an exception that no longer applies would: take it out of its file then
    assert database.execute("FROM ops.validation_results WHERE NOT success").fetchall() == []


@real
@pytest.mark.parametrize(
    ("gold", "floor"), [(SHARED / "gold", 0.97), (Path(__file__).parent / "gold", 0.95)], ids=["shared", "ours"]
)
def test_real_observations_agree_with_the_annotated_ones(
    real_folder: Path, real_database: tuple, gold: Path, floor: float
) -> None:
    database = real_folder / "duixian.duckdb"
    printed = subprocess.run(
        [sys.executable, SHARED / "contract/score.py", "--db", database, "--gold", gold],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    f1 = re.search(r"F1 ([\d.]+)", printed)
    assert f1 is not None, printed
    assert float(f1[1]) >= floor, printed


@real
def test_partitions_change_nothing_of_real_reports(real_folder: Path, real_database: tuple) -> None:
    rows = real_database[0].execute("FROM core.observations").fetchall()
    assert sorted(rows) == pure_observations(Store(real_folder).published_rows(REPORTS))


@real
def test_reading_real_reports_again_changes_nothing(real_folder: Path, real_database: tuple) -> None:
    before = real_database[0].execute("FROM core.observations").fetchall()
    database, output = publish(real_folder, "--reports", SHARED / "reports")
    assert " 0 read, " in output
    assert database.execute("FROM core.observations").fetchall() == before


@real
def test_official_figures_stand_beside_real_reports(real_database: tuple) -> None:
    with (SEEDS / "statistics/national_gdp_growth_cpi.csv").open(encoding="utf-8", newline="") as file:
        published = {row["year"]: row for row in csv.DictReader(file)}
    columns = {"gdp": "gdp_growth_pct", "cpi": "cpi_pct"}
    query = """SELECT indicator, period_end, verdict, outcome_value, statistics_value, statistics_difference
        FROM mart.target_outcomes WHERE ref_area = '100000' AND transformation = 'yoy' AND period_start = period_end
        AND price_basis IS NULL AND indicator IN ('gdp', 'cpi')"""
    rows = real_database[0].execute(query).fetchall()
    for indicator, year, _, outcome, figure, difference in rows:
        written = published.get(str(year), {}).get(columns[indicator])
        assert figure == (float(written) if written else None)
        both = figure is not None and outcome is not None
        assert difference == (pytest.approx(figure - outcome, abs=1e-9) if both else None)
    assert any(verdict == "unreported" and figure is not None for _, _, verdict, _, figure, _ in rows)
