"""Writers of files for the tests of readers: Word, Excel, OpenDocument, zip, each made here."""

import io
import signal
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import yaml
from docx import Document

from pipelines.formats import limits as limits_module
from pipelines.formats.limits import limits

PROSE = (
    "各位代表：\r\n　　现在我代表市人民政府向大会报告工作。\r\n"
    "去年，全市经济平稳增长，生产总值增长5.2%，新建学校12所，城镇新增就业3万人。\r\n"
)


def set_limits(monkeypatch: pytest.MonkeyPatch, folder: Path, **changed: int) -> None:
    """Let other limits hold for a test."""
    values = {field.name: getattr(limits(), field.name) for field in fields(limits())} | changed
    path = folder.parent / f"{folder.name}-limits.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    limits_module.load.cache_clear()
    monkeypatch.setattr(limits_module, "PATH", path)


def heed_ctrl_c() -> None:
    """Called in a new process: a shell that works in the background lets those that it starts ignore the signal."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def zip_of(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return buffer.getvalue()


def zip_with_raw_names(members: Mapping[bytes, bytes]) -> bytes:
    """A zip whose names are bytes in any encoding, without the mark of UTF-8, as on Windows."""
    stand_ins = {f"{index:0{len(name)}d}": (name, data) for index, (name, data) in enumerate(members.items())}
    packed = zip_of({stand_in: data for stand_in, (_, data) in stand_ins.items()}, zipfile.ZIP_STORED)
    for stand_in, (name, _) in stand_ins.items():
        packed = packed.replace(stand_in.encode(), name)
    return packed


def with_field(packed: bytes, offset: int, form: str, value: int) -> bytes:
    """A zip of one member with a number in its directory's entry changed."""
    place = packed.rindex(b"PK\x01\x02") + offset
    return packed[:place] + struct.pack(form, value) + packed[place + struct.calcsize(form) :]


def repacked(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A zip with each member changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return zip_of({name: change(name, old.read(name)) for name in old.namelist()})


def docx_of(*lines: str) -> bytes:
    """A Word file of these paragraphs."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def odt_of(body: str, **more: str) -> bytes:
    """An OpenDocument text with this XML as its body."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "draw")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:text>{body}'
        "</office:text></office:body></office:document-content>"
    )
    members = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    return zip_of(members | {name.replace("__", "/").replace("_xml", ".xml"): value for name, value in more.items()})


def rtf_of(*paragraphs: str, fonts: str = "", gbk: bool = True) -> bytes:
    """A rich text file, its Chinese in GBK as Word writes it, or as numbers of characters."""
    page = "\\ansicpg936\\deff0" if gbk else "\\ansicpg1252\\deff0"
    table = fonts or "{\\fonttbl{\\f0\\fnil\\fcharset134 \\'cb\\'ce\\'cc\\'e5;}}"
    lines = [(as_gbk if gbk else as_numbers)(paragraph) for paragraph in paragraphs]
    return ("{\\rtf1\\ansi" + page + table + "\\pard " + "\\par ".join(lines) + "\\par}").encode("ascii")


def as_gbk(text: str) -> str:
    """Characters above ASCII as bytes of GBK."""
    return "".join(
        character if character.isascii() else "".join(f"\\'{byte:02x}" for byte in character.encode("gbk"))
        for character in text
    )


def as_numbers(text: str) -> str:
    """Characters above ASCII as signed 16-bit numbers."""
    units = struct.unpack(f"<{len(text.encode('utf-16-le')) // 2}h", text.encode("utf-16-le"))
    return "".join(chr(unit) if 0 <= unit < 128 else f"\\u{unit}?" for unit in units)


NS = "http://schemas.openxmlformats.org"


def xlsx_of(
    rows: Sequence[Sequence[str | int | None]],
    sheet: str = "报告",
    cells: str = "",
    more: Mapping[str, bytes | str] | None = None,
) -> bytes:
    """An Excel workbook of one sheet, numbers as numbers; `cells` is XML of more rows, `more` are other members."""
    lines = []
    for number, row in enumerate(rows, 1):
        line = ""
        for column, cell in enumerate(row):
            place = f"{chr(65 + column)}{number}"
            if isinstance(cell, int):
                line += f'<c r="{place}"><v>{cell}</v></c>'
            elif cell is not None:
                line += f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        lines.append(f'<row r="{number}">{line}</row>')
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    relations = f"{NS}/officeDocument/2006/relationships"
    return zip_of(
        {
            "[Content_Types].xml": f'{head}<Types xmlns="{NS}/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
            "_rels/.rels": f'{head}<Relationships xmlns="{NS}/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'{head}<workbook xmlns="{NS}/spreadsheetml/2006/main" xmlns:r="{relations}">'
            f'<sheets><sheet name="{escape(sheet)}" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="{NS}/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{NS}/spreadsheetml/2006/main"><sheetData>'
            f"{''.join(lines)}{cells}</sheetData></worksheet>",
        }
        | dict(more or {})
    )
