"""The client against a server that behaves, and against all kinds that do not."""

import contextlib
import gzip
import ipaddress
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources import PassingError, SourceError
from sources.network import Client, Known, Manners
from sources.partial import Partial
from tests.sources.certificates import Authority
from tests.sources.conftest import QUICK
from tests.sources.prose import plain
from tests.sources.server import (
    LONG_AGO,
    Exchange,
    Handler,
    Site,
    bomb,
    cut,
    drip,
    drip_head,
    endless,
    etag_of,
    head,
    in_turn,
    page,
    redirect,
    said,
    silent,
    status,
)

DATA = plain(2024) * 10
ETAG = etag_of(DATA)


def failure(client: Client, address: str, part: Partial) -> SourceError:
    """Why a download fails; nothing that it says steers a terminal."""
    with pytest.raises(SourceError) as caught:
        client.download(address, part)
    assert caught.value.remedy
    assert str(caught.value).isprintable()
    return caught.value


# --- What behaves ------------------------------------------------------------------------------------------------


def test_a_file_comes_as_it_is_with_what_is_said_of_it(site: Site, client: Client, part: Partial) -> None:
    site.routes["/a"] = page(DATA, etag=ETAG, modified=LONG_AGO)
    seen: list[tuple[int, int | None]] = []
    download = client.download(f"{site.url}/a", part, progress=lambda *come: seen.append(come))
    assert download is not None
    assert download.path.read_bytes() == DATA
    assert (download.content_type, download.known) == ("text/plain; charset=utf-8", Known(ETAG, LONG_AGO))
    assert seen[-1] == (len(DATA), len(DATA))


def test_it_says_who_asks_and_takes_nothing_packed(site: Site, client: Client, part: Partial) -> None:
    site.routes["/a"] = page(DATA)
    client.download(f"{site.url}/a", part)
    headers = site.requests[0].headers
    assert headers["User-Agent"] == f"duixian/{QUICK.agent.split('/')[1].split()[0]} (tests@example.org)"
    assert headers["Accept-Encoding"] == "identity"
    assert headers["Host"] == f"127.0.0.1:{site.port}"
    assert not set(headers) & {"Cookie", "Authorization", "Referer", "Range", "If-None-Match"}


def test_one_request_at_a_time_and_a_pause_between(site: Site, part: Partial) -> None:
    site.routes |= {"/a": redirect("/b"), "/b": page(DATA)}
    client = Client(replace(QUICK, pause_seconds=0.15), allow_local=True)
    for _ in range(2):
        client.download(f"{site.url}/a", part)
    times = [request.at for request in site.requests]
    assert len(times) == 4
    assert all(after - before >= 0.14 for before, after in pairwise(times))
    assert site.most_at_once == 1


@pytest.mark.parametrize("known", [Known(ETAG, LONG_AGO), Known(ETAG), Known(None, LONG_AGO)])
def test_what_has_not_changed_is_not_sent_again(site: Site, client: Client, part: Partial, known: Known) -> None:
    site.routes["/a"] = page(DATA, etag=known.etag or "", modified=LONG_AGO)
    assert client.download(f"{site.url}/a", part, known) is None
    assert client.download(f"{site.url}/a", part, Known('"old"', "Thu, 01 Jan 1998 00:00:00 GMT")) is not None


def test_redirects_are_followed_to_where_they_lead(site: Site, client: Client, part: Partial) -> None:
    site.routes |= {
        "/a": redirect("b/报告", 301),
        "/b/%E6%8A%A5%E5%91%8A": redirect(f"{site.url}/c", 308),
        "/c": page(DATA),
    }
    download = client.download(f"{site.url}/a", part)
    assert download is not None
    assert str(download.address) == f"{site.url}/c"


def test_a_body_without_a_length_ends_with_its_connection(site: Site, client: Client, part: Partial) -> None:
    chunked = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (DATA[:100], DATA[100:])) + b"0\r\n\r\n"
    site.routes |= {"/a": said(head() + DATA), "/b": said(head(Transfer_Encoding="chunked") + chunked)}
    for path in ("/a", "/b"):
        download = client.download(f"{site.url}{path}", part)
        assert download is not None
        assert download.path.read_bytes() == DATA


