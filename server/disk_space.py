"""Room on a disk: what comes from outside is taken only while a reserve stays free.

A full disk hurts everybody, not only who fills it: the database and the log are on it too. So each way in
asks before it writes: the store, the spool, and the temporary files of forms.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from server.errors import StoreFull

RESERVE = 512 << 20  # bytes of each disk that nothing from outside may take
SMALL_SHARE = 4  # of a small disk, such as /tmp in memory, it is one part in so many


def free_bytes(folder: Path) -> int:
    """How much room the disk of a folder has, whether or not the folder is there yet."""
    return shutil.disk_usage(_above(folder)).free


def reserve_of(folder: Path) -> int:
    """How much of the disk of a folder is left to us."""
    return min(RESERVE, shutil.disk_usage(_above(folder)).total // SMALL_SHARE)


def is_scarce(folder: Path) -> bool:
    """Whether staff should look: hand-ins are about to be refused."""
    return free_bytes(folder) < 2 * reserve_of(folder)


def _above(folder: Path) -> Path:
    """The folder, or the first one above it that is there."""
    while not folder.exists():
        folder = folder.parent
    return folder


@dataclass(frozen=True, slots=True)
class DiskReserve:
    """The disk that holds a folder. `free` tells what is left of it, for tests to say otherwise."""

    folder: Path
    free: Callable[[Path], int] = free_bytes

    def refuse_unless(self, size: int) -> None:
        """Raise StoreFull when so many more bytes would touch the reserve."""
        if self.free(self.folder) < size + reserve_of(self.folder):
            raise StoreFull
