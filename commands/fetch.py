"""`duixian fetch`: reports from declared sources, one after the other, into the folder of reports."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from dataclasses import replace as changed
from functools import partial
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from commands.add import Piece, fetched, known_areas, say_found, say_next, say_waiting
from commands.shown import WRONG_USAGE, UsageError, clean, complain, errors, out, parse_years
from pipelines import seeds
from pipelines.formats import RejectedReport
from sources import PassingError, SourceError, declared
from sources.declared import AddressSource, Report, WikiSource
from sources.mediawiki import Page, Wiki
from sources.network import Client, Known
from sources.shelf import Part, Shelf, Standing, carried, last_year

FETCHED, SOME_FAILED, STOPPED = 0, 1, 130
GIVE_UP = 3  # pages of one wiki in a row that could not be had: it does not answer
COUNTS = {
    "new": "put in place",
    "replaced": "replaced (what stood there is kept in .replaced/)",
    "unchanged": "unchanged",
    "kept": "left as they are",
    "absent": "without a page",
    "failed": "failed",
}


@dataclass(frozen=True)
class Wanted:
    """One report that a source has: `get` has its file, or None where the one that stands there is the same.

    `get` is given what stands there if that came from the same address and nobody changed it, and what to call with
    the bytes that have come and those that are to come.
    """

    area: str
    year: int
    address: str  # by which the source is asked again
    get: Callable[[Standing | None, Callable[[int, int | None], None]], Piece | None]

    @property
    def report_id(self) -> str:
        """`<area>/<year>`."""
        return f"{self.area}/{self.year}"


@dataclass
class Tally:
    """What came of one source."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))

    def add(self, outcome: str) -> None:
        """Count one report."""
        self.counts[outcome] += 1

    def __str__(self) -> str:
        """The counts in words, those of nothing left out."""
        said = [f"{count} {COUNTS[outcome]}" for outcome, count in self.counts.items() if count]
        return ", ".join(said) or "nothing declared for these years"


