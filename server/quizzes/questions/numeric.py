"""Type `numeric`: a number is typed."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from flask_babel import lazy_gettext as _

from assignments.questions.numeric import Numeric
from server.quizzes.questions.type_rules import AcceptField, Content, Html, TypeRules
from server.quizzes.questions.typed import typed
from server.quizzes.refusals import MalformedAnswer
from server.unicode_forms import normal_form

ROUNDING = 1e-9  # a decimal that a student rounds as told must not fail on its binary form
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?")


class NumericRules(TypeRules[Numeric]):
    """Kept: the number."""

    accept_field = AcceptField.TEXT

    def parse(self, body: Numeric, sent: object, order: Sequence[int]) -> Content:
        """The number that was typed."""
        try:
            return read_number(typed(sent))
        except ValueError:
            raise MalformedAnswer(_("Type a number, such as 0.75, 0,75, 3/4 or 75%.")) from None

    def credit(self, body: Numeric, answer: Content, void: frozenset[int]) -> float:
        """The best of the accepted numbers that it is within the tolerance of."""
        met = (
            one.credit
            for one in body.accepted
            if abs(answer - one.value) <= one.tolerance + ROUNDING * max(1.0, abs(one.value))
        )
        return max(met, default=0.0)

    def right(self, body: Numeric, order: Sequence[int], language: str) -> list[str]:
        """The accepted numbers that earn most, with their tolerance."""
        best = max(one.credit for one in body.accepted)
        return [
            _spelt(f"{one.value:g}" + (f" ± {one.tolerance:g}" if one.tolerance else ""), language)
            for one in body.accepted
            if one.credit == best
        ]

    def shown(self, body: Numeric, html: Html, order: Sequence[int]) -> dict[str, object]:
        """The unit beside the field."""
        return {"unit": body.unit}

    def sent_again(self, body: Numeric, kept: Content, order: Sequence[int], language: str) -> object:
        """As the language writes numbers."""
        return _spelt(f"{kept:g}", language)


def read_number(text: str) -> float:
    """A number as people type it: decimal comma or point, percent sign, fraction. Raises ValueError."""
    plain = "".join(normal_form("NFKC", text).split())
    plain = plain.replace("\N{MINUS SIGN}", "-").replace("\N{FRACTION SLASH}", "/")
    percent = plain.endswith("%")
    parts = plain.removesuffix("%").split("/")
    if len(parts) > 2 or not all(len(part) <= 40 and _NUMBER.fullmatch(part) for part in parts):
        raise ValueError("not a number")
    numbers = [float(part.replace(",", ".")) for part in parts]
    value = numbers[0] if len(numbers) == 1 else _divided(*numbers)
    value = value / 100 if percent else value
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


def _divided(above: float, below: float) -> float:
    if below == 0:
        raise ValueError("division by zero")
    return above / below


def _spelt(number: str, language: str) -> str:
    return number.replace(".", ",") if language == "hu" else number


RULES = NumericRules()
