"""Serves one job in a box started for it: warm up, say R (ready), read the job, do what it asks for."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
import torch._dynamo  # the first optimizer of a run would import it, on the student's time
import torch.utils.data

from grader.inside import gpu, landlock, probe
from grader.inside.error_report import short_warning
from grader.inside.limits import limit
from grader.inside.pipes import Pipes, flush

LIMIT_YOURSELF = "limit-yourself"
WRITTEN_BY_CUDA = ("/proc",)  # it names its threads in /proc/self/task/*/comm, and fails where it cannot


def _kinds() -> dict[str, Callable[[Pipes, Mapping[str, Any]], None]]:
    """What serves a job of each kind of homework: `serve` of its `inside`, wherever there is one."""
    folder = Path(__file__).parents[1] / "kinds"
    names = sorted(half.parent.name for half in folder.glob("*/inside*"))
    return {name: import_module(f"grader.kinds.{name}.inside").serve for name in names}


SERVED = {"probe": probe.serve} | _kinds()


def main(answers: str, notes: str, limits: str) -> None:
    """The life of a box that bubblewrap built. The arguments: two descriptors, and who limits memory."""
    pipes = Pipes.take(0, 1, 2, int(answers), int(notes))
    warm_up()
    serve(pipes, own_memory=limits == LIMIT_YOURSELF)


def warm_up() -> None:
    """Get ready for a job that nobody knows yet. With a card only the run can: no fork survives CUDA."""
    if not gpu.is_here():
        _take_a_step()


def _take_a_step() -> None:
    """One small step of training, so that the first of the student's is not the slow one."""
    layer = torch.nn.Linear(4, 2)
    optimizer = torch.optim.Adam(layer.parameters())
    loss: Any = torch.nn.functional.cross_entropy(layer(torch.zeros(8, 4)), torch.zeros(8, dtype=torch.long))
    loss.backward()
    optimizer.step()


def serve(pipes: Pipes, *, own_memory: bool) -> None:
    """Answer R, take the job and do it. Does not return."""
    if gpu.is_here():
        landlock.restrict(WRITTEN_BY_CUDA)
        gpu.wake()
        _take_a_step()
        gpu.repeatable()
    else:
        landlock.restrict()
        # A machine may have a card that this run has not: no word about it in the student's log.
        warnings.filterwarnings("ignore", "CUDA initialization")
    sys.argv = ["submission.py"]
    warnings.formatwarning = short_warning
    warnings.filterwarnings(
        "ignore", "FigureCanvasAgg is non-interactive"
    )  # drawings go nowhere, as promised
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    pipes.answer(b"R")
    job = pipes.read_job()
    limit(job, own_memory=own_memory)
    SERVED[job["kind"]](pipes, job)
    flush()
    os._exit(0)  # exit handlers of the student's have nothing more to say
