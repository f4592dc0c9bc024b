"""The receipt of a hand-in: made in its transaction, kept with it, and never made anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assignments.spec import Assignment
from grader.contract import BundleFile
from server.accounts.service import Person, people
from server.courses.service import Course
from server.receipts.receipt import HandedIn, Meaning, Receipt
from server.receipts.signer import Signer
from server.standings.service import own_window
from server.submissions.models import Submission
from server.submissions.published import readable_spec
from server.submissions.upload_errors import NoReceipt


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a hand-in is judged: the assignment, and which version of it."""

    spec: Assignment
    digest: str


def issue(session: Session, submission: Submission, terms: Terms, person: Person, signer: Signer) -> None:
    """Give a new hand-in its receipt, where this server signs any."""
    if signer.signs:
        signer.keep(session, submission.received_at)
        said = _said(session, submission, terms, person, submission.received_at)
        submission.receipt = signer.receipt(said).as_json()


def receipt_of(session: Session, submission: Submission, signer: Signer, now: datetime) -> Receipt:
    """The receipt of a hand-in; one of before receipts were signed is signed now. Raises NoReceipt."""
    if submission.receipt is not None:
        return Receipt(**submission.receipt)
    owner = submission.user_id or 0
    person = people(session, submission.course_id, [owner]).get(owner)
    course = session.get_one(Course, submission.course_id)
    spec = readable_spec(submission.version, course.time_zone)
    if person is None or spec is None or not signer.signs:
        raise NoReceipt
    terms = Terms(spec, submission.version.digest)
    return signer.receipt(_said(session, submission, terms, person, now))


def _said(
    session: Session, submission: Submission, terms: Terms, person: Person, issued_at: datetime
) -> HandedIn:
    """Who handed in what, when, and what that means by the rules in force."""
    course = session.get_one(Course, submission.course_id)
    window = own_window(session, course.id, person.id, terms.spec)
    where = window.at(submission.received_at)
    return HandedIn(
        course=course.slug,
        course_title=course.title_en,
        assignment=submission.slug,
        version=terms.digest,
        neptun=person.neptun,
        name=person.name,
        submission=submission.id,
        files=tuple(BundleFile(file.name, file.sha256, file.size) for file in submission.files),
        sha256=submission.sha256,
        received_at=submission.received_at,
        issued_at=issued_at,
        zone=course.zone,
        meaning=Meaning(
            phase=where.phase,
            due=window.due,
            late_by_s=int(where.late_by.total_seconds()),
            extended=window.own.because is not None,
        ),
    )
