"""Mails of notices, handed to a real mail server: each once, whoever refuses or dies in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update

from grader.signing import new_signing_key, private_text
from server import create_app
from server.accounts.models import User
from server.config import Config
from server.database import Database
from server.notices.inbox import choose_mutes
from server.notices.kinds import Mute, NoticeKind
from server.notices.mail_delivery import GIVEN_UP_AFTER, LEASE, Postman, claim
from server.notices.models import Notice
from server.operations import metrics
from server.person import Person
from server.standings.decisions import deciding
from server.standings.decisions.deciding import DecisionAuthor, Subject
from server.web import services
from tests.server.builders import COURSE, NOON, PASSWORD, a_person
from tests.server.conftest import Browser, Clock
from tests.server.mail_server import MailServer, running
from tests.server.submissions.builders import SLUG, an_assignment, an_upload


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with running() as server:
        yield server


@pytest.fixture
def mailing(config: Config, clock: Clock, mail_server: MailServer, database: Database) -> Iterator[Flask]:
    """The application with a mail server and a key for receipts, on SQLite and on PostgreSQL."""
    url = database.engine.url.render_as_string(hide_password=False)
    keys = (private_text(new_signing_key()),)
    wanted = replace(config, mail=mail_server.config, database_url=url, receipt_keys=keys)
    app = create_app(wanted, clock=clock)
    yield app
    services(app).close()


@pytest.fixture
def anna(mailing: Flask) -> Person:
    with services(mailing).database.write() as session:
        an_assignment(session)
        anna = a_person(session, "ABC123", email="anna@example.org", password=PASSWORD)
        session.execute(update(User).where(User.id == anna.id).values(language="en"))
        return anna


@pytest.fixture
def postman(mailing: Flask, clock: Clock) -> Postman:
    return Postman(mailing, clock)


def tell(app: Flask, anna: Person, text: str = "Well done!") -> None:
    """Staff write to her."""
    with services(app).database.write() as session:
        deciding.comment(session, Subject(COURSE, SLUG, anna.id), DecisionAuthor(None, NOON, text))


def states(app: Flask) -> list[tuple[str, int]]:
    with services(app).database.read() as session:
        return [(one.mail_state, one.tries) for one in session.scalars(select(Notice).order_by(Notice.id))]


def test_several_notices_of_some_minutes_are_one_mail(
    mailing: Flask, mail_server: MailServer, anna: Person, postman: Postman, clock: Clock
):
    tell(mailing, anna)
    clock.pass_by(minutes=1)
    tell(mailing, anna, "One more thing:\nsee me.")
    assert postman.look() == 0
    clock.pass_by(minutes=1)
    assert postman.look() == 1
    assert postman.look() == 0
    [letter] = mail_server.letters
    said = letter.get_content()
    assert letter["To"] == "anna@example.org"
    assert letter["Subject"] == "Házi: 2 notices"
    assert "Digits: staff wrote to you." in said
    assert "> see me." in said
    assert "http://localhost/assignments/digits" in said
    assert "http://localhost/account/notices" in said
    assert states(mailing) == [("sent", 1)] * 2


def test_mail_that_is_refused_twice_is_sent_at_last(
    mailing: Flask, mail_server: MailServer, anna: Person, postman: Postman, clock: Clock
):
    mail_server.refuses = 2
    tell(mailing, anna)
    clock.pass_by(minutes=2)
    assert postman.look() == 0
    assert postman.look() == 0, "it waits for a while"
    assert states(mailing) == [("waiting", 1)]
    clock.pass_by(minutes=1)
    assert postman.look() == 0
    clock.pass_by(minutes=1)
    assert postman.look() == 0, "the second pause is longer"
    clock.pass_by(minutes=4)
    assert postman.look() == 1
    assert len(mail_server.letters) == 1
    assert states(mailing) == [("sent", 3)]


def test_server_that_dies_in_the_middle_gets_the_same_mail_again(
    mailing: Flask, mail_server: MailServer, anna: Person, postman: Postman, clock: Clock
):
    """Nobody knows whether it took the letter; the one id lets its reader see it once."""
    mail_server.dies = 2
    tell(mailing, anna)
    clock.pass_by(minutes=2)
    assert postman.look() == 0
    tell(mailing, anna, "This is a mail of its own.")
    clock.pass_by(minutes=1)
    assert postman.look() == 0
    clock.pass_by(minutes=1)
    assert postman.look() == 1, "what is new does not wait for what is tried again"
    clock.pass_by(minutes=4)
    assert postman.look() == 1
    first, again, other, last = mail_server.letters
    assert first["Message-ID"] == again["Message-ID"] == last["Message-ID"] != other["Message-ID"]
    assert first.get_content() == again.get_content() == last.get_content()
    assert "of its own" in other.get_content()


def test_dispatcher_that_dies_between_claim_and_mark_is_taken_over(
    mailing: Flask, mail_server: MailServer, anna: Person, postman: Postman, clock: Clock
):
    tell(mailing, anna)
    clock.pass_by(minutes=2)
    with services(mailing).database.write() as session:
        claimed = claim(session, clock())
    assert claimed is not None
    assert postman.look() == 0, "somebody sends it at this moment, as far as anybody knows"
    clock.moment += LEASE
    assert postman.look() == 1
    assert claimed.id in mail_server.letters[0]["Message-ID"]


def test_two_dispatchers_send_each_mail_once(
    mailing: Flask, mail_server: MailServer, anna: Person, postman: Postman, clock: Clock
):
    """What one holds, the other one passes by."""
    with services(mailing).database.write() as session:
        bela = a_person(session, "XYZ789", "Nagy Béla", email="bela@example.org")
    tell(mailing, anna)
    tell(mailing, bela)
    clock.pass_by(minutes=2)
    with services(mailing).database.write() as session:
        claimed = claim(session, clock())
        if services(mailing).database.engine.dialect.name == "postgresql":  # SQLite has one writer at a time
            assert postman.look() == 1
    assert claimed is not None
    assert claimed.addressee.email == "anna@example.org"
    postman.look()
    assert [letter["To"] for letter in mail_server.letters] == ["bela@example.org"]


def test_what_cannot_be_sent_for_three_days_is_given_up_and_said(
    mailing: Flask, mail_server: MailServer, anna: Person, postman: Postman, clock: Clock
):
    mail_server.refuses = 1000
    tell(mailing, anna)
    ends = clock.moment + GIVEN_UP_AFTER
    while clock.moment < ends:
        clock.pass_by(hours=6)
        postman.look()
    assert states(mailing)[0][0] == "failed"
    figures = metrics.exposition(services(mailing).database, clock, "")[0].decode()
    assert 'hazi_notice_mails{state="failed"} 1.0' in figures
    clock.pass_by(days=9)
    mail_server.refuses = 0
    assert postman.look() == 0


def test_who_has_chosen_no_language_reads_both(
    mailing: Flask, mail_server: MailServer, anna: Person, postman: Postman, clock: Clock
):
    with services(mailing).database.write() as session:
        session.execute(update(User).values(language=""))
    tell(mailing, anna)
    clock.pass_by(minutes=2)
    postman.look()
    assert "Digits" in mail_server.letters[0].get_content()
    assert "Számjegyek" in mail_server.letters[0].get_content()


@pytest.mark.parametrize("how", [Mute.MAIL, Mute.ALL])
def test_what_is_muted_is_not_mailed(mailing: Flask, anna: Person, how: Mute):
    with services(mailing).database.write() as session:
        choose_mutes(session, anna.id, {NoticeKind.DECISION: how})
    tell(mailing, anna)
    assert states(mailing) == ([("none", 0)] if how is Mute.MAIL else [])


def test_without_a_mail_server_nothing_waits_for_one(app: Flask):
    with services(app).database.write() as session:
        an_assignment(session)
        anna = a_person(session, email="anna@example.org")
    tell(app, anna)
    assert states(app) == [("none", 0)]


def test_who_has_no_address_any_more_is_written_to_no_more(
    mailing: Flask, mail_server: MailServer, anna: Person, postman: Postman, clock: Clock
):
    tell(mailing, anna)
    with services(mailing).database.write() as session:
        session.execute(update(User).values(email=""))
    clock.pass_by(minutes=2)
    assert postman.look() == 0
    assert mail_server.letters == []
    assert states(mailing) == [("none", 0)]


def test_receipt_is_mailed_to_whoever_asks_for_it_as_it_is_downloaded(
    mailing: Flask, mail_server: MailServer, anna: Person, postman: Postman, clock: Clock
):
    browser = Browser(mailing)
    browser.sign_in("ABC123")
    browser.post(f"/assignments/{SLUG}/submissions", an_upload(b"# first"))
    with services(mailing).database.write() as session:
        choose_mutes(session, anna.id, {NoticeKind.HANDED_IN: Mute.NONE})
    answer = browser.post(f"/assignments/{SLUG}/submissions", an_upload(b"# second"))
    assert answer.status_code in {302, 303}, answer.text
    clock.pass_by(minutes=2)
    assert postman.look() == 1
    [letter] = mail_server.letters
    [attached] = letter.iter_attachments()
    downloaded = browser.get(f"{answer.location}/receipt.json")
    assert downloaded.status_code == 200
    assert attached.get_payload(decode=True) == downloaded.data
    assert attached.get_filename() in downloaded.headers["Content-Disposition"]
    assert states(mailing) == [("sent", 1)]
