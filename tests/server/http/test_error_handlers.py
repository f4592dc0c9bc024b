"""Every refusal leaves through one door, as a page or as a problem document."""

from __future__ import annotations

import ast
import json
import sys
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from server.errors import TooLarge, TooManyAttempts
from server.http.error_handlers import kinds
from tests.architecture.source_tree import Module, in_room

KINDS = sorted(kinds(), key=lambda kind: kind.slug)
JSON = {"Accept": "application/json"}


@pytest.fixture
def broken(app: Flask) -> Callable[[Exception], FlaskClient]:
    """A client of an application whose view at /broken raises."""

    def build(error: Exception) -> FlaskClient:
        def view() -> str:
            raise error

        app.add_url_rule("/broken", view_func=view, methods=["GET", "POST"])
        return app.test_client()

    return build


def rows(module: Module) -> list[str]:
    """The names of the refusals that a module defines, as rows or as classes."""
    found = [
        node.targets[0].id
        for node in module.tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr == "kind"
        and isinstance(node.targets[0], ast.Name)
    ]
    classes = [node.name for node in module.tree.body if isinstance(node, ast.ClassDef)]
    known = sys.modules.get(module.name)
    return found + [name for name in classes if getattr(known, name, None) in KINDS]


def test_refusals_stand_in_the_table_of_their_feature():
    """Where one is raised by another name than its own, nobody finds it."""
    tables = {module.name: names for module in in_room("server") if (names := rows(module))}
    others = {"server.errors", "server.outages"}
    assert [name for name in tables if name not in others and not name.endswith(".refusals")] == []
    defined = [getattr(sys.modules[name], row) for name, names in tables.items() for row in names]
    assert Counter(defined) == Counter(KINDS)


def test_slugs_are_unique():
    assert len({kind.slug for kind in KINDS}) == len(KINDS)


@pytest.fixture
def refusing(app: Flask) -> FlaskClient:
    """A client of an application that refuses at /refused/SLUG, for every slug there is."""

    def view(slug: str) -> str:
        raise next(kind for kind in KINDS if kind.slug == slug)("<b>because</b>", file="x.py")

    app.add_url_rule("/refused/<slug>", view_func=view)
    return app.test_client()


def test_programs_get_a_problem_document_for_every_refusal(refusing: FlaskClient):
    for kind in KINDS:
        answer = refusing.get(f"/refused/{kind.slug}", headers=JSON)
        assert (answer.status_code, answer.mimetype) == (kind.status, "application/problem+json"), kind.slug
        assert answer.get_json() == {
            "type": f"/help/errors#{kind.slug}",
            "title": str(kind.title),
            "status": kind.status,
            "detail": "<b>because</b>",
            "slug": kind.slug,
            "file": "x.py",
        }


def test_people_get_a_page_for_every_refusal(refusing: FlaskClient):
    for kind in KINDS:
        answer = refusing.get(f"/refused/{kind.slug}", headers={"Accept": "text/html"})
        assert (answer.status_code, answer.mimetype) == (kind.status, "text/html"), kind.slug
        assert "&lt;b&gt;because&lt;/b&gt;" in answer.text


def test_waiting_is_told_in_a_header(broken: Callable[[Exception], FlaskClient]):
    answer = broken(TooManyAttempts(retry_after_s=15)).get("/broken", headers=JSON)
    assert answer.headers["Retry-After"] == "15"
    assert answer.get_json()["retry_after_s"] == 15


def test_a_fault_shows_a_number_and_logs_the_story(broken: Callable[[Exception], FlaskClient]):
    client = broken(RuntimeError("the secret reason"))
    with capture_logs() as logs:
        answer = client.get("/broken", headers=JSON)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    [fault] = [entry for entry in logs if entry["event"] == "fault"]
    assert fault["fault"] == answer.get_json()["fault"]
    assert str(fault["exc_info"]) == "the secret reason"


def test_unknown_addresses_are_not_found(client: FlaskClient):
    assert client.get("/api/v1/nothing").get_json()["slug"] == "not-found"
    assert client.get("/nothing").mimetype == "text/html"


def test_a_wrong_method_names_the_right_ones(client: FlaskClient):
    answer = client.delete("/healthz", headers=JSON)
    assert answer.get_json()["slug"] in {"csrf", "method-not-allowed"}
    answer = client.put("/api/v1/me")
    assert answer.get_json()["slug"] == "method-not-allowed"
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_large_body_is_refused_with_the_limit(client: FlaskClient):
    answer = client.post("/api/v1/tokens", data=b"x" * (3 << 20), content_type="application/json")
    assert answer.status_code == TooLarge.status
    assert "2 MiB" in answer.get_json()["detail"]


def test_broken_json_is_a_bad_request(client: FlaskClient):
    answer = client.post("/api/v1/tokens", data=b"{", content_type="application/json")
    assert answer.get_json()["slug"] == "bad-request"


def test_other_content_is_the_wrong_type(client: FlaskClient):
    assert client.post("/api/v1/tokens", data=b"x=1").get_json()["slug"] == "wrong-type"


@pytest.mark.parametrize("body", [{}, [], "x", {"neptun": 1, "password": "x"}, {"neptun": "ABC123"}])
def test_json_of_another_shape_names_the_field(client: FlaskClient, body: object):
    answer = client.post("/api/v1/tokens", data=json.dumps(body), content_type="application/json")
    assert answer.get_json()["slug"] == "bad-input"


def test_problems_speak_the_language_of_the_program(client: FlaskClient):
    english = client.get("/api/v1/me", headers={"Accept-Language": "en"}).get_json()
    hungarian = client.get("/api/v1/me", headers={"Accept-Language": "hu"}).get_json()
    assert english["slug"] == hungarian["slug"] == "not-signed-in"
    assert english["title"] != hungarian["title"]


def test_the_help_page_explains_every_slug(client: FlaskClient):
    page = client.get("/help/errors").text
    assert [kind.slug for kind in KINDS if f'id="{kind.slug}"' not in page] == []
