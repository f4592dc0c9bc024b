"""A submission as it goes on: live when the stream holds, by asking again and again when it does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TypeAlias

from cli.api import sse
from cli.api.client import Client
from cli.api.decoding import read
from cli.api.errors import BadAnswer, StreamBroken
from cli.api.records import Event, PolledEvents, Submission
from cli.language.translation import lazy_gettext as _

Told: TypeAlias = Submission | Event

MISSES_BEFORE_POLLING = 2
"""Streams in a row that broke without a word; a proxy that holds back streams makes all of them so."""
PAUSE_S = 2.0
LONGEST_PAUSE_S = 30.0


class Follower:
    """Tells everything about one submission, once and in order, until it is over."""

    def __init__(self, client: Client, submission_id: str, sleep: Callable[[float], None]) -> None:
        self._client, self._id, self._sleep = client, submission_id, sleep
        self._last_id = ""
        self._over = False
        self._misses = 0
        self._pause_s = PAUSE_S

    def told(self) -> Iterator[Told]:
        """Submissions (a new state) and events."""
        while not self._over and self._misses < MISSES_BEFORE_POLLING:
            yield from self._stream()
            if not self._over:
                self._sleep(self._pause_s)
        while not self._over:
            yield from self._poll()

    def _stream(self) -> Iterator[Told]:
        self._misses += 1
        try:
            for message in self._client.stream("submissions", self._id, "events", last_id=self._last_id):
                self._misses = 0
                yield from self._take(message)
                if self._over:
                    return
        except StreamBroken:
            return  # the next stream goes on behind the last event

    def _take(self, message: sse.Message) -> Iterator[Told]:
        if message.retry_ms is not None:
            self._pause_s = min(message.retry_ms / 1000, LONGEST_PAUSE_S)
        content = _content(message)
        if message.kind in {"state", "end"}:
            self._over = message.kind == "end"
            yield read(Submission, content)
        elif isinstance(content, dict):
            yield read(Event, content | {"kind": message.kind})
        # Only now: an event that was not told is asked for again.
        self._last_id = message.id or self._last_id

    def _poll(self) -> Iterator[Told]:
        query = {"after": self._last_id} if self._last_id else None
        answer = read(PolledEvents, self._client.get("submissions", self._id, "events", query=query))
        if answer.next is not None:
            self._last_id = str(answer.next)
        if not answer.submission.over:
            yield answer.submission
        yield from answer.events
        # A full answer may be one page of many: the end is told, and a pause made, when nothing came.
        if not answer.events and answer.submission.over:
            self._over = True
            yield answer.submission
        elif not answer.events:
            self._sleep(self._pause_s)


def _content(message: sse.Message) -> object:
    try:
        return json.loads(message.data)
    except (ValueError, RecursionError) as error:
        raise BadAnswer(_("The server's answer was not understood ({what}).", what="no JSON")) from error
