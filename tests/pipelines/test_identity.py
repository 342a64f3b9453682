"""What a text says of itself: whether it is a report, of which year and area; and that real reports are believed."""

import csv
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import identity, seeds
from pipelines import reports as reading
from pipelines.formats import RejectedReport
from pipelines.identity import area_named, doubts, month_of, same_place, year_of

REAL_REPORTS = Path(__file__).resolve().parents[3] / "shared" / "reports"
DATONG, YANGQUAN, SHANXI, NATION, HAILAR = "140200", "140300", "140000", "100000", "150702"

ADDRESS = "各位代表：\n现在，我代表市人民政府向大会报告工作，请予审议。\n"
BODY = "全市经济平稳增长，工业和农业生产任务完成，居民收入提高，财政投资项目推进，就业改革加强。\n"
REPORT = (
    "政府工作报告\n——2022年3月29日在大同市第十六届人民代表大会第二次会议上\n大同市人民政府市长 某某\n"
    + ADDRESS
    + "一、2021年工作回顾\n"
    + BODY * 3
    + "二、2022年工作安排\n"
    + BODY * 3
)


def flags(text: str, area: str = DATONG, year: int = 2022) -> list[str]:
    """The flags of a text."""
    return [doubt.flag for doubt in doubts(text, "x", area, year)]


def rejected(text: str, area: str = DATONG, year: int = 2022) -> str:
    """Why a text is rejected."""
    with pytest.raises(RejectedReport) as caught:
        doubts(text, "x", area, year)
    assert caught.value.remedy
    return caught.value.reason


def test_a_report_in_its_place_raises_no_doubt() -> None:
    assert flags(REPORT) == []
    assert flags(ADDRESS + BODY) == []
    assert flags(BODY) == []


class TestYear:
    @pytest.mark.parametrize("year", [2020, 2021, 2023])
    def test_the_text_and_the_folder_are_both_shown(self, year: int) -> None:
        [doubt] = doubts(REPORT, "x", DATONG, year)
        assert doubt.flag == "wrong_year"
        assert "2022" in doubt.sentence
        assert str(year) in doubt.sentence
        assert "“" in doubt.sentence

    @pytest.mark.parametrize(
        "line",
        [
            "2022年大同市政府工作报告", "二〇二二年政府工作报告", "政府２０２２年工作报告", "一、2021年工作回顾",
            "一、“十三五”时期和2021年工作回顾", "二、2022年工作总体要求和重点任务", "2022年重点工作",
            "2022年政府工作安排建议",
            "（2022年3月29日在大同市第十六届人民代表大会第二次会议上）", "三、2022 年 目 标 任 务",
        ],
    )  # fmt: skip
    def test_each_way_to_name_it(self, line: str) -> None:
        text = f"{line}\n{ADDRESS}{BODY}"
        assert flags(text) == []
        assert flags(text, year=2019) == ["wrong_year"]

    @pytest.mark.parametrize(
        "line",
        [
            "到2035年的远景目标", "2016年以来的工作回顾", "2019年我们完成了主要任务，", "来源：某报2019年1月3日",
            "2019年12月8日，中央召开会议部署工作", "展望2035年远景目标任务",
        ],
    )  # fmt: skip
    def test_other_years_are_none_of_it(self, line: str) -> None:
        assert flags(f"{line}\n{ADDRESS}{BODY}") == []

    def test_a_session_late_in_the_year_looks_ahead(self) -> None:
        late = f"（2021年12月20日在大同市第十六届人民代表大会第一次会议上）\n{ADDRESS}{BODY}"
        assert flags(late, year=2022) == flags(late, year=2021) == []
        assert flags(late, year=2020) == flags(late, year=2023) == ["wrong_year"]
        planned = late + "二、2022年工作安排\n"
        assert flags(planned, year=2022) == flags(planned, year=2021) == []
        assert flags(planned, year=2023) == ["wrong_year"]

    def test_a_long_text_that_never_names_its_year(self) -> None:
        text = ADDRESS + BODY * 150 + "2014年增长，2015年增长，2015年提高，2013年完成。"
        assert flags(text, year=2016) == []
        assert flags(text, year=2022) == ["wrong_year"]
        assert flags(ADDRESS + "2014年，2015年，2013年，2012年。", year=2022) == []

    @pytest.mark.parametrize(
        ("written", "year"), [("2024", 2024), ("二〇二四", 2024), ("一九九〇", 1990), ("二○一○", 2010)]
    )
    def test_years(self, written: str, year: int) -> None:
        assert year_of(written) == year

    @pytest.mark.parametrize(
        ("written", "month"), [("3", 3), ("03", 3), ("12", 12), ("十", 10), ("十二", 12), ("三", 3)]
    )
    def test_months(self, written: str, month: int) -> None:
        assert month_of(written) == month


