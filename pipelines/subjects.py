"""Subjects: which words of a sentence name what a number measures.

A number is linked by the first of these rules that holds: its own clause names the subject (`direct`); the words after
it do, of a count (`after`); a clause before, back to the last number, does (`clause`); it goes on a list of numbers
(`list`); it takes over the subject of the number before (`carried`). What names something that the codebook does not
know is a subject too (`other`), so that no number is given to the wrong one.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from pipelines.lexicon import Lexicon, Name, Subject
from pipelines.numerals import Numeral
from pipelines.periods import CLAUSE_END, YEAR, pattern, without_times
from pipelines.phrases import (
    all_known,
    bound_in,
    builds,
    ends_in,
    has_verb,
    noun_phrase,
    own_verb_only,
    rest,
    short_in,
    tells,
    verb_of,
)
from pipelines.places import Place

REMARK = re.compile(r"[位名]?（[^（）\d]{1,24}）(?=，)")
LISTED = re.compile(r"[、和与及]|以及")
YEAR_OPENS = ("1", "2", "一", "二")
YEARS = re.compile(rf".?{YEAR}年?[、和与]{YEAR}年")  # a word that lists years
LINK = frozenset(("、", "和", "与", "及", "以及"))
LONGEST_LINK = 2
LIST_LINK = LINK | {"，"}
RANGE_LINK = LIST_LINK | {"到", "至"}
OUTPUT = re.compile(r"^（[^（）]{1,12}）的?总?产量")
COUNTED_WITH = re.compile(
    r"[”》]?[和与及][^，。；：、0-9和与及]{2,12}"
)  # after a name: what is counted together with it
JOINED = re.compile(r"(?:以及|[和与及])$")
BASES = tuple(than + when + of for than in "比较" for when in ("去年", "上年", "上一年") for of in ("", "的"))
COMPARING = (*BASES, "快于", "高于", "低于", "慢于", "好于", "优于", "跑赢", "跑赢了")
PLACES = "县市区省村镇乡户"
BREAKS = ("", "，", "。", "；", "、")
IN_ORDER = ("pair", "each")  # names of several things, whose values 分别 gives in order
NAME_ENDS = ("城镇", "就业", "的温饱", "温饱")  # see `name_end` of the cues
TOPICS = frozenset(("topic", "stock"))  # cues of what a clause may be told to be of from afar
NEAR_BEFORE = 12  # characters between a part and what goes on with it
LONGEST_LIST = 12  # subjects of a sentence that are kept in mind


@dataclass(slots=True)
class Slot:
    """One subject: what it names, where its words stand in the text, and whether it was but a part of another."""

    indicators: tuple[str, ...]
    condition: str
    start: int
    end: int
    part: bool = False

    def dealt_out(self) -> list["Slot"]:
        """A name of several things as one subject each, in order."""
        return [Slot((code,), "", self.start, self.end) for code in self.indicators]

    def joint(self) -> "Slot":
        """Town and country together are all residents; other things together are nothing that has a code."""
        if self.condition not in IN_ORDER:
            return self
        return Slot(("disposable_income",) if self.condition == "pair" else (), "", self.start, self.end)


def slot_of(subject: Subject, start: int, end: int) -> Slot:
    """The slot of a name that stands at text[start:end]."""
    return Slot(subject.indicators, subject.condition, start, end)


def known(slots: list[Slot] | None) -> bool:
    """Whether one of the subjects is the codebook's."""
    for slot in slots or ():  # noqa: SIM110 (thrice as quick as any())
        if slot.indicators:
            return True
    return False


@dataclass(slots=True)
class State:
    """What a numeral takes over from those before it.

    Attributes:
        slots: the subjects spoken of; past: those named in this sentence.
        aside: the number before was a share of them, or the like.
        effect, sign: of the verb (see `verbs.csv`); cues: the words that it was found in; bound: set before a list.
        each, index: the numbers of a list go to the subjects in order, and how many have gone.
        years: those of the numbers of the list, one each; years_of: where the sentence begins that named them.
        growth, fresh, partial, total: the number before was a growth, a rise, of a part of the year, a sum over years.
        measure: the unit of the number before.
        whole, part: what was said last of the codebook's, and whether a part of it is spoken of.
    """

    slots: list[Slot] = field(default_factory=list)
    past: list[Slot] = field(default_factory=list)
    aside: bool = False
    growth: bool = False
    fresh: bool = False
    partial: bool = False
    total: bool = False
    each: bool = False
    index: int = 0
    effect: str = ""
    sign: int = 0
    bound: str = ""
    cues: str = ""
    measure: str | None = None
    years: list[int] = field(default_factory=list)
    years_of: int = -1
    whole: tuple[object, ...] = ()
    part: bool = False


def item_start(text: str, start: int, stop: int) -> int:
    """Where the last item of a list in text[start:stop] begins; 、 in brackets, as of 县（市、区）, parts no items."""
    at = text.rfind("、", start, stop)
    while at >= 0 and text.rfind("（", start, at) > text.rfind("）", start, at):
        at = text.rfind("、", start, text.rfind("（", start, at))
    return max(start, at + 1)


