"""A small assignment and submissions for it: three clouds of points in the plane, learned in a moment."""

from __future__ import annotations

import textwrap
from pathlib import Path

TOML = """
slug = "blobs"
kind = "{kind}"
title = {{ en = "Blobs", hu = "Pacák" }}
opens = 2020-01-01T08:00:00
due = 2099-12-31T23:59:59

[summary]
en = "Three clouds of points."
hu = "Három pontfelhő."

[limits]
wall = "{wall}"
memory_mib = {memory_mib}
cpus = 1
per_day = 1000

[data]
load = "data.py:load"
classes = ["rocket", "car", "airplane"]

[score]
metric = "accuracy"
public_share = 0.4
full_points_at = 0.9
zero_points_at = 0.3
points = 10
focus = "rocket"
"""

DATA = """
import torch
from assignments.spec import Split, Splits

CENTRES = torch.tensor([[0.0, 4.0], [4.0, 0.0], [-4.0, -4.0]])

def split(count, chance):
    labels = torch.arange(count) % 3
    noise = torch.from_numpy(chance.standard_normal((count, 2), dtype="float32"))
    return Split(CENTRES[labels] + noise, labels)

def load(draws):
    train, valid, test = draws.public("train"), draws.public("valid"), draws.held_out("test")
    return Splits(train=split(300, train), valid=split(30, valid), test=split(150, test))
"""

HONEST = """
import torch

def train(train_inputs, train_labels, *, seed, log):
    centres = torch.stack([train_inputs[train_labels == label].mean(0) for label in range(3)])
    print("learned", len(centres), "centres")
    log(epoch=1, loss=0.5)
    return centres

def predict(model, inputs):
    return -torch.cdist(inputs, model)
"""


def write_assignment(
    folder: Path,
    *,
    kind: str = "code",
    wall: str = "30s",
    memory_mib: int = 1024,
    more: str = "",
    data: str = "",
) -> Path:
    """The folder of the assignment, with these limits, more tables, and more lines of [data]."""
    folder = folder / "blobs"
    folder.mkdir()
    toml = TOML.format(kind=kind, wall=wall, memory_mib=memory_mib) + more
    load = 'load = "data.py:load"\n'
    (folder / "assignment.toml").write_text(toml.replace(load, load + data))
    (folder / "data.py").write_text(DATA)
    for language in ("en", "hu"):
        (folder / f"handout.{language}.md").write_text("# Blobs\n")
    return folder


def code(
    train: str = "return None", predict: str = "return torch.zeros(len(inputs))", top: str = ""
) -> bytes:
    """A submission of these bodies."""
    return (
        "import os, sys, time, torch\n"
        f"{textwrap.dedent(top)}\n"
        "def train(train_inputs, train_labels, *, seed):\n"
        f"{textwrap.indent(textwrap.dedent(train).strip(), '    ')}\n\n"
        "def predict(model, inputs):\n"
        f"{textwrap.indent(textwrap.dedent(predict).strip(), '    ')}\n"
    ).encode()
