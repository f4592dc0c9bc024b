"""Edit distance of Neptun codes: those that are one typing mistake away. Only the lecturer sees them."""

from __future__ import annotations

from collections.abc import Iterable


def near_misses(typed: str, codes: Iterable[str]) -> list[str]:
    """The codes that one edit - another, a missing, a further or two swapped characters - leads to."""
    return sorted(code for code in codes if is_one_edit(typed, code))


def is_one_edit(one: str, other: str) -> bool:
    """Whether exactly one edit leads from one to the other (optimal string alignment distance of 1)."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, others = one[start:], other[start:]
    if len(rest) != len(others):
        longer, shorter = (rest, others) if len(rest) > len(others) else (others, rest)
        return longer[1:] == shorter
    return rest[1:] == others[1:] or (rest[:2] == others[1::-1] and rest[2:] == others[2:])
