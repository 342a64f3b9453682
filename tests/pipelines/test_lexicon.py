"""The lexicon: names composed from parts, words with a number in them, and errors that name file and line."""

import csv
import re
from pathlib import Path

import pytest

from pipelines import lexicon as lexicon_module
from pipelines import seeds
from pipelines.lexicon import lexicon, offset, variants, written
from pipelines.places import place


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("收入", {"收入"}),
        ("{城镇|城市}居民{|人均}收入", {"城镇居民收入", "城市居民收入", "城镇居民人均收入", "城市居民人均收入"}),
        ("{强度|占{甲|乙}{|的}比重}", {"强度", "占甲比重", "占乙比重", "占甲的比重", "占乙的比重"}),
        ("{甲|}{|乙}", {"", "甲", "乙", "甲乙"}),
    ],
)  # fmt: skip
def test_names_composed_from_parts(word: str, names: set[str]) -> None:
    assert variants(word) == names


@pytest.mark.parametrize("word", ["{甲", "甲}", "{甲|{乙}", "{{甲}"])
def test_a_brace_without_its_partner_is_an_error(word: str) -> None:
    with pytest.raises(ValueError, match="brace"):
        variants(word)


def test_words_with_a_number_and_with_a_part_of_a_clause() -> None:
    assert re.fullmatch(written("近N年来"), "近五年来")
    assert re.fullmatch(written("近N年来"), "近10年来")
    assert not re.fullmatch(written("近N年来"), "近几年来")
    assert re.fullmatch(written("在…下"), "在各种困难下")
    assert not re.fullmatch(written("在…下"), "在甲，乙下")


@pytest.mark.parametrize(
    ("cell", "years"), [("-1", (-1, 0)), ("0", (0, 0)), ("-N", (0, -1)), ("N-1", (-1, 1)), ("-N-1", (-1, -1))]
)
def test_cells_that_count_years(cell: str, years: tuple[int, int]) -> None:
    assert offset(2, cell) == years


@pytest.fixture
def seeds_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "lexicon"
    folder.mkdir()
    for path in (seeds.SEEDS / "lexicon").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    (tmp_path / "indicators.csv").write_bytes((seeds.SEEDS / "indicators.csv").read_bytes())
    monkeypatch.setattr(seeds, "SEEDS", tmp_path)
    return folder


@pytest.mark.parametrize(
    ("name", "row", "error"),
    [
        ("subjects.csv", ["{粮食产量", "grain_output", ""], "brace without its partner"),
        ("subjects.csv", ["粮食产量", "cpi", ""], "stands for .* already"),
        ("subjects.csv", ["某某总量", "no_such_code", ""], "not in the codebook"),
        ("subjects.csv", ["某某总量", "gdp", "always"], "condition is 'always'"),
        ("periods.csv", ["某年", "next", "0", ""], "no count of years"),
        ("periods.csv", ["某年", "0", "0", "sometimes"], "run is 'sometimes'"),
        ("cues.csv", ["of_each", "均", "平衡"], "must begin or end with"),
        ("cues.csv", ["", "均", ""], "cue or word is empty"),
        ("confidence.csv", ["direct/never", "3", "2"], "between 0 and found"),
        ("units.csv", ["桶", "BARREL", "1", "no"], "unit_measure is 'BARREL'"),
        ("verbs.csv", ["某某", "explode", "1"], "effect is 'explode'"),
        ("traditional_characters.csv", ["甲乙", "甲"], "must be a character each"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(seeds_copy: Path, name: str, row: list[str], error: str) -> None:
    with (seeds_copy / name).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(row)
    lines = (seeds_copy / name).read_text(encoding="utf-8").count("\n")
    with pytest.raises(seeds.SeedError, match=rf"seeds/lexicon/{name}:{lines}: .*{error}"):
        lexicon_module.plainer.__wrapped__()
        lexicon_module.lexicon.__wrapped__()


def test_every_cue_that_the_grammar_asks_for_is_in_the_lexicon() -> None:
    asked = set()
    for module in ("no_targets", "statements", "subjects", "phrases", "periods", "places"):
        source = (Path(lexicon_module.__file__).parent / f"{module}.py").read_text(encoding="utf-8")
        asked |= set(re.findall(r"cues?\[[\"']([a-z_]+)[\"']\]|has\(\"([a-z_]+)\"", source))
    names = {first or second for first, second in asked}
    known = set(lexicon().cues)
    assert names <= known
    unused = {cue for cue in known - names if not cue.startswith(("wider_", "measure_noun"))}
    assert unused == set()


@pytest.mark.parametrize(
    ("area", "own", "wider", "not_wider"),
    [
        ("100000", None, None, "全国"),
        ("330000", "浙江", "全国", "全省"),
        ("330200", "宁波市", "全省", "全市"),
        ("150702", "海拉尔区", "全市", "全区"),
        ("999999", None, None, "全国"),
    ],
)
def test_an_area_knows_its_own_name_and_the_wider_ones(
    area: str, own: str | None, wider: str | None, not_wider: str
) -> None:
    found = place(area)
    assert own is None or found.own.fullmatch(own)
    assert wider is None or found.wider.fullmatch(wider)
    assert not found.wider.search(not_wider)
