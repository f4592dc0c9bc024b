"""Everything that may cross between the server and a grader, grouped by direction. Standard library only.

Both sides import this file and nothing else of each other. Messages travel as JSON; every `from_message`
raises `MalformedMessageError` for a message that does not have the shape it promises.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Self, TypeVar

QUEUE_CPU = "grade.cpu"
QUEUE_GPU = "grade.gpu"
QUEUE_REPORTS = "reports"

TASK_GRADE = "grader.grade"
TASK_RECORD_EVENTS = "server.record_events"
TASK_RECORD_MARK = "server.record_mark"  # of the server for itself: server/submissions/queue/silence.py
TASK_RECORD_REPORT = "server.record_report"
TASK_RECORD_RETURN = "server.record_return"
TASK_RECORD_WORKER = "server.record_worker"

HEARTBEAT_S = 5.0
"""A grader says at least this often, in seconds, that a run is alive."""
LEASE_S = 30.0
"""A run that was silent for this long, in seconds, is taken for lost and given to another worker."""

RELEASE = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
"""Says which text of this file a program runs with: server and graders work together where it is the same."""

STORE_PROBE = (
    b"This object is in every store of H\xc3\xa1zi: a grader that can read it has the right store.\n"
)
"""The server keeps it in its store; a grader takes no job before it has read it."""

Message = dict[str, Any]
"""A JSON object."""

_Row = TypeVar("_Row")


class MalformedMessageError(ValueError):
    """A message lacks a field, or a field has the wrong type."""


class Verdict(StrEnum):
    """How a run ended, and whose doing it was."""

    SCORED = "scored"  # nobody's fault: there is a score
    REJECTED = "rejected"  # the student's: the files were refused before running
    FAILED = "failed"  # the student's: the code raised, exited or was killed by a signal
    TIMED_OUT = "timed_out"  # the student's: wall or CPU limit
    OUT_OF_MEMORY = "out_of_memory"  # the student's: memory limit
    OUTPUT_FLOOD = "output_flood"  # the student's: printed without end
    BAD_OUTPUT = "bad_output"  # the student's: predictions of wrong length, type or value
    GRADER_ERROR = "grader_error"  # ours: retried, never a zero


UNCHARGED = frozenset({Verdict.REJECTED, Verdict.GRADER_ERROR})
"""Verdicts that cost the student no try."""


class EventKind(StrEnum):
    """What an event of a running job tells."""

    STARTED = "started"  # a worker took the job; text = worker name
    PHASE = "phase"  # text = one of Phase
    LOG = "log"  # text = one or more lines that the student's code printed while training
    POINT = "point"  # values = one point of the live curve, e.g. {"epoch": 3, "loss": 0.12, "accuracy": 0.9}
    HEARTBEAT = "heartbeat"  # nothing but "still alive"


class Phase(StrEnum):
    """The steps of a run, in order. assignments/kinds.py says through which of them a kind goes."""

    FETCH = "fetch"
    UNPACK = "unpack"
    START = "start"
    TRAIN = "train"
    PREDICT = "predict"
    SCORE = "score"


def blob_path(sha256: str) -> str:
    """Where the store keeps the bytes with this digest, relative to its root."""
    return f"blobs/{sha256[:2]}/{sha256}"


def archive_path(sha256: str) -> str:
    """Where the store keeps the archive of an assignment, which nothing that is handed in can be."""
    return f"archives/{sha256}"


def _take(message: Mapping[str, Any], name: str, kind: type | tuple[type, ...]) -> Any:  # noqa: ANN401
    """The field `name` of a message if it has the type promised."""
    value = message.get(name)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise MalformedMessageError(f"field {name!r} is missing or has the wrong type")
    return value


# --- server to grader -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BundleFile:
    """One file of a submission: a label the student chose, and the bytes by digest."""

    name: str
    sha256: str
    size: int

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `asdict` wrote."""
        return cls(
            name=_take(message, "name", str),
            sha256=_take(message, "sha256", str),
            size=_take(message, "size", int),
        )


