"""Collections: one report a row, each for itself, in files of any size."""

import csv
import io
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.formats import RejectedReport, collection
from pipelines.formats.collection import OWN_NAMES, Columns, Row, column_number, index, mapping, text_of
from pipelines.formats.tree import DiskEntry, Entry
from tests.packing import PROSE, set_limits, xlsx_of, zip_of

HEADER = ("ref_area", "report_year", "text")
ROWS = [
    ("330000", "2020", PROSE),
    ("100000", "2021", "又一份，含逗号和“引号”。\n第二段\t有制表符。"),
    ("330000", "2022", "短"),
]


def csv_of(rows: list[tuple[str, ...]], header: tuple[str, ...] = HEADER, delimiter: str = ",") -> str:
    """A csv file as spreadsheets write it."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([header, *rows])
    return file.getvalue()


def jsonl_of(rows: list[tuple[str, ...]]) -> str:
    """A JSON object a line."""
    return "".join(json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)


def put(folder: Path, name: str, content: bytes | str) -> Entry:
    """A file as an entry of a folder of reports."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return DiskEntry(path, folder, name)


def said(entry: Entry, columns: Columns = OWN_NAMES) -> list[tuple[str, str, str]]:
    """Area, year and text of each row."""
    return [
        (row.values["ref_area"], row.values["report_year"], text_of(entry, columns, row).text)
        for row in index(entry, columns).rows
        if not row.problem
    ]


def problems(entry: Entry, columns: Columns = OWN_NAMES) -> list[tuple[int, str]]:
    """Number and reason of each row that cannot be read."""
    return [(row.number, row.problem.reason) for row in index(entry, columns).rows if row.problem]


FILES = {
    "r.csv": csv_of(ROWS),
    "bom.csv": "\ufeff" + csv_of(ROWS),
    "tabs.csv": csv_of(ROWS, delimiter="\t"),
    "semicolons.csv": csv_of(ROWS, delimiter=";"),
    "gb.csv": csv_of(ROWS).encode("gb18030"),
    "r.jsonl": jsonl_of(ROWS),
    "gb.jsonl": jsonl_of(ROWS).encode("gb18030"),
    "r.xlsx": xlsx_of([HEADER, *ROWS]),
}


@pytest.mark.parametrize("name", FILES)
def test_each_format_gives_its_rows(tmp_path: Path, name: str) -> None:
    entry = put(tmp_path, name, FILES[name])
    wanted = [(area, year, text.replace("\r\n", "\n") if name == "r.xlsx" else text) for area, year, text in ROWS]
    assert said(entry) == wanted
    first = 1 if name.endswith("jsonl") else 2
    assert [row.number for row in index(entry, OWN_NAMES).rows] == [first, first + 1, first + 2]
    encoding = text_of(entry, OWN_NAMES, index(entry, OWN_NAMES).rows[0]).encoding
    assert encoding == (None if name == "r.xlsx" else "gb18030" if name.startswith("gb") else "utf-8")


def test_numbers_and_empty_rows_of_a_sheet(tmp_path: Path) -> None:
    entry = put(tmp_path, "r.xlsx", xlsx_of([[], HEADER, [140200, 2022, "文"], [], [None, None, None], [1, 2, ""]]))
    assert said(entry) == [("140200", "2022", "文")]
    assert problems(entry) == [(6, "The cell of the text is empty.")]
    assert index(entry, OWN_NAMES).rows[0].number == 3


def test_a_cell_that_excel_cut_off_is_a_flag(tmp_path: Path) -> None:
    entry = put(tmp_path, "r.xlsx", xlsx_of([HEADER, ["330000", 2020, "文" * 32767], ["330000", 2021, "文" * 32766]]))
    rows = index(entry, OWN_NAMES).rows
    assert [text_of(entry, OWN_NAMES, row).flags for row in rows] == [("cut_off",), ()]


