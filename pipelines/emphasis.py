"""What a report says more and less of: its terms against those of the year before, and of the other areas of its year.

The statistic is the log-likelihood ratio G2 of the table [the term, all other terms] × [this side, the other side],
which under equal use follows chi-squared with one degree of freedom; its p-value is multiplied by the number of terms
that were tested (Bonferroni). The effect size is the log ratio: 1 is twice as often, -2 a quarter as often.
"""

import math
from dataclasses import dataclass
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
OF_TERMS = ["ref_area", "term", "part_of_speech", "occurrences"]  # what is read of core.terms
MEASURED = ("occurrences", "size", "other_occurrences", "other_size", "tested", "g2")
UNSEEN = 0.5  # added to each count in the log ratio: a term may be missing on one side


@dataclass(frozen=True)
class Counted:
    """core.terms of a year in numbers, by area and word, so that a word of a report is found by bisection.

    Attributes:
        rows: key (the number of area and word, ascending), area, word, part_of_speech, occurrences.
        words: the words by their numbers, ascending.
        sizes: area, size: how many terms its report has in all; by area.
    """

    rows: pl.DataFrame
    words: pl.Series
    sizes: pl.DataFrame

    def at(self, keys: pl.Series) -> pl.Series:
        """The rows of some keys; null where a report does not say the word."""
        if self.rows.is_empty():
            return pl.repeat(None, len(keys), dtype=pl.UInt32, eager=True)
        at = self.rows["key"].search_sorted(keys.fill_null(-1)).clip(0, self.rows.height - 1)
        return pl.select(pl.when(self.rows["key"].gather(at) == keys).then(at)).to_series()


def keyed(terms: pl.DataFrame) -> Counted:
    """Number core.terms of a year; what is sorted by report and term stays as it is."""
    words = terms["term"].unique().sort()
    rows = terms.select(
        "part_of_speech",
        area=pl.col("ref_area").cast(pl.Int64),
        word=pl.col("term").cast(pl.Enum(words)).to_physical(),
        occurrences=pl.col("occurrences").cast(pl.Int64),
    ).select(key(), pl.all())
    if not rows["key"].is_sorted():
        rows = rows.sort("key")
    rows = rows.with_columns(pl.col("key", "area").set_sorted())
    return Counted(rows, words, rows.group_by("area", maintain_order=True).agg(size=pl.col("occurrences").sum()))


def key(word: str = "word") -> pl.Expr:
    """The number of an area and a word."""
    return (pl.col("area") * 2**32 + pl.col(word)).alias("key")


def with_year_before(this: Counted, before: Counted) -> pl.DataFrame:
    """The terms of each report of a year that stand out beside the same area's report of the year before.

    Args:
        this: terms of a year.
        before: those of the year before.

    Returns:
        area, against, other_reports, term, part_of_speech and MEASURED: of the terms that are expected EXPECTED times
        and more on both sides, those whose g2 is significant.
    """
    words = pl.DataFrame({"term": pl.concat([this.words, before.words]).unique().sort()}).with_row_index("word")
    frequent, of_side = [], {}
    for name, side in (("at", this), ("other_at", before)):
        known = side.words.to_frame("term").with_row_index("own").join(words, on="term", maintain_order="left")
        often = side.rows.lazy().filter(pl.col("occurrences") >= EXPECTED).select("area", "word").collect()
        often = often.with_columns(known["word"].gather(often["word"]))
        frequent.append(often.select(key().set_sorted(), "area", "word"))
        of_side[name] = words.join(known, on="term", how="left", maintain_order="left")["own"]
    keys = frequent[0].merge_sorted(frequent[1], key="key").filter(pl.col("key").rle_id().diff().fill_null(1) > 0)
    counts = keys.join(
        this.sizes.join(before.sizes.rename({"size": "other_size"}), on="area"), on="area", maintain_order="left"
    )
    at = {
        name: side.at(counts.select("area", word=of_side[name].gather(counts["word"])).select(key()).to_series())
        for name, side in (("at", this), ("other_at", before))
    }
    counts = counts.with_columns(
        **at,
        occurrences=this.rows["occurrences"].gather(at["at"]).fill_null(0),
        other_occurrences=before.rows["occurrences"].gather(at["other_at"]).fill_null(0),
    )
    a, b, n, m = (pl.col(name) for name in ("occurrences", "other_occurrences", "size", "other_size"))
    shared = pl.min_horizontal(a / n, b / m).sum() >= SHARED * pl.min_horizontal((a / n).sum(), (b / m).sum())
    alike = counts.group_by("area").agg(shared=shared).filter("shared").select("area")
    tested = counts.join(alike, on="area", how="semi", maintain_order="left").filter(
        (a + b) * pl.min_horizontal(n, m) >= EXPECTED * (n + m)
    )
    found = standing_out(tested.with_columns(tested=pl.len().over("area")))
    return found.select(
        "area", pl.lit("year_before").alias("against"), pl.lit(1, pl.UInt32).alias("other_reports"),
        words["term"].gather(found["word"]),
        this.rows["part_of_speech"].gather(found["at"])
        .zip_with(found["at"].is_not_null(), before.rows["part_of_speech"].gather(found["other_at"])),
        *MEASURED,
    )  # fmt: skip


