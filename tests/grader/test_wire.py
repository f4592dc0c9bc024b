from __future__ import annotations

import os
import struct

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from assignments.scoring import LearningTask
from grader import wire
from grader.inside import predictions
from grader.inside.pipes import Pipes
from grader.wire import BadPredictionsError


@given(st.sampled_from(wire.DTYPES), st.data())
def test_tensors_arrive_as_they_were_sent(dtype: np.dtype, data: st.DataObject):
    shape = arrays.array_shapes(min_dims=1, max_dims=4, max_side=5)
    sent = data.draw(arrays.arrays(dtype, shape, elements=st.integers(0, 1)))
    received = _through_a_pipe(wire.pack_tensor(torch.from_numpy(sent)))
    assert received.dtype == torch.from_numpy(sent).dtype
    np.testing.assert_array_equal(received.numpy(), sent)


def test_empty_and_transposed_tensors_arrive():
    assert _through_a_pipe(wire.pack_tensor(torch.zeros(0, 3))).shape == (0, 3)
    table = torch.arange(6).reshape(2, 3).T
    assert torch.equal(_through_a_pipe(wire.pack_tensor(table)), table)


def test_objects_are_never_sent():
    with pytest.raises(TypeError, match="cannot be sent"):
        wire.pack_tensor(np.array([object()]))


@given(st.integers(1, 20), st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_scores_come_back_as_they_were(rows: int, classes: int, seed: int):
    scores = np.random.default_rng(seed).normal(size=(rows, classes))
    packed = predictions.packed(scores)
    header, payload = packed[: wire.PREDICTION_HEADER.size], packed[wire.PREDICTION_HEADER.size :]
    assert wire.size_of_predictions(header, rows=rows, classes=classes) == len(payload)
    received = wire.unpack_predictions(header, payload, classes=classes)
    assert received.scores is not None
    np.testing.assert_array_equal(received.scores, scores)
    np.testing.assert_array_equal(received.labels, scores.argmax(axis=1))


def test_labels_come_back_as_they_were():
    packed = predictions.packed(np.array([2, 0, 1]))
    received = wire.unpack_predictions(packed[:13], packed[13:], classes=3)
    assert received.labels.tolist() == [2, 0, 1]
    assert received.scores is None


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (struct.pack("<cQI", b"L", 4, 1), "wrong_shape"),
        (struct.pack("<cQI", b"L", 5, 3), "wrong_shape"),
        (struct.pack("<cQI", b"S", 5, 2), "wrong_shape"),
        (struct.pack("<cQI", b"S", 2**63, 3), "wrong_shape"),
        (struct.pack("<cQI", b"P", 5, 3), "forged"),
        (b"\x80\x04K\x01.        ", "forged"),
    ],
)
def test_headers_that_promise_something_else_are_refused(header: bytes, code: str):
    with pytest.raises(BadPredictionsError) as refusal:
        wire.size_of_predictions(header, rows=5, classes=3)
    assert refusal.value.code == code


@pytest.mark.parametrize("label", [-1, 3, 2**62])
def test_unknown_labels_are_refused(label: int):
    header = struct.pack("<cQI", b"L", 1, 1)
    with pytest.raises(BadPredictionsError, match="bad_label"):
        wire.unpack_predictions(header, struct.pack("<q", label), classes=3)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_scores_that_are_no_numbers_are_refused(value: float):
    header = struct.pack("<cQI", b"S", 1, 2)
    with pytest.raises(BadPredictionsError, match="not_finite"):
        wire.unpack_predictions(header, struct.pack("<2d", 0.5, value), classes=2)


def test_values_come_back_as_they_were():
    packed = predictions.packed(np.array([2.5, -1e30, 7]), "values")
    received = wire.unpack_predictions(packed[:13], packed[13:], classes=0, task=LearningTask.VALUES)
    assert wire.size_of_predictions(packed[:13], rows=3, classes=0, task=LearningTask.VALUES) == 24
    assert received.labels.tolist() == [2.5, -1e30, 7]
    assert received.scores is None


@pytest.mark.parametrize(
    ("sent", "labels", "scored"),
    [
        (np.array([[True, False], [False, False]]), [[1, 0], [0, 0]], False),
        (np.array([[1, 0], [0, 1]]), [[1, 0], [0, 1]], False),
        (np.array([[0.6, 0.5], [0.0, 1.0]]), [[1, 0], [0, 1]], True),
        (np.array([[0.6, -0.5], [0.0, 7.0]]), [[1, 0], [0, 1]], True),
    ],
)
def test_several_labels_come_back_as_they_were(sent: np.ndarray, labels: list[list[int]], scored: bool):
    packed = predictions.packed(sent, "labels")
    received = wire.unpack_predictions(packed[:13], packed[13:], classes=2, task=LearningTask.LABELS)
    assert received.labels.tolist() == labels
    assert (received.scores is not None) == scored


@pytest.mark.parametrize(
    ("task", "header", "code"),
    [
        (LearningTask.LABELS, struct.pack("<cQI", b"L", 5, 1), "wrong_shape_labels"),
        (LearningTask.LABELS, struct.pack("<cQI", b"S", 5, 2), "wrong_shape_labels"),
        (LearningTask.LABELS, struct.pack("<cQI", b"V", 5, 1), "wrong_shape_labels"),
        (LearningTask.VALUES, struct.pack("<cQI", b"S", 5, 3), "wrong_shape_values"),
        (LearningTask.VALUES, struct.pack("<cQI", b"V", 2**63, 1), "wrong_shape_values"),
        (LearningTask.VALUES, struct.pack("<cQI", b"V", 5, 2), "wrong_shape_values"),
        (LearningTask.CLASSES, struct.pack("<cQI", b"V", 5, 1), "wrong_shape"),
        (LearningTask.VALUES, struct.pack("<cQI", b"P", 5, 1), "forged"),
    ],
)
def test_headers_of_another_task_are_refused(task: LearningTask, header: bytes, code: str):
    with pytest.raises(BadPredictionsError) as refusal:
        wire.size_of_predictions(header, rows=5, classes=3, task=task)
    assert refusal.value.code == code


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e101, -1e308])
def test_values_beyond_arithmetic_are_refused(value: float):
    header = struct.pack("<cQI", b"V", 1, 1)
    with pytest.raises(BadPredictionsError, match="not_finite"):
        wire.unpack_predictions(header, struct.pack("<d", value), classes=0, task=LearningTask.VALUES)


def _through_a_pipe(data: bytes) -> torch.Tensor:
    source = os.memfd_create("wire")
    try:
        os.write(source, data)
        os.lseek(source, 0, os.SEEK_SET)
        return Pipes(source=source, answers=-1, notes=-1).read_tensor()
    finally:
        os.close(source)
