"""What Dagster knows: one asset a table, their checks, partitions, jobs and resources."""

import warnings

import dagster as dg

# partitions of asset checks are a preview of Dagster's; the lock file pins the version that they were tried on
warnings.filterwarnings("ignore", category=dg.PreviewWarning)
