"""Statements: what each numeral of a report says, or why it says nothing that can be measured."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import polars as pl

from pipelines.lexicon import Lexicon, Subject, Trait, lexicon, plain
from pipelines.numerals import Numeral, han_number, numerals
from pipelines.tables import STATEMENTS

BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\xad]+")
ZERO_WIDTH = re.compile(r"[\u200b-\u200f\u2060\ufeff\xad]+")
FOUR_DIGITS = re.compile(r"\d{4}")
SENTENCE_END = re.compile(r"[。！？]")
CLAUSE_END = re.compile(r"[，,；：:。！？—]")
NUMBER = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
YEAR = r"(?:(?:19|20)\d\d|[一二][九〇零][〇零一二三四五六七八九]{2})"
PERIOD = re.compile(
    rf"(?P<first>{YEAR})年?(?:[-—~至到]|——)(?P<last>{YEAR})年"
    rf"|(?P<year>{YEAR})年(?!代|版)(?:年?[底末初])?"
    rf"|[“\"](?P<plan>十?[一二三四五六七八九]?)五[”\"]"
    rf"|(?P<bare_plan>十[一二三四五六]?|[六七八九])五(?=规划|计划|时期|期间|末|以来|收官|开局)"
    rf"|第(?P<nth>[一二三四五六七八九十]{{1,3}})个五年(?:规划|计划)?"
    rf"|(?:过去|近|最近|任期|上一个|这)的?(?P<past>{NUMBER})年(?:来|间|时间|里)?"
    rf"|连续(?P<run>{NUMBER})年"
    rf"|(?:今后|未来|下一个|下个)的?(?P<future>{NUMBER})年"
    rf"|(?P<within>{NUMBER})年(?:之内|内)"
    rf"|(?P<since>{NUMBER})年(?:多来|来|间|累计|共计|共)"
    rf"|(?<=[，。；：！、—])(?P<alone>[三四五])年(?!期|规|计|行动|来|内|级|制|以上|左右)"
    rf"|(?P<century>(?:本|20|二十)世纪末)"
    rf"|(?P<word>@WORDS@)"
)
FILLER = re.compile(
    r"（[^（）]{0,30}）|《[^《》]{0,60}》|用于[^，。；、]{1,8}的|[“”\"‘’《》\s]|\d+年?[底末初]?|第?[一二两三四五六七八九十]+[年个届]|[一二][九〇][〇一二三四五六七八九]{2}年"
)
SIGNS = re.compile(r"[、，：:；,\-—%·.]")
LISTED = re.compile(r"[、和与及]|以及")
EACH = re.compile(r"分别|依次")
ALL = re.compile(r"(?<![人平年户月日])均(?!衡)|都(?=[增达超突下比为实在])")
MEAN = re.compile(r"年均|平均每年|年平均|每年平均|平均年")
EVERY = re.compile(r"每年|连年|逐年|连续")
TOTAL = re.compile(r"累计|合计|总共|共计")
PART_YEAR = re.compile(
    r"上半年|下半年|[一二三四]季度|前[一二三四五六七八九十\d]+个?(?:月|季度)|\d+-\d+月|月末|月份|当月|单月|\d月底?，"
)
GAP_WORD = re.compile(
    r"(?:高于|低于|高出|快于|慢于|好于|领先|多于|(?:平均|水平|全国|全省|全市|同期|增速)[^，。；、]{0,4}[高低快慢多])[^，。；、]{0,14}$"
)
COMPARED = re.compile(r"(?:比|较|与|同)$")
GROWTH_CHANGE = re.compile(r"(?:增速|增幅|涨幅|增长率|增长速度|幅度)[^，。；]{0,12}$")
RECALLED = re.compile(
    r"^(?:左右|以上|以内)?的?(?:预定|预期|年度|全年|原定|规划|计划|年初|上述|这个|这一)?(?:的)?(?:预期|调控|增长)?目标"
)
FROM = re.compile(r"(?:从|由|自)(?:[^，。；、]{0,12})$")
GROWTH_OPENING = re.compile(
    r"(?:年均|平均每年|每年|保持|实现|预期|预计|将|力争|实际|同比|比(?:上|去)年|要|全年|继续|持续|平稳|较快|快速|稳定|总体)*"
)
NO_HEAD = re.compile(r"项目|区域|家庭|企业|计划|行动|补贴|补助|资金|居民|业主|用户|试点|片区|问题")
LOOSE_GROUP = re.compile(
    r"(?:城市|三角|西部|中部|东部|东北|国家|沿海|同类|山区|地区|示范区|高新区|经开区)[^，。、]{0,6}$"
)
LESS = re.compile(r"(?:扣除|剔除|不含|除去)(?![^，。]{0,4}[价物])[^，。；]{2,16}[，]?$")
NOT_OF_LAST_YEAR = re.compile(r"疫情前|历史同期|比[^，。；]{1,8}多$")
PREDICATE = re.compile(r"在|由|从|比|较|持续|继续|稳步|再|又|连续|均|都|双双|首次|已|也|，|（")
PLAN_HEAD = re.compile(r"(?:时期|期间)?的?前([一二两三四])年")
GROUND = re.compile(r"[^，。；]{0,24}基础上")
SHARE = re.compile(r"[、，]?(?:占|比重|比例)")
OPENING = re.compile(
    r"(?:\A|[，。；：:、！？—（）”])(?:到|在|从|自|至|截至|截止|与|预计|力争|确保|争取|实现|完成|其中)?$"
)
RECORD = re.compile(r"(?:以来|来)?的?(?:最|新|首)")
TOPIC = re.compile(r"(?:时期|期间|以来|以后|间|来)?(?:的?(?:，|是|我|各))")
REACH = re.compile(r"[到至为达]$|(?:[到至为达])[^，。；、]{0,10}$")
QUOTED = re.compile(r"[“\"《][^“”\"《》]{0,24}$")
REAL = re.compile(
    r"扣除(?:物价|价格)|考虑价格|剔除价格|实际增长|可比价|不变价|实际年均|年均实际|实际下降|实际递增|实际提高"
)
NOMINAL = re.compile(r"名义")
STARTED = re.compile(r"开工|动工")
COMPLETED = re.compile(r"建成|竣工|完工|交付|完成改造|投产|投入使用")
PAST_ONLY = re.compile(r"已|了(?=\d|[约近超]|$)|以来")
STOCK = re.compile(r"总里程|通车里程|营业里程|运营里程|总量|总数")
GROWTH = ("yoy", "avg_yoy", "cum_growth")
GROWTH_RANKED = re.compile(r"增速|增幅|增长率|增量|增长")
ON_LAST_YEAR = re.compile(r"比上年|同比|比去年|较上年|较去年")
RELIEVED = re.compile(r"^[^。；]{0,16}(?:脱贫|减贫|温饱|摆脱)")
OUTCOME_SECTIONS = frozenset(("review_year", "review_term", "problems", "preamble"))
TARGET_SECTIONS = frozenset(("targets_year", "tasks_year", "targets_term", "requirements", "annex"))
IN_ORDER = ("pair", "each")  # names of several things, whose values 分别 gives in order
SCALED = re.compile(r"[十百千万亿]")
NOUN = re.compile(r"[\u4e00-\u9fff](?<![的以左上以内及和与])")


@dataclass(slots=True)
class Chain:
    """A passage with those that continue it, normalised, and the way back to the report's characters."""

    text: str
    rows: list[dict[str, Any]]
    row_starts: list[int]
    starts: list[int]
    origins: list[int]

    def origin(self, at: int) -> int:
        """The place in the report of a character of the normalised text."""
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]

    def row(self, at: int) -> dict[str, Any]:
        """The passage that a character stands in."""
        return self.rows[bisect_right(self.row_starts, at) - 1]


