"""What is sent to the API as JSON is bounded before it is read, at every door."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.server.conftest import Browser

SERVER = Path(__file__).parents[3] / "server"
OWN = ("demo", "loadtest")  # they read what this program itself has written
HOSTILE = [
    b"[" * 1000 + b"]" * 1000,
    b'{"a":' * 1000 + b"1" + b"}" * 1000,
    b"[" * 900_000,
    b"[0" + b",0" * 900_000,
]


def _doors(app: Flask) -> list[tuple[str, str]]:
    """Method and address of everything of the API that changes something."""
    values = {"pin": "123456", "slug": "week-1", "question": "q", "upload_id": "0" * 32}
    adapter, found = app.url_map.bind("localhost"), []
    for rule in app.url_map.iter_rules():
        verbs = sorted((rule.methods or set()) & {"POST", "PUT", "PATCH"})
        if rule.rule.startswith("/api/") and verbs:
            names = {name: values.get(name, 1) for name in rule.arguments}
            address = adapter.build(rule.endpoint, names, method=verbs[0])
            found += [(verb, address) for verb in verbs]
    return found


@pytest.mark.parametrize("body", HOSTILE, ids=["lists", "objects", "opened", "values"])
def test_no_door_breaks_on_hostile_json(app: Flask, lecturer: Browser, body: bytes):
    headers = {"X-CSRFToken": lecturer.csrf_token()}
    doors = _doors(app)
    assert len(doors) > 12
    for verb, address in doors:
        answer = lecturer.client.open(
            address, method=verb, data=body, content_type="application/json", headers=headers
        )
        assert answer.status_code < 500, (verb, address, answer.text)


@pytest.mark.parametrize("body", [*HOSTILE, b"", b"{", b"\xff", b"9" * 5000])
def test_body_that_is_not_taken_is_a_bad_request(client: FlaskClient, body: bytes):
    answer = client.post("/api/v1/tokens", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json()["slug"] == "bad-request"


def test_other_types_than_json_are_told_so(client: FlaskClient):
    assert client.post("/api/v1/tokens", data=b"a=1").status_code == 415


def test_server_reads_json_from_outside_in_one_way():
    strays = [
        f"{path.relative_to(SERVER)}: {ast.unparse(node)}"
        for path in sorted(SERVER.rglob("*.py"))
        if not set(OWN) & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and (
            (node.attr in {"loads", "load"} and ast.unparse(node.value) == "json")
            or node.attr in {"get_json", "model_validate_json", "validate_json"}
            or ast.unparse(node) == "request.json"
        )
    ]
    assert strays == []
