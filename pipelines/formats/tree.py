"""A folder of reports as a tree of entries, which stand on disk or in a zip archive and are read alike."""

import hashlib
import io
import os
import re
import threading
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import IO, Any, TypeVar

from pipelines.formats import RejectedReport, printable
from pipelines.formats.archive import Archive
from pipelines.formats.limits import limits, megabytes

PASSED_OVER = re.compile(r"\.|~\$|__MACOSX$|Thumbs\.db$|desktop\.ini$", re.IGNORECASE)  # what systems leave behind
DIGITS = re.compile(r"([0-9]{1,18})")
FILE, FOLDER = "file", "folder"
SETTLED = 2.0  # seconds after which a file that looks the same is the same: clocks of file systems are coarse

Made = TypeVar("Made")


class Kept:
    """What was made from files, kept as long as they look as they did, the least used given up first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.made: OrderedDict[Hashable, Any] = OrderedDict()
        self.lock = threading.RLock()

    def get(self, key: Hashable, changed: float, make: Callable[[], Made]) -> Made:
        """What was made for a key, or what `make` makes now; not kept where the file changed just now (in seconds)."""
        with self.lock:
            if key in self.made:
                self.made.move_to_end(key)
                return self.made[key]
            made = make()
            if time.time() - changed > SETTLED:
                self.made[key] = made
                while len(self.made) > self.most:
                    self.made.popitem(last=False)
            return made


ARCHIVES = Kept(32)


class Entry(ABC):
    """A file or folder: its own name, and its path from the folder of reports as messages show it."""

    name: str
    relative: str

    @abstractmethod
    def is_folder(self) -> bool:
        """Whether it is a folder."""

    @abstractmethod
    def children(self) -> list["Entry"]:
        """What a folder holds, in no order."""

    @abstractmethod
    def check(self) -> None:
        """Raise RejectedReport where it leads out of the folder of reports or nowhere."""

    @abstractmethod
    def is_file(self) -> bool:
        """Whether it is a regular file."""

    @abstractmethod
    def read(self, most: int) -> bytes:
        """Its bytes; raises RejectedReport where they are more than `most`, or OSError."""

    @abstractmethod
    def open(self) -> IO[bytes]:
        """Open it to read from any place; raises RejectedReport or OSError."""

    @abstractmethod
    def size(self) -> int:
        """How many bytes it has."""

    @abstractmethod
    def mark(self) -> tuple[Hashable, float]:
        """What changes when its bytes do, and when that was, in seconds."""

    @property
    def ending(self) -> str:
        """The ending of its name, in small letters, without the dot: `txt`."""
        return parted(self.name)[1]

    @property
    def stem(self) -> str:
        """Its name without the ending."""
        return parted(self.name)[0]

    def entries(self) -> list["Entry"]:
        """What a folder holds, in the natural order of names (2 before 10), without what is hidden and `*.yaml`."""
        found = [
            entry for entry in self.children() if not PASSED_OVER.match(entry.name) and not entry.name.endswith(".yaml")
        ]
        return sorted(found, key=lambda entry: natural(entry.name))

    def child(self, name: str) -> "Entry | None":
        """What a folder holds under this name."""
        return next((entry for entry in self.children() if entry.name == name), None)

    @abstractmethod
    def sibling(self, name: str) -> "Entry | None":
        """What stands beside it under this name."""

    def digest(self) -> str:
        """SHA-256 of its bytes; what cannot be read counts as such."""
        try:
            with self.open() as data:
                return hashlib.file_digest(data, "sha256").hexdigest()  # type: ignore[arg-type]
        except OSError as error:
            return f"unreadable {error.errno}"
        except RejectedReport as error:
            return f"unreadable {error.reason}"


@lru_cache(4096)  # of very many areas the same names
def parted(name: str) -> tuple[str, str]:
    """A name without its ending, and the ending in small letters without the dot."""
    path = Path(name)
    return path.stem, path.suffix[1:].lower()


@lru_cache(4096)
def natural(name: str) -> tuple[Any, ...]:
    """What a name is sorted by: runs of digits as numbers."""
    pieces = DIGITS.split(name)
    return tuple((int(piece), piece) if place % 2 else (0, piece) for place, piece in enumerate(pieces)), name


class DiskEntry(Entry):
    """A file or folder on disk; `root` is the folder of reports, which no link may lead out of.

    One that was listed with its folder knows what it is and what stands beside it, so that the disk is not asked again
    for each of very many.
    """

    def __init__(
        self, path: Path, root: Path, relative: str, kind: str = "", beside: frozenset[str] | None = None
    ) -> None:
        """`kind` is FILE or FOLDER where it is that itself and no link; `beside` are the names in its folder."""
        self.path, self.root, self.relative = path, root, relative
        self.kind, self.beside = kind, beside
        self.name = path.name

    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.kind == FOLDER if self.kind else self.path.is_dir()

    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return self.kind == FILE if self.kind else self.path.is_file()

    def children(self) -> list[Entry]:
        """What a folder holds, in no order."""
        prefix = f"{self.relative}/" if self.relative else ""
        with os.scandir(self.path) as listed:
            kinds = {
                entry.name: FILE if entry.is_file(follow_symlinks=False)
                else FOLDER if entry.is_dir(follow_symlinks=False) else ""
                for entry in listed
            }  # fmt: skip
        names = frozenset(kinds)
        return [
            DiskEntry(self.path / name, self.root, prefix + printable(name), kind, names)
            for name, kind in kinds.items()
        ]

    def child(self, name: str) -> Entry | None:
        """What a folder holds under this name."""
        path = self.path / name
        there = path.is_symlink() or path.exists()
        return DiskEntry(path, self.root, f"{self.relative}/{name}".removeprefix("/")) if there else None

    def sibling(self, name: str) -> Entry | None:
        """What stands beside it under this name."""
        if self.beside is not None and name not in self.beside:
            return None
        folder = self.relative.rpartition("/")[0]
        return DiskEntry(self.path.parent, self.root, folder).child(name)

    def check(self) -> None:
        """Raise RejectedReport where a symbolic link leads out of the folder of reports, or nowhere."""
        if self.kind:
            return  # its folder was checked before it was listed
        try:
            inside = self.path.resolve(strict=True).is_relative_to(self.root)
        except (OSError, RuntimeError):
            inside = False
        if not inside:
            raise RejectedReport(
                f"{self.relative} is a symbolic link that leads nowhere or out of the folder of reports.",
                "Put the file itself there.",
            )

    def read(self, most: int) -> bytes:
        """Its bytes, of which no more than the limit is ever read."""
        with self.path.open("rb") as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise too_big(self.relative, most)
        return data

    def open(self) -> IO[bytes]:
        """Open it to read from any place."""
        return self.path.open("rb")

    def size(self) -> int:
        """How many bytes it has."""
        return self.path.stat().st_size

    def mark(self) -> tuple[Hashable, float]:
        """Path, size and times, which change when its bytes do."""
        found = self.path.stat()
        key = (str(self.path), found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        return key, max(found.st_mtime, found.st_ctime)

    def archive(self, unpacked_bytes: int) -> Archive:
        """It as an archive, opened once; `unpacked_bytes` limits what all its members hold together.

        Raises:
            RejectedReport: it is damaged, or far more than it can be.
            OSError: it cannot be read.
        """
        if self.size() > limits().collection_bytes:
            raise too_big(self.relative, limits().collection_bytes)
        key, changed = self.mark()
        make = lambda: Archive(self.path, self.relative, unpacked_bytes)  # noqa: E731
        return ARCHIVES.get((key, self.relative, unpacked_bytes), changed, make)


class ZipEntry(Entry):
    """A file or folder in an archive on disk; `within` is its path there, empty for all of it."""

    def __init__(self, file: DiskEntry, archive: Archive, within: str = "") -> None:
        self.file, self.within = file, within
        self.archive, self.unpacked_bytes = archive, archive.unpacked_bytes
        self.name = within.rpartition("/")[2]
        self.relative = f"{file.relative}/{printable(within)}" if within else file.relative

    @cached_property
    def archive(self) -> Archive:
        """The archive, opened where it is first asked for; raises RejectedReport or OSError."""
        return self.file.archive(self.unpacked_bytes)

    def __getstate__(self) -> dict[str, Any]:
        """To another process goes where it stands, not the open archive."""
        return {name: value for name, value in vars(self).items() if name != "archive"}

    def is_file(self) -> bool:
        """Whether it is a file."""
        return self.within in self.archive.members

    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return not self.is_file()

    def children(self) -> list[Entry]:
        """What a folder holds, in no order."""
        names = self.archive.folders.get(self.within, ())
        prefix = f"{self.within}/" if self.within else ""
        return [ZipEntry(self.file, self.archive, prefix + name) for name in names]

    def check(self) -> None:
        """Nothing to check: members that are links or climb out are no members."""

    def sibling(self, name: str) -> Entry | None:
        """What stands beside it under this name."""
        folder = self.within.rpartition("/")[0]
        there = name in self.archive.folders.get(folder, ())
        return ZipEntry(self.file, self.archive, f"{folder}/{name}".removeprefix("/")) if there else None

    def read(self, most: int) -> bytes:
        """Its bytes, counted while they are unpacked."""
        return self.archive.read(self.within, most)

    def open(self) -> IO[bytes]:
        """Open its bytes, all unpacked, in memory; those of the last one stay there."""
        if self.archive.last is None or self.archive.last[0] != self.within:
            self.archive.last = self.within, self.read(limits().collection_unpacked_bytes)
        return io.BytesIO(self.archive.last[1])

    def size(self) -> int:
        """How many bytes the archive says that it has."""
        return self.archive.members[self.within].info.file_size

    def mark(self) -> tuple[Hashable, float]:
        """What changes when the archive does."""
        key, changed = self.file.mark()
        return (key, self.within), changed

    def digest(self) -> str:
        """SHA-256 of its bytes, made once while the archive is open; what cannot be read counts as such."""
        digests = self.archive.digests
        if self.within not in digests:
            digests[self.within] = super().digest()
        return digests[self.within]


def too_big(relative: str, most: int) -> RejectedReport:
    """The rejection of a file that no report needs to be."""
    reason = f"{relative} is larger than {megabytes(most)}."
    return RejectedReport(reason, "Save the report's text alone, without pictures.")
