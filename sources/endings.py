"""The ending that a file is put under: by its first bytes, then by what it is said to be, never by its address."""

import re

from pipelines.formats.kinds import agrees, kind_of

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
OFFICE = ("ole", "encrypted")  # of which the bytes do not tell the program
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
    kind = kind_of(data)
    if kind in OFFICE:
        return said or "doc"
    return said or PLAIN if kind is None or agrees(said, kind) else kind
