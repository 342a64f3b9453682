"""Passages: spans that lose nothing, headings, sections, sentences cut in two, and what was printed wrongly."""

import re
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import seeds
from pipelines.corrections import Edit, as_json, corrections, runs, slips
from pipelines.formats import RejectedReport
from pipelines.passages import passages
from pipelines.pieces import BLANK, heading_marks, page_marks
from pipelines.reports import reports, survey
from pipelines.sections import plain, section_rules
from pipelines.seeds import SeedError
from pipelines.tables import SECTIONS
from pipelines.tables.core import PASSAGES, REPORTS

REAL_REPORTS = Path(__file__).resolve().parents[3] / "shared" / "reports"
YEAR = 2024


def cut(text: str, year: int = YEAR, by_hand: str = "") -> list[dict[str, Any]]:
    """The passages of one report of our own, with corrections by hand."""
    row = {"report_id": f"330000/{year}", "ref_area": "330000", "report_year": year, "text": text}
    row["corrections"] = as_json(corrections(by_hand.encode(), text, "x")) if by_hand else None
    return passages(REPORTS.frame([row])).to_dicts()


def sections(*lines: str, year: int = YEAR) -> list[object]:
    """The section of each line."""
    found = cut("\n\n".join(lines), year)
    assert [row["text"] for row in found] == list(lines)
    return [row["section"] for row in found]


def check_spans(text: str, found: list[dict[str, Any]]) -> None:
    """Every character that is not blank stands in exactly one passage, and each span is exact and trimmed."""
    place = 0
    assert [row["position"] for row in found] == list(range(1, len(found) + 1))
    for row in sorted(found, key=lambda row: row["char_start"]):
        start, end = row["char_start"], row["char_end"]
        assert place <= start < end
        assert not text[place:start].strip(BLANK)
        assert row["text"] == text[start:end] == text[start:end].strip(BLANK)
        place = end
    assert not text[place:].strip(BLANK)


class TestLines:
    def test_all_line_ends_and_blanks(self) -> None:
        text = "甲。\r\n\u3000\u3000乙。\r丙。\f丁。\u2028\u200b\n 戊。 \n"
        found = cut(text)
        assert [row["text"] for row in found] == ["甲。", "乙。", "丙。", "丁。", "戊。"]
        check_spans(text, found)

    def test_a_report_in_one_line_is_cut_at_its_paragraphs(self) -> None:
        body = "去年经济增长较快，城乡面貌改善，社会保持稳定。" * 80
        text = f"各位代表：现在报告工作。一、2023年工作回顾 成绩不小。 {body}二、2024年工作安排 要更努力。 {body}"
        found = cut(text)
        check_spans(text, found)
        assert [row["section"] for row in found if str(row["text"]).startswith(("一、", "二、"))] == [
            "review_year",
            "tasks_year",
        ]
        assert found[-1]["section"] == "tasks_year"

    def test_an_empty_frame(self) -> None:
        assert passages(REPORTS.frame()).schema == pl.Schema(PASSAGES.polars_schema)


class TestHeadings:
    def test_numbered_short_and_markdown_headings(self) -> None:
        lines = [
            "# 一、2023年工作回顾",
            "（一）工业运行平稳",
            "全年工业生产保持平稳，企业效益逐步好转，重点产品产量都有增加。",
            "结束语",
            "我们的任务光荣而艰巨，让我们团结起来，为实现目标而努力奋斗，迎接更加美好的明天，不辜负全市人民的期望！",
        ]
        found = cut("\n".join(lines))
        assert [row["is_heading"] for row in found] == [True, True, False, True, False]
        assert found[2]["heading"] == "（一）工业运行平稳"

    def test_a_heading_with_its_body_in_the_line(self) -> None:
        (row,) = cut("（三）推进乡村建设。新建农村公路30公里，改造危桥5座。")
        assert row["heading"] == "（三）推进乡村建设"
        assert row["is_heading"] is False

    @pytest.mark.parametrize(
        "line", ["一、关停耗能高而长期亏损的企业；", "2.5", "一是加快项目建设。", "各位代表！", "1.5亿元投入农田建设。"]
    )
    def test_what_is_no_heading(self, line: str) -> None:
        found = cut(f"现在，我代表市政府报告工作，请审议。\n{line}\n后面的内容还有很多，要一件一件地办好，办出成效。")
        assert not any(row["is_heading"] for row in found)


