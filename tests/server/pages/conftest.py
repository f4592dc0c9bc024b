"""The gallery on a port, and pages of a real browser that note every complaint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.server.pages.gallery import make_gallery
from tests.server.serving import serving


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """The address of the gallery."""
    with serving(make_gallery()) as address:
        yield f"{address}/gallery"


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of: scripts that failed, files missing, the policy violated."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    """A phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="hu-HU")
    opened = context.new_page()
    opened.on("console", lambda told: told.type in {"error", "warning"} and complaints.append(told.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
