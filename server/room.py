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
SCARCE = 2 * RESERVE  # below this, staff should look: hand-ins are about to be refused


def free_bytes(folder: Path) -> int:
    """How much room the disk of a folder has, whether or not the folder is there yet."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class Room:
    """The disk that holds a folder. `free` tells what is left of it, for tests to say otherwise."""

    folder: Path
    free: Callable[[Path], int] = free_bytes

    def refuse_unless(self, size: int) -> None:
        """Raise StoreFull when so many more bytes would touch the reserve."""
        if self.free(self.folder) < size + RESERVE:
            raise StoreFull
