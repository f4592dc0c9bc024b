"""The editor in a real browser: a quiz is made by hand, mended where it is wrong, and published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Dialog, Page, expect

from assignments.questions.choice import Choice
from assignments.questions.matrix import Matrix
from assignments.questions.numeric import Numeric
from assignments.quiz import Quiz
from assignments.quiz_reading import read_quiz
from assignments.quiz_writing import write_quiz
from server.person import Role
from tests.server.builders import PASSWORD
from tests.server.conftest import Browser
from tests.server.pages import made_up_quiz
from tests.server.quizzes.pictures.samples import moodle_bank
from tests.server.serving import serving

ZONE = ZoneInfo("Europe/Budapest")
NUMBER, CELL = "#question-1", "#question-2"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application on a port."""
    with serving(app) as address:
        yield address


@pytest.fixture
def editor(browser: Chromium, address: str, person: Callable[..., Any]) -> Iterator[Page]:
    """The page for a new quiz, before a lecturer who is signed in."""
    person("LEC001", role=Role.LECTURER)
    context = browser.new_context(base_url=address, locale="en-GB")
    page = context.new_page()
    page.goto("/login?next=/quizzes/new")
    page.get_by_label("Neptun code").fill("LEC001")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#question-0")).to_be_visible()
    yield page
    context.close()


def add(page: Page, kind: str) -> None:
    page.locator("#new-type").select_option(kind)
    page.get_by_role("button", name="Add a question").click()


def published(app: Flask, slug: str) -> Quiz:
    """What another browser downloads."""
    other = Browser(app)
    other.sign_in("LEC001")
    return read_quiz(other.get(f"/quizzes/{slug}/source").text, ZONE)


def test_quiz_made_by_hand_is_published(app: Flask, editor: Page):
    editor.get_by_label("Name in addresses").fill("by-hand")
    editor.get_by_label("Title (EN)").fill("By hand")
    add(editor, "numeric")
    editor.locator(NUMBER).get_by_label("Question (EN)").fill("How long is a step?")
    editor.locator(NUMBER).get_by_label("Value").fill("0,5")
    add(editor, "cell")
    editor.locator(CELL).get_by_label("Question (HU)").fill("Melyik?")
    editor.locator(CELL).get_by_label("right: cat → dog").check()
    editor.get_by_role("button", name="Publish").click()

    # The English text of the third question is missing: the form comes back and points at it.
    wrong = editor.locator(CELL).get_by_label("Question (EN)")
    expect(wrong).to_be_focused()
    expect(editor.locator("#mistake")).to_be_visible()
    wrong.fill("Which one?")
    editor.get_by_role("button", name="Publish").click()
    expect(editor).to_have_url("/quizzes/by-hand", timeout=15_000)

    first, number, cell = (one.body for one in published(app, "by-hand").questions)  # type: ignore[union-attr]
    assert isinstance(first, Choice)
    assert isinstance(number, Numeric)
    assert number.accepted[0].value == 0.5
    assert isinstance(cell, Matrix)
    assert {(one.row, one.column) for one in cell.cells} == {(0, 0), (0, 1)}


@pytest.mark.slow
def test_what_was_changed_in_one_way_stands_in_the_other(editor: Page):
    editor.get_by_label("Title (EN)").fill("Changed in the form")
    editor.get_by_role("button", name="Text of the file").click()
    text = editor.get_by_label("Text of the quiz")
    expect(text).to_be_visible()
    assert "Changed in the form" in text.input_value()
    text.fill(text.input_value().replace("Changed in the form", "Changed in the text"))
    editor.get_by_role("button", name="Form", exact=True).click()
    expect(editor.get_by_label("Title (EN)")).to_have_value("Changed in the text")


@pytest.mark.slow
def test_questions_are_moved_and_removed(editor: Page):
    add(editor, "true-false")
    expect(editor.locator("#question-1 h2")).to_have_text("2. True or false")
    editor.locator("#question-1").get_by_role("button", name="Up").click()
    expect(editor.locator("#question-0 h2")).to_have_text("1. True or false")
    editor.locator("#question-0").get_by_role("button", name="Remove", exact=True).click()
    expect(editor.locator("#question-0 h2")).to_have_text("1. One right option")


def test_question_is_seen_as_on_a_phone(editor: Page):
    editor.locator("#question-0").get_by_role("button", name="As on a phone").click()
    phone = editor.get_by_role("dialog")
    expect(phone.get_by_text("What is ReLU(-2)?")).to_be_visible()
    phone.get_by_role("button", name="0", exact=True).click()
    expect(phone.locator(".option.right")).to_contain_text("0")
    phone.get_by_role("button", name="Magyar").click()
    expect(phone.get_by_text("Mennyi ReLU(-2)?")).to_be_visible()
    editor.keyboard.press("Escape")
    expect(editor.locator("#question-0").get_by_role("button", name="As on a phone")).to_be_focused()


