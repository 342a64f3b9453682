"""Which addresses are asked, and which are not."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import PassingError, SourceError
from sources.addresses import check, is_public, looks_like_address, parse, redirected, resolve


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("HTTP://Www.Example.CN", "http://www.example.cn/"),
        ("https://example.cn:443/a/../b?c=1#part", "https://example.cn/b?c=1"),
        ("http://example.cn:8080/政府/报告.html?年=2024", "http://example.cn:8080/%E6%94%BF%E5%BA%9C/%E6%8A%A5%E5%91%8A.html?%E5%B9%B4=2024"),
        ("http://政府.cn/", "http://xn--mxtq1m.cn/"),
        ("http://[2606:4700::1]:81/x", "http://[2606:4700::1]:81/x"),
        ("http://127.0.0.1/", "http://127.0.0.1/"),  # an address all the same: whether it is asked is decided later
    ],
)  # fmt: skip
def test_an_address_is_written_down_in_one_way(text: str, written: str) -> None:
    assert str(parse(text)) == written
    assert str(parse(written)) == written


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("file:///etc/passwd", "no http or https"),
        ("ftp://example.cn/x", "no http or https"),
        ("gopher://example.cn/x", "no http or https"),
        ("data:text/plain,x", "no http or https"),
        ("javascript:alert(1)", "no http or https"),
        ("//example.cn/x", "no http or https"),
        ("example.cn/x", "no http or https"),
        ("http:///x", "names no host"),
        ("http:example.cn", "names no host"),
        ("http://user@example.cn/", "user name or a password"),
        ("http://user:secret@example.cn/", "user name or a password"),
        ("http://example.cn\\@127.0.0.1/", "backslashes"),
        ("http://2130706433/", "names no host"),
        ("http://0x7f000001/", "names no host"),
        ("http://0x7f.1/", "names no host"),
        ("http://127.1/", "names no host"),
        ("http://0177.0.0.1/", "names no host"),
        ("http://1.2.3.4.5/", "names no host"),
        ("http://１２７.0.0.1/", "is no address"),
        ("http://①②⑦.0.0.1/", "is no address"),
        ("http://a:0/", "port 0"),
        ("http://a:99999/", "is no address"),
        ("http://[::1/", "is no address"),
        ("http://a b/", "holds blanks"),
        ("http://a/\x1b[31m", "holds blanks"),
        ("http://a/\u202e", "holds blanks"),
        ("http://a/\r\nHost: b", "holds blanks"),
        ("http://" + "a" * 9000, "too long"),
    ],
)
def test_what_is_no_address_to_ask_is_refused(text: str, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(text)
    assert words in caught.value.reason
    assert caught.value.remedy
    assert "secret" not in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",  # noqa: S104
        "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "203.0.113.9",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "fec0::1", "2001:db8::1",
        "100::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:0:1::1",
    ],
)  # fmt: skip
def test_private_local_and_reserved_addresses_are_not_public(ip: str) -> None:
    assert not is_public(ipaddress.ip_address(ip))
    with pytest.raises(SourceError, match="no public address"):
        check("name.cn", [ipaddress.ip_address("1.1.1.1"), ipaddress.ip_address(ip)])


@pytest.mark.parametrize(
    "ip", ["1.1.1.1", "202.108.22.5", "2606:4700::1", "240e::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses_are(ip: str) -> None:
    assert is_public(ipaddress.ip_address(ip))
    check("name.cn", [ipaddress.ip_address(ip)])


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_however_it_is_wrapped(ip: ipaddress.IPv4Address) -> None:
    if ip.is_private or ip.is_multicast or ip.is_loopback or ip.is_link_local or ip.is_reserved or ip.is_unspecified:
        assert not is_public(ip)
    for wrapped in (f"::ffff:{ip}", str(ipaddress.IPv6Address((0x64FF9B << 96) | int(ip)))):
        assert is_public(ipaddress.ip_address(wrapped)) == is_public(ip)


@given(st.ip_addresses(v=6))
def test_no_local_ipv6_address_is_public(ip: ipaddress.IPv6Address) -> None:
    local = ip.is_private or ip.is_multicast or ip.is_loopback or ip.is_link_local or ip.is_site_local
    assert not (local and is_public(ip))


@given(st.text(min_size=1, max_size=40), st.sampled_from(["", "http://", "https://", "http://[", "http://a/"]))
def test_whatever_is_parsed_is_plain_or_refused(text: str, start: str) -> None:
    try:
        address = parse(start + text)
    except SourceError as error:
        assert str(error).isprintable()
    else:
        assert str(address).isascii()
        assert str(address).isprintable()
        assert " " not in str(address)
        assert parse(str(address)) == address


def test_a_redirect_is_followed_from_where_it_stands() -> None:
    address = parse("https://example.cn/a/b?c")
    assert str(redirected(address, "../d.html#x")) == "https://example.cn/d.html"
    assert str(redirected(address, "https://other.cn")) == "https://other.cn/"
    assert str(redirected(address, "//other.cn/x")) == "https://other.cn/x"
    latin = "/报告.html".encode().decode("latin-1")  # as headers are read
    assert str(redirected(address, latin)) == "https://example.cn/%E6%8A%A5%E5%91%8A.html"


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://example.cn/", "from https to http"),
        ("file:///etc/passwd", "what is not fetched"),
        ("https://a:b@example.cn/", "what is not fetched"),
        ("https://2130706433/", "what is not fetched"),
        ("https://[/", "no address"),
        ("https://example.cn/\x1b[2J", "what is not fetched"),
    ],
)
def test_a_redirect_to_what_is_not_asked_is_refused(location: str, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        redirected(parse("https://example.cn/"), location)
    assert str(caught.value).isprintable()


def test_a_name_that_cannot_be_resolved_is_asked_again_only_where_that_may_help(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(number: int) -> None:
        def getaddrinfo(*_: object, **__: object) -> None:
            raise socket.gaierror(number, "no")

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    fail(socket.EAI_AGAIN)
    with pytest.raises(PassingError):
        resolve("example.cn", 80)
    fail(socket.EAI_NONAME)
    with pytest.raises(SourceError) as caught:
        resolve("example.cn", 80)
    assert not isinstance(caught.value, PassingError)
    with pytest.raises(SourceError, match="could not be resolved"):
        monkeypatch.undo()
        resolve("a" * 64 + ".cn", 80)  # no label is that long


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("https://a/b", True), ("HTTP://a", True), ("ftp://a", True), ("file:///x", True), ("file:x", True),
     ("a/b.txt", False), ("C:\\a.txt", False), ("http", False), ("报告.txt", False)],
)  # fmt: skip
def test_addresses_are_told_from_files(text: str, is_one: bool) -> None:
    assert looks_like_address(text) == is_one
