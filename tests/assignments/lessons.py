"""Runs what students hand in on the data of its lesson, here and now, without grader and sandbox."""

from __future__ import annotations

import importlib.util
import inspect
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import torch

import assignments
from assignments.spec import Assignment, Split, Splits
from grader.draws import DEVELOPMENT_KEY, PUBLIC_SEED, KeyedDraws

SEED = 1


def module(slug: str, file: str, root: Path = assignments.ROOT) -> ModuleType:
    """A file of an assignment's folder, imported by its path."""
    path = assignments.folders(root)[slug] / file
    spec = importlib.util.spec_from_file_location(f"{slug}-{path.stem}".replace("-", "_"), path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def splits(
    assignment: Assignment,
    root: Path = assignments.ROOT,
    *,
    key: str = DEVELOPMENT_KEY,
    seed: str = PUBLIC_SEED,
) -> Splits:
    """The data as the grader gets it, where its server has this key."""
    file, _, function = assignment.data.load.partition(":")
    draws = KeyedDraws(assignment.slug, key, seed)
    loaded = getattr(module(assignment.slug, file, root), function)(draws)
    assert isinstance(loaded, Splits)
    return loaded


@dataclass(slots=True)
class Run:
    """What came of training one submission: the share it got right, and the curve it drew."""

    accuracy: float
    curve: list[dict[str, float]] = field(default_factory=list)


def run(slug: str, who: str, data: Splits) -> Run:
    """Train and score a starter or reference, giving it the arguments it names as the grader does."""
    submission = module(slug, f"{who}/submission.py")
    curve: list[dict[str, float]] = []
    offered = {
        "seed": SEED,
        "device": "cpu",
        "valid_inputs": data.valid.inputs,
        "valid_labels": data.valid.labels,
        "log": lambda **values: curve.append(values),
    }
    named = inspect.signature(submission.train).parameters
    keywords = {name: value for name, value in offered.items() if name in named}
    model = submission.train(data.train.inputs, data.train.labels, **keywords)
    return Run(share_right(submission.predict(model, data.test.inputs), data.test), curve)


def share_right(scores: torch.Tensor, split: Split) -> float:
    """Accuracy of class scores (N, C)."""
    assert scores.shape[0] == len(split.labels)
    return float((scores.argmax(1) == split.labels).float().mean())
