"""`verify` finds held-out data that something public leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import material
from grader.stream_check import shared_stream
from tests.grader import blobs
from tests.grader.kinds.test_functions import LAYERS

ONE_STREAM = """
import torch
from assignments.spec import Split, Splits

def load():
    generator = torch.Generator().manual_seed(7)
    parts = [torch.randn(count, 2, generator=generator) for count in (30, 6, 15)]
    return Splits(*(Split(part, torch.arange(len(part)) % 3) for part in parts))
"""
FILES = """
import torch
from assignments.spec import Split, Splits

def load():
    parts = [torch.arange(float(2 * count)).view(count, 2) + count for count in (30, 6, 15)]
    return Splits(*(Split(part, torch.arange(len(part)) % 3) for part in parts))
"""
FIXED = "torch.randn(count, 2, generator=torch.Generator().manual_seed(count))"
CHANCE = 'torch.from_numpy(chance.standard_normal((count, 2), dtype="float32"))'


def problem(folder: Path, data: str) -> str:
    blobs.write_assignment(folder)
    (folder / "blobs" / "data.py").write_text(data)
    return shared_stream(material.from_folder(folder / "blobs"))


def test_two_streams_are_what_is_asked_for(tmp_path: Path):
    assert problem(tmp_path, blobs.DATA) == ""


def test_another_order_is_no_other_data(tmp_path: Path):
    shuffled = FIXED + "[torch.from_numpy(chance.permutation(count // 3) * 3).repeat(3)]"
    assert CHANCE in blobs.DATA
    data = blobs.DATA.replace(CHANCE, shuffled).replace("arange(count) % 3", "zeros(count, dtype=int)")
    data = data.replace("CENTRES[labels] + noise", "noise")
    assert "do not change with the key" in problem(tmp_path, data)


def test_one_stream_from_a_seed_in_the_folder_is_found(tmp_path: Path):
    assert "a number in the folder (data.py, line 6, data.py, line 7)" in problem(tmp_path, ONE_STREAM)


def test_files_are_fine(tmp_path: Path):
    assert problem(tmp_path, FILES) == ""


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('draws.held_out("train")', 'draws.public("train")', "public data change with the key"),
        ('draws.held_out("valid")', 'draws.public("valid")', "public data change with the key"),
        ('draws.public("test")', 'draws.held_out("test")', "change with the public seed"),
        (FIXED, CHANCE, "do not change with the key"),
    ],
)
def test_wrong_stream_is_found(tmp_path: Path, wrong: str, right: str, said: str):
    assert right in blobs.DATA
    assert said in problem(tmp_path, blobs.DATA.replace(right, wrong))


def test_hidden_checks_have_a_stream_of_their_own():
    assert shared_stream(material.from_folder(LAYERS)) == ""


def test_visible_check_drawn_by_the_secret_is_found(tmp_path: Path):
    folder = tmp_path / "layers"
    folder.mkdir()
    for path in (path for path in LAYERS.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        (folder / path.relative_to(LAYERS)).parent.mkdir(exist_ok=True)
        (folder / path.relative_to(LAYERS)).write_bytes(path.read_bytes())
    source = (folder / "checks.py").read_text()
    (folder / "checks.py").write_text(source.replace("(SMALL,), visible", "(scores,), visible"))
    assert "public data change with the key" in shared_stream(material.from_folder(folder))


def test_predictions_need_inputs_that_can_be_handed_out(tmp_path: Path):
    found = material.from_folder(blobs.write_assignment(tmp_path, kind="predictions"))
    assert "must lie in files" in shared_stream(found)
