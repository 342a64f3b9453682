"""All tables of the published database."""

from pipelines.tables.core import (
    AREAS,
    INDICATORS,
    NO_TARGETS,
    OBSERVATIONS,
    PASSAGES,
    REPORTS,
    STATEMENTS,
    STATISTICS,
    TERMS,
)  # fmt: skip
from pipelines.tables.mart import MARTS
from pipelines.tables.ops import BUILDS, REJECTED_REPORTS, VALIDATION_RESULTS

# by report year, each after what it is made from
PARTITIONED = (REPORTS, PASSAGES, STATEMENTS, OBSERVATIONS, NO_TARGETS, TERMS)
MADE_FROM = {PASSAGES: REPORTS, STATEMENTS: PASSAGES, OBSERVATIONS: STATEMENTS, NO_TARGETS: PASSAGES, TERMS: PASSAGES}
UNPARTITIONED = (INDICATORS, AREAS, STATISTICS, *MARTS, REJECTED_REPORTS)
TABLES = {table.full_name: table for table in (*PARTITIONED, *UNPARTITIONED, VALIDATION_RESULTS, BUILDS)}
