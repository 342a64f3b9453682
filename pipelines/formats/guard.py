"""Readers in a process of their own: whatever a file does to one, it costs that report and nothing else.

Parsers written in C crash, hang or fill the memory on files made for it. A guarded reader runs in one long-lived child
process, which is ended when it works or waits for too long without a sign of life or takes too much memory, and started
anew for the next file. What comes back is JSON: nothing that the child says is ever run.
"""

import atexit
import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from pipelines.formats import Decoded, Line, Reader, RejectedReport
from pipelines.formats.limits import limits

try:
    import resource
except ImportError:  # only Unix has it
    resource = None  # type: ignore[assignment]

MAX_WORK = 60.0  # seconds of computing, on each core, without a sign of life: a page takes a few
MAX_SILENCE = 300.0  # seconds without one on the clock, which runs fast on a busy machine
MAX_MEMORY = 4_000_000_000  # bytes of address space
START_SECONDS = 60.0
OUT_OF_TIME = -int(getattr(signal, "SIGXCPU", 0))  # how a process ends that has computed for too long
REMEDY = "Open it in the program that made it and save it again, or save the report as plain text."


def guarded(reader: str, work: float = MAX_WORK, silence: float = MAX_SILENCE, seconds: float | None = None) -> Reader:
    """A reader that runs in the child process.

    Args:
        reader: `module:function`, of which only the child imports the module, with all that it needs. The function may
            call `alive` now and then to say that it has not hung.
        work: seconds of computing, on each core, after which it must have answered or called `alive`.
        silence: seconds on the clock after which it must have done so.
        seconds: seconds on the clock after which it must have answered; `seeds/limits.yaml` says them where left out.

    Returns:
        A reader that raises RejectedReport also where the child had to be killed, or failed.
    """

    def run(data: bytes, relative: str) -> Decoded:
        try:
            return unpacked(WORKER.ask([reader, relative, work], data, silence, seconds or limits().seconds), relative)
        except TimeoutError:
            raise RejectedReport(f"{relative} takes too long to read.", REMEDY) from None
        except (EOFError, OSError):
            raise RejectedReport(
                f"{relative} breaks the program that reads it, or takes too much memory.", REMEDY
            ) from None

    return run


def alive() -> None:
    """Say, from within a guarded reader, that work goes on; elsewhere it says nothing."""
    for connection, work in ASKED_BY:
        set_limits(work)
        connection.send_bytes(b"")


# --- In the process that asks ------------------------------------------------------------------------------------


class Child:
    """The child process and the way to it; raises RuntimeError where it does not start."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.connection, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 our own module
                [sys.executable, "-c", f"from {__name__} import serve; serve({theirs.fileno()})"],
                pass_fds=[theirs.fileno()],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        ready = False
        with contextlib.suppress(EOFError, OSError):
            ready = self.connection.poll(START_SECONDS) and self.connection.recv_bytes() == b"ready"
        if not ready:
            self.end()
            raise RuntimeError(f"The process that reads files does not start: try `{sys.executable} -m {__name__}`.")

    @property
    def is_ours(self) -> bool:
        """Whether this process started it, and not the one that this was forked from."""
        return self.owner == os.getpid()

    def end(self) -> None:
        """Kill the process, where it is ours, and wait until it is gone."""
        with contextlib.suppress(OSError):
            self.connection.close()
        if self.is_ours:
            self.process.kill()  # where it has ended already, this does nothing
            self.process.wait()


class Worker:
    """The one child process, started when it is first asked; one file at a time."""

    def __init__(self) -> None:
        self.child: Child | None = None
        self.lock = threading.RLock()
        atexit.register(self.stop)

    def ask(self, job: list[Any], data: bytes, silence: float, seconds: float) -> bytes:
        """The child's answer; raises TimeoutError, EOFError or OSError where it gives none, and ends it then."""
        with self.lock:
            if self.child is not None and not (self.child.is_ours and self.child.process.poll() is None):
                self.stop()
            if self.child is None:
                self.child = Child()
            deadline = time.monotonic() + seconds
            connection = self.child.connection
            try:
                connection.send_bytes(json.dumps(job).encode())
                connection.send_bytes(data)
                answer = b""
                while not answer:  # an empty one is a sign of life
                    if not connection.poll(max(0.0, min(silence, deadline - time.monotonic()))):
                        raise TimeoutError
                    answer = connection.recv_bytes()
                return answer
            except BaseException as error:  # an answer that is still on its way belongs to no other file
                child = self.child
                self.stop()
                if isinstance(error, EOFError) and child.process.returncode == OUT_OF_TIME:
                    raise TimeoutError from None
                raise

    def stop(self) -> None:
        """End the child process; the next file starts another."""
        with self.lock:
            if self.child is not None:
                self.child.end()
            self.child = None


WORKER = Worker()


def unpacked(answer: bytes, relative: str) -> Decoded:
    """What the child answered; raises RejectedReport where it says so."""
    found = json.loads(answer)
    if "rejected" in found:
        raise RejectedReport(*found["rejected"])
    if "failed" in found:
        raise RejectedReport(f"{relative} could not be read ({found['failed']}).", REMEDY)
    lines = tuple(Line(start, page, tuple(box)) for start, page, box in found["lines"])
    return Decoded(found["text"], found["encoding"], lines, tuple(found["flags"]))


# --- In the child ------------------------------------------------------------------------------------------------

ASKED_BY: list[tuple[Connection, float]] = []  # in the child: where it answers, and how long it may work


def serve(descriptor: int) -> None:
    """Read one file after another, until the other side is gone."""
    connection = Connection(descriptor)
    connection.send_bytes(b"ready")
    with contextlib.suppress(EOFError):
        while True:
            reader, relative, work = json.loads(connection.recv_bytes())
            data = connection.recv_bytes()
            ASKED_BY[:] = [(connection, work)]
            set_limits(work)
            connection.send_bytes(json.dumps(answer_to(reader, data, relative)).encode())


def answer_to(reader: str, data: bytes, relative: str) -> dict[str, Any]:
    """What a reader makes of a file, as JSON has it."""
    module, _, name = reader.partition(":")
    try:
        decoded: Decoded = getattr(importlib.import_module(module), name)(data, relative)
    except RejectedReport as error:
        return {"rejected": [error.reason, error.remedy]}
    except Exception as error:  # a fault of ours costs this report alone
        return {"failed": f"{type(error).__name__}: {error}"[:200]}
    return {
        "text": decoded.text,
        "encoding": decoded.encoding,
        "lines": [[line.char_start, line.page, line.box] for line in decoded.lines],
        "flags": decoded.flags,
    }


def set_limits(work: float) -> None:
    """Limits from now on, that hold even when the other side is gone; where the system knows none, the clock's hold."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(used.ru_utime + used.ru_stime + work * (os.cpu_count() or 1)) + 1
    for limit, value in ((resource.RLIMIT_AS, MAX_MEMORY), (resource.RLIMIT_CPU, allowed)):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))
