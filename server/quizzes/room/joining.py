"""Joining a room: who comes in, whose device waits to be let in, and who is refused."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.accounts.rules import is_neptun, normalised
from server.accounts.service import NICKNAME_PAIRS, find_person, fingerprint, new_key, people
from server.person import Person
from server.quizzes.codes.edit_distance import near_misses
from server.quizzes.codes.guess_counts import Guesser, Secret, note_wrong_guess, refuse_guesser
from server.quizzes.codes.join_code import is_word
from server.quizzes.models import Device, DoorRequest, DoorRequestKind, Player, Proof, Room
from server.quizzes.refusals import Kicked, NotOnRoster, RoomLocked, WrongPin, WrongWord
from server.quizzes.room.phases import RoomStage

DEVICES = 16  # of one player; a program that joins again and again must not fill the table
DOOR_REQUESTS_KEPT = 200  # of one room: a hostile phone must not fill the table


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """Somebody who wants to come in."""

    person: Person | None  # who is signed in
    neptun: str  # as typed; empty where somebody is signed in
    word: str  # as typed
    key: str = field(repr=False)  # what this device showed, or ""
    now: datetime
    guesser: Guesser  # who answers for a wrong word or code
    waiting_key: str = field(repr=False)  # for a device that has to wait
    near: tuple[Person, ...] | None = None  # whose code this might have been: see `with_near_misses`


@dataclass(frozen=True, slots=True)
class Joined:
    """The result of a join request. Without a nickname the device waits, and its key opens nothing yet."""

    key: str = field(repr=False)
    nickname: int | None = None


@dataclass(frozen=True, slots=True)
class NoCode:
    """What was typed is no Neptun code at all. The caller commits what was noted, then refuses."""


class NearMissesWanted(Exception):  # noqa: N818 - no error: the caller looks, and asks again
    """The near misses of a typed code are not known yet: no writer waits while they are looked up."""


def with_near_misses(session: Session, course_id: int, request: JoinRequest) -> JoinRequest:
    """The same with the people whose code this might have been. Reads everybody: while nobody writes."""
    typed = normalised(request.neptun)[:12]
    if not (typed.isascii() and typed.isalnum()):
        return replace(request, near=())
    by_code = {person.neptun: person for person in people(session, course_id).values()}
    return replace(request, near=tuple(by_code[code] for code in near_misses(typed, by_code)))


def join(session: Session, room: Room, request: JoinRequest) -> Joined | NoCode:
    """Let somebody in, or back in. Safe to repeat: a device that is in stays who it is.

    Who is not signed in and gets no free code learns nothing about it: room and answer are the same for codes
    of nobody, of players, and of those who were sent out. Raises WrongPin when the quiz is over, WrongWord,
    TooManyGuesses, RoomLocked and Kicked; LookAround where something has to be looked up before.
    """
    if request.person and request.person.course_id != room.course_id:
        raise WrongPin
    person = request.person or _known(session, room, normalised(request.neptun))
    player = _player(session, room, person) if person else None
    if player and (known := _device(session, player, request.key)):
        _refuse_kicked(player)
        _sign_in(session, player, known, request)
        return Joined(request.key, player.nickname)
    returns = player is not None and request.person is not None
    if room.stage == RoomStage.PODIUM and not returns:
        raise WrongPin
    if room.word:
        _check_word(session, room, request)
    if room.locked and not returns:
        raise RoomLocked
    if request.person is None and (person is None or (player and _is_taken(session, player))):
        return _stay_outside(session, room, player, request)
    player = player or _let_in(session, room, cast("Person", person), request)
    _refuse_kicked(player)
    return _with_device(session, player, request)


def let_device_in(session: Session, room: Room, knock_id: int, now: datetime) -> bool:
    """The lecturer's tap: the device that waits plays from now on, and the others of this player no more."""
    waiting = session.get(DoorRequest, knock_id)
    if waiting is None or waiting.room_id != room.id or waiting.settled_at or waiting.key_hash is None:
        return False
    player = session.scalars(
        select(Player).where(Player.room_id == room.id, Player.user_id == waiting.user_id)
    ).one()
    session.execute(delete(Device).where(Device.player_id == player.id))
    session.add(Device(player_id=player.id, key_hash=waiting.key_hash, signed_in=False, created_at=now))
    waiting.settled_at = now
    return True


def dismiss(session: Session, room: Room, knock_id: int, now: datetime) -> None:
    """Settle a join request without letting the device in."""
    waiting = session.get(DoorRequest, knock_id)
    if waiting is not None and waiting.room_id == room.id:
        waiting.settled_at = now


def _check_word(session: Session, room: Room, request: JoinRequest) -> None:
    refuse_guesser(session, request.guesser.budgets(Secret.WORD, room.pin), Secret.WORD, request.now)
    if not is_word(room.seed, request.word, request.now):
        raise WrongWord


def _known(session: Session, room: Room, code: str) -> Person | None:
    return find_person(session, room.course_id, code) if is_neptun(code) else None


def _player(session: Session, room: Room, person: Person) -> Player | None:
    return session.scalar(select(Player).where(Player.room_id == room.id, Player.user_id == person.id))


