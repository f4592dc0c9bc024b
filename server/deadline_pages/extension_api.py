"""The API of extensions."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from server.deadline_pages import api_schema as schema
from server.deadline_pages.blueprints import api_routes
from server.deadline_pages.extension_csv import plan_sheet, take_sheet
from server.deadline_pages.extension_list import extension_rows
from server.deadline_pages.extensions import (
    ExtensionRequest,
    Which,
    extend,
    newest_extension,
    rules_in_force,
    take_back,
)
from server.deadline_pages.request_context import author
from server.deadline_pages.typed_moments import read_due
from server.http.json_bodies import answer_json, json_body
from server.http.openapi import describe
from server.submissions.service import InForce, all_in_force, in_force
from server.web import clean_text, read, services, signed_in_person, staff_only, write


@api_routes.get("/assignments/<slug>/extensions")
@describe("List the extensions of an assignment", answers={200: schema.ExtensionList})
@staff_only
def extensions(slug: str) -> ResponseReturnValue:
    """Who has what and why; those that ended too."""
    course_id, zone = signed_in_person().course_id, services().course.zone
    with read() as session:
        return _listed([in_force(session, course_id, slug, zone)])


@api_routes.get("/extensions")
@describe("List all extensions", answers={200: schema.ExtensionList})
@staff_only
def all_extensions() -> ResponseReturnValue:
    """Those of every assignment of the course."""
    course_id, zone = signed_in_person().course_id, services().course.zone
    with read() as session:
        return _listed(all_in_force(session, course_id, zone))


@api_routes.post("/assignments/<slug>/extensions")
@describe("Extend", body=schema.ExtensionIn, answers={200: schema.GrantedList, 201: schema.GrantedList})
@staff_only
def extend_some(slug: str) -> ResponseReturnValue:
    """Grant students, or all who have a label, a later due moment: all of them or none."""
    body, zone = json_body(schema.ExtensionIn), services().course.zone
    with read() if body.dry_run else write() as session:
        spec = in_force(session, signed_in_person().course_id, slug, zone).spec
        request = ExtensionRequest(
            read_due(clean_text(body.due), zone),
            clean_text(body.reason),
            tuple(map(clean_text, body.neptun)),
            clean_text(body.label),
            replaces=body.replace,
            seen=body.seen,
        )
        course_id = signed_in_person().course_id
        granted = extend(session, course_id, spec, request, author(), dry_run=body.dry_run)
    answer = schema.GrantedList(granted=[schema.granted_out(one) for one in granted])
    return answer_json(answer, 200 if body.dry_run else 201)


@api_routes.delete("/assignments/<slug>/extensions/<int:extension_id>")
@describe("Take an extension back", body=schema.EndExtensionIn, answers={204: None})
@staff_only
def end_extension(slug: str, extension_id: int) -> ResponseReturnValue:
    """It stays in the list, with the reason."""
    reason, course_id = clean_text(json_body(schema.EndExtensionIn).reason), signed_in_person().course_id
    with write() as session:
        take_back(session, course_id, Which(slug, extension_id), reason, author())
    return "", 204


@api_routes.post("/extensions")
@describe("Extend by a table", body=schema.SheetIn, answers={200: schema.SheetOut, 201: schema.SheetOut})
@staff_only
def extend_sheet() -> ResponseReturnValue:
    """Grant all rows, or none where one is bad; with `dry_run` say which are, and grant nothing."""
    body, course_id = json_body(schema.SheetIn), signed_in_person().course_id
    rows = schema.sheet_rows(body)
    if body.dry_run:
        with read() as session:
            return answer_json(schema.sheet_out(plan_sheet(session, course_id, rows)))
    with write() as session:
        done = take_sheet(session, course_id, rows, author())
    return answer_json(schema.sheet_out(done), 201)


def _listed(published: list[InForce]) -> ResponseReturnValue:
    course_id = signed_in_person().course_id
    with read() as session:
        rules = {one.spec.slug: rules_in_force(session, course_id, one.spec) for one in published}
        rows = extension_rows(session, course_id, rules)
        newest = newest_extension(session, course_id)
    return answer_json(
        schema.ExtensionList(extensions=[schema.extension_out(row) for row in rows], newest=newest)
    )
