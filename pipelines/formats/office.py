"""Other word processors' files: rtf, odt, and the old binary doc and wps, which a converter on this machine reads."""

import contextlib
import io
import os
import re
import shutil
import signal
import subprocess  # only fixed commands, without a shell
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from striprtf.striprtf import font_table_group, rtf_to_text

from pipelines.formats import Decoded, RejectedReport
from pipelines.formats.archive import check_package, damaged_package
from pipelines.formats.limits import limits
from pipelines.formats.text import DAMAGED, decoded
from pipelines.formats.word import read_docx

# --- Rich text ---------------------------------------------------------------------------------------------------

MAX_RTF = 20_000_000  # characters of markup without pictures; a report's rtf has less than 2 million
MAX_FONTS = 5000
GBK_PAGES = ("936", "54936")
FIRST_PART = 4000  # characters in which the code page is declared

PICTURE_DATA = re.compile(r"[0-9A-Fa-f\r\n]{1000,}")
FONT = re.compile(r"\{[^{}]{0,40}\\f(\d{1,6})(?=[^\d])[^{}]{0,200}")
CHARSET = re.compile(r"\\fcharset(\d{1,3})")
CODE_PAGE = re.compile(r"\\ansicpg(\d{1,5})")
HALVES = re.compile(r"((?:\\'[0-9a-fA-F]{2})+)([@-\[\]-z|~])?")  # bytes, and what can be the second of a pair
TABLE_MARKS = re.compile(r"(\\(?:nest)?cell|\\trowd|\\row)(?![a-z])")
LINE_ENDS = re.compile(r"\\(?:par|line)(?![a-z]) ?")


def read_rtf(data: bytes, relative: str) -> Decoded:
    """The text of a rich text file, also of one whose Chinese is in GBK; a row of a table is a line, with tabs."""
    markup = decoded(data, "gb18030") or data.decode("latin-1")  # bytes above ASCII stand there only by mistake
    markup = PICTURE_DATA.sub("", markup)
    if len(markup) > MAX_RTF:
        raise RejectedReport(f"{relative} holds far more than a report can.", "Save the report's text alone as docx.")
    page = CODE_PAGE.search(markup[:FIRST_PART])
    gbk = page is not None and page[1] in GBK_PAGES
    try:
        prepared = plain_markup(markup, gbk)
        encoding = "gb18030" if gbk else "cp1252"
        flags: tuple[str, ...] = ()
        try:
            text = rtf_to_text(prepared, encoding=encoding)
        except UnicodeDecodeError:
            text, flags = rtf_to_text(prepared, encoding=encoding, errors="replace"), (DAMAGED,)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # \u writes pairs one by one
    except Exception as error:  # striprtf raises many kinds on a damaged file
        raise RejectedReport(
            f"{relative} is damaged or no rich text file.", "Open it in a word processor and save it again as docx."
        ) from error
    return Decoded("\n".join(line.rstrip("\t") for line in text.removesuffix("\n").split("\n")), flags=flags)


def plain_markup(markup: str, gbk: bool) -> str:
    """Markup that striprtf reads rightly, and in a time that does not grow faster than it."""
    group = font_table_group(markup)
    fonts = dict(list(charsets(group).items())[:MAX_FONTS])
    # in a GBK document Word writes Chinese in Latin fonts too
    table = "".join(
        f"{{\\f{number}\\fcharset{134 if gbk and charset == '0' else charset} x;}}" for number, charset in fonts.items()
    )
    if group:
        markup = markup.replace(group, f"{{\\fonttbl{table}}}", 1)
    if gbk:
        markup = HALVES.sub(whole_pairs, markup)
    pieces = TABLE_MARKS.split(markup)
    for place in range(1, len(pieces), 2):
        if pieces[place].endswith("cell"):
            pieces[place] = r"\tab"
            if r"\intbl" in pieces[place - 1]:
                pieces[place - 1] = LINE_ENDS.sub(" ", pieces[place - 1])
    return re.sub(r"\\fldinst\s*\{", r"\\fldinst {", "".join(pieces))  # striprtf's pattern of links backtracks


def charsets(group: str) -> dict[str, str]:
    """Font number → character set, of a font table."""
    found = {}
    for entry in FONT.finditer(group):
        if charset := CHARSET.search(entry[0]):
            found[entry[1]] = charset[1]
    return found


def whole_pairs(match: re.Match[str]) -> str:
    """The bytes of GBK characters, and as a byte too the second one of the last, where it is printed as a letter."""
    data = bytes.fromhex(match[1].replace("\\'", ""))
    place = 0
    while place < len(data):
        place += 2 if data[place] > 0x80 else 1
    if place > len(data) and match[2]:
        return f"{match[1]}\\'{ord(match[2]):02x}"
    return match[0]


# --- OpenDocument ------------------------------------------------------------------------------------------------

OFFICE, TEXT, TABLE = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "text", "table"))
PARAGRAPHS = {f"{TEXT}p", f"{TEXT}h"}
# What is deleted, or said about the text; notes stand at the end of the text.
UNSEEN = {f"{TEXT}tracked-changes", f"{OFFICE}annotation", f"{TEXT}note", f"{OFFICE}forms", f"{TEXT}sequence-decls"}
MAX_SPACES = 1000  # that one element may stand for


