"""No header, cookie, query or field of a form breaks a page or keeps the server busy, however long it is."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from tests.sampling import few
from tests.server.conftest import Browser

LONGEST = 8000  # characters of a header: gunicorn takes 8190
SLOW_S = 0.1  # for one request; the pages here take some milliseconds
HEADERS = [
    *["Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Authorization", "Cache-Control"],
    *["Content-Length", "Content-Type", "Cookie", "Expect", "Forwarded", "If-Match", "If-Modified-Since"],
    *[
        "If-None-Match",
        "If-Range",
        "Last-Event-ID",
        "Idempotency-Key",
        "Origin",
        "Range",
        "Referer",
        "User-Agent",
    ],
    *["Tus-Resumable", "Upload-Checksum", "Upload-Length", "Upload-Metadata", "Upload-Offset"],
    *["X-CSRFToken", "X-Forwarded-For", "X-HTTP-Method-Override", "X-Requested-With"],
]
PARSED = {
    "Accept",
    "Accept-Language",
    "Authorization",
    "Content-Type",
    "Cookie",
    "If-None-Match",
    "Origin",
    "Range",
}
"""Headers that code of ours or of the framework takes apart with each request."""
UNITS = [
    *' ",;=:/*-.0aW\\\t%()<>[]{}',
    *[
        'W/"',
        '""',
        '"a",',
        "a,",
        "a;q=0.1,",
        "en-US,",
        "*/*,",
        "text/html;a=",
        "0-",
        "1-2,",
        "bytes=",
        "a=b; ",
    ],
    *[
        "=?",
        '\\"',
        'a="',
        "Bearer ",
        "Basic ",
        "\xe9",
        "%00",
        "a*=utf-8''",
        "charset=",
        "boundary=",
        "9",
        "-1",
    ],
]
STRANGE = [
    "9",
    "9.",
    "-1",
    "1e999",
    "nan",
    "\0",
    "%",
    "\ud800",
    "\u0301\u0316",
    "2026-01-01",
    "0001-01-01",
    "[",
    "=",
]
SHORT = {"1e999", "\ud800"}
FIELDS = [
    ("/login", "", "neptun"),
    ("/login", "", "password"),
    ("/login", "", "next"),
    ("/language", "", "language"),
    ("/account", "nickname", "nickname"),
    ("/account", "token", "name"),
    ("/account", "revoke", "token"),
    ("/account", "password", "current"),
    ("/quizzes/publish", "", "toml"),
    ("/quizzes/publish", "", "document"),
    ("/quizzes/preview", "", "document"),
    ("/quizzes/convert", "", "toml"),
]
SERVER = Path(__file__).parents[2] / "server"
PATHS = ["/login", "/api/v1/assignments", "/static/mark.svg"]


def _values() -> Iterator[str]:
    for unit in UNITS:
        yield unit * (LONGEST // len(unit))
        yield f'"{unit * (LONGEST // len(unit))}!'


def _took_s(ask: Callable[[], int]) -> float:
    begun = time.process_time()
    assert ask() < 500
    return time.process_time() - begun


@pytest.mark.parametrize("header", few(HEADERS, keep=PARSED.__contains__))
def test_no_header_keeps_the_server_busy(app: Flask, header: str):
    client = app.test_client()
    for path in PATHS:
        for value in _values():

            def ask(path: str = path, value: str = value) -> int:
                with client.get(path, headers={header: value}) as answer:
                    return answer.status_code

            assert _took_s(ask) < SLOW_S or min(_took_s(ask) for _ in range(5)) < SLOW_S, (path, value[:20])


@pytest.mark.parametrize("value", few(STRANGE, keep=SHORT.__contains__), ids=ascii)
def test_no_field_of_a_form_breaks_a_page(lecturer: Browser, value: str):
    for address, action, name in FIELDS:
        fields = {"action": action, name: (value * 60_000)[:60_000].encode("utf-8", "surrogatepass")}
        answer = lecturer.post(address, fields)
        assert answer.status_code < 500, (address, name)


@pytest.mark.parametrize("value", few(STRANGE, keep=SHORT.__contains__), ids=ascii)
def test_no_query_breaks_a_page(app: Flask, lecturer: Browser, value: str):
    asked = quote((value * 5000)[:5000].encode("utf-8", "surrogatepass"))
    query = "&".join(f"{name}={asked[:5000]}" for name in sorted(names_asked_for()))
    pages = [
        rule.rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())
    ]
    assert len(pages) > 20
    for page in pages:
        if "stream" not in page and page != "/readyz":  # there is no broker here
            with lecturer.get(f"{page}?{query}") as answer:
                assert answer.status_code < 500, page


@pytest.mark.parametrize(
    "value",
    few([*STRANGE, "0", "9" * 30, "..", "%2e%2e%2f", "a" * 3000, "' OR 1=1"], keep=SHORT.__contains__),
    ids=ascii,
)
def test_no_part_of_an_address_breaks_a_page(app: Flask, student: Browser, lecturer: Browser, value: str):
    part = quote(value.encode("utf-8", "surrogatepass"), safe="")
    rules = [rule for rule in app.url_map.iter_rules() if rule.arguments and "GET" in (rule.methods or ())]
    assert len(rules) > 40
    for address in {re.sub("<[^>]+>", part, rule.rule) for rule in rules}:
        for browser in (student, lecturer, Browser(app)):
            with browser.get(address, headers={"Accept": "text/html"}, buffered=False) as answer:
                assert answer.status_code < 500, address


def names_asked_for() -> set[str]:
    """What the server looks for in queries, as far as its source names it."""
    texts = [path.read_text(encoding="utf-8") for path in SERVER.rglob("*.py")]
    found = {name for text in texts for name in re.findall(r"\bargs(?:\.get\(|\[)\"(\w+)\"", text)}
    return found | {"page", "q", "sort", "after", "before", "limit", "state", "assignment"}
