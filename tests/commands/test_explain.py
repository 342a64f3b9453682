"""`duixian explain` as a user runs it: what is shown, what is refused, and that no report steers the terminal."""

import io
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from commands.explain import marked
from pipelines.explanation import paragraph
from pipelines.observations import observations
from pipelines.passages import passages
from pipelines.reports import reports, survey
from pipelines.seeds import SEEDS
from pipelines.statements import statements
from tests.commands.test_run import duixian, query, run

TEXT = """政府工作报告

各位代表：

一、2021年工作回顾

过去一年，我们稳中求进。全市[red]面貌[/red]\x1b[2J一\u202e新，地区生产总值增长6.1%，城镇新增就业2.3万人。居民消费价格上涨1.2%。

二、2022年工作安排

今年的主要预期目标是：地区生产总值增长6%左右，城镇新增就业2万人以上，居民消费价格涨幅控制在3%以内。
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explain")
    path = folder / "reports/140200/2022.txt"
    path.parent.mkdir(parents=True)
    # long enough that one control character does not make it binary
    path.write_text(TEXT + "\n我们要坚持稳中求进，努力工作。" * 80, encoding="utf-8")
    code, output = run(folder / "reports", folder / "w")
    assert code == 0, output
    return folder / "w"


def id_of(warehouse: Path, kind: str, indicator: str) -> str:
    ids = {
        (row[0], row[1]): row[2]
        for row in query(warehouse, "SELECT kind, indicator, observation_id FROM core.observations")
    }
    return ids[kind, indicator]


def changed(warehouse: Path, folder: Path, *statements: str) -> Path:
    """A copy of the published database in another folder, changed by SQL."""
    folder.mkdir()
    path = folder / "duixian.duckdb"
    shutil.copy((warehouse / "duixian.duckdb").resolve(), path)
    path.chmod(0o644)
    with duckdb.connect(str(path)) as database:
        for statement in statements:
            database.execute(statement)
    return folder


def explain(warehouse: Path, observation_id: str) -> tuple[int, str]:
    return duixian("explain", observation_id, "--warehouse", warehouse)


def test_what_an_observation_is_where_it_stands_and_how_it_was_read(warehouse: Path) -> None:
    code, output = explain(warehouse, id_of(warehouse, "target", "gdp"))
    assert code == 0, output
    for said in (
        "大同市 Datong, report of 2022\n",
        "地区生产总值 Gross domestic product",
        "目标 target, 增速 yoy",
        "6%左右",
        "years        2022",
        "direct/beside: its own clause names the subject; the years: a word of time in its sentence",
        "%: about how often its rule reads rightly",
        "▶【period: 今年】的主要预期目标是：【subject: 地区生产总值】增长【number: 6%】【bound: 左右】，城镇",
        "控制在3%以内。◀",
        "subject 主语, number 数值, bound 界限, period 时间",
        "1. 6% = 6 %",
    ):
        assert said in output


def test_only_the_sentence_of_the_evidence_is_emphasised(warehouse: Path) -> None:
    _, output = explain(warehouse, id_of(warehouse, "outcome", "cpi"))
    assert "城镇新增就业2.3万人。▶【subject: 居民消费价格】上涨【number: 1.2%】。◀" in output


def test_text_of_a_report_is_shown_as_it_is_and_steers_nothing(warehouse: Path) -> None:
    _, output = explain(warehouse, id_of(warehouse, "outcome", "gdp"))
    assert "全市[red]面貌[/red][2J一新，【subject: 地区生产总值】" in output
    assert "\x1b" not in output
    assert "\u202e" not in output


def test_the_beginning_of_an_id_is_enough(warehouse: Path) -> None:
    whole = id_of(warehouse, "target", "gdp")
    assert explain(warehouse, f" {whole[:8]}") == explain(warehouse, whole)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("0123456789abcdef", "no observation's id is '0123456789abcdef' or begins so; ids stand in core.observations"),
        ("0123", "'0123' is no observation; give the whole id, or its first 8 characters"),
        ("", "give the whole id"),
        ("%%%%%%%%", "no observation's id is"),
        ("[red]'; DROP TABLE", "no observation's id is \"[red]'; DROP TABLE\""),
        ("\udcff" * 9, "give the whole id"),
    ],
)
def test_an_unknown_id_is_wrong_usage(warehouse: Path, wanted: str, message: str) -> None:
    code, output = explain(warehouse, wanted)
    assert code == 2
    assert message in output
    assert len(output.splitlines()) == 1


def test_a_beginning_of_several_ids_is_wrong_usage(warehouse: Path, tmp_path: Path) -> None:
    other = changed(
        warehouse, tmp_path / "w", "UPDATE core.observations SET observation_id = 'abcdefgh-' || indicator || kind"
    )
    code, output = explain(other, "abcdefgh")
    assert code == 2
    assert "'abcdefgh' begins 6 ids (abcdefgh-" in output


def test_a_warehouse_without_a_database_is_wrong_usage(tmp_path: Path) -> None:
    code, output = explain(tmp_path, "0123456789abcdef")
    assert code == 2
    assert "duixian.duckdb is not there; run `duixian run` to publish it" in output


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core.passages SET text = replace(text, '6%左右', '7%左右')",
        "UPDATE core.passages SET text = replace(text, '6%左右', '左右左')",
        "DELETE FROM core.passages",
        "ALTER TABLE core.observations DROP COLUMN confidence",
        "DROP SCHEMA core CASCADE",
    ],
)
def test_a_database_of_another_version_says_so(warehouse: Path, tmp_path: Path, statement: str) -> None:
    wanted = id_of(warehouse, "target", "gdp")
    code, output = explain(changed(warehouse, tmp_path / "w", statement), wanted)
    assert code == 1
    assert "was built by another version of duixian; run `duixian run` on it again" in output


@pytest.mark.parametrize(("no_color", "brackets"), [(False, False), (True, True)])
def test_a_terminal_shows_colours_unless_told_not_to(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch, no_color: bool, brackets: bool
) -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, color_system="standard", no_color=no_color)
    monkeypatch.setattr("commands.explain.out", console)
    assert explain(warehouse, id_of(warehouse, "target", "gdp"))[0] == 0
    assert ("【subject: 地区生产总值】" in screen.getvalue()) == brackets
    assert ("\x1b[30;102m地区生产总值\x1b[0m" in screen.getvalue()) != brackets


def test_a_sentence_goes_on_in_the_passage_that_is_read_next() -> None:
    texts = {40: "开头。地区生产总值", 10: "增长6%。结尾"}  # place in the report → text; printed in another order
    rows: list[dict[str, Any]] = [
        {"text": text, "char_start": start, "char_end": start + len(text)} for start, text in texts.items()
    ]
    shown = marked(paragraph(rows, {"subject": (43, 49), "number": (12, 14)}, (43, 14)), brackets=True)
    assert shown.plain == "开头。▶【subject: 地区生产总值】\n增长【number: 6%】。◀结尾"


def test_the_example_of_the_readme_is_an_observation_of_the_samples() -> None:
    readme = (SEEDS.parent / "README.md").read_text(encoding="utf-8")
    [wanted] = re.findall(r"duixian explain ([0-9a-f]{16})", readme)
    files, _ = survey(SEEDS / "reports", ["100000"], 2100)
    texts, _ = reports([file for file in files if file.report_id == "100000/2023"])
    assert wanted in observations(statements(passages(texts)), texts)["observation_id"]
