"""Two more small assignments: several labels for a point of the plane, and a value for it."""

from __future__ import annotations

from pathlib import Path

from tests.grader import blobs

LABELS = """
[data]
load = "data.py:load"
task = "labels"
classes = ["right", "above", "far"]

[score]
metric = "macro_f1"
public_share = 0.4
full_points_at = 0.9
zero_points_at = 0.3
points = 10
"""

VALUES = """
[data]
load = "data.py:load"
task = "values"

[score]
metric = "rmse"
public_share = 0.4
full_points_at = 0.1
zero_points_at = 2.0
points = 10
"""

DATA = """
import torch
from assignments.spec import Split, Splits

def labels_of(inputs):
    far = inputs.norm(dim=1) > 1.2
    return torch.stack([inputs[:, 0] > 0, inputs[:, 1] > 0, far], dim=1).long()

def values_of(inputs):
    return 3 * inputs[:, 0] - inputs[:, 1] + 10

def split(count, chance):
    inputs = torch.from_numpy(chance.standard_normal((count, 2), dtype="float32"))
    return Split(inputs, {labels}(inputs))

def load(draws):
    train, valid, test = draws.public("train"), draws.public("valid"), draws.held_out("test")
    return Splits(train=split(300, train), valid=split(30, valid), test=split(150, test))
"""

LABELLER = """
import torch

def train(train_inputs, train_labels, *, seed):
    assert train_labels.shape == (300, 3), train_labels.shape
    return None

def predict(model, inputs):
    return torch.stack([inputs[:, 0], inputs[:, 1], inputs.norm(dim=1) - 1.2], dim=1) * 5
"""

REGRESSOR = """
import torch

def features(inputs):
    return torch.cat([inputs, torch.ones(len(inputs), 1)], dim=1)

def train(train_inputs, train_labels, *, seed):
    return torch.linalg.lstsq(features(train_inputs), train_labels[:, None]).solution

def predict(model, inputs):
    return features(inputs) @ model
"""


def write_labels(folder: Path, *, kind: str = "code") -> Path:
    """The folder of the assignment with several labels."""
    return _write(folder, LABELS, "labels_of", kind)


def write_values(folder: Path, *, kind: str = "code") -> Path:
    """The folder of the assignment with a value."""
    return _write(folder, VALUES, "values_of", kind)


def _write(folder: Path, tables: str, labels: str, kind: str) -> Path:
    written = blobs.write_assignment(folder, kind=kind)
    toml = (written / "assignment.toml").read_text()
    (written / "assignment.toml").write_text(toml[: toml.index("[data]")] + tables)
    (written / "data.py").write_text(DATA.replace("{labels}", labels))
    return written
