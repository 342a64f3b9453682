"""Official series: files a user may hand in, good and bad, and the releases of one series beside each other."""

import csv
import datetime
import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import seeds, statistics
from pipelines.seeds import SeedError
from pipelines.statistics import FAULTS_SHOWN, Codes, Faulty, load, number, year_of
from pipelines.tables.core import STATISTICS

CODES = Codes.of(seeds.indicators(), seeds.areas())
GDP = {"column": "gdp", "indicator": "gdp", "transformation": "level", "unit": "CNY", "price_basis": "nominal"}
CPI = {"column": "cpi", "indicator": "cpi", "transformation": "yoy", "unit": "PERCENT"}
PROVENANCE = {
    "title": "Made-up output",
    "publisher": "Office of Examples",
    "source": "made up for a test",
    "url": "unknown",
    "licence": "unknown",
    "retrieved_on": datetime.date(2025, 3, 1),
    "released_on": datetime.date(2025, 1, 17),
    "area": {"column": "place"},
    "year": "year",
    "series": {"made_up_gdp": GDP | {"factor": 100_000_000}},
}


def put(
    folder: Path, name: str = "output", table: str | bytes = "place,year,gdp\n山西省,2023,100\n", **changed: Any
) -> None:
    """Write a csv file and its provenance file; a key that is changed to None is left out."""
    data = table.encode() if isinstance(table, str) else table
    (folder / f"{name}.csv").write_bytes(data)
    said = {key: value for key, value in (PROVENANCE | changed).items() if value is not None}
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")


def loaded(folder: Path) -> pl.DataFrame:
    return load(folder, CODES)


def faults(folder: Path) -> str:
    with pytest.raises(SeedError) as caught:
        loaded(folder)
    return str(caught.value).replace(f"{folder}/", "")


def test_a_file_becomes_rows_in_whole_units(tmp_path: Path) -> None:
    put(tmp_path, table='\ufeffplace,year,gdp\n山西省,2023,10825.4\n\n140200,2023年,\nShanxi,２０２４,"11,000"\n')
    frame = loaded(tmp_path)
    assert frame.schema == pl.Schema(STATISTICS.polars_schema)
    published = frame.filter(pl.col("derivation").is_null())
    assert published.select("series_id", "ref_area", "period_start", "period_end", "obs_value", "line").rows() == [
        ("made_up_gdp", "140000", 2023, 2023, 1_082_540_000_000.0, 2),
        ("made_up_gdp", "140000", 2024, 2024, 1_100_000_000_000.0, 5),
    ]
    row = published.row(0, named=True)
    assert row["publisher"] == "Office of Examples" and row["url"] is None and row["licence"] is None
    assert row["vintage"] == row["released_on"] == datetime.date(2025, 1, 17) and row["file"] == "output.csv"


def test_a_file_in_gb18030_with_several_series_of_one_area(tmp_path: Path) -> None:
    table = "年份,gdp,cpi,备注\n2023,5,−0.3%,\n2024,6,..,初步\n"
    put(
        tmp_path, table=table.encode("gb18030"), area=100000, year="年份", left_out={"备注": "words"},
        series={"made_up_gdp": GDP, "made_up_cpi": CPI},
    )  # fmt: skip
    rows = loaded(tmp_path).filter(pl.col("derivation").is_null()).select("series_id", "ref_area", "obs_value").rows()
    assert rows == [("made_up_cpi", "100000", -0.3), ("made_up_gdp", "100000", 5.0), ("made_up_gdp", "100000", 6.0)]


