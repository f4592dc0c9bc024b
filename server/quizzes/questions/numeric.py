"""Type `numeric`: a number is typed."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal

from flask_babel import lazy_gettext as _

from assignments.questions.numeric import Numeric
from server.quizzes.questions.type_rules import AcceptField, Content, Html, TypeRules
from server.quizzes.questions.typed import plain_number, typed
from server.quizzes.refusals import MalformedAnswer
from server.texts.unicode_forms import normal_form

ROUNDING = 1e-9  # a decimal that a student rounds as told must not fail on its binary form
SMALL = 1e-6  # smaller numbers are written with an exponent
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?")


class NumericRules(TypeRules[Numeric]):
    """Kept: the number as it was typed; of earlier years, the number."""

    accept_field = AcceptField.TEXT

    def parse(self, body: Numeric, sent: object, order: Sequence[int]) -> Content:
        """What was typed, which is a number."""
        text = " ".join(typed(sent).split())
        try:
            read_number(text)
        except ValueError:
            raise MalformedAnswer(_("Type a number, such as 0.75, 0,75, 3/4 or 75%.")) from None
        return text

    def credit(self, body: Numeric, answer: Content, void: frozenset[int]) -> float:
        """The best of the accepted numbers that it is within the tolerance of."""
        value = _value(answer)
        met = (
            one.credit
            for one in body.accepted
            if abs(value - one.value) <= one.tolerance + ROUNDING * max(1.0, abs(one.value))
        )
        return max(met, default=0.0)

    def right(self, body: Numeric, order: Sequence[int], language: str) -> list[str]:
        """The accepted numbers that earn most, with their tolerance."""
        best = max(one.credit for one in body.accepted)
        return [
            _spelt(one.value, language) + (f" ± {_spelt(one.tolerance, language)}" if one.tolerance else "")
            for one in body.accepted
            if one.credit == best
        ]

    def shown(self, body: Numeric, html: Html, order: Sequence[int]) -> dict[str, object]:
        """The unit beside the field."""
        return {"unit": body.unit}

    def sent_again(self, body: Numeric, kept: Content, order: Sequence[int], language: str) -> object:
        """As it was typed."""
        return kept if isinstance(kept, str) else _spelt(kept, language)

    def is_same(self, body: Numeric, one: Content, other: Content) -> bool:
        """Whether both are the same number, however they were typed."""
        return _value(one) == _value(other)

    def counted_as(self, body: Numeric, kept: Content) -> object:
        """The number: 3/4 and 0.75 are one bar."""
        return _value(kept)


def read_number(text: str) -> float:
    """A number as people type it: `0.75`, `0,75`, `3/4`, `75%`, `1e-3`, `2·10^-3`, `−2`.

    Raises ValueError.
    """
    plain = plain_number(text).replace("\N{FRACTION SLASH}", "/")
    percent = plain.endswith("%")
    parts = plain.removesuffix("%").split("/")
    if len(parts) > 2 or not all(len(part) <= 40 for part in parts):
        raise ValueError("not a number")
    numbers = [_read_part(plain_number(part)) for part in parts]
    value = numbers[0] if len(numbers) == 1 else _divided(*numbers)
    value = value / 100 if percent else value
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


def _read_part(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a number")
    return float(text.replace(",", "."))


def _divided(above: float, below: float) -> float:
    if below == 0:
        raise ValueError("division by zero")
    return above / below


def _value(kept: Content) -> float:
    if not isinstance(kept, str):
        return float(kept)
    try:
        return read_number(kept)
    except ValueError:  # `1 1/2` of an earlier release, which left out all spaces: it stays what it was
        return read_number("".join(normal_form("NFKC", kept).split()))


def _spelt(number: float, language: str) -> str:
    """A number to every digit that it has, as the language writes it."""
    small = number != 0 and abs(number) < SMALL
    text = repr(float(number)) if small else f"{Decimal(repr(float(number))):f}"
    text = text.removesuffix(".0")
    return text.replace(".", ",") if language == "hu" else text


RULES = NumericRules()
