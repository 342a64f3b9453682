"""The tables without partitions: the seeds' tables, what was rejected, and the marts."""

import hashlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import dagster as dg
import polars as pl

from assets.core import (
    ensure_columns,
    fingerprint,
    made_again,
    materialized,
    observations,
    of_other_code,
    reports,
    statements,
    terms,
    told_to_stay,
)
from assets.describe import describe
from assets.partitions import last_report_year
from assets.resources import BatchEngine, ReportsFolder, Warehouse
from assets.versions import code_version
from pipelines import comparison, emphasis, engines, final_figures, seeds
from pipelines import consistency as editing
from pipelines import reports as reading
from pipelines import statistics as series
from pipelines.tables import Table
from pipelines.tables.core import AREAS, INDICATORS, OBSERVATIONS, REPORTS, STATEMENTS, STATISTICS, TERMS
from pipelines.tables.mart import CONSISTENCY, MARTS, TARGET_OUTCOMES, TERM_EMPHASIS, TOLD_AND_FINAL
from pipelines.tables.ops import REJECTED_REPORTS
from pipelines.tables.registry import PARTITIONED
from warehouse import marts
from warehouse.store import ALL, Store

MANY_FIGURES = 20_000  # of fewer the processes would take longer to be told than the figures to be compared
AREAS_TOGETHER = 200  # whose figures a process compares
AREAS_COMPARED, AREAS_QUERIED, AREAS_FIGURED = 300, 400, 1000  # together: more take more memory, fewer more time
PARTS_AT_ONCE = 2  # a join keeps one core at work


def kept(warehouse: Warehouse, table: Table, frame: pl.DataFrame, made_from: str = "") -> dg.MaterializeResult:
    """Keep a table without partitions."""
    with warehouse.store.lock(ALL):
        entry = warehouse.store.write(table, ALL, frame, made_from)
    return dg.MaterializeResult(metadata={"dagster/row_count": entry.rows}, data_version=dg.DataVersion(entry.sha256))


def scanned(store: Store, table: Table) -> pl.LazyFrame:
    """What is published of a table, to be read as far as it is wanted."""
    paths = store.published_files(table)
    return pl.scan_parquet(paths) if paths else table.frame().lazy()


@dg.asset(**describe(INDICATORS))
def indicators(warehouse: Warehouse) -> dg.MaterializeResult:
    """The codebook, as `seeds/indicators.csv` has it."""
    return kept(warehouse, INDICATORS, seeds.indicators())


@dg.asset(**describe(AREAS))
def areas(warehouse: Warehouse) -> dg.MaterializeResult:
    """The areas, as `seeds/areas.csv` has them."""
    return kept(warehouse, AREAS, seeds.areas())


@dg.asset(**describe(STATISTICS))
def statistics(warehouse: Warehouse) -> dg.MaterializeResult:
    """The official series of `seeds/statistics`, every release of each figure."""
    return kept(warehouse, STATISTICS, series.load())


