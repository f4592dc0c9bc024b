"""What a question looks like on a screen: its parts in the order of the room, and later what was right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from assignments.questions.choice import Choice
from assignments.questions.matching import Matching
from assignments.questions.matrix import Matrix
from assignments.questions.numeric import Numeric
from assignments.questions.ordering import Ordering
from assignments.questions.shape import Shape
from assignments.questions.short_text import ShortText
from assignments.questions.true_false import TrueFalse
from server.quizzes.questions.parsing import Content
from server.quizzes.questions.published import Variant
from server.quizzes.questions.scoring import Rulings


def question_shown(variant: Variant, language: str, order: Sequence[int]) -> dict[str, Any]:
    """The question before its answer is known: nothing in here tells what is right."""
    question, html = variant.question, variant.html[language]
    shown: dict[str, Any] = {"type": question.type, "text": html["text"], "seconds": question.seconds}
    body = question.body
    if isinstance(body, Choice):
        shown["options"] = [html["options"][place] for place in order]
    if isinstance(body, Ordering):
        shown["items"] = [html["items"][place] for place in order]
    if isinstance(body, Matching):
        shown["lefts"], shown["rights"] = html["lefts"], [html["rights"][place] for place in order]
    if isinstance(body, Numeric):
        shown["unit"] = body.unit
    if isinstance(body, Matrix):
        shown["classes"], shown["matrix"] = body.classes, body.counts
        shown["several"] = len(body.cells) > 1
    return shown


def answer_shown(variant: Variant, language: str, order: Sequence[int], rulings: Rulings) -> dict[str, Any]:
    """What was right, in the terms of the screen, and why."""
    html = variant.html[language]
    right = _right(variant.question.body, order)
    if isinstance(variant.question.body, Numeric):
        right = [_spelt(number, language) for number in right]
    shown: dict[str, Any] = {"right": right}
    if html.get("explanation"):
        shown["explanation"] = html["explanation"]
    if any(html.get("feedback") or ()):
        shown["feedback"] = [html["feedback"][place] for place in order]
    if rulings.void:
        shown["void"] = True
    if rulings.void_options:
        shown["void_options"] = sorted(order.index(place) for place in rulings.void_options)
    return shown


def sent_again(variant: Variant, kept: Content, order: Sequence[int], language: str) -> object:
    """A stored answer as a phone would send it: the inverse of `read_answer`."""
    body = variant.question.body
    if isinstance(body, Choice):
        return sorted(order.index(place) for place in kept) if body.several else order.index(kept)
    if isinstance(body, Ordering):
        return [order.index(place) for place in kept]
    if isinstance(body, Matching):
        return [None if place is None else order.index(place) for place in kept]
    if isinstance(body, Shape):
        return shape_text(kept)
    return _spelt(f"{kept:g}", language) if isinstance(body, Numeric) else kept


def _spelt(number: str, language: str) -> str:
    return number.replace(".", ",") if language == "hu" else number


def shape_text(sizes: Sequence[int]) -> str:
    """A shape as PyTorch prints it: `(64,)` for one dimension."""
    inner = ", ".join(str(size) for size in sizes)
    return f"({inner},)" if len(sizes) == 1 else f"({inner})"


@singledispatch
def _right(body: object, _order: Sequence[int]) -> Any:  # noqa: ANN401 - what the type of question needs
    raise TypeError(f"no way to show what is right of {type(body).__name__}")


@_right.register
def _choice(body: Choice, order: Sequence[int]) -> list[int]:
    return [at for at, place in enumerate(order) if body.options[place].correct]


@_right.register
def _true_false(body: TrueFalse, _order: Sequence[int]) -> bool:
    return body.correct


@_right.register
def _numeric(body: Numeric, _order: Sequence[int]) -> list[str]:
    best = max(one.credit for one in body.accepted)
    return [
        f"{one.value:g}" + (f" ± {one.tolerance:g}" if one.tolerance else "")
        for one in body.accepted
        if one.credit == best
    ]


@_right.register
def _short_text(body: ShortText, _order: Sequence[int]) -> list[str]:
    best = max(one.credit for one in body.accepted)
    return [one.text for one in body.accepted if one.credit == best]


@_right.register
def _ordering(body: Ordering, order: Sequence[int]) -> list[int]:
    return [order.index(place) for place in range(len(body.items))]


@_right.register
def _matching(body: Matching, order: Sequence[int]) -> list[int]:
    return [order.index(place) for place in range(len(body.pairs))]


@_right.register
def _shape(body: Shape, _order: Sequence[int]) -> str:
    return shape_text(body.shape)


@_right.register
def _matrix(body: Matrix, _order: Sequence[int]) -> list[list[int]]:
    return sorted([cell.row, cell.column] for cell in body.cells)
