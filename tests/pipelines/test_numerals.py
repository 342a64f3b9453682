"""Numerals: where they stand, their values, units and bounds, and what is no numeral at all."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.lexicon import lexicon, plain
from pipelines.numerals import Numeral, han_number, numerals

HAN = "零一二三四五六七八九"


def read(text: str) -> list[Numeral]:
    """The numerals of a text of our own."""
    return numerals(plain(text), lexicon())


def one(text: str) -> Numeral:
    """The only numeral of a text."""
    (found,) = read(text)
    return found


@pytest.mark.parametrize(
    ("text", "value", "measure", "bound"),
    [
        ("产值3.2万亿元", 3.2e12, "CNY", "exact"),
        ("产值１２.５％", 12.5, "PERCENT", "exact"),
        ("产值12·5%", 12.5, "PERCENT", "exact"),
        ("产值1,250元", 1250, "CNY", "exact"),
        ("收获25.1亿斤", 1255000, "TONNE", "exact"),
        ("价值40亿美元", 4e9, "USD", "exact"),
        ("百分之十一点八", 11.8, "PERCENT", "exact"),
        ("千分之五", 0.5, "PERCENT", "exact"),
        ("三分之二", 200 / 3, "PERCENT", "exact"),
        ("九成", 90, "PERCENT", "exact"),
        ("占一半", 50, "PERCENT", "exact"),
        ("十二万四千人", 124000, "PERSON", "exact"),
        ("两千公里", 2000, "KM", "exact"),
        ("一万零五百亿元", 1.05e12, "CNY", "exact"),
        ("一万六千四百万吨", 1.64e8, "TONNE", "exact"),
        ("三亿一万零二百万元", 4.02e8, "CNY", "exact"),
        ("三百五元", 350, "CNY", "exact"),
        ("6000多人", 6000, "PERSON", "at_least"),
        ("六百多万人", 6e6, "PERSON", "at_least"),
        ("4万多亿元", 4e12, "CNY", "at_least"),
        ("3亿多吨", 3e8, "TONNE", "at_least"),
        ("8%左右", 8, "PERCENT", "about"),
        ("8%以上", 8, "PERCENT", "at_least"),
        ("8%以内", 8, "PERCENT", "at_most"),
        ("36微克/立方米", 36, "UG_M3", "exact"),
        ("1.5个百分点", 1.5, "PERCENTAGE_POINT", "exact"),
        ("产出万亿斤以上", 5e8, "TONNE", "at_least"),
        ("2亿千瓦时", 2e8, None, "exact"),
        ("产值3千亿元", 3e11, "CNY", "exact"),
        ("收获5百亿斤以上", 2.5e7, "TONNE", "at_least"),
        ("产值2万5千元", 25000, "CNY", "exact"),
        ("产值2万5千亿元", 2.5e12, "CNY", "exact"),
        ("产值2万5千多亿元", 2.5e12, "CNY", "at_least"),
    ],
)
def test_value_unit_and_bound(text: str, value: float, measure: str | None, bound: str) -> None:
    """One number with its unit is read in whole units."""
    found = one(text)
    assert found.value == pytest.approx(value)
    assert found.word is not None and found.word.measure == measure
    assert found.bound == bound


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("增6%－6.5%", 6, 6.5),
        ("增6%-6.5%", 6, 6.5),
        ("增5%—6%", 5, 6),
        ("增5～6%", 5, 6),
        ("投入2到3亿元", 2e8, 3e8),
        ("投入300到500亿元", 3e10, 5e10),
        ("百分之四至百分之五", 4, 5),
        ("七八个", 7, 8),
        ("三、五个", 3, 5),
    ],
)
def test_a_range_is_one_numeral(text: str, low: float, high: float) -> None:
    """The second of two numbers lends the first its unit and scale."""
    found = one(text)
    assert (found.value, found.high, found.bound) == (pytest.approx(low), pytest.approx(high), "range")


def test_lists_and_ratios_are_one_numeral() -> None:
    """2×100 and the shares of three industries."""
    assert (one("装机2×100万千瓦").parts, one("装机2×100万千瓦").value) == ((2, 1e6), 2e6)
    assert one("收入比为2.5∶1").value == 2.5
    assert one("结构为2.4∶51.1∶46.5").parts == (2.4, 51.1, 46.5)


def test_a_list_lends_units_backwards() -> None:
    """The first number of a list has the unit of the second, where it has none."""
    first, second = read("分别为3、5万人")
    assert (first.value, second.value) == (30000, 50000)


@pytest.mark.parametrize(
    "text", ["统一思想", "十分重要", "一些地方", "进一步加强", "第三产业发展", "千方百计", "二氧化硫"]
)
def test_words_are_no_numerals(text: str) -> None:
    """Number characters that belong to a word of the dictionary."""
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [("2020年", "date"), ("一九五三年", "date"), ("60岁", "age"), ("5G", "model_number"), ("十几亿元", "other")],
)
def test_what_is_no_quantity(text: str, reason: str) -> None:
    """A numeral's own characters may tell that it measures nothing."""
    assert one(text).reason == reason


def chinese(number: int) -> str:
    """A number below 10**12 in Chinese characters, as reports of the 1950s write it."""

    def below(part: int) -> str:
        digits = [(part // scale % 10, name) for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, ""))]
        text = "".join(HAN[digit] + (name if digit else "") for digit, name in digits)
        while "零零" in text:
            text = text.replace("零零", "零")
        return text.rstrip("零")

    text = ""
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part = number // scale % 10**4
        if part:
            text += below(part) + name
        elif text and not text.endswith("零"):
            text += "零"
    text = text.strip("零")
    return text[1:] if text.startswith("一十") else text


@given(st.integers(1, 9_999_999))
def test_chinese_numbers_round_trip(number: int) -> None:
    """What is written in Chinese characters is read back."""
    assert han_number(chinese(number)) == number


@given(st.integers(0, 10**9), st.integers(0, 99), st.sampled_from(["plain", "comma", "wide"]))
def test_digits_round_trip(whole: int, fraction: int, style: str) -> None:
    """Digits with commas, or of full width, are read back."""
    text = f"{whole:,}.{fraction:02}" if style == "comma" else f"{whole}.{fraction:02}"
    if style == "wide":
        text = "".join(chr(ord(character) + 0xFEE0) for character in text)
    assert one(f"共{text}元").value == pytest.approx(whole + fraction / 100)


@given(st.text(alphabet="一二十百千万亿两点多几第分之0123456789.,%－—到、年月个元吨长增为的。", max_size=120))
def test_numerals_are_in_order_and_apart(text: str) -> None:
    """Whatever the text: no overlap, every digit in exactly one numeral."""
    found = read(text)
    ends = [0]
    for item in found:
        assert ends[-1] <= item.start < item.end <= item.stop
        ends.append(item.end)
    inside = {at for item in found for at in range(item.start, item.end)}
    assert all(at in inside for at, character in enumerate(plain(text)) if character in "0123456789")


@pytest.mark.parametrize("unit", ["1", "1,", "1.", "一", "十百", "1-", "第", "1、", "百分之", "1/1", "数十", "1多"])
def test_time_grows_no_faster_than_text(unit: str) -> None:
    """No repetition makes the patterns back up."""
    begin = time.perf_counter()
    read(unit * 20_000)
    assert time.perf_counter() - begin < 5
