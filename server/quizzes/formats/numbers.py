"""Numbers as people and programs write them, without the rounding of binary fractions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext

from flask_babel import lazy_gettext as _

from assignments.questions.numeric import LARGEST_NUMBER
from server.quizzes.formats.importing import LeftOut

DIGITS = 400  # of the longest number that is read; a float written out in full has fewer
_PRECISION = 1100  # no sum of two such numbers is rounded
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?")
_COMMA = re.compile(r"([-+]?)(\d+),(\d+)")


@dataclass(frozen=True, slots=True)
class Read:
    """A number, and whether it had a decimal comma."""

    value: Decimal
    comma: bool = False


def read_number(text: str) -> Read:
    """A number with a point or, where only that can be meant, a comma. Raises LeftOut."""
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    comma = _COMMA.fullmatch(text)
    if comma and len(comma[3]) == 3 and comma[2].strip("0") and len(comma[2]) <= 3:
        raise LeftOut(
            _("“%(number)s” may mean thousands or a fraction. Write a decimal point.", number=text[:40])
        )
    plain = text.replace(",", ".") if comma else text
    if len(plain) > DIGITS or not plain.isascii() or not _NUMBER.fullmatch(plain):
        raise LeftOut(_("“%(number)s” is not a number. Write it like 3.14.", number=text[:40]))
    value = Decimal(plain)
    if abs(value) > Decimal(LARGEST_NUMBER):
        raise LeftOut(_("“%(number)s” is too large a number.", number=text[:40]))
    return Read(value, comma is not None)


def middle(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    """The number between two others, and how far they are from it."""
    with localcontext(prec=_PRECISION):
        return (low + high) / 2, abs(high - low) / 2


def share(percent: str) -> float:
    """A percentage as a share."""
    with localcontext(prec=_PRECISION):
        return float(Decimal(percent).scaleb(-2))


def percent(share: float) -> str:
    """A share as a percentage that `share` reads back exactly."""
    with localcontext(prec=_PRECISION):
        return decimal(Decimal(repr(share)).scaleb(2))


def decimal(number: float | Decimal) -> str:
    """A number written out without an exponent."""
    text = f"{Decimal(repr(number)) if isinstance(number, float) else number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
