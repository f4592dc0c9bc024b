"""A small training job as homework, and the same job as a bare script."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from grader.sandbox.walls import ENVIRONMENT
from tests.grader import blobs

SCRIPT = Path(__file__).parent / "bare_training.py"
SOURCE = b"""
import torch


def train(train_inputs, train_labels, *, seed, valid_inputs=None, valid_labels=None, log=None):
    torch.manual_seed(seed)
    network = torch.nn.Sequential(torch.nn.Linear(2, 32), torch.nn.ReLU(), torch.nn.Linear(32, 3))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    for epoch in range(EPOCHS):
        loss = torch.nn.functional.cross_entropy(network(train_inputs), train_labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if log is not None and epoch % 10 == 0:
            log(epoch=epoch, loss=loss.item())
    return network


def predict(model, inputs):
    return model(inputs)
"""


def source(epochs: int) -> bytes:
    """A submission that trains a network of 195 parameters for so many epochs."""
    return SOURCE.replace(b"EPOCHS", str(epochs).encode())


def write_assignment(home: Path, *, epochs: int = 40, wall: str = "30s") -> Path:
    """The folder of the assignment, with the training as its reference."""
    folder = blobs.write_assignment(home, wall=wall)
    (folder / "reference").mkdir()
    (folder / "reference" / "submission.py").write_bytes(source(epochs))
    return folder


def run_bare(folder: Path, threads: int, seed: int) -> str:
    """Train the reference in a new python without any sandbox; what it printed."""
    # The same thread settings as in the sandbox: the comparison is about the grader, not about OpenMP.
    openmp = {"OMP_WAIT_POLICY": ENVIRONMENT["OMP_WAIT_POLICY"]}
    command = [sys.executable, str(SCRIPT), str(folder), str(threads), str(seed)]
    environment = dict(os.environ) | openmp
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
