"""What protects every request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from server import create_app
from server.config import Config
from server.http.security import CONTENT_SECURITY_POLICY
from server.person import Person
from server.proxies import Peers
from server.web import safe_next
from tests.server.conftest import Browser

EVERYWHERE = ("/healthz", "/help/errors", "/nothing", "/api/v1/me", "/api/openapi.json", "/login")


@pytest.fixture
def behind_tls(config: Config) -> Flask:
    """The application behind one proxy that ends TLS."""
    return create_app(replace(config, public_url="https://hazi.example.org", proxies=1))


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_is_hardened(client: FlaskClient, path: str):
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_static_files_are_kept_as_long_as_they_stay_the_same(app: Flask, client: FlaskClient):
    with app.test_request_context():
        address = url_for("static", filename="css/base.css")
    assert "?v=" in address
    with client.get(address) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    with client.get(address.partition("?")[0]) as answer:
        assert answer.headers["Cache-Control"] == "no-cache"


def test_a_static_file_that_is_not_there_is_not_missing_for_a_year(client: FlaskClient):
    for address in ("/static/css/nothing.css?v=0123", "/static/css/nothing.css", "/static/../x?v=1"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_static_files_carry_nobodys_cookie(student: Browser):
    """Caches between us and the browsers may keep these answers, and hand them to others."""
    with student.get("/static/css/base.css") as answer:
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers


def test_the_policy_allows_nothing_inline():
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none';")


def test_other_host_names_are_refused(client: FlaskClient):
    answer = client.get("/login", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_plain_cookies_are_shut_to_scripts(client: FlaskClient):
    cookie = client.get("/login").headers["Set-Cookie"]
    assert cookie.startswith("hazi=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_cookies_under_tls_belong_to_this_host_alone(behind_tls: Flask):
    answer = behind_tls.test_client().get("/login", base_url="https://hazi.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-hazi=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "10.0.0.7"), (2, "6.6.6.6")])
def test_only_as_many_proxies_are_believed_as_there_are(config: Config, proxies: int, seen: str):
    believed = Peers.named(["127.0.0.1", "10.0.0.0/8"])
    app = create_app(replace(config, proxies=proxies, trusted_proxies=believed))
    app.add_url_rule(
        "/address", view_func=lambda: app.jinja_env.from_string("{{ request.remote_addr }}").render()
    )
    answer = app.test_client().get("/address", headers={"X-Forwarded-For": "6.6.6.6, 10.0.0.7"})
    assert answer.text == seen


def test_a_form_without_token_changes_nothing(student: Browser):
    answer = student.client.post("/language", data={"language": "hu"})
    assert answer.status_code == 400
    assert student.get("/api/v1/me").get_json()["language"] == ""


def test_a_form_with_a_stale_token_is_refused(app: Flask, student: Browser):
    stranger = Browser(app).csrf_token()
    answer = student.client.post("/language", data={"language": "hu", "csrf_token": stranger})
    assert answer.status_code == 400


def test_scripts_may_send_the_token_in_a_header(student: Browser):
    headers = {"X-CSRFToken": student.csrf_token()}
    assert student.client.post("/language", data={"language": "hu"}, headers=headers).status_code == 302


def test_the_api_by_cookie_needs_the_token_too(student: Browser):
    assert student.client.delete("/api/v1/tokens/1").get_json()["slug"] == "csrf"


def test_programs_need_no_token(
    client: FlaskClient, person: Callable[..., Person], token: Callable[[str], dict[str, str]]
):
    person("ABC123")
    assert client.delete("/api/v1/tokens/current", headers=token("ABC123")).status_code == 204


def test_a_bad_bearer_token_never_falls_back_to_the_cookie(student: Browser):
    answer = student.get("/api/v1/me", headers={"Authorization": "Bearer hazi_nonsense"})
    assert answer.get_json()["slug"] == "token-invalid"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_bad_token_can_still_be_told_that_nothing_is_here(client: FlaskClient):
    answer = client.get("/nothing", headers={"Authorization": "Bearer hazi_nonsense"})
    assert answer.status_code == 404


@pytest.mark.parametrize("target", ["/assignments", "/assignments/x?tab=2", "/a/b#c"])
def test_a_path_of_ours_is_a_safe_next(target: str):
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        None,
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:x",
        "/\tx",
        "x",
    ],
)
def test_any_other_next_is_dropped(target: str | None):
    assert safe_next(target) is None
