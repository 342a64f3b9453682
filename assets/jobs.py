"""Two jobs: read a year, and publish what is good of all years."""

import dagster as dg

from assets.partitions import report_years

# a run a year: one bad year stops only itself
read_year = dg.define_asset_job(
    "read_year",
    selection=dg.AssetSelection.assets(
        *(["core", name] for name in ("reports", "passages", "statements", "observations"))
    ),
    partitions_def=report_years,
    description="Read the reports of a year: text, passages, statements, observations, each with its checks.",
)

publish = dg.define_asset_job(
    "publish",
    selection=dg.AssetSelection.all()
    - dg.AssetSelection.assets(*(["core", name] for name in ("reports", "passages", "statements", "observations"))),
    description="Compare targets with outcomes over all years, and publish duixian.duckdb.",
)
