"""Points as they are printed: the full number only for those who have it all."""

from __future__ import annotations

from decimal import Decimal

from server.deadlines.rules import rounded


def shown(value: float | Decimal, most: float | Decimal, digits: int = 2) -> Decimal:
    """`value` rounded for print, but never up to `most` nor down to 0 unless it is that.

    9.996 of 10 prints 9.99, for "10" says that nothing was missed; 0.004 prints 0.01.
    """
    return rounded(Decimal(str(value)), Decimal(str(most)), digits)
