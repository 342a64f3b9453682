"""Expectations by Great Expectations: a small frame against a table's suite."""

from collections.abc import Callable
from functools import cache
from typing import Any

import polars as pl

from pipelines.tables import Table
from warehouse.expectations import Expectation
from warehouse.expectations.field import Excepted
from warehouse.expectations.results import SHOWN, Failing, Relation, columns, key_text, results, type_name

SEVERITIES = {"error": "critical", "warn": "warning"}  # ours in Great Expectations' words


def check_frame(
    table: Table,
    partition: str,
    frame: pl.DataFrame,
    wanted: list[Expectation],
    related: Callable[[str], Relation],
    excepted: list[Excepted],
) -> list[dict[str, Any]]:
    """Check a small frame with Great Expectations, as one suite.

    Returns:
        Rows of ops.validation_results, as `results.results` gives them.

    Raises:
        RuntimeError: Great Expectations could not run an expectation.
    """
    of_columns = columns(table, {name: type_name(kind) for name, kind in frame.schema.items()})
    conformed = frame.select(
        (pl.col(column.name) if column.name in frame.columns else pl.lit(None)).cast(
            table.polars_schema[column.name], strict=False
        ).alias(column.name)
        for column in table.columns
    )  # fmt: skip
    on_columns = [item for item in wanted if item.over == "columns AS rows"]
    failed = validated(table, partition, conformed, [item for item in wanted if item not in on_columns], related)
    failed |= validated(table, partition, of_columns, on_columns, related)

    def failing(item: Expectation, keys: list[str]) -> Failing:
        rows = (of_columns if item in on_columns else conformed)[failed[item.name]]
        names = [key_text(row) for row in rows.select(item.key or table.key).rows()]
        seen = seen_in(item, rows)
        others = sorted((name, what) for name, what in zip(names, seen, strict=True) if name not in keys)
        return Failing(len(names), len(names) - len(others), tuple(others[:SHOWN]), frozenset(keys) & set(names))

    return results(table, partition, wanted, failing, excepted, frame.height)


def seen_in(item: Expectation, rows: pl.DataFrame) -> list[str]:
    """What is seen in failing rows: of a column its values, of the columns themselves their types."""
    if item.over == "columns AS rows":
        return rows["found"].fill_null("missing").to_list()
    name = item.shows.removeprefix("rows.")
    return ["" if value is None else str(value) for value in rows[name]] if name else [""] * rows.height


def suite(table: Table, frame: pl.DataFrame, wanted: list[Expectation], related: Callable[[str], Relation]) -> Any:
    """The Great Expectations suite of a table: each expectation that has a class there, with its severity and name."""
    import great_expectations as gx  # noqa: PLC0415 - takes seconds and 250 MB: only where it is used

    def arguments(given: dict[str, Any]) -> dict[str, Any]:
        values = given.get("value_set")
        if not isinstance(values, str):
            return given
        name, _, column = values.rpartition(".")
        relation = related(name)
        found = relation[column] if isinstance(relation, pl.DataFrame) else pl.scan_parquet(relation).collect()[column]
        # the library copies a list of values dozens of times: of thousands only those that the column has
        there = found.filter(found.is_in(frame[given["column"]].unique().implode()))
        return given | {"value_set": (there if there.len() else found).to_list()}

    return gx.ExpectationSuite(
        name=table.full_name,
        expectations=[
            getattr(gx.expectations, kind)(
                **arguments(given), severity=SEVERITIES[item.severity], meta={"name": item.name, "part": at}
            )
            for item in wanted
            for at, (kind, given) in enumerate(item.gx)
        ],
    )


@cache
def context() -> Any:
    """Great Expectations' own surroundings: once a process, for they cost more than a suite does."""
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    made = gx.get_context(mode="ephemeral")
    made.variables.progress_bars = ProgressBarsConfig(globally=False)
    return made


def validated(
    table: Table, partition: str, frame: pl.DataFrame, wanted: list[Expectation], related: Callable[[str], Relation]
) -> dict[str, list[int]]:
    """The places of the rows that fail each expectation."""
    failed: dict[str, set[int]] = {item.name: set() for item in wanted}
    if not wanted or not frame.height:
        return {name: [] for name in failed}
    batch = (
        context()
        .data_sources.add_or_update_pandas(table.full_name)
        .add_dataframe_asset(table.name)
        .add_batch_definition_whole_dataframe(partition)
        .get_batch({"dataframe": pandas_frame(frame)})
    )
    for outcome in batch.validate(suite(table, frame, wanted, related), result_format="COMPLETE").results:
        name = outcome.expectation_config.meta["name"]
        if outcome.exception_info.get("raised_exception"):
            raise RuntimeError(f"{table.full_name}: {name}: {outcome.exception_info.get('exception_message')}")
        failed[name].update(outcome.result.get("unexpected_index_list") or [])
    return {name: sorted(places) for name, places in failed.items()}


def pandas_frame(frame: pl.DataFrame) -> Any:
    """The frame as pandas, without Arrow between: lists stay lists, whole numbers with NULLs become nullable."""
    import pandas as pd  # noqa: PLC0415 - comes with Great Expectations, and as late

    integers = {name: "Int64" for name, kind in frame.schema.items() if kind.is_integer()}
    return pd.DataFrame(frame.to_dict(as_series=False)).astype(integers)
