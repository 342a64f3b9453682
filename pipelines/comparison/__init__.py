"""Targets beside the outcomes that later reports state: which outcome belongs to a target, and what it decides.

Pure functions over frames. `matching` joins; `likeness` says what counts as the same thing; `verdict` is one expression
over the columns of `mart.target_outcomes`, `progress` another few, so that each published row can be judged again from
what stands in it; `wording` says in words what decided.
"""

from pipelines.comparison.likeness import NOTHING_DECLARED, Likeness, load_likeness
from pipelines.comparison.matching import OF_OBSERVATIONS, target_outcomes
from pipelines.comparison.recomputing import recomputed
from pipelines.comparison.rules import VerdictRules, load_rules
from pipelines.comparison.verdict import gap, tolerance, verdict

__all__ = [
    "NOTHING_DECLARED",
    "OF_OBSERVATIONS",
    "Likeness",
    "VerdictRules",
    "gap",
    "load_likeness",
    "load_rules",
    "recomputed",
    "target_outcomes",
    "tolerance",
    "verdict",
]
