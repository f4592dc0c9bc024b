"""Signing in with a password: who has to wait, whose password it is, which device is known from now on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import TypeVar

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.accounts.credentials.devices import known_hash, remember_device
from server.accounts.credentials.passwords import hash_password, needs_rehash, password_matches
from server.accounts.enrolments import let_in_here, person_of
from server.accounts.invitations import (
    Way,
    accept_invitation,
    checked_hash,
    just_invited,
    replace_password,
)
from server.accounts.models import LoginFailure, User
from server.accounts.neptun import is_neptun, normalised
from server.accounts.throttle import (
    DAY,
    WINDOW,
    Caller,
    Cause,
    SignInAttempt,
    State,
    Wait,
    network_of,
    wait_for,
)
from server.database import Database
from server.errors import InvitationGone, Refusal, TooManyAttempts, WrongLogin
from server.person import Person

R = TypeVar("R")

FAILURES_KEPT = DAY + timedelta(hours=1)
TURNS_S = (0.05, 0.1, 0.2, 0.4, 0.8)  # between two looks whether an attempt under way has ended


@dataclass(frozen=True, slots=True)
class Asker:
    """Where somebody signs in from: an address, and the key of the device or ""."""

    address: str
    device: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class _Candidate:
    user_id: int | None
    password_hash: str | None = field(repr=False)
    failure_id: int
    caller: Caller


def itself(_session: Session, person: Person) -> Person:
    """The way in of who only wants to know who it is."""
    return person


def check_login(
    database: Database, neptun: str, password: str, *, asker: Asker, now: datetime, way: Way[R]
) -> R:
    """The way in that this password opens: a session, a token, or who it is.

    It is opened in the transaction that holds the password, so that one who changes it meanwhile finds it and
    closes it. `way` may refuse, before it writes anything. Raises WrongLogin, the same for unknown codes and
    wrong passwords, TooManyAttempts, and what `way` raises.

    The attempt is written down before the password is looked at: a hundred at once on one account are a
    hundred attempts. It counts for nothing until it has proved wrong, but takes one of the tries that are
    left; who finds none waits for it to end.
    """
    code = normalised(neptun)
    candidate = _patiently(database, code if is_neptun(code) else "", asker, now)
    if not password_matches(candidate.password_hash, password):
        _settle(database, candidate)
        raise WrongLogin
    current = candidate.password_hash or ""
    rehashed = hash_password(password) if needs_rehash(current) else current
    with database.write() as session:
        user = session.get_one(User, candidate.user_id, with_for_update=True)
        found = session.execute(let_in_here().where(User.id == user.id)).one_or_none()
        if user.password_hash != candidate.password_hash or found is None:
            raise WrongLogin  # changed while we were looking
        _forgive(session, user, candidate)
        remember_device(session, user.id, asker.device, now)
        user.password_hash = rehashed
        outcome = _open(way, session, person_of(*found))
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def change_password(
    database: Database, neptun: str, passwords: tuple[str, str], *, asker: Asker, now: datetime, way: Way[R]
) -> R:
    """From the first password to the second: every browser and program is signed out but this way in.

    Raises BadInput for a weak one, and as `check_login` does.
    """
    with database.read() as session:
        found = session.execute(let_in_here().where(User.neptun == neptun)).one_or_none()
        person = person_of(*found) if found else None
    if person is None:
        raise WrongLogin
    current, wanted = passwords
    password_hash = checked_hash(person, wanted)  # slow: no writer shall wait for it

    def change(session: Session, who: Person) -> R:
        replace_password(session, who, password_hash, asker.device, now)
        return way(session, who)

    return check_login(database, neptun, current, asker=asker, now=now, way=change)


def accept(database: Database, key: str, password: str, *, asker: Asker, now: datetime, way: Way[R]) -> R:
    """The way in that an invitation opens: see `accept_invitation`. Safe to repeat.

    Who sends the same password again a moment later has not heard that it was set, and signs in with it.
    """
    try:
        return accept_invitation(database, key, password, now, device=asker.device, way=way)
    except InvitationGone:
        with database.read() as session:
            person = just_invited(session, key, now)
        if person is None:
            raise
    try:
        return check_login(database, person.neptun, password, asker=asker, now=now, way=way)
    except WrongLogin:
        raise InvitationGone from None


def _open(way: Way[R], session: Session, person: Person) -> R | Refusal:
    """A refusal takes nothing back of what signing in has written: the password was right."""
    try:
        return way(session, person)
    except Refusal as refusal:
        return refusal


def _patiently(database: Database, neptun: str, asker: Asker, now: datetime) -> _Candidate:
    """The attempt, written down. Raises TooManyAttempts."""
    noted = _note_attempt(database, neptun, asker, now)
    for pause_s in TURNS_S:
        if not isinstance(noted, Wait) or noted.cause is not Cause.TURN:
            break
        time.sleep(pause_s)
        noted = _note_attempt(database, neptun, asker, now)
    if isinstance(noted, Wait):
        raise _too_many(noted)
    return noted


def _note_attempt(database: Database, neptun: str, asker: Asker, now: datetime) -> _Candidate | Wait:
    with database.write() as session:
        # The lock makes attempts on one account queue up, so that each sees those before it.
        rows = let_in_here().with_only_columns(User).where(User.neptun == neptun)
        user = session.scalar(rows.with_for_update(of=User))
        device = known_hash(session, user.id if user else None, asker.device)
        caller = Caller(network_of(asker.address), device)
        wait = wait_for(caller, _of_account(session, neptun, now), _of_network(session, caller, now), now)
        if wait.time:
            return wait
        session.execute(delete(LoginFailure).where(LoginFailure.at < now - FAILURES_KEPT))
        failure = LoginFailure(neptun=neptun, network=caller.network, device_hash=device, at=now)
        session.add(failure)
        session.flush()
        return _Candidate(user.id if user else None, user.password_hash if user else None, failure.id, caller)


def _of_account(session: Session, neptun: str, now: datetime) -> list[SignInAttempt]:
    if not neptun:
        return []
    facts = (LoginFailure.at, LoginFailure.network, LoginFailure.device_hash, LoginFailure.state)
    found = select(*facts).where(LoginFailure.neptun == neptun, LoginFailure.at > now - DAY)
    return [
        SignInAttempt(at, Caller(network, device), State(state))
        for at, network, device, state in session.execute(found)
    ]


def _of_network(session: Session, caller: Caller, now: datetime) -> list[datetime]:
    strangers = (LoginFailure.network == caller.network) & (LoginFailure.device_hash == "")
    wrong = LoginFailure.state == State.WRONG
    return list(
        session.scalars(select(LoginFailure.at).where(strangers, wrong, LoginFailure.at > now - WINDOW))
    )


def _settle(database: Database, candidate: _Candidate) -> None:
    with database.write() as session:
        attempt = update(LoginFailure).where(LoginFailure.id == candidate.failure_id)
        session.execute(attempt.values(state=State.WRONG))


def _forgive(session: Session, user: User, candidate: _Candidate) -> None:
    """Whoever signs in has made the mistakes of this device, or of this network's strangers, themselves."""
    session.execute(delete(LoginFailure).where(LoginFailure.id == candidate.failure_id))
    caller = candidate.caller
    here = LoginFailure.device_hash == caller.device
    if not caller.device:
        here &= LoginFailure.network == caller.network
    wrong = (LoginFailure.neptun == user.neptun) & (LoginFailure.state == State.WRONG)
    session.execute(update(LoginFailure).where(wrong, here).values(state=State.FORGIVEN))


def _too_many(wait: Wait) -> Refusal:
    seconds = ceil(wait.time.total_seconds())
    sentences = {
        Cause.OWN: _("Too many wrong passwords. Try again in %(seconds)s seconds.", seconds=seconds),
        Cause.ACCOUNT: _(
            "Somebody keeps trying wrong passwords for this code. Sign in on a device that you have used "
            "here before, or try again in %(seconds)s seconds.",
            seconds=seconds,
        ),
        Cause.TURN: _("This code is being signed in with at this moment. Try again in a second."),
    }
    return TooManyAttempts(sentences[wait.cause], retry_after_s=seconds)
