"""What a phone or the lecturer typed is read before the database is asked to hold anything for it."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from server.quizzes.questions.parsing import read_answer
from server.quizzes.replay import replays
from server.quizzes.room import answer_checks, regrading
from server.web import services
from tests.server.conftest import Browser
from tests.server.quizzes.conftest import Phone, Remote

READERS = (answer_checks, replays, regrading)
SERVER = Path(__file__).parents[3] / "server"


@dataclass
class Watch:
    """How many transactions each thread had open whenever an answer was read."""

    open: dict[int, int] = field(default_factory=dict)
    seen: list[tuple[str, int]] = field(default_factory=list)

    def begun(self, _connection: Connection) -> None:
        self.open[threading.get_ident()] = self.open.get(threading.get_ident(), 0) + 1

    def ended(self, _connection: Connection) -> None:
        self.open[threading.get_ident()] = self.open.get(threading.get_ident(), 0) - 1


@pytest.fixture
def watch(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    found, engine = Watch(), services(app).database.engine
    event.listen(engine, "begin", found.begun)
    event.listen(engine, "commit", found.ended)
    event.listen(engine, "rollback", found.ended)
    for module in READERS:

        def watched(*args: Any, name: str = module.__name__) -> Any:  # noqa: ANN401
            found.seen.append((name.rpartition(".")[2], found.open.get(threading.get_ident(), 0)))
            return read_answer(*args)

        monkeypatch.setattr(module, "read_answer", watched)
    yield found
    event.remove(engine, "begin", found.begun)
    event.remove(engine, "commit", found.ended)
    event.remove(engine, "rollback", found.ended)


def test_nothing_is_read_within_a_transaction(
    remote: Remote, phone: Callable[..., Phone], student: Browser, watch: Watch
):
    one = phone("ABC123", known=True)
    remote.ask()
    assert one.answer("relu", 0).status_code == 200
    assert one.answer("relu", {"a": []}).status_code == 422
    remote.close()
    assert remote.post("rulings", {"question": "relu", "kind": "accept", "value": 1}).status_code == 200
    form = {"question": "relu", "kind": "accept", "value": "2"}
    assert remote.browser.post(f"/live/{remote.pin}/decide", form).status_code == 302
    remote.press("end")
    remote.clock.pass_by(seconds=5)
    remote.browser.post(
        f"/live/{remote.pin}/replay", {"replay_until": "2027-01-01T12:00", "replay_cap": "50"}
    )
    replay = f"/api/v1/live/{remote.pin}/replay"
    sent = student.client.put(
        f"{replay}/{student.get(replay).get_json()['question_id']}",
        json={"answer": 0},
        headers={"X-CSRFToken": student.csrf_token()},
    )
    assert sent.status_code == 200, sent.text
    assert {name for name, _open in watch.seen} == {"answer_checks", "regrading", "replays"}
    assert [name for name, count in watch.seen if count] == []


def test_answers_are_read_in_no_other_place():
    """Whoever else reads one must show here that nobody waits for the database meanwhile."""
    readers = {
        path.stem
        for path in SERVER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and any(name.name == "read_answer" for name in node.names)
    }
    assert readers == {module.__name__.rpartition(".")[2] for module in READERS}
