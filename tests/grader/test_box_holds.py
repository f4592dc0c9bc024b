"""What a hostile submission tries, and what is seen instead. Every test runs in the real sandbox."""

from __future__ import annotations

import os
import resource
import tempfile
import textwrap
from pathlib import Path

import pytest

from grader.contract import Verdict
from grader.sandbox import leftovers
from grader.sandbox.spare import Boxes
from tests.grader import blobs
from tests.grader.conftest import Grade, Heard


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


def test_environment_shows_nothing_of_ours(grade_code: Grade, heard: Heard, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HAZI_BROKER_URL", "redis://:hunter2@localhost")
    body = """
    for name in ("1/environ", "1/cmdline", "self/environ", "self/cmdline"):
        try:
            print(open("/proc/" + name).read().replace(chr(0), " "))
        except PermissionError:
            pass  # Landlock shuts the first process off
    """
    assert grade_code(**probe(body)).verdict is Verdict.SCORED
    assert "OMP_WAIT_POLICY" in heard.log
    assert not any(word in heard.log for word in ("HAZI", "hunter2", "VIRTUAL_ENV", "/box", "/tmp/hazi-"))


def test_own_processes_are_all_there_is(grade_code: Grade, heard: Heard):
    body = "print(sorted(int(name) for name in os.listdir('/proc') if name.isdigit()))"
    assert grade_code(**probe(body)).verdict is Verdict.SCORED
    assert heard.log == "[1, 2]\n"


def test_nothing_can_be_written_but_scratch(grade_code: Grade, heard: Heard):
    body = """
    import sysconfig
    places = ["/", "/box", "/usr", "/dev", "/proc/sys/kernel", "/etc", sysconfig.get_path("purelib")]
    for place in places + ["/tmp", "/dev/shm"]:
        try:
            open(place + "/x", "w").close()
            print("wrote", place)
        except OSError:
            pass
    """
    assert grade_code(**probe(body)).verdict is Verdict.SCORED
    assert heard.log == "wrote /tmp\nwrote /dev/shm\n"


def test_no_setting_of_the_kernel_can_be_written(grade_code: Grade, heard: Heard):
    """Where the grader is root, these files ask for the user alone, not for a capability."""
    body = """
    opened = ["/proc/1/mem", "/proc/mtrr", "/proc/sysrq-trigger"]
    opened += [os.path.join(top, name) for top, _, names in os.walk("/proc/sys") for name in names]
    print(len(opened) > 100)
    for path in opened:
        try:
            os.close(os.open(path, os.O_WRONLY))
            print("opened", path)
        except OSError:
            pass
    """
    assert grade_code(**probe(body)).verdict is Verdict.SCORED
    assert heard.log == "True\n"


def test_neither_our_code_nor_public_labels_are_there(grade_code: Grade, heard: Heard):
    body = """
    import importlib.util, sysconfig
    from pathlib import Path
    packages = Path(sysconfig.get_path("purelib"))
    print(list((packages / "sklearn/datasets/data").iterdir()))
    print([name for name in ("assignments", "server", "cli") if importlib.util.find_spec(name)])
    import grader
    print(sorted(os.listdir(grader.__path__[0])))
    print(sorted(os.listdir("/")), os.listdir("/box"))
    """
    assert grade_code(**probe(body)).verdict is Verdict.SCORED
    lines = heard.log.splitlines()
    assert lines[:3] == ["[]", "[]", "['__init__.py', 'inside']"]
    assert "home" not in lines[3]
    assert lines[3].endswith("['submission.py']")


def test_no_capabilities_and_no_new_namespaces(grade_code: Grade, heard: Heard):
    body = """
    import ctypes
    wanted = ("CapEff", "CapBnd", "NoNewPrivs", "Seccomp:")
    print([line.split()[1].strip("0") for line in open("/proc/self/status") if line.startswith(wanted)])
    libc = ctypes.CDLL(None, use_errno=True)
    for call in (lambda: libc.unshare(0x10000000), lambda: libc.mount(b"x", b"/tmp", b"tmpfs", 0, None),
                 lambda: libc.ptrace(0, 0, 0, 0), lambda: libc.syscall(425, 1, 0),
                 lambda: libc.syscall(250, 0, 0, 0), lambda: libc.socket(38, 5, 0),
                 lambda: libc.socket(40, 1, 0)):
        print(call(), os.strerror(ctypes.get_errno()))
    """
    assert grade_code(**probe(body)).verdict is Verdict.SCORED
    lines = heard.log.splitlines()
    assert lines[0] == "['', '', '1', '2']"
    assert lines[1:6] == ["-1 Operation not permitted"] * 5
    assert lines[6:] == ["-1 Address family not supported by protocol"] * 2


def test_no_file_that_is_shared_can_be_leased_or_watched(grade_code: Grade, heard: Heard):
    body = """
    import fcntl
    for descriptor, command in ((os.open(torch.__file__, os.O_RDONLY), 1024), (os.open("/usr", 0), 1026)):
        try:
            print(fcntl.fcntl(descriptor, command, 1))
        except PermissionError as error:
            print(error.strerror)
    """
    assert grade_code(**probe(body)).verdict is Verdict.SCORED
    assert heard.log == "Operation not permitted\n" * 2


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
    [
        {"train": "time.sleep(60)"},
        {"train": "while True: pass"},
        {"top": "while True: pass"},
        {"train": "import signal; os.kill(os.getpid(), signal.SIGSTOP)"},
        {"predict": "time.sleep(60)"},
    ],
    ids=["sleep", "loop", "import", "stop", "predict"],
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


def test_held_out_inputs_come_only_after_training(grade_code: Grade, heard: Heard):
    body = """
    import select
    opened = [fd for fd in range(3, 64) if os.path.exists(f"/proc/self/fd/{fd}")]
    print([fd for fd in opened if select.select([fd], [], [], 0)[0]])
    """
    assert grade_code(**probe(body)).verdict is Verdict.SCORED
    assert heard.log == "[]\n"


def test_printed_held_out_inputs_stay_hidden(grade_code: Grade, heard: Heard):
    body = """
    if len(inputs) == 150:
        print("SECRET", inputs)
        os.write(2, b"SECRET")
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, b'{"failure": "raised", "detail": "SECRET"}\\n')
                os.write(descriptor, b'{"point": {"secret": 1}}\\n')
            except OSError:
                pass
        raise ValueError("SECRET", inputs)
    return torch.zeros(len(inputs))
    """
    report = grade_code(predict=body)
    assert report.verdict in {Verdict.FAILED, Verdict.BAD_OUTPUT}
    assert "SECRET" not in heard.log + report.message + report.detail
    assert heard.points == []


def test_held_out_set_is_shuffled_each_time(grade_code: Grade, heard: Heard):
    """Labels of the data lie in the order 0 1 2 0 1 2: a claim of that order must score like chance."""
    report = grade_code(predict="return torch.arange(len(inputs)) % 3")
    assert report.verdict is Verdict.SCORED
    assert report.private is not None
    assert report.private.score < 0.6


def test_own_files_replace_no_real_module(grade_files: Grade):
    source = blobs.code(train="import json; json.dumps(1)")
    files = {"submission.py": source, "json.py": b"raise SystemExit", "torch.py": b"raise SystemExit"}
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
