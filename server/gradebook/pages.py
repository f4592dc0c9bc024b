"""The pages of the gradebook: the leaderboard for everybody, the rest for staff."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from server.deadline_pages.service import newest_extension
from server.gradebook.blueprints import routes
from server.gradebook.grade_table import Words, as_rows, book, book_of
from server.gradebook.leaderboard import leaderboard_of
from server.gradebook.overview import Group, OverviewFilter, addresses, overview_of
from server.gradebook.overview_file import overview_rows
from server.gradebook.regrade_pages import regrades_page
from server.gradebook.request_context import days_seen
from server.gradebook.student_work import outdated_results
from server.gradebook.students import ROWS
from server.http.downloads import sheet
from server.submissions.service import assignment_card, grader_cards, reader
from server.web import clean_text, form_text, read, services, signed_in, staff_only

MOST_CODES = 5000
LONGEST_SEARCH = 100


@routes.get("/assignments/<slug>/leaderboard")
@signed_in
def leaderboard(slug: str) -> ResponseReturnValue:
    """Template gradebook/leaderboard.html: `assignment` (AssignmentCard), `board` (Leaderboard), its `rows`,
    and `page`, how many rows one has."""
    start = max(request.args.get("start", 0, type=int), 0)
    return _board("gradebook/leaderboard.html", slug, start)


@routes.get("/assignments/<slug>/projector")
@staff_only
def projector(slug: str) -> ResponseReturnValue:
    """Template gradebook/projector.html: as the leaderboard; shows nicknames only."""
    return _board("gradebook/projector.html", slug)


@routes.get("/assignments/<slug>/overview")
@staff_only
def overview(slug: str) -> ResponseReturnValue:
    """Template gradebook/overview.html: `assignment`, `overview` (Overview), `chosen` (OverviewFilter),
    `groups`, `grader_cards`, `seen` (the newest extension), `outdated` (results to be graded again)."""
    who, chosen = reader(), _chosen(request.args)
    with read() as session:
        found = overview_of(session, slug, who, chosen, days_seen())
        shown = {
            "assignment": assignment_card(session, slug, who),
            "graders": grader_cards(session, services().shared_clock()),
            "seen": newest_extension(session, who.person.course_id),
            "outdated": outdated_results(session, slug, who),
        }
    return render_template(
        "gradebook/overview.html", overview=found, chosen=chosen, groups=list(Group), **shown
    )


@routes.get("/assignments/<slug>/overview.<suffix>")
@staff_only
def overview_file(slug: str, suffix: str) -> ResponseReturnValue:
    """The overview for a spreadsheet, of all whom the page would show."""
    who, chosen = reader(), replace(_chosen(request.args), after="", rows=None)
    with read() as session:
        found = overview_of(session, slug, who, chosen)
    return sheet(overview_rows(found, who.zone), f"overview-{slug}", suffix, _("Overview"))


@routes.post("/assignments/<slug>/chosen")
@staff_only
def chosen(slug: str) -> ResponseReturnValue:
    """What is to be done with those chosen in the overview; nobody chosen is everybody whom the page shows.

    It is answered in place: the codes of a whole course do not fit into an address.
    """
    codes = [clean_text(code)[:LONGEST_SEARCH] for code in request.form.getlist("neptun")[:MOST_CODES]]
    who, chosen = reader(), replace(_chosen(request.args), only=frozenset(codes), after="", rows=None)
    with read() as session:
        assignment = assignment_card(session, slug, who)
        found = overview_of(session, slug, who, chosen)
        codes = [row.person.neptun for row in found.rows]
        known = addresses(session, who.person.course_id, codes)
    then = form_text("then")
    if then == "regrade":
        return regrades_page(slug, only=codes)
    if then == "write":
        without = len(codes) - len(known)
        return render_template(
            "gradebook/addresses.html", assignment=assignment, found=known, without=without
        )
    return sheet(overview_rows(found, who.zone), f"overview-{slug}", "csv", _("Overview"))


def _chosen(arguments: MultiDict[str, str]) -> OverviewFilter:
    """What the address asks for; what makes no sense is everybody."""
    group = arguments.get("show", "")
    return OverviewFilter(
        group=Group(group) if group in set(Group) else Group.ALL,
        search=clean_text(arguments.get("search", ""))[:LONGEST_SEARCH],
        after=clean_text(arguments.get("after", ""))[:LONGEST_SEARCH],
    )


@routes.get("/gradebook")
@staff_only
def gradebook() -> ResponseReturnValue:
    """Template gradebook/book.html: `book` (Book), `chosen` (its `search` and `after`), `rows` of a page."""
    chosen = _chosen(request.args)
    with read() as session:
        found = book(session, reader(), search=chosen.search, after=chosen.after)
    return render_template("gradebook/book.html", book=found, chosen=chosen, rows=ROWS)


@routes.get("/grades")
@signed_in
def grades() -> ResponseReturnValue:
    """One's own row of the gradebook. Template gradebook/grades.html: `book` (Book of one row)."""
    who = reader()
    with read() as session:
        found = book_of(session, who, who.person)
    return render_template("gradebook/grades.html", book=found)


@routes.get("/gradebook.<suffix>")
@staff_only
def gradebook_file(suffix: str) -> ResponseReturnValue:
    """The gradebook for a spreadsheet: `csv` or `xlsx`. It holds personal data, as its button says."""
    with read() as session:
        found = book(session, reader(), rows=None)
    words = Words(_("Neptun code"), _("Name"), _("public share"), _("excused"))
    rows = as_rows(found, words)
    return sheet(rows, "gradebook", suffix, _("Gradebook"))


def _board(template: str, slug: str, start: int = 0) -> str:
    who = reader()
    with read() as session:
        assignment = assignment_card(session, slug, who)
        board = leaderboard_of(session, slug, who, start)
    return render_template(template, assignment=assignment, board=board, rows=board.rows, page=ROWS)
