"""Types `single` and `multiple`: options, of which one or any number may be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assignments.localized import Localized
from assignments.questions.body import Body
from assignments.questions.texts import (
    MOST_OPTIONS,
    OPTION_LENGTH,
    localized,
    localized_or_none,
    refuse_count,
    written,
)
from assignments.toml.fields import Fields

SINGLE, MULTIPLE = "single", "multiple"
TYPES = (SINGLE, MULTIPLE)


@dataclass(frozen=True, slots=True)
class Option:
    """One option. `credit` is a share in [-1, 1] like Moodle's fractions; None leaves it to the rule."""

    text: Localized
    correct: bool = False
    credit: float | None = None
    feedback: Localized | None = None


@dataclass(frozen=True, slots=True)
class Choice(Body):
    """Options, of which one (`several` false) or any number may be chosen."""

    options: tuple[Option, ...]
    several: bool = False
    shuffle: bool = True


def type_of(body: Choice) -> str:
    """The type that is named in the file."""
    return MULTIPLE if body.several else SINGLE


def read(table: Fields, kind: str) -> Choice:
    """The body out of a question's table. Raises SpecError."""
    tables = table.tables("options", short="text")
    refuse_count(table, "options", len(tables), 2, MOST_OPTIONS)
    options = tuple(_option(one) for one in tables)
    right = [option for option in options if option.correct]
    if kind == SINGLE and len(right) != 1:
        raise table.error("options", f"exactly one must have correct = true, not {len(right)}")
    if not right:
        raise table.error("options", "at least one must have correct = true")
    return Choice(options, kind == MULTIPLE, shuffle=table.flag("shuffle", True))


def write(body: Choice) -> dict[str, Any]:
    """What a question's table says of the body; what is as usual is left out."""
    table: dict[str, Any] = {"options": [_option_table(option) for option in body.options]}
    return table if body.shuffle else table | {"shuffle": False}


def _option(table: Fields) -> Option:
    with table:
        return Option(
            text=localized(table, "text", longest=OPTION_LENGTH),
            correct=table.flag("correct", False),
            credit=table.number("credit", -1, 1) if table.has("credit") else None,
            feedback=localized_or_none(table, "feedback", longest=OPTION_LENGTH),
        )


def _option_table(option: Option) -> dict[str, Any]:
    table: dict[str, Any] = {"text": written(option.text)}
    if option.correct:
        table["correct"] = True
    if option.credit is not None:
        table["credit"] = option.credit
    if option.feedback:
        table["feedback"] = written(option.feedback)
    return table
