"""What `dagster dev -w workspace.yaml` loads."""

import os

import dagster as dg

from assets import core, mart, publication
from assets.automation import alerts, reporting_season, reports_folder_changed, years_were_read
from assets.checks import asset_checks
from assets.jobs import publish, read_year
from assets.resources import BatchEngine, ReportsFolder, Warehouse

defs = dg.Definitions(
    assets=dg.load_assets_from_modules([core, mart, publication]),
    asset_checks=asset_checks,
    jobs=[read_year, publish],
    schedules=[reporting_season],
    sensors=[reports_folder_changed, years_were_read, *alerts(os.environ)],
    executor=dg.in_process_executor,  # a process a run: steps are short, and each process takes seconds to start
    resources={"reports_folder": ReportsFolder(), "warehouse": Warehouse(), "engine": BatchEngine()},
)
