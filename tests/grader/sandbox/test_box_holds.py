"""What a hostile submission tries, and what is seen instead. Every test runs in the real sandbox.

What the quick part of the attack pack tries (tests/attacks) is not repeated here.
"""

from __future__ import annotations

import os
import resource
import tempfile
import textwrap
from pathlib import Path

import pytest

from grader.contract import Verdict
from grader.sandbox import leftovers
from grader.sandbox.pool import Boxes
from tests.grader import blobs
from tests.grader.conftest import Grade, Heard
from tests.sampling import few


def probe(body: str) -> dict[str, str]:
    """A submission that tries something while it trains, prints what came of it, and then behaves."""
    return {"train": textwrap.dedent(body) + "\nreturn None"}


def test_there_is_no_network(grade_code: Grade, heard: Heard):
    body = """
    import socket
    print([line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line])
    for address in [("1.1.1.1", 53), ("169.254.169.254", 80), ("127.0.0.1", 22)]:
        try:
            socket.create_connection(address, timeout=2)
            print("connected")
        except OSError as error:
            print(type(error).__name__)
    """
    assert grade_code(**probe(body)).verdict is Verdict.SCORED
    assert heard.log.splitlines() == ["['lo']", "OSError", "OSError", "ConnectionRefusedError"]


def test_neither_our_code_nor_public_labels_are_there(grade_code: Grade, heard: Heard):
    body = """
    import importlib.util, sysconfig
    from pathlib import Path
    packages = Path(sysconfig.get_path("purelib"))
    print(list((packages / "sklearn/datasets/data").iterdir()))
    print([name for name in ("assignments", "server", "cli") if importlib.util.find_spec(name)])
    import grader
    room = Path(grader.__path__[0])
    print([str(one) for one in room.rglob("*") if one.is_file() and "inside" not in str(one)])
    print(sorted(os.listdir("/")), os.listdir("/box"))
    """
    assert grade_code(**probe(body)).verdict is Verdict.SCORED
    lines = heard.log.splitlines()
    assert lines[:3] == ["[]", "[]", "['/hazi/grader/__init__.py']"]
    assert "home" not in lines[3]
    assert lines[3].endswith("['submission.py']")


def test_memory_bomb_ends_the_run_alone(grade_code: Grade):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = grade_code(train="keep = [torch.ones(2**24) for _ in range(100)]", memory_mib=600)
    assert report.verdict is Verdict.OUT_OF_MEMORY
    assert "600 MiB" in report.message
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_memory_is_counted_over_all_processes(grade_code: Grade):
    body = """
    for _ in range(6):
        if os.fork() == 0:
            keep = bytearray(os.urandom(1) * (120 * 2**20))
            time.sleep(60)
    time.sleep(60)
    """
    assert grade_code(train=body, memory_mib=600).verdict is Verdict.OUT_OF_MEMORY


def test_scratch_is_charged_and_bounded(grade_code: Grade, heard: Heard):
    body = """
    try:
        with open("/tmp/big", "wb") as file:
            for _ in range(400):
                file.write(bytes(2**20))
    except OSError as error:
        print(error.strerror)
    """
    assert grade_code(**probe(body)).verdict is Verdict.SCORED
    assert heard.log == "No space left on device\n"


def test_fork_bomb_ends_with_the_run(grade_code: Grade, boxes: Boxes):
    body = """
    while True:
        try:
            os.fork()
        except OSError:
            time.sleep(0.01)
    """
    report = grade_code(train=body, wall="3s")
    assert report.verdict in {Verdict.TIMED_OUT, Verdict.OUT_OF_MEMORY}
    boxes.close()
    assert not list(Path("/sys/fs/cgroup").glob(f"*/{leftovers.PREFIX}{os.getpid()}-*"))
    assert not list(Path(tempfile.gettempdir()).glob(f"{leftovers.PREFIX}{os.getpid()}-*"))


