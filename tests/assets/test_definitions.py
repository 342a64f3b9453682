"""What Dagster shows: a snapshot of names, so that a change in them is seen, and what each asset says of itself."""

import datetime

import dagster as dg

from assets.definitions import defs
from assets.partitions import report_years
from pipelines.reports import FIRST_YEAR
from pipelines.tables.registry import PARTITIONED, TABLES, UNPARTITIONED

GRAPH = defs.resolve_asset_graph()


def test_asset_keys_and_what_they_are_made_from() -> None:
    made_from = {
        key.to_user_string(): sorted(parent.to_user_string() for parent in GRAPH.get(key).parent_keys)
        for key in GRAPH.get_all_asset_keys()
    }
    assert made_from == {
        "core/reports": [],
        "core/passages": ["core/reports"],
        "core/statements": ["core/passages"],
        "core/observations": ["core/reports", "core/statements"],
        "core/areas": [],
        "core/indicators": [],
        "core/no_targets": ["core/passages"],
        "core/statistics": [],
        "core/terms": ["core/passages"],
        "mart/consistency": [
            "core/areas",
            "core/indicators",
            "core/observations",
            "core/statements",
            "mart/target_outcomes",
        ],
        "mart/revisions": ["core/areas", "core/indicators", "core/observations", "mart/target_outcomes"],
        "mart/scorecard": [
            "core/areas",
            "core/indicators",
            "core/observations",
            "core/reports",
            "mart/target_outcomes",
            "mart/year_over_year",
        ],
        "mart/target_coverage": [
            "core/areas",
            "core/indicators",
            "core/no_targets",
            "core/observations",
            "core/reports",
            "mart/target_outcomes",
        ],
        "mart/target_outcomes": [
            "core/areas",
            "core/indicators",
            "core/observations",
            "core/reports",
            "core/statistics",
        ],
        "mart/term_emphasis": ["core/areas", "core/reports", "core/terms", "mart/target_outcomes"],
        "mart/told_and_final": [
            "core/areas",
            "core/indicators",
            "core/observations",
            "core/statements",
            "core/statistics",
            "mart/target_outcomes",
        ],
        "mart/year_over_year": ["core/areas", "core/indicators", "core/observations", "mart/target_outcomes"],
        "ops/rejected_reports": ["mart/target_outcomes"],
        "duixian_duckdb": [
            "mart/consistency",
            "mart/revisions",
            "mart/scorecard",
            "mart/target_coverage",
            "mart/target_outcomes",
            "mart/term_emphasis",
            "mart/told_and_final",
            "mart/year_over_year",
            "ops/rejected_reports",
        ],
        "site": ["duixian_duckdb"],
    }


def test_checks() -> None:
    assert sorted(key.to_user_string() for key in GRAPH.asset_check_keys) == [
        "core/areas:well_formed",
        "core/indicators:well_formed",
        "core/no_targets:spans_hold",
        "core/no_targets:well_formed",
        "core/observations:labels_agree",
        "core/observations:like_last_year",
        "core/observations:reports_complete",
        "core/observations:spans_hold",
        "core/observations:values_plausible",
        "core/observations:well_formed",
        "core/passages:reports_complete",
        "core/passages:spans_hold",
        "core/passages:well_formed",
        "core/reports:well_formed",
        "core/statements:labels_agree",
        "core/statements:like_last_year",
        "core/statements:reports_complete",
        "core/statements:spans_hold",
        "core/statements:well_formed",
        "core/statistics:values_plausible",
        "core/statistics:well_formed",
        "core/terms:well_formed",
        "mart/consistency:values_plausible",
        "mart/consistency:well_formed",
        "mart/revisions:well_formed",
        "mart/scorecard:well_formed",
        "mart/target_coverage:well_formed",
        "mart/target_outcomes:statistics_verdicts_recompute",
        "mart/target_outcomes:verdicts_recompute",
        "mart/target_outcomes:well_formed",
        "mart/term_emphasis:well_formed",
        "mart/told_and_final:well_formed",
        "mart/year_over_year:well_formed",
        "ops/rejected_reports:well_formed",
    ]


def test_jobs() -> None:
    jobs = {
        job.name: sorted(key.to_user_string() for key in job.asset_layer.selected_asset_keys)
        for job in (defs.resolve_job_def(name) for name in ("read_year", "publish"))
    }
    assert jobs == {
        "read_year": [
            "core/no_targets",
            "core/observations",
            "core/passages",
            "core/reports",
            "core/statements",
            "core/terms",
        ],
        "publish": [
            "core/areas",
            "core/indicators",
            "core/statistics",
            "duixian_duckdb",
            "mart/consistency",
            "mart/revisions",
            "mart/scorecard",
            "mart/target_coverage",
            "mart/target_outcomes",
            "mart/term_emphasis",
            "mart/told_and_final",
            "mart/year_over_year",
            "ops/rejected_reports",
            "site",
        ],
    }


def test_every_year_has_a_partition_with_the_current_one_in_it() -> None:
    keys = report_years.get_partition_keys()
    assert keys == [str(year) for year in range(FIRST_YEAR, int(keys[-1]) + 1)]
    assert str(datetime.datetime.now(tz=datetime.UTC).year) in keys
    assert defs.resolve_job_def("read_year").partitions_def == report_years


def test_each_table_has_an_asset_that_says_what_it_is() -> None:
    specs = {spec.key: spec for spec in defs.resolve_all_asset_specs()}
    for table in (*PARTITIONED, *UNPARTITIONED):
        spec = specs[dg.AssetKey([table.schema, table.name])]
        assert table.comment in (spec.description or "")
        assert spec.owners and spec.kinds
        schema = spec.metadata["dagster/column_schema"]
        assert [column.name for column in schema.columns] == list(table.polars_schema)
        assert all(column.description for column in schema.columns)
    assert {table.full_name for table in (*PARTITIONED, *UNPARTITIONED)} < TABLES.keys()
