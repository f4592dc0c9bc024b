"""Moodle's calculated questions with the first set of their values: everybody gets the same numbers."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
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
RELATIVE, GEOMETRIC = "1", "3"
DECIMALS = "1"  # of an answer; else it has significant figures
MOST_FIGURES = 15
_ITEMS = "dataset_items/dataset_item"
_NAME = re.compile(r"\{([A-Za-z][\w ]{0,40})\}")
_DIGITS_FIRST = re.compile(r"(?<![\w.])\.?\d[\w.]*")
_DECIMAL = re.compile(
    r"(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE]\d*)?"
)  # Python's other spellings are not PHP's
_FORMULA = re.compile(r"\{=((?:[^{}]|\{[\w ]{1,40}\}){1,500})\}")


def with_values(node: Node, kind: str) -> Node:
    """The question with its first values in all texts, and its answers computed. Raises LeftOut.

    Answers that are chosen are texts with formulas in them; those that are typed are formulas.
    """
    values = _values(node)
    if not values:
        raise LeftOut(_("It has no values for its wildcards. Ask it with numbers of its own."))
    node.warn(_("Its numbers are the first set of its values: everybody gets the same."))
    element = deepcopy(node.element)
    formulas = [] if CALCULATED[kind] == "multichoice" else list(element.iterfind("answer/text"))
    for answer in element.iterfind("answer"):
        _fill(answer.find("text") if not formulas else None, values, _format_of(answer))
        _fill(answer.find("feedback/text"), values, _format_of(answer))
        if formulas:
            _compute(answer, values)
    done = {*element.iterfind("answer/text"), *element.iterfind("answer/feedback/text")}
    for text in element.iter("text"):
        if text not in done:
            _fill(text, values, _plainly)
    return replace(node, element=element)


def evaluated(formula: str, values: Mapping[str, str]) -> float:
    """What a formula of Moodle's comes to. Raises LeftOut."""
    plain = _NAME.sub(lambda match: f"({_value_of(match[1], values)})", formula)
    if len(plain) > LONGEST or not all(map(_DECIMAL.fullmatch, _DIGITS_FIRST.findall(plain))):
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
    """The value of each wildcard by name, all of the first set that every one of them has."""
    sets = {}
    for one in node.each("dataset_definitions/dataset_definition"):
        items = {item.plain("number"): item.plain("value") for item in reversed(list(one.each(_ITEMS)))}
        if items:
            sets[one.plain("name/text")] = items
    common = set[str].intersection(*map(set, sets.values())) if sets else set()
    if not common:
        return {}
    first = min(common, key=lambda number: int(number) if number.isascii() and number.isdigit() else 0)
    return {name: f"{float(read_number(items[first]).value):.12g}" for name, items in sets.items()}


def _value_of(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise LeftOut(_("It has no values for its wildcards. Ask it with numbers of its own."))
    return values[name]


def _fill(text: Element | None, values: Mapping[str, str], shown: Callable[[float], str]) -> None:
    """Put values in place of wildcards and of formulas in a text."""
    if text is not None:
        filled = _FORMULA.sub(lambda match: shown(evaluated(match[1], values)), text.text or "")
        text.text = _NAME.sub(lambda match: values.get(match[1], match[0]), filled)


def _plainly(value: float) -> str:
    return f"{value:.14g}"


def _format_of(answer: Element) -> Callable[[float], str]:
    """How an answer shows its numbers: with so many decimals, or so many significant figures."""
    length = answer.findtext("correctanswerlength", "").strip()
    if not (length.isascii() and length.isdigit() and int(length) <= MOST_FIGURES):
        return _plainly
    if answer.findtext("correctanswerformat", "").strip() == DECIMALS:
        return lambda value: f"{value:.{length}f}"
    return lambda value: _in_figures(value, max(1, int(length)))


def _in_figures(value: float, figures: int) -> str:
    """With an exponent where Moodle writes one: below a thousandth and from ten thousand on."""
    if not value:
        return "0"
    mantissa, exponent = f"{value:.{figures - 1}e}".split("e")
    power = int(exponent)
    return f"{value:.{max(0, figures - 1 - power)}f}" if -3 <= power < 4 else f"{mantissa}e{power}"


def _compute(answer: Element, values: Mapping[str, str]) -> None:
    """An answer's formula becomes its number, and a tolerance one of those around it."""
    inner, tolerance = answer.find("text"), answer.find("tolerance")
    if inner is None or (inner.text or "").strip() in {"", "*"}:
        return
    value = evaluated(inner.text or "", values)
    inner.text = f"{value:.12g}"
    if tolerance is None:
        return
    around = abs(float(read_number((tolerance.text or "").strip() or "0").value))
    kind = answer.findtext("tolerancetype", RELATIVE).strip()
    if kind == GEOMETRIC:  # from value / (1 + tolerance) to value * (1 + tolerance)
        ends = value / (1 + around), value * (1 + around)
        inner.text, tolerance.text = f"{sum(ends) / 2:.12g}", f"{abs(ends[1] - ends[0]) / 2:.12g}"
    elif kind == RELATIVE:
        tolerance.text = f"{abs(value) * around:.6g}"


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
            return float(_FUNCTIONS[name](*map(_of, arguments)))
    raise ValueError("no formula of Moodle's")


def _power(base: float, power: float) -> float:
    if abs(power) > LARGEST_POWER:
        raise ValueError("too large a power")
    return float(base**power)


def _rounded(value: float, places: float = 0) -> float:
    """As PHP rounds: halves away from zero, and of the number as it is written, so that 1.005 has a half."""
    if abs(places) > MOST_FIGURES:
        raise ValueError("too many places")
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP))


def _remainder(whole: float, part: float) -> float:
    """PHP's %, which knows whole numbers only."""
    return math.fmod(int(whole), int(part))


_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "abs": abs,
    "acos": math.acos,
    "acosh": math.acosh,
    "asin": math.asin,
    "asinh": math.asinh,
    "atan": math.atan,
    "atan2": math.atan2,
    "atanh": math.atanh,
    "ceil": math.ceil,
    "cos": math.cos,
    "cosh": math.cosh,
    "deg2rad": math.radians,
    "exp": math.exp,
    "expm1": math.expm1,
    "floor": math.floor,
    "fmod": math.fmod,
    "log": math.log,
    "log10": math.log10,
    "log1p": math.log1p,
    "max": max,
    "min": min,
    "pi": lambda: math.pi,
    "pow": _power,
    "rad2deg": math.degrees,
    "round": _rounded,
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
    ast.Mod: _remainder,
    ast.Pow: _power,
}
