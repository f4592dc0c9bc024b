"""The release of this contract."""

from __future__ import annotations

import hashlib
from pathlib import Path

from assignments import localized


def release_of(folder: Path, *others: Path) -> str:
    """16 hexadecimal digits that follow from text and name of each module in a folder, and of `others`."""
    digest = hashlib.sha256()
    for module in (*sorted(folder.glob("*.py")), *others):
        digest.update(f"{module.name}\0".encode() + hashlib.sha256(module.read_bytes()).digest())
    return digest.hexdigest()[:16]


RELEASE = release_of(Path(__file__).parent, Path(localized.__file__))
"""Says which text of the contract a program runs with: server and graders need the same one."""
