"""From a report's text to its passages: headings, sections, sentences cut in two, and what was printed wrongly.

Each report is worked by itself. What the language looks like (headings, section words, page marks) is data in
`seeds/lexicon/`; this module knows only how such things follow one another.
"""

import bisect
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise, zip_longest
from typing import Any, Literal

import polars as pl

from pipelines.seeds import SeedError, rows
from pipelines.tables import PASSAGES, SECTIONS

LINE = re.compile(r"[^\n\r\f\u2028\u2029]+")
# White space, and the zero-width characters that web pages leave behind.
BLANK = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\u200b\u200c\u200d\u2060\ufeff"
BLANKS = re.compile(f"[{BLANK}]+")
FINAL = "。！？；：…”’」』）)》〉】］!?;:.\"'"  # a sentence, or what a sentence introduces, may end here
CLOSING = "，、。；：！？》”’）」』】〉,;:!?)％%"  # nothing begins here: what does goes on with the line before
UNFINISHED = "，、；：《“（「『〈(的地得与和及在对从为向把将是由以或》"  # no heading ends here
OPENING = "《“（「『〈("
HANZI = re.compile(r"[\u4e00-\u9fff]")
SENTENCE_END = re.compile(r"[。！？；：]")

LONG_LINE = 3000  # characters; a line that long holds several paragraphs
# Where a paragraph begins inside such a line: after a sentence's end, with blanks, a number or a salutation.
PARAGRAPH_START = re.compile(
    r"(?<=[。！？])(?:[ \t\u3000]+(?=\S)"
    r"|(?=[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|各位代表))"
)
LONG_HEADING = 60  # characters: no numbered heading is longer
LONG_TITLE = 40  # nor a heading without number
LONG_FRAGMENT = 40  # from here on a line without final punctuation is a sentence cut off, not a title
LONG_PREAMBLE = 1500  # characters; what stands further down has begun to report
LONG_RUN = 120  # characters of a heading that several lines make up
HEAD_LENGTH = 120  # what is read of a paragraph to tell its section

PSEUDO_SECTIONS = ("tasks_plan", "targets_plan")  # of the year or of the term, as the heading above says
REVIEW = ("review_year", "review_term")
PLAN = ("requirements", "targets_year", "tasks_year", "targets_term")

Basis = Literal["heading", "wording", "order", "default"]
Span = tuple[int, int]


# --- The lexicon -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """How a line's number or bullet looks; a bullet, an item (一是) or a salutation makes no heading."""

    style: str
    makes_heading: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class PageMark:
    """What the page, not the report, says: a jump line or a running title, alone or at a line's edge."""

    fault: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class SectionRule:
    """Words that tell a section: in which place, within which sections, and what they say of the time spoken of."""

    scope: str
    within: tuple[str, ...]
    section: str
    horizon: str
    holds_on: bool
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
    """The marks of `seeds/lexicon/page_marks.csv` that stand at a line's `edge`, or only `alone`."""
    name = "lexicon/page_marks.csv"
    faults = ("jump_line", "running_title")
    found = rows(name, "fault", "place", "pattern", allowed={"fault": faults, "place": ("edge", "alone")})
    return tuple(PageMark(row["fault"], compiled(name, row)) for row in found if row["place"] == place)


@cache
def section_rules(scope: str) -> tuple[SectionRule, ...]:
    """The rules of `seeds/lexicon/sections.csv` for a `heading` or for the `opening` of a paragraph, in order."""
    name = "lexicon/sections.csv"
    found = rows(
        name, "scope", "within", "section", "horizon", "holds", "pattern",
        allowed={
            "scope": ("heading", "opening"), "section": (*SECTIONS, *PSEUDO_SECTIONS), "horizon": ("", "year", "term"),
            "holds": ("on", "once"),
        },
    )  # fmt: skip
    return tuple(
        SectionRule(
            row["scope"], tuple(row["within"].split("|")), row["section"], row["horizon"], row["holds"] == "on",
            compiled(name, row),
        )
        for row in found
        if row["scope"] == scope
    )  # fmt: skip


# --- Passages ----------------------------------------------------------------------------------------------------


