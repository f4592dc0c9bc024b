"""The join code, a rotating word on the projector: who types it is in the hall, or talks to one who is."""

from __future__ import annotations

import hmac
from datetime import datetime

from server.texts.unicode_forms import normal_form

EVERY_S = 30
LONGEST = 40  # typed
_LISTED = """
alma ablak asztal balta barack bagoly cipő csiga dinnye dob eper eső falu fenyő gomba gitár hajó hold
ibolya iskola kapu kavics kefir kifli lámpa levél madár malom napfény narancs olló orgona padlás paprika
radír répa sajt sapka szilva szék tulipán toll udvar uszoda vonat virág zebra zokni
"""
WORDS = tuple(_LISTED.split())


def word_at(seed: str, now: datetime) -> str:
    """The word that the projector shows now."""
    return _word(seed, int(now.timestamp()) // EVERY_S)


def is_word(seed: str, typed: str, now: datetime) -> bool:
    """Whether it is the word of now or, for slow thumbs, the one before. Accents do not count."""
    turn = int(now.timestamp()) // EVERY_S
    return _folded(typed) in {_folded(_word(seed, one)) for one in (turn, turn - 1)}


def _word(seed: str, turn: int) -> str:
    digest = hmac.digest(seed.encode(), str(turn).encode(), "sha256")
    return WORDS[int.from_bytes(digest[:4], "big") % len(WORDS)]


def _folded(text: str) -> str:
    apart = normal_form("NFKD", text, LONGEST).casefold()
    return "".join(char for char in apart if char.isalnum())
