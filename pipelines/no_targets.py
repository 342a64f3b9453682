"""Targets that a report says itself it does not set: 没有提出…具体目标, 不设…目标.

They hold no numeral, so they are no statements; beside the targets that a report sets they tell what was left out on
purpose from what was silently dropped.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import polars as pl

from pipelines.chains import Chain, chains, sentence_ends
from pipelines.lexicon import CLAUSE, Lexicon, lexicon
from pipelines.periods import CLAUSE_END, Calendar, Times, that_look_ahead
from pipelines.phrases import segmenter
from pipelines.statements import FLAGS, OUTCOME_SECTIONS
from pipelines.tables.core import NO_TARGETS

ECONOMY = "gdp"  # whose growth a 增长目标 is that names nothing else
BETWEEN = 24  # characters between 不设 and 目标
THINGS = ("n", "vn", "l", "j", "b")  # jieba's tags of words before it that may name whose growth it is


@cache
def pattern() -> re.Pattern[str]:
    """Words that set no target, with what stands between them; a list of indicators may."""
    cue = lexicon().cues
    between = rf"(?P<between>(?:{CLAUSE}|、){{0,{BETWEEN}}}?)"
    return re.compile(rf"{cue['sets_no'].pattern}{between}{cue['target_noun'].pattern}")


def no_targets(passages: pl.DataFrame) -> pl.DataFrame:
    """Find where a report says that it sets no target for an indicator.

    Args:
        passages: core.passages, in any order.

    Returns:
        core.no_targets: one row an indicator and place, in reading order. Words that name no indicator give none, but
        those that speak of growth, and of nothing that grows, are of the economy.
    """
    times, report, late = Times(0), "", that_look_ahead(passages)
    rows: dict[str, tuple[Any, ...]] = {}
    for piece in chains(passages.sort("report_id", "position")):
        first = piece.rows[0]
        if first["report_id"] != report:
            report = first["report_id"]
            times = Times(int(first["report_year"]), report in late)
        times.enter(first["section"], first["heading"])
        for row in said_of(piece, times):
            rows.setdefault(row[0], row)
    return NO_TARGETS.frame_of(list(rows.values()))


def said_of(piece: Chain, times: Times) -> Iterator[tuple[Any, ...]]:
    """The rows of one chain of passages."""
    text, words = piece.text, lexicon()
    found = list(pattern().finditer(text))
    if not found:
        return
    ends = sentence_ends(text)
    calendar = Calendar(text, ends, [match.start() for match in found], times)
    for match in found:
        sentence = max((end for end in ends if end <= match.start()), default=0)
        calendar.reach(match.start())
        passage = piece.row(match.end() - 1)
        section = passage["section"]
        kind = "outcome" if section in OUTCOME_SECTIONS else "target"
        (first, last), _, _, _ = calendar.when(match.start(), sentence, kind, section, (0, 0))
        clause = max((end.end() for end in CLAUSE_END.finditer(text, sentence, match.start())), default=sentence)
        start, indicators = named(text, clause, match, words)
        transformation = "yoy" if words.cues["growth_noun"].search(text, start, match.end()) else None
        offset = passage["char_start"]
        low = piece.origin(start) if piece.row(start) is passage else offset
        high = piece.origin(match.end() - 1) + 1
        flags = [fault for fault in passage["faults"] if fault in FLAGS]
        for indicator in indicators:
            yield (
                f"{passage['report_id']}@{low}/{indicator}", passage["report_id"], passage["ref_area"],
                passage["report_year"], passage["passage_id"], indicator, transformation, first, last,
                passage["text"][low - offset : high - offset], low, high, flags,
            )  # fmt: skip


def named(text: str, clause: int, match: re.Match[str], words: Lexicon) -> tuple[int, tuple[str, ...]]:
    """Where the words begin, and the indicators that they name, between them or before them in their clause."""
    hits = [
        (start, words.named[index].indicators)
        for index, start, _ in words.names.find_matches_as_indexes(text[clause : match.end()])
    ]
    codes = tuple(dict.fromkeys(code for _, indicators in hits for code in indicators))
    if codes:
        return min(match.start(), clause + hits[0][0]), codes
    what = words.cues["target_manner"].sub("", match["between"])
    of_another = any(tag.startswith(THINGS) for _, tag in segmenter().tag(text[clause : match.start()]))
    return match.start(), (ECONOMY,) if words.cues["growth_noun"].fullmatch(what) and not of_another else ()
