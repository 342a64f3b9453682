"""What each table is expected to hold to, made from the registry; run as SQL aggregates or by Great Expectations.

Both runs take the same list, so a table can be checked either way: bulk partitions in one scan of their Parquet file,
small frames as a Great Expectations suite.
"""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.tables import Table
from pipelines.tables.core import NO_TARGETS, OBSERVATIONS, PASSAGES, STATEMENTS

SHOWN = 5  # failing rows named in a result


@dataclass(frozen=True)
class Expectation:
    """One expectation: its name, the SQL condition of a row that fails it, and the same for Great Expectations.

    Attributes:
        name: what is expected, as results show it.
        fails: a SQL condition over the table's columns, `copies` (rows with the same key) and what `over` joins.
        gx_type: the class of great_expectations.expectations; empty where it has none.
        gx_arguments: its arguments.
        severity: `error` blocks publication, `warn` does not.
        check: the asset check that it is part of.
        over: the relation that `fails` is read over, where it is more than the table itself.
    """

    name: str
    fails: str
    gx_type: str = ""
    gx_arguments: dict[str, Any] | None = None
    severity: str = "error"
    check: str = "well_formed"
    over: str = ""


def expectations(table: Table) -> list[Expectation]:
    """The expectations of a table: those that the registry implies (key, required, allowed, range), and the field's."""
    key = ", ".join(table.key)
    found = [
        Expectation(
            f"{key} identifies a row",
            "copies > 1",
            "ExpectCompoundColumnsToBeUnique" if len(table.key) > 1 else "ExpectColumnValuesToBeUnique",
            {"column_list": list(table.key)} if len(table.key) > 1 else {"column": table.key[0]},
        )
    ]
    for column in table.columns:
        name, at = column.name, {"column": column.name}
        if column.required:
            found.append(Expectation(f"{name} is not null", f"{name} IS NULL", "ExpectColumnValuesToNotBeNull", at))
        if column.allowed:
            values = ", ".join(f"'{value}'" for value in column.allowed)
            found.append(
                Expectation(
                    f"{name} is one of its {len(column.allowed)} values", f"{name} NOT IN ({values})",
                    "ExpectColumnValuesToBeInSet", at | {"value_set": list(column.allowed)},
                )
            )  # fmt: skip
        if column.minimum is not None or column.maximum is not None:
            low = "-inf" if column.minimum is None else f"{column.minimum:g}"
            high = "inf" if column.maximum is None else f"{column.maximum:g}"
            limits = {"min_value": column.minimum, "max_value": column.maximum}
            found.append(
                Expectation(
                    f"{name} is from {low} to {high}",
                    f"{name} NOT BETWEEN '{low}'::DOUBLE AND '{high}'::DOUBLE",
                    "ExpectColumnValuesToBeBetween", at | limits,
                )
            )  # fmt: skip
    return found + FIELD_EXPECTATIONS.get(table.full_name, [])


def span(name: str, start: str, end: str, text: str) -> Expectation:
    """The characters from start to end of the report's text are this text."""
    return Expectation(
        name,
        f"{text} IS NOT NULL AND substr(reports.text, {start} + 1, {end} - {start}) IS DISTINCT FROM {text}",
        check="spans_hold",
        over="JOIN reports USING (report_id)",
    )


FIELD_EXPECTATIONS = {
    PASSAGES.full_name: [span("passage text is its span of the report", "char_start", "char_end", "rows.text")],
    STATEMENTS.full_name: [
        span("surface is its span of the report", "char_start", "char_end", "surface"),
        span("evidence is its span of the report", "evidence_start", "evidence_end", "evidence"),
        Expectation(
            "a numeral set aside has a reason, a measured one has a value",
            "(fate = 'set_aside') = (reason IS NULL) OR (fate = 'measured') = (value IS NULL)",
            check="labels_agree",
        ),
    ],
    NO_TARGETS.full_name: [span("evidence is its span of the report", "char_start", "char_end", "evidence")],
    OBSERVATIONS.full_name: [
        span("evidence is its span of the report", "char_start", "char_end", "evidence"),
        Expectation("a period ends no earlier than it starts", "period_end < period_start", check="labels_agree"),
        Expectation(
            "a range has two ends in order, nothing else has",
            "(bound = 'range') = (obs_value_high IS NULL) OR obs_value_high < obs_value",
            check="labels_agree",
        ),
    ],
}