class TestSentencesCutInTwo:
    def test_a_blank_line_and_a_jump_line_within_a_sentence(self) -> None:
        first = "今年要继续办好民生实事，新建改建一批学校和医院，让城乡居民享受到更加方便的公共"
        found = cut(
            f"二、2024年工作安排\n{first}\n\n（下转第二版）\n（上接第一版）\n服务，增强获得感。\n（一）抓好农业"
        )
        assert [row["continues"] for row in found] == [False, False, False, False, True, False]
        assert [row["faults"] for row in found][2:4] == [["jump_line"], ["jump_line"]]
        assert "cut" not in found[1]["faults"]  # type: ignore[operator]

    def test_a_jump_line_at_the_end_of_a_line(self) -> None:
        found = cut("全市工业总产值稳步上升，企业效益好转。（下转第四版）")
        assert [row["text"] for row in found] == ["全市工业总产值稳步上升，企业效益好转。", "（下转第四版）"]

    def test_a_line_that_ends_with_a_name_in_quotation_marks_goes_on(self) -> None:
        lines = [
            "二、2024年工作安排",
            "我们将持续改善乡村的面貌，全年计划修缮老街并且建设提升“乡村好路”",
            "600公里，新建公园9个。",
        ]
        lines[1:1] = ["过去几年，乡村面貌的改善取得了明显的成效，各项工作都走在了全国各个地方的前列，"]
        assert [row["continues"] for row in cut("\n".join(["各位代表：", *lines]))[-2:]] == [True, True]
        title = [
            "二、2024年工作安排",
            "全力打好“三场硬仗”",
            "我们要下更大的决心、用更大的力气、花更多的时间把这三件最难的事情办好办实办到位。",
        ]
        assert not cut("\n".join(["各位代表：", *title]))[-1]["continues"]

    def test_a_sentence_that_breaks_off(self) -> None:
        line = "过去一年我们坚持稳中求进，各项工作都取得了新的进展，城乡面貌发生了可喜的变化，人民生活"
        found = cut(f"一、2023年工作回顾\n{line}\n二、2024年工作安排")
        assert [row["faults"] for row in found] == [[], ["cut"], []]

    def test_a_linked_title_within_a_sentence_is_no_heading(self) -> None:
        found = cut("一、2023年工作回顾\n去年我们认真组织实施《\n优化营商环境条例\n》，企业办事更加方便。")
        assert [row["continues"] for row in found] == [False, False, True, True]
        assert [row["is_heading"] for row in found] == [True, False, False, False]

    @pytest.mark.parametrize("mark", ["- 7 -", "—12—", "第 3 页", "第三页 共十页", "7/32"])
    def test_a_page_number_within_a_sentence(self, mark: str) -> None:
        head = "各位代表：现在，我代表市人民政府向大会报告工作。" * 5
        found = cut(f"{head}\n去年新建学校12所，改建\n{mark}\n医院3所。")
        assert [row["faults"] for row in found][2] == ["page_number"]
        assert [row["continues"] for row in found] == [False, False, False, True]

    def test_bare_numbers_are_those_of_pages_only_where_they_count_on(self) -> None:
        lines = ["去年新建学校12所，", "改建医院3所，", "修通公路9条，", "整修河道8段。"]
        marks = [row["faults"] for row in cut("\n".join(part for n in range(4) for part in (lines[n], str(n + 5))))]
        assert marks[1::2] == [["page_number"]] * 4
        odd = cut("货币供应量M\n2\n增长8%，其中M\n2\n中的存款增长9%。")
        assert not any("page_number" in row["faults"] for row in odd)

    def test_a_number_cut_at_the_decimals_goes_on(self) -> None:
        for first, second in (("去年经济增长5.", "2%，平稳较快。"), ("去年经济增长5", ".2%，平稳较快。")):
            assert cut(f"{first}\n{second}")[1]["continues"] or len(first) < 8

    def test_a_running_title(self) -> None:
        long = "去年全市上下齐心协力，" * 12 + "取得了好成绩。"
        found = cut(f"政府工作报告\n一、2023年工作回顾\n{long}\n政府工作报告\n这一年，城市面貌明显改善。")
        assert [row["faults"] for row in found] == [[], [], [], ["running_title"], []]
        assert found[4]["section"] == "review_year"


