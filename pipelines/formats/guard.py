"""Readers in a process of their own: whatever a file does to one, it costs that report and nothing else.

Parsers written in C crash, hang or fill the memory on files made for it. A guarded reader runs in one long-lived child
process, which is killed when it is silent for too long, works for too long or takes too much memory, and started anew
for the next file. What comes back is JSON: nothing that the child says is ever run.
"""

import atexit
import contextlib
import functools
import importlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from pipelines.formats import Decoded, Line, Reader, RejectedReport

MAX_SILENCE = 60.0  # seconds without a sign of life: a page takes a few
MAX_SECONDS = 1200.0  # for one file: a hundred scanned pages
MAX_MEMORY = 4_000_000_000  # bytes of address space
START_SECONDS = 60.0

parent: Connection | None = None  # in the child: where it answers


def guarded(reader: Reader, silence: float = MAX_SILENCE, seconds: float = MAX_SECONDS) -> Reader:
    """The same reader, run in the child process.

    Args:
        reader: a function of a module; it may call `alive` now and then to say that it has not hung.
        silence: seconds after which it must have answered or called `alive`.
        seconds: seconds after which it must have answered.
    """

    @functools.wraps(reader)
    def run(data: bytes, relative: str) -> Decoded:
        with LOCK:
            return ask(reader.__module__, reader.__qualname__, data, relative, silence, seconds)

    return run


def alive() -> None:
    """Say, from within a guarded reader, that work goes on; elsewhere it says nothing."""
    if parent is not None:
        parent.send_bytes(b"")


# --- In the process that asks ------------------------------------------------------------------------------------


class Child:
    """The child process and the way to it."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.connection, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 our own module
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        try:
            ready = self.connection.poll(START_SECONDS) and self.connection.recv_bytes() == b"ready"
        except (EOFError, OSError):
            ready = False
        if not ready:
            self.end()
            raise RuntimeError(
                f"The process that reads files does not start; `{sys.executable} -m {__name__} 1` shows why."
            )

    def end(self) -> None:
        """Kill the process, where it is ours, and wait until it is gone."""
        with contextlib.suppress(OSError):
            self.connection.close()
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()


LOCK = threading.RLock()
child: Child | None = None


def stop() -> None:
    """End the child process; the next file starts another."""
    global child
    with LOCK:
        if child is not None:
            child.end()
        child = None


atexit.register(stop)


def ask(module: str, name: str, data: bytes, relative: str, silence: float, seconds: float) -> Decoded:
    """Have the child read a file; raises RejectedReport, also where the child had to be killed."""
    global child
    if child is not None and (child.owner != os.getpid() or child.process.poll() is not None):
        stop()
    if child is None:
        child = Child()
    connection = child.connection
    deadline = time.monotonic() + seconds
    remedy = "Open it in the program that made it and save it again, or save the report as plain text."
    try:
        connection.send_bytes(json.dumps([module, name, relative, seconds]).encode())
        connection.send_bytes(data)
        while True:
            if not connection.poll(max(0.0, min(silence, deadline - time.monotonic()))):
                stop()
                raise RejectedReport(f"{relative} takes too long to read.", remedy)
            answer = connection.recv_bytes()
            if answer:
                return unpacked(json.loads(answer), relative, remedy)
    except (EOFError, OSError, ValueError):
        stop()
        raise RejectedReport(f"{relative} breaks the program that reads it, or takes too much memory.", remedy) from None
    except BaseException:  # an answer that is still on its way belongs to no other file
        if not isinstance(sys.exc_info()[1], RejectedReport):
            stop()
        raise


def unpacked(answer: dict[str, Any], relative: str, remedy: str) -> Decoded:
    """What the child answered; raises RejectedReport where it says so."""
    if "rejected" in answer:
        raise RejectedReport(*answer["rejected"])
    if "failed" in answer:
        raise RejectedReport(f"{relative} could not be read ({answer['failed']}).", remedy)
    lines = tuple(Line(start, page, tuple(box)) for start, page, box in answer["lines"])
    return Decoded(answer["text"], answer["encoding"], lines, tuple(answer["flags"]))


# --- In the child ------------------------------------------------------------------------------------------------


def serve(connection: Connection) -> None:
    """Read one file after another, until the other side is gone."""
    global parent
    parent = connection
    connection.send_bytes(b"ready")
    while True:
        try:
            module, name, relative, seconds = json.loads(connection.recv_bytes())
            data = connection.recv_bytes()
        except EOFError:
            return
        with limits(seconds):
            answer = answer_to(module, name, data, relative)
        connection.send_bytes(json.dumps(answer).encode())


def answer_to(module: str, name: str, data: bytes, relative: str) -> dict[str, Any]:
    """What a reader makes of a file, as JSON has it."""
    try:
        reader = functools.reduce(getattr, name.split("."), importlib.import_module(module))
        reader = getattr(reader, "__wrapped__", reader)
        found: Decoded = reader(data, relative)
    except RejectedReport as error:
        return {"rejected": [error.reason, error.remedy]}
    except Exception as error:  # a fault of ours costs this report alone
        return {"failed": f"{type(error).__name__}: {error}"[:200]}
    return {
        "text": found.text,
        "encoding": found.encoding,
        "lines": [[line.char_start, line.page, line.box] for line in found.lines],
        "flags": found.flags,
    }


@contextlib.contextmanager
def limits(seconds: float) -> Iterator[None]:
    """Limits that hold even when the other side is gone; where the system knows none, the other side's hold."""
    try:
        import resource
    except ImportError:
        yield
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, resource.RLIM_INFINITY))
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    # several threads work at OCR, and each counts
    allowed = int(used.ru_utime + used.ru_stime + seconds * (os.cpu_count() or 1)) + 1
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))
    yield


if __name__ == "__main__":
    from pipelines.formats import guard

    guard.serve(Connection(int(sys.argv[1])))