@dataclass(frozen=True, slots=True)
class GradeJob:
    """Grade these files against this version of this assignment."""

    attempt_id: str = field(repr=False)  # unguessable; the report counts only with it
    slug: str
    version: str  # sha256 of the assignment's archive in the store
    files: tuple[BundleFile, ...]
    seed: int
    held_out_key: str = field(repr=False)  # what the held-out data are drawn with: 64 hexadecimal digits
    trial: bool = False  # with public data alone: then the key is that of no assignment

    def to_message(self) -> Message:
        """As a JSON object."""
        return asdict(self) | {"files": [asdict(file) for file in self.files]}

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `to_message` wrote."""
        return cls(
            attempt_id=_take(message, "attempt_id", str),
            slug=_take(message, "slug", str),
            version=_take(message, "version", str),
            files=tuple(BundleFile.from_message(file) for file in _take(message, "files", list)),
            seed=_take(message, "seed", int),
            held_out_key=_take(message, "held_out_key", str),
            trial=_take(message, "trial", bool),
        )


@dataclass(frozen=True, slots=True)
class SignedJob:
    """A job as it travels: graders and the blob server take it for one only when the server has signed it."""

    attempt_id: str = field(repr=False)  # as in the job, for whoever has to give it back unread
    release: str  # of the server, see RELEASE
    body: str = field(repr=False)  # the job as JSON
    signature: str  # of `signed_bytes`, Ed25519: 128 hexadecimal digits

    @property
    def signed_bytes(self) -> bytes:
        """What the signature is of."""
        return signed_bytes(self.release, self.body)

    def job(self) -> GradeJob:
        """What was signed. Raises MalformedMessageError."""
        try:
            message = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise MalformedMessageError("the body of a job is no JSON") from error
        if not isinstance(message, dict):
            raise MalformedMessageError("the body of a job is no object")
        return GradeJob.from_message(message)

    def to_message(self) -> Message:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `to_message` wrote."""
        return cls(
            attempt_id=_take(message, "attempt_id", str),
            release=_take(message, "release", str),
            body=_take(message, "body", str),
            signature=_take(message, "signature", str),
        )


def signed_bytes(release: str, body: str) -> bytes:
    """What the server signs of a job: nothing else that it ever signs begins like this."""
    return f"hazi job\n{release}\n{body}".encode("utf-8", "surrogatepass")


# --- grader to server -----------------------------------------------------------------------------


class WorkerState(StrEnum):
    """Whether a worker takes jobs."""

    READY = "ready"
    UNFIT = "unfit"  # something that it needs is not there; it tries again by itself
    STOPPED = "stopped"  # it was told to stop, or gave up


@dataclass(frozen=True, slots=True)
class WorkerHello:
    """A worker is alive, and whether it takes jobs from this queue."""

    name: str
    queue: str
    slots: int
    versions: Mapping[str, str]
    process: str = field(default="", repr=False)  # of this start alone, and known to nobody else
    state: WorkerState = WorkerState.READY
    reason: str = ""  # why it takes no jobs, in English for staff
    release: str = RELEASE

    def to_message(self) -> Message:
        """As a JSON object."""
        return {
            "name": self.name,
            "queue": self.queue,
            "slots": self.slots,
            "versions": dict(self.versions),
            "process": self.process,
            "state": str(self.state),
            "reason": self.reason,
            "release": self.release,
        }

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `to_message` wrote."""
        return cls(
            name=_take(message, "name", str),
            queue=_take(message, "queue", str),
            slots=_take(message, "slots", int),
            versions=_take(message, "versions", dict),
            process=_take(message, "process", str),
            state=WorkerState(_take(message, "state", str)),
            reason=_take(message, "reason", str),
            release=_take(message, "release", str),
        )


class ReturnCause(StrEnum):
    """Why a worker gives a job back without a report. Only `LOST` can be the submission's doing."""

    STORE = "store"  # the worker's store cannot be read
    BLOB = "blob"  # the store can be read, and does not hold what the job names
    BOX = "box"  # no box opened, twice
    ASSIGNMENT = "assignment"  # the assignment's own files cannot be graded with
    RELEASE = "release"  # the worker is of another release than the server
    LOST = "lost"  # the run had begun, and what waits for its box was killed from outside
    FAULT = "fault"  # anything else that is not as it should be on our side


