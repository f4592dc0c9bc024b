"""Type `matching`: to each left its right is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from assignments.kinds import Localized
from assignments.questions.matching import Matching
from server.quizzes.questions.type_rules import Content, Given, Html, TypeRules, insist, is_index


class MatchingRules(TypeRules[Matching]):
    """Kept: for each left the index of a right, or null."""

    def parse(self, body: Matching, sent: object, order: Sequence[int]) -> Content:
        """For each left an index of the screen, or null."""
        insist(
            isinstance(sent, list)
            and len(sent) == len(body.pairs)
            and all(index is None or is_index(index, len(order)) for index in sent),
            _("Choose for each line what belongs to it."),
        )
        chosen: list[int | None] = sent  # type: ignore[assignment]
        return [None if index is None else order[index] for index in chosen]

    def credit(self, body: Matching, answer: Content, void: frozenset[int]) -> float:
        """The share of lines with what belongs to them; a right that reads the same is as good."""
        rights = _rights(body)
        hits: int = sum(
            index is not None and rights[index] == pair.right
            for index, pair in zip(answer, body.pairs, strict=True)
        )
        return hits / len(body.pairs)

    def right(self, body: Matching, order: Sequence[int], language: str) -> list[int]:
        """For each left the index of its right on the screen."""
        return [order.index(index) for index in range(len(body.pairs))]

    def html(self, body: Matching, draw: Callable[[Localized | None], str | None]) -> dict[str, Any]:
        """Both sides."""
        return {
            "lefts": [draw(pair.left) for pair in body.pairs],
            "rights": [draw(one) for one in _rights(body)],
        }

    def shown(self, body: Matching, html: Html, order: Sequence[int]) -> dict[str, Any]:
        """The rights in the order of the room."""
        return {"lefts": html["lefts"], "rights": [html["rights"][index] for index in order]}

    def sent_again(self, body: Matching, kept: Content, order: Sequence[int], language: str) -> object:
        """Indices on the screen."""
        return [None if index is None else order.index(index) for index in kept]

    def shuffled(self, body: Matching) -> int:
        """The rights, with those that belong to none."""
        return len(_rights(body))

    def tally(self, body: Matching, answers: Sequence[Given], order: Sequence[int]) -> dict[str, Any]:
        """For each left how many chose its right."""
        return {"bars": [sum(one.content[at] == at for one in answers) for at in range(len(body.pairs))]}


def _rights(body: Matching) -> list[Localized]:
    return [pair.right for pair in body.pairs] + list(body.distractors)


RULES = MatchingRules()
