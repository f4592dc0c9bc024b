"""Updates of a submission while it runs: by an event stream, by polling where streams do not come through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TypeAlias

from cli.api import sse
from cli.api.client import Client
from cli.api.decoding import decode
from cli.api.errors import BadAnswer, StreamBroken
from cli.api.records import PolledEvents, RunEvent, Submission

Update: TypeAlias = Submission | RunEvent
"""A new state of the submission, or an event of its run."""

STREAMS_BEFORE_POLLING = 2
"""Streams in a row that break without an event: behind a proxy that buffers streams each one does."""
PAUSE_S = 2.0
LONGEST_PAUSE_S = 30.0


class SubmissionUpdates:
    """All updates of one submission, each once and in order, until it has ended."""

    def __init__(self, client: Client, submission_id: str, sleep: Callable[[float], None]) -> None:
        self._client, self._id, self._sleep = client, submission_id, sleep
        self._last_id = ""
        self._ended = False
        self._silent_streams = 0
        self._pause_s = PAUSE_S

    def __iter__(self) -> Iterator[Update]:
        """The updates, as they arrive."""
        while not self._ended and self._silent_streams < STREAMS_BEFORE_POLLING:
            yield from self._stream()
            if not self._ended:
                self._sleep(self._pause_s)
        while not self._ended:
            yield from self._poll()

    def _stream(self) -> Iterator[Update]:
        self._silent_streams += 1
        try:
            for event in self._client.stream("submissions", self._id, "events", last_id=self._last_id):
                self._silent_streams = 0
                yield from self._updates_of(event)
                if self._ended:
                    return
        except StreamBroken:
            return  # the next stream begins after the last event

    def _updates_of(self, event: sse.ServerSentEvent) -> Iterator[Update]:
        if event.retry_ms is not None:
            self._pause_s = min(event.retry_ms / 1000, LONGEST_PAUSE_S)
        content = _content(event)
        if event.kind in {"state", "end"}:
            self._ended = event.kind == "end"
            yield decode(Submission, content)
        elif isinstance(content, dict):
            yield decode(RunEvent, content | {"kind": event.kind})
        # After the yield: an event that could not be decoded is asked for again.
        self._last_id = event.id or self._last_id

    def _poll(self) -> Iterator[Update]:
        query = {"after": self._last_id} if self._last_id else None
        answer = decode(PolledEvents, self._client.get("submissions", self._id, "events", query=query))
        if answer.next is not None:
            self._last_id = str(answer.next)
        if not answer.submission.ended:
            yield answer.submission
        yield from answer.events
        # An answer with events may be one page of many: only an empty one ends the updates, or pauses.
        if not answer.events and answer.submission.ended:
            self._ended = True
            yield answer.submission
        elif not answer.events:
            self._sleep(self._pause_s)


def _content(event: sse.ServerSentEvent) -> object:
    try:
        return json.loads(event.data)
    except (ValueError, RecursionError) as error:
        raise BadAnswer.undecodable("no JSON") from error
