"""Server-sent events, decoded from bytes as the WHATWG specification has it."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cli.api.errors import StreamBroken
from cli.language.translation import lazy_gettext as _

LONGEST_EVENT = 8 * 2**20  # characters; no honest event comes near


@dataclass(frozen=True, slots=True)
class Message:
    """One event of a stream."""

    kind: str
    data: str
    id: str  # of the last event that named one
    retry_ms: int | None = None  # how long the server wants us to wait before we come back


def decode(chunks: Iterable[bytes]) -> Iterator[Message]:
    """The events in a stream of bytes. An event that its blank line does not end is dropped."""
    kind, data, last_id, retry_ms = "", list[str](), "", None
    for line in lines(chunks):
        if not line:
            if data:
                yield Message(kind or "message", "\n".join(data), last_id, retry_ms)
            kind, data = "", []
            continue
        name, _colon, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif name == "id" and "\0" not in value:
            last_id = value
        elif name == "retry" and value.isascii() and value.isdigit() and len(value) < 10:
            retry_ms = int(value)


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lines that end in CR LF, LF or CR. Other separators of Unicode are text: JSON may hold them bare."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
    rest = ""
    for chunk in chunks:
        rest += decoder.decode(chunk)
        # A CR at the very end may be half of a CR LF.
        held = "\r" if rest.endswith("\r") else ""
        text = rest.removesuffix(held).replace("\r\n", "\n").replace("\r", "\n")
        *whole, rest = text.split("\n")
        rest += held
        yield from whole
        if len(rest) > LONGEST_EVENT:
            raise StreamBroken(_("The live view sent a line without end."))