@dataclass
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
    home: int | None = None  # where in the text the true copy of a repeated piece begins

    @property
    def of_the_page(self) -> bool:
        """Whether the page says it, and not the report."""
        return "jump_line" in self.faults or "running_title" in self.faults


def passages(reports: pl.DataFrame) -> pl.DataFrame:
    """Cut reports into passages and tell of each its section and faults.

    Args:
        reports: a frame of `core.reports`.

    Returns:
        A frame of `core.passages`: every character that is not blank stands in exactly one passage. What a report
        gives depends on no other report.
    """
    found: list[dict[str, Any]] = []
    for report_id, ref_area, report_year, text in reports.select(
        "report_id", "ref_area", "report_year", "text"
    ).iter_rows():
        same = {"report_id": report_id, "ref_area": ref_area, "report_year": report_year}
        for position, piece in enumerate(pieces_of(text, report_year), 1):
            found.append(
                same
                | {
                    "passage_id": f"{report_id}#{position}",
                    "position": position,
                    "section": piece.section,
                    "section_basis": piece.basis,
                    "is_heading": piece.is_heading,
                    "heading": piece.above,
                    "char_start": piece.start,
                    "char_end": piece.end,
                    "text": piece.text,
                    "continues": piece.continues,
                    "faults": piece.faults,
                }
            )
    return PASSAGES.frame(found)


def pieces_of(text: str, report_year: int) -> list[Piece]:
    """One report's passages in print order."""
    pieces = [piece_at(text, start, end) for start, end in paragraph_spans(text)]
    pieces = cut_repeats(text, pieces)
    find_page_marks(pieces)
    find_headings(pieces)
    find_continuations(pieces)
    assign_sections(pieces, report_year)
    return pieces


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
    """Mark jump lines, and running titles below the report's own title."""
    body_begun = False
    for piece in pieces:
        if len(piece.text) <= LONG_FRAGMENT:
            for mark in (*page_marks("edge"), *page_marks("alone")):
                if mark.pattern.fullmatch(piece.text) and (body_begun or mark.fault != "running_title"):
                    piece.faults.append(mark.fault)
                    break
        body_begun = body_begun or len(piece.text) >= 100


# --- Headings and sentences cut in two ---------------------------------------------------------------------------


def find_headings(pieces: list[Piece]) -> None:
    """Tell numbers and bullets, headings of their own and headings with the body in the same line."""
    for piece in pieces:
        if piece.of_the_page or "repeated" in piece.faults:
            continue
        for mark in heading_marks():
            match = mark.pattern.match(piece.text)
            if match:
                piece.style = mark.style
                piece.mark_end = match.end()
                if mark.makes_heading:
                    piece.number = number_of(match.group(1)) if match.lastindex else 0
                    read_numbered_heading(piece)
                break


def read_numbered_heading(piece: Piece) -> None:
    """Tell whether a numbered line is a heading, begins with one, or is an item of a list."""
    words = piece.text[piece.mark_end :].strip(BLANK)
    end = SENTENCE_END.search(words, 0, LONG_HEADING)
    listed = piece.style in ("arabic", "arabic_bracket", "ordinal")
    if end is None:
        title, _, body = words.partition(" ")
        if body and len(words) > LONG_HEADING and len(title) <= LONG_TITLE:
            piece.heading = piece.text[: piece.mark_end] + title
        elif len(words) <= LONG_HEADING and words[-1:] not in tuple("，、") and (words or piece.style != "ideographic"):
            piece.heading, piece.is_heading = piece.text, bool(words) or piece.style != "ordinal"
    elif end.end() < len(words):  # the body follows
        if end.group() != "；" and end.start() <= (LONG_TITLE if listed else LONG_HEADING):
            piece.heading = piece.text[: piece.mark_end] + piece.text[piece.mark_end :].lstrip(BLANK)[: end.start()]
    elif end.group() == "。" and not (listed and (piece.style != "ordinal" or len(words) > LONG_TITLE)):
        piece.heading, piece.is_heading = piece.text, True


def number_of(digits: str) -> int:
    """The value of a heading's number, up to 99: 二十三, 8, ８."""
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    values = {character: value for value, character in enumerate("一二三四五六七八九", 1)}
    return (values.get(tens, 1) * 10 if ten else 0) + values.get(ones, 0)


