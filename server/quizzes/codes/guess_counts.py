"""Counts of wrong guesses in the database, where every web process sees them, and who may guess again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import ceil

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.accounts.rules import network_of
from server.accounts.service import fingerprint
from server.errors import Refusal
from server.quizzes.codes.guess_limits import CODE, DEVICE, NETWORK, WINDOW, Budget, wait_for
from server.quizzes.models import WrongGuess
from server.quizzes.refusals import TooManyGuesses


class Secret(StrEnum):
    """What is guessed."""

    PIN = "pin"
    WORD = "word"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Guesser:
    """Who guesses: an address, the key of a device that shows one, and for words the person or code meant."""

    address: str
    device: str = field(default="", repr=False)
    person_id: int | None = None  # who is signed in
    code: str = ""  # normalised

    def budgets(self, secret: Secret, room: str = "") -> dict[str, Budget]:
        """What the next guess is charged to, by the key that is stored."""
        if self.person_id is not None and secret is not Secret.PIN:
            found = {f"person {self.person_id}": DEVICE}
        elif self.device:
            found = {f"device {self.device}": DEVICE}
        else:
            found = {f"network {network_of(self.address)}": NETWORK}
        if secret is Secret.WORD and self.person_id is None and self.code:
            found[f"code {self.code}"] = CODE
        return {fingerprint(f"{secret} {room} {name}"): budget for name, budget in found.items()}


def refuse_guesser(session: Session, budgets: Mapping[str, Budget], secret: Secret, now: datetime) -> None:
    """Raise TooManyGuesses while somebody has to wait."""
    found = select(WrongGuess.bucket, WrongGuess.at).where(
        WrongGuess.bucket.in_(budgets), WrongGuess.at > now - WINDOW
    )
    wrong: dict[str, list[datetime]] = defaultdict(list)
    for bucket, at in session.execute(found):
        wrong[bucket].append(at)
    wait = max(wait_for(wrong[bucket], budget, now) for bucket, budget in budgets.items())
    if seconds := ceil(wait.total_seconds()):
        raise _too_many(secret, seconds)


def note_wrong_guess(session: Session, budgets: Mapping[str, Budget], now: datetime) -> None:
    """Charge a wrong guess. Old ones are swept out."""
    session.execute(delete(WrongGuess).where(WrongGuess.at < now - WINDOW))
    session.add_all(WrongGuess(bucket=bucket, at=now) for bucket in budgets)


def _too_many(secret: Secret, seconds: int) -> Refusal:
    sentences = {
        Secret.PIN: _(
            "Too many wrong PINs came from here. Wait %(seconds)s seconds, then type that on the projector.",
            seconds=seconds,
        ),
        Secret.WORD: _(
            "Too many wrong words were typed. Wait %(seconds)s seconds, then type the one that the projector "
            "shows, or sign in.",
            seconds=seconds,
        ),
        Secret.CODE: _(
            "Too many wrong Neptun codes came from here. Wait %(seconds)s seconds, then type your own.",
            seconds=seconds,
        ),
    }
    return TooManyGuesses(sentences[secret], retry_after_s=seconds)
