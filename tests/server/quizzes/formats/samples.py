"""Files that nobody of this project wrote, read where they lie: beside the repository, never inside it."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[5] / "shared" / "samples"


def sample(name: str) -> bytes:
    """The content of a sample; its test is skipped where the folder is not."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"the sample files of other programs are not at {FOLDER}: their licences keep them out")
    return path.read_bytes()
