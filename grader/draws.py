"""The two streams of chance that data are drawn from: public seeds, and a key that only the course has.

Both are Philox, a counter-based generator with a key of 128 bits (Salmon et al., 2011). The public key is the
SHA-256 of the assignment's name; the other is an HMAC-SHA256, so that no public number depends on it.
"""

from __future__ import annotations

import hmac
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np

from assignments.draws import Draws

KEY = re.compile(r"[0-9a-f]{64}")
KEY_BYTES = 16  # of a Philox generator
DEVELOPMENT_KEY = sha256(b"hazi: everybody knows this key; only local runs use it").hexdigest()
"""Stands in for a course's secret in `python -m grader run` and `verify`: it is public, as this file is."""
PUBLIC_SEED = "public"


@dataclass(frozen=True, slots=True)
class KeyedDraws:
    """The streams of one assignment. `key` is 64 hexadecimal digits, derived from the course's secret."""

    slug: str
    key: str = field(repr=False)
    seed: str = PUBLIC_SEED  # `verify` tries another one

    def public(self, name: str) -> np.random.Generator:
        """A stream that anybody can repeat who knows the names of assignment and split."""
        return _stream(sha256(f"{self.seed}:{self.slug}:{name}".encode()).digest())

    def held_out(self, name: str) -> np.random.Generator:
        """A stream that nobody can repeat without the key."""
        return _stream(hmac.digest(bytes.fromhex(self.key), f"{self.slug}:{name}".encode(), "sha256"))


def fingerprint(key: str) -> str:
    """8 hexadecimal digits that tell data of different keys apart and say nothing of the key."""
    return sha256(b"fingerprint" + bytes.fromhex(key)).hexdigest()[:8]


def takes_draws(load: Callable[..., Any]) -> bool:
    """Whether a loader draws: it has a parameter. One without only reads files."""
    return bool(inspect.signature(load).parameters)


def call(load: Callable[..., Any], draws: Draws) -> Any:  # noqa: ANN401 - whatever a lecturer returns
    """What a loader returns."""
    return load(draws) if takes_draws(load) else load()


def _stream(digest: bytes) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:KEY_BYTES])))
