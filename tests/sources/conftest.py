"""A server on this machine for each test, and a client in a hurry."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.network import Client, Manners
from sources.partial import Partial
from tests.sources.server import Site

QUICK = Manners(
    "tests@example.org", pause_seconds=0, connect_seconds=1, read_seconds=0.4, total_seconds=4, backoff_seconds=0.01,
    attempts=3, max_bytes=200_000,
)  # fmt: skip


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    yield server
    server.close()


@pytest.fixture
def client() -> Client:
    return Client(QUICK, allow_local=True)


@pytest.fixture
def part(tmp_path: Path) -> Partial:
    return Partial(tmp_path / "x.part")