def test_what_is_packed_unasked_is_unpacked(site: Site, client: Client, part: Partial) -> None:
    packed = gzip.compress(DATA)
    site.routes["/a"] = said(head(Content_Encoding="gzip", Content_Length=str(len(packed))) + packed)
    download = client.download(f"{site.url}/a", part)
    assert download is not None
    assert download.path.read_bytes() == DATA


# --- What does not -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504])
def test_it_asks_again_and_gives_up_in_the_end(site: Site, client: Client, part: Partial, code: int) -> None:
    site.routes["/a"] = in_turn(status(code), status(code), page(DATA))
    assert client.download(f"{site.url}/a", part) is not None
    site.routes["/a"] = status(code)
    assert str(code) in failure(client, f"{site.url}/a", part).reason
    assert len(site.requests) == 3 + QUICK.attempts


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (404, "nothing at"),
        (410, "nothing at"),
        (401, "refuses"),
        (403, "refuses"),
        (451, "refuses"),
        (418, "418"),
        (204, "204"),
        (501, "501"),
    ],
)
def test_what_will_not_change_is_not_asked_again(
    site: Site, client: Client, part: Partial, code: int, words: str
) -> None:
    site.routes["/a"] = status(code)
    error = failure(client, f"{site.url}/a", part)
    assert words in error.reason
    assert not isinstance(error, PassingError)
    assert len(site.requests) == 1


