"""The tables of the schema `ops`: what was rejected, what was checked, what was built."""

from pipelines.tables import Column, Table, optional

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
    ("table_name", "partition", "expectation", "is_published"),
    (
        Column("table_name", "VARCHAR", "表", "the table that was checked"),
        Column("partition", "VARCHAR", "分区", "the report year, or `all` for a table without partitions"),
        Column("check_name", "VARCHAR", "检查", "the asset check that it is part of"),
        Column("expectation", "VARCHAR", "期望", "what is expected"),
        Column("expectation_zh", "VARCHAR", "期望（中文）", "the same in Chinese"),
        Column("severity", "VARCHAR", "严重程度", "error blocks publication, warn does not", allowed=("error", "warn")),
        Column("success", "BOOLEAN", "通过", "whether it holds"),
        Column("failing_rows", "BIGINT", "不符行数", "how many rows do not hold to it, exceptions apart", minimum=0),
        Column("excepted_rows", "BIGINT", "例外行数", "how many do not and need not, by seeds/expectation_exceptions.yaml", minimum=0),
        Column("detail", "VARCHAR", "详情", "the first rows that do not hold to it, by key, with what is seen in them"),
        Column("is_published", "BOOLEAN", "是否发布", "false: of a version that was held back, and is not what stands in the other tables"),
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
        optional("bulk_folder", "VARCHAR", "大表文件夹", "where the Parquet files of the tables that are views stand; NULL where the file holds all rows itself"),
        Column("rows_hash", "VARCHAR", "数据散列", "hash of the partition files that it was filled from"),
        Column("code_hash", "VARCHAR", "代码散列", "hash of the source of the pipelines and of the marts' queries"),
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