def test_columns_are_mapped_and_constants_hold_for_all(tmp_path: Path) -> None:
    entry = put(tmp_path, "r.csv", csv_of([("大同市", "2022", "正文", "网站")], ("城市", "年份", "内容", "来源")))
    text = "columns: {ref_area: 城市, report_year: 年份, text: 内容, source: 来源, licence: {value: CC0}}"
    columns = mapping(text.encode(), "collection.yaml")
    [row] = index(entry, columns).rows
    assert row.values == {"ref_area": "大同市", "report_year": "2022", "source": "网站", "licence": "CC0"}
    assert text_of(entry, columns, row).text == "正文"


def test_a_change_in_a_row_changes_the_digest_of_no_other(tmp_path: Path) -> None:
    for name in ("r.csv", "r.jsonl", "r.xlsx"):
        write = {"r.csv": csv_of, "r.jsonl": jsonl_of, "r.xlsx": lambda rows: xlsx_of([HEADER, *rows])}[name]
        before = [row.digest for row in index(put(tmp_path, name, write(ROWS)), OWN_NAMES).rows]
        changed = [("330000", "2020", PROSE + "多了一段。"), *ROWS[1:]]
        after = [row.digest for row in index(put(tmp_path, name, write(changed)), OWN_NAMES).rows]
        assert [one == other for one, other in zip(before, after, strict=True)] == [False, True, True]


def test_bad_rows_cost_only_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_limits(monkeypatch, tmp_path, bytes=2000)
    lines = [
        "ref_area,report_year,text", "330000,2020,好", '330000,2021,"未加倍的"引号"', "330000,2022", "", "330000,2023,",
        "330000,2024," + "长" * 1000, "330000,2025,也好",
    ]  # fmt: skip
    entry = put(tmp_path, "r.csv", "\r\n".join(lines))
    assert [year for _, year, _ in said(entry)] == ["2020", "2025"]
    for (number, reason), (wanted, words) in zip(
        problems(entry), [(3, "is no csv"), (4, "2 cells, too few"), (6, "is empty"), (7, "larger than")], strict=True
    ):
        assert number == wanted
        assert words in reason
    bad = ['{"ref_area": "330000"', "[1]", '{"ref_area": "a", "report_year": 2, "text": ["x"]}', "[" * 1900,
           '{"ref_area": "330000", "report_year": 1, "text": "\\ud800"}']  # fmt: skip
    good = '{"ref_area": "330000", "report_year": 2020, "text": "好", "more": [1]}'
    entry = put(tmp_path, "r.jsonl", "\n".join([good, *bad, "", good]))
    assert [row.number for row in index(entry, OWN_NAMES).rows if not row.problem] == [1, 8]
    assert {reason for _, reason in problems(entry)} == {"The line is no JSON object of texts and numbers."}


def test_a_quotation_mark_that_is_never_closed_does_not_take_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limits(monkeypatch, tmp_path, bytes=3000)
    rows = csv_of([("330000", str(2000 + number), "文" * 100) for number in range(20)])
    entry = put(tmp_path, "r.csv", rows.replace("2005,", '2005,"', 1))
    assert [year for _, year, _ in said(entry)] == ["2000", "2001", "2002", "2003", "2004"]
    assert len(problems(entry)) == 1
    short = put(tmp_path, "s.csv", 'ref_area,report_year,text\n330000,2020,好\n330000,2021,"没完\n')
    assert len(said(short)) == len(problems(short)) == 1


