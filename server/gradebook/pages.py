"""The pages of the gradebook: the leaderboard for everybody, the rest for staff."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from server.gradebook import service
from server.submissions.service import assignment_card, reader
from server.web import read, signed_in, staff_only


@signed_in
def leaderboard(slug: str) -> ResponseReturnValue:
    """Template gradebook/leaderboard.html: `assignment` (AssignmentCard), `rows` (LeaderboardRow each)."""
    return _board("gradebook/leaderboard.html", slug)


@staff_only
def projector(slug: str) -> ResponseReturnValue:
    """Template gradebook/projector.html: as the leaderboard; shows nicknames only."""
    return _board("gradebook/projector.html", slug)


@staff_only
def overview(slug: str) -> ResponseReturnValue:
    """Template gradebook/overview.html: `assignment`, `rows` (OverviewRow each), `totals`."""
    who = reader()
    with read() as session:
        assignment = assignment_card(session, slug, who)
        rows = service.overview(session, slug, who)
    totals = service.totals(rows)
    return render_template("gradebook/overview.html", assignment=assignment, rows=rows, totals=totals)


@staff_only
def student(neptun: str) -> ResponseReturnValue:
    """Template gradebook/student.html: `student` (Person), `assignments` (StudentAssignment each)."""
    with read() as session:
        person = service.student(session, neptun)
        assignments = service.work_of(session, person, reader())
    return render_template("gradebook/student.html", student=person, assignments=assignments)


def _board(template: str, slug: str) -> str:
    who = reader()
    with read() as session:
        assignment = assignment_card(session, slug, who)
        rows = service.leaderboard(session, slug, who)
    return render_template(template, assignment=assignment, rows=rows)
