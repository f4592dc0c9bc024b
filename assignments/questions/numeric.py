"""Type `numeric`: a number is typed, and counts within a tolerance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assignments.questions.body import Body
from assignments.questions.texts import refuse_count
from assignments.toml.fields import Fields

TYPES = ("numeric",)
MOST_NUMBERS = 50
LARGEST_NUMBER = 1e15


@dataclass(frozen=True, slots=True)
class AcceptedNumber:
    """A number that earns `credit`, as do all within `tolerance` of it."""

    value: float
    tolerance: float = 0.0
    credit: float = 1.0


@dataclass(frozen=True, slots=True)
class Numeric(Body):
    """A number is typed. The best of the accepted ones that it meets counts."""

    accepted: tuple[AcceptedNumber, ...]
    unit: str = ""


def type_of(_body: Numeric) -> str:
    """The type that is named in the file."""
    return TYPES[0]


def read(table: Fields, _kind: str) -> Numeric:
    """The body out of a question's table. Raises SpecError."""
    tables = table.tables("accepted", short="value")
    refuse_count(table, "accepted", len(tables), 1, MOST_NUMBERS)
    return Numeric(tuple(_number(one) for one in tables), table.text("unit", "", longest=20))


def write(body: Numeric) -> dict[str, Any]:
    """What a question's table says of the body; what is as usual is left out."""
    table: dict[str, Any] = {"accepted": [_written(one) for one in body.accepted]}
    return table | {"unit": body.unit} if body.unit else table


def _number(table: Fields) -> AcceptedNumber:
    with table:
        return AcceptedNumber(
            value=table.number("value", -LARGEST_NUMBER, LARGEST_NUMBER),
            tolerance=table.number("tolerance", 0, LARGEST_NUMBER, 0.0),
            credit=table.number("credit", 0, 1, 1.0),
        )


def _written(number: AcceptedNumber) -> Any:  # noqa: ANN401 - a number, or a table
    if number.tolerance == 0 and number.credit == 1:
        return number.value
    table: dict[str, Any] = {"value": number.value}
    return table | _unless_usual({"tolerance": (number.tolerance, 0), "credit": (number.credit, 1)})


def _unless_usual(values: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    return {name: value for name, (value, usual) in values.items() if value != usual}
