"""PDF files: the text layer by its places on the page; pages without one by OCR, where that is installed.

pdfium reads the text layer; pdfminer reads some of the pages too, and the better of the two is believed: neither is
right about all files. Where a page's text layer is missing or garbage, the page's picture is read.
"""

import ctypes
import io
import logging
import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as native  # type: ignore[import-untyped]
from pdfminer.ascii85 import ascii85decode
from pdfminer.pdftypes import resolve1

from pipelines.formats import Decoded, RejectedReport, guard, ocr
from pipelines.formats.glyphs import Glyph, pieces_of, with_tables
from pipelines.formats.limits import limits
from pipelines.formats.pages import Page, text_of
from pipelines.formats.text import HANZI, is_chinese_prose, length_of

MAX_GLYPHS = 50_000  # of a page; a newspaper's has 10,000
MAX_STREAM = 20_000_000  # unpacked bytes of what is drawn on a page
SAMPLE = 3  # pages that a second library reads too
MAX_UNLIKE = 0.01  # share of a page's characters in which two libraries may differ
MAX_BAD = 0.05  # share of a page's characters that may stand for nothing
MANY_HANZI = 100  # of a page, that show whether they are the right ones
MIN_GLYPHS = 20  # of a page that has a text layer
MIN_PICTURE = 0.3  # share of a page that a picture of its text covers
MIN_READ = 0.5  # share of the pages with anything on them that must be readable

RULES = (4, 1500)  # drawn lines that may make tables; more of them make a picture

