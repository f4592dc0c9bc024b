"""The whole way of one submission: files in, report out. The worker and the command line both go it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from assignments.spec import SpecError
from grader import report
from grader.contract import GradeReport, RunPhase, Verdict
from grader.files import unpack
from grader.kinds.attempt import Attempt
from grader.kinds.outer import outer_half
from grader.material import Material, MaterialError
from grader.run import BoxLostError, BoxNotReadyError, Clock, RunEndedError, Tell, tenths
from grader.sandbox.box import BoxYieldedError
from grader.sandbox.host import SandboxMissingError
from grader.sandbox.pool import Boxes
from grader.sandbox.template import TemplateBrokenError
from grader.scoring.findings import findings
from grader.sentences import RefusedError

RENEWED = (BoxNotReadyError, TemplateBrokenError, OSError)
"""What a box made from nothing may mend: it did not open, or something of this machine was taken away."""
OURS = (*RENEWED, BoxLostError, BoxYieldedError, SandboxMissingError, MaterialError, SpecError, MemoryError)
"""What no student can be the reason of, whenever it comes."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Task:
    """What is graded, beside the files."""

    attempt_id: str = field(repr=False)
    seed: int


def _graded(attempt: Attempt) -> GradeReport:
    """Grade in a box. Where it fails and no student can be the reason, once more in one made from nothing."""
    half = outer_half(attempt.material.assignment.kind)
    try:
        return half.grade(attempt)
    except RENEWED as error:
        log.warning("box_failed", attempt_id=attempt.draft.attempt_id, problem=str(error))
        attempt.boxes.renew()
        attempt.notices.clear()
        attempt.clock.began = False
        return half.grade(attempt)


def _reported(attempt: Attempt, files: Mapping[str, bytes]) -> GradeReport:
    """The report of an attempt, however it ends. Raises what is our fault."""
    draft = attempt.draft
    try:
        with attempt.clock.timed(RunPhase.UNPACK):
            assignment = attempt.material.assignment
            half = outer_half(assignment.kind)
            most_bytes, pictures = half.most_bytes(assignment.rules), half.needs_pictures
            attempt.contents = unpack.read_files(
                files, most_bytes, half.most_entries, needs_pictures=pictures
            )
        return _graded(attempt)
    except RefusedError as refusal:
        return draft.refused(refusal)
    except RunEndedError as ended:
        return draft.ended(ended)
    except OURS:
        raise
    except Exception:
        # What is in the files, and what a box answers, is the student's doing, even where none of us thought
        # of it: given back as a fault of ours it would come again and again.
        log.exception("not_read", attempt_id=draft.attempt_id, kind=str(assignment.kind))
        if not attempt.clock.began:
            return draft.ended(RunEndedError(Verdict.REJECTED, "unreadable_files"))
        return draft.ended(RunEndedError(Verdict.BAD_OUTPUT, "unreadable_result"))


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
    with clock.timed(RunPhase.FETCH):
        material = find_material()
        files = find_files(material)
    draft = report.Draft(task.attempt_id, material, seed=task.seed, device=boxes.device)
    attempt = Attempt(task.seed, boxes.device, boxes, material, unpack.NOTHING, clock, draft)
    finished = _reported(attempt, files)
    timings = clock.timings | {"total": tenths(time.monotonic() - start)}
    return replace(
        finished,
        timings=timings,
        memory_mib=clock.memory_mib,
        gpu_memory_mib=clock.gpu_memory_mib,
        held_out_given=clock.held_out_given or finished.verdict is Verdict.SCORED,
        layers=clock.layers,
        findings=findings(clock.layers),
        notices=(*attempt.contents.notices, *attempt.notices),
    )
