"""Scoring of answers: `credit` in [0, 1], the share that is right, goes to the gradebook whatever the time.

The rule of each type stands in its module; docs/quizzes.md tells them to lecturers and students.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assignments.quiz import Question
from server.quizzes.questions.type_rules import Content, rules_of


class Verdict(StrEnum):
    """An answer in a word, as pages and scripts say it (server/static/js/live/outcome.js)."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"


def verdict(earned: float) -> Verdict:
    """What an answer is that earned so much of its question."""
    if earned >= 1:
        return Verdict.RIGHT
    return Verdict.PARTLY if earned > 0 else Verdict.WRONG


def is_right(earned: float) -> bool:
    """Whether an answer earned all of its question."""
    return verdict(earned) is Verdict.RIGHT


@dataclass(frozen=True, slots=True)
class Rulings:
    """What the lecturer decided after a question was asked, by the indices in the file."""

    void: bool = False  # the question counts for nobody
    void_options: frozenset[int] = frozenset()  # of a choice: neither right nor wrong
    accepted: tuple[Content, ...] = ()  # further answers that earn everything


NO_RULINGS = Rulings()


def credit(question: Question, answer: Content, rulings: Rulings = NO_RULINGS) -> float:
    """The share of the question that an answer earns."""
    rules, body = rules_of(question.body), question.body
    if any(rules.is_same(body, answer, one) for one in rulings.accepted):
        return 1.0
    return rules.credit(body, answer, rulings.void_options)


def same_answer(question: Question, one: Content, other: Content) -> bool:
    """Whether two answers are the same to the question."""
    return rules_of(question.body).is_same(question.body, one, other)
