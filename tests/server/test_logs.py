"""The log: one JSON object a line, whatever strangers send."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server import logs
from server.web import services
from tests.logging_state import unchanged_logging


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What is written to stderr."""
    with unchanged_logging():
        logs.configure()
        yield lambda: capsys.readouterr().err


def test_a_stranger_cannot_forge_a_line(written: Callable[[], str]):
    structlog.get_logger().info("upload", name='x\n{"event": "forged"}\x1b[31m\ud800\0')
    [line] = written().splitlines()
    assert json.loads(line)["name"].startswith("x\n")
    assert line.isascii()


def test_parameters_of_statements_stay_out_of_the_log(app: Flask, written: Callable[[], str]):
    """They carry fingerprints of keys, answers and reports."""
    with pytest.raises(SQLAlchemyError), services(app).database.read() as session:
        session.execute(text("SELECT * FROM no_such_table WHERE name = :name"), {"name": "a parameter"})
    try:
        with services(app).database.read() as session:
            session.execute(text("SELECT * FROM no_such_table WHERE name = :name"), {"name": "a parameter"})
    except SQLAlchemyError:
        structlog.get_logger().exception("fault")
    logged = written()
    assert "no_such_table" in logged
    assert "a parameter" not in logged


KEY = "Zk3-_9sQ0aXw7LrT2vBnM5yHcJdEfGhIuOpK1lNqRtS"  # as long and of the same characters as those of links


@pytest.mark.parametrize(
    "path",
    [
        f"/invitation/{KEY}",
        f"/invitation/{KEY}/",
        f"/calendar/{KEY}.ics",
        f"/calendar/{KEY}",
        f"/calendar/{KEY}.ics/more",
        f"/invitation/{KEY}/more",
        f"/invitations/{KEY}",
        f"//invitation/{KEY}",
        f"/INVITATION/{KEY}",
        f"/%69nvitation/{KEY}",
        f"/invitation/%5A{KEY[1:]}",
        f"/invitation/{KEY[:-5]}",
        f"/hazi/invitation/{KEY}",
        f"/{KEY}",
        f"/assignments/{KEY}",
        f"/people/{KEY}?next=/invitation/{KEY}",
        f"/static/{KEY}",
        f"/api/v1/tokens/{KEY}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "ODD"])
def test_a_one_time_link_stays_out_of_the_log(
    client: FlaskClient, written: Callable[[], str], method: str, path: str
):
    client.open(path, method=method, headers={"Referer": f"http://localhost{path}"})
    logged = written()
    assert not any(KEY[start : start + 8] in logged for start in range(len(KEY) - 8))


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/invitation/the-secret-key", "/invitation/..."),
        ("/invitation/the-secret-key/", "/invitation/..."),
        ("/assignments/lenet-digits", "/assignments/lenet-digits"),
        ("/nowhere/at/all", "/..."),
        ("/assignments", "/assignments"),
    ],
)
def test_a_line_tells_which_page_was_asked_for(client: FlaskClient, path: str, shown: str):
    with structlog.testing.capture_logs() as entries:
        client.get(path)
    assert [entry["path"] for entry in entries if entry["event"] == "request"] == [shown]


def test_every_secret_part_of_an_address_is_known_as_one(app: Flask):
    """Whoever adds a further one-time link thinks of the log."""
    parts = {part for rule in app.url_map.iter_rules() for part in rule.arguments}
    told = {
        *("slug", "name", "filename", "path", "suffix", "neptun", "pin", "question", "file_format"),
        *("submission_id", "number", "upload_id", "token_id", "knock_id", "player_id", "report_id"),
        *("extension_id", "regrade_id", "inquiry_id", "version", "blob"),
    }
    assert parts <= told | logs.SECRET_PARTS
