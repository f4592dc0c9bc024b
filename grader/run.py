"""One run of a student's code in a box: train, predict, and how it ended. Nothing is scored here."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from grader import harness_notes, imports, wire
from grader.contract import EventKind, Layer, RunPhase, Verdict
from grader.failures_by_kind import failure_of
from grader.files import unpack
from grader.material import Data, Material, MaterialError
from grader.sandbox.box import Box, BoxEndedError, Channel, Ending
from grader.sandbox.output import Transcript, clean
from grader.wire import BadPredictionsError, Predictions

START_S = 60.0
REHEARSED = 64  # grader/kinds/code/inside.py has the same number
_Prepared = TypeVar("_Prepared")
Tell = Callable[[EventKind, str, Mapping[str, float]], None]


def tenths(seconds: float) -> float:
    """Students see no finer times: how long a prediction takes could spell out what it saw."""
    return round(seconds, 1)


class RunEndedError(Exception):
    """The run gave no predictions: a verdict, the code of its sentence, and what the student may read."""

    def __init__(self, verdict: Verdict, code: str, detail: str = "", **values: object) -> None:
        super().__init__(code)
        self.verdict = verdict
        self.code = code
        self.detail = detail
        self.values = values


class BoxFailedError(RuntimeError):
    """The box failed for no fault of the student's: ours to repair."""


class BoxNotReadyError(BoxFailedError):
    """The box ended before anything of the student's ran."""


class BoxLostError(BoxFailedError):
    """What waits for the box is gone without a word: it was killed from outside, while a run was on."""


def refuse_if_killed_from_outside(ended: BoxEndedError) -> None:
    """Raise BoxLostError where no student can have been it: nothing inside reaches what holds the box."""
    if ended.ending is Ending.EXITED and ended.code < 0:
        raise BoxLostError(f"the sandbox was killed from outside ({ended})") from ended


@dataclass(slots=True)
class Clock:
    """Says which phase a job is in, and keeps what was measured: times, memory, the student's network."""

    tell: Tell
    began: bool = False  # whether a box was given anything of the student's
    held_out_given: bool = False  # whether the code was given anything held-out
    timings: dict[str, float] = field(default_factory=dict)
    phase: RunPhase = RunPhase.FETCH
    memory_mib: float = 0.0
    gpu_memory_mib: float = 0.0
    layers: tuple[Layer, ...] = ()

    @contextmanager
    def timed(self, phase: RunPhase) -> Iterator[None]:
        """A phase begins; its end is the end of the block."""
        self.phase = phase
        self.tell(EventKind.PHASE, str(phase), {})
        start = time.monotonic()
        try:
            yield
        finally:
            before = self.timings.get(str(phase), 0.0)
            self.timings[str(phase)] = tenths(before + time.monotonic() - start)


