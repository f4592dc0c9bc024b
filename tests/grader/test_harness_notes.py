from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.contract import Layer
from grader.harness_notes import BURST, MOST_POINTS, Notes


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def test_points_come_out_in_order():
    notes = Notes()
    data = line(point={"epoch": 1, "loss": 0.5}) + line(point={"epoch": 2, "loss": 0.25})
    assert notes.take(data[:20], now=0) == []
    assert notes.take(data[20:], now=0) == [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}]


@pytest.mark.parametrize(
    "point",
    [
        b'{"point": {"loss": NaN}}',
        b'{"point": {"loss": Infinity}}',
        b'{"point": {"loss": 1e999}}',
        b'{"point": {"loss": true}}',
        b'{"point": {"loss": "1"}}',
        b'{"point": {"loss": ' + b"9" * 400 + b"}}",
        b'{"point": {"_loss": 1}}',
        b'{"point": {"' + b"a" * 33 + b'": 1}}',
        b'{"point": {"<b>": 1}}',
        b'{"point": {}}',
        b'{"point": [1]}',
        b'{"point": {' + b",".join(b'"' + bytes([97 + n]) + b'": 1' for n in range(17)) + b"}}",
        b"[" * 30_000,
        b"\xff\xfe",
        b"7",
    ],
)
def test_what_is_no_point_is_dropped(point: bytes):
    assert Notes().take(point + b"\n", now=0) == []


@given(st.binary(max_size=300))
def test_noise_never_disturbs(noise: bytes):
    notes = Notes()
    with suppress(StopIteration):
        notes.take(noise + b"\n", now=0)
    assert notes.take(line(point={"loss": 1}), now=0) == [{"loss": 1.0}]


NOTHING_OF_OURS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("raised"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(failure=NOTHING_OF_OURS, detail=NOTHING_OF_OURS, point=NOTHING_OF_OURS)
def test_note_of_any_type_is_read_or_ignored(failure: object, detail: object, point: object):
    notes = Notes()
    points = notes.take(line(failure=failure, detail=detail, point=point), now=0)
    assert all(isinstance(value, float) for values in points for value in values.values())
    assert notes.failure in {"", "raised"}
    assert (notes.failure == "raised") == (failure == "raised" and isinstance(detail, str))


def test_half_a_character_in_a_detail_is_replaced():
    notes = Notes()
    notes.take(b'{"failure": "raised", "detail": "\\ud800"}\n', now=0)
    assert notes.detail == "?"


def test_points_are_limited_in_rate_and_number():
    flood = line(point={"loss": 1}) * 10_000
    assert len(Notes().take(flood, now=0)) == BURST
    notes, steady = Notes(), line(point={"loss": 1}) * 2 * int(BURST)
    assert sum(len(notes.take(steady, now=second)) for second in range(0, 1000, 10)) == MOST_POINTS


def test_endless_line_is_not_kept():
    notes = Notes()
    for _ in range(100):
        notes.take(b"x" * 65_536, now=0)
    assert len(notes._line) <= 65_536


def test_only_known_failures_are_kept():
    notes = Notes()
    notes.take(line(failure="grader_error", detail="x"), now=0)
    assert notes.failure == ""
    notes.take(line(failure="raised", detail="Traceback\x00" + "y" * 10_000), now=0)
    assert notes.failure == "raised"
    assert len(notes.detail) == 8000


LAYER = {"name": "conv1", "kind": "Conv2d", "parameters": 416} | {
    "mean": -0.1,
    "std": 0.6,
    "gradient": 0.3,
    "dead": None,
}


def test_layers_are_kept():
    notes = Notes()
    notes.take(line(layers=[LAYER, LAYER | {"mean": 1, "dead": 0.25}]), now=0)
    assert notes.layers == (
        Layer("conv1", "Conv2d", 416, -0.1, 0.6, 0.3, None),
        Layer("conv1", "Conv2d", 416, 1.0, 0.6, 0.3, 0.25),
    )


def test_names_of_layers_are_one_clean_short_line():
    notes = Notes()
    notes.take(line(layers=[LAYER | {"name": "a\n\x1b[31mb\u202e" + "c" * 99}]), now=0)
    assert notes.layers[0].name == ("a b\ufffd" + "c" * 99)[:64]


@pytest.mark.parametrize(
    "rows",
    [
        [LAYER] * 65,
        LAYER,
        [LAYER, 7],
        [LAYER | {"more": 1}],
        [{"name": "conv1"}],
        [LAYER | {"name": ""}],
        [LAYER | {"kind": 7}],
        *([LAYER | {"parameters": bad}] for bad in (-1, 1.5, True, None, 10**13)),
        *([LAYER | {key: "1"}] for key in ("mean", "std", "gradient", "dead")),
        *([LAYER | {"mean": bad}] for bad in (1e31, float("nan"), float("inf"), 10**400, True, [1])),
        *([LAYER | {"std": -1}], [LAYER | {"gradient": -0.1}], [LAYER | {"dead": 1.01}]),
    ],
)
def test_layers_that_are_not_as_promised_are_dropped(rows: object):
    notes = Notes()
    notes.take(line(layers=rows), now=0)
    assert notes.layers == ()


@given(layers=NOTHING_OF_OURS, inside=st.dictionaries(st.sampled_from(sorted(LAYER)), NOTHING_OF_OURS))
def test_note_of_layers_of_any_type_is_read_or_ignored(layers: object, inside: dict[str, object]):
    notes = Notes()
    notes.take(line(layers=layers) + line(layers=[LAYER | inside]), now=0)
    assert all(isinstance(layer, Layer) for layer in notes.layers)
