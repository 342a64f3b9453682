"""Places: what a report calls its own area, and the wider ones whose figures are not its own."""

import re
from dataclasses import dataclass
from functools import cache

from pipelines import seeds
from pipelines.lexicon import alternation, lexicon
from pipelines.seeds import KIND_OF_AREA

NOTHING = re.compile(r"(?!)")
LONGEST = 15  # characters of a name


@dataclass(frozen=True, slots=True)
class Place:
    """Patterns for the names of a report's own area, the words that call it so (我市), and those that name a wider one.

    Each for its level: 全省 is wider than a city, and a province's own.
    """

    own: re.Pattern[str]
    ours: re.Pattern[str]
    wider: re.Pattern[str]


@cache
def names() -> dict[str, str]:
    """Area code → its Chinese name."""
    return dict(seeds.areas().select("ref_area", "name_zh").iter_rows())


def shorter(name: str) -> list[str]:
    """What a place is called for short: 大同 of 大同市; 凉山州 and 凉山 of 凉山彝族自治州."""
    short = KIND_OF_AREA.sub("", name)
    found = [short]
    bare = lexicon().cues["nationality"].sub("", short) if name.startswith(short + "自治") else short
    if len(bare) > 1 and bare != short:
        found += [bare, bare + name[-1]]
    return [one for one in found if len(one) > 1]


@cache
def place(ref_area: str) -> Place:
    """The place of a report; nothing is known of a code that is not on file."""
    name, cues = names().get(ref_area, ""), lexicon().cues
    if not name or ref_area == "100000":
        return Place(NOTHING, NOTHING, NOTHING)
    level = "province" if ref_area.endswith("0000") else "prefecture" if ref_area.endswith("00") else "county"
    own = f"(?:{alternation({name, *shorter(name)})})(?:地区)?" if shorter(name) else re.escape(name)
    if level == "county":
        own += f"|{cues['own_county'].pattern}"  # 区级 of a city or province is a part of it
    if kind := re.search(f"{cues['own_kind'].pattern}$", name):
        own += f"|{kind.group()}"  # 新区
    wider = cues[f"wider_{level}"].pattern
    if level == "county" and name.endswith("市"):
        wider = cues["wider_prefecture"].pattern
    return Place(re.compile(own), re.compile(f"{cues['ours'].pattern}|{own}"), re.compile(wider))


@cache
def parts(ref_area: str) -> frozenset[str]:
    """The names of the places inside a province or city, and of the nation's provinces, long and short."""
    digits = ref_area.rstrip("0")
    digits += "0" * (len(digits) % 2)
    if ref_area == "100000":
        inner = {name for code, name in names().items() if code.endswith("0000") and code != ref_area}
    else:
        inner = {name for code, name in names().items() if code.startswith(digits) and code != ref_area}
    return frozenset(inner.union(*map(shorter, inner)))


@cache
def begins(ref_area: str) -> frozenset[str]:
    """What the names of the places inside an area begin with: two characters of each."""
    return frozenset(name[:2] for name in parts(ref_area))


def named_parts(ref_area: str, text: str, start: int) -> int:
    """Where a list of places inside the area ends that begins at a place; 0 where none does."""
    if text[start : start + 2] not in begins(ref_area):
        return 0
    inner, found = parts(ref_area), 0
    while size := next((size for size in range(LONGEST, 1, -1) if text[start : start + size] in inner), 0):
        found = start = start + size
        start += text[start : start + 1] in ("、", "和", "与")
    return found


def task_of_a_part(ref_area: str, text: str, start: int, stop: int) -> int:
    """Where a clause ends that sets places inside the area a task (支持甲市、乙市建设…); 0 where none does."""
    if ref_area == "100000":
        return 0
    cues = lexicon().cues
    if backs := cues["backs"].match(text, start, stop):
        start = backs.end()
    found = named_parts(ref_area, text, start)
    strives = cues["strives"].match(text, found, stop) if found else None
    return strives.end() if strives else 0


def told_of_a_part(ref_area: str, text: str, start: int, stop: int) -> int:
    """Where a sentence's opening ends that names of whom it tells: places inside the area (甲、乙两县，…), or a region.

    0 where it opens otherwise.
    """
    cues = lexicon().cues
    if lead := cues["lead_in"].match(text, start, stop):
        start = lead.end()
    found = named_parts(ref_area, text, start)
    if found and (heads := cues["part_heads"].match(text, found, stop)):
        return heads.end()
    if not found and cues["of_a_region"].match(text, stop) and not cues["backs"].match(text, start, stop):
        # 甲乙城市群建设提速，经济总量达到…
        region = cues["region"].search(text, start, min(start + LONGEST, stop))
        found = region.end() if region else 0
    ends = text.find("，", found, stop) + 1 if found else 0
    return 0 if text.find("，", ends, stop) >= 0 else ends
