"""Whether a grader may take jobs: what it looks at, when it looks again, and what it says meanwhile.

A grader that cannot grade must not take what others could: it leaves the queue with a reason, tries again
with growing pauses, and comes back by itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assignments.spec import SpecError
from grader.contract import ReturnCause
from grader.fetch import StoreError
from grader.material import MaterialError, PackagesMissingError
from grader.run import BoxLostError, BoxNotReadyError
from grader.sandbox.host import SandboxMissingError
from grader.sandbox.template import TemplateBrokenError

MOST_IN_A_ROW = 2  # runs given back for a reason that may be this machine's
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
LONGEST_REASON = 500  # characters
TRIED_BYTES = 2**20

CAUSES: tuple[tuple[tuple[type[Exception], ...], ReturnCause], ...] = (
    ((BoxNotReadyError, TemplateBrokenError, SandboxMissingError), ReturnCause.BOX),
    ((BoxLostError,), ReturnCause.LOST),
    ((PackagesMissingError,), ReturnCause.PACKAGES),
    ((MaterialError, SpecError), ReturnCause.ASSIGNMENT),
)
AT_ONCE = frozenset({ReturnCause.STORE, ReturnCause.RELEASE})
"""What one is enough of to leave the queue."""
OF_THE_JOB = frozenset({ReturnCause.BLOB, ReturnCause.ASSIGNMENT, ReturnCause.PACKAGES})
"""What says nothing about this worker's health."""

Look = Callable[[], str]
"""A look at something that a grader needs: what is wrong with it, or ""."""


def pause_s(number: int) -> float:
    """How long to wait before the try `number`, counted from 0, in seconds."""
    doubled: float = FIRST_PAUSE_S * 2 ** min(number, 10)
    return min(LONGEST_PAUSE_S, doubled)


def try_disk(folder: Path) -> str:
    """Why nothing can be written where the worker keeps assignments; empty where it can."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(bytes(TRIED_BYTES))
    except OSError as error:
        return f"{folder} cannot be written: {error.strerror}"
    return ""


@dataclass(slots=True)
class Fitness:
    """Of one worker. Each look may take seconds."""

    look_at_store: Look
    further_looks: tuple[Look, ...] = ()
    reason: str = ""  # why it takes no jobs; empty while it does
    in_a_row: int = 0  # runs given back, without one that came to an end between
    relapses: int = 0  # how often it left the queue, without a run that came to an end between

    def cause_of(self, error: Exception) -> ReturnCause:
        """Why a job has to go back; where its files could not be fetched, after a look at the store."""
        if isinstance(error, StoreError):
            return ReturnCause.STORE if self.look_at_store() else ReturnCause.BLOB
        return next((cause for kinds, cause in CAUSES if isinstance(error, kinds)), ReturnCause.FAULT)

    def graded(self) -> None:
        """A run came to an end with a verdict."""
        self.in_a_row = self.relapses = 0

    def returned(self, cause: ReturnCause, text: str) -> None:
        """A job was given back."""
        if cause in OF_THE_JOB:
            return
        self.in_a_row += 1
        if cause in AT_ONCE or self.in_a_row >= MOST_IN_A_ROW:
            self.reason = text[:LONGEST_REASON]
            self.relapses += 1

    def after_crashes(self, in_a_row: int) -> None:
        """It died in its last runs: one may have been the run's doing, of several it is the reason."""
        if in_a_row >= MOST_IN_A_ROW:
            self.reason = f"it died in each of its last {in_a_row} runs"
            self.relapses = in_a_row

    def look_again(self) -> bool:
        """Whether it can take jobs now; if not, `reason` says why."""
        looks = (self.look_at_store, *self.further_looks)
        self.reason = next((found for look in looks if (found := look())), "")[:LONGEST_REASON]
        if not self.reason:
            self.in_a_row = 0
        return not self.reason
