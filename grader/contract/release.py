"""The release of this contract."""

from __future__ import annotations

import hashlib
from pathlib import Path


def release_of(folder: Path) -> str:
    """16 hexadecimal digits that follow from the text of all modules in a folder, and from their names."""
    digest = hashlib.sha256()
    for module in sorted(folder.glob("*.py")):
        digest.update(f"{module.name}\0".encode() + hashlib.sha256(module.read_bytes()).digest())
    return digest.hexdigest()[:16]


RELEASE = release_of(Path(__file__).parent)
"""Says which text of the contract a program runs with: server and graders need the same one."""
