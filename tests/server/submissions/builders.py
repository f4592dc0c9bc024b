"""Assignments, files, messages of graders: keyword defaults, one line each."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.localized import Localized
from grader.contract import (
    QUEUE_CPU,
    BundleFile,
    CalibrationBin,
    CheckResult,
    ClassScore,
    ConfusedPair,
    Curve,
    Event,
    EventBatch,
    EventKind,
    GradeReport,
    Layer,
    Remark,
    Robustness,
    ScoreCard,
    StaffNotes,
    Verdict,
    WorkerHello,
)
from server.grading.models import AssignmentVersion, Grading, PublishedAssignment, Submission
from server.person import Person
from server.submissions.hand_in import HandIn, hand_in
from server.submissions.models import Upload
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.recording import record_report
from server.submissions.queue.releasing import mark_sent, release
from server.touched_standings import touch
from tests.server.builders import COURSE, NOON

ZONE = ZoneInfo("Europe/Budapest")
SLUG = "digits"
SOURCE = b"def train(train_inputs, train_labels, *, seed):\n    return None\n"
TOML = """
slug = "{slug}"
kind = "{kind}"
title = {{ en = "Digits", hu = "Számjegyek" }}
summary = {{ en = "Read digits.", hu = "Olvasson számjegyeket." }}
opens = 2026-09-14T08:00:00
due = {due}
counts = "{counts}"
[late]
grace = "5m"
{late}
[limits]
wall = "60s"
per_day = {per_day}
upload_mib = {upload_mib}
trials_per_day = {trials}
files = {files}
{tables}
"""
HELD_OUT = """
[data]
load = "data.py:load"
classes = ["0", "1"]
[score]
metric = "accuracy"
public_share = 0.3
full_points_at = 0.97
zero_points_at = 0.10
points = 10
"""
PRIVATE = 0.27182
"""The private score of reports, which no student may see."""
CHECKED = """
[functions]
load = "checks.py:load"
[score]
points = 10
"""
DEFAULTS: Mapping[str, Any] = {
    "kind": "code",
    "due": "2026-10-25T23:59:59",
    "counts": "best",
    "late": "per_day = 0.10\nlast_day = 3",
    "per_day": 10,
    "upload_mib": 1,
    "trials": 20,
    "files": 5,
    "tables": HELD_OUT,
}


def an_assignment(
    session: Session, slug: str = SLUG, *, course_id: int = COURSE, **changes: object
) -> AssignmentVersion:
    """A published assignment."""
    toml = TOML.format(slug=slug, **(DEFAULTS | changes))
    version = AssignmentVersion(
        course_id=course_id,
        slug=slug,
        digest=sha256(toml.encode()).hexdigest(),
        toml=toml,
        handout_en="# Digits\n\nRead **digits**. <b>raw</b>",
        handout_hu="# Számjegyek\n\nOlvasson.",
        starter=[],
        published_at=NOON,
    )
    session.add(version)
    session.flush()
    session.merge(PublishedAssignment(course_id=course_id, slug=slug, version_id=version.id))
    touch(session, course_id, slug, None)
    return version


def a_file(content: bytes = SOURCE, name: str = "submission.py") -> BundleFile:
    """A file as if it lay in the store."""
    return BundleFile(name, sha256(content).hexdigest(), len(content))


def a_submission(
    session: Session,
    person: Person,
    *,
    slug: str = SLUG,
    now: datetime = NOON,
    content: bytes = SOURCE,
    key: str | None = None,
    keep: bool = True,
) -> Submission:
    """Something handed in; what waits already is run too, unless a test wants it replaced."""
    request = HandIn(slug, (a_file(content),), key, keep=keep)
    return hand_in(session, person, request, now=now, zone=ZONE)


def a_graded_submission(
    session: Session,
    person: Person,
    *,
    now: datetime = NOON,
    score: float = 0.5,
    told: Mapping[str, Any] | None = None,  # fields of the report that matter
    **facts: Any,  # noqa: ANN401
) -> Submission:
    """Something handed in that a grader has scored."""
    submission = a_submission(session, person, now=now, **facts)
    record_worker(session, a_hello(slots=1000), now)
    session.flush()
    for one in release(session, ZONE, now):
        mark_sent(session, one, now)
        report = replace(a_report(one.job.attempt_id, score=score), **told or {})
        record_report(session, report, now + timedelta(seconds=7))
    session.flush()
    return submission


def a_resting_upload(session: Session, person: Person, *, size: int = 1000, **facts: Any) -> Upload:  # noqa: ANN401
    """A file that is announced, and of which nothing has arrived."""
    told = {"slug": SLUG, "name": "submission.py", "received": 0, "created_at": NOON, "touched_at": NOON}
    upload = Upload(
        id=str(uuid4()), course_id=person.course_id, user_id=person.id, size=size, **(told | facts)
    )
    session.add(upload)
    session.flush()
    return upload


def grading_of(session: Session, submission: Submission) -> Grading:
    """Its only grading, read anew."""
    rows = select(Grading).where(Grading.submission_id == submission.id)
    return session.scalars(rows.execution_options(populate_existing=True)).one()


def a_hello(name: str = "grader-1", *, slots: int = 1, queue: str = QUEUE_CPU) -> WorkerHello:
    """A worker is alive."""
    return WorkerHello(name, queue, slots, {"torch": "2.13.0"})


def a_batch(attempt_id: str, *events: Event) -> EventBatch:
    """Events of an attempt."""
    return EventBatch(attempt_id, "grader-1", events)


def an_event(seq: int, kind: EventKind = EventKind.LOG, text: str = "", **values: float) -> Event:
    """One event."""
    return Event(seq, NOON.timestamp() + seq, kind, text or f"line {seq}", values)


def a_share(score: float, size: int = 10) -> ScoreCard:
    """The numbers of a share: two classes, `score` is the accuracy and leaves its mark in every part."""
    row = ClassScore("0", 0.5, 0.5, 0.5, 5, 3, 2, 2, 3)
    other = ClassScore("1", 0.5, 0.5, 0.5, 5, 3, 2, 2, 3)
    said = Localized(f"It was {score}.", f"Ennyi volt: {score}.")
    curve = Curve("0", (0.0, score, 1.0), (0.0, 1.0, 1.0), score)
    return ScoreCard(
        points=10 * score,
        score=score,
        metrics={"accuracy": score},
        per_class=(row, other),
        confusion_matrix=((3, 2), (2, 3)),
        size=size,
        confused=(ConfusedPair("0", "1", 2, score),),
        calibration=(CalibrationBin(0.9, score, size),),
        roc=(curve,),
        precision_recall=(curve,),
        checks=(CheckResult("gradient", score, 1, passed=False, text=said),),
    )


def a_report(
    attempt_id: str, *, verdict: Verdict = Verdict.SCORED, score: float = 0.5, private: float = PRIVATE
) -> GradeReport:
    """What came of a run."""
    scored = verdict is Verdict.SCORED
    return GradeReport(
        attempt_id=attempt_id,
        verdict=verdict,
        message="Your model was scored.",
        message_hu="A modell pontot kapott.",
        classes=("0", "1"),
        metric="accuracy",
        focus="1",
        public=a_share(score) if scored else None,
        private=a_share(private, 20) if scored else None,
        seed=3,
        timings={"train": 1.5, "total": 2.5},
        memory_mib=300.0,
        versions={"torch": "2.13.0"},
        layers=(Layer("conv1", "Conv2d", 416, 0.1, 0.58, 0.02, 0.5),),
        findings=(Localized("Gradients shrink 40-fold.", "A gradiens 40× kisebb."),),
        notices=(Localized("Two lines were left out.", "Két sor kimaradt."),),
        staff=StaffNotes(
            Robustness(0.03, private, private / 2),
            (Remark("table", f"A table of {private} numbers.", f"Egy táblázat: {private} szám."),),
        ),
    )


def an_upload(content: bytes = SOURCE, name: str = "submission.py") -> dict[str, Any]:
    """The data of a multipart request with one file."""
    return {"file": (io.BytesIO(content), name)}
