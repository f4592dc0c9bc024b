"""The doors at which PINs, words and codes can be guessed: who asks there, and what wrong ones cost."""

from __future__ import annotations

from flask import g
from werkzeug.wrappers import Response

from server.accounts.service import normalised
from server.answers import answer
from server.errors import Refusal
from server.quizzes.guesses import Guesser, Secret, note_wrong_guess, refuse_guesser
from server.quizzes.refusals import NotJoined, NotOnRoster, TooManyGuesses, WrongPin, WrongWord
from server.web import address, now, read, shown_device, write

SECRETS: dict[type[Refusal], Secret] = {
    WrongPin: Secret.PIN,
    NotJoined: Secret.PIN,
    WrongWord: Secret.WORD,
    NotOnRoster: Secret.CODE,
}
"""Which secret a refusal says was wrong. Who has not joined may not learn by it that a PIN is right."""


def guesser(person_id: int | None = None, typed: str = "") -> Guesser:
    """Who asks. `typed` is the Neptun code as it was typed."""
    return Guesser(address(), shown_device(), person_id, normalised(typed)[:12])


def refuse_wrong_pins() -> None:
    """Before a PIN is looked at. Raises TooManyGuesses."""
    with read() as session:
        refuse_guesser(session, guesser().budgets(Secret.PIN), Secret.PIN, now())


def charge_wrong_pin() -> None:
    """Somebody has typed a PIN that leads nowhere."""
    with write() as session:
        note_wrong_guess(session, guesser().budgets(Secret.PIN), now())


def answer_wrong_guess(refusal: Refusal) -> Response:
    """The answer to a wrong guess, which is charged; that who guesses too often must wait, right or wrong."""
    secret = SECRETS[type(refusal)]
    who, room = g.get("guesser") or guesser(), "" if secret is Secret.PIN else g.get("guessed_at", "")
    budgets = who.budgets(secret, room)
    try:
        with read() as session:
            refuse_guesser(session, budgets, secret, now())
    except TooManyGuesses as wait:
        return answer(wait)
    if not isinstance(refusal, NotJoined):
        with write() as session:
            note_wrong_guess(session, budgets, now())
    return answer(refusal)
