"""From a report's text to its passages: order, headings, sections, sentences cut in two, and what was printed wrongly.

Each report is worked by itself. What the language looks like (headings, section words, page marks, slips) is data in
`seeds/lexicon/`; the modules that this one calls know only how such things follow one another.
"""

import bisect
import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from pipelines.collector import at_rest
from pipelines.corrections import Edit, as_json, from_json, runs, slips_in
from pipelines.headings import find_continuations, find_headings, mark_torn
from pipelines.order import in_reading_order
from pipelines.pieces import NOTE_MARK, Piece, cut_at, find_page_marks, note_marks_in, paragraph_spans, piece_at
from pipelines.repeats import Parts, cut_repeats
from pipelines.sections import PLAN, REVIEW, assign_sections
from pipelines.tables.core import PASSAGES


@at_rest()
def passages(reports: pl.DataFrame) -> pl.DataFrame:
    """Cut reports into passages, bring them into order and tell of each its section and faults.

    Args:
        reports: a frame of `core.reports`.

    Returns:
        A frame of `core.passages`: every character that is not blank stands in exactly one passage. What a report
        gives depends on no other report.
    """
    found: list[tuple[Any, ...]] = []
    names = ("report_id", "ref_area", "report_year", "text", "corrections", "layout")
    for row in reports.select(names).iter_rows():
        found.extend(rows_of(*row))
    return PASSAGES.frame_of(found)


def rows_of(
    report_id: str, ref_area: str, report_year: int, text: str, corrections: str | None, layout: str | None
) -> Iterator[tuple[Any, ...]]:
    """The rows of one report's passages."""
    by_hand = from_json(corrections)
    edits = [
        edit for edit in (*slips_in(text), *note_marks_in(text)) if not any(meet(edit, other) for other in by_hand)
    ]
    edits = sorted(edits + by_hand, key=lambda edit: edit.start)
    starts = [edit.start for edit in edits]
    lines = json.loads(layout) if layout else []
    line_starts = [line[0] for line in lines]
    for position, piece in enumerate(pieces_of(text, report_year, by_hand), 1):
        first, end = bisect.bisect_left(starts, piece.start), bisect.bisect_left(starts, piece.end)
        inside = edits_in(piece, edits[first:end])
        line = bisect.bisect_right(line_starts, piece.start)
        page = lines[line - 1][1] if line else None  # where the format has any
        read_as = "".join(run for run, _ in runs(piece.text, piece.start, inside)) if inside else None
        yield (
            f"{report_id}#{position}", report_id, ref_area, report_year, position, piece.section, piece.basis,
            piece.is_heading, piece.above, page, piece.start, piece.end, piece.text, read_as, as_json(inside),
            piece.continues, piece.faults, "; ".join(piece.reasons) or None,
        )  # fmt: skip


def pieces_of(text: str, report_year: int, corrections: list[Edit]) -> list[Piece]:
    """One report's passages in reading order."""
    pieces = [piece_at(text, start, end) for start, end in cut_at(paragraph_spans(text), corrections, text)]
    for piece in pieces if corrections else ():
        piece.set_apart = next((e for e in corrections if e.section and e.start <= piece.start < e.end), None)
    pieces = cut_repeats(text, pieces, lambda: parts_of(text, report_year))
    find_page_marks(pieces)
    find_headings(pieces)
    mark_torn(pieces)
    pieces = in_reading_order(pieces, text)
    read_at = 0
    for piece in pieces:
        piece.read_at, read_at = read_at, read_at + len(piece.text) + 1
    find_continuations(pieces)
    assign_sections(pieces, report_year)
    return pieces


def parts_of(text: str, report_year: int) -> Parts:
    """The parts of a report as it is printed."""
    pieces = [piece_at(text, start, end) for start, end in paragraph_spans(text)]
    find_page_marks(pieces)
    find_headings(pieces)
    find_continuations(pieces)
    place = 0
    for piece in pieces:
        piece.read_at, place = place, place + len(piece.text) + 1
    assign_sections(pieces, report_year)
    return Parts(
        (piece, True if piece.section in REVIEW else False if piece.section in PLAN else None) for piece in pieces
    )


def meet(edit: Edit, other: Edit) -> bool:
    """Whether two edits share a character."""
    return edit.start < other.end and other.start < edit.end


def edits_in(piece: Piece, edits: list[Edit]) -> list[Edit]:
    """Those of a piece's edits that say what is read in it, which is marked with them; a note's mark is no fault."""
    inside = [edit for edit in edits if edit.read_as is not None]
    if not inside:
        return inside
    for fault in dict.fromkeys(edit.fault for edit in inside):
        reason = "; ".join(dict.fromkeys(edit.why for edit in inside if edit.fault == fault))
        if fault == NOTE_MARK:
            piece.reasons.append(f"{fault}: {reason}")
        else:
            piece.mark(fault, reason)
    return inside
