"""Inquiries: when one may ask, one at a time, who writes when, and that each step is a decision."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from server.courses.models import Course as CourseRow
from server.deadlines.models import Extension
from server.errors import BadInput, Forbidden, NotFound, Refusal
from server.grading.published import in_force
from server.inquiries.models import Inquiry
from server.inquiries.queries import Wanted, inquiries, number_open, thread
from server.inquiries.refusals import InquiryClosed, InquiryOpen, InquirySettled, NoText
from server.inquiries.states import InquiryState
from server.inquiries.threads import Message, accept, ask, decline, inquiry_of, write_on
from server.person import Person
from server.standings.decisions.deciding import DecisionAuthor, Subject, note, override
from server.standings.models import Decision
from server.standings.refusals import Overtaken
from tests.server.builders import COURSE, NOON, a_person, another_course
from tests.server.standings.cases import MOST, extended
from tests.server.submissions.builders import SLUG, ZONE, a_graded_submission, an_assignment
from tests.server.submissions.conftest import Course

REVEAL = datetime(2026, 10, 28, 23, 4, 59, tzinfo=UTC)  # the end of the last late day
TOLD = REVEAL + timedelta(seconds=1)
ENDS = REVEAL + timedelta(days=8)


def said(person: Person, text: str = "Please look at this again.", now: datetime = TOLD) -> Message:
    return Message(person, text, now)


def asked(course: Course, now: datetime = TOLD, *, who: Person | None = None, text: str = "Why?") -> int:
    with course.database.write() as session:
        spec = in_force(session, COURSE, SLUG, ZONE).spec
        return ask(session, spec, said(who or course.anna, text, now), ZONE).id


def state(course: Course, number: int) -> str:
    with course.database.read() as session:
        return session.get_one(Inquiry, number).state


def moved(course: Course, verb: object, number: int, person: Person, text: str = "x", **seen: int) -> None:
    with course.database.write() as session:
        verb(session, number, Message(person, text, TOLD, **seen))  # type: ignore[operator]


def trail(course: Course) -> list[tuple[str, str | None, str]]:
    """The states in the order of their decisions, with what was before and the reason."""
    with course.database.read() as session:
        rows = session.scalars(select(Decision).where(Decision.kind == "inquiry").order_by(Decision.id))
        return [(row.new["state"], row.old.get("state"), row.reason) for row in rows]


def test_student_asks_from_the_reveal_on(course: Course):
    with pytest.raises(InquiryClosed):
        asked(course, REVEAL)
    number = asked(course, TOLD)
    assert state(course, number) == InquiryState.OPEN


def test_student_asks_until_the_end_of_the_last_second(course: Course):
    with pytest.raises(InquiryClosed):
        asked(course, ENDS + timedelta(seconds=1))
    asked(course, ENDS + timedelta(milliseconds=999))


def test_days_are_those_of_the_calendar(course: Course):
    """The clocks go forward in them."""
    with course.database.write() as session:
        reveal = "2027-03-26T12:00:00"
        an_assignment(session, due=f"2026-10-25T23:59:59\nreveal = {reveal}\ninquiry_days = 3")
    ends = datetime(2027, 3, 29, 10, tzinfo=UTC)  # 12:00 of summer time
    with pytest.raises(InquiryClosed):
        asked(course, ends + timedelta(seconds=1))
    asked(course, ends)


def test_where_no_days_are_given_nobody_asks(course: Course):
    with course.database.write() as session:
        an_assignment(session, due="2026-10-25T23:59:59\ninquiry_days = 0")
    with pytest.raises(InquiryClosed):
        asked(course)


def test_extension_of_somebody_moves_the_window_with_the_reveal(course: Course):
    with course.database.write() as session:
        due = datetime(2026, 11, 1, 22, 59, 59, tzinfo=UTC)
        whom = {"course_id": COURSE, "slug": SLUG, "user_id": course.bela.id}
        facts = {"due": due, "replaces": False, "reason": "ill", "granted_at": NOON}
        session.add(Extension(**whom, **facts))
    with pytest.raises(InquiryClosed):
        asked(course, TOLD)
    asked(course, ENDS + timedelta(days=3))


def test_days_begin_when_the_private_share_is_told_and_tokens_make_that_later(course: Course):
    """None is told before those due earlier, and somebody has more time for one of these."""
    late = "per_day = 0.10\nlast_day = 2\ntokens = 1\n"
    with course.database.write() as session:
        session.execute(update(CourseRow).values(tokens_per_term=2))
        an_assignment(session, "earlier", late=late, due="2026-10-05T23:59:59")
        an_assignment(session, late=late, due="2026-10-12T23:59:59")
    extended(course, datetime(2026, 12, 1, tzinfo=UTC), "earlier", user_id=course.bela.id)
    last = datetime(2026, 12, 4, 0, 5, tzinfo=UTC)  # with late days, token and grace
    with pytest.raises(InquiryClosed):
        asked(course, last)
    asked(course, last + timedelta(seconds=1))
    asked(course, last + timedelta(days=8), who=course.bela)


def test_later_decision_does_not_open_the_window_again(course: Course):
    with course.database.write() as session:
        a_graded_submission(session, course.anna)
        subject = Subject(COURSE, SLUG, course.anna.id)
        override(session, subject, DecisionAuthor(course.lecturer, ENDS + timedelta(days=9), "x"), MOST, MOST)
    with pytest.raises(InquiryClosed):
        asked(course, ENDS + timedelta(days=9, minutes=1))


def test_one_inquiry_at_a_time(course: Course):
    number = asked(course)
    with pytest.raises(InquiryOpen):
        asked(course)
    asked(course, who=course.bela)
    moved(course, write_on, number, course.lecturer)
    with pytest.raises(InquiryOpen):
        asked(course)
    moved(course, decline, number, course.lecturer)
    asked(course)


def test_of_two_that_are_sent_at_once_one_is_taken(course: Course):
    together = Barrier(2)

    def send(_number: int) -> str:
        together.wait(10)
        try:
            return str(asked(course))
        except Refusal as refusal:
            return refusal.slug

    with ThreadPoolExecutor(2) as pool:
        came = sorted(pool.map(send, range(2)))
    assert came[1] == "inquiry-open"
    with course.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Inquiry)) == 1


def test_staff_answer_and_the_student_asks_on(course: Course):
    number = asked(course)
    moved(course, write_on, number, course.lecturer, "Because.")
    assert state(course, number) == InquiryState.ANSWERED
    moved(course, write_on, number, course.lecturer, "And because.")
    moved(course, write_on, number, course.anna, "Still?")
    assert state(course, number) == InquiryState.OPEN
    assert trail(course) == [
        ("open", None, "Why?"),
        ("answered", "open", "Because."),
        ("open", "answered", "Still?"),
    ]


@pytest.mark.parametrize(("verb", "ends"), [(accept, "accepted"), (decline, "declined")])
def test_settled_inquiry_takes_nothing_more(course: Course, verb: object, ends: str):
    number = asked(course)
    moved(course, verb, number, course.lecturer, "My reason.")
    assert trail(course)[-1] == (ends, "open", "My reason.")
    for person, again in ((course.anna, write_on), (course.lecturer, write_on), (course.lecturer, decline)):
        with pytest.raises(InquirySettled):
            moved(course, again, number, person)
    assert state(course, number) == ends


@pytest.mark.parametrize("text", ["", " \r\n ", "x" * 2001])
def test_bad_text_is_refused_and_changes_nothing(course: Course, text: str):
    with pytest.raises(BadInput):
        asked(course, text=text)
    number = asked(course)
    for verb, person in ((write_on, course.anna), (decline, course.lecturer)):
        with pytest.raises(BadInput):
            moved(course, verb, number, person, text)
    assert state(course, number) == InquiryState.OPEN
    assert issubclass(NoText, BadInput)


def test_text_is_kept_with_its_line_ends(course: Course):
    number = asked(course, text="  one\r\ntwo\rthree <b>\n")
    with course.database.read() as session:
        found = thread(session, session.get_one(Inquiry, number), course.anna)
    assert [message.text for message in found.messages] == ["one\ntwo\nthree <b>"]


def test_nobody_else_reads_or_writes_in_it(course: Course):
    number = asked(course)
    with course.database.write() as session:
        other = another_course(session)
        stranger = a_person(session, "LEC002", course_id=other)
    for person in (course.bela, stranger):
        for verb in (write_on, accept):
            with pytest.raises(NotFound):
                moved(course, verb, number, person)
        with course.database.read() as session, pytest.raises(NotFound):
            inquiry_of(session, person, number)


def test_student_settles_nothing(course: Course):
    number = asked(course)
    with pytest.raises(Forbidden):
        moved(course, accept, number, course.anna)
    assert state(course, number) == InquiryState.OPEN


def test_staff_ask_nothing(course: Course):
    with pytest.raises(BadInput):
        asked(course, who=course.lecturer)


def test_second_of_two_staff_hears_of_the_first(course: Course):
    number = asked(course)
    with course.database.read() as session:
        seen = thread(session, session.get_one(Inquiry, number), course.lecturer).newest
    moved(course, write_on, number, course.lecturer, "Let me look.", seen=seen)
    with pytest.raises(Overtaken, match="inquiry answered"):
        moved(course, decline, number, course.lecturer, "No.", seen=seen)
    assert state(course, number) == InquiryState.ANSWERED


def test_student_never_hears_of_notes_by_writing(course: Course):
    number = asked(course)
    with course.database.write() as session:
        note(
            session, Subject(COURSE, SLUG, course.anna.id), DecisionAuthor(course.lecturer, TOLD, "a secret")
        )
    moved(course, write_on, number, course.anna, "Still?", seen=0)
    with course.database.read() as session:
        assert thread(session, session.get_one(Inquiry, number), course.anna).newest == 0


def test_student_reads_no_names_of_staff(course: Course):
    number = asked(course)
    moved(course, write_on, number, course.lecturer, "Because.")
    with course.database.read() as session:
        found = session.get_one(Inquiry, number)
        mine = [str(message.by) for message in thread(session, found, course.anna).messages]
        theirs = [str(message.by) for message in thread(session, found, course.lecturer).messages]
    assert mine == ["you", "staff"]
    assert theirs == ["Kiss Anna", "you"]


def test_messages_of_a_student_are_bounded(course: Course):
    number = asked(course)
    for turn in range(99):
        moved(course, write_on, number, course.anna, f"{turn}")
    with pytest.raises(BadInput):
        moved(course, write_on, number, course.anna)
    moved(course, write_on, number, course.lecturer, "That will do.")


def test_open_ones_come_first_page_by_page(course: Course):
    with course.database.write() as session:
        people = [a_person(session, f"AAA{number:03}") for number in range(7)]
    made = [asked(course, who=who) for who in people]
    for number in made[::2]:
        moved(course, write_on, number, course.lecturer)
    expected = [*made[1::2][::-1], *made[::2][::-1]]
    found: list[int] = []
    before = None
    with course.database.read() as session:
        while True:
            page = inquiries(session, course.lecturer, Wanted(), before=before, rows=2)
            found += [card.id for card in page.cards]
            before = page.older
            if before is None:
                break
        assert found == expected
        assert number_open(session, COURSE) == 3
        mine = inquiries(session, people[0], Wanted()).cards
        assert [card.id for card in mine] == [made[0]]
        answered = inquiries(session, course.lecturer, Wanted(state="answered")).cards
        assert [card.id for card in answered] == made[::2][::-1]
