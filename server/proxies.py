"""Which proxies are believed about who asks and by which name, and one way to write a host name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import structlog
from werkzeug.http import parse_list_header
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FORWARDED = "hazi.forwarded"  # in the WSGI environment: whether anything says that a proxy was in between
UNIX = "unix"  # in the list of proxies: whoever comes through a unix socket, and so has no address
MAPPED_BITS = 96  # in front of an IPv4 address inside of an IPv6 one
WITH_PORT = re.compile(r"\[(?P<six>[^\[\]]+)\](?::[0-9]{1,5})?|(?P<four>[0-9.]+):[0-9]{1,5}")
DEFAULT_PORTS = {"http": 80, "https": 443}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Peers:
    """Those at the other end of a connection whose word about X-Forwarded-* counts."""

    networks: tuple[Network, ...] = ()
    unix: bool = False

    @classmethod
    def named(cls, words: Iterable[str]) -> Peers:
        """From addresses, networks and the word `unix`. Raises ValueError with a sentence."""
        given = tuple(words)
        return cls(tuple(_network(word) for word in given if word != UNIX), UNIX in given)

    def include(self, peer: str) -> bool:
        """Whether the peer with this address, "" for one without, is one of them."""
        if not peer:
            return self.unix
        address = address_in(peer)
        return address is not None and any(address in network for network in self.networks)


def address_in(text: str) -> Address | None:
    """The address that somebody wrote with or without a port, IPv4 inside of IPv6 as what it is; or None."""
    match = WITH_PORT.fullmatch(text.strip())
    bare = (match["six"] or match["four"]) if match else text.strip()
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def asker(peer: str, forwarded_for: Sequence[str], believed: Peers, hops: int) -> tuple[str, int]:
    """Who asks, and how many proxies were believed about it.

    From the peer on, each one that is believed is asked who came to it, at most `hops` times. What is no
    address ends the chain: the one who said so is then as near as we can come.
    """
    found = str(address_in(peer) or peer)
    for count, said in enumerate(reversed(forwarded_for)):
        address = address_in(said)
        if count == hops or address is None or not believed.include(found):
            return found, count
        found = str(address)
    return found, len(forwarded_for)


class Proxies:
    """WSGI middleware: what a peer that is not believed says about others is as if it had not been said."""

    def __init__(self, app: WSGIApplication, believed: Peers, hops: int) -> None:
        self._believed = believed
        self._hops = hops
        # Of the chain that was believed, the farthest proxy says the scheme and the host name.
        self._apps = [app] + [
            ProxyFix(app, x_for=0, x_proto=count, x_host=count) for count in range(1, hops + 1)
        ]
        self._warned = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Settle who asks for which host, then let the application answer."""
        peer = environ.get("REMOTE_ADDR", "")
        said = [name for name in environ if name.startswith("HTTP_X_FORWARDED_") or name == "HTTP_FORWARDED"]
        environ[FORWARDED] = bool(said)
        chain = parse_list_header(environ.get("HTTP_X_FORWARDED_FOR", ""))
        environ["REMOTE_ADDR"], count = asker(peer, chain, self._believed, self._hops)
        if self._hops and self._believed.include(peer):
            count = max(count, 1)  # what it says of scheme and host counts, even if it names nobody
        else:
            self._warn(peer, said)
            for name in said:
                del environ[name]
        _settle(environ, "HTTP_X_FORWARDED_HOST", canonical_hosts)
        _settle(environ, "HTTP_HOST", canonical_host)
        _settle(environ, "HTTP_X_FORWARDED_PROTO", str.lower)
        return self._apps[count](environ, start_response)

    def _warn(self, peer: str, said: list[str]) -> None:
        """Once: a proxy that was forgotten makes all students one address, and nobody would see why."""
        if said and self._hops and not self._warned:
            self._warned = True
            log.warning("a proxy is not believed: see HAZI_TRUSTED_PROXIES", peer=peer)


def canonical_host(host: str) -> str:
    """A host name, perhaps with a port, as names are compared: small letters, no dot at its end."""
    name, colon, port = host.strip().partition(":")
    if name.startswith("["):
        return host.strip().lower()
    name = name.removesuffix(".").lower()
    if not name.isascii():
        name = name.encode("idna").decode("ascii")
    return f"{name}{colon}{port}"


def canonical_hosts(hosts: str) -> str:
    """The same for several, comma separated."""
    return ", ".join(canonical_host(host) for host in hosts.split(","))


def canonical_url(url: str) -> str:
    """The address of a server as browsers write it: scheme and host in small letters, no slash at its end.

    Raises ValueError for what is no address.
    """
    parts = urlsplit(url.strip())
    return parts._replace(netloc=canonical_host(parts.netloc)).geturl().rstrip("/")


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses are of one scheme, host and port; "null" and nonsense are of none."""
    try:
        first, second = _origin(urlsplit(one)), _origin(urlsplit(other))
    except ValueError:
        return False
    return bool(first[0] and first[1]) and first == second


def _origin(url: SplitResult) -> tuple[str, str, int | None]:
    host = canonical_host(url.hostname or "") if ":" not in (url.hostname or "") else url.hostname or ""
    return url.scheme, host, url.port or DEFAULT_PORTS.get(url.scheme)


def _settle(environ: WSGIEnvironment, name: str, form: Callable[[str], str]) -> None:
    text = environ.get(name, "")
    if text and text.isascii():
        environ[name] = form(text)


def _network(word: str) -> Network:
    try:
        network = ip_network(word.strip(), strict=False)
    except ValueError:
        raise ValueError(f"{word!r} is neither an address nor a network") from None
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is not None and network.prefixlen >= MAPPED_BITS:
        return ip_network((mapped, network.prefixlen - MAPPED_BITS))
    return network
