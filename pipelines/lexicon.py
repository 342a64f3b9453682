"""What the grammar knows of the language: the hand-edited tables under `seeds/lexicon`, loaded once and checked."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import ahocorasick_rs

from pipelines import seeds
from pipelines.tables import BOUNDS, KINDS, UNITS

CONDITIONS = ("", "growth", "rank", "amount", "beside", "head", "not", "pair", "each", "third")
# cues that few sentences hold: all are looked for in one pass over a text, see `Lexicon.cues_in`
ANCHORED = frozenset((
    "in_turn", "yearly_mean", "on_last_year", "holds", "summed", "stock", "every_year", "gap", "not_of_last_year",
    "less", "per_day", "superseded", "part_of_year", "real", "nominal", "prices_of", "completed", "started",
    "of_each", "recalls", "goal_set", "zone_works", "relief", "short_name", "topic", "than_last", "those_are",
))  # fmt: skip
FEW_WORDS = 10_000  # an automaton of so many takes a hundred megabytes to be twice as quick
FALLING = ("lower", "control")
FIRST_YEAR = 1900  # a number above it is a year, none that counts years
EFFECTS = ("grow", "rate", "new", "reach", "rank", "none")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit word: `value × factor` is in `measure` (NULL where the registry has none); `counts`: a measure word."""

    word: str
    measure: str | None
    factor: float
    counts: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What a name in the text stands for.

    `condition`: growth, rank and amount names stand for their indicator only so measured, one that is said beside a
    number of its unit only there (3万人脱贫), a pair for town and country in order (without 分别 for all residents),
    each for several in order, third for the last of three shares; a head stands for none, but may make a name with what
    follows later (服务业…，增加值);
    what is near an indicator and is `not` it has no indicators.
    """

    indicators: tuple[str, ...]
    condition: str


@dataclass(frozen=True, slots=True)
class Trait:
    """How an indicator is read.

    `percent`: what a percentage of it is (its level or its growth); `span`: whether a level over several years is
    their total, the last year's, or a sum where the years are named with it; `new`: what 新增 N is of it, its level
    (a flow) or its change (a stock); `near`: words one of which its clause must hold; `counted`: the measure words that
    it may be counted in, any where empty; `maximum`: no larger value is one of it; `falls`: a fall is the better.
    """

    percent: str
    span: str
    new: str
    near: re.Pattern[str] | None
    counted: tuple[str, ...]
    maximum: float
    units: tuple[str, ...]
    falls: bool


@dataclass(frozen=True, slots=True)
class Period:
    """The years of a word of time, counted from the report's; of 近N年 from it less N.

    `sort`: run (连续N年), alone (N年累计, which does not say which years), same (在此期间: those named), now
    (今年, counted from the year that it is spoken in), or empty; four digits are a year.
    """

    first: int
    last: int
    first_n: int
    last_n: int
    sort: str

    def years(self, year: int, count: int) -> tuple[int, int]:
        """First and last year, for a report of `year` and a word with the number `count`."""
        last = self.last if self.last > FIRST_YEAR else year + self.last + count * self.last_n
        own = self.first > FIRST_YEAR
        return (min(self.first, last) if own else year + self.first + count * self.first_n), last

    @property
    def since(self) -> bool:
        """Whether it begins in a year of its own and goes on (改革开放以来)."""
        return self.first > FIRST_YEAR > self.last


Name = tuple[int, int, Subject]  # where a name begins and ends, and what it stands for
Cues = tuple[int, frozenset[str]]  # where words end that may be of some cues


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All tables, each compiled into the pattern that the grammar uses.

    `periods`: a word of time, with N for its number, → `Period`; `cues`: a cue → a pattern for any of its words;
    `circumstance_hint`: see `hint`.
    """

    units: dict[str, Unit]
    unit: re.Pattern[str]
    bound_after: re.Pattern[str]
    bound_before: re.Pattern[str]
    bounds: dict[str, str]
    verbs: dict[str, tuple[str, int]]
    verb: re.Pattern[str]
    changes: frozenset[str]
    periods: dict[str, Period]
    modality: dict[str, str]
    modal: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    subjects: dict[str, Subject]
    names: ahocorasick_rs.AhoCorasick
    named: tuple[Subject, ...]  # what the names of the automaton stand for, in its order
    tails: dict[str, tuple[str, ...]]
    tail_opening: re.Pattern[str]
    number_words: ahocorasick_rs.AhoCorasick
    traits: dict[str, Trait]
    cues: dict[str, re.Pattern[str]]
    circumstance_hint: re.Pattern[str]
    anchors: ahocorasick_rs.AhoCorasick
    anchored: tuple[frozenset[str], ...]
    rules: dict[str, float]

    def names_in(self, text: str) -> list[Name]:
        """The names of the codebook in a text, each with its place, in order; none overlap."""
        return [(start, end, self.named[index]) for index, start, end in self.names.find_matches_as_indexes(text)]

    def number_words_in(self, text: str) -> list[tuple[int, int]]:
        """Where the words begin and end whose number characters are no numeral, in order."""
        return [(start, end) for _, start, end in self.number_words.find_matches_as_indexes(text)]

    def cues_in(self, text: str) -> list[Cues]:
        """The cues of ANCHORED that a text may hold, and where, in order; they need not be searched for elsewhere."""
        found = self.anchors.find_matches_as_indexes(text, overlapping=True)
        return [(end, self.anchored[index]) for index, _, end in found]

    def confidence(self, rule: str) -> float:
        """How often a reading by this rule was right; see `confidence.csv`."""
        return self.rules.get(rule, self.rules[""])


