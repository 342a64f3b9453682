"""The order in which a report was written, where print has another: the numbers of headings tell it, and jump lines."""

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from pipelines.pieces import BLANK, FINAL, LONG_FRAGMENT, Piece, heading_marks

MAX_LISTS = 8  # how many lists of headings a strayed one is compared with
SHOWN = 24  # characters of a heading in a reason
OPENS = re.compile(r"我.{0,24}(?:作|做)?.{0,6}(?:报告|汇报)")  # the sentence that a report opens with
LINE_BREAK = re.compile(r"[\n\r\f\u2028\u2029]")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
ONES = "〇一二三四五六七八九"
ENDS_PAGE = re.compile("[下上紧]转")  # a jump line that sends the reader on; the others say where he comes from


@dataclass
class HeadingList:
    """Headings of one style that count on, below one heading of a higher style."""

    style: str
    parent: Piece | None
    headings: list[Piece] = field(default_factory=list)

    @property
    def numbers(self) -> list[int]:
        """The numbers in the order in which they were found."""
        return [piece.number for piece in self.headings]

    @property
    def shapes(self) -> set[tuple[str, str]]:
        """The patterns that the headings are cut to."""
        return {shape_of(piece) for piece in self.headings}


def shape_of(piece: Piece) -> tuple[str, str]:
    """The first and last character of a heading's words: headings of one list are often cut to one pattern."""
    words = piece.heading[piece.mark_end :].strip(BLANK + "。")
    return words[:1], words[-1:]


def in_reading_order(pieces: list[Piece], text: str) -> list[Piece]:
    """Pieces in the order in which they were written; what was moved, or stands beside a gap, says why.

    Args:
        pieces: in print order, their headings and repeats found.
        text: the report's.
    """
    pieces = opening_first(pieces)
    lists: list[HeadingList] = []
    above: list[Piece] = []  # the headings that the next one may stand below
    for piece in pieces:
        if not (piece.number and piece.heading):
            continue
        above = [heading for heading in above if rank(heading.style) < rank(piece.style)]
        home = strayed_from(piece, lists, above)
        if home:
            last = home.headings[-1]
            if piece.text[len(piece.heading) :].strip(BLANK + "。"):  # what it heads stands in its own paragraph
                block, before = (paragraph_of(heading, pieces, text) for heading in (piece, last))
            else:
                block, before = block_from(piece, pieces, any_heading=True), block_from(last, pieces)
            pieces = moved(pieces, block, pieces.index(before[-1]) + 1)
            mark(block, "strayed", f"by its number and pattern it follows “{shown(last)}”")
            home.headings.append(piece)
            continue
        parent = above[-1] if above else None
        of_style = [found for found in lists if found.style == piece.style and found.parent is parent]
        late = of_style and is_late(piece, of_style[-1].numbers, pieces)
        if late:
            following = min(
                (other for other in of_style[-1].headings if other.number > piece.number),
                key=lambda other: other.number,
            )
            block = block_from(piece, pieces, any_heading=False)
            block = rest_of_page(pieces, pieces.index(piece)) + block
            pieces = moved(pieces, block, seam(pieces, following, block))
            for part in block:
                part.mark("moved", f"by the numbers of the headings it precedes “{shown(following)}”")
        if late or (of_style and piece.number != 1):
            of_style[-1].headings.append(piece)
        else:
            lists.append(HeadingList(piece.style, parent, [piece]))
        above.append(piece)
    for found in lists:
        mark_gaps(found, text)
    return pieces


def opening_first(pieces: list[Piece]) -> list[Piece]:
    """Pieces with the page on which the report begins before the one that goes on from it, where print has them so."""
    jumps = [place for place, piece in enumerate(pieces) if "jump_line" in piece.faults]
    if not jumps or jumps[0] > 0 or ENDS_PAGE.search(pieces[0].text):
        return pieces
    for opening in range(1, len(pieces)):
        stop = next((place for place in jumps if place > opening and ENDS_PAGE.search(pieces[place].text)), None)
        if stop is None:
            break
        greeted = pieces[opening].style == "salutation"
        if greeted and any(OPENS.search(piece.text) for piece in pieces[opening : opening + 3]):
            start = opening
            while start - 1 not in jumps and is_title(pieces[start - 1]):
                start -= 1
            block = pieces[start : stop + 1]
            mark(block, "moved", "the report begins here; what is printed before it goes on from this page")
            return moved(pieces, block, 0)
    return pieces


def is_title(piece: Piece) -> bool:
    """Whether a piece may be title, date or speaker above a report's first words."""
    return len(piece.text) <= LONG_FRAGMENT and piece.text[-1] not in FINAL


@cache
def rank(style: str) -> int:
    """The place of a heading's style in the lexicon: what stands first encloses what follows."""
    return next(place for place, mark in enumerate(heading_marks()) if mark.style == style)


