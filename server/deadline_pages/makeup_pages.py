"""The page of a make-up for staff, and its list as a file for the department."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from server.courses.service import course_of
from server.deadline_pages.blueprints import routes
from server.deadline_pages.makeups import MakeupWords, as_rows, makeup_list
from server.deadline_pages.request_context import title_of
from server.http.downloads import sheet
from server.submissions.service import in_force
from server.web import read, services, signed_in_person, staff_only


@routes.get("/assignments/<slug>/makeup")
@staff_only
def makeup(slug: str) -> ResponseReturnValue:
    """Template clock/makeup.html: `slug`, `title`, `found` (MakeupList), `most` (points), `per_term`."""
    course_id = signed_in_person().course_id
    with read() as session:
        spec = in_force(session, course_id, slug, services().course.zone).spec
        found = makeup_list(session, course_id, spec)
        per_term = course_of(session, course_id).makeups_per_term
    return render_template(
        "deadlines/makeup.html",
        slug=spec.slug,
        title=title_of(spec),
        found=found,
        most=spec.score.points,
        per_term=per_term,
    )


@routes.get("/assignments/<slug>/makeup.<suffix>")
@staff_only
def makeup_file(slug: str, suffix: str) -> ResponseReturnValue:
    """Who has made up, for a spreadsheet: `csv` or `xlsx`."""
    course_id = signed_in_person().course_id
    words = MakeupWords(
        *(_("Neptun code"), _("Name"), _("Assignment"), _("Handed in"), _("Fee"), _("Counts"), _("Points")),
        *(_("yes"), _("no")),
    )
    with read() as session:
        spec = in_force(session, course_id, slug, services().course.zone).spec
        course = course_of(session, course_id)
        rows = list(as_rows(makeup_list(session, course_id, spec), spec, words, course))
    return sheet(rows, f"make-up-{spec.slug}", suffix, _("Make-up"))
