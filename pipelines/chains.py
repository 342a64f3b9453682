"""Chains: passages joined with those that go on with their sentence, in one width and simplified, and the way back."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from operator import sub
from typing import Any

import polars as pl

from pipelines.corrections import from_json, runs
from pipelines.lexicon import not_plain, plain
from pipelines.pieces import PAGE_FAULTS

INVISIBLE = r"\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\xad"  # zero-width characters, marks of direction
BLANK = re.compile(rf"[\s{INVISIBLE}]+")
ZERO_WIDTH = re.compile(f"[{INVISIBLE}]+")
FOUR_DIGITS = re.compile(r"\d{4}")
SENTENCE_END = re.compile(r"[。！？]")
READ = (
    "report_id", "report_year", "ref_area", "passage_id", "section", "heading", "char_start", "char_end", "text",
    "continues", "faults", "edits",
)  # fmt: skip
SHORT = 8  # characters of a line that a page is not wide enough to break
LONG_SENTENCE = 1500  # characters; the longest of the real reports has 481


@dataclass(slots=True)
class Chain:
    """A passage with those that continue it, normalised, and the way back to the report's characters."""

    text: str
    rows: list[dict[str, Any]]
    row_starts: list[int]
    starts: list[int]
    shifts: list[int]  # from there on, how much further on in the report a character stands

    def origin(self, at: int) -> int:
        """The place in the report of a character of the normalised text."""
        return at + self.shifts[bisect_right(self.starts, at) - 1 if len(self.starts) > 1 else 0]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the report of a run of the normalised text."""
        if len(self.shifts) == 1:
            return start + self.shifts[0], end + self.shifts[0]
        return self.origin(start), self.origin(end - 1) + 1

    def row(self, at: int) -> dict[str, Any]:
        """The passage that a character stands in."""
        return self.rows[bisect_right(self.row_starts, at) - 1 if len(self.rows) > 1 else 0]


def chains(passages: pl.DataFrame) -> Iterator[Chain]:
    """Passages in order → chains of those that run on, over what the page says between them."""
    group: list[dict[str, Any]] = []
    taken_out_or_changed = rf"{not_plain().pattern}|[\s\x1c-\x1f{INVISIBLE}]"  # as Polars writes it
    odd = (pl.col("text").str.contains(taken_out_or_changed) | pl.col("edits").is_not_null()).alias("odd")
    for row in passages.select(*READ, odd).iter_rows(named=True):
        if not PAGE_FAULTS.isdisjoint(row["faults"]):
            yield chain([row])
            continue
        if group and not (row["continues"] and row["report_id"] == group[0]["report_id"]):
            yield chain(group)
            group = []
        group.append(row)
    if group:
        yield chain(group)


def chain(rows: list[dict[str, Any]]) -> Chain:
    """Join passages: one width for signs, no blanks."""
    if len(rows) == 1 and not rows[0]["odd"]:  # as most are
        return Chain(rows[0]["text"], rows, [0], [0], [rows[0]["char_start"]])
    pieces: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    row_starts: list[int] = []
    length = 0
    for row in rows:
        row_starts.append(length)
        after_digit = pieces and pieces[-1][-1].isdigit() and row["text"][0].isdigit()
        if after_digit and len(rows[len(row_starts) - 2]["text"]) < SHORT:
            # what ends a short line is no number that was cut in two
            pieces.append(" ")
            starts.append(length)
            shifts.append(row["char_start"] - length)
            length += 1
        for run, origin in runs(row["text"], row["char_start"], from_json(row["edits"])):
            text, at = plain(run) if row["odd"] else run, 0
            for blank in [*(BLANK.finditer(text) if row["odd"] else ()), None]:
                stop = blank.start() if blank else len(text)
                if blank and parts_numbers(text, blank):
                    stop += 1
                if stop > at:
                    pieces.append(text[at:stop])
                    starts.append(length)
                    shifts.append(origin + at - length)
                    length += stop - at
                at = blank.end() if blank else stop
    return Chain("".join(pieces), rows, row_starts, starts, shifts)


def sentence_ends(text: str) -> list[int]:
    """Where sentences end; one longer than any real one is cut at a comma: reading takes the square of its length."""
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    if len(text) <= LONG_SENTENCE or max(map(sub, ends, [0, *ends])) <= LONG_SENTENCE:
        return ends
    found: list[int] = []
    start = 0
    for end in ends:
        while end - start > LONG_SENTENCE:
            comma = max(text.rfind(mark, start, start + LONG_SENTENCE) for mark in "，；、,;")
            start = comma + 1 if comma > start else start + LONG_SENTENCE
            found.append(start)
        found.append(end)
        start = end
    return found


def parts_numbers(text: str, blank: re.Match[str]) -> bool:
    """Whether a blank parts two numbers (附件1 2025年) and does not stand inside one (１ ９ ９ ８, 10 000)."""
    start, end = blank.span()
    if not (text[start - 1 : start].isdigit() and text[end : end + 1].isdigit()):
        return False
    return FOUR_DIGITS.match(text, end) is not None and not ZERO_WIDTH.fullmatch(blank.group())
