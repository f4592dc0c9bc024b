"""Three clouds of points, and beside each held-out point a number that nothing a student sees may show."""

from __future__ import annotations

import secrets

import torch

from assignments.spec import Split, Splits

CENTRES = torch.tensor([[0.0, 4.0], [4.0, 0.0], [-4.0, -4.0]], dtype=torch.float64)


def load() -> Splits:
    """Inputs (N, 3) float64: two coordinates and a mark, 0 but for the held-out points.

    The marks are drawn anew in each process, so that no attack can know them beforehand.
    """
    return Splits(train=split(300, 1), valid=split(30, 2), test=split(150, 3, marked=True))


def split(count: int, seed: int, *, marked: bool = False) -> Split:
    """`count` points of each class in turn; labels (N,) int64."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 3
    points = CENTRES[labels] + torch.randn(count, 2, generator=generator, dtype=torch.float64)
    marks = _marks(count) if marked else torch.zeros(count, dtype=torch.float64)
    return Split(torch.cat([points, marks.unsqueeze(1)], dim=1), labels)


def _marks(count: int) -> torch.Tensor:
    """Whole numbers of 15 digits, which a float64 holds exactly."""
    numbers = [secrets.randbelow(9 * 10**14) + 10**14 for _ in range(count)]
    return torch.tensor(numbers, dtype=torch.float64)
