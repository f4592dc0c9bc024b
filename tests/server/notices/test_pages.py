"""The doors of notices: the page, the bell, the API, what is muted, and the calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from server.accounts.models import User
from server.courses.models import Enrolment
from server.database import Database
from server.deadlines.changes import DateAuthor as Granter
from server.deadlines.changes import NewDates, edit_dates
from server.notices.kinds import NoticeKind
from server.notices.models import CalendarKey, Notice, NoticeMute
from server.notices.wording import path
from server.person import Person, Role
from server.quizzes.models import Room
from server.standings.decisions import deciding
from server.standings.decisions.deciding import DecisionAuthor, Subject
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Browser, Clock
from tests.server.notices.test_icalendar import unfolded
from tests.server.objects import a_room
from tests.server.pages.made_up_notices import TOLD
from tests.server.submissions.builders import HELD_OUT, SLUG, an_assignment

DUE = datetime.fromisoformat("2026-10-25T22:59:59+00:00")


@pytest.fixture
def anna(app: Flask, student: Browser) -> Browser:
    """A student of a course with one assignment."""
    with database(app).write() as session:
        an_assignment(session)
    return student


def database(app: Flask) -> Database:
    return services(app).database


def number_of(app: Flask, neptun: str = "ABC123") -> int:
    with database(app).read() as session:
        return session.scalars(select(User.id).where(User.neptun == neptun)).one()


def tell(app: Flask, count: int = 1, neptun: str = "ABC123") -> None:
    who = number_of(app, neptun)
    for number in range(count):
        with database(app).write() as session:
            author = DecisionAuthor(None, NOON, f"Remark {number}.")
            deciding.comment(session, Subject(COURSE, SLUG, who), author)


def bell(page: str) -> str:
    """What the bell in the head of a page says."""
    found = re.search(r'class="button bare bell".*?<span class="hush">([^<]*)</span>', page)
    assert found is not None
    return found[1]


def test_the_bell_counts_what_is_unread_on_every_page(app: Flask, anna: Browser, other_student: Browser):
    assert bell(anna.get("/assignments").text) == "Notices"
    tell(app, 2)
    assert bell(anna.get("/account").text) == "Notices: 2 unread"
    assert bell(other_student.get("/account").text) == "Notices"


def test_more_than_a_hundred_are_not_counted(app: Flask, anna: Browser):
    with database(app).write() as session:
        facts = {"course_id": COURSE, "user_id": number_of(app), "kind": "due_soon", "slug": SLUG}
        facts |= {"params": {"due": DUE.isoformat()}, "created_at": NOON}
        session.add_all(Notice(key=f"due:{number}", **facts) for number in range(150))
    assert "99+" in anna.get("/account").text


def test_the_bell_asks_the_database_once(app: Flask, anna: Browser):
    asked: list[str] = []
    event.listen(
        database(app).engine, "before_cursor_execute", lambda *told: asked.append(told[2]), named=False
    )
    anna.get("/help/errors")
    assert len([one for one in asked if "notice" in one]) == 1


def test_notices_are_read_newest_first_and_page_by_page(app: Flask, anna: Browser):
    tell(app, 30)
    page = anna.get("/notices").text
    assert [int(one) for one in re.findall(r"Remark (\d+)\.", page)] == list(range(29, 4, -1))
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older is not None
    assert re.findall(r"Remark (\d+)\.", anna.get(older[1]).text) == ["4", "3", "2", "1", "0"]


def test_what_came_meanwhile_stays_unread(app: Flask, anna: Browser):
    tell(app, 2)
    shown = re.search(r'name="up_to" value="(\d+)"', anna.get("/notices").text)
    assert shown is not None
    tell(app)
    assert anna.post("/notices/read", {"up_to": shown[1]}).status_code == 303
    assert bell(anna.get("/notices").text) == "Notices: 1 unread"


@pytest.mark.parametrize("sent", ["", "x", "-1", "9" * 17, "٣"])
def test_a_number_that_makes_no_sense_marks_what_it_can(app: Flask, anna: Browser, sent: str):
    tell(app)
    assert anna.post("/notices/read", {"up_to": sent}).status_code == 303
    assert anna.get("/notices", query_string={"before": sent}).status_code == 200


def test_nobody_reads_or_marks_the_notices_of_others(app: Flask, anna: Browser, other_student: Browser):
    tell(app)
    assert "Remark" not in other_student.get("/notices").text
    other_student.post("/notices/read", {"up_to": "99"})
    assert bell(anna.get("/notices").text) == "Notices: 1 unread"


def test_programs_read_notices_in_pages(
    app: Flask, anna: Browser, client: FlaskClient, token: Callable[[str], dict[str, str]]
):
    tell(app, 3)
    who = token("ABC123")
    first = client.get("/api/v1/notices?limit=2", headers=who).get_json()
    assert [one["reason"] for one in first["notices"]] == ["Remark 2.", "Remark 1."]
    assert (first["unread"], first["notices"][0]["read"]) == (3, False)
    last = client.get(f"/api/v1/notices?limit=2&cursor={first['next']}", headers=who).get_json()
    assert ([one["reason"] for one in last["notices"]], last["next"]) == (["Remark 0."], None)
    request = {"up_to": first["notices"][1]["id"]}
    assert client.post("/api/v1/notices/read", json=request, headers=who).status_code == 204
    assert client.get("/api/v1/notices", headers=who).get_json()["unread"] == 1
    assert client.get("/api/v1/notices?page=2", headers=who).status_code == 422
    spoken = client.get("/api/v1/notices", headers=who | {"Accept-Language": "hu"}).get_json()
    assert spoken["notices"][0]["text"].startswith("Számjegyek:")


def test_every_notice_leads_to_a_page_that_there_is(app: Flask):
    adapter = app.url_map.bind("localhost")
    for kind, params in TOLD:
        assert adapter.test(path(kind, SLUG, params), method="GET"), (kind, params)


def test_kinds_are_chosen_by_themselves(app: Flask, anna: Browser):
    page = anna.get("/account/notices").text
    boxes = re.findall(r'<input type="checkbox" name="(page|mail)" value="(\w+)"[^>]*?( checked)?>', page)
    on = {kind for name, kind, checked in boxes if name == "page" and checked}
    assert on == set(NoticeKind) - {NoticeKind.HANDED_IN}
    off = {kind for name, kind, checked in boxes if name == "mail" and not checked}
    assert off == {"handed_in"}, "who hands in looks at the page"
    anna.post("/account/notices", {"page": ["graded", "moved"], "mail": ["moved", "run"]})
    with database(app).read() as session:
        chosen = {one.kind: one.how for one in session.scalars(select(NoticeMute))}
    assert {kind: how for kind, how in chosen.items() if how != "all"} == {"graded": "mail", "moved": "none"}
    tell(app)
    assert "Remark" not in anna.get("/notices").text


def calendar_of(browser: Browser) -> str:
    """The path of a new calendar."""
    page = browser.post("/account/calendar", {"action": "new"})
    found = re.search(r"http://localhost(/calendar/[\w-]+\.ics)", page.text)
    assert found is not None
    return found[1]


def events(client: FlaskClient, address: str) -> dict[str, dict[str, str]]:
    """The events of a calendar by the word that their id begins with."""
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    found: list[dict[str, str]] = []
    for line in unfolded(answer.data):
        name, value = line.split(":", 1)
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            found[-1][name] = value
    return {one["UID"].split("-")[0]: one for one in found}


def test_the_calendar_needs_no_sign_in_and_has_ones_own_dates(anna: Browser, client: FlaskClient):
    found = events(client, calendar_of(anna))
    assert found.keys() == {"due", "closes"}
    assert found["due"]["DTSTART"] == "20261025T225959Z"
    assert found["due"]["SUMMARY"] == "Due: Digits"
    assert found["due"]["URL"] == "http://localhost/assignments/digits"


def test_a_date_that_moves_is_the_same_event_anew(
    app: Flask, anna: Browser, client: FlaskClient, clock: Clock
):
    address = calendar_of(anna)
    before = events(client, address)["due"]
    assert events(client, address)["due"] == before
    clock.pass_by(hours=1)
    with database(app).write() as session:
        request = NewDates("a holiday", due=DUE + timedelta(days=1))
        edit_dates(session, COURSE, SLUG, request, Granter(None, clock()))
    after = events(client, address)["due"]
    assert after["UID"] == before["UID"]
    assert after["DTSTART"] == "20261026T225959Z"
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["LAST-MODIFIED"] > before["LAST-MODIFIED"]


def test_a_new_address_puts_the_old_one_out_of_use(app: Flask, anna: Browser, client: FlaskClient):
    old, new = calendar_of(anna), calendar_of(anna)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    key = new.split("/")[-1].removesuffix(".ics")
    assert key not in anna.get("/account/notices").text, "it is shown once"
    with database(app).read() as session:
        assert key not in repr(session.scalars(select(CalendarKey.key_hash)).all())
    anna.post("/account/calendar", {"action": "drop"})
    assert client.get(new).status_code == 404


def test_the_calendar_of_who_is_let_out_is_nobodys(app: Flask, anna: Browser, client: FlaskClient):
    address = calendar_of(anna)
    with database(app).write() as session:
        session.execute(update(Enrolment).values(active=False))
    assert client.get(address).status_code == 404


def test_the_calendar_speaks_the_language_of_the_account(app: Flask, anna: Browser, client: FlaskClient):
    address = calendar_of(anna)
    with database(app).write() as session:
        session.execute(update(User).values(language="hu"))
    assert "Számjegyek" in events(client, address)["due"]["SUMMARY"]


def test_makeups_and_replays_are_in_the_calendar(
    app: Flask, anna: Browser, client: FlaskClient, person: Callable[..., Person], clock: Clock
):
    makeup = "[makeup]\nopens = 2026-12-01T08:00:00\ndue = 2026-12-05T12:00:00\ncap = 0.5\n"
    with database(app).write() as session:
        an_assignment(session, "other", tables=makeup + HELD_OUT)
    pin = a_room(app, person("LEC001", name="Dr. Kovács Éva", role=Role.LECTURER))
    with database(app).write() as session:
        values = {"ended_at": clock(), "replay_until": clock() + timedelta(days=7)}
        session.execute(update(Room).values(values))
    found = events(client, calendar_of(anna))
    assert (found["makeup"]["DTSTART"], found["makeup"]["DTEND"]) == ("20261201T070000Z", "20261205T110000Z")
    assert found["replay"]["URL"] == f"http://localhost/live/{pin}/replay"
    assert found["replay"]["DTSTART"] == "20261008T100000Z"
    with database(app).write() as session:
        session.execute(update(Room).values(counts="discarded"))
    assert "replay" not in events(client, calendar_of(anna))