def test_no_folder_no_series(tmp_path: Path) -> None:
    assert loaded(tmp_path).height == loaded(tmp_path / "none").height == 0


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("10825.4", 10825.4), ("10,825.4", 10825.4), ("１０８２５．４", 10825.4), ("10 825.4", 10825.4),
        ("10\u00a0825.4", 10825.4), ("+7", 7.0), ("−0.7", -0.7), ("－0.7", -0.7), ("-0.7 ", -0.7), ("7.4%", 7.4),
        ("7.4％", 7.4), ("1.2e3", 1200.0), ("1E+3", 1000.0), ("", None), ("–", None), ("..", None), ("…", None),
        ("N/A", None), ("NaN", None),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(written: str, value: float | None) -> None:
    found = number(written, "gdp", percent=True)
    assert (None if found is None else float(found)) == value


@pytest.mark.parametrize(
    "written", ["7,4", "1,08,25", "7.4*", "7.4①", "7.4²", "٧", "约7", "inf", "0x10", "1_000", "1.2.3", "7.4%%"]
)
def test_what_could_be_read_in_two_ways_is_no_number(written: str) -> None:
    with pytest.raises(Faulty, match="must be a number such as"):
        number(written, "gdp", percent=True)


def test_a_percent_sign_belongs_to_per_cent_only() -> None:
    with pytest.raises(Faulty, match="must be a number"):
        number("7.4%", "gdp", percent=False)


