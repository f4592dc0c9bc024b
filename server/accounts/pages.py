"""Pages about oneself: signing in and out, the invitation, the account, the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypedDict

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh
from sqlalchemy.orm import Session

from server.accounts.access import refuse_shut_out, sign_out_everywhere
from server.accounts.blueprints import routes
from server.accounts.credentials.sessions import close_web_session, open_web_session
from server.accounts.credentials.tokens import add_token, end_token, tokens_of
from server.accounts.identity import SESSION_KEY, device
from server.accounts.invitations import invited_person, last_invitation
from server.accounts.people import change_language, change_nickname
from server.accounts.sign_in import Asker, accept, change_password, check_login
from server.errors import BadInput, InvitationGone, Refusal, TooManyAttempts
from server.i18n import LANGUAGE_KEY, LANGUAGES
from server.person import Person
from server.web import (
    address,
    bearer_token,
    forget_person,
    form_text,
    now,
    person,
    read,
    result_or_refusal,
    safe_next,
    services,
    signed_in,
    signed_in_person,
    write,
)


@routes.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Sign in with `neptun` and `password`.

    Template accounts/login.html: `neptun` (as typed), `next` (to be sent back), `refusal` (or None).
    """
    target = safe_next(request.values.get("next"))
    if request.method != "POST":
        return render_template("accounts/login.html", neptun="", next=target, refusal=None)
    key = result_or_refusal(_check_login)
    if isinstance(key, Refusal):
        page = render_template("accounts/login.html", neptun=form_text("neptun"), next=target, refusal=key)
        return page, key.status
    _begin_visit(key)
    return redirect(target or url_for("home"))


@routes.post("/logout")
def logout() -> ResponseReturnValue:
    """Sign out of this browser."""
    _end_visit()
    return redirect(url_for("accounts.login"))


@routes.post("/language")
def language() -> ResponseReturnValue:
    """Take the language chosen by a form with `language` and `next`, for the person or for this browser."""
    _choose_language(form_text("language"))
    return redirect(safe_next(request.form.get("next")) or url_for("home"))


@routes.route("/invitation/<token>", methods=["GET", "POST"])
def invitation(token: str) -> ResponseReturnValue:
    """Set the first password with `password` and `again`.

    Template accounts/invitation.html: `invited` (a Person), `refusal` (or None).
    """
    outcome = result_or_refusal(lambda: _accept(token)) if request.method == "POST" else None
    if isinstance(outcome, (InvitationGone, TooManyAttempts)):
        raise outcome
    if not isinstance(outcome, str):
        with read() as database:
            invited = invited_person(database, token, now())
        page = render_template("accounts/invitation.html", invited=invited, refusal=outcome)
        return page, outcome.status if outcome else 200
    _begin_visit(outcome)
    return redirect(url_for("home"))


@routes.route("/account", methods=["GET", "POST"])
@signed_in
def account() -> ResponseReturnValue:
    """Oneself. A form's `action` is one of ACTIONS; its fields are named there.

    Template accounts/account.html: `tokens`, `invitation` (made_at, made_by, used_at, or None), `new_token`
    (the key of the token made just now, or None), `refusal` (or None), `action` (the form that was sent,
    or ""), `nickname` (as typed).
    """
    if request.method != "POST":
        return _account_page()
    action = form_text("action")
    if action not in ACTIONS:
        raise BadInput
    outcome = result_or_refusal(lambda: ACTIONS[action](signed_in_person()))
    if isinstance(outcome, Refusal):
        return _account_page(refusal=outcome, action=action), outcome.status
    if outcome:
        return _account_page(new_token=outcome, action=action)
    return redirect(url_for("accounts.account"))


def _account_page(*, refusal: Refusal | None = None, action: str = "", new_token: str | None = None) -> str:
    who = signed_in_person()
    with read() as database:
        tokens = tokens_of(database, who.id, now())
        invitation = last_invitation(database, who.id)
    typed = form_text("nickname") if action == "nickname" else who.nickname
    return render_template(
        "accounts/account.html",
        tokens=tokens,
        invitation=invitation,
        new_token=new_token,
        refusal=refusal,
        action=action,
        nickname=typed,
    )


def _check_login() -> str:
    """The key of a new session."""
    password = request.form.get("password", "")
    return check_login(services().database, form_text("neptun"), password, **_entrance())


def _asker() -> Asker:
    return Asker(address(), device())


class _Entrance(TypedDict):
    asker: Asker
    now: datetime
    way: Callable[[Session, Person], str]


def _entrance() -> _Entrance:
    """Who asks at which moment, and what is opened: a session of this browser."""
    moment = now()
    return {
        "asker": _asker(),
        "now": moment,
        "way": lambda database, who: open_web_session(database, who.id, moment),
    }


def _accept(token: str) -> str:
    """The key of a new session."""
    return accept(services().database, token, _new_password(), **_entrance())


def _new_password() -> str:
    password = request.form.get("password", "")
    if request.form.get("again", password) != password:
        raise BadInput(_("The two passwords differ."))
    return password


def _nickname(who: Person) -> str:
    """Field `nickname`."""
    with write() as database:
        change_nickname(database, who, form_text("nickname"))
    flash(_("Nickname saved."))
    return ""


def _language(_who: Person) -> str:
    """Field `language`."""
    _choose_language(form_text("language"))
    return ""


def _password(who: Person) -> str:
    """Fields `current`, `password`, `again`. Every other browser is signed out, and every program."""
    passwords = request.form.get("current", ""), _new_password()
    _begin_visit(change_password(services().database, who.neptun, passwords, **_entrance()))
    flash(_("Password changed. Everywhere else you are signed out, and your access tokens are revoked."))
    return ""


def _token(who: Person) -> str:
    """Field `name`."""
    with write() as database:
        refuse_shut_out(database, who.id, bearer_token() or session.get(SESSION_KEY, ""))
        return add_token(database, who.id, form_text("name"), now()).key


def _revoke(who: Person) -> str:
    """Field `token`, the id."""
    sent = form_text("token")
    number = int(sent) if sent.isdecimal() and len(sent) < 19 else 0
    with write() as database:
        end_token(database, who.id, number, now())
    flash(_("Token revoked."))
    return ""


def _everywhere(who: Person) -> str:
    """No further field: every browser, this one too, and every program is signed out."""
    with write() as database:
        sign_out_everywhere(database, who.id, now(), device=device())
    _end_visit()
    flash(_("You are signed out everywhere, and your access tokens are revoked."))
    return ""


ACTIONS: Mapping[str, Callable[[Person], str]] = {
    "everywhere": _everywhere,
    "nickname": _nickname,
    "language": _language,
    "password": _password,
    "token": _token,
    "revoke": _revoke,
}


def _choose_language(choice: str) -> None:
    if choice not in LANGUAGES:
        raise BadInput(_("There is no such language here."))
    session[LANGUAGE_KEY] = choice
    who = person()
    if who is not None:
        with write() as database:
            change_language(database, who, choice)
    forget_person()
    refresh()


def _begin_visit(key: str) -> None:
    """Give this browser its fresh session: nothing of the one before survives but the language."""
    _end_visit()
    session[SESSION_KEY] = key
    session.permanent = True


def _end_visit() -> None:
    key, chosen = session.get(SESSION_KEY), session.get(LANGUAGE_KEY)
    if isinstance(key, str):
        with write() as database:
            close_web_session(database, key)
    session.clear()
    if chosen:
        session[LANGUAGE_KEY] = chosen
    forget_person()
