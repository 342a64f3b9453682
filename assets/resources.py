"""Where reports come from and where the warehouse stands."""

import os
from pathlib import Path

import dagster as dg

from pipelines.seeds import SEEDS
from warehouse.store import DEFAULT_WAREHOUSE, Store

DEFAULT_REPORTS = SEEDS / "reports"


class ReportsFolder(dg.ConfigurableResource):
    """The folder of reports, laid out `<ref_area>/<report_year>.<ext>`; DUIXIAN_REPORTS names another one."""

    path: str = os.environ.get("DUIXIAN_REPORTS", str(DEFAULT_REPORTS))

    @property
    def folder(self) -> Path:
        """The folder as a path."""
        return Path(self.path)


class Warehouse(dg.ConfigurableResource):
    """The folder that partitions and builds are kept in; DUIXIAN_WAREHOUSE names another one."""

    path: str = os.environ.get("DUIXIAN_WAREHOUSE", str(DEFAULT_WAREHOUSE))

    @property
    def store(self) -> Store:
        """The partition files and manifests in it."""
        return Store(Path(self.path))
