"""Pictures of a quiz, from the file to the screens: and nobody sees one before it was shown to them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from server.errors import NotFound
from server.quizzes.authoring.publishing import QuizOutcome, sync_quizzes
from server.quizzes.models import QuizVersion
from server.quizzes.picture_pages import picture_file
from server.quizzes.service import pictures_kept
from server.signers import signer
from server.submissions.blob_expiry import references
from server.web import services
from tests.server.builders import COURSE, NOON, another_course
from tests.server.conftest import Browser, Clock
from tests.server.quizzes.conftest import Phone, Remote
from tests.server.quizzes.pictures.samples import made, moodle_bank

QUIZ = """\
slug = "week-1"
title = "Week 1"

[policy]
replay_until = 2100-01-01T00:00:00

[[question]]
id = "first"
type = "single"
text = "Which is like ![a red net](red.png)?"
options = [{ text = "![a green net](green.png)", correct = true }, "other"]
explanation = "As ![here](why.png)."

[[question]]
id = "second"
type = "true-false"
text = "![a blue net](blue.png)"
correct = true
"""
PICTURES = {f"{name}.png": made(60, 40, colour) for name, colour in [
    ("red", "red"), ("green", "green"), ("why", "white"), ("blue", "blue"),
]}  # fmt: skip
SOURCE = re.compile(r'/live/(?:pictures|draft-pictures)/[^"\\]+')


@pytest.fixture
def quiz_folder(tmp_path: Path) -> Path:
    """A course's folder with a quiz and its pictures."""
    folder = tmp_path / "course" / "quizzes"
    (folder / "week-1").mkdir(parents=True)
    (folder / "week-1.toml").write_text(QUIZ)
    for name, content in PICTURES.items():
        (folder / "week-1" / name).write_bytes(content)
    return folder.parent


def sync(app: Flask, folder: Path) -> QuizOutcome:
    known = services(app)
    [found] = sync_quizzes(known.database, known.store, folder, known.course.zone, NOON, course_id=COURSE)
    return found


@pytest.fixture
def address(app: Flask, published: str) -> Callable[[str], str]:
    """Where a picture of the published quiz is: `address("red")`."""

    def found(name: str) -> str:
        with services(app).database.read() as session:
            digest = session.query(QuizVersion.digest).filter(QuizVersion.slug == published).scalar()
        return f"/live/pictures/{digest}/{sha256(PICTURES[f'{name}.png']).hexdigest()}"

    return found


@pytest.fixture
def seen(address: Callable[[str], str]) -> Callable[[FlaskClient], str]:
    """The names of the pictures that somebody is given, in alphabetical order."""

    def found(client: FlaskClient, **options: Any) -> str:  # noqa: ANN401
        statuses = {}
        for name in ("blue", "green", "red", "why"):
            answer = client.get(address(name), **options)
            assert (answer.status_code == 200) == (answer.data == PICTURES[f"{name}.png"])
            statuses[name] = answer.status_code
        assert set(statuses.values()) <= {200, 404}
        return " ".join(name for name, status in statuses.items() if status == 200)

    return found


Seen = Callable[..., str]


def test_a_picture_is_nothing_but_a_picture(lecturer: Browser, address: Callable[[str], str]):
    answer = lecturer.get(address("red"))
    assert answer.mimetype == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"


def test_phones_see_a_picture_once_its_question_is_shown(
    remote: Remote, phone: Callable[..., Phone], seen: Seen
):
    client = phone("ABC123").client
    assert seen(client) == ""
    remote.ask()
    assert seen(client) == "green red"
    remote.close()
    assert seen(client) == "green red why", "an explanation is seen with what was right"
    remote.ask()
    assert seen(client) == "blue green red why"
    remote.close("standings")
    remote.press("end")
    assert seen(client) == "blue green red why"


def test_a_program_that_plays_sees_them_by_its_token(
    app: Flask, remote: Remote, phone: Callable[..., Phone], seen: Seen
):
    remote.ask()
    headers = {"Authorization": f"Bearer {phone('ABC123').token}"}
    assert seen(app.test_client(), headers=headers) == "green red"


def test_nobody_else_sees_them(
    app: Flask, remote: Remote, phone: Callable[..., Phone], other_student: Browser, seen: Seen
):
    """Neither a stranger, nor a student who is not in the room, nor who has another key, or was sent out."""
    remote.ask()
    player = phone("ABC123")
    assert seen(app.test_client()) == ""
    assert seen(other_student.client) == ""
    wrong = app.test_client()
    wrong.set_cookie(f"hazi-play-{remote.pin}", "play_nonsense")
    assert seen(wrong) == ""
    assert remote.post("players/1", {"kicked": True}).status_code == 204
    assert seen(player.client) == ""


