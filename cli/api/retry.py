"""Retries of requests: how often, after which pause, and the loop that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often to try, and how long to wait: exponential backoff up to a cap."""

    tries: int
    first_s: float = 0.5
    cap_s: float = 20.0

    def wait_s(self, failures: int, jitter: float) -> float:
        """Seconds to wait after so many failures; `jitter` in [0, 1) spreads clients over time."""
        whole = min(self.cap_s, self.first_s * 2.0 ** (failures - 1))
        return whole * (0.5 + jitter / 2)


QUICK = RetryPolicy(tries=4)
"""For a question: gives up after about 4 seconds."""
PERSISTENT = RetryPolicy(tries=9, cap_s=30.0)
"""For a hand-in: gives up after about two minutes."""
ONCE = RetryPolicy(tries=1)
"""For a request that must not be repeated."""


class TransientError(Exception):
    """A failure that may pass. `cause` is the error to raise when it does not."""

    def __init__(self, cause: Exception, retry_after_s: float | None = None) -> None:
        super().__init__(str(cause))
        self.cause, self.retry_after_s = cause, retry_after_s


@dataclass(frozen=True, slots=True)
class RetryPause:
    """A pause before the next try."""

    seconds: float
    next_try: int
    tries: int


@dataclass(frozen=True, slots=True)
class Retrier:
    """Runs an action until it succeeds or the policy ends."""

    sleep: Callable[[float], None]
    jitter: Callable[[], float]
    on_pause: Callable[[RetryPause], None]

    def run(self, action: Callable[[], T], policy: RetryPolicy) -> T:
        """The result of the action. Raises the cause of the last failure when it never succeeds."""
        for failures in range(1, policy.tries):
            try:
                return action()
            except TransientError as failure:
                self._pause(failure, failures, policy)
        try:
            return action()
        except TransientError as failure:
            raise failure.cause from failure.cause.__cause__

    def _pause(self, failure: TransientError, failures: int, policy: RetryPolicy) -> None:
        asked_s = failure.retry_after_s or 0.0
        if asked_s > policy.cap_s:
            # The server asks for a longer pause than people wait: its refusal is shown instead.
            raise failure.cause from failure.cause.__cause__
        seconds = max(asked_s, policy.wait_s(failures, self.jitter()))
        self.on_pause(RetryPause(seconds, failures + 1, policy.tries))
        self.sleep(seconds)


def retry_after_s(header: str | None, now: datetime) -> float | None:
    """The header Retry-After (seconds or a date) in seconds; None when it is missing or unreadable."""
    if header is None:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    # A date without a zone ("-0000") is in UTC, as HTTP dates are.
    moment = moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
    return max(0.0, (moment - now).total_seconds())
