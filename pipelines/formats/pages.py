"""What stands where on pages → text in reading order, a line for each paragraph.

A page is given as pieces: short runs of characters with their boxes, from a PDF's text layer or from OCR, in any order.
Their places alone say what is a running head, a column, a table, a footnote and a paragraph. All lengths are measured
in em, the size of the page's characters.
"""

import bisect
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from statistics import median

from pipelines.formats import Line
from pipelines.seeds import rows

MARGIN = 0.15  # share of the page's height, above and below, where running heads and feet stand
FURNITURE_ROWS = 3  # of a page's margin
SAME_HEIGHT = 0.01  # of the page's height, between the same foot on two pages
SAME_ROW = 0.5  # share of the lower of two pieces' heights that they have in common
CROSSING = 1.5  # em on both sides of a gutter that a line over several columns reaches
MIN_COLUMN = 6.0  # em
MAX_PIECES = 5000  # of a page; a newspaper's has 2,000
MAX_CANDIDATES = 8  # gutters that are tried
MAX_DEPTH = 3  # times that a page is parted: eight columns
MIN_ROWS = 4  # side by side, that make two columns,
MIN_WIDE_ROWS = 2  # or two wide ones
STRAY = 0.05  # share of a column's pieces that may stand elsewhere
MIN_FULL = 0.5  # share of a narrow column's rows that fill it,
MIN_FULL_WIDE = 0.2  # and of one so wide that no cell would fill it
WIDE = 15.0  # em
UNFULL = 2.5  # em by which a full row may miss the column's edge
MIN_PUNCTUATED = 0.3  # share of a column's rows that hold punctuation: prose does, a table does not
CELL_GAP = 0.9  # em between the cells of a row
WIDE_GAP = 2.0  # em between two cells where there are no more
INDENT = 1.2  # em
SHORT = 0.8  # em that are left free at the end of a line where the next word would have stood there too,
SHORT_INDENTED = 2.0  # and where an indent shows besides where paragraphs begin
MIN_INDENTED = 0.5  # share of the lines after a short one that have an indent, where paragraphs begin so
RAGGED = 4.0  # em by which full lines differ at most
MIN_EDGE = 0.1  # share of a column's rows that reach as far as a full line
LOOSE = 0.6  # em between two lines, beyond what is usual
OTHER_SIZE = 1.15  # as large, from which on characters are of another size
NOTE_SIZE = 0.9  # as large as the text, up to which characters are of a footnote

DIGIT = "0-9０-９〇一二三四五六七八九十ivxlcIVXLC"
PAGE_NUMBER = re.compile(
    rf"[\s—–―\-－_·•.．|｜/／]*(?:第|[Pp]age)?\s*([{DIGIT}]{{1,6}})\s*页?[\s,，/／]*(?:(?:共|of)?\s*[{DIGIT}]{{1,6}}\s*页?)?"
    r"[\s—–―\-－_·•.．|｜/／]*"
)
LONG_NUMBER = 24  # characters of a page number with all that stands around it
DIGITS = re.compile("[0-9０-９]+")
BLANKS = re.compile(r"\s+")
NOTE_MARK = re.compile(
    r"[①-⑳⑴-⒇¹²³⁴-⁹*＊※†]|[\[［〔(（][0-9０-９]{1,2}[\]］〕)）]|注\s*[0-9０-９]*\s*[：:]|[0-9]{1,2}(?![0-9.．%])"
)
PUNCTUATION = re.compile("[，。；：、！？,;]")
FINAL = "。！？；：…”’」』）)》!?;:"
LONG_HEADING = 40  # characters
OPENING = "“‘（《【〔「『(["
NEVER_FIRST = "，。、；：！？”’）》】〕」』％%…)],;"
# What no line break parts: a number, a Latin word, a character with the marks that may not begin or end a line.
WORD = re.compile(rf"[{re.escape(OPENING)}]*(?:[0-9０-９A-Za-z.．,/+±-]+|.)[{re.escape(NEVER_FIRST)}]*", re.DOTALL)


