"""What `seeds/sources.yaml` declares: who asks, how, and where reports are to be had; checked when it is loaded."""

import datetime
import re
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from pipelines.reports import FIRST_YEAR
from pipelines.seeds import SEEDS, SeedError
from sources import SourceError
from sources.addresses import parse
from sources.network import Manners

PATH = SEEDS / "sources.yaml"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
CONTACT = re.compile(r"[\x21-\x27\x2a-\x7e]{3,200}")  # it goes into a header, between brackets
YEAR = "{year}"
MANNERS = {field.name: field.type for field in fields(Manners) if field.name != "contact"}


@dataclass(frozen=True)
class WikiSource:
    """Reports of one area on a MediaWiki, a page each.

    Attributes:
        title: of a page, with `{year}` where its year stands.
        category: whose pages are taken, those that `title` fits; None to ask for each year's title.
        first_year, last_year: of the reports, both included.
        licence: of the text itself; the wiki's own is added.
    """

    name: str
    api: str
    area: str
    title: str
    category: str | None
    first_year: int
    last_year: int
    licence: str | None


@dataclass(frozen=True)
class Report:
    """One report at an address, and what is known of it."""

    url: str
    area: str
    year: int
    title: str | None
    delivered_on: datetime.date | None
    licence: str | None


@dataclass(frozen=True)
class AddressSource:
    """A list of reports at addresses."""

    name: str
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Declared:
    """The whole file."""

    manners: Manners
    sources: dict[str, WikiSource | AddressSource]


class Node(dict[str, Any]):
    """A mapping of the file that knows its line."""

    line: int = 1


class Loader(yaml.SafeLoader):
    """YAML whose mappings know where they stand, and in which no key stands twice."""

    def node(self, node: yaml.MappingNode) -> Node:
        """Construct a mapping."""
        self.flatten_mapping(node)
        found = Node()
        found.line = node.start_mark.line + 1
        for key_node, value_node in node.value:
            key: Hashable = self.construct_object(key_node, deep=True)
            if not isinstance(key, str) or key in found:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} stands twice, or is no word", problem_mark=key_node.start_mark
                )
            found[key] = self.construct_object(value_node, deep=True)
        return found


Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, Loader.node)


