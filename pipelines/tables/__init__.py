"""The registry: the one place that knows each table and each column.

Polars schemas, DuckDB types, `COMMENT ON`, Dagster column schemas, expectations and the reference pages are all made
from what stands here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
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
    "explanation": "名词解释",
    "note_mark": "注号",
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
        return self.frame_of([tuple(map(row.get, names)) for row in rows])

    def frame_of(self, rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
        """Rows (tuples, in the order of the columns) → a frame with exactly this table's columns and types."""
        columns = zip(*rows, strict=True) if rows else ([] for _ in self.columns)
        types = self.polars_schema.items()
        return pl.DataFrame([series(name, type_, values) for (name, type_), values in zip(types, columns, strict=True)])


def runs(column: pl.Series) -> pl.DataFrame:
    """The runs of rows of one report, or of one area: value, start and rows of each, in the column's order."""
    found = column.rle().struct.rename_fields(["rows", "value"]).struct.unnest()
    return found.select("value", (pl.col("rows").cum_sum() - pl.col("rows")).alias("start"), "rows")


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
