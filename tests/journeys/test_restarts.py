"""Parts are restarted, frozen and wrong about the time while people hand in: nothing is lost or doubled."""

from __future__ import annotations

import os
import signal
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests import servers
from tests.installation import (
    GRADED_S,
    ROOT,
    SLUG,
    Installation,
    await_done,
    hand_in,
    installation,
    submission,
)
from tests.servers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(4 * GRADED_S)]
REFERENCE = (ROOT / "assignments" / SLUG / "reference" / "submission.py").read_bytes()
FAKE_CLOCK = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
PATIENCE_S = 90.0
MOST = 9  # hand-ins of one student: fewer than a day's tries
PAUSE_S = 3.0  # between two of them


@dataclass
class Crowd:
    """Students who hand in one after the other, and send again what was not taken, as `hazi` does."""

    house: Installation
    taken: dict[str, str] = field(default_factory=dict)  # submission by key
    answers: Counter[int] = field(default_factory=Counter)  # by status; 0 where no answer came
    trouble: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def handing_in(self, students: int) -> Iterator[None]:
        """In threads of their own, until the block ends; what they began they finish."""
        clients = ExitStack()
        accounts = (self.house.account("student", number) for number in range(students))
        people = [clients.enter_context(self.house.api(account)) for account in accounts]
        threads = [threading.Thread(target=self._student, args=(client,)) for client in people]
        with clients:
            for thread in threads:
                thread.start()
            try:
                yield
            finally:
                self.over.set()
                for thread in threads:
                    thread.join(PATIENCE_S)
            assert not any(thread.is_alive() for thread in threads)

    def _student(self, client: httpx.Client) -> None:
        for number in range(MOST):
            sent = partial(
                self._sent, client, str(uuid.uuid4()), REFERENCE + f"# {number} {id(client)}\n".encode()
            )
            wait_until(sent, "a hand-in being taken", PATIENCE_S, pause_s=0.3)
            if self.over.wait(PAUSE_S):
                return

    def _sent(self, client: httpx.Client, key: str, content: bytes) -> bool:
        try:
            answer = client.post(
                f"/assignments/{SLUG}/submissions",
                files={"file": ("submission.py", content)},
                params={"keep": "true"},  # none takes the place of another
                headers={"Idempotency-Key": key},
            )
        except httpx.TransportError:
            self.answers[0] += 1
            return False
        self.answers[answer.status_code] += 1
        if answer.status_code in {200, 201}:
            self.taken[key] = answer.json()["id"]
            return True
        if answer.status_code != 503 or "Retry-After" not in answer.headers:
            self.trouble.append(f"{answer.status_code} {answer.text[:300]}")
        return False

    def check(self) -> None:
        """What was confirmed is there, once; what was not taken was told to come again."""
        assert self.trouble == []
        assert self.taken
        assert len(set(self.taken.values())) == len(self.taken)
        with self.house.api(self.house.account("lecturer")) as client:
            for number in self.taken.values():
                assert submission(client, number)["id"] == number


@pytest.fixture
def redis() -> Iterator[servers.RedisServer]:
    with servers.redis_server(append_only=True) as server:
        yield server


def test_the_database_is_restarted_under_hand_ins(redis: servers.RedisServer, tmp_path: Path):
    with ExitStack() as stack:
        first = stack.enter_context(servers.postgres_server(port=servers.free_port(), hasty=False))
        servers.run_sql(first, "CREATE DATABASE restarted")
        house = stack.enter_context(installation(tmp_path, first.url("restarted"), redis))
        crowd = Crowd(house)
        with crowd.handing_in(6):
            running = first
            for _ in range(3):
                wait_until(_more(crowd), "hand-ins", PATIENCE_S)
                os.kill(running.pid, signal.SIGQUIT)  # as if the machine had lost its power
                wait_until(partial(_is_gone, running.pid), "its end")
                running = stack.enter_context(servers.postgres_on(first.folder, port=first.port, hasty=False))
        crowd.check()
        with house.grader("after"), house.api(house.account("lecturer")) as client:
            done = [await_done(client, number) for number in list(crowd.taken.values())[:3]]
        assert [one["verdict"] for one in done] == ["scored"] * 3


