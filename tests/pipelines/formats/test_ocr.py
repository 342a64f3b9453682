"""Pictures of pages: what OCR makes of them, offline, and what becomes of pictures that are none."""

import socket
from pathlib import Path
from unittest import mock

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from pipelines.formats import Decoded, RejectedReport, ocr, pdf
from pipelines.formats.ocr import read_image
from pipelines.formats.pages import Page
from tests.packing import set_limits
from tests.pipelines.formats import writers
from tests.pipelines.formats.made_up import REPORT
from tests.pipelines.formats.writers import drawn, images_of, saved, set_in_columns

needs_ocr = pytest.mark.skipif(not ocr.is_installed(), reason="the extra for OCR is not installed")

PARAGRAPHS = ["政府工作报告", *REPORT[4:6], *REPORT[7:9]]
SHEET = (595.0, 460.0)  # as wide as A4: OCR takes a second for each dozen lines


def page_of(paragraphs: list[str], columns: int = 1, size: float = 12) -> bytes:
    """A sheet of a title, which may be empty, and paragraphs."""
    return drawn(set_in_columns(paragraphs, columns, size=size, gap=2 * size, paper=SHEET), foot="", paper=SHEET)


PAGE = page_of(PARAGRAPHS, 2)


def scanned(image: Image.Image) -> Image.Image:
    """A picture as a scanner makes it: askew, grey, blurred, noisy."""
    grey = image.convert("L").rotate(0.8, fillcolor=255, resample=Image.Resampling.BICUBIC)
    grey = grey.filter(ImageFilter.GaussianBlur(0.8))
    noise = numpy.random.default_rng(7).normal(0, 12, (grey.height, grey.width))
    return Image.fromarray((numpy.asarray(grey) * 0.8 + 30 + noise).clip(0, 255).astype("uint8"))


