"""Who signs receipts: the keys of this server, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grader.signing import key_name, signing_key
from server.receipts.models import ReceiptKey
from server.receipts.receipt import HandedIn, Receipt, sign


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key by which receipts are checked."""

    id: str
    public: str  # its 32 bytes in hexadecimal digits
    used_since: datetime | None
    retired_at: datetime | None


RETIRES_AFTER = timedelta(hours=1)
"""How long a replaced key is good: until no process of the server signs with it any more."""
LOOKS_EVERY = timedelta(minutes=10)


class Signer:
    """Signs with the first of its keys; without any, receipts are not signed. Safe between threads."""

    def __init__(self, keys: Sequence[str], server: str) -> None:
        """`keys` are private ones, as `grader.signing.signing_key` reads them; `server` is its address."""
        self.server = server
        self._keys = tuple(signing_key(text) for text in keys)
        self._looked_at: datetime | None = None

    @property
    def signs(self) -> bool:
        """Whether this server has a key."""
        return bool(self._keys)

    def receipt(self, said: HandedIn) -> Receipt:
        """A signed receipt. Raises IndexError where this server has no key."""
        return sign(said, self.server, self._keys[0])

    def published(self, session: Session) -> list[PublicKey]:
        """All keys that were ever signed with, and those of the settings, the newest last."""
        rows = session.scalars(select(ReceiptKey).order_by(ReceiptKey.used_since, ReceiptKey.id)).all()
        known = [PublicKey(row.id, row.public, row.used_since, row.retired_at) for row in rows]
        mine = [_public(key) for key in self._keys]
        return known + [one for one in reversed(mine) if one.id not in {key.id for key in known}]

    def keep(self, session: Session, now: datetime) -> None:
        """Remember the key that signs, and that those which left the settings soon sign no more.

        `now` is when it signs. Looked at until another transaction than this one has kept it, for this one
        may still come to nothing; and now and then, for another process may have a newer key.
        """
        if self._looked_at is not None and timedelta() <= now - self._looked_at < LOOKS_EVERY:
            return
        mine = _public(self._keys[0])
        row = session.get(ReceiptKey, mine.id)
        if row is not None and row.retired_at is None:
            self._looked_at = now
            return
        try:
            with session.begin_nested():
                session.merge(
                    ReceiptKey(id=mine.id, public=mine.public, used_since=row.used_since if row else now)
                )
                session.flush()
        except IntegrityError:
            return  # another process was a moment faster
        others = (ReceiptKey.id != mine.id, ReceiptKey.retired_at.is_(None))
        session.execute(update(ReceiptKey).where(*others).values(retired_at=now + RETIRES_AFTER))
        session.execute(update(ReceiptKey).where(ReceiptKey.id == mine.id).values(retired_at=None))


def _public(key: Ed25519PrivateKey) -> PublicKey:
    public = key.public_key()
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return PublicKey(key_name(public), raw.hex(), None, None)