class TestSections:
    def test_a_report_of_one_year(self) -> None:
        assert sections(
            "各位代表：",
            "现在，我代表市政府报告工作，请审议。",
            "一、2023年工作回顾",
            "过去一年，我们克服困难，经济增长5%。",
            "（一）工业稳步发展",
            "规模以上工业增加值增长6%。",
            "我们也清醒地认识到，发展中还存在不少问题，产业层次不高。",
            "二、2024年工作安排",
            "今年政府工作的总体要求是：坚持稳中求进，推动高质量发展。",
            "经济社会发展主要预期目标是：生产总值增长5.5%左右。",
            "重点抓好以下工作：",
            "（一）扩大有效需求",
            "今年新建停车位2000个。",
            "各位代表，让我们团结起来，为实现今年的目标而努力奋斗！",
            "名词解释",
            "1.专班：为一件事临时组成的班子。",
        ) == [
            "preamble", "preamble", "review_year", "review_year", "review_year", "review_year", "problems",
            "tasks_year", "requirements", "targets_year", "tasks_year", "tasks_year", "tasks_year", "closing",
            "annex", "annex",
        ]  # fmt: skip

    def test_a_report_of_a_plan_s_end(self) -> None:
        assert sections(
            "一、2025年和“十四五”时期工作回顾",
            "2025年，全省经济增长5.1%。",
            "各位代表！五年来，我们办成了许多大事，铁路里程增加三成。",
            "二、“十五五”时期主要目标任务",
            "到2030年，人均收入要有较大提高。",
            "三、2026年重点工作",
            "今年是“十五五”开局之年，做好工作意义重大。",
            "主要预期目标是：经济增长5%左右。",
            "（一）扩大内需",
            year=2026,
        ) == [
            "review_year", "review_year", "review_term", "targets_term", "targets_term", "tasks_year", "requirements",
            "targets_year", "tasks_year",
        ]  # fmt: skip

    def test_years_are_told_by_the_report_s_own(self) -> None:
        lines = ("一、“十三五”发展成就", "二、“十四五”主要任务", "三、2020年工作回顾", "四、2021年工作安排")
        assert sections(*lines, year=2021) == ["review_term", "targets_term", "review_year", "tasks_year"]

    @pytest.mark.parametrize(
        "heading",
        ["关于本届政府工作的回顾", "五年来的主要工作", "关于过去五年的工作", "“十四五”以来工作回顾", "过去十年的成就"],
    )
    def test_ways_to_head_the_review_of_a_term(self, heading: str) -> None:
        assert sections(f"一、{heading}", "粮食产量增加。", "二、今后五年的目标", year=2024)[1] == "review_term"

    def test_a_heading_of_two_parts_leaves_the_second_to_the_paragraph_that_opens_it(self) -> None:
        assert sections(
            "一、“十三五”发展成就和“十四五”时期主要目标任务",
            "粮食产量稳步增加，“十三五”期间没有减产。",
            "“十四五”时期，经济运行保持在合理区间。",
            "粮食产量稳定。",
            "二、“十四五”目标和2021年任务",
            "今后五年，经济年均增长6%。",
            "主要预期目标：经济增长6.5%。",
            year=2021,
        ) == [
            "review_term", "review_term", "targets_term", "targets_term", "targets_term", "targets_term",
            "targets_year",
        ]  # fmt: skip

    def test_ten_years_behind_and_ten_ahead_under_one_heading(self) -> None:
        lines = ("一、十年来的发展和今后十年的目标", "粮食产量达到300亿斤。", "到2030年，粮食产量达到350亿斤。")
        assert sections(*lines, year=2021) == ["review_term", "review_term", "targets_term"]

    def test_a_plan_named_behind_a_number_makes_no_review_of_its_term(self) -> None:
        lines = ("一、2025年工作回顾", "粮食总产量300亿斤，“十四五”期间连年增加。", "新增城镇就业20万人。")
        assert sections(*lines, year=2026) == ["review_year", "review_year", "review_year"]
        lines = ("一、2025年工作回顾", "生产总值增长5%，在“十四五”五年间连上台阶。", "五年来首次突破3万亿元。")
        assert sections(*lines, year=2026) == ["review_year", "review_year", "review_term"]

    def test_a_heading_without_section_words_ends_a_review_beside_it_and_not_below_it(self) -> None:
        assert sections(
            "一、1995年国内工作的回顾",
            "（一）农业获得丰收",
            "粮食产量增加。",
            "二、保持经济的良好势头",
            "要继续抓好农业生产。",
            year=1996,
        ) == ["review_year", "review_year", "review_year", "tasks_year", "tasks_year"]

    def test_below_headings_without_section_words_the_paragraph_that_opens_a_part_tells_it(self) -> None:
        assert sections(
            "一、砥砺前行，发展迈上新台阶",
            "过去五年，我们攻坚克难。",
            "粮食产量增加。",
            "二、锚定目标，谱写发展新篇章",
            "今后五年，生产总值年均增长6%左右。",
            "城镇化率达到65%。",
            "三、真抓实干，办好民生实事",
            "粮食产量稳定。",
            "（一）扩大有效需求",
            "新建停车位2000个。",
        ) == [
            "unknown", "review_term", "review_term", "unknown", "targets_term", "targets_term", "tasks_year",
            "tasks_year", "tasks_year", "tasks_year",
        ]  # fmt: skip

    @pytest.mark.parametrize("date", ["（2023年12月20日）", "二〇二三年十二月在市人民代表大会第三次会议上", "明年"])
    def test_late_in_the_year_before_this_year_is_the_one_reviewed(self, date: str) -> None:
        heading = "三、明年的主要工作" if date == "明年" else "三、2024年主要工作"
        assert sections(
            "政府工作报告",
            date,
            "一、过去五年工作回顾",
            "今年，粮食产量稳定。",
            "二、今后五年的奋斗目标",
            heading,
            "明年是“十四五”规划的关键之年。",
        )[2:] == ["review_term", "review_year", "targets_term", "tasks_year", "requirements"]

    def test_a_heading_that_names_but_its_years(self) -> None:
        assert sections(
            "一、2023年：砥砺前行、攻坚克难",
            "粮食产量增加。",
            "二、未来五年：锚定目标、接续奋斗",
            "城镇化率达到65%。",
            "三、2024年：真抓实干、勇毅前行",
            "粮食产量稳定。",
        ) == ["review_year", "review_year", "targets_term", "targets_term", "tasks_year", "tasks_year"]

    def test_where_there_is_no_heading_paragraphs_tell_the_parts(self) -> None:
        assert sections(
            "各位代表：",
            "市五届人大一次会议以来，我们攻坚克难。",
            "粮食产量增加。",
            "2023年，粮食产量稳定。",
            "今后五年，生产总值年均增长6%左右。",
            "今年是“十四五”规划的关键之年。",
            "主要预期目标是：粮食产量稳定。",
        ) == [
            "preamble", "review_term", "review_term", "review_year", "targets_term", "requirements", "targets_year",
        ]  # fmt: skip

    def test_a_review_of_years_that_its_heading_does_not_name(self) -> None:
        assert sections(
            "第一部分　过去工作的回顾", "粮食产量增加。", "五年来，我们攻坚克难。", "第二部分　2024年主要任务"
        ) == ["review_year", "review_year", "review_term", "tasks_year"]

    @pytest.mark.parametrize(
        ("line", "section"),
        [
            ("由于雨水调匀，1956年的棉花比上年多收了一成。", "review_year"),
            ("纺织工业去年超过了计划。", "review_year"),
            ("这次提出的1957年预算草案表明，计划支出减少百分之三。", "tasks_year"),
            ("纺织工业今年要多出布。", "tasks_year"),
            ("今年二月，我们准备了一次会议。", "unknown"),
            ("纺织工业是人民生活所必需的。", "unknown"),
        ],
    )
    def test_where_no_heading_tells_what_a_paragraph_says_of_last_year_and_of_this_one_does(
        self, line: str, section: str
    ) -> None:
        assert sections("各位代表：", "一、关于工业", line, "二、关于农业", year=1957)[2] == section

    def test_where_nothing_tells_it_is_unknown(self) -> None:
        found = cut(
            "一、关于团结的问题\n团结是我们事业胜利的保证，应当十分珍惜。\n1956年，粮食产量增加。\n团结还要加强。", 1957
        )
        assert [row["section"] for row in found] == ["unknown", "unknown", "review_year", "unknown"]

    def test_a_text_that_begins_in_the_middle(self) -> None:
        assert sections(
            "（上接第一版）",
            "——作风不断好转。五年共办理建议800件。",
            "各位代表，过去五年，我们经受了种种考验。",
            "刚刚过去的2023年，是难忘的一年。",
        ) == ["review_term", "review_term", "review_term", "review_year"]

    @pytest.mark.parametrize(
        ("text", "year", "expected"),
        [
            ("２０２３年和2024 年", 2024, "{last_year}和{this_year}"),
            ("二〇二三年、2019年、到2035年", 2024, "{last_year}、{old_year}、到{later_year}"),
            ("“十五”时期与“十一五”规划", 2006, "{past_plan}时期与{this_plan}规划"),
            ("第六个五年计划和“五五”", 1982, "{this_plan}和{past_plan}"),
        ],
    )
    def test_years_and_plans_are_named_by_what_they_are_to_the_report(
        self, text: str, year: int, expected: str
    ) -> None:
        assert plain(text, year) == expected