@dataclass(slots=True)
class Run:
    """A box with one submission in it, from the first answer to the last."""

    box: Box
    material: Material
    clock: Clock
    seed: int
    device: str
    cells: tuple[tuple[int, int], ...] = ()  # of a notebook: the first line of each, and how many it has
    until: float = 0.0  # when the wall limit is reached, on the monotonic clock
    held_out_known: bool = False
    _notes: harness_notes.Notes = field(default_factory=harness_notes.Notes)
    _transcript: Transcript = field(default_factory=Transcript)

    def start(self, contents: unpack.Contents, prepare: Callable[[], _Prepared]) -> _Prepared:
        """Put the files into the box, and prepare what it will be sent while it warms itself up."""
        limits = self.material.assignment.limits
        with self.clock.timed(RunPhase.START):
            unpack.write_files(contents, self.box.folder)
            prepared = _prepared(prepare)
            self._wait_until_ready()
            self.box.listener = self._listen
            self.box.limit(limits.memory_mib, limits.cpus, limits.gpu_memory_mib)
        self.clock.began = True
        self.until = time.monotonic() + limits.wall.total_seconds()
        return prepared

    def _wait_until_ready(self) -> None:
        """Before the first answer only our own code has run, so whatever goes wrong is ours."""
        printed = bytearray()
        self.box.listener = lambda _channel, chunk: printed.extend(chunk)
        try:
            answer = self.box.exchange(b"", 1, until=time.monotonic() + START_S)
        except BoxEndedError as ended:
            raise BoxNotReadyError(f"the sandbox did not start ({ended}): {clean(bytes(printed))}") from ended
        if answer != b"R":
            raise BoxNotReadyError(f"the sandbox said {answer!r}")

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Where the box ends in this block, the run ends with the verdict for it."""
        try:
            yield
        except BoxEndedError as ended:
            raise self.ended(ended) from ended

    def send_job(self, data: bytes = b"", **fields: object) -> None:
        """Say how to run, and refuse source files that do not compile."""
        # Nothing of the student's has run before this answer: it can be trusted.
        kind = self.material.assignment.kind
        answer = self.box.exchange(self.job(**fields) + data, 1, until=self.until)
        if answer == b"U":
            raise BoxNotReadyError("somebody took the student's files out of the box's folder")
        if answer == b"X":
            self.box.drain(until=self.until)
            raise RunEndedError(Verdict.REJECTED, "syntax", self._notes.detail, file=kind.traits.source)
        if answer == b"M":
            self.box.drain(until=self.until)
            problems = imports.sentence(self._notes.imports, self.cells)
            raise RunEndedError(Verdict.REJECTED, "imports", problems=problems)

    def ask(self, size: int, outgoing: bytes = b"", *, until: float | None = None) -> bytes:
        """Send, wait for an answer of this size, and pass on what was printed until then."""
        until = self.until if until is None else until
        answer = self.box.exchange(outgoing, size, until=until)
        self.box.drain(until=until)
        self._tell_rest()
        self.clock.layers = self._notes.layers
        return answer

    def failure_of_call(self) -> tuple[str, str]:
        """What the box said of the call that was just answered: a code and the student's traceback, or ""."""
        self.box.drain(until=self.until)
        self._tell_rest()
        said = self._notes.failure, self._notes.detail
        self._notes.failure = self._notes.detail = ""
        return said

    def hush(self) -> None:
        """From here on the code knows hidden inputs: nothing it prints or says leaves this process."""
        self.held_out_known = self.clock.held_out_given = True
        self.box.listener = _hush

    def predictions(self, data: Data) -> Predictions:
        """What is predicted for all of `data.sent`, shuffled for this run alone. Raises RunEndedError."""
        sent = data.sent
        rows = len(sent)
        order = np.random.default_rng(secrets.randbits(128)).permutation(rows)
        self.hush()
        source = self.material.assignment.data
        classes, task = len(source.classes), source.task
        held_out = wire.pack_tensor(sent[order])
        try:
            header = self.box.exchange(held_out, wire.PREDICTION_HEADER.size, until=self.until)
            size = wire.size_of_predictions(header, rows=rows, classes=classes, task=task)
            payload = self.box.exchange(b"", size, until=self.until)
            shuffled = wire.unpack_predictions(header, payload, classes=classes, task=task)
            if self.box.has_more(until=self.until):
                raise RunEndedError(Verdict.BAD_OUTPUT, "surplus")
        except BadPredictionsError as error:
            raise RunEndedError(Verdict.BAD_OUTPUT, error.code) from error
        return _unshuffled(shuffled, order)

    def job(self, **fields: object) -> bytes:
        """How to run, as bytes for the box."""
        assignment = self.material.assignment
        limits = assignment.limits
        job = {
            "kind": str(assignment.kind),
            "seed": self.seed,
            "device": self.device,
            "threads": limits.cpus,
            "memory_mib": limits.memory_mib,
            "gpu_memory_mib": limits.gpu_memory_mib,
            "cpu_s": self._cpu_s(),
            "classes": len(assignment.data.classes),
            "task": str(assignment.data.task),
            "cells": self.cells,
        }
        return wire.pack_job(job | fields)

    def _cpu_s(self) -> int:
        """The wall limit is the real one; this ends a process that escaped every watch."""
        limits = self.material.assignment.limits
        return int(limits.wall.total_seconds()) * limits.cpus + 10

    def ended(self, ended: BoxEndedError) -> RunEndedError:
        """The verdict, from what the limits and the process table say, never from what the code says."""
        self._tell_rest()
        limits = self.material.assignment.limits
        match ended.ending:
            case Ending.TIMED_OUT:
                wall = int(limits.wall.total_seconds())
                return RunEndedError(Verdict.TIMED_OUT, "timed_out", wall=wall, phase=self.clock.phase)
            case Ending.OUT_OF_MEMORY:
                return RunEndedError(Verdict.OUT_OF_MEMORY, "out_of_memory", memory=limits.memory_mib)
            case Ending.OUT_OF_GPU_MEMORY:
                return RunEndedError(Verdict.OUT_OF_MEMORY, "out_of_gpu_memory", memory=limits.gpu_memory_mib)
            case Ending.FLOODED:
                return RunEndedError(Verdict.OUTPUT_FLOOD, "output_flood")
        refuse_if_killed_from_outside(ended)
        if self.held_out_known:
            return RunEndedError(Verdict.FAILED, "predict_failed", rehearsed=self.rehearsed)
        return self._failed()

    @property
    def rehearsed(self) -> int:
        """On how many examples the harness tried `predict` before the held-out ones."""
        splits = self.material.data.splits
        return min(REHEARSED, len(splits.valid.labels) or len(splits.train.labels))

    def _failed(self) -> RunEndedError:
        """The code ended by itself while it trained; its own note chooses the sentence."""
        said, limits = self._notes.failure, self.material.assignment.limits
        failure = failure_of(self.material.assignment.kind, said)
        memory = limits.gpu_memory_mib if said == "gpu_memory" else limits.memory_mib
        return RunEndedError(failure.verdict, failure.code, self._notes.detail, memory=memory)

    def _listen(self, channel: Channel, chunk: bytes) -> None:
        if channel is Channel.NOTES:
            for point in self._notes.take(chunk, now=time.monotonic()):
                self.clock.tell(EventKind.POINT, "", point)
        elif text := self._transcript.take(chunk):
            self.clock.tell(EventKind.LOG, text, {})

    def _tell_rest(self) -> None:
        if text := self._transcript.rest():
            self.clock.tell(EventKind.LOG, text, {})


def _prepared(prepare: Callable[[], _Prepared]) -> _Prepared:
    """What an assignment's own programs make. Raises MaterialError, whatever goes wrong in them."""
    try:
        return prepare()
    except MaterialError:
        raise
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise MaterialError(f"the assignment's own files failed: {problem}") from error


def _hush(_channel: Channel, _chunk: bytes) -> None:
    """The listener of the predict phase."""


def _unshuffled(shuffled: Predictions, order: np.ndarray) -> Predictions:
    labels = np.empty_like(shuffled.labels)
    labels[order] = shuffled.labels
    if shuffled.scores is None:
        return Predictions(labels)
    scores = np.empty_like(shuffled.scores)
    scores[order] = shuffled.scores
    return Predictions(labels, scores)
