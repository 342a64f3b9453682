"""What the grammar knows of the language: the hand-edited tables under `seeds/lexicon`, loaded once and checked."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import ahocorasick_rs

from pipelines import seeds
from pipelines.tables import BOUNDS, KINDS, UNITS

CONDITIONS = ("", "growth", "rank", "pair", "each", "third")
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

    `condition`: growth and rank names stand for their indicator only so measured, a pair for town and country in
    order (without 分别 for all residents), each for several in order, third for the last of three shares.
    """

    indicators: tuple[str, ...]
    condition: str


@dataclass(frozen=True, slots=True)
class Trait:
    """How an indicator is read.

    `percent`: what a percentage of it is (its level or its growth); `span`: whether a level over several years is
    their total, the last year's, or a sum where the years are named with it; `new`: what 新增 N is of it, its level
    (a flow) or its change (a stock); `near`: words one of which its clause must hold; `counted`: the measure words that
    it may be counted in, any where empty; `maximum`: no larger value is one of it.
    """

    percent: str
    span: str
    new: str
    near: re.Pattern[str] | None
    counted: tuple[str, ...]
    maximum: float
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All tables, each compiled into the pattern that the grammar uses."""

    units: dict[str, Unit]
    unit: re.Pattern[str]
    bound_after: re.Pattern[str]
    bound_before: re.Pattern[str]
    bounds: dict[str, str]
    verbs: dict[str, tuple[str, int]]
    verb: re.Pattern[str]
    periods: dict[str, tuple[int, int]]
    period: str
    modality: dict[str, str]
    modal: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    subjects: dict[str, Subject]
    names: ahocorasick_rs.AhoCorasick
    name_list: tuple[str, ...]
    tails: dict[str, tuple[str, ...]]
    number_words: ahocorasick_rs.AhoCorasick
    traits: dict[str, Trait]


def alternation(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def automaton(words: Iterable[str]) -> ahocorasick_rs.AhoCorasick:
    """An automaton that finds the leftmost of the words, and of those the longest."""
    return ahocorasick_rs.AhoCorasick(list(words), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


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
    """The number in a cell.

    Raises:
        SeedError: it is none.
    """
    try:
        return float(value)
    except ValueError:
        raise seeds.SeedError(f"seeds/lexicon/{path}:{line}: {column} is {value!r}; it must be a number") from None


def subjects_of(codes: set[str]) -> dict[str, Subject]:
    """Names and aliases of the codebook, and the names that stand for more or less than one indicator."""
    result: dict[str, Subject] = {}
    for row in seeds.indicators().iter_rows(named=True):
        for word in (row["name_zh"], *row["aliases_zh"]):
            result[plain(word)] = Subject((row["indicator"],), "")
    columns = ("word", "indicators", "condition")
    for line, row in enumerate(table("subjects.csv", *columns, allowed={"condition": CONDITIONS}), 2):
        named = tuple(row["indicators"].split(";"))
        if not codes.issuperset(named):
            raise seeds.SeedError(f"seeds/lexicon/subjects.csv:{line}: {row['indicators']!r} is not in the codebook")
        result[plain(row["word"])] = Subject(named, row["condition"])
    return result


NARROW = {
    ord(wide): chr(ord(wide) - 0xFEE0) for wide in map(chr, range(0xFF01, 0xFF5F)) if wide not in "，；：！？（）"
}
NARROW |= {
    ord("("): "（",
    ord(")"): "）",
    ord(";"): "；",
    ord("?"): "？",
    ord("!"): "！",
    ord("○"): "〇",
    ord("﹪"): "%",
}
NARROW |= {ord("﹒"): ".", ord("－"): "-", ord("−"): "-", ord("–"): "-", ord("～"): "~", ord("〜"): "~"}


def plain(text: str) -> str:
    """The text with one width for each digit, letter and sign; as long as before."""
    return text.translate(NARROW)


@cache
def lexicon() -> Lexicon:
    """The lexicon, read from `seeds/` on first use.

    Raises:
        SeedError: a row is wrong; the message names file and line.
    """
    codebook = {row["indicator"]: row for row in seeds.indicators().iter_rows(named=True)}
    units = {
        row["word"]: Unit(
            row["word"], row["unit_measure"] or None, number("units.csv", line, "factor", row["factor"]),
            row["counts"] == "yes",
        )
        for line, row in enumerate(
            table(
                "units.csv", "word", "unit_measure", "factor", "counts",
                allowed={"unit_measure": ("", *UNITS), "counts": ("yes", "no")},
            ), 2,
        )
    }  # fmt: skip
    bounds = table(
        "bounds.csv", "word", "place", "bound", allowed={"place": ("before", "after", "inside"), "bound": BOUNDS}
    )
    verbs = table("verbs.csv", "word", "effect", "sign", allowed={"effect": EFFECTS, "sign": ("1", "0", "-1")})
    periods = {
        row["word"]: (
            int(number("periods.csv", line, "first", row["first"])),
            int(number("periods.csv", line, "last", row["last"])),
        )
        for line, row in enumerate(table("periods.csv", "word", "first", "last"), 2)
    }
    modality = {
        row["word"]: row["kind"] for row in table("modality.csv", "word", "kind", allowed={"kind": KINDS})
    }  # fmt: skip
    words = table("words.csv", "word", "place", allowed={"place": ("before", "after")})
    traits = {}
    options: dict[str, tuple[str, ...]] = {
        "percent": ("level", "growth"),
        "span": ("year", "total", "sum"),
        "new": ("level", "change"),
    }
    for line, row in enumerate(
        table("traits.csv", "indicator", "percent", "span", "new", "near", "counted", "maximum", allowed=options), 2
    ):
        if row["indicator"] not in codebook:
            raise seeds.SeedError(f"seeds/lexicon/traits.csv:{line}: {row['indicator']!r} is not in the codebook")
        traits[row["indicator"]] = Trait(
            row["percent"],
            row["span"],
            row["new"],
            re.compile(alternation(row["near"].split(";"))) if row["near"] else None,
            tuple(row["counted"].split(";")) if row["counted"] else (),
            number("traits.csv", line, "maximum", row["maximum"] or "inf"),
            tuple(codebook[row["indicator"]]["units"]),
        )
    for code, entry in codebook.items():
        percent = "level" if entry["units"] == ["PERCENT"] else "growth"
        traits.setdefault(code, Trait(percent, "year", "change", None, (), float("inf"), tuple(entry["units"])))
    subjects = subjects_of(set(codebook))
    names = tuple(subjects)
    tails: dict[str, tuple[str, ...]] = {}
    for name in names:
        for cut in range(2, len(name) - 1):
            tails[name[cut:]] = (*tails.get(name[cut:], ()), name[:cut])
    placed = {place: [row["word"] for row in bounds if row["place"] == place] for place in ("before", "after")}
    verb_words = {row["word"]: (row["effect"], int(row["sign"])) for row in verbs}
    time_words = [*periods]
    before = [row["word"] for row in words if row["place"] == "before"]
    after = [row["word"] for row in words if row["place"] == "after"]
    return Lexicon(
        units=units,
        unit=re.compile(alternation(units)),
        bound_after=re.compile(alternation(placed["after"])),
        bound_before=re.compile(alternation(placed["before"])),
        bounds={f"{row['place']} {row['word']}": row["bound"] for row in bounds},
        verbs=verb_words,
        verb=re.compile(alternation(verb_words)),
        periods=periods,
        period=alternation(periods),
        modality=modality,
        modal=re.compile(alternation(modality)),
        before=re.compile(alternation([*before, *time_words])),
        after=re.compile(
            alternation(
                [
                    *after,
                    *time_words,
                    *(word for word, (effect, _) in verb_words.items() if effect != "none"),
                    *placed["before"],
                    *placed["after"],
                ]
            )
        ),
        subjects=subjects,
        names=automaton(names),
        name_list=names,
        tails=tails,
        number_words=automaton(row["word"] for row in table("number_words.csv", "word")),
        traits=traits,
    )
