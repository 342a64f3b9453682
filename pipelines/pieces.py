"""What passages are made of: spans of the text, cut where the print has lines, and what the page says between them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Literal

from pipelines.corrections import Edit
from pipelines.seeds import SeedError, rows

LINE = re.compile(r"[^\n\r\f\u2028\u2029]+")
# White space, and the zero-width characters that web pages leave behind.
BLANK = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\u200b\u200c\u200d\u2060\ufeff"
BLANKS = re.compile(f"[{BLANK}]+")
FINAL = "。！？；：…”’」』）)》〉】］!?;:.\"'"  # a sentence, or what a sentence introduces, may end here
CLOSING = "，、。；：！？》”’）」』】〉,;:!?)％%"  # nothing begins here: what does goes on with the line before
UNFINISHED = "，、；：《“（「『〈(的地得与和及在对从为向把将是由以或》"  # no heading ends here
OPENING = "《“（「『〈("
HANZI = re.compile(r"[\u4e00-\u9fff]")

PAGE_FAULTS = frozenset(("jump_line", "running_title", "page_number"))  # what the page says, and not the report
MIN_STEPS = 2  # numbers alone in a line that count on, to be those of pages
LONG_LINE = 3000  # characters; a line that long holds several paragraphs
# Where a paragraph begins inside such a line: after a sentence's end, with blanks, a number or a salutation.
PARAGRAPH_START = re.compile(
    r"(?<=[。！？])(?:[ \t\u3000]+(?=\S)"
    r"|(?=[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|各位代表))"
)
LONG_FRAGMENT = 40  # from here on a line without final punctuation is a sentence cut off, not a title

Basis = Literal["heading", "wording", "order", "correction", "default"]
Span = tuple[int, int]


@dataclass(frozen=True)
class Mark:
    """How a line's number or bullet looks; a bullet, an item (一是) or a salutation makes no heading."""

    style: str
    makes_heading: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class PageMark:
    """What the page, not the report, says: a jump line, title or number, alone or at a line's edge."""

    fault: str
    pattern: re.Pattern[str]


def compiled(name: str, row: dict[str, str]) -> re.Pattern[str]:
    """The row's pattern; raises SeedError where it is no regular expression."""
    try:
        return re.compile(row["pattern"])
    except re.error as error:
        raise SeedError(f"seeds/{name}: pattern {row['pattern']!r} is no regular expression: {error}") from None


@cache
def heading_marks() -> tuple[Mark, ...]:
    """The marks of `seeds/lexicon/heading_marks.csv`."""
    name = "lexicon/heading_marks.csv"
    found = rows(name, "style", "numbered_heading", "pattern", allowed={"numbered_heading": ("yes", "no")})
    return tuple(Mark(row["style"], row["numbered_heading"] == "yes", compiled(name, row)) for row in found)


@cache
def page_marks(place: str) -> tuple[PageMark, ...]:
    """The marks of `seeds/lexicon/page_marks.csv` at a line's `edge`, in a line `alone`, or alone and `counted` on."""
    name = "lexicon/page_marks.csv"
    found = rows(
        name, "fault", "place", "pattern", allowed={"fault": PAGE_FAULTS, "place": ("edge", "alone", "counted")}
    )
    return tuple(PageMark(row["fault"], compiled(name, row)) for row in found if row["place"] == place)


@dataclass(eq=False)
class Piece:
    """A passage in the making: a span of the text and what has been found out about it."""

    start: int
    end: int
    text: str
    style: str = ""
    number: int = 0
    mark_end: int = 0
    heading: str = ""  # the heading that it is, or that it begins with
    is_heading: bool = False
    continues: bool = False
    section: str = "unknown"
    basis: Basis = "default"
    above: str | None = None  # the nearest heading
    faults: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)  # why, for those who look
    home: Span | None = None  # where in the text the true copy of a repeated piece stands
    doubtful: bool = False  # whether that copy may as well be the one that strayed
    read_at: int = 0  # characters read before it
    set_apart: Edit | None = None  # a correction by hand that says its section

    def mark(self, fault: str, reason: str) -> None:
        """Note a fault and why it is one."""
        self.faults.append(fault)
        self.reasons.append(f"{fault}: {reason}")

    @property
    def of_the_page(self) -> bool:
        """Whether the page says it, and not the report."""
        return not PAGE_FAULTS.isdisjoint(self.faults)


def piece_at(text: str, start: int, end: int) -> Piece:
    """The piece of a span."""
    return Piece(start, end, text[start:end])


def paragraph_spans(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the non-blank lines, without blanks at their ends; long lines and jump lines are cut off."""
    for line in LINE.finditer(text):
        start, end = line.span()
        cuts = [start, end]
        if end - start > LONG_LINE:
            cuts[1:1] = [match.end() for match in PARAGRAPH_START.finditer(text, start, end)]
        for left, right in pairwise(cuts):
            for first, last in edge_spans(text, left, right):
                trimmed = trim(text, first, last)
                if trimmed[0] < trimmed[1]:
                    yield trimmed


def cut_at(spans: Iterable[Span], edits: list[Edit], text: str) -> Iterator[Span]:
    """Spans, cut where corrections of the section begin and end."""
    places = sorted({place for edit in edits if edit.section for place in (edit.start, edit.end)})
    if not places:
        yield from spans
        return
    for start, end in spans:
        cuts = [start, *(place for place in places if start < place < end), end]
        for part in pairwise(cuts):
            trimmed = trim(text, *part)
            if trimmed[0] < trimmed[1]:
                yield trimmed


def edge_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A span, with the jump lines at its edges cut off."""
    start, end = trim(text, start, end)
    spans = [(start, end)]
    for mark in page_marks("edge"):
        head = mark.pattern.match(text, start, end)
        if head and head.end() < end:
            spans = [(start, head.end()), (head.end(), end)]
            start = head.end()
        # A jump line is short: looking back a little way keeps the search linear.
        for tail in mark.pattern.finditer(text, max(start, end - 30), end):
            if tail.end() == end and tail.start() > start:
                spans[-1:] = [(start, tail.start()), (tail.start(), end)]
    return spans


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the blanks at its ends."""
    kept = text[start:end]
    return start + len(kept) - len(kept.lstrip(BLANK)), end - len(kept) + len(kept.rstrip(BLANK))


def find_page_marks(pieces: list[Piece]) -> None:
    """Mark jump lines, page numbers, and running titles below the report's own title."""
    body_begun = False
    counted: list[Piece] = []
    for piece in pieces:
        if len(piece.text) <= LONG_FRAGMENT:
            for mark in (*page_marks("edge"), *page_marks("alone")):
                if mark.pattern.fullmatch(piece.text) and (body_begun or mark.fault != "running_title"):
                    piece.faults.append(mark.fault)
                    break
            if not piece.faults and any(mark.pattern.fullmatch(piece.text) for mark in page_marks("counted")):
                counted.append(piece)
        body_begun = body_begun or len(piece.text) >= 100
    steps = [int(after.text) - int(before.text) for before, after in pairwise(counted)]
    if steps.count(1) >= MIN_STEPS and steps.count(1) > len(steps) / 2:  # pages count on; stray digits do not
        for piece in counted:
            piece.faults.append("page_number")
