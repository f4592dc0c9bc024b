"""Each program has an account of its own at the broker, and none can do more there than it needs."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from grader import contract
from grader.contract import EventKind, Verdict
from server.notifications import CHANNEL, Hub, Notifier
from server.operations.health import _broker as look_at_broker
from server.quizzes.room.presence import Presence
from tests import servers
from tests.grader import blobs
from tests.grader.counterpart import Server, worker
from tests.installation import ROOT

ADMIN = "user root on >root ~* &* +@all"
HANDSHAKE = {"ping", "hello", "select", "auth", "reset", "quit"}
KEYS = (
    "grade.cpu",
    "grade.gpu",
    contract.QUEUE_REPORTS,
    "unacked",
    "unacked_index",
    "_kombu.binding.reports",
)
GRADER = {
    *((command, queue) for command in ("brpop", "llen") for queue in ("grade.cpu", "grade.gpu")),
    ("lpush", contract.QUEUE_REPORTS),
}


@dataclass(frozen=True, slots=True)
class Accounts:
    """A broker with the accounts of `make secrets`, and its URL for each of them."""

    admin: redis.Redis
    urls: Mapping[str, str]  # for Celery and the doorbell alike

    def client(self, user: str) -> redis.Redis:
        return redis.Redis.from_url(self.urls[user].replace("redis+socket", "unix"))

    def may(self, user: str, *command: str) -> bool:
        """Whether Redis would let an account do this."""
        try:
            return self.admin.execute_command("ACL", "DRYRUN", user, *command) == b"OK"
        except redis.ResponseError:  # so many words are no such command
            return False


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    folder = tmp_path_factory.mktemp("secrets")
    subprocess.run([ROOT / "deploy/make-secrets", folder], check=True, capture_output=True)
    users = folder / "redis_users.acl"
    users.write_text(users.read_text() + ADMIN + "\n")
    with servers.redis_server(users=users, login="root:root") as server:
        urls = {
            user: server.broker_url.replace("root:root", f"{user}:{(folder / file).read_text().strip()}")
            for user, file in (
                ("hazi", "redis_password.txt"),
                ("grader", "grader_password.txt"),
                ("bell", "bell_password.txt"),
            )
        }
        with redis.Redis.from_url(server.url) as admin:
            yield Accounts(admin, urls)


def allowed(accounts: Accounts, user: str) -> set[tuple[str, str]]:
    """Every command and key that an account may use, as Redis itself sees it."""
    found = set()
    for name in map(bytes.decode, accounts.admin.command_list()):
        for key in KEYS:
            arguments = ([key], [key, "1"], [key, "1", "1"], [key, "1", "1", "1"], ["1", key], [])
            if any(accounts.may(user, name, *words) for words in arguments):
                found.add((name, key))
    return found


def test_a_grader_may_take_jobs_and_send_reports_and_nothing_else(accounts: Accounts):
    found = {(name, key) for name, key in allowed(accounts, "grader") if name not in HANDSHAKE}
    assert found == GRADER


@pytest.mark.parametrize(
    "command",
    [
        ("LRANGE", "reports", "0", "-1"),
        ("BRPOP", "reports", "1"),
        ("RPOP", "reports"),
        ("LPUSH", "grade.cpu", "a job"),
        ("LRANGE", "grade.cpu", "0", "-1"),
        ("BRPOP", "grade.cpu", "reports", "1"),
        ("RENAME", "grade.cpu", "grade.mine"),
        ("LMOVE", "reports", "grade.mine", "LEFT", "LEFT"),
        ("HGETALL", "unacked"),
        ("SADD", "_kombu.binding.reports", "reports\x06\x16\x06\x16grade.mine"),
        ("PUBLISH", CHANNEL, "queue"),
        ("SUBSCRIBE", CHANNEL),
        ("KEYS", "*"),
        ("SCAN", "0"),
        ("EVAL", "return 1", "0"),
        ("MONITOR",),
        ("CLIENT", "LIST"),
        ("CLIENT", "KILL", "TYPE", "normal"),
        ("CONFIG", "GET", "*"),
        ("ACL", "LIST"),
        ("INFO",),
        ("FLUSHALL",),
        ("SHUTDOWN",),
        ("WAIT", "1", "1"),
    ],
    ids=lambda command: " ".join(command)[:24],
)
def test_a_grader_in_wrong_hands_is_refused(accounts: Accounts, command: tuple[str, ...]):
    accounts.admin.delete(contract.QUEUE_REPORTS)
    accounts.admin.lpush(contract.QUEUE_REPORTS, "of somebody else")
    with accounts.client("grader") as client, pytest.raises(redis.exceptions.NoPermissionError):
        client.execute_command(*command)
    assert accounts.admin.lrange(contract.QUEUE_REPORTS, 0, -1) == [b"of somebody else"]


def test_the_web_process_has_no_business_in_the_queues(accounts: Accounts):
    keyless = {"publish", "subscribe", "unsubscribe"}
    found = {name for name, _key in allowed(accounts, "bell")}
    assert found <= HANDSHAKE | keyless
    assert accounts.may("bell", "SADD", "hazi.present.123456", "x")
    with accounts.client("bell") as client, pytest.raises(redis.exceptions.NoPermissionError):
        client.publish("another channel", "x")


def test_the_web_process_notifies_and_subscribes_with_its_account(accounts: Accounts):
    url = accounts.urls["bell"]
    look_at_broker(url)
    notifier, hub = Notifier(url), Hub(url)
    with hub.subscribe("topic") as subscription:
        servers.wait_until(lambda: hub.connected, "the connection to the broker")
        subscription.wait(0)
        notifier.notify("topic")
        assert subscription.wait(20)
    hub.close()
    notifier.close()


def test_the_web_process_says_who_is_there_with_its_account(accounts: Accounts):
    presence = Presence(accounts.urls["bell"])
    presence.report("123456", [3, 5])
    assert presence.present("123456") == {3, 5}
    presence.close()


@pytest.mark.slow
def test_a_grader_works_with_its_account(accounts: Accounts, tmp_path: Path):
    accounts.admin.flushall()
    broker = servers.RedisServer(accounts.urls["grader"], "", tmp_path, 0)
    with (
        closing(Server(accounts.urls["hazi"], tmp_path / "store", contract.QUEUE_CPU)) as server,
        worker(server, broker, tmp_path),
    ):
        server.send_job(server.job(blobs.write_assignment(tmp_path), blobs.HONEST.encode()))
        server.listen_until(lambda: _begun(server), "the run")
        left = {key.decode() for key in accounts.admin.scan_iter()}
        assert server.wait_for_report().verdict is Verdict.SCORED
    assert not left & {"grade.cpu", "unacked", "unacked_index"}, (
        "the next grader could read a job that is taken"
    )


def _begun(server: Server) -> bool:
    return any(event.kind is EventKind.STARTED for batch in server.batches for event in batch.events)
