"""The demo's child processes: started, followed, restarted, and all stopped when the block ends."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from server.demo.console import Console
from server.operations.programs import ends_with_us

AT_ONCE_S = 5.0  # a program that dies this soon after its start would do so again
START_PATIENCE_S = 60.0
STOP_PATIENCE_S = 4.0
TIDY_PATIENCE_S = 30.0
LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Program:
    """What to start, and the signal that ends it."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    tidied_by: tuple[str, ...] = ()  # removes what it leaves where it does not end well


class _Child:
    """A running program in a process group of its own, whose output goes to the console."""

    def __init__(self, program: Program, console: Console) -> None:
        self.program = program
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            ends_with_us(program.command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="backslashreplace",
            env=dict(program.environ),
            start_new_session=True,
        )
        self._reader = Thread(target=self._follow, args=(console,), daemon=True)
        self._reader.start()

    def _follow(self, console: Console) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        with self._process.stdout as output:
            for line in output:
                console.line(self.program.name, line.rstrip("\n"))

    @property
    def status(self) -> int | None:
        """How it ended, or None while it runs."""
        return self._process.poll()

    @property
    def died_at_once(self) -> bool:
        """Whether it ended so soon that another start would not help."""
        return time.monotonic() - self.started < AT_ONCE_S

    def end(self) -> None:
        """Ask it to stop; make it when it does not; leave nothing of its group behind."""
        if self._process.poll() is None:
            self._process.send_signal(self.program.stop_signal)
            try:
                self._process.wait(STOP_PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        with suppress(ProcessLookupError):  # the usual case: it took its own children along
            os.killpg(self._process.pid, signal.SIGKILL)
        self._reader.join(STOP_PATIENCE_S)
        if self.status and self.program.tidied_by:
            self._tidy()

    def _tidy(self) -> None:
        """Whoever starts the program again would do so too, but nobody may."""
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(
                self.program.tidied_by,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=dict(self.program.environ),
                start_new_session=True,  # Ctrl-C is not for it
                timeout=TIDY_PATIENCE_S,
                check=False,
            )


class Supervisor:
    """Keeps programs running until `stop` is set."""

    def __init__(self, console: Console, stop: Event) -> None:
        self._console = console
        self._stop = stop
        self._children: list[_Child] = []
        self._step = Lock()  # held by whoever runs a program that ends by itself
        self._status = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for child in reversed(self._children):
            child.end()
        with self._step:  # a thread in the background ends its own
            pass

    def start(self, program: Program, until: Callable[[], bool] | None = None) -> None:
        """Start a program, and wait until it is ready if `until` says when that is."""
        if self._stop.is_set():
            return
        self._children.append(_Child(program, self._console))
        if until:
            self.await_or_stop(until)

    def run(self, program: Program) -> bool:
        """Run a program that ends by itself. Returns whether it ended well."""
        with self._step:
            if self._stop.is_set():
                return True
            child = _Child(program, self._console)
            while child.status is None and not self._stop.wait(LOOK_S):
                pass
            child.end()
            return child.status == 0 or self._stop.is_set()

    def await_or_stop(self, ready: Callable[[], bool]) -> None:
        """Wait for `ready`, as long as nothing dies and nobody wants to stop."""
        deadline = time.monotonic() + START_PATIENCE_S
        while not self._stop.is_set() and not ready():
            self._look()
            if time.monotonic() > deadline:
                self.give_up(f"nothing answered within {START_PATIENCE_S:.0f} s")
            self._stop.wait(LOOK_S)

    def follow(self) -> int:
        """Restart what dies until it is time to stop. Returns the exit status."""
        while not self._stop.wait(LOOK_S):
            self._look()
        return self._status

    def give_up(self, why: str) -> None:
        """Say why, and stop everything."""
        self._console.say(why)
        self._status = 1
        self._stop.set()

    def _look(self) -> None:
        for number, child in enumerate(self._children):
            if child.status is None or self._stop.is_set():
                continue
            child.end()
            name = child.program.name
            if child.died_at_once:
                self.give_up(
                    f"{name} ended right after its start (status {child.status}), so everything stops"
                )
                return
            self._console.say(f"{name} ended unexpectedly (status {child.status}): starting it again")
            self._children[number] = _Child(child.program, self._console)
