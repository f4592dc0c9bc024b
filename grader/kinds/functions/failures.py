"""How a run of kind `functions` can fail as a whole; each call has its own (grader/sentences/calls.py)."""

from __future__ import annotations

from collections.abc import Mapping

from grader.failures import ANY, Failure

FAILURES: Mapping[str, Failure] = ANY
