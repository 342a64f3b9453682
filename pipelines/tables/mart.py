"""The tables of the schema `mart`: what analysts ask."""

from dataclasses import replace
from typing import Any

from pipelines.tables import (
    AGGREGATION,
    BOUNDS,
    COUNT_UNIT,
    DESIRED,
    IS_SAMPLE,
    PRICE_BASIS,
    REF_AREA,
    REPORT_ID,
    REPORT_YEAR,
    STAGE,
    TRANSFORMATIONS,
    UNITS,
    VERDICTS,
    Column,
    Table,
    optional,
)

# What progress_value was made from, the best first.
PROGRESS_BASES = {
    "level": "当年水平",
    "total_stated": "累计通报",
    "levels": "水平之差",
    "sum_of_years": "逐年合计",
    "mean_of_years": "逐年平均",
}
PACES = {"below": "低于", "equal": "等于", "above": "高于"}

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
        optional("outcome_declared", "VARCHAR", "视同依据", "what seeds/equivalences.csv or area_successions.csv declares the same, where the outcome names another"),
        optional("latest_outcome_id", "VARCHAR", "最新结果", "the same outcome as last restated", references="core.observations.observation_id"),
        optional("latest_outcome_report_year", "INTEGER", "最新结果报告年份", "the report that restates it last"),
        optional("latest_outcome_bound", "VARCHAR", "最新结果界限", "the restated outcome's bound", allowed=BOUNDS),
        optional("latest_outcome_value", "DOUBLE", "最新结果值", "the same outcome as last restated; of a range the lower end"),
        optional("latest_outcome_value_high", "DOUBLE", "最新结果上限", "of a range the upper end"),
        optional("latest_outcome_evidence", "VARCHAR", "最新结果证据", "the words that restate it"),
        optional("latest_verdict", "VARCHAR", "按最新结果判定", "the verdict by the last restatement, with tolerance; the first statement decides", allowed=VERDICTS),
        optional(
            "statistics_value", "DOUBLE", "统计值",
            "what the latest release on file of an official series says of the same; the columns above are reports' alone",
        ),
        optional("statistics_source", "VARCHAR", "统计来源", "who publishes the series, its title and id, and what was worked out"),
        optional("statistics_verdict", "VARCHAR", "统计判定", "the verdict by that figure; verdict itself never takes it into account", allowed=VERDICTS),
        optional("statistics_vintage", "DATE", "统计版本日期", "the release that the figure is from, as core.statistics.vintage; of several years the last"),
        optional(
            "statistics_difference", "DOUBLE", "统计差额",
            "statistics_value − outcome, where both speak of the same years: from the nearer end of a range, 0 inside it",
        ),
        optional("reached_year", "INTEGER", "达成年份", "of a level to reach in a later year than the report's: the first year that a report states it for"),
        optional("baseline_value", "DOUBLE", "基期值", "of a level to reach: the level of the year before the report's; of a change over years: of the year before the first"),
        optional("baseline_year", "INTEGER", "基期年份", "the year of baseline_value"),
        optional("baseline_report_year", "INTEGER", "基期报告年份", "the first report that states baseline_value"),
        optional("progress_value", "DOUBLE", "进展值", "of a target of several years: the latest value on the way, in unit_measure; see progress_basis"),
        optional("progress_year", "INTEGER", "进展年份", "the year of progress_value"),
        optional("progress_years", "INTEGER", "已通报年数", "how many years of the target progress_value holds; fewer than have passed where some are not stated", minimum=1),
        optional("progress_basis", "VARCHAR", "进展依据", "level (as stated), total_stated (of the years so far together), levels (a difference of two), sum_of_years, mean_of_years", allowed=PROGRESS_BASES),
        optional("progress_share", "DOUBLE", "完成比例", "how much of the way is behind, 1 = there; NULL for a limit met from the start, or where a year is not stated"),
        optional("pace_so_far", "DOUBLE", "已有年均进度", "what came a year so far, in unit_measure; of growth the mean growth in percent"),
        optional("pace_needed", "DOUBLE", "尚需年均进度", "what each year left must bring, likewise; 0 once reached, NULL where no year is left"),
        optional("pace_needed_is", "VARCHAR", "所需进度比较", "whether pace_needed is below, equal to or above pace_so_far, towards the target", allowed=PACES),
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
    order=(
        "ref_area", "target_report_year", "indicator", "transformation", "period_start", "period_end", "target_id",
    ),
)  # fmt: skip

