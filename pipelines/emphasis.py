"""What a report says more and less of: its terms against those of the year before, and of the other areas of its year.

The statistic is the log-likelihood ratio G2 of the table [the term, all other terms] × [this side, the other side],
which under equal use follows chi-squared with one degree of freedom; its p-value is multiplied by the number of terms
that were tested (Bonferroni). The effect size is the log ratio: 1 is twice as often, -2 a quarter as often.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import polars as pl

from pipelines.tables import AREA_LEVELS, runs
from pipelines.tables.mart import TERM_EMPHASIS

SIGNIFICANCE = 0.05  # of the corrected p-value: no row is kept above it
EXPECTED = 5  # how often a term must be expected for G2 to follow its distribution
ENOUGH_PEERS = 5  # other areas of the same level with a report of the same year
SHARED = 0.35  # of two texts whose frequent terms share less, one is in another script, or no report like the other
KEPT = 20  # terms of a report, a comparison and a direction
PLACES = ("ns",)  # between areas names of places tell where an area is, not what it says
RARE = 20  # times less often than its own area others say the name of a place: what they say oftener is a word (振兴)
OF_REPORTS = ["report_id", "ref_area", "report_year", "is_sample"]  # what a row says of its report
MEASURED = ("occurrences", "size", "other_occurrences", "other_size", "tested", "g2")
UNSEEN = 0.5  # added to each count in the log ratio: a term may be missing on one side


@dataclass(frozen=True)
class Counted:
    """core.terms of a year in numbers, by area and word, so that reports are set side by side by merging.

    Attributes:
        rows: key (the number of area and word, ascending), word, part_of_speech, occurrences.
        often: area, word, part_of_speech, occurrences: what is said EXPECTED times and more, by area and word.
        words: the words by their numbers, ascending.
        reports: area, size (how many terms it has in all), start and terms (its rows); by area.
    """

    rows: pl.DataFrame
    often: pl.DataFrame
    words: pl.Series
    reports: pl.DataFrame

    def said(self, keys: pl.DataFrame, prefix: str = "") -> pl.DataFrame:
        """The part_of_speech and occurrences of some keys, which ascend; null where a report does not say the word."""
        wanted = keys.with_columns(pl.col("key").set_sorted())
        found = self.rows.select(
            pl.col("key").set_sorted(), pl.col("part_of_speech", "occurrences").name.prefix(prefix)
        )
        return wanted.join(found, on="key", how="left", maintain_order="left").drop("key")


def keyed(terms: pl.LazyFrame) -> Counted:
    """Number core.terms of a year; what is sorted by report and term stays as it is."""
    rows = terms.select(
        area=pl.col("ref_area").cast(pl.Int32),
        # the numbers of a year are forgotten with it
        word=pl.col("term").cast(pl.Categorical(pl.Categories.random())),
        part_of_speech=pl.col("part_of_speech").cast(pl.Categorical(pl.Categories.random(physical=pl.UInt8))),
        occurrences=pl.col("occurrences").cast(pl.Int32),
    ).collect(engine="streaming")
    words = rows["word"].cat.get_categories()
    number = (words.rank("ordinal") - 1).cast(pl.UInt32)
    rows = rows.with_columns(number.gather(rows["word"].to_physical()).alias("word")).with_columns(key(2 * word() + 1))
    if not rows["key"].is_sorted():
        rows = rows.sort("key")
    reports = runs(rows["area"]).rename({"value": "area", "rows": "terms"})
    until = rows["occurrences"].cast(pl.Int64).cum_sum().gather(reports["start"] + reports["terms"] - 1)
    reports = reports.with_columns(size=until - until.shift(1, fill_value=0))
    often = rows.filter(pl.col("occurrences") >= EXPECTED)
    return Counted(rows.drop("area"), often.drop("key"), words.sort(), reports)


def word() -> pl.Expr:
    """The number of a word, where twice of it has room."""
    return pl.col("word").cast(pl.Int64)


def key(place: pl.Expr | pl.Series) -> pl.Expr:
    """The number of an area and a word, whose place is odd: even ones are left for words that are not there."""
    return (pl.col("area").cast(pl.Int64) * 2**33 + place).alias("key")


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
    frequent, places = [], []
    for side in (this, before):
        known = words["term"].is_in(side.words.implode())
        own = words["word"].filter(known)
        often = side.often.select("area", own.gather(side.often["word"]))
        frequent.append(often.with_columns(key(word()).set_sorted()))
        places.append(2 * known.cast(pl.Int64).cum_sum() - known.cast(pl.Int64))
    counts = frequent[0].merge_sorted(frequent[1], key="key").filter(pl.col("key").rle_id().diff().fill_null(1) > 0)
    counts = counts.join(
        this.reports.select("area", "size").join(before.reports.select("area", other_size="size"), on="area"),
        on="area", maintain_order="left",
    )  # fmt: skip
    for side, place, prefix in ((this, places[0], ""), (before, places[1], "other_")):
        keys = counts.select(key(place.gather(counts["word"])))
        counts = counts.hstack(side.said(keys, prefix))
    counts = counts.with_columns(pl.col("occurrences", "other_occurrences").fill_null(0))
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
        pl.coalesce(pl.col("part_of_speech", "other_part_of_speech").cast(pl.String)), *MEASURED,
    )  # fmt: skip


def with_peers(this: Counted, areas: pl.DataFrame) -> list[pl.DataFrame]:
    """The terms of each report of a year that stand out beside those of all other areas of its level together.

    Args:
        this: terms of a year.
        areas: core.areas.

    Returns:
        For each level the columns of `with_year_before`, of the terms that the report says EXPECTED times and more, or
        that would be expected so often in it. All terms of the level's reports count as tested.
    """
    levels = areas.select(pl.col("ref_area").cast(pl.Int32).alias("area"), "level")
    of_levels = this.reports.join(levels, on="area", maintain_order="left").partition_by("level", include_key=False)
    return [with_each_other(this, reports) for reports in of_levels if reports.height > ENOUGH_PEERS]


def with_each_other(this: Counted, reports: pl.DataFrame) -> pl.DataFrame:
    """See `with_peers`; some of this.reports, of one level."""
    rows = pl.concat([this.rows.slice(start, terms) for start, terms in reports.select("start", "terms").iter_rows()])
    not_places = [pl.col("part_of_speech") != place for place in PLACES]
    totals = (
        rows.lazy().with_row_index("first").filter(not_places).group_by("word")
        .agg(total=pl.col("occurrences").cast(pl.Int64).sum(), first=pl.col("first").min())
        .with_columns(tested=pl.len(), all_size=pl.lit(reports["size"].sum())).sort("word").collect(engine="streaming")
    )  # fmt: skip

    def beside(counts: pl.DataFrame) -> pl.DataFrame:
        return counts.with_columns(
            other_occurrences=pl.col("total") - pl.col("occurrences"), other_size=pl.col("all_size") - pl.col("size")
        )

    # what is said less than EXPECTED times stands out most where it is expected most, and not said at all
    is_expected = pl.col("total") * pl.col("size") / pl.col("all_size") >= EXPECTED
    silent = totals.with_columns(occurrences=pl.lit(0), size=pl.lit(reports["size"].max()))
    missed = standing_out(beside(silent).filter(is_expected)).select("word").sort("word")
    seldom = reports.select("area").join(missed, how="cross", maintain_order="left_right")
    said = this.said(seldom.select(key(2 * word() + 1)))["occurrences"].fill_null(0)
    seldom = seldom.with_columns(said).filter(pl.col("occurrences") < EXPECTED)
    often = this.often.filter(not_places).select(seldom.columns)
    counts = pl.concat([often, seldom]).join(reports.select("area", "size"), on="area").join(totals, on="word")
    found = standing_out(beside(counts.filter((pl.col("occurrences") >= EXPECTED) | is_expected)))
    return found.select(
        "area", pl.lit("peers").alias("against"), pl.lit(reports.height - 1, pl.UInt32).alias("other_reports"),
        this.words.gather(found["word"]).alias("term"),
        rows["part_of_speech"].gather(found["first"]).cast(pl.String), *MEASURED,
    )  # fmt: skip


def standing_out(counts: pl.DataFrame) -> pl.DataFrame:
    """Counts with their g2, where it is significant among so many terms tested."""
    needed = counts.select("tested").unique()
    needed = needed.with_columns(pl.Series("needed", map(significant, needed["tested"]), pl.Float64))
    counts = counts.join(needed, on="tested", maintain_order="left").filter(most() > pl.col("needed"))
    return counts.with_columns(g2=g2()).filter(pl.col("g2") > pl.col("needed")).drop("needed")


def most() -> pl.Expr:
    """More than g2 can be, found without logarithms: twice Pearson's chi-squared, for ln x <= x - 1."""
    a, b, n, m = (pl.col(name).cast(pl.Float64) for name in ("occurrences", "other_occurrences", "size", "other_size"))
    return 2 * (a * m - b * n) ** 2 * (n + m) / (n * m * (a + b) * (n + m - a - b))


def names_within(areas: pl.DataFrame) -> pl.DataFrame:
    """The names of each area and of those inside it, which the segmenter may take for other words: area, name."""
    codes = areas.select("name_zh", "parent_area", area="ref_area")
    found = [codes.select("area", "name_zh")]
    inside = codes.select("parent_area", "name_zh")
    for _ in AREA_LEVELS:  # one inside the other
        found.append(inside.select(pl.col("parent_area").alias("area"), "name_zh"))
        inside = inside.join(codes.select("parent_area", parent="area"), left_on="parent_area", right_on="parent")
        inside = inside.select(pl.col("parent_area_right").alias("parent_area"), "name_zh").drop_nulls()
    return pl.concat(found).drop_nulls().select(pl.col("area").cast(pl.Int32), pl.col("name_zh").alias("name"))


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
    measured = pl.concat([with_year_before(this, before), *with_peers(this, areas)], how="vertical_relaxed")
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
        reports.select(*OF_REPORTS, area=pl.col("ref_area").cast(pl.Int32))
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
