"""The page of all decisions of a course, for staff, and their file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from server.errors import BadInput
from server.grading.service import all_in_force
from server.http.downloads import sheet
from server.standings.blueprints import routes
from server.standings.decisions.audit import Filter, as_rows
from server.standings.decisions.audit import audit as audit_page
from server.standings.decisions.wording import kind_name
from server.standings.states import DecisionKind
from server.web import clean_text, read, services, signed_in_person, staff_only

FIELDS = ("kind", "assignment", "neptun", "by", "since", "until")


@routes.get("/audit")
@staff_only
def audit() -> ResponseReturnValue:
    """Template standings/audit.html: `page` (AuditPage), `asked` (the filter's fields), `kinds`, `slugs`."""
    course_id, zone = signed_in_person().course_id, services().course.zone
    with read() as session:
        page = audit_page(session, course_id, _filter(), zone, before=_cursor())
        slugs = [one.spec.slug for one in all_in_force(session, course_id, zone)]
    kinds = {str(kind): kind_name(kind) for kind in DecisionKind}
    return render_template("standings/audit.html", page=page, asked=_asked(), kinds=kinds, slugs=slugs)


@routes.get("/audit.<suffix>")
@staff_only
def audit_file(suffix: str) -> ResponseReturnValue:
    """The same decisions, all pages, for a spreadsheet: `csv` or `xlsx`. It holds personal data."""
    columns = (
        *(_("When"), _("Kind"), _("Assignment"), _("Neptun code"), _("Name"), _("Decision")),
        *(_("Reason"), _("By"), _("Submission"), _("Number")),
    )
    with read() as session:
        course_id, zone = signed_in_person().course_id, services().course.zone
        rows = as_rows(session, course_id, _filter(), zone, columns)
        return sheet(rows, "decisions", suffix, _("Decisions"))


def _asked() -> Mapping[str, str]:
    """The fields of the filter that are not empty."""
    found = {name: clean_text(request.args.get(name, ""))[:64] for name in FIELDS}
    return {name: text for name, text in found.items() if text}


def _filter() -> Filter:
    asked = _asked()
    return Filter(
        kind=asked.get("kind", ""),
        slug=asked.get("assignment", ""),
        neptun=asked.get("neptun", ""),
        by=asked.get("by", ""),
        since=_day(asked.get("since")),
        until=_day(asked.get("until")),
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(lazy_gettext("A day is written as 2026-10-24.")) from None


def _cursor() -> int | None:
    """Where the page begins; what makes no sense is the first page."""
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
