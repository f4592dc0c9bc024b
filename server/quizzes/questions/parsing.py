"""Parsing of answers: what a phone may send as an answer to a question, and what is kept of it.

Phones know parts of a question only by where they stand on the screen, in the order of
`shuffling.shown_order`. What is kept are indices in the file.
"""

from __future__ import annotations

from collections.abc import Sequence

from assignments.quiz import Question
from server.quizzes.questions.type_rules import Content, rules_of


def read_answer(question: Question, sent: object, order: Sequence[int]) -> Content:
    """The answer to keep. `order[index]` is the index in the file of what the phone shows at `index`.

    Its form is said at the class of the type's rules. Raises MalformedAnswer.
    """
    return rules_of(question.body).parse(question.body, sent, order)
