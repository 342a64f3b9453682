"""What the field knows of its figures, as expectations: `seeds/expectations.yaml`; and exceptions to expectations."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from pipelines import seeds
from pipelines.seeds import SeedError
from pipelines.tables import SECTIONS, TRANSFORMATIONS, UNITS, Table
from pipelines.tables.core import OBSERVATIONS, PASSAGES, STATEMENTS, STATISTICS
from pipelines.tables.mart import CONSISTENCY, CONSISTENCY_RULES
from pipelines.tables.registry import PARTITIONED, TABLES
from warehouse.expectations import Expectation, from_to, from_to_zh, within

KNOWLEDGE, EXCEPTIONS = "expectations.yaml", "expectation_exceptions.yaml"

# what makes an observation of last year's report the same one, a year earlier
SAME_THING = """now.ref_area = before.ref_area AND now.indicator = before.indicator AND now.kind = before.kind
    AND now.unit_measure = before.unit_measure AND now.count_unit IS NOT DISTINCT FROM before.count_unit
    AND now.stage IS NOT DISTINCT FROM before.stage AND now.aggregation IS NOT DISTINCT FROM before.aggregation
    AND now.transformation = 'level' AND before.transformation = 'level'
    AND now.period_start = now.period_end AND before.period_start = before.period_end
    AND now.period_end = before.period_end + 1 AND now.obs_value > 0 AND before.obs_value > 0"""


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def _above_nought(value: Any) -> bool:
    return _number(value) and value > 0


def _list_of(names: Mapping[str, Any] | Callable[[], Any]) -> Callable[[Any], bool]:
    """A list of names that are known."""
    return lambda value: (
        isinstance(value, list)
        and all(isinstance(name, str) and name in (names() if callable(names) else names) for name in value)
    )


def _codes() -> set[str]:
    """The codebook's indicators."""
    return set(seeds.indicators()["indicator"])


Kind = tuple[Callable[[Any], bool], str, bool]  # what a value must be, the same in words, whether it may be left out
WORDS: Kind = (_text, "a text", False)
SEVERITY: Kind = (lambda value: value in ("error", "warn"), "error or warn", False)
NUMBER: Kind = (_above_nought, "a number above 0", False)
BOUND: Kind = (_number, "a number", True)
SHARE: Kind = (lambda value: _number(value) and 0 < value <= 1, "a share, above 0 and at most 1", False)
INDICATORS: Kind = (_list_of(_codes), "a list of codes of seeds/indicators.csv", True)
COLUMN: Kind = (
    lambda value: value in ("kind", "transformation", "bound", "fate", "section"),
    "a column of labels",
    False,
)
TABLE: Kind = (
    lambda value: value in {table.full_name for table in PARTITIONED},
    "a table that has a year before",
    False,
)
KEYS: dict[str, dict[str, Kind]] = {
    "ranges": {
        "name": WORDS, "zh": WORDS, "indicators": INDICATORS, "minimum": BOUND, "maximum": BOUND, "severity": SEVERITY,
        "transformations": (_list_of(TRANSFORMATIONS), f"a list of {', '.join(TRANSFORMATIONS)}", True),
        "units": (_list_of(UNITS), f"a list of {', '.join(UNITS)}", True),
    },
    "factors": {
        "factor": (lambda value: _number(value) and value > 1, "a number above 1", False),
        "up_to": (_above_nought, "a number above 0", True), "except": INDICATORS, "severity": SEVERITY,
    },
    "numerals": {
        "characters": NUMBER, "least": NUMBER, "severity": SEVERITY,
        "down_to": (_above_nought, "a number above 0", True),
    },
    "sections": {
        "name": WORDS, "zh": WORDS, "from_year": NUMBER, "characters": NUMBER, "severity": SEVERITY,
        "one_of": (_list_of(SECTIONS), f"a list of {', '.join(SECTIONS)}", False),
    },
    "losses": {
        "had": NUMBER, "kept": SHARE, "severity": SEVERITY,
        "other_text": (lambda value: isinstance(value, bool), "true or false", False),
    },
    "distributions": {
        "table": TABLE, "column": COLUMN, "zh": WORDS, "share": SHARE, "rows": NUMBER, "severity": SEVERITY,
    },
    "findings": {
        "name": WORDS, "zh": WORDS, "severity": SEVERITY,
        "rule": (lambda value: value in CONSISTENCY_RULES, f"one of {', '.join(CONSISTENCY_RULES)}", False),
    },
}  # fmt: skip


