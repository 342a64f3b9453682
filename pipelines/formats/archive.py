"""Zip archives, of which nothing is ever extracted to disk: members are read into memory, and counted while read."""

import io
import re
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from pipelines.formats import RejectedReport, printable
from pipelines.formats.limits import limits, megabytes

ENTRY_BYTES = 1000  # of one entry in an archive's directory, name and all; a real one takes about 100
SMALL_EXPANSION = 10_000_000  # unpacked bytes that no ratio makes dangerous
MAX_NAME = 1000  # characters of a member's path
READ_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
UTF8_NAME, ENCRYPTED = 1 << 11, 1 << 0  # bits of a member's flags
DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True)
class Member:
    """A file in an archive: its path there, with slashes, and where zipfile finds it."""

    name: str
    info: zipfile.ZipInfo


class Archive:
    """The files of a zip by their paths; what is wrong with single members stands in `faults`.

    Raises:
        RejectedReport: it is damaged, or is or unpacks to far more than it can be; also whenever a member is read that
            is damaged, or larger than it says.
        OSError: the file cannot be read.
    """

    def __init__(self, file: Path | bytes, relative: str, unpacked_bytes: int) -> None:
        """Open an archive: a file, or its bytes; `unpacked_bytes` limits what all its members hold together."""
        self.relative, self.unpacked_bytes = relative, unpacked_bytes
        self.members: dict[str, Member] = {}
        self.folders: dict[str, set[str]] = {}  # path → the names of what it holds
        self.digests: dict[str, str] = {}  # of members, as they are asked for
        self.last: tuple[str, bytes] | None = None  # the collection that was read last
        self.faults: list[tuple[str, RejectedReport]] = []
        packed = file.stat().st_size if isinstance(file, Path) else len(file)
        self.source = Source(file, relative)
        try:
            self.package = directory(self.source)
        except (RejectedReport, OSError):
            raise
        except Exception as error:  # zipfile raises many kinds on a damaged file
            raise damaged(relative) from error
        finally:
            self.source.close()
        infos = self.package.infolist()
        check_expansion(infos, packed, unpacked_bytes, relative)
        twice = set()
        for info in infos:
            name = name_of(info)
            path = f"{relative}/{printable(name)}"
            if problem := fault(info, name, path):
                self.faults.append((path, problem))
                continue
            if name.endswith("/"):
                continue
            name = tidy(name)
            if name in self.members or name in twice:
                twice.add(name)
            else:
                self.members[name] = Member(name, info)
        for name in twice:
            del self.members[name]
        for name in self.members:
            step = name
            while step:
                folder, _, own = step.rpartition("/")
                self.folders.setdefault(folder, set()).add(own)
                step = folder
        for name in self.members.keys() & self.folders.keys():  # a file that holds files
            del self.members[name]
            twice.add(name)
        for name in sorted(twice):
            path = f"{relative}/{printable(name)}"
            reason = f"{path} stands in the archive more than once."
            self.faults.append((path, RejectedReport(reason, "Keep one of them, and pack the archive again.")))

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a member; raises RejectedReport where it is damaged or holds more than `most` bytes."""
        path = f"{self.relative}/{printable(name)}"
        try:
            with self.package.open(self.members[name].info) as member:
                data = member.read(most + 1)
                if len(data) <= most:  # the check of the sum comes with the end of the file
                    member.read(1)
        except OSError:
            raise
        except Exception as error:  # zipfile and zlib raise many kinds on a damaged member
            raise damaged(path) from error
        finally:
            self.source.close()
        if len(data) < min(self.members[name].info.file_size, most):
            raise damaged(path)
        if len(data) > most:
            raise RejectedReport(f"{path} is larger than {megabytes(most)}.", "Keep the report's text alone there.")
        return data


class Source:
    """The file behind an archive, as zipfile reads it: opened when it is read from, closed by `close` and opened again.

    Of an archive's directory, which zipfile reads in one go, no more than that of the members allowed is ever read.
    """

    def __init__(self, file: Path | bytes, relative: str) -> None:
        self.source, self.relative = file, relative
        self.most: int | None = limits().members * ENTRY_BYTES
        self.file: IO[bytes] | None = None

    @property
    def opened(self) -> IO[bytes]:
        """The open file."""
        if self.file is None:
            self.file = self.source.open("rb") if isinstance(self.source, Path) else io.BytesIO(self.source)
        return self.file

    def close(self) -> None:
        """Close the file, for now."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def read(self, size: int = -1) -> bytes:
        """Read, unless that is too much at once."""
        if self.most is not None and size > self.most:
            raise too_many_members(self.relative)
        return self.opened.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        return self.opened.seek(offset, whence)

    def tell(self) -> int:
        """The place."""
        return self.opened.tell()

    def seekable(self) -> bool:
        """Whether it can go to a place."""
        return True


