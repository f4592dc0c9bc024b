"""What the staff's forms say about how a quiz is played."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import request
from flask_babel import gettext as _

from assignments.moments import to_utc
from assignments.quiz import Counts, Game, Policy
from server.errors import BadInput
from server.quizzes.attendance import Rule
from server.web import form_text, services


def wished_policy(usual: Policy) -> Policy:
    """The form of a room: `counts`, `game`, `word`, `change`, `replay_until` and `replay_cap`; else as usual.

    Raises BadInput.
    """
    if "counts" not in request.form:
        return usual
    counts, game = form_text("counts"), form_text("game")
    if counts not in set(Counts) or game not in set(Game):
        raise BadInput
    until, cap = wished_replay()
    return replace(
        usual,
        counts=Counts(counts),
        game=Game(game),
        word="word" in request.form,
        change="change" in request.form,
        replay_until=until,
        replay_cap=cap,
    )


def wished_replay() -> tuple[datetime | None, float]:
    """Until when a quiz may be played again, or None for never, and the most credit as a share.

    Raises BadInput.
    """
    until = form_text("replay_until")
    try:
        percent = _number(form_text("replay_cap").removesuffix("%"), most=100)
    except ValueError:
        raise BadInput(_("The most credit of a replay is a number of percent from 0 to 100.")) from None
    cap = Policy().replay_cap if percent is None else percent / 100
    return (_moment(until) if until else None), cap


def wished_rule() -> Rule:
    """The thresholds of the query; an empty field is none, and without any field the usual ones hold.

    Raises BadInput.
    """
    if not {"least_correct", "least_share"} & request.args.keys():
        return Rule()
    try:
        correct = _number(request.args.get("least_correct", ""), most=1000)
        percent = _number(request.args.get("least_share", ""), most=100)
    except ValueError:
        raise BadInput(_("Type a number of answers and a number of percent, or leave them empty.")) from None
    return Rule(None if correct is None else int(correct), None if percent is None else percent / 100)


def wished_weeks() -> int | None:
    """How many quizzes count, the best ones; None for all. Raises BadInput."""
    try:
        asked = _number(request.args.get("keep", ""), most=1000)
    except ValueError:
        raise BadInput(_("Type how many quizzes count, or leave it empty for all.")) from None
    return None if asked is None else max(1, int(asked))


def wished_day() -> datetime:
    """The noon of the day in the field `played_on`, in the course's zone. Raises BadInput."""
    return _moment(f"{form_text('played_on')}T12:00")


def _number(text: str, *, most: float) -> float | None:
    """A number from 0 to `most`, or none. Raises ValueError."""
    if not text.strip():
        return None
    value = float(text.replace(",", "."))
    if not 0 <= value <= most:
        raise ValueError("out of bounds")
    return value


def _moment(text: str) -> datetime:
    """A moment in the course's zone, as a field for date and time sends it. Raises BadInput."""
    try:
        return to_utc(datetime.fromisoformat(text).replace(tzinfo=None), services().course.zone)
    except (ValueError, OverflowError):
        raise BadInput(_("“%(text)s” is no date and time of the course.", text=text[:40])) from None
