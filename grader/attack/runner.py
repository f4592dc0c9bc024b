"""Runs attacks one after the other as a worker runs submissions, and looks around after each."""

from __future__ import annotations

import functools
import operator
import os
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from grader import material
from grader.attack import verdicts
from grader.attack.host_state import LOOK_S, Inventory, Room, adopting, left_since
from grader.attack.pack import SUBMISSION, TARGET, Attack, Beside
from grader.attack.verdicts import Event, Seen, Surroundings
from grader.contract import EventKind, RunPhase
from grader.grade import Task, grade
from grader.material import Material
from grader.sandbox.gpu import Gpu
from grader.sandbox.pool import Boxes, Mode

MARK_COLUMN = 2  # of the target's inputs
PLANTED = "hazi-planted-"  # what attacks look for: files, a variable of the environment, a socket
VARIABLE = "PLANTED_SECRET"
PATIENT = timedelta(seconds=30)
PORTS = range(47100, 47110)
SEED = 7
REPEATS = 2
LOG_CHARACTERS = 2000
HONEST_BESIDE = b"""
import time
import torch

def train(train_inputs, train_labels, *, seed):
    until = time.monotonic() + 2
    while time.monotonic() < until:
        centres = torch.stack([train_inputs[train_labels == label, :2].mean(0) for label in range(3)])
    return centres

def predict(model, inputs):
    return -torch.cdist(inputs[:, :2], model)
"""


@dataclass(frozen=True, slots=True)
class Result:
    """One attack in one mode: held, or how it was not."""

    name: str
    mode: str
    rows: tuple[str, ...]
    tries: str
    expected: str
    seen: str
    breaches: tuple[str, ...]
    seconds: float
    log: str  # the beginning of what the code printed

    @property
    def held(self) -> bool:
        """Whether nothing was seen that must not be."""
        return not self.breaches

    def to_message(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self) | {"held": self.held}


@dataclass(slots=True)
class Runner:
    """Grades against the target, with what it needs to see an attack succeed. Used from one thread."""

    target: Material
    boxes: Boxes
    neighbour: Boxes
    beside: ThreadPoolExecutor  # one thread, as old as the neighbour's boxes
    around: Surroundings
    listeners: tuple[socket.socket, ...]
    _warmed: list[Inventory] = field(default_factory=list)

    @classmethod
    @contextmanager
    def ready(cls, pack: Path, mode: Mode, gpu: Gpu | None = None) -> Iterator[Self]:
        """A runner for the attacks of a folder, with a card or without; nothing is left of it afterwards."""
        target = material.from_folder(pack / TARGET)
        secret = PLANTED + secrets.token_hex(16)
        with ExitStack() as stack:
            stack.enter_context(adopting())
            stack.enter_context(_planted(secret))
            listeners = tuple(stack.enter_context(listener) for listener in _listeners())
            beside = stack.enter_context(ThreadPoolExecutor(1))
            boxes, neighbour = Boxes(mode, gpu), Boxes(mode)
            stack.callback(boxes.close)
            stack.callback(lambda: beside.submit(neighbour.close).result())
            held_out = tuple(map(float, target.data.held_out_inputs[:, MARK_COLUMN]))
            around = Surroundings(held_out, secret, target.assignment.limits.wall)
            yield cls(target, boxes, neighbour, beside, around, listeners)

    def run(self, attack: Attack) -> Result:
        """Try one attack. Whatever goes wrong on our side is a breach too."""
        start = time.monotonic()
        seen: list[Seen] = []
        try:
            breaches = tuple(self._tried(attack, seen))
        except Exception as error:  # noqa: BLE001 - a run that we cannot grade is what attackers want
            breaches = (f"grader_error: {type(error).__name__}: {error}",)
        return Result(
            name=attack.name,
            mode=str(self.boxes.mode),
            rows=attack.rows,
            tries=attack.tries,
            expected=attack.expected,
            seen=", ".join(_words(one) for one in seen) or "nothing",
            breaches=breaches,
            seconds=round(time.monotonic() - start, 1),
            log="".join(one.log for one in seen)[:LOG_CHARACTERS],
        )

    def _tried(self, attack: Attack, seen: list[Seen]) -> Iterator[str]:
        self._warmed = [self._warm_both(attack)]
        before, room = Inventory.take(), Room.measure()
        neighbour = self._started_beside(attack)
        try:
            seen += (self._graded(attack) for _ in range(attack.runs))
        finally:
            other = neighbour.result() if neighbour else None
        for one in seen:
            yield from verdicts.breaches(attack, one, self.around)
        yield from verdicts.equal_runs(attack, seen)
        if other and attack.beside is Beside.ITSELF:
            yield from verdicts.breaches(attack, other, self.around)
        else:
            yield from verdicts.neighbour(other)
        yield from self._looked_around(before)
        if self.boxes.unfit:
            yield self.boxes.unfit
        yield from Room.measure().grown_since(room)
        yield from self._lost_again_and_again(attack, room)

    def _started_beside(self, attack: Attack) -> Future[Seen] | None:
        """What is graded beside an attack, when it has begun to train."""
        match attack.beside:
            case Beside.HONEST:
                files: Mapping[str, bytes] = {SUBMISSION: HONEST_BESIDE}
                target = _limited(self.target, replace(attack, wall=PATIENT, memory_mib=None, cpus=None))
            case Beside.ITSELF:
                files, target = attack.files, _limited(self.target, attack)
            case None:
                return None
        trains = threading.Event()
        started = self.beside.submit(_grade, self.neighbour, target, files, {RunPhase.TRAIN: trains.set})
        while not started.done() and not trains.wait(LOOK_S):
            pass
        return started

    def _graded(self, attack: Attack) -> Seen:
        at_start = {RunPhase.START: self._warm_the_next}
        return _grade(self.boxes, _limited(self.target, attack), attack.files, at_start)

    def _warm_both(self, attack: Attack) -> Inventory:
        """The processes that this starts: they may start more, and a template among them stays."""
        before = Inventory.take()
        self.boxes.warm()
        if attack.beside:
            self.beside.submit(self.neighbour.warm).result()
        return Inventory((Inventory.take() - before).processes)

    def _warm_the_next(self) -> None:
        """The next box gets ready beside this run, as in a worker that is never idle."""
        before = Inventory.take()
        self.boxes.warm()
        self._warmed.append(Inventory.take() - before)

    def _looked_around(self, before: Inventory) -> Iterator[str]:
        allowed = functools.reduce(operator.or_, self._warmed, Inventory())
        if left := left_since(before, allowed):
            yield f"left behind: {left}"
        for listener in self.listeners:
            with suppress(BlockingIOError):
                listener.accept()[0].close()
                yield f"somebody connected to {listener.getsockname()!r}"

    def _lost_again_and_again(self, attack: Attack, room: Room) -> Iterable[str]:
        """Others write to this disk too: a loss counts when it comes with every run of the attack."""
        lost = list(Room.measure().lost_since(room))
        for _ in range(REPEATS):
            if not lost:
                break
            room = Room.measure()
            self._graded(attack)
            lost = list(Room.measure().lost_since(room))
        return lost


