"""The registry: the one place that knows each table and each column.

Polars schemas, DuckDB types, `COMMENT ON`, Dagster column schemas, expectations and the reference pages are all made
from what stands here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

SEPARATOR = "\x1f"  # stands in no word of ours
POLARS_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "INTEGER": pl.Int32(),
    "BIGINT": pl.Int64(),
    "DOUBLE": pl.Float64(),
    "BOOLEAN": pl.Boolean(),
    "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"),
    "VARCHAR[]": pl.List(pl.String()),
}

# The code lists: each code with its label in Chinese.
SECTIONS = {
    "preamble": "开头",  # title, salutation, the sentence that opens
    "review_year": "年度回顾",
    "review_term": "任期或规划回顾",
    "problems": "问题",
    "requirements": "总体要求",  # and the situation
    "targets_year": "年度目标",
    "tasks_year": "年度任务",
    "targets_term": "任期或规划目标",  # goals and tasks of a term, a plan, a horizon
    "closing": "结尾",
    "annex": "附录",
    "unknown": "不明",
}
KINDS = {"outcome": "结果", "target": "目标"}
TRANSFORMATIONS = {
    "level": "水平",
    "yoy": "增速",
    "avg_yoy": "年均增速",
    "cum_growth": "累计增长",
    "change": "增减",
    "rank": "位次",
}
BOUNDS = {"exact": "", "about": "左右", "at_least": "以上", "at_most": "以内", "range": "区间"}
UNITS = {
    "CNY": "元",
    "USD": "美元",
    "PERCENT": "%",
    "PERCENTAGE_POINT": "个百分点",
    "PERSON": "人",
    "TONNE": "吨",
    "KM": "公里",
    "M2": "平方米",
    "DAY": "天",
    "UNIT": "",  # a count; its measure word is in count_unit
    "UG_M3": "微克/立方米",
    "RANK": "位",
}
DESIRED = {"higher": "越高越好", "lower": "越低越好", "control": "不超过", "neutral": "中性"}
FATES = {"measured": "计量", "set_aside": "搁置"}
SET_ASIDE_REASONS = {
    "date": "日期",
    "ordinal": "序数",
    "heading_number": "标题序号",
    "name": "名称",
    "slogan": "口号",
    "model_number": "型号",
    "age": "年龄",
    "phone_number": "电话号码",
    "document_number": "文号",
    "part_of_compound": "复合数的一部分",
    "other": "其他",
}
VERDICTS = {
    "met": "兑现",
    "missed": "未兑现",
    "pending": "未到期",
    "no_report": "缺报告",
    "unreported": "未通报",
    "incomparable": "不可比",
}
AREA_LEVELS = {"nation": "全国", "province": "省级", "prefecture": "地级", "county": "县级"}


@dataclass(frozen=True)
class Column:
    """What is known of a column; `zh` and `comment` become its comment, the rest its schema and expectations."""

    name: str
    type: str
    zh: str
    comment: str
    required: bool = True
    allowed: Collection[str] = ()
    minimum: float | None = None
    maximum: float | None = None
    references: str = ""  # "core.areas.ref_area"


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """A table of the published database: its columns in order, what identifies a row, and how rows are ordered."""

    schema: str
    name: str
    zh: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    order: tuple[str, ...] = ()  # of published rows; the key where none is given

    @property
    def full_name(self) -> str:
        """The name that SQL uses, such as `core.reports`."""
        return f"{self.schema}.{self.name}"

    def __repr__(self) -> str:
        """The table's full name, as messages and test names show it."""
        return self.full_name

    @property
    def polars_schema(self) -> dict[str, pl.DataType]:
        """Column names and Polars types, in order."""
        return {column.name: POLARS_TYPES[column.type] for column in self.columns}

    def frame(self, rows: Iterable[dict[str, Any]] = ()) -> pl.DataFrame:
        """Rows (dicts; a missing key is NULL) → a frame with exactly this table's columns and types."""
        rows = list(rows)
        names = self.polars_schema
        return self.frame_of([tuple(row.get(name) for name in names) for row in rows])

    def frame_of(self, rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
        """Rows (tuples, in the order of the columns) → a frame with exactly this table's columns and types."""
        columns = zip(*rows, strict=True) if rows else ([] for _ in self.columns)
        types = self.polars_schema.items()
        return pl.DataFrame([series(name, type_, values) for (name, type_), values in zip(types, columns, strict=True)])


def series(name: str, type_: pl.DataType, values: Sequence[Any]) -> pl.Series:
    """A column of a frame; lists of words go in as one string each, which Polars builds much faster."""
    if type_ != POLARS_TYPES["VARCHAR[]"]:
        return pl.Series(name, values, dtype=type_)
    joined = [None if words is None else SEPARATOR.join(words) for words in values]
    return pl.Series(name, joined, dtype=pl.String).str.extract_all(f"[^{SEPARATOR}]+")


def optional(name: str, type_: str, zh: str, comment: str, **more: Any) -> Column:
    """A column that may be NULL."""
    return Column(name, type_, zh, comment, required=False, **more)


REPORT_ID = Column("report_id", "VARCHAR", "报告", "<ref_area>/<report_year>", references="core.reports.report_id")
REF_AREA = Column(
    "ref_area", "VARCHAR", "地区", "six-digit area code of GB/T 2260; 100000 is the whole country",
    references="core.areas.ref_area",
)  # fmt: skip
REPORT_YEAR = Column(
    "report_year", "INTEGER", "报告年份", "the year whose annual targets the report sets", minimum=1949, maximum=2100
)
IS_SAMPLE = Column(
    "is_sample", "BOOLEAN", "样例",
    "true where the text restates published figures in our own words and is not the report itself",
)  # fmt: skip
CHAR_START = Column("char_start", "INTEGER", "起", "first character in core.reports.text, from 0", minimum=0)
CHAR_END = Column("char_end", "INTEGER", "止", "one past the last character in core.reports.text", minimum=0)

# The labels of a value, as the annotation guide defines them; shared by observations and, optionally, statements.
PRICE_BASIS = optional(
    "price_basis", "VARCHAR", "价格口径", "real or nominal where the text says so; else the codebook's growth_basis holds",
    allowed=("real", "nominal"),
)  # fmt: skip
COUNT_UNIT = optional("count_unit", "VARCHAR", "量词", "the measure word of a count, as the text has it (户, 套, 个)")
STAGE = optional(
    "stage", "VARCHAR", "阶段", "started (开工) or completed (建成), where the text says which",
    allowed=("started", "completed"),
)  # fmt: skip
AGGREGATION = optional(
    "aggregation", "VARCHAR", "汇总方式",
    "of several years: total, each_year (每年, 连续六年) or mean (年均); of one year NULL",
    allowed=("total", "each_year", "mean"),
)  # fmt: skip
FLAGS = Column("flags", "VARCHAR[]", "标记", "why to be careful: repeated, strayed, uncertain, misread, corrected")
RULE = Column(
    "rule", "VARCHAR", "规则",
    "how the value was linked to its subject (direct, after, clause, list, carried, other) / to its years (beside, before, "
    "section, year); of what is set aside the reason",
)  # fmt: skip
CONFIDENCE = Column(
    "confidence", "DOUBLE", "置信度",
    "the share of readings by this rule that was right on annotated reports (seeds/lexicon/confidence.csv)",
    minimum=0, maximum=1,
)  # fmt: skip

REPORTS = Table(
    "core", "reports", "报告", "Reports as read: the decoded text of each with its provenance. One row a report.",
    ("report_id",),
    (
        Column("report_id", "VARCHAR", "报告", "<ref_area>/<report_year>"),
        REF_AREA,
        REPORT_YEAR,
        optional("title", "VARCHAR", "标题", "the report's title, from its provenance file"),
        optional("delivered_on", "DATE", "作报告日期", "the day of delivery, from its provenance file"),
        optional("source", "VARCHAR", "来源", "where it was taken from, from its provenance file"),
        optional("retrieved_on", "DATE", "获取日期", "when it was taken, from its provenance file"),
        optional("licence", "VARCHAR", "许可", "the licence of the text, from its provenance file"),
        IS_SAMPLE,
        Column("path", "VARCHAR", "文件", "the file or folder, relative to the folder of reports"),
        Column("format", "VARCHAR", "格式", "what it was read as: txt, md, docx, …; of several files each kind once"),
        optional("encoding", "VARCHAR", "编码", "the encoding detected in a text file; NULL where the format fixes it"),
        Column("source_hash", "VARCHAR", "原件散列", "SHA-256 of the original bytes"),
        Column("text_hash", "VARCHAR", "文本散列", "SHA-256 of the decoded text in UTF-8"),
        Column("characters", "INTEGER", "字符数", "length of text in characters", minimum=1),
        Column("text", "VARCHAR", "文本", "the decoded text, untouched; every char_start and char_end counts in it"),
        optional(
            "layout", "VARCHAR", "版面",
            "JSON: for each printed line its char_start, page and box (left, top, right, bottom in thousandths of the "
            "page); NULL where the format has no pages",
        ),
        optional("corrections", "VARCHAR", "更正", "JSON: the corrections made by hand, with where they apply and why"),
        replace(
            FLAGS,
            comment="why to be careful: wrong_year, wrong_area, summary, unlike_report (what the text says of itself); wrong_ending, "
            "mixed_encoding, mojibake_mended, damaged_characters, cut_off, damaged, disputed, ocr (how it came); bad_provenance, "
            "hash_differs",
        ),
        Column("warnings", "VARCHAR[]", "警示", "the same for people: a sentence for each flag"),
    ),
)  # fmt: skip

PASSAGES = Table(
    "core", "passages", "段落",
    "Passages in the order in which the report was written, each with its section and its faults. One row a passage.",
    ("passage_id",),
    (
        Column("passage_id", "VARCHAR", "段落", "<report_id>#<position>"),
        REPORT_ID,
        REF_AREA,
        REPORT_YEAR,
        Column("position", "INTEGER", "次序", "place in reading order, from 1", minimum=1),
        Column("section", "VARCHAR", "部分", "the section of the report that it belongs to", allowed=SECTIONS),
        Column("section_basis", "VARCHAR", "依据", "what the section was told by: heading, wording, order, correction, default"),
        Column("is_heading", "BOOLEAN", "是否标题", "true for a heading that stands in a passage of its own"),
        optional("heading", "VARCHAR", "所属标题", "the nearest heading above it"),
        optional("page", "INTEGER", "页", "the page that it begins on; NULL where the format has none", minimum=1),
        CHAR_START,
        CHAR_END,
        Column("text", "VARCHAR", "文本", "the characters of core.reports.text from char_start to char_end"),
        optional("read_as", "VARCHAR", "读作", "the text as it is read, where slips are mended or corrected; else NULL"),
        optional("edits", "VARCHAR", "校改", "JSON: each span of core.reports.text that is read otherwise, as what and why"),
        Column("continues", "BOOLEAN", "接上段", "true where it goes on with the sentence of the passage before it"),
        Column(
            "faults", "VARCHAR[]", "缺陷",
            "what is wrong with it: repeated, strayed, moved (printed elsewhere), gap (headings before it are lost), cut, "
            "jump_line, running_title, page_number, uncertain, misread (a known slip), corrected (by hand)",
        ),
        optional("reason", "VARCHAR", "缘由", "why it was marked, moved or read otherwise than printed"),
    ),
    order=("report_id", "position"),
)  # fmt: skip

STATEMENTS = Table(
    "core", "statements", "陈述",
    "Every numeral of every report: measured, or set aside with the reason. One row a numeral, range or list.",
    ("statement_id",),
    (
        Column("statement_id", "VARCHAR", "陈述", "<report_id>@<char_start>"),
        REPORT_ID,
        REF_AREA,
        REPORT_YEAR,
        Column("passage_id", "VARCHAR", "段落", "the passage it stands in", references="core.passages.passage_id"),
        Column("surface", "VARCHAR", "原文数字", "the numeral as printed"),
        CHAR_START,
        CHAR_END,
        Column("fate", "VARCHAR", "归宿", "measured, or set_aside", allowed=FATES),
        optional("reason", "VARCHAR", "搁置原因", "why it was set aside", allowed=SET_ASIDE_REASONS),
        optional("subject", "VARCHAR", "主语", "of what: the words of the text that name it"),
        Column("indicators", "VARCHAR[]", "指标", "the codebook's indicators that the subject names; may be none"),
        optional("kind", "VARCHAR", "类别", "outcome or target", allowed=KINDS),
        optional("transformation", "VARCHAR", "变换", "what the value is of the indicator", allowed=TRANSFORMATIONS),
        optional("period_start", "INTEGER", "起始年", "first year that it covers"),
        optional("period_end", "INTEGER", "终止年", "last year that it covers"),
        optional("bound", "VARCHAR", "界限", "exact, about, at_least, at_most or range", allowed=BOUNDS),
        optional("value", "DOUBLE", "数值", "the value in whole unit_measure; of a range the lower end"),
        optional("value_high", "DOUBLE", "上限", "of a range the upper end"),
        optional("unit", "VARCHAR", "单位", "the unit as printed (亿元, 万人)"),
        optional("unit_measure", "VARCHAR", "计量单位", "the canonical unit; NULL where the lexicon has none"),
        PRICE_BASIS,
        COUNT_UNIT,
        STAGE,
        AGGREGATION,
        optional("evidence", "VARCHAR", "证据", "the shortest exact run of the text that shows subject and value"),
        optional("evidence_start", "INTEGER", "证据起", "first character of the evidence in core.reports.text"),
        optional("evidence_end", "INTEGER", "证据止", "one past the last character of the evidence"),
        RULE,
        replace(CONFIDENCE, required=False),
        FLAGS,
    ),
    order=("report_id", "char_start", "statement_id"),
)  # fmt: skip

OBSERVATIONS = Table(
    "core", "observations", "观测",
    "One value of one indicator, as one report states it of its own area as a whole. One row an observation.",
    ("observation_id",),
    (
        Column("observation_id", "VARCHAR", "观测", "stable: the same text gives the same id on any machine"),
        REPORT_ID,
        REF_AREA,
        REPORT_YEAR,
        Column("kind", "VARCHAR", "类别", "outcome: stated as having happened; target: aimed at", allowed=KINDS),
        Column("indicator", "VARCHAR", "指标", "a code of the codebook", references="core.indicators.indicator"),
        Column(
            "transformation", "VARCHAR", "变换",
            "level, yoy (growth on the year before), avg_yoy, cum_growth, change or rank", allowed=TRANSFORMATIONS,
        ),
        Column("period_start", "INTEGER", "起始年", "first year that it covers", minimum=1900, maximum=2100),
        Column("period_end", "INTEGER", "终止年", "last year that it covers", minimum=1900, maximum=2100),
        Column("bound", "VARCHAR", "界限", "exact, about, at_least, at_most or range", allowed=BOUNDS),
        Column("obs_value", "DOUBLE", "观测值", "the value in whole unit_measure; of a range the lower end"),
        optional("obs_value_high", "DOUBLE", "上限", "of a range the upper end"),
        Column("unit_measure", "VARCHAR", "计量单位", "the canonical unit", allowed=UNITS),
        PRICE_BASIS,
        COUNT_UNIT,
        STAGE,
        AGGREGATION,
        Column("evidence", "VARCHAR", "证据", "the exact characters of the decoded report that show it"),
        CHAR_START,
        CHAR_END,
        FLAGS,
        Column("statement_id", "VARCHAR", "陈述", "the numeral", references="core.statements.statement_id"),
        RULE,
        CONFIDENCE,
        IS_SAMPLE,
    ),
    order=("report_id", "char_start", "observation_id"),
)  # fmt: skip

INDICATORS = Table(
    "core", "indicators", "指标", "The codebook: what is looked for in reports, and what is wanted of it.",
    ("indicator",),
    (
        Column("indicator", "VARCHAR", "指标", "the code"),
        Column("name_zh", "VARCHAR", "中文名", "name in Chinese"),
        Column("name_en", "VARCHAR", "英文名", "name in English"),
        Column("aliases_zh", "VARCHAR[]", "别名", "other names that reports use"),
        Column("units", "VARCHAR[]", "计量单位", "the units that a level may have"),
        Column("desired", "VARCHAR", "期望方向", "higher, lower, control (not above) or neutral", allowed=DESIRED),
        optional(
            "growth_basis", "VARCHAR", "增速口径", "what a growth rate is by convention: real or nominal",
            allowed=("real", "nominal"),
        ),
        Column("category", "VARCHAR", "类别", "the group that it is shown in"),
    ),
)  # fmt: skip

AREAS = Table(
    "core", "areas", "地区", "Areas of GB/T 2260: the nation, provinces, prefectures and counties.", ("ref_area",),
    (
        Column("ref_area", "VARCHAR", "地区代码", "six-digit area code; 100000 is the whole country"),
        Column("name_zh", "VARCHAR", "中文名", "name in Chinese"),
        Column("name_en", "VARCHAR", "英文名", "name in English"),
        Column("level", "VARCHAR", "级别", "nation, province, prefecture or county", allowed=AREA_LEVELS),
        optional("parent_area", "VARCHAR", "上级地区", "the area that it is part of", references="core.areas.ref_area"),
    ),
)  # fmt: skip

TARGET_OUTCOMES = Table(
    "mart", "target_outcomes", "目标与结果", "Each numeric target beside the outcome that later reports state. One row a target.",
    ("target_id",),
    (
        Column("target_id", "VARCHAR", "目标", "the target's observation", references="core.observations.observation_id"),
        REF_AREA,
        Column("area_name", "VARCHAR", "地区名称", "the area's name in Chinese"),
        Column("area_name_en", "VARCHAR", "地区英文名", "the area's name in English"),
        Column("indicator", "VARCHAR", "指标", "a code of the codebook", references="core.indicators.indicator"),
        Column("indicator_name_zh", "VARCHAR", "指标中文名", "the indicator's name in Chinese"),
        Column("indicator_name_en", "VARCHAR", "指标英文名", "the indicator's name in English"),
        Column("transformation", "VARCHAR", "变换", "what the value is of the indicator", allowed=TRANSFORMATIONS),
        Column("unit_measure", "VARCHAR", "计量单位", "the canonical unit of both sides", allowed=UNITS),
        Column("period_start", "INTEGER", "起始年", "first year aimed at"),
        Column("period_end", "INTEGER", "终止年", "last year aimed at"),
        Column("target_report_year", "INTEGER", "目标报告年份", "the report that sets the target"),
        Column("target_bound", "VARCHAR", "目标界限", "the target's bound", allowed=BOUNDS),
        Column("target_value", "DOUBLE", "目标值", "the target; of a range the lower end"),
        optional("target_value_high", "DOUBLE", "目标上限", "of a range the upper end"),
        Column("target_evidence", "VARCHAR", "目标证据", "the words that set it"),
        optional("outcome_id", "VARCHAR", "结果", "the outcome's observation", references="core.observations.observation_id"),
        optional("outcome_report_year", "INTEGER", "结果报告年份", "the first report that states the outcome afterwards"),
        optional("outcome_bound", "VARCHAR", "结果界限", "the outcome's bound", allowed=BOUNDS),
        optional("outcome_value", "DOUBLE", "结果值", "the outcome as first stated; of a range the lower end"),
        optional("outcome_value_high", "DOUBLE", "结果上限", "of a range the upper end"),
        optional("outcome_evidence", "VARCHAR", "结果证据", "the words that state it"),
        optional("latest_outcome_value", "DOUBLE", "最新结果值", "the same outcome as last restated"),
        optional("latest_outcome_report_year", "INTEGER", "最新结果报告年份", "the report that restates it last"),
        optional("statistics_value", "DOUBLE", "统计值", "the same from an official series; the columns above are reports' alone"),
        optional("statistics_source", "VARCHAR", "统计来源", "the series that it is from"),
        optional("statistics_verdict", "VARCHAR", "统计判定", "the verdict by that series", allowed=VERDICTS),
        optional("progress_value", "DOUBLE", "进展值", "of a target of several years: the latest value on the way"),
        optional("progress_year", "INTEGER", "进展年份", "the year of progress_value"),
        PRICE_BASIS,
        COUNT_UNIT,
        STAGE,
        AGGREGATION,
        Column("desired", "VARCHAR", "期望方向", "the direction that is wanted", allowed=DESIRED),
        Column("tolerance", "DOUBLE", "容差", "what 左右 gives on each side, in unit_measure", minimum=0),
        Column("next_report_at_hand", "BOOLEAN", "下年报告在手", "whether the report of the year after the period is at hand"),
        optional("gap", "DOUBLE", "差距", "outcome − target: from the nearer end of a range, 0 inside it"),
        Column("verdict_strict", "VARCHAR", "严格判定", "the verdict that takes the number at its word", allowed=VERDICTS),
        Column("verdict", "VARCHAR", "判定", "the verdict that gives 左右 its tolerance", allowed=VERDICTS),
        Column("verdict_rule", "VARCHAR", "判定规则", "the rule that decided, with the version of the rules file"),
        IS_SAMPLE,
    ),
)  # fmt: skip

REJECTED_REPORTS = Table(
    "ops", "rejected_reports", "拒收报告", "Files that could not be read as reports, and why.", ("path",),
    (
        Column("path", "VARCHAR", "文件", "the file or folder, relative to the folder of reports"),
        optional("ref_area", "VARCHAR", "地区", "the area that its folder names"),
        optional("report_year", "INTEGER", "报告年份", "the year that its name gives"),
        Column("reason", "VARCHAR", "原因", "what is wrong with it"),
        Column("remedy", "VARCHAR", "办法", "what to do about it"),
    ),
)  # fmt: skip

VALIDATION_RESULTS = Table(
    "ops", "validation_results", "校验结果", "Each expectation's result on what was published or held back.",
    ("table_name", "partition", "expectation"),
    (
        Column("table_name", "VARCHAR", "表", "the table that was checked"),
        Column("partition", "VARCHAR", "分区", "the report year, or `all` for a table without partitions"),
        Column("expectation", "VARCHAR", "期望", "what is expected"),
        Column("severity", "VARCHAR", "严重程度", "error blocks publication, warn does not", allowed=("error", "warn")),
        Column("success", "BOOLEAN", "通过", "whether it holds"),
        Column("failing_rows", "BIGINT", "不符行数", "how many rows do not hold to it", minimum=0),
        Column("detail", "VARCHAR", "详情", "the first rows that do not hold to it, by key"),
    ),
)  # fmt: skip

BUILDS = Table(
    "ops", "builds", "构建", "When and from what this file was built.", ("build_id",),
    (
        Column("build_id", "VARCHAR", "构建", "the name of the versioned file"),
        Column("built_at", "TIMESTAMP", "构建时间", "when it was built, in UTC"),
        Column("duixian_version", "VARCHAR", "兑现版本", "the version of this program"),
        Column("python_version", "VARCHAR", "Python 版本", "the version of Python"),
        Column("duckdb_version", "VARCHAR", "DuckDB 版本", "the version of DuckDB"),
        Column("polars_version", "VARCHAR", "Polars 版本", "the version of Polars"),
        Column("code_hash", "VARCHAR", "代码散列", "hash of the pipelines' source"),
        Column("seeds_hash", "VARCHAR", "种子散列", "hash of codebook, areas, lexicon and rules"),
        Column("reports_hash", "VARCHAR", "报告散列", "hash of the hashes of all reports"),
        Column("reports", "BIGINT", "报告数", "rows of core.reports", minimum=0),
        Column("rejected_reports", "BIGINT", "拒收数", "rows of ops.rejected_reports", minimum=0),
        Column("passages", "BIGINT", "段落数", "rows of core.passages", minimum=0),
        Column("statements", "BIGINT", "陈述数", "rows of core.statements", minimum=0),
        Column("observations", "BIGINT", "观测数", "rows of core.observations", minimum=0),
        Column("target_outcomes", "BIGINT", "目标数", "rows of mart.target_outcomes", minimum=0),
        Column("held_back_years", "VARCHAR[]", "暂缓年份", "partitions that failed a blocking check: the last good version stays"),
    ),
)  # fmt: skip

PARTITIONED = (REPORTS, PASSAGES, STATEMENTS, OBSERVATIONS)  # by report year
UNPARTITIONED = (INDICATORS, AREAS, TARGET_OUTCOMES, REJECTED_REPORTS)
TABLES = {table.full_name: table for table in (*PARTITIONED, *UNPARTITIONED, VALIDATION_RESULTS, BUILDS)}