def find_continuations(pieces: list[Piece]) -> None:
    """Tell which pieces go on with the sentence before, which are headings without a number, and what stays cut."""
    before: Piece | None = None
    broken = False
    begun = False  # above the first sentence stand title, date and speaker, none of which ends with a full stop
    of_the_report = [piece for piece in pieces if not piece.of_the_page]
    for piece, after in zip_longest(of_the_report, of_the_report[1:]):
        if "repeated" in piece.faults:
            if before is not None and begun:
                mark_cut(before)
            before, broken = None, piece.text[-1] not in FINAL
            continue
        if before is None and broken and not piece.heading:
            piece.faults.append("uncertain")  # what stood between a copy that breaks off and it is not known
        piece.continues = before is not None and goes_on(before, piece, begun)
        if piece.continues:
            piece.is_heading, piece.heading, piece.style = False, "", ""
        elif before is not None and begun:
            mark_cut(before)
        if begun and not piece.continues and piece.style in ("", "item") and is_title(piece, after):
            piece.heading, piece.is_heading = piece.text, True
        begun = begun or piece.style not in ("", "bullet") or (piece.text[-1] in FINAL and len(piece.text) >= 20)
        before = piece
    if before is not None and begun:
        mark_cut(before)


def goes_on(before: Piece, piece: Piece, begun: bool) -> bool:
    """Whether a piece goes on with the sentence of the one before it."""
    if piece.text[0] in CLOSING:
        return True
    if (
        not begun
        or (before.is_heading and before.text[-1] not in OPENING)
        or before.text[-1] in FINAL
        or before.style == "salutation"
    ):
        return False
    return piece.style in ("", "item", "arabic") or before.text[-1] in UNFINISHED


def is_title(piece: Piece, after: Piece | None) -> bool:
    """Whether a line without number is a heading: short, without punctuation at its end, with a whole line after it."""
    if len(piece.text) > LONG_TITLE or len(HANZI.findall(piece.text)) < 3:
        return False
    if piece.text[-1] in FINAL or piece.text[-1] in UNFINISHED or "。" in piece.text or after is None:
        return False
    return after.style != "" or (len(after.text) > LONG_FRAGMENT and after.text[0] not in CLOSING)


def mark_cut(piece: Piece) -> None:
    """Mark a sentence that breaks off and is not gone on with."""
    long = len(piece.text) >= LONG_FRAGMENT
    if long and not piece.is_heading and piece.text[-1] not in FINAL and HANZI.search(piece.text[-4:]):
        piece.faults.append("cut")


# --- Sections ----------------------------------------------------------------------------------------------------

YEAR = re.compile(r"((?:1[0-9]|20)[0-9]{2}|[一二][一二三四五六七八九〇○零]{3})年")
PLAN_NAME = re.compile(
    r"[“\"]?(十?[一二三四五六七八九]|十)五[”\"]?(?=时期|期间|规划|计划|以来|发展|的|收官|末|开局|主|我|经|和|，|第)"
    r"|[“\"](十?[一二三四五六七八九]|十)五[”\"]|第(十?[一二三四五六七八九十])个五年(?:计划|规划)"
)
WIDE_DIGIT = re.compile(r"[０-９○零]")
ASCII_DIGITS = str.maketrans("０１２３４５６７８９○零", "0123456789〇〇")
SALUTATION = re.compile(r"^(?:各位代表|同志们|各位委员)[，,：:！!。]?")
FIRST_PLAN_YEAR = 1953


def plain(text: str, report_year: int) -> str:
    """A text as the section rules read it: no blanks, and years and plans told apart by what they are to the report.

    Years become {old_year}, {last_year}, {this_year} or {later_year}; five-year plans {past_plan} or {this_plan}.
    """

    def name_year(match: re.Match[str]) -> str:
        digits = match.group(1)
        year = int(digits) if digits.isdecimal() else int("".join(str("〇一二三四五六七八九".index(d)) for d in digits))
        if year < report_year:
            return "{last_year}" if year == report_year - 1 else "{old_year}"
        return "{this_year}" if year == report_year else "{later_year}"

    def name_plan(match: re.Match[str]) -> str:
        number = number_of(match.group(1) or match.group(2) or match.group(3))
        first = FIRST_PLAN_YEAR + 5 * (number - 1) + (3 if number > 2 else 0)  # 1963 to 1965 belong to no plan
        return "{past_plan}" if first + 4 < report_year else "{this_plan}"

    text = BLANKS.sub("", text)
    if WIDE_DIGIT.search(text):
        text = text.translate(ASCII_DIGITS)
    return YEAR.sub(name_year, PLAN_NAME.sub(name_plan, text))