def result(table: Table, partition: str, expectation: Expectation, failing: int, detail: str) -> dict[str, Any]:
    """A row of ops.validation_results."""
    return {
        "table_name": table.full_name, "partition": partition, "expectation": expectation.name,
        "severity": expectation.severity, "success": failing == 0, "failing_rows": failing, "detail": detail,
    }  # fmt: skip


def checks(table: Table) -> dict[str, list[Expectation]]:
    """The expectations of a table by the asset check that runs them."""
    found: dict[str, list[Expectation]] = {}
    for expectation in expectations(table):
        found.setdefault(expectation.check, []).append(expectation)
    return found


def check_file(
    table: Table, partition: str, path: Path, reports: Path | None, wanted: list[Expectation]
) -> list[dict[str, Any]]:
    """Check a Parquet file of a table in SQL, against the file of the reports that it was made from, where it is given.

    Returns:
        Rows of ops.validation_results, one an expectation.
    """
    with duckdb.connect() as connection:
        connection.execute("SET autoinstall_known_extensions = false")
        connection.from_parquet(str(path)).create_view("file")
        connection.execute(
            f"CREATE VIEW rows AS SELECT *, count(*) OVER (PARTITION BY {', '.join(table.key)}) AS copies FROM file"  # noqa: S608
        )
        if reports:
            connection.from_parquet(str(reports)).select("report_id", "text").create_view("reports")
        results = []
        for over, together in itertools.groupby(wanted, lambda item: item.over):
            items = list(together)
            counts = ", ".join(f"count(*) FILTER (WHERE {item.fails})" for item in items)
            failing = connection.execute(f"SELECT {counts} FROM rows {over}").fetchone() or ()  # noqa: S608
            for item, count in zip(items, failing, strict=True):
                detail = failing_keys(connection, table, item) if count else ""
                results.append(result(table, partition, item, count, detail))
    return results


def failing_keys(connection: duckdb.DuckDBPyConnection, table: Table, item: Expectation) -> str:
    """The keys of the first rows that do not hold to an expectation."""
    key = ", ".join(f"rows.{name}" for name in table.key)
    query = f"SELECT {key} FROM rows {item.over} WHERE {item.fails} ORDER BY ALL LIMIT {SHOWN}"  # noqa: S608
    return ", ".join(" ".join(map(str, row)) for row in connection.execute(query).fetchall())


def check_frame(table: Table, partition: str, frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Check a small frame with Great Expectations, as one suite.

    Returns:
        Rows of ops.validation_results, one an expectation.
    """
    import great_expectations as gx  # noqa: PLC0415 - takes seconds and 250 MB: only where it is used
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    wanted = {item.name: item for item in expectations(table) if item.gx_type}
    suite = gx.ExpectationSuite(
        name=table.full_name,
        expectations=[
            getattr(gx.expectations, item.gx_type)(**item.gx_arguments or {}, meta={"name": item.name})
            for item in wanted.values()
        ],
    )
    batch = (
        context.data_sources.add_pandas(table.full_name)
        .add_dataframe_asset(table.name)
        .add_batch_definition_whole_dataframe(partition)
        .get_batch({"dataframe": pandas_frame(frame)})
    )
    results = []
    for outcome in batch.validate(suite, result_format="SUMMARY").results:
        item = wanted[outcome.expectation_config.meta["name"]]  # type: ignore[union-attr]
        failing = outcome.result.get("unexpected_count", 0)
        if outcome.exception_info.get("raised_exception"):
            raise RuntimeError(f"{table.full_name}: {item.name}: {outcome.exception_info.get('exception_message')}")
        keys = frame[outcome.result.get("partial_unexpected_index_list") or []].select(table.key).head(SHOWN).rows()
        results.append(result(table, partition, item, failing, ", ".join(" ".join(map(str, key)) for key in keys)))
    return results


def pandas_frame(frame: pl.DataFrame) -> Any:
    """The frame as pandas, without Arrow between: lists stay lists, whole numbers with NULLs become nullable."""
    import pandas as pd  # noqa: PLC0415 - comes with Great Expectations, and as late

    integers = {name: "Int64" for name, kind in frame.schema.items() if kind.is_integer()}
    return pd.DataFrame(frame.to_dict(as_series=False)).astype(integers)
