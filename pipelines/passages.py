"""From a report's text to its passages: headings, sections, sentences cut in two, and what was printed wrongly.

Each report is worked by itself. What the language looks like (headings, section words, page marks) is data in
`seeds/lexicon/`; the modules that this one calls know only how such things follow one another.
"""

from typing import Any

import polars as pl

from pipelines.headings import find_continuations, find_headings
from pipelines.pieces import Piece, find_page_marks, paragraph_spans, piece_at
from pipelines.repeats import cut_repeats
from pipelines.sections import assign_sections
from pipelines.tables import PASSAGES


def passages(reports: pl.DataFrame) -> pl.DataFrame:
    """Cut reports into passages and tell of each its section and faults.

    Args:
        reports: a frame of `core.reports`.

    Returns:
        A frame of `core.passages`: every character that is not blank stands in exactly one passage. What a report
        gives depends on no other report.
    """
    found: list[dict[str, Any]] = []
    for report_id, ref_area, report_year, text in reports.select(
        "report_id", "ref_area", "report_year", "text"
    ).iter_rows():
        same = {"report_id": report_id, "ref_area": ref_area, "report_year": report_year}
        for position, piece in enumerate(pieces_of(text, report_year), 1):
            found.append(
                same
                | {
                    "passage_id": f"{report_id}#{position}",
                    "position": position,
                    "section": piece.section,
                    "section_basis": piece.basis,
                    "is_heading": piece.is_heading,
                    "heading": piece.above,
                    "char_start": piece.start,
                    "char_end": piece.end,
                    "text": piece.text,
                    "continues": piece.continues,
                    "faults": piece.faults,
                }
            )
    return PASSAGES.frame(found)


def pieces_of(text: str, report_year: int) -> list[Piece]:
    """One report's passages in print order."""
    pieces = [piece_at(text, start, end) for start, end in paragraph_spans(text)]
    pieces = cut_repeats(text, pieces)
    find_page_marks(pieces)
    find_headings(pieces)
    find_continuations(pieces)
    assign_sections(pieces, report_year)
    return pieces