class TestArea:
    @pytest.mark.parametrize("area", [YANGQUAN, SHANXI, HAILAR])
    def test_the_text_and_the_folder_are_both_shown(self, area: str) -> None:
        [doubt] = doubts(REPORT, "x", area, 2022)
        assert doubt.flag == "wrong_area"
        assert "大同市" in doubt.sentence
        assert area in doubt.sentence

    @pytest.mark.parametrize(
        "line",
        [
            "在大同市第十六届人民代表大会第二次会议上", "2022年大同市政府工作报告", "山西省大同市人民政府工作报告",
            "大同市市长 某某", "大同市人民政府代市长 某某", "我代表大同市人民政府向大会报告工作",
        ],
    )  # fmt: skip
    def test_each_way_to_name_it(self, line: str) -> None:
        text = f"{line}\n各位代表：\n{BODY}"
        assert flags(text) == []
        assert flags(text, area=YANGQUAN) == ["wrong_area"]

    def test_one_word_for_its_own_area_is_enough(self) -> None:
        text = (
            f"转自阳泉市人民政府市长办公室\n大同市第十六届人民代表大会\n在大同市第十六届人民代表大会上\n{ADDRESS}{BODY}"
        )
        assert flags(text) == []

    @pytest.mark.parametrize(
        ("who", "area", "doubted"),
        [
            ("省人民政府", DATONG, True), ("县人民政府", DATONG, True), ("市人民政府", DATONG, False),
            ("省人民政府", SHANXI, False), ("区政府", HAILAR, False), ("自治区人民政府", "150000", False),
            ("市人民政府", "110000", False), ("市政府", HAILAR, False), ("州人民政府", "532300", False),
        ],
    )  # fmt: skip
    def test_the_level_of_government_it_speaks_for(self, who: str, area: str, doubted: bool) -> None:
        text = f"各位代表：\n现在，我代表{who}向大会报告工作，请予审议。\n{BODY}"
        assert flags(text, area=area) == ["wrong_area"] * doubted

    def test_a_national_report_filed_as_a_citys_is_rejected(self) -> None:
        for opening in ("我代表国务院，向大会作政府工作报告，请予审议。", "我受国务院的委托，向大会报告工作。"):
            text = f"各位代表：\n现在，{opening}\n{BODY}"
            assert "whole country" in rejected(text)
            assert "140200 大同市" in rejected(text)
            assert flags(text, area=NATION) == []
        long = "各位代表：\n" + "我国经济发展，全国人民团结，工业农业生产增长，" * 300
        assert "never of 大同市" in rejected(long)
        assert flags(long, area=NATION) == []

    def test_a_long_local_report_filed_as_the_nations(self) -> None:
        assert flags("各位代表：\n" + BODY * 150, area=NATION) == ["wrong_area"]

    def test_a_long_report_that_names_only_another_city(self) -> None:
        text = ADDRESS + BODY * 150 + "阳泉市建设加快，阳泉发展。" * 10
        [doubt] = doubts(text, "x", DATONG, 2022)
        assert "阳泉 (20 times)" in doubt.sentence
        assert flags(text, area=YANGQUAN) == []
        assert flags(text + "大同古城", area=DATONG) == []
        assert flags(ADDRESS + BODY * 150 + "加强合作，资源节约。" * 30) == []  # names of counties, and words

    @pytest.mark.parametrize(
        ("words", "name", "codes"),
        [
            ("在大同市", "大同市", {"140200"}), ("呼伦贝尔市海拉尔区", "呼伦贝尔市海拉尔区", {"150702"}),
            ("向北京市朝阳区", "北京市朝阳区", {"110105"}), ("某某新区", "", set()), ("", "", set()),
        ],
    )  # fmt: skip
    def test_names(self, words: str, name: str, codes: set[str]) -> None:
        assert area_named(words) == (name, codes)

    def test_a_county_that_became_a_district_is_the_same_place_and_a_city_and_its_county_are_not(self) -> None:
        assert same_place("110118", "110228")  # 密云区, 密云县
        assert not same_place(DATONG, YANGQUAN)
        assert not same_place("220000", "220200")  # 吉林省, 吉林市
        assert same_place("999999", "999999")


