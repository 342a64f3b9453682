"""`duixian add`: put a report in its place, its bytes as they are, with its provenance beside it."""

import datetime
import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.text import Text

from commands.shown import WRONG_USAGE, UsageError, clean, complain, errors, on_one_line, out
from pipelines import seeds
from pipelines.formats import RejectedReport
from pipelines.reports import FIRST_YEAR
from sources import SourceError, declared, endings
from sources.addresses import looks_like_address, parse
from sources.network import Client, Known, Manners, Progress
from sources.shelf import Part, Ready, Shelf, Standing, carried, last_year, visible

ADDED, NOT_ADDED, STOPPED = 0, 1, 130
MAX_FILES = 1000  # of one report
MAX_GIVEN = 500  # characters of what a user says of a report
MAX_SOURCE = 1000  # characters in which a report's files are named
SHOWN = 40  # characters of a report's first line


@dataclass(frozen=True)
class Piece:
    """One file of a report, and what is known of it for the provenance."""

    part: Part
    known: dict[str, Any]
    warning: str = ""


def known_areas() -> list[str]:
    """The area codes of `seeds/areas.csv`."""
    return seeds.areas()["ref_area"].to_list()


def check_report(area: str, year: int) -> None:
    """Raise UsageError where an area is unknown, or a year cannot be."""
    if area not in known_areas():
        raise UsageError(f"--area {area!r} is no area code of seeds/areas.csv; use six digits such as 140200")
    if not FIRST_YEAR <= year <= last_year():
        raise UsageError(
            f"--year {year} cannot be; it is the year whose targets the report sets, {FIRST_YEAR} to {last_year()}"
        )


def expand(items: Sequence[str]) -> list[str]:
    """Files and addresses, with a folder's files in the place of the folder.

    Raises:
        UsageError: one is not there, or there are too many.
    """
    found: list[str] = []
    for item in items:
        if looks_like_address(item):
            found.append(item)
            continue
        path = Path(item)
        try:
            inside = visible(path) if path.is_dir() else [path]
        except OSError as error:
            raise UsageError(f"{item} cannot be read: {error.strerror}") from error
        if not inside:
            raise UsageError(f"{item} is an empty folder; name the report's files")
        for file in inside:
            if not file.is_file():
                raise UsageError(f"{file} is no file; name the report's file, or an address that begins with https://")
        found += map(str, inside)
    if len(found) > MAX_FILES:
        raise UsageError(f"these are {len(found)} files; a report has {MAX_FILES} at most")
    return found


