"""What passages are made of: spans of the text, cut where the print has lines, and what the page says between them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Literal

from pipelines.corrections import Edit
from pipelines.seeds import SeedError, rows

# White space, and the zero-width characters that web pages leave behind.
BLANK = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\u200b\u200c\u200d\u2060\ufeff"
BLANKS = re.compile(f"[{BLANK}]")
LINE = re.compile(f"[^{BLANK}](?:[^\n\r\f\u2028\u2029]*[^{BLANK}])?")  # without the blanks at its ends
FINAL = "。！？；：…”’」』）)》〉】］!?;:.\"'"  # a sentence, or what a sentence introduces, may end here
CLOSING = "，、。；：！？》”’）」』】〉,;:!?)％%"  # nothing begins here: what does goes on with the line before
UNFINISHED = "，、；：《“（「『〈(的地得与和及在对从为向把将是由以或》"  # no heading ends here
OPENING = "《“（「『〈("
HANZI = re.compile(r"[\u4e00-\u9fff]")

PAGE_FAULTS = frozenset(("jump_line", "running_title", "page_number"))  # what the page says, and not the report
NOTE_MARK = "note_mark"  # within a sentence: the number of a note or of an explained term, which is not read
MIN_STEPS = 2  # numbers alone in a line that count on, to be those of pages
LONG_LINE = 1200  # characters; a line that long holds several paragraphs
# Where a paragraph begins inside it: indented; or after a sentence's end, with blanks, a number or a salutation.
PARAGRAPH_START = re.compile(
    r"\u3000{2}(?=[^\s\u3000])|(?<=[。！？])(?:[ \t\u3000]+(?=\S)"
    r"|(?=[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|各位代表))"
)
BODY_BEGUN = 100  # characters; above stands the report's own title
MIN_RUNNING, MIN_RUNNING_HANZI = 3, 4  # times that a running title stands, and its hanzi
MIN_TORN = 8  # characters of a line before it that is no title
PAGE_EDGE = "-—–－─·•/0123456789０１２３４５６７８９第共页" + BLANK  # what stands around words at the edge of a page
MEASURED = re.compile(r"[0-9０-９][0-9０-９.．]*[%％万亿元个户套吨公]")  # a list's item, no title
LONG_FRAGMENT = 40  # from here on a line without final punctuation is a sentence cut off, not a title

Basis = Literal["heading", "wording", "order", "correction", "default"]
Span = tuple[int, int]


@dataclass(frozen=True)
class Mark:
    """How a line's number or bullet looks; a bullet, an item (一是), a salutation, 附件1 make no heading."""

    style: str
    makes_heading: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class PageMark:
    """What the page, not the report, says: a jump line, title or number, alone, at a line's edge or within it."""

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
    """The marks of `seeds/lexicon/page_marks.csv` at a line's `edge`, `within` it, `alone` in it or `counted` on."""
    name = "lexicon/page_marks.csv"
    faults = {*PAGE_FAULTS, NOTE_MARK}
    places = ("edge", "within", "alone", "counted")
    found = rows(name, "fault", "place", "pattern", allowed={"fault": faults, "place": places})
    return tuple(PageMark(row["fault"], compiled(name, row)) for row in found if row["place"] == place)


def either(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    """One pattern for several: where it does not match, as mostly, none of them need be tried."""
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern in patterns))


@cache
def any_heading_mark() -> re.Pattern[str]:
    """One pattern for all marks of headings."""
    return either(mark.pattern for mark in heading_marks())


@cache
def any_page_mark() -> re.Pattern[str]:
    """One pattern for the marks of pages that can be all of a line."""
    return either(mark.pattern for place in ("edge", "alone", "counted") for mark in page_marks(place))


def note_marks_in(text: str) -> list[Edit]:
    """The marks of notes within the sentences of a text, which are left out where it is read."""
    return [
        Edit(match.start(), match.end(), mark.fault, f"{match.group()} is the mark of a note", "")
        for mark in page_marks("within")
        for match in mark.pattern.finditer(text)
    ]


@dataclass(eq=False, slots=True)
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
    of_the_page: bool = False  # whether the page says it, and not the report
    read_at: int = 0  # characters read before it
    set_apart: Edit | None = None  # a correction by hand that says its section

    def mark(self, fault: str, reason: str) -> None:
        """Note a fault and why it is one."""
        self.faults.append(fault)
        self.reasons.append(f"{fault}: {reason}")

    def mark_page(self, fault: str) -> None:
        """Note that the page says it."""
        self.faults.append(fault)
        self.of_the_page = True


def piece_at(text: str, start: int, end: int) -> Piece:
    """The piece of a span."""
    return Piece(start, end, text[start:end])


def paragraph_spans(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the non-blank lines, without blanks at their ends; long lines and jump lines are cut off."""
    jumps = any(mark.pattern.search(text) for mark in page_marks("edge"))
    for line in LINE.finditer(text):
        start, end = line.span()
        if not jumps and end - start <= LONG_LINE:
            yield start, end
            continue
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


def running_titles(pieces: list[Piece]) -> set[str]:
    """The words of short lines that stand again and again, mostly within a sentence, as the heads of pages do."""
    words = [running_words(piece) for piece in pieces]
    often = {each for each, count in Counter(words).items() if each and count >= MIN_RUNNING}
    torn: Counter[str] = Counter()
    before = ""
    for each, piece in zip(words, pieces, strict=True):
        if each in often:
            torn[each] += 1 if len(before) >= MIN_TORN and before[-1] not in FINAL else -1
        elif HANZI.search(piece.text):
            before = piece.text
    return {each for each in often if torn[each] >= 0}


def running_words(piece: Piece) -> str:
    """The words of a line that may be the head or foot of a page, without the page's number; else nothing."""
    if len(piece.text) > LONG_FRAGMENT or piece.text[-1] in CLOSING:
        return ""
    words = piece.text.strip(PAGE_EDGE)
    return words if len(HANZI.findall(words)) >= MIN_RUNNING_HANZI and not MEASURED.search(words) else ""


def find_page_marks(pieces: list[Piece]) -> None:
    """Mark jump lines, page numbers, and running titles below the report's own title."""
    read = 0
    counted: list[Piece] = []
    again = running_titles(pieces)
    for piece in pieces:
        body_begun = read >= BODY_BEGUN
        if len(piece.text) <= LONG_FRAGMENT:
            if any_page_mark().fullmatch(piece.text):
                for mark in (*page_marks("edge"), *page_marks("alone")):
                    if mark.pattern.fullmatch(piece.text) and (body_begun or mark.fault != "running_title"):
                        piece.mark_page(mark.fault)
                        break
                if not piece.faults and any(mark.pattern.fullmatch(piece.text) for mark in page_marks("counted")):
                    counted.append(piece)
            if again and not piece.faults and body_begun and running_words(piece) in again:
                piece.mark_page("running_title")
        read += len(piece.text)
    steps = [int(after.text) - int(before.text) for before, after in pairwise(counted)]
    if steps.count(1) >= MIN_STEPS and steps.count(1) > len(steps) / 2:  # pages count on; stray digits do not
        for piece in counted:
            piece.mark_page("page_number")
