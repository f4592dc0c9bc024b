"""What the student's code prints: the first and the last part of it, as clean text."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field

KEPT_BYTES = 64 * 1024  # of the head, and as many of the tail
UNPRINTABLE = re.compile(r"[^\S \n\t]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


def clean(raw: bytes) -> str:
    """Printable text: bad UTF-8 as escapes, no control characters, progress bars at their last state."""
    text = ESCAPE_SEQUENCE.sub("", raw.decode("utf-8", "backslashreplace")).replace("\r\n", "\n")
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return UNPRINTABLE.sub("\ufffd", "\n".join(lines))


@dataclass(slots=True)
class Transcript:
    """Takes bytes as they come, gives whole lines out while there is room, and keeps the end for last."""

    room: int = KEPT_BYTES
    left_out: int = 0
    _line: bytearray = field(default_factory=bytearray)
    _tail: deque[bytes] = field(default_factory=deque)
    _tail_bytes: int = 0

    def take(self, chunk: bytes) -> str:
        """Add what was printed; returns the text that may be shown now."""
        shown = chunk[: self.room]
        self._keep(chunk[len(shown) :])
        self.room -= len(shown)
        self._line += shown
        end = self._line.rfind(b"\n") + 1
        if self.room == 0:
            end = len(self._line)
        lines, self._line = bytes(self._line[:end]), self._line[end:]
        return clean(lines)

    def rest(self) -> str:
        """What is left to show when nothing more comes: an unfinished line, or a note and the tail."""
        line, tail = bytes(self._line), b"".join(self._tail)
        note = f"\n[... {self.left_out} bytes left out ...]\n" if self.left_out else ""
        self._line, self.left_out = bytearray(), 0
        self._tail.clear()
        self._tail_bytes = 0
        return clean(line) + note + clean(tail)

    def _keep(self, chunk: bytes) -> None:
        if not chunk:
            return
        self._tail.append(chunk)
        self._tail_bytes += len(chunk)
        while self._tail_bytes > KEPT_BYTES:
            first = self._tail.popleft()
            surplus = min(self._tail_bytes - KEPT_BYTES, len(first))
            self._tail_bytes -= surplus
            self.left_out += surplus
            if surplus < len(first):
                self._tail.appendleft(first[surplus:])
