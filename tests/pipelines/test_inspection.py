"""What a page shows of a report: runs, order, copies, the print. Reports here are made up."""

import itertools
import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.inspection import Inspection, Run, corrections, inspection, moved, printed_lines, runs
from pipelines.observations import observations
from pipelines.passages import passages
from pipelines.statements import statements
from pipelines.tables.core import PASSAGES, REPORTS
from tests.frames import row

TEXT = """政府工作报告

一、2021年工作回顾

过去一年，全市地区生产总值增长6.1%，城镇新增就业2.3万人，修建了16座风雨桥。

二、2022年工作安排

今年的主要预期目标是：地区生产总值增长6%左右。做好“六稳”工作。过去一年地区生产总值增长6.1%来之不易。
"""


def of(text: str, **report: Any) -> Inspection:
    """What is shown of a text as the pipeline reads it."""
    place = {"report_id": "140200/2022", "ref_area": "140200", "report_year": 2022}
    given_row = row(REPORTS, **place, **report) | {"text": text}
    frame = REPORTS.frame([given_row])
    cut = passages(frame)
    measured = statements(cut)
    return inspection(frame.row(0, named=True), cut, measured, observations(measured, frame))


def passage(text: str, start: int = 0, position: int = 1, **more: Any) -> dict[str, Any]:
    """A row of core.passages, with columns to come where they are named."""
    place = {"passage_id": f"x#{position}", "position": position, "char_start": start, "char_end": start + len(text)}
    return row(PASSAGES, **place) | {"text": text} | more


@pytest.fixture(scope="module")
def found() -> Inspection:
    return of(TEXT)


def test_passages_are_grouped_by_section_as_long_as_it_stays_the_same(found: Inspection) -> None:
    groups = [(section, [one.position for one in group]) for section, group in found.groups]
    assert groups[0] == ("preamble", [1])
    assert groups[1] == ("review_year", [2, 3])
    assert [position for _, positions in groups for position in positions] == [1, 2, 3, 4, 5]
    assert all(one.section == section for section, group in found.groups for one in group)


def test_each_numeral_has_its_status(found: Inspection) -> None:
    statuses = {
        (one.statement["char_start"], one.statement["surface"]): one.status
        for _, group in found.groups
        for shown in group
        for one in shown.numerals
    }
    assert statuses[TEXT.index("6.1"), "6.1"] == "observed"
    assert statuses[TEXT.index("16座"), "16"] == "measured"
    assert statuses[TEXT.index("六稳"), "六"] == "set_aside"
    assert statuses[TEXT.rindex("6.1"), "6.1"] == "restated"


def test_a_restatement_names_the_observation_that_counts(found: Inspection) -> None:
    [restated] = [
        one for _, group in found.groups for shown in group for one in shown.numerals if one.status == "restated"
    ]
    [first] = [row for row in found.observations if row["char_end"] <= TEXT.index("，城镇")]
    assert restated.observations == [first["observation_id"]]


def test_runs_tell_evidence_by_kind_and_the_numeral_in_it(found: Inspection) -> None:
    review, plan = (group[-1] for section, group in found.groups if section in ("review_year", "targets_year"))
    assert [run.text for run in review.runs if run.kinds == ("outcome",)][:2] == ["地区生产总值增长", "6.1"]
    aim = next(run for run in plan.runs if run.kinds == ("target",) and run.numeral is not None)
    assert plan.numerals[aim.numeral].statement["surface"] == aim.text == "6"


def test_counts_add_up(found: Inspection) -> None:
    assert sum(found.counts["passages"].values()) == 5
    assert sum(found.counts["numerals"].values()) == sum(
        len(one.numerals) for _, group in found.groups for one in group
    )
    assert found.counts["observations"] == {"outcome": 2, "target": 1}
    assert found.counts["moved"] == found.counts["faults"] == {}


def test_the_text_is_not_carried_twice(found: Inspection) -> None:
    assert "text" not in found.report
    assert "layout" not in found.report


