"""Batches of reports: the same rows from every engine, a failure costs one report, a dead process or worker nothing."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from pipelines import engines, passages, reports, seeds, terms
from pipelines.engines import Dask, EngineError, InProcess, Processes, worked
from pipelines.tables.core import REPORTS
from tests import batches
from tests.faults import write

AREAS = ["140200", "330200", "110000", "140000"]


def kill_at_work(worker: subprocess.Popen, folder: Path) -> None:
    while not (folder / f"at-work-{worker.pid}").exists() and worker.poll() is None:
        time.sleep(0.01)
    worker.kill()


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    pool = Processes(2)
    yield pool
    pool.close()


def test_rows_come_from_all_workers_and_are_whole(processes: Processes) -> None:
    for by in (InProcess(), processes):
        made, failed = worked(batches.doubled, batches.NAMES, batches.FRAME, by=by)
        assert pl.concat(made).sort("report_id").equals(batches.doubled(batches.FRAME))
        assert failed == {}
    pids = set(worked(batches.process_of, batches.NAMES, batches.FRAME, by=processes)[0])
    assert len(pids) == 2 and os.getpid() not in pids


def test_few_reports_start_no_process() -> None:
    pool = Processes(2)
    worked(batches.doubled, batches.NAMES[:5], batches.FRAME, by=pool)
    assert pool.pool is None


@pytest.mark.parametrize("make", [batches.fails_at_three, batches.ends_at_three])
def test_what_fails_costs_one_report(processes: Processes, make: engines.Make) -> None:
    for by in (processes,) if make is batches.ends_at_three else (InProcess(), processes):
        made, failed = worked(make, batches.NAMES, batches.FRAME, by=by)
        assert sorted(pl.concat(made)["value"]) == [value for value in range(20) if value != 3]
        assert list(failed) == ["140200/2004"]
        assert failed["140200/2004"] in ("ValueError: three\ufffd[0m", "it ended the process that worked it")


def test_a_process_that_is_killed_costs_nothing(processes: Processes, tmp_path: Path) -> None:
    mark = pl.DataFrame({"report_id": [batches.NAMES[7]], "path": [str(tmp_path / "mark")]})
    made, failed = worked(batches.ends_once, batches.NAMES, batches.FRAME, mark, by=processes)
    assert (tmp_path / "mark").exists()
    assert pl.concat(made).height == 20 and failed == {}


def test_what_fails_with_all_is_no_reports_fault(processes: Processes) -> None:
    with pytest.raises(EngineError, match=r"fails_at_three failed with all 1 reports, such as 140200/2004: ValueError"):
        worked(batches.fails_at_three, ["140200/2004"], batches.FRAME, by=InProcess())
    for by in (InProcess(), processes):
        with pytest.raises(seeds.SeedError, match="line 3"):
            worked(batches.wrong_seeds, batches.NAMES, batches.FRAME, by=by)


@pytest.mark.parametrize("name", ["cloud", "processes:0", "processes:x", "dask:", "in_process:2", ""])
def test_an_unknown_engine_is_named(name: str) -> None:
    with pytest.raises(EngineError, match=r"is no engine; use in_process, processes"):
        engines.engine(name)


def test_processes_end_with_the_one_that_asks() -> None:
    code = (
        "import os, signal; from pipelines.engines import *; from tests import batches\n"
        "if __name__ == '__main__':\n"
        "    print(*set(worked(batches.process_of, batches.NAMES, batches.FRAME, by=Processes(2))[0]), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stdout.split()
    assert len(found) == 2
    for _ in range(100):
        left = [pid for pid in found if Path(f"/proc/{pid}").exists()]
        if not left:
            break
        time.sleep(0.1)
    assert left == []


def test_a_report_in_an_archive_goes_to_another_process(tmp_path: Path) -> None:
    text = write(tmp_path / "made", "140200", 2022).read_text(encoding="utf-8")
    (tmp_path / "reports").mkdir()
    with zipfile.ZipFile(tmp_path / "reports" / "all.zip", "w") as package:
        package.writestr("140200/2022.txt", text)
    files, _ = reports.survey(tmp_path / "reports", AREAS, 2027)
    (there,) = pickle.loads(pickle.dumps(files))  # noqa: S301
    assert reports.reports([there])[0]["text"][0] == reports.reports(files)[0]["text"][0]
    (tmp_path / "reports" / "all.zip").write_bytes(b"changed")
    assert reports.reports(pickle.loads(pickle.dumps([there])))[1].height == 1  # noqa: S301


def workers_of(address: str, folder: Path) -> list[subprocess.Popen]:
    command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--nworkers", "1"]
    command += ["--no-nanny", "--no-dashboard", "--host", "127.0.0.1", "--local-directory", str(folder)]
    quiet = subprocess.DEVNULL
    return [subprocess.Popen(command, stdout=quiet, stderr=quiet) for _ in range(2)]


def test_a_cluster_gives_the_same_rows_though_a_worker_is_killed(tmp_path: Path) -> None:
    """A real scheduler and two real workers in processes of their own; one is killed while both have work in hand."""
    distributed = pytest.importorskip("distributed", reason="needs `pip install 'duixian[cluster]'`")
    for area in AREAS:
        for year in range(1990, 2020):
            write(tmp_path / "reports", area, year)
    files, _ = reports.survey(tmp_path / "reports", AREAS, 2027)
    names = [file.report_id for file in files]
    here = [reports.reports(files)[0]]
    here += [passages.passages(here[0])]
    here += [terms.terms(here[1])]
    with distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None) as cluster:
        workers = workers_of(cluster.scheduler_address, tmp_path)
        try:
            by = Dask(cluster.scheduler_address)
            by.client.wait_for_workers(2, timeout=60)
            pids = by.client.run(os.getpid)
            assert set(pids.values()) == {worker.pid for worker in workers}
            read, _ = worked(reports.reports, names, files, by=by)
            there = [pl.concat(frame for frame, _ in read)]
            there += [pl.concat(worked(passages.passages, names, there[0], by=by)[0])]
            killer = threading.Thread(target=kill_at_work, args=(workers[0], tmp_path))
            killer.start()
            marks = pl.DataFrame({"report_id": names}).with_columns(folder=pl.lit(str(tmp_path)))
            rows, failed = worked(batches.slow_terms, names, there[1], marks, by=by)
            there += [pl.concat(rows)]
            killer.join()
            assert workers[0].wait(10) == -signal.SIGKILL
            assert {path.name for path in tmp_path.glob("at-work-*")} == {f"at-work-{worker.pid}" for worker in workers}
            assert failed == {}
            for frame, other in zip(here, there, strict=True):
                assert frame.sort("report_id", maintain_order=True).equals(other.sort("report_id", maintain_order=True))
            by.client.close()
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()


def test_a_worker_with_other_code_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "version", lambda: "here")
    with pytest.raises(EngineError, match="another version"):
        engines.attempt_there(batches.doubled, (batches.FRAME,), "there")


def test_a_cluster_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(engines, "WAIT_SECONDS", 1)
    with pytest.raises(EngineError, match=r"no Dask scheduler with workers answers at tcp://127\.0\.0\.1:9"):
        Dask("tcp://127.0.0.1:9")


def test_an_empty_frame_stays_one() -> None:
    made, failed = worked(batches.doubled, ["140200/1999"], batches.FRAME, by=InProcess())
    assert made[0].height == 0 and failed == {}
    assert REPORTS.frame().height == 0
