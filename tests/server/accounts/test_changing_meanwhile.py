"""A password that is changed while somebody comes in closes that way in, too; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import event, func, select

from server import create_app
from server.accounts.credentials import passwords
from server.accounts.credentials.sessions import (
    close_all_web_sessions,
    open_web_session,
    person_of_web_session,
)
from server.accounts.credentials.tokens import revoke_all_tokens
from server.accounts.invitations import AGAIN, accept_invitation, invite
from server.accounts.models import ApiToken, Invitation, User, WebSession
from server.accounts.sign_in import Asker, change_password, check_login, itself
from server.database import Database
from server.errors import InvitationGone, WrongLogin
from server.web import services
from tests.server.builders import COURSE, NOON, PASSWORD, a_config, a_person
from tests.server.conftest import Browser, Clock

pytestmark = pytest.mark.dialects

NEW = "a new and longer one"
THEIRS = "what somebody else has set"


@pytest.fixture
def app(database: Database, database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    with database.write() as session:
        a_person(session, password=PASSWORD)
    app = create_app(a_config(tmp_path, database_url), clock=clock)
    yield app
    services(app).close()


def change(database: Database) -> None:
    """What a change of password comes to, whoever makes it."""
    with database.write() as session:
        user = session.scalars(select(User)).one()
        user.password_hash = passwords.hash_password(THEIRS)
        close_all_web_sessions(session, user.id)
        revoke_all_tokens(session, user.id, NOON)


def ways_in(database: Database) -> int:
    with database.read() as session:
        browsers = select(func.count()).select_from(WebSession)
        programs = select(func.count()).select_from(ApiToken).where(ApiToken.revoked_at.is_(None))
        return (session.scalar(browsers) or 0) + (session.scalar(programs) or 0)


def theirs_counts(database: Database) -> bool:
    with database.read() as session:
        return passwords.password_matches(session.scalars(select(User.password_hash)).one(), THEIRS)


@contextmanager
def changed_after(app: Flask, database: Database, number: int) -> Iterator[list[int]]:
    """Between two transactions of a request somebody changes the password; how many there were."""
    engine, seen = services(app).database.engine, []

    def count(*_: object) -> None:
        seen.append(len(seen))
        if len(seen) == number:
            change(database)

    event.listen(engine, "checkin", count)
    try:
        yield seen
    finally:
        event.remove(engine, "checkin", count)


def log_in(browser: Browser) -> None:
    browser.sign_in("ABC123")


def make_a_token(browser: Browser) -> None:
    request = {"neptun": "ABC123", "password": PASSWORD, "name": "x"}
    browser.client.post("/api/v1/tokens", json=request)


def change_ones_own(browser: Browser) -> None:
    form = {"action": "password", "current": PASSWORD, "password": NEW, "again": NEW}
    browser.post("/account", form)


def make_a_token_on_the_page(browser: Browser) -> None:
    browser.post("/account", {"action": "token", "name": "x"})


DOORS = [
    (False, log_in),
    (False, make_a_token),
    (True, change_ones_own),
    (True, make_a_token_on_the_page),
]


@pytest.mark.parametrize(("signed_in", "door"), DOORS, ids=lambda one: getattr(one, "__name__", ""))
def test_no_way_in_outlives_a_change_between_any_two_steps(
    app: Flask, database: Database, signed_in: bool, door: Callable[[Browser], None]
):
    number, seen = 0, [0]
    while len(seen) >= number:
        number += 1
        _set_back(database)
        browser = Browser(app)
        if signed_in:
            assert browser.sign_in("ABC123").status_code == 302
        browser.csrf_token()
        with changed_after(app, database, number) as seen:
            door(browser)
        if len(seen) >= number:
            assert ways_in(database) == 0, number
            assert theirs_counts(database), number
    assert number > 2
    assert ways_in(database) == 1 + (door is make_a_token_on_the_page)


def _set_back(database: Database) -> None:
    with database.write() as session:
        user = session.scalars(select(User)).one()
        user.password_hash = passwords.hash_password(PASSWORD)
        close_all_web_sessions(session, user.id)
        revoke_all_tokens(session, user.id, NOON)


def test_one_who_changes_the_password_waits_for_the_way_that_is_opened(app: Flask, database: Database):
    """And finds it. The other order is a wrong password."""
    other = threading.Thread(target=change, args=[database])

    def way(session: object, person: object) -> str:
        other.start()
        other.join(0.5)  # it cannot end before we do
        assert other.is_alive()
        return open_web_session(session, person.id, NOON)  # type: ignore[attr-defined,arg-type]

    key = check_login(database, "ABC123", PASSWORD, asker=Asker(""), now=NOON, way=way)
    other.join(10)
    assert person_of_web_session(database, key, NOON) is None


def test_todays_costs_never_bring_an_older_password_back(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    with changed_after(app, database, 1):
        assert Browser(app).sign_in("ABC123").status_code != 302
    assert theirs_counts(database)


def test_an_older_password_changes_no_newer_one(app: Flask, database: Database):
    change(database)
    with pytest.raises(WrongLogin):
        change_password(database, "ABC123", (PASSWORD, NEW), asker=Asker(""), now=NOON, way=itself)
    assert theirs_counts(database)


# --- A link whose answer was lost -------------------------------------------------------------------


def a_used_link(database: Database, password: str = NEW) -> str:
    with database.write() as session:
        key = invite(session, COURSE, ["ABC123"], NOON)[0].key
    accept_invitation(database, key, password, NOON, way=itself)
    return f"/invitation/{key}"


def send(app: Flask, link: str, password: str) -> tuple[int, bool]:
    browser = Browser(app)
    status = browser.post(link, {"password": password, "again": password}).status_code
    return status, browser.get("/api/v1/me").status_code == 200


def test_who_sends_the_same_password_again_is_in(app: Flask, database: Database, clock: Clock):
    link = a_used_link(database)
    clock.pass_by(minutes=1)
    assert send(app, link, NEW) == (302, True)
    assert send(app, link, PASSWORD) == (404, False)
    clock.pass_by(seconds=AGAIN.total_seconds())
    assert send(app, link, NEW) == (404, False)


def test_a_used_link_is_no_place_to_guess_passwords(app: Flask, database: Database):
    link = a_used_link(database)
    statuses = [send(app, link, f"guess number {number}")[0] for number in range(7)]
    assert statuses[:5] == [404] * 5
    assert statuses[5:] == [429] * 2


def test_a_link_that_was_replaced_tells_nothing(app: Flask, database: Database):
    with database.write() as session:
        old = invite(session, COURSE, ["ABC123"], NOON)[0].key
    a_used_link(database)
    assert send(app, f"/invitation/{old}", NEW) == (404, False)
    with database.read() as session:
        assert len(session.scalars(select(Invitation.id)).all()) == 2


def test_a_page_of_a_used_link_says_that_it_is_gone(app: Flask, database: Database):
    assert Browser(app).get(a_used_link(database)).status_code == 404
    with pytest.raises(InvitationGone):
        accept_invitation(database, "nonsense", NEW, NOON, way=itself)
