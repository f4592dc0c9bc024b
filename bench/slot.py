"""One grader slot of the throughput benchmark: gets ready, waits for a word, grades, says that it is done."""

from __future__ import annotations

import sys
from pathlib import Path

import structlog

from bench import small
from grader.commands.run_local import quiet
from grader.contract import Verdict
from grader.grade import Task, grade
from grader.material import from_folder
from grader.sandbox.pool import Boxes, Mode


def main(folder: Path, mode: str, jobs: int) -> None:
    """Grade the reference so many times; `bare` runs it in a new python each time instead."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    boxes = None if mode == "bare" else Boxes(mode=Mode(mode))
    found = from_folder(folder)
    files = {"submission.py": (folder / "reference" / "submission.py").read_bytes()}

    def job(number: int) -> None:
        if boxes is None:
            small.run_bare(folder, 1, number)
            return
        report = grade(Task("bench", number), boxes, lambda: found, lambda _: files, quiet)
        if report.verdict is not Verdict.SCORED:
            raise RuntimeError(report.message)

    if mode == Mode.TEMPLATE:
        job(0)  # a worker's template is warm
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(jobs):
        job(number)
    print("done", flush=True)
    if boxes is not None:
        boxes.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
