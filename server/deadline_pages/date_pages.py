"""The page on which a lecturer sets dates over those of an assignment's file."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from server.deadline_pages.blueprints import routes
from server.deadline_pages.date_edits import (
    FIELDS,
    DatePreview,
    DateRequest,
    change_dates,
    date_card,
    preview,
)
from server.deadline_pages.request_context import lecturer, title_of
from server.deadline_pages.typed_moments import local_text, read_moment
from server.errors import Refusal
from server.submissions.service import in_force
from server.web import form_text, read, result_or_refusal, services, signed_in_person, staff_only, write


@routes.route("/assignments/<slug>/dates", methods=["GET", "POST"])
@staff_only
def dates(slug: str) -> ResponseReturnValue:
    """The dates; by POST a preview of others, with `apply` they are set, with `back` those of the file are.

    Fields `opens`, `due`, `closes`, `reveal` (local time; empty is as in the file), `reason` and `seen`.
    Template clock/dates.html, see `_page`.
    """
    lecturer()
    if request.method != "POST":
        return _page(slug, {})
    filled = {name: form_text(name) for name in (*FIELDS, "reason")}
    is_back, is_applied = "back" in request.form, "apply" in request.form
    if is_back:
        filled |= dict.fromkeys(FIELDS, "")
    done = result_or_refusal(lambda: _change(slug, filled) if is_applied else _preview(slug, filled))
    if isinstance(done, Refusal):
        return _page(slug, filled, refusal=done), done.status
    if not is_applied:
        return _page(slug, filled, found=done)
    flash(_("The dates are set, and everything follows them."))
    return redirect(url_for("deadlines.dates", slug=slug), 303)


def _wanted(filled: dict[str, str]) -> DateRequest:
    zone, seen = services().course.zone, form_text("seen")
    values: dict[str, datetime | None] = {
        name: read_moment(filled[name], zone) if filled[name] else None for name in FIELDS
    }
    known = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
    return DateRequest(values, filled["reason"], known)


def _preview(slug: str, filled: dict[str, str]) -> DatePreview:
    who, wanted = signed_in_person(), _wanted(filled)
    with read() as session:
        spec = in_force(session, who.course_id, slug, services().course.zone).spec
        return preview(session, who.course_id, spec, wanted)


def _change(slug: str, filled: dict[str, str]) -> DatePreview:
    who, wanted = signed_in_person(), _wanted(filled)
    with write() as session:
        spec = in_force(session, who.course_id, slug, services().course.zone).spec
        return change_dates(session, who.course_id, spec, wanted, lecturer())


def _page(
    slug: str, filled: dict[str, str], *, found: DatePreview | None = None, refusal: Refusal | None = None
) -> str:
    """The page of dates.

    Template clock/dates.html: `slug`, `title`, `card` (DateCard), `values` (of the fields), `preview`
    (DatePreview or None), `refusal`.
    """
    zone, course_id = services().course.zone, signed_in_person().course_id
    with read() as session:
        spec = in_force(session, course_id, slug, zone).spec
        card = date_card(session, course_id, spec)
    now_in_force = {name: getattr(card.in_force, name) for name in FIELDS}
    shown = {name: local_text(one, zone) if one else "" for name, one in now_in_force.items()}
    return render_template(
        "deadlines/dates.html",
        slug=spec.slug,
        title=title_of(spec),
        card=card,
        values={"reason": ""} | shown | filled,
        preview=found,
        refusal=refusal,
    )
