"""The spool: a folder with one file for each upload that is still arriving.

How many bytes of a file count says the database alone; what lies behind them is left over from a request that
died, and is written over. Every process that takes pieces of an upload must see the same folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from server.config import Config
from server.disk_space import DiskReserve, free_bytes
from server.outages import StoreAway
from server.store import refuse_when_full
from server.threads import run_in_thread

LEFT_BEHIND = timedelta(days=2)  # files without a row: of a process that died between the two
CHUNK = 1 << 20


class Spool:
    """The folder. Names are ids that we made."""

    def __init__(self, folder: Path, free: Callable[[Path], int] = free_bytes) -> None:
        self._folder = folder
        self._room = DiskReserve(folder, free)

    @classmethod
    def of(cls, config: Config) -> Spool:
        """Where the settings say."""
        return cls(config.spool_folder)

    def path(self, upload_id: str) -> Path:
        """Where the bytes of an upload lie."""
        return self._folder / str(UUID(upload_id))

    def refuse_unless_room(self, size: int) -> None:
        """Raise StoreFull when the disk could not hold so many more bytes."""
        self._room.refuse_unless(size)

    def has(self, upload_id: str) -> int:
        """How many bytes lie there, counted or not."""
        path = self.path(upload_id)
        return path.stat().st_size if path.exists() else 0

    def write(self, upload_id: str, offset: int, content: bytes) -> None:
        """Put bytes at a place; they survive a power cut when this returns. Raises StoreFull."""
        self._room.refuse_unless(len(content))
        with refuse_when_full():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _refuse_if_planted(self._folder)
            flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            handle = os.open(self.path(upload_id), flags, 0o600)
            try:
                _write_at(handle, offset, content)
                os.fsync(handle)
            finally:
                os.close(handle)
            if offset == 0:
                _sync_folder(self._folder)

    def seal(self, upload_id: str, size: int) -> str:
        """The sha256 of a finished upload, cut to its size."""
        return run_in_thread(_seal, self.path(upload_id), size)

    def open(self, upload_id: str) -> BinaryIO:
        """The bytes. Raises FileNotFoundError."""
        return self.path(upload_id).open("rb")

    def discard(self, upload_id: str) -> None:
        """Forget the bytes, if there are any."""
        self.path(upload_id).unlink(missing_ok=True)

    def left_behind(self, now: datetime) -> list[str]:
        """Ids of files that nobody has written to for longer than any upload lives."""
        if not self._folder.is_dir():
            return []
        before = (now - LEFT_BEHIND).timestamp()
        with os.scandir(self._folder) as files:
            return [file.name for file in files if _is_id(file.name) and file.stat().st_mtime < before]


def _refuse_if_planted(folder: Path) -> None:
    """In a folder like /tmp anybody may have made a folder of that name, and could change what lies in it."""
    shared = folder.parent.stat().st_mode & stat.S_ISVTX
    if shared and folder.lstat().st_uid != os.geteuid():
        raise StoreAway(why=f"{folder} belongs to another account: set HAZI_SPOOL")


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _write_at(handle: int, offset: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        written = os.pwrite(handle, left, offset)
        left, offset = left[written:], offset + written


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _seal(path: Path, size: int) -> str:
    with path.open("r+b") as file:
        if os.fstat(file.fileno()).st_size != size:
            file.truncate(size)
        digest = sha256()
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