def test_it_waits_longer_each_time_and_as_long_as_it_is_asked_to(
    site: Site, part: Partial, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", lambda seconds: waits.append(seconds) if seconds else None)
    date = formatdate(time.time() + 3, usegmt=True)
    site.routes["/a"] = in_turn(
        status(500), status(429, Retry_After="2"), status(503, Retry_After=date), status(503, Retry_After="\x00later"),
        page(DATA),
    )  # fmt: skip
    client = Client(replace(QUICK, backoff_seconds=0.5, attempts=5, total_seconds=60), allow_local=True)
    said_so: list[str] = []
    client.notice = said_so.append
    client.download(f"{site.url}/a", part)
    assert waits[:2] == [0.5, 2]
    assert 2 <= waits[2] <= 3.5
    assert waits[3] == 4
    assert len(said_so) == 4
    assert "429" in said_so[1]


def test_who_asks_to_be_left_alone_for_long_is(site: Site, client: Client, part: Partial) -> None:
    site.routes["/a"] = status(429, Retry_After="3600")
    assert "left alone for 3600 seconds" in failure(client, f"{site.url}/a", part).reason
    assert len(site.requests) == 1


def test_a_file_that_breaks_off_is_gone_on_with(site: Site, client: Client, part: Partial) -> None:
    site.routes["/a"] = cut(DATA, len(DATA) // 3 + 1, ETAG)
    download = client.download(f"{site.url}/a", part)
    assert download is not None
    assert download.path.read_bytes() == DATA
    ranges = [request.headers.get("Range") for request in site.requests]
    assert ranges[0] is None
    assert ranges[1] == f"bytes={len(DATA) // 3 + 1}-"
    assert all(request.headers["If-Range"] == ETAG for request in site.requests[1:])


@pytest.mark.parametrize(
    "headers", [{}, {"ETag": f"W/{ETAG}"}, {"Last_Modified": formatdate(usegmt=True), "Date": formatdate(usegmt=True)}]
)
def test_without_a_strong_validator_it_begins_anew(
    site: Site, client: Client, part: Partial, headers: dict[str, str]
) -> None:
    site.routes["/a"] = in_turn(said(head(Content_Length=str(len(DATA)), **headers) + DATA[:500]), page(DATA))
    download = client.download(f"{site.url}/a", part)
    assert download is not None
    assert download.path.read_bytes() == DATA
    assert "Range" not in site.requests[1].headers


def test_an_old_date_is_a_strong_validator(site: Site, client: Client, part: Partial) -> None:
    start = head(Content_Length=str(len(DATA)), Last_Modified=LONG_AGO, Date=formatdate(usegmt=True))
    site.routes["/a"] = in_turn(said(start + DATA[:500]), page(DATA, modified=LONG_AGO))
    assert client.download(f"{site.url}/a", part) is not None
    assert site.requests[1].headers["If-Range"] == LONG_AGO
    assert part.path.read_bytes() == DATA


def test_a_server_that_does_without_ranges_sends_it_all(site: Site, client: Client, part: Partial) -> None:
    site.routes["/a"] = in_turn(cut(DATA, 500, ETAG), page(DATA, etag=ETAG, ranges=False))
    download = client.download(f"{site.url}/a", part)
    assert download is not None
    assert download.path.read_bytes() == DATA


def test_a_file_that_changed_in_between_is_not_pieced_together(site: Site, client: Client, part: Partial) -> None:
    new = plain(2023) * 12
    site.routes["/a"] = in_turn(cut(DATA, 500, ETAG), page(new, etag=etag_of(new)))
    download = client.download(f"{site.url}/a", part)
    assert download is not None
    assert download.path.read_bytes() == new


@pytest.mark.parametrize(
    ("span", "etag"),
    [
        (f"bytes 500-{len(DATA) - 1}/{len(DATA)}", '"other"'),  # says itself that it is another file
        (f"bytes 501-{len(DATA) - 1}/{len(DATA)}", ETAG),
        (f"bytes 500-{len(DATA) - 2}/{len(DATA)}", ETAG),
        (f"bytes 500-{len(DATA)}/{len(DATA) + 1}", ETAG),
        (f"bytes 500-{len(DATA) - 1}/*", ETAG),
        ("bytes x", ETAG),
    ],
)
def test_another_piece_than_was_asked_for_is_not_taken(
    site: Site, client: Client, part: Partial, span: str, etag: str
) -> None:
    wrong = head(Content_Length=str(len(DATA) - 500), Content_Range=span, ETag=etag).replace(b"200 OK", b"206 Partial")
    site.routes["/a"] = in_turn(cut(DATA, 500, ETAG), said(wrong + b"x" * (len(DATA) - 500)), page(DATA, etag=ETAG))
    download = client.download(f"{site.url}/a", part)
    assert download is not None
    assert download.path.read_bytes() == DATA


@pytest.mark.parametrize("rest", [DATA[500:-9], DATA[500:] + b"more"])
def test_a_piece_of_another_length_than_was_said_is_not_the_end(
    site: Site, client: Client, part: Partial, rest: bytes
) -> None:
    span = f"bytes 500-{len(DATA) - 1}/{len(DATA)}"
    piece = head(Transfer_Encoding="chunked", Content_Range=span, ETag=ETAG).replace(b"200 OK", b"206 Partial")
    piece += b"%x\r\n%b\r\n0\r\n\r\n" % (len(rest), rest)
    site.routes["/a"] = in_turn(cut(DATA, 500, ETAG), said(piece), page(DATA, etag=ETAG))
    assert client.download(f"{site.url}/a", part) is not None
    assert part.path.read_bytes() == DATA
    assert len(site.requests) == 3


def test_a_piece_that_is_packed_is_not_taken(site: Site, client: Client, part: Partial) -> None:
    rest = gzip.compress(DATA[500:])
    span = f"bytes 500-{len(DATA) - 1}/{len(DATA)}"
    packed = head(Content_Length=str(len(rest)), Content_Range=span, ETag=ETAG, Content_Encoding="gzip")
    site.routes["/a"] = in_turn(
        cut(DATA, 500, ETAG), said(packed.replace(b"200 OK", b"206 Partial") + rest), page(DATA, etag=ETAG)
    )
    assert client.download(f"{site.url}/a", part) is not None
    assert part.path.read_bytes() == DATA


def test_a_range_that_is_not_there_any_more_begins_anew(site: Site, client: Client, part: Partial) -> None:
    site.routes["/a"] = in_turn(cut(DATA, 500, ETAG), status(416), page(DATA))
    assert client.download(f"{site.url}/a", part) is not None
    assert part.path.read_bytes() == DATA


def test_the_next_run_goes_on_with_what_has_come_but_not_with_another_address(
    site: Site, client: Client, part: Partial
) -> None:
    site.routes |= {"/a": cut(DATA, 500, ETAG), "/b": page(plain(2000), etag=ETAG)}
    failure(Client(replace(QUICK, attempts=1), allow_local=True), f"{site.url}/a", part)
    assert part.path.read_bytes() == DATA[:500]
    site.routes["/a"] = page(DATA, etag=ETAG)
    assert Client(QUICK, allow_local=True).download(f"{site.url}/a", Partial(part.path)) is not None
    assert site.requests[-1].headers["Range"] == "bytes=500-"
    assert part.path.read_bytes() == DATA
    failure(Client(replace(QUICK, attempts=1), allow_local=True), f"{site.url}/c", part)
    client.download(f"{site.url}/b", part)
    assert "Range" not in site.requests[-1].headers
    assert part.path.read_bytes() == plain(2000)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"{",
        b"[]",
        b'{"address": 1}',
        b'{"address": "A", "validator": null, "total": 9}',
        b'{"address": "A", "validator": "v", "total": "9"}',
        b'{"address": "A", "validator": "v", "total": 3}',
    ],
)
def test_a_note_that_is_damaged_counts_for_nothing(part: Partial, note: bytes) -> None:
    part.path.write_bytes(b"12345")
    part.note.write_bytes(note)
    assert part.recall("A") == 0
    assert not part.path.exists()