HARBOUR = (
    "加快深水码头和后方堆场建设，年内完成三号泊位主体工程，开通至沿海各港的集装箱班轮航线，"
    "引进船舶修造和冷链仓储企业12家，港口货物吞吐量突破3000万吨，建成区域性航运中心"
)
SCHOOLS = "新建幼儿园和小学，配齐教师宿舍，改善办学条件"


class TestPrintedTwice:
    def test_a_tail_that_strayed_is_cut_off_and_gets_the_section_of_its_home(self) -> None:
        text = "\n".join(
            [
                "一、2023年工作回顾",
                f"过去一年，我们建设港口，扩建码头，改善航运条件，{HARBOUR}。",
                "二、2024年工作安排",
                f"办好教育。{SCHOOLS}，{HARBOUR}。",
            ]
        )
        found = cut(text)
        check_spans(text, found)
        assert [row["faults"] for row in found] == [[], [], [], ["cut"], ["repeated"]]  # of the school, the end is lost
        assert str(found[4]["text"]).startswith("加快深水码头")
        assert found[4]["section"] == "review_year"
        assert found[3]["section"] == "tasks_year"

    REVIEW = "去年，{0}已经改善，{1}已建成了，{2}也完成了，{3}已达到了要求。"
    PLAN = "今年，要推动{0}，力争{1}再上台阶，确保{2}、必须{3}增长5%以上。"
    MATTERS = ("港口航道", "山区道路", "堤坝渠系", "乡镇卫生院")

    @pytest.mark.parametrize("goal", [True, False])
    @pytest.mark.parametrize("first", [True, False])
    def test_a_paragraph_printed_again_in_the_other_part_is_told_by_how_it_speaks(
        self, goal: bool, first: bool
    ) -> None:
        """Whichever stands first: words of will and bounds are of the plan, words of what has been of the review."""
        review = [self.REVIEW.format(*(f"{way}{matter}" for matter in self.MATTERS)) for way in "甲乙丙丁"]
        plan = [self.PLAN.format(*(f"{way}{matter}" for matter in self.MATTERS)) for way in "戊己庚辛"]
        extra = (self.PLAN if goal else self.REVIEW).format("轻轨站台", "跨江大桥", "数据机房", "职业技校") * 2
        home, other = (plan, review) if goal else (review, plan)
        home.insert(1, extra)
        other.insert(3 if first else 2, extra.replace("江", "汪"))
        found = cut("\n".join(["一、2023年工作回顾", *review, "二、2024年工作安排", *plan]))
        (copy,) = [row for row in found if "repeated" in row["faults"]]
        assert "跨汪大桥" in copy["text"]
        assert copy["section"] in (("tasks_year", "requirements") if goal else ("review_year",))

    def test_of_two_passages_below_one_heading_the_one_that_counts_on_is_at_home(self) -> None:
        extra = f"（三）改善民生。{HARBOUR}。{SCHOOLS}。"
        text = "\n".join(
            [
                "一、2023年工作回顾",
                "（一）工业。产业结构调整，企业效益提升。",
                extra,
                "（二）农业。粮食生产丰收，农民收入增加。",
                "二、2024年工作安排",
                "（一）做强工业。抓好产业集群。",
                "（二）做优农业。抓好粮食。",
                extra,
            ]
        )
        (copy,) = [row for row in cut(text) if "repeated" in row["faults"]]
        assert copy["char_start"] < text.index("二、2024年")
        assert copy["section"] == "tasks_year"

    def test_what_a_copy_stands_in_place_of_is_lost(self) -> None:
        found = cut(f"发展港口。建设码头，疏浚航道，{HARBOUR}。\n兴办教育。{HARBOUR}。")
        assert [row["faults"] for row in found] == [[], ["cut"], ["repeated"]]
        assert "in the place of what followed" in found[1]["reason"]

    def test_a_misread_copy_is_found(self) -> None:
        misread = HARBOUR.replace("后方堆场", "后房堆场").replace("冷链仓储", "冷链合储")
        found = cut(f"发展港口。建设码头，疏浚航道，{HARBOUR}。\n办好教育。{SCHOOLS}，{misread}。")
        assert [row["text"] for row in found if "repeated" in row["faults"]] == [f"{misread}。"]  # type: ignore[operator]

    def test_what_is_said_again_on_purpose_stays(self) -> None:
        slogan = "坚持以人民为中心，坚持稳中求进工作总基调，着力推动高质量发展"
        found = cut(f"一、2023年工作回顾\n我们{slogan}，办了许多实事。\n二、2024年工作安排\n要{slogan}，再办许多实事。")
        assert not any(row["faults"] for row in found)

    def test_a_list_in_two_sections_with_different_figures_stays(self) -> None:
        figures = (
            "工业增加值增长{}%，固定资产投资增长{}%，社会消费品零售总额增长{}%，进出口总额增长{}%，财政收入增长{}%"
        )
        found = cut(
            "一、2023年工作回顾\n去年，" + figures.format(6, 7, 8, 9, 10) + "。\n"
            "二、2024年工作安排\n今年主要预期目标是：" + figures.format(5, 6, 7, 8, 9) + "。"
        )
        assert not any(row["faults"] for row in found)


