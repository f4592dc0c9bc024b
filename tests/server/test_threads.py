"""Long work under gevent, in a process of its own that gevent has patched."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from server.threads import run_in_thread

ROOT = Path(__file__).parents[2]
UNDER_GEVENT = """
from gevent import monkey

monkey.patch_all()

import gevent

from server.accounts.credentials.passwords import hash_password, password_matches
from server.threads import run_in_thread

turns = []
other = gevent.spawn(turns.append, "served meanwhile")
kept = hash_password("correct horse")
print(turns, password_matches(kept, "correct horse"), password_matches(kept, "wrong"))
try:
    run_in_thread(int, "x")
except ValueError as error:
    print(error)
"""


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("-1", -1)])
def test_without_gevent_the_work_is_simply_done(text: str, number: int):
    assert run_in_thread(int, text) == number


def test_under_gevent_others_are_served_meanwhile():
    ran = subprocess.run(
        [sys.executable, "-c", UNDER_GEVENT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.stdout.splitlines() == [
        "['served meanwhile'] True False",
        "invalid literal for int() with base 10: 'x'",
    ]
    assert ran.stderr == ""