TOLD_AND_FINAL = Table(
    "mart", "told_and_final", "通报数与终值",
    "Each outcome that a report states beside the figure that official statistics give for it now, where one is on file. "
    "One row an outcome.",
    ("observation_id",),
    (
        Column("observation_id", "VARCHAR", "观测", "the outcome as told", references="core.observations.observation_id"),
        REF_AREA,
        Column("area_name", "VARCHAR", "地区名称", "the area's name in Chinese"),
        Column("report_year", "INTEGER", "报告年份", "the report that tells it"),
        Column("indicator", "VARCHAR", "指标", "a code of the codebook", references="core.indicators.indicator"),
        Column("indicator_name_zh", "VARCHAR", "指标中文名", "the indicator's name in Chinese"),
        Column("transformation", "VARCHAR", "变换", "what the value is of the indicator", allowed=TRANSFORMATIONS),
        Column("unit_measure", "VARCHAR", "计量单位", "the canonical unit of both sides", allowed=UNITS),
        Column("period_start", "INTEGER", "起始年", "first year that it covers"),
        Column("period_end", "INTEGER", "终止年", "last year that it covers"),
        Column("told_bound", "VARCHAR", "通报界限", "the bound of what was told", allowed=BOUNDS),
        Column("told_value", "DOUBLE", "通报数", "what was told; of a range the lower end"),
        optional("told_value_high", "DOUBLE", "通报上限", "of a range the upper end"),
        Column("told_evidence", "VARCHAR", "通报证据", "the words that tell it"),
        optional("printed_step", "DOUBLE", "末位单位", "what one of the last printed digit is worth: 0.1 of 7.4 %; NULL of a range", minimum=0),
        Column("final_value", "DOUBLE", "终值", "what the latest release on file says"),
        Column("final_source", "VARCHAR", "终值来源", "who publishes the series, its title and id, and what was worked out"),
        Column("final_vintage", "DATE", "终值版本日期", "the release that it is from, as core.statistics.vintage"),
        Column("difference", "DOUBLE", "差额", "final − told: from the nearer end of a range, 0 inside it"),
        Column(
            "still_holds", "BOOLEAN", "是否仍成立",
            "whether what was told can be said of the final figure: an exact number rounds to it (within half a printed_step), "
            "左右 has the tolerance of the verdicts, a bound or range holds",
        ),
        IS_SAMPLE,
    ),
    order=("ref_area", "indicator", "period_start", "period_end", "report_year", "observation_id"),
)  # fmt: skip

# What arranges: queries in `warehouse/marts`.

AREA_NAME = Column("area_name", "VARCHAR", "地区名称", "the area's name in Chinese")
INDICATOR = (
    Column("indicator", "VARCHAR", "指标", "a code of the codebook", references="core.indicators.indicator"),
    Column("indicator_name_zh", "VARCHAR", "指标中文名", "the indicator's name in Chinese"),
    Column("indicator_name_en", "VARCHAR", "指标英文名", "the indicator's name in English"),
)
BASIS = replace(
    PRICE_BASIS,
    comment="of a growth: real or nominal, where the text is silent by the codebook's convention; else NULL",
)
TRANSFORMATION = Column(
    "transformation", "VARCHAR", "变换", "what the value is of the indicator", allowed=TRANSFORMATIONS
)
UNIT = Column("unit_measure", "VARCHAR", "计量单位", "the canonical unit of all values of the row", allowed=UNITS)


def sided(prefix: str, zh: str, what: str, *, required: bool, evidence: bool = True) -> tuple[Column, ...]:
    """The columns of an observation on one side of a row: id, bound, value, upper end and evidence."""

    def make(name: str, type_: str, label: str, comment: str, **more: Any) -> Column:
        return Column(f"{prefix}_{name}", type_, f"{zh}{label}", f"{what}: {comment}", required, **more)

    found = (
        make("id", "VARCHAR", "", "its observation", references="core.observations.observation_id"),
        make("bound", "VARCHAR", "界限", "its bound", allowed=BOUNDS),
        make("value", "DOUBLE", "值", "of a range the lower end"),
        optional(f"{prefix}_value_high", "DOUBLE", f"{zh}上限", f"{what}: of a range the upper end"),
    )
    return (*found, make("evidence", "VARCHAR", "证据", "the words that state it")) if evidence else found


