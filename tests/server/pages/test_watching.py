"""The page of a run in a real browser: by event stream, by polling, and over to the report card."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.server.pages.gallery import make_gallery

RUN = {"state": "running", "attempt": 1, "position": None, "expected_finish": None}
OVER = RUN | {"state": "done", "verdict": "scored"}
TOLD = [
    {"id": 1, "kind": "phase", "text": "train", "values": {}},
    {"id": 2, "kind": "log", "text": "hello <b>", "values": {}},
    {"id": 3, "kind": "point", "text": "", "values": {"epoch": 1, "loss": 2.1}},
    {"id": 4, "kind": "point", "text": "", "values": {"epoch": 2, "loss": 1.1}},
]


def card() -> str:
    """The fragment as the server sends it: cut out of the whole page."""
    html = make_gallery().test_client().get("/gallery/show-scored?lang=en").text
    return html[html.index('<div class="report">') : html.index('<section class="card receipt"')]


def message(kind: str, data: dict[str, Any]) -> str:
    number = f"id: {data['id']}\n" if "id" in data else ""
    return f"{number}event: {kind}\ndata: {json.dumps(data)}\n\n"


def streamed(*messages: str) -> dict[str, Any]:
    return {"status": 200, "content_type": "text/event-stream", "body": "".join(messages)}


@pytest.fixture
def watched(page: Page) -> Page:
    page.route("**/card", lambda route: route.fulfill(content_type="text/html", body=card()))
    return page


def test_stream_leads_to_the_report_card(watched: Page, gallery: str, complaints: list[str]):
    story = [message("state", RUN), *(message(event["kind"], event) for event in TOLD), message("end", OVER)]
    watched.route("**/events", lambda route: route.fulfill(**streamed(*story)))
    watched.goto(f"{gallery}/show-waiting?lang=en")
    expect(watched.locator("[data-report-head]")).to_be_focused()
    expect(watched.locator("[data-status]")).to_have_text("Done. Here is your report card.")
    expect(watched.locator("h1")).to_have_text("Report card")
    expect(watched.locator("[data-report] loss-curve svg")).to_have_count(2)
    assert complaints == []


def test_a_run_without_a_score_is_not_called_done(watched: Page, gallery: str):
    """The page of the gallery fetches the card of a run that was scored: the sentence follows the run."""
    story = [message("state", RUN), message("end", OVER | {"verdict": "failed"})]
    watched.route("**/events", lambda route: route.fulfill(**streamed(*story)))
    watched.goto(f"{gallery}/show-waiting?lang=en")
    expect(watched.locator("[data-status]")).to_contain_text("It ended without a score")


def test_the_step_in_which_a_run_failed_is_marked(watched: Page, gallery: str):
    failed = (
        '<div class="report" data-failed="train"><section tabindex="-1" data-report-head></section></div>'
    )
    story = [message("state", RUN), message("end", OVER | {"verdict": "failed"})]
    watched.route("**/events", lambda route: route.fulfill(**streamed(*story)))
    watched.unroute("**/card")
    watched.route("**/card", lambda route: route.fulfill(content_type="text/html", body=failed))
    watched.goto(f"{gallery}/show-waiting?lang=en")
    expect(watched.locator("[data-step=train]")).to_have_class("failed")
    expect(watched.locator("[data-step=start]")).to_have_class("done")
    expect(watched.locator("[data-step=score]")).not_to_have_class("done")


def test_stream_shows_steps_log_and_curve(watched: Page, gallery: str):
    story = [message("state", RUN), *(message(event["kind"], event) for event in TOLD)]
    watched.route("**/events", lambda route: route.fulfill(**streamed(*story)))
    watched.goto(f"{gallery}/show-waiting?lang=en")
    expect(watched.locator("[data-step=train]")).to_have_attribute("aria-current", "step")
    expect(watched.locator("[data-log]")).to_have_text("hello <b>\n")
    expect(watched.locator("[data-live-curve] tbody tr")).to_have_count(2)


@pytest.mark.slow
def test_cut_stream_falls_back_to_polling(watched: Page, gallery: str):
    asked = []

    def answer(route: Route) -> None:
        if "after=" not in route.request.url:
            return route.fulfill(status=503)
        asked.append(route.request.url.partition("after=")[2])
        events = TOLD if len(asked) == 1 else []
        return route.fulfill(json={"submission": OVER, "events": events, "next": 4})

    watched.route("**/events*", answer)
    watched.goto(f"{gallery}/show-waiting?lang=en")
    expect(watched.locator("[data-report-head]")).to_be_focused(timeout=20_000)
    assert asked == ["0", "4"]


def test_lost_grader_starts_the_story_again(watched: Page, gallery: str):
    again = RUN | {"state": "waiting", "attempt": 2, "position": 1}
    story = [
        message("state", RUN),
        *(message(event["kind"], event) for event in TOLD),
        message("state", again),
    ]
    watched.route("**/events", lambda route: route.fulfill(**streamed(*story)))
    watched.goto(f"{gallery}/show-running?lang=en")
    expect(watched.locator("[data-status]")).to_have_text("You are number 1 in the queue.")
    expect(watched.locator("[data-log]")).to_be_empty()
    expect(watched.locator("[data-step=queue]")).to_have_attribute("aria-current", "step")


def test_log_has_the_room_where_no_curve_is_drawn(watched: Page, gallery: str):
    watched.set_viewport_size({"width": 1280, "height": 800})
    watched.route("**/events", lambda route: route.fulfill(**streamed(message("state", RUN))))
    watched.goto(f"{gallery}/show-running-functions?lang=hu")
    expect(watched.locator("[data-live-curve]")).to_be_hidden()
    widths = [
        watched.locator(f".card:has({part})").bounding_box()["width"]
        for part in ("[data-log]", "[data-steps]")
    ]
    assert widths[0] == widths[1]


@pytest.mark.slow
def test_report_card_that_is_cut_off_is_asked_for_again(watched: Page, gallery: str, complaints: list[str]):
    asked = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            return route.abort()
        if len(asked) == 2:
            return route.fulfill(status=503)
        return route.fulfill(content_type="text/html", body=card())

    watched.unroute("**/card")
    watched.route("**/card", answer)
    watched.route("**/events", lambda route: route.fulfill(**streamed(message("end", OVER))))
    watched.goto(f"{gallery}/show-waiting?lang=en")
    expect(watched.locator("[data-link]")).to_have_text("The server cannot be reached. Trying again…")
    expect(watched.locator("[data-report-head]")).to_be_focused(timeout=20_000)
    expect(watched.locator("[data-link]")).to_be_hidden()
    assert [told for told in complaints if "Failed to load resource" not in told] == []


def test_report_card_that_is_refused_loads_the_page_again(watched: Page, gallery: str):
    told = [message("end", OVER), message("state", RUN)]
    watched.unroute("**/card")
    watched.route("**/card", lambda route: route.fulfill(status=404))
    watched.route("**/events", lambda route: route.fulfill(**streamed(told.pop(0))))
    watched.goto(f"{gallery}/show-waiting?lang=en")
    expect(watched.locator("[data-status]")).to_have_text("Your code is running.")
    assert told == []
