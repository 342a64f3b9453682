"""The site's figures: what making it takes, how large its pages are, and how long each kind takes to load.

`python -m tests.benchmark_site my-warehouse [--pages 5]` makes the site of a published warehouse anew, then opens
the largest pages of each kind in Chromium, from the loopback, each in a window without a cache. Nothing here passes or
fails.
"""

import argparse
import shutil
import statistics
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from tests.serving import served
from tests.warehouse.test_site_in_browser import CHROMIUM, OPTIONS
from warehouse import pages

KINDS = ("index.html", "areas/*.html", "reports/*.html", "indicators/*.html", "method.html", "coverage.html")
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"  # milliseconds since it was asked for
DRAWN = "!document.querySelector('[data-chart]') || document.querySelector('[data-chart] svg') !== null"
console = Console()


def loads(browser: Browser, address: str) -> tuple[float, float]:
    """Seconds until a page is loaded, and until its first chart is drawn."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(address)
    while not page.evaluate(DRAWN):
        page.wait_for_timeout(10)
    drawn = time.perf_counter() - started
    loaded = page.evaluate(LOADED) / 1000
    context.close()
    return loaded, drawn


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("--pages", type=int, default=5, help="of each kind: the largest ones")
    options = parser.parse_args()
    folder = options.warehouse.absolute()
    (folder / pages.SITE).unlink(missing_ok=True)
    started, spent = time.perf_counter(), time.process_time()
    pages.build(folder)
    console.print(
        f"made in {time.perf_counter() - started:.1f} s, of these {time.process_time() - spent:.1f} s at work"
    )
    site = folder / pages.SITE
    files = [path for path in site.rglob("*") if path.is_file()]
    console.print(f"{len(files):,} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB")
    shown = Table()
    for name in ("pages", "how many", "median kB", "largest kB", "loaded s", "slowest s", "first chart s"):
        shown.add_column(name, justify="left" if name == "pages" else "right")
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM or shutil.which("chromium"), args=list(OPTIONS))
        loads(browser, address)  # so that the first is like the others
        for kind in KINDS:
            found = sorted(site.resolve().glob(kind), key=lambda path: -path.stat().st_size)
            sizes = [path.stat().st_size / 1000 for path in found]
            taken = [loads(browser, address + str(path.relative_to(site.resolve()))) for path in found[: options.pages]]
            loaded, drawn = ([one[at] for one in taken] for at in (0, 1))
            shown.add_row(
                kind, f"{len(found):,}", f"{statistics.median(sizes):,.0f}", f"{sizes[0]:,.0f}",
                f"{statistics.median(loaded):.2f}", f"{max(loaded):.2f}", f"{statistics.median(drawn):.2f}",
            )  # fmt: skip
        browser.close()
    console.print(shown)


if __name__ == "__main__":
    main()
