"""One polite, bounded request after the other, over HTTP.

What urllib3's pools do not do is done here on its connections: the connection goes to an address that was checked, and
everything that an address takes (redirects, retries, drips) ends at one deadline.
"""

import contextlib
import email.utils
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from importlib.metadata import version
from pathlib import Path
from typing import IO, TypeVar

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    InvalidHeader,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.response import HTTPResponse
from urllib3.util import make_headers, parse_url

from sources import PassingError, SourceError
from sources.addresses import Address, check, parse, redirected, resolve
from sources.partial import Partial

Result = TypeVar("Result")
Progress = Callable[[int, int | None], None]  # bytes that have come, bytes in all where that is known

CHUNK = 16_384  # bytes
MAX_REDIRECTS = 5
MAX_HEADER = 300  # characters of a header that is kept
REDIRECTS = (301, 302, 303, 307, 308)
PASSING = (408, 425, 429, 500, 502, 503, 504)
ENCODINGS = ("", "identity", "gzip", "x-gzip", "deflate")  # those that urllib3 takes off without further libraries
CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")
STRONG_AGE = 60  # seconds that a file must have been left alone for its date to tell its bytes (RFC 9110, 8.8.2.2)
IN_BROWSER = "Open it in a browser; if the report is there, save it and add the file."


@dataclass(frozen=True)
class Manners:
    """How a site is asked, and what is borne with.

    Attributes:
        contact: who asks, for the site's owner: an e-mail address or a page.
        pause_seconds: between two requests.
        connect_seconds, read_seconds: for a connection, and for a sign of life on it.
        total_seconds: for one address with all its redirects, retries and waits.
        backoff_seconds: before the first retry; twice as long before each further one.
        attempts: in all.
        max_bytes: of one file.
    """

    contact: str = ""
    pause_seconds: float = 1.0
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    total_seconds: float = 600.0
    backoff_seconds: float = 2.0
    attempts: int = 4
    max_bytes: int = 50_000_000

    @property
    def agent(self) -> str:
        """The User-Agent header: what asks, and for whom."""
        return f"duixian/{version('duixian')}{f' ({self.contact})' if self.contact else ''}"


@dataclass(frozen=True)
class Known:
    """What the server said of the file that is at hand, to ask whether it has changed."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        """Whether it said anything."""
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True)
class Download:
    """A file that came whole."""

    path: Path
    address: Address  # after redirects
    content_type: str
    known: Known


class Watchdog:
    """Ends what goes on with a socket at a deadline, however slowly the other side drips."""

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self.sock = sock
        self.fired = False
        self.timer = threading.Timer(max(seconds, 0), self.fire)
        self.timer.daemon = True

    def fire(self) -> None:
        """Break the connection: whoever reads from it wakes up."""
        self.fired = True
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> "Watchdog":
        """Start to count."""
        self.timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop counting."""
        self.timer.cancel()


