"""Signing in and out, and who one is."""

from __future__ import annotations

import platform
import sys

import click

from cli.api.address import Address
from cli.api.client import Client
from cli.api.credentials import Login
from cli.api.decoding import read
from cli.api.errors import Refused, Unreachable, WrongUse
from cli.api.records import IssuedToken, Person
from cli.api.retry import ONCE
from cli.commands.localized import LocalizedCommand, LocalizedOption, pass_call
from cli.context import Call
from cli.language.translation import Sentence
from cli.language.translation import lazy_gettext as _
from cli.terminal.tables import person_lines


@click.command(
    cls=LocalizedCommand, help=_("Sign in: get a token for this machine, and keep it in a private file.")
)
@click.option("--url", cls=LocalizedOption, help=_("Address of the server."))
@click.option("--neptun", cls=LocalizedOption, help=_("Your Neptun code; asked for when left out."))
@click.option(
    "--name",
    cls=LocalizedOption,
    help=_("How this token is called in your account; else this machine's name."),
)
@click.option(
    "--password-stdin", is_flag=True, cls=LocalizedOption, help=_("Read the password from standard input.")
)
@click.option(
    "--insecure", is_flag=True, cls=LocalizedOption, help=_("Allow plain http to this server, now and later.")
)
@pass_call
def login(
    call: Call, *, url: str | None, neptun: str | None, name: str | None, password_stdin: bool, insecure: bool
) -> None:
    """Ask for what is missing, get a token, keep it."""
    insecure = insecure or call.insecure
    logins = call.outside.keyring.load()
    address = Address.parse(
        url or call.outside.url() or logins.current or _ask(call, _("Address of the server"))
    )
    client = call.client_for(address, None, insecure=insecure)
    neptun = neptun or _ask(call, _("Neptun code"))
    password = _password(call, stdin=password_stdin)
    asked = {"neptun": neptun, "password": password, "name": name or platform.node() or "hazi"}
    if device := logins.devices.get(address.url):
        asked["device"] = device
    answer = client.post("tokens", patience=ONCE, json=asked)
    issued = read(IssuedToken, answer)
    kept = Login(address.url, str(answer["token"]), issued.neptun, insecure)
    call.outside.keyring.save(logins.with_login(kept, str(answer.get("device") or "")))
    if call.outside.token_comes_from_environment():
        call.screen.note(_("HAZI_TOKEN is set and goes before what was kept now."))
    call.screen.note(_("Signed in to {url} as {neptun}.", url=address.url, neptun=issued.neptun))
    shown = {key: value for key, value in answer.items() if key not in {"token", "device"}}
    call.screen.result(shown | {"url": address.url, "file": str(call.outside.keyring.path)})


@click.command(cls=LocalizedCommand, help=_("Sign out: revoke the token on the server and forget it here."))
@pass_call
def logout(call: Call) -> None:
    """Revoke first; forget in any case."""
    url, from_environment = call.login.url, call.outside.token_comes_from_environment()
    try:
        revoked = _revoke(call.client)
    except Unreachable as error:
        error.add_note(
            call.language.gettext(
                "The token was forgotten here, but is still valid: revoke it in your account."
            )
        )
        raise
    finally:
        if not from_environment:
            call.outside.keyring.save(call.outside.keyring.load().without(url))
    if from_environment:
        call.screen.note(_("HAZI_TOKEN is still set, but no longer valid."))
    call.screen.note(_("Signed out of {url}.", url=url))
    call.screen.result({"url": url, "revoked": revoked})


@click.command(cls=LocalizedCommand, help=_("Say who is signed in, and where."))
@pass_call
def whoami(call: Call) -> None:
    """The person behind the token."""
    answer = call.client.get("me")
    call.screen.result(
        answer | {"url": call.login.url}, *person_lines(read(Person, answer), call.login.url, call.language)
    )


def _revoke(client: Client) -> bool:
    """Whether the token was still valid."""
    try:
        client.send("DELETE", "tokens", "current")
    except Refused as refused:
        if refused.problem.status != 401:
            raise
        return False
    return True


def _ask(call: Call, question: Sentence) -> str:
    return str(click.prompt(question.in_language(call.language), err=True)).strip()


def _password(call: Call, *, stdin: bool) -> str:
    # Where nobody types there is no echo to hide, and no terminal to ask on.
    if not stdin and sys.stdin.isatty():
        return str(click.prompt(call.language.gettext("Password"), hide_input=True, err=True))
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise WrongUse(_("There is no password on standard input."))
    return password
