"""Hand-ins by staff for a student: as if the student had been there at that moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from server.errors import BadInput, KeyReused
from server.grading.models import Grading, State, Submission
from server.grading.published import in_force
from server.person import Person
from server.standings.decisions.deciding import DecisionAuthor
from server.standings.models import Decision, Standing
from server.standings.refusals import NoReason, Overtaken
from server.submissions.admission.allowance import allowances
from server.submissions.decisions.hand_in import hand_in_for
from server.submissions.hand_in import HandIn
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.recording import record_report
from server.submissions.queue.releasing import release
from tests.server.builders import COURSE, NOON
from tests.server.submissions.builders import SLUG, ZONE, a_file, a_hello, a_report, a_submission
from tests.server.submissions.conftest import Course

DUE = datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)
NOW = DUE + timedelta(days=20)


def handed(
    course: Course,
    arrived: datetime = NOON,
    *,
    reason: str = "came by mail",
    key: str | None = None,
    content: bytes = b"# by mail",
    seen: int | None = None,
    who: Person | None = None,
) -> str:
    author = DecisionAuthor(who or course.lecturer, NOW, reason, seen)
    request = HandIn(SLUG, (a_file(content),), key)
    with course.database.write() as session:
        return hand_in_for(session, course.anna, request, author, arrived=arrived, zone=ZONE).id


def grade(course: Course) -> Standing:
    """Run what waits; the standing of Anna afterwards."""
    with course.database.write() as session:
        record_worker(session, a_hello(), NOW)
        session.flush()
        for one in release(session, ZONE, NOW):
            record_report(session, a_report(one.job.attempt_id, private=0.5), NOW)
    with course.database.read() as session:
        return session.get_one(Standing, (COURSE, SLUG, course.anna.id))


def number_of(course: Course, table: type[Submission | Decision]) -> int:
    with course.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_it_is_the_students_hand_in_at_the_moment_it_came(course: Course):
    number = handed(course, DUE)
    with course.database.read() as session:
        made = session.get_one(Submission, number)
        assert (made.user_id, made.received_at) == (course.anna.id, DUE)
    row = grade(course)
    assert (row.points, row.late_by_s) == (Decimal(5), 0)


def test_lateness_follows_from_the_moment_it_came(course: Course):
    handed(course, DUE + timedelta(hours=5))
    assert grade(course).points == Decimal("4.5")


def test_it_is_written_down_who_did_so_and_why(course: Course):
    number = handed(course)
    with course.database.read() as session:
        [made] = session.scalars(select(Decision)).all()
        assert (made.kind, made.submission_id, made.reason) == ("hand-in", number, "came by mail")
        assert made.new == {"arrived": NOON.isoformat()}


def test_neither_the_deadline_nor_the_tries_refuse_it(course: Course):
    for number in range(12):
        handed(course, NOON + timedelta(minutes=number), content=b"# %d" % number)
    handed(course, NOW)


def test_it_costs_the_student_no_try(course: Course):
    handed(course)
    with course.database.write() as session:
        a_submission(session, course.anna)
        spec = in_force(session, COURSE, SLUG, ZONE).spec
        assert allowances(session, course.anna, [spec], now=NOON, zone=ZONE)[SLUG].tries == 9


def test_what_the_student_has_waiting_is_run_too(course: Course):
    with course.database.write() as session:
        a_submission(session, course.anna)
    handed(course)
    with course.database.read() as session:
        assert session.scalars(select(Grading.state)).all() == [State.WAITING, State.WAITING]


@pytest.mark.parametrize(
    "arrived", [NOW + timedelta(seconds=1), datetime(2026, 9, 14, 5, 59, 59, tzinfo=UTC)], ids=str
)
def test_impossible_moments_are_refused(course: Course, arrived: datetime):
    with pytest.raises(BadInput):
        handed(course, arrived)
    assert number_of(course, Submission) == 0


def test_without_a_reason_nothing_is_handed_in(course: Course):
    with pytest.raises(NoReason):
        handed(course, reason=" ")
    assert number_of(course, Submission) == 0


def test_same_form_sent_twice_hands_in_once(course: Course):
    assert handed(course, key="k") == handed(course, key="k")
    assert (number_of(course, Submission), number_of(course, Decision)) == (1, 1)
    with pytest.raises(KeyReused):
        handed(course, key="k", content=b"# other")


def test_who_was_overtaken_hands_nothing_in(course: Course):
    handed(course)
    with pytest.raises(Overtaken):
        handed(course, seen=0, content=b"# other")
    assert number_of(course, Submission) == 1