def from_file(path: Path, limit: int) -> Piece:
    """A file of this machine.

    Raises:
        SourceError: it is too large.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise SourceError(
            f"{path} is larger than {limit / 1e6:g} MB.", "Save the report's text alone, without pictures."
        )
    named = endings.of_name(path.name)
    ending = endings.ending(data, named)
    warning = f"{path.name} is put there as .{ending}: that is what it holds" if named and ending != named else ""
    return Piece(Part(data, ending), {"source": on_one_line(path.name)}, warning)


def from_address(client: Client, address: str, shelf: Shelf) -> Piece:
    """A file of an address; raises SourceError or OSError."""
    address = str(parse(address))
    with errors.status(Text(f"fetching {address}")) as status:
        client.notice = lambda said: status.update(Text(clean(said)))
        piece = fetched(client, address, shelf)
    if piece is None:
        raise AssertionError("nothing is at hand that could be unchanged")
    return piece


def fetched(
    client: Client, address: str, shelf: Shelf, at_hand: Known | None = None, progress: Progress = lambda *_: None
) -> Piece | None:
    """A file of an address, or None where the one at hand has not changed; raises SourceError or OSError."""
    part = shelf.partial(address)
    download = client.download(address, part, at_hand, progress)
    if download is None:
        return None
    data = download.path.read_bytes()
    part.drop()
    known = {
        "source": address,
        "address": address,
        "final_address": str(download.address) if str(download.address) != address else None,
        "etag": download.known.etag,
        "last_modified": download.known.last_modified,
    }
    return Piece(Part(data, endings.ending(data, endings.of_content_type(download.content_type))), known)


def described(pieces: list[Piece]) -> dict[str, Any]:
    """The provenance of a report by that of its files."""
    if len(pieces) == 1:
        return pieces[0].known
    files = [
        {key: value for key, value in piece.known.items() if value is not None}
        | {"sha256": hashlib.sha256(piece.part.data).hexdigest()}
        for piece in pieces
    ]
    source = ", ".join(file["source"] for file in files)
    return {"source": source if len(source) <= MAX_SOURCE else f"{source[:MAX_SOURCE]}…", "files": files}


def say_found(ready: Ready) -> Text:
    """What a report was found to be: `18332 characters, begins “政府工作报告”`."""
    text = ready.row["text"]
    first = next((line for line in text.splitlines() if line.strip()), "")
    shown = on_one_line(first)
    shown = f"{shown[:SHOWN]}…" if len(shown) > SHOWN else shown
    said = [on_one_line(warning) for warning in ready.row.get("warnings") or ready.row["flags"]]
    careful = f"; be careful: {' '.join(said)}" if said else ""
    return Text(f"{ready.row['characters']} characters, begins “{shown}”{careful}")


def same_bytes(standing: Standing | None, pieces: list[Piece]) -> bool:
    """Whether these very bytes are what stands there."""
    whole = hashlib.sha256(b"".join(piece.part.data for piece in pieces)).hexdigest()
    return standing is not None and standing.sha256 == whole


def add(
    items: list[str],
    area: str,
    year: int,
    reports: Path,
    given: dict[str, Any],
    *,
    replace: bool,
    allow_local: bool,
    proxy: str | None,
) -> int:
    """Put a report in its place, and say what was found.

    Args:
        items: its files and addresses, in the order in which they are read.
        area: its area's code.
        year: the year whose targets it sets.
        reports: the folder of reports.
        given: what the user says of it: title, delivered_on, source, licence, each or None.
        replace: put it in the place of one that stands there, which is kept aside.
        allow_local: ask private and local machines too.
        proxy: the proxy to ask through.

    Returns:
        The exit code: 0 it stands there, 1 it does not, 2 wrong usage, 130 stopped by Ctrl-C.
    """
    try:
        check_report(area, year)
        for name, value in given.items():
            if isinstance(value, str) and not (value.strip() and value.isprintable() and len(value) <= MAX_GIVEN):
                raise UsageError(
                    f"--{name} is {value[:100]!r}; it must be a text of one line, {MAX_GIVEN} characters at most"
                )
        found = expand(items)
        for item in filter(looks_like_address, found):
            parse(item)
        addresses = any(map(looks_like_address, found))
        manners = declared.load(known_areas(), last_year()).manners if addresses else Manners()
        client = Client(manners, allow_local=allow_local, proxy=proxy)
    except (UsageError, SourceError, seeds.SeedError) as error:
        complain("wrong usage", error)
        return WRONG_USAGE
    shelf = Shelf(reports)
    try:
        with shelf.at_work(lambda: say_waiting(reports)):
            return put(shelf, client, found, area, year, given, replace=replace)
    except RejectedReport as error:
        complain("not added, it cannot be read", error)
    except SourceError as error:
        complain("not added", error)
    except OSError as error:
        complain("not added", f"{error.filename or reports}: {error.strerror or error}")
    except KeyboardInterrupt:
        errors.print("stopped; nothing was added")
        return STOPPED
    return NOT_ADDED


def put(
    shelf: Shelf, client: Client, items: list[str], area: str, year: int, given: dict[str, Any], *, replace: bool
) -> int:
    """The work itself, on checked arguments; raises RejectedReport, SourceError or OSError."""
    standing = shelf.standing(area, year)
    in_the_way = standing is not None and bool(standing.names) and not replace
    if in_the_way and any(map(looks_like_address, items)):
        raise in_place(shelf, area, year, standing)
    pieces = [
        from_address(client, item, shelf)
        if looks_like_address(item)
        else from_file(Path(item), client.manners.max_bytes)
        for item in items
    ]
    if same_bytes(standing, pieces):
        out.print(f"{area}/{year} holds these very bytes already; nothing was changed", highlight=False)
        return ADDED
    if in_the_way:
        raise in_place(shelf, area, year, standing)
    known = {"title": None, "delivered_on": None, **described(pieces), "licence": None}
    known |= {name: value for name, value in given.items() if value is not None}
    for name, value in carried(standing, same_source=False).items():
        known[name] = known[name] or value
    ready = shelf.make_ready(area, year, [piece.part for piece in pieces], known)
    placed = shelf.place(ready)
    for piece in pieces:
        if piece.warning:
            complain("note", piece.warning, "yellow")
    delivered = known["delivered_on"]
    if isinstance(delivered, datetime.date) and not year - 1 <= delivered.year <= year:
        complain("note", f"delivered on {delivered}, though its targets are said to be those of {year}", "yellow")
    out.print(Text.assemble(("added", "green"), f" {clean(str(placed.path))}: ", say_found(ready)), soft_wrap=True)
    if placed.replaced:
        out.print(Text(f"what stood there is kept in {clean(str(placed.replaced))}"), soft_wrap=True)
    say_next(shelf.reports)
    return ADDED


def in_place(shelf: Shelf, area: str, year: int, standing: Standing | None) -> SourceError:
    """The refusal of a report whose place is taken."""
    names = ", ".join(standing.names) if standing else ""
    source = standing.provenance.get("source") if standing else None
    whose = f", from {on_one_line(source)}" if isinstance(source, str) else ""
    return SourceError(
        f"{shelf.reports / area} holds {names} for {year} already{whose}.",
        "Say --replace to put this one in its place; that one is then kept in .replaced/.",
    )


def say_waiting(reports: Path) -> None:
    """That another command holds the folder."""
    complain("waiting", f"another add or fetch is working on {reports}; this one goes on when it ends", "yellow")


def say_next(reports: Path) -> None:
    """What to do with the reports that are there now."""
    out.print(
        Text(f"read them: duixian run --reports {shlex.quote(str(reports))} --warehouse my-warehouse"), soft_wrap=True
    )
