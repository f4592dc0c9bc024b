"""Type `shape`: the shape of a tensor is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assignments.questions.body import Body
from assignments.toml.fields import Fields

TYPES = ("shape",)
MOST_DIMENSIONS = 8
LARGEST_SIZE = 10**9


@dataclass(frozen=True, slots=True)
class Shape(Body):
    """The shape of a tensor is typed."""

    shape: tuple[int, ...]


def type_of(_body: Shape) -> str:
    """The type that is named in the file."""
    return TYPES[0]


def read(table: Fields, _kind: str) -> Shape:
    """The body out of a question's table. Raises SpecError."""
    return Shape(table.numbers("shape", 0, LARGEST_SIZE, longest=MOST_DIMENSIONS))


def write(body: Shape) -> dict[str, Any]:
    """What a question's table says of the body; what is as usual is left out."""
    return {"shape": list(body.shape)}
