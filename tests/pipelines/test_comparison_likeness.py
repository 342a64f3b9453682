"""What counts as the same thing: near things, what seeds declare the same, scopes, areas under another code."""

import shutil
from pathlib import Path

import pytest

from pipelines import seeds
from pipelines.comparison import Likeness, load_likeness
from pipelines.comparison.likeness import Equivalence, Scope, Succession
from pipelines.seeds import SeedError
from tests.comparing import AREA, Row, compared, only, outcome, target

LATER = "140300"


def equivalence(column: str, one: str, other: str, holds: str = "same", **more: object) -> Equivalence:
    fields = {"indicators": (), "areas": (), "from_year": None, "until_year": None, "why": "because"} | more
    return Equivalence(column, one, other, holds=holds, **fields)  # type: ignore[arg-type]


def same(*equivalences: Equivalence) -> Likeness:
    return Likeness(equivalences=equivalences)


UNITS_ALIKE = equivalence("count_unit", "户", "套")
RENAMED = equivalence("indicator", "higher", "neutral")


# Declared the same


@pytest.mark.parametrize(("aim", "came"), [("户", "套"), ("套", "户")])
def test_what_is_declared_the_same_is_compared(aim: str, came: str) -> None:
    rows = [target(2020, 7, count_unit=aim), outcome(2021, 9, count_unit=came)]
    assert only(*rows)["verdict"] == "incomparable"
    row = only(*rows, likeness=same(UNITS_ALIKE))
    assert (row["verdict"], row["outcome_declared"]) == ("met", f"measure word {aim} = {came}")
    assert row["verdict_rule"] == f"v1 higher: 7, outcome 9, declared the same: measure word {aim} = {came}"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"indicators": ("higher",)}, "met"),
        ({"indicators": ("lower",)}, "incomparable"),
        ({"areas": (AREA,)}, "met"),
        ({"areas": (LATER,)}, "incomparable"),
        ({"from_year": 2020}, "met"),
        ({"from_year": 2021}, "incomparable"),
        ({"until_year": 2020}, "met"),
        ({"until_year": 2019}, "incomparable"),
    ],
)
def test_it_holds_for_its_indicators_areas_and_years(more: Row, expected: str) -> None:
    alike = equivalence("count_unit", "户", "套", **more)
    rows = [target(2020, 7, count_unit="户"), outcome(2021, 9, count_unit="套")]
    assert only(*rows, likeness=same(alike))["verdict"] == expected


@pytest.mark.parametrize(
    ("column", "aim", "came"),
    [
        ("price_basis", "real", "nominal"),
        ("stage", "started", "completed"),
        ("aggregation", "total", "each_year"),
        ("unit_measure", "CNY", "USD"),
    ],
)
def test_every_label_can_be_declared(column: str, aim: str, came: str) -> None:
    rows = [target(2020, 7, **{column: aim}), outcome(2021, 9, **{column: came})]
    assert only(*rows)["verdict"] == "incomparable"
    assert only(*rows, likeness=same(equivalence(column, came, aim)))["verdict"] == "met"
    assert only(*rows, likeness=same(UNITS_ALIKE))["verdict"] == "incomparable"


def test_a_renamed_indicator_is_found_under_its_other_name() -> None:
    rows = [target(2020, 7), outcome(2021, 9, indicator="neutral")]
    assert only(*rows)["verdict"] == "unreported"
    row = only(*rows, likeness=same(RENAMED))
    assert (row["verdict"], row["indicator"]) == ("met", "higher")
    assert row["outcome_declared"] == "indicator higher = neutral"
    assert only(*rows, likeness=same(equivalence("indicator", "higher", "neutral", from_year=2021)))["verdict"] == (
        "unreported"
    )


def test_its_own_name_goes_before_another_in_one_report() -> None:
    own, other = outcome(2021, 6, bound="at_most"), outcome(2021, 9, indicator="neutral")
    row = only(target(2020, 7), own, other, likeness=same(RENAMED))
    assert (row["outcome_value"], row["outcome_declared"]) == (6, None)


def test_what_is_declared_the_same_is_on_the_way_too() -> None:
    level = {"transformation": "level"}
    aim = target(2021, 65, **level, period_start=2025, period_end=2025)
    rows = [aim, outcome(2021, 60, **level), outcome(2022, 61, **level, indicator="neutral")]
    assert only(*rows)["progress_value"] is None
    assert only(*rows, likeness=same(RENAMED))["progress_share"] == 0.2


