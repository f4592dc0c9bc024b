"""A grader in wrong hands: it can spoil the runs that it holds, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.contract import (
    RELEASE,
    BundleFile,
    EventBatch,
    EventKind,
    GradeJob,
    JobReturn,
    MalformedMessageError,
    ReturnCause,
    Verdict,
    WorkerState,
)
from grader.signing import ForgedJobError, new_signing_key, sign, verified
from server.broker import moment_of_mark, send_mark
from server.grading.models import Grading, State, Submission
from server.notifications import Notifier
from server.submissions import recorder as recording_program
from server.submissions.models import Loss, RunEvent, Worker
from server.submissions.queue.grader_overview import grader_cards
from server.submissions.queue.grader_records import (
    MOST_KNOWN,
    MOST_SLOTS,
    OTHER_RELEASE,
    process_id,
    read_hello,
    record_worker,
)
from server.submissions.queue.losses import LONGEST_PAUSE
from server.submissions.queue.positions import WORKER_SEEN, live_slots
from server.submissions.queue.recording import (
    EVENTS_AT_ONCE,
    reading_of,
    record_events,
    record_report,
    record_return,
)
from server.submissions.queue.releasing import LONGEST_RELEASE, reconcile, release
from server.submissions.queue.sanitizing import bounded
from server.submissions.queue.silence import LEASE, Reading
from server.submissions.recorder import Recorder
from tests.server.submissions.builders import (
    NOON,
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

DEAD = "redis://127.0.0.1:1/0"  # nobody listens there
GOOD = replace(a_hello("good"), process="the secret of the good one")
EVIL = replace(a_hello("evil"), process="the secret of the evil one")


@dataclass(frozen=True, slots=True)
class Runs:
    """Two runs: one that the evil grader holds, and one that the good one holds."""

    course: Course
    held: str  # attempt ids
    others: str
    others_submission: str

    def grading(self, attempt_id: str) -> Grading | None:
        with self.course.database.read() as session:
            return session.query(Grading).filter_by(attempt_id=attempt_id).one_or_none()

    def of_others(self) -> Grading:
        with self.course.database.read() as session:
            return grading_of(session, session.get_one(Submission, self.others_submission))


@pytest.fixture
def runs(course: Course) -> Runs:
    with course.database.write() as session:
        record_worker(session, GOOD, NOON)
        record_worker(session, EVIL, NOON)
        a_submission(session, course.anna, now=NOON)
        a_submission(session, course.bela, now=NOON, content=b"of somebody else")
    with course.database.write() as session:
        held, others = release(session, ZONE, NOON)
        for one, hello in ((held, EVIL), (others, GOOD)):
            batch = replace(
                a_batch(one.job.attempt_id, an_event(0)), worker=hello.name, process=hello.process
            )
            record_events(session, batch, NOON)
    return Runs(course, held.job.attempt_id, others.job.attempt_id, others.submission_id)


def state_of(course: Course, name: str) -> list[tuple[str, str]]:
    with course.database.read() as session:
        return [
            (str(card.state), card.reason) for card in grader_cards(session, NOON).cards if card.name == name
        ]


def test_points_above_the_assignments_are_cut(runs: Runs):
    report = replace(
        a_report(runs.held),
        public=replace(a_share(1.0), points=1e6),
        private=replace(a_share(1.0), points=1e9),
    )
    with runs.course.database.write() as session:
        record_report(session, report, NOON)
    grading = runs.grading(runs.held)
    assert grading is not None
    assert grading.points == 10
    assert grading.report is not None
    assert grading.report["points"] == 10
    assert grading.private_share is not None
    assert grading.private_share["points"] == 10


@given(points=st.floats(0, 1e308, allow_nan=False), private=st.floats(0, 1e308), most=st.floats(0.01, 10_000))
def test_no_share_has_ever_more_points_than_the_assignment(points: float, private: float, most: float):
    report = replace(
        a_report("x"),
        public=replace(a_share(1.0), points=points),
        private=replace(a_share(1.0), points=private),
    )
    found = bounded(report, most)
    assert found.public is not None
    assert found.private is not None
    assert (found.public.points <= most, found.private.points <= most) == (True, True)


@given(points=st.floats(0, 10))
def test_points_are_kept_in_hundredths_and_the_ends_are_earned(points: float):
    share = bounded(replace(a_report("x"), public=replace(a_share(1.0), points=points)), 10.0).public
    assert share is not None
    assert share.points == round(share.points, 2) == pytest.approx(points, abs=0.01)
    assert (share.points == 10, share.points == 0) == (points == 10, points == 0)


@pytest.mark.parametrize("guess", ["", "x", "0", "%", "' OR 1=1 --"])
def test_run_of_others_is_out_of_reach_without_its_key(runs: Runs, guess: str):
    before = runs.of_others()
    with runs.course.database.write() as session:
        for attempt in (guess, before.submission_id, str(before.id)):
            assert record_report(session, a_report(attempt), NOON) is None
            assert record_return(session, JobReturn(attempt, "good", ReturnCause.LOST, "x"), NOON) is None
            assert record_events(session, a_batch(attempt, an_event(1)), NOON) is None
    after = runs.of_others()
    assert (after.state, after.attempt_id, after.losses) == (State.RUNNING, runs.others, 0)


def test_job_cannot_be_changed_and_passed_on():
    key = new_signing_key()
    job = GradeJob("attempt-1", "digits", "d" * 64, (BundleFile("a.py", "e" * 64, 1),), 1, "5e" * 32)
    signed = sign(job, key)
    body = json.loads(signed.body) | {"files": [], "slug": "another"}
    with pytest.raises(ForgedJobError):
        verified(replace(signed, body=json.dumps(body)), [key.public_key()])
    with pytest.raises(ForgedJobError):
        verified(sign(job, new_signing_key()), [key.public_key()])


@pytest.mark.parametrize("state", [WorkerState.STOPPED, WorkerState.UNFIT, WorkerState.READY])
@pytest.mark.parametrize(
    "process", ["", "a guess", process_id(GOOD.process)], ids=["none", "guess", "its id"]
)
def test_nobody_speaks_for_another_grader(runs: Runs, state: WorkerState, process: str):
    """Not even with what the database and the pages call it by."""
    forged = replace(GOOD, process=process, state=state, queue="grade.gpu", reason="sick", slots=0)
    with runs.course.database.write() as session:
        record_worker(session, forged, NOON)
    assert ("ready", "") in state_of(runs.course, "good")
    with runs.course.database.read() as session:
        assert live_slots(session, NOON)["grade.cpu"] == 2


def test_grader_that_signs_off_in_anothers_name_excuses_no_loss_of_it(runs: Runs):
    """A run is lost without cost only if its own grader said that it stops."""
    with runs.course.database.write() as session:
        record_worker(session, replace(GOOD, process="a guess", state=WorkerState.STOPPED), NOON)
    later = NOON + 2 * LEASE
    with runs.course.database.write() as session:
        reconcile(session, Reading(later - LEASE, later), later)
        counted = {loss.worker: loss.counts for loss in session.query(Loss)}
    assert counted["good"] is True


def test_forged_hello_takes_no_loss_back(runs: Runs):
    later = NOON + 2 * LEASE
    with runs.course.database.write() as session:
        reconcile(session, Reading(later - LEASE, later), later)
    with runs.course.database.write() as session:
        record_worker(session, replace(GOOD, process="a guess"), later)
    assert runs.of_others().losses == 1
    with runs.course.database.write() as session:
        record_worker(session, GOOD, later)
    assert runs.of_others().losses == 0


def test_slots_are_bounded_and_so_is_the_number_of_graders(runs: Runs):
    with runs.course.database.write() as session:
        record_worker(session, replace(EVIL, slots=2**31), NOON)
        session.add_all(
            Worker(process=f"{n:032}", name="x", queue="grade.gpu", slots=0, versions={}, last_seen_at=NOON)
            for n in range(MOST_KNOWN - 2)
        )
    with runs.course.database.write() as session:
        record_worker(session, replace(EVIL, process="one more"), NOON)
        record_worker(session, GOOD, NOON + timedelta(seconds=1))
    with runs.course.database.read() as session:
        assert session.query(Worker).count() == MOST_KNOWN
        assert live_slots(session, NOON)["grade.cpu"] == MOST_SLOTS + 1
    assert state_of(runs.course, "good") == [("ready", "")]


def test_graders_that_were_never_more_than_a_hello_make_room_for_real_ones(runs: Runs):
    """It starts, or says so, again and again: whoever starts afterwards is counted all the same."""
    with runs.course.database.write() as session:
        for number in range(MOST_KNOWN + 5):
            record_worker(session, replace(EVIL, process=f"start {number}"), NOON)
        later = NOON + WORKER_SEEN + timedelta(seconds=1)
        record_worker(session, replace(GOOD, process="a new start"), later)
        assert live_slots(session, later) == {"grade.cpu": 1}


def test_more_events_than_a_grader_sends_are_dropped(runs: Runs):
    """A database takes no statement of so many parts, and the recorder would try it for ever."""
    events = [an_event(number) for number in range(EVENTS_AT_ONCE + 1)]
    with runs.course.database.write() as session, pytest.raises(MalformedMessageError):
        record_events(session, a_batch(runs.held, *events), NOON)


def test_message_that_no_database_takes_is_dropped_while_the_database_answers(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
):
    def too_much(session: Session, batch: EventBatch, _now: datetime) -> str | None:
        numbers = range(70_000 if session.get_bind().dialect.name == "postgresql" else 300_000)
        session.execute(select(RunEvent).where(RunEvent.seq.in_(list(numbers)))).all()
        return batch.attempt_id

    monkeypatch.setattr(recording_program, "record_events", too_much)
    monkeypatch.setattr(recording_program, "LONGEST_PAUSE_S", 0.01)
    recorder = Recorder(runs.course.database, Notifier(DEAD), lambda: NOON, secret_keys=("key",))
    recorder.events(a_batch(runs.held, an_event(1)).to_message())


@pytest.mark.parametrize("mark", [None, 1.0, "", "1793527200.0", "1793527200.0.c2lnbmF0dXJl"])
def test_only_the_server_makes_marks(runs: Runs, mark: object):
    """Marks of a later time would have the runs of others taken for lost, odd ones nobody's."""
    recorder = Recorder(runs.course.database, Notifier(DEAD), lambda: NOON, secret_keys=("key",))
    for message in ({"mark": mark}, {"at": NOON.timestamp() + 60}):
        recorder.mark(message)
    with runs.course.database.read() as session:
        assert reading_of(session) is None


