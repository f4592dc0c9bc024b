"""Pages that say what somebody gets, and why; and the form for one's time tokens."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from server.deadline_pages.blueprints import routes
from server.deadline_pages.explanations import explain
from server.deadline_pages.token_limits import limit
from server.errors import BadInput
from server.submissions.service import in_force
from server.web import form_text, now, services, signed_in, signed_in_person, staff_only, write


@routes.get("/assignments/<slug>/explanation", endpoint="explanation")
@signed_in
def own(slug: str) -> ResponseReturnValue:
    """What one gets oneself. Template clock/explanation.html, see `_page`."""
    return _page(slug, None)


@routes.get("/assignments/<slug>/students/<neptun>")
@staff_only
def student(slug: str, neptun: str) -> ResponseReturnValue:
    """What a student gets. Template clock/explanation.html, see `_page`."""
    return _page(slug, neptun)


@routes.post("/assignments/<slug>/tokens")
@signed_in
def tokens(slug: str) -> ResponseReturnValue:
    """Use at most `most` of one's time tokens here; an empty field is as many as help."""
    text, who = form_text("most"), signed_in_person()
    if text and not (text.isascii() and text.isdigit() and len(text) < 5):
        raise BadInput(_("Write a whole number of time tokens."))
    with write() as session:
        spec = in_force(session, who.course_id, slug, services().course.zone).spec
        limit(session, who, spec, int(text) if text else None, now())
    flash(_("Your time tokens are set."))
    return redirect(url_for("submissions.assignment", slug=slug, _anchor="yours"), 303)


def _page(slug: str, neptun: str | None) -> str:
    """The page of an explanation.

    Template clock/explanation.html: `slug`, `title`, `student` (Person), `mine` (whether it is the reader),
    `found` (Explained), `chart` (StepChart or None), `changeable` (whether tokens may be limited).
    """
    case = explain(slug, neptun)
    return render_template(
        "deadlines/explanation.html",
        slug=case.found.slug,
        title=case.title,
        student=case.student,
        mine=neptun is None,
        found=case.found,
        chart=case.chart,
        changeable=case.found.window.goes_on(case.found.at),
    )
