"""Where reports come from, where the warehouse stands, and where batches of reports are worked."""

import os
from pathlib import Path

import dagster as dg

from pipelines import engines
from pipelines.seeds import SEEDS
from warehouse.bucket import Bucket
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
    """The folder that partitions and builds are kept in; DUIXIAN_WAREHOUSE names another one.

    DUIXIAN_PARTITIONS names an object store (s3://bucket/prefix) for the partitions, of which the folder keeps copies.
    """

    path: str = os.environ.get("DUIXIAN_WAREHOUSE", str(DEFAULT_WAREHOUSE))
    partitions: str = os.environ.get("DUIXIAN_PARTITIONS", "")

    @property
    def store(self) -> Store:
        """The partition files and manifests in it."""
        return Store(Path(self.path), Bucket(self.partitions) if self.partitions else None)


class BatchEngine(dg.ConfigurableResource):
    """Where batches of reports are worked: in_process, processes (all cores), processes:4, dask:tcp://host:8786.

    DUIXIAN_ENGINE names another one.
    """

    name: str = os.environ.get("DUIXIAN_ENGINE", engines.DEFAULT)

    @property
    def engine(self) -> engines.Engine:
        """The engine, started once a process."""
        return engines.engine(self.name)
