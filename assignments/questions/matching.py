"""Type `matching`: to each left the right that belongs to it is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assignments.localized import Localized
from assignments.questions.body import Body
from assignments.questions.texts import (
    MOST_OPTIONS,
    OPTION_LENGTH,
    localized,
    localized_list,
    refuse_count,
    written,
)
from assignments.toml.fields import Fields

TYPES = ("matching",)


@dataclass(frozen=True, slots=True)
class Pair:
    """What belongs together."""

    left: Localized
    right: Localized


@dataclass(frozen=True, slots=True)
class Matching(Body):
    """To each left the right that belongs to it is chosen; `distractors` belong to none."""

    pairs: tuple[Pair, ...]
    distractors: tuple[Localized, ...] = ()


def type_of(_body: Matching) -> str:
    """The type that is named in the file."""
    return TYPES[0]


def read(table: Fields, _kind: str) -> Matching:
    """The body out of a question's table. Raises SpecError."""
    tables = table.tables("pairs")
    refuse_count(table, "pairs", len(tables), 2, MOST_OPTIONS)
    distractors = localized_list(table, "distractors", least=0) if table.has("distractors") else ()
    return Matching(tuple(_pair(one) for one in tables), distractors)


def write(body: Matching) -> dict[str, Any]:
    """What a question's table says of the body; what is as usual is left out."""
    pairs = [{"left": written(pair.left), "right": written(pair.right)} for pair in body.pairs]
    distractors = [written(one) for one in body.distractors]
    return {"pairs": pairs} | ({"distractors": distractors} if distractors else {})


def _pair(table: Fields) -> Pair:
    with table:
        return Pair(*(localized(table, side, longest=OPTION_LENGTH) for side in ("left", "right")))
