"""Whether an attack was held: what its header asks for against what was seen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from grader.attack import leak_scan
from grader.attack.pack import Attack
from grader.contract import EventKind, GradeReport, Verdict

BREACH = "BREACH"
Event = tuple[EventKind, str, Mapping[str, float]]
LATE_S = 2.0  # how long after its limit a run may still be ending


@dataclass(slots=True)
class Seen:
    """One graded run: its report and everything that it told."""

    report: GradeReport
    events: list[Event] = field(default_factory=list)

    @property
    def log(self) -> str:
        """What the code printed."""
        return "".join(text for kind, text, _ in self.events if kind is EventKind.LOG)

    @property
    def visible(self) -> str:
        """All text that could come before a student: the report, both shares of it, and the events."""
        events = (text + json.dumps(dict(values)) for _, text, values in self.events)
        report = json.dumps(self.report.to_message(), ensure_ascii=False)
        parts = (self.report.message, self.report.message_hu, self.report.detail, self.log)
        return "\n".join((*parts, *events, report))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What holds for every attack: numbers and a secret that must show nowhere, and the usual wall limit."""

    held_out: tuple[float, ...]
    secret: str = field(repr=False)
    wall: timedelta


def breaches(attack: Attack, seen: Seen, around: Surroundings) -> Iterator[str]:
    """Everything about one run that its header or the catalogue forbids."""
    report, visible = seen.report, seen.visible
    if report.verdict not in attack.verdicts:
        yield f"{report.verdict}: {report.message} {report.detail[-300:]}".strip()
    yield from (f"the log lacks {text!r}" for text in attack.says if text not in seen.log)
    yield from (f"{text!r} can be seen" for text in attack.hides if text in visible)
    yield from (f"the message lacks {text!r}" for text in attack.message if text not in report.message)
    if attack.score and report.private and not attack.score.holds(report.private.score):
        yield f"scored {report.private.score:.3f}"
    yield from sorted({line[:300] for line in seen.log.splitlines() if line.startswith(BREACH)})
    if leak := leak_scan.shown(visible, around.held_out):
        yield f"a held-out input can be seen: {leak!r}"
    if around.secret in visible:
        yield "a secret of this machine can be seen"
    yield from _too_exact(report)
    yield from _too_late(report, attack.wall or around.wall, attack.late_s or LATE_S)


def equal_runs(attack: Attack, runs: list[Seen]) -> Iterator[str]:
    """What must differ from run to run, and did not."""
    if attack.differs:
        lines = [line for seen in runs for line in seen.log.splitlines() if line.startswith(attack.differs)]
        if not lines or len(set(lines)) < len(lines):
            yield f"what follows {attack.differs!r} was the same in two runs"


def neighbour(seen: Seen | None) -> Iterator[str]:
    """What an honest run beside the attack suffered."""
    if seen is not None and (seen.report.verdict is not Verdict.SCORED or not _is_right(seen.report)):
        yield f"the honest run beside it ended as {seen.report.verdict}: {seen.report.message}"


def _is_right(report: GradeReport) -> bool:
    return report.private is not None and report.private.score >= 0.9


def _too_exact(report: GradeReport) -> Iterator[str]:
    """Times finer than tenths and memory finer than 10 MiB could spell out what a prediction saw."""
    for phase, seconds in report.timings.items():
        if seconds != round(seconds, 1):
            yield f"the time of {phase} is shown as {seconds}"
    if report.memory_mib % 10:
        yield f"the memory is shown as {report.memory_mib}"


def _too_late(report: GradeReport, wall: timedelta, late_s: float) -> Iterator[str]:
    spent = report.timings.get("train", 0.0) + report.timings.get("predict", 0.0)
    if spent > wall.total_seconds() + late_s:
        yield f"it ran {spent:.1f} s with a limit of {wall.total_seconds():.0f} s"
