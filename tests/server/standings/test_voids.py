"""What is void stays so in whatever way its content is run again."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from server.grading.models import Regrade
from server.grading.published import in_force
from server.standings.decisions import deciding
from server.submissions.reruns.regrades import RegradeAuthor as Regrader
from server.submissions.reruns.regrades import apply_regrade, start_regrade
from tests.server.builders import COURSE, NOON
from tests.server.standings.cases import by, done, done_to, ended_by_our_fault, handed_in, run_all, standing
from tests.server.submissions.builders import SLUG, ZONE, an_assignment
from tests.server.submissions.conftest import Course

LATER = NOON + timedelta(hours=1)
COPIED = b"# copied"


def nothing_counts(course: Course) -> bool:
    row = standing(course.database, course.anna)
    return row is None or (row.submission_id is None and row.points in {None, Decimal(0)})


def graded_anew(course: Course, now: datetime) -> None:
    """A regrade of all, applied."""
    with course.database.write() as session:
        published = in_force(session, COURSE, SLUG, ZONE)
        number = start_regrade(session, published, None, Regrader(None, now, "a wrong test set")).id
    run_all(course, now)
    with course.database.write() as session:
        apply_regrade(session, session.get_one(Regrade, number), Regrader(None, now))


def test_void_holds_for_the_same_content_with_a_new_version(course: Course):
    first = handed_in(course, COPIED)
    run_all(course, NOON)
    done_to(course, deciding.void, first, by(course.lecturer))
    done(course, an_assignment, per_day=11)  # it is run again, for results are not comparable
    handed_in(course, COPIED, LATER)
    assert run_all(course, LATER) == 1
    assert nothing_counts(course)


def test_void_holds_for_another_run_of_the_same_content(course: Course):
    """The first run ended by our fault, so the same content had another; a regrade brings the first back."""
    ended_by_our_fault(course, handed_in(course, COPIED))
    second = handed_in(course, COPIED, LATER)
    run_all(course, LATER)
    done_to(course, deciding.void, second, by(course.lecturer))
    graded_anew(course, LATER)
    assert nothing_counts(course)


def test_void_that_is_taken_back_counts_for_all_with_the_content(course: Course):
    first = handed_in(course, COPIED)
    run_all(course, NOON)
    done_to(course, deciding.void, first, by(course.lecturer))
    done(course, an_assignment, per_day=11)
    second = handed_in(course, COPIED, LATER)
    run_all(course, LATER)
    done_to(course, deciding.void, second, by(course.lecturer), back=True)
    row = standing(course.database, course.anna)
    assert row is not None
    assert row.submission_id == second


def test_void_of_one_content_leaves_another(course: Course):
    first = handed_in(course, COPIED)
    run_all(course, NOON)
    done_to(course, deciding.void, first, by(course.lecturer))
    handed_in(course, b"# own", LATER)
    run_all(course, LATER)
    assert not nothing_counts(course)