def test_what_cannot_be_previewed_is_said_at_its_field(editor: Page):
    add(editor, "single")
    editor.locator("#question-1").get_by_role("button", name="As on a phone").click()
    expect(editor.locator("#question-1").get_by_label("Question (EN)")).to_be_focused()
    expect(editor.locator("#question-1 #mistake")).to_be_visible()


@pytest.mark.slow
def test_removed_question_can_come_back(editor: Page):
    question = editor.locator("#question-0")
    question.get_by_label("Question (EN)").fill("Do not lose me")
    question.get_by_role("button", name="Remove", exact=True).click()
    expect(question).to_have_count(0)
    expect(editor.get_by_role("button", name="Undo")).to_be_focused()
    editor.keyboard.press("Enter")
    expect(question.get_by_label("Question (EN)")).to_have_value("Do not lose me")


@pytest.mark.slow
def test_focus_and_what_is_open_outlive_a_change(editor: Page):
    question = editor.locator("#question-0")
    question.get_by_text("Time, points, tags").click()
    question.get_by_role("button", name="Add one").click()
    expect(question.get_by_label("Option (EN)").nth(2)).to_be_focused()
    expect(question.get_by_label("Seconds")).to_be_visible()
    question.get_by_role("button", name="Up (3)").press("Enter")
    expect(question.get_by_role("button", name="Up (2)")).to_be_focused()


@pytest.mark.slow
def test_class_is_taken_out_with_its_row_and_column(editor: Page):
    add(editor, "cell")
    question = editor.locator("#question-1")
    question.get_by_role("button", name="Add a class").click()
    editor.keyboard.type("owl, snowy")
    question.get_by_label("cat → owl, snowy", exact=True).fill("7")
    question.get_by_label("right: dog → owl, snowy").check()
    question.get_by_role("button", name="Remove (1)").click()
    expect(question.get_by_label("right: dog → owl, snowy")).to_be_checked()
    expect(question.get_by_label("dog → owl, snowy", exact=True)).to_have_value("0")


@pytest.mark.slow
def test_form_that_was_only_looked_at_is_the_same_file(editor: Page):
    text = editor.get_by_label("Text of the quiz")
    editor.get_by_role("button", name="Text of the file").click()
    text.fill(write_quiz(made_up_quiz.QUIZ, ZONE))
    editor.get_by_role("button", name="Form", exact=True).click()
    expect(editor.locator("#question-8")).to_be_visible()
    editor.get_by_role("button", name="Text of the file").click()
    expect(text).to_be_visible()
    assert read_quiz(text.input_value(), ZONE) == made_up_quiz.QUIZ


def test_leaving_with_changes_is_asked_about(editor: Page):
    editor.get_by_label("Title (EN)").fill("Not kept yet")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    editor.on("dialog", leave)
    editor.goto("/quizzes")
    assert asked == ["beforeunload"]


def test_mistake_in_a_folded_question_unfolds_it(editor: Page):
    wrong = write_quiz(made_up_quiz.QUIZ, ZONE).replace(
        "shape = [64, 6, 28, 28]", "shape = [64, 6, 28, 28]\nseconds = 20"
    )
    editor.get_by_role("button", name="Text of the file").click()
    editor.get_by_label("Text of the quiz").fill(wrong)
    editor.get_by_role("button", name="Form", exact=True).click()
    shape = editor.locator("#question-7")
    expect(shape.get_by_label("Question (EN)")).to_be_hidden()
    shape.get_by_role("button", name="8. Shape of a tensor").click()
    shape.get_by_label("Shape, such as").fill("64, six")
    shape.get_by_role("button", name="8. Shape of a tensor").click()
    editor.get_by_role("button", name="Publish").click()
    expect(shape.get_by_label("Shape, such as")).to_be_focused()


def test_pictures_of_a_file_are_seen_and_published(editor: Page):
    """As on a phone, before anything is kept; and on the page of the quiz."""
    file = {"name": "bank.xml", "mimeType": "text/xml", "buffer": moodle_bank()}
    editor.locator("#file").set_input_files(file)  # type: ignore[arg-type]
    editor.get_by_role("button", name="Read the file").click()
    expect(editor.get_by_text("has no alternative text")).to_be_visible()
    editor.locator("#question-0").get_by_role("button", name="As on a phone").click()
    shown = editor.locator("dialog img.picture")
    expect(shown).to_have_count(3)
    for at in range(3):
        expect(shown.nth(at)).to_have_js_property("complete", True)
        assert shown.nth(at).evaluate("(one) => one.naturalWidth") > 0
    editor.get_by_role("button", name="Close").click()
    editor.get_by_role("button", name="Publish").click()
    expect(editor.locator("img.picture")).to_have_count(4)
