"""To which section of the report each passage belongs, reading from the first to the last."""

import bisect
import re
from dataclasses import dataclass
from functools import cache
from operator import attrgetter

from pipelines.headings import number_of
from pipelines.periods import HEAD_PASSAGES, looks_ahead
from pipelines.pieces import BLANKS, Basis, Piece, compiled, either, heading_marks
from pipelines.seeds import rows
from pipelines.tables import SECTIONS

LONG_PREAMBLE = 1500  # characters; what stands further down has begun to report
LONG_RUN = 120  # characters of a heading that several lines make up
CONTENTS = 0.2  # of a text; what stands above may be a table of contents, and names annexes that it does not begin
HEAD_LENGTH = 120  # what is read of a paragraph to tell its section

OPENING_CLAUSE = re.compile(r"([\u4e00-\u9fff]{3,8})[，,]")
MIN_PARALLELS = 3  # paragraphs that open alike, to be a pattern
PSEUDO_SECTIONS = ("tasks_plan", "targets_plan")  # of the year or of the term, as the heading above says
REVIEW = ("review_year", "review_term")
PLAN = ("requirements", "targets_year", "tasks_year", "targets_term")

YEAR = re.compile(r"([12一二](?:(?<=1)[0-9]{3}|(?<=2)0[0-9]{2}|(?<=[一二])[一二三四五六七八九〇]{3}))年")
PLAN_NAME = re.compile(
    r"[“\"]?(十?[一二三四五六七八九]|十)五[”\"]?(?=时期|期间|规划|计划|以来|发展|的|收官|末|开局|主|我|经|和|，|第)"
    r"|[“\"](十?[一二三四五六七八九]|十)五[”\"]|第(十?[一二三四五六七八九十])个五年(?:计划|规划)"
)
WIDE_DIGIT = re.compile(r"[０-９○零]")
ASCII_DIGITS = str.maketrans("０１２３４５６７８９○零", "0123456789〇〇")
GOALS_TOO = re.compile(r"\{this_plan\}.{0,12}(?:目标|任务|规划|安排|思路)|(?:今后|未来)的?[五十]年.{0,12}(?:目标|任务)")
YEAR_TOO = re.compile(r"\{this_year\}|今年")
SPOKEN_LATE = {"去年": "{old_year}", "今年": "{last_year}", "明年": "{this_year}"}
NOW = re.compile("|".join(SPOKEN_LATE))
SALUTATION = re.compile(r"(?:各位代表|同志们|各位委员)[，,：:！!。]?")
FIRST_PLAN_YEAR = 1953


@dataclass(frozen=True)
class SectionRule:
    """Words that tell a section: in which place, within which sections, and what they say of the time spoken of.

    Those of a heading may stand anywhere in it; those of an opening, and of an annex, are its first.
    """

    scope: str
    within: tuple[str, ...]
    section: str
    horizon: str
    holds_on: bool
    pattern: re.Pattern[str]


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


@cache
def rules_within(scope: str, names: tuple[str, ...]) -> tuple[SectionRule, ...]:
    """The rules, but for those of an annex, that hold within sections of any of these names, in order."""
    found = (rule for rule in section_rules(scope) if not set(names).isdisjoint(rule.within))
    return tuple(rule for rule in found if rule.section != "annex")


