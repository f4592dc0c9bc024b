"""A live quiz in a real browser: what a phone shows once it is out, and where something is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.server.pages.made_up_quiz import phone_sees, replay_sees

WHILE_MS = 5000  # that a clock left running would have used
SENT_OUT = {"slug": "kicked", "title": "Sent out", "detail": "Talk to your lecturer."}
NOT_JOINED = {"slug": "not-joined", "title": "Not joined", "detail": "Join first."}


def story(*told: tuple[str, dict[str, Any]]) -> Callable[[Route], None]:
    """A stream that tells this and then nothing for a long time."""
    body = "".join(f"event: {kind}\ndata: {json.dumps(data)}\n\n" for kind, data in told)
    return lambda route: route.fulfill(content_type="text/event-stream", body=f"retry: 600000\n\n{body}")


@pytest.fixture
def phone(page: Page) -> Page:
    """A phone whose clock passes only when it is told to."""
    page.clock.install()
    page.route("**/state*", lambda route: route.fulfill(json=phone_sees("single-question", "en")))
    return page


def test_phone_that_was_sent_out_sees_no_question(phone: Page, gallery: str):
    seen = phone_sees("single-question", "en")
    phone.route("**/events*", story(("state", seen), ("out", SENT_OUT)))
    phone.goto(f"{gallery}/phone-single?lang=en")
    expect(phone.locator("[data-problem]")).to_have_text("Sent out: Talk to your lecturer.")
    phone.clock.run_for(WHILE_MS)
    expect(phone.locator("[data-play]")).to_be_hidden()
    expect(phone.locator("[data-wait]")).to_be_hidden()


def test_phone_that_is_not_joined_any_more_asks_to_join(phone: Page, gallery: str):
    phone.route("**/events*", story(("state", phone_sees("single-question", "en"))))
    phone.route("**/answers/*", lambda route: route.fulfill(status=401, json=NOT_JOINED))
    phone.goto(f"{gallery}/phone-single?lang=en")
    phone.locator(".option").first.click()
    expect(phone.locator("[data-join]")).to_be_visible()
    phone.clock.run_for(WHILE_MS)
    expect(phone.locator("[data-play]")).to_be_hidden()
    expect(phone.locator("[data-join]")).to_be_visible()


def test_phone_that_was_sent_out_has_a_way_back(phone: Page, gallery: str):
    phone.route("**/events*", story(("out", SENT_OUT)))
    phone.goto(f"{gallery}/phone-single?lang=en")
    expect(phone.locator("[data-back] a")).to_have_count(2)
    phone.locator("[data-not-me]").click()
    expect(phone.locator("[data-join]")).to_be_visible()
    expect(phone.locator("[data-problem]")).to_be_hidden()


def test_phone_that_is_in_by_mistake_has_a_way_back(phone: Page, gallery: str):
    seen = phone_sees("lobby", "en")
    phone.route("**/state*", lambda route: route.fulfill(json=seen))
    phone.route("**/events*", story(("state", seen)))
    phone.goto(f"{gallery}/phone-single?lang=en")
    expect(phone.locator("[data-wait-big]")).to_have_text("You are in")
    phone.locator("[data-not-me]").click()
    expect(phone.locator("[data-join]")).to_be_visible()
    expect(phone.locator("[data-wait]")).to_be_hidden()


def test_question_that_opens_is_announced(phone: Page, gallery: str):
    phone.route("**/events*", story(("state", phone_sees("single-question", "en"))))
    phone.goto(f"{gallery}/phone-single?lang=en")
    expect(phone.locator("[role=status][data-announced]")).to_contain_text(
        "Question 1 of 9: What is the derivative"
    )


def test_phone_without_the_moments_of_a_question_gets_ready(phone: Page, gallery: str, complaints: list[str]):
    seen = phone_sees("single-question", "en")
    del seen["opens_at"], seen["closes_at"]
    phone.route("**/state*", lambda route: route.fulfill(json=seen))
    phone.route("**/events*", story(("state", seen)))
    phone.goto(f"{gallery}/phone-single?lang=en")
    expect(phone.locator("[data-wait-big]")).to_have_text("Get ready")
    phone.clock.run_for(WHILE_MS)
    expect(phone.locator("[data-play]")).to_be_hidden()
    assert complaints == []


def test_question_opens_on_a_phone_by_itself(phone: Page, gallery: str):
    seen = phone_sees("single-question", "en")
    soon = seen | {"phase": "ready", "opens_at": seen["now"] + 3000}
    phone.route("**/state*", lambda route: route.fulfill(json=soon))
    phone.route("**/events*", story(("state", soon)))
    phone.goto(f"{gallery}/phone-single?lang=en")
    expect(phone.locator("[data-wait-big]")).to_have_text("Get ready")
    expect(phone.locator("[data-play]")).to_be_hidden()
    phone.clock.run_for(4000)
    expect(phone.locator("[data-play]")).to_be_visible()
    expect(phone.locator(".option")).to_have_count(4)


def test_replay_goes_on_after_an_answer_that_broke_off(page: Page, gallery: str):
    answers = ['{"open": tru', json.dumps(replay_sees("begin", "en"))]
    page.route(
        "**/live/*/replay?*",
        lambda route: route.fulfill(content_type="application/json", body=answers.pop(0)),
    )
    page.goto(f"{gallery}/replay?lang=en")
    expect(page.locator("[data-start]")).to_be_enabled()
    expect(page.locator("[data-link]")).to_be_hidden()
