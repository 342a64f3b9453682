"""What counts as the same thing: `seeds/equivalences.csv`, `seeds/scopes.csv` and `seeds/area_successions.csv`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from pipelines import seeds
from pipelines.comparison.verdict import holds
from pipelines.seeds import SeedError
from pipelines.tables import AGGREGATION, PRICE_BASIS, STAGE, TRANSFORMATIONS, UNITS

ANOTHER_THING = ("indicator", "transformation")  # an outcome of another is found only where a row speaks of the two
LABELS = {"price_basis": "price basis", "count_unit": "measure word", "stage": "stage", "aggregation": "aggregation"}
COMPARED = {"unit_measure": "unit", **LABELS, "scope": "scope"}  # columns that both sides have, as reasons name them
# Of the statements of one outcome: the first report, in it what needs no declaration, then the more exact, then the
# same wording, then as printed (`outcome` is numbered so).
FIRST = [
    pl.col("outcome_report_year"), pl.col("declared").is_not_null(), pl.col("outcome_exactness"), pl.col("unlikeness"),
    pl.col("outcome"),
]  # fmt: skip
HOLDS = ("same", "near", "apart")
KINDS = ("renamed", "merged", "split")
SILENCE = ("agrees", "differs", "apart")


@dataclass(frozen=True)
class Equivalence:
    """Two values of a column that are the same thing, or nearly, or not; see `seeds/equivalences.csv`.

    Attributes:
        column: of ANOTHER_THING or COMPARED.
        one, other: the two values; either may be the target's.
        indicators: of which it holds; all where empty.
        areas: codes of which it holds; all where empty.
        from_year, until_year: the first and last year of which it holds; None is open.
        holds: `same`, they may be compared; `near`, a target is told that only the other is stated; `apart`, the one
            says nothing of the other, and is named where a target is not reported back.
        why: for people.
    """

    column: str
    one: str
    other: str
    indicators: tuple[str, ...]
    areas: tuple[str, ...]
    from_year: int | None
    until_year: int | None
    holds: str
    why: str

    def applies(self, indicator: str, area: str, year: str) -> pl.Expr:
        """Whether it holds of the indicator, the area and the year in these columns."""
        applies = pl.lit(True)
        if self.indicators:
            applies &= pl.col(indicator).is_in(self.indicators)
        if self.areas:
            applies &= pl.col(area).is_in(self.areas)
        if self.from_year is not None:
            applies &= pl.col(year) >= self.from_year
        if self.until_year is not None:
            applies &= pl.col(year) <= self.until_year
        return applies


@dataclass(frozen=True)
class Scope:
    """Words that say of how much of an indicator a value speaks; see `seeds/scopes.csv`.

    Attributes:
        scope: the label.
        of: what it is a label of; only labels of the same contradict each other (地方 and 同口径 do not).
        words: evidence that holds one of them has it.
        indicators: of which they say so; all where empty.
        silence: whether a value without any label `agrees` with it, or `differs`; `apart`: a value with the label says
            nothing at all of one without.
    """

    scope: str
    of: str
    words: tuple[str, ...]
    indicators: tuple[str, ...]
    silence: str


@dataclass(frozen=True)
class Succession:
    """An area that came under another code; see `seeds/area_successions.csv`."""

    former: str
    successor: str
    from_year: int
    kind: str


@dataclass(frozen=True)
class Likeness:
    """All that people declared."""

    equivalences: tuple[Equivalence, ...] = ()
    scopes: tuple[Scope, ...] = ()
    successions: tuple[Succession, ...] = ()

    def place(self, area: str) -> str:
        """The code that an area has now, as long as it was only renamed."""
        names = {row.former: row.successor for row in self.successions if row.kind == "renamed"}
        while area in names:
            area = names[area]
        return area

    def tied(self) -> dict[str, list[str]]:
        """Area → the others that its rows may depend on: those that it became, that it was, and theirs."""
        found: dict[str, set[str]] = {}
        for row in self.successions:
            both = found.get(row.former, {row.former}) | found.get(row.successor, {row.successor})
            found |= dict.fromkeys(both, both)
        return {area: sorted(others - {area}) for area, others in found.items()}


NOTHING_DECLARED = Likeness()


# ---------------------------------------------------------------------------------------------------------------------
# The files


def load_likeness() -> Likeness:
    """Read and check the three files.

    Raises:
        SeedError: a line is wrong; names file and line, and what it must be.
    """
    indicators = seeds.indicators()["indicator"].to_list()
    areas = set(seeds.areas()["ref_area"])
    return Likeness(_equivalences(indicators, areas), _scopes(indicators), _successions(areas))


def _equivalences(indicators: Collection[str], areas: Collection[str]) -> tuple[Equivalence, ...]:
    name = "equivalences.csv"
    header = ("column", "one", "other", "indicators", "areas", "from_year", "until_year", "holds", "why")
    values: Mapping[str, Collection[str]] = {
        "indicator": indicators,
        "transformation": TRANSFORMATIONS,
        "unit_measure": UNITS,
        **{column.name: column.allowed for column in (PRICE_BASIS, STAGE, AGGREGATION)},
    }
    found = []
    for line, row in enumerate(seeds.rows(name, *header, allowed={"column": _columns(), "holds": HOLDS}), 2):
        where = f"seeds/{name}:{line}"
        one, other, column = row["one"], row["other"], row["column"]
        for cell in ("one", "other"):
            if not row[cell] or (values.get(column) and row[cell] not in values[column]):
                raise SeedError(f"{where}: {cell} is {row[cell]!r}, which is no {column}")
        if one == other:
            raise SeedError(f"{where}: {one!r} is always the same as itself; remove the line")
        if row["holds"] == "near" and column not in ANOTHER_THING:
            raise SeedError(f"{where}: a {column} that differs is near already; `near` is for an indicator's or a "
                            "transformation's")  # fmt: skip
        if row["holds"] == "apart" and column != "indicator":
            raise SeedError(f"{where}: `apart` is for indicators; remove the line of the {column}")
        if not row["why"]:
            raise SeedError(f"{where}: say why")
        found.append(
            Equivalence(
                column, one, other,
                _codes(where, "indicators", row["indicators"], indicators), _codes(where, "areas", row["areas"], areas),
                _year(where, "from_year", row["from_year"]), _year(where, "until_year", row["until_year"]),
                row["holds"], row["why"],
            )
        )  # fmt: skip
    return tuple(found)


def _columns() -> tuple[str, ...]:
    return (*ANOTHER_THING, *COMPARED)


def _scopes(indicators: Collection[str]) -> tuple[Scope, ...]:
    name = "scopes.csv"
    found = []
    header = ("scope", "of", "words", "indicators", "silence", "why")
    for line, row in enumerate(seeds.rows(name, *header, allowed={"silence": SILENCE}), 2):
        where = f"seeds/{name}:{line}"
        words = tuple(word for word in row["words"].split(";") if word)
        if not row["scope"] or not row["of"] or not words:
            raise SeedError(f"{where}: a scope needs a name, what it is of, and words")
        codes = _codes(where, "indicators", row["indicators"], indicators)
        found.append(Scope(row["scope"], row["of"], words, codes, row["silence"]))
    return tuple(found)


def _successions(areas: Collection[str]) -> tuple[Succession, ...]:
    name = "area_successions.csv"
    header = ("former", "successor", "from_year", "kind", "why")
    found: dict[tuple[str, str], Succession] = {}
    renamed: dict[str, str] = {}
    for line, row in enumerate(seeds.rows(name, *header, allowed={"kind": KINDS}), 2):
        where = f"seeds/{name}:{line}"
        former, successor = row["former"], row["successor"]
        for cell in ("former", "successor"):
            _codes(where, cell, row[cell] or "?", areas)
        year = _year(where, "from_year", row["from_year"])
        if year is None:
            raise SeedError(f"{where}: from_year is empty; it must be the first year under the new code")
        if (former, successor) in found:
            raise SeedError(f"{where}: {former} to {successor} stands above already; remove one of the two")
        if former in renamed or (row["kind"] == "renamed" and any(former == known for known, _ in found)):
            raise SeedError(f"{where}: {former} was renamed, and so has no other successor; see the lines above")
        after: str | None = successor
        while after is not None:
            if after == former:
                raise SeedError(f"{where}: {former} would become itself again")
            after = renamed.get(after)
        if row["kind"] == "renamed":
            renamed[former] = successor
        found[former, successor] = Succession(former, successor, year, row["kind"])
    return tuple(found.values())


def _codes(where: str, cell: str, written: str, known: Collection[str]) -> tuple[str, ...]:
    codes = tuple(code for code in written.split(";") if code)
    for code in codes:
        if code not in known:
            raise SeedError(f"{where}: {cell} names {code!r}, which the seeds do not list")
    return codes


def _year(where: str, cell: str, written: str) -> int | None:
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) == 4):
        raise SeedError(f"{where}: {cell} is {written!r}; it must be a year of four digits, or empty")
    return int(written)


# ---------------------------------------------------------------------------------------------------------------------
# What follows for frames


def with_place(frame: pl.DataFrame, likeness: Likeness) -> pl.DataFrame:
    """Add `place`: ref_area, or the code that a renamed area has now."""
    renamed = {row.former: likeness.place(row.former) for row in likeness.successions if row.kind == "renamed"}
    return frame.with_columns(place=pl.col("ref_area").replace(renamed))


def scope(likeness: Likeness, evidence: str) -> pl.Expr:
    """The label of the first row of the scopes whose words stand in the evidence; NULL where there is none."""
    label = pl.lit(None, pl.String)
    for row in reversed(likeness.scopes):
        of_these = pl.col("indicator").is_in(row.indicators) if row.indicators else pl.lit(True)
        label = pl.when(of_these & holds(pl.col(evidence), row.words)).then(pl.lit(row.scope)).otherwise(label)
    return label


def with_what_is_near(outcomes: pl.DataFrame, likeness: Likeness) -> pl.DataFrame:
    """Outcomes, and each again as what it may stand for: another indicator, another transformation, a former area.

    Args:
        outcomes: with place, ref_area, indicator, transformation, outcome_year and outcome_report_year.
        likeness: what people declared.

    Returns:
        The rows with `declared`, what was declared the same, `unlike`, why it is only near, and `apart`, the indicator
        that it is of, where that is another thing; NULL of itself.
    """
    nothing = pl.lit(None, pl.String)
    found = [outcomes.with_columns(declared=nothing, unlike=nothing, apart=nothing)]
    for row in likeness.equivalences:
        if row.column in ANOTHER_THING:
            for aim, came in ((row.one, row.other), (row.other, row.one)):
                found.append(_standing_for(outcomes, row, aim, came))
    outcomes = pl.concat(found)
    merges = [
        (likeness.place(row.former), likeness.place(row.successor), row.from_year, f"area differs: {row.former} {done}")
        for row in likeness.successions
        for done in {"merged": ["was merged into "], "split": ["was split, and came in part to "]}.get(row.kind, [])
    ]
    merged = outcomes.join(
        pl.DataFrame(merges, ["former", "place", "from_year", "why"], orient="row").cast(
            {"former": pl.String, "place": pl.String, "from_year": pl.Int32, "why": pl.String}
        ),
        on="place",
    ).filter(
        pl.col("unlike").is_null(), pl.col("apart").is_null(), pl.col("outcome_report_year") >= pl.col("from_year")
    )
    of_former = merged.with_columns(
        pl.col("former").alias("place"), pl.format("{}{} in {}", "why", "place", "from_year").alias("unlike")
    )
    return pl.concat([outcomes, of_former.select(outcomes.columns)])


def _standing_for(outcomes: pl.DataFrame, row: Equivalence, aim: str, came: str) -> pl.DataFrame:
    """The outcomes that have one value of a column, as if they had the other."""
    says = {
        "same": f"{row.column} {aim} = {came}",
        "near": f"{row.column} differs: target {aim}, outcome {came}: {row.why}",
        "apart": came,
    }
    of_the_target = pl.lit(aim) if row.column == "indicator" else pl.col("indicator")
    return (
        outcomes.filter(pl.col(row.column) == came)
        .with_columns(of_the_target.alias("_indicator"))
        .filter(row.applies("_indicator", "ref_area", "outcome_year"))
        .drop("_indicator")
        .with_columns(
            pl.lit(aim).alias(row.column),
            *(
                pl.lit(says[holds] if holds == row.holds else None, pl.String).alias(name)
                for holds, name in (("same", "declared"), ("near", "unlike"), ("apart", "apart"))
            ),
        )
    )


def difference(likeness: Likeness, columns: Collection[str] = tuple(COMPARED)) -> pl.Expr:
    """Of target × outcome, why the two are not alike in a column that both state; NULL where they are.

    Args:
        likeness: what people declared: the same is no difference.
        columns: of COMPARED, those that count; the frame has `<column>` and `outcome_<column>`.
    """
    text = "{} differs: target {}, outcome {}"
    reasons = [pl.col("unlike")]
    for column in columns:
        aim, came = _stated(column)
        shown = pl.format(text, pl.lit(COMPARED[column]), aim.fill_null("not stated"), came.fill_null("not stated"))
        reasons.append(pl.when(_contradicts(likeness, column) & ~_declared(likeness, column)).then(shown))
    return pl.coalesce(reasons)


def apart(likeness: Likeness) -> pl.Expr:
    """Of target × outcome, whether the scope of one makes it another thing, so that it says nothing of the other."""
    aim, came = _stated("scope")
    telling = [row.scope for row in likeness.scopes if row.silence == "apart"]
    return aim.ne_missing(came) & (aim.is_in(telling) | came.is_in(telling)).fill_null(False)


def unlikeness() -> pl.Expr:
    """Of target × outcome, in how many labels they are not worded alike.

    Where the text is silent a convention holds: the codebook's growth_basis, and homes are those started. It breaks a
    tie, but never makes two unlike.
    """
    basis, outcome_basis = (pl.coalesce(name, "growth_basis") for name in ("price_basis", "outcome_price_basis"))
    labels = [pl.col(name).ne_missing(pl.col(f"outcome_{name}")) for name in (*LABELS, "scope")]
    stage, outcome_stage = (pl.col(name).fill_null("started") for name in ("stage", "outcome_stage"))
    return pl.sum_horizontal(*labels, basis.ne_missing(outcome_basis), stage != outcome_stage)


def declared(likeness: Likeness) -> pl.Expr:
    """Of target × outcome, what was declared the same though it is stated otherwise; NULL where nothing was."""
    area, outcome_area = _stated("ref_area")
    texts = [pl.col("declared"), pl.when(area != outcome_area).then(pl.format("area {} = {}", area, outcome_area))]
    for column, label in COMPARED.items():
        if any(row.column == column for row in likeness.equivalences):
            aim, came = _stated(column)
            shown = pl.format("{} {} = {}", pl.lit(label), aim, came)
            texts.append(pl.when(_contradicts(likeness, column) & _declared(likeness, column)).then(shown))
    joined = pl.concat_str(texts, separator="; ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def _stated(column: str) -> tuple[pl.Expr, pl.Expr]:
    """What the two sides say; an amount that does not tell its prices is at those of its year."""
    aim, came = pl.col(column), pl.col(f"outcome_{column}")
    if column != "price_basis":
        return aim, came
    has_prices = pl.col("growth_basis").is_not_null() & pl.col("transformation").is_in(["level", "change"])
    of_its_year = pl.when(has_prices).then(pl.lit("nominal"))
    return pl.coalesce(aim, of_its_year), pl.coalesce(came, of_its_year)


def _contradicts(likeness: Likeness, column: str) -> pl.Expr:
    """Whether both sides state a label and not the same; of a scope also where silence speaks against it."""
    aim, came = _stated(column)
    contradicts = (aim != came).fill_null(False)
    if column != "scope":
        return contradicts
    of = {row.scope: row.of for row in likeness.scopes}
    of_the_same = (aim.replace(of) == came.replace(of)).fill_null(False)
    telling = [row.scope for row in likeness.scopes if row.silence != "agrees"]
    one_tells = (aim.is_in(telling) | came.is_in(telling)).fill_null(False)
    return contradicts & of_the_same | one_tells & ~of_the_same


def _declared(likeness: Likeness, column: str) -> pl.Expr:
    aim, came = _stated(column)
    found = pl.lit(False)
    for row in likeness.equivalences:
        if row.column == column:
            both = (aim == row.one) & (came == row.other) | (aim == row.other) & (came == row.one)
            found |= both.fill_null(False) & row.applies("indicator", "ref_area", "outcome_year")
    return found