@dataclass(slots=True)
class Slot:
    """One subject: what it names, and where its words stand in the chain."""

    indicators: tuple[str, ...]
    condition: str
    start: int
    end: int


@dataclass(slots=True)
class State:
    """What a numeral takes over from those before it."""

    slots: list[Slot] = field(default_factory=list)
    past: list[Slot] = field(default_factory=list)
    aside: bool = False
    growth: bool = False
    fresh: bool = False
    each: bool = False
    index: int = 0
    effect: str = ""
    sign: int = 0
    bound: str = ""
    from_value: Numeral | None = None
    cues: str = ""
    measure: str | None = None


@dataclass(slots=True)
class Said:
    """What is said by one numeral, as it is found out.

    Attributes:
        sentence, gap, start: where its sentence, the words since the last numeral, and its subject begin.
        condition: of the subject's name, see `lexicon.Subject`.
    """

    item: Numeral
    state: State
    rule: str
    section: str
    sentence: int
    gap: int
    start: int
    indicators: tuple[str, ...]
    condition: str
    kind: str
    value: float | None
    high: float | None
    measure: str | None
    trait: Trait | None = None
    transformation: str = "level"
    first: int = 0
    last: int = 0
    aggregation: str | None = None
    mean: bool = False


@dataclass(slots=True)
class Span:
    """Years that a word of time names."""

    start: int
    end: int
    first: int
    last: int
    base: bool = False
    word: bool = False
    run: bool = False
    edge: bool = False
    opens: bool = False
    ranged: bool = False


@dataclass(slots=True)
class Times:
    """The years that hold where no nearer word says otherwise."""

    year: int
    term: tuple[int, int]
    plan: tuple[int, int]
    topic: tuple[int, int] | None = None
    section: str = ""


def chains(passages: pl.DataFrame) -> Iterator[Chain]:
    """Passages in order → chains of those that run on."""
    group: list[dict[str, Any]] = []
    for row in passages.iter_rows(named=True):
        if group and not (row["continues"] and row["report_id"] == group[0]["report_id"]):
            yield chain(group)
            group = []
        group.append(row)
    if group:
        yield chain(group)


def chain(rows: list[dict[str, Any]]) -> Chain:
    """Join passages: one width for signs, no blanks."""
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    row_starts: list[int] = []
    length = 0
    for row in rows:
        row_starts.append(length)
        text = plain(row["text"])
        at = 0
        if pieces and pieces[-1][-1].isdigit() and text.lstrip()[:1].isdigit():
            # two passages never share a number
            pieces.append(" ")
            starts.append(length)
            origins.append(row["char_start"])
            length += 1
        for blank in [*BLANK.finditer(text), None]:
            stop = blank.start() if blank else len(text)
            if blank and parts_numbers(text, blank):
                stop += 1
            if stop > at:
                pieces.append(text[at:stop])
                starts.append(length)
                origins.append(row["char_start"] + at)
                length += stop - at
            at = blank.end() if blank else stop
    return Chain("".join(pieces), rows, row_starts, starts, origins)


@cache
def periods() -> re.Pattern[str]:
    """The pattern for words of time, with those of the lexicon."""
    return re.compile(PERIOD.pattern.replace("@WORDS@", lexicon().period))


@lru_cache(maxsize=100_000)
def rest(part: str, place: str) -> str:
    """What is left of some words when all that may stand before, or after, a subject is taken out."""
    known = lexicon().before if place == "before" else lexicon().after
    return SIGNS.sub("", known.sub("", FILLER.sub("", periods().sub("", part))))


def parts_numbers(text: str, blank: re.Match[str]) -> bool:
    """Whether a blank parts two numbers (附件1 2025年) and does not stand inside one (１ ９ ９ ８, 10 000)."""
    start, end = blank.span()
    if not (text[start - 1 : start].isdigit() and text[end : end + 1].isdigit()):
        return False
    return FOUR_DIGITS.match(text, end) is not None and not ZERO_WIDTH.fullmatch(blank.group())


def statements(passages: pl.DataFrame) -> pl.DataFrame:
    """Read every numeral of the passages.

    Args:
        passages: core.passages, in any order.

    Returns:
        core.statements: one row a numeral, range or list, in reading order.
    """
    words, period = lexicon(), periods()
    rows: list[dict[str, Any]] = []
    times: Times | None = None
    report = ""
    for piece in chains(passages.sort("report_id", "position")):
        first = piece.rows[0]
        if first["report_id"] != report or times is None:
            report = first["report_id"]
            year = int(first["report_year"])
            times = Times(year, (year - 5, year - 1), (year, year + 4))
        if piece.text:
            rows.extend(Reader(piece, words, period, times).read())
    return framed(rows)


