"""The template process: holds torch ready in a box of its own, and forks a run when the grader asks for one.

It runs no tensor operation with more than one thread, for the threads of OpenMP do not survive a fork. The
grader speaks with it over one socket, and with each run over a leash of its own: the run says `run` and waits
until the grader has put it into its group; its first process says `init`; at the end comes the exit status.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NoReturn

from grader.inside import kernel, namespaces
from grader.inside.main import LIMIT_YOURSELF, serve, warm_up
from grader.inside.pipes import Pipes

READY, RUN, GO = b"ready", b"run", b"go"
LONGEST_REQUEST = 1024
HEAVY = (
    *("numpy", "scipy.stats", "scipy.ndimage", "pandas", "sklearn.linear_model", "sklearn.ensemble"),
    *("sklearn.metrics", "matplotlib.pyplot", "seaborn", "PIL.Image", "tqdm.auto", "einops", "torchmetrics"),
)
"""What students' files import most, and what takes a second or more to import."""
LOOK_S = 0.25  # how often it looks whether a run is over, while something is still to be imported
DESCRIPTORS = 6  # input, printed, errors, answers, notes, leash
STATUS = struct.Struct("=i")


@dataclass(frozen=True)
class Order:
    """One run that the grader asked for, and the descriptors that came with it."""

    stage: str
    limits: str
    input: int
    printed: int
    errors: int
    answers: int
    notes: int
    leash: int


@dataclass
class Template:
    """What every run gets."""

    control: socket.socket
    view: namespaces.View
    filter: bytes
    packages: list[str]  # that are still to be imported ahead
    forked: set[int] = field(default_factory=set)  # runs that were not seen to end
    reaped: set[int] = field(default_factory=set)

    def serve(self) -> None:
        """Fork a run for every request, until the grader closes the socket."""
        signal.signal(signal.SIGCHLD, self.reap)
        self.control.send(READY)
        while order := self._next_order():
            leash = socket.socket(fileno=order.leash)
            pid = os.fork()
            if pid == 0:
                _run(self, order, leash)
            self.forked.add(pid)
            leash.close()
            for descriptor in (order.input, order.printed, order.errors, order.answers, order.notes):
                os.close(descriptor)

    def _next_order(self) -> Order | None:
        self._import_while_idle()
        text, descriptors, _, _ = socket.recv_fds(self.control, LONGEST_REQUEST, DESCRIPTORS)
        if not text:
            return None
        request = json.loads(text)
        return Order(request["stage"], request["limits"], *descriptors)

    def _import_while_idle(self) -> None:
        """Import ahead what takes long, one after the other, while no run is on and nobody asks for one."""
        while self.packages and not select.select([self.control], [], [], LOOK_S if self.forked else 0.0)[0]:
            if not self.is_idle():
                continue  # the processor is that run's
            before = dict(os.environ)
            with suppress(Exception):  # what is not there, or is broken, is the run's to find out
                import_module(self.packages.pop(0))
            for name in os.environ.keys() - before.keys():  # some settle how they get on with others
                del os.environ[name]
            gc.freeze()

    def is_idle(self) -> bool:
        """Whether no run is on."""
        for pid in [*self.reaped]:
            self.forked.discard(pid)
            self.reaped.discard(pid)
        return not self.forked

    def reap(self, _signal: int, _frame: object) -> None:
        """Leave no dead run behind."""
        with suppress(ChildProcessError):
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                self.reaped.add(pid)


def main(control: str) -> None:
    """The life of a template. What every run gets comes in on standard input."""
    settings: dict[str, Any] = json.load(sys.stdin)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    warm_up()
    gc.collect()
    gc.freeze()  # a collection in a run would write to, and so copy, every page it inherited
    kernel.collapse_memory()
    view = namespaces.View(settings["steps"], settings["user"])
    Template(socket.socket(fileno=int(control)), view, bytes.fromhex(settings["filter"]), [*HEAVY]).serve()


def _run(template: Template, order: Order, leash: socket.socket) -> NoReturn:
    """The process that leaves the template's namespaces and waits for the first one of the new."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        template.control.close()
        os.dup2(order.errors, 2)  # whatever goes wrong from here on is for whoever reads this run
        leash.send(RUN)
        if leash.recv(len(GO)) != GO:
            os._exit(1)
        namespaces.leave_the_template(template.view.user)
        init = os.fork()
        if init == 0:
            _init(template, order, leash)
        kernel.close_all_but({leash.fileno(), 2})
        status = os.waitstatus_to_exitcode(os.waitpid(init, 0)[1])
        leash.send(STATUS.pack(status))
    except BaseException as error:  # noqa: BLE001 - it must not go on as a second template
        _say_and_exit(error)
    os._exit(0)


def _init(template: Template, order: Order, leash: socket.socket) -> NoReturn:
    """The first process of the run's namespaces: builds the walls, starts the run, reaps what it leaves."""
    try:
        namespaces.die_with_parent(leash)
        leash.close()
        namespaces.forbid_namespaces()
        namespaces.open_loopback()
        template.view.build(order.stage)
        namespaces.forbid_more_rights()
        first = os.fork()
        if first == 0:
            _student(template, order)
        kernel.close_all_but(set())
        while True:
            pid, status = os.wait()
            if pid == first:
                code = os.waitstatus_to_exitcode(status)
                os._exit(code if code >= 0 else 128 - code)
    except BaseException as error:  # noqa: BLE001 - the grader sees that it ended and what it said
        _say_and_exit(error)


def _student(template: Template, order: Order) -> NoReturn:
    """The process that serves the job, behind the last walls."""
    try:
        os.setsid()
        pipes = Pipes.take(order.input, order.printed, order.errors, order.answers, order.notes)
        kernel.install_filter(template.filter)
        serve(pipes, own_memory=order.limits == LIMIT_YOURSELF)
    except BaseException as error:  # noqa: BLE001 - as above
        _say_and_exit(error)
    os._exit(0)


def _say_and_exit(error: BaseException) -> NoReturn:
    """For the worker's log: before the student's code runs, what is printed is ours."""
    os.write(2, f"{type(error).__name__}: {error}\n".encode())
    os._exit(1)
