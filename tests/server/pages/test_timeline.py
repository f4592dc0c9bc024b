"""The clock and the slider on the page of an assignment, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.server.pages.made_up import NOW

SLIDER = "[data-slide] input"


def test_slider_says_what_a_hand_in_would_be_worth(page: Page, gallery: str):
    page.goto(f"{gallery}/explanation?lang=en")
    said = page.locator("[data-said-then]")
    page.locator(SLIDER).fill("0")
    expect(said).to_have_text(re.compile("on time – 10 points earned would be worth 10."))
    page.locator(SLIDER).fill("1000")
    expect(said).to_have_text(re.compile("not taken – 10 points earned would be worth 0."))
    expect(page.locator("[data-then]")).to_have_attribute("x1", "600")


def test_slider_is_moved_by_keys(page: Page, gallery: str):
    page.goto(f"{gallery}/explanation?lang=hu")
    page.locator(SLIDER).focus()
    page.keyboard.press("End")
    expect(page.locator("[data-said-then]")).to_have_text(re.compile("nem adható be"))


def test_without_scripts_the_table_says_it(browser, gallery: str):  # noqa: ANN001 - Playwright's own
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{gallery}/assignment?lang=en")
    expect(page.locator("[data-line] tbody tr")).to_have_count(7)
    expect(page.locator("#yours .stair")).to_have_count(1)
    page.locator("#yours summary").first.click()
    expect(page.locator("[data-slide]")).to_be_hidden()
    expect(page.locator("[data-time]")).to_have_text("21:16:00")
    context.close()


def test_clock_runs_on_the_servers_time(page: Page, gallery: str):
    """Whatever the clock of the machine says, and in the zone of the course."""
    page.clock.install(time=NOW.replace(year=2031, hour=3))
    page.goto(f"{gallery}/assignment?lang=en")
    time = page.locator("[data-time]")
    expect(time).to_have_text(re.compile(r"^21:16:0[0-3]$"))
    page.clock.run_for(60_000)
    expect(time).to_have_text(re.compile(r"^21:17:0[0-3]$"))


def test_countdown_goes_by_the_same_clock(page: Page, gallery: str):
    """A machine that is five years ahead would count the days since the deadline."""
    page.clock.install(time=NOW.replace(year=2031, hour=3))
    page.goto(f"{gallery}/assignment?lang=en")
    expect(page.locator("[data-countdown]").first).to_have_text(re.compile("^in [45] days$"))
