"""What a box can do to its own pipes, seen from the end that stays with us."""

from __future__ import annotations

import os
import selectors

from grader.contract import Verdict
from grader.sandbox.pipes import PIPE_BYTES
from grader.sandbox.pool import Boxes
from tests.grader import blobs
from tests.grader.conftest import Grade, Heard


def test_flood_of_notes_is_stopped_too(grade_code: Grade):
    """A child that never stops keeps the pipe full, so that there is always more to hear."""
    body = """
    if os.fork() == 0:
        while True: os.write(5, bytes([10]) * 65536)
    """
    assert grade_code(train=body, wall="10s").verdict is Verdict.OUTPUT_FLOOD


def test_many_points_are_no_flood(grade_files: Grade, heard: Heard):
    source = blobs.HONEST.replace("log(epoch=1, loss=0.5)", "[log(loss=1) for _ in range(50_000)]").encode()
    assert grade_files({"submission.py": source}).verdict is Verdict.SCORED
    assert len(heard.points) >= 200


def test_reading_is_over_in_time_though_more_comes(grade_code: Grade):
    """What is printed is within its budget here, yet never at an end."""
    body = """
    if os.fork() == 0:
        while True: os.write(1, b"x"); time.sleep(1e-4)
    """
    assert grade_code(train=body, wall="3s").verdict in {Verdict.SCORED, Verdict.TIMED_OUT}


def test_pipe_that_the_box_emptied_itself_is_no_error(boxes: Boxes):
    """`select` may have seen bytes that the box, through /proc/self/fd, took out before we read."""
    with boxes.taken() as box, selectors.DefaultSelector() as selector:
        assert box._hear(box._notes, selector) == 0
        os.write(box._input, bytes(PIPE_BYTES))
        assert len(box._send(memoryview(b"abc"), selector)) == 3


def test_stealing_from_the_own_pipes_is_charged(grade_code: Grade):
    body = """
    if len(inputs) == 150:
        end = time.monotonic() + 2
        for number in (4, 5):
            if os.fork() == 0:
                reader = os.open(f"/proc/self/fd/{number}", os.O_RDONLY | os.O_NONBLOCK)
                if os.fork() == 0:
                    while time.monotonic() < end: os.write(number, b"x")
                    os._exit(0)
                while time.monotonic() < end:
                    try: os.read(reader, 65536)
                    except OSError: pass
                os._exit(0)
        time.sleep(2)
    return torch.zeros(len(inputs))
    """
    charged = {Verdict.BAD_OUTPUT, Verdict.FAILED, Verdict.TIMED_OUT, Verdict.OUTPUT_FLOOD}
    # The pipes belong to the worker: where that is root and the box is not, they cannot be opened anew.
    expected = {Verdict.SCORED} if os.geteuid() == 0 else charged
    assert grade_code(predict=body, wall="10s").verdict in expected
