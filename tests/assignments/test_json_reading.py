"""JSON from outside is measured before it becomes objects."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.json_reading import BadJsonError, Excess, read_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_what_is_taken_is_read_as_usual(value: object):
    text = json.dumps(value)
    assert read_json(text) == value == read_json(text.encode())


@given(VALUES, st.booleans())
def test_marks_within_texts_are_no_values(value: object, plain: bool):
    """The exact count goes by the values there are, whatever their texts hold."""
    text = json.dumps(value, ensure_ascii=plain)
    count, depth = _count(value), _depth(value)
    assert read_json(text, most_values=2 * count + 1, deepest=depth) == value
    if depth:
        with pytest.raises(BadJsonError):
            read_json(text, deepest=depth - 1)


@pytest.mark.parametrize(
    ("text", "excess"),
    [
        (b"[" * 1000, Excess.DEPTH),
        (b'{"a":' * 1000, Excess.DEPTH),
        (b"[" * 65 + b"]" * 65, Excess.DEPTH),
        (b"[" + b"0," * 200_000 + b"0]", Excess.VALUES),
        (b"[" + b"{}," * 200_000 + b"0]", Excess.VALUES),
        (b"[" + b'"",' * 100_000 + b"0]", Excess.VALUES),
        (b"[" * 65 + b'""' * 600_000, Excess.DEPTH),
        (b"[]" * 65 + b'""' * 600_000, Excess.VALUES),
        (b'"' + b"a" * (4 << 20) + b'"', Excess.BYTES),
        (b"9" * 5000, Excess.SYNTAX),
        (b'"\xff"', Excess.SYNTAX),
        (b"", Excess.SYNTAX),
        (b"{'a': 1}", Excess.SYNTAX),
    ],
)
def test_too_much_is_refused_for_what_it_is(text: bytes, excess: Excess):
    with pytest.raises(BadJsonError) as refused:
        read_json(text)
    assert refused.value.excess is excess


@pytest.mark.parametrize("unit", [b"[", b"0,", b"{},", b'"":[],', b'{"cells":['])
def test_too_much_never_becomes_objects(unit: bytes):
    text = b"[" + unit * ((3 << 20) // len(unit))
    tracemalloc.start()
    with pytest.raises(BadJsonError):
        read_json(text)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1 << 20


def test_deepest_and_longest_are_still_taken():
    assert read_json(b"[" * 64 + b"]" * 64)
    assert len(read_json(b"[" + b"0," * 99_997 + b"0]")) == 99_998


def test_errors_of_hooks_go_through():
    class TwiceError(ValueError):
        pass

    def refuse(_pairs: object) -> None:
        raise TwiceError

    with pytest.raises(TwiceError):
        read_json("{}", object_pairs_hook=refuse)


def _count(value: object) -> int:
    if isinstance(value, dict):
        return 1 + sum(_count(one) for one in value.values())
    return 1 + sum(map(_count, value)) if isinstance(value, list) else 1


def _depth(value: object) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0
