"""Invitations: one link, one use, fourteen days; on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from server.accounts.credentials.sessions import open_web_session, person_of_web_session
from server.accounts.credentials.tokens import add_token, person_of_api_token
from server.accounts.invitations import LIFE, accept_invitation, invite, invited_person
from server.accounts.sign_in import Asker, check_login, itself
from server.database import Database
from server.errors import BadInput, InvitationGone
from server.person import Person
from tests.server.builders import COURSE, NOON, PASSWORD, a_person

SECOND = timedelta(seconds=1)


@pytest.fixture
def anna(database: Database) -> Person:
    with database.write() as session:
        return a_person(session, "ABC123")


def invited(database: Database, now: datetime = NOON) -> str:
    with database.write() as session:
        [slip] = invite(session, COURSE, ["ABC123"], now)
    return slip.key


def accept(database: Database, key: str, password: str = PASSWORD, now: datetime = NOON) -> Person:
    return accept_invitation(database, key, password, now, way=itself)


def test_an_invitation_sets_the_password(database: Database, anna: Person):
    assert accept(database, invited(database)) == anna
    assert check_login(database, "ABC123", PASSWORD, asker=Asker(""), now=NOON, way=itself) == anna


def test_a_link_works_once(database: Database, anna: Person):
    key = invited(database)
    accept(database, key)
    with pytest.raises(InvitationGone):
        accept(database, key, "another password")


def test_a_weak_password_does_not_use_the_link_up(database: Database, anna: Person):
    key = invited(database)
    with pytest.raises(BadInput):
        accept(database, key, "short")
    assert accept(database, key) == anna


def test_a_link_lives_for_fourteen_days(database: Database, anna: Person):
    key = invited(database)
    with database.read() as session:
        assert invited_person(session, key, NOON + LIFE - SECOND) == anna
        with pytest.raises(InvitationGone):
            invited_person(session, key, NOON + LIFE)


def test_a_new_link_replaces_the_old_one(database: Database, anna: Person):
    old, new = invited(database), invited(database)
    with pytest.raises(InvitationGone):
        accept(database, old)
    assert accept(database, new) == anna


def test_a_new_password_throws_everybody_out(database: Database, anna: Person):
    """Who lost the password to somebody gets a new link, and that somebody is gone."""
    with database.write() as session:
        cookie = open_web_session(session, anna.id, NOON)
        token = add_token(session, anna.id, "stolen", NOON).key
    accept(database, invited(database))
    assert person_of_web_session(database, cookie, NOON) is None
    assert person_of_api_token(database, token, NOON) is None


def test_unknown_people_get_no_invitation(database: Database, anna: Person):
    with database.write() as session:
        assert [slip.person for slip in invite(session, COURSE, ["NOBODY", "ABC123"], NOON)] == [anna]


@pytest.mark.parametrize("key", ["", "x", "\0", "\ud800"])
def test_strange_links_invite_nobody(database: Database, key: str):
    with database.read() as session, pytest.raises(InvitationGone):
        invited_person(session, key, NOON)