def test_a_heading_printed_in_the_wrong_part_goes_back_to_its_list() -> None:
    lines = [
        "二、今后五年的目标任务",
        "（一）走出工业兴市之路。要壮大产业。",
        "（二）走出农业强市之路。要富裕农民。",
        "重点抓好十个方面工作。",
        "（一）扩大有效投资",
        "今年开工项目30个。",
        "（四）走出文化名市之路。要保护古迹。",
        "做好项目储备，今年入库项目100个。",
    ]
    found = cut("\n".join(lines))
    assert [row["text"] for row in found] == [*lines[:3], lines[6], *lines[3:6], lines[7]]
    assert [row["section"] for row in found] == ["targets_term"] * 5 + ["tasks_year"] * 3
    assert found[3]["faults"] == ["strayed", "gap"]
    assert "走出农业强市" in found[3]["reason"]


class TestWhatAPageAddsToATextIsNotRead:
    LINES = (
        "各位代表：",
        "现在，我代表市人民政府向大会报告工作，请予审议，并请各位列席会议的同志提出宝贵的意见和建议。",
        "一、2023年工作回顾",
        "去年全市上下齐心协力，经济实力稳步增强，地区生产总值增长6.5%，城镇新增就业3万人，",
        "新建改建农村公路120公里，城乡面貌明显改善，人民群众的获得感和幸福感都有了新的提升。",
        "二、2024年工作安排",
        "今年地区生产总值增长7%，新建学校12所，改造老旧小区30个，把实事办到群众的心坎上，",
        "让全市人民都过上更加美好的生活，各项事业都走在全省各地的前列，为明天打下坚实的基础。",
    )

    def test_a_running_title_of_any_words_that_stands_within_sentences_again_and_again(self) -> None:
        head = "海原市人民政府公报　第{}页"
        pages = [line for number, line in enumerate(self.LINES) for line in (line, head.format(number + 1))]
        found = cut("\n".join(pages))
        assert [row["faults"] for row in found if row["text"].startswith("海原")][3:] == [["running_title"]] * 5
        assert [row["continues"] for row in found if row["text"].startswith(("新建改建", "让全市"))] == [True, True]

    def test_a_title_below_each_heading_is_none(self) -> None:
        lines = [part for line in self.LINES[2:] for part in ("主要工作成效", f"{line[:-1]}。")]
        assert not any("running_title" in row["faults"] for row in cut("\n".join(lines)))

    def test_the_reports_own_name_within_short_lines(self) -> None:
        lines = [*self.LINES[:4], "3　政府工作报告", *self.LINES[4:]]
        lines[4:5] = ["政府工作报告", "— 3 —"]
        found = cut("\n".join(lines))
        assert [row["faults"] for row in found][4:6] == [["running_title"], ["page_number"]]
        assert found[6]["continues"]

    @pytest.mark.parametrize("mark", ["[1]", "〔12〕", "【3】", "①", "¹²", "（注1）", "[注 2]"])
    def test_the_mark_of_a_note(self, mark: str) -> None:
        (row,) = cut(f"要统筹“两重”{mark}建设，城镇新增就业{mark}3万人。")
        assert row["read_as"] == "要统筹“两重”建设，城镇新增就业3万人。"
        assert row["faults"] == []
        assert f"{mark} is the mark of a note" in row["reason"]

    @pytest.mark.parametrize(
        "text", ["[1]“两重”：指一类项目。", "国发〔2024〕3号", "一是①修路，②架桥。", "2*100万千瓦"]
    )
    def test_what_is_no_mark_of_a_note(self, text: str) -> None:
        assert all(row["read_as"] is None for row in cut(text.replace("是①", "是：①")))