def test_staff_of_the_course_see_them(lecturer: Browser, assistant: Browser, seen: Seen):
    assert seen(lecturer.client) == seen(assistant.client) == "blue green red why"


def test_staff_of_another_course_do_not(app: Flask, lecturer: Browser, assistant: Browser, seen: Seen):
    with services(app).database.write() as session:
        session.query(QuizVersion).update({"course_id": another_course(session)})
    assert seen(lecturer.client) == seen(assistant.client) == ""


def test_who_plays_again_sees_what_they_have_come_to(
    remote: Remote, student: Browser, clock: Clock, seen: Seen
):
    for _question in range(2):
        remote.ask()
        remote.close()
    assert seen(student.client) == ""
    remote.press("end")
    assert seen(student.client) == "green red"
    replay = student.get(f"/api/v1/live/{remote.pin}/replay").get_json()
    path = f"/api/v1/live/{remote.pin}/replay/{replay['question_id']}"
    sent = {"attempt": 1, "answer": 0}
    student.client.put(path, json=sent, headers={"X-CSRFToken": student.csrf_token()})
    assert seen(student.client) == "blue green red why"


def test_a_picture_that_is_none_of_the_quiz_is_not_there(lecturer: Browser, address: Callable[[str], str]):
    path = address("red").rpartition("/")[0]
    assert lecturer.get(f"{path}/{sha256(b'x').hexdigest()}").status_code == 404
    assert lecturer.get(address("red").replace(path, "/live/pictures/x")).status_code == 404
    assert lecturer.get("/live/draft-pictures/x.y").status_code == 404
    assert lecturer.get("/live/pictures/%00/%00").status_code == 404


def test_pages_of_staff_show_them(lecturer: Browser, published: str):
    page = lecturer.get(f"/quizzes/{published}").text
    assert page.count('<img class="picture"') == 4
    assert 'alt="a red net" width="60" height="40"' in page
    assert all(lecturer.get(path).status_code == 200 for path in SOURCE.findall(page))


def test_a_picture_that_has_changed_makes_another_version(app: Flask, quiz_folder: Path):
    assert [str(sync(app, quiz_folder).result) for _again in range(2)] == ["published", "unchanged"]
    (quiz_folder / "quizzes" / "week-1" / "red.png").write_bytes(made(61, 40))
    assert str(sync(app, quiz_folder).result) == "published"


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (
            "![a](none.png)",
            "quizzes/week-1.toml, line 14: question[1]: second: there is no picture 'none.png'",
        ),
        ("![a](../week-1/red.png)", "there is no picture '../week-1/red.png'"),
        ("![](red.png)", "line 14: question[1]: second: the picture 'red.png' has no alternative text"),
        ("![a](bad.png)", "the picture 'bad.png' is not taken: it must be PNG"),
        ("![a](large.png)", "the picture 'large.png' is not taken: it must be PNG"),
    ],
)
def test_what_is_wrong_with_a_picture_is_told_with_its_place(
    app: Flask, quiz_folder: Path, wrong: str, problem: str
):
    folder = quiz_folder / "quizzes"
    (folder / "week-1" / "bad.png").write_bytes(b"<svg/>")
    (folder / "week-1" / "large.png").write_bytes(made() + b"\0" * (2 << 20))
    (folder / "week-1.toml").write_text(QUIZ.replace("![a blue net](blue.png)", wrong))
    assert problem in sync(app, quiz_folder).problem


def test_blobs_of_pictures_are_needed(app: Flask, published: str):
    kept = {sha256(content).hexdigest() for content in PICTURES.values()}
    with services(app).database.read() as session:
        assert pictures_kept(session) == kept
        assert references(session, [*kept, sha256(b"x").hexdigest()]) == kept


# In the browser


def imported(browser: Browser, name: str, content: bytes) -> TestResponse:
    """What the page says to a file. The form is written by hand: the test client would leave a file open."""
    form = {"csrf_token": browser.csrf_token(), "file": FileStorage(io.BytesIO(content), name)}
    stream, _length, boundary = stream_encode_multipart(form, use_tempfile=False)
    content_type = f"multipart/form-data; boundary={boundary}"
    return browser.client.post("/quizzes/import", data=stream.read(), content_type=content_type)


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1].replace("&#34;", '"')


def draft_of(page: str) -> dict[str, Any]:
    found = re.search(r"data-document>(.*?)</script>", page, re.DOTALL)
    assert found
    document: dict[str, Any] = json.loads(found[1])
    return document


