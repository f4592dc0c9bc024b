"""API of the replay, for students who are signed in: its state, and answers."""

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
        replay = _replay(session, pin)
        attempt = query(schema.ReplayQuery).attempt
        if not replay.progress.may_begin(attempt):
            attempt = replay.progress.attempt
        over = replay.progress.complete(attempt) or now() > replay.terms.until
        review = _review(replay, attempt) if over else []
    return answer_json(_state(replay, attempt, review))


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
        replay = _replay(session, pin)
    again = read_again(replay, SentAnswer(question, body.attempt, body.answer), received_at)
    for _race in range(RACES):
        try:
            with write() as session:
                replay = _replay(session, pin)
                stored = answer_again(session, replay, again, received_at)
                shown = _outcome(replay, stored, body.attempt)
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


def _replay(session: Session, pin: str) -> ReplaySession:
    who = signed_in_person()
    room = room_of(session, who, pin)
    return replay_session(session, room, runtime().library.quiz(session, room.version_id), who.id)


def _state(replay: ReplaySession, attempt: int, review: list[dict[str, Any]]) -> schema.ReplayOut:
    title, progress = replay.quiz.quiz.title, replay.progress
    index = progress.next_index(attempt)
    question = None
    if index is not None:
        variant, order = replay.variant(index, attempt)
        question = question_shown(variant, spoken(), order)
    return schema.ReplayOut(
        title=title.hu if spoken() == "hu" else title.en,
        until=round(replay.terms.until.timestamp() * 1000),
        open=now() <= replay.terms.until,
        cap=replay.terms.cap,
        attempt=attempt,
        of=len(progress.asked),
        number=min(len(replay.given.get(attempt, {})) + 1, len(progress.asked)),
        question_id=None if index is None else replay.key(index, attempt),
        question=question,
        credit=replay.share(attempt) if review else None,
        earned=_earned(replay),
        may_repeat=progress.may_begin(attempt + 1),
        review=review,
    )


def _earned(replay: ReplaySession) -> float | None:
    """What the first attempt brings to the gradebook, once it is through."""
    if replay.room.counts == Counts.NOBODY or not replay.progress.complete(1):
        return None
    return capped(replay.share(), replay.terms.cap)


def _review(replay: ReplaySession, attempt: int) -> list[dict[str, Any]]:
    given = replay.given.get(attempt, {})
    return [_outcome(replay, given[index], attempt) for index in replay.progress.asked if index in given]


def _outcome(replay: ReplaySession, stored: Stored, attempt: int) -> dict[str, Any]:
    """A question that was answered, with what is right."""
    variant, order = replay.variant(stored.index, attempt)
    name = replay.quiz.questions[stored.index].id
    return {
        "id": replay.key(stored.index, attempt),
        "question": question_shown(variant, spoken(), order),
        "answered": answer_shown(variant, spoken(), order, replay.rulings.get(name, NO_RULINGS)),
        "answer": sent_again(variant, stored.content, order, spoken()),
        "credit": stored.credit,
    }
