"""The receipt of a hand-in: made in its transaction, kept with it, and never made anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grader.contract import BundleFile
from server.accounts.service import people
from server.courses.service import Course, course_of
from server.grading.service import Submission, readable_spec
from server.person import Person
from server.receipts.service import HandedIn, Meaning, Receipt, Signer
from server.standings.service import OwnWindow, own_window
from server.submissions.admission.checks import Admission
from server.submissions.refusals import NoReceipt


@dataclass(frozen=True, slots=True)
class Issuing:
    """What is said on the receipt of a new hand-in, and who signs it."""

    admission: Admission
    person: Person
    signer: Signer
    at: datetime

    @classmethod
    def by(cls, signer: Signer | None, admission: Admission, person: Person, at: datetime) -> Issuing | None:
        """None where nobody signs."""
        return cls(admission, person, signer, at) if signer is not None and signer.signs else None


def issue(
    session: Session, submission: Submission, files: Iterable[BundleFile], issuing: Issuing
) -> dict[str, Any]:
    """The receipt of a new hand-in of these files, to be kept with it."""
    issuing.signer.keep(session, issuing.at)
    admission = issuing.admission
    terms = _Terms(admission.published.digest, admission.window, admission.course)
    said = _said(submission, files, terms, issuing.person, issuing.at)
    return issuing.signer.receipt(said).as_json()


@dataclass(frozen=True, slots=True)
class _Terms:
    """By what a hand-in is judged: which version of the assignment, and the student's own line."""

    digest: str
    window: OwnWindow
    course: Course


def receipt_of(session: Session, submission: Submission, signer: Signer, now: datetime) -> Receipt:
    """The receipt of a hand-in; one of before receipts were signed is signed now. Raises NoReceipt."""
    if submission.receipt is not None:
        return Receipt(**submission.receipt)
    owner = submission.user_id or 0
    person = people(session, submission.course_id, [owner]).get(owner)
    course = course_of(session, submission.course_id)
    spec = readable_spec(submission.version, course.time_zone)
    if person is None or spec is None or not signer.signs:
        raise NoReceipt
    window = own_window(session, course.id, person.id, spec)
    terms = _Terms(submission.version.digest, window, course)
    files = (BundleFile(file.name, file.sha256, file.size) for file in submission.files)
    return signer.receipt(_said(submission, files, terms, person, now))


def _said(
    submission: Submission, files: Iterable[BundleFile], terms: _Terms, person: Person, issued_at: datetime
) -> HandedIn:
    """Who handed in what, when, and what that means by the rules in force."""
    course, window = terms.course, terms.window
    where = window.at(submission.received_at)
    return HandedIn(
        course=course.slug,
        course_title=course.title_en,
        assignment=submission.slug,
        version=terms.digest,
        neptun=person.neptun,
        name=person.name,
        submission=submission.id,
        files=tuple(files),
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
