"""Chosen indices: read from what a phone sent, and scored where several may be right."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from server.quizzes.questions.type_rules import insist, is_index


def different_indices(sent: object, size: int) -> list[int]:
    """Different indices on the screen, in the order sent. Raises MalformedAnswer."""
    insist(
        isinstance(sent, list)
        and len(sent) <= size
        and all(is_index(index, size) for index in sent)
        and len(set(sent)) == len(sent),
        _("Choose among the options."),
    )
    return list(sent)  # type: ignore[call-overload,no-any-return]


def partial(right: int, wrong: int, chosen_right: int, chosen_wrong: int) -> float:
    """Share of the right ones chosen, less the share of the wrong ones chosen, never below 0.

    Choosing all, or choosing none, earns nothing where there are wrong ones (R/exams' rule "false").
    """
    if not right:
        return 0.0 if chosen_wrong else 1.0
    lost = chosen_wrong / wrong if wrong else 0.0
    return max(0.0, chosen_right / right - lost)
