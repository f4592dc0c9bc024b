"""What graders tell counts once, with the attempt in force, and only if it makes sense."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from assignments.localized import Localized
from grader.contract import (
    LEASE_S,
    CalibrationBin,
    CheckResult,
    ConfusedPair,
    Curve,
    EventBatch,
    EventKind,
    GradeReport,
    Layer,
    MalformedMessageError,
    RunPhase,
    Verdict,
    WorkerHello,
)
from server.grading.in_force import current
from server.grading.models import State, Submission
from server.standings.models import Standing
from server.submissions.models import RunEvent
from server.submissions.queries import events_after, log_text
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.positions import live_slots
from server.submissions.queue.recording import OVERTAKEN, record_events, record_report
from server.submissions.queue.releasing import reconcile, release
from server.submissions.queue.silence import LEASE, Reading
from tests.server.builders import COURSE, NOON
from tests.server.submissions.builders import (
    SLUG,
    ZONE,
    a_batch,
    a_hello,
    a_report,
    a_share,
    a_submission,
    an_event,
    grading_of,
)
from tests.server.submissions.conftest import Course

pytestmark = pytest.mark.dialects

LATER = NOON + timedelta(seconds=10)


@pytest.fixture
def attempt(course: Course) -> str:
    """The attempt id of a released submission."""
    with course.database.write() as session:
        a_submission(session, course.anna)
        record_worker(session, a_hello(), NOON)
        return release(session, ZONE, NOON)[0].job.attempt_id


def grading_facts(course: Course, *names: str) -> list[Any]:
    with course.database.read() as session:
        grading = grading_of(session, session.scalars(select(Submission)).one())
        return [getattr(grading, name) for name in names]


def tell(course: Course, message: EventBatch | GradeReport | WorkerHello) -> str | None:
    """Record a message in a transaction of its own, after its way through JSON."""
    told = type(message).from_message(json.loads(json.dumps(message.to_message())))
    with course.database.write() as session:
        if isinstance(told, EventBatch):
            return record_events(session, told, LATER)
        if isinstance(told, GradeReport):
            return record_report(session, told, LATER)
        record_worker(session, told, LATER)
        return None


def test_first_sign_of_life_starts_the_run(course: Course, attempt: str):
    tell(course, a_batch(attempt, an_event(0, EventKind.STARTED, "grader-1")))
    assert grading_facts(course, "state", "worker", "started_at") == [State.RUNNING, "grader-1", LATER]


def test_heartbeat_extends_the_lease_and_leaves_no_row(course: Course, attempt: str):
    tell(course, a_batch(attempt, an_event(0, EventKind.HEARTBEAT)))
    assert grading_facts(course, "lease_until") == [LATER + timedelta(seconds=LEASE_S)]
    with course.database.read() as session:
        assert session.scalars(select(RunEvent)).all() == []


def test_batch_delivered_twice_counts_once(course: Course, attempt: str):
    batch = a_batch(attempt, an_event(0, EventKind.PHASE, RunPhase.TRAIN), an_event(1), an_event(2))
    for _ in range(2):
        tell(course, batch)
    tell(course, a_batch(attempt, an_event(2), an_event(3)))
    with course.database.read() as session:
        grading = current(session.scalars(select(Submission)).one())
        assert [event.seq for event in events_after(session, grading, 0)] == [0, 1, 2, 3]
        assert log_text(session, grading) == "line 1\nline 2\nline 3\n"


@pytest.mark.parametrize(("told", "kept"), [(9.996, 9.99), (0.004, 0.01), (7.125, 7.13), (12.0, 10.0)])
def test_points_are_kept_as_they_are_shown(course: Course, attempt: str, told: float, kept: float):
    """In hundredths, all or nothing only for who has that: what is shown of a run is what counts."""
    share = replace(a_share(0.9), points=told)
    tell(course, replace(a_report(attempt), public=share, private=share))
    assert grading_facts(course, "points", "private_points") == [kept, kept]
    with course.database.read() as session:
        row = session.get_one(Standing, (COURSE, SLUG, course.anna.id))
        assert (float(row.points), float(row.public_points)) == (kept, kept)


def test_loss_that_is_not_a_number_is_a_gap(course: Course, attempt: str):
    point = an_event(0, EventKind.POINT, epoch=1.0, loss=float("nan"), accuracy=float("inf"))
    tell(course, a_batch(attempt, point))
    with course.database.read() as session:
        [event] = session.scalars(select(RunEvent)).all()
        assert event.values == {"epoch": 1.0, "loss": None, "accuracy": None}


def test_text_that_databases_refuse_is_cleaned(course: Course, attempt: str):
    tell(course, a_batch(attempt, an_event(0, text="a\0b\ud800c")))
    with course.database.read() as session:
        [event] = session.scalars(select(RunEvent)).all()
        assert event.text == "a\ufffdb?c"


def test_report_ends_the_run(course: Course, attempt: str):
    tell(course, a_report(attempt, score=0.5))
    assert grading_facts(course, "state", "verdict", "points", "score") == ["done", "scored", 5.0, 0.5]


def test_private_share_is_kept_apart(course: Course, attempt: str):
    tell(course, a_report(attempt, score=0.5, private=0.25))
    [report, private] = grading_facts(course, "report", "private_share")
    assert private["points"] == 2.5
    assert "private" not in report
    assert attempt not in json.dumps(report)


def test_report_delivered_twice_changes_nothing(course: Course, attempt: str):
    assert tell(course, a_report(attempt, score=0.5)) is not None
    assert tell(course, a_report(attempt, score=0.9)) is None
    assert grading_facts(course, "points") == [5.0]


def lost(course: Course) -> None:
    """Nobody hears of the attempt for an hour, while everything that is sent is read."""
    late = NOON + timedelta(hours=1)
    with course.database.write() as session:
        assert reconcile(session, Reading(late - LEASE, late), late)


def test_late_report_of_a_lost_attempt_is_ignored(course: Course, attempt: str):
    lost(course)
    with course.database.write() as session:
        record_worker(session, a_hello(), NOON)
        [second] = release(session, ZONE, NOON)
    assert tell(course, a_report(attempt, score=1.0)) is None
    assert tell(course, a_batch(attempt, an_event(0))) is None
    assert tell(course, a_report(second.job.attempt_id, score=0.5)) is not None
    assert grading_facts(course, "points", "attempt") == [5.0, 2]


def test_late_report_counts_while_no_other_run_has_begun(course: Course, attempt: str):
    lost(course)
    assert tell(course, a_report(attempt, score=0.5)) is not None
    assert grading_facts(course, "state", "points", "attempt") == [State.DONE, 5.0, 1]


def test_run_that_is_heard_of_again_goes_on(course: Course, attempt: str):
    tell(course, a_batch(attempt, an_event(0)))
    lost(course)
    assert grading_facts(course, "state") == [State.WAITING]
    tell(course, a_batch(attempt, an_event(1)))
    assert grading_facts(course, "state", "not_before") == [State.RUNNING, None]


@pytest.fixture
def ended(course: Course, attempt: str) -> str:
    """The attempt id of a run that has ended."""
    tell(course, a_batch(attempt, an_event(0)))
    tell(course, a_report(attempt))
    return attempt


def seqs(course: Course) -> list[int]:
    with course.database.read() as session:
        return list(session.scalars(select(RunEvent.seq).order_by(RunEvent.seq)))


def test_events_that_the_report_has_overtaken_are_kept(course: Course, ended: str):
    before = grading_facts(course, "state", "lease_until", "finished_at", "points")
    tell(course, a_batch(ended, an_event(0), an_event(1), an_event(2, EventKind.HEARTBEAT)))
    assert seqs(course) == [0, 1]
    assert grading_facts(course, "state", "lease_until", "finished_at", "points") == before


def test_second_run_of_an_ended_attempt_adds_nothing(course: Course, ended: str):
    assert tell(course, replace(a_batch(ended, an_event(1)), worker="grader-2")) is None
    with course.database.write() as session:
        assert record_events(session, a_batch(ended, an_event(1)), LATER + OVERTAKEN) is None
    assert seqs(course) == [0]


def test_report_of_an_attempt_that_nobody_issued_is_ignored(course: Course, attempt: str):
    assert tell(course, a_report("made-up")) is None
    assert grading_facts(course, "state") == [State.RELEASED]


def test_fault_of_the_grader_is_tried_again(course: Course, attempt: str):
    tell(course, a_report(attempt, verdict=Verdict.GRADER_ERROR))
    assert grading_facts(course, "state", "verdict", "attempt") == [State.WAITING, None, 1]


def test_failure_of_the_student_is_final(course: Course, attempt: str):
    tell(course, a_report(attempt, verdict=Verdict.FAILED))
    assert grading_facts(course, "state", "verdict", "points") == [State.DONE, "failed", None]


@pytest.mark.parametrize(
    "changes",
    [
        {"points": float("nan")},
        {"points": -1.0},
        {"score": float("inf")},
        {"confusion_matrix": ((1, 2),)},
        {"confusion_matrix": ((1, 2), (3, "4"))},
        {"confusion_matrix": ((1,),)},
        {"roc": (Curve("0", (0.0, 1.0), (0.0,), 0.5),)},
        {"roc": (Curve("0", (0.0,) * 102, (0.0,) * 102, 0.5),)},
        {"precision_recall": (Curve("0", (0.0, 1.5), (0.0, 1.0), 0.5),)},
        {"precision_recall": (Curve("0", (), (), float("nan")),)},
        {"calibration": (CalibrationBin(0.5, 0.5, "7"),)},  # type: ignore[arg-type]
        {"confused": (ConfusedPair("0", 1, 2, 0.5),)},  # type: ignore[arg-type]
        {"checks": (CheckResult("a", 1, 10**400, True, Localized("", "")),)},
        {"checks": (CheckResult("a", 1, 1, 1, Localized("", "")),)},  # type: ignore[arg-type]
    ],
)
def test_numbers_that_no_run_can_have_are_refused(course: Course, attempt: str, changes: dict[str, Any]):
    report = replace(a_report(attempt), public=replace(a_share(0.5), **changes))
    with pytest.raises(MalformedMessageError):
        tell(course, report)
    assert grading_facts(course, "state") == [State.RELEASED]


@pytest.mark.parametrize(
    "changes",
    [
        {"versions": {"torch": 2}},
        {"timings": {"train": "long"}},
        {"classes": (0, 1)},
        {"layers": (Layer("a", "Linear", 1, float("inf")),)},
        {"layers": (Layer(7, "Linear", 1),)},  # type: ignore[arg-type]
        {"findings": (Localized("a", None),)},  # type: ignore[arg-type]
        {"notices": (Localized(1, "a"),)},  # type: ignore[arg-type]
    ],
)
def test_names_that_are_none_are_refused(course: Course, attempt: str, changes: dict[str, Any]):
    with pytest.raises(MalformedMessageError):
        tell(course, replace(a_report(attempt), **changes))


def test_worker_is_counted_by_its_last_hello(course: Course):
    for slots in (1, 3):
        tell(course, a_hello(slots=slots))
    with course.database.read() as session:
        assert live_slots(session, LATER) == {"grade.cpu": 3}
        assert live_slots(session, LATER + timedelta(seconds=31)) == {}
