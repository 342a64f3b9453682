"""The publication: what analysts open."""

from datetime import timedelta
from typing import Any

import dagster as dg

from assets import versions
from assets.core import of_other_code
from assets.describe import OWNERS
from assets.mart import rejected_reports
from assets.partitions import TIMEZONE
from assets.resources import Warehouse
from pipelines import seeds
from pipelines.tables.mart import MARTS
from warehouse import pages
from warehouse.publication import LINK, built_from, publish
from warehouse.store import ALL, Store, WarehouseError

AFTER_THE_SEASON, SEASON_LENGTH = "0 0 1 4 *", timedelta(days=120)  # from December to March reports come


def made_by(store: Store) -> dict[str, Any]:
    """What a build is made by besides its rows: code, seeds, and the years that are held back."""
    return {
        "code_hash": versions.published_version(),
        "seeds_hash": seeds.digest("."),
        "held_back_years": [year for year in store.years() if store.manifest(year).problem()],
    }


def is_published(store: Store) -> bool:
    """Whether what is good to publish is what is published, made by this code and these seeds."""
    wanted = {"rows_hash": store.publishable_hash()} | made_by(store)
    return wanted.items() <= built_from(store.folder).items()


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
        facts = made_by(store)
        path = publish(store, facts, context.log.info)
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(store.folder / LINK)),
            "build": path.name,
            "held_back": {year: store.manifest(year).problem() for year in facts["held_back_years"]},
            "read_by_other_code": [year for year in store.years() if of_other_code(store, year)],
        },
        data_version=dg.DataVersion(path.stem),
    )


@dg.asset(
    deps=[duixian_duckdb],
    group_name="publication",
    code_version=pages.code_version(),
    description="记分卡网站: the scorecard site, static pages made of duixian.duckdb, swapped in whole behind a link.",
    owners=OWNERS,
    kinds={"html", "duckdb"},
)
def site(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
    """Build the pages for people from the published database; where they show it already, leave them."""
    store = warehouse.store
    with store.lock("site"):
        first_page = pages.build(store.folder, context.log.info)
    return dg.MaterializeResult(
        metadata={"path": dg.MetadataValue.path(str(first_page)), "build": first_page.resolve().parent.name},
        data_version=dg.DataVersion(first_page.resolve().parent.name),
    )
