"""What one run and one hand-in may use, and how often somebody may hand in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from assignments.kinds import Kind
from assignments.toml.fields import Fields

LONGEST_WALL = timedelta(hours=2)  # the broker takes a run for lost after twice as long


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run and one hand-in may use."""

    wall: timedelta = timedelta(seconds=60)
    memory_mib: int = 2048
    cpus: int = 2
    gpu: int = 0  # cards: a run has one or none
    gpu_memory_mib: int = 8192  # of the card, beside what CUDA itself takes
    per_day: int = 10  # hand-ins of one student in one calendar day of the course's zone; see Traits
    total: int = 0  # hand-ins of one student that count, over the whole assignment; 0 is no bound
    cooldown: timedelta = timedelta()  # from one hand-in of a student to the next
    trials_per_day: int = 20  # runs of one student in one calendar day that are tried and not handed in
    upload_mib: int = 25
    files: int = 50


def read_limits(table: Fields, kind: Kind) -> Limits:
    """The table `[limits]`. Raises SpecError."""
    usual = Limits(per_day=kind.traits.tries_a_day)
    with table:
        return Limits(
            wall=table.duration("wall", timedelta(seconds=1), LONGEST_WALL, usual.wall),
            memory_mib=table.integer("memory_mib", 256, 262_144, usual.memory_mib),
            cpus=table.integer("cpus", 1, 64, usual.cpus),
            gpu=table.integer("gpu", 0, 1, usual.gpu),
            gpu_memory_mib=table.integer("gpu_memory_mib", 256, 262_144, usual.gpu_memory_mib),
            per_day=table.integer("per_day", 1, 1000, usual.per_day),
            total=table.integer("total", 0, 100_000, usual.total),
            cooldown=table.duration("cooldown", timedelta(), timedelta(days=1), usual.cooldown),
            trials_per_day=table.integer("trials_per_day", 0, 1000, usual.trials_per_day),
            upload_mib=table.integer("upload_mib", 1, 1024, usual.upload_mib),
            files=table.integer("files", 1, 200, usual.files),
        )
