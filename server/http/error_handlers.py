"""Error handlers: every refusal and every fault becomes a page, or a problem document (RFC 9457)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import structlog
from flask import Blueprint, Flask, g, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import ClientDisconnected, HTTPException, SecurityError
from werkzeug.wrappers import Response

from server.database import is_away, is_busy, is_full
from server.errors import (
    BadInput,
    BadRequest,
    Busy,
    CsrfFailed,
    CutOff,
    Forbidden,
    MethodNotAllowed,
    NotFound,
    NotSignedIn,
    Refusal,
    ServerFault,
    StoreFull,
    TooLarge,
    TooManyAttempts,
    WrongType,
)
from server.logs import asked_path
from server.outages import DatabaseAway
from server.web import mark, wants_json

BUSY_S = 5  # after waiting for the database in vain

log = structlog.get_logger()
help_pages = Blueprint("help", __name__)

BY_STATUS: dict[int, type[Refusal]] = {
    400: BadRequest,
    401: NotSignedIn,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: WrongType,
    422: BadInput,
    429: TooManyAttempts,
}


def register(app: Flask) -> None:
    """Send everything that is raised in a view through here."""
    app.register_error_handler(Refusal, answer)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(SQLAlchemyError, answer_database)
    app.register_error_handler(Exception, _answer_fault)
    app.register_blueprint(help_pages)


def answer(refusal: Refusal) -> Response:
    """A refusal as the asker wants it."""
    response = _problem(refusal) if wants_json() else _page(refusal)
    response.status_code = refusal.status
    mark(refusal, response)
    if refusal.status == 401 and wants_json():
        response.headers["WWW-Authenticate"] = 'Bearer realm="hazi"'
    return response


@help_pages.get("/help/errors")
def errors_page() -> str:
    """Every slug explained. Template help/errors.html: `refusals`, each with slug, status, title, help."""
    found = sorted(kinds(), key=lambda kind: (kind.status, kind.slug))
    return render_template("help/errors.html", refusals=found)


def kinds(above: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every kind of refusal there is below this one."""
    for kind in above.__subclasses__():
        yield kind
        yield from kinds(kind)


def _problem(refusal: Refusal) -> Response:
    body = {
        "type": f"/help/errors#{refusal.slug}",
        "title": str(refusal.title),
        "status": refusal.status,
        "detail": str(refusal.detail),
        "slug": refusal.slug,
    }
    response = jsonify(body | refusal.extras)
    response.mimetype = "application/problem+json"
    return response


def _page(refusal: Refusal) -> Response:
    page = render_template(
        "error.html",
        title=refusal.title,
        detail=refusal.detail,
        status=refusal.status,
        slug=refusal.slug,
        again_s=refusal.extras.get("retry_after_s", refusal.retry_after_s) if _passes(refusal) else None,
    )
    return make_response(page)


def _passes(refusal: Refusal) -> bool:
    """Whether a page may simply be loaded again: what was sent by a form is not sent twice."""
    return refusal.status == 503 and request.method == "GET"


def _answer_http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()
    if isinstance(error, SecurityError):
        # No page can be drawn for a host name that is not ours: links in it would lead there.
        return Response("This host name is not served here.\n", 400, mimetype="text/plain")
    if error.code == 500:
        # The page that should have said so broke as well; what came first is in the log.
        return Response("Something broke on our side.\n", 500, mimetype="text/plain")
    response = answer(_refusal_for(error))
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _refusal_for(error: HTTPException) -> Refusal:
    if isinstance(error, CSRFError):
        return CsrfFailed()
    if isinstance(error, ClientDisconnected):
        return CutOff()
    if error.code == 413:
        return _too_large()
    return BY_STATUS.get(error.code or 500, BadRequest)()


def _too_large() -> Refusal:
    limit = request.max_content_length
    if limit is None:
        return TooLarge()
    return TooLarge(_("At most %(mib)s MiB are taken here. Nothing was kept.", mib=limit >> 20))


def answer_database(error: SQLAlchemyError) -> Response:
    """A database that is busy, full or away is no bug: what was asked may be asked again. Raises nothing."""
    refusal = refusal_of(error)
    if refusal is None:
        return _answer_fault(error)
    g.setdefault("person", None)  # nobody waits for it a second time
    log.error("database refused", slug=refusal.slug, problem=str(error))
    return answer(refusal)


def refusal_of(error: SQLAlchemyError) -> Refusal | None:
    """What an error of the database is to who asked; None for a bug."""
    if is_busy(error):
        return Busy(retry_after_s=BUSY_S)
    if is_full(error):
        return StoreFull()
    return DatabaseAway() if is_away(error) else None


def _answer_fault(error: Exception) -> Response:
    """A bug or an outage: the log has the story, the asker its number."""
    g.setdefault("person", None)  # never ask the database again, which may be what is broken
    fault = secrets.token_hex(6)
    log.error("fault", fault=fault, method=request.method, path=asked_path(), exc_info=error)
    detail = _("%(help)s Number: %(fault)s", help=ServerFault.help, fault=fault)
    return answer(ServerFault(detail, fault=fault))
