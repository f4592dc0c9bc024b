"""The limits of a run's process group: the kernel's where it lends them, our own watch where it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.__main__ import main as grader
from grader.contract import Verdict
from grader.sandbox import box, group, leftovers, template, watch
from grader.sandbox.group import CGROUPS, new_group
from grader.sandbox.pool import Boxes
from grader.sandbox.watch import WatchedGroup
from tests.grader.conftest import Grade, Heard


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch, boxes: Boxes) -> Iterator[None]:
    """A machine that lends no cgroup."""
    boxes.close()
    for room in (box, template):
        monkeypatch.setattr(room, "new_group", lambda _name: WatchedGroup())
    yield
    boxes.close()


@pytest.mark.usefixtures("watched")
def test_watch_scores_honest_code(grade_code: Grade):
    report = grade_code()
    assert report.verdict is Verdict.SCORED
    assert 50 < report.memory_mib < 1024


@pytest.mark.slow
@pytest.mark.usefixtures("watched")
def test_watch_stops_a_memory_bomb(grade_code: Grade):
    body = """
    keep = []
    while True:
        keep.append(torch.ones(2**22))
        time.sleep(0.02)
    """
    report = grade_code(train=body, memory_mib=512)
    assert report.verdict is Verdict.OUT_OF_MEMORY


@pytest.mark.slow
@pytest.mark.usefixtures("watched")
def test_process_limits_itself_where_no_group_does(grade_code: Grade):
    report = grade_code(train="keep = torch.ones(2**30)", memory_mib=512)
    assert report.verdict in {Verdict.FAILED, Verdict.OUT_OF_MEMORY}


@pytest.mark.slow
@pytest.mark.usefixtures("watched")
def test_watch_counts_scratch_files(grade_code: Grade):
    body = """
    for name in ("/tmp/a", "/dev/shm/a"):
        with open(name, "wb") as file:
            for _ in range(240): file.write(bytes(2**20))
    time.sleep(20)
    """
    assert grade_code(train=body, memory_mib=450, wall="20s").verdict is Verdict.OUT_OF_MEMORY


@pytest.mark.slow
@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize(("mib", "verdict"), [(200, Verdict.SCORED), (280, Verdict.OUT_OF_MEMORY)])
def test_watch_does_not_count_what_torch_itself_holds(grade_code: Grade, mib: int, verdict: Verdict):
    """Built for CUDA it is a gibibyte, and a fork counts all that it inherits."""
    body = f"keep = torch.ones({mib} * 2**18); time.sleep(1)"
    assert grade_code(train=body, memory_mib=256).verdict is verdict


@pytest.mark.slow
@pytest.mark.usefixtures("watched")
def test_watch_counts_memory_that_processes_share_once(grade_code: Grade):
    body = """
    kept = bytearray(os.urandom(1) * 300 * 2**20)
    children = [os.fork() for _ in range(4)]
    if 0 in children:
        time.sleep(3)
        os._exit(0)
    for child in children: os.waitpid(child, 0)
    """
    assert grade_code(train=body, memory_mib=900).verdict is Verdict.SCORED


@pytest.mark.slow
@pytest.mark.usefixtures("watched")
def test_memory_of_no_process_is_not_lent_where_none_would_count_it(grade_code: Grade, heard: Heard):
    body = """
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    print(libc.memfd_create(b"x", 0), libc.shmget(0, 2**20, 0o1600), os.strerror(ctypes.get_errno()))
    """
    assert grade_code(train=body).verdict is Verdict.SCORED
    assert heard.log == "-1 -1 Operation not permitted\n"


@pytest.mark.slow
@pytest.mark.usefixtures("watched")
def test_watch_reads_of_a_name_that_is_no_text(grade_code: Grade):
    body = "import ctypes; ctypes.CDLL(None).prctl(15, bytes([255, 254]), 0, 0, 0); time.sleep(0.2)"
    assert grade_code(train=body).verdict is Verdict.SCORED


@pytest.mark.slow
@pytest.mark.usefixtures("watched")
def test_watch_follows_a_chain_deeper_than_a_stack(grade_code: Grade):
    """A thousand and more processes, each the child of the last: whatever ends them, it is charged."""
    body = """
    for _ in range(1100):
        try:
            if os.fork(): break
        except OSError: break
    time.sleep(3)
    """
    charged = {Verdict.TIMED_OUT, Verdict.OUT_OF_MEMORY, Verdict.FAILED}
    assert grade_code(train=body, wall="3s").verdict in charged


@pytest.fixture
def lent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as systemd delegates one, without the controller of CPU time."""
    monkeypatch.setattr(group, "CGROUPS", tmp_path)
    (tmp_path / "cgroup.controllers").write_text("memory pids\n")
    line = next(row for row in Path("/proc/self/cgroup").read_text().splitlines() if row.startswith("0::"))
    own = tmp_path / line.removeprefix("0::").lstrip("/")
    own.mkdir(parents=True, exist_ok=True)
    return own


