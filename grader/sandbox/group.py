"""The process group of one run: its memory and process limits, what it used, and how it is emptied."""

from __future__ import annotations

import functools
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from grader.sandbox.watch import WatchedGroup

CGROUPS = Path("/sys/fs/cgroup")
MIB = 2**20
PIDS = 256
PERIOD_US = 100_000
WATCH = "watch on /proc"
EMPTY_S = 60.0  # some hundred processes take seconds to die on a busy machine

log = structlog.get_logger()


class Group(Protocol):
    """One run's processes, as a whole."""

    @property
    def entries(self) -> tuple[Path, ...]:
        """The files a process writes its number into to belong to the group before it starts anything."""

    @property
    def needs_rlimits(self) -> bool:
        """Whether the processes must limit themselves, for the kernel does not limit the group."""

    def limit(self, memory_mib: int, cpus: int) -> None:
        """Set what the whole group may hold at once, and how many cores it may keep busy."""

    def hurry(self) -> None:
        """Lift the limit of CPU time: some hundred processes that die within it would take seconds."""

    def ran_out(self, pid: int) -> bool:
        """Whether the group hit its memory limit. `pid` is the first process of the group."""

    def peak_mib(self) -> float:
        """The most memory the group held at once."""

    def close(self) -> None:
        """Kill what is left and remove the group."""


def new_group(name: str) -> Group:
    """The strongest group this machine lets us make: cgroup v2, cgroup v1, or a watch on /proc."""
    kind, group = _strongest(name)
    _say_once(kind)
    return group


def limits_held_by() -> str:
    """Which kind of group that is here: "cgroup v2", "cgroup v1" or "watch on /proc"."""
    kind, group = _strongest(f"hazi-{os.getpid()}-trial")
    group.close()
    return kind


def _strongest(name: str) -> tuple[str, Group]:
    for kind, make in (("cgroup v2", _unified_group), ("cgroup v1", _legacy_group)):
        group = make(name)
        if group is not None:
            return kind, group
    return WATCH, WatchedGroup()


@functools.cache
def _say_once(kind: str) -> None:
    """Who runs a grader must see how strong its limits are."""
    log.info("limits_held_by", kind=kind)


@dataclass(slots=True)
class CgroupGroup:
    """A group whose limits the kernel holds."""

    folders: tuple[Path, ...]
    limits: tuple[tuple[Path, str], ...]  # file and what is written into it, in this order
    peak: Path
    events: Path
    no_quota: tuple[Path, str]
    needs_rlimits: bool = False

    @property
    def entries(self) -> tuple[Path, ...]:
        """See Group."""
        return tuple(folder / "cgroup.procs" for folder in self.folders)

    def limit(self, memory_mib: int, cpus: int) -> None:
        """See Group."""
        for path, text in self.limits:
            if path.exists():
                path.write_text(
                    text.format(memory=memory_mib * MIB, quota=cpus * PERIOD_US, shares=cpus * 1024)
                )

    def hurry(self) -> None:
        """See Group."""
        path, text = self.no_quota
        if path.exists():
            path.write_text(text)

    def ran_out(self, pid: int) -> bool:  # noqa: ARG002 - the group knows its processes
        """See Group."""
        events = self.events.read_text().splitlines()
        return any(line.startswith("oom_kill ") and not line.endswith(" 0") for line in events)

    def peak_mib(self) -> float:
        """See Group."""
        return int(self.peak.read_text()) / MIB if self.peak.exists() else 0.0

    def close(self) -> None:
        """See Group."""
        for folder in self.folders:
            empty_and_remove(folder)


def empty_and_remove(folder: Path) -> None:
    """Kill every member until none is left; the kernel answers EBUSY for a moment after the last died."""
    patience_ends = time.monotonic() + EMPTY_S
    while time.monotonic() < patience_ends:
        pids = _members(folder)
        for pid in pids:
            if pid:
                _kill(pid)
        if 0 in pids:  # of another pid namespace; to the kernel, killing 0 means killing ourselves
            raise TimeoutError(f"processes of another container are in {folder}")
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError(f"processes of a run are still in {folder}")


def _members(folder: Path) -> list[int]:
    """The processes of a group; none of a group that somebody else took away."""
    try:
        return [int(pid) for pid in (folder / "cgroup.procs").read_text().split()]
    except FileNotFoundError:
        return []


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _legacy_group(name: str) -> Group | None:
    """A group of cgroup v1, where its controllers can be written; that of CPU time may be missing."""
    memory, pids, cpu = (CGROUPS / controller / name for controller in ("memory", "pids", "cpu"))
    if not (CGROUPS / "memory" / "memory.limit_in_bytes").exists():
        return None
    has_cpu = (CGROUPS / "cpu" / "cgroup.procs").exists()
    folders = (memory, pids, cpu) if has_cpu else (memory, pids)
    try:
        for folder in folders:
            folder.mkdir()
        (pids / "pids.max").write_text(str(PIDS))
    except OSError:
        _remove(*folders)
        return None
    limits = (
        (memory / "memory.limit_in_bytes", "{memory}"),
        (memory / "memory.memsw.limit_in_bytes", "{memory}"),
        (cpu / "cpu.cfs_quota_us", "{quota}"),
        # Without it a group of many threads weighs as much as one process outside of any group.
        (cpu / "cpu.shares", "{shares}"),
    )
    return CgroupGroup(
        folders,
        limits,
        peak=memory / "memory.max_usage_in_bytes",
        events=memory / "memory.oom_control",
        no_quota=(cpu / "cpu.cfs_quota_us", "-1"),
    )


def _unified_group(name: str) -> Group | None:
    """A group of cgroup v2 below a folder that was delegated to us with these controllers."""
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
    limits = (
        (folder / "memory.max", "{memory}"),
        (folder / "memory.swap.max", "0"),
        (folder / "cpu.max", f"{{quota}} {PERIOD_US}"),
    )
    return CgroupGroup(
        (folder,),
        limits,
        peak=folder / "memory.peak",
        events=folder / "memory.events",
        no_quota=(folder / "cpu.max", f"max {PERIOD_US}"),
    )


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
        for controller in ("memory", "pids"):
            (own / "cgroup.subtree_control").write_text(f"+{controller}")
    except OSError:
        return None
    with suppress(OSError):  # not lent everywhere; the wall limit must do
        (own / "cgroup.subtree_control").write_text("+cpu")
    return own


def _remove(*folders: Path) -> None:
    for folder in folders:
        if folder.is_dir():
            folder.rmdir()
