"""Pages of the live quiz, for phones, projector and the lecturer's remote, and the list of quizzes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO

import segno
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from assignments.spec import Localized
from server.accounts.service import device, two_words
from server.quizzes.blueprints import routes
from server.quizzes.codes.guess_guard import charge_wrong_pin, is_head, refuse_wrong_pins
from server.quizzes.forms import RoomForm
from server.quizzes.models import PublishedQuiz, Room
from server.quizzes.questions.presenting import answer_shown, question_shown
from server.quizzes.questions.published import PlayableQuiz, in_force
from server.quizzes.questions.scoring import NO_RULINGS
from server.quizzes.questions.shuffling import shuffled_size
from server.quizzes.questions.type_rules import words_of_types
from server.quizzes.refusals import WrongPin
from server.quizzes.replay.replays import open_replays, terms_of
from server.quizzes.room.player_api import PLAYER_PREFIX, cookie_name
from server.quizzes.room.records import FORGOTTEN, RoomCounts
from server.quizzes.room.rooms import StaffAction, find_room, open_room, room_of
from server.quizzes.room.runtime import runtime
from server.quizzes.room.staff_api import join_address
from server.web import now, person, read, signed_in_person, staff_only, write

RECENT = 20  # rooms in the staff's list


@dataclass(frozen=True, slots=True)
class RoomCard:
    """A room in the staff's list."""

    pin: str
    slug: str
    opened_at: datetime
    over: bool
    discarded: bool = False
    forgotten: bool = False  # open for so long that somebody may have forgotten to end it


@dataclass(frozen=True, slots=True)
class ReplayCard:
    """A quiz that a student may play again."""

    pin: str
    title: Localized
    played_at: datetime
    until: datetime


@routes.get("/live")
def enter() -> ResponseReturnValue:
    """Type a PIN. Template quizzes/enter.html: `pin` (as typed), `refusal` (or None), `replays`."""
    device()  # a wrong PIN is charged to this browser, and to nobody else in its hall
    refuse_wrong_pins()
    asked = "" if is_head() else request.args.get("pin", "")
    typed = "".join(char for char in asked if char.isdigit())
    with read() as session:
        known = bool(typed) and session.scalar(select(Room.id).where(Room.pin == typed)) is not None
        who = None if known else person()
        replays = _replays(session, who.course_id) if who else []
    if known:
        return redirect(url_for("quizzes.phone", pin=typed))
    if typed:
        charge_wrong_pin()
    refusal = WrongPin() if typed else None
    page = render_template("quizzes/enter.html", pin=typed, refusal=refusal, replays=replays)
    return page, 404 if typed else 200


@routes.get("/live/<pin>")
def phone(pin: str) -> ResponseReturnValue:
    """A phone's page, from joining to the podium. Template quizzes/phone.html: `room`, `joined`."""
    device()
    if is_head():
        return ""  # whether there is a room or not
    refuse_wrong_pins()
    with read() as session:
        room = find_room(session, pin)
        title = runtime().library.quiz(session, room.version_id).quiz.title
        word = room.word
    joined = request.cookies.get(cookie_name(pin), "").startswith(PLAYER_PREFIX)
    return render_template("quizzes/phone.html", pin=pin, title=title, word=word, joined=joined)


@routes.get("/live/<pin>/remote")
@staff_only
def remote(pin: str) -> ResponseReturnValue:
    """The lecturer's remote, for a laptop or a phone. Template quizzes/remote.html: `pin`, `title`."""
    return _staff_page("quizzes/remote.html", pin)


@routes.get("/live/<pin>/wall")
@staff_only
def wall(pin: str) -> ResponseReturnValue:
    """The projector. Template quizzes/wall.html: `pin`, `title`, `join` (address), `qr` (SVG)."""
    return _staff_page("quizzes/wall.html", pin)


