"""A whole live quiz, by hand: a lecturer with the remote, the projector, and three phones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.installation import QUIZ, Installation

PATIENCE_MS = 30_000
PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=PATIENCE_MS)
STUDENTS = ("ABC123", "BDF246", "CEG357")


@dataclass
class Hall:
    """Everybody who is there."""

    remote: Page
    wall: Page
    phones: list[Page]
    pin: str

    def press(self, name: str) -> None:
        self.remote.locator(f"[data-to={name}]").click()

    def ask(self, number: int) -> None:
        """The next question, until it stands on every phone."""
        self.press("question")
        for phone in self.phones:
            expect(phone.locator("[data-number]")).to_contain_text(f"Question {number} ")
            expect(phone.locator("[data-outcome]")).to_be_hidden()
            expect(phone.locator("[data-play]")).to_be_visible()

    def tell(self) -> None:
        """Close the question and show what was right, until every phone has seen it."""
        self.press("close")
        self.press("reveal")
        for phone in self.phones:
            expect(phone.locator("[data-outcome]")).to_be_visible()
        expect(self.remote.locator("[data-to=end]")).to_be_visible()


@pytest.fixture
def windows(browser: Browser, house: Installation) -> Iterator[Callable[..., Page]]:
    """Opens windows of different people; what their consoles complain about fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(**options: object) -> Page:
        context = browser.new_context(base_url=house.url, locale="en-GB", **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda told: complaints.append(told.text) if "Policy" in told.text else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, house: Installation, neptun: str) -> None:
    account = next(one for one in house.accounts if one.neptun == neptun)
    page.goto("/login")
    page.get_by_label("Neptun code").fill(account.neptun)
    page.get_by_label("Password").fill(account.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/assignments$"))


@pytest.fixture
def hall(house: Installation, windows: Callable[..., Page]) -> Hall:
    """The lobby: the first phone is signed in, the second and the third type their codes."""
    remote = windows()
    sign_in(remote, house, house.account("lecturer").neptun)
    remote.goto("/quizzes")
    remote.locator(f"form[action*='{QUIZ}'] button").click()
    expect(remote).to_have_url(re.compile(r"/live/\d{6}/remote$"))
    pin = remote.url.split("/")[-2]
    wall = remote.context.new_page()
    wall.goto(f"/live/{pin}/wall")
    phones = [windows(viewport=PHONE, has_touch=True) for _student in STUDENTS]
    sign_in(phones[0], house, STUDENTS[0])
    phones[0].goto(f"/live/{pin}")
    phones[0].get_by_role("button", name="Join").click()
    for phone, code in zip(phones[1:], STUDENTS[1:], strict=True):
        phone.goto("/live")
        phone.get_by_label("PIN").fill(pin)
        phone.keyboard.press("Enter")
        phone.get_by_label("Neptun code").fill(code.lower())
        phone.keyboard.press("Enter")
    for phone in phones:
        expect(phone.get_by_text("You are in")).to_be_visible()
    expect(wall.get_by_text("3 have joined")).to_be_visible()
    return Hall(remote, wall, phones, pin)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_quiz_is_played_by_hand(house: Installation, hall: Hall):
    answers = [single, multiple, truth, number, text, ordering, matching, shape, cell]
    for at, answer in enumerate(answers, start=1):
        hall.ask(at)
        answer(hall.phones[0])
        expect(hall.phones[0].locator("[data-saved]")).to_contain_text("Saved")
        if at == 1:
            lose_the_network(hall.phones[1])
            hall.phones[2].reload()
            expect(hall.phones[2].locator(".option")).to_have_count(4)
            expect(hall.wall.get_by_text("2 of 3 have answered")).to_be_visible()
        hall.tell()
        expect(hall.phones[0].locator(".verdict")).to_have_text("Right")
    hall.press("standings")
    expect(hall.wall.locator(".wall-ranks li")).to_have_count(3)
    hall.press("end")
    expect(hall.wall.locator(".wall-podium li")).to_have_count(3)
    expect(hall.phones[0].locator(".wait-small")).to_contain_text("Place 1 of 3")
    see_results(house, hall)


def lose_the_network(phone: Page) -> None:
    """In the lift between two access points: the answer waits on the phone, and goes out by itself."""
    phone.context.set_offline(True)
    phone.locator(".option").first.click()
    expect(phone.locator("[data-saved]")).to_contain_text("Kept on this phone")
    phone.context.set_offline(False)
    expect(phone.locator("[data-saved]")).to_contain_text("Saved")


def see_results(house: Installation, hall: Hall) -> None:
    """The right numbers for the lecturer, and nobody's name or code on the wall."""
    hall.wall.reload()
    expect(hall.wall.locator(".wall-podium li")).to_have_count(3)
    shown = hall.wall.content()
    assert not [word for one in house.accounts for word in (one.neptun, one.name) if word in shown]
    cookies = {one["name"]: one["value"] for one in hall.remote.context.cookies()}
    answer = httpx.get(f"{house.url}/api/v1/live/{hall.pin}/results", cookies=cookies)
    found = {one["neptun"]: one for one in answer.raise_for_status().json()["players"]}
    assert (found[STUDENTS[0]]["credit"], found[STUDENTS[0]]["proof"]) == (1, "signed-in")
    assert found[STUDENTS[1]]["answered"] == 1
    assert found[STUDENTS[2]]["answered"] == 0


# --- how a student who knows everything answers ---


def option(phone: Page, text: str) -> Locator:
    return phone.locator(".option").filter(
        has=phone.locator(".option-text", has_text=re.compile(f"^{text}$"))
    )


def single(phone: Page) -> None:
    option(phone, "0").click()


def multiple(phone: Page) -> None:
    option(phone, "ReLU").click()
    option(phone, "ReLU6").click()
    phone.get_by_role("button", name="Send").click()


def truth(phone: Page) -> None:
    option(phone, "False").click()


def number(phone: Page) -> None:
    phone.get_by_label("A number").fill("0,53")
    phone.keyboard.press("Enter")


def text(phone: Page) -> None:
    phone.get_by_label("A word or two").fill("le cun")
    phone.keyboard.press("Enter")


def ordering(phone: Page) -> None:
    """By the keyboard alone: move each item up until it is in its place."""
    for place, item in enumerate(["C1", "S2", "C3", "S4"]):
        while phone.locator(".ordering li").nth(place).locator(".option-text").inner_text() != item:
            phone.locator(".ordering li", has_text=item).get_by_role("button", name="Up").press("Enter")
    phone.get_by_role("button", name="Send").press("Enter")


def matching(phone: Page) -> None:
    rights = phone.locator(".rights li").all_inner_texts()
    for left, right in (("ReLU", "Kaiming"), ("tanh", "Glorot")):
        at = next(place for place, shown in enumerate(rights) if right in shown)
        phone.locator(".match", has_text=left).get_by_role("button").nth(at).click()
    phone.get_by_role("button", name="Send").click()


def shape(phone: Page) -> None:
    phone.get_by_label("A shape").fill("[64 6 28 28]")
    phone.keyboard.press("Enter")


def cell(phone: Page) -> None:
    for name in ("rocket → car: 3", "rocket → airplane: 8"):
        phone.get_by_role("button", name=name).click()
    phone.get_by_role("button", name="Send").click()