def _more(crowd: Crowd) -> Callable[[], bool]:
    before = len(crowd.taken)
    return lambda: len(crowd.taken) > before


def _is_gone(pid: int) -> bool:
    """Dead, be it that nobody has looked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def house(redis: servers.RedisServer, tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path, f"sqlite:///{tmp_path / 'hazi.sqlite3'}", redis) as running:
        yield running


def test_the_web_server_is_reloaded_under_hand_ins(house: Installation):
    """As after a change of its settings: no request is answered by a fault, none is cut off unheard."""
    crowd = Crowd(house)
    pid = int((house.folder / "web.pid").read_text())
    with crowd.handing_in(6):
        for _ in range(4):
            wait_until(_more(crowd), "hand-ins", PATIENCE_S)
            before = _workers(pid)
            os.kill(pid, signal.SIGHUP)
            wait_until(partial(_are_new, pid, before), "new workers", PATIENCE_S)
    crowd.check()
    assert not any(status >= 500 for status in crowd.answers)


def _workers(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def _are_new(pid: int, before: set[int]) -> bool:
    now = _workers(pid)
    return bool(now) and not now & before


@pytest.mark.skipif(FAKE_CLOCK is None, reason="libfaketime is not installed: setup.sh test fetches it")
@pytest.mark.parametrize("wrong", ["+2h", "-2h"])
def test_a_dispatcher_with_a_wrong_clock_harms_nothing(
    redis: servers.RedisServer, tmp_path: Path, wrong: str
):
    clock = {"LD_PRELOAD": str(FAKE_CLOCK), "FAKETIME": wrong, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    with (
        servers.postgres_server(port=servers.free_port()) as postgres,
        servers.fresh_database(postgres) as database,
        installation(tmp_path, database, redis, dispatcher=clock) as house,
        house.api(house.account("student", 0)) as client,
        house.grader("good"),
    ):
        numbers = [hand_in(client, REFERENCE + b"# %d\n" % n)["id"] for n in range(3)]
        done = [await_done(client, number) for number in numbers]
    assert [(one["verdict"], one["attempt"]) for one in done] == [("scored", 1)] * 3


@pytest.fixture
def objects() -> Iterator[servers.ObjectServer]:
    with servers.object_server() as server:
        yield server


def test_graders_work_with_an_object_store_that_stops_and_freezes(
    objects: servers.ObjectServer, redis: servers.RedisServer, tmp_path: Path
):
    """Web, blob server and graders, each a process: the graders have no way to the bucket."""
    further = objects.settings("hazi") | {"HAZI_SPOOL": str(tmp_path / "spool")}
    with (
        installation(tmp_path, f"sqlite:///{tmp_path / 'hazi.sqlite3'}", redis, further) as house,
        house.api(house.account("student", 0)) as client,
        house.grader("remote"),
    ):
        first = await_done(client, hand_in(client, REFERENCE)["id"])
        waiting = hand_in(client, REFERENCE + b"# frozen\n")["id"]
        with objects.frozen():
            told = house.folder / "remote.log"
            wait_until(partial(_has_gone_on, told, client, waiting), "the grader's word", PATIENCE_S)
        second = await_done(client, waiting)
        objects.stop()
        file = ("submission.py", REFERENCE + b"# away\n")
        refused = client.post(f"/assignments/{SLUG}/submissions", files={"file": file})
        objects.start()
        third = await_done(client, hand_in(client, REFERENCE + b"# again\n")["id"])
    assert [one["verdict"] for one in (first, second, third)] == ["scored"] * 3
    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)


def _has_gone_on(log: Path, client: httpx.Client, number: str) -> bool:
    """The grader gave the run back, or was faster than the freeze."""
    return "job_returned" in log.read_text() or submission(client, number)["state"] == "done"
