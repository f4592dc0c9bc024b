"""The tool and the real server, over a real socket: what one says, the other understands."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from structlog.testing import capture_logs
from werkzeug.serving import make_server

from grader.contract import EventKind, Verdict
from server import create_app
from server.database import Database
from server.grading.service import in_force
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.recording import record_events, record_report
from server.submissions.queue.releasing import release
from server.web import services
from tests.cli.conftest import Terminal
from tests.cli.contract_server import Quiet
from tests.server.builders import COURSE, NOON, PASSWORD, a_config, a_person
from tests.server.submissions.builders import (
    SLUG,
    ZONE,
    a_batch,
    a_hello,
    a_report,
    an_assignment,
    an_event,
)
from tests.servers import wait_until


@dataclass(frozen=True, slots=True)
class Lab:
    """The real application on a port, and a grader made of the messages a grader sends."""

    app: Flask
    url: str

    @property
    def database(self) -> Database:
        return services(self.app).database

    def grade(self, verdict: Verdict = Verdict.SCORED, score: float = 0.5) -> bool:
        """Grade whatever waits; whether there was anything."""
        with self.database.write() as session:
            record_worker(session, a_hello(), NOON)
            session.flush()
            released = release(session, ZONE, NOON)
        for one in released:
            told = a_batch(
                one.job.attempt_id,
                an_event(1, EventKind.PHASE, "train"),
                an_event(2, EventKind.LOG, "\x1b[32mepoch 1\x1b[0m"),
                an_event(3, EventKind.POINT, loss=0.5),
            )
            with self.database.write() as session:
                record_events(session, told, NOON)
            with self.database.write() as session:
                record_report(session, a_report(one.job.attempt_id, verdict=verdict, score=score), NOON)
            services(self.app).notifier.notify(one.submission_id)
        return bool(released)

    @contextmanager
    def grader(self, verdict: Verdict = Verdict.SCORED) -> Iterator[None]:
        """Grades the next hand-in, whenever it comes."""
        thread = threading.Thread(target=lambda: wait_until(lambda: self.grade(verdict), "a hand-in"))
        thread.start()
        yield
        thread.join()


@pytest.fixture
def lab(tmp_path: Path, redis_url: str, migrated_file: Path) -> Iterator[Lab]:
    shutil.copy(migrated_file, tmp_path / "hazi.sqlite3")
    config = a_config(tmp_path, broker_url=redis_url)
    app = create_app(config, clock=lambda: NOON)
    with services(app).database.write() as session:
        a_person(session, "ABC123", password=PASSWORD)
        an_assignment(session)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    # The server is a thread here: its log would run into what the tool prints.
    with capture_logs():
        yield Lab(app, f"http://127.0.0.1:{server.port}")
    server.shutdown()
    thread.join()
    server.server_close()
    services(app).close()


@pytest.fixture
def anna(stranger: Terminal, lab: Lab) -> Terminal:
    """A student who signed in with her password."""
    result = stranger.types("login", "--url", lab.url, "--neptun", "abc123", stdin=f"{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    return stranger


def test_login_whoami_logout(anna: Terminal):
    assert anna.json("whoami")["neptun"] == "ABC123"
    assert anna.json("logout")["revoked"] is True
    assert anna.types("whoami").exit_code == 2


def test_a_wrong_password_is_refused(stranger: Terminal, lab: Lab):
    result = stranger.types("login", "--url", lab.url, "--neptun", "ABC123", stdin="wrong password\n")
    assert result.exit_code == 3
    assert "wrong-login" in result.stderr


def test_assignments_are_listed(anna: Terminal):
    shown = anna.types("assignments", "--lang", "hu").stdout
    assert "Számjegyek" in shown
    assert "nyitva" in shown


def test_one_assignment_tells_what_it_costs_to_be_late(anna: Terminal):
    shown = anna.types("assignments", SLUG, "--lang", "hu").stdout
    assert "Minden késett nap a pontjaid 10%-ába kerül." in shown


def test_a_hand_in_goes_to_the_score(anna: Terminal, lab: Lab, homework: Path):
    with lab.grader():
        result = anna.types("submit", SLUG, str(homework), "--watch")
    assert result.exit_code == 0, result.output
    for part in (
        "== training",
        "epoch 1\n",
        "loss 0.5",
        "== scored",
        "Points: 5 / 10",
        "your first score here",
    ):
        assert part in result.stdout
    assert "\x1b" not in result.stdout


def test_a_failed_run_is_exit_code_1(anna: Terminal, lab: Lab, homework: Path):
    with lab.grader(Verdict.FAILED):
        assert anna.types("submit", SLUG, str(homework), "--watch").exit_code == 1
    assert anna.types("report").exit_code == 1


def test_everything_about_a_submission_can_be_asked(anna: Terminal, lab: Lab, homework: Path, tmp_path: Path):
    handed_in = anna.json("submit", SLUG, str(homework))
    assert anna.json("status")["state"] == "waiting"
    assert anna.types("report").exit_code == 3
    lab.grade()
    assert anna.json("status", handed_in["id"][:8])["points"] == 5
    assert anna.json("log")["log"] == "epoch 1"
    assert anna.json("report")["confusion_matrix"] == [[3, 2], [2, 3]]
    assert "private" not in anna.json("report")
    assert anna.json("receipt", "-o", str(tmp_path / "r.json")) == handed_in["receipt"]
    assert "Confusion matrix" in anna.types("watch").stdout


def test_without_live_views_it_asks(
    anna: Terminal, lab: Lab, homework: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cli.api.updates.STREAMS_BEFORE_POLLING", 0)
    anna.types("submit", SLUG, str(homework))
    lab.grade()
    assert anna.types("log", "-f").stdout == "epoch 1\n"


def test_the_same_key_is_one_submission(anna: Terminal, homework: Path):
    first = anna.json("submit", SLUG, str(homework), "--key", "k1")
    assert anna.json("submit", SLUG, str(homework), "--key", "k1")["id"] == first["id"]
    homework.write_text("another")
    assert anna.json("submit", SLUG, str(homework), "--key", "k1")["slug"] == "key-reused"


def test_refusals_of_the_server_are_understood(anna: Terminal, homework: Path):
    homework.write_bytes(b"name = '\xe9'\n")
    result = anna.types("submit", SLUG, str(homework))
    assert result.exit_code == 3
    assert "not-utf8" in result.stderr
    assert anna.json("submit", "nope", str(homework))["slug"] == "unknown-assignment"
    assert anna.json("status", "x" * 36)["slug"] == "not-found"


def test_open_leads_to_the_page(anna: Terminal, lab: Lab, homework: Path):
    anna.types("open", SLUG)
    handed_in = anna.json("submit", SLUG, str(homework))
    anna.types("open", handed_in["id"])
    assert anna.browsed == [f"{lab.url}/assignments/{SLUG}", f"{lab.url}/submissions/{handed_in['id']}"]


def test_the_leaderboard_knows_ones_own_row(anna: Terminal, lab: Lab, homework: Path):
    anna.types("submit", SLUG, str(homework))
    lab.grade(score=0.9)
    rows = anna.json("leaderboard", SLUG)["rows"]
    assert [(row["place"], row["neptun"], row["mine"]) for row in rows] == [(1, "ABC123", True)]
    assert "▶" in anna.types("leaderboard", SLUG).stdout


def test_used_up_tries_are_a_refusal(anna: Terminal, lab: Lab, homework: Path):
    for number in range(10):
        homework.write_text(f"number = {number}\n")
        assert anna.types("submit", SLUG, str(homework), "--keep").exit_code == 0
    homework.write_text("number = 10\n")
    assert anna.json("submit", SLUG, str(homework))["slug"] == "tries-used-up"
    assert anna.slept == []


def test_moments_are_those_of_the_course_wherever_the_machine_is(
    lab: Lab, anna: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        with lab.database.read() as session:
            due = in_force(session, COURSE, SLUG, ZONE).spec.window.due
        printed = anna.types("assignments").output
    finally:
        monkeypatch.undo()
        time.tzset()
    assert f"{due.astimezone(ZoneInfo('Europe/Budapest')):%Y-%m-%d %H:%M}" in printed
