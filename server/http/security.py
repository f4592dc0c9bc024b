"""What protects every request: size bounds, trusted hosts, cookies, CSRF, and headers of every answer."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer
from werkzeug.wrappers import Response

from server.config import Config
from server.errors import CsrfFailed
from server.proxies import Proxies, same_origin
from server.web import bearer_token, person

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BODY_BYTES = 2 << 20  # of requests that are no upload; the upload views raise it by assignment
FORM_FIELD_BYTES = 500_000
FORM_PARTS = 200
SESSION_LIFE = timedelta(days=7)

csrf = CSRFProtect()


class CookieSessions(SecureCookieSessionInterface):
    """Flask's own, but what signs and reads cookies is made once and not for each request."""

    def __init__(self) -> None:
        self._serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Of the keys with which the application was registered."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer


def register(app: Flask, config: Config) -> None:
    """Set the bounds and stand at both ends of every request."""
    app.config.update(
        SECRET_KEY=config.secret_key,
        SECRET_KEY_FALLBACKS=list(config.old_secret_keys),
        TRUSTED_HOSTS=config.trusted_hosts,
        MAX_CONTENT_LENGTH=BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_FIELD_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
        SESSION_COOKIE_NAME="__Host-hazi" if config.https else "hazi",
        SESSION_COOKIE_SECURE=config.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,  # a file that caches keep must carry nobody's cookie
        PERMANENT_SESSION_LIFETIME=SESSION_LIFE,
        WTF_CSRF_CHECK_DEFAULT=False,  # _check_csrf decides
        WTF_CSRF_SSL_STRICT=False,  # so does _comes_from_here, which knows how one host can be written
        WTF_CSRF_TIME_LIMIT=None,  # it lives as long as the visit it belongs to
        PREFERRED_URL_SCHEME="https" if config.https else "http",
    )
    app.session_interface = CookieSessions()
    csrf.init_app(app)
    app.before_request(_check_csrf)
    app.after_request(_harden)
    if config.https:
        app.after_request(_insist_on_tls)
    app.wsgi_app = Proxies(app.wsgi_app, config.trusted_proxies, config.proxies)  # type: ignore[method-assign]


def _check_csrf() -> None:
    """Whoever changes something by cookie shows the token of this visit as well. A bearer token is no cookie.

    The token is looked for in the visit first, so that a stranger's upload is refused before it is read.
    """
    if request.method in SAFE_METHODS or request.endpoint is None or bearer_token() is not None:
        return
    if request.path.startswith("/api/") and person() is None:
        return  # nobody to impersonate: the view's own guard answers
    if "csrf_token" not in session:
        raise CsrfFailed
    csrf.protect()
    if request.is_secure and not _comes_from_here():
        raise CsrfFailed


def _comes_from_here() -> bool:
    """Whether a page of ours sent the form, as the browser says in Origin, or else in Referer."""
    origin = request.headers.get("Origin", "null")
    sent = request.headers.get("Referer", "") if origin == "null" else origin
    return same_origin(sent, request.host_url)


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    if request.endpoint != "static" or response.status_code not in {200, 206, 304}:
        headers["Cache-Control"] = (
            "no-store"  # whatever a view or Flask's own way to send files would have said
        )
    elif "v" in request.args:  # its address changes with its content
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _insist_on_tls(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
