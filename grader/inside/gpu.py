"""The graphics card of a box: made ready before the student's code begins, and shared out by its limit.

CUDA does not survive a fork, so a template never touches it: each run wakes it for itself.
"""

from __future__ import annotations

import os
from pathlib import Path

import torch

MARK = "BOX_HAS_GPU"  # grader/sandbox/walls.py sets it where the worker lends its card
MIB = 2**20
DESCRIPTORS: set[int] = set()
"""What CUDA opened in this process."""


def is_here() -> bool:
    """Whether this box has a card to use; the machine may have others. Does not touch CUDA."""
    return MARK in os.environ


def wake() -> None:
    """Create CUDA's context, so that no student waits for it. Raises RuntimeError where the card is sick."""
    before = open_descriptors()
    torch.zeros(1, device="cuda").item()
    DESCRIPTORS.update(open_descriptors() - before)


def open_descriptors() -> set[int]:
    """Those of this process; one of them is that of the listing, and gone."""
    return {int(path.name) for path in Path("/proc/self/fd").iterdir()}


def repeatable() -> None:
    """The same numbers for the same seed: https://docs.pytorch.org/docs/stable/notes/randomness.html.

    Where CUDA has only a way that varies, PyTorch says so in what the run prints, and takes it.
    """
    torch.use_deterministic_algorithms(True, warn_only=True)
    # Zeroing every `empty` would cost time, and hide nothing: the driver clears what another run held.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.backends.cudnn.benchmark = False


def limit(memory_mib: int) -> None:
    """Refuse this process more tensors than that; the grader watches the card for all of the run's."""
    _, total = torch.cuda.mem_get_info()
    torch.cuda.set_per_process_memory_fraction(min(1.0, memory_mib * MIB / total))
