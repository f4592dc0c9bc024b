"""Whoever's points or dates move hears of it, whatever it was that moved them; and of nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from server.accounts.labels import LabelChange, change_labels
from server.courses.service import course_of
from server.grading.models import Grading
from server.grading.published import in_force
from server.notices.calendar_events import own_entries
from server.notices.models import Notice
from server.notices.reminders import due_soon
from server.person import Person
from server.standings.decisions.records import decisions_for_student
from server.submissions.queue.cancellation import cancel
from server.submissions.reruns.regrades import RegradeAuthor as Regrader
from server.submissions.reruns.regrades import start_regrade
from tests.server.builders import COURSE, NOON
from tests.server.standings.cases import DUE, by, done, done_to, extended, handed_in, moved_to, run_all
from tests.server.submissions.builders import SLUG, ZONE, an_assignment
from tests.server.submissions.conftest import Course

LATE = DUE + timedelta(hours=12)


def told(course: Course, person: Person | None = None) -> list[Notice]:
    """What somebody was told, but that something was graded."""
    with course.database.read() as session:
        rows = select(Notice).where(Notice.user_id == (person or course.anna).id).order_by(Notice.id)
        return [one for one in session.scalars(rows) if one.kind != "graded"]


def labelled(course: Course, change: LabelChange) -> None:
    done(course, change_labels, COURSE, [course.anna.neptun], ["lab-B"], change)


def dearer(course: Course) -> None:
    done(course, an_assignment, late="per_day = 0.50\nlast_day = 3")


def earlier(course: Course) -> None:
    moved_to(course, due=DUE - timedelta(days=1))


@pytest.mark.parametrize("change", [dearer, earlier])
def test_points_that_move_by_rules_or_dates_are_told(course: Course, change: Callable[[Course], None]):
    handed_in(course, b"# a", LATE)
    run_all(course, LATE)
    change(course)
    [moved] = [one for one in told(course) if one.kind == "regraded"]
    expected = {dearer: "5.00", earlier: "8.00"}[change]
    assert (moved.params["old"], moved.params["new"], moved.params["by"]) == ("9.00", expected, "rules")


def test_rules_that_move_no_points_are_no_news(course: Course):
    handed_in(course, b"# a")
    run_all(course, NOON)
    dearer(course)
    assert told(course) == []


def test_extension_that_is_lost_with_a_label_is_told(course: Course):
    labelled(course, LabelChange.ADD)
    extended(course, DUE + timedelta(days=7), label="lab-B")
    handed_in(course, b"# a", DUE + timedelta(days=6))
    run_all(course, DUE + timedelta(days=6))
    labelled(course, LabelChange.REMOVE)
    moved = told(course)[-1]
    assert (moved.kind, datetime.fromisoformat(moved.params["due"])) == ("moved", DUE)


def test_extension_that_is_lost_before_anything_was_handed_in_is_told(course: Course):
    labelled(course, LabelChange.ADD)
    extended(course, DUE + timedelta(days=7), label="lab-B")
    labelled(course, LabelChange.REMOVE)
    assert [one.kind for one in told(course)] == ["extended", "moved"]


def test_extension_that_comes_with_a_label_is_told(course: Course):
    extended(course, DUE + timedelta(days=7), label="lab-B")
    labelled(course, LabelChange.ADD)
    [moved] = told(course)
    assert datetime.fromisoformat(moved.params["due"]) == DUE + timedelta(days=7)
    assert datetime.fromisoformat(moved.params["old"]) == DUE


def test_extension_is_told_once(course: Course):
    labelled(course, LabelChange.ADD)
    extended(course, DUE + timedelta(days=7), label="lab-B")
    assert [one.kind for one in told(course)] == ["extended"]


def test_label_without_an_extension_is_no_news(course: Course):
    labelled(course, LabelChange.ADD)
    labelled(course, LabelChange.REMOVE)
    assert told(course) == []


def test_cancelled_run_of_a_regrade_is_told_to_no_student(course: Course):
    """The result in force still counts, and did cost a try."""
    number = handed_in(course, b"# a")
    run_all(course, NOON)
    with course.database.write() as session:
        start_regrade(session, in_force(session, COURSE, SLUG, ZONE), None, Regrader(None, NOON, "why"))
        session.flush()
        again = session.scalar(select(Grading.id).where(Grading.regrade_id.is_not(None)))
    done_to(course, cancel, number, by(course.lecturer, "it hangs"), again)
    with course.database.read() as session:
        cards = decisions_for_student(session, COURSE, course.anna.id, NOON + timedelta(days=1)).get(SLUG, ())
    assert (told(course), list(cards)) == ([], [])


def test_who_has_cancelled_the_only_hand_in_is_reminded(course: Course):
    number = handed_in(course, b"# a")
    done_to(course, cancel, number, by(course.anna, ""))
    with course.database.read() as session:
        soon = due_soon(session, course_of(session, COURSE), DUE - timedelta(hours=3))
        assert course.anna.id in [fact.user_id for fact in soon]


def entries(course: Course) -> list[tuple[str, datetime, datetime, int]]:
    """What of the events in Anna's calendar a program compares."""
    with course.database.read() as session:
        found = own_entries(session, course.anna, "https://hazi.example.org", "en")
    return [(one.uid, one.begins, one.modified, one.sequence) for one in found]


def test_calendar_tells_nothing_of_the_extension_of_another(course: Course):
    before = entries(course)
    extended(course, DUE + timedelta(days=1), user_id=course.bela.id, now=NOON + timedelta(hours=9))
    assert entries(course) == before


@pytest.mark.parametrize("whom", ["themselves", "label"])
def test_calendar_has_a_newer_event_after_ones_own_extension(course: Course, whom: str):
    labelled(course, LabelChange.ADD)
    before = entries(course)
    request = {"label": "lab-B"} if whom == "label" else {"user_id": course.anna.id}
    extended(course, DUE + timedelta(days=1), now=NOON + timedelta(hours=9), **request)
    (uid, begins, _modified, sequence), *_others = before
    (same, later, _at, higher), *_others = entries(course)
    assert (uid, begins, later) == (same, DUE, DUE + timedelta(days=1))
    assert higher > sequence
