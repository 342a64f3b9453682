"""Report years, from the first session of the National People's Congress."""

import dagster as dg

from pipelines.reports import FIRST_YEAR

TIMEZONE = "Asia/Shanghai"

# end_offset 2: the current year, and the next one, whose targets December sessions set already
report_years = dg.TimeWindowPartitionsDefinition(
    start=str(FIRST_YEAR), fmt="%Y", cron_schedule="0 0 1 1 *", timezone=TIMEZONE, end_offset=2
)


def last_report_year() -> int:
    """The last year that has a partition today."""
    return int(report_years.get_partition_keys()[-1])
