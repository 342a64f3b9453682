"""Statements: what each numeral of a report says, or why it says nothing that can be measured.

`chains` joins the sentences, `numerals` finds the numbers, `periods` the words of time, `subjects` the names, and
`phrases` says what the words around them do; here a number takes from them its kind, its transformation and its years,
or is set aside.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from operator import itemgetter
from typing import Any

import polars as pl

from pipelines.chains import Chain, chains, sentence_ends
from pipelines.collector import at_rest
from pipelines.corrections import from_json
from pipelines.lexicon import CLAUSE, Cues, Lexicon, Name, Trait, Unit, lexicon
from pipelines.numerals import SCALES, Numeral, numerals
from pipelines.periods import CLAUSE_END, Calendar, Span, Times, pattern, that_look_ahead, without_times
from pipelines.phrases import REACHED, bound_in, has_verb, last_clause, noun_phrase, rest, verb_of
from pipelines.pieces import NOTE_MARK
from pipelines.places import place, task_of_a_part, told_of_a_part
from pipelines.subjects import IN_ORDER, Slot, State, Subjects
from pipelines.tables.core import STATEMENTS

NUMBERS = re.compile(r"\d+")
QUOTED = re.compile(r"[“\"《][^“”\"《》]{0,24}$")
NO_CLAUSE = re.compile(CLAUSE + "{1,16}")
SCALE_END = re.compile(r"(?<=[0-9多余])[十百千万亿]+$")
SCALED = re.compile(r"[十百千万亿]")
NOUN = re.compile(r"[\u4e00-\u9fff](?<![的以左上以内及和与])")
FLAGS = frozenset(("repeated", "strayed", "uncertain"))
ROWS_AT_ONCE = 4_000  # rows take ten times the memory of a frame
CHAINS_AT_ONCE = 1_000
NOTHING = (None,) * 16  # the columns from kind to evidence_end, of a numeral that measures nothing
YEARLY = re.compile("(?<!人)每年")
FRACTIONS = ("一半", "半数", "成", "倍")
GROWTH = ("yoy", "avg_yoy", "cum_growth")
OUTCOME_SECTIONS = frozenset(("review_year", "review_term", "problems", "preamble"))
TARGET_SECTIONS = frozenset(("targets_year", "tasks_year", "targets_term", "requirements", "annex"))


@dataclass(slots=True)
class Said:
    """What is said by one numeral, as it is found out.

    Attributes:
        rule: how its subject was linked; dated: how its years were.
        sentence, gap, start: where its sentence, the words since the last numeral, and its subject begin.
        condition: of the subject's name, see `lexicon.Subject`.
        source: the place of 从A in 从A增加到B.
        span: the word of time that it takes its years from.
    """

    item: Numeral
    state: State
    rule: str
    section: str
    sentence: int
    gap: int
    slot: Slot | None
    start: int
    indicators: tuple[str, ...]
    condition: str
    value: float | None
    high: float | None
    measure: str | None
    trait: Trait | None = None
    kind: str = ""
    transformation: str = "level"
    first: int = 0
    last: int = 0
    aggregation: str | None = None
    mean: bool = False
    dated: str = ""
    span: Span | None = None


def place_of(passage: dict[str, Any], start: int, end: int) -> tuple[Any, ...]:
    """The first columns of a statement: where it stands, and its characters as printed."""
    at = passage["char_start"]
    return (
        f"{passage['report_id']}@{start}", passage["report_id"], passage["ref_area"], passage["report_year"],
        passage["passage_id"], passage["text"][start - at : end - at], start, end,
    )  # fmt: skip


def note_marks(passage: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The numbers of notes in a passage, which its sentences are read without."""
    for edit in from_json(passage["edits"]):
        at = passage["char_start"]
        for digits in (
            NUMBERS.finditer(passage["text"], edit.start - at, edit.end - at) if edit.fault == NOTE_MARK else ()
        ):
            yield set_aside(place_of(passage, at + digits.start(), at + digits.end()), NOTE_MARK, ())


def set_aside(place: tuple[Any, ...], reason: str, flags: Sequence[str]) -> tuple[Any, ...]:
    """The row of a numeral that measures nothing."""
    return (*place, "set_aside", reason, None, (), *NOTHING, reason, None, flags)


@at_rest()
def statements(passages: pl.DataFrame) -> pl.DataFrame:
    """Read every numeral of the passages.

    Args:
        passages: core.passages, in any order.

    Returns:
        core.statements: one row a numeral, range or list, in reading order.
    """
    frames: list[pl.DataFrame] = []
    rows: list[tuple[Any, ...]] = []
    for reader in readers(passages):
        rows.extend(reader.read())
        if len(rows) >= ROWS_AT_ONCE:
            frames.append(STATEMENTS.frame_of(rows))
            rows = []
    return pl.concat([*frames, STATEMENTS.frame_of(rows)])


def readers(passages: pl.DataFrame) -> Iterator["Reader"]:
    """A reader for each chain that holds a numeral; one has to be read before the next is asked for."""
    words = lexicon()
    left = chains(passages.sort("report_id", "position"))
    report, times, late = "", Times(0), that_look_ahead(passages)
    while pieces := list(islice(left, CHAINS_AT_ONCE)):
        # a large automaton is quick on one text after another, as long as its tables are at hand
        covered = [words.number_words_in(piece.text) for piece in pieces]
        numbers = [numerals(piece.text, words, inside) for piece, inside in zip(pieces, covered, strict=True)]
        names = [words.names_in(piece.text) if found else [] for piece, found in zip(pieces, numbers, strict=True)]
        cues = [words.cues_in(piece.text) if found else [] for piece, found in zip(pieces, numbers, strict=True)]
        for piece, found, named, told in zip(pieces, numbers, names, cues, strict=True):
            first = piece.rows[0]
            if first["report_id"] != report:
                report = first["report_id"]
                times = Times(int(first["report_year"]), report in late)
            times.enter(first["section"], first["heading"])
            if found or any(NOTE_MARK in (row["edits"] or "") for row in piece.rows):
                yield Reader(piece, words, found, named, told, times)


@dataclass(frozen=True, slots=True)
class Patterns:
    """Cues of `cues.csv`, each with what may stand between it and the number."""

    source: re.Pattern[str]
    recalled: re.Pattern[str]
    reached_early: re.Pattern[str]
    goal_listed: re.Pattern[str]
    aimed_at: re.Pattern[str]
    loose_group: re.Pattern[str]
    less: re.Pattern[str]
    gap: re.Pattern[str]
    gap_to: re.Pattern[str]
    relief: re.Pattern[str]
    past: re.Pattern[str]
    described: re.Pattern[str]
    part_places: re.Pattern[str]
    peers: re.Pattern[str]
    share_of_goal: re.Pattern[str]
    helped: re.Pattern[str]
    than_last: re.Pattern[str]


@cache
def patterns() -> Patterns:
    """The patterns, made from the lexicon."""
    cue = {name: pattern.pattern for name, pattern in lexicon().cues.items()}
    return Patterns(
        source=re.compile(rf"{cue['source']}{CLAUSE}{{0,12}}$"),
        recalled=re.compile(rf"(?:{lexicon().bound_after.pattern})?的?{CLAUSE}{{0,12}}{cue['recalled_goal']}"),
        reached_early=re.compile(rf"的{CLAUSE}{{0,6}}{cue['recalled_goal']}(?:已|已经)?提前"),
        goal_listed=re.compile(rf"[^，。；]{{0,60}}?的{CLAUSE}{{0,6}}{cue['recalled_goal']}"),
        aimed_at=re.compile(rf"[^，。；]{{0,20}}的{cue['recalled_goal']}[，；]"),
        loose_group=re.compile(rf"{cue['loose_group']}[^，。、]{{0,6}}$"),
        less=re.compile(
            rf"{cue['less']}(?![^，。]{{0,4}}[价物])(?!{CLAUSE}{{0,8}}{cue['like_for_like']})[^，。；）\d]{{2,16}}，?$"
        ),
        gap=re.compile(rf"(?:{cue['gap']}|{cue['gap_base']}{CLAUSE}{{0,4}}{cue['gap_side']}){CLAUSE}{{0,14}}$"),
        gap_to=re.compile(
            rf"(?:{cue['gap']}{CLAUSE}{{0,4}}{cue['gap_base']}"
            rf"|{cue['gap_base']}{CLAUSE}{{0,4}}{cue['gap_side']}){CLAUSE}{{0,6}}$|{cue['excess']}$"
        ),
        relief=re.compile(rf"[^。；]{{0,26}}{cue['relief']}"),
        past=re.compile(rf"{cue['past']}|了(?=\d|[约近超]|$)"),
        described=re.compile(rf"{cue['described']}|的(?!{cue['value_noun']})[\u4e00-\u9fff]"),
        part_places=re.compile(f"[，、；]{cue['part_places']}"),
        peers=re.compile(rf"{cue['peers']}{CLAUSE}{{0,5}}(?:第|首位|榜首)"),
        share_of_goal=re.compile(f"{cue['goal']}的$"),
        helped=re.compile(rf"{cue['beneficiary']}{CLAUSE}{{0,4}}$"),
        than_last=re.compile(rf"{cue['than_last']}(?:同期)?的?$"),
    )


