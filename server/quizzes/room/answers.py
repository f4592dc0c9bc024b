"""Stored answers: those that were read before are written, one row for each player and round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from assignments.quiz import Game
from server.errors import Busy, Refusal
from server.quizzes.models import Answer, Room
from server.quizzes.questions.published import Library
from server.quizzes.questions.scoring import NO_RULINGS, Rulings, credit
from server.quizzes.questions.type_rules import Content
from server.quizzes.room.answer_checks import AnswerContext, BatchContext, ParsedAnswer, fault
from server.quizzes.room.points import Asked, fair_time, game_points
from server.quizzes.room.rulings import rulings_of


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What is stored now: this answer, or another of the same player that outranks it."""

    room_id: int
    n: int
    answer: Content
    fresh: bool  # whether it is the one that was sent


@dataclass(frozen=True, slots=True)
class _Row:
    """An answer that may be written."""

    round_id: int
    player_id: int
    room: Room
    values: Mapping[str, Any]


def store_answers(
    session: Session, library: Library, submitted_answers: Sequence[ParsedAnswer | Exception]
) -> list[StoredAnswer | Exception]:
    """For each answer what is stored in the end, or the refusal. The caller commits."""
    context = BatchContext.up(
        session, library, [one.submitted for one in submitted_answers if isinstance(one, ParsedAnswer)]
    )
    rulings = {room.id: rulings_of(session, room.id) for room in context.rooms.values()}
    rows = [
        _row(context, rulings, one) if isinstance(one, ParsedAnswer) else one for one in submitted_answers
    ]
    good = [row for row in rows if isinstance(row, _Row)]
    _write(session, good)
    stored = _stored(session, good)
    return [
        _stored_answer(row, stored[row.round_id, row.player_id]) if isinstance(row, _Row) else row
        for row in rows
    ]


def _row(
    context: BatchContext, rulings: Mapping[int, Mapping[str, Rulings]], read: ParsedAnswer
) -> _Row | Exception:
    """The row to write. What the room has come to since the answer was read is looked at again."""
    try:
        found = context.find(read.submitted)
        if found.question != read.question:  # the device has changed hands meanwhile
            return Busy(retry_after_s=1)
        rulings_now = rulings[found.room.id].get(found.playable.id, NO_RULINGS)
        return _Row(found.round.id, found.player.player_id, found.room, _marked(found, read, rulings_now))
    except Refusal as refusal:
        return refusal
    except SQLAlchemyError:
        raise  # of all, not of this one
    except Exception as error:  # noqa: BLE001 - it is logged, and told to who sent it
        return fault(read.submitted, error)


def _marked(context: AnswerContext, read: ParsedAnswer, rulings_now: Rulings) -> dict[str, Any]:
    submitted, question = read.submitted, read.question
    thought_s = fair_time(
        submitted.phone_s,
        (submitted.received_at - context.round.opens_at).total_seconds(),
        submitted.round_trip_s,
    )
    earned = credit(question, read.content, rulings_now)
    facts = Asked(question.seconds, question.points, len(context.quiz.questions))
    return {
        "content": read.content,
        "n": submitted.n,
        "thought_s": thought_s,
        "received_at": submitted.received_at,
        "credit": earned,
        "game": game_points(Game(context.room.game), earned, thought_s, facts),
    }


def _write(session: Session, rows: Sequence[_Row]) -> None:
    """Insert, or replace what a lower `n` left there. The database decides: other processes write too."""
    best: dict[tuple[int, int], _Row] = {}
    for row in rows:
        key = (row.round_id, row.player_id)
        if key not in best or _outranks(row, best[key]):
            best[key] = row
    if not best:
        return
    flavour = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    for change in (False, True):
        values = [
            {"round_id": row.round_id, "player_id": row.player_id, **row.values}
            for row in sorted(best.values(), key=lambda row: (row.round_id, row.player_id))
            if row.room.change is change
        ]
        if not values:
            continue
        insert = flavour.insert(Answer)
        key_columns = ["round_id", "player_id"]
        if change:
            sent = {name: insert.excluded[name] for name in values[0] if name not in key_columns}
            statement = insert.on_conflict_do_update(
                index_elements=key_columns, set_=sent, where=Answer.n < insert.excluded.n
            )
        else:
            statement = insert.on_conflict_do_nothing(index_elements=key_columns)
        session.execute(statement, values)


def _outranks(row: _Row, other: _Row) -> bool:
    """Of two in one batch: the later count where answers may be changed, else the first."""
    return row.room.change and bool(row.values["n"] > other.values["n"])


def _stored(session: Session, rows: Sequence[_Row]) -> dict[tuple[int, int], tuple[int, Content]]:
    keys = {(row.round_id, row.player_id) for row in rows}
    found = select(Answer.round_id, Answer.player_id, Answer.n, Answer.content).where(
        tuple_(Answer.round_id, Answer.player_id).in_(keys)
    )
    return {(one.round_id, one.player_id): (one.n, one.content) for one in session.execute(found)}


def _stored_answer(row: _Row, stored: tuple[int, Content]) -> StoredAnswer:
    """Two tabs count alike: an answer is the one that was sent only if it says the same."""
    n, content = stored
    fresh = n == row.values["n"] and content == row.values["content"]
    return StoredAnswer(row.room.id, n, content, fresh=fresh)
