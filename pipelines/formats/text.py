"""Text files, and what tells Chinese prose from anything else that decodes."""

import codecs
import html
import re
from dataclasses import replace
from functools import cache

from pipelines.formats import Decoded, RejectedReport
from pipelines.formats.limits import limits
from pipelines.seeds import rows

MAX_CONTROL_SHARE = 0.001  # a stray control character does not make a file binary
MIN_HANZI_SHARE = 0.2  # of the characters that are not blank
MIN_COMMON_SHARE = 0.15  # of the hanzi; prose has 0.3 and more, a wrong decoding 0.05
MAX_FOREIGN_SHARE = 0.02  # kana and hangul, that EUC-JP and the like leave in a wrong decoding

MAX_BROKEN_SHARE = 0.001  # of the characters of a UTF-8 file
MIXED, DAMAGED = "mixed_encoding", "damaged_characters"  # flags

ABOVE_TWO_BYTES = re.compile(r"[\u0800-\U0010ffff]")  # that UTF-8 writes in three bytes or four
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
HANZI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
FOREIGN = re.compile(r"[\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]+")
PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]")

MARKDOWN = (  # what marks words → what is left of them; each finds its end near by, so that no line takes long
    (re.compile(r"!\[[^\]\[\n]{0,200}\]\([^()\s]{0,500}\)"), ""),
    (re.compile(r"\[([^\]\[\n]{1,200})\]\([^()\s]{0,500}\)"), r"\1"),
    (re.compile(r"^[ \t]{0,3}(?:[-*_][ \t]?){3,80}$", re.MULTILINE), ""),
    (re.compile(r"\*{2,3}|(?<![A-Za-z0-9_])_{2,3}|(?<!_)_{2,3}(?![A-Za-z0-9_])|`{1,3}"), ""),
    (re.compile(r"(?<![*0-9])\*(?![*0-9\s])|(?<=[^\s*0-9])\*(?![*0-9])"), ""),  # but not 2*100, nor an item's star
    (re.compile(r"^[ \t]{0,3}\|?(?:[ \t]{0,3}:?-{2,60}:?[ \t]{0,3}\|?){1,30}$\n?", re.MULTILINE), ""),
    (re.compile(r"^[ \t]{0,3}\|[ \t]{0,9}|[ \t]{0,9}\|[ \t]{0,9}$", re.MULTILINE), ""),
    (re.compile(r"[ \t]{0,9}\|[ \t]{0,9}"), "\t"),
    (re.compile(r"^[ \t]{0,3}(?:>[ \t]?){1,9}", re.MULTILINE), ""),
    (re.compile(r"\\(?=[!-/:-@\[-`{-~])"), ""),
    (re.compile(r"</?[a-zA-Z!][^<>\n]{0,200}>"), ""),
)
MARKUP = "<>&\"'"
ENTITY = re.compile(r"&(?:#[0-9]{2,6}|#[xX][0-9a-fA-F]{2,5}|[a-zA-Z]{2,8});")

