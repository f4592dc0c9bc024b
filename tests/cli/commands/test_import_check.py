"""Imports are looked at before anything runs: what the server has counts, not what is installed here."""

from __future__ import annotations

import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.api.uploads import OpenedFile
from cli.commands import precheck
from cli.language.translation import Language
from grader.files import notebook, unpack
from grader.harness_notes import ImportNote
from grader.imports import sentence
from grader.inside.python_imports import Files, faults
from tests.grader.files.test_notebook import ipynb
from tests.grader.files.test_unpack import zipped

PACKAGES = ("numpy", "torch", "PIL", "sklearn", "networkx>=3", "Keras-Core ~= 0.1")
DEFINED = "\ndef train(): ...\ndef predict(): ...\n"


def opened(name: str, content: str | bytes) -> OpenedFile:
    data = content.encode() if isinstance(content, str) else content
    return OpenedFile(name, io.BytesIO(data), len(data))


def said(kind: str = "code", language: Language = Language.EN, **contents: str | bytes) -> list[str]:
    files = [opened(name.replace("__", "."), content) for name, content in contents.items()]
    return [one.in_language(language) for one in precheck.problems(kind, files, PACKAGES)]


def test_all_that_is_missing_is_told_at_once_in_the_words_of_the_grader():
    source = "import os, cv2\nfrom tensorflow.keras import layers\n\ndef f():\n    import jax\n" + DEFINED
    (found,) = said(submission__py=source)
    assert found == (
        "Not installed: cv2 (submission.py, line 1); tensorflow.keras (submission.py, line 2); "
        "jax (submission.py, line 5). Installed are numpy, torch, PIL, sklearn, networkx>=3, "
        "Keras-Core ~= 0.1."
    )
    (hungarian,) = said(language=Language.HU, submission__py=source)
    assert hungarian.startswith("Nincs telepítve: cv2 (submission.py, 1. sor); tensorflow.keras (")


@pytest.mark.parametrize(
    "source",
    [
        "import numpy.linalg, torch, json\nfrom PIL import Image\nimport networkx as nx, keras_core",
        "from . import helper\nimport helper",
        "try:\n    import wandb\nexcept ImportError:\n    wandb = None",
    ],
)
def test_what_is_there_or_guarded_is_not_told(source: str):
    assert said(submission__py=source + DEFINED, helper__py="x = 1") == []


def test_files_of_their_own_that_are_hidden_are_told():
    (found,) = said(submission__py="import random\n" + DEFINED, random__py="x = 1")
    assert found == (
        "Called like an installed module, so that one would be imported instead of yours: "
        "random (submission.py, line 1). Give your file another name."
    )


def test_the_main_file_is_told_under_its_own_name():
    (found,) = said(hw3__py="import cv2" + DEFINED)
    assert "cv2 (hw3.py, line 1)" in found


def test_cells_of_a_notebook_are_read_without_what_only_a_notebook_understands():
    data = ipynb("import torch", "%matplotlib inline\n!pip install jax\nimport cv2\nimport google.colab")
    (found,) = said(a__ipynb=data)
    assert found.startswith("Not installed: cv2 (code cell 2, line 3). Installed are")


def test_archives_are_read_by_the_rules_of_a_hand_in():
    data = zipped(
        ("hw\\submission.py", b"from src import a"),
        ("hw/src/a.py", b"import cv2"),
        ("hw/.venv/b.py", b"import jax"),
        ("__MACOSX/hw/._submission.py", b"import wandb"),
        ("hw/tries.ipynb", ipynb("import gdown")),
    )
    (found,) = said(a__zip=data)
    assert found.startswith("Not installed: cv2 (src/a.py, line 1). Installed")
    (found,) = said(a__zip=zipped(("hw/my tries.ipynb", ipynb("import gdown"))))
    assert "gdown (code cell 1, line 1)" in found


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"{", b'{"cells": 3}', b'{"cells": [{}, 4]}', b"[]"])
def test_what_cannot_be_read_says_nothing_of_imports(content: bytes):
    names = ("a__zip", "a__ipynb", "submission__py")
    told = [one for name in names for one in said(**{name: content})]
    told += said(a__zip=zipped(("submission.py", content), ("b.ipynb", content)))
    assert [one for one in told if "installed" in one.lower()] == []


LINES = st.lists(
    st.sampled_from(
        [
            *("import torch", "import cv2", "import random", "%pip install x", "import random.x, jax", ""),
            *("try:\n    import flax\nexcept ImportError:\n    import wandb", "import helper", "x = 1"),
        ]
    ),
    min_size=1,
    max_size=4,
).map("\n".join)


@given(st.lists(LINES, min_size=1, max_size=3))
def test_the_tool_tells_the_same_places_as_the_grader(cells: list[str]):
    """Both take the notebook, cell by cell; advice and packages may differ."""
    contents = {"a.ipynb": ipynb(*cells), "random.py": b"1", "helper.py": b"import cv2"}
    tool = said(a__ipynb=contents["a.ipynb"], random__py=b"1", helper__py=b"import cv2")
    joined = notebook.joined(unpack.Contents(contents))
    files = joined.contents.files
    found = faults(
        Files(files, files.__getitem__), ["submission.py"], {"torch"}.__contains__, is_notebook=True
    )
    notes = {
        name: [ImportNote(one.file, one.line, one.module) for one in kind]
        for name, kind in (("missing", found.missing), ("hidden", found.hidden))
    }
    assert _places(" ".join(tool)) == _places(sentence(notes, joined.cells).en)


def _places(text: str) -> list[str]:
    return re.findall(r"\((?:code cell \d+|\S+), line \d+\)", text)


def test_a_notebook_is_measured_before_it_is_read():
    assert json.loads(ipynb("x"))["nbformat"] == 4
    assert "too large" in said(a__ipynb=b"[" * 500_000)[0]
