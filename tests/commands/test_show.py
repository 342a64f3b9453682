"""`duixian show` and `duixian compare`: what they say is what the marts say; areas by name; no text steers anything."""

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest

from commands.areas import names_of
from pipelines.tables.mart import TARGET_OUTCOMES
from tests.commands.test_explain import changed
from tests.commands.test_run import duixian

Samples = tuple[duckdb.DuckDBPyConnection, str]


def as_rows(output: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(output)))


@pytest.mark.parametrize("form", ["json", "csv"])
def test_every_target_of_an_area_is_shown_with_its_outcome(samples: Samples, sample_warehouse: Path, form: str) -> None:
    code, output = duixian("show", "330000", "--warehouse", sample_warehouse, "--format", form)
    assert code == 0, output
    rows = json.loads(output) if form == "json" else as_rows(output)
    assert list(rows[0]) == list(TARGET_OUTCOMES.polars_schema)
    found = {
        row["target_id"]: (float(row["target_value"]), row["verdict"], row["outcome_evidence"] or None) for row in rows
    }
    expected = samples[0].execute(
        "SELECT target_id, target_value, verdict, outcome_evidence FROM mart.target_outcomes WHERE ref_area = '330000'"
    )
    assert found == {row[0]: row[1:] for row in expected.fetchall()}


def test_a_year_s_targets_and_their_score(sample_warehouse: Path) -> None:
    code, output = duixian("show", "china", 2022, "--warehouse", sample_warehouse)
    assert code == 0, output
    assert "中华人民共和国 China 100000" in output
    assert "地区生产总值 增速 " in output
    assert "5.5%左右" in output
    assert "未兑现 missed" in output
    assert "83%" in output, "attainment"
    assert "2021" not in output, "no target of another report"
    assert "duixian explain " in output
    code, narrow = duixian("show", "china", 2022, "--warehouse", sample_warehouse, columns=80)
    assert "未通报" in narrow
    assert "incomparable" in narrow, "no heading is broken on a narrow terminal"
    assert "not the report itself" in output


def test_what_is_shown_can_be_explained(sample_warehouse: Path) -> None:
    _, output = duixian("show", "大同", "--warehouse", sample_warehouse)
    target = output.partition("duixian explain ")[2].split()[0]
    code, output = duixian("explain", target, "--warehouse", sample_warehouse, "--format", "json")
    assert code == 0, output
    explained = json.loads(output)
    assert explained["observation"]["observation_id"].startswith(target)
    assert explained["steps"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("Datnog", "did you mean 140200 大同市 Datong"),
        ("xx", "there are reports of 100000 中华人民共和国 China, 140000 山西省 Shanxi"),
        ("朝阳区", "no report of 110105 朝阳区 Chaoyang District, 220104 朝阳区"),
        ("Beijing", "`duixian add` puts one in"),
        ("\x1b[2J大同", "is no area"),
        ("", "is no area"),
    ],
)
def test_an_area_that_is_not_there_is_told_with_what_is(sample_warehouse: Path, wanted: str, said: str) -> None:
    code, output = duixian("show", wanted, "--warehouse", sample_warehouse)
    assert code == 2
    assert said in output
    assert "\x1b" not in output


def test_names_of_places_are_known_without_their_kind() -> None:
    area = {"ref_area": "450000", "name_zh": "广西壮族自治区", "name_en": "Guangxi", "level": "province"}
    assert {"广西", "guangxi", "450000"} <= names_of(area)
    assert "沙" not in names_of(area | {"name_zh": "沙市"}), "one character is no name"


def test_a_year_that_is_not_there_is_told_with_those_that_are(sample_warehouse: Path) -> None:
    for command in (("show", "山西", 2024), ("compare", "山西", 2024, 2025)):
        code, output = duixian(*command, "--warehouse", sample_warehouse)
        assert (code, "there are those of 2025, 2026" in output) == (2, True)
    code, output = duixian("compare", "山西", 2025, 2025, "--warehouse", sample_warehouse)
    assert (code, "give the years of two reports" in output) == (2, True)


