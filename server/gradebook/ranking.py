"""The leaderboard's order: who stands where, and when a place is shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SHOWN_DIGITS = 4  # scores that look equal are equal


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
class Placed:
    """An entry that counts. Baselines lie between the others but take no place."""

    entry: Entry
    place: int | None


def rank(entries: Iterable[Entry], better: Better = Better.HIGHER) -> list[Placed]:
    """The best entry of each student and every baseline, best first.

    Equal scores share a place and the next place is skipped (1, 1, 3); among them the earlier one is above.
    """
    ordered = sorted(_counting(entries, better), key=lambda entry: _key(entry, better))
    placed: list[Placed] = []
    students, place, score = 0, 0, None
    for entry in ordered:
        if entry.owner is None:
            placed.append(Placed(entry, None))
            continue
        students += 1
        if _shown(entry) != score:
            place, score = students, _shown(entry)
        placed.append(Placed(entry, place))
    return placed


def _counting(entries: Iterable[Entry], better: Better) -> list[Entry]:
    best: dict[int | str, Entry] = {}
    for entry in entries:
        owner = entry.id if entry.owner is None else entry.owner
        known = best.get(owner)
        if known is None or _key(entry, better) < _key(known, better):
            best[owner] = entry
    return list(best.values())


def _key(entry: Entry, better: Better) -> tuple[float, datetime, str]:
    score = _shown(entry)
    return (-score if better is Better.HIGHER else score, entry.received_at, entry.id)


def _shown(entry: Entry) -> float:
    return round(entry.score, SHOWN_DIGITS)
