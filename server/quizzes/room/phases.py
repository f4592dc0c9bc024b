"""Phases of a room: what may come next. Its state moves by `step`, its phase follows the clock.

Opening and closing need nobody to be there: the moments are kept, and what is to be seen follows from them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _

from server.errors import Text
from server.quizzes.refusals import NotNow

ANNOUNCED = timedelta(seconds=1.5)  # before it opens, so that slow phones draw it together with the rest
GRACE = timedelta(seconds=1.5)  # for answers that were sent in time and are still in flight
SUBPHASES = 4  # versions of a snapshot for each version of the room


class RoomStage(StrEnum):
    """Where the lecturer has put the room."""

    LOBBY = "lobby"
    QUESTION = "question"
    REVEAL = "reveal"
    STANDINGS = "standings"
    PODIUM = "podium"


class RoomPhase(StrEnum):
    """What is to be seen in it at one moment."""

    LOBBY = "lobby"
    READY = "ready"  # announced, about to open
    QUESTION = "question"
    CLOSED = "closed"
    REVEAL = "reveal"
    STANDINGS = "standings"
    PODIUM = "podium"


class RoomStep(StrEnum):
    """What the lecturer may press."""

    QUESTION = "question"  # the next one
    AGAIN = "again"  # vote again on the same one, after a discussion
    CLOSE = "close"
    REVEAL = "reveal"
    STANDINGS = "standings"
    END = "end"


@dataclass(frozen=True, slots=True)
class RoomState:
    """Where a room is."""

    stage: RoomStage
    question: int  # which one, from 0; -1 before the first
    vote: int  # 1, or 2 after a discussion ...
    opens_at: datetime  # of the question, or of the room before the first
    closes_at: datetime
    since: datetime  # when the stage is to be seen: never before the last answer in flight has landed
    version: int


def tenth(moment: datetime) -> datetime:
    """The tenth of a second that a moment lies in: no screen and no export has a finer one."""
    return moment.replace(microsecond=moment.microsecond // 100_000 * 100_000)


def lobby(now: datetime) -> RoomState:
    """A room that has just been opened."""
    now = tenth(now)
    return RoomState(RoomStage.LOBBY, -1, 1, now, now, now, 0)


def phase_at(state: RoomState, now: datetime) -> RoomPhase:
    """What is to be seen."""
    if state.stage is RoomStage.QUESTION:
        if now < state.opens_at:
            return RoomPhase.READY
        return RoomPhase.QUESTION if now < state.closes_at else RoomPhase.CLOSED
    if now < state.since:
        return RoomPhase.CLOSED
    return RoomPhase(state.stage)


def next_change(state: RoomState, now: datetime) -> datetime | None:
    """When something else will be to be seen without anybody pressing anything."""
    moments = (state.opens_at, state.closes_at) if state.stage is RoomStage.QUESTION else (state.since,)
    return min((moment for moment in moments if moment > now), default=None)


def still_s(state: RoomState, now: datetime, longest: float) -> float:
    """For how many seconds nothing else will be to be seen, at most `longest`: what a screen may sleep."""
    change = next_change(state, now)
    return longest if change is None else min(longest, (change - now).total_seconds())


def version_at(state: RoomState, now: datetime) -> int:
    """The version of the snapshot: grows with every change, pressed or come by the clock."""
    moments = (state.opens_at, state.closes_at) if state.stage is RoomStage.QUESTION else (state.since,)
    return state.version * SUBPHASES + sum(moment <= now for moment in moments)


def step(state: RoomState, to: RoomStep, now: datetime, *, questions: int, seconds: int) -> RoomState:
    """The room after the lecturer has pressed something. `seconds` is the time for the question to open.

    Raises NotNow.
    """
    moved = _MOVES[to](state, tenth(now), questions, timedelta(seconds=seconds))
    return replace(moved, version=state.version + 1)


def takes_answers(opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Whether an answer that arrives now is in time."""
    return opens_at <= now <= closes_at + GRACE


def _next(state: RoomState, now: datetime, questions: int, time: timedelta) -> RoomState:
    _refuse_while_open(state, now)
    if state.stage is RoomStage.PODIUM:
        raise NotNow(_("This quiz is over. Open it anew to play it again."))
    if state.question + 1 >= questions:
        raise NotNow(_("That was the last question: end the quiz."))
    return _asked(replace(state, question=state.question + 1, vote=1), now, time)


def _again(state: RoomState, now: datetime, _questions: int, time: timedelta) -> RoomState:
    _refuse_while_open(state, now)
    _insist(
        state.stage is RoomStage.QUESTION,
        _("Only a question whose answer is not shown yet can be asked again."),
    )
    return _asked(replace(state, vote=state.vote + 1), now, time)


def _close(state: RoomState, now: datetime, _questions: int, _time: timedelta) -> RoomState:
    is_open = state.stage is RoomStage.QUESTION and now < state.closes_at
    _insist(is_open, _("No question is open."))
    return replace(state, closes_at=max(now, state.opens_at))


def _reveal(state: RoomState, now: datetime, _questions: int, _time: timedelta) -> RoomState:
    _refuse_while_open(state, now)
    _insist(state.stage is RoomStage.QUESTION, _("There is no closed question whose answer could be shown."))
    return replace(state, stage=RoomStage.REVEAL, since=_landed(state, now))


def _standings(state: RoomState, now: datetime, _questions: int, _time: timedelta) -> RoomState:
    _refuse_while_open(state, now)
    asked = state.stage in {RoomStage.QUESTION, RoomStage.REVEAL}
    _insist(asked, _("Standings follow a question."))
    return replace(state, stage=RoomStage.STANDINGS, since=_landed(state, now))


def _end(state: RoomState, now: datetime, _questions: int, _time: timedelta) -> RoomState:
    _refuse_while_open(state, now)
    _insist(state.stage is not RoomStage.PODIUM, _("This quiz is over already."))
    return replace(state, stage=RoomStage.PODIUM, since=_landed(state, now))


def _asked(state: RoomState, now: datetime, time: timedelta) -> RoomState:
    opens_at = now + ANNOUNCED
    return replace(state, stage=RoomStage.QUESTION, opens_at=opens_at, closes_at=opens_at + time, since=now)


def _landed(state: RoomState, now: datetime) -> datetime:
    return max(now, state.closes_at + GRACE) if state.stage is RoomStage.QUESTION else max(now, state.since)


def _refuse_while_open(state: RoomState, now: datetime) -> None:
    is_open = state.stage is RoomStage.QUESTION and now < state.closes_at
    _insist(not is_open, _("A question is open: close it first."))


def _insist(fine: bool, otherwise: Text) -> None:
    if not fine:
        raise NotNow(otherwise)


_MOVES = {
    RoomStep.QUESTION: _next,
    RoomStep.AGAIN: _again,
    RoomStep.CLOSE: _close,
    RoomStep.REVEAL: _reveal,
    RoomStep.STANDINGS: _standings,
    RoomStep.END: _end,
}
