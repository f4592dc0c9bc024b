"""Writing, importing and exporting quizzes in the browser; and publishing the course's files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.quizzes.authoring.editor import slug_of
from server.quizzes.authoring.publishing import QuizResult, sync_quizzes
from server.quizzes.formats.reading import read
from server.quizzes.formats.result import Unreadable
from server.web import services
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Browser
from tests.server.quizzes.conftest import QUIZ

GIFT = """\
::First:: What is 1+1? {=2 ~3 ~4}

Explain dropout. {}
"""
GENERATED = """
[[question]]
id = "sum"
type = "numeric"
text = "{{a}} + 1?"
accepted = ["{{b}}"]
generate = "variants.py:addition"
"""
FUNCTION = "def addition(rng):\n    a = rng.randint(1, 1000)\n    return {'a': a, 'b': a + 1}\n"


def publish(browser: Browser, toml: str) -> Any:  # noqa: ANN401
    return browser.post("/quizzes/publish", {"toml": toml})


def results(app: Flask, folder: Path) -> dict[str, QuizResult]:
    app_services = services(app)
    return {
        one.slug: one.result
        for one in sync_quizzes(
            app_services.database,
            app_services.store,
            folder,
            app_services.course.zone,
            NOON,
            course_id=COURSE,
        )
    }


def test_quiz_of_the_editor_can_be_opened(lecturer: Browser):
    assert publish(lecturer, QUIZ).status_code == 302
    assert "What is ReLU(-2)?" in lecturer.get("/quizzes/week-1").text
    answer = lecturer.post("/quizzes/week-1/open")
    assert answer.location.endswith("/remote")


def test_mistake_is_shown_with_its_line_and_the_text(lecturer: Browser):
    answer = publish(lecturer, QUIZ.replace("seconds = 20", "seconds = 2"))
    assert answer.status_code == 422
    assert "line 8: question[0].seconds: must lie between 5 and 3600" in answer.text
    assert 'data-line="8"' in answer.text
    assert "seconds = 2\n" in answer.text


@pytest.mark.parametrize(
    "toml", ["", "\0", "x" * 1000, "[[question]]\n" * 500, "slug = [" * 200, "é = '\x01'"]
)
def test_what_is_no_quiz_is_refused(lecturer: Browser, toml: str):
    assert publish(lecturer, toml).status_code == 422


LONG = "a" * 5000
ONE = 'slug = "one"\ntitle = "One"\n[[question]]\nid = "q"\ntype = "true-false"\ntext = "T"\ncorrect = true\n'


@pytest.mark.dialects
@pytest.mark.parametrize(
    ("short", "long"),
    [
        ('"one"', f'"{LONG}"'),
        ('"one"', f'"{"a" * 61}"'),
        ('"One"', f'"{LONG}"'),
        ('"q"', f'"{LONG}"'),
        ('"q"', f'"{"a" * 61}"'),
        ('"true-false"', f'"{LONG}"'),
        ("correct = true", f'generate = "{LONG}.py:{LONG}"'),
        ("correct = true", f'correct = true\ntags = ["{LONG}"]'),
        ("correct = true", f"correct = true\n{LONG} = 1"),
        ("correct = true", 'correct = true\n"\\u0000\\u202e" = 1'),
        ("[[question]]", f"[{LONG}]\n[[question]]"),
    ],
)
def test_long_and_invisible_names_get_a_sentence(lecturer: Browser, short: str, long: str):
    """What is wrong is said before the database hears of it, and the name does not hide what is said."""
    assert publish(lecturer, ONE).status_code == 302
    answer = publish(lecturer, ONE.replace(short, long))
    assert answer.status_code == 422
    with pytest.raises(Unreadable) as refused:
        read("one.toml", ONE.replace(short, long).encode())
    assert any(word in str(refused.value.reason) for word in ("must be", "is not a known key"))
    assert str(refused.value.reason).isprintable()


def test_formula_that_cannot_be_drawn_is_named(lecturer: Browser):
    answer = publish(lecturer, QUIZ.replace("ReLU is linear.", "$\\\\frac{$ is linear."))
    assert answer.status_code == 422
    assert "is not understood" in answer.text


def test_script_in_a_question_is_shown_as_text(lecturer: Browser):
    publish(lecturer, QUIZ.replace("ReLU is linear.", "<script>alert(1)</script> [x](javascript:1)"))
    page = lecturer.get("/quizzes/week-1").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_what_is_edited_comes_out_as_it_went_in(lecturer: Browser):
    publish(lecturer, QUIZ)
    assert lecturer.get("/quizzes/week-1/source").text == QUIZ


def test_file_is_taken_into_the_editor_first(lecturer: Browser):
    file = (io.BytesIO(GIFT.encode()), "Heti kvíz 3.gift")
    answer = lecturer.post("/quizzes/import", {"file": file}, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert "heti-kviz-3" in answer.text
    assert "What is 1+1?" in answer.text
    assert lecturer.get("/quizzes/heti-kviz-3").status_code == 404, "nothing is kept yet"


def test_a_quiz_of_our_own_comes_with_its_comments_and_its_policy(lecturer: Browser):
    text = "# Mine.\n" + QUIZ
    answer = lecturer.post(
        "/quizzes/import",
        {"file": (io.BytesIO(text.encode()), "week-1.toml")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 200
    assert "# Mine.\n" in answer.text
    assert 'value="week-1"' not in answer.text or "data-unsaved" in answer.text


def test_of_a_large_bank_a_category_is_asked_for_and_taken(lecturer: Browser):
    blocks = [
        f"$CATEGORY: {name}\n\n" + "\n\n".join(f"Is {name} {at}?{{T}}" for at in range(150))
        for name in ("one", "two")
    ]
    bank = "\n\n".join(blocks).encode()

    def imported(**chosen: str) -> str:
        data = {"file": (io.BytesIO(bank), "bank.gift"), **chosen}
        return lecturer.post("/quizzes/import", data, content_type="multipart/form-data").text

    asked = imported()
    assert '<option value="two (1–150)">' in asked
    assert "Is one 0?" not in asked
    taken = imported(portion="two (1–150)")
    assert "Is two 149?" in taken
    assert "Is one 0?" not in taken


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\xff\xfe\x00", b"Essay {}", b"<?xml version='1.0'?><a/>"]
)
def test_file_that_is_no_quiz_is_refused_with_a_sentence(lecturer: Browser, content: bytes):
    file = (io.BytesIO(content), "x.txt")
    answer = lecturer.post("/quizzes/import", {"file": file}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    ("file_format", "holds"), [("gift", b"ReLU"), ("aiken", b"ANSWER: "), ("kahoot", b"PK")]
)
def test_quiz_goes_out_to_other_programs(lecturer: Browser, published: str, file_format: str, holds: bytes):
    answer = lecturer.get(f"/quizzes/{published}/export/{file_format}")
    assert holds in answer.data
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=week-1.")


def test_unknown_format_is_not_found(lecturer: Browser, published: str):
    assert lecturer.get(f"/quizzes/{published}/export/word").status_code == 404


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Heti kvíz 3.gift", "heti-kviz-3"),
        ("../../etc/passwd", "passwd"),
        ("💥", "imported-quiz"),
        ("C:\\a b.xml", "a-b"),
    ],
)
def test_slug_comes_from_the_name_of_the_file(name: str, slug: str):
    assert slug_of(name) == slug


def test_file_that_has_not_changed_is_left_alone(app: Flask, quiz_folder: Path):
    assert results(app, quiz_folder) == {"week-1": QuizResult.PUBLISHED}
    assert results(app, quiz_folder) == {"week-1": QuizResult.UNCHANGED}


def test_older_file_does_not_undo_what_was_edited(app: Flask, quiz_folder: Path, lecturer: Browser):
    results(app, quiz_folder)
    publish(lecturer, QUIZ.replace("ReLU is linear.", "ReLU is not linear."))
    assert results(app, quiz_folder) == {"week-1": QuizResult.KEPT}
    assert "ReLU is not linear." in lecturer.get("/quizzes/week-1").text


def test_newer_file_takes_the_place_of_what_was_edited(app: Flask, quiz_folder: Path, lecturer: Browser):
    results(app, quiz_folder)
    publish(lecturer, QUIZ.replace("ReLU is linear.", "ReLU is not linear."))
    (quiz_folder / "quizzes" / "week-1.toml").write_text(QUIZ.replace("ReLU is linear.", "ReLU is flat."))
    assert results(app, quiz_folder) == {"week-1": QuizResult.PUBLISHED}
    assert "ReLU is flat." in lecturer.get("/quizzes/week-1").text


def test_broken_file_hides_no_other(app: Flask, quiz_folder: Path):
    (quiz_folder / "quizzes" / "broken.toml").write_text("slug = 1")
    assert results(app, quiz_folder) == {"broken": QuizResult.BROKEN, "week-1": QuizResult.PUBLISHED}


def test_variants_are_drawn_when_it_is_published(app: Flask, quiz_folder: Path, lecturer: Browser):
    (quiz_folder / "quizzes" / "week-1.toml").write_text(QUIZ + GENERATED)
    (quiz_folder / "quizzes" / "variants.py").write_text(FUNCTION)
    assert results(app, quiz_folder) == {"week-1": QuizResult.PUBLISHED}
    assert "100 variants" in lecturer.get("/quizzes/week-1", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize(
    "function", ["def other(rng): pass", "1/0", "def addition(rng): return {'a': 1, 'b': 'x'}"]
)
def test_function_that_fails_is_named(app: Flask, quiz_folder: Path, function: str):
    (quiz_folder / "quizzes" / "week-1.toml").write_text(QUIZ + GENERATED)
    (quiz_folder / "quizzes" / "variants.py").write_text(function)
    app_services = services(app)
    [outcome] = sync_quizzes(
        app_services.database,
        app_services.store,
        quiz_folder,
        app_services.course.zone,
        NOON,
        course_id=COURSE,
    )
    assert outcome.result is QuizResult.BROKEN
    assert "sum" in outcome.problem


def test_room_plays_on_with_the_version_it_began_with(remote: Any, lecturer: Browser, phone: Any):  # noqa: ANN401
    one = phone("ABC123")
    publish(lecturer, QUIZ.replace("What is ReLU(-2)?", "Something else?"))
    remote.ask()
    assert "ReLU(-2)" in one.see()["question"]["text"]


def test_hall_can_be_checked_by_anybody(client: Any):  # noqa: ANN401
    assert client.get("/live/check").status_code == 200
    assert client.get("/live/check/echo").get_json()["now"] > 1_700_000_000_000
    with client.get("/live/check/stream", buffered=False) as answer:
        text = b"".join(answer.response).decode()
    assert text.count("event: tick") == 6