class Reader:
    """Reads one chain."""

    def __init__(
        self, piece: Chain, words: Lexicon, found: list[Numeral], named: list[Name], told: list[Cues], times: Times
    ) -> None:
        """Scan the chain for sentence ends and words of time; `named`: see `names_in`, `told`: see `cues_in`."""
        self.chain, self.words, self.times, self.numerals = piece, words, times, found
        self.text, self.cue, self.patterns = piece.text, words.cues, patterns()
        self.marks = told[::-1]  # of the sentences to come
        self.present: set[str] = set()  # cues of this sentence
        self.ends = sentence_ends(self.text)
        self.area = piece.rows[0]["ref_area"]
        where = place(self.area)
        self.subjects = Subjects(self.text, words, found, named, where, self.present)
        self.calendar = Calendar(self.text, self.ends, [item.start for item in found], times)
        self.source = (0, 0)
        self.source_year = (-1, 0)  # where the last A ends, and its year
        self.pair = (-1, 0, 0)  # where the last B ends whose A has a year (从2020年A增加到2025年B), and their years
        self.meant: tuple[int, int, int] = (-1, 0, 0)  # where an A ends that is the mean of several years; B's years
        self.of_year_before = -1  # where the last number begins that is of the year before its own
        self.compared: tuple[int, int | None] = (
            -1,
            None,
        )  # the last multiple's place among the numerals, its base year
        self.mean = (-1, 0, 0)  # where the sentence of the last yearly mean begins, its first year, and where it ends
        first = piece.rows[0]
        self.passage = first  # that of the numeral that is read
        self.explains = first["section"] == "annex" and self.cue["explains"].search(first["heading"] or "") is not None

    # --- the walk -----------------------------------------------------------------------------------------------

    def walk(self) -> Iterator[tuple[Numeral, "Said | str"]]:
        """Each numeral with what it says, or the reason why it is set aside."""
        state = State()
        last_end = sentence = 0
        seen = -1
        for item in self.numerals:
            if len(self.chain.rows) > 1:
                self.passage = self.chain.row(item.start)
            place = bisect_right(self.ends, item.start)
            if place != seen:
                seen = place
                sentence = self.ends[place - 1] if place else 0
                self.enter(sentence, self.ends[place])
                if place > 1 and last_end < self.ends[place - 2]:
                    # a sentence without numbers stands between
                    state = State()
                state.past = []
            if item.reason == "model_number" and self.subjects.names_up_to(item):
                item.reason = None  # GDP 1128亿元
            reason = "name" if self.subjects.names_over(item) else item.reason or self.no_quantity(item)
            if reason or self.explains:
                yield item, reason or "explanation"  # of a term: no figure of the report's own
                continue
            yield item, self.measure(item, state, last_end, sentence)
            last_end = item.stop

    def enter(self, start: int, end: int) -> None:
        """Learn of the cues and the topic of the sentence that comes next."""
        if self.calendar.topics:
            self.calendar.reach(end)
        self.present.clear()
        while self.marks and self.marks[-1][0] <= end:
            at, cues = self.marks.pop()
            if at > start:
                self.present |= cues
        if "part_of_year" in self.present and not self.cue["part_of_year"].search(self.text, start, end):
            self.present.remove("part_of_year")  # a date: asked for most often
        self.subjects.turns = self.cue["in_turn"] if "in_turn" in self.present else None
        self.subjects.each = self.cue["of_each"] if "of_each" in self.present else None

    def no_quantity(self, item: Numeral) -> str | None:
        """Why a numeral is no quantity, where the words around it tell."""
        text, word = self.text, item.word
        following = text[item.stop : item.stop + 2]
        opens = item.start == 0 or (item.start == 1 and text[0] == "（")
        if opens and (following[:1] in ("、", "．", ".", "）") or (following[:1] == "是" and item.han)):
            return "heading_number"
        if word is None:
            if text[item.start - 1] == "（" and following[:1] == "）":
                return "heading_number"
            if item.han and following[:1] in ("是", "要") and item.end - item.start <= 2:
                return "ordinal"
        if item.ordinal:
            return None if self.is_rank(item) else "ordinal"
        if word is not None:
            if text[item.start] == "翻" and self.cue["project_nouns"].match(text, item.stop):
                return "slogan"  # 翻番行动
            if word.counts and self.patterns.peers.match(text, item.stop):
                return "part_of_compound"  # 居全市9个县区第4位
            return self.no_count(item, word) if item.han else None
        if item.parts:
            return None
        if not item.han and item.scale == 1 and item.end - item.start == 4 and 1900 <= item.base <= 2100:
            return "date"
        if item.han:
            digits = item.end - item.start
            if digits > 2 and item.base < 1000 and not SCALED.search(text, item.start, item.end):
                return "name"
            if text[item.start] in "百千万亿" and NOUN.match(following):
                return "slogan"
        if QUOTED.search(text, max(0, item.start - 26), item.start):
            return "slogan" if item.han else "name"
        if item.han and item.base < 100 and item.scale < 10**4:
            return "part_of_compound"
        if self.cue["hotline"].fullmatch(text, item.start, item.end):
            return "phone_number"
        return "name" if following[:1] == "级" else None

    def no_count(self, item: Numeral, word: Unit) -> str | None:
        """Why a number in Chinese characters with a unit is no quantity."""
        text = self.text
        if word.counts and item.base == 1 and item.bound == "exact":
            return "other"
        if word.counts and self.cue["listing"].match(text, item.stop):
            return "part_of_compound"  # A、B、C三项指标
        if word.counts and self.cue["step"].match(text, item.stop):
            return "part_of_compound"  # 跨过三个大关
        pure = not text[item.start : item.end].strip("十百千万亿")
        if pure and (text[item.start - 1] in "个级" or self.cue["project_nouns"].match(text, item.stop)):
            return "slogan"  # 三个千亿元台阶, 亿元以上项目
        return None

    def is_rank(self, item: Numeral) -> bool:
        """Whether an ordinal is a place in an order."""
        if self.cue["loose_order"].match(self.text, item.end):
            return False  # 第一方阵
        before = self.text[max(0, item.start - 14) : item.start]
        before = before[last_clause(before) :]
        after = self.text[item.end : item.end + 1]
        hit = self.subjects.hit_at(item.stop)
        return (
            (hit is not None and hit[0] == item.stop and hit[2].condition == "rank")
            or (after != "" and after in "位名")
            or has_verb(before, "rank")
            or (after in ("，", "。", "；", "、", "") and before[-1:] != "" and before[-1:] in "全国省市区县界球")
        )

    def measure(self, item: Numeral, state: State, last_end: int, sentence: int) -> "Said | str":
        """What a quantity says: its subject, then all that is said of it; or why it says nothing by itself."""
        subjects = self.subjects
        gap_start = max(last_end, sentence)
        last = subjects.last_in_list(item)
        count = last.index - item.index + 1
        slots, rule, verb_from = subjects.link(item, gap_start, state, last_end < sentence, last_end, count)
        if rule == "list":
            state.index += 1
            effect, sign = verb_of(self.text[gap_start : item.start])
            if effect:
                state.effect, state.sign = effect, sign
        else:
            self.take_verb(item, state, slots, rule, gap_start, verb_from)
        state.measure = item.measure
        if rule == "carried" and len(slots) == 1 and item.measure == "DAY":
            slots = [slot for slot in state.past if self.takes(slot, item)][-1:] or slots  # 285天、占比78%，增加19天
        past = state.past[-count:] if rule == "carried" and len(slots) == 1 < count else []
        if len(past) == count and not state.each and state.effect == "grow" and all(slot.indicators for slot in past):
            # A达到x，B达到y，增长a%和b%: 分别 is left unsaid
            state.each, state.slots, slots = True, past, past
        if rule != "list" and count == 2 and len(slots) == 1 and slots[0].condition == "pair":
            # 城乡居民收入增长7%、8.5%
            slots = state.slots = slots[0].dealt_out()
        if rule != "list" and 1 < len(slots) < count:
            # 生产总值、城乡居民收入分别突破400亿元、5万元、3万元
            dealt = [one for slot in slots for one in (slot.dealt_out() if slot.condition in IN_ORDER else [slot])]
            if len(dealt) == count:
                slots = state.slots = dealt
        if rule != "list" and len(slots) > 1 and count == len(slots):
            state.each = True
        if rule != "list" and state.each and not state.bound:
            # the bound of the last number of a list is that of all
            state.bound = last.bound if last.bound in ("about", "at_least", "at_most") else ""
        if item.bound == "exact" and state.bound and not item.ordinal:
            item.bound = state.bound
        if rule != "list":
            state.years = self.years_in_turn(item, state, count, sentence, gap_start) if count > 1 else []
        listed = rule == "list" or count > 1 or (state.each and subjects.dealt_with_verbs(item) > 1)
        if state.each and len(slots) > 1:
            # 分别: the i-th number is the i-th subject's; a single number is every subject's
            chosen = slots if not listed else [slot.joint() for slot in slots[state.index : state.index + 1]]
        elif state.each and len(slots) == 1 and slots[0].condition in IN_ORDER and rule == "carried":
            chosen = slots[0].dealt_out()
        elif state.each and len(slots) == 1 and listed and not state.years:
            chosen = []
        else:
            chosen = [slot.joint() if slot.condition else slot for slot in slots]
        said = self.said(item, state, chosen, gap_start, sentence, rule)
        if said.indicators and slots[0].indicators and not state.each and self.is_step(item):
            return "part_of_compound"
        return said

    def years_in_turn(self, item: Numeral, state: State, count: int, sentence: int, gap_start: int) -> list[int]:
        """The years that 分别 deals out to the numbers of a list, where it has but one subject."""
        if not state.each or len(state.slots) != 1 or state.slots[0].condition in IN_ORDER:
            return []
        kind, section = self.kind(item, sentence, self.chain.row(item.start)["section"]), ""
        (_, last), _, _, _ = self.calendar.when(item.start, sentence, kind, section, self.source)
        found = self.calendar.in_turn(item.start, sentence, gap_start, count, last)
        if not found and state.years_of == sentence and len(state.years) == count:
            return state.years  # …年，A分别为a、b，C依次为c、d
        state.years_of = sentence
        return found

    def takes(self, slot: Slot, item: Numeral) -> bool:
        """Whether a subject is counted in the unit of a number."""
        return any(item.measure in self.words.traits[code].units for code in slot.indicators)

    def is_step(self, item: Numeral) -> bool:
        """Whether a number is a step on the way to the next of its list (跨越5000亿、6000亿两个台阶)."""
        following = self.subjects.next_in_list(item)
        if following is None or following.ordinal or following.word != item.word:
            return False
        return self.text[item.stop : following.start] != "，"

    def take_verb(
        self, item: Numeral, state: State, slots: list[Slot], rule: str, gap_start: int, verb_from: int
    ) -> None:
        """Find the verb and the bound that hold for a number and the list that it opens."""
        subjects, text = self.subjects, self.text
        own, verb_text = text[gap_start : item.start], text[verb_from : item.start]
        effect, sign = verb_of(verb_text)
        if effect and self.words.circumstance_hint.search(verb_text):
            effect, sign = verb_of(self.cue["circumstance"].sub("", verb_text))  # 在价格回落的情况下力保400亿元
        if rule == "clause":
            own_clause = verb_text[last_clause(verb_text) :]
            if self.cue["source"].match(own_clause) or verb_of(own_clause)[0] == "grow":
                effect, sign = verb_of(own_clause)  # 城镇化水平提高，由38%上升到46%
        counted = state.measure not in ("PERCENT", "PERCENTAGE_POINT")
        goes_on = "其中" in own and not effect and counted and state.effect in ("new", "grow")
        if goes_on and not self.patterns.source.search(own):  # 其中高速公路由500公里增加到700公里
            effect, sign = state.effect, state.sign
        elif rule == "direct" and effect == "reach" and subjects.is_new(slots[0].start, verb_text):
            effect, sign = "new", 1
        elif rule == "direct" and not effect:
            lead = text[max(gap_start, slots[0].start - 10) : slots[0].start]
            lead = lead[last_clause(lead, "，、。；：") :]
            effect, sign = verb_of(lead)
            if effect in ("reach", "rank", "rate"):
                effect = ""
            if has_verb(lead, "new"):
                effect, sign = "new", 1
        rate = item.measure == "PERCENT"
        if rate and effect in ("", "reach") and self.cue["grown"].match(text, item.stop):
            effect, sign = "grow", 1  # 实现6%的增长
        elif rate and not effect and own.rstrip("+").endswith("同比"):
            effect, sign = "grow", 1  # 同比+6%
        goes_on = rule == "direct" and not effect and own.startswith("、") and state.effect == "new"
        if goes_on and not self.cue["whole"].search(own):
            effect, sign = ("new", 1) if item.measure == state.measure else ("", 0)  # 新增高速公路200公里、高铁90公里
        rates = rate and state.measure == "PERCENT" and state.effect in ("grow", "rate")
        goes_on = rule == "carried" and effect in ("", "reach") and rates
        above = rule == "carried" and rate and effect == "reach" and state.measure == "PERCENTAGE_POINT"
        if above and state.effect == "rate":
            effect, sign = state.effect, state.sign  # 增速高于全省0.5个百分点，达到7.5%
        before = "than_last" in self.present and self.is_of_year_before(item, gap_start, rates and rule == "carried")
        if goes_on and (before or self.wills(own) or self.tells_time(own) or self.source[1] == gap_start):
            effect, sign = state.effect, state.sign  # 增长9%，力争达到10%; 增速由10%回落到9%
        if rule == "direct" and not effect and rates:
            goes_on = (own.startswith("、") and not last_clause(own)) or "其中" in own
            goes_on = goes_on and not self.is_level(slots)  # 服务业增加值增长7%、占比52%
            if goes_on or (own[:1] in "，；" and self.grows_bare(slots[0], item)):
                effect, sign = state.effect, state.sign  # 居民收入增长8%，其中城镇居民7%、农村居民9%
        if item.measure == "PERCENTAGE_POINT" and own.endswith(("高", "低")):
            effect, sign = "grow", 1 if own.endswith("高") else -1  # 比上年低0.2个百分点
        bare = "" if effect or rule != "carried" else own.strip("、，和与及即")
        reaches = bare in self.words.modality and state.measure == "PERCENT" != item.measure  # 增长8%，力争500亿元
        if effect or rule != "carried" or (bare and (reaches or bare not in self.words.modality)):
            state.effect, state.sign = effect, sign
        state.bound = "" if before else subjects.bound_before(verb_from, item.start)
        state.each = self.has("in_turn", verb_text)
        state.index = 0
        state.cues = text[slots[-1].start : item.start] if state.each and slots else verb_text  # A、B年均分别增长

    def grows_bare(self, slot: Slot, item: Numeral) -> bool:
        """Whether a percentage right after a name can but be its growth (工业增长8%，投资9%)."""
        traits = [self.words.traits[code] for code in slot.indicators]
        return slot.end == item.start and bool(traits) and all(trait.percent == "growth" for trait in traits)

    def is_level(self, slots: list[Slot]) -> bool:
        """Whether a percentage of the first subject is its level."""
        codes = slots[0].indicators if slots else ()
        return bool(codes) and self.words.traits[codes[0]].percent == "level"

    def tells_time(self, own: str) -> bool:
        """Whether some words are of a part of the year, of the whole, or of another (上半年6%，全年7%，去年8%)."""
        if last_clause(own) > 1:
            return False
        return (
            self.cue["part_of_year"].search(own) or self.cue["whole_year"].search(own) or pattern().search(own)
        ) is not None

    def is_of_year_before(self, item: Numeral, start: int, rates: bool) -> bool:
        """Whether a number is that of the year before its own (低于上年4%的涨幅), and bounds nothing.

        Args:
            item: the number.
            start: where its words begin.
            rates: it is a growth, and so was the number before.
        """
        found = self.patterns.than_last.search(self.text, start, item.start)
        if found is None or item.ordinal or item.measure == "PERCENTAGE_POINT":
            return False
        named = self.cue["grown"].match(self.text, item.stop) or self.cue["of_level"].match(self.text, item.stop)
        if not (rates or named or found.group().endswith(("的", "为", "是"))):
            return False  # 高于上年3%: by so much
        self.of_year_before = item.start
        return True

    def has(self, cue: str, part: str) -> bool:
        """Whether a part of the sentence holds a word of the cue."""
        return cue in self.present and self.cue[cue].search(part) is not None

    # --- what is said -------------------------------------------------------------------------------------------

    def said(self, item: Numeral, state: State, slots: list[Slot], gap_start: int, sentence: int, rule: str) -> Said:
        """Everything that a measured numeral says."""
        slot = slots[0] if slots else None
        said = Said(
            item, state, rule, self.passage["section"], sentence, gap_start, slot,
            slot.start if slot else max(gap_start, item.start - 12),
            slot.indicators if slot and len(slots) == 1 else tuple(code for one in slots for code in one.indicators),
            slot.condition if slot else "",
            item.value, item.high, item.measure,
        )  # fmt: skip
        said.trait = self.words.traits[said.indicators[0]] if said.indicators else None
        said.kind = self.kind(item, sentence, said.section)
        self.transform(said)
        self.date(said)
        state.partial = self.is_part_of_year(said)
        if rule in ("direct", "clause", "after"):
            state.total = False
        if said.indicators and (not self.fits(said) or self.is_left_out(said)):
            said.indicators = ()
        own = self.text[gap_start : item.start]
        state.part = "其中" in own or (state.part and own[:1] in ("", "、"))
        if said.slot is not None and said.slot.part and len(slots) == 1:
            said.indicators = ()  # 财政总收入100亿元，其中地方财政收入60亿元，分别增长9%和8%
        elif said.indicators and self.is_part(said):
            said.indicators, slots[0].part = (), True
        if said.transformation not in GROWTH:
            added_up = said.transformation == "level" and said.aggregation == "total"
            state.total = added_up and bool(said.indicators)
        if rule != "carried":
            known = slot is not None and slot.indicators != () and not self.takes(slot, item)
            spent = item.measure == "CNY" and known  # 高速公路完成投资46亿元
            state.fresh = spent or (state.effect == "new" and said.trait is not None and said.trait.new == "change")
        grows = said.transformation in GROWTH and said.measure == "PERCENT" and state.effect in ("grow", "rate")
        ranked = item.ordinal and said.condition == "growth"  # 增速由第20位升至第5位
        state.growth = grows or ranked or (state.growth and rule == "carried" and said.measure == "PERCENTAGE_POINT")
        return said

    def kind(self, item: Numeral, sentence: int, section: str) -> str:
        """Outcome or target: by section, unless tense, time or a verb of will says otherwise."""
        year = self.times.year
        low, high = self.source
        last = None
        for span in self.calendar.between(sentence, item.start):
            if span.base or span.alone or low <= span.start < high:
                continue
            if self.patterns.aimed_at.match(self.text, span.end, item.start):
                continue  # 接近第一个五年计划最后一年的指标；粮食产量…
            last = span
        topic = self.times.topic if last is None else None
        if section not in TARGET_SECTIONS:
            if last is not None and last.last >= year:
                before = self.text[sentence : item.start]
                if self.text.startswith("这", last.start) and last.first < year:
                    return "outcome"  # 这三年城镇共安排…
                if self.cue["early"].search(before[: last.start - sentence][-8:]) or self.is_reached_early(item):
                    return "outcome"  # 提前实现了本世纪末翻两番的目标
                sure = not last.word or section != "review_year"
                if sure or self.wills(before[last_clause(before[: last.start - sentence]) :]):
                    return "target"
            if topic and topic[0] >= year and section != "review_year":
                return "target"
            if section in ("unknown", "closing") and self.cue["set_goal"].search(self.clause(item, sentence)):
                return "target"
            return "outcome"
        if last is not None and last.last < year:
            before = self.text[sentence : item.start]
            opened = last_clause(before[: last.start - sentence])  # 要看到，去年…; 去年提出6%的目标，实际…
            part = before[opened:].rpartition("目标，")[2]
            if last.last > last.first or not self.wills(part[-20:]):
                return "outcome"
        clause = self.clause(item, sentence)
        if topic and topic[1] < year:
            return "outcome"
        if last is None and self.patterns.past.search(clause[-16:]) and not self.wills(clause):
            return "outcome"
        return "target"

    def is_reached_early(self, item: Numeral) -> bool:
        """Whether a goal is told of that was reached before its time (翻两番的目标提前五年实现)."""
        return self.patterns.reached_early.match(self.text, item.stop) is not None

    def clause(self, item: Numeral, sentence: int) -> str:
        """The words before a numeral, from the last semicolon of its sentence on."""
        return self.text[max(self.text.rfind("；", sentence, item.start) + 1, sentence) : item.start]

    def wills(self, part: str) -> bool:
        """Whether some words speak of what is to be."""
        return any(self.words.modality[word] == "target" for word in self.words.modal.findall(part))

    def transform(self, said: Said) -> None:
        """What the value is of the subject: level, growth, change or rank; its sign and measure."""
        item, state, trait = said.item, said.state, said.trait
        effect, sign = state.effect, state.sign
        bare = item.scale >= 10**4 or (trait is not None and trait.units == ("UG_M3",))
        if said.rule == "carried" and trait is not None and trait.units[0] in ("UNIT", "PERSON"):
            bare = bare and NOUN.match(self.text, item.stop) is None  # 近4万居民
        if trait is not None and bare and said.measure is None and (item.word is None or self.steps(item)):
            # a level without a unit of its own: 突破9万亿
            said.measure = None if trait.units[0] == "PERCENT" else trait.units[0]
        elif trait is not None and item.word is not None and trait.units == ("PERSON",) and self.counts_posts(said):
            said.measure = "PERSON"
        if item.ordinal:
            said.transformation, said.measure = "rank", "RANK"
            named = max((one.end for one in state.slots if one.indicators), default=0)
            own = self.text[named if said.rule == "list" else max(named, said.gap) : item.start]
            grown = self.cue["growth_noun"].search(own) is not None
            sized = self.cue["size_noun"].search(own)
            if len(state.slots) > 1 and said.slot and "，" not in self.text[said.slot.end : state.slots[-1].end]:
                # 生产总值总量、投资增速分别居第三、第四位
                if self.cue["growth_noun"].match(self.text, said.slot.end):
                    grown, sized = True, None
                elif self.cue["size_noun"].match(self.text, said.slot.end):
                    grown = False
            risen = self.patterns.source.search(own)  # 增长8%，由上年居第四位升至第三位
            if (grown or (state.growth and said.rule == "carried" and not risen)) and not sized:
                said.indicators, said.condition = (), "growth" if grown else ""
            if self.cue["share_noun"].search(own) and trait is not None and trait.units != ("PERCENT",):
                said.indicators = ()  # 出口占比居全国第二
            if sized and sized.group() != "水平" and trait is not None and trait.units == ("PERCENT",):
                said.indicators = ()  # 研发投入…，规模居全国第二: of the amount, no share
        elif item.unit.endswith(("倍", "番")):
            said.transformation, said.measure = "yoy", "PERCENT"
            if item.unit.endswith("番"):
                said.value = 100.0 * (2 ** min(item.value or 1, 20) - 1)
            elif effect in ("grow", "rate") and item.value is not None:
                said.value = item.value * 100
            elif item.value is not None and self.compared_with(said) is not None:
                said.value = rounded((item.value - 1) * 100)  # 是2020年的2倍
            else:
                said.indicators, said.transformation, said.measure = (), "level", None  # 是最低标准的1.5倍: no growth
        elif said.measure is None and trait is not None and trait.units == ("PERCENT",) and self.is_index(said):
            said.transformation, said.measure, said.value = "yoy", "PERCENT", rounded((item.value or 0) - 100)
        elif said.measure == "PERCENT":
            if self.cue["back_to"].search(state.cues[last_clause(state.cues) :]):
                effect, sign = "", 0  # 增长6%，恢复到上年的九成
            if effect in ("reach", "") and trait and trait.percent == "growth" and self.compared_with(said) is not None:
                effect, sign, said.value = "grow", 1, rounded((item.value or 0) - 100)  # 为1952年的150%
            elif effect == "reach" and (trait is None or trait.percent == "growth"):
                effect, sign = self.verb_before_reach(state)
            grows = effect in ("grow", "rate")
            if trait is None:
                said.transformation = "yoy" if grows else "level"
            elif trait.percent == "growth":
                # 预期目标：生产总值7%左右
                link = self.text[said.slot.end : item.start] if said.slot else "的"
                bare = not effect or (effect == "reach" and self.cue["recalled_goal"].search(link) is not None)
                bare = bare and said.rule == "direct" and said.section in ("targets_year", "targets_term")
                bare = bare and "的" not in link
                if grows or bare or said.condition == "growth" or "PERCENT" in trait.units:
                    said.transformation = "yoy"
                else:
                    said.indicators = ()  # 完成年度任务的113%
            elif effect == "grow":
                said.indicators = ()
        elif said.measure == "PERCENTAGE_POINT":
            said.transformation = "change"
            if effect == "rate" or not effect or (trait is not None and trait.percent == "growth"):
                said.indicators = ()
        elif (
            effect == "grow"
            or (effect == "new" and trait is not None and trait.new == "change")
            or (effect == "rate" and verb_of(state.cues[last_clause(state.cues) :])[0] == "rate")  # 增量500亿元
        ):
            said.transformation = "change"
        elif self.relieves(said):
            said.transformation, sign = "change", -1
        if effect == "grow" and not sign and trait is not None:
            sign = -1 if trait.falls else 1  # 改善
        fallen = sign < 0 and said.transformation in ("yoy", "change") and said.value is not None
        if fallen and (said.value or 0) > 0:  # 下降-1.2% is no rise
            said.value, said.high = -(said.value or 0), None if said.high is None else -said.high
        if said.condition == "third" and len(item.parts) == 3:
            said.value, said.measure, said.transformation = item.parts[2], "PERCENT", "level"
        elif said.condition == "third" or item.parts or (said.condition == "rank" and not item.ordinal):
            said.indicators = ()

    def steps(self, item: Numeral) -> bool:
        """Whether what stands after a number is no unit but a step: 突破9万亿大关."""
        return item.word is not None and self.cue["step"].fullmatch(item.word.word) is not None

    def compared_with(self, said: Said) -> int | None:
        """The base year that stands right before a number, or before the list that it stands in."""
        at, base = self.compared
        if said.rule != "list" or at != said.item.index - 1:
            base = self.calendar.base_of(said.item.start)
        self.compared = (said.item.index, base)
        return base

    def is_part(self, said: Said) -> bool:
        """Whether a number is of a part of what the number before was (保障性住房3万套，其中公租房1万套、廉租房…)."""
        if said.slot is None or said.slot.start < said.gap:
            return False
        state, name = said.state, self.text[said.slot.start : said.slot.end]
        whole = (said.indicators, said.measure, said.kind, said.transformation, said.first, said.last)
        if state.part and state.whole == whole:
            return self.cue["own_right"].search(name) is None
        state.whole = whole
        return False

    def counts_posts(self, said: Said) -> bool:
        """Whether a number counts posts, each of one person (新增就业岗位3万个)."""
        slot, word = said.slot, said.item.word
        return slot is not None and word is not None and word.word == "个" and self.text.endswith("岗位", 0, slot.end)

    def relieves(self, said: Said) -> bool:
        """Whether a number of the poor is of those who are so no more (3万贫困人口脱贫, 减贫3万人)."""
        if said.condition == "beside":
            return True
        if "relief" not in self.present or (said.trait is not None and not said.trait.falls):
            return False  # 新增就业4万人、减贫3万人
        if said.slot and said.trait and self.cue["relief"].search(self.text, said.slot.end, said.item.start):
            return True  # 贫困人口脱贫3万人
        opening = self.patterns.relief.match(self.text, said.item.stop)
        if opening is None or self.cue["not_yet"].search(opening.group()):
            return False  # 还有30万人没有脱贫
        if CLAUSE_END.search(opening.group()) is None:
            return True
        return said.rule == "after" and not self.cue["left"].search(self.text, said.gap, said.item.start)

    def is_index(self, said: Said) -> bool:
        """Whether a number is a price index with the year before as 100 (价格指数控制在103左右)."""
        name = self.text[said.slot.start : said.slot.end] if said.slot else ""
        return "指数" in name and 80 < (said.value or 0) < 130

    def verb_before_reach(self, state: State) -> tuple[str, int]:
        """增长保持在8%, 增长均为8%: the verb that the percentage measures, though 保持在 or 为 comes last."""
        for word in reversed(self.words.verb.findall(state.cues[last_clause(state.cues) :])):
            effect, sign = self.words.verbs[word]
            if effect == "grow" and not any(word + to in state.cues for to in REACHED):
                return effect, sign
        return state.effect, state.sign

    def date(self, said: Said) -> None:
        """The years that the value is of, and how several years are summed up."""
        item, state, trait, text, times = said.item, said.state, said.trait, self.text, self.times
        if state.index < len(state.years):
            said.first = said.last = state.years[state.index]
            said.dated, said.kind = "beside", "outcome" if said.first < times.year else "target"
            return
        (first, last), base, nearest, said.dated = self.calendar.when(
            item.start, said.sentence, said.kind, said.section, self.source
        )
        if (
            said.dated == "year" and said.section == "review_year" and times.reviewed
            and "summed" in self.present and self.cue["summed"].match(text, said.sentence)
        ):  # fmt: skip
            first, last = times.reviewed  # of 五年和过去一年工作回顾: 累计…
        said.span = nearest
        run = nearest is not None and nearest.run
        base = None if run else base  # 是2015年的2倍，增速连续五年超过8%
        cues = state.cues
        if "yearly_mean" in self.present:
            opening = max(said.sentence, said.start - 8)
            opening = max([opening, *(cut.end() for cut in CLAUSE_END.finditer(text, opening, said.start))])
            said.mean = self.has("yearly_mean", cues) or self.has("yearly_mean", text[opening : said.start])
        listed = (
            self.mean[2] == said.gap and said.rule == "carried" and self.wills(text[said.gap : item.start])
            and not self.calendar.between(said.gap, item.start)
        )  # fmt: skip
        # 年均增长5%左右、力争6%; but 年均增长15%，力争翻一番
        said.mean = (said.mean or listed) and not item.unit.endswith(("倍", "番"))
        if last > first and self.mean[0] == said.sentence and said.transformation == "yoy" and not run:
            between = text[self.mean[2] : item.start]
            listed = "其中" in between and "；" not in between
            said.mean = said.mean or listed  # 年均增长6%，其中农业3%、工业7%
        follows = self.pair[0] >= 0 and not run and self.follows_pair(said)
        goes_on = follows and said.start < self.pair[0] and not self.has("on_last_year", cues)
        if said.transformation == "yoy":
            if said.mean:
                said.transformation, said.aggregation = "avg_yoy", "mean"
                if follows:
                    first, last = self.pair[1] + 1, self.pair[2]
                elif base is not None and base < last - 1 and (last == first or nearest is None):
                    first = base + 1
                elif (
                    last == first
                    and said.kind == "target"
                    and nearest is not None
                    and times.year < last != times.plan[1]
                ):
                    first = times.plan[0]  # 到2035年，年均增长5%
                elif last == first:
                    first, last = self.calendar.several_years(item.start, said.sentence, said.kind)
            elif base is not None and base != last - 1:
                first, last, said.transformation = base + 1, max(last, base + 1), "cum_growth"
            elif base is None and goes_on:
                first, last, said.transformation = self.pair[1] + 1, self.pair[2], "cum_growth"
            elif base is not None or self.has("on_last_year", cues):
                if base is None and said.dated == "section" and said.section == "review_term":
                    last = times.year - 1  # of a term that ended before it
                first = last
            elif last > first and not run and (self.falls_to(said) or self.is_price_of_last(said)):
                first = last
            elif last > first and (run or self.has("holds", cues) or self.is_price_rise(said)):
                said.aggregation = "each_year"
            elif last > first:
                said.transformation = "cum_growth"
            elif said.kind == "target" and last > times.year + 1 and base is None and times.plan[0] <= last:
                # 到2030年，能耗降低15%: since the plan began
                begin = nearest.since if nearest is not None and nearest.since else times.plan[0]
                first, said.transformation = begin, "cum_growth"
            elif said.section == "review_term" and trait is not None and trait.falls and self.has("summed", cues):
                first, last = self.calendar.several_years(item.start, said.sentence, said.kind)
                said.transformation = "cum_growth"  # 2020年…；能耗累计下降16%: of the term again
            elif item.unit.endswith(("倍", "番")) and said.section == "review_term" and last == times.term[1]:
                first, said.transformation = times.term[0], "cum_growth"
        elif said.transformation == "change":
            ahead = nearest is not None and first == last > times.year and text.endswith("到", 0, nearest.start)
            if ahead and said.kind == "target" and last != times.plan[1]:
                first = times.year  # 到明年底减少3万人
            elif self.has("on_last_year", cues):
                first = last
            elif base is not None and base < last - 1:
                first = base + 1
            elif base is None and goes_on:
                first, last = self.pair[1] + 1, self.pair[2]
            said.aggregation = "total" if last > first else None
        elif said.transformation == "rank":
            first = first if run else last
        elif said.transformation == "level" and last > first and self.has("holds", cues):
            if said.kind == "target" and not run:
                first = last  # of a plan: at its end
            else:
                said.aggregation = "each_year"
        elif trait is not None and said.measure != "PERCENT":
            clause = max(said.sentence, *(text.rfind(mark, 0, said.start) + 1 for mark in "，；："))
            opened = said.sentence if said.start == said.gap else said.gap  # 累计完成500万元以上固定资产投资90亿元
            since = max(opened, min(clause, max(said.sentence, said.start - 10)))
            summed = self.has("summed", text[since : item.start])
            if summed and first == last and said.section in ("review_term", "targets_term"):
                # 2022年达到500亿元；累计完成…: of the term again
                first, last = self.calendar.several_years(item.start, said.sentence, said.kind)
            if trait.span == "sum" and not summed and nearest is not None and -2 <= said.start - nearest.end <= 12:
                part = text[nearest.end : said.start]
                if self.cue["carried_out"].search(text, max(said.gap, said.start - 4), item.start):
                    part = part.replace("，", "", 1)  # 五年间，完成固定资产投资800亿元
                summed = not CLAUSE_END.search(part) and not rest(part, "before")
            named = said.slot is not None and item.start == said.slot.end
            summed = summed or (trait.span == "sum" and state.total and named)  # 累计接待游客N，实现旅游收入M
            if trait.span == "sum" and last > first and self.cue["sum_noun"].search(text, said.start, item.start):
                summed = True  # 五年固定资产投资总规模
            if self.has("stock", text[said.start : item.start]) or not (trait.span == "total" or summed or run):
                first = last
            if last > first:
                each = run or self.has("every_year", cues) or self.has("every_year", text[clause : said.start])
                said.aggregation = "mean" if said.mean else ("each_year" if each else "total")
        elif run:
            said.aggregation = "each_year"
        else:
            first = last
        if (
            said.kind == "outcome"
            and first < times.year <= last
            and not (nearest and text.startswith("这", nearest.start))
        ):
            last = times.year - 1  # a plan that runs on
        if said.section == "review_year" and said.kind == "outcome" and nearest is not None and nearest.word:
            first, last = min(first, times.year - 1), min(last, times.year - 1)  # 年内, of the year reviewed
        compared = self.calendar.base_of(item.start)
        if compared is not None and said.transformation == "level":
            # 比1958年的548亿元增长: the number compared with is of that year
            first = last = compared
            said.kind, said.aggregation = ("outcome" if compared < times.year else said.kind), None
        if self.of_year_before == item.start:
            first, last = last - 1, last - 1
            said.kind = "outcome" if last < times.year else said.kind
        said.first, said.last = first, last
        if said.transformation == "avg_yoy" and not listed:
            self.mean = (said.sentence, first, item.stop)
        self.date_ends(said, base, nearest)

    def is_price_rise(self, said: Said) -> bool:
        """Whether a rise of prices (涨幅控制在3%以内) is that of each year: it is, unless years are summed up."""
        prices = said.trait is not None and said.trait.units == ("PERCENT",) and said.state.sign >= 0
        return prices and said.state.effect != "grow" and not self.has("summed", said.state.cues)

    def falls_to(self, said: Said) -> bool:
        """Whether a rise of prices is what it came down to, in the end (涨幅降到3%)."""
        prices = said.trait is not None and said.trait.units == ("PERCENT",)
        return prices and self.cue["falls_to"].search(said.state.cues) is not None

    def is_price_of_last(self, said: Said) -> bool:
        """Whether prices rose in the last year of a term, told of before them (降到去年的2%，物价上涨3%)."""
        prices = said.trait is not None and said.trait.units == ("PERCENT",) and said.trait.percent == "growth"
        if not prices or said.dated != "section" or self.has("summed", said.state.cues):
            return False
        opened = max(self.text.rfind("；", said.sentence, said.start) + 1, said.sentence)
        named = [span for span in self.calendar.between(opened, said.start) if not span.base]
        return bool(named) and named[-1].first == named[-1].last == self.times.term[1]

    def date_ends(self, said: Said, base: int | None, nearest: Span | None) -> None:
        """从A增加到B: A is of the year before the span; what adds up to the end of a plan begins with the plan."""
        item, trait, times = said.item, said.trait, self.times
        source = self.patterns.source.search(self.text, max(said.gap, item.start - 14), item.start)
        if source and source.group().endswith(("到", "至")) and not source.group().endswith("不到"):
            source = None  # 由零增加到326公里
        begins = source.start() if source else self.source[0]
        goes_on = said.rule == "list" and self.source[1] > 0
        if source or self.source[1] == said.gap:
            self.date_pair(said, begins if source else said.gap, nearest, source is not None)
        self.source = (begins, item.stop) if source or goes_on else (0, 0)
        if (
            (source or goes_on)
            and self.reaches(item)
            and (said.transformation in ("level", "rank") or "上年" in self.text[begins : item.start])
        ):
            # unless its own year stands beside it
            own = self.source_year[0] == item.stop or (nearest is not None and nearest.start >= begins)
            if not own:
                (begin, _), _, _, _ = self.calendar.when(
                    item.start, said.sentence, said.kind, said.section, self.source
                )
                if base is not None:
                    begin = base + 1
                elif nearest is not None and nearest.ranged:
                    begin = nearest.first + 1
                elif said.section == "review_term" and begin == times.term[1]:
                    begin = times.term[0]
                elif said.dated == "year" and times.reviewed and said.section == "review_year":
                    begin = times.reviewed[0]  # of 过去一年和五年工作回顾
                elif nearest is None and self.mean[0] == said.sentence and begin == times.year - 1:
                    begin = self.mean[1]  # 生产总值年均增长5%，人均由4万元增加到5万元
                said.first = said.last = min(begin, times.year if said.kind == "target" else begin) - 1
            if said.last < times.year:
                said.kind = "outcome"
        elif (
            said.kind == "target" and said.first == said.last == times.plan[1] > times.year
            and trait is not None and said.measure in (*trait.units, "PERCENTAGE_POINT")
            and (said.transformation == "change" or (said.transformation == "level" and trait.span == "total"))
        ):  # fmt: skip
            said.first, said.aggregation = times.plan[0], "total"

    def follows_pair(self, said: Said) -> bool:
        """Whether a growth may be over the years of a pair in its sentence (从2010年的A增加到2020年的B，年均增长6%)."""
        at, first, last = self.pair
        return at >= said.sentence and last - first > 1 and not (said.span is not None and said.span.start >= at)

    def date_pair(self, said: Said, begins: int, nearest: Span | None, is_source: bool) -> None:
        """A and B of 从A增加到B, where years are named: those of the pair before go on, those compared with are A's."""
        named = nearest if nearest is not None and nearest.start >= begins else None
        item, after = said.item, self.source_year[0] == said.gap
        last_year = any(word in self.text[begins : item.start] for word in ("上年", "年初"))
        if is_source and last_year and said.section in OUTCOME_SECTIONS:
            said.first = said.last = said.last - 1  # 由上年末的A增加到B, of the last year reviewed
            self.source_year, self.pair = (item.stop, said.first), (item.stop, said.first, said.last + 1)
        elif is_source:
            compared = self.calendar.compared(said.sentence, begins)
            summed = self.cue["yearly_mean"].search(self.text, said.start, item.start)
            if compared and nearest and summed and said.transformation == "level":
                said.first, said.last, said.aggregation = compared.first, compared.last, "mean"
                self.meant = (item.stop, nearest.first, nearest.last)
            elif self.pair[0] >= said.sentence and (nearest is None or nearest.start < self.pair[0]):
                said.first = said.last = self.pair[1]
            elif named:
                self.pair = (-1, 0, 0)
            else:
                return
            self.source_year = (item.stop, said.first)
        elif self.meant[0] == said.gap:
            said.first, said.last, said.aggregation = *self.meant[1:], "mean"
        elif after and named:
            self.pair = (item.stop, self.source_year[1], said.last)
        elif after and self.pair[0] >= said.sentence:
            said.first = said.last = self.pair[2]
            self.pair = (item.stop, *self.pair[1:])
        elif after:
            self.pair = (item.stop, self.source_year[1], said.last)

    def reaches(self, item: Numeral) -> bool:
        """Whether a number that it rises or falls to follows."""
        item = self.subjects.last_in_list(item)
        following = self.subjects.next_of(item)
        while following is not None and following.reason:
            following = self.subjects.next_of(following)
        if following is None or following.start - item.stop >= 24:
            return False
        between = self.text[item.stop : following.start]
        if "。" in between:
            return False
        return (
            any(word in between for word in REACHED)
            or has_verb(between, "rank")
            or ("，" not in between and bound_in(between) is not None)
        )

    # --- what is not of the whole area in whole years --------------------------------------------------------------

    def fits(self, said: Said) -> bool:
        """Whether measure and transformation can be the indicator's."""
        trait, grows = said.trait, said.transformation in GROWTH
        if trait is None or (said.condition == "growth" and not grows):
            return False
        if said.condition == "amount" and not (
            said.measure in trait.units
            or (grows and (said.state.effect in ("grow", "rate") or said.item.unit.endswith("倍")))
            or (
                said.item.ordinal
                and (
                    self.cue["output"].search(self.text, said.start, said.item.start)  # 煤、水泥产量居第一位
                    or (said.rule == "carried" and self.numerals[said.item.index - 1].measure in trait.units)
                )
            )
        ):
            return False
        if said.condition == "amount" and self.is_listed_of_another(said):
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

    def is_listed_of_another(self, said: Said) -> bool:
        """Whether goods are listed of which no output is told (新增生产能力：钢5万吨，煤30万吨)."""
        lead = self.text.rfind("：", said.sentence, said.start)
        return lead > 0 and self.cue["no_output"].search(self.text, said.sentence, lead) is not None

    def is_left_out(self, said: Said) -> bool:
        """Whether the words around say that it is not a value of the whole area in whole years."""
        item, state, trait, text = said.item, said.state, said.trait, self.text
        start, own = max(said.sentence, said.start), text[said.gap : item.start]
        if said.kind == "target" and said.last < self.times.year:
            return True
        if self.is_of_a_part(said):
            return True
        if said.transformation == "yoy" and self.source[1] == item.stop and self.reaches(item):
            begins = self.source[0]
            if "上年" not in text[begins : item.start] and not (said.span and said.span.start >= begins):
                return True  # 增速由3%提高到6%: of a time that is not said
        if said.kind == "outcome" and self.is_reached_early(item):
            return False
        told = said.section in OUTCOME_SECTIONS or said.kind == "outcome"
        opened = max(text.rfind(mark, said.sentence, said.start) for mark in "，；：")
        listed = told and self.has("goal_set", text[max(opened, said.sentence) : said.start])
        if listed and self.patterns.goal_listed.match(text, item.stop):
            return True  # 去年提出的生产总值增长7%、城镇新增就业5万人的目标
        if told and self.patterns.recalled.match(text, item.stop):
            within = said.rule == "direct" and item.bound == ("at_most" if trait and trait.falls else "at_least")
            doubled = item.unit.endswith("番") and said.kind == "outcome" and self.cue["achieved"].search(own)
            if not (within or doubled):
                return True  # 失业率低于5.5%的预期目标, 实现翻番的目标 tell what came, 增长8%，高于6%的目标 of a goal
        if (
            told
            and self.has("recalls", text[said.sentence : said.start])
            and not self.cue["in_fact"].search(text, said.gap, item.start)
        ):
            return True  # 去年的报告提出，物价涨幅要降到4%，实际降到3%
        if said.transformation == "level" and said.rule != "after" and self.patterns.described.match(text, item.stop):
            became = self.cue["becomes"].search(text, max(opened, said.sentence), said.start)
            return became is None or self.cue["kind_of_place"].match(text, item.stop) is None
        some = said.rule == "after" and said.transformation == "level" and trait is not None and trait.falls
        if some and (said.kind == "target" or not self.cue["there_are"].search(text, said.gap, item.start)):
            return True  # 4万贫困人口搬迁: what some of them do
        if said.kind == "target" and said.transformation == "level" and self.is_what_is_left(said):
            return True
        exceeds = "than_last" in self.present and self.patterns.than_last.search(text, said.gap, item.start)
        if exceeds and self.of_year_before != item.start:
            return True  # 高于上年3000人: by so much
        counted = said.rule == "after" or (said.rule == "carried" and item.word is not None and item.word.counts)
        if counted and not item.ordinal and self.patterns.helped.search(text, said.gap, item.start):
            return True
        if trait is not None and trait.units == ("PERCENT",) and state.effect == "new":
            return True  # a share of what is new
        near = trait.near if trait is not None else None
        if near and not near.search(text, max(said.sentence, min(opened + 1, said.gap)), item.stop + 28):
            return True
        if item.unit.endswith("番") and "提前" in text[said.gap : item.start]:
            return not any(
                span.base for span in self.calendar.between(said.gap, item.start)
            )  # on a year that a plan named
        if item.unit in FRACTIONS and text[item.start - 1] == "的" and self.calendar.base_of(item.start) is None:
            return True  # 全国平均水平的一半
        if text[item.start - 1] == "每":
            return True  # 每11个人
        if self.is_of_counted(said):
            return True  # 12个县区中有5个财政收入不足2亿元
        if text[item.start - 1] == "上" and text[item.start] in "百千万亿" and item.bound == "exact":
            return True  # 上亿人
        if text[item.start - 1] in "向着" and (said.kind == "outcome" or text[item.start] in "百千万亿"):
            return True  # 达到1.3万亿元，向1.5万亿元迈进
        if said.rule == "direct" and self.cue["investment"].match(text, start) and self.is_of_projects(said):
            return True
        laid = said.measure == "KM" and trait is not None and trait.new == "change"
        if laid and self.has("started", own[last_clause(own) :]):
            return True  # 高铁开工117公里: not yet open
        if said.transformation == "rank" and self.cue["moved"].match(text, item.stop):
            return True  # 由第15位前移1位
        if said.transformation == "rank" and self.patterns.loose_group.search(text, said.gap, item.start):
            return True
        flow = state.effect == "new" or (trait is not None and trait.span == "total")
        if said.mean and (said.transformation == "change" or (said.transformation == "level" and flow)):
            return True
        if self.cue["per_head"].search(text, max(0, min(said.gap - 4, start - 8)), start + 1):
            return True
        if said.rule == "carried" and self.has("less", own):
            sized = said.transformation == "change" and not self.has("real", own)  # 剔除一次性收入后净增27亿元
            if sized or self.cue["part_investment"].search(own):
                return True
        if said.rule == "carried" and not state.each and self.patterns.part_places.search("，" + own):
            return True
        of_goals = own if said.rule != "list" else state.cues  # 分别完成年度目标的102%、103%
        if said.measure == "PERCENT" and self.patterns.share_of_goal.search(of_goals):
            return True
        if (
            said.transformation == "yoy"
            and said.rule == "carried"
            and self.cue["share_of"].search(own, last_clause(own, "，、。；："))
        ):
            return True  # 增量占全国三成
        if said.transformation in GROWTH and text.endswith("年初的", 0, item.start):
            return True  # 涨幅由年初的9%回落到3%: of the first months
        if said.transformation in GROWTH and self.cue["than_before"].search(without_times(own)):
            return True  # 比改革前增长86%
        summed = (state.fresh or state.total) and not said.mean
        if summed and said.rule in ("carried", "list") and said.transformation in GROWTH:
            return True  # of what was new, or of a sum over years on the years before
        gap = self.patterns.gap if said.measure == "PERCENTAGE_POINT" else self.patterns.gap_to
        if said.measure != "PERCENT" and gap.search(state.cues):
            return True
        if said.measure == "PERCENTAGE_POINT" and self.has("every_year", state.cues):
            return True
        since = max(text.rfind("；", said.sentence, start) + 1, said.sentence)
        if text.startswith("新增就业", start) and self.cue["jobs_of_projects"].search(text, since, start):
            return True  # 新增商铺2万平方米，新增就业800人
        falls = said.transformation == "yoy" and trait is not None and trait.falls and (said.value or 0) < 0
        if falls and said.dated == "year" and self.has("summed", state.cues):
            return True  # 能耗累计下降15%: since a year that is not said
        if said.transformation == "change" and YEARLY.search(
            text, max(opened + 1, said.sentence, start - 8), item.start
        ):
            return True  # 每年减少贫困人口10万人
        return bool(
            state.partial
            or self.has("not_of_last_year", state.cues)
            or self.has("not_of_last_year", text[max(said.gap, opened + 1) : item.start])
            or (
                "less" in self.present
                and self.patterns.less.search(text, max(said.sentence, said.start - 22), said.start)
            )
            or self.calendar.since_last_plan(start, item.start)
            or ("gap" in self.present and self.cue["gap"].match(text, item.stop))
            or self.has("per_day", text[start : item.start])
            or self.has("superseded", text[max(said.gap, opened + 1, start - 8) : item.start])
        )

    def is_of_a_part(self, said: Said) -> bool:
        """Whether a clause before told of a place inside the area, or set it a task, and no word since of the whole."""
        opened = max(said.sentence, self.text.rfind("；", said.sentence, said.start) + 1)
        end = told_of_a_part(self.area, self.text, said.sentence, said.start)
        works = self.cue["zone_works"].search(self.text, opened, said.start) if "zone_works" in self.present else None
        if works:
            end = works.end()  # 实施中心城区更新工程，改造老旧小区20个
        if not end and said.kind == "target":
            end = task_of_a_part(self.area, self.text, opened, said.start)
        if not end or self.cue["whole_area"].search(self.text, end, said.item.start):
            return False
        return not self.subjects.where.ours.search(self.text, end, said.start)

    def is_what_is_left(self, said: Said) -> bool:
        """Whether a number counts what is left to do (聚焦剩余贫困人口2万人), and is no aim."""
        bare = said.slot is not None and said.slot.end == said.item.start
        return bare and self.cue["left"].search(self.text, said.gap, said.start) is not None

    def is_of_counted(self, said: Said) -> bool:
        """Whether a number is that of parts that stand counted right before its subject."""
        at, word = said.item.index, said.item.word
        if said.rule != "direct" or not at or word is None or word.counts:
            return False
        if self.text[said.gap : said.start] not in ("", "的"):
            return False
        before = self.numerals[at - 1]
        return before.stop == said.gap > said.sentence and before.measure == "UNIT" and not before.ordinal

    def is_of_projects(self, said: Said) -> bool:
        """Whether an investment is that of projects counted before it (实施重点项目320个，完成固定资产投资80亿元)."""
        before = self.numerals[said.item.index - 1]
        counted = before.measure == "UNIT" and before.stop == said.gap and before.start >= said.sentence
        own = self.text[said.gap : said.start]
        done = self.cue["carried_out"].match(own, 1)
        if not counted or done is None or self.cue["whole_area"].search(own):
            return False
        return self.cue["works"].search(self.text, max(said.sentence, before.start - 16), said.gap + 6) is not None

    def is_part_of_year(self, said: Said) -> bool:
        """Whether a month or a quarter stands before the subject or in the number's own clause."""
        if said.state.partial and self.text.startswith("其中", said.sentence):
            return True  # 前11月进出口增长8%。其中，出口增长9%
        if "part_of_year" not in self.present:
            return False
        search, text, stop = self.cue["part_of_year"].search, self.text, said.item.start
        whole = self.cue["whole_year"].search(text, said.gap, stop)
        if whole and not search(text, whole.end(), stop):
            return False
        if said.rule == "carried":
            return said.state.partial or search(text, said.gap, stop) is not None
        opening = search(text, said.sentence, min(said.sentence + 8, stop))
        restated = opening is not None and self.cue["whole_year"].search(text, opening.end(), stop) is not None
        if opening and not restated and not any(not span.base for span in self.calendar.between(opening.end(), stop)):
            return True
        clause = max((cut.end() for cut in CLAUSE_END.finditer(text, said.start, stop)), default=said.start)
        named = said.slot.end if said.slot and said.slot.start >= said.sentence else said.start
        near = text.rfind("；", said.sentence, said.start) + 1  # 较一季度提升2个百分点；…
        before = search(text, max(said.sentence, min(said.start, stop) - 12, near), min(named, stop))
        return before is not None or search(text, max(clause, said.sentence), stop) is not None

    # --- rows ---------------------------------------------------------------------------------------------------

    def read(self) -> Iterator[tuple[Any, ...]]:
        """One row a numeral, its cells in the order of the registry, its places counted in the report."""
        for item, said in self.walk():
            passage = self.passage
            start, end = self.chain.span(item.start, item.end)
            if not start < end <= passage["char_end"]:
                end = max(min(end, passage["char_end"]), start + 1)
            place = place_of(passage, start, end)
            flags = self.flags(passage, said, start, end) if passage["faults"] else ()
            aside = "ordinal" if "page_number" in passage["faults"] else said
            if isinstance(aside, str):
                yield set_aside(place, aside, flags)
            else:
                yield self.measured(aside, place, passage, flags)
        for passage in filter(itemgetter("edits"), self.chain.rows):
            yield from note_marks(passage)

    def flags(self, passage: dict[str, Any], said: Said | str, start: int, end: int) -> list[str]:
        """Why to be careful with a number: the faults of its passage, and what of its own words was mended."""
        if isinstance(said, Said):
            start, end, _ = self.evidence(said, passage)
        mended = {edit.fault for edit in from_json(passage["edits"]) if edit.start < end and start < edit.end}
        return [fault for fault in passage["faults"] if fault in FLAGS or fault in mended]

    def measured(
        self, said: Said, place: tuple[Any, ...], passage: dict[str, Any], flags: Sequence[str]
    ) -> tuple[Any, ...]:
        """The row of a numeral that measures something."""
        item, slot, text = said.item, said.slot, self.text
        price, stage = self.labels(said) if self.present else (None, None)
        word = item.word
        rule = f"{said.rule}/{said.dated}"
        low, high, evidence = self.evidence(said, passage)
        return (
            *place, "measured", None,
            text[slot.start : slot.end] if slot and said.indicators else self.subject(said), said.indicators,
            said.kind, said.transformation, said.first, said.last,
            item.bound, rounded(said.value), said.high and rounded(said.high),
            self.printed_scale(item) + item.unit or None, said.measure, price,
            word.word if word is not None and (word.counts or said.measure == "UNIT") else None,
            stage, said.aggregation, evidence, low, high, rule,
            self.words.confidence(rule) if said.indicators else None, flags,
        )  # fmt: skip

    def labels(self, said: Said) -> tuple[str | None, str | None]:
        """At which prices a growth is, and which stage of building is counted, where the words say so."""
        text, stop = self.text, said.item.start
        price = stage = None
        if said.transformation in GROWTH:
            near = text[max(said.sentence, said.start - 14) : stop]
            price = "real" if self.has("real", near) else "nominal" if self.has("nominal", near) else None
        if self.has("prices_of", text[max(said.sentence, said.start - 18) : said.start]):
            price = "real"  # 按2020年价格计算，生产总值达到…
        if said.measure in ("UNIT", "KM", "M2"):
            around = text[max(said.gap, said.start - 8) : stop]
            stage = "completed" if self.has("completed", around) else "started" if self.has("started", around) else None
        return price, stage

    def printed_scale(self, item: Numeral) -> str:
        """The scale that is printed between digits and unit: 万亿 of 1.2万亿元."""
        if item.han or self.text[item.end - 1] not in SCALES:
            return ""
        found = SCALE_END.search(self.text, item.start, item.end)
        return found.group() if found else ""

    def subject(self, said: Said) -> str | None:
        """What a number measures that the codebook does not know, as jieba sees it in the words around."""
        item, text, slot = said.item, self.text, said.slot
        before = text[slot.start : slot.end] if slot and slot.end <= item.start else text[said.gap : item.start]
        named = noun_phrase(before, last=True)
        if named is None or (item.word is not None and item.word.counts and not before.endswith(named)):
            after = NO_CLAUSE.match(text, item.stop)
            named = (noun_phrase(after.group(), last=False) if after else None) or named
        return named

    def evidence(self, said: Said, passage: dict[str, Any]) -> tuple[int, int, str | None]:
        """The run of the report from subject to number: its place, and its words where one passage holds it."""
        item, slot, chain = said.item, said.slot, self.chain
        start = min(said.start, item.start)
        stop = max(item.stop, slot.end) if slot and said.rule == "after" else item.stop
        low, high = chain.span(start, stop)
        opened_before = len(chain.rows) > 1 and chain.row(start) is not passage
        if opened_before and low > chain.origin(item.start):
            low = chain.origin(item.start)
        if opened_before or high > passage["char_end"]:
            return low, high, None
        return low, high, passage["text"][low - passage["char_start"] : high - passage["char_start"]]


def rounded(value: float | None) -> float | None:
    """The value to 12 digits: 18.23 × 10¹² and not 18230000000000.004."""
    if value is None or (value % 1 == 0 and abs(value) < 10**12):
        return value
    return float(f"{value:.12g}")
