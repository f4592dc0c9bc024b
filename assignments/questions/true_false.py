"""Type `true-false`: a statement that holds or does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assignments.questions.body import Body
from assignments.toml.fields import Fields

TYPES = ("true-false",)


@dataclass(frozen=True, slots=True)
class TrueFalse(Body):
    """A statement that holds or does not."""

    correct: bool


def type_of(_body: TrueFalse) -> str:
    """The type that is named in the file."""
    return TYPES[0]


def read(table: Fields, _kind: str) -> TrueFalse:
    """The body out of a question's table. Raises SpecError."""
    return TrueFalse(table.flag("correct"))


def write(body: TrueFalse) -> dict[str, Any]:
    """What a question's table says of the body; what is as usual is left out."""
    return {"correct": body.correct}
