"""Parts of ours stand still or are missing for a while. No submission pays for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text

from grader.contract import LEASE_S
from tests.installation import GRADED_S, Installation, await_done, hand_in, submission
from tests.journeys.test_lost_worker import SLOW, _has_curve
from tests.servers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3 * GRADED_S)]  # silence alone takes half a minute

QUICK = SLOW.replace(b"range(12)", b"range(2)")
LONG = SLOW.replace(b"range(12)", b"range(100)")


def all_done(client: httpx.Client, numbers: list[str]) -> list[dict[str, Any]]:
    return [await_done(client, number) for number in numbers]


def test_run_beside_a_paused_recorder_goes_on(house: Installation):
    """For longer than a lease nobody reads that it is alive; then it is read in its order."""
    with house.api(house.account("student", 0)) as client, house.grader("steady"):
        number = hand_in(client, LONG)["id"]
        wait_until(lambda: _has_curve(client, number), "the first point", GRADED_S, pause_s=0.1)
        with house.paused("recorder"):
            time.sleep(LEASE_S + 10)  # the pause is what is tried
        finished = await_done(client, number)
    assert (finished["verdict"], finished["attempt"]) == ("scored", 1)


def test_grader_with_an_empty_store_spoils_nothing(house: Installation, tmp_path: Path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with (
        house.api(house.account("student", 1)) as client,
        house.further_blobs(empty) as url,
        house.grader("empty", HAZI_BLOBS_URL=url),
        house.grader("good"),
    ):
        numbers = [hand_in(client, QUICK + b"#%d" % n)["id"] for n in range(4)]
        finished = all_done(client, numbers)
    assert [one["verdict"] for one in finished] == ["scored"] * 4
    assert [one["attempt"] for one in finished] == [1] * 4
    assert "worker_unfit" in (house.folder / "empty.log").read_text()


OTHER_RELEASE = """
from grader import contract
contract.RELEASE = "0123456789abcdef"
from grader import settings
from grader.worker import work
work(settings.read())
"""


def test_grader_of_another_release_waits_and_staff_see_why(house: Installation):
    with (
        house.api(house.account("student", 4)) as client,
        house.grader("older", ["-c", OTHER_RELEASE]),
        house.grader("good"),
    ):
        numbers = [hand_in(client, QUICK + b"#release%d" % n)["id"] for n in range(3)]
        finished = all_done(client, numbers)
        reasons = graders_of(house)["older"]
    assert [(one["verdict"], one["attempt"]) for one in finished] == [("scored", 1)] * 3
    assert "another release than the server" in reasons


def graders_of(house: Installation) -> dict[str, str]:
    """Why each grader takes no jobs, as the staff's page has it."""
    engine = create_engine(house.environ["HAZI_DATABASE_URL"])
    try:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT name, reason FROM worker ORDER BY last_seen_at"))
            return {str(name): str(reason) for name, reason in rows}
    finally:
        engine.dispose()


@contextmanager
def away(folder: Path) -> Iterator[None]:
    elsewhere = folder.with_name("away")
    folder.rename(elsewhere)
    try:
        yield
    finally:
        elsewhere.rename(folder)


def test_store_that_is_away_makes_submissions_wait(house: Installation):
    with house.api(house.account("student", 2)) as client:
        numbers = [hand_in(client, QUICK + b"#away%d" % n)["id"] for n in range(3)]
        with house.grader("patient"):
            wait_until(lambda: submission(client, numbers[0])["state"] != "waiting", "the grader", GRADED_S)
            with away(house.folder / "store"):
                time.sleep(20)  # the time away is what is tried
                assert all(submission(client, number)["verdict"] != "grader_error" for number in numbers)
            finished = all_done(client, numbers)
    assert [one["verdict"] for one in finished] == ["scored"] * 3