NO_COMPARISON = {
    "not_stated": "上年未见",  # no report at hand states the year before's
    "other_price_basis": "价格口径不同",
    "other_count_unit": "量词不同",
    "other_stage": "阶段不同",
    "other_unit": "单位不同",
}
YEAR_OVER_YEAR = Table(
    "mart", "year_over_year", "逐年结果",
    "How did an indicator go along the years, by what the reports say, and what had been aimed at? Outcomes of single years "
    "beside the year before's and the year's target; like with like. One row an indicator, way of measuring and year.",
    ("outcome_id",),
    (
        REF_AREA,
        AREA_NAME,
        *INDICATOR,
        TRANSFORMATION,
        UNIT,
        BASIS,
        COUNT_UNIT,
        STAGE,
        Column("period_year", "INTEGER", "年份", "the year that the outcome is of"),
        Column("outcome_report_year", "INTEGER", "结果报告年份", "the first report that states it"),
        *sided("outcome", "结果", "the outcome as first stated", required=True),
        optional("latest_outcome_report_year", "INTEGER", "最新结果报告年份", "the last report that restates it; NULL if none does"),
        *sided("latest_outcome", "最新结果", "the outcome as last restated", required=False),
        *sided("previous_outcome", "上年结果", "the year before's, as first stated", required=False, evidence=False),
        optional(
            "previous_latest_outcome_value", "DOUBLE", "上年最新结果值", "the year before's, as last restated; NULL if never"
        ),
        optional(
            "change", "DOUBLE", "增减",
            "outcome − the year before's, both as first stated (of a range the middle); of percentages in percentage points",
        ),
        optional("relative_change", "DOUBLE", "增减率", "the change in percent of the year before's; NULL for rates and ranks"),
        optional("latest_change", "DOUBLE", "最新增减", "the same change, both as last stated"),
        optional("latest_relative_change", "DOUBLE", "最新增减率", "the same in percent"),
        optional("is_rough", "BOOLEAN", "约数", "true where one of the two values first stated is no exact one (约, 超过, a range)"),
        optional(
            "reason", "VARCHAR", "无比较原因",
            "why there is no change: not_stated, or the year before's is of another price basis, measure word, stage or unit",
            allowed=NO_COMPARISON,
        ),
        *sided("target", "目标", "the target for the year (of several that of its own report, the first printed)",
               required=False, evidence=False),
        optional("target_report_year", "INTEGER", "目标报告年份", "the report that sets the target"),
        optional("verdict", "VARCHAR", "判定", "the target's verdict, as mart.target_outcomes has it", allowed=VERDICTS),
        IS_SAMPLE,
    ),
    order=(
        "ref_area", "indicator", "transformation", "unit_measure", "price_basis", "count_unit", "stage", "period_year",
        "outcome_id",
    ),
)  # fmt: skip

NATURES = {
    "unchanged": "未变",
    "rounding": "取整",  # the rounder number is the other one, rounded
    "bound": "界限",  # 约, 超过: both may be true of one value
    "revised": "修订",
}
REVISIONS = Table(
    "mart", "revisions", "修订",
    "What do later reports make of an outcome that was stated before? Each outcome beside what a later report says of the "
    "same thing and period. One row an outcome and later report.",
    ("outcome_id", "later_id"),
    (
        REF_AREA,
        AREA_NAME,
        *INDICATOR,
        TRANSFORMATION,
        UNIT,
        BASIS,
        COUNT_UNIT,
        STAGE,
        AGGREGATION,
        Column("period_start", "INTEGER", "起始年", "first year that it covers"),
        Column("period_end", "INTEGER", "终止年", "last year that it covers"),
        Column("outcome_report_year", "INTEGER", "结果报告年份", "the first report that states it"),
        *sided("outcome", "结果", "the outcome as first stated", required=True),
        Column("later_report_year", "INTEGER", "后来报告年份", "the later report"),
        *sided("later", "后来", "what the later report says", required=True),
        Column("difference", "DOUBLE", "差额", "later − first (of a range the middle); of percentages in percentage points"),
        optional("relative_difference", "DOUBLE", "差率", "the difference in percent of the first; NULL for rates and ranks"),
        Column(
            "nature", "VARCHAR", "性质",
            "unchanged; rounding: no further apart than the coarser of the two is printed; bound: both may be true of one "
            "value (超过, 以内, ranges); revised: they cannot",
            allowed=NATURES,
        ),
        Column("is_latest", "BOOLEAN", "是否最新", "true for the last report at hand that says it"),
        IS_SAMPLE,
    ),
    order=("ref_area", "indicator", "transformation", "period_end", "period_start", "outcome_id", "later_report_year", "later_id"),
)  # fmt: skip

