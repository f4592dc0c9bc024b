"""One attempt at a submission: all that a kind needs to grade it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from assignments.localized import Localized
from grader.contract import GradeReport
from grader.files.unpack import Contents
from grader.material import Material
from grader.report import Draft
from grader.run import Clock, Run
from grader.sandbox.pool import Boxes


@dataclass(slots=True)
class Attempt:
    """What is graded and with what. `notices` is what the report will say was done with the files."""

    seed: int
    device: str  # "cpu" or "cuda"
    boxes: Boxes
    material: Material
    contents: Contents
    clock: Clock
    draft: Draft
    notices: list[Localized] = field(default_factory=list)

    @contextmanager
    def run(self) -> Iterator[Run]:
        """A box for this attempt; nothing is left of it afterwards but how much memory it took."""
        with self.boxes.taken() as box:
            try:
                yield Run(box, self.material, self.clock, seed=self.seed, device=self.device)
            finally:
                self.clock.memory_mib = max(self.clock.memory_mib, _tens(box.group.peak_mib()))
                self.clock.gpu_memory_mib = max(self.clock.gpu_memory_mib, _tens(box.gpu_peak_mib()))


def _tens(mib: float) -> float:
    """Students see no finer sizes: how much a prediction takes could spell out what it saw."""
    return 10.0 * round(mib / 10)


Grader = Callable[[Attempt], GradeReport]
"""What a kind's module offers. Raises RefusedError and RunEndedError, which become reports too."""
