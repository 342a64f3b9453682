"""Reading reports: what is read, what is rejected and why, and that nothing from outside breaks it."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import reports as reading
from pipelines.formats import Decoded, RejectedReport
from pipelines.formats.text import read_text
from pipelines.formats.word import read_docx
from pipelines.reports import FIRST_YEAR, fingerprint, reports, survey
from pipelines.tables import REJECTED_REPORTS, REPORTS

REAL_REPORTS = Path(__file__).resolve().parents[3] / "shared" / "reports"
PROSE = (
    "各位代表：\r\n　　现在我代表市人民政府向大会报告工作。\r\n"
    "去年，全市经济平稳增长，生产总值增长5.2%，新建学校12所，城镇新增就业3万人。\r\n"
)
AREAS = {"100000", "330000"}

Put = Callable[..., Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Write a file below the folder of reports."""

    def write(name: str, content: bytes | str = PROSE) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def read_all(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Survey and read a folder."""
    files, rejected = survey(folder, AREAS, 2030)
    read, failed = reports(files)
    return read, pl.concat([REJECTED_REPORTS.frame(rejected), failed])


def docx_of(*lines: str) -> bytes:
    """A Word file of these paragraphs."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A zip with each member changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return buffer.getvalue()


class TestSurvey:
    def test_reports_are_sorted_and_the_rest_passed_over(self, tmp_path: Path, put: Put) -> None:
        for name in ("330000/2021.txt", "330000/2020.md", "100000/2022.txt", "330000/2020.yaml"):
            put(name)
        for name in ("README.md", ".DS_Store", "330000/.hidden.txt", "330000/2021.corrections.yaml"):
            put(name)
        found, rejected = survey(tmp_path, AREAS, 2030)
        assert [file.relative for file in found] == ["100000/2022.txt", "330000/2020.md", "330000/2021.txt"]
        assert [file.provenance is not None for file in found] == [False, True, False]
        assert not rejected

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("999999/2020.txt", "not named after a known area"),
            ("stray.txt", "stands at the top"),
            ("330000/notes.txt", "not named after a report year"),
            (f"330000/{FIRST_YEAR - 1}.txt", "not named after a report year"),
            ("330000/2031.txt", "not named after a report year"),
            ("330000/２０２０.txt", "not named after a report year"),
        ],
    )
    def test_what_is_out_of_place_is_rejected(self, tmp_path: Path, put: Put, name: str, words: str) -> None:
        put(name)
        found, rejected = survey(tmp_path, AREAS, 2030)
        assert not found
        assert len(rejected) == 1
        assert words in rejected[0]["reason"]
        assert rejected[0]["remedy"]

    def test_two_files_for_one_report_name_each_other(self, tmp_path: Path, put: Put) -> None:
        put("330000/2020.txt")
        put("330000/2020.docx")
        found, rejected = survey(tmp_path, AREAS, 2030)
        assert not found
        assert [row["path"] for row in rejected] == ["330000/2020.docx", "330000/2020.txt"]
        assert "2020.txt" in rejected[0]["reason"]
        assert "2020.docx" in rejected[1]["reason"]

    def test_links_out_of_the_folder_are_rejected(self, tmp_path: Path, put: Put) -> None:
        outside = put("outside/secret.txt")
        root = put("root/330000/2020.txt").parents[1]
        (root / "330000" / "2021.txt").symlink_to(outside)
        (root / "330000" / "2022.txt").symlink_to(root / "330000" / "nowhere")
        (root / "100000").symlink_to(outside.parent)
        found, rejected = survey(root, AREAS, 2030)
        assert [file.report_year for file in found] == [2020]
        assert {row["path"] for row in rejected} == {"100000", "330000/2021.txt", "330000/2022.txt"}

    def test_names_are_made_printable(self, tmp_path: Path, put: Put) -> None:
        put("330000/20\x1b[31m.txt")
        _, rejected = survey(tmp_path, AREAS, 2030)
        assert rejected[0]["path"].isprintable()
        assert rejected[0]["reason"].isprintable()

    def test_a_folder_of_parts_is_one_report(self, tmp_path: Path, put: Put) -> None:
        put("330000/2020/2.txt", "第二页的内容。")
        put("330000/2020/1.txt", "第一页的内容。")
        (tmp_path / "330000" / "2021").mkdir()
        read, rejected = read_all(tmp_path)
        assert read["text"].to_list() == ["第一页的内容。\n第二页的内容。"]
        assert rejected["path"].to_list() == ["330000/2021"]


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "gb18030"])
    def test_prose_is_told_without_a_mark(self, encoding: str) -> None:
        assert read_text(PROSE.encode(encoding), "x") == Decoded(PROSE, encoding)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
    def test_a_mark_is_believed_and_left_out(self, encoding: str) -> None:
        assert read_text(("\ufeff" + PROSE).encode(encoding), "x") == Decoded(PROSE, encoding)

    @pytest.mark.parametrize(
        ("text", "encoding"),
        [
            ("各位代表現在我代表人民政府向大會報告工作，全國經濟發展很快，人民生活改善。" * 5, "big5"),
            ("政府は経済の成長と国民の生活の向上のために努力を続けてまいりました。" * 5, "euc-jp"),
            ("정부는 경제 성장과 국민 생활의 향상을 위하여 노력을 계속해 왔습니다. " * 5, "euc-kr"),
            ("L'économie a été très élevée cette année, même à l'étranger. " * 5, "latin-1"),
        ],
    )
    def test_other_encodings_are_rejected_and_not_guessed(self, text: str, encoding: str) -> None:
        with pytest.raises(RejectedReport, match="encoding"):
            read_text(text.encode(encoding), "x")

    def test_a_wrong_mark_is_rejected(self) -> None:
        with pytest.raises(RejectedReport, match="mark of utf-8"):
            read_text(b"\xef\xbb\xbf" + PROSE.encode("gb18030"), "x")

    @given(st.text(alphabet="的一是在不了有和人这中大为上个国我发展经济建设工作全年增长，。\n0123456789%", min_size=30))
    @settings(max_examples=60, deadline=None)
    def test_round_trip(self, text: str) -> None:
        if sum("\u4e00" <= character <= "\u9fff" for character in text) < len(text) / 2:
            return
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
            assert read_text(text.encode(encoding), "x").text == text


