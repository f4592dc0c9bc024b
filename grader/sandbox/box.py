"""A box for one run: opened, spoken with over pipes under limits, and closed with nothing left of it."""

from __future__ import annotations

import os
import secrets
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, Self

from grader.sandbox import host, leftovers, walls
from grader.sandbox.group import Group, new_group
from grader.sandbox.pipes import PIPE_BYTES, Budget, open_pipes

FLOOD_BYTES = 64 * 2**20
NOTES_BYTES, NOTES_LINES = 4 * 2**20, 20_000
CHUNK_BYTES = 2**18
CPU_LIMIT_EXIT = 128 + signal.SIGXCPU
TICK_S = 0.05
# Joins the groups before it becomes bubblewrap, so that no process of the box was ever outside of them.
ENTER = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 71; shift; done; shift; exec "$@"'


class Ending(StrEnum):
    """Why a box did not answer."""

    EXITED = "exited"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    FLOODED = "flooded"


class BoxEndedError(Exception):
    """The run is over before it said what was asked. `code` is the exit status where it exited by itself."""

    def __init__(self, ending: Ending, code: int = 0) -> None:
        super().__init__(f"{ending} ({code})")
        self.ending = ending
        self.code = code


class Channel(StrEnum):
    """What comes out of a box besides its answers."""

    PRINTED = "printed"  # standard output and standard error
    NOTES = "notes"  # what the harness inside says about the run


Listener = Callable[[Channel, bytes], None]


def _ignore(_channel: Channel, _chunk: bytes) -> None:
    """The listener of a box that nobody listens to."""