def framed(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows → core.statements; lists of words go in as one string each, which Polars builds much faster."""
    lists = ("indicators", "flags")
    joined = {name: [" ".join(row[name]) for row in rows] for name in lists}
    table = STATEMENTS.frame([row | dict.fromkeys(lists) for row in rows])
    return table.with_columns(pl.Series(name, joined[name], dtype=pl.String).str.extract_all(r"\S+") for name in lists)


class Reader:
    """Reads one chain."""

    def __init__(self, piece: Chain, words: Lexicon, period: re.Pattern[str], times: Times) -> None:
        """Scan the chain for numerals, names, sentence ends and words of time."""
        self.chain, self.words, self.times = piece, words, times
        self.text = piece.text
        self.numerals = numerals(self.text, words)
        self.period = period
        self.hits: list[tuple[int, int, Subject]] = []
        if self.numerals:
            self.hits = [
                (start, end, words.subjects[words.name_list[index]])
                for index, start, end in words.names.find_matches_as_indexes(self.text)
            ]
        self.hit_starts = [start for start, _, _ in self.hits]
        self.ends = [match.end() for match in SENTENCE_END.finditer(self.text)] if self.numerals else []
        if not self.ends or self.ends[-1] < len(self.text):
            self.ends.append(len(self.text))
        self.spans = list(self.find_spans())
        self.source = (0, 0)
        self.enter(piece.rows[0])

    def find_spans(self) -> Iterator[Span]:
        """Words of time: all in sentences with numerals, the opening one in the others."""
        starts = [item.start for item in self.numerals]
        start = 0
        for end in self.ends:
            counted = bisect_left(starts, start) < bisect_left(starts, end)
            for match in self.period.finditer(self.text, start, end if counted else min(start + 14, end)):
                if RECORD.match(self.text, match.end()) or GROUND.match(self.text, match.end()):
                    continue
                span = self.span(match)
                span.opens = bool(
                    OPENING.search(
                        self.text[max(0, span.start - 4) : span.start]
                        if span.start > 3
                        else "。" + self.text[: span.start]
                    )
                )
                yield span
            start = end

    def enter(self, row: dict[str, Any]) -> None:
        """Take the section's years from its heading."""
        times = self.times
        times.topic = None
        if row["section"] != times.section:
            times.section = row["section"]
            year = times.year
            times.term, times.plan = (year - 5, year - 1), (year, year + 4)
            for match in self.period.finditer(plain(BLANK.sub("", row["heading"] or ""))):
                self.learn(self.span(match))

    def learn(self, span: Span) -> None:
        """Remember a span of several years as the term reviewed or the plan set."""
        if span.base or span.run or not 2 < span.last - span.first < 16:
            return
        if span.last < self.times.year and self.times.section == "review_term":
            self.times.term = (span.first, span.last)
        elif span.last > self.times.year and span.first >= self.times.year - 1:
            self.times.plan = (span.first, span.last)

    def span(self, match: re.Match[str]) -> Span:
        """The years that a word of time names."""
        year = self.times.year
        group = match.lastgroup
        start, end = match.span()
        base = bool(COMPARED.search(match.string, max(0, start - 1), start))
        if group in ("last", "first"):
            return Span(start, end, int_year(match["first"]), int_year(match["last"]), ranged=True)
        if group == "year":
            first = int_year(match["year"])
            if match.string.startswith("相比", end):
                base = True
            elif base and match.string[start - 1] in "与同":
                base = match.string.startswith("相比", end)
            return Span(start, end, first, first, base, edge=match[group] != match.group().rstrip("年"))
        if group in ("plan", "bare_plan", "nth"):
            number = int(han_number(match[str(group)])) if match[group] else 0
            first = 1953 + 5 * (number - 1) if number < 3 else 1966 + 5 * (number - 3)
            if number == 0:
                return Span(start, end, year, year, base=True)
            if match.string.startswith("末", end):
                first += 4
                return Span(start, end, first, first, base)
            head = PLAN_HEAD.match(match.string, end)
            years = int(han_number(head[1])) if head else 5
            return Span(start, end, first, first + years - 1, base)
        if group == "century":
            return Span(start, end, 2000, 2000, base=year > 2000)
        if group == "word":
            low, high = self.words.periods[match["word"]]
            return Span(start, end, year + low, year + high, base, word=True)
        digits = match[str(group)]
        count = int(digits) if digits.isascii() else int(han_number(digits))
        if group in ("future", "within"):
            return Span(start, end, year, year + count - 1)
        last = year - 1
        return Span(start, end, last - count + 1, last, base, run=group == "run")

    # --- the walk -----------------------------------------------------------------------------------------------

    def read(self) -> Iterator[dict[str, Any]]:
        """One row a numeral."""
        state = State()
        last_end = sentence = 0
        seen = -1
        for item in self.numerals:
            place = bisect_right(self.ends, item.start)
            if place != seen:
                for passed in range(max(seen, 0), place + 1):
                    self.topic(passed)
                seen = place
                sentence = self.ends[place - 1] if place else 0
                if last_end < sentence and (place > 1 and last_end < self.ends[place - 2]):
                    state = State()
                state.past = []
            reason = "name" if self.name_over(item) else item.reason or self.no_quantity(item, sentence)
            if reason:
                yield self.row(item, {"fate": "set_aside", "reason": reason, "rule": reason, "confidence": 0.9})
                continue
            yield self.measure(item, state, max(last_end, 0), sentence)
            last_end = item.stop

    def topic(self, place: int) -> None:
        """A word of time that opens a sentence holds for the rest of the paragraph."""
        start = self.ends[place - 1] if place else 0
        at = bisect_left([span.start for span in self.spans], start) if self.spans else 0
        if at < len(self.spans):
            span = self.spans[at]
            opening = CLAUSE_END.search(self.text, start)
            if (
                not span.base and not span.run and not span.edge and span.start < self.ends[place]
                and (opening is None or span.start < opening.start()) and span.start - start <= 6
                and TOPIC.match(self.text, span.end)
            ):  # fmt: skip
                self.times.topic = (span.first, span.last)
                self.learn(span)

    def no_quantity(self, item: Numeral, sentence: int) -> str | None:
        """Why a numeral is no quantity, where the words around it tell."""
        text = self.text
        following = text[item.stop : item.stop + 2]
        opens = item.start == 0 or (item.start == 1 and text[0] == "（")
        if opens and (following[:1] in ("、", "．", ".", "）") or (following[:1] == "是" and item.han)):
            return "heading_number"
        if text[item.start - 1] == "（" and following[:1] == "）" and item.word is None:
            return "heading_number"
        if item.han and following[:1] in ("是", "要") and item.word is None and item.end - item.start <= 2:
            return "ordinal"
        if item.ordinal:
            return None if self.is_rank(item) else "ordinal"
        if item.word is None and not item.parts:
            if not item.han and item.scale == 1 and item.end - item.start == 4 and 1900 <= item.base <= 2100:
                return "date"
            if (
                item.han
                and item.end - item.start > 2
                and item.base < 1000
                and not SCALED.search(text, item.start, item.end)
            ):
                return "name"
            if item.han and text[item.start] in "百千万亿" and NOUN.match(following):
                return "slogan"
            if QUOTED.search(text, max(0, item.start - 26), item.start):
                return "slogan" if item.han else "name"
            if item.han and item.base < 100 and item.scale < 10**4:
                return "part_of_compound"
            if item.scale == 1 and item.base in (110, 119, 120, 12345, 12315, 12388, 13710):
                return "phone_number"
            if following[:1] in ("级",):
                return "name"
        if item.word is not None and item.word.counts and item.han and item.base == 1 and item.bound == "exact":
            return "other"
        return None

    def name_over(self, item: Numeral) -> bool:
        """Whether the numeral is part of a name, such as PM2.5."""
        at = bisect_right(self.hit_starts, item.start) - 1
        return at >= 0 and self.hits[at][1] >= item.end

    def is_rank(self, item: Numeral) -> bool:
        """Whether an ordinal is a place in an order."""
        before = self.text[max(0, item.start - 14) : item.start]
        before = before[last_clause(before) :]
        after = self.text[item.end : item.end + 1]
        ranks = [word for word in self.words.verb.findall(before) if self.words.verbs[word][0] == "rank"]
        at = bisect_left(self.hit_starts, item.stop)
        named = at < len(self.hits) and self.hits[at][0] == item.stop and self.hits[at][2].condition == "rank"
        return (
            named
            or (after in "位名" and after != "")
            or bool(ranks)
            or (after in ("，", "。", "；", "、", "") and bool(re.search(r"[全国省市区县界球]$", before)))
        )

    def measure(self, item: Numeral, state: State, last_end: int, sentence: int) -> dict[str, Any]:
        """The row of a quantity: its subject, then what is said of it."""
        gap_start = max(last_end, sentence) if last_end >= sentence else sentence
        carried_over = last_end < sentence
        found = self.subject(item, gap_start, state, carried_over, last_end)
        own = self.text[gap_start : item.start]
        slots, rule, confidence, verb_from = found
        list_goes_on = rule == "list"
        if not list_goes_on:
            verb_text = self.text[verb_from : item.start]
            effect, sign = self.verb(verb_text)
            if "其中" in own and not effect and state.effect in ("new", "grow"):
                effect, sign = state.effect, state.sign
            elif rule == "direct" and effect == "reach" and self.is_new(slots[0].start, verb_text):
                effect, sign = "new", 1
            elif rule == "direct" and not effect:
                lead = self.text[max(gap_start, slots[0].start - 10) : slots[0].start]
                lead = lead[1 + max(lead.rfind(mark) for mark in "，、。；：") :]
                effect, sign = self.verb(lead)
                if effect in ("reach", "rank", "rate"):
                    effect = ""
                if any(self.words.verbs[word][0] == "new" for word in self.words.verb.findall(lead)):
                    effect, sign = "new", 1
            if effect or rule != "carried" or own.strip("、，和与及") != "":
                state.effect, state.sign = effect, sign
            state.bound = self.bound_before(verb_text)
            state.each = bool(EACH.search(verb_text))
            state.index = 0
            state.cues = verb_text
        else:
            state.index += 1
        state.measure = item.word.measure if item.word else None
        if not state.each and not list_goes_on and rule == "carried" and state.effect == "grow" and len(slots) == 1:
            count = self.list_length(item)
            if count > 1 and len(state.past) >= count and all(slot.indicators for slot in state.past[-count:]):
                # A达到x，B达到y，增长a%和b%: 分别 is left unsaid
                state.each, slots = True, state.past[-count:]
                state.slots = slots
        if not state.each and not list_goes_on and len(slots) > 1 and self.list_length(item) == len(slots):
            state.each = True
        each = state.each
        if each and not list_goes_on and not state.bound:
            state.bound = self.bound_of_list(item)
        if item.bound == "exact" and state.bound:
            item.bound = state.bound
        series = False
        if each and len(slots) > 1:
            # 分别: the i-th number is the i-th subject's; a single number is every subject's
            goes_on = list_goes_on or self.goes_on(item)
            chosen = [slots[state.index]] if goes_on and state.index < len(slots) else ([] if goes_on else slots)
        elif each and len(slots) == 1 and slots[0].condition in IN_ORDER and rule == "carried":
            chosen = [Slot((code,), "", slots[0].start, slots[0].end) for code in slots[0].indicators]
        elif each and len(slots) == 1 and (list_goes_on or self.goes_on(item)):
            chosen = []
        else:
            chosen = [self.joint(slot) if slot.condition in IN_ORDER else slot for slot in slots]
            series = len(slots) > 0 and self.goes_on(item) and bool(slots[0].indicators) and not state.each
        values = self.values(item, state, chosen, gap_start, sentence, rule, confidence)
        if series and values.get("indicators"):
            following = self.next_of(item)
            if following is not None and self.same_kind(item, following):
                values = {"fate": "set_aside", "reason": "part_of_compound", "rule": "series", "confidence": 0.7}
        return self.row(item, values)

    def is_new(self, start: int, verb_text: str) -> bool:
        """Whether 新建 or the like stands right before a subject whose number is no stock (总里程)."""
        if "总" in verb_text or "累计" in verb_text:
            return False
        for word in self.words.verb.findall(self.text[max(0, start - 4) : start]):
            if self.words.verbs[word][0] == "new" and self.text.endswith(word, 0, start):
                return True
        return False

    def next_of(self, item: Numeral) -> Numeral | None:
        """The numeral after this one."""
        at = item.index + 1
        return self.numerals[at] if at < len(self.numerals) else None

    def same_kind(self, item: Numeral, following: Numeral) -> bool:
        """Whether two numerals of a list are of one unit."""
        one = item.word.measure if item.word else None
        two = following.word.measure if following.word else None
        return one == two and not following.reason and not following.ordinal

    def goes_on(self, item: Numeral) -> bool:
        """Whether another number of the same list follows at once."""
        following = self.next_of(item)
        return following is not None and self.text[item.stop : following.start] in (
            "、",
            "和",
            "与",
            "及",
            "，",
            "以及",
        )

    def bound_of_list(self, item: Numeral) -> str:
        """The bound that the last number of a list sets for all of them."""
        last = item
        while self.goes_on(last):
            following = self.next_of(last)
            if following is None:
                break
            last = following
        return last.bound if last.bound in ("about", "at_least", "at_most") else ""

    def list_length(self, item: Numeral) -> int:
        """How many numbers the list has that this one opens."""
        count = 1
        while self.goes_on(item):
            following = self.next_of(item)
            if following is None:
                break
            item, count = following, count + 1
        return count

    def joint(self, slot: Slot) -> Slot:
        """Town and country together are all residents; other things together are nothing that has a code."""
        return Slot(("disposable_income",) if slot.condition == "pair" else (), "", slot.start, slot.end)

    # --- the subject --------------------------------------------------------------------------------------------

    def subject(
        self, item: Numeral, gap_start: int, state: State, over: bool, last_end: int
    ) -> tuple[list[Slot], str, float, int]:
        """The subjects of a numeral, the rule that found them, how sure it is, and where the verb is looked for."""
        text = self.text
        gap = text[gap_start : item.start]
        if gap in ("、", "和", "与", "及", "，", "以及", "到", "至") and state.slots and gap_start == last_end:
            if state.measure == (item.word.measure if item.word else None) and (state.each or gap != "，"):
                return state.slots, "list", 0.85, gap_start
            if gap != "，" or not self.subject_after(item, ""):
                return [Slot((), "", gap_start, item.start)], "other", 0.5, gap_start
        after = self.subject_after(item, gap)
        clauses = [gap_start]
        for match in CLAUSE_END.finditer(text, gap_start, item.start):
            clauses.append(match.end())
        verb_from = gap_start
        for number in range(len(clauses) - 1, -1, -1):
            start = clauses[number]
            stop = (clauses[number + 1] - 1) if number + 1 < len(clauses) else item.start
            own = number == len(clauses) - 1
            tail = number == 0 and gap_start == last_end and last_end > 0
            lead = text[clauses[number - 1] : start - 1] if number else ""
            if tail and not own and not text.startswith("、", start):
                # the rest of the clause of the number before: its object, no subject of this one
                slots = None
            else:
                slots = self.clause_subject(start, stop, own, tail, lead, state)
            if slots is None:
                if own and after:
                    break
                continue
            if own and after and not any(slot.indicators for slot in slots):
                break
            if slots and slots[0].indicators:
                state.slots, state.aside = slots, False
                state.past = [one for one in state.past if one.indicators != slots[-1].indicators] + slots
                verb_from = slots[-1].end
                return slots, "direct" if own else "clause", 0.95 if own else 0.85, verb_from
            if tail and not own:
                continue
            if text.startswith(("占", "比重", "比例", "比", "较", "高于", "快于", "低于"), start):
                if not own:
                    continue
                # a share of something is no new subject
                state.aside = True
                return slots, "other", 0.7, start
            if not own:
                composed = self.compose(text[clauses[-1] : item.start], clauses[-1], State(), text[start:stop])
                slots = [composed] if composed else slots
            state.slots, state.aside = slots, False
            state.past.extend(slots)
            return slots, "other", 0.7, start
        if after:
            state.slots, state.aside = [], False
            return [after], "after", 0.85, clauses[-1]
        if state.aside and len(clauses) == 1:
            return [Slot((), "", gap_start, item.start)], "other", 0.7, gap_start
        state.aside = False
        if EACH.search(gap) and len(state.slots) == 1 and state.slots[0].condition not in IN_ORDER:
            count = self.list_length(item)
            if 1 < count <= len(state.past):
                state.slots = state.past[-count:]
        rule = "carried"
        confidence = 0.7 if over else 0.85
        if over and not re.match(
            r"同比|比上年|比去年|增长|年均|增速|分别|下降|较上年|其中", text[gap_start : item.start]
        ):
            state.slots = []
        if "其中" in gap:
            state.slots = []
        return state.slots, rule, confidence, verb_from

    def clause_subject(
        self, start: int, stop: int, own: bool, tail: bool, lead: str, state: State
    ) -> list[Slot] | None:
        """The subjects named in text[start:stop], an empty one where it names something else, None where nothing."""
        text = self.text
        direct = self.direct_subject(start, stop, own, tail)
        if own and (direct is None or not any(slot.indicators for slot in direct)):
            cut = text.rfind("、", start, stop)
            composed = self.compose(text[max(start, cut + 1) : stop], max(start, cut + 1), state, lead)
            if composed:
                return [composed]
        return direct

    def direct_subject(self, start: int, stop: int, own: bool, tail: bool) -> list[Slot] | None:
        """What text[start:stop] itself names."""
        text = self.text
        if EACH.search(text, start, stop):
            listed = self.each_subject(start, EACH.search(text, start, stop).start())  # type: ignore[union-attr]
            if listed:
                return listed
        low = bisect_left(self.hit_starts, start)
        high = bisect_left(self.hit_starts, stop)
        everyone = ALL.search(text, start, stop)
        if everyone and own:
            # A和B均增长: the number is said of each that the codebook knows
            listed = self.each_subject(start, everyone.start())
            if listed and listed[0].indicators:
                return [slot for slot in listed if slot.indicators]
        part_start = start
        for at in range(high - 1, low - 1, -1):
            hit_start, hit_end, subject = self.hits[at]
            if hit_end > stop:
                continue
            suffix = text[hit_end:stop]
            if tail and suffix in ("、", "和", "与", "及", "以及") and not rest(text[start:hit_start], "before"):
                # 508个老旧小区、136条…, 50个老旧小区和2000套…: the object of the number before
                return [Slot((), "", start, stop)]
            if rest(suffix, "after"):
                verb = self.words.verb.match(suffix)
                if own or not (PREDICATE.match(suffix) or (verb and self.words.verbs[verb.group()][0] != "none")):
                    break
            if subject.condition == "growth" and not self.is_growth(suffix, hit_start, hit_end):
                continue
            slots = [Slot(subject.indicators, subject.condition, hit_start, hit_end)]
            prefix = text[part_start:hit_start]
            cut = prefix.rfind("、")
            joined = re.search(r"(?:和|与|及|以及)$", prefix)
            if rest(prefix, "before"):
                if joined:
                    first = self.item_subject(
                        part_start + max(0, prefix.rfind("、", 0, joined.start()) + 1),
                        hit_start - len(joined.group()),
                        slots[0],
                    )
                    if first is not None and first.indicators:
                        return [first, *slots]
                tail_prefix = prefix[cut + 1 :]
                if cut >= 0 and not rest(tail_prefix, "before"):
                    return slots
                return [Slot((), "", part_start, hit_end)]
            if joined:
                for before in range(at - 1, low - 1, -1):
                    other = self.hits[before]
                    if other[1] == hit_start - len(joined.group()):
                        slots.insert(0, Slot(other[2].indicators, other[2].condition, other[0], other[1]))
            return slots
        part = text[start:stop]
        cut = part.rfind("、")
        if cut >= 0 and own:
            part, start = part[cut + 1 :], start + cut + 1
        if not rest(part, "after"):
            return None
        if re.match(r"占|居|位居|位列|排名|稳居|跃居|快于|高于|低于", part):
            return None if not own or self.is_rank_part(part) else [Slot((), "", start, stop)]
        return [Slot((), "", start, stop)] if rest(part, "after") else None

    def is_rank_part(self, part: str) -> bool:
        """Whether the words before a number only say among whom it ranks."""
        return not part.startswith("占")

    def is_growth(self, suffix: str, start: int, end: int) -> bool:
        """Whether a name that stands for growth only is followed, or ended, by growth."""
        if self.text[start:end].endswith(("增长", "速度", "增速")):
            return True
        opening = GROWTH_OPENING.match(suffix)
        verb = self.words.verb.match(suffix, opening.end() if opening else 0)
        return verb is not None and self.words.verbs[verb.group()][0] in ("grow", "rate")

    def each_subject(self, start: int, stop: int) -> list[Slot]:
        """The subjects that 分别 deals out, from a list such as A、B和C."""
        text = self.text
        low, high = bisect_left(self.hit_starts, start), bisect_left(self.hit_starts, stop)
        inside = [(s, e) for s, e, _ in self.hits[low:high] if e <= stop]
        cuts = [start]
        for match in LISTED.finditer(text, start, stop):
            if not any(s < match.end() and match.start() < e for s, e in inside):
                cuts.append(match.end())
        if len(cuts) == 1 and not inside:
            # A达到x，B达到y，分别…: the two last subjects stand in the sentence before
            return []
        bounds = [*cuts, stop + 1]
        slots: list[Slot] = []
        for at, cut in enumerate(cuts):
            end = min(bounds[at + 1] - 1, stop)
            slots.append(self.item_subject(cut, end, slots[0] if slots else None) or Slot((), "", cut, end))
        if not slots[0].indicators and any(
            not rest(text[hit_end : slots[0].end], "after") for _, hit_end in inside if hit_end <= slots[0].end
        ):
            # what narrows the first of a list narrows them all
            return [Slot((), "", one.start, one.end) for one in slots] if len(slots) > 1 else []
        last = slots[-1]
        for at, slot in enumerate(slots[:-1]):
            if not slot.indicators and last.indicators:
                slots[at] = self.borrow(slot, last)
        if len(slots) == 1 and slots[0].condition in IN_ORDER:
            return [Slot((code,), "", slots[0].start, slots[0].end) for code in slots[0].indicators]
        return slots if len(slots) > 1 else []

    def item_subject(self, start: int, stop: int, first: Slot | None) -> Slot | None:
        """One item of a list of subjects."""
        low, high = bisect_left(self.hit_starts, start), bisect_left(self.hit_starts, stop)
        for hit_start, hit_end, subject in reversed(self.hits[low:high]):
            if hit_end > stop or rest(self.text[hit_end:stop], "after"):
                continue
            if rest(self.text[start:hit_start], "before") or subject.condition == "growth":
                continue
            return Slot(subject.indicators, subject.condition, hit_start, hit_end)
        part = self.text[start:stop]
        if first is not None:
            return self.compose(part, start, State([first]), "")
        return None

    def borrow(self, slot: Slot, last: Slot) -> Slot:
        """城镇 of 城镇和农村居民收入: the item takes the end of the last one."""
        part = self.text[slot.start : slot.end]
        whole = self.text[last.start : last.end]
        for prefix in range(len(part)):
            for size in range(len(whole)):
                subject = self.words.subjects.get(part[prefix:] + whole[size:])
                if subject and subject.indicators != last.indicators:
                    return Slot(subject.indicators, subject.condition, slot.start, slot.end)
        return slot

    def compose(self, part: str, start: int, state: State, lead: str) -> Slot | None:
        """总产量 after 粮食播种面积 is 粮食总产量: the head of the subject before, or of the clause before, goes on."""
        leads = [self.text[slot.start : slot.end] for slot in state.slots[-1:]]
        if lead:
            leads.append(lead)
        for whole in leads:  # grows as one word after another is taken off: 确保, 全市
            opening = self.words.before.match(whole)
            if opening and opening.end():
                leads.append(whole[opening.end() :])
        opened = len(part) - len(part.lstrip("、，"))
        for stop in range(min(len(part), opened + 16), opened + 1, -1):
            heads = self.words.tails.get(part[opened:stop])
            if not heads or rest(part[stop:], "after"):
                continue
            for head in sorted(heads, key=len, reverse=True):
                if any(whole.startswith(head) for whole in leads):
                    subject = self.words.subjects[head + part[opened:stop]]
                    return Slot(subject.indicators, subject.condition, start + opened, start + stop)
        return None

    def subject_after(self, item: Numeral, gap: str) -> Slot | None:
        """30个老旧小区: a count stands before its subject."""
        at = bisect_left(self.hit_starts, item.stop)
        if at >= len(self.hits):
            return None
        start, end, subject = self.hits[at]
        if start - item.stop > 8:
            return None
        between = self.text[item.stop : start]
        if item.ordinal:
            return Slot(subject.indicators, subject.condition, start, end) if subject.condition == "rank" else None
        if subject.condition or rest(between, "before") or re.search(r"[，。；：、]", between):
            return None
        measure = item.word.measure if item.word else None
        if item.word is not None and not item.word.counts and measure not in ("PERSON", "KM", "M2", "UNIT"):
            return None
        if item.word is None and item.scale == 1:
            return None
        trait = self.words.traits[subject.indicators[0]]
        if not {"UNIT", "PERSON", "M2", "KM"} & set(trait.units) or NO_HEAD.match(self.text, end):
            return None
        if "改造" not in self.text[max(0, item.start - 8) : end + 8] and trait.near is not None:
            following = re.split(r"[。；]", self.text[end : end + 24])[0]
            if not re.search(r"改造|整治|更新|脱贫|减贫|温饱|摆脱", following):
                return None
        return Slot(subject.indicators, subject.condition, start, end)

    # --- what is said of it -------------------------------------------------------------------------------------

    def verb(self, part: str) -> tuple[str, int]:
        """The effect and the sign of the last verb of change in some words; a rate noun (增速) goes before verbs."""
        effect, sign = "", 0
        rate = 0
        end = 0
        for match in self.words.verb.finditer(part):
            kind, direction = self.words.verbs[match.group()]
            if kind == "none":
                continue
            if kind == "rate":
                rate = direction
            if kind == "reach" and effect in ("rank",) and match.start() == end:
                continue
            effect, sign, end = kind, direction, match.end()
            if kind == "grow" and part[end : end + 1] in ("到", "至", "为"):
                effect = "reach"
        if rate:
            return "rate", rate
        return effect, sign

    def bound_before(self, part: str) -> str:
        """The bound that the words before a number set."""
        part = part[max(0, len(part) - 12) :]
        cut = max(part.rfind(mark) for mark in "，。；：、")
        part = part[cut + 1 :]
        last = None
        for match in self.words.bound_before.finditer(part):
            if last is None or match.end() > last.end():
                last = match
        if last is None or rest(part[last.end() :], "after"):
            return ""
        return self.words.bounds[f"before {last.group()}"]

    def when(
        self, item: Numeral, sentence: int, kind: str, section: str
    ) -> tuple[tuple[int, int], int | None, Span | None]:
        """The years spoken of, the base year of a comparison, and the word of time in the sentence that says so."""
        times = self.times
        explicit: Span | None = None
        base: int | None = None
        clause = max(self.text.rfind("；", sentence, item.start), sentence)
        for span in self.spans:
            if span.start >= item.start:
                break
            if span.start < sentence:
                continue
            if span.base:
                if span.first == span.last and (span.start >= clause or "相比" in self.text[span.end : span.end + 4]):
                    base = span.first
                continue
            # a word of time inside a clause says nothing of the next
            if self.source[0] <= span.start < self.source[1]:
                continue
            if (span.opens and not span.run) or not CLAUSE_END.search(self.text, span.end, item.start):
                explicit = span
        if explicit is not None:
            return (explicit.first, explicit.last), base, explicit
        if times.topic is not None:
            return times.topic, base, None
        year = times.year
        if section == "review_term":
            return times.term, base, None
        if section == "targets_term":
            return times.plan, base, None
        if kind == "target":
            return (year, year), base, None
        return (year - 1, year - 1), base, None

    def kind(self, item: Numeral, sentence: int, section: str) -> str:
        """Outcome or target: by section, unless tense, time or a verb of will says otherwise."""
        year = self.times.year
        default = "target" if section in TARGET_SECTIONS else "outcome"
        before = self.text[sentence : item.start]
        weak = max(before.rfind("；"), -1)
        clause = before[weak + 1 :]
        low, high = self.source
        spans = [
            span for span in self.spans
            if sentence <= span.start < item.start and not span.base and not low <= span.start < high
        ]  # fmt: skip
        last = spans[-1] if spans else None
        if default == "outcome":
            if (
                last is not None
                and last.last >= year
                and (not (last.word and section == "review_year") or self.wills(clause))
            ):
                return "target"
            if last is None and self.times.topic and self.times.topic[1] >= year and section != "review_year":
                return "target"
            if section in ("unknown", "closing") and re.search(r"力争|确保|预期目标|争取", clause):
                return "target"
            return "outcome"
        if last is not None and last.last < year and not (last.last - last.first == 0 and self.wills(clause[-20:])):
            return "outcome"
        if last is None and self.times.topic and self.times.topic[1] < year:
            return "outcome"
        if last is None and PAST_ONLY.search(clause[-16:]) and not self.wills(clause):
            return "outcome"
        return "target"

    def wills(self, part: str) -> bool:
        """Whether some words speak of what is to be."""
        return any(self.words.modality[word] == "target" for word in self.words.modal.findall(part))

    def values(
        self, item: Numeral, state: State, slots: list[Slot], gap_start: int, sentence: int, rule: str,
        confidence: float,
    ) -> dict[str, Any]:  # fmt: skip
        """Everything that a row of core.statements says of a measured numeral."""
        text, section = self.text, self.chain.row(item.start)["section"]
        slot = slots[0] if slots else None
        said = Said(
            item, state, rule, section, sentence, gap_start,
            slot.start if slot else max(gap_start, item.start - 12),
            tuple(code for one in slots for code in one.indicators), slot.condition if slot else "",
            self.kind(item, sentence, section), item.value, item.high, item.word.measure if item.word else None,
        )  # fmt: skip
        said.trait = self.words.traits[said.indicators[0]] if said.indicators else None
        self.transform(said)
        self.date(said)
        if said.indicators and (not self.fits(said) or self.is_left_out(said)):
            said.indicators = ()
        if rule != "carried":
            state.fresh = state.effect == "new" and said.trait is not None and said.trait.new == "change"
        state.growth = said.transformation == "yoy" and said.measure == "PERCENT" and state.effect in ("grow", "rate")
        price = stage = None
        if said.transformation in GROWTH:
            near = text[max(sentence, said.start) : item.start]
            price = "real" if REAL.search(near) else ("nominal" if NOMINAL.search(near) else None)
        if said.measure in ("UNIT", "KM", "M2"):
            around = text[max(gap_start, said.start - 8) : item.start]
            stage = "completed" if COMPLETED.search(around) else ("started" if STARTED.search(around) else None)
        counted = item.word is not None and (item.word.counts or said.measure == "UNIT")
        return {
            "fate": "measured",
            "subject": text[slot.start : slot.end] if slot else None,
            "indicators": list(said.indicators),
            "kind": said.kind,
            "transformation": said.transformation,
            "period_start": said.first,
            "period_end": said.last,
            "bound": item.bound,
            "value": rounded(said.value),
            "value_high": rounded(said.high),
            "unit": item.unit or None,
            "unit_measure": said.measure,
            "price_basis": price,
            "count_unit": item.word.word if counted and item.word else None,
            "stage": stage,
            "aggregation": said.aggregation,
            "rule": rule,
            "confidence": confidence,
            "evidence_from": min(said.start, item.start),
            "evidence_to": max(item.stop, slot.end) if slot and rule == "after" else item.stop,
        }

    def transform(self, said: Said) -> None:
        """What the value is of the subject: level, growth, change or rank; its sign and measure."""
        item, state, trait = said.item, said.state, said.trait
        effect, sign = state.effect, state.sign
        if said.measure is None and item.word is None and trait is not None and item.scale >= 10**4:
            # a level without a unit of its own: 突破9万亿
            said.measure = None if trait.units[0] == "PERCENT" else trait.units[0]
        if item.ordinal:
            said.transformation, said.measure = "rank", "RANK"
            own = self.text[said.gap : item.start]
            if GROWTH_RANKED.search(own) or (
                state.growth and said.rule == "carried" and not re.search(r"规模|总量|总额|水平", own)
            ):
                said.indicators = ()
        elif item.unit.endswith(("倍", "番")):
            said.transformation, said.measure = "yoy", "PERCENT"
            if item.unit.endswith("番"):
                said.value = 100.0 * (2 ** min(item.value or 1, 20) - 1)
            elif effect == "grow" and item.value is not None:
                said.value = item.value * 100
            else:
                said.indicators = ()
        elif said.measure == "PERCENT":
            if effect == "reach" and (trait is None or trait.percent == "growth"):
                effect, sign = self.verb_before_reach(state)
            grows = effect in ("grow", "rate")
            if trait is None:
                said.transformation = "yoy" if grows else "level"
            elif trait.percent == "growth":
                said.transformation = "yoy"
                if not grows and said.condition != "growth" and "PERCENT" not in trait.units:
                    said.indicators = ()
            elif effect == "grow":
                said.indicators = ()
        elif said.measure == "PERCENTAGE_POINT":
            said.transformation = "change"
            if effect == "rate" or not effect or (trait is not None and trait.percent == "growth"):
                said.indicators = ()
        elif effect == "grow" or (effect == "new" and trait is not None and trait.new == "change"):
            said.transformation = "change"
        elif said.rule == "after" and RELIEVED.search(self.text[item.stop : item.stop + 24]):
            said.transformation, sign = "change", -1
        if sign < 0 and said.transformation in ("yoy", "change") and said.value is not None:
            said.value, said.high = -said.value, None if said.high is None else -said.high
        if said.condition == "third" and len(item.parts) == 3:
            said.value, said.measure, said.transformation = item.parts[2], "PERCENT", "level"
        elif said.condition == "third" or item.parts or (said.condition == "rank" and not item.ordinal):
            said.indicators = ()

    def verb_before_reach(self, state: State) -> tuple[str, int]:
        """增长保持在8%, 增长均为8%: the verb that the percentage measures, though 保持在 or 为 comes last."""
        for word in reversed(self.words.verb.findall(state.cues[last_clause(state.cues) :])):
            effect, sign = self.words.verbs[word]
            if effect == "grow" and not any(word + to in state.cues for to in "到至"):
                return effect, sign
        return state.effect, state.sign

    def date(self, said: Said) -> None:
        """The years that the value is of, and how several years are summed up."""
        item, state, trait, text = said.item, said.state, said.trait, self.text
        (first, last), base, nearest = self.when(item, said.sentence, said.kind, said.section)
        run = nearest is not None and nearest.run
        opening = max(said.sentence, said.start - 8)
        opening = max([opening, *(cut.end() for cut in CLAUSE_END.finditer(text, opening, said.start))])
        said.mean = bool(MEAN.search(state.cues) or MEAN.search(text, opening, max(opening, said.start)))
        on_last_year = ON_LAST_YEAR.search(state.cues) is not None
        if said.transformation == "yoy":
            if said.mean:
                said.transformation, said.aggregation = "avg_yoy", "mean"
                if last == first and base is not None and base < last - 1:
                    first = base + 1
                elif last == first:
                    first, last = self.term_of(item, said.sentence, said.kind)
            elif base is not None and base != last - 1:
                first, last, said.transformation = base + 1, max(last, base + 1), "cum_growth"
            elif base is not None or on_last_year:
                first = last
            elif last > first and not run:
                said.transformation = "cum_growth"
            elif item.unit.endswith(("倍", "番")) and said.section == "review_term" and last == self.times.term[1]:
                first, said.transformation = self.times.term[0], "cum_growth"
        elif said.transformation == "change":
            if on_last_year:
                first = last
            elif base is not None and base < last - 1:
                first = base + 1
            said.aggregation = "total" if last > first else None
        elif said.transformation == "rank":
            first = last
        elif trait is not None and said.measure != "PERCENT":
            summed = TOTAL.search(text, max(said.sentence, said.start - 10), item.start) is not None or (
                trait.span == "sum" and nearest is not None and said.start - nearest.end in (0, 1)
            )
            if STOCK.search(text, said.start, item.start) or not (trait.span == "total" or summed or run):
                first = last
            if last > first:
                each = run or EVERY.search(state.cues) is not None
                said.aggregation = "mean" if said.mean else ("each_year" if each else "total")
        elif run:
            said.aggregation = "each_year"
        else:
            first = last
        said.first, said.last = first, last
        self.date_ends(said, base, nearest)

    def date_ends(self, said: Said, base: int | None, nearest: Span | None) -> None:
        """从A增加到B: A is of the year before the span; what adds up to the end of a plan begins with the plan."""
        item, trait, times = said.item, said.trait, self.times
        source = FROM.search(self.text, max(said.gap, item.start - 14), item.start)
        self.source = (source.start(), item.stop) if source else (0, 0)
        if source and self.reaches(item) and said.transformation in ("level", "rank"):
            # unless its own year stands beside it
            if nearest is None or nearest.start < source.start():
                begin = self.when(item, said.sentence, said.kind, said.section)[0][0]
                if base is not None:
                    begin = base + 1
                elif nearest is not None and nearest.ranged:
                    begin = nearest.first + 1
                elif said.section == "review_term" and begin == times.term[1]:
                    begin = times.term[0]
                said.first = said.last = begin - 1
            if said.last < times.year:
                said.kind = "outcome"
        elif (
            said.kind == "target" and said.first == said.last == times.plan[1] > times.year
            and trait is not None and said.measure in trait.units
            and (said.transformation == "change" or (said.transformation == "level" and trait.span == "total"))
        ):  # fmt: skip
            said.first, said.aggregation = times.plan[0], "total"

    def fits(self, said: Said) -> bool:
        """Whether measure and transformation can be the indicator's."""
        trait, grows = said.trait, said.transformation in GROWTH
        if trait is None or (said.condition == "growth" and not grows):
            return False
        if trait.percent == "growth" and "PERCENT" in trait.units and said.transformation == "level":
            return False
        if said.transformation in ("level", "change") and abs(said.value or 0) > trait.maximum:
            return False
        word = said.item.word
        if trait.counted and word is not None and word.counts and word.word not in trait.counted:
            return False
        if said.measure == "PERCENTAGE_POINT":
            return "PERCENT" in trait.units
        return grows or said.transformation == "rank" or said.measure in trait.units

    def is_left_out(self, said: Said) -> bool:
        """Whether the words around say that it is not a value of the whole area in whole years."""
        item, state, trait, text = said.item, said.state, said.trait, self.text
        start = max(said.sentence, said.start)
        recalled = said.kind == "outcome" and said.section in OUTCOME_SECTIONS
        if recalled and RECALLED.search(text[item.stop : item.stop + 12]):
            return True
        if said.kind == "target" and said.last < self.times.year:
            return True
        if trait is not None and trait.near is not None:
            opened = max(text.rfind(mark, said.sentence, said.start) for mark in "，；：")
            if not trait.near.search(text, max(said.sentence, min(opened + 1, said.gap)), item.stop + 28):
                return True
        if said.transformation == "rank" and LOOSE_GROUP.search(text, said.gap, item.start):
            return True
        if said.transformation == "change" and said.mean:
            return True
        if said.transformation in GROWTH and state.fresh and said.rule == "carried":
            return True
        return bool(
            PART_YEAR.search(text, max(said.sentence, said.start - 12), item.start)
            or NOT_OF_LAST_YEAR.search(state.cues)
            or LESS.search(text, max(said.sentence, said.start - 22), said.start)
            or self.since_last_plan(start, item.start)
            or (said.measure == "PERCENTAGE_POINT" and GAP_WORD.search(state.cues))
            or text.startswith(("高于", "快于"), item.stop)
        )

    def term_of(self, item: Numeral, sentence: int, kind: str) -> tuple[int, int]:
        """The several years that 年均 speaks of where the nearest word of time names one."""
        for span in reversed([span for span in self.spans if sentence <= span.start < item.start]):
            if span.last > span.first and not span.base and (span.last < self.times.year) == (kind == "outcome"):
                return span.first, span.last
        topic = self.times.topic
        if topic is not None and topic[1] > topic[0]:
            return topic
        return self.times.term if kind == "outcome" else self.times.plan

    def since_last_plan(self, start: int, stop: int) -> bool:
        """Whether a growth is one on the several years before (比“八五”时期增长)."""
        return any(
            span.base
            and span.last > span.first
            and start < span.start < stop
            and not CLAUSE_END.search(self.text, span.end, stop)
            for span in self.spans
        )

    def reaches(self, item: Numeral) -> bool:
        """Whether a number that it rises or falls to follows."""
        following = self.next_of(item)
        while following is not None and following.reason:
            following = self.next_of(following)
        if following is None:
            return False
        between = self.text[item.stop : following.start]
        return len(between) < 24 and "。" not in between and bool(re.search(r"[到至为]", between))

    def row(self, item: Numeral, values: dict[str, Any]) -> dict[str, Any]:
        """The row of core.statements, its places counted in the report."""
        place = self.chain
        passage = place.row(item.start)
        start = place.origin(item.start)
        end = min(place.origin(item.end - 1) + 1, passage["char_end"])
        if end <= start:
            end = start + 1
        first = values.pop("evidence_from", None)
        result = {
            "statement_id": f"{passage['report_id']}@{start}",
            "report_id": passage["report_id"],
            "ref_area": passage["ref_area"],
            "report_year": passage["report_year"],
            "passage_id": passage["passage_id"],
            "surface": passage["text"][start - passage["char_start"] : end - passage["char_start"]],
            "char_start": start,
            "char_end": end,
            "indicators": [],
            "flags": [fault for fault in passage["faults"] if fault in ("repeated", "strayed", "uncertain")],
        }
        if first is not None:
            last = values.pop("evidence_to")
            low, high = place.origin(first), place.origin(last - 1) + 1
            if place.row(first) is not passage and low > start:
                low = start
            high = max(high, end)
            low_row = place.row(first)
            result["evidence_start"], result["evidence_end"] = low, high
            if low_row is passage and high <= passage["char_end"]:
                result["evidence"] = passage["text"][low - passage["char_start"] : high - passage["char_start"]]
        return result | values


def rounded(value: float | None) -> float | None:
    """The value to 12 digits: 18.23 × 10¹² and not 18230000000000.004."""
    return None if value is None else float(f"{value:.12g}")


def int_year(text: str) -> int:
    """The year that four digits of either kind name."""
    return int(text) if text.isascii() else int(han_number(text))


def last_clause(part: str) -> int:
    """Where the last clause of some words begins."""
    return max(part.rfind(mark) for mark in "，。；：") + 1
