"""What a file really is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.formats.kinds import KINDS, agrees, kind_of
from tests.packing import PROSE, docx_of, odt_of, rtf_of, xlsx_of, zip_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
FILES = {
    "pdf": b"\xef\xbb\xbf%PDF-1.7\n",
    "docx": docx_of("正文"),
    "odt": odt_of("<text:p>正文</text:p>"),
    "xlsx": xlsx_of([["正文"]]),
    "ofd": zip_of({"OFD.xml": "<ofd/>"}),
    "epub": zip_of({"mimetype": "application/epub+zip"}),
    "zip": zip_of({"1.txt": PROSE}),
    "doc": OLE + "WordDocument".encode("utf-16-le"),
    "xls": OLE + "Workbook".encode("utf-16-le"),
    "encrypted": OLE + "EncryptedPackage".encode("utf-16-le"),
    "ole": OLE,
    "rtf": rtf_of("正文"),
    "html": b"\xef\xbb\xbf <!-- saved --> <?x y?>\r\n<!DOCTYPE html PUBLIC><html>",
    "mht": b"From: <saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x",
    "xml": b'<?xml version="1.0"?><a/>',
    "jpg": b"\xff\xd8\xff\xe0",
    "png": b"\x89PNG\r\n\x1a\n",
    "rar": b"Rar!\x1a\x07\x01\x00",
    "bmp": b"BM\x0a\0\0\0ABCD",
}


@pytest.mark.parametrize("kind", FILES)
def test_files_are_told_by_what_they_hold(kind: str) -> None:
    assert kind_of(FILES[kind]) == kind
    assert kind in KINDS


@pytest.mark.parametrize(
    "data",
    [
        PROSE.encode(), PROSE.encode("gb18030"), PROSE.encode("utf-16"), b"", b"<p>a line of Markdown</p>", b"BMW",
        FILES["docx"][:-100], b"# <html> in a heading", b"<!-- a --> " * 2000,
    ],
)  # fmt: skip
def test_plain_text_and_what_is_broken_have_no_kind(data: bytes) -> None:
    assert kind_of(data) is None


def test_a_page_in_utf_16_is_one() -> None:
    assert kind_of("<html><body>正文</body></html>".encode("utf-16")) == "html"


def test_endings_that_a_kind_may_bear() -> None:
    assert agrees("wps", "doc")
    assert agrees("htm", "html")
    assert agrees("docx", "docx")
    assert not agrees("docx", "doc")
    assert not agrees("txt", "html")


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", OLE[:8], b"<?xml", b"<!--", b"\xff\xfe"]))
def test_no_bytes_break_it(data: bytes, start: bytes) -> None:
    assert kind_of(start + data) in (None, *KINDS)