# Near


def test_a_near_indicator_is_incomparable_and_says_why() -> None:
    near = same(equivalence("indicator", "higher", "neutral", holds="near", why="the one leaves small ones out"))
    row = only(target(2020, 7), outcome(2021, 9, indicator="neutral"), likeness=near)
    assert (row["verdict_strict"], row["verdict"], row["outcome_id"]) == ("incomparable", "incomparable", None)
    assert row["verdict_rule"] == (
        "v1 indicator differs: target higher, outcome neutral: the one leaves small ones out (report 2021)"
    )
    both = only(target(2020, 7), outcome(2021, 9, indicator="neutral"), outcome(2021, 6), likeness=near)
    assert (both["verdict"], both["outcome_value"]) == ("missed", 6)


def test_the_same_in_one_area_goes_before_near_in_all() -> None:
    near = equivalence("indicator", "higher", "neutral", holds="near")
    here = equivalence("indicator", "higher", "neutral", areas=(AREA,))
    rows = [target(2020, 7), outcome(2021, 9, indicator="neutral")]
    assert only(*rows, likeness=same(near, here))["verdict"] == "met"
    elsewhere = [row | {"ref_area": LATER} for row in rows]
    frame = compared(*rows, *elsewhere, likeness=same(near, here))
    assert frame["verdict"].to_list() == ["met", "incomparable"]


def test_what_there_is_in_all_is_not_what_was_added() -> None:
    near = same(equivalence("transformation", "level", "change", holds="near", why="the stock is not what is new"))
    rows = [target(2020, 300, transformation="change"), outcome(2021, 9000, transformation="level")]
    assert only(*rows)["verdict"] == "unreported"
    assert only(*rows, likeness=near)["verdict"] == "incomparable"


# Apart


def test_what_is_apart_leaves_a_target_unreported_and_is_named() -> None:
    apart = same(equivalence("indicator", "higher", "neutral", holds="apart"))
    other = outcome(2021, 9, indicator="neutral", bound="about")
    row = only(target(2020, 7), other, likeness=apart)
    assert (row["verdict_strict"], row["verdict"], row["outcome_id"]) == ("unreported", "unreported", None)
    text = "v1 report 2021 is at hand; neither it nor a later one states the outcome"
    assert row["verdict_rule"] == f"{text}, but neutral yoy about 9 of 2020 (report 2021)"
    own = outcome(2022, 80, transformation="level", period_start=2020, period_end=2020)
    row = only(target(2020, 7), other, own, likeness=apart)
    assert row["verdict_rule"] == f"{text}, but level 80 of 2020 (report 2022)"  # its own indicator goes before
    both = only(target(2020, 7), other, outcome(2021, 6), likeness=apart)
    assert (both["verdict"], both["outcome_value"]) == ("missed", 6)
    assert only(target(2020, 7), likeness=apart)["verdict"] == "pending"


def test_what_is_apart_is_no_progress() -> None:
    level = {"transformation": "level"}
    rows = [
        target(2021, 65, **level, period_start=2025, period_end=2025),
        outcome(2022, 61, **level, indicator="neutral"),
    ]
    apart = same(equivalence("indicator", "higher", "neutral", holds="apart"))
    assert only(*rows, likeness=apart)["progress_value"] is None


# Scopes

SCOPES = Likeness(
    scopes=(
        Scope("local", "revenue", ("地方",), (), "agrees"),
        Scope("comparable base", "base", ("同口径",), (), "agrees"),
        Scope("adjusted", "base", ("剔除",), ("higher",), "agrees"),
        Scope("the whole", "roads", ("总里程",), ("higher",), "differs"),
        Scope("the stock", "roads", ("通车里程",), ("higher",), "apart"),
    )
)