@cache
def any_within(names: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for the openings within sections of these names, but for those that end the report."""
    return either(rule.pattern for rule in rules_within("opening", names) if rule.section != "closing")


@cache
def annex_rules(heading: bool) -> tuple[SectionRule, ...]:
    """The rules of an annex: those for the opening of a paragraph, and for a heading those of headings too."""
    rules = (*section_rules("opening"), *(section_rules("heading") if heading else ()))
    return tuple(rule for rule in rules if rule.section == "annex")


@cache
def any_of_annex(heading: bool) -> re.Pattern[str]:
    """One pattern for the rules of an annex."""
    return either(rule.pattern for rule in annex_rules(heading))


def plain(text: str, report_year: int, late: bool = False) -> str:
    """A text as the section rules read it: no blanks, and years and plans told apart by what they are to the report.

    `late`: see `periods.looks_ahead`; 今年 is then the year before.

    Years become {old_year}, {last_year}, {this_year} or {later_year}; five-year plans {past_plan} or {this_plan}.
    """
    text = BLANKS.sub("", text)
    if WIDE_DIGIT.search(text):
        text = text.translate(ASCII_DIGITS)
    if "五" in text:
        text = PLAN_NAME.sub(lambda match: plan_named(match, report_year), text)
    if "年" in text:
        text = YEAR.sub(lambda match: year_named(match[1], report_year), text)
        if late:
            text = NOW.sub(lambda match: SPOKEN_LATE[match[0]], text)
    return text


def year_named(digits: str, report_year: int) -> str:
    """What a year, in digits of either kind, is to the report."""
    year = int(digits) if digits.isdecimal() else int("".join(str("〇一二三四五六七八九".index(d)) for d in digits))
    if year < report_year:
        return "{last_year}" if year == report_year - 1 else "{old_year}"
    return "{this_year}" if year == report_year else "{later_year}"


def plan_named(match: re.Match[str], report_year: int) -> str:
    """What a five-year plan is to the report."""
    number = number_of(match[1] or match[2] or match[3])
    first = FIRST_PLAN_YEAR + 5 * (number - 1) + (3 if number > 2 else 0)  # 1963 to 1965 belong to no plan
    return "{past_plan}" if first + 4 < report_year else "{this_plan}"


@dataclass
class State:
    """What is known while a report is read from its first passage to its last."""

    late: bool = False  # whether it speaks in the year before its own
    section: str = "preamble"
    basis: Basis = "default"
    horizon: str = "year"  # what unnamed goals and tasks are for: year or term
    horizon_named: bool = False  # whether a heading said so
    set_by: str = ""  # style of the heading that set the section
    headed: bool = False  # whether the paragraph before is a heading of the first order without section words
    parted: bool = False  # whether wording set a review below such a heading
    top: str = ""  # style of the first heading
    last: str = ""  # style of the last heading without section words
    under: str = ""  # style of the heading without section words below which wording set it
    reviewed: bool = False  # whether a heading has named a review
    subheadings: int = 0  # numbered headings since the last that named a section
    announced: bool = False  # whether the paragraph before announced a list of tasks
    heading: str | None = None
    twofold: str = ""  # what else the heading that set the section names: goals after a review, a year after a term

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
    def names(self) -> tuple[str, ...]:
        """The names under which a rule may say that it holds within the section that is being read."""
        names = ("any", self.group, self.section, self.twofold)
        unreviewed = not self.reviewed and self.section not in PLAN  # no heading has told the parts of the report apart
        return (*names, "unreviewed") if unreviewed else names


def assign_sections(pieces: list[Piece], report_year: int) -> None:
    """Tell each piece's section and the heading above it, reading from the first to the last."""
    state = State()
    groups = sentences_made_whole(pieces)
    titles = (piece.text for piece in pieces if piece.is_heading)
    state.late = looks_ahead((piece.text for piece in pieces[:HEAD_PASSAGES]), titles, report_year)
    heads = ["" if group[0].of_the_page else opening_words(group, report_year, state.late) for group in groups]
    ending, contents = where_it_ends(groups, heads)
    for group, head in zip(groups, heads, strict=True):
        first = group[0]
        section, basis = state.section, state.basis
        if not (first.of_the_page or first.home or first.set_apart):
            annex = annex_rule(first, head) if first.read_at >= contents else None
            if annex and not annex.holds_on:
                for piece in group:
                    piece.section, piece.basis, piece.above = "annex", "wording", head
                continue
            if annex:
                state.section, state.basis, state.heading = "annex", "wording", head
            section, basis = read_group(group, head, state, report_year, first.read_at >= ending)
            state.headed = state.headed and first.is_heading
        for piece in group:
            piece.section, piece.basis, piece.above = section, basis, state.heading
    settle_beginning(pieces)
    find_strayed(groups)
    settle_repeats(pieces)
    for piece in pieces:
        if piece.set_apart and piece.set_apart.section:
            piece.section, piece.basis = piece.set_apart.section, "correction"
            piece.mark("strayed", piece.set_apart.why)


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


def opening_words(group: list[Piece], report_year: int, late: bool) -> str:
    """The first words of a paragraph as the section rules read them."""
    text = ""
    for piece in group:
        text += piece.text[:HEAD_LENGTH]
        if len(text) >= HEAD_LENGTH:
            break
    words = plain(text[:HEAD_LENGTH], report_year, late)
    salutation = SALUTATION.match(words)
    return words[salutation.end() :] if salutation else words


def annex_rule(first: Piece, head: str) -> SectionRule | None:
    """The rule by which words name an annex, or explain a term as annexes do."""
    if not any_of_annex(first.is_heading).match(head):
        return None
    return next(rule for rule in annex_rules(first.is_heading) if rule.pattern.match(head))


def where_it_ends(groups: list[list[Piece]], heads: list[str]) -> tuple[int, int]:
    """The places from which on a call to go forward together is the report's closing, and an annex may begin."""
    total = groups[-1][-1].read_at + len(groups[-1][-1].text) if groups else 0
    contents = int(total * CONTENTS)
    for group, head in zip(groups, heads, strict=True):
        if group[0].read_at > total // 2 and annex_rule(group[0], head):
            total = group[0].read_at
            break
    return int(total * 0.85), contents


def read_group(group: list[Piece], head: str, state: State, report_year: int, at_end: bool) -> tuple[str, Basis]:
    """The section of a paragraph, and by what it was told; what holds on is kept in the state."""
    first = group[0]
    if state.section == "annex":
        return state.section, state.basis
    if state.section == "preamble" and first.read_at > LONG_PREAMBLE:
        state.section = "unknown"
    if first.heading:
        state.heading = "".join(piece.text for piece in group)[:LONG_RUN] if first.is_heading else first.heading
        title = head if first.is_heading else plain(first.heading, report_year, state.late)
        rule = heading_rule(title, first, state)
        if rule:
            state.twofold = ""
            if rule.section in REVIEW and GOALS_TOO.search(title):
                state.twofold = "review_and_goals"
            elif rule.horizon == "term" and YEAR_TOO.search(title):
                state.twofold = "term_and_year"
            return follow(rule, state, "heading", first.style)
        subordinate(first, state)
        return state.section, state.basis
    if head and first.style != "item" and (at_end or any_within(state.names).match(head)):
        for rule in rules_within("opening", state.names):
            if rule.section == "closing" and not at_end:
                continue
            words = "".join(piece.text for piece in group) if rule.section == "closing" else head
            if rule.pattern.match(words):
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
    for order, rule in enumerate(rules_within("heading", state.names)):
        match = rule.pattern.search(words)
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
        # where no heading tells, not beyond itself, unless it opens what stands below one
        or (section in (*REVIEW, *PLAN) and state.section == "unknown" and not state.headed)
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
    state.under = state.last if basis == "wording" else ""
    state.parted = state.parted or (section in REVIEW and state.under != "")
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
    unlike = not piece.style or piece.style == state.under
    if by_words and (state.section == "problems" or (state.section in REVIEW and unlike)):
        state.section, state.basis = "unknown", "default"
    if by_words and state.parted and state.section == "targets_term" and piece.style == state.under:
        # of a term's review, its goals, and the year's tasks the third part
        state.section, state.basis, state.horizon = "tasks_year", "order", "year"
    state.top = state.top or piece.style
    state.last, state.headed = piece.style, piece.is_heading and piece.style == state.top
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


def find_strayed(groups: list[list[Piece]]) -> None:
    """A paragraph that opens like several of another part, and like none of its own, strayed from there."""
    alike: dict[str, dict[bool, list[list[Piece]]]] = {}
    for group in groups:
        clause = OPENING_CLAUSE.match(group[0].text)
        if clause and group[0].style != "salutation" and group[0].section in (*REVIEW, *PLAN):
            by_part = alike.setdefault(clause.group(1), {True: [], False: []})
            by_part[group[0].section in REVIEW].append(group)
    for opening, by_part in alike.items():
        for others, alone in ((by_part[True], by_part[False]), (by_part[False], by_part[True])):
            if len(others) >= MIN_PARALLELS and len(alone) == 1:
                for piece in alone[0]:
                    piece.section, piece.basis = others[-1][0].section, "wording"
                    piece.mark("strayed", f"{len(others)} paragraphs of {piece.section} open with {opening}, none here")


def settle_beginning(pieces: list[Piece]) -> None:
    """What stands above the first word of a section in a text that begins in the middle belongs to that section."""
    if not pieces or "jump_line" not in pieces[0].faults:
        return
    told = next((index for index, piece in enumerate(pieces) if piece.basis != "default"), 0)
    for piece in pieces[:told]:
        piece.section, piece.basis = pieces[told].section, "order"


def settle_repeats(pieces: list[Piece]) -> None:
    """A repeated piece has the section of its true copy."""
    in_print = sorted(pieces, key=attrgetter("start"))
    starts = [piece.start for piece in in_print]
    for piece in filter(attrgetter("home"), pieces):
        home = piece
        for _ in range(len(pieces)):
            if home.home is None:
                break
            home = in_print[bisect.bisect_right(starts, home.home[0]) - 1]
        if home is not piece and piece.doubtful and piece.section != home.section:
            home.mark("uncertain", f"a part stands at character {piece.start} too, where it fits as well")
        if home is not piece:
            piece.section, piece.basis, piece.above = home.section, "wording", home.above
