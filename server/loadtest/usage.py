"""What a group of processes has used, read from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
GROUP, USER_TICKS, SYSTEM_TICKS = 2, 11, 12  # fields of stat after the name (proc(5))


def cpu_s(group: int) -> float:
    """Seconds of CPU of all processes of this group that still live."""
    return sum((int(stat[USER_TICKS]) + int(stat[SYSTEM_TICKS])) / TICKS for _pid, stat in _members(group))


def memory_mib(group: int) -> float:
    """Their memory; what they share is counted once."""
    total = 0
    for pid, _stat in _members(group):
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def _members(group: int) -> Iterator[tuple[int, list[str]]]:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        with suppress(OSError):
            stat = (folder / "stat").read_text().rpartition(") ")[2].split()
            if int(stat[GROUP]) == group:
                yield int(folder.name), stat
