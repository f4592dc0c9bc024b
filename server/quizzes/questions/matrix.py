"""Type `cell`: cells of a confusion matrix are marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from assignments.questions.matrix import Matrix
from server.quizzes.questions.chosen_indices import partial
from server.quizzes.questions.type_rules import Content, Given, Html, TypeRules, insist, is_index


class MatrixRules(TypeRules[Matrix]):
    """Kept: [row, column] of each cell, in ascending order."""

    def parse(self, body: Matrix, sent: object, order: Sequence[int]) -> Content:
        """[row, column] of each cell, in any order."""
        size = len(body.classes)
        insist(
            isinstance(sent, list)
            and 1 <= len(sent) <= size * size
            and all(
                isinstance(cell, list) and len(cell) == 2 and all(is_index(at, size) for at in cell)
                for cell in sent
            ),
            _("Mark cells of the matrix."),
        )
        cells: list[list[int]] = sent  # type: ignore[assignment]
        return sorted([row, column] for row, column in {(cell[0], cell[1]) for cell in cells})

    def credit(self, body: Matrix, answer: Content, void: frozenset[int]) -> float:
        """As with several options: `partial` over all cells."""
        right = {(cell.row, cell.column) for cell in body.cells}
        chosen = {(row, column) for row, column in answer}
        wrong = len(body.classes) ** 2 - len(right)
        return partial(len(right), wrong, len(chosen & right), len(chosen - right))

    def right(self, body: Matrix, order: Sequence[int], language: str) -> list[list[int]]:
        """[row, column] of each right cell."""
        return sorted([cell.row, cell.column] for cell in body.cells)

    def shown(self, body: Matrix, html: Html, order: Sequence[int]) -> dict[str, Any]:
        """The matrix, and whether more than one cell is asked for."""
        return {"classes": body.classes, "matrix": body.counts, "several": len(body.cells) > 1}

    def tally(self, body: Matrix, answers: Sequence[Given], order: Sequence[int]) -> dict[str, Any]:
        """How often each cell was marked."""
        size = len(body.classes)
        counts = Counter((row, column) for one in answers for row, column in one.content)
        return {"cells": [[counts[row, column] for column in range(size)] for row in range(size)]}


RULES = MatrixRules()