class TestRejections:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "no text"),
            (" \u3000\n\ufeff".encode(), "no text"),
            ("发展\0".encode() * 50, "control characters"),
            (b"The government will work hard for growth.", "hardly any Chinese"),
            (bytes(range(256)) * 20, "encoding"),
        ],
    )
    def test_reasons(self, tmp_path: Path, put: Put, content: bytes, words: str) -> None:
        put("330000/2020.txt", content)
        put("330000/2021.txt")
        read, rejected = read_all(tmp_path)
        assert read["report_year"].to_list() == [2021]
        assert words in rejected["reason"][0]
        assert rejected.row(0)[:3] == ("330000/2020.txt", "330000", 2020)

    def test_an_unknown_ending_lists_what_is_read(self, tmp_path: Path, put: Put) -> None:
        put("330000/2020.odt")
        assert "docx, htm, html" in read_all(tmp_path)[1]["reason"][0]

    def test_a_file_that_is_too_big(self, tmp_path: Path, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "MAX_BYTES", 20)
        put("330000/2020.txt")
        assert "larger" in read_all(tmp_path)[1]["reason"][0]

    def test_parts_of_different_formats(self, tmp_path: Path, put: Put) -> None:
        put("330000/2020/1.txt")
        put("330000/2020/2.md")
        assert "different formats" in read_all(tmp_path)[1]["reason"][0]

    def test_a_file_that_went_away_costs_only_itself(self, tmp_path: Path, put: Put) -> None:
        gone = put("330000/2020.txt")
        put("330000/2021.txt")
        files, _ = survey(tmp_path, AREAS, 2030)
        gone.unlink()
        seen: list[int] = []
        read, rejected = reports(files, lambda file: seen.append(file.report_year))
        assert seen == [2020, 2021]
        assert len(read) == len(rejected) == 1


class TestWordFiles:
    def test_paragraphs_and_tables_keep_their_order(self) -> None:
        document = Document()
        document.add_paragraph("一、去年工作回顾")
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip(table._cells, ("指标", "增速", "生产总值\n（初步）", "5%"), strict=True):
            cell.text = text
        document.add_paragraph("二、今年工作安排")
        buffer = io.BytesIO()
        document.save(buffer)
        decoded = read_docx(buffer.getvalue(), "x")
        text, encoding = decoded.text, decoded.encoding
        assert text.split("\n") == ["一、去年工作回顾", "指标\t增速", "生产总值 （初步）\t5%", "二、今年工作安排"]
        assert encoding is None

    def test_what_wraps_text_hides_none_of_it(self) -> None:
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
    def test_damaged_files(self, data: bytes, words: str) -> None:
        with pytest.raises(RejectedReport, match=words):
            read_docx(data, "x")

    def test_a_zip_bomb_is_refused(self) -> None:
        bomb = repacked(docx_of("正文"), lambda name, data: data + b" " * 4_000_000)
        with pytest.raises(RejectedReport, match="unpacks to far more"):
            read_docx(bomb, "x")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_entities_are_refused(self, encoding: str) -> None:
        xml = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'.encode(encoding)
        evil = repacked(docx_of("正文"), lambda name, data: xml if name == "word/document.xml" else data)
        with pytest.raises(RejectedReport, match="entities"):
            read_docx(evil, "x")


