"""Faults for a running Házi: its processes are killed, paused and started again, as a seed says."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tests import servers

GAP_S = (0.5, 4.0)  # from one fault to the next
DOWN_S = (0.0, 2.5)  # from a kill to the next start
KILLED_S = 20.0
MIB = 2**20
LIBC = ctypes.CDLL(None)
NEW_MOUNTS = 0x00020000  # CLONE_NEWNS


class Fault(StrEnum):
    """What can be done to an installation."""

    KILL = "kill"
    KILL_CHILD = "kill a child of"
    PAUSE = "pause"
    OTHER = "other"


@dataclass(slots=True)
class Part:
    """One process that can die and be started again. `begin` runs it until its block ends, and has its id."""

    name: str
    begin: Callable[[], AbstractContextManager[int]]
    longest_pause_s: float = 6.0
    has_children: bool = False
    pid: int = 0
    resumes_at: float | None = None  # of the monotonic clock; None while it is not paused
    _running: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Start it, and wait as long as `begin` does."""
        self.pid = self._running.enter_context(self.begin())

    def kill(self) -> None:
        """At once, in the middle of whatever it does; what it leaves of its group goes too."""
        os.kill(self.pid, signal.SIGKILL)
        self.resumes_at = None
        self._running.close()

    def kill_child(self, dice: random.Random) -> bool:
        """Kill one of the processes that it has begun itself. Whether there was one."""
        try:
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
            os.kill(int(dice.choice(children)), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError, IndexError):
            return False
        return True

    def pause(self, seconds: float) -> None:
        """Let it stand still until `resume`."""
        os.kill(self.pid, signal.SIGSTOP)
        self.resumes_at = time.monotonic() + seconds

    def resume(self) -> None:
        """Let it go on, if it stands still."""
        if self.resumes_at is not None:
            self.resumes_at = None
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it for good."""
        self.resume()
        self._running.close()


@dataclass(slots=True)
class Chaos:
    """Strikes parts in an order that follows from the dice alone: each in each way, over and over."""

    parts: tuple[Part, ...]
    others: Mapping[str, Callable[[], None]]  # what is no process: by name, what is done
    dice: random.Random
    struck: Counter[str] = field(default_factory=Counter)  # by the name of the fault
    _deck: list[tuple[Fault, str]] = field(default_factory=list)

    def strike_until(self, is_over: Callable[[], bool]) -> None:
        """One fault after the other; at the end all parts run."""
        try:
            while not is_over():
                self._strike(*self._next())
                self._wait(self.dice.uniform(*GAP_S))
        finally:
            for part in self.parts:
                part.resume()

    def count(self, *faults: Fault) -> int:
        """How often these were done."""
        return sum(number for name, number in self.struck.items() if name.startswith(tuple(faults)))

    def _next(self) -> tuple[Fault, str]:
        if not self._deck:
            names = [part.name for part in self.parts]
            children = [part.name for part in self.parts if part.has_children]
            self._deck = [
                *((Fault.KILL, name) for name in names),
                *((Fault.PAUSE, name) for name in names),
                *((Fault.KILL_CHILD, name) for name in children),
                *((Fault.OTHER, name) for name in self.others),
            ]
            self.dice.shuffle(self._deck)
        return self._deck.pop()

    def _strike(self, fault: Fault, name: str) -> None:
        if fault is Fault.OTHER:
            self.others[name]()
            self.struck[name] += 1
            return
        part = next(one for one in self.parts if one.name == name)
        if fault is Fault.KILL:
            part.kill()
            self._wait(self.dice.uniform(*DOWN_S))
            part.start()
        elif fault is Fault.PAUSE:
            part.pause(self.dice.uniform(0.5, part.longest_pause_s))
        elif not part.kill_child(self.dice):
            return
        self.struck[f"{fault} {name}"] += 1

    def _wait(self, seconds: float) -> None:
        """Meanwhile those go on whose pause is over."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))
            for part in self.parts:
                if part.resumes_at is not None and part.resumes_at <= time.monotonic():
                    part.resume()


def postgres_part(first: servers.PostgresServer) -> Part:
    """A cluster that has been made and does not run now: what it has confirmed survives its death."""

    @contextmanager
    def begin() -> Iterator[int]:
        with ExitStack() as stack:

            def started() -> servers.PostgresServer | None:
                try:
                    cluster = servers.postgres_on(first.folder, port=first.port, hasty=False)
                    return stack.enter_context(cluster)
                except RuntimeError:  # processes of the one that was killed are still about to end
                    return None

            yield servers.wait_until(started, "PostgreSQL starting again", KILLED_S, pause_s=0.2).pid

    return Part("postgres", begin)


def redis_part(folder: Path) -> Part:
    """A Redis that keeps what it is told, in a folder."""

    @contextmanager
    def begin() -> Iterator[int]:
        with servers.redis_on(folder, append_only=True) as server:
            yield server.pid

    return Part("redis", begin)


def program_part(
    name: str, begin: Callable[[], AbstractContextManager[subprocess.Popen[bytes]]], *, has_children: bool
) -> Part:
    """A program of the server."""

    @contextmanager
    def begun() -> Iterator[int]:
        with begin() as child:
            yield child.pid

    return Part(name, begun, has_children=has_children)


@contextmanager
def running(parts: Iterable[Part]) -> Iterator[None]:
    """All of them, until the block ends: then none is left, whatever has become of them."""
    with ExitStack() as stack:
        for part in parts:
            stack.callback(part.stop)
            part.start()
        yield


@contextmanager
def small_disk(folder: Path, mib: int) -> Iterator[bool]:
    """A disk of its own for a folder, in memory. Whether that could be made: by root alone.

    It is there for this thread and what it begins alone, and goes with them, however they end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    here, outside = Path.cwd(), os.open("/proc/thread-self/ns/mnt", os.O_RDONLY)
    try:
        made = LIBC.unshare(NEW_MOUNTS) == 0
        if made:
            subprocess.run(["mount", "--make-rprivate", "/"], check=True)
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", folder], check=True)
        yield made
    finally:
        if LIBC.setns(outside, NEW_MOUNTS) == 0:
            os.chdir(here)
        os.close(outside)


def fill(folder: Path, seconds: float) -> None:
    """Leave no byte free on the disk of a folder, for a while."""
    filler = folder / "filler"
    try:
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(MIB))
        time.sleep(seconds)
    finally:
        filler.unlink(missing_ok=True)
