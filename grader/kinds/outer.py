"""The half of a kind of homework that is outside of the box: what the module `kind` of its room offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from assignments.kinds import Kind, KindRules
from grader.draws import KeyedDraws
from grader.files import unpack
from grader.kinds.attempt import Grader
from grader.material import Material
from grader.prepared_check import PreparedCheck


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks that an assignment brings along. Both raise MaterialError where they cannot be used."""

    of: Callable[[Material], tuple[PreparedCheck, ...]]
    drawn: Callable[[Material, KeyedDraws], tuple[PreparedCheck, ...]]  # as these streams give them


@dataclass(frozen=True, slots=True)
class OuterHalf:
    """What a kind brings, with what is usual where it brings nothing."""

    grade: Grader
    most_bytes: Callable[[KindRules], int] = lambda _rules: unpack.MOST_BYTES  # of a zip, unfolded
    most_entries: int = unpack.MOST_ENTRIES  # of a zip
    needs_pictures: bool = False  # they are what is graded
    checks: Checks | None = None


def outer_half(kind: Kind) -> OuterHalf:
    """`KIND` of grader/kinds/<kind>/kind.py."""
    return cast("OuterHalf", import_module(f"grader.kinds.{kind}.kind").KIND)