@dataclass
class State:
    """What is known while a report is read from its first passage to its last."""

    section: str = "preamble"
    basis: Basis = "default"
    horizon: str = "year"  # what unnamed goals and tasks are for: year or term
    horizon_named: bool = False  # whether a heading said so
    set_by: str = ""  # style of the heading that set the section
    reviewed: bool = False  # whether a heading has named a review
    subheadings: int = 0  # numbered headings since the last that named a section
    announced: bool = False  # whether the paragraph before announced a list of tasks
    heading: str | None = None

    @property
    def group(self) -> str:
        """The name by which rules say within which sections they hold."""
        if self.section in REVIEW:
            return "review"
        if self.section == "tasks_year" and (self.subheadings or self.basis == "wording"):
            return "tasks"  # in the middle of them: 今年 opens one more task, and not what goes before all tasks
        if self.section in PLAN:
            return "plan"
        return "open" if self.section in ("preamble", "unknown") else self.section

    @property
    def names(self) -> set[str]:
        """The names under which a rule may say that it holds within the section that is being read."""
        names = {"any", self.group, self.section}
        if not self.reviewed and self.section not in PLAN:
            names.add("unreviewed")  # no heading has told the parts of this report apart
        return names


@dataclass
class HeadingList:
    """Headings of one style that count on from 一, with the first and last character of each."""

    numbers: list[int]
    shapes: set[tuple[str, str]]
    section: str


def assign_sections(pieces: list[Piece], report_year: int) -> None:
    """Tell each piece's section and the heading above it, reading from the first to the last."""
    state = State()
    lists: dict[str, list[HeadingList]] = {}
    groups = sentences_made_whole(pieces)
    heads = ["" if group[0].of_the_page else opening_words(group, report_year) for group in groups]
    ending = where_it_ends(groups, heads)
    for group, head in zip(groups, heads, strict=True):
        first = group[0]
        above = None
        section, basis = state.section, state.basis
        if not (first.of_the_page or "repeated" in first.faults):
            origin = strayed_from(first, lists)
            if origin:
                first.faults.append("strayed")
                section, basis, above = origin.section, "order", first.heading
            else:
                section, basis = read_group(group, head, state, report_year, first.start >= ending)
                remember_heading(first, lists, state)
        for piece in group:
            piece.section, piece.basis, piece.above = section, basis, above or state.heading
    settle_beginning(pieces)
    settle_repeats(pieces)


def sentences_made_whole(pieces: list[Piece]) -> list[list[Piece]]:
    """Pieces grouped with those that go on with their sentence; what the page says between stays by itself."""
    groups: list[list[Piece]] = []
    current: list[Piece] | None = None
    for piece in pieces:
        if piece.continues and current is not None:
            current.append(piece)
            continue
        groups.append([piece])
        if not piece.of_the_page:
            current = groups[-1]
    return groups


def opening_words(group: list[Piece], report_year: int) -> str:
    """The first words of a paragraph as the section rules read them."""
    text = ""
    for piece in group:
        text += piece.text[:HEAD_LENGTH]
        if len(text) >= HEAD_LENGTH:
            break
    return SALUTATION.sub("", plain(text[:HEAD_LENGTH], report_year))


def where_it_ends(groups: list[list[Piece]], heads: list[str]) -> int:
    """The place from which on a call to go forward together is the report's closing."""
    annexes = [rule for rule in section_rules("opening") if rule.section == "annex"]
    total = groups[-1][-1].end if groups else 0
    for group, head in zip(groups, heads, strict=True):
        if group[0].start > total // 2 and any(rule.pattern.search(head) for rule in annexes):
            total = group[0].start
            break
    return int(total * 0.85)


