"""Phrases: what some words of a sentence say by themselves: verbs, bounds, ends of names, and what is left of them.

All depends on the words alone, and the same few words stand around most numbers: what takes long is remembered.
"""

import re
from functools import cache, lru_cache

import rjieba

from pipelines.lexicon import lexicon
from pipelines.periods import pattern, without_times

FILLER = re.compile(
    r"（[^（）]{0,30}）|《[^《》]{0,60}》|[“”\"‘’《》\s]|\d+年?[底末初]?"
    r"|第?[一二两三四五六七八九十]+[年个届]|[一二][九〇][〇一二三四五六七八九]{2}年"
)
CLAUSES = re.compile("[，。；：、“”（）《》]")
SIGNS = re.compile(r"[、，：:；,\-—%·.+•●○◆◇■□▲★*①-⑳]")
# jieba's tags: verbs, adverbs, adjectives, prepositions, conjunctions, particles
NO_NOUN = frozenset(["v", "vd", "vg", "d", "ad", "a", "p", "c", "u", "uj", "ul", "ud", "uv", "uz", "z"])
NOUN_LIKE = frozenset(["vn", "an", "b", "j", "s", "eng"])
PREDICATES = frozenset(["v", "vd", "vg", "d", "ad", "a", "p", "z", "i", "l"])
REACHED = ("到", "至", "为")


def last_clause(part: str, marks: str = "，。；：") -> int:
    """Where the last clause of some words begins, after the last of the marks."""
    return max(map(part.rfind, marks)) + 1


@cache
def segmenter() -> rjieba.Jieba:
    """Jieba (in Rust, the same tokens) with the codebook's names in its dictionary."""
    result = rjieba.Jieba()
    for word in lexicon().subjects:
        result.add_word(word, 10, "n")
    return result


@lru_cache(maxsize=100_000)
def verb_of(part: str) -> tuple[str, int]:
    """The effect and the sign of the last verb of change in some words; a rate noun (增速) goes before verbs."""
    words = lexicon()
    effect, sign, rate, end = "", 0, 0, 0
    for match in words.verb.finditer(part):
        kind, direction = words.verbs[match[0]]
        if kind == "none":
            continue
        if kind == "rate":
            rate = direction
        if kind == "reach" and effect == "rank" and match.start() == end:
            continue
        effect, sign, end = kind, direction, match.end()
        if kind == "grow" and part.startswith(REACHED, end):
            effect = "reach"
    return ("rate", rate) if rate else (effect, sign)


def has_verb(part: str, effect: str) -> bool:
    """Whether a verb of this effect stands among some words."""
    words = lexicon()
    return any(words.verbs[word][0] == effect for word in words.verb.findall(part))


def own_verb_only(gap: str) -> bool:
    """Whether the last clause of some words has a verb of building and names nothing (基本建成)."""
    part = gap[last_clause(gap) :]
    return has_verb(part, "new") and all_known(part, "after")


@lru_cache(maxsize=100_000)
def builds(part: str) -> bool:
    """Whether some words end in a verb such as 筹集 or 新建."""
    words = lexicon()
    return any(words.verbs.get(part[-size:], ("", 0))[0] == "new" for size in (2, 3, 4))


def bound_in(part: str) -> tuple[int, int] | None:
    """Where the last word of the last clause of some words stands that bounds the number after them."""
    bound = lexicon().bound_before
    last = None
    if bound.search(part):
        for match in bound.finditer(part, last_clause(part, "，。；：、")):
            last = match
    if last is None or not all_known(part[last.end() :], "after"):
        return None
    return last.span()


def short_in(part: str) -> tuple[str, int] | None:
    """The short name, such as 农村居民, that a clause holds besides 其中, 达到 and the like, and where it ends."""
    words = lexicon()
    match = words.cues["short_name"].search(part)
    if match is None or not all_known(part[: match.start()], "before") or not all_known(part[match.end() :], "after"):
        return None
    return match.group(), match.end()


