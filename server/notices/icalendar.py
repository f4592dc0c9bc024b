"""Dates as a calendar that programs subscribe to (RFC 5545): events in UTC, nothing that repeats. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

LINE_BYTES = 75  # of a line, without its end
TYPE = "text/calendar; charset=utf-8"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `uid` stays the same when it moves, `sequence` grows then."""

    uid: str
    summary: str
    begins: datetime
    modified: datetime
    sequence: int
    ends: datetime | None = None  # None: a moment
    description: str = ""
    url: str = ""


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """The calendar as a file. The same entries give the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hazi//Hazi//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escaped(name)}",
        "X-PUBLISHED-TTL:PT1H",
        *(line for entry in entries for line in _event(entry)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def escaped(text: str) -> str:
    """A TEXT value (3.3.11): what has a meaning of its own is escaped, control characters are left out."""
    plain = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def folded(line: str) -> str:
    """A line of any length (3.1), cut into such of at most 75 bytes; no letter is cut in two."""
    parts, taken = [""], 0
    for letter in line:
        size = len(letter.encode())
        if taken + size > LINE_BYTES:
            parts.append("")
            taken = 1  # the space that says: this line goes on
        parts[-1] += letter
        taken += size
    return "\r\n ".join(parts)


def _event(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{_utc(entry.modified)}"  # without a METHOD: when it was last revised (3.8.7.2)
    yield f"LAST-MODIFIED:{_utc(entry.modified)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTART:{_utc(entry.begins)}"
    if entry.ends is not None:
        yield f"DTEND:{_utc(entry.ends)}"
    yield f"SUMMARY:{escaped(entry.summary)}"
    if entry.description:
        yield f"DESCRIPTION:{escaped(entry.description)}"
    if entry.url:
        yield f"URL:{CONTROL.sub('', entry.url)}"
    yield "TRANSP:TRANSPARENT"  # nobody is busy because something is due
    yield "END:VEVENT"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
