"""How often a worker died in mid-run, kept in a small file that outlives it.

A worker that was killed says nothing any more, and whatever starts it again knows nothing of it: without this
it would take the next job at once, and die in that too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

LONGEST_COUNT = 4  # digits


@dataclass(frozen=True, slots=True)
class Crashes:
    """The count of one worker, by its name. A disk that cannot be written is no reason not to grade."""

    file: Path

    def in_a_row(self) -> int:
        """In how many runs, one after the other, the worker of this name died."""
        try:
            return max(0, int(self.file.read_text()[:LONGEST_COUNT]))
        except (OSError, ValueError):
            return 0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """A run: one more that it died in, until the block ends."""
        with suppress(OSError):
            self.file.write_text(str(self.in_a_row() + 1))
        yield
        with suppress(OSError):
            self.file.unlink()
