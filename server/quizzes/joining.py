"""Joining a room: who comes in, who has to wait before the door, and who is sent away."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.accounts.service import (
    NICKNAME_PAIRS,
    Person,
    find_person,
    fingerprint,
    is_neptun,
    new_key,
    normalised,
    people,
)
from server.quizzes.guesses import Guesser, Secret, refuse_guesser
from server.quizzes.models import Device, Knock, KnockKind, Player, Proof, Room
from server.quizzes.near import near_misses
from server.quizzes.phases import Stage
from server.quizzes.refusals import Kicked, NotOnRoster, RoomLocked, WrongPin, WrongWord
from server.quizzes.words import is_word

DEVICES = 16  # of one player; a program that joins again and again must not fill the table
KNOCKS_KEPT = 200  # of one room: a hostile phone must not fill the table


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody who wants to come in."""

    person: Person | None  # who is signed in
    neptun: str  # as typed; empty where somebody is signed in
    word: str  # as typed
    key: str = field(repr=False)  # what this device showed, or ""
    now: datetime
    guesser: Guesser  # who answers for a wrong word or code


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of it. `waiting`: the device's key opens nothing until the lecturer lets it in."""

    key: str = field(repr=False)
    player_id: int
    nickname: int
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A code that is not on the class list. The caller commits what was noted, then refuses."""


def join(session: Session, room: Room, request: Request) -> Joined | NearMiss:
    """Let somebody in, or back in. Safe to repeat: a device that is in stays who it is.

    Raises WrongPin when the quiz is over, WrongWord, TooManyGuesses, RoomLocked and Kicked.
    """
    person = request.person or _known(session, normalised(request.neptun))
    player = _player(session, room, person) if person else None
    if player and (known := _device(session, player, request.key)):
        _refuse_kicked(player)
        _sign_in(session, player, known, request)
        return Joined(request.key, player.id, player.nickname)
    if room.stage == Stage.PODIUM and player is None:
        raise WrongPin
    if room.word:
        _check_word(session, room, request)
    if person is None:
        refuse_guesser(session, request.guesser.budgets(Secret.CODE, room.pin), Secret.CODE, request.now)
        _note_near_miss(session, room, request)
        return NearMiss()
    if player is None:
        player = _let_in(session, room, person, request)
    _refuse_kicked(player)
    return _with_device(session, room, player, request)


def let_device_in(session: Session, room: Room, knock_id: int, now: datetime) -> bool:
    """The lecturer's tap: the device that waits plays from now on, and the others of this player no more."""
    knock = session.get(Knock, knock_id)
    if knock is None or knock.room_id != room.id or knock.settled_at or knock.key_hash is None:
        return False
    player = session.scalars(
        select(Player).where(Player.room_id == room.id, Player.user_id == knock.user_id)
    ).one()
    session.execute(delete(Device).where(Device.player_id == player.id))
    session.add(Device(player_id=player.id, key_hash=knock.key_hash, signed_in=False, created_at=now))
    knock.settled_at = now
    return True


def dismiss(session: Session, room: Room, knock_id: int, now: datetime) -> None:
    """The lecturer has looked: nothing is to be done."""
    knock = session.get(Knock, knock_id)
    if knock is not None and knock.room_id == room.id:
        knock.settled_at = now


def _check_word(session: Session, room: Room, request: Request) -> None:
    refuse_guesser(session, request.guesser.budgets(Secret.WORD, room.pin), Secret.WORD, request.now)
    if not is_word(room.seed, request.word, request.now):
        raise WrongWord


def _known(session: Session, code: str) -> Person | None:
    return find_person(session, code) if is_neptun(code) else None


def _player(session: Session, room: Room, person: Person) -> Player | None:
    return session.scalar(select(Player).where(Player.room_id == room.id, Player.user_id == person.id))


def _device(session: Session, player: Player, key: str) -> Device | None:
    if not key:
        return None
    mine = (Device.player_id == player.id) & (Device.key_hash == fingerprint(key))
    return session.scalar(select(Device).where(mine))


def _let_in(session: Session, room: Room, person: Person, request: Request) -> Player:
    if room.locked:
        raise RoomLocked
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


def _with_device(session: Session, room: Room, player: Player, request: Request) -> Joined:
    """A device for this player. Signing in outranks a typed code: it takes the place of such devices."""
    key = new_key()
    device = Device(
        player_id=player.id,
        key_hash=fingerprint(key),
        signed_in=request.person is not None,
        created_at=request.now,
    )
    others = session.scalar(select(Device.id).where(Device.player_id == player.id).limit(1)) is not None
    if others and not request.person:
        _knock(session, room, player, request, fingerprint(key))
        return Joined(key, player.id, player.nickname, waiting=True)
    session.add(device)
    session.flush()
    newest = select(Device.id).where(Device.player_id == player.id).order_by(Device.id.desc())
    kept = session.scalars(newest.limit(DEVICES)).all()
    session.execute(delete(Device).where(Device.player_id == player.id, Device.id.not_in(kept)))
    if request.person:
        _sign_in(session, player, device, request)
    return Joined(key, player.id, player.nickname)


def _sign_in(session: Session, player: Player, device: Device, request: Request) -> None:
    """Whoever signs in is the player; devices that only typed the code are out."""
    if request.person is None:
        return
    player.proof, device.signed_in = Proof.SIGNED_IN, True
    session.flush()
    unproven = (Device.player_id == player.id) & Device.signed_in.is_(False)
    session.execute(delete(Device).where(unproven))


def _knock(session: Session, room: Room, player: Player, request: Request, key_hash: str) -> None:
    """One knock for each player is enough: a newer device takes the place of an older one that waits."""
    waiting = (Knock.room_id == room.id) & (Knock.user_id == player.user_id) & Knock.settled_at.is_(None)
    session.execute(delete(Knock).where(waiting, Knock.kind == KnockKind.DEVICE))
    session.add(
        Knock(
            room_id=room.id,
            kind=KnockKind.DEVICE,
            user_id=player.user_id,
            typed=normalised(request.neptun)[:12],
            key_hash=key_hash,
            at=request.now,
        )
    )


def _note_near_miss(session: Session, room: Room, request: Request) -> None:
    """Tell the lecturer, and nobody else, whose code this might have been."""
    typed = normalised(request.neptun)[:12]
    by_code = {person.neptun: person for person in people(session).values()}
    plain = typed.isascii() and typed.isalnum()
    near = near_misses(typed, by_code) if plain else []
    noted = session.scalars(select(Knock.id).where(Knock.room_id == room.id).limit(KNOCKS_KEPT)).all()
    for code in near[: KNOCKS_KEPT - len(noted)]:
        known = (Knock.room_id == room.id) & (Knock.typed == typed) & (Knock.user_id == by_code[code].id)
        session.execute(delete(Knock).where(known, Knock.kind == KnockKind.NEAR))
        facts = {"room_id": room.id, "user_id": by_code[code].id, "typed": typed, "at": request.now}
        session.add(Knock(kind=KnockKind.NEAR, **facts))


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


def refuse_near_miss(outcome: Joined | NearMiss) -> Joined:
    """After the commit: who was noted is refused now. Raises NotOnRoster."""
    if isinstance(outcome, NearMiss):
        raise NotOnRoster
    return outcome
