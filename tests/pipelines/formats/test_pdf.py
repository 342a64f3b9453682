"""PDF files: reading order, paragraphs, and what becomes of files that are damaged, locked or without text."""

import io
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib import pdfencrypt
from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.pdfgen.canvas import Canvas

from pipelines.formats import Decoded, RejectedReport, ocr, pdf
from pipelines.formats.pdf import read_pdf
from tests.packing import set_limits
from tests.pipelines.formats import writers
from tests.pipelines.formats.made_up import BLOCKS, REPORT
from tests.pipelines.formats.writers import FONT, drawn, lines_of, platypus, set_in_columns, woven, wrapped

PROSE = [block for block in BLOCKS if isinstance(block, str)]
NEWSPAPER = (1100.0, 1530.0)

Put = Callable[..., None]


def read(data: bytes) -> list[str]:
    """The lines of a PDF's text."""
    return read_pdf(data, "x").text.split("\n")


def canvas_of(draw: Callable[[Canvas, Put], None], **options: object) -> bytes:
    """A PDF drawn by hand; `put` sets a text at a place in points from the lower left corner."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, **options)

    def put(x: float, y: float, text: str, size: float = 12) -> None:
        canvas.setFont(FONT, size)
        canvas.drawString(x, y, text)

    draw(canvas, put)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def printed_lines(paragraphs: Sequence[str], width: float = 440, size: float = 12) -> list[tuple[float, str]]:
    return [line for text in paragraphs for line in wrapped(text, width, size, 2 * size)]


class TestReadingOrder:
    @pytest.mark.parametrize("columns", [1, 2])
    def test_a_document_as_an_office_makes_it(self, columns: int) -> None:
        """Running heads and page numbers go, paragraphs go on over columns and pages, a ruled table keeps its cells."""
        assert read(platypus(BLOCKS, columns)) == lines_of(BLOCKS)

    @pytest.mark.parametrize("order", ["as set", "woven", "shuffled"])
    @pytest.mark.parametrize("columns", [1, 2, 3, 4])
    def test_the_places_tell_the_order_and_not_the_stream(self, columns: int, order: str) -> None:
        printed = set_in_columns(PROSE, columns, size=9, gap=14)
        if order == "woven":
            printed = woven(printed)
        elif order == "shuffled":
            random.Random(columns).shuffle(printed)  # noqa: S311
        assert read(drawn(printed)) == PROSE

    @given(
        columns=st.integers(1, 3), size=st.sampled_from([8, 10.5, 14]), gap=st.floats(1.2, 3),
        leading=st.sampled_from([1.3, 1.6, 2]), indent=st.sampled_from([0, 2]), uneven=st.sampled_from([0, 0.4, 0.7]),
        paper=st.sampled_from([A4, landscape(A3), NEWSPAPER]), head=st.sampled_from(["", "云泽日报　第{page}版"]),
        foot=st.sampled_from(["", "— {page} —", "第{page}页"]), seed=st.integers(0, 9),
    )  # fmt: skip
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_any_layout(
        self, columns: int, size: float, gap: float, leading: float, indent: float, uneven: float,
        paper: tuple[float, float], head: str, foot: str, seed: int,
    ) -> None:  # fmt: skip
        printed = set_in_columns(
            PROSE, columns, size=size, gap=gap * size, leading=leading, indent=indent, uneven=uneven, paper=paper,
            between=0 if indent else 0.8,
        )  # fmt: skip
        # where a paragraph ends with a column, and none is indented, nothing shows that the next one is another
        hidden = [] if indent else [above.text for above, below in pairwise(printed) if below.y > above.y]

        def shown(paragraphs: list[str]) -> str:
            return "".join(text + "\n" * (not text.endswith(tuple(hidden))) for text in paragraphs)

        counts = [sum(line.x < paper[0] / 2 for line in printed), sum(line.x >= paper[0] / 2 for line in printed)]
        random.Random(seed).shuffle(printed)  # noqa: S311
        if max(line.page for line in printed) == 1:
            head = ""  # one page alone does not show what is repeated
            if columns > 1 and min(counts) < 12:
                return  # nor a few lines that there is another column
        assert shown(read(drawn(printed, head, foot, paper))) == shown(PROSE)

    def test_a_headline_over_columns_parts_what_is_above_from_what_is_below(self) -> None:
        upper, lower = REPORT[4:6], REPORT[8:10]

        def draw(canvas: Canvas, put: Put) -> None:
            for top, texts in ((780, upper), (380, lower)):
                lines = printed_lines(texts, 210, 10)
                half = (len(lines) + 1) // 2
                for number, (indent, line) in enumerate(lines):
                    put(70 + number // half * 240 + indent, top - number % half * 16, line, 10)
            put(150, 420, "四件大事落地生根", 22)

        assert read(canvas_of(draw)) == [*upper, "四件大事落地生根", *lower]

    def test_the_map_of_lines_leads_back_to_the_page(self) -> None:
        printed = set_in_columns(PROSE, 2)
        found = read_pdf(drawn(printed), "x")
        numbers = {line.text: line for line in printed}
        assert len(found.lines) == len(printed)
        starts = [line.char_start for line in found.lines]
        assert starts == sorted(set(starts))
        for line, end in zip(found.lines, [*starts[1:], len(found.text) + 1], strict=True):
            there = numbers[found.text[line.char_start : end].rstrip("\n")]
            left, top, right, bottom = line.box
            assert line.page == there.page
            assert left == pytest.approx(there.x / A4[0] * 1000, abs=1)
            assert top < (A4[1] - there.y) / A4[1] * 1000 < bottom
            assert left < right <= 1000

    @pytest.mark.skipif(not writers.CHROMIUM.exists(), reason="Chromium is not installed")
    def test_a_page_printed_by_a_browser(self, tmp_path: pytest.TempPathFactory) -> None:
        """Its fonts list 工, 长 and 民 as radicals; its heads and feet are of another size."""
        text = [
            *BLOCKS,
            "工人、长江、民生、见面、车站、门口、页面、风力、飞机、马路、鱼米、鸟类、麦田、黄河、龙头，都齐了。",
        ]
        assert read(writers.chromium(writers.page_for_print(text), tmp_path)) == lines_of(text)


class TestParagraphs:
    def test_footnotes_stand_below_the_paragraph_that_they_interrupt(self) -> None:
        lines = printed_lines(REPORT[7:10])

        def draw(canvas: Canvas, put: Put) -> None:
            for number, (indent, line) in enumerate(lines[:12]):
                put(80 + indent, 760 - 22 * number, line)
            put(80 + canvas.stringWidth(lines[3][1], FONT, 12), 760 - 66 + 5, "1", 6.5)
            put(80, 130, "1 这里说的是快报数，口径与上年相同，供审议时参考，不作为考核依据，也不与其他地方相比较，", 9)
            put(80, 117, "最后以年鉴为准。", 9)
            put(80, 104, "② 由有关部门提供。", 9)
            canvas.showPage()
            for number, (indent, line) in enumerate(lines[12:]):
                put(80 + indent, 760 - 22 * number, line)

        found = read(canvas_of(draw))
        notes = [line for line in found if line[0] in "1②"]
        assert notes[0].startswith("1 这里") and notes[0].endswith("年鉴为准。")
        assert notes[1] == "② 由有关部门提供。"
        rest = [line for line in found if line not in notes]
        assert [line.replace("¹", "") for line in rest] == REPORT[7:10]
        assert "".join(rest).count("¹") == 1  # the mark is kept, and is no digit of a number

    def test_raised_and_lowered_digits(self) -> None:
        def draw(canvas: Canvas, put: Put) -> None:
            x = 80.0
            for text, size, rise in (
                ("PM", 12, 0),
                ("2.5", 7, -2),
                ("浓度36μg/m", 12, 0),
                ("3", 7, 5),
                ("左右。", 12, 0),
            ):
                put(x, 700 + rise, text, size)
                x += canvas.stringWidth(text, FONT, size)

        assert read(canvas_of(draw)) == ["PM2.5浓度36μg/m³左右。"]

    def test_bold_by_printing_twice_is_read_once(self) -> None:
        def draw(canvas: Canvas, put: Put) -> None:
            for step in (0, 0.3, 0.6):
                put(80 + step, 700, "完成投资1155.22亿元——增长5.5%")

        assert read(canvas_of(draw)) == ["完成投资1155.22亿元——增长5.5%"]

    def test_a_repeated_line_of_the_text_is_no_running_head(self) -> None:
        """The same words at the same height, in line with the rest of the page, are text."""

        def draw(canvas: Canvas, put: Put) -> None:
            for page in range(3):
                for number, (indent, line) in enumerate(
                    [(24, "立说立行。"), *printed_lines(REPORT[5 + page : 7 + page])]
                ):
                    put(80 + indent, 800 - 20 * number, line)
                if page < 2:
                    canvas.showPage()

        assert read(canvas_of(draw)).count("立说立行。") == 3

    def test_full_width_digits_stay_as_they_are(self) -> None:
        assert "２１２．４万吨" in "".join(read(platypus(BLOCKS)))

    def test_a_table_without_rules_keeps_its_cells(self) -> None:
        def draw(canvas: Canvas, put: Put) -> None:
            for number, (indent, line) in enumerate(printed_lines(REPORT[5:6])):
                put(80 + indent, 780 - 20 * number, line)
            for number, row in enumerate(BLOCKS[-2]):
                for column, cell in enumerate(row):
                    put(80 + 110 * column, 500 - 20 * number, cell)

        assert read(canvas_of(draw)) == [REPORT[5], *("\t".join(row) for row in BLOCKS[-2])]

    @pytest.mark.parametrize("turn", [90, 180, 270])
    def test_a_page_that_is_turned(self, turn: int) -> None:
        def draw(canvas: Canvas, put: Put) -> None:
            canvas.setPageRotation(turn)
            for number, (indent, line) in enumerate(printed_lines(REPORT[5:7])):
                put(80 + indent, 700 - 20 * number, line)

        def draw_sideways(canvas: Canvas, put: Put) -> None:
            canvas.rotate(90)
            for number, (indent, line) in enumerate(printed_lines(REPORT[5:7])):
                put(80 + indent, -100 - 20 * number, line)

        assert read(canvas_of(draw)) == read(canvas_of(draw_sideways)) == REPORT[5:7]

    def test_a_watermark_is_left_out_and_flagged(self) -> None:
        def draw(canvas: Canvas, put: Put) -> None:
            for number, (indent, line) in enumerate(printed_lines(REPORT[5:7])):
                put(80 + indent, 700 - 20 * number, line)
            canvas.rotate(45)
            put(300, 200, "内部资料", 40)

        found = read_pdf(canvas_of(draw), "x")
        assert (found.text.split("\n"), found.flags) == (REPORT[5:7], ("turned_text",))


class TestFaults:
    def locked(self, password: str) -> bytes:
        def draw(canvas: Canvas, put: Put) -> None:
            for number, (indent, line) in enumerate(printed_lines(REPORT[5:7])):
                put(80 + indent, 700 - 20 * number, line)

        return canvas_of(draw, encrypt=pdfencrypt.StandardEncryption(password, "owner", strength=128))

    def test_a_password_is_asked_for(self) -> None:
        assert read(self.locked("")) == REPORT[5:7]  # anyone may open it
        with pytest.raises(RejectedReport, match="password"):
            read_pdf(self.locked("secret"), "x")

    @pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99])
    def test_a_file_cut_off_is_rejected(self, share: float) -> None:
        data = platypus(BLOCKS)
        with pytest.raises(RejectedReport, match=r"2020\.pdf is damaged"):
            read_pdf(data[: int(share * len(data))], "2020.pdf")

    def test_a_damaged_page_is_flagged_and_the_others_are_read(self) -> None:
        data = platypus(BLOCKS)
        place = data.index(b"stream", 2000) + 20
        found = read_pdf(data[:place] + b"\0" * 300 + data[place + 300 :], "x")
        assert found.flags == ("damaged",)
        assert len(found.text) > 1000

    def test_too_many_pages(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        set_limits(monkeypatch, tmp_path, pages=2)
        with pytest.raises(RejectedReport, match="3 pages"):
            read_pdf(platypus(BLOCKS), "x")

    def test_blank_pages(self) -> None:
        with pytest.raises(RejectedReport, match="nothing on its pages"):
            read_pdf(canvas_of(lambda canvas, put: None), "x")

    def test_pictures_without_the_extra_say_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ocr, "is_installed", lambda: False)
        with pytest.raises(RejectedReport, match="no text layer") as caught:
            read_pdf(writers.pictures_of(platypus(BLOCKS), 1), "x")
        assert "duixian[ocr]" in caught.value.remedy

    def test_some_pictures_without_the_extra_cost_only_themselves(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def draw(canvas: Canvas, put: Put) -> None:
            for texts in (REPORT[3:6], REPORT[6:9]):
                for number, (indent, line) in enumerate(printed_lines(texts)):
                    put(80 + indent, 780 - 20 * number, line)
                canvas.showPage()
            canvas.drawInlineImage(writers.images_of(platypus(BLOCKS), 1)[0], 0, 0, *A4)

        monkeypatch.setattr(ocr, "is_installed", lambda: False)
        found = read_pdf(canvas_of(draw), "x")
        assert (found.text.split("\n"), found.flags) == (REPORT[3:9], ("damaged",))

    def test_a_font_that_tells_nothing_needs_ocr(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Private characters, and common ones in the place of others, are no text layer."""
        monkeypatch.setattr(ocr, "is_installed", lambda: False)
        for change in (lambda code: 0xE000 + code % 500, lambda code: code + 3000 if code > 0x4E00 else code):
            sheets = [pdf.Sheet(1, 600, 800, [])]
            garbled = "".join(chr(change(ord(character))) for character in "".join(PROSE))
            sheets[0].glyphs = [
                pdf.Glyph(character, 12.0 * (place % 40), 12.0 * (place % 40) + 12, 20.0 * (place // 40), 12)
                for place, character in enumerate(garbled)
            ]
            monkeypatch.setattr(pdf, "sheet_of", lambda document, index, sheets=sheets: sheets[0])
            monkeypatch.setattr(pdf.SecondReader, "glyphs", lambda self, number: None)
            with pytest.raises(RejectedReport, match="do not tell"):
                read_pdf(canvas_of(lambda canvas, put: put(9, 9, "一")), "x")


SMALL = drawn(set_in_columns(PROSE[:6], 2))


@given(
    st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.binary(min_size=1, max_size=12)), max_size=6), st.booleans()
)
def test_no_damage_breaks_the_reader(changes: list[tuple[int, bytes]], insert: bool) -> None:
    data = SMALL
    for place, noise in changes:
        data = data[:place] + noise + data[place + (0 if insert else len(noise)) :]
    reads_or_rejects(data)


@given(st.binary(max_size=400))
@settings(max_examples=50, deadline=None)
def test_no_bytes_break_the_reader(noise: bytes) -> None:
    reads_or_rejects(noise)
    reads_or_rejects(b"%PDF-1.7\n" + noise + b"\n%%EOF")


def reads_or_rejects(data: bytes) -> None:
    try:
        with mock.patch.object(ocr, "is_installed", return_value=False):  # it would take minutes
            found: Decoded = read_pdf(data, "x")
        found.text.encode()
        assert all(0 <= line.char_start < len(found.text) for line in found.lines)
    except RejectedReport as error:
        assert error.reason
        assert error.remedy