def read_group(group: list[Piece], head: str, state: State, report_year: int, at_end: bool) -> tuple[str, Basis]:
    """The section of a paragraph, and by what it was told; what holds on is kept in the state."""
    first = group[0]
    if state.section == "annex":
        return state.section, state.basis
    if state.section == "preamble" and first.start > LONG_PREAMBLE:
        state.section = "unknown"
    if first.heading:
        state.heading = "".join(piece.text for piece in group)[:LONG_RUN] if first.is_heading else first.heading
        title = head if first.is_heading else plain(first.heading, report_year)
        rule = heading_rule(title, first, state)
        if rule:
            return follow(rule, state, "heading", first.style)
        subordinate(first, state)
        return state.section, state.basis
    if head and first.style != "item":
        names = state.names
        for rule in section_rules("opening"):
            if names.isdisjoint(rule.within) or (rule.section == "closing" and not at_end):
                continue
            words = "".join(piece.text for piece in group) if rule.section == "closing" else head
            if rule.pattern.search(words):
                return follow(rule, state, "wording", "")
    return state.section, state.basis


def heading_rule(title: str, piece: Piece, state: State) -> SectionRule | None:
    """The rule whose words stand first in a heading; of several at one place the first of the lexicon."""
    words = title
    for mark in heading_marks():
        match = mark.pattern.match(title) if mark.style == piece.style else None
        if match:
            words = title[match.end() :]
    best: tuple[int, int, SectionRule] | None = None
    names = state.names
    for order, rule in enumerate(section_rules("heading")):
        match = None if names.isdisjoint(rule.within) else rule.pattern.search(words)
        if match and (best is None or (match.start(), order) < best[:2]):
            best = (match.start(), order, rule)
    return best[2] if best else None


def follow(rule: SectionRule, state: State, basis: Basis, style: str) -> tuple[str, Basis]:
    """What a rule says of the passage; kept in the state where it holds on."""
    section, horizon = rule.section, rule.horizon
    state.announced = section == "tasks_plan" and basis == "wording"
    passing = basis == "wording" and (
        (section == "targets_term" and state.horizon_named and state.horizon == "year")
        or (section == "targets_year" and state.group == "tasks")  # a figure for one of the tasks
        or (section in (*REVIEW, *PLAN) and state.section == "unknown")  # where no heading tells, not beyond itself
    )
    if horizon and not passing:
        state.horizon = horizon
    if section in PSEUDO_SECTIONS:
        section = "targets_term" if state.horizon == "term" else section.removesuffix("plan") + "year"
    elif section == "requirements" and state.horizon == "term":
        section = "targets_term"
    if passing or not rule.holds_on:
        return section, basis
    state.section, state.basis = section, basis
    if basis == "heading":
        state.set_by, state.subheadings = style, 0
        state.horizon_named = bool(horizon)
        if section in REVIEW:
            state.reviewed = True
            state.horizon = "term" if section == "review_term" else "year"
    return section, basis


def subordinate(piece: Piece, state: State) -> None:
    """What a heading without section words says: by its place below or beside the heading that set the section."""
    by_words = state.basis == "wording" and not state.reviewed and piece.is_heading
    if by_words and (state.section == "problems" or (state.section in REVIEW and not piece.style)):
        state.section, state.basis = "unknown", "default"
    if not piece.style:
        return
    if piece.number == 1 and state.announced and state.horizon == "term" and state.subheadings > 1:
        # A second list of tasks within the part on the term: the heading of the year's part is lost.
        state.horizon, state.section, state.basis = "year", "tasks_year", "order"
    state.announced = False
    state.subheadings += 1
    beside = piece.style == state.set_by
    if state.section == "preamble":
        state.section, state.basis = "unknown", "default"
    elif (
        state.section in ("requirements", "targets_year", "closing")
        or (beside and (state.section in REVIEW or state.section == "problems"))
        or (beside and state.section == "unknown" and state.reviewed)
    ):
        state.section, state.basis = "targets_term" if state.horizon == "term" else "tasks_year", "order"


MAX_LISTS = 8  # how many lists of headings a strayed one is compared with


def shape_of(piece: Piece) -> tuple[str, str]:
    """The first and last character of a heading's words: headings of one list are often cut to one pattern."""
    words = piece.heading[piece.mark_end :].strip(BLANK + "。")
    return words[:1], words[-1:]