@dg.asset(
    deps=[indicators, areas, observations, reports, statistics],
    code_version=code_version("final_figures"),  # which imports the comparison
    **describe(TARGET_OUTCOMES),
)
def target_outcomes(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
    """Set each target beside its outcome, over all years that are good to publish."""
    store = warehouse.store
    rules, likeness, codebook = comparison.load_rules(), comparison.load_likeness(), seeds.indicators()
    tied = likeness.tied()

    def compared(codes: list[str]) -> pl.DataFrame:
        beside = {other for code in codes for other in tied.get(code, ())}
        observed = observations_at_hand.filter(pl.col("ref_area").is_in([*codes, *beside])).collect()
        frame = comparison.target_outcomes(observed, at_hand, codebook, seeds.areas(), rules, likeness)
        frame = final_figures.beside(frame, observed, official, codebook, rules)
        return frame.filter(pl.col("ref_area").is_in(codes))

    with store.lock("publication"), store.lock(ALL):
        for year, problem in store.promote().items():
            context.log.warning(f"{year} is held back, its last good version stays: {problem}")
        if older := [year for year in store.years() if of_other_code(store, year)]:
            context.log.warning(
                f"{len(older)} years were read by other code or other seeds, and are published as they are: "
                f"{', '.join(older)}. The sensor `reports_folder_changed` reads them anew, or `duixian run` does."
            )
        ensure_columns(store)
        official, at_hand = store.read(STATISTICS, ALL), store.published_rows(REPORTS, ["ref_area", "report_year"])
        marks, figures = marks_of_areas(store, [OBSERVATIONS]), hash_of(official.rows())
        wanted = {
            code: fingerprint("final_figures", repr((told, [marks.get(one) for one in tied.get(code, ())], figures)))
            for code, told in marks.items()
        }
        observations_at_hand = scanned(store, OBSERVATIONS).select(comparison.OF_OBSERVATIONS)
        made_from = store.published_hash()
        make = in_parts(TARGET_OUTCOMES, AREAS_COMPARED, compared)
        entry, worked = made_again(store, TARGET_OUTCOMES, ALL, wanted, make, made_from, "ref_area")
    return materialized(entry, worked)


def marks_of_areas(store: Store, tables: list[Table]) -> dict[str, list[str]]:
    """Area → what tells whether rows of tables are as they were: the fingerprints of its published reports."""
    marks: dict[str, list[str]] = {}
    for manifest in store.published().values():
        for table in tables:
            entry = manifest.published.get(table.name)
            for report, mark in entry.fingerprints.items() if entry else ():
                marks.setdefault(report.partition("/")[0], []).append(f"{report} {mark}")
    return marks


def parts(codes: list[str], areas: int) -> list[list[str]]:
    """Codes in their order, so many at a time."""
    codes = sorted(codes)
    return [codes[at : at + areas] for at in range(0, len(codes), areas)]


def in_parts(
    table: Table, areas: int, make: Callable[[list[str]], pl.DataFrame]
) -> Callable[[list[str]], pl.DataFrame]:
    """The rows of areas in the table's order, some areas after others: what is held does not grow with them."""

    def made(codes: list[str]) -> pl.DataFrame:
        return make(codes).sort(table.order or table.key)

    def together(codes: list[str]) -> pl.DataFrame:
        with ThreadPoolExecutor(PARTS_AT_ONCE) as pool:
            return pl.concat(pool.map(made, parts(codes, areas)))

    return together


@dg.asset(
    # the comparison says which years are good to publish, so it goes first
    deps=[target_outcomes, indicators, areas, observations, statements, statistics],
    code_version=code_version("final_figures"),
    **describe(TOLD_AND_FINAL),
)
def told_and_final(warehouse: Warehouse) -> dg.MaterializeResult:
    """Set each outcome that a report tells beside the final figure."""
    store = warehouse.store
    with store.lock("publication"):
        made_from = store.published_hash()
        official = store.read(STATISTICS, ALL)
        of_these = pl.col("ref_area").is_in(official["ref_area"].unique().to_list())
        observed, numerals = (scanned(store, table).filter(of_these) for table in (OBSERVATIONS, STATEMENTS))
        frame = final_figures.told_and_final(
            observed.collect(), numerals, official, seeds.indicators(), seeds.areas(), comparison.load_rules()
        )
    return kept(warehouse, TOLD_AND_FINAL, frame, made_from)


@dg.asset(
    deps=[areas, indicators, observations, statements, target_outcomes],  # see term_emphasis
    code_version=code_version("consistency"),
    **describe(CONSISTENCY),
)
def consistency(warehouse: Warehouse, engine: BatchEngine) -> dg.MaterializeResult:
    """Reckon each stated figure again from what others imply; of areas whose observations are as they were, not."""
    store, codebook = warehouse.store, seeds.indicators()
    rules = editing.load_rules(codebook["indicator"])

    def figured(codes: list[str]) -> pl.DataFrame:
        of_these = pl.col("ref_area").is_in(codes)
        outcomes = scanned(store, OBSERVATIONS).filter(of_these, pl.col("kind") == "outcome")
        observed, numerals = outcomes.select(editing.OF_OBSERVATIONS).collect(), scanned(store, STATEMENTS)
        return editing.figures(observed, numerals.filter(of_these), codebook, seeds.areas(), rules)

    def reckoned(codes: list[str]) -> pl.DataFrame:
        figures = pl.concat(map(figured, parts(codes, AREAS_FIGURED)))
        if figures.height < MANY_FIGURES:
            return editing.reckoned(figures, rules)
        part = pl.col("ref_area").rle_id() // AREAS_TOGETHER
        batches = figures.with_columns(part=part).partition_by("part", include_key=False)
        found = engine.engine.run(editing.reckoned, [(batch, rules) for batch in batches])
        for failure in found:
            if isinstance(failure, engines.Failure):
                raise engines.EngineError(f"{CONSISTENCY} was not made ({failure.reason}); tell duixian's maintainers")
        return pl.concat(found)

    with store.lock("publication"), store.lock(ALL):
        marks = marks_of_areas(store, [OBSERVATIONS])
        wanted = {area: fingerprint("consistency", repr(told)) for area, told in marks.items()}
        entry, worked = made_again(store, CONSISTENCY, ALL, wanted, reckoned, store.published_hash(), "ref_area")
    return materialized(entry, worked)


@dg.asset(
    deps=[areas, reports, target_outcomes, terms],  # the comparison says which years are good to publish
    code_version=code_version("emphasis"),
    **describe(TERM_EMPHASIS),
)
def term_emphasis(warehouse: Warehouse) -> dg.MaterializeResult:
    """Set each report's terms beside those of the year before and of its peers, some years at a time."""
    store, codes = warehouse.store, seeds.areas()

    def counted(year: str) -> emphasis.Counted:
        entry = years.get(year, {}).get(TERMS.name)
        return emphasis.keyed(
            pl.scan_parquet(store.sound_path(year, entry), glob=False) if entry else TERMS.frame().lazy()
        )

    def compared(year: str, this: Future[emphasis.Counted], before: Future[emphasis.Counted]) -> pl.DataFrame:
        at_hand = store.read(REPORTS, year, years[year][REPORTS.name], emphasis.OF_REPORTS)
        return emphasis.term_emphasis(this.result(), before.result(), at_hand, codes)

    def of_years(names: list[str]) -> pl.DataFrame:
        counts: dict[str, Future[emphasis.Counted]] = {}
        found = []
        with ThreadPoolExecutor(PARTS_AT_ONCE) as pool:  # what it does in turn: few years' counts are held at a time
            for year in sorted(names):
                for name in (year_before(year), year):
                    if name not in counts:
                        counts[name] = pool.submit(counted, name)
                found.append(pool.submit(compared, year, counts[year], counts.pop(year_before(year))))
            return pl.concat([TERM_EMPHASIS.frame(), *(frame.result() for frame in found)])

    with store.lock("publication"), store.lock(ALL):
        years = {year: manifest.published for year, manifest in store.published().items()}
        wanted = {}
        for year in years:
            made = [years.get(name, {}).get(TERMS.name) for name in (year, year_before(year))]
            told = [years[year][REPORTS.name].sha256, *(entry.sha256 if entry else "" for entry in made)]
            wanted[year] = fingerprint("emphasis", repr(told))
        made_from = store.published_hash()
        entry, worked = made_again(store, TERM_EMPHASIS, ALL, wanted, of_years, made_from, "report_year")
    return materialized(entry, worked)


def year_before(year: str) -> str:
    """The partition of the year before."""
    return str(int(year) - 1)


@dg.asset(deps=[target_outcomes], **describe(REJECTED_REPORTS))
def rejected_reports(reports_folder: ReportsFolder, warehouse: Warehouse) -> dg.MaterializeResult:
    """List what could not be read: of each year, and what stands in no year at all."""
    _, rows = reading.survey(reports_folder.folder, seeds.areas()["ref_area"].to_list(), last_report_year())
    store = warehouse.store
    rows += [row for year in store.years() for row in store.manifest(year).rejected]
    return kept(warehouse, REJECTED_REPORTS, REJECTED_REPORTS.frame(told_to_stay(store, rows)))


def hash_of(*told: object) -> str:
    """A hash of what rows are made from."""
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def arranged(table: Table) -> dg.AssetsDefinition:
    """The asset of a mart that a query makes."""

    @dg.asset(
        # the comparison says which years are good to publish, so it goes first
        deps=[[source.schema, source.name] for source in {TARGET_OUTCOMES, *marts.sources(table)}],
        code_version=marts.version(table),
        **describe(table) | {"kinds": {"duckdb", "parquet"}},
    )
    def mart(warehouse: Warehouse) -> dg.MaterializeResult:
        store = warehouse.store
        with store.lock("publication"), store.lock(ALL):
            marks = marks_of_areas(store, [source for source in marts.sources(table) if source in PARTITIONED])
            current = store.manifest(ALL).current
            others = [current[source.name] for source in marts.sources(table) if source.name in current]
            code_lists = [entry.sha256 for entry in others if not entry.fingerprints]
            made_by = marts.version(table)
            wanted = {
                area: hash_of(made_by, told, [entry.fingerprints.get(area) for entry in others], code_lists)
                for area, told in marks.items()
            }
            make = in_parts(table, AREAS_QUERIED, partial(marts.rows, marts.files(store, table), table))
            entry, worked = made_again(store, table, ALL, wanted, make, store.published_hash(), "ref_area")
        return materialized(entry, worked)

    return mart


arranged_marts = [arranged(table) for table in MARTS if marts.is_query(table)]