@pytest.mark.parametrize(
    ("aim", "came", "expected"),
    [
        ("收入同口径增长7%", "收入同\n口径增长9%", "met"),
        ("收入同口径增长7%", "收入增长9%", "met"),
        ("收入增长7%", "收入同口径增长9%", "met"),
        ("收入同口径增长7%", "收入剔除减税增长9%", "incomparable"),
        ("地方收入增长7%", "收入同口径增长9%", "met"),  # of how much, and on which base
        ("地方公路7公里", "公路总里程9公里", "incomparable"),
        ("新建公路7公里", "公路总里程9公里", "incomparable"),
        ("公路总里程7公里", "公路总里程9公里", "met"),
        ("公路总里程7公里", "公路9公里", "incomparable"),
        ("新建公路7公里", "公路通车里程9公里", "unreported"),
        ("公路通车里程7公里", "新建公路9公里", "unreported"),
        ("公路通车里程7公里", "公路通车里程9公里", "met"),
        ("公路通车里程7公里", "公路总里程9公里", "unreported"),
    ],
)
def test_two_scopes_are_not_compared(aim: str, came: str, expected: str) -> None:
    rows = [target(2020, 7, evidence=aim), outcome(2021, 9, evidence=came)]
    assert only(*rows)["verdict"] == "met"
    row = only(*rows, likeness=SCOPES)
    assert row["verdict"] == expected
    assert ("scope differs: target" in row["verdict_rule"]) == (expected == "incomparable")
    assert (", but yoy 9 of 2020 (report 2021)" in row["verdict_rule"]) == (expected == "unreported")


def test_of_one_report_the_same_scope_goes_first() -> None:
    rows = [outcome(2021, 9, evidence="增长9%"), outcome(2021, 6, evidence="同口径增长6%", char_start=5)]
    assert only(target(2020, 7, evidence="同口径增长7%"), *rows, likeness=SCOPES)["verdict"] == "missed"
    assert only(target(2020, 7, evidence="增长7%"), *rows, likeness=SCOPES)["verdict"] == "met"


def test_a_scope_may_be_declared_the_same() -> None:
    alike = (equivalence("scope", "adjusted", "comparable base"),)
    rows = [target(2020, 7, evidence="同口径增长7%"), outcome(2021, 9, evidence="剔除减税增长9%")]
    assert only(*rows, likeness=Likeness(alike, SCOPES.scopes))["verdict"] == "met"


def test_a_number_of_homes_with_no_word_is_of_those_started() -> None:
    came = [outcome(2021, 4, stage="completed"), outcome(2021, 9, stage="started", char_start=5)]
    assert only(target(2020, 7), *came)["outcome_value"] == 9
    assert only(target(2020, 7, stage="completed"), *came)["outcome_value"] == 4
    assert only(target(2020, 7), came[0])["outcome_value"] == 4  # it breaks a tie, no more


@pytest.mark.parametrize("transformation", ["level", "change"])
def test_an_amount_at_constant_prices_is_not_one_at_the_prices_of_its_year(transformation: str) -> None:
    amount = {"transformation": transformation, "unit_measure": "CNY"}
    constant = target(2020, 55, **amount, price_basis="real")
    row = only(constant, outcome(2021, 60, **amount))
    assert row["verdict_rule"] == "v1 price basis differs: target real, outcome nominal (report 2021)"
    assert only(constant, outcome(2021, 60, **amount, price_basis="real"))["verdict"] == "met"
    assert only(target(2020, 55, **amount, price_basis="nominal"), outcome(2021, 60, **amount))["verdict"] == "met"
    assert only(target(2020, 7, price_basis="nominal"), outcome(2021, 9))["verdict"] == "met"  # a growth may be either


# Areas under another code


def succession(kind: str, former: str = AREA, successor: str = LATER, from_year: int = 2021) -> Likeness:
    return Likeness(successions=(Succession(former, successor, from_year, kind),))


def test_a_renamed_area_is_the_same_place() -> None:
    rows = [target(2020, 7), outcome(2021, 9, ref_area=LATER)]
    assert only(*rows)["verdict"] == "pending"
    row = only(*rows, likeness=succession("renamed"))
    assert (row["ref_area"], row["verdict"], row["next_report_at_hand"]) == (AREA, "met", True)
    assert row["outcome_declared"] == f"area {AREA} = {LATER}"
    silent = only(target(2020, 7), outcome(2021, 9, ref_area=LATER, indicator="lower"), likeness=succession("renamed"))
    assert silent["verdict"] == "unreported"


