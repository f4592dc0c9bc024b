"""Type `ordering`: items are put in order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from assignments.kinds import Localized
from assignments.questions.ordering import Ordering
from server.quizzes.questions.chosen_indices import different_indices
from server.quizzes.questions.type_rules import Content, Given, Html, TypeRules, insist


class OrderingRules(TypeRules[Ordering]):
    """Kept: indices in the file, in the order chosen."""

    def parse(self, body: Ordering, sent: object, order: Sequence[int]) -> Content:
        """All indices of the screen, in the order chosen."""
        indices = different_indices(sent, len(order))
        insist(len(indices) == len(body.items), _("Put every item in its place."))
        return [order[index] for index in indices]

    def credit(self, body: Ordering, answer: Content, void: frozenset[int]) -> float:
        """Kendall's tau (1938) against the right order, never below 0: a tau of 0 is what chance earns."""
        size = len(body.items)
        swapped: int = sum(answer[i] > answer[j] for i in range(size) for j in range(i + 1, size))
        return max(0.0, 1 - 2 * swapped / math.comb(size, 2))

    def right(self, body: Ordering, order: Sequence[int], language: str) -> list[int]:
        """The indices on the screen in the right order."""
        return [order.index(index) for index in range(len(body.items))]

    def html(self, body: Ordering, draw: Callable[[Localized | None], str | None]) -> dict[str, Any]:
        """The items."""
        return {"items": [draw(item) for item in body.items]}

    def shown(self, body: Ordering, html: Html, order: Sequence[int]) -> dict[str, Any]:
        """The items in the order of the room."""
        return {"items": [html["items"][index] for index in order]}

    def sent_again(self, body: Ordering, kept: Content, order: Sequence[int], language: str) -> object:
        """Indices on the screen."""
        return [order.index(index) for index in kept]

    def shuffled(self, body: Ordering) -> int:
        """The items."""
        return len(body.items)

    def tally(self, body: Ordering, answers: Sequence[Given], order: Sequence[int]) -> dict[str, Any]:
        """For each item how many put it where it belongs."""
        hits = [sum(one.content[at] == at for one in answers) for at in range(len(order))]
        return {"bars": [hits[index] for index in order]}


RULES = OrderingRules()
