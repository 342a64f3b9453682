"""The scorecard site: what is published as pages that need no network, and nothing but a browser.

DIR/builds/site-<build>/   index.html, areas/, reports/, indicators/, assets/; made aside, never changed
DIR/site                   a symbolic link to the newest of them

The pages of an area are made again only where something of the area has changed; else they are taken over. Of very many
reports, pages of areas, reports and indicators are made when they are asked for (`Asked`): a second of computing each.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import duckdb

from pipelines import seeds
from warehouse.publication import LINK, connect
from warehouse.store import WarehouseError, write_atomically

if TYPE_CHECKING:
    from warehouse.pages.making import Maker

SITE = "site"
MANIFEST = "manifest.json"  # what each area's pages were made from
HERE = Path(__file__).parent
WHOLE = 1_000  # reports: of more, the pages that are many are made when they are asked for
TOP = ("index.html", "indicators.html", "method.html", "coverage.html", "assets", "areas", "reports", "indicators")
KEPT_SITES = 2  # the newest ones: a page that is open still finds what it asks for


@cache
def code_version() -> str:
    """A hash of all that makes the pages look as they do, besides the database."""
    result = hashlib.sha256(seeds.digest("verdict_rules.yaml").encode())
    pipelines = Path(seeds.__file__).parent
    wording = [pipelines / name for name in ("quantities.py", "explanation.py", "inspection.py")]
    for path in [*sorted(HERE.rglob("*")), *wording]:
        if path.suffix in (".py", ".html", ".css", ".js", ".svg"):
            result.update(path.read_bytes())
    return result.hexdigest()[:16]


def manifest_of(site: Path) -> dict[str, Any]:
    """What a site was made from; empty where there is none."""
    try:
        found = json.loads((site / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def is_current(folder: Path) -> bool:
    """Whether the site shows what is published, as this code shows it."""
    built, link = manifest_of(folder / SITE), folder / LINK
    return bool(built) and built.get("database") == link.resolve().name and built.get("code") == code_version()


def build(folder: Path, log: Callable[[str], None] = lambda message: None) -> Path:
    """Build the site of what is published in a warehouse, and swap it in; where it is current, leave it.

    Args:
        folder: the warehouse.
        log: told what is being done.

    Returns:
        Its first page, below the link.

    Raises:
        WarehouseError: nothing is published, or the place is taken.
    """
    link, first_page = folder / SITE, folder / SITE / "index.html"
    if link.exists() and not link.is_symlink():
        raise WarehouseError(f"{link} is not a link that duixian made; move it away, then run again")
    if is_current(folder) and first_page.is_file():
        return first_page
    from warehouse.pages.making import Maker  # noqa: PLC0415 - Altair takes a second to import

    database = folder / LINK
    with connect(database) as connection:
        name = database.resolve().name
        target = folder / "builds" / f"{SITE}-{Path(name).stem.removeprefix('duixian-')}-{code_version()}"
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        for left in (*target.parent.glob(f".{SITE}-*"), target):  # of a run that was stopped
            shutil.rmtree(left, ignore_errors=True)
        try:
            maker = Maker(connection, aside, link, manifest_of(link), code_version(), log)
            whole = len(maker.codes.reports) <= WHOLE
            facts = {"database": name, "code": code_version(), "whole": whole, "areas": maker.make(whole)}
            write_atomically(aside / MANIFEST, json.dumps(facts).encode())
            aside.rename(target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    swap(folder, target)
    return first_page


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the site of a database as a whole, however many pages that are, to a folder that is not there yet."""
    from warehouse.pages.making import Maker  # noqa: PLC0415 - see `build`

    Maker(connection, folder, folder, {}, code_version(), lambda message: None).make()


class Asked:
    """The pages of a site that is not whole, each made when it is first asked for, into a folder of this process.

    What was published is only read: pages and database are those of one build.
    """

    def __init__(self, link: Path, scratch: Path) -> None:
        """Of whichever site a warehouse's link leads to at the time; `scratch` is a folder to make pages in."""
        self.link, self.scratch = link, scratch
        self.lock = Lock()
        self.maker: Maker | None = None
        self.site = Path()

    def page(self, path: str) -> Path | None:
        """The file of a page, named as from the site's folder; None where there is no such page.

        Raises:
            WarehouseError: it could not be made.
        """
        with self.lock:
            try:
                site = self.link.resolve()
                if site != self.site:
                    self.close()
                    self.site, self.maker = site, self.maker_of(site)
                return self.maker.aside / path if self.maker and self.maker.page(path) else None
            except (duckdb.Error, OSError) as error:
                self.close()  # what was half made goes, too
                raise WarehouseError(
                    f"{path} could not be made ({error}); make sure that {self.scratch} has room, run `duixian run`, "
                    "then load the page again"
                ) from error

    def maker_of(self, site: Path) -> "Maker | None":
        """What makes the pages of a site; None where it has them all."""
        manifest = manifest_of(site)
        if manifest.get("whole", True):
            return None
        from warehouse.pages.making import Maker  # noqa: PLC0415 - see `build`

        connection = connect(site.parent / manifest["database"])
        aside = self.scratch / site.name
        made = Maker(connection, aside, site, {}, code_version(), lambda message: None)
        made.shared["whole"] = False
        return made

    def close(self) -> None:
        """Let go of the database, and of the pages made of it."""
        if self.maker:
            self.maker.connection.close()
            shutil.rmtree(self.maker.aside, ignore_errors=True)
        self.site, self.maker = Path(), None


def swap(folder: Path, target: Path) -> None:
    """Point the link at a new site in one step, and drop sites that are too old."""
    link = folder / SITE
    for left in folder.glob(f".{SITE}.*"):  # of a run that was killed
        left.unlink()
    before = link.readlink().name if link.is_symlink() else ""
    aside = folder / f".{SITE}.{os.getpid()}"
    aside.symlink_to(Path("builds") / target.name)
    aside.replace(link)
    others = [path for path in target.parent.glob(f"{SITE}-*") if path.name not in (target.name, before)]
    for old in sorted(others)[: len(others) + 2 - KEPT_SITES]:
        shutil.rmtree(old, ignore_errors=True)