def read_odt(data: bytes, relative: str) -> Decoded:
    """The text of an OpenDocument text: a line for each paragraph and each row of a table, notes at the end."""
    check_package(data, relative, "odt", limits().unpacked_bytes)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            manifest = package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in package.namelist() else b""
            content = package.read("content.xml")
        if b"encryption-data" in manifest:
            raise RejectedReport(f"{relative} is encrypted.", "Save it as odt without a password.")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        body = etree.fromstring(content, parser).find(f"{OFFICE}body/{OFFICE}text")
        lines = list(odt_lines(body))
        for note in body.iter(f"{TEXT}note-body"):
            lines += odt_lines(note)
        return Decoded("\n".join(lines))
    except RejectedReport:
        raise
    except Exception as error:  # zipfile and lxml raise many kinds on a damaged file
        raise damaged_package(relative, "odt") from error


def odt_lines(element: Any) -> Iterator[str]:
    """The lines of a body, a section, a list or a cell, in order."""
    for child in element.iterchildren("*"):
        if child.tag in PARAGRAPHS:
            yield "".join(odt_text(child))
        elif child.tag == f"{TABLE}table":
            for row in child.iter(f"{TABLE}table-row"):
                if next(row.iterancestors(f"{TABLE}table")) is child:
                    cells = (cell for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"))
                    yield "\t".join(" ".join(" ".join(odt_lines(cell)).split()) for cell in cells).rstrip("\t")
        elif child.tag not in UNSEEN:
            yield from odt_lines(child)


def odt_text(element: Any) -> Iterator[str]:
    """The pieces of text of a paragraph."""
    yield element.text or ""
    for child in element.iterchildren():
        if child.tag == f"{TEXT}s":
            count = child.get(f"{TEXT}c", "1")
            yield " " * min(int(count) if count.isdecimal() else 1, MAX_SPACES)
        elif child.tag == f"{TEXT}tab":
            yield "\t"
        elif child.tag == f"{TEXT}line-break":
            yield "\n"
        elif isinstance(child.tag, str) and child.tag not in UNSEEN:
            if child.tag in PARAGRAPHS:  # of a text box
                yield "\n"
            yield from odt_text(child)
        yield child.tail or ""


# --- Old binary files --------------------------------------------------------------------------------------------

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks"><value>true</value></prop>
</item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link"><value>2</value></prop></item>
</oor:items>
"""  # no macros, and nothing that a document points to is fetched
NO_PROXY = "http://127.0.0.1:9"  # nothing listens there


def read_doc(data: bytes, relative: str) -> Decoded:
    """The text of an old Word or WPS file through a converter; raises RejectedReport where none is installed."""
    for command, convert in CONVERTERS:
        if program := shutil.which(command):
            with tempfile.TemporaryDirectory(prefix="duixian-") as folder:
                source = Path(folder) / "report.doc"
                source.write_bytes(data)
                return convert(program, source, relative)
    raise RejectedReport(
        f"{relative} is an old Word or WPS file, and no program that reads such files is installed.",
        "Open it and save it as docx, or install LibreOffice, antiword or catdoc.",
    )


def by_office(program: str, source: Path, relative: str) -> Decoded:
    """Let LibreOffice make a docx of it, with a profile of its own, and read that."""
    folder = source.parent
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    run(
        [
            program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo",
            "--nodefault", "--nolockcheck", "--convert-to", "docx", "--outdir", str(folder / "made"), str(source),
        ],
        folder, relative,
    )  # fmt: skip
    made = folder / "made" / "report.docx"
    if not made.is_file():
        raise not_converted(relative)
    if made.stat().st_size > limits().bytes:
        raise RejectedReport(f"{relative} holds far more than a report can.", "Save the report's text alone as docx.")
    return read_docx(made.read_bytes(), relative)


def by_antiword(program: str, source: Path, relative: str) -> Decoded:
    """Let antiword print it: a line for each paragraph, and for each line of a table's row."""
    found = printed([program, "-m", "UTF-8.txt", "-w", "0", str(source)], source.parent, relative)
    return Decoded("\n".join(row_of(line) if line.startswith("|") else line for line in found.text.split("\n")))


def row_of(line: str) -> str:
    """A row of a table as antiword prints it, `|a  |b  |`, with tabs."""
    return "\t".join(cell.strip() for cell in line.strip().strip("|").split("|"))


def by_catdoc(program: str, source: Path, relative: str) -> Decoded:
    """Let catdoc print it, a line for each paragraph."""
    return printed([program, "-d", "utf-8", "-w", str(source)], source.parent, relative)


CONVERTERS = (("soffice", by_office), ("libreoffice", by_office), ("antiword", by_antiword), ("catdoc", by_catdoc))


def printed(command: list[str], folder: Path, relative: str) -> Decoded:
    """What a converter prints, in UTF-8."""
    text = decoded(run(command, folder, relative), "utf-8")
    if not text or not text.strip():
        raise not_converted(relative)
    return Decoded(text)


def run(command: list[str], folder: Path, relative: str) -> bytes:
    """Run a converter in a folder of its own, with all that it starts; what it prints.

    Raises:
        RejectedReport: it took too long, printed too much, or could not read the file.
    """
    output = folder / "printed"
    environment = {name: value for name in ("PATH", "LANG", "SystemRoot") if (value := os.environ.get(name))}
    environment |= {"HOME": str(folder), "TMPDIR": str(folder), "http_proxy": NO_PROXY, "https_proxy": NO_PROXY}
    with output.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            code = process.wait(limits().converter_seconds)
        except subprocess.TimeoutExpired as error:
            raise RejectedReport(
                f"{relative} took the converter more than {limits().converter_seconds} seconds.",
                "Open it and save it as docx.",
            ) from error
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if code or output.stat().st_size > limits().bytes:
        raise not_converted(relative)
    return output.read_bytes()


def not_converted(relative: str) -> RejectedReport:
    """The rejection of a file that a converter could not make anything of."""
    return RejectedReport(
        f"{relative} is damaged, protected by a password, or no Word file: the converter could not read it.",
        "Open it in a word processor and save it as docx.",
    )
