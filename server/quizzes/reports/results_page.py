"""The page of a room's results: players, how questions did, and the form to decide about them once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.service import people
from server.person import Person
from server.quizzes.attendance import Rule
from server.quizzes.blueprints import routes
from server.quizzes.forms import CountsForm, RuleForm, RulingForm
from server.quizzes.models import Room, RoomEvent
from server.quizzes.questions.presenting import answer_shown, question_shown
from server.quizzes.questions.published import PlayableQuiz
from server.quizzes.questions.scoring import NO_RULINGS
from server.quizzes.questions.shuffling import shown_order
from server.quizzes.questions.type_rules import AcceptField, read_index, rules_of
from server.quizzes.replay.replays import replays_of
from server.quizzes.reports.statistics import Concept, ItemStatistics, concepts, item_statistics
from server.quizzes.room.records import set_counts
from server.quizzes.room.regrading import Decision, read_decision, rule
from server.quizzes.room.rooms import StaffAction, room_of
from server.quizzes.room.rulings import RulingKind, rulings_of
from server.quizzes.room.runtime import notify_room, runtime
from server.quizzes.room.scores import (
    PlayerResult,
    RoomResults,
    credits_by_question,
    present_in,
    room_results,
    weights_of,
)
from server.quizzes.room.state import counted_rounds
from server.web import now, read, signed_in_person, staff_only, write

TRAIL = 200  # lines of the audit trail on the page


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """One question and how it did."""

    id: str
    index: int
    question: dict[str, Any]  # as it was shown
    answered: dict[str, Any]
    statistics: ItemStatistics
    counts: bool
    decided_anew: bool
    accept_field: AcceptField


@dataclass(frozen=True, slots=True)
class PlayerCard:
    """One player, and whether they count as present by the rule that is previewed."""

    result: PlayerResult
    present: bool


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """Somebody who played the quiz again."""

    person: Person
    answered: int
    credit: float  # with the cap


@dataclass(frozen=True, slots=True)
class TrailLine:
    """Who did what in the room."""

    at: Any
    name: str
    verb: str
    details: dict[str, Any]


@routes.get("/live/<pin>/results")
@staff_only
def results(pin: str) -> ResponseReturnValue:
    """All results of a room.

    Template quizzes/results.html: `pin`, `title`, `opened_at`, `players` (PlayerCard each), `questions`
    (QuestionCard each), `concepts` (Concept each), `rule` (the one that is previewed), `replays`
    (ReplayRow each), `replay_until`, `replay_cap`, `counts` (RoomCounts), `trail`.
    """
    asked = RuleForm.of(request.args).rule()
    with read() as session:
        room = room_of(session, signed_in_person(), pin)
        quiz = runtime().library.quiz(session, room.version_id)
        found = room_results(session, room, quiz)
        questions = _questions(session, room, quiz, found)
        replays = replay_rows(session, room, quiz)
        trail = _trail(session, room)
    return render_template(
        "quizzes/results.html",
        pin=pin,
        title=quiz.quiz.title,
        opened_at=room.opened_at,
        players=_players(found, asked),
        questions=questions,
        concepts=_concepts(quiz, questions),
        rule=asked,
        replays=replays,
        replay_until=room.replay_until,
        replay_cap=room.replay_cap,
        counts=room.counts,
        trail=trail,
    )


@routes.post("/live/<pin>/count")
@staff_only
def count(pin: str) -> ResponseReturnValue:
    """Change what of the room counts with a form: `counts`."""
    asked = CountsForm.of(request.form)
    with write() as session:
        room = room_of(session, signed_in_person(), pin, changing=True)
        set_counts(session, room, asked.counts, StaffAction(signed_in_person(), now()))
    notify_room(pin)
    flash(_("Kept."))
    return redirect(url_for("quizzes.results", pin=pin))


@routes.post("/live/<pin>/decide")
@staff_only
def decide(pin: str) -> ResponseReturnValue:
    """Decide about a question with a form: `question`, `kind`, `value` and `reason`."""
    asked = RulingForm.of(request.form)
    with read() as session:
        room = room_of(session, signed_in_person(), pin)
        quiz = runtime().library.quiz(session, room.version_id)
    decision = Decision(asked.question, asked.kind, _value(quiz, asked), asked.reason)
    decision = read_decision(quiz, room.seed, decision)
    with write() as session:
        room = room_of(session, signed_in_person(), pin, changing=True)
        changed = rule(session, room, quiz, decision, StaffAction(signed_in_person(), now())).changed
    notify_room(pin)
    flash(_("Marked anew: %(up)s up, %(down)s down.", **changed))
    return redirect(url_for("quizzes.results", pin=pin, _anchor=decision.question))


def replay_rows(session: Session, room: Room, quiz: PlayableQuiz) -> list[ReplayRow]:
    """Who played it again, by name."""
    found = replays_of(session, room, weights_of(counted_rounds(session, room.id), quiz))
    known = people(session, room.course_id, [one.user_id for one in found])
    rows = [ReplayRow(known[one.user_id], one.answered, one.credit) for one in found]
    return sorted(rows, key=lambda row: row.person.name)


def _value(quiz: PlayableQuiz, asked: RulingForm) -> Any:  # noqa: ANN401 - see RulingKind
    """What the form says: an index where there are options, else what was typed."""
    index = quiz.index_of(asked.question)
    if index is None or not asked.value:
        return None
    body = quiz.questions[index].question.body
    if asked.kind is RulingKind.VOID_OPTION:
        return read_index(asked.value)
    return rules_of(body).from_form(body, asked.value)


def _players(found: RoomResults, asked: Rule) -> list[PlayerCard]:
    present = {one.player_id for one in present_in(found, asked)}
    return [PlayerCard(one, one.player_id in present) for one in found.players]


def _questions(session: Session, room: Room, quiz: PlayableQuiz, found: RoomResults) -> list[QuestionCard]:
    language, rulings = str(get_locale()), rulings_of(session, room.id)
    credits_of = credits_by_question(found, quiz)
    cards = []
    for index, playable in enumerate(quiz.questions):
        order, ruled = shown_order(playable.question, room.seed), rulings.get(playable.id, NO_RULINGS)
        cards.append(
            QuestionCard(
                id=playable.id,
                index=index,
                question=question_shown(playable.variants[0], language, order),
                answered=answer_shown(playable.variants[0], language, order, ruled),
                statistics=item_statistics(credits_of, playable.id),
                counts=index in found.asked,
                decided_anew=playable.id in rulings,
                accept_field=rules_of(playable.question.body).accept_field,
            )
        )
    return cards


def _concepts(quiz: PlayableQuiz, cards: Sequence[QuestionCard]) -> list[Concept]:
    known = {card.id: card.statistics.mean_credit for card in cards if card.counts}
    means = {name: mean for name, mean in known.items() if mean is not None}
    return concepts(means, {one.id: one.question.tags for one in quiz.questions})


def _trail(session: Session, room: Room) -> list[TrailLine]:
    rows = select(RoomEvent).where(RoomEvent.room_id == room.id).order_by(RoomEvent.id.desc()).limit(TRAIL)
    events = session.scalars(rows).all()
    names = people(session, room.course_id, [one.by_id for one in events if one.by_id is not None])
    return [
        TrailLine(one.at, names[one.by_id].name if one.by_id else "", one.verb, one.details) for one in events
    ]
