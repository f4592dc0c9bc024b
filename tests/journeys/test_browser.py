"""One submission in the browser: drop a file, watch it train, read the report card, look at the board."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.demo.accounts import Account
from tests.installation import GRADED_S, ROOT, SLUG, Installation, await_done, hand_in

REFERENCE = ROOT / "assignments" / SLUG / "reference" / "submission.py"
PATIENCE_MS = 30_000
DROP = """([name, text]) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([text], name, {type: "text/x-python"}));
    return dropped;
}"""


@pytest.fixture
def page(browser: Browser, house: Installation) -> Iterator[Page]:
    """A fresh browser window; whatever its console complains about fails the test."""
    context = browser.new_context(base_url=house.url, locale="en-GB", timezone_id="Europe/Budapest")
    context.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def sign_in(page: Page, account: Account) -> None:
    page.goto("/")
    page.get_by_label("Neptun code").fill(account.neptun.lower())
    page.get_by_label("Password").fill(account.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/assignments$"), timeout=PATIENCE_MS)


def drop_file(page: Page, file: Path) -> None:
    """As a hand with a mouse does: the browser's own drop event with a file in it."""
    dropped = page.evaluate_handle(DROP, [file.name, file.read_text(encoding="utf-8")])
    page.locator(".drop").dispatch_event("drop", {"dataTransfer": dropped})


@pytest.mark.timeout(2 * GRADED_S)
def test_a_submission_goes_from_the_browser_to_the_leaderboard(house: Installation, grader: int, page: Page):
    student = house.account("student")
    sign_in(page, student)
    page.get_by_role("link", name="LeNet on handwritten digits").first.click()

    drop_file(page, REFERENCE)
    expect(page.locator("[data-chosen]")).to_contain_text("submission.py")
    page.get_by_role("button", name="Hand in").click()

    expect(page).to_have_url(re.compile("/submissions/[0-9a-f-]{36}$"), timeout=PATIENCE_MS)
    expect(page.locator("[data-live-curve] svg").first).to_be_visible(timeout=1000 * GRADED_S)

    card = page.locator(".report")
    expect(card.get_by_role("heading", name="10 / 10")).to_be_visible(timeout=1000 * GRADED_S)
    expect(card.locator("table.matrix tbody tr")).to_have_count(10)
    expect(card.locator("table.classes tbody tr")).to_have_count(10)

    page.goto(f"/assignments/{SLUG}/leaderboard")
    expect(page.locator("tr.mine")).to_have_count(1)
    expect(page.locator("tr.mine")).to_contain_text("Perceptron Panna")


@pytest.mark.timeout(2 * GRADED_S)
def test_the_lecturer_sees_the_name_and_the_hall_does_not(house: Installation, grader: int, page: Page):
    student = house.account("student", 2)
    with house.api(student) as client:
        await_done(client, hand_in(client, REFERENCE.read_bytes())["id"])
    sign_in(page, house.account("lecturer"))

    page.goto(f"/assignments/{SLUG}/leaderboard")
    row = page.get_by_role("row").filter(has_text=student.neptun)
    expect(row).to_contain_text(student.name)

    page.goto(f"/assignments/{SLUG}/projector")
    expect(page.locator("body")).to_contain_text("Convolution Csilla")
    expect(page.locator("body")).not_to_contain_text(student.neptun)
    expect(page.locator("body")).not_to_contain_text(student.name)
