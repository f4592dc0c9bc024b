"""Keys of devices that wait to be let into a room: one looks like the other, whatever code was typed.

Whether a code is nobody's, or plays on another device, or was sent out, is no business of who types it. So
each gets a key that says of itself that it waits; only where there is somebody to let in does the lecturer
see a knock, and only then will the key ever open anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from itsdangerous import BadSignature

from server.accounts.service import new_key
from server.signers import signer

LIFE = timedelta(minutes=15)  # then one has to knock again
LONGEST = 200  # characters


def issue_waiting_key(secret_keys: Sequence[str], pin: str, now: datetime) -> str:
    """A key for the door of this room. Of the secret keys the first one signs."""
    return signer(secret_keys, f"waiting.{pin}").sign(f"{new_key()}.{int(now.timestamp())}").decode()


def is_waiting(secret_keys: Sequence[str], pin: str, key: str, now: datetime) -> bool:
    """Whether a key was given to somebody before this door, not too long ago."""
    try:
        signed = signer(secret_keys, f"waiting.{pin}").unsign(key[:LONGEST].encode("utf-8", "replace"))
    except BadSignature:
        return False
    issued_s = int(signed.rpartition(b".")[2])
    return timedelta() <= now - datetime.fromtimestamp(issued_s, now.tzinfo) < LIFE + timedelta(seconds=1)
