"""Rules of runs that came to nothing: whose loss it is, and how long the submission waits before the next.

A submission is given up when its own runs took their graders with them three times. Whatever else goes wrong
is the fault of graders, store, broker or network: it costs nothing, and the submission goes out again without
end.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from assignments.limits import LONGEST_WALL

LONGEST_RUN = LONGEST_WALL + timedelta(minutes=30)  # with all that is done around it
MOST_LOSSES = 3  # of one submission
SICK_AFTER = 2  # people whose runs a worker lost, one after the other
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)


def pause_after(returns: int) -> timedelta:
    """How long a grading waits after it came back this often: 5, 10, 20 s and so on, at most five minutes."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(max(returns, 1) - 1, 16)
    return min(doubled, LONGEST_PAUSE)


def is_sick(owners: Collection[int | None]) -> bool:
    """Whether a worker, not what it ran, is the likely reason of its losses.

    `owners` are the people whose runs it lost since it last brought one to an end, None for the course: of
    several different ones the machine is the reason; of one person's, again and again, the files are.
    """
    return len(set(owners)) >= SICK_AFTER
