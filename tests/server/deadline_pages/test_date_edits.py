"""Dates over those of the file: looked at first, set with all that follows, and gone back from."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from server.deadline_pages.date_edits import (
    FIELDS,
    DateCard,
    DatePreview,
    DateRequest,
    change_dates,
    date_card,
    edited_lines,
    preview,
)
from server.deadlines.changes import DateAuthor
from server.deadlines.models import DateEdit
from server.errors import BadInput
from server.standings.models import Decision, Standing
from server.standings.refusals import Overtaken
from server.standings.updates import recompute
from tests.server.builders import COURSE, NOON
from tests.server.deadline_pages.conftest import Course, local
from tests.server.submissions.builders import HELD_OUT, SLUG, a_graded_submission, an_assignment

DUE = local("2026-10-25T23:59:59")
BACK: dict[str, datetime | None] = dict.fromkeys(FIELDS)


def request(**values: str | None) -> DateRequest:
    moments = {name: local(text).astimezone(UTC) if text else None for name, text in values.items()}
    return DateRequest(moments, "the server was away")


def look(course: Course, asked: DateRequest) -> DatePreview:
    with course.database.read() as session:
        return preview(session, COURSE, course.spec(session), asked)


def change(course: Course, asked: DateRequest) -> DatePreview:
    with course.database.write() as session:
        return change_dates(session, COURSE, course.spec(session), asked, DateAuthor(course.lecturer, NOON))


def card(course: Course) -> DateCard:
    with course.database.read() as session:
        return date_card(session, COURSE, course.spec(session))


def edits(course: Course) -> int:
    with course.database.read() as session:
        return len(session.scalars(select(DateEdit.id)).all())


def standings(course: Course) -> dict[int, tuple[float | None, int]]:
    with course.database.read() as session:
        rows = session.scalars(select(Standing))
        return {
            row.user_id: (float(row.points) if row.points is not None else None, row.late_by_s)
            for row in rows
        }


def hand_in(course: Course) -> None:
    """Anna is in time, Béla on his first late day."""
    with course.database.write() as session:
        a_graded_submission(session, course.anna, now=NOON, content=b"# anna")
        a_graded_submission(session, course.bela, now=DUE + timedelta(hours=10), content=b"# bela")


def test_preview_says_whose_points_and_lateness_change(course: Course):
    hand_in(course)
    before = standings(course)
    found = look(course, request(due="2026-10-26T23:59:59"))
    (moved,) = found.moved
    assert moved.person == course.bela
    assert (float(moved.old or 0), float(moved.new or 0)) == (2.45, 2.72)
    assert (moved.old_late, moved.new_late) == (timedelta(hours=10), timedelta())
    assert (found.points_change, found.lateness_changes) == (1, 1)
    assert [one.neptun for one in found.to_be_told] == ["ABC123", "XYZ789"]
    assert (standings(course), edits(course)) == (before, 0)


def test_what_was_previewed_is_what_happens(course: Course):
    hand_in(course)
    earlier = request(due="2026-09-30T23:59:59")  # both are late now, and Béla after the end
    found = look(course, earlier)
    expected = {one.person.id: float(one.new) if one.new is not None else None for one in found.moved}
    assert found.moved[0].person == course.bela  # the greatest loss comes first
    assert change(course, earlier) == found
    assert {user: points for user, (points, _late) in standings(course).items()} == expected
    with course.database.write() as session:
        assert recompute(session, COURSE) == []


def test_who_has_a_later_moment_of_their_own_is_not_told(course: Course):
    course.extend("2026-10-30T12:00", "ABC123")
    found = look(course, request(due="2026-10-26T23:59:59"))
    assert [one.neptun for one in found.to_be_told] == ["XYZ789"]
    walled = look(course, request(closes="2026-10-28T12:00:00"))
    assert [one.neptun for one in walled.to_be_told] == ["ABC123", "XYZ789"]


def test_what_is_not_named_stays_as_it_is(course: Course):
    change(course, request(due="2026-10-26T23:59:59"))
    change(course, request(reveal="2026-11-05T12:00:00"))
    found = card(course)
    assert found.in_force.due == local("2026-10-26T23:59:59")
    assert found.in_force.reveal == local("2026-11-05T12:00:00")
    change(course, request(due=None))
    assert (card(course).in_force.due, card(course).in_force.reveal) == (DUE, found.in_force.reveal)


def test_back_to_the_file(course: Course):
    change(course, request(due="2026-10-26T23:59:59", closes="2026-10-30T12:00:00"))
    assert card(course).edit is not None
    change(course, DateRequest(BACK, "the file is right"))
    assert (card(course).in_force, card(course).edit) == (card(course).of_file, None)
    with pytest.raises(BadInput, match="nothing would change"):
        change(course, DateRequest(BACK, "again"))


def test_a_date_of_the_file_is_left_to_the_file(course: Course):
    """The form sends all four: those that were not touched follow the file when it changes."""
    change(course, request(opens="2026-09-14T08:00:00", due="2026-10-26T23:59:59"))
    with course.database.write() as session:
        edit = session.scalars(select(DateEdit)).one()
        assert (edit.opens, edit.due) == (None, local("2026-10-26T23:59:59"))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"due": "2026-09-01T12:00:00"}, "due after it opens"),
        ({"opens": "2026-10-25T23:59:59"}, "due after it opens"),
        ({"closes": "2026-10-25T12:00:00"}, "cannot close before"),
        ({"reveal": "2026-10-25T23:59:59"}, "cannot be told before"),
        ({"due": "2026-11-20T12:00:00", "reveal": "2026-11-10T12:00:00"}, "cannot be told before"),
        ({"due": "2026-12-14T08:00:00"}, "before its make-up opens"),
        ({"due": "2026-10-25T23:59:59"}, "nothing would change"),
    ],
)
def test_impossible_dates_are_refused_and_nothing_changes(course: Course, values: dict[str, str], told: str):
    makeup = "[makeup]\nopens = 2026-12-14T08:00:00\ndue = 2026-12-20T23:59:59\ncap = 0.4\n"
    with course.database.write() as session:
        an_assignment(session, tables=f"{HELD_OUT}{makeup}")
    for verb in (look, change):
        with pytest.raises(BadInput, match=told):
            verb(course, request(**values))
    assert edits(course) == 0


def test_after_the_final_draw_the_end_is_not_moved_on(course: Course):
    course.draw_final()
    with pytest.raises(BadInput, match="The final data of this assignment are drawn"):
        look(course, request(due="2026-10-26T23:59:59"))
    assert change(course, request(reveal="2026-12-26T23:59:59")), "what gives nobody more time is taken"


def test_without_a_reason_nothing_changes(course: Course):
    for verb in (look, change):
        with pytest.raises(BadInput, match="reason"):
            verb(course, DateRequest({"due": DUE + timedelta(days=1)}, "  "))
    assert edits(course) == 0


def test_each_edit_is_a_decision_with_old_and_new(course: Course):
    change(course, request(due="2026-10-26T23:59:59"))
    with course.database.read() as session:
        (decision,) = session.scalars(select(Decision))
    assert (decision.kind, decision.user_id, decision.slug) == ("edit-dates", None, SLUG)
    assert (decision.decided_by, decision.reason) == (course.lecturer.id, "the server was away")
    assert datetime.fromisoformat(decision.old["due"]) == DUE
    assert datetime.fromisoformat(decision.new["due"]) == DUE + timedelta(days=1)
    assert (decision.new["closes"], decision.new["edit"]) == (None, 1)
    change(course, DateRequest(BACK, "the file is right"))
    with course.database.read() as session:
        back = session.scalars(select(Decision).order_by(Decision.id)).all()[-1]
    assert back.new == BACK | {"edit": 2}  # which is what the audit reads as "as in the file"


def test_of_two_edits_at_once_the_second_is_told_of_the_first(course: Course):
    start = threading.Barrier(2)

    def edit(day: int) -> bool:
        start.wait()
        try:
            change(course, DateRequest({"due": DUE + timedelta(days=day)}, "two at once", seen=0))
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(edit, (1, 2))) == [False, True]
    assert edits(course) == 1


def test_publishing_again_leaves_the_edit_and_says_so(course: Course):
    change(course, request(due="2026-10-26T23:59:59"))
    with course.database.write() as session:
        an_assignment(session, due="2026-10-24T23:59:59")
    assert card(course).in_force.due == local("2026-10-26T23:59:59")
    with course.database.read() as session:
        (line,) = edited_lines(session, COURSE, {SLUG: course.spec(session)})
    assert line == (
        f"{SLUG}: dates edited in the browser on 2026-10-01 12:00 by Dr. Kovács Éva: "
        "due: file says 2026-10-24 23:59:59, in force 2026-10-26 23:59:59"
    )
    change(course, DateRequest(BACK, "the file is right"))
    with course.database.read() as session:
        assert edited_lines(session, COURSE, {SLUG: course.spec(session)}) == []
