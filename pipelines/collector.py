"""The collector of cycles, which long reading need not be held up by."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_rest() -> Iterator[None]:
    """Let the collector rest: reading makes no cycles, and a look for some takes a twentieth to a tenth of its time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.freeze()
            gc.unfreeze()  # what was made goes among what is old, which is seldom looked through
            gc.enable()
