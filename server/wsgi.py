"""What a WSGI server loads: the application as the environment describes it."""

from __future__ import annotations

import gc
import os

from flask import Flask

from server import create_app
from server.config import Config
from server.logs import configure


def application() -> Flask:
    """Called once in each process of the web server."""
    configure()
    app = create_app(Config.from_environment(os.environ))
    # What is loaded now stays for good: a collection that looks through all of it again costs requests time.
    gc.collect()
    gc.freeze()
    return app
