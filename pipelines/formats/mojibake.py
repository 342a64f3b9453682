"""Text that was decoded wrongly and saved so: told by its characters, and undone where nothing was lost."""

import re
from functools import cache, lru_cache

from pipelines import seeds
from pipelines.formats import RejectedReport
from pipelines.formats.text import (
    DAMAGED,
    HANZI,
    MIN_COMMON_SHARE,
    blank_length,
    common_characters,
    is_chinese_prose,
    length_of,
)

MENDED = "mojibake_mended"  # a flag
MARKS = ("any", "suspect", "lost")  # any: with one of these characters each of the others begins
MAX_LOST_SHARE = 0.01  # of the characters that are not blank
MAX_WRONG_SHARE = 0.05  # the same of lines whose characters are all wrong
SAMPLE = 2000  # characters of a text that tell for all of them
ENOUGH = 20  # hanzi, from which on it can be told that they are the wrong ones
MIN_LINE = 4  # hanzi that a mended line must have to be believed
ROUNDS = 3  # how often a text may have been decoded wrongly
EURO = "\u20ac"  # what Windows makes of the byte 80, which GBK leaves free
# What Windows-1252 makes of bytes that Latin-1 leaves to controls.
LATIN = {ord(bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in b"\x81\x8d\x8f\x90\x9d"}


@cache
def marks(mark: str) -> re.Pattern[str]:
    """The patterns of `seeds/lexicon/text_marks.csv` for one kind of mark.

    Raises:
        SeedError: a pattern is none.
    """
    name = "lexicon/text_marks.csv"
    patterns = []
    for line, row in enumerate(seeds.rows(name, "mark", "pattern", allowed={"mark": MARKS}), 2):
        try:
            re.compile(row["pattern"])
        except re.error as error:
            raise seeds.SeedError(f"seeds/{name}:{line}: {row['pattern']!r} is no pattern: {error}") from error
        if row["mark"] == mark:
            patterns.append(row["pattern"])
    return re.compile("|".join(patterns))


@lru_cache(maxsize=1)  # a text that is sound is asked about twice
def marks_in(text: str) -> tuple[bool, int]:
    """Whether something in a text looks as if decoded wrongly, and how many of its characters are lost."""
    places = [match.start() for match in marks("any").finditer(text)]
    suspect = any(marks("suspect").match(text, place) for place in places)
    lost = end = 0
    for place in places:
        if place >= end and (match := marks("lost").match(text, place)):
            end = match.end()
            lost += end - place
    return suspect, lost


def mended(text: str) -> tuple[str, tuple[str, ...]]:
    """A text with the lines that were decoded wrongly put right where nothing was lost, and flags of what was wrong."""
    flags: list[str] = []
    suspect, lost = marks_in(text)
    if suspect:
        whole = undone(text)
        lines = [whole] if whole is not None else [undone(line) or line for line in text.split("\n")]
        put_right = "\n".join(lines)
        if put_right != text:
            text = put_right
            flags.append(MENDED)
            _, lost = marks_in(text)
    if lost:
        flags.append(DAMAGED)
    return text, tuple(flags)


def undone(text: str) -> str | None:
    """What a text was before it was decoded wrongly; None where it reads well, or that cannot be told for certain."""
    if not marks_in(text)[0] or is_chinese_prose(text):
        return None
    waiting = [text]
    for _ in range(ROUNDS):
        waiting = [before for now in waiting for before in undone_once(now)]
        for before in waiting:
            if length_of(HANZI, before) >= MIN_LINE and is_chinese_prose(before):
                return before
    return None


def undone_once(text: str) -> list[str]:
    """What a text can have been, had its bytes been taken for GBK or Latin-1 in place of UTF-8 or GB18030."""
    found = []
    for data, encodings in ((as_gbk(text), ("utf-8",)), (as_latin(text), ("utf-8", "gb18030"))):
        for encoding in encodings if data else ():
            try:
                before = data.decode(encoding)  # type: ignore[union-attr]
                before.encode()
            except UnicodeError:
                continue
            if before != text:
                found.append(before)
    return found


def as_gbk(text: str) -> bytes | None:
    """The bytes that, taken for GBK, gave a text."""
    try:
        return b"\x80".join(part.encode("gb18030") for part in text.split(EURO))
    except UnicodeEncodeError:
        return None


def as_latin(text: str) -> bytes | None:
    """The bytes that, taken for Latin-1 or Windows-1252, gave a text."""
    try:
        return text.translate(LATIN).encode("latin-1")
    except UnicodeEncodeError:
        return None


def check_characters(text: str, relative: str) -> None:
    """Raise RejectedReport where too many of a text's characters are lost, or they are not those of Chinese prose."""
    remedy = "Get the file anew, or save it again from its source as UTF-8 text."
    suspect, lost = marks_in(text)
    wrong = sum(len(line) for line in text.split("\n") if marks_in(line)[0] and is_wrong(line)) if suspect else 0
    if lost or wrong:
        solid = len(text) - blank_length(text)
        if lost > MAX_LOST_SHARE * solid or wrong > MAX_WRONG_SHARE * solid:
            raise RejectedReport(
                f"{relative} was decoded wrongly and saved so (�, 锟斤拷, 鍏): of its {solid:,} characters "
                f"{max(lost, wrong):,} cannot be brought back.",
                remedy,
            )
    if is_wrong(text[:: 1 + len(text) // SAMPLE]):
        raise RejectedReport(
            f"{relative} decodes, but to characters that no Chinese text is written in: it was decoded wrongly before, "
            "and saved so.",
            remedy,
        )


def is_wrong(text: str) -> bool:
    """Whether a text of some length is written in other characters than Chinese prose is."""
    hanzi = "".join(HANZI.findall(text))
    return len(hanzi) >= ENOUGH and length_of(common_characters(), hanzi) < MIN_COMMON_SHARE * len(hanzi)
