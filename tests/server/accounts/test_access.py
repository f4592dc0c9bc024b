"""Who leaves is out, at once; and who was let in knows by whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from assignments.spec import StaffMember
from server.accounts import service
from server.accounts.access import activate, deactivate, sign_out_everywhere
from server.accounts.credentials.sessions import open_web_session, person_of_web_session
from server.accounts.credentials.tokens import add_token, person_of_api_token
from server.accounts.invitations import accept_invitation, invite, invited_person, last_invitation
from server.accounts.roster import RosterRow
from server.accounts.sign_in import Asker, change_password, check_login, itself
from server.database import Database
from server.errors import BadInput, InvitationGone, WrongLogin
from server.person import Person, Role
from tests.server.builders import COURSE, NOON, PASSWORD, a_person

EVA = StaffMember("LEC001", "Dr. Kovács Éva", "lecturer", "")
BELA = StaffMember("ASS001", "Tóth Béla", "assistant", "")


def synced(database: Database, *members: StaffMember) -> tuple[list[str], list[str]]:
    with database.write() as session:
        found = service.sync_staff(session, COURSE, members, NOON, seed=1)
    return [one.neptun for one in found.gone], [one.neptun for one in found.unnamed]


def person_of(database: Database, neptun: str) -> Person | None:
    with database.read() as session:
        return service.find_person(session, COURSE, neptun)


def role_of(database: Database, neptun: str) -> Role | None:
    person = person_of(database, neptun)
    return person.role if person else None


def ways_in(database: Database, person: Person) -> dict[str, str]:
    """A browser, a program and a link of somebody."""
    with database.write() as session:
        return {
            "browser": open_web_session(session, person.id, NOON),
            "program": add_token(session, person.id, "laptop", NOON).key,
            "link": invite(session, COURSE, [person.neptun], NOON, reach=frozenset(Role))[0].key,
        }


def open_ways(database: Database, ways: dict[str, str]) -> set[str]:
    """Those that still lead in."""
    found = set()
    if person_of_web_session(database, ways["browser"], NOON):
        found.add("browser")
    if person_of_api_token(database, ways["program"], NOON):
        found.add("program")
    with database.read() as session:
        try:
            invited_person(session, ways["link"], NOON)
            found.add("link")
        except InvitationGone:
            pass
    return found


def test_staff_that_the_file_names_no_more_are_students(database: Database):
    synced(database, EVA, BELA)
    assert synced(database, EVA) == (["ASS001"], [])
    assert role_of(database, "ASS001") is Role.STUDENT
    assert role_of(database, "LEC001") is Role.LECTURER


def test_who_loses_the_role_is_signed_out(database: Database):
    synced(database, EVA, BELA)
    bela = person_of(database, "ASS001")
    assert bela is not None
    ways = ways_in(database, bela)
    assert open_ways(database, ways) == {"browser", "program", "link"}
    synced(database, EVA)
    assert open_ways(database, ways) == set()


def test_who_comes_back_into_the_file_has_the_role_again(database: Database):
    synced(database, EVA, BELA)
    synced(database, EVA)
    synced(database, EVA, BELA)
    assert role_of(database, "ASS001") is Role.ASSISTANT
    assert synced(database, EVA, BELA) == ([], [])


def test_a_lecturer_made_by_hand_stays_and_is_told_of(database: Database):
    """`create-lecturer` makes the first one of a new server, whom no file names."""
    with database.write() as session:
        a_person(session, "LEC002", role=Role.LECTURER)
    assert synced(database, EVA) == ([], ["LEC002"])
    assert role_of(database, "LEC002") is Role.LECTURER


def test_the_file_lets_nobody_in_again(database: Database):
    synced(database, EVA, BELA)
    with database.write() as session:
        deactivate(session, COURSE, "ASS001", NOON)
    with database.write() as session:
        found = service.sync_staff(session, COURSE, [EVA, BELA], NOON, seed=1)
    assert [one.neptun for one in found.let_out] == ["ASS001"]
    assert person_of(database, "ASS001") is None


FILES = {"nobody": [], "an assistant": [BELA], "lower": [replace(EVA, role="assistant"), BELA]}


@pytest.mark.parametrize("members", FILES.values(), ids=FILES)
def test_the_last_lecturer_stays_one(database: Database, members: list[StaffMember]):
    synced(database, EVA, BELA)
    with database.write() as session:
        found = service.sync_staff(session, COURSE, members, NOON, seed=1)
    assert found.last is not None
    assert found.last.neptun == "LEC001"
    assert role_of(database, "LEC001") is Role.LECTURER
    synced(database, replace(EVA, neptun="LEC002"))
    assert role_of(database, "LEC001") is Role.STUDENT


def test_a_lecturer_who_is_deactivated_is_not_the_last_one(database: Database):
    """Neither one of the file, nor one made by hand."""
    synced(database, EVA, replace(EVA, neptun="LEC002"))
    with database.write() as session:
        a_person(session, "LEC003", role=Role.LECTURER)
        deactivate(session, COURSE, "LEC002", NOON)
        deactivate(session, COURSE, "LEC003", NOON)
    synced(database, replace(EVA, neptun="LEC002"))
    assert role_of(database, "LEC001") is Role.LECTURER


def test_of_two_who_are_last_one_stays_who_can_sign_in(database: Database):
    synced(database, EVA, replace(EVA, neptun="LEC002"))
    with database.write() as session:
        two = service.find_person(session, COURSE, "LEC002")
        assert two is not None
        service.set_password(session, two, PASSWORD)
    assert synced(database) == (["LEC001"], [])
    assert role_of(database, "LEC002") is Role.LECTURER


def test_who_is_made_by_hand_after_the_file_is_left_alone(database: Database):
    synced(database, EVA, BELA)
    with database.write() as session:
        row = RosterRow("ASS001", "Tóth Béla")
        service.make_staff(session, COURSE, row, Role.LECTURER, NOON, seed=1)
    assert synced(database, EVA) == ([], ["ASS001"])
    assert role_of(database, "ASS001") is Role.LECTURER


def test_students_are_none_of_the_files_business(database: Database):
    with database.write() as session:
        a_person(session, "ABC123")
    assert synced(database, EVA) == ([], [])
    assert role_of(database, "ABC123") is Role.STUDENT


@pytest.fixture
def anna(database: Database) -> Person:
    with database.write() as session:
        return a_person(session, "ABC123", password=PASSWORD)


def test_who_is_deactivated_is_out_at_once_and_can_come_back(database: Database, anna: Person):
    ways = ways_in(database, anna)
    with database.write() as session:
        deactivate(session, COURSE, "ABC123", NOON)
    assert open_ways(database, ways) == set()
    with database.read() as session:
        assert not service.is_let_in(session, anna)
    with pytest.raises(WrongLogin):
        check_login(database, "ABC123", PASSWORD, asker=Asker(""), now=NOON, way=itself)
    with database.write() as session:
        activate(session, COURSE, "ABC123")
    assert open_ways(database, ways) == set()
    assert check_login(database, "ABC123", PASSWORD, asker=Asker(""), now=NOON, way=itself) == anna


def test_nobody_is_deactivated_by_mistake(database: Database):
    with database.write() as session, pytest.raises(BadInput, match="XYZ789"):
        deactivate(session, COURSE, "XYZ789", NOON)


def test_a_new_password_ends_open_links(database: Database, anna: Person):
    """Somebody who saw the printed slip must not come in with it afterwards."""
    ways = ways_in(database, anna)
    passwords = (PASSWORD, "another correct horse")
    change_password(database, "ABC123", passwords, asker=Asker(""), now=NOON, way=itself)
    assert open_ways(database, ways) == set()


def test_a_link_that_is_used_ends_all_other_ways_in(database: Database, anna: Person):
    ways = ways_in(database, anna)
    accept_invitation(database, ways["link"], "another correct horse", NOON, way=itself)
    assert open_ways(database, ways) == set()


def test_signing_out_everywhere_ends_every_way_in_but_the_password(database: Database, anna: Person):
    ways = ways_in(database, anna)
    with database.write() as session:
        sign_out_everywhere(session, anna.id, NOON, device="")
    assert open_ways(database, ways) == set()
    assert check_login(database, "ABC123", PASSWORD, asker=Asker(""), now=NOON, way=itself) == anna


def test_others_stay_signed_in(database: Database, anna: Person):
    with database.write() as session:
        other = a_person(session, "XYZ789", name="Nagy Péter", password=PASSWORD)
    ways = ways_in(database, other)
    with database.write() as session:
        deactivate(session, COURSE, "ABC123", NOON)
    assert open_ways(database, ways) == {"browser", "program", "link"}


def test_a_link_tells_who_made_it(database: Database, anna: Person):
    with database.write() as session:
        bela = a_person(session, "ASS001", name="Tóth Béla", role=Role.ASSISTANT)
        key = invite(session, COURSE, ["ABC123"], NOON, made_by=bela)[0].key
    accept_invitation(database, key, "another correct horse", NOON + timedelta(days=1), way=itself)
    with database.read() as session:
        last = last_invitation(session, anna.id)
    assert last is not None
    assert (last.made_by, last.made_at, last.used_at) == ("Tóth Béla", NOON, NOON + timedelta(days=1))


def test_a_link_made_on_the_server_has_no_maker(database: Database, anna: Person):
    with database.write() as session:
        invite(session, COURSE, ["ABC123"], NOON)
    with database.read() as session:
        last = last_invitation(session, anna.id)
    assert last is not None
    assert (last.made_by, last.used_at) == ("", None)
