"""Guard of requests with which PINs, words and codes can be guessed: who asks, and what wrong ones cost."""

from __future__ import annotations

from collections.abc import Mapping

from flask import g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from server.accounts.rules import normalised
from server.accounts.service import shown_device
from server.errors import Refusal
from server.http.error_handlers import answer, answer_database
from server.quizzes.codes.guess_counts import Guesser, Secret, note_wrong_guess, refuse_guesser
from server.quizzes.codes.guess_limits import Budget
from server.quizzes.refusals import NoReplay, NotJoined, NotOnRoster, TooManyGuesses, WrongPin, WrongWord
from server.web import address, now, read, write

SECRETS: dict[type[Refusal], Secret] = {
    WrongPin: Secret.PIN,
    NotJoined: Secret.PIN,
    NoReplay: Secret.PIN,
    WrongWord: Secret.WORD,
    NotOnRoster: Secret.CODE,
}
"""Which secret a refusal says was wrong, or would tell to be right: see FREE."""
FREE = (NotJoined, NoReplay)  # the PIN was right: nothing is charged, but who has to wait may not learn it


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
    """The answer to a wrong guess, which is charged; that who guesses too often must wait, right or wrong.

    It never raises: nobody takes what a handler of errors raises, and the database may be away.
    """
    secret = SECRETS[type(refusal)]
    if is_head():
        return answer(WrongPin() if secret is Secret.PIN else refusal)
    who, room = g.get("guesser") or guesser(), "" if secret is Secret.PIN else g.get("guessed_at", "")
    budgets = who.budgets(secret, room)
    try:
        _charge(refusal, budgets, secret)
    except TooManyGuesses as wait:
        return answer(wait)
    except SQLAlchemyError as error:
        return answer_database(error)
    return answer(refusal)


def is_head() -> bool:
    """Whether somebody asks for no more than the head. It writes nothing, so it may tell nothing either."""
    return request.method == "HEAD"


def _charge(refusal: Refusal, budgets: Mapping[str, Budget], secret: Secret) -> None:
    with read() as session:
        refuse_guesser(session, budgets, secret, now())
    if not isinstance(refusal, FREE):
        with write() as session:
            note_wrong_guess(session, budgets, now())
