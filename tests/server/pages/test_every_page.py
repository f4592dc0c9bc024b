"""What holds on every page and in every scene: it fits a phone, can be read by day and night, and heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.sampling import few
from tests.server.pages.gallery import PAGES, SCENES

# What a page shows once its script has heard where the quiz stands.
AWAKE = {
    "quizzes/phone.html": ":is([data-join], [data-wait], [data-play]):not([hidden])",
    "quizzes/wall.html": ".wall-word:not([hidden])",
    "quizzes/remote.html": "[data-buttons] button",
    "quizzes/replay.html": ":is([data-start]:enabled, [data-end]:not([hidden]))",
}
FIRST_OF_TEMPLATE = {template: name for name, (template, *_rest) in sorted(PAGES.items(), reverse=True)}
NAMES = few(sorted({*PAGES, *SCENES}), keep=set(FIRST_OF_TEMPLATE.values()).__contains__)
SCHEMES = ("light", "dark")

# Text stands out 4.5 to 1 (WCAG 2.2, 1.4.3).
TOO_FAINT = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const channels = (colour) => {
    if (!known.has(colour)) known.set(colour, drawn(colour));
    return known.get(colour);
  };
  const drawn = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const grounds = new Map();
  const behind = (element) => {
    if (!element) return channels(getComputedStyle(document.body).backgroundColor);
    if (!grounds.has(element)) {
      const colour = channels(getComputedStyle(element).backgroundColor);
      grounds.set(element, colour[3] > 250 ? colour : behind(element.parentElement));
    }
    return grounds.get(element);
  };
  const shown = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
    && element.getClientRects().length && !element.closest(".hush, .skip, svg")
    && parseFloat(getComputedStyle(element).fontSize) > 1;
  return [...document.querySelectorAll("body *")].filter(shown).flatMap((element) => {
    const [a, b] = [light(channels(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    return contrast < 4.5 ? [`${element.className} ${element.textContent} ${contrast.toFixed(2)}`] : [];
  });
}"""

# What is not drawn keeps the colours that it was loaded with.
DRAW_ANEW = """() => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  document.body.style.display = "none";
  document.body.getClientRects();
  document.body.style.display = "";
}"""

ALL_HEATS = """() => {
  const cells = (kind) => [...Array(10).keys()].map((at) => `<td class="${kind} heat-${at}">${at}</td>`);
  const rows = ["hit", "miss"].map((kind) => `<tr>${cells(kind).join("")}</tr>`);
  document.querySelector(".matrix tbody").innerHTML = rows.join("");
}"""


AXE = (Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
# All that axe knows but the colours, which are looked at in both schemes above.
HEARD_BADLY = """async () => {
  const options = { rules: { "color-contrast": { enabled: false } }, resultTypes: ["violations"] };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}"""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of a page: each is loaded once, for loading takes the time."""

    complaints: list[str]
    sideways: int  # pixels
    faint: Mapping[str, list[str]]  # by colour scheme
    heard_badly: list[str]  # what axe says of it


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    """One phone that opens all pages, one after the other, and keeps their styles and fonts."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="hu-HU", reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def look(phone: Page, gallery: str) -> Callable[[str], Looked]:
    """Looks at a page of the gallery: `look("wall")`."""
    complaints: list[str] = []
    phone.on("console", lambda line: line.type in {"error", "warning"} and complaints.append(line.text))
    phone.on("pageerror", lambda error: complaints.append(str(error)))

    @cache
    def looked(name: str) -> Looked:
        complaints.clear()
        phone.emulate_media(color_scheme="light")
        awake = AWAKE.get({**PAGES, **SCENES}[name][0], "body")
        phone.goto(f"{gallery}/{name}?lang=hu", wait_until="load")
        phone.wait_for_selector(awake)
        sideways = phone.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        phone.evaluate(DRAW_ANEW)
        light = phone.evaluate(TOO_FAINT)
        phone.emulate_media(color_scheme="dark")
        phone.evaluate(DRAW_ANEW)
        faint = {"light": light, "dark": phone.evaluate(TOO_FAINT)}
        phone.evaluate(AXE)
        return Looked([*complaints], sideways, faint, phone.evaluate(HEARD_BADLY))

    return looked


@pytest.mark.parametrize("name", NAMES)
def test_page_fits_a_phone_without_complaint(look: Callable[[str], Looked], name: str):
    assert (look(name).complaints, look(name).sideways) == ([], 0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_stands_out(look: Callable[[str], Looked], name: str, scheme: str):
    assert look(name).faint[scheme] == []


@pytest.mark.parametrize("name", NAMES)
def test_who_hears_a_page_gets_all_of_it(look: Callable[[str], Looked], name: str):
    assert look(name).heard_badly == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_heat_keeps_its_number_readable(page: Page, gallery: str, scheme: Literal["light", "dark"]):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{gallery}/show-rockets?lang=hu")
    page.evaluate(ALL_HEATS)
    assert page.evaluate(TOO_FAINT) == []
