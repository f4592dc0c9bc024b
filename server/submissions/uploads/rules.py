"""Rules of uploads that arrive in pieces: how requests say it, whose turn makes room, which moment counts."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LIFE = timedelta(hours=24)  # after the last byte came
IDLE = timedelta(hours=1)  # an upload that rests for so long gives way to a new one
PROMPT = timedelta(hours=1)  # a hand-in so soon after the last byte counts from that byte
MOST_UPLOADS = 256  # of one person at a time; an assignment takes at most 200 files
MOST_BYTES = 2 << 30  # of one person at a time; an assignment takes at most 1 GiB
PIECE_TYPE = "application/offset+octet-stream"
PIECE = 4 << 20  # bytes that are made durable together
MOST_CHECKED = 16 << 20  # bytes of one request that carries a checksum: they wait in memory for it

_NUMBER = re.compile(r"[0-9]{1,18}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Resting:
    """An upload of somebody that is not handed in yet."""

    id: str
    size: int
    touched_at: datetime


@dataclass(frozen=True, slots=True)
class Announced:
    """What is going to be uploaded. `sha256` may be left for the end."""

    name: str
    size: int
    sha256: str | None = None


def to_drop(resting: Sequence[Resting], size: int, now: datetime) -> list[str] | None:
    """Which of somebody's uploads make room for one more: those idle longest, and no more than needed.

    None when those that are still coming in leave no room.
    """
    count, whole = len(resting) + 1, sum(one.size for one in resting) + size
    dropped = []
    for one in sorted(resting, key=lambda one: (one.touched_at, one.id)):
        if count <= MOST_UPLOADS and whole <= MOST_BYTES:
            break
        if now - one.touched_at < IDLE:
            return None
        dropped.append(one.id)
        count, whole = count - 1, whole - one.size
    return dropped if count <= MOST_UPLOADS and whole <= MOST_BYTES else None


@dataclass(frozen=True, slots=True)
class Arrived:
    """An upload all of whose bytes are there."""

    completed_at: datetime
    announced: bool  # whether its digest was known before its first byte


def moment_that_counts(uploads: Iterable[Arrived], now: datetime) -> datetime:
    """When a hand-in of these uploads was received: with the last byte of the last of them.

    That holds for files whose size and digest were announced: what is meant is fixed before the first byte,
    and an upload that is whole counts although the request that hands it in comes later, over a slow line.
    Without an announcement nothing says that these bytes were meant until they are handed in. And who leaves
    finished uploads lying, to choose among them later, is received when he chooses.
    """
    those = list(uploads)
    last = max(one.completed_at for one in those)
    return last if all(one.announced for one in those) and now - last <= PROMPT else now


def is_over(touched_at: datetime, now: datetime) -> bool:
    """Whether nobody cared for an upload so long that it is cleared away."""
    return now - touched_at > LIFE


def read_number(text: str | None) -> int:
    """A header such as Upload-Length: digits and nothing else. Raises ValueError."""
    if text is None or not _NUMBER.fullmatch(text):
        raise ValueError("no whole number")
    return int(text)


def read_digest(text: str) -> str:
    """A sha256 as `sha256sum` writes it. Raises ValueError."""
    if not _DIGEST.fullmatch(text):
        raise ValueError("a sha256 has 64 digits of 0-9 and a-f")
    return text


def read_metadata(header: str) -> dict[str, str]:
    """Upload-Metadata of tus: `name base64, name base64`. Raises ValueError."""
    found: dict[str, str] = {}
    for pair in header.split(",") if header.strip() else ():
        name, _, value = pair.strip().partition(" ")
        if not name or name in found:
            raise ValueError("a name is missing or doubled")
        found[name] = _decoded(value).decode("utf-8")
    return found


def written_metadata(values: dict[str, str]) -> str:
    """Upload-Metadata that `read_metadata` reads."""
    return ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}".rstrip() for name, value in values.items()
    )


def read_checksum(header: str) -> bytes:
    """Upload-Checksum of tus: the sha256 of one request's bytes. Raises ValueError."""
    algorithm, _, value = header.partition(" ")
    digest = _decoded(value)
    if algorithm != "sha256" or len(digest) != 32:
        raise ValueError("only sha256 is known here")
    return digest


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("no base64") from error