def test_output_flood_is_stopped(grade_code: Grade, heard: Heard):
    report = grade_code(train="while True: os.write(1, b'x' * 65536)")
    assert report.verdict is Verdict.OUTPUT_FLOOD
    assert len(heard.log) < 140_000
    assert "bytes left out" in heard.log


@pytest.mark.parametrize(
    "bodies",
    few(
        [
            {"train": "while True: pass"},
            {"train": "import signal; os.kill(os.getpid(), signal.SIGSTOP)"},
            {"train": "time.sleep(60)"},
            {"top": "while True: pass"},
            {"predict": "time.sleep(60)"},
        ]
    ),
    ids=["loop", "stop", "sleep", "import", "predict"],
)
def test_every_way_to_take_long_is_timed_out(grade_code: Grade, bodies: dict[str, str]):
    report = grade_code(wall="2s", **bodies)
    assert report.verdict is Verdict.TIMED_OUT
    assert "2 s" in report.message
    assert report.timings["train"] + report.timings.get("predict", 0) < 6


def test_daemon_dies_with_the_run(grade_code: Grade):
    body = """
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    return None
    """
    before = _processes()
    report = grade_code(train=body)
    assert report.verdict is Verdict.SCORED
    assert not [pid for pid in _processes() - before if b"time.sleep(600)" in _command(pid)]


def test_channels_are_few_and_forging_them_scores_nothing(grade_code: Grade):
    body = """
    for descriptor in range(3, 64):
        try:
            header = b"L" + (150).to_bytes(8, "little") + (1).to_bytes(4, "little")
            os.write(descriptor, b"T" + header + bytes(1200))
        except OSError:
            pass
    """
    report = grade_code(train=body)
    assert report.verdict is Verdict.BAD_OUTPUT
    assert report.public is None


def test_forged_answer_of_another_kind_is_refused(grade_code: Grade):
    body = "\nfor descriptor in range(3, 64):\n    try: os.write(descriptor, b'Z')\n    except OSError: pass"
    report = grade_code(train=body)
    assert report.verdict is Verdict.BAD_OUTPUT


def test_surplus_after_the_predictions_is_refused(grade_code: Grade):
    body = """
    if len(inputs) == 150 and os.fork() == 0:
        time.sleep(0.3)
        for descriptor in range(3, 64):
            try: os.write(descriptor, b"Z")
            except OSError: pass
        os._exit(0)
    if len(inputs) == 150:
        import atexit
        os._exit = lambda code: time.sleep(1)
    return torch.zeros(len(inputs))
    """
    assert grade_code(predict=body).verdict is Verdict.BAD_OUTPUT


@pytest.mark.parametrize(
    "body",
    ["os._exit(0)", "sys.exit(0)", "import signal; os.kill(os.getpid(), signal.SIGKILL)", "os.kill(-1, 9)"],
)
def test_ending_early_is_a_failure_whatever_the_code(grade_code: Grade, body: str):
    assert grade_code(train=body).verdict is Verdict.FAILED


def test_held_out_set_is_shuffled_each_time(grade_code: Grade, heard: Heard):
    """Labels of the data lie in the order 0 1 2 0 1 2: a claim of that order must score like chance."""
    report = grade_code(predict="return torch.arange(len(inputs)) % 3")
    assert report.verdict is Verdict.SCORED
    assert report.private is not None
    assert report.private.score < 0.6


def test_own_files_replace_no_real_module(grade_files: Grade):
    source = blobs.code(train="__import__('js' + 'on').dumps(1)", top="import math")
    files = {"submission.py": source, "json.py": b"raise SystemExit", "statistics.py": b"raise SystemExit"}
    assert grade_files(files).verdict is Verdict.SCORED


def test_metrics_cannot_be_patched_from_inside(grade_code: Grade):
    top = """
    import numpy
    torch.eq = lambda *a: torch.ones(1)
    numpy.mean = lambda *a, **k: 1.0
    """
    report = grade_code(top=top)
    assert report.private is not None
    assert report.private.score == pytest.approx(1 / 3, abs=0.01)


def _processes() -> set[int]:
    return {int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()}


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
