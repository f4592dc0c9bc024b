"""The API of submissions: assignments, handing in, watching a run, and its report."""

from __future__ import annotations

import mimetypes
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from server.deadlines.rules import DeadlinePhase
from server.errors import NotFound
from server.grading.service import InForce, current, in_force
from server.http.api_address import API
from server.http.attachments import attachment
from server.http.json_bodies import answer_json, query
from server.http.openapi import describe
from server.http.paging import Cursor
from server.receipts.service import SignedReceipt, signer
from server.sse import EVENT_STREAM, prefers_stream, stream_response
from server.submissions import api_schema as schema
from server.submissions.api_schema import late_out
from server.submissions.blueprints import api_routes
from server.submissions.overviews import (
    assignment_card,
    assignment_cards,
    fresh_card,
    starter_files,
    submission_card,
    submission_cards,
)
from server.submissions.queries import (
    curve_of,
    find_submission,
    finished,
    log_text,
    previous_best,
    submissions_of,
)
from server.submissions.reader import Reader
from server.submissions.receipts import receipt_of
from server.submissions.report.api_schema import ReportOut
from server.submissions.report.building import change
from server.submissions.report.card import AssignmentCard, SubmissionCard
from server.submissions.request_context import reader
from server.submissions.stream import Watch, stream
from server.submissions.uploads.api_schema import FromUploads
from server.submissions.uploads.requests import KEY_HEADER, Taken, receive
from server.web import read, services, signed_in, signed_in_person

OCTETS = "application/octet-stream"


@api_routes.get("/assignments")
@describe("List assignments", answers={200: schema.AssignmentList})
@signed_in
def list_assignments() -> ResponseReturnValue:
    """Every assignment as the asker sees it."""
    with read() as session:
        cards = assignment_cards(session, reader())
    found = [schema.AssignmentOut.model_validate(schema.assignment_fields(card)) for card in cards]
    return answer_json(schema.AssignmentList(assignments=found))


@api_routes.get("/assignments/<slug>")
@describe("Read an assignment", answers={200: schema.AssignmentDetail})
@signed_in
def assignment(slug: str) -> ResponseReturnValue:
    """All there is to read."""
    who = reader()
    with read() as session:
        published = in_force(session, who.person.course_id, slug, who.zone)
        card = assignment_card(session, slug, who)
    visible = may_read(card, who)
    answer = schema.AssignmentDetail.model_validate(
        schema.assignment_fields(card)
        | {
            "handout": published.handout.in_language(who.language) if visible else "",
            "late": late_out(published.spec.late, card.terms),
            "starter": [
                schema.StarterOut(name=file.name, href=file.href)
                for file in (starter_files(published) if visible else ())
            ],
            "practice": _practice_out(published) if visible else None,
        }
    )
    return answer_json(answer)


@api_routes.get("/assignments/<slug>/practice")
@describe("Download the practice kit", answers={200: OCTETS})
@signed_in
def practice(slug: str) -> ResponseReturnValue:
    """What `hazi check` works with: public data, settings and visible checks as one safetensors file."""
    return practice_kit(slug)


@api_routes.get("/assignments/<slug>/starter/<name>")
@describe("Download a starter file", answers={200: OCTETS})
@signed_in
def starter(slug: str, name: str) -> ResponseReturnValue:
    """One file to begin with; of kind `predictions` also the held-out inputs by id, and an empty table."""
    return starter_file(slug, name)


@api_routes.post("/assignments/<slug>/submissions")
@describe(
    "Hand in",
    files="file",
    query=schema.HandInQuery,
    body=FromUploads,
    headers={
        KEY_HEADER: "The same key with the same files is the same submission, however often it is sent."
    },
    answers={201: schema.HandedIn},
)
@signed_in
def create(slug: str) -> ResponseReturnValue:
    """Take the files of the form, or as JSON those that arrived in pieces before."""
    return handed_in(receive(slug))


@api_routes.get("/submissions")
@describe("List one's submissions", query=schema.SubmissionQuery, answers={200: schema.SubmissionList})
@signed_in
def list_submissions() -> ResponseReturnValue:
    """A page of one's own, newest first; the next one is asked for with `before` as `next` says."""
    who, asked = reader(), query(schema.SubmissionQuery)
    cursor = Cursor(before=str(asked.before) if asked.before else None, rows=asked.limit)
    with read() as session:
        found = submissions_of(session, who.person, who.zone, asked.assignment, cursor)
        cards = submission_cards(session, found.items, who)
    page = schema.SubmissionList(submissions=[_submission(card) for card in cards], next=found.older)
    return answer_json(page)


@api_routes.get("/submissions/<uuid:submission_id>")
@describe("Look at a submission", answers={200: schema.SubmissionOut})
@signed_in
def submission(submission_id: UUID) -> ResponseReturnValue:
    """How far it got."""
    return answer_json(_submission(_card(submission_id)))


@api_routes.get("/submissions/<uuid:submission_id>/events")
@describe(
    "Follow a run",
    query=schema.EventQuery,
    headers={"Last-Event-ID": "With text/event-stream: go on after this event."},
    answers={200: (schema.EventList, EVENT_STREAM)},
)
@signed_in
def events(submission_id: UUID) -> ResponseReturnValue:
    """As a stream for those who accept one, else what is new."""
    watch = Watch(services().database, str(submission_id), reader(), services().clock)
    if prefers_stream(usual=False):
        return _stream(watch)
    after = query(schema.EventQuery).after
    look = watch.look(after)
    following = look.events[-1].id if look.events else after
    return answer_json(schema.EventList(submission=look.submission, events=list(look.events), next=following))