def test_marks_signed_with_the_key_of_before_are_read(runs: Runs):
    sent: list[dict[str, object]] = []

    class App:
        def send_task(self, _name: str, args: list[dict[str, object]], **_options: object) -> None:
            sent.extend(args)

    send_mark(App(), NOON, ("old",))  # type: ignore[arg-type]
    assert moment_of_mark(sent[0], ("new", "old")) == NOON
    with pytest.raises(ValueError, match="not signed"):
        moment_of_mark(sent[0], ("new",))


def test_run_of_others_ends_well_whatever_the_evil_one_does(runs: Runs):
    """It keeps what it holds for ever, and lies about all else."""
    now = NOON
    for second in range(0, 600, 10):
        now = NOON + timedelta(seconds=second)
        with runs.course.database.write() as session:
            record_events(session, replace(a_batch(runs.held), worker="good", process="a guess"), now)
            record_worker(session, replace(GOOD, process=f"guess {second}", state=WorkerState.UNFIT), now)
            record_worker(session, GOOD, now)
            batch = a_batch(runs.others, an_event(second + 1, EventKind.LOG))
            record_events(session, replace(batch, worker="good", process=GOOD.process), now)
            reconcile(session, Reading(NOON - LEASE, now), now)
    with runs.course.database.write() as session:
        record_report(session, a_report(runs.others), now)
    assert (runs.of_others().state, runs.of_others().verdict) == (State.DONE, Verdict.SCORED)


