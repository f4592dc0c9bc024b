"""The same content is run once, a newer hand-in replaces one that waits, and a trial never counts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from grader.contract import Verdict
from server.grading.models import Grading, Priority, State, Submission
from server.person import Person
from server.standings.models import Decision, Standing
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.recording import record_report
from server.submissions.queue.releasing import mark_sent, release
from server.web import services
from tests.server.builders import NOON
from tests.server.submissions.builders import SLUG, SOURCE, ZONE, a_hello, a_report, an_assignment, an_upload

Headers = dict[str, str]
OTHER = b"x = 1\n" + SOURCE


@pytest.fixture
def anna(app: Flask, person: Callable[..., Person], token: Callable[[str], Headers]) -> Headers:
    with services(app).database.write() as session:
        an_assignment(session)
    person("ABC123")
    return token("ABC123")


def hand_in(
    client: FlaskClient, who: Headers, content: bytes, name: str = "submission.py", how: str = ""
) -> dict:
    address = f"/api/v1/assignments/{SLUG}/submissions{how}"
    answer = client.post(address, data=an_upload(content, name), headers=who)
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def run_all(app: Flask, verdict: Verdict = Verdict.SCORED) -> list[str]:
    """Everything that waits is graded; the submissions, in the order of their runs."""
    with services(app).database.write() as session:
        record_worker(session, a_hello(slots=100), NOON)
        session.flush()
        jobs = release(session, ZONE, NOON)
        for one in jobs:
            mark_sent(session, one, NOON)
            record_report(session, a_report(one.job.attempt_id, verdict=verdict), NOON + timedelta(seconds=9))
    return [one.submission_id for one in jobs]


def packed(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("work/submission.py", content)
    return buffer.getvalue()


def state(client: FlaskClient, who: Headers, submission: dict) -> dict:
    return client.get(f"/api/v1/submissions/{submission['id']}", headers=who).get_json()


def left(client: FlaskClient, who: Headers) -> tuple[int, int]:
    found = client.get(f"/api/v1/assignments/{SLUG}", headers=who).get_json()
    return found["tries_left_today"], found["trials_left_today"]


def test_same_content_in_a_zip_has_the_run_there_is(app: Flask, client: FlaskClient, anna: Headers):
    first = hand_in(client, anna, SOURCE)
    again = hand_in(client, anna, packed(SOURCE), "mine.zip")
    assert (again["same_as"], again["id"] == first["id"]) == (first["id"], False)
    assert run_all(app) == [first["id"]]
    assert state(client, anna, again)["points"] == state(client, anna, first)["points"] == 5
    assert left(client, anna)[0] == 9, "it cost no try"


def test_what_was_run_long_ago_is_not_run_again(app: Flask, client: FlaskClient, anna: Headers):
    first = hand_in(client, anna, SOURCE)
    run_all(app)
    hand_in(client, anna, OTHER)
    run_all(app)
    assert hand_in(client, anna, SOURCE)["same_as"] == first["id"]
    assert run_all(app) == []


def test_report_and_events_of_the_same_content_are_those_of_the_run(
    app: Flask, client: FlaskClient, anna: Headers
):
    hand_in(client, anna, SOURCE)
    again = hand_in(client, anna, SOURCE)
    run_all(app)
    address = f"/api/v1/submissions/{again['id']}"
    assert client.get(f"{address}/report", headers=anna).get_json()["verdict"] == "scored"
    assert client.get(f"{address}/log", headers=anna).status_code == 200


def test_our_fault_is_run_again(app: Flask, client: FlaskClient, anna: Headers):
    hand_in(client, anna, SOURCE)
    with services(app).database.write() as session:
        grading = session.scalars(select(Grading)).one()
        grading.state, grading.verdict = State.DONE, Verdict.GRADER_ERROR
    assert hand_in(client, anna, SOURCE)["same_as"] is None


def test_what_was_refused_is_run_again(app: Flask, client: FlaskClient, anna: Headers):
    """It may have been refused for how it was packed."""
    hand_in(client, anna, SOURCE)
    run_all(app, Verdict.REJECTED)
    assert hand_in(client, anna, SOURCE)["same_as"] is None


def test_another_version_is_run_again(app: Flask, client: FlaskClient, anna: Headers):
    hand_in(client, anna, SOURCE)
    run_all(app)
    with services(app).database.write() as session:
        an_assignment(session, per_day=11)
    assert hand_in(client, anna, SOURCE)["same_as"] is None


def test_content_of_others_is_run_for_oneself(
    app: Flask,
    client: FlaskClient,
    anna: Headers,
    person: Callable[..., Person],
    token: Callable[[str], Headers],
):
    hand_in(client, anna, SOURCE)
    person("XYZ789")
    assert hand_in(client, token("XYZ789"), SOURCE)["same_as"] is None


def test_newer_hand_in_replaces_the_older_one_that_waits(app: Flask, client: FlaskClient, anna: Headers):
    older = hand_in(client, anna, SOURCE)
    newer = hand_in(client, anna, OTHER)
    assert state(client, anna, older)["state"] == "cancelled"
    assert run_all(app) == [newer["id"]]
    assert left(client, anna)[0] == 9, "the one that was replaced cost no try"
    with services(app).database.read() as session:
        decision = session.scalars(select(Decision)).one()
    assert (decision.submission_id, decision.new["replaced_by"]) == (older["id"], newer["id"])


def test_both_are_run_where_both_are_wanted(app: Flask, client: FlaskClient, anna: Headers):
    older = hand_in(client, anna, SOURCE)
    newer = hand_in(client, anna, OTHER, how="?keep=true")
    assert run_all(app) == [older["id"], newer["id"]]


def test_run_that_has_begun_is_not_replaced(app: Flask, client: FlaskClient, anna: Headers):
    older = hand_in(client, anna, SOURCE)
    run_all(app)
    hand_in(client, anna, OTHER)
    assert state(client, anna, older)["state"] == "done"


def test_trial_runs_last_and_counts_nowhere(app: Flask, client: FlaskClient, anna: Headers):
    trial = hand_in(client, anna, SOURCE, how="?trial=true")
    assert trial["trial"]
    assert left(client, anna) == (10, 19)
    with services(app).database.read() as session:
        assert session.scalars(select(Grading.priority)).all() == [Priority.TRIAL]
    with services(app).database.write() as session:
        record_worker(session, a_hello(slots=100), NOON)
        session.flush()
        [one] = release(session, ZONE, NOON)
        assert one.job.trial
        assert one.job.held_out_key == "0" * 64, "the key of no assignment leaves the server for it"
        mark_sent(session, one, NOON)
        record_report(session, a_report(one.job.attempt_id), NOON + timedelta(seconds=9))
    with services(app).database.read() as session:
        assert session.scalars(select(Standing)).all() == []
    board = client.get(f"/api/v1/assignments/{SLUG}/leaderboard", headers=anna).get_json()["rows"]
    assert board == []


def test_trial_and_hand_in_leave_each_other_alone(app: Flask, client: FlaskClient, anna: Headers):
    first = hand_in(client, anna, SOURCE)
    trial = hand_in(client, anna, SOURCE, how="?trial=true")
    second = hand_in(client, anna, OTHER, how="?keep=true")
    assert trial["same_as"] is None
    assert run_all(app) == [first["id"], second["id"], trial["id"]]


def test_trial_that_is_sent_again_is_the_same_trial(client: FlaskClient, anna: Headers):
    """The answer got lost, and the program sends it with the same key."""
    address = f"/api/v1/assignments/{SLUG}/submissions?trial=true"
    keyed = anna | {"Idempotency-Key": "k1"}
    first, again = (client.post(address, data=an_upload(), headers=keyed).get_json() for _time in range(2))
    assert first["trial"]
    assert again["id"] == first["id"]


def test_key_of_a_trial_hands_nothing_in(client: FlaskClient, anna: Headers):
    address = f"/api/v1/assignments/{SLUG}/submissions"
    keyed = anna | {"Idempotency-Key": "k1"}
    client.post(f"{address}?trial=true", data=an_upload(), headers=keyed)
    answer = client.post(address, data=an_upload(), headers=keyed)
    assert (answer.status_code, answer.get_json()["slug"]) == (409, "key-reused")


def test_trials_of_a_day_run_out(app: Flask, client: FlaskClient, anna: Headers):
    for number in range(20):
        hand_in(client, anna, b"# %d\n" % number + SOURCE, how="?trial=true")
    address = f"/api/v1/assignments/{SLUG}/submissions?trial=true"
    answer = client.post(address, data=an_upload(OTHER), headers=anna)
    assert (answer.status_code, answer.get_json()["slug"]) == (429, "tries-used-up")
    assert "trials" in answer.get_json()["detail"]


def test_unknown_way_of_handing_in_is_refused(client: FlaskClient, anna: Headers):
    address = f"/api/v1/assignments/{SLUG}/submissions?trail=true"
    answer = client.post(address, data=an_upload(), headers=anna)
    assert (answer.status_code, answer.get_json()["slug"]) == (422, "bad-input")


def test_everything_that_was_handed_in_is_there(app: Flask, client: FlaskClient, anna: Headers):
    """Neither a copy nor what was replaced is lost: each has its row, its files and its receipt."""
    ids = [hand_in(client, anna, content)["id"] for content in (SOURCE, OTHER, SOURCE, SOURCE)]
    with services(app).database.read() as session:
        found = session.scalars(select(Submission).order_by(Submission.received_at, Submission.id)).all()
        assert {one.id for one in found} == set(ids)
        assert all(len(one.files) == 1 for one in found)