def strayed_from(piece: Piece, lists: dict[str, list[HeadingList]]) -> HeadingList | None:
    """The earlier list that a heading belongs to by its number and pattern, where it breaks the one it stands in."""
    if not piece.number or not piece.heading or len(lists.get(piece.style, ())) < 2:
        return None
    *earlier, current = lists[piece.style][-MAX_LISTS:]
    shape = shape_of(piece)
    if piece.number == current.numbers[-1] + 1 or shape in current.shapes:
        return None
    for candidate in reversed(earlier):
        if len(candidate.numbers) > 1 and candidate.shapes == {shape} and piece.number > candidate.numbers[-1]:
            candidate.numbers.append(piece.number)
            return candidate
    return None


def remember_heading(piece: Piece, lists: dict[str, list[HeadingList]], state: State) -> None:
    """Add a numbered heading to the list that it counts on, or begin a list with it."""
    if piece.number and piece.heading:
        of_style = lists.setdefault(piece.style, [])
        if piece.number == 1 or not of_style:
            of_style.append(HeadingList([piece.number], {shape_of(piece)}, state.section))
        else:
            of_style[-1].numbers.append(piece.number)
            of_style[-1].shapes.add(shape_of(piece))


def settle_beginning(pieces: list[Piece]) -> None:
    """What stands above the first word of a section in a text that begins in the middle belongs to that section."""
    if not pieces or "jump_line" not in pieces[0].faults:
        return
    told = next((index for index, piece in enumerate(pieces) if piece.basis != "default"), 0)
    for piece in pieces[:told]:
        piece.section, piece.basis = pieces[told].section, "order"


def settle_repeats(pieces: list[Piece]) -> None:
    """A repeated piece has the section of its true copy."""
    starts = [piece.start for piece in pieces]
    for piece in pieces:
        home = piece
        for _ in range(len(pieces)):
            if home.home is None:
                break
            home = pieces[bisect.bisect_right(starts, home.home) - 1]
        if home is not piece:
            piece.section, piece.basis, piece.above = home.section, "wording", home.above


# --- What was printed twice --------------------------------------------------------------------------------------

CLAUSE = re.compile(r"[^\s，。；：！？、,;:!?“”\"《》（）()—…]{6,}")
MEANT = re.compile(r"[0-9A-Za-z\u4e00-\u9fff%．.]")  # what counts when copies are compared: no blanks, no punctuation
SENTENCE_BREAK = re.compile(r"[。！？]")
CLAUSE_BREAKS = "，。；：！？"
PHRASE_BREAKS = "、”）》"
SNAP = 16  # characters that a copy's beginning may be moved back
MIN_MATCHED = 20  # characters in equal clauses that make two places worth comparing
MIN_REPEAT = 75  # characters of a repeat; less is a phrase used again
MIN_TAIL_REPEAT = 55  # of one that ends both passages
MIN_WHOLE_PASSAGE = 60  # of one that is a whole passage in both places
MIN_THIRD_COPY = 30  # of one that copies what is printed twice already
MIN_WHOLE_SENTENCES = 100  # of one that is made of whole sentences, as a set piece said again on purpose is
MIN_ALIKE = 0.7  # share of the pairs of characters that both copies have
MAX_PAIRS = 500  # the longest repeats of a report that are looked at
MAX_COPIES = 3  # earlier places that a clause is compared with
CLAUSE_GAP = 8  # clauses that may differ between two equal ones
MAX_REACH = 400  # characters that a repeat may reach beyond its equal clauses
RESYNC = 6  # equal characters after a misreading that show that the copies go on
MISREADS = ((1, 1), (0, 1), (1, 0), (2, 2), (0, 2), (2, 0), (1, 2), (2, 1), (3, 3), (0, 3), (3, 0), (4, 4))
CONTEXT = 60  # characters on each side of a copy that show whether it is at home there


@dataclass
class Stretch:
    """Equal clauses in two places, as far as they are known; a copy stands before what copies it."""

    number: int  # of the last clause
    copy: int  # number of the clause that it equals
    piece: int
    copy_piece: int
    span: Span
    copy_span: Span
    characters: int  # in equal clauses


