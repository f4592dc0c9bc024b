"""The API of decisions: deciding, reading what was decided, choosing, and the audit of the course."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from server.grading.service import in_force
from server.http.json_bodies import answer_json, json_body, query
from server.http.openapi import describe
from server.standings.blueprints import api_routes
from server.standings.decisions import api_schema
from server.standings.decisions.audit import Filter
from server.standings.decisions.audit import audit as audit_page
from server.standings.decisions.deciding import DecisionAuthor, Subject
from server.standings.decisions.records import Decided, decided, decisions_for_student, staff_card
from server.standings.decisions.request_context import author_of_program, decide_about, request_of_program
from server.standings.decisions.requests import DecisionRequest, student_of
from server.standings.states import DecisionKind
from server.web import clean_text, now, read, services, signed_in, signed_in_person, staff_only, write


@api_routes.get("/assignments/<slug>/students/<neptun>/decisions")
@describe("Read the decisions about a student (staff)", answers={200: api_schema.DecisionList})
@staff_only
def decisions(slug: str, neptun: str) -> ResponseReturnValue:
    """All of them, notes for staff included."""
    course_id = signed_in_person().course_id
    with read() as session:
        spec = in_force(session, course_id, slug, services().course.zone).spec
        person = student_of(session, course_id, neptun)
        found = decided(session, course_id, person.id, [spec.slug]).get(spec.slug, Decided())
    cards = [api_schema.decision_out(card) for card in found.cards]
    return answer_json(api_schema.DecisionList(decisions=cards, newest=found.newest))


@api_routes.post("/assignments/<slug>/students/<neptun>/decisions")
@describe(
    "Decide about a student (staff)", body=api_schema.DecisionWish, answers={201: api_schema.DecisionOut}
)
@staff_only
def decide(slug: str, neptun: str) -> ResponseReturnValue:
    """Set points, excuse, give nothing, void, give a try back, comment, note, choose; or take it back."""
    body, who = json_body(api_schema.DecisionWish), signed_in_person()
    with write() as session:
        person = student_of(session, who.course_id, neptun)
        subject = Subject(who.course_id, slug, person.id)
        made = decide_about(session, subject, request_of_program(body), author_of_program(body))
    return answer_json(api_schema.decision_out(staff_card(made, {who.id: who})), 201)


@api_routes.get("/assignments/<slug>/decisions")
@describe("Read the decisions about oneself", answers={200: api_schema.ToldDecisions})
@signed_in
def own_decisions(slug: str) -> ResponseReturnValue:
    """What staff and oneself have decided about one's own work for an assignment."""
    who = signed_in_person()
    with read() as session:
        spec = in_force(session, who.course_id, slug, services().course.zone).spec
        cards = decisions_for_student(session, who.course_id, who.id, now(), [spec.slug]).get(spec.slug, ())
    return answer_json(api_schema.ToldDecisions(decisions=[api_schema.decision_out(card) for card in cards]))


@api_routes.put("/assignments/<slug>/choice")
@describe("Choose which submission counts", body=api_schema.ChoiceWish, answers={204: None})
@signed_in
def choose(slug: str) -> ResponseReturnValue:
    """For oneself, where the assignment leaves it to the student."""
    wanted, who = json_body(api_schema.ChoiceWish).submission, signed_in_person()
    choice = DecisionRequest(
        DecisionKind.CHOOSE, submission_id=str(wanted) if wanted else None, back=wanted is None
    )
    with write() as session:
        decide_about(session, Subject(who.course_id, slug, who.id), choice, DecisionAuthor(who, now(), ""))
    return "", 204


@api_routes.get("/decisions")
@describe("Read all decisions (staff)", query=api_schema.AuditQuery, answers={200: api_schema.AuditList})
@staff_only
def audit() -> ResponseReturnValue:
    """Newest first; the next page is asked for with `cursor` as `next` says."""
    asked = query(api_schema.AuditQuery)
    which = Filter(
        kind=clean_text(asked.kind),
        slug=clean_text(asked.assignment),
        neptun=asked.neptun,
        by=asked.by,
        since=asked.since,
        until=asked.until,
    )
    with read() as session:
        course_id, zone = signed_in_person().course_id, services().course.zone
        page = audit_page(session, course_id, which, zone, before=asked.cursor, rows=asked.limit)
    rows = [api_schema.audit_out(row) for row in page.rows]
    return answer_json(api_schema.AuditList(decisions=rows, next=page.older))
