"""Held-out numbers in a text, however it is written down: as a number, in hexadecimal or in base64."""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Iterable, Iterator

NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+]?\d{1,2})?")
CLOSE = 5e-5  # relative: a tensor is printed with five digits


def shown(text: str, marks: Iterable[float]) -> str:
    """The first of these numbers that a text gives away, as it stands there; empty where there is none.

    The marks are whole numbers of 10^14 and more, which nothing else in a text comes near to.
    """
    marks = sorted(marks)
    if not marks:
        return ""
    large = [
        found for found in (match[0] for match in NUMBER.finditer(text)) if _value(found) >= min(marks) / 2
    ]
    for found in large:
        if any(abs(_value(found) - mark) <= CLOSE * mark for mark in marks):
            return found
    lowered = text.lower()
    for mark in marks:
        for form in _spellings(mark):
            if form in text or form in lowered:
                return form
    return ""


def _value(found: str) -> float:
    return float(found) if len(found) < 40 else 0.0


def _spellings(mark: float) -> Iterator[str]:
    digits = str(int(mark))
    yield digits
    yield digits[::-1]
    yield f"{int(mark):x}"
    for raw in (struct.pack("<d", mark), struct.pack(">d", mark)):
        yield raw.hex()
        yield from _in_base64(raw)
    yield from _in_base64(digits.encode())


def _in_base64(raw: bytes) -> Iterator[str]:
    """What stands in base64 wherever among other bytes these begin, without the characters they share."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw + b"\0\0").decode()
        yield encoded[(8 * before + 5) // 6 : 8 * (before + len(raw)) // 6]
