"""All tables of the published database."""

from pipelines.tables.core import AREAS, INDICATORS, OBSERVATIONS, PASSAGES, REPORTS, STATEMENTS, STATISTICS
from pipelines.tables.mart import MARTS
from pipelines.tables.ops import BUILDS, REJECTED_REPORTS, VALIDATION_RESULTS

PARTITIONED = (REPORTS, PASSAGES, STATEMENTS, OBSERVATIONS)  # by report year
UNPARTITIONED = (INDICATORS, AREAS, STATISTICS, *MARTS, REJECTED_REPORTS)
TABLES = {table.full_name: table for table in (*PARTITIONED, *UNPARTITIONED, VALIDATION_RESULTS, BUILDS)}
