"""Observations beside annotation: what is right, missed, extra, near; and annotation that is wrong."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.evaluation import (
    Evaluation,
    GoldError,
    annotation,
    by,
    by_label,
    calibration,
    evaluate,
    overall,
)
from pipelines.tables.core import OBSERVATIONS
from tests.frames import row

REPORT = "140200/2022"
CODES = {"gdp", "cpi"}
LINE: dict[str, Any] = {
    "kind": "target", "indicator": "gdp", "transformation": "yoy", "period_start": 2022, "period_end": 2022,
    "bound": "about", "value": 6, "value_high": None, "unit": "PERCENT",
}  # fmt: skip


def annotated(report: str = REPORT, **given: Any) -> dict[str, Any]:
    return LINE | {"report_id": report, "evidence": None} | given


def found(*facts: dict[str, Any], rule: str = "direct/year", confidence: float = 0.9) -> pl.DataFrame:
    names = {"value": "obs_value", "value_high": "obs_value_high", "unit": "unit_measure"}
    return OBSERVATIONS.frame(
        row(OBSERVATIONS, rule=rule, confidence=confidence, char_start=at)
        | {names.get(name, name): value for name, value in fact.items() if name != "evidence"}
        for at, fact in enumerate(facts)
    )


def compare(gold: list[dict[str, Any]], observations: pl.DataFrame) -> Evaluation:
    return evaluate({REPORT: gold}, observations)


def test_what_is_the_same_is_right_to_seven_digits() -> None:
    result = compare([annotated(value=168600000000)], found(annotated(value=168600000000.4)))
    assert overall(result) == {
        "annotated": 1, "found": 1, "right": 1, "missed": 0, "extra": 0, "precision": 1.0, "recall": 1.0, "f1": 1.0,
    }  # fmt: skip
    assert overall(compare([annotated(value=7.5)], found(annotated(value=7.50001))))["right"] == 0


def test_a_fact_that_stands_twice_counts_once() -> None:
    result = compare([annotated(), annotated()], found(annotated(), annotated()))
    assert (overall(result)["annotated"], overall(result)["found"]) == (1, 1)


def test_of_nothing_there_is_no_share() -> None:
    whole = overall(compare([], found()))
    assert (whole["precision"], whole["recall"], whole["f1"]) == (None, None, None)
    assert overall(compare([annotated()], found()))["recall"] == 0.0
    assert calibration(compare([], found())) == []


def test_reports_without_annotation_are_passed_over_and_those_with_an_empty_one_are_not() -> None:
    observations = found(annotated("140200/2021"), annotated())
    assert [one["report_id"] for one in evaluate({REPORT: []}, observations).extra] == [REPORT]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"kind": "outcome"}, "kind"),
        ({"transformation": "level"}, "transformation"),
        ({"period_start": 2021}, "period"),
        ({"bound": "exact"}, "bound"),
        ({"value": 6.5}, "value"),
        ({"unit": "CNY"}, "unit"),
    ],
)
def test_a_near_one_names_what_is_wrong(given: dict[str, Any], wrong: str) -> None:
    result = compare([annotated()], found(annotated(**given)))
    assert [labels for _, _, labels in result.near] == [[wrong]]
    assert [one["label"] for one in by_label(result) if one["wrong"]] == [wrong]
    assert overall(result)["right"] == 0


def test_the_most_alike_pair_up_and_each_only_once() -> None:
    result = compare(
        [annotated(), annotated(value=7)], found(annotated(value=6.5, bound="exact"), annotated(value=6.5))
    )
    assert [(one["value"], two["bound"], wrong) for one, two, wrong in result.near] == [
        (6, "about", ["value"]),
        (7, "exact", ["bound", "value"]),
    ]


def test_another_report_another_indicator_and_another_fact_are_not_near() -> None:
    far = {"kind": "outcome", "transformation": "level", "period_start": 2021, "value": 5.0}
    gold = {REPORT: [annotated()], "140200/2021": []}
    observations = found(annotated(indicator="cpi"), annotated("140200/2021", bound="exact"), annotated(**far))
    result = evaluate(gold, observations)
    assert (result.near, len(result.missed), len(result.extra)) == ([], 1, 3)


def test_the_counts_of_reports_and_indicators_have_the_worst_first() -> None:
    gold = {REPORT: [annotated(), annotated(indicator="cpi")], "140200/2021": [annotated("140200/2021")]}
    result = evaluate(gold, found(annotated(), annotated("140200/2021")))
    assert [(one["report_id"], one["right"], one["missed"]) for one in by("report_id", result)] == [
        (REPORT, 1, 1), ("140200/2021", 1, 0),
    ]  # fmt: skip
    assert [(one["indicator"], one["f1"]) for one in by("indicator", result)] == [("cpi", 0.0), ("gdp", 1.0)]


def test_a_rule_is_right_as_often_as_its_observations_are() -> None:
    direct = found(annotated(), annotated(value=7), annotated(value=8))
    listed = found(annotated(value=9), rule="list/year", confidence=0.5)
    result = compare([annotated(), annotated(value=7), annotated(value=1)], pl.concat([direct, listed]))
    assert calibration(result) == [
        {
            "rule": "direct/year",
            "found": 3,
            "right": 2,
            "share": pytest.approx(2 / 3),
            "confidence": pytest.approx(0.9),
        },
        {"rule": "list/year", "found": 1, "right": 0, "share": 0.0, "confidence": 0.5},
    ]


# --- the annotation ----------------------------------------------------------------------------------------------


def write(folder: Path, content: str | bytes, name: str = f"{REPORT}.jsonl") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def test_annotation_is_read_a_report_a_file(tmp_path: Path) -> None:
    evidence = "增长6%\u2028左右"  # an end of a line to some, none to JSON
    write(tmp_path, "\ufeff" + json.dumps(LINE | {"evidence": evidence, "note": 1}, ensure_ascii=False) + "\r\n\n")
    write(tmp_path, "", "140200/2021.jsonl")
    write(tmp_path, "no annotation", "140200/._2022.jsonl")
    write(tmp_path, "no annotation", "README.md")
    assert annotation(tmp_path, CODES) == {"140200/2021": [], REPORT: [annotated(evidence=evidence)]}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("no JSON", "no JSON in UTF-8"),
        ("[" * 100_000, "no JSON in UTF-8"),
        ("[]", "no JSON object"),
        (b'"\xff"', "no JSON in UTF-8"),
        ({"kind": "wish"}, "kind is 'wish'; it must be one of outcome, target"),
        ({"indicator": "happiness"}, "indicator is 'happiness'; it must be a code of"),
        ({"transformation": ["yoy"]}, "transformation is"),
        ({"bound": None}, "bound is None"),
        ({"unit": "%"}, "unit is '%'; it must be one of CNY"),
        ({"period_start": "2022"}, "the period is '2022' to 2022"),
        ({"period_start": 2023}, "the first one first"),
        ({"period_start": True}, "the period is True"),
        ({"value": None}, "value is None; it must be a finite number"),
        ({"value": float("nan")}, "value is nan"),
        ({"value": 10**400}, "value is 1000"),
        ({"value": True}, "value is True"),
        ({"value_high": 7}, "value_high is 7; it must be null where bound is not range"),
        ({"bound": "range"}, "value_high is None; it must be a finite number"),
        ({"evidence": 1}, "evidence is 1"),
    ],
)
def test_a_wrong_line_is_named_by_file_and_number(tmp_path: Path, line: Any, message: str) -> None:
    if isinstance(line, dict):
        line = json.dumps(LINE | line)
    good = json.dumps(LINE).encode()
    write(tmp_path, good + b"\n" + (line.encode() if isinstance(line, str) else line))
    with pytest.raises(GoldError) as error:
        annotation(tmp_path, CODES)
    assert f"{tmp_path / REPORT}.jsonl:2: " in str(error.value)
    assert message in str(error.value)
    assert len(str(error.value)) < 500


@pytest.mark.parametrize("field", list(LINE))
def test_each_field_is_needed(tmp_path: Path, field: str) -> None:
    write(tmp_path, json.dumps({name: value for name, value in LINE.items() if name != field}))
    with pytest.raises(GoldError, match=f":1: {field} is missing"):
        annotation(tmp_path, CODES)


@pytest.mark.parametrize("name", ["140200/report.jsonl", "datong/2022.jsonl"])
def test_a_file_that_is_not_named_after_a_report_is_an_error(tmp_path: Path, name: str) -> None:
    write(tmp_path, json.dumps(LINE), name)
    with pytest.raises(GoldError, match="not named after a report"):
        annotation(tmp_path, CODES)


def test_a_folder_without_annotation_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="holds no annotation"):
        annotation(tmp_path / "not there", CODES)
