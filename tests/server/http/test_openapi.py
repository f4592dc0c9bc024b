"""The OpenAPI document says exactly what the routes are."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.http.openapi import METHODS, PREFIX


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return client.get("/api/openapi.json").get_json()


def test_every_route_of_the_api_is_described(app: Flask, document: dict[str, Any]):
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in (rule.methods or set()) & set(METHODS)
    }
    described = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    assert described == routes


def test_every_reference_leads_somewhere(document: dict[str, Any]):
    references = set(re.findall(r"'\$ref': '#/components/schemas/(\w+)'", repr(document)))
    assert references <= set(document["components"]["schemas"])


def test_every_path_variable_is_described(document: dict[str, Any]):
    for path, methods in document["paths"].items():
        for operation in methods.values():
            names = {item["name"] for item in operation["parameters"] if item["in"] == "path"}
            assert names == set(re.findall(r"{(\w+)}", path))


def test_every_operation_has_a_summary_and_a_way_to_fail(document: dict[str, Any]):
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_only_getting_a_token_and_playing_need_none(document: dict[str, Any]):
    public = [
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
        if operation["security"] == []
    ]
    assert sorted(public) == [
        "accounts_api.create_token",
        "quizzes_api.answer",
        "quizzes_api.events",
        "quizzes_api.join",
        "quizzes_api.state",
    ]


def test_no_address_ignores_a_name_in_its_query(document: dict[str, Any], client: FlaskClient):
    passed = []
    for path, methods in document["paths"].items():
        address = re.sub(r"{\w+}", "00000000-0000-4000-8000-000000000000", path)
        for method in methods:
            answer = client.open(f"{address}?limlt=5", method=method)
            if answer.status_code != 404 and "“limlt”" not in answer.get_json()["detail"]:
                passed.append((method, path))
    assert passed == []


def test_the_same_can_be_read_as_a_page(document: dict[str, Any], client: FlaskClient):
    page = unescape(client.get("/api/docs").text)
    paths = document["paths"]
    assert [path for path in paths if path not in page] == []
    summaries = [said["summary"] for methods in paths.values() for said in methods.values()]
    assert [one for one in summaries if one not in page] == []
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links <= set(re.findall(r'id="([^"]+)"', page))
