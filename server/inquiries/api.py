"""The API of inquiries."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from server.http.json_bodies import answer_json, json_body, query
from server.http.openapi import describe
from server.inquiries import api_schema as schema
from server.inquiries.blueprints import api_routes
from server.inquiries.queries import Wanted, inquiries, thread
from server.inquiries.threads import Message, accept, ask, decline, inquiry_of, write_on
from server.submissions.service import in_force
from server.web import clean_text, now, read, services, signed_in, signed_in_person, staff_only, write


@api_routes.get("/inquiries")
@describe("List inquiries", query=schema.InquiryQuery, answers={200: schema.InquiryList})
@signed_in
def list_inquiries() -> ResponseReturnValue:
    """All for staff, those first that wait for an answer; for a student their own."""
    asked = query(schema.InquiryQuery)
    wanted = Wanted(str(asked.state or ""), clean_text(asked.assignment))
    with read() as session:
        page = inquiries(session, signed_in_person(), wanted, before=asked.cursor, rows=asked.limit)
    rows = [schema.InquiryOut.model_validate(schema.inquiry_fields(card)) for card in page.cards]
    return answer_json(schema.InquiryList(inquiries=rows, next=page.older))


@api_routes.post("/assignments/<slug>/inquiries")
@describe("Ask about one's own result", body=schema.InquiryText, answers={201: schema.ThreadOut})
@signed_in
def open_inquiry(slug: str) -> ResponseReturnValue:
    """Within the days after it was told; one at a time for each assignment."""
    text, who, zone = (
        clean_text(json_body(schema.InquiryText).text),
        signed_in_person(),
        services().course.zone,
    )
    with write() as session:
        spec = in_force(session, who.course_id, slug, zone).spec
        made = ask(session, spec, Message(who, text, now()), zone)
        answer = schema.thread_out(thread(session, made, who))
    return answer_json(answer, 201)


@api_routes.get("/inquiries/<int:inquiry_id>")
@describe("Read an inquiry", answers={200: schema.ThreadOut})
@signed_in
def inquiry(inquiry_id: int) -> ResponseReturnValue:
    """With all that was written."""
    who = signed_in_person()
    with read() as session:
        return answer_json(schema.thread_out(thread(session, inquiry_of(session, who, inquiry_id), who)))


@api_routes.post("/inquiries/<int:inquiry_id>/messages")
@describe("Write in an inquiry", body=schema.InquiryText, answers={201: schema.ThreadOut})
@signed_in
def write_message(inquiry_id: int) -> ResponseReturnValue:
    """Its student asks on, staff answer."""
    who = signed_in_person()
    with read() as session:  # whoever may not even know of it is told so first
        inquiry_of(session, who, inquiry_id)
    text = clean_text(json_body(schema.InquiryText).text)
    with write() as session:
        made = write_on(session, inquiry_id, Message(who, text, now()))
        answer = schema.thread_out(thread(session, made, who))
    return answer_json(answer, 201)


@api_routes.post("/inquiries/<int:inquiry_id>/decision")
@describe("Settle an inquiry (staff)", body=schema.InquiryDecision, answers={200: schema.ThreadOut})
@staff_only
def settle(inquiry_id: int) -> ResponseReturnValue:
    """Accept or decline it, with the reason that the student reads."""
    body, who = json_body(schema.InquiryDecision), signed_in_person()
    verb = accept if body.state == "accepted" else decline
    with write() as session:
        made = verb(session, inquiry_id, Message(who, clean_text(body.reason), now(), body.seen))
        answer = schema.thread_out(thread(session, made, who))
    return answer_json(answer)
