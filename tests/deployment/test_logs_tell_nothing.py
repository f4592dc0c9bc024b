"""A hostile session against real programs, and then a look for each of its secrets in all that they wrote."""

from __future__ import annotations

import json
import re
import secrets
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from celery import Celery
from sqlalchemy import create_engine, text

from grader.contract import QUEUE_CPU, QUEUE_REPORTS, TASK_GRADE, TASK_RECORD_REPORT
from server.demo.accounts import Account
from tests import servers
from tests.installation import BIN, GRADED_S, SLUG, Installation, await_done, hand_in, installation
from tests.proxy import BadNetwork, bad_network

pytestmark = pytest.mark.slow

RAISES = b"""
import os, sys

def train(train_inputs, train_labels, *, seed):
    print(dict(os.environ), file=sys.stderr)
    print(train_labels.tolist())
    raise RuntimeError("no model today")
"""
FINDS = 12  # so many characters of a secret in a row are a finding
LONGEST = 250_000  # characters of a line
SAID_TO_PEOPLE = ("The database is up to date", f"{SLUG}: ", "quiz ", "worker: Warm shutdown")
"""What `migrate` and `sync` print to who called them, and Celery when it is told to stop."""


@dataclass
class Session:
    """Everything there is, the networks that can be cut, and the secrets that came up so far."""

    house: Installation
    broker: BadNetwork
    database: BadNetwork | None  # None: the database is a file, and there is no grader
    secrets: dict[str, str] = field(default_factory=dict)

    def keep(self, name: str, secret: str) -> str:
        """One more secret, which no log may tell."""
        self.secrets[name] = secret
        return secret

    def await_logged(self, text: str) -> None:
        """Wait until some program has written this."""
        servers.wait_until(lambda: text in self.written(), text, GRADED_S, pause_s=0.1)

    def written(self) -> str:
        """All that the programs have written."""
        return "".join(log.read_text(errors="replace") for log in self.house.folder.glob("*.log"))


