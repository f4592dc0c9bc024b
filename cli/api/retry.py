"""When to try again, and how long to wait before: pure rules, and the one loop that follows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to try and how long to wait: twice as long each time, up to a cap."""

    tries: int
    first_s: float = 0.5
    cap_s: float = 20.0

    def wait_s(self, failed: int, chance: float) -> float:
        """Seconds to wait after that many failures; `chance` in [0, 1) spreads a crowd over the wait."""
        whole = min(self.cap_s, self.first_s * 2.0 ** (failed - 1))
        return whole * (0.5 + chance / 2)


BRISK = Patience(tries=4)
"""For a question somebody waits for: gives up after some 4 seconds."""
STUBBORN = Patience(tries=9, cap_s=30.0)
"""For a hand-in on deadline night: gives up after some two minutes."""
ONCE = Patience(tries=1)
"""For what must not be done twice."""


class TryAgainError(Exception):
    """This failure may pass. `cause` is what to raise when it does not."""

    def __init__(self, cause: Exception, retry_after_s: float | None = None) -> None:
        super().__init__(str(cause))
        self.cause, self.retry_after_s = cause, retry_after_s


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause before the next try, told to whoever watches."""

    seconds: float
    next_try: int
    tries: int


@dataclass(frozen=True, slots=True)
class Retrier:
    """Runs an action until it works or patience ends."""

    sleep: Callable[[float], None]
    chance: Callable[[], float]
    tell: Callable[[Wait], None]

    def run(self, action: Callable[[], T], patience: Patience) -> T:
        """The action's result. Raises the last failure's cause when it never worked."""
        for failed in range(1, patience.tries):
            try:
                return action()
            except TryAgainError as failure:
                self._pause(failure, failed, patience)
        try:
            return action()
        except TryAgainError as failure:
            raise failure.cause from failure.cause.__cause__

    def _pause(self, failure: TryAgainError, failed: int, patience: Patience) -> None:
        asked_s = failure.retry_after_s or 0.0
        if asked_s > patience.cap_s:
            # The server wants a longer pause than anybody sits through: say so instead.
            raise failure.cause from failure.cause.__cause__
        seconds = max(asked_s, patience.wait_s(failed, self.chance()))
        self.tell(Wait(seconds, failed + 1, patience.tries))
        self.sleep(seconds)


def retry_after_s(header: str | None, now: datetime) -> float | None:
    """Retry-After in seconds, from either of its two forms; None when there is none that makes sense."""
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