@pytest.mark.parametrize(
    "handler",
    [
        cut(DATA, 100),
        said(head(Content_Length="999999999999") + DATA),
        said(head(Transfer_Encoding="chunked") + b"ff\r\nabc"),
    ],
)
def test_what_never_comes_whole_fails(site: Site, client: Client, part: Partial, handler: Handler) -> None:
    site.routes["/a"] = handler
    failure(client, f"{site.url}/a", part)


@pytest.mark.parametrize(
    "handler", [endless(), endless(chunked=True), page(bytes(QUICK.max_bytes + 1)), bomb(50_000_000)]
)
def test_no_more_than_the_limit_is_taken(site: Site, client: Client, part: Partial, handler: Handler) -> None:
    site.routes["/a"] = handler
    tracemalloc.start()
    error = failure(client, f"{site.url}/a", part)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "larger than 0.2 MB" in error.reason
    assert peak < 3_000_000
    assert not part.path.exists()
    assert len(site.requests) == 1


def test_a_length_that_lies_does_not_matter(site: Site, client: Client, part: Partial) -> None:
    site.routes["/a"] = said(head(Content_Length=str(len(DATA) - 1)) + DATA)
    download = client.download(f"{site.url}/a", part)
    assert download is not None
    assert download.path.read_bytes() == DATA[:-1]
    site.routes["/a"] = said(head(Content_Length="99999999") + DATA)
    assert "larger than" in failure(client, f"{site.url}/a", part).reason


@pytest.mark.parametrize(
    "handler", [silent(), drip(DATA, 0.05), drip_head(0.05), said(head(Content_Length="10") + b"12345")]
)
def test_no_more_than_the_time_is_taken(site: Site, part: Partial, handler: Handler) -> None:
    client = Client(replace(QUICK, total_seconds=0.6, attempts=9), allow_local=True)
    site.routes["/a"] = handler
    begin = time.monotonic()
    error = failure(client, f"{site.url}/a", part)
    assert time.monotonic() - begin < 2
    assert isinstance(error, PassingError)


def test_a_drip_is_told_from_an_end(site: Site, part: Partial) -> None:
    """A body without a length, cut off by our own deadline, is not taken for a whole one."""

    def handle(exchange: Exchange) -> None:
        exchange.raw(head())
        for _ in range(200):
            exchange.raw(b"x")
            time.sleep(0.05)

    site.routes["/a"] = handle
    client = Client(replace(QUICK, total_seconds=0.4, attempts=1), allow_local=True)
    assert "more than 0.4 seconds" in failure(client, f"{site.url}/a", part).reason


