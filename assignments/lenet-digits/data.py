"""Handwritten digits of scikit-learn's bundled collection, rewritten by a slightly unsteady hand."""

from __future__ import annotations

import math

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch.nn import functional

from assignments.draws import Draws
from assignments.spec import Split, Splits

ORDER = 1998  # public and the same for all: which originals are trained on and which are held out
SIZE = 16  # pixels: twice the resolution of the originals
TRAIN, VALID = 900, 200  # originals; the remaining 697 are held out
TRAIN_COPIES = 4  # each original of the training set appears this many times, never twice the same

TURN = math.radians(18)
SHIFT = 0.18  # of half the picture
SCALE = 0.15
SHEAR = 0.20
NOISE = 0.06


def load(draws: Draws) -> Splits:
    """Digits (N, 1, 16, 16) in [0, 1], float32, with labels (N,) int64.

    The collection is public, and so is which of its originals are held out: no original is in two splits.
    Every picture is turned, shifted, scaled, slanted and blurred a little, the held-out ones in a way that
    only the course can repeat: whoever looks its digits up on the internet finds none of them.
    """
    originals = load_digits()
    pictures = torch.from_numpy(originals.images).float().unsqueeze(1) / 16  # (1797, 1, 8, 8)
    labels = torch.from_numpy(originals.target).long()
    order = torch.from_numpy(np.random.default_rng(ORDER).permutation(len(labels)))
    train, valid, test = order[:TRAIN], order[TRAIN : TRAIN + VALID], order[TRAIN + VALID :]
    secret = draws.held_out("test")
    test = test[torch.from_numpy(secret.permutation(len(test)))]

    def split(rows: torch.Tensor, chance: np.random.Generator) -> Split:
        return Split(rewrite(pictures[rows], chance), labels[rows])

    return Splits(
        train=split(train.repeat(TRAIN_COPIES), draws.public("train")),
        valid=split(valid, draws.public("valid")),
        test=split(test, secret),
    )


def rewrite(pictures: torch.Tensor, chance: np.random.Generator) -> torch.Tensor:
    """Each picture (N, 1, 8, 8) drawn anew in double size: (N, 1, 16, 16)."""
    count = len(pictures)
    grid = functional.affine_grid(_hands(count, chance), [count, 1, SIZE, SIZE], align_corners=False)
    drawn = functional.grid_sample(pictures, grid, mode="bicubic", align_corners=False)
    strength = 1 + 0.2 * _between(-1, 1, count, chance).view(-1, 1, 1, 1)
    noise = NOISE * torch.from_numpy(chance.standard_normal(drawn.shape, dtype=np.float32))
    return (strength * drawn + noise).clamp(0, 1)


def _hands(count: int, chance: np.random.Generator) -> torch.Tensor:
    """A random affine map (2, 3) for each picture: turn, slant and scale, then shift."""
    turn = TURN * _between(-1, 1, count, chance)
    shear = SHEAR * _between(-1, 1, count, chance)
    scale = 1 + SCALE * _between(-1, 1, count, chance)
    right, down = (SHIFT * _between(-1, 1, count, chance) for _ in range(2))
    cos, sin = turn.cos() * scale, turn.sin() * scale
    rows = [cos, shear * cos - sin, right, sin, shear * sin + cos, down]
    return torch.stack(rows, dim=1).view(count, 2, 3)


def _between(low: float, high: float, count: int, chance: np.random.Generator) -> torch.Tensor:
    return low + (high - low) * torch.from_numpy(chance.random(count, dtype=np.float32))
