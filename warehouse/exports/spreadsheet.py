"""The chosen targets, outcomes and reports as a workbook that can be read, sorted, printed and sent.

Each sheet has what is to be read and printed on the left, and what is to be reckoned with on the right. Amounts stand
in the unit of their line (亿元, 万人), which all lines of an indicator share.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipelines.comparison.rules import load_rules
from pipelines.quantities import both, years
from pipelines.tables import TRANSFORMATIONS, UNITS, VERDICTS, Table
from pipelines.tables.core import REPORTS
from pipelines.tables.mart import AMBITIONS, SCORECARD, TARGET_CHANGES, TARGET_COVERAGE, TARGET_OUTCOMES, YEAR_OVER_YEAR
from warehouse.exports import Row, clean, rows
from warehouse.pages import words

MOST_ROWS = 1_048_575  # of a sheet, below its heading
LONGEST = 32_767  # characters that a cell holds
COLOURS = {  # ground and letters of a cell
    "met": ("#C6EFCE", "#006100"),
    "missed": ("#FFC7CE", "#9C0006"),
    "pending": ("#DDEBF7", "#1F4E78"),
    "no_report": ("#EDEDED", "#404040"),
    "unreported": ("#FFEB9C", "#7F6000"),
    "incomparable": ("#E4DFEC", "#5B3A8C"),
}
LIKE = {  # what is no verdict and has the colours of one
    "more": "met", "less": "unreported", "new": "pending", "dropped": "missed", "no_target": "missed",
}  # fmt: skip
MOST_LINES = 12  # of a row
LINE = 14  # points of a line of text
WIDE = 0x2E80  # from here on characters take two places
WORDS_WIDTH = 66  # characters of a column of the first sheet
SCALES = {"CNY": (1e8,), "USD": (1e8,)}  # which the largest value of an indicator decides
FONT = "等线"  # of the office programs in use; another program takes its own


@dataclass(frozen=True)
class Field:
    """A column of a sheet: its headings, its width in characters, how it is set, and what it says of a row."""

    zh: str
    en: str
    width: float
    kind: str  # text, wrapped, number, count, share, year, code
    value: Callable[[Row], Any]
    printed: bool = True


def scale_of(found: Iterable[Row], names: Sequence[str]) -> dict[tuple[Any, ...], float]:
    """Indicator, transformation, unit and measure word → the factor that its values are divided by: 亿, 万 or none."""
    largest: dict[tuple[Any, ...], float] = {}
    for row in found:
        for name in names:
            if row[name] is not None:
                largest[scaled_by(row)] = max(largest.get(scaled_by(row), 0), abs(row[name]))
    return {
        key: next((factor for factor in SCALES.get(key[2], (1e4,)) if value >= factor), 1.0)
        for key, value in largest.items()
    }


def scaled_by(row: Row) -> tuple[Any, ...]:
    """What shares a unit."""
    return tuple(row[name] for name in ("indicator", "transformation", "unit_measure", "count_unit"))


def unit_of(row: Row, scales: dict[tuple[Any, ...], float]) -> str:
    """The unit of a line: 亿元, 万人, %."""
    if row["unit_measure"] is None:
        return ""
    scale = {1e8: "亿", 1e4: "万"}.get(scales.get(scaled_by(row), 1.0), "")
    return scale + (row["count_unit"] or UNITS[row["unit_measure"]])


def stated(row: Row, name: str) -> str:
    """A side of a row as reports write it: 6.5–7%, 1100万人以上."""
    bound, value, high = (row[f"{name}_{part}"] for part in ("bound", "value", "value_high"))
    if value is None:
        return "—"
    return both(bound, value, high, row["unit_measure"], row["count_unit"], row["transformation"] or "level")[0]


def plain(
    name: str, table: Table, width: float, kind: str = "text", *, zh: str = "", en: str = "", printed: bool = False
) -> Field:
    """A column of the database as it is, under its Chinese label and its name, or others."""
    [column] = [column for column in table.columns if column.name == name]
    return Field(zh or column.zh, en or name, width, kind, lambda row: row[name], printed)


def labelled(name: str, zh: str, codes: dict[str, str], width: float, kind: str, *, printed: bool = True) -> Field:
    """A column of codes, each with its label: 兑现 met."""
    return Field(
        zh, name, width, kind,
        lambda row: "" if row[name] is None else f"{codes[row[name]]} {row[name]}", printed,
    )  # fmt: skip


def number(name: str, zh: str, en: str, scales: dict[tuple[Any, ...], float]) -> Field:
    """A value in the unit of its line; None where there is none."""

    def scaled(row: Row) -> float | None:
        return None if row[name] is None else round(row[name] / scales.get(scaled_by(row), 1.0), 6)

    return Field(zh, en, 11, "number", scaled, printed=False)


def of_an_indicator(table: Table) -> list[Field]:
    """What every line of an indicator begins with."""
    transformation = Field(
        "口径", "measure", 9, "text", lambda row: TRANSFORMATIONS.get(row["transformation"] or "", "")
    )
    return [
        plain("area_name", table, 15, zh="地区", en="area", printed=True),
        plain("indicator_name_zh", table, 24, "wrapped", zh="指标", en="indicator", printed=True),
        transformation,
    ]


def ending(table: Table, *ids: str) -> list[Field]:
    """What every line ends with: codes and ids, for those who join."""
    return [
        Field("样例", "sample", 7, "text", is_sample, False),
        plain("ref_area", table, 10),
        plain("indicator", table, 26),
        plain("indicator_name_en", table, 30),
        *(plain(name, table, 18) for name in ids),
    ]


def targets(found: list[Row]) -> list[Field]:
    """The sheet of targets beside outcomes."""
    scales = scale_of(found, ("target_value", "target_value_high", "outcome_value", "outcome_value_high"))
    table = TARGET_OUTCOMES
    return [
        *of_an_indicator(table),
        Field("年份", "years", 10, "year", lambda row: years(row["period_start"], row["period_end"])),
        Field("目标", "target", 15, "text", lambda row: stated(row, "target")),
        Field("结果", "outcome", 15, "text", lambda row: stated(row, "outcome")),
        labelled("verdict", "判定", VERDICTS, 17, "code"),
        labelled("verdict_strict", "严格判定", VERDICTS, 17, "code"),
        plain("target_evidence", table, 34, "wrapped", en="words of the target", printed=True),
        plain("outcome_evidence", table, 34, "wrapped", en="words of the outcome", printed=True),
        plain("verdict_rule", table, 44),
        Field("单位", "unit", 9, "text", lambda row: unit_of(row, scales), False),
        number("target_value", "目标值", "target", scales),
        number("target_value_high", "目标上限", "upper end", scales),
        number("outcome_value", "结果值", "outcome", scales),
        number("outcome_value_high", "结果上限", "upper end", scales),
        number("gap", "差距", "gap", scales),
        plain("target_report_year", table, 9, "year"),
        plain("outcome_report_year", table, 9, "year"),
        number("statistics_value", "统计值", "statistics", scales),
        labelled("statistics_verdict", "统计判定", VERDICTS, 17, "code", printed=False),
        plain("statistics_source", table, 40),
        *ending(table, "target_id", "outcome_id"),
    ]


def coverage(found: list[Row]) -> list[Field]:
    """The sheet of targets that come and go."""
    scales = scale_of(
        found, ("target_value", "target_value_high", "previous_target_value", "previous_target_value_high")
    )
    table = TARGET_COVERAGE
    return [
        *of_an_indicator(table),
        plain("report_year", table, 9, "year", printed=True),
        plain("previous_report_year", table, 9, "year", printed=True),
        Field("前次目标", "target before", 16, "text", lambda row: stated(row, "previous_target")),
        Field("目标", "target", 16, "text", lambda row: stated(row, "target")),
        labelled("change", "变化", TARGET_CHANGES, 17, "code"),
        labelled("ambition", "力度", AMBITIONS, 12, "code"),
        plain("previous_target_evidence", table, 34, "wrapped", en="words before", printed=True),
        plain("evidence", table, 34, "wrapped", en="words", printed=True),
        Field("单位", "unit", 9, "text", lambda row: unit_of(row, scales), False),
        number("previous_target_value", "前次目标值", "target before", scales),
        number("target_value", "目标值", "target", scales),
        number("difference", "差额", "difference", scales),
        *ending(table, "target_id", "previous_target_id"),
    ]


def along_the_years(found: list[Row]) -> list[Field]:
    """The sheet of outcomes, year after year."""
    scales = scale_of(found, ("outcome_value", "previous_outcome_value", "target_value"))
    table = YEAR_OVER_YEAR
    return [
        *of_an_indicator(table),
        plain("period_year", table, 9, "year", printed=True),
        Field("结果", "outcome", 16, "text", lambda row: stated(row, "outcome")),
        Field("上年结果", "year before", 16, "text", lambda row: stated(row, "previous_outcome")),
        Field("目标", "target", 16, "text", lambda row: stated(row, "target")),
        labelled("verdict", "判定", VERDICTS, 17, "code"),
        plain("outcome_evidence", table, 48, "wrapped", en="words", printed=True),
        Field("单位", "unit", 9, "text", lambda row: unit_of(row, scales), False),
        number("outcome_value", "结果值", "outcome", scales),
        number("previous_outcome_value", "上年结果值", "year before", scales),
        number("change", "增减", "change", scales),
        Field("增减率 %", "relative change, %", 11, "share", of("relative_change"), False),
        plain("outcome_report_year", table, 9, "year"),
        *ending(table, "outcome_id"),
    ]


def scores(found: list[Row]) -> list[Field]:
    """The sheet of scores, a report a line."""
    table = SCORECARD
    counts = [Field(label, verdict.replace("_", " "), 13, "count", of(verdict)) for verdict, label in VERDICTS.items()]
    return [
        plain("area_name", table, 16, zh="地区", en="area", printed=True),
        plain("area_name_en", table, 16, zh="英文名", en="in English", printed=True),
        plain("report_year", table, 9, "year", printed=True),
        Field("目标数", "targets", 9, "count", of("targets")),
        *counts,
        Field("兑现率 %", "attainment, %", 12, "share", of("attainment")),
        Field("严格兑现率 %", "strictly, %", 13, "share", of("attainment_strict")),
        Field("通报率 %", "reported back, %", 12, "share", of("reported_back")),
        Field("增长目标 %", "growth aimed at, %", 12, "share", of("gdp_target")),
        Field("上年增长 %", "year before, %", 12, "share", of("gdp_year_before")),
        Field("样例", "sample", 8, "text", is_sample),
        plain("ref_area", table, 10),
    ]


def is_sample(row: Row) -> str:
    """Whether a row is of a sample."""
    return "是 yes" if row["is_sample"] else "否 no"


def of(name: str) -> Callable[[Row], Any]:
    """What a row has in a column."""
    return lambda row: row[name]


def provenance(found: list[Row]) -> list[Field]:
    """The sheet of reports: which were read, from where."""
    table = REPORTS
    return [
        plain("report_id", table, 14, en="report", printed=True),
        plain("title", table, 34, "wrapped", printed=True),
        plain("delivered_on", table, 13, printed=True),
        plain("source", table, 50, "wrapped", printed=True),
        plain("licence", table, 22, "wrapped", printed=True),
        Field("样例", "sample", 7, "text", is_sample),
        Field("警示", "warnings", 50, "wrapped", lambda row: " ".join(row["warnings"])),
        plain("path", table, 24),
        plain("source_hash", table, 20),
    ]


SHEETS: tuple[tuple[str, str, Table, Callable[[list[Row]], list[Field]]], ...] = (
    ("记分卡", "how many targets of each report were met, missed, unreported, pending", SCORECARD, scores),
    (
        "目标与结果",
        "each target beside the outcome that later reports state, with the words of both",
        TARGET_OUTCOMES,
        targets,
    ),
    (
        "目标变化",
        "targets newly set, kept, raised, lowered, reworded, dropped, against the report before",
        TARGET_COVERAGE,
        coverage,
    ),
    (
        "逐年结果",
        "an indicator along the years, beside the year before and the target",
        YEAR_OVER_YEAR,
        along_the_years,
    ),
    ("报告", "the reports that all this was read from, with their sources", REPORTS, provenance),
)
MEAN_ZH = {
    "记分卡": "每份报告的目标中，兑现、未兑现、未通报、未到期各有多少",
    "目标与结果": "每个目标与后来报告所述结果，附双方原文",
    "目标变化": "与前一份报告相比，目标的新设、保持、提高、降低、改写与取消",
    "逐年结果": "指标逐年的结果，与上年及目标相对照",
    "报告": "所依据的报告及其来源",
}


NUMBER_FORMATS = {"number": "#,##0", "count": '#,##0;-#,##0;"–"', "share": "0.0", "year": "0"}


def lines_of(text: object, width: float) -> int:
    """How many lines a text takes in a column: office programs do not all fit the heights of rows themselves."""
    places = (sum(2 if ord(one) >= WIDE else 1 for one in line) for line in str(text or "").split("\n"))
    return sum(max(1, math.ceil(count / (width - 1))) for count in places)


def shortened(value: object) -> str:
    """A value as the text of a cell: clean, and no longer than a cell holds."""
    text = clean(str(value))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


class Workbook:
    """A workbook being written, with the formats that its cells have."""

    def __init__(self, target: Path, build: Row) -> None:
        self.book = xlsxwriter.Workbook(
            str(target),
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "constant_memory": True,
            },
        )
        self.book.set_properties(
            {
                "title": "兑现：目标与结果",
                "author": "duixian",
                "comments": build["build_id"],
                "created": build["built_at"],
            }
        )
        self.build = build
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.kinds: dict[tuple[str, str, int], Any] = {}

    def format(self, **more: Any) -> Any:
        """A cell's format, made once."""
        key = tuple(sorted(more.items()))
        if key not in self.formats:
            base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
            self.formats[key] = self.book.add_format(base | more)
        return self.formats[key]

    def text(self, sheet: Worksheet, row: int, column: int, value: object, **more: Any) -> None:
        """Write a value as a text, whatever it looks like."""
        sheet.write_string(row, column, shortened(value), self.format(**more))

    def cell(self, sheet: Worksheet, row: int, column: int, field: Field, value: Any) -> None:
        """Write what a field says of a row; a coloured cell says it in words, too."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.set_as(""))
        elif field.kind in NUMBER_FORMATS and isinstance(value, int | float):
            decimals = min(2, len(f"{value:.2f}".rstrip("0").partition(".")[2])) if field.kind == "number" else 0
            sheet.write_number(row, column, value, self.set_as(field.kind, decimals=decimals))
        else:
            code = str(value).partition(" ")[2] if field.kind == "code" else ""
            sheet.write_string(row, column, shortened(value), self.set_as(field.kind, code=LIKE.get(code, code)))

    def set_as(self, kind: str, *, code: str = "", decimals: int = 0) -> Any:
        """How a cell of a kind is set; numbers with so many decimals, codes in their colours."""
        key = (kind, code if code in COLOURS else "", decimals)
        if key not in self.kinds:
            more: dict[str, Any] = {"bottom": 4, "bottom_color": "#BFBFBF"}
            if kind in NUMBER_FORMATS:
                more["num_format"] = NUMBER_FORMATS[kind] + (f".{'0' * decimals}" if decimals else "")
            if kind in ("year", "count"):
                more["align"] = "center"
            elif kind not in NUMBER_FORMATS:
                more |= {"align": "left", "indent": 1, "text_wrap": kind == "wrapped"}
            if code in COLOURS:
                more |= dict(zip(("bg_color", "font_color"), COLOURS[code], strict=True))
            self.kinds[key] = self.format(**more)
        return self.kinds[key]

    def sheet(self, name: str, fields: list[Field], found: list[Row], frozen: int) -> None:
        """A sheet of rows: headings in both languages that stay in sight, filters, what is printed and how."""
        sheet = self.book.add_worksheet(name)
        last = max(len(found), 1)
        shown = [field for field in fields if field.printed]
        for column, field in enumerate(fields):
            sheet.set_column(column, column, field.width)
            ground = "#1F3864" if field.printed else "#595959"
            self.text(
                sheet, 0, column, f"{field.zh}\n{field.en.replace('_', ' ')}", bold=True, text_wrap=True, border=1,
                align="center", border_color="#FFFFFF", bg_color=ground, font_color="#FFFFFF",
            )  # fmt: skip
        sheet.set_row(0, 3 * LINE)
        wrapped = [column for column, field in enumerate(fields) if field.kind == "wrapped"]
        for line, row in enumerate(found, 1):
            values = [field.value(row) for field in fields]
            most = max((lines_of(values[column], fields[column].width) for column in wrapped), default=1)
            sheet.set_row(line, LINE * min(most, MOST_LINES) + 4)
            for column, field in enumerate(fields):
                self.cell(sheet, line, column, field, values[column])
        sheet.freeze_panes(1, frozen)
        sheet.autofilter(0, 0, last, len(fields) - 1)
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, last, len(shown) - 1)
        self.printed(sheet, name)

    def printed(self, sheet: Worksheet, name: str) -> None:
        """How a sheet is printed: A4 across, as wide as a page, numbered."""
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_header(f"&L兑现 duixian&C{name}&R{self.build['built_at']:%Y-%m-%d}")
        sheet.set_footer("&C第 &P 页，共 &N 页")

    def about(self, counts: dict[str, int], chosen: str, samples: bool) -> None:
        """The first sheet: what is what."""
        sheet = self.book.add_worksheet("说明")
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 2, WORDS_WIDTH)
        sheet.hide_gridlines(2)
        line = 0

        def put(*cells: str, **more: Any) -> None:
            nonlocal line
            for column, said in enumerate(cells):
                self.text(sheet, line, column, said, text_wrap=bool(column), **more)
            sheet.set_row(line, LINE * max(lines_of(said, WORDS_WIDTH) for said in cells) + 4)
            line += 1

        def head(zh: str, en: str) -> None:
            nonlocal line
            line += 1
            put(f"{zh} {en}", "", "", bold=True, font_size=12, bottom=1, font_color="#1F3864")

        rules = load_rules()
        sheet.set_row(0, 2 * LINE)
        self.text(sheet, 0, 0, "兑现：政府工作报告的目标与结果", bold=True, font_size=16, font_color="#1F3864")
        self.text(
            sheet, 1, 0, "duixian: targets of government work reports, and what came of them", font_color="#595959"
        )
        line = 2
        if samples:
            line += 1
            put(
                "注意 careful",
                "标“样例”者并非报告原文，而是用自己的话复述已公布的数字，不得作为政府原话引用。",
                "What is marked as a sample is not the report itself: it restates published figures in our own words, "
                "and must not be quoted as a government's.",
                bg_color="#FFEB9C", font_color="#7F6000",
            )  # fmt: skip
        head("来源", "Source")
        build = self.build
        put(
            "报告 reports",
            f"{build['reports']} 份，见“报告”表",
            "see the sheet 报告 for their titles, sources and licences",
        )
        put("范围 chosen", chosen or "全部 all")
        put("构建 build", f"{build['build_id']}，{build['built_at']:%Y-%m-%d %H:%M} UTC")
        put("程序 program", f"duixian {build['duixian_version']}")
        head("各表", "The sheets")
        for name, english, _, _ in SHEETS:
            put(f"{name}（{counts[name]} 行）", MEAN_ZH[name], english)
        put(
            "左右两部分 two parts", "深蓝标题的列供阅读和打印；灰色标题的列供计算和核对，不打印。",
            "Columns with a blue heading are to be read and printed; those with a grey one are to be reckoned with.",
        )  # fmt: skip
        head("判定", "Verdicts")
        for verdict, (_, _, _, zh, en) in words.VERDICTS.items():
            put(f"{VERDICTS[verdict]} {verdict}", zh, en)
            ground, letters = COLOURS[verdict]
            self.text(sheet, line - 1, 0, f"{VERDICTS[verdict]} {verdict}", bg_color=ground, font_color=letters)
        rate, share = f"{rules.absolute['PERCENT']:g}", f"{rules.relative:.0%}"
        put(
            "左右 about",
            f"“判定”给“左右”留余地：增速与比率 ±{rate} 个百分点，金额与数量 ±{share}；“严格判定”只看数字本身。",
            f"The verdict gives 左右 some room: {rate} percentage points for rates and growth, {share} of the number "
            "for amounts and counts; the strict verdict takes the number at its word.",
        )
        put(
            "规则 rule", f"规则第 {rules.version} 版；每行“判定规则”写明所用版本与算式。",
            f"Rules of version {rules.version}; each line names the version and the reckoning by which it was judged.",
        )  # fmt: skip
        put(
            "变化、力度 change", "“变化”看数字的大小，降幅为负数；“力度”看要求是更高还是更低。",
            "Raised and lowered go by the number, a fall being negative; 力度 says whether more or less is asked.",
        )  # fmt: skip
        head("数值", "Values")
        put(
            "单位 unit", "同一指标的数值用同一单位，见“单位”列；百分数 7.5 即 7.5%。",
            "All values of an indicator have the unit of the column 单位; 7.5 is 7.5 %.",
        )  # fmt: skip
        put(
            "证据 words",
            "“证据”是报告（或样例）中的原字句；判定只依据报告所述，统计数据另列，不影响判定。",
            "The exact words of the report or sample; verdicts rest on reports alone, statistics stand apart.",
        )  # fmt: skip
        self.printed(sheet, "说明")
        sheet.fit_to_pages(1, 1)


NEWEST_FIRST = {"目标与结果": "target_report_year", "记分卡": "report_year", "目标变化": "report_year"}  # by which year


def newest_first(row: Row, by: str) -> tuple[Any, ...]:
    """How lines of an area are ordered: the newest report first, in it by indicator."""
    return (
        row["ref_area"],
        -row[by],
        row.get("period_end", 0),
        row.get("indicator", ""),
        row.get("transformation") or "",
    )


def write(connection: duckdb.DuckDBPyConnection, target: Path, build: Row, chosen: str) -> None:
    """Write the workbook.

    Args:
        connection: see `warehouse.exports.chosen`.
        target: the file.
        build: the row of ops.builds.
        chosen: the selection in words; empty where all is taken.

    Raises:
        ValueError: a table has more rows than a sheet holds.
    """
    counts = {}
    for name, _, table, _ in SHEETS:
        (counts[name],) = connection.execute(f"SELECT count(*) FROM {table.full_name}").fetchone() or (0,)  # noqa: S608
        if counts[name] > MOST_ROWS:
            raise ValueError(f"{name} has {counts[name]} rows, a sheet {MOST_ROWS}; choose with --area or --years")
    (samples,) = connection.execute("SELECT bool_or(is_sample) FROM core.reports").fetchone() or (False,)
    workbook = Workbook(target, build)
    workbook.about(counts, chosen, bool(samples))
    for name, _, table, fields in SHEETS:  # one after the other: the rows of one need not wait for those of all
        found = rows(connection, table)
        if name in NEWEST_FIRST:
            found.sort(key=partial(newest_first, by=NEWEST_FIRST[name]))
        workbook.sheet(name, fields(found), found, frozen=1 if name == "报告" else 2)
    workbook.book.close()
