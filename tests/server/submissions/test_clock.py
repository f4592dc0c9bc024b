"""What the clock of an assignment means at the doors: what is taken when, and what people are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.person import Person
from server.web import services
from tests.server.conftest import Browser, Clock
from tests.server.submissions.builders import HELD_OUT, SLUG, an_assignment, an_upload

Headers = dict[str, str]
DUE = datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)
MAKEUP_OPENS = datetime(2026, 12, 14, 7, tzinfo=UTC)
GRACE, SECOND = timedelta(minutes=5), timedelta(seconds=1)
WITH_MAKEUP = f"""{HELD_OUT}
[makeup]
opens = 2026-12-14T08:00:00
due = 2026-12-20T23:59:59
cap = 0.4
"""
STEPS = 'steps = [{ until = "+36h", keep = 0.5 }, { until = "+1w", minus = 0.6 }]'


@pytest.fixture
def anna(app: Flask, person: Callable[..., Person], token: Callable[[str], Headers]) -> Headers:
    person("ABC123")
    return token("ABC123")


def publish(app: Flask, **facts: str) -> None:
    with services(app).database.write() as session:
        an_assignment(session, **facts)


def told(client: FlaskClient, anna: Headers) -> dict[str, Any]:
    return client.get(f"/api/v1/assignments/{SLUG}", headers=anna).get_json()


def taken(client: FlaskClient, anna: Headers) -> tuple[int, int]:
    """The status of a hand-in, and by how many seconds it is late."""
    answer = client.post(f"/api/v1/assignments/{SLUG}/submissions", data=an_upload(), headers=anna)
    return answer.status_code, answer.get_json().get("late_by_s", -1)


def at(clock: Clock, moment: datetime) -> None:
    clock.moment = moment


@pytest.mark.parametrize(
    ("after", "state", "answer"),
    [
        (timedelta(), "open", (201, 0)),
        (GRACE, "open", (201, 0)),
        (GRACE + SECOND, "late", (201, 301)),
        (timedelta(days=3) + GRACE, "late", (201, 259500)),
        (timedelta(days=3) + GRACE + SECOND, "closed", (403, -1)),
    ],
)
def test_hand_in_at_each_edge_of_the_line(
    *,
    app: Flask,
    client: FlaskClient,
    anna: Headers,
    clock: Clock,
    after: timedelta,
    state: str,
    answer: tuple[int, int],
):
    publish(app)
    at(clock, DUE + after)
    assert told(client, anna)["state"] == state
    assert taken(client, anna) == answer


def test_practice_after_the_end_is_taken(app: Flask, client: FlaskClient, anna: Headers, clock: Clock):
    publish(app, late='per_day = 0.1\nlast_day = 1\nafter = "practice"')
    at(clock, DUE + timedelta(days=9))
    assert told(client, anna)["state"] == "practice"
    assert taken(client, anna)[0] == 201


def test_make_up_is_taken_and_no_lateness(app: Flask, client: FlaskClient, anna: Headers, clock: Clock):
    publish(app, tables=WITH_MAKEUP)
    at(clock, MAKEUP_OPENS)
    assert told(client, anna)["state"] == "makeup"
    assert taken(client, anna) == (201, 0)


def test_grace_is_never_told_as_a_deadline(app: Flask, client: FlaskClient, anna: Headers):
    publish(app)
    assert told(client, anna)["closes"] == "2026-10-28T22:59:59Z"


def test_line_without_a_shorthand_is_told_in_steps_and_words(app: Flask, client: FlaskClient, anna: Headers):
    publish(app, late=STEPS)
    late = told(client, anna)["late"]
    assert (late["per_day"], late["last_day"]) == (None, None)
    assert late["steps"][1] == {"until": "+7d", "verb": "minus", "share": 0.6}
    assert late["words"] == [
        "Up to 36 hours late: 50 % of your points are kept.",
        "Up to 7 days late: 60 % of the maximum are taken off.",
        "After 7 days nothing is taken any more.",
    ]


def test_make_up_and_wall_are_told_with_their_dates(app: Flask, client: FlaskClient, anna: Headers):
    wall = "per_day = 0.1\nlast_day = 3\ncloses = 2026-10-27T12:00:00"
    publish(app, late=wall, tables=WITH_MAKEUP)
    words = told(client, anna)["late"]["words"]
    assert "After 27 Oct 2026, 12:00 nothing counts, not even with an extension." in words
    assert "The make-up is open from 14 Dec 2026, 08:00 to 20 Dec 2026, 23:59." in words
    hungarian = told(client, anna | {"Accept-Language": "hu"})["late"]["words"]
    assert "A pótlás nyitva: 2026. dec. 14. 08:00 – 2026. dec. 20. 23:59." in hungarian


@pytest.mark.parametrize(
    ("after", "part"),
    [
        (timedelta(), "Each late day takes 10 % of your points."),
        (timedelta(days=1), "The deadline is over. You may still hand in."),
        (timedelta(days=9), "graded for practice, and worth no points"),
        (MAKEUP_OPENS - DUE, "Make-up"),
    ],
)
def test_page_tells_what_holds(app: Flask, student: Browser, clock: Clock, after: timedelta, part: str):
    publish(app, late='per_day = 0.1\nlast_day = 3\nafter = "practice"', tables=WITH_MAKEUP)
    at(clock, DUE + after)
    student.sign_in("ABC123")
    assert part in student.get(f"/assignments/{SLUG}").text
    assert student.get("/assignments").status_code == 200
