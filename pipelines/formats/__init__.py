"""Formats: the bytes of one file → its text. One module a family of formats; none knows where a report stands.

A reader is called with the bytes and with the file's name as messages show it; it raises RejectedReport where the bytes
cannot be read for certain.
"""

from collections.abc import Callable
from dataclasses import dataclass

RAISED_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")  # as text has them that knows no raised ones


@dataclass(frozen=True)
class Line:
    """Where a printed line stands: the first character of the text that it gave, its page and its box on it.

    Pages count from 1. A box is left, top, right, bottom, in thousandths of the page's width and height.
    """

    char_start: int
    page: int
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Decoded:
    """What a reader made of a file: `lines` where the format has pages, `flags` on what to be careful about."""

    text: str
    encoding: str | None = None
    lines: tuple[Line, ...] = ()
    flags: tuple[str, ...] = ()


Reader = Callable[[bytes, str], Decoded]


class RejectedReport(Exception):
    """A file is no report that can be read: `reason` says what is wrong, `remedy` what to do about it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy


def printable(name: str) -> str:
    """A name from outside, with whatever could break a line, a terminal or UTF-8 replaced."""
    return "".join(character if character.isprintable() else "\ufffd" for character in name)
