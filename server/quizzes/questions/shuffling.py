"""The shuffled order of a question's parts: their order in the file may give the right one away."""

from __future__ import annotations

import random

from assignments.quiz import Question
from server.quizzes.questions.type_rules import rules_of


def shown_order(question: Question, seed: str) -> tuple[int, ...]:
    """The indices in the file in the order in which everybody in the room sees them."""
    rules, body = rules_of(question.body), question.body
    order = list(range(rules.shuffled(body)))
    if not rules.keeps_order(body):
        random.Random(f"{seed}/{question.id}").shuffle(order)  # noqa: S311 - fair, not secret
    return tuple(order)


def shuffled_size(question: Question) -> int:
    """How many parts of the question are shown shuffled."""
    return rules_of(question.body).shuffled(question.body)
