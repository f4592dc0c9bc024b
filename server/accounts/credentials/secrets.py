"""Random keys - of visits, invitations and programs - of which the database holds only the fingerprint."""

from __future__ import annotations

import hashlib
import secrets


def new_key() -> str:
    """256 random bits as 43 characters that fit into a URL."""
    return secrets.token_urlsafe(32)


def fingerprint(key: str) -> str:
    """What is stored of a key: who reads the database cannot use it."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
