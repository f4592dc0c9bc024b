"""What staff are told to look at: code without a training, and files that hold a table."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import assignments
from grader.contract import GradeReport, Layer, RunPhase
from grader.run import Clock
from grader.scoring import remarks
from tests.grader import blobs
from tests.grader.conftest import Grade

LABELS = base64.b64encode(np.random.default_rng(0).bytes(6000)).decode()
HONEST = [
    path.read_bytes() for folder in assignments.folders().values() for path in folder.glob("*/submission.py")
]
TABLES: Mapping[str, bytes] = {
    "numbers": f"X = {list(range(1000))}".encode(),
    "numbers, a line each": ("X = [\n" + "1,\n" * 1000 + "]\n").encode(),
    "one long number": b"X = 0x" + b"7" * 30_000,
    "text": f"X = '{LABELS}'".encode(),
    "text, a line each": ("X = [\n" + "'abcdefgh',\n" * 1000 + "]\n").encode(),
    "bytes": f"X = b'{LABELS}'".encode(),
    "text that is called": f"decode('{LABELS}')".encode(),
    "docstring": f'"""{LABELS * 3}"""'.encode(),
    "comments": b"".join(b"# " + LABELS[at : at + 70].encode() + b"\n" for at in range(0, 8000, 70)) * 3,
}


def honest() -> dict[str, bytes]:
    return {"submission.py": blobs.HONEST.encode()}


def codes(report: GradeReport) -> list[str]:
    return [remark.code for remark in report.staff.remarks]


@pytest.mark.parametrize("source", TABLES.values(), ids=TABLES)
def test_table_in_the_source_is_noticed(source: bytes):
    assert [remark.code for remark in remarks.of_files({"submission.py": source})] == ["table"]


def test_table_beside_the_source_is_noticed():
    [remark] = remarks.of_files({"submission.py": b"", "labels.bin": b"\0" * 5000})
    assert "labels.bin" in remark.en
    assert "labels.bin" in remark.hu


def test_many_tables_are_told_in_a_few_remarks():
    files = {f"part{number}.bin": b"\0" * 5000 for number in range(100)}
    assert len(list(remarks.of_files(files))) == remarks.MOST_TOLD


def test_more_source_than_can_be_looked_at_is_a_remark_by_itself():
    files = {f"part{number}.py": b"pass\n" * 50_000 for number in range(4)}
    [remark] = remarks.of_files(files)
    assert "976 KiB of source" in remark.en


@pytest.mark.parametrize("source", HONEST)
def test_starters_and_references_hold_no_table(source: bytes):
    assert list(remarks.of_files({"submission.py": source})) == []


def test_long_answers_in_a_docstring_are_no_table():
    answer = '"""' + "Because precision never falls as t grows.\n" * 200 + '"""\n'
    assert list(remarks.of_files({"submission.py": answer.encode()})) == []


@given(st.binary(max_size=2000))
def test_any_bytes_can_be_looked_at(source: bytes):
    assert len(list(remarks.of_files({"submission.py": source}))) <= 1


@pytest.mark.parametrize(
    "source", [b"(" * 100_000, b"-" * 100_000 + b"1", b"if 1:\n " * 20_000, b"'''" + b"\n" * 200_000]
)
def test_what_would_exhaust_a_parser_is_looked_at(source: bytes):
    assert len(list(remarks.of_files({"submission.py": source}))) <= 1


@pytest.mark.parametrize(
    ("seconds", "gradient", "noticed"),
    [(0.1, None, True), (0.1, 0.0, True), (0.1, 0.3, False), (3.0, None, False), (3.0, 0.3, False)],
)
def test_training_is_seen_by_its_gradient_or_its_time(seconds: float, gradient: float | None, noticed: bool):
    layers = (Layer("fc", "Linear", 10, gradient_norm=gradient),)
    clock = Clock(lambda *_: None, timings={str(RunPhase.TRAIN): seconds}, layers=layers)
    assert bool(list(remarks.of_training(clock))) is noticed


def test_code_that_learns_by_counting_is_only_remarked_on(grade_files: Grade):
    report = grade_files(honest())
    assert codes(report) == ["no_training"]
    assert report.public is not None
    assert report.public.points == 10


def test_remarks_travel_with_the_private_share_alone(grade_files: Grade):
    message = grade_files(honest()).to_message()
    private = message.pop("private")
    assert "No training was seen" in json.dumps(private)
    assert "No training was seen" not in json.dumps(message)
    assert GradeReport.from_message(message | {"private": private}).staff.remarks[0].code == "no_training"