class TestAnnexes:
    BODY = (
        "一、2023年工作回顾", "去年，地区生产总值增长6%。" * 20, "二、2024年工作安排", "要抓好项目，扩大投资7%。" * 20,
    )  # fmt: skip

    @pytest.mark.parametrize(
        "title",
        [
            "名词解释",
            "《政府工作报告》有关名词解释",
            "附：部分专业术语解释",
            "附件",
            "附件1",
            "【名词解释】",
            "政府工作报告注释",
            "注：",
        ],
    )
    def test_they_are_told_by_their_titles(self, title: str) -> None:
        found = cut("\n".join([*self.BODY, title, "1.“双碳”：2020年提出的目标。", "2.“两重”：2024年开始。"]))
        assert [row["section"] for row in found][-4:] == ["tasks_year", "annex", "annex", "annex"]
        assert {row["heading"] for row in found[-3:]} == {plain(title, YEAR)}

    def test_a_term_that_is_explained_needs_no_title(self) -> None:
        found = cut("\n".join([*self.BODY, "[3]“两重”：是指国家重大战略实施。", "还要造林。"]))
        assert [row["section"] for row in found][-2:] == ["annex", "tasks_year"]

    def test_a_table_of_contents_begins_none(self) -> None:
        found = cut("\n".join(["目录", self.BODY[0], self.BODY[2], "附件：名词解释", *self.BODY]))
        assert [row["section"] for row in found][-2:] == ["tasks_year", "tasks_year"]


class TestOrder:
    """What is printed in another order is read in that of its numbers."""

    BLOCKS = (
        ("（一）扩大有效投资", "开工重大项目30个。"),
        ("（二）提振消费信心", "新增首店20家。"),
        ("（三）建设美丽乡村", "改造农村户厕8000座。"),
        ("（四）保障改善民生", "新建养老院12所。"),
    )

    @given(st.permutations(range(4)))
    def test_blocks_below_one_heading_in_any_order(self, order: list[int]) -> None:
        lines = ["一、2024年工作安排", *(line for block in order for line in self.BLOCKS[block])]
        found = cut("\n".join(lines))
        assert [row["text"] for row in found][1:] == [line for block in self.BLOCKS for line in block]
        assert any(row["faults"] for row in found) == (order != list(range(4)))

    def test_a_column_after_the_jump_line_goes_where_its_end_was_copied(self) -> None:
        end = (
            "对老城区实施保护性更新，修缮沿河名人故居和百年商号，打造戏曲非遗体验街坊，把旧厂房改成青年创意社区，"
            "让千年文脉绵延不绝、熠熠生辉。"
        )
        lines = [
            "三、2024年工作安排",
            "（一）振兴乡村产业",
            f"延长茶叶加工链条，做强白茶绿茶红茶品牌，统筹{end}",
            "推进县城扩容，完善市政管网。",
            "（三）优化营商环境",
            "压减审批时限。（下转第三版）",
            "个体工商户转企升级，培育上市后备企业。",
            "（二）提升城市品质",
            f"开展城市体检，补齐停车短板。新建口袋公园，{end}",
        ]
        found = cut("\n".join(lines))
        heads = [row["text"][:5] for row in found if "repeated" not in row["faults"]]
        assert "，".join(heads) == (
            "三、202，（一）振兴，延长茶叶加，个体工商户，（二）提升，开展城市体，推进县城扩，（三）优化，压减审批时，（下转第三"
        )
        assert [row["faults"] for row in found if row["text"].startswith("个体")] == [["moved"]]

    def test_the_page_with_the_opening_goes_first(self) -> None:
        front = [
            "海原市政府工作报告",
            "市长 林某",
            "各位代表：",
            "我代表市人民政府向大会作报告。",
            "去年经济增长5%，新建（下转第三版）",
        ]
        back = ["（上接第一版）学校12所。", "二、2024年工作安排", "今年经济增长6%。"]
        found = cut("\n".join([*back, *front]))
        assert "".join(row["text"] for row in found if "jump_line" not in row["faults"]) == "".join(
            [*front, *back]
        ).replace("（下转第三版）", "").replace("（上接第一版）", "")
        assert [row["text"] for row in found if row["continues"]] == ["学校12所。"]
        assert found[0]["faults"] == ["moved"]
        assert not any("moved" in row["faults"] for row in cut("\n".join([*front, *back])))
        assert not any("moved" in row["faults"] for row in cut("\n".join(back)))

    def test_a_gap_is_marked_where_the_number_stands_nowhere(self) -> None:
        lines = ["一、2024年工作安排", "（一）扩大投资", "开工项目。", "（三）建设乡村", "改造户厕。"]
        assert [row["faults"] for row in cut("\n".join(lines))] == [[], [], [], ["gap"], []]
        assert "二" in cut("\n".join(lines))[3]["reason"]
        lines[2] = "开工项目。（二）提振消费，新增首店。"
        assert not any(row["faults"] for row in cut("\n".join(lines)))
        lines[2] = "开工项目。（下转第二版）"
        assert ["gap"] in [row["faults"] for row in cut("\n".join(lines))]

    def test_a_list_that_lost_its_beginning_and_one_below_another_heading_stay(self) -> None:
        lines = [
            "（二）提振消费信心",
            "新增首店。",
            "二、今年工作",
            "（一）扩大有效投资",
            "开工项目。",
            "（二）建设乡村",
            "改造。",
        ]
        assert [row["text"] for row in cut("\n".join(lines))] == lines

    def test_a_paragraph_that_opens_like_those_of_the_review_strayed_from_there(self) -> None:
        review = [
            f"这一年，我们{words}。"
            for words in ("扩大投资，开工项目20个", "改善民生，建成学校3所", "深化改革，办成实事9件")
        ]
        lines = [
            "一、2023年工作回顾",
            *review[:3],
            "二、2024年工作安排",
            "要扩大投资。",
            "这一年，我们绿化造林，空气优良天数300天。",
        ]
        found = cut("\n".join(lines))
        assert [row["section"] for row in found][-1] == "review_year"
        assert [row["faults"] for row in found][-1] == ["strayed"]
        assert not any("strayed" in row["faults"] for row in cut("\n".join([*lines, "这一年，我们定要实干。"])))


