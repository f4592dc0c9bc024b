"""What the student's files import and cannot have in this box, while nothing of theirs has run."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from grader.inside import python_imports
from grader.inside.python_imports import Faults, Files

FRAGILE = frozenset({"torchvision", "torchaudio"})
"""Of another build than torch's they are installed and cannot be imported."""


def faults(root: Path, main: str, *, is_notebook: bool) -> Faults:
    """What would fail of the imports of `main` and all that it reaches, in the order of files and lines."""
    names = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    files = Files(names, lambda name: (root / name).read_bytes())
    return python_imports.faults(files, [main], _is_installed, is_notebook=is_notebook)


def _is_installed(name: str) -> bool:
    if name in sys.modules:
        return True
    try:
        if importlib.util.find_spec(name) is None:
            return False
        if name in FRAGILE:
            __import__(name)
    except Exception:  # noqa: BLE001 - what cannot be imported is not there
        return False
    return True
