"""Pages about oneself: signing in and out, the invitation, the account, the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh

from server.accounts import service
from server.accounts.person import Person
from server.errors import BadInput, Refusal
from server.i18n import LANGUAGE_KEY, LANGUAGES
from server.web import (
    SESSION_KEY,
    address,
    attempt,
    device,
    forget_person,
    form_text,
    now,
    person,
    read,
    safe_next,
    services,
    signed_in,
    signed_in_person,
    write,
)


def login() -> ResponseReturnValue:
    """Sign in with `neptun` and `password`.

    Template accounts/login.html: `neptun` (as typed), `next` (to be sent back), `refusal` (or None).
    """
    target = safe_next(request.values.get("next"))
    if request.method != "POST":
        return render_template("accounts/login.html", neptun="", next=target, refusal=None)
    found = attempt(_check_login)
    if isinstance(found, Refusal):
        page = render_template("accounts/login.html", neptun=form_text("neptun"), next=target, refusal=found)
        return page, found.status
    _begin_visit(found)
    return redirect(target or url_for("home"))


def logout() -> ResponseReturnValue:
    """Sign out of this browser."""
    _end_visit()
    return redirect(url_for("accounts.login"))


def language() -> ResponseReturnValue:
    """Take the language chosen by a form with `language` and `next`, for the person or for this browser."""
    _choose_language(form_text("language"))
    return redirect(safe_next(request.form.get("next")) or url_for("home"))


def invitation(token: str) -> ResponseReturnValue:
    """Set the first password with `password` and `again`.

    Template accounts/invitation.html: `invited` (a Person), `refusal` (or None).
    """
    with read() as database:
        invited = service.invited_person(database, token, now())
    if request.method != "POST":
        return render_template("accounts/invitation.html", invited=invited, refusal=None)
    outcome = attempt(lambda: _accept(token))
    if isinstance(outcome, Refusal):
        page = render_template("accounts/invitation.html", invited=invited, refusal=outcome)
        return page, outcome.status
    _begin_visit(outcome)
    return redirect(url_for("home"))


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
    outcome = attempt(lambda: ACTIONS[action](signed_in_person()))
    if isinstance(outcome, Refusal):
        return _account_page(refusal=outcome, action=action), outcome.status
    if outcome:
        return _account_page(new_token=outcome, action=action)
    return redirect(url_for("accounts.account"))


def _account_page(*, refusal: Refusal | None = None, action: str = "", new_token: str | None = None) -> str:
    who = signed_in_person()
    with read() as database:
        tokens = service.tokens_of(database, who.id, now())
        invitation = service.last_invitation(database, who.id)
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


def _check_login() -> Person:
    return service.check_login(
        services().database,
        form_text("neptun"),
        request.form.get("password", ""),
        asker=_asker(),
        now=now(),
    )


def _asker() -> service.Asker:
    return service.Asker(address(), device())


def _accept(token: str) -> Person:
    return service.accept_invitation(services().database, token, _new_password(), now(), device=device())


def _new_password() -> str:
    password = request.form.get("password", "")
    if request.form.get("again", password) != password:
        raise BadInput(_("The two passwords differ."))
    return password


def _nickname(who: Person) -> str:
    """Field `nickname`."""
    with write() as database:
        service.change_nickname(database, who, form_text("nickname"))
    flash(_("Nickname saved."))
    return ""


def _language(_who: Person) -> str:
    """Field `language`."""
    _choose_language(form_text("language"))
    return ""


def _password(who: Person) -> str:
    """Fields `current`, `password`, `again`. Every other browser is signed out, and every program."""
    service.check_login(
        services().database,
        who.neptun,
        request.form.get("current", ""),
        asker=_asker(),
        now=now(),
    )
    service.change_password(services().database, who, _new_password(), now(), device=device())
    _begin_visit(who)
    flash(_("Password changed. Everywhere else you are signed out, and your access tokens are revoked."))
    return ""


def _token(who: Person) -> str:
    """Field `name`."""
    with write() as database:
        return service.create_token(database, who.id, form_text("name"), now()).key


def _revoke(who: Person) -> str:
    """Field `token`, the id."""
    sent = form_text("token")
    number = int(sent) if sent.isdecimal() and len(sent) < 19 else 0
    with write() as database:
        service.revoke_token(database, who.id, number, now())
    flash(_("Token revoked."))
    return ""


def _everywhere(who: Person) -> str:
    """No further field: every browser, this one too, and every program is signed out."""
    with write() as database:
        service.sign_out_everywhere(database, who.id, now(), device=device())
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
            service.change_language(database, who, choice)
    forget_person()
    refresh()


def _begin_visit(found: Person) -> None:
    """Give this browser a fresh session: nothing of the one before survives but the language."""
    _end_visit()
    with write() as database:
        session[SESSION_KEY] = service.open_web_session(database, found.id, now())
    session.permanent = True


def _end_visit() -> None:
    key, chosen = session.get(SESSION_KEY), session.get(LANGUAGE_KEY)
    if isinstance(key, str):
        with write() as database:
            service.close_web_session(database, key)
    session.clear()
    if chosen:
        session[LANGUAGE_KEY] = chosen
    forget_person()