@routes.get("/quizzes")
@staff_only
def quizzes() -> ResponseReturnValue:
    """Template quizzes/quizzes.html: `quizzes` (PlayableQuiz each), `rooms` (RoomCard each)."""
    with read() as session:
        course_id = signed_in_person().course_id
        published = select(PublishedQuiz.version_id).where(PublishedQuiz.course_id == course_id)
        versions = session.scalars(published.order_by(PublishedQuiz.slug)).all()
        found = [runtime().library.quiz(session, version) for version in versions]
        rooms = _recent(session, course_id)
    return render_template("quizzes/quizzes.html", quizzes=found, rooms=rooms)


@routes.get("/quizzes/<slug>")
@staff_only
def quiz(slug: str) -> ResponseReturnValue:
    """Template quizzes/quiz.html: `playable` (PlayableQuiz), `shown` (question and answer of each)."""
    with read() as session:
        playable = runtime().library.quiz(session, in_force(session, signed_in_person().course_id, slug).id)
    return render_template("quizzes/quiz.html", playable=playable, shown=_shown(playable))


@routes.post("/quizzes/<slug>/open")
@staff_only
def open_quiz(slug: str) -> ResponseReturnValue:
    """Open a room as the form says, or else as the quiz does, and go to its remote."""
    with write() as session:
        usual = (
            runtime()
            .library.quiz(session, in_force(session, signed_in_person().course_id, slug).id)
            .quiz.policy
        )
        if "counts" in request.form:
            usual = replace(usual, **RoomForm.of(request.form).policy())
        pin = open_room(session, slug, usual, StaffAction(signed_in_person(), now())).pin
    return redirect(url_for("quizzes.remote", pin=pin))


def nickname(number: int) -> str:
    """How templates print a nickname, in the reader's language."""
    return two_words(number, str(get_locale()))


def type_words() -> dict[str, str]:
    """What templates add to the words of a page's scripts, in the reader's language."""
    return words_of_types(str(get_locale()))


def _staff_page(template: str, pin: str) -> str:
    with read() as session:
        room = room_of(session, signed_in_person(), pin)
        title = runtime().library.quiz(session, room.version_id).quiz.title
    address = join_address(pin)
    return render_template(template, pin=pin, title=title, join=address, qr=qr_code(address))


def qr_code(address: str) -> Markup:
    """The address as a QR code: an SVG without styles of its own."""
    drawing = BytesIO()
    code = segno.make(address, error="m", boost_error=False)
    code.save(drawing, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=2, svgclass="qr")
    return Markup(drawing.getvalue().decode().replace("<svg", '<svg aria-hidden="true"'))  # noqa: S704 - drawn by segno out of an address of ours


def _replays(session: Session, course_id: int) -> list[ReplayCard]:
    library = runtime().library
    return [
        ReplayCard(
            room.pin,
            library.quiz(session, room.version_id).quiz.title,
            room.opened_at,
            terms.until,
        )
        for room in open_replays(session, course_id, now())
        if (terms := terms_of(room))
    ]


def _recent(session: Session, course_id: int) -> list[RoomCard]:
    found = session.scalars(
        select(Room).where(Room.course_id == course_id).order_by(Room.id.desc()).limit(RECENT)
    )
    return [_card(one) for one in found]


def _card(room: Room) -> RoomCard:
    over = room.ended_at is not None
    return RoomCard(
        room.pin,
        room.quiz.slug,
        room.opened_at,
        over,
        discarded=room.counts == RoomCounts.DISCARDED,
        forgotten=not over and now() - max(room.since, room.closes_at) > FORGOTTEN,
    )


def _shown(quiz: PlayableQuiz) -> list[dict[str, object]]:
    """Each question as the wall would show it, in the order of its file, with its answer."""
    language = str(get_locale())
    shown = []
    for playable in quiz.questions:
        variant, order = playable.variants[0], range(shuffled_size(playable.question))
        question = question_shown(variant, language, order)
        answered = answer_shown(variant, language, order, NO_RULINGS)
        shown.append({"playable": playable, "question": question, "answered": answered})
    return shown
