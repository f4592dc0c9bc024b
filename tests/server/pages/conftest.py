"""The gallery on a port, and pages of a real browser that note every complaint."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.server.pages.gallery import make_gallery


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """The address of the gallery."""
    server = make_server("127.0.0.1", 0, make_gallery(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/gallery"
    server.shutdown()
    thread.join()
    server.server_close()


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
