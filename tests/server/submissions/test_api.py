"""The API of submissions: handing in, its refusals, and what programs are told."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from grader.contract import UNCHARGED, EventKind, RunPhase, Verdict
from server.accounts.service import find_person
from server.disk_space import RESERVE
from server.grading.models import Grading, Submission, SubmissionFile
from server.person import Person, Role
from server.submissions.admission.tries import HAND_INS, SIZES
from server.submissions.queue.grader_records import record_worker
from server.submissions.queue.recording import record_events, record_report
from server.submissions.queue.releasing import release
from server.submissions.uploads.concurrency import SEATS
from server.submissions.uploads.requests import SMALL_BYTES, seats
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Clock
from tests.server.submissions.builders import (
    SLUG,
    SOURCE,
    ZONE,
    a_batch,
    a_graded_submission,
    a_hello,
    a_report,
    an_assignment,
    an_event,
    an_upload,
)

Headers = dict[str, str]


@pytest.fixture
def anna(app: Flask, person: Callable[..., Person], token: Callable[[str], Headers]) -> Headers:
    with services(app).database.write() as session:
        an_assignment(session)
    person("ABC123")
    return token("ABC123")


@pytest.fixture
def bela(person: Callable[..., Person], token: Callable[[str], Headers]) -> Headers:
    person("XYZ789", name="Nagy Béla")
    return token("XYZ789")


def hand_in(
    client: FlaskClient, who: Headers, upload: dict[str, Any] | None = None, **more: str
) -> TestResponse:
    return client.post(
        f"/api/v1/assignments/{SLUG}/submissions",
        data=an_upload() if upload is None else upload,
        headers=who | {name.replace("_", "-"): value for name, value in more.items()},
        content_type="multipart/form-data",
    )


def a_body(*contents: bytes) -> bytes:
    """A multipart body with these files, as it goes over the wire."""
    head = '--b\r\nContent-Disposition: form-data; name="file"; filename="{}.py"\r\n\r\n'
    parts = [head.format(number).encode() + content for number, content in enumerate(contents)]
    return b"\r\n".join(parts) + b"\r\n--b--\r\n"


def send(
    client: FlaskClient, who: Headers, body: bytes | io.RawIOBase, length: int | None = None
) -> TestResponse:
    """A body exactly as given, and the length that it claims to have."""
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    claimed = length if length is not None else len(stream.getvalue())
    return client.post(
        f"/api/v1/assignments/{SLUG}/submissions",
        headers=who,
        environ_overrides={"CONTENT_LENGTH": str(claimed)},
        content_type="multipart/form-data; boundary=b",
        input_stream=stream,
    )


def rows(app: Flask, table: type) -> int:
    with services(app).database.read() as session:
        return len(session.scalars(select(table)).all())


def run(app: Flask, score: float | None = 0.5) -> None:
    """Let a grader take what waits, tell something, and report unless `score` is None."""
    with services(app).database.write() as session:
        record_worker(session, a_hello(slots=10), NOON)
        for one in release(session, ZONE, NOON):
            events = (
                an_event(0, EventKind.PHASE, RunPhase.TRAIN),
                an_event(1, text="hello"),
                an_event(2, EventKind.POINT, "p", epoch=1.0, loss=0.5),
            )
            record_events(session, a_batch(one.job.attempt_id, *events), NOON)
            if score is not None:
                record_report(session, a_report(one.job.attempt_id, score=score), NOON + timedelta(seconds=9))


def test_hand_in_is_answered_with_a_receipt(client: FlaskClient, anna: Headers):
    answer = hand_in(client, anna)
    assert answer.status_code == 201
    told = answer.get_json()
    digest = sha256(SOURCE).hexdigest()
    assert answer.headers["Location"] == told["links"]["self"] == f"/api/v1/submissions/{told['id']}"
    assert (told["state"], told["position"], told["points"]) == ("waiting", None, None)
    assert told["receipt"] == {
        "submission": told["id"],
        "assignment": SLUG,
        "neptun": "ABC123",
        "name": "Kiss Anna",
        "received_at": "2026-10-01T10:00:00Z",
        "late_by_s": 0,
        "sha256": digest,
        "files": [{"name": "submission.py", "sha256": digest, "size": len(SOURCE)}],
    }


def test_bytes_lie_in_the_store(app: Flask, client: FlaskClient, anna: Headers):
    digest = hand_in(client, anna).get_json()["sha256"]
    with services(app).store.open(digest) as file:
        assert file.read() == SOURCE


def test_same_key_gets_the_same_answer(client: FlaskClient, anna: Headers):
    first, again = (hand_in(client, anna, idempotency_key="k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    untold = {"position": None, "no_grader": False}  # of a new one nobody has asked yet where it stands
    assert first.get_json() == again.get_json() | untold


def test_same_key_works_after_the_closing(client: FlaskClient, anna: Headers, clock: Clock):
    first = hand_in(client, anna, idempotency_key="k1").get_json()
    clock.pass_by(days=60)
    assert hand_in(client, anna, idempotency_key="k1").get_json()["id"] == first["id"]
    assert hand_in(client, anna, idempotency_key="k2").get_json()["slug"] == "closed"


def test_same_key_for_other_bytes_is_a_conflict(client: FlaskClient, anna: Headers):
    hand_in(client, anna, idempotency_key="k1")
    answer = hand_in(client, anna, an_upload(b"x = 1\n"), idempotency_key="k1")
    assert (answer.status_code, answer.get_json()["slug"]) == (409, "key-reused")


@pytest.mark.parametrize(
    ("upload", "status", "slug"),
    [
        ({}, 422, "no-files"),
        ({"other": (io.BytesIO(SOURCE), "a.py")}, 422, "no-files"),
        (an_upload(b""), 422, "empty-file"),
        (an_upload(b"\x80", "model.pt"), 415, "wrong-type"),
        (an_upload(b"# \xe1\n"), 422, "not-utf8"),
        (an_upload(name="../submission.py"), 422, "bad-name"),
        ({"file": [(io.BytesIO(SOURCE), f"{n}.py") for n in range(6)]}, 422, "too-many-files"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refusal_says_why(client: FlaskClient, anna: Headers, upload: dict[str, Any], status: int, slug: str):
    answer = hand_in(client, anna, upload)
    assert (answer.status_code, answer.get_json()["slug"]) == (status, slug)
    assert answer.mimetype == "application/problem+json"


def test_nothing_is_kept_of_what_is_refused(app: Flask, client: FlaskClient, anna: Headers):
    hand_in(client, anna, {"file": [(io.BytesIO(SOURCE), "a.py"), (io.BytesIO(b""), "submission.py")]})
    assert rows(app, Submission) == rows(app, SubmissionFile) == 0
    assert not Path(services(app).config.store).exists()


def test_problem_names_file_and_line(client: FlaskClient, anna: Headers):
    problem = hand_in(client, anna, an_upload(b"x = 1\n# \xe1\n")).get_json()
    assert (problem["file"], problem["line"]) == ("submission.py", 2)


def test_too_large_an_upload_is_refused_by_its_length(client: FlaskClient, anna: Headers):
    """Nothing of the body is read: it is not even there."""
    answer = send(client, anna, _Unreadable(), length=50 << 20)
    assert (answer.status_code, answer.get_json()["slug"]) == (413, "too-large")
    assert "1 MiB" in answer.get_json()["detail"]


def test_a_day_that_is_used_up_is_told_before_anything_is_read(
    app: Flask, client: FlaskClient, anna: Headers
):
    with services(app).database.write() as session:
        an_assignment(session, per_day=1, upload_mib=2)
    for _ in range(HAND_INS):
        assert hand_in(client, anna).status_code == 201
        end_all(app, Verdict.REJECTED)
    answer = send(client, anna, _Unreadable(), length=SMALL_BYTES + 1)
    assert (answer.status_code, answer.get_json()["slug"]) == (429, "day-used-up")
    assert int(answer.headers["Retry-After"]) > 0


def test_announced_bytes_are_refused_before_any_is_read(app: Flask, client: FlaskClient, anna: Headers):
    with services(app).database.write() as session:
        an_assignment(session, per_day=1, trials=0, upload_mib=2)
    for number in range(SIZES):
        assert send(client, anna, a_body(bytes([35 + number]) * (2 << 20))).status_code == 201
        end_all(app, Verdict.REJECTED)
    answer = send(client, anna, _Unreadable(), length=2 << 20)
    assert (answer.status_code, answer.get_json()["slug"]) == (429, "day-used-up")


def test_a_key_that_was_used_is_no_way_to_store_without_end(app: Flask, client: FlaskClient, anna: Headers):
    hand_in(client, anna, Idempotency_Key="k1")
    before = sorted(Path(services(app).config.store).rglob("*"))
    for number in range(3):
        answer = hand_in(client, anna, an_upload(f"x = {number}\n".encode()), Idempotency_Key="k1")
        assert answer.get_json()["slug"] == "key-reused"
    assert sorted(Path(services(app).config.store).rglob("*")) == before


def test_a_form_that_would_touch_the_reserve_is_not_read_on(
    app: Flask, client: FlaskClient, anna: Headers, monkeypatch: pytest.MonkeyPatch
):
    """Its temporary files are ways to fill a disk as well."""
    monkeypatch.setattr(
        "server.disk_space.shutil.disk_usage", lambda _folder: SimpleNamespace(free=RESERVE, total=1 << 40)
    )
    answer = send(client, anna, a_body(b"#" * (1 << 20)))
    assert (answer.status_code, answer.get_json()["slug"]) == (507, "store-full")
    assert rows(app, Submission) == 0


def test_only_so_many_hand_ins_of_one_person_are_read_at_once(
    app: Flask, client: FlaskClient, anna: Headers, bela: Headers
):
    with app.app_context():
        taken = [seats().take(person_id_of(app, "ABC123")) for _ in range(SEATS)]
    answer = send(client, anna, _Unreadable(), length=1000)
    assert (answer.status_code, answer.get_json()["slug"]) == (429, "too-many-uploads")
    assert hand_in(client, bela).status_code == 201
    for leave in taken:
        assert leave is not None
        leave()
    for _ in range(SEATS + 1):
        assert hand_in(client, anna).status_code == 201


def end_all(app: Flask, verdict: Verdict) -> None:
    """Every run ends like this."""
    with services(app).database.write() as session:
        for grading in session.scalars(select(Grading)):
            grading.state, grading.verdict = "done", verdict
            grading.charged = verdict not in UNCHARGED


def person_id_of(app: Flask, neptun: str) -> int:
    with services(app).database.read() as session:
        found = find_person(session, COURSE, neptun)
        assert found is not None
        return found.id


def test_sizes_of_all_files_are_added_up(app: Flask, client: FlaskClient, anna: Headers):
    half = b"#" * (600 << 10)
    answer = send(client, anna, a_body(half, half + b"#"))
    assert (answer.status_code, answer.get_json()["slug"]) == (413, "too-large")
    assert rows(app, Submission) == 0


def test_upload_up_to_the_limit_is_taken(client: FlaskClient, anna: Headers):
    assert send(client, anna, a_body(b"#" * (1 << 20))).status_code == 201


@pytest.mark.parametrize("missing", [1, 4, 8, 40, 120])
def test_upload_that_breaks_off_is_no_upload(app: Flask, client: FlaskClient, anna: Headers, missing: int):
    body = a_body(SOURCE)
    answer = send(client, anna, body[: -missing - 2], length=len(body))
    assert (answer.status_code, answer.get_json()["slug"]) == (400, "cut-off")
    assert rows(app, Submission) == 0


def test_refused_files_cost_no_try(client: FlaskClient, anna: Headers):
    hand_in(client, anna, an_upload(b""))
    hand_in(client, anna)
    listed = client.get("/api/v1/assignments", headers=anna).get_json()["assignments"]
    assert listed[0]["tries_left_today"] == 9


def test_hand_in_works_without_the_broker(client: FlaskClient, anna: Headers):
    """The settings of these tests name a broker that nobody answers at."""
    assert hand_in(client, anna).status_code == 201


def test_stranger_cannot_hand_in(client: FlaskClient, anna: Headers):
    assert hand_in(client, {}).status_code == 401


def test_unknown_assignment_is_not_found(client: FlaskClient, anna: Headers):
    for path in ("", "/submissions", "/leaderboard"):
        answer = client.get(f"/api/v1/assignments/no-such{path}", headers=anna)
        assert answer.status_code in {404, 405}


def test_assignment_is_told_as_agreed(client: FlaskClient, anna: Headers):
    told = client.get(f"/api/v1/assignments/{SLUG}", headers=anna).get_json()
    assert told["state"] == "open"
    assert told["due"] == "2026-10-25T22:59:59Z"
    assert told["limits"]["wall_s"] == 60
    assert told["late"] == {
        "grace_s": 300,
        "per_day": 0.1,
        "last_day": 3,
        "steps": [
            {"until": "+1d", "verb": "keep", "share": 0.9},
            {"until": "+2d", "verb": "keep", "share": 0.8},
            {"until": "+3d", "verb": "keep", "share": 0.7},
        ],
        "floor": 0,
        "tokens": 0,
        "closes": None,
        "after": "closed",
        "words": ["Each late day takes 10 % of your points.", "After 3 days nothing is taken any more."],
    }
    assert told["handout"].startswith("# Digits")


def test_texts_follow_the_language_of_the_program(client: FlaskClient, anna: Headers):
    hungarian = anna | {"Accept-Language": "hu"}
    assert client.get(f"/api/v1/assignments/{SLUG}", headers=hungarian).get_json()["title"] == "Számjegyek"


def test_own_submissions_come_newest_first(client: FlaskClient, anna: Headers, bela: Headers, clock: Clock):
    first = hand_in(client, anna).get_json()["id"]
    clock.pass_by(minutes=1)
    second = hand_in(client, anna).get_json()["id"]
    hand_in(client, bela)
    listed = client.get(f"/api/v1/submissions?assignment={SLUG}", headers=anna).get_json()["submissions"]
    assert [one["id"] for one in listed] == [second, first]


@pytest.mark.parametrize("part", ["", "/events", "/log", "/report", "/receipt"])
def test_others_find_nothing(client: FlaskClient, anna: Headers, bela: Headers, part: str):
    submission = hand_in(client, anna).get_json()["id"]
    assert client.get(f"/api/v1/submissions/{submission}{part}", headers=bela).status_code == 404


def test_staff_may_look_at_everything(
    app: Flask,
    client: FlaskClient,
    anna: Headers,
    person: Callable[..., Person],
    token: Callable[[str], Headers],
):
    submission = hand_in(client, anna).get_json()["id"]
    run(app)
    person("LEC001", role=Role.LECTURER)
    for part in ("", "/events", "/log", "/report", "/receipt"):
        answer = client.get(f"/api/v1/submissions/{submission}{part}", headers=token("LEC001"))
        assert answer.status_code == 200, part


def test_report_is_not_ready_before_the_end(client: FlaskClient, anna: Headers):
    submission = hand_in(client, anna).get_json()["id"]
    answer = client.get(f"/api/v1/submissions/{submission}/report", headers=anna)
    assert (answer.status_code, answer.get_json()["slug"]) == (409, "not-ready")


def test_report_has_the_public_share_and_the_curve(app: Flask, client: FlaskClient, anna: Headers):
    submission = hand_in(client, anna).get_json()["id"]
    run(app, score=0.5)
    told = client.get(f"/api/v1/submissions/{submission}/report", headers=anna).get_json()
    assert (told["verdict"], told["points"], told["size"]) == ("scored", 5.0, 10)
    assert told["curve"] == [{"epoch": 1.0, "loss": 0.5}]
    assert told["confusion_matrix"] == [[3, 2], [2, 3]]
    assert told["roc"] == [{"label": "0", "x": [0, 0.5, 1], "y": [0, 1, 1], "area": 0.5}]
    assert told["calibration"] == [{"confidence": 0.9, "accuracy": 0.5, "size": 10}]
    assert told["confused"] == [{"truth": "0", "predicted": "1", "count": 2, "share": 0.5}]
    assert told["checks"][0]["text"]["en"] == "It was 0.5."
    assert told["layers"][0]["gradient_norm"] == 0.02
    assert told["findings"] == [{"en": "Gradients shrink 40-fold.", "hu": "A gradiens 40× kisebb."}]
    assert not {"private", "attempt_id"} & told.keys()


def test_reports_of_older_graders_are_shown(app: Flask, client: FlaskClient, anna: Headers):
    submission = hand_in(client, anna).get_json()["id"]
    run(app, score=0.5)
    newer = ("confused", "calibration", "roc", "precision_recall", "checks", "layers", "findings", "notices")
    with services(app).database.write() as session:
        [grading] = session.scalars(select(Grading))
        grading.report = {name: value for name, value in (grading.report or {}).items() if name not in newer}
    told = client.get(f"/api/v1/submissions/{submission}/report", headers=anna).get_json()
    assert (told["points"], told["roc"], told["layers"]) == (5.0, None, [])


def test_change_is_against_ones_own_best_before(
    app: Flask, client: FlaskClient, anna: Headers, person: Callable[..., Person]
):
    who = Person(1, "ABC123", "", "", Role.STUDENT, 1)
    with services(app).database.write() as session:
        for number, score in enumerate((0.4, 0.6, 0.5)):
            last = a_graded_submission(session, who, now=NOON + timedelta(minutes=number), score=score)
    told = client.get(f"/api/v1/submissions/{last.id}/report", headers=anna).get_json()
    assert told["previous_best"] == pytest.approx(6.0)
    assert told["change"] == pytest.approx(-1.0)


def test_log_is_plain_text(app: Flask, client: FlaskClient, anna: Headers):
    submission = hand_in(client, anna).get_json()["id"]
    run(app, score=None)
    answer = client.get(f"/api/v1/submissions/{submission}/log", headers=anna)
    assert (answer.mimetype, answer.text) == ("text/plain", "hello\n")


def test_polling_goes_on_where_it_stopped(app: Flask, client: FlaskClient, anna: Headers):
    submission = hand_in(client, anna).get_json()["id"]
    run(app, score=None)
    address = f"/api/v1/submissions/{submission}/events"
    first = client.get(address, headers=anna | {"Accept": "application/json"}).get_json()
    assert [event["kind"] for event in first["events"]] == ["phase", "log", "point"]
    assert first["submission"]["state"] == "running"
    rest = client.get(f"{address}?after={first['events'][0]['id']}", headers=anna).get_json()
    assert [event["kind"] for event in rest["events"]] == ["log", "point"]
    last = client.get(f"{address}?after={first['next']}", headers=anna).get_json()
    assert (last["events"], last["next"]) == ([], first["next"])


@pytest.mark.parametrize("key", ["", "x" * 81, "kulcs-á"])
def test_strange_keys_are_refused(client: FlaskClient, anna: Headers, key: str):
    assert hand_in(client, anna, idempotency_key=key).status_code == 422


class _Unreadable(io.RawIOBase):
    """A body that must not be touched."""

    def tell(self) -> int:
        return 0

    def seek(self, _offset: int, _whence: int = 0) -> int:
        return 0

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")
