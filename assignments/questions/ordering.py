"""Type `ordering`: items are put in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assignments.localized import Localized
from assignments.questions.body import Body
from assignments.questions.texts import localized_list, written
from assignments.toml.fields import Fields

TYPES = ("ordering",)


@dataclass(frozen=True, slots=True)
class Ordering(Body):
    """Items to be put in order; they stand here in the right one."""

    items: tuple[Localized, ...]


def type_of(_body: Ordering) -> str:
    """The type that is named in the file."""
    return TYPES[0]


def read(table: Fields, _kind: str) -> Ordering:
    """The body out of a question's table. Raises SpecError."""
    return Ordering(localized_list(table, "items", least=2))


def write(body: Ordering) -> dict[str, Any]:
    """What a question's table says of the body; what is as usual is left out."""
    return {"items": [written(item) for item in body.items]}
