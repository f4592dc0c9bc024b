"""What somebody would get at this moment, and why: every step, for whoever may see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from server.courses.models import Course
from server.deadlines.models import TokenLimit
from server.person import Person
from server.standings.decisions import deciding
from server.standings.decisions.deciding import DecisionAuthor, Subject
from server.standings.models import Decision
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Browser, Clock
from tests.server.submissions.builders import HELD_OUT, PRIVATE, SLUG, a_graded_submission, an_assignment

Headers = dict[str, str]
DUE = datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)
REVEALED = DUE + timedelta(days=3, minutes=6)
OWN = f"/api/v1/assignments/{SLUG}/explanation"
ANNAS = f"/api/v1/assignments/{SLUG}/students/ABC123/explanation"
PAGE = f"/assignments/{SLUG}/explanation"
STAFF_PAGE = f"/assignments/{SLUG}/students/ABC123"
TOKENS = f"/api/v1/assignments/{SLUG}/tokens"
LEAK = re.compile(r"2[.,]7[12]|0[.,]27182")  # what the private share has earned


@pytest.fixture
def anna(app: Flask, person: Callable[..., Person]) -> Person:
    with services(app).database.write() as session:
        an_assignment(session, late="per_day = 0.10\nlast_day = 3\ntokens = 2\nfloor = 0.2")
    return person("ABC123")


@pytest.fixture
def headers(assistant: Browser, token: Callable[[str], Headers]) -> Headers:
    return token("ASS001")


@pytest.fixture
def mine(anna: Person, token: Callable[[str], Headers]) -> Headers:
    return token("ABC123")


@pytest.fixture
def browser(app: Flask, anna: Person) -> Browser:
    """Anna's."""
    found = Browser(app)
    found.sign_in("ABC123")
    return found


def hand_in(app: Flask, anna: Person, at: datetime, score: float = 0.5) -> None:
    with services(app).database.write() as session:
        a_graded_submission(session, anna, now=at, score=score, content=f"# {at} {score}".encode())


def give_tokens(app: Flask, count: int) -> None:
    with services(app).database.write() as session:
        session.execute(update(Course).values(tokens_per_term=count))


def texts(answer: dict[str, Any], side: int = 0) -> list[str]:
    return [step["text"] for step in answer["sides"][side]["steps"]]


def test_every_step_from_what_was_earned_to_what_counts(
    app: Flask, client: FlaskClient, anna: Person, headers: Headers
):
    hand_in(app, anna, DUE + timedelta(hours=30))
    answer = client.get(ANNAS, headers=headers).get_json()
    assert [side["share"] for side in answer["sides"]] == ["private", "public"]
    assert texts(answer, 1) == [
        "Due 25 Oct 2026, 23:59, as for everybody.",
        "What was handed in on 27 Oct 2026, 05:59 counts.",
        "It earned 5 points.",
        "It came on late day 2: 80 % of the points are kept, 4.",
    ]
    assert (answer["sides"][0]["points"], answer["sides"][1]["points"]) == (2.18, 4.0)
    assert texts(answer)[-1] == "Rounded to hundredths: 2.18 points."


def test_extension_and_ruling_are_steps_with_their_reasons(
    *, app: Flask, client: FlaskClient, anna: Person, assistant: Browser, headers: Headers
):
    hand_in(app, anna, DUE + timedelta(hours=30))
    request = {"neptun": "ABC123", "due": "+2d", "why": "ill", "seen": "0"}
    assert assistant.post(f"/assignments/{SLUG}/extensions", request).status_code == 303
    with services(app).database.write() as session:
        author = DecisionAuthor(None, NOON, "Corrected by word of mouth.")
        deciding.zero(session, Subject(COURSE, SLUG, anna.id), author)
    answer = client.get(ANNAS, headers=headers).get_json()
    assert texts(answer)[0] == "Due 27 Oct 2026, 23:59, because of the extension of 1 Oct 2026, 12:00 (ill)."
    assert "It came in time: nothing is taken off." in texts(answer)
    assert texts(answer)[-1] == (
        "Staff have set it to 0 points on 1 Oct 2026, 12:00: Corrected by word of mouth."
    )
    hungarian = client.get(ANNAS, headers=headers | {"Accept-Language": "hu"}).get_json()
    assert "beteg" in texts(hungarian)[0]