def spans(years: Iterable[int]) -> str:
    """Years in words: `1961–1963, 1965`."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


# --- What sources have -------------------------------------------------------------------------------------------


def of_addresses(source: AddressSource, client: Client, shelf: Shelf, years: range) -> list[Wanted]:
    """The reports of a list of addresses."""

    def wanted(report: Report) -> Wanted:
        def get(standing: Standing | None, progress: Callable[[int, int | None], None]) -> Piece | None:
            at_hand = standing.provenance if standing else {}
            known = Known(*(as_text(at_hand.get(name)) for name in ("etag", "last_modified")))
            piece = fetched(client, report.url, shelf, known, progress)
            said = {"title": report.title, "delivered_on": report.delivered_on, "licence": report.licence}
            return None if piece is None else changed(piece, known={**piece.known, **said})

        return Wanted(report.area, report.year, report.url, get)

    return [wanted(report) for report in source.reports if report.year in years]


def as_text(value: object) -> str | None:
    """A value of a provenance that is to be sent back, where it is still what was written."""
    return value if isinstance(value, str) and value.isascii() and value.isprintable() else None


def of_wiki(source: WikiSource, client: Client, years: range) -> tuple[list[Wanted], list[int]]:
    """The reports of a wiki, and the years for which it has no page.

    Raises:
        SourceError: the wiki cannot be asked, or has none of the pages.
    """
    wiki = Wiki(client, source)
    titles = wiki.titles(year for year in years if source.first_year <= year <= source.last_year)
    pages = wiki.pages(list(titles.values()))
    if titles and not pages:
        first = next(iter(titles.values()))
        raise SourceError(
            f"{wiki.host} has none of the {len(titles)} pages, such as {first}.",
            f"Look how the pages are called there, and mend `title` of {source.name} in the file of sources.",
        )
    licence: list[str | None] = []  # asked for once, and only where it is needed

    def wanted(year: int, title: str, page: Page) -> Wanted:
        def get(standing: Standing | None, progress: Callable[[int, int | None], None]) -> Piece | None:
            if standing and standing.provenance.get("revision") == page.revision:
                return None
            if not licence:
                licence.append(wiki.licence())
            html = wiki.html(page)
            progress(len(html), len(html))
            known: dict[str, Any] = {
                "title": page.title,
                "source": wiki.address(page.title, page.revision),
                "licence": "; ".join(part for part in (source.licence, licence[0]) if part) or None,
                "address": wiki.address(title),
                "revision": page.revision,
                "revision_timestamp": page.timestamp,
            }
            return Piece(Part(html, "html"), known)

        return Wanted(source.area, year, wiki.address(title), get)

    there = [wanted(year, title, pages[title]) for year, title in titles.items() if title in pages]
    return there, [year for year, title in titles.items() if title not in pages]


# --- One report --------------------------------------------------------------------------------------------------


def take(
    wanted: Wanted, shelf: Shelf, progress: Callable[[int, int | None], None], *, replace: bool
) -> tuple[str, Text]:
    """Bring one report up to date.

    Returns:
        What came of it, a key of COUNTS, and what to say of it.

    Raises:
        SourceError, RejectedReport, OSError: it could not be had, read or written.
    """
    standing = shelf.standing(wanted.area, wanted.year)
    ours = standing is not None and standing.provenance.get("address") == wanted.address
    untouched = ours and standing is not None and bool(standing.names) and not standing.changed
    if standing and standing.names and not untouched and not replace:
        why = "it was changed since it was fetched" if ours else "it is not from this source"
        return "kept", Text(f"left as it is, {why}; say --replace to take this one, and keep that one aside")
    piece = wanted.get(standing if untouched else None, progress)
    if piece is None:
        return "unchanged", Text("unchanged")
    known = {name: piece.known.get(name) for name in ("title", "delivered_on")} | piece.known
    for name, value in carried(standing, same_source=ours).items():
        known[name] = known.get(name) or value
    ready = shelf.make_ready(wanted.area, wanted.year, [piece.part], known)
    if untouched and ready.row["text_hash"] == shelf.text_hash(wanted.area, wanted.year):
        ready.drop()
        return "unchanged", Text("unchanged: the page differs, its text does not")
    placed = shelf.place(ready)
    return "replaced" if placed.replaced and standing and standing.names else "new", say_found(ready)


# --- All of them -------------------------------------------------------------------------------------------------


@dataclass
class Fetching:
    """One run of the command."""

    client: Client
    shelf: Shelf
    years: range
    replace: bool

    def all_of(self, sources: Iterable[WikiSource | AddressSource]) -> dict[str, Tally]:
        """Fetch from each source in turn; what fails costs only itself."""
        tallies: dict[str, Tally] = {}
        with progress_bar() as bar:
            for source in sources:
                tallies[source.name] = tally = Tally()
                task = bar.add_task(source.name, total=None)
                self.client.notice = partial(say_patience, bar, task, source.name)
                try:
                    self.one(source, tally, bar, task)
                except SourceError as error:
                    tally.add("failed")
                    complain("failed", f"{source.name}: {error}")
                bar.remove_task(task)
        return tallies

    def one(self, source: WikiSource | AddressSource, tally: Tally, bar: Progress, task: TaskID) -> None:
        """Fetch from one source; raises SourceError where it cannot be gone on with."""
        if isinstance(source, WikiSource):
            bar.update(task, description=f"{source.name}: asking for the pages")
            wanted, absent = of_wiki(source, self.client, self.years)
            if absent:
                complain("no page", f"{source.name}: {spans(absent)}", "yellow")
            tally.counts["absent"] += len(absent)
        else:
            wanted = of_addresses(source, self.client, self.shelf, self.years)
        bar.update(task, total=len(wanted))
        in_a_row = 0
        for report in wanted:
            says = f"{source.name}: {report.report_id}"
            bar.update(task, description=says)

            def come(size: int, total: int | None, says: str = says) -> None:
                bar.update(task, description=f"{says}, {size // 1000}{f' of {total // 1000}' if total else ''} kB")

            try:
                outcome, said = take(report, self.shelf, come, replace=self.replace)
            except (SourceError, RejectedReport) as error:
                outcome = "failed"
                complain("failed", f"{says}: {error}")
                in_a_row = in_a_row + 1 if isinstance(error, PassingError) else 0
            else:
                in_a_row = 0
                if outcome != "unchanged":
                    errors.print(
                        Text.assemble((f"{outcome}: ", "yellow" if outcome == "kept" else "green"), f"{says}: ", said),
                        soft_wrap=True,
                    )
            tally.add(outcome)
            bar.advance(task)
            if in_a_row == GIVE_UP and isinstance(source, WikiSource):
                raise SourceError(f"{GIVE_UP} pages in a row could not be had.", "Run the command again later.")


def say_patience(bar: Progress, task: TaskID, name: str, said: str) -> None:
    """Say why a source is waited for."""
    if errors.is_terminal:
        bar.update(task, description=clean(f"{name}: {said}"))
    else:
        complain("waiting", f"{name}: {said}", "yellow")


def progress_bar() -> Progress:
    """A progress bar on the terminal; nothing elsewhere."""
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), console=errors, transient=True,
    )  # fmt: skip


def fetch(
    names: list[str],
    reports: Path,
    years: str | None,
    file: Path | None,
    contact: str | None,
    *,
    replace: bool,
    allow_local: bool,
    proxy: str | None,
) -> int:
    """Fetch what is declared, and say what came of it.

    Args:
        names: the sources; all of them where there is none.
        reports: the folder of reports.
        years: FROM:TO; all years where None.
        file: the file of sources; `seeds/sources.yaml` where None.
        contact: who asks, in place of the file's.
        replace: take also what stands there from elsewhere, or was changed; that is kept aside.
        allow_local: ask private and local machines too.
        proxy: the proxy to ask through.

    Returns:
        The exit code: 0 all is well, 1 something failed, 2 wrong usage, 130 stopped by Ctrl-C.
    """
    try:
        chosen = parse_years(years)
        known = declared.load(known_areas(), last_year(), file)
        unknown = [name for name in names if name not in known.sources]
        if unknown:
            raise UsageError(
                f"{unknown[0]!r} is no source of {file or declared.PATH}; it has {', '.join(known.sources) or 'none'}"
            )
        manners = known.manners
        if contact is not None:
            manners = changed(manners, contact=declared.contact_of(contact) or "")
        if not manners.contact:
            raise UsageError(
                "nobody is named whom a site's owner can turn to; say --contact with your e-mail address or a page of "
                f"yours, or write it into {file or declared.PATH}"
            )
        client = Client(manners, allow_local=allow_local, proxy=proxy)
    except (UsageError, SourceError, seeds.SeedError) as error:
        complain("wrong usage", error)
        return WRONG_USAGE
    sources = [source for name, source in known.sources.items() if not names or name in names]
    shelf = Shelf(reports)
    try:
        with shelf.at_work(lambda: say_waiting(reports)):
            tallies = Fetching(client, shelf, chosen, replace).all_of(sources)
    except OSError as error:
        complain("stopped", f"{error.filename or reports}: {error.strerror or error}; what was put in place stays")
        return SOME_FAILED
    except KeyboardInterrupt:
        errors.print("stopped; what was put in place stays, and the next fetch goes on from here")
        return STOPPED
    for name, tally in tallies.items():
        out.print(Text(f"{name}: {tally}"), soft_wrap=True)
    if any(tally.counts["new"] or tally.counts["replaced"] for tally in tallies.values()):
        say_next(reports)
    return SOME_FAILED if any(tally.counts["failed"] for tally in tallies.values()) else FETCHED
