"""Pages about oneself: signing in and out, the invitation, the account, the language."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from server.accounts import service
from server.accounts.person import Person
from server.errors import BadInput, Refusal
from server.i18n import LANGUAGE_KEY, LANGUAGES
from server.web import (
    SESSION_KEY,
    forget_person,
    form_text,
    now,
    safe_next,
    services,
    write,
)


def login() -> ResponseReturnValue:
    """Sign in. Template accounts/login.html: `neptun`, `next`, `refusal` (or None: the form was not sent)."""
    target = safe_next(request.values.get("next"))
    neptun = form_text("neptun")
    if request.method == "GET":
        return render_template("accounts/login.html", neptun=neptun, next=target, refusal=None)
    try:
        found = service.check_login(
            services().database,
            neptun,
            request.form.get("password", ""),
            address=request.remote_addr or "",
            now=now(),
        )
    except Refusal as refusal:
        page = render_template("accounts/login.html", neptun=neptun, next=target, refusal=refusal)
        return page, refusal.status
    begin_visit(found)
    return redirect(target or url_for("home"))


def logout() -> ResponseReturnValue:
    """Sign out of this browser."""
    key = session.get(SESSION_KEY)
    if isinstance(key, str):
        with write() as database:
            service.close_web_session(database, key)
    _clear_cookie()
    return redirect(url_for("accounts.login"))


def language() -> ResponseReturnValue:
    """Remember the language chosen by a form with `language` and `next`."""
    choice = form_text("language")
    if choice not in LANGUAGES:
        raise BadInput
    session[LANGUAGE_KEY] = choice
    refresh()
    return redirect(safe_next(request.form.get("next")) or url_for("home"))


def begin_visit(found: Person) -> None:
    """Give this browser a fresh session: nothing of the one before survives but the language."""
    with write() as database:
        old = session.get(SESSION_KEY)
        if isinstance(old, str):
            service.close_web_session(database, old)
        key = service.open_web_session(database, found.id, now())
    _clear_cookie()
    session[SESSION_KEY] = key
    session.permanent = True


def _clear_cookie() -> None:
    chosen = session.get(LANGUAGE_KEY)
    session.clear()
    if chosen:
        session[LANGUAGE_KEY] = chosen
    forget_person()
