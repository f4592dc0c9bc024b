"""Choices whose options carry weights, as GIFT and Moodle XML have them, as choices of ours, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _

from assignments.questions.choice import Choice, Option
from server.errors import Text
from server.quizzes.formats.importing import LeftOut

CLOSE = 1e-4  # Moodle writes a third as 33.33333


@dataclass(frozen=True, slots=True)
class Weighted:
    """An option and the share of the credit that it gives or takes; None where none is written."""

    option: Option
    weight: float | None = None


def choice(
    options: Sequence[Weighted], *, several: bool, warn: Callable[[Text], None], shuffle: bool = True
) -> Choice:
    """The choice among weighted options. Raises LeftOut when there are too few or none is right."""
    if len(options) < 2:
        raise LeftOut(_("It has one option only. Write at least two."))
    weighed = _several(options) if several else _single(options, warn)
    if not any(option.correct for option in weighed):
        raise LeftOut(_("None of its options is right. Mark the right one."))
    return Choice(tuple(weighed), several=several, shuffle=shuffle)


def weights(body: Choice) -> tuple[float | None, ...]:
    """The weight of each option: what `choice` makes the same body of, as far as weights can say it."""
    if not body.several:
        return tuple(1.0 if option.correct else option.credit for option in body.options)
    part = 1 / max(1, sum(option.correct for option in body.options))
    return tuple(
        part if option.correct and option.credit is None else option.credit for option in body.options
    )


def fits_weights(body: Choice) -> bool:
    """Whether weights say exactly the same: in them an option is right because it gives credit."""
    if not body.several:
        return all(option.credit in {None, 1.0} for option in body.options if option.correct)
    wrong = all((option.credit or 0) <= 0 for option in body.options if not option.correct)
    right = [option.credit for option in body.options if option.correct]
    if wrong and all(credit is None for credit in right):
        return all(option.credit is None for option in body.options)
    return wrong and all(credit is not None and credit > 0 for credit in right)


def _single(options: Sequence[Weighted], warn: Callable[[Text], None]) -> list[Option]:
    """The first that is marked as right is it, or else that gives everything; others keep their credit."""
    full = [at for at, one in enumerate(options) if one.weight is not None and one.weight >= 1 - CLOSE]
    right = min(full, key=lambda at: not options[at].option.correct, default=None)
    if right is None:
        raise LeftOut(_("None of its options is right. Mark the right one."))
    weighed = [
        replace(one.option, correct=at == right, credit=None if at == right else one.weight)
        for at, one in enumerate(options)
    ]
    if any(option.credit == 1 for option in weighed):
        warn(_("Several of its options are right. The first is shown as such; all earn full credit."))
    return weighed


def _several(options: Sequence[Weighted]) -> list[Option]:
    """Equal shares of the right ones, and nothing for the wrong ones, are what the rule gives anyway."""
    right = [one.weight for one in options if one.weight and one.weight > 0]
    wrong = [one.weight for one in options if not (one.weight and one.weight > 0)]
    usual = all(abs(weight - 1 / len(right)) < CLOSE for weight in right) and not any(wrong)
    return [
        replace(
            one.option,
            correct=bool(one.weight and one.weight > 0),
            credit=None if usual else one.weight,
        )
        for one in options
    ]
