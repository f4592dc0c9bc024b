"""The pages of submissions: who sees what, and what a form without JavaScript gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assignments.localized import Localized
from assignments.spec import Kind
from grader.contract import CheckResult, JobReturn, ReturnCause, ScoreCard, WorkerState
from server.grading.models import AssignmentVersion
from server.person import Person
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.recording import record_return
from server.submissions.queue.releasing import release
from server.web import services
from tests.server.builders import NOON
from tests.server.conftest import Browser, Clock
from tests.server.submissions.builders import (
    CHECKED,
    HELD_OUT,
    SLUG,
    ZONE,
    a_graded_submission,
    a_hello,
    an_assignment,
    an_upload,
)


@pytest.fixture(autouse=True)
def assignment(app: Flask) -> None:
    with services(app).database.write() as session:
        an_assignment(session)


def hand_in(browser: Browser, slug: str = SLUG) -> str:
    """The address of the page after a hand-in."""
    answer = browser.post(f"/assignments/{slug}/submissions", an_upload())
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_assignments_are_listed(student: Browser):
    assert "Digits" in student.get("/assignments").text


def test_handout_is_drawn_without_raw_html(student: Browser):
    page = student.get(f"/assignments/{SLUG}").text
    assert "<h2>Digits</h2>" in page
    assert "<b>raw</b>" not in page


def test_handout_is_hidden_before_the_opening(student: Browser, clock: Clock):
    clock.pass_by(days=-30)
    student.sign_in("ABC123")
    assert "<h2>Digits</h2>" not in student.get(f"/assignments/{SLUG}").text


def test_form_leads_to_the_new_submission(student: Browser):
    page = student.get(hand_in(student))
    assert page.status_code == 200
    assert "submission.py" in page.text


def test_form_shows_why_a_file_is_refused(student: Browser):
    answer = student.post(f"/assignments/{SLUG}/submissions", an_upload(b"\x80", "model.pt"))
    assert answer.status_code == 415
    assert "model.pt" in answer.text
    assert "csrf_token" in answer.text


def test_script_gets_json_from_the_form_address(student: Browser):
    answer = student.post(
        f"/assignments/{SLUG}/submissions", an_upload(), headers={"Accept": "application/json"}
    )
    assert answer.status_code == 201
    assert answer.get_json()["receipt"]["neptun"] == "ABC123"


def test_form_sent_twice_is_one_submission(student: Browser):
    first, second = (
        student.post(f"/assignments/{SLUG}/submissions", an_upload() | {"key": "k1"}).location
        for _ in range(2)
    )
    assert first == second


def test_form_sent_again_after_the_last_try_is_the_same_submission(app: Flask, student: Browser):
    with services(app).database.write() as session:
        an_assignment(session, "once", per_day=1)
    answers = [
        student.post("/assignments/once/submissions", an_upload() | {"key": key}) for key in ("k", "k", "l")
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert answers[0].location == answers[1].location


def test_form_asks_whether_the_one_that_waits_is_graded_too(student: Browser):
    assert 'name="keep"' not in student.get(f"/assignments/{SLUG}").text
    hand_in(student)
    assert 'name="keep"' in student.get(f"/assignments/{SLUG}").text


@pytest.mark.parametrize(("form", "is_replaced"), [({}, True), ({"keep": "1"}, False)])
def test_form_replaces_the_one_that_waits_unless_it_is_kept(
    student: Browser, form: dict[str, str], is_replaced: bool
):
    older = hand_in(student)
    form = an_upload(b"def train(): ...\n") | {"key": "k2"} | form
    assert student.post(f"/assignments/{SLUG}/submissions", form).status_code == 303
    assert ("Cancelled" in student.get(older).text) is is_replaced


def test_who_waits_reads_that_no_grader_is_there(student: Browser):
    assert "No grader is running" in student.get(hand_in(student)).text


def test_form_with_a_strange_key_is_refused(student: Browser):
    answer = student.post(f"/assignments/{SLUG}/submissions", an_upload() | {"key": "x" * 81})
    assert answer.status_code == 422


def test_form_that_is_too_large_says_how_much_is_taken(student: Browser):
    answer = student.post(f"/assignments/{SLUG}/submissions", an_upload(b"#" * (2 << 20)))
    answer.request.environ["wsgi.input"].close()  # the test client leaves its temporary file open
    assert answer.status_code == 413
    assert "1 MiB" in answer.text


def test_form_without_its_token_is_refused(student: Browser):
    answer = student.client.post(f"/assignments/{SLUG}/submissions", data=an_upload())
    assert answer.status_code == 400


def test_others_find_no_submission(student: Browser, other_student: Browser):
    address = hand_in(student)
    for path in ("", "/card", "/files/0"):
        assert other_student.get(address + path).status_code == 404


def test_staff_sees_every_submission(student: Browser, lecturer: Browser):
    address = hand_in(student)
    assert lecturer.get(address).status_code == 200
    assert lecturer.get(address + "/files/0", buffered=True).data.startswith(b"def train")


def test_download_is_never_shown_as_a_page(student: Browser):
    answer = student.get(hand_in(student) + "/files/0", buffered=True)
    assert answer.headers["Content-Disposition"] == "attachment; filename=submission.py"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/octet-stream"


def test_download_name_is_safe_in_a_header(student: Browser):
    upload = an_upload(name="naïve x.py")
    answer = student.post(f"/assignments/{SLUG}/submissions", upload)
    disposition = student.get(f"{answer.location}/files/0", buffered=True).headers["Content-Disposition"]
    assert "filename*=UTF-8''na%C3%AFve%20x.py" in disposition
    assert "\n" not in disposition


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_its_pages(app: Flask, lecturer: Browser, kind: Kind):
    tables = {Kind.FUNCTIONS: CHECKED, Kind.DATASET: "[score]\npoints = 10\n"}.get(kind, HELD_OUT)
    with services(app).database.write() as session:
        an_assignment(session, "other", kind=kind, tables=tables)
    page = lecturer.get("/assignments/other").text
    assert f'accept="{",".join(kind.traits.endings)}"' in page
    for part in ("leaderboard", "overview"):
        assert lecturer.get(f"/assignments/other/{part}").status_code == 200


def test_checks_are_shown_to_the_student_and_hidden_ones_to_staff_alone(
    app: Flask, lecturer: Browser, person: Callable[..., Person]
):
    who = person("GRD002")
    browser = Browser(app)
    browser.sign_in("GRD002")
    said = [
        Localized("relu(1): is 0 instead of 1", "relu(1): 0 ehelyett: 1"),
        Localized("Hidden.", "Rejtett."),
    ]
    visible, hidden = (CheckResult(f"check {n}", 0, 5, False, text) for n, text in enumerate(said))
    public = ScoreCard(0, 0.0, {"checks": 0.0}, (), (), 1, checks=(visible,))
    private = replace(public, size=2, checks=(visible, hidden))
    with services(app).database.write() as session:
        told = {"public": public, "private": private, "notices": (Localized("A notice.", "Ez."),)}
        submission = a_graded_submission(session, who, now=NOON, told=told)
    page = browser.get(f"/submissions/{submission.id}").text
    assert "relu(1): is 0 instead of 1" in page
    assert "A notice." in page
    assert "Hidden." not in page
    assert "Hidden." in lecturer.get(f"/submissions/{submission.id}").text


def test_report_card_appears_when_the_run_is_over(
    app: Flask, student: Browser, person: Callable[..., Person]
):
    who = person("GRD001")
    browser = Browser(app)
    browser.sign_in("GRD001")
    with services(app).database.write() as session:
        submission = a_graded_submission(session, who, now=NOON, score=0.5)
    page = browser.get(f"/submissions/{submission.id}")
    assert page.status_code == 200
    for said in (
        "Your model was scored.",
        "Gradients shrink 40-fold.",
        "Two lines were left out.",
        "It was 0.5.",
    ):
        assert said in page.text
    assert browser.get(f"/submissions/{submission.id}/card").status_code == 200


def test_private_share_is_for_staff_only(app: Flask, person: Callable[..., Person], lecturer: Browser):
    who = person("GRD001")
    with services(app).database.write() as session:
        submission = a_graded_submission(session, who, score=0.5)
    browser = Browser(app)
    browser.sign_in("GRD001")
    page = browser.get(f"/submissions/{submission.id}").text
    told = browser.get(f"/api/v1/submissions/{submission.id}/report")
    assert "private" not in told.get_json()
    for digits in ("0.271", "0.272", "2.71", "2.72", "27.1", "27.2"):
        assert digits not in page
        assert digits not in told.text
        assert "Robustness" not in page
    for said in ("0.272", "Robustness", "A table of 0.27182 numbers."):
        assert said in lecturer.get(f"/submissions/{submission.id}").text


def test_nobody_in_particular_is_sent_to_sign_in(client: FlaskClient):
    assert client.get("/assignments").status_code == 302
    assert client.post(f"/assignments/{SLUG}/submissions").status_code == 400


def test_unreadable_version_takes_no_other_page_with_it(app: Flask, student: Browser, lecturer: Browser):
    path = hand_in(student)
    with services(app).database.write() as session:
        an_assignment(session, "readable")
        version = session.scalars(select(AssignmentVersion).where(AssignmentVersion.slug == SLUG)).one()
        version.toml = "an older server took this"
    listed = student.get("/assignments").text
    assert ("/assignments/readable" in listed, f"/assignments/{SLUG}" in listed) == (True, False)
    assert student.get(path).status_code == 200
    assert lecturer.get("/people/ABC123").status_code == 200
    assert student.get(f"/assignments/{SLUG}").status_code == 404


def test_staff_see_why_graders_take_no_jobs(app: Flask, lecturer: Browser, student: Browser):
    now = services(app).clock()
    with services(app).database.write() as session:
        record_worker(session, a_hello("grader-7"), now)
        sick = replace(a_hello("grader-8"), state=WorkerState.UNFIT, reason="the store <is> away")
        record_worker(session, sick, now)
    page = lecturer.get("/graders").text
    assert "grader-7" in page
    assert "the store &lt;is&gt; away" in page
    assert "1 grader takes no jobs" in lecturer.get(f"/assignments/{SLUG}/overview").text
    assert student.get("/graders").status_code in {403, 404}


def test_overview_says_when_no_grader_takes_jobs(lecturer: Browser):
    assert "No grader takes jobs" in lecturer.get(f"/assignments/{SLUG}/overview").text


def test_what_was_given_back_is_told_to_staff_alone(app: Flask, lecturer: Browser, student: Browser):
    place = hand_in(student)
    with services(app).database.write() as session:
        now = services(app).clock()
        record_worker(session, a_hello(), now)
        [one] = release(session, ZONE, now)
        returned = JobReturn(one.job.attempt_id, "grader-1", ReturnCause.STORE, "StoreError: s3 is away")
        record_return(session, returned, now)
    assert "s3 is away" in lecturer.get("/graders").text
    page = student.get(place).text
    assert "tried again by itself" in page
    assert "s3" not in page
