"""Extensions are granted to all or to none, written down with their reason, and counted at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from server.accounts import service as accounts
from server.accounts.labels import LabelChange, change_labels
from server.accounts.roster import RosterRow
from server.deadline_pages.extension_list import ExtensionState, extension_rows
from server.deadline_pages.extensions import ExtensionRequest, Which, extend, rules_in_force, take_back
from server.deadline_pages.typed_moments import read_due
from server.deadlines.models import Extension
from server.errors import BadInput, NotFound
from server.standings.models import Decision, Standing
from server.standings.refusals import Overtaken
from server.standings.updates import recompute
from tests.server.builders import COURSE, NOON, a_person, another_course
from tests.server.deadline_pages.conftest import Course, local
from tests.server.submissions.builders import SLUG, ZONE, an_assignment

DUE = local("2026-10-25T23:59:59")
ONE_DAY, TWO_DAYS = local("2026-10-26T23:59:59"), local("2026-10-27T23:59:59")


def due_of(course: Course, user_id: int) -> datetime | None:
    """As it stands in the row that everything reads."""
    with course.database.read() as session:
        return session.scalar(select(Standing.due).where(Standing.user_id == user_id))


def count(course: Course) -> int:
    with course.database.read() as session:
        return len(session.scalars(select(Extension.id)).all())


def states(course: Course) -> dict[int, ExtensionState]:
    with course.database.read() as session:
        rules = {SLUG: rules_in_force(session, COURSE, course.spec(session))}
        return {row.id: row.state for row in extension_rows(session, COURSE, rules)}


def end(course: Course, number: int, reason: str = "mistaken", slug: str = SLUG) -> None:
    with course.database.write() as session:
        take_back(session, COURSE, Which(slug, number), reason, course.author(hours=1))


def decisions(course: Course) -> list[Decision]:
    with course.database.read() as session:
        return list(session.scalars(select(Decision).order_by(Decision.id)))


def nothing_is_wrong(course: Course) -> bool:
    """Whether all standings are what they are when computed from nothing."""
    with course.database.write() as session:
        return recompute(session, COURSE) == []


def test_days_keep_the_wall_clock(course: Course):
    """The due moment of the assignment lies in the night in which the clocks have gone back."""
    course.extend("+2d", "ABC123")
    assert due_of(course, course.anna.id) == TWO_DAYS
    assert due_of(course, course.bela.id) is None


def test_days_count_from_ones_own_due_moment(course: Course):
    course.extend("+1d", "ABC123")
    both = course.extend("+1d", "ABC123", "XYZ789")
    assert [one.request.due for one in both] == [TWO_DAYS, ONE_DAY]
    assert [one.old for one in both] == [ONE_DAY, DUE]


def test_a_moment_is_the_same_for_several(course: Course):
    both = course.extend("2026-10-28T12:00", "xyz789", "ABC123", "abc123")
    assert [one.person and one.person.neptun for one in both] == ["XYZ789", "ABC123"]
    assert {one.request.due for one in both} == {local("2026-10-28T12:00:00")}


def test_all_with_a_label_have_it_and_whoever_gets_the_label_later(course: Course):
    """Also by a roster, and whoever loses the label loses it again."""
    course.give_label("lab-B", "ABC123")
    course.extend("+1d", label="lab-B")
    assert (due_of(course, course.anna.id), due_of(course, course.bela.id)) == (ONE_DAY, None)
    course.give_label("lab-B", "XYZ789")
    assert due_of(course, course.bela.id) == ONE_DAY
    with course.database.write() as session:
        change_labels(session, COURSE, ["ABC123"], ["lab-B"], LabelChange.REMOVE)
    assert due_of(course, course.anna.id) is None
    rows = [RosterRow("NEW001", "Új Ubul", "", ("lab-B",)), RosterRow("XYZ789", "Nagy Béla", "", ())]
    with course.database.write() as session:
        accounts.apply_roster(session, COURSE, rows, NOON, seed=1)
        ubul = accounts.find_person(session, COURSE, "NEW001")
    assert ubul is not None
    assert (due_of(course, ubul.id), due_of(course, course.bela.id)) == (ONE_DAY, None)
    assert nothing_is_wrong(course)


@pytest.mark.parametrize(
    ("due", "facts", "told"),
    [
        ("+1d", {"neptuns": ("ABC123", "AAA000")}, "No student of this course has this code: AAA000"),
        ("+1d", {"neptuns": ("ABC123", "ASS001")}, "ASS001"),
        ("+1d", {"neptuns": ("ABC123", "nonsense, no code")}, "NONSENSE,"),
        ("+1d", {"neptuns": ("ABC123",), "reason": " "}, "Write a reason"),
        ("+1d", {"neptuns": ("ABC123",), "reason": "x" * 501}, "at most 500"),
        ("+1d", {"neptuns": ()}, "Choose students, or one label"),
        ("+1d", {"neptuns": ("ABC123",), "label": "lab-B"}, "Choose students, or one label"),
        ("+1d", {"label": "lab-C", "neptuns": ()}, "lab-C"),
        ("2026-10-20T12:00", {"neptuns": ("ABC123",)}, "has to be later"),
        ("2026-10-20T12:00", {"neptuns": ("ABC123",), "replaces": True}, "nobody can be given less"),
        ("2028-10-20T12:00", {"neptuns": ("ABC123",)}, "too far away"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_granted(
    course: Course, due: str, facts: dict[str, object], told: str
):
    course.give_label("lab-B", "ABC123")
    with pytest.raises(BadInput) as refused:
        course.extend(due, **facts)
    assert told in str(refused.value.detail)
    assert (count(course), decisions(course)) == (0, [])


def test_nothing_passes_the_wall_and_its_moment_is_named(course: Course):
    """Of two who are named one could have it: neither gets it."""
    with course.database.write() as session:
        an_assignment(session, late="per_day = 0.1\nlast_day = 3\ncloses = 2026-10-28T12:00:00")
    course.extend("+2d", "ABC123")
    with pytest.raises(BadInput, match="2026-10-28 12:00:00"):
        course.extend("+1d", "XYZ789", "ABC123")
    assert count(course) == 1


def test_what_would_change_nothing_is_refused(course: Course):
    """It would stand in the list, and somebody would believe that it does something."""
    course.extend("+1w", "ABC123")
    with pytest.raises(BadInput, match="ABC123 has until 2026-11-01T23:59:59 already"):
        course.extend("2026-10-28T12:00", "XYZ789", "ABC123")
    assert count(course) == 1


def test_after_the_final_draw_there_is_no_more_time(course: Course):
    """What is handed in then is not scored on the final data: it could win nothing."""
    course.give_label("lab-B", "XYZ789")
    course.draw_final()
    for whom in ({"neptuns": ("ABC123",)}, {"neptuns": (), "label": "lab-B"}):
        with pytest.raises(BadInput, match="The final data of this assignment are drawn"):
            course.extend("+1d", **whom)
    assert count(course) == 0


def test_only_replacing_shortens_and_counts_from_the_common_due_moment(course: Course):
    course.extend("+1w", "ABC123")
    course.extend("+1d", "ABC123", replaces=True, later={"hours": 1})
    assert due_of(course, course.anna.id) == ONE_DAY
    assert states(course) == {1: ExtensionState.REPLACED, 2: ExtensionState.IN_FORCE}


def test_one_is_outdone_by_a_later_one_and_comes_back(course: Course):
    course.extend("+1d", "ABC123")
    course.extend("+1d", "ABC123", later={"hours": 1})
    assert states(course) == {1: ExtensionState.OUTDONE, 2: ExtensionState.IN_FORCE}
    end(course, 2)
    assert states(course) == {1: ExtensionState.IN_FORCE, 2: ExtensionState.ENDED}
    assert due_of(course, course.anna.id) == ONE_DAY


def test_what_is_taken_back_stays_to_be_read(course: Course):
    course.extend("+1d", "ABC123")
    end(course, 1)
    assert due_of(course, course.anna.id) is None
    with course.database.read() as session:
        rules = {SLUG: rules_in_force(session, COURSE, course.spec(session))}
        (row,) = extension_rows(session, COURSE, rules)
    assert (row.reason, row.ended_because, row.ended_at) == ("ill", "mistaken", NOON + timedelta(hours=1))
    assert row.granted_by == row.ended_by == course.assistant
    with pytest.raises(BadInput, match="taken back already"):
        end(course, 1)


def test_taking_back_needs_a_reason_and_the_right_assignment(course: Course):
    course.extend("+1d", "ABC123")
    with pytest.raises(BadInput, match="reason"):
        end(course, 1, "")
    for slug, number in (("other", 1), (SLUG, 2), (SLUG, 2**70)):
        with pytest.raises(NotFound):
            end(course, number, slug=slug)
    assert states(course) == {1: ExtensionState.IN_FORCE}


def test_extensions_of_another_course_are_not_found(course: Course):
    with course.database.write() as session:
        other = another_course(session)
        an_assignment(session, course_id=other)
        a_person(session, "OTH001", course_id=other)
    course.extend("+1d", "ABC123")
    with pytest.raises(NotFound), course.database.write() as session:
        take_back(session, other, Which(SLUG, 1), "x", course.author())
    with pytest.raises(BadInput, match="OTH001"):
        course.extend("+1d", "OTH001")


def test_each_grant_and_each_end_is_a_decision(course: Course):
    course.give_label("lab-B", "XYZ789")
    course.extend("+1d", "ABC123")
    course.extend("+1d", label="lab-B", later={"minutes": 1})
    end(course, 2)
    granted, labelled, ended = decisions(course)
    assert (granted.kind, granted.user_id) == ("extend", course.anna.id)
    assert granted.decided_by == course.assistant.id
    assert datetime.fromisoformat(granted.old["due"]) == DUE
    assert datetime.fromisoformat(granted.new["due"]) == ONE_DAY
    assert (granted.new["extension"], granted.reason) == (1, "ill")
    assert (labelled.user_id, labelled.new["label"], labelled.new["extension"]) == (None, "lab-B", 2)
    assert (ended.kind, ended.user_id, ended.reason) == ("end-extension", None, "mistaken")
    assert ended.new == {"extension": 2, "label": "lab-B"}


def test_a_form_sent_twice_extends_once(course: Course):
    """Or +2d would be four days."""
    course.extend("+2d", "ABC123", seen=0)
    with pytest.raises(Overtaken):
        course.extend("+2d", "ABC123", seen=0)
    course.extend("+2d", "XYZ789", seen=0)  # of whom nobody has decided anything
    assert (count(course), due_of(course, course.anna.id)) == (2, TWO_DAYS)


def test_of_two_forms_sent_at_once_one_is_granted(course: Course):
    start = threading.Barrier(2)

    def click(_number: int) -> bool:
        start.wait()
        try:
            return bool(course.extend("+2d", "ABC123", "XYZ789", seen=0))
        except Overtaken:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(click, range(2))) == [False, True]
    assert (count(course), due_of(course, course.anna.id)) == (2, TWO_DAYS)


def test_a_dry_run_writes_nothing(course: Course):
    with course.database.write() as session:
        request = ExtensionRequest(read_due("+2d", ZONE), "ill", ("ABC123",))
        (one,) = extend(session, COURSE, course.spec(session), request, course.author(), dry_run=True)
    assert (one.extension_id, one.request.due, one.old) == (None, TWO_DAYS, DUE)
    assert (count(course), decisions(course)) == (0, [])


def test_standings_are_what_they_are_computed_anew(course: Course):
    course.give_label("lab-B", "ABC123", "XYZ789")
    course.extend("+1d", label="lab-B")
    course.extend("+2d", "ABC123", later={"hours": 1})
    course.extend("+1d", "XYZ789", replaces=True, later={"hours": 2})
    end(course, 1)
    assert nothing_is_wrong(course)