def cut_repeats(text: str, pieces: list[Piece]) -> list[Piece]:
    """Cut out of the pieces what is printed twice, and mark the copies that are not in their true home."""
    copies: list[tuple[int, int, int]] = []  # start, end, start of the true copy
    homes: list[tuple[int, int]] = []
    starts = [piece.start for piece in pieces]
    pairs = sorted(repeats_in(text, pieces, starts), key=lambda pair: pair[0][0] - pair[0][1])[:MAX_PAIRS]
    counts: Counter[str] = Counter()
    for pair in pairs:
        inside = [pieces[bisect.bisect_right(starts, span[0]) - 1] for span in pair]
        known = [any(overlap(span, other) for other in (*homes, *copies)) for span in pair]
        if not is_misprint(text, pair, inside, any(known)):
            continue
        counts = counts or Counter(text)
        copied = [any(overlap(span, other) for other in copies) for span in pair]
        if all(known) and not any(copied):
            continue  # each is at home where it stands
        if any(known):
            at_home = 0 if known[0] and not (known[1] and copied[0]) else 1
        else:
            at_home = 0 if ease(text, inside[0], pair[0], counts) >= ease(text, inside[1], pair[1], counts) else 1
        home, copy = pair[at_home], pair[1 - at_home]
        if not copied[1 - at_home]:
            copies.append((*copy, trim(text, *home)[0]))
            if not copied[at_home]:
                homes.append(home)
    for start, copy_end, true_copy in copies:
        index = bisect.bisect_right([piece.start for piece in pieces], start) - 1
        piece = pieces[index]
        end = min(copy_end, piece.end)
        parts = [trim(text, *part) for part in ((piece.start, start), (start, end), (end, piece.end))]
        cut = [piece_at(text, *part) for part in parts if part[0] < part[1]]
        for part in cut:
            if part.start == parts[1][0]:
                part.faults.append("repeated")
                part.home = true_copy
        pieces[index : index + 1] = cut
    return pieces