def test_rows_of_other_encodings_are_read_as_what_they_are(tmp_path: Path) -> None:
    utf = csv_of([("330000", "2020", "这一行是另一种编码，发展经济。")])
    gb = csv_of([("330000", "2021", "这一行是国标编码，发展经济。")]).encode("gb18030").partition(b"\r\n")[2]
    both = '330000,2022,"前一半'.encode() + "是国标，".encode("gb18030") + '\n后一半"\r\n'.encode()
    two = '330000,2023,"国标的一行\n'.encode("gb18030") + '另一编码的一行"\r\n'.encode()
    entry = put(tmp_path, "r.csv", utf.encode() + gb + both + two)
    rows = {row.values["report_year"]: text_of(entry, OWN_NAMES, row) for row in index(entry, OWN_NAMES).rows}
    assert [(row.encoding, row.flags) for row in rows.values()] == [
        ("utf-8", ()), ("gb18030", ()), ("utf-8", ("damaged_characters",)), ("gb18030, utf-8", ("mixed_encoding",)),
    ]  # fmt: skip
    assert rows["2023"].text == "国标的一行\n另一编码的一行"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.csv", "城市,年份,正文\n大同市,2022,文", "has no column 'ref_area'; it has 城市, 年份, 正文"),
        ("r.csv", "", "has no column 'ref_area'; it has none"),
        ("r.csv", "ref_area,ref_area,report_year,text\n", "two columns 'ref_area'"),
        ("r.csv", 'ref_area,"report_year,text\n', "does not name its columns"),
        ("r.csv", csv_of(ROWS).encode("utf-16"), "is in UTF-16"),
        ("r.csv", bytes(3000), "is in UTF-16"),
        ("r.jsonl", '{"城市": "大同市", "text": "文"}', "has no column 'ref_area'; it has 城市, text"),
        ("r.xlsx", b"no zip", "not an Excel workbook"),
        ("r.xlsx", zip_of({"a": "x"}), "not an Excel workbook"),
        ("r.xlsx", xlsx_of([["a", "b"]]), "has no column 'ref_area'; it has a, b"),
        ("r.xlsx", xlsx_of([HEADER], cells='<row r="9"><c r="XFD1048576"><v>1</v></c></row>'), "too far out"),
        ("r.xlsx", xlsx_of([HEADER], cells='<x:row r="9"><x:c t=">" r="XFD9"/></x:row>'), "too far out"),
        ("r.xlsx", xlsx_of([HEADER], cells='<row r="9000000"><c/></row>'), "too far out"),
        ("r.xlsx", xlsx_of([HEADER], cells="<row>" + "<c/>" * 1001 + "</row>"), "too far out"),
        ("r.xlsx", xlsx_of([[" " * 20_000_000]]), "unpacks to far more"),
    ],
)
def test_files_that_are_none_say_what_to_do(tmp_path: Path, name: str, content: bytes | str, words: str) -> None:
    with pytest.raises(RejectedReport) as caught:
        index(put(tmp_path, name, content), OWN_NAMES)
    assert words in caught.value.reason
    if "has no column" in words:
        assert "columns: {ref_area: …, report_year: …, text: …}" in caught.value.remedy


def test_too_many_rows_columns_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_limits(monkeypatch, tmp_path, collection_rows=2, collection_columns=5, collection_bytes=3000)
    for name, content, words in (
        ("a.csv", FILES["r.csv"], "more than 2 rows"),
        ("a.jsonl", FILES["r.jsonl"], "more than 2 rows"),
        ("a.xlsx", FILES["r.xlsx"], "row 4 and column 0, too far out"),
        ("b.csv", "a,b,c,d,e,ref_area,report_year,text\n", "more than 5 columns"),
        ("c.csv", FILES["r.csv"] + "x" * 3000, "larger than"),
    ):
        with pytest.raises(RejectedReport, match=words):
            index(put(tmp_path, name, content), OWN_NAMES)


