"""One submission in the browser: drop a file, watch it train, read the report card, look at the board."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from server.demo.accounts import Account
from tests.installation import GRADED_S, ROOT, SLUG, Installation

REFERENCE = ROOT / "assignments" / SLUG / "reference" / "submission.py"
NICKNAME = "Perceptron Panna"  # of the first student
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
DROP = """([name, text]) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([text], name, {type: "text/x-python"}));
    return dropped;
}"""


@pytest.fixture
def open_window(browser: Browser, house: Installation) -> Iterator[Callable[[], Page]]:
    """Opens fresh browser windows; whatever their consoles complain about fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def new_window() -> Page:
        contexts.append(
            browser.new_context(base_url=house.url, locale="en-GB", timezone_id="Europe/Budapest")
        )
        contexts[-1].set_default_timeout(PATIENCE_MS)
        page = contexts[-1].new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield new_window
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, account: Account) -> None:
    page.goto("/")
    page.get_by_label("Neptun code").fill(account.neptun.lower())
    page.get_by_label("Password").fill(account.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/assignments$"))


def drop_file(page: Page, file: Path) -> None:
    """As a hand with a mouse does: the browser's own drop event with a file in it."""
    dropped = page.evaluate_handle(DROP, [file.name, file.read_text(encoding="utf-8")])
    page.locator(".drop").dispatch_event("drop", {"dataTransfer": dropped})


@pytest.mark.timeout(3 * GRADED_S)
def test_a_submission_goes_from_the_browser_to_the_leaderboard(
    house: Installation, grader: int, open_window: Callable[[], Page]
):
    student = house.account("student")
    page = open_window()
    sign_in(page, student)
    page.get_by_role("link", name="LeNet on handwritten digits").first.click()
    expect(page.get_by_text("or drop them here")).to_be_visible()  # the page's script is awake
    drop_file(page, REFERENCE)
    expect(page.locator("[data-chosen]")).to_contain_text("submission.py")
    page.get_by_role("button", name="Hand in").click()

    expect(page).to_have_url(re.compile("/submissions/[0-9a-f-]{36}$"))
    expect(page.locator("[data-live-curve] svg").first).to_be_visible(timeout=1000 * GRADED_S)
    see_report_card(page)

    page.goto(f"/assignments/{SLUG}/leaderboard")
    expect(page.locator("tr.mine")).to_have_count(1)
    expect(page.locator("tr.mine")).to_contain_text(NICKNAME)
    see_as_lecturer(open_window(), house, student)


def see_report_card(page: Page) -> None:
    card = page.locator(".report")
    expect(card.get_by_role("heading", name="10 / 10")).to_be_visible(timeout=1000 * GRADED_S)
    expect(card.locator("table.matrix tbody tr")).to_have_count(10)
    expect(card.locator("table.classes tbody tr")).to_have_count(10)


def see_as_lecturer(page: Page, house: Installation, student: Account) -> None:
    """Staff see who it is; the hall, on the projector, does not."""
    sign_in(page, house.account("lecturer"))
    page.goto(f"/assignments/{SLUG}/leaderboard")
    expect(page.get_by_role("row").filter(has_text=student.neptun)).to_contain_text(student.name)

    page.goto(f"/assignments/{SLUG}/projector")
    expect(page.locator("body")).to_contain_text(NICKNAME)
    expect(page.locator("body")).not_to_contain_text(student.neptun)
    expect(page.locator("body")).not_to_contain_text(student.name)