@pytest.fixture(scope="module", params=["small", pytest.param("whole", marks=pytest.mark.slow)])
def session(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Programs with passwords in their settings; the whole session is on PostgreSQL and has a grader."""
    words = {name: f"{name}-{secrets.token_hex(12)}" for name in ("broker", "database", "mail", "metrics")}
    folder = tmp_path_factory.mktemp("hostile")
    with ExitStack() as stack:
        database, database_url = None, f"sqlite:///{folder / 'hazi.sqlite3'}"
        if request.param == "whole":
            door = servers.free_port()
            stack.enter_context(servers.postgres_server(port=door, password=words["database"]))
            database = stack.enter_context(bad_network(door))
            login = f"hazi:{words['database']}@127.0.0.1:{database.port}"
            database_url = f"postgresql+psycopg://{login}/postgres"
        door = servers.free_port()
        stack.enter_context(servers.redis_server(port=door, password=words["broker"]))
        broker = stack.enter_context(bad_network(door))
        broker_url = f"redis://:{words['broker']}@127.0.0.1:{broker.port}/0"
        server = servers.RedisServer(broker_url, broker_url, folder, 0)
        house = stack.enter_context(installation(folder, database_url, server, further(words)))
        if database:
            stack.enter_context(house.grader("only"))
        running = Session(house, broker, database, dict(words))
        running.keep("secret key", house.environ["HAZI_SECRET_KEY"])
        for account in house.accounts:
            running.keep(f"password of {account.neptun}", account.password)
        yield running


def further(words: Mapping[str, str]) -> dict[str, str]:
    """Settings that hold the other secrets."""
    mail = {"HAZI_MAIL_HOST": "127.0.0.1", "HAZI_MAIL_PORT": "1", "HAZI_MAIL_FROM": "hazi@example.org"}
    return {"HAZI_METRICS_TOKEN": words["metrics"], "HAZI_MAIL_PASSWORD": words["mail"]} | mail


@pytest.fixture(scope="module")
def written(session: Session) -> str:
    """All that the programs have written once the session is over."""
    house = session.house
    student = house.account("student")
    sign_in_oddly(session, student)
    open_links_oddly(session, house.account("student", 1))
    with house.api(student) as client, httpx.Client(base_url=house.url, timeout=30) as browser:
        session.keep("token", client.headers["Authorization"].removeprefix("Bearer "))
        visit(session, browser, student)
        if session.database:
            run_and_fail(session, client)
        spoil_the_queue(session)
        if session.database:
            with session.database.cut():
                look_around(session, client, browser)
        with session.broker.cut():
            look_around(session, client, browser)
            session.await_logged('"event": "notifier"')
    return session.written()


def sign_in_oddly(session: Session, student: Account) -> None:
    """With passwords in every place but theirs."""
    typed = session.keep("wrong password", f"wrong-{secrets.token_hex(16)}")
    odd = [typed, [typed], {"password": typed}, typed * 1000, f"{typed}\0", f"{typed}\ud800", None]
    with httpx.Client(base_url=session.house.url, timeout=30) as client:
        for password in odd:
            request = {"neptun": student.neptun, "password": password, "name": "odd"}
            client.post(
                "/api/v1/tokens", content=json.dumps(request), headers={"Content-Type": "application/json"}
            )
        client.post("/api/v1/tokens", json={"neptun": typed, "password": typed, "name": typed})
        client.post("/api/v1/tokens", content=f"password={typed}")
        client.get("/login", params={"password": typed, "next": f"/?password={typed}"})
        client.post("/login", data={"neptun": typed, "password": typed})
        client.get("/api/v1/me", headers={"Authorization": f"Bearer {typed}"})
        client.get("/api/v1/me", headers={"Authorization": f"Basic {typed}", "Cookie": f"hazi={typed}"})
        client.get("/metrics", headers={"Authorization": f"Bearer {typed}"})


def open_links_oddly(session: Session, student: Account) -> None:
    """An invitation as it is, and as mail programs, people and attackers spell it."""
    house = session.house
    command = [BIN / "hazi-server", "invite", student.neptun]
    told = subprocess.run(command, env=dict(house.environ), capture_output=True, text=True, check=True)
    found = re.search(r"/invitation/([\w-]+)", told.stdout)
    assert found is not None
    key = session.keep("invitation", found[1])
    escaped = f"%{ord(key[0]):02X}{key[1:]}"
    paths = [
        *(f"/invitation/{key}", f"/invitation/{key}/", f"/invitations/{key}/", f"//invitation//{key}"),
        *(f"/%69nvitation/{key}", f"/invitation/{escaped}", f"/INVITATION/{key}", f"/invitation/{key}/x"),
        *(f"/hazi/invitation/{key}", f"/{key}", f"/assignments/{key}", f"/login?next=/invitation/{key}"),
        *(f"/invitation/{key[:-3]}", f"/invitation/x{key}", f"/invitation/{key}%00", f"/static/{key}"),
    ]
    for path in paths:
        raw(house, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nReferer: {house.url}{path}")
        raw(house, f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0")
    for line in (
        f"GET /invitation/{key} HTTP/9.9",
        f"GET /invitation/{key}",
        f"G\x01T /invitation/{key} HTTP/1.1",
    ):
        raw(house, line)
    raw(house, f"GET / HTTP/1.1\r\nHost: localhost\r\nCookie hazi={key}")
    raw(house, f"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization{key}: x y\r\nContent-Length: {key}")


def raw(house: Installation, head: str) -> bytes:
    """Send what no client of ours would send; the answer, if there is one."""
    port = int(house.environ["HAZI_PORT"])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"{head}\r\nConnection: close\r\n\r\n".encode())
        try:
            return connection.recv(1 << 16)
        except OSError:
            return b""


def visit(session: Session, browser: httpx.Client, student: Account) -> None:
    """Sign in as a page does; the cookie is a secret."""
    page = browser.get("/login").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    form = {"csrf_token": found[1], "neptun": student.neptun, "password": student.password}
    assert browser.post("/login", data=form).status_code == 302
    session.keep("cookie", next(iter(browser.cookies.values())))
    session.keep("form token", found[1])


def run_and_fail(session: Session, client: httpx.Client) -> None:
    """One submission prints and raises; the bytes of the next one are gone when the grader looks for them."""
    store = Path(session.house.environ["HAZI_STORE"])
    first, second = hand_in(client, RAISES), hand_in(client, b"x = 1\n")
    for file in second["files"]:
        (store / "blobs" / file["sha256"][:2] / file["sha256"]).unlink()
    await_done(client, first["id"])
    session.await_logged("StoreError")
    for number, attempt in enumerate(attempts(session)):
        session.keep(f"attempt {number}", attempt)


def attempts(session: Session) -> list[str]:
    """The ids under which runs were given out."""
    engine = create_engine(session.house.environ["HAZI_DATABASE_URL"])
    try:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT attempt_id FROM grading WHERE attempt_id IS NOT NULL"))
            return [str(row[0]) for row in rows]
    finally:
        engine.dispose()


def spoil_the_queue(session: Session) -> None:
    """Messages that are none, with secrets in them."""
    attempt = session.keep("attempt of nobody", secrets.token_urlsafe(32))
    private = session.keep("private score", f"0.{secrets.randbelow(10**16):016}")
    told: dict[str, Any] = {"attempt_id": attempt, "private": {"score": private}, "verdict": 7}
    url = session.house.environ["HAZI_BROKER_URL"]
    with Celery("hostile", broker=url) as app:
        for queue in (QUEUE_CPU, QUEUE_REPORTS):
            for task in (TASK_GRADE, TASK_RECORD_REPORT, "no.such.task"):
                app.send_task(task, args=[told], queue=queue)
                app.send_task(task, args=[told, told], kwargs=told, queue=queue)
    session.await_logged("message dropped")
    session.await_logged("no.such.task")
    with redis.Redis.from_url(url) as client:
        client.lpush(QUEUE_REPORTS, json.dumps({"body": attempt, "headers": told}))


def look_around(session: Session, client: httpx.Client, browser: httpx.Client) -> None:
    """What people do while a part is away."""
    key = session.secrets["invitation"]
    for path in ("/", f"/invitation/{key}", f"/account?key={key}", "/assignments", "/readyz"):
        browser.get(path)
    for path in ("/me", "/submissions"):
        client.get(path)
    client.post(f"/assignments/{SLUG}/submissions", files={"file": ("a.py", b"x = 2\n")})


@pytest.mark.timeout(300)
def test_no_secret_of_the_session_is_in_any_log(session: Session, written: str):
    """Nor any part of one that helps to guess the rest."""
    found = {
        name
        for name, secret in session.secrets.items()
        for start in range(max(1, len(secret) - FINDS + 1))
        if secret[start : start + FINDS] in written
    }
    assert found == set()


@pytest.mark.timeout(300)
def test_every_line_is_a_short_record(session: Session, written: str):
    lines = [line for line in written.splitlines() if line.strip()]
    assert [line for line in lines if not line.startswith(("{", *SAID_TO_PEOPLE))] == []
    assert max(map(len, lines)) < LONGEST
    levels = {json.loads(line)["level"] for line in lines if line.startswith("{")}
    assert levels >= {"info", "warning", "error"}


@pytest.mark.timeout(300)
def test_what_happened_is_in_the_logs(session: Session, written: str):
    """Where nothing is written, nothing is told either, and the other tests prove nothing."""
    seen = {"/invitation/...", "message dropped", "no.such.task", "gunicorn.error", "celery", "notifier"}
    seen |= {"StoreError", "database refused"} if session.database else set()
    assert {word for word in seen if word not in written} == set()
