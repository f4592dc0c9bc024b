"""Imports are looked at before anything runs: what the server has counts, not what is installed here."""

from __future__ import annotations

import pytest

from cli.commands.import_check import of_imports
from cli.language.translation import Language

PACKAGES = ("numpy", "torch", "PIL", "sklearn", "networkx>=3")


def said(**sources: str) -> list[str]:
    files = {f"{name}.py": source.encode() for name, source in sources.items()}
    return [one.in_language(Language.EN) for one in of_imports(files, PACKAGES)]


def test_all_that_is_missing_is_told_at_once():
    found = said(
        submission="import os, cv2\nfrom tensorflow.keras import layers\n\ndef f():\n    import jax\n"
    )
    assert [one.partition(" is not")[0] for one in found] == [
        "submission.py, line 1: cv2",
        "submission.py, line 2: tensorflow",
        "submission.py, line 5: jax",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "import numpy.linalg, torch, json\nfrom PIL import Image\nimport networkx as nx",
        "from . import helper\nimport helper",
        "try:\n    import wandb\nexcept ImportError:\n    wandb = None",
        "if __name__ == '__main__':\n    import wandb",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import wandb",
        "def broken(:",
    ],
)
def test_what_is_there_or_never_asked_for_is_not_told(source: str):
    assert said(submission=source, helper="x = 1") == []
