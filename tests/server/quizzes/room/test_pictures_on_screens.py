"""Pictures on the wall and on a phone, in a real browser: all of them are seen, none beyond an edge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext

from tests.pictures import take_pictures
from tests.server.builders import PASSWORD
from tests.server.pages.test_projector_fits import LISTENER
from tests.server.quizzes.conftest import Remote
from tests.server.quizzes.pictures.samples import made
from tests.server.serving import serving

SHAPES = {
    "usual": (800, 600),
    "wide": (3000, 150),
    "tall": (150, 3000),
    "small": (8, 8),
    "large": (4000, 4000),
}
QUESTION = """
[[question]]
id = "{name}"
type = "single"
seconds = 600
text = "Which of these is ![a red net]({name}.png)?"
options = [
  {{ text = "![the first]({name}.png)", correct = true }},
  "![the second](usual.png)", "![the third](wide.png)", "![the fourth](tall.png)",
]
explanation = "It is ![the first]({name}.png), which is explained at some length."
"""
SHOWN = """(count) => {
  const shown = [...document.querySelectorAll("img.picture")].filter((one) => one.offsetParent);
  return shown.length === count && shown.every((one) => {
    const box = one.getBoundingClientRect();
    return one.complete && one.naturalWidth > 0 && box.width >= 1 && box.height >= 1;
  });
}"""
WHOLE = """() => document.documentElement.scrollHeight <= innerHeight
  && [...document.querySelectorAll("img.picture")].filter((one) => one.offsetParent).every((one) => {
    const box = one.getBoundingClientRect();
    return box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
  })"""


@pytest.fixture
def quiz_folder(tmp_path: Path) -> Path:
    """A course's folder with a question for each shape of a picture."""
    folder = tmp_path / "course" / "quizzes"
    (folder / "week-1").mkdir(parents=True)
    questions = "".join(QUESTION.format(name=name) for name in SHAPES)
    (folder / "week-1.toml").write_text(f'slug = "week-1"\ntitle = "Week 1"\n{questions}')
    for name, (width, height) in SHAPES.items():
        (folder / "week-1" / f"{name}.png").write_bytes(made(width, height))
    return folder.parent


@pytest.fixture
def context(browser: Chromium, app: Flask) -> Iterator[BrowserContext]:
    """Windows of somebody."""
    with serving(app) as address:
        found = browser.new_context(base_url=address, locale="en-GB")
        yield found
        found.close()


def test_the_wall_shows_every_picture_whole(context: BrowserContext, remote: Remote):
    """Open and told, whatever its shape, on a small projector and a large one."""
    wall = context.new_page()
    wall.add_init_script(LISTENER)
    wall.goto(f"/login?next=/live/{remote.pin}/wall")
    wall.get_by_label("Neptun code").fill("LEC001")
    wall.get_by_label("Password").fill(PASSWORD)
    wall.get_by_role("button", name="Sign in").click()
    wall.wait_for_function("() => window.heard && window.heard.length > 0")
    for name in SHAPES:
        remote.ask()
        for phase, count in (("question", 5), ("reveal", 6)):
            told = remote.browser.get(
                f"/api/v1/live/{remote.pin}/wall", headers={"Accept": "application/json"}
            )
            assert told.get_json()["phase"] == phase
            wall.evaluate("(room) => window.say(room)", told.get_json())
            for width, height in ((1280, 720), (1920, 1080)):
                wall.set_viewport_size({"width": width, "height": height})
                wall.wait_for_function(SHOWN, arg=count)
                wall.wait_for_function(WHOLE)
            take_pictures(wall, f"wall-{name}-{phase}")
            if phase == "question":
                remote.close()


def test_a_phone_shows_every_picture_as_wide_as_it_is(
    context: BrowserContext, remote: Remote, student: object
):
    """It may be scrolled, but not to the side."""
    phone = context.new_page()
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto(f"/live/{remote.pin}")
    phone.get_by_label("Neptun code").fill("ABC123")
    phone.locator("form button").first.click()
    for name in SHAPES:
        remote.ask()
        phone.wait_for_function(SHOWN, arg=5)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, name
        take_pictures(phone, f"phone-{name}")
        remote.close()
        phone.wait_for_function(SHOWN, arg=6)