def with_peers(this: Counted, areas: pl.DataFrame) -> pl.DataFrame:
    """The terms of each report of a year that stand out beside those of all other areas of its level together.

    Args:
        this: terms of a year.
        areas: core.areas.

    Returns:
        As `with_year_before`, of the terms that the report says EXPECTED times and more, or that would be expected so
        often in it. All terms of the level's reports count as tested.
    """
    levels = areas.select(pl.col("ref_area").cast(pl.Int64).alias("area"), pl.col("level").rank("dense").cast(pl.Int64))
    reports = (
        this.sizes.join(levels, on="area", maintain_order="left")
        .with_columns(all_size=pl.col("size").sum().over("level"), other_reports=pl.len().over("level") - 1)
        .filter(pl.col("other_reports") >= ENOUGH_PEERS)
    )
    levels_of_rows = this.sizes.join(reports, on="area", how="left", maintain_order="left")["level"]
    of_level = pl.col("level") * len(this.words) + pl.col("word")  # the number of a level and a word
    words = (
        this.rows.lazy()
        .with_columns(level=levels_of_rows.gather(this.rows["area"].rle_id()))
        .filter(pl.col("level").is_not_null(), *(pl.col("part_of_speech") != place for place in PLACES))
    )
    totals = (
        words.group_by(of_level.alias("of_level"), maintain_order=True)
        .agg(total=pl.col("occurrences").sum(), part_of_speech=pl.col("part_of_speech").first())
        .with_columns(level=pl.col("of_level") // len(this.words), word=pl.col("of_level") % len(this.words))
        .with_columns(tested=pl.len().over("level"))
        .collect()
    )
    expected = pl.col("total") * pl.col("size") / pl.col("all_size")
    largest = reports.group_by("level").agg(pl.col("all_size").first(), pl.col("size").max())
    common = totals.join(largest, on="level").filter(expected >= EXPECTED).select("level", "word")
    often = words.filter(pl.col("occurrences") >= EXPECTED).select("area", "level", "word", "occurrences").collect()
    usual = reports.select("area", "level").join(common, on="level")
    at = this.at(usual.select(key()).to_series())
    usual = usual.with_columns(this.rows["occurrences"].gather(at).fill_null(0))
    counts = pl.concat([often, usual.filter(pl.col("occurrences") < EXPECTED)], how="vertical_relaxed")
    tested = (
        counts.select("area", "word", of_level.alias("of_level"), "occurrences")
        .join(totals.select("of_level", "total", "tested"), on="of_level")
        .join(reports, on="area")
        .filter((pl.col("occurrences") >= EXPECTED) | (expected >= EXPECTED))
        .with_columns(
            other_occurrences=pl.col("total") - pl.col("occurrences"), other_size=pl.col("all_size") - pl.col("size")
        )
    )
    found = standing_out(tested).join(totals.select("of_level", "part_of_speech"), on="of_level")
    return found.select(
        "area", pl.lit("peers").alias("against"), "other_reports", this.words.gather(found["word"]).alias("term"),
        "part_of_speech", *MEASURED,
    )  # fmt: skip


def standing_out(counts: pl.DataFrame) -> pl.DataFrame:
    """Counts with their g2, where it is significant among so many terms tested."""
    needed = counts.select("tested").unique()
    needed = needed.with_columns(pl.Series("needed", map(significant, needed["tested"]), pl.Float64))
    measured = counts.with_columns(g2=g2()).join(needed, on="tested").filter(pl.col("g2") > pl.col("needed"))
    return measured.drop("needed")


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


def term_emphasis(this: Counted, before: Counted, reports: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """What the reports of a year say significantly more and less of.

    Args:
        this: core.terms of the year, see `keyed`.
        before: those of the year before; may be empty.
        reports: core.reports of the year; OF_REPORTS are used.
        areas: core.areas.

    Returns:
        mart.term_emphasis, by its key; p_value and p_corrected from 0 to 1, rates for 10,000 terms.
    """
    measured = pl.concat([with_year_before(this, before), with_peers(this, areas)])
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