class TestReadOtherwise:
    """Slips of the lexicon and corrections by hand: the text stays, what is read changes."""

    def test_a_slip_is_mended_and_the_print_is_kept(self) -> None:
        (row,) = cut("我们要努カ跛出新路，新增就业3万人。")
        assert row["text"] == "我们要努カ跛出新路，新增就业3万人。"
        assert row["read_as"] == "我们要努力蹚出新路，新增就业3万人。"
        assert row["faults"] == ["misread"]
        assert "跛出 read as 蹚出" in row["reason"]

    def test_no_slip_touches_a_number(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "lexicon").mkdir()
        (tmp_path / "lexicon/slips.csv").write_text("printed,meant\n三干,三千\n", "utf-8")
        monkeypatch.setattr("pipelines.seeds.SEEDS", tmp_path)
        slips.cache_clear()
        with pytest.raises(SeedError, match=r"slips\.csv:2: '三干' changes a number"):
            slips()
        slips.cache_clear()

    def test_a_correction_by_hand_goes_before_a_slip(self) -> None:
        by_hand = "corrections: [{expected: 努カ跛出, read_as: 全力走出, why: the scan}]"
        (row,) = cut("我们要努カ跛出新路。", by_hand=by_hand)
        assert row["read_as"] == "我们要全力走出新路。"
        assert row["faults"] == ["corrected"]
        assert "the scan" in row["reason"]

    def test_a_section_given_by_hand_cuts_the_passage(self) -> None:
        by_hand = "corrections: [{expected: 去年造林3万亩。, section: review_year, why: pasted from the review}]"
        found = cut("二、2024年工作安排\n要多造林。去年造林3万亩。要护好林。", by_hand=by_hand)
        assert [(row["text"], row["section"], row["section_basis"]) for row in found][1:] == [
            ("要多造林。", "tasks_year", "heading"),
            ("去年造林3万亩。", "review_year", "correction"),
            ("要护好林。", "tasks_year", "heading"),
        ]
        assert found[2]["faults"] == ["strayed"]

    @pytest.mark.parametrize(
        ("entry", "words"),
        [
            ("{expected: 没有的话, read_as: 有, why: x}", "which the text does not say. The text has changed"),
            ("{expected: 林, read_as: 森, why: x}", "stands 2 times"),
            ("{expected: 林, occurrence: 3, read_as: 森, why: x}", "does not say so often"),
            ("{expected: 林, occurrence: 0, read_as: 森, why: x}", "occurrence from 1"),
            ("{expected: 造, read_as: 植}", "needs expected and why"),
            ("{expected: 造, why: x}", "needs either"),
            ("{expected: 造, read_as: 植, section: closing, why: x}", "needs either"),
            ("{expected: 造, section: middle, why: x}", "names a section"),
            ("{expected: 造, read_as: 植, because: x}", "may have only"),
            ("{expected: 要造, read_as: 植, why: x}, {expected: 造, read_as: 植, why: x}", "overlaps"),
            ("just words", "may have only"),
        ],
    )
    def test_a_wrong_correction_fails_with_what_to_do(self, entry: str, words: str) -> None:
        with pytest.raises(RejectedReport, match=re.escape(words)):
            corrections(f"corrections: [{entry}]".encode(), "要造林，要护林。", "2024.corrections.yaml")

    @pytest.mark.parametrize("data", [b"", b"- 1", b"corrections: 1", b"corrections: [", b"\xff\xfe", b"a: &a [*a]"])
    def test_a_file_that_is_no_list_of_corrections_fails(self, data: bytes) -> None:
        with pytest.raises(RejectedReport, match="y"):
            corrections(data, "要造林。", "y")

    @given(st.text("林木ab", min_size=1), st.integers(0, 20), st.integers(1, 4), st.text("花草", max_size=6))
    def test_every_character_read_has_a_place_in_the_print(self, text: str, at: int, length: int, new: str) -> None:
        start = at % len(text)
        end = min(start + length, len(text))
        found = runs(text, 100, [Edit(100 + start, 100 + end, "corrected", "x", new)])
        assert "".join(run for run, _ in found) == text[:start] + new + text[end:]
        places = [origin + place for run, origin in found for place in range(len(run))]
        assert places == sorted(places)
        assert all(100 <= place < 100 + len(text) for place in places)


