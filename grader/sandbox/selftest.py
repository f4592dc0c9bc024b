"""Whether the walls of a mode hold on this machine: tried from within by our own code, and from here."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog

from assignments.json_reading import read_json
from grader import wire
from grader.sandbox import walls
from grader.sandbox.box import Box, BoxEndedError, Ending
from grader.sandbox.gpu import Gpu
from grader.sandbox.group import PIDS
from grader.sandbox.host import SandboxMissingError
from grader.sandbox.output import clean
from grader.sandbox.pool import Boxes, Mode
from grader.sandbox.template import TemplateBrokenError

log = structlog.get_logger()

PATIENCE_S = 60.0
MEMORY_MIB, ROOMY_MIB = 600, 4096
LONGEST_ANSWER = 2**20
SAID_CHARACTERS = 400
SIZE = struct.Struct("<Q")
# Where this machine keeps what no student may see; the paths of our own are added.
HIDDEN = ("/etc/passwd", "/etc/shadow", "/home", "/root/.ssh", "/var", "/run", "/proc/1/root/etc", "/stages")
SET_BY_PROGRAMS = ("PWD", "LC_CTYPE", "TORCHINDUCTOR_CACHE_DIR")  # bubblewrap, Python, torch
PROJECT = walls.ROOM.parent / "pyproject.toml"
WATCHED_TASKS = 512  # RLIMIT_NPROC where the kernel lends no group, see grader/inside/limits.py


@dataclass(frozen=True, slots=True)
class Wall:
    """One wall of a mode, whether it holds, and what was seen."""

    name: str
    holds: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What was seen of the walls of one mode."""

    mode: Mode
    walls: tuple[Wall, ...]

    @property
    def holds(self) -> bool:
        """Whether no wall is down."""
        return all(wall.holds for wall in self.walls)

    def __str__(self) -> str:
        """The walls that are down."""
        return "; ".join(f"{wall.name}: {wall.seen}" for wall in self.walls if not wall.holds)


def try_walls(boxes: Boxes, hidden: Iterable[str] = ()) -> Trial:
    """Try all walls of these boxes; where a box does not even open, that is the one wall.

    `hidden` are paths of this machine that no student may see.
    """
    printed: list[bytes] = []
    try:
        found = tuple(_walls(boxes, (*HIDDEN, *hidden), printed))
    except (BoxEndedError, TemplateBrokenError, OSError, ValueError) as error:
        said = clean(b"".join(printed))[-SAID_CHARACTERS:].strip()
        found = (Wall("box", holds=False, seen=f"a box did not open: {error} {said}".strip()),)
    return Trial(boxes.mode, found)


def best_boxes(modes: Iterable[Mode], *, gpu: Gpu | None = None, hidden: Iterable[str] = ()) -> Boxes:
    """Boxes of the first mode whose walls all hold, warm already. Raises SandboxMissingError."""
    fallen = []
    for mode in modes:
        boxes = Boxes(mode, gpu)
        trial = try_walls(boxes, hidden)
        if trial.holds:
            log.info("walls_hold", mode=str(mode))
            return boxes
        boxes.close()
        log.warning("walls_down", mode=str(mode), seen=str(trial))
        fallen.append(f"{mode} ({trial})")
    raise SandboxMissingError(
        f"the walls do not hold here, so nothing is graded: {'; '.join(fallen)}. "
        "`python -m grader doctor` says more."
    )


def _walls(boxes: Boxes, hidden: Iterable[str], printed: list[bytes]) -> Iterator[Wall]:
    device = boxes.device
    with boxes.taken() as box:
        if boxes.mode is Mode.TEMPLATE and not boxes.has_template:
            raise TemplateBrokenError("no run can be forked here")
        box.listener = lambda _channel, chunk: printed.append(chunk)
        found = _ask(box, _job("look-around", device, hidden=[*hidden, str(PROJECT)]))
    for name, seen in found.items():
        yield Wall(name, holds=not seen, seen=seen or "holds")
    with boxes.taken() as box:
        yield _memory_wall(box, device)
    with boxes.taken() as box:
        started = int(_ask(box, _job("flood", device))["tasks"])
        most = WATCHED_TASKS if box.group.needs_rlimits else PIDS
        yield Wall("process limit", holds=started <= most, seen=f"{started} tasks could be started")
    left = [str(path) for path in (box.stage, *box.group.entries) if path.exists()]
    yield Wall("nothing left", holds=not left, seen=", ".join(left) or "nothing is left of a box")


def _memory_wall(box: Box, device: str) -> Wall:
    try:
        _ask(box, _job("memory", device, memory_mib=MEMORY_MIB))
    except BoxEndedError as ended:
        holds = ended.ending is Ending.OUT_OF_MEMORY
        return Wall("memory limit", holds=holds, seen=f"{ended.ending} at {box.group.peak_mib():.0f} MiB")
    return Wall("memory limit", holds=False, seen="more could be taken than the limit")


def _ask(box: Box, job: dict[str, Any]) -> dict[str, str]:
    """What our code in the box answers. Raises BoxEndedError where it does not."""
    until = time.monotonic() + PATIENCE_S
    if box.exchange(b"", 1, until=until) != b"R":
        raise BoxEndedError(Ending.EXITED)
    box.limit(job["memory_mib"], job["threads"], job["gpu_memory_mib"])
    (size,) = SIZE.unpack(box.exchange(wire.pack_job(job), SIZE.size, until=until))
    answer: dict[str, str] = read_json(box.exchange(b"", min(size, LONGEST_ANSWER), until=until))
    return answer


def _job(
    probe: str, device: str, *, hidden: Iterable[str] = (), memory_mib: int = ROOMY_MIB
) -> dict[str, Any]:
    known = walls.ENVIRONMENT | walls.GPU_ENVIRONMENT | walls.TEMPLATE_ENVIRONMENT
    return {
        "kind": "probe",
        "probe": probe,
        "device": device,
        "threads": 2,
        "memory_mib": memory_mib,
        "gpu_memory_mib": ROOMY_MIB,
        "cpu_s": int(PATIENCE_S),
        "hidden": list(hidden),
        "environment": [*known, *SET_BY_PROGRAMS],
        "scratch": walls.SCRATCH_BYTES,
    }
