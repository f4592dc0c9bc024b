"""The failures of every kind of homework, from its module `failures` where it has one."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec

from assignments.kinds import Kind
from grader.failures import CALLED, SILENT, Failure


def _failures(kind: Kind) -> Mapping[str, Failure]:
    name = f"grader.kinds.{kind}.failures"
    found: Mapping[str, Failure] = import_module(name).FAILURES if find_spec(name) else {}
    return found


BY_KIND: Mapping[Kind, Mapping[str, Failure]] = {kind: _failures(kind) for kind in Kind}
"""What the harness in the box says when it runs a submission of this kind."""

CODES = frozenset(code for known in BY_KIND.values() for code in known) | CALLED | {"syntax"}
"""All that a harness says; `syntax` comes before anything of the student's has run."""


def failure_of(kind: Kind, code: str) -> Failure:
    """What becomes of a run that ended with this code; `SILENT` for a code that this kind does not have."""
    return BY_KIND[kind].get(code, SILENT)
