"""One report as a page can show it: its passages in reading order, what was made of each word, and the print beside."""

import bisect
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

import polars as pl

from pipelines.observations import FACT, observation
from pipelines.repeats import pairs_of_characters

Row = dict[str, Any]
MIN_COPIED = 0.5  # share of a repeat's pairs of characters that its true copy has
PRINTED_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
BLANKS = " \t\n\r\u00a0\u2002\u2003\u3000"  # as a page shows them: nothing; any other invisible character is told

STATUSES = {  # what became of a numeral: in Chinese, in English
    "observed": ("观测", "measured, and an observation of the codebook's indicator"),
    "restated": ("重述", "measured; the same fact is an observation already and counts once"),
    "measured": ("计量", "measured; its subject is no indicator of the codebook, or not all of its labels are known"),
    "set_aside": ("搁置", "set aside: it measures nothing"),
}


@dataclass
class Run:
    """Characters of a passage of which the same is known.

    Attributes:
        text: as printed; empty where something was read that is not printed.
        kinds: outcome, target: of the observations whose evidence it belongs to.
        numeral: index in the passage's numerals, or None.
        read_as: what was read in its place, or None where it was read as printed.
    """

    text: str
    kinds: tuple[str, ...] = ()
    numeral: int | None = None
    read_as: str | None = None


@dataclass
class NumeralShown:
    """A row of core.statements, what became of it, and the observations that say it."""

    statement: Row
    status: str  # of STATUSES
    observations: list[str]


@dataclass
class PassageShown:
    """A passage with all that is known of it; places are characters of the report's text, counts begin at 1.

    Attributes:
        line: number of the line that it begins in.
        moved_after: position of the passage that is printed before it (0: none), where it was moved; else None.
        copy_of: position of the true copy of a repeated passage, where it was found.
        printed_at: characters of the passages that are printed before it.
        read_at: characters of the passages that are read before it.
    """

    position: int
    section: str
    section_basis: str
    is_heading: bool
    continues: bool
    faults: list[str]
    reason: str | None
    read_as: str | None
    char_start: int
    char_end: int
    line: int
    page: int | None
    moved_after: int | None
    copy_of: int | None
    printed_at: int
    read_at: int
    runs: list[Run]
    numerals: list[NumeralShown]


@dataclass
class PrintedChunk:
    """Characters of one line that belong to one passage, or (`position` None) to none."""

    position: int | None
    char_start: int
    text: str
    first: bool  # whether the passage begins with it


@dataclass
class PrintedLine:
    """A line of the text that is not blank: its number in the file, its page where the format has any."""

    number: int
    char_start: int
    page: int | None
    chunks: list[PrintedChunk]


@dataclass
class Inspection:
    """What a page shows of one report.

    Attributes:
        report: the row of core.reports, its text and layout left out.
        groups: passages in reading order, grouped as long as the section stays the same.
        lines: the text in print order.
        observations: rows of core.observations, in the order of the text.
        counts: passages by section, faults and numerals by kind and status, observations by kind.
    """

    report: Row
    groups: list[tuple[str, list[PassageShown]]]
    lines: list[PrintedLine]
    observations: list[Row]
    counts: dict[str, dict[str, int]] = field(default_factory=dict)


