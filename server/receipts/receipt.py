"""A receipt as a signed text. Signed is the text itself, byte by byte: nothing has to be written anew.

The file is JSON with four names: `hazi_receipt` (the version of this format, 1), `key` (the id of the public
key: the first 16 hexadecimal digits of the sha256 of its 32 bytes), `text` (what is said, itself JSON) and
`signature` (Ed25519 over the UTF-8 bytes of `text`, in base64).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from grader.contract import BundleFile
from grader.signing import key_name

FORMAT = 1
KIND = "hazi-receipt"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it is written into a file."""

    hazi_receipt: int
    key: str
    text: str
    signature: str

    def as_json(self) -> dict[str, Any]:
        """As it is stored and downloaded."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a hand-in meant by the rules in force at its moment. Later rules change it no more."""

    phase: str  # see deadlines.line.Phase
    due: datetime  # the student's own
    late_by_s: int
    extended: bool  # whether that due moment came of an extension


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Everything that a receipt says."""

    course: str  # slug
    course_title: str
    assignment: str  # slug
    version: str  # digest of the assignment's version
    neptun: str
    name: str
    submission: str
    files: Sequence[BundleFile]
    sha256: str  # of the file, or of the list of several
    received_at: datetime  # when the last byte had arrived
    issued_at: datetime  # later than that where there was no receipt at first
    zone: str
    meaning: Meaning


def text_of(said: HandedIn, server: str, key: str) -> str:
    """What is signed: JSON with sorted names, moments in UTC to the microsecond."""
    return json.dumps(
        {
            "kind": KIND,
            "format": FORMAT,
            "key": key,
            "server": server,
            "course": said.course,
            "course_title": said.course_title,
            "assignment": said.assignment,
            "assignment_version": said.version,
            "neptun": said.neptun,
            "name": said.name,
            "submission": said.submission,
            "files": [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in said.files],
            "sha256": said.sha256,
            "received_at": _moment(said.received_at),
            "issued_at": _moment(said.issued_at),
            "zone": said.zone,
            "phase": said.meaning.phase,
            "due": _moment(said.meaning.due),
            "late_by_s": said.meaning.late_by_s,
            "extended": said.meaning.extended,
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def file_of(receipt: Receipt) -> bytes:
    """A receipt as the file that is downloaded or mailed, always the same bytes."""
    return json.dumps(receipt.as_json(), ensure_ascii=False, indent=2).encode()


def sign(said: HandedIn, server: str, key: Ed25519PrivateKey) -> Receipt:
    """The receipt that this server gives."""
    name = key_id(key)
    text = text_of(said, server, name)
    return Receipt(FORMAT, name, text, base64.b64encode(key.sign(text.encode())).decode())


@lru_cache(maxsize=16)
def key_id(key: Ed25519PrivateKey) -> str:
    """By which name a key is published."""
    return key_name(key.public_key())


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
