"""Visible checks as JSON beside tensors, and back: calls, what is expected, what the reference answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor

from assignments.checks import (
    Between,
    Check,
    Dtype,
    Expectation,
    Gradients,
    Holds,
    Mean,
    Shape,
    Values,
    Variance,
)
from grader.kinds.functions.calling import plain
from grader.prepared_check import Answer, PreparedCheck

RULES: Mapping[str, type[Any]] = {
    rule.__name__: rule for rule in (Values, Gradients, Dtype, Between, Mean, Variance)
}


def can_travel(check: Check) -> bool:
    """Whether all it expects is numbers: a rule that is a program stays at home."""
    return not any(isinstance(wanted, Holds) for wanted in check.expect)


def write(one: PreparedCheck, tensors: dict[str, Tensor]) -> dict[str, Any]:
    """A check as JSON; its tensors are added to `tensors`."""
    check, found = one.check, list[Any]()
    spelled = {
        "name": check.name,
        "function": check.function,
        "points": check.points,
        "args": [plain(value, found) for value in check.args],
        "keywords": {name: plain(value, found) for name, value in check.keywords.items()},
        "expect": [_rule(wanted) for wanted in check.expect],
        "parts": [plain(part, found) for part in one.expected.parts],
        "gradients": [plain(part, found) for part in one.expected.gradients],
        "weights": None if one.weights is None else plain(one.weights, found),
    }
    first = len(tensors)
    tensors |= {_name(first + number): torch.as_tensor(value).clone() for number, value in enumerate(found)}
    return spelled | {"first": first}


def read(spelled: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> PreparedCheck:
    """What `write` spelled. Raises KeyError, TypeError or ValueError for anything else."""
    first = int(spelled["first"])

    def value(argument: Any) -> Any:  # noqa: ANN401 - any argument
        match argument:
            case {"tensor": int(number)}:
                return tensors[_name(first + number)]
            case {"list": list(inner)}:
                return [value(one) for one in inner]
            case {"tuple": list(inner)}:
                return tuple(value(one) for one in inner)
            case None | bool() | int() | float() | str():
                return argument
        raise ValueError(f"{argument!r} is no argument")

    def arrays(parts: list[Any]) -> tuple[Any, ...]:
        return tuple(value(one).numpy() for one in parts)

    check = Check(
        name=str(spelled["name"]),
        function=str(spelled["function"]),
        args=tuple(map(value, spelled["args"])),
        keywords={str(name): value(given) for name, given in spelled["keywords"].items()},
        expect=tuple(map(_expectation, spelled["expect"])),
        points=float(spelled["points"]),
        visible=True,
    )
    weights = None if spelled["weights"] is None else value(spelled["weights"]).numpy()
    return PreparedCheck(check, Answer(arrays(spelled["parts"]), arrays(spelled["gradients"])), weights)


def _rule(wanted: Expectation) -> dict[str, Any]:
    if isinstance(wanted, Shape):
        return {"rule": "Shape", "sizes": list(wanted.sizes)}
    return {"rule": type(wanted).__name__, **asdict(wanted)}


def _expectation(table: Mapping[str, Any]) -> Expectation:
    fields = {name: value for name, value in table.items() if name != "rule"}
    if table["rule"] == "Shape":
        return Shape(*map(int, fields["sizes"]))
    rule: Expectation = RULES[table["rule"]](**fields)
    return rule


def _name(number: int) -> str:
    return f"checks.{number}"