@pytest.mark.parametrize(
    ("handed_in", "told"),
    [
        (None, "Nothing was handed in that could count."),
        (DUE + timedelta(days=9), "What was handed in came at a moment at which nothing counts."),
    ],
)
def test_without_points_it_is_said_why(
    *,
    app: Flask,
    client: FlaskClient,
    anna: Person,
    headers: Headers,
    handed_in: datetime | None,
    told: str,
):
    if handed_in:
        with services(app).database.write() as session:
            an_assignment(session, late='per_day = 0.10\nlast_day = 3\nafter = "practice"')
        hand_in(app, anna, handed_in)
    assert texts(client.get(ANNAS, headers=headers).get_json())[-1] == told


def test_students_read_their_own_public_numbers_until_the_reveal(
    *, app: Flask, client: FlaskClient, anna: Person, mine: Headers, browser: Browser, clock: Clock
):
    """Nothing of the private share, in no answer and on no page."""
    hand_in(app, anna, NOON)
    hand_in(app, anna, NOON + timedelta(minutes=1), 0.4)
    assert PRIVATE == 0.27182
    for moment, told in ((DUE - timedelta(days=1), False), (REVEALED, False), (REVEALED, True)):
        clock.moment = moment + timedelta(days=9) if told else moment - timedelta(days=2)
        browser.sign_in("ABC123")  # weeks have passed
        answers = [
            client.get(OWN, headers=mine).text,
            browser.get(PAGE).text,
            browser.get(f"/assignments/{SLUG}").text,
        ]
        assert [bool(LEAK.search(answer)) for answer in answers] == [told] * 3, moment
    shares = [side["share"] for side in client.get(OWN, headers=mine).get_json()["sides"]]
    assert shares == ["private", "public"]


def test_staff_read_both_at_any_time(app: Flask, anna: Person, assistant: Browser):
    hand_in(app, anna, NOON)
    page = assistant.get(STAFF_PAGE).text
    assert "2.72" in page
    assert "Kiss Anna" in page


def test_students_never_read_of_others(app: Flask, client: FlaskClient, mine: Headers, browser: Browser):
    assert client.get(ANNAS, headers=mine).status_code == 403
    assert browser.get(STAFF_PAGE).status_code == 403


@pytest.mark.parametrize(("neptun", "status"), [("AAA000", 404), ("x", 422)])
def test_unknown_codes_are_refused(
    client: FlaskClient, anna: Person, headers: Headers, neptun: str, status: int
):
    where = f"/api/v1/assignments/{SLUG}/students/{neptun}/explanation"
    assert client.get(where, headers=headers).status_code == status


def test_all_hand_ins_are_listed_with_what_they_are_worth(
    app: Flask, client: FlaskClient, anna: Person, headers: Headers
):
    hand_in(app, anna, DUE - timedelta(hours=1), 0.5)
    hand_in(app, anna, DUE + timedelta(hours=30), 0.6)
    attempts = client.get(ANNAS, headers=headers).get_json()["sides"][1]["attempts"]
    assert [(one["earned"], one["worth"], one["counts"]) for one in attempts] == [
        (5.0, 5.0, True),
        (6.0, 4.8, False),
    ]


def test_the_line_says_what_all_points_would_be_worth(
    app: Flask, client: FlaskClient, anna: Person, mine: Headers
):
    give_tokens(app, 1)
    line = client.get(OWN, headers=mine).get_json()["line"]
    assert [(one["until"], one["worth"], one["tokens"]) for one in line] == [
        ("2026-10-25T22:59:59Z", 10.0, 0),
        ("2026-10-26T22:59:59Z", 10.0, 1),
        ("2026-10-27T22:59:59Z", 9.0, 1),
        ("2026-10-28T22:59:59Z", 8.0, 1),
        ("2026-10-29T22:59:59Z", 7.0, 1),
        (None, 0.0, 0),
    ]
    assert line[1]["text"] == "with one time token"


def test_page_of_the_assignment_says_it_for_you(app: Flask, assistant: Browser, browser: Browser):
    assert "For you: due Sunday 25 Oct, 23:59:59." in browser.get(f"/assignments/{SLUG}").text
    request = {"neptun": "ABC123", "due": "+2d", "why": "ill", "seen": "0"}
    assistant.post(f"/assignments/{SLUG}/extensions", request)
    page = browser.get(f"/assignments/{SLUG}").text
    assert "For you: due Tuesday 27 Oct, 23:59:59, because of the extension of 1 October (ill)." in page
    hungarian = browser.get(f"/assignments/{SLUG}", headers={"Accept-Language": "hu"}).text
    assert "hosszabbítás miatt (október 1.; beteg)" in hungarian