@pytest.mark.parametrize(
    ("printed", "read", "expected"),
    [
        ("跛出新路", "蹚出新路", [Run("跛", read_as="蹚"), Run("出新路")]),
        ("坚持与绿色引领", "坚持以绿色引领", [Run("坚持"), Run("与", read_as="以"), Run("绿色引领")]),
        ("增强了人口", "增强人口", [Run("增强"), Run("了", read_as=""), Run("人口")]),
        ("建设小镇", "建设一批小镇", [Run("建设"), Run("", read_as="一批"), Run("小镇")]),
        ("建设", "建设完", [Run("建设"), Run("", read_as="完")]),
        ("设完", "建设完", [Run("", read_as="建"), Run("设完")]),
        ("设完", None, [Run("设完")]),
        ("设完", "设完", [Run("设完")]),
    ],
)
def test_a_slip_stands_beside_what_it_was_read_as(printed: str, read: str | None, expected: list[Run]) -> None:
    assert runs(passage(printed, start=7, read_as=read), [], []) == expected


def test_a_slip_that_evidence_cuts_is_replaced_once() -> None:
    evidence = [{"char_start": 2, "char_end": 9, "kind": "outcome"}]
    assert runs(passage("甲乙丙丁戊", read_as="甲天地人戊"), [], evidence) == [
        Run("甲"),
        Run("乙", read_as=""),
        Run("丙丁", ("outcome",), read_as="天地人"),
        Run("戊", ("outcome",)),
    ]


@given(st.data())
def test_runs_are_the_passage_as_printed_and_as_read(data: st.DataObject) -> None:
    words = st.text("一二甲乙", max_size=12)
    text, read = data.draw(words.filter(bool)), data.draw(st.none() | words)
    edge = st.integers(-2, 14)
    evidence = [
        {"char_start": start, "char_end": end, "kind": kind}
        for start, end, kind in data.draw(st.lists(st.tuples(edge, edge, st.sampled_from(["outcome", "target"]))))
    ]
    cut = runs(passage(text, read_as=read), [], evidence)
    assert "".join(run.text for run in cut) == text
    assert "".join(run.text if run.read_as is None else run.read_as for run in cut) == (text if read is None else read)
    at = 0
    for run in cut:
        for place in range(at, at + len(run.text)):
            kinds = {one["kind"] for one in evidence if one["char_start"] <= place < one["char_end"]}
            assert run.kinds == tuple(sorted(kinds))
        at += len(run.text)


def test_corrections_are_places_of_the_report() -> None:
    assert list(corrections("跛出新路", "蹚出新路", 40)) == [(40, 41, "蹚")]


def test_what_is_read_elsewhere_than_printed_says_what_it_was_printed_after() -> None:
    rows = [
        passage("甲", 0, 1),
        passage("乙", 30, 2),  # printed last
        passage("丙", 10, 3),
        passage("丁", 20, 4),
    ]
    assert moved(rows) == {2: 4}
    assert moved([passage("乙", 5, 1), passage("甲", 0, 2), passage("丙", 1, 3)]) == {1: 3}
    assert moved([]) == {}


@given(st.permutations(range(6)))
def test_the_fewest_passages_are_moved(order: list[int]) -> None:
    rows = [passage("甲", start, position) for position, start in enumerate(order, 1)]
    kept = [start for position, start in enumerate(order, 1) if position not in moved(rows)]
    assert kept == sorted(kept)
    longest = max(
        size for size in range(1, 7) if any(list(some) == sorted(some) for some in itertools.combinations(order, size))
    )
    assert len(kept) == longest