def load(areas: Collection[str], last_year: int, path: Path | None = None) -> Declared:
    """Read and check a file of sources.

    Args:
        areas: the area codes that are known.
        last_year: the last report year that can be.
        path: `seeds/sources.yaml` where None.

    Raises:
        SeedError: it cannot be read, or something in it is missing, unknown or wrong; names the line.
    """
    path = path or PATH
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SeedError(f"{path}:{line}: not readable as YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SeedError(f"{path}: not readable as YAML in UTF-8: {error}") from error
    except OSError as error:
        raise SeedError(f"{path}: {error.strerror}; name a file that can be read") from error
    return Reading(path, areas, last_year).declared(content)


@dataclass(frozen=True)
class Reading:
    """The checks of one file."""

    path: Path
    areas: Collection[str]
    last_year: int

    def wrong(self, node: Node, what: str) -> SeedError:
        """A fault of a mapping, by its line."""
        return SeedError(f"{self.path}:{node.line}: {what}")

    def keys(self, node: object, where: str, needed: Iterable[str], allowed: Iterable[str]) -> Node:
        """A mapping that has the keys that it needs, and none that is not allowed."""
        needed, allowed = tuple(needed), tuple(allowed)
        if not isinstance(node, Node):
            raise SeedError(f"{self.path}: {where} must hold {', '.join((*needed, *allowed))}")
        for name in needed:
            if node.get(name) is None:
                raise self.wrong(node, f"{where} lacks {name}")
        for name in node:
            if name not in (*needed, *allowed):
                raise self.wrong(node, f"{where} has {name!r}; the keys here are {', '.join((*needed, *allowed))}")
        return node

    def declared(self, content: object) -> Declared:
        """The whole file."""
        top = self.keys(content, "the file", ["sources"], ["contact", "manners"])
        sources = top["sources"]
        if not isinstance(sources, Node):
            raise self.wrong(top, "sources must hold each source by its name")
        found: dict[str, WikiSource | AddressSource] = {}
        for name, node in sources.items():
            if not NAME.fullmatch(name):
                raise self.wrong(sources, f"the name {name!r} of a source must be small letters, digits and hyphens")
            kind = self.keys(node, name, ["kind"], node if isinstance(node, Node) else [])["kind"]
            if kind not in ("mediawiki", "addresses"):
                raise self.wrong(node, f"{name}: the kind {kind!r} must be mediawiki or addresses")
            found[name] = self.wiki(name, node) if kind == "mediawiki" else self.addresses(name, node)
        return Declared(self.manners(top), found)

    def manners(self, top: Node) -> Manners:
        """Who asks, and how."""
        contact = top.get("contact")
        if contact is not None and contact != "":
            contact = contact_of(contact)
            if contact is None:
                raise self.wrong(top, "contact must be an e-mail address, or the address of a page")
        node = self.keys(top.get("manners") or Node(), "manners", [], MANNERS)
        for name, value in node.items():
            least = 1 if MANNERS[name] is int else 0
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not least <= value < 1e10 or (least and value != int(value)):
                raise self.wrong(node, f"manners: {name} is {value!r}; it must be a number from {least}")
        return Manners(contact or "", **node)

    def wiki(self, name: str, node: Node) -> WikiSource:
        """A source of the kind `mediawiki`."""
        self.keys(
            node, name, ["kind", "api", "area", "title"], ["category", "first_year", "last_year", "licence"]
        )  # fmt: skip
        title = self.text(node, name, "title")
        if title is None or title.count(YEAR) != 1 or any(mark in title for mark in "|#<>[]_"):
            raise self.wrong(node, f"{name}: title must hold {YEAR} once, where the year stands, and none of |#<>[]_")
        first = self.year(node, name, "first_year") if "first_year" in node else FIRST_YEAR
        last = self.year(node, name, "last_year") if "last_year" in node else self.last_year
        if first > last:
            raise self.wrong(node, f"{name}: first_year {first} is after last_year {last}")
        return WikiSource(
            name, self.address(node, name, "api"), self.area(node, name), title, self.text(node, name, "category"),
            first, last, self.text(node, name, "licence"),
        )  # fmt: skip

    def addresses(self, name: str, node: Node) -> AddressSource:
        """A source of the kind `addresses`."""
        self.keys(node, name, ["kind", "reports"], ["licence"])
        licence = self.text(node, name, "licence")
        if not isinstance(node["reports"], list):
            raise self.wrong(node, f"{name}: reports must be a list of url, area and year")
        found: dict[tuple[str, int], Report] = {}
        for entry in node["reports"]:
            self.keys(entry, f"a report of {name}", ["url", "area", "year"], ["title", "delivered_on", "licence"])
            delivered = entry.get("delivered_on")
            if delivered is not None and type(delivered) is not datetime.date:
                raise self.wrong(entry, f"{name}: delivered_on is {delivered!r}; it must be a day such as 2024-01-21")
            report = Report(
                self.address(entry, name, "url"), self.area(entry, name), self.year(entry, name, "year"),
                self.text(entry, name, "title"), delivered, self.text(entry, name, "licence") or licence,
            )  # fmt: skip
            if (report.area, report.year) in found:
                raise self.wrong(entry, f"{name}: {report.area}/{report.year} stands above already; remove one")
            found[report.area, report.year] = report
        return AddressSource(name, tuple(found.values()))

    def text(self, node: Node, name: str, key: str) -> str | None:
        """A text of one printable line, or None where the key is missing."""
        value = node.get(key)
        if value is not None and not (isinstance(value, str) and value.strip() and value.isprintable()):
            raise self.wrong(node, f"{name}: {key} is {value!r}; it must be a text of one line")
        return None if value is None else value.strip()

    def address(self, node: Node, name: str, key: str) -> str:
        """An address that may be asked, as it is written down."""
        value = node[key]
        try:
            return str(parse(value if isinstance(value, str) else repr(value)))
        except SourceError as error:
            raise self.wrong(node, f"{name}: {key}: {error}") from error

    def area(self, node: Node, name: str) -> str:
        """A known area, in quotes or not."""
        value = str(node["area"])
        if value not in self.areas:
            raise self.wrong(node, f"{name}: area {value!r} is no area code of seeds/areas.csv")
        return value

    def year(self, node: Node, name: str, key: str) -> int:
        """A report year that can be."""
        value = node[key]
        if type(value) is not int or not FIRST_YEAR <= value <= self.last_year:
            raise self.wrong(
                node, f"{name}: {key} is {value!r}; it must be a year from {FIRST_YEAR} to {self.last_year}"
            )
        return value


def contact_of(value: object) -> str | None:
    """What can stand as a contact in the User-Agent header, or None."""
    value = value.strip() if isinstance(value, str) else ""
    return value if CONTACT.fullmatch(value) and ("@" in value or value.startswith(("http://", "https://"))) else None
