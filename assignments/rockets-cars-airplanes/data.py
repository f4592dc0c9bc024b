"""Rockets, cars and airplanes, drawn by chance: shapes cut out of the plane by their distance."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from assignments.draws import Draws
from assignments.spec import Split, Splits

SIZE = 32
BATCH = 128  # pictures painted at once: few enough to stay in the processor's cache
TRAIN, VALID, TEST = 4500, 900, 1500

Field = Tensor
"""A value for each point of each picture (N, 32, 32); as a shape, its distance: negative inside."""
Size = float | Tensor
"""A length, the same in all pictures or (N, 1, 1)."""
Corner = tuple[Size, Size]


def load(draws: Draws) -> Splits:
    """Pictures (N, 3, 32, 32) in [0, 1], float32, with labels (N,) int64.

    The held-out ones come from a stream of their own, which only the course can repeat.
    """
    return Splits(
        train=draw(TRAIN, draws.public("train")),
        valid=draw(VALID, draws.public("valid")),
        test=draw(TEST, draws.held_out("test")),
    )


def draw(count: int, chance: np.random.Generator) -> Split:
    """So many pictures, a third of each class, in random order."""
    labels = (torch.arange(count) % 3)[torch.from_numpy(chance.permutation(count))]
    pictures = torch.empty(count, 3, SIZE, SIZE)
    for label, paint in enumerate((rocket, car, airplane)):
        ours = (labels == label).nonzero().flatten()
        for start in range(0, len(ours), BATCH):
            rows = ours[start : start + BATCH]
            pictures[rows] = _Painter(len(rows), chance).picture(paint)
    return Split(pictures, labels)


class _Painter:
    """Paints many pictures at once; every random choice is made for each picture on its own."""

    def __init__(self, count: int, chance: np.random.Generator) -> None:
        self._count = count
        self._chance = chance
        points = (torch.arange(SIZE) + 0.5) / SIZE * 2 - 1
        down, right = torch.meshgrid(points, points, indexing="ij")
        self._right, self._down = right.expand(count, -1, -1), down.expand(count, -1, -1)
        self.canvas = torch.zeros(count, 3, SIZE, SIZE)

    def between(self, low: float, high: float, *shape: int) -> Tensor:
        """Random numbers, shaped to meet fields."""
        size = (self._count, *(shape or (1, 1)))
        return low + (high - low) * torch.from_numpy(self._chance.random(size, dtype=np.float32))

    def normal(self, *size: int) -> Tensor:
        """Random numbers of mean 0 and deviation 1."""
        return torch.from_numpy(self._chance.standard_normal(size, dtype=np.float32))

    def picture(self, thing: Callable[[_Painter, Field, Field], None]) -> Tensor:
        """One thing, in front of a landscape, half hidden, badly photographed: (N, 3, 32, 32)."""
        self._landscape()
        self._clutter(3, 0.10, 0.28)
        thing(self, *self._pose())
        self._clutter(2, 0.07, 0.17)
        return self._photograph()

    def paint(self, shape: Field, colour: Tensor, opacity: float | Tensor = 1.0) -> None:
        """Lay a colour (N, 3) over the inside of a shape, with an edge as soft as a pixel is wide."""
        inside = (0.5 - shape * SIZE / 2).clamp(0, 1) * opacity
        self.canvas += inside.unsqueeze(1) * (colour[..., None, None] - self.canvas)

    def colour(self, low: float = 0.0, high: float = 1.0) -> Tensor:
        """A random colour (N, 3)."""
        return self.between(low, high, 3)

    def vivid(self, low: float = 0.0) -> Tensor:
        """A random colour (N, 3) that stands out from the landscape."""
        colour, around = self.colour(low), self.canvas.mean((2, 3))
        alike = (colour - around).norm(dim=1, keepdim=True) < 0.45
        return torch.where(alike, torch.where(around < 0.5, 1 - colour / 3, colour / 3), colour)

    def _pose(self) -> tuple[Field, Field]:
        """The plane as the thing sees it: x to its right, y to its top, about 1 where it ends."""
        turn = self.between(-math.pi, math.pi)
        size = self.between(0.55, 0.85)
        x, y = self._right - self.between(-0.25, 0.25), -self._down - self.between(-0.25, 0.25)
        cos, sin = turn.cos() / size, turn.sin() / size
        mirror = self.between(-1, 1).sign()
        return (cos * x + sin * y) * mirror, -sin * x + cos * y

    def _landscape(self) -> None:
        """Two colours that flow into each other in a random direction, under a few soft clouds."""
        turn = self.between(-math.pi, math.pi)
        flow = (turn.cos() * self._right + turn.sin() * self._down) / 2.8 + 0.5
        first, second = self.colour(0.15, 0.75)[..., None, None], self.colour(0.25, 0.85)[..., None, None]
        self.canvas = first + flow.unsqueeze(1) * (second - first)
        for cells in (3, 6, 12):
            rough = self.normal(self._count, 3, cells, cells)
            clouds = functional.interpolate(rough, self.canvas.shape[-2:], mode="bicubic")
            self.canvas += 0.06 * clouds

    def _clutter(self, things: int, smallest: float, largest: float) -> None:
        """Discs and beams that mean nothing."""
        for _ in range(things):
            x = self._right - self.between(-1, 1)
            y = self._down - self.between(-1, 1)
            self.paint(x.hypot(y) - self.between(smallest, largest), self.colour(), self.between(0.5, 1))
            turn = self.between(-math.pi, math.pi)
            x, y = turn.cos() * x + turn.sin() * y, turn.cos() * y - turn.sin() * x
            beam = box(x, y - self.between(-0.8, 0.8), self.between(0.2, 0.8), self.between(0.02, 0.07))
            self.paint(beam, self.colour(), self.between(0.4, 1))

    def _photograph(self) -> Tensor:
        """What a cheap camera makes of the scene: odd light, noise."""
        light, contrast = self.between(-0.12, 0.12, 1, 1, 1), self.between(0.6, 1.1, 1, 1, 1)
        noise = self.between(0.02, 0.08, 1, 1, 1) * self.normal(*self.canvas.shape)
        return ((self.canvas - 0.5) * contrast + 0.5 + light + noise).clamp(0, 1)


def rocket(painter: _Painter, x: Field, y: Field) -> None:
    """A slim body with a pointed nose, two fins at its end, a window, a flame."""
    width = painter.between(0.17, 0.24)
    body, second = painter.vivid(0.3), painter.vivid()
    flame = torch.tensor([[1.0, 0.6, 0.1]])
    painter.paint(
        ellipse(x, y + 0.85, width * 0.7, painter.between(0.15, 0.35)), flame, painter.between(0, 1)
    )
    fin: list[Corner] = [
        (width * 0.6, -0.10),
        (width * 0.6, -0.70),
        (width * 2.6, -0.85),
        (width * 2.4, -0.50),
    ]
    painter.paint(polygon(x.abs(), y, fin), second)
    painter.paint(box(x, y + 0.15, width, 0.55), body)
    painter.paint(polygon(x, y, [(-width, 0.38), (width, 0.38), (0.0, 0.98)]), second)
    painter.paint(disc(x, y - 0.15, width * 0.5), painter.colour(0, 0.5))


def car(painter: _Painter, x: Field, y: Field) -> None:
    """A long low body, a cabin with a window, two wheels below."""
    body = painter.vivid(0.2)
    back, front = painter.between(-0.70, -0.50), painter.between(0.30, 0.50)
    roof = painter.between(0.38, 0.50)
    cabin = polygon(x, y, [(back, 0.0), (front, 0.0), (front - 0.25, roof), (back + 0.12, roof)])
    painter.paint(cabin, body)
    painter.paint(cabin + 0.08, painter.colour(0.4))
    painter.paint(box(x, y + 0.14, 0.86, 0.16) - 0.05, body)
    tyre, rim = painter.colour(0, 0.25), painter.colour(0.5)
    radius = painter.between(0.19, 0.24)
    for middle in (-0.50, 0.52):
        painter.paint(disc(x - middle, y + 0.34, radius), tyre)
        painter.paint(disc(x - middle, y + 0.34, radius * 0.45), rim)


def airplane(painter: _Painter, x: Field, y: Field) -> None:
    """A slim body, two swept wings and a small tail, seen from above."""
    body, second = painter.vivid(0.3), painter.vivid()
    width, tip = painter.between(0.10, 0.15), painter.between(-0.25, 0.10)
    wing: list[Corner] = [(-0.10, 0.34), (-0.10, -0.12), (0.95, tip - 0.08), (0.95, tip + 0.08)]
    tail: list[Corner] = [(-0.10, -0.56), (-0.10, -0.84), (0.40, -0.92), (0.40, -0.78)]
    painter.paint(polygon(x.abs(), y, wing), second)
    painter.paint(polygon(x.abs(), y, tail), second)
    painter.paint(ellipse(x, y, width, 0.95), body)
    painter.paint(ellipse(x, y - 0.64, width * 0.55, 0.12), painter.colour(0, 0.5))


def disc(x: Field, y: Field, radius: Size) -> Field:
    """Everything within a radius of the origin."""
    return x.hypot(y) - radius


def ellipse(x: Field, y: Field, width: Size, height: Size) -> Field:
    """A disc, stretched. Its distance is exact at the edge only, and that is where it is used."""
    reach = (x / width).hypot(y / height)
    slope = (x / width**2).hypot(y / height**2) / reach.clamp(min=1e-3)
    return (reach - 1) / slope.clamp(min=1e-3)


def box(x: Field, y: Field, width: Size, height: Size) -> Field:
    """A rectangle around the origin, from -width to width."""
    return torch.maximum(x.abs() - width, y.abs() - height)


def polygon(x: Field, y: Field, corners: list[Corner]) -> Field:
    """A convex shape by its corners, counterclockwise: it ends where the first of its edges ends it."""
    edges = zip(corners, corners[1:] + corners[:1], strict=True)
    sides = [_beyond(x, y, start, end) for start, end in edges]
    return torch.stack(sides).amax(0)


def _beyond(x: Field, y: Field, start: Corner, end: Corner) -> Field:
    """How far each point lies to the right of the line from start to end."""
    right, up = torch.as_tensor(end[0] - start[0]), torch.as_tensor(end[1] - start[1])
    return ((x - start[0]) * up - (y - start[1]) * right) / right.hypot(up)
