"""The limits of a run where the kernel lends no group: a look at /proc, again and again."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

MIB = 2**20
LOOK_S = 0.02  # a look at every process of a run costs about a millisecond
PAUSES = 5  # times as long as a look takes
SCRATCH = ("tmp", "dev/shm")


@dataclass(slots=True)
class WatchedGroup:
    """The processes limit themselves, and we watch what they hold."""

    memory_mib: int = 0
    held: float = 0.0
    peak: float = 0.0
    looked_at: float = 0.0
    pause_s: float = LOOK_S
    before: dict[int, float] | None = None  # what each process held when the limit was set
    entries: tuple[Path, ...] = field(default=())
    needs_rlimits: bool = True

    def limit(self, memory_mib: int, cpus: int) -> None:  # noqa: ARG002 - the wall limit must do
        """See Group."""
        self.memory_mib = memory_mib
        self.before = None
        self.pause_s = 0.0  # the next look comes before the box is sent anything

    def _held(self, members: list[int]) -> float:
        """What the run has taken since the limit was set: torch's own share is no student's.

        The quick count has shared pages once for each process: where it is too much, count exactly.
        """
        scratch, before = scratch_mib(members), self.before or {}
        quick = sum(map(held_mib, members)) + scratch
        if not self.memory_mib or quick <= self.memory_mib:
            return max(0.0, quick - sum(before.values()))
        return scratch + sum(max(0.0, share_mib(member) - before.get(member, 0.0)) for member in members)

    def hurry(self) -> None:
        """See Group."""

    def ran_out(self, pid: int) -> bool:
        """See Group."""
        start = time.monotonic()
        if start - self.looked_at >= self.pause_s:
            members = family(pid)
            if self.memory_mib and self.before is None:
                self.before = {member: share_mib(member) for member in members}
            self.held = self._held(members)
            self.peak = max(self.peak, self.held)
            self.looked_at = time.monotonic()
            self.pause_s = max(LOOK_S, PAUSES * (self.looked_at - start))
        return bool(self.memory_mib) and self.held > self.memory_mib

    def peak_mib(self) -> float:
        """See Group."""
        return self.peak

    def close(self) -> None:
        """Nothing to remove: the pid namespace dies with its first process."""


def family(pid: int) -> list[int]:
    """A process and all its descendants, however long a chain of them is."""
    members = [pid]
    for member in members:
        try:
            for thread in Path(f"/proc/{member}/task").iterdir():
                members += map(int, (thread / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return members


def is_dead(pid: int) -> bool:
    """Whether it is gone, or only its exit status is left."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return True


def held_mib(pid: int) -> float:
    """Memory of one process that no file backs."""
    return _mib_in(f"/proc/{pid}/status", (b"RssAnon:", b"RssShmem:"))


def share_mib(pid: int) -> float:
    """As `held_mib`, but a page that several processes share is divided among them. Takes milliseconds."""
    try:
        return _mib_in(f"/proc/{pid}/smaps_rollup", (b"Pss_Anon:", b"Pss_Shmem:"))
    except PermissionError:
        return held_mib(pid)


def _mib_in(path: str, wanted: tuple[bytes, ...]) -> float:
    """The sum of these rows, which are in KiB; nothing for a process that is gone."""
    try:
        rows = Path(path).read_bytes().splitlines()  # a process's name may be no text
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(row.split()[1]) for row in rows if row.startswith(wanted)) / 1024


def scratch_mib(members: list[int]) -> float:
    """What lies in the scratch folders of the box, which is memory that no process has to hold."""
    used: dict[int, float] = {}
    outside = {Path("/", name).stat().st_dev for name in SCRATCH}
    for member in members[1:3]:  # the first process of the box, and the one that runs the code
        for name in SCRATCH:
            try:
                path = Path(f"/proc/{member}/root", name)
                device, room = path.stat().st_dev, os.statvfs(path)
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if device not in outside:
                used[device] = (room.f_blocks - room.f_bfree) * room.f_frsize / MIB
    return sum(used.values())
