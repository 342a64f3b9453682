"""Where batches of reports are worked: in this process, in processes of this machine, or on a Dask cluster.

`worked` is the one function that maps batches; an engine behind it says where. The rows are the same wherever they are
made, for what a report gives depends on no other report, and what fails of a batch costs that report alone.
"""

import hashlib
import multiprocessing
import os
import re
import signal
import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from pipelines import seeds
from pipelines.formats import printable
from pipelines.reports import ReportFile
from pipelines.tables import runs

DEFAULT = "processes"
KINDS = "in_process, processes, processes:<how many>, dask or dask:<scheduler's address>"
NAME = re.compile(r"in_process|processes(?::(?P<workers>[1-9][0-9]*))?|dask(?::(?P<address>.+))?")
LARGEST = 16  # reports of a batch: a second of work
EACH = 4  # batches for each worker, so that none is idle for long
FEWEST = 16  # reports that processes are started for: each of them takes a second to start
WAIT_SECONDS = 60  # for a cluster's first worker

Make = Callable[..., Any]
Source = pl.DataFrame | Sequence[ReportFile]


class EngineError(Exception):
    """An engine cannot be used, or nothing comes of what it works; the message says what to do."""


@dataclass(frozen=True)
class Failure:
    """What came in the place of a batch's rows: why there are none."""

    reason: str


class Engine(Protocol):
    """Where batches are worked; `workers` is how many at a time."""

    @property
    def workers(self) -> int:
        """How many batches are worked at a time."""

    def run(self, make: Make, batches: list[tuple[Any, ...]]) -> list[Any]:
        """What `make` gives for the arguments of each batch, in their order; a Failure where it gave nothing."""


def attempt(make: Make, arguments: tuple[Any, ...]) -> Any:
    """What `make` gives, or why it failed.

    Raises:
        SeedError: the seeds are wrong, which is no fault of any report.
    """
    try:
        return make(*arguments)
    except seeds.SeedError:
        raise
    except Exception as error:  # a fault of ours, or of a library, costs what it was met with
        return Failure(printable(f"{type(error).__name__}: {error}")[:200])


class InProcess:
    """One batch after another, here."""

    workers = 1

    def run(self, make: Make, batches: list[tuple[Any, ...]]) -> list[Any]:
        """See `Engine`."""
        return [attempt(make, arguments) for arguments in batches]


class Processes:
    """Processes of this machine, started when there is enough for them to do, and kept."""

    def __init__(self, workers: int | None = None) -> None:
        """As many as named; else as many as this process may use cores."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.workers = workers or cores
        self.pool: ProcessPoolExecutor | None = None

    def run(self, make: Make, batches: list[tuple[Any, ...]]) -> list[Any]:
        """See `Engine`; what was in hand when a process died is tried again, and at last alone."""
        found: dict[int, Any] = {}
        for alone in (False, False, True):
            waiting = [at for at in range(len(batches)) if at not in found]
            if not waiting:
                break
            for together in [[at] for at in waiting] if alone else [waiting]:
                self.submit(make, {at: batches[at] for at in together}, found)
        return [found.get(at, Failure("it ended the process that worked it")) for at in range(len(batches))]

    def submit(self, make: Make, batches: dict[int, tuple[Any, ...]], found: dict[int, Any]) -> None:
        """Work some batches, until they are done or a process dies."""
        futures = {}
        try:
            pool = self.started()
            for at, arguments in batches.items():
                futures[at] = pool.submit(attempt, make, arguments)
            for at, future in futures.items():
                found[at] = future.result()
        except BrokenProcessPool:
            self.close()
            found |= {at: future.result() for at, future in futures.items() if future.done() and not future.exception()}
        finally:
            for future in futures.values():
                future.cancel()

    def started(self) -> ProcessPoolExecutor:
        """The processes; new ones, for a fork of one that has threads may hang."""
        if self.pool is None:
            self.pool = ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn"), begin)
        return self.pool

    def close(self) -> None:
        """End the processes; the next batch starts others."""
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)
            self.pool = None


def begin() -> None:
    """In each process: leave Ctrl-C to the one that asks, and end when that is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asking = multiprocessing.parent_process()

    def follow() -> None:
        if asking:
            asking.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


