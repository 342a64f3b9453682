"""`duixian open`: the scorecard site, served to this machine alone, in the browser."""

import errno
import os
import signal
import tempfile
import webbrowser
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from rich.text import Text

from commands.shown import WRONG_USAGE, UsageError, clean, complain, out, warehouse_of
from warehouse.pages import SITE, Asked
from warehouse.store import WarehouseError

SHOWN = 0
LOOPBACK = "127.0.0.1"


class Handler(SimpleHTTPRequestHandler):
    """The files of a folder and no list of them, for who asks this machine by its own name."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: Any, asked: Asked, **named: Any) -> None:
        """`asked` makes the pages that the folder does not hold."""
        self.asked = asked
        super().__init__(*arguments, **named)

    def translate_path(self, path: str) -> str:
        """The file of an address; of a page that is made when it is asked for, the one that was made."""
        found = super().translate_path(path)
        if found.endswith("/") or os.path.exists(found):  # noqa: PTH110 - of a name too long, Path.exists raises
            return found
        made = self.asked.page(Path(found).relative_to(self.directory).as_posix())
        return str(made) if made else found

    def send_head(self):  # type: ignore[no-untyped-def]
        """Refuse another site's page that had its name lead here; say which page could not be made, and why."""
        if (self.headers.get("Host") or "").rpartition(":")[0] not in (LOOPBACK, "localhost"):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return None
        try:
            return super().send_head()
        except ValueError:  # a name that no file can have
            self.send_error(HTTPStatus.NOT_FOUND)
        except WarehouseError as error:
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR, explain=clean(str(error)))
        return None

    def list_directory(self, path: object) -> None:
        """Nothing but pages is shown."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """What a page cannot say of itself; and whether it is still the same is asked each time."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", "frame-ancestors 'none'")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""


class Server(ThreadingHTTPServer):
    """A server of the site, for this machine alone."""

    def __init__(self, site: Path, port: int) -> None:
        """The site is a warehouse's."""
        self.scratch = tempfile.TemporaryDirectory(prefix="duixian-")
        self.asked = Asked(site, Path(self.scratch.name))
        super().__init__((LOOPBACK, port), partial(Handler, directory=str(site), asked=self.asked))

    def server_close(self) -> None:
        """Free the port, and drop the pages that were made."""
        super().server_close()
        self.asked.close()
        self.scratch.cleanup()


def server(site: Path, port: int) -> Server:
    """A server of the site; port 0 is any that is free.

    Raises:
        UsageError: the port is taken.
    """
    try:
        return Server(site, port)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise UsageError(f"port {port} is taken or not allowed; name another with --port, or 0 for any") from error


def open_site(warehouse: Path | None, port: int, browser: bool) -> int:
    """Serve the site until Ctrl-C, and open it in the browser.

    Returns:
        The exit code: 0 shown, 2 there is no site or the port is taken.
    """
    folder = warehouse_of(warehouse)
    site = folder / SITE
    try:
        if not (site / "index.html").is_file():
            raise UsageError(f"{site} is not there; run `duixian run` to build it")
        serving = server(site, port)
    except (UsageError, OverflowError) as error:
        complain("not opened", error)
        return WRONG_USAGE
    with serving:
        address = f"http://{LOOPBACK}:{serving.server_port}/"
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that pages that were made go, too
        try:
            out.print(
                Text(f"{address} shows {clean(str(site))}, to this machine alone; Ctrl-C ends it"), soft_wrap=True
            )
            if browser and not webbrowser.open(address):
                complain("no browser was found", "open the address above in one", "yellow")
            serving.serve_forever()
        except KeyboardInterrupt:
            out.print("closed")
    return SHOWN
