"""The whole way of one submission: files in, report out. The worker and the command line both go it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from assignments.spec import Kind
from grader import predictions, report, unpack
from grader.contract import GradeReport, Phase
from grader.findings import findings
from grader.material import Material
from grader.messages import RefusedError
from grader.run import Clock, Run, RunEndedError, Tell, tenths
from grader.sandbox import host
from grader.sandbox.spare import Boxes
from grader.wire import Predictions


@dataclass(frozen=True, slots=True)
class Task:
    """What is graded, beside the files."""

    attempt_id: str
    seed: int
    device: str  # "cpu" or "cuda"


def device_for(wish: str) -> str:
    """`auto` becomes what is there. Raises SandboxMissingError for CUDA that is not."""
    if wish == "auto":
        return "cuda" if host.has_cuda() else "cpu"
    if wish == "cuda" and not host.has_cuda():
        raise host.SandboxMissingError(
            "there is no CUDA here: no NVIDIA card, or torch was built without CUDA"
        )
    return wish


def grade(
    task: Task,
    boxes: Boxes,
    find_material: Callable[[], Material],
    find_files: Callable[[Material], Mapping[str, bytes]],
    tell: Tell,
) -> GradeReport:
    """Grade one submission. What goes wrong on our side is raised, whatever the student did is reported."""
    start = time.monotonic()
    clock = Clock(tell)
    with clock.timed(Phase.FETCH):
        material = find_material()
        files = find_files(material)
    draft = report.Draft(task.attempt_id, material, seed=task.seed, device=task.device)
    try:
        with clock.timed(Phase.UNPACK):
            contents = unpack.read_files(files)
        claim = _claim_of_code if material.assignment.kind is Kind.CODE else _claim_of_table
        claimed = claim(task, boxes, material, contents, clock)
        with clock.timed(Phase.SCORE):
            finished = draft.scored(claimed)
    except RefusedError as refusal:
        finished = draft.refused(refusal)
    except RunEndedError as ended:
        finished = draft.ended(ended)
    timings = clock.timings | {"total": tenths(time.monotonic() - start)}
    return replace(
        finished,
        timings=timings,
        memory_mib=clock.memory_mib,
        layers=clock.layers,
        findings=findings(clock.layers),
    )


def _claim_of_code(
    task: Task, boxes: Boxes, material: Material, contents: unpack.Contents, clock: Clock
) -> Predictions:
    """What the student's code says the held-out labels are."""
    unpack.check_source(contents)
    with boxes.taken() as box:
        try:
            run = Run(box, material, clock)
            return run.predictions(contents, seed=task.seed, device=task.device)
        finally:
            clock.memory_mib = 10.0 * round(box.group.peak_mib() / 10)


def _claim_of_table(
    _task: Task, _boxes: Boxes, material: Material, contents: unpack.Contents, _clock: Clock
) -> Predictions:
    """What the student's table says the held-out labels are; nothing of theirs runs."""
    table = _only_table(contents)
    source = material.assignment.data
    rows = len(material.data.held_out_labels)
    return predictions.read(table, rows=rows, classes=source.classes, task=source.task)


def _only_table(contents: unpack.Contents) -> bytes:
    if predictions.FILE not in contents.files:
        raise RefusedError(f"there is no {predictions.FILE} among them.", f"nincs köztük {predictions.FILE}.")
    return contents.files[predictions.FILE]
