"""Whether an assignment is fit to be published: what it promises is tried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from assignments.scoring import LearningTask
from assignments.spec import Split
from grader import material
from grader.commands.run_local import grade_locally
from grader.contract import GradeReport, Verdict
from grader.kinds.outer import outer_half
from grader.prepared_check import PreparedCheck
from grader.sandbox.gpu import claim
from grader.sandbox.pool import Boxes, Mode
from grader.scoring import disclosure
from grader.scoring.label_order import tells_labels
from grader.stream_check import KEYS, draws_data, shared_stream

WALL_SHARE = 0.5  # the reference may take this much of the wall limit: other machines are slower
MEMORY_SHARE = 0.8
LARGEST_LEAK = 0.5
LITTLE_TOLD = "a week of tries tells at most half of the public labels"


@dataclass(frozen=True, slots=True)
class VerifyCheck:
    """One promise, whether it holds, and what was seen."""

    promise: str
    holds: bool
    seen: str


def verify(folder: Path, *, device: str = "auto") -> Iterator[VerifyCheck]:
    """Try the promises one by one. Raises SpecError when there is nothing to try."""
    found = material.from_folder(folder)
    yield from checks_of_material(found)
    boxes = Boxes(Mode.TEMPLATE, claim(device))
    try:
        reference = grade_locally(folder, folder / "reference", boxes=boxes)
        yield _earns_full_points(reference, found.assignment.score.points)
        if draws_data(found):  # those of the course are others than ours
            again = grade_locally(folder, folder / "reference", boxes=boxes, held_out_key=KEYS[0])
            yield replace(
                _earns_full_points(again, found.assignment.score.points),
                promise="the reference earns full points on held-out data of another key",
            )
        yield from _limits_leave_room(reference, found)
        starter = grade_locally(folder, folder / "starter", boxes=boxes)
        yield _earns_less(starter, reference)
    finally:
        boxes.close()


def checks_of_material(found: material.Material) -> Iterator[VerifyCheck]:
    """The promises about what the assignment brings with it, checks or data, which need no run to be seen."""
    kind = found.assignment.kind
    brought = outer_half(kind).checks
    if brought or kind.traits.has_public_data:
        yield _held_out_has_its_own_stream(found)
    if brought:
        yield _checks_are_sound(brought.of(found))
    elif kind.traits.has_public_data:
        yield from _splits_are_disjoint(found)
        yield LABELS_ARE_SOUND[found.assignment.data.task](found)
        if kind.traits.needs_inputs and not draws_data(found):  # what is drawn is not handed out
            yield _order_tells_no_labels(found)
        if kind.traits.leaks_little:
            yield _tries_do_not_give_labels(found)


def _held_out_has_its_own_stream(found: material.Material) -> VerifyCheck:
    problem = shared_stream(found)
    return VerifyCheck(
        "held-out data come from a stream of their own", not problem, problem or "nothing ties them"
    )


def _splits_are_disjoint(found: material.Material) -> Iterator[VerifyCheck]:
    splits = found.data.splits
    parts = {"train": splits.train, "valid": splits.valid, "test": splits.test}
    digests = {name: set(_digests(part)) for name, part in parts.items()}
    for one, other in (("train", "valid"), ("train", "test"), ("valid", "test")):
        both = len(digests[one] & digests[other])
        yield VerifyCheck(f"{one} and {other} share no example", both == 0, f"{both} in both")


def _checks_are_sound(prepared: Sequence[PreparedCheck]) -> VerifyCheck:
    checks = [one.check for one in prepared]
    visible = sum(check.visible for check in checks)
    return VerifyCheck("the checks can be made", True, f"{visible} visible, {len(checks) - visible} hidden")


def _digests(part: Split) -> Iterator[bytes]:
    for example in np.ascontiguousarray(part.inputs):
        yield sha256(example.tobytes()).digest()


def _every_class_is_held_out(found: material.Material) -> VerifyCheck:
    classes = len(found.assignment.data.classes)
    labels = found.data.held_out_labels
    sound = labels.min() >= 0 and labels.max() < classes
    support = np.bincount(labels, minlength=classes) if sound else np.zeros(classes, dtype=np.int64)
    return VerifyCheck(
        "every class is held out, and no other",
        bool(sound and support.min() >= 2),
        f"{support.min()} to {support.max()} examples of a class",
    )


def _every_label_is_held_out(found: material.Material) -> VerifyCheck:
    labels = found.data.held_out_labels
    sound = bool(((labels == 0) | (labels == 1)).all())
    support = labels.sum(axis=0) if sound else np.zeros(labels.shape[1], dtype=np.int64)
    return VerifyCheck(
        "every label is held out, with it and without it",
        sound and support.min() >= 2 and support.max() <= len(labels) - 2,
        f"{support.min()} to {support.max()} of {len(labels)} examples with a label",
    )


def _held_out_values_differ(found: material.Material) -> VerifyCheck:
    labels = found.data.held_out_labels
    sound = bool(np.isfinite(labels).all()) and float(labels.std()) > 0
    return VerifyCheck(
        "held-out values are finite and differ", sound, f"values from {labels.min():g} to {labels.max():g}"
    )


LABELS_ARE_SOUND: Mapping[LearningTask, Callable[[material.Material], VerifyCheck]] = {
    LearningTask.CLASSES: _every_class_is_held_out,
    LearningTask.LABELS: _every_label_is_held_out,
    LearningTask.VALUES: _held_out_values_differ,
}


def _order_tells_no_labels(found: material.Material) -> VerifyCheck:
    """Of inputs that are handed out: ids stand in the order of the held-out set."""
    tells = tells_labels(found.data.held_out_labels)
    seen = "neighbours are alike too often or too seldom: shuffle the files" if tells else "it looks random"
    return VerifyCheck("the order of held-out inputs tells no labels", not tells, seen)


def _tries_do_not_give_labels(found: material.Material) -> VerifyCheck:
    """Of labels alone: how many bits a value has depends on how closely one wants to know it."""
    assignment, labels = found.assignment, found.data.held_out_labels
    if assignment.data.task is LearningTask.VALUES:
        return VerifyCheck(LITTLE_TOLD, True, "values are no labels")
    disclosed = disclosure.bits_of_a_week(assignment)
    columns = labels.T if labels.ndim == 2 else labels[None]
    public = assignment.score.public_share * sum(map(disclosure.bits_of_labels, columns))
    return VerifyCheck(
        LITTLE_TOLD, disclosed <= LARGEST_LEAK * public, f"{disclosed:.0f} of {public:.0f} bits at most"
    )


def _earns_full_points(reference: GradeReport, points: float) -> VerifyCheck:
    cards = (reference.public, reference.private)
    holds = all(card is not None and card.points == points for card in cards)
    return VerifyCheck("the reference earns full points", holds, _result(reference))


def _earns_less(starter: GradeReport, reference: GradeReport) -> VerifyCheck:
    runs = starter.verdict is Verdict.SCORED and starter.private is not None
    less = runs and reference.private is not None and starter.private.points < reference.private.points  # type: ignore[union-attr]
    return VerifyCheck("the starter runs and earns less", bool(less), _result(starter))


def _limits_leave_room(reference: GradeReport, found: material.Material) -> Iterator[VerifyCheck]:
    limits = found.assignment.limits
    wall = limits.wall.total_seconds()
    spent = reference.timings.get("train", 0.0) + reference.timings.get("predict", 0.0)
    yield VerifyCheck(
        "the reference needs at most half of the wall limit",
        spent <= WALL_SHARE * wall,
        f"{spent:.1f} of {wall:.0f} s",
    )
    yield VerifyCheck(
        "the reference needs at most 80 % of the memory limit",
        reference.memory_mib <= MEMORY_SHARE * limits.memory_mib,
        f"{reference.memory_mib:.0f} of {limits.memory_mib} MiB",
    )
    if reference.gpu_memory_mib:
        yield VerifyCheck(
            "the reference needs at most 80 % of the GPU memory limit",
            reference.gpu_memory_mib <= MEMORY_SHARE * limits.gpu_memory_mib,
            f"{reference.gpu_memory_mib:.0f} of {limits.gpu_memory_mib} MiB",
        )


def _result(report: GradeReport) -> str:
    if report.public is None or report.private is None:
        return f"{report.verdict}: {report.message} {report.detail}"
    return (
        f"{report.public.points:g} points ({report.public.score:.4f}) on the public share, "
        f"{report.private.points:g} ({report.private.score:.4f}) on the private one"
    )
