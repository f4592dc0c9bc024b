"""What the server signs for itself: with its first secret key, and reads with any while they change."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from itsdangerous import Signer


def signer(secret_keys: Sequence[str], purpose: str) -> Signer:
    """Signs and reads texts; what was signed for another purpose is none of its."""
    oldest_first = [key.encode() for key in reversed(secret_keys)]
    return Signer(oldest_first, salt=f"hazi.{purpose}", digest_method=hashlib.sha256)
