"""Places: what a report calls its own area, and the wider ones whose figures are not its own."""

import re
from dataclasses import dataclass
from functools import cache

from pipelines import seeds
from pipelines.lexicon import alternation, lexicon

NOTHING = re.compile(r"(?!)")
LONGEST = 15  # characters of a name
KIND_OF_AREA = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|[省市区县旗盟])$")


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


@cache
def place(ref_area: str) -> Place:
    """The place of a report; nothing is known of a code that is not on file."""
    name, cues = names().get(ref_area, ""), lexicon().cues
    if not name or ref_area == "100000":
        return Place(NOTHING, NOTHING, NOTHING)
    short = KIND_OF_AREA.sub("", name)
    level = "province" if ref_area.endswith("0000") else "prefecture" if ref_area.endswith("00") else "county"
    own = f"(?:{alternation({name, short} - {''})})(?:地区)?" if len(short) > 1 else re.escape(name)
    if level == "county":
        own += f"|{cues['own_county'].pattern}"  # 区级 of a city or province is a part of it
    wider = cues[f"wider_{level}"].pattern
    if level == "county" and name.endswith("市"):
        wider = cues["wider_prefecture"].pattern
    return Place(re.compile(own), re.compile(f"{cues['ours'].pattern}|{own}"), re.compile(wider))


@cache
def parts(ref_area: str) -> frozenset[str]:
    """The names of the places inside a province or city, long and short."""
    digits = ref_area.rstrip("0")
    digits += "0" * (len(digits) % 2)
    inner = {name for code, name in names().items() if code.startswith(digits) and code != ref_area}
    return frozenset(inner | {short for name in inner if len(short := KIND_OF_AREA.sub("", name)) > 1})


def task_of_a_part(ref_area: str, text: str, start: int, stop: int) -> int:
    """Where a clause ends that sets places inside the area a task (支持甲市、乙市建设…); 0 where none does."""
    inner, cues = parts(ref_area) if ref_area != "100000" else frozenset(), lexicon().cues
    if backs := cues["backs"].match(text, start, stop):
        start = backs.end()
    found = 0
    while size := next((size for size in range(LONGEST, 1, -1) if text[start : start + size] in inner), 0):
        found = start = start + size
        start += text[start : start + 1] in ("、", "和", "与")
    strives = cues["strives"].match(text, found, stop) if found else None
    return strives.end() if strives else 0
