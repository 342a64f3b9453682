"""`duixian evaluate` as a user runs it: what is shown, what is refused, and the counts of the contract's score."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands.test_explain import changed
from tests.commands.test_run import duixian, run, write

SCORE = Path(__file__).resolve().parents[3] / "shared/contract/score.py"
REPORT = "140200/2022"
FACTS: list[dict[str, Any]] = [  # of tests.commands.test_run.TEXT
    {"kind": "outcome", "indicator": "gdp", "transformation": "yoy", "bound": "exact", "value": 6.1},
    {"kind": "outcome", "indicator": "urban_new_jobs", "bound": "exact", "value": 23000, "unit": "PERSON"},
    {"kind": "outcome", "indicator": "general_public_budget_revenue", "transformation": "yoy", "value": 4.1},
    {"kind": "outcome", "indicator": "cpi", "transformation": "yoy", "value": 1.2},
    {"kind": "target", "indicator": "gdp", "transformation": "yoy", "bound": "about", "value": 6},
    {"kind": "target", "indicator": "urban_new_jobs", "bound": "at_least", "value": 20000, "unit": "PERSON"},
    {"kind": "target", "indicator": "cpi", "transformation": "yoy", "bound": "at_most", "value": 3},
]


def annotate(folder: Path, facts: list[dict[str, Any]], report: str = REPORT) -> Path:
    lines = []
    for fact in facts:
        year = int(report[-4:]) - (fact["kind"] == "outcome")
        rest = {"transformation": "level", "bound": "exact", "value_high": None, "unit": "PERCENT"}
        lines.append(json.dumps(rest | {"period_start": year, "period_end": year} | fact, ensure_ascii=False))
    path = folder / f"{report}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluate") / "reports"
    for year in (2021, 2022):
        write(folder, "140200", year)
    return folder


@pytest.fixture(scope="module")
def warehouse(reports: Path) -> Path:
    code, output = run(reports, reports.parent / "w")
    assert code == 0, output
    return reports.parent / "w"


def evaluate(gold: Path, *more: object) -> tuple[int, str]:
    return duixian("evaluate", "--gold", gold, *more)


def test_a_whole_annotation_is_found_as_a_whole(warehouse: Path, tmp_path: Path) -> None:
    code, output = evaluate(annotate(tmp_path, FACTS), "--warehouse", warehouse)
    assert code == 0
    assert output.splitlines()[-1].startswith("precision 1.0000, recall 1.0000, F1 1.0000: 7 right, 0 missed, 0 extra")


def with_errors(folder: Path) -> Path:
    """One bound is another, one fact is not in the report, one in the report is not annotated, one report is gone."""
    facts = [*FACTS[:4], FACTS[4] | {"bound": "at_least"}, FACTS[5]]
    facts.append({"kind": "outcome", "indicator": "exports", "value": 5.5, "evidence": "出口[red]增长\x1b[2J5.5%"})
    annotate(folder, FACTS[:1], "140200/2019")
    return annotate(folder, facts)


def test_what_is_wrong_is_shown_by_report_indicator_label_and_construction(warehouse: Path, tmp_path: Path) -> None:
    code, output = evaluate(with_errors(tmp_path), "--warehouse", warehouse)
    assert code == 0
    lines = [" ".join(line.split()) for line in output.splitlines()]
    for line in (
        "140200/2022 5 2 2 0.7143 0.7143 0.7143",
        "140200/2019 0 1 0 — 0.0000 0.0000",
        "地区生产总值 1 2 1 0.5000 0.3333 0.4000",
        "出口 0 1 0 — 0.0000 0.0000",
        "bound 1",
        "140200/2022 地区生产总值: wrong bound",
        "annotated 目标 增速 2022 6%以上",
        "140200/2022 居民消费价格: extra",
        "140200/2022 出口: missed",
        "annotated 结果 水平 2021 5.5% 出口[red]增长[2J5.5%",
        "140200/2019 地区生产总值: missed",
        "not at hand, all of it missed: 140200/2019: not in the database",
        "precision 0.7143, recall 0.6250, F1 0.6667: 5 right, 3 missed, 2 extra (8 annotated, 7 found)",
    ):
        assert line in lines
    assert re.search(r"found +目标 增速 2022 6%左右 \[[0-9a-f]{16}\]  地区生产总值增长6%左右", output)
    assert re.search(r"direct/beside +\d +\d +[01]\.\d{4} +0\.\d{4}", output)
    assert "\x1b" not in output


def test_json_is_one_object_and_reading_afresh_gives_the_same(warehouse: Path, reports: Path, tmp_path: Path) -> None:
    gold = with_errors(tmp_path)
    code, output = evaluate(gold, "--warehouse", warehouse, "--format", "json")
    assert code == 0
    told = json.loads(output)
    assert list(told) == [
        "overall", "by_report", "by_indicator", "by_label", "by_construction", "missed", "extra", "near", "not_at_hand",
    ]  # fmt: skip
    assert {key: told["overall"][key] for key in ("annotated", "found", "right")} == {
        "annotated": 8, "found": 7, "right": 5,
    }  # fmt: skip
    assert [(one["missed"]["bound"], one["extra"]["bound"], one["wrong"]) for one in told["near"]] == [
        ("at_least", "about", ["bound"])
    ]
    assert sum(one["found"] for one in told["by_construction"]) == 7
    assert sum(one["right"] for one in told["by_construction"]) == 5
    assert told["by_indicator"][0]["name_zh"] == "地区生产总值"
    afresh = json.loads(evaluate(gold, "--reports", reports, "--format", "json")[1])
    assert afresh["not_at_hand"] == [{"report_id": "140200/2019", "why": "not in the folder of reports"}]
    assert afresh | {"not_at_hand": []} == told | {"not_at_hand": []}


def test_a_report_that_cannot_be_read_is_missed_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "reports/140200").mkdir(parents=True)
    (tmp_path / "reports/140200/2022.txt").write_bytes(b"")
    code, output = evaluate(annotate(tmp_path / "gold", FACTS), "--reports", tmp_path / "reports")
    assert code == 0
    assert re.search(r"not at hand, all of it missed: 140200/2022: .*holds no text", output)
    assert "precision —, recall 0.0000, F1 0.0000: 0 right, 7 missed" in output


@pytest.mark.skipif(not SCORE.is_file(), reason="the contract is not at hand: it belongs in ../shared/contract")
def test_the_counts_are_those_of_the_contract(warehouse: Path, tmp_path: Path) -> None:
    gold = with_errors(tmp_path)
    database = (warehouse / "duixian.duckdb").resolve()
    printed = subprocess.run(
        [sys.executable, SCORE, "--db", database, "--gold", gold], check=True, capture_output=True, text=True
    ).stdout
    assert "precision 0.7143 recall 0.6250 F1 0.6667 (5 right of 8 annotated, 7 found)" in printed


def test_a_wrong_line_of_annotation_is_named(warehouse: Path, tmp_path: Path) -> None:
    annotate(tmp_path, [FACTS[0], FACTS[1] | {"unit": "[red]\x1b[2J"}])
    code, output = evaluate(tmp_path, "--warehouse", warehouse)
    assert code == 2
    assert f"{tmp_path / REPORT}.jsonl:2: unit is '[red]\\x1b[2J'; it must be one of CNY, " in output
    assert len(output.splitlines()) == 1


def test_wrong_usage_is_2_and_says_why(warehouse: Path, reports: Path, tmp_path: Path) -> None:
    gold = annotate(tmp_path / "gold", FACTS)
    for arguments, message in (
        ([tmp_path / "none", "--warehouse", warehouse], "holds no annotation laid out as <area>/<year>.jsonl"),
        ([gold, "--warehouse", warehouse, "--reports", reports], "exclude each other"),
        ([gold, "--reports", tmp_path / "none"], "is not a folder; --reports must name one"),
        ([gold, "--warehouse", tmp_path], "is not there; run `duixian run` to publish it"),
        ([gold, "--format", "xml"], "Invalid value for '--format'"),
    ):
        code, output = evaluate(*arguments)
        assert code == 2
        assert message in output


def test_a_database_of_another_version_says_so(warehouse: Path, tmp_path: Path) -> None:
    other = changed(warehouse, tmp_path / "w", "ALTER TABLE core.observations DROP COLUMN confidence")
    code, output = evaluate(annotate(tmp_path / "gold", FACTS), "--warehouse", other)
    assert code == 1
    assert "was built by another version of duixian" in output
