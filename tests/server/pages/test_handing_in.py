"""The hand-in form in a real browser: by keyboard, with hints before, and refusals shown in place."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

GOOD = FilePayload(name="submission.py", mimeType="text/x-python", buffer=b"def train(): ...\n")
EMPTY = FilePayload(name="empty.py", mimeType="text/x-python", buffer=b"")
MODEL = FilePayload(name="model.pt", mimeType="application/octet-stream", buffer=b"\x80")
UPLOAD = "/api/v1/uploads/one"
REFUSED = {
    "status": 422,
    "content_type": "application/problem+json",
    "body": json.dumps({"title": "Not UTF-8", "detail": "Line 3 holds the byte 0xff.", "slug": "not-utf8"}),
}


@pytest.fixture
def form(page: Page, gallery: str) -> Page:
    page.goto(f"{gallery}/assignment?lang=en")
    return page


def problem(form: Page) -> str:
    return form.locator("[data-problem]").inner_text()


def test_form_works_without_a_mouse(form: Page):
    form.route(
        "**/submissions", lambda route: route.fulfill(status=201, json={"links": {"html": "/home?done"}})
    )
    for _ in range(30):
        form.keyboard.press("Tab")
        if form.evaluate("document.activeElement.id") == "file":
            break
    form.locator(":focus").set_input_files(GOOD)
    form.keyboard.press("Tab")
    expect(form.locator("[aria-label='Remove submission.py']")).to_be_focused()
    form.keyboard.press("Tab")
    expect(form.get_by_label("Grade the one that waits")).to_be_focused()
    form.keyboard.press("Tab")
    with form.expect_navigation(url="**/home?done"):
        form.keyboard.press("Enter")


def test_files_of_several_choices_are_sent_together(form: Page):
    sent = []

    def take(route: Route) -> None:
        sent.append(route.request)
        route.fulfill(status=201, json={"links": {"html": "/home?done"}})

    form.route("**/submissions", take)
    form.locator("#file").set_input_files(GOOD)
    form.locator("#file").set_input_files({**GOOD, "name": "model.py"})
    with form.expect_navigation(url="**/home?done"):
        form.locator("[data-send]").click()
    body = sent[0].post_data_buffer or b""
    assert body.count(b'name="file"') == 2
    assert sent[0].headers["idempotency-key"]
    assert sent[0].headers["accept"] == "application/json"


@pytest.mark.parametrize(("file", "sentence"), [(EMPTY, "is empty"), (MODEL, "not of a kind")])
def test_wrong_files_are_named_before_the_upload(form: Page, file: FilePayload, sentence: str):
    form.locator("#file").set_input_files(file)
    assert file["name"] in problem(form)
    assert sentence in problem(form)


@pytest.mark.slow
def test_removing_the_wrong_file_clears_the_hint(form: Page):
    form.locator("#file").set_input_files([GOOD, MODEL])
    form.locator("[aria-label='Remove model.pt']").click()
    expect(form.locator("[data-problem]")).to_be_hidden()
    expect(form.locator("[data-chosen] li")).to_have_count(1)


def test_refusal_of_the_server_is_shown_in_place(form: Page):
    form.route("**/submissions", lambda route: route.fulfill(**REFUSED))
    form.locator("#file").set_input_files(GOOD)
    form.locator("[data-send]").click()
    expect(form.locator("[data-problem]")).to_be_visible()
    assert "Not UTF-8" in problem(form)
    assert "Line 3 holds the byte 0xff." in problem(form)
    expect(form.locator("[data-chosen] li")).to_have_count(1)


def test_broken_connection_says_that_nothing_was_handed_in(form: Page):
    form.route("**/submissions", lambda route: route.abort())
    form.locator("#file").set_input_files(GOOD)
    form.locator("[data-send]").click()
    expect(form.locator("[data-problem]")).to_contain_text("Nothing was handed in")


AWAY = {"status": 503, "headers": {"Retry-After": "0"}, "json": {"title": "Away", "detail": "Soon back."}}


@pytest.mark.slow
def test_server_that_misses_a_part_gets_the_same_hand_in_again(form: Page):
    keys = []

    def take(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) < 3:
            return route.fulfill(**AWAY)
        return route.fulfill(status=201, json={"links": {"html": "/home?done"}})

    form.route("**/submissions", take)
    form.locator("#file").set_input_files(GOOD)
    with form.expect_navigation(url="**/home?done"):
        form.locator("[data-send]").click()
    assert len(keys) == 3
    assert len(set(keys)) == 1


@pytest.mark.slow
def test_waiting_for_the_server_can_be_given_up(form: Page):
    form.route("**/submissions", lambda route: route.fulfill(**AWAY | {"headers": {"Retry-After": "60"}}))
    form.locator("#file").set_input_files(GOOD)
    form.locator("[data-send]").click()
    expect(form.locator("[data-sent]")).not_to_be_empty()
    form.locator("[data-cancel]").click()
    expect(form.locator("[data-send]")).to_be_enabled()


@pytest.mark.slow
def test_same_files_sent_again_carry_the_same_key(form: Page):
    keys = []

    def fail(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.abort()

    form.route("**/submissions", fail)
    form.locator("#file").set_input_files(GOOD)
    for _ in range(2):
        form.locator("[data-send]").click()
        expect(form.locator("[data-send]")).to_be_enabled()
    form.locator("#file").set_input_files(EMPTY)
    form.locator("[aria-label='Remove empty.py']").click()
    form.locator("[data-send]").click()
    expect(form.locator("[data-send]")).to_be_enabled()
    assert keys[0] == keys[1] != keys[2]


@pytest.fixture
def in_pieces(form: Page) -> Page:
    """The form, when even a small file is large enough to go in pieces."""
    form.evaluate("document.querySelector('[data-dropzone]').dataset.piecesFrom = 10")
    form.route("**/uploads", lambda route: route.fulfill(status=201, headers={"Location": UPLOAD}))
    form.locator("#file").set_input_files(GOOD)
    return form


def test_large_files_go_in_pieces_and_are_handed_in_by_name(in_pieces: Page):
    sent = []

    def take(route: Route) -> None:
        sent.append(route.request.headers["upload-offset"])
        reached = {"0": "7", "7": str(len(GOOD["buffer"]))}[sent[-1]]
        route.fulfill(status=204, headers={"Upload-Offset": reached})

    def hand_in(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or ""))
        assert route.request.headers["idempotency-key"]
        route.fulfill(status=201, json={"links": {"html": "/home?done"}})

    in_pieces.route(f"**{UPLOAD}", take)
    in_pieces.route("**/submissions", hand_in)
    with in_pieces.expect_navigation(url="**/home?done"):
        in_pieces.locator("[data-send]").click()
    digest = sha256(GOOD["buffer"]).hexdigest()
    assert sent == ["0", "7", {"uploads": [{"id": "one", "sha256": digest}]}]
    assert in_pieces.evaluate("localStorage.length") == 0


@pytest.mark.slow
def test_pieces_say_that_what_waits_is_graded_too(in_pieces: Page):
    addresses = []

    def hand_in(route: Route) -> None:
        addresses.append(route.request.url)
        route.fulfill(status=201, json={"links": {"html": "/home?done"}})

    in_pieces.route(
        f"**{UPLOAD}",
        lambda route: route.fulfill(status=204, headers={"Upload-Offset": str(len(GOOD["buffer"]))}),
    )
    in_pieces.route("**/submissions?*", hand_in)
    in_pieces.get_by_label("Grade the one that waits").check()
    with in_pieces.expect_navigation(url="**/home?done"):
        in_pieces.locator("[data-send]").click()
    assert addresses[0].endswith("?keep=1")


def test_a_break_is_told_and_the_upload_can_be_cancelled(in_pieces: Page):
    in_pieces.route(f"**{UPLOAD}", lambda route: route.abort())
    in_pieces.locator("[data-send]").click()
    expect(in_pieces.locator("[data-sent]")).to_contain_text("The connection broke")
    in_pieces.context.set_offline(True)
    expect(in_pieces.locator("[data-sent]")).to_contain_text("There is no network")
    in_pieces.context.set_offline(False)
    in_pieces.locator("[data-cancel]").click()
    expect(in_pieces.locator("[data-problem]")).to_contain_text("the upload goes on where it stopped")
    assert in_pieces.evaluate("localStorage.length") == 1


def test_a_refusal_before_the_first_byte_is_shown_in_place(in_pieces: Page):
    in_pieces.unroute("**/uploads")
    in_pieces.route("**/uploads", lambda route: route.fulfill(**REFUSED))
    in_pieces.locator("[data-send]").click()
    expect(in_pieces.locator("[data-problem]")).to_contain_text("Line 3 holds the byte 0xff.")


def test_dropped_files_are_taken(form: Page):
    drop = form.evaluate_handle("new DataTransfer()")
    drop.evaluate("all => all.items.add(new File(['x'], 'dropped.py'))")
    form.dispatch_event(".drop", "drop", {"dataTransfer": drop})
    expect(form.locator("[data-chosen] .name")).to_have_text("dropped.py")


def test_form_without_scripts_is_a_plain_form(page: Page, gallery: str):
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = context.new_page()
    plain.goto(f"{gallery}/assignment?lang=en")
    expect(plain.locator("#file")).to_be_visible()
    expect(plain.locator("form[enctype='multipart/form-data'] [data-send]")).to_be_enabled()
    context.close()
