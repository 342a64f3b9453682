"""A server on this machine that behaves like the real ones, and like broken ones.

`python -m tests.sources.server` serves a small wiki and some addresses, to try the commands by hand.
"""

import gzip
import hashlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sources.prose import LOGIN, NOT_FOUND, plain, rendered, web_page

TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
LONG_AGO = formatdate(1_600_000_000, usegmt=True)


class Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    protocol_version = "HTTP/1.1"
    site: "Site"

    def do_GET(self) -> None:
        self.close_connection = True
        self.site.requests.append(Asked(self.path, dict(self.headers.items()), time.monotonic()))
        with self.site.counting:
            self.site.under_way += 1
            self.site.most_at_once = max(self.site.most_at_once, self.site.under_way)
        path = urlsplit(self.path).path
        try:
            self.site.routes.get(path, status(404, NOT_FOUND))(self)
        except (OSError, ValueError):  # the client went away
            pass
        finally:
            with self.site.counting:
                self.site.under_way -= 1

    def answer(self, code: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        """A sound answer."""
        self.send_response(code)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def raw(self, data: bytes) -> None:
        """Bytes as they are."""
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    path: str
    headers: dict[str, str]
    at: float


Handler = Callable[[Exchange], None]


class Site(ThreadingHTTPServer):
    """Routes and what was asked of them."""

    daemon_threads = True

    def __init__(self, host: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.routes: dict[str, Handler] = {}
        self.requests: list[Asked] = []
        self.counting = threading.Lock()
        self.under_way = self.most_at_once = 0
        self.context = context
        super().__init__((host, 0), type("Handler", (Exchange,), {"site": self}))
        self.port = self.server_address[1]
        self.url = f"{'https' if context else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.context:
            try:
                request = self.context.wrap_socket(request, server_side=True)
            except (OSError, ssl.SSLError):
                return
        super().finish_request(request, client_address)

    def handle_error(self, *_: Any) -> None:
        """Say nothing."""

    def close(self) -> None:
        self.shutdown()
        self.server_close()


# --- Sound answers -----------------------------------------------------------------------------------------------


def page(data: bytes, kind: str = TEXT, etag: str = "", modified: str = "", ranges: bool = True) -> Handler:
    """A file, with conditional requests and ranges as they should be."""

    def handle(exchange: Exchange) -> None:
        asked = exchange.headers
        headers = {"Content-Type": kind, "ETag": etag, "Last-Modified": modified}
        known = (asked.get("If-None-Match") == etag) if asked.get("If-None-Match") else False
        if (etag and known) or (modified and asked.get("If-Modified-Since") == modified and not etag):
            return exchange.answer(304, headers=headers | {"Content-Length": ""})
        first = asked.get("Range", "").removeprefix("bytes=").removesuffix("-")
        if ranges and first.isdigit() and asked.get("If-Range") in (None, etag or None, modified or None):
            if int(first) >= len(data):
                return exchange.answer(416, headers={"Content-Range": f"bytes */{len(data)}"})
            headers["Content-Range"] = f"bytes {first}-{len(data) - 1}/{len(data)}"
            return exchange.answer(206, data[int(first) :], headers)
        return exchange.answer(200, data, headers)

    return handle


def status(code: int, body: bytes = b"", **headers: str) -> Handler:
    """A status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda exchange: exchange.answer(code, body, {"Content-Type": HTML} | named)


def redirect(to: str, code: int = 302) -> Handler:
    """A redirect; the location is sent as UTF-8, as sites do."""

    def handle(exchange: Exchange) -> None:
        exchange.raw(f"HTTP/1.1 {code} Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode())

    return handle


def in_turn(*handlers: Handler) -> Handler:
    """Each once, the last one for ever."""
    left = list(handlers)

    def handle(exchange: Exchange) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(exchange)

    return handle


# --- Broken ones -------------------------------------------------------------------------------------------------


def head(kind: str = TEXT, **headers: str) -> bytes:
    """The head of an answer."""
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{named}\r\n".encode()


def cut(data: bytes, at: int, etag: str = "", **headers: str) -> Handler:
    """A file that breaks off; from where a range asks for it, it breaks off again after as many bytes."""
    more = ({"ETag": etag} if etag else {}) | headers

    def handle(exchange: Exchange) -> None:
        first = exchange.headers.get("Range", "").removeprefix("bytes=").removesuffix("-")
        begin = int(first) if first.isdigit() and exchange.headers.get("If-Range") == etag else 0
        start = head(Content_Length=str(len(data) - begin), **more)
        if begin:
            start = start.replace(b"200 OK", b"206 Partial Content")[:-2]
            start += f"Content-Range: bytes {begin}-{len(data) - 1}/{len(data)}\r\n\r\n".encode()
        exchange.raw(start + data[begin : begin + at])

    return handle


def drip(data: bytes, pause: float, at_once: int = 1) -> Handler:
    """A few bytes at a time, for ever so long."""

    def handle(exchange: Exchange) -> None:
        exchange.raw(head(Content_Length=str(len(data))))
        for start in range(0, len(data), at_once):
            exchange.raw(data[start : start + at_once])
            time.sleep(pause)

    return handle


def drip_head(pause: float) -> Handler:
    """Headers that never end."""

    def handle(exchange: Exchange) -> None:
        exchange.raw(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(10_000):
            exchange.raw(b"x")
            time.sleep(pause)

    return handle


def silent(seconds: float = 30) -> Handler:
    """Nothing at all."""
    return lambda exchange: time.sleep(seconds)


def endless(chunked: bool = False) -> Handler:
    """A body without an end."""

    def handle(exchange: Exchange) -> None:
        exchange.raw(head(Transfer_Encoding="chunked") if chunked else head())
        data = "报告".encode() * 5_000
        while True:
            exchange.raw(f"{len(data):x}\r\n".encode() + data + b"\r\n" if chunked else data)

    return handle


def bomb(unpacked: int) -> Handler:
    """A small packed body that is large unpacked, sent to whoever asks."""
    packed = gzip.compress(bytes(unpacked))
    return lambda exchange: exchange.answer(200, packed, {"Content-Type": TEXT, "Content-Encoding": "gzip"})


def said(data: bytes) -> Handler:
    """These very bytes, whatever they are."""
    return lambda exchange: exchange.raw(data)


# --- A wiki ------------------------------------------------------------------------------------------------------


@dataclass
class Revision:
    """What a page holds."""

    number: int
    html: str
    timestamp: str = "2024-03-06T01:02:03Z"


@dataclass
class MediaWiki:
    """The part of the API that is asked, as MediaWiki 1.4x answers with formatversion 2."""

    pages: dict[str, Revision] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    converted: dict[str, str] = field(default_factory=dict)  # titles in the other script
    categories: dict[str, list[str]] = field(default_factory=dict)
    rights: dict[str, str] = field(
        default_factory=lambda: {
            "url": "https://creativecommons.org/licenses/by-sa/4.0/",
            "text": "Creative Commons Attribution-Share Alike 4.0",
        }
    )
    at_once: int = 3  # titles, or members, that one answer has room for
    lagging: int = 0  # answers that ask for patience first

    def add(self, year: int, number: int | None = None, growth: float = 6.1) -> None:
        """A report's page."""
        self.pages[TITLE.format(year=year)] = Revision(number or year * 10, rendered(year, growth))

    def __call__(self, exchange: Exchange) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(exchange.path).query).items()}
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self.lagging:
            self.lagging -= 1
            error = {"code": "maxlag", "info": "Waiting for a database: 6 seconds lagged.", "lag": 6}
            return self.send(exchange, {"error": error}, headers | {"Retry-After": "0"})
        if asked.get("formatversion") != "2" or asked.get("format") != "json" or "maxlag" not in asked:
            return exchange.answer(400)
        if asked["action"] == "parse":
            return self.send(exchange, self.parse(int(asked["oldid"])), headers)
        if "meta" in asked:
            return self.send(exchange, {"batchcomplete": True, "query": {"rightsinfo": self.rights}}, headers)
        if "list" in asked:
            return self.send(exchange, self.members(asked), headers)
        return self.send(exchange, self.query(asked), headers)

    def send(self, exchange: Exchange, answer: dict[str, Any], headers: dict[str, str]) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode()
        if "gzip" in exchange.headers.get("Accept-Encoding", ""):
            return exchange.answer(200, gzip.compress(body), headers | {"Content-Encoding": "gzip"})
        return exchange.answer(200, body, headers)

    def parse(self, number: int) -> dict[str, Any]:
        for title, revision in self.pages.items():
            if revision.number == number:
                return {"parse": {"title": title, "pageid": number, "revid": number, "text": revision.html}}
        return {"error": {"code": "nosuchrevid", "info": f"There is no revision with ID {number}."}}

    def members(self, asked: dict[str, str]) -> dict[str, Any]:
        titles = self.categories.get(asked["cmtitle"], [])
        first = int(asked.get("cmcontinue", "page|0").partition("|")[2])
        some = [{"pageid": 1, "ns": 0, "title": title} for title in titles[first : first + self.at_once]]
        answer: dict[str, Any] = {"query": {"categorymembers": some}}
        if first + self.at_once < len(titles):
            answer["continue"] = {"cmcontinue": f"page|{first + self.at_once}", "continue": "-||"}
        return answer

    def query(self, asked: dict[str, str]) -> dict[str, Any]:
        titles = asked["titles"].split("|")
        first = int(asked.get("rvcontinue", "0"))
        query: dict[str, Any] = {"converted": [], "redirects": [], "pages": []}
        for number, title in enumerate(titles):
            end = title
            for step, table in (("converted", self.converted), ("redirects", self.redirects)):
                if end in table:
                    query[step].append({"from": end, "to": table[end]})
                    end = table[end]
            found: dict[str, Any] = {"ns": 0, "title": end}
            if end not in self.pages:
                found["missing"] = True
            elif first <= number < first + self.at_once:
                revision = self.pages[end]
                found["revisions"] = [{"revid": revision.number, "parentid": 1, "timestamp": revision.timestamp}]
            query["pages"].append(found)
        answer: dict[str, Any] = {"query": {key: value for key, value in query.items() if value}}
        if first + self.at_once < len(titles):
            answer["continue"] = {"rvcontinue": str(first + self.at_once), "continue": "||"}
        return answer


TITLE = "{year}年中华人民共和国国务院政府工作报告"


def etag_of(data: bytes) -> str:
    """A strong validator."""
    return f'"{hashlib.sha256(data).hexdigest()[:12]}"'


def main() -> None:
    """Serve until Ctrl-C."""
    site = Site()
    wiki = MediaWiki(at_once=50)
    for year in (*range(1978, 1982), *range(2010, 2018)):
        wiki.add(year)
    site.routes = {
        "/w/api.php": wiki,
        "/2024.txt": page(plain(2024), etag=etag_of(plain(2024))),
        "/2024.html": page(web_page(2024), HTML),
        "/slow.txt": drip(plain(2023), 0.02, 40),
        "/login": page(LOGIN, HTML),
        "/gone": status(404, NOT_FOUND),
        "/busy": status(429, Retry_After="3"),
        "/hidden": redirect("http://10.0.0.1/"),
        "/loop": redirect("/loop"),
        "/cut.txt": cut(plain(2022), 900, etag='"x"'),
        "/strange": page(b"\x1b[31mred\x1b[0m", TEXT),
    }
    print(site.url)
    threading.Event().wait()


if __name__ == "__main__":
    main()
