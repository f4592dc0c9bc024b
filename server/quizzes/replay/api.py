"""The replay's part of the API, for students who are signed in: where one stands, and answers."""

from __future__ import annotations

import time
from typing import Any

from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assignments.quiz import Counts
from server.errors import Busy
from server.http.json_bodies import answer_json, json_body, query
from server.http.openapi import describe
from server.quizzes.blueprints import api_routes
from server.quizzes.questions.presenting import answer_shown, question_shown, sent_again
from server.quizzes.questions.scoring import NO_RULINGS
from server.quizzes.refusals import TooFast
from server.quizzes.replay.replays import (
    ReplaySession,
    SentAnswer,
    Stored,
    answer_again,
    read_again,
    replay_session,
)
from server.quizzes.room import api_schema as schema
from server.quizzes.room.player_api import spoken
from server.quizzes.room.replay_policy import capped
from server.quizzes.room.rooms import room_of
from server.quizzes.room.runtime import runtime
from server.web import now, read, signed_in, signed_in_person, write

RACES = 3  # of two pages that send the same answer at once


@api_routes.get("/live/<pin>/replay", endpoint="replay")
@describe("See where one stands in a replay", query=schema.ReplayQuery, answers={200: schema.ReplayOut})
@signed_in
def replay_state(pin: str) -> ResponseReturnValue:
    """The attempt that was begun last, or with `?attempt=` the next one."""
    with read() as session:
        seat = _seat(session, pin)
        attempt = query(schema.ReplayQuery).attempt
        if not seat.progress.may_begin(attempt):
            attempt = seat.progress.attempt
        over = seat.progress.complete(attempt) or now() > seat.offer.until
        review = _review(seat, attempt) if over else []
    return answer_json(_state(seat, attempt, review))


@api_routes.put("/live/<pin>/replay/<question>")
@describe(
    "Answer a question again",
    query=schema.Spoken,
    body=schema.ReplayAnswerIn,
    answers={200: schema.ReplayAnsweredOut},
)
@signed_in
def replay_answer(pin: str, question: str) -> ResponseReturnValue:
    """The first answer to a question stays; the same request again says what was kept."""
    body = json_body(schema.ReplayAnswerIn)
    received_at = now()
    wait_s = runtime().answer_rate_limit.wait_s(f"replay of {signed_in_person().id}", time.monotonic())
    if wait_s:
        raise TooFast(retry_after_s=wait_s)
    with read() as session:
        seat = _seat(session, pin)
    again = read_again(seat, SentAnswer(question, body.attempt, body.answer), received_at)
    for _race in range(RACES):
        try:
            with write() as session:
                seat = _seat(session, pin)
                stored = answer_again(session, seat, again, received_at)
                shown = _told(seat, stored, body.attempt)
            break
        except IntegrityError:
            continue
    else:
        raise Busy(retry_after_s=1)
    return answer_json(
        schema.ReplayAnsweredOut(
            question=question, answer=shown["answer"], credit=stored.credit, answered=shown["answered"]
        )
    )


def _seat(session: Session, pin: str) -> ReplaySession:
    who = signed_in_person()
    room = room_of(session, who, pin)
    return replay_session(session, room, runtime().library.quiz(session, room.version_id), who.id)


def _state(seat: ReplaySession, attempt: int, review: list[dict[str, Any]]) -> schema.ReplayOut:
    title, progress = seat.quiz.quiz.title, seat.progress
    place = progress.next_place(attempt)
    question = None
    if place is not None:
        variant, order = seat.variant(place, attempt)
        question = question_shown(variant, spoken(), order)
    return schema.ReplayOut(
        title=title.hu if spoken() == "hu" else title.en,
        until=round(seat.offer.until.timestamp() * 1000),
        open=now() <= seat.offer.until,
        cap=seat.offer.cap,
        attempt=attempt,
        of=len(progress.asked),
        number=min(len(seat.given.get(attempt, {})) + 1, len(progress.asked)),
        question_id=None if place is None else seat.key(place, attempt),
        question=question,
        credit=seat.share(attempt) if review else None,
        earned=_earned(seat),
        may_repeat=progress.may_begin(attempt + 1),
        review=review,
    )


def _earned(seat: ReplaySession) -> float | None:
    """What the first attempt brings to the gradebook, once it is through."""
    if seat.room.counts == Counts.NOBODY or not seat.progress.complete(1):
        return None
    return capped(seat.share(), seat.offer.cap)


def _review(seat: ReplaySession, attempt: int) -> list[dict[str, Any]]:
    given = seat.given.get(attempt, {})
    return [_told(seat, given[place], attempt) for place in seat.progress.asked if place in given]


def _told(seat: ReplaySession, stored: Stored, attempt: int) -> dict[str, Any]:
    """A question that was answered, with what is right."""
    variant, order = seat.variant(stored.place, attempt)
    name = seat.quiz.questions[stored.place].id
    return {
        "id": seat.key(stored.place, attempt),
        "question": question_shown(variant, spoken(), order),
        "answered": answer_shown(variant, spoken(), order, seat.rulings.get(name, NO_RULINGS)),
        "answer": sent_again(variant, stored.content, order, spoken()),
        "credit": stored.credit,
    }
