"""An application of a test on a port of its own, for real browsers."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

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


@contextmanager
def serving(app: WSGIApplication) -> Iterator[str]:
    """The application's address, until the block ends."""
    server = make_server("127.0.0.1", 0, Whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
