"""The API of accounts: tokens, who one is, and the roster."""

from __future__ import annotations

import secrets
from dataclasses import asdict

from flask import request
from flask.typing import ResponseReturnValue

from server.accounts import api_schema as schema
from server.accounts.blueprints import api_routes
from server.accounts.credentials.devices import device_key, issue_device
from server.accounts.credentials.tokens import Token, add_token, end_token, revoke_key, tokens_of
from server.accounts.people import apply_roster, plan_roster
from server.accounts.roster import Plan, Roster
from server.accounts.roster_files import read_roster
from server.accounts.sign_in import Asker, check_login
from server.errors import NoFiles, NotFound
from server.http.json_bodies import answer_json, json_body, query
from server.http.openapi import describe
from server.threads import run_in_thread
from server.web import (
    address,
    bearer_token,
    clean_text,
    now,
    read,
    services,
    signed_in,
    signed_in_person,
    staff_only,
    write,
)


@api_routes.post("/tokens")
@describe("Get a token", body=schema.NewTokenRequest, answers={201: schema.NewTokenAnswer}, public=True)
def create_token() -> ResponseReturnValue:
    """Neptun code and password for a token. `device` is what an earlier answer gave to this program."""
    body = json_body(schema.NewTokenRequest)
    keys = services().config.secret_keys
    device = body.device if device_key(body.device, keys) else issue_device(keys)
    asker = Asker(address(), device_key(device, keys))
    moment = now()
    person, made = check_login(
        services().database,
        clean_text(body.neptun),
        body.password,
        asker=asker,
        now=moment,
        way=lambda session, who: (who, add_token(session, who.id, body.name, moment)),
    )
    answer = schema.NewTokenAnswer(
        id=made.token.id,
        token=made.key,
        name=person.name,
        neptun=person.neptun,
        role=person.role,
        device=device,
    )
    return answer_json(answer, 201)


@api_routes.get("/tokens")
@describe("List one's tokens", answers={200: schema.TokenList})
@signed_in
def list_tokens() -> ResponseReturnValue:
    """One's own tokens, without their keys."""
    with read() as session:
        tokens = tokens_of(session, signed_in_person().id, now())
    return answer_json(schema.TokenList(tokens=[_token(token) for token in tokens]))


@api_routes.delete("/tokens/<int:token_id>")
@describe("Revoke a token", answers={204: None})
@signed_in
def revoke_token(token_id: int) -> ResponseReturnValue:
    """End one of one's own tokens."""
    with write() as session:
        end_token(session, signed_in_person().id, token_id, now())
    return "", 204


@api_routes.delete("/tokens/current")
@describe("Revoke the token of this request", answers={204: None})
@signed_in
def revoke_current_token() -> ResponseReturnValue:
    """Sign a program out."""
    key = bearer_token()
    if key is None:
        raise NotFound
    with write() as session:
        revoke_key(session, key, now())
    return "", 204


@api_routes.get("/me")
@describe("Who am I?", answers={200: schema.Me})
@signed_in
def me() -> ResponseReturnValue:
    """The person behind the token."""
    who = signed_in_person()
    return answer_json(
        schema.Me(
            neptun=who.neptun, name=who.name, nickname=who.nickname, role=who.role, language=who.language
        )
    )


@api_routes.post("/roster")
@describe(
    "Compare or take a roster (staff)",
    files="file",
    query=schema.RosterQuery,
    answers={200: schema.RosterAnswer},
)
@staff_only
def roster() -> ResponseReturnValue:
    """A roster as CSV or XLSX: what it would change, or with `apply=true` what it did."""
    asked, who = query(schema.RosterQuery), signed_in_person()
    file = request.files.get("file")
    if file is None:
        raise NoFiles
    read_in = run_in_thread(read_roster, file.read())
    if asked.apply:
        with write() as session:
            done = apply_roster(
                session, who.course_id, read_in.rows, now(), seed=secrets.randbits(64), reach=who.reach
            )
    else:
        with read() as session:
            done = plan_roster(session, who.course_id, read_in.rows, reach=who.reach)
    return answer_json(_roster_answer(done, read_in, applied=asked.apply))


def _token(token: Token) -> schema.TokenInfo:
    return schema.TokenInfo(**asdict(token))


def _roster_answer(plan: Plan, read_in: Roster, *, applied: bool) -> schema.RosterAnswer:
    return schema.RosterAnswer(
        added=[schema.RosterPerson(**asdict(row)) for row in plan.added],
        changed=[
            schema.RosterChange(
                **asdict(change.new),
                old_name=change.old.name,
                old_email=change.old.email,
                old_labels=list(change.old.labels or ()),
            )
            for change in plan.changed
        ],
        unchanged=plan.unchanged,
        bad_rows=[schema.RosterBadRow(row=bad.row, problem=str(bad.problem)) for bad in read_in.bad_rows],
        notes=[schema.RosterBadRow(row=note.row, problem=str(note.problem)) for note in read_in.notes],
        applied=applied,
    )
