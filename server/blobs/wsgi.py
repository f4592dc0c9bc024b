"""What the WSGI server of the blob server loads."""

from __future__ import annotations

import os

from flask import Flask

from server.blobs.app import create_blob_app
from server.blobs.settings import BlobSettings
from server.logs import configure
from server.store import Store


def application() -> Flask:
    """Called once in its process."""
    configure()
    settings = BlobSettings.from_environment(os.environ)
    return create_blob_app(Store(settings.store), settings.keys)
