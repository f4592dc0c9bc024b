"""What runs left behind when their worker was killed: groups and folders named after a dead process."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from grader.sandbox.group import CGROUPS, empty_and_remove, own_unified_folder

# Process numbers mean something only within their pid namespace: a worker in another container would
# take our group for an orphan's in the moment when no process is in it.
PREFIX = f"hazi-{Path('/proc/self/ns/pid').stat().st_ino}-"
LEGACY = ("memory", "pids", "cpu")
OWNER = re.compile(rf"{PREFIX}(\d+)-\w+")


def new_name() -> str:
    """A name for a group or folder of this process that no other has."""
    return f"{PREFIX}{os.getpid()}-{secrets.token_hex(8)}"


def discard(folder: Path) -> None:
    """Remove a folder of ours; whoever tidies up /tmp may have been here before."""
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)


def remove() -> int:
    """Remove what dead workers left on this machine; says how much there was."""
    homes = [*(CGROUPS / controller for controller in LEGACY), own_unified_folder()]
    groups = [folder for home in homes if home is not None for folder in _orphans(home)]
    for group in groups:
        # Its worker may be alive in another container, where we see neither it nor its processes;
        # or another worker, which starts at the same time, was faster.
        with suppress(TimeoutError, FileNotFoundError):
            empty_and_remove(group)
    folders = _orphans(Path(tempfile.gettempdir()))
    for folder in folders:
        discard(folder)
    return len(groups) + len(folders)


def _orphans(home: Path) -> list[Path]:
    """Folders of ours whose worker is no more."""
    found = []
    for folder in home.glob(f"{PREFIX}*"):
        owner = OWNER.fullmatch(folder.name)
        if owner and folder.is_dir() and not Path("/proc", owner[1]).exists():
            found.append(folder)
    return found