TARGET_CHANGES = {
    "first": "首份报告",  # no report before it is at hand
    "new": "新设",
    "kept": "保持",
    "raised": "提高",
    "lowered": "降低",
    "reworded": "改写",
    "other_form": "换口径",
    "dropped": "取消",
    "no_target": "明言不设",
}
AMBITIONS = {"more": "更高", "same": "相同", "less": "更低"}
TARGET_COVERAGE = Table(
    "mart", "target_coverage", "目标覆盖",
    "Which targets does a report newly set, keep, raise, lower, reword or silently drop? Its targets for its own year beside "
    "those of the report before it that is at hand. One row a report, indicator and way of measuring.",
    ("report_id", "indicator", "transformation", "unit_measure", "price_basis", "count_unit", "stage"),
    (
        REPORT_ID,
        REF_AREA,
        AREA_NAME,
        REPORT_YEAR,
        optional("previous_report_year", "INTEGER", "前份报告年份", "the report before it at hand: not always the year before's"),
        *INDICATOR,
        replace(TRANSFORMATION, required=False),
        replace(UNIT, required=False),
        BASIS,
        COUNT_UNIT,
        STAGE,
        Column(
            "change", "VARCHAR", "变化",
            "first (no report before it is at hand), new, kept, raised or lowered (by the number), reworded (the same number "
            "with another bound), other_form (the other report sets the indicator's target in another unit, transformation, "
            "price basis, measure word or stage), dropped (silently), no_target (the report says that it sets none)",
            allowed=TARGET_CHANGES,
        ),
        optional(
            "ambition", "VARCHAR", "力度",
            "whether what has to be reached is more or less than before, by the desired direction (左右 is less than the bare "
            "number); NULL where one side is missing, or the indicator is neutral",
            allowed=AMBITIONS,
        ),
        *sided("target", "目标", "the target", required=False, evidence=False),
        optional("evidence", "VARCHAR", "证据", "the words that set the target, or say that there is none"),
        optional(
            "no_target_id", "VARCHAR", "不设目标", "where the report says that it sets none",
            references="core.no_targets.no_target_id",
        ),
        *sided("previous_target", "前次目标", "the target of the report before", required=False),
        optional("difference", "DOUBLE", "差额", "target − the one before (of a range the middle; beside 以上 or 以内 that end)"),
        Column("desired", "VARCHAR", "期望方向", "the direction that is wanted", allowed=DESIRED),
        IS_SAMPLE,
    ),
    order=(
        "ref_area", "report_year", "indicator", "transformation", "unit_measure", "price_basis", "count_unit", "stage",
    ),
)  # fmt: skip


def count(name: str, zh: str, comment: str) -> Column:
    """A column that counts."""
    return Column(name, "BIGINT", zh, comment, minimum=0)


