"""Commands of the account: login, logout, whoami."""

from __future__ import annotations

import platform
import sys

import click

from cli.api.address import Address
from cli.api.client import Client
from cli.api.credentials import Login
from cli.api.decoding import decode
from cli.api.errors import Refused, Unreachable, WrongUse
from cli.api.records import IssuedToken, Person
from cli.api.retry import ONCE
from cli.commands.localized import command, option, pass_context
from cli.context import Context
from cli.language.translation import Sentence
from cli.language.translation import lazy_gettext as _
from cli.terminal.cards import person_lines


@command(help=_("Sign in: get a token for this machine, and keep it in a private file."))
@option("--url", help=_("Address of the server."))
@option("--neptun", help=_("Your Neptun code; asked for when left out."))
@option("--name", help=_("How this token is called in your account; else this machine's name."))
@option("--password-stdin", is_flag=True, help=_("Read the password from standard input."))
@option("--insecure", is_flag=True, help=_("Allow plain http to this server, now and later."))
@pass_context
def login(
    context: Context,
    *,
    url: str | None,
    neptun: str | None,
    name: str | None,
    password_stdin: bool,
    insecure: bool,
) -> None:
    """Ask for what is missing, get a token, save it."""
    insecure = insecure or context.insecure
    logins = context.environment.credentials.load()
    address = Address.parse(
        url or context.environment.url() or logins.current or _ask(context, _("Address of the server"))
    )
    client = context.client_for(address, None, insecure=insecure)
    neptun = neptun or _ask(context, _("Neptun code"))
    password = _password(context, stdin=password_stdin)
    request = {"neptun": neptun, "password": password, "name": name or platform.node() or "hazi"}
    if device := logins.devices.get(address.url):
        request["device"] = device
    answer = client.post("tokens", policy=ONCE, json=request)
    issued = decode(IssuedToken, answer)
    new = Login(address.url, str(answer["token"]), issued.neptun, insecure)
    context.environment.credentials.save(logins.with_login(new, str(answer.get("device") or "")))
    if context.environment.token_comes_from_environment():
        context.screen.note(_("HAZI_TOKEN is set and goes before what was kept now."))
    context.screen.note(_("Signed in to {url} as {neptun}.", url=address.url, neptun=issued.neptun))
    public = {key: value for key, value in answer.items() if key not in {"token", "device"}}
    context.screen.result(public | {"url": address.url, "file": str(context.environment.credentials.path)})


@command(help=_("Sign out: revoke the token on the server and forget it here."))
@pass_context
def logout(context: Context) -> None:
    """Revoke the token, and forget it even if that fails."""
    url, from_environment = context.login.url, context.environment.token_comes_from_environment()
    try:
        revoked = _revoke(context.client)
    except Unreachable as error:
        error.add_note(
            context.language.gettext(
                "The token was forgotten here, but is still valid: revoke it in your account."
            )
        )
        raise
    finally:
        if not from_environment:
            context.environment.credentials.save(context.environment.credentials.load().without(url))
    if from_environment:
        context.screen.note(_("HAZI_TOKEN is still set, but no longer valid."))
    context.screen.note(_("Signed out of {url}.", url=url))
    context.screen.result({"url": url, "revoked": revoked})


@command(help=_("Say who is signed in, and where."))
@pass_context
def whoami(context: Context) -> None:
    """The owner of the token."""
    answer = context.client.get("me")
    context.screen.result(
        answer | {"url": context.login.url},
        *person_lines(decode(Person, answer), context.login.url, context.language),
    )


def _revoke(client: Client) -> bool:
    """Revoke the token of the client; whether it was still valid."""
    try:
        client.send("DELETE", "tokens", "current")
    except Refused as refused:
        if refused.problem.status != 401:
            raise
        return False
    return True


def _ask(context: Context, question: Sentence) -> str:
    return str(click.prompt(question.in_language(context.language), err=True)).strip()


def _password(context: Context, *, stdin: bool) -> str:
    # Without a terminal there is no echo to hide, and nobody to ask.
    if not stdin and sys.stdin.isatty():
        return str(click.prompt(context.language.gettext("Password"), hide_input=True, err=True))
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise WrongUse(_("There is no password on standard input."))
    return password
