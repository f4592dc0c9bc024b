"""What the quizzes of one process share: halls, the desk for answers, the library of versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from flask import current_app
from flask.sansio.app import App

from server.quizzes.codes.device_keys import is_waiting
from server.quizzes.questions.published import Library
from server.quizzes.room.answer_batches import Desk
from server.quizzes.room.answer_checks import Looked, Offer
from server.quizzes.room.answer_rate_limit import Thumbs
from server.quizzes.room.answers import Taken, take
from server.quizzes.room.phone_stream import Screens
from server.quizzes.room.presence import Presence
from server.quizzes.room.projector_stream import desk_topic
from server.quizzes.room.state_cache import Halls, room_topic
from server.web import Services, services

SHARED = "hazi.quizzes"  # among the extensions of the application


@dataclass(frozen=True, slots=True)
class Shared:
    """One for each application."""

    library: Library
    presence: Presence
    halls: Halls
    desk: Desk
    screens: Screens
    thumbs: Thumbs


def remember_quizzes(app: App) -> None:
    """Build it once. Nothing is connected to before it is needed."""
    those: Services = app.extensions["hazi"]
    library, presence = Library(those.course.zone), Presence(those.config.broker_url)
    app.extensions[SHARED] = Shared(
        library=library,
        presence=presence,
        halls=Halls(
            those.database,
            those.live,
            presence,
            library,
            those.clock,
            waits=lambda pin, key: is_waiting(
                (those.config.secret_key, *those.config.old_secret_keys), pin, key, those.clock()
            ),
        ),
        desk=Desk(lambda offers: _write(those, library, offers)),
        screens=Screens(those.clock),
        thumbs=Thumbs(),
    )


def shared() -> Shared:
    """That of this application."""
    return cast("Shared", current_app.extensions[SHARED])


def ring_room(pin: str) -> None:
    """The room has changed: every screen looks again, here and in other processes."""
    shared().halls.changed(pin)
    _ring(services(), room_topic(pin), desk_topic(pin))


def ring_desk(pin: str) -> None:
    """Somebody has joined: only the staff's screens look again."""
    _ring(services(), desk_topic(pin))


def _write(those: Services, library: Library, offers: Sequence[Offer]) -> list[Taken | Exception]:
    with those.database.read() as session:
        looked = Looked.up(session, library, offers)
    read = [looked.read(offer) for offer in offers]  # while nobody waits for the database
    with those.database.write() as session:
        outcomes = take(session, library, read)
    _ring(those, *{desk_topic(offer.pin) for offer in offers})
    return outcomes


def _ring(those: Services, *topics: str) -> None:
    """First those of this process, who need no Redis for it."""
    for topic in topics:
        those.live.wake(topic)
    those.bell.ring(*topics)