def alternation(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return in_turn(tuple(map(re.escape, word)) for word in sorted(set(words), reverse=True))


def in_turn(ways: Iterable[tuple[str, ...]]) -> str:
    """A pattern for the first that fits of several ways, each in pieces; they share openings, which is quicker."""
    endings: dict[str, list[tuple[str, ...]]] = {}
    for way in ways:
        endings.setdefault("".join(way[:1]), []).append(way[1:])
    found = [opening + in_turn(rest) if opening else "" for opening, rest in endings.items()]
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"


def hint(words: Iterable[str]) -> re.Pattern[str]:
    """Signs of which each word has one, as a pattern: what holds none of them need not be searched for words."""
    left = [re.sub("[N…]", " ", word) for word in words]
    found: list[str] = []
    while left:
        sign = Counter("".join(left).replace(" ", "")).most_common(1)[0][0]
        following = {word.partition(sign)[2][:1].strip() for word in left if sign in word}
        found.append(re.escape(sign) + ("" if "" in following else f"[{re.escape(''.join(sorted(following)))}]"))
        left = [word for word in left if sign not in word]
    return re.compile("|".join(found))


def automaton(words: Iterable[str]) -> ahocorasick_rs.AhoCorasick:
    """An automaton that finds the leftmost of the words, and of those the longest; of few words it may be large."""
    found = list(words)
    made = ahocorasick_rs.Implementation.DFA if len(found) < FEW_WORDS else None
    return ahocorasick_rs.AhoCorasick(found, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest, implementation=made)


def table(name: str, *columns: str, allowed: Mapping[str, Collection[str]] | None = None) -> list[dict[str, str]]:
    """A table of the lexicon whose first column names each row once (with the second, where that tells two apart).

    Raises:
        SeedError: a header, a value or a repeated word, named by file and line.
    """
    path = f"lexicon/{name}"
    found = seeds.rows(path, *columns, allowed=allowed)
    keys = [f"{row[columns[0]]} {row['place']}" if "place" in row else row[columns[0]] for row in found]
    seeds.unique(path, columns[0], keys)
    for line, row in enumerate(found, 2):
        if not row[columns[0]]:
            raise seeds.SeedError(f"seeds/{path}:{line}: {columns[0]} is empty")
    return found


def number(path: str, line: int, column: str, value: str) -> float:
    """The number in a cell, which may be a fraction (2000/3).

    Raises:
        SeedError: it is none.
    """
    try:
        whole, _, part = value.partition("/")
        return float(whole) / float(part or 1)
    except (ValueError, ZeroDivisionError):
        raise seeds.SeedError(f"seeds/lexicon/{path}:{line}: {column} is {value!r}; it must be a number") from None


def variants(word: str) -> set[str]:
    """A word of `subjects.csv` composed from parts: {城镇|城市}居民{|人均}收入 → the four names; braces may be nested.

    Raises:
        ValueError: a brace has no partner.
    """
    found, stop = expanded(word, 0, inside=False)
    if stop < len(word):
        raise ValueError(f"{word!r} has a brace without its partner")
    return found


def expanded(word: str, at: int, inside: bool) -> tuple[set[str], int]:
    """What word[at:] may stand for up to its end, or to the brace that closes it, and where that is."""
    done: set[str] = set()
    found = {""}
    while at < len(word):
        sign = word[at]
        at += 1
        if sign == "{":
            parts, at = expanded(word, at, inside=True)
            found = {before + part for before in found for part in parts}
        elif sign == "|" and inside:
            done |= found
            found = {""}
        elif sign == "}":
            return (done | found, at) if inside else (found, at - 1)
        else:
            found = {before + sign for before in found}
    if inside:
        raise ValueError(f"{word!r} has a brace without its partner")
    return found, at


def subjects_of(codes: set[str]) -> dict[str, Subject]:
    """Names and aliases of the codebook, and those of `subjects.csv`."""
    result: dict[str, Subject] = {}
    for row in seeds.indicators().iter_rows(named=True):
        for word in (row["name_zh"], *row["aliases_zh"]):
            result[plain(word)] = Subject((row["indicator"],), "")
    columns = ("word", "indicators", "condition")
    for line, row in enumerate(table("subjects.csv", *columns, allowed={"condition": CONDITIONS}), 2):
        subject = Subject(tuple(row["indicators"].split(";")), row["condition"])
        if not codes.issuperset(subject.indicators):
            raise seeds.SeedError(f"seeds/lexicon/subjects.csv:{line}: {row['indicators']!r} is not in the codebook")
        try:
            words = variants(plain(row["word"]))
        except ValueError as error:
            raise seeds.SeedError(f"seeds/lexicon/subjects.csv:{line}: {error}") from None
        if row["condition"] == "not":
            subject = Subject((), "")
        for word in words:
            if result.setdefault(word, subject) != subject:
                raise seeds.SeedError(
                    f"seeds/lexicon/subjects.csv:{line}: {word!r} stands for {result[word].indicators} already"
                )
    return result


SIGNS = {
    wide: chr(ord(wide) - 0xFEE0) for wide in map(chr, range(0xFF01, 0xFF5F)) if wide not in "，；：！？（）"
} | dict(zip("();?!○﹪﹒－−–～〜", "（）；？！〇%.---~~", strict=True))


@cache
def plainer() -> dict[str, str]:
    """Signs that come in several widths, and traditional characters, each with what is read in its place."""
    path = "traditional_characters.csv"
    found = {row["traditional"]: row["simplified"] for row in table(path, "traditional", "simplified")}
    for line, pair in enumerate(found.items(), 2):
        if any(len(character) != 1 for character in pair):
            raise seeds.SeedError(f"seeds/lexicon/{path}:{line}: traditional and simplified must be a character each")
    return SIGNS | found


@cache
def not_plain() -> re.Pattern[str]:
    """The characters that `plain` changes."""
    return re.compile(f"[{re.escape(''.join(plainer()))}]")


def plain(text: str) -> str:
    """The text with one width for each digit, letter and sign, and simplified; as long as before."""
    return not_plain().sub(lambda match: plainer()[match.group()], text)


NUMBER = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"  # a small one, such as counts years
CLAUSE = "[^，。；：、]"
PIECE = re.compile("….*|.")  # of a word of `cues.csv`: what follows part of a clause is no piece of its own


def written(pattern: str) -> str:
    """The pattern for words of `cues.csv` or `periods.csv`: N stands for a small number, … for part of a clause."""
    return pattern.replace("N", NUMBER).replace("…", CLAUSE + "{1,20}?")


def offset(line: int, cell: str) -> tuple[int, int]:
    """A cell of `periods.csv` such as -1, N-1 or -N → years from the report's, and how many times N.

    Raises:
        SeedError: it is neither.
    """
    match = re.fullmatch(r"(-?N)?([+-]?\d+)?", cell)
    if not match or not cell:
        raise seeds.SeedError(f"seeds/lexicon/periods.csv:{line}: {cell!r} is no count of years such as -1, N-1 or -N")
    return int(match[2] or 0), {None: 0, "N": 1, "-N": -1}[match[1]]


def units() -> dict[str, Unit]:
    """`units.csv`: word → unit."""
    allowed = {"unit_measure": ("", *UNITS), "counts": ("yes", "no")}
    return {
        row["word"]: Unit(
            row["word"], row["unit_measure"] or None, number("units.csv", line, "factor", row["factor"]),
            row["counts"] == "yes",
        )
        for line, row in enumerate(table("units.csv", "word", "unit_measure", "factor", "counts", allowed=allowed), 2)
    }  # fmt: skip


def periods() -> dict[str, Period]:
    """`periods.csv`: word of time → its years."""
    found = table("periods.csv", "word", "first", "last", "run", allowed={"run": ("", "run", "alone", "same", "now")})
    result = {}
    for line, row in enumerate(found, 2):
        (first, first_n), (last, last_n) = offset(line, row["first"]), offset(line, row["last"])
        result[row["word"]] = Period(first, last, first_n, last_n, row["run"])
    return result


def cues(rows: list[dict[str, str]]) -> dict[str, re.Pattern[str]]:
    """`cues.csv`: cue → a pattern for any of its words, except inside the longer words that the row names."""
    result: dict[str, list[tuple[str, ...]]] = {}
    for line, row in enumerate(rows, 2):
        if not row["cue"] or not row["word"]:
            raise seeds.SeedError(f"seeds/lexicon/cues.csv:{line}: cue or word is empty")
        # what may not stand before is looked for after the first character: `re` finds that one quickly
        opening, *pieces = (written(re.escape(piece)) for piece in PIECE.findall(row["word"]))
        before = ""
        for longer in filter(None, row["except"].split(";")):
            head, found, tail = longer.partition(row["word"])
            if not found or bool(head) == bool(tail):
                raise seeds.SeedError(
                    f"seeds/lexicon/cues.csv:{line}: {longer!r} must begin or end with {row['word']!r} and be longer"
                )
            if tail:
                pieces.append(f"(?!{re.escape(tail)})")
            elif row["word"][0] in "N…":
                opening = f"(?<!{re.escape(head)}){opening}"
            else:
                before += f"(?<!{re.escape(head)}{opening})"
        result.setdefault(row["cue"], []).append((opening, *filter(None, (before, *pieces))))
    return {
        cue: re.compile(in_turn(sorted(words, key=lambda word: len("".join(word)), reverse=True)))
        for cue, words in result.items()
    }


def anchors(rows: list[dict[str, str]]) -> tuple[list[str], tuple[frozenset[str], ...]]:
    """The last of the longest literal pieces of each word of the cues in ANCHORED, and the cues that it may be of."""
    result: dict[str, set[str]] = {}
    for row in rows:
        if row["cue"] in ANCHORED:
            result.setdefault(max(reversed(re.split("[N…]", row["word"])), key=len), set()).add(row["cue"])
    return list(result), tuple(frozenset(names) for names in result.values())


def traits(codebook: dict[str, dict[str, Any]]) -> dict[str, Trait]:
    """`traits.csv`: indicator → how it is read; those that it leaves out are read by their units."""
    allowed = {"percent": ("level", "growth"), "span": ("year", "total", "sum"), "new": ("level", "change")}
    columns = ("indicator", "percent", "span", "new", "near", "counted", "maximum")
    result = {}
    for line, row in enumerate(table("traits.csv", *columns, allowed=allowed), 2):
        if row["indicator"] not in codebook:
            raise seeds.SeedError(f"seeds/lexicon/traits.csv:{line}: {row['indicator']!r} is not in the codebook")
        result[row["indicator"]] = Trait(
            row["percent"], row["span"], row["new"],
            re.compile(alternation(row["near"].split(";"))) if row["near"] else None,
            tuple(row["counted"].split(";")) if row["counted"] else (),
            number("traits.csv", line, "maximum", row["maximum"] or "inf"),
            tuple(codebook[row["indicator"]]["units"]), codebook[row["indicator"]]["desired"] in FALLING,
        )  # fmt: skip
    for code, entry in codebook.items():
        percent = "level" if entry["units"] == ["PERCENT"] else "growth"
        falls = entry["desired"] in FALLING
        result.setdefault(code, Trait(percent, "year", "change", None, (), float("inf"), tuple(entry["units"]), falls))
    return result


def rules() -> dict[str, float]:
    """`confidence.csv`: rule → the share of its readings that was right on annotated reports, drawn to that of all."""
    counts = {}
    for line, row in enumerate(table("confidence.csv", "rule", "right", "found"), 2):
        right, found = (number("confidence.csv", line, name, row[name]) for name in ("right", "found"))
        if not 0 <= right <= found:
            raise seeds.SeedError(f"seeds/lexicon/confidence.csv:{line}: right must lie between 0 and found")
        counts[row["rule"]] = right, found
    every_right, every = (sum(count[at] for count in counts.values()) for at in (0, 1))
    share = (every_right + 1) / (every + 2)
    # a rule seen seldom says little: as if each had ten more readings, as often right as all
    shares = {rule: (right + 10 * share) / (found + 10) for rule, (right, found) in counts.items()}
    return {rule: round(value, 3) for rule, value in (shares | {"": share}).items()}


def ends_of(subjects: dict[str, Subject], heads: set[str], measure: re.Pattern[str]) -> dict[str, tuple[str, ...]]:
    """Each end of a name that measures something → the names that it makes a name with: 总产量 → 粮食."""
    measures = re.compile(f"{measure.pattern}$")
    result: dict[str, list[str]] = {}
    for name in subjects:
        if measures.search(name):
            for cut in range(2, len(name)):
                if name[:cut] in heads or name[:cut] in subjects:
                    result.setdefault(name[cut:], []).append(name[:cut])
    return {end: tuple(found) for end, found in result.items()}


@cache
def lexicon() -> Lexicon:
    """The lexicon, read from `seeds/` on first use.

    Raises:
        SeedError: a row is wrong; the message names file and line.
    """
    codebook = {row["indicator"]: row for row in seeds.indicators().iter_rows(named=True)}
    unit_words, time_words = units(), periods()
    bounds = table(
        "bounds.csv", "word", "place", "bound", allowed={"place": ("before", "after", "inside"), "bound": BOUNDS}
    )
    verbs = {
        row["word"]: (row["effect"], int(row["sign"]))
        for row in table("verbs.csv", "word", "effect", "sign", allowed={"effect": EFFECTS, "sign": ("1", "0", "-1")})
    }
    modality = {row["word"]: row["kind"] for row in table("modality.csv", "word", "kind", allowed={"kind": KINDS})}
    words = table("words.csv", "word", "place", allowed={"place": ("before", "after")})
    cue_rows = seeds.rows("lexicon/cues.csv", "cue", "word", "except")
    subjects, cue = subjects_of(set(codebook)), cues(cue_rows)
    heads = {name for name, subject in subjects.items() if subject.condition == "head"}
    subjects = {name: subject for name, subject in subjects.items() if name not in heads}
    bound_words = {place: [row["word"] for row in bounds if row["place"] == place] for place in ("before", "after")}
    around = {place: [row["word"] for row in words if row["place"] == place] for place in ("before", "after")}
    pieces, anchored = anchors(cue_rows)
    tails = ends_of(subjects, heads, cue["measure_noun"])
    changes = frozenset(word for word, (effect, _) in verbs.items() if effect != "none")
    return Lexicon(
        units=unit_words,
        unit=re.compile(alternation(unit_words)),
        bound_after=re.compile(alternation(bound_words["after"])),
        bound_before=re.compile(alternation(bound_words["before"])),
        bounds={f"{row['place']} {row['word']}": row["bound"] for row in bounds},
        verbs=verbs,
        verb=re.compile(alternation(verbs)),
        changes=changes,
        periods=time_words,
        modality=modality,
        modal=re.compile(alternation(modality)),
        before=re.compile(alternation(around["before"])),
        after=re.compile(alternation([*around["after"], *changes, *bound_words["before"], *bound_words["after"]])),
        subjects=subjects,
        names=automaton(subjects),
        named=tuple(subjects.values()),
        tails=tails,
        tail_opening=re.compile(alternation(tail[:2] for tail in tails if len(tail) > 1)),
        number_words=automaton(row["word"] for row in table("number_words.csv", "word")),
        traits=traits(codebook),
        cues=cue,
        circumstance_hint=hint(row["word"] for row in cue_rows if row["cue"] == "circumstance"),
        anchors=ahocorasick_rs.AhoCorasick(pieces, implementation=ahocorasick_rs.Implementation.DFA),
        anchored=anchored,
        rules=rules(),
    )