def overlap(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def is_misprint(text: str, pair: tuple[Span, Span], inside: list[Piece], third: bool) -> bool:
    """Whether what stands in two places was printed twice by mistake, and not said again on purpose."""
    first, second = (pairs_of_characters(text[start:end]) for start, end in pair)
    if len(first & second) < MIN_ALIKE * len(first | second):
        return False
    length = min(len(MEANT.findall(text, *span)) for span in pair)
    if third:
        return length >= MIN_THIRD_COPY
    tails = all(span[1] == piece.end for span, piece in zip(pair, inside, strict=True))
    whole = all(
        (span[0] == piece.start or text[span[0] - 1] in FINAL) and text[span[1] - 1] in FINAL
        for span, piece in zip(pair, inside, strict=True)
    )
    if all(span == (piece.start, piece.end) for span, piece in zip(pair, inside, strict=True)):
        return length >= MIN_WHOLE_PASSAGE
    return length >= (MIN_WHOLE_SENTENCES if whole else MIN_TAIL_REPEAT if tails else MIN_REPEAT)


def ease(text: str, piece: Piece, span: Span, counts: Counter[str]) -> float:
    """How much the words around a copy, in its passage, are those of the copy itself: most where it is at home."""
    words = set(MEANT.findall(text, *span))
    around = {*MEANT.findall(text, max(piece.start, span[0] - CONTEXT), span[0])}
    around.update(MEANT.findall(text, span[1], min(piece.end, span[1] + CONTEXT)))
    return sum(1 / counts[character] for character in words & around)  # a rare character tells more


def pairs_of_characters(text: str) -> set[str]:
    """The pairs of neighbouring characters of a text, punctuation left out."""
    meant = "".join(MEANT.findall(text))
    return {meant[index : index + 2] for index in range(len(meant) - 1)}


def repeats_in(text: str, pieces: list[Piece], starts: list[int]) -> Iterator[tuple[Span, Span]]:
    """The pairs of places that say the same: found by equal clauses, then followed character by character."""
    for stretch in equal_stretches(text, starts):
        homes = [pieces[bisect.bisect_right(starts, span[0]) - 1] for span in stretch]
        before = [
            meant_places(text, max(piece.start, span[0] - MAX_REACH), span[0])[::-1]
            for span, piece in zip(stretch, homes, strict=True)
        ]
        after = [
            meant_places(text, span[1], min(piece.end, span[1] + MAX_REACH))
            for span, piece in zip(stretch, homes, strict=True)
        ]
        back = reach(*("".join(text[place] for place in places) for places in before))
        on = reach(*("".join(text[place] for place in places) for places in after))
        one, other = (
            snap(
                text,
                before[side][back[side] - 1] if back[side] else stretch[side][0],
                after[side][on[side] - 1] + 1 if on[side] else stretch[side][1],
                homes[side],
            )
            for side in (0, 1)
        )
        if one[1] <= other[0] or other[1] <= one[0]:
            yield one, other


def meant_places(text: str, start: int, end: int) -> list[int]:
    """Where in a span the characters stand that count when copies are compared."""
    return [match.start() for match in MEANT.finditer(text, start, end)]


def equal_stretches(text: str, starts: list[int]) -> Iterator[tuple[Span, Span]]:
    """Pairs of stretches of equal clauses, near one another and in the same order, each within one passage."""
    seen: dict[str, list[tuple[int, int]]] = {
        clause: [] for clause, count in Counter(CLAUSE.findall(text)).items() if count > 1
    }
    if sum(map(len, seen)) < MIN_MATCHED:
        return
    found: list[Stretch] = []
    open_: list[Stretch] = []
    for number, clause in enumerate(CLAUSE.finditer(text)):
        places = seen.get(clause.group())
        if places is None:
            continue
        if places:
            start, end = clause.span()
            piece = bisect.bisect_right(starts, start)
            open_ = [stretch for stretch in open_ if stretch.piece == piece and number - stretch.number <= CLAUSE_GAP]
            for copy, copy_start in places[-MAX_COPIES:]:
                copy_end = copy_start + end - start
                copy_piece = bisect.bisect_right(starts, copy_start)
                for stretch in open_:
                    fits = stretch.number < number and 0 < copy - stretch.copy <= CLAUSE_GAP
                    if fits and stretch.copy_piece == copy_piece:
                        stretch.number, stretch.copy = number, copy
                        stretch.span, stretch.copy_span = (stretch.span[0], end), (stretch.copy_span[0], copy_end)
                        stretch.characters += end - start
                        break
                else:
                    spans = (start, end), (copy_start, copy_end)
                    open_.append(Stretch(number, copy, piece, copy_piece, *spans, end - start))
                    found.append(open_[-1])
        places.append((number, clause.start()))
    for stretch in found:
        if stretch.characters >= MIN_MATCHED:
            yield stretch.copy_span, stretch.span


def reach(one: str, other: str) -> tuple[int, int]:
    """How far two texts say the same from their beginning, with a few characters misread."""
    a = b = 0
    while a < len(one) and b < len(other):
        if one[a] == other[b]:
            a, b = a + 1, b + 1
            continue
        for skip_a, skip_b in MISREADS:
            ahead = one[a + skip_a : a + skip_a + RESYNC]
            if len(ahead) == RESYNC and ahead == other[b + skip_b : b + skip_b + RESYNC]:
                a, b = a + skip_a, b + skip_b
                break
        else:
            break
    return a, b


def snap(text: str, start: int, end: int, piece: Piece) -> Span:
    """A span that begins where a clause does, at the nearest mark that ends one, and takes in the marks after it."""
    topic = text.find("。", start, min(piece.start + SNAP, end))
    if topic >= 0:  # the copy took the passage's place below the words that head it
        start = topic + 1
    before = text[max(piece.start, start - SNAP) : start]
    if start - piece.start < SNAP:
        before = "。" + before  # the passage's beginning ends a clause too
    back = len(before)
    for marks in (CLAUSE_BREAKS, PHRASE_BREAKS):
        place = max(before.rfind(mark) for mark in marks)
        if place >= 0:
            back = len(before) - 1 - place
            break
    on = next((place for place, character in enumerate(text[start : start + back]) if character in CLAUSE_BREAKS), back)
    if on < back:  # both clauses happen to end alike
        start += on + 1
    elif back < len(before):
        start -= back
    while end < piece.end and not MEANT.match(text[end]) and text[end] not in "（《“":
        end += 1
    return start, end
