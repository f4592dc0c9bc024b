"""What a phone may send as an answer to a question, and what is kept of it.

Phones know options only by where they stand on the screen, in the order of `shuffling.shown_order`. What is
kept is told by the places in the file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import singledispatch
from typing import Any, TypeAlias

from flask_babel import lazy_gettext as _

from assignments.questions.choice import Choice
from assignments.questions.matching import Matching
from assignments.questions.matrix import Matrix
from assignments.questions.numeric import Numeric
from assignments.questions.ordering import Ordering
from assignments.questions.shape import Shape
from assignments.questions.short_text import ShortText
from assignments.questions.true_false import TrueFalse
from assignments.quiz import Question
from server.errors import Text
from server.quizzes.refusals import MalformedAnswer
from server.texts import normal_form

Content: TypeAlias = Any
"""An answer as it is kept, in JSON: see `read_answer`."""

LONGEST = 200
MOST_DIMENSIONS = 16
LARGEST_SIZE = 10**12
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?")
_SHAPE_WORDS = ("torch.size", "tensor", "shape", "size")
_BETWEEN_SIZES = str.maketrans(dict.fromkeys(",;xX×*", " "))


def read_answer(question: Question, sent: object, order: Sequence[int]) -> Content:
    """The answer to keep. `order[place]` is the place in the file of what the phone shows at `place`.

    single: place; multiple: places, ascending; true-false: true or false; numeric: number; text: text as it
    was typed; ordering: places in the order chosen; matching: for each left the place of a right, or null;
    shape: sizes; cell: [row, column] each. Raises MalformedAnswer.
    """
    return _read(question.body, sent, order)


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


def read_shape(text: str) -> tuple[int, ...]:
    """The shape of a tensor, however it is typed: `(64, 1, 28, 28)`, `64x1x28x28`, `[64 1 28 28]`, `()`.

    Raises ValueError.
    """
    plain = normal_form("NFKC", text).strip()
    word = next((word for word in _SHAPE_WORDS if plain[: len(word)].lower() == word), "")
    inside = plain[len(word) :].strip().lstrip("([{").rstrip(")]}")
    sizes = inside.translate(_BETWEEN_SIZES).split()
    if not sizes and not any(char in "([{" for char in plain):
        raise ValueError("not a shape")
    if len(sizes) > MOST_DIMENSIONS or any(len(size) > 12 for size in sizes):
        raise ValueError("too large for a shape")
    return tuple(_read_size(size) for size in sizes)


def _read_size(text: str) -> int:
    digits = text.replace("_", "")
    if not digits.isdecimal():
        raise ValueError("no size in a shape")
    return int(digits)


@singledispatch
def _read(body: object, _sent: object, _order: Sequence[int]) -> Content:
    raise TypeError(f"no way to answer {type(body).__name__}")


@_read.register
def _read_choice(body: Choice, sent: object, order: Sequence[int]) -> Content:
    if body.several:
        return sorted(order[place] for place in _places(sent, len(order)))
    if not isinstance(sent, int) or not _is_place(sent, len(order)):
        raise MalformedAnswer(_("Choose one of the options."))
    return order[sent]


@_read.register
def _read_true_false(_body: TrueFalse, sent: object, _order: Sequence[int]) -> Content:
    _insist(isinstance(sent, bool), _("Choose true or false."))
    return sent


@_read.register
def _read_numeric(_body: Numeric, sent: object, _order: Sequence[int]) -> Content:
    try:
        return read_number(_typed(sent))
    except ValueError:
        raise MalformedAnswer(_("Type a number, such as 0.75, 0,75, 3/4 or 75%.")) from None


@_read.register
def _read_text(_body: ShortText, sent: object, _order: Sequence[int]) -> Content:
    text = " ".join(normal_form("NFC", _typed(sent)).split())
    _insist(bool(text), _("Type a word or two."))
    return text


@_read.register
def _read_ordering(body: Ordering, sent: object, order: Sequence[int]) -> Content:
    places = _places(sent, len(order))
    _insist(len(places) == len(body.items), _("Put every item in its place."))
    return [order[place] for place in places]


@_read.register
def _read_matching(body: Matching, sent: object, order: Sequence[int]) -> Content:
    _insist(
        isinstance(sent, list)
        and len(sent) == len(body.pairs)
        and all(place is None or _is_place(place, len(order)) for place in sent),
        _("Choose for each line what belongs to it."),
    )
    chosen: list[int | None] = sent  # type: ignore[assignment]
    return [None if place is None else order[place] for place in chosen]


@_read.register
def _read_shape(_body: Shape, sent: object, _order: Sequence[int]) -> Content:
    try:
        return list(read_shape(_typed(sent)))
    except ValueError:
        raise MalformedAnswer(_("Type a shape, such as (64, 1, 28, 28) or 64x1x28x28.")) from None


@_read.register
def _read_cells(body: Matrix, sent: object, _order: Sequence[int]) -> Content:
    size = len(body.classes)
    _insist(
        isinstance(sent, list)
        and 1 <= len(sent) <= size * size
        and all(
            isinstance(cell, list) and len(cell) == 2 and all(_is_place(at, size) for at in cell)
            for cell in sent
        ),
        _("Mark cells of the matrix."),
    )
    cells: list[list[int]] = sent  # type: ignore[assignment]
    return sorted([row, column] for row, column in {(cell[0], cell[1]) for cell in cells})


def _places(sent: object, size: int) -> list[int]:
    """Different places on the screen."""
    _insist(
        isinstance(sent, list)
        and len(sent) <= size
        and all(_is_place(place, size) for place in sent)
        and len(set(sent)) == len(sent),
        _("Choose among the options."),
    )
    return list(sent)  # type: ignore[call-overload,no-any-return]


def _is_place(value: object, size: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < size


def _typed(sent: object) -> str:
    _insist(isinstance(sent, str) and len(sent) <= LONGEST, _("Type a text of at most 200 characters."))
    text = str(sent).replace("\0", "")
    _insist(text.isprintable() or text.strip().isprintable(), _("The text has invisible characters."))
    return text


def _divided(above: float, below: float) -> float:
    if below == 0:
        raise ValueError("division by zero")
    return above / below


def _insist(fine: bool, otherwise: Text) -> None:
    if not fine:
        raise MalformedAnswer(otherwise)
