"""Why one more hand-in or trial is not taken: tries, a pause, or the kind of homework."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _

from assignments.spec import Assignment
from server.errors import BadInput, TriesUsedUp
from server.submissions.admission.tries import Left


def refuse_trial(spec: Assignment) -> None:
    """Raise BadInput where a trial would tell nothing."""
    if not spec.kind.traits.can_be_tried:
        raise BadInput(
            _("A table of predictions cannot be tried: only a hand-in is compared with the held-out labels.")
        )


def refuse_without_tries(
    left: Left, spec: Assignment, now: datetime, midnight_s: int, *, trial: bool
) -> None:
    """Raise TriesUsedUp, with the seconds to wait where waiting helps."""
    if trial:
        if left.trials < 1:
            raise TriesUsedUp(
                _("All %(n)s trials of today are used.", n=spec.limits.trials_per_day),
                retry_after_s=midnight_s,
            )
        return
    if left.total is not None and left.total < 1:
        raise TriesUsedUp(
            _("All %(n)s tries of this assignment are used: no more are taken.", n=spec.limits.total)
        )
    if left.of_day < 1:
        raise TriesUsedUp(
            _(
                "All %(n)s tries of today are used. The count starts again at midnight.",
                n=spec.limits.per_day,
            ),
            retry_after_s=midnight_s,
        )
    if left.again_at is not None and now < left.again_at:
        wait_s = max(1, int((left.again_at - now).total_seconds()))
        raise TriesUsedUp(
            _(
                "Between two hand-ins lie at least %(pause)s: wait another %(wait)s s.",
                pause=_pause(spec),
                wait=wait_s,
            ),
            retry_after_s=wait_s,
        )


def _pause(spec: Assignment) -> str:
    seconds = int(spec.limits.cooldown.total_seconds())
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"
