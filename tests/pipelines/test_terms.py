"""Terms: what is counted, and what is not."""

import math
import random
from pathlib import Path

import polars as pl
import pytest

from pipelines import emphasis, seeds, terms
from pipelines.tables.core import PASSAGES, TERMS
from tests.frames import row


def passages(*texts: str, report: str = "140200/2022", **columns: list) -> pl.DataFrame:
    """Passages of a report, one a text."""
    area, year = report.split("/")
    place = {"report_id": report, "ref_area": area, "report_year": int(year)}
    rows = [
        row(PASSAGES, **place, passage_id=f"{report}#{at}", position=at, text=text, continues=False, faults=[])
        | {name: values[at - 1] for name, values in columns.items()}
        for at, text in enumerate(texts, 1)
    ]
    return PASSAGES.frame(rows)


def counts(frame: pl.DataFrame) -> dict[str, int]:
    return dict(terms.terms(frame).select("term", "occurrences").iter_rows())


def test_content_words_are_counted_and_nothing_else() -> None:
    found = counts(passages("我们要全面推进乡村振兴，必须加快发展新质生产力，增长5.5%左右，三个项目。"))
    assert found["乡村振兴"] == found["新质生产力"] == 1
    assert not {"我们", "必须", "左右", "三个", "5.5", "，", "要", "乡村", "振兴"} & found.keys()


def test_what_is_printed_twice_or_by_the_page_counts_once() -> None:
    text = "粮食安全得到保障"
    faults = [[], ["repeated"], ["running_title"], ["moved", "uncertain"]]
    found = counts(passages(text, text, text, text, faults=faults))
    assert found["粮食安全"] == 2  # what was moved is read, in its place


def test_a_word_across_lines_and_passages_is_one() -> None:
    assert counts(passages("发展数字\n经济，推动乡村", "振兴。", continues=[False, True])).keys() >= {
        "数字经济",
        "乡村振兴",
    }
    assert "乡村振兴" not in counts(passages("乡村", "振兴"))


def test_what_is_read_counts_and_not_what_is_printed() -> None:
    assert counts(passages("发展低空经挤", read_as=["发展低空经济"]))["低空经济"] == 1


def test_a_report_alone_and_among_others_has_the_same_terms() -> None:
    one, two = passages("发展数字经济"), passages("发展民营经济", report="140200/2023")
    together = terms.terms(pl.concat([one, two]))
    assert together.equals(pl.concat([terms.terms(one), terms.terms(two)]))
    assert together.schema == pl.Schema(TERMS.polars_schema)


