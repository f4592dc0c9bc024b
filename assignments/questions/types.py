"""The types of questions: each by the name that a quiz's file has for it, and the module that knows it."""

from __future__ import annotations

from enum import StrEnum


class QuestionType(StrEnum):
    """How a question is asked and answered."""

    SINGLE = "single"  # one of several options
    MULTIPLE = "multiple"  # some of several options
    TRUE_FALSE = "true-false"
    NUMERIC = "numeric"  # a number, within a tolerance
    TEXT = "text"  # a word or two, in one of the accepted forms
    ORDERING = "ordering"
    MATCHING = "matching"
    SHAPE = "shape"  # of a tensor
    CELL = "cell"  # one or more cells of a confusion matrix


MODULES = {
    QuestionType.SINGLE: "choice",
    QuestionType.MULTIPLE: "choice",
    QuestionType.TRUE_FALSE: "true_false",
    QuestionType.NUMERIC: "numeric",
    QuestionType.TEXT: "short_text",
    QuestionType.ORDERING: "ordering",
    QuestionType.MATCHING: "matching",
    QuestionType.SHAPE: "shape",
    QuestionType.CELL: "matrix",
}
"""A module of this name is in assignments/questions and in server/quizzes/questions."""
