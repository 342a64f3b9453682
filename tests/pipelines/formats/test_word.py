"""Word files: paragraphs and tables in order, and nothing that hides in one does harm."""

import io

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from hypothesis import given
from hypothesis import strategies as st

from pipelines.formats import RejectedReport
from pipelines.formats.word import read_docx
from tests.packing import docx_of, repacked

DAMAGED = docx_of("各位代表")


def test_paragraphs_and_tables_keep_their_order() -> None:
    document = Document()
    document.add_paragraph("一、去年工作回顾")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("指标", "增速", "生产总值\n（初步）", "5%"), strict=True):
        cell.text = text
    document.add_paragraph("二、今年工作安排")
    buffer = io.BytesIO()
    document.save(buffer)
    decoded = read_docx(buffer.getvalue(), "x")
    assert decoded.text.split("\n") == ["一、去年工作回顾", "指标\t增速", "生产总值 （初步）\t5%", "二、今年工作安排"]
    assert decoded.encoding is None


def test_raised_numbers_how_a_character_is_spoken_and_notes() -> None:
    def change(name: str, data: bytes) -> bytes:
        if name != "word/document.xml":
            return data
        raised = b'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>12</w:t></w:r>'
        spoken, written = (f"<w:r><w:t>{text}</w:t></w:r>" for text in ("lù", "甪"))
        ruby = f"<w:r><w:ruby><w:rt>{spoken}</w:rt><w:rubyBase>{written}</w:rubyBase></w:ruby></w:r>"
        return data.replace(b"</w:p>", raised + ruby.encode() + b"</w:p>", 1)

    assert read_docx(repacked(docx_of("四好农村路", "第二段"), change), "x").text == "四好农村路¹²甪\n第二段"

    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    note = "<w:footnote><w:p><w:r><w:t>注：初步核算数。</w:t></w:r></w:p></w:footnote>"
    notes = f"<w:footnotes {space}><w:footnote><w:p/></w:footnote>{note}</w:footnotes>"
    document = Document()
    document.add_paragraph("正文")
    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    buffer = io.BytesIO()
    document.save(buffer)
    assert read_docx(buffer.getvalue(), "x").text == "正文\n注：初步核算数。"


def test_what_wraps_text_hides_none_of_it() -> None:
    def wrap(name: str, data: bytes) -> bytes:
        if name != "word/document.xml":
            return data
        data = data.replace(b"<w:p>", b"<w:sdt><w:sdtContent><w:p>", 1)
        return data.replace(b"</w:p>", b"</w:p></w:sdtContent></w:sdt>", 1)

    assert read_docx(repacked(docx_of("第一段", "第二段"), wrap), "x").text == "第一段\n第二段"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no zip at all", "damaged"),
        (docx_of("正文")[:-200], "damaged"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "password"),
        (repacked(docx_of("正文"), lambda name, data: data.replace(b"<w:body", b"<w:bod")), "damaged"),
    ],
)
def test_damaged_files(data: bytes, words: str) -> None:
    with pytest.raises(RejectedReport, match=words):
        read_docx(data, "x")


def test_a_zip_bomb_is_refused() -> None:
    bomb = repacked(docx_of("正文"), lambda name, data: data + b" " * 4_000_000)
    with pytest.raises(RejectedReport, match="unpacks to far more"):
        read_docx(bomb, "x")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding: str) -> None:
    xml = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'.encode(encoding)
    evil = repacked(docx_of("正文"), lambda name, data: xml if name == "word/document.xml" else data)
    with pytest.raises(RejectedReport, match="entities"):
        read_docx(evil, "x")


@given(data=st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with pytest.raises(RejectedReport):
        read_docx(data, "x")


@given(st.integers(0, 40_000), st.integers(0, 255))
def test_no_damage_breaks_the_reader(place: int, value: int) -> None:
    data = bytearray(DAMAGED)
    data[place % len(data)] = value
    try:
        read_docx(bytes(data), "x")
    except RejectedReport as error:
        assert error.reason
