"""Pictures of pages, read by OCR: offline, with the model that is in rapidocr's package.

It is an optional extra, duixian[ocr]; without it pictures are rejected, and the reason says what to install.
"""

import functools
import importlib.util
import io
import math
import re
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image, ImageOps

from pipelines.formats import Decoded, RejectedReport, guard
from pipelines.formats.limits import limits
from pipelines.formats.pages import CELL_GAP, Page, Piece, text_of, width_of

SIDES = (1800, 3600)  # pixels of a page's longer side: A4 at 150 dots an inch, and for smaller print twice as many
LOOK = 1000  # pixels of it that show how the page lies
SAMPLE = 9  # lines that show whether it stands on its head
MIN_EM = 14  # pixels of a character, below which more pixels are needed
TILE = 2_500_000  # pixels that are looked at together: memory grows with them
OVERLAP = 300  # pixels that two tiles share, more than the highest line
BOX_HEIGHT = 1.25  # em; the boxes that are found are a little larger than the characters
SAME_SIZE = 0.2  # by how much of it a size may be misjudged,
SAME_SHORT_SIZE = 0.5  # and that of a line of few characters, whose boxes are high
FEW = 4  # characters
MAX_ASCII = 0.35  # share of a line whose width tells its size: digits may have been of full width
NEAR = 2.5  # em from one line to the next
WIDTH = 600.0  # of a picture's page; PDF pages have about as many points
UPRIGHT = 1.5  # as high as wide, from which on a box is a line that runs upwards
BLANK = 0.3  # em between two Latin words
WIDE_MARKS = dict(zip(",:;!?()", "，：；！？（）", strict=True))
BESIDE = "[\u3001-\u301f\u4e00-\u9fff“”‘’，。；：！？（）]"
NARROW = re.compile(f"(?<={BESIDE})[,:;!?()]|[,:;!?()](?={BESIDE})")
Quad = list[tuple[float, float]]  # the corners of a line, from the upper left clockwise
Box = tuple[Quad, str, float]  # corners, text, certainty
Picture = Callable[[int], Image.Image]  # a page's picture, of which the longer side has so many pixels
FORMATS = ("PNG", "JPEG", "TIFF")


def is_installed() -> bool:
    """Whether the extra is there."""
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime"))


def read_image(data: bytes, relative: str) -> Decoded:
    """The text of a picture of a page, or of all pages of a TIFF, in reading order, a line for each paragraph.

    Args:
        data: a PNG, JPEG or TIFF file.
        relative: the file's name as messages show it.

    Returns:
        The text with the flag `ocr`; `lines` says where each printed line stands.

    Raises:
        RejectedReport: the picture is damaged or far too large, or OCR is not installed.
    """
    if not is_installed():
        raise RejectedReport(
            f"{relative} is a picture, which only OCR can read.",
            "Install the extra that reads pictures, duixian[ocr], or save the report as plain text.",
        )
    pages = [page_of(picture, number, WIDTH) for number, picture in enumerate(pictures(data, relative), 1)]
    make_sizes_equal(pages)
    text, lines = text_of(pages)
    return Decoded(text, None, lines, ("ocr",))


def pictures(data: bytes, relative: str) -> Iterator[Picture]:
    """The pictures of a file, upright."""
    large = RejectedReport(f"{relative} is a picture far larger than a page can be.", "Save it with fewer pixels.")
    try:
        with warnings.catch_warnings(action="ignore"):  # what matters of damage and of size is asked below
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        count = getattr(image, "n_frames", 1)
    except Image.DecompressionBombError:
        raise large from None
    except Exception:  # Pillow raises many kinds on a damaged file
        raise damaged(relative) from None
    if count > limits().ocr_pages:
        raise RejectedReport(
            f"{relative} has {count} pages; no more than {limits().ocr_pages} are read by OCR.",
            "Save the report's pages alone.",
        )
    for index in range(count):
        guard.alive()
        try:
            with warnings.catch_warnings(action="ignore"):
                image.seek(index)
                if image.width * image.height > limits().pixels:
                    raise large
                frame = ImageOps.exif_transpose(image)
                if frame.mode.startswith("I"):  # sixteen bits of grey
                    frame = frame.point(lambda value: value / 256).convert("L")
                frame = frame.convert("RGB")
        except RejectedReport:
            raise
        except Exception:
            raise damaged(relative) from None
        yield functools.partial(resized, frame)


