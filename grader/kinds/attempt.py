"""One attempt at a submission: all that a kind needs to grade it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from grader.contract import GradeReport, Sentence
from grader.material import Material
from grader.report import Draft
from grader.run import Clock, Run
from grader.sandbox.spare import Boxes
from grader.unpack import Contents


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
    notices: list[Sentence] = field(default_factory=list)

    @contextmanager
    def run(self) -> Iterator[Run]:
        """A box for this attempt; nothing is left of it afterwards but how much memory it took."""
        with self.boxes.taken() as box:
            try:
                yield Run(box, self.material, self.clock, seed=self.seed, device=self.device)
            finally:
                peak = 10.0 * round(box.group.peak_mib() / 10)
                self.clock.memory_mib = max(self.clock.memory_mib, peak)


Grader = Callable[[Attempt], GradeReport]
"""What a kind's module offers. Raises RefusedError and RunEndedError, which become reports too."""
