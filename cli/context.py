"""The context of one run of the tool: common options, terminal, login and client, each made on first use."""

from __future__ import annotations

import functools
from contextlib import ExitStack
from dataclasses import dataclass, field

from cli.api.address import Address
from cli.api.client import Client
from cli.api.credentials import Login
from cli.api.retry import Retrier
from cli.environment import Environment
from cli.language.translation import Language
from cli.language.translation import lazy_gettext as _
from cli.terminal import numbers
from cli.terminal.screen import Screen


@dataclass
class Context:
    """The options that all commands share, and the objects that follow from them."""

    environment: Environment = field(default_factory=Environment)
    chosen_language: Language | None = None
    json_output: bool = False
    insecure: bool = False
    exit_stack: ExitStack = field(default_factory=ExitStack)

    @property
    def language(self) -> Language:
        """The language of --lang, else of the locale."""
        return self.chosen_language or self.environment.language()

    @functools.cached_property
    def screen(self) -> Screen:
        """The terminal. To be used only after all options are parsed."""
        return Screen(self.language, self.json_output)

    @functools.cached_property
    def login(self) -> Login:
        """The server and its token. Takes permissions on the credentials file from other users."""
        login = self.environment.login()
        if self.environment.credentials.restrict_permissions():
            self.screen.note(
                _(
                    "{path} could be read by other users of this machine; now it cannot. "
                    "Revoke the old token if you do not trust them: hazi logout",
                    path=self.environment.credentials.path,
                )
            )
        return login

    @functools.cached_property
    def client(self) -> Client:
        """A client for the server of the login, with its token."""
        return self.client_for(Address.parse(self.login.url), self.login.token, insecure=self.login.insecure)

    def client_for(self, address: Address, token: str | None, *, insecure: bool = False) -> Client:
        """A client for that server, closed at the end. Raises WrongUse for plain http to another machine."""
        address.refuse_plain_http(insecure or self.insecure)
        client = Client.open(
            address,
            token=token,
            language=self.language,
            retrier=Retrier(self.environment.sleep, self.environment.jitter, self.screen.retry_pause),
            now=self.environment.now,
            transport=self.environment.transport,
            hear_zone=numbers.show_in_zone,
        )
        self.exit_stack.callback(client.http.close)
        return client