def reordered() -> Inspection:
    """A report whose second line is read last, on two pages, with what columns to come will say."""
    lines = ["第一段话说得很长很长。", "第三段话说得很长很长。", "第二段话说得很长很长。"]
    text = "\n".join(lines)
    starts = [text.index(line) for line in lines]
    rows = [
        passage(lines[0], starts[0], 1, page=1, reason=None, section="review_year"),
        passage(lines[2], starts[2], 2, page=2, reason=None, section="review_year"),
        passage(lines[1], starts[1], 3, page=1, reason="它说“第三”", section="closing", faults=["strayed"]),
    ]
    layout = json.dumps([[starts[0], 1, 0, 0, 9, 9], [starts[1], 1, 0, 0, 9, 9], [starts[2], 2, 0, 0, 9, 9]])
    return bare(rows, text, layout)


def bare(rows: list[dict[str, Any]], text: str, layout: str | None = None) -> Inspection:
    """What is shown of passages without a numeral."""
    reports = REPORTS.frame([row(REPORTS, report_id="140200/2022", ref_area="140200", layout=layout) | {"text": text}])
    empty = statements(PASSAGES.frame())
    return inspection(reports.row(0, named=True), pl.DataFrame(rows), empty, observations(empty, reports))


def test_print_and_reading_order_stand_side_by_side() -> None:
    found = reordered()
    shown = [one for _, group in found.groups for one in group]
    assert [(one.position, one.moved_after) for one in shown] == [(1, None), (2, 3), (3, None)]
    assert [(one.printed_at, one.read_at) for one in shown] == [(0, 0), (22, 11), (11, 22)]
    assert [[chunk.position for chunk in line.chunks] for line in found.lines] == [[1], [3], [2]]
    assert [line.page for line in found.lines] == [one.page for one in (shown[0], shown[2], shown[1])] == [1, 1, 2]
    assert shown[2].reason == "它说“第三”"
    assert found.counts["moved"] == {"passages": 1}


def test_a_page_comes_from_the_layout_where_passages_have_none() -> None:
    found = of("第一行有字。\n第二行有字。", layout=json.dumps([[0, 1, 0, 0, 9, 9], [7, 2, 0, 0, 9, 9]]))
    assert [one.page for _, group in found.groups for one in group] == [1, 2]
    assert [line.page for line in found.lines] == [1, 2]


def test_a_repeat_is_led_to_its_true_copy() -> None:
    home = "全市新建湖滨步道十二里，沿湖栽下柳树三千株，居民出门不远便有去处。"
    rows = [
        passage("别的一段话，说的是水库与堤坝，与湖滨毫不相干。", 0, 1),
        passage(home, 100, 2),
        passage(home.replace("柳", "杨"), 200, 3, faults=["repeated"]),
        passage("从未在别处说过的一句话，谁也不知它从哪里来。", 300, 4, faults=["repeated"]),
    ]
    found = bare(rows, " " * 400)
    assert [one.copy_of for _, group in found.groups for one in group] == [None, None, 2, None]


def test_lines_are_numbered_as_an_editor_does_and_blank_ones_left_out() -> None:
    text = "\ufeff甲\r\n\r\n　　乙丙\r丁\n \n"
    rows = [passage("乙", text.index("乙"), 1), passage("丙", text.index("丙"), 2), passage("丁", text.index("丁"), 3)]
    lines = list(printed_lines(text, rows, []))
    assert [(line.number, [(chunk.position, chunk.text) for chunk in line.chunks]) for line in lines] == [
        (1, [(None, "\ufeff甲")]),  # of no passage, and shown all the same
        (3, [(1, "乙"), (2, "丙")]),
        (4, [(3, "丁")]),
    ]
    assert all(text.startswith(chunk.text, chunk.char_start) for line in lines for chunk in line.chunks)


@given(st.text("甲乙。，\n\r \u3000\x1b\u202e6%", max_size=60))
def test_every_character_that_is_not_blank_is_shown_once_in_the_print(text: str) -> None:
    report = REPORTS.frame([row(REPORTS, report_id="x", report_year=2022) | {"text": text}])
    lines = printed_lines(text, passages(report).rows(named=True), [])
    shown = "".join(chunk.text for line in lines for chunk in line.chunks)
    assert [one for one in shown if one not in " \u3000"] == [one for one in text if one not in " \u3000\r\n"]
