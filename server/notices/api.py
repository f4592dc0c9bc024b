"""The API of notices."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from server.http.json_bodies import answer_json, json_body, query
from server.http.openapi import describe
from server.i18n import language
from server.notices import api_schema as schema
from server.notices.blueprints import api_routes
from server.notices.inbox import mark_read, notices_of
from server.web import now, read, signed_in, signed_in_person, write


@api_routes.get("/notices")
@describe("Read one's own notices", query=schema.NoticeQuery, answers={200: schema.NoticeList})
@signed_in
def notices() -> ResponseReturnValue:
    """Newest first; the next page is asked for with `cursor` as `next` says."""
    asked, who = query(schema.NoticeQuery), signed_in_person()
    with read() as session:
        page = notices_of(session, who, language(), before=asked.cursor, rows=asked.limit)
    cards = [schema.notice_out(card) for card in page.cards]
    return answer_json(schema.NoticeList(notices=cards, unread=page.unread, next=page.older))


@api_routes.post("/notices/read")
@describe("Mark one's own notices as read", body=schema.NoticesRead, answers={204: None})
@signed_in
def mark_notices() -> ResponseReturnValue:
    """All up to the one that is named: newer ones may have come meanwhile."""
    body = json_body(schema.NoticesRead)
    with write() as session:
        mark_read(session, signed_in_person(), body.up_to, now())
    return "", 204
