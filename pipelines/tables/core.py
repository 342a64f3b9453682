"""The tables of the schema `core`: reports, what is read in them, and the code lists."""

from dataclasses import replace

from pipelines.tables import (
    AGGREGATION,
    AREA_LEVELS,
    BOUNDS,
    CHAR_END,
    CHAR_START,
    CONFIDENCE,
    COUNT_UNIT,
    DESIRED,
    FATES,
    FLAGS,
    IS_SAMPLE,
    KINDS,
    PRICE_BASIS,
    REF_AREA,
    REPORT_ID,
    REPORT_YEAR,
    RULE,
    SECTIONS,
    SET_ASIDE_REASONS,
    STAGE,
    TRANSFORMATIONS,
    UNITS,
    Column,
    Table,
    optional,
)

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
            comment="why to be careful: wrong_year, wrong_area, summary, unlike_report, incomplete, several_reports (what the text says of itself); wrong_ending, "
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

NO_TARGETS = Table(
    "core", "no_targets", "不设目标",
    "Indicators of which a report says itself that it sets no target (没有提出…具体目标). One row an indicator and place.",
    ("no_target_id",),
    (
        Column("no_target_id", "VARCHAR", "不设目标", "<report_id>@<char_start>/<indicator>"),
        REPORT_ID,
        REF_AREA,
        REPORT_YEAR,
        Column("passage_id", "VARCHAR", "段落", "the passage it stands in", references="core.passages.passage_id"),
        Column("indicator", "VARCHAR", "指标", "a code of the codebook", references="core.indicators.indicator"),
        optional(
            "transformation", "VARCHAR", "变换", "yoy where the words are of its growth; else NULL: of any target of it",
            allowed=TRANSFORMATIONS,
        ),
        Column("period_start", "INTEGER", "起始年", "first year that has none", minimum=1900, maximum=2100),
        Column("period_end", "INTEGER", "终止年", "last year that has none", minimum=1900, maximum=2100),
        Column("evidence", "VARCHAR", "证据", "the exact characters of the decoded report that say so"),
        CHAR_START,
        CHAR_END,
        FLAGS,
    ),
    order=("report_id", "char_start", "no_target_id"),
)  # fmt: skip

TERMS = Table(
    "core", "terms", "词语",
    "The content words of a report as the segmenter tells them, without stopwords and numbers, each with how often it "
    "stands there; what is printed a second time by mistake does not count. One row a report and term.",
    ("report_id", "term"),
    (
        REPORT_ID,
        REF_AREA,
        REPORT_YEAR,
        Column("term", "VARCHAR", "词语", "the word, or a term of seeds/terms/words.csv"),
        Column("part_of_speech", "VARCHAR", "词性", "jieba's tag, such as n, v, vn (seeds/terms/parts_of_speech.csv)"),
        Column("occurrences", "INTEGER", "次数", "how often it stands in the report", minimum=1),
    ),
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

STATISTICS = Table(
    "core", "statistics", "统计数据",
    "Official statistics from seeds/statistics, every release of each figure. One row a figure of one series, area and year "
    "in one release.",
    ("series_id", "ref_area", "period_start", "period_end", "vintage"),
    (
        Column("series_id", "VARCHAR", "序列", "the series, as its provenance file names it; …/yoy is growth derived from it"),
        REF_AREA,
        Column("indicator", "VARCHAR", "指标", "a code of the codebook", references="core.indicators.indicator"),
        Column("transformation", "VARCHAR", "变换", "what the value is of the indicator", allowed=TRANSFORMATIONS),
        Column("period_start", "INTEGER", "起始年", "first year that it covers", minimum=1900, maximum=2100),
        Column("period_end", "INTEGER", "终止年", "last year that it covers", minimum=1900, maximum=2100),
        Column("obs_value", "DOUBLE", "数值", "the figure in whole unit_measure"),
        Column("unit_measure", "VARCHAR", "计量单位", "the canonical unit", allowed=UNITS),
        replace(PRICE_BASIS, comment="real (constant prices) or nominal (current prices); NULL of what has no prices"),
        replace(COUNT_UNIT, comment="the measure word of a count (户, 套, 个), where the provenance file says it"),
        replace(STAGE, comment="started (开工) or completed (建成), where the provenance file says which"),
        optional(
            "derivation", "VARCHAR", "推算",
            "how it was worked out from published figures of the same release; NULL: as published. What is derived of "
            "nominal levels is nominal, and never set beside real growth",
        ),
        Column(
            "vintage", "DATE", "版本日期",
            "which release it is from: released_on, or, where that is not known, retrieved_on, before which it came out",
        ),
        optional("released_on", "DATE", "发布日期", "the day of the release; NULL where it is not known"),
        Column("retrieved_on", "DATE", "获取日期", "when the file was taken"),
        Column(
            "is_latest_vintage", "BOOLEAN", "是否最新版本",
            "whether no later release on file has the same figure: the one that stands beside reports. A release of unknown "
            "day gives way to one of a known day",
        ),
        Column("publisher", "VARCHAR", "发布机构", "who publishes the figures"),
        Column("title", "VARCHAR", "标题", "what they are called"),
        optional("title_zh", "VARCHAR", "中文标题", "the same in Chinese"),
        optional("source", "VARCHAR", "来源", "by which way the file came here; NULL where that is not known"),
        optional("url", "VARCHAR", "网址", "where it was taken from; NULL where that is not known"),
        optional("licence", "VARCHAR", "许可", "the licence of the figures; NULL where it is not known"),
        optional("note", "VARCHAR", "说明", "what else there is to know of them"),
        Column("file", "VARCHAR", "文件", "the file, relative to seeds/statistics"),
        Column("line", "INTEGER", "行", "its line; of what is derived that of the later figure", minimum=2),
    ),
)  # fmt: skip
