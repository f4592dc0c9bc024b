"""The API of explanations and of one's time tokens."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from server.deadline_pages import api_schema as schema
from server.deadline_pages.blueprints import api_routes
from server.deadline_pages.explanations import Case, explain
from server.deadline_pages.token_limits import limit
from server.deadlines.rules import due_sentence, stretch_sentence
from server.http.json_bodies import answer_json, json_body
from server.http.openapi import describe
from server.standings.rules import Explanation
from server.submissions.service import in_force, moment_in_words, reader
from server.web import now, services, signed_in, signed_in_person, staff_only, write


@api_routes.get("/assignments/<slug>/explanation")
@describe("Read what one gets, and why", answers={200: schema.ExplanationOut})
@signed_in
def explanation(slug: str) -> ResponseReturnValue:
    """Every step to one's points, and what a hand-in would be worth at each moment."""
    return answer_json(_explained(explain(slug)))


@api_routes.get("/assignments/<slug>/students/<neptun>/explanation")
@describe("Read what a student gets, and why", answers={200: schema.ExplanationOut})
@staff_only
def student_explanation(slug: str, neptun: str) -> ResponseReturnValue:
    """The same of any student, with both shares."""
    return answer_json(_explained(explain(slug, neptun)))


@api_routes.get("/assignments/<slug>/tokens")
@describe("Read one's time tokens", answers={200: schema.TokensOut})
@signed_in
def tokens(slug: str) -> ResponseReturnValue:
    """How many there are, and how many an assignment may use."""
    return answer_json(_tokens(explain(slug)))


@api_routes.put("/assignments/<slug>/tokens")
@describe("Limit one's time tokens", body=schema.TokensIn, answers={200: schema.TokensOut})
@signed_in
def limit_tokens(slug: str) -> ResponseReturnValue:
    """Let an assignment use at most so many, until it is closed for oneself."""
    body, who = json_body(schema.TokensIn), signed_in_person()
    with write() as session:
        spec = in_force(session, who.course_id, slug, services().course.zone).spec
        limit(session, who, spec, body.most, now())
    return answer_json(_tokens(explain(slug)))


def _explained(case: Case) -> schema.ExplanationOut:
    found, who = case.found, reader()
    because = (moment_in_words(found.extension.at, who), found.extension.reason) if found.extension else ()
    return schema.ExplanationOut(
        assignment=found.slug,
        neptun=case.student.neptun,
        name=case.student.name,
        at=found.at,
        most=float(found.most),
        state=found.state,
        due=found.window.due,
        why_due=str(due_sentence(moment_in_words(found.window.due, who), *because)),
        sides=[_side(side) for side in found.sides],
        line=[
            schema.StretchOut(
                until=one.until,
                phase=one.phase,
                text=str(stretch_sentence(one.phase, one.late_day, one.tokens)),
                worth=float(one.worth),
                tokens=one.tokens,
            )
            for one in found.line
        ],
    )


def _side(side: Explanation) -> schema.SideOut:
    return schema.SideOut(
        share=side.share,
        points=None if side.points is None else float(side.points),
        steps=[
            schema.StepOut(
                kind=one.kind, text=str(one.text), points=None if one.points is None else float(one.points)
            )
            for one in side.lines
        ],
        attempts=[
            schema.AttemptOut(
                submission=one.submission_id,
                received_at=one.arrival,
                earned=float(one.earned),
                worth=float(one.worth),
                counts=one.counts,
            )
            for one in side.attempts
        ],
    )


def _tokens(case: Case) -> schema.TokensOut:
    one = case.found.tokens
    return schema.TokensOut(
        per_term=one.per_term,
        used=one.used,
        used_here=one.used_here,
        allowed_here=one.allowed_here,
        most=one.most,
        changeable=case.found.window.goes_on(case.found.at),
    )