def _device(session: Session, player: Player, key: str) -> Device | None:
    if not key:
        return None
    mine = (Device.player_id == player.id) & (Device.key_hash == fingerprint(key))
    return session.scalar(select(Device).where(mine))


def _is_taken(session: Session, player: Player) -> bool:
    """Whether a code that is typed is no way in for it any more."""
    plays = session.scalar(select(Device.id).where(Device.player_id == player.id).limit(1)) is not None
    return plays or player.kicked_at is not None


def _let_in(session: Session, room: Room, person: Person, request: JoinRequest) -> Player:
    player = Player(
        room_id=room.id,
        user_id=person.id,
        nickname=_nickname(session, room, person),
        proof=Proof.SIGNED_IN if request.person else Proof.CODE,
        joined_at=request.now,
    )
    session.add(player)
    session.flush()
    return player


def _with_device(session: Session, player: Player, request: JoinRequest) -> Joined:
    """A device for this player. Signing in outranks a typed code: it takes the place of such devices."""
    key = new_key()
    device = Device(
        player_id=player.id,
        key_hash=fingerprint(key),
        signed_in=request.person is not None,
        created_at=request.now,
    )
    session.add(device)
    session.flush()
    newest = select(Device.id).where(Device.player_id == player.id).order_by(Device.id.desc())
    kept = session.scalars(newest.limit(DEVICES)).all()
    session.execute(delete(Device).where(Device.player_id == player.id, Device.id.not_in(kept)))
    if request.person:
        _sign_in(session, player, device, request)
    return Joined(key, player.nickname)


def _stay_outside(
    session: Session, room: Room, player: Player | None, request: JoinRequest
) -> Joined | NoCode:
    """The same answer and the same work for whoever cannot come in; only the lecturer sees a difference."""
    budgets = request.guesser.budgets(Secret.CODE, room.pin)
    refuse_guesser(session, budgets, Secret.CODE, request.now)
    if request.near is None:
        raise NearMissesWanted
    if player is None:
        _note_near_misses(session, room, request.near, request)
    elif player.kicked_at is None:
        _wait_at_door(session, room, player, request, fingerprint(request.waiting_key))
    if not is_neptun(normalised(request.neptun)):
        return NoCode()
    note_wrong_guess(session, budgets, request.now)
    return Joined(request.waiting_key)


def _sign_in(session: Session, player: Player, device: Device, request: JoinRequest) -> None:
    """Whoever signs in is the player; devices that only typed the code are out."""
    if request.person is None:
        return
    player.proof, device.signed_in = Proof.SIGNED_IN, True
    session.flush()
    unproven = (Device.player_id == player.id) & Device.signed_in.is_(False)
    session.execute(delete(Device).where(unproven))


def _wait_at_door(session: Session, room: Room, player: Player, request: JoinRequest, key_hash: str) -> None:
    """Keep one request for each player: a newer device takes the place of an older one that waits."""
    waiting = (
        (DoorRequest.room_id == room.id)
        & (DoorRequest.user_id == player.user_id)
        & DoorRequest.settled_at.is_(None)
    )
    session.execute(delete(DoorRequest).where(waiting, DoorRequest.kind == DoorRequestKind.DEVICE))
    session.add(
        DoorRequest(
            room_id=room.id,
            kind=DoorRequestKind.DEVICE,
            user_id=player.user_id,
            typed=normalised(request.neptun)[:12],
            key_hash=key_hash,
            at=request.now,
        )
    )


def _note_near_misses(session: Session, room: Room, near: Sequence[Person], request: JoinRequest) -> None:
    """Tell the lecturer, and nobody else."""
    typed = normalised(request.neptun)[:12]
    noted = session.scalars(
        select(DoorRequest.id).where(DoorRequest.room_id == room.id).limit(DOOR_REQUESTS_KEPT)
    ).all()
    for person in near[: DOOR_REQUESTS_KEPT - len(noted)]:
        known = (
            (DoorRequest.room_id == room.id)
            & (DoorRequest.typed == typed)
            & (DoorRequest.user_id == person.id)
        )
        session.execute(delete(DoorRequest).where(known, DoorRequest.kind == DoorRequestKind.NEAR))
        facts = {"room_id": room.id, "user_id": person.id, "typed": typed, "at": request.now}
        session.add(DoorRequest(kind=DoorRequestKind.NEAR, **facts))


def _nickname(session: Session, room: Room, person: Person) -> int:
    """A number that nobody in the room has."""
    taken = set(session.scalars(select(Player.nickname).where(Player.room_id == room.id)))
    chance = random.Random(f"{room.seed}/{person.id}")  # noqa: S311 - a nickname is no secret
    pairs = NICKNAME_PAIRS * (1 + 2 * len(taken) // NICKNAME_PAIRS)
    while (number := chance.randrange(pairs)) in taken:
        pass
    return number


def _refuse_kicked(player: Player) -> None:
    if player.kicked_at is not None:
        raise Kicked


def refuse_no_code(outcome: Joined | NoCode) -> Joined:
    """After the commit: who typed no code is refused now. Raises NotOnRoster."""
    if isinstance(outcome, NoCode):
        raise NotOnRoster
    return outcome
