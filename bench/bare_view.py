"""The least that could take a hand-in: Flask views that store the file and answer.

One writes the file and no more; the other one does the durable work of a hand-in: the file is synced to disk
under its final name and one row is committed, with the settings of the server's own database.
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlalchemy import DateTime, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.datastructures import FileStorage

from server.database import Database


class _Table(DeclarativeBase):
    metadata = MetaData()


class HandInRow(_Table):
    """What has to be known of a hand-in."""

    __tablename__ = "bare_hand_in"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def application() -> Flask:
    """Called once in each process of the web server."""
    app = Flask(__name__)
    folder = Path(os.environ["BARE_FOLDER"])
    database = Database(os.environ["BARE_DATABASE_URL"])
    _Table.metadata.create_all(database.engine)

    @app.post("/hand-in")
    def hand_in() -> ResponseReturnValue:
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            request.files["file"].save(file)
        return {"stored": True}, 201

    @app.post("/hand-in-durable")
    def hand_in_durable() -> ResponseReturnValue:
        upload = request.files["file"]
        row = HandInRow(
            id=str(uuid4()),
            name=upload.filename or "",
            path=str(_synced(upload, folder)),
            received_at=datetime.now(UTC),
        )
        with database.write() as session:
            session.add(row)
        return {"stored": True}, 201

    return app


def _synced(upload: FileStorage, folder: Path) -> Path:
    """Where the upload lies now, on the disk with its name."""
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        upload.save(file)
        file.flush()
        os.fsync(file.fileno())
    path = Path(file.name).rename(folder / str(uuid4()))
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
    return path
