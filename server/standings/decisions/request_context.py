"""What pages and API of decisions share: who asks to decide what, read from forms and from programs."""

from __future__ import annotations

from flask import request
from sqlalchemy.orm import Session

from server.errors import BadInput
from server.grading.service import in_force
from server.standings.decisions.api_schema import DecisionWish
from server.standings.decisions.deciding import DecisionAuthor, Subject
from server.standings.decisions.requests import DecisionRequest, decide, read_id, read_points
from server.standings.models import Decision
from server.standings.states import DecisionKind
from server.web import clean_text, form_text, now, services, signed_in_person


def author_of_form() -> DecisionAuthor:
    """Who sent this form, with the fields `reason` and `seen`."""
    return DecisionAuthor(signed_in_person(), now(), form_text("reason"), _number("seen"))


def request_of_form() -> DecisionRequest:
    """What the form wants: `kind`, with `points` and `submission`.

    Instead of `kind`, each by a button of its own: `back`, a kind that is to be taken back, or `withdraws`,
    the number of a comment or note to take back.
    """
    withdraws = _number("withdraws")
    return DecisionRequest(
        kind=form_text("kind") or form_text("back") or (DecisionKind.COMMENT if withdraws else ""),
        points=read_points(form_text("points")),
        submission_id=read_id(form_text("submission")),
        withdraws=withdraws,
        back=bool(form_text("back")),
    )


def author_of_program(wanted: DecisionWish) -> DecisionAuthor:
    """Who sent this request."""
    return DecisionAuthor(signed_in_person(), now(), clean_text(wanted.reason), wanted.seen)


def request_of_program(wanted: DecisionWish) -> DecisionRequest:
    """What it wants."""
    submission = str(wanted.submission) if wanted.submission else None
    return DecisionRequest(wanted.kind, wanted.points, submission, wanted.withdraws, wanted.back)


def decide_about(
    session: Session, subject: Subject, wanted: DecisionRequest, author: DecisionAuthor
) -> Decision:
    """Decide it about an assignment that is in force. Raises UnknownAssignment, and what `decide` raises."""
    spec = in_force(session, subject.course_id, subject.slug, services().course.zone).spec
    return decide(session, spec, Subject(subject.course_id, spec.slug, subject.user_id), wanted, author)


def _number(name: str) -> int | None:
    """A field that holds the number of a decision; None where it is left out. Raises BadInput."""
    text = request.form.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput
    return int(text)
