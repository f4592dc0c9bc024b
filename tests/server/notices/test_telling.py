"""Who is told what: each kind of fact, and whom it is not told."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select, update

import server
from server.courses.models import Enrolment
from server.database import Database
from server.deadlines.changes import DateAuthor as Granter
from server.deadlines.changes import Grant, NewDates, edit_dates, grant
from server.deadlines.schedule import Rules, rules_of
from server.grading.published import in_force
from server.inquiries.models import Inquiry, InquiryMessage
from server.notices.facts import KINDS
from server.notices.inbox import choose_mutes
from server.notices.kinds import Mute, NoticeKind
from server.notices.models import Notice
from server.notices.reminders import Reminder
from server.person import Person
from server.standings.decisions import deciding
from server.standings.states import DecisionKind
from server.submissions.queue.cancellation import cancel
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Clock
from tests.server.standings.cases import MOST, about, by, done, done_to, scored
from tests.server.submissions.builders import SLUG, ZONE, a_submission, an_assignment
from tests.server.submissions.conftest import Course

DUE = datetime.fromisoformat("2026-10-25T22:59:59+00:00")


def told(course: Course, person: Person | None = None) -> list[str]:
    """The kinds of what somebody was told, but that something was graded."""
    return [one.kind for one in notices(course, person) if one.kind != "graded"]


def notices(course: Course, person: Person | None = None) -> list[Notice]:
    with course.database.read() as session:
        rows = select(Notice).where(Notice.user_id == (person or course.anna).id).order_by(Notice.id)
        return list(session.scalars(rows))


def rules(course: Course) -> Rules:
    with course.database.read() as session:
        return rules_of(in_force(session, COURSE, SLUG, ZONE).spec, ZONE)


def test_graded_hand_in_is_told_with_its_public_points(course: Course):
    number = scored(course, 0.5)
    [graded] = notices(course)
    assert (graded.key, graded.params["points"], graded.read_at) == (f"graded:{number}", "5.00", None)
    assert notices(course, course.bela) == []


def test_decisions_are_told_with_their_reason(course: Course):
    scored(course)
    done(course, deciding.override, about(course.anna), by(course.lecturer, "the defence"), Decimal(9), MOST)
    [decided] = [one for one in notices(course) if one.kind == NoticeKind.DECISION]
    assert (decided.params["new"], decided.params["reason"]) == ({"points": "9.00"}, "the defence")
    assert decided.params["old"] == {"state": "scored", "points": "5.00"}, "the public ones before the reveal"


def test_notes_for_staff_are_told_to_nobody(course: Course):
    done(course, deciding.note, about(course.anna), by(course.lecturer, "watch her"))
    assert notices(course) == []


def test_what_one_does_oneself_is_no_news(course: Course):
    with course.database.write() as session:
        submission = a_submission(session, course.anna)
        cancel(session, submission, by(course.anna, ""))
    assert told(course) == []


def test_run_that_staff_cancel_is_told(course: Course):
    with course.database.write() as session:
        number = a_submission(session, course.anna).id
    done_to(course, cancel, number, by(course.lecturer, "it hangs"))
    assert told(course) == ["run"]


def test_comment_that_is_taken_back_is_read_no_more(course: Course):
    said = done(course, deciding.comment, about(course.anna), by(course.lecturer, "a mistake of mine"))
    done(course, deciding.withdraw, about(course.anna), by(course.lecturer, "wrong person"), said.id)
    [notice] = notices(course)
    assert notice.params == {"withdrawn": True}


def test_each_answer_to_an_inquiry_is_told_and_no_question(course: Course):
    with course.database.write() as session:
        facts = {"course_id": COURSE, "slug": SLUG, "user_id": course.anna.id, "opened_at": NOON}
        inquiry = Inquiry(state="open", changed_at=NOON, **facts)
        session.add(inquiry)
        session.flush()
        number = inquiry.id
        say(session, number, course.anna, "Why?")
    for text in ("Because.", "And therefore."):
        with course.database.write() as session:
            session.get_one(Inquiry, number).state = "answered"
            say(session, number, course.lecturer, text)
    assert [(one.kind, one.params["state"], one.params["reason"]) for one in notices(course)] == [
        ("inquiry", "answered", "Because."),
        ("inquiry", "answered", "And therefore."),
    ]


def say(session, number: int, person: Person, text: str) -> None:  # noqa: ANN001
    session.add(InquiryMessage(inquiry_id=number, author_id=person.id, text=text, at=NOON))


def test_moved_deadline_is_told_to_those_whom_it_moves(course: Course):
    """Whoever has a later one of their own has it still."""
    later = Grant(SLUG, DUE + timedelta(days=9), "ill", user_id=course.bela.id)
    done(course, grant, COURSE, rules(course), later, Granter(course.lecturer, NOON))
    request = NewDates("the room is closed", due=DUE + timedelta(days=2))
    done(course, edit_dates, COURSE, SLUG, request, Granter(course.lecturer, NOON))
    assert told(course) == ["moved"]
    assert told(course, course.bela) == ["extended"]
    assert told(course, course.lecturer) == []
    [moved] = notices(course)
    assert datetime.fromisoformat(moved.params["due"]) == DUE + timedelta(days=2)
    assert datetime.fromisoformat(moved.params["old"]) == DUE


def test_dates_that_stay_as_they_are_are_no_news(course: Course):
    request = NewDates("tell it later", reveal=DUE + timedelta(days=20))
    done(course, edit_dates, COURSE, SLUG, request, Granter(course.lecturer, NOON))
    assert told(course) == []


def test_deadline_that_a_new_version_moves_is_told(course: Course):
    done(course, an_assignment, due="2026-10-28T23:59:59")
    assert told(course) == ["moved"]
    done(course, an_assignment, due="2026-10-28T23:59:59", per_day=3)
    assert told(course) == ["moved"]


def test_extension_of_a_label_is_told_to_those_who_have_it(course: Course):
    with course.database.write() as session:
        session.execute(update(Enrolment).where(Enrolment.user_id == course.bela.id).values(labels=["lab-B"]))
    request = Grant(SLUG, DUE + timedelta(days=1), "the lab", label="lab-B")
    done(course, grant, COURSE, rules(course), request, Granter(course.lecturer, NOON))
    assert (told(course), told(course, course.bela)) == ([], ["extended"])


def test_what_is_muted_is_not_told(course: Course):
    done(course, choose_mutes, course.anna.id, {NoticeKind.DECISION: Mute.ALL})
    done(course, deciding.comment, about(course.anna), by(course.lecturer, "hello"))
    assert told(course) == []


def test_who_is_let_out_is_told_nothing(course: Course):
    with course.database.write() as session:
        session.execute(update(Enrolment).where(Enrolment.user_id == course.anna.id).values(active=False))
    done(course, deciding.comment, about(course.anna), by(course.lecturer, "hello"))
    assert notices(course) == []


def reminded(database: Database, clock: Clock) -> int:
    return Reminder(database, clock, mails=False).look()


def test_who_has_handed_in_nothing_a_day_before_is_reminded_once(course: Course, clock: Clock):
    with course.database.write() as session:
        a_submission(session, course.bela)
    clock.moment = DUE - timedelta(hours=24, seconds=1)
    assert reminded(course.database, clock) == 0
    clock.pass_by(seconds=1)
    assert reminded(course.database, clock) == 1
    assert reminded(course.database, clock) == 0
    assert (told(course), told(course, course.bela)) == (["due_soon"], [])


def test_extended_deadline_is_a_moment_of_its_own(course: Course, clock: Clock):
    clock.moment = DUE - timedelta(hours=2)
    assert reminded(course.database, clock) == 2
    request = Grant(SLUG, DUE + timedelta(days=2), "ill", user_id=course.anna.id)
    done(course, grant, COURSE, rules(course), request, Granter(course.lecturer, clock()))
    assert reminded(course.database, clock) == 0
    clock.pass_by(days=2)
    assert reminded(course.database, clock) == 1
    assert told(course) == ["due_soon", "extended", "due_soon"]


def test_nobody_is_reminded_who_need_not_hand_in(course: Course, clock: Clock):
    clock.moment = DUE - timedelta(hours=2)
    done(course, deciding.excuse, about(course.anna), by(course.lecturer))
    assert reminded(course.database, clock) == 1
    assert told(course) == ["decision"]
    assert told(course, course.bela) == ["due_soon"]


def test_nobody_is_reminded_once_it_is_due_or_before_it_opens(course: Course, clock: Clock):
    clock.moment = DUE
    assert reminded(course.database, clock) == 0
    clock.moment = NOON - timedelta(days=300)
    assert reminded(course.database, clock) == 0


def test_of_every_kind_of_decision_it_is_said_whether_it_is_told():
    """Whoever adds one thinks of those whom it is about."""
    in_other_words = {DecisionKind.EXTEND, DecisionKind.END_EXTENSION, DecisionKind.EDIT_DATES}
    in_other_words |= {DecisionKind.APPLY_REGRADE, DecisionKind.INQUIRY}
    of_staff = {DecisionKind.NOTE, DecisionKind.REGRADE, DecisionKind.DROP_REGRADE}
    by_themselves = {DecisionKind.TOKENS}
    assert set(DecisionKind) == set(KINDS) | in_other_words | of_staff | by_themselves
    assert set(KINDS).isdisjoint(in_other_words | of_staff | by_themselves)


def test_what_people_hear_of_is_never_written_past_the_session():
    """A listener sees objects; rows that a statement inserts or changes in bulk tell nobody."""
    told = "Decision|Extension|DateEdit|InquiryMessage|PublishedAssignment|Submission"
    past = re.compile(
        rf"\binsert\((?:{told})\b|\b(?:add_all|bulk_\w+)\(\s*(?:{told})\b|\bupdate\((?:{told})\)"
    )
    found = [
        f"{file}: {line.strip()}"
        for file in Path(server.__file__).parent.rglob("*.py")
        for line in file.read_text().splitlines()
        if past.search(line) and "versions" not in file.parts
    ]
    assert found == [], "see docs/decisions/031-rows-tell-of-themselves.md"
