"""Numbers as people and programs write them, without the rounding of binary fractions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext

from flask_babel import lazy_gettext as _

from assignments.questions.numeric import LARGEST_NUMBER
from server.quizzes.formats.importing import LeftOut
from server.quizzes.questions.typed import plain_number
from server.texts.formulas import read_formulas

DIGITS = 400  # of the longest number that is read; a float written out in full has fewer
_WEIGHT = re.compile(r"%([-\N{EN DASH}\N{MINUS SIGN}]*)(\d{1,3}(?:[.,]\d{0,400})?)%")
_PRECISION = 1100  # no sum of two such numbers is rounded
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?")
_COMMA = re.compile(r"([-+]?)(\d+),(\d+)([eE][-+]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Read:
    """A number, and whether it had a decimal comma."""

    value: Decimal
    comma: bool = False


def read_number(text: str) -> Read:
    """A number with a point or, where only that can be meant, a comma. Raises LeftOut."""
    plain = plain_number(_without_dollars(text.strip()))
    comma = _COMMA.fullmatch(plain)
    if comma and not comma[4] and len(comma[3]) == 3 and comma[2].strip("0") and len(comma[2]) <= 3:
        raise LeftOut(
            _("“%(number)s” may mean thousands or a fraction. Write a decimal point.", number=text[:40])
        )
    plain = plain.replace(",", ".") if comma else plain
    if len(plain) > DIGITS or not plain.isascii() or not _NUMBER.fullmatch(plain):
        raise LeftOut(_("“%(number)s” is not a number. Write it like 3.14.", number=text[:40]))
    value = Decimal(plain)
    if abs(value) > Decimal(LARGEST_NUMBER):
        raise LeftOut(_("“%(number)s” is too large a number.", number=text[:40]))
    return Read(value, comma is not None)


def _without_dollars(text: str) -> str:
    """The LaTeX of a text that is a formula."""
    found = next(read_formulas(text), None)
    return found.latex.replace("{,}", ",") if found and found.end - found.start == len(text) else text


def middle(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    """The number between two others, and how far they are from it."""
    with localcontext(prec=_PRECISION):
        return (low + high) / 2, abs(high - low) / 2


def read_weight(text: str) -> tuple[float, str] | None:
    """The weight in percents that an answer begins with, as a share, and the rest; None where it has none."""
    if (found := _WEIGHT.match(text)) is None:
        return None
    magnitude = share(found[2].replace(",", "."))
    return -magnitude if found[1] else magnitude, text[found.end() :]


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
