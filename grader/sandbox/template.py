"""A template box from here: started once, asked for a fork for every run, renewed before it is worn."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
import struct
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import structlog

from grader.sandbox import launch, leftovers, seccomp, walls
from grader.sandbox.gpu import Gpu
from grader.sandbox.group import Group, new_group
from grader.sandbox.launch import Bubblewrap
from grader.sandbox.pipes import Pipes, readable, words
from grader.sandbox.watch import family, is_dead

MOST_RUNS, OLDEST_S = 200, 3600.0  # security catalogue X6: all forks of one template share its addresses
READY_S, ANSWER_S, KILL_S = 60.0, 30.0, 60.0  # a machine that swaps is slow, not broken
OWN_PROCESSES = 3  # bubblewrap, the first process of its pid namespace, and the template
CREDENTIALS, STATUS = struct.Struct("3i"), struct.Struct("=i")
KILLED_FROM_OUTSIDE = -signal.SIGKILL


log = structlog.get_logger()


class TemplateBrokenError(RuntimeError):
    """The template does not do what it should: it is given up, whatever the reason."""


@dataclass(slots=True)
class Forked:
    """A run that a template forked: the process that waits for it, and the first one behind its walls."""

    pid: int
    leash: socket.socket
    waiter: int  # descriptors of the two processes, see pidfd_open(2)
    first: int
    status: int | None = None

    def poll(self) -> int | None:
        """The exit status once it ended: 128 + signal where code inside was killed, negative: from here."""
        return self.wait(0.0)

    def wait(self, timeout_s: float) -> int | None:
        """As `poll`, after at most this long."""
        if self.status is None and _readable(self.leash.fileno(), timeout_s):
            message = self.leash.recv(STATUS.size)
            self.status = _status_of(message) if len(message) == STATUS.size else KILLED_FROM_OUTSIDE
        return self.status

    def kill(self) -> None:
        """Kill it, wait until its pid namespace is empty, and let go of it."""
        if self.waiter < 0:
            return
        try:
            for process in (self.waiter, self.first):
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(process, signal.SIGKILL)
            # The kernel lets the first process of a pid namespace go when all others are gone.
            if not all(_readable(process, KILL_S) for process in (self.first, self.waiter)):
                log.error("run_not_killed", pid=self.pid)  # the template that has it still is given up
        finally:
            self.wait(0.0)
            self.leash.close()
            os.close(self.waiter)
            os.close(self.first)
            self.waiter = self.first = -1


@dataclass(slots=True, eq=False)
class Template:
    """One template process behind the walls of bubblewrap."""

    process: Bubblewrap
    group: Group
    folder: Path
    control: socket.socket
    started: float
    shown: walls.Fingerprint  # of this machine's files, as they were when it started
    runs: int = 0
    _ready: bool = False
    _anomaly: bool = False

    @classmethod
    def open(cls, *, gpu: Gpu | None = None) -> Self:
        """Start one that warms itself up. Call it from a thread that lives as long as the template."""
        name = leftovers.new_name()
        folder = Path(tempfile.mkdtemp(prefix=name))
        with ExitStack() as undo:
            undo.callback(shutil.rmtree, folder)
            group = new_group(folder.name)
            undo.callback(group.close)
            template = cls._start(folder, group, gpu=gpu)
            undo.pop_all()
        return template

    @classmethod
    def _start(cls, folder: Path, group: Group, *, gpu: Gpu | None) -> Self:
        shown = walls.fingerprint()
        binds = launch.prepare(folder, walls.sources(), walls.copied(), "stages")
        program = seccomp.filter_program(watched=group.needs_rlimits)
        settings = {"steps": walls.of_fork(gpu=gpu), "user": int(walls.USER), "filter": program.hex()}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with (
            theirs,
            readable(json.dumps(settings).encode()) as source,
            readable(seccomp.filter_program(template=True)) as outer_filter,
            readable(words(walls.of_template(folder, binds, gpu=gpu, seccomp=outer_filter))) as arguments,
            open(os.devnull, "wb") as nothing,  # noqa: PTH123
        ):
            process = launch.start(
                walls.python("template", str(theirs.fileno())),
                group,
                binds,
                arguments=arguments,
                streams=(source, nothing.fileno(), nothing.fileno()),
                descriptors=(theirs.fileno(), outer_filter),
            )
        return cls(process, group, folder, ours, time.monotonic(), shown)

    def is_ready(self, timeout_s: float = 0.0) -> bool:
        """Whether it can fork. Raises TemplateBrokenError where it never will."""
        if not self._ready and _readable(self.control.fileno(), timeout_s):
            if self.control.recv(16) != b"ready":
                raise TemplateBrokenError(f"the template did not start ({self.process.wait(1.0)})")
            self._ready = True
        return self._ready

    @property
    def is_worn(self) -> bool:
        """Whether a fresh one should take its place: it is old, or packages were installed meanwhile."""
        old = self.runs >= MOST_RUNS or time.monotonic() - self.started >= OLDEST_S
        return old or self.shown != walls.fingerprint()

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing but the template itself, alive, once all its runs are over."""
        if self._anomaly or self.process.poll() is not None:
            return False
        strangers = family(self.process.pid)[OWN_PROCESSES:]
        return all(map(is_dead, strangers))

    def new_stage(self) -> Path:
        """An empty folder for the files of one run."""
        return Path(tempfile.mkdtemp(dir=self.folder / "stages"))

    def fork(self, stage: Path, group: Group, pipes: Pipes) -> Forked:
        """A run behind walls of its own, in its group before it builds them. Raises TemplateBrokenError."""
        try:
            return self._fork(stage, group, pipes)
        except (OSError, TemplateBrokenError) as error:
            self._anomaly = True
            raise TemplateBrokenError(f"the template does not fork: {error}") from error

    def _fork(self, stage: Path, group: Group, pipes: Pipes) -> Forked:
        if not self.is_ready(READY_S):
            raise TemplateBrokenError("it is not ready")
        self.runs += 1
        limits = launch.limits_word(group)
        request = json.dumps({"stage": stage.name, "limits": limits}).encode()
        leash, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        leash.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        with ExitStack() as undo:
            undo.callback(leash.close)
            with theirs:
                socket.send_fds(self.control, [request], [*pipes.theirs, theirs.fileno()])
            pid = _pid_of(leash, b"run")
            waiter = os.pidfd_open(pid)
            undo.callback(os.close, waiter)
            for entry in group.entries:
                entry.write_text(str(pid))
            leash.send(b"go")
            first = os.pidfd_open(_pid_of(leash, b"init"))
            undo.pop_all()
        return Forked(pid, leash, waiter, first)

    def close(self) -> None:
        """End it and whatever runs behind its walls, and remove every trace."""
        self.control.close()
        self.process.kill()
        self.group.close()
        leftovers.discard(self.folder)


def _status_of(message: bytes) -> int:
    """The status that the waiting process told. A signal that ended the first one came from within."""
    (status,) = STATUS.unpack(message)
    return int(status) if status >= 0 else 128 - int(status)


def _readable(descriptor: int, timeout_s: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(timeout_s * 1000))


def _pid_of(leash: socket.socket, word: bytes) -> int:
    """Who says this word; the kernel vouches for it. Raises TemplateBrokenError."""
    if not _readable(leash.fileno(), ANSWER_S):
        raise TemplateBrokenError(f"nobody says {word.decode()!r}")
    said, credentials, _, _ = leash.recvmsg(16, socket.CMSG_SPACE(CREDENTIALS.size))
    if said != word:
        raise TemplateBrokenError(f"it says {said!r}, not {word!r}")
    for level, kind, data in credentials:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
            return int(CREDENTIALS.unpack(data)[0])
    raise TemplateBrokenError("its process number is missing")
