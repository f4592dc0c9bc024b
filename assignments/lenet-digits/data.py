"""Handwritten digits of scikit-learn's bundled collection, rewritten by a slightly unsteady hand."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch.nn import functional

from assignments.spec import Split, Splits

SEED = 1998  # public, as this file is: see `seed`
SIZE = 16  # pixels: twice the resolution of the originals
TRAIN, VALID = 900, 200  # originals; the remaining 697 are held out
TRAIN_COPIES = 4  # each original of the training set appears this many times, never twice the same

TURN = math.radians(18)
SHIFT = 0.18  # of half the picture
SCALE = 0.15
SHEAR = 0.20
NOISE = 0.06


def load() -> Splits:
    """Digits (N, 1, 16, 16) in [0, 1], float32, with labels (N,) int64. Always the same.

    The collection is public, so every picture is turned, shifted, scaled, slanted and blurred a little:
    whoever looks its digits up on the internet finds none of ours. No original is in two splits.
    """
    generator = torch.Generator().manual_seed(seed())
    originals = load_digits()
    pictures = torch.from_numpy(originals.images).float().unsqueeze(1) / 16  # (1797, 1, 8, 8)
    labels = torch.from_numpy(originals.target).long()
    order = torch.randperm(len(labels), generator=generator)
    train, valid, test = order[:TRAIN], order[TRAIN : TRAIN + VALID], order[TRAIN + VALID :]

    def split(rows: torch.Tensor) -> Split:
        return Split(rewrite(pictures[rows], generator), labels[rows])

    return Splits(train=split(train.repeat(TRAIN_COPIES)), valid=split(valid), test=split(test))


def rewrite(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Each picture (N, 1, 8, 8) drawn anew in double size: (N, 1, 16, 16)."""
    count = len(pictures)
    grid = functional.affine_grid(_hands(count, generator), [count, 1, SIZE, SIZE], align_corners=False)
    drawn = functional.grid_sample(pictures, grid, mode="bicubic", align_corners=False)
    strength = 1 + 0.2 * _between(-1, 1, count, generator).view(-1, 1, 1, 1)
    noise = NOISE * torch.randn(drawn.shape, generator=generator)
    return (strength * drawn + noise).clamp(0, 1)


def _hands(count: int, generator: torch.Generator) -> torch.Tensor:
    """A random affine map (2, 3) for each picture: turn, slant and scale, then shift."""
    turn = TURN * _between(-1, 1, count, generator)
    shear = SHEAR * _between(-1, 1, count, generator)
    scale = 1 + SCALE * _between(-1, 1, count, generator)
    shift = SHIFT * (2 * torch.rand(count, 2, generator=generator) - 1)
    cos, sin = turn.cos() * scale, turn.sin() * scale
    rows = [cos, shear * cos - sin, shift[:, 0], sin, shear * sin + cos, shift[:, 1]]
    return torch.stack(rows, dim=1).view(count, 2, 3)


def _between(low: float, high: float, count: int, generator: torch.Generator) -> torch.Tensor:
    return low + (high - low) * torch.rand(count, generator=generator)


def seed() -> int:
    """What the digits are drawn from: the number in `seed.txt` beside this file, if there is one.

    Whoever knows the seed can draw the held-out digits, so a course of your own has its own, kept secret.
    """
    own = Path(__file__).with_name("seed.txt")
    return int(own.read_text()) if own.exists() else SEED
