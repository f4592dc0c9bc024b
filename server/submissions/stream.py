"""A run as it happens, by server-sent events: rows say what, a notification only when to read them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import BaseModel

from server import sse
from server.accounts.service import is_let_in
from server.database import Database
from server.errors import NotFound
from server.grading.service import State, current
from server.notifications import Hub, Subscription
from server.sse import PING, retry
from server.submissions.api_schema import EventOut, SubmissionOut, event, submission_fields
from server.submissions.models import RunEvent
from server.submissions.overviews import submission_card
from server.submissions.queries import EVENTS_AT_ONCE, events_after, find_submission
from server.submissions.reader import Reader

RETRY_MS = 2000
PING_S = 15.0
LOOK_S = 5.0  # how often somebody who waits learns a new position
LIFE_S = 900.0  # then the browser comes again, with who it is checked anew
ROUGHLY_S = 10  # an expected finish that moves by less is no news


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be seen at one moment."""

    submission: SubmissionOut
    events: Sequence[EventOut]

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.submission.state in {State.DONE, State.CANCELLED} and not self.full

    @property
    def full(self) -> bool:
        """Whether there may be more events at once."""
        return len(self.events) == EVENTS_AT_ONCE


@dataclass(frozen=True, slots=True)
class Watch:
    """Who watches which submission."""

    database: Database
    submission_id: str
    reader: Reader
    clock: Callable[[], datetime]

    def topic(self) -> str:
        """What rings when something changes: the hand-in whose run it is. Raises NotFound."""
        with self.database.read() as session:
            return find_submission(session, self.reader.person, self.submission_id).run_of

    def look(self, after: int) -> Look:
        """The state, and what was told since the event `after`. Raises NotFound."""
        reader = replace(self.reader, now=self.clock())
        with self.database.read() as session:
            if not is_let_in(session, reader.person):
                raise NotFound
            # The state first: a run that is over has told everything by then.
            submission = find_submission(session, reader.person, self.submission_id)
            card = submission_card(session, submission, reader)
            rows: Sequence[RunEvent] = events_after(session, current(submission), after)
            return Look(SubmissionOut.model_validate(submission_fields(card)), [event(row) for row in rows])


def stream(watch: Watch, hub: Hub, after: int) -> Iterator[str]:
    """The text of an event stream, until the run is over, the server closes or the stream is old."""
    yield retry(RETRY_MS)
    ends, shown = time.monotonic() + LIFE_S, ""
    with hub.subscribe(watch.topic()) as subscription:
        while not hub.closing and time.monotonic() < ends:
            try:
                look = watch.look(after)
            except NotFound:  # who watches is let in no more
                return
            if (news := _news(look.submission)) != shown:
                shown = news
                yield _event("state", look.submission)
            for one in look.events:
                after = one.id
                yield _event(one.kind, one, one.id)
            if look.over:
                yield _event("end", look.submission)
                return
            if not look.full:
                yield from _wait(subscription, look.submission.state)


def _wait(subscription: Subscription, state: str) -> Iterator[str]:
    """Wait for a notification; a comment tells proxies that somebody is still there."""
    pause_s = PING_S if state == State.RUNNING else LOOK_S
    if not subscription.wait(pause_s):
        yield PING


def _news(submission: SubmissionOut) -> str:
    """What is worth telling again when it changes."""
    finish = submission.expected_finish
    roughly = round(finish.timestamp() / ROUGHLY_S) if finish else None
    told = (
        submission.state,
        submission.attempt,
        submission.position,
        submission.no_grader,
        submission.verdict,
    )
    return f"{told} {roughly}"


def _event(kind: str, data: BaseModel, event_id: int | None = None) -> str:
    return sse.event(kind, data.model_dump_json(), event_id)
