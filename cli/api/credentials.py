"""The credentials file: a token for each server, readable by its owner alone, written atomically."""

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
    """A token and the URL of its server."""

    url: str
    token: str = field(repr=False)
    neptun: str = ""
    insecure: bool = False  # plain http was allowed when signing in


@dataclass(frozen=True, slots=True)
class Logins:
    """The logins of one person: the servers where they are signed in."""

    current: str = ""  # URL of the newest login
    by_url: dict[str, Login] = field(default_factory=dict)
    devices: dict[str, str] = field(
        default_factory=dict, repr=False
    )  # by URL: how that server recognises this machine

    def with_login(self, login: Login, device: str = "") -> Self:
        """With one login more, which becomes the current one; its device is kept after signing out."""
        devices = {**self.devices, login.url: device} if device else self.devices
        return replace(self, current=login.url, by_url={**self.by_url, login.url: login}, devices=devices)

    def without(self, url: str) -> Self:
        """Without the login of that server."""
        left = {key: login for key, login in self.by_url.items() if key != url}
        current = self.current if self.current in left else next(iter(left), "")
        return replace(self, current=current, by_url=left)


@dataclass(frozen=True, slots=True)
class CredentialsFile:
    """The file, in the folder where the operating system keeps settings."""

    folder: Path

    @property
    def path(self) -> Path:
        """The path of the file."""
        return self.folder / FILE_NAME

    def load(self) -> Logins:
        """The logins in the file; none when there is no file. Raises WrongUse for a file that is damaged."""
        try:
            text = self.path.read_bytes()
        except FileNotFoundError:
            return Logins()
        except OSError as error:
            raise WrongUse.cannot_read(self.path, error) from error
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
        """Replace the file atomically. Raises WrongUse when the folder cannot be written."""
        content = {
            "current": logins.current,
            "logins": {k: asdict(v) for k, v in logins.by_url.items()},
            "devices": logins.devices,
        }
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(self.path, json.dumps(content, indent=2).encode() + b"\n")
        except OSError as error:
            raise WrongUse.cannot_write(self.path, error) from error

    def restrict_permissions(self) -> bool:
        """Take all permissions from other users; whether they had any."""
        if os.name != "posix" or not self.path.exists():
            return False
        others = self.path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        if others:
            self.path.chmod(0o600)
        return bool(others)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a private file (mode 600): after a crash it is complete or unchanged."""
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