@api_routes.get("/submissions/<uuid:submission_id>/log")
@describe("Read the log", answers={200: "text/plain"})
@signed_in
def log(submission_id: UUID) -> ResponseReturnValue:
    """What the student's code printed while training."""
    with read() as session:
        found = find_submission(session, signed_in_person(), str(submission_id))
        text = log_text(session, current(found))
    return Response(text, mimetype="text/plain")


@api_routes.get("/submissions/<uuid:submission_id>/report")
@describe("Read the report", answers={200: ReportOut})
@signed_in
def report(submission_id: UUID) -> ResponseReturnValue:
    """The public part of the report."""
    with read() as session:
        found = find_submission(session, signed_in_person(), str(submission_id))
        grading = finished(found)
        before = previous_best(session, found)
        further = {
            "curve": curve_of(session, grading),
            "previous_best": before,
            "change": change(grading.points, before),
            "final": grading.final,
        }
    return answer_json(ReportOut.model_validate((grading.report or {}) | further))


@api_routes.get("/submissions/<uuid:submission_id>/receipt")
@describe("Get the receipt", answers={200: schema.ReceiptOut})
@signed_in
def receipt(submission_id: UUID) -> ResponseReturnValue:
    """Proof of who handed in what, and when."""
    return answer_json(schema.receipt(_card(submission_id)))


@api_routes.get("/submissions/<uuid:submission_id>/signed-receipt")
@describe("Get the signed receipt", answers={200: SignedReceipt})
@signed_in
def signed_receipt(submission_id: UUID) -> ResponseReturnValue:
    """The same as a file that proves itself: whoever has the public keys can check it, also without us."""
    return answer_json(SignedReceipt.model_validate(receipt_file(str(submission_id))))


def receipt_file(submission_id: str) -> dict[str, Any]:
    """The signed receipt of a submission that the asker may see. Raises NotFound, and NoReceipt."""
    who = reader()
    with read() as session:
        found = find_submission(session, who.person, submission_id)
        return receipt_of(session, found, signer(), who.now).as_json()


def handed_in(taken: Taken) -> Response:
    """The answer to a hand-in: the submission, its receipt and its address.

    Of a new one nothing is asked of the database again: where it stands in the queue is told when asked for.
    """
    fresh, admission = taken.submission, taken.admission
    if admission is None or fresh.run_of != fresh.id:
        card = _card(fresh.id)
    else:
        card = fresh_card(fresh, admission.spec, admission.window, reader())
    fields = schema.submission_fields(card) | {"receipt": schema.receipt(card)}
    response = answer_json(schema.HandedIn.model_validate(fields), 201)
    response.headers["Location"] = f"{API}/submissions/{card.id}"
    return response


def practice_kit(slug: str) -> Response:
    """The kit of the version in force. Raises NotFound where the asker sees none."""
    file = readable(slug).practice
    if file is None:
        raise NotFound
    return attachment(file.sha256, file.name)


def starter_file(slug: str, name: str) -> Response:
    """One file to begin with. Raises NotFound where the asker sees none of that name."""
    file = next((file for file in readable(slug).starter if file.name == name), None)
    if file is None:
        raise NotFound
    return attachment(file.sha256, file.name)


def attached_file(slug: str, name: str) -> Response:
    """A picture or file that the handout names. Raises NotFound where the asker sees none of that name."""
    file = next((file for file in readable(slug).attachments if file.name == name), None)
    if file is None:
        raise NotFound
    media_type = mimetypes.guess_type(name)[0] or ""
    return attachment(file.sha256, name.rpartition("/")[2], media_type or "application/octet-stream")


def readable(slug: str) -> InForce:
    """The version in force, for those who may read it. Raises NotFound for all others."""
    who = reader()
    with read() as session:
        published = in_force(session, who.person.course_id, slug, who.zone)
        visible = may_read(assignment_card(session, slug, who), who)
    if not visible:
        raise NotFound
    return published


def _practice_out(published: InForce) -> schema.PracticeOut | None:
    file = published.practice
    if file is None:
        return None
    href = f"{API}/assignments/{published.spec.slug}/practice"
    return schema.PracticeOut(href=href, sha256=file.sha256, size=file.size)


def may_read(card: AssignmentCard, who: Reader) -> bool:
    """Whether the handout is shown: to students only once the assignment is open."""
    return who.person.is_staff or card.phase is not DeadlinePhase.NOT_OPEN


def _stream(watch: Watch) -> Response:
    after = request.headers.get("Last-Event-ID", "")
    first = int(after) if after.isascii() and after.isdigit() and len(after) < 20 else 0
    watch.look(first)  # refuse before the answer begins
    return stream_response(
        stream(watch, services().hub, first),
        watch.reader.person.id,
        detail=_("Too many live pages are open: close one."),
    )


def _card(submission_id: UUID | str) -> SubmissionCard:
    who = reader()
    with read() as session:
        found = find_submission(session, who.person, str(submission_id))
        return submission_card(session, found, who)


def _submission(card: SubmissionCard) -> schema.SubmissionOut:
    return schema.SubmissionOut.model_validate(schema.submission_fields(card))
