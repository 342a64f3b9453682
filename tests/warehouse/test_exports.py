"""Exports: what is taken away is what was published, to the last observation, and no text becomes a formula."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pytest
import sdmx as library
from frictionless import Package
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from pipelines.quantities import years
from pipelines.tables import VERDICTS
from pipelines.tables.core import OBSERVATIONS
from pipelines.tables.registry import TABLES
from tests.commands.test_explain import changed
from tests.commands.test_run import duixian
from warehouse.exports import Selection, cell, chosen, guarded, package, rows, sdmx, unguarded
from warehouse.publication import LINK, connect

HOSTILE = (
    "=HYPERLINK(\"http://example.org\",\"x\")", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1", "'",
    "http://example.org/a", "line\nbreak\u2028and\x85more\\u0041\\", "\x1b[2J\u202eturned", "{=1}", "", " ",
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, with evidence that would like to be a formula."""
    words = ", ".join("'" + text.replace("'", "''") + "'" for text in HOSTILE)
    nth = f"list_extract([{words}], 1 + (rowid % {len(HOSTILE)})::INTEGER)"
    return changed(
        sample_warehouse, tmp_path_factory.mktemp("hostile") / "w",
        f"UPDATE core.observations SET evidence = {nth}, flags = ['=1', 'a,\"b\"']",  # noqa: S608
        f"UPDATE mart.target_outcomes SET target_evidence = {nth}, outcome_evidence = {nth}, verdict_rule = {nth}",  # noqa: S608
        f"UPDATE core.reports SET title = {nth}, source = {nth}, warnings = ['=1+1']",  # noqa: S608
    )  # fmt: skip


def export(warehouse: Path, kind: str, target: Path, *more: object) -> Path:
    code, output = duixian("export", "--to", kind, "--out", target, "--warehouse", warehouse, *more)
    assert code == 0, output
    return target


