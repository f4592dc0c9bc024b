"""Signing in, and browser sessions that end; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from server.accounts.models import LoginFailure, WebSession
from server.accounts.person import Person
from server.accounts.sessions import (
    IDLE,
    LIFE,
    MOST,
    check_login,
    close_web_session,
    open_web_session,
    person_of_web_session,
)
from server.db import Database
from server.errors import Refusal, TooManyAttempts, WrongLogin
from tests.server.builders import NOON, PASSWORD, a_person

HALL = "10.0.0.1"
SECOND = timedelta(seconds=1)


@pytest.fixture
def anna(database: Database) -> Person:
    with database.write() as session:
        return a_person(session, "ABC123", password=PASSWORD)


def sign_in(
    database: Database, password: str = PASSWORD, neptun: str = "ABC123", now: datetime = NOON
) -> Person:
    return check_login(database, neptun, password, address=HALL, now=now)


def fail(database: Database, times: int, neptun: str = "ABC123") -> None:
    for _ in range(times):
        with pytest.raises(WrongLogin):
            sign_in(database, "wrong", neptun)


def opened(database: Database, person: Person, now: datetime = NOON) -> str:
    with database.write() as session:
        return open_web_session(session, person.id, now)


def test_the_right_password_lets_in(database: Database, anna: Person):
    assert sign_in(database, neptun=" abc123 ") == anna


def test_wrong_and_unknown_look_the_same(database: Database, anna: Person):
    answers = set()
    for neptun in ("ABC123", "NOBODY", "not a code", ""):
        with pytest.raises(WrongLogin) as refusal:
            sign_in(database, "wrong", neptun)
        answers.add((str(refusal.value), tuple(refusal.value.extras)))
    assert len(answers) == 1


def test_somebody_without_password_cannot_sign_in(database: Database):
    with database.write() as session:
        a_person(session, "NEW001")
    with pytest.raises(WrongLogin):
        sign_in(database, "", "NEW001")


def test_the_sixth_wrong_password_has_to_wait(database: Database, anna: Person):
    fail(database, 5)
    with pytest.raises(TooManyAttempts) as refusal:
        sign_in(database)
    assert refusal.value.extras == {"retry_after_s": 15}


def test_waiting_opens_the_door_again(database: Database, anna: Person):
    fail(database, 5)
    assert sign_in(database, now=NOON + timedelta(seconds=15)) == anna


def test_attempts_while_waiting_do_not_prolong_it(database: Database, anna: Person):
    fail(database, 5)
    for second in range(15):
        with pytest.raises(TooManyAttempts):
            sign_in(database, now=NOON + second * SECOND)
    assert sign_in(database, now=NOON + timedelta(seconds=15)) == anna


def test_signing_in_forgets_the_failures(database: Database, anna: Person):
    fail(database, 4)
    sign_in(database)
    with database.read() as session:
        assert session.scalars(select(LoginFailure)).all() == []


def test_unknown_codes_are_throttled_too(database: Database):
    fail(database, 5, "NOBODY")
    with pytest.raises(TooManyAttempts):
        sign_in(database, "wrong", "NOBODY")


def note(database: Database, times: int, *, settled: bool) -> None:
    """Attempts on other accounts from the same address: wrong ones, or such as are being looked at."""
    with database.write() as session:
        for number in range(times):
            attempt = LoginFailure(neptun=f"AAA{number:03}", address=HALL, at=NOON, settled=settled)
            session.add(attempt)


def test_one_address_cannot_try_many_accounts(database: Database, anna: Person):
    note(database, 300, settled=True)
    with pytest.raises(TooManyAttempts) as refusal:
        sign_in(database)
    assert refusal.value.extras == {"retry_after_s": 15}


def test_a_hall_that_signs_in_at_once_gets_in(database: Database, anna: Person):
    note(database, 300, settled=False)
    assert sign_in(database) == anna


def test_the_mistakes_of_others_keep_nobody_out(database: Database, anna: Person):
    note(database, 299, settled=True)
    assert sign_in(database) == anna


def test_an_account_with_failures_of_its_own_shares_the_fate_of_its_address(database: Database, anna: Person):
    fail(database, 1)
    note(database, 29, settled=True)
    with pytest.raises(TooManyAttempts):
        sign_in(database)


def test_attempts_not_yet_looked_at_count_for_their_account(database: Database, anna: Person):
    with database.write() as session:
        session.add_all(LoginFailure(neptun="ABC123", address=HALL, at=NOON) for _ in range(5))
    with pytest.raises(TooManyAttempts):
        sign_in(database)


def test_a_right_password_forgives_none_that_is_still_looked_at(database: Database, anna: Person):
    with database.write() as session:
        session.add(LoginFailure(neptun="ABC123", address="10.6.6.6", at=NOON))
    sign_in(database)
    with database.read() as session:
        assert session.scalars(select(LoginFailure.address)).all() == ["10.6.6.6"]


def test_twenty_tries_at_once_are_twenty_tries(database: Database, anna: Person):
    def attempt(_number: int) -> type[Refusal]:
        try:
            sign_in(database, "wrong")
        except Refusal as refusal:
            return type(refusal)
        raise AssertionError("a wrong password was taken")

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(20)))
    assert outcomes.count(WrongLogin) == 5
    assert outcomes.count(TooManyAttempts) == 15


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
