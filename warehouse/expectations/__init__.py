"""What each table is expected to hold to: one list of expectations, run in SQL or by Great Expectations.

`listed` makes the list of a table from the registry and from `field`, which reads `seeds/expectations.yaml`; `running`
runs it: `in_sql` on the Parquet files of tables that grow, `by_gx` on small frames as a Great Expectations suite. Both
give the same results.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

FEW = 3, 1000  # so many rows, or one in so many, may fail an expectation of single rows before it blocks
NAMED = re.compile(r"\b(?:core|year_before|last_build)\.[a-z_]+\b")


@dataclass(frozen=True)
class Expectation:
    """One expectation: its name, what fails it in SQL, and the same for Great Expectations.

    Attributes:
        name: what is expected, as results show it.
        fails: a SQL condition that a row of `over` which fails meets.
        zh: what is expected, in Chinese.
        severity: `error` blocks publication, `warn` does not.
        of_rows: an error that is of single rows: a few of them (`FEW`) are warned of, and cost the other rows nothing.
        check: the asset check that it is part of.
        over: what follows FROM, under the name `rows`: the table, where nothing else is said; relations that it may
            name besides are those of `running.relation`.
        together: the columns that are alike in all rows that it looks at together, which may be of any report; None
            where it looks at each row by itself, or at the rows of its report (of a mart, its area) alone.
        key: the columns of `over` that tell which row fails; the table's key where none is given.
        shows: a SQL expression of what is seen in such a row; empty where the key says enough.
        gx: classes of great_expectations.expectations with their arguments, which together expect the same; empty where
            it is run in SQL only. A value_set may be a relation's column (`core.areas.ref_area`).
        recompute: of what no SQL can tell, a function of the whole frame that tells for each row whether it fails.
    """

    name: str
    fails: str
    zh: str
    severity: str = "error"
    of_rows: bool = False
    check: str = "well_formed"
    over: str = "rows"
    together: tuple[str, ...] | None = None
    key: tuple[str, ...] = ()
    shows: str = ""
    gx: tuple[tuple[str, dict[str, Any]], ...] = ()
    recompute: Callable[[pl.DataFrame], pl.Series] | None = None

    def severity_of(self, failing: int, rows: int) -> str:
        """The severity of so many failing rows, in a table of so many."""
        few = self.of_rows and failing <= max(FEW[0], rows // FEW[1])
        return "warn" if few and failing else self.severity

    @property
    def related(self) -> set[str]:
        """The relations beside the table that it names, such as `core.reports` or `year_before.observations`."""
        return set(NAMED.findall(self.over))


def within(low: float | None, high: float | None) -> str:
    """What follows BETWEEN; an end that is not given is open."""
    least, most = "-inf" if low is None else f"{low:.15g}", "inf" if high is None else f"{high:.15g}"
    return f"'{least}'::DOUBLE AND '{most}'::DOUBLE"


def from_to(low: float | None, high: float | None) -> str:
    """The same in words."""
    if low is None:
        return f"at most {high:.15g}"
    return f"at least {low:.15g}" if high is None else f"from {low:.15g} to {high:.15g}"


def from_to_zh(low: float | None, high: float | None) -> str:
    """The same in Chinese."""
    if low is None:
        return f"不超过 {high:.15g}"
    return f"不低于 {low:.15g}" if high is None else f"在 {low:.15g} 到 {high:.15g} 之间"
