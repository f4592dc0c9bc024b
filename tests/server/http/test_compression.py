"""Answers are compressed, but none that a foreign page can have asked for with somebody's cookie."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.server.conftest import Browser

GZIP = {"Accept-Encoding": "gzip"}
STYLE = "/static/css/base.css"


def is_compressed(answer: TestResponse) -> bool:
    return "Content-Encoding" in answer.headers


@pytest.mark.parametrize("path", ["/help/errors", STYLE, "/api/openapi.json"])
def test_compressed_answer_says_the_same(client: FlaskClient, path: str):
    with client.get(path) as plain, client.get(path, headers={**GZIP, "Sec-Fetch-Site": "none"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 2


@pytest.mark.parametrize(
    ("headers", "compressed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({}, False),
    ],
    ids=str,
)
def test_nobody_elses_page_can_measure_what_somebody_sees(
    lecturer: Browser, headers: dict[str, str], compressed: bool
):
    answer = lecturer.get("/people", headers={**GZIP, **headers})
    assert answer.status_code == 200
    assert is_compressed(answer) is compressed


def test_a_part_of_a_file_is_the_part_that_was_asked_for(client: FlaskClient):
    asked = {**GZIP, "Range": "bytes=0-999"}
    with client.get(STYLE) as whole, client.get(STYLE, headers=asked) as part:
        assert (part.status_code, part.data) == (206, whole.data[:1000])
        assert not is_compressed(part)


def test_small_answers_and_refusals_go_as_they_are(client: FlaskClient):
    assert not is_compressed(client.get("/healthz", headers=GZIP))
    refused = client.get("/api/v1/me", headers=GZIP)
    assert refused.status_code == 401
    assert not is_compressed(refused)
