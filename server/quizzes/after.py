"""The page for afterwards: what came of a room, how its questions did, and deciding about them once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.service import people, two_words
from server.errors import BadInput, NotFound
from server.quizzes.attendance import Outcome, Rule, took_part
from server.quizzes.marking import NO_RULINGS
from server.quizzes.models import Room, RoomEvent
from server.quizzes.process import ring_room, shared
from server.quizzes.published import PlayableQuiz
from server.quizzes.results import PlayerResult, RoomResults, room_results
from server.quizzes.rooms import Press, find_room
from server.quizzes.ruling import Decision, RulingKind, rule, rulings_of
from server.quizzes.showing import answer_shown, question_shown
from server.quizzes.shuffling import shown_order
from server.quizzes.statistics import Concept, ItemStatistics, concepts, item_statistics
from server.sheets import CSV, XLSX, Cell, as_csv, as_xlsx
from server.web import form_text, now, read, signed_in_person, staff_only, write

TRAIL = 200  # lines of the audit trail on the page


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """One question and how it did."""

    id: str
    place: int
    question: dict[str, Any]  # as it was shown
    answered: dict[str, Any]
    statistics: ItemStatistics
    counts: bool
    ruled: bool


@dataclass(frozen=True, slots=True)
class PlayerCard:
    """One player, and whether they count as present by the rule that is previewed."""

    result: PlayerResult
    present: bool


@dataclass(frozen=True, slots=True)
class TrailLine:
    """Who did what in the room."""

    at: Any
    name: str
    verb: str
    details: dict[str, Any]


@staff_only
def results(pin: str) -> ResponseReturnValue:
    """Everything that came of a room.

    Template quizzes/results.html: `pin`, `title`, `opened_at`, `players` (PlayerCard each), `questions`
    (QuestionCard each), `concepts` (Concept each), `rule` (the one that is previewed), `trail`.
    """
    asked = _rule()
    with read() as session:
        room = find_room(session, pin)
        quiz = shared().library.quiz(session, room.version_id)
        found = room_results(session, room, quiz)
        questions = _questions(session, room, quiz, found)
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
        trail=trail,
    )


@staff_only
def results_file(pin: str, suffix: str) -> ResponseReturnValue:
    """The results for a spreadsheet, `csv` or `xlsx`: names and codes, credit in percent, by question too."""
    if suffix not in {"csv", "xlsx"}:
        raise NotFound
    with read() as session:
        room = find_room(session, pin)
        quiz = shared().library.quiz(session, room.version_id)
        found = room_results(session, room, quiz)
    rows = [_heading(quiz, found), *(_line(one, found) for one in found.players)]
    content = as_csv(rows) if suffix == "csv" else as_xlsx(quiz.quiz.slug, rows)
    response = Response(content, mimetype=CSV if suffix == "csv" else XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"{quiz.quiz.slug}-{pin}.{suffix}")
    return response


@staff_only
def decide(pin: str) -> ResponseReturnValue:
    """Decide about a question with a form: `question`, `kind`, `value` and `reason`."""
    kind = form_text("kind")
    if kind not in set(RulingKind):
        raise BadInput
    with write() as session:
        room = find_room(session, pin, changing=True)
        quiz = shared().library.quiz(session, room.version_id)
        decision = Decision(form_text("question"), RulingKind(kind), _value(quiz), form_text("reason"))
        changed = rule(session, room, quiz, decision, Press(signed_in_person(), now())).changed
    ring_room(pin)
    flash(_("Marked anew: %(up)s up, %(down)s down.", **changed))
    return redirect(url_for("quizzes.results", pin=pin, _anchor=decision.question))


def _value(quiz: PlayableQuiz) -> Any:  # noqa: ANN401 - see RulingKind
    """What the form says: a place where there are options, else what was typed."""
    sent = form_text("value")
    place = quiz.place_of(form_text("question"))
    if place is None or not sent:
        return None
    kind = quiz.questions[place].question.type
    if kind in {"single", "multiple", "true-false"}:
        if not sent.isascii() or not sent.isdigit():
            raise BadInput
        chosen = int(sent)
        by_kind: dict[str, Any] = {"single": chosen, "multiple": [chosen], "true-false": chosen == 0}
        return chosen if form_text("kind") == RulingKind.VOID_OPTION else by_kind[kind]
    return sent


def _heading(quiz: PlayableQuiz, found: RoomResults) -> list[Cell]:
    names = [quiz.questions[place].id for place in found.asked]
    about = [_("Neptun code"), _("Name"), _("Nickname"), _("Joined by"), _("Credit"), _("does not count")]
    return [*about, _("Right"), _("Answered"), _("Points of the game"), *names]


def _line(one: PlayerResult, found: RoomResults) -> list[Cell]:
    who = [one.person.neptun, one.person.name, two_words(one.nickname, str(get_locale())), one.proof]
    by_question = [
        round(100 * one.answers[place].credit, 1) if place in one.answers else None for place in found.asked
    ]
    numbers = [round(100 * one.credit, 1), "" if one.counts else "x", one.correct, one.answered, one.points]
    return [*who, *numbers, *by_question]


def _rule() -> Rule:
    """The thresholds of the query; an empty field is none, and without any field the usual ones hold."""
    usual = Rule()
    if not {"least_correct", "least_share"} & request.args.keys():
        return usual
    try:
        correct = _number(request.args.get("least_correct", ""), most=1000)
        percent = _number(request.args.get("least_share", ""), most=100)
    except ValueError:
        raise BadInput(_("Type a number of answers and a number of percent, or leave them empty.")) from None
    return Rule(None if correct is None else int(correct), None if percent is None else percent / 100)


def _number(text: str, *, most: float) -> float | None:
    """A number from 0 to `most`, or none. Raises ValueError."""
    if not text.strip():
        return None
    value = float(text.replace(",", "."))
    if not 0 <= value <= most:
        raise ValueError("out of bounds")
    return value


def _players(found: RoomResults, asked: Rule) -> list[PlayerCard]:
    best = max((one.credit for one in found.players if not one.kicked), default=0.0)
    return [PlayerCard(one, _present(one, best, asked)) for one in found.players]


def _present(one: PlayerResult, best: float, asked: Rule) -> bool:
    return not one.kicked and took_part(Outcome(one.answered, one.correct, one.credit), best, asked)


def _questions(session: Session, room: Room, quiz: PlayableQuiz, found: RoomResults) -> list[QuestionCard]:
    language, rulings = str(get_locale()), rulings_of(session, room.id)
    credits_of = [
        {quiz.questions[place].id: given.credit for place, given in one.answers.items()}
        for one in found.players
        if not one.kicked
    ]
    cards = []
    for place, drawn in enumerate(quiz.questions):
        order, ruled = shown_order(drawn.question, room.seed), rulings.get(drawn.id, NO_RULINGS)
        cards.append(
            QuestionCard(
                id=drawn.id,
                place=place,
                question=question_shown(drawn.variants[0], language, order),
                answered=answer_shown(drawn.variants[0], language, order, ruled),
                statistics=item_statistics(credits_of, drawn.id),
                counts=place in found.asked,
                ruled=drawn.id in rulings,
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
    names = people(session, [one.by_id for one in events if one.by_id is not None])
    return [
        TrailLine(one.at, names[one.by_id].name if one.by_id else "", one.verb, one.details) for one in events
    ]