@pytest.mark.parametrize(
    ("name", "line", "why"),
    [
        ("words.csv", "数字经济,n", "stands above already"),
        ("words.csv", "云上,xyz", "part_of_speech is 'xyz'; it must be one of"),
        ("words.csv", "可以,v", "never counted"),
        ("stopwords.csv", "可以", "stands above already"),
        ("parts_of_speech.csv", "q,量词,classifier,perhaps", "counted is 'perhaps'"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, line: str, why: str) -> None:
    (tmp_path / "terms").mkdir()
    for path in (seeds.SEEDS / "terms").iterdir():
        text = path.read_text(encoding="utf-8") + (f"{line}\n" if path.name == name else "")
        (tmp_path / "terms" / path.name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(seeds, "SEEDS", tmp_path)
    for function in (terms.counted, terms.stopwords, terms.segmenter):
        function.cache_clear()
    try:
        with pytest.raises(seeds.SeedError, match=rf"seeds/terms/{name}:\d+: .*{why}"):
            terms.segmenter()
    finally:
        monkeypatch.undo()
        for function in (terms.counted, terms.stopwords, terms.segmenter):
            function.cache_clear()


# -- keyness ----


def term_rows(report: str, found: dict[str, int], part_of_speech: str = "n") -> pl.DataFrame:
    area, year = report.split("/")
    place = {"report_id": report, "ref_area": area, "report_year": int(year), "part_of_speech": part_of_speech}
    return TERMS.frame(place | {"term": term, "occurrences": count} for term, count in found.items())


def emphasised(this: list[pl.DataFrame], before: list[pl.DataFrame]) -> list[dict]:
    now = pl.concat(this)
    reports = now.select("report_id", "ref_area", "report_year").unique().with_columns(is_sample=False)
    earlier = pl.concat(before) if before else TERMS.frame()
    return emphasis.term_emphasis(*map(emphasis.keyed, (now.lazy(), earlier.lazy())), reports, seeds.areas()).to_dicts()


def test_a_hand_worked_example() -> None:
    """30 of 1000 against 10 of 1000, with half the other words shared.

    Expected on each side: 20, and 980 of the others. G2 = 2 (30 ln 1.5 + 10 ln 0.5 + 970 ln(970/980) + 990 ln(990/980))
    = 2 (12.16395 - 6.93147 - 9.94881 + 10.05085) = 10.66905; p = erfc(√5.33452) = 0.00109.
    """
    frame = pl.DataFrame({"occurrences": [30], "size": [1000], "other_occurrences": [10], "other_size": [1000]})
    statistic = frame.select(emphasis.g2().alias("g2")).item()
    assert statistic == pytest.approx(10.66905, abs=1e-4)
    assert emphasis.p_value(statistic) == pytest.approx(0.00109, abs=5e-6)


def test_p_values_are_those_of_the_tables() -> None:
    assert emphasis.p_value(3.841459) == pytest.approx(0.05, abs=1e-7)
    assert emphasis.p_value(6.634897) == pytest.approx(0.01, abs=1e-7)
    assert emphasis.p_value(0) == 1


def test_more_and_less_than_the_year_before() -> None:
    shared = {f"词{at}": 10 for at in range(90)}
    rows = emphasised(
        [term_rows("140200/2022", shared | {"低空经济": 60, "少见": 6, "疫情防控": 1})],
        [term_rows("140200/2021", shared | {"低空经济": 6, "少见": 5, "疫情防控": 50})],
    )
    assert [(row["direction"], row["term"], row["rank"]) for row in rows] == [
        ("less", "疫情防控", 1),
        ("more", "低空经济", 1),
    ]
    more = rows[1]
    assert (more["against"], more["other_report"], more["other_reports"]) == ("year_before", "140200/2021", 1)
    assert (more["occurrences"], more["other_occurrences"], more["terms_tested"]) == (60, 6, 93)
    assert more["rate"] == pytest.approx(10000 * 60 / 967)
    assert more["log_ratio"] == pytest.approx(math.log2(60.5 / 967 / (6.5 / 961)))
    assert more["p_value"] == pytest.approx(math.erfc(math.sqrt(more["g2"] / 2)))
    assert more["p_corrected"] == pytest.approx(93 * more["p_value"])


def test_a_report_of_two_years_before_and_another_area_are_not_the_year_before() -> None:
    shared = {f"词{at}": 10 for at in range(90)}
    assert emphasised([term_rows("140200/2022", shared | {"低空经济": 60})], [term_rows("140300/2021", shared)]) == []


def test_two_scripts_are_not_compared() -> None:
    rows = emphasised(
        [term_rows("140200/2022", {f"国{at}": 20 for at in range(50)})],
        [term_rows("140200/2021", {f"國{at}": 20 for at in range(50)})],
    )
    assert rows == []


def test_peers_are_the_other_areas_of_the_level_together() -> None:
    shared = {f"词{at}": 10 for at in range(90)}
    others = ["140300", "140500", "150100", "210100", "320300"]
    peers = [term_rows(f"{area}/2022", shared | {"农村": 10}) for area in others]
    rows = emphasised([term_rows("140200/2022", shared | {"煤矿": 12}), *peers], [])
    own = [row for row in rows if row["report_id"] == "140200/2022"]
    assert [(row["direction"], row["term"], row["other_occurrences"]) for row in own] == [
        ("less", "农村", 50), ("more", "煤矿", 0),
    ]  # fmt: skip
    assert {row["against"] for row in own} == {"peers"}
    assert own[0]["other_reports"] == 5
    assert own[0]["terms_tested"] == 92
    assert emphasised([term_rows("140200/2022", shared | {"煤矿": 12}), *peers[:4]], []) == []  # too few


def test_names_of_places_are_not_compared_between_areas() -> None:
    shared = {f"词{at}": 10 for at in range(90)}
    here = pl.concat([term_rows("140200/2022", shared), term_rows("140200/2022", {"云冈": 30}, "ns")])
    others = [term_rows(f"{area}/2022", shared) for area in ("140300", "140500", "150100", "210100", "320300")]
    assert emphasised([here, *others], []) == []


def test_a_name_within_the_area_is_a_place_whatever_the_segmenter_takes_it_for_unless_others_say_it_too() -> None:
    shared = {f"词{at}": 10 for at in range(90)}
    others = [term_rows(f"{area}/2022", shared | {"平城": 3}) for area in ("140300", "140500", "150100", "210100")]
    elsewhere = term_rows("320300/2022", shared | {"云冈": 20})  # a district of another city, so a word there
    here = shared | {"大同": 30, "云冈": 30, "平城": 30, "煤矿": 30}
    rows = emphasised([term_rows("140200/2022", here), *others, elsewhere], [])
    assert {row["term"] for row in rows if row["report_id"] == "140200/2022"} == {"云冈", "平城", "煤矿"}
    alone = emphasised([term_rows("140200/2022", here), *others, term_rows("320300/2022", shared | {"平城": 3})], [])
    assert {row["term"] for row in alone if row["report_id"] == "140200/2022"} == {"平城", "煤矿"}
    assert "云冈" in {row["term"] for row in rows if row["report_id"] == "320300/2022"}


def test_a_report_without_any_term_is_compared_with_nothing() -> None:
    shared = {"发展": 300, "改革": 200, "经济": 100}
    empty = [term_rows("140200/2022", {})]
    assert emphasised(empty, [term_rows("140200/2021", shared)]) == []
    assert emphasised([*empty, *(term_rows(f"14030{at}/2022", shared) for at in range(6))], empty) == []


def one_by_one(this: dict[str, dict[str, int]], before: dict[str, dict[str, int]]) -> dict[tuple[str, ...], float]:
    """The g2 of what stands out, every word of every report weighed by itself."""

    def weighed(a: int, b: int, n: int, m: int, tested: int) -> float:
        rows = [(a, n, a + b), (b, m, a + b), (n - a, n, n + m - a - b), (m - b, m, n + m - a - b)]
        statistic = 2 * sum(seen * math.log(seen * (n + m) / (side * row)) for seen, side, row in rows if seen)
        return statistic if tested * math.erfc(math.sqrt(max(statistic, 0) / 2)) < emphasis.SIGNIFICANCE else 0.0

    found = {}
    for area, own in this.items():
        peers = [counts for other, counts in this.items() if other != area]
        together = {word: sum(counts.get(word, 0) for counts in peers) for counts in peers for word in counts}
        for against, others in (("year_before", before[area]), ("peers", together)):
            n, m = sum(own.values()), sum(others.values())
            both = {word: (own.get(word, 0), others.get(word, 0)) for word in own.keys() | others.keys()}
            side = min(n, m) if against == "year_before" else n
            expected = {word for word, (a, b) in both.items() if (a + b) * side / (n + m) >= emphasis.EXPECTED}
            often = {word for word, count in own.items() if count >= emphasis.EXPECTED and against == "peers"}
            for word in expected | often:
                tested = len(expected) if against == "year_before" else len(both)
                if statistic := weighed(*both[word], n, m, tested):
                    found[area, against, word] = statistic
    return found


@pytest.mark.parametrize("seed", range(8))
def test_no_word_that_stands_out_is_missed_among_the_candidates(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emphasis, "KEPT", 1000)
    chance = random.Random(seed)  # noqa: S311
    areas = ["140200", "140300", "140500", "150100", "210100", "320300"]

    def counted() -> dict[str, int]:
        usual = {f"词{at:02}": chance.randint(0, 30) for at in range(40)}
        rare = {f"词{at}": chance.choice([0, 1, 4, 5, 6, 40]) for at in range(40, 60)}
        longer = chance.choice([1, 5])
        return {word: count * (longer if word in usual else 1) for word, count in (usual | rare).items() if count}

    this, before = ({area: counted() for area in areas} for _ in range(2))
    rows = emphasised(
        [term_rows(f"{area}/2022", counts) for area, counts in this.items()],
        [term_rows(f"{area}/2021", counts) for area, counts in before.items()],
    )
    expected = one_by_one(this, before)
    assert len(expected) > 30
    found = {(row["ref_area"], row["against"], row["term"]): row["g2"] for row in rows}
    assert found == pytest.approx(expected)