def test_redirects_in_circles_and_without_end_are_left(site: Site, client: Client, part: Partial) -> None:
    site.routes |= {"/a": redirect("/b"), "/b": redirect("/a")}
    assert "in a circle" in failure(client, f"{site.url}/a", part).reason
    site.requests.clear()
    site.routes |= {f"/{number}": redirect(f"/{number + 1}") for number in range(100)}
    assert "in a circle" in failure(client, f"{site.url}/0", part).reason
    assert len(site.requests) == 6


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\r\n", b"hello", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n", head(Content_Encoding="br") + b"x",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
        head(Content_Length="1, 2") + b"x", head(Transfer_Encoding="chunked") + b"zz\r\nx",
        head(Content_Encoding="gzip") + b"no gzip", b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\n\r\n", b"\x16\x03\x01\x02\x00",
    ],
)  # fmt: skip
def test_what_is_no_http_is_refused_in_words(site: Site, client: Client, part: Partial, data: bytes) -> None:
    site.routes["/a"] = said(data)
    failure(client, f"{site.url}/a", part)


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 2\r\n\r\nab",
        b'HTTP/1.1 200\r\nETag: "\x1b[31m"\r\nLast-Modified: ' + b"x" * 999 + b"\r\nContent-Type: a\x1b[2Jb\r\n\r\nab",
    ],
)
def test_headers_that_are_garbage_are_not_kept(site: Site, client: Client, part: Partial, data: bytes) -> None:
    site.routes["/a"] = said(data)
    download = client.download(f"{site.url}/a", part)
    assert download is not None
    assert download.content_type == ""
    assert download.known == Known()


STARTS = [
    b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 206 OK\r\nContent-Range: ", head(),
    head(Transfer_Encoding="chunked"), head(Content_Encoding="gzip"), b"HTTP/1.1 302 F\r\nLocation: http://127.0.0.1:1",
]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(STARTS), st.binary(max_size=200))
def test_no_answer_does_harm(site: Site, part: Partial, start: bytes, rest: bytes) -> None:
    site.routes["/a"] = said(start + rest)
    with contextlib.suppress(SourceError):
        Client(replace(QUICK, attempts=1), allow_local=True).download(f"{site.url}/a", part)


# --- Where it does not go ----------------------------------------------------------------------------------------


