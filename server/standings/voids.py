"""Which hand-ins do not count, for misconduct: by their run, and by their content, which may be run again."""

from __future__ import annotations

from collections.abc import Iterable

from server.grading.service import Submission
from server.standings.models import Decision
from server.standings.states import DecisionKind


def voided(decisions: Iterable[Decision]) -> frozenset[str]:
    """What is void after these decisions, the oldest first: values of `run_of`, and digests of contents."""
    found: set[str] = set()
    for one in decisions:
        if one.kind == DecisionKind.VOID:
            marks = {str(mark) for mark in (one.new.get("run_of"), one.new.get("content")) if mark}
            (found.update if one.new.get("void") else found.difference_update)(marks)
    return frozenset(found)


def is_void_by(marks: frozenset[str], submission: Submission) -> bool:
    """Whether a hand-in is void, given what is."""
    return submission.run_of in marks or submission.content_sha256 in marks
