"""Which language a request is answered in, and which zone its times are shown in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from babel.support import Translations
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, get_locale, get_translations
from jinja2 import pass_context

from server.web import bearer_token, known_person, services

LANGUAGES = {"hu": "Magyar", "en": "English"}
DEFAULT = "en"
LANGUAGE_KEY = "language"  # the choice of somebody who is not signed in


def register(app: Flask) -> None:
    """Translate everything that goes through gettext."""
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    Babel(
        app,
        locale_selector=language,
        timezone_selector=lambda: str(services().course.zone),
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        _gettext, _ngettext, newstyle=True, pgettext=_pgettext
    )


def say_anew(app: Flask) -> None:
    """Let no filter of ours be computed when a template is compiled: it speaks the language of each reader.

    Jinja computes filters of constants once, and what it got stays as whoever asked first was to read it.
    """
    filters = app.jinja_env.filters
    filters |= {name: _unfolded(one) for name, one in filters.items() if _is_spoken(one)}


def _is_spoken(one: Callable[..., Any]) -> bool:
    return one.__module__.partition(".")[0] in {"server", "flask_babel"}


def _unfolded(one: Callable[..., Any]) -> Callable[..., Any]:
    @pass_context
    @wraps(one)
    def with_context(_context: object, *values: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
        return one(*values, **named)

    return with_context


def _gettext(text: str) -> str:
    return str(_catalogue().ugettext(text))


def _ngettext(one: str, many: str, number: int) -> str:
    return str(_catalogue().ungettext(one, many, number))


def _pgettext(context: str, text: str) -> str:
    """A word that means two things in English, in one of its contexts."""
    return str(_catalogue().upgettext(context, text))


def _catalogue() -> Translations:
    """The translations of this request: a page with a long table asks for thousands of words."""
    locale = get_locale()
    known = g.get("catalogue")
    if known is None or known[0] is not locale:
        known = g.catalogue = locale, get_translations()
    return cast("Translations", known[1])


def language() -> str:
    """A program says it. For a browser: the person's setting, its own choice, then what it says."""
    if not has_request_context():
        return DEFAULT
    who = known_person()
    own = who.language if who else ""
    asked = request.accept_languages.best_match(LANGUAGES) or ""
    chosen = session.get(LANGUAGE_KEY, "")
    preferred = (asked, own) if bearer_token() is not None else (own, chosen, asked)
    return next((one for one in preferred if one in LANGUAGES), DEFAULT)
