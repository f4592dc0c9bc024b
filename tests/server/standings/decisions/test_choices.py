"""Which hand-in counts, where the student says it: until their own last moment, staff at any time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from server.courses.models import Course as CourseRow
from server.deadlines.models import Extension
from server.errors import BadInput, NotFound
from server.grading.models import Submission
from server.grading.published import in_force
from server.person import Person
from server.standings.decisions.choices import choose, chosen
from server.standings.decisions.deciding import DecisionAuthor, void
from server.standings.models import Decision
from server.standings.refusals import ChoiceOver, NoReason, NothingToTakeBack
from server.submissions.queue.cancellation import cancel
from server.submissions.reader import Reader
from server.submissions.staff_decisions import choice_of, decisions_on
from server.touched_standings import touch
from tests.server.builders import COURSE, NOON
from tests.server.standings.cases import about, by, counts, decisions, done_to, scored
from tests.server.submissions.builders import SLUG, ZONE, a_submission, an_assignment
from tests.server.submissions.conftest import Course

CLOSES = datetime(2026, 10, 28, 23, 4, 59, tzinfo=UTC)  # the last late day with its grace


@pytest.fixture
def free(course: Course) -> Course:
    """The course, its assignment left to the choice of the student."""
    publish(course)
    return course


def publish(course: Course, late: str = "per_day = 0.10\nlast_day = 3") -> None:
    with course.database.write() as session:
        an_assignment(session, late=late, counts="chosen")


def picked(
    course: Course, number: str | None, now: datetime = NOON, who: Person | None = None, reason: str = ""
) -> Decision:
    with course.database.write() as session:
        spec = in_force(session, COURSE, SLUG, ZONE).spec
        return choose(
            session, spec, about(course.anna), number, DecisionAuthor(who or course.anna, now, reason)
        )


def test_student_chooses_the_lower_one(free: Course):
    first = scored(free, 0.5)
    scored(free, 0.9, minutes=5)
    assert counts(free) == Decimal(9), "the last on time, by itself"
    picked(free, first)
    assert counts(free) == Decimal(5)
    picked(free, None)
    assert counts(free) == Decimal(9)


def test_choice_is_written_down_with_what_was_chosen_before(free: Course):
    first, second = scored(free, 0.5), scored(free, 0.9, minutes=5)
    picked(free, first)
    picked(free, second)
    with free.database.read() as session:
        old, new = decisions(session)
        assert (old.old, old.new) == ({"submission": None}, {"submission": first})
        assert (new.old, new.new) == ({"submission": first}, {"submission": second})
        assert new.decided_by == free.anna.id
        assert chosen(session, about(free.anna)) == second


def test_student_chooses_until_the_end_of_their_last_second(free: Course):
    first = scored(free)
    picked(free, first, CLOSES)
    with pytest.raises(ChoiceOver):
        picked(free, None, CLOSES + timedelta(seconds=1))


def test_extension_lets_the_student_choose_longer(free: Course):
    first = scored(free)
    with free.database.write() as session:
        due = datetime(2026, 11, 1, 22, 59, 59, tzinfo=UTC)
        whom = {"course_id": COURSE, "slug": SLUG, "user_id": free.anna.id}
        facts = {"due": due, "replaces": False, "reason": "ill", "granted_at": NOON}
        session.add(Extension(**whom, **facts))
        touch(session, COURSE, SLUG, free.anna.id)
    picked(free, first, CLOSES + timedelta(days=2))


def test_tokens_let_the_student_choose_longer(course: Course):
    publish(course, "per_day = 0.10\nlast_day = 3\ntokens = 1")
    with course.database.write() as session:
        session.execute(update(CourseRow).values(tokens_per_term=1))
    first = scored(course)
    picked(course, first, CLOSES + timedelta(hours=20))
    with pytest.raises(ChoiceOver):
        picked(course, None, CLOSES + timedelta(hours=26))


def test_nobody_chooses_by_private_results(course: Course):
    """An extension may go on when the results of all others are told."""
    with course.database.write() as session:
        an_assignment(session, counts="chosen", due="2026-10-25T23:59:59\nreveal = 2026-10-26T12:00:00")
    first = scored(course)
    picked(course, first, NOON)
    with pytest.raises(ChoiceOver):
        picked(course, None, datetime(2026, 10, 26, 12, tzinfo=UTC))


def test_staff_choose_for_the_student_at_any_time_and_say_why(free: Course):
    first = scored(free, 0.5)
    scored(free, 0.9, minutes=5)
    with pytest.raises(NoReason):
        picked(free, first, CLOSES + timedelta(days=9), free.lecturer)
    picked(free, first, CLOSES + timedelta(days=9), free.lecturer, "he asked in time")
    assert counts(free) == Decimal(5)


def test_nothing_of_others_is_chosen(free: Course):
    with free.database.write() as session:
        theirs = a_submission(session, free.bela).id
        an_assignment(session, "other")
        elsewhere = a_submission(session, free.anna, slug="other").id
    for number in (theirs, elsewhere, "nonsense"):
        with pytest.raises(NotFound):
            picked(free, number)


def test_void_hand_in_cannot_be_chosen(free: Course):
    first = scored(free)
    done_to(free, void, first, by(free.lecturer))
    with pytest.raises(BadInput):
        picked(free, first)


def test_what_came_after_the_end_cannot_be_chosen(course: Course):
    publish(course, 'per_day = 0.1\nlast_day = 1\nafter = "practice"')
    scored(course)
    practice = scored(course, 0.9, minutes=60 * 24 * 40)
    with pytest.raises(BadInput, match="does not count"):
        picked(course, practice, NOON + timedelta(days=41), course.lecturer, "he asked for it")


def test_cancelled_hand_in_cannot_be_chosen(free: Course):
    with free.database.write() as session:
        number = a_submission(session, free.anna).id
    done_to(free, cancel, number, by(free.lecturer))
    with pytest.raises(BadInput):
        picked(free, number)


def test_nothing_is_offered_that_cannot_be_chosen(course: Course):
    publish(course, 'per_day = 0.1\nlast_day = 1\nafter = "practice"')
    first = scored(course)
    copied, practice = scored(course, 0.8, minutes=5), scored(course, 0.9, minutes=60 * 24 * 40)
    done_to(course, void, copied, by(course.lecturer))
    reader = Reader(course.anna, "en", ZONE, NOON)
    with course.database.read() as session:
        card = choice_of(session, in_force(session, COURSE, SLUG, ZONE).spec, reader)
        pages = {
            number: decisions_on(session, session.get_one(Submission, number), reader)
            for number in (first, copied, practice)
        }
    assert card is not None
    assert [one.id for one in card.options] == [first]
    assert [page.may_choose for page in pages.values()] == [True, False, False]


def test_nothing_is_taken_back_that_was_not_chosen(free: Course):
    scored(free)
    with pytest.raises(NothingToTakeBack):
        picked(free, None)


def test_where_the_rule_says_it_nobody_chooses(course: Course):
    first = scored(course)
    with pytest.raises(BadInput):
        picked(course, first)
