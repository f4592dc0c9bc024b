"""In which order the parts of a question are shown: their places in the file may give the right one away."""

from __future__ import annotations

import random

from assignments.questions.choice import Choice
from assignments.questions.matching import Matching
from assignments.questions.ordering import Ordering
from assignments.quiz import Question


def shown_order(question: Question, seed: str) -> tuple[int, ...]:
    """The places in the file in the order in which everybody in the room sees them."""
    size = shuffled_size(question)
    order = list(range(size))
    if not isinstance(question.body, Choice) or question.body.shuffle:
        random.Random(f"{seed}/{question.id}").shuffle(order)  # noqa: S311 - fair, not secret
    return tuple(order)


def shuffled_size(question: Question) -> int:
    """How many things of the question are shown shuffled."""
    body = question.body
    if isinstance(body, Choice):
        return len(body.options)
    if isinstance(body, Ordering):
        return len(body.items)
    return len(body.pairs) + len(body.distractors) if isinstance(body, Matching) else 0
