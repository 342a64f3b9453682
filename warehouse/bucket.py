"""Partition files and manifests in an object store; the warehouse's folder then holds copies, and what is published.

Partition files are named by their content and never changed, so a copy is never old. A manifest is replaced only where
it is still the one that was read: of two machines that work on one partition the later is refused, and nothing is lost.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

KEPT = timedelta(hours=1)  # how long a file stays that no manifest speaks of: another machine may be about to name it


class BucketError(Exception):
    """An object store cannot be used, or another machine was faster; the message says what to do."""


class Bucket:
    """The objects below an address such as `s3://bucket/prefix`; its keys come from the environment (AWS_…)."""

    def __init__(self, address: str) -> None:
        """Make ready to connect.

        Raises:
            BucketError: obstore is not installed, or the address is none of an object store.
        """
        try:
            from obstore.store import from_url  # noqa: PLC0415 - only where partitions stand there
        except ImportError as error:
            raise BucketError(f"{address} needs `pip install 'duixian[object-store]'`") from error
        self.address = address
        with self.told():
            self.store = from_url(address, retry_config={"max_retries": 5, "retry_timeout": timedelta(seconds=60)})

    @contextmanager
    def told(self) -> Iterator[None]:
        """Raise what the object store refuses as a BucketError, in one line."""
        from obstore.exceptions import BaseError  # noqa: PLC0415

        try:
            yield
        except BaseError as error:
            why = str(error).partition("\n")[0]
            raise BucketError(f"{self.address} cannot be used ({why}); check the address and its keys") from error

    def names(self) -> list[str]:
        """The names of all objects."""
        with self.told():
            return [item["path"] for page in self.store.list() for item in page]

    def read(self, name: str) -> tuple[bytes, str]:
        """The bytes of an object, and what tells this version of it; raises FileNotFoundError."""
        with self.told():
            found = self.store.get(name)
            return bytes(found.bytes()), found.meta["e_tag"] or ""

    def replace(self, name: str, data: bytes, version: str) -> str:
        """Write an object, where it is still of this version (empty: where there is none); what tells the new one."""
        from obstore.exceptions import AlreadyExistsError, PreconditionError  # noqa: PLC0415

        with self.told():
            try:
                put = self.store.put(name, data, mode={"e_tag": version} if version else "create")
            except (AlreadyExistsError, PreconditionError) as error:
                raise BucketError(
                    f"another machine has changed {self.address}/{name} meanwhile; run again to go on from there"
                ) from error
            return put["e_tag"] or ""

    def send(self, path: Path, name: str) -> None:
        """Write a file as an object."""
        with self.told():
            self.store.put(name, path)

    def fetch(self, name: str, write: Callable[[Iterable[bytes]], None]) -> None:
        """Give an object's bytes to `write`, a piece at a time; where there is none, do nothing."""
        try:
            with self.told():
                write(map(bytes, self.store.get(name).stream()))
        except FileNotFoundError:
            return

    def drop(self, folder: str, but: set[str]) -> None:
        """Drop the objects of a folder that are not named, once they are old enough."""
        with self.told():
            found = [item for page in self.store.list(folder) for item in page]
            before = datetime.now(UTC) - KEPT
            old = [
                item["path"]
                for item in found
                if item["path"].rpartition("/")[2] not in but and item["last_modified"] < before
            ]
            if old:
                self.store.delete(old)