@given(st.text())
def test_a_guard_is_taken_off_again_and_nothing_starts_a_formula(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert sdmx.unescaped(sdmx.escaped(text)) == text
    assert len(sdmx.escaped(text).splitlines()) <= 1


def test_cells_of_csv() -> None:
    values = (None, True, ["=1"], "=1", -1.5)
    assert [cell(value) for value in values] == [None, "true", '["=1"]', "'=1", -1.5]


def published(warehouse: Path, query: str) -> list[Any]:
    with connect(warehouse / LINK) as connection:
        return connection.execute(query).fetchall()


# SDMX


def read_back(folder: Path) -> Iterator[dict[str, Any]]:
    """What the library reads, as the database has it."""
    structure = library.read_sdmx(folder / "structure.xml")
    message = library.read_sdmx(folder / "observations.csv", structure=structure.dataflow[sdmx.FLOW])
    [data] = message.data
    assert data.structured_by is structure.structure[sdmx.STRUCTURE]
    for found in data.obs:
        values = {key: value.value for key, value in found.dimension.values.items()}
        values |= {key: sdmx.unescaped(str(value.value)) for key, value in found.attached_attribute.items()}
        first, _, length = values["TIME_PERIOD"].partition("-01-01/P")
        row: dict[str, Any] = {
            column: None if values[name] in (sdmx.NONE, "") else values[name]
            for name, column in (sdmx.OF_THE_KEY | sdmx.ATTRIBUTES).items()
        }
        yield row | {
            "report_year": int(row["report_year"]),
            "period_start": int(first),
            "period_end": int(first) + int(length.rstrip("Y") or 1) - 1,
            "obs_value": float(found.value),
            "obs_value_high": float(row["obs_value_high"]) if row["obs_value_high"] else None,
            "confidence": float(row["confidence"]),
            "is_sample": row["is_sample"] == "true",
            "flags": values["FLAGS"].split(";") if values["FLAGS"] else [],
            "evidence": values["EVIDENCE"],
        }


@pytest.mark.parametrize("which", ["sample_warehouse", "hostile"])
def test_sdmx_is_read_back_to_the_same_observations(which: str, request: Any, tmp_path: Path) -> None:
    warehouse = request.getfixturevalue(which)
    folder = export(warehouse, "sdmx-csv", tmp_path / "sdmx")
    found = {row["observation_id"]: row for row in read_back(folder)}
    with chosen(warehouse / LINK, Selection()) as connection:
        stated = rows(connection, OBSERVATIONS)
    left_out = {"report_id", "char_start", "char_end", "statement_id", "rule"}  # where it stands: the database has it
    assert len(found) == len(stated) > 200
    for row in stated:
        expected = {name: value for name, value in row.items() if name not in left_out}
        assert {name: found[row["observation_id"]][name] for name in expected} == expected


def test_keys_of_sdmx_are_unique_and_codes_have_names(sample_warehouse: Path, tmp_path: Path) -> None:
    row = published(sample_warehouse, "SELECT * FROM core.observations LIMIT 1")[0]
    one = dict(zip(OBSERVATIONS.polars_schema, row, strict=True))
    twice = list(sdmx.observations([one, one | {"bound": "at_least"}]))
    assert [entry["OCCURRENCE"] for entry in twice] == ["1", "2"]
    folder = export(sample_warehouse, "sdmx-csv", tmp_path / "sdmx", "--area", "山西")
    structure = library.read_sdmx(folder / "structure.xml")
    areas = structure.codelist["CL_AREA"]
    assert {code.id for code in areas} == {"100000", "140000"}
    assert areas["140000"].parent == areas["100000"]
    gdp = structure.codelist["CL_INDICATOR"]["gdp"]
    assert (gdp.name.localizations["zh"], gdp.name.localizations["en"]) == ("地区生产总值", "Gross domestic product")
    dimensions = structure.structure[sdmx.STRUCTURE].dimensions
    for line in csv.DictReader(io.StringIO((folder / "observations.csv").read_text(encoding="utf-8"))):
        for dimension in dimensions:
            listed = dimension.local_representation.enumerated
            assert listed is None or line[dimension.id] in listed


# data packages


def test_a_data_package_of_csv_is_valid_and_holds_the_database(hostile: Path, tmp_path: Path) -> None:
    folder = export(hostile, "csv", tmp_path / "csv")
    package_read = Package(str(folder / package.DESCRIPTION))
    report = package_read.validate()
    assert report.valid, report.flatten(["name", "type", "note"])
    assert [resource.name for resource in package_read.resources] == list(TABLES)
    for name in ("core.observations", "mart.target_outcomes", "core.reports"):
        resource = package_read.get_resource(name)
        with chosen(hostile / LINK, Selection()) as connection:
            stated = rows(connection, TABLES[name])
        texts = {column.name for column in TABLES[name].columns if column.type == "VARCHAR"}
        found = [
            {
                key: unguarded(value)
                if key in texts and value
                else float(value)
                if isinstance(value, Decimal)
                else value
                for key, value in row.to_dict().items()
            }
            for row in resource.read_rows()
        ]
        for one, two in zip(found, stated, strict=True):
            # CSV has one way to write no text and an empty one
            assert one == {key: None if value == "" else value for key, value in two.items()}


def test_no_cell_of_csv_starts_a_formula(hostile: Path, tmp_path: Path) -> None:
    folder = export(hostile, "csv", tmp_path / "csv", "--area", "100000")
    cells = 0
    for path in folder.glob("*.csv"):
        numbers = {
            column.name for column in TABLES[path.stem].columns if column.type in ("DOUBLE", "INTEGER", "BIGINT")
        }
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for name, value in row.items():
                    cells += 1
                    assert name in numbers or not value.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))
    assert cells > 1000