@dataclass(slots=True)
class Piece:
    """A run of characters with its box, y downwards, in any unit that is the same both ways.

    A row of a table, found by its rules, is one piece.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    is_table: bool = False

    @property
    def middle(self) -> float:
        """Half its height."""
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class Page:
    """A page, its size in the unit of its pieces, and its number from 1."""

    number: int
    width: float
    height: float
    pieces: list[Piece]


@dataclass(slots=True)
class Row:
    """What stands at one height of a column."""

    page: Page
    pieces: list[Piece]
    text: str = ""
    is_table: bool = False

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.pieces[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(piece.right for piece in self.pieces)

    @property
    def top(self) -> float:
        """Its upper edge."""
        return min(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return max(piece.bottom for piece in self.pieces)

    @property
    def size(self) -> float:
        """The size of most of its characters."""
        return max(self.pieces, key=lambda piece: len(piece.text)).size

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in thousandths of the page."""
        across, down = 1000 / self.page.width, 1000 / self.page.height
        edges = (self.left * across, self.top * down, self.right * across, self.bottom * down)
        left, top, right, bottom = (min(1000, max(0, round(edge))) for edge in edges)
        return left, top, right, bottom


@dataclass(slots=True)
class Column:
    """Rows below one another, with the edges that full lines reach."""

    rows: list[Row]
    left: float = 0.0
    right: float = 0.0
    notes: list[Row] = field(default_factory=list)


def text_of(pages: Sequence[Page]) -> tuple[str, tuple[Line, ...]]:
    """The text of pages in reading order.

    Args:
        pages: from the first to the last.

    Returns:
        The text, a line for each paragraph, heading, footnote and row of a table, and where each printed line stands.
        Running heads, running feet and page numbers are left out.
    """
    bare = without_furniture(pages)
    size = usual_size(bare)
    gutters = [x for page in bare for x in gutters_of(page.pieces, size)]
    columns = [column for page in bare for column in columns_of(page, size, gutters)]
    for column in columns:
        take_notes(column, size)
    columns = [column for column in columns if column.rows or column.notes]
    set_edges(columns, size)
    return written(columns, size)


