"""The log: one JSON object a line, whatever strangers send."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog
from flask.testing import FlaskClient

from server import logs


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What is written to stderr."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    logs.configure(logging.INFO)
    yield written
    structlog.reset_defaults()


def test_a_stranger_cannot_forge_a_line(lines: io.StringIO):
    structlog.get_logger().info("upload", name='x\n{"event": "forged"}\x1b[31m\ud800\0')
    [line] = lines.getvalue().splitlines()
    assert json.loads(line)["name"].startswith("x\n")
    assert line.isascii()


def test_local_variables_stay_out_of_the_log(lines: io.StringIO):
    password = "correct horse battery"
    try:
        _ = password.encode()[99]
    except IndexError as error:
        structlog.get_logger().error("fault", exc_info=error)
    assert "IndexError" in lines.getvalue()
    assert "correct horse" not in lines.getvalue()


def test_a_one_time_link_stays_out_of_the_log(client: FlaskClient):
    with structlog.testing.capture_logs() as entries:
        client.get("/invitation/the-secret-key")
    assert [entry["path"] for entry in entries if entry["event"] == "request"] == ["/invitation/..."]
