"""What every view may ask: the services, the time, who is asking - and the guards in front of views."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial, wraps
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

import structlog
from flask import Flask, after_this_request, current_app, g, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assignments.spec import Course
from server.config import Config
from server.database import Database, passes
from server.errors import Forbidden, NotSignedIn, Refusal
from server.notifications import Hub, Notifier
from server.outages import StoreAway
from server.person import Person
from server.store import Store

log = structlog.get_logger()

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Services:
    """What the application was built from; `services()` gives it to views."""

    config: Config
    database: Database
    store: Store
    notifier: Notifier
    hub: Hub
    course: Course
    identify: Callable[[], Person | None]  # who sends the request at hand
    clock: Callable[[], datetime]

    @property
    def shared_clock(self) -> Callable[[], datetime]:
        """What leases and signs of life go by: the database's clock, unless the server is under test."""
        return self.database.now if self.clock is utc_now else self.clock

    def close(self) -> None:
        """Let live pages end, and give all connections back."""
        self.hub.close()
        self.notifier.close()
        self.database.dispose()


def utc_now() -> datetime:
    """The clock of a server that is not under test."""
    return datetime.now(UTC)


def services(app: Flask | None = None) -> Services:
    """The services of this application."""
    return cast("Services", (app or current_app).extensions["hazi"])


def now() -> datetime:
    """The moment that counts for this request."""
    return services().clock()


def read() -> AbstractContextManager[Session]:
    """A database session that changes nothing."""
    return services().database.read()


def write() -> AbstractContextManager[Session]:
    """A database session whose changes are all kept when the block ends, or none when it raises."""
    return services().database.write()


def person() -> Person | None:
    """Who is asking, by bearer token or by the browser's session; looked up once in a request."""
    if "person" not in g:
        g.person = services().identify()
    return cast("Person | None", g.person)


def known_person() -> Person | None:
    """Who is asking, but a bad token is nobody: for the language and frame of answers, refusals too.

    Without the database nobody is known, and who needs to know asks `person`.
    """
    if bearer_token() is not None or "person" in g or "away" in g:
        return cast("Person | None", g.get("person"))
    try:
        return person()
    except SQLAlchemyError as error:
        if not passes(error):
            raise
        g.away = True  # nobody waits for it twice
        return None


def when_answered(step: Callable[[], object]) -> None:
    """Do this when the answer to this request is sent: nobody waits for it, and it may be lost."""

    @after_this_request
    def attach(response: Response) -> Response:
        response.call_on_close(step)
        return response


def signed_in_person() -> Person:
    """Who is asking, in a view behind `signed_in` or `staff_only`."""
    found = person()
    if found is None:
        raise NotSignedIn
    return found


def address() -> str:
    """The address that asks."""
    return request.remote_addr or ""


def forget_person() -> None:
    """Look the person up again: who is signed in has just changed."""
    g.pop("person", None)


def bearer_token() -> str | None:
    """The access token of the request, if it claims to have one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def signed_in(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Guard: somebody is signed in. Pages send to the sign-in form and back, the API answers 401."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if person() is None:
            return _send_to_login()
        return view(*args, **kwargs)

    guarded.__dict__["guarded"] = True
    return guarded


def staff_only(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Guard: an assistant or lecturer is signed in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        who = person()
        if who is None:
            return _send_to_login()
        if not who.is_staff:
            raise Forbidden
        return view(*args, **kwargs)

    guarded.__dict__["guarded"] = True
    return guarded


def wants_json() -> bool:
    """Whether the asker is a program: the API, or a request that prefers JSON to a page."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best is not None and best != "text/html"


def safe_next(target: str | None) -> str | None:
    """A path of our own to go on to after signing in; anything that leads elsewhere is dropped."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(char) < 32 or char == "\\" for char in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


T = TypeVar("T")


def result_or_refusal(verb: Callable[[], T]) -> T | Refusal:
    """What the verb returns, or why not: for pages that show a refusal beside the form it belongs to."""
    try:
        return verb()
    except Refusal as refusal:
        if wants_json():
            raise
        after_this_request(partial(mark, refusal))
        return refusal


def mark(refusal: Refusal, response: Response) -> Response:
    """What every answer to this refusal carries; what only staff may read of it goes into the log."""
    wait = refusal.extras.get("retry_after_s", refusal.retry_after_s)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    if isinstance(refusal, StoreAway):
        log.error("store away", problem=refusal.why)
    return response


def public_link(endpoint: str, **values: str) -> str:
    """The whole address of a page, for paper and mail."""
    return services().config.public_url + url_for(endpoint, **values, _external=False)


def clean_text(text: str) -> str:
    """Text from outside without NUL, which PostgreSQL refuses, and without space around it."""
    return text.replace("\0", "").strip()


def form_text(name: str) -> str:
    """A field of the form, cleaned; empty when it is missing."""
    return clean_text(request.form.get(name, ""))


def _send_to_login() -> Response:
    if wants_json():
        raise NotSignedIn
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.login", next=target))
