"""Everything that may cross between the server and a grader; neither imports anything else of the other.

The server sends jobs, signed (`job`). A grader sends hellos and jobs that it gives back (`worker`), events
(`events`), and reports (`report`, with its parts `score`, `network` and `dataset`). Messages travel as JSON:
`from_message` raises `MalformedMessageError` for a message that has not the shape it promises, and for
numbers that no run can have had. `fields` has the types, `broker` and `store` what both sides find by name.
"""

from __future__ import annotations

from grader.contract.broker import (
    CELERY_SETTINGS,
    HEARTBEAT_S,
    LEASE_S,
    QUEUE_CPU,
    QUEUE_GPU,
    QUEUE_REPORTS,
    TASK_GRADE,
    TASK_RECORD_EVENTS,
    TASK_RECORD_MARK,
    TASK_RECORD_REPORT,
    TASK_RECORD_RETURN,
    TASK_RECORD_WORKER,
)
from grader.contract.dataset import (
    ClassCount,
    DataSheet,
    Histogram,
    Sample,
)
from grader.contract.events import (
    Event,
    EventBatch,
    EventKind,
    RunPhase,
)
from grader.contract.job import (
    BundleFile,
    GradeJob,
    SignedJob,
    signed_bytes,
)
from grader.contract.messages import (
    MalformedMessageError,
    Message,
)
from grader.contract.network import (
    DEAD,
    Layer,
)
from grader.contract.release import (
    RELEASE,
)
from grader.contract.report import (
    GradeReport,
    Remark,
    Robustness,
    StaffNotes,
)
from grader.contract.score import (
    CURVE_POINTS,
    CalibrationBin,
    CheckResult,
    ClassScore,
    ConfusedPair,
    Curve,
    ScoreCard,
)
from grader.contract.store import (
    STORE_PROBE,
    archive_path,
    blob_path,
)
from grader.contract.verdict import (
    UNCHARGED,
    Verdict,
    costs_a_try,
)
from grader.contract.worker import (
    JobReturn,
    ReturnCause,
    WorkerHello,
    WorkerState,
)

__all__ = [
    "CELERY_SETTINGS",
    "CURVE_POINTS",
    "DEAD",
    "HEARTBEAT_S",
    "LEASE_S",
    "QUEUE_CPU",
    "QUEUE_GPU",
    "QUEUE_REPORTS",
    "RELEASE",
    "STORE_PROBE",
    "TASK_GRADE",
    "TASK_RECORD_EVENTS",
    "TASK_RECORD_MARK",
    "TASK_RECORD_REPORT",
    "TASK_RECORD_RETURN",
    "TASK_RECORD_WORKER",
    "UNCHARGED",
    "BundleFile",
    "CalibrationBin",
    "CheckResult",
    "ClassCount",
    "ClassScore",
    "ConfusedPair",
    "Curve",
    "DataSheet",
    "Event",
    "EventBatch",
    "EventKind",
    "GradeJob",
    "GradeReport",
    "Histogram",
    "JobReturn",
    "Layer",
    "MalformedMessageError",
    "Message",
    "Remark",
    "ReturnCause",
    "Robustness",
    "RunPhase",
    "Sample",
    "ScoreCard",
    "SignedJob",
    "StaffNotes",
    "Verdict",
    "WorkerHello",
    "WorkerState",
    "archive_path",
    "blob_path",
    "costs_a_try",
    "signed_bytes",
]
