"""Forms on the pages of submissions that decide something: about a hand-in, its run, and which one counts."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from server.errors import Forbidden, Refusal
from server.notifications import QUEUE_TOPIC
from server.standings.rules import DecisionKind
from server.standings.service import (
    DecisionRequest,
    Subject,
    author_of_form,
    decide_about,
    read_id,
    request_of_form,
    subject_of,
)
from server.submissions.blueprints import routes
from server.submissions.pages import assignment_page, show_page
from server.submissions.queries import find_submission
from server.submissions.queue.cancellation import cancel as cancel_run
from server.submissions.queue.cancellation import resume
from server.web import form_text, result_or_refusal, services, signed_in, signed_in_person, staff_only, write

RUN_LENGTH = 9  # digits of the number of a run


@routes.post("/submissions/<uuid:submission_id>/cancel")
@signed_in
def cancel(submission_id: UUID) -> ResponseReturnValue:
    """End the run `run`: one's own while it waits, as staff any. With `back` a cancelled one goes on."""
    return _shown(submission_id, result_or_refusal(lambda: _cancel(submission_id)))


@routes.post("/submissions/<uuid:submission_id>/decide")
@staff_only
def decide(submission_id: UUID) -> ResponseReturnValue:
    """Void a hand-in, give its try back, or choose it for its student; or take that `back`."""
    return _shown(submission_id, result_or_refusal(lambda: _decide(submission_id)))


@routes.post("/assignments/<slug>/choice")
@signed_in
def choose(slug: str) -> ResponseReturnValue:
    """Say which of one's own hand-ins counts: `submission`, or nothing for leaving it to the rule."""
    done = result_or_refusal(lambda: _choose(slug))
    if isinstance(done, Refusal):
        return assignment_page(slug, done), done.status
    flash(_("It is kept which hand-in counts."))
    return redirect(url_for("submissions.assignment", slug=slug), 303)


def _cancel(submission_id: UUID) -> None:
    who, back = signed_in_person(), bool(form_text("back"))
    with write() as session:
        submission = find_submission(session, who, str(submission_id))
        if back and not who.is_staff:
            raise Forbidden
        (resume if back else cancel_run)(session, submission, author_of_form(), _run_of_form())
    services().notifier.notify(str(submission_id), QUEUE_TOPIC)


def _decide(submission_id: UUID) -> None:
    wanted = request_of_form()
    with write() as session:
        submission = find_submission(session, signed_in_person(), str(submission_id))
        about = DecisionRequest(wanted.kind, submission_id=submission.id, back=wanted.back)
        decide_about(session, subject_of(submission), about, author_of_form())


def _choose(slug: str) -> None:
    who, wanted = signed_in_person(), read_id(form_text("submission"))
    choice = DecisionRequest(DecisionKind.CHOOSE, submission_id=wanted, back=wanted is None)
    with write() as session:
        decide_about(session, Subject(who.course_id, slug, who.id), choice, author_of_form())


def _shown(submission_id: UUID, done: Refusal | None) -> ResponseReturnValue:
    if isinstance(done, Refusal):
        return show_page(submission_id, done), done.status
    flash(_("Decided, and written down."))
    return redirect(url_for("submissions.show", submission_id=submission_id), 303)


def _run_of_form() -> int | None:
    text = request.form.get("run", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= RUN_LENGTH else None