class Subjects:
    """The names in one text and how they are linked to its numbers."""

    def __init__(
        self, text: str, words: Lexicon, numerals: list[Numeral], named: list[Name], where: Place, present: set[str]
    ) -> None:
        """Take the names in a text; `present`: the cues of the sentence that is read, kept by the reader."""
        self.where, self.present = where, present
        self.list_ends: list[int] = []
        self.past: list[Slot] = []  # named before the number that is read
        self.text, self.words, self.numerals = text, words, numerals
        self.turns: re.Pattern[str] | None = None  # 分别 and the like, where the sentence has them
        self.each: re.Pattern[str] | None = None  # 均 and the like
        self.hits = named
        self.starts = [start for start, _, _ in self.hits]

    def names_over(self, item: Numeral) -> bool:
        """Whether the numeral is part of a name, such as PM2.5."""
        at = bisect_right(self.starts, item.start) - 1
        return at >= 0 and self.hits[at][1] >= item.end

    def names_up_to(self, item: Numeral) -> bool:
        """Whether a name ends where the numeral begins, such as GDP."""
        at = bisect_right(self.starts, item.start) - 1
        return at >= 0 and self.hits[at][1] == item.start

    def hit_at(self, start: int) -> tuple[int, int, Subject] | None:
        """The first name at or after a place."""
        at = bisect_left(self.starts, start)
        return self.hits[at] if at < len(self.hits) else None

    # --- lists of numbers ---------------------------------------------------------------------------------------

    def next_of(self, item: Numeral) -> Numeral | None:
        """The numeral after this one."""
        at = item.index + 1
        return self.numerals[at] if at < len(self.numerals) else None

    def next_in_list(self, item: Numeral) -> Numeral | None:
        """The numeral after this one, where only a sign or a word that lists stands between."""
        following = self.next_of(item)
        if (
            following is None
            or following.start - item.stop > LONGEST_LINK
            or following.ordinal != item.ordinal
            or following.reason
        ):
            return None
        link = self.text[item.stop : following.start]
        return following if link in LINK or (link == "，" and following.word == item.word) else None

    def last_in_list(self, item: Numeral) -> Numeral:
        """The last number of the list that this one stands in."""
        if not self.list_ends:
            ends = list(range(len(self.numerals)))
            for at in range(len(ends) - 2, -1, -1):
                one, other = self.numerals[at], self.numerals[at + 1]
                if other.start - one.stop <= LONGEST_LINK and self.next_in_list(one) is not None:
                    ends[at] = ends[at + 1]
            self.list_ends = ends
        return self.numerals[self.list_ends[item.index]]

    def dealt_with_verbs(self, item: Numeral) -> int:
        """How many numbers a list has whose items have a verb each (分别改善4%、上升1个百分点)."""
        count, following = 1, self.next_of(item)
        while following is not None and not following.reason:
            link = self.text[item.stop : following.start]
            if not (link[:1] in LINK and link[1:] in self.words.verbs):
                break
            count, item, following = count + 1, following, self.next_of(following)
        return count

    # --- linking ------------------------------------------------------------------------------------------------

    def link(
        self, item: Numeral, gap_start: int, state: State, over: bool, last_end: int, count: int
    ) -> tuple[list[Slot], str, int]:
        """The subjects of a numeral.

        Args:
            item: the numeral.
            gap_start: where its words begin: after the numeral before, or with its sentence.
            state: what it takes over; changed.
            over: its sentence has no numeral before it.
            last_end: where the numeral before ends.
            count: how many numbers the list has that it opens.

        Returns:
            The subjects, the rule that found them, and where the verb is looked for.
        """
        text = self.text
        self.past = state.past or state.slots
        if gap_start == last_end and (remark := REMARK.match(text, gap_start, item.start)):
            gap_start = last_end = remark.end()  # 升至第五位（历史最好），达到…
        elif gap_start == last_end > 0 and text.startswith("（", gap_start):
            gap_start += 1  # 增长8%（同口径增长5%）
        gap = text[gap_start : item.start]
        own_verb = state.each and gap_start == last_end and gap[:1] in LINK and gap[1:] in self.words.verbs
        if own_verb and item.word is not None and len(state.slots) > state.index + 1:
            return state.slots, "list", gap_start  # 分别上涨x%和下降y%
        if gap in RANGE_LINK and state.slots and gap_start == last_end:
            same = state.measure == item.measure
            same = same and (item.measure != "UNIT" or item.word == self.numerals[item.index - 1].word)  # 14个、37栋
            other = gap == "、" and state.measure == "UNIT"  # 45个、280万平方米; 23条、163公里
            other = other and (item.measure in ("M2", "PERSON") or (item.measure == "KM" and known(state.slots)))
            other = other and (known(state.slots) or not self.subject_after(item))  # 96户、183人全部脱贫
            homes = gap == "、" and state.measure == "M2" and self.counted_in(state.slots[-1], item)
            other = other or (homes and not self.measured_in_area(state.slots[-1]))
            if state.each or (same and gap != "，") or (other and len(state.slots) == 1):
                return state.slots, "list", gap_start
            if gap in ("到", "至") and not same and known(state.slots):
                return state.slots, "carried", gap_start  # 下降10%至30微克/立方米
            if gap not in ("，", "、") or not self.subject_after(item):
                return [Slot((), "", gap_start, item.start)], "other", gap_start
        after = self.subject_after(item)
        if after and not after.indicators:
            return [after], "other", gap_start
        another = not gap and not after and gap_start == last_end > 0 and item.measure == "UNIT"
        if another and item.word != self.numerals[item.index - 1].word:
            return [Slot((), "", gap_start, item.start)], "other", gap_start  # 26个2380户
        clauses = [gap_start, *[match.end() for match in CLAUSE_END.finditer(text, gap_start, item.start)]]
        for number in range(len(clauses) - 1, -1, -1):
            start, own = clauses[number], number == len(clauses) - 1
            stop = item.start if own else clauses[number + 1] - 1
            # the rest of the clause of the number before: its object, no subject of this one
            tail = number == 0 and gap_start == last_end > 0
            lead = text[clauses[number - 1] : start - 1] if number else ""
            slots = None
            if own or not tail or text.startswith("、", start):
                slots = self.clause_subject(start, stop, own, tail, lead, state, count)
            if own and not known(slots):
                if after:
                    break
                topic = "" if not number or TOPICS.isdisjoint(self.present) else self.topic_of(clauses, number)
                composed = self.compose(text[start:stop], start, State(), topic) if topic else None
                slots = [composed] if composed else slots
            if own and "short_name" in self.present and not known(slots):
                short = self.short_name(start, stop, self.past)
                slots = [short] if short else slots
            if slots is None:
                continue
            if own and slots and gap.startswith("、") and self.of_one_owner(state.slots):
                return [Slot((), "", slots[0].start, slots[-1].end)], "other", slots[-1].end
            if slots and not own and slots[0].indicators and self.turns and self.turns.search(gap):
                # A、B首次双下降，分别下降a、b
                listed = self.each_subject(start, slots[-1].end)
                slots = listed if len(listed) == count else slots
            if known(slots):
                if own and count == 1 and (item.ordinal or self.grows(item, slots[-1].end)):
                    slots = self.listed_with(slots, start)
                state.slots, state.aside = slots, False
                past = [one for one in state.past if not self.is_same(one, slots[-1])]
                state.past = [*past, *slots][-LONGEST_LIST:]
                return slots, "direct" if own else "clause", slots[-1].end
            share = self.words.cues["share_opening"].match(text, start)
            if not own and (tail or share):
                continue
            if own and (share or self.words.cues["of_same"].match(text, start)):
                # a share of something is no new subject, nor is its yield
                state.aside = True
                return slots, "other", start
            if not own:
                composed = self.compose(text[clauses[-1] : item.start], clauses[-1], State(), text[start:stop])
                slots = [composed] if composed else slots
            if item.word is not None and (item.word.counts or item.measure == "DAY"):
                slots = self.built(item, state, gap_start, clauses[-1]) or slots
            state.slots, state.aside = slots, False
            state.past = [*state.past, *slots][-LONGEST_LIST:]
            return slots, "clause" if known(slots) else "other", start
        return self.taken_over(item, after, clauses, state, over, count)

    def taken_over(
        self, item: Numeral, after: Slot | None, clauses: list[int], state: State, over: bool, count: int
    ) -> tuple[list[Slot], str, int]:
        """The subjects of a numeral before which no words name one: that after it, or those of the number before."""
        text, gap_start = self.text, clauses[0]
        gap = text[gap_start : item.start]
        if after:
            # 12条高速公路续建: what counts something else of it leaves it to the numbers that follow
            fits = item.measure in self.words.traits[after.indicators[0]].units
            state.slots, state.aside = [] if fits or item.ordinal else [after], False
            return [after], "after", clauses[-1]
        if state.aside and len(clauses) == 1:
            return [Slot((), "", gap_start, item.start)], "other", gap_start
        if not item.ordinal and self.where.wider.match(text, clauses[-1], item.start):
            return [Slot((), "", gap_start, item.start)], "other", gap_start  # …增长7%，全省增长6%
        state.aside = False
        if not known(state.slots) and self.where.ours.match(text, clauses[-1]):
            state.slots = self.said_of_wider(state.slots) or state.slots
        if not known(state.slots):
            state.slots = self.built(item, state, gap_start, clauses[-1]) or state.slots
        one = len(state.slots) == 1 and state.slots[0].condition not in IN_ORDER
        if one and self.turns and self.turns.search(gap):
            count = max(count, self.dealt_with_verbs(item))
            if 1 < count <= len(state.past):
                state.slots = state.past[-count:]
            elif count == 1 and len(state.past) > 1:
                state.slots = [slot for slot in state.past if slot.indicators] or state.slots
        elif one and len(state.past) > 1 and count == 1 and self.each and self.each.search(gap):
            # A达到x，B达到y，均居第一
            state.slots = [slot for slot in state.past if slot.indicators] or state.slots
        if not gap.strip("，；、") and gap[:1] in "；，" and noun_phrase(text[item.stop : item.stop + 6], last=False):
            state.slots = []  # the number counts the noun after it
        if item.measure == "PERSON" and clauses[-1] == item.start and not text.startswith(BREAKS[1:], item.stop):
            state.slots = []  # or people who do something: ，3万人再就业
        if ("其中" in gap and not pattern().match(gap, gap.index("其中") + 2)) or (
            over and not self.goes_on(gap, state)
        ):
            state.slots = []
        return state.slots, "carried", gap_start

    def topic_of(self, clauses: list[int], number: int) -> str:
        """The words before a clause that say of what it tells, though they do not stand right before it."""
        text, cues = self.text, self.words.cues
        topic = cues["topic"].search(text, clauses[0], clauses[number]) if "topic" in self.present else None
        if topic:
            return text[clauses[0] : topic.end()]  # 煤炭安全开采方面，抓好接续，产量稳定在2亿吨
        if number < 2 or "stock" not in self.present:
            return ""
        between = text[clauses[number - 1] : clauses[number]]
        if cues["stretch"].search(between) and has_verb(between, "new"):
            return text[clauses[number - 2] : clauses[number - 1]]  # 高速公路从无到有，东段、西段等路段通车，总里程…
        return ""

    def goes_on(self, gap: str, state: State) -> bool:
        """Whether a sentence that opens with these words goes on with the subject of the one before."""
        if self.words.cues["goes_on"].match(gap):
            return True
        time = None if state.part else pattern().match(gap, gap[:1] == "到")
        return time is not None and self.words.cues["reached"].fullmatch(gap, time.end()) is not None  # 2020年达到

    def grows(self, item: Numeral, start: int) -> bool:
        """Whether a number is a growth, by its unit and the verb from `start` on."""
        if item.unit.endswith(("%", "倍")):
            return verb_of(self.text[start : item.start])[0] in ("grow", "rate")
        return item.unit.endswith("番")

    def of_one_owner(self, slots: list[Slot]) -> bool:
        """Whether the subject is that of some owners or of a zone (民营经济…): so are those that 、 lists after it."""
        return (
            len(slots) == 1
            and not slots[0].indicators
            and bool(self.words.cues["owner"].match(self.text, slots[0].start, slots[0].end))
        )

    def said_of_wider(self, slots: list[Slot]) -> list[Slot]:
        """The subject of which a wider place was spoken, for our own (全省生产总值增长6%，我市增长7%)."""
        for at in range(bisect_left(self.starts, slots[-1].end) - 1, -1, -1) if slots else ():
            start, end, subject = self.hits[at]
            if (
                end == slots[-1].end
                and subject.indicators
                and self.where.wider.search(self.text, slots[-1].start, start)
            ):
                return [slot_of(subject, start, end)]
            if end < slots[-1].start:
                break
        return []

    def built(self, item: Numeral, state: State, start: int, stop: int) -> list[Slot]:
        """What a count with a mere verb of building counts: the last subject that is counted in its very unit."""
        if item.word is None or not (item.word.counts or item.measure == "DAY"):
            return []
        if not self.starts or self.starts[0] >= stop:
            return []  # nothing is named before
        if self.text.startswith("、", start) and item.word == self.numerals[item.index - 1].word and state.slots:
            return []  # 开工安置房3000套、交付2000套: of what the number before counts
        done = self.words.cues["carried_out"].search(self.text, max(start, item.start - 8), item.start)
        if (
            done and all_known(self.text[done.end() : item.start], "after")
            and self.words.cues["renewal_task"].match(self.text, item.stop)
        ):  # fmt: skip
            start = 0  # 推进棚户区改造。…完成8000户的改造任务
        elif not own_verb_only(self.text[start : item.start]):
            return []
        # 新开工16万套，货币化安置率52%，基本建成10万套; 启动棚改攻坚计划，开工8万套
        low, high = bisect_left(self.starts, start), bisect_left(self.starts, stop)
        named = [slot_of(subject, at, end) for at, end, subject in self.hits[low:high] if not subject.condition]
        return [one for one in [*state.past, *named] if self.counted_in(one, item)][-1:]

    def measured_in_area(self, slot: Slot) -> bool:
        """Whether floor space is a measure of the subject by itself."""
        return any("M2" in self.words.traits[code].units for code in slot.indicators)

    def counted_in(self, slot: Slot, item: Numeral) -> bool:
        """Whether a subject is counted in the very word of a number, and in few others."""
        traits = [self.words.traits[code] for code in slot.indicators]
        word = item.word.word if item.word else ""
        return any(word in trait.counted or (item.measure == "DAY" and "DAY" in trait.units) for trait in traits)

    def clause_subject(
        self, start: int, stop: int, own: bool, tail: bool, lead: str, state: State, numbers: int
    ) -> list[Slot] | None:
        """The subjects named in text[start:stop], an empty one where it names something else, None where nothing."""
        begin = item_start(self.text, start, stop) if own else start
        direct = self.direct_subject(start, begin, stop, own, tail, numbers)
        if not own:
            return direct
        unnamed = not known(direct)
        # 农村居民收入增长较快，人均可支配收入达到2万元: the clause before says whose it is
        whose = self.words.cues["of_whom"].fullmatch
        if unnamed or (lead and direct and whose(self.text, direct[-1].start, direct[-1].end)):
            before = self.text[start:begin] or lead
            composed = self.compose(self.text[begin:stop], begin, state if unnamed else State(), before)
            if composed:
                return [composed]
        return direct

    def direct_subject(
        self, start: int, begin: int, stop: int, own: bool, tail: bool, numbers: int
    ) -> list[Slot] | None:
        """What text[start:stop] itself names; `begin`: where its last item does."""
        text = self.text
        in_turn = self.turns and self.turns.search(text, start, stop)
        if in_turn:
            listed = self.each_subject(start, in_turn.start())
            if listed and not (own and rest(text[in_turn.end() : stop], "after")):
                return listed
            if own and not listed and 1 < numbers <= len(self.past):
                # 新增铁路a、公路b，总里程分别达到c、d
                part = text[start : in_turn.start()]
                made = [self.compose(part, start, State([slot]), "") for slot in self.past[-numbers:]]
                if known(listed := [slot for slot in made if slot]) and len(listed) == numbers:
                    return listed
        if own and numbers > 1 and (joint := max(text.rfind(mark, start + 1, stop) for mark in "、和与")) > 0:
            # A、B产量达到x、y: 分别 is left unsaid
            named = max((end for _, end, _ in self.hits[: bisect_left(self.starts, stop)][-1:]), default=0)
            verb = self.words.verb.search(text, max(named, joint), stop)
            listed = self.each_subject(start, verb.start()) if verb else []
            if len(listed) == numbers and known(listed):
                return listed
        everyone = self.each.search(text, start, stop) if own and self.each else None
        if everyone:
            # A和B均增长: the number is said of each that the codebook knows
            each = [slot for slot in self.each_subject(start, everyone.start()) if slot.indicators]
            grown = self.words.cues["growth_noun"]
            listed = [slot for slot in each if not grown.match(text, slot.end)] or each
            if listed:
                return listed
        if not own and self.each and self.each.search(text, stop, stop + 3):
            # 煤炭、水泥等产品的产量，都增长: as above
            ends = self.words.cues["goods_output"].search(text, start, stop)
            listed = [slot for slot in self.each_subject(start, ends.start()) if slot.indicators] if ends else []
            if listed:
                return listed
        low, high = bisect_left(self.starts, start), bisect_left(self.starts, stop)
        for at in range(high - 1, low - 1, -1):
            hit_start, hit_end, subject = self.hits[at]
            if own and self.is_of_part_before(hit_start, hit_end):
                return [Slot((), "", hit_start, hit_end)]
            if tail and hit_start == start and text[start - 1] in PLACES:
                return [Slot((), "", start, hit_end)]  # 26县农村居民收入
            if hit_end < stop and (
                text.endswith(COMPARING, start, hit_start) or self.words.cues["cause"].match(text, hit_end)
            ):
                continue  # 收入增长快于GDP, 剔除减税降费因素增长8%
            if text.startswith("同步", hit_end) and text[:hit_start].endswith(("与", "和", "同")):
                continue  # 财政收入与经济同步增长
            if at > low and self.sets_the_scene(self.hits[at - 1][1], hit_start, hit_end, stop):
                continue  # 财政收入在大规模减税的基础上增长3%
            if subject.condition == "beside":
                poor = at > low and self.hits[at - 1][2].indicators == subject.indicators
                if poor or not (own and hit_end == stop):
                    continue  # 贫困人口脱贫3万人
            if hit_end > stop or (at > low and self.hits[at - 1][1] == hit_start - 1 and text[hit_start - 1] == "（"):
                continue  # 地区生产总值（GDP）
            suffix = text[hit_end:stop]
            if subject.condition == "amount":
                suffix = OUTPUT.sub("", suffix)  # 粮食（不包括大豆）的产量
            goes_on = tail and (suffix in LINK or (suffix[-1:] in LINK and all_known(suffix[:-1], "after")))
            if goes_on and not rest(text[start:hit_start], "before"):
                # 508个老旧小区、136条…, 50个老旧小区建设和2000套…: the object of the number before
                return [Slot((), "", start, stop)]
            if rest(suffix, "after"):
                verb = self.words.verb.match(suffix)
                changes = verb is not None and verb.group() in self.words.changes
                together = COUNTED_WITH.fullmatch(suffix) and text[:hit_end].rstrip("”》").endswith(suffix[-1])
                if own and together and self.is_built(subject):
                    return self.with_partner(at, low, start)  # 农村公路和旅游公路469公里: things of one kind
                if own or not (changes or self.words.cues["predicate"].match(suffix) or tells(suffix)):
                    break
            if (
                subject.condition == "growth"
                and not self.is_growth(suffix, hit_start, hit_end)
                and (own or not (tells(suffix) and self.words.cues["goes_on"].match(text, stop + 1)))
            ):
                continue  # 国民经济持续发展，比上年增长7%: goes on after the clause
            return self.with_partner(at, low, start)
        if own and numbers == 1 and low < high and (shared := self.shared_end(start, stop)):
            return shared
        ours = self.where.ours.match(text, begin, stop) if own else None
        part = text[ours.end() if ours else begin : stop]
        if all_known(part, "after") or (not own and self.words.cues["no_topic"].match(part)):
            return None
        if self.words.cues["aside_opening"].match(part):
            return [Slot((), "", begin, stop)] if own and self.words.cues["share_of"].match(part) else None
        return [Slot((), "", begin, stop)]

    def is_of_part_before(self, start: int, end: int) -> bool:
        """Whether a name goes on with a part of a longer one before it (对东盟进出口增长8%，出口增长9%)."""
        before = self.past[-1] if self.past else None
        if before is None or before.indicators or start - before.end > NEAR_BEFORE:
            return False
        at = bisect_left(self.starts, before.end) - 1
        if at < 0 or self.hits[at][1] != before.end or not self.hits[at][0] > before.start:
            return False
        name = self.text[start:end]
        longer = self.text[self.hits[at][0] : before.end]
        return name != longer and longer.endswith(name) and self.text[start - 1] in "，、"

    def sets_the_scene(self, after: int, start: int, end: int, stop: int) -> bool:
        """Whether a name that stands at text[start:end] is part of a circumstance that opens after the name before."""
        if self.text.find("在", after, start) < 0:
            return False
        found = self.words.cues["circumstance"].search(self.text, after, stop)
        return found is not None and found.start() <= start and end <= found.end()

    def is_built(self, subject: Subject) -> bool:
        """Whether a name is of what is built or renewed: kilometres, square metres, pieces."""
        units = {unit for code in subject.indicators for unit in self.words.traits[code].units}
        return not units.isdisjoint(("KM", "M2", "UNIT"))

    def with_partner(self, at: int, low: int, start: int) -> list[Slot]:
        """The name at `at` of a part that begins at `start`, with those that 和 joins to it; empty if narrowed."""
        text = self.text
        hit_start, hit_end, subject = self.hits[at]
        slot = slot_of(subject, hit_start, hit_end)
        prefix = text[start:hit_start]
        cut = prefix.rfind("、")
        joined = JOINED.search(prefix)
        if "成为" in prefix and self.words.cues["becomes"].fullmatch(self.where.ours.sub("", prefix)):
            return [slot]  # 成为全国第三个生产总值突破3万亿元的城市
        if self.where.wider.search(text, start + cut + 1, hit_end):  # also where the name itself has it: 全国生产总值
            return [Slot((), "", start, hit_end)]
        if self.narrowed(prefix) and not self.exemplified(at, low):
            if joined:
                begin = start + max(0, prefix.rfind("、", 0, joined.start()) + 1)
                first = self.item_subject(begin, hit_start - len(joined.group()), slot)
                if first is not None and first.indicators:
                    return [first, slot]
            if cut >= 0 and not self.narrowed(prefix[cut + 1 :]):
                return [slot]
            return [Slot((), "", start, hit_end)]
        slots = [slot]
        if joined:
            for other_start, other_end, other in reversed(self.hits[low:at]):
                if other_end == hit_start - len(joined.group()):
                    slots.insert(0, slot_of(other, other_start, other_end))
        return slots

    def exemplified(self, at: int, low: int) -> bool:
        """Whether a name of the same before it is but an example of the whole (廉租房等保障性住房)."""
        start, _, subject = self.hits[at]
        return any(
            end == start - 1 and self.text[end] == "等" and one.indicators == subject.indicators
            for _, end, one in self.hits[low:at]
        )

    def narrowed(self, part: str) -> str:
        """What stands before a name and narrows it; the report's own area does not."""
        part = self.where.own.sub("", part)
        left = rest(part, "before")
        if left and not self.words.cues["narrows"].search(part) and builds(part):
            return ""  # 利用公积金收益筹集公租房: what stands before the verb is no part of the name
        return left

    def is_growth(self, suffix: str, start: int, end: int) -> bool:
        """Whether a name that stands for growth only is followed, or ended, by growth."""
        if self.text.endswith(("增长", "速度", "增速"), start, end):
            return True
        at = 0
        while opening := self.words.cues["growth_opening"].match(suffix, at):
            at = opening.end()
        verb = self.words.verb.match(suffix, at)
        return verb is not None and self.words.verbs[verb.group()][0] in ("grow", "rate")

    def is_same(self, one: Slot, other: Slot) -> bool:
        """Whether two subjects are the same, by the same name."""
        return one.indicators == other.indicators and (
            self.text[one.start : one.end] == self.text[other.start : other.end]
        )

    def each_subject(self, start: int, stop: int) -> list[Slot]:
        """The subjects that 分别 deals out, from a list such as A、B和C."""
        text = self.text
        start += text[start] == "、"
        low, high = bisect_left(self.starts, start), bisect_left(self.starts, stop)
        inside = [(s, e) for s, e, _ in self.hits[low:high] if e <= stop]
        named = [e for _, e, subject in self.hits[low:high] if e <= stop and subject.indicators]
        cuts = [start]
        for match in LISTED.finditer(text, start, stop):
            if text.startswith(YEAR_OPENS, match.end()) and YEARS.match(text, max(match.start() - 5, start)):
                continue  # 2023年、2024年生产总值
            if not any(s < match.end() and match.start() < e for s, e in inside):
                cuts.append(match.end())
        if len(cuts) == 1 and not inside:
            # A达到x，B达到y，分别…: the two last subjects stand in the sentence before
            return []
        bounds = [*cuts, stop + 1]
        slots: list[Slot] = []
        for at, cut in enumerate(cuts):
            end = min(bounds[at + 1] - 1, stop)
            slots.append(
                self.item_subject(cut, end, slots[0] if slots else None)
                or self.size_of_same(cut, end)
                or Slot((), "", cut, end)
            )
        if not slots[0].indicators and any(
            not rest(text[hit_end : slots[0].end], "after") for hit_end in named if hit_end <= slots[0].end
        ):
            # what narrows the first of a list narrows them all
            return [Slot((), "", one.start, one.end) for one in slots] if len(slots) > 1 else []
        last = slots[-1]
        if not slots[0].indicators and text.endswith("数量", slots[0].start, slots[0].end):
            # 展会数量和财政支出: the spending is that on them
            slots = [
                Slot((), "", one.start, one.end) if text.endswith("支出", one.start, one.end) else one for one in slots
            ]
        if not last.indicators:
            slots[-1] = self.short_name(last.start, last.end, self.past) or last
        for at, slot in enumerate(slots[:-1]):
            if not slot.indicators:
                slots[at] = self.borrow(slot, last)
            elif not last.indicators and self.is_another(slot, last):
                slots[at] = Slot((), "", slot.start, slot.end)
            if not slots[at].indicators and slots[-1].indicators:  # 城镇、农村低保标准 are no incomes
                slots[at] = self.short_name(slot.start, slot.end, self.past) or slots[at]
        if len(slots) == 1 and slots[0].condition in IN_ORDER:
            return slots[0].dealt_out()
        return slots if len(slots) > 1 else []

    def size_of_same(self, start: int, stop: int) -> Slot | None:
        """总量 after 生产总值 (总量和增速分别居第二、第三): what was spoken of itself."""
        if not known(self.past[-1:]) or not self.words.cues["size_noun"].fullmatch(self.text, start, stop):
            return None
        return self.past[-1]

    def listed_with(self, slots: list[Slot], start: int) -> list[Slot]:
        """The subjects with those that 、 lists right before the first of them (A、B增长5%)."""
        at = bisect_left(self.starts, slots[0].start) - 1
        while at >= 0 and self.hits[at][0] >= start and self.text[self.hits[at][1] : slots[0].start] == "、":
            begin, end, subject = self.hits[at]
            if subject.condition or not subject.indicators:
                break
            slots, at = [slot_of(subject, begin, end), *slots], at - 1
        return slots

    def shared_end(self, start: int, stop: int) -> list[Slot]:
        """The subjects of a list that only the end of its last item makes whole (二氧化硫、氮氧化物排放量下降3%)."""
        joint = self.text.rfind("、", start, stop)
        verbs = self.words.verb.finditer(self.text, joint, stop) if joint > 0 else ()
        grown = [match for match in verbs if self.words.verbs[match.group()][0] in ("grow", "rank")]
        verb = grown[-1] if grown else None
        if verb is None:
            return []
        low, high = bisect_left(self.starts, start), bisect_left(self.starts, joint)
        slots = [
            slot_of(subject, begin, end)
            for begin, end, subject in self.hits[low:high]
            if subject.indicators and LISTED.match(self.text, end)
        ]
        last = without_times(self.text[joint + 1 : verb.start()])
        ends = [part[cut:] for part in {last, self.words.modal.split(last)[0]} for cut in range(1, len(part))]
        return [
            slot for slot in slots if any(self.text[slot.start : slot.end] + end in self.words.subjects for end in ends)
        ]

    def item_subject(self, start: int, stop: int, first: Slot | None) -> Slot | None:
        """One item of a list of subjects."""
        low, high = bisect_left(self.starts, start), bisect_left(self.starts, stop)
        for hit_start, hit_end, subject in reversed(self.hits[low:high]):
            if hit_end > stop or rest(self.text[hit_end:stop], "after"):
                continue
            if self.narrowed(self.text[start:hit_start]) or subject.condition in ("growth", "beside"):
                continue
            return slot_of(subject, hit_start, hit_end)
        if first is not None:
            return self.compose(self.text[start:stop], start, State([first]), "")
        return None

    def is_another(self, slot: Slot, last: Slot) -> bool:
        """Whether an item is no indicator once it takes the end of the last one (二氧化硫、氮氧化物浓度)."""
        part, whole = self.text[slot.start : slot.end], self.text[last.start : last.end]
        made = (self.words.subjects.get(part + whole[size:]) for size in range(1, len(whole)))
        return any(subject is not None and not subject.indicators for subject in made)

    def borrow(self, slot: Slot, last: Slot) -> Slot:
        """城镇 of 城镇和农村居民收入: the item takes the end of the last one."""
        part = self.text[slot.start : slot.end]
        whole = self.text[last.start : last.end]
        for prefix in range(len(part)):
            for size in range(len(whole)):
                subject = self.words.subjects.get(part[prefix:] + whole[size:])
                if subject and subject.indicators != last.indicators and not rest(part[:prefix], "before"):
                    return slot_of(subject, slot.start, slot.end)
        return slot

    def compose(self, part: str, start: int, state: State, lead: str) -> Slot | None:
        """总产量 after 粮食播种面积 is 粮食总产量: the head of the subject before, or of the clause before, goes on."""
        opened, found = ends_in(part)
        if not found:
            return None
        leads = [self.text[slot.start : slot.end] for slot in state.slots[-1:]]
        if not known(state.slots):
            # 新增新能源装机5万千瓦，总装机30万千瓦、占比64%; 新农合参合率98%，人均筹资240元，其中财政补助190元
            raised = "其中" in part[:opened] and leads and self.words.cues["raised"].search(leads[0])
            leads += [
                self.text[slot.start : slot.end] for slot in state.past[-2:-1] if raised or leads[0].startswith("总")
            ]
        named = [lead[begin:end] for _, begin, end in self.words.names.find_matches_as_indexes(lead)]
        if lead:
            leads += [lead, *named]
        for whole in leads:  # grows as one word after another is taken off: 确保, 全市
            opening = self.words.before.match(whole)
            if opening and opening.end():
                leads.append(whole[opening.end() :])
        together = "\n".join(leads)
        for stop in reversed(found):
            total = self.words.cues["whole"].fullmatch(part, opened, stop)  # the stock, whatever was said of a part
            heads = [head for head in self.words.tails[part[opened:stop]] if head in together]
            heads.sort(key=len, reverse=True)
            near = [head for head in heads if any(head in name for name in named)]  # “八横”高铁成型、运营里程…
            for head in near or heads:
                if any(head in whole if total or near else whole.startswith(head) for whole in leads):
                    subject = self.words.subjects[head + part[opened:stop]]
                    return slot_of(subject, start + opened, start + stop)
            if state.slots and (same := self.with_head_of(state.slots[-1], part[opened:stop])):
                return slot_of(same, start + opened, start + stop)
        return None

    def with_head_of(self, slot: Slot, tail: str) -> Subject | None:
        """支出 after 收入, of which a clause before told whose it is: that of the same."""
        last = self.text[slot.start : slot.end]
        for head in self.words.tails.get(last, ()) if slot.indicators else ():
            subject = self.words.subjects.get(head + tail)
            if subject and self.words.subjects[head + last].indicators == slot.indicators:
                return subject
        return None

    def subject_after(self, item: Numeral) -> Slot | None:
        """30个老旧小区: a count stands before its subject."""
        stop, joined = item.stop, None
        if self.text.startswith(NAME_ENDS, stop) and (around := self.name_around(item)):
            return around
        if "those_are" in self.present and (item.measure == "PERCENT" or item.unit.endswith("倍")):
            those = self.words.cues["those_are"].match(self.text, stop - (self.text[stop - 1] == "的"))
            if those:
                return self.listed_after(those.end())
        other = self.next_of(item) if self.text.startswith("、", stop) else None
        if other and other.start == stop + 1 and other.measure != item.measure:
            stop, joined = other.stop, other  # 2万户、160万平方米棚户区改造
        hit = self.hit_at(stop)
        if hit is None or hit[0] - stop > 8:
            return None
        start, end, subject = hit
        if joined and not any(item.measure in self.words.traits[code].units for code in subject.indicators):
            return None
        between = self.text[stop:start]
        if item.measure == "PERCENT" and between in ("的", "") and subject.condition == "growth":
            # 实现了3.9%的经济增长
            grown = self.text.endswith(("增长", "增速"), start, end)
            return slot_of(subject, start, end) if grown else None
        if item.ordinal:
            return slot_of(subject, start, end) if subject.condition == "rank" else None
        beside = subject.condition == "beside" and item.measure in self.words.traits[subject.indicators[0]].units
        if (
            (subject.condition and not beside)
            or not subject.indicators
            or CLAUSE_END.search(between)
            or "、" in between
            or rest(between, "before")
            or (beside and self.text[end : end + 1] not in BREAKS)
        ):
            return None
        if item.word is not None and not item.word.counts and item.measure not in ("PERSON", "KM", "M2", "UNIT"):
            return None
        if item.word is None and item.scale == 1:
            return None
        trait = self.words.traits[subject.indicators[0]]
        if not {"UNIT", "PERSON", "M2", "KM"} & set(trait.units) or self.words.cues["project_nouns"].match(
            self.text, end
        ):
            return None
        if trait.near is not None and not beside and "改造" not in self.text[max(0, item.start - 8) : end + 8]:
            following = re.split(r"[。；]", self.text[start : end + 24])[0]
            if not self.words.cues["renewal"].search(following):
                return None
        return slot_of(subject, start, end)

    def listed_after(self, start: int) -> Slot:
        """What the codebook knows of a list of goods after its number (增长5%以上的有煤炭、水泥), or something else."""
        other = Slot((), "", start, start)
        while (hit := self.hit_at(start)) and not CLAUSE_END.search(self.text, start, hit[0]):
            begin, end, subject = hit
            alone = (begin == start or self.text[begin - 1] in "、和") and self.text[end : end + 1] in "、和，。；"
            if subject.indicators and subject.condition in ("", "amount") and alone:
                return slot_of(subject, begin, end)
            start = end
        return other

    def name_around(self, item: Numeral) -> Slot | None:
        """The name that a number stands inside (新增22万城镇就业, 城镇共安排800万人就业)."""
        text, words = self.text, self.words
        ends = words.cues["name_end"].match(text, item.stop)
        if ends is None or text[ends.end() : ends.end() + 1] not in BREAKS:
            return None
        if item.measure not in ("PERSON", "UNIT", None):
            return None
        opened = list(words.cues["name_opening"].finditer(text, max(0, item.start - 12), item.start))
        if not opened or not all_known(text[opened[-1].end() : item.start], "after"):
            return None
        opening = opened[-1]
        sentence = text.rfind("。", 0, opening.start()) + 1
        urban = "城镇" if text.find("城镇", max(sentence, opening.start() - 24), item.start) >= 0 else ""
        name = opening.group() + ends.group()
        subject = words.subjects.get(urban + name) or words.subjects.get(name)
        return slot_of(subject, ends.start(), ends.end()) if subject and subject.indicators else None

    def short_name(self, start: int, stop: int, past: list[Slot]) -> Slot | None:
        """农村居民 after 城镇居民人均可支配收入, 人均 after 生产总值: it takes over the end of the name before."""
        begin = item_start(self.text, start, stop)
        found = short_in(self.text[begin:stop])
        if found is None:
            return None
        part, part_end = found
        for slot in reversed(past):
            whole = self.text[slot.start : slot.end]
            if part == "人均" and part in whole and slot.indicators:
                return Slot(slot.indicators, "", begin, begin + part_end)
            for size in range(len(whole)):
                subject = self.words.subjects.get(part + whole[size:])
                if subject and not subject.condition:
                    return Slot(subject.indicators, "", begin, begin + part_end)
        return None

    # --- verbs and bounds ---------------------------------------------------------------------------------------

    def is_new(self, start: int, verb_text: str) -> bool:
        """Whether 新建 or the like stands right before a subject whose number is no stock (总里程)."""
        if "总" in verb_text or "累计" in verb_text:
            return False
        return any(
            self.words.verbs[word][0] == "new" and self.text.endswith(word, 0, start)
            for word in self.words.verb.findall(self.text[max(0, start - 4) : start])
        )

    def bound_place(self, start: int, stop: int) -> tuple[int, int] | None:
        """Where the word stands that bounds the number at `stop`, such as 超过; `start`: where its words begin."""
        start = max(start, stop - 12)
        place = bound_in(self.text[start:stop])
        return (start + place[0], start + place[1]) if place else None

    def bound_before(self, start: int, stop: int) -> str:
        """The bound that the words before a number set."""
        if not self.words.bound_before.search(self.text, max(start, stop - 12), stop):
            return ""  # as for most
        place = self.bound_place(start, stop)
        return self.words.bounds[f"before {self.text[slice(*place)]}"] if place else ""