def _read(name: str, content: bytes, parts: Mapping[str, Mapping[str, Kind]]) -> dict[str, list[dict[str, Any]]]:
    """A file of lists of rows, each key of a row checked.

    Raises:
        SeedError: it is not YAML, or a key is missing, unknown or holds what it must not; names file, row and key.
    """
    try:
        top = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError) as error:
        raise SeedError(f"seeds/{name}: not readable as YAML in UTF-8: {error}") from error
    if not isinstance(top, dict) or set(top) != set(parts):
        raise SeedError(f"seeds/{name}: it must hold the lists {', '.join(parts)}, and nothing else")
    for part, rows in top.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise SeedError(f"seeds/{name}: {part} must be a list of rows, such as {{severity: warn}}")
        for number, row in enumerate(rows, 1):
            where, keys = f"seeds/{name}: {part}, row {number}", parts[part]
            for key in row:
                if key not in keys:
                    raise SeedError(f"{where}: {key} is unknown; the keys here are {', '.join(keys)}")
            for key, (holds, what, may_be_missing) in keys.items():
                if key not in row and not may_be_missing:
                    raise SeedError(f"{where}: {key} is missing; it must be {what}")
                if key in row and not holds(row[key]):
                    raise SeedError(f"{where}: {key} is {row[key]!r}; it must be {what}")
    return top


def field_expectations() -> dict[str, list[Expectation]]:
    """The expectations of `seeds/expectations.yaml`, by table.

    Raises:
        SeedError: the file is wrong; names row and key.
    """
    return _expectations_of((seeds.SEEDS / KNOWLEDGE).read_bytes())


@lru_cache(maxsize=4)
def _expectations_of(content: bytes) -> dict[str, list[Expectation]]:
    top = _read(KNOWLEDGE, content, KEYS)
    found: dict[str, list[Expectation]] = {}
    for number, row in enumerate(top["ranges"], 1):
        if "minimum" not in row and "maximum" not in row:
            raise SeedError(
                f"seeds/{KNOWLEDGE}: ranges, row {number}: minimum or maximum is missing; give one, or both"
            )
        for table in (OBSERVATIONS, STATISTICS):
            found.setdefault(table.full_name, []).append(_range(table, row))
    make = {"factors": _factor, "numerals": _numerals, "sections": _section, "losses": _loss,
            "distributions": _distribution, "findings": _finding}  # fmt: skip
    tables = {"factors": OBSERVATIONS, "numerals": STATEMENTS, "sections": PASSAGES, "losses": OBSERVATIONS,
              "findings": CONSISTENCY}  # fmt: skip
    for part, of in make.items():
        for number, row in enumerate(top[part], 1):
            table = TABLES[row["table"]] if part == "distributions" else tables[part]
            if part == "distributions" and row["column"] not in table.polars_schema:
                raise SeedError(f"seeds/{KNOWLEDGE}: {part}, row {number}: {table.full_name} has no {row['column']}")
            found.setdefault(table.full_name, []).append(of(row))
    for name, items in found.items():
        names = [item.name for item in items]
        for twice in {one for one in names if names.count(one) > 1}:
            raise SeedError(f"seeds/{KNOWLEDGE}: {name}: {twice!r} stands twice; give one of the two another name")
    return found


