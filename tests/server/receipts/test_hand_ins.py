"""A hand-in has its receipt from its first moment on, and keeps it whatever becomes of rules and keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cli.api.receipts import read_keys, verify
from grader.signing import new_signing_key, private_text
from server import create_app
from server.config import Config
from server.deadlines.changes import DateAuthor, NewDates, edit_dates
from server.person import Person
from server.receipts.signer import RETIRES_AFTER
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Browser, Clock
from tests.server.submissions.builders import SLUG, an_assignment, an_upload

Headers = dict[str, str]
FIRST, SECOND = (private_text(new_signing_key()) for _number in range(2))


def serving(config: Config, clock: Clock, *keys: str) -> Iterator[Flask]:
    app = create_app(replace(config, receipt_keys=keys), clock=clock)
    yield app
    services(app).close()


@pytest.fixture
def app(config: Config, clock: Clock) -> Iterator[Flask]:
    """The application, with a key for receipts."""
    yield from serving(config, clock, FIRST)


@pytest.fixture
def anna(app: Flask, person: Callable[..., Person], token: Callable[[str], Headers]) -> Headers:
    with services(app).database.write() as session:
        an_assignment(session)
    person("ABC123")
    return token("ABC123")


def handed_in(client: FlaskClient, who: Headers) -> str:
    answer = client.post(f"/api/v1/assignments/{SLUG}/submissions", data=an_upload(), headers=who)
    assert answer.status_code == 201, answer.text
    return answer.get_json()["id"]


def receipt(client: FlaskClient, who: Headers, submission_id: str) -> str:
    answer = client.get(f"/api/v1/submissions/{submission_id}/signed-receipt", headers=who)
    assert answer.status_code == 200, answer.text
    return answer.text


def keys(client: FlaskClient) -> str:
    return client.get("/api/v1/receipt-keys").text


def test_receipt_is_good_for_whoever_has_the_published_keys(client: FlaskClient, anna: Headers):
    said = verify(receipt(client, anna, handed_in(client, anna)), read_keys(keys(client)))
    assert (said.neptun, said.assignment, said.received_at) == ("ABC123", SLUG, NOON)
    assert (said.phase, said.late_by_s, [file[0] for file in said.files]) == ("open", 0, ["submission.py"])


def test_keys_are_found_at_a_well_known_place(client: FlaskClient, anna: Headers):
    assert client.get("/.well-known/hazi-receipt-keys.json").text == keys(client)


def test_it_says_what_the_rules_said_then(app: Flask, client: FlaskClient, anna: Headers):
    submission_id = handed_in(client, anna)
    before = receipt(client, anna, submission_id)
    with services(app).database.write() as session:
        request = NewDates("moved", due=NOON - timedelta(days=1))
        edit_dates(session, COURSE, SLUG, request, DateAuthor(None, NOON))
    assert receipt(client, anna, submission_id) == before
    late = client.get(f"/api/v1/submissions/{submission_id}", headers=anna).get_json()["late_by_s"]
    assert late == 24 * 3600, "lateness itself follows the rules in force"


def test_old_receipts_are_good_after_the_key_was_replaced(
    client: FlaskClient, anna: Headers, config: Config, clock: Clock
):
    old = receipt(client, anna, handed_in(client, anna))
    clock.pass_by(hours=1)
    for after in serving(config, clock, SECOND):
        later = after.test_client()
        fresh = receipt(later, anna, handed_in(later, anna))
        published = read_keys(keys(later))
    assert json.loads(old)["key"] != json.loads(fresh)["key"]
    assert [verify(one, published).neptun for one in (old, fresh)] == ["ABC123"] * 2
    assert published[json.loads(old)["key"]].retired_at == NOON + timedelta(hours=1) + RETIRES_AFTER


def test_without_a_key_there_is_a_sentence_and_hand_ins_are_taken(
    anna: Headers, config: Config, clock: Clock
):
    for bare in serving(config, clock):
        client = bare.test_client()
        answer = client.get(f"/api/v1/submissions/{handed_in(client, anna)}/signed-receipt", headers=anna)
    assert (answer.status_code, answer.get_json()["slug"]) == (404, "no-receipt")


def test_hand_in_of_before_is_signed_when_asked_for(
    client: FlaskClient, anna: Headers, config: Config, clock: Clock
):
    for bare in serving(config, clock):
        submission_id = handed_in(bare.test_client(), anna)
    clock.pass_by(days=2)
    said = verify(receipt(client, anna, submission_id), read_keys(keys(client)))
    assert (said.received_at, said.issued_at) == (NOON, NOON + timedelta(days=2))


def test_others_get_none(
    app: Flask,
    client: FlaskClient,
    anna: Headers,
    person: Callable[..., Person],
    token: Callable[[str], Headers],
):
    person("XYZ789")
    address = f"/api/v1/submissions/{handed_in(client, anna)}/signed-receipt"
    assert client.get(address, headers=token("XYZ789")).status_code == 404


def test_page_gives_it_as_a_file(app: Flask, client: FlaskClient, anna: Headers):
    submission_id = handed_in(client, anna)
    browser = Browser(app)
    browser.sign_in("ABC123")
    answer = browser.get(f"/submissions/{submission_id}/receipt.json")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=receipt-")
    assert verify(answer.text, read_keys(keys(client))).submission == submission_id
