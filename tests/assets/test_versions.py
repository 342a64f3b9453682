"""What makes rows anew: the code and the seeds that they come from, and a table that has other columns."""

from pathlib import Path

import pytest

from assets import versions
from assets.core import usable
from pipelines import seeds
from pipelines.tables.core import REPORTS
from tests.frames import year_of_tables
from warehouse.store import Store


@pytest.mark.parametrize(
    ("name", "makes_anew"),
    [
        ("limits.yaml", True),
        ("areas.csv", True),
        ("lexicon/report_marks.csv", True),
        ("lexicon/text_marks.csv", True),
        ("lexicon/common_characters.csv", True),
        ("lexicon/subjects.csv", False),
        ("indicators.csv", False),
    ],
)
def test_reports_are_read_anew_where_their_seeds_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, makes_anew: bool
) -> None:
    for path in [*seeds.SEEDS.glob("*.*"), *seeds.SEEDS.glob("lexicon/*")]:
        copy = tmp_path / path.relative_to(seeds.SEEDS)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    monkeypatch.setattr(seeds, "SEEDS", tmp_path)
    before = versions.code_version.__wrapped__("reports")
    with (tmp_path / name).open("a") as file:
        file.write("\n")
    assert (versions.code_version.__wrapped__("reports") != before) == makes_anew


def test_every_module_of_the_formats_counts() -> None:
    modules = versions.imported("reports")
    assert {f"formats.{name}" for name in ("text", "word", "office", "archive", "collection", "limits")} <= modules
    assert "identity" in modules
    assert "statements" not in modules


def test_every_module_and_seed_of_the_comparison_counts() -> None:
    modules = versions.imported("comparison")
    assert {f"comparison.{path.stem}" for path in (versions.PIPELINES / "comparison").glob("[!_]*.py")} <= modules
    assert {"equivalences.csv", "scopes.csv", "area_successions.csv"} <= set(versions.SEEDS_READ["comparison"])


def test_a_table_with_the_columns_of_another_version_is_made_again(tmp_path: Path) -> None:
    store, frame = Store(tmp_path), year_of_tables()[REPORTS]
    assert usable(store, REPORTS, "2022", store.write(REPORTS, "2022", frame))
    assert not usable(store, REPORTS, "2022", store.write(REPORTS, "2022", frame.drop("warnings")))