def test_reports_do_not_depend_on_each_other() -> None:
    texts = ["一、2023年工作回顾\n去年增长5%。", f"{HARBOUR}。", f"二、2024年工作安排\n{HARBOUR}。"]
    rows = [
        {"report_id": f"330000/{year}", "ref_area": "330000", "report_year": year, "text": text}
        for year, text in enumerate(texts, 2024)
    ]
    together = passages(REPORTS.frame(rows))
    alone = pl.concat([passages(REPORTS.frame([row])) for row in reversed(rows)]).sort("report_id", "position")
    assert together.equals(alone)


def test_the_lexicon_is_sound() -> None:
    assert heading_marks()
    assert page_marks("edge")
    groups = {"any", "open", "review", "plan", "tasks", "unreviewed", "review_and_goals", "term_and_year", *SECTIONS}
    for rule in (*section_rules("heading"), *section_rules("opening")):
        assert groups.issuperset(rule.within), rule


def test_a_wrong_pattern_in_the_lexicon_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "page_marks.csv").write_text("fault,place,pattern\njump_line,edge,(\n")
    monkeypatch.setattr(seeds, "SEEDS", tmp_path)
    page_marks.cache_clear()
    try:
        with pytest.raises(seeds.SeedError, match="no regular expression"):
            page_marks("edge")
    finally:
        page_marks.cache_clear()


WORDS = [
    "今年",
    "去年",
    "过去五年",
    "工作回顾",
    "主要目标是：",
    "各位代表",
    "发展",
    "2024年",
    "“十四五”时期",
    "7.5%",
    "增长",
]
MARKS = [
    "一、",
    "（二）",
    "1.",
    "第三，",
    "一是",
    "——",
    "# ",
    "《",
    "》",
    "，",
    "。",
    "、",
    "（下转第四版）",
    "政府工作报告",
]
BREAKS = [" ", "\u3000", "\n", "\r\n", "\f", "\u2028", "\u200b", "\x85", "\v", "名词解释", "清醒认识到问题", HARBOUR]


@given(st.lists(st.sampled_from(WORDS + MARKS + BREAKS) | st.text(max_size=6), max_size=60))
def test_no_text_loses_a_character(parts: list[str]) -> None:
    text = "".join(parts)
    found = cut(text)
    check_spans(text, found)
    assert all(row["section"] in SECTIONS for row in found)


@pytest.mark.parametrize(
    "text",
    [
        "今年要抓好发展" * 60_000,
        "（" * 200_000,
        "一、\n甲乙\n" * 10_000,
        ("我们要办好实事，" * 9 + "。\n") * 3_000,
        "“十" * 150_000,
    ],
    ids=["one sentence", "brackets", "short lines", "one paragraph again and again", "quotes"],
)
def test_long_and_odd_texts_take_linear_time(text: str) -> None:
    start = time.process_time()
    check_spans(text, cut(text))
    assert time.process_time() - start < 5


@pytest.fixture(scope="module")
def real() -> tuple[pl.DataFrame, pl.DataFrame]:
    """The real reports and their passages."""
    if not REAL_REPORTS.is_dir():
        pytest.skip("the real reports are not in the repository")
    files, _ = survey(REAL_REPORTS, {folder.name for folder in REAL_REPORTS.iterdir()}, 2030)
    read, _ = reports(files)
    return read, passages(read)


class TestRealReports:
    def test_no_character_is_lost(self, real: tuple[pl.DataFrame, pl.DataFrame]) -> None:
        read, found = real
        by_report = found.partition_by("report_id", as_dict=True)
        for report_id, text in read.select("report_id", "text").iter_rows():
            check_spans(text, by_report[(report_id,)].to_dicts())

    def test_provinces_and_cities_have_all_parts(self, real: tuple[pl.DataFrame, pl.DataFrame]) -> None:
        modern = real[1].filter((pl.col("ref_area") != "100000") & (pl.col("ref_area") != "140200"))
        for (report_id,), found in modern.group_by("report_id"):
            told = set(found["section"])
            assert told >= {"review_year", "tasks_year", "requirements"} or told >= {"review_year", "targets_year"}, (
                report_id
            )
            assert "unknown" not in told, report_id

    def test_faults_are_rare_but_on_the_scan(self, real: tuple[pl.DataFrame, pl.DataFrame]) -> None:
        faulty = real[1].filter(pl.col("faults").list.len() > 0)
        on_the_scan = faulty.filter(pl.col("ref_area") == "140200")
        assert on_the_scan.filter(pl.col("faults").list.contains("repeated")).height == 6
        assert on_the_scan.filter(pl.col("faults").list.contains("strayed")).height == 2
        assert faulty.height - on_the_scan.height <= 10

    def test_the_strayed_tail_of_the_review_is_no_goal(self, real: tuple[pl.DataFrame, pl.DataFrame]) -> None:
        scan = real[1].filter(pl.col("ref_area") == "140200")
        copies = scan.filter(pl.col("text").str.contains("就业6000"))
        assert copies["section"].to_list() == ["review_year", "review_year"]