def test_a_place_may_be_renamed_twice() -> None:
    twice = Likeness(
        successions=(Succession(AREA, LATER, 2010, "renamed"), Succession(LATER, "140400", 2021, "renamed"))
    )
    assert only(target(2020, 7), outcome(2021, 9, ref_area="140400"), likeness=twice)["verdict"] == "met"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("merged", f"area differs: {AREA} was merged into {LATER} in 2021"),
        ("split", f"area differs: {AREA} was split, and came in part to {LATER} in 2021"),
    ],
)
def test_what_was_merged_or_split_is_incomparable(kind: str, reason: str) -> None:
    rows = [target(2020, 7), outcome(2021, 9, ref_area=LATER)]
    row = only(*rows, likeness=succession(kind))
    assert (row["verdict"], row["next_report_at_hand"]) == ("incomparable", False)
    assert row["verdict_rule"] == f"v1 {reason} (report 2021)"
    silent = only(target(2020, 7), outcome(2021, 9, ref_area=LATER, indicator="lower"), likeness=succession(kind))
    assert silent["verdict"] == "no_report"
    before = only(target(2018, 7), outcome(2019, 9, ref_area=LATER), likeness=succession(kind))
    assert before["verdict"] == "pending"  # that report was of the other area alone
    successors = compared(target(2020, 5, ref_area=LATER), outcome(2021, 4), likeness=succession(kind))
    assert successors["verdict"].to_list() == ["pending"]  # nor does the former area speak for its successor


# The files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path in seeds.SEEDS.glob("*.csv"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(seeds, "SEEDS", tmp_path)
    return tmp_path


def test_the_files_are_read() -> None:
    likeness = load_likeness()
    assert likeness.equivalences and likeness.scopes and likeness.successions
    assert all(row.why for row in likeness.equivalences)


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("equivalences.csv", "colour,a,b,,,,,same,x", r"column is 'colour'"),
        ("equivalences.csv", "indicator,gdp,gnp,,,,,same,x", r"other is 'gnp', which is no indicator"),
        ("equivalences.csv", "count_unit,户,,,,,,same,x", r"other is '', which is no count_unit"),
        ("equivalences.csv", "count_unit,户,户,,,,,same,x", r"'户' is always the same"),
        ("equivalences.csv", "count_unit,户,套,gnp,,,,same,x", r"indicators names 'gnp'"),
        ("equivalences.csv", "count_unit,户,套,gdp,999999,,,same,x", r"areas names '999999'"),
        ("equivalences.csv", "count_unit,户,套,,,20x0,,same,x", r"from_year is '20x0'"),
        ("equivalences.csv", "count_unit,户,套,,,,199,same,x", r"until_year is '199'"),
        ("equivalences.csv", "count_unit,户,套,,,,,near,x", r"a count_unit that differs is near already"),
        ("equivalences.csv", "count_unit,户,套,,,,,like,x", r"holds is 'like'"),
        ("equivalences.csv", "transformation,level,change,,,,,apart,x", r"`apart` is for indicators"),
        ("equivalences.csv", "count_unit,户,套,,,,,same,", r"say why"),
        ("equivalences.csv", "count_unit,户,套,,,same,x", r"needs 9 cells"),
        ("scopes.csv", "big,base,,,agrees,x", r"needs a name, what it is of, and words"),
        ("scopes.csv", "big,base,大,gnp,agrees,x", r"indicators names 'gnp'"),
        ("scopes.csv", "big,base,大,,perhaps,x", r"silence is 'perhaps'"),
        ("area_successions.csv", "999999,140300,2010,renamed,x", r"former names '999999'"),
        ("area_successions.csv", "140200,,2010,renamed,x", r"successor names '\?'"),
        ("area_successions.csv", "140200,140300,,renamed,x", r"from_year is empty"),
        ("area_successions.csv", "140200,140300,2010,moved,x", r"kind is 'moved'"),
        ("area_successions.csv", "140200,140200,2010,renamed,x", r"140200 would become itself"),
        ("area_successions.csv", "110118,110228,2016,renamed,x", r"110118 would become itself"),
        ("area_successions.csv", "110228,140300,2016,merged,x", r"110228 was renamed"),
        ("area_successions.csv", "371200,370100,2020,merged,x", r"371200 to 370100 stands above already"),
    ],
)
def test_a_bad_line_is_named_by_file_and_line(folder: Path, name: str, line: str, message: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}{line}\n", encoding="utf-8")
    with pytest.raises(SeedError, match=rf"^seeds/{name}:{len(text.splitlines()) + 1}: .*{message}"):
        load_likeness()


def test_areas_are_tied_to_all_that_they_became_or_were() -> None:
    chain = [("1", "2"), ("3", "4"), ("2", "3"), ("8", "9")]
    found = Likeness(successions=tuple(Succession(*pair, 2010, "renamed") for pair in chain)).tied()
    assert found["1"] == ["2", "3", "4"]
    assert found["3"] == ["1", "2", "4"]
    assert found["9"] == ["8"]
