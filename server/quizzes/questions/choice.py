"""Types `single` and `multiple`: options are chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from assignments.kinds import Localized
from assignments.questions.choice import Choice
from server.quizzes.questions.chosen_indices import different_indices, partial
from server.quizzes.questions.type_rules import (
    AcceptField,
    Content,
    Given,
    Html,
    TypeRules,
    is_index,
    read_index,
)
from server.quizzes.refusals import MalformedAnswer

DIGITS = 9  # of a share: six sixths are the whole


class ChoiceRules(TypeRules[Choice]):
    """Kept: an index, or indices in ascending order where several may be chosen."""

    accept_field = AcceptField.OPTION

    def parse(self, body: Choice, sent: object, order: Sequence[int]) -> Content:
        """Indices of the screen become indices in the file."""
        if body.several:
            return sorted(order[index] for index in different_indices(sent, len(order)))
        if not isinstance(sent, int) or not is_index(sent, len(order)):
            raise MalformedAnswer(_("Choose one of the options."))
        return order[sent]

    def credit(self, body: Choice, answer: Content, void: frozenset[int]) -> float:
        """One: the right option, or its explicit share. Several: explicit shares added, or `partial`."""
        chosen = set(answer) if body.several else {answer}
        if any(option.credit is not None for option in body.options):
            total = sum(_share(body, index) for index in chosen - void)
            return min(1.0, max(0.0, round(total, DIGITS)))
        if not body.several:
            return float(body.options[answer].correct or answer in void)
        indices = set(range(len(body.options))) - void
        right = {index for index in indices if body.options[index].correct}
        wrong = indices - right
        return partial(len(right), len(wrong), len(chosen & right), len(chosen & wrong))

    def right(self, body: Choice, order: Sequence[int], language: str) -> list[int]:
        """The indices of the right options."""
        return [at for at, index in enumerate(order) if body.options[index].correct]

    def html(self, body: Choice, draw: Callable[[Localized | None], str | None]) -> dict[str, Any]:
        """Options, and what is said of each afterwards."""
        return {
            "options": [draw(option.text) for option in body.options],
            "feedback": [draw(option.feedback) for option in body.options],
        }

    def shown(self, body: Choice, html: Html, order: Sequence[int]) -> dict[str, Any]:
        """The options in the order of the room."""
        return {"options": [html["options"][index] for index in order]}

    def sent_again(self, body: Choice, kept: Content, order: Sequence[int], language: str) -> object:
        """Indices on the screen."""
        return sorted(order.index(index) for index in kept) if body.several else order.index(kept)

    def from_form(self, body: Choice, value: str) -> object:
        """The option with this index."""
        return [read_index(value)] if body.several else read_index(value)

    def shuffled(self, body: Choice) -> int:
        """The options."""
        return len(body.options)

    def keeps_order(self, body: Choice) -> bool:
        """Where the author says so."""
        return not body.shuffle

    def options(self, body: Choice) -> int:
        """All of them."""
        return len(body.options)

    def tally(self, body: Choice, answers: Sequence[Given], order: Sequence[int]) -> dict[str, Any]:
        """How often each option was chosen."""
        counts: Counter[int] = Counter()
        for one in answers:
            counts.update(one.content if body.several else [one.content])
        return {"bars": [counts[index] for index in order]}


def _share(body: Choice, index: int) -> float:
    option = body.options[index]
    return option.credit if option.credit is not None else float(option.correct)


RULES = ChoiceRules()