def test_staff_have_no_line_of_their_own(anna: Person, assistant: Browser):
    assert 'id="yours"' not in assistant.get(f"/assignments/{SLUG}").text


# --- time tokens ---


def test_tokens_are_limited_until_it_is_closed_for_the_student(
    app: Flask, client: FlaskClient, anna: Person, mine: Headers, clock: Clock
):
    give_tokens(app, 3)
    hand_in(app, anna, DUE + timedelta(hours=5))
    clock.moment = DUE + timedelta(hours=6)
    before = client.get(TOKENS, headers=mine).get_json()
    assert (before["per_term"], before["used_here"], before["allowed_here"], before["most"]) == (
        3,
        1,
        2,
        None,
    )
    assert client.put(TOKENS, json={"most": 0}, headers=mine).get_json()["used_here"] == 0
    assert client.get(OWN, headers=mine).get_json()["sides"][0]["points"] == 4.5
    clock.moment = DUE + timedelta(days=3, hours=1)
    refused = client.put(TOKENS, json={"most": 2}, headers=mine)
    assert (refused.status_code, "closed for you" in refused.get_json()["detail"]) == (422, True)
    with services(app).database.read() as session:
        assert session.scalars(select(TokenLimit.most)).all() == [0]
        (decision,) = session.scalars(select(Decision).where(Decision.kind == "tokens"))
    assert (decision.old, decision.new, decision.decided_by) == ({"most": None}, {"most": 0}, anna.id)


def test_tokens_keep_the_line_open_while_they_could_help(
    app: Flask, client: FlaskClient, mine: Headers, clock: Clock
):
    """Also where one may practise after the end: a token is worth more than practice."""
    with services(app).database.write() as session:
        an_assignment(session, late='per_day = 0.1\nlast_day = 1\ntokens = 2\nafter = "practice"')
    give_tokens(app, 2)
    clock.moment = DUE + timedelta(days=2)
    assert client.get(f"/api/v1/assignments/{SLUG}", headers=mine).get_json()["state"] != "practice"
    assert client.put(TOKENS, json={"most": 0}, headers=mine).status_code == 200
    assert client.get(f"/api/v1/assignments/{SLUG}", headers=mine).get_json()["state"] == "practice"
    assert client.put(TOKENS, json={"most": 2}, headers=mine).status_code == 422


@pytest.mark.parametrize("most", [-1, 3, 10**30, "x", 1.5])
def test_impossible_numbers_of_tokens_are_refused(
    app: Flask, client: FlaskClient, mine: Headers, browser: Browser, most: object
):
    give_tokens(app, 9)
    assert client.put(TOKENS, json={"most": most}, headers=mine).status_code == 422
    assert browser.post(f"/assignments/{SLUG}/tokens", {"most": str(most)}).status_code == 422
    with services(app).database.read() as session:
        assert session.scalars(select(TokenLimit)).all() == []


def test_tokens_are_limited_on_the_page(app: Flask, browser: Browser):
    give_tokens(app, 2)
    assert '<option value="2">2</option>' in browser.get(f"/assignments/{SLUG}").text
    assert browser.post(f"/assignments/{SLUG}/tokens", {"most": "1"}).status_code == 303
    assert '<option value="1" selected>1</option>' in browser.get(f"/assignments/{SLUG}").text
    assert browser.post(f"/assignments/{SLUG}/tokens", {"most": ""}).status_code == 303
    with services(app).database.read() as session:
        assert session.scalars(select(TokenLimit)).all() == []


def test_number_of_tokens_of_an_assignment_without_any_is_not_asked(app: Flask, browser: Browser):
    with services(app).database.write() as session:
        an_assignment(session)
    give_tokens(app, 2)
    assert 'name="most"' not in browser.get(f"/assignments/{SLUG}").text


def test_scores_are_read_where_nothing_is_late(
    app: Flask, client: FlaskClient, headers: Headers, anna: Person
):
    """An assignment of one day, no late days and no tokens."""
    with services(app).database.write() as session:
        an_assignment(session, late="", tables=HELD_OUT)
    hand_in(app, anna, NOON)
    assert client.get(ANNAS, headers=headers).get_json()["sides"][1]["points"] == 5.0