class TestNature:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("大同市人民代表大会关于政府工作报告的决议\n会议决定批准这个报告。\n" + BODY, "resolution"),
            ("会议听取和审议了市长所作的政府工作报告，表示满意，决定批准这个报告。\n" + BODY, "resolution"),
            ("一图读懂2022年大同市政府工作报告\n" + BODY * 3, "about a report"),
            ("2022年政府工作报告解读\n" + BODY * 3, "about a report"),
            ("本报讯（记者 某某）市长作了政府工作报告，今年经济目标任务明确。\n" + BODY * 3, "is news"),
            ("大同市中级人民法院工作报告\n各位代表：\n" + BODY * 3, "another report"),
            ("关于大同市国民经济和社会发展计划执行情况的报告\n" + ADDRESS + BODY, "another report"),
            ("用户名\n密码\n验证码\n登录", "form or an error page"),
            ("404 Not Found\n您访问的页面不存在", "form or an error page"),
            ("话说那少年出了山门，一路向西，月色如水，他想起师父的话来，不觉泪下。" * 20, "none of what"),
        ],
    )  # fmt: skip
    def test_what_is_certainly_no_report(self, text: str, words: str) -> None:
        assert words in rejected(text)

    @pytest.mark.parametrize("title", ["政府工作报告（摘要）", "2022年政府工作报告解读", "一图读懂2022年政府工作报告"])
    def test_a_summary_that_speaks_to_the_deputies_is_a_flag(self, title: str) -> None:
        [doubt] = doubts(f"{title}\n{ADDRESS}{BODY * 3}", "x", DATONG, 2022)
        assert doubt.flag == "summary"
        assert title[-3:].strip("）") in doubt.sentence

    def test_little_of_what_reports_speak_of_is_a_flag(self) -> None:
        text = "关于建设工程项目的说明，任务是推进教育工作，居民应当配合。" * 20
        assert flags(text) == ["unlike_report"]

    def test_short_texts_are_not_judged_by_their_words(self) -> None:
        assert flags("月色如水。") == []

    def test_words_of_news_and_pages_within_a_report_mean_nothing(self) -> None:
        page = (
            "登录 | 注册\n首页\n一图读懂2022年政府工作报告\n市中级人民法院工作报告\n新华社北京3月5日电\n"
            + REPORT
            + "\n404 用户名 密码\n"
        )
        assert flags(page) == []

    def test_a_quote_is_short_and_printable(self) -> None:
        text = "政府工作报告\x1b[31m解读" + "很" * 30 + "\n" + ADDRESS
        [doubt] = doubts(text, "x", DATONG, 2022)
        assert doubt.sentence.isprintable()
        assert len(doubt.sentence) < 200


