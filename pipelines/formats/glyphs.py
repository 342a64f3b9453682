"""The characters of a PDF's text layer → the pieces that stand on its pages."""

from collections.abc import Iterable
from statistics import median
from typing import NamedTuple

from pipelines.formats import RAISED_DIGITS
from pipelines.formats.pages import Piece, joint

SPLIT = 0.4  # em without ink, from which on two characters belong to two pieces
SAME_BASELINE = 0.15  # em
RAISED = (0.2, 0.75)  # em above the baseline of a line, where its superscripts stand
LOWERED = (0.05, 0.5)  # em below it, where its subscripts stand
SMALL = 0.8  # as large as its line, up to which a digit is one of these
NEAR = 0.35  # em between a character and what is raised or lowered beside it
OVERPRINT = 0.15  # em between two prints of a character, which make it bold
WORD_GAP = 0.15  # em between two Latin letters of different words
ASCENT = 0.88  # em of a character above its baseline
MAX_CELL = 0.4  # share of a page's text in one cell; what holds more is a frame

Box = tuple[float, float, float, float]  # left, top, right, bottom


class Glyph(NamedTuple):
    """A character on a page: where it begins and ends, its baseline and its size in points, y downwards."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    place: int = 0  # in the order of the text layer


def pieces_of(glyphs: Iterable[Glyph]) -> list[Piece]:
    """Characters on one baseline with nothing wide between them, as pieces."""
    pieces: list[Piece] = []
    for line in lines_of(glyphs):
        run: list[Glyph] = []
        text, blank = "", ""
        for glyph in line:
            if glyph.text.isspace():
                blank = blank or ("\u3000" if glyph.text == "\u3000" else " ")
                continue
            if run:
                before = run[-1]
                size = max(before.size, glyph.size)
                # neighbours of the text layer in one place are parts of one sign, such as a long dash
                if is_overprint(before, glyph) and abs(before.place - glyph.place) != 1:
                    continue
                gap = glyph.left - before.right
                if gap >= SPLIT * size:
                    pieces.append(piece_of(run, text))
                    run, text = [], ""
                else:
                    text += blank or (joint(text, glyph.text) if gap >= WORD_GAP * size else "")
            run.append(glyph)
            text += glyph.text
            blank = ""
        if run:
            pieces.append(piece_of(run, text))
    return pieces


def is_overprint(one: Glyph, other: Glyph) -> bool:
    """Whether the same character stands in the same place."""
    return one.text == other.text and abs(one.left - other.left) < OVERPRINT * max(one.size, other.size)


def piece_of(run: list[Glyph], text: str) -> Piece:
    """Characters beside one another as a piece."""
    size = median(glyph.size for glyph in run)
    baseline = median(glyph.baseline for glyph in run)
    top = baseline - ASCENT * size
    return Piece(text, run[0].left, top, max(glyph.right for glyph in run), top + size, round(size, 2))


def lines_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Characters by their baselines, each from the left; raised and lowered digits in the line that they belong to."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: (glyph.baseline, glyph.left)):
        if lines and glyph.baseline - lines[-1][-1].baseline <= SAME_BASELINE * min(glyph.size, lines[-1][-1].size):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    largest = [max(glyph.size for glyph in line) for line in lines]
    for index, line in enumerate(lines):
        near = [*range(index + 1, min(len(lines), index + 4)), *range(max(0, index - 3), index)]
        for glyph in [glyph for glyph in line if not glyph.text.isspace()]:
            for number in near:
                if glyph.size > SMALL * largest[number]:
                    continue
                other = lines[number]
                attached = beside(glyph, other)
                if attached is not None:
                    line.remove(glyph)
                    other.append(attached)
                    break
    return [sorted(line, key=lambda glyph: (glyph.left, glyph.right)) for line in lines if line]


def beside(glyph: Glyph, line: list[Glyph]) -> Glyph | None:
    """A small character as one of a line, where it is raised or lowered beside one of that line's characters."""
    for other in line:
        near = min(abs(glyph.left - other.right), abs(other.left - glyph.right))
        if glyph.size > SMALL * other.size or near > NEAR * other.size:
            continue
        rise = (other.baseline - glyph.baseline) / other.size
        if RAISED[0] <= rise <= RAISED[1]:
            return Glyph(glyph.text.translate(RAISED_DIGITS), glyph.left, glyph.right, other.baseline, other.size)
        if LOWERED[0] <= -rise <= LOWERED[1]:
            return Glyph(glyph.text, glyph.left, glyph.right, other.baseline, other.size)
    return None


def with_tables(pieces: list[Piece], rows: list[list[tuple[float, float, float, float] | None]]) -> list[Piece]:
    """Pieces, those within the cells of ruled rows made one piece a row."""
    total = sum(len(piece.text) for piece in pieces)
    taken: set[int] = set()
    made: list[Piece] = []
    for cells in rows:
        boxes = [cell for cell in cells if cell is not None]
        inside = [
            [
                piece
                for piece in pieces
                if id(piece) not in taken
                and left <= (piece.left + piece.right) / 2 <= right
                and top <= piece.middle <= bottom
            ]
            for left, top, right, bottom in boxes
        ]
        if sum(map(bool, inside)) < 2 or any(
            sum(len(piece.text) for piece in cell) > MAX_CELL * total for cell in inside
        ):
            continue
        found = [piece for cell in inside for piece in cell]
        taken.update(map(id, found))
        made.append(
            Piece(
                "\t".join(map(cell_text, inside)), min(box[0] for box in boxes), min(box[1] for box in boxes),
                max(box[2] for box in boxes), max(box[3] for box in boxes), found[0].size, is_table=True,
            )
        )  # fmt: skip
    return [piece for piece in pieces if id(piece) not in taken] + made


def cell_text(pieces: list[Piece]) -> str:
    """The text of a cell, its lines one after another."""
    by_line = sorted(pieces, key=lambda piece: (round(piece.middle / piece.size), piece.left))
    text = ""
    for piece in by_line:
        text += joint(text, piece.text) + piece.text
    return text
