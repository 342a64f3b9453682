"""Terms: the content words of a report and how often each stands in it, counted once, report by report."""

from collections import Counter
from functools import cache

import polars as pl
import rjieba

from pipelines import seeds
from pipelines.tables.core import TERMS

NOT_OF_THE_REPORT = ["repeated", "jump_line", "running_title", "page_number"]  # faults: printed twice, or by the page
SHORTEST = 2  # characters; a single one is seldom a term
KNOWN = 1_000_000  # a frequency that lets a word of ours win against its parts


@cache
def counted() -> frozenset[str]:
    """The parts of speech whose words are counted, as `seeds/terms/parts_of_speech.csv` has them.

    Raises:
        SeedError: a row is wrong, or a tag stands twice.
    """
    name = "terms/parts_of_speech.csv"
    found = seeds.rows(name, "tag", "name_zh", "name_en", "counted", allowed={"counted": ("yes", "no")})
    seeds.unique(name, "tag", [row["tag"] for row in found])
    return frozenset(row["tag"] for row in found if row["counted"] == "yes")


@cache
def stopwords() -> frozenset[str]:
    """The words of `seeds/terms/stopwords.csv`, which say nothing of what a report is about.

    Raises:
        SeedError: a row is wrong, or a word stands twice.
    """
    found = [row["word"] for row in seeds.rows("terms/stopwords.csv", "word")]
    seeds.unique("terms/stopwords.csv", "word", found)
    return frozenset(found)


@cache
def segmenter() -> rjieba.Jieba:
    """Jieba (in Rust) with the genre's terms of `seeds/terms/words.csv` in its dictionary.

    Raises:
        SeedError: a row is wrong, a word stands twice, is a stopword or has a part of speech that is not counted.
    """
    name = "terms/words.csv"
    found = seeds.rows(name, "word", "part_of_speech", allowed={"part_of_speech": sorted(counted())})
    seeds.unique(name, "word", [row["word"] for row in found])
    result = rjieba.Jieba()
    for line, row in enumerate(found, 2):
        if row["word"] in stopwords() or len(row["word"]) < SHORTEST:
            raise seeds.SeedError(
                f"seeds/{name}:{line}: {row['word']!r} is never counted: a stopword, or a single character; remove it"
            )
        result.add_word(row["word"], KNOWN, row["part_of_speech"])
    return result


def count(text: str) -> Counter[tuple[str, str]]:
    """How often each term stands in a text: (term, part of speech) → count."""
    tags, stops = counted(), stopwords()
    return Counter({
        (term, tag): number
        for (term, tag), number in Counter(segmenter().tag(text)).items()
        if tag in tags and len(term) >= SHORTEST and term not in stops
    })  # fmt: skip


def terms(passages: pl.DataFrame) -> pl.DataFrame:
    """Passages → the terms of each report with their counts.

    Passages that are printed a second time, and those that are the page's and not the report's, do not count.

    Args:
        passages: core.passages, in reading order.

    Returns:
        core.terms: a row a report and term, by report and term. A term that stands there as two parts of speech has
        the more frequent of them, and the count of both.
    """
    own = passages.filter(~pl.col("faults").list.eval(pl.element().is_in(NOT_OF_THE_REPORT)).list.any())
    own = own.select("report_id", "ref_area", "report_year", pl.coalesce("read_as", "text"), "continues")
    rows = []
    for (report, area, year), frame in own.group_by("report_id", "ref_area", "report_year", maintain_order=True):
        text = ""
        for passage, continues in frame.select("read_as", "continues").iter_rows():
            # a line of print may end within a word, and so may a passage that the next one goes on with
            text += ("" if continues else "\n") + "".join(passage.split())
        totals: dict[str, int] = {}
        tags: dict[str, tuple[int, str]] = {}  # the most frequent, with its count, counted down
        for (term, tag), number in count(text).items():
            totals[term] = totals.get(term, 0) + number
            if term not in tags or (-number, tag) < tags[term]:
                tags[term] = -number, tag
        rows += [(report, area, year, term, tags[term][1], totals[term]) for term in sorted(tags)]
    return TERMS.frame_of(rows)
