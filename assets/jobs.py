"""Two jobs: read a year, and publish what is good of all years."""

import dagster as dg

from assets.partitions import report_years
from pipelines.tables.registry import PARTITIONED

OF_A_YEAR = dg.AssetSelection.assets(*([table.schema, table.name] for table in PARTITIONED))

# a run a year: one bad year stops only itself
read_year = dg.define_asset_job(
    "read_year",
    selection=OF_A_YEAR,
    partitions_def=report_years,
    description="Read the reports of a year: text, passages, statements, observations, each with its checks.",
)

publish = dg.define_asset_job(
    "publish",
    selection=dg.AssetSelection.all() - OF_A_YEAR,
    description="Compare targets with outcomes over all years, and publish duixian.duckdb.",
)
