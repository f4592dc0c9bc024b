"""The least that could take a hand-in: a Flask view that stores the file and answers."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from flask import Flask, request
from flask.typing import ResponseReturnValue


def application() -> Flask:
    """Called once in each process of the web server."""
    app = Flask(__name__)
    folder = Path(os.environ["BARE_FOLDER"])

    @app.post("/hand-in")
    def hand_in() -> ResponseReturnValue:
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            request.files["file"].save(file)
        return {"stored": True}, 201

    return app
