"""Reports on a MediaWiki, through its API: which revision each page has, and what it looks like."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urljoin

from sources import PassingError, SourceError
from sources.declared import YEAR, WikiSource
from sources.network import Client, retry_after

Result = TypeVar("Result")

TITLES = 20  # asked for at once,
MAX_ASKED = 3000  # and characters that they take in an address: one of Chinese takes nine
MAX_TITLE = 255
MAX_ANSWERS = 200  # that one question may be continued over
MAX_LAG = 5  # seconds by which the wiki's databases may lag; else it asks to be left alone
PASSING = ("maxlag", "ratelimited", "readonly", "internal_api_error")  # what an error's code begins with
YEAR_PATTERN = "(?P<year>[0-9]{4})"


@dataclass(frozen=True)
class Page:
    """A page as it stands on the wiki now, redirects followed."""

    title: str
    revision: int
    timestamp: str  # of the revision, as the API has it


class Wiki:
    """One wiki, asked through a client."""

    def __init__(self, client: Client, source: WikiSource) -> None:
        self.client = client
        self.source = source
        self.host = source.api.split("/")[2]

    def address(self, title: str, revision: int | None = None) -> str:
        """Where people see a page, or one revision of it."""
        old = "" if revision is None else f"&oldid={revision}"
        return f"{urljoin(self.source.api, 'index.php')}?title={quote(title.replace(' ', '_'))}{old}"

    # --- Questions -----------------------------------------------------------------------------------------------

    def titles(self, years: Iterable[int]) -> dict[int, str]:
        """The title to ask for, by year: of each year, or of those that the category has.

        Raises:
            SourceError: the wiki cannot be asked.
        """
        wanted = {year: self.source.title.replace(YEAR, str(year)) for year in years}
        if self.source.category is None:
            return wanted
        pattern = re.compile(re.escape(self.source.title).replace(re.escape(YEAR), YEAR_PATTERN))
        question = {"action": "query", "list": "categorymembers", "cmtitle": self.source.category, "cmlimit": "max"}
        members = [title for answer in self.answers(question, members_of) for title in answer]
        fits = {int(match["year"]): title for title in members if (match := pattern.fullmatch(title))}
        if not fits:
            raise SourceError(
                f"{self.source.category} on {self.host} has {len(members)} pages, none with a title as declared.",
                "Look at the category, and mend category or title in the file of sources.",
            )
        return {year: title for year, title in sorted(fits.items()) if year in wanted}

    def pages(self, titles: Sequence[str]) -> dict[str, Page]:
        """The pages that there are, by the title that was asked for.

        Raises:
            SourceError: the wiki cannot be asked.
        """
        found: dict[str, Page] = {}
        for some in batches(titles):
            question = {
                "action": "query", "prop": "revisions", "rvprop": "ids|timestamp", "redirects": "1",
                "converttitles": "1", "titles": "|".join(some),
            }  # fmt: skip
            names: dict[str, str] = {}
            pages: dict[str, Page] = {}
            for more_names, more_pages in self.answers(question, pages_of):
                names |= more_names
                pages |= more_pages
            found |= {title: pages[end] for title in some if (end := followed(title, names)) in pages}
        return found

    def licence(self) -> str | None:
        """The licence of what the wiki says, with its address.

        Raises:
            SourceError: the wiki cannot be asked.
        """
        question = {"action": "query", "meta": "siteinfo", "siprop": "rightsinfo"}
        [rights, *_] = self.answers(question, lambda answer: answer["query"]["rightsinfo"])
        said = [
            part for part in (rights.get("text"), rights.get("url")) if isinstance(part, str) and part.isprintable()
        ]
        return " ".join(part for part in said if part)[:300] or None

    def html(self, page: Page) -> bytes:
        """A revision as the wiki shows it, without what stands around it.

        Raises:
            SourceError: the wiki cannot be asked, or has another revision than was asked for.
        """
        question = {
            "action": "parse", "oldid": str(page.revision), "prop": "text|revid", "disableeditsection": "1",
            "disablelimitreport": "1", "disabletoc": "1",
        }  # fmt: skip

        def read(answer: dict[str, Any]) -> tuple[int, bytes]:
            return answer["parse"]["revid"], answer["parse"]["text"].encode()

        [(revision, text), *_] = self.answers(question, read)
        if revision != page.revision:
            raise SourceError(f"{self.host} sent another revision than was asked for.", "Try again later.")
        return text

    # --- Answers -------------------------------------------------------------------------------------------------

    def answers(self, question: Mapping[str, str], read: Callable[[dict[str, Any]], Result]) -> Iterator[Result]:
        """What the API answers, each part of it read by a function, until nothing is to be continued."""
        always = {"format": "json", "formatversion": "2", "maxlag": str(MAX_LAG)}
        further: dict[str, str] = {}
        for _ in range(MAX_ANSWERS):
            address = f"{self.source.api}?{urlencode({**always, **question, **further})}"
            answer, result = self.client.get(address, lambda body, headers: self.answer(body, headers, read))
            yield result
            before, further = further, answer.get("continue") or {}
            if not further:
                return
            if further == before or not isinstance(further, dict):
                raise self.strange()
        raise self.strange()

    def answer(
        self, body: bytes, headers: Mapping[str, str], read: Callable[[dict[str, Any]], Result]
    ) -> tuple[dict[str, Any], Result]:
        """One answer; raises PassingError where the wiki asks to be asked again, SourceError where it refuses."""
        try:
            answer = json.loads(body)
            error = answer.get("error")
            if error is None:
                return answer, read(answer)
            code, info = str(error["code"]), str(error.get("info", ""))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as broken:
            raise self.strange() from broken
        said = f"{self.host} answers: {info[:200] or 'no reason'} ({code[:40]})."
        if code.startswith(PASSING):
            raise PassingError(said, "Try again later.", retry_after(headers))
        raise SourceError(said, "Look at the source in the file of sources: its api, title and category.")

    def strange(self) -> SourceError:
        """An answer that is not of this API."""
        return SourceError(
            f"{self.host} does not answer as the MediaWiki API does.", "Check `api` in the file of sources."
        )


def batches(titles: Sequence[str]) -> Iterator[list[str]]:
    """Titles as they are asked for at once: as many as an address has room for."""
    some: list[str] = []
    for title in titles:
        if some and (len(some) == TITLES or len(quote("|".join([*some, title]))) > MAX_ASKED):
            yield some
            some = []
        some.append(title)
    if some:
        yield some


def members_of(answer: dict[str, Any]) -> list[str]:
    """The titles of a category's pages, of one answer."""
    return [str(member["title"]) for member in answer["query"]["categorymembers"]]


def pages_of(answer: dict[str, Any]) -> tuple[dict[str, str], dict[str, Page]]:
    """Of one answer: which title stands for which, and the pages that there are by their own title."""
    query = answer["query"]

    def checked(value: object) -> str:
        if not (isinstance(value, str) and value.isprintable() and 0 < len(value) <= MAX_TITLE):
            raise ValueError("no title and no time")
        return value

    steps = [step for kind in ("normalized", "converted", "redirects") for step in query.get(kind, ())]
    pages = {}
    for page in query["pages"]:
        for revision in page.get("revisions", ())[:1]:
            title = checked(page["title"])
            pages[title] = Page(title, int(revision["revid"]), checked(revision["timestamp"]))
    return {str(step["from"]): str(step["to"]) for step in steps}, pages


def followed(title: str, names: Mapping[str, str]) -> str:
    """Where a title leads; itself where it leads in a circle."""
    end = title
    for _ in range(len(names)):
        end = names.get(end, end)
    return end
