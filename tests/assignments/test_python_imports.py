"""Imports read from syntax: what is asked for, what is guarded, what a file of the student's is hidden by."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.files import python_imports
from assignments.files.python_imports import Faults, Files

INSTALLED = frozenset({"torch", "numpy"})


def faults_of(*, is_notebook: bool = False, installed: Collection[str] = INSTALLED, **sources: str) -> Faults:
    files = {f"{name.replace('__', '/')}.py": text.encode() for name, text in sources.items()}
    known = Files(files, files.__getitem__)
    return python_imports.faults(known, ["submission.py"], installed.__contains__, is_notebook=is_notebook)


def missing(source: str, **others: str) -> list[str]:
    return [one.module for one in faults_of(submission=source, **others).missing]


@pytest.mark.parametrize(
    "source",
    [
        "import cv2",
        "import cv2 as torch",
        "from cv2.x import y",
        "def f():\n    import cv2",
        "import importlib\nimportlib.import_module('cv2')",
        "import_module(name='cv2')",
        "__import__('cv2')",
        "try:\n    import cv2\nexcept ValueError:\n    pass",
        "try:\n    import cv2\nfinally:\n    pass",
        "if __name__ != '__main__':\n    import cv2",
        "if __name__:\n    import cv2",
        "if len(__name__) > 3:\n    import cv2",
        "if TYPE_CHECKING:\n    pass\nelse:\n    import cv2",
        "if not TYPE_CHECKING:\n    import cv2",
        "if TYPE_CHECKING or x:\n    import cv2",
        "try:\n    import jax\nexcept ImportError:\n    import cv2",
        "try:\n  import jax\nexcept ImportError:\n  try:\n    import wandb\n  except:\n    import cv2",
        "with suppress(ValueError):\n    import cv2",
        "match 1:\n    case 1:\n        import cv2",
        "lambda: __import__('cv2')",
        "@f(__import__('cv2'))\nclass A: ...",
    ],
)
def test_what_is_asked_for_and_not_there_is_found_wherever_it_stands(source: str):
    assert missing(source) == ["cv2.x" if "cv2.x" in source else "cv2"]


@pytest.mark.parametrize(
    "source",
    [
        "import torch.nn, json, os.path",
        "from . import helper\nfrom .helper import x\nfrom ..a import b",
        "import helper, lib.part",
        "try:\n    import cv2\nexcept ImportError:\n    cv2 = None",
        "try:\n    import cv2\nexcept (AttributeError, ModuleNotFoundError):\n    pass",
        "try:\n    import cv2\nexcept:\n    pass",
        "try:\n    import cv2\nexcept builtins.ImportError:\n    pass",
        "try:\n    import cv2\nexcept* ImportError:\n    pass",
        "try:\n    import cv2\nexcept ImportError:\n    pass\nelse:\n    from cv2 import x\n    import jax",
        "try:\n    import torch\nexcept ImportError:\n    import cv2",
        "try:\n    import tomllib\nexcept ImportError:\n    import cv2 as tomllib",
        "try:\n    train()\nexcept Exception:\n    import cv2",
        "try:\n  import jax\nexcept ImportError:\n  try:\n    import torch\n  except:\n    import cv2",
        "with contextlib.suppress(ImportError):\n    import cv2",
        "if importlib.util.find_spec('cv2'):\n    import cv2",
        "if importlib.util.find_spec('cv2') is not None and x:\n    import cv2",
        "if __name__ == '__main__':\n    import cv2",
        "if '__main__' == __name__:\n    import cv2",
        "if __name__ == '__main__' and x:\n    import cv2",
        "if not __name__ == '__main__':\n    pass\nelse:\n    import cv2",
        "if typing.TYPE_CHECKING:\n    import cv2",
        "if 0:\n    import cv2",
        "if True:\n    pass\nelse:\n    import cv2",
        "def broken(:",
        "x = 'import cv2'",
        "importlib.import_module('.cv2', 'lib')",
    ],
)
def test_what_is_there_or_never_asked_for_is_not_told(source: str):
    assert not faults_of(submission=source, helper="x = 1", lib__part="")


def test_only_files_that_are_reached_are_read():
    assert missing("import a", a="import b", b="import cv2", c="import jax") == ["cv2"]
    assert missing("from lib import part", lib__part="import cv2") == ["cv2"]
    assert missing("try:\n    import a\nexcept ImportError:\n    pass", a="import cv2") == ["cv2"]
    assert missing("exec('import ' + x)", c="import jax") == ["jax"]


def test_a_file_of_their_own_that_another_module_hides_is_told():
    found = faults_of(submission="import random\nimport numpy.linalg\nimport helper", random="", numpy="")
    assert [(one.module, one.line) for one in found.hidden] == [("random", 1), ("numpy.linalg", 2)]
    assert not faults_of(submission="from lib import random", lib__random="")
    assert not faults_of(submission="import random", lib__random="")


def test_a_notebook_brings_its_own_modules_along():
    source = "from google.colab import drive\nfrom google import colab\nimport IPython.display"
    assert not faults_of(submission=source, is_notebook=True)
    assert missing(source) == ["google.colab", "google", "IPython.display"]


WORDS = st.sampled_from(["torch", "json", "cv2", "jax"])


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_of_a_chain_of_attempts_the_last_is_missing_where_all_are(tried: list[str]):
    """try a, except ImportError: try b, except ...: the last one is asked for where no other is there."""
    source = f"import {tried[-1]}"
    for name in reversed(tried[:-1]):
        inner = source.replace("\n", "\n    ")
        source = f"try:\n    import {name}\nexcept ImportError:\n    {inner}"
    is_needed = not {"torch", "json"} & set(tried)
    assert missing(source) == ([tried[-1]] if is_needed else [])


@given(st.text(st.sampled_from("import cv2fromtryex:\n ()'=_.")), st.booleans())
def test_noise_is_read_as_nothing_or_something(source: str, is_notebook: bool):
    faults_of(submission=source, is_notebook=is_notebook)


def test_many_imports_of_many_files_are_bounded():
    many = {f"part{number}": "import cv2" for number in range(150)}
    source = "".join(f"import part{number % 150}, missing{number}\n" for number in range(8000))
    found = faults_of(submission=source, **many)
    assert len(found.missing) == python_imports.MOST_FAULTS
