"""A grader that cannot grade leaves the queue, and a count of its deaths outlives it."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from assignments import archive
from assignments.spec import SpecError
from grader import material
from grader.contract import GradeJob, ReturnCause
from grader.crashes import Crashes
from grader.draws import DEVELOPMENT_KEY
from grader.fetch import StoreError
from grader.fitness import MOST_IN_A_ROW, Fitness, pause_s, try_disk
from grader.material import MaterialError
from grader.run import BoxLostError, BoxNotReadyError
from tests.grader import blobs


class Places:
    """What a worker looks at: "" or what is wrong."""

    def __init__(self) -> None:
        self.store = self.walls = ""

    def fitness(self) -> Fitness:
        return Fitness(lambda: self.store, (lambda: self.walls,))


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (BoxNotReadyError("x"), ReturnCause.BOX),
        (BoxLostError("x"), ReturnCause.LOST),
        (MaterialError("x"), ReturnCause.ASSIGNMENT),
        (SpecError("assignment.toml", 1, "due", "is missing"), ReturnCause.ASSIGNMENT),
        (StoreError("x"), ReturnCause.BLOB),
        (OSError(errno.ENOSPC, "x"), ReturnCause.FAULT),
        (KeyError("x"), ReturnCause.FAULT),
    ],
)
def test_error_says_why_a_job_goes_back(error: Exception, cause: ReturnCause):
    assert Places().fitness().cause_of(error) is cause


def test_missing_blob_is_the_stores_fault_while_the_store_is_away():
    places = Places()
    places.store = "away"
    assert places.fitness().cause_of(StoreError("x")) is ReturnCause.STORE


def test_worker_leaves_after_two_in_a_row_and_not_after_one():
    fitness = Places().fitness()
    fitness.returned(ReturnCause.BOX, "one")
    assert fitness.reason == ""
    fitness.graded()
    for number in range(MOST_IN_A_ROW):
        assert fitness.reason == ""
        fitness.returned(ReturnCause.BOX, f"{number}")
    assert fitness.reason == "1"


@pytest.mark.parametrize("cause", [ReturnCause.BLOB, ReturnCause.ASSIGNMENT])
def test_what_every_machine_would_give_back_says_nothing_about_this_one(cause: ReturnCause):
    fitness = Places().fitness()
    for _ in range(5):
        fitness.returned(cause, "x")
    assert fitness.reason == ""


def test_worker_comes_back_when_all_is_well():
    places = Places()
    fitness = places.fitness()
    places.walls = "a wall is down"
    assert not fitness.look_again()
    assert fitness.reason == "a wall is down"
    places.walls = ""
    assert fitness.look_again()
    assert fitness.reason == ""


def test_pauses_grow_to_a_minute():
    pauses = [pause_s(number) for number in range(12)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (1.0, 60.0)


def test_deaths_in_mid_run_are_counted_until_a_run_ends(tmp_path: Path):
    crashes = Crashes(tmp_path / "grader-1.runs")
    for deaths in range(3):
        assert crashes.in_a_row() == deaths
        crashes.watched().__enter__()  # and then it was killed
    with crashes.watched():
        pass
    assert crashes.in_a_row() == 0


def test_worker_that_died_again_and_again_does_not_take_jobs_at_once():
    fitness = Places().fitness()
    fitness.after_crashes(1)
    assert fitness.reason == ""
    fitness.after_crashes(2)
    assert "last 2 runs" in fitness.reason


@pytest.mark.parametrize("content", ["", "many", "-3", "9" * 5000])
def test_strange_count_is_no_reason_not_to_grade(tmp_path: Path, content: str):
    (tmp_path / "count").write_text(content)
    assert 0 <= Crashes(tmp_path / "count").in_a_row() <= 9999


def test_disk_that_cannot_be_written_is_named(tmp_path: Path):
    assert try_disk(tmp_path) == ""
    assert "none cannot be written" in try_disk(tmp_path / "none")


def test_full_cache_gives_way_to_a_new_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder, cache = blobs.write_assignment(tmp_path), tmp_path / "cache"
    packed = archive.pack(folder)
    job = GradeJob("attempt", "blobs", archive.version_of(packed), (), 1, DEVELOPMENT_KEY)
    old = cache / ("0" * 64) / "old"
    old.mkdir(parents=True)
    unpack = archive.unpack

    def full(packed: bytes, place: Path) -> None:
        if old.exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        unpack(packed, place)

    monkeypatch.setattr(archive, "unpack", full)
    found = material.from_job(job, lambda _digest, _at_most: packed, cache)
    assert found.folder.is_dir()
    assert not old.exists()