def inspection(report: Row, passages: pl.DataFrame, statements: pl.DataFrame, observations: pl.DataFrame) -> Inspection:
    """What a page shows of a report.

    Args:
        report: its row of core.reports.
        passages: its rows of core.passages; the columns page, reason and read_as may be missing.
        statements: its rows of core.statements.
        observations: its rows of core.observations.
    """
    told = observations.sort("char_start", "char_end", "observation_id").rows(named=True)
    ids: dict[str, list[str]] = {}
    for row in told:
        ids.setdefault(row["statement_id"], []).append(row["observation_id"])
    facts = {tuple(row[name] for name in FACT): row["observation_id"] for row in told}
    numerals: dict[str, list[NumeralShown]] = {}
    for statement in statements.sort("char_start").iter_rows(named=True):
        shown = numeral(statement, ids.get(statement["statement_id"], []), facts, report)
        numerals.setdefault(statement["passage_id"], []).append(shown)
    rows = passages.sort("position").rows(named=True)
    line_starts = [match.start() for match in PRINTED_LINE.finditer(report["text"])]
    pages = pages_of(report["layout"])
    after, copies = moved(rows), true_copies(rows)
    before = printed_before(rows)
    shown_passages, read_at = [], 0
    for row in rows:
        own = numerals.get(row["passage_id"], [])
        shown_passages.append(
            PassageShown(
                **{
                    name: row[name]
                    for name in (
                        "position", "section", "section_basis", "is_heading", "continues", "char_start", "char_end"
                    )
                },
                faults=list(row["faults"]),
                reason=row.get("reason"),
                read_as=row.get("read_as"),
                line=bisect.bisect_right(line_starts, row["char_start"]),
                page=row["page"] if row.get("page") is not None else page_at(pages, row["char_start"]),
                moved_after=after.get(row["position"]),
                copy_of=copies.get(row["position"]),
                printed_at=before[row["position"]],
                read_at=read_at,
                runs=runs(row, own, told),
                numerals=own,
            )
        )  # fmt: skip
        read_at += len(row["text"])
    groups: list[tuple[str, list[PassageShown]]] = []
    for passage in shown_passages:
        if not groups or groups[-1][0] != passage.section:
            groups.append((passage.section, []))
        groups[-1][1].append(passage)
    return Inspection(
        {name: value for name, value in report.items() if name not in ("text", "layout")},
        groups,
        list(printed_lines(report["text"], rows, pages)),
        told,
        {
            "passages": dict(Counter(passage.section for passage in shown_passages)),
            "faults": dict(Counter(fault for passage in shown_passages for fault in passage.faults)),
            "numerals": dict(Counter(one.status for passage in shown_passages for one in passage.numerals)),
            "observations": dict(Counter(row["kind"] for row in told)),
            "moved": {"passages": len(after)} if after else {},
        },
    )


def numeral(statement: Row, ids: list[str], facts: dict[tuple[Any, ...], str], report: Row) -> NumeralShown:
    """What became of a statement: an observation, the same fact as one, a measure of something else, or nothing.

    Args:
        statement: a row of core.statements.
        ids: of the observations that were made of it.
        facts: what each observation of the report says → its id.
        report: its row of core.reports.
    """
    if statement["fate"] != "measured":
        return NumeralShown(statement, "set_aside", [])
    if ids:
        return NumeralShown(statement, "observed", ids)
    said = [observation(statement, indicator, report) for indicator in statement["indicators"]]
    known = [facts.get(tuple(row[name] for name in FACT)) for row in said if row]
    same = [one for one in known if one]
    return NumeralShown(statement, "restated" if same else "measured", same)


# --- Runs of a passage -------------------------------------------------------------------------------------------


def runs(row: Row, numerals: list[NumeralShown], observations: list[Row]) -> list[Run]:
    """Cut a passage where what is known of its characters changes.

    Args:
        row: of core.passages.
        numerals: those of the passage.
        observations: rows of core.observations of the report.
    """
    start, end = row["char_start"], row["char_end"]
    slips = {first: (last, words) for first, last, words in corrections(row["text"], row.get("read_as"), start)}
    figures = {one.statement["char_start"]: (one.statement["char_end"], index) for index, one in enumerate(numerals)}
    evidence: dict[int, Counter[str]] = {}  # place → how many more observations of each kind have it as evidence
    for one in observations:
        first, last = max(one["char_start"], start), min(one["char_end"], end)
        if first < last:
            evidence.setdefault(first, Counter())[one["kind"]] += 1
            evidence.setdefault(last, Counter())[one["kind"]] -= 1
    cuts = {start, end, *evidence, *slips, *figures}
    cuts.update(min(last, end) for last, _ in (*slips.values(), *figures.values()))
    found: list[Run] = []
    kinds: Counter[str] = Counter()
    figure = (start, -1)  # where the numeral that was met last ends, and its index
    slip = (start, "")  # where the slip that was met last ends, and what was read in its place
    for left, right in pairwise([*sorted(cuts), end]):
        kinds.update(evidence.get(left, {}))
        figure = figures.get(left, figure)
        run = Run(
            row["text"][left - start : right - start],
            tuple(sorted(kind for kind, count in kinds.items() if count > 0)),
            figure[1] if left < figure[0] else None,
        )
        slip = slips.get(left, slip)
        if left < slip[0]:
            run.read_as = slip[1] if right == slip[0] else ""
        elif left in slips:  # nothing is printed where this was read
            found.append(Run("", read_as=slip[1]))
        before = found[-1] if found else None
        if before and before.read_as is run.read_as is None and same(before, run):
            before.text += run.text
        elif run.text:
            found.append(run)
    return found