class TestProvenance:
    def test_it_is_read(self, tmp_path: Path, put: Put) -> None:
        put("330000/2020.txt")
        put(
            "330000/2020.yaml",
            "title: 报告\ndelivered_on: 2020-01-12\nretrieved_on: '2026-11-01'\nsample: true\nmore: 1\n",
        )
        row = read_all(tmp_path)[0].row(0, named=True)
        assert (row["title"], str(row["delivered_on"]), str(row["retrieved_on"])) == (
            "报告",
            "2020-01-12",
            "2026-11-01",
        )
        assert row["is_sample"]
        assert row["flags"] == []

    @pytest.mark.parametrize(
        "content",
        [
            "title: [",
            "title: 7",
            "delivered_on: 2020-13-45",
            "sample: maybe",
            "- a",
            'title: "\\ud800"',
            "a: " + "[" * 2000,
        ],
    )
    def test_what_is_wrong_costs_no_report(self, tmp_path: Path, put: Put, content: str) -> None:
        put("330000/2020.txt")
        put("330000/2020.yaml", content)
        read, rejected = read_all(tmp_path)
        assert read["flags"].to_list() == [["bad_provenance"]]
        assert rejected.is_empty()


def test_frames_have_the_registry_columns_and_the_fingerprint_follows_the_bytes(tmp_path: Path, put: Put) -> None:
    put("330000/2020.txt")
    (file,) = survey(tmp_path, AREAS, 2030)[0]
    before = fingerprint(file)
    read, rejected = reports([file])
    assert read.schema == pl.Schema(REPORTS.polars_schema)
    assert rejected.schema == pl.Schema(REJECTED_REPORTS.polars_schema)
    assert read["text"][0] == PROSE
    put("330000/2020.yaml", "title: 报告")
    assert fingerprint(survey(tmp_path, AREAS, 2030)[0][0]) != before
    put("330000/2020.txt", PROSE + " ")
    assert fingerprint(file) != before


@given(data=st.binary(max_size=400), ending=st.sampled_from(["txt", "docx"]))
@settings(max_examples=150, deadline=None)
def test_no_bytes_break_a_reader(data: bytes, ending: str) -> None:
    try:
        text = reading.READERS[ending](data, "x").text
        text.encode()
    except RejectedReport as error:
        assert error.reason
        assert error.remedy


@given(st.integers(0, 4000), st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_no_damage_breaks_the_word_reader(place: int, value: int) -> None:
    data = bytearray(DAMAGED)
    data[place % len(data)] = value
    try:
        read_docx(bytes(data), "x")
    except RejectedReport as error:
        assert error.reason


DAMAGED = docx_of("各位代表")


@pytest.mark.skipif(not REAL_REPORTS.is_dir(), reason="the real reports are not in the repository")
def test_all_real_reports_are_read() -> None:
    areas = {folder.name for folder in REAL_REPORTS.iterdir()}
    files, rejected = survey(REAL_REPORTS, areas, 2030)
    read, failed = reports(files)
    assert not rejected
    assert failed.is_empty()
    assert len(read) == len(files) > 80
    assert set(read["encoding"].drop_nulls()) == {"utf-8", "gb18030"}
    assert (read["characters"] > 4000).all()


def test_what_cannot_be_read_costs_only_itself(put: Put) -> None:
    """A file that goes away between survey and reading is rejected; the others are read."""
    gone = put("330000/2020.txt")
    put("330000/2021.txt")
    files, _ = survey(gone.parents[1], AREAS, 2030)
    before = [fingerprint(file) for file in files]
    gone.unlink()
    after = [fingerprint(file) for file in files]
    assert (after[0] != before[0], after[1]) == (True, before[1])
    read, rejected = reports(files)
    assert (read["report_id"].to_list(), rejected["path"].to_list()) == (["330000/2021"], ["330000/2020.txt"])


@pytest.mark.parametrize(("said", "is_sample", "sound"), [("true", True, True), ("'yes'", True, False)])
def test_a_sample_is_never_taken_for_a_report(put: Put, said: str, is_sample: bool, sound: bool) -> None:
    """What is said of sample in another way than true or false still warns."""
    path = put("330000/2020.txt")
    put("330000/2020.yaml", f"sample: {said}\n")
    read, _ = read_all(path.parents[1])
    assert (read["is_sample"].to_list(), read["flags"].to_list() == [[]]) == ([is_sample], sound)
