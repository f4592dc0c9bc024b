"""Participation over the weeks: every student in every quiz by a rule, and the mean of their best weeks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assignments.spec import Localized
from server.accounts.service import people
from server.http.downloads import sheet
from server.person import Person, Role
from server.quizzes.attendance import Rule, best_of
from server.quizzes.blueprints import routes
from server.quizzes.forms import RuleForm, WeeksForm
from server.quizzes.models import Room
from server.quizzes.questions.published import Library
from server.quizzes.reports.credits import quiz_credits
from server.quizzes.room.records import kept_games
from server.quizzes.room.runtime import runtime
from server.quizzes.room.scores import present_in, room_results
from server.spreadsheets import Cell
from server.web import read, signed_in_person, staff_only


@dataclass(frozen=True, slots=True)
class Week:
    """A quiz that was played."""

    slug: str
    title: Localized


@dataclass(frozen=True, slots=True)
class Attendance:
    """One student: whether present in each week, and the mean credit of the best weeks."""

    person: Person
    present: tuple[bool, ...]
    mean: float


@dataclass(frozen=True, slots=True)
class Participation:
    """The whole table, students by name."""

    weeks: tuple[Week, ...]
    rows: tuple[Attendance, ...]


@routes.get("/quizzes/participation")
@staff_only
def participation() -> ResponseReturnValue:
    """Template quizzes/participation.html: `table` (Participation), `rule` and `keep` that are previewed."""
    table, rule, keep = _asked()
    return render_template("quizzes/participation.html", table=table, rule=rule, keep=keep)


@routes.get("/quizzes/participation.<suffix>")
@staff_only
def participation_file(suffix: str) -> ResponseReturnValue:
    """The table for a spreadsheet, `csv` or `xlsx`, by the rule of the query."""
    table, _rule, keep = _asked()
    hungarian = str(get_locale()) == "hu"
    titles = [week.title.hu if hungarian else week.title.en for week in table.weeks]
    best = _("Mean of the best %(n)s (%%)", n=keep)
    rows: list[list[Cell]] = [[_("Neptun code"), _("Name"), *titles, _("Took part"), best]]
    for row in table.rows:
        marks = [int(present) for present in row.present]
        mean = round(100 * row.mean, 1)
        rows.append([row.person.neptun, row.person.name, *marks, sum(marks), mean])
    return sheet(rows, "participation", suffix, _("Participation"))


def participation_table(
    session: Session, library: Library, course_id: int, rule: Rule, keep: int | None
) -> Participation:
    """Every student of a course. Present is who took part in a room of the week that counted for them."""
    quizzes = quiz_credits(session, library, course_id)
    present = _present(session, library, course_id, rule)
    slugs = [one.slug for one in quizzes]
    rows = [
        Attendance(
            one,
            tuple(one.id in present[slug] for slug in slugs),
            best_of(
                {it.slug: it.credits[one.id] for it in quizzes if one.id in it.credits},
                slugs,
                len(slugs) if keep is None else keep,
            ),
        )
        for one in people(session, course_id).values()
        if one.role is Role.STUDENT
    ]
    return Participation(tuple(Week(one.slug, one.title) for one in quizzes), tuple(rows))


def _asked() -> tuple[Participation, Rule, int]:
    rule, keep = RuleForm.of(request.args).rule(), WeeksForm.of(request.args).weeks()
    with read() as session:
        table = participation_table(session, runtime().library, signed_in_person().course_id, rule, keep)
    return table, rule, len(table.weeks) if keep is None else min(keep, len(table.weeks))


def _present(session: Session, library: Library, course_id: int, rule: Rule) -> dict[str, set[int]]:
    """The users who took part, by quiz."""
    present: dict[str, set[int]] = defaultdict(set)
    for room in session.scalars(kept_games(course_id).order_by(Room.id)):
        quiz = library.quiz(session, room.version_id)
        found = room_results(session, room, quiz)
        present[quiz.quiz.slug].update(one.person.id for one in present_in(found, rule) if one.counts)
    return present
