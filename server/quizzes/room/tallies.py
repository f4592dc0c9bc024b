"""What a hall has answered, counted for the bars on the wall. Nobody can be told from a tally."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from assignments.questions.choice import Choice
from assignments.questions.matching import Matching
from assignments.questions.matrix import Matrix
from assignments.questions.ordering import Ordering
from assignments.questions.true_false import TrueFalse
from assignments.quiz import Question
from server.quizzes.questions.presenting import sent_again
from server.quizzes.questions.published import PlayableQuestion, Variant
from server.quizzes.room.state import AnswerRow

TYPED_SHOWN = 8  # of typed answers the commonest


def tally(
    drawn: PlayableQuestion, given: Iterable[AnswerRow], order: Sequence[int], language: str
) -> dict[str, Any]:
    """Counts by the order of the screen: "right", "partly", "wrong", by type "bars", "cells" or "typed"."""
    answers = list(given)
    counted: dict[str, Any] = {
        "answers": len(answers),
        "right": sum(one.credit >= 1 for one in answers),
        "partly": sum(0 < one.credit < 1 for one in answers),
        "wrong": sum(one.credit <= 0 for one in answers),
    }
    body = drawn.question.body
    if isinstance(body, Choice):
        counted["bars"] = _bars(body, answers, order)
    elif isinstance(body, TrueFalse):
        counted["bars"] = [sum(one.content is truth for one in answers) for truth in (True, False)]
    elif isinstance(body, Matrix):
        counted["cells"] = _cells(len(body.classes), answers)
    elif isinstance(body, Ordering | Matching):
        counted["bars"] = _in_place(drawn.question, answers, order)
    elif len(drawn.variants) == 1:
        counted["typed"] = _typed(drawn.variants[0], answers, order, language)
    return counted


def _bars(body: Choice, answers: Sequence[AnswerRow], order: Sequence[int]) -> list[int]:
    counts: Counter[int] = Counter()
    for one in answers:
        counts.update(one.content if body.several else [one.content])
    return [counts[place] for place in order]


def _cells(size: int, answers: Sequence[AnswerRow]) -> list[list[int]]:
    counts = Counter((row, column) for one in answers for row, column in one.content)
    return [[counts[row, column] for column in range(size)] for row in range(size)]


def _in_place(question: Question, answers: Sequence[AnswerRow], order: Sequence[int]) -> list[int]:
    """For each item, or each left, how many put the right one there."""
    size = len(question.body.pairs) if isinstance(question.body, Matching) else len(order)
    hits = [sum(one.content[at] == at for one in answers) for at in range(size)]
    return hits if isinstance(question.body, Matching) else [hits[place] for place in order]


def _typed(
    variant: Variant, answers: Sequence[AnswerRow], order: Sequence[int], language: str
) -> list[dict[str, Any]]:
    """What was typed most, folded for counting as it reads best."""
    spelt: dict[str, str] = {}
    counts: Counter[str] = Counter()
    earned: dict[str, float] = {}
    for one in answers:
        text = str(sent_again(variant, one.content, order, language))
        folded = text.casefold()
        spelt.setdefault(folded, text)
        earned[folded] = max(earned.get(folded, 0), one.credit)
        counts[folded] += 1
    return [
        {"text": spelt[folded], "count": count, "credit": earned[folded]}
        for folded, count in counts.most_common(TYPED_SHOWN)
    ]