@needs_ocr
class TestReading:
    @pytest.fixture(autouse=True)
    def few_pixels(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A sheet is half a page: half the pixels are enough, and take half the time."""
        monkeypatch.setattr(ocr, "SIDES", (1400,))

    def test_a_scan_of_two_columns_without_any_connection(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        def refuse(*arguments: object) -> None:
            raise AssertionError("OCR must make no connection")

        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        monkeypatch.chdir(tmp_path)
        found = read_image(saved(scanned(images_of(PAGE, 200 / 72)[0]), "JPEG", quality=50), "x")
        assert found.text.split("\n") == PARAGRAPHS
        assert found.flags == ("ocr",)
        assert not list(tmp_path.iterdir())
        places = [line.box for line in found.lines]
        assert all(left < right and top < bottom for left, top, right, bottom in places)
        assert found.lines[1].box[2] < 500 < found.lines[-1].box[0]  # the left column first

    def test_pages_of_a_tiff_on_their_side_and_on_their_head(self) -> None:
        first, *others = (
            images_of(page_of(["", text]), 2)[0].convert("L").rotate(turn, expand=True)
            for text, turn in zip(PARAGRAPHS[1:4], (90, 180, 270), strict=True)
        )
        found = read_image(saved(first, "TIFF", save_all=True, append_images=others), "x")
        assert found.text.split("\n") == PARAGRAPHS[1:4]
        assert {line.page for line in found.lines} == {1, 2, 3}

    def test_a_pdf_of_pictures(self) -> None:
        found = pdf.read_pdf(writers.pictures_of(PAGE, 2), "x")
        assert (found.text.split("\n"), found.flags) == (PARAGRAPHS, ("ocr",))

    def test_a_page_without_text_among_others(self) -> None:
        """It is read in its place, and the others by their text layer."""

        first, second, third = map(page_of, (PARAGRAPHS[:2], ["", *PARAGRAPHS[2:4]], ["", *PARAGRAPHS[4:]]))
        data = writers.joined([first, writers.pictures_of(second, 2), third])
        found = pdf.read_pdf(data, "x")
        assert (found.text.split("\n"), found.flags) == (PARAGRAPHS, ("ocr",))
        assert [line.page for line in found.lines] == sorted(line.page for line in found.lines)


class TestRejections:
    def test_without_the_extra_it_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ocr, "is_installed", lambda: False)
        with pytest.raises(RejectedReport, match="only OCR can read") as caught:
            read_image(saved(Image.new("L", (90, 90))), "2020.png")
        assert "duixian[ocr]" in caught.value.remedy

    @pytest.mark.parametrize("damage", ["empty", "cut", "other", "noise"])
    def test_damage(self, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
        monkeypatch.setattr(ocr, "is_installed", lambda: True)
        whole = saved(images_of(PAGE, 1)[0])
        data = {"empty": b"", "cut": whole[: len(whole) // 2], "other": PAGE, "noise": bytes(range(256)) * 9}[damage]
        with pytest.raises(RejectedReport, match=r"2020\.png is damaged"):
            read_image(data, "2020.png")

    @pytest.mark.parametrize("side", [12_000, 60_000])
    def test_a_picture_that_unpacks_to_far_more(self, monkeypatch: pytest.MonkeyPatch, side: int) -> None:
        monkeypatch.setattr(ocr, "is_installed", lambda: True)
        small = saved(Image.new("1", (8, 8)))
        header = small[:16] + side.to_bytes(4, "big") * 2 + small[24:]
        with pytest.raises(RejectedReport, match=r"larger|damaged") as caught:
            read_image(header, "x")
        assert caught.value.remedy
        with pytest.raises(RejectedReport, match="far larger"):
            read_image(saved(Image.new("1", (side, 12_000))) if side < 20_000 else bomb(side), "x")

    def test_too_many_pixels(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(ocr, "is_installed", lambda: True)
        set_limits(monkeypatch, tmp_path, pixels=99)
        with pytest.raises(RejectedReport, match="far larger"):
            read_image(saved(Image.new("L", (10, 10), 255)), "x")

    def test_too_many_pages(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(ocr, "is_installed", lambda: True)
        set_limits(monkeypatch, tmp_path, ocr_pages=1)
        blank = Image.new("L", (9, 9), 255)
        with pytest.raises(RejectedReport, match="2 pages"):
            read_image(saved(blank, "TIFF", save_all=True, append_images=[blank]), "x")


def bomb(side: int) -> bytes:
    """A TIFF of a few bytes that says that it is so large."""
    data = bytearray(saved(Image.new("1", (8, 8)), "TIFF", compression="group4"))
    entries = int.from_bytes(data[4:8], "little")
    for entry in range(int.from_bytes(data[entries : entries + 2], "little")):
        start = entries + 2 + 12 * entry
        if int.from_bytes(data[start : start + 2], "little") in (256, 257):
            data[start + 2 : start + 12] = (
                (4).to_bytes(2, "little") + (1).to_bytes(4, "little") + side.to_bytes(4, "little")
            )
    return bytes(data)


@needs_ocr
def test_a_picture_of_nothing_gives_nothing() -> None:
    assert read_image(saved(Image.new("RGB", (600, 800), "white")), "x") == Decoded("", None, (), ("ocr",))


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("(一)增长5.8%,其中:", "（一）增长5.8%，其中："),
        ("完成1,864.3亿元;增长", "完成1,864.3亿元；增长"),
        ("PPP(公私合作)!", "PPP（公私合作）!"),
    ],
)
def test_punctuation_is_as_wide_as_it_is_printed(text: str, wide: str) -> None:
    assert ocr.in_full_width(text) == wide


SMALL = {kind: saved(Image.new("L", (40, 30), 200), kind) for kind in ("PNG", "JPEG", "TIFF")}


@given(
    st.sampled_from(sorted(SMALL)),
    st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=6)), max_size=5),
    st.binary(max_size=20),
)
def test_no_damage_breaks_the_reader(kind: str, changes: list[tuple[int, bytes]], end: bytes) -> None:
    data = SMALL[kind]
    for place, noise in changes:
        start = place % len(data)
        data = data[:start] + noise + data[start + len(noise) :]
    nothing = Page(1, 600, 800, [])
    with mock.patch.multiple(ocr, is_installed=lambda: True, page_of=lambda picture, *_: picture(50) and nothing):
        try:
            assert read_image(data + end, "x").text == ""
        except RejectedReport as error:
            assert error.reason
            assert error.remedy