def same(one: Run, other: Run) -> bool:
    """Whether the same is known of two runs."""
    return (one.kinds, one.numeral) == (other.kinds, other.numeral)


def corrections(text: str, read_as: str | None, start: int) -> Iterator[tuple[int, int, str]]:
    """Where a passage that begins at `start` was read otherwise than printed: from, to, and what was read there."""
    if read_as is None or read_as == text:
        return
    for what, first, last, other, stop in SequenceMatcher(None, text, read_as, autojunk=False).get_opcodes():
        if what != "equal":
            yield start + first, start + last, read_as[other:stop]


# --- Order -------------------------------------------------------------------------------------------------------


def printed_before(rows: list[Row]) -> dict[int, int]:
    """Position of each passage → how many characters of passages are printed before it."""
    found, length = {}, 0
    for row in sorted(rows, key=lambda row: row["char_start"]):
        found[row["position"]] = length
        length += len(row["text"])
    return found


def moved(rows: list[Row]) -> dict[int, int]:
    """Passages that are read elsewhere than printed → the position of the one printed before each (0: none).

    The fewest passages that explain the order are said to be moved: all but the longest run that keeps it.

    Args:
        rows: of core.passages, in reading order.
    """
    printed = sorted(rows, key=lambda row: row["char_start"])
    ends: list[int] = []  # the smallest last place of a run of each length
    chosen: list[int] = []  # which passage that is
    links: list[int] = []  # the passage before each in its run
    for index, row in enumerate(rows):
        length = bisect.bisect_left(ends, row["char_start"])
        links.append(chosen[length - 1] if length else -1)
        ends[length : length + 1], chosen[length : length + 1] = [row["char_start"]], [index]
    kept, index = set(), chosen[-1] if chosen else -1
    while index >= 0:
        kept.add(rows[index]["position"])
        index = links[index]
    before = [0, *(row["position"] for row in printed)]
    return {row["position"]: above for row, above in zip(printed, before, strict=False) if row["position"] not in kept}


def true_copies(rows: list[Row]) -> dict[int, int]:
    """Repeated passages → the passage, not itself a repeat, that has most of their words, where one has enough."""
    repeats = [row for row in rows if "repeated" in row["faults"]]
    homes = [
        (row["position"], pairs_of_characters(row["text"]))
        for row in rows
        if repeats and "repeated" not in row["faults"]
    ]
    found = {}
    for row in repeats:
        words = pairs_of_characters(row["text"])
        shared, home = max(((len(words & others), position) for position, others in homes), default=(0, 0))
        if words and shared >= MIN_COPIED * len(words):
            found[row["position"]] = home
    return found


# --- The print ---------------------------------------------------------------------------------------------------


def pages_of(layout: str | None) -> list[tuple[int, int]]:
    """The (char_start, page) of each printed line of core.reports.layout, in the order of the text."""
    return sorted((line[0], line[1]) for line in json.loads(layout)) if layout else []


def page_at(pages: list[tuple[int, int]], place: int) -> int | None:
    """The page on which a character stands; None where the format has no pages."""
    if not pages:
        return None
    return pages[max(0, bisect.bisect_right(pages, place, key=lambda line: line[0]) - 1)][1]


def printed_lines(text: str, rows: Collection[Row], pages: list[tuple[int, int]]) -> Iterator[PrintedLine]:
    """The lines of a text that are not blank, each cut where passages begin and end."""
    spans = sorted((row["char_start"], row["char_end"], row["position"]) for row in rows)
    points = sorted({point for start, end, _ in spans for point in (start, end)})
    for number, line in enumerate(PRINTED_LINE.finditer(text), 1):
        start, end = line.span(1)
        inside = points[bisect.bisect_right(points, start) : bisect.bisect_left(points, end)]
        chunks = []
        for left, right in pairwise([start, *inside, end]):
            words = text[left:right]
            if words.strip(BLANKS):
                index = bisect.bisect_right(spans, left, key=lambda span: span[0]) - 1
                first, last, position = spans[index] if index >= 0 else (0, 0, 0)
                within = first <= left < last
                chunks.append(PrintedChunk(position if within else None, left, words, within and first == left))
        if chunks:
            yield PrintedLine(number, start, page_at(pages, start), chunks)


def visible(text: str | None) -> str:
    """Words from outside as a page shows them: what is invisible, or turns the direction, told by its code."""
    if not text or text.isprintable():
        return text or ""
    return "".join(
        character if character.isprintable() or character in BLANKS else f"⟦U+{ord(character):04X}⟧"
        for character in text
    )