@dataclass(slots=True, eq=False)
class Box:
    """One process tree behind the walls. Used for one run, then gone."""

    gpu: bool
    process: subprocess.Popen[bytes]
    group: Group
    stage: Path
    _input: int
    _answers: int
    _printed: tuple[int, ...]
    _notes: int
    listener: Listener = _ignore
    _printed_budget: Budget = field(default_factory=lambda: Budget(FLOOD_BYTES))
    _notes_budget: Budget = field(default_factory=lambda: Budget(NOTES_BYTES, NOTES_LINES))
    _open: set[int] = field(default_factory=set)

    @classmethod
    def open(cls, *, gpu: bool = False) -> Self:
        """Start a box that warms itself up. Call it from a thread that lives as long as the box."""
        bubblewrap = host.bubblewrap()
        name = f"{leftovers.PREFIX}{os.getpid()}-"
        stage = Path(tempfile.mkdtemp(prefix=name))
        group = new_group(name + secrets.token_hex(8))
        try:
            return cls._start(bubblewrap, stage, group, gpu=gpu)
        except BaseException:
            group.close()
            shutil.rmtree(stage)
            raise

    @classmethod
    def _start(cls, bubblewrap: str, stage: Path, group: Group, *, gpu: bool) -> Self:
        (stage / "box").mkdir()
        (stage / "empty").mkdir()
        with open_pipes(watched=group.needs_rlimits) as pipes:
            pipes.say_arguments(walls.arguments(stage=stage, gpu=gpu, seccomp_fd=pipes.seccomp))
            limits = "limit-yourself" if group.needs_rlimits else "limited"
            inside = [
                sys.executable,
                "-I",
                "-B",
                "-c",
                walls.BOOT,
                str(pipes.answers[1]),
                str(pipes.notes[1]),
                limits,
            ]
            process = subprocess.Popen(
                [
                    *("/bin/sh", "-c", ENTER, "sh", *map(str, group.entries), "--"),
                    *(bubblewrap, "--args", str(pipes.arguments), "--", *inside),
                ],
                env={},
                stdin=pipes.input[0],
                stdout=pipes.printed[1],
                stderr=pipes.errors[1],
                pass_fds=(pipes.answers[1], pipes.notes[1], pipes.arguments, pipes.seccomp),
                start_new_session=True,
            )
        ears = (pipes.printed[0], pipes.errors[0])
        box = cls(gpu, process, group, stage, pipes.input[1], pipes.answers[0], ears, pipes.notes[0])
        box._open = {*ears, pipes.notes[0]}
        return box

    @property
    def folder(self) -> Path:
        """Where the student's files go before anything of theirs runs; read-only for the box."""
        return self.stage / "box"

    def exchange(self, outgoing: bytes, want: int, *, until: float) -> bytes:
        """Send all of `outgoing`, then return the next `want` bytes. Raises BoxEndedError."""
        answer = bytearray()
        to_send = memoryview(outgoing)
        with self._selector(sending=bool(outgoing)) as selector:
            while len(answer) < want or to_send:
                self._refuse_if_over(until)
                for key, _ in selector.select(min(TICK_S, max(0.0, until - time.monotonic()))):
                    if key.fd == self._input:
                        to_send = self._send(to_send, selector)
                    elif key.fd == self._answers:
                        self._receive(answer, want, until)
                        if len(answer) == want:
                            selector.unregister(self._answers)
                    else:
                        self._hear(key.fd, selector)
        return bytes(answer)

    def drain(self, *, until: float) -> None:
        """Hear what was printed until now: of each pipe no more than it can hold. Raises BoxEndedError."""
        left = dict.fromkeys(self._open, PIPE_BYTES)
        with selectors.DefaultSelector() as selector:
            for descriptor in left:
                selector.register(descriptor, selectors.EVENT_READ)
            while ready := selector.select(0):
                self._refuse_if_over(until)
                for key, _ in ready:
                    left[key.fd] -= self._hear(key.fd, selector)
                    if left[key.fd] <= 0:
                        selector.unregister(key.fd)

    def has_more(self, *, until: float) -> bool:
        """Whether another answer byte comes where the end should be."""
        try:
            return bool(self.exchange(b"", 1, until=until))
        except BoxEndedError as ended:
            if ended.ending is not Ending.EXITED:
                raise
            return False

    def close(self) -> None:
        """Kill what is left, whatever state it is in, and remove every trace."""
        self._kill()
        for descriptor in (self._input, self._answers, self._notes, *self._printed):
            os.close(descriptor)
        self.group.close()
        shutil.rmtree(self.stage)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @contextmanager
    def _selector(self, *, sending: bool) -> Iterator[selectors.BaseSelector]:
        with selectors.DefaultSelector() as selector:
            for descriptor in (self._answers, *self._open):
                selector.register(descriptor, selectors.EVENT_READ)
            if sending:
                selector.register(self._input, selectors.EVENT_WRITE)
            yield selector

    def _send(self, data: memoryview, selector: selectors.BaseSelector) -> memoryview:
        try:
            data = data[os.write(self._input, data[:CHUNK_BYTES]) :]
        except BlockingIOError:
            return data  # the box may fill or shrink its own pipe after `select` looked
        except OSError:
            data = data[:0]  # the end of the answers says what happened
        if not data:
            selector.unregister(self._input)
        return data

    def _read(self, descriptor: int, size: int) -> bytes | None:
        """None where nothing is there: the box may take out of its own pipe what `select` saw in it."""
        try:
            return os.read(descriptor, size)
        except BlockingIOError:
            return None
        except OSError:
            self._end(Ending.EXITED)

    def _receive(self, answer: bytearray, want: int, until: float) -> None:
        chunk = self._read(self._answers, want - len(answer))
        if chunk == b"":
            self._say_why_it_ended(until)
        answer += chunk or b""

    def _hear(self, descriptor: int, selector: selectors.BaseSelector) -> int:
        """Pass on what one pipe holds; says how much that was."""
        chunk = self._read(descriptor, CHUNK_BYTES)
        if chunk is None:
            return 0
        if not chunk:
            self._open.discard(descriptor)
            selector.unregister(descriptor)
            return 0
        channel = Channel.NOTES if descriptor == self._notes else Channel.PRINTED
        budget = self._notes_budget if channel is Channel.NOTES else self._printed_budget
        if not budget.spend(chunk):
            self._end(Ending.FLOODED)
        self.listener(channel, chunk)
        return len(chunk)

    def _refuse_if_over(self, until: float) -> None:
        if self.group.ran_out(self.process.pid):
            self._end(Ending.OUT_OF_MEMORY)
        if time.monotonic() >= until:
            self._end(Ending.TIMED_OUT)

    def _say_why_it_ended(self, until: float) -> NoReturn:
        """The answer pipe is closed: nobody in the box can answer any more."""
        self.drain(until=until)
        try:
            code = self.process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            code = 0  # it closed its end and lives on: as good as an exit
        if self.group.ran_out(self.process.pid):
            self._end(Ending.OUT_OF_MEMORY)
        self._end(Ending.TIMED_OUT if code == CPU_LIMIT_EXIT else Ending.EXITED, code)

    def _end(self, ending: Ending, code: int = 0) -> NoReturn:
        self._kill()
        raise BoxEndedError(ending, code)

    def _kill(self) -> None:
        """The pid namespace dies with its first process, and that dies with bubblewrap."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