@lru_cache(maxsize=100_000)
def ends_in(part: str) -> tuple[int, tuple[int, ...]]:
    """Where ends of names such as 总产量 begin and end in a clause, after 全年, 新增 and the like."""
    words = lexicon()
    if not words.tail_opening.search(part):
        return 0, ()
    start = len(part) - len(part.lstrip("、，"))
    while True:
        found: tuple[int, ...] = ()
        if words.tail_opening.match(part, start):
            found = tuple(
                stop
                for stop in range(start + 2, min(len(part), start + 16) + 1)
                if part[start:stop] in words.tails and not rest(part[stop:], "after")
            )
        opening = None if found else pattern().match(part, start) or words.before.match(part, start)
        if opening is None or opening.end() == start:
            return start, found
        start = opening.end()


def left_of(part: str, place: str) -> str:
    """What is left of some words when all is taken out that `words.csv` lets stand before, or after, a subject."""
    words = lexicon()
    left = without_times(part)
    if words.circumstance_hint.search(left):
        left = words.cues["circumstance"].sub("", left)
    return SIGNS.sub("", (words.before if place == "before" else words.after).sub("", FILLER.sub("", left)))


@cache
def lasting() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A Chinese character that `left_of` takes out in no word; signs of a bracket or the like, whose words it does."""
    words = lexicon()
    taken = (pattern(), words.cues["circumstance"], FILLER, words.before, words.after)
    known = {character for some in taken for character in some.pattern if character > "\u3000"}
    return (
        re.compile(rf"[^\x00-\u4dff\ua000-\U0010ffff{''.join(sorted(known))}]"),
        re.compile(f"[（《]|{words.circumstance_hint.pattern}"),
    )


@lru_cache(maxsize=100_000)
def all_known(part: str, place: str) -> bool:
    """Whether nothing is left of some words when all that may stand before, or after, a subject is taken out."""
    lasts, encloses = lasting()
    if lasts.search(part) and not encloses.search(part):
        return False  # as for most words
    return not left_of(part, place)


@lru_cache(maxsize=100_000)
def rest(part: str, place: str) -> str:
    """What is left of some words; nothing where it is verbs, adverbs and the like: a noun would name something else."""
    left = left_of(part, place)
    if not left or lexicon().cues["narrows"].search(part):
        return left
    return "" if all(tag in NO_NOUN for _, tag in segmenter().tag(left)) else left


@lru_cache(maxsize=100_000)
def tells(part: str) -> bool:
    """Whether words that follow a name tell of it (屡创新高) and do not make another name with it (建设力度)."""
    part = without_times(part).lstrip('“”"‘’ ')
    return bool(part) and segmenter().tag(part[:12])[0][1] in PREDICATES


def noun_phrase(part: str, last: bool) -> str | None:
    """The last noun phrase of some words, or the one that they open with, as jieba sees it; None where none is."""
    part = part.lstrip("的")
    if not last:
        return noun_phrase_of(part, last=False)
    for clause in reversed(CLAUSES.split(part)):  # jieba too cuts there
        if found := noun_phrase_of(clause, last=True):
            return found
    return None


@lru_cache(maxsize=100_000)
def noun_phrase_of(clause: str, last: bool) -> str | None:
    """The last noun phrase of one clause, or the one that it opens with."""
    changes = lexicon().changes
    found = phrase = inside = ""  # inside: words that belong to the phrase if a noun follows
    for word, tag in segmenter().tag(clause) if clause else ():
        if word not in changes and (tag[0] == "n" or tag in NOUN_LIKE):
            phrase, inside = phrase + inside + word if phrase else word, ""
        elif phrase and word not in changes and tag in ("uj", "c", "v", "a"):
            inside += word
        elif last:
            found, phrase, inside = phrase or found, "", ""
        else:
            break
    return phrase or found or None
