"""The ending that a file is put under: by its first bytes, then by what it is said to be, never by its address."""

import io
import re
import zipfile

MAGIC = (
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MEMBERS = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("content.xml", "odt"))  # what a zip is, by one
HTML = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?:\s|(?><!--.*?-->)|<\?[^>]{0,200}\?>)*+<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
CONTENT_TYPES = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "txt",
    "text/markdown": "md",
    "text/csv": "csv",
    "application/pdf": "pdf",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "application/zip": "zip",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/tiff": "tif",
}
SAME = {"htm": "html", "xhtml": "html", "jpeg": "jpg", "tiff": "tif", "markdown": "md", "text": "txt"}
OFFICE = ("doc", "wps")  # both are OLE files
PLAIN = "txt"


def of_content_type(value: str) -> str:
    """The ending for a Content-Type header; empty where it says nothing that is known."""
    return CONTENT_TYPES.get(value.partition(";")[0].strip().lower(), "")


def of_name(name: str) -> str:
    """The ending of a file's name, as it is usually spelt; empty where it has none that is plain."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return SAME.get(ending, ending) if re.fullmatch(r"[a-z0-9]{1,5}", ending) else ""


def ending(data: bytes, said: str) -> str:
    """The ending for a file.

    Args:
        data: its bytes.
        said: the ending that its name or the server gives it; empty for none.
    """
    found = of_bytes(data)
    if found == "doc" and said in OFFICE:
        return said
    return found or said or PLAIN


def of_bytes(data: bytes) -> str:
    """What the bytes say themselves; empty for plain text, and for whatever has no mark of its own."""
    for mark, name in MAGIC:
        if data.startswith(mark):
            return name
    if data.startswith(OLE):
        return "doc"
    if data.startswith(b"PK\x03\x04"):
        return of_zip(data)
    return "html" if HTML.match(data[:4096].replace(b"\0", b"")) else ""


def of_zip(data: bytes) -> str:
    """What a zip holds; empty where it is damaged, and whoever reads it says so."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except Exception:  # zipfile raises many kinds on a damaged file
        return ""
    return next((name for member, name in MEMBERS if member in names), "zip")
