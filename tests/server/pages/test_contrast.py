"""Everything can be read, by day and by night: text stands out 4.5 to 1 (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.server.pages.gallery import PAGES, SCENES

SILENT_STREAM = {"status": 200, "content_type": "text/event-stream", "body": ": ping\n\n"}

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
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return channels(getComputedStyle(document.body).backgroundColor);
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

ALL_HEATS = """() => {
  const cells = (kind) => [...Array(10).keys()].map((at) => `<td class="${kind} heat-${at}">${at}</td>`);
  const rows = ["hit", "miss"].map((kind) => `<tr>${cells(kind).join("")}</tr>`);
  document.querySelector(".matrix tbody").innerHTML = rows.join("");
}"""


@pytest.fixture(params=["light", "dark"])
def lit(request: pytest.FixtureRequest, page: Page) -> Page:
    page.emulate_media(color_scheme=request.param, reduced_motion="reduce")
    page.route("**/events*", lambda route: route.fulfill(**SILENT_STREAM))
    return page


def test_all_text_stands_out(lit: Page, gallery: str):
    faint = {}
    for name in (*PAGES, *SCENES):
        lit.goto(f"{gallery}/{name}?lang=hu")
        faint[name] = lit.evaluate(TOO_FAINT)
    assert {name: found for name, found in faint.items() if found} == {}


def test_every_heat_keeps_its_number_readable(lit: Page, gallery: str):
    lit.goto(f"{gallery}/show-rockets?lang=hu")
    lit.evaluate(ALL_HEATS)
    assert lit.evaluate(TOO_FAINT) == []
