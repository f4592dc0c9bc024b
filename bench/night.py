"""A deadline night: 300 students hand in 1 MB each at once, against the durable bare view."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import local

import httpx

from bench.hand_in import ROOT, course_folder, environment, prepare, server
from bench.measure import Comparison
from tests import servers
from tests.grader import blobs
from tests.server.builders import a_config

STUDENTS, AT_ONCE, SIZE = 300, 20, 1_000_000
WITHIN_S, RATIO = 10.0, 2.0


def night_on(kind: str) -> Callable[[int], Comparison]:
    """On a database of this kind; each run hands in once more for everybody."""

    def measure(runs: int) -> Comparison:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=ROOT / "build")))
            broker = stack.enter_context(servers.redis_server())
            url, bare_url = _databases(stack, kind, folder)
            config = a_config(folder, url, broker_url=broker.broker_url)
            config = replace(config, assignments=course_folder(folder))
            tokens = prepare(config, STUDENTS)
            (folder / "bare").mkdir()
            bare = {"BARE_FOLDER": str(folder / "bare"), "BARE_DATABASE_URL": bare_url}
            ours_at = stack.enter_context(server("server.wsgi:application()", environment(config), workers=2))
            bare_at = stack.enter_context(server("bench.bare_view:application()", bare, workers=2))
            address = f"{ours_at.base_url}/api/v1/assignments/blobs/submissions?keep=true"
            nights = [
                (
                    _night(address, tokens, 2 * run),
                    _night(f"{bare_at.base_url}/hand-in-durable", tokens, 2 * run + 1),
                )
                for run in range(runs)
            ]
            return _comparison(kind, nights, runs)

    return measure


def _databases(stack: ExitStack, kind: str, folder: Path) -> tuple[str, str]:
    """Where ours and where the bare rows lie."""
    if kind == "sqlite":
        return "", f"sqlite:///{folder / 'bare.sqlite3'}"
    cluster = stack.enter_context(servers.postgres_server(hasty=False))
    for name in ("ours", "bare"):
        servers.run_sql(cluster, f"CREATE DATABASE {name}")
    return cluster.url("ours"), cluster.url("bare")


def _comparison(kind: str, nights: list[tuple[list[float], list[float]]], runs: int) -> Comparison:
    ours, bare = [one[:-1] for one, _other in nights], [other[:-1] for _one, other in nights]
    all_ours = sorted(took for one in ours for took in one)
    details = {
        "all_stored_within_s": round(max(one[-1] for one, _other in nights), 2),
        "p50_ms": round(statistics.median(all_ours) * 1e3, 1),
        "p99_ms": round(all_ours[int(len(all_ours) * 0.99)] * 1e3, 1),
        "bare_p50_ms": round(statistics.median(took for one in bare for took in one) * 1e3, 1),
    }
    return Comparison(
        what=f"{STUDENTS} students hand in {SIZE // 10**6} MB at once, {kind}",
        ours_s=round(statistics.median(map(statistics.median, ours)), 4),
        bare_s=round(statistics.median(map(statistics.median, bare)), 4),
        ratio=round(statistics.median(one[-1] / other[-1] for one, other in nights), 3),
        runs=runs,
        promised=RATIO,
        details=details,
        promised_details={"all_stored_within_s": WITHIN_S},
    )


def _night(address: str, tokens: list[str], salt: int) -> list[float]:
    """How long each waited for an answer, and last how long it took until all had one."""
    here = local()

    def hand_in(number: int) -> float:
        if not hasattr(here, "client"):
            here.client = httpx.Client(timeout=120)
        padding = os.urandom(16).hex() * (SIZE // 32)
        source = f"{blobs.HONEST}\n# {salt} {number} {padding}\n".encode()
        headers = {"Authorization": f"Bearer {tokens[number]}"}
        start = time.perf_counter()
        answer = here.client.post(address, files={"file": ("submission.py", source)}, headers=headers)
        assert answer.status_code == 201, answer.text
        return time.perf_counter() - start

    with ThreadPoolExecutor(AT_ONCE) as pool:
        start = time.perf_counter()
        took = list(pool.map(hand_in, range(STUDENTS)))
        return [*took, time.perf_counter() - start]
