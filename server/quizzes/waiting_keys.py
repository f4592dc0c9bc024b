"""Keys of devices that wait before the door of a room: one looks like the other, whatever code was typed.

Whether a code is nobody's, or plays on another device, or was sent out, is no business of who types it. So
each gets a key that says of itself that it waits; only where there is somebody to let in does the lecturer
see a knock, and only then will the key ever open anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from itsdangerous import BadSignature, Signer

from server.accounts.service import new_key

LIFE = timedelta(minutes=15)  # then one has to knock again
LONGEST = 200  # characters


def issue_waiting_key(secret_keys: Sequence[str], pin: str, now: datetime) -> str:
    """A key for the door of this room. Of the secret keys the first one signs."""
    return _signer(secret_keys, pin).sign(f"{new_key()}.{int(now.timestamp())}").decode()


def is_waiting(secret_keys: Sequence[str], pin: str, key: str, now: datetime) -> bool:
    """Whether a key was given to somebody before this door, not too long ago."""
    try:
        signed = _signer(secret_keys, pin).unsign(key[:LONGEST].encode("utf-8", "replace"))
    except BadSignature:
        return False
    issued_s = int(signed.rpartition(b".")[2])
    return timedelta() <= now - datetime.fromtimestamp(issued_s, now.tzinfo) < LIFE + timedelta(seconds=1)


def _signer(secret_keys: Sequence[str], pin: str) -> Signer:
    oldest_first = [key.encode() for key in reversed(secret_keys)]
    return Signer(oldest_first, salt=f"hazi.waiting.{pin}", digest_method=hashlib.sha256)
