"""The list of expectations of each table."""

from functools import cache

import polars as pl

from pipelines import comparison, final_figures
from pipelines.seeds import SeedError
from pipelines.tables import CHAR_START, Table
from pipelines.tables.core import NO_TARGETS, OBSERVATIONS, PASSAGES, STATEMENTS
from pipelines.tables.mart import TARGET_OUTCOMES
from pipelines.tables.registry import TABLES
from warehouse.expectations import Expectation, from_to, from_to_zh, within
from warehouse.expectations.field import EXCEPTIONS, Excepted, field_expectations, read_exceptions


def expectations(table: Table) -> list[Expectation]:
    """The expectations of a table: those that the registry implies, those of its texts and labels, and the field's.

    Raises:
        SeedError: seeds/expectations.yaml is wrong.
    """
    return [*of_registry(table), *OF_TEXTS_AND_LABELS.get(table, ()), *field_expectations().get(table.full_name, ())]


def exceptions() -> list[Excepted]:
    """The exceptions to them.

    Raises:
        SeedError: seeds/expectation_exceptions.yaml is wrong, or names what is not expected.
    """
    found = read_exceptions()
    for one in found:
        if one.expectation not in {item.name for item in expectations(TABLES[one.table])}:
            raise SeedError(
                f"seeds/{EXCEPTIONS}: {one.key}: nothing of that name is expected of {one.table}: {one.expectation}; "
                "docs/checks.md lists the names"
            )
    return found


def checks(table: Table) -> dict[str, list[Expectation]]:
    """The expectations of a table by the asset check that they are part of."""
    found: dict[str, list[Expectation]] = {}
    for expectation in expectations(table):
        found.setdefault(expectation.check, []).append(expectation)
    return found


@cache
def of_registry(table: Table) -> list[Expectation]:
    """What the registry implies: columns and types, key, required, allowed, range, references."""
    key = ", ".join(table.key)
    same = " AND ".join(f"rows.{name} IS NOT DISTINCT FROM copied.{name}" for name in table.key)
    found = [
        Expectation(
            "columns and types are the registry's", "expected IS DISTINCT FROM found", "列与类型同登记表",
            over="columns AS rows", together=(), key=("column_name",), shows="coalesce(found, 'missing')",
            gx=(
                (
                    "ExpectColumnPairValuesToBeEqual",
                    {"column_A": "expected", "column_B": "found", "ignore_row_if": "neither"},
                ),
            ),
        ),
        Expectation(
            f"{key} identifies a row", "true", f"{key} 唯一", together=table.key,
            over=f"rows SEMI JOIN (SELECT {key} FROM rows GROUP BY ALL HAVING count(*) > 1) AS copied ON {same}",  # noqa: S608
            gx=(
                ("ExpectCompoundColumnsToBeUnique", {"column_list": list(table.key), "ignore_row_if": "never"})
                if len(table.key) > 1
                else ("ExpectColumnValuesToBeUnique", {"column": table.key[0]}),
            ),
        ),
    ]  # fmt: skip
    for column in table.columns:
        name, at = column.name, {"column": column.name}
        if column.required:
            found.append(
                Expectation(
                    f"{name} is not null", f"{name} IS NULL", f"{name} 不为空",
                    gx=(("ExpectColumnValuesToNotBeNull", at),),
                )
            )  # fmt: skip
        if column.allowed:
            values = ", ".join(f"'{value}'" for value in column.allowed)
            found.append(
                Expectation(
                    f"{name} is one of its {len(column.allowed)} values", f"{name} NOT IN ({values})",
                    f"{name} 是 {len(column.allowed)} 个取值之一", shows=name,
                    gx=(("ExpectColumnValuesToBeInSet", at | {"value_set": list(column.allowed)}),),
                )
            )  # fmt: skip
        if column.minimum is not None or column.maximum is not None:
            low, high = column.minimum, column.maximum
            found.append(
                Expectation(
                    f"{name} is {from_to(low, high)}",
                    f"{name} NOT BETWEEN {within(low, high)}",
                    f"{name} {from_to_zh(low, high)}",
                    shows=name,
                    gx=(("ExpectColumnValuesToBeBetween", at | {"min_value": low, "max_value": high}),),
                )
            )
        if column.references:
            other, _, target = column.references.rpartition(".")
            found.append(
                Expectation(
                    f"{name} stands in {column.references}", f"rows.{name} IS NOT NULL",
                    f"{name} 见于 {column.references}",
                    over=f"rows ANTI JOIN {other} AS other ON rows.{name} = other.{target}", shows=f"rows.{name}",
                    gx=(("ExpectColumnValuesToBeInSet", at | {"value_set": column.references}),),
                )
            )  # fmt: skip
    return found


