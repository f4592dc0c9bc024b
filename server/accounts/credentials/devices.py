"""Devices that have signed in to an account before: proof of that, and of nothing else.

A device keeps a random key, signed so that none can be made up; the database keeps its fingerprint for each
account that was signed in to with it. See docs/decisions/025-guessing-locks-nobody-out.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from itsdangerous import BadSignature
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.accounts.credentials.secrets import fingerprint, new_key
from server.accounts.models import KnownDevice
from server.signers import signer

LIFE = timedelta(days=400)  # no browser keeps a cookie for longer
MOST = 20  # of one person; the one not seen for longest is forgotten
LONGEST = 200  # characters of what a device shows


def issue_device(secret_keys: Sequence[str]) -> str:
    """What a new device keeps. Of the keys the first one signs."""
    return signer(secret_keys, "device").sign(new_key()).decode()


def device_key(shown: str, secret_keys: Sequence[str]) -> str:
    """The key of a device that showed what it keeps, or "" where that is nothing of ours."""
    try:
        return signer(secret_keys, "device").unsign(shown[:LONGEST].encode("utf-8", "replace")).decode()
    except (BadSignature, UnicodeDecodeError):
        return ""


def known_hash(session: Session, user_id: int | None, key: str) -> str:
    """The fingerprint of a device that has signed in to this account before, else ""."""
    if not key or user_id is None:
        return ""
    mine = (KnownDevice.user_id == user_id) & (KnownDevice.key_hash == fingerprint(key))
    return session.scalar(select(KnownDevice.key_hash).where(mine)) or ""


def remember_device(session: Session, user_id: int, key: str, now: datetime) -> None:
    """The device has just proved whose it is."""
    if not key:
        return
    mine = KnownDevice.user_id == user_id
    device = session.scalar(select(KnownDevice).where(mine, KnownDevice.key_hash == fingerprint(key)))
    if device is None:
        device = KnownDevice(user_id=user_id, key_hash=fingerprint(key), seen_at=now)
        session.add(device)
    device.seen_at = now
    session.flush()
    newest = select(KnownDevice.id).where(mine).order_by(KnownDevice.seen_at.desc(), KnownDevice.id.desc())
    kept = session.scalars(newest.limit(MOST)).all()
    old = KnownDevice.id.not_in(kept) | (KnownDevice.seen_at < now - LIFE)
    session.execute(delete(KnownDevice).where(mine, old))


def forget_devices(session: Session, user_id: int) -> None:
    """Whoever knew an older password is a stranger again."""
    session.execute(delete(KnownDevice).where(KnownDevice.user_id == user_id))
