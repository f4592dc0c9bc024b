"""Board, overview, gradebook and a student's page at 1,000 students, with 10 and with 100 tries of each."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from bench.crowd import code_of, crowded, hand_in_all
from bench.measure import Comparison
from server.web import services
from tests.server.conftest import Browser
from tests.server.submissions.builders import SLUG

STUDENTS, FEW, MANY = 1000, 10, 100
API_MS, PAGE_MS, GROWTH = 20, 60, 1.5
ADDRESSES = {
    "board_api": f"/api/v1/assignments/{SLUG}/leaderboard",
    "overview_api": f"/api/v1/assignments/{SLUG}/overview",
    "gradebook_api": "/api/v1/gradebook",
    "own_grades_api": "/api/v1/grades",
    "own_hand_ins_api": "/api/v1/submissions?limit=10",
    "board_page": f"/assignments/{SLUG}/leaderboard",
    "overview_page": f"/assignments/{SLUG}/overview",
    "gradebook_page": "/gradebook",
    "student_page": f"/people/{code_of(500)}",
}


def boards_on(kind: str) -> Callable[[int], Comparison]:
    """On a database of this kind, medians of server time: "ours" is with many tries, "bare" with few."""

    def measure(runs: int) -> Comparison:
        with crowded(kind, STUDENTS, FEW) as (app, tokens):
            few = _medians(app, tokens, runs)
            hand_in_all(services(app).database, MANY - FEW, seed=2)
            many = _medians(app, tokens, runs)
        return _comparison(kind, few, many, runs)

    return measure


def _comparison(kind: str, few: dict[str, float], many: dict[str, float], runs: int) -> Comparison:
    growth = {name: many[name] / few[name] for name in many}
    details = {f"{name}_ms": round(value * 1e3, 2) for name, value in many.items()}
    details |= {f"{name}_growth": round(value, 3) for name, value in growth.items()}
    promised = {f"{name}_ms": API_MS if name.endswith("_api") else PAGE_MS for name in many}
    worst = max(growth, key=lambda name: growth[name])
    return Comparison(
        what=f"boards at {STUDENTS} x {MANY} tries, to {STUDENTS} x {FEW}, {kind} (worst: {worst})",
        ours_s=round(many[worst], 4),
        bare_s=round(few[worst], 4),
        ratio=round(growth[worst], 3),
        runs=runs,
        promised=GROWTH,
        details=details,
        promised_details=promised,
    )


def _medians(app: Flask, tokens: dict[str, str], runs: int) -> dict[str, float]:
    program, browser = app.test_client(), _signed_in(app)
    return {
        name: statistics.median(
            _timed(program if name.endswith("_api") else browser, address, _token(name, tokens))
            for _run in range(runs)
        )
        for name, address in ADDRESSES.items()
    }


def _signed_in(app: Flask) -> FlaskClient:
    """The lecturer's browser."""
    browser = Browser(app)
    answer = browser.sign_in("LEC001")
    assert answer.status_code == 302, answer.text
    return browser.client


def _token(name: str, tokens: dict[str, str]) -> str:
    return tokens["student" if name.startswith("own_") else "lecturer"]


def _timed(client: FlaskClient, address: str, token: str) -> float:
    headers = {"Authorization": f"Bearer {token}"} if "/api/" in address else {}
    start = time.perf_counter()
    answer = client.get(address, headers=headers)
    took = time.perf_counter() - start
    assert answer.status_code == 200, answer.text
    return took
