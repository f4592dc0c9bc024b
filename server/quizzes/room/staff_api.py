"""The staff's part of the API: opening a room, moving it on, and its results."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from server.accounts.service import is_let_in, two_words
from server.errors import NotFound
from server.http.json_bodies import answer_json, json_body
from server.http.openapi import describe
from server.person import Person
from server.quizzes.blueprints import api_routes
from server.quizzes.models import Proof, Room
from server.quizzes.questions.published import PlayableQuiz, in_force
from server.quizzes.questions.scoring import is_right
from server.quizzes.refusals import WrongPin
from server.quizzes.room import api_schema as schema
from server.quizzes.room.joining import dismiss, let_device_in
from server.quizzes.room.phases import phase_at
from server.quizzes.room.projector_stream import Viewer, stream
from server.quizzes.room.records import set_counts
from server.quizzes.room.regrading import Decision, read_decision, rule
from server.quizzes.room.rooms import StaffAction, advance, open_room, room_of, set_kicked, set_lock
from server.quizzes.room.runtime import notify_room, runtime
from server.quizzes.room.scores import PlayerResult, RoomResults, room_results
from server.sse import EVENT_STREAM, prefers_stream, stream_response
from server.web import clean_text, now, read, services, signed_in_person, staff_only, write

LARGEST_ID = 2**31 - 1


@api_routes.post("/quizzes/<slug>/sessions")
@describe("Open a room for a quiz", body=schema.NewRoom, answers={201: schema.RoomOut})
@staff_only
def create_session(slug: str) -> ResponseReturnValue:
    """Phones join under its PIN from now on."""
    changed = json_body(schema.NewRoom).model_dump(exclude_none=True)
    with write() as session:
        usual = (
            runtime()
            .library.quiz(session, in_force(session, signed_in_person().course_id, slug).id)
            .quiz.policy
        )
        room = open_room(session, slug, replace(usual, **changed), _action())
        session.flush()
        opened = schema.RoomOut(id=room.id, pin=room.pin, join=join_address(room.pin))
    return answer_json(opened, 201)


@api_routes.post("/live/<pin>/advance", endpoint="advance")
@describe("Move a room on", body=schema.Advance, answers={200: schema.Moved})
@staff_only
def advance_room(pin: str) -> ResponseReturnValue:
    """The lecturer's remote."""
    body, action = json_body(schema.Advance), _action()
    with write() as session:
        room = room_of(session, signed_in_person(), pin, changing=True)
        state = advance(session, room, _quiz(session, room), body.to, replace(action, version=body.version))
    notify_room(pin)
    phase = phase_at(state, action.now)
    return answer_json(schema.Moved(phase=phase, version=state.version, question=state.question))


@api_routes.post("/live/<pin>/counts")
@describe("Change what of a room counts, or discard it", body=schema.WhatCounts, answers={204: None})
@staff_only
def counts(pin: str) -> ResponseReturnValue:
    """A rehearsal that is discarded is over, and in no gradebook, no participation and no history."""
    body = json_body(schema.WhatCounts)
    with write() as session:
        room = room_of(session, signed_in_person(), pin, changing=True)
        set_counts(session, room, body.counts, _action())
    notify_room(pin)
    return "", 204


@api_routes.post("/live/<pin>/lock")
@describe("Let nobody else in, or everybody again", body=schema.Lock, answers={204: None})
@staff_only
def lock(pin: str) -> ResponseReturnValue:
    """Those who are in stay in."""
    body = json_body(schema.Lock)
    with write() as session:
        room = room_of(session, signed_in_person(), pin, changing=True)
        set_lock(session, room, _action(), locked=body.locked)
    notify_room(pin)
    return "", 204


@api_routes.post("/live/<pin>/players/<int:player_id>")
@describe("Send a player out, or forgive", body=schema.Kick, answers={204: None})
@staff_only
def player(pin: str, player_id: int) -> ResponseReturnValue:
    """What they answered stays, and counts again once they are forgiven."""
    body = json_body(schema.Kick)
    refuse_beyond(player_id)
    with write() as session:
        room = room_of(session, signed_in_person(), pin, changing=True)
        set_kicked(session, room, player_id, _action(), kicked=body.kicked)
    notify_room(pin)
    return "", 204


@api_routes.post("/live/<pin>/knocks/<int:knock_id>")
@describe("Let a device in that knocks, or not", body=schema.Tap, answers={204: None})
@staff_only
def knock(pin: str, knock_id: int) -> ResponseReturnValue:
    """The device that was let in takes the place of the others of this player."""
    body = json_body(schema.Tap)
    refuse_beyond(knock_id)
    with write() as session:
        room = room_of(session, signed_in_person(), pin, changing=True)
        if body.let_in and let_device_in(session, room, knock_id, now()):
            room.version += 1
        else:
            dismiss(session, room, knock_id, now())
    notify_room(pin)
    return "", 204