@given(st.text("各位代表我政府工作报告关于决议2022年二〇月日第届人民大会在市省长登录密码 \n、。（）", max_size=200))
def test_any_text_is_judged(text: str) -> None:
    try:
        for doubt in doubts(text or "x", "x", DATONG, 2022):
            assert doubt.sentence.isprintable()
    except RejectedReport as error:
        assert error.reason.isprintable()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["year", "title", "({year}年"], "is no pattern"),
        (["year", "title", "报告"], "must hold {year}"),
        (["colour", "title", "x"], "says is 'colour'"),
        (["year", "foot", "{year}"], "where is 'foot'"),
    ],
)
def test_a_bad_mark_is_named_by_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: list[str], words: str
) -> None:
    (tmp_path / "lexicon").mkdir()
    with (tmp_path / "lexicon/report_marks.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("says", "where", "pattern"), row])
    monkeypatch.setattr(seeds, "SEEDS", tmp_path)
    with pytest.raises(seeds.SeedError, match=r"seeds/lexicon/report_marks\.csv:2: ") as caught:
        identity.marks.__wrapped__()
    assert words in str(caught.value)


def real() -> pl.DataFrame:
    """The real reports."""
    files, _ = reading.survey(REAL_REPORTS, {folder.name for folder in REAL_REPORTS.iterdir()}, 2030)
    return reading.reports(files)[0]


@pytest.mark.skipif(not REAL_REPORTS.is_dir(), reason="the real reports are not in the repository")
class TestRealReports:
    @pytest.fixture(scope="class")
    def reports(self) -> pl.DataFrame:
        return real().select("report_id", "ref_area", "report_year", "text", "flags", "warnings")

    def test_none_is_doubted_in_its_place(self, reports: pl.DataFrame) -> None:
        flagged = reports.filter(pl.col("flags").list.len() > 0)
        assert flagged.select("report_id", "flags").rows() == [("140200/2022", ["incomplete"])]  # of a newspaper
        assert reports.filter(pl.col("warnings").list.len() > 0).height == 1

    def test_those_of_areas_are_doubted_a_year_off(self, reports: pl.DataFrame) -> None:
        local = reports.filter(pl.col("ref_area") != NATION)
        for off in (-1, 1, 2):
            found = [
                flags(text, area, year + off) == ["wrong_year"]
                for area, year, text in local.select("ref_area", "report_year", "text").iter_rows()
            ]
            assert sum(found) >= len(found) - 1  # the scan has lost its headings

    def test_all_are_doubted_under_another_area(self, reports: pl.DataFrame) -> None:
        believed = []
        for name, area, year, text in reports.select("report_id", "ref_area", "report_year", "text").iter_rows():
            for other in {"130000", "320500", NATION} - {area}:
                try:
                    if "wrong_area" not in flags(text, other, year):
                        believed.append((name, other))
                except RejectedReport:
                    assert area == NATION
        assert len(believed) <= 2, believed


class TestWholeness:
    FRONT = f"大同市政府工作报告\n{ADDRESS}去年，经济增长，新建（下转第三版）\n"
    BACK = "（上接第一版）学校。今年，我们要更加努力，把各项工作做好。\n"

    @pytest.mark.parametrize(
        ("text", "lost"),
        [
            (FRONT, "its end (“（下转第三版）”)"),
            (BACK, "its beginning (“（上接第一版）”)"),
            (BACK * 2, "its beginning"),
        ],
    )
    def test_a_page_that_is_not_at_hand_is_told(self, text: str, lost: str) -> None:
        (doubt,) = doubts(text, "x", DATONG, 2022)
        assert doubt.flag == "incomplete"
        assert lost in doubt.sentence

    def test_pages_that_are_at_hand_in_any_order_are_whole(self) -> None:
        assert flags(self.FRONT + self.BACK) == flags(self.BACK + self.FRONT) == []

    def test_reports_of_several_years_in_one_file_are_rejected(self) -> None:
        long = REPORT + BODY * 150
        other = long.replace("2022", "2023").replace("2021", "2022")
        assert rejected(long + other) == "x holds several reports, of 2022 and 2023."
        assert flags(long + long) == ["several_reports"]
        assert flags(long) == flags(long + ADDRESS) == []
