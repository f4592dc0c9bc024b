"""Receipts in the API."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class SignedReceipt(BaseModel):
    """A receipt as a file: `signature` is Ed25519 over the UTF-8 bytes of `text`, in base64."""

    hazi_receipt: int  # the version of this format
    key: str  # id of the public key
    text: str  # JSON: what is said
    signature: str


class ReceiptKeyOut(BaseModel):
    """A public key of this server: its 32 bytes in hexadecimal digits."""

    id: str
    public: str
    used_since: datetime | None
    retired_at: datetime | None  # what was received later and bears this key is no receipt


class ReceiptKeyList(BaseModel):
    """All keys that receipts of this server were ever signed with."""

    server: str
    keys: list[ReceiptKeyOut]