BYTE_ORDER_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_text(data: bytes, relative: str) -> Decoded:
    """Decode a text file: by its mark, as UTF-8, or by the evidence that it is Chinese prose; else RejectedReport.

    Where some lines are UTF-8 and others GB18030, each is read as what it is, with the flag `mixed_encoding`; where a
    few characters are no valid UTF-8, the rest is read, with the flag `damaged_characters`.
    """
    if data and not data.strip(b"\0"):
        raise RejectedReport(
            f"{relative} holds nothing but NUL bytes, as a file does that was not written to its end.",
            "Get the file anew.",
        )
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text = decoded(data[len(mark) :], encoding)
            if text is not None:
                return Decoded(text, encoding)
            if encoding == "utf-8" and (found := mixed(data[len(mark) :]) or cut_utf8(data[len(mark) :])):
                return found
            raise RejectedReport(
                f"{relative} begins with the mark of {encoding} and is not valid {encoding}.",
                "Save it again as UTF-8 text.",
            )
    text = decoded(data, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8")
    for encoding in ("utf-16-le", "utf-16-be"):
        text = decoded(data, encoding)
        if text is not None and is_chinese_prose(text):
            return Decoded(text, encoding)
    if found := mixed(data):
        return found
    text = decoded(data, "gb18030")
    if text is not None and is_chinese_prose(text):
        return Decoded(text, "gb18030")
    if found := cut_utf8(data) or cut_gb18030(data):
        return found
    raise RejectedReport(
        f"The encoding of {relative} could not be told: it is neither UTF-8, UTF-16 nor GB18030 (GBK, GB2312).",
        "Save it again as UTF-8 text.",
    )


def read_markdown(data: bytes, relative: str) -> Decoded:
    """Decode a Markdown file and leave out what marks its words: emphasis, links, rules of tables; see `read_text`."""
    found = read_text(data, relative)
    text = found.text
    for pattern, left in MARKDOWN:
        text = pattern.sub(left, text)
    return replace(found, text=text)


def without_entities(text: str) -> str:
    """A text with the characters that the markup of a page, copied as text, left spelled out: &nbsp; &ldquo; &#37;."""
    return ENTITY.sub(unescaped, text) if "&" in text else text


def unescaped(entity: re.Match[str]) -> str:
    """The character that an entity stands for; what would make markup, or cannot be seen, stays as it is."""
    character = html.unescape(entity[0])
    plain = character == "\xa0" or (character.isprintable() and character not in MARKUP)
    return character if plain else entity[0]


def line_decoded(line: bytes, base: str = "gb18030") -> tuple[str, str | None] | None:
    """A line as UTF-8 or GB18030, whichever it is valid in, and which (None: both are the same); None for neither.

    A line that is valid in both, as short ones may be, is of the encoding `base`, unless its UTF-8 holds Chinese: no
    Chinese in GB18030 reads so by chance.
    """
    if line.isascii():
        return line.decode("ascii"), None
    text = decoded(line, "utf-8")
    if text is not None and (base == "utf-8" or ABOVE_TWO_BYTES.search(text)):
        return text, "utf-8"
    other = decoded(line, "gb18030")
    if other is not None:
        return other, "gb18030"
    return None if text is None else (text, "utf-8")


def mixed(data: bytes) -> Decoded | None:
    """A text of which some lines are UTF-8 and others GB18030, where each kind reads as Chinese prose."""
    kinds: dict[str | None, list[str]] = {}
    lines = []
    for line in data.split(b"\n"):
        found = line_decoded(line)
        if found is None:
            return None
        text, encoding = found
        lines.append(text)
        kinds.setdefault(encoding, []).append(text)
    encodings = sorted(name for name in kinds if name)
    if len(encodings) < 2 or not all(is_chinese_prose("\n".join(kinds[name])) for name in encodings):
        return None
    return Decoded("\n".join(lines), ", ".join(encodings), flags=(MIXED,))


def cut_utf8(data: bytes) -> Decoded | None:
    """UTF-8 prose of which a few characters are broken, each read as U+FFFD."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken > max(1, MAX_BROKEN_SHARE * len(text)) or not is_chinese_prose(text):
        return None
    return Decoded(text, "utf-8", flags=(DAMAGED,))


def cut_gb18030(data: bytes) -> Decoded | None:
    """GB18030 prose that breaks off within its last character, which is left out."""
    try:
        text = codecs.getincrementaldecoder("gb18030")("strict").decode(data, final=False)
        text.encode()
    except UnicodeError:
        return None
    return Decoded(text, "gb18030", flags=(DAMAGED,)) if is_chinese_prose(text) else None


def decoded(data: bytes, encoding: str) -> str | None:
    """Strictly decoded bytes, or None where they are not valid."""
    try:
        text = data.decode(encoding)
        text.encode()  # GB18030 can spell surrogates, that no text may hold
    except UnicodeError:
        return None
    return text


def is_chinese_prose(text: str) -> bool:
    """Whether a decoding reads as Chinese: its hanzi are the common ones, with nothing private or foreign."""
    solid = len(text) - blank_length(text)
    hanzi = "".join(HANZI.findall(text))
    if not hanzi or len(hanzi) < MIN_HANZI_SHARE * solid or PRIVATE.search(text):
        return False
    common = length_of(common_characters(), hanzi)
    return common >= MIN_COMMON_SHARE * len(hanzi) and length_of(FOREIGN, text) <= MAX_FOREIGN_SHARE * solid


@cache
def common_characters() -> re.Pattern[str]:
    """The characters that every Chinese text is full of, from `seeds/lexicon/common_characters.csv`."""
    characters = "".join(row["characters"] for row in rows("lexicon/common_characters.csv", "script", "characters"))
    return re.compile(f"[{re.escape(characters)}]+")


def check_text(text: str, relative: str) -> None:
    """Raise RejectedReport where a decoded text is empty, binary or not Chinese."""
    solid = len(text) - blank_length(text)
    if not solid:
        raise RejectedReport(f"{relative} holds no text.", "Put the report's text into it, or remove it.")
    if len(text) > limits().characters:
        raise RejectedReport(
            f"{relative} holds {len(text):,} characters, far more than a report can have.",
            "Save the report's text alone.",
        )
    if CONTROLS.search(text) and length_of(CONTROLS, text) > MAX_CONTROL_SHARE * len(text):
        raise RejectedReport(
            f"{relative} holds control characters, as a binary file does.", "Save the report as plain text or docx."
        )
    least = MIN_HANZI_SHARE * solid
    if all(length_of(HANZI, part) < least for part in (text[: len(text) // 3], text)):  # a third of prose has as many
        raise RejectedReport(
            f"{relative} holds hardly any Chinese, so it is no government work report.",
            "Put the Chinese text of the report there.",
        )


def length_of(pattern: re.Pattern[str], text: str) -> int:
    """How many characters of a text the pattern's matches cover."""
    return len(text) - len(pattern.sub("", text))


def blank_length(text: str) -> int:
    """How many characters of a text are white space or a byte-order mark."""
    return len(text) - sum(map(len, text.split())) + text.count("\ufeff")
