"""What the WSGI server of the blob server loads."""

from __future__ import annotations

import os

from flask import Flask

from server.blobs.app import create_blob_app
from server.blobs.settings import BlobSettings
from server.logs import configure
from server.store import open_store


def application() -> Flask:
    """Called once in its process."""
    configure()
    settings = BlobSettings.from_environment(os.environ)
    return create_blob_app(open_store(settings.store, settings.bucket), settings.keys)