def test_group_is_made_without_a_controller_of_cpu_time(lent: Path, monkeypatch: pytest.MonkeyPatch):
    written: list[str] = []
    write = Path.write_text

    def kernel(path: Path, text: str) -> int:
        if path.name == "cgroup.subtree_control":
            written.append(text)
            if "cpu" in text:
                raise OSError(22, "Invalid argument")
        return write(path, text)

    monkeypatch.setattr(Path, "write_text", kernel)
    assert group.own_unified_folder() == lent
    assert written == ["+memory", "+pids", "+cpu"]


def test_own_processes_are_killed_beside_those_of_another_container(tmp_path: Path):
    child = subprocess.Popen(["sleep", "600"])
    (tmp_path / "cgroup.procs").write_text(f"0\n{child.pid}\n")
    with pytest.raises(TimeoutError, match="another container"):
        group.empty_and_remove(tmp_path)
    assert child.wait(10) == -9


def test_group_is_gone_after_close():
    made = new_group(f"hazi-{os.getpid()}-test")
    folders = [entry.parent for entry in made.entries]
    child = subprocess.Popen(["sleep", "600"])
    for entry in made.entries:
        entry.write_text(str(child.pid))
    made.close()
    if not folders:
        child.kill()
    assert child.wait(10) == -9
    assert not any(folder.exists() for folder in folders)


def test_leftovers_of_dead_workers_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    monkeypatch.setattr(leftovers.tempfile, "gettempdir", lambda: str(tmp_path))
    orphan, ours, other = (
        tmp_path / f"{leftovers.PREFIX}{int(dead.stdout)}-abc",
        tmp_path / f"{leftovers.PREFIX}{os.getpid()}-abc",
        tmp_path / "hazi-redis-1",
    )
    for folder in (orphan, ours, other):
        folder.mkdir()
        (folder / "file").touch()
    assert CliRunner().invoke(grader, ["tidy"]).exit_code == 0
    assert [folder.exists() for folder in (orphan, ours, other)] == [False, True, True]


@pytest.mark.slow
def test_busy_threads_get_no_more_than_their_cores(grade_code: Grade, heard: Heard):
    """One core is allowed; sixteen threads that never pause use no more than that of each second."""
    body = """
    import resource, threading
    from hashlib import sha256
    def burn():
        while time.monotonic() < end:
            sha256(bytes(2**20))  # lets go of the interpreter's lock
    start, end = time.monotonic(), time.monotonic() + 2
    before = time.process_time()
    threads = [threading.Thread(target=burn) for _ in range(16)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print((time.process_time() - before) / (time.monotonic() - start))
    """
    assert grade_code(train=body).verdict is Verdict.SCORED
    assert float(heard.log) < 1.2


def test_family_of_a_vanished_process_is_itself():
    assert watch.family(2**22 - 1) == [2**22 - 1]
    assert watch.held_mib(2**22 - 1) == 0


def test_cgroups_are_where_the_kernel_puts_them():
    assert CGROUPS.is_dir()
