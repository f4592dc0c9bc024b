"""Who asks, and with which browser: read from the request, for `server.web` and the views of others."""

from __future__ import annotations

from typing import cast

from flask import after_this_request, g, request, session
from werkzeug.wrappers import Response

from server.accounts.credentials.devices import LIFE, device_key, issue_device
from server.accounts.credentials.sessions import person_of_web_session
from server.accounts.credentials.tokens import person_of_api_token
from server.errors import TokenInvalid
from server.person import Person
from server.web import bearer_token, now, services

SESSION_KEY = "visit"  # where the signed cookie holds the token of the web session


def identify() -> Person | None:
    """Who asks, by bearer token or by the browser's session. Raises TokenInvalid for a bad token."""
    token = bearer_token()
    return _browser_person() if token is None else _bearer_person(token)


def device() -> str:
    """The key of the browser that asks. It proves where somebody has signed in before, and nothing else.

    A browser that has none gets one with the answer, and each lives on from here.
    """
    if "device" not in g:
        keys, known = services().config.secret_keys, shown_device()
        shown = request.cookies.get(_device_cookie(), "") if known else issue_device(keys)
        g.device = known or device_key(shown, keys)
        after_this_request(lambda response: _keep_device(response, shown))
    return cast("str", g.device)


def shown_device() -> str:
    """The key of the browser that asks, or "" where it shows none of ours."""
    return device_key(request.cookies.get(_device_cookie(), ""), services().config.secret_keys)


def _device_cookie() -> str:
    return "__Host-hazi-device" if services().config.https else "hazi-device"


def _keep_device(response: Response, shown: str) -> Response:
    response.set_cookie(
        _device_cookie(),
        shown,
        max_age=LIFE,
        httponly=True,
        samesite="Lax",
        secure=services().config.https,
    )
    return response


def _bearer_person(token: str) -> Person:
    found = person_of_api_token(services().database, token, now())
    if found is None:
        raise TokenInvalid
    return found


def _browser_person() -> Person | None:
    token = session.get(SESSION_KEY)
    if not isinstance(token, str):
        return None
    return person_of_web_session(services().database, token, now())
