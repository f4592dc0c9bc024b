"""Type `true-false`: a statement that holds or does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from assignments.questions.true_false import TrueFalse
from server.quizzes.questions.type_rules import AcceptField, Content, Given, TypeRules, insist, read_index


class TrueFalseRules(TypeRules[TrueFalse]):
    """Kept: true or false."""

    accept_field = AcceptField.TRUTH

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

    def from_form(self, body: TrueFalse, value: str) -> object:
        """True stands first in the list."""
        return read_index(value) == 0

    def tally(self, body: TrueFalse, answers: Sequence[Given], order: Sequence[int]) -> dict[str, Any]:
        """How many say that it holds, and how many that it does not."""
        return {"bars": [sum(one.content is truth for one in answers) for truth in (True, False)]}


RULES = TrueFalseRules()