def directory(source: Source) -> zipfile.ZipFile:
    """Open a zip of which nothing is known yet; raises RejectedReport where it holds too many members."""
    package = zipfile.ZipFile(cast(Any, source))
    source.most = None
    if len(package.infolist()) > limits().members:
        raise too_many_members(source.relative)
    return package


def too_many_members(relative: str) -> RejectedReport:
    """The rejection of a zip with a directory of a size that none needs."""
    return RejectedReport(
        f"{relative} holds more than {limits().members:,} files.", "Pack fewer files into one archive."
    )


def check_expansion(infos: list[zipfile.ZipInfo], packed: int, most: int, relative: str) -> None:
    """Raise RejectedReport where members say that they unpack to more than they can be."""
    unpacked = sum(info.file_size for info in infos)
    if unpacked > most or unpacked > max(SMALL_EXPANSION, limits().ratio * packed):
        raise RejectedReport(
            f"{relative} unpacks to far more than a report can be: {megabytes(unpacked)} from {megabytes(packed)}.",
            "Save the report's text alone, without pictures.",
        )


def name_of(info: zipfile.ZipInfo) -> str:
    """A member's path with slashes; one that does not say its encoding is UTF-8, or GBK as on Chinese Windows."""
    name = info.orig_filename
    if not info.flag_bits & UTF8_NAME:
        raw = name.encode("cp437")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def tidy(name: str) -> str:
    """A path without empty steps and steps to itself: `a//./b` is `a/b`."""
    return "/".join(step for step in name.split("/") if step not in ("", "."))


def fault(info: zipfile.ZipInfo, name: str, path: str) -> RejectedReport | None:
    """What is wrong with a member by what the archive's directory says of it."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    again = "Pack the archive again, with the report's files alone."
    if not tidy(name) or len(name) > MAX_NAME or "\0" in name:
        return RejectedReport(f"{path[:200]} has no name that a file can have.", again)
    if name.startswith("/") or DRIVE.match(name):
        return RejectedReport(f"{path} names a place outside the archive.", again)
    if ".." in PurePosixPath(name).parts:
        return RejectedReport(f"{path} climbs out of the archive.", again)
    if kind == stat.S_IFLNK:
        return RejectedReport(f"{path} is a symbolic link.", "Pack the file itself.")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return RejectedReport(f"{path} is no regular file.", again)
    if info.flag_bits & ENCRYPTED:
        return RejectedReport(f"{path} is encrypted.", "Pack the archive again without a password.")
    if not name.endswith("/") and info.compress_type not in READ_METHODS:
        reason = f"{path} is compressed in a way that is not read (method {info.compress_type})."
        return RejectedReport(reason, "Pack it as an ordinary zip.")
    return None


def damaged(relative: str) -> RejectedReport:
    """The rejection of a zip that cannot be read."""
    return RejectedReport(f"{relative} is damaged or no zip archive.", "Pack it again, or get it anew.")


def check_package(data: bytes, relative: str, what: str, unpacked_bytes: int) -> None:
    """Refuse an office file (docx, odt, xlsx) that is no sound zip, encrypted, a zip bomb or declares XML entities.

    Args:
        data: the file.
        relative: its name in messages.
        what: the ending to save it with, in messages.
        unpacked_bytes: what all its members may hold together.

    Raises:
        RejectedReport: it is one of these.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise RejectedReport(
            f"{relative} is a document protected by a password, or of the old .doc format.",
            f"Open it and save it as {what} without a password.",
        )
    try:
        with directory(Source(data, relative)) as package:
            members = package.infolist()
            if any(member.flag_bits & ENCRYPTED for member in members):
                raise RejectedReport(f"{relative} is encrypted.", f"Save it as {what} without a password.")
            check_expansion(members, len(data), unpacked_bytes, relative)
            if any(member.compress_type not in READ_METHODS for member in members):
                raise damaged_package(relative, what)
            for member in members:
                start = package.read(member)
                if b"\0" in start[:8]:  # UTF-16 hides a declaration behind NULs
                    start = start.replace(b"\0", b"")
                if start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") and b"<!DOCTYPE" in start:
                    raise RejectedReport(
                        f"{relative} declares XML entities, which no such file needs.", f"Save it again as {what}."
                    )
    except RejectedReport:
        raise
    except Exception as error:  # zipfile raises many kinds on a damaged file
        raise damaged_package(relative, what) from error


def damaged_package(relative: str, what: str) -> RejectedReport:
    """The rejection of an office file that cannot be opened."""
    name = {"docx": "Word file", "odt": "OpenDocument text", "xlsx": "Excel workbook"}[what]
    return RejectedReport(
        f"{relative} is damaged or not a{'n' * (name[0] in 'EO')} {name}.",
        f"Open it in the program that made it and save it again as {what}.",
    )
