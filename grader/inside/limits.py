"""What a process of the box does to itself before the student's code begins: limits, threads, seeds."""

from __future__ import annotations

import os
import random
import resource
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from grader.inside import gpu

MIB = 2**20


def limit(job: Mapping[str, Any], *, own_memory: bool) -> None:
    """Limits of a single process; those of the whole group are held outside."""
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: job["cpu_s"],
        resource.RLIMIT_NOFILE: 512,
        resource.RLIMIT_FSIZE: (256 if own_memory else 512) * MIB,
    }
    if own_memory:
        limits[resource.RLIMIT_NPROC] = 512
        if job["device"] == "cpu":  # CUDA reserves far more than it uses
            limits[resource.RLIMIT_DATA] = _data_bytes() + 2 * job["memory_mib"] * MIB
    for name, value in limits.items():
        # The signal at the soft limit of CPU time says why; the one at a hard limit is just SIGKILL.
        resource.setrlimit(name, (value, value + 5 * (name == resource.RLIMIT_CPU)))
    if job["device"] != "cpu":
        gpu.limit(job["gpu_memory_mib"])
    torch.set_num_threads(job["threads"])
    os.environ["OMP_NUM_THREADS"] = str(job["threads"])


def _data_bytes() -> int:
    """What torch's own libraries take: some hundred MiB where they are built for CUDA."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData:")) * 1024


def seed(value: int) -> None:
    """The same numbers for the same seed, from every generator that students use."""
    random.seed(value)
    np.random.seed(value % 2**32)  # students use the old generator
    torch.manual_seed(value)
