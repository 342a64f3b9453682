"""Word files."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from pipelines.formats import Decoded, RejectedReport

MAX_EXPANDED_BYTES = 200_000_000  # of a docx, unpacked
MAX_EXPANSION = 200  # unpacked bytes for each packed one; real reports stay below 5
SMALL_EXPANSION = 10_000_000  # unpacked bytes that no ratio makes dangerous


def read_docx(data: bytes, relative: str) -> Decoded:
    """The text of a docx: a line for each paragraph and for each row of a table, whose cells tabs separate."""
    check_package(data, relative)
    try:
        body = Document(io.BytesIO(data)).element.body
        return Decoded("\n".join(block_lines(body)))
    except Exception as error:  # python-docx and lxml raise many kinds on a damaged file
        raise damaged(relative) from error


def check_package(data: bytes, relative: str) -> None:
    """Refuse a docx that is no sound zip, is encrypted, is a zip bomb or declares entities, before it is parsed."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise RejectedReport(
            f"{relative} is a document protected by a password, or of the old .doc format.",
            "Open it and save it as docx without a password.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            if any(member.flag_bits & 1 for member in members):
                raise RejectedReport(f"{relative} is encrypted.", "Save it as docx without a password.")
            expanded = sum(member.file_size for member in members)
            if expanded > MAX_EXPANDED_BYTES or expanded > max(SMALL_EXPANSION, MAX_EXPANSION * len(data)):
                raise RejectedReport(
                    f"{relative} unpacks to far more than a report can be.", "Save the report's text alone as docx."
                )
            for member in members:
                start = package.read(member).replace(b"\0", b"")  # UTF-16 hides a declaration behind NULs
                if start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") and b"<!DOCTYPE" in start:
                    raise RejectedReport(
                        f"{relative} declares XML entities, which no Word file needs.", "Save it again as docx."
                    )
    except RejectedReport:
        raise
    except Exception as error:  # zipfile raises many kinds on a damaged file
        raise damaged(relative) from error


def damaged(relative: str) -> RejectedReport:
    """The rejection of a docx that cannot be opened."""
    return RejectedReport(
        f"{relative} is damaged or not a Word file.", "Open it in a word processor and save it again as docx."
    )


PARAGRAPH, TABLE, ROW, CELL = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc"))
CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
TEXT = qn("w:t")
# Text that is not there any more, second spellings of what stands beside them, and formatting.
SKIPPED = {
    qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), qn("w:tblPr"), qn("w:trPr"), qn("w:tcPr"), qn("w:sdtPr"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}  # fmt: skip


def block_lines(element: Any) -> Iterator[str]:
    """The lines of a body, a cell or anything that wraps blocks (content controls, insertions), in order."""
    # python-docx's own iter_inner_content leaves out what content controls and tracked insertions wrap.
    for child in element.iterchildren("*"):
        if child.tag == PARAGRAPH:
            yield "".join(run_text(child))
        elif child.tag == TABLE:
            yield from row_lines(child)
        elif child.tag not in SKIPPED:
            yield from block_lines(child)


def row_lines(element: Any) -> Iterator[str]:
    """A line for each row of a table; a cell of several lines becomes one."""
    for child in element.iterchildren("*"):
        if child.tag == ROW:
            cells = child.iterdescendants(CELL) if child.find(CELL) is None else child.iterchildren(CELL)
            yield "\t".join(" ".join(" ".join(block_lines(cell)).split()) for cell in cells)
        elif child.tag not in SKIPPED:
            yield from row_lines(child)


def run_text(element: Any) -> Iterator[str]:
    """The pieces of text of a paragraph, whatever wraps its runs."""
    for child in element.iterchildren("*"):
        if child.tag == TEXT:
            yield child.text or ""
        elif child.tag in CHARACTERS:
            yield CHARACTERS[child.tag]
        elif child.tag == PARAGRAPH:  # of a text box
            yield "\n"
            yield from run_text(child)
        elif child.tag not in SKIPPED:
            yield from run_text(child)
