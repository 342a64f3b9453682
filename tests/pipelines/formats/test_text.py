"""Text files: encodings are told, mixed ones read line by line, and what cannot be told is not guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.formats import Decoded, RejectedReport
from pipelines.formats.text import check_text, line_decoded, read_markdown, read_text, without_entities
from tests.packing import PROSE

PARAGRAPHS = [
    "各位代表，现在我代表市人民政府向大会报告工作，请予审议。",
    "过去一年，全市生产总值增长百分之五，城镇新增就业三万人。",
    "今年的主要任务是稳增长、促改革、惠民生，努力完成各项目标。",
    "我们要加快建设现代产业体系，大力发展农业和工业，改善人民生活。",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "gb18030"])
def test_prose_is_told_without_a_mark(encoding: str) -> None:
    assert read_text(PROSE.encode(encoding), "x") == Decoded(PROSE, encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_mark_is_believed_and_left_out(encoding: str) -> None:
    assert read_text(("\ufeff" + PROSE).encode(encoding), "x") == Decoded(PROSE, encoding)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("各位代表現在我代表人民政府向大會報告工作，全國經濟發展很快，人民生活改善。" * 5, "big5"),
        ("政府は経済の成長と国民の生活の向上のために努力を続けてまいりました。" * 5, "euc-jp"),
        ("정부는 경제 성장과 국민 생활의 향상을 위하여 노력을 계속해 왔습니다. " * 5, "euc-kr"),
        ("L'économie a été très élevée cette année, même à l'étranger. " * 5, "latin-1"),
    ],
)
def test_other_encodings_are_rejected_and_not_guessed(text: str, encoding: str) -> None:
    with pytest.raises(RejectedReport, match="encoding"):
        read_text(text.encode(encoding), "x")


def test_a_wrong_mark_is_rejected() -> None:
    with pytest.raises(RejectedReport, match="mark of utf-8"):
        read_text(b"\xef\xbb\xbf" + PROSE.encode("gb18030"), "x")


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("生产总值增长**5.5%**，*粮食*丰收", "生产总值增长5.5%，粮食丰收"),
        ("# **一、工作回顾**", "# 一、工作回顾"),
        ("建设2*100万千瓦、3*200万千瓦机组", "建设2*100万千瓦、3*200万千瓦机组"),
        ("[“十四五”规划](https://a.b/c)和![图](x.png)", "“十四五”规划和"),
        ("| 指标 | 增速 |\n|:--|--:|\n| 生产总值 | 5% |", "指标\t增速\n生产总值\t5%"),
        ("> 引用1\\. 和`代码`<br>", "引用1. 和代码"),
        ("* 一项\n- 又一项", "* 一项\n- 又一项"),
    ],
)
def test_markdown_leaves_the_words(marked: str, text: str) -> None:
    assert read_markdown(f"{PROSE}\n{marked}".encode(), "x").text == f"{PROSE}\n{text}"


@given(st.lists(st.sampled_from(["*", "**", "_", "`", "|", "--", "[", "](", ")", ">", "\\", "<", "字", " ", "\n"])))
def test_any_markdown_is_read(marks: list[str]) -> None:
    found = read_markdown((PROSE + "".join(marks)).encode(), "x").text
    assert found.count("字") == marks.count("字")


def test_what_a_pages_source_spells_out_is_read_as_the_page_shows_it() -> None:
    assert without_entities("&ldquo;两重&rdquo;增长5&#37;&nbsp;和 R&D") == "“两重”增长5%\xa0和 R&D"
    assert without_entities(markup := "&lt;script&gt;&#60;&#27;&#x202e;&amp;lt;&none;") == markup


@given(st.text(alphabet="的一是在不了有和人这中大为上个国我发展经济建设工作全年增长，。\n0123456789%", min_size=30))
def test_round_trip(text: str) -> None:
    if sum("\u4e00" <= character <= "\u9fff" for character in text) < len(text) / 2:
        return
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        assert read_text(text.encode(encoding), "x").text == text


@given(st.lists(st.tuples(st.sampled_from(PARAGRAPHS), st.booleans()), min_size=1, max_size=12), st.booleans())
def test_paragraphs_of_two_encodings_are_each_read_as_what_they_are(
    paragraphs: list[tuple[str, bool]], mark: bool
) -> None:
    data = b"\r\n".join(text.encode("gb18030" if gb else "utf-8") for text, gb in paragraphs)
    encodings = {gb for _, gb in paragraphs}
    if mark and encodings != {True}:
        data = b"\xef\xbb\xbf" + data
    decoded = read_text(data, "x")
    assert decoded.text == "\r\n".join(text for text, _ in paragraphs)
    assert decoded.flags == (("mixed_encoding",) if len(encodings) == 2 else ())
    assert set((decoded.encoding or "").split(", ")) == {"gb18030" if gb else "utf-8" for gb in encodings}


def test_a_short_line_that_is_valid_in_both_is_of_the_encoding_around_it() -> None:
    line = "路".encode("gb18030")  # the bytes of · in UTF-8
    assert line_decoded(line) == ("路", "gb18030")
    assert line_decoded(line, "utf-8") == ("·", "utf-8")
    assert line_decoded(b"1.5%") == ("1.5%", None)
    assert line_decoded(b"\xff\xff") is None


def test_a_few_broken_characters_cost_only_themselves() -> None:
    data = (PROSE * 30).encode()
    cut = read_text(data[:-4], "x")
    assert cut.flags == ("damaged_characters",)
    assert cut.text.startswith(PROSE * 29)
    assert cut.text.endswith("\ufffd")
    gb = read_text((PROSE * 3).rstrip().encode("gb18030")[:-1], "x")
    assert (gb.flags, gb.text) == (("damaged_characters",), (PROSE * 3).rstrip()[:-1])
    many = bytearray(data)
    many[::200] = b"\xff" * len(many[::200])
    with pytest.raises(RejectedReport, match="encoding"):
        read_text(bytes(many), "x")


def test_nothing_but_nuls_is_a_file_that_was_not_written() -> None:
    with pytest.raises(RejectedReport, match="nothing but NUL"):
        read_text(bytes(5000), "x")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no text"),
        (" \u3000\n\ufeff", "no text"),
        ("发展\0" * 50, "control characters"),
        ("The government will work hard for growth.", "hardly any Chinese"),
        ("发" * 1_000_001, "1,000,001 characters, far more"),
    ],
)
def test_texts_that_are_none(text: str, words: str) -> None:
    with pytest.raises(RejectedReport, match=words):
        check_text(text, "x")


@given(data=st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        read_text(data, "x").text.encode()
    except RejectedReport as error:
        assert error.reason
        assert error.remedy
