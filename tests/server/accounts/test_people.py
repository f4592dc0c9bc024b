"""The people of the course; on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from server.accounts import service
from server.accounts.invitations import invite
from server.accounts.people import plan_roster
from server.accounts.roster import RosterRow
from server.database import Database
from server.errors import BadInput
from server.operations.schema_version import migrate
from server.person import EVERYBODY, Person, Role
from tests import servers
from tests.server.builders import COURSE, NOON, PASSWORD, a_course, a_person

ANNA = RosterRow("ABC123", "Kiss Anna", "anna@example.org")
PETER = RosterRow("XYZ789", "Nagy Péter")


def take(database: Database, *rows: RosterRow) -> None:
    with database.write() as session:
        service.apply_roster(session, COURSE, rows, NOON, seed=1, reach=EVERYBODY)


def found(database: Database, neptun: str) -> Person:
    with database.read() as session:
        person = service.find_person(session, COURSE, neptun)
    assert person is not None
    return person


def test_a_roster_makes_students(database: Database):
    take(database, ANNA, PETER)
    with database.read() as session:
        everybody = list(service.people(session, COURSE).values())
    assert [(person.name, person.role) for person in everybody] == [
        ("Kiss Anna", Role.STUDENT),
        ("Nagy Péter", Role.STUDENT),
    ]
    assert len({person.nickname for person in everybody}) == 2


def test_a_preview_writes_nothing(database: Database):
    with database.read() as session:
        plan = plan_roster(session, COURSE, [ANNA])
    assert plan.added == (ANNA,)
    with database.read() as session:
        assert service.people(session, COURSE) == {}


def test_a_second_roster_changes_name_and_address_only(database: Database):
    take(database, ANNA)
    before = found(database, "ABC123")
    take(database, RosterRow("ABC123", "Kiss-Nagy Anna", "new@example.org"))
    after = found(database, "ABC123")
    assert (after.id, after.nickname, after.name) == (before.id, before.nickname, "Kiss-Nagy Anna")


def test_a_roster_never_demotes_staff(database: Database):
    with database.write() as session:
        service.make_staff(session, COURSE, ANNA, Role.LECTURER, NOON, seed=1)
    take(database, RosterRow("ABC123", "Kiss-Nagy Anna"))
    assert found(database, "ABC123").role is Role.LECTURER


def test_a_student_may_become_staff(database: Database):
    take(database, ANNA)
    with database.write() as session:
        service.make_staff(session, COURSE, ANNA, Role.ASSISTANT, NOON, seed=1)
    assert found(database, "ABC123").is_staff


def test_the_list_says_who_can_sign_in(database: Database):
    with database.write() as session:
        a_person(session, "ABC123", password=PASSWORD)
        a_person(session, "XYZ789", "Nagy Péter")
        invite(session, COURSE, ["XYZ789"], NOON)
    with database.read() as session:
        anna, peter = service.people_entries(session, COURSE, NOON)
        [_, later] = service.people_entries(session, COURSE, NOON + timedelta(days=14))
    assert (anna.has_password, anna.invited_until) == (True, None)
    assert (peter.has_password, peter.invited_until) == (False, NOON + timedelta(days=14))
    assert later.invited_until is None


@pytest.mark.parametrize("nickname", ["xyz 789", "I am XYZ-789!", "ABC123"])
def test_a_nickname_gives_no_code_away(database: Database, nickname: str):
    take(database, ANNA, PETER)
    with pytest.raises(BadInput, match="Neptun code"), database.write() as session:
        service.change_nickname(session, found(database, "ABC123"), nickname)


def test_a_nickname_belongs_to_one_person(database: Database):
    take(database, ANNA, PETER)
    taken = found(database, "XYZ789").nickname
    with pytest.raises(BadInput, match="taken"), database.write() as session:
        service.change_nickname(session, found(database, "ABC123"), taken.upper())


@pytest.fixture
def postgres_database(postgres: servers.PostgresServer) -> Iterator[Database]:
    """Where two writers work at once; on SQLite the second waits at the door."""
    with servers.fresh_database(postgres) as url:
        database = Database(url)
        migrate(database)
        with database.write() as session:
            a_course(session)
        yield database
        database.dispose()


@contextmanager
def overtaken(database: Database, verb: Callable[[], None]) -> Iterator[Session]:
    """A writer before whom somebody else does this, after it has looked and before it writes."""
    with database.write() as session:
        event.listen(session, "before_flush", lambda *_: verb(), once=True)
        yield session


def test_a_nickname_taken_a_moment_earlier_is_taken(postgres_database: Database):
    take(postgres_database, ANNA, PETER)
    peter = found(postgres_database, "XYZ789")

    def be_faster() -> None:
        with postgres_database.write() as session:
            service.change_nickname(session, peter, "Gradiens Róka")

    anna = found(postgres_database, "ABC123")
    with pytest.raises(BadInput, match="taken"), overtaken(postgres_database, be_faster) as session:
        service.change_nickname(session, anna, "Gradiens Róka")


def test_of_two_rosters_at_once_the_later_is_asked_again(postgres_database: Database):
    def be_faster() -> None:
        take(postgres_database, ANNA)

    with pytest.raises(BadInput, match="try again"), overtaken(postgres_database, be_faster) as session:
        service.apply_roster(session, COURSE, [ANNA], NOON, seed=2)
    assert found(postgres_database, "ABC123").name == "Kiss Anna"


def test_a_nickname_can_be_chosen(database: Database):
    take(database, ANNA)
    with database.write() as session:
        service.change_nickname(session, found(database, "ABC123"), "Gradiens Róka")
    assert found(database, "ABC123").nickname == "Gradiens Róka"