def resized(image: Image.Image, side: int) -> Image.Image:
    """A picture of which the longer side has so many pixels."""
    longest = max(image.size)
    size = (max(1, image.width * side // longest), max(1, image.height * side // longest))
    return image.resize(size, Image.Resampling.LANCZOS)


def damaged(relative: str) -> RejectedReport:
    """The rejection of a picture that cannot be opened."""
    return RejectedReport(f"{relative} is damaged, cut off or no picture.", "Fetch it again, or save it anew as PNG.")


def picture_of(page: Any) -> Picture:
    """A PDF's page as a picture."""
    longest = max(1.0, *page.get_size())
    return lambda side: page.render(scale=side / longest).to_pil().convert("RGB")


def page_of(picture: Picture, number: int, width: float) -> Page:
    """What stands where in a picture of a page, in a unit of which the page is so wide."""
    turn = turn_of(picture(LOOK))
    image, boxes = picture(LOOK), []
    for side in SIDES if turn is not None else ():
        image = picture(side).rotate(90 * (turn or 0), expand=True)
        boxes = boxes_of(image)
        if boxes and median(corners[3][1] - corners[0][1] for corners, _, _ in boxes) >= MIN_EM * BOX_HEIGHT:
            break
    unit = width / image.width
    return Page(number, width, image.height * unit, pieces_of(boxes, unit))


def turn_of(image: Image.Image) -> int | None:
    """How many quarter turns counterclockwise put a page upright, or None where nothing is written on it."""
    quads = found_in(image)
    if not quads:
        return None
    tall = sum(map(height_of, filter(is_tall, quads))) > sum(width_of_box(quad) for quad in quads if not is_tall(quad))
    if tall:
        image = image.rotate(90, expand=True)
        quads = found_in(image)
    longest = sorted(quads, key=width_of_box, reverse=True)[:SAMPLE]
    flipped = sum(is_upside_down(image.crop(bounds_of(quad))) for quad in longest)
    return tall + 2 * (flipped > len(longest) / 2)


def found_in(image: Image.Image) -> list[Quad]:
    """The corners of the lines in a picture, not yet read."""
    boxes = engine()(image, use_det=True, use_cls=False, use_rec=False).boxes
    return [] if boxes is None else [[(float(x), float(y)) for x, y in quad] for quad in boxes]


def is_upside_down(line: Image.Image) -> bool:
    """Whether a line stands on its head."""
    said = engine()(line, use_det=False, use_cls=True, use_rec=False).cls_res
    return bool(said) and said[0][0] == "180"


def bounds_of(quad: Quad) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a box that may stand askew."""
    return min(x for x, _ in quad), min(y for _, y in quad), max(x for x, _ in quad), max(y for _, y in quad)


def width_of_box(quad: Quad) -> float:
    """How wide a box is."""
    left, _, right, _ = bounds_of(quad)
    return right - left


def height_of(quad: Quad) -> float:
    """How high a box is."""
    _, top, _, bottom = bounds_of(quad)
    return bottom - top


def is_tall(quad: Quad) -> bool:
    """Whether a box is a line that runs upwards."""
    return height_of(quad) > UPRIGHT * width_of_box(quad)


def boxes_of(image: Image.Image) -> list[Box]:
    """The lines of a picture: looked at tile by tile, each line taken from the tile where it is not cut."""
    width, height = image.size
    step = max(2 * OVERLAP, TILE // max(1, width))
    found: list[Box] = []
    starts = list(range(0, max(1, height - OVERLAP), step))
    for index, start in enumerate(starts):
        guard.alive()
        last = index == len(starts) - 1
        above = 0.0 if index == 0 else start + OVERLAP / 2
        below = height + 1.0 if last else start + step + OVERLAP / 2
        for corners, text, score in lines_of(image.crop((0, start, width, height if last else start + step + OVERLAP))):
            placed = [(x, y + start) for x, y in corners]
            if above <= sum(y for _, y in placed) / 4 < below:
                found.append((placed, text, score))
    return found


def lines_of(tile: Image.Image) -> Iterator[Box]:
    """The lines of a part of a picture; what a wide gap parts, such as two columns or two cells, is two lines."""
    result = engine()(
        tile, use_det=True, use_cls=False, use_rec=True, return_word_box=True, return_single_char_box=True
    )
    if result.txts is None or result.boxes is None:
        return
    placed = result.word_results if len(result.word_results) == len(result.txts) else [()] * len(result.txts)
    for quad, text, score, characters in zip(result.boxes, result.txts, result.scores, placed, strict=True):
        corners = [(float(x), float(y)) for x, y in quad]
        (left, _), (right, _) = corners[:2]
        if is_tall(corners) or right <= left or not characters or any(len(each) < 3 for each in characters):
            yield corners, text, float(score)
            continue
        em = (corners[3][1] - corners[0][1]) / BOX_HEIGHT
        edges = [(min(x for x, _ in box), max(x for x, _ in box)) for _, _, box in characters]
        cuts = [index for index in range(1, len(edges)) if edges[index][0] - edges[index - 1][1] >= CELL_GAP * em]
        for first, last in pairwise((0, *cuts, len(edges))):
            words = "".join(
                blank_before(characters, edges, index, em) * (index > first) + characters[index][0]
                for index in range(first, last)
            )
            start = 0.0 if first == 0 else (edges[first][0] - left) / (right - left)
            end = 1.0 if last == len(edges) else (edges[last - 1][1] - left) / (right - left)
            yield (
                [*between(corners[0], corners[1], start, end), *between(corners[3], corners[2], start, end)[::-1]],
                words,
                float(score),
            )


def blank_before(characters: Any, edges: list[tuple[float, float]], index: int, em: float) -> str:
    """A blank where one stands between two Latin letters or figures of different words."""
    pair = characters[index - 1][0][-1:] + characters[index][0][:1]
    apart = pair.isascii() and pair.isalnum() and edges[index][0] - edges[index - 1][1] >= BLANK * em
    return " " if apart else ""


def between(
    one: tuple[float, float], other: tuple[float, float], start: float, end: float
) -> list[tuple[float, float]]:
    """Two places on the way from one place to another, as shares of it."""
    return [(one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share) for share in (start, end)]


@cache
def engine() -> Any:
    """OCR with the models of its package, named so that none is looked for elsewhere."""
    import rapidocr  # noqa: PLC0415 - takes two seconds

    models = Path(rapidocr.__file__).parent / "models"
    paths = {f"{task}.model_path": str(next(models.glob(f"*_{task.lower()}_*.onnx"))) for task in ("Det", "Cls", "Rec")}
    return rapidocr.RapidOCR(params={**paths, "Global.log_level": "critical", "Global.max_side_len": 2 * SIDES[-1]})


def pieces_of(boxes: list[Box], unit: float) -> list[Piece]:
    """Lines as pieces, put straight where the page was scanned askew."""
    slopes = [
        math.atan2(corners[1][1] - corners[0][1], corners[1][0] - corners[0][0])
        for corners, text, _ in boxes
        if len(text) > FEW and corners[1][0] > corners[0][0]
    ]
    slope = median(slopes) if slopes else 0.0
    across, down = unit * math.cos(slope), unit * math.sin(slope)
    pieces = []
    for corners, text, _ in boxes:
        if not text.strip():
            continue
        straight = [(x * across + y * down, y * across - x * down) for x, y in corners]
        left, right = (straight[0][0] + straight[3][0]) / 2, (straight[1][0] + straight[2][0]) / 2
        top, bottom = (straight[0][1] + straight[1][1]) / 2, (straight[2][1] + straight[3][1]) / 2
        size = max(0.1, (bottom - top) / BOX_HEIGHT)
        margin = (bottom - top - size) / 2
        pieces.append(
            Piece(in_full_width(text.strip()), left + margin, top + margin, right - margin, bottom - margin, size)
        )
    return pieces


def make_sizes_equal(pages: list[Page]) -> None:
    """Give lines that are about as large as most the same size: a box tells it only nearly.

    A line of few characters has the size of the line above it, where that may be.
    """
    usual = median_width(pages)
    for page in pages:
        for piece in page.pieces:
            by_width = (piece.right - piece.left) / width_of(piece.text, 1.0)
            if len(piece.text) > FEW and sum(map(str.isascii, piece.text)) <= MAX_ASCII * len(piece.text):
                piece.size = by_width
            if min(abs(piece.size - usual), abs(by_width - usual)) <= SAME_SIZE * usual:
                piece.size = usual
        long = [piece for piece in page.pieces if len(piece.text) > FEW]
        for piece in page.pieces:
            if len(piece.text) <= FEW:
                above = [
                    other
                    for other in long
                    if other.left < piece.right and piece.left < other.right
                    and 0 < piece.middle - other.middle < NEAR * piece.size
                ]  # fmt: skip
                likely = max(above, key=lambda other: other.middle).size if above else usual
                if abs(piece.size - likely) <= SAME_SHORT_SIZE * likely:
                    piece.size = likely


def median_width(pages: list[Page]) -> float:
    """The size of most characters, told by the widths of lines, which are surer than their heights."""
    sizes = [
        (piece.right - piece.left) / width_of(piece.text, 1.0)
        for page in pages
        for piece in page.pieces
        if len(piece.text) > FEW
    ]
    return median(sizes) if sizes else 1.0


def in_full_width(text: str) -> str:
    """A line with its punctuation as wide as it is printed beside Chinese characters."""
    return NARROW.sub(lambda match: WIDE_MARKS[match.group()], text)
