"""Decoding server-sent events, however the bytes are cut."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.api.errors import StreamBroken
from cli.api.sse import LONGEST_EVENT, ServerSentEvent, read_events

STREAM = (
    "\ufeffretry: 2000\n\n: ping\n\nid: 7\r\nevent: log\r\ndata: ő\u2028\x0bű\r\ndata:second\r\n\r\n"
    "data: {}\r\rid\nevent: end\ndata: x\n\nevent: never\ndata: ended\n"
).encode()
MESSAGES = [
    ServerSentEvent("log", "ő\u2028\x0bű\nsecond", "7", 2000),
    ServerSentEvent("message", "{}", "7", 2000),
    ServerSentEvent("end", "x", "", 2000),
]


@given(st.lists(st.integers(0, len(STREAM))))
def test_cuts_between_bytes_change_nothing(cuts: list[int]):
    ends = [0, *sorted(cuts), len(STREAM)]
    chunks = [STREAM[a:b] for a, b in itertools.pairwise(ends)]
    assert list(read_events(chunks)) == MESSAGES


def test_a_line_without_end_is_not_collected_forever():
    with pytest.raises(StreamBroken):
        list(read_events(b"x" * 2**20 for _ in range(LONGEST_EVENT // 2**20 + 2)))


def test_bytes_that_are_no_utf8_are_replaced():
    assert next(read_events([b"data: \xff\n\n"])).data == "\ufffd"


def test_an_event_without_end_is_not_collected_forever():
    line = b"data: " + b"x" * 2**20 + b"\n"
    with pytest.raises(StreamBroken):
        list(read_events(line for _ in range(LONGEST_EVENT // 2**20 + 2)))
