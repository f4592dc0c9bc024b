"""Types of fields in messages. They are strict: "1" is no number, 1 is no yes or no, 1.5 is no whole number.

A type that ends in `OrNull` is a plain number for whoever uses it. Null stands for it only in what is stored,
where a number was NaN or infinite; `GradeReport.from_message` refuses null from a grader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, Strict, WithJsonSchema

LARGEST = 1e300
"""Numbers beyond it are none of this world: their sums and squares are infinite."""

Text = Annotated[str, Strict()]
Flag = Annotated[bool, Strict()]
Whole = Annotated[
    int,
    Strict(),
    Field(gt=-int(LARGEST), lt=int(LARGEST)),
    WithJsonSchema({"type": "integer"}),
]
Count = Annotated[int, Strict(), Field(ge=0)]

AnyNumber = Annotated[float, Strict()]
"""NaN and infinity, too: a loss diverges, and a precision is not defined."""
Finite = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Number = Annotated[
    float,
    Strict(),
    Field(gt=-LARGEST, lt=LARGEST, allow_inf_nan=False),
    WithJsonSchema({"type": "number"}),
]

if TYPE_CHECKING:
    AnyNumberOrNull = float
    NumberOrNull = float
else:
    AnyNumberOrNull = AnyNumber | None
    NumberOrNull = Number | None
