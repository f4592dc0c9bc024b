"""Rooms: opening one, moving it on, and what else the lecturer's remote can do."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assignments.quiz import Policy
from server.person import Person
from server.quizzes.models import PIN_LENGTH, Player, Room, RoomEvent, Round
from server.quizzes.questions.published import PlayableQuiz, in_force
from server.quizzes.questions.scoring import NO_RULINGS
from server.quizzes.refusals import NotNow, Stale, WrongPin
from server.quizzes.room.phases import RoomStage, RoomState, RoomStep, lobby, step, tenth
from server.quizzes.room.rulings import rulings_of

KEY_LENGTH = 20


@dataclass(frozen=True, slots=True)
class StaffAction:
    """Something the lecturer presses: who, when, and on top of which version, if they said."""

    who: Person
    now: datetime
    version: int | None = None


def open_room(session: Session, slug: str, policy: Policy, action: StaffAction) -> Room:
    """A new room for the version of a quiz that is in force. Raises UnknownQuiz."""
    version = in_force(session, action.who.course_id, slug)
    room = Room(
        course_id=version.course_id,
        pin=_new_pin(session),
        version_id=version.id,
        opened_by=action.who.id,
        opened_at=action.now,
        seed=secrets.token_hex(16),
        counts=policy.counts,
        game=policy.game,
        word=policy.word,
        change=policy.change,
        replay_until=policy.replay_until,
        replay_cap=policy.replay_cap,
    )
    place(room, lobby(action.now))
    session.add(room)
    session.flush()
    note(session, room, action, "open")
    return room


def find_room(session: Session, pin: str, *, changing: bool = False) -> Room:
    """The room with this PIN; `changing` makes others who change it wait. Raises WrongPin."""
    if len(pin) != PIN_LENGTH or not (pin.isascii() and pin.isdigit()):
        raise WrongPin
    wanted = select(Room).where(Room.pin == pin)
    room = session.scalar(wanted.with_for_update() if changing else wanted)
    if room is None:
        raise WrongPin
    return room


def room_of(session: Session, person: Person, pin: str, *, changing: bool = False) -> Room:
    """As `find_room`, for somebody who is more than a holder of the PIN: a room of their course alone."""
    room = find_room(session, pin, changing=changing)
    if room.course_id != person.course_id:
        raise WrongPin
    return room


def state_of(room: Room) -> RoomState:
    """Where a room is, as a value."""
    return RoomState(
        stage=RoomStage(room.stage),
        question=room.question,
        vote=room.vote,
        opens_at=room.opens_at,
        closes_at=room.closes_at,
        since=room.since,
        version=room.version,
    )


def advance(session: Session, room: Room, quiz: PlayableQuiz, to: RoomStep, action: StaffAction) -> RoomState:
    """Move a room that was found `changing`. Raises NotNow, or Stale when another device was faster."""
    before = state_of(room)
    if action.version is not None and action.version != before.version:
        raise Stale(v=before.version)
    after = step(before, to, action.now, questions=len(quiz.questions), seconds=_seconds(quiz, before, to))
    place(room, after)
    if to in {RoomStep.QUESTION, RoomStep.AGAIN}:
        session.add(_round(session, room, quiz, after))
    if to is RoomStep.CLOSE:
        close_round(session, room)
    if to is RoomStep.END:
        room.ended_at = action.now
    note(session, room, action, to, question=after.question)
    return after


def end_at_once(session: Session, room: Room, now: datetime) -> None:
    """End a room that was found `changing`, whatever is to be seen in it; an open question is closed."""
    if room.ended_at is not None:
        return
    now, state = tenth(now), state_of(room)
    if state.stage is RoomStage.QUESTION and now < state.closes_at:
        state = replace(state, closes_at=max(now, state.opens_at))
    place(room, replace(state, stage=RoomStage.PODIUM, since=now, version=state.version + 1))
    close_round(session, room)
    room.ended_at = now


def set_lock(session: Session, room: Room, action: StaffAction, *, locked: bool) -> None:
    """Let nobody else in, or everybody again."""
    room.locked = locked
    room.version += 1
    note(session, room, action, "lock" if locked else "unlock")


def set_replay(session: Session, room: Room, until: datetime | None, cap: float, action: StaffAction) -> None:
    """Let everybody play it again until a moment, for at most `cap` of the credit; None lets nobody."""
    room.replay_until, room.replay_cap = until, cap
    note(session, room, action, "replay", until=until.isoformat() if until else None, cap=cap)


def set_kicked(session: Session, room: Room, player_id: int, action: StaffAction, *, kicked: bool) -> None:
    """Send a player out, or forgive and let them in again. What they answered stays. Raises NotNow."""
    player = session.get(Player, player_id)
    if player is None or player.room_id != room.id:
        raise NotNow
    player.kicked_at = action.now if kicked else None
    room.version += 1
    note(session, room, action, "kick" if kicked else "forgive", player=player_id)


def note(session: Session, room: Room, action: StaffAction, verb: str, **details: Any) -> None:  # noqa: ANN401
    """A line of the room's audit trail."""
    record_event(session, room, action.who.id, action.now, verb, **details)


def record_event(
    session: Session,
    room: Room,
    by: int | None,
    now: datetime,
    verb: str,
    **details: Any,  # noqa: ANN401
) -> None:
    """A line of the room's audit trail; by nobody where the clock did it."""
    session.add(RoomEvent(room_id=room.id, by_id=by, at=tenth(now), verb=verb, details=details))


def opaque_key(seed: str, *parts: object) -> str:
    """What phones call a question: the ids of questions, which tell what they are about, never reach them."""
    written = " ".join(map(str, parts)).encode()
    return hmac.digest(seed.encode(), written, "sha256").hex()[:KEY_LENGTH]


def _seconds(quiz: PlayableQuiz, state: RoomState, to: RoomStep) -> int:
    index = state.question + (to is RoomStep.QUESTION)
    return quiz.questions[index].question.seconds if 0 <= index < len(quiz.questions) else 0


def _round(session: Session, room: Room, quiz: PlayableQuiz, state: RoomState) -> Round:
    """What was decided about a question before it is asked, or asked again, holds for this round, too."""
    rulings_now = rulings_of(session, room.id).get(quiz.questions[state.question].id, NO_RULINGS)
    return Round(
        room_id=room.id,
        key=opaque_key(room.seed, "round", quiz.questions[state.question].id, state.vote),
        question=state.question,
        vote=state.vote,
        opens_at=state.opens_at,
        closes_at=state.closes_at,
        void=rulings_now.void,
    )


def close_round(session: Session, room: Room) -> None:
    """Let the question that a room is at close when the room says."""
    asked = (Round.room_id == room.id) & (Round.question == room.question) & (Round.vote == room.vote)
    session.execute(update(Round).where(asked).values(closes_at=room.closes_at))


def place(room: Room, state: RoomState) -> None:
    """Put a room where a state says."""
    room.stage, room.question, room.vote = state.stage, state.question, state.vote
    room.opens_at, room.closes_at, room.since = state.opens_at, state.closes_at, state.since
    room.version = state.version


def _new_pin(session: Session) -> str:
    """One that no room has, or ever had: an old link must never lead into another quiz."""
    while True:
        pin = f"{secrets.randbelow(10**PIN_LENGTH):0{PIN_LENGTH}d}"
        if session.scalar(select(Room.id).where(Room.pin == pin)) is None:
            return pin
