"""Places: what a report calls its own area, and the wider ones whose figures are not its own."""

import re
from dataclasses import dataclass
from functools import cache

from pipelines import seeds
from pipelines.lexicon import alternation, lexicon

NOTHING = re.compile(r"(?!)")
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
def task_of_a_part(ref_area: str) -> re.Pattern[str]:
    """A clause that sets a place inside the area a task (支持某市建设…): the targets that follow are that place's."""
    digits = ref_area.rstrip("0")
    digits += "0" * (len(digits) % 2)
    inner = {name for code, name in names().items() if code.startswith(digits) and code != ref_area}
    inner |= {short for name in inner if len(short := KIND_OF_AREA.sub("", name)) > 1}
    if not inner or ref_area == "100000":
        return NOTHING
    cues, one = lexicon().cues, alternation(inner)
    return re.compile(f"(?:{cues['backs'].pattern})?{one}(?:[、和与]{one})*{cues['strives'].pattern}")
