"""The API of an assignment's dates: staff read them, a lecturer sets them."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from server.deadline_pages import api_schema as schema
from server.deadline_pages.blueprints import api_routes
from server.deadline_pages.date_edits import (
    FIELDS,
    DateCard,
    DatePreview,
    DateRequest,
    DateSet,
    change_dates,
    date_card,
    preview,
)
from server.deadline_pages.request_context import lecturer
from server.deadline_pages.typed_moments import read_moment
from server.http.json_bodies import answer_json, json_body
from server.http.openapi import describe
from server.submissions.service import in_force
from server.web import clean_text, read, services, signed_in_person, staff_only, write


@api_routes.get("/assignments/<slug>/dates")
@describe("Read the dates of an assignment", answers={200: schema.DatesOut})
@staff_only
def dates(slug: str) -> ResponseReturnValue:
    """Those in force and those of the file."""
    return answer_json(_answer(slug))


@api_routes.put("/assignments/<slug>/dates")
@describe("Set the dates of an assignment", body=schema.DatesIn, answers={200: schema.DatesOut})
@staff_only
def set_dates(slug: str) -> ResponseReturnValue:
    """Set dates over those of the file; with `dry_run` say what would change. For lecturers."""
    author, body, zone = lecturer(), json_body(schema.DatesIn), services().course.zone
    given = {name: clean_text(getattr(body, name) or "") for name in FIELDS}
    values = {name: read_moment(text, zone) for name, text in given.items() if text}
    request = DateRequest(
        dict.fromkeys(FIELDS) | values if body.back else values, clean_text(body.reason), body.seen
    )
    course_id = signed_in_person().course_id
    with read() if body.dry_run else write() as session:
        spec = in_force(session, course_id, slug, zone).spec
        if body.dry_run:
            done = preview(session, course_id, spec, request)
        else:
            done = change_dates(session, course_id, spec, request, author)
    return answer_json(_answer(slug, done, written=not body.dry_run))


def _answer(slug: str, done: DatePreview | None = None, *, written: bool = False) -> schema.DatesOut:
    course_id = signed_in_person().course_id
    with read() as session:
        spec = in_force(session, course_id, slug, services().course.zone).spec
        card: DateCard = date_card(session, course_id, spec)
    edit = card.edit
    return schema.DatesOut(
        assignment=spec.slug,
        in_force=_set(card.in_force),
        of_file=_set(card.of_file),
        edit=schema.DateEditOut(
            id=edit.id, by=edit.by.name if edit.by else None, at=edit.at, reason=edit.reason
        )
        if edit
        else None,
        newest=card.newest,
        written=written,
        would_be=_set(done.new) if done else None,
        moved=[
            schema.MovedOut(
                neptun=one.person.neptun,
                name=one.person.name,
                assignment=one.slug,
                points=None if one.old is None else float(one.old),
                new_points=None if one.new is None else float(one.new),
                late_by_s=int(one.old_late.total_seconds()),
                new_late_by_s=int(one.new_late.total_seconds()),
            )
            for one in (done.moved if done else ())
        ],
        to_be_told=[one.neptun for one in (done.to_be_told if done else ())],
    )


def _set(dates: DateSet) -> schema.DateSetOut:
    return schema.DateSetOut(opens=dates.opens, due=dates.due, closes=dates.closes, reveal=dates.reveal)
