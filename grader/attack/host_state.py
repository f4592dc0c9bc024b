"""What can be seen of a run from outside of its box: processes, mounts, groups, folders, room, memory."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from grader.sandbox.group import CGROUPS
from grader.sandbox.leftovers import LEGACY, PREFIX
from grader.sandbox.watch import family

MIB = 2**20
CANARY = "hazi-canary"  # what attacks call whatever they write
PATIENCE_S = 2.0  # after that long nothing of a run may be left
LOOK_S = 0.05
ROOM_MIB, ROOM_INODES = 200, 20_000  # an attack fills 256 where it can
GROWTH_MIB = 50
SUBREAPER, IS_SUBREAPER = 36, 37  # PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER, linux/prctl.h
SETTINGS = ("core_pattern", "hostname", "domainname")


@dataclass(frozen=True, slots=True)
class Inventory:
    """What is there at one moment. Of processes only our descendants: nobody else's are our business."""

    processes: frozenset[int] = frozenset()
    groups: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    mounts: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()

    @classmethod
    def take(cls) -> Self:
        """Look around."""
        return cls(
            processes=frozenset(family(os.getpid())[1:]),
            groups=frozenset(map(str, _groups())),
            folders=frozenset(map(str, _folders())),
            mounts=frozenset(Path("/proc/self/mountinfo").read_text().splitlines()),
            settings=frozenset(Path("/proc/sys/kernel", name).read_text().strip() for name in SETTINGS),
        )

    def __sub__(self, other: Inventory) -> Inventory:
        """What is here and not there."""
        return Inventory(*(getattr(self, one.name) - getattr(other, one.name) for one in fields(self)))

    def __or__(self, other: Inventory) -> Inventory:
        """What is here or there."""
        return Inventory(*(getattr(self, one.name) | getattr(other, one.name) for one in fields(self)))

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return any(getattr(self, one.name) for one in fields(self))

    def __str__(self) -> str:
        """What there is, by kind."""
        found = ((one.name, sorted(getattr(self, one.name))) for one in fields(self))
        return "; ".join(f"{name} {', '.join(map(str, members[:3]))}" for name, members in found if members)


@dataclass(frozen=True, slots=True)
class Room:
    """Free space and memory of ours, in MiB; free inodes."""

    disk_mib: float
    shared_mib: float
    inodes: int
    own_mib: float

    @classmethod
    def measure(cls) -> Self:
        """As it is now."""
        place = tempfile.gettempdir()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return cls(
            disk_mib=shutil.disk_usage(place).free / MIB,
            shared_mib=shutil.disk_usage("/dev/shm").free / MIB,  # noqa: S108 - measured, not used
            inodes=os.statvfs(place).f_favail,
            own_mib=pages * os.sysconf("SC_PAGE_SIZE") / MIB,
        )

    def lost_since(self, before: Room) -> Iterator[str]:
        """What went missing of disk and shared memory, more than the usual noise of a machine."""
        if before.disk_mib - self.disk_mib > ROOM_MIB:
            yield f"the disk lost {before.disk_mib - self.disk_mib:.0f} MiB"
        if before.shared_mib - self.shared_mib > ROOM_MIB:
            yield f"shared memory lost {before.shared_mib - self.shared_mib:.0f} MiB"
        if before.inodes - self.inodes > ROOM_INODES:
            yield f"the disk lost {before.inodes - self.inodes} inodes"

    def grown_since(self, before: Room) -> Iterator[str]:
        """Whether this process holds on to what a run made it read."""
        if self.own_mib - before.own_mib > GROWTH_MIB:
            yield f"the grader grew by {self.own_mib - before.own_mib:.0f} MiB"


def left_since(before: Inventory, allowed: Inventory) -> Inventory:
    """What is still there after a moment's patience, and neither was before nor is allowed.

    Whatever an allowed process starts is allowed too.
    """
    until = time.monotonic() + PATIENCE_S
    while True:
        left = Inventory.take() - before - allowed
        theirs = (pid for root in allowed.processes for pid in family(root))
        left = left - Inventory(frozenset(theirs))
        left = left - Inventory(frozenset(_reaped(left.processes)))
        if not left or time.monotonic() > until:
            return left
        time.sleep(LOOK_S)


def _reaped(strays: frozenset[int]) -> Iterator[int]:
    """Dead processes that fell to us when their parents died, and that nobody else waits for."""
    for pid in strays:
        with suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG)[0]:
                yield pid


@contextmanager
def adopting() -> Iterator[None]:
    """Whatever loses its parent below us becomes our child, so that no daemon escapes the count."""
    prctl, before = ctypes.CDLL(None).prctl, ctypes.c_int()
    prctl(IS_SUBREAPER, ctypes.byref(before), 0, 0, 0)
    prctl(SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(SUBREAPER, before.value, 0, 0, 0)


def _groups() -> Iterator[Path]:
    """Control groups of runs of ours."""
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    own = [CGROUPS / line.removeprefix("0::").lstrip("/") for line in lines if line.startswith("0::")]
    for home in (*(CGROUPS / name for name in LEGACY), *own, *(folder.parent for folder in own)):
        yield from home.glob(f"{PREFIX}{os.getpid()}-*")


def _folders() -> Iterator[Path]:
    """Folders of runs of ours, and whatever an attack wrote where it must not: under its name, or a core."""
    yield from Path(tempfile.gettempdir()).glob(f"{PREFIX}{os.getpid()}-*")
    for place in _reachable():
        with suppress(PermissionError, FileNotFoundError):
            for entry in os.scandir(place):
                if CANARY in entry.name or entry.name == "core" or entry.name.startswith("core."):
                    yield Path(entry.path)


def _reachable() -> set[Path]:
    """Folders that an attack names."""
    places = {Path(sysconfig.get_path(name)) for name in ("purelib", "stdlib", "scripts")}
    named = ("/", "/usr", "/dev", "/dev/shm", "/run", "/etc", "/var/tmp", "/tmp", "/root", "/usr/bin")  # noqa: S108
    return places | {Path(name) for name in (*named, tempfile.gettempdir(), sys.prefix)} | {Path.cwd()}
