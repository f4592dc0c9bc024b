"""One box warmed ahead of need: used once, then gone, like every other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from grader.sandbox.box import Box


class Mode(StrEnum):
    """How boxes come to be."""

    SPARE = "spare"  # one is warmed ahead of need
    COLD = "cold"  # each is started when it is needed


@dataclass(slots=True)
class Boxes:
    """Hands out boxes, the spare one first. Use it from one thread that outlives them."""

    gpu: bool
    mode: Mode = Mode.SPARE
    _spare: Box | None = None

    @contextmanager
    def taken(self) -> Iterator[Box]:
        """A box for one run; nothing is left of it afterwards."""
        spare, self._spare = self._spare, None
        if spare is not None and spare.process.poll() is not None:
            spare.close()  # it died while it waited
            spare = None
        with spare or Box.open(gpu=self.gpu) as box:
            yield box

    def warm(self) -> None:
        """Start a spare that gets ready while nothing else is to do."""
        if self._spare is None and self.mode is Mode.SPARE:
            self._spare = Box.open(gpu=self.gpu)

    def close(self) -> None:
        """Give the spare up."""
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.close()
