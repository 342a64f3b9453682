"""Where a report says that it sets no target."""

import pytest

from pipelines.no_targets import no_targets
from pipelines.passages import passages
from pipelines.statements import statements
from pipelines.tables.core import REPORTS
from tests.pipelines.test_statements import YEAR, pieces

SAID = [
    ("没有提出经济增速具体目标，主要是变数太多。", "targets_year", [("gdp", "yoy", 0, 0, "没有提出经济增速具体目标")]),
    ("本年不设定具体的增长目标。", "tasks_year", [("gdp", "yoy", 0, 0, "不设定具体的增长目标")]),
    ("进出口总额不设具体目标，重在稳住份额。", "targets_year", [("trade_total", None, 0, 0, "进出口总额不设具体目标")]),
    ("GDP增速目标不设具体数值。", "requirements", [("gdp", "yoy", 0, 0, "GDP增速目标不设具体数值")]),
    (
        "不再下达固定资产投资、进出口总额增长指标。", "targets_year",
        [
            ("fixed_asset_investment", "yoy", 0, 0, "不再下达固定资产投资、进出口总额增长指标"),
            ("trade_total", "yoy", 0, 0, "不再下达固定资产投资、进出口总额增长指标"),
        ],
    ),
    ("回头看，当时没有提出具体的增速目标。", "review_year", [("gdp", "yoy", -1, -1, "没有提出具体的增速目标")]),
    ("去年没有提出经济增长目标，今年重新提出。", "targets_year", [("gdp", "yoy", -1, -1, "没有提出经济增长目标")]),
    ("今后五年不设经济增长具体目标。", "targets_term", [("gdp", "yoy", 0, 4, "不设经济增长具体目标")]),
    ("不提高居民收入目标。", "targets_year", []),
    ("外贸面临不确定性，仍要完成进出口总额目标。", "targets_year", []),
    ("没有设立政府性基金，经济增长目标照旧。", "targets_year", []),
    ("不下达高技术制造业增长目标。", "targets_year", []),
    ("今年对外贸易不提具体增速目标。", "targets_year", []),
    ("民间投资不设增长目标。", "targets_year", []),
    ("推进民营银行，不设限额，不设门槛。", "tasks_year", []),
    ("经济增长预期目标为5%左右。", "targets_year", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "section", "expected"), SAID, ids=lambda item: item if isinstance(item, str) else "")
def test_no_target(text: str, section: str, expected: list[tuple]) -> None:
    found = no_targets(pieces(text, section=section)).select(
        "indicator", "transformation", "period_start", "period_end", "evidence"
    )
    assert found.rows() == [(code, how, YEAR + first, YEAR + last, words) for code, how, first, last, words in expected]


def test_words_broken_by_the_print_are_found_at_their_place() -> None:
    text = "各位代表：今年的目标是就业稳定。\n综合考虑，不设经济增\n长 具体目标。"
    row = {"report_id": "330000/2021", "ref_area": "330000", "report_year": YEAR, "text": text}
    cut = passages(REPORTS.frame([row]))
    for found in no_targets(cut).iter_rows(named=True):
        assert text[found["char_start"] : found["char_end"]] == found["evidence"]
        assert (found["indicator"], found["evidence"][-2:]) == ("gdp", "目标")
    assert no_targets(cut).height == 1
    assert no_targets(cut.reverse()).equals(no_targets(cut))


def test_a_numeral_stays_in_one_statement() -> None:
    text = "今年不设经济增长具体目标，新增就业100万人。"
    assert statements(pieces(text, section="targets_year"))["surface"].to_list() == ["100万"]
    assert no_targets(pieces(text, section="targets_year")).height == 1
