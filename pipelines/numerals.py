"""The number grammar: where the numerals of a text stand, and what each says: value, unit, bound."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from pipelines.lexicon import Lexicon, Unit

DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
# 千 of 千瓦 and 百 of 百分之 belong to the next word
HAN = r"(?:[零〇一二三四五六七八九十万亿两]|百(?!分[之点])|千(?![瓦米克伏卡帕]))"
FIRST = r"[0-9第零〇一二三四五六七八九十百千万亿两半首榜翻]"  # where a numeral may begin
TRIGGER = re.compile(FIRST)
NUMBER = re.compile(
    rf"(?={FIRST})(?:(?P<word>一半|半数|(?<=过)半|首位|榜首|翻了?番)"
    rf"|(?P<ordinal>第)?(?P<of>[百千万]分之)?"
    rf"(?:(?P<fraction>\d+/\d+(?![\d.]))|(?P<digits>(?:\d{{1,3}}(?:[,，]\d{{3}}(?!\d))+|\d+)(?:[.·•]\d+)?)"
    rf"|(?P<han>{HAN}+)(?:点(?P<point>[零〇一二三四五六七八九]+))?)"
    rf"(?:分之(?P<numerator>{HAN}+|\d+))?"
    rf"(?P<more>[多余几])?(?P<scale>万亿|[十百千][万亿]|百(?!分)|千(?![瓦米克伏卡帕])|[十万亿])?(?P<again>[多余](?P<third>[万亿])?)?)"
)
RANGE = re.compile(r"[-~—至到]|--|——")
# 成 of 成为, 成立 and the like is no tenth
POINTS = str.maketrans({",": "", "，": "", "·": ".", "•": "."})
NOT_TENTHS = re.compile(r"[为立功果员都本效长熟渝绩套品型就份交]")
ENDS = ("", "，", "。", "；", "、", "：", "！", "？")
LONGEST = 24  # characters; no longer run of digits is a quantity
RATIO = frozenset("∶:：")
TIMES = frozenset("×xX*✕")
DATE_UNITS = frozenset(
    [
        "年",
        "月",
        "日",
        "号",
        "时",
        "点",
        "季度",
        "世纪",
        "年代",
        "个月",
        "周年",
        "小时",
        "分钟",
        "秒",
        "周",
        "个小时",
        "个季度",
    ]
)


@dataclass(slots=True)
class Numeral:
    """A numeral of a normalised text.

    Attributes:
        start, end: the numeral itself, half-open.
        stop: past its unit and the bound word after it.
        value, high: in the unit's measure; high of a range only.
        base: the number before its scale (3 of 3亿), scale: that scale; to lend it to a number before.
        unit: the unit as printed, with its scale (亿元).
        ordinal: 第N, 首位.
        parts: the numbers of a ratio such as 2.4∶51.1∶46.5 or of a list such as 2×100.
        reason: why it is set aside, if it is.
        index: its place among the numerals of its text.
        measure: what its unit measures; None without a unit, or where the registry has none.
    """

    start: int
    end: int
    stop: int
    value: float | None
    high: float | None = None
    base: float = 0.0
    scale: float = 1.0
    unit: str = ""
    word: Unit | None = None
    bound: str = "exact"
    ordinal: bool = False
    han: bool = False
    parts: tuple[float, ...] = ()
    reason: str | None = None
    index: int = 0
    measure: str | None = None


@lru_cache(maxsize=10_000)
def han_number(text: str) -> float:
    """The value of Chinese number characters, positional (一九五三) or with scales (十二万四千)."""
    if SCALES.keys().isdisjoint(text):
        value = 0
        for character in text:
            value = value * 10 + DIGITS[character]
        return float(value)
    total = section = digit = 0
    seen = False
    last = 1
    for character in text:
        if character in DIGITS:
            digit, seen = (digit * 10 if seen else 0) + DIGITS[character], True  # 四七三亿
            continue
        scale = SCALES[character]
        if scale >= 10**4:
            if scale == 10**8 and total and not section and not seen:
                total *= scale
                last = scale
                continue
            section = section + digit if (section or seen) else 1
            if scale == 10**8 and total and not section:
                total *= scale
            elif scale == 10**8:
                total, section = (total + section) * scale, 0
            elif low := total % 10**8:
                total, section = total - low + (low + section) * scale, 0  # 一万六千四百万
            else:
                total, section = total + section * scale, 0
        else:
            section += (digit if seen else 1) * scale
        digit, seen, last = 0, False, scale
    # 三百五 is 350, 三百零五 is 305
    if digit and last > 10 and "零" not in text[-2:] and "〇" not in text[-2:] and len(text) > 1 and seen:
        digit *= last // 10
    return float(total + section + digit)


def scale_of(text: str) -> float:
    """The value of a scale word such as 万亿."""
    value = 1.0
    for character in text:
        value *= SCALES[character]
    return value


def neighbours(text: str) -> tuple[int, int] | None:
    """The ends of an approximate number of two characters, such as 七八; None where it is none."""
    if text[0] in DIGITS and text[1] in DIGITS and DIGITS[text[1]] - DIGITS[text[0]] == 1:
        return DIGITS[text[0]], DIGITS[text[1]]
    return None


def read(match: re.Match[str], text: str, lexicon: Lexicon) -> Numeral:
    """One match of NUMBER with the unit and the bound word that follow it."""
    word, ordinal, of, fraction, digits, han, point, numerator, more, scale, again, third = match.groups()
    start, end = match.span()
    item = Numeral(start, end, end, None)
    if end - start > LONGEST:
        item.reason = "other"
        return item
    if digits and len(digits) == end - start:  # alone, as most are
        item.value = item.base = number(digits)
    elif word and word[0] == "翻":  # 翻番 is 翻一番
        item.value = item.base = 1.0
        item.word, item.unit = lexicon.units["番"], "番"
    elif word:
        item.ordinal = word in ("首位", "榜首")
        item.value = 1.0 if item.ordinal else 50.0
        item.word = None if item.ordinal else lexicon.units["%"]
        item.unit = "" if item.ordinal else word
        item.bound = "at_least" if word == "半" else "exact"
    elif fraction:
        top, bottom = fraction.split("/")
        item.value = 100 * float(top) / float(bottom) if float(bottom) else None
        item.word = lexicon.units["%"]
    else:
        item.ordinal, item.han = bool(ordinal), bool(han)
        pair = neighbours(han) if han and len(han) == 2 and not point and not numerator else None
        if digits:
            item.base = number(digits)
        else:
            item.base = han_number(han) + (float("0." + digits_of(point)) if point else 0.0)
            if len(han) > 1 and han[-1] in "万亿" and not scale:
                tail = han.lstrip("零〇一二三四五六七八九十百千两")
                item.scale = scale_of(tail) if all(c in SCALES for c in tail) else 1.0
                item.base /= item.scale
        if han and scale and "亿" in han and "亿" not in scale:
            item.base, item.scale = han_number(han + scale), 1.0  # 四亿零七百多万
        elif scale:
            item.scale *= scale_of(scale)
        if third:  # 4万多亿
            item.scale *= scale_of(third)
        item.value = item.base * item.scale
        if numerator:
            top = numerator
            item.value = (
                100 * (float(top) if top[0].isdigit() and top.isascii() else han_number(top)) / (item.value or 1)
            )
            item.word = lexicon.units["%"]
        elif of:
            item.word, item.unit = lexicon.units["%"], of
            item.value *= {"百": 1.0, "千": 0.1, "万": 0.01}[of[0]]
        elif pair:
            item.value, item.high, item.bound = pair[0] * item.scale, pair[1] * item.scale, "range"
        if more == "几" or (han and text[start - 1 : start] in ("数", "几") and han[0] in "十百千万亿"):
            item.reason = "other"
        elif more or again:
            item.bound = "at_least"
    finish(item, text, lexicon)
    return item


def number(digits: str) -> float:
    """The value of digits with a point and commas of any kind."""
    try:
        return float(digits)
    except ValueError:
        return float(digits.translate(POINTS))


def digits_of(han: str) -> str:
    """Chinese digits as ASCII ones."""
    return "".join(str(DIGITS[character]) for character in han)


def finish(item: Numeral, text: str, lexicon: Lexicon) -> None:
    """Add the unit and the bound word that follow the number, and the scale to the value."""
    stop = item.end
    if item.word is None and not item.ordinal:
        match = lexicon.unit.match(text, stop)
        if match and not (match[0] == "成" and NOT_TENTHS.match(text, match.end())):
            word, stop = lexicon.units[match[0]], match.end()
            if "多" in match[0]:
                item.bound = "at_least"  # 5个多百分点
            if text.startswith("/", stop) and "/" not in match[0]:
                word = Unit(text[item.end : stop + 2], None, 1.0, False)
            if word.factor != 1 and item.value is not None:
                item.value *= word.factor
                item.high = item.high * word.factor if item.high is not None else None
            item.word = word
    elif item.ordinal and text[stop : stop + 1] in ("位", "名"):
        stop += 1
    if item.word is not None and not item.unit:
        item.unit = text[item.end : stop]
    after = None if item.ordinal else lexicon.bound_after.match(text, stop)
    if after:
        item.bound, stop = lexicon.bounds[f"after {after[0]}"], after.end()
    elif text.startswith("多", stop) and text[stop + 1 : stop + 2] in ENDS:  # 翻了一番多
        item.bound, stop = "at_least", stop + 1
    item.stop = stop


def merge(items: list[Numeral], text: str) -> list[Numeral]:
    """Join ranges (5%—6%, 2到3亿), lists (2×100) and ratios (2.4∶51.1∶46.5), and lend units backwards."""
    result: list[Numeral] = []
    for item in items:
        if not result:
            result.append(item)
            continue
        last = result[-1]
        if item.start == last.stop and (shared := adds(last, item)):
            # 2万5千, 2万5千亿: the second number goes on with the first
            last.value = (last.value or 0) * shared * (item.word.factor if item.word else 1) + (item.value or 0)
            last.bound = item.bound if last.bound == "exact" else last.bound
            absorb(last, item)
            continue
        if not 0 < item.start - last.stop <= 2:
            result.append(item)
            continue
        link = text[last.stop : item.start]
        if link in TIMES and last.word is None:
            last.parts = (*(last.parts or (last.value or 0,)), item.value or 0)
            last.value, last.high = math.prod(last.parts), None
            absorb(last, item)
        elif link in RATIO and last.word is None and item.word is None and not last.han:
            last.parts = (*(last.parts or (last.value or 0,)), item.value or 0)
            last.value = last.parts[0] / last.parts[1] if len(last.parts) == 2 and last.parts[1] else None
            absorb(last, item)
        elif joins(last, item, link, text[last.start - 1 : last.start]):
            # 2到3亿: the second number lends scale and unit
            if last.word is None and last.value is not None:
                factor = item.word.factor if item.word else 1.0
                scale = item.scale if last.scale == 1 and last.base <= item.base else 1.0
                last.value *= factor * scale
            last.high, last.bound, last.parts = item.value, "range", ()
            absorb(last, item)
        else:
            result.append(item)
    for at in range(len(result) - 1, 0, -1):
        last, item = result[at - 1], result[at]
        if item.start - last.stop == 1:
            lend(last, item, text[last.stop])
    return result


def adds(last: Numeral, item: Numeral) -> float:
    """What the one before a number in digits is to be multiplied by where that goes on with it (1亿3千多万); else 0."""
    plain = last.word is None and not (
        last.han or item.han or last.ordinal or item.ordinal or last.reason or last.parts
    )
    shared = SCALES["亿"] if last.scale == SCALES["万"] and item.scale >= SCALES["亿"] else 1  # of 2万5千亿
    goes_on = plain and item.value is not None and item.scale > 1 and item.base * item.scale < last.scale * shared
    return shared if goes_on else 0


def lend(last: Numeral, item: Numeral, link: str) -> None:
    """Give the first of two numbers of a list the unit and the scale of the second (7、8和9万亿元)."""
    points = item.word is not None and last.word is not None and item.word.word == last.word.word + "百分点"
    if link not in ("、", "和", "与", "及") or (last.word is not None and not points) or item.word is None:
        return  # 6.4个和9.8个百分点
    if last.ordinal or last.value is None or last.parts or (last.han and link != "和" and last.scale == 1):
        return
    scale = item.scale if last.scale == 1 and last.base <= 10 * item.base else 1.0
    last.value *= item.word.factor * scale
    last.word, last.unit, last.reason = item.word, item.unit, last.reason or item.reason


def joins(last: Numeral, item: Numeral, link: str, before: str) -> bool:
    """Whether two numbers with such a link between them, and such a character before, are one range."""
    if last.ordinal != item.ordinal or last.value is None or item.value is None or last.high is not None or last.parts:
        return False
    if link == "、":
        return (
            last.han
            and item.han
            and last.word is None
            and last.end - last.start == item.end - item.start == 1
            and (item.word is not None and 0 < item.base - last.base <= 2)
        )
    if not RANGE.fullmatch(link):
        return False
    if link in ("到", "至") and before in ("从", "由"):
        return False  # 从55%到62%
    if last.unit == "百分之" and last.han and item.han and item.word is None:
        item.word, item.unit = last.word, last.unit  # 百分之六到七
        return True
    if last.word is not None and item.word is not None and last.word.word != item.word.word:
        return False
    return last.word is None or item.word is not None


def absorb(last: Numeral, item: Numeral) -> None:
    """Let the first of two numerals reach to the end of the second."""
    last.end, last.stop, last.base = item.end, item.stop, item.base
    last.reason = last.reason or item.reason
    if item.word is not None:
        last.word, last.unit = item.word, item.unit


def numerals(text: str, lexicon: Lexicon, covered: list[tuple[int, int]] | None = None) -> list[Numeral]:
    """All numerals of a normalised text (see `lexicon.plain`; blanks taken out), in order, none overlapping.

    Args:
        text: a normalised text.
        lexicon: units, bound words and the words whose number characters are no numeral.
        covered: where such words stand, where that is known already.
    """
    if not TRIGGER.search(text):
        return []
    covered = lexicon.number_words_in(text) if covered is None else covered
    at = -1
    found: list[Numeral] = []
    for match in NUMBER.finditer(text):
        if match["han"] and not match["of"]:
            start = match.start()
            while at + 1 < len(covered) and covered[at + 1][0] <= start:
                at += 1
            if at >= 0 and covered[at][1] > start and covered[at][1] >= max(match.end("han"), match.end("point")):
                continue  # part of a word such as 统一
        item = read(match, text, lexicon)
        if text[item.start - 1] == "-":
            sign(item, text)
        classify(item, text)
        found.append(item)
    merged = merge(found, text)
    for index, item in enumerate(merged):
        item.index, item.measure = index, item.word.measure if item.word else None
    return merged


def sign(item: Numeral, text: str) -> None:
    """Take a minus sign before a number into it, unless it is a dash."""
    at = item.start - 1
    if (
        at >= 1
        and text[at] == "-"
        and item.value is not None
        and not text[at - 1].isascii()
        and text[at - 1] not in "—，。"
    ):
        following = item.end < len(text) and text[item.end] == "%"
        if following:
            item.value, item.start = -item.value, at


def classify(item: Numeral, text: str) -> None:
    """Give the reason why a numeral is no quantity, where its own characters tell."""
    if item.reason:
        return
    before, following = text[item.start - 1 : item.start], text[item.stop : item.stop + 1]
    lettered = before.isascii() and before.isalpha()
    if item.word is not None:
        unit = item.word.word
        item.reason = "date" if unit in DATE_UNITS else "age" if unit == "岁" else "model_number" if lettered else None
    elif following in ("世", "年"):
        item.reason = "date"
    elif before == "+" or following == "+":
        item.reason = "name"  # 1+9产业集群
    elif lettered or (following.isascii() and following.isalpha()):
        item.reason = "model_number"
    elif following == "号":
        item.reason = "document_number"