def shown(piece: Piece) -> str:
    """A heading as a reason names it."""
    return piece.heading[:SHOWN]


def is_late(piece: Piece, numbers: list[int], pieces: list[Piece]) -> bool:
    """Whether a heading belongs before one that its list has already, and is not there yet.

    A first one does only where the list and what follows make a whole without it being begun anew.
    """
    if piece.number in numbers or piece.number > max(numbers):
        return False
    if piece.number > 1:
        return True
    following = [1]
    for other in pieces[pieces.index(piece) + 1 :]:
        if other.number and other.heading and rank(other.style) <= rank(piece.style):
            if other.style != piece.style or other.number == 1:
                break
            following.append(other.number)
    return sorted(numbers + following) == list(range(1, len(numbers) + len(following) + 1))


def strayed_from(piece: Piece, lists: list[HeadingList], above: list[Piece]) -> HeadingList | None:
    """The earlier list that a heading belongs to by its number and pattern, where it breaks the one it stands in."""
    of_style = [found for found in lists if found.style == piece.style]
    if len(of_style) < 2 or piece.number == 1:
        return None
    *earlier, current = of_style[-MAX_LISTS:]
    shape = shape_of(piece)
    if piece.number == current.numbers[-1] + 1 or shape in current.shapes:
        return None
    for candidate in reversed(earlier):
        if len(candidate.headings) > 1 and candidate.shapes == {shape} and piece.number > max(candidate.numbers):
            return candidate
    return None


def mark(block: list[Piece], fault: str, reason: str) -> None:
    """Mark what was moved; what the page says, or says again, is not of the report's order."""
    for piece in block:
        if not piece.of_the_page and not piece.home:
            piece.mark(fault, reason)


def paragraph_of(heading: Piece, pieces: list[Piece], text: str) -> list[Piece]:
    """A heading with what stands in the same printed paragraph."""
    line_end = LINE_BREAK.search(text, heading.end)
    end = line_end.start() if line_end else len(text)
    return [piece for piece in pieces if heading.start <= piece.start < end]


def block_from(heading: Piece, pieces: list[Piece], any_heading: bool = False) -> list[Piece]:
    """A heading with what stands below it in print: up to the next of its style or a higher one (or to any)."""
    start = pieces.index(heading)
    for stop in range(start + 1, len(pieces)):
        piece = pieces[stop]
        ends = piece.number and piece.heading and (any_heading or rank(piece.style) <= rank(heading.style))
        if ends or "jump_line" in piece.faults:
            return pieces[start:stop]
    return pieces[start:]


def rest_of_page(pieces: list[Piece], at: int) -> list[Piece]:
    """What stands between the jump line that ends a page and a place, no heading between."""
    for start in range(at - 1, -1, -1):
        piece = pieces[start]
        if "jump_line" in piece.faults:
            return pieces[start + 1 : at] if ENDS_PAGE.search(piece.text) else []
        if piece.heading:
            break
    return []


def seam(pieces: list[Piece], following: Piece, block: list[Piece]) -> int:
    """Where a block belongs that precedes a heading: at a copy of its own end, which shows what it was torn from."""
    place = pieces.index(following)
    for index in range(place - 1, -1, -1):
        piece = pieces[index]
        if piece.heading and piece.number and rank(piece.style) <= rank(following.style):
            break
        if piece.home and block[-1].start <= piece.home[0] and piece.home[1] == block[-1].end:
            return index + 1
    return place


def moved(pieces: list[Piece], block: list[Piece], place: int) -> list[Piece]:
    """Pieces with a block taken out and put in before what stands at a place."""
    inside = {id(piece) for piece in block}
    before = [piece for piece in pieces[:place] if id(piece) not in inside]
    after = [piece for piece in pieces[place:] if id(piece) not in inside]
    return [*before, *block, *after]


def mark_gaps(found: HeadingList, text: str) -> None:
    """Mark the headings of a list before which others are missing that stand nowhere in the text between."""
    ordered = sorted(found.headings, key=lambda piece: piece.number)
    for before, piece in pairwise(ordered):
        between = text[min(before.start, piece.start) : max(before.start, piece.start)]
        lost = [number for number in range(before.number + 1, piece.number) if not stands_in(number, between)]
        if lost:
            names = "、".join(written(number) for number in lost)
            piece.mark("gap", f"headings {names} are missing after “{shown(before)}”, and what stood below them")


def stands_in(number: int, text: str) -> bool:
    """Whether a text has an enumeration by a number in any style: 三、 （三） 第三， 第三部分 三是 3."""
    han = written(number)
    found = re.search(
        rf"(?<![一二三四五六七八九十0-9])(?:{han}|{number})[、）)．.，是]|第{han}(?:[：:]|部分|章|篇)", text
    )
    return found is not None


def written(number: int) -> str:
    """A number up to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    return (ONES[tens] * (tens > 1) + "十") * (tens > 0) + ONES[ones] * (ones > 0)
