"""The reports of `tests/written`, in our own words and annotated: what was right there stays right."""

from pathlib import Path

from pipelines import seeds
from pipelines.evaluation import annotation, evaluate, overall
from pipelines.observations import observations
from pipelines.passages import passages
from pipelines.reports import reports, survey
from pipelines.statements import statements

WRITTEN = Path(__file__).parents[1] / "written"


def test_written_reports_are_read_as_they_are_annotated() -> None:
    files, rejected = survey(WRITTEN / "reports", seeds.areas()["ref_area"].to_list(), 2030)
    gold = annotation(WRITTEN / "gold", seeds.indicators()["indicator"].to_list())
    assert not rejected and {file.report_id for file in files} == set(gold)
    texts, unread = reports(files)
    assert unread.is_empty()
    result = overall(evaluate(gold, observations(statements(passages(texts)), texts)))
    assert result["annotated"] > 3000
    assert result["precision"] > 0.99 and result["recall"] > 0.99, result
