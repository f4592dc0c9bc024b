"""The players' part of the API: joining, the state of the room, its stream, and answers."""

from __future__ import annotations

import time

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy.exc import IntegrityError

from server.accounts.service import fingerprint, two_words
from server.errors import Busy
from server.http.json_bodies import answer_json, json_body, query
from server.http.openapi import describe
from server.i18n import LANGUAGES
from server.logs import log_in_batches
from server.quizzes.blueprints import api_routes
from server.quizzes.codes.device_keys import is_waiting, issue_waiting_key
from server.quizzes.codes.guess_guard import guesser, refuse_wrong_pins
from server.quizzes.refusals import NotJoined, TooFast
from server.quizzes.room import api_schema as schema
from server.quizzes.room.answer_checks import SubmittedAnswer
from server.quizzes.room.joining import (
    Joined,
    JoinRequest,
    NearMissesWanted,
    NoCode,
    join,
    refuse_no_code,
    with_near_misses,
)
from server.quizzes.room.phone_stream import stream
from server.quizzes.room.rooms import find_room
from server.quizzes.room.runtime import notify_staff, runtime
from server.quizzes.room.state import Participant, RoomSnapshot
from server.sse import EVENT_STREAM, prefers_stream, stream_response
from server.web import bearer_token, clean_text, now, person, read, services, write

COOKIE_S = 24 * 3600
RACES = 6  # of two who join at once and draw the same nickname; a look around is one more
PLAYER_PREFIX = "play_"  # tells a player's token from a person's


@api_routes.post("/live/<pin>/join", endpoint="join")
@describe(
    "Join a live quiz",
    query=schema.Spoken,
    body=schema.Join,
    answers={201: schema.JoinedOut, 202: schema.JoinedOut},
    public=True,
)
def join_room(pin: str) -> ResponseReturnValue:
    """Come in, or come back; 202 where the device has to wait for the lecturer's tap."""
    body = json_body(schema.Join)
    bearer = bearer_token() or ""
    key = bearer if bearer.startswith(PLAYER_PREFIX) else request.cookies.get(cookie_name(pin), "")
    who = None if bearer.startswith(PLAYER_PREFIX) else person()
    neptun, word = clean_text(body.neptun), clean_text(body.word)
    g.guesser, g.guessed_at = guesser(who.id if who else None, neptun), pin
    refuse_wrong_pins()
    waiting_key = issue_waiting_key(services().config.secret_keys, pin, now())
    join_request = JoinRequest(
        who, neptun, word, key.removeprefix(PLAYER_PREFIX), now(), g.guesser, waiting_key
    )
    joined = refuse_no_code(_joined(pin, join_request))
    notify_staff(pin)
    token = PLAYER_PREFIX + joined.key
    waiting = joined.nickname is None
    nickname = None if joined.nickname is None else two_words(joined.nickname, spoken())
    response = answer_json(
        schema.JoinedOut(token=token, nickname=nickname, waiting=waiting), 202 if waiting else 201
    )
    response.set_cookie(
        cookie_name(pin),
        token,
        max_age=COOKIE_S,
        httponly=True,
        samesite="Lax",
        secure=services().config.https,
    )
    return response


@api_routes.get("/live/<pin>/state")
@describe(
    "See where the quiz stands",
    query=schema.Spoken,
    answers={200: schema.SnapshotOut, 304: None},
    public=True,
)
def state(pin: str) -> ResponseReturnValue:
    """The same as in the stream, for phones whose stream is silent. Costs nothing when nothing is new."""
    cached = runtime().room_cache.room(pin)
    snapshot = cached.snapshot
    key = player_key(pin)
    participant = cached.participant(key, snapshot)
    language = spoken()
    etag = f"{snapshot.version}-{language}"
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
    else:
        response = Response(
            runtime().rendered.text(snapshot, cached, participant, language),
            mimetype="application/json",
        )
    response.set_etag(etag, weak=True)  # compressed or not, it is the same
    return response


@api_routes.get("/live/<pin>/events")
@describe(
    "Follow a live quiz",
    query=schema.Spoken,
    answers={200: (EVENT_STREAM, schema.SnapshotOut), 304: None},
    public=True,
)
def events(pin: str) -> ResponseReturnValue:
    """Whole snapshots as they come; `event: out` when the player is out. Who asks for JSON gets the state."""
    if not prefers_stream(usual=True):
        return state(pin)
    cached, key = runtime().room_cache.room(pin), player_key(pin)
    participant = cached.participant(key, cached.snapshot)  # refuse before the answer begins
    parts = stream(runtime().rendered, cached, key, spoken(), services().hub)
    return stream_response(parts, ("player", participant.player_id))


@api_routes.put("/live/<pin>/answers/<question>")
@describe(
    "Answer a question",
    query=schema.Spoken,
    body=schema.SentAnswer,
    answers={200: schema.AnswerOut},
    public=True,
)
def answer(pin: str, question: str) -> ResponseReturnValue:
    """Answered only once the answer is in the database. Safe to repeat as often as the network wants."""
    log_in_batches()
    received_at = now()
    key = player_key(pin)
    wait_s = runtime().answer_rate_limit.wait_s(key, time.monotonic())
    if wait_s:
        raise TooFast(retry_after_s=wait_s)
    body = json_body(schema.SentAnswer)
    stored = runtime().answer_batches.submit(
        SubmittedAnswer(
            pin=pin,
            key_hash=fingerprint(key),
            waits=is_waiting(services().config.secret_keys, pin, key, received_at),
            round=question,
            answer=body.answer,
            n=body.n,
            phone_s=None if body.elapsed_ms is None else body.elapsed_ms / 1000,
            round_trip_s=body.round_trip_ms / 1000,
            received_at=received_at,
        )
    )
    return answer_json(schema.AnswerOut(round=question, n=stored.n, saved=stored.fresh))


def player_key(pin: str) -> str:
    """The key of the device that asks, by bearer token or by its cookie. Raises NotJoined."""
    token = bearer_token() or request.cookies.get(cookie_name(pin), "")
    if not token.startswith(PLAYER_PREFIX):
        raise NotJoined
    g.setdefault("person", None)  # a player's token is nobody's account
    return token.removeprefix(PLAYER_PREFIX)


def seat_of(pin: str) -> tuple[RoomSnapshot, Participant]:
    """Who plays on the device that asks, and the room. Raises WrongPin, NotJoined and their like."""
    cached = runtime().room_cache.room(pin)
    snapshot = cached.snapshot
    return snapshot, cached.participant(player_key(pin), snapshot)


def spoken() -> str:
    """The language of the page that asks: looking up whose phone it is would cost a query each time."""
    asked = query(schema.Spoken).lang
    return asked if asked in LANGUAGES else str(get_locale())


def cookie_name(pin: str) -> str:
    """Where a phone keeps its key to a room."""
    return f"hazi-play-{pin}"


def _joined(pin: str, join_request: JoinRequest) -> Joined | NoCode:
    """Joins that collide are tried again: the database lets only one of two have a nickname."""
    for _race in range(RACES):
        try:
            with write() as session:
                return join(session, find_room(session, pin), join_request)
        except NearMissesWanted:
            with read() as session:
                join_request = with_near_misses(session, find_room(session, pin).course_id, join_request)
        except IntegrityError:
            continue
    raise Busy(retry_after_s=1)
