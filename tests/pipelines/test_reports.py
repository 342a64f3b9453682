"""Reading reports: what is read, what is rejected and why, and that nothing from outside breaks it."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines import seeds
from pipelines.formats.tree import DiskEntry
from pipelines.reports import FIRST_YEAR, WORDS, fingerprint, holders, report_file, reports, survey
from pipelines.tables.core import REPORTS
from pipelines.tables.ops import REJECTED_REPORTS
from tests.packing import PROSE, docx_of, odt_of, rtf_of, set_limits, xlsx_of, zip_of, zip_with_raw_names

REAL_REPORTS = Path(__file__).resolve().parents[3] / "shared" / "reports"
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


class TestSurvey:
    def test_one_year_alone_gives_what_all_years_give_of_it(self, tmp_path: Path, put: Put) -> None:
        for name in ("330000/2021.txt", "330000/2020.md", "330000/2022/1.txt", "100000/2020.txt", "100000/2021/1.txt"):
            put(name)
        put("100000/collection.yaml", "columns: {ref_area: ref_area, report_year: report_year, text: 内容}")
        put("100000/2020.csv", f"ref_area,report_year,内容\n100000,2019,{PROSE}\n330000,2023,{PROSE}\n")

        def found(year: int | None) -> list[tuple[int, str]]:
            return [(file.report_year, file.relative) for file in survey(tmp_path, AREAS, 2030, year)[0]]

        assert {year for year, _ in found(None)} == set(range(2019, 2024))
        assert [named for year in range(2019, 2024) for named in found(year)] == sorted(
            found(None), key=lambda named: named[0]
        )

    def test_a_folder_that_cannot_be_listed_costs_only_itself(
        self, tmp_path: Path, put: Put, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def children(entry: DiskEntry, of: Callable[[DiskEntry], list] = DiskEntry.children) -> list:
            if entry.name == "330000":
                raise PermissionError(13, "Permission denied")
            return of(entry)

        for name in ("330000/2021.txt", "100000/2022.txt", "100000/notes.txt"):
            put(name)
        monkeypatch.setattr(DiskEntry, "children", children)
        found, rejected = survey(tmp_path, AREAS, 2030)
        assert [file.relative for file in found] == ["100000/2022.txt"]
        assert {row["path"]: "Permission denied" in row["reason"] for row in rejected} == {
            "330000": True,
            "100000/notes.txt": False,
        }

    def test_what_holds_a_report_is_its_file_and_all_around_it_but_no_row(self) -> None:
        assert [*holders("330200/2022.txt")] == ["330200", "330200/2022.txt"]
        assert [*holders("mine/old.zip/330200/rows.csv, row 17")] == [
            "mine", "mine/old.zip", "mine/old.zip/330200", "mine/old.zip/330200/rows.csv",
        ]  # fmt: skip

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
            ("stray.rar", "stands at the top"),
            ("大同市/2020.txt", "not named after a known area"),
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

    def test_parts_are_read_in_the_natural_order_of_names_whatever_their_formats(
        self, tmp_path: Path, put: Put
    ) -> None:
        for number in (1, 2, 10):
            put(f"330000/2020/第{number}页.txt", f"第{number}页。")
        put("330000/2020/第3页.docx", docx_of("第3页。"))
        put("330000/2020/第4页.rtf", rtf_of("第4页。"))
        put("330000/2020/.DS_Store", b"\0")
        put("330000/2020/~$第3页.docx", b"\0")
        [row] = read_all(tmp_path)[0].to_dicts()
        assert row["text"] == "第1页。\n第2页。\n第3页。\n第4页。\n第10页。"
        assert row["format"] == "txt, docx, rtf"
        assert row["encoding"] == "utf-8"

    def test_a_folder_of_parts_is_one_report(self, tmp_path: Path, put: Put) -> None:
        put("330000/2020/2.txt", "第二页的内容。")
        put("330000/2020/1.txt", "第一页的内容。")
        (tmp_path / "330000" / "2021").mkdir()
        read, rejected = read_all(tmp_path)
        assert read["text"].to_list() == ["第一页的内容。\n第二页的内容。"]
        assert rejected["path"].to_list() == ["330000/2021"]


class TestCorrections:
    RULES = "corrections: [{expected: 增长5.2%, read_as: 增长6.2%, why: the bulletin has 6.2}]"

    def test_they_stand_with_the_report_and_change_its_fingerprint(self, tmp_path: Path, put: Put) -> None:
        put("330000/2024.txt")
        before = fingerprint(survey(tmp_path, AREAS, 2030)[0][0])
        put("330000/2024.corrections.yaml", self.RULES)
        read, rejected = read_all(tmp_path)
        assert rejected.is_empty()
        (edit,) = json.loads(read["corrections"][0])
        assert read["text"][0][edit["start"] : edit["end"]] == "增长5.2%"
        assert edit["why"] == "the bulletin has 6.2"
        assert fingerprint(survey(tmp_path, AREAS, 2030)[0][0]) != before

    def test_a_text_that_has_changed_is_rejected_by_name(self, tmp_path: Path, put: Put) -> None:
        put("330000/2024.txt", PROSE.replace("5.2", "6.2"))
        put("330000/2025.txt")
        put("330000/2024.corrections.yaml", self.RULES)
        read, rejected = read_all(tmp_path)
        assert read["report_year"].to_list() == [2025]
        assert "330000/2024.corrections.yaml expects “增长5.2%”" in rejected["reason"][0]
        assert "renew" in rejected["remedy"][0]

    def test_they_may_lead_nowhere_outside(self, tmp_path: Path, put: Put) -> None:
        put("reports/330000/2024.txt")
        outside = put("secret.yaml", self.RULES)
        (tmp_path / "reports/330000/2024.corrections.yaml").symlink_to(outside)
        read, rejected = read_all(tmp_path / "reports")
        assert read.is_empty()
        assert "symbolic link" in rejected["reason"][0]


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
        put("330000/2020.text")
        assert "doc, docx, htm, html" in read_all(tmp_path)[1]["reason"][0]

    def test_a_file_that_is_too_big(self, tmp_path: Path, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
        set_limits(monkeypatch, tmp_path, bytes=300)
        put("330000/2020.txt", "的" * 101)
        put("330000/2021/1.txt", "的" * 60)
        put("330000/2021/2.txt", "的" * 60)
        put("330000/2022.txt", "的" * 100)
        read, rejected = read_all(tmp_path)
        assert read["report_year"].to_list() == [2022]
        assert all("larger than" in reason for reason in rejected["reason"])
        assert rejected["path"].to_list() == ["330000/2020.txt", "330000/2021"]

    def test_too_many_parts(self, tmp_path: Path, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
        set_limits(monkeypatch, tmp_path, parts=2)
        for number in range(3):
            put(f"330000/2020/{number}.txt")
        assert "more than 2 files" in read_all(tmp_path)[1]["reason"][0]

    def test_half_a_gigabyte_of_one_line_is_never_read(self, tmp_path: Path, put: Put) -> None:
        path = put("330000/2020.txt", "")
        with path.open("wb") as file:
            file.truncate(500_000_000)
        assert "larger than 50 MB" in read_all(tmp_path)[1]["reason"][0]

    def test_a_file_that_went_away_costs_only_itself(self, tmp_path: Path, put: Put) -> None:
        gone = put("330000/2020.txt")
        put("330000/2021.txt")
        files, _ = survey(tmp_path, AREAS, 2030)
        gone.unlink()
        read, rejected = reports(files)
        assert len(read) == len(rejected) == 1


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

    def test_the_hash_of_the_original_is_compared(self, tmp_path: Path, put: Put) -> None:
        for year, content in ((2020, PROSE), (2021, PROSE + "改过。")):
            put(f"330000/{year}.txt", content)
            put(
                f"330000/{year}.yaml",
                f"sha256: {hashlib.sha256(PROSE.encode()).hexdigest().upper()}\nrevision: 7\netag: x\n",
            )
        packed = zip_of({"1.txt": PROSE})
        put("330000/2022.zip", packed)
        put("330000/2022.yaml", f"sha256: {hashlib.sha256(packed).hexdigest()}")
        read, _ = read_all(tmp_path)
        assert read["flags"].to_list() == [[], ["hash_differs"], []]
        assert read["warnings"].to_list()[1] == [WORDS["hash_differs"]]
        assert read["source_hash"].to_list()[2] == hashlib.sha256(packed).hexdigest()

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
            "sha256: 12ab",
            "a: " + "b" * 20_000,
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


class TestWhatFilesReallyAre:
    @pytest.mark.parametrize(
        ("name", "content", "format_"),
        [
            ("2020.docx", rtf_of("各位代表：增长5%。"), "rtf"),
            ("2020.doc", rtf_of("各位代表：增长5%。"), "rtf"),
            ("2020.doc", docx_of("各位代表：增长5%。"), "docx"),
            ("2020.txt", docx_of("各位代表：增长5%。"), "docx"),
            ("2020.rtf", odt_of("<text:p>各位代表：增长5%。</text:p>"), "odt"),
            ("2020.docx", "各位代表：增长5%。".encode("gb18030"), "txt"),
            ("2020.odt", "各位代表：增长5%。", "txt"),
            ("2020.zip", docx_of("各位代表：增长5%。"), "docx"),
            ("2020.xyz", rtf_of("各位代表：增长5%。"), "rtf"),
        ],
    )
    def test_a_wrong_ending_is_a_flag(
        self, tmp_path: Path, put: Put, name: str, content: bytes | str, format_: str
    ) -> None:
        put(f"330000/{name}", content)
        [row] = read_all(tmp_path)[0].to_dicts()
        assert (row["format"], row["text"], row["flags"]) == (format_, "各位代表：增长5%。", ["wrong_ending"])

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("2020.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
            ("2020.docx", zip_of({"1.txt": PROSE}), "is a zip archive"),
            ("2020.docx", xlsx_of([["文"]]), "is an Excel workbook"),
            ("2020.txt", b"Rar!\x1a\x07\x01\x00", "is a RAR archive"),
            ("2020.zip", b"Rar!\x1a\x07\x01\x00", "is a RAR archive"),
            ("2020.zip", b"PK\x03\x04" + bytes(200), "damaged or no zip archive"),
            ("2020.rar", b"Rar!\x1a\x07\x01\x00", "is a RAR archive"),
            ("2020.docx", b"\xff\xfe\x00\x01" * 50, "damaged or not a Word file"),
            ("2020.csv", "a,b", "not one that is read"),
        ],
    )
    def test_what_is_not_read_is_named(
        self, tmp_path: Path, put: Put, name: str, content: bytes | str, words: str
    ) -> None:
        put(f"330000/{name}", content)
        read, rejected = read_all(tmp_path)
        assert read.is_empty()
        assert words in rejected["reason"][0]
        assert rejected["remedy"][0]


class TestArchives:
    def test_an_archive_of_a_year_is_like_a_folder(self, tmp_path: Path, put: Put) -> None:
        pages = {
            "10.txt": "第十页。",
            "2.txt": "第二页。",
            "__MACOSX/._2.txt": "x",
            ".DS_Store": "x",
            "3.docx": docx_of("第三页。"),
        }
        put("330000/2020.zip", zip_of(pages))
        put("330000/2020.yaml", "title: 报告")
        put("330000/2021.zip", zip_of({"packed/1.txt": "第一页。"}))
        put("330000/2022.zip", zip_with_raw_names({"第一页.txt".encode("gb18030"): "第一页。".encode()}))
        read, rejected = read_all(tmp_path)
        assert rejected.is_empty()
        assert read["text"].to_list() == ["第二页。\n第三页。\n第十页。", "第一页。", "第一页。"]
        assert read["title"].to_list() == ["报告", None, None]
        assert read["format"].to_list() == ["txt, docx", "txt", "txt"]
        assert read["path"].to_list() == ["330000/2020.zip", "330000/2021.zip", "330000/2022.zip"]

    def test_an_archive_elsewhere_is_like_a_folder_of_reports(self, tmp_path: Path, put: Put) -> None:
        put(
            "all.zip",
            zip_of({
                "reports/330000/2020.txt": PROSE, "reports/330000/2020.yaml": "title: 报告", "reports/README.md": "x",
                "reports/100000/2021/1.txt": "一。", "reports/100000/2021/2.txt": "二。", "reports/999999/1.txt": "x",
                "reports/more/collection.yaml": MAPPING, "reports/more/r.csv": "城市,年份,正文\n330000,2023,文。\n",
            }),
        )  # fmt: skip
        put("330000/more.zip", zip_of({"2024.txt": "三。", "2025/1.txt": "四。"}))
        put("330000/tree.zip", zip_of({"100000/2026.txt": "五。"}))
        read, rejected = read_all(tmp_path)
        found = dict(read.select("path", "text").iter_rows())
        assert found == {
            "all.zip/reports/330000/2020.txt": PROSE, "all.zip/reports/100000/2021": "一。\n二。",
            "all.zip/reports/more/r.csv, row 2": "文。", "330000/more.zip/2024.txt": "三。",
            "330000/more.zip/2025": "四。", "330000/tree.zip/100000/2026.txt": "五。",
        }  # fmt: skip
        assert read.filter(pl.col("title") == "报告")["report_id"].to_list() == ["330000/2020"]
        assert rejected["path"].to_list() == ["all.zip/reports/999999"]

    def test_what_archives_try_is_rejected_and_the_rest_read(self, tmp_path: Path, put: Put) -> None:
        inner = zip_of({"1.txt": "x"})
        put("all.zip", zip_of({"../out.txt": "x", "330000/2020.txt": PROSE, "330000/2021.zip": inner, "in.zip": inner}))
        put("330000/2022.zip", zip_of({"../out.txt": "x", "1.txt": PROSE}))
        put("330000/2023.zip", zip_of({"1.txt": PROSE, "in.zip": inner}))
        put("330000/2024.zip", zip_of({".hidden": "x"}))
        put("330000/2025.zip", zip_of({"1.txt": bytes(60_000_000)}))
        put("330000/2026.zip", zip_of({"1.txt": "一", "a/2.txt": "二"}))
        read, rejected = read_all(tmp_path)
        assert read["path"].to_list() == ["all.zip/330000/2020.txt"]
        reasons = dict(rejected.select("path", "reason").iter_rows())
        for path, words in {
            "all.zip/../out.txt": "climbs out", "all.zip/330000/2021.zip": "archive within an archive",
            "all.zip/in.zip": "archive within an archive", "330000/2022.zip": "climbs out",
            "330000/2023.zip": "is a zip archive", "330000/2024.zip": "holds no file",
            "330000/2025.zip": "unpacks to far more", "330000/2026.zip": "holds a, which is no regular file",
        }.items():  # fmt: skip
            assert words in reasons.pop(path)
        assert not reasons
        assert sorted(path.name for path in tmp_path.iterdir()) == ["330000", "all.zip"]  # nothing was extracted

    def test_the_fingerprint_follows_what_is_packed_and_not_when(self, tmp_path: Path, put: Put) -> None:
        marks = []
        for date, text in (
            ((2020, 1, 1, 0, 0, 0), PROSE),
            ((2021, 1, 1, 0, 0, 0), PROSE),
            ((2021, 1, 1, 0, 0, 0), "改。"),
        ):
            with zipfile.ZipFile(put("330000/2020.zip", ""), "w") as package:
                package.writestr(zipfile.ZipInfo("1.txt", date), text)
            marks.append([fingerprint(file) for file in survey(tmp_path, AREAS, 2030)[0]])
        assert marks[0] == marks[1] != marks[2]


MAPPING = """# made up
files: "*.csv"
columns: {ref_area: 城市, report_year: 年份, text: 正文, title: 标题, licence: {value: CC0}}
""".replace(", title: 标题", "")


class TestCollections:
    def test_a_collection_with_a_mapping_in_a_folder_of_any_name(self, tmp_path: Path, put: Put) -> None:
        put("mine/collection.yaml", MAPPING)
        put("mine/a.csv", f'城市,年份,正文\n浙江省,2020年,"{PROSE}"\n330000,2021.0,文。\n')
        put("mine/b.csv", "城市,年份,正文\n100000,2022,文。\n".encode("gb18030"))
        put("mine/README.md", "x")
        put("mine/notes.txt", "x")
        read, rejected = read_all(tmp_path)
        assert read.select("report_id", "path", "format", "encoding", "licence").rows() == [
            ("100000/2022", "mine/b.csv, row 2", "csv", "gb18030", "CC0"),
            ("330000/2020", "mine/a.csv, row 2", "csv", "utf-8", "CC0"),
            ("330000/2021", "mine/a.csv, row 3", "csv", "utf-8", "CC0"),
        ]
        assert rejected["path"].to_list() == ["mine/notes.txt"]
        assert read["text"][1] == PROSE

    def test_an_areas_folder_may_hold_a_collection_beside_its_files(self, tmp_path: Path, put: Put) -> None:
        put("330000/collection.yaml", MAPPING)
        put("330000/r.csv", "城市,年份,正文\n浙江省,2020,文。\n")
        put("330000/2021.txt")
        read, rejected = read_all(tmp_path)
        assert read["path"].to_list() == ["330000/r.csv, row 2", "330000/2021.txt"]
        assert rejected.is_empty()

    def test_files_at_the_top_with_or_without_a_mapping(self, tmp_path: Path, put: Put) -> None:
        put("r.jsonl", json.dumps({"ref_area": "330000", "report_year": 2020, "text": PROSE, "title": "报告",
                                   "delivered_on": "2020-01-12 00:00:00"}))  # fmt: skip
        put("r.xlsx", xlsx_of([["ref_area", "report_year", "text"], [330000, 2021, PROSE]]))
        put("other.csv", "城市,年份,正文\n330000,2022,文。\n")
        read, rejected = read_all(tmp_path)
        assert read["report_id"].to_list() == ["330000/2020", "330000/2021"]
        assert (read["title"][0], str(read["delivered_on"][0])) == ("报告", "2020-01-12")
        assert "has no column 'ref_area'" in rejected["reason"][0]
        assert "collection.yaml" in rejected["remedy"][0]
        put("collection.yaml", MAPPING)
        read, rejected = read_all(tmp_path)
        assert read["report_id"].to_list() == ["330000/2020", "330000/2021", "330000/2022"]
        assert rejected.is_empty()

    def test_each_bad_row_is_rejected_for_itself(self, tmp_path: Path, put: Put) -> None:
        rows = [
            ("330000", "2020", PROSE), ("无此市", "2020", "文。"), ("朝阳区", "2020", "文。"), ("330000", "22", "文。"),
            ("330000", "2050", "文。"), ("330000", "2023", " "), ("330000", "2024", "\x00\x01\x02文"), ("", "", "文。"),
            ("330000", "2025", "Only English here, and much of it."),
        ]  # fmt: skip
        put("r.jsonl", "".join(json.dumps(dict(zip(FIELDS, row, strict=True))) + "\n" for row in rows))
        areas = AREAS | {"110105", "220104"}
        files, found = survey(tmp_path, areas, 2030)
        read, failed = reports(files)
        assert read["report_id"].to_list() == ["330000/2020"]
        rejected = {row["path"]: row for row in [*found, *failed.to_dicts()]}
        for number, words in {
            2: "neither the code nor the name", 3: "name of several areas", 4: "'22' is no report year",
            5: "'2050' is no report year", 6: "is empty", 7: "control characters", 8: "neither the code",
            9: "hardly any Chinese",
        }.items():  # fmt: skip
            row = rejected.pop(f"r.jsonl, row {number}")
            assert words in row["reason"]
            assert f"r.jsonl, row {number}" in row["reason"]
        assert not rejected
        assert "110105, 220104" in next(row["remedy"] for row in found if "row 3" in row["path"])

    def test_a_row_and_a_file_for_the_same_report_name_each_other(self, tmp_path: Path, put: Put) -> None:
        put("330000/2020.txt")
        put("r.csv", "ref_area,report_year,text\n330000,2020,一。\n330000,2021,二。\n330000,2021,三。\n")
        read, rejected = read_all(tmp_path)
        assert read.is_empty()
        assert rejected["path"].to_list() == ["330000/2020.txt", "r.csv, row 2", "r.csv, row 3", "r.csv, row 4"]
        assert "r.csv, row 2" in rejected["reason"][0]
        assert "330000/2020.txt" in rejected["reason"][1]
        assert rejected["ref_area"].to_list() == ["330000"] * 4

    def test_a_change_in_a_row_changes_its_fingerprint_alone(self, tmp_path: Path, put: Put) -> None:
        def marks(*texts: str) -> list[str]:
            lines = "".join(f"330000,{2020 + number},{text}\n" for number, text in enumerate(texts))
            put("r.csv", f"ref_area,report_year,text\n{lines}")
            return [fingerprint(file) for file in survey(tmp_path, AREAS, 2030)[0]]

        before, after = marks("一。", "二。", "三。"), marks("一。", "二二二。", "三。")
        assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]

    @pytest.mark.parametrize("content", ["columns: [", "columns: {ref_area: a}", "a: " + "b" * 20_000, b"\xff"])
    def test_a_wrong_mapping_is_rejected_and_costs_nothing_else(
        self, tmp_path: Path, put: Put, content: str | bytes
    ) -> None:
        put("330000/2020.txt")
        put("330000/collection.yaml", content)
        put("mine/collection.yaml", content)
        put("mine/r.csv", "a,b")
        put("collection.yaml", content)
        put("r.csv", "ref_area,report_year,text\n330000,2021,二。\n")
        read, rejected = read_all(tmp_path)
        assert read["report_id"].to_list() == ["330000/2020"]
        assert rejected["path"].to_list() == [
            "collection.yaml", "330000/collection.yaml", "mine/collection.yaml", "mine/r.csv", "r.csv",
        ]  # fmt: skip
        assert "while the collection.yaml beside it is wrong" in rejected["reason"][-1]

    def test_what_is_said_of_a_rows_origin_may_be_wrong(self, tmp_path: Path, put: Put) -> None:
        put("r.csv", "ref_area,report_year,text,delivered_on\n330000,2021,二。,soon\n330000,2022,二。,\n")
        assert read_all(tmp_path)[0]["flags"].to_list() == [["bad_provenance"], []]


FIELDS = ("ref_area", "report_year", "text")


class TestWarnings:
    def test_each_flag_has_a_sentence(self, tmp_path: Path, put: Put) -> None:
        put("330000/2020.txt", "2021年浙江省政府工作报告\n" + PROSE)
        put("330000/2021.docx", rtf_of("2021年某某政府工作报告", "各位代表：增长5%。"))
        put("330000/2022.txt", ("各位代表：报告工作，经济发展。\n" * 3).encode("gb18030").decode("latin-1"))
        read, rejected = read_all(tmp_path)
        assert rejected.is_empty()
        assert read["flags"].to_list() == [
            ["wrong_year"],
            ["wrong_ending"],
            ["mojibake_mended"],
        ]
        assert "2021" in read["warnings"][0][0] and "2020" in read["warnings"][0][0]
        assert read["warnings"].to_list()[1:] == [[WORDS["wrong_ending"]], [WORDS["mojibake_mended"]]]
        assert read["text"][2].startswith("各位代表")

    def test_what_is_no_report_is_rejected(self, tmp_path: Path, put: Put) -> None:
        put("330000/2020.txt", "浙江省人民代表大会关于省人民政府工作报告的决议\n会议决定批准这个报告。")
        put("330000/2021.txt", "各位代表：\n我代表国务院向大会报告工作，请予审议。")
        reasons = read_all(tmp_path)[1]["reason"]
        assert "a resolution about a report" in reasons[0]
        assert "whole country" in reasons[1]

    def test_the_samples_raise_none_but_the_one_of_a_newspapers_page(self) -> None:
        files, rejected = survey(seeds.SEEDS / "reports", seeds.areas()["ref_area"].to_list(), 2030)
        read, failed = reports(files)
        assert not rejected
        assert failed.is_empty()
        odd = read.filter(pl.col("warnings").list.len() > 0)
        assert odd.select("report_id", "flags").rows() == [("140200/2022", ["incomplete"])]


def test_a_single_file_anywhere_can_be_taken_for_a_report(tmp_path: Path, put: Put) -> None:
    path = put("elsewhere/talk.txt")
    file = report_file(path, "talk.txt", path.parent, "330000", 2020)
    assert (file.report_id, file.path) == ("330000/2020", path)
    assert reports([file])[0]["text"][0] == PROSE


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
