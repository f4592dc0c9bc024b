"""From grader to server: whether a worker takes jobs, and a job that it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from grader.contract.fields import Text, Whole
from grader.contract.messages import Sent
from grader.contract.release import RELEASE

if TYPE_CHECKING:
    Versions = Mapping[str, str]
else:
    Versions = dict[str, Any]  # cleaned before they are kept


class WorkerState(StrEnum):
    """Whether a worker takes jobs."""

    READY = "ready"
    UNFIT = "unfit"  # something that it needs is not there; it tries again by itself
    STOPPED = "stopped"  # it was told to stop, or gave up


@dataclass(frozen=True, slots=True)
class WorkerHello(Sent):
    """A worker is alive, and whether it takes jobs from this queue."""

    name: Text
    queue: Text
    slots: Whole
    versions: Versions
    process: Text = field(default="", repr=False)  # of this start alone, and known to nobody else
    state: WorkerState = WorkerState.READY
    reason: Text = ""  # why it takes no jobs, in English for staff
    release: Text = RELEASE


class ReturnCause(StrEnum):
    """Why a worker gives a job back without a report. Only `LOST` can be the submission's doing."""

    STORE = "store"  # the worker's store cannot be read
    BLOB = "blob"  # the store can be read, and does not hold what the job names
    BOX = "box"  # no box opened, twice
    ASSIGNMENT = "assignment"  # the assignment's own files cannot be graded with
    PACKAGES = "packages"  # the assignment needs packages that this worker has not
    RELEASE = "release"  # the worker is of another release than the server
    LOST = "lost"  # the run had begun, and what waits for its box was killed from outside
    YIELDED = "yielded"  # another job waited, and this one gives way
    FAULT = "fault"  # anything else that is not as it should be on our side


@dataclass(frozen=True, slots=True)
class JobReturn(Sent):
    """A job comes back without a verdict: nothing of it was the student's doing."""

    attempt_id: Text = field(repr=False)
    worker: Text
    cause: ReturnCause
    text: Text  # what was seen, in English for staff; never shown to students
