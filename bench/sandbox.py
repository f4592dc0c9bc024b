"""What the walls cost: the time to open a box, jobs a second on two slots, a long training inside them."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import small
from bench.measure import Comparison, compare
from grader.commands.run_local import quiet
from grader.contract import GradeReport, Verdict
from grader.grade import Task, grade
from grader.material import from_folder
from grader.sandbox.box import Box
from grader.sandbox.pool import Boxes, Mode
from grader.sandbox.watch import family

JOBS, SLOTS = 60, 2
FEW = 6  # jobs of the slow way: its jobs a second do not depend on how many there are
READY_S = 120.0
LONG_S = 60.0
FIRST, CALIBRATED = 40, 6000  # epochs


def request_to_torch(runs: int) -> Comparison:
    """From asking for a box to holding its word that torch can be used in it, against a box started cold."""
    forks, cold = Boxes(mode=Mode.TEMPLATE), Boxes(mode=Mode.COLD)
    try:
        _wait_until_ready(forks)
        times, memory = [], []
        for _ in range(runs):
            start = time.perf_counter()
            with forks.taken() as box:
                _hear_ready(box)
                times.append((time.perf_counter() - start) * 1000)
                memory.append(sum(map(_private_mib, family(box.process.pid))))
        comparison = compare("request to usable torch", _opening(forks), _opening(cold), runs=5)
    finally:
        forks.close()
    details = {
        "median_ms": round(statistics.median(times), 1),
        "p99_ms": round(statistics.quantiles(times, n=100)[98], 1),
        "private_mib_of_a_run": round(statistics.median(memory), 1),
    }
    promised = {"median_ms": 60.0, "p99_ms": 250.0, "private_mib_of_a_run": 30.0}
    return Comparison(
        what=comparison.what,
        ours_s=comparison.ours_s,
        bare_s=comparison.bare_s,
        ratio=comparison.ratio,
        runs=runs,
        details=details,
        promised_details=promised,
    )


def sixty_small_jobs(runs: int) -> Comparison:
    """Seconds for a job on two slots, forked from templates against a cold bubblewrap for each."""
    return _throughput("small jobs on two slots, against cold boxes", Mode.COLD, runs, promised=1 / 20)


def sixty_small_jobs_unsandboxed(runs: int) -> Comparison:
    """The same against one unsandboxed python for each job."""
    return _throughput("small jobs on two slots, against a bare python each", None, runs)


def long_training(runs: int) -> Comparison:
    """A minute of honest training inside the walls and outside: only `train` is timed, on both sides.

    Outside, the first step imports what a box has already; that is no price of the walls and is taken off.
    """
    first_step = _bare_seconds(FIRST)
    with tempfile.TemporaryDirectory() as home:
        folder = small.write_assignment(Path(home), epochs=_epochs_of(LONG_S, first_step), wall="300s")
        boxes = Boxes(mode=Mode.TEMPLATE)
        try:
            _wait_until_ready(boxes)
            inside: list[float] = []
            outside: list[float] = []

            def ours(number: int) -> None:
                inside.append(_graded(folder, boxes, number).timings["train"])

            def bare(number: int) -> None:
                outside.append(_seconds_said(small.run_bare(folder, 1, number)) - first_step)

            for number in range(runs):
                ours(number)
                bare(number)
        finally:
            boxes.close()
    ratios = [one / other for one, other in zip(inside, outside, strict=True)]
    return Comparison(
        what="a long training, inside against outside",
        ours_s=round(statistics.median(inside), 2),
        bare_s=round(statistics.median(outside), 2),
        ratio=round(statistics.median(ratios), 3),
        runs=runs,
        promised=1.03,
        details={"first_step_s": round(first_step, 2)},
    )


def _throughput(what: str, other: Mode | None, runs: int, promised: float | None = None) -> Comparison:
    with tempfile.TemporaryDirectory() as home:
        folder = small.write_assignment(Path(home))
        ours, bare = [], []
        for _ in range(runs):
            ours.append(_on_slots(folder, Mode.TEMPLATE, JOBS))
            bare.append(_on_slots(folder, other, FEW))
    ratios = [one / two for one, two in zip(ours, bare, strict=True)]
    jobs_a_second = {"jobs_a_second": round(1 / statistics.median(ours), 2)}
    return Comparison(
        what=what,
        ours_s=round(statistics.median(ours), 4),
        bare_s=round(statistics.median(bare), 4),
        ratio=round(statistics.median(ratios), 4),
        runs=runs,
        promised=promised,
        details=jobs_a_second | {"bare_jobs_a_second": round(1 / statistics.median(bare), 2)},
    )


def _on_slots(folder: Path, mode: Mode | None, jobs: int) -> float:
    """Seconds for each of so many jobs, when all slots have begun and until the last has ended."""
    command = [sys.executable, "-m", "bench.slot", str(folder), str(mode or "bare"), str(jobs // SLOTS)]
    slots = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(SLOTS)
    ]
    with ThreadPoolExecutor(SLOTS) as pool:
        list(pool.map(lambda slot: _receive(slot, "ready"), slots))
        start = time.perf_counter()
        list(pool.map(lambda slot: _say_and_hear(slot, "done"), slots))
        taken = time.perf_counter() - start
    for slot in slots:
        slot.communicate()
    return taken / jobs


def _receive(slot: subprocess.Popen[str], word: str) -> None:
    assert slot.stdout is not None
    said = slot.stdout.readline().strip()
    if said != word:
        raise RuntimeError(f"a slot said {said!r}, not {word!r}")


def _say_and_hear(slot: subprocess.Popen[str], word: str) -> None:
    assert slot.stdin is not None
    slot.stdin.write("go\n")
    slot.stdin.flush()
    _receive(slot, word)


def _opening(boxes: Boxes) -> Callable[[int], None]:
    def opened(_number: int) -> None:
        with boxes.taken() as box:
            _hear_ready(box)

    return opened


def _hear_ready(box: Box) -> None:
    if box.exchange(b"", 1, until=time.monotonic() + READY_S) != b"R":
        raise RuntimeError("a box did not get ready")


def _wait_until_ready(boxes: Boxes) -> None:
    _opening(boxes)(0)


def _private_mib(pid: int) -> float:
    """Memory that only this process has, see proc_pid_smaps(5)."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return (
        sum(int(row.split()[1]) for row in rows if row.startswith(("Private_Clean:", "Private_Dirty:")))
        / 1024
    )


def _graded(folder: Path, boxes: Boxes, seed: int) -> GradeReport:
    found = from_folder(folder)
    files = {"submission.py": (folder / "reference" / "submission.py").read_bytes()}
    report = grade(Task("bench", seed), boxes, lambda: found, lambda _: files, quiet)
    if report.verdict is not Verdict.SCORED:
        raise RuntimeError(f"{report.message} {report.detail}")
    return report


def _seconds_said(printed: str) -> float:
    """What bare_training.py says of its training."""
    return float(next(line.split()[2] for line in printed.splitlines() if line.startswith("trained in ")))


def _epochs_of(seconds: float, first_step: float) -> int:
    """How many epochs take about so long here."""
    return int((CALIBRATED - FIRST) * seconds / (_bare_seconds(CALIBRATED) - first_step))


def _bare_seconds(epochs: int) -> float:
    """How long so many epochs take outside of the walls."""
    with tempfile.TemporaryDirectory() as home:
        return _seconds_said(small.run_bare(small.write_assignment(Path(home), epochs=epochs), 1, 0))
