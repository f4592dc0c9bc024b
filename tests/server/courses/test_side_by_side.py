"""Two courses in one database: the same names in both, and whoever asks in one sees nothing of the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from assignments.quiz import Policy
from server.accounts import service as accounts
from server.accounts.access import deactivate
from server.accounts.invitations import invite
from server.accounts.people import plan_roster
from server.accounts.roster import RosterRow
from server.courses.models import Enrolment
from server.database import Database, Table
from server.errors import BadInput, NotFound, UnknownAssignment
from server.gradebook.queries import counting, entries
from server.grading.held_out import held_out_keys
from server.grading.models import Grading
from server.grading.published import all_in_force, in_force
from server.person import Person, Role
from server.quizzes.attendance import Rule
from server.quizzes.authoring.publishing import sync_quizzes
from server.quizzes.codes.guess_counts import Guesser
from server.quizzes.formats.kahoot_report import KahootReport, QuestionStatistics
from server.quizzes.models import Room
from server.quizzes.questions.published import Library
from server.quizzes.questions.published import in_force as quiz_in_force
from server.quizzes.refusals import UnknownQuiz, WrongPin
from server.quizzes.replay.replays import open_replays
from server.quizzes.reports.credits import quiz_credits
from server.quizzes.reports.participation import participation_table
from server.quizzes.reports.past_years import Taking, match_anew, past_games, remove_report, take_report
from server.quizzes.reports.question_history import history_of
from server.quizzes.room.joining import Joined, JoinRequest, join, with_near_misses
from server.quizzes.room.rooms import StaffAction, open_room, room_of
from server.quizzes.room.state import participants_of
from server.standings.queries import Audience, standing_cards
from server.store.folder import FolderStore
from server.submissions.queries import find_submission, submissions_of
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.releasing import release
from server.submissions.reruns.final_draw import draw_final
from server.submissions.uploads.resumable import under_way
from tests.server.builders import COURSE, NOON, a_person, another_course
from tests.server.quizzes.conftest import QUIZ
from tests.server.submissions.builders import (
    HELD_OUT,
    SLUG,
    ZONE,
    a_graded_submission,
    a_hello,
    a_resting_upload,
    a_submission,
    an_assignment,
)

FRESH = HELD_OUT.replace('load = "data.py:load"', 'load = "data.py:load"\nfinal = "fresh"')


@dataclass(frozen=True, slots=True)
class Courses:
    """Somebody who takes two courses that have an assignment of the same name, and a lecturer of each."""

    database: Database
    other: int
    here: Person
    there: Person
    lecturer_here: Person
    lecturer_there: Person


@pytest.fixture
def courses(database: Database) -> Courses:
    with database.write() as session:
        other = another_course(session)
        an_assignment(session)
        an_assignment(session, course_id=other)
        return Courses(
            database,
            other,
            a_person(session, "ABC123"),
            a_person(session, "ABC123", course_id=other),
            a_person(session, "LEC001", role=Role.LECTURER),
            a_person(session, "LEC002", role=Role.LECTURER, course_id=other),
        )


def test_one_account_is_somebody_in_each_course(courses: Courses):
    assert courses.here.id == courses.there.id
    assert (courses.here.course_id, courses.there.course_id) == (COURSE, courses.other)


def test_one_nickname_may_be_taken_in_each_course(courses: Courses):
    with courses.database.write() as session:
        for one in (courses.here, courses.there):
            accounts.change_nickname(session, one, "Gradiens Róka")
    with courses.database.write() as session, pytest.raises(BadInput, match="taken"):
        accounts.change_nickname(session, courses.lecturer_here, "gradiens róka")


@pytest.mark.parametrize("same", ["user_id", "nickname"])
def test_nobody_is_twice_in_a_course_nor_a_nickname(courses: Courses, same: str):
    with courses.database.write() as session:
        second = a_person(session, "XYZ789", course_id=courses.other)
    free = {"user_id": second.id, "nickname": "Okos Bagoly"}
    taken = {"user_id": courses.here.id, "nickname": courses.here.nickname}
    facts = {"course_id": COURSE, "role": Role.STUDENT, "labels": [], "created_at": NOON}
    row = facts | {"active": True, "named_by_course": False} | free | {same: taken[same]}
    with pytest.raises(IntegrityError), courses.database.write() as session:
        session.add(Enrolment(**row))


def test_people_are_those_of_the_course(courses: Courses):
    with courses.database.write() as session:
        assert {one.neptun for one in accounts.people(session, COURSE).values()} == {"ABC123", "LEC001"}
        assert accounts.find_person(session, COURSE, "LEC002") is None
        found = accounts.find_person(session, courses.other, "LEC002")
        assert found == courses.lecturer_there
        assert {one.person.neptun for one in accounts.people_entries(session, COURSE, NOON)} == {
            "ABC123",
            "LEC001",
        }
        assert invite(session, COURSE, ["LEC002"], NOON, reach=accounts.EVERYBODY) == []
        rows = [RosterRow(code, "x") for code in ("ABC123", "LEC001", "LEC002")]
        plan = plan_roster(session, COURSE, rows, reach=accounts.EVERYBODY)
        assert [row.neptun for row in plan.added] == ["LEC002"]


def test_a_roster_enrols_who_has_an_account_and_leaves_it_as_it_is(courses: Courses):
    row = RosterRow("LEC002", "Somebody Else", "thief@example.org", ("lab-B",))
    with courses.database.write() as session:
        plan = accounts.apply_roster(session, COURSE, [row], NOON, seed=1)
    assert plan.added == (row,)
    with courses.database.read() as session:
        here = accounts.find_person(session, COURSE, "LEC002")
        [entry] = [it for it in accounts.people_entries(session, COURSE, NOON) if it.person == here]
    assert here is not None
    assert (here.id, here.name, here.role) == (courses.lecturer_there.id, "Kiss Anna", Role.STUDENT)
    assert (here.labels, entry.email) == (("lab-B",), "")


def test_who_leaves_one_course_stays_in_the_other(courses: Courses):
    with courses.database.write() as session:
        deactivate(session, COURSE, "ABC123", NOON)
    with courses.database.read() as session:
        assert not accounts.is_let_in(session, courses.here)
        assert accounts.is_let_in(session, courses.there)


def test_the_file_of_one_course_makes_nobody_staff_in_another(courses: Courses):
    with courses.database.write() as session:
        synced = accounts.sync_staff(session, COURSE, [], NOON, seed=1)
        named = {one.neptun for one in (*synced.gone, *synced.unnamed, *synced.let_out)}
    assert "LEC002" not in named


def test_each_course_has_its_assignment_of_the_same_name(courses: Courses):
    with courses.database.read() as session:
        ids = {one: in_force(session, one, SLUG, ZONE).version_id for one in (COURSE, courses.other)}
        assert len(set(ids.values())) == 2
        assert [it.version_id for it in all_in_force(session, COURSE, ZONE)] == [ids[COURSE]]
    with courses.database.write() as session:
        an_assignment(session, "only-there", course_id=courses.other)
        with pytest.raises(UnknownAssignment):
            in_force(session, COURSE, "only-there", ZONE)


def test_work_in_one_course_counts_in_no_other(courses: Courses):
    with courses.database.write() as session:
        theirs = a_graded_submission(session, courses.there, score=0.9)
        assert theirs.course_id == courses.other
    with courses.database.read() as session:
        audience = Audience(is_staff=True, now=NOON)
        assert standing_cards(session, COURSE, audience) == {}
        assert standing_cards(session, courses.other, audience).keys() == {(SLUG, courses.there.id)}
        assert submissions_of(session, courses.here, ZONE).items == ()
        assert submissions_of(session, courses.here, ZONE, SLUG).items == ()
        assert len(submissions_of(session, courses.there, ZONE, SLUG).items) == 1
        here, there = (in_force(session, one, SLUG, ZONE) for one in (COURSE, courses.other))
        assert entries(session, here, private=True) == []
        assert len(entries(session, there, private=True)) == 1
        both = [courses.here.id, courses.there.id]
        assert counting(session, here, both, private=True) == []
        assert len(counting(session, there, both, private=True)) == 1


@pytest.mark.parametrize("who", ["here", "lecturer_here"])
def test_work_of_another_course_is_not_found(courses: Courses, who: str):
    with courses.database.write() as session:
        theirs = a_submission(session, courses.there)
        with pytest.raises(NotFound):
            find_submission(session, getattr(courses, who), theirs.id)
        assert find_submission(session, courses.lecturer_there, theirs.id).id == theirs.id


def test_tries_and_keys_of_one_course_are_none_of_the_other(courses: Courses):
    with courses.database.write() as session:
        for number in range(10):  # all of the day
            a_submission(session, courses.there, content=b"%d" % number, key=f"key-{number}")
        mine = a_submission(session, courses.here, key="key-0")
    assert mine.course_id == COURSE


def test_uploads_of_another_assignment_of_the_same_name_are_not_shown(courses: Courses):
    with courses.database.write() as session:
        a_resting_upload(session, courses.there)
        assert under_way(session, courses.here, SLUG) == []
        assert len(under_way(session, courses.there, SLUG)) == 1


def test_each_course_draws_its_held_out_data_from_a_secret_of_its_own(courses: Courses):
    with courses.database.write() as session:
        for one in (courses.here, courses.there):
            a_submission(session, one)
        record_worker(session, a_hello(slots=10), NOON)
        session.flush()
        keys = {one: held_out_keys(session, one, NOON).of(SLUG) for one in (COURSE, courses.other)}
        jobs = {
            session.get_one(Grading, one.grading_id).submission.course_id: one.job.held_out_key
            for one in release(session, ZONE, NOON)
        }
    assert keys[COURSE] != keys[courses.other]
    assert jobs == keys


def test_each_course_has_its_quiz_of_the_same_name(courses: Courses, tmp_path: Path):
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes" / "week-1.toml").write_text(QUIZ)
    sync_quizzes(courses.database, FolderStore(tmp_path), tmp_path, ZONE, NOON, course_id=courses.other)
    with courses.database.read() as session, pytest.raises(UnknownQuiz):
        quiz_in_force(session, COURSE, "week-1")
    [outcome] = sync_quizzes(courses.database, FolderStore(tmp_path), tmp_path, ZONE, NOON, course_id=COURSE)
    assert str(outcome.result) == "published"
    with courses.database.read() as session:
        both = {quiz_in_force(session, one, "week-1").id for one in (COURSE, courses.other)}
    assert len(both) == 2


def test_a_room_belongs_to_the_course_of_its_quiz(courses: Courses, tmp_path: Path):
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes" / "week-1.toml").write_text(QUIZ)
    for one in (COURSE, courses.other):
        sync_quizzes(courses.database, FolderStore(tmp_path), tmp_path, ZONE, NOON, course_id=one)
    library = Library(ZONE)
    with courses.database.write() as session:
        room = open_room(session, "week-1", Policy(), StaffAction(courses.lecturer_there, NOON))
        room.ended_at, room.question = NOON + timedelta(hours=1), 0
        session.flush()
        assert session.scalar(select(func.count()).where(Room.course_id == courses.other)) == 1
        assert room_of(session, courses.lecturer_there, room.pin) is room
        with pytest.raises(WrongPin):
            room_of(session, courses.lecturer_here, room.pin)
        assert quiz_credits(session, library, COURSE) == []
        assert [one.slug for one in quiz_credits(session, library, courses.other)] == ["week-1"]


@pytest.fixture
def quizzed(courses: Courses, tmp_path: Path) -> Courses:
    """The same quiz in both courses, played in the other one, where it may be played again."""
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes" / "week-1.toml").write_text(QUIZ)
    for one in (COURSE, courses.other):
        sync_quizzes(courses.database, FolderStore(tmp_path), tmp_path, ZONE, NOON, course_id=one)
    with courses.database.write() as session:
        policy = Policy(replay_until=NOON + timedelta(days=1))
        room = open_room(session, "week-1", policy, StaffAction(courses.lecturer_there, NOON))
        room.ended_at, room.question = NOON + timedelta(hours=1), 0
    return courses


def test_a_quiz_remembers_what_was_played_in_its_course(quizzed: Courses):
    library = Library(ZONE)
    asked = QuestionStatistics(1, "Quiz", "ReLU?", (), "", None, 10, 9, 8, None)
    report = KahootReport("Old game", (), (asked,))
    with quizzed.database.write() as session:
        quizzes = {
            one: library.quiz(session, quiz_in_force(session, one, "week-1").id)
            for one in (COURSE, quizzed.other)
        }
        taking = Taking(report, b"x", NOON, quizzed.lecturer_there.id, NOON)
        take_report(session, quizzes[quizzed.other], taking)
        [(past, _rows)] = past_games(session, quizzed.other, "week-1")
        here, there = (history_of(session, library, quizzes[one], "en") for one in (COURSE, quizzed.other))
        assert not match_anew(session, quizzes[COURSE], past.id, {})
        remove_report(session, quizzes[COURSE], past.id)
        assert match_anew(session, quizzes[quizzed.other], past.id, {})
        take_report(session, quizzes[COURSE], taking)  # the same file once in each course
    assert (len(here.games), len(here.reports)) == (0, 0)
    assert (len(there.games), len(there.reports)) == (2, 1)


def test_a_room_lets_in_people_of_its_course_alone(quizzed: Courses):
    asks = JoinRequest(None, "", "", "", NOON, Guesser("192.0.2.1", person_id=quizzed.here.id), "waiting")
    with quizzed.database.write() as session:
        room = open_room(session, "week-1", Policy(), StaffAction(quizzed.lecturer_there, NOON))
        with pytest.raises(WrongPin):
            join(session, room, replace(asks, person=quizzed.here))
        typed = replace(asks, neptun=quizzed.lecturer_here.neptun)
        looked = with_near_misses(session, room.course_id, typed)
        assert looked.near == (quizzed.lecturer_there,)  # LEC002 is one slip away from LEC001
        assert join(session, room, looked) == Joined("waiting")
        joined = join(session, room, replace(asks, person=quizzed.there))
        assert isinstance(joined, Joined)
        assert joined.nickname is not None
        assert [one.user_id for one in participants_of(session, room.id).values()] == [quizzed.there.id]
        deactivate(session, COURSE, "ABC123", NOON)
        assert len(participants_of(session, room.id)) == 1
        deactivate(session, quizzed.other, "ABC123", NOON)
        assert participants_of(session, room.id) == {}


def test_replays_and_participation_are_those_of_the_course(quizzed: Courses):
    with quizzed.database.read() as session:
        assert list(open_replays(session, COURSE, NOON)) == []
        assert len(list(open_replays(session, quizzed.other, NOON))) == 1
        here, there = (
            participation_table(session, Library(ZONE), one, Rule(), None) for one in (COURSE, quizzed.other)
        )
    assert (here.weeks, len(there.weeks)) == ((), 1)
    assert [row.person for row in here.rows] == [quizzed.here]
    assert [row.person for row in there.rows] == [quizzed.there]


def test_final_data_are_drawn_for_one_course_alone(courses: Courses):
    over = NOON + timedelta(days=60)
    with courses.database.write() as session:
        for one in (courses.here, courses.there):
            an_assignment(session, "final", course_id=one.course_id, tables=FRESH)
            a_graded_submission(session, one, slug="final")
    with courses.database.write() as session:
        assert draw_final(session, courses.other, "final", ZONE, over).added == 1
        assert held_out_keys(session, courses.other, over).nonces.keys() == {"final"}
        assert held_out_keys(session, COURSE, over).nonces == {}
        finals = session.scalars(select(Grading).where(Grading.final)).all()
        assert [one.submission.course_id for one in finals] == [courses.other]
        assert draw_final(session, COURSE, "final", ZONE, over).added == 1


SERVERS_OWN = {
    *("user", "invitation", "api_token", "web_session", "known_device", "login_failure"),  # accounts
    *("worker", "report_reading", "outbox", "loss", "event", "store_owner", "wrong_guess", "course"),
    *("notice_mute", "calendar_key", "receipt_key"),
}
PARTS = {  # of a row that names the course
    *("grading", "submission_file", "player", "player_device", "knock", "quiz_round", "answer"),
    *("replay_answer", "ruling", "room_event", "past_question", "inquiry_message"),
}


def test_every_table_is_the_servers_or_names_the_course():
    """A new table is put into one of the two lists, or has a course."""
    names = {name for name, table in Table.metadata.tables.items() if "course_id" not in table.columns}
    assert names == SERVERS_OWN | PARTS
    for name in PARTS:
        parents = {key.column.table.name for key in Table.metadata.tables[name].foreign_keys} - {"user"}
        assert parents - SERVERS_OWN, f"{name} belongs to nothing"


def test_no_slug_is_unique_without_its_course():
    loose = [
        f"{table.name}: {[column.name for column in constraint.columns]}"
        for table in Table.metadata.tables.values()
        for constraint in (*table.constraints, *table.indexes)
        if "slug" in {column.name for column in constraint.columns} and table.name != "course"
        if "course_id" not in {column.name for column in constraint.columns}
    ]
    assert loose == []