@pytest.mark.parametrize("written", ["", "24", "2024-01", "1024", "二〇二四", "2024.0"])
def test_what_is_no_year(written: str) -> None:
    with pytest.raises(Faulty, match="it must be one of 1900 to 2100"):
        year_of(written)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"licence": None}, "output.yaml: licence is missing in the file; write unknown where it is not known"),
        ({"title": "unknown"}, "output.yaml: title must not be unknown; it names the figures beside each verdict"),
        ({"titel": "x"}, "output.yaml: titel in the file is unknown; the keys are title, "),
        ({"url": ["x"]}, "output.yaml: url is ['x']; it must be words, or unknown"),
        ({"note": ["x"]}, "output.yaml: note is ['x']; it must be words"),
        ({"retrieved_on": "unknown"}, "output.yaml: retrieved_on must not be unknown; write the day"),
        ({"released_on": "17.1.2025"}, "output.yaml: released_on is '17.1.2025'; it must be a day such as 2025-01-17"),
        ({"released_on": datetime.date(2025, 4, 1)}, "output.yaml: released_on 2025-04-01 is after retrieved_on"),
        ({"area": "999999"}, "output.yaml: area '999999' is not in seeds/areas.csv; write a six-digit code"),
        ({"area": {"columns": "place"}}, "output.yaml: area must be a code such as 140000, or {column:"),
        ({"area": {"column": "省"}}, "output.yaml: names the column '省', which the csv file has not; it has place"),
        ({"area": 140000}, "output.yaml: does not say what the column 'place' is; add it to series, or to left_out"),
        ({"series": {}}, "output.yaml: series must map the id of each series"),
        ({"left_out": ["x"]}, "output.yaml: left_out must map columns to the reason"),
        ({"series": {"Made up": GDP}}, "output.yaml: series Made up: an id is made of small letters, digits and _"),
        ({"series": {"x": "gdp"}}, "output.yaml: series x must hold the keys column, indicator, transformation, unit"),
        ({"series": {"x": GDP | {"unit": "亿元"}}}, "output.yaml: series x: unit is '亿元'; it must be one of CNY, "),
        ({"series": {"x": GDP | {"transformation": "avg_yoy"}}}, "series x: transformation is 'avg_yoy'; it must"),
        ({"series": {"x": GDP | {"price_basis": "current"}}}, "series x: price_basis is 'current'; it must be"),
        ({"series": {"x": GDP | {"indicator": "gnp"}}}, "series x: indicator 'gnp' is not in seeds/indicators.csv"),
        ({"series": {"x": GDP | {"unit": "USD"}}}, "series x: unit is USD; level of gdp is in CNY; turn"),
        ({"series": {"x": GDP | {"transformation": "yoy"}}}, "series x: unit is CNY; yoy of gdp is in PERCENT"),
        (
            {"series": {"x": {key: GDP[key] for key in GDP if key != "price_basis"}}},
            "series x: price_basis of gdp must be real (constant prices) or nominal (current prices)",
        ),
        ({"series": {"x": CPI | {"price_basis": "real"}}}, "series x: price_basis of cpi must be left out"),
        ({"series": {"x": GDP | {"factor": 0}}}, "series x: factor is 0; it must be a number other than 0"),
        ({"series": {"x": GDP | {"factor": "亿"}}}, "series x: factor is '亿'; it must be a number other than 0"),
        ({"series": {"x": GDP | {"factor": True}}}, "series x: factor is True; it must be a number other than 0"),
    ],
)  # fmt: skip
def test_a_bad_provenance_file_is_named_with_what_to_do(tmp_path: Path, changed: dict[str, Any], fault: str) -> None:
    put(tmp_path, **changed)
    assert fault in faults(tmp_path)


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ("", "output.csv:1: the first line must name each column, once; it has nothing"),
        ("place,year,year\n", "output.csv:1: the first line must name each column, once; it has place, year, year"),
        ("place,year,gdp,\n", "output.csv:1: the first line must name each column, once"),
        ("place,year,gdp\n山西省,2023,1,000\n", "output.csv:2: has 4 cells and the first line 3; quote a cell"),
        ("place,year,gdp\n\n山东,2023,1\n", "output.csv:3: area '山东' is not in seeds/areas.csv"),
        ("place,year,gdp\n鼓楼区,2023,1\n", "output.csv:2: area '鼓楼区' is not in seeds/areas.csv, or not"),
        ("place,year,gdp\n山西省,23,1\n", "output.csv:2: year is '23'; it must be one of 1900 to 2100"),
        ("place,year,gdp\n山西省,2023,7.4p\n", "output.csv:2: gdp is '7.4p'; it must be a number such as 10825.4"),
        ("place,year,gdp\n山西省,2023," + "9" * 400 + "\n", "it must be a number such as 10825.4"),
        (
            "place,year,gdp\n山西省,2023,1\n140000,2023,1\n",
            "output.csv:3: series made_up_gdp: 140000 2023 stands in output.csv:2 already",
        ),
        (b"place,year,gdp\n\xff\xff\xff", "output.csv:1: is neither UTF-8 nor GB18030; save it again as csv in UTF-8"),
        (b"place,year\0,gdp\n", "output.csv:1: holds NUL characters and is no csv file"),
        ('place,year,gdp\n山西省,2023,"' + "9" * 200_000 + '"\n', "output.csv:1: is not readable as csv after line"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_with_what_to_do(tmp_path: Path, table: str | bytes, fault: str) -> None:
    csv.field_size_limit(131_072)  # Python's own; a collection of reports that was read before raises it
    put(tmp_path, table=table)
    assert fault in faults(tmp_path)


def test_every_fault_is_told_at_once_and_of_very_many_the_first(tmp_path: Path) -> None:
    put(tmp_path, "a", table="place,year,gdp\n山西省,x,1\n山西省,2023,y\n")
    put(tmp_path, "b", licence=None)
    assert [line.split(" ")[0] for line in faults(tmp_path).splitlines()] == ["a.csv:2:", "a.csv:3:", "b.yaml:"]
    put(tmp_path, "a", table="place,year,gdp\n" + "山西省,x,1\n" * 100)
    lines = faults(tmp_path).splitlines()
    assert len(lines) == FAULTS_SHOWN + 1 and lines[-1] == f"and {101 - FAULTS_SHOWN} more"


def test_files_that_stand_alone_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("place,year,gdp\n")
    (tmp_path / "b.yaml").write_text("title: x\n")
    (tmp_path / "c.xlsx").write_bytes(b"PK")
    (tmp_path / "README.md").write_text("words")
    (tmp_path / ".hidden").write_text("words")
    assert faults(tmp_path).splitlines() == [
        "a.csv: a.yaml must stand beside it and say what the figures are",
        "b.yaml: b.csv, which it speaks of, is not there; add it or remove this file",
        "c.xlsx: is no .csv and not read; save the table as csv in UTF-8, or move it away",
    ]


def test_yaml_that_is_none_is_told(tmp_path: Path) -> None:
    put(tmp_path)
    (tmp_path / "output.yaml").write_text("title: [")
    assert "output.yaml: is not readable as YAML in UTF-8" in faults(tmp_path)


# ---------------------------------------------------------------------------------------------------------------------
# Releases


def release(folder: Path, day: str | None, table: str, taken: str = "2026-01-01", **changed: Any) -> None:
    released = datetime.date.fromisoformat(day) if day else "unknown"
    put(
        folder,
        f"r{day or 'x'}",
        table,
        released_on=released,
        retrieved_on=datetime.date.fromisoformat(taken),
        **changed,
    )


def test_no_release_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    release(tmp_path, "2024-01-17", "place,year,gdp\n山西省,2022,90\n山西省,2023,100\n")
    before = loaded(tmp_path).drop("is_latest_vintage")
    release(tmp_path, "2024-12-26", "place,year,gdp\n山西省,2023,103\n山西省,2024,110\n")
    after = loaded(tmp_path)
    levels = after.filter(pl.col("series_id") == "made_up_gdp")
    assert levels.select("period_end", pl.col("vintage").cast(pl.String), "obs_value", "is_latest_vintage").rows() == [
        (2022, "2024-01-17", 90e8, True),  # the later release does not restate it
        (2023, "2024-01-17", 100e8, False),
        (2023, "2024-12-26", 103e8, True),
        (2024, "2024-12-26", 110e8, True),
    ]
    assert before.join(after, on=before.columns, nulls_equal=True).height == before.height


def test_growth_is_derived_within_a_release_and_says_so(tmp_path: Path) -> None:
    release(tmp_path, "2024-01-17", "place,year,gdp\n山西省,2022,100\n山西省,2023,110\n")
    release(tmp_path, "2024-12-26", "place,year,gdp\n山西省,2023,120\n山西省,2025,130\n")
    growth = loaded(tmp_path).filter(pl.col("derivation").is_not_null())
    labels = ("series_id", "transformation", "period_end", "obs_value", "unit_measure", "price_basis")
    assert growth.select(labels).rows() == [("made_up_gdp/yoy", "yoy", 2023, 10.0, "PERCENT", "nominal")]
    assert growth["derivation"].to_list() == ["nominal growth between the levels of 2022 and 2023"]


def test_no_growth_of_rates_or_from_nothing(tmp_path: Path) -> None:
    rate = {"column": "gdp", "indicator": "urbanisation_rate", "transformation": "level", "unit": "PERCENT"}
    jobs = {"column": "jobs", "indicator": "urban_new_jobs", "transformation": "level", "unit": "PERSON"}
    table = "place,year,gdp,jobs\n山西省,2022,60,0\n山西省,2023,61,5\n山西省,2024,62,6\n"
    put(tmp_path, table=table, series={"rate": rate, "jobs": jobs})
    growth = loaded(tmp_path).filter(pl.col("derivation").is_not_null())
    assert growth.select("series_id", "period_end", "obs_value", "price_basis").rows() == [
        ("jobs/yoy", 2024, 20.0, None)
    ]
    assert growth["derivation"].to_list() == ["growth between the levels of 2023 and 2024"]


def test_a_release_of_unknown_day_gives_way_to_one_of_a_known_day(tmp_path: Path) -> None:
    release(tmp_path, None, "place,year,gdp\n山西省,2023,90\n", taken="2026-11-24")
    release(tmp_path, "2024-12-26", "place,year,gdp\n山西省,2023,103\n")
    latest = loaded(tmp_path).filter("is_latest_vintage")
    assert latest["obs_value"].to_list() == [103e8]


def test_releases_of_one_series_must_agree_on_what_it_is(tmp_path: Path) -> None:
    release(tmp_path, "2024-01-17", "place,year,gdp\n山西省,2023,100\n")
    release(
        tmp_path,
        "2024-12-26",
        "place,year,gdp\n山西省,2023,100\n",
        series={"made_up_gdp": GDP | {"price_basis": "real"}},
    )
    assert faults(tmp_path) == (
        "r2024-12-26.yaml: price_basis of series made_up_gdp is real here and nominal in r2024-01-17.csv; "
        "give one of the two another id"
    )


def test_two_files_of_one_day_may_share_a_series_but_no_figure(tmp_path: Path) -> None:
    put(tmp_path, "north", "place,year,gdp\n山西省,2023,1\n")
    put(tmp_path, "south", "place,year,gdp\n浙江省,2023,2\n")
    assert loaded(tmp_path)["ref_area"].to_list() == ["140000", "330000"]
    put(tmp_path, "south", "place,year,gdp\n山西省,2023,1\n")
    assert "south.csv:2: series made_up_gdp: 140000 2023 stands in north.csv:2 already" in faults(tmp_path)


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from([1, 10_000, 100_000_000]))
def test_order_and_unit_of_the_file_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory, mix: random.Random, factor: int
) -> None:
    rows = [(area, year, mix.randrange(1, 10**6)) for area in ("山西省", "浙江省") for year in range(2015, 2020)]
    frames = []
    for given_rows, unit in ((rows, 1), (mix.sample(rows, len(rows)), factor)):
        folder = tmp_path_factory.mktemp("series")
        lines = [f"{area},{year},{value * 10**8 / unit!r}" for area, year, value in given_rows]
        put(folder, table="\n".join(["place,year,gdp", *lines]), series={"made_up_gdp": GDP | {"factor": unit}})
        frames.append(loaded(folder).drop("line"))
    assert frames[0].equals(frames[1])


