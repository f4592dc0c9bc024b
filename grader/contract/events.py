"""From grader to server: what happens while a job runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from grader.contract.fields import AnyNumber, Text, Whole
from grader.contract.messages import Sent

if TYPE_CHECKING:
    Values = Mapping[str, float]
else:
    Values = dict[str, Any]  # a point of a curve has gaps where a student's code told no number


class EventKind(StrEnum):
    """What an event of a running job tells."""

    STARTED = "started"  # a worker took the job; text = worker name
    PHASE = "phase"  # text = one of Phase
    LOG = "log"  # text = one or more lines that the student's code printed while training
    POINT = "point"  # values = one point of the live curve, e.g. {"epoch": 3, "loss": 0.12, "accuracy": 0.9}
    HEARTBEAT = "heartbeat"  # nothing but "still alive"


class RunPhase(StrEnum):
    """The steps of a run, in order. assignments/kinds.py says through which of them a kind goes."""

    FETCH = "fetch"
    UNPACK = "unpack"
    START = "start"
    TRAIN = "train"
    PREDICT = "predict"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened during a run. `seq` counts from 0 within an attempt."""

    seq: Whole
    at: AnyNumber  # Unix time in seconds, the grader's clock: for display only
    kind: EventKind
    text: Text
    values: Values


@dataclass(frozen=True, slots=True)
class EventBatch(Sent):
    """Events of one attempt, in order. Sent a few times a second at most; safe to deliver twice."""

    attempt_id: Text = field(repr=False)
    worker: Text
    process: Text = field(default="", repr=False, kw_only=True)  # of the worker, as in its hello
    events: tuple[Event, ...]