@dataclass(frozen=True, slots=True)
class JobReturn:
    """A job comes back without a verdict: nothing of it was the student's doing."""

    attempt_id: str = field(repr=False)
    worker: str
    cause: ReturnCause
    text: str  # what was seen, in English for staff; never shown to students

    def to_message(self) -> Message:
        """As a JSON object."""
        return asdict(self) | {"cause": str(self.cause)}

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `to_message` wrote."""
        return cls(
            attempt_id=_take(message, "attempt_id", str),
            worker=_take(message, "worker", str),
            cause=ReturnCause(_take(message, "cause", str)),
            text=_take(message, "text", str),
        )


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened during a run. `seq` counts from 0 within an attempt."""

    seq: int
    at: float  # Unix time in seconds, the grader's clock: for display only
    kind: EventKind
    text: str = ""
    values: Mapping[str, float] = field(default_factory=dict)

    def to_message(self) -> Message:
        """As a JSON object."""
        return {
            "seq": self.seq,
            "at": self.at,
            "kind": str(self.kind),
            "text": self.text,
            "values": dict(self.values),
        }

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `to_message` wrote."""
        return cls(
            seq=_take(message, "seq", int),
            at=float(_take(message, "at", (int, float))),
            kind=EventKind(_take(message, "kind", str)),
            text=_take(message, "text", str),
            values=_take(message, "values", dict),
        )


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Events of one attempt, in order. Sent a few times a second at most; safe to deliver twice."""

    attempt_id: str = field(repr=False)
    worker: str
    events: tuple[Event, ...]
    process: str = field(default="", repr=False)  # of the worker, as in its hello

    def to_message(self) -> Message:
        """As a JSON object."""
        return {
            "attempt_id": self.attempt_id,
            "worker": self.worker,
            "process": self.process,
            "events": [event.to_message() for event in self.events],
        }

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `to_message` wrote."""
        return cls(
            attempt_id=_take(message, "attempt_id", str),
            worker=_take(message, "worker", str),
            process=_take(message, "process", str),
            events=tuple(Event.from_message(event) for event in _take(message, "events", list)),
        )


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One row of the per-class table: one class against all others."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    tp: int
    fn: int
    fp: int
    tn: int


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """Examples of one class that were taken for another."""

    truth: str
    predicted: str
    count: int
    share: float  # of the examples of the true class


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Predictions of about the same confidence: how sure they were, and how often right."""

    confidence: float  # mean probability of the predicted class, in [0, 1]
    accuracy: float
    size: int


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a picture, at most 101 points of it, x and y in [0, 1]."""

    label: str  # the class it belongs to
    x: tuple[float, ...]
    y: tuple[float, ...]
    area: float


@dataclass(frozen=True, slots=True)
class Layer:
    """What one layer of the student's network did, as measured in the box: shown, never scored."""

    name: str  # as in `named_modules`, e.g. "features.0"
    kind: str  # the class of the module, e.g. "Conv2d"
    parameters: int
    activation_mean: float | None = None  # of its output in the first forward pass, before any training
    activation_std: float | None = None
    gradient_norm: float | None = None  # L2 norm over its parameters after the first backward pass
    dead: float | None = None  # share of units that stay 0 on all validation inputs after training


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many examples of a class each split of a data set has."""

    label: str
    train: int
    valid: int
    test: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """Values of one column, or of all pictures: counts in bins of equal width from `low` to `high`."""

    name: str  # of the column; "" for the values of arrays and pictures
    low: float
    high: float
    mean: float
    missing: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One example as a small picture: rows of pixels from the top, a byte for each channel, in base64."""

    label: str
    width: int
    height: int
    channels: int  # 1 grey, 3 red, green and blue
    pixels: str


