"""Whether what a function returned is as expected, and if not, what does not hold, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from assignments.checks import (
    Between,
    Check,
    Dtype,
    Expectation,
    Gradients,
    Holds,
    Mean,
    Shape,
    Values,
    Variance,
)
from assignments.localized import Localized
from grader.kinds.functions.calling import is_tensor
from grader.prepared_check import Answer, Array
from grader.sentences import say

LONGEST_CALL = 160  # characters
FEW = 8  # values of a tensor that are written out


def shown_call(check: Check) -> str:
    """The call as a student would write it, tensors of more than a few values by type and shape."""
    named = [f"{name}={_shown(value)}" for name, value in check.keywords.items()]
    text = f"{check.function}({', '.join([*map(_shown, check.args), *named])})"
    return text if len(text) <= LONGEST_CALL else f"{text[: LONGEST_CALL - 2]}…)"


def _shown(value: Any) -> str:  # noqa: ANN401 - any argument
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_shown, value))}]"
    if not is_tensor(value):
        return repr(value)
    array = np.asarray(value)
    return str(array.tolist()) if array.size <= FEW else f"{array.dtype}{list(array.shape)}"


def failure(check: Check, answer: Answer, expected: Answer) -> Localized | None:
    """What does not hold first, or None where everything does."""
    return next((found for wanted in check.expect if (found := _failure(wanted, answer, expected))), None)


def _failure(wanted: Expectation, answer: Answer, expected: Answer) -> Localized | None:
    if isinstance(wanted, Values):
        return _difference(answer.parts, expected.parts, wanted, say("result"))
    if isinstance(wanted, Gradients):
        what = say("gradient")
        return _difference(answer.gradients, expected.gradients, wanted, what)
    if not answer.parts or not all(part.size for part in answer.parts):
        return say("result_empty")
    return next((found for part in answer.parts if (found := _broken_rule(wanted, part))), None)


def _difference(
    got: tuple[Array, ...], expected: tuple[Array, ...], within: Values | Gradients, what: Localized
) -> Localized | None:
    if len(got) != len(expected):
        return say("result_parts", what=what, found=len(got), wanted=len(expected))
    for one, other in zip(got, expected, strict=True):
        if one.shape != other.shape:
            return say("result_shape", what=what, found=one.shape, wanted=other.shape)
        if different := _first_difference(one, other, within, what):
            return different
    return None


def _first_difference(
    got: Array, expected: Array, within: Values | Gradients, what: Localized
) -> Localized | None:
    one, other = got.astype(np.float64), expected.astype(np.float64)
    with np.errstate(all="ignore"):
        close = np.isclose(one, other, rtol=within.rtol, atol=within.atol, equal_nan=True)
    if close.all():
        return None
    place = tuple(int(index) for index in np.argwhere(~close)[0])
    return say(
        "result_value",
        what=what,
        found=f"{one[place]:.6g}",
        wanted=f"{other[place]:.6g}",
        at=say("at_place", place=list(place)) if place else "",
        bad=np.count_nonzero(~close),
        all=close.size,
        rtol=f"{within.rtol:g}",
        atol=f"{within.atol:g}",
    )


def _broken_rule(rule: Expectation, part: Array) -> Localized | None:
    with np.errstate(all="ignore"):  # students' values may be infinite
        return next(_broken_rules(rule, part), None)


def _broken_rules(rule: Expectation, part: Array) -> Iterator[Localized]:
    match rule:
        case Shape(sizes) if part.shape != sizes:
            yield say("shape", found=part.shape, wanted=sizes)
        case Dtype(name) if part.dtype.name != name:
            yield say("type", found=part.dtype, wanted=name)
        case Between(low, high) if not ((part >= low) & (part <= high)).all():
            seen = f"{np.min(part):.6g} … {np.max(part):.6g}"
            yield say("range", found=seen, wanted=f"{low:g} … {high:g}")
        case Mean(value, atol) if not abs((mean := _mean(part)) - value) <= atol:
            yield say("mean", found=f"{mean:.6g}", wanted=f"{value:g}", atol=f"{atol:g}")
        case Variance(value, rtol) if not abs((variance := _variance(part)) - value) <= rtol * value:
            yield say("variance", found=f"{variance:.6g}", wanted=f"{value:g}", rtol=f"{rtol:g}")
        case Holds(test, en, hu) if not _holds(test, part):
            yield Localized(en, hu)


def _mean(part: Array) -> float:
    return float(part.astype(np.float64).mean())


def _variance(part: Array) -> float:
    return float(part.astype(np.float64).var())


def _holds(test: Callable[[Array], object], part: Array) -> bool:
    """A rule that fails on a result of an unforeseen form does not hold of it."""
    try:
        return bool(test(part))
    except Exception:  # noqa: BLE001 - the rule is the lecturer's, but its input is not
        return False
