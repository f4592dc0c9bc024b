"""Server-sent events, decoded from bytes as the WHATWG specification says."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cli.api.errors import StreamBroken
from cli.language.translation import lazy_gettext as _

LONGEST_EVENT = 8 * 2**20
"""Characters of an event, and of a line: no honest server comes near, and a broken one fills no memory."""


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One event of a stream."""

    kind: str
    data: str
    id: str  # of the newest event that had one
    retry_ms: int | None = None  # the pause that the server asks for before the next connection


def read_events(chunks: Iterable[bytes]) -> Iterator[ServerSentEvent]:
    """The events in a stream of bytes; an event without a blank line at its end is dropped.

    Raises StreamBroken for an event or a line that is too long.
    """
    last_id, retry_ms = "", None
    for block in _blocks(_lines(chunks)):
        kind, data = "message", list[str]()
        for line in block:
            name, _colon, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "event":
                kind = value or "message"
            elif name == "data":
                data.append(value)
            elif name == "id" and "\0" not in value:
                last_id = value
            elif name == "retry" and value.isascii() and value.isdigit() and len(value) < 10:
                retry_ms = int(value)
        if data:
            yield ServerSentEvent(kind, "\n".join(data), last_id, retry_ms)


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """The lines of each event, which a blank line ends."""
    block, size = list[str](), 0
    for line in lines:
        if not line:
            yield block
            block, size = [], 0
            continue
        block.append(line)
        size += len(line)
        if size > LONGEST_EVENT:
            raise StreamBroken(_("The live view sent an event without end."))


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lines that end in CR LF, LF or CR. Other line separators of Unicode are text: JSON may contain them."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
    rest = ""
    for chunk in chunks:
        rest += decoder.decode(chunk)
        # A CR at the end of a chunk may be half of a CR LF.
        held = "\r" if rest.endswith("\r") else ""
        text = rest.removesuffix(held).replace("\r\n", "\n").replace("\r", "\n")
        *whole, rest = text.split("\n")
        rest += held
        yield from whole
        if len(rest) > LONGEST_EVENT:
            raise StreamBroken(_("The live view sent an event without end."))
