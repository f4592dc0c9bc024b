"""Signing in with a password, and how others' guesses are kept apart from it; on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from server.accounts import sign_in as signing_in
from server.accounts.credentials.devices import MOST, device_key, issue_device
from server.accounts.models import KnownDevice, LoginFailure
from server.accounts.sign_in import Asker, change_password, check_login, itself
from server.accounts.throttle import STRANGERS_TRIES, State
from server.database import Database
from server.errors import Refusal, TooManyAttempts, WrongLogin
from server.person import Person
from tests.server.builders import NOON, PASSWORD, a_person

HALL = "10.0.0.1"
SECOND = timedelta(seconds=1)


@pytest.fixture
def anna(database: Database) -> Person:
    with database.write() as session:
        return a_person(session, "ABC123", password=PASSWORD)


@pytest.fixture(autouse=True)
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for an attempt under way gives up sooner."""
    monkeypatch.setattr(signing_in, "TURNS_S", (0.01, 0.02, 0.05))


def sign_in(
    database: Database,
    password: str = PASSWORD,
    neptun: str = "ABC123",
    now: datetime = NOON,
    *,
    address: str = HALL,
    device: str = "",
) -> Person:
    return check_login(database, neptun, password, asker=Asker(address, device), now=now, way=itself)


def fail(database: Database, times: int, neptun: str = "ABC123", **asker: str) -> None:
    for _ in range(times):
        with pytest.raises(WrongLogin):
            check_login(
                database, neptun, "wrong", asker=Asker(**({"address": HALL} | asker)), now=NOON, way=itself
            )


def states(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(LoginFailure.state).order_by(LoginFailure.id)))


def under_way(database: Database, times: int) -> None:
    with database.write() as session:
        session.add_all(LoginFailure(neptun="ABC123", network=HALL, at=NOON) for _ in range(times))


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


def test_signing_in_forgives_the_failures_of_the_place(database: Database, anna: Person):
    fail(database, 4)
    fail(database, 1, address="10.6.6.6")
    sign_in(database)
    assert states(database) == [State.FORGIVEN] * 4 + [State.WRONG]
    fail(database, 4)
    assert sign_in(database) == anna


def test_unknown_codes_are_throttled_too(database: Database):
    fail(database, 5, "NOBODY")
    with pytest.raises(TooManyAttempts):
        sign_in(database, "wrong", "NOBODY")


def note(database: Database, times: int, state: State) -> None:
    """Attempts on other accounts from the same address: wrong ones, or such as are being looked at."""
    with database.write() as session:
        for number in range(times):
            session.add(LoginFailure(neptun=f"AAA{number:03}", network=HALL, at=NOON, state=state))


def test_one_address_cannot_try_many_accounts(database: Database, anna: Person):
    note(database, 300, State.WRONG)
    with pytest.raises(TooManyAttempts) as refusal:
        sign_in(database)
    assert refusal.value.extras == {"retry_after_s": 15}


def test_a_hall_that_signs_in_at_once_gets_in(database: Database, anna: Person):
    note(database, 300, State.UNDER_WAY)
    assert sign_in(database) == anna


def test_the_mistakes_of_others_keep_nobody_out(database: Database, anna: Person):
    note(database, 299, State.WRONG)
    assert sign_in(database) == anna


def test_an_account_with_failures_of_its_own_shares_the_fate_of_its_address(database: Database, anna: Person):
    fail(database, 1)
    note(database, 29, State.WRONG)
    with pytest.raises(TooManyAttempts):
        sign_in(database)


def test_attempts_under_way_do_not_count_against_each_other(database: Database, anna: Person):
    under_way(database, 4)
    assert sign_in(database) == anna


def test_no_more_are_under_way_than_there_are_tries(database: Database, anna: Person):
    under_way(database, 5)
    with pytest.raises(TooManyAttempts) as refusal:
        sign_in(database)
    assert refusal.value.extras == {"retry_after_s": 1}


def test_a_right_password_forgives_none_that_is_still_looked_at(database: Database, anna: Person):
    under_way(database, 1)
    sign_in(database)
    assert states(database) == [State.UNDER_WAY]


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


def test_a_person_with_twelve_devices_gets_in_with_all_at_once(
    database: Database, anna: Person, monkeypatch: pytest.MonkeyPatch
):
    """More than there are tries: each waits for its turn."""
    ready = threading.Barrier(12)

    def attempt(_number: int) -> Person:
        ready.wait()
        return sign_in(database)

    monkeypatch.setattr(signing_in, "TURNS_S", (0.02,) * 500)  # however busy the machine is
    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(attempt, range(12))) == [anna] * 12
    assert states(database) == []


def test_guesses_from_everywhere_leave_a_known_device_alone(database: Database, anna: Person):
    sign_in(database, device="mine")
    with database.write() as session:
        for number in range(STRANGERS_TRIES):
            place = f"10.6.6.{number}"
            session.add(LoginFailure(neptun="ABC123", at=NOON, network=place, state=State.WRONG))
    with pytest.raises(TooManyAttempts, match="used"):
        sign_in(database, device="another")
    assert sign_in(database, device="mine") == anna
    assert sign_in(database, device="mine", address="10.9.9.9") == anna


def test_a_known_device_has_a_budget_of_its_own(database: Database, anna: Person):
    sign_in(database, device="mine")
    fail(database, 10, device="mine")
    with pytest.raises(TooManyAttempts):
        sign_in(database, device="mine")
    assert sign_in(database) == anna


def test_a_device_is_known_to_the_account_that_it_signed_in_to(database: Database, anna: Person):
    with database.write() as session:
        a_person(session, "XYZ789", password=PASSWORD)
    sign_in(database, neptun="XYZ789", device="theirs")
    fail(database, 5)
    with pytest.raises(TooManyAttempts):
        sign_in(database, device="theirs")


def test_another_password_makes_every_device_a_stranger(database: Database, anna: Person):
    sign_in(database, device="thief's")
    passwords = (PASSWORD, "a new and longer one")
    change_password(database, "ABC123", passwords, asker=Asker(HALL, "mine"), now=NOON, way=itself)
    with database.read() as session:
        assert len(session.scalars(select(KnownDevice.id)).all()) == 1
    fail(database, 5, device="thief's")
    with pytest.raises(TooManyAttempts):
        sign_in(database, "a new and longer one", device="thief's")
    assert sign_in(database, "a new and longer one", device="mine") == anna


def test_devices_without_end_fill_no_table(database: Database, anna: Person):
    for number in range(MOST + 3):
        sign_in(database, device=f"device {number}", now=NOON + number * SECOND)
    with database.read() as session:
        assert len(session.scalars(select(KnownDevice.id)).all()) == MOST


def test_the_database_holds_no_usable_device(database: Database, anna: Person):
    sign_in(database, device="mine")
    with database.read() as session:
        assert session.scalars(select(KnownDevice.key_hash)).one() != "mine"


def test_a_device_is_signed_and_outlives_a_change_of_keys():
    shown = issue_device(["old"])
    assert len(device_key(shown, ["old"])) == 43
    assert device_key(shown, ["new", "old"]) == device_key(shown, ["old"])
    assert device_key(shown, ["new"]) == ""
    assert device_key(issue_device(["new", "old"]), ["new"])


@pytest.mark.parametrize("shown", ["", "x", ".", "\0", "\ud800", "x" * 10_000, "a.b.c"])
def test_strange_devices_are_none(shown: str):
    assert device_key(shown, ["key"]) == ""
