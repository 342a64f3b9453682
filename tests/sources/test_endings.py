"""The ending of a file: its bytes decide, then what it is said to be."""

import io
import zipfile

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from sources import endings
from tests.packing import odt_of
from tests.sources.prose import plain, web_page


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return buffer.getvalue()


def word_file() -> bytes:
    buffer = io.BytesIO()
    Document().save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "said", "ending"),
    [
        (plain(2024), "", "txt"),
        (plain(2024), "txt", "txt"),
        (plain(2024), "md", "md"),
        (plain(2024), "html", "html"),  # a fragment of a page has no mark of its own
        (web_page(2024), "txt", "html"),
        (web_page(2024), "pdf", "html"),
        (b"\xef\xbb\xbf\r\n<!-- x -->\n<HTML>", "", "html"),
        ("<html>".encode("utf-16"), "", "html"),
        (b"<htmlx>", "", "txt"),
        (b"%PDF-1.7", "html", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "docx", "doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "wps", "wps"),
        (b"{\\rtf1", "doc", "rtf"),
        (b"\x89PNG\r\n\x1a\n", "jpg", "png"),
        (word_file(), "doc", "docx"),
        (zipped("xl/workbook.xml"), "", "xlsx"),
        (odt_of("发展"), "", "odt"),
        (zipped("2024.txt"), "", "zip"),
        (b"PK\x03\x04 broken", "docx", "docx"),
        (b"", "", "txt"),
    ],
)
def test_bytes_decide(data: bytes, said: str, ending: str) -> None:
    assert endings.ending(data, said) == ending


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.TXT", "txt"), ("a.htm", "html"), ("a.jpeg", "jpg"), ("a", ""), ("a.", ""), ("报告.docx", "docx"),
        ("a.b/c", ""), ("x.\x1b[2J", ""), ("x.tar.gz", "gz"), ("x.政府", ""),
    ],
)  # fmt: skip
def test_the_ending_of_a_name(name: str, ending: str) -> None:
    assert endings.of_name(name) == ending


@pytest.mark.parametrize(
    ("value", "ending"),
    [
        ("text/html; charset=gb2312", "html"), (" TEXT/PLAIN", "txt"), ("application/pdf", "pdf"), ("", ""),
        ("x/../../y", ""), ("application/octet-stream", ""),
    ],
)  # fmt: skip
def test_the_ending_of_a_content_type(value: str, ending: str) -> None:
    assert endings.of_content_type(value) == ending


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"<", b"<!--", b"<?xml "]), st.text(max_size=30))
def test_an_ending_is_always_plain(data: bytes, start: bytes, name: str) -> None:
    found = endings.ending(start + data, endings.of_name(name))
    assert found.isascii()
    assert found.isalnum()
