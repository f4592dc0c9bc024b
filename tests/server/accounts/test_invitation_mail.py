"""Mailed invitations, handed to a real mail server that talks SMTP on a loopback port."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

import assignments
from assignments import course
from server import create_app
from server.accounts.invitation_mail import Letter, as_mail
from server.accounts.invitations import Slip
from server.accounts.roster import EMAIL, is_email
from server.config import Config, MailConfig
from server.mail import send
from server.person import Person, Role
from server.web import services
from tests.server.builders import NOON, PASSWORD, a_person
from tests.server.conftest import Browser, Clock
from tests.server.mail_server import REFUSED, MailServer, running
from tests.servers import free_port

COURSE = course(Path(assignments.__file__).parent)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with running() as server:
        yield server


@pytest.fixture
def mailing(config: Config, clock: Clock, mail_server: MailServer) -> Iterator[Flask]:
    """The application with a mail server."""
    app = create_app(replace(config, mail=mail_server.config), clock=clock)
    yield app
    services(app).close()


@pytest.fixture
def lecturer(mailing: Flask) -> Browser:
    with services(mailing).database.write() as session:
        a_person(session, "LEC001", role=Role.LECTURER, password=PASSWORD)
        a_person(session, "NEW001", "Új Emese", email="emese@example.org")
        a_person(session, "NEW002", "Régi Ede", email=REFUSED)
        a_person(session, "NEW003", "Cím Nélküli")
    browser = Browser(mailing)
    browser.sign_in("LEC001")
    return browser


def test_who_has_an_address_gets_a_letter_and_the_others_a_slip(
    mailing: Flask, mail_server: MailServer, lecturer: Browser
):
    page = lecturer.post("/people/invitations", {"everybody": "1", "mail": "1"}).text
    [letter] = mail_server.letters
    assert letter["To"] == "emese@example.org"
    assert "Új Emese (NEW001)" in letter.get_content()
    assert "Új Emese" not in page
    assert "Régi Ede" in page
    assert "Cím Nélküli" in page


def test_what_an_assistant_makes_is_mailed_and_not_shown(mailing: Flask, mail_server: MailServer):
    """A link is a way into an account: it goes to whose it is, if that is possible."""
    with services(mailing).database.write() as session:
        a_person(session, "ASS001", "Tóth Béla", role=Role.ASSISTANT, password=PASSWORD)
        a_person(session, "NEW001", "Új Emese", email="emese@example.org", password=PASSWORD)
        a_person(session, "NEW003", "Cím Nélküli")
    browser = Browser(mailing)
    browser.sign_in("ASS001")
    page = browser.post("/people/invitations", {"neptun": ["NEW001", "NEW003"]}).text
    assert [letter["To"] for letter in mail_server.letters] == ["emese@example.org"]
    assert "Új Emese" not in page
    assert "Cím Nélküli" in page
    student = Browser(mailing)
    student.sign_in("NEW001")
    assert "Tóth Béla" in student.get("/account").text


@pytest.fixture
def assistant(mailing: Flask) -> Browser:
    with services(mailing).database.write() as session:
        a_person(session, "ASS001", "Tóth Béla", role=Role.ASSISTANT, password=PASSWORD)
        a_person(session, "OLD001", "Van Jelszava", password=PASSWORD)
        a_person(session, "OLD002", "Rossz Cím", email=REFUSED, password=PASSWORD)
        a_person(session, "NEW002", "Régi Ede", email=REFUSED)
        a_person(session, "NEW003", "Cím Nélküli")
    browser = Browser(mailing)
    browser.sign_in("ASS001")
    return browser


def links_to(page: str) -> list[str]:
    """Whose links a page shows."""
    return re.findall(r'class="slip-name">[^<]*<span class="code">(\w+)', page)


@pytest.mark.parametrize("form", [{}, {"mail": "1"}])
def test_what_does_not_reach_whose_it_is_is_shown_to_no_assistant(
    mail_server: MailServer, assistant: Browser, form: dict[str, str]
):
    chosen = ["OLD001", "OLD002", "NEW002", "NEW003"]
    page = assistant.post("/people/invitations", {"neptun": chosen, **form}).text
    assert links_to(page) == ["NEW003"]
    assert len(re.findall("http://localhost/invitation/", page)) == 1
    assert all(code in page for code in chosen)
    assert mail_server.letters == []


def test_nor_where_the_mail_server_is_away(mailing: Flask, mail_server: MailServer, assistant: Browser):
    mail_server.server_close()
    page = assistant.post("/people/invitations", {"neptun": ["OLD001", "OLD002"]}).text
    assert links_to(page) == []
    assert "A lecturer can print" in page


def test_a_lecturer_prints_what_could_not_be_mailed(assistant: Browser, mailing: Flask):
    with services(mailing).database.write() as session:
        a_person(session, "LEC001", role=Role.LECTURER, password=PASSWORD)
    lecturer = Browser(mailing)
    lecturer.sign_in("LEC001")
    page = lecturer.post("/people/invitations", {"neptun": ["OLD001", "OLD002"], "mail": "1"}).text
    assert links_to(page) == ["OLD002", "OLD001"]


def test_an_assistant_cannot_send_themselves_a_students_link(
    mailing: Flask, mail_server: MailServer, assistant: Browser
):
    """Neither by another address, nor by the first one of somebody who has a password."""
    for code in ("OLD001", "OLD002", "NEW002"):
        roster = f"Neptun;Name;Email\n{code};Valaki;mine@example.org\n"
        answer = assistant.post("/people/import", {"text": roster, "apply": "1"})
        assert (answer.status_code, code in answer.text) == (403, True)
        assistant.post("/people/invitations", {"neptun": code})
    assert [letter["To"] for letter in mail_server.letters] == []


def test_the_mailed_link_works(mailing: Flask, mail_server: MailServer, lecturer: Browser):
    lecturer.post("/people/invitations", {"neptun": "NEW001", "mail": "1"})
    found = re.search(r"http://localhost(/invitation/\S+)", mail_server.letters[0].get_content())
    assert found is not None
    assert "Új Emese" in Browser(mailing).get(found[1]).text


@pytest.mark.parametrize("bad", ["őr@example.org", "x@exámple.org", "(a@[", "a\nb@example.org", REFUSED])
def test_a_bad_address_holds_up_no_other_letter(
    mailing: Flask, mail_server: MailServer, lecturer: Browser, bad: str
):
    """The server of this test has not heard of addresses beyond ASCII."""
    with services(mailing).database.write() as session:
        a_person(session, "AAA000", "Aba Aba", email=bad)
    page = lecturer.post("/people/invitations", {"everybody": "1", "mail": "1"}).text
    assert [letter["To"] for letter in mail_server.letters] == ["emese@example.org"]
    assert "Aba Aba" in page


@given(st.from_regex(EMAIL, fullmatch=True).filter(is_email))
def test_a_letter_can_be_written_to_every_address_that_is_one(address: str):
    slip = Slip(Person(1, "ABC123", "Kiss Anna", "x", Role.STUDENT, 1), address, "key", NOON)
    assert as_mail(Letter(slip, "link"), COURSE, "hazi@example.org", 14).as_bytes()


def test_without_the_mail_server_everything_is_printed():
    letter = EmailMessage()
    letter["To"] = "emese@example.org"
    nobody = MailConfig("127.0.0.1", free_port(), "hazi@example.org", "none", "", "")
    assert send(nobody, [letter]) == set()


def test_mailing_without_a_mail_server_is_refused(app: Flask):
    with services(app).database.write() as session:
        a_person(session, "LEC001", role=Role.LECTURER, password=PASSWORD)
    browser = Browser(app)
    browser.sign_in("LEC001")
    assert browser.post("/people/invitations", {"neptun": "LEC001", "mail": "1"}).status_code == 422
