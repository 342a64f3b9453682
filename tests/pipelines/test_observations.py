"""Observations: each fact once, whole units, evidence that stands in the text."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.observations import observations
from pipelines.statements import statements
from pipelines.tables.core import OBSERVATIONS, PASSAGES, REPORTS

SENTENCES = (
    "地区生产总值达到8000亿元，增长6.5%。",
    "城乡居民人均可支配收入分别增长5%、7.5%。",
    "一般公共预算收入从700亿元增加到900亿元，居全省第2位。",
    "粮食产量达到12.5亿斤以上。",
    "城镇新增就业30多万人，城镇调查失业率控制在5%以内。",
    "PM2.5年均浓度降至30微克/立方米。",
)


def observe(*texts: str, faults: tuple[tuple[str, ...], ...] = (), year: int = 2021) -> pl.DataFrame:
    """The observations of a report whose paragraphs these are."""
    text = "\n".join(texts)
    place = {"report_id": f"330000/{year}", "ref_area": "330000", "report_year": year}
    rows: list[dict[str, Any]] = []
    start = 0
    for position, part in enumerate(texts, 1):
        rows.append(
            place
            | {
                "passage_id": f"330000/{year}#{position}", "position": position, "section": "review_year",
                "section_basis": "order", "is_heading": False, "char_start": start, "char_end": start + len(part),
                "text": part, "continues": False, "faults": list(faults[position - 1]) if faults else [],
            }
        )  # fmt: skip
        start += len(part) + 1
    report = REPORTS.frame([place | {"text": text, "is_sample": False}])
    found = observations(statements(PASSAGES.frame(rows)), report)
    for row in found.iter_rows(named=True):
        assert row["evidence"] == text[row["char_start"] : row["char_end"]]
    return found


def test_the_registry_holds() -> None:
    """Columns, types and required values are the registry's."""
    found = observe(*SENTENCES)
    assert found.schema == OBSERVATIONS.frame().schema
    assert found.height == 11
    for column in OBSERVATIONS.columns:
        if column.required:
            assert found[column.name].null_count() == 0, column.name
        if column.allowed:
            assert set(found[column.name].drop_nulls().to_list()) <= set(column.allowed)


def test_no_reports_no_observations() -> None:
    """Empty tables go through."""
    assert observations(statements(PASSAGES.frame()), REPORTS.frame()).equals(OBSERVATIONS.frame())


def test_a_fact_stated_twice_is_one_row() -> None:
    """The first is kept; a second value of the same thing is another row."""
    found = observe(SENTENCES[0], "去年地区生产总值增长6.5%。", "去年地区生产总值增长6.6%。")
    assert found["obs_value"].to_list() == [8e11, 6.5, 6.6]
    assert found["char_start"][1] == 0


def test_the_sound_passage_goes_before_the_repeated_one() -> None:
    """Of a fact printed in its place and again elsewhere, the one in its place is kept."""
    found = observe(SENTENCES[3], SENTENCES[3], faults=(("repeated",), ()))
    assert found.height == 1
    assert (found["flags"].to_list(), found["char_start"].to_list()) == ([[]], [len(SENTENCES[3]) + 1])
    assert observe(SENTENCES[3], faults=(("strayed",),))["flags"].to_list() == [["strayed"]]


def test_a_statement_of_two_indicators_gives_two_rows() -> None:
    """One number said of both."""
    found = observe("全市生产总值和城乡居民收入都要比2012年翻一番。")
    assert found["indicator"].to_list() == ["gdp", "disposable_income"]
    assert found["statement_id"].n_unique() == 1
    assert found["observation_id"].n_unique() == 2


def test_evidence_is_the_shortest_run_with_subject_unit_and_bound() -> None:
    """From the subject, or the subject carried over, to the bound word."""
    found = observe("全年地区生产总值达到8000亿元左右，增长6.5%以上，好于预期。")
    assert found["evidence"].to_list() == ["地区生产总值达到8000亿元左右", "地区生产总值达到8000亿元左右，增长6.5%以上"]


def test_ids_depend_on_what_is_said_alone() -> None:
    """Not on order or place; on every label and value."""
    one, two = observe(*SENTENCES), observe(*reversed(SENTENCES))
    assert sorted(one["observation_id"].to_list()) == sorted(two["observation_id"].to_list())
    assert set(one["observation_id"].to_list()).isdisjoint(observe(*SENTENCES, year=2020)["observation_id"].to_list())
    assert all(len(name) == 16 and int(name, 16) >= 0 for name in one["observation_id"].to_list())


@pytest.mark.parametrize("text", SENTENCES)
def test_full_width_digits_change_nothing(text: str) -> None:
    """The same values from digits of either width."""
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isascii() and letter not in ",/" else letter for letter in text)
    labels = pl.exclude("evidence", "char_start", "char_end", "statement_id")
    assert observe(text).select(labels).equals(observe(wide).select(labels))


@given(
    st.lists(st.sampled_from(SENTENCES), max_size=6),
    st.integers(0, 60),
    st.sampled_from([" ", "\u3000", "\u200b", "\n"]),
)
def test_a_blank_anywhere_changes_nothing(sentences: list[str], at: int, blank: str) -> None:
    """A blank inside a number or a word is no part of it."""
    text = "".join(sentences)
    broken = text[:at] + blank + text[at:]
    assert observe(text)["observation_id"].to_list() == observe(broken)["observation_id"].to_list()
