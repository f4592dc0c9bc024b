"""The wall shows all of every question of the bank, open and told, however large the projector is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page

import assignments
from assignments.quiz import GeneratedQuestion, Question
from assignments.quiz_files import quiz_files, read_quiz_file
from server.quizzes.authoring.publishing import variants_of
from server.quizzes.questions.presenting import answer_shown, question_shown
from server.quizzes.questions.published import PlayableQuestion, Variant
from server.quizzes.questions.rendering import rendered
from server.quizzes.questions.scoring import NO_RULINGS
from server.quizzes.questions.shuffling import shown_order
from server.quizzes.room.state import AnswerRow
from server.quizzes.room.tallies import tally
from tests.sampling import few
from tests.server.pages.made_up_quiz import FAR, SEED

LINES = 50  # of the question's text would fill the screen: smaller letters are read by nobody
SIZES = [(1280, 720), (1920, 1080)]
# In place of the stream: the page hears what the test says, at once.
LISTENER = """
window.heard = [];
window.EventSource = class extends EventTarget {
  constructor() { super(); window.heard.push(this); this.readyState = 1; }
  close() {}
};
window.say = (room) => {
  window.heard[0].dispatchEvent(new MessageEvent("state", { data: JSON.stringify(room) }));
};
"""
LACKING = """(room) => {
  window.say(room);
  const page = document.documentElement;
  const asked = document.querySelector("[data-asked]");
  const wide = [...asked.querySelectorAll("*")].filter((one) => {
    const look = getComputedStyle(one);
    return look.overflowX !== "visible" && one.scrollWidth > one.clientWidth;
  });
  const size = parseFloat(getComputedStyle(asked.querySelector("[data-text]")).fontSize);
  return [Math.max(0, page.scrollHeight - innerHeight), wide.length, asked.offsetHeight > 0, size];
}"""


def bank() -> Iterator[Question]:
    for path in quiz_files(assignments.ROOT).values():
        quiz, _text = read_quiz_file(path, ZoneInfo("UTC"))
        for one in quiz.questions:
            if isinstance(one, GeneratedQuestion):
                yield from variants_of(one, path.parent, path.name, count=1)
            else:
                yield one


def _room(variant: Variant, language: str, phase: str, **facts: object) -> dict[str, Any]:
    """What the wall is told, as `server.quizzes.room.projector_stream` does, after a second vote."""
    order = shown_order(variant.question, SEED)
    playable = PlayableQuestion(variant.question.id, (variant,))
    shown: dict[str, Any] = {
        "now": FAR - 20_000, "v": 7, "version": 1, "phase": phase, "of": 10, "number": 10, "vote": 2,
        "round": variant.question.id, "opens_at": FAR - 30_000, "closes_at": FAR, "variants": 2,
        "locked": True, "word": "tulipán", "joined": 231, "answered": 112, "game": "kahoot", "title": "Quiz",
        "question": question_shown(variant, language, order), **facts,
    }  # fmt: skip
    if phase == "reveal":
        shown["answered_by"] = answer_shown(variant, language, order, NO_RULINGS)
        shown["tally"] = shown["before"] = tally(playable, list[AnswerRow](), order, language)
    return shown


@pytest.fixture(scope="module")
def variants() -> list[Variant]:
    return [Variant(one, rendered(one)) for one in bank()]


@pytest.fixture(params=few(SIZES, 1), ids=lambda size: f"{size[0]}x{size[1]}")
def wall(request: pytest.FixtureRequest, browser: Browser, gallery: str) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.add_init_script(LISTENER)
    page.goto(f"{gallery}/wall-question?lang=hu")
    page.wait_for_function("window.heard.length > 0")
    yield page
    context.close()


def test_every_question_of_the_bank_is_shown_whole(wall: Page, variants: list[Variant]):
    """Neither below the screen, nor behind the edge of a box that one would have to scroll."""
    cut, height = [], wall.viewport_size["height"]  # type: ignore[index]
    for variant in variants:
        for language in ("en", "hu"):
            for phase in ("question", "reveal"):
                below, wide, seen, size = wall.evaluate(LACKING, _room(variant, language, phase))
                if below or wide or not seen or size * LINES < height:
                    cut.append((variant.question.id, language, phase, below, wide, seen, size))
    assert cut == []


def test_a_question_that_is_announced_is_whole_when_it_opens(wall: Page, variants: list[Variant]):
    """Its size is found when it is seen: before, it has none."""
    [longest] = sorted(variants, key=lambda one: len(json.dumps(one.html)))[-1:]
    room = _room(longest, "hu", "question", opens_at=FAR - 18_500)
    *_rest, seen, _size = wall.evaluate(LACKING, room)
    assert not seen
    wall.locator("[data-asked]").wait_for(state="visible")
    assert wall.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
