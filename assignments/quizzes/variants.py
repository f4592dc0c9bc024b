"""Draws the numbers of the quiz bank's generated questions, one set for each student."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

CLASSES = {
    "rocket": "a **rakéta** (rocket)",
    "car": "az **autó** (car)",
    "airplane": "a **repülőgép** (airplane)",
}
"""Each class as English questions name it, and with its article as Hungarian ones do."""


def precision(rng: random.Random) -> dict[str, Any]:
    """Precision of one class of a confusion matrix (3, 3), rows true: TP / (TP + FP), in [0, 1]."""
    matrix, target = _confusion(rng)
    hits, called = matrix[target][target], sum(row[target] for row in matrix)
    return _asked(matrix, target) | _share("precision", hits, called)


def recall(rng: random.Random) -> dict[str, Any]:
    """Recall of one class of a confusion matrix (3, 3), rows true: TP / (TP + FN), in [0, 1]."""
    matrix, target = _confusion(rng)
    hits, there = matrix[target][target], sum(matrix[target])
    return _asked(matrix, target) | _share("recall", hits, there)


def false_positives(rng: random.Random) -> dict[str, Any]:
    """Cells [row, column] of one class's false positives: its column without the diagonal."""
    matrix, target = _confusion(rng)
    cells = [[row, target] for row in range(len(matrix)) if row != target]
    wrong = sum(matrix[row][column] for row, column in cells)
    return _asked(matrix, target) | {"matrix": matrix, "cells": cells, "wrong": wrong}


def convolution_shape(rng: random.Random) -> dict[str, Any]:
    """Shape (N, F, H', H') after a convolution of (N, C, H, H): H' = floor((H + 2 P - K) / S) + 1 pixels."""
    batch, channels, filters = rng.choice([1, 4, 8, 16]), rng.choice([1, 3, 6]), rng.choice([8, 16, 32])
    size, kernel = rng.randint(24, 40), rng.choice([3, 5, 7])
    stride, padding = rng.choice([1, 2, 2, 3]), rng.randint(0, kernel // 2)
    output = (size + 2 * padding - kernel) // stride + 1
    return {
        "batch": batch,
        "channels": channels,
        "filters": filters,
        "size": size,
        "kernel": kernel,
        "stride": stride,
        "padding": padding,
        "output": output,
        "shape": [batch, filters, output, output],
    }


def convolution_parameters(rng: random.Random) -> dict[str, Any]:
    """Parameters of a convolution from C to F channels with windows K x K and biases: F (C K^2 + 1)."""
    channels, filters, kernel = rng.randint(1, 12), rng.choice([4, 8, 10, 16, 20]), rng.choice([3, 5])
    inputs = channels * kernel**2
    return {
        "channels": channels,
        "filters": filters,
        "kernel": kernel,
        "inputs": inputs,
        "weights": filters * inputs,
        "parameters": filters * (inputs + 1),
    }


def cross_entropy(rng: random.Random) -> dict[str, Any]:
    """Cross-entropy of probabilities (4,) against the true class (counted from 1): -ln p, in nats."""
    cuts = sorted(rng.sample(range(1, 20), 3))
    parts = [high - low for low, high in zip([0, *cuts], [*cuts, 20], strict=True)]
    probabilities = [part / 20 for part in parts]
    true = rng.randrange(len(parts))
    shown = [f"{one:.2f}" for one in probabilities]
    loss = -math.log(probabilities[true])
    return {
        "probabilities": probabilities,
        "true": true + 1,
        "loss": loss,
        "shown": ",\\ ".join(shown),
        "shown_hu": ";\\ ".join(_comma(one) for one in shown),
        "probability": shown[true],
        "probability_hu": _comma(shown[true]),
        "loss_shown": f"{loss:.3f}",
        "loss_shown_hu": _comma(f"{loss:.3f}"),
    }


def _confusion(rng: random.Random) -> tuple[list[list[int]], int]:
    """Counts (3, 3), rows true class, columns predicted class, and the number of the class asked for."""
    sides = range(len(CLASSES))
    matrix = [
        [rng.randint(10, 30) if row == column else rng.randint(1, 9) for column in sides] for row in sides
    ]
    return matrix, rng.choice(sides)


def _asked(matrix: Sequence[Sequence[int]], target: int) -> dict[str, Any]:
    """What the text says: the counts as `n00` to `n22`, and the class by name."""
    counts = {f"n{row}{column}": n for row, line in enumerate(matrix) for column, n in enumerate(line)}
    name, name_hu = list(CLASSES.items())[target]
    return counts | {"name": name, "name_hu": name_hu}


def _share(name: str, part: int, whole: int) -> dict[str, Any]:
    """A share in [0, 1] and how the explanation shows it, with three decimals."""
    shown = f"{part / whole:.3f}"
    return {name: part / whole, "part": part, "whole": whole, "shown": shown, "shown_hu": _comma(shown)}


def _comma(number: str) -> str:
    """A number as Hungarian writes it, in LaTeX."""
    return number.replace(".", "{,}")