@dataclass(frozen=True, slots=True)
class DataSheet:
    """What a student's data set looks like: his own, so that nothing of it is hidden."""

    classes: tuple[ClassCount, ...] = ()  # the largest first
    histograms: tuple[Histogram, ...] = ()
    samples: tuple[Sample, ...] = ()  # those of a class beside one another

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `dataclasses.asdict` wrote."""
        histograms = _take_all(message, "histograms", Histogram)
        return cls(
            _take_all(message, "classes", ClassCount),
            tuple(replace(one, counts=tuple(one.counts)) for one in histograms),
            _take_all(message, "samples", Sample),
        )


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something that a report says besides its verdict, in both languages."""

    en: str
    hu: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of a `functions` assignment, or one look at a `dataset`."""

    name: str
    points: float
    out_of: float
    passed: bool
    text: Sentence  # which property failed, on which visible input; never a hidden one


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """The numbers of one share of the held-out set."""

    points: float
    score: float  # the assignment's own metric, from which the points follow
    metrics: Mapping[str, float]  # accuracy, macro_f1, ... in [0, 1] unless the metric says otherwise
    per_class: tuple[ClassScore, ...]
    confusion_matrix: tuple[tuple[int, ...], ...]  # rows: true class, columns: predicted class
    size: int  # number of held-out examples in this share
    confused: tuple[ConfusedPair, ...] = ()  # the worst first
    calibration: tuple[CalibrationBin, ...] = ()
    roc: tuple[Curve, ...] = ()  # x: false positive rate, y: true positive rate
    precision_recall: tuple[Curve, ...] = ()  # x: recall, y: precision
    checks: tuple[CheckResult, ...] = ()

    def to_message(self) -> Message:
        """As a JSON object."""
        return {
            "points": self.points,
            "score": self.score,
            "metrics": dict(self.metrics),
            "per_class": _messages(self.per_class),
            "confusion_matrix": [list(row) for row in self.confusion_matrix],
            "size": self.size,
            "confused": _messages(self.confused),
            "calibration": _messages(self.calibration),
            "roc": _messages(self.roc),
            "precision_recall": _messages(self.precision_recall),
            "checks": _messages(self.checks),
        }

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `to_message` wrote."""
        return cls(
            points=float(_take(message, "points", (int, float))),
            score=float(_take(message, "score", (int, float))),
            metrics=_take(message, "metrics", dict),
            per_class=_take_all(message, "per_class", ClassScore),
            confusion_matrix=tuple(tuple(row) for row in _take(message, "confusion_matrix", list)),
            size=_take(message, "size", int),
            confused=_take_all(message, "confused", ConfusedPair),
            calibration=_take_all(message, "calibration", CalibrationBin),
            roc=_take_curves(message, "roc"),
            precision_recall=_take_curves(message, "precision_recall"),
            checks=_take_checks(message),
        )


@dataclass(frozen=True, slots=True)
class Robustness:
    """The assignment's metric on all held-out examples, and once more with noise on their inputs."""

    noise: float  # standard deviation, as a share of that of the inputs
    clean: float
    perturbed: float


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that staff should look at; it decides nothing."""

    code: str
    en: str
    hu: str


@dataclass(frozen=True, slots=True)
class StaffNotes:
    """What staff read beside the private share. No student ever sees it."""

    robustness: Robustness | None = None
    remarks: tuple[Remark, ...] = ()

    def to_message(self) -> Message:
        """As a JSON object."""
        robustness = asdict(self.robustness) if self.robustness else None
        return {"robustness": robustness, "remarks": _messages(self.remarks)}

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `to_message` wrote; nothing where older graders wrote nothing."""
        rows = [one] if (one := message.get("robustness")) else []
        found = _take_all({"robustness": rows}, "robustness", Robustness)
        return cls(found[0] if found else None, _take_all(message, "remarks", Remark))


