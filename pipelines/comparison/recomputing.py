"""Rows of `mart.target_outcomes` judged again from what stands in them, for a check that nothing differs."""

import polars as pl

from pipelines.comparison.progress import PACE, with_paces
from pipelines.comparison.rules import VerdictRules
from pipelines.comparison.verdict import judged, verdict

RECOMPUTED = ["target_id", "tolerance", "gap", "verdict_strict", "verdict", "latest_verdict", *PACE]


def recomputed(target_outcomes_frame: pl.DataFrame, rules: VerdictRules) -> pl.DataFrame:
    """Judge rows of `mart.target_outcomes` again from their own columns.

    Where no outcome is stated the row does not hold the list of reports: `unreported` is confirmed by
    next_report_at_hand, `pending` and `no_report` by its absence, and `incomparable` is kept.

    Returns:
        The columns RECOMPUTED, as the rules give them now, in the order of the rows.
    """
    at_hand = pl.col("next_report_at_hand")

    def silent(stored: str) -> pl.Expr:
        tells_late = pl.col(stored).is_in(["no_report", "incomparable"])
        without = pl.when(tells_late).then(stored).otherwise(pl.lit("pending"))
        return pl.when(at_hand & (pl.col(stored) != "incomparable")).then(pl.lit("unreported")).otherwise(without)

    stored = target_outcomes_frame.with_columns(
        silent("verdict_strict").alias("silent_strict"), silent("verdict").alias("silent")
    )
    return (
        with_paces(judged(stored, rules))
        .lazy()
        .with_columns(
            pl.coalesce("verdict_strict", "silent_strict").alias("verdict_strict"),
            pl.coalesce("verdict", "silent").alias("verdict"),
            verdict(rules, tolerant=True, side="latest_outcome").alias("latest_verdict"),
        )
        .select(RECOMPUTED)
        .collect()
    )
