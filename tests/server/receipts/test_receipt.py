"""Receipts prove themselves: what the server signs `hazi verify` believes, and whatever else it refuses."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from cli.api.receipts import SMALL_ORDER, BadReceipt, Key, read_keys, verify, with_source
from grader.contract import BundleFile
from grader.signing import key_name
from server.receipts.receipt import HandedIn, Meaning, Receipt, sign
from tests.server.builders import NOON

KEY = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"b" * 32)
SERVER = "https://hazi.example.org"
SAID = HandedIn(
    course="deep-learning-2026-27-1",
    course_title="Deep learning",
    assignment="lenet-digits",
    version="9f" * 32,
    neptun="ABC123",
    name="Tűzkő Ödön",
    submission="00000000-0000-4000-8000-000000000000",
    files=(BundleFile("submission.py", "1c" * 32, 1834), BundleFile("háló.py", "2d" * 32, 9)),
    sha256="3e" * 32,
    received_at=NOON,
    issued_at=NOON,
    zone="Europe/Budapest",
    meaning=Meaning("late", NOON - timedelta(hours=2), 7200, extended=True),
)


def public(key: Ed25519PrivateKey, **changes: Any) -> Key:  # noqa: ANN401
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return replace(Key(key_name(key.public_key()), raw, None), **changes)


KEYS = {one.id: one for one in (public(KEY), public(OTHER))}
GOOD = sign(SAID, SERVER, KEY)


def written(receipt: Receipt, **changes: Any) -> str:  # noqa: ANN401
    return json.dumps(receipt.as_json() | changes, ensure_ascii=False)


def changed(name: str, value: object) -> str:
    """The same receipt, one of the things that it says changed."""
    said = json.loads(GOOD.text)
    assert said[name] != value
    return written(GOOD, text=json.dumps(said | {name: value}, ensure_ascii=False, sort_keys=True))


def signed_text(text: str) -> str:
    """Something else, well signed by the server's own key."""
    return written(GOOD, text=text, signature=base64.b64encode(KEY.sign(text.encode())).decode())


def test_good_receipt_says_who_what_and_when():
    said = verify(written(GOOD), KEYS)
    assert (said.neptun, said.name, said.assignment) == ("ABC123", "Tűzkő Ödön", "lenet-digits")
    assert (said.received_at, said.late_by_s, said.phase) == (NOON, 7200, "late")
    assert said.files == (("submission.py", 1834, "1c" * 32), ("háló.py", 9, "2d" * 32))


CHANGED = "not what the server has signed"
FORGERIES: dict[str, tuple[Callable[[], str], str]] = {
    "an earlier moment": (lambda: changed("received_at", "2026-09-01T00:00:00.000000Z"), CHANGED),
    "another code": (lambda: changed("neptun", "XYZ789"), CHANGED),
    "no lateness": (lambda: changed("late_by_s", 0), CHANGED),
    "another digest": (lambda: changed("sha256", "0" * 64), CHANGED),
    "another file name": (
        lambda: changed("files", [{"name": "x.py", "size": 9, "sha256": "1c" * 32}]),
        CHANGED,
    ),
    "another key of the server": (lambda: written(GOOD, key=key_name(OTHER.public_key())), CHANGED),
    "a signature of another receipt": (
        lambda: written(GOOD, signature=sign(replace(SAID, neptun="XYZ789"), SERVER, KEY).signature),
        CHANGED,
    ),
    "a space more": (lambda: written(GOOD, text=GOOD.text + " "), CHANGED),
    "escaped letters": (
        lambda: written(GOOD, text=json.dumps(json.loads(GOOD.text), sort_keys=True)),
        CHANGED,
    ),
    "a signature of zeros": (lambda: written(GOOD, signature=base64.b64encode(bytes(64)).decode()), CHANGED),
    "half a signature": (lambda: written(GOOD, signature=GOOD.signature[:44]), "signature is damaged"),
    "a signature that is none": (lambda: written(GOOD, signature="no base64!"), "signature is damaged"),
    "a key of one's own": (
        lambda: written(sign(SAID, SERVER, Ed25519PrivateKey.generate())),
        "not known here",
    ),
    "cut off": (lambda: written(GOOD)[:-20], "cut off"),
    "a field more": (lambda: written(GOOD, received_at="2026-09-01"), "other fields"),
    "a name twice": (lambda: written(GOOD)[:-1] + ', "text": "{}"}', "cut off"),
    "another version": (lambda: written(GOOD, hazi_receipt=2), "another version"),
    "true for one": (lambda: written(GOOD, hazi_receipt=True), "another version"),
    "no text": (lambda: written(GOOD, text=7), "other fields"),
    "a signed job": (lambda: signed_text('{"kind": "job"}'), "no receipt of a hand-in"),
    "a name twice within": (lambda: signed_text(GOOD.text[:-1] + ', "neptun": "XYZ789"}'), "cut off"),
    "another key within": (lambda: signed_text(GOOD.text.replace(GOOD.key, "0" * 16)), "another key"),
    "a list": (lambda: "[]", "cut off"),
    "too large": (lambda: " " * (2 << 20), "too large"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forgeries_are_refused_with_a_sentence(name: str):
    forge, sentence = FORGERIES[name]
    with pytest.raises(BadReceipt, match=sentence):
        verify(forge(), KEYS)


@given(place=st.integers(0, len(GOOD.text) - 1), letter=st.characters(codec="utf-8"))
def test_any_change_of_the_text_is_noticed(place: int, letter: str):
    text = GOOD.text[:place] + letter + GOOD.text[place + 1 :]
    if text == GOOD.text:
        return
    with pytest.raises(BadReceipt):
        verify(written(GOOD, text=text), KEYS)


@pytest.mark.parametrize("point", sorted(SMALL_ORDER))
def test_key_with_which_anything_is_signed_is_none(point: bytes):
    """With a point of small order as key, one signature fits many texts."""
    weak = {GOOD.key: Key(GOOD.key, point, None)}
    nothing = base64.b64encode((1).to_bytes(32, "little") + bytes(32)).decode()
    with pytest.raises(BadReceipt, match="none that can sign"):
        verify(written(GOOD, signature=nothing), weak)


def published(identity: str) -> str:
    """What a server says of its keys, one of them under this name."""
    key = {"id": identity, "public": public(KEY).public.hex(), "used_since": None, "retired_at": None}
    return json.dumps({"server": SERVER, "keys": [key]})


def test_key_is_known_by_its_own_digest_alone():
    """Or a second server could put its key in the place of one that is kept."""
    assert list(read_keys(published(GOOD.key))) == [GOOD.key]
    with pytest.raises(BadReceipt, match="not named by its own digest"):
        read_keys(published(key_name(OTHER.public_key())))


def test_key_says_where_it_was_fetched_and_not_where_its_server_says():
    told = with_source(published(GOOD.key), "https://hazi.evil.example")
    assert read_keys(told)[GOOD.key].source == "https://hazi.evil.example"
    again = with_source(told, "https://hazi.example.com")
    assert read_keys(again)[GOOD.key].source == "https://hazi.example.com"


def test_key_that_was_retired_still_proves_what_is_older():
    retired = {GOOD.key: public(KEY, retired_at=NOON + timedelta(days=1))}
    assert verify(written(GOOD), retired).neptun == "ABC123"


def test_retired_key_proves_nothing_that_is_newer():
    retired = {GOOD.key: public(KEY, retired_at=NOON - timedelta(seconds=1))}
    with pytest.raises(BadReceipt, match="retired"):
        verify(written(GOOD), retired)
