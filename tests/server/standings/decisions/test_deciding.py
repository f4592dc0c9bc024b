"""Decisions of staff: what each does to what counts, who is refused, and who hears of whom."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import update

from server.courses.models import Course as CourseRow
from server.errors import BadInput, Refusal
from server.standings.decisions import deciding
from server.standings.decisions.records import decided, student_decisions
from server.standings.refusals import NoReason, NothingToTakeBack, Overtaken
from server.standings.states import StandingState
from tests.server.builders import COURSE, NOON
from tests.server.standings.cases import (
    MOST,
    about,
    by,
    counts,
    decisions,
    done,
    done_to,
    handed_in,
    newest,
    number_of_decisions,
    run_all,
    scored,
    standing,
)
from tests.server.submissions.builders import SLUG, a_submission, an_assignment
from tests.server.submissions.conftest import Course

ABOUT_A_HAND_IN = ("void", "return_try")


def override(course: Course, points: str | None, **options: Any) -> None:  # noqa: ANN401
    value = None if points is None else Decimal(points)
    done(course, deciding.override, about(course.anna), by(course.lecturer, **options), value, MOST)


def state(course: Course) -> str | None:
    row = standing(course.database, course.anna)
    return row.state if row else None


def test_points_that_are_set_count(course: Course):
    scored(course)
    override(course, "7.25")
    assert counts(course) == Decimal("7.25")


def test_points_can_be_set_for_who_handed_in_nothing(course: Course):
    override(course, "3")
    assert (counts(course), state(course)) == (Decimal(3), StandingState.SCORED)


def test_points_that_are_set_survive_a_better_hand_in(course: Course):
    scored(course)
    override(course, "2")
    scored(course, 0.9, minutes=5)
    assert counts(course) == Decimal(2)


def test_points_that_are_taken_back_are_computed_again(course: Course):
    scored(course)
    override(course, "7.25")
    override(course, None)
    assert counts(course) == Decimal(5)


@pytest.mark.parametrize("points", ["-0.01", "10.01", "1.005", "NaN", "Infinity", "1E-400", "1E+400"])
def test_impossible_points_are_refused_and_change_nothing(course: Course, points: str):
    scored(course)
    with pytest.raises(BadInput):
        override(course, points)
    assert (counts(course), number_of_decisions(course)) == (Decimal(5), 0)


@pytest.mark.parametrize("points", ["0", "10", "9.99", "1E+1", "7.250"])
def test_all_that_can_be_given_is_taken(course: Course, points: str):
    override(course, points)
    assert counts(course) == Decimal(points)


def test_who_is_excused_has_no_points(course: Course):
    scored(course)
    done(course, deciding.excuse, about(course.anna), by(course.lecturer))
    assert (counts(course), state(course)) == (None, StandingState.EXCUSED)
    done(course, deciding.excuse, about(course.anna), by(course.lecturer), back=True)
    assert (counts(course), state(course)) == (Decimal(5), StandingState.SCORED)


def test_what_staff_decide_hands_its_tokens_back(course: Course):
    """Where points are set no token can help: those that it took are for the next assignment."""
    late = "per_day = 0.5\nlast_day = 2\ntokens = 2\n"
    with course.database.write() as session:
        session.execute(update(CourseRow).values(tokens_per_term=2))
        an_assignment(session, "first", late=late, due="2026-10-05T23:59:59")
        an_assignment(session, "second", late=late, due="2026-10-12T23:59:59")
    for slug, day in (("first", 6), ("second", 13)):
        handed_in(course, b"# a", NOON + timedelta(days=day), slug=slug)
        run_all(course, NOON + timedelta(days=day))
    assert tokens(course) == [2, 0]
    done(course, deciding.excuse, about(course.anna, "first"), by(course.lecturer))
    assert tokens(course) == [0, 2]


def tokens(course: Course) -> list[int]:
    """Those that Anna has used for the first and the second assignment."""
    rows = [standing(course.database, course.anna, slug) for slug in ("first", "second")]
    return [row.tokens for row in rows if row]


def test_zero_gives_nothing_until_it_is_taken_back(course: Course):
    scored(course)
    done(course, deciding.zero, about(course.anna), by(course.lecturer))
    assert (counts(course), state(course)) == (Decimal(0), StandingState.ZERO)
    done(course, deciding.zero, about(course.anna), by(course.lecturer), back=True)
    assert counts(course) == Decimal(5)


def test_void_hand_in_leaves_the_next_best(course: Course):
    scored(course)
    best = scored(course, 0.9, minutes=5)
    done_to(course, deciding.void, best, by(course.lecturer))
    assert counts(course) == Decimal(5)
    done_to(course, deciding.void, best, by(course.lecturer), back=True)
    assert counts(course) == Decimal(9)


@pytest.mark.parametrize("verb", ["excuse", "zero", "override", "void", "return_try", "withdraw"])
def test_only_what_is_in_force_is_taken_back(course: Course, verb: str):
    number = scored(course)
    done(course, deciding.note, about(course.anna), by(course.lecturer))
    with pytest.raises(NothingToTakeBack):
        take_back(course, verb, number)
    assert number_of_decisions(course) == 1


def take_back(course: Course, verb: str, number: str) -> None:
    """Whatever this verb has never done."""
    if verb == "override":
        override(course, None)
    elif verb == "withdraw":
        done(course, deciding.withdraw, about(course.bela), by(course.lecturer), newest(course))
    elif verb in ABOUT_A_HAND_IN:
        done_to(course, getattr(deciding, verb), number, by(course.lecturer), back=True)
    else:
        done(course, getattr(deciding, verb), about(course.anna), by(course.lecturer), back=True)


def test_excuse_is_not_taken_back_as_points(course: Course):
    done(course, deciding.excuse, about(course.anna), by(course.lecturer))
    with pytest.raises(NothingToTakeBack):
        override(course, None)
    assert state(course) == StandingState.EXCUSED


@pytest.mark.parametrize("reason", ["", " \n\t", "x" * 2001])
def test_without_a_good_reason_nothing_changes(course: Course, reason: str):
    scored(course)
    with pytest.raises(BadInput):
        override(course, "7", reason=reason)
    assert (counts(course), number_of_decisions(course)) == (Decimal(5), 0)
    assert issubclass(NoReason, BadInput)


def test_decision_keeps_what_counted_before(course: Course):
    scored(course)
    override(course, "7.5")
    with course.database.read() as session:
        [made] = decisions(session)
        assert made.old == {"state": "scored", "points": "2.72", "public_points": "5.00"}
        assert made.new == {"points": "7.50"}
        assert (made.decided_by, made.reason) == (course.lecturer.id, "because")


def test_second_of_two_who_decide_is_refused_and_hears_of_the_first(course: Course):
    seen = newest(course)
    override(course, "7", seen=seen, reason="his mother called")
    with pytest.raises(Overtaken) as refused:
        override(course, "3", seen=seen)
    said = str(refused.value.detail)
    assert "Dr. Kovács Éva" in said
    assert "7 points" in said
    assert "his mother called" in said
    assert counts(course) == Decimal(7)
    override(course, "3", seen=newest(course))
    assert counts(course) == Decimal(3)


VERBS = ("override", "excuse", "zero", "comment", "note", "void", "return_try")


@pytest.mark.parametrize("verb", VERBS)
def test_every_decision_hears_of_the_one_before_it(course: Course, verb: str):
    number, seen = scored(course), newest(course)
    done(course, deciding.note, about(course.anna), by(course.lecturer))
    with pytest.raises(Overtaken):
        decide(course, verb, number, seen)
    assert number_of_decisions(course) == 1


def decide(course: Course, verb: str, number: str, seen: int) -> None:
    author = by(course.lecturer, seen=seen)
    if verb == "override":
        override(course, "7", seen=seen)
    elif verb in ABOUT_A_HAND_IN:
        done_to(course, getattr(deciding, verb), number, author)
    else:
        done(course, getattr(deciding, verb), about(course.anna), author)


@pytest.mark.parametrize("round_", range(3))
def test_of_two_at_the_same_moment_one_decides(course: Course, round_: int):
    """Two sessions, two threads, begun together: one decision is made, and the other one is told of it."""
    scored(course, 0.5 + round_ / 100)
    seen, together = newest(course), Barrier(2)

    def decide(points: str) -> str:
        together.wait(10)
        try:
            override(course, points, seen=seen)
        except Refusal as refusal:
            return refusal.slug
        return points

    with ThreadPoolExecutor(2) as pool:
        came = sorted(pool.map(decide, ("1", "2")))
    assert came[1] == "overtaken"
    assert counts(course) == Decimal(came[0])
    assert number_of_decisions(course) == 1


def test_who_decides_waits_for_no_hand_in_and_no_hand_in_for_them(course: Course):
    """Each would hold what the other one waits for, and PostgreSQL would end one of them as a deadlock."""
    if course.database.engine.dialect.name == "sqlite":
        pytest.skip("there is one writer at a time")
    with ThreadPoolExecutor(1) as pool, course.database.write() as session:
        a_submission(session, course.anna)
        pool.submit(override, course, "7").result(timeout=5)
    assert counts(course) == Decimal(7)


def test_comment_is_read_by_the_student_until_it_is_taken_back(course: Course):
    made = done(course, deciding.comment, about(course.anna), by(course.lecturer, "well done"))
    with course.database.read() as session:
        [card] = student_decisions(session, COURSE, course.anna.id, ())[SLUG]
        assert (card.reason, str(card.by)) == ("well done", "staff")
    done(course, deciding.withdraw, about(course.anna), by(course.lecturer, "not yours"), made.id)
    with course.database.read() as session:
        [card] = student_decisions(session, COURSE, course.anna.id, ())[SLUG]
        assert (card.reason, str(card.words)) == ("not yours", "comment taken back")
        read_by_staff = decided(session, COURSE, course.anna.id)[SLUG].cards
        assert [(one.reason, one.withdrawn) for one in read_by_staff] == [
            ("not yours", False),
            ("well done", True),
        ]
    with pytest.raises(NothingToTakeBack):
        done(course, deciding.withdraw, about(course.anna), by(course.lecturer), made.id)


def test_notes_are_told_to_staff_alone(course: Course):
    made = done(course, deciding.note, about(course.anna), by(course.lecturer, "a secret"))
    with course.database.read() as session:
        assert student_decisions(session, COURSE, course.anna.id, ()) == {}
        [card] = decided(session, COURSE, course.anna.id)[SLUG].cards
        assert (card.reason, card.by) == ("a secret", "Dr. Kovács Éva")
    done(course, deciding.withdraw, about(course.anna), by(course.lecturer, "another secret"), made.id)
    with course.database.read() as session:
        assert student_decisions(session, COURSE, course.anna.id, ()) == {}


def test_student_never_hears_of_decisions_by_being_overtaken(course: Course):
    """Whatever a student says to have seen: the refusal would tell them the note."""
    done(course, deciding.note, about(course.anna), by(course.lecturer, "a secret"))
    done(course, deciding.take_turn, about(course.anna), by(course.anna, seen=0))


def test_private_points_are_not_told_before_they_are_revealed(course: Course):
    scored(course)
    override(course, "7")
    with course.database.read() as session:
        [before] = student_decisions(session, COURSE, course.anna.id, ())[SLUG]
        [after] = student_decisions(session, COURSE, course.anna.id, {SLUG})[SLUG]
        [of_staff] = decided(session, COURSE, course.anna.id)[SLUG].cards
    assert "(before: 5 points)" in str(before.words)
    assert "(before: 2.72 points)" in str(after.words) == str(of_staff.words)