def test_parquet_is_the_database_and_its_package_is_valid(hostile: Path, tmp_path: Path) -> None:
    folder = export(hostile, "parquet", tmp_path / "parquet")
    described = json.loads((folder / package.DESCRIPTION).read_text(encoding="utf-8"))
    assert Package(str(folder / package.DESCRIPTION)).validate().valid, "sizes and hashes"
    with chosen(hostile / LINK, Selection()) as connection:
        for resource, table in zip(described["resources"], TABLES.values(), strict=True):
            frame = pl.read_parquet(folder / resource["path"])
            assert dict(frame.schema) == table.polars_schema
            assert [field["name"] for field in resource["schema"]["fields"]] == frame.columns
            assert frame.to_dicts() == rows(connection, table), "evidence and all"


def test_a_damaged_file_is_found_by_its_package(sample_warehouse: Path, tmp_path: Path) -> None:
    folder = export(sample_warehouse, "parquet", tmp_path / "parquet")
    with (folder / "core.areas.parquet").open("ab") as file:
        file.write(b"x")
    assert not Package(str(folder / package.DESCRIPTION)).validate().valid


def test_the_description_says_what_the_registry_knows(sample_warehouse: Path, tmp_path: Path) -> None:
    folder = export(sample_warehouse, "csv", tmp_path / "csv", "--years", "2021:2022")
    described = json.loads((folder / package.DESCRIPTION).read_text(encoding="utf-8"))
    resources = {resource["name"]: resource for resource in described["resources"]}
    fields = {field["name"]: field for field in resources["mart.target_outcomes"]["schema"]["fields"]}
    assert fields["verdict"]["constraints"] == {"required": True, "enum": list(VERDICTS)}
    assert fields["tolerance"]["constraints"] == {"required": True, "minimum": 0}
    assert fields["target_value"]["title"] == "目标值"
    assert resources["mart.target_outcomes"]["schema"]["primaryKey"] == ["target_id"]
    assert {
        "fields": ["outcome_id"], "reference": {"resource": "core.observations", "fields": ["observation_id"]},
    } in resources["mart.target_outcomes"]["schema"]["foreignKeys"]  # fmt: skip
    assert described["selection"] == "2021–2022"
    assert described["sources"]


# a part of it


@pytest.mark.parametrize(
    "more",
    [
        ("--area", "Shanxi"),
        ("--years", "2021:2022"),
        ("--indicator", "GDP", "--indicator", "粮食产量", "--area", "全国"),
    ],
    ids=str,
)
def test_what_chosen_rows_refer_to_comes_along(sample_warehouse: Path, tmp_path: Path, more: tuple[str, ...]) -> None:
    folder = export(sample_warehouse, "csv", tmp_path / "csv", *more)
    assert Package(str(folder / package.DESCRIPTION)).validate().valid, "no reference leads nowhere"
    targets = pl.read_csv(folder / "mart.target_outcomes.csv", infer_schema=False)
    assert 0 < targets.height < 152
    if "Shanxi" in more:
        assert set(targets["ref_area"]) == {"140000"}
    if "2021:2022" in more:
        assert set(targets["target_report_year"]) == {"2021", "2022"}
        observations = pl.read_csv(folder / "core.observations.csv", infer_schema=False)
        assert "2023" in set(observations["report_year"]), "the outcomes of 2022"
    if "GDP" in more:
        assert set(targets["indicator"]) == {"gdp", "grain_output"}


def test_a_database_of_one_file(sample_warehouse: Path, tmp_path: Path) -> None:
    target = export(sample_warehouse, "duckdb", tmp_path / "one.duckdb", "--area", "140200")
    with duckdb.connect(str(target), read_only=True) as made:
        for name, table in TABLES.items():
            comment = made.execute(
                "SELECT comment, estimated_size FROM duckdb_tables() WHERE schema_name = ? AND table_name = ?",
                [table.schema, table.name],
            ).fetchone()
            assert comment
            assert comment[0] == f"{table.zh}: {table.comment}", name
        assert made.execute("SELECT count(*), any_value(ref_area) FROM core.observations").fetchone()[1] == "140200"  # type: ignore[index]
        assert made.execute("SELECT bulk_folder FROM ops.builds").fetchall() == [(None,)]


