"""One call of the tool: what every command needs, made when it is first asked for."""

from __future__ import annotations

import functools
from contextlib import ExitStack
from dataclasses import dataclass, field

from cli.api.address import Address
from cli.api.client import Client
from cli.api.credentials import Login
from cli.api.retry import Retrier
from cli.language.translation import Language
from cli.language.translation import lazy_gettext as _
from cli.settings import Outside
from cli.terminal.screen import Screen


@dataclass
class Call:
    """The options that every command shares, and the things that follow from them."""

    outside: Outside = field(default_factory=Outside)
    language_asked: Language | None = None
    json_asked: bool = False
    insecure: bool = False
    closing: ExitStack = field(default_factory=ExitStack)

    @property
    def language(self) -> Language:
        """What --lang says, else the locale."""
        return self.language_asked or self.outside.language()

    @functools.cached_property
    def screen(self) -> Screen:
        """Where words go. Not to be asked for before all options are read."""
        return Screen(self.language, self.json_asked)

    @functools.cached_property
    def login(self) -> Login:
        """The server that is meant, and the token that belongs to it."""
        login = self.outside.login()
        if self.outside.keyring.close_to_others():
            self.screen.note(
                _(
                    "{path} could be read by other users of this machine; now it cannot. "
                    "Revoke the old token if you do not trust them: hazi logout",
                    path=self.outside.keyring.path,
                )
            )
        return login

    @functools.cached_property
    def client(self) -> Client:
        """A client that carries the token to the server it belongs to, and nowhere else."""
        return self.client_for(Address.parse(self.login.url), self.login.token, insecure=self.login.insecure)

    def client_for(self, address: Address, token: str | None, *, insecure: bool = False) -> Client:
        """A client for that server, closed when the call ends."""
        address.refuse_if_readable_on_the_way(insecure or self.insecure)
        client = Client.open(
            address,
            token=token,
            language=self.language,
            retrier=Retrier(self.outside.sleep, self.outside.chance, self.screen.waiting),
            now=self.outside.now,
            transport=self.outside.transport,
        )
        self.closing.callback(client.http.close)
        return client
