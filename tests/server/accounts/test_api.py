"""The API of accounts, as a program meets it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from server.person import Person, Role
from tests.server.builders import PASSWORD
from tests.server.conftest import Clock

Headers = Callable[[str], dict[str, str]]
ROSTER = "Neptun code,Name,Email\nNEW001,Új Emese,emese@example.org\nbad,x,\n"


@pytest.fixture(autouse=True)
def anna(person: Callable[..., Person]) -> Person:
    return person("ABC123")


@pytest.fixture
def staff(person: Callable[..., Person], token: Headers) -> dict[str, str]:
    """Headers of an assistant's program."""
    person("ASS001", name="Tóth Béla", role=Role.ASSISTANT)
    return token("ASS001")


def send_roster(client: FlaskClient, headers: dict[str, str], query: str = "") -> dict[str, object]:
    data = {"file": (io.BytesIO(ROSTER.encode()), "roster.csv")}
    answer = client.post(f"/api/v1/roster{query}", data=data, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_a_password_buys_a_token(client: FlaskClient):
    request = {"neptun": " abc123", "password": PASSWORD, "name": "laptop"}
    answer = client.post("/api/v1/tokens", json=request)
    assert answer.status_code == 201
    assert {key: answer.get_json()[key] for key in ("name", "neptun", "role")} == {
        "name": "Kiss Anna",
        "neptun": "ABC123",
        "role": "student",
    }
    assert answer.get_json()["token"].startswith("hazi_")


def test_a_wrong_password_buys_nothing(client: FlaskClient):
    for neptun in ("ABC123", "NOBODY"):
        answer = client.post("/api/v1/tokens", json={"neptun": neptun, "password": "wrong", "name": "x"})
        assert (answer.status_code, answer.get_json()["slug"]) == (401, "wrong-login")


def test_guessing_is_slowed_down(client: FlaskClient, clock: Clock):
    request = {"neptun": "ABC123", "password": "wrong", "name": "x"}
    for _ in range(5):
        client.post("/api/v1/tokens", json=request)
    answer = client.post("/api/v1/tokens", json=request)
    assert (answer.status_code, answer.get_json()["slug"]) == (429, "too-many-attempts")
    assert answer.get_json()["retry_after_s"] == 15


def test_a_token_says_who_one_is(client: FlaskClient, token: Headers, anna: Person):
    assert client.get("/api/v1/me", headers=token("ABC123")).get_json() == {
        "neptun": "ABC123",
        "name": "Kiss Anna",
        "nickname": anna.nickname,
        "role": "student",
        "language": "",
    }


def test_one_sees_only_ones_own_tokens(client: FlaskClient, token: Headers, staff: dict[str, str]):
    mine = client.get("/api/v1/tokens", headers=token("ABC123")).get_json()["tokens"]
    assert [info["name"] for info in mine] == ["test"]
    assert "hazi_" not in str(mine)
    theirs = client.get("/api/v1/tokens", headers=staff).get_json()["tokens"]
    assert {info["id"] for info in theirs}.isdisjoint({info["id"] for info in mine})


def test_a_token_is_revoked_by_number(client: FlaskClient, token: Headers):
    first, second = token("ABC123"), token("ABC123")
    _newest, oldest = client.get("/api/v1/tokens", headers=first).get_json()["tokens"]
    assert client.delete(f"/api/v1/tokens/{oldest['id']}", headers=second).status_code == 204
    assert client.get("/api/v1/me", headers=first).get_json()["slug"] == "token-invalid"
    assert client.get("/api/v1/me", headers=second).status_code == 200


def test_the_token_of_another_is_not_found(client: FlaskClient, token: Headers, staff: dict[str, str]):
    [mine] = client.get("/api/v1/tokens", headers=token("ABC123")).get_json()["tokens"]
    answer = client.delete(f"/api/v1/tokens/{mine['id']}", headers=staff)
    assert answer.get_json()["slug"] == "not-found"


def test_a_program_signs_itself_out(client: FlaskClient, token: Headers):
    headers = token("ABC123")
    assert client.delete("/api/v1/tokens/current", headers=headers).status_code == 204
    assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_a_token_ends_after_half_a_year(client: FlaskClient, token: Headers, clock: Clock):
    headers = token("ABC123")
    clock.pass_by(days=180)
    assert client.get("/api/v1/me", headers=headers).get_json()["slug"] == "token-invalid"


def test_a_roster_is_compared_then_taken(client: FlaskClient, staff: dict[str, str]):
    emese = {"neptun": "NEW001", "name": "Új Emese", "email": "emese@example.org", "labels": None}
    preview = send_roster(client, staff)
    assert (preview["added"], preview["applied"]) == ([emese], False)
    assert [bad["row"] for bad in preview["bad_rows"]] == [3]  # type: ignore[attr-defined]
    assert send_roster(client, staff, "?apply=true")["applied"] is True
    assert send_roster(client, staff)["unchanged"] == 1


def test_a_roster_needs_a_file(client: FlaskClient, staff: dict[str, str]):
    assert client.post("/api/v1/roster", headers=staff).get_json()["slug"] == "no-files"


def test_students_have_no_roster(client: FlaskClient, token: Headers):
    answer = client.post("/api/v1/roster", headers=token("ABC123"))
    assert answer.get_json()["slug"] == "forbidden"
