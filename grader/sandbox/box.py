"""A box for one run: opened, spoken with over pipes under limits, and closed with nothing left of it."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, Protocol, Self

import structlog

from grader.sandbox import launch, leftovers, seccomp, walls
from grader.sandbox.gpu import Gpu, MemoryWatch
from grader.sandbox.group import Group, new_group
from grader.sandbox.pipes import PIPE_BYTES, Budget, Pipes, open_pipes, readable, words
from grader.sandbox.template import Template

log = structlog.get_logger()

FLOOD_BYTES = 64 * 2**20
NOTES_BYTES, NOTES_LINES = 4 * 2**20, 20_000
CHUNK_BYTES = 2**18
CPU_LIMIT_EXIT = 128 + signal.SIGXCPU
TICK_S = 0.05


class Ending(StrEnum):
    """Why a box did not answer."""

    EXITED = "exited"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    OUT_OF_GPU_MEMORY = "out_of_gpu_memory"
    FLOODED = "flooded"


class BoxEndedError(Exception):
    """The run is over before it said what was asked. `code` is the exit status where it exited by itself."""

    def __init__(self, ending: Ending, code: int = 0) -> None:
        super().__init__(f"{ending} ({code})")
        self.ending = ending
        self.code = code


class BoxYieldedError(Exception):
    """The run was given up because another one waits; says nothing about the run."""


class Channel(StrEnum):
    """What comes out of a box besides its answers."""

    PRINTED = "printed"  # standard output and standard error
    NOTES = "notes"  # what the harness inside says about the run


Listener = Callable[[Channel, bytes], None]


def _ignore(_channel: Channel, _chunk: bytes) -> None:
    """The listener of a box that nobody listens to."""


class Process(Protocol):
    """What holds the processes of a box."""

    @property
    def pid(self) -> int:
        """The first of them, as this machine counts."""

    def poll(self) -> int | None:
        """The exit status once it ended: 128 + signal where code inside was killed, negative: from here."""

    def wait(self, timeout_s: float) -> int | None:
        """As `poll`, after at most this long."""

    def kill(self) -> None:
        """End all of them and wait until they are gone."""


@dataclass(slots=True, eq=False)
class Box:
    """One process tree behind the walls. Used for one run, then gone."""

    process: Process
    group: Group
    stage: Path
    folder: Path  # where the student's files go before anything of theirs runs; read-only for the box
    _input: int
    _answers: int
    _printed: tuple[int, ...]
    _notes: int
    listener: Listener = _ignore
    gpu_watch: MemoryWatch | None = None
    given_up: threading.Event = field(default_factory=threading.Event)  # whoever sets it ends the run
    _printed_budget: Budget = field(default_factory=lambda: Budget(FLOOD_BYTES))
    _notes_budget: Budget = field(default_factory=lambda: Budget(NOTES_BYTES, NOTES_LINES))
    _open: set[int] = field(default_factory=set)

    @classmethod
    def open(cls, *, gpu: Gpu | None = None) -> Self:
        """Start a box that warms itself up. Call it from a thread that lives as long as the box."""
        stage = Path(tempfile.mkdtemp(prefix=leftovers.new_name()))
        return cls.around(stage, stage / "box", lambda group, pipes: _start(stage, group, pipes, gpu=gpu))

    @classmethod
    def forked(cls, template: Template) -> Self:
        """A box that a template forks. Raises TemplateBrokenError."""
        stage = template.new_stage()
        stage.chmod(launch.OPEN_FOLDER)
        return cls.around(stage, stage, lambda group, pipes: template.fork(stage, group, pipes))

    @classmethod
    def around(cls, stage: Path, folder: Path, start: Callable[[Group, Pipes], Process]) -> Self:
        """A box around whatever `start` starts; all of `stage` is removed in the end."""
        with ExitStack() as undo:
            undo.callback(shutil.rmtree, stage)
            group = new_group(leftovers.new_name())
            undo.callback(group.close)
            with open_pipes() as pipes:
                process = start(group, pipes)
            undo.pop_all()
        source, printed, errors, answers, notes = pipes.ours
        box = cls(process, group, stage, folder, source, answers, (printed, errors), notes)
        box._open = {printed, errors, notes}
        return box

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

    def limit(self, memory_mib: int, cpus: int, gpu_memory_mib: int) -> None:
        """Set what all of it may hold at once, and how many cores it may keep busy."""
        self.group.limit(memory_mib, cpus)
        if self.gpu_watch:
            self.gpu_watch.most_mib = gpu_memory_mib

    def gpu_peak_mib(self) -> float:
        """The most that was seen on the card, 0 without one."""
        return self.gpu_watch.peak_mib if self.gpu_watch else 0.0

    def close(self) -> None:
        """Kill what is left, whatever state it is in, and remove every trace."""
        with ExitStack() as all_of_it:
            all_of_it.callback(leftovers.discard, self.stage)
            all_of_it.callback(self._close_group)
            for descriptor in (self._input, self._answers, self._notes, *self._printed):
                all_of_it.callback(os.close, descriptor)
            self.group.hurry()
            self.process.kill()

    def _close_group(self) -> None:
        try:
            self.group.close()
        except TimeoutError as error:
            # Whatever the student's code did to stay, its verdict stands; a janitor removes the group.
            log.error("group_not_removed", problem=str(error))  # noqa: TRY400

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
        if self.given_up.is_set():
            raise BoxYieldedError
        if self.group.ran_out(self.process.pid):
            self._end(Ending.OUT_OF_MEMORY)
        if self.gpu_watch and self.gpu_watch.ran_out(time.monotonic()):
            self._end(Ending.OUT_OF_GPU_MEMORY)
        if time.monotonic() >= until:
            self._end(Ending.TIMED_OUT)

    def _say_why_it_ended(self, until: float) -> NoReturn:
        """The answer pipe is closed: nobody in the box can answer any more."""
        self.drain(until=until)
        code = self.process.wait(1.0) or 0  # where it closed its end and lives on, that is as good as an exit
        if self.group.ran_out(self.process.pid):
            self._end(Ending.OUT_OF_MEMORY)
        self._end(Ending.TIMED_OUT if code == CPU_LIMIT_EXIT else Ending.EXITED, code)

    def _end(self, ending: Ending, code: int = 0) -> NoReturn:
        self.group.hurry()
        self.process.kill()
        raise BoxEndedError(ending, code)


def _start(stage: Path, group: Group, pipes: Pipes, *, gpu: Gpu | None) -> Process:
    binds = launch.prepare(stage, walls.sources(), walls.copied(), "box")
    program = seccomp.filter_program(watched=group.needs_rlimits)
    source, printed, errors, answers, notes = pipes.theirs
    inside = walls.python("main", str(answers), str(notes), launch.limits_word(group))
    with (
        readable(program) as filter_file,
        readable(words(walls.single_use(stage, binds, gpu=gpu, seccomp=filter_file))) as arguments,
    ):
        return launch.start(
            inside,
            group,
            binds,
            arguments=arguments,
            streams=(source, printed, errors),
            descriptors=(answers, notes, filter_file),
        )
