"""The quizzes of the demo course as tests look at them: read once, generated questions with drawn numbers."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import assignments
from assignments.questions.choice import Choice
from assignments.questions.matching import Matching
from assignments.questions.ordering import Ordering
from assignments.quiz import GeneratedQuestion, Question, Quiz
from assignments.quiz_files import quiz_files, read_quiz_file
from assignments.spec import Localized
from assignments.variants import draw, variants

FILES = quiz_files(assignments.ROOT)
DRAWN = 100


@functools.cache
def bank() -> dict[str, Quiz]:
    """Each quiz by slug."""
    zone = assignments.course().zone
    return {slug: read_quiz_file(path, zone)[0] for slug, path in FILES.items()}


@functools.cache
def generated() -> dict[str, GeneratedQuestion]:
    """Each question whose numbers are drawn, by id."""
    everything = [one for quiz in bank().values() for one in quiz.questions]
    return {one.id: one for one in everything if isinstance(one, GeneratedQuestion)}


@functools.cache
def variants_of(name: str) -> tuple[Question, ...]:
    """A hundred students' forms of a generated question."""
    question = generated()[name]
    file = FILES[next(iter(FILES))].parent / question.file
    return variants(question, draw(str(file), question.function, 2026, DRAWN), file=question.file)


@functools.cache
def questions() -> dict[str, Question]:
    """Each question by id, a generated one as the first student sees it."""
    everything = [one for quiz in bank().values() for one in quiz.questions]
    return {one.id: one if isinstance(one, Question) else variants_of(one.id)[0] for one in everything}


def texts(question: Question) -> Iterator[Localized]:
    """Everything that is shown of a question: prose, options, feedback, items."""
    yield question.text
    if question.explanation:
        yield question.explanation
    body = question.body
    if isinstance(body, Choice):
        for option in body.options:
            yield option.text
            if option.feedback:
                yield option.feedback
    if isinstance(body, Ordering):
        yield from body.items
    if isinstance(body, Matching):
        yield from (side for pair in body.pairs for side in (pair.left, pair.right))
        yield from body.distractors


def code(text: str) -> str:
    """The program that a text shows."""
    return "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))


def prose(text: str) -> str:
    """A text without its programs and code."""
    return re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
