"""Tables of held-out inputs: for students who predict at home alone, and without a word about labels."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from assignments.scoring import LearningTask
from grader import material
from grader.__main__ import main
from grader.commands import verify
from grader.files import predictions
from grader.material import MaterialError
from grader.practice.inputs import input_tables
from tests.grader import blobs

FILES = """
import numpy as np
from assignments.spec import Split, Splits

def split(count, seed):
    chance = np.random.default_rng(seed)
    labels = chance.integers(0, 3, count)
    return Split((chance.standard_normal((count, 2, 3)) + 9e9).astype(np.float32), labels)

def load():
    return Splits(train=split(30, 1), valid=split(10, 2), test={test})
"""
SORTED = "Split(np.zeros((9, 2), np.float32), np.arange(9) // 3)"
LABEL_COLUMN = 777_000_111


def written(
    tmp_path: Path, *, kind: str = "predictions", test: str = "split(20, 3)", data: str = FILES
) -> Path:
    folder = blobs.write_assignment(tmp_path, kind=kind)
    (folder / "data.py").write_text(data.replace("{test}", test))
    return folder


def rows_of(table: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table.decode(), newline="")))


def test_inputs_stand_in_the_order_of_their_ids_exactly(tmp_path: Path):
    found = material.from_folder(written(tmp_path))
    tables = input_tables(found)
    assert tables is not None
    header, *rows = rows_of(tables.files["inputs.csv"])
    assert header == ["id", *(f"x_{number}" for number in range(6))]
    assert [row[0] for row in rows] == [str(number) for number in range(20)]
    read = np.array([row[1:] for row in rows], dtype=np.float32).reshape(20, 2, 3)
    np.testing.assert_array_equal(read, found.data.held_out_inputs)


def test_no_label_is_in_any_table(tmp_path: Path):
    """Labels that stand out wherever they were written."""
    told = f"Split(np.zeros((9, 2), np.float32), np.arange(9) * 7 % 9 * {LABEL_COLUMN} % 1000000007)"
    found = material.from_folder(written(tmp_path, test=told))
    tables = input_tables(found)
    assert tables is not None
    whole = b"".join(tables.files.values())
    shown = [str(label) for label in found.data.held_out_labels if label > 9]
    assert len(shown) > 5
    assert [label for label in shown if label.encode() in whole] == []


def test_the_empty_table_only_wants_its_labels(tmp_path: Path):
    found = material.from_folder(written(tmp_path))
    tables = input_tables(found)
    assert tables is not None
    empty = tables.files["predictions.csv"]
    assert rows_of(empty)[:2] == [["id", "label"], ["0", ""]]
    read = predictions.read(empty.replace(b",\n", b",car\n"), rows=20, classes=found.assignment.data.classes)
    assert read.labels.tolist() == [1] * 20
    assert found.assignment.data.task is LearningTask.CLASSES


@pytest.mark.parametrize("kind", ["code", "model"])
def test_other_kinds_have_no_such_table(tmp_path: Path, kind: str):
    assert input_tables(material.from_folder(written(tmp_path, kind=kind))) is None


@pytest.mark.parametrize(
    ("data", "test", "said"),
    [
        (blobs.DATA, "", "drawn from the course's secret"),
        (FILES, SORTED, "order of its held-out examples tells"),
        (FILES, SORTED.replace("np.arange(9)", "(8 - np.arange(9))"), "order of its held-out examples tells"),
    ],
)
def test_inputs_that_would_tell_too_much_stay_at_home(tmp_path: Path, data: str, test: str, said: str):
    with pytest.raises(MaterialError, match=said):
        input_tables(material.from_folder(written(tmp_path, data=data, test=test)))


@pytest.mark.parametrize(
    ("data", "test", "holds"),
    [(FILES, "split(20, 3)", [True]), (FILES, SORTED, [False]), (blobs.DATA, "", [])],
    ids=["shuffled", "sorted", "drawn"],
)
def test_verify_says_whether_the_order_tells_labels(tmp_path: Path, data: str, test: str, holds: list[bool]):
    found = material.from_folder(written(tmp_path, data=data, test=test))
    told = [check for check in verify.checks_of_material(found) if "order" in check.promise]
    assert [check.holds for check in told] == holds


def test_export_writes_them_beside_the_kit_and_removes_older_ones(tmp_path: Path):
    folder, into = written(tmp_path), tmp_path / "kits"
    into.mkdir()
    old = into / f"{'0' * 64}.inputs.csv"
    old.write_text("id,x_0\n")
    for _ in range(2):
        result = CliRunner().invoke(main, ["export", str(folder.parent), str(into)])
        assert result.exit_code == 0, result.output
        version = material.from_folder(folder).version
        names = {f"{version}.{end}" for end in ("safetensors", "flaws.json", "inputs.csv", "predictions.csv")}
        assert {path.name for path in into.iterdir()} == names


def test_export_says_why_there_is_none_and_writes_the_kit_all_the_same(tmp_path: Path):
    folder, into = written(tmp_path, test=SORTED), tmp_path / "kits"
    result = CliRunner().invoke(main, ["export", str(folder.parent), str(into)])
    assert result.exit_code == 0
    assert (
        "blobs: no table of held-out inputs: the order of its held-out examples tells their labels"
        in result.output
    )
    assert {path.suffix for path in into.iterdir()} == {".safetensors", ".json"}
