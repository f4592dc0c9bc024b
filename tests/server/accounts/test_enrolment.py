"""Who has no active enrolment in the course is not let in, by whatever way; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from server.accounts import service
from server.accounts.invitations import invite
from server.accounts.models import User
from server.accounts.sign_in import Asker, accept, change_password, check_login, itself
from server.courses.models import Enrolment
from server.courses.service import let_in
from server.database import Database
from server.errors import InvitationGone, WrongLogin
from server.person import Person, Role
from tests.server.accounts.test_access import open_ways, ways_in
from tests.server.builders import COURSE, NOON, PASSWORD, a_person, another_course

NEW = "another correct horse"
OUT = {
    "deactivated": update(Enrolment).values(active=False),
    "never here": delete(Enrolment).where(Enrolment.course_id == COURSE),
}


@pytest.fixture
def anna(database: Database) -> Person:
    """Somebody with a password who takes another course too."""
    with database.write() as session:
        other = another_course(session)
        a_person(session, "ABC123", course_id=other)
        return a_person(session, "ABC123", password=PASSWORD)


@pytest.fixture(params=OUT)
def out(request: pytest.FixtureRequest, database: Database, anna: Person) -> dict[str, str]:
    """The ways in of somebody who has lost the enrolment in this course, and nothing else."""
    ways = ways_in(database, anna)
    with database.write() as session:
        session.execute(OUT[request.param])
    return ways


def test_no_way_in_is_left(database: Database, out: dict[str, str]):
    assert open_ways(database, out) == set()


@pytest.mark.parametrize("password", [PASSWORD, "a wrong one"])
def test_the_password_is_answered_as_a_wrong_one(database: Database, out: dict[str, str], password: str):
    with pytest.raises(WrongLogin) as refused:
        check_login(database, "ABC123", password, asker=Asker(""), now=NOON, way=itself)
    with pytest.raises(WrongLogin) as nobody:
        check_login(database, "XYZ789", password, asker=Asker(""), now=NOON, way=itself)
    assert str(refused.value.detail) == str(nobody.value.detail)


def test_the_password_cannot_be_changed(database: Database, out: dict[str, str]):
    with pytest.raises(WrongLogin):
        change_password(database, "ABC123", (PASSWORD, NEW), asker=Asker(""), now=NOON, way=itself)


def test_a_link_is_gone(database: Database, out: dict[str, str]):
    with pytest.raises(InvitationGone):
        accept(database, out["link"], NEW, asker=Asker(""), now=NOON, way=itself)


def test_who_has_lost_it_is_not_found_nor_invited(database: Database, anna: Person, out: dict[str, str]):
    with database.write() as session:
        assert service.find_person(session, COURSE, "ABC123") is None
        assert invite(session, COURSE, ["ABC123"], NOON, reach=frozenset(Role)) == []
        assert not service.is_let_in(session, anna)
        assert session.scalars(select(User.id).where(let_in(COURSE, User.id))).all() == []


def test_who_is_in_the_course_comes_in(database: Database, anna: Person):
    """So that the others fail for the enrolment alone."""
    assert open_ways(database, ways_in(database, anna)) == {"browser", "program", "link"}
    assert check_login(database, "ABC123", PASSWORD, asker=Asker(""), now=NOON, way=itself) == anna