def test_jobs_that_it_hides_go_to_others_in_the_end(course: Course):
    """It takes them from the queue and says nothing."""
    with course.database.write() as session:
        record_worker(session, GOOD, NOON)
        a_submission(session, course.anna, now=NOON)
    with course.database.write() as session:
        [taken] = release(session, ZONE, NOON)
    later = NOON + LONGEST_RELEASE + LONGEST_PAUSE
    with course.database.write() as session:
        reconcile(session, Reading(later - LEASE, later), later)
        record_worker(session, GOOD, later)
        [again] = release(session, ZONE, later)
    assert again.grading_id == taken.grading_id
    assert again.job.attempt_id != taken.job.attempt_id


OLD = {"name": "old", "queue": "grade.cpu", "slots": 1, "versions": {}, "process": "p", "state": "ready"}


@pytest.mark.parametrize(
    "message",
    [
        OLD | {"reason": ""},
        OLD | {"release": "0123456789abcdef"},
        {"name": "old", "release": "of next year", "capabilities": ["lab"]},
    ],
    ids=["before there were releases", "another", "of a shape that nobody knows yet"],
)
def test_grader_of_another_release_takes_no_jobs_and_staff_see_why(
    course: Course, message: dict[str, object]
):
    with course.database.write() as session:
        record_worker(session, read_hello(message), NOON)
    assert state_of(course, "old") == [("unfit", OTHER_RELEASE)]
    with course.database.read() as session:
        assert live_slots(session, NOON) == {}


@pytest.mark.parametrize("message", [{}, {"name": ""}, {"name": 7}, OLD | {"release": RELEASE, "slots": "x"}])
def test_hello_that_says_nothing_is_none(message: dict[str, object]):
    with pytest.raises(MalformedMessageError):
        read_hello(message)
