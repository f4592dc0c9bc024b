"""Regrades in the API, for staff."""

from __future__ import annotations

from datetime import datetime

from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from server.gradebook import regrades as service
from server.gradebook.blueprints import api_routes
from server.http.json_bodies import answer_json, json_body
from server.http.openapi import describe
from server.standings.service import DecisionAuthor
from server.submissions.service import RegradeState, reader, regrade_of
from server.web import now, read, services, signed_in_person, staff_only, write


class StartIn(BaseModel):
    """What is to be graded again, and why."""

    reason: str = Field(max_length=2000)
    only: list[str] = Field(default=[], max_length=1000)  # Neptun codes; empty is everybody


class EndIn(BaseModel):
    """Whether the new results count from now on, or the old ones stay."""

    apply: bool


class RegradeOut(BaseModel):
    """One regrade."""

    id: int
    assignment: str
    state: RegradeState
    reason: str
    version: str
    started_at: datetime
    ended_at: datetime | None
    runs: int
    waiting: int
    running: int
    graded: int
    without_result: int
    no_grader: bool


class MoveOut(BaseModel):
    """What would change for one student."""

    neptun: str
    old: float | None  # points that count
    new: float | None
    old_public: float | None
    new_public: float | None


class RegradeDetail(RegradeOut):
    """One regrade, and who would move if it were applied as far as it is: the greatest loss first."""

    moves: list[MoveOut]
    before: list[int]  # students by points that count, in equal stretches from nothing to all
    after: list[int]


class RegradeList(BaseModel):
    """All of an assignment, the newest first."""

    regrades: list[RegradeOut]
    outdated: int  # results in force that cannot be compared with those of the version in force


@api_routes.get("/assignments/<slug>/regrades")
@describe("List the regrades of an assignment", answers={200: RegradeList})
@staff_only
def list_regrades(slug: str) -> ResponseReturnValue:
    """What was graded again, and how much should be."""
    with read() as session:
        found = service.regrades(session, slug, reader())
    cards = [RegradeOut.model_validate(_fields(card)) for card in found.cards]
    return answer_json(RegradeList(regrades=cards, outdated=found.outdated))


@api_routes.post("/assignments/<slug>/regrades")
@describe("Grade again", body=StartIn, answers={201: RegradeDetail})
@staff_only
def start_regrade(slug: str) -> ResponseReturnValue:
    """Let it run beside the results in force, after all that is fresh."""
    body, who = json_body(StartIn), signed_in_person()
    author = DecisionAuthor(who, now(), body.reason)
    with write() as session:
        start = service.Start(slug, tuple(body.only))
        started = service.start(session, start, author, who.course_id, services().course.zone).id
    return answer_json(_detail(started), 201)


@api_routes.get("/regrades/<int:regrade_id>")
@describe("Look at a regrade", answers={200: RegradeDetail})
@staff_only
def regrade(regrade_id: int) -> ResponseReturnValue:
    """How far it is, and who would move."""
    return answer_json(_detail(regrade_id))


@api_routes.post("/regrades/<int:regrade_id>/end")
@describe("Apply or drop a regrade", body=EndIn, answers={200: RegradeDetail})
@staff_only
def end_regrade(regrade_id: int) -> ResponseReturnValue:
    """The new results count from now on, or the old ones stay."""
    body, who = json_body(EndIn), signed_in_person()
    author = DecisionAuthor(who, now(), "")
    with write() as session:
        found = regrade_of(session, who.course_id, regrade_id, lock=True)
        (service.apply if body.apply else service.drop)(session, found, author)
    return answer_json(_detail(regrade_id))


def _detail(regrade_id: int) -> RegradeDetail:
    who = reader()
    with read() as session:
        card = service.regrade_card(session, regrade_id, who)
        preview = service.preview(session, card, who)
    moves = [
        MoveOut(
            neptun=row.person.neptun,
            old=_float(row.move.old),
            new=_float(row.move.new),
            old_public=_float(row.move.old_public),
            new_public=_float(row.move.new_public),
        )
        for row in preview.rows
    ]
    spread = {"before": list(preview.before), "after": list(preview.after)}
    return RegradeDetail.model_validate(_fields(card) | {"moves": moves} | spread)


def _fields(card: service.RegradeCard) -> dict[str, object]:
    progress = card.progress
    return {
        "id": card.id,
        "assignment": card.slug,
        "state": card.state,
        "reason": card.reason,
        "version": card.version,
        "started_at": card.started_at,
        "ended_at": card.ended_at,
        "runs": progress.runs,
        "waiting": progress.waiting,
        "running": progress.running,
        "graded": progress.graded,
        "without_result": progress.without,
        "no_grader": card.no_grader,
    }


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))
