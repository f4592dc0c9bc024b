"""A store that is a folder: on a disk, or on a file system that several machines share."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import _TemporaryFileWrapper
from typing import IO, BinaryIO

from grader.contract import STORE_PROBE
from server.disk_space import DiskReserve, free_bytes, is_scarce
from server.errors import StoreFull
from server.outages import StoreAway
from server.store.folder_removal import INCOMING, FolderRemoval
from server.store.interface import Blob, Space, path_of
from server.store.writing import copy, refuse_when_away


class FolderStore:
    """Blobs as files. What is being written lies beside them, so that a rename never crosses file systems."""

    def __init__(self, root: Path, free: Callable[[Path], int] = free_bytes) -> None:
        self.folder = root
        self._room = DiskReserve(root, free)

    def keep(self, stream: IO[bytes], limit: int, *, space: Space = Space.BLOBS) -> Blob:
        """As `Store.keep`; the stream need not be rewound."""
        with self._incoming() as file:
            blob = copy(stream, file, limit, self._room)
            with refuse_when_away():
                _publish(file.name, self.folder / path_of(blob.sha256, space))
        return blob

    def adopt(self, file: Path, digest: str) -> None:
        """As `Store.adopt`: by a rename where that is possible."""
        target = self.folder / path_of(digest, Space.BLOBS)
        try:
            self._take_over(file, target)
        except FileNotFoundError as error:
            # Somebody else has adopted it meanwhile; it must not be removed for its age just now.
            if _still_there(target) or target.exists():
                return
            if file.exists():
                raise StoreAway(why=str(error)) from error
            raise

    def open(self, digest: str, space: Space = Space.BLOBS) -> BinaryIO:
        """As `Store.open`."""
        return self._found(digest, space).open("rb")

    def size(self, digest: str, space: Space = Space.BLOBS) -> int:
        """As `Store.size`."""
        return self._found(digest, space).stat().st_size

    def check(self) -> None:
        """As `Store.check`. Raises StoreFull also where hand-ins are about to be refused."""
        with self._incoming() as file, refuse_when_away():
            file.write(STORE_PROBE)
            file.flush()
            if Path(file.name).read_bytes() != STORE_PROBE:
                raise StoreAway(why="what was written reads differently")
        if is_scarce(self.folder):
            raise StoreFull(f"only {free_bytes(self.folder) >> 20} MiB are free")

    def removal(self) -> FolderRemoval:
        """As `Store.removal`."""
        return FolderRemoval(self.folder)

    def _take_over(self, file: Path, target: Path) -> None:
        """Raises FileNotFoundError beside what `adopt` does."""
        try:
            _publish(str(file), target)
        except FileNotFoundError:
            raise
        except OSError as error:
            if error.errno != errno.EXDEV:
                with refuse_when_away():
                    raise
            with file.open("rb") as stream:  # on another file system: it has to be copied
                self.keep(stream, file.stat().st_size)

    def _found(self, digest: str, space: Space) -> Path:
        found = self.folder / path_of(digest, space)
        try:
            if found.exists():
                return found
        except OSError as error:
            raise StoreAway(why=str(error)) from error
        if not self.folder.is_dir():
            raise StoreAway(why=f"{self.folder} is not there")
        raise FileNotFoundError(digest)

    @contextmanager
    def _incoming(self) -> Iterator[_TemporaryFileWrapper[bytes]]:
        """A temporary file that is gone when the block ends, unless it was renamed in time."""
        folder = self.folder / INCOMING
        with refuse_when_away():
            try:
                file = tempfile.NamedTemporaryFile(dir=folder, delete=False)  # noqa: SIM115 - closed below
            except FileNotFoundError:  # the first one
                self._make(folder)
                file = tempfile.NamedTemporaryFile(dir=folder, delete=False)  # noqa: SIM115 - closed below
        with file:
            try:
                yield file
            finally:
                Path(file.name).unlink(missing_ok=True)

    def _make(self, folder: Path) -> None:
        if not self.folder.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # blobs are readable, their folder not
        folder.mkdir(parents=True, exist_ok=True)


def _still_there(target: Path) -> bool:
    """Whether a blob is there and stays: it counts as new from now on. See `folder_removal`.

    The second look is not the first one again: whoever takes a blob aside at this very moment may have looked
    at its time before the touch.
    """
    try:
        os.utime(target)
    except (FileNotFoundError, PermissionError):  # not there, or another account's: published anew
        return False
    return target.exists()


def _publish(written: str, target: Path) -> None:
    """Give a written file its name, in an order that survives a power cut at any moment."""
    if _still_there(target):
        return
    with Path(written).open("rb") as file:
        os.fchmod(file.fileno(), 0o444)
        os.utime(file.fileno())  # what arrived long ago is new here
        os.fsync(file.fileno())
    try:
        Path(written).replace(target)
    except FileNotFoundError:  # the first one there
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(written).replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
