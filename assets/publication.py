"""The publication: what analysts open."""

from datetime import timedelta

import dagster as dg

from assets import versions
from assets.describe import OWNERS
from assets.mart import rejected_reports
from assets.partitions import TIMEZONE
from assets.resources import Warehouse
from pipelines import seeds
from pipelines.tables.mart import MARTS
from warehouse.publication import LINK, publish
from warehouse.store import ALL, WarehouseError

AFTER_THE_SEASON, SEASON_LENGTH = "0 0 1 4 *", timedelta(days=120)  # from December to March reports come


@dg.asset(
    key=["duixian_duckdb"],
    deps=[rejected_reports, *([table.schema, table.name] for table in MARTS)],
    group_name="publication",
    description="兑现数据库: duixian.duckdb, built aside, checked and swapped in as a read-only file behind a link.",
    owners=OWNERS,
    kinds={"duckdb"},
    freshness_policy=dg.FreshnessPolicy.cron(AFTER_THE_SEASON, SEASON_LENGTH, TIMEZONE),
)
def duixian_duckdb(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
    """Publish all tables as one database."""
    store = warehouse.store
    with store.lock("publication"):
        current = store.manifest(ALL).current
        if any(current[table.name].made_from != store.published_hash() for table in MARTS):
            raise WarehouseError("a mart is older than the observations; run the job `publish` as a whole")
        held_back = [year for year in store.years() if store.manifest(year).problem()]
        path = publish(
            store,
            {
                "code_hash": versions.published_version(),
                "seeds_hash": seeds.digest("."),
                "held_back_years": held_back,
            },
            context.log.info,
        )
    return dg.MaterializeResult(
        metadata={"path": dg.MetadataValue.path(str(store.folder / LINK)), "build": path.name, "held_back": held_back},
        data_version=dg.DataVersion(path.stem),
    )