SHARE = {"minimum": 0, "maximum": 100}
SCORECARD = Table(
    "mart", "scorecard", "记分卡",
    "How many of its targets did a government reach, say what came of, and how ambitious were they? The targets that each report "
    "sets for its own year. One row a report.",
    ("report_id",),
    (
        REPORT_ID,
        REF_AREA,
        AREA_NAME,
        Column("area_name_en", "VARCHAR", "地区英文名", "the area's name in English"),
        REPORT_YEAR,
        count("targets", "目标数", "targets for the report's own year"),
        count("met", "兑现", "of these met"),
        count("missed", "未兑现", "of these missed"),
        count("incomparable", "不可比", "of these stated in a way that cannot decide"),
        count("unreported", "未通报", "of these never reported back, though the next report is at hand"),
        count("no_report", "缺报告", "of these without the report that would have said"),
        count("pending", "未到期", "of these without any report from after the year"),
        count("met_strict", "严格兑现", "met, the number taken at its word"),
        count("missed_strict", "严格未兑现", "missed, the number taken at its word"),
        count("incomparable_strict", "严格不可比", "not decided, the number taken at its word"),
        optional("attainment", "DOUBLE", "兑现率", "met in percent of met and missed; NULL where none is decided", **SHARE),
        optional("attainment_strict", "DOUBLE", "严格兑现率", "the same, the number taken at its word", **SHARE),
        optional(
            "reported_back", "DOUBLE", "通报率",
            "met, missed and incomparable in percent of these and unreported; NULL where no report could have said", **SHARE,
        ),
        count("longer_targets", "多年目标数", "other targets that the report sets (a term, a plan, a horizon): in none of the above"),
        count("compared_growth_targets", "可比增速目标数", "growth targets (desired higher) whose outcome of the year before is stated"),
        optional(
            "mean_growth_difference", "DOUBLE", "增速目标与上年结果之差",
            "of these the mean of target − outcome of the year before, in percentage points; of a range the lower end is aimed at",
        ),
        optional("gdp_target", "DOUBLE", "经济增长目标", "GDP growth aimed at; of a range the lower end"),
        optional("gdp_year_before", "DOUBLE", "上年经济增长", "GDP growth of the year before, as the report could know it"),
        optional("gdp_difference", "DOUBLE", "经济增长目标与上年之差", "the one less the other, in percentage points"),
        IS_SAMPLE,
    ),
    order=("ref_area", "report_year"),
)  # fmt: skip

CONSISTENCY_RULES = {
    "growth": "增速与水平",
    "change": "增减与水平",
    "growth_of_change": "增速与增减",
    "yearly_growth": "多年与逐年增速",
    "sum": "分项与合计",
    "between": "整体与部分",
    "at_most": "部分不超过整体",
    "shares": "比重合计",
    "years": "多年合计与逐年",
}
FINDINGS = {
    "consistent": "一致",
    "within_rounding": "舍入之内",
    "bounds_allow": "界限允许",
    "implies_deflator": "隐含价格变动",
    "other_wording": "名称有别",
    "other_basis": "口径有别",
    "restated": "基数后来重述",
    "inconsistent": "不一致",
}
CONSISTENCY = Table(
    "mart", "consistency", "一致性",
    "What a careful editor would reckon again: each stated figure beside what others imply. One row a comparison.",
    ("comparison_id",),
    (
        Column("comparison_id", "VARCHAR", "比对", "a hash of the rule, the stated observation and those that it is compared with"),
        REF_AREA,
        Column("area_name", "VARCHAR", "地区名称", "the area's name in Chinese"),
        Column("report_year", "INTEGER", "报告年份", "the report that states the figure"),
        Column("rule", "VARCHAR", "规则", "what is reckoned", allowed=CONSISTENCY_RULES),
        Column("indicator", "VARCHAR", "指标", "of the stated figure", references="core.indicators.indicator"),
        Column("transformation", "VARCHAR", "变换", "of the stated figure", allowed=TRANSFORMATIONS),
        Column("period_start", "INTEGER", "起始年", "first year of the stated figure"),
        Column("period_end", "INTEGER", "终止年", "its last year"),
        Column("unit_measure", "VARCHAR", "计量单位", "of the values, the difference and the tolerance", allowed=UNITS),
        Column("price_basis", "VARCHAR", "价格口径", "of a stated growth: real, nominal, or `none` where neither applies", allowed=("real", "nominal", "none")),
        Column("stated_id", "VARCHAR", "所述观测", "the stated figure", references="core.observations.observation_id"),
        Column("stated_value", "DOUBLE", "所述值", "its value; of a range the lower end; of shares their sum"),
        Column("stated_bound", "VARCHAR", "所述界限", "its bound", allowed=BOUNDS),
        Column("stated_evidence", "VARCHAR", "所述证据", "its words"),
        Column("against_ids", "VARCHAR[]", "对照观测", "the observations that imply a value, the one of the last year first"),
        Column("against_values", "VARCHAR[]", "对照值", "their values, in their units"),
        Column("against_reports", "VARCHAR[]", "对照报告", "the reports that state them"),
        Column("against_evidence", "VARCHAR[]", "对照证据", "their words"),
        optional("implied_value", "DOUBLE", "推算值", "what they imply; NULL where one end of it is open"),
        optional("implied_low", "DOUBLE", "推算下限", "the least that rounding and bounds allow; NULL: open"),
        optional("implied_high", "DOUBLE", "推算上限", "the most that rounding and bounds allow; NULL: open"),
        optional("difference", "DOUBLE", "差", "stated_value − implied_value"),
        optional("tolerance", "DOUBLE", "容差", "how large a difference rounding explains, both sides together", minimum=0),
        optional("implied_deflator", "DOUBLE", "隐含价格变动", "real growth against current levels: the change of prices that both imply, in percent"),
        Column("finding", "VARCHAR", "结论", "inconsistent: to be queried; the others say why not", allowed=FINDINGS),
        Column("reason", "VARCHAR", "缘由", "the reckoning in words"),
        IS_SAMPLE,
    ),
)  # fmt: skip