class Client:
    """Asks one address after the other.

    Args:
        manners: how.
        allow_local: ask private and local machines too.
        proxy: `http://[user:password@]host:port` to send everything through. It resolves the names then, and
            connects where it will: of addresses only what they say themselves, and what this machine can resolve, is
            checked. The environment's proxies are not used.

    Raises:
        SourceError: the proxy is no such address.
    """

    def __init__(self, manners: Manners, *, allow_local: bool = False, proxy: str | None = None) -> None:
        self.manners = manners
        self.allow_local = allow_local
        self.notice: Callable[[str], None] = lambda said: None  # called before it waits to ask again
        self.last_request = float("-inf")
        self.proxy: tuple[str, int] | None = None
        self.proxy_headers: dict[str, str] = {}
        if proxy is not None:
            self.set_proxy(proxy)

    def set_proxy(self, proxy: str) -> None:
        """Send everything through a proxy from now on."""
        try:
            url = parse_url(proxy)
        except HTTPError:
            url = parse_url("")
        if url.scheme != "http" or not url.host or url.path not in (None, "/"):
            raise SourceError("The proxy is no address.", "Give it as http://host:port.")
        self.proxy = url.host.strip("[]"), url.port or 80
        if url.auth:
            self.proxy_headers = make_headers(proxy_basic_auth=url.auth)

    # --- What is asked for ---------------------------------------------------------------------------------------

    def get(self, address: str, read: Callable[[bytes, Mapping[str, str]], Result]) -> Result:
        """The body of an address, in memory, read by a function that may raise PassingError to have it asked again.

        Raises:
            SourceError: it could not be had; PassingError where it may be had later.
        """

        def attempt(deadline: float) -> Result:
            with self.opened(parse(address), {"Accept-Encoding": "gzip"}, deadline) as (_, response, chunks):
                if response.status != 200:
                    raise unasked(address, response.status)
                body = b"".join(chunks)
            return read(body, response.headers)

        return self.persist(attempt)

    def download(
        self,
        address: str,
        part: Partial,
        known: Known | None = None,
        progress: Progress = lambda *_: None,
    ) -> Download | None:
        """Fetch a file; what has come is kept in `part` and gone on with where the server can do that.

        Args:
            address: where it is.
            part: the file to write; it is the caller's to drop once the file is done.
            known: what the server said of the file that is at hand.
            progress: called with the bytes that have come and those that are to come.

        Returns:
            The file, or None where the one that is at hand has not changed.

        Raises:
            SourceError: it could not be had; PassingError where it may be had later.
            OSError: it could not be written.
        """

        def attempt(deadline: float) -> Download | None:
            try:
                return self.download_once(target, part, known or Known(), progress, deadline)
            except PassingError:
                raise
            except SourceError:  # nothing of it is of use later
                part.drop()
                raise

        target = parse(address)
        return self.persist(attempt)

    def download_once(
        self, target: Address, part: Partial, known: Known, progress: Progress, deadline: float
    ) -> Download | None:
        """One attempt of `download`."""
        at_hand = part.recall(str(target))
        headers = {"Accept-Encoding": "identity"}  # ranges count the bytes that are sent
        if at_hand and part.validator:
            headers |= {"Range": f"bytes={at_hand}-", "If-Range": part.validator}
        elif known:
            headers |= {"If-None-Match": known.etag} if known.etag else {}
            headers |= {"If-Modified-Since": known.last_modified} if known.last_modified else {}
        with self.opened(target, headers, deadline) as (address, response, chunks):
            if response.status == 304 and known and not at_hand:
                return None
            encoded = response.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity")
            if response.status == 206 and at_hand and not encoded:
                check_range(part, at_hand, response, target.host)
            elif response.status == 200:
                length = None if encoded else response.length_remaining
                part.begin(str(target), None if encoded else strong_validator(response.headers), length)
            else:
                part.drop()
                raise unasked(str(target), response.status)
            if (part.total or 0) > self.manners.max_bytes:
                raise too_big(target.host, self.manners.max_bytes)
            with part.path.open("ab") as file:
                self.receive(file, chunks, part, target.host, progress)
            return Download(part.path, address, kept_header(response.headers, "Content-Type") or "", Known(
                kept_header(response.headers, "ETag"), kept_header(response.headers, "Last-Modified")
            ))  # fmt: skip

    def receive(
        self,
        file: IO[bytes],
        chunks: Iterator[bytes],
        part: Partial,
        host: str,
        progress: Progress,
    ) -> None:
        """Write a body as it comes; raise where it is too long, or shorter than was said."""
        size = part.size
        for chunk in chunks:
            size += len(chunk)
            if size > self.manners.max_bytes:  # with what had come before
                raise too_big(host, self.manners.max_bytes)
            file.write(chunk)
            file.flush()  # a killed run leaves what it has got
            progress(size, part.total)
        if part.total is not None and size != part.total:
            raise PassingError(
                f"{host} sent {size} bytes of {part.total}.", "Run the command again: it goes on from there."
            )

    # --- Again and again -----------------------------------------------------------------------------------------

    def persist(self, attempt: Callable[[float], Result]) -> Result:
        """Try until it is well, the attempts are used up, or the time is."""
        deadline = time.monotonic() + self.manners.total_seconds
        for count in range(1, self.manners.attempts + 1):
            try:
                return attempt(deadline)
            except PassingError as error:
                wait = max(self.manners.backoff_seconds * 2 ** (count - 1), error.wait or 0)
                if error.wait and time.monotonic() + wait > deadline:
                    raise PassingError(
                        f"{error.reason} It asks to be left alone for {error.wait:.0f} seconds.",
                        "Run the command again after that.",
                    ) from error
                if count == self.manners.attempts or time.monotonic() + wait > deadline:
                    raise
                self.notice(f"{error.reason} Again in {wait:.3g} s.")
            time.sleep(wait)
        raise AssertionError("no attempt was allowed")

    # --- One request ---------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def opened(
        self, address: Address, headers: Mapping[str, str], deadline: float
    ) -> Iterator[tuple[Address, HTTPResponse, Iterator[bytes]]]:
        """Ask an address, follow its redirects, and give the answer: 200, 206, 304 or 416, and its body in chunks."""
        seen = {str(address)}
        while True:
            connection, guard = self.request(address, headers, deadline)
            try:
                with guard:
                    with told(address.host, guard, self.manners):
                        response = connection.getresponse()
                    location = response.headers.get("Location")
                    if response.status not in REDIRECTS or location is None:
                        check_status(response, address.host)
                        yield address, response, self.body(response, address.host, guard)
                        return
            finally:
                connection.close()
                self.last_request = time.monotonic()
            target = redirected(address, location)
            if str(target) in seen or len(seen) > MAX_REDIRECTS:
                raise SourceError(
                    f"{address.host} redirects in a circle, or more than {MAX_REDIRECTS} times.", IN_BROWSER
                )
            seen.add(str(target))
            address = target

    def request(self, address: Address, headers: Mapping[str, str], deadline: float) -> tuple[HTTPConnection, Watchdog]:
        """Connect to an address that was checked, and send the request."""
        time.sleep(max(0.0, self.last_request + self.manners.pause_seconds - time.monotonic()))
        hosts = self.machines(address)
        named = f"{address.host}, through the proxy," if self.proxy else address.host
        failure: SourceError | None = None
        for host in hosts:
            left = deadline - time.monotonic()
            if left <= 0:
                raise out_of_time(address.host, self.manners)
            connection = self.connection(host, address, min(self.manners.connect_seconds, left))
            try:
                with told(named, None, self.manners):
                    connection.connect()
                    assert connection.sock is not None  # noqa: S101 - for the type checker
                    guard = Watchdog(connection.sock, deadline - time.monotonic())
                    connection.sock.settimeout(self.manners.read_seconds)
                    connection.timeout = self.manners.read_seconds
                    self.send(connection, address, headers)
                return connection, guard
            except PassingError as error:  # another address of the host may answer
                connection.close()
                failure = error
            except BaseException:
                connection.close()
                raise
        raise failure or PassingError(f"{address.host} has no address.", "Check the name.")

    def machines(self, address: Address) -> list[str]:
        """The machines to connect to for an address, each of them allowed: its host's, or the proxy."""
        try:
            ips = resolve(address.host, address.port)
        except SourceError:
            if not self.proxy:
                raise
            ips = []  # a name that only the proxy can resolve is the proxy's to judge
        if not self.allow_local:
            check(address.host, ips)
        return [self.proxy[0]] if self.proxy else [str(ip) for ip in ips]

    def connection(self, host: str, address: Address, seconds: float) -> HTTPConnection:
        """A connection, not yet made, to a machine that stands for an address's host, or to the proxy."""
        port = self.proxy[1] if self.proxy else address.port
        if address.scheme == "http":
            return HTTPConnection(host, port, timeout=seconds)
        connection = HTTPSConnection(
            host, port, timeout=seconds, ssl_context=ssl.create_default_context(), server_hostname=address.host
        )
        if self.proxy:
            connection.set_tunnel(address.host, address.port, self.proxy_headers)
        return connection

    def send(self, connection: HTTPConnection, address: Address, headers: Mapping[str, str]) -> None:
        """Send the request."""
        plain_proxy = self.proxy is not None and address.scheme == "http"
        connection.request(
            "GET",
            str(address) if plain_proxy else address.target,
            headers={"Host": address.authority, "User-Agent": self.manners.agent, "Accept": "*/*"}
            | {"Connection": "close"}
            | (self.proxy_headers if plain_proxy else {})
            | dict(headers),
            preload_content=False,
            decode_content=True,
        )

    def body(self, response: HTTPResponse, host: str, guard: Watchdog) -> Iterator[bytes]:
        """A body in chunks, unpacked where it is packed, of which no more than the limit is ever unpacked at once."""
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in ENCODINGS:
            raise SourceError(f"{host} packs its answer in a way that was not asked for.", IN_BROWSER)
        size = 0
        while True:
            with told(host, guard, self.manners):
                chunk = response.read1(CHUNK, decode_content=True)  # what has come so far: a break loses none of it
            if guard.fired:  # a body without a length ends quietly when its connection does
                raise out_of_time(host, self.manners)
            if not chunk:
                return
            size += len(chunk)
            if size > self.manners.max_bytes:
                raise too_big(host, self.manners.max_bytes)
            yield chunk


