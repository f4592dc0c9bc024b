"""Which Redis is too old, and what doctor says of the one that is there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.operations.doctor import is_private, redis_check
from server.operations.redis_versions import FIXED_IN, Standing, judge
from tests import servers
from tests.deployment import compose

ROOT = Path(__file__).parents[3]
lines = st.sampled_from([(name, line) for name, known in FIXED_IN.items() for line in known])


def said(version: str, name: str = "Redis") -> dict[str, object]:
    valkeys = {"redis_version": "7.2.4", "server_name": "valkey", "valkey_version": version}
    return valkeys if name == "Valkey" else {"redis_version": version}


@pytest.mark.parametrize(
    ("version", "standing"),
    [
        ("8.2.2", "fine"),
        ("8.2.1", "old"),
        ("8.0.4", "fine"),
        ("8.0.3", "old"),
        ("7.4.6", "fine"),
        ("7.4.5", "old"),
        ("7.4.10", "fine"),  # ten is more than six
        ("7.2.11", "fine"),
        ("7.2.10", "old"),
        ("7.0.15", "unknown"),  # Debian's
        ("7.1.242", "unknown"),
        ("6.2.20", "old"),  # has the fix, and no accounts
        ("6.2.14", "old"),
        ("8.4.0", "fine"),
        ("9.0.0", "fine"),
        ("255.255.255", "fine"),  # as an unreleased one calls itself
        ("", "unknown"),
        ("7.4", "unknown"),
        ("7.4.6-rc1", "unknown"),
        ("٧.٤.٦.١", "unknown"),
    ],
)
def test_the_floor_of_each_line(version: str, standing: str):
    assert judge(said(version)).standing == standing


@given(lines, st.integers(0, 99999))
def test_within_a_line_newer_is_never_worse(which: tuple[str, tuple[int, int]], patch: int):
    name, (major, minor) = which
    found = judge(said(f"{major}.{minor}.{patch}", name)).standing
    too_old = patch < FIXED_IN[name][major, minor] or (major, minor) < (7, 0)
    assert found == (Standing.OLD if too_old else Standing.FINE)


@given(st.text(max_size=30))
def test_whatever_a_server_says_there_is_an_answer(version: str):
    found = judge(said(version))
    assert (found.advice == "") == (found.standing == Standing.FINE)


def test_the_embedded_one_is_a_hint_only(redis_server: servers.RedisServer):
    """Its socket is for its own account alone; elsewhere it would not do."""
    assert is_private(redis_server.broker_url)
    found = redis_check(redis_server.broker_url)
    assert "6.2.14 is too old for accounts" in found.problem
    assert "Only this account reaches it" in found.problem
    assert not found.needed
    socket = redis_server.folder / "redis.sock"
    socket.chmod(0o777)
    try:
        assert redis_check(redis_server.broker_url).needed
    finally:
        socket.chmod(0o700)


def test_an_account_that_may_not_look_says_so(tmp_path: Path):
    subprocess.run([ROOT / "deploy/make-secrets", tmp_path], check=True, capture_output=True)
    users = tmp_path / "redis_users.acl"
    users.write_text(users.read_text() + "user root on >root ~* &* +@all\n")
    with servers.redis_server(users=users, login="root:root") as server:
        for user, file, words in (
            ("hazi", "redis_password.txt", "7.0."),
            ("bell", "bell_password.txt", "cannot be seen with this account"),
        ):
            login = f"{user}:{(tmp_path / file).read_text().strip()}"
            found = redis_check(server.broker_url.replace("root:root", login))
            assert words in found.problem
            assert not found.needed


def test_a_broker_that_is_away_is_told_elsewhere():
    found = redis_check("redis://127.0.0.1:1/0")
    assert (found.needed, found.problem) == (False, "nobody knows without the broker")


def test_the_image_is_of_a_line_that_is_mended():
    image = compose.load({"HAZI_PUBLIC_URL": "https://x"})["services"]["redis"]["image"]
    version = image.partition(":")[2].partition("-")[0]
    major, minor = map(int, version.split("."))  # two numbers: the newest patch of the line
    assert (major, minor) in FIXED_IN["Redis"]
    assert "docker compose pull" in (ROOT / "docs/deploy.md").read_text()
