"""The compose file's own commands, started bare against real servers with passwords, grade a submission."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import httpx
import psycopg
import pytest
import redis

from server.demo.dates import copy_course
from tests import servers
from tests.deployment import compose
from tests.deployment.bare import Bare
from tests.installation import GRADED_S, ROOT, SLUG, await_done, hand_in

PASSWORD = "a long enough passphrase"
REFERENCE = ROOT / "assignments" / SLUG / "reference" / "submission.py"
STAYING = ("recorder", "dispatcher", "blobs", "web", "grader-cpu")


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Bare]:
    """The whole deployment but its containers, after `make secrets`."""
    database_port, redis_port, web_port, blobs_port = (servers.free_port() for _ in range(4))
    url = f"http://127.0.0.1:{web_port}"
    subprocess.run([ROOT / "deploy/make-secrets", tmp_path / "secrets"], check=True, capture_output=True)
    _point_to(tmp_path / "secrets/database_url.txt", "@postgres:5432", f"@127.0.0.1:{database_port}")
    for account in ("broker_url", "grader_broker_url", "bell_url"):
        _point_to(tmp_path / f"secrets/{account}.txt", "@redis:6379", f"@127.0.0.1:{redis_port}")
    copy_course(ROOT / "assignments", tmp_path / "assignments", datetime.now(UTC))
    shutil.rmtree(tmp_path / "assignments" / "rockets-cars-airplanes")
    place = Bare(
        compose.load({"HAZI_PUBLIC_URL": url, "HAZI_WEB_WORKERS": "1"}),
        tmp_path,
        {"./assignments": tmp_path / "assignments"},
        {
            "HAZI_PORT": str(web_port),
            "HAZI_HOST": "127.0.0.1",
            "HAZI_BLOBS_PORT": str(blobs_port),
            "HAZI_BLOBS_HOST": "127.0.0.1",
            "HAZI_BLOBS_URL": f"http://127.0.0.1:{blobs_port}",
        },
    )
    with ExitStack() as stack:
        password = (tmp_path / "secrets/postgres_password.txt").read_text().strip()
        cluster = stack.enter_context(servers.postgres_server(port=database_port, password=password))
        servers.run_sql(cluster, "CREATE DATABASE hazi")
        stack.enter_context(place.running("redis", "--port", str(redis_port), "--bind", "127.0.0.1"))
        servers.wait_until(lambda: _broker_answers(place), "Redis answering")
        place.run("migrate")
        place.run("practice")
        place.run("sync")
        for name in STAYING:
            stack.enter_context(place.running(name))
        servers.wait_until(lambda: place.is_healthy("web"), "the web service being healthy", 90, pause_s=0.2)
        yield place


@pytest.mark.slow
@pytest.mark.timeout(3 * GRADED_S)
def test_the_compose_files_commands_grade_a_submission(bare: Bare):
    url = bare.project["services"]["web"]["environment"]["HAZI_PUBLIC_URL"]
    printed = bare.run("migrate", ["hazi-server", "create-lecturer", "LEC123", "Kiss Éva"])
    _accept_invitation(url, printed)
    with httpx.Client(base_url=f"{url}/api/v1", timeout=30) as client:
        login = {"neptun": "LEC123", "password": PASSWORD, "name": "test"}
        token = client.post("/tokens", json=login).raise_for_status().json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        practice = client.get(f"/assignments/{SLUG}").raise_for_status().json()["practice"]
        kit = client.get(f"/assignments/{SLUG}/practice").raise_for_status().content
        assert practice["sha256"] == sha256(kit).hexdigest()
        finished = await_done(client, hand_in(client, REFERENCE.read_bytes())["id"])
    assert finished["verdict"] == "scored", bare.logs()
    assert all(bare.is_healthy(name) for name in STAYING)
    _assert_strangers_are_refused(bare)


def _assert_strangers_are_refused(bare: Bare) -> None:
    broker = (bare.folder / "secrets/broker_url.txt").read_text().strip()
    with (
        redis.Redis.from_url(re.sub("//.*@", "//", broker)) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()
    database = (bare.folder / "secrets/database_url.txt").read_text().strip()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(re.sub(":[^:@/]*@", ":guess@", database))


def _accept_invitation(url: str, printed: str) -> None:
    """As a person does: open the link, choose a password."""
    link = re.search(r"https?://\S+", printed)
    assert link, printed
    with httpx.Client(follow_redirects=True, timeout=30) as browser:
        page = browser.get(link[0]).raise_for_status().text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token, page
        form = {"csrf_token": token[1], "password": PASSWORD, "again": PASSWORD}
        browser.post(link[0], data=form, headers={"Referer": link[0]}).raise_for_status()


def _broker_answers(place: Bare) -> bool:
    try:
        with redis.Redis.from_url((place.folder / "secrets/broker_url.txt").read_text().strip()) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False


def _point_to(file: Path, there: str, here: str) -> None:
    text = file.read_text()
    assert there in text
    file.write_text(text.replace(there, here))
