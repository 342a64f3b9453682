"""Readers that do what a file made for it might have a parser do."""

import ctypes
import os
import sys
import time

from pipelines.formats import Decoded, Line, RejectedReport, guard


def reads(data: bytes, relative: str) -> Decoded:
    return Decoded(data.decode() + relative, "utf-8", (Line(0, 1, (1, 2, 3, 4)),), ("seen",))


def tells_its_process(data: bytes, relative: str) -> Decoded:
    return Decoded(str(os.getpid()))


def rejects(data: bytes, relative: str) -> Decoded:
    raise RejectedReport(f"{relative} is bad.", "Mend it.")


def fails(data: bytes, relative: str) -> Decoded:
    raise KeyError("surprise")


def crashes(data: bytes, relative: str) -> Decoded:
    ctypes.string_at(0)
    return Decoded("")


def exits(data: bytes, relative: str) -> Decoded:
    os._exit(3)


def hangs(data: bytes, relative: str) -> Decoded:
    time.sleep(600)
    return Decoded("")


def spins(data: bytes, relative: str) -> Decoded:
    while True:
        pass


def works_long(data: bytes, relative: str) -> Decoded:
    for _ in range(8):
        guard.alive()
        time.sleep(0.2)
    return Decoded("done")


def fills_the_memory(data: bytes, relative: str) -> Decoded:
    return Decoded(str(len(bytearray(2 * guard.MAX_MEMORY))))


def prints(data: bytes, relative: str) -> Decoded:
    print("noise", flush=True)
    print("noise", file=sys.stderr, flush=True)
    return Decoded("quiet")
