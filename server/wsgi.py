"""What a WSGI server loads: the application as the environment describes it."""

from __future__ import annotations

import os

from flask import Flask

from server import create_app
from server.config import Config
from server.logs import configure


def application() -> Flask:
    """Called once in each process of the web server."""
    configure()
    return create_app(Config.from_environment(os.environ))
