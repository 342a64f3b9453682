"""The file of sources: what it says, and what is wrong with it, by line."""

import datetime
from dataclasses import asdict
from pathlib import Path

import pytest

from pipelines import seeds
from pipelines.seeds import SeedError
from sources.declared import AddressSource, Declared, Report, WikiSource, contact_of, load
from sources.network import Manners

AREAS = {"100000", "140200"}
WHOLE = """
contact: me@example.org
manners: {pause_seconds: 0.5, attempts: 2}
sources:
  council:
    kind: mediawiki
    api: https://wiki.example/w/api.php
    area: 100000
    title: "{year}年报告"
    category: Category:报告
    first_year: 1978
    last_year: 2017
    licence: free
  city:
    kind: addresses
    licence: public
    reports:
      - {url: "http://a.example/报告", area: "140200", year: 2023}
      - {url: "http://a.example/b", area: 140200, year: 2024, title: 题, delivered_on: 2024-01-02, licence: mine}
"""


def read(tmp_path: Path, text: str | bytes) -> Declared:
    path = tmp_path / "s.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load(AREAS, 2027, path)


def test_what_is_declared(tmp_path: Path) -> None:
    declared = read(tmp_path, WHOLE)
    assert declared.manners == Manners("me@example.org", pause_seconds=0.5, attempts=2)
    assert declared.sources == {
        "council": WikiSource(
            "council", "https://wiki.example/w/api.php", "100000", "{year}年报告", "Category:报告", 1978, 2017, "free"
        ),
        "city": AddressSource(
            "city",
            (
                Report("http://a.example/%E6%8A%A5%E5%91%8A", "140200", 2023, None, None, "public"),
                Report("http://a.example/b", "140200", 2024, "题", datetime.date(2024, 1, 2), "mine"),
            ),
        ),
    }


def test_little_is_enough(tmp_path: Path) -> None:
    declared = read(tmp_path, "sources: {a: {kind: mediawiki, api: 'http://a/b', area: 100000, title: '{year}'}}")
    assert declared.manners == Manners()
    assert declared.sources["a"] == WikiSource("a", "http://a/b", "100000", "{year}", None, 1954, 2027, None)


def test_the_file_that_is_delivered_holds_the_state_councils_reports_and_each_manner() -> None:
    import yaml

    declared = load(seeds.areas()["ref_area"].to_list(), 2027)
    council = declared.sources["state-council"]
    assert isinstance(council, WikiSource)
    assert (council.area, council.first_year, council.last_year) == ("100000", 1954, 2027)
    stated = yaml.safe_load((seeds.SEEDS / "sources.yaml").read_text(encoding="utf-8"))["manners"]
    assert {"contact": "", **stated} == asdict(Manners())  # what stands there is what holds without it


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("sources:", "sourcs:", 2, "lacks sources"),
        ("contact: me@example.org", "contact: me", 2, "contact must be"),
        ("contact: me@example.org", "contact: 'me@example.org\\r\\nX: y'", 2, "contact must be"),
        ("contact: me@example.org", "kontact: me@example.org", 2, "'kontact'; the keys here are"),
        ("pause_seconds: 0.5", "pause_seconds: -1", 3, "must be a number from 0"),
        ("pause_seconds: 0.5", "pause_seconds: true", 3, "must be a number from 0"),
        ("pause_seconds: 0.5", "pause_seconds: .nan", 3, "must be a number from 0"),
        ("attempts: 2", "attempts: 0", 3, "must be a number from 1"),
        ("attempts: 2", "attempts: 1.5", 3, "must be a number from 1"),
        ("attempts: 2", "tries: 2", 3, "'tries'; the keys here are"),
        ("  council:", "  Council!:", 5, "the name 'Council!'"),
        ("kind: mediawiki", "kind: gopher", 6, "must be mediawiki or addresses"),
        ("    kind: mediawiki\n", "", 6, "lacks kind"),
        ("https://wiki.example/w/api.php", "file:///etc/passwd", 6, "no http or https"),
        ("https://wiki.example/w/api.php", "https://a:b@wiki.example/", 6, "a password"),
        ("area: 100000", "area: 999999", 6, "'999999' is no area code"),
        ("{year}年报告", "年报告", 6, "{year} once"),
        ("{year}年报告", "{year}|x", 6, "{year} once"),
        ("first_year: 1978", "first_year: 1900", 6, "a year from 1954 to 2027"),
        ("first_year: 1978", "first_year: 2020", 6, "is after last_year"),
        ("licence: free", "licence: \"a\\x1b[2J\"", 6, "a text of one line"),
        ("licence: free", "licence: [a]", 6, "a text of one line"),
        ("licence: free", "licence: a\n    licence: b", 14, "stands twice"),
        ('"140200", year: 2023', '"140200", year: "2023"', 18, "a year from 1954"),
        ('"140200", year: 2023', '"140200"', 18, "lacks year"),
        ('"140200", year: 2023', '"140200", year: 2024', 19, "140200/2024 stands above already"),
        ("delivered_on: 2024-01-02", "delivered_on: soon", 19, "a day such as"),
        ('"http://a.example/报告"', "[x]", 18, "is no address"),
        ("  city:\n", "  council:\n", 14, "stands twice"),
        ("attempts: 2}", "attempts: 2", 4, "not readable as YAML"),
        ("kind: addresses", "kind: !!python/object:os.system x", 15, "not readable as YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert WHOLE.count(old) >= 1
    with pytest.raises(SeedError) as caught:
        read(tmp_path, WHOLE.replace(old, new, 1))
    assert f"s.yaml:{line}: " in str(caught.value)
    assert words in str(caught.value)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "7", "sources: []", "sources:", "a: &a [*a]", "sources: {a: 7}", b"\xff\xfe", "[" * 1000,
        "? {a: b}\n: c", "sources: {a: {kind: addresses, reports: 7}}", "sources: {a: {kind: addresses, reports: [7]}}",
    ],
)  # fmt: skip
def test_what_is_no_file_of_sources_is_refused(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(SeedError, match=r"s\.yaml"):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"none\.yaml: No such file"):
        load(AREAS, 2027, tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("a@b.cn", True), ("https://a.cn/me", True), ("me", False), ("", False), (None, False), (7, False),
        ("a@b) c", False), ("a@b\nX: y", False), ("a@政府.cn", False), ("a@" + "b" * 300, False),
    ],
)  # fmt: skip
def test_a_contact_is_plain(value: object, good: bool) -> None:
    assert (contact_of(value) is not None) == good
