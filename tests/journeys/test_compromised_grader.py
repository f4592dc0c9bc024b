"""Somebody has broken into a grader: real processes, a broker with accounts, and a grader that lies."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
import redis
from celery import Celery

from grader import contract
from grader.broker import broker_app
from grader.contract import (
    Event,
    EventBatch,
    EventKind,
    GradeJob,
    GradeReport,
    SignedJob,
    Verdict,
    WorkerHello,
    WorkerState,
)
from tests import servers
from tests.installation import GRADED_S, ROOT, Installation, await_done, hand_in, installation
from tests.server.submissions.builders import a_share

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3 * GRADED_S)]
REFERENCE = ROOT / "assignments" / "lenet-digits" / "reference" / "submission.py"
FLOOD = 2000


@dataclass(frozen=True, slots=True)
class Evil:
    """What stands in for the grader: it has all that a grader has."""

    broker: redis.Redis
    app: Celery
    blobs_url: str

    def take(self) -> SignedJob:
        """The next job of the queue."""
        found = self.broker.brpop([contract.QUEUE_CPU], timeout=60)
        assert found is not None
        message = json.loads(found[1])
        body = json.loads(base64.b64decode(message["body"]))
        return SignedJob.from_message(body[0][0])

    def say(self, task: str, message: object) -> None:
        self.app.send_task(task, args=[message], queue=contract.QUEUE_REPORTS)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[tuple[servers.RedisServer, str]]:
    """With the accounts of `make secrets`: the server's URL, and the graders'."""
    secrets = tmp_path / "secrets"
    subprocess.run([ROOT / "deploy/make-secrets", secrets], check=True, capture_output=True)
    login, grader = (
        f"{user}:{(secrets / file).read_text().strip()}"
        for user, file in (("hazi", "redis_password.txt"), ("grader", "grader_password.txt"))
    )
    with servers.redis_server(users=secrets / "redis_users.acl", login=login) as server:
        yield server, server.broker_url.replace(login, grader)


@pytest.fixture
def house(
    broker: tuple[servers.RedisServer, str], postgres: servers.PostgresServer, tmp_path: Path
) -> Iterator[Installation]:
    folder = tmp_path / "house"
    folder.mkdir()
    with servers.fresh_database(postgres) as url, installation(folder, url, broker[0]) as running:
        yield running


def test_it_spoils_the_run_that_it_holds_and_nothing_else(
    house: Installation, broker: tuple[servers.RedisServer, str]
):
    blobs_url = house.blobs_probe.removesuffix("/probe")
    with (
        redis.Redis.from_url(broker[1].replace("redis+socket", "unix")) as client,
        broker_app(broker[1], contract.QUEUE_CPU) as app,
        house.api(house.account("student", 0)) as first,
        house.api(house.account("student", 1)) as second,
    ):
        evil = Evil(client, app, blobs_url)
        spoiled = _spoil_one(evil, first)
        with house.grader("good", HAZI_BROKER_URL=broker[1]):
            other = hand_in(second, REFERENCE.read_bytes())
            _lie_about(evil, other)
            finished = await_done(second, other["id"])
    assert (spoiled["verdict"], spoiled["points"]) == ("scored", 10)
    assert (finished["verdict"], finished["attempt"]) == ("scored", 1)
    assert finished["points"] > 8


def _spoil_one(evil: Evil, client: httpx.Client) -> dict[str, object]:
    """It says that it is there, takes a job, and gives a million points."""
    evil.say(contract.TASK_RECORD_WORKER, WorkerHello("evil", contract.QUEUE_CPU, 1, {}, "p").to_message())
    number = hand_in(client, b"x = 1\n")["id"]
    signed = evil.take()
    events = tuple(Event(seq, time.time(), EventKind.LOG, "x", {}) for seq in range(70_000))
    evil.say(contract.TASK_RECORD_EVENTS, EventBatch(signed.attempt_id, "evil", events).to_message())
    wrong = replace(a_share(1.0), points=1e6)
    report = GradeReport(signed.job().attempt_id, Verdict.SCORED, "", "", public=wrong, private=wrong)
    evil.say(contract.TASK_RECORD_REPORT, replace(report, classes=("0", "1")).to_message())
    done = await_done(client, number)
    _try_files_of_others(evil, signed)
    return done


def _try_files_of_others(evil: Evil, signed: SignedJob) -> None:
    """Its job opens its own files, and changed by a letter it opens nothing."""
    job = signed.job()
    own, probe = job.files[0].sha256, "0" * 64
    for envelope, digest, status in (
        (signed, own, 200),
        (signed, probe, 403),
        (replace(signed, body=signed.body.replace(own, probe)), probe, 403),
    ):
        answer = httpx.post(f"{evil.blobs_url}/blobs/{digest}", json=envelope.to_message())
        assert answer.status_code == status


def _lie_about(evil: Evil, submission: dict[str, object]) -> None:
    """About a run that another grader does; and it fills the queue."""
    number = str(submission["id"])
    for guess in (number, "", "x" * 40):
        wrong = GradeReport(guess, Verdict.FAILED, "no", "nem")
        evil.say(contract.TASK_RECORD_REPORT, wrong.to_message())
    stopped = WorkerHello("good", contract.QUEUE_CPU, 1, {}, "guess", WorkerState.STOPPED)
    for _ in range(FLOOD):
        evil.say(contract.TASK_RECORD_WORKER, stopped.to_message())
    for number in range(FLOOD):
        evil.say(contract.TASK_RECORD_WORKER, replace(stopped, process=f"start {number}").to_message())
    later = time.time()
    for number in range(6):  # as if reports had been read for a minute in which nothing was heard
        evil.say(
            contract.TASK_RECORD_MARK, {"mark": str(later + 60 + 10 * number), "at": later + 60 + 10 * number}
        )
    forged = GradeJob("attempt", "lenet-digits", "0" * 64, (), 1, "5e" * 32)
    with pytest.raises(redis.exceptions.NoPermissionError):
        evil.broker.lpush(contract.QUEUE_CPU, json.dumps(forged.to_message()))
