"""The file of tokens: one for each server, readable by its owner alone, never half written."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Self

from cli.api.errors import WrongUse
from cli.language.translation import lazy_gettext as _

FILE_NAME = "login.json"


@dataclass(frozen=True, slots=True)
class Login:
    """A token and the server it belongs to."""

    url: str
    token: str = field(repr=False)
    neptun: str = ""
    insecure: bool = False  # plain http was asked for when signing in


@dataclass(frozen=True, slots=True)
class Logins:
    """All servers this person is signed in to."""

    current: str = ""  # url of the one that was signed in to last
    by_url: dict[str, Login] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict, repr=False)  # by url: what tells this machine there

    def with_login(self, login: Login, device: str = "") -> Self:
        """Signed in there, too, and that one is current. The device stays when one signs out."""
        devices = {**self.devices, login.url: device} if device else self.devices
        return replace(self, current=login.url, by_url={**self.by_url, login.url: login}, devices=devices)

    def without(self, url: str) -> Self:
        """Signed out there."""
        left = {key: login for key, login in self.by_url.items() if key != url}
        current = self.current if self.current in left else next(iter(left), "")
        return replace(self, current=current, by_url=left)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The file, in the folder where this system keeps settings."""

    folder: Path

    @property
    def path(self) -> Path:
        """Where the tokens lie."""
        return self.folder / FILE_NAME

    def load(self) -> Logins:
        """What is in the file; nobody is signed in when there is none."""
        try:
            text = self.path.read_bytes()
        except FileNotFoundError:
            return Logins()
        except OSError as error:
            raise WrongUse(_("{path} cannot be read: {why}", path=self.path, why=error.strerror)) from error
        try:
            content = json.loads(text)
            by_url = {url: Login(**login) for url, login in content["logins"].items()}
            devices = {str(url): str(device) for url, device in content.get("devices", {}).items()}
            return Logins(content["current"], by_url, devices)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise WrongUse(
                _("{path} is damaged. Delete it and sign in again: hazi login", path=self.path)
            ) from error

    def save(self, logins: Logins) -> None:
        """Replace the file in one step. Raises WrongUse when the folder cannot be written."""
        content = {
            "current": logins.current,
            "logins": {k: asdict(v) for k, v in logins.by_url.items()},
            "devices": logins.devices,
        }
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self.path, json.dumps(content, indent=2).encode() + b"\n")
        except OSError as error:
            raise WrongUse(
                _("{path} cannot be written: {why}", path=self.path, why=error.strerror)
            ) from error

    def close_to_others(self) -> bool:
        """Take reading rights from everybody else; whether they had any."""
        if os.name != "posix" or not self.path.exists():
            return False
        others = self.path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        if others:
            self.path.chmod(0o600)
        return bool(others)


def write_whole(path: Path, content: bytes) -> None:
    """Write a private file (mode 600) that is either there as a whole or as it was before."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
