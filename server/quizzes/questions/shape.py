"""Type `shape`: the shape of a tensor is typed."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _

from assignments.questions.shape import Shape
from server.quizzes.questions.type_rules import AcceptField, Content, TypeRules
from server.quizzes.questions.typed import typed
from server.quizzes.refusals import MalformedAnswer
from server.texts.unicode_forms import normal_form

# A wrong answer may have more dimensions, and larger ones, than a right one can have in a quiz's file
# (assignments.questions.shape): it is kept and counted as wrong, and not refused as if it were no shape.
MOST_TYPED = 16  # dimensions
LONGEST_SIZE = 12  # digits
_SHAPE_WORDS = ("torch.size", "tensor", "shape", "size")
_BETWEEN_SIZES = str.maketrans(dict.fromkeys(",;xX×*", " "))


class ShapeRules(TypeRules[Shape]):
    """Kept: the sizes."""

    accept_field = AcceptField.TEXT

    def parse(self, body: Shape, sent: object, order: Sequence[int]) -> Content:
        """The sizes that were typed."""
        try:
            return list(read_shape(typed(sent)))
        except ValueError:
            raise MalformedAnswer(_("Type a shape, such as (64, 1, 28, 28) or 64x1x28x28.")) from None

    def credit(self, body: Shape, answer: Content, void: frozenset[int]) -> float:
        """All or nothing."""
        return float(tuple(answer) == body.shape)

    def right(self, body: Shape, order: Sequence[int], language: str) -> str:
        """The shape as PyTorch prints it."""
        return shape_text(body.shape)

    def sent_again(self, body: Shape, kept: Content, order: Sequence[int], language: str) -> object:
        """As PyTorch prints it."""
        return shape_text(kept)


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
    if len(sizes) > MOST_TYPED or any(len(size) > LONGEST_SIZE for size in sizes):
        raise ValueError("too large for a shape")
    return tuple(_read_size(size) for size in sizes)


def _read_size(text: str) -> int:
    digits = text.replace("_", "")
    if not digits.isdecimal():
        raise ValueError("no size in a shape")
    return int(digits)


def shape_text(sizes: Sequence[int]) -> str:
    """A shape as PyTorch prints it: `(64,)` for one dimension."""
    inner = ", ".join(str(size) for size in sizes)
    return f"({inner},)" if len(sizes) == 1 else f"({inner})"


RULES = ShapeRules()