TERM_EMPHASIS = Table(
    "mart", "term_emphasis", "用词变化",
    "What a report says significantly more and less of than the same area's report of the year before, and than the other "
    "areas of its level in the same year together. One row a report, comparison, direction and rank; names of places are "
    "compared with the year before only.",
    ("report_id", "against", "direction", "rank"),
    (
        REPORT_ID,
        REF_AREA,
        Column("area_name", "VARCHAR", "地区名称", "the area's name in Chinese"),
        REPORT_YEAR,
        Column(
            "against", "VARCHAR", "对照", "what it is compared with: the area's own report of the year before, or its peers",
            allowed=("year_before", "peers"),
        ),
        optional("other_report", "VARCHAR", "对照报告", "the report of the year before; NULL for peers", references="core.reports.report_id"),
        Column("other_reports", "INTEGER", "对照报告数", "how many reports the other side is", minimum=1),
        Column("direction", "VARCHAR", "方向", "whether the report says it more or less often", allowed=("more", "less")),
        Column("rank", "INTEGER", "名次", "place by g2 among the report's terms of this comparison and direction, from 1", minimum=1),
        Column("term", "VARCHAR", "词语", "the term, as core.terms has it"),
        Column("part_of_speech", "VARCHAR", "词性", "jieba's tag (seeds/terms/parts_of_speech.csv)"),
        Column("occurrences", "BIGINT", "次数", "how often the report says it", minimum=0),
        Column("rate", "DOUBLE", "万词频率", "the same for 10,000 of its terms", minimum=0),
        Column("other_occurrences", "BIGINT", "对照次数", "how often the other side says it", minimum=0),
        Column("other_rate", "DOUBLE", "对照万词频率", "the same for 10,000 of the other side's terms", minimum=0),
        Column("log_ratio", "DOUBLE", "对数比", "log2 of rate to other_rate, half an occurrence added to each: 1 is twice as often"),
        Column("g2", "DOUBLE", "对数似然比", "the log-likelihood ratio G2 of equal use on both sides", minimum=0),
        Column("p_value", "DOUBLE", "P 值", "the chance of such a g2 under equal use (chi-squared, 1 degree of freedom)", minimum=0, maximum=1),
        Column("terms_tested", "BIGINT", "检验词数", "how many terms were tested in this comparison", minimum=1),
        Column("p_corrected", "DOUBLE", "校正 P 值", "p_value times terms_tested (Bonferroni), at most 1", minimum=0, maximum=1),
        IS_SAMPLE,
    ),
)  # fmt: skip

MARTS = (
    TARGET_OUTCOMES,
    YEAR_OVER_YEAR,
    REVISIONS,
    TARGET_COVERAGE,
    SCORECARD,
    CONSISTENCY,
    TERM_EMPHASIS,
    TOLD_AND_FINAL,
)