# ---------------------------------------------------------------------------------------------------------------------
# The files that stand in seeds/statistics


def test_the_series_on_file() -> None:
    frame = load()
    published = frame.filter(pl.col("derivation").is_null())
    by_series = {row[0]: row[1:] for row in published.group_by("series_id").agg(
        pl.len(), pl.col("ref_area").n_unique(), pl.col("period_end").min(), pl.col("period_end").max().alias("last")
    ).rows()}  # fmt: skip
    assert by_series["province_gdp"] == (31 * 19, 31, 2006, 2024)
    assert by_series["cn_gdp_growth"] == (59, 1, 1961, 2019)
    assert by_series["cn_cpi"] == (38, 1, 1987, 2024)
    # every number of the files is a row, in whole units
    for name, factor in (("national_gdp_growth_cpi", 1), ("provincial_gdp_nominal", 1e8)):
        table = pl.read_csv(statistics.FOLDER / f"{name}.csv", infer_schema_length=None)
        columns = [column for column in table.columns if column in ("gdp_growth_pct", "cpi_pct", "nominal_gdp_100m")]
        numbers = pl.concat([table[column].drop_nulls().cast(pl.Float64).alias("x") for column in columns]) * factor
        rows = published.filter(pl.col("file") == f"{name}.csv")["obs_value"]
        assert rows.sort().to_list() == pytest.approx(numbers.sort().to_list(), rel=1e-12)


def test_the_example_of_the_readme_can_be_read(tmp_path: Path) -> None:
    section = (seeds.SEEDS / "README.md").read_text(encoding="utf-8").partition("## Statistics")[2]
    (tmp_path / "example.yaml").write_text(section.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    (tmp_path / "example.csv").write_text(
        '地区,年份,地区生产总值（亿元）,备注\n山西省,2024,"1,234.5",x\n', encoding="utf-8"
    )
    (row,) = loaded(tmp_path).to_dicts()
    assert (row["ref_area"], row["obs_value"], row["vintage"]) == (
        "140000",
        123_450_000_000,
        datetime.date(2025, 1, 17),
    )
