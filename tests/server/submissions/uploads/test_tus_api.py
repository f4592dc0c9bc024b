"""Uploads in pieces over HTTP: what clients of tus are told, and the hand-in that ends them."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.grading.models import Submission
from server.person import Person
from server.submissions.uploads.requests import storage
from server.submissions.uploads.rules import PIECE, PIECE_TYPE, written_metadata
from server.web import services
from tests.server.conftest import Browser, Clock
from tests.server.submissions.builders import SLUG, SOURCE, an_assignment

Headers = dict[str, str]
UPLOADS = f"/api/v1/assignments/{SLUG}/uploads"
HAND_IN = f"/api/v1/assignments/{SLUG}/submissions"
DIGEST = sha256(SOURCE).hexdigest()
DUE = datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)
GRACE, CLOSES = timedelta(minutes=5), datetime(2026, 10, 28, 23, 4, 59, tzinfo=UTC)


@pytest.fixture
def anna(app: Flask, person: Callable[..., Person], token: Callable[[str], Headers]) -> Headers:
    with services(app).database.write() as session:
        an_assignment(session, upload_mib=10)
    person("ABC123")
    return token("ABC123")


def begin(
    client: FlaskClient,
    who: Headers,
    *,
    size: int = len(SOURCE),
    name: str = "submission.py",
    digest: str | None = DIGEST,
) -> TestResponse:
    facts = {"filename": name} | ({"sha256": digest} if digest else {})
    told = {"Upload-Length": str(size), "Upload-Metadata": written_metadata(facts), "Tus-Resumable": "1.0.0"}
    return client.post(UPLOADS, headers=who | told)


def send(
    client: FlaskClient,
    who: Headers,
    where: str,
    offset: int,
    piece: bytes,
    **more: Any,  # noqa: ANN401
) -> TestResponse:
    headers = who | {"Upload-Offset": str(offset), "Tus-Resumable": "1.0.0"} | more.pop("headers", {})
    return client.patch(where, headers=headers, content_type=PIECE_TYPE, **({"data": piece} | more))


def uploaded(client: FlaskClient, who: Headers, content: bytes = SOURCE, **facts: Any) -> str:  # noqa: ANN401
    """The id of a whole upload."""
    facts = {"size": len(content), "digest": sha256(content).hexdigest()} | facts
    where = begin(client, who, **facts).headers["Location"]
    assert send(client, who, where, 0, content).status_code == 204
    return where.rsplit("/", 1)[-1]


def hand_in(
    client: FlaskClient, who: Headers, *ids: str, digest: str | None = None, **more: str
) -> TestResponse:
    refs = [{"id": number, "sha256": digest} for number in ids]
    headers = who | {name.replace("_", "-"): value for name, value in more.items()}
    return client.post(HAND_IN, headers=headers, json={"uploads": refs})


def slug_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["slug"]


def test_an_upload_is_announced_sent_and_handed_in(client: FlaskClient, anna: Headers):
    begun = begin(client, anna)
    where = begun.headers["Location"]
    assert (begun.status_code, begun.headers["Tus-Resumable"]) == (201, "1.0.0")
    first = send(client, anna, where, 0, SOURCE[:10])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "10")
    asked = client.head(where, headers=anna)
    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == ("10", str(len(SOURCE)))
    assert asked.headers["Cache-Control"] == "no-store"
    send(client, anna, where, 10, SOURCE[10:])
    taken = hand_in(client, anna, begun.get_json()["id"])
    assert taken.status_code == 201
    assert taken.get_json()["receipt"]["files"] == [
        {"name": "submission.py", "sha256": DIGEST, "size": len(SOURCE)}
    ]


def test_what_was_handed_in_lies_in_the_store_and_no_longer_in_the_spool(
    app: Flask, client: FlaskClient, anna: Headers
):
    number = uploaded(client, anna)
    hand_in(client, anna, number)
    with services(app).store.open(DIGEST) as file:
        assert file.read() == SOURCE
    with app.app_context():
        assert not storage().spool.has(number)


def test_a_wrong_offset_is_told_the_true_one(client: FlaskClient, anna: Headers):
    where = begin(client, anna).headers["Location"]
    send(client, anna, where, 0, SOURCE[:10])
    for offset in (0, 9, 11, 10**17):
        refused = send(client, anna, where, offset, SOURCE[10:20])
        assert slug_of(refused) == (409, "offset-mismatch")
        assert refused.get_json()["offset"] == 10


def test_an_empty_file_of_a_package_is_whole_when_it_is_announced(client: FlaskClient, anna: Headers):
    nothing = sha256(b"").hexdigest()
    empty = begin(client, anna, size=0, name="__init__.py", digest=nothing).get_json()["id"]
    taken = hand_in(client, anna, uploaded(client, anna), empty)
    assert taken.status_code == 201, taken.get_json()
    assert {"name": "__init__.py", "sha256": nothing, "size": 0} in taken.get_json()["receipt"]["files"]
    assert slug_of(begin(client, anna, size=0)) == (422, "empty-file")


def test_bytes_before_a_break_are_kept(client: FlaskClient, anna: Headers):
    """The connection ends in the middle of a request that promised more."""
    where = begin(client, anna).headers["Location"]
    cut = send(
        client,
        anna,
        where,
        0,
        b"",
        data=None,
        input_stream=io.BytesIO(SOURCE[:20]),
        environ_overrides={"CONTENT_LENGTH": str(len(SOURCE))},
    )
    assert slug_of(cut) == (400, "cut-off")
    assert client.head(where, headers=anna).headers["Upload-Offset"] == "20"


def test_a_large_request_is_kept_piece_by_piece(client: FlaskClient, anna: Headers):
    content = b"#" * (2 * PIECE + 5)
    number = uploaded(client, anna, content)
    assert hand_in(client, anna, number).get_json()["sha256"] == sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("claimed", "answer"),
    [(sha256(SOURCE).digest(), 204), (sha256(b"").digest(), 460), (b"", 422)],
)
def test_a_piece_is_kept_only_if_its_checksum_is_right(
    client: FlaskClient, anna: Headers, claimed: bytes, answer: int
):
    where = begin(client, anna).headers["Location"]
    checksum = {"Upload-Checksum": f"sha256 {base64.b64encode(claimed).decode()}"}
    assert send(client, anna, where, 0, SOURCE, headers=checksum).status_code == answer
    kept = int(client.head(where, headers=anna).headers["Upload-Offset"])
    assert kept == (len(SOURCE) if answer == 204 else 0)


def test_an_empty_piece_changes_nothing(client: FlaskClient, anna: Headers):
    where = begin(client, anna).headers["Location"]
    answer = send(client, anna, where, 0, b"")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "0")


def test_more_bytes_than_announced_are_not_even_read(client: FlaskClient, anna: Headers):
    where = begin(client, anna).headers["Location"]
    assert slug_of(send(client, anna, where, 0, SOURCE + b"#")) == (413, "too-large")


def test_damaged_files_are_refused_and_gone(client: FlaskClient, anna: Headers):
    where = begin(client, anna).headers["Location"]
    assert slug_of(send(client, anna, where, 0, b"#" * len(SOURCE))) == (422, "digest-mismatch")
    assert client.head(where, headers=anna).status_code == 404


def test_a_digest_that_was_not_announced_is_needed_at_the_end(client: FlaskClient, anna: Headers):
    number = uploaded(client, anna, digest=None)
    assert slug_of(hand_in(client, anna, number)) == (422, "bad-input")
    assert hand_in(client, anna, number, digest=DIGEST).status_code == 201


def test_a_wrong_digest_at_the_end_is_refused(client: FlaskClient, anna: Headers):
    number = uploaded(client, anna, digest=None)
    assert slug_of(hand_in(client, anna, number, digest="0" * 64)) == (422, "digest-mismatch")
    assert hand_in(client, anna, number, digest=DIGEST).status_code == 404


def test_an_upload_that_is_not_whole_is_not_handed_in(app: Flask, client: FlaskClient, anna: Headers):
    where = begin(client, anna).headers["Location"]
    send(client, anna, where, 0, SOURCE[:10])
    refused = hand_in(client, anna, where.rsplit("/", 1)[-1])
    assert slug_of(refused) == (409, "upload-incomplete")
    assert refused.get_json()["offset"] == 10
    with services(app).database.read() as session:
        assert session.scalars(select(Submission)).all() == []


def test_the_same_key_is_the_same_submission(client: FlaskClient, anna: Headers):
    number = uploaded(client, anna)
    first = hand_in(client, anna, number, Idempotency_Key="k")
    again = hand_in(client, anna, number, Idempotency_Key="k")
    assert (again.status_code, again.get_json()["id"]) == (201, first.get_json()["id"])
    assert slug_of(hand_in(client, anna, number)) == (409, "upload-used")


def test_a_key_that_was_used_is_no_way_to_store_without_end(app: Flask, client: FlaskClient, anna: Headers):
    hand_in(client, anna, uploaded(client, anna), Idempotency_Key="k")
    other = uploaded(client, anna, b"x = 1\n")
    assert slug_of(hand_in(client, anna, other, Idempotency_Key="k")) == (409, "key-reused")
    with pytest.raises(FileNotFoundError):
        services(app).store.open(sha256(b"x = 1\n").hexdigest())


def test_several_uploads_are_one_submission(client: FlaskClient, anna: Headers):
    ids = [uploaded(client, anna, name=name) for name in ("a.py", "b.py")]
    files = hand_in(client, anna, *ids).get_json()["files"]
    assert [file["name"] for file in files] == ["a.py", "b.py"]


def test_content_is_looked_at_as_always(client: FlaskClient, anna: Headers):
    number = uploaded(client, anna, b"not a zip", name="a.zip")
    assert slug_of(hand_in(client, anna, number)) == (415, "wrong-type")


def test_a_last_byte_in_time_is_in_time_although_the_hand_in_follows(
    client: FlaskClient, anna: Headers, clock: Clock
):
    clock.moment = DUE + GRACE
    number = uploaded(client, anna)
    clock.pass_by(seconds=20)
    taken = hand_in(client, anna, number).get_json()
    assert taken["received_at"] == (DUE + GRACE).isoformat().replace("+00:00", "Z")
    assert taken["late_by_s"] == 0


def test_a_last_byte_that_was_not_announced_counts_from_the_hand_in(
    client: FlaskClient, anna: Headers, clock: Clock
):
    """Nothing says before it that these bytes were meant; one announced file beside it does not help."""
    clock.moment = DUE + GRACE
    number, announced = uploaded(client, anna, digest=None, name="a.py"), uploaded(client, anna)
    clock.pass_by(seconds=20)
    taken = hand_in(client, anna, announced).get_json()
    assert taken["late_by_s"] == 0
    digests = {"id": number, "sha256": DIGEST}
    late = client.post(HAND_IN, headers=anna, json={"uploads": [digests]}).get_json()
    assert late["late_by_s"] == int(GRACE.total_seconds()) + 20


def test_an_announcement_alone_is_no_hand_in(client: FlaskClient, anna: Headers, clock: Clock):
    """What begins before the deadline and ends after the grace is late."""
    clock.moment = DUE - timedelta(minutes=1)
    where = begin(client, anna).headers["Location"]
    clock.moment = DUE + GRACE + timedelta(seconds=1)
    assert send(client, anna, where, 0, SOURCE).status_code == 204
    taken = hand_in(client, anna, where.rsplit("/", 1)[-1]).get_json()
    assert taken["late_by_s"] == int(GRACE.total_seconds()) + 1


def test_a_last_byte_before_the_end_is_taken_after_it(client: FlaskClient, anna: Headers, clock: Clock):
    clock.moment = CLOSES - timedelta(hours=1)
    early = uploaded(client, anna)
    clock.moment = CLOSES
    number = uploaded(client, anna)
    clock.pass_by(minutes=5)
    assert hand_in(client, anna, number).status_code == 201
    assert slug_of(hand_in(client, anna, early)) == (403, "closed")
    assert slug_of(begin(client, anna)) == (403, "closed")


def test_the_last_of_several_uploads_counts(client: FlaskClient, anna: Headers, clock: Clock):
    clock.moment = DUE
    first = uploaded(client, anna, name="a.py")
    clock.moment = DUE + timedelta(minutes=10)
    second = uploaded(client, anna, name="b.py")
    assert hand_in(client, anna, first, second).get_json()["late_by_s"] == 600


def test_used_up_tries_are_refused_before_a_byte(app: Flask, client: FlaskClient, anna: Headers):
    with services(app).database.write() as session:
        an_assignment(session, per_day=1)
    hand_in(client, anna, uploaded(client, anna))
    assert slug_of(begin(client, anna)) == (429, "tries-used-up")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Upload-Length", "-1"),
        ("Upload-Length", "1e3"),
        ("Upload-Metadata", "filename !"),
        ("Upload-Metadata", ""),
    ],
)
def test_headers_without_sense_are_refused(client: FlaskClient, anna: Headers, header: str, value: str):
    good = {"Upload-Length": "1", "Upload-Metadata": written_metadata({"filename": "a.py"})}
    assert client.post(UPLOADS, headers=anna | good | {header: value}).status_code == 422


def test_another_version_of_tus_is_refused(client: FlaskClient, anna: Headers):
    refused = client.post(UPLOADS, headers=anna | {"Tus-Resumable": "0.2.2"})
    assert slug_of(refused) == (412, "unknown-protocol")
    assert refused.headers["Tus-Version"] == "1.0.0"


def test_the_server_says_what_it_speaks(client: FlaskClient):
    answer = client.options(UPLOADS)
    assert answer.headers["Tus-Extension"] == "creation,expiration,checksum,termination"


def test_an_upload_can_be_given_up(client: FlaskClient, anna: Headers):
    where = begin(client, anna).headers["Location"]
    assert [one["id"] for one in client.get(UPLOADS, headers=anna).get_json()["uploads"]] != []
    assert client.delete(where, headers=anna).status_code == 204
    assert client.get(UPLOADS, headers=anna).get_json()["uploads"] == []


def test_uploads_of_others_look_like_nothing(
    client: FlaskClient, anna: Headers, person: Callable[..., Person], token: Callable[[str], Headers]
):
    number = uploaded(client, anna)
    where = f"/api/v1/uploads/{number}"
    person("XYZ789", name="Nagy Béla")
    bela = token("XYZ789")
    answers = [
        client.head(where, headers=bela),
        send(client, bela, where, 0, b"x"),
        client.delete(where, headers=bela),
        hand_in(client, bela, number),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert client.get(UPLOADS, headers=bela).get_json()["uploads"] == []


def test_pages_need_their_token(app: Flask, student: Browser):
    with services(app).database.write() as session:
        an_assignment(session)
    assert slug_of(begin(student.client, {})) == (400, "csrf")
    by_page = {"X-CSRFToken": student.csrf_token()}
    where = begin(student.client, by_page).headers["Location"]
    assert slug_of(send(student.client, {}, where, 0, SOURCE)) == (400, "csrf")
    assert send(student.client, by_page, where, 0, SOURCE).status_code == 204


def test_many_bytes_of_a_form_are_no_piece(app: Flask, student: Browser):
    """They would be read for the token that a form may hold."""
    with services(app).database.write() as session:
        an_assignment(session)
    by_page = {"X-CSRFToken": student.csrf_token()}
    where = begin(student.client, by_page).headers["Location"]
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + b"x" * (3 << 20)
    form = "multipart/form-data; boundary=b"
    answer = student.client.patch(where, headers=by_page, data=body, content_type=form)
    assert slug_of(answer) == (413, "too-large")


def test_many_bytes_of_json_are_no_hand_in(client: FlaskClient, anna: Headers):
    body = b'{"uploads": [' + b" " * (3 << 20)
    answer = client.post(HAND_IN, headers=anna, data=body, content_type="application/json")
    assert slug_of(answer) == (413, "too-large")
