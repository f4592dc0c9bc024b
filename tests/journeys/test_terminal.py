"""One submission from a terminal: hazi submit, live to the score, receipt, report card, leaderboard."""

from __future__ import annotations

import json
import os
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from tests.installation import BIN, GRADED_S, ROOT, SLUG, Installation

REFERENCE = ROOT / "assignments" / SLUG / "reference" / "submission.py"


class Terminal:
    """A student's own machine: the real command, its own configuration folder."""

    def __init__(self, house: Installation, folder: Path) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HAZI_")}
        self._environ = clean | {"HAZI_URL": house.url, "XDG_CONFIG_HOME": str(folder), "LANG": "C.UTF-8"}

    def hazi(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        command = [str(BIN / "hazi"), *arguments]
        return subprocess.run(
            command,
            env=self._environ,
            input=typed,
            capture_output=True,
            text=True,
            timeout=GRADED_S,
            check=False,
        )


@pytest.mark.slow
@pytest.mark.timeout(2 * GRADED_S)
def test_a_submission_goes_from_the_terminal_to_the_leaderboard(
    house: Installation, grader: int, tmp_path: Path
):
    student = house.account("student", 1)
    terminal = Terminal(house, tmp_path)

    login = terminal.hazi("login", "--neptun", student.neptun, typed=f"{student.password}\n")
    assert login.returncode == 0, login.stderr

    watched = terminal.hazi("submit", SLUG, str(REFERENCE), "--watch")
    assert watched.returncode == 0, watched.stdout + watched.stderr

    receipt = json.loads(terminal.hazi("receipt", "--json").stdout)
    assert receipt["neptun"] == student.neptun
    assert receipt["sha256"] == sha256(REFERENCE.read_bytes()).hexdigest()
    report = json.loads(terminal.hazi("report", "--json").stdout)
    assert report["verdict"] == "scored"
    assert "private" not in report

    board = terminal.hazi("leaderboard", SLUG, "--json")
    mine = [row for row in json.loads(board.stdout)["rows"] if row["mine"]]
    assert [row["neptun"] for row in mine] == [student.neptun]
    assert mine[0]["points"] == 10
