"""Rich text, OpenDocument, and old Word files through whatever converter is installed."""

import os
import shutil
import stat
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.formats import RejectedReport
from pipelines.formats.office import read_doc, read_odt, read_rtf
from tests.packing import docx_of, odt_of, rtf_of, set_limits, zip_of

LINES = ("政府工作报告", "各位代表：现在我代表市人民政府向大会报告工作。", "全市生产总值增长5.2%左右，新建学校12所。")


class TestRichText:
    @pytest.mark.parametrize("gbk", [True, False])
    def test_paragraphs_in_gbk_or_as_numbers(self, gbk: bool) -> None:
        assert read_rtf(rtf_of(*LINES, gbk=gbk), "x").text == "\n".join(LINES)

    def test_chinese_in_a_latin_font_of_a_gbk_document(self) -> None:
        fonts = "{\\fonttbl{\\f0\\froman\\fcharset0 Times New Roman;}{\\f1\\fnil\\fcharset134 SimSun;}}\\f0"
        assert read_rtf(rtf_of(*LINES, fonts=fonts), "x").text == "\n".join(LINES)

    def test_a_second_byte_that_is_printed_as_a_letter(self) -> None:
        whole = rtf_of("镕基丂丄两", "a丂b")
        assert b"\\'81\\'40" in whole
        assert read_rtf(whole.replace(b"\\'81\\'40", b"\\'81@"), "x").text == "镕基丂丄两\na丂b"

    def test_bytes_that_nobody_escaped(self) -> None:
        raw = rtf_of("报告").replace(rb"\'b1\'a8\'b8\'e6", "报告".encode("gbk"))
        assert "报告".encode("gbk") in raw
        assert read_rtf(raw, "x").text == "报告"

    def test_characters_beyond_the_first_plane(self) -> None:
        assert read_rtf(rtf_of("𠮷野", gbk=False), "x").text == "𠮷野"

    def test_a_row_of_a_table_is_a_line(self) -> None:
        row = "\\trowd\\cellx1\\cellx2\\pard\\intbl {}\\cell {}\\cell\\row"
        table = row.format("name", "growth") + row.format("GDP\\par (first)", "5%")
        data = rtf_of("x").replace(b"\\par}", f"\\par {table}\\pard end\\par}}".encode())
        assert read_rtf(data, "x").text.split("\n") == ["x", "name\tgrowth", "GDP (first)\t5%", "end"]

    def test_links_keep_their_words_and_pictures_leave_nothing(self) -> None:
        field = r'{\field{\*\fldinst{HYPERLINK "http://example.org/a"}}{\fldrslt{here}}}'
        picture = r"{\*\shppict{\pict\pngblip " + "89504e47" * 1000 + "}}"
        data = rtf_of("x").replace(b"\\par}", f" {field}{picture}\\par}}".encode())
        assert read_rtf(data, "x").text == "x here"

    def test_a_byte_without_its_second_is_a_flag(self) -> None:
        decoded = read_rtf(rtf_of("报告").replace(rb"\'e6", b""), "x")
        assert decoded.flags == ("damaged_characters",)
        assert decoded.text.startswith("报")

    @pytest.mark.parametrize(
        "body",
        [
            "{" * 200_000,
            r'{\field{\*\fldinst{HYPERLINK "a' * 20_000,
            r"{\fonttbl" + r"{\f0\fcharset" * 60_000,
            r"\'b4" * 100_001,
            r"\intbl\par\cell" * 40_000,
            r"\pict\bin99999999999999 x",
            r"\u99999999 \ansicpg99999 \uc" + "9" * 5000,
        ],
    )
    def test_markup_made_to_take_long_does_not(self, body: str) -> None:
        start = time.monotonic()
        try:
            read_rtf(b"{\\rtf1\\ansi" + body.encode(), "x")
        except RejectedReport as error:
            assert "damaged" in error.reason
        assert time.monotonic() - start < 10

    def test_more_markup_than_a_report_can_have(self) -> None:
        with pytest.raises(RejectedReport, match="far more"):
            read_rtf(b"{\\rtf1 " + b"\\par " * 5_000_000 + b"}", "x")

    @given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8))
    def test_no_damage_breaks_it(self, changes: list[tuple[int, int]]) -> None:
        data = bytearray(rtf_of(*LINES))
        for place, value in changes:
            data[place % len(data)] = value
        try:
            read_rtf(bytes(data), "x").text.encode()
        except RejectedReport as error:
            assert error.reason


