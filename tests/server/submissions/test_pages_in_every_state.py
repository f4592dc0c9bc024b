"""Whatever became of a submission, whoever asks for whatever there is of it: never a fault of ours."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from grader.contract import EventKind, GradeReport, JobReturn, ReturnCause, Verdict
from server.accounts.service import find_person
from server.grading.models import Submission
from server.submissions.hand_in import add_baseline
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.recording import record_events, record_report, record_return
from server.submissions.queue.releasing import mark_sent, release
from server.submissions.service import State, in_force
from server.web import services
from tests.sampling import few
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Browser
from tests.server.submissions.builders import (
    SLUG,
    SOURCE,
    ZONE,
    a_batch,
    a_file,
    a_graded_submission,
    a_hello,
    a_report,
    a_submission,
    an_assignment,
    an_event,
    grading_of,
)
from tests.server.test_hostile_requests import names_asked_for

LATER = NOON + timedelta(seconds=7)
QUERIES = sorted(names_asked_for() | {"cursor", "lang", "language", "filter", "full", "group", "role"})
ODD = ["", "0", "-1", "9" * 30, "1e999", "\0", "\ud800", "%", "[", "é" * 200, "' OR 1=1", "../../etc", "nan"]


def sent(session: Session, submission: Submission) -> str:
    """The attempt with which it goes out."""
    record_worker(session, a_hello(slots=1000), NOON)
    session.flush()
    for one in release(session, ZONE, NOON):
        mark_sent(session, one, NOON)
    attempt = grading_of(session, submission).attempt_id
    assert attempt is not None
    return attempt


def running(session: Session, submission: Submission) -> str:
    attempt = sent(session, submission)
    events = (
        an_event(1, EventKind.PHASE, "train"),
        an_event(2),
        an_event(3, EventKind.POINT, "p", epoch=1.0, loss=0.5),
    )
    record_events(session, a_batch(attempt, *events), NOON)
    return attempt


def done(verdict: Verdict, **changes: object) -> Callable[[Session, Submission], None]:
    def end(session: Session, submission: Submission) -> None:
        report: GradeReport = replace(a_report(running(session, submission), verdict=verdict), **changes)  # type: ignore[arg-type]
        record_report(session, report, LATER)

    return end


def given_back(session: Session, submission: Submission) -> None:
    back = JobReturn(running(session, submission), "grader-1", ReturnCause.STORE, "the store is away")
    record_return(session, back, LATER)


def lost(session: Session, submission: Submission) -> None:
    back = JobReturn(running(session, submission), "grader-1", ReturnCause.LOST, "it died")
    record_return(session, back, LATER)


def lost_for_good(session: Session, submission: Submission) -> None:
    for number in range(3):
        grading = grading_of(session, submission)
        grading.not_before = None
        session.flush()
        back = JobReturn(running(session, submission), f"grader-{number}", ReturnCause.LOST, "it died")
        record_return(session, back, LATER)
        session.flush()
    assert grading_of(session, submission).state == State.DONE


def cancelled(session: Session, submission: Submission) -> None:
    grading_of(session, submission).state = State.CANCELLED


def files_removed(session: Session, submission: Submission) -> None:
    done(Verdict.REJECTED)(session, submission)
    submission.files_removed_at = LATER


def nothing(_session: Session, _submission: Submission) -> None:
    """It waits."""


STATES: dict[str, Callable[[Session, Submission], object]] = {
    "waiting": nothing,
    "released": sent,
    "running": running,
    **{str(verdict): done(verdict) for verdict in Verdict},
    "scored with nothing to show": done(
        Verdict.SCORED, layers=(), findings=(), notices=(), timings={}, versions={}
    ),
    "given back": given_back,
    "lost": lost,
    "lost for good": lost_for_good,
    "cancelled": cancelled,
    "files removed": files_removed,
}


@pytest.fixture
def visitors(app: Flask, student: Browser, other_student: Browser, assistant: Browser) -> dict[str, Browser]:
    return {"owner": student, "other": other_student, "staff": assistant, "nobody": Browser(app)}


def addresses(app: Flask, submission_id: str) -> list[str]:
    """All that can be read of one submission, and the pages that it is on."""
    adapter = app.url_map.bind("localhost")
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    values = {"submission_id": submission_id, "number": 0}
    own = [adapter.build(one.endpoint, values) for one in rules if "submission_id" in one.arguments]
    assert len(own) > 8
    around = [adapter.build(one.endpoint, {"slug": SLUG}) for one in rules if one.arguments == {"slug"}]
    return own + [address for address in around if "/quizzes/" not in address]


def faults(visitors: dict[str, Browser], places: list[str], submission_id: str) -> list[str]:
    """Whatever is answered with a fault of ours, or shown to whom it is not meant for."""
    bad = []
    for name, browser in visitors.items():
        for address in places:
            for headers in asked_with(name, address):
                with closing(browser.get(address, headers=headers, buffered=False)) as answer:
                    status = answer.status_code
                shown = status == 200 and submission_id in address and name in {"other", "nobody"}
                if status >= 500 or shown:
                    bad.append(f"{name}: {address} {status} {headers}")
    return bad


def asked_with(name: str, address: str) -> tuple[dict[str, str], ...]:
    """The API as a program asks it; pages as a browser does, and those of the owner in Hungarian, too."""
    if address.startswith("/api/"):
        return ({"Accept": "application/json", "Accept-Language": "hu"},)
    return ({}, {"Accept-Language": "hu"}) if name == "owner" else ({},)


@pytest.mark.parametrize(
    "state", few(STATES, keep={"waiting", "scored", "failed", "cancelled", "files removed"}.__contains__)
)
def test_whatever_became_of_it_there_is_an_answer(state: str, app: Flask, visitors: dict[str, Browser]):
    app_services = services(app)
    app_services.store.keep(io.BytesIO(SOURCE), len(SOURCE))
    with app_services.database.write() as session:
        an_assignment(session)
        anna = find_person(session, COURSE, "ABC123")
        assert anna is not None
        submission = a_submission(session, anna)
        STATES[state](session, submission)
        number = submission.id
    assert faults(visitors, addresses(app, number), number) == []


def test_a_baseline_is_nobodys_and_breaks_nothing(app: Flask, visitors: dict[str, Browser]):
    app_services = services(app)
    with app_services.database.write() as session:
        an_assignment(session)
        published = in_force(session, COURSE, SLUG, ZONE)
        ended = add_baseline(session, published, "reference", [a_file()], NOON)
        done(Verdict.SCORED)(session, ended)
        waiting = add_baseline(session, published, "starter", [a_file()], NOON)
        numbers = [waiting.id, ended.id]
    app_services.store.keep(io.BytesIO(SOURCE), len(SOURCE))
    for number in numbers:
        assert faults(visitors, addresses(app, number), number) == []


def test_a_card_that_is_not_there_yet_is_refused(app: Flask, student: Browser):
    with services(app).database.write() as session:
        an_assignment(session)
        anna = find_person(session, COURSE, "ABC123")
        assert anna is not None
        number = a_submission(session, anna).id
    answer = student.get(f"/submissions/{number}/card")
    assert answer.status_code == student.get(f"/api/v1/submissions/{number}/report").status_code == 409


@pytest.mark.parametrize("value", few(ODD, 3), ids=ascii)
def test_no_query_breaks_a_page_of_a_submission(value: str, app: Flask, student: Browser, lecturer: Browser):
    with services(app).database.write() as session:
        an_assignment(session)
        anna = find_person(session, COURSE, "ABC123")
        assert anna is not None
        number = a_graded_submission(session, anna).id
    services(app).store.keep(io.BytesIO(SOURCE), len(SOURCE))
    asked = quote(value.encode("utf-8", "surrogatepass"))
    query = "&".join(f"{name}={asked}" for name in QUERIES)
    places = [f"{address}?{query}" for address in addresses(app, number)]
    assert faults({"owner": student, "staff": lecturer}, places, number) == []
