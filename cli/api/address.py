"""Where a Házi server lives, and whether a token may travel there."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urljoin, urlsplit

from cli.api.errors import WrongUse
from cli.language.translation import lazy_gettext as _

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """The root of a server, without a slash at its end."""

    url: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """From what a person typed: https when no scheme is said, http for this very machine."""
        text = text.strip()
        if "://" not in text:
            text = f"{'http' if _loopback(urlsplit(f'//{text}').hostname) else 'https'}://{text}"
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise WrongUse(_("{url} is not a web address.", url=text)) from error
        if parts.scheme not in PORTS or not parts.hostname:
            raise WrongUse(_("{url} is not a web address.", url=text))
        if parts.username or parts.password:
            raise WrongUse(_("Leave user and password out of the address: {host}", host=parts.hostname))
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        shown_port = "" if port in {None, PORTS[parts.scheme]} else f":{port}"
        return cls(f"{parts.scheme}://{host}{shown_port}{parts.path.rstrip('/')}")

    @property
    def loopback(self) -> bool:
        """Whether it is on this very machine."""
        return _loopback(urlsplit(self.url).hostname)

    def refuse_if_readable_on_the_way(self, insecure: bool) -> None:
        """Plain http shows token and homework to the whole network."""
        if self.url.startswith("http://") and not self.loopback and not insecure:
            raise WrongUse(
                _(
                    "{url} is not encrypted: everybody on the network could read your password and token. "
                    "Use https, or say --insecure if you know this network.",
                    url=self.url,
                )
            )

    def page(self, link: str) -> str:
        """A link of the server as a whole address. Raises WrongUse when it leads to another host."""
        whole = urljoin(f"{self.url}/", link)
        ours, theirs = urlsplit(self.url), urlsplit(whole)
        if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            raise WrongUse(_("The server points to another address, which was not opened: {url}", url=whole))
        return whole


def _loopback(host: str | None) -> bool:
    if host is None:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
