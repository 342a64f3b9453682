"""Word files."""

import io
from collections.abc import Iterator
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.pkgreader import PackageReader
from docx.oxml.ns import qn
from lxml import etree  # type: ignore[import-untyped]

from pipelines.formats import RAISED_DIGITS, Decoded
from pipelines.formats.archive import check_package, damaged_package
from pipelines.formats.limits import limits


def read_docx(data: bytes, relative: str) -> Decoded:
    """The text of a docx: a line for each paragraph and for each row of a table, cells parted by tabs; notes last."""
    check_package(data, relative, "docx", limits().unpacked_bytes)
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        parts: dict[str, list[Any]] = {kind: [] for kind in (DOCUMENT, *NOTES)}
        for _, _, kind, content in PackageReader.from_file(io.BytesIO(data)).iter_sparts():
            if kind in parts:  # python-docx's Document would take in styles, themes and settings too
                parts[kind].append(etree.fromstring(content, parser))
        lines = [*block_lines(parts[DOCUMENT][0].find(BODY))]
        for notes in (root for kind in NOTES for root in parts[kind]):
            lines += [line for line in block_lines(notes) if line.strip()]
        return Decoded("\n".join(lines))
    except Exception as error:  # python-docx and lxml raise many kinds on a damaged file
        raise damaged_package(relative, "docx") from error


BODY, PARAGRAPH, TABLE, ROW, CELL = (qn(f"w:{name}") for name in ("body", "p", "tbl", "tr", "tc"))
CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
TEXT = qn("w:t")
RAISED = f"{qn('w:rPr')}/{qn('w:vertAlign')}[@{qn('w:val')}='superscript']"
DOCUMENT = RELATIONSHIP_TYPE.OFFICE_DOCUMENT
NOTES = (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES)
# Text that is not there any more, second spellings of what stands beside them, how it is spoken, and formatting.
SKIPPED = {
    qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), qn("w:tblPr"), qn("w:trPr"), qn("w:tcPr"), qn("w:sdtPr"),
    qn("w:rt"),
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
            text = child.text or ""
            yield text.translate(RAISED_DIGITS) if element.find(RAISED) is not None else text
        elif child.tag in CHARACTERS:
            yield CHARACTERS[child.tag]
        elif child.tag == PARAGRAPH:  # of a text box
            yield "\n"
            yield from run_text(child)
        elif child.tag not in SKIPPED:
            yield from run_text(child)