# the spreadsheet


@pytest.fixture(scope="module")
def workbook(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(hostile, "xlsx", tmp_path_factory.mktemp("xlsx") / "x.xlsx")


def test_no_cell_of_the_workbook_is_a_formula_and_nothing_leads_out(workbook: Path) -> None:
    with zipfile.ZipFile(workbook) as file:
        names = file.namelist()
        assert not [name for name in names if "externalLink" in name or "vba" in name.lower()]
        for name in names:
            if name.endswith(".rels"):
                assert b"External" not in file.read(name), name
            if name.startswith("xl/worksheets/sheet"):
                tree = etree.fromstring(file.read(name))
                assert tree.findall(".//{*}f") == []
                assert tree.findall(".//{*}hyperlink") == []
    book = openpyxl.load_workbook(workbook)
    texts = [value.value for sheet in book for line in sheet.iter_rows() for value in line if value.data_type == "s"]
    assert '=HYPERLINK("http://example.org","x")' in texts
    assert not [text for text in texts if "\x1b" in text or "\u202e" in text]


def test_the_workbook_says_what_the_database_says(sample_warehouse: Path, tmp_path: Path) -> None:
    target = export(sample_warehouse, "xlsx", tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(target)["目标与结果"]
    headings = [str(value.value).split("\n") for value in sheet[1]]
    at = {english: number for number, (_, english) in enumerate(headings)}
    lines = {line[at["target id"]].value: line for line in sheet.iter_rows(min_row=2)}
    factors = {"亿": 1e8, "万": 1e4}
    stated = published(
        sample_warehouse,
        "SELECT target_id, period_start, period_end, verdict, target_value, outcome_value, gap, target_evidence, "
        "unit_measure FROM mart.target_outcomes",
    )
    assert set(lines) == {row[0] for row in stated}
    second = [name for name, (_, english) in enumerate(headings) if english == "outcome"][1]
    first = [name for name, (_, english) in enumerate(headings) if english == "target"][1]
    for target_id, start, end, verdict, value, outcome, gap, evidence, unit in stated:
        line = lines[target_id]
        factor = factors.get(line[at["unit"]].value[0], 1.0)
        assert unit != "PERCENT" or factor == 1.0
        assert line[first].value * factor == pytest.approx(value)
        assert (line[second].value is None) == (outcome is None)
        assert line[at["gap"]].value == (None if gap is None else pytest.approx(gap / factor))
        assert line[at["years"]].value == years(start, end)
        assert line[at["verdict"]].value == f"{VERDICTS[verdict]} {verdict}"
        assert line[at["words of the target"]].value == evidence


def test_how_the_workbook_is_set(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    assert book.sheetnames == ["说明", "记分卡", "目标与结果", "目标变化", "逐年结果", "报告"]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes in ("C2", "B2")
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert all("\n" in value.value for value in sheet[1]), "Chinese above English"
    sheet = book["目标与结果"]
    verdicts = {line[6].value: line[6].fill.fgColor.rgb for line in sheet.iter_rows(min_row=2)}
    assert len(set(verdicts.values())) == len(verdicts) > 4, "each verdict has its colour"
    numbers = {
        value.number_format
        for line in sheet.iter_rows(min_row=2)
        for value in line
        if value.data_type == "n" and value.value is not None
    }
    assert {"#,##0", "#,##0.0", "0"} <= numbers
    about = " ".join(str(value.value) for line in book["说明"].iter_rows() for value in line if value.value)
    for said in ("样例", "±0.25 个百分点", "±2%", *VERDICTS, "规则第 1 版", "构建"):
        assert said in about


# the site


def test_the_site_of_an_area_is_that_of_the_area_alone(sample_warehouse: Path, tmp_path: Path) -> None:
    folder = export(sample_warehouse, "site", tmp_path / "site", "--area", "140200")
    held = published(sample_warehouse, "SELECT report_year FROM core.reports WHERE ref_area = '140200'")
    assert {path.name for path in (folder / "areas").iterdir()} == {"140200.html"}
    assert {path.name for path in (folder / "reports").iterdir()} >= {f"140200-{year}.html" for (year,) in held}
    for tree in (html.document_fromstring(path.read_bytes()) for path in folder.rglob("*.html")):
        assert not tree.xpath("//*[contains(., 'duixian export --to site')]"), "all pages are there"
    page = html.document_fromstring((folder / "areas/140200.html").read_bytes())
    for link in page.xpath("//a/@href"):
        assert (folder / "areas" / link.partition("#")[0]).exists() or link.startswith("#"), link
    export(sample_warehouse, "site", folder, "--replace", "--area", "140200")
    (folder / "mine.txt").write_text("mine")
    code, output = duixian("export", "--to", "site", "--out", folder, "--replace", "--warehouse", sample_warehouse)
    assert (code, "holds mine.txt, which no export wrote" in output) == (2, True)


def test_a_site_that_somebody_else_made_is_left_alone(sample_warehouse: Path, tmp_path: Path) -> None:
    (tmp_path / "mine/assets").mkdir(parents=True)
    (tmp_path / "mine/index.html").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    for name, why in (("mine", ", which no export wrote"), ("link", "is a link to a folder; name the folder itself")):
        code, output = duixian(
            "export", "--to", "site", "--out", tmp_path / name, "--replace", "--warehouse", sample_warehouse
        )
        assert (code, why in output) == (2, True), output
    assert (tmp_path / "mine/index.html").read_text() == "mine"


# the command


def test_what_is_there_is_not_written_over(sample_warehouse: Path, tmp_path: Path) -> None:
    def refused(kind: str, target: Path, *more: object) -> str:
        code, output = duixian("export", "--to", kind, "--out", target, "--warehouse", sample_warehouse, *more)
        assert code == 2, output
        return output

    folder = export(sample_warehouse, "csv", tmp_path / "csv", "--area", "140200")
    assert "--replace writes it anew" in refused("csv", folder)
    export(sample_warehouse, "csv", folder, "--replace", "--area", "140000")
    assert set(pl.read_csv(folder / "core.reports.csv", infer_schema=False)["ref_area"]) == {"140000"}
    (folder / "mine.txt").write_text("mine")
    assert "holds mine.txt, which no export wrote" in refused("csv", folder, "--replace")
    assert (folder / "mine.txt").exists()
    assert "is a folder; name the file" in refused("xlsx", folder)
    (tmp_path / "file").write_text("x")
    assert "makes a folder of files" in refused("parquet", tmp_path / "file", "--replace")
    assert "is not there; make it" in refused("xlsx", tmp_path / "no/where.xlsx")
    database = sample_warehouse / LINK
    assert "is what `duixian run` publishes" in refused("duckdb", database, "--replace")
    assert database.is_symlink()
    assert "no report is chosen by" in refused("xlsx", tmp_path / "x.xlsx", "--years", "1999:2000")
    assert "did you mean gdp" in refused("xlsx", tmp_path / "x.xlsx", "--indicator", "gdpp")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["csv", "file"], "nothing is left of what was refused"


def test_a_database_of_another_version(sample_warehouse: Path, tmp_path: Path) -> None:
    folder = changed(sample_warehouse, tmp_path / "w", "DROP TABLE mart.scorecard")
    code, output = duixian("export", "--to", "xlsx", "--out", tmp_path / "x.xlsx", "--warehouse", folder)
    assert (code, "another version" in output) == (1, True)
    assert not (tmp_path / "x.xlsx").exists()
