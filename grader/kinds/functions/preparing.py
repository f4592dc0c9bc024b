"""The checks of a `functions` assignment and what the reference answers to each: trusted, run out here."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assignments.checks import Check, Gradients, Values
from grader import draws
from grader.draws import KeyedDraws
from grader.kinds.functions.calling import is_tensor, pack_call
from grader.material import Material, MaterialError, load_function, of_the_assignment
from grader.prepared_check import Answer, Array, PreparedCheck

REFERENCE = "reference/submission.py"
REFERENCED = (Values, Gradients)


def checks_of(material: Material) -> tuple[PreparedCheck, ...]:
    """All checks, from memory after the first time. Raises MaterialError where they cannot be used."""
    if material.practice:
        return material.practice.checks
    functions = material.assignment.rules.functions
    if functions is None:
        raise MaterialError("the assignment has no [functions]")
    return _checks(material.folder, functions.load, material.version, material.draws)


def checks_drawn_from(material: Material, streams: KeyedDraws) -> tuple[PreparedCheck, ...]:
    """All checks as these streams give them. Raises MaterialError."""
    return drawn_checks(material.folder, material.assignment.rules.load, material.version, streams)


@functools.lru_cache(maxsize=8)
def _checks(folder: Path, load: str, version: str, streams: KeyedDraws) -> tuple[PreparedCheck, ...]:
    return drawn_checks(folder, load, version, streams)


def drawn_checks(folder: Path, load: str, version: str, streams: KeyedDraws) -> tuple[PreparedCheck, ...]:
    """The checks of an assignment as these streams give them. Raises MaterialError."""
    with of_the_assignment(folder, load):
        found = draws.call(load_function(folder, load, version), streams)
    if not isinstance(found, list) or not all(isinstance(check, Check) for check in found):
        raise MaterialError(f"{load} must return a list of assignments.checks.Check")
    if not {True, False} <= {check.visible for check in found}:
        raise MaterialError(f"{load} must return at least one visible and one hidden check")
    if not all(check.points > 0 and check.expect for check in found):
        raise MaterialError(f"{load}: every check must have points and expect something")
    if len({check.name for check in found}) != len(found):
        raise MaterialError(f"{load}: two checks have the same name")
    with of_the_assignment(folder, load):
        return tuple(_prepared(check, folder, version) for check in found)


def _prepared(check: Check, folder: Path, version: str) -> PreparedCheck:
    """Raises MaterialError with the name of the check where its arguments or its reference cannot be used."""
    try:
        pack_call(check.function, check.args, check.keywords, weights=None, settings={})
        if not any(isinstance(wanted, REFERENCED) for wanted in check.expect):
            return PreparedCheck(check, Answer(()), None)
        like = check.like or load_function(folder, f"{REFERENCE}:{check.function}", version)
        return _compared(check, like)
    except Exception as error:
        raise MaterialError(f"the check {check.name!r} cannot be prepared: {error!r}") from error


def _compared(check: Check, like: Callable[..., Any]) -> PreparedCheck:
    asks = any(isinstance(wanted, Gradients) for wanted in check.expect)
    leaves: list[torch.Tensor] = []
    args = [_own(value, leaves, asks=asks) for value in check.args]
    keywords = {name: _own(value, leaves, asks=asks) for name, value in check.keywords.items()}
    _seed(0)
    result = like(*args, **keywords)
    parts = tuple(_array(part) for part in (result if isinstance(result, tuple) else (result,)))
    if not asks:
        return PreparedCheck(check, Answer(parts), None)
    draws = np.random.default_rng(int.from_bytes(sha256(check.name.encode()).digest()[:8]))
    weights = draws.uniform(0.5, 1.5, size=parts[0].shape).astype(parts[0].dtype)
    found = torch.autograd.grad(result, leaves, torch.from_numpy(weights), allow_unused=True)
    gradients = (
        torch.zeros_like(leaf) if one is None else one for one, leaf in zip(found, leaves, strict=True)
    )
    return PreparedCheck(check, Answer(parts, tuple(map(_array, gradients))), weights)


def _own(value: Any, leaves: list[torch.Tensor], *, asks: bool) -> Any:  # noqa: ANN401 - any argument
    """The argument as the reference may keep or change it; float tensors become leaves of gradients."""
    if isinstance(value, list | tuple):
        return type(value)(_own(inner, leaves, asks=asks) for inner in value)
    if not is_tensor(value):
        return value
    tensor = torch.as_tensor(value).detach().clone()
    if asks and tensor.is_floating_point():
        leaves.append(tensor.requires_grad_())
    return tensor


def _array(value: Any) -> Array:  # noqa: ANN401 - whatever a reference returns
    return np.asarray(value.detach() if isinstance(value, torch.Tensor) else value)


def _seed(value: int) -> None:
    random.seed(value)
    np.random.seed(value)  # references may use the old generator, as students do
    torch.manual_seed(value)
