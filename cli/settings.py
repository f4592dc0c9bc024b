"""What the tool is told from outside: environment, settings folder, clock, browser. Read once."""

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
from cli.api.credentials import Keyring, Login
from cli.api.errors import WrongUse
from cli.language.translation import Language, language_of_locale
from cli.language.translation import lazy_gettext as _

URL, TOKEN = "HAZI_URL", "HAZI_TOKEN"
NAMES = tuple(name + suffix for name in (URL, TOKEN) for suffix in ("", "_FILE"))
LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
ALIKE = 0.85
"""From this likeness on, a name is a slip of the pen and not a setting of another program."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Outside:
    """All that the tool touches beside the terminal; tests bring their own."""

    variables: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    folder: Path = field(default_factory=lambda: platformdirs.user_config_path("hazi", appauthor=False))
    cache: Path = field(default_factory=lambda: platformdirs.user_cache_path("hazi", appauthor=False))
    transport: httpx.BaseTransport | None = None  # None: real sockets
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    now: Callable[[], datetime] = _utc_now
    browse: Callable[[str], bool] = webbrowser.open

    @property
    def keyring(self) -> Keyring:
        """The file of tokens."""
        return Keyring(self.folder)

    def language(self) -> Language:
        """The language of the locale."""
        named = next((value for name in LOCALES if (value := self.variables.get(name))), None)
        return language_of_locale(named or locale.getlocale()[0] or "")

    def url(self) -> str | None:
        """HAZI_URL."""
        return self._setting(URL)

    def login(self) -> Login:
        """Which server is meant, and the token that belongs to it. Raises WrongUse when there is none."""
        self._refuse_slips()
        token, url = self._setting(TOKEN), self._setting(URL)
        if token and not url:
            raise WrongUse(_("HAZI_TOKEN is set, but not HAZI_URL: which server does the token belong to?"))
        if token and url:
            return Login(Address.parse(url).url, token)
        logins = self.keyring.load()
        wanted = Address.parse(url).url if url else logins.current
        if not wanted or wanted not in logins.by_url:
            raise WrongUse(_("You are not signed in. Sign in with: hazi login"))
        return logins.by_url[wanted]

    def token_comes_from_environment(self) -> bool:
        """Whether HAZI_TOKEN rules."""
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

    def _refuse_slips(self) -> None:
        for name in self.variables:
            if name.startswith("HAZI_") and name not in NAMES:
                meant = difflib.get_close_matches(name, NAMES, n=1, cutoff=ALIKE)
                if meant:
                    raise WrongUse(
                        _("Unknown setting {name}: did you mean {meant}?", name=name, meant=meant[0])
                    )
