"""What the API says of lateness: the steps as numbers, and all of it in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel

from assignments.late_policy import After, LatePolicy, Verb
from server.errors import Text


class LateStepOut(BaseModel):
    """What is done to a hand-in that comes up to `until` after the due moment."""

    until: str  # "+1d" by the wall clock of the course, "+36h" and "+90m" by the time that passes
    verb: Verb
    share: float


class LateOut(BaseModel):
    """What lateness costs. `per_day` and `last_day` are null where not all late days cost the same."""

    grace_s: float
    per_day: float | None
    last_day: int | None
    steps: list[LateStepOut]
    floor: float
    tokens: int
    closes: datetime | None
    after: After
    words: list[str]  # all of it and the make-up, a sentence each


def late_out(policy: LatePolicy, terms: Iterable[Text]) -> LateOut:
    """What lateness costs, as an assignment says it."""
    return LateOut(
        grace_s=policy.grace.total_seconds(),
        per_day=None if policy.per_day is None else float(policy.per_day),
        last_day=policy.last_day,
        steps=[
            LateStepOut(until=str(step.until), verb=step.verb, share=float(step.share))
            for step in policy.steps
        ],
        floor=float(policy.floor),
        tokens=policy.tokens,
        closes=policy.closes,
        after=policy.after,
        words=[str(sentence) for sentence in terms],
    )