def _grade(
    boxes: Boxes, target: Material, files: Mapping[str, bytes], at: Mapping[RunPhase, Callable[[], None]]
) -> Seen:
    """Grade as a worker does, and do something at the beginning of phases."""
    events: list[Event] = []

    def tell(kind: EventKind, text: str, values: Mapping[str, float]) -> None:
        events.append((kind, text, values))
        if kind is EventKind.PHASE and RunPhase(text) in at:
            at[RunPhase(text)]()

    report = grade(Task("attack", SEED), boxes, lambda: target, lambda _: files, tell)
    return Seen(report, events)


def _limited(target: Material, attack: Attack) -> Material:
    """The target with the limits that an attack asks for."""
    usual = target.assignment.limits
    limits = replace(
        usual,
        wall=attack.wall or usual.wall,
        memory_mib=attack.memory_mib or usual.memory_mib,
        cpus=attack.cpus or usual.cpus,
        gpu_memory_mib=attack.gpu_memory_mib or usual.gpu_memory_mib,
    )
    return replace(target, assignment=replace(target.assignment, limits=limits))


def _words(seen: Seen) -> str:
    report = seen.report
    return f"{report.verdict} {report.private.score:.2f}" if report.private else str(report.verdict)


@contextmanager
def _planted(secret: str) -> Iterator[None]:
    """A secret where attacks look for one: in a file of this user, and in this process's environment."""
    with tempfile.NamedTemporaryFile(prefix=PLANTED) as file:
        file.write(secret.encode())
        file.flush()
        os.putenv(VARIABLE, secret)  # what a child inherits; nothing of ours reads it
        try:
            yield
        finally:
            os.unsetenv(VARIABLE)


def _listeners() -> Iterator[socket.socket]:
    """Services of this machine that nothing in a box may reach: on loopback, and without any address."""
    loopback, abstract = socket.socket(), socket.socket(socket.AF_UNIX)
    for port in PORTS:
        with suppress(OSError):  # somebody else's, or of another runner
            loopback.bind(("127.0.0.1", port))
            break
    abstract.bind(f"\0{PLANTED}{secrets.token_hex(8)}")
    for listener in (loopback, abstract):
        listener.listen()
        listener.setblocking(False)
        yield listener
