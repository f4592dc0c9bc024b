"""Verification of receipts without a network: a signed text, and the public keys of the server.

Only `text` of the file counts, which is signed byte by byte; the other fields prove nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cli.api.errors import HaziError
from cli.language.translation import lazy_gettext as _

FORMAT = 1
KIND = "hazi-receipt"
LARGEST_FILE = 1 << 20  # characters
FIELDS = {"hazi_receipt", "key", "text", "signature"}
KEY_BYTES, SIGNATURE_BYTES = 32, 64
SMALL_ORDER = frozenset(
    bytes.fromhex(text)
    for text in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    )
)
"""Points of small order: any signature is valid under them, so they are refused as keys."""


class BadReceipt(HaziError):  # noqa: N818 - an answer, not a fault
    """A file is not a receipt that proves anything; the sentence says why."""

    exit_code, slug = 1, "bad-receipt"


@dataclass(frozen=True, slots=True)
class Key:
    """A public key of a server."""

    id: str
    public: bytes
    retired_at: datetime | None
    source: str = ""  # the URL it was fetched from; what a server says about itself proves nothing


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """The content of a valid receipt."""

    server: str
    course: str
    assignment: str
    neptun: str
    name: str
    submission: str
    files: tuple[tuple[str, int, str], ...]  # name, size, sha256
    sha256: str
    received_at: datetime
    issued_at: datetime
    phase: str
    due: datetime
    late_by_s: int


def read_keys(text: str) -> dict[str, Key]:
    """The keys that a server publishes, by id. Raises BadReceipt."""
    document = _document(text)
    try:
        found = [_key(one, str(document.get("fetched_from", ""))) for one in document["keys"]]
    except (KeyError, TypeError, ValueError) as error:
        raise BadReceipt(_("The keys cannot be read: get them anew from the server.")) from error
    if any(_id_of(key.public) != key.id for key in found):
        raise BadReceipt(_("A key is not named by its own digest: get the keys anew from the server."))
    return {key.id: key for key in found}


def key_id_of(text: str) -> str:
    """The id of the key that a receipt names. Raises BadReceipt."""
    return str(_envelope(text)["key"])


def with_source(text: str, url: str) -> str:
    """The published keys with the URL that they were fetched from. Raises BadReceipt."""
    return json.dumps(_document(text) | {"fetched_from": url})


def verify(text: str, keys: Mapping[str, Key]) -> SignedReceipt:
    """The content of a receipt that one of these keys has signed. Raises BadReceipt, which says why not."""
    document = _envelope(text)
    key = keys.get(str(document["key"]))
    if key is None:
        raise BadReceipt(
            _("It is signed with a key that is not known here. Get the keys of the server first.")
        )
    signed = document["text"]
    _check_signature(key, signed, document["signature"])
    receipt = _receipt(_document(signed), key.id)
    if key.retired_at is not None and receipt.issued_at > key.retired_at:
        raise BadReceipt(_("Its key was retired before it was issued: somebody else may have it by now."))
    return receipt


def _envelope(text: str) -> dict[str, Any]:
    document = _document(text)
    if set(document) != FIELDS:
        raise BadReceipt(_("The file is no receipt: it has other fields than one."))
    if document["hazi_receipt"] != FORMAT or isinstance(document["hazi_receipt"], bool):
        raise BadReceipt(_("The receipt is of another version than this program knows: update the program."))
    if not all(isinstance(document[name], str) for name in ("key", "text", "signature")):
        raise BadReceipt(_("The file is no receipt: it has other fields than one."))
    return document


def _check_signature(key: Key, signed: str, signature: str) -> None:
    try:
        raw = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadReceipt(_("The signature is damaged.")) from error
    if len(raw) != SIGNATURE_BYTES:
        raise BadReceipt(_("The signature is damaged."))
    if len(key.public) != KEY_BYTES or key.public in SMALL_ORDER:
        raise BadReceipt(_("The key is none that can sign."))
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(raw, signed.encode())
    except (InvalidSignature, ValueError) as error:
        raise BadReceipt(
            _("The text is not what the server has signed: something in it was changed.")
        ) from error


def _receipt(document: Mapping[str, Any], key: str) -> SignedReceipt:
    if document.get("kind") != KIND or document.get("format") != FORMAT:
        raise BadReceipt(_("What is signed is no receipt of a hand-in."))
    if document.get("key") != key:
        raise BadReceipt(_("What is signed names another key than the file."))
    try:
        return SignedReceipt(
            server=str(document["server"]),
            course=str(document["course_title"]),
            assignment=str(document["assignment"]),
            neptun=str(document["neptun"]),
            name=str(document["name"]),
            submission=str(document["submission"]),
            files=tuple(
                (str(one["name"]), int(one["size"]), str(one["sha256"])) for one in document["files"]
            ),
            sha256=str(document["sha256"]),
            received_at=_moment(document["received_at"]),
            issued_at=_moment(document["issued_at"]),
            phase=str(document["phase"]),
            due=_moment(document["due"]),
            late_by_s=int(document["late_by_s"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadReceipt(_("What is signed is no receipt of a hand-in.")) from error


def _key(one: Mapping[str, Any], source: str) -> Key:
    retired = one.get("retired_at")
    return Key(str(one["id"]), bytes.fromhex(one["public"]), _moment(retired) if retired else None, source)


def _id_of(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment


def _document(text: str) -> dict[str, Any]:
    if len(text) > LARGEST_FILE:
        raise BadReceipt(_("The file is too large for a receipt."))
    try:
        document = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise BadReceipt(_("The file cannot be read: it is cut off, or was changed.")) from error
    if not isinstance(document, dict):
        raise BadReceipt(_("The file cannot be read: it is cut off, or was changed."))
    return document


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found