def _range(table: Table, row: Mapping[str, Any]) -> Expectation:
    low, high = row.get("minimum"), row.get("maximum")
    picks = {"indicators": "indicator", "transformations": "transformation", "units": "unit_measure"}
    chosen = [(column, row[key]) for key, column in picks.items() if row.get(key)]
    values = [name for name in ("obs_value", "obs_value_high") if name in table.polars_schema]
    outside = " OR ".join(f"{name} NOT BETWEEN {within(low, high)}" for name in values)
    where = " and ".join(f"{column} in {names!r}" for column, names in chosen)
    condition = {"row_condition": where, "condition_parser": "pandas"}
    return Expectation(
        f"{row['name']} is {from_to(low, high)}",
        " AND ".join([f"{column} IN ({_quoted(names)})" for column, names in chosen] + [f"({outside})"]),
        f"{row['zh']}{from_to_zh(low, high)}",
        severity=row["severity"],
        of_rows=table is OBSERVATIONS,
        check="values_plausible",
        shows="obs_value",
        gx=tuple(
            ("ExpectColumnValuesToBeBetween", {"column": name, "min_value": low, "max_value": high} | condition)
            for name in values
        ),
    )


def _quoted(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _factor(row: Mapping[str, Any]) -> Expectation:
    factor, others, until = row["factor"], row.get("except") or [], row.get("up_to")
    return Expectation(
        f"a level is within a factor of {factor:g} of last year's report's",
        f"away > ln({factor:g})"
        + (f" AND away <= ln({until:g})" if until else "")
        + (f" AND indicator NOT IN ({_quoted(others)})" if others else ""),
        f"水平值与上年报告相差不超过 {factor:g} 倍",
        severity=row["severity"],
        of_rows=True,
        check="like_last_year",
        over=f"""(SELECT now.*, abs(ln(now.obs_value / before.obs_value)) AS away, before.obs_value AS previous
            FROM rows AS now JOIN year_before.observations AS before ON {SAME_THING}
            QUALIFY row_number() OVER (PARTITION BY now.observation_id, now.char_start ORDER BY away) = 1) AS rows""",  # noqa: S608
        shows="obs_value || ' after ' || previous",
    )


def _numerals(row: Mapping[str, Any]) -> Expectation:
    least, lower = row["least"], row.get("down_to")
    return Expectation(
        f"a report of {row['characters']:g} characters or more has at least {least:g} numerals measured for each 10000",
        f"characters >= {row['characters']:g} AND measured < {least / 10_000} * characters"
        + (f" AND measured >= {lower / 10_000} * characters" if lower else ""),
        f"{row['characters']:g} 字以上的报告每万字至少有 {least:g} 个计量数字",
        severity=row["severity"],
        of_rows=True,
        check="reports_complete",
        over="""(SELECT reports.report_id, any_value(reports.characters) AS characters,
                count(*) FILTER (WHERE rows.fate = 'measured') AS measured
            FROM core.reports AS reports LEFT JOIN rows USING (report_id) GROUP BY reports.report_id) AS rows""",
        key=("report_id",),
        shows="measured || ' in ' || characters || ' characters'",
    )


def _section(row: Mapping[str, Any]) -> Expectation:
    return Expectation(
        f"a report has {row['name']} (from {row['from_year']:g} on, of {row['characters']:g} characters or more)",
        f"report_year >= {row['from_year']:g} AND characters >= {row['characters']:g} "
        f"AND NOT list_has_any(sections, [{_quoted(row['one_of'])}])",
        f"报告有{row['zh']}（{row['from_year']:g} 年起，{row['characters']:g} 字以上）",
        severity=row["severity"],
        check="reports_complete",
        over="""(SELECT reports.report_id, any_value(reports.report_year) AS report_year,
                any_value(reports.characters) AS characters,
                coalesce(list_sort(list(DISTINCT rows.section)), []) AS sections
            FROM core.reports AS reports LEFT JOIN rows USING (report_id) GROUP BY reports.report_id) AS rows""",
        key=("report_id",),
        shows="array_to_string(sections, ' ')",
    )


def _loss(row: Mapping[str, Any]) -> Expectation:
    had, kept, other = row["had"], row["kept"], row["other_text"]
    of, of_zh = (" whose text has changed", "文本有变的") if other else ("", "")
    share, share_zh = ("all", "") if kept == 1 else (f"{kept:.0%}", f"的 {kept:.0%}")
    return Expectation(
        f"a report{of} keeps at least {share} of the observations of the last build, if it had {had:g}",
        f"had >= {had:g} AND found < {kept:g} * had" + (" AND is_other_text" if other else ""),
        f"{of_zh}报告的观测数不少于上次构建{share_zh}（原有 {had:g} 条以上）",
        severity=row["severity"],
        check="reports_complete",
        over="""(SELECT now.report_id, now.text_hash <> before.text_hash AS is_other_text,
                coalesce(here.n, 0) AS found, there.n AS had
            FROM core.reports AS now JOIN last_build.reports AS before USING (report_id)
            JOIN (SELECT report_id, count(*) AS n FROM last_build.observations GROUP BY 1) AS there USING (report_id)
            LEFT JOIN (SELECT report_id, count(*) AS n FROM rows GROUP BY 1) AS here USING (report_id)) AS rows""",
        key=("report_id",),
        shows="found || ' of ' || had",
    )


def _distribution(row: Mapping[str, Any]) -> Expectation:
    table, column = TABLES[row["table"]], row["column"]
    return Expectation(
        f"{column} is distributed like last year's, but for {row['share']:.0%} of rows",
        f"fewest >= {row['rows']:g} AND distance > {row['share']:g}",
        f"{row['zh']}的分布与上年相近（不同者不超过 {row['share']:.0%}）",
        severity=row["severity"],
        check="like_last_year",
        over=f"""(WITH here AS (SELECT ref_area, {column} AS label, count(*) AS n FROM rows GROUP BY ALL),
            there AS (SELECT ref_area, {column} AS label, count(*) AS n FROM year_before.{table.name} GROUP BY ALL),
            now AS (SELECT label, sum(n) AS n FROM here WHERE ref_area IN (SELECT ref_area FROM there) GROUP BY 1),
            before AS (SELECT label, sum(n) AS n FROM there WHERE ref_area IN (SELECT ref_area FROM here) GROUP BY 1),
            total AS (SELECT (SELECT sum(n) FROM now) AS here, (SELECT sum(n) FROM before) AS there)
            SELECT '{column}' AS labels, any_value(least(here, there)) AS fewest,
                sum(abs(coalesce(now.n, 0) / here - coalesce(before.n, 0) / there)) / 2 AS distance
            FROM now FULL JOIN before USING (label), total) AS rows""",  # noqa: S608
        together=(),
        key=("labels",),
        shows="round(100 * distance) || ' % of rows'",
    )


def _finding(row: Mapping[str, Any]) -> Expectation:
    return Expectation(
        row["name"],
        f"rule = '{row['rule']}' AND finding = 'inconsistent'",
        row["zh"],
        severity=row["severity"],
        check="values_plausible",
        shows="reason",
    )


@dataclass(frozen=True)
class Excepted:
    """A row that an expectation need not hold for; see `seeds/expectation_exceptions.yaml`."""

    table: str
    expectation: str
    report: str
    key: str
    reason: str
    date: datetime.date


EXCEPTION: dict[str, Kind] = {
    "table": (lambda value: value in TABLES, "a table, such as core.observations", False),
    "expectation": WORDS,
    "report": (
        lambda value: isinstance(value, str) and value.count("/") == 1,
        "a report's id, such as 140200/2022",
        False,
    ),
    "key": WORDS,
    "reason": WORDS,
    "date": (lambda value: type(value) is datetime.date, "a day, such as 2026-03-01", False),
}


def read_exceptions() -> list[Excepted]:
    """The exceptions of `seeds/expectation_exceptions.yaml`.

    Raises:
        SeedError: the file is wrong; names row and key.
    """
    return _exceptions_of((seeds.SEEDS / EXCEPTIONS).read_bytes())


@lru_cache(maxsize=4)
def _exceptions_of(content: bytes) -> list[Excepted]:
    rows = _read(EXCEPTIONS, content, {"exceptions": EXCEPTION})["exceptions"]
    return [Excepted(**row) for row in rows]
