from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.scoring import LearningTask
from grader.contract import Verdict
from grader.files import predictions
from grader.files.predictions import UnscorableError
from grader.sentences import RefusedError
from tests.grader.conftest import Grade

CLASSES = ("rocket", "car", "airplane")


def table(*rows: str, header: str = "id,label") -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def test_labels_are_put_in_the_order_of_the_ids():
    read = predictions.read(table("2,car", "0,airplane", "1,rocket"), rows=3, classes=CLASSES)
    assert read.labels.tolist() == [2, 0, 1]
    assert read.scores is None


def test_excel_line_ends_and_byte_order_mark_are_fine():
    read = predictions.read(b"\xef\xbb\xbfid,label\r\n0,car\r\n", rows=1, classes=CLASSES)
    assert read.labels.tolist() == [1]


@given(st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_scores_are_read_exactly(rows: int, seed: int):
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(rows, 3))
    lines = [
        f"{number},{','.join(map(repr, map(float, scores[number])))}"
        for number in generator.permutation(rows)
    ]
    read = predictions.read(table(*lines, header="id,p_0,p_1,p_2"), rows=rows, classes=CLASSES)
    assert read.scores is not None
    np.testing.assert_array_equal(read.scores, scores)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"id,label\n\xff,car\n", "not UTF-8 (line 2)"),
        (table("0,car", header="id,class"), "the first row of predictions.csv must be"),
        (table("0,1,0,0", header="id,p_0,p_1,p_3"), "'id,p_0,...,p_2'"),
        (table("0,car,1"), "row 2 of predictions.csv has 3 cells"),
    ],
)
def test_what_is_no_such_table_is_refused(data: bytes, said: str):
    with pytest.raises(RefusedError) as refusal:
        predictions.read(data, rows=1, classes=CLASSES)
    assert said in refusal.value.text.en
    assert not isinstance(refusal.value, UnscorableError)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["0,car"], "it has 1 rows below the header; there must be 2"),
        (["0,car", "0,car"], "row 3: the id 0 is there twice"),
        (["0,car", "2,car"], "row 3: the id '2' is unknown"),
        (["0,car", "-1,car"], "row 3: the id '-1' is unknown"),
        (["0,car", "1,boat"], "row 3: 'boat' is not allowed here"),
        (["0,car", "9" * 5000 + ",car"], "is unknown"),
    ],
)
def test_each_defect_is_named_by_row(rows: list[str], said: str):
    with pytest.raises(UnscorableError) as refusal:
        predictions.read(table(*rows), rows=2, classes=CLASSES)
    assert said in refusal.value.text.en


@pytest.mark.parametrize("cell", ["nan", "inf", "1_0", "", "0x1", "1e999", "٣", "9" * 100])
def test_scores_that_are_no_plain_numbers_are_refused(cell: str):
    data = table(f"0,0.1,0.2,{cell}", header="id,p_0,p_1,p_2")
    with pytest.raises(UnscorableError, match="row 2"):
        predictions.read(data, rows=1, classes=CLASSES)


def test_values_are_read_in_the_order_of_the_ids():
    data = table("1,-2.5", "0,1e3", header="id,value")
    assert predictions.read(data, rows=2, classes=(), task=LearningTask.VALUES).labels.tolist() == [
        1000,
        -2.5,
    ]


def test_several_labels_are_read_from_scores_or_from_zeros_and_ones():
    scores = table("0,0.2,0.9,0.6", header="id,p_0,p_1,p_2")
    read = predictions.read(scores, rows=1, classes=CLASSES, task=LearningTask.LABELS)
    assert (read.labels.tolist(), read.scores is None) == ([[0, 1, 1]], False)
    labels = table("0,0,1,1", header="id,p_0,p_1,p_2")
    read = predictions.read(labels, rows=1, classes=CLASSES, task=LearningTask.LABELS)
    assert (read.labels.tolist(), read.scores is None) == ([[0, 1, 1]], True)


@pytest.mark.parametrize(
    ("task", "said"), [(LearningTask.VALUES, "'id,value'"), (LearningTask.LABELS, "'id,p_0,...,p_2'")]
)
def test_header_of_another_task_is_refused(task: LearningTask, said: str):
    with pytest.raises(RefusedError) as refusal:
        predictions.read(table("0,car"), rows=1, classes=CLASSES, task=task)
    assert f"must be {said}." in refusal.value.text.en


@pytest.mark.parametrize("cell", ["nan", "1e101", "-1e300", "1_0", "car"])
def test_values_that_are_no_usable_numbers_are_refused(cell: str):
    with pytest.raises(UnscorableError, match="row 2"):
        predictions.read(table(f"0,{cell}", header="id,value"), rows=1, classes=(), task=LearningTask.VALUES)


@given(st.binary(max_size=200))
def test_noise_is_read_or_refused(noise: bytes):
    with suppress(RefusedError):
        predictions.read(b"id,label\n" + noise, rows=1, classes=CLASSES)


def test_table_is_graded_without_running_anything(grade_files: Grade):
    names = CLASSES * 50
    data = table(*(f"{number},{name}" for number, name in enumerate(names)))
    report = grade_files({"predictions.csv": data}, kind="predictions")
    assert report.verdict is Verdict.SCORED
    assert report.public is not None
    assert report.public.points == 10
    assert "start" not in report.timings


def test_unscorable_table_is_bad_output(grade_files: Grade):
    report = grade_files({"predictions.csv": table("0,car")}, kind="predictions")
    assert report.verdict is Verdict.BAD_OUTPUT
    assert "there must be 150" in report.message


def test_missing_table_is_rejected(grade_files: Grade):
    report = grade_files({"submission.py": b"1"}, kind="predictions")
    assert report.verdict is Verdict.REJECTED
    assert "there is no predictions.csv" in report.message