@api_routes.post("/live/<pin>/rulings")
@describe("Decide about a question afterwards", body=schema.RulingIn, answers={200: schema.RulingOut})
@staff_only
def rulings(pin: str) -> ResponseReturnValue:
    """Everything that was answered to it is marked anew."""
    body = json_body(schema.RulingIn)
    decision = Decision(body.question, body.kind, body.value, clean_text(body.reason))
    with read() as session:
        room = room_of(session, signed_in_person(), pin)
        quiz = _quiz(session, room)
    decision = read_decision(quiz, room.seed, decision)
    with write() as session:
        room = room_of(session, signed_in_person(), pin, changing=True)
        ruling = rule(session, room, quiz, decision, _action())
        changed = schema.RulingOut.model_validate(ruling.changed)
    notify_room(pin)
    return answer_json(changed)


@api_routes.get("/live/<pin>/results")
@describe("Read what came of a room", answers={200: schema.ResultsOut})
@staff_only
def results(pin: str) -> ResponseReturnValue:
    """Every player's credit and points, and how the questions did."""
    with read() as session:
        room = room_of(session, signed_in_person(), pin)
        quiz = _quiz(session, room)
        found = room_results(session, room, quiz)
    language = str(get_locale())
    return answer_json(
        schema.ResultsOut(
            pin=pin,
            quiz=quiz.quiz.slug,
            questions=[_question(quiz, index, found) for index in range(len(quiz.questions))],
            players=[_player(one, len(quiz.questions), found, language) for one in found.players],
        )
    )


@api_routes.get("/live/<pin>/desk")
@describe("Follow a room as its lecturer", answers={200: (EVENT_STREAM, schema.StaffSnapshotOut)})
@staff_only
def desk_events(pin: str) -> ResponseReturnValue:
    """With names and codes: for the remote. Who asks for JSON gets one snapshot."""
    return _followed(pin, staff=True)


@api_routes.get("/live/<pin>/wall")
@describe("Follow a room as the projector", answers={200: (EVENT_STREAM, schema.StaffSnapshotOut)})
@staff_only
def wall_events(pin: str) -> ResponseReturnValue:
    """With nicknames only: for the wall. Who asks for JSON gets one snapshot."""
    return _followed(pin, staff=False)


def join_address(pin: str) -> str:
    """What the QR code on the wall says."""
    return services().config.public_url + url_for("quizzes.phone", pin=pin)


def _is_let_in(who: Person) -> bool:
    with read() as session:
        return is_let_in(session, who)


def _followed(pin: str, *, staff: bool) -> ResponseReturnValue:
    cached, hub, who = runtime().room_cache.room(pin), services().hub, signed_in_person()
    if cached.snapshot.course_id != who.course_id:  # refuse before the answer begins
        raise WrongPin
    viewer = Viewer(services().database, runtime().presence, services().clock, str(get_locale()), staff=staff)
    if not prefers_stream(usual=True):
        shown = viewer.snapshot(cached.snapshot) | (
            {"people": viewer.people(cached.snapshot)} if staff else {}
        )
        return answer_json(schema.StaffSnapshotOut.model_validate(shown))
    return stream_response(stream(viewer, cached, hub, partial(_is_let_in, who)), who.id)


def refuse_beyond(number: int) -> None:
    """No id is as large as this, and the database would not even take it as a question."""
    if number > LARGEST_ID:
        raise NotFound


def _action() -> StaffAction:
    return StaffAction(signed_in_person(), now())


def _quiz(session: Any, room: Room) -> PlayableQuiz:  # noqa: ANN401
    return runtime().library.quiz(session, room.version_id)


def _question(quiz: PlayableQuiz, index: int, found: RoomResults) -> schema.QuestionOut:
    given = [one.answers[index] for one in found.players if index in one.answers and not one.kicked]
    correct = sum(is_right(one.credit) for one in given)
    return schema.QuestionOut(
        id=quiz.questions[index].id,
        asked=index in found.asked,
        answers=len(given),
        share_correct=correct / len(given) if given else None,
    )


def _player(one: PlayerResult, questions: int, found: RoomResults, language: str) -> schema.PlayerOut:
    given = [one.answers.get(index) for index in range(questions)]
    return schema.PlayerOut(
        neptun=one.person.neptun,
        name=one.person.name,
        nickname=two_words(one.nickname, language),
        proof=Proof(one.proof),
        kicked=one.kicked,
        credit=one.credit,
        counts=one.counts,
        points=one.points,
        place=one.rank,
        answered=one.answered,
        correct=one.correct,
        credits=[it.credit if it and index in found.asked else None for index, it in enumerate(given)],
    )