class Dask:
    """The workers of a Dask cluster: of this version, and seeing the folder of reports under the same path."""

    def __init__(self, address: str | None = None) -> None:
        """Connect to a scheduler; without an address, to that which Dask's own configuration names.

        Raises:
            EngineError: Dask is not installed, or no scheduler or worker answers.
        """
        try:
            from dask import config  # noqa: PLC0415 - only where it is chosen
            from distributed import Client  # noqa: PLC0415
        except ImportError as error:
            raise EngineError("the engine dask needs `pip install 'duixian[cluster]'`") from error
        address = address or config.get("scheduler-address", None)
        if not address:
            raise EngineError("the engine dask needs its scheduler's address: dask:tcp://…, or DASK_SCHEDULER_ADDRESS")
        try:
            self.client = Client(address, set_as_default=False, timeout=WAIT_SECONDS)
            self.client.wait_for_workers(1, timeout=WAIT_SECONDS)
        except (OSError, TimeoutError) as error:
            raise EngineError(
                f"no Dask scheduler with workers answers at {address} ({error}); start `dask scheduler` and "
                "`dask worker`, or use another engine"
            ) from error

    @property
    def workers(self) -> int:
        """How many batches are worked at a time, now."""
        return max(1, sum(self.client.nthreads().values()))

    def run(self, make: Make, batches: list[tuple[Any, ...]]) -> list[Any]:
        """See `Engine`; Dask gives what a worker had in hand when it died to another one.

        Raises:
            EngineError: no worker is left.
        """
        futures = [self.client.submit(attempt_there, make, batch, version(), pure=False) for batch in batches]
        return [self.outcome(futures.pop(0)) for _ in batches]  # what is no longer held here is dropped there

    def outcome(self, future: Any) -> Any:
        """What came of a batch, when it has come."""
        from distributed import KilledWorker  # noqa: PLC0415

        while True:
            try:
                return future.result(timeout=WAIT_SECONDS)
            except KilledWorker:
                return Failure("it ended the workers that worked it")
            except TimeoutError as error:
                if not self.client.nthreads():
                    raise EngineError("no worker of the Dask cluster is left; start some, then run again") from error


def attempt_there(make: Make, arguments: tuple[Any, ...], wanted: str) -> Any:
    """What `make` gives on a worker of a cluster.

    Raises:
        EngineError: the worker has other code or other seeds, and so might give other rows.
    """
    if version() != wanted:
        raise EngineError("a Dask worker has another version of duixian's code or seeds; install the same on all")
    return attempt(make, arguments)


@cache
def version() -> str:
    """A hash of all code and seeds that rows are made by."""
    digest = hashlib.sha256(seeds.digest(".").encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def engine(name: str) -> Engine:
    """The engine of a name, started once a process; raises EngineError."""
    found = NAME.fullmatch(name)
    if not found:
        raise EngineError(f"{name!r} is no engine; use {KINDS}")
    if name.startswith("dask"):
        return Dask(found["address"])
    return InProcess() if name == "in_process" else Processes(int(found["workers"] or 0))


def worked(make: Make, names: list[str], *sources: Source, by: Engine) -> tuple[list[Any], dict[str, str]]:
    """Make the rows of reports, batch by batch.

    Args:
        make: a function of a module, called with what each source has of a batch.
        names: the reports, by report_id.
        sources: the reports' files, or frames with the column report_id.
        by: where.

    Returns:
        What `make` gave for each batch, and for each report that it failed with, why: a batch that fails is worked
        again report by report.

    Raises:
        EngineError: all reports failed, so that the fault is hardly theirs; or the engine cannot be used.
        SeedError: the seeds are wrong.
    """
    if len(names) < FEWEST and isinstance(by, Processes) and by.pool is None:
        by = InProcess()
    size = max(1, min(LARGEST, len(names) // (EACH * by.workers)))
    batches = [names[start : start + size] for start in range(0, len(names), size)]
    outcomes = by.run(make, cut(batches, sources))
    again = [
        [name]
        for batch, outcome in zip(batches, outcomes, strict=True)
        if isinstance(outcome, Failure) and len(batch) > 1
        for name in batch
    ]
    if again:
        batches, outcomes = batches + again, outcomes + by.run(make, cut(again, sources))
    made = [outcome for outcome in outcomes if not isinstance(outcome, Failure)]
    failed = {
        batch[0]: outcome.reason
        for batch, outcome in zip(batches, outcomes, strict=True)
        if isinstance(outcome, Failure) and len(batch) == 1
    }
    if failed and len(failed) == len(names):
        name, reason = next(iter(failed.items()))
        raise EngineError(f"{make.__name__} failed with all {len(names)} reports, such as {name}: {reason}")
    return made, failed


def cut(batches: list[list[str]], sources: tuple[Source, ...]) -> list[tuple[Source, ...]]:
    """What each source has of each batch."""
    place = {name: at for at, batch in enumerate(batches) for name in batch}
    parts = [divided(source, place) for source in sources]
    empty: list[Source] = [source.clear() if isinstance(source, pl.DataFrame) else [] for source in sources]
    return [
        tuple(part.get(at, nothing) for part, nothing in zip(parts, empty, strict=True)) for at in range(len(batches))
    ]


def divided(source: Source, place: dict[str, int]) -> dict[Hashable, Any]:
    """A source's parts by the place of their batch."""
    if isinstance(source, pl.DataFrame):
        parts: dict[Hashable, list[pl.DataFrame]] = {}
        for report, start, rows in runs(source["report_id"]).rows():
            if report in place:
                parts.setdefault(place[report], []).append(source.slice(start, rows))
        return {at: pl.concat(part) for at, part in parts.items()}  # of the source's own memory
    files: dict[Hashable, Any] = {}
    for file in source:
        if file.report_id in place:
            files.setdefault(place[file.report_id], []).append(file)
    return files