def test_two_neighbouring_reports_are_compared_as_the_marts_do(samples: Samples, sample_warehouse: Path) -> None:
    code, output = duixian("compare", "山西省", 2026, 2025, "--warehouse", sample_warehouse, "--format", "json")
    assert code == 0, output
    both = json.loads(output)
    assert (both["earlier"], both["later"]) == (2025, 2026)
    expected = samples[0].execute(
        "SELECT indicator, change, target_value FROM mart.target_coverage WHERE report_id = '140000/2026' ORDER BY ALL"
    )
    found = [(row["indicator"], row["change"], row["target_value"]) for row in both["targets"]]
    assert sorted(found, key=str) == sorted(expected.fetchall(), key=str)
    stated = samples[0].execute(
        "SELECT count(*) FROM mart.year_over_year WHERE outcome_report_year = period_year + 1 AND ref_area = '140000'"
    )
    assert (
        sum((row["earlier_id"] is not None) + (row["later_id"] is not None) for row in both["outcomes"])
        == (stated.fetchone() or ())[0]
    )


def test_two_reports_with_others_between(sample_warehouse: Path) -> None:
    code, output = duixian("compare", "100000", 2016, 2024, "--warehouse", sample_warehouse, "--format", "csv")
    assert code == 0, output
    changes = {row["indicator"]: row["change"] for row in as_rows(output) if row["part"] == "target"}
    assert (changes["gdp"], changes["m2"], changes["grain_output"]) == ("lowered", "dropped", "new")
    code, output = duixian("compare", "100000", 2016, 2024, "--warehouse", sample_warehouse)
    assert "6.5–7% 兑现 met" in output
    assert "取消 dropped" in output
    assert "-1.7个百分点" in output


def test_words_that_grew_and_faded(sample_warehouse: Path, tmp_path: Path) -> None:
    more = "UPDATE core.terms SET occurrences = 90 WHERE report_id = '140000/2026' AND term = '产业'"
    folder = changed(sample_warehouse, tmp_path / "w", more)
    _, output = duixian("compare", "140000", 2025, 2026, "--warehouse", folder, "--format", "json")
    [term] = [row for row in json.loads(output)["terms"] if row["term"] == "产业"]
    assert (term["direction"], term["occurrences"], term["other_report"]) == ("more", 90, "140000/2025")
    _, output = duixian("compare", "140000", 2025, 2026, "--warehouse", folder)
    assert "增 grew" in output


def test_no_word_of_a_report_starts_a_formula_or_steers_the_terminal(sample_warehouse: Path, tmp_path: Path) -> None:
    hostile = '=HYPERLINK("http://x")\x1b[2J\u202e[red]'
    folder = changed(
        sample_warehouse, tmp_path / "w",
        f"UPDATE mart.target_outcomes SET target_evidence = '{hostile}'",  # noqa: S608
        f"UPDATE core.observations SET evidence = '{hostile}'",  # noqa: S608
    )  # fmt: skip
    for command in (("show", "大同"), ("compare", "山西", 2025, 2026)):
        for form in ("table", "json", "csv"):
            code, output = duixian(*command, "--warehouse", folder, "--format", form)
            assert code == 0, output
            assert "\x1b" not in output
            assert "\u202e" not in output
            if form == "csv":
                cells = [value for row in as_rows(output) for value in row.values()]
                assert any("HYPERLINK" in value for value in cells)
                texts = [value for value in cells if value.startswith(("=", "+", "-", "@"))]
                assert all(float(value) < 0 for value in texts), "numbers alone start with a sign"
    code, output = duixian("show", "大同", "--warehouse", folder, "--format", "json")
    assert json.loads(output)[0]["target_evidence"] == hostile, "JSON keeps the words as they are"


def test_a_database_of_another_version(sample_warehouse: Path, tmp_path: Path) -> None:
    folder = changed(sample_warehouse, tmp_path / "w", "ALTER TABLE mart.target_outcomes RENAME verdict TO judged")
    for command in (("show", "大同"), ("compare", "山西", 2025, 2026)):
        code, output = duixian(*command, "--warehouse", folder)
        assert (code, "built by another version" in output) == (1, True)