def usual_size(pages: Iterable[Page]) -> float:
    """The size of most characters."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for piece in page.pieces:
            sizes[piece.size] += len(piece.text)
    total, half = 0, sum(sizes.values()) / 2
    for size, count in sorted(sizes.items()):
        total += count
        if total >= half:
            return size or 1.0
    return 1.0


def rows_of(page: Page, pieces: Iterable[Piece]) -> list[Row]:
    """Pieces gathered into rows, from the top."""
    found: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        for row in found[-3:]:
            shared = min(piece.bottom, row[0].bottom) - max(piece.top, row[0].top)
            if shared >= SAME_ROW * min(piece.bottom - piece.top, row[0].bottom - row[0].top):
                row.append(piece)
                break
        else:
            found.append([piece])
    return [Row(page, sorted(row, key=lambda piece: piece.left)) for row in found]


# --- Running heads and feet --------------------------------------------------------------------------------------


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """Pages without what is repeated in their margins, and without page numbers."""
    edges = [margin_rows(page) for page in pages]
    seen: dict[str, list[tuple[int, float]]] = {}
    for page, both in zip(pages, edges, strict=True):
        for row in (row for rows_ in both for row in rows_):
            seen.setdefault(pattern_of(row), []).append((page.number, row.top / page.height))
    kept = []
    usual = usual_gap(pages)
    for page, both in zip(pages, edges, strict=True):
        dropped: set[int] = set()
        for outer in both:
            for count in range(len(outer), 0, -1):
                inner = outer[count] if count < len(outer) else None
                if all(is_repeated(row, seen) or is_page_number(row) for row in outer[:count]) and (
                    inner is None or stands_apart(outer[count - 1], inner, usual)
                ):
                    dropped.update(id(piece) for row in outer[:count] for piece in row.pieces)
                    break
        pieces = [piece for piece in page.pieces if id(piece) not in dropped]
        kept.append(Page(page.number, page.width, page.height, pieces))
    return kept


def margin_rows(page: Page) -> tuple[list[Row], list[Row]]:
    """The rows of the upper and of the lower margin, the outermost first, and one row of the text."""
    found = rows_of(page, page.pieces)
    above = [row for row in found[: FURNITURE_ROWS + 1] if row.bottom < MARGIN * page.height]
    below = [row for row in found[::-1][: FURNITURE_ROWS + 1] if row.top > (1 - MARGIN) * page.height]
    return above, [row for row in below if row not in above]


def words_of(row: Row) -> str:
    """What a row says, without blanks."""
    return BLANKS.sub("", "".join(piece.text for piece in row.pieces))


def pattern_of(row: Row) -> str:
    """What a row says, whatever its numbers are."""
    return DIGITS.sub("#", words_of(row))


def is_repeated(row: Row, seen: dict[str, list[tuple[int, float]]]) -> bool:
    """Whether the same stands at the same height on another page."""
    height = row.top / row.page.height
    return any(
        number != row.page.number and abs(other - height) <= SAME_HEIGHT for number, other in seen[pattern_of(row)]
    )


def is_page_number(row: Row) -> bool:
    """Whether a row is a number by itself."""
    words = words_of(row)
    return len(words) <= LONG_NUMBER and bool(PAGE_NUMBER.fullmatch(words))


def usual_gap(pages: Iterable[Page]) -> float:
    """The usual distance between two rows of a page, that may be those of several columns."""
    gaps = [gap_between(above, below) for page in pages for above, below in pairwise(rows_of(page, page.pieces))]
    return median(gaps) if gaps else 0.0


def gap_between(one: Row, other: Row) -> float:
    """What is free between two rows."""
    return max(one.top - other.bottom, other.top - one.bottom)


def stands_apart(row: Row, inner: Row, usual: float) -> bool:
    """Whether a row of the margin is not simply the next line of the text."""
    other_size = max(row.size, inner.size) >= OTHER_SIZE * min(row.size, inner.size)
    return other_size or gap_between(row, inner) > usual + LOOSE / 2 * row.size


# --- Columns -----------------------------------------------------------------------------------------------------


def columns_of(page: Page, size: float, gutters: Sequence[float]) -> list[Column]:
    """The columns of a page in reading order: parted at gutters, and where a line reaches over several."""
    return [Column(told_rows(rows_of(page, part), size)) for part in ordered(page.pieces, size, gutters)]


def ordered(pieces: list[Piece], size: float, gutters: Sequence[float]) -> Iterator[list[Piece]]:
    """The pieces of each column in reading order."""
    gutter = best_gutter(pieces, size, gutters)
    if gutter is None:
        if pieces:
            yield pieces
        return
    left, right, across = parted(pieces, gutter, size)
    heights = sorted(piece.middle for piece in across)
    bands: dict[int, list[list[Piece]]] = {}
    for side, part in ((0, left), (1, right)):
        for piece in part:
            bands.setdefault(bisect.bisect(heights, piece.middle), [[], []])[side].append(piece)
    above = 0
    spanning = sorted(across, key=lambda piece: piece.middle)
    for band, sides in sorted(bands.items()):
        if spanning[above:band]:
            yield spanning[above:band]
        above = band
        for part in sides:
            yield from ordered(part, size, gutters)
    if spanning[above:]:
        yield spanning[above:]


def parted(pieces: Sequence[Piece], gutter: float, size: float) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """The pieces left of a gutter, right of it, and those that reach over it."""
    sides: tuple[list[Piece], list[Piece], list[Piece]] = ([], [], [])
    for piece in pieces:
        if piece.left < gutter - CROSSING * size and piece.right > gutter + CROSSING * size:
            sides[2].append(piece)
        else:
            sides[piece.left + piece.right > 2 * gutter].append(piece)
    if not (sides[0] and sides[1]):
        return sides
    # a title over all columns may be too short to reach over this gutter
    body = min((piece.top for piece in pieces if piece.size < OTHER_SIZE * size), default=0.0)
    for side in sides[:2]:
        for piece in [piece for piece in side if piece.size >= OTHER_SIZE * size and piece.bottom <= body]:
            side.remove(piece)
            sides[2].append(piece)
    return sides


def best_gutter(pieces: list[Piece], size: float, known: Sequence[float], depth: int = 0) -> float | None:
    """Where the pieces part into two columns, or None; a gutter known from other pages needs fewer of them."""
    if len(pieces) > MAX_PIECES or depth > MAX_DEPTH:
        return None
    ranked = []
    for gutter in candidates(pieces, size):
        left, right, across = parted(pieces, gutter, size)
        ranked.append((side_by_side(left, right, size) - len(across), len(across), gutter, left, right))
    ranked.sort(key=lambda each: each[:3], reverse=True)
    for most, over, gutter, left, right in ranked[:MAX_CANDIDATES]:
        if any(abs(gutter - other) <= size for other in known):
            if left and right:
                return gutter
            continue
        wide = min(width_across(left), width_across(right)) >= WIDE * size
        enough = most >= 0 and most + over >= (MIN_WIDE_ROWS if wide else MIN_ROWS)
        if enough and all(
            reads_as_column(side) or best_gutter(side, size, (), depth + 1) is not None for side in (left, right)
        ):
            return gutter
    return None


def width_across(pieces: list[Piece]) -> float:
    """How wide a column of pieces is."""
    return max((piece.right for piece in pieces), default=0.0) - min((piece.left for piece in pieces), default=0.0)


def gutters_of(pieces: list[Piece], size: float) -> list[float]:
    """All gutters of a page."""
    gutter = best_gutter(pieces, size, ())
    if gutter is None:
        return []
    left, right, _ = parted(pieces, gutter, size)
    return [gutter, *gutters_of(left, size), *gutters_of(right, size)]


def candidates(pieces: list[Piece], size: float) -> list[float]:
    """Places that few pieces reach over, each in the middle of a gap."""
    if not pieces:
        return []
    first, last = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    step = size / 4
    if step <= 0 or (last - first) / step > 10_000:
        return []
    changes = [0] * (int((last - first) / step) + 3)
    for piece in pieces:
        start, end = int((piece.left - first) / step), int((piece.right - first) / step)
        changes[start] += 1
        changes[max(start, end) + 1] -= 1
    covered, now = [], 0
    for change in changes:
        now += change
        covered.append(now)
    margin = int(MIN_COLUMN * size / step)
    inner = range(margin, len(covered) - margin)
    places: list[float] = []
    begun: int | None = None
    for index in inner:
        lowest = covered[index] <= min(covered[max(0, index - margin) : index + margin])
        if lowest and begun is None:
            begun = index
        if begun is not None and (not lowest or index == inner[-1]):
            places.append(first + (begun + index) / 2 * step)
            begun = None
    return places


def side_by_side(left: list[Piece], right: list[Piece], size: float) -> int:
    """How many pieces on the left have one beside them on the right, or the other way round, whichever is fewer.

    The lines of two columns need not stand at the same height.
    """

    def beside(ones: list[Piece], others: list[Piece]) -> int:
        middles = sorted(other.middle for other in others)
        return sum(
            bisect.bisect_right(middles, one.middle + size) > bisect.bisect_left(middles, one.middle - size)
            for one in ones
        )

    return min(beside(left, right), beside(right, left))


def reads_as_column(pieces: list[Piece]) -> bool:
    """Whether pieces are lines of prose that fill a column, and not the cells of a table."""
    if not pieces:
        return False
    found = rows_of(NOWHERE, pieces)
    lefts, rights = sorted(piece.left for piece in pieces), sorted(piece.right for piece in pieces)
    few = int(STRAY * len(pieces))
    left, right = lefts[few], rights[len(rights) - 1 - few]
    size = median(piece.size for piece in pieces)
    full = sum(row.right - row.left >= right - left - UNFULL * size for row in found)
    enough = MIN_FULL_WIDE if right - left >= WIDE * size else MIN_FULL
    punctuated = sum(bool(PUNCTUATION.search(words_of(row))) for row in found)
    return (
        right - left >= MIN_COLUMN * size and full >= enough * len(found) and punctuated >= MIN_PUNCTUATED * len(found)
    )


NOWHERE = Page(0, 1.0, 1.0, [])


# --- Rows --------------------------------------------------------------------------------------------------------


def told_rows(found: list[Row], size: float) -> list[Row]:
    """Rows with their texts: those of a table have tabs between their cells."""
    split = [cells_of(row) for row in found]
    tabular = [
        (len(cells) > 2 or (len(cells) == 2 and row.pieces[-1].left - row.pieces[0].right >= WIDE_GAP * size))
        and any(len(cell) > 2 for cell in cells)
        for row, cells in zip(found, split, strict=True)
    ]
    for index, (row, cells) in enumerate(zip(found, split, strict=True)):
        near = tabular[max(0, index - 1) : index + 2]
        row.is_table = any(piece.is_table for piece in row.pieces) or (tabular[index] and sum(near) > 1)
        row.text = row.pieces[0].text if row.pieces[0].is_table else ("\t" if row.is_table else "　").join(cells)
    return found


def cells_of(row: Row) -> list[str]:
    """The texts of a row that wide gaps part."""
    cells = [row.pieces[0].text]
    for one, other in pairwise(row.pieces):
        size = max(one.size, other.size)
        if other.left - one.right >= CELL_GAP * size:
            cells.append(other.text)
        else:
            cells[-1] += joint(cells[-1], other.text) + other.text
    return [cell for cell in map(str.strip, cells) if cell] or [""]


def joint(before: str, after: str) -> str:
    """What stands between two texts that are joined: a blank between Latin words, but not within capitals."""
    one, other = before[-1:], after[:1]
    latin = one.isascii() and one.isalpha() and other.isascii() and other.isalpha()
    return " " if latin and not (one.isupper() and other.isupper()) else ""


def take_notes(column: Column, size: float) -> None:
    """Take the footnotes out of the rows of a column: smaller ones at its foot, the first of them with a mark."""
    begin = len(column.rows)
    for index in range(len(column.rows) - 1, -1, -1):
        row = column.rows[index]
        if row.size > NOTE_SIZE * size or row.is_table:
            break
        if NOTE_MARK.match(row.text):
            begin = index
    if begin:  # a column of small print alone is the text itself
        column.notes = column.rows[begin:]
        column.rows = column.rows[:begin]


def set_edges(columns: Sequence[Column], size: float) -> None:
    """Find how far full lines of each column reach; a column of few rows has the edges of one like it."""
    for column in columns:
        lines = [row for row in column.rows if not row.is_table and row.size < OTHER_SIZE * size]
        lines = lines or column.rows or column.notes
        lefts, rights = sorted(row.left for row in lines), sorted((row.right for row in lines), reverse=True)
        column.left = next((x for x in lefts if sum(abs(x - other) <= size / 2 for other in lefts) > 1), lefts[0])
        # the usual end of a full line: punctuation may stand out, and a word that is not parted leave a gap
        ends = ([other for other in rights if x - RAGGED * size <= other <= x] for x in rights)
        column.right = median(next((near for near in ends if len(near) > MIN_EDGE * len(rights)), rights[:1]))
    for column in columns:
        like = [
            other
            for other in columns
            if len(other.rows) > len(column.rows) and other.left <= column.left + size / 2
            and column.left < other.left + 4 * size and column.right <= other.right + size
        ]  # fmt: skip
        if like and len(column.rows) < 2 * MIN_ROWS:
            nearest = max(like, key=lambda other: len(other.rows))
            column.left, column.right = min(column.left, nearest.left), max(column.right, nearest.right)


# --- Paragraphs --------------------------------------------------------------------------------------------------


def written(columns: Sequence[Column], size: float) -> tuple[str, tuple[Line, ...]]:
    """The paragraphs of columns one after another; a footnote stands below the paragraph that it interrupts."""
    leading = usual_leading(columns, size)
    short = SHORT_INDENTED if are_indented(columns) else SHORT
    paragraphs: list[list[Row]] = []
    waiting: list[Row] = []
    before: tuple[Row, Column] | None = None
    for column in columns:
        for row in column.rows:
            if before is not None and goes_on(before[0], before[1], row, column, size, leading, short):
                paragraphs[-1].append(row)
            else:
                paragraphs += notes_of(waiting)
                waiting = []
                paragraphs.append([row])
            before = (row, column)
        waiting += column.notes
    paragraphs += notes_of(waiting)
    parts: list[str] = []
    lines: list[Line] = []
    length = 0
    for paragraph in paragraphs:
        text = ""
        for row in paragraph:
            text += joint(text, row.text)
            lines.append(Line(length + len(text), row.page.number, row.box))
            text += row.text
        if text.strip():
            parts.append(text)
            length += len(text) + 1
        else:
            del lines[len(lines) - len(paragraph) :]
    return "\n".join(parts), tuple(lines)


def notes_of(found: Iterable[Row]) -> list[list[Row]]:
    """The rows of each footnote."""
    notes: list[list[Row]] = []
    for row in found:
        if notes and not NOTE_MARK.match(row.text):
            notes[-1].append(row)
        else:
            notes.append([row])
    return notes


def usual_leading(columns: Iterable[Column], size: float) -> float:
    """The usual distance between the middles of two lines."""
    steps = [
        (below.top + below.bottom - above.top - above.bottom) / 2
        for column in columns
        for above, below in pairwise(column.rows)
        if max(above.size, below.size) < OTHER_SIZE * min(above.size, below.size)
    ]
    return median(steps) if steps else 1.5 * size


def are_indented(columns: Iterable[Column]) -> bool:
    """Whether paragraphs begin with an indent."""
    steps = [
        (row.left - column.left) / row.size
        for column in columns
        for above, row in pairwise(column.rows)
        if column.right - above.right >= 3 * above.size
    ]
    return sum(INDENT <= step <= 3 * INDENT for step in steps) >= MIN_INDENTED * len(steps)


def goes_on(above: Row, its: Column, row: Row, own: Column, size: float, leading: float, short: float) -> bool:
    """Whether a row goes on with the paragraph of the row before it."""
    if above.is_table or row.is_table:
        return False
    if max(above.size, row.size) >= OTHER_SIZE * min(above.size, row.size):
        return False
    if row.text[:1] in NEVER_FIRST:
        return True
    if its is own:
        step = (row.top + row.bottom - above.top - above.bottom) / 2
        if step > leading * max(1.0, row.size / size) + LOOSE * size:
            return False
    em = row.size
    free = its.right - above.right
    if row.size >= OTHER_SIZE * size:  # a heading in several lines, each as full as the words let it be
        return free < 2 * em and above.text[-1:] not in FINAL
    word = WORD.match(row.text)
    room = width_of(word.group() if word else "", em)
    if free >= short * em + room:
        return False
    if above.text[-1:] in FINAL and free >= room > em:  # a whole number or name would have stood there after the end
        return False
    if free >= room and len(above.text) <= LONG_HEADING and above.text[-1:] not in FINAL and is_heading(above):
        return False
    if above.text[-1:] in FINAL and heading_mark().match(row.text):
        return False
    return row.left - own.left < INDENT * em


def is_heading(row: Row) -> bool:
    """Whether a row begins as a numbered heading does and goes on as a title."""
    return bool(heading_mark().match(row.text)) and not PUNCTUATION.search(row.text[4:])


def width_of(text: str, size: float) -> float:
    """About how wide a text is."""
    return sum(size / 2 if character.isascii() else size for character in text)


@cache
def heading_mark() -> re.Pattern[str]:
    """How the number of a heading looks, from `seeds/lexicon/heading_marks.csv`."""
    found = rows("lexicon/heading_marks.csv", "style", "numbered_heading", "pattern")
    return re.compile("|".join(f"(?:{row['pattern']})" for row in found if row["numbered_heading"] == "yes"))
