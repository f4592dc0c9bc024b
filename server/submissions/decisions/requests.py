"""An upload of staff for a student, on its way in: who it is for, why, and when it arrived."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import request
from flask_babel import lazy_gettext as _

from assignments.moments import to_utc
from server.errors import BadInput
from server.grading.service import Submission, in_force
from server.notifications import QUEUE_TOPIC
from server.receipts.service import signer
from server.standings.service import DecisionAuthor, author_of_form, checked_reason, student_of
from server.submissions.decisions.hand_in import check_arrival, hand_in_for
from server.submissions.hand_in import HandIn, check_key
from server.submissions.uploads.requests import FIELD, KEY_HEADER, check_parts, content_of, kept_parts, turns
from server.web import form_text, now, read, services, signed_in_person, write


def receive_for(slug: str, neptun: str) -> Submission:
    """Take the upload of this request and hand it in for a student. Raises a Refusal, and then nothing is.

    Fields: `file` (repeated), `reason`, `arrived` (local time of the course, or with an offset; by default
    now), `seen`, and `key`, with which the same form sent twice hands in once.
    """
    who, zone = signed_in_person(), services().course.zone
    parts = [part for part in request.files.getlist(FIELD) if part.filename]
    author, arrived = author_of_form(), _arrived(form_text("arrived"))
    key = request.headers.get(KEY_HEADER, form_text("key") or None)
    _refuse_before_storing(slug, neptun, author, arrived, key)
    with read() as session:
        spec = in_force(session, who.course_id, slug, zone).spec
    check_parts(spec, parts)
    with turns().of(who.id):
        content = content_of(parts)
        wanted = HandIn(spec.slug, kept_parts(spec, parts), key, content=content, keep=True).known_by_bytes()
        with write() as session:
            person = student_of(session, who.course_id, neptun)
            submission = hand_in_for(
                session, person, wanted, author, arrived=arrived, zone=zone, signer=signer()
            )
    services().notifier.notify(QUEUE_TOPIC)
    return submission


def _refuse_before_storing(
    slug: str, neptun: str, author: DecisionAuthor, arrived: datetime, key: str | None
) -> None:
    who = signed_in_person()
    check_key(key)
    checked_reason(author.reason)
    with read() as session:
        spec = in_force(session, who.course_id, slug, services().course.zone).spec
        person = student_of(session, who.course_id, neptun)
        check_arrival(session, person, spec, arrived, author.now)


def _arrived(text: str) -> datetime:
    """The moment that somebody typed; now where nothing is typed. Raises BadInput."""
    if not text:
        return now()
    try:
        return to_utc(datetime.fromisoformat(text), services().course.zone).astimezone(UTC)
    except ValueError:
        raise BadInput(
            _("“%(text)s” is no clear moment: write 2026-10-24T23:59, or with an offset.", text=text[:40])
        ) from None