@dataclass(frozen=True, slots=True)
class GradeReport:
    """What came of a job. `public` may be shown to the student; `private` may not before the deadline."""

    attempt_id: str = field(repr=False)
    verdict: Verdict
    message: str  # one English sentence that says what happened and what to do
    message_hu: str
    detail: str = ""  # the student's own traceback or the refused line; never ours, never held-out data
    classes: tuple[str, ...] = ()
    metric: str = ""  # name of the assignment's own metric, a key of `metrics`
    focus: str = ""  # the class whose precision and recall matter most, or ""
    public: ScoreCard | None = None
    private: ScoreCard | None = field(default=None, repr=False)
    seed: int = 0
    device: str = "cpu"
    timings: Mapping[str, float] = field(default_factory=dict)  # phase name -> seconds, and "total"
    memory_mib: float = 0.0  # peak of the run
    gpu_memory_mib: float = 0.0  # peak on the graphics card, 0 without one
    versions: Mapping[str, str] = field(default_factory=dict)  # python, torch, numpy, hazi, data
    layers: tuple[Layer, ...] = ()
    findings: tuple[Sentence, ...] = ()  # what the layers mean, and what to do
    notices: tuple[Sentence, ...] = ()  # what was done with the files, e.g. lines of a notebook left out
    sheet: DataSheet | None = None  # of a data set
    staff: StaffNotes = StaffNotes()  # travels with the private share, and is dropped without one

    def to_message(self) -> Message:
        """As a JSON object: the public share on top, the private one below `private`."""
        shared = {
            "attempt_id": self.attempt_id,
            "verdict": str(self.verdict),
            "message": self.message,
            "message_hu": self.message_hu,
            "detail": self.detail,
            "classes": list(self.classes),
            "metric": self.metric,
            "focus": self.focus,
            "seed": self.seed,
            "device": self.device,
            "timings": dict(self.timings),
            "memory_mib": self.memory_mib,
            "gpu_memory_mib": self.gpu_memory_mib,
            "versions": dict(self.versions),
            "layers": _messages(self.layers),
            "findings": _messages(self.findings),
            "notices": _messages(self.notices),
            "sheet": asdict(self.sheet) if self.sheet else None,
            "private": self._private_message(),
        }
        public = self.public.to_message() if self.public else dict.fromkeys(SCORE_FIELDS)
        return shared | public

    def _private_message(self) -> Message | None:
        return self.private.to_message() | {"staff": self.staff.to_message()} if self.private else None

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read back what `to_message` wrote."""
        private = message.get("private")
        scored = message.get("points") is not None
        return cls(
            attempt_id=_take(message, "attempt_id", str),
            verdict=Verdict(_take(message, "verdict", str)),
            message=_take(message, "message", str),
            message_hu=_take(message, "message_hu", str),
            detail=_take(message, "detail", str),
            classes=tuple(_take(message, "classes", list)),
            metric=_take(message, "metric", str),
            focus=_take(message, "focus", str),
            public=ScoreCard.from_message(message) if scored else None,
            private=ScoreCard.from_message(private) if private else None,
            seed=_take(message, "seed", int),
            device=_take(message, "device", str),
            timings=_take(message, "timings", dict),
            memory_mib=float(_take(message, "memory_mib", (int, float))),
            gpu_memory_mib=float(message.get("gpu_memory_mib") or 0.0),  # older graders do not say it
            versions=_take(message, "versions", dict),
            layers=_take_all(message, "layers", Layer),
            findings=_take_all(message, "findings", Sentence),
            notices=_take_all(message, "notices", Sentence),
            sheet=DataSheet.from_message(sheet) if (sheet := message.get("sheet")) else None,
            staff=_take_staff(private),
        )


def _messages(rows: tuple[Any, ...]) -> list[Message]:
    return [asdict(row) for row in rows]


def _take_all(message: Mapping[str, Any], name: str, cls: type[_Row]) -> tuple[_Row, ...]:
    """The rows of a list; none where the list is missing, for reports of older graders have no such list."""
    try:
        return tuple(cls(**row) for row in (_take(message, name, list) if name in message else ()))
    except TypeError as error:
        raise MalformedMessageError(f"a row of {name!r} has the wrong fields") from error


def _take_staff(private: Mapping[str, Any] | None) -> StaffNotes:
    """The notes beside the private share; reports of older graders have none."""
    if not private or private.get("staff") is None:
        return StaffNotes()
    return StaffNotes.from_message(_take(private, "staff", dict))


def _take_curves(message: Mapping[str, Any], name: str) -> tuple[Curve, ...]:
    curves = _take_all(message, name, Curve)
    return tuple(replace(curve, x=tuple(curve.x), y=tuple(curve.y)) for curve in curves)


def _take_checks(message: Mapping[str, Any]) -> tuple[CheckResult, ...]:
    checks = _take_all(message, "checks", CheckResult)
    texts = _take_all({"text": [check.text for check in checks]}, "text", Sentence)
    return tuple(replace(check, text=text) for check, text in zip(checks, texts, strict=True))


SCORE_FIELDS = (
    *("points", "score", "metrics", "per_class", "confusion_matrix", "size"),
    *("confused", "calibration", "roc", "precision_recall", "checks"),
)
"""The keys of a ScoreCard as they lie on top of a report's JSON; all null when there is no score."""

CELERY_SETTINGS: Mapping[str, Any] = {
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_publish_retry": True,
    "task_create_missing_queues": True,
    "worker_prefetch_multiplier": 1,
    "worker_enable_remote_control": False,
    "worker_send_task_events": False,
    "broker_connection_retry_on_startup": True,
    # The shortest visibility timeout of all programs on one broker wins, so there is one for all:
    # longer than the longest wall limit, or a healthy run would be delivered twice.
    # A connection that died in silence (a router, a suspended machine) is given up and opened anew: what is
    # sent waits for socket_timeout; kombu drops a consumer's when an answer is late by health_check_interval.
    # socket_timeout has to be longer than the 10 s for which Redis keeps a consumer waiting.
    "broker_transport_options": {
        "visibility_timeout": 4 * 3600,
        "socket_connect_timeout": 5,
        "socket_timeout": 30,
        "socket_keepalive": True,
        "health_check_interval": 15,
    },
}
"""The Celery settings of every program on the broker; each adds only its broker_url and its queues."""
