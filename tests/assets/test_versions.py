"""What makes rows anew: the code and the seeds that they come from, and a table that has other columns."""

import ast
import re
import shutil
from pathlib import Path

import dagster as dg
import pytest

from assets import versions
from assets.core import usable
from assets.definitions import defs
from pipelines import seeds
from pipelines.tables.core import REPORTS
from tests.assets.test_automation import House, put
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
        ("lexicon/web_marks.csv", True),
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


@pytest.mark.parametrize("module", versions.SEEDS_READ)
def test_every_seed_that_a_module_names_counts(module: str) -> None:
    """The files that its source, and that of what it imports, reads below `seeds/`."""
    named, asked = set(), set()
    for name in versions.imported(module) - {"seeds", "lexicon"}:
        text = versions.source(name).decode()
        words = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
        places = {f"{folder}{word}" for word in words if isinstance(word, str) for folder in ("", "lexicon/", "terms/")}
        named |= {place for place in places if place.endswith((".csv", ".yaml")) and (seeds.SEEDS / place).is_file()}
        named |= {f"{what}.csv" for what in re.findall(r"\bseeds\.(areas|indicators)\(", text)}
        asked |= set(re.findall(r"\blexicon\(\)\.(\w+)", text))
    read = versions.SEEDS_READ[module]
    if module == "reports":
        named.discard("lexicon/slips.csv")  # of `corrections` it takes those by hand
    assert {name for name in named if not {name, name.partition("/")[0]} & set(read)} == set()
    if "lexicon" in versions.imported(module) and "lexicon" not in read:
        assert {f"lexicon/{name}.csv" for name in asked} <= set(read)


def test_every_module_of_the_formats_counts() -> None:
    modules = versions.imported("reports")
    assert {
        f"formats.{name}"
        for name in ("text", "word", "office", "archive", "collection", "limits", "html", "pdf", "ocr")
    } <= modules
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


MADE = ("reports", "passages", "statements", "observations", "no_targets", "terms")


def test_a_change_makes_anew_exactly_what_depends_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two reports of a year: how many of them each table is made anew for."""
    monkeypatch.setattr(seeds, "SEEDS", shutil.copytree(seeds.SEEDS, tmp_path / "seeds"))
    monkeypatch.setattr(versions, "PIPELINES", shutil.copytree(versions.PIPELINES, tmp_path / "pipelines"))
    with dg.DagsterInstance.ephemeral() as instance:
        house = House(tmp_path, instance)
        (house.reports / "330200").mkdir()
        shutil.copy(house.reports / "140200" / "2022.txt", house.reports / "330200" / "2022.txt")

        def made_anew() -> tuple[int, ...]:
            versions.code_version.cache_clear()
            run = defs.resolve_job_def("read_year").execute_in_process(
                partition_key="2022", instance=instance, resources=house.resources
            )
            steps = {f"core__{name}": name for name in MADE}
            counts = {
                steps[event.step_key]: event.materialization.metadata["made_anew"].value
                for event in run.all_events
                if event.is_step_materialization and event.step_key in steps
            }
            return tuple(counts[name] for name in MADE)

        def with_a_line(name: str) -> tuple[int, ...]:
            with (tmp_path / name).open("a") as file:
                file.write("\n")
            return made_anew()

        assert made_anew() == (2, 2, 2, 2, 2, 2)
        put(house.reports, 2022, growth=4.5)
        assert made_anew() == (1, 1, 1, 1, 1, 1)
        assert with_a_line("seeds/indicators.csv") == (0, 0, 2, 2, 2, 0)
        assert with_a_line("seeds/lexicon/subjects.csv") == (0, 0, 2, 2, 2, 0)
        assert with_a_line("seeds/lexicon/sections.csv") == (0, 2, 2, 2, 2, 2)
        assert with_a_line("seeds/terms/stopwords.csv") == (0, 0, 0, 0, 0, 2)
        assert with_a_line("pipelines/observations.py") == (0, 0, 0, 2, 0, 0)
    versions.code_version.cache_clear()
