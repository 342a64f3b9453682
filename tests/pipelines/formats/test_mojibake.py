"""Wrong characters: told, undone where nothing was lost, else said."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import seeds
from pipelines.formats import RejectedReport, mojibake
from pipelines.formats.mojibake import check_characters, mended

LINES = (
    "各位代表，现在我代表市人民政府向大会报告工作，请予审议，并请各位委员提出意见",
    "过去一年，全市生产总值增长百分之五，城镇新增就业三万人，居民收入稳步提高",
    "今年我们要稳增长促改革惠民生，努力完成各项目标任务，推动高质量发展取得新成效",
)
TEXT = "\n".join(LINES * 3)
WAYS = {
    "GB18030 read as Latin-1": ("gb18030", "latin-1"),
    "UTF-8 read as Latin-1": ("utf-8", "latin-1"),
    "GBK read as Windows-1252": ("gbk", "windows-1252"),
}


NO_SIGNS = dict.fromkeys(map(ord, "锛銆鐨涓鍏鏄鍦骞鍙浜鎴鏈灞¤"))  # what tells such a text at first sight


def wrongly_decoded(text: str, written: str, read: str) -> str:
    """What a text becomes; bytes that Windows-1252 leaves free are kept as controls, as browsers do."""
    data = text.encode(written)
    if read == "windows-1252":
        return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in data)
    return data.decode(read)


@pytest.mark.parametrize(("written", "read"), WAYS.values(), ids=WAYS)
def test_what_loses_nothing_is_undone(written: str, read: str) -> None:
    wrong = wrongly_decoded(TEXT, written, read)
    assert mended(wrong) == (TEXT, ("mojibake_mended",))
    twice = wrongly_decoded(wrong, "utf-8", "latin-1")
    assert mended(twice) == (TEXT, ("mojibake_mended",))


def even(text: str) -> str:
    """A text whose lines GBK can take for its own: of an even number of bytes, between line breaks."""
    return "\n".join(line if len(line) % 2 == 0 else line + "。" for line in text.split("\n"))


def test_utf_8_read_as_gbk_is_undone_line_by_line_where_nothing_was_lost() -> None:
    text = even(TEXT)
    lines = [line.encode().decode("gb18030", "replace") for line in text.split("\n")]
    whole = [place for place, line in enumerate(lines) if "\ufffd" not in line]
    assert len(whole) > 2
    mixed = [
        wrong if place == whole[0] else right
        for place, (wrong, right) in enumerate(zip(lines, text.split("\n"), strict=True))
    ]
    assert mended("\n".join(mixed)) == (text, ("mojibake_mended",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TEXT.encode().decode("gbk", "replace"), "brought back"),
        (TEXT.encode().decode("gbk", "ignore"), "brought back"),
        (TEXT.encode("gb18030").decode("utf-8", "replace"), "brought back"),
        (TEXT.encode().decode("gbk", "ignore").translate(NO_SIGNS), "no Chinese text is written in"),
        (TEXT.encode("gb18030").decode("utf-8", "replace").encode().decode("gb18030", "replace"), "锟斤拷"),
    ],
    ids=["UTF-8 as GBK", "UTF-8 as GBK, what was wrong left out", "GBK as UTF-8", "no signs left", "and as GBK again"],
)
def test_what_lost_characters_is_rejected(text: str, words: str) -> None:
    with pytest.raises(RejectedReport, match=words):
        check_characters(mended(text)[0], "x")


def test_a_few_lost_characters_are_a_flag() -> None:
    text = TEXT.replace("百分之五", "百分\ufffd\ufffd", 1)
    assert mended(text) == (text, ("damaged_characters",))
    check_characters(text, "x")


@pytest.mark.parametrize(
    "text",
    [TEXT, "涓涓细流汇成江河，今年全市经济发展。", "3×100毫米，20°C，naïve café，½。" + TEXT, "龘靐齉爩" * 3, ""],
)
def test_what_is_right_stays(text: str) -> None:
    assert mended(text) == (text, ())
    check_characters(text, "x")


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_text_is_told(text: str) -> None:
    result, flags = mended(text)
    result.encode()
    assert (result != text) == ("mojibake_mended" in flags)


@given(st.text("政府工作报告发展经济增长人民代表大会一年目标任务，。", min_size=1, max_size=60))
def test_no_chinese_line_is_taken_for_a_wrong_one(text: str) -> None:
    assert mended("涓" + text)[0] == "涓" + text


def test_a_bad_pattern_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lexicon").mkdir()
    with (tmp_path / "lexicon/text_marks.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("mark", "pattern"), ("lost", "[")])
    monkeypatch.setattr(seeds, "SEEDS", tmp_path)
    with pytest.raises(seeds.SeedError, match=r"seeds/lexicon/text_marks.csv:2: '\[' is no pattern"):
        mojibake.marks.__wrapped__("lost")


def test_each_mark_holds_a_character_that_is_looked_for_first() -> None:
    first = mojibake.marks("any")
    for words in ("锟斤拷", "斤拷锟", "烫烫烫烫", "屯屯屯屯", "\ufffd", "锛", "ÄãºÃ"):
        assert first.match(words)
        assert mojibake.marks("suspect").search(words) or mojibake.marks("lost").search(words)
