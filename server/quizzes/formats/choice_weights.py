"""Choices whose options carry weights, as GIFT and Moodle XML have them, as choices of ours, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _

from assignments.questions.choice import Choice, Option
from server.errors import Text
from server.quizzes.formats.importing import LeftOut

CLOSE = 1e-4  # Moodle writes a third as 33.33333
# What Moodle lets an option give or take, as shares.
MOODLE_GRADES = (
    1.0,
    0.9,
    5 / 6,
    0.8,
    0.75,
    0.7,
    2 / 3,
    0.6,
    0.5,
    0.4,
    1 / 3,
    0.3,
    0.25,
    0.2,
    1 / 6,
    1 / 7,
    1 / 8,
    1 / 9,
    0.1,
    0.05,
)


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
    weighed = _several(options, warn) if several else _single(options, warn)
    if not any(option.correct for option in weighed):
        raise LeftOut(_("None of its options is right. Mark the right one."))
    return Choice(tuple(weighed), several=several, shuffle=shuffle)


def weights(body: Choice) -> tuple[float | None, ...]:
    """The weight of each option, by which the same answers earn the same as by the body's own rule.

    Where nothing else is written, wrong ones of several take away what right ones give: see
    `server.quizzes.questions.chosen_indices.partial`.
    """
    if not body.several:
        return tuple(1.0 if option.correct else option.credit for option in body.options)
    if any(option.credit is not None for option in body.options):
        return tuple(_share(option) or None for option in body.options)
    right = sum(option.correct for option in body.options)
    wrong = len(body.options) - right
    return tuple(1 / right if option.correct else -1 / wrong for option in body.options)


def fits_weights(body: Choice) -> bool:
    """Whether weights say exactly the same: in them an option is right because it gives credit."""
    if not body.several:
        return all(option.credit in {None, 1.0} for option in body.options if option.correct)
    return all(
        option.correct == ((weight or 0) > 0)
        for option, weight in zip(body.options, weights(body), strict=True)
    )


def unknown_weights(body: Choice) -> tuple[str, ...]:
    """The weights that Moodle has not in its list of grades, as percentages of up to two decimals."""
    given = dict.fromkeys(abs(weight) for weight in weights(body) if weight)
    unknown = [weight for weight in given if all(abs(weight - grade) > CLOSE for grade in MOODLE_GRADES)]
    return tuple(f"{100 * weight:.2f}".rstrip("0").rstrip(".") for weight in unknown)


def _share(option: Option) -> float:
    return option.credit if option.credit is not None else float(option.correct)


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
    if any((option.credit or 0) < 0 for option in weighed):
        warn(
            _("A wrong option took credit away. Here it earns nothing, and takes nothing of other questions.")
        )
    return weighed


def _several(options: Sequence[Weighted], warn: Callable[[Text], None]) -> list[Option]:
    """What the options give and take. Where our own rule gives and takes the same, it stands for them."""
    given = [one.weight for one in options if one.weight and one.weight > 0]
    taken = [one.weight or 0.0 for one in options if not (one.weight and one.weight > 0)]
    is_even = all(abs(weight - 1 / len(given)) < CLOSE for weight in given)
    is_usual = is_even and all(abs(weight + 1 / len(taken)) < CLOSE for weight in taken)
    if not is_usual and given:
        _warn_of_credit(sum(given), taken, warn)
    return [
        _weighed(one, None if is_usual else _exact(one.weight, given, is_even=is_even)) for one in options
    ]


def _weighed(one: Weighted, credit: float | None) -> Option:
    return replace(one.option, correct=bool(one.weight and one.weight > 0), credit=credit)


def _exact(weight: float | None, given: Sequence[float], *, is_even: bool) -> float | None:
    """Thirds are thirds again, so that all of them make one."""
    return 1 / len(given) if is_even and weight and weight > 0 else weight


def _warn_of_credit(given: float, taken: Sequence[float], warn: Callable[[Text], None]) -> None:
    if taken and not any(taken):
        warn(
            _(
                "Wrong options cost nothing, as in Moodle: who chooses all of them earns everything. "
                "Take the credits of its options out, and wrong ones cost as much as right ones earn."
            )
        )
    if given < 1 - CLOSE:
        warn(_("Its right options earn %(percent)s %% together, as in Moodle.", percent=round(100 * given)))
