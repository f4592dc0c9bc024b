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
from grader.kinds.functions.calling import Answer, Array, is_tensor

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
        return _difference(answer.parts, expected.parts, wanted, Localized("the result", "az eredmény"))
    if isinstance(wanted, Gradients):
        what = Localized("the gradient", "a gradiens")
        return _difference(answer.gradients, expected.gradients, wanted, what)
    if not answer.parts or not all(part.size for part in answer.parts):
        return Localized("the result is empty", "az eredmény üres")
    return next((found for part in answer.parts if (found := _broken_rule(wanted, part))), None)


def _difference(
    got: tuple[Array, ...], expected: tuple[Array, ...], within: Values | Gradients, what: Localized
) -> Localized | None:
    if len(got) != len(expected):
        return Localized(
            f"{what.en} has {len(got)} parts instead of {len(expected)}",
            f"{what.hu} {len(got)} részből áll {len(expected)} helyett",
        )
    for one, other in zip(got, expected, strict=True):
        if one.shape != other.shape:
            return Localized(
                f"{what.en} has the shape {one.shape} instead of {other.shape}",
                f"{what.hu} alakja {one.shape} ehelyett: {other.shape}",
            )
        if different := _first_difference(one, other, within):
            return Localized(f"{what.en} {different.en}", f"{what.hu} {different.hu}")
    return None


def _first_difference(got: Array, expected: Array, within: Values | Gradients) -> Localized | None:
    one, other = got.astype(np.float64), expected.astype(np.float64)
    with np.errstate(all="ignore"):
        close = np.isclose(one, other, rtol=within.rtol, atol=within.atol, equal_nan=True)
    if close.all():
        return None
    place = tuple(int(index) for index in np.argwhere(~close)[0])
    is_, should = f"{one[place]:.6g}", f"{other[place]:.6g}"
    at_en, at_hu = (f" at {list(place)}", f" itt: {list(place)}") if place else ("", "")
    bad = np.count_nonzero(~close)
    return Localized(
        f"is {is_} instead of {should}{at_en} ({bad} of {close.size} values differ; "
        f"rtol {within.rtol:g}, atol {within.atol:g})",
        f"{is_} ehelyett: {should}{at_hu} ({close.size} értékből {bad} tér el; "
        f"rtol {within.rtol:g}, atol {within.atol:g})",
    )


def _broken_rule(rule: Expectation, part: Array) -> Localized | None:
    with np.errstate(all="ignore"):  # students' values may be infinite
        return next(_broken_rules(rule, part), None)


def _broken_rules(rule: Expectation, part: Array) -> Iterator[Localized]:
    match rule:
        case Shape(sizes) if part.shape != sizes:
            yield Localized(
                f"the shape is {part.shape} instead of {sizes}", f"az alak {part.shape}, nem {sizes}"
            )
        case Dtype(name) if part.dtype.name != name:
            yield Localized(
                f"the type is {part.dtype} instead of {name}", f"a típus {part.dtype}, nem {name}"
            )
        case Between(low, high) if not ((part >= low) & (part <= high)).all():
            seen = f"{np.min(part):.6g} … {np.max(part):.6g}"
            yield Localized(
                f"the values ({seen}) leave the range {low:g} … {high:g}",
                f"az értékek ({seen}) kilépnek ebből a tartományból: {low:g} … {high:g}",
            )
        case Mean(value, atol) if not abs((mean := _mean(part)) - value) <= atol:
            yield Localized(
                f"the mean is {mean:.6g}, not {value:g} (atol {atol:g})",
                f"az átlag {mean:.6g}, nem {value:g} (atol {atol:g})",
            )
        case Variance(value, rtol) if not abs((variance := _variance(part)) - value) <= rtol * value:
            yield Localized(
                f"the variance is {variance:.6g}, not {value:g} (rtol {rtol:g})",
                f"a szórásnégyzet {variance:.6g}, nem {value:g} (rtol {rtol:g})",
            )
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