class Ear:
    """Listens on this machine, and hears whether anybody comes."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.socket = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.port = self.socket.getsockname()[1]

    def heard(self) -> bool:
        self.socket.settimeout(0.05)
        try:
            self.socket.accept()
        except TimeoutError:
            return False
        return True


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.socket.close()


def test_the_ear_hears(ear: Ear, part: Partial) -> None:
    hasty = Client(replace(QUICK, attempts=1, read_seconds=0.05), allow_local=True)
    failure(hasty, f"http://127.0.0.1:{ear.port}/", part)
    assert ear.heard()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0"])  # noqa: S104
def test_this_machine_is_not_asked_unless_it_is_meant(ear: Ear, part: Partial, host: str) -> None:
    assert "no public address" in failure(Client(QUICK), f"http://{host}:{ear.port}/", part).reason
    assert not ear.heard()


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
def test_nor_under_a_number(ear: Ear, part: Partial, host: str) -> None:
    assert "names no host" in failure(Client(QUICK), f"http://{host}:{ear.port}/", part).reason
    assert not ear.heard()


def test_nor_over_ipv6(part: Partial) -> None:
    try:
        ear = Ear("::1")
    except OSError:
        pytest.skip("no IPv6 here")
    assert "no public address" in failure(Client(QUICK), f"http://[::1]:{ear.port}/", part).reason
    assert not ear.heard()


def names(monkeypatch: pytest.MonkeyPatch, **known: list[str]) -> list[str]:
    """Let names stand for addresses; what is asked of the resolver."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        if host in known:
            left = known[host]
            ips = [left.pop(0) if len(left) > 1 else left[0]]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ips]
        assert host == "localhost" or ipaddress.ip_address(host), "nothing else is resolved"
        return real(host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_nor_under_a_name_that_stands_for_it(ear: Ear, part: Partial, monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, **{"evil.cn": ["127.0.0.1"]})
    error = failure(Client(QUICK), f"http://evil.cn:{ear.port}/", part)
    assert "evil.cn stands for 127.0.0.1, which is no public address" in error.reason
    assert not ear.heard()


def test_a_name_that_changes_its_mind_gains_nothing(ear: Ear, part: Partial, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the connection goes to the address that was checked, though the name says another by then."""
    asked = names(monkeypatch, **{"evil.cn": ["198.51.100.1", "127.0.0.1"]})
    monkeypatch.setattr(
        "sources.network.check", lambda host, ips: None if str(ips[0]) != "127.0.0.1" else pytest.fail("asked twice")
    )
    hasty = Client(replace(QUICK, attempts=1, connect_seconds=0.2, total_seconds=0.5))
    failure(hasty, f"http://evil.cn:{ear.port}/", part)
    assert asked.count("evil.cn") == 1
    assert not ear.heard()


def test_redirects_are_checked_like_everything_else(
    site: Site, ear: Ear, part: Partial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site that is taken for public redirects to this machine."""
    names(monkeypatch, **{"public.cn": ["127.0.0.1"], "evil.cn": ["127.0.0.1"]})
    from sources.addresses import check

    monkeypatch.setattr("sources.network.check", lambda host, ips: None if host == "public.cn" else check(host, ips))

    def refusal(target: str) -> str:
        site.routes["/a"] = redirect(target)
        return failure(Client(QUICK), f"http://public.cn:{site.port}/a", part).reason

    for host in (
        "http://127.0.0.1",
        "http://evil.cn",
        "//localhost",
        "http://[::ffff:127.0.0.1]",
        "http://169.254.1.1",
    ):
        assert "no public address" in refusal(f"{host}:{ear.port}/")
    for target in ("file:///etc/passwd", f"http://2130706433:{ear.port}/", f"http://a:b@127.0.0.1:{ear.port}/"):
        assert "what is not fetched" in refusal(target)
    assert not ear.heard()
    assert len(site.requests) == 8


def test_the_host_is_named_though_its_address_is_asked(
    site: Site, client: Client, part: Partial, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, **{"site.cn": ["127.0.0.1"]})
    site.routes["/a"] = page(DATA)
    client.download(f"http://site.cn:{site.port}/a", part)
    assert site.requests[0].headers["Host"] == f"site.cn:{site.port}"


def test_of_several_addresses_the_next_is_asked_where_one_does_not_answer(
    site: Site, client: Client, part: Partial, monkeypatch: pytest.MonkeyPatch
) -> None:
    def both(host: str, port: int, *_: Any, **__: Any) -> Any:
        ips = ["127.0.0.2", "127.0.0.1"] if host == "site.cn" else [host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ips]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    site.routes["/a"] = page(DATA)
    assert client.download(f"http://site.cn:{site.port}/a", part) is not None
    assert len(site.requests) == 1


def test_a_machine_that_refuses_is_named(client: Client, part: Partial) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert "No connection to 127.0.0.1" in failure(client, f"http://127.0.0.1:{port}/", part).reason


# --- TLS ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))


@pytest.mark.usefixtures("trusted")
def test_a_certificate_is_checked_against_the_name_that_was_asked(
    authority: Authority, client: Client, part: Partial, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, **{"site.cn": ["127.0.0.1"], "other.cn": ["127.0.0.1"]})
    site = Site(context=authority.server("site.cn", "127.0.0.1"))
    site.routes["/a"] = page(DATA)
    for host in ("site.cn", "127.0.0.1"):
        download = client.download(f"https://{host}:{site.port}/a", part)
        assert download is not None
        assert download.path.read_bytes() == DATA
    error = failure(client, f"https://other.cn:{site.port}/a", part)
    assert "certificate of other.cn could not be verified" in error.reason
    assert len(site.requests) == 2
    site.close()


@pytest.mark.usefixtures("trusted")
def test_a_certificate_that_is_out_of_date_is_refused(authority: Authority, client: Client, part: Partial) -> None:
    site = Site(context=authority.server("127.0.0.1", days=-1))
    assert "expired" in failure(client, f"{site.url}/a", part).reason
    site.close()


def test_a_certificate_that_nobody_signed_is_refused(authority: Authority, client: Client, part: Partial) -> None:
    site = Site(context=authority.server("127.0.0.1"))
    assert "could not be verified" in failure(client, f"{site.url}/a", part).reason
    assert not site.requests
    site.close()


def test_what_speaks_no_tls_is_refused(site: Site, client: Client, part: Partial) -> None:
    error = failure(client, f"https://127.0.0.1:{site.port}/a", part)
    assert "does not speak TLS" in error.reason


@pytest.mark.usefixtures("trusted")
def test_a_redirect_from_https_to_http_is_refused(
    authority: Authority, site: Site, client: Client, part: Partial
) -> None:
    safe = Site(context=authority.server("127.0.0.1"))
    safe.routes["/a"] = redirect(f"{site.url}/a")
    assert "from https to http" in failure(client, f"{safe.url}/a", part).reason
    assert not site.requests
    safe.close()


@pytest.mark.usefixtures("trusted")
def test_a_drip_over_tls_ends_too(authority: Authority, part: Partial) -> None:
    site = Site(context=authority.server("127.0.0.1"))
    site.routes["/a"] = drip(DATA, 0.05)
    client = Client(replace(QUICK, total_seconds=0.5, attempts=1), allow_local=True)
    begin = time.monotonic()
    assert "more than 0.5 seconds" in failure(client, f"{site.url}/a", part).reason
    assert time.monotonic() - begin < 2
    site.close()


# --- Proxies -----------------------------------------------------------------------------------------------------


class Proxy:
    """A proxy on this machine: it answers plain requests itself, and tunnels to one port."""

    def __init__(self, to: int = 0) -> None:
        self.to = to
        self.heard: list[bytes] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                inside, _ = self.socket.accept()
            except OSError:
                return
            request = inside.recv(65536)
            self.heard.append(request)
            if not request.startswith(b"CONNECT"):
                inside.sendall(head(Content_Length=str(len(DATA))) + DATA)
                inside.close()
                continue
            outside = socket.create_connection(("127.0.0.1", self.to))
            inside.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            for one, other in ((inside, outside), (outside, inside)):
                threading.Thread(target=self.pump, args=(one, other), daemon=True).start()

    def pump(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)


def test_the_proxies_of_the_environment_are_not_used(
    site: Site, client: Client, part: Partial, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:9")
    site.routes["/a"] = page(DATA)
    assert client.download(f"{site.url}/a", part) is not None


def test_a_proxy_that_is_asked_for_is_used_and_resolves_the_names(part: Partial) -> None:
    proxy = Proxy()
    client = Client(QUICK, proxy=proxy.url.replace("//", "//me:word@"))
    download = client.download("http://nowhere.invalid/a", part)
    assert download is not None
    assert download.path.read_bytes() == DATA
    assert proxy.heard[0].startswith(b"GET http://nowhere.invalid/a HTTP/1.1\r\nHost: nowhere.invalid\r\n")
    assert b"Proxy-Authorization: Basic bWU6d29yZA==" in proxy.heard[0].title() or b"bWU6d29yZA==" in proxy.heard[0]


@pytest.mark.usefixtures("trusted")
def test_through_a_proxy_the_certificate_is_that_of_the_site(authority: Authority, part: Partial) -> None:
    site = Site(context=authority.server("site.invalid"))
    site.routes["/a"] = page(DATA)
    proxy = Proxy(site.port)
    client = Client(QUICK, proxy=proxy.url)
    assert client.download("https://site.invalid/a", part) is not None
    assert proxy.heard[0].startswith(b"CONNECT site.invalid:443 ")
    assert "could not be verified" in failure(client, "https://other.invalid/a", part).reason
    site.close()


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "http://localhost/", "http://10.0.0.1/", "http://[::1]/"])
def test_through_a_proxy_private_addresses_are_not_asked_either(part: Partial, address: str) -> None:
    proxy = Proxy()
    assert "no public address" in failure(Client(QUICK, proxy=proxy.url), address, part).reason
    assert not proxy.heard


def test_a_proxy_that_does_not_answer_is_named(part: Partial) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    client = Client(QUICK, proxy=f"http://127.0.0.1:{port}")
    assert "through the proxy" in failure(client, "http://nowhere.invalid/", part).reason


@pytest.mark.parametrize("proxy", ["socks5://a:1", "a:1", "https://a:1", "http://", "http://a/b", "http://a:x"])
def test_a_proxy_that_is_no_address_is_refused(proxy: str) -> None:
    with pytest.raises(SourceError, match="http://host:port"):
        Client(Manners(), proxy=proxy)