class TestOpenDocument:
    def test_paragraphs_tables_and_notes(self) -> None:
        body = (
            "<text:tracked-changes><text:p>删去的</text:p></text:tracked-changes>"
            '<text:h>一、去年<text:span>工作</text:span>回顾</text:h><text:p>增长<text:s text:c="2"/>5%<text:tab/>左右'
            "<office:annotation><text:p>批注</text:p></office:annotation>"
            "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>注解</text:p></text:note-body>"
            "</text:note>。<text:line-break/>又一行</text:p>"
            "<text:list><text:list-item><text:p>列表</text:p></text:list-item></text:list>"
            "<table:table><table:table-row><table:table-cell><text:p>指标</text:p></table:table-cell>"
            "<table:table-cell><text:p>增速</text:p><text:p>（初步）</text:p></table:table-cell><table:table-cell"
            ' table:number-columns-repeated="16000"/></table:table-row></table:table>'
            "<text:section><text:p>结束<draw:frame><draw:text-box><text:p>框内</text:p></draw:text-box></draw:frame>"
            "</text:p></text:section>"
        )
        assert read_odt(odt_of(body), "x").text.split("\n") == [
            "一、去年工作回顾", "增长  5%\t左右。", "又一行", "列表", "指标\t增速 （初步）", "结束", "框内", "注解",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"no zip", "damaged or not an OpenDocument text"),
            (zip_of({"mimetype": "application/vnd.oasis.opendocument.text"}), "damaged"),
            (odt_of("<text:p>"), "damaged"),
            (odt_of("<text:p>x</text:p>", META_INF__manifest_xml="<a><b:encryption-data/></a>"), "is encrypted"),
            (odt_of("<text:p>x</text:p>", other_xml='<!DOCTYPE a [<!ENTITY e SYSTEM "file:///x">]><a/>'), "entities"),
            (odt_of("<text:p>x</text:p>" + " " * 20_000_000), "unpacks to far more"),
        ],
    )
    def test_what_is_wrong_is_said(self, data: bytes, words: str) -> None:
        with pytest.raises(RejectedReport, match=words):
            read_odt(data.replace(b"META_INF", b"META-INF"), "x")

    def test_spaces_are_not_multiplied_without_end(self) -> None:
        assert len(read_odt(odt_of('<text:p><text:s text:c="999999999"/></text:p>'), "x").text) == 1000


def converter(folder: Path, name: str, script: str) -> None:
    """A program of this name, the only one on the path; what it runs, it names in full."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that alone is searched for converters."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


CAT, CP, MKDIR, SLEEP = (shutil.which(name) for name in ("cat", "cp", "mkdir", "sleep"))


@pytest.mark.skipif(os.name != "posix", reason="the stand-ins for converters are shell scripts")
class TestOldWordFiles:
    DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)

    def test_without_a_converter_it_says_what_to_do(self, path: Path) -> None:
        with pytest.raises(RejectedReport, match=r"save it as docx, or install LibreOffice"):
            read_doc(self.DOC, "x")

    def test_libreoffice_makes_a_docx_in_a_folder_of_its_own(self, path: Path, tmp_path: Path) -> None:
        made, seen = tmp_path / "made.docx", tmp_path / "seen"
        made.write_bytes(docx_of(*LINES))
        seen.mkdir()
        converter(
            path, "soffice",
            f"""for last; do :; done
            echo "$@" > {seen}/arguments; echo "$HOME" > {seen}/home; {CP} "$last" {seen}/source
            {CP} profile/user/registrymodifications.xcu {seen}/settings; {MKDIR} made; {CP} {made} made/report.docx""",
        )  # fmt: skip
        assert read_doc(self.DOC, "x").text == "\n".join(LINES)
        arguments = (seen / "arguments").read_text()
        assert "--headless" in arguments
        assert "--convert-to docx" in arguments
        assert (seen / "source").read_bytes() == self.DOC
        assert "DisableMacrosExecution" in (seen / "settings").read_text()
        folder = Path(arguments.split()[-1]).parent
        assert (seen / "home").read_text().strip() == str(folder)
        assert not folder.exists()

    def test_antiword_prints_it(self, path: Path, tmp_path: Path) -> None:
        (tmp_path / "made.txt").write_text("\n".join((*LINES, "|指标   |增速  |")), encoding="utf-8")
        converter(path, "antiword", f"{CAT} {tmp_path}/made.txt")
        assert read_doc(self.DOC, "x").text == "\n".join((*LINES, "指标\t增速"))

    def test_catdoc_prints_it(self, path: Path, tmp_path: Path) -> None:
        (tmp_path / "made.txt").write_text("\n".join(LINES), encoding="utf-8")
        converter(path, "catdoc", f"{CAT} {tmp_path}/made.txt")
        assert read_doc(self.DOC, "x").text == "\n".join(LINES)

    @pytest.mark.parametrize(
        ("name", "script"),
        [("soffice", "exit 0"), ("soffice", "exit 1"), ("antiword", "exit 1"), ("antiword", "exit 0"),
         ("catdoc", r"printf '\377\377'")],
    )  # fmt: skip
    def test_what_a_converter_cannot_read_is_rejected(self, path: Path, name: str, script: str) -> None:
        converter(path, name, script)
        with pytest.raises(RejectedReport, match="the converter could not read it"):
            read_doc(self.DOC, "x")

    def test_a_converter_that_hangs_is_stopped_with_all_that_it_started(
        self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        set_limits(monkeypatch, tmp_path, converter_seconds=1)
        converter(path, "soffice", f"{SLEEP} 60 & {SLEEP} 60")
        start = time.monotonic()
        with pytest.raises(RejectedReport, match="more than 1 seconds"):
            read_doc(self.DOC, "x")
        assert time.monotonic() - start < 10

    @pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed: it writes the old files")
    def test_real_old_files(self, tmp_path: Path) -> None:
        source = tmp_path / "report.docx"
        source.write_bytes(docx_of(*LINES * 20))
        command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to"]
        subprocess.run([*command, "doc", "--outdir", tmp_path, source], check=True, capture_output=True)
        assert read_doc((tmp_path / "report.doc").read_bytes(), "x").text == "\n".join(LINES * 20)
