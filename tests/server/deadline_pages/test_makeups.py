"""Make-ups: who is turned away and why, and the list for the department."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from server.courses.models import Course
from server.deadline_pages.makeups import makeup_list
from server.grading.published import in_force
from server.person import Person
from server.standings.decisions.deciding import DecisionAuthor, void
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Browser, Clock
from tests.server.submissions.builders import (
    HELD_OUT,
    SLUG,
    ZONE,
    a_graded_submission,
    an_assignment,
    an_upload,
)

Headers = dict[str, str]
OPENS = datetime(2026, 12, 14, 7, tzinfo=UTC)
MAKEUP = "[makeup]\nopens = 2026-12-14T08:00:00\ndue = 2026-12-20T23:59:59\ncap = 0.4\n"


@pytest.fixture
def anna(app: Flask, person: Callable[..., Person]) -> Person:
    return person("ABC123")


def publish(app: Flask, slug: str = SLUG, *, more: str = "", head: str = "", **facts: str) -> None:
    with services(app).database.write() as session:
        an_assignment(session, slug, tables=f"{HELD_OUT}{MAKEUP}{more}", **facts)


def graded(app: Flask, who: Person, at: datetime, private: float, slug: str = SLUG) -> None:
    """A hand-in of which the private share is worth ten times `private`, and the public one 5 points."""
    with services(app).database.write() as session:
        submission = a_graded_submission(
            session, who, now=at, slug=slug, content=f"# {slug} {at} {private}".encode()
        )
        grading = submission.gradings[0]
        grading.private_points, grading.private_score = 10 * private, private
        session.flush()


def hand_in(client: FlaskClient, who: Headers, slug: str = SLUG) -> tuple[int, str]:
    data = an_upload(f"# {slug} a make-up".encode())
    answer = client.post(f"/api/v1/assignments/{slug}/submissions", data=data, headers=who)
    return answer.status_code, answer.get_json().get("slug", "")


def test_who_has_not_failed_is_told_so(
    app: Flask, client: FlaskClient, anna: Person, token: Callable[[str], Headers], clock: Clock
):
    publish(app)
    graded(app, anna, NOON, 0.5)
    clock.moment = OPENS
    answer = hand_in(client, token("ABC123"))
    assert answer == (403, "makeup-not-needed")


def test_who_has_failed_may_make_up(
    app: Flask, client: FlaskClient, anna: Person, token: Callable[[str], Headers], clock: Clock
):
    publish(app)
    graded(app, anna, NOON, 0.3)
    clock.moment = OPENS
    assert hand_in(client, token("ABC123"))[0] == 201


def test_until_the_reveal_being_refused_would_tell_the_private_share(
    app: Flask, client: FlaskClient, anna: Person, token: Callable[[str], Headers], clock: Clock
):
    """Whoever has not failed hands in for nothing, but learns nothing."""
    with services(app).database.write() as session:
        tables = f"{HELD_OUT}{MAKEUP}"
        an_assignment(session, due="2026-10-25T23:59:59\nreveal = 2027-01-10T12:00:00", tables=tables)
    graded(app, anna, NOON, 0.9)
    clock.moment = OPENS
    assert hand_in(client, token("ABC123"))[0] == 201
    clock.moment = OPENS + timedelta(days=9)
    assert hand_in(client, token("ABC123")) == (403, "closed")


def two_for_one_make_up(app: Flask, clock: Clock) -> None:
    """Both make-ups are open, and a term has one of them for each."""
    publish(app)
    publish(app, "letters")
    with services(app).database.write() as session:
        session.execute(update(Course).values(makeups_per_term=1))
    clock.moment = OPENS


def test_more_make_ups_than_a_term_has_are_refused(
    app: Flask, client: FlaskClient, anna: Person, token: Callable[[str], Headers], clock: Clock
):
    two_for_one_make_up(app, clock)
    mine = token("ABC123")
    assert hand_in(client, mine)[0] == 201
    assert hand_in(client, mine, "letters") == (403, "makeups-used-up")
    assert hand_in(client, mine)[0] == 201  # another try at the same one


def test_make_up_that_was_cancelled_is_none(
    app: Flask, client: FlaskClient, anna: Person, token: Callable[[str], Headers], clock: Clock
):
    """It has cost nothing, so it uses up none of the term, and no fee is due for it."""
    two_for_one_make_up(app, clock)
    mine = token("ABC123")
    number = client.post(
        f"/api/v1/assignments/{SLUG}/submissions", data=an_upload(b"# a make-up"), headers=mine
    ).get_json()["id"]
    assert client.post(f"/api/v1/submissions/{number}/cancel", json={}, headers=mine).status_code == 200
    assert hand_in(client, mine, "letters")[0] == 201
    with services(app).database.read() as session:
        assert makeup_list(session, COURSE, in_force(session, COURSE, SLUG, ZONE).spec).rows == ()


def test_void_make_up_is_none(app: Flask, anna: Person, lecturer: Browser):
    publish(app)
    with services(app).database.write() as session:
        made = a_graded_submission(session, anna, now=OPENS)
        void(session, made, DecisionAuthor(None, OPENS, "copied"))
    with services(app).database.read() as session:
        assert makeup_list(session, COURSE, in_force(session, COURSE, SLUG, ZONE).spec).rows == ()


def test_a_late_day_that_reaches_into_a_make_up_is_none(
    *,
    app: Flask,
    client: FlaskClient,
    anna: Person,
    token: Callable[[str], Headers],
    clock: Clock,
    assistant: Browser,
):
    """It was handed in on an own line that goes on: it uses up no make-up, and no fee is due for it."""
    publish(app)
    publish(app, "letters")
    with services(app).database.write() as session:
        session.execute(update(Course).values(makeups_per_term=1))
    request = {"neptun": "ABC123", "due": "2026-12-16T12:00", "why": "ill", "seen": "0"}
    assert assistant.post(f"/assignments/{SLUG}/extensions", request).status_code == 303
    clock.moment = OPENS
    mine = token("ABC123")
    assert hand_in(client, mine)[0] == 201
    assert hand_in(client, mine, "letters")[0] == 201


def test_department_gets_a_list_with_the_fee(app: Flask, anna: Person, assistant: Browser, clock: Clock):
    publish(app, more="fee = true\n")
    graded(app, anna, NOON, 0.1)
    graded(app, anna, OPENS + timedelta(hours=1), 0.9)
    page = assistant.get(f"/assignments/{SLUG}/makeup").text
    assert all(word in page for word in ("Kiss Anna", "ABC123", "A fee is due", "14 Dec 2026, 09:00"))
    told = assistant.get(f"/assignments/{SLUG}/makeup.csv").get_data().decode("utf-8-sig").splitlines()
    assert told[1] == f"ABC123,Kiss Anna,{SLUG},2026-12-14 09:00:00,yes,yes,4.0"


def test_without_a_make_up_the_page_says_so(app: Flask, anna: Person, assistant: Browser):
    with services(app).database.write() as session:
        an_assignment(session)
    assert "There is no make-up" in assistant.get(f"/assignments/{SLUG}/makeup").text
    assert assistant.get(f"/assignments/{SLUG}/makeup.pdf").status_code == 404