@contextlib.contextmanager
def told(host: str, guard: Watchdog | None, manners: Manners) -> Iterator[None]:
    """What goes wrong on a connection, as a SourceError."""
    try:
        yield
    except SourceError:
        raise
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        if guard is not None and guard.fired:
            raise out_of_time(host, manners) from error
        raise fault(host, error, manners) from error


def fault(host: str, error: Exception, manners: Manners) -> SourceError:
    """A fault of a connection in words."""
    causes = [error, error.__cause__, error.__context__, *(item for item in error.args if isinstance(item, Exception))]
    certificate = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if certificate:
        return SourceError(
            f"The certificate of {host} could not be verified ({certificate.verify_message}).",
            f"It may be another machine that answers. {IN_BROWSER}",
        )
    if isinstance(error, ssl.SSLError | SSLError):
        return SourceError(f"{host} does not speak TLS as it should.", IN_BROWSER)
    later = "Try again later."
    if isinstance(error, NewConnectionError):
        return PassingError(f"No connection to {host} could be made.", "Check the address, and try again later.")
    if isinstance(error, ConnectTimeoutError):
        return PassingError(f"{host} did not answer within {manners.connect_seconds:g} seconds.", later)
    if isinstance(error, ReadTimeoutError | TimeoutError):
        return PassingError(f"{host} said nothing for {manners.read_seconds:g} seconds.", later)
    if isinstance(error, InvalidHeader | ValueError):
        return PassingError(f"{host} answers in a way that is not HTTP's.", IN_BROWSER)
    return PassingError(f"{host} broke the connection off, or does not speak HTTP as it should.", later)