def test_one_long_text_in_many_cells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_limits(monkeypatch, tmp_path, collection_unpacked_bytes=5_000_000)
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>1</v></c></row>' for row in range(2, 1000))
    texts = '<sst xmlns="x"><si><t>a</t></si><si><t>' + "b" * 10_000 + "</t></si></sst>"
    book = xlsx_of([HEADER], cells=rows, more={"xl/sharedStrings.xml": texts})
    with pytest.raises(RejectedReport, match="far more than reports can"):
        index(put(tmp_path, "r.xlsx", book), OWN_NAMES)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("columns: [", "no YAML"),
        ("files: x", "does not say which columns"),
        ("columns: [a]", "does not say which columns"),
        ("columns: {ref_area: a, report_year: b}", "which column text is in"),
        ("columns: {ref_area: a, report_year: b, text: {value: x}}", "which column text is in"),
        ("columns: {ref_area: a, report_year: b, text: c, colour: d}", "'colour' wrongly"),
        ("columns: {ref_area: [a], report_year: b, text: c}", "'ref_area' wrongly"),
        ("columns: {ref_area: true, report_year: b, text: c}", "'ref_area' wrongly"),
        ("columns: {ref_area: a, report_year: b, text: c}\nencodings: x", "'encodings', which is none of"),
        ("columns: {ref_area: a, report_year: b, text: c}\nencoding: big5", "'big5', which is none"),
        ("columns: {ref_area: a, report_year: b, text: c}\nsheet: 3", "sheet is '3'"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(RejectedReport) as caught:
        mapping(text.encode(), "m/collection.yaml")
    assert words in caught.value.reason
    assert "m/collection.yaml" in caught.value.reason
    assert "columns:" in caught.value.remedy


def test_a_sheet_is_chosen_by_name_and_an_encoding_is_believed(tmp_path: Path) -> None:
    text = "columns: {ref_area: ref_area, report_year: report_year, text: text}\n"
    entry = put(tmp_path, "r.xlsx", FILES["r.xlsx"])
    assert len(index(entry, mapping(f"{text}sheet: 报告".encode(), "x")).rows) == 3
    with pytest.raises(RejectedReport, match="no sheet '别的'; it has 报告"):
        index(entry, mapping(f"{text}sheet: 别的".encode(), "x"))
    gbk = put(tmp_path, "r.csv", FILES["gb.csv"])
    assert said(gbk, mapping(f"{text}encoding: GBK".encode(), "x")) == [tuple(row) for row in ROWS]


def test_a_file_that_looks_the_same_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    read = collection.csv_rows
    monkeypatch.setattr(collection, "csv_rows", lambda *all_: seen.append("read") or read(*all_))
    entry = put(tmp_path, "r.csv", csv_of(ROWS))
    index(entry, OWN_NAMES)
    index(entry, OWN_NAMES)
    assert seen == ["read", "read"]  # it changed just now, and may again without looking different
    monkeypatch.setattr(time, "time", lambda: (tmp_path / "r.csv").stat().st_ctime + 10)
    index(entry, OWN_NAMES)
    index(entry, OWN_NAMES)
    assert seen == ["read"] * 3
    assert said(put(tmp_path, "r.csv", csv_of(ROWS[:1]))) == [tuple(ROWS[0])]


def test_a_row_that_changed_since_is_not_taken_for_another(tmp_path: Path) -> None:
    entry = put(tmp_path, "r.csv", csv_of(ROWS))
    row = index(entry, OWN_NAMES).rows[1]
    put(tmp_path, "r.csv", csv_of([*ROWS[1:], *ROWS]))
    with pytest.raises(RejectedReport, match="changed while it was read"):
        text_of(entry, OWN_NAMES, row)


@pytest.mark.parametrize(("letters", "number"), [(b"A", 1), (b"Z", 26), (b"AA", 27), (b"XFD", 16384)])
def test_columns_are_numbered(letters: bytes, number: int) -> None:
    assert column_number(letters) == number


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=20)


def test_a_first_line_without_a_column_costs_only_itself(tmp_path: Path) -> None:
    entry = put(tmp_path, "r.jsonl", '{"ref_area": "大同市"}\n' + jsonl_of([("大同市", "2022", "文")]))
    first, second = index(entry, OWN_NAMES).rows
    assert "report_year" not in first.values
    assert (second.values["ref_area"], second.values["report_year"]) == ("大同市", "2022")


@given(st.lists(st.tuples(CELL, CELL, CELL.filter(lambda text: text.strip() != "")), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_whatever_stands_in_cells_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    for name, content in (("any.csv", csv_of(rows)), ("any.jsonl", jsonl_of(rows))):
        entry = put(folder, name, content)
        assert said(entry) == [(area.strip(), year.strip(), text) for area, year, text in rows]


@given(st.binary(max_size=300), st.sampled_from(["csv", "jsonl", "xlsx"]), st.booleans())
def test_no_bytes_break_it(tmp_path_factory: pytest.TempPathFactory, data: bytes, ending: str, headed: bool) -> None:
    entry = put(tmp_path_factory.getbasetemp(), f"any.{ending}", b"ref_area,report_year,text\n" * headed + data)
    try:
        for row in index(entry, OWN_NAMES).rows:
            assert isinstance(row, Row)
            if not row.problem:
                text_of(entry, OWN_NAMES, row).text.encode()
    except RejectedReport as error:
        assert error.reason