BAD = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufff0-\uffff\U000f0000-\U0010ffff]|\\(cid:\\d+\\)")
BLANK = re.compile(r"\s+")
# A font's glyph of a character may be listed as the radical that looks the same: NFKC mends the Kangxi radicals, and
# this those of the supplement, of which Unicode has no decompositions.
RADICALS = dict(
    zip(
        "⺁⺒⺓⺟⺠⺬⺶⺽⻁⻄⻅⻆⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "厂巳幺母民示羊臼虎西见角贝足车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)
RADICAL = re.compile("[\u2e80-\u2fdf]")

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of each character of a font it dislikes


def read_pdf(data: bytes, relative: str) -> Decoded:
    """The text of a PDF in reading order, a line for each paragraph.

    Args:
        data: the file.
        relative: the file's name as messages show it.

    Returns:
        The text; `lines` says where each printed line stands; flags: `ocr` where pages were read from their pictures,
        `damaged` where pages are missing or could not be read, `disputed` where two libraries read other digits.

    Raises:
        RejectedReport: the file is damaged, protected by a password, has too many pages, or has no text layer and OCR
            is not installed.
    """
    document = opened(data, relative)
    try:
        return read_pages(document, data, relative)
    finally:
        document.close()


def opened(data: bytes, relative: str) -> pdfium.PdfDocument:
    """The document; raises RejectedReport where there is none to be had."""
    try:
        document = pdfium.PdfDocument(data)
        count = len(document)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise RejectedReport(
                f"{relative} is protected by a password.", "Save it without a password, or the report as plain text."
            ) from None
        raise damaged(relative) from None
    if not count:
        document.close()
        raise damaged(relative)
    if count > limits().pages:
        document.close()
        raise RejectedReport(
            f"{relative} has {count} pages, and no more than {limits().pages} are read.",
            "Save the report's pages alone.",
        )
    return document


def damaged(relative: str) -> RejectedReport:
    """The rejection of a PDF that cannot be opened."""
    return RejectedReport(
        f"{relative} is damaged, cut off or no PDF.",
        "Fetch it again, or open it in a viewer and print it to a new PDF.",
    )


@dataclass
class Sheet:
    """A page while it is read."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph]
    bad: int = 0  # characters that the font does not tell
    pictured: bool = False
    turned: bool = False  # some of its text runs in another direction
    ruled: bool = False

    @property
    def text(self) -> str:
        """Its characters in no certain order."""
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def is_garbage(self) -> bool:
        """Whether its text layer says nothing."""
        solid = BLANK.sub("", self.text)
        return len(BAD.findall(solid)) + self.bad > MAX_BAD * len(solid)

    @property
    def needs_eyes(self) -> bool:
        """Whether only its picture shows what it says."""
        solid = BLANK.sub("", self.text)
        full = length_of(HANZI, solid) >= MANY_HANZI
        return self.is_garbage or (len(solid) < MIN_GLYPHS and self.pictured) or (full and not reads_well([self]))


def read_pages(document: pdfium.PdfDocument, data: bytes, relative: str) -> Decoded:
    """The text of an open document; see `read_pdf`."""
    sheets: list[Sheet] = []
    broken = not is_whole(data)
    for index in range(len(document)):
        guard.alive()
        try:
            sheets.append(sheet_of(document, index))
        except pdfium.PdfiumError:
            broken = True
    second = SecondReader(data)
    broken |= any(second.is_broken(sheet.number) for sheet in sheets)
    disputed = compared(sheets, second)
    shown = [sheet for sheet in sheets if sheet.glyphs or sheet.pictured]
    if not shown or len(document) - len(sheets) > (1 - MIN_READ) * len(document):
        if broken:
            raise damaged(relative)
        raise RejectedReport(f"{relative} has nothing on its pages.", "Put the report's text there.")
    well = reads_well(sheets)
    blind = [sheet for sheet in shown if not well or sheet.needs_eyes]
    seen = pages_by_eye(document, blind, len(shown), relative) if blind else {}
    pages = seen | {sheet.number: page_of(sheet, second) for sheet in shown if sheet not in blind}
    text, lines = text_of([pages[number] for number in sorted(pages)])
    flags = {
        "ocr": bool(seen),
        "damaged": broken or len(seen) < len(blind),
        "disputed": disputed,
        "turned_text": any(sheet.turned for sheet in sheets),
    }
    return Decoded(text, None, lines, tuple(flag for flag, holds in flags.items() if holds))


def is_whole(data: bytes) -> bool:
    """Whether the end of the file is there."""
    return b"%%EOF" in data[-2048:]


def reads_well(sheets: Iterable[Sheet]) -> bool:
    """Whether the text layer is language: a font that tells its characters wrongly makes other ones of them."""
    words = BLANK.sub("", "".join(sheet.text for sheet in sheets))
    return len(words) < MIN_GLYPHS or words.isascii() or is_chinese_prose(BAD.sub("", words))


def pages_by_eye(document: pdfium.PdfDocument, sheets: list[Sheet], shown: int, relative: str) -> dict[int, Page]:
    """The pages that only OCR can read; none of them where most of the report is read without and OCR is missing."""
    if not ocr.is_installed():
        if len(sheets) <= (1 - MIN_READ) * shown:
            return {}
        raise RejectedReport(
            f"{relative} is a PDF of pictures, or of fonts that do not tell their characters: it has no text layer.",
            "Install the extra that reads pictures, duixian[ocr], or save the report as plain text.",
        )
    if len(sheets) > limits().ocr_pages:
        raise RejectedReport(
            f"{relative} has {len(sheets)} pages without a text layer; OCR reads no more than {limits().ocr_pages}.",
            "Save the report's pages alone.",
        )
    found = {}
    for sheet in sheets:
        guard.alive()
        page = document[sheet.number - 1]
        found[sheet.number] = ocr.page_of(ocr.picture_of(page), sheet.number, page.get_width())
        page.close()
    ocr.make_sizes_equal(list(found.values()))
    return found


# --- What pdfium sees on a page ----------------------------------------------------------------------------------


def sheet_of(document: pdfium.PdfDocument, index: int) -> Sheet:
    """A page's characters with their places."""
    page = document[index]
    try:
        place = Place(page)
        found = list(glyphs_of(page))
        upright, turned = place.upright(found)
        sheet = Sheet(index + 1, place.width, place.height, upright)
        sheet.bad = sum(bool(bad) for *_, bad in found)
        sheet.turned = turned
        look_at_objects(page, sheet)
        return sheet
    finally:
        page.close()


class Mark(NamedTuple):
    """A character as pdfium gives it: its pen position, advance and size in the page's own space."""

    text: str
    x: float
    y: float
    advance: float
    size: float
    direction: int  # in which it runs: quarter turns counterclockwise from rightwards, -1 where it slants
    bad: bool


def glyphs_of(page: Any) -> Iterator[Mark]:
    """The characters of a page's text layer, those aside that pdfium adds itself."""
    text_page = page.get_textpage()
    try:
        raw = text_page.raw
        x, y = ctypes.c_double(), ctypes.c_double()
        matrix, box = native.FS_MATRIX(), native.FS_RECTF()
        edges = [ctypes.c_double() for _ in range(4)]
        for index in range(min(native.FPDFText_CountChars(raw), MAX_GLYPHS)):
            if native.FPDFText_IsGenerated(raw, index) == 1:
                continue
            code = native.FPDFText_GetUnicode(raw, index)
            bad = native.FPDFText_HasUnicodeMapError(raw, index) == 1
            if not native.FPDFText_GetCharOrigin(raw, index, x, y):
                continue
            native.FPDFText_GetMatrix(raw, index, matrix)
            native.FPDFText_GetLooseCharBox(raw, index, box)
            native.FPDFText_GetCharBox(raw, index, *edges)
            points = native.FPDFText_GetFontSize(raw, index)
            size = abs(points) * math.hypot(matrix.c, matrix.d)
            across, down = matrix.a, matrix.b
            slant = abs(across) > 0.05 * abs(down) and abs(down) > 0.05 * abs(across)
            if abs(across) >= abs(down):
                direction = 0 if across >= 0 else 2
                advance = max(abs(box.right - x.value), abs(x.value - box.left), edges[1].value - edges[0].value)
            else:
                direction = 1 if down >= 0 else 3
                advance = max(abs(box.top - y.value), abs(y.value - box.bottom), edges[3].value - edges[2].value)
            character = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
            # an advance is never wider than the character can be: a faulty font says so now and then
            yield Mark(
                folded(character), x.value, y.value, min(advance, 1.5 * size), size, -1 if slant else direction, bad
            )
    finally:
        text_page.close()


def folded(character: str) -> str:
    """The character that a radical stands for; any other as it is."""
    if not RADICAL.fullmatch(character):
        return character
    if "\u2f00" <= character <= "\u2fdf":
        return unicodedata.normalize("NFKC", character)
    return RADICALS.get(character, character)


class Place:
    """From a page's own space to what is seen of it: y downwards, turned upright, from the corner of its box."""

    def __init__(self, page: Any) -> None:
        self.left, self.bottom, right, top = page.get_bbox()
        across, down = right - self.left, top - self.bottom
        self.width, self.height = max(1.0, across), max(1.0, down)
        if page.get_rotation() % 180:  # pdfium turns the box with the page, and not what stands on it
            across, down = down, across
        self.right, self.top = self.left + across, self.bottom + down
        self.turn = 0  # quarter turns counterclockwise in which the text runs

    def upright(self, marks: Iterable[Mark]) -> tuple[list[Glyph], bool]:
        """The characters that run in the direction in which most do, and whether there are others."""
        seen = [mark for mark in marks if self.left <= mark.x <= self.right and self.bottom <= mark.y <= self.top]
        solid = [mark for mark in seen if not mark.text.isspace()]
        directions = Counter(mark.direction for mark in solid)
        if not directions:
            return [], False
        common = directions.most_common(1)[0][0]
        if common < 0:
            return [], True
        self.turn = common  # whatever the page says of itself, its text shows which way is up
        across, down = self.right - self.left, self.top - self.bottom
        self.width, self.height = (across, down) if common % 2 == 0 else (down, across)
        glyphs = []
        for place, mark in enumerate(seen):
            if mark.direction == common and mark.size > 0:
                x, y = self.seen(mark.x, mark.y)
                glyphs.append(Glyph(mark.text, x, x + mark.advance, y, mark.size, place))
        return glyphs, len(directions) > 1

    def seen(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the page is seen."""
        if self.turn == 0:
            return x - self.left, self.top - y
        if self.turn == 1:
            return y - self.bottom, x - self.left
        if self.turn == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x


def look_at_objects(page: Any, sheet: Sheet) -> None:
    """Tell whether a page shows a large picture, or lines that may rule a table."""
    rules = 0
    for count, thing in enumerate(page.get_objects(max_depth=4)):
        if count > MAX_GLYPHS:
            break
        if thing.type == native.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = thing.get_bounds()
            sheet.pictured |= (right - left) * (top - bottom) >= MIN_PICTURE * sheet.width * sheet.height
        elif thing.type == native.FPDF_PAGEOBJ_PATH:
            rules += 1
    sheet.ruled = RULES[0] <= rules <= RULES[1]


# --- What pdfminer sees ------------------------------------------------------------------------------------------


class SecondReader:
    """pdfminer, by way of pdfplumber: opened only where it is asked; what it cannot read it does not say."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.document: Any = None

    def page(self, number: int) -> Any:
        """A page from 1, or None."""
        import pdfplumber  # noqa: PLC0415 - only where a file needs a second reader

        guard.alive()
        try:
            if self.document is None:
                self.document = pdfplumber.open(io.BytesIO(self.data))
            return self.document.pages[number - 1]
        except Exception:  # pdfminer raises many kinds on a file it does not like
            return None

    def glyphs(self, number: int) -> list[Glyph] | None:
        """The upright characters of a page, or None."""
        try:
            page = self.page(number)
            if page is None or page.rotation:
                return None
            left, top = page.bbox[:2]
            return [
                Glyph(
                    folded(char["text"]), char["x0"] - left, char["x1"] - left,
                    page.height - char["matrix"][5] + page.mediabox[1] - top, char["size"], place,
                )
                for place, char in enumerate(page.chars[:MAX_GLYPHS])
                if char["upright"]
            ]  # fmt: skip
        except Exception:
            return None

    def is_broken(self, number: int) -> bool:
        """Whether what is drawn on a page breaks off: pdfium draws what comes before and does not say so."""
        try:
            page = self.page(number)
            return page is not None and not all(map(is_sound, page.page_obj.contents))
        except Exception:
            return False

    def tables(self, sheet: Sheet) -> list[list[tuple[float, float, float, float] | None]]:
        """The ruled rows of a page, each the boxes of its cells."""
        try:
            page = self.page(sheet.number)
            if page is None or page.rotation or max(map(abs, page.bbox[:2])) > 0 or abs(page.height - sheet.height) > 1:
                return []
            return [row.cells for table in page.find_tables() for row in table.rows if len(row.cells) > 1]
        except Exception:
            return []


def is_sound(reference: Any) -> bool:
    """Whether a stream can be unpacked to its end; streams packed in rarer ways are not looked at."""
    stream = resolve1(reference)
    data: bytes = stream.rawdata
    if stream.decipher is not None:
        data = stream.decipher(stream.objid, stream.genno, data)
    try:
        for name, _ in stream.get_filters():
            if name.name in ("FlateDecode", "Fl"):
                unpacking = zlib.decompressobj()
                unpacking.decompress(data, MAX_STREAM)
                return unpacking.eof or bool(unpacking.unconsumed_tail)
            if name.name not in ("ASCII85Decode", "A85"):
                break
            data = ascii85decode(data)
    except (ValueError, zlib.error):
        return False
    return True


def compared(sheets: list[Sheet], second: SecondReader) -> bool:
    """Put right what pdfium reads worse than pdfminer; whether digits stay disputed.

    Pages are sampled, and where they differ, and where a page is garbage, pdfminer is asked for each of them.
    """
    full = [sheet for sheet in sheets if len(sheet.glyphs) >= MIN_GLYPHS and not sheet.turned]
    step = max(1, (len(full) - 1) // (SAMPLE - 1)) if len(full) > 1 else 1
    asked = dict.fromkeys(sheet.number for sheet in [*full[::step][:SAMPLE], *(s for s in full if s.is_garbage)])
    if not reads_well(sheets):
        asked |= dict.fromkeys(sheet.number for sheet in full)
    by_number = {sheet.number: sheet for sheet in full}
    disputed = differ = False
    for number in asked:
        unlike, digits = put_right(by_number[number], second)
        differ |= unlike
        disputed |= digits
    if differ:
        for sheet in full:
            if sheet.number not in asked:
                disputed |= put_right(sheet, second)[1]
    return disputed


def put_right(sheet: Sheet, second: SecondReader) -> tuple[bool, bool]:
    """Take the better reading of a page; whether the two differ, and whether in digits."""
    other = second.glyphs(sheet.number)
    if not other:
        return False, False
    theirs = Sheet(sheet.number, sheet.width, sheet.height, other)
    counts = [Counter(BLANK.sub("", page.text)) for page in (sheet, theirs)]
    unlike = sum(((counts[0] - counts[1]) + (counts[1] - counts[0])).values())
    if unlike <= MAX_UNLIKE * max(1, counts[0].total()):
        return False, False
    better = merit(theirs) > merit(sheet)
    both = all(merit(reading)[:2] == (True, True) for reading in (sheet, theirs))
    if better:
        sheet.glyphs, sheet.bad = other, 0
    return better or both, both and any(
        counts[0][digit] != counts[1][digit] for digit in "0123456789０１２３４５６７８９"
    )


def merit(sheet: Sheet) -> tuple[bool, bool, int]:
    """How good a reading of a page is."""
    words = BLANK.sub("", sheet.text)
    return not sheet.is_garbage, reads_well([sheet]), len(words) - len(BAD.findall(words))


def page_of(sheet: Sheet, second: SecondReader) -> Page:
    """A page as pieces, its ruled tables as a piece a row."""
    pieces = pieces_of(sheet.glyphs)
    if sheet.ruled and pieces:
        pieces = with_tables(pieces, second.tables(sheet))
    return Page(sheet.number, sheet.width, sheet.height, pieces)
