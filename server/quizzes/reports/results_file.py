"""The results of a room for a spreadsheet."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from server.accounts.service import two_words
from server.http.downloads import sheet
from server.quizzes.blueprints import routes
from server.quizzes.questions.published import PlayableQuiz
from server.quizzes.reports.results_page import ReplayRow, replay_rows
from server.quizzes.room.rooms import room_of
from server.quizzes.room.runtime import runtime
from server.quizzes.room.scores import PlayerResult, RoomResults, room_results
from server.spreadsheets import Cell
from server.web import read, signed_in_person, staff_only


@routes.get("/live/<pin>/results.<suffix>")
@staff_only
def results_file(pin: str, suffix: str) -> ResponseReturnValue:
    """The results for a spreadsheet, `csv` or `xlsx`: names and codes, credit in percent, by question too."""
    with read() as session:
        room = room_of(session, signed_in_person(), pin)
        quiz = runtime().library.quiz(session, room.version_id)
        found = room_results(session, room, quiz)
        replays = {one.person.id: one for one in replay_rows(session, room, quiz)}
    played = [_line(one, found, replays.pop(one.person.id, None)) for one in found.players]
    rows = [_heading(quiz, found), *played, *(_line_of_replay(one) for one in replays.values())]
    return sheet(rows, f"{quiz.quiz.slug}-{pin}", suffix, quiz.quiz.slug)


def _heading(quiz: PlayableQuiz, found: RoomResults) -> list[Cell]:
    names = [quiz.questions[index].id for index in found.asked]
    about = [_("Neptun code"), _("Name"), _("Nickname"), _("Joined by"), _("Credit"), _("does not count")]
    return [*about, _("Replay"), _("Right"), _("Answered"), _("Points of the game"), *names]


def _line(one: PlayerResult, found: RoomResults, again: ReplayRow | None) -> list[Cell]:
    who = [one.person.neptun, one.person.name, two_words(one.nickname, str(get_locale())), one.proof]
    by_question = [
        round(100 * one.answers[index].credit, 1) if index in one.answers else None for index in found.asked
    ]
    credit = [round(100 * one.credit, 1), "" if one.counts else "x", _percent(again)]
    return [*who, *credit, one.correct, one.answered, one.points, *by_question]


def _line_of_replay(again: ReplayRow) -> list[Cell]:
    """Somebody who was not in the room."""
    return [again.person.neptun, again.person.name, "", "", None, "", _percent(again)]


def _percent(again: ReplayRow | None) -> float | None:
    return None if again is None else round(100 * again.credit, 1)
