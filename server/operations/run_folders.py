"""Temporary folders of programs that run: none outlives its program for longer than to the next start.

A program holds a lock on its folder, which the kernel takes away when the program is gone, however it went.
Whoever makes a folder first removes all that nobody holds any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PREFIX = "hazi-run-"  # of every such folder, and of nothing else
PAUSES_S = (0.02, 0.1, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A folder of this process, closed to other accounts."""

    path: Path
    lock: int  # an open file: as long as any process has it open, the folder stays

    def pass_on(self) -> None:
        """Let the program that takes this process over, and its children, hold the folder too."""
        os.set_inheritable(self.lock, True)

    def remove(self) -> None:
        """The folder and all in it are needed no more."""
        _remove(self.path)
        os.close(self.lock)


def new_run_folder(purpose: str, place: str | None = None) -> RunFolder:
    """An empty folder, by default in TMPDIR. What dead programs left there is removed first."""
    remove_orphans(place)
    while True:
        path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{purpose}-", dir=place))
        lock = _locked(path)
        if lock is not None and path.is_dir():
            return RunFolder(path, lock)
        if lock is not None:  # somebody removed it before we had the lock, for it was nobody's
            os.close(lock)


@contextmanager
def run_folder(purpose: str, place: str | None = None) -> Iterator[Path]:
    """A new run folder that goes away when the block ends."""
    folder = new_run_folder(purpose, place)
    try:
        yield folder.path
    finally:
        folder.remove()


def remove_orphans(place: str | None = None) -> None:
    """Remove the run folders that nobody holds, as far as they are ours to remove."""
    for path in Path(place or tempfile.gettempdir()).glob(f"{PREFIX}*"):
        lock = _locked(path)
        if lock is not None:
            _remove(path)
            os.close(lock)


def _remove(folder: Path) -> None:
    """Also where a program that is being killed still writes into it."""
    for pause_s in PAUSES_S:
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(pause_s)


def _locked(path: Path) -> int | None:
    """The lock on a folder, or None where somebody has it, or it is gone, or it is not ours to open."""
    lock = -1
    with suppress(OSError):
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return lock
    if lock >= 0:
        os.close(lock)
    return None
