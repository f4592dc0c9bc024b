"""Sentences about imports: what is compared is whole, and cut only where it is shown."""

from __future__ import annotations

import json

import pytest

from grader.harness_notes import Notes
from grader.imports import sentence

CELLS = ((4, 2), (7, 3))


def said(file: str, module: str, line: int = 8) -> str:
    notes = Notes()
    notes.take(json.dumps({"imports": "missing", "places": [[file, line, module]]}).encode() + b"\n", now=0.0)
    return sentence(notes.imports, CELLS).en


def test_a_line_of_the_main_file_is_told_by_its_cell():
    assert "cv2 (code cell 2, line 2): take Pillow" in said("submission.py", "cv2")


@pytest.mark.parametrize("file", [" submission.py", "submission.py ", "a/submission.py"])
def test_a_file_that_is_only_shown_like_the_main_one_is_another(file: str):
    assert f"({' '.join(file.split())}, line 8)" in said(file, "cv2")


def test_long_names_are_compared_whole_and_cut_to_be_shown():
    long = "x" * 200
    assert f"{'x' * 64} ({'f' * 64}, line 8). Installed are" in said("f" * 200, f"{long}.cv2")
    assert "take Pillow" in said("a.py", f"cv2.{long}")
