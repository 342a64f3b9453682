"""One report written in each format by real writers, and read again: the same observations come out."""

from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4

from pipelines.formats import ocr
from pipelines.observations import IDENTITY, observations
from pipelines.passages import passages
from pipelines.reports import READERS
from pipelines.statements import statements
from pipelines.tables.core import REPORTS
from tests import packing
from tests.frames import row
from tests.pipelines.formats import writers
from tests.pipelines.formats.made_up import BLOCKS
from tests.pipelines.formats.skeletons import tables_of_2000s, trs_editor

Observation = tuple[object, ...]
LINES = writers.lines_of(BLOCKS)


def gb18030(markup: str) -> bytes:
    return markup.replace("utf-8", "gb2312").encode("gb18030")


FORMATS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "txt": ("txt", lambda: writers.txt(BLOCKS)),
    "md": ("md", lambda: writers.txt(BLOCKS)),
    "odt": ("odt", lambda: packing.odt_of("".join(f"<text:p>{escape(line)}</text:p>" for line in LINES))),
    "rtf in GBK": ("rtf", lambda: packing.rtf_of(*LINES)),
    "rtf": ("rtf", lambda: packing.rtf_of(*LINES, gbk=False)),
    "docx": ("docx", lambda: writers.docx(BLOCKS)),
    "html in GB18030": ("html", lambda: gb18030(trs_editor(BLOCKS))),
    "html of the 2000s": ("html", lambda: gb18030(tables_of_2000s(BLOCKS))),
    "pdf of one column": ("pdf", lambda: writers.platypus(BLOCKS)),
    "pdf of two columns": ("pdf", lambda: writers.platypus(BLOCKS, 2)),
    "pdf of two columns, woven": ("pdf", lambda: writers.drawn(writers.woven(writers.set_in_columns(BLOCKS)))),
}


def observed(text: str) -> set[Observation]:
    """The labels and values of all observations of a text, with their evidence without blanks."""
    report = REPORTS.frame(
        [row(REPORTS, report_id="140200/2024", ref_area="140200", report_year=2024, text=text, source_hash="0" * 64)]
    )
    found = observations(statements(passages(report)), report)
    return {
        (*(each[name] for name in IDENTITY), "".join(each["evidence"].split())) for each in found.iter_rows(named=True)
    }


@pytest.fixture(scope="module")
def expected() -> set[Observation]:
    found = observed("\n".join(writers.lines_of(BLOCKS)))
    assert len(found) > 40
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_observations(name: str, expected: set[Observation]) -> None:
    ending, write = FORMATS[name]
    found = READERS[ending](write(), name)
    assert found.text.split("\n") == writers.lines_of(BLOCKS)
    assert not found.flags
    assert observed(found.text) == expected


@pytest.mark.skipif(not writers.CHROMIUM.exists(), reason="Chromium is not installed")
def test_the_same_observations_from_a_page_printed_by_a_browser(tmp_path: Path, expected: set[Observation]) -> None:
    found = READERS["pdf"](writers.chromium(writers.page_for_print(BLOCKS), tmp_path), "x")
    assert observed(found.text) == expected


@pytest.mark.skipif(not ocr.is_installed(), reason="the extra for OCR is not installed")
def test_the_same_observations_from_a_picture_of_a_page(expected: set[Observation]) -> None:
    """In small print, all of it on one page; digits of full width are read as others, so evidence may differ there."""
    page = writers.drawn(writers.set_in_columns(BLOCKS, 2, size=8, margin=40, paper=A4))
    (image,) = writers.images_of(page, 2.2)
    found = READERS["png"](writers.saved(image), "x")
    assert found.flags == ("ocr",)
    assert {each[:-1] for each in observed(found.text)} == {each[:-1] for each in expected}
