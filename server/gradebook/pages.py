"""The pages of the gradebook: the leaderboard for everybody, the rest for staff."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from server.clock.service import newest_extension
from server.downloads import sheet
from server.gradebook import service
from server.submissions.service import assignment_card, graders, reader
from server.web import read, services, signed_in, staff_only


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
    """Template gradebook/overview.html: `assignment`, `rows` (OverviewRow), `totals`, `graders`, `seen`, and
    `outdated`, the number of results of versions that grade otherwise than the one in force."""
    who = reader()
    with read() as session:
        assignment = assignment_card(session, slug, who)
        rows = service.overview(session, slug, who)
        found = graders(session, services().shared_clock())
        seen = newest_extension(session, who.person.course_id)
        outdated = service.outdated_results(session, slug, who)
    totals = service.totals(rows)
    return render_template(
        "gradebook/overview.html",
        assignment=assignment,
        rows=rows,
        totals=totals,
        graders=found,
        seen=seen,
        outdated=outdated,
    )


@staff_only
def gradebook() -> ResponseReturnValue:
    """Template gradebook/book.html: `book` (Book)."""
    with read() as session:
        found = service.book(session, reader())
    return render_template("gradebook/book.html", book=found)


@signed_in
def grades() -> ResponseReturnValue:
    """One's own row of the gradebook. Template gradebook/grades.html: `book` (Book of one row)."""
    who = reader()
    with read() as session:
        found = service.book_of(session, who, who.person)
    return render_template("gradebook/grades.html", book=found)


@staff_only
def gradebook_file(suffix: str) -> ResponseReturnValue:
    """The gradebook for a spreadsheet: `csv` or `xlsx`. It holds personal data, as its button says."""
    with read() as session:
        found = service.book(session, reader())
    words = service.Words(_("Neptun code"), _("Name"), _("public share"), _("excused"))
    rows = service.as_rows(found, words)
    return sheet(rows, "gradebook", suffix, _("Gradebook"))


def _board(template: str, slug: str) -> str:
    who = reader()
    with read() as session:
        assignment = assignment_card(session, slug, who)
        board = service.leaderboard(session, slug, who)
    return render_template(template, assignment=assignment, board=board, rows=board.rows)
