"""Which passages are headings, and which go on with the sentence of the one before."""

import re
from itertools import zip_longest

from pipelines.pieces import (
    BLANK,
    CLOSING,
    FINAL,
    HANZI,
    LONG_FRAGMENT,
    OPENING,
    UNFINISHED,
    Piece,
    any_heading_mark,
    heading_marks,
)

CUT_NUMBER = re.compile(r"\d[.．]\|\d|\d\|[.．]\d")  # a number of which the line's end cut off the decimals
SENTENCE_END = re.compile(r"[。！？；：]")
WITHIN_SENTENCE = re.compile("[。；]|(?:是|为|如下)：")  # no title without a number has these
QUANTITY = re.compile(r"[0-9０-９][0-9０-９.．]*[%％万亿元个户套吨公平]")  # no sentence begins with one
LONG_HEADING = 60  # characters: no numbered heading is longer
LONG_TITLE = 40  # nor a heading without number
YEAR_TITLE = re.compile(rf"[^。；：]{{1,12}}年[：:][^。；：0-9０-９]{{1,{LONG_TITLE - 14}}}(?<![，、])")
QUOTED = "”’」』"


def find_headings(pieces: list[Piece]) -> None:
    """Tell numbers and bullets, headings of their own and headings with the body in the same line."""
    for piece in pieces:
        if piece.of_the_page or piece.home or not any_heading_mark().match(piece.text):
            continue
        for mark in heading_marks():
            match = mark.pattern.match(piece.text)
            if match:
                piece.style = mark.style
                piece.mark_end = match.end()
                if mark.makes_heading:
                    piece.number = number_of(match.group(1)) if match.lastindex else 0
                    read_numbered_heading(piece)
                break


def read_numbered_heading(piece: Piece) -> None:
    """Tell whether a numbered line is a heading, begins with one, or is an item of a list."""
    words = piece.text[piece.mark_end :].strip(BLANK)
    end = SENTENCE_END.search(words, 0, LONG_HEADING)
    if end and YEAR_TITLE.fullmatch(words):
        end = None  # 二、2022年：真抓实干、勇毅前行
    listed = piece.style in ("arabic", "arabic_bracket", "ordinal")
    if end is None:
        title, _, body = words.partition(" ")
        if body and len(words) > LONG_HEADING and len(title) <= LONG_TITLE:
            piece.heading = piece.text[: piece.mark_end] + title
        elif len(words) <= LONG_HEADING and words[-1:] not in tuple("，、") and (words or piece.style != "ideographic"):
            piece.heading, piece.is_heading = piece.text, bool(words) or piece.style != "ordinal"
    elif end.end() < len(words):  # the body follows
        if end.group() != "；" and end.start() <= (LONG_TITLE if listed else LONG_HEADING):
            piece.heading = piece.text[: piece.mark_end] + piece.text[piece.mark_end :].lstrip(BLANK)[: end.start()]
    elif end.group() == "。" and not (listed and (piece.style != "ordinal" or len(words) > LONG_TITLE)):
        piece.heading, piece.is_heading = piece.text, True


def number_of(digits: str) -> int:
    """The value of a heading's number, up to 99: 二十三, 8, ８."""
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    values = {character: value for value, character in enumerate("一二三四五六七八九", 1)}
    return (values.get(tens, 1) * 10 if ten else 0) + values.get(ones, 0)


def mark_torn(pieces: list[Piece]) -> None:
    """Mark what is printed below a copy that breaks off: what stood between is not known."""
    copy: Piece | None = None
    for piece in pieces:
        if piece.of_the_page:
            continue
        if copy and copy.text[-1] not in FINAL and not piece.home and not piece.heading:
            piece.mark("uncertain", "its beginning is lost: a copy of another passage, which breaks off, stands there")
        copy = piece if piece.home else None


def find_continuations(pieces: list[Piece]) -> None:
    """Tell which pieces go on with the sentence before, which are headings without a number, and what stays cut."""
    before: Piece | None = None
    begun = False  # above the first sentence stand title, date and speaker, none of which ends with a full stop
    of_the_report = [piece for piece in pieces if not piece.of_the_page]
    for piece, after in zip_longest(of_the_report, of_the_report[1:]):
        if piece.home or piece.set_apart:
            if before is not None and begun:
                if piece.home and before.end == piece.start and not is_whole(before):
                    before.mark("cut", "a copy of another passage stands in the place of what followed")
                else:
                    mark_cut(before)
            before = None
            continue
        piece.continues = before is not None and goes_on(before, piece, begun)
        if piece.continues:
            piece.is_heading, piece.heading, piece.style = False, "", ""
        elif before is not None and begun:
            mark_cut(before)
        if begun and not piece.continues and piece.style in ("", "item") and is_title(piece, after):
            piece.heading, piece.is_heading = piece.text, True
        begun = begun or piece.style not in ("", "bullet") or (piece.text[-1] in FINAL and len(piece.text) >= 20)
        before = piece
    if before is not None and begun:
        mark_cut(before)


def goes_on(before: Piece, piece: Piece, begun: bool) -> bool:
    """Whether a piece goes on with the sentence of the one before it."""
    if piece.text[0] in CLOSING or CUT_NUMBER.search(before.text[-3:] + "|" + piece.text[:2]):
        return True
    if (
        not begun
        or (before.is_heading and before.text[-1] not in OPENING)
        or ends_there(before)
        or before.style in ("salutation", "annex")
    ):
        return False
    return piece.style in ("", "item", "arabic") or before.text[-1] in UNFINISHED


def ends_there(piece: Piece) -> bool:
    """Whether a sentence ends where a piece does; a mere name in quotation marks ends none, unless it is a title."""
    if piece.text[-1] in QUOTED and piece.text[-2:-1] not in tuple(FINAL) and HANZI.search(piece.text):
        return not (piece.continues or len(piece.text) > LONG_TITLE)
    return piece.text[-1] in FINAL


def is_title(piece: Piece, after: Piece | None) -> bool:
    """Whether a line without number is a heading: short, without punctuation at its end, with a whole line after it."""
    if len(piece.text) > LONG_TITLE or len(HANZI.findall(piece.text)) < 3:
        return False
    if piece.text[-1] in FINAL or piece.text[-1] in UNFINISHED or WITHIN_SENTENCE.search(piece.text) or after is None:
        return False
    if QUANTITY.match(after.text):
        return False
    return after.style != "" or (len(after.text) > LONG_FRAGMENT and after.text[0] not in CLOSING)


def is_whole(piece: Piece) -> bool:
    """Whether what stands before a copy in its line lacks nothing: it ends a sentence, and is more than a title."""
    return piece.text[-1] in "。！？" and len(piece.text) > LONG_TITLE


def mark_cut(piece: Piece) -> None:
    """Mark a sentence that breaks off and is not gone on with."""
    long = len(piece.text) >= LONG_FRAGMENT
    if long and not piece.is_heading and piece.text[-1] not in FINAL and HANZI.search(piece.text[-4:]):
        piece.faults.append("cut")
