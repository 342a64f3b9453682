"""What a report says more and less of: its terms against those of the year before, and of the other areas of its year.

The statistic is the log-likelihood ratio G2 of the table [the term, all other terms] × [this side, the other side],
which under equal use follows chi-squared with one degree of freedom; its p-value is multiplied by the number of terms
that were tested (Bonferroni). The effect size is the log ratio: 1 is twice as often, -2 a quarter as often.
"""

import math
from statistics import NormalDist

import polars as pl

from pipelines.tables import AREA_LEVELS
from pipelines.tables.mart import TERM_EMPHASIS

SIGNIFICANCE = 0.05  # of the corrected p-value: no row is kept above it
EXPECTED = 5  # how often a term must be expected for G2 to follow its distribution
ENOUGH_PEERS = 5  # other areas of the same level with a report of the same year
SHARED = 0.35  # of two texts whose frequent terms share less, one is in another script, or no report like the other
KEPT = 20  # terms of a report, a comparison and a direction
PLACES = ("ns",)  # between areas names of places tell where an area is, not what it says
RARE = 20  # times less often than its own area others say the name of a place: what they say oftener is a word (振兴)
OF_REPORTS = ["report_id", "ref_area", "report_year", "is_sample"]  # what a row says of its report
UNSEEN = 0.5  # added to each count in the log ratio: a term may be missing on one side


def keyed(terms: pl.DataFrame) -> pl.DataFrame:
    """core.terms of a year by key: area and word in one number, so that a word of a report is found by bisection."""
    return terms.select(
        pl.col("ref_area").cast(pl.Int64).alias("area"),
        pl.col("term").cast(pl.Categorical),
        pl.col("part_of_speech").cast(pl.Categorical),
        pl.col("occurrences").cast(pl.Int64),
    ).select(key(), pl.all()).sort("key")  # fmt: skip


def key() -> pl.Expr:
    """The number of an area and a word."""
    return (pl.col("area") * 2**32 + pl.col("term").to_physical()).alias("key")


def found(terms: pl.DataFrame, keys: pl.Series, column: str) -> pl.Series:
    """What a column of the terms has for some keys; null where a report does not say the word."""
    if terms.is_empty():
        return pl.Series(column, [None] * len(keys), terms.schema[column])
    at = terms["key"].search_sorted(keys).clip(0, terms.height - 1)
    rows = terms.select("key", column)[at]
    return rows.select(pl.when(pl.col("key") == keys).then(pl.col(column)))[column]


def sizes(terms: pl.DataFrame) -> pl.DataFrame:
    """How many terms each area's report has in all."""
    return terms.group_by("area").agg(size=pl.col("occurrences").sum())