def test_a_moodle_bank_comes_in_with_its_pictures(app: Flask, lecturer: Browser):
    """Through the pages: imported, previewed, published, edited, downloaded, and imported from that."""
    page = imported(lecturer, "bank.xml", moodle_bank()).text
    assert "a.png has no alternative text" in page
    document, pictures = draft_of(page), field(page, "pictures")
    [question] = document["question"]
    assert "![a red net](my-net.png)" in str(question["text"])
    assert [one["text"] for one in question["options"]] == ["![a](a.png)", "![a blue net](b.webp)"]

    sent = {"document": json.dumps(document), "pictures": pictures}
    preview = lecturer.post("/quizzes/preview", sent).get_json()
    shown = SOURCE.findall(json.dumps(preview["en"]))
    assert len(shown) == 4
    assert [lecturer.get(one).mimetype for one in shown].count("image/webp") == 1

    assert lecturer.post("/quizzes/publish", sent | {"toml": ""}).location.endswith("/quizzes/bank")
    page = lecturer.get("/quizzes/bank").text
    assert [lecturer.get(one).status_code for one in SOURCE.findall(page)] == [200] * 4

    page = lecturer.get("/quizzes/bank/edit").text
    again = {"document": json.dumps(draft_of(page) | {"title": "Again"}), "pictures": field(page, "pictures")}
    assert lecturer.post("/quizzes/publish", again | {"toml": ""}).status_code == 302
    assert lecturer.get("/quizzes/bank").text.count('<img class="picture"') == 4

    archive = lecturer.get("/quizzes/bank/source")
    assert archive.headers["Content-Disposition"].endswith("bank.zip")
    names = zipfile.ZipFile(io.BytesIO(archive.data)).namelist()
    assert names == ["bank.toml", *(f"bank/{name}" for name in ("a.png", "b.webp", "my-net.png", "why.gif"))]
    page = imported(lecturer, "bank.zip", archive.data).text
    toml = zipfile.ZipFile(io.BytesIO(archive.data)).read("bank.toml").decode()
    answer = lecturer.post("/quizzes/publish", {"toml": toml, "pictures": field(page, "pictures")})
    assert answer.status_code == 302


def test_a_mistake_does_not_lose_the_pictures(lecturer: Browser):
    page = imported(lecturer, "bank.xml", moodle_bank()).text
    sent = {"toml": "slug = 1", "pictures": field(page, "pictures")}
    answer = lecturer.post("/quizzes/publish", sent)
    assert answer.status_code == 422
    assert field(answer.text, "pictures") == sent["pictures"]


def test_pictures_are_those_that_the_course_brought_in(app: Flask, lecturer: Browser):
    """A list that nobody sealed, or another course did, names no blob of the store."""
    page = imported(lecturer, "bank.xml", moodle_bank()).text
    document, seal = draft_of(page), field(page, "pictures")
    sent = {"document": json.dumps(document), "toml": ""}
    value = seal.rpartition(".")[0]
    others = signer(services(app).config.secret_keys, f"quiz-pictures.{COURSE + 1}").sign(value).decode()
    for wrong in ("", value, seal[:-2], seal.replace("a.png", "A.png"), others, "x", "é"):
        answer = lecturer.post("/quizzes/publish", sent | {"pictures": wrong})
        assert answer.status_code == 422
        assert "there is no picture" in answer.text
    assert lecturer.post("/quizzes/publish", sent | {"pictures": seal}).status_code == 302


def test_a_large_bank_is_taken_from_staff_alone(lecturer: Browser, student: Browser):
    """Other forms, and those of others, are as small as before."""
    large = moodle_bank().replace(b"</quiz>", b"<!--" + b"x" * (3 << 20) + b"--></quiz>")
    assert imported(lecturer, "bank.xml", large).status_code == 200
    assert imported(student, "bank.xml", large).status_code in {403, 413}
    assert lecturer.post("/quizzes/publish", {"toml": "x" * (3 << 20)}).status_code == 413


def test_no_bytes_are_served_as_anything_but_the_picture_that_they_are(app: Flask):
    @settings(deadline=None)
    @given(
        st.sampled_from([b"", made(), made(kind="GIF"), b"<html>", b"<svg xmlns="]), st.binary(max_size=80)
    )
    def holds(head: bytes, rest: bytes) -> None:
        content = head + rest
        with app.test_request_context():
            blob = services(app).store.keep(io.BytesIO(content), len(content)).sha256
            try:
                answer = picture_file(blob)
            except NotFound:
                assert head not in {made(), made(kind="GIF")}
            else:
                assert answer.data == content
                assert answer.mimetype == f"image/{Image.open(io.BytesIO(head)).format or ''}".lower()

    holds()
