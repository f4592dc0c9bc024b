"""The records of the tool fit what the server's OpenAPI document promises."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cli.api import deadline_records as deadlines
from cli.api import records, report_records
from server import create_app
from server.http.openapi import document
from tests.cli.schema_fit import UNKNOWN, Misfit, Schema, misfits, records_in, resolve
from tests.server.builders import a_config

API = Path(__file__).parents[2] / "cli" / "api"
ASSIGNMENT = "/assignments/{slug}"
SUBMISSION = "/submissions/{submission_id}"
STUDENT = f"{ASSIGNMENT}/students/{{neptun}}"

READ: dict[type, tuple[str, ...]] = {
    records.Person: ("get /me",),
    records.IssuedToken: ("post /tokens",),
    records.Assignments: ("get /assignments",),
    records.AssignmentDetail: (f"get {ASSIGNMENT}",),
    records.StartedUploads: (f"get {ASSIGNMENT}/uploads",),
    records.StartedUpload: (f"post {ASSIGNMENT}/uploads",),
    records.Submission: (f"get {SUBMISSION}", f"post {SUBMISSION}/cancel", f"post {ASSIGNMENT}/submissions"),
    records.Submissions: ("get /submissions",),
    records.PolledEvents: (f"get {SUBMISSION}/events",),
    records.Receipt: (f"get {SUBMISSION}/receipt", f"post {ASSIGNMENT}/submissions receipt"),
    records.Leaderboard: (f"get {ASSIGNMENT}/leaderboard",),
    records.Decision: (f"post {STUDENT}/decisions",),
    records.Decisions: (f"get {ASSIGNMENT}/decisions", f"get {STUDENT}/decisions"),
    records.StaffDecisions: (f"get {STUDENT}/decisions",),
    records.Notices: ("get /notices",),
    report_records.Report: (f"get {SUBMISSION}/report",),
    deadlines.GrantResult: (f"post {ASSIGNMENT}/extensions",),
    deadlines.TableGrantResult: ("post /extensions",),
    deadlines.Extensions: (f"get {ASSIGNMENT}/extensions", "get /extensions"),
    deadlines.Explanation: (f"get {ASSIGNMENT}/explanation", f"get {STUDENT}/explanation"),
    deadlines.TokenUse: (f"get {ASSIGNMENT}/tokens", f"put {ASSIGNMENT}/tokens"),
    deadlines.AssignmentDates: (f"get {ASSIGNMENT}/dates", f"put {ASSIGNMENT}/dates"),
}
"""From which answers the commands decode which record; a word at the end is a part of the answer."""

NOT_PROMISED = {Misfit("Links.html", "may be left out, and has no default")}
"""The document says of links only that they are texts by name."""


@pytest.fixture(scope="module")
def openapi(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    app = create_app(a_config(tmp_path_factory.mktemp("server")))
    with app.app_context():
        return document(app)


def schema_of(openapi: Schema, answer: str) -> Schema:
    """The schema of an answer in JSON."""
    method, path, *part = answer.split()
    responses = openapi["paths"][f"/api/v1{path}"][method]["responses"]
    schema = next(
        response["content"]["application/json"]["schema"]
        for status, response in responses.items()
        if status.startswith("2") and "application/json" in response.get("content", {})
    )
    for name in part:
        schema = resolve(schema, openapi["components"]["schemas"])["properties"][name]
    return schema


def test_every_record_is_decoded_from_some_answer():
    declared = {
        kind
        for path in API.glob("*records*.py")
        for kind in vars(importlib.import_module(f"cli.api.{path.stem}")).values()
        if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == f"cli.api.{path.stem}"
    }
    assert {inner for record in READ for inner in records_in(record)} == declared


def test_records_fit_the_schemas_of_the_server(openapi: dict[str, Any]):
    found = {
        misfit
        for record, answers in READ.items()
        for answer in answers
        for misfit in misfits(record, schema_of(openapi, answer), openapi["components"]["schemas"])
    }
    assert sorted(found - NOT_PROMISED) == []


@dataclass
class Part:
    b: bool


@dataclass
class Example:
    whole: int
    named: str
    moment: datetime
    parts: tuple[Part, ...]
    gone: str = ""


def test_each_kind_of_misfit_is_found():
    part = {"type": "object", "required": ["c"], "properties": {"c": {"type": "boolean"}}}
    schema = {
        "type": "object",
        "required": ["whole", "named", "moment", "parts"],
        "properties": {
            "whole": {"type": "number"},
            "named": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "moment": {"type": "string"},
            "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
        },
    }
    assert sorted(misfits(Example, schema, {"Part": part})) == [
        Misfit("Example.gone", UNKNOWN),
        Misfit("Example.moment", "datetime is not string"),
        Misfit("Example.named", "may be null"),
        Misfit("Example.whole", "int is not number"),
        Misfit("Part.b", "may be left out, and has no default"),
        Misfit("Part.b", UNKNOWN),
    ]
