"""Points as they are printed: the full number only for those who have it all."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def shown(value: float, most: float, digits: int = 2) -> Decimal:
    """`value` rounded for print, but never up to `most` nor down to 0 unless it is that.

    9.996 of 10 prints 9.99, for "10" says that nothing was missed; 0.004 prints 0.01.
    """
    step = Decimal(1).scaleb(-digits)
    rounded = Decimal(repr(value)).quantize(step, ROUND_HALF_UP)
    top = Decimal(repr(most)).quantize(step, ROUND_HALF_UP)
    if value < most and rounded >= top:
        return top - step
    if value > 0 and rounded <= 0:
        return step
    return rounded
