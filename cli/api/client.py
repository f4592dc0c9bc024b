"""The one seam to the network: requests go out, values, refusals and outages come back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Any, Self
from urllib.parse import quote

import httpx

from cli.api import sse
from cli.api.address import Address
from cli.api.decoding import read
from cli.api.errors import BadAnswer, Busy, Problem, Refused, StreamBroken, Unreachable, WrongUse
from cli.api.retry import BRISK, Patience, Retrier, TryAgainError, retry_after_s
from cli.language.translation import Language
from cli.language.translation import lazy_gettext as _

API = "/api/v1"
PASSING = frozenset({502, 503, 504})
"""Statuses of a server that is being restarted, or of the proxy before it."""
HOPELESS = frozenset({"tries-used-up", "day-used-up", "too-many-attempts"})
"""Refusals with status 429 that waiting a moment does not undo."""
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
SILENCE_S = 40.0
"""A live stream that sends not even a ping for this long is dead: pings come every 15 seconds."""
DOWNLOADED = 2**20
"""Bytes of a download that are handed on at once."""

VISIBLE_ASCII = re.compile(r"[!-~]{1,200}")
"""What may travel in a header."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Client:
    """Speaks to one server, with at most one token, which goes nowhere else."""

    address: Address
    http: httpx.Client
    retrier: Retrier
    now: Callable[[], datetime] = field(repr=False)

    @classmethod
    def open(
        cls,
        address: Address,
        *,
        token: str | None,
        language: Language,
        retrier: Retrier,
        now: Callable[[], datetime],
        transport: httpx.BaseTransport | None,
    ) -> Self:
        """A client for that address. Redirects are not followed: a token stays with its host."""
        headers = {"Accept-Language": language.accepted, "User-Agent": f"hazi/{version('hazi')}"}
        if token and not VISIBLE_ASCII.fullmatch(token):
            raise WrongUse(
                _(
                    "The token of {url} is damaged: it has only ASCII letters, digits and signs.",
                    url=address.url,
                )
            )
        if token:
            headers["Authorization"] = f"Bearer {token}"
        http = httpx.Client(
            headers=headers,
            timeout=TIMEOUT,
            follow_redirects=False,
            transport=transport,
            # What is meant for this machine does not visit a proxy.
            trust_env=not address.loopback,
        )
        return cls(address, http, retrier, now)

    def url(self, *parts: str) -> str:
        """An address below the API; no part can climb out of its place."""
        return f"{self.address.url}{API}/" + "/".join(quote(part, safe="") for part in parts)

    def get(self, *parts: str, query: Mapping[str, str] | None = None) -> Json:
        """The JSON object there."""
        headers = {"Accept": "application/json"}
        return _json(self.send("GET", *parts, params=query, headers=headers))

    def text(self, *parts: str) -> str:
        """The text there."""
        return self.send("GET", *parts, headers={"Accept": "text/plain, application/problem+json"}).text

    def download(self, *parts: str) -> Iterator[bytes]:
        """The bytes there, as they come."""
        headers = {"Accept": "application/octet-stream, application/problem+json"}
        try:
            with self.http.stream("GET", self.url(*parts), headers=headers) as response:
                if response.status_code != 200:
                    response.read()
                    raise self._refusal(response)
                yield from response.iter_bytes(DOWNLOADED)
        except httpx.RequestError as error:
            raise Unreachable(_("The download broke off.")) from error

    def post(self, *parts: str, patience: Patience, **request: Any) -> Json:  # noqa: ANN401 - httpx's own
        """Send something there; the JSON object that is answered."""
        return _json(self.send("POST", *parts, patience=patience, **request))

    def send(
        self,
        method: str,
        *parts: str,
        patience: Patience = BRISK,
        **request: Any,  # noqa: ANN401 - httpx's own
    ) -> httpx.Response:
        """The good answer to a request; tries again while the failure may pass and patience lasts."""
        headers = {"Accept": "application/json"} | request.pop("headers", {})
        url = self.url(*parts)
        return self.retrier.run(lambda: self._once(method, url, headers=headers, **request), patience)

    def stream(self, *parts: str, last_id: str) -> Iterator[sse.Message]:
        """Server-sent events from there. Raises StreamBroken when no stream opens or it breaks."""
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        timeout = httpx.Timeout(SILENCE_S, connect=10.0)
        try:
            with self.http.stream("GET", self.url(*parts), headers=headers, timeout=timeout) as response:
                self._refuse_unless_events(response)
                yield from sse.decode(response.iter_bytes())
        except httpx.RequestError as error:
            raise StreamBroken(_("The live view broke off.")) from error

    def _refuse_unless_events(self, response: httpx.Response) -> None:
        # 429: too many live views are open; asking again and again is still allowed.
        if response.status_code >= 500 or response.status_code == 429:
            raise StreamBroken(_("The live view broke off."))
        if response.status_code >= 400:
            response.read()
            raise self._refusal(response)
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            raise StreamBroken(_("The live view broke off."))

    def _once(self, method: str, url: str, **request: Any) -> httpx.Response:  # noqa: ANN401
        try:
            response = self.http.request(method, url, **request)
        except httpx.DecodingError as error:
            raise BadAnswer(_("The server's answer was not understood ({what}).", what=error)) from error
        except httpx.TransportError as error:
            raise self._lost(error) from error
        if response.is_success:
            return response
        if response.is_redirect:
            where = response.headers.get("location", "?")
            raise BadAnswer(
                _("The server has moved to {where}. Sign in there: hazi login --url …", where=where)
            )
        raise self._unsuccessful(response)

    def _lost(self, error: httpx.TransportError) -> Exception:
        why = str(error) or type(error).__name__
        cause = Unreachable(_("{url} does not answer ({why}).", url=self.address.url, why=why))
        cause.__cause__ = error
        ours = isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError)
        return cause if ours else TryAgainError(cause)

    def _unsuccessful(self, response: httpx.Response) -> Exception:
        refusal = self._refusal(response)
        pause_s = retry_after_s(response.headers.get("retry-after"), self.now())
        slug = refusal.problem.slug if isinstance(refusal, Refused) else ""
        patient = response.status_code == 429 and pause_s is not None and slug not in HOPELESS
        if response.status_code in PASSING or patient:
            return TryAgainError(refusal, pause_s)
        return refusal

    def _refusal(self, response: httpx.Response) -> Refused | Unreachable:
        if response.headers.get("content-type", "").startswith("application/problem+json"):
            raw = _json(response)
            problem = read(Problem, raw)
            return Refused(problem, f"{self.address.url}/help/errors#{quote(problem.slug)}", raw)
        status = response.status_code
        if status in PASSING:
            return Busy(
                _("{url} is not at work right now (status {status}).", url=self.address.url, status=status)
            )
        return BadAnswer(
            _(
                "{url} does not answer like a Házi server (status {status}).",
                url=self.address.url,
                status=status,
            )
        )


def _nothing(_constant: str) -> None:
    """NaN and Infinity are no JSON; nobody is handed them on."""


def _json(response: httpx.Response) -> Json:
    try:
        content = json.loads(response.content, parse_constant=_nothing)
    except (ValueError, RecursionError) as error:
        raise BadAnswer(_("The server's answer was not understood ({what}).", what="no JSON")) from error
    if not isinstance(content, dict):
        raise BadAnswer(_("The server's answer was not understood ({what}).", what="no JSON object"))
    return content