def check_status(response: HTTPResponse, host: str) -> None:
    """Raise where an answer is none that can be gone on with."""
    status = response.status
    if status in PASSING:
        said = "is asked too often" if status == 429 else "cannot answer now"
        raise PassingError(f"{host} {said} ({status}).", "Try again later.", retry_after(response.headers))
    if status in (401, 403, 451):
        raise SourceError(f"{host} refuses this address ({status}).", IN_BROWSER)
    if status in (404, 410):
        raise SourceError(f"{host} has nothing at this address ({status}).", "Find where the report stands now.")
    if status not in (200, 206, 304, 416):
        raise SourceError(f"{host} answers with status {status}.", IN_BROWSER)


def unasked(address: str, status: int) -> SourceError:
    """An answer to a question that was not put."""
    return PassingError(f"{parse(address).host} answers with status {status}, unasked.", "Try again later.")


def check_range(part: Partial, at_hand: int, response: HTTPResponse, host: str) -> None:
    """Raise PassingError, and forget the part, where the rest that comes is not that of the part."""
    match = CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
    first, last, total = (int(number) for number in match.groups()) if match else (-1, -1, -1)
    etag = response.headers.get("ETag")
    same = etag is None or not (part.validator or "").startswith('"') or etag == part.validator
    whole = response.length_remaining in (None, last - first + 1)
    if not (first == at_hand and last == total - 1 and part.total in (None, total) and same and whole):
        part.drop()
        raise PassingError(f"{host} sent another piece of the file than was asked for.", "Run the command again.")
    part.total = total


def strong_validator(headers: Mapping[str, str]) -> str | None:
    """What tells these very bytes from any others that the address may give, or None."""
    etag = kept_header(headers, "ETag")
    if etag is not None and re.fullmatch(r'"[\x21\x23-\x7e]*"', etag):
        return etag
    modified, sent = (moment(headers, name) for name in ("Last-Modified", "Date"))
    if etag is None and modified is not None and sent is not None and sent - modified >= STRONG_AGE:
        return kept_header(headers, "Last-Modified")
    return None


def moment(headers: Mapping[str, str], name: str) -> float | None:
    """A header's date in seconds since 1970, or None."""
    parsed = email.utils.parsedate_tz(headers.get(name, ""))
    try:
        return email.utils.mktime_tz(parsed) if parsed else None
    except (ValueError, OverflowError):
        return None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a Retry-After header asks for, or None."""
    value = headers.get("Retry-After")
    try:
        return None if value is None else float(urllib3.Retry().parse_retry_after(value))
    except (HTTPError, ValueError, OverflowError):
        return None


def kept_header(headers: Mapping[str, str], name: str) -> str | None:
    """A header that is plain and short enough to be written down and sent back."""
    value = headers.get(name)
    plain = value is not None and len(value) <= MAX_HEADER and value.isascii() and value.isprintable()
    return value if plain else None


def out_of_time(host: str, manners: Manners) -> PassingError:
    """The end of one address's time."""
    return PassingError(
        f"{host} took more than {manners.total_seconds:g} seconds.", "Try again later, or raise total_seconds."
    )


def too_big(host: str, limit: int) -> SourceError:
    """A file that no report needs to be."""
    return SourceError(
        f"What {host} sends is larger than {limit / 1e6:g} MB.", "Find the report's text alone, without pictures."
    )
