"""How much of an answer is right: `credit` in [0, 1], which goes to the gradebook. Time plays no part in it.

The rule of each type stands at its function; docs/quizzes.md tells them to lecturers and students.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from fnmatch import translate
from functools import singledispatch

from assignments.questions.choice import Choice
from assignments.questions.matching import Matching
from assignments.questions.matrix import Matrix
from assignments.questions.numeric import Numeric
from assignments.questions.ordering import Ordering
from assignments.questions.shape import Shape
from assignments.questions.short_text import ShortText
from assignments.questions.true_false import TrueFalse
from assignments.quiz import Question
from server.quizzes.questions.parsing import Content
from server.texts import normal_form

ROUNDING = 1e-9  # a decimal that a student rounds as told must not fail on its binary form


@dataclass(frozen=True, slots=True)
class Rulings:
    """What the lecturer decided after a question was asked, by the places in the file."""

    void: bool = False  # the question counts for nobody
    void_options: frozenset[int] = frozenset()  # of a choice: neither right nor wrong
    accepted: tuple[Content, ...] = ()  # further answers that earn everything


NO_RULINGS = Rulings()


def credit(question: Question, answer: Content, rulings: Rulings = NO_RULINGS) -> float:
    """The share of the question that an answer earns."""
    if any(same_answer(question, answer, one) for one in rulings.accepted):
        return 1.0
    return _credit(question.body, answer, rulings.void_options)


def same_answer(question: Question, one: Content, other: Content) -> bool:
    """Whether two answers are the same to the question."""
    if isinstance(question.body, ShortText):
        return _folded(one, question.body) == _folded(other, question.body)
    return bool(one == other)


def partial(right: int, wrong: int, chosen_right: int, chosen_wrong: int) -> float:
    """Share of the right ones chosen, less the share of the wrong ones chosen, never below 0.

    Choosing all, or choosing none, earns nothing where there are wrong ones (R/exams' rule "false").
    """
    if not right:
        return 0.0 if chosen_wrong else 1.0
    lost = chosen_wrong / wrong if wrong else 0.0
    return max(0.0, chosen_right / right - lost)


@singledispatch
def _credit(body: object, _answer: Content, _void: frozenset[int]) -> float:
    raise TypeError(f"no rule for {type(body).__name__}")


@_credit.register
def _choice(body: Choice, answer: Content, void: frozenset[int]) -> float:
    """One: the right option, or its explicit share. Several: explicit shares added, or `partial`."""
    chosen = set(answer) if body.several else {answer}
    if any(option.credit is not None for option in body.options):
        total = sum(_share(body, place) for place in chosen - void)
        return min(1.0, max(0.0, total))
    if not body.several:
        return float(body.options[answer].correct or answer in void)
    places = set(range(len(body.options))) - void
    right = {place for place in places if body.options[place].correct}
    wrong = places - right
    return partial(len(right), len(wrong), len(chosen & right), len(chosen & wrong))


def _share(body: Choice, place: int) -> float:
    option = body.options[place]
    return option.credit if option.credit is not None else float(option.correct)


@_credit.register
def _true_false(body: TrueFalse, answer: Content, _void: frozenset[int]) -> float:
    return float(answer == body.correct)


@_credit.register
def _numeric(body: Numeric, answer: Content, _void: frozenset[int]) -> float:
    """The best of the accepted numbers that it is within the tolerance of."""
    met = (
        one.credit
        for one in body.accepted
        if abs(answer - one.value) <= one.tolerance + ROUNDING * max(1.0, abs(one.value))
    )
    return max(met, default=0.0)


@_credit.register
def _short_text(body: ShortText, answer: Content, _void: frozenset[int]) -> float:
    """The best of the accepted forms that it has; accents count, spaces and hyphens do not."""
    typed = _folded(answer, body)
    met = (
        one.credit
        for one in body.accepted
        if re.fullmatch(_pattern(_folded(one.text, body)), typed, re.DOTALL)
    )
    return max(met, default=0.0)


@_credit.register
def _ordering(body: Ordering, answer: Content, _void: frozenset[int]) -> float:
    """Kendall's tau (1938) against the right order, never below 0: a tau of 0 is what chance earns."""
    size = len(body.items)
    swapped: int = sum(answer[i] > answer[j] for i in range(size) for j in range(i + 1, size))
    return max(0.0, 1 - 2 * swapped / math.comb(size, 2))


@_credit.register
def _matching(body: Matching, answer: Content, _void: frozenset[int]) -> float:
    """The share of lines with what belongs to them; a right that reads the same is as good."""
    rights = [pair.right for pair in body.pairs] + list(body.distractors)
    hits: int = sum(
        place is not None and rights[place] == pair.right
        for place, pair in zip(answer, body.pairs, strict=True)
    )
    return hits / len(body.pairs)


@_credit.register
def _shape(body: Shape, answer: Content, _void: frozenset[int]) -> float:
    return float(tuple(answer) == body.shape)


@_credit.register
def _matrix(body: Matrix, answer: Content, _void: frozenset[int]) -> float:
    """As with several options: `partial` over all cells."""
    right = {(cell.row, cell.column) for cell in body.cells}
    chosen = {(row, column) for row, column in answer}
    wrong = len(body.classes) ** 2 - len(right)
    return partial(len(right), wrong, len(chosen & right), len(chosen - right))


def _pattern(form: str) -> str:
    """`*` stands for any characters; nothing else is special."""
    return translate("".join("*" if char == "*" else f"[{char}]" if char in "?[" else char for char in form))


def _folded(text: str, body: ShortText) -> str:
    plain = normal_form("NFKC", text)
    plain = "".join(char for char in plain if not char.isspace() and unicodedata.category(char) != "Pd")
    return plain if body.case_sensitive else plain.casefold()
