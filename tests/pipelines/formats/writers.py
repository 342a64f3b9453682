"""The same blocks written in each format by real writers, as offices, gazettes and newspapers do."""

import io
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pypdfium2 as pdfium
from docx import Document
from PIL.Image import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer, Table

from tests.pipelines.formats.skeletons import Block

CHROMIUM = Path("/usr/bin/chromium")
FONT = "STSong-Light"  # every viewer brings it: nothing is embedded
NEVER_FIRST = "，。、；：！？％%）》」』”’"

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def lines_of(blocks: Iterable[Block]) -> list[str]:
    """What a reader should make of blocks: a line a paragraph and a row."""
    return [line for block in blocks for line in ([block] if isinstance(block, str) else map("\t".join, block))]


def txt(blocks: Sequence[Block]) -> bytes:
    return "\n".join(lines_of(blocks)).encode()


def docx(blocks: Sequence[Block]) -> bytes:
    document = Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(len(block), len(block[0]))
        for row, cells in zip(table.rows, block, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def is_heading(block: str) -> bool:
    return len(block) < 30 and block[-1] not in "：。！"


def platypus(blocks: Sequence[Block], columns: int = 1) -> bytes:
    """A PDF as a word processor makes one: justified, with indents, a running head and page numbers."""
    body = ParagraphStyle("body", fontName=FONT, fontSize=12, leading=21, firstLineIndent=24, wordWrap="CJK")
    heading = ParagraphStyle("heading", body, fontSize=15, leading=28, alignment=1, firstLineIndent=0)
    flow = []
    for block in blocks:
        if isinstance(block, str):
            text = block.replace("&", "&amp;").replace("<", "&lt;")
            flow.append(Paragraph(text, heading if is_heading(block) else body))
        else:
            style = [
                ("GRID", (0, 0), (-1, -1), 0.5, "black"),
                ("FONT", (0, 0), (-1, -1), FONT, 10.5 if columns == 1 else 7.5),
            ]
            flow += [Spacer(1, 6), Table([list(row) for row in block], style=style), Spacer(1, 6)]
    buffer = io.BytesIO()
    gap = 24
    width = (A4[0] - 140 - gap * (columns - 1)) / columns
    frames = [
        Frame(70 + n * (width + gap), 75, width, A4[1] - 150, leftPadding=0, rightPadding=0) for n in range(columns)
    ]

    def decorate(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 48, "云泽市人民政府公报")
        canvas.drawCentredString(A4[0] / 2, 40, f"— {document.page} —")

    template = BaseDocTemplate(buffer, pagesize=A4, pageTemplates=[PageTemplate(frames=frames, onPage=decorate)])
    template.build(flow)
    return buffer.getvalue()


@dataclass
class Printed:
    """A line on a page: its left end and baseline in points from the page's lower left corner."""

    page: int
    x: float
    y: float
    size: float
    text: str


def wrapped(text: str, width: float, size: float, indent: float) -> list[tuple[float, str]]:
    """The lines of a paragraph with their indents: broken anywhere, but no punctuation first."""
    lines, line, room = [], "", width - indent
    for character in text:
        if line and pdfmetrics.stringWidth(line + character, FONT, size) > room:
            kept = line.rstrip("0123456789.") if character in NEVER_FIRST + "0123456789." else line
            if character in NEVER_FIRST and kept == line:
                kept = line[:-1]
            kept = kept or line
            lines.append((indent, kept))
            line, room, indent = line[len(kept) :], width, 0
        line += character
    return [*lines, (indent, line)]


def set_in_columns(
    blocks: Sequence[Block],
    columns: int = 2,
    size: float = 10.5,
    margin: float = 60,
    gap: float = 20,
    leading: float = 1.6,
    indent: float = 2,
    between: float = 0,
    paper: tuple[float, float] = A4,
    uneven: float = 0,
) -> list[Printed]:
    """A title over all columns, the rest in columns; a block that is a table as lines of its cells' texts.

    Leading, indent, the space between paragraphs and how much lower every other column begins are in em.
    """
    width = (paper[0] - 2 * margin - gap * (columns - 1)) / columns
    top, bottom = paper[1] - 80, 70.0
    title = str(blocks[0])
    title_width = pdfmetrics.stringWidth(title, FONT, 2 * size)
    printed = [Printed(1, (paper[0] - title_width) / 2, top - 20, 2 * size, title)]
    first_top = top - 20 - 3 * size
    page, column, y = 1, 0, first_top
    for block in blocks[1:]:
        for text in [block] if isinstance(block, str) else ["　".join(row) for row in block]:
            for start, line in wrapped(text, width, size, 0 if is_heading(text) else indent * size):
                if y < bottom:
                    column += 1
                    if column == columns:
                        page, column = page + 1, 0
                    y = (first_top if page == 1 else top) - column % 2 * uneven * size
                printed.append(Printed(page, margin + column * (width + gap) + start, y, size, line))
                y -= leading * size
            y -= between * size
    return printed


def woven(printed: Sequence[Printed]) -> list[Printed]:
    """The lines in the order of their height on the page, those of all columns together."""
    return sorted(printed, key=lambda line: (line.page, -line.y, line.x))


def drawn(printed: Sequence[Printed], head: str = "", foot: str = "{page}", paper: tuple[float, float] = A4) -> bytes:
    """A PDF that shows these lines, in this order in its stream."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=paper)
    for page in range(1, max(line.page for line in printed) + 1):
        for line in printed:
            if line.page == page:
                canvas.setFont(FONT, line.size)
                canvas.drawString(line.x, line.y, line.text)
        canvas.setFont(FONT, 9)
        canvas.drawString(60, paper[1] - 50, head.format(page=page))
        canvas.drawCentredString(paper[0] / 2, 40, foot.format(page=page))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def chromium(page: str, folder: Path) -> bytes:
    """A PDF as a browser prints a page."""
    source, target = folder / "page.html", folder / "page.pdf"
    source.write_text(page, encoding="utf-8")
    subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}",
         f"--print-to-pdf={target}", source.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return target.read_bytes()


def page_for_print(blocks: Sequence[Block]) -> str:
    """A page of the usual style: an indent of two characters, justified."""
    body = "".join(
        (f"<h2>{escape(block)}</h2>" if is_heading(block) else f"<p>{escape(block)}</p>")
        if isinstance(block, str)
        else "<table>"
        + "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in block)
        + "</table>"
        for block in blocks
    )
    style = (
        "body{font-family:'Noto Serif CJK SC';font-size:16px;line-height:1.8} p{text-indent:2em;margin:0;"
        "text-align:justify} h2{text-align:center;font-size:20px} td{border:1px solid;padding:2px 1em}"
    )
    return f"<!doctype html><html lang=zh><meta charset=utf-8><style>{style}</style><body>{body}</body></html>"


def images_of(data: bytes, scale: float) -> list[Image]:
    """The pages of a PDF as pictures, at so many pixels a point."""
    document = pdfium.PdfDocument(data)
    found = [page.render(scale=scale).to_pil() for page in document]
    document.close()
    return found


def pictures_of(data: bytes, scale: float) -> bytes:
    """A PDF of the pictures of another's pages, as a scanner makes one."""
    first, *others = images_of(data, scale)
    buffer = io.BytesIO()
    first.save(buffer, "PDF", save_all=True, append_images=others)
    return buffer.getvalue()


def joined(parts: Sequence[bytes]) -> bytes:
    """The pages of several PDFs as one."""
    whole = pdfium.PdfDocument.new()
    for part in parts:
        whole.import_pages(pdfium.PdfDocument(part))
    buffer = io.BytesIO()
    whole.save(buffer)
    return buffer.getvalue()


def saved(image: Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