def with_year_before(this: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The terms of each report of a year beside those of the same area's report of the year before.

    Args:
        this: terms of a year, see `keyed`.
        before: those of the year before.

    Returns:
        area, against, other_reports, term, part_of_speech, occurrences, size, other_occurrences, other_size, tested:
        for each term that is expected EXPECTED times and more on both sides.
    """
    pairs = sizes(this).join(sizes(before).rename({"size": "other_size"}), on="area")
    frequent = pl.concat([this, before]).filter(pl.col("occurrences") >= EXPECTED)
    keys = frequent["key"].unique().sort()
    a, b, n, m = (pl.col(name) for name in ("occurrences", "other_occurrences", "size", "other_size"))
    columns = {"key": keys, "area": keys // 2**32}
    for name in ("occurrences", "term", "part_of_speech"):
        columns |= {name: found(this, keys, name), f"other_{name}": found(before, keys, name)}
    counts = (
        pl.DataFrame(columns)
        .with_columns(
            pl.col("term").fill_null(pl.col("other_term")),
            pl.col("part_of_speech").fill_null(pl.col("other_part_of_speech")),
            pl.col("occurrences", "other_occurrences").fill_null(0),
        )
        .join(pairs, on="area", maintain_order="left")
    )
    alike = pl.min_horizontal(a / n, b / m).sum().over("area") >= SHARED * pl.min_horizontal(
        (a / n).sum().over("area"), (b / m).sum().over("area")
    )
    return counts.filter(alike, (a + b) * pl.min_horizontal(n, m) >= EXPECTED * (n + m)).select(
        "area", pl.lit("year_before").alias("against"), pl.lit(1, pl.UInt32).alias("other_reports"), "term",
        "part_of_speech", "occurrences", "size", "other_occurrences", "other_size",
        pl.len().over("area").alias("tested"),
    )  # fmt: skip


def with_peers(this: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """The terms of each report of a year beside those of all other areas of its level together.

    Args:
        this: terms of a year, see `keyed`.
        areas: core.areas.

    Returns:
        As `with_year_before`: for each term that the report says EXPECTED times and more, or that would be expected so
        often in it. All terms of the level's reports count as tested.
    """
    levels = areas.select(pl.col("ref_area").cast(pl.Int64).alias("area"), pl.col("level").cast(pl.Categorical))
    reports = (
        sizes(this)
        .join(levels, on="area")
        .with_columns(all_size=pl.col("size").sum().over("level"), other_reports=pl.len().over("level") - 1)
        .filter(pl.col("other_reports") >= ENOUGH_PEERS)
    )
    words = this.filter(~pl.col("part_of_speech").is_in(PLACES)).join(reports.select("area", "level"), on="area")
    totals = (
        words.group_by("level", "term")
        .agg(total=pl.col("occurrences").sum(), part_of_speech=pl.col("part_of_speech").first())
        .with_columns(tested=pl.len().over("level"))
    )
    expected = pl.col("total") * pl.col("size") / pl.col("all_size")
    largest = reports.group_by("level").agg(pl.col("all_size").first(), pl.col("size").max())
    common = totals.join(largest, on="level").filter(expected >= EXPECTED).select("level", "term")
    frequent = words.filter(pl.col("occurrences") >= EXPECTED).select("key", "area", "level", "term", "occurrences")
    usual = reports.select("area", "level").join(common, on="level").select(key(), pl.all()).sort("key")
    usual = usual.with_columns(found(this, usual["key"], "occurrences").fill_null(0)).filter(
        pl.col("occurrences") < EXPECTED
    )
    return (
        pl.concat([frequent, usual])
        .join(totals, on=["level", "term"])
        .join(reports.drop("level"), on="area")
        .filter((pl.col("occurrences") >= EXPECTED) | (expected >= EXPECTED))
        .select(
            "area", pl.lit("peers").alias("against"), "other_reports", "term", "part_of_speech", "occurrences", "size",
            (pl.col("total") - pl.col("occurrences")).alias("other_occurrences"),
            (pl.col("all_size") - pl.col("size")).alias("other_size"), "tested",
        )
    )  # fmt: skip


def names_within(areas: pl.DataFrame) -> pl.DataFrame:
    """The names of each area and of those inside it, which the segmenter may take for other words: area, name."""
    codes = areas.select("name_zh", "parent_area", area="ref_area")
    found = [codes.select("area", "name_zh")]
    inside = codes.select("parent_area", "name_zh")
    for _ in AREA_LEVELS:  # one inside the other
        found.append(inside.select(pl.col("parent_area").alias("area"), "name_zh"))
        inside = inside.join(codes.select("parent_area", parent="area"), left_on="parent_area", right_on="parent")
        inside = inside.select(pl.col("parent_area_right").alias("parent_area"), "name_zh").drop_nulls()
    return pl.concat(found).drop_nulls().select(pl.col("area").cast(pl.Int64), pl.col("name_zh").alias("name"))


def g2() -> pl.Expr:
    """The log-likelihood ratio of `occurrences` of `size` terms against `other_occurrences` of `other_size`."""
    a, b, n, m = (pl.col(name).cast(pl.Float64) for name in ("occurrences", "other_occurrences", "size", "other_size"))

    def part(observed: pl.Expr, side: pl.Expr, row: pl.Expr) -> pl.Expr:
        expected = row * side / (n + m)
        return pl.when(observed > 0).then(observed * (observed / expected).log()).otherwise(0.0)

    others = n + m - a - b
    return 2 * (part(a, n, a + b) + part(b, m, a + b) + part(n - a, n, others) + part(m - b, m, others))


def significant(tested: int) -> float:
    """The least g2 that is significant among so many terms tested."""
    return NormalDist().inv_cdf(SIGNIFICANCE / tested / 2) ** 2


def p_value(statistic: float) -> float:
    """The chance of a chi-squared value of one degree of freedom as large as this, or larger."""
    return math.erfc(math.sqrt(max(statistic, 0.0) / 2))


def term_emphasis(this: pl.DataFrame, before: pl.DataFrame, reports: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """What the reports of a year say significantly more and less of.

    Args:
        this: core.terms of the year, see `keyed`.
        before: those of the year before; may be empty.
        reports: core.reports of the year; OF_REPORTS are used.
        areas: core.areas.

    Returns:
        mart.term_emphasis, by its key; p_value and p_corrected from 0 to 1, rates for 10,000 terms.
    """
    compared = pl.concat([with_year_before(this, before), with_peers(this, areas)])
    tested = compared.select("tested").unique()
    needed = tested.with_columns(pl.Series("needed", map(significant, tested["tested"]), pl.Float64))
    measured = (
        compared.with_columns(g2=g2())
        .join(needed, on="tested")
        .filter(pl.col("g2") > pl.col("needed"))
        .with_columns(pl.col("term", "part_of_speech").cast(pl.String))
    )
    a, b, n, m = (pl.col(name) for name in ("occurrences", "other_occurrences", "size", "other_size"))
    own = (pl.col("against") == "peers") & (a * m >= RARE * b * n)
    names = (
        measured.filter(own).join(names_within(areas), on="area").filter(pl.col("name").str.starts_with(pl.col("term")))
    )
    measured = measured.join(names, on=["area", "against", "term"], how="anti")
    ranked = (
        measured.with_columns(pl.Series("p_value", [p_value(value) for value in measured["g2"]], dtype=pl.Float64))
        .with_columns(
            rate=10_000 * a / n,
            other_rate=10_000 * b / m,
            log_ratio=((a + UNSEEN) / n / ((b + UNSEEN) / m)).log(2),
            terms_tested=pl.col("tested"),
            p_corrected=pl.min_horizontal(1.0, pl.col("p_value") * pl.col("tested")),
            direction=pl.when(a * m > b * n).then(pl.lit("more")).otherwise(pl.lit("less")),
        )
        .sort(pl.col("g2").round(9), "term", descending=[True, False])
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("area", "against", "direction"))
        .filter(pl.col("rank") <= KEPT)
    )
    labelled = (
        reports.select(*OF_REPORTS, area=pl.col("ref_area").cast(pl.Int64))
        .join(ranked, on="area")
        .join(areas.select("ref_area", area_name="name_zh"), on="ref_area")
        .with_columns(
            other_report=pl.when(pl.col("against") == "year_before").then(
                pl.format("{}/{}", "ref_area", pl.col("report_year") - 1)
            )
        )
    )
    columns = TERM_EMPHASIS.polars_schema
    return labelled.select(pl.col(name).cast(kind) for name, kind in columns.items()).sort(TERM_EMPHASIS.key)
