"""What a text says of itself: whether it is a government work report, of which year, and of which area.

The words for it are in `seeds/lexicon/report_marks.csv`. Where a text says nothing, nothing is concluded from that.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import ahocorasick_rs

from pipelines import seeds
from pipelines.formats import RejectedReport, printable
from pipelines.order import ENDS_PAGE
from pipelines.pieces import BLANK, page_marks
from pipelines.seeds import KIND_OF_AREA

NATION = "100000"
SAYS = (
    "title", "spoken", "nation", "whole_country", "year", "year_before", "delivered", "mentioned", "area", "own_area",
    "rank", "resolution", "summary", "news", "other", "page", "report",
)  # fmt: skip
WHERE = ("title", "head", "start", "heading", "text")
HEAD_SEARCHED = 6000  # characters of a text, blanks and all
HEAD = 900  # characters, of a text without its blanks, in which it says whose report it is
ADDRESSED = 3000  # characters in which it turns to the deputies
BEFORE_ADDRESS = 700  # of the head, where the text turns to them late
TITLE = 60  # characters of a line that can be a title
HEADING = 40
QUOTED = 40  # characters of what a message quotes
SHORT = 5000  # characters that a whole report has, with few exceptions
PAGE = 3000  # characters that a form or an error page stays below
TELLING = 300  # characters from which on words tell what a text is
OFTEN, VERY_OFTEN = 4, 20  # times: what a long text says of its own area or year, and what it cannot say by chance
LATE_SESSION = 10  # month from which on a session looks ahead to the next year
FEW_SHARE = 10  # such words in 1000 characters; real reports have 40 and more
FEW_MARKS, SOME_MARKS = 4, 8  # kinds of words of which real reports use fifteen and more

NUMBER = "[0-9〇零○一二三四五六七八九十百两]{1,6}"
MACROS = {
    "{year}": "(?P<year>(?:19|20)[0-9]{2}|[一二][九〇零○][〇零○一二三四五六七八九]{2})",
    "{month}": "(?P<month>[01]?[0-9]|十[一二]?|[一二三四五六七八九])",
    "{number}": NUMBER,
    "{area}": "(?P<area>[\u4e00-\u9fff]{2,24}?)",
    "{item}": f"(?:第?[（(]?{NUMBER}[）)]?(?:部分)?[、．.：:]?)?",
}
DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
WIDE = re.compile("[０-９]")
# The sentence that a report opens with.
OPENING = re.compile(
    r"各位代表[！：:，,\s\u200b-\u200f]{0,12}(?:[^。！]{0,30}[。，,])?\s*我谨?(?:代表|受)[^。]{0,40}(?:报告|汇报)"
)
BLANKS = re.compile("[" + BLANK.replace("\n", "") + "\u200e\u200f\xad]")
LEVELS = {  # the word for one's own government → the levels that it may be of
    "省": ("province",), "自治区": ("province",), "州": ("prefecture",), "盟": ("prefecture",),
    "地区": ("prefecture",), "地": ("prefecture",), "县": ("county",), "旗": ("county",),
    "市": ("province", "prefecture", "county"), "区": ("province", "prefecture", "county"),
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """A pattern that says something of a text, where it stands there."""

    says: str
    where: str
    pattern: re.Pattern[str]
    after_area: re.Pattern[str] | None  # what stands there where it does, if it begins with an area's name


@dataclass(frozen=True)
class Said:
    """A word of a text on itself: the match, and its characters as messages quote them."""

    match: re.Match[str]

    @property
    def quote(self) -> str:
        """The words, in quotation marks."""
        words = printable(self.match[0])
        return f"“{words if len(words) <= QUOTED else words[:QUOTED] + '…'}”"


@cache
def marks() -> dict[str, tuple[Mark, ...]]:
    """The marks of `seeds/lexicon/report_marks.csv` by what they say.

    Raises:
        SeedError: a pattern is none.
    """
    name = "lexicon/report_marks.csv"
    found: dict[str, list[Mark]] = {says: [] for says in SAYS}
    allowed = {"says": SAYS, "where": WHERE}
    for line, row in enumerate(seeds.rows(name, "says", "where", "pattern", allowed=allowed), 2):
        pattern, after_area = row["pattern"], row["pattern"].removeprefix("{area}")
        for macro, written in MACROS.items():
            pattern, after_area = (one.replace(macro, written) for one in (pattern, after_area))
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise seeds.SeedError(f"seeds/{name}:{line}: {row['pattern']!r} is no pattern: {error}") from error
        needed = {
            "year": "year",
            "year_before": "year",
            "delivered": "year",
            "mentioned": "year",
            "area": "area",
            "rank": "rank",
        }
        if (group := needed.get(row["says"])) and group not in compiled.groupindex:
            raise seeds.SeedError(f"seeds/{name}:{line}: the pattern must hold {{{group}}}")
        rest = re.compile(after_area) if row["pattern"].startswith("{area}") else None
        found[row["says"]].append(Mark(row["says"], row["where"], compiled, rest))
    return {says: tuple(of_it) for says, of_it in found.items()}


def plain(words: str) -> str:
    """Words without blanks, line breaks apart, their digits narrow."""
    return WIDE.sub(lambda digit: str(int(digit[0])), BLANKS.sub("", words))


class Text:
    """A text in the parts that marks are looked for in, without blanks."""

    def __init__(self, text: str) -> None:
        self.lines = [line for line in plain(text[:HEAD_SEARCHED]).split("\n") if line]
        whole = "".join(self.lines)
        address = whole.find("各位代表")
        begin = max(0, address - BEFORE_ADDRESS) if 0 <= address < ADDRESSED else 0
        self.head = whole[begin : begin + HEAD]
        self.text = text
        self.places = {
            "title": list(self.first_lines()), "head": [self.head], "start": [whole[:ADDRESSED]], "text": [text],
            "heading": list(self.headings()),
        }  # fmt: skip

    def first_lines(self) -> Iterator[str]:
        """The lines of the head that can be titles."""
        length = 0
        for line in self.lines:
            if len(line) <= TITLE:
                yield line
            length += len(line)
            if length > HEAD:
                return

    def headings(self) -> Iterator[str]:
        """The short lines of the whole text that name a year."""
        for line in self.text.split("\n"):
            if len(line) <= 2 * HEADING and "年" in line:
                heading = plain(line).strip("。：:")
                if len(heading) <= HEADING:
                    yield heading

    def said(self, says: str) -> Iterator[Said]:
        """All that is said of one thing."""
        for mark in marks()[says]:
            yield from self.said_by(mark)

    def said_by(self, mark: Mark) -> Iterator[Said]:
        """All that one mark finds."""
        for place in self.places[mark.where]:
            if mark.after_area and not mark.after_area.search(place):
                continue  # names are slow to look for
            for match in mark.pattern.finditer(place):
                yield Said(match)


@dataclass(frozen=True)
class Doubt:
    """Something to be careful about: the flag that the report bears, and a sentence for people."""

    flag: str
    sentence: str


def doubts(text: str, relative: str, ref_area: str, report_year: int) -> list[Doubt]:
    """What a text says of itself that does not fit what it is filed as.

    Args:
        text: the decoded report.
        relative: its name in messages.
        ref_area: the area that it is filed under.
        report_year: the year that it is filed under.

    Raises:
        RejectedReport: it is certainly no government work report, or one of the whole country filed as an area's.
    """
    read = Text(text)
    found = [
        about_nature(read, relative, ref_area),
        about_area(read, relative, ref_area),
        about_year(read, report_year),
        about_ends(text),
        about_others(text, relative),
    ]
    return [doubt for doubt in found if doubt]


def about_nature(text: Text, relative: str, ref_area: str) -> Doubt | None:
    """Why a text may be no whole government work report; raises RejectedReport where it certainly is none."""
    spoken, titled = next(text.said("spoken"), None), next(text.said("title"), None)
    length, remedy = len(text.text), "Put the text of the report itself there."

    def reject(what: str, said: Said | None) -> None:
        if said:
            reason = f"{relative} is {what}, not a government work report: {said.quote}."
            raise RejectedReport(reason, remedy)

    if not titled and ref_area != NATION:  # whose early reports had other titles
        reject("another report", next(text.said("other"), None))
    if not spoken:
        signs = marks()["page"] if length < PAGE else ()
        page = [said for mark in signs if (said := next(text.said_by(mark), None))]
        if len(page) > 1 or length < TELLING:
            reject("a form or an error page", page[0] if page else None)
        reject("a resolution about a report", next(text.said("resolution"), None))
        if length < SHORT:
            reject("about a report", next(text.said("summary"), None))
            reject("news", next(text.said("news"), None))
    if (not spoken or not titled) and (said := next(text.said("summary"), None)):
        return Doubt("summary", f"It calls itself an outline, a summary or a reading of a report: {said.quote}.")
    if spoken or length < TELLING:
        return None
    counts = [sum(1 for _ in text.said_by(mark)) for mark in marks()["report"]]
    if sum(map(bool, counts)) <= FEW_MARKS or 1000 * sum(counts) / length < FEW_SHARE:
        raise RejectedReport(f"{relative} holds none of what government work reports speak of.", remedy)
    if sum(map(bool, counts)) <= SOME_MARKS:
        return Doubt("unlike_report", "It holds little of what government work reports speak of.")
    return None


def about_area(text: Text, relative: str, ref_area: str) -> Doubt | None:
    """Where a text speaks for another area than it is filed under; raises RejectedReport for a report of the nation."""
    where = f"and is filed under {filed(ref_area)}."
    of_nation = f"Move it to {NATION}/<year>.<ending>."
    first = None
    for said in text.said("area"):
        name, codes = area_named(said.match["area"])
        if any(same_place(ref_area, code) for code in codes):
            return None
        if codes and not first:
            first = Doubt("wrong_area", f"It speaks for {name} ({said.quote}), {where}")
    if ref_area != NATION and (nation := next(text.said("nation"), None)):
        reason = f"{relative} is a report to the whole country ({nation.quote}), filed under {filed(ref_area)}."
        raise RejectedReport(reason, of_nation)
    for said in text.said("rank"):
        if not first and level(ref_area) not in (*LEVELS[said.match["rank"]], None):
            first = Doubt("wrong_area", f"It speaks for a government of another level ({said.quote}), {where}")
    if first or len(text.text) < SHORT:
        return first
    if ref_area == NATION or not named(text.text, ref_area):
        own = list(text.said("own_area"))
        if ref_area == NATION:
            if len(own) >= OFTEN:
                quotes = ", ".join(sorted({said.quote for said in own}))
                return Doubt("wrong_area", f"It speaks of a part of the country ({quotes}), {where}")
        elif len(own) < OFTEN and sum(1 for _ in text.said("whole_country")) >= VERY_OFTEN:
            reason = f"{relative} speaks of the whole country and never of {areas()[ref_area][0]}, {where}"
            raise RejectedReport(reason, of_nation)
        elif other := most_named(text.text, ref_area):
            return Doubt("wrong_area", f"It never names {areas()[ref_area][0]}, but {other}, {where}")
    return None


def about_year(text: Text, report_year: int) -> Doubt | None:
    """Where a text speaks of another year than it is filed under.

    Its title, its headings and when it was delivered tell; else a long text names its year, or the one before it.
    """
    told = told_years(text)
    delivered: dict[int, Said] = {}
    for said in text.said("delivered"):
        year, late = year_of(said.match["year"]), month_of(said.match["month"]) >= LATE_SESSION
        for possible in (year + 1, year) if late else (year,):
            delivered.setdefault(possible, said)
    where = f"and is filed under {report_year}."
    if years := told | delivered:
        year, said = next(iter(years.items()))
        return None if report_year in years else Doubt("wrong_year", f"It is of {year} ({said.quote}), {where}")
    if len(text.text) < SHORT:
        return None
    mentioned = Counter(year_of(said.match["year"]) for said in text.said("mentioned"))
    if mentioned.total() < OFTEN or mentioned[report_year] or mentioned[report_year - 1]:
        return None
    years_named = ", ".join(str(year) for year, _ in mentioned.most_common(3))
    return Doubt("wrong_year", f"It names neither {report_year} nor the year before but {years_named}, {where}")


def told_years(text: Text) -> dict[int, Said]:
    """The years whose report a text says that it is, by its title and headings, each with the words."""
    told: dict[int, Said] = {}
    for says, later in (("year", 0), ("year_before", 1)):
        for said in text.said(says):
            told.setdefault(year_of(said.match["year"]) + later, said)
    return told


def about_ends(text: str) -> Doubt | None:
    """Where jump lines tell that a text goes on from, or on, a page of the newspaper that is not at hand."""
    jumps = sorted((match.start(), Said(match)) for mark in page_marks("edge") for match in mark.pattern.finditer(text))
    came = [said for _, said in jumps if not ENDS_PAGE.search(said.match[0])]
    left = [said for _, said in jumps if ENDS_PAGE.search(said.match[0])]
    lost = []
    if came and not OPENING.search(text):
        lost.append(f"its beginning ({came[0].quote})")
    if len(left) > (0 if lost else len(came)):
        lost.append(f"its end ({left[-1].quote})")
    sentence = f"The page with {' and that with '.join(lost)} is not at hand: what stands there is missing."
    return Doubt("incomplete", sentence) if lost else None


def about_others(text: str, relative: str) -> Doubt | None:
    """Where a second report begins in a text; raises RejectedReport where it is of another year."""
    openings = [match.start() for match in OPENING.finditer(text) if len(text) - match.end() > SHORT]
    starts = [0, *(after for before, after in pairwise(openings) if after - before > SHORT)]
    if len(starts) < 2:
        return None
    parts = [Text(text[max(0, start - TITLE) : end]) for start, end in pairwise([*starts, len(text)])]
    years = [set(told_years(part)) for part in parts]
    if all(years) and not set.intersection(*years):
        named = " and ".join(str(min(found)) for found in years)
        raise RejectedReport(f"{relative} holds several reports, of {named}.", "Put each into a file of its own.")
    return Doubt("several_reports", f"A second report seems to begin at its character {starts[1]:,}.")


def year_of(written: str) -> int:
    """A year in digits of any kind: 2024, 二〇二四."""
    return int(written.translate(DIGITS))


def month_of(written: str) -> int:
    """A month in digits or in Chinese: 11, 十一."""
    _, ten, ones = written.rpartition("十")
    return 10 + (int(ones.translate(DIGITS)) if ones else 0) if ten else int(written.translate(DIGITS))


# --- Areas -------------------------------------------------------------------------------------------------------


@cache
def areas() -> dict[str, tuple[str, str]]:
    """Area code → name and level."""
    rows = seeds.areas().select("ref_area", "name_zh", "level").iter_rows()
    return {code: (name, level) for code, name, level in rows}


@cache
def codes_by_name() -> dict[str, frozenset[str]]:
    """Chinese name → the codes that it may stand for; also with the names of the areas that it is part of before it."""
    parents = dict(seeds.areas().select("ref_area", "parent_area").iter_rows())
    found: dict[str, set[str]] = {}
    for code, (name, _) in areas().items():
        above = []
        parent = parents.get(code)
        while parent and parent != NATION:
            above.append(areas()[parent][0])
            parent = parents.get(parent)
        wider = {""} | {*above} | ({above[1] + above[0]} if len(above) > 1 else set())
        for before in wider:
            found.setdefault(before + name, set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


def area_named(words: str) -> tuple[str, frozenset[str]]:
    """The longest name of an area that words end in, and the codes that it may stand for; none where they name none."""
    for start in range(len(words) - 1):
        if codes := codes_by_name().get(words[start:]):
            return words[start:], codes
    return "", frozenset()


def named(text: str, ref_area: str) -> bool:
    """Whether a text names an area by the first two characters of its name; True where that cannot be told."""
    name = areas()[ref_area][0] if ref_area in areas() else ""
    return len(KIND_OF_AREA.sub("", name)) < 2 or name[:2] in text


def most_named(text: str, ref_area: str) -> str | None:
    """The area that a text names most often, with its kind too, and how often: `阳泉 (28 times)`; not one around it."""
    counts = Counter(name for name in stem_finder().find_matches_as_strings(text))
    for stem, count in counts.most_common():
        if count < VERY_OFTEN // 2:
            return None
        codes = stems()[stem]
        apart = [code for code in codes if not (within(code, ref_area) or within(ref_area, code))]
        # counties' names are words too (合作, 资源)
        if any(areas()[code][0] in text or level(code) != "county" for code in apart):
            return f"{stem} ({count} times)"
    return None


def within(inner: str, outer: str) -> bool:
    """Whether the code of an area is that of another, or of one that it is part of."""
    return inner.startswith(outer.removesuffix("00").removesuffix("00"))


@cache
def stems() -> dict[str, list[str]]:
    """The names of areas without their kind (阳泉) → their codes."""
    found: dict[str, list[str]] = {}
    for code, (name, _) in areas().items():
        stem = KIND_OF_AREA.sub("", name)
        if code != NATION and len(stem) > 1:
            found.setdefault(stem, []).append(code)
    return found


@cache
def stem_finder() -> ahocorasick_rs.AhoCorasick:
    """What finds the names of areas without their kind."""
    return ahocorasick_rs.AhoCorasick(list(stems()), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


def same_place(one: str, other: str) -> bool:
    """Whether two codes are of one place, of which the kind may have changed (a county that became a district)."""
    if one == other:
        return True
    if one not in areas() or other not in areas() or one[:2] != other[:2]:
        return False
    (name, level_), (other_name, other_level) = areas()[one], areas()[other]
    stem = KIND_OF_AREA.sub("", name)
    return level_ == other_level and len(stem) > 1 and stem == KIND_OF_AREA.sub("", other_name)


def level(ref_area: str) -> str | None:
    """The level of an area; None where it is not on file."""
    return areas()[ref_area][1] if ref_area in areas() else None


def filed(ref_area: str) -> str:
    """An area as messages show it: `140200 大同市`."""
    return f"{ref_area} {areas()[ref_area][0]}" if ref_area in areas() else ref_area
