"""The gallery on a port, and pages of a real browser that note every complaint."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.server.pages.gallery import make_gallery

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Whole:
    """Reads an answer before it is sent: Werkzeug leaves files open when a browser goes away meanwhile."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        parts = self.app(environ, start_response)
        with closing(parts) if hasattr(parts, "close") else nullcontext():
            return [b"".join(parts)]


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """The address of the gallery."""
    server = make_server("127.0.0.1", 0, Whole(make_gallery()), threaded=True)
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
