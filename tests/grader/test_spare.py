from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox.box import Box, BoxEndedError, Ending
from grader.sandbox.spare import Boxes


@pytest.fixture
def boxes() -> Iterator[Boxes]:
    boxes = Boxes(gpu=False)
    yield boxes
    boxes.close()


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def soon() -> float:
    return time.monotonic() + 60


def test_spare_is_used_once(boxes: Boxes):
    boxes.warm()
    boxes.warm()
    with boxes.taken() as first:
        assert first.exchange(b"", 1, until=soon()) == b"R"
    with boxes.taken() as second:
        assert second is not first
        assert second.process.poll() is None
    assert first.process.returncode == second.process.returncode == -signal.SIGKILL


def test_spare_that_died_is_replaced(boxes: Boxes):
    boxes.warm()
    spare = boxes._spare
    assert spare is not None
    os.killpg(spare.process.pid, signal.SIGKILL)
    spare.process.wait()
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
    monkeypatch.setattr("grader.sandbox.walls.arguments", lambda **_: ["--no-such-option"])
    with Box.open() as box, pytest.raises(BoxEndedError) as ended:
        box.exchange(b"", 1, until=soon())
    assert (ended.value.ending, ended.value.code) == (Ending.EXITED, 1)


def test_failed_start_leaves_no_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("grader.sandbox.box.tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("grader.sandbox.walls.arguments", lambda **_: 1 / 0)
    descriptors = open_descriptors()
    with pytest.raises(ZeroDivisionError):
        Box.open()
    assert list(tmp_path.iterdir()) == []
    assert open_descriptors() == descriptors