# Parts of a report's text, by the character that each begins at: to find a place in all of it takes time for each row.
BLOCK = 1000  # characters
BLOCKS = (
    f"(SELECT report_id, {BLOCK} * block AS begins, substr(text, {BLOCK} * block + 1, 2 * {BLOCK}) AS text "  # noqa: S608
    f"FROM (SELECT report_id, text, unnest(range(length(text) // {BLOCK} + 1)) AS block FROM core.reports)) AS near "
    f"ON near.report_id = rows.report_id AND near.begins = char_start - char_start % {BLOCK}"
)
ITS_PASSAGE = (
    "(SELECT passage_id, char_start AS begins, text FROM core.passages) AS near ON near.passage_id = rows.passage_id"
)


def span(what: str, zh: str, start: str, end: str, text: str, near: str = "") -> Expectation:
    """The characters from start to end of the report's text, or of a part near by that holds them, are this text.

    A place that is missing where it is required, or lies before the text, fails what is expected of the column.
    """
    said = f"substr(reports.text, {start} + 1, {end} - {start})"
    if near:
        said = (
            f"CASE WHEN {start} >= near.begins AND {end} <= near.begins + length(near.text) "
            f"THEN substr(near.text, {start} - near.begins + 1, {end} - {start}) ELSE {said} END"
        )
    known = f"{start} >= 0 AND {end} >= 0" if start == CHAR_START.name else f"coalesce(least({start}, {end}), 0) >= 0"
    return Expectation(
        f"{what} is its span of the report",
        f"{text} IS NOT NULL AND {known} AND {said} IS DISTINCT FROM {text}",
        f"{zh}即报告中该段文字",
        check="spans_hold",
        over="rows JOIN core.reports AS reports USING (report_id)" + (f" LEFT JOIN {near}" if near else ""),
    )


def labels(name: str, zh: str, fails: str) -> Expectation:
    """What the labels of a row say of each other."""
    return Expectation(name, fails, zh, check="labels_agree")


def sound(table: Table, frame: pl.DataFrame) -> pl.Series:
    """Whether each row's columns hold what the registry says of each: only then can one be told from the others."""
    holds = [pl.lit(True)]
    for column in table.columns:
        value = pl.col(column.name)
        if column.required:
            holds.append(value.is_not_null())
        if column.allowed:
            holds.append(value.is_in(list(column.allowed)).fill_null(True))
        if column.minimum is not None:
            holds.append((value >= column.minimum).fill_null(True))
    return frame.select(pl.all_horizontal(holds)).to_series()


def verdicts_differ(frame: pl.DataFrame) -> pl.Series:
    """Whether a row's verdicts and paces do not follow from its own columns and the rules."""
    again = comparison.recomputed(frame, comparison.load_rules())
    differs = pl.any_horizontal(frame[name].ne_missing(again[name]) for name in again.columns)
    return frame.select(differs).to_series() & sound(TARGET_OUTCOMES, frame)


def statistics_verdicts_differ(frame: pl.DataFrame) -> pl.Series:
    """Whether the verdict by the official figure does not follow from the row; what has none has no such verdict."""
    differs = frame["statistics_verdict"].ne_missing(final_figures.judged(frame, comparison.load_rules()))
    return differs & sound(TARGET_OUTCOMES, frame)


OF_TEXTS_AND_LABELS: dict[Table, tuple[Expectation, ...]] = {
    PASSAGES: (span("passage text", "段落文本", "char_start", "char_end", "rows.text", BLOCKS),),
    STATEMENTS: (
        span("surface", "原文数字", "char_start", "char_end", "surface", ITS_PASSAGE),
        span("evidence", "证据", "evidence_start", "evidence_end", "evidence", ITS_PASSAGE),
        labels(
            "a numeral set aside has a reason, a measured one has a value",
            "搁置的数字有原因，计量的有数值",
            "fate = 'set_aside' AND (reason IS NULL OR value IS NOT NULL) "
            "OR fate = 'measured' AND (value IS NULL OR reason IS NOT NULL)",
        ),
    ),
    NO_TARGETS: (span("evidence", "证据", "char_start", "char_end", "evidence"),),
    OBSERVATIONS: (
        span("evidence", "证据", "char_start", "char_end", "evidence"),
        labels("a period ends no earlier than it starts", "终止年不早于起始年", "period_end < period_start"),
        labels(
            "a range has two ends in order, nothing else has",
            "区间有上下两端且有序，其余没有",
            "(bound = 'range') = (obs_value_high IS NULL) OR obs_value_high < obs_value",
        ),
    ),
    TARGET_OUTCOMES: (
        Expectation(
            "verdicts recompute", "", "判定可由本行重算",
            check="verdicts_recompute", shows="verdict", recompute=verdicts_differ,
        ),
        Expectation(
            "verdicts of statistics recompute", "", "统计判定可由本行重算",
            check="statistics_verdicts_recompute", shows="statistics_verdict", recompute=statistics_verdicts_differ,
        ),
    ),
}  # fmt: skip
