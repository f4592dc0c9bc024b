"""The API of what is decided about runs and hand-ins: cancelling, and handing in for a student."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from server.errors import Forbidden
from server.http.json_bodies import answer_json, json_body
from server.http.openapi import describe
from server.notifications import QUEUE_TOPIC
from server.standings.service import DecisionAuthor
from server.submissions import api_schema as schema
from server.submissions.api import handed_in
from server.submissions.blueprints import api_routes
from server.submissions.decisions.requests import receive_for
from server.submissions.overviews import submission_card
from server.submissions.queries import find_submission
from server.submissions.queue.cancellation import cancel as cancel_run
from server.submissions.queue.cancellation import resume
from server.submissions.request_context import reader
from server.submissions.uploads.requests import KEY_HEADER, Taken
from server.web import clean_text, now, read, services, signed_in, signed_in_person, staff_only, write


class CancelWish(BaseModel):
    """Which run is to end, and why. Staff say why; `back` lets a cancelled run go on, by staff alone."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(default="", max_length=4000)
    run: int | None = Field(default=None, ge=1, le=2**31 - 1)  # null: the one in force, or the newest
    back: bool = False
    seen: int | None = Field(default=None, ge=0)


@api_routes.post("/submissions/<uuid:submission_id>/cancel")
@describe("Cancel a run", body=CancelWish, answers={200: schema.SubmissionOut})
@signed_in
def cancel(submission_id: UUID) -> ResponseReturnValue:
    """One's own while it waits, as staff any at any time before its end. It costs no try."""
    who = signed_in_person()
    with read() as session:  # whoever may not even know of it is told so first
        find_submission(session, who, str(submission_id))
    body = json_body(CancelWish)
    author = DecisionAuthor(who, now(), clean_text(body.reason), body.seen)
    with write() as session:
        found = find_submission(session, who, str(submission_id))
        if body.back and not who.is_staff:
            raise Forbidden
        (resume if body.back else cancel_run)(session, found, author, body.run)
    services().notifier.notify(str(submission_id), QUEUE_TOPIC)
    with read() as session:
        found = find_submission(session, who, str(submission_id))
        card = submission_card(session, found, reader())
    return answer_json(schema.SubmissionOut.model_validate(schema.submission_fields(card)))


@api_routes.post("/assignments/<slug>/students/<neptun>/submissions")
@describe(
    "Hand in for a student (staff)",
    files="file",
    headers={
        KEY_HEADER: "The same key with the same files is the same submission, however often it is sent."
    },
    answers={201: schema.HandedIn},
)
@staff_only
def create_for(slug: str, neptun: str) -> ResponseReturnValue:
    """Fields beside the files: `reason`, and `arrived`, the moment that counts; else that is now."""
    return handed_in(Taken(receive_for(slug, neptun)))
