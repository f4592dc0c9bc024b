"""The worker's settings: one frozen value, read once from the environment."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from grader.logs import secrets_in
from grader.sandbox.pool import Mode
from grader.signing import BadKeyError, verifying_keys

KNOWN = frozenset(
    {
        *("HAZI_BROKER_URL", "HAZI_BLOBS_URL", "HAZI_VERIFYING_KEY", "HAZI_GRADER_NAME"),
        *("HAZI_GRADER_DEVICE", "HAZI_GRADER_CACHE", "HAZI_GRADER_QUEUE", "HAZI_GRADER_SANDBOX"),
    }
)
SECRETS = frozenset(
    {
        *("HAZI_DATABASE_URL", "HAZI_SECRET_KEY", "HAZI_SECRET_KEY_FALLBACKS", "HAZI_SIGNING_KEY"),
        "HAZI_RECEIPT_KEYS",
        *("HAZI_METRICS_TOKEN", "HAZI_MAIL_PASSWORD", "HAZI_STORE_ACCESS_KEY", "HAZI_STORE_SECRET_KEY"),
    }
)
# Settings of the other programs, which may stand in a shared environment file.
OTHERS = frozenset(
    {
        *("HAZI_URL", "HAZI_TOKEN", "HAZI_PUBLIC_URL", "HAZI_PORT", "HAZI_HOST", "HAZI_HOSTS"),
        *("HAZI_ASSIGNMENTS", "HAZI_PRACTICE", "HAZI_WEB_WORKERS", "HAZI_PROXIES", "HAZI_TRUSTED_PROXIES"),
        "HAZI_SPOOL",
        *("HAZI_STORE", "HAZI_STORE_ENDPOINT", "HAZI_STORE_REGION", "HAZI_BLOBS_HOST", "HAZI_BLOBS_PORT"),
    }
)
OTHERS_PREFIX = "HAZI_MAIL_"
BLOBS_URL = re.compile(r"https?://[^/?#\s]+(?:/[^?#\s]*)?")
DEVICE = re.compile(r"auto|cpu|cuda(:[0-9]{1,3})?")
SANDBOXES = {"auto": (Mode.TEMPLATE, Mode.SPARE), **{str(mode): (mode,) for mode in Mode}}


class SettingsError(ValueError):
    """The environment is not as it must be. The sentence names the variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `python -m grader work` needs to know."""

    broker_url: str = field(repr=False)
    blobs_url: str  # of the server's blob server
    verifying_keys: tuple[Ed25519PublicKey, ...]  # what the server signs jobs with, two while it changes
    name: str
    device: str
    cache: Path
    queue: str  # "" for the one of the device
    modes: tuple[Mode, ...]


def secrets() -> Collection[str]:
    """What must not get into the log, whether the settings are right or not."""
    return secrets_in(os.environ)


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in an environment, by default this process's. Raises SettingsError."""
    environment = os.environ if environment is None else environment
    values = {name: _value(environment, name) for name in _names(environment)}
    device = values.get("HAZI_GRADER_DEVICE", "auto")
    if not DEVICE.fullmatch(device):
        raise SettingsError(
            f"HAZI_GRADER_DEVICE is {device!r}; it must be auto, cpu, cuda or cuda:N, N a card"
        )
    sandbox = values.get("HAZI_GRADER_SANDBOX", "auto")
    if sandbox not in SANDBOXES:
        raise SettingsError(f"HAZI_GRADER_SANDBOX is {sandbox!r}; it must be one of {', '.join(SANDBOXES)}")
    for name in ("HAZI_BROKER_URL", "HAZI_BLOBS_URL", "HAZI_VERIFYING_KEY"):
        if not values.get(name):
            raise SettingsError(f"{name} is not set")
    if not BLOBS_URL.fullmatch(values["HAZI_BLOBS_URL"]):
        raise SettingsError("HAZI_BLOBS_URL must look like http://blobs.example.org:8001")
    cache = values.get("HAZI_GRADER_CACHE") or str(Path.home() / ".cache" / "hazi-grader")
    return Settings(
        broker_url=values["HAZI_BROKER_URL"],
        blobs_url=values["HAZI_BLOBS_URL"],
        verifying_keys=_keys(values["HAZI_VERIFYING_KEY"]),
        name=values.get("HAZI_GRADER_NAME") or f"{socket.gethostname()}-{os.getpid()}",
        device=device,
        cache=Path(cache),
        queue=values.get("HAZI_GRADER_QUEUE", ""),
        modes=SANDBOXES[sandbox],
    )


def _keys(text: str) -> tuple[Ed25519PublicKey, ...]:
    try:
        return verifying_keys(text)
    except BadKeyError as error:
        raise SettingsError(f"HAZI_VERIFYING_KEY: {error}") from error


def _names(environment: Mapping[str, str]) -> set[str]:
    """The settings given, `NAME_FILE` counted as `NAME`. Raises SettingsError."""
    names = set()
    for variable in environment:
        if not variable.startswith("HAZI_"):
            continue
        name = variable.removesuffix("_FILE")
        if name in SECRETS:
            raise SettingsError(f"{variable} must not be in a grader's environment: student code runs here")
        if name in KNOWN:
            names.add(name)
        elif name not in OTHERS and not name.startswith(OTHERS_PREFIX):
            raise SettingsError(f"{variable} is no setting of the grader")
    return names


def _value(environment: Mapping[str, str], name: str) -> str:
    if name in environment:
        return environment[name]
    path = Path(environment[f"{name}_FILE"])
    try:
        return path.read_text().strip()
    except OSError as error:
        raise SettingsError(f"{name}_FILE: {path} cannot be read: {error.strerror}") from error
