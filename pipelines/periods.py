"""Years: the words of time in a text, and which of them a number takes.

A number takes its years from the word of time beside it, else from the sentence before, else from the heading, the
section and the year of the report.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import polars as pl

from pipelines.lexicon import NUMBER, Period, alternation, hint, lexicon, plain, written
from pipelines.numerals import han_number

CLAUSE_END = re.compile(r"[，,；：:。！？—]")
YEAR = r"(?:(?:19|20)\d\d|[一二][九〇零][〇零一二三四五六七八九]{2})"
# from October on a session looks ahead
DELIVERED = re.compile(
    rf"(?P<in>{YEAR})年(?:1[0-2]|十[一二]?)月(?:[0-9]{{1,2}}日|[一二三四五六七八九十]{{1,3}}日)?"
    "(?P<session>在?[^，。；]{0,30}(?:人民代表大会|人大)[^，。；]{0,16}会议)?"
)
HEAD_PASSAGES = 5  # of a report, in which it says when it was delivered
LONGEST_DATE = 30  # characters of a line that is a date, with a speaker or the like
MEAN = "平均"
AFTER_PLAN = "规划|计划|时期|期间|末|以来|收官|开局"
LONGEST_PLAN = 16  # years; a longer span is no term of office and no plan


@cache
def pattern() -> re.Pattern[str]:
    """A word of time: years and plans by their number, and the words of `periods.csv`."""
    words = lexicon().periods
    counted = written(alternation(word for word in words if "N" in word))
    fixed = alternation(word for word in words if "N" not in word)
    first = {word[0] for word in words} - {"N"} | set('12一二三四五六七八九十两0123456789“"第本')
    return re.compile(
        rf"(?=[{''.join(sorted(first))}])(?:"
        rf"(?P<first>{YEAR})年?(?:[-—~至到]|——)(?P<last>{YEAR})年"
        rf"|(?P<one>{YEAR})年?[、和与](?P<two>{YEAR})年?两年(?:间|来|里)?"
        rf"|(?P<bare>{YEAR})(?=(?:比|、|和){YEAR}年)"
        rf"|(?P<year>{YEAR})年(?!代|版|(?:不变|可比)?价)(?:年?[底末初])?"
        r"|[“\"](?P<plan>十?[一二三四五六七八九]?)五[”\"]"
        rf"|(?P<bare_plan>十[一二三四五六]?|[六七八九])五(?={AFTER_PLAN})"
        r"|第(?P<nth>[一二三四五六七八九十]{1,3})个五年(?:规划|计划)?"
        rf"|(?<![\d.])(?P<counted>{counted})"  # not of PM2.5年平均
        rf"|(?<![第前后头每上下近间十百\d])(?P<alone>[两三四五十]年)(?!{lexicon().cues['years_of_something'].pattern})"
        r"|(?P<century>(?:本|20|二十)世纪末)"
        rf"|(?P<word>{fixed}))"
    )


@cache
def sign() -> re.Pattern[str]:
    """What every word of time has one of; most sentences have none."""
    plans = ("五”", '五"', *(f"五{word}" for word in AFTER_PLAN.split("|")))
    return hint(["年", *plans, "世纪末", *lexicon().periods])


def without_times(part: str) -> str:
    """Some words without the words of time."""
    return pattern().sub("", part) if sign().search(part) else part


COUNT = re.compile(NUMBER)
WHOLE_YEAR = re.compile(r"(?<![占达])全年(?!天数)")
TIMES_OF = re.compile(
    r"(?:末|同期|水平)*的(?:\d[\d.]*|[一二两三四五六七八九十百点]+)(?:倍|%)|(?:末|同期|水平)*的百分之"
)
DIGIT = re.compile(r"\d")
COMPARED = re.compile(r"(?<!占)[比较][^，。；、\d]{1,8}的$")
SINCE = re.compile(r"以来|至今")
BEFORE = re.compile(rf"[由从较]前({NUMBER})年")
PLAN_HEAD = re.compile(r"(?:时期|期间)?的?前([一二两三四])年")
END_OF_PLAN = re.compile(r"(?:时期|期间|规划|计划|期)?末")
SO_FAR = re.compile(r"(?:时期|期间)?以?来")
BESIDE = ("相比", "比较", "作比较")
COMPARES = re.compile(rf"(?:时期|期间)?(?:{'|'.join(BESIDE)})")
ON_GROUND = ("基础上", "的基础上")
GROUND = re.compile(r"(?:(?!\d{4}年)[^，。；]){0,24}基础上")
RECORD = re.compile(r"(?:以?来|(?<=来))的?(?:最|新|首)|的?(?:最[高低好快大多强优]|新[高低])")
TOPIC = re.compile(r"(?:时期|期间|以来|以后|间|来)?(?:的?(?:，|是|我|各))")
OPENING = re.compile(
    r"(?:\A|[，。；：:、！？—（）”])(?:到|在|从|自|至|截至|截止|与|而|但|预计|力争|确保|争取|实现|完成|其中|即)*$"
)


def year_of(text: str) -> int:
    """The year that four digits of either kind name."""
    return int(text) if text.isascii() else int(han_number(text))


def count_of(text: str) -> int:
    """The number in a word of time such as 近五年."""
    digits = COUNT.search(text)
    if digits is None:
        return 0
    return int(digits[0]) if digits[0].isascii() else int(han_number(digits[0]))


@cache
def counted_period(word: str) -> Period:
    """What `periods.csv` says of a word that holds a number."""
    for start in range(len(word)):
        for end in range(start + 1, min(start + 4, len(word)) + 1):
            if COUNT.fullmatch(word[start:end]):
                found = lexicon().periods.get(word[:start] + "N" + word[end:])
                if found:
                    return found
    raise KeyError(word)


@dataclass(slots=True)
class Span:
    """Years that a word of time names.

    Attributes:
        start, end: its place in the text; first, last: its years.
        base: compared with (比2010年); word: of `periods.csv`; run: 连续三年; edge: 年底, 年末, 年初.
        opens: it opens its clause; ranged: it names two years; alone: 五年 without a word that says which.
        since: where the plan begins whose end it is; the first year of 改革开放以来 and the like.
        same: 在此期间, until it is known which.
    """

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
    alone: bool = False
    since: int = 0
    same: bool = False


def looks_ahead(head: Iterable[str], titles: Iterable[str], year: int) -> bool:
    """Whether a report speaks late in the year before its own, so that its 明年 is its own year.

    Args:
        head: the first passages of its text, where it says when it was delivered.
        titles: its headings.
        year: its own.
    """
    for line in head:
        said = DELIVERED.search(plain("".join(line.split())))
        if said and (said["session"] or len(line) <= LONGEST_DATE):
            return year_of(said["in"]) == year - 1
    return any("明年" in title for title in titles)


def that_look_ahead(passages: pl.DataFrame) -> frozenset[str]:
    """The reports that do, of a frame of core.passages."""
    told = passages.filter(pl.col("text").str.contains("明年") | (pl.col("position") <= HEAD_PASSAGES))
    found: dict[tuple[str, int], tuple[list[str], list[str]]] = {}
    for row in told.sort("report_id", "position").iter_rows(named=True):
        head, titles = found.setdefault((row["report_id"], row["report_year"]), ([], []))
        if row["position"] <= HEAD_PASSAGES:
            head.append(row["text"])
        if row["is_heading"]:
            titles.append(row["text"])
    return frozenset(name for (name, year), (head, titles) in found.items() if looks_ahead(head, titles, year))


@dataclass(slots=True)
class Times:
    """The years of a report that hold where no nearer word says otherwise: its term, its plan, the sentence's topic.

    `late`: whether it speaks in the year before its own.
    """

    year: int
    late: bool = False
    term: tuple[int, int] = (0, 0)
    plan: tuple[int, int] = (0, 0)
    topic: tuple[int, int] | None = None
    reviewed: tuple[int, int] | None = None  # the several years that the heading names beside the last one
    ahead: int = 0  # years from the report's to the one that a heading sets its tasks for
    section: str = ""

    def enter(self, section: str, heading: str | None) -> None:
        """Begin a paragraph; a section takes its years from its heading."""
        self.topic = None
        if section != self.section:
            self.section = section
            self.term, self.plan = (self.year - 5, self.year - 1), (self.year, self.year + 4)
            self.reviewed, self.ahead = None, 0
            if heading:
                text = plain("".join(heading.split()))
                for match in pattern().finditer(text):
                    span = span_of(match, self.year, self.late)
                    self.learn(span)
                    if section == "targets_term" and span.first < self.year <= span.last and not span.base:
                        self.plan = (span.first, span.last)  # a plan that runs already
                    self.ahead |= int(span.first == span.last == self.year + 1)  # 一九八一年计划, in August 1980
                    if span.last < self.year and 2 < span.last - span.first < LONGEST_PLAN:
                        self.reviewed = (span.first, span.last)
                if "五年" in text and self.reviewed is None:
                    self.reviewed = (self.year - 5, self.year - 1)

    def learn(self, span: Span) -> None:
        """Remember a span of several years as the term reviewed or the plan set."""
        if span.base or span.run or not 2 < span.last - span.first < LONGEST_PLAN:
            return
        if span.last < self.year and self.section == "review_term":
            self.term = (span.first, span.last)
        elif span.last > self.year and span.first >= self.year - 1:
            self.plan = (span.first, span.last)


def span_of(match: re.Match[str], year: int, late: bool = False) -> Span:
    """The years that a word of time names in a report of `year`, which speaks in the year before where it is `late`."""
    group, text = match.lastgroup, match.string
    start, end = match.span()
    before = text[start - 1 : start]
    base = (before != "" and before in "比较与同") or text.endswith(("高于", "低于", "快于"), 0, start)
    if before == "比" and text.endswith("占比", 0, start):
        base = False
    elif before != "" and before in "是为于" and TIMES_OF.match(text, end):
        base = True
    elif before == "的" and COMPARED.search(text, max(0, start - 12), start):
        base = True  # 比历史最高的1984年
    if group in ("last", "first"):
        return Span(start, end, year_of(match["first"]), year_of(match["last"]), ranged=True)
    if group == "two":
        return Span(start, end, year_of(match["one"]), year_of(match["two"]))
    if group in ("year", "bare"):
        first = year_of(match[str(group)])
        if text.startswith(BESIDE, end):
            base = True
        elif base and before in "与同":
            base = False
        if first < year - 1 and not base and SINCE.match(text, end):
            return Span(start, end, first, year - 1)
        return Span(start, end, first, first, base, edge=match[str(group)] != match.group().rstrip("年"))
    if group in ("plan", "bare_plan", "nth"):
        number = int(han_number(match[str(group)])) if match[group] else 0
        if number == 0:  # “五” alone
            return Span(start, end, year, year, base=True)
        first = 1953 + 5 * (number - 1) if number < 3 else 1966 + 5 * (number - 3)
        if ending := END_OF_PLAN.match(text, end):
            return Span(start, ending.end(), first + 4, first + 4, base, since=first)
        head = PLAN_HEAD.match(text, end)
        last = first + (int(han_number(head[1])) if head else 5) - 1
        if first < year <= last and SO_FAR.match(text, end):
            last = year - 1
        return Span(start, end, first, last, base)
    if group == "century":
        return Span(start, end, 2000, 2000, base=year > 2000)
    if group == "word":
        period = lexicon().periods[match["word"]]
        first, last = period.years(year - int(late and period.sort == "now"), 1)
        since = period.first * period.since
        return Span(start, end, first, last, base and not since, word=True, since=since, same=period.sort == "same")
    if group == "alone":
        count = count_of(match["alone"])
        return Span(start, end, year - count, year - 1, base, alone=True)
    period = counted_period(match["counted"])
    first, last = period.years(year, count_of(match["counted"]))
    return Span(start, end, first, last, base and last < year, run=period.sort == "run", alone=period.sort == "alone")


class Calendar:
    """The words of time of one text, and the years of each of its numbers."""

    def __init__(self, text: str, ends: list[int], starts: list[int], times: Times) -> None:
        """Find them: all in sentences with numerals (that begin at `starts`), the opening one in the others."""
        self.text, self.times = text, times
        self.spans: list[Span] = []
        self.topics: list[Span] = []  # that open a sentence, and are still to be reached
        at = 0
        while seen := sign().search(text, at):
            place = bisect_right(ends, seen.start())
            start, end = ends[place - 1] if place else 0, ends[place]
            counted = bisect_left(starts, start) < bisect_left(starts, end)
            found = list(self.find(start, end if counted else min(start + 14, end)))
            for span in found:
                if span.same or span.alone or text.startswith("这", span.start) or text.endswith("年内", 0, span.end):
                    self.refer_back(span)
                if not span.same:
                    self.spans.append(span)
            if found and not found[0].same and self.is_topic(found[0], start):
                self.topics.append(found[0])
            at = end
        self.starts = [span.start for span in self.spans]
        self.last, self.found = (0, 0), list[Span]()

    def find(self, start: int, stop: int) -> Iterator[Span]:
        """The words of time in a sentence."""
        text, year = self.text, self.times.year
        for match in pattern().finditer(text, start, stop):
            if RECORD.match(text, match.end()):
                continue
            span = span_of(match, year, self.times.late)
            if span.word and span.base and span.last >= year:
                span.first = 0  # before a year that is still to come (疫情前, of an earlier one): it is not known when
            if lexicon().cues["back_to"].search(text, max(span.start - 3, start), span.start):
                if not TIMES_OF.match(text, span.end):
                    continue  # 恢复到2019年的水平
                span.base = True  # 恢复到2019年的112%
            if GROUND.match(text, match.end()):
                if span.first != span.last or not text.startswith(ON_GROUND, match.end()):
                    continue
                span.base = True  # 在2020年基础上翻一番
            at = span.start
            # 两年平均 and 两年翻番 say nothing of the next clause
            if not (text.endswith(MEAN, at, span.end) or (span.alone and text.startswith("翻", span.end))):
                span.opens = OPENING.search(text[at - 6 : at] if at > 5 else "。" + text[:at]) is not None
            yield span

    def refer_back(self, span: Span) -> None:
        """Give 这三年 and 五年合计 the years of the last word of time that named as many, 在此期间 those of any."""
        year, plan = self.times.year, self.times.plan
        if span.first == year < span.last and self.times.section == "review_term" and not span.same:
            count = span.last - span.first + 1  # 五年内, of those past
            span.first, span.last, span.alone = year - count, year - 1, True
        elif span.first == year > plan[0] and plan[1] - plan[0] == span.last - span.first:
            span.first, span.last = plan  # 五年内, of a plan that runs already
        named = [one for one in self.spans if not (one.base or one.run or one.alone or one.last == one.first)]
        for one in [*(one for one in named if not one.opens), *(one for one in named if one.opens)][::-1]:
            if span.alone and "。" in self.text[one.end : span.start]:
                continue
            if span.same or one.last - one.first == span.last - span.first:
                span.first, span.last, span.alone, span.same = one.first, one.last, False, False
                break

    def is_topic(self, span: Span, sentence: int) -> bool:
        """Whether a word of time opens its sentence, and so holds for the rest of the paragraph."""
        if pointed := lexicon().cues["points_out"].search(self.text, sentence, span.start):
            sentence = pointed.end()  # 这里要指出的是，刚刚过去的2012年，…
        if span.base or span.run or span.edge or span.start - sentence > 6 or (span.word and span.since):
            return False
        return not CLAUSE_END.search(self.text, sentence, span.start) and TOPIC.match(self.text, span.end) is not None

    def reach(self, at: int) -> None:
        """Let the last topic before a place hold from now on."""
        while self.topics and self.topics[0].start < at:
            span = self.topics.pop(0)
            self.times.topic = (span.first, span.last)
            self.times.learn(span)

    def between(self, start: int, stop: int) -> list[Span]:
        """The words of time that begin in text[start:stop]; asked for the same words several times."""
        if self.starts and self.last != (start, stop):
            self.last = (start, stop)
            self.found = self.spans[bisect_left(self.starts, start) : bisect_left(self.starts, stop)]
        return self.found

    def when(
        self, at: int, sentence: int, kind: str, section: str, source: tuple[int, int]
    ) -> tuple[tuple[int, int], int | None, Span | None, str]:
        """The years of the number at `at`.

        Args:
            at: where it begins.
            sentence: where its sentence begins.
            kind: outcome or target.
            section: of its passage.
            source: the place of 从A in 从A增加到B, whose words of time say nothing of B.

        Returns:
            The years, the base year of a comparison, the word of time in the sentence that says so, and the rule:
            beside (the word stands in the sentence), before (it opened one before), section, year (the report's).
        """
        explicit: Span | None = None
        base: int | None = None
        for span in self.between(sentence, at):
            if span.base:
                if (
                    span.first == span.last
                    and not (span.word and span.first == self.times.year - 1)
                    and ("；" not in self.text[span.start : at] or self.text.startswith(BESIDE, span.end))
                ):
                    base = span.first
            # a word of time inside a clause says nothing of the next
            elif self.text[span.start] == "用" and "；" in self.text[span.end : at]:
                continue  # 用三年时间改造1万个，今年改造2000个；新建…
            elif (
                explicit is not None
                and span.last < explicit.last
                and explicit.first <= span.first == span.last
                and "；" in self.text[span.end : at]
            ):
                continue  # 今后五年，…；2023年改造1万个；出口…
            elif not source[0] <= span.start < source[1] and (
                ((span.opens or span.ranged) and not span.run and not self.is_past(span, sentence, at))
                or not CLAUSE_END.search(self.text, span.end, at)
            ):
                explicit = span
        times = self.times
        if explicit is not None and explicit.alone and kind == "target":
            ahead = explicit.last - explicit.first  # 五年累计 is the plan's, 三年累计 of the years to come
            years = times.plan if times.plan[1] - times.plan[0] == ahead else (times.year, times.year + ahead)
            return years, base, explicit, "beside"
        if explicit is not None:
            return (explicit.first, explicit.last), base, explicit, "beside"
        if times.topic is not None:
            return times.topic, base, None, "before"
        if section == "review_term" and WHOLE_YEAR.search(self.text, sentence, at):
            return (times.year - 1, times.year - 1), base, None, "section"
        if section == "review_term":
            return times.term, base, None, "section"
        if section == "targets_term":
            return times.plan, base, None, "section"
        year = times.year + times.ahead if kind == "target" else times.year - 1
        return (year, year), base, None, "year"

    def in_turn(self, at: int, sentence: int, start: int, count: int, year: int) -> list[int]:
        """The years that a list of numbers is of, one each; empty where it is of none.

        Args:
            at: where the first number begins.
            sentence: where its sentence begins.
            start: where its words begin.
            count: how many numbers the list has.
            year: of what is said in its sentence.
        """
        if before := BEFORE.search(self.text, start, at):  # 由前三年分别上升4%、5%、3%，转为下降1%
            return list(range(year - count, year)) if count_of(before[1]) == count else []
        spans = [span for span in self.between(max(sentence, start), at) if not span.base]
        if spans and spans[-1].last - spans[-1].first == count - 1:
            return list(range(spans[-1].first, spans[-1].last + 1))  # 近三年分别增长…
        spans = spans[-count:]
        years = [span.first for span in spans if span.first == span.last]
        listed = all(self.text[one.end : other.start] in ("、", "和", "") for one, other in pairwise(spans))
        return years if len(years) == count and listed else []

    def is_past(self, span: Span, sentence: int, at: int) -> bool:
        """Whether a word of time that follows a figure lies before a semicolon (增长8%，2022年达到3万元；新建…)."""
        opened = max(self.text.rfind("；", sentence, span.start) + 1, sentence)
        return "；" in self.text[span.end : at] and DIGIT.search(self.text, opened, span.start) is not None

    def base_of(self, at: int) -> int | None:
        """The base year of a comparison that stands right before the number at `at`."""
        place = bisect_left(self.starts, at) - 1
        if place < 0 or not (span := self.spans[place]).base or span.first != span.last:
            return None
        return span.first if self.text[span.end : at] in ("", "的", "同期的", "水平的", "同期水平的") else None

    def several_years(self, at: int, sentence: int, kind: str) -> tuple[int, int]:
        """The several years that 年均 speaks of where the nearest word of time names one."""
        times = self.times
        for span in reversed(self.between(sentence, at)):
            if span.run and CLAUSE_END.search(self.text, span.end, at):
                continue  # 连续30年居首位，年均增长5%
            if span.start > sentence + 6 and "；" in self.text[span.end : at]:
                continue  # 总量…，十年增加5万亿元；出口年均增长8%
            if span.last > span.first and not span.base and (span.last < times.year) == (kind == "outcome"):
                return span.first, span.last
        if times.topic is not None and times.topic[1] > times.topic[0]:
            return times.topic
        return times.term if kind == "outcome" else times.plan

    def compared(self, sentence: int, at: int) -> Span | None:
        """The several years that a sentence compares with before the number at `at` (“十四五”同“十三五”相比)."""
        spans = self.between(sentence, at)
        found = next((span for span in spans if span.base and span.last > span.first), None)
        return found if found and COMPARES.match(self.text, found.end) else None

    def since_last_plan(self, start: int, stop: int) -> bool:
        """Whether a growth is one on the several years before (比“八五”时期增长)."""
        return any(
            span.base and span.last > span.first and not CLAUSE_END.search(self.text, span.end, stop)
            for span in self.between(start + 1, stop)
        )
