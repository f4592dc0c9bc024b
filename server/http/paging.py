"""Pages of a list that its owner can make as long as he likes: so many at once, newest first.

A page is named by the entry beside it, not by a number: what is handed in meanwhile moves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")
S = TypeVar("S")
ROWS = 25  # of one page in a browser


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: with what is older than `before`, or newer than `after`; else with the newest."""

    before: str | None = None
    after: str | None = None
    rows: int = ROWS


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some entries, newest first. `newer` and `older` are the ids to go on from, None where nothing is."""

    items: tuple[T, ...]
    newer: str | None = None
    older: str | None = None

    def shown(self, items: Sequence[S]) -> Page[S]:
        """The same page of what the entries are shown as."""
        return Page(tuple(items), self.newer, self.older)


def read_cursor(arguments: Mapping[str, str]) -> Cursor:
    """The cursor of an address; one that makes no sense is the first page."""
    return Cursor(before=_id(arguments.get("before")), after=_id(arguments.get("after")))


def cut(found: Sequence[T], cursor: Cursor, *, id_of: Callable[[T], str]) -> Page[T]:
    """The page out of up to `rows + 1` entries, in the order of the query: away from the cursor."""
    upwards = cursor.after is not None and cursor.before is None
    items, more = list(found[: cursor.rows]), len(found) > cursor.rows
    if upwards:
        items.reverse()
    if not items:
        return Page(())
    newer = more if upwards else cursor.before is not None
    older = True if upwards else more
    return Page(tuple(items), id_of(items[0]) if newer else None, id_of(items[-1]) if older else None)


def _id(text: str | None) -> str | None:
    try:
        return str(UUID(text)) if text else None
    except ValueError:
        return None
