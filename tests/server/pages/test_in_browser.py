"""Pages in a real browser, one by one: what they do on a phone, in the dark, and without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.slow
def test_narrowest_phone_needs_no_sideways_scrolling(page: Page, gallery: str):
    page.set_viewport_size({"width": 320, "height": 640})
    for name in ("people", "assignment", "show-rockets", "leaderboard-staff"):
        page.goto(f"{gallery}/{name}?lang=hu")
        assert page.evaluate("document.documentElement.scrollWidth") == 320, name


def test_hungarian_letters_come_from_our_own_fonts(page: Page, gallery: str):
    page.goto(f"{gallery}/leaderboard-staff?lang=hu")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('16px Figtree', 'őűŐŰ')")
    loaded = page.evaluate(
        "[...document.fonts].filter(face => face.status === 'loaded').map(face => face.family)"
    )
    assert "Figtree" in str(loaded)


@pytest.mark.slow
def test_chosen_theme_outlives_the_page(page: Page, gallery: str):
    page.emulate_media(color_scheme="light")
    page.goto(f"{gallery}/assignments")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("[data-theme-switch]").click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_first_tab_offers_to_skip_to_the_content(page: Page, gallery: str):
    page.goto(f"{gallery}/assignments")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_account_menu_closes_with_escape(page: Page, gallery: str):
    page.goto(f"{gallery}/assignments")
    summary = page.locator(".menu > summary")
    summary.press("Enter")
    expect(page.locator(".menu .item").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".menu .item").first).to_be_hidden()
    expect(summary).to_be_focused()


def test_search_finds_names_without_accents(page: Page, gallery: str):
    page.goto(f"{gallery}/people")
    page.locator("[data-filter]").fill("arvizturo")
    expect(page.locator("[data-filter-row]:visible")).to_have_count(1)
    page.locator("[data-filter]").fill("nobody of that name")
    expect(page.locator("[data-filter-none]")).to_be_visible()


def test_choosing_all_leaves_hidden_people_out(page: Page, gallery: str):
    page.goto(f"{gallery}/people")
    page.locator("[data-filter]").fill("plm42k")
    page.locator("[data-check-all]").check()
    assert page.locator("[name=neptun]:checked").count() == 1


def test_curve_has_its_numbers_in_words_and_in_a_table(page: Page, gallery: str):
    page.goto(f"{gallery}/show-scored?lang=en")
    curve = page.locator("loss-curve")
    expect(curve.locator("svg")).to_have_count(2)
    assert "loss went from" in str(curve.locator("svg").first.get_attribute("aria-label"))
    curve.locator("summary").click()
    expect(curve.locator("tbody tr")).to_have_count(15)


def test_new_token_can_be_copied(page: Page, gallery: str):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{gallery}/account-new-token?lang=en")
    page.locator("[data-copy]").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert str(page.evaluate("navigator.clipboard.readText()")).startswith("hazi_")


@pytest.mark.slow
def test_slips_alone_are_printed(page: Page, gallery: str):
    page.goto(f"{gallery}/invitations?lang=hu")
    page.emulate_media(media="print")
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.locator(".slip")).to_have_count(5)
