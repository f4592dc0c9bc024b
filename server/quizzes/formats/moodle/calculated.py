"""Moodle's calculated questions with the first set of their values: everybody gets the same numbers."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from xml.etree.ElementTree import Element

from flask_babel import lazy_gettext as _

from server.errors import Text
from server.quizzes.formats.importing import LeftOut
from server.quizzes.formats.moodle.node import Node
from server.quizzes.formats.numbers import read_number

CALCULATED: Mapping[str, str] = {
    "calculated": "numerical",
    "calculatedsimple": "numerical",
    "calculatedmulti": "multichoice",
}
"""Moodle's types, and those that they are once their values are known."""

LONGEST = 500
LARGEST_POWER = 200
RELATIVE = "1"
_NAME = re.compile(r"\{([A-Za-z][\w ]{0,40})\}")
_FORMULA = re.compile(r"\{=((?:[^{}]|\{[\w ]{1,40}\}){1,500})\}")


def with_values(node: Node) -> Node:
    """The question with its first values in all texts, and its answers computed. Raises LeftOut."""
    values = _values(node)
    if not values:
        raise LeftOut(_("It has no values for its wildcards. Ask it with numbers of its own."))
    node.warn(_("Its numbers are the first set of its values: everybody gets the same."))
    element = deepcopy(node.element)
    for text in element.iter("text"):
        text.text = _filled(text.text or "", values)
    for answer in element.iter("answer"):
        _compute(answer, values)
    return replace(node, element=element)


def evaluated(formula: str, values: Mapping[str, str]) -> float:
    """What a formula of Moodle's comes to. Raises LeftOut."""
    plain = _NAME.sub(lambda match: f"({_value_of(match[1], values)})", formula)
    if len(plain) > LONGEST:
        raise LeftOut(_unread(formula))
    try:
        found = float(_of(ast.parse(plain.strip(), mode="eval").body))
    except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError) as error:
        raise LeftOut(_unread(formula)) from error
    if not math.isfinite(found):
        raise LeftOut(_unread(formula))
    return found


def _unread(formula: str) -> Text:
    return _(
        "Its formula “%(formula)s” could not be computed. Ask it with numbers of its own.",
        formula=formula[:60],
    )


def _values(node: Node) -> dict[str, str]:
    """The first value of each wildcard, by name."""
    found = {}
    for one in node.each("dataset_definitions/dataset_definition"):
        value = one.plain("dataset_items/dataset_item/value")
        if value:
            found[one.plain("name/text")] = f"{float(read_number(value).value):.12g}"
    return found


def _value_of(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise LeftOut(_("It has no values for its wildcards. Ask it with numbers of its own."))
    return values[name]


def _filled(text: str, values: Mapping[str, str]) -> str:
    text = _FORMULA.sub(lambda match: f"{evaluated(match[1], values):.6g}", text)
    return _NAME.sub(lambda match: values.get(match[1], match[0]), text)


def _compute(answer: Element, values: Mapping[str, str]) -> None:
    """An answer's formula becomes its number, and a relative tolerance an absolute one."""
    inner, tolerance = answer.find("text"), answer.find("tolerance")
    if inner is None or tolerance is None:
        return
    value = evaluated(inner.text or "", values)
    inner.text = f"{value:.12g}"
    if answer.findtext("tolerancetype", RELATIVE).strip() == RELATIVE:
        share = float(read_number((tolerance.text or "").strip() or "0").value)
        tolerance.text = f"{abs(value) * share:.6g}"


def _of(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_of(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _of(operand)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return float(_OPERATORS[type(sign)](_of(left), _of(right)))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
            given = [_of(one) for one in arguments]
            if name == "round" and len(given) > 1:
                return round(given[0], int(given[1]))
            return float(_FUNCTIONS[name](*given))
    raise ValueError("no formula of Moodle's")


def _power(base: float, power: float) -> float:
    if abs(power) > LARGEST_POWER:
        raise ValueError("too large a power")
    return float(base**power)


_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "abs": abs,
    "acos": math.acos,
    "asin": math.asin,
    "atan": math.atan,
    "atan2": math.atan2,
    "ceil": math.ceil,
    "cos": math.cos,
    "cosh": math.cosh,
    "deg2rad": math.radians,
    "exp": math.exp,
    "floor": math.floor,
    "fmod": math.fmod,
    "log": math.log,
    "log10": math.log10,
    "max": max,
    "min": min,
    "pi": lambda: math.pi,
    "pow": _power,
    "rad2deg": math.degrees,
    "round": round,
    "sin": math.sin,
    "sinh": math.sinh,
    "sqrt": math.sqrt,
    "tan": math.tan,
    "tanh": math.tanh,
}
_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: math.fmod,
    ast.Pow: _power,
}
