"""Pages of a quiz's history: the table, its files, and the form for old reports of Kahoot."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from server.errors import BadInput, NoFiles, NotFound, Refusal
from server.http.downloads import sheet
from server.quizzes.blueprints import routes
from server.quizzes.formats.kahoot_report import KahootReport, read_kahoot_report
from server.quizzes.formats.reading import FILE_BYTES
from server.quizzes.formats.result import Unreadable
from server.quizzes.forms import DayForm
from server.quizzes.questions.published import PlayableQuiz, in_force
from server.quizzes.reports.history import Asked, hardest_first
from server.quizzes.reports.past_years import Taken, Taking, match_anew, remove_report, take_report
from server.quizzes.reports.question_history import QuizHistory, history_of
from server.quizzes.room.runtime import runtime
from server.quizzes.room.staff_api import refuse_beyond
from server.spreadsheets import Cell
from server.threads import run_in_thread
from server.web import form_text, now, read, result_or_refusal, signed_in_person, staff_only, write

MOST_FILES = 30


@routes.get("/quizzes/<slug>/history")
@staff_only
def history(slug: str) -> ResponseReturnValue:
    """Template quizzes/history.html: `quiz` (Quiz), `found` (QuizHistory), `sort`, `questions`, `refusal`."""
    return _page(slug)


@routes.get("/quizzes/<slug>/history.<suffix>")
@staff_only
def history_file(slug: str, suffix: str) -> ResponseReturnValue:
    """The history for a spreadsheet, `csv` or `xlsx`: a line for each question of each game."""
    _quiz, found = _found(slug)
    rows = [_heading(), *(_line(question.id, one) for question in found.questions for one in question.asked)]
    return sheet(rows, f"{slug}-history", suffix, slug)


@routes.post("/quizzes/<slug>/history/reports")
@staff_only
def take_reports(slug: str) -> ResponseReturnValue:
    """Take old reports (files `reports`) of games on a day (field `played_on`) into the history."""
    outcome = result_or_refusal(lambda: _taken(slug))
    if isinstance(outcome, Refusal):
        return _page(slug, outcome), outcome.status
    flash(
        _(
            "Taken: %(questions)s questions, %(matched)s of them found in this quiz.",
            questions=sum(one.questions for one in outcome),
            matched=sum(one.matched for one in outcome),
        )
    )
    return redirect(url_for("quizzes.history", slug=slug, _anchor="reports"))


@routes.post("/quizzes/<slug>/history/reports/<int:report_id>")
@staff_only
def change_report(slug: str, report_id: int) -> ResponseReturnValue:
    """Say which question is which (fields `row-<id>`), or take the report out again (`remove`)."""
    refuse_beyond(report_id)
    with write() as session:
        quiz = _quiz(session, slug)
        if form_text("remove"):
            remove_report(session, quiz, report_id)
        elif not match_anew(session, quiz, report_id, _chosen()):
            raise NotFound
    flash(_("Kept."))
    return redirect(url_for("quizzes.history", slug=slug, _anchor="reports"))


def _heading() -> list[Cell]:
    about = [_("Question"), _("When"), _("Where"), _("Players"), _("Answers"), _("Right"), _("Right (%)")]
    return [*about, _("Before the discussion (%)"), _("Mean credit (%)"), _("Discrimination")]


def _line(question: str, one: Asked) -> list[Cell]:
    game = one.game
    where = game.pin or game.title or "Kahoot"
    shares = [_percent(one.share_right), _percent(one.before), _percent(one.mean_credit)]
    counts = [game.players, one.answers, one.right]
    return [question, game.at.date().isoformat(), where, *counts, *shares, _rounded(one.discrimination)]


def _taken(slug: str) -> list[Taken]:
    played_at = DayForm.of(request.form).played_on
    files = [file for file in request.files.getlist("reports") if file.filename]
    if not files:
        raise NoFiles
    if len(files) > MOST_FILES:
        raise BadInput(_("Take at most %(n)s reports at once.", n=MOST_FILES))
    contents = [file.read(FILE_BYTES + 1) for file in files]
    reports = [_report(content) for content in contents]
    with write() as session:
        quiz, who = _quiz(session, slug), signed_in_person().id
        takings = [
            Taking(report, content, played_at, who, now())
            for report, content in zip(reports, contents, strict=True)
        ]
        return [take_report(session, quiz, taking) for taking in takings]


def _report(content: bytes) -> KahootReport:
    if len(content) > FILE_BYTES:
        raise BadInput(_("The file is larger than %(mib)s MiB. Divide it.", mib=FILE_BYTES >> 20))
    try:
        report = run_in_thread(read_kahoot_report, content)
    except Unreadable as error:
        raise BadInput(error.reason) from None
    if not report.questions:
        raise BadInput(
            _("This report has totals only. Save it in Kahoot with its raw data, which has the questions.")
        )
    return report


def _chosen() -> dict[int, str]:
    """The choice for each row of a report that the form has."""
    chosen = {}
    for name, value in request.form.items():
        number = name.removeprefix("row-")
        if name.startswith("row-") and number.isascii() and number.isdigit() and len(number) < 10:
            chosen[int(number)] = value
    return chosen


def _page(slug: str, refusal: Refusal | None = None) -> str:
    quiz, found = _found(slug)
    sort = "hardest" if request.args.get("sort") == "hardest" else "quiz"
    questions = hardest_first(found.questions) if sort == "hardest" else list(found.questions)
    return render_template(
        "quizzes/history.html",
        quiz=quiz.quiz,
        found=found,
        sort=sort,
        questions=questions,
        refusal=refusal,
        today=now(),
    )


def _found(slug: str) -> tuple[PlayableQuiz, QuizHistory]:
    with read() as session:
        quiz = _quiz(session, slug)
        return quiz, history_of(session, runtime().library, quiz, str(get_locale()))


def _quiz(session: Session, slug: str) -> PlayableQuiz:
    return runtime().library.quiz(session, in_force(session, signed_in_person().course_id, slug).id)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
