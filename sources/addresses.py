"""Which addresses may be asked: http and https, without a password, on public machines.

A name is resolved once, each address that it stands for is checked, and the connection goes to the address that was
checked: a name that says something else a moment later (DNS rebinding) gains nothing.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urljoin

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from sources import PassingError, SourceError

MAX_LENGTH = 4000  # characters of an address; many servers take no more than twice that
PORTS = {"http": 80, "https": 443}
NUMBER_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)  # as its last label, a host is an address in disguise
HOST = re.compile(r"[a-z0-9]([a-z0-9_.-]{0,251}[a-z0-9])?\.?")
UNICAST = ipaddress.IPv6Network("2000::/3")  # whatever else IPv6 has is local, reserved or for many at once
TUNNELS = tuple(map(ipaddress.IPv6Network, ("2002::/16", "2001::/32")))  # 6to4, Teredo: they lead to an IPv4 address
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

IP = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Address:
    """A checked http or https address, in ASCII: `target` is its path with the query."""

    scheme: str
    host: str  # without brackets
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        """The whole address, as it is written down."""
        return f"{self.scheme}://{self.authority}{self.target}"


def looks_like_address(text: str) -> bool:
    """Whether a text is meant as an address rather than as a file: `https://…`, also `ftp://…`, which is refused."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://|file:", text) is not None


def parse(text: str) -> Address:
    """An address that may be asked, as far as it shows that itself.

    Raises:
        SourceError: it is no address, of another scheme, holds a password, or names its host by a number.
    """
    if len(text) > MAX_LENGTH or not text.isprintable() or " " in text or "\\" in text:
        raise SourceError(
            f"The address {text[:100]!r} is too long, or holds blanks, backslashes or control characters.",
            "Copy it from the browser's address bar.",
        )
    try:
        url = parse_url(text)
    except LocationParseError as error:
        raise SourceError(f"{text[:100]!r} is no address.", "Copy it from the browser's address bar.") from error
    if url.scheme not in PORTS:
        raise SourceError(f"{text[:100]!r} is no http or https address.", "Only those are fetched; add a file by name.")
    if url.auth is not None:
        raise SourceError(
            f"The address at {url.host or 'no host'} holds a user name or a password.",
            "Download the file yourself and add it by its name.",
        )
    host = (url.host or "").strip("[]")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if not HOST.fullmatch(host) or NUMBER_LABEL.fullmatch(host.rstrip(".").rpartition(".")[2]):
            raise SourceError(
                f"{text[:100]!r} names no host.", "Give the site by its name, as the browser's address bar has it."
            ) from None
    if url.port == 0:
        raise SourceError(f"{text[:100]!r} names port 0, which is none.", "Leave the port out, or give another one.")
    return Address(url.scheme, host, url.port or PORTS[url.scheme], url.request_uri)


def redirected(address: Address, location: str) -> Address:
    """Where a Location header leads from an address.

    Raises:
        SourceError: it leads to what may not be asked, or from https to http.
    """
    try:
        location = location.encode("latin-1").decode("utf-8")  # headers are read as Latin-1; Chinese sites send UTF-8
    except UnicodeError:
        location = location.encode("latin-1", "replace").decode("latin-1")
    try:
        found = parse(urljoin(str(address), location.strip()))
    except ValueError as error:  # of urljoin, on a broken host
        raise SourceError(
            f"{address.host} redirects to {location[:100]!r}, which is no address.", "Find the report's own address."
        ) from error
    except SourceError as error:
        raise SourceError(
            f"{address.host} redirects to what is not fetched: {error.reason}", "Find the report's own address."
        ) from error
    if (address.scheme, found.scheme) == ("https", "http"):
        raise SourceError(
            f"{address.host} redirects from https to http, where anybody on the way can change the text.",
            f"If you trust it all the same, give {found} itself.",
        )
    return found


def is_public(ip: IP) -> bool:
    """Whether an address is one of the public internet's, also behind what wraps an IPv4 address into IPv6."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(ip.ipv4_mapped)
        if ip in NAT64:
            return is_public(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        return ip in UNICAST and ip.is_global and not any(ip in network for network in TUNNELS)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_link_local)


def resolve(host: str, port: int) -> list[IP]:
    """The addresses that a host stands for, in the order of the system's preference.

    Raises:
        SourceError: the name cannot be resolved; PassingError where that is so for now.
    """
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        passing = isinstance(error, OSError) and error.errno == socket.EAI_AGAIN
        raise (PassingError if passing else SourceError)(
            f"The name {host} could not be resolved.", "Check the name, and that this machine is online."
        ) from error
    return [ipaddress.ip_address(ip) for ip in dict.fromkeys(str(entry[4][0]) for entry in found)]


def check(host: str, ips: list[IP]) -> None:
    """Raise SourceError where a host stands for an address that is not public."""
    for ip in ips:
        if not is_public(ip):
            is_name = str(ip) != host
            raise SourceError(
                f"{host} {f'stands for {ip}, which' if is_name else ''} is no public address".replace("  ", " ") + ".",
                "Private and local machines are not asked. If this one is meant, say --allow-local.",
            )
