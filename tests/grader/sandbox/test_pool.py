"""Boxes of every mode: each is used once, nothing is left of it, and what is broken is replaced."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox import template, walls
from grader.sandbox.box import Box, BoxEndedError, Ending
from grader.sandbox.pool import Boxes, Mode
from grader.sandbox.template import Forked, Template, TemplateBrokenError
from grader.sandbox.watch import family

KILLED = -signal.SIGKILL


@pytest.fixture(scope="module")
def forks() -> Iterator[Boxes]:
    """Boxes of one template; a test that breaks it leaves the next a new one."""
    boxes = Boxes(mode=Mode.TEMPLATE)
    yield boxes
    boxes.close()


@pytest.fixture
def boxes() -> Iterator[Boxes]:
    boxes = Boxes()
    yield boxes
    boxes.close()


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def is_ready(box: Box) -> bool:
    return box.exchange(b"", 1, until=time.monotonic() + 60) == b"R"


def template_of(boxes: Boxes) -> Template:
    assert boxes._template is not None
    return boxes._template


def test_spare_is_used_once(boxes: Boxes):
    boxes.warm()
    boxes.warm()
    with boxes.taken() as first:
        assert is_ready(first)
    with boxes.taken() as second:
        assert second is not first
        assert second.process.poll() is None
    assert first.process.poll() == second.process.poll() == KILLED


def test_spare_that_died_is_replaced(boxes: Boxes):
    boxes.warm()
    spare = boxes._spare
    assert spare is not None
    os.killpg(spare.process.pid, signal.SIGKILL)
    spare.process.wait(60)
    with boxes.taken() as box:
        assert box is not spare
        assert box.process.poll() is None
    assert not spare.stage.exists()


def test_closed_box_leaves_no_trace():
    descriptors = open_descriptors()
    with Box.open() as box:
        folders = [box.stage, *(entry.parent for entry in box.group.entries)]
        assert all(folder.exists() for folder in folders)
    assert not any(folder.exists() for folder in folders)
    assert open_descriptors() == descriptors


def test_box_that_cannot_start_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(walls, "single_use", lambda *_, **__: ["--no-such-option"])
    with Box.open() as box, pytest.raises(BoxEndedError) as ended:
        is_ready(box)
    assert (ended.value.ending, ended.value.code) == (Ending.EXITED, 1)


def test_failed_start_leaves_no_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("grader.sandbox.box.tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(walls, "single_use", lambda *_, **__: 1 / 0)
    descriptors = open_descriptors()
    with pytest.raises(ZeroDivisionError):
        Box.open()
    assert list(tmp_path.iterdir()) == []
    assert open_descriptors() == descriptors


def test_forks_come_from_one_template_and_are_gone_afterwards(forks: Boxes):
    with forks.taken() as first:
        assert is_ready(first)
        descriptors = open_descriptors()
        from_here = family(first.process.pid)
    with forks.taken() as second:
        assert is_ready(second)
        assert second.stage.parent == first.stage.parent
        assert open_descriptors() == descriptors
    assert not first.stage.exists()
    assert not any(Path(f"/proc/{pid}").exists() for pid in from_here)


def test_fork_starts_in_its_group(forks: Boxes):
    with forks.taken() as box:
        members = set(family(box.process.pid))
        for entry in box.group.entries:
            assert members <= set(map(int, entry.read_text().split()))


def test_worn_template_serves_until_the_next_is_ready(forks: Boxes, monkeypatch: pytest.MonkeyPatch):
    with forks.taken():
        worn = template_of(forks)
    monkeypatch.setattr(template, "MOST_RUNS", worn.runs)
    forks.warm()
    assert template_of(forks) is worn
    successor = forks._successor
    assert successor is not None
    assert successor.is_ready(60)
    with forks.taken() as box:
        assert is_ready(box)
    assert template_of(forks) is successor
    assert not worn.folder.exists()


def test_worn_template_goes_on_when_its_successor_cannot_start(forks: Boxes, monkeypatch: pytest.MonkeyPatch):
    with forks.taken():
        worn = template_of(forks)
    monkeypatch.setattr(template, "MOST_RUNS", worn.runs)
    monkeypatch.setattr(walls, "of_template", lambda *_, **__: ["--no-such-option"])
    forks.warm()
    successor = forks._successor
    assert successor is not None
    successor.process.wait(60)
    with forks.taken() as box:
        assert is_ready(box)
        assert isinstance(box.process, Forked)
    assert template_of(forks) is worn
    assert not successor.folder.exists()


def test_template_with_a_process_too_many_is_given_up(forks: Boxes, monkeypatch: pytest.MonkeyPatch):
    with forks.taken():
        suspect = template_of(forks)
    monkeypatch.setattr(template, "OWN_PROCESSES", 2)
    with forks.taken():
        pass
    assert forks._template is None
    assert not suspect.folder.exists()


@pytest.mark.slow
def test_template_that_died_is_replaced(forks: Boxes):
    with forks.taken():
        dead = template_of(forks)
    dead.process.kill()
    with forks.taken() as box:
        assert is_ready(box)
        assert not isinstance(box.process, Forked)  # a box of bubblewrap's stands in for this once
    with forks.taken() as box:
        assert is_ready(box)
        assert isinstance(box.process, Forked)


def test_run_whose_template_dies_was_killed_from_outside(forks: Boxes):
    with forks.taken() as box:
        assert is_ready(box)
        template_of(forks).process.kill()
        with pytest.raises(BoxEndedError) as ended:
            is_ready(box)
        assert (ended.value.ending, ended.value.code) == (Ending.EXITED, KILLED)


def test_template_that_cannot_start_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(walls, "of_template", lambda *_, **__: ["--no-such-option"])
    broken = Template.open()
    with pytest.raises(TemplateBrokenError, match="did not start"):
        broken.is_ready(60)
    broken.close()
    assert not broken.folder.exists()
