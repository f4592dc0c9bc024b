"""Type `true-false`: a statement that holds or does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from assignments.questions.true_false import TrueFalse
from server.quizzes.questions.type_rules import Content, Given, TypeRules, insist


class TrueFalseRules(TypeRules[TrueFalse]):
    """Kept: true or false."""

    def parse(self, body: TrueFalse, sent: object, order: Sequence[int]) -> Content:
        """As it was sent."""
        insist(isinstance(sent, bool), _("Choose true or false."))
        return sent

    def credit(self, body: TrueFalse, answer: Content, void: frozenset[int]) -> float:
        """All or nothing."""
        return float(answer == body.correct)

    def right(self, body: TrueFalse, order: Sequence[int], language: str) -> bool:
        """Whether the statement holds."""
        return body.correct

    def tally(self, body: TrueFalse, answers: Sequence[Given], order: Sequence[int]) -> dict[str, Any]:
        """How many say that it holds, and how many that it does not."""
        return {"bars": [sum(one.content is truth for one in answers) for truth in (True, False)]}


RULES = TrueFalseRules()
