"""Pictures of quizzes, for those whose screens show them now, and for nobody who could look ahead."""

from __future__ import annotations

import json
from collections.abc import Collection

from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.service import fingerprint
from server.courses.service import let_in
from server.errors import NotFound, Refusal
from server.person import Person
from server.quizzes.authoring.draft_pictures import blob_of, stored
from server.quizzes.blueprints import routes
from server.quizzes.models import Device, Player, QuizVersion, Room, Round
from server.quizzes.pictures.picture import picture_of
from server.quizzes.questions.presenting import question_shown
from server.quizzes.questions.published import PlayableQuestion, PlayableQuiz
from server.quizzes.questions.rendering import LANGUAGES
from server.quizzes.questions.shuffling import shuffled_size
from server.quizzes.replay.replays import replay_session
from server.quizzes.room.phone_stream import ASKED
from server.quizzes.room.player_api import PLAYER_PREFIX, cookie_name
from server.quizzes.room.runtime import runtime
from server.quizzes.room.state import REVEALED_PHASES
from server.web import bearer_token, person, read, staff_only

MOST_ROOMS = 20  # that a phone says it is in


@routes.get("/live/pictures/<version>/<blob>")
def picture(version: str, blob: str) -> ResponseReturnValue:
    """A picture of a published quiz. Not there for anybody to whom it was not shown."""
    with read() as session:
        facts = select(QuizVersion.id, QuizVersion.pictures).where(QuizVersion.digest == version)
        having = [one for one, named in session.execute(facts) if blob in (named or {}).values()]
        if not any(_may_see(session, runtime().library.quiz(session, one), blob) for one in having):
            raise NotFound
    return picture_file(blob)


@routes.get("/live/draft-pictures/<key>")
@staff_only
def draft_picture(key: str) -> ResponseReturnValue:
    """A picture of a draft. Its address is given to the staff of the course that brought it in."""
    return picture_file(blob_of(key))


def picture_file(blob: str) -> Response:
    """A blob as the picture that it is, and as nothing else."""
    content = stored(blob)
    found = picture_of(content)
    if found is None:
        raise NotFound
    response = Response(content, mimetype=found.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=f"picture{found.ending}")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _may_see(session: Session, quiz: PlayableQuiz, blob: str) -> bool:
    keys = _player_keys()
    if any(_has_shown(session, room, blob) for room in _rooms_of(session, quiz, keys)):
        return True
    who = None if bearer_token() in keys else person()
    is_here = who is not None and who.course_id == quiz.course_id
    return bool(who and is_here and (who.is_staff or _is_replayed(session, quiz, blob, who)))


def _player_keys() -> list[str]:
    """What the device shows of the rooms that it plays in: its cookies, or its bearer token."""
    start = cookie_name("")
    cookies = [value for name, value in request.cookies.items() if name.startswith(start)]
    tokens = [*cookies[:MOST_ROOMS], bearer_token() or ""]
    return [token for token in tokens if token.startswith(PLAYER_PREFIX)]


def _rooms_of(session: Session, quiz: PlayableQuiz, keys: Collection[str]) -> list[Room]:
    """The rooms of a quiz in which one of these devices plays."""
    if not keys:
        return []
    prints = [fingerprint(key.removeprefix(PLAYER_PREFIX)) for key in keys]
    rooms = select(Room).join(Player, Player.room_id == Room.id).join(Device, Device.player_id == Player.id)
    rooms = rooms.where(Room.version_id == quiz.version_id, Device.key_hash.in_(prints))
    rooms = rooms.where(Player.kicked_at.is_(None), let_in(Room.course_id, Player.user_id))
    return list(session.scalars(rooms))


def _has_shown(session: Session, room: Room, blob: str) -> bool:
    """Whether screens of a room have shown a picture: with its question, or with what was right."""
    snapshot = runtime().room_cache.room(room.pin).snapshot
    now = snapshot.playable
    if now is not None and snapshot.phase in ASKED and _asks_with(now, blob):
        return True
    if now is not None and snapshot.phase in REVEALED_PHASES and _tells_with(now, blob):
        return True
    asked = set(session.scalars(select(Round.question).where(Round.room_id == room.id)))
    past = asked - {snapshot.state.question}
    return any(_tells_with(snapshot.quiz.questions[index], blob) for index in past)


def _is_replayed(session: Session, quiz: PlayableQuiz, blob: str, who: Person) -> bool:
    """Whether somebody who plays a room again stands before a picture, or has it behind them."""
    for room in session.scalars(select(Room).where(Room.version_id == quiz.version_id)):
        try:
            progress = replay_session(session, room, quiz, who.id).progress
        except Refusal:
            continue
        behind = {index for answered in progress.answered.values() for index in answered}
        before = progress.next_index(progress.attempt)
        if any(_tells_with(quiz.questions[index], blob) for index in behind):
            return True
        if before is not None and _asks_with(quiz.questions[before], blob):
            return True
    return False


def _asks_with(playable: PlayableQuestion, blob: str) -> bool:
    """Whether a picture is in a question before its answer is known."""
    for variant in playable.variants:
        order = range(shuffled_size(variant.question))
        for language in LANGUAGES:
            if blob in json.dumps(question_shown(variant, language, order)):
                return True
    return False


def _tells_with(playable: PlayableQuestion, blob: str) -> bool:
    """Whether a picture is anywhere in a question."""
    return any(blob in json.dumps(variant.html) for variant in playable.variants)
