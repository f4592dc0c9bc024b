"""What phones and the wall are sent of each question of the bank before its reveal: nothing tells the key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask

import assignments
from assignments.questions.choice import Choice
from assignments.questions.matrix import Cell, Matrix
from assignments.questions.numeric import AcceptedNumber, Numeric
from assignments.questions.shape import Shape
from assignments.questions.short_text import AcceptedText, ShortText
from assignments.questions.true_false import TrueFalse
from assignments.quiz import Question
from assignments.spec import Localized
from server.quizzes.questions.presenting import question_shown
from server.quizzes.questions.published import Variant
from server.quizzes.questions.rendering import LANGUAGES, rendered
from server.quizzes.questions.shuffling import shown_order
from server.quizzes.room.rooms import KEY_LENGTH, opaque_key
from server.quizzes.service import sync_quizzes
from server.web import services
from tests.assignments.quiz_bank import bank
from tests.sampling import few
from tests.server.builders import COURSE, NOON
from tests.server.conftest import Browser, Clock
from tests.server.quizzes.conftest import Phone, Remote

KEY = re.compile(f"[0-9a-f]{{{KEY_LENGTH}}}")
PHASES = {"lobby", "ready", "question", "closed"}
OF_PHONES = {
    *[
        "now",
        "v",
        "phase",
        "title",
        "of",
        "game",
        "number",
        "vote",
        "round",
        "change",
        "opens_at",
        "closes_at",
    ],
    *["opens_at", "closes_at", "question", "me", "me.nickname"],
    *(f"question.{name}" for name in ("type", "text", "seconds", "unit", "matrix", "classes", "several")),
    *(f"question.{name}" for name in ("options", "items", "lefts", "rights")),
}
OF_THE_WALL = (OF_PHONES - {"change", "me", "me.nickname"}) | {
    *["version", "pin", "locked", "variants", "joined", "answered", "nicknames"],
}
QUESTIONS = [(slug, one.id) for slug, quiz in bank().items() for one in quiz.questions]


@pytest.fixture(scope="module")
def told() -> dict[str, list[tuple[str, Any]]]:
    """By quiz: all that phones and the wall are sent before each reveal. Filled by the first who asks."""
    return {}


@pytest.fixture
def sent(
    told: dict[str, list[tuple[str, Any]]],
    app: Flask,
    lecturer: Browser,
    clock: Clock,
    request: Any,  # noqa: ANN401
) -> list[tuple[str, Any]]:
    slug: str = request.param
    if slug not in told:
        app_services = services(app)
        sync_quizzes(
            app_services.database,
            app_services.store,
            assignments.ROOT,
            app_services.course.zone,
            NOON,
            course_id=COURSE,
        )
        told[slug] = list(_played(app, lecturer, clock, slug))
    return told[slug]


def _played(app: Flask, lecturer: Browser, clock: Clock, slug: str) -> Iterator[tuple[str, Any]]:
    headers = {"X-CSRFToken": lecturer.csrf_token()}
    pin = lecturer.client.post(f"/api/v1/quizzes/{slug}/sessions", json={}, headers=headers).get_json()["pin"]
    remote, phone = Remote(lecturer, clock, pin), Phone(app.test_client(), pin)
    assert phone.join("LEC001").status_code == 201
    for number in range(len(bank()[slug].questions)):
        remote.press("question")
        yield from _sent(phone, lecturer)
        clock.pass_by(seconds=1.5)
        yield from _sent(phone, lecturer)
        yield "phone", _flat(phone.answer(phone.see()["round"], ["no answer"]).get_json())
        remote.press("close")
        yield from _sent(phone, lecturer)
        remote.press("reveal" if number % 2 else "standings")
        clock.pass_by(seconds=2)


def _sent(phone: Phone, lecturer: Browser) -> Iterator[tuple[str, Any]]:
    for language in LANGUAGES:
        state = phone.client.get(f"/api/v1/live/{phone.pin}/state?lang={language}")
        yield "phone", _flat(state.get_json())
        yield "phone", {"etag": state.headers["ETag"]}
    wall = lecturer.client.get(f"/api/v1/live/{phone.pin}/wall", headers={"Accept": "application/json"})
    yield "wall", _flat(wall.get_json())


def _flat(value: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """By dotted path; lists as they are."""
    found: dict[str, Any] = {}
    for name, inner in value.items():
        at = f"{path}{name}".removeprefix("me.") if name == "question" else f"{path}{name}"
        found[at] = inner
        if isinstance(inner, Mapping):
            found |= _flat(inner, f"{at}.")
    return found


@pytest.mark.parametrize("sent", few(sorted(bank())), indirect=True)
def test_no_screen_is_sent_more_than_it_needs(sent: Sequence[tuple[str, Any]]):
    for screen, shown in sent:
        if "phase" in shown:
            assert shown["phase"] in PHASES
            assert shown.keys() <= (OF_THE_WALL if screen == "wall" else OF_PHONES)


@pytest.mark.parametrize("sent", few(sorted(bank())), indirect=True)
def test_no_name_of_a_question_is_sent(sent: Sequence[tuple[str, Any]]):
    """Nowhere but in its own text, which is there to be read, does a word of its name stand."""
    names = {one.id for quiz in bank().values() for one in quiz.questions}
    questions = [one for quiz in bank().values() for one in quiz.questions if isinstance(one, Question)]
    names |= {tag for one in questions for tag in one.tags}
    for _screen, shown in sent:
        for path, value in shown.items():
            if path.startswith("question") or path in {"title", "me", "detail"}:
                continue
            if path == "round":
                assert KEY.fullmatch(value)
            elif isinstance(value, str):
                assert not names & set(re.findall(r"[\w-]+", value)), path


@pytest.mark.parametrize("sent", few(sorted(bank())), indirect=True)
def test_each_round_has_a_key_of_its_own(sent: Sequence[tuple[str, Any]]):
    keys = [shown["round"] for _screen, shown in sent if "round" in shown and "phase" in shown]
    assert len(set(keys)) == 1 + sum(one != other for one, other in pairwise(keys))


def test_keys_are_of_one_room_and_cannot_be_made_up():
    names = [one for _slug, one in QUESTIONS]
    keys = {opaque_key(seed, "round", name, vote) for seed in ("a", "b") for name in names for vote in (1, 2)}
    assert len(keys) == 4 * len(set(names))


@pytest.mark.parametrize(("slug", "name"), QUESTIONS)
def test_another_key_is_shown_in_the_same_way(slug: str, name: str):
    """Were something else right, and explained otherwise, no screen would differ before the reveal."""
    question = next(one for one in bank()[slug].questions if one.id == name)
    if not isinstance(question, Question):
        pytest.skip("generated")  # its variants are questions like these
    other = replace(question, body=_with_another_key(question.body), explanation=Localized("no", "nem"))
    for language in LANGUAGES:
        for seed in ("one room", "another room"):
            assert _shown(question, language, seed) == _shown(other, language, seed)


def _shown(question: Question, language: str, seed: str) -> dict[str, Any]:
    return question_shown(Variant(question, rendered(question)), language, shown_order(question, seed))


def _with_another_key(body: Any) -> Any:  # noqa: ANN401 - each type has its own
    """The same question with something else right. Of what is ordered or matched the order is the key."""
    changed: dict[type, Callable[[Any], Any]] = {
        Choice: _other_choice,
        TrueFalse: lambda one: TrueFalse(not one.correct),
        Numeric: lambda one: replace(one, accepted=(AcceptedNumber(-1.5, 3.0), AcceptedNumber(2.0, 0, 0.5))),
        ShortText: lambda _one: ShortText(
            (AcceptedText("other"), AcceptedText("b", 0.5)), case_sensitive=True
        ),
        Shape: lambda _one: Shape((7,)),
        Matrix: _other_matrix,
    }
    return changed.get(type(body), lambda one: one)(body)


def _other_choice(body: Choice) -> Choice:
    flags = [one.correct for one in body.options]
    turned = zip(body.options, [*flags[1:], flags[0]], strict=True)
    feedback = Localized("no", "nem")
    options = [replace(one, correct=right, credit=None, feedback=feedback) for one, right in turned]
    return replace(body, options=tuple(options))


def _other_matrix(body: Matrix) -> Matrix:
    size = len(body.classes)
    return replace(body, cells=frozenset(Cell((one.row + 1) % size, one.column) for one in body.cells))


@pytest.mark.parametrize("slug", sorted(bank()))
def test_what_is_ordered_or_matched_is_shown_out_of_order(app: Flask, slug: str):
    """The file has the right order: over many rooms each thing stands in each place."""
    for question in bank()[slug].questions:
        if isinstance(question, Question) and (size := len(shown_order(question, ""))) > 1:
            if isinstance(question.body, Choice) and not question.body.shuffle:
                continue
            orders = [shown_order(question, f"room {number}") for number in range(60 * size)]
            assert all({order[place] for order in orders} == set(range(size)) for place in range(size))
