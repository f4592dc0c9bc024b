"""An edited list of a TOML text: an entry that stays or moves keeps its comments."""

from __future__ import annotations

import tomllib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from assignments.quiz_writing import INDENT, value_text
from assignments.toml.same_values import frozen, same

LONGEST = 20_000  # characters: each line may be tried with those above it
MOST_LINES = 20  # of one entry
MOST_MARKS = 20  # of comments, or what looks like it, in one entry


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a list, with its comments: those above it, and the one behind it."""

    lead: str
    text: str  # with its comma
    comment: str

    def line(self, text: str) -> str:
        """The entry with another text."""
        return f"{self.lead}{text}{self.comment}\n"


def edited_list(text: str, old: object, new: object) -> str | None:
    """The text of a list whose values were `old` and are to be `new`; None where it has nothing to keep.

    Only lists with their entries on lines of their own have comments that are anybody's.
    """
    if not isinstance(old, list) or not isinstance(new, list) or len(text) > LONGEST:
        return None
    lines = text.split("\n")
    if len(lines) < 3 or lines[-1].strip() != "]" or not lines[0].startswith("["):
        return None
    entries, rest = _entries(lines[1:-1])
    if len(entries) != len(old):
        return None
    made = [lines[0] + "\n"]
    for value, match in zip(new, matches(old, new), strict=True):
        if match is None:
            made.append(f"{INDENT}{value_text(value)},\n")
        else:
            entry = entries[match]
            is_there = same(old[match], value)
            made.append(entry.line(entry.text if is_there else f"{INDENT}{value_text(value)},"))
    return "".join([*made, *rest, lines[-1]])


def matches(old: Sequence[object], new: Sequence[object]) -> list[int | None]:
    """Which old one each of the new ones is: the same one, else the one in its place that is no other's."""
    places: dict[Hashable, list[int]] = {}
    for at in reversed(range(len(old))):
        places.setdefault(frozen(old[at]), []).append(at)
    found = [places[key].pop() if places.get(key := frozen(one)) else None for one in new]
    left = set(range(len(old))) - set(found)
    return [at if match is None and at in left else match for at, match in enumerate(found)]


def _entries(lines: Sequence[str]) -> tuple[list[_Entry], list[str]]:
    """The entries, and the lines below the last one; no entry where two share a line."""
    entries, lead, open_lines = list[_Entry](), list[str](), list[str]()
    for line in lines:
        if not open_lines and (not line.strip() or line.lstrip().startswith("#")):
            lead.append(line + "\n")
            continue
        open_lines.append(line)
        if len(open_lines) > MOST_LINES:
            return [], []
        if (entry := _entry("".join(lead), "\n".join(open_lines))) is not None:
            entries.append(entry)
            lead, open_lines = [], []
    return ([], []) if open_lines else (entries, lead)


def _entry(lead: str, text: str) -> _Entry | None:
    """One whole entry, or None. What stands behind a # may be a comment, or a part of a text."""
    marks = [at for at, char in enumerate(text) if char == "#"][:MOST_MARKS]
    for at in [*marks, len(text)]:
        value = text[:at].rstrip()
        comment = text[len(value) :].rstrip()
        value = value if value.endswith(",") else value + ","
        if _count(f"{value}\n0") == 2:
            return _Entry(lead, value, comment)
    return None


def _count(text: str) -> int:
    """How many values a part of a list has; 0 where it is none."""
    try:
        found: list[Any] = tomllib.loads(f"x = [\n{text}\n]")["x"]
    except (ValueError, RecursionError):
        return 0
    return len(found)
