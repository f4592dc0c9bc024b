"""The environment of the tool: variables, folders, clock, network, browser. Read once."""

from __future__ import annotations

import difflib
import locale
import os
import random
import time
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import platformdirs

from cli.api.address import Address
from cli.api.credentials import CredentialsFile, Login
from cli.api.errors import WrongUse
from cli.language.translation import Language, language_of_locale
from cli.language.translation import lazy_gettext as _

URL, TOKEN = "HAZI_URL", "HAZI_TOKEN"
NAMES = tuple(name + suffix for name in (URL, TOKEN) for suffix in ("", "_FILE"))
LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
MISSPELT_FROM = 0.85
"""The similarity from which on an unknown name is taken for a misspelt setting of ours."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Environment:
    """Everything outside the tool except the terminal; tests replace it."""

    variables: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    folder: Path = field(default_factory=lambda: platformdirs.user_config_path("hazi", appauthor=False))
    cache: Path = field(default_factory=lambda: platformdirs.user_cache_path("hazi", appauthor=False))
    transport: httpx.BaseTransport | None = None  # None: real sockets
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    now: Callable[[], datetime] = _utc_now
    browse: Callable[[str], bool] = webbrowser.open

    @property
    def credentials(self) -> CredentialsFile:
        """The credentials file."""
        return CredentialsFile(self.folder)

    def language(self) -> Language:
        """The language of the locale."""
        named = next((value for name in LOCALE_VARIABLES if (value := self.variables.get(name))), None)
        return language_of_locale(named or locale.getlocale()[0] or "")

    def url(self) -> str | None:
        """The setting HAZI_URL."""
        return self._setting(URL)

    def login(self) -> Login:
        """The server and its token: from the settings, else from the credentials file.

        Raises WrongUse when there is none, and for a misspelt setting.
        """
        self._refuse_misspelt()
        token, url = self._setting(TOKEN), self._setting(URL)
        if token and not url:
            raise WrongUse(_("HAZI_TOKEN is set, but not HAZI_URL: which server does the token belong to?"))
        if token and url:
            return Login(Address.parse(url).url, token)
        logins = self.credentials.load()
        wanted = Address.parse(url).url if url else logins.current
        if not wanted or wanted not in logins.by_url:
            raise WrongUse(_("You are not signed in. Sign in with: hazi login"))
        return logins.by_url[wanted]

    def token_comes_from_environment(self) -> bool:
        """Whether HAZI_TOKEN is set."""
        return self._setting(TOKEN) is not None

    def _setting(self, name: str) -> str | None:
        path = self.variables.get(f"{name}_FILE")
        if not path:
            return self.variables.get(name) or None
        try:
            return Path(path).read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError) as error:
            raise WrongUse(
                _("The file that {name} names cannot be read: {path}", name=name, path=path)
            ) from error

    def _refuse_misspelt(self) -> None:
        for name in self.variables:
            if name.startswith("HAZI_") and name not in NAMES:
                similar = difflib.get_close_matches(name, NAMES, n=1, cutoff=MISSPELT_FROM)
                if similar:
                    raise WrongUse(
                        _("Unknown setting {name}: did you mean {meant}?", name=name, meant=similar[0])
                    )
