"""The address of a server, and whether a token may be sent to it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urljoin, urlsplit

from cli.api.errors import WrongUse
from cli.language.translation import lazy_gettext as _

PAGES = frozenset(
    {
        *(
            "account",
            "api",
            "assignments",
            "audit",
            "calendar",
            "cli",
            "extensions",
            "gradebook",
            "graders",
            "grades",
        ),
        *("healthz", "help", "inquiries", "invitation", "language", "live", "login", "logout", "metrics"),
        *("notices", "people", "quizzes", "readyz", "regrades", "static", "submissions"),
    }
)
"""What the paths of pages begin with: the server's root lies before them."""
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """The root URL of a server, without a slash at its end."""

    url: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The address that a person typed. Without a scheme it is https, for this machine http.

        Raises WrongUse.
        """
        text = text.strip()
        if "://" not in text:
            text = f"{'http' if _is_loopback(urlsplit(f'//{text}').hostname) else 'https'}://{text}"
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise WrongUse(_("{url} is not a web address.", url=text)) from error
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            raise WrongUse(_("{url} is not a web address.", url=text))
        if parts.username or parts.password:
            raise WrongUse(_("Leave user and password out of the address: {host}", host=parts.hostname))
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        shown_port = "" if port in {None, DEFAULT_PORTS[parts.scheme]} else f":{port}"
        return cls(f"{parts.scheme}://{host}{shown_port}{_root(parts.path)}")

    @property
    def loopback(self) -> bool:
        """Whether the server runs on this machine."""
        return _is_loopback(urlsplit(self.url).hostname)

    def refuse_plain_http(self, insecure: bool) -> None:
        """Raise WrongUse for http to another machine, unless `insecure` allows it.

        Without encryption the whole network can read the token and the homework.
        """
        if self.url.startswith("http://") and not self.loopback and not insecure:
            raise WrongUse(
                _(
                    "{url} is not encrypted: everybody on the network could read your password and token. "
                    "Use https, or say --insecure if you know this network.",
                    url=self.url,
                )
            )

    def absolute_url(self, link: str) -> str:
        """A link of the server as a whole URL. Raises WrongUse when it leads to another host."""
        whole = urljoin(f"{self.url}/", link)
        server, target = urlsplit(self.url), urlsplit(whole)
        if (server.scheme, server.netloc) != (target.scheme, target.netloc):
            raise WrongUse(_("The server points to another address, which was not opened: {url}", url=whole))
        return whole


def _root(path: str) -> str:
    """The part of a path before the page of Házi that was copied with it, without a slash at its end."""
    segments = path.rstrip("/").split("/")
    page = next((at for at, segment in enumerate(segments) if segment.partition(".")[0] in PAGES), None)
    return "/".join(segments[:page])


def _is_loopback(host: str | None) -> bool:
    if host is None:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
