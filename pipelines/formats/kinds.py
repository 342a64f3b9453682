"""What a file really is, by its first bytes: names lie, and people rename files rather than convert them."""

import re

from pipelines.formats.archive import Source, directory

KINDS = {  # the ending that such a file should bear → what messages call it
    "pdf": "a PDF",
    "docx": "a Word file (docx)",
    "odt": "an OpenDocument text (odt)",
    "xlsx": "an Excel workbook (xlsx)",
    "pptx": "a presentation",
    "ofd": "an OFD document",
    "epub": "an e-book (epub)",
    "zip": "a zip archive",
    "doc": "an old Word file (doc)",
    "xls": "an old Excel workbook (xls)",
    "encrypted": "a document protected by a password",
    "ole": "a document of an old office program",
    "rtf": "a rich text file (rtf)",
    "html": "a web page (html)",
    "mht": "a web archive (mht)",
    "xml": "an XML document",
    "jpg": "an image (jpg)",
    "png": "an image (png)",
    "gif": "an image (gif)",
    "tif": "an image (tif)",
    "webp": "an image (webp)",
    "bmp": "an image (bmp)",
    "rar": "a RAR archive",
    "7z": "a 7z archive",
    "gz": "a gzip archive",
    "caj": "a CAJ document",
}
SAME = {"md": "txt", "wps": "doc", "htm": "html", "xhtml": "html", "jpeg": "jpg", "tiff": "tif", "mhtml": "mht"}

OPENINGS = (
    (b"{\\rtf", "rtf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gz"),
    (b"CAJ\0", "caj"),
    (b"HN\0\0", "caj"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STREAMS = (("EncryptedPackage", "encrypted"), ("WordDocument", "doc"), ("Workbook", "xls"))  # of an OLE file
MEMBERS = (  # that tell what a zip is
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
    ("OFD.xml", "ofd"),
)
MIMETYPES = {b"application/vnd.oasis.opendocument.text": "odt", b"application/epub+zip": "epub"}
MARKUP = re.compile(
    rb"(?:\s|\xef\xbb\xbf|(?><!--.*?-->)|<\?[^>]{0,200}\?>)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\s")
MHT = re.compile(rb"\s*(?:From:|MIME-Version:)[^\0]{0,2000}Content-Type:\s*multipart/related", re.I)
START = 4096  # bytes that tell what a file is


def kind_of(data: bytes) -> str | None:
    """The key of `KINDS` for what a file is; None for plain text, and for whatever has no mark of its own."""
    start = data[:START]
    for opening, kind in OPENINGS:
        if start.startswith(opening):
            return kind
    if b"%PDF-" in start[:1024]:
        return "pdf"
    if start.startswith(b"PK\x03\x04"):
        return kind_of_zip(data)
    if start.startswith(OLE):
        return next((kind for name, kind in STREAMS if name.encode("utf-16-le") in data), "ole")
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "webp"
    if start.startswith(b"BM") and int.from_bytes(start[2:6], "little") == len(data):
        return "bmp"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", "ignore").encode()
    if MHT.match(start):
        return "mht"
    if MARKUP.match(start):
        return "html"
    return "xml" if XML.match(start) else None


def kind_of_zip(data: bytes) -> str | None:
    """What a zip holds; None where it is damaged."""
    try:
        with directory(Source(data, "a zip")) as package:
            names = set(package.namelist())
            for name, kind in MEMBERS:
                if name in names:
                    return kind
            if "mimetype" in names:
                with package.open("mimetype") as member:
                    return MIMETYPES.get(member.read(100).strip(), "zip")
            return "zip"
    except Exception:  # zipfile raises many kinds on a damaged file
        return None


def agrees(ending: str, kind: str) -> bool:
    """Whether a file of this kind may bear this ending."""
    return SAME.get(ending, ending) == kind
