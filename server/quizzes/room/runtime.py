"""The runtime of quizzes in one process: cached rooms, batches of answers, the library of versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from flask import current_app
from flask.sansio.app import App

from server.quizzes.codes.device_keys import is_waiting
from server.quizzes.questions.published import Library
from server.quizzes.room.answer_batches import AnswerBatches
from server.quizzes.room.answer_checks import BatchContext, SubmittedAnswer
from server.quizzes.room.answer_rate_limit import AnswerRateLimit
from server.quizzes.room.answers import StoredAnswer, store_answers
from server.quizzes.room.phone_stream import RenderedSnapshots
from server.quizzes.room.presence import Presence
from server.quizzes.room.projector_stream import staff_topic
from server.quizzes.room.state_cache import RoomCache, room_topic
from server.web import Services, services

SHARED = "hazi.quizzes"  # among the extensions of the application


@dataclass(frozen=True, slots=True)
class Runtime:
    """One for each application."""

    library: Library
    presence: Presence
    room_cache: RoomCache
    answer_batches: AnswerBatches
    rendered: RenderedSnapshots
    answer_rate_limit: AnswerRateLimit


def remember_quizzes(app: App) -> None:
    """Build it once. Nothing is connected to before it is needed."""
    app_services: Services = app.extensions["hazi"]
    library, presence = Library(app_services.course.zone), Presence(app_services.config.broker_url)
    app.extensions[SHARED] = Runtime(
        library=library,
        presence=presence,
        room_cache=RoomCache(
            app_services.database,
            app_services.hub,
            presence,
            library,
            app_services.clock,
            waits=lambda pin, key: is_waiting(
                (app_services.config.secret_key, *app_services.config.old_secret_keys),
                pin,
                key,
                app_services.clock(),
            ),
        ),
        answer_batches=AnswerBatches(
            lambda submitted_answers: _write(app_services, library, submitted_answers)
        ),
        rendered=RenderedSnapshots(app_services.clock),
        answer_rate_limit=AnswerRateLimit(),
    )


def runtime() -> Runtime:
    """That of this application."""
    return cast("Runtime", current_app.extensions[SHARED])


def notify_room(pin: str) -> None:
    """The room has changed: every screen looks again, here and in other processes."""
    runtime().room_cache.changed(pin)
    _ring(services(), room_topic(pin), staff_topic(pin))


def notify_staff(pin: str) -> None:
    """Somebody has joined: only the staff's screens look again."""
    _ring(services(), staff_topic(pin))


def _write(
    app_services: Services, library: Library, submitted_answers: Sequence[SubmittedAnswer]
) -> list[StoredAnswer | Exception]:
    with app_services.database.read() as session:
        context = BatchContext.up(session, library, submitted_answers)
    read = [context.read(submitted) for submitted in submitted_answers]  # while nobody waits for the database
    with app_services.database.write() as session:
        outcomes = store_answers(session, library, read)
    _ring(app_services, *{staff_topic(submitted.pin) for submitted in submitted_answers})
    return outcomes


def _ring(app_services: Services, *topics: str) -> None:
    """First those of this process, who need no Redis for it."""
    for topic in topics:
        app_services.hub.wake(topic)
    app_services.notifier.notify(*topics)
