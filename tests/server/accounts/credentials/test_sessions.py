"""Browser sessions that end; on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from server.accounts.credentials.sessions import (
    IDLE,
    LIFE,
    MOST,
    close_web_session,
    open_web_session,
    person_of_web_session,
)
from server.accounts.models import WebSession
from server.database import Database
from server.person import Person
from tests.server.builders import NOON, PASSWORD, a_person

pytestmark = pytest.mark.dialects

SECOND = timedelta(seconds=1)


@pytest.fixture
def anna(database: Database) -> Person:
    with database.write() as session:
        return a_person(session, "ABC123", password=PASSWORD)


def opened(database: Database, person: Person, now: datetime = NOON) -> str:
    with database.write() as session:
        return open_web_session(session, person.id, now)


def test_the_database_holds_no_usable_key(database: Database, anna: Person):
    key = opened(database, anna)
    with database.read() as session:
        assert session.scalars(select(WebSession.token_hash)).one() != key


@pytest.mark.parametrize(
    ("later", "still_in"), [(SECOND, True), (IDLE - SECOND, True), (IDLE, False), (LIFE, False)]
)
def test_a_session_ends_when_idle(database: Database, anna: Person, later: timedelta, still_in: bool):
    key = opened(database, anna)
    assert (person_of_web_session(database, key, NOON + later) == anna) is still_in


def test_a_busy_session_ends_after_a_week(database: Database, anna: Person):
    key, now = opened(database, anna), NOON
    while now + timedelta(hours=7) < NOON + LIFE:
        now += timedelta(hours=7)
        assert person_of_web_session(database, key, now) == anna
    assert person_of_web_session(database, key, NOON + LIFE) is None


def test_a_closed_session_lets_nobody_in(database: Database, anna: Person):
    key = opened(database, anna)
    with database.write() as session:
        close_web_session(session, key)
    assert person_of_web_session(database, key, NOON) is None


@pytest.mark.parametrize("key", ["", "x", "\0", "\ud800", "x" * 10_000])
def test_strange_cookies_are_nobody(database: Database, key: str):
    assert person_of_web_session(database, key, NOON) is None


def test_sign_ins_without_end_fill_no_table(database: Database, anna: Person):
    keys = [opened(database, anna) for _ in range(MOST + 3)]
    with database.read() as session:
        assert len(session.scalars(select(WebSession.id)).all()) == MOST
    assert person_of_web_session(database, keys[2], NOON) is None
    assert person_of_web_session(database, keys[3], NOON) == anna
