"""What the three functions must do; the hidden inputs are drawn by the course's secret."""

from __future__ import annotations

import math

import numpy as np
import torch

from assignments.checks import Between, Check, Dtype, Gradients, Holds, Mean, Shape, Values, Variance
from assignments.draws import Draws

SMALL = torch.tensor([-1.0, 0.0, 2.0])


def load(draws: Draws) -> list[Check]:
    """Every function has a visible check on a small input and a hidden one on a larger."""
    chance = draws.held_out("scores")
    scores = 3 * torch.from_numpy(chance.standard_normal((5, 7), dtype=np.float32))
    limit = math.sqrt(6 / 500)
    return [
        Check("relu on a vector", "relu", (SMALL,), visible=True),
        Check("relu and its gradient", "relu", (scores,), expect=(Values(), Gradients())),
        Check("softmax on a vector", "softmax", (SMALL,), {"dim": 0}, visible=True),
        Check("gradient of softmax", "softmax", (scores,), expect=(Gradients(),), points=2),
        Check("softmax of large scores", "softmax", (1000 * SMALL,), expect=(Values(), rows_sum_to_one())),
        Check(
            "glorot_uniform: form",
            "glorot_uniform",
            (3, 2),
            expect=(Shape(3, 2), Dtype("float32")),
            visible=True,
        ),
        Check(
            "glorot_uniform: spread",
            "glorot_uniform",
            (300, 200),
            expect=(Shape(300, 200), Between(-limit, limit), Mean(0, 0.002), Variance(limit**2 / 3, 0.05)),
            points=2,
        ),
    ]


def rows_sum_to_one() -> Holds:
    """A rule of our own."""
    return Holds(
        lambda result: abs(result.sum(-1) - 1).max() < 1e-5,
        "some rows do not sum to 1",
        "van sor, amelynek nem 1 az összege",
    )
