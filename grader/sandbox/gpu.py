"""The graphics card of a worker: chosen, held for it alone, and asked what it still holds after a run.

Numbers are those of the device nodes (/dev/nvidia3 is GPU 3; `nvidia-smi -q` calls it the minor number).
What a card holds is read through NVML: https://docs.nvidia.com/deploy/nvml-api/.
"""

from __future__ import annotations

import fcntl
import functools
import importlib.metadata
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pynvml

from grader.sandbox.host import SandboxMissingError

MIB = 2**20
CONTROL = Path("/dev/nvidiactl")
SHARED_NODES = (CONTROL, Path("/dev/nvidia-uvm"), Path("/dev/nvidia-uvm-tools"))
CONTEXT_MIB = 1536  # what CUDA and its libraries take of a card beside the tensors: 500 on an H100
SETTLED_MIB = 64
PATIENCE_S = 10.0  # the driver takes a moment to clear what a killed process held
LOOK_S = 0.05
CPU, AUTO, CUDA = "cpu", "auto", "cuda"
_Answer = TypeVar("_Answer")


class GpuError(SandboxMissingError):
    """The card or its driver does not answer."""


class Gauge(Protocol):
    """What can be read of a card."""

    def used_mib(self) -> float:
        """Memory that processes hold on it. Raises GpuError."""

    def processes(self) -> list[int]:
        """Who computes on it. Raises GpuError."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """One card."""

    number: int

    @property
    def nodes(self) -> tuple[Path, ...]:
        """The device nodes that CUDA needs to see this card and no other."""
        return (node_of(self.number), *(node for node in SHARED_NODES if node.exists()))

    @property
    def name(self) -> str:
        """As its maker calls it. Raises GpuError."""
        return str(_ask(lambda: pynvml.nvmlDeviceGetName(_handle(self.number))))

    def used_mib(self) -> float:
        """See Gauge."""
        return float(self._memory().used) / MIB

    def total_mib(self) -> float:
        """All that processes can have. Raises GpuError."""
        memory = self._memory()
        return float(memory.total - memory.reserved) / MIB

    def processes(self) -> list[int]:
        """See Gauge."""
        found = _ask(lambda: pynvml.nvmlDeviceGetComputeRunningProcesses(_handle(self.number)))
        return [int(process.pid) for process in found]

    def _memory(self) -> Any:  # noqa: ANN401 - NVML's own structure
        return _ask(lambda: pynvml.nvmlDeviceGetMemoryInfo(_handle(self.number), pynvml.nvmlMemory_v2))


def node_of(number: int) -> Path:
    """The device node of a card."""
    return Path(f"/dev/nvidia{number}")


def numbers() -> list[int]:
    """The cards of this machine that a run here could use. Does not touch the driver."""
    if not CONTROL.exists() or importlib.metadata.version("torch").endswith("+cpu"):
        return []
    nodes = (path.name.removeprefix("nvidia") for path in Path("/dev").glob("nvidia[0-9]*"))
    return sorted(int(number) for number in nodes if number.isdecimal())


def claim(device: str) -> Gpu | None:
    """A card for this process alone, until it ends: the one of `cuda:N`, or for `cuda` the first free one.

    None for `cpu`, and for `auto` where there is no card. Raises SandboxMissingError where none is left.
    """
    here = numbers()
    if device == CPU or (device == AUTO and not here):
        return None
    _, _, number = device.partition(":")
    wanted = [int(number)] if number else here
    if not here:
        raise SandboxMissingError("there is no CUDA here: no NVIDIA card, or torch was built without CUDA")
    if missing := [each for each in wanted if each not in here]:
        raise SandboxMissingError(f"there is no {node_of(missing[0])}; the cards here are {here}")
    problems = []
    for each in wanted:
        problem = _problem(Gpu(each))
        if not problem:
            return Gpu(each)
        problems.append(problem)
    raise SandboxMissingError("; ".join(problems))


@functools.cache
def _hold(node: Path) -> int:
    """Lock a card's node; the descriptor stays open until this process ends. Raises BlockingIOError."""
    descriptor = os.open(node, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor


def _problem(gpu: Gpu) -> str:
    """Why this process cannot have the card; empty where it can, and then nobody else."""
    try:
        _hold(node_of(gpu.number))
        strangers = gpu.processes()
    except BlockingIOError:
        return f"another grader has GPU {gpu.number}: one card, one worker"
    except GpuError as error:
        return f"GPU {gpu.number} does not answer: {error}"
    if strangers:
        alone = "a run needs a card alone, for cards do not keep programs apart"
        return f"process {strangers[0]} computes on GPU {gpu.number}: {alone}"
    return ""


@dataclass(slots=True)
class MemoryWatch:
    """The cap on a card's memory, held from outside: processes of a run could each lift their own."""

    gauge: Gauge
    idle_mib: float
    most_mib: int = 0
    peak_mib: float = 0.0
    _looked_at: float = 0.0

    def ran_out(self, now: float) -> bool:
        """Whether the run holds more than its limit and what CUDA itself takes. `now` is monotonic."""
        if now - self._looked_at >= LOOK_S:
            self._looked_at = now
            self.peak_mib = max(self.peak_mib, self.gauge.used_mib() - self.idle_mib)
        return bool(self.most_mib) and self.peak_mib > self.most_mib + CONTEXT_MIB


def left_on(gauge: Gauge, idle_mib: float, *, clock: Callable[[], float] = time.monotonic) -> str:
    """What of a run is still on its card after some patience; empty where the card is as it was."""
    until = clock() + PATIENCE_S
    try:
        while left := "; ".join(_residue(gauge, idle_mib)):
            if clock() > until:
                return left
            time.sleep(LOOK_S)
    except GpuError as error:
        return f"the card does not answer: {error}"
    return ""


def _residue(gauge: Gauge, idle_mib: float) -> Iterator[str]:
    if processes := gauge.processes():
        yield f"processes {processes[:3]} compute on it"
    if (more := gauge.used_mib() - idle_mib) > SETTLED_MIB:
        yield f"it holds {more:.0f} MiB more than before"


@functools.cache
def _handle(number: int) -> object:
    pynvml.nvmlInit()
    for index in range(pynvml.nvmlDeviceGetCount()):
        handle: object = pynvml.nvmlDeviceGetHandleByIndex(index)
        if pynvml.nvmlDeviceGetMinorNumber(handle) == number:
            return handle
    raise GpuError(f"the driver knows no GPU {number}")


def _ask(question: Callable[[], _Answer]) -> _Answer:
    try:
        return question()
    except pynvml.NVMLError as error:
        raise GpuError(str(error)) from error
