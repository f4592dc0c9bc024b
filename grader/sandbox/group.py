"""The process group of one run: its memory and process limits, what it used, and how it is emptied."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

CGROUPS = Path("/sys/fs/cgroup")
MIB = 2**20
PIDS = 256


class Group(Protocol):
    """One run's processes, as a whole."""

    @property
    def entries(self) -> tuple[Path, ...]:
        """The files a process writes its number into to belong to the group before it starts anything."""

    @property
    def needs_rlimits(self) -> bool:
        """Whether the processes must limit themselves, for the kernel does not limit the group."""

    def limit(self, memory_mib: int) -> None:
        """Set the memory limit of the whole group."""

    def ran_out(self, pid: int) -> bool:
        """Whether the group hit its memory limit. `pid` is the first process of the group."""

    def peak_mib(self) -> float:
        """The most memory the group held at once."""

    def close(self) -> None:
        """Kill what is left and remove the group."""


def new_group(name: str) -> Group:
    """The strongest group this machine lets us make: cgroup v2, cgroup v1, or a watch on /proc."""
    return _unified_group(name) or _legacy_group(name) or WatchedGroup()


@dataclass(slots=True)
class CgroupGroup:
    """A group whose limits the kernel holds."""

    memory: Path
    pids: Path
    limit_files: tuple[str, ...]  # written in this order
    peak_file: str
    events_file: str
    needs_rlimits: bool = False

    @property
    def entries(self) -> tuple[Path, ...]:
        """See Group."""
        return tuple(folder / "cgroup.procs" for folder in dict.fromkeys((self.memory, self.pids)))

    def limit(self, memory_mib: int) -> None:
        """See Group."""
        for name in self.limit_files:
            path = self.memory / name
            if path.exists():
                path.write_text("0" if "swap.max" in name else str(memory_mib * MIB))

    def ran_out(self, pid: int) -> bool:  # noqa: ARG002 - the group knows its processes
        """See Group."""
        events = (self.memory / self.events_file).read_text().splitlines()
        return any(line.startswith("oom_kill ") and not line.endswith(" 0") for line in events)

    def peak_mib(self) -> float:
        """See Group."""
        path = self.memory / self.peak_file
        return int(path.read_text()) / MIB if path.exists() else 0.0

    def close(self) -> None:
        """See Group."""
        for folder in dict.fromkeys((self.memory, self.pids)):
            empty_and_remove(folder)


def empty_and_remove(folder: Path) -> None:
    """Kill every member until none is left; the kernel answers EBUSY for a moment after the last died."""
    for _ in range(500):
        for pid in (folder / "cgroup.procs").read_text().split():
            _kill(int(pid))
        try:
            folder.rmdir()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError(f"processes of a run are still in {folder}")


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _legacy_group(name: str) -> Group | None:
    """A group of cgroup v1, where both of its controllers can be written."""
    memory, pids = CGROUPS / "memory" / name, CGROUPS / "pids" / name
    if not (CGROUPS / "memory" / "memory.limit_in_bytes").exists():
        return None
    try:
        memory.mkdir()
        pids.mkdir()
        (pids / "pids.max").write_text(str(PIDS))
    except OSError:
        _remove(memory, pids)
        return None
    limits = ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes")
    return CgroupGroup(memory, pids, limits, "memory.max_usage_in_bytes", "memory.oom_control")


def _unified_group(name: str) -> Group | None:
    """A group of cgroup v2 below a folder that was delegated to us with both controllers."""
    home = own_unified_folder()
    if home is None:
        return None
    folder = home / name
    try:
        folder.mkdir()
        (folder / "pids.max").write_text(str(PIDS))
        (folder / "memory.oom.group").write_text("1")
    except OSError:
        _remove(folder)
        return None
    return CgroupGroup(folder, folder, ("memory.max", "memory.swap.max"), "memory.peak", "memory.events")


def own_unified_folder() -> Path | None:
    """The delegated folder: ours, after we moved into a leaf of it, for only leaves may hold processes."""
    if not (CGROUPS / "cgroup.controllers").exists():
        return None
    line = next(row for row in Path("/proc/self/cgroup").read_text().splitlines() if row.startswith("0::"))
    own = CGROUPS / line.removeprefix("0::").lstrip("/")
    if own.name == "hazi-worker":
        return own.parent
    try:
        leaf = own / "hazi-worker"
        leaf.mkdir(exist_ok=True)
        (leaf / "cgroup.procs").write_text(str(os.getpid()))
        (own / "cgroup.subtree_control").write_text("+memory +pids")
    except OSError:
        return None
    return own


def _remove(*folders: Path) -> None:
    for folder in folders:
        if folder.is_dir():
            folder.rmdir()


@dataclass(slots=True)
class WatchedGroup:
    """Where no cgroup can be written: the processes limit themselves, and we watch what they hold."""

    memory_mib: int = 0
    peak: float = 0.0
    entries: tuple[Path, ...] = field(default=())
    needs_rlimits: bool = True

    def limit(self, memory_mib: int) -> None:
        """See Group."""
        self.memory_mib = memory_mib

    def ran_out(self, pid: int) -> bool:
        """See Group."""
        held = sum(_held_mib(member) for member in _family(pid))
        self.peak = max(self.peak, held)
        return bool(self.memory_mib) and held > self.memory_mib

    def peak_mib(self) -> float:
        """See Group."""
        return self.peak

    def close(self) -> None:
        """Nothing to remove: the pid namespace dies with its first process."""


def _family(pid: int) -> Iterator[int]:
    """A process and all its descendants."""
    yield pid
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from _family(int(child))
    except (FileNotFoundError, ProcessLookupError):
        return


def _held_mib(pid: int) -> float:
    """Memory of one process that no file backs."""
    try:
        rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    wanted = ("RssAnon:", "RssShmem:")
    return sum(int(row.split()[1]) for row in rows if row.startswith(wanted)) / 1024
