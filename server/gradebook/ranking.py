"""The leaderboard's order: the rank of each, and when a rank is shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

SHOWN_DIGITS = 4  # scores that look equal are equal
Key: TypeAlias = tuple[float, datetime, str]  # the shown score, least first; when; which


class Better(StrEnum):
    """Which end of a metric's scale is the good one."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Entry:
    """One scored submission. `owner` is the student's id, or None for a baseline."""

    id: str
    owner: int | None
    score: float
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry that counts. Baselines lie between the others but take no rank."""

    entry: Entry
    rank: int | None


def ranked(entries: Iterable[Entry], better: Better = Better.HIGHER) -> list[Ranked]:
    """The best entry of each student and every baseline, best first.

    Equal scores share a rank and the next one is skipped (1, 1, 3); among them the earlier one is above.
    """
    ordered: list[Ranked] = []
    students, rank, score = 0, 0, None
    for key, entry in sorted(_counting(entries, better)):  # no two keys are equal
        if entry.owner is None:
            ordered.append(Ranked(entry, None))
            continue
        students += 1
        if key[0] != score:
            rank, score = students, key[0]
        ordered.append(Ranked(entry, rank))
    return ordered


def _counting(entries: Iterable[Entry], better: Better) -> Iterable[tuple[Key, Entry]]:
    best: dict[int | str, tuple[Key, Entry]] = {}
    for entry in entries:
        owner, key = entry.id if entry.owner is None else entry.owner, _key(entry, better)
        known = best.get(owner)
        if known is None or key < known[0]:
            best[owner] = key, entry
    return best.values()


def _key(entry: Entry, better: Better) -> Key:
    score = round(entry.score, SHOWN_DIGITS)
    return (-score if better is Better.HIGHER else score, entry.received_at, entry.id)
