"""The HTTP client, the only module that sends requests: JSON objects are its answers."""

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
from cli.api.decoding import decode
from cli.api.errors import BadAnswer, Busy, Problem, Refused, StreamBroken, Unreachable, WrongUse
from cli.api.retry import QUICK, Retrier, RetryPolicy, TransientError, retry_after_s
from cli.language.translation import Language
from cli.language.translation import lazy_gettext as _

API = "/api/v1"
TIME_ZONE = "Hazi-Time-Zone"
TEMPORARY_STATUSES = frozenset({502, 503, 504})
"""Statuses of a server that is being restarted, or of the proxy in front of it: the request is repeated."""
LASTING_SLUGS = frozenset({"tries-used-up", "day-used-up", "too-many-attempts"})
"""Refusals with status 429 that last longer than a moment: the request is not repeated."""
TIMEOUT = httpx.Timeout(60.0, connect=10.0)  # seconds
STREAM_SILENCE_S = 40.0
"""An event stream that is silent for so long has broken: the server sends a ping every 15 seconds."""
DOWNLOAD_CHUNK = 2**20  # bytes
VISIBLE_ASCII = re.compile(r"[!-~]{1,200}")
"""The characters that a header can carry."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Client:
    """A connection to one server. It sends at most one token, and sends it to that server alone."""

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
        hear_zone: Callable[[str], None],
    ) -> Self:
        """A client for that address. It follows no redirects, so that a token stays with its host.

        `hear_zone` is told the time zone of the course, by its IANA name, with each answer that has it.
        Raises WrongUse for a token that no header can carry.
        """
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
            # Requests to this machine do not go through a proxy.
            trust_env=not address.loopback,
            event_hooks={"response": [lambda response: _tell_zone(response, hear_zone)]},
        )
        return cls(address, http, retrier, now)

    def url(self, *parts: str) -> str:
        """The URL of a path below the API. Each part is quoted: none can add a slash or a query."""
        return f"{self.address.url}{API}/" + "/".join(quote(part, safe="") for part in parts)

    def get(self, *parts: str, query: Mapping[str, str] | None = None) -> Json:
        """GET: the JSON object in the answer."""
        headers = {"Accept": "application/json"}
        return _json(self.send("GET", *parts, params=query, headers=headers))

    def text(self, *parts: str) -> str:
        """GET: the text of the answer."""
        return self.send("GET", *parts, headers={"Accept": "text/plain, application/problem+json"}).text

    def download(self, *parts: str) -> Iterator[bytes]:
        """GET: the bytes of the answer in chunks, as they arrive. Raises Unreachable when they break off."""
        headers = {"Accept": "application/octet-stream, application/problem+json"}
        try:
            with self.http.stream("GET", self.url(*parts), headers=headers) as response:
                if response.status_code != 200:
                    response.read()
                    raise self._error_of(response)
                yield from response.iter_bytes(DOWNLOAD_CHUNK)
        except httpx.RequestError as error:
            raise Unreachable(_("The download broke off.")) from error

    def post(self, *parts: str, policy: RetryPolicy, **request: Any) -> Json:  # noqa: ANN401 - httpx's own
        """POST: the JSON object in the answer."""
        return _json(self.send("POST", *parts, policy=policy, **request))

    def put(self, *parts: str, policy: RetryPolicy = QUICK, **request: Any) -> Json:  # noqa: ANN401 - httpx's own
        """PUT: the JSON object in the answer."""
        return _json(self.send("PUT", *parts, policy=policy, **request))

    def send(
        self,
        method: str,
        *parts: str,
        policy: RetryPolicy = QUICK,
        **request: Any,  # noqa: ANN401 - httpx's own
    ) -> httpx.Response:
        """The successful answer to a request, repeated after transient failures as the policy allows.

        Raises Refused for a problem document of the server, Unreachable for every other failure.
        """
        headers = {"Accept": "application/json"} | request.pop("headers", {})
        url = self.url(*parts)
        return self.retrier.run(lambda: self._request_once(method, url, headers=headers, **request), policy)

    def stream(self, *parts: str, last_id: str) -> Iterator[sse.ServerSentEvent]:
        """GET: the server-sent events of a stream. Raises StreamBroken when it does not open or breaks."""
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        timeout = httpx.Timeout(STREAM_SILENCE_S, connect=10.0)
        try:
            with self.http.stream("GET", self.url(*parts), headers=headers, timeout=timeout) as response:
                self._require_event_stream(response)
                yield from sse.read_events(response.iter_bytes())
        except httpx.RequestError as error:
            raise StreamBroken(_("The live view broke off.")) from error

    def _require_event_stream(self, response: httpx.Response) -> None:
        # 429 means too many open streams; polling is still allowed.
        if response.status_code >= 500 or response.status_code == 429:
            raise StreamBroken(_("The live view broke off."))
        if response.status_code >= 400:
            response.read()
            raise self._error_of(response)
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            raise StreamBroken(_("The live view broke off."))

    def _request_once(self, method: str, url: str, **request: Any) -> httpx.Response:  # noqa: ANN401
        try:
            response = self.http.request(method, url, **request)
        except httpx.DecodingError as error:
            raise BadAnswer.undecodable(error) from error
        except httpx.TransportError as error:
            raise self._connection_failure(error) from error
        if response.is_success:
            return response
        if response.is_redirect:
            where = response.headers.get("location", "?")
            raise BadAnswer(
                _("The server has moved to {where}. Sign in there: hazi login --url …", where=where)
            )
        raise self._status_failure(response)

    def _connection_failure(self, error: httpx.TransportError) -> Exception:
        why = str(error) or type(error).__name__
        failure = Unreachable(_("{url} does not answer ({why}).", url=self.address.url, why=why))
        failure.__cause__ = error
        is_ours = isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError)
        return failure if is_ours else TransientError(failure)

    def _status_failure(self, response: httpx.Response) -> Exception:
        failure = self._error_of(response)
        pause_s = retry_after_s(response.headers.get("retry-after"), self.now())
        slug = failure.problem.slug if isinstance(failure, Refused) else ""
        is_throttled = response.status_code == 429 and pause_s is not None and slug not in LASTING_SLUGS
        if response.status_code in TEMPORARY_STATUSES or is_throttled:
            return TransientError(failure, pause_s)
        return failure

    def _error_of(self, response: httpx.Response) -> Refused | Unreachable:
        if response.headers.get("content-type", "").startswith("application/problem+json"):
            raw = _json(response)
            problem = decode(Problem, raw)
            return Refused(problem, f"{self.address.url}/help/errors#{quote(problem.slug)}", raw)
        status = response.status_code
        if status in TEMPORARY_STATUSES:
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


def _null(_constant: str) -> None:
    """NaN and Infinity are not JSON: they become null."""


def _json(response: httpx.Response) -> Json:
    try:
        content = json.loads(response.content, parse_constant=_null)
    except (ValueError, RecursionError) as error:
        raise BadAnswer.undecodable("no JSON") from error
    if not isinstance(content, dict):
        raise BadAnswer.undecodable("no JSON object")
    return content


def _tell_zone(response: httpx.Response, hear: Callable[[str], None]) -> None:
    if TIME_ZONE in response.headers:
        hear(response.headers[TIME_ZONE])
