"""The pictures of a draft: names and blobs, which its page carries sealed; the database has none of it.

The seal says that this course brought the blobs in. Those of a draft that nobody publishes are removed with
all others that no row names.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import closing, suppress

from itsdangerous import BadSignature, Signer

from assignments.json_reading import read_json
from server.errors import NotFound
from server.outages import StoreAway
from server.quizzes.pictures.picture import MOST_BYTES, ShownPicture, shown_at
from server.signers import signer
from server.web import services, signed_in_person

LONGEST = 64 * 1024  # characters of a seal


def kept(pictures: Mapping[str, bytes]) -> str:
    """Keep pictures, and the seal of their names."""
    store = services().store
    return sealed({name: store.keep(io.BytesIO(one), MOST_BYTES).sha256 for name, one in pictures.items()})


def sealed(blobs: Mapping[str, str]) -> str:
    """What a page carries of the pictures that are kept already."""
    return _signer().sign(json.dumps(dict(blobs)).encode()).decode() if blobs else ""


def contents(seal: str, text: str) -> dict[str, bytes]:
    """The pictures under this seal that a text may name, as far as they are still there."""
    found = {}
    for name, blob in _opened(seal).items():
        if name in text:
            with suppress(FileNotFoundError), closing(services().store.open(blob)) as stream:
                found[name] = stream.read(MOST_BYTES + 1)
    return found


def stored(blob: str) -> bytes:
    """A picture that a row names. Raises StoreAway where the store is not the one it was."""
    try:
        with closing(services().store.open(blob)) as stream:
            return stream.read(MOST_BYTES + 1)
    except FileNotFoundError as missing:
        raise StoreAway(why=f"blob {blob[:16]}... is missing") from missing


def shown(seal: str, text: str) -> dict[str, ShownPicture]:
    """The same as pages of staff show them before anything is published."""
    blobs = _opened(seal)
    return {
        name: shown_at(f"/live/draft-pictures/{_signer().sign(blobs[name]).decode()}", content)
        for name, content in contents(seal, text).items()
    }


def blob_of(key: str) -> str:
    """The blob that an address of `shown` stands for. Raises NotFound."""
    try:
        return _signer().unsign(key[:LONGEST].encode("utf-8", "replace")).decode()
    except BadSignature:
        raise NotFound from None


def _opened(seal: str) -> dict[str, str]:
    try:
        found: dict[str, str] = read_json(_signer().unsign(seal[:LONGEST].encode("utf-8", "replace")))
    except BadSignature:
        return {}
    return found


def _signer() -> Signer:
    """For each course another one: what one has brought in is no other's."""
    return signer(services().config.secret_keys, f"quiz-pictures.{signed_in_person().course_id}")
