"""Pictures of quizzes, for those whose screens show them now, and for nobody who could look ahead."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

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
_DIGEST = re.compile("[0-9a-f]{64}")


@routes.get("/live/pictures/<version>/<blob>")
def picture(version: str, blob: str) -> ResponseReturnValue:
    """A picture of a published quiz. Not there for anybody to whom it was not shown."""
    if not all(map(_DIGEST.fullmatch, (version, blob))):
        raise NotFound
    keys = _player_keys()
    with read() as session:
        facts = select(QuizVersion.id, QuizVersion.pictures).where(QuizVersion.digest == version)
        having = [one for one, named in session.execute(facts) if blob in (named or {}).values()]
        quizzes = [runtime().library.quiz(session, one) for one in having]
        pins = _pins_of(session, having, keys)
    # No connection is held meanwhile: who waits for a room to be read must not keep its reader from one.
    if any(_has_shown(pin, blob) for pin in pins) or (bearer_token() not in keys and _is_mine(quizzes, blob)):
        return picture_file(blob)
    raise NotFound


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


def _is_mine(quizzes: Sequence[PlayableQuiz], blob: str) -> bool:
    """Whether who is signed in may see a picture of one of these quizzes."""
    who = person()
    own = [one for one in quizzes if who is not None and who.course_id == one.course_id]
    if who is None or who.is_staff or not own:
        return bool(own)
    with read() as session:
        return any(_is_replayed(session, one, blob, who) for one in own)


def _player_keys() -> list[str]:
    """What the device shows of the rooms that it plays in: its cookies, or its bearer token."""
    start = cookie_name("")
    cookies = [value for name, value in request.cookies.items() if name.startswith(start)]
    tokens = [*cookies[:MOST_ROOMS], bearer_token() or ""]
    return [token for token in tokens if token.startswith(PLAYER_PREFIX)]


def _pins_of(session: Session, versions: Sequence[int], keys: Sequence[str]) -> Sequence[str]:
    """The rooms of these versions in which one of these devices plays."""
    if not keys or not versions:
        return ()
    prints = [fingerprint(key.removeprefix(PLAYER_PREFIX)) for key in keys]
    rooms = select(Room.pin).join(Player, Player.room_id == Room.id)
    rooms = rooms.join(Device, Device.player_id == Player.id).where(Device.key_hash.in_(prints))
    rooms = rooms.where(Player.kicked_at.is_(None), let_in(Room.course_id, Player.user_id))
    return session.scalars(rooms.where(Room.version_id.in_(versions))).all()


def _has_shown(pin: str, blob: str) -> bool:
    """Whether screens of a room have shown a picture: with its question, or with what was right."""
    snapshot = runtime().room_cache.room(pin).snapshot
    now = snapshot.playable
    if now is not None and snapshot.phase in ASKED and _asks_with(now, blob):
        return True
    if now is not None and snapshot.phase in REVEALED_PHASES and _tells_with(now, blob):
        return True
    with read() as session:
        asked = set(session.scalars(select(Round.question).where(Round.room_id == snapshot.room_id)))
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
