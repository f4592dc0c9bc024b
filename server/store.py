"""The store: every uploaded file and every published archive, each under the digest of its bytes."""

from __future__ import annotations

import errno
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import _TemporaryFileWrapper
from typing import IO, BinaryIO, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem

from grader.contract import STORE_PROBE, blob_path
from server.errors import StoreFull, TooLarge
from server.room import Room, free_bytes

CHUNK = 1 << 18
PROBE = sha256(STORE_PROBE).hexdigest()  # the blob by which graders know this store
INCOMING = "incoming"  # lies beside the blobs, so that a rename never crosses file systems
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that are safely kept."""

    sha256: str
    size: int


class Store:
    """A folder, or whatever else fsspec reaches, that holds blobs by digest."""

    def __init__(self, url: str, free: Callable[[Path], int] = free_bytes) -> None:
        self._fs, root = fsspec.core.url_to_fs(url)
        self._root = root.rstrip("/")
        self._local = Path(self._root) if isinstance(self._fs, LocalFileSystem) else None
        # What goes elsewhere lies on the disk of temporary files until it is whole.
        self._room = Room(self._local or Path(tempfile.gettempdir()), free)

    @property
    def folder(self) -> Path | None:
        """Where the store lies, if it is a folder."""
        return self._local

    def keep(self, stream: IO[bytes], limit: int) -> Blob:
        """Store what a stream holds; the same bytes again cost nothing.

        Raises TooLarge as soon as there are more than `limit` bytes, and StoreFull; neither leaves anything.
        """
        with refuse_when_full(), self._incoming() as file:
            blob = _copy(stream, file, limit, self._room)
            if self._local:
                _publish(file.name, self._local / blob_path(blob.sha256))
            elif not self._fs.exists(self._path(blob.sha256)):
                self._fs.put_file(file.name, self._path(blob.sha256))
        return blob

    def adopt(self, file: Path, digest: str) -> None:
        """Keep a finished file that has this digest; where it lay it is gone, or may be deleted.

        A second time nothing happens. Raises StoreFull, and FileNotFoundError when it is in neither place.
        """
        try:
            with refuse_when_full():
                self._take_over(file, digest)
        except FileNotFoundError:
            # Somebody else has adopted it meanwhile; it must not be removed for its age just now.
            if not (self._local and _still_there(self._local / blob_path(digest))):
                self.size(digest)

    def open(self, digest: str) -> BinaryIO:
        """The bytes with this digest. Raises FileNotFoundError."""
        return cast("BinaryIO", self._fs.open(self._path(digest), "rb"))

    def size(self, digest: str) -> int:
        """How many bytes a blob has. Raises FileNotFoundError."""
        return int(self._fs.size(self._path(digest)))

    def check(self) -> None:
        """Raise OSError or a Refusal when nothing can be written."""
        with refuse_when_full(), self._incoming() as file:
            file.write(b"\0")
            file.flush()

    def _take_over(self, file: Path, digest: str) -> None:
        try:
            if self._local:
                return _publish(str(file), self._local / blob_path(digest))
        except OSError as error:
            if error.errno != errno.EXDEV:  # on another file system: it has to be copied
                raise
        with file.open("rb") as stream:
            self.keep(stream, file.stat().st_size)
        return None

    def _path(self, digest: str) -> str:
        return f"{self._root}/{blob_path(digest)}"

    @contextmanager
    def _incoming(self) -> Iterator[_TemporaryFileWrapper[bytes]]:
        """A temporary file that is gone when the block ends, unless it was renamed in time."""
        folder = self._local / INCOMING if self._local else None
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            try:
                yield file
            finally:
                Path(file.name).unlink(missing_ok=True)


def keep_probe(store: Store) -> None:
    """Keep the object by which graders know the store. Raises StoreFull and OSError."""
    store.keep(io.BytesIO(STORE_PROBE), len(STORE_PROBE))


@contextmanager
def refuse_when_full() -> Iterator[None]:
    """Turn the error of a full disk into the refusal that says so."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull from error
        raise


def _copy(stream: IO[bytes], file: IO[bytes], limit: int, room: Room) -> Blob:
    digest, size = sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge
        room.refuse_unless(len(chunk))
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    return Blob(digest.hexdigest(), size)


def _still_there(target: Path) -> bool:
    """Whether a blob is there and stays: it counts as new from now on. See `server.removing`.

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
    target.parent.mkdir(parents=True, exist_ok=True)
    with Path(written).open("rb") as file:
        os.fchmod(file.fileno(), 0o444)
        os.utime(file.fileno())  # what arrived long ago is new here
        os.fsync(file.fileno())
    Path(written).replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
